//! Which date picks the version of a rule. Most wrong answers come from the wrong one, so each is a
//! type of its own and a parameter can be read with no other.

use kernel::Date;

/// A day as people type it for a question: `2004-01-16`, also with slashes or points.
pub fn read_day(text: &str) -> Option<Date> {
    let plain = text.trim().replace(['/', '.'], "-");
    let mut parts = plain.splitn(3, '-');
    let (year, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::new(year, month, parts.next()?.parse().ok()?).ok()
}

/// A date in one of its roles.
pub trait Selector: Copy {
    /// The word for the role in parameter files and in the catalogue.
    const WORD: &'static str;
    /// The day.
    fn day(self) -> Date;
}

macro_rules! selectors {
    ($($(#[$doc:meta])* $name:ident $word:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
            pub struct $name(pub Date);

            impl Selector for $name {
                const WORD: &'static str = $word;
                fn day(self) -> Date {
                    self.0
                }
            }
        )+

        /// Every role that a parameter file may name.
        pub const WORDS: &[&str] = &[$($word),+];
    };
}

selectors! {
    /// The calendar month for which a pension is paid.
    PensionMonth "pension-month";
    /// 支給対象月: the month for which the benefit is paid.
    BenefitMonth "benefit-month";
    /// The first day on which the person is 60 and has five insured years.
    QualifyingDate "qualifying-date";
    /// The day on which the person was born.
    BirthDate "birth-date";
    /// The month for which an insurance contribution is owed.
    InsuranceMonth "insurance-month";
    /// A day of the fiscal year for which an employment-insurance contribution is owed.
    PremiumYear "premium-year";
    /// The day on which the work is done.
    WorkDay "work-day";
    /// The first day of the period of an Article 36 agreement.
    AgreementStart "agreement-start";
    /// The day on which leave is granted.
    GrantDate "grant-date";
    /// The day on which something is decided or asked.
    DecisionDate "decision-date";
    /// A day of the fiscal year (from April) that a figure is about.
    FiscalYear "fiscal-year";
    /// A day of the calendar year that a figure is about.
    CalendarYear "calendar-year";
    /// A day of the calendar month that a figure is about.
    CalendarMonth "calendar-month";
}
