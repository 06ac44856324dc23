//! This year against another, group by group: over all unions and over the same ones side by side,
//! each under its name, with what was matched, what was dropped on each side, and why.

use super::figures::{count, difference, measure_name, named, written};
use super::known::{Known, NotKnown, at_instant, known, query};
use super::pages::{as_of, csv_head};
use super::tables::definition;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export;
use crate::exchange::listing::Listing;
use crate::fields::Fields;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Pagination, TabItem, Table, Tone, empty, facts, notice,
    pagination, section, submit, tabs,
};
use axum::response::{IntoResponse, Response};
use federation::board::publish::{GROUPINGS, in_dimension};
use federation::board::same_unions::{
    Against, ComparedLine, ComparedRow, ComparedRows, Fate, RowSide, Years, YearsCompared, compared_rows,
    years_compared,
};
use federation::campaign::Campaign;
use federation::campaign::links::LinkKind;
use federation::kit::Round;
use federation::tally::{Difference, Dropped, LinkRule, MeanOfSample, Measure, RoundingRule};
use kernel::{Arg, Ratio};
use maud::{Markup, html};
use texts::Speaker;

/// How many unions a page lists.
const PAGE: usize = 100;

/// What the address asks for.
struct Question {
    fields: Fields,
    known: Known,
    with: i16,
    round: Option<Round>,
    against: Against,
    rule: LinkRule,
    measure: Measure,
}

impl Question {
    async fn read(asked: &Asked) -> Result<Question, NotKnown> {
        let fields = query(asked);
        let round = asked.kit().and_then(|kit| kit.rounds.iter().find(|r| r.code.as_str() == fields.get("round")));
        let round = round.cloned();
        let instant = round.as_ref().and_then(|round| crate::release::snapshot_at(asked, round));
        // An entry number in the address stands for what was printed and is kept.
        let known = match (instant, &round) {
            (Some(instant), Some(round)) if fields.get("at").is_empty() => {
                at_instant(asked, instant, round.snapshot_on).await?
            }
            _ => known(asked, &fields).await?,
        };
        let against = match fields.get("against") {
            "time" => Against::SameTime,
            _ => Against::Result,
        };
        let rule = match fields.get("links") {
            "drop" => LinkRule::Drop,
            _ => LinkRule::Together,
        };
        let measure = Measure::from_name(fields.get("measure")).unwrap_or(Measure::TotalRaiseYen);
        let current = known.facts.campaigns.current();
        let before = current.and_then(|campaign| known.facts.campaigns.before(campaign));
        let with = fields.get("with").parse().ok().or(before.map(|before| before.year)).unwrap_or_default();
        Ok(Question { fields, known, with, round, against, rule, measure })
    }

    /// Both campaigns, where there are two.
    fn campaigns(&self) -> Option<(&Campaign, &Campaign)> {
        let campaign = self.known.facts.campaigns.current()?;
        let others = self.known.facts.campaigns.campaigns.values();
        let other = others.map(AsRef::as_ref).find(|other| other.year == self.with && other.id != campaign.id)?;
        Some((campaign, other))
    }

    fn years(&self) -> Option<Years<'_>> {
        Years::new(&self.known.facts, self.campaigns()?, self.known.day, self.round.as_ref(), self.against)
    }

    /// The address of the same comparison, so that it opens what was printed.
    fn query(&self, against: Against) -> String {
        let round = self.round.as_ref().map(|round| format!("&round={}", round.code)).unwrap_or_default();
        format!(
            "with={}{round}&against={}&links={}&{}",
            self.with,
            word(against),
            rule(self.rule),
            self.known.query()
        )
    }
}

fn word(against: Against) -> &'static str {
    match against {
        Against::Result => "result",
        Against::SameTime => "time",
    }
}

fn rule(rule: LinkRule) -> &'static str {
    match rule {
        LinkRule::Together => "together",
        LinkRule::Drop => "drop",
    }
}

/// The page.
pub async fn show(asked: Asked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let question = match Question::read(&asked).await {
        Ok(question) => question,
        Err(NotKnown::Say(why)) => {
            let back = html! { p { a href="/board/same-unions" { (speaker.text("board.past.now")) } } };
            let page = frame::internal_page(&asked, speaker.text("years.title")).crumbs(crumbs(speaker));
            return Ok(page.render(notice(&asked, Tone::Info, &why, back)).into_response());
        }
        Err(not) => return Err(not.into()),
    };
    let known = &question.known;
    let states = (known.facts.as_ref(), asked.state());
    let table = question.years().and_then(|years| years_compared(states, &asked.viewer, &years, question.rule));
    let page = frame::internal_page(&asked, speaker.text("years.title"))
        .lead(speaker.text("years.lead"))
        .crumbs(crumbs(speaker))
        .as_of(as_of(speaker, known.past.unwrap_or(asked.now), known.seq))
        .seal(frame::seal(known.seq, known.hash));
    let (Some(table), Some(rounding)) = (table, definition(&known.facts).map(|definition| definition.rounding))
    else {
        let open = federation::board::view::sees_rows(asked.state(), &asked.viewer);
        let key = if open { "board.year.none" } else { "board.year.closed" };
        return Ok(page
            .render(html! { (form(&asked, &question)) (empty(speaker.text(key), None)) })
            .into_response());
    };
    let drawn = Drawn { asked: &asked, question: &question, table: &table, rounding };
    Ok(page.render(drawn.body()).into_response())
}

fn crumbs(speaker: &Speaker) -> Vec<Crumb> {
    vec![
        Crumb { label: speaker.text("board.title").to_owned(), href: Some("/board".to_owned()) },
        Crumb { label: speaker.text("years.title").to_owned(), href: None },
    ]
}

/// What is compared with what.
fn form(asked: &Asked, question: &Question) -> Markup {
    let speaker = &asked.speaker;
    let current = question.known.facts.campaigns.current();
    let mut years: Vec<i16> = question.known.facts.campaigns.campaigns.values().map(|one| one.year).collect();
    years.retain(|year| current.is_some_and(|campaign| *year != campaign.year));
    years.sort_unstable_by(|one, two| two.cmp(one));
    years.dedup();
    let years = years.into_iter().map(|year| {
        let label = speaker.say("years.year", &[("year", Arg::Number(i64::from(year)))]);
        Choice::new(year.to_string(), label).chosen(year == question.with)
    });
    let now = Choice::new("", speaker.text("years.round.none")).chosen(question.round.is_none());
    let rounds = asked.kit().map(|kit| kit.rounds.as_slice()).unwrap_or_default().iter().map(|round| {
        let chosen = question.round.as_ref().is_some_and(|one| one.code == round.code);
        Choice::new(round.code.as_str(), named(speaker, &round.name)).chosen(chosen)
    });
    let measures = federation::board::view::MEASURES.into_iter().map(|measure| {
        Choice::new(measure.name(), measure_name(speaker, measure)).chosen(measure == question.measure)
    });
    let pick = |name: &str, key: &str, options: [(&str, &str); 2], chosen: &str| {
        let choices = options.map(|(value, key)| Choice::new(value, speaker.text(key)).chosen(value == chosen));
        Field::new(name, speaker.text(key)).select(asked, &choices)
    };
    html! {
        form.screen-only.stack method="get" action="/board/same-unions" {
            div.grid {
                (Field::new("with", speaker.text("years.with")).select(asked, &years.collect::<Vec<_>>()))
                (Field::new("round", speaker.text("years.round"))
                    .select(asked, &[now].into_iter().chain(rounds).collect::<Vec<_>>()))
                (Field::new("measure", speaker.text("board.spread.measure"))
                    .select(asked, &measures.collect::<Vec<_>>()))
                (pick("against", "years.against", [("result", "years.against.result"), ("time", "years.against.time")],
                    word(question.against)))
                (pick("links", "years.links", [("together", "years.links.together"), ("drop", "years.links.drop")],
                    rule(question.rule)))
            }
            div { (submit(Button::Plain, speaker.text("years.show"))) }
        }
    }
}

/// What a page of tables is drawn with.
struct Drawn<'a> {
    asked: &'a Asked,
    question: &'a Question,
    table: &'a YearsCompared,
    rounding: RoundingRule,
}

impl Drawn<'_> {
    fn body(&self) -> Markup {
        let speaker = &self.asked.speaker;
        let tables = GROUPINGS.iter().filter(|(_, dimension)| dimension.is_some()).map(|(name, dimension)| {
            let total = self.table.lines.iter().filter(|line| in_dimension(line.key, None));
            let lines = total.chain(self.table.lines.iter().filter(|line| in_dimension(line.key, *dimension)));
            let (heading, rows_are) = match *name {
                "size" => ("board.size", "board.rows.size"),
                "industry" => ("board.industry", "board.rows.industry"),
                _ => ("board.region", "board.rows.region"),
            };
            section(speaker.text(heading), self.of_lines(name, rows_are, lines.collect()))
        });
        html! {
            (form(self.asked, self.question))
            (self.about())
            @for finding in &self.table.findings {
                (notice(self.asked, Tone::Warn, &speaker.finding(finding), html! {}))
            }
            @for table in tables { (table) }
            (section(speaker.text("years.links.title"), self.links()))
        }
    }

    /// By what, with what, and how many.
    fn about(&self) -> Markup {
        let speaker = &self.asked.speaker;
        let say = |key: &str| speaker.text(key).to_owned();
        let against = format!("years.against.{}", word(self.question.against));
        let rule_key = format!("years.links.{}", rule(self.question.rule));
        let of_total = self.table.lines.iter().find(|line| in_dimension(line.key, None));
        let total = of_total.and_then(|line| find(&line.same_unions, self.question.measure));
        let days = [("current", Arg::Date(self.table.day)), ("previous", Arg::Date(self.table.other_day))];
        let mut list = vec![
            (say("years.days"), html! { (speaker.say("years.days.text", &days)) }),
            (say("years.key"), html! { (speaker.text("years.key.bargaining-unit")) }),
            (say("years.against"), html! { (speaker.label(&against)) }),
            (say("years.links"), html! { (speaker.label(&rule_key)) }),
        ];
        if let Some(total) = total {
            let counts = [
                ("matched", count(total.current.unions)),
                ("now", count(total.dropped_current)),
                ("then", count(total.dropped_previous)),
            ];
            list.push((say("years.matched"), html! { (speaker.say("years.matched.text", &counts)) }));
        }
        facts(&list)
    }

    fn of_lines(&self, name: &str, rows_are: &str, lines: Vec<&ComparedLine>) -> Markup {
        let speaker = &self.asked.speaker;
        let measure = self.question.measure;
        let caption = speaker.say(
            "years.caption",
            &[
                ("measure", Arg::Text(measure_name(speaker, measure))),
                ("current", Arg::Number(i64::from(self.table.campaign.1))),
                ("previous", Arg::Number(i64::from(self.table.other.1))),
            ],
        );
        let year = |year: i16| speaker.say("years.year", &[("year", Arg::Number(i64::from(year)))]);
        let (this, last) = (year(self.table.campaign.1), year(self.table.other.1));
        let columns = vec![
            Column::text(speaker.text(rows_are)),
            Column::number(&this, ""),
            Column::number(&last, ""),
            Column::number(speaker.text("years.difference"), ""),
            Column::number(&this, ""),
            Column::number(&last, ""),
            Column::number(speaker.text("years.difference"), ""),
            Column::number(speaker.text("years.dropped"), speaker.text("unit.unions")),
        ];
        let groups = vec![
            (String::new(), 1),
            (speaker.text("years.cross-section").to_owned(), 3),
            (speaker.text("years.same-unions").to_owned(), 4),
        ];
        let csv = format!("/board/same-unions/export?table={name}&{}", self.question.query(self.question.against));
        Table::new(caption, columns)
            .id(format!("years-{name}"))
            .groups(groups)
            .rows(lines.into_iter().filter_map(|line| self.line(line)))
            .unit_line(speaker.text("board.matrix.unit-line"))
            .note(speaker.text("years.note"))
            .empty(empty(speaker.text("board.nothing"), None))
            .exports(export::links(self.asked, &csv))
            .render(self.asked)
    }

    fn line(&self, line: &ComparedLine) -> Option<Vec<Cell>> {
        let (speaker, measure) = (&self.asked.speaker, self.question.measure);
        let (all, same) = (find(&line.cross_section, measure), find(&line.same_unions, measure));
        let any = |one: Option<&Difference>| one.is_some_and(|one| one.current.unions + one.previous.unions > 0);
        if !any(all) && !any(same) {
            return None;
        }
        let name = named(speaker, &line.name);
        let mut cells = vec![if line.merged {
            Cell::markup(html! { (name) " " small { (speaker.text("board.merged")) } })
        } else {
            Cell::text(name)
        }];
        let group = crate::people::encode(&line.address());
        let href = |against| {
            let query = self.question.query(against);
            format!("/board/same-unions/rows?measure={}&group={group}&{query}", measure.name())
        };
        for (one, href) in [(all, href(Against::SameTime)), (same, href(self.question.against))] {
            match one {
                Some(one) => {
                    cells.extend([self.mean(one, one.current, &href), self.mean(one, one.previous, &href)]);
                    cells.push(self.less(one));
                }
                None => cells.extend((0..3).map(|_| Cell::missing("–"))),
            }
        }
        cells.push(match same {
            Some(one) => {
                let counts = [("now", count(one.dropped_current)), ("then", count(one.dropped_previous))];
                let text = speaker.say("years.dropped.cell", &counts);
                Cell::source(text, one.dropped_current + one.dropped_previous, href(self.question.against))
            }
            None => Cell::missing("–"),
        });
        Some(cells)
    }

    fn mean(&self, one: &Difference, mean: MeanOfSample, href: &str) -> Cell {
        let speaker = &self.asked.speaker;
        let (Some(weighted), Some(simple)) = (mean.weighted, mean.simple) else {
            return Cell::missing(speaker.text("board.cell.no-number"));
        };
        let write = |value: Ratio| written(speaker, &self.rounding, value, one.measure.unit());
        let sample = [("unions", count(mean.unions)), ("members", count(mean.members))];
        Cell::markup(html! {
            span.nowrap { (speaker.text("board.cell.weighted")) " " (crate::look::source(&write(weighted), href)) } br;
            span.nowrap { (speaker.text("board.cell.simple")) " " (crate::look::source(&write(simple), href)) } br;
            small.nowrap { (speaker.say("board.cell.sample", &sample)) }
        })
    }

    fn less(&self, one: &Difference) -> Cell {
        let speaker = &self.asked.speaker;
        let (Some(weighted), Some(simple)) = (one.weighted, one.simple) else { return Cell::missing("–") };
        let write = |value: Ratio| difference(speaker, &self.rounding, value, one.measure.unit());
        Cell::markup(html! {
            span.nowrap { (speaker.text("board.cell.weighted")) " " strong.num { (write(weighted)) } } br;
            span.nowrap { (speaker.text("board.cell.simple")) " " span.num { (write(simple)) } }
        })
    }

    fn links(&self) -> Markup {
        let speaker = &self.asked.speaker;
        let names = |units: &[federation::board::same_unions::UnitName]| {
            units.iter().map(|unit| format!("{}（{}）", unit.name, unit.code)).collect::<Vec<_>>().join("、")
        };
        let columns = vec![
            Column::text(speaker.text("years.link.kind")).coded("link-kind").tight(),
            Column::text(speaker.text("years.link.from")).coded("link-from"),
            Column::text(speaker.text("years.link.to")).coded("link-to"),
            Column::text(speaker.text("years.link.on")).coded("link-on").tight(),
        ];
        let rows = self.table.links.iter().map(|link| {
            vec![
                Cell::text(link_kind(speaker, link.link.kind)),
                Cell::text(names(&link.previous)),
                Cell::text(names(&link.current)),
                link.link.on.map_or_else(|| Cell::missing("–"), |on| Cell::text(speaker.date(on))),
            ]
        });
        Table::new(speaker.text("years.links.title"), columns)
            .id("years-links")
            .filed()
            .rows(rows)
            .empty(empty(speaker.text("years.links.nothing"), None))
            .render(self.asked)
    }
}

/// What became of what, in words.
pub(crate) fn link_kind(speaker: &Speaker, kind: LinkKind) -> &'static str {
    speaker.text(match kind {
        LinkKind::Merger => "link.merger",
        LinkKind::Split => "link.split",
        LinkKind::Succession => "link.succession",
        LinkKind::Regrouping => "link.regrouping",
    })
}

fn find(list: &[Difference], measure: Measure) -> Option<&Difference> {
    list.iter().find(|one| one.measure == measure)
}

/// The unions behind a number.
pub async fn rows(asked: Asked) -> Result<Response, Stop> {
    let question = Question::read(&asked).await?;
    let known = &question.known;
    let states = (known.facts.as_ref(), asked.state());
    let years = question.years().ok_or(Stop::NotFound)?;
    let group = question.fields.get("group").to_owned();
    let found = compared_rows(states, &asked.viewer, &years, question.rule, (question.measure, &group));
    let found = found.ok_or(Stop::NotFound)?;
    let rounding = definition(&known.facts).ok_or(Stop::NotFound)?.rounding;
    let speaker = &asked.speaker;
    let title = speaker.say(
        "years.rows.title",
        &[
            ("group", Arg::Text(named(speaker, &found.line.name).to_owned())),
            ("measure", Arg::Text(measure_name(speaker, question.measure))),
        ],
    );
    let back =
        format!("/board/same-unions?measure={}&{}", question.measure.name(), question.query(question.against));
    let page = frame::internal_page(&asked, &title)
        .crumbs(vec![
            Crumb { label: speaker.text("years.title").to_owned(), href: Some(back) },
            Crumb { label: speaker.text("board.source").to_owned(), href: None },
        ])
        .as_of(as_of(speaker, known.past.unwrap_or(asked.now), known.seq))
        .seal(frame::seal(known.seq, known.hash));
    Ok(page.render(rows_body(&asked, &question, &found, &rounding)).into_response())
}

fn rows_body(asked: &Asked, question: &Question, found: &ComparedRows, rounding: &RoundingRule) -> Markup {
    let speaker = &asked.speaker;
    let shown = question.fields.get("show");
    let kinds = [("matched", "years.rows.matched"), ("now", "years.rows.now"), ("then", "years.rows.then")];
    let current = kinds.iter().find(|(word, _)| *word == shown).map_or("matched", |(word, _)| word);
    let of = |kind: &str| {
        let rows = found.rows.iter().filter(|row| match row.fate {
            Fate::Matched(_) => kind == "matched",
            Fate::DroppedCurrent(_) => kind == "now",
            Fate::DroppedPrevious(_) => kind == "then",
        });
        rows.collect::<Vec<&ComparedRow>>()
    };
    let group = crate::people::encode(question.fields.get("group"));
    let address = |kind: &str, page: usize| {
        let query = question.query(question.against);
        let measure = question.measure.name();
        format!("/board/same-unions/rows?measure={measure}&group={group}&{query}&show={kind}&page={page}")
    };
    let items = kinds.map(|(kind, key)| TabItem {
        label: speaker.text(key).to_owned(),
        href: address(kind, 1),
        current: kind == current,
        count: Some(speaker.count(i64::try_from(of(kind).len()).unwrap_or(i64::MAX))),
    });
    let all = of(current);
    let size = export::rows_shown(asked, PAGE);
    let pages = all.len().div_ceil(size).max(1);
    let page = question.fields.get("page").parse().unwrap_or(1usize).clamp(1, pages);
    let from = (page - 1) * size;
    let columns = vec![
        Column::text(speaker.text("years.rows.unit")).coded("unit-name"),
        Column::number(speaker.text("years.rows.members-now"), speaker.text("unit.members")).coded("members-now"),
        Column::number(speaker.text("years.rows.value-now"), "").coded("value-now"),
        Column::number(speaker.text("years.rows.members-then"), speaker.text("unit.members"))
            .coded("members-then"),
        Column::number(speaker.text("years.rows.value-then"), "").coded("value-then"),
        Column::number(speaker.text("years.difference"), "").coded("difference"),
        Column::text(speaker.text("years.rows.why")).coded("match-why"),
    ];
    let caption = kinds.iter().find(|(kind, _)| *kind == current).map_or("years.rows.matched", |(_, key)| key);
    let table = Table::new(speaker.text(caption), columns)
        .id("years-rows")
        .filed()
        .rows(all.iter().skip(from).take(size).map(|row| cells(speaker, row, question.measure, rounding)))
        .empty(empty(speaker.text("board.source.none"), None));
    let range =
        [("from", count(from + 1)), ("to", count((from + size).min(all.len()))), ("all", count(all.len()))];
    let href = |page: u32| address(current, page as usize);
    html! {
        (means(speaker, found, question, rounding))
        (tabs(speaker.text("board.source"), &items))
        (table.render(asked))
        @if found.closed > 0 { p { (speaker.say("board.source.closed", &[("closed", count(found.closed))])) } }
        @if pages > 1 {
            (pagination(asked, &Pagination {
                page: u32::try_from(page).unwrap_or(1),
                pages: u32::try_from(pages).unwrap_or(u32::MAX),
                range: speaker.say("board.source.range", &range),
                href: &href,
            }))
        }
    }
}

/// The two means of both kinds, with what they rest on.
fn means(speaker: &Speaker, found: &ComparedRows, question: &Question, rounding: &RoundingRule) -> Markup {
    let unit = found.measure.unit();
    let write =
        |value: Option<Ratio>| value.map_or("–".to_owned(), |value| written(speaker, rounding, value, unit));
    let less =
        |value: Option<Ratio>| value.map_or("–".to_owned(), |value| difference(speaker, rounding, value, unit));
    let line = |one: &Difference| {
        let args = [
            ("now", Arg::Text(write(one.current.weighted))),
            ("then", Arg::Text(write(one.previous.weighted))),
            ("less", Arg::Text(less(one.weighted))),
            ("unions_now", count(one.current.unions)),
            ("members_now", count(one.current.members)),
            ("unions_then", count(one.previous.unions)),
            ("members_then", count(one.previous.members)),
        ];
        html! { (speaker.say("years.means", &args)) }
    };
    let lists = [
        ("years.cross-section", find(&found.line.cross_section, question.measure)),
        ("years.same-unions", find(&found.line.same_unions, question.measure)),
    ];
    let lines = lists.into_iter().filter_map(|(key, one)| Some((speaker.text(key).to_owned(), line(one?))));
    facts(&lines.collect::<Vec<_>>())
}

fn cells(speaker: &Speaker, row: &ComparedRow, measure: Measure, rounding: &RoundingRule) -> Vec<Cell> {
    let unit = measure.unit();
    let members = |side: &Option<RowSide>| match side {
        Some(side) => {
            let members = i64::try_from(side.members).unwrap_or(i64::MAX);
            Cell::number(speaker.count(members), side.members)
        }
        None => Cell::missing("–"),
    };
    let value = |side: &Option<RowSide>| match side.as_ref().and_then(|side| side.value) {
        Some(value) => {
            let entry = side.as_ref().and_then(|side| side.seq);
            Cell::markup(html! {
                span.num { (written(speaker, rounding, value, unit)) }
                @if let Some(entry) = entry {
                    br; small.nowrap { (speaker.say("years.entry", &[("entry", Arg::Text(entry.to_string()))])) }
                }
            })
        }
        None => Cell::missing("–"),
    };
    let less = |side: &Option<RowSide>| side.as_ref().and_then(|side| side.value);
    let less = less(&row.current).zip(less(&row.previous)).and_then(|(now, then)| now.checked_sub(then));
    let units =
        row.current.as_ref().or(row.previous.as_ref()).map(|side| side.units.as_slice()).unwrap_or_default();
    let before = row.previous.as_ref().map(|side| side.units.as_slice()).unwrap_or_default();
    let codes = |units: &[federation::board::same_unions::UnitName]| {
        units.iter().map(|unit| unit.code.clone()).collect::<Vec<_>>()
    };
    let others = row.current.is_some() && !before.is_empty() && codes(before) != codes(units);
    vec![
        Cell::markup(html! {
            @for (at, unit) in units.iter().enumerate() {
                @if at > 0 { "、" }
                a href=(format!("/units/{}", unit.code)) { (unit.name) }
            }
            @if others {
                br; small {
                    @let names = before.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、");
                    (speaker.say("years.rows.before", &[("names", Arg::Text(names))]))
                }
            }
        }),
        members(&row.current),
        value(&row.current),
        members(&row.previous),
        value(&row.previous),
        less.map_or_else(|| Cell::missing("–"), |less| Cell::text(difference(speaker, rounding, less, unit))),
        Cell::text(speaker.text(fate_key(row.fate))),
    ]
}

fn fate_key(fate: Fate) -> &'static str {
    match fate {
        Fate::Matched(None) => "years.fate.same",
        Fate::Matched(Some(_)) => "years.fate.linked",
        Fate::DroppedCurrent(Dropped::NotInFrame) => "years.fate.not-in-frame-then",
        Fate::DroppedCurrent(Dropped::NoNumber) => "years.fate.no-number-then",
        Fate::DroppedPrevious(Dropped::NotInFrame) => "years.fate.not-in-frame-now",
        Fate::DroppedPrevious(Dropped::NoNumber) => "years.fate.no-number-now",
        Fate::DroppedCurrent(Dropped::Linked(_)) | Fate::DroppedPrevious(Dropped::Linked(_)) => {
            "years.fate.linked-dropped"
        }
        Fate::DroppedCurrent(Dropped::PartWithoutNumber(_))
        | Fate::DroppedPrevious(Dropped::PartWithoutNumber(_)) => "years.fate.part-without-number",
    }
}

const COLUMNS: [(&str, &str); 16] = [
    ("group-code", "board.csv.group-code"),
    ("group", "board.csv.group"),
    ("measure", "board.spread.measure"),
    ("comparison", "years.csv.comparison"),
    ("weighted-now", "board.year.weighted-now"),
    ("weighted-then", "board.year.weighted-then"),
    ("weighted-difference", "board.year.weighted-difference"),
    ("simple-now", "board.year.simple-now"),
    ("simple-then", "board.year.simple-then"),
    ("simple-difference", "board.year.simple-difference"),
    ("unions-now", "years.csv.unions-now"),
    ("members-now", "years.csv.members-now"),
    ("unions-then", "years.csv.unions-then"),
    ("members-then", "years.csv.members-then"),
    ("dropped-now", "board.year.dropped-now"),
    ("dropped-then", "board.year.dropped-then"),
];

/// A table as a file.
pub async fn export(asked: Asked) -> Result<Response, Stop> {
    let question = Question::read(&asked).await?;
    let known = &question.known;
    let states = (known.facts.as_ref(), asked.state());
    let years = question.years().ok_or(Stop::NotFound)?;
    let table = years_compared(states, &asked.viewer, &years, question.rule).ok_or(Stop::NotFound)?;
    let rounding = definition(&known.facts).ok_or(Stop::NotFound)?.rounding;
    let wanted = question.fields.get("table");
    let (name, dimension) = GROUPINGS.iter().find(|(name, _)| *name == wanted).ok_or(Stop::NotFound)?;
    let speaker = &asked.speaker;
    let text = |key: &str| speaker.text(key).to_owned();
    let mut rows = csv_head(&asked, known);
    rows.push(vec![text("years.days"), table.day.to_string(), table.other_day.to_string()]);
    rows.push(vec![text("years.key"), text("years.key.bargaining-unit")]);
    rows.push(vec![
        text("years.against"),
        speaker.label(&format!("years.against.{}", word(question.against))).to_owned(),
    ]);
    rows.push(vec![
        text("years.links"),
        speaker.label(&format!("years.links.{}", rule(question.rule))).to_owned(),
    ]);
    rows.extend(table.findings.iter().map(|finding| vec![speaker.finding(finding)]));
    let above = rows;
    let mut rows = Vec::new();
    let columns = export::columns(speaker, &COLUMNS);
    for line in
        table.lines.iter().filter(|line| in_dimension(line.key, None) || in_dimension(line.key, *dimension))
    {
        let kinds = [("years.cross-section", &line.cross_section), ("years.same-unions", &line.same_unions)];
        for (key, one) in kinds.into_iter().flat_map(|(key, list)| list.iter().map(move |one| (key, one))) {
            let plain = |value: Option<Ratio>| {
                value.and_then(|value| rounding.write(value, one.measure.unit())).unwrap_or_default()
            };
            let mut row = vec![line.code.to_string(), named(speaker, &line.name).to_owned()];
            row.extend([measure_name(speaker, one.measure), text(key)]);
            row.extend([one.current.weighted, one.previous.weighted, one.weighted].map(plain));
            row.extend([one.current.simple, one.previous.simple, one.simple].map(plain));
            row.extend([one.current.unions.to_string(), one.current.members.to_string()]);
            row.extend([one.previous.unions.to_string(), one.previous.members.to_string()]);
            row.extend([one.dropped_current.to_string(), one.dropped_previous.to_string()]);
            rows.push(row);
        }
    }
    let name = format!("same-unions-{name}-{}-{}", question.with, known.seq);
    let listing = Listing::of_rows(speaker.text("years.title"), columns, &rows);
    export::written(&asked, &name, &above, vec![listing], known.as_of())
}
