//! All parameters together, and what a kit or a user puts over them.

use crate::parameter::{Dated, Parameter, ParameterOf, Series, Status, Unknown, Why, check, file, names};
use crate::selector::Selector;
use kernel::{Arg, Code, Date, Finding, Severity};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// An overlay speaks of a parameter that no rule reads.
pub const NO_SUCH_PARAMETER: Code = Code("law-no-such-parameter");
/// An overlay gives a parameter another unit or another date than the rules read it with.
pub const OTHER_SHAPE: Code = Code("law-other-shape");

/// Parameters by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    parameters: BTreeMap<Arc<str>, Arc<Parameter>>,
}

/// A parameter that was read: the whole line, so that a page can show its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Which.
    pub parameter: Arc<str>,
    /// Under which key; empty for none.
    pub key: Arc<str>,
    /// The unit as its file names it.
    pub unit: Arc<str>,
    /// Value, interval, source, status.
    pub dated: Arc<Dated>,
}

/// The book together with how far one trusts it.
#[derive(Debug, Clone, Copy)]
pub struct Law<'b> {
    /// The parameters.
    pub book: &'b Book,
    /// Whether values that nobody has found a source for may be used; the result says so.
    pub allow_memory: bool,
}

/// A day on which a parameter changes, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub parameter: Arc<str>,
    /// Under which key.
    pub key: Arc<str>,
    /// The day.
    pub on: Date,
    /// What held until then, if anything is known.
    pub before: Option<Arc<Dated>>,
    /// What holds from then on, if anything is known.
    pub after: Option<Arc<Dated>>,
}

static PUBLISHED: LazyLock<Book> = LazyLock::new(|| {
    let mut book = Book::default();
    for (_, _, text) in names::SHIPPED {
        // A file with a mistake is not taken in; a test keeps all of them sound.
        if let (Some(parameter), _) = file::read(text) {
            book.insert(parameter);
        }
    }
    book
});

impl Book {
    /// What is shipped with the program.
    pub fn published() -> &'static Book {
        &PUBLISHED
    }

    fn insert(&mut self, parameter: Parameter) {
        self.parameters.insert(Arc::clone(&parameter.id), Arc::new(parameter));
    }

    /// The parameters in the order of their names.
    pub fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.values().map(Arc::as_ref)
    }

    /// One parameter.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.get(id).map(Arc::as_ref)
    }

    /// What is wrong with them.
    pub fn check(&self) -> Vec<Finding> {
        self.parameters().flat_map(check::check).collect()
    }

    /// The book with a file of a kit or a user over it: its lines hold where they hold, whatever was
    /// there before; outside of them everything stays. Their status is `supplied`, whatever the
    /// file says, because nobody here has read the source. A file with an error changes nothing.
    pub fn with_overlay(&self, text: &str) -> Result<Book, Vec<Finding>> {
        let (read, mut findings) = file::read(text);
        findings.retain(|finding| finding.severity == Severity::Error);
        let Some(mut over) = read else { return Err(findings) };
        for series in over.series.values_mut() {
            for value in &mut series.values {
                let value = Arc::make_mut(value);
                if value.value.is_some() {
                    value.status = Status::Supplied;
                }
            }
        }
        findings.extend(check::check(&over).into_iter().filter(|finding| finding.code != check::GAP));
        let Some(under) = self.parameters.get(&over.id) else {
            let finding = Finding::new(Severity::Error, NO_SUCH_PARAMETER, "id");
            findings.push(finding.with("parameter", Arg::Text(over.id.to_string())));
            return Err(findings);
        };
        if (&under.unit, &under.selector) != (&over.unit, &over.selector) {
            let finding = Finding::new(Severity::Error, OTHER_SHAPE, "unit");
            let finding = finding.with("unit", Arg::Text(under.unit.clone()));
            findings.push(finding.with("selector", Arg::Text(under.selector.clone())));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let mut merged = Parameter::clone(under);
        for (key, series) in over.series {
            let below = merged.series.remove(&key).unwrap_or_default();
            merged.series.insert(key, put_over(&below, &series));
        }
        let mut book = self.clone();
        book.insert(merged);
        Ok(book)
    }

    /// Every change of any parameter on a day in `[from, until)`, in the order of the days.
    pub fn changes(&self, from: Date, until: Date) -> Vec<Change> {
        let mut changes = Vec::new();
        for parameter in self.parameters() {
            for (key, series) in &parameter.series {
                let ends = series.values.iter().filter_map(|value| value.until);
                let mut days: Vec<Date> =
                    series.values.iter().filter_map(|value| value.from).chain(ends).collect();
                days.sort_unstable();
                days.dedup();
                for on in days.into_iter().filter(|day| (from..until).contains(day)) {
                    let before = on.yesterday().ok().and_then(|day| series.on(day).ok()).cloned();
                    let after = series.on(on).ok().cloned();
                    let value = |dated: &Option<Arc<Dated>>| dated.as_ref().and_then(|dated| dated.value.clone());
                    // A line may only repeat the value with another source.
                    if value(&before) != value(&after) {
                        let (parameter, key) = (Arc::clone(&parameter.id), Arc::clone(key));
                        changes.push(Change { parameter, key, on, before, after });
                    }
                }
            }
        }
        changes.sort_by(|a, b| (a.on, &a.parameter, &a.key).cmp(&(b.on, &b.parameter, &b.key)));
        changes
    }
}

/// The lines of `over`, and of `below` whatever they leave free.
fn put_over(below: &Series, over: &Series) -> Series {
    let mut values: Vec<Arc<Dated>> = over.values.clone();
    for value in &below.values {
        let (Some(from), Some(until)) = (value.from, value.until) else {
            values.push(Arc::clone(value));
            continue;
        };
        let mut at = from;
        for above in &over.values {
            let (Some(begins), Some(ends)) = (above.from, above.until) else { continue };
            if at < begins.min(until) {
                let piece = Dated { from: Some(at), until: Some(begins.min(until)), ..Dated::clone(value) };
                values.push(Arc::new(piece));
            }
            at = at.max(ends);
        }
        if at < until {
            values.push(Arc::new(Dated { from: Some(at), ..Dated::clone(value) }));
        }
    }
    values.sort_by_key(|value| (value.from.is_none(), value.from));
    Series { values }
}

impl<'b> Law<'b> {
    /// The book, values from memory left aside.
    pub fn new(book: &'b Book) -> Law<'b> {
        Law { book, allow_memory: false }
    }

    /// What is shipped, values from memory left aside.
    pub fn published() -> Law<'static> {
        Law::new(Book::published())
    }

    /// The same, values from memory included.
    pub fn with_memory(self) -> Law<'b> {
        Law { allow_memory: true, ..self }
    }

    /// A parameter on the day that may pick it, or why there is none.
    pub fn read<S: Selector>(self, name: ParameterOf<S>, key: &str, on: S) -> Result<Used, Unknown> {
        self.look_up(name.id(), key, on.day())
    }

    /// A parameter by its name, for whoever wants to see it. Rules [`read`](Law::read) it, so that
    /// they cannot take the wrong date.
    pub fn look_up(self, id: &str, key: &str, day: Date) -> Result<Used, Unknown> {
        let unknown = |why: Why| Unknown { what: id.to_owned(), key: key.to_owned(), on: day, why };
        let parameter = self.book.parameters.get(id).ok_or_else(|| unknown(Why::NotGiven))?;
        let (key, series) = parameter.series.get_key_value(key).ok_or_else(|| unknown(Why::NotGiven))?;
        let dated = series.on(day).map_err(unknown)?;
        match dated.status {
            Status::Unknown => Err(unknown(Why::NotKnown)),
            Status::Memory if !self.allow_memory => Err(unknown(Why::OnlyFromMemory)),
            _ => Ok(Used {
                parameter: Arc::clone(&parameter.id),
                key: Arc::clone(key),
                unit: Arc::from(parameter.unit.as_str()),
                dated: Arc::clone(dated),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Value;
    use kernel::Ratio;

    #[test]
    fn what_is_shipped_is_sound() {
        for (id, selector, text) in names::SHIPPED {
            let (parameter, findings) = file::read(text);
            assert_eq!(findings, [], "{id}");
            let parameter = parameter.expect("a parameter");
            assert_eq!((parameter.id.as_ref(), parameter.selector.as_str()), (*id, *selector));
        }
        assert_eq!(Book::published().check(), []);
        assert_eq!(Book::published().parameters().count(), names::SHIPPED.len());
    }

    const OVER: &str = "id = \"regional-minimum-wage\"\nunit = \"yen_hourly\"\nselector = \"work-day\"\n\
        values = [{ key = \"13\", from = 2025-12-01, until = 2026-02-01, value = 1300, status = \"verified\", \
        source = \"a\" }]\n[sources]\na = \"a draft\"\n";

    #[test]
    fn an_overlay_holds_where_it_holds_and_nowhere_else() {
        let book = Book::published().with_overlay(OVER).expect("sound");
        let law = Law::new(&book);
        let check = |day: &str, expected: i128, status: Status| {
            let on = crate::selector::WorkDay(day.parse().expect("a day"));
            let used = law.read(names::REGIONAL_MINIMUM_WAGE, "13", on).expect("known");
            assert_eq!(used.dated.value, Some(Value::Number(Ratio::whole(expected))), "{day}");
            assert_eq!(used.dated.status, status, "{day}");
        };
        check("2025-11-30", 1226, Status::Verified);
        check("2025-12-01", 1300, Status::Supplied);
        check("2026-01-31", 1300, Status::Supplied);
        check("2026-02-01", 1226, Status::Verified);
        check("2024-10-01", 1163, Status::Verified);
        assert_eq!(book.check(), []);
    }

    #[test]
    fn an_overlay_that_fits_nothing_is_refused() {
        let check = |from: &str, to: &str, expected: Code| {
            let findings = Book::published().with_overlay(&OVER.replace(from, to)).expect_err("refused");
            assert!(findings.iter().any(|finding| finding.code == expected), "{findings:?}");
        };
        check("\"regional-minimum-wage\"", "\"regional-minimum-wages\"", NO_SUCH_PARAMETER);
        check("yen_hourly", "yen", OTHER_SHAPE);
        check("work-day", "decision-date", OTHER_SHAPE);
        check(", until = 2026-02-01", "", check::NO_END);
        check("source = \"a\"", "source = \"b\"", file::NO_SUCH_SOURCE);
    }

    #[test]
    fn changes_are_listed_by_day() {
        let (from, until) = ("2003-09-01".parse().expect("a day"), "2003-12-01".parse().expect("a day"));
        let mut changes = Book::published().changes(from, until);
        changes.retain(|change| change.parameter.as_ref() == names::REGIONAL_MINIMUM_WAGE.id());
        // FY2003: raised in five prefectures only.
        let keys: Vec<&str> = changes.iter().map(|change| change.key.as_ref()).collect();
        assert_eq!(
            keys.iter().collect::<std::collections::BTreeSet<_>>(),
            ["06", "14", "37", "40", "47"].iter().collect()
        );
        let okinawa = changes.iter().find(|change| change.key.as_ref() == "47").expect("a change");
        let value = |dated: &Option<Arc<Dated>>| dated.as_ref().and_then(|dated| dated.value.clone());
        assert_eq!(value(&okinawa.before), Some(Value::Number(Ratio::whole(604))));
        assert_eq!(value(&okinawa.after), Some(Value::Number(Ratio::whole(605))));
    }
}
