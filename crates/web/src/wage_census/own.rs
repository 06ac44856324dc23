//! A union's own page in a round: what it handed in, its plot, its estimators, its years.

use super::{code_of, find_own, find_round, own_address, picture, rows, title, used_for, wage_field};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export::download;
use crate::frame;
use crate::look::{
    Button, Cell, Column, Form, Table, Tone, card, details, empty, facts, hidden, link_button, notice, section,
    submit, tag,
};
use crate::write::word;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use census::columns::{Columns, Field};
use census::estimate::{Cost, EmptyCells, Estimate, Parameters, cost, estimates};
use census::exact::Exact;
use census::plot::Plot;
use federation::organisation::OrganisationId;
use federation::wage_census::state::Version;
use federation::wage_census::{Purpose, Round, SubmissionState};
use kernel::{Arg, Yen};
use maud::{Markup, html};

/// The rounds of a union's history.
const YEARS: usize = 5;

/// Everything that is counted for the page.
struct Counted {
    plot: Option<Plot>,
    figures: Vec<Estimate>,
    cost: Option<Cost>,
    years: Vec<Year>,
}

/// A round of the union's history.
struct Year {
    month: String,
    persons: u64,
    mean: Option<Exact>,
    medians: [Option<i64>; 2],
    pitch: Option<Exact>,
}

/// The page.
pub async fn show(asked: Asked, Path((round, unit)): Path<(String, String)>) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let organisation = find_own(&asked, &unit)?;
    let address = own_address(&asked, &round, organisation);
    let text = |key| asked.speaker.text(key);
    let name = frame::organisation_name(&asked, organisation);
    let counted = match round.standing(organisation) {
        Some(_) if used_for(&round, Purpose::OwnBargaining) => {
            let (asked, round) = (asked.clone(), std::sync::Arc::clone(&round));
            tokio::task::spawn_blocking(move || count(&asked, &round, organisation)).await.map_err(Stop::fault)?
        }
        _ => None,
    };
    let body = html! {
        (done(&asked))
        @match round.standing(organisation) {
            Some(version) => { (standing(&asked, &round, organisation, version, &address)) }
            None => { (nothing(&asked, &round, organisation, &address)) }
        }
        @if round.standing(organisation).is_some() && !used_for(&round, Purpose::OwnBargaining) {
            (notice(&asked, Tone::Info, text("wages.not-own-bargaining"), html! {}))
        }
        @if let Some(counted) = &counted {
            @if let Some(plot) = &counted.plot {
                @let words = picture::words(&asked, &round, &name, plot);
                (section(text("wages.plot"), html! {
                    (notice(&asked, Tone::Info, text("wages.plot.own-only"), html! {}))
                    (picture::figure(&asked, plot, &words, &address))
                }))
            }
            (section(text("wages.estimators"), estimators(&asked, &counted.figures, counted.cost.as_ref())))
            (section(text("wages.years"), years(&asked, &counted.years)))
        }
    };
    let args = [("unit", Arg::Text(name.clone()))];
    let heading = asked.speaker.say("wages.own.title", &args);
    let page = frame::internal_page(&asked, &heading).lead(title(&asked, &round));
    Ok(page.render(body).into_response())
}

fn done(asked: &Asked) -> Markup {
    let said = crate::board::known::query(asked);
    let text = |key| asked.speaker.text(key);
    html! {
        @match said.get("done") {
            "handed-in" => { (notice(asked, Tone::Good, text("wages.handed-in"), html! {})) }
            "withdrawn" => { (notice(asked, Tone::Good, text("wages.withdrawn"), html! {})) }
            _ => {}
        }
    }
}

fn nothing(asked: &Asked, round: &Round, organisation: OrganisationId, address: &str) -> Markup {
    let text = |key| asked.speaker.text(key);
    let sentence = match (round.expired, round.state_of(organisation)) {
        (Some(_), _) => text("wages.expired"),
        (None, SubmissionState::Withdrawn) => text("wages.state.withdrawn.text"),
        (None, _) => text("wages.nothing-yet"),
    };
    html! {
        (empty(sentence, None))
        @if round.open { p { (link_button(Button::Primary, text("wages.hand-in"), &format!("{address}/file"))) } }
    }
}

/// What stands, and the two things that can be done about it.
fn standing(
    asked: &Asked,
    round: &Round,
    organisation: OrganisationId,
    version: &Version,
    address: &str,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let said = &version.handed_in;
    let share = i64::from(said.persons) * 1_000 / i64::from(said.declared_members.max(1));
    let coverage = [
        ("persons", Arg::Count(i64::from(said.persons))),
        ("members", Arg::Count(i64::from(said.declared_members))),
        ("percent", Arg::Text(format!("{}.{}", share / 10, share % 10))),
    ];
    let complete = said.persons == said.declared_members;
    let mut lines = vec![
        (text("wages.when").to_owned(), html! { (speaker.date_time(version.recorded_at)) }),
        (
            text("wages.coverage").to_owned(),
            html! {
                (speaker.say("wages.coverage.of", &coverage)) " "
                @if !complete { (tag(Tone::Warn, text("wages.not-complete"))) }
            },
        ),
        (
            text("wages.raise-included").to_owned(),
            html! {
                (speaker.label(&format!("wages-raise.{}", word(&said.raise_included))))
            },
        ),
        (text("wages.basis").to_owned(), html! { (speaker.label(&format!("wages-basis.{}", word(&said.basis)))) }),
        (
            text("wages.resolution").to_owned(),
            html! {
                (speaker.label(&format!("wages-money.{}", word(&said.resolution))))
            },
        ),
        (text("wages.kept-until").to_owned(), html! { (speaker.date(round.kept_until)) }),
    ];
    if said.left_out > 0 {
        let left = Arg::Count(i64::from(said.left_out));
        lines.push((
            text("wages.left-out").to_owned(),
            html! { (speaker.say("wages.people", &[("count", left)])) },
        ));
    }
    if !said.findings.is_empty() {
        let counts: Vec<String> = said
            .findings
            .iter()
            .map(|one| {
                let short = one.code.as_str().trim_start_matches("census-").to_uppercase();
                let args = [("code", Arg::Text(short)), ("count", Arg::Count(i64::from(one.count)))];
                speaker.say("wages.finding-count", &args)
            })
            .collect();
        lines.push((text("wages.findings").to_owned(), html! { (counts.join("、")) }));
    }
    if let (Some(reason), Some(account)) = (&said.reason, asked.viewer.account())
        && let Some(reason) = asked.desk.read_text(account, rows::REASON, reason)
    {
        lines.push((text("wages.reason").to_owned(), html! { (reason) }));
    }
    let withdraw =
        Form::new(format!("{address}/withdraw"), asked.csrf()).command_id(super::hand_in::fresh_id()).render(
            asked,
            html! {
                p { (text("wages.withdraw.text")) }
                (hidden("version", &version.seq.to_string()))
            },
            submit(Button::Danger, text("wages.withdraw")),
        );
    html! {
        (card(&speaker.say("wages.stands", &[("unit", Arg::Text(code_of(asked, organisation)))]), facts(&lines)))
        div.cluster {
            @if round.open { (link_button(Button::Plain, text("wages.replace"), &format!("{address}/file"))) }
            (link_button(Button::Plain, text("wages.pack"), &format!("{address}/pack")))
        }
        (details(text("wages.withdraw"), withdraw))
    }
}

fn count(asked: &Asked, round: &Round, organisation: OrganisationId) -> Option<Counted> {
    let stored = rows::own(asked, round, organisation)?;
    let parameters = Parameters { wage: wage_field(round), ..Parameters::default() };
    let before = rows::before(asked, round, organisation);
    let plot = picture::made(asked, round, organisation, &stored.columns, picture::by_asked(asked));
    let mut figures = estimates(&stored.columns, None, &parameters);
    // What the same persons earned a year before comes from the earlier round.
    if let Some(before) = &before {
        let panel = estimates(before, Some(&stored.columns), &parameters);
        for (now, then) in figures.iter_mut().zip(panel) {
            if then.estimator == census::estimate::Estimator::Panel {
                *now = then;
            }
        }
    }
    let cost = before.as_ref().and_then(|before| cost(before, &stored.columns, EmptyCells::Nearest, &parameters));
    let mut years = vec![year(asked, round, &stored.columns)];
    let earlier = asked.state().wage_censuses.latest_first();
    let earlier = earlier.into_iter().filter(|one| one.reference_month < round.reference_month).take(YEARS - 1);
    for one in earlier {
        if let Some(stored) = rows::own(asked, one, organisation) {
            years.push(year(asked, one, &stored.columns));
        }
    }
    Some(Counted { plot, figures, cost, years })
}

fn year(asked: &Asked, round: &Round, columns: &Columns) -> Year {
    let wage = wage_field(round);
    let mut at: [Vec<i64>; 2] = [Vec::new(), Vec::new()];
    let (mut sum, mut persons) = (0i64, 0u64);
    for row in columns.counted_rows() {
        let Some(yen) = columns.get(wage, row) else { continue };
        sum += yen;
        persons += 1;
        match columns.get(Field::Age, row) {
            Some(30) => at[0].push(yen),
            Some(35) => at[1].push(yen),
            _ => {}
        }
    }
    // The same as Q2 by the method of the book: the lower of two in the middle.
    let medians = at.map(|mut wages| {
        wages.sort_unstable();
        wages.get(wages.len().checked_sub(1)? / 2).copied()
    });
    let parameters = Parameters { wage, replicates: 0, ..Parameters::default() };
    let pitch = estimates(columns, None, &parameters)
        .into_iter()
        .find(|one| one.estimator == census::estimate::Estimator::PitchMean)
        .and_then(|one| one.yen);
    Year {
        month: super::month(asked, round.reference_month),
        persons,
        mean: Exact::new(sum, persons),
        medians,
        pitch,
    }
}

fn yen_of(asked: &Asked, value: &Exact, decimals: u32) -> String {
    asked.speaker.figure(&value.to_decimal(decimals))
}

/// The nine side by side, and the cost apart.
pub(super) fn estimators(asked: &Asked, found: &[Estimate], cost: Option<&Cost>) -> Markup {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let yen = text("look.unit.yen");
    let columns = vec![
        Column::text(text("census.head-formula")).coded("wages-row"),
        Column::number(text("census.head-yen-per-year"), yen).coded("wages-yen"),
        Column::number(text("census.head-persons"), "").coded("wages-persons"),
        Column::number(text("census.head-interval"), yen).coded("wages-interval"),
        Column::text(text("census.head-verdict")).coded("wages-verdict"),
    ];
    let rows = found.iter().map(|one| {
        let formula = speaker.say(&format!("census.formula-{}", one.estimator.name().replace('_', "-")), &[]);
        let interval = one.interval.as_ref();
        let interval = match interval {
            Some((low, high)) => Cell::text(format!("{}〜{}", yen_of(asked, low, 0), yen_of(asked, high, 0))),
            None => Cell::missing("―"),
        };
        let doubts: Vec<&str> =
            one.doubts.iter().map(|doubt| speaker.label(&format!("census.doubt-{}", doubt.word()))).collect();
        let verdict = match one.confirmed {
            true => tag(Tone::Good, text("census.confirmed")),
            false => {
                html! { (tag(Tone::Warn, text("census.not-confirmed"))) " " span.hint { (doubts.join("、")) } }
            }
        };
        vec![
            Cell::text(formula),
            one.yen.as_ref().map_or_else(
                || Cell::missing("―"),
                |value| Cell::number(yen_of(asked, value, 2), value.to_decimal(2)),
            ),
            Cell::number(speaker.count(i64::try_from(one.persons).unwrap_or(i64::MAX)), one.persons),
            interval,
            Cell::markup(verdict),
        ]
    });
    let table = Table::new(text("wages.estimators"), columns)
        .id("estimators")
        .filed()
        .rows(rows)
        .note(text("census.no-official"));
    html! {
        p { (text("wages.estimators.label")) }
        (table.render(asked))
        (card(text("wages.cost"), html! {
            @match cost {
                Some(cost) => {
                    @let yen = [("yen", Arg::Text(yen_of(asked, &cost.yen, 2)))];
                    p { strong.num { (speaker.say("wages.cost.of", &yen)) } }
                    @let args = [
                        ("change", Arg::Text(yen_of(asked, &cost.change_of_mean, 2))),
                        ("without", Arg::Count(i64::try_from(cost.without_wage).unwrap_or(i64::MAX))),
                        ("persons", Arg::Count(i64::try_from(cost.persons).unwrap_or(i64::MAX))),
                    ];
                    p { (speaker.say("wages.cost.note", &args)) }
                }
                None => { p { (text("wages.cost.none")) } }
            }
            p { (text("census.cost-is-not-raise").trim()) }
        }))
    }
}

fn years(asked: &Asked, years: &[Year]) -> Markup {
    let text = |key| asked.speaker.text(key);
    let yen = text("look.unit.yen");
    let columns = vec![
        Column::text(text("wages.reference-month")).tight().coded("wages-month"),
        Column::number(text("census.column-n"), text("look.unit.people")).coded("wages-persons"),
        Column::number(text("census.column-mean"), yen).coded("wages-mean"),
        Column::number(text("wages.median-30"), yen).coded("wages-yen"),
        Column::number(text("wages.median-35"), yen).coded("wages-yen"),
        Column::number(text("wages.pitch-mean"), yen).coded("wages-yen"),
    ];
    let exact = |value: &Option<Exact>, decimals| match value {
        Some(value) => Cell::number(yen_of(asked, value, decimals), value.to_decimal(decimals)),
        None => Cell::missing("-"),
    };
    let whole = |value: Option<i64>| match value {
        Some(value) => Cell::number(asked.speaker.yen_figure(Yen(value)), value),
        None => Cell::missing("-"),
    };
    let rows = years.iter().map(|one| {
        vec![
            Cell::text(&one.month),
            Cell::number(asked.speaker.count(i64::try_from(one.persons).unwrap_or(i64::MAX)), one.persons),
            exact(&one.mean, 0),
            whole(one.medians[0]),
            whole(one.medians[1]),
            exact(&one.pitch, 2),
        ]
    });
    Table::new(text("wages.years"), columns)
        .id("years")
        .filed()
        .rows(rows)
        .note(text("wages.years.note"))
        .render(asked)
}

/// The drawing alone, as a file.
pub async fn plot_file(asked: Asked, Path((round, unit)): Path<(String, String)>) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let organisation = find_own(&asked, &unit)?;
    if !used_for(&round, Purpose::OwnBargaining) {
        return Err(Stop::Refused(federation::Refusal::PurposeNotGiven));
    }
    let stored = rows::own(&asked, &round, organisation).ok_or(Stop::NotFound)?;
    let by = picture::by_asked(&asked);
    let plot = picture::made(&asked, &round, organisation, &stored.columns, by).ok_or(Stop::NotFound)?;
    let words = picture::words(&asked, &round, &frame::organisation_name(&asked, organisation), &plot);
    let name = format!("plot-{}-{}-{}.svg", round.code, unit, by.name());
    Ok(download(&name, "image/svg+xml", census::plot::draw(&plot, "plot", &words).into_bytes()))
}
