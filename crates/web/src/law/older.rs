//! The income model of the early sixties: every wage that reaches the target, the income over the
//! wage as a chart, the table over pensions, and the steps for one wage.

use super::drawing::{Line, line};
use super::explain;
use super::values::{Kind, Spec, Values};
use crate::asked::Asked;
use crate::look::{Cell, Column, Figure, Table, Tone, details, facts, figures, notice, section};
use kernel::{Arg, Ratio, Rounding, Yen};
use law::cost::{self, Accident, EmployerCost, Insured};
use law::insurance::usual_insurer;
use law::inverse::{Inverse, wages_for};
use law::older::{ModelLaw, ModelParts, ModelTerms, Person, older_worker_model};
use law::selector::{InsuranceMonth, QualifyingDate};
use law::{Explained, Law, Mode, Unit, exact};
use maud::{Markup, html};

const MODES: &[(&str, &str)] = &[
    ("seed-2004", "law.mode-seed"),
    ("statute", "law.mode-statute"),
    ("administrative", "law.mode-administrative"),
];
const LAW_FIRST: &[(&str, &str)] = &[
    ("statute", "law.mode-statute"),
    ("administrative", "law.mode-administrative"),
    ("seed-2004", "law.mode-seed"),
];
const GRADES: &[(&str, &str)] = &[("usual", "law.grades-usual"), ("off", "law.grades-off")];

const INSURERS: &[(&str, &str)] = &[
    ("usual", "law.insurer-usual"),
    ("kyokai-13", "law.insurer-kyokai-13"),
    ("kyokai-27", "law.insurer-kyokai-27"),
    ("kyokai-15", "law.insurer-kyokai-15"),
    ("kyokai-41", "law.insurer-kyokai-41"),
    ("government", "law.insurer-government"),
];

macro_rules! fields {
    ($modes:ident, $mode:literal) => {
        &[
            Spec::new("on", "law.date.benefit-month", Kind::Day, "today").hint("law.hint-any-day"),
            Spec::new("qualified", "law.date.qualifying-date", Kind::Day, "")
                .optional()
                .hint("law.hint-qualified"),
            Spec::new("pension", "law.in-pension", Kind::Yen, "100000"),
            Spec::new("base", "law.in-wage-at-60", Kind::Yen, "380000"),
            Spec::new("target", "law.page-target-income", Kind::Yen, "272424").hint("law.hint-target-income"),
            Spec::new("wage", "law.in-wage", Kind::Yen, "").optional().hint("law.hint-wage"),
            Spec::new("mode", "law.page-mode", Kind::Choices($modes), $mode),
            Spec::new("grades", "law.page-grades", Kind::Choices(GRADES), "usual"),
            Spec::new("insurer", "law.page-insurer", Kind::Choices(INSURERS), "usual").hint("law.hint-cost"),
            Spec::new("accident", "law.in-accident-permille", Kind::Decimal, "")
                .optional()
                .hint("law.hint-accident"),
        ]
    };
}

const IN_2004: &[Spec] = fields!(MODES, "seed-2004");
const TODAY: &[Spec] = fields!(LAW_FIRST, "statute");

/// The fields; the policy's own formula comes first while it is in force.
pub(super) fn fields(asked: &Asked) -> &'static [Spec] {
    if asked.today().year() <= 2004 { IN_2004 } else { TODAY }
}

/// A drop that the chart shows as one, in yen: below it lies what rounding does.
const VISIBLE_DROP_YEN: i64 = 500;

/// Everything below the form.
pub(super) fn content(asked: &Asked, values: &Values) -> Markup {
    let speaker = &asked.speaker;
    let on = values.day("on");
    let qualified_on = QualifyingDate(values.optional_day("qualified").unwrap_or(on));
    let mode = Mode::of(values.word("mode")).unwrap_or(Mode::Statute);
    let mut of = ModelLaw::new(on, qualified_on, mode);
    if values.word("grades") == "off" {
        of.grades = false;
    }
    let law = values.law(asked);
    let read = ModelTerms::read(law, &of);
    let terms = match read.value {
        Ok(terms) => terms,
        Err(missing) => {
            return html! {
                (explain::unknown(asked, &missing))
                @if of.grades { p { (speaker.text("law.page-try-without-grades")) } }
            };
        }
    };
    let person = Person { pension: values.yen("pension"), wage_at_60: values.yen("base") };
    let target = values.yen("target");
    let scaled = target.0.saturating_mul(terms.parts_of_a_yen());
    let found = wages_for(&terms, person, scaled, (0, target.0));
    let known = [
        ("law.date.benefit-month", speaker.date(on)),
        ("law.date.qualifying-date", speaker.date(qualified_on.0)),
        ("law.page-mode", speaker.text(mode.label()).to_owned()),
        ("law.in-pension", speaker.yen(person.pension)),
        ("law.in-wage-at-60", speaker.yen(person.wage_at_60)),
        (
            "law.page-grades",
            speaker.text(if of.grades { "law.grades-usual" } else { "law.grades-off" }).to_owned(),
        ),
    ];
    let known = known.map(|(key, said)| (speaker.text(key).to_owned(), html! { (said) }));
    let costs = Costs { law, of, insured: insured(law, &of, values) };
    html! {
        (facts(&known))
        (solutions(asked, &costs, &terms, &found, target))
        (chart(asked, &terms, person, target, &found))
        @if let Some((wage, _)) = found.intervals.first() { (breakdown(asked, &costs, Yen(*wage))) }
        (by_pension(asked, &costs, &terms, person, target))
        (grid(asked, &terms, person, target))
        @if let Some(wage) = values.optional_whole("wage") { (one(asked, &costs, person, Yen(wage))) }
    }
}

/// What the employer's cost is counted with.
struct Costs<'a> {
    law: Law<'a>,
    of: ModelLaw,
    insured: Insured,
}

impl Costs<'_> {
    fn of(&self, wage: Yen) -> Explained<EmployerCost> {
        cost::of_model(self.law, &self.of, wage, &self.insured)
    }

    /// The yearly cost, or what it is not below because something is unknown.
    fn cell(&self, asked: &Asked, wage: i64) -> Cell {
        match self.of(Yen(wage)).value {
            Ok(EmployerCost { year: Ok(year), .. }) => cell(year),
            Ok(EmployerCost { known, .. }) => {
                let args = [("yen", Arg::Text(yen(known)))];
                Cell::text(asked.speaker.say("law.page-or-more", &args))
            }
            Err(_) => Cell::missing(asked.speaker.text("law.status-unknown")),
        }
    }
}

fn insured(law: Law<'_>, of: &ModelLaw, values: &Values) -> Insured {
    let insurer = match values.word("insurer") {
        "" | "usual" => usual_insurer(law, InsuranceMonth(of.on)),
        insurer => insurer,
    };
    Insured {
        insurer: insurer.to_owned(),
        business: "general".to_owned(),
        accident: values.exact("accident").map_or(Accident::NotGiven, Accident::Permille),
    }
}

/// What the employer pays in a year for a wage, item by item.
fn breakdown(asked: &Asked, costs: &Costs<'_>, wage: Yen) -> Markup {
    let speaker = &asked.speaker;
    let Ok(cost) = costs.of(wage).value else { return html! {} };
    let columns = vec![
        Column::text(speaker.text("law.head-item")),
        Column::number(speaker.text("law.page-a-year"), speaker.text("look.unit.yen")),
    ];
    let item = |(label, amount): &(&'static str, Result<Ratio, law::Unknown>)| {
        let amount = match amount {
            Ok(amount) => cell(*amount),
            Err(missing) => Cell::missing(explain::sentence(asked, missing)),
        };
        vec![Cell::text(speaker.text(label)), amount]
    };
    let wages = vec![Cell::text(speaker.text("law.step-cost-wages")), cell(cost.wages)];
    let sum = if cost.year.is_ok() { "law.step-cost-year" } else { "law.step-cost-known" };
    let how = match costs.of.mode {
        Mode::Seed2004 => "law.page-cost-of-policy",
        Mode::Statute | Mode::Administrative => "law.note-cost-twelve-months",
    };
    let table = Table::new(speaker.say("law.page-one-wage", &[("wage", Arg::Yen(wage))]), columns)
        .id("employer-cost")
        .row(wages)
        .rows(cost.items.iter().map(item))
        .total(vec![Cell::text(speaker.text(sum)), cell(cost.known)])
        .note(speaker.text(how));
    section(speaker.text("law.out-employer-cost"), table.render(asked))
}

/// Yen for people: whole, or with two decimals.
fn yen(value: Ratio) -> String {
    if value.denominator() == 1 {
        return exact::write(value);
    }
    let rounded = value.scaled(2, Rounding::HalfUp).and_then(|value| Ratio::new(value, 100));
    rounded.map_or_else(String::new, exact::write)
}

fn cell(value: Ratio) -> Cell {
    Cell::number(yen(value), value.scaled(2, Rounding::HalfUp).unwrap_or(0))
}

fn solutions(asked: &Asked, costs: &Costs<'_>, terms: &ModelTerms, found: &Inverse, target: Yen) -> Markup {
    let speaker = &asked.speaker;
    let unit = speaker.text("look.unit.yen");
    let columns = vec![
        Column::text(speaker.text("law.head-kind")),
        Column::number(speaker.text("law.in-wage"), unit),
        Column::number(speaker.text("law.out-pension-paid"), unit),
        Column::number(speaker.text("law.out-benefit"), unit),
        Column::number(speaker.text("law.out-total"), unit),
        Column::number(speaker.text("law.page-next-total"), unit),
        Column::number(speaker.text("law.out-employer-cost"), unit),
    ];
    let row = |kind: &str, at: &ModelParts, next: Option<&ModelParts>| {
        vec![
            Cell::text(speaker.label(kind)),
            cell(Yen(at.wage_yen).ratio()),
            cell(terms.yen(at.pension_paid)),
            cell(terms.yen(at.benefit)),
            cell(terms.yen(at.total)),
            next.map_or_else(|| Cell::missing("–"), |next| cell(terms.yen(next.total))),
            costs.cell(asked, at.wage_yen),
        ]
    };
    // Rounding on the way makes the total tremble; beyond a dozen crossings the runs say it better.
    let mut rows: Vec<(i64, Vec<Cell>)> = found
        .solutions
        .iter()
        .map(|one| {
            let kind = format!("law.crossing-{}", one.kind.word());
            (one.at.wage_yen, row(&kind, &one.at, one.next.as_ref()))
        })
        .chain(
            found
                .jumps
                .iter()
                .map(|jump| (jump.at.wage_yen, row("law.crossing-jump", &jump.at, Some(&jump.next)))),
        )
        .collect();
    rows.sort_by_key(|(wage, _)| *wage);
    let more = rows.len() > 12;
    rows.truncate(12);
    let lowest = found.intervals.first().map(|(from, _)| *from);
    let shown: Vec<Figure> = lowest
        .map(|from| Figure {
            label: speaker.text("law.page-lowest-wage").to_owned(),
            value: exact::write(Yen(from).ratio()),
            unit: unit.to_owned(),
            ..Figure::default()
        })
        .into_iter()
        .collect();
    let runs: Vec<String> = found
        .intervals
        .iter()
        .take(12)
        .map(|(from, to)| {
            let args = [("from", Arg::Yen(Yen(*from))), ("to", Arg::Yen(Yen(*to)))];
            let key = if *to == found.range.1 { "law.page-run-open" } else { "law.page-run" };
            speaker.say(key, &args)
        })
        .collect();
    section(
        &speaker.say("law.page-solutions", &[("target", Arg::Yen(target))]),
        html! {
            @if shown.is_empty() {
                (notice(asked, Tone::Info, speaker.text("law.out-no-solution"), html! {}))
            } @else { (figures(&shown)) }
            @if !runs.is_empty() {
                p { (speaker.text("law.out-interval")) }
                ul { @for run in &runs { li { (run) } } }
            }
            @if found.intervals.len() > 1 { p { (speaker.text("law.page-several")) } }
            (Table::new(speaker.text("law.page-crossings"), columns)
                .id("solutions")
                .rows(rows.into_iter().map(|(_, row)| row))
                .note(speaker.text(if more { "law.page-crossings-more" } else { "law.page-crossings-note" }))
                .render(asked))
        },
    )
}

/// Wages and totals, in yen.
type Points = Vec<(i64, i64)>;

/// The pieces of the curve between visible drops, thinned out for drawing.
fn pieces(terms: &ModelTerms, person: Person, (first, last): (i64, i64)) -> (Vec<Points>, Points) {
    let scale = terms.parts_of_a_yen();
    let total = |wage: i64| terms.apply(person, wage).total / scale;
    let step = ((last - first) / 160).max(1);
    let (mut pieces, mut piece, mut drops) = (Vec::new(), Vec::new(), Vec::new());
    let mut before = total(first);
    for wage in first..=last {
        let now = total(wage);
        if before - now > VISIBLE_DROP_YEN {
            piece.push((wage - 1, before));
            drops.push((wage - 1, before));
            pieces.push(std::mem::take(&mut piece));
            piece.push((wage, now));
        } else if (wage - first) % step == 0 || wage == last {
            piece.push((wage, now));
        }
        before = now;
    }
    pieces.push(piece);
    (pieces, drops)
}

/// Where the slope changes: sign, what happens, wage.
fn kinks(terms: &ModelTerms, person: Person) -> Vec<(&'static str, &'static str, i64)> {
    let kinks = terms.kinks(person);
    let all = [
        ("law.kink-benefit-peak", kinks.benefit_peak_yen),
        ("law.kink-benefit-last", kinks.benefit_last_yen),
        ("law.kink-stop-from", kinks.stop_from_yen),
        ("law.kink-pension-gone", kinks.pension_gone_from_yen),
    ];
    let mut found: Vec<(&'static str, i64)> =
        all.into_iter().filter_map(|(label, wage)| Some((label, wage?))).collect();
    found.sort_by_key(|(_, wage)| *wage);
    ["①", "②", "③", "④"].into_iter().zip(found).map(|(sign, (label, wage))| (sign, label, wage)).collect()
}

fn kink_table(
    asked: &Asked,
    terms: &ModelTerms,
    person: Person,
    kinks: &[(&'static str, &'static str, i64)],
) -> Markup {
    let speaker = &asked.speaker;
    let unit = speaker.text("look.unit.yen");
    let columns = vec![
        Column::text(speaker.text("law.page-kink")),
        Column::number(speaker.text("law.in-wage"), unit),
        Column::number(speaker.text("law.out-total"), unit),
    ];
    let rows = kinks.iter().map(|(sign, label, wage)| {
        let total = terms.yen(terms.apply(person, *wage).total);
        vec![Cell::text(format!("{sign} {}", speaker.text(label))), cell(Yen(*wage).ratio()), cell(total)]
    });
    Table::new(speaker.text("law.page-kinks"), columns).id("kinks").rows(rows).render(asked)
}

fn chart(asked: &Asked, terms: &ModelTerms, person: Person, target: Yen, found: &Inverse) -> Markup {
    let speaker = &asked.speaker;
    // Up to where nothing happens any more, but not further than a screen can show.
    let last = target.0.max(person.wage_at_60.0).clamp(100_000, 600_000);
    // The kinks are small beside the wage: neither axis begins at zero, and the sentence says so.
    let first = (last * 2 / 5) / 50_000 * 50_000;
    let (pieces, drops) = pieces(terms, person, (first, last));
    let totals = || pieces.iter().flatten().map(|(_, total)| *total);
    let bottom = totals().min().unwrap_or(0).min(target.0) / 50_000 * 50_000;
    let top = (totals().max().unwrap_or(last).max(target.0) / 50_000 + 1) * 50_000;
    let tick = |value: i64| (value, speaker.say("law.page-ten-thousands", &[("n", Arg::Number(value / 10_000))]));
    let ticks = |from: i64, to: i64| {
        let step = if to - from > 300_000 { 100_000 } else { 50_000 };
        (from / step..=to / step).map(move |at| at * step).filter(move |value| (from..=to).contains(value))
    };
    let marks = found
        .solutions
        .iter()
        .filter(|one| one.at.wage_yen >= first)
        .take(12)
        .map(|one| (one.at.wage_yen, one.at.total / terms.parts_of_a_yen()));
    let kinks = kinks(terms, person);
    let guides = kinks.iter().filter(|(_, _, wage)| (first..=last).contains(wage));
    let guides = guides.map(|(sign, _, wage)| (*wage, (*sign).to_owned())).collect();
    let args = [
        ("pension", Arg::Yen(person.pension)),
        ("base", Arg::Yen(person.wage_at_60)),
        ("drops", super::calculators::count(drops.len())),
    ];
    let drawn = Line {
        id: "income",
        title: speaker.text("law.page-chart").to_owned(),
        sentence: speaker.say("law.page-chart-sentence", &args),
        x: (first, last),
        y: (bottom, top),
        x_ticks: ticks(first, last).map(tick).collect(),
        y_ticks: ticks(bottom, top).map(tick).collect(),
        level: Some((target.0, speaker.say("law.page-level", &[("target", Arg::Yen(target))]))),
        marks: marks.chain(drops.iter().copied()).collect(),
        guides,
        pieces,
    };
    let unit = speaker.text("look.unit.yen");
    let columns = ["law.in-wage", "law.out-pension-paid", "law.out-benefit", "law.out-total"];
    let columns = columns.iter().map(|key| Column::number(speaker.text(key), unit)).collect();
    let rows = (0..=last / 10_000).map(|at| {
        let outcome = terms.apply(person, at * 10_000);
        vec![
            cell(Yen(outcome.wage_yen).ratio()),
            cell(terms.yen(outcome.pension_paid)),
            cell(terms.yen(outcome.benefit)),
            cell(terms.yen(outcome.total)),
        ]
    });
    let table = Table::new(speaker.text("law.page-chart"), columns).id("income-data").rows(rows).render(asked);
    section(
        speaker.text("law.page-chart"),
        html! {
            figure.chart {
                figcaption { p.chart-sentence { (drawn.sentence) } }
                (line(&drawn))
                (kink_table(asked, terms, person, &kinks))
                (details(speaker.text("law.page-chart-data"), table))
            }
        },
    )
}

/// For each pension the lowest wage that reaches the target: the table that the policy announces.
fn by_pension(asked: &Asked, costs: &Costs<'_>, terms: &ModelTerms, person: Person, target: Yen) -> Markup {
    let speaker = &asked.speaker;
    let unit = speaker.text("look.unit.yen");
    let keys = ["law.in-pension", "law.in-wage", "law.out-pension-paid", "law.out-benefit", "law.out-total"];
    let mut columns: Vec<Column> = keys.iter().map(|key| Column::number(speaker.text(key), unit)).collect();
    columns.push(Column::number(speaker.text("law.out-employer-cost"), unit));
    columns.push(Column::number(speaker.text("law.page-other-runs"), ""));
    let rows = (0..=9).map(|at| at * 20_000).map(|pension| {
        let person = Person { pension: Yen(pension), ..person };
        let found = wages_for(terms, person, target.0.saturating_mul(terms.parts_of_a_yen()), (0, target.0));
        let Some((wage, _)) = found.intervals.first().copied() else {
            return vec![cell(Yen(pension).ratio()), Cell::missing(speaker.text("law.out-no-solution"))];
        };
        let outcome = terms.apply(person, wage);
        vec![
            cell(Yen(pension).ratio()),
            cell(Yen(wage).ratio()),
            cell(terms.yen(outcome.pension_paid)),
            cell(terms.yen(outcome.benefit)),
            cell(terms.yen(outcome.total)),
            costs.cell(asked, wage),
            Cell::number((found.intervals.len() - 1).to_string(), found.intervals.len() - 1),
        ]
    });
    let args = [("base", Arg::Yen(person.wage_at_60)), ("target", Arg::Yen(target))];
    let table = Table::new(speaker.say("law.page-by-pension-of", &args), columns)
        .id("by-pension")
        .rows(rows)
        .note(speaker.text("law.page-by-pension-note"));
    section(speaker.text("law.page-by-pension"), table.render(asked))
}

/// Totals over pensions and wages.
fn grid(asked: &Asked, terms: &ModelTerms, person: Person, target: Yen) -> Markup {
    let speaker = &asked.speaker;
    let pensions: Vec<i64> = (3..=9).map(|at| at * 20_000).collect();
    let mut columns = vec![Column::number(speaker.text("law.in-wage"), speaker.text("look.unit.yen"))];
    columns.extend(pensions.iter().map(|pension| Column::number(exact::write(Yen(*pension).ratio()), "")));
    let rows = (7..=16).map(|at| at * 20_000).map(|wage| {
        let mut cells = vec![cell(Yen(wage).ratio())];
        cells.extend(pensions.iter().map(|pension| {
            let outcome = terms.apply(Person { pension: Yen(*pension), ..person }, wage);
            let total = terms.yen(outcome.total);
            if outcome.total >= target.0.saturating_mul(terms.parts_of_a_yen()) {
                Cell::markup(html! { strong { (yen(total)) } })
            } else {
                Cell::text(yen(total))
            }
        }));
        cells
    });
    let groups = vec![(String::new(), 1), (speaker.text("law.in-pension").to_owned(), pensions.len())];
    let table = Table::new(speaker.say("law.page-grid-note", &[("target", Arg::Yen(target))]), columns)
        .id("grid")
        .groups(groups)
        .rows(rows);
    section(speaker.text("law.page-grid"), table.render(asked))
}

/// One wage with every step.
fn one(asked: &Asked, costs: &Costs<'_>, person: Person, wage: Yen) -> Markup {
    let speaker = &asked.speaker;
    let explained = older_worker_model(costs.law, &costs.of, person, wage);
    let traces = vec![explained.trace, costs.of(wage).trace];
    let args = [("wage", Arg::Yen(wage))];
    html! {
        section.section {
            h2 { (speaker.say("law.page-one-wage", &args)) }
            @match &explained.value {
                Ok(model) => { p { strong { (explain::figure(asked, model.total, Unit::Yen)) } } }
                Err(missing) => { (explain::unknown(asked, missing)) }
            }
            (explain::notes(asked, &traces))
        }
        (explain::explanation(asked, &traces))
    }
}
