//! The report form: what was typed, how it reads, and the reports that it makes.
//!
//! Nothing is guessed: what could mean two things comes back with a question, what cannot be read
//! comes back with a sentence at its field, and everything that was typed stays.

use crate::asked::Asked;
use crate::fields::Fields;
use federation::campaign::content::{
    AgreementStanding, BonusFigures, BonusPattern, ClauseFigure, ClauseStanding, Content, DemandContent, Figures,
    MaintenanceBasis, MinimumWageFigures, NoDemandReason, PackageFigures, PackageMatter, PointMethod,
    SettlementStage, Stated, Step, Suspension, SuspensionCondition, WageFigures, WagePoint,
};
use federation::campaign::rules::{Basis, Report};
use federation::campaign::{Campaign, Moment, StatementId, Track};
use federation::organisation::BargainingUnitId;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Arg, Date, Months, Percent, SealedText, Seq, Timestamp, Yen};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// What was typed, with what is wrong or unclear about it, by field.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    values: BTreeMap<String, String>,
    /// What is wrong, by field.
    pub errors: BTreeMap<String, String>,
    /// What it could mean, by field: the value to send back and how it is written.
    pub proposals: BTreeMap<String, Vec<(String, String)>>,
}

impl Typed {
    /// What a form or a draft holds.
    pub fn from_fields(fields: &Fields) -> Typed {
        let mut typed = Typed::default();
        for (name, value) in fields.iter() {
            // Boxes of one name come as several; the list is kept in one value.
            let slot = typed.values.entry(name.to_owned()).or_default();
            if slot.is_empty() { value.clone_into(slot) } else { *slot = format!("{slot} {value}") }
        }
        typed
    }

    /// What stands in a field.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Puts something into a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Is one of several boxes ticked?
    pub fn ticked(&self, name: &str, value: &str) -> bool {
        self.get(name).split(' ').any(|ticked| ticked == value)
    }

    /// Has anything been typed at all under this prefix?
    fn any(&self, names: &[&str], prefix: &str) -> bool {
        names.iter().any(|name| !self.get(&format!("{prefix}.{name}")).trim().is_empty())
    }
}

/// Reads what was typed, and writes down what is wrong.
struct Reader<'a> {
    asked: &'a Asked,
    typed: &'a mut Typed,
}

impl Reader<'_> {
    fn error(&mut self, field: &str, key: &str) {
        let sentence = self.asked.speaker.text(key).to_owned();
        self.typed.errors.insert(field.to_owned(), sentence);
    }

    /// The value of a field; nothing where it is empty, marked as missing, or not readable.
    fn take<T: Copy>(
        &mut self,
        field: &str,
        read: impl Fn(&str) -> Reading<T>,
        write: impl Fn(T) -> Arg,
        plain: impl Fn(T) -> String,
    ) -> Option<T> {
        let text = self.typed.get(field).to_owned();
        let reading = read(&text);
        if let Reading::Ambiguous { proposals, .. } = &reading {
            // The question was answered by a choice that belongs to this very text.
            let meant = self.typed.get(&format!("{field}.meant"));
            if let Some((value, _)) = proposals.iter().find(|(value, _)| plain(*value) == meant) {
                return Some(*value);
            }
            let offered =
                proposals.iter().map(|(value, _)| (plain(*value), self.asked.speaker.arg(&write(*value))));
            self.typed.proposals.insert(field.to_owned(), offered.collect());
        }
        if matches!(reading, Reading::Ambiguous { .. } | Reading::Unreadable { .. }) {
            let sentence = self.asked.speaker.reading(&reading, |value| write(*value)).unwrap_or_default();
            self.typed.errors.insert(field.to_owned(), sentence);
        }
        reading.value()
    }

    fn yen(&mut self, field: &str) -> Option<Yen> {
        self.take(field, numbers::read_yen, Arg::Yen, |yen| yen.0.to_string())
    }

    fn percent(&mut self, field: &str) -> Option<Percent> {
        self.take(field, numbers::read_percent, Arg::Percent, |percent| percent.to_string())
    }

    fn months(&mut self, field: &str) -> Option<Months> {
        self.take(field, numbers::read_months, Arg::Months, |months| months.to_string())
    }

    fn count(&mut self, field: &str) -> Option<u32> {
        let count = self.take(field, numbers::read_count, Arg::Count, |count| count.to_string())?;
        u32::try_from(count).ok()
    }

    fn date(&mut self, field: &str) -> Option<Date> {
        let reference = self.asked.today();
        self.take(field, |text| dates::read_date(text, reference), Arg::Date, |day| day.to_string())
    }

    /// A day with an hour, or a day alone.
    fn moment(&mut self, day_field: &str, time_field: &str) -> Option<Moment> {
        let day = self.date(day_field);
        let text = self.typed.get(time_field).to_owned();
        let time = match dates::read_time(&text) {
            Reading::Empty | Reading::Missing => None,
            reading => match reading.value() {
                Some(time) => Some(time),
                None => {
                    self.error(time_field, "entry.bad-time");
                    None
                }
            },
        };
        let zone = self.asked.state().zone();
        match (day, time) {
            (Some(day), Some(time)) => zone.instant(day.to_datetime(time)).map(Moment::At),
            (Some(day), None) => Some(Moment::Day(day)),
            (None, Some(_)) if self.typed.get(day_field).trim().is_empty() => {
                // An hour alone is an hour of today.
                let time = time?;
                zone.instant(self.asked.today().to_datetime(time)).map(Moment::At)
            }
            (None, _) => None,
        }
    }

    fn code<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        let word = self.typed.get(field).replace('-', "_");
        serde_json::from_value(serde_json::Value::String(word)).ok()
    }
}

/// The names of the fields of a track.
fn names(track: Track) -> &'static [&'static str] {
    match track {
        Track::Wage => &[
            "total",
            "total_high",
            "rate",
            "maintenance",
            "base_up",
            "base_wage",
            "p30_raise",
            "p30_before",
            "p30_reached",
            "p35_raise",
            "p35_before",
            "p35_reached",
        ],
        Track::Bonus => &["months", "months_high", "yen"],
        Track::MinimumWage => &["agreement", "monthly", "hourly"],
        Track::Agreements => &["any"],
        Track::Package => &["matters", "wage"],
    }
}

/// What the officer says about a track before any figure: `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Figure,
    Words,
    Withheld,
    Suspended,
    Unknown,
    NotHere,
    Skip,
}

fn kind(typed: &Typed, track: Track) -> Kind {
    let prefix = track.word();
    match typed.get(&format!("{prefix}.kind")) {
        "words" => Kind::Words,
        "withheld" => Kind::Withheld,
        "suspended" => Kind::Suspended,
        "unknown" => Kind::Unknown,
        "not-here" => Kind::NotHere,
        "skip" => Kind::Skip,
        // A form with nothing in a section does not speak of that track.
        _ if typed.any(names(track), prefix) => Kind::Figure,
        _ => Kind::Skip,
    }
}

/// Everything that a report is made of, besides what was typed.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// In which campaign.
    pub campaign: &'a Campaign,
    /// About whom.
    pub unit: BargainingUnitId,
    /// Which step.
    pub step: Step,
    /// On which tracks.
    pub tracks: &'a [Track],
}

/// The reports that a form makes; where `typed` has errors afterwards, they are not complete.
pub fn reports(asked: &Asked, about: About<'_>, typed: &mut Typed, remark: Option<SealedText>) -> Vec<Report> {
    let mut reader = Reader { asked, typed };
    let given_at = reader.moment("given_on", "given_time");
    let heard_at = reader.moment("heard_on", "heard_time");
    let mut reports = Vec::new();
    for track in about.tracks {
        let Some(content) = content(&mut reader, about.step, *track) else { continue };
        let basis = basis(&mut reader, about, *track);
        reports.push(Report {
            campaign: about.campaign.id,
            bargaining_unit: about.unit,
            track: *track,
            content,
            given_at,
            heard_at,
            // The remark belongs to the whole form and is kept with its first statement.
            remark: remark.filter(|_| reports.is_empty()),
            basis,
        });
    }
    if reports.is_empty() && reader.typed.errors.is_empty() {
        let first = about.tracks.first().map_or("", |track| track.word());
        reader.error(&format!("{first}.kind"), "entry.nothing");
    }
    reports
}

fn content(reader: &mut Reader<'_>, step: Step, track: Track) -> Option<Content> {
    let prefix = track.word();
    let said = kind(reader.typed, track);
    if step == Step::Continued {
        return Some(Content::Continued);
    }
    if step == Step::Demand {
        match said {
            Kind::Unknown => return Some(Content::Demand(Box::new(DemandContent::Unknown))),
            Kind::NotHere => return Some(Content::Demand(Box::new(DemandContent::NotOnThisTrack))),
            _ => {}
        }
        if let Some(reason) = reader.code::<NoDemandReason>("no_demand") {
            return Some(Content::NoDemand { reason, explanation: None });
        }
    }
    let figures = match said {
        Kind::Skip | Kind::Unknown | Kind::NotHere => return None,
        Kind::Figure => figures(reader, track),
        Kind::Words => wordless(track, Stated::Words, Stated::Words)?,
        Kind::Withheld => wordless(track, Stated::Withheld, Stated::Withheld)?,
        Kind::Suspended => {
            let suspension = suspension(reader, prefix);
            wordless(track, Stated::Suspended(suspension), Stated::Suspended(suspension))?
        }
    };
    if figures.is_empty() {
        if reader.typed.errors.is_empty() {
            reader.error(&format!("{prefix}.kind"), "entry.no-figure");
        }
        return None;
    }
    Some(match step {
        Step::Demand => Content::Demand(Box::new(DemandContent::Known(figures))),
        Step::Settlement => {
            let stage = match reader.typed.get("stage") {
                "confirmed" => SettlementStage::Confirmed,
                _ => SettlementStage::Provisional,
            };
            Content::Settlement { stage, figures: Box::new(figures) }
        }
        _ => Content::Response(Box::new(figures)),
    })
}

/// On what a suspended answer waits, and until when.
fn suspension(reader: &mut Reader<'_>, prefix: &str) -> Suspension {
    let condition = reader.code(&format!("{prefix}.condition")).unwrap_or(SuspensionCondition::Other);
    Suspension { condition, until: reader.date(&format!("{prefix}.suspended_until")) }
}

/// What was typed of one track, however little of it: for the answer about a single field.
pub fn one_track(asked: &Asked, track: Track, typed: &mut Typed) -> Figures {
    let mut reader = Reader { asked, typed };
    let told = match kind(reader.typed, track) {
        Kind::Words => wordless(track, Stated::Words, Stated::Words),
        Kind::Withheld => wordless(track, Stated::Withheld, Stated::Withheld),
        Kind::Suspended => {
            let suspension = suspension(&mut reader, track.word());
            wordless(track, Stated::Suspended(suspension), Stated::Suspended(suspension))
        }
        _ => None,
    };
    told.unwrap_or_else(|| figures(&mut reader, track))
}

/// A day that was typed.
pub fn typed_day(asked: &Asked, typed: &mut Typed, field: &str) -> Option<Date> {
    Reader { asked, typed }.date(field)
}

/// A day with an hour that was typed.
pub fn typed_moment(asked: &Asked, typed: &mut Typed, day_field: &str, time_field: &str) -> Option<Moment> {
    Reader { asked, typed }.moment(day_field, time_field)
}

fn wordless(track: Track, yen: Stated<Yen>, months: Stated<Months>) -> Option<Figures> {
    Some(match track {
        Track::Wage => Figures::Wage(WageFigures { total: Some(yen), ..WageFigures::default() }),
        Track::Bonus => {
            Figures::Bonus(BonusFigures { pattern: BonusPattern::Annual, months: Some(months), yen: None })
        }
        Track::MinimumWage => {
            Figures::MinimumWage(MinimumWageFigures { monthly: Some(yen), ..MinimumWageFigures::default() })
        }
        Track::Agreements | Track::Package => return None,
    })
}

/// A figure with its form: exactly, at least, or from – to.
fn formed<T: Copy + PartialOrd>(
    reader: &mut Reader<'_>,
    low: Option<T>,
    high: Option<T>,
    form_field: &str,
    high_field: &str,
) -> Option<Stated<T>> {
    match (reader.typed.get(form_field), low, high) {
        (_, None, None) => None,
        ("range", Some(low), Some(high)) if low < high => Some(Stated::Range { low, high }),
        ("range", ..) => {
            reader.error(high_field, "entry.bad-range");
            None
        }
        ("at-least", Some(low), _) => Some(Stated::AtLeast(low)),
        (_, Some(low), _) => Some(Stated::Exact(low)),
        (_, None, Some(_)) => {
            reader.error(high_field, "entry.bad-range");
            None
        }
    }
}

fn figures(reader: &mut Reader<'_>, track: Track) -> Figures {
    match track {
        Track::Wage => {
            let (low, high) = (reader.yen("wage.total"), reader.yen("wage.total_high"));
            let maintenance = reader.yen("wage.maintenance").map(Stated::Exact);
            Figures::Wage(WageFigures {
                total: formed(reader, low, high, "wage.total_form", "wage.total_high"),
                total_rate: reader.percent("wage.rate").map(Stated::Exact),
                maintenance_basis: maintenance
                    .map(|_| reader.code("wage.basis").unwrap_or(MaintenanceBasis::Observed)),
                maintenance,
                base_up: reader.yen("wage.base_up").map(Stated::Exact),
                base_wage_yen: reader.yen("wage.base_wage"),
                points: [30, 35].into_iter().filter_map(|age| point(reader, age)).collect(),
            })
        }
        Track::Bonus => {
            let (low, high) = (reader.months("bonus.months"), reader.months("bonus.months_high"));
            Figures::Bonus(BonusFigures {
                pattern: reader.code("bonus.pattern").unwrap_or(BonusPattern::Annual),
                months: formed(reader, low, high, "bonus.months_form", "bonus.months_high"),
                yen: reader.yen("bonus.yen").map(Stated::Exact),
            })
        }
        Track::MinimumWage => Figures::MinimumWage(MinimumWageFigures {
            agreement: reader.code::<AgreementStanding>("minimum-wage.agreement"),
            monthly: reader.yen("minimum-wage.monthly").map(Stated::Exact),
            hourly: reader.yen("minimum-wage.hourly").map(Stated::Exact),
        }),
        Track::Agreements => {
            let kit = reader.asked.kit();
            let clauses = kit.map(|kit| kit.clauses.as_slice()).unwrap_or_default().iter();
            let figures = clauses.filter_map(|clause| {
                let standing = reader.code::<ClauseStanding>(&format!("agreements.{}", clause.code))?;
                Some(ClauseFigure { clause: clause.code.clone(), standing })
            });
            Figures::Agreements(figures.collect())
        }
        Track::Package => {
            let all = [
                PackageMatter::WageFreeze,
                PackageMatter::RegularRaiseStopped,
                PackageMatter::Employment,
                PackageMatter::Restructuring,
            ];
            let matters =
                all.into_iter().filter(|m| reader.typed.ticked("package.matters", &crate::write::word(m)));
            let matters = matters.collect();
            let wage = match reader.typed.get("package.wage_form") {
                "suspended" => Some(Stated::Suspended(suspension(reader, "package"))),
                "withheld" => Some(Stated::Withheld),
                _ => reader.yen("package.wage").map(Stated::Exact),
            };
            Figures::Package(PackageFigures { matters, wage })
        }
    }
}

fn point(reader: &mut Reader<'_>, age: u8) -> Option<WagePoint> {
    let field = |name: &str| format!("wage.p{age}_{name}");
    let raise = reader.yen(&field("raise")).map(Stated::Exact);
    let (before_yen, reached_yen) = (reader.yen(&field("before")), reader.yen(&field("reached")));
    if raise.is_none() && before_yen.is_none() && reached_yen.is_none() {
        return None;
    }
    let method = if reader.typed.get(&field("method")) == "a" { PointMethod::A } else { PointMethod::B };
    Some(WagePoint { age, method, raise, before_yen, reached_yen })
}

/// What stood when the form was drawn: `statement@entry`.
pub fn known(statement: StatementId, seq: Seq) -> String {
    format!("{statement}@{seq}")
}

fn basis(reader: &mut Reader<'_>, about: About<'_>, track: Track) -> Basis {
    let prefix = track.word();
    let known = reader.typed.get(&format!("{prefix}.known")).to_owned();
    let parsed = known
        .split_once('@')
        .and_then(|(statement, seq)| Some((statement.parse::<StatementId>().ok()?, Seq(seq.parse().ok()?))));
    let Some((of, based_on)) = parsed else { return Basis::First };
    match reader.typed.get(&format!("{prefix}.relation")) {
        "correction" => Basis::Correction { of, based_on },
        "further" if matches!(about.step, Step::Response | Step::Continued) => Basis::Further { based_on },
        "beside" => Basis::Beside { of },
        _ => Basis::First,
    }
}

/// An instant out of a day and an hour; an hour alone is one of today.
pub fn instant(asked: &Asked, typed: &mut Typed, day_field: &str, time_field: &str) -> Option<Timestamp> {
    let mut reader = Reader { asked, typed };
    match reader.moment(day_field, time_field)? {
        Moment::At(instant) => Some(instant),
        Moment::Day(_) => {
            if !reader.typed.errors.contains_key(time_field) {
                reader.error(time_field, "entry.bad-time");
            }
            None
        }
    }
}

/// The answers of a zone, and what is missing.
pub fn zone_answers(
    asked: &Asked,
    zone: &federation::kit::Zones,
    typed: &mut Typed,
) -> Vec<federation::campaign::events::ZoneAnswer> {
    let mut answers = Vec::new();
    for question in &zone.questions {
        let field = format!("q.{}", question.code);
        let chosen = question.answers.iter().find(|answer| answer.code.as_str() == typed.get(&field));
        match chosen {
            Some(answer) => answers.push(federation::campaign::events::ZoneAnswer {
                question: question.code.clone(),
                answer: answer.code.clone(),
            }),
            None => {
                let sentence = asked.speaker.text("entry.choose").to_owned();
                typed.errors.insert(field, sentence);
            }
        }
    }
    answers
}

/// A strike mandate out of its form.
pub fn strike_mandate(
    asked: &Asked,
    campaign: &Campaign,
    unit: BargainingUnitId,
    typed: &mut Typed,
) -> Option<federation::campaign::events::StrikeMandateGiven> {
    let mut reader = Reader { asked, typed };
    let voted_on = reader.date("voted_on");
    if voted_on.is_none() && reader.typed.errors.is_empty() {
        reader.error("voted_on", "entry.day-needed");
    }
    let mandate = federation::campaign::events::StrikeMandateGiven {
        campaign: campaign.id,
        bargaining_unit: unit,
        established: reader.typed.get("established") == "yes",
        voted_on: voted_on?,
        entitled: reader.count("entitled"),
        voted: reader.count("voted"),
        in_favour: reader.count("in_favour"),
    };
    reader.typed.errors.is_empty().then_some(mandate)
}

/// Until when a draft of this account is kept.
pub fn draft_expiry(now: Timestamp) -> Timestamp {
    // Long enough for a holiday, short enough that nothing personal lies about.
    now.checked_add(jiff::SignedDuration::from_hours(24 * 14)).unwrap_or(now)
}
