//! The fictitious federation, executed from its first command to its last by a runner that knows
//! nothing but `decide` and `apply`; the figures are computed anew out of what was recorded.

use danketsu::demo::{Actor, Demo, NAME, Player, Shape, TimedCommand, UNITS, text_of, texts_of};
use federation::campaign::content::{BonusFigures, DemandContent, NoDemandReason, Stated, WageFigures};
use federation::campaign::standing::Standing;
use federation::campaign::{Campaign, Content, Figures, ReportingState, Track};
use federation::kit::LocaleText;
use federation::organisation::OrganisationKind;
use federation::release::content::{Decimal, PublishedFigure, PublishedTable};
use federation::release::rules::Command as Release;
use federation::{Command, Event, State, apply, decide};
use kernel::{Channel, Date, Digest, Envelope, Id, SealedText, Seq, Timestamp, Zone};
use std::collections::{BTreeMap, BTreeSet};

fn seal(label: &str) -> SealedText {
    SealedText { object: Id::from_u128(label.len() as u128), digest: Digest([7; 32]) }
}

/// A journal in memory.
#[derive(Default)]
struct Runner {
    state: State,
    entries: Vec<(Envelope, Event)>,
    silent: usize,
}

/// A table with one figure, as a release holds it.
fn table(weighted_mean: &str) -> PublishedTable {
    let figure = PublishedFigure {
        group: "total".parse_code(),
        name: LocaleText { ja: "全体".to_owned(), en: None },
        hidden: false,
        unions: Some(3),
        members: Some(900),
        weighted_mean: Decimal::new(weighted_mean.to_owned()),
        simple_mean: None,
        lower_quartile: None,
        median: None,
        upper_quartile: None,
        largest_share_percent: None,
        reasons: BTreeMap::new(),
        unconfirmed: None,
        zero: None,
        maintenance_only: None,
    };
    let (grouping, measure) = ("total".parse_code(), "total".parse_code());
    PublishedTable { step: None, grouping, measure, figures: vec![figure] }
}

impl Runner {
    fn execute(&mut self, demo: &Demo, sent: &TimedCommand) {
        let account = demo.account_id(sent.account).unwrap_or_else(|| panic!("no account for {sent:?}"));
        let ctx = sent.context(account);
        let mut command = sent.ready(&self.state);
        if let Command::Release(Release::Prepare(prepare)) = &mut command {
            // Whoever plays it computes the figures; here a correction differs in something.
            let figure = if prepare.corrects.is_some() { "5395" } else { "5400" };
            prepare.content.tables = vec![table(figure)];
        }
        let events = match decide(&self.state, &command, &ctx) {
            Ok(events) => events,
            Err(refusal) => panic!("refused: {refusal:?}\n{sent:#?}"),
        };
        self.silent += usize::from(events.is_empty());
        for (part, event) in (0u32..).zip(events) {
            let envelope = Envelope {
                seq: Seq(self.state.seq.0 + 1),
                command_id: ctx.command_id,
                part,
                recorded_at: ctx.now,
                account: ctx.account,
                on_behalf_of: ctx.on_behalf_of,
                channel: ctx.channel,
            };
            apply(&mut self.state, &envelope, &event);
            self.entries.push((envelope, event));
        }
    }

    fn all(demo: &Demo) -> Runner {
        let mut runner = Runner::default();
        for sent in demo.opening(|account| seal(account.label())).iter().chain(&demo.campaign) {
            runner.execute(demo, sent);
        }
        runner
    }

    fn campaign(&self, code: &str) -> &Campaign {
        self.state.campaigns.coded(code).expect("the campaign")
    }

    fn until(demo: &Demo, instant: Timestamp) -> Runner {
        let mut runner = Runner::default();
        for sent in demo.opening(|account| seal(account.label())).iter().chain(&demo.campaign) {
            if sent.at <= instant {
                runner.execute(demo, sent);
            }
        }
        runner
    }
}

fn instant(text: &str) -> Timestamp {
    Zone::JAPAN.instant(text.parse().expect("a date and time")).expect("an instant")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Weighted and simple mean of what counts of each row, as floating numbers for the eye.
#[derive(Debug, Default, Clone, Copy)]
struct Mean {
    unions: i64,
    members: i64,
    weighted: f64,
    simple: f64,
}

fn mean(values: &[(i64, i64)]) -> Mean {
    let (unions, members) = (values.len() as i64, values.iter().map(|(members, _)| members).sum::<i64>());
    let weighted = values.iter().map(|(members, value)| members * value).sum::<i64>() as f64 / members as f64;
    Mean {
        unions,
        members,
        weighted,
        simple: values.iter().map(|(_, value)| value).sum::<i64>() as f64 / unions as f64,
    }
}

/// The results of a campaign on a track: members and figures of every row with an answer.
fn results(state: &State, campaign: &Campaign, track: Track, on: Date) -> Vec<(i64, Figures)> {
    let found = campaign.frame.rows.iter().filter_map(|unit| {
        let standing = Standing::of(campaign.slot(*unit, track));
        let figures = standing.result()?.content.figures()?.clone();
        let members = state.organisations.bargaining_unit(*unit)?.members_on(on);
        Some((i64::from(members), figures))
    });
    found.collect()
}

fn wage_of(state: &State, campaign: &Campaign, on: Date, of: fn(&WageFigures) -> Option<i64>) -> Mean {
    let found = results(state, campaign, Track::Wage, on);
    let values: Vec<_> = found
        .iter()
        .filter_map(|(members, figures)| match figures {
            Figures::Wage(wage) => Some((*members, of(wage)?)),
            _ => None,
        })
        .collect();
    mean(&values)
}

fn months_of(state: &State, campaign: &Campaign, on: Date) -> Mean {
    let of = |bonus: &BonusFigures| bonus.months.and_then(|m| m.exact()).map(|m| m.0);
    let found = results(state, campaign, Track::Bonus, on);
    let values: Vec<_> = found
        .iter()
        .filter_map(|(members, figures)| match figures {
            Figures::Bonus(bonus) => Some((*members, of(bonus)?)),
            _ => None,
        })
        .collect();
    mean(&values)
}

fn total(wage: &WageFigures) -> Option<i64> {
    wage.total.and_then(|t| t.exact()).map(|yen| yen.0)
}

fn rate(wage: &WageFigures) -> Option<i64> {
    wage.total_rate.and_then(|t| t.exact()).map(|rate| rate.0)
}

fn states(campaign: &Campaign, track: Track) -> BTreeMap<ReportingState, usize> {
    let mut counts = BTreeMap::new();
    for unit in &campaign.frame.rows {
        *counts.entry(Standing::of(campaign.slot(*unit, track)).state).or_insert(0) += 1;
    }
    counts
}

fn within(what: &str, value: f64, low: f64, high: f64) {
    println!("{what}: {value:.2} ({low}–{high})");
    assert!((low..=high).contains(&value), "{what}: {value} is not within {low}–{high}");
}

#[test]
fn every_command_is_accepted_and_the_figures_lie_where_they_should() {
    for seed in [Shape::default().seed, 1, 2, 3] {
        let demo = Demo::new(Shape { seed, units: UNITS });
        println!(
            "--- seed {seed}: {} setup, {} accounts, {} campaign",
            demo.setup.len(),
            demo.accounts.len(),
            demo.campaign.len()
        );
        let runner = Runner::all(&demo);
        assert_eq!(runner.silent, 0, "commands that changed nothing");
        println!("{} entries", runner.entries.len());
        sizes(&runner.state);
        last_year(&runner);
        this_year(&runner);
        shares(&demo, &runner);
    }
}

fn sizes(state: &State) {
    let foundation = state.organisations.foundation.as_ref().expect("founded");
    assert!(foundation.fictitious);
    assert_eq!(foundation.name, NAME);
    let on = day("2004-02-01");
    let campaign = state.campaigns.coded("2004").expect("the campaign");
    assert_eq!(campaign.frame.rows.len(), UNITS);
    let mut bands: BTreeMap<String, usize> = BTreeMap::new();
    let (mut members, mut regions, mut branches) = (0, BTreeMap::new(), 0);
    for unit in &campaign.frame.rows {
        let found = state.organisations.bargaining_unit(*unit).expect("the unit");
        members += i64::from(found.members_on(on));
        let band = foundation.kit.size_band(found.members_on(on)).expect("a band");
        *bands.entry(band.code.to_string()).or_default() += 1;
        let region = state.organisations.region_of(*unit, on).expect("its region");
        *regions.entry(region.code.to_string()).or_insert(0) += 1;
        branches += usize::from(found.organisations.on(on).is_some_and(|who| who.len() == 2));
        let worksite =
            state.organisations.get(found.organisation_on(on).expect("who")).and_then(|o| o.worksite_on(on));
        assert!(worksite.is_some(), "{}", found.code);
    }
    println!("{bands:?} {regions:?} members {members}");
    assert_eq!(regions.len(), 18);
    assert!(regions.values().all(|count| *count >= 20));
    assert!((3..=10).contains(&branches), "{branches}");
    within("members", members as f64, 350_000.0, 390_000.0);
    for (band, percent) in [("1-99", 60.0), ("100-299", 25.0), ("300-499", 7.0), ("500-999", 5.0), ("1000-", 3.0)]
    {
        within(band, bands[band] as f64 * 100.0 / UNITS as f64, percent - 1.0, percent + 1.0);
    }
    let sections =
        state.organisations.organisations.values().filter(|o| o.kind == OrganisationKind::Section).count();
    assert_eq!(sections, 10);
}

fn last_year(runner: &Runner) {
    let (state, campaign, on) = (&runner.state, runner.campaign("2003"), day("2003-06-30"));
    assert!(!campaign.open);
    let settled = states(campaign, Track::Wage)[&ReportingState::Settled];
    within("2003 settled %", settled as f64 * 100.0 / campaign.frame.rows.len() as f64, 83.0, 88.0);
    let totals = wage_of(state, campaign, on, total);
    println!("2003 {totals:?}");
    assert!(totals.members > 300_000);
    within("2003 weighted", totals.weighted, 4_500.0, 4_950.0);
    within("2003 rate", wage_of(state, campaign, on, rate).weighted / 1_000.0, 1.5, 1.7);
    let none = results(state, campaign, Track::Wage, on)
        .iter()
        .filter(|(_, figures)| match figures {
            Figures::Wage(wage) => {
                total(wage) <= Some(0) || wage.base_up.and_then(|b| b.exact()).is_some_and(|b| b.0 == 0)
            }
            _ => false,
        })
        .count();
    within("2003 zero or maintenance only", none as f64, 430.0, 540.0);
}

fn this_year(runner: &Runner) {
    let (state, campaign, on) = (&runner.state, runner.campaign("2004"), day("2004-03-31"));
    // The partition by demand; an answer does not change it.
    let mut partition: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in &campaign.frame.rows {
        let demand = Standing::of(campaign.slot(*unit, Track::Wage)).demand;
        let word = match demand.map(|demand| &demand.latest().content) {
            None => "not gathered",
            Some(Content::NoDemand { reason: NoDemandReason::None, .. }) => "none",
            Some(Content::NoDemand { .. }) => "abandoned",
            Some(Content::Demand(content)) => match content.as_ref() {
                DemandContent::Known(_) => "wage",
                DemandContent::Unknown => "unknown",
                DemandContent::NotOnThisTrack => "elsewhere",
            },
            Some(other) => panic!("{other:?}"),
        };
        *partition.entry(word).or_default() += 1;
    }
    println!("{partition:?}\n{:?}", states(campaign, Track::Wage));
    let expected = [
        ("none", 63),
        ("abandoned", 29),
        ("unknown", 83),
        ("elsewhere", 16),
        ("wage", 1_029),
        ("not gathered", 428),
    ];
    assert_eq!(partition, expected.into_iter().collect());
    let states = states(campaign, Track::Wage);
    let answered: usize = states.iter().filter(|(state, _)| state.answered()).map(|(_, count)| count).sum();
    within("answered", answered as f64, 650.0, 800.0);
    within("settled", states[&ReportingState::Settled] as f64, 400.0, 560.0);
    for state in ReportingState::ALL {
        assert!(
            states.contains_key(&state) || matches!(state, ReportingState::Continued),
            "{state:?} is never shown"
        );
    }
    let totals = wage_of(state, campaign, on, total);
    println!("2004 {totals:?}");
    within("2004 weighted", totals.weighted, 5_400.0, 5_900.0);
    within("2004 simple", totals.simple, 4_300.0, 5_300.0);
    within("2004 rate, weighted", wage_of(state, campaign, on, rate).weighted / 1_000.0, 1.8, 1.9);
    let base_up = wage_of(state, campaign, on, |wage| wage.base_up.and_then(|b| b.exact()).map(|b| b.0));
    println!("2004 base-up {base_up:?}");
    let months = months_of(state, campaign, on);
    println!("2004 months {months:?}");
    within("2004 months", months.weighted / 1_000.0, 4.1, 4.4);
    same_union(runner);
}

/// Units with an exact total in both years, this year's members.
fn same_union(runner: &Runner) {
    let (old, new) = (runner.campaign("2003"), runner.campaign("2004"));
    let total_of = |campaign: &Campaign, unit| {
        let standing = Standing::of(campaign.slot(unit, Track::Wage));
        match standing.result()?.content.figures()? {
            Figures::Wage(wage) => total(wage),
            _ => None,
        }
    };
    let both: Vec<(i64, i64)> = new
        .frame
        .rows
        .iter()
        .filter_map(|unit| {
            let members = runner.state.organisations.bargaining_unit(*unit)?.members_on(day("2004-03-31"));
            Some((i64::from(members), total_of(new, *unit)? - total_of(old, *unit)?))
        })
        .collect();
    let difference = mean(&both);
    println!("same union {difference:?}");
    assert!(difference.unions > 400);
    assert!(both.iter().any(|(_, difference)| *difference < 0));
}

/// How it was said, and by which door.
fn shares(demo: &Demo, runner: &Runner) {
    let campaign = runner.campaign("2004");
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut proxy, mut own, mut rivals, mut withdrawn, mut corrected) = (0, 0, 0, 0, 0);
    for slot in campaign.slots.values() {
        for statement in &slot.statements {
            rivals += usize::from(statement.rival_of.is_some() && statement.ended.is_none());
            withdrawn += usize::from(statement.ended.is_some());
            corrected += usize::from(statement.versions().count() > 1);
            let first = statement.versions().next().expect("a version");
            *(if first.on_behalf_of.is_some() { &mut proxy } else { &mut own }) += 1;
            if let Content::Response(figures) = &first.content
                && let Figures::Wage(wage) = figures.as_ref()
            {
                let kind = match wage.total {
                    Some(Stated::Exact(yen)) if yen.0 == 0 => "zero",
                    Some(Stated::Exact(yen)) if yen.0 < 0 => "negative",
                    Some(Stated::Exact(_)) if wage.total_rate.is_none() => "amount only",
                    Some(Stated::Exact(_)) => "amount and rate",
                    Some(Stated::Range { .. }) => "range",
                    Some(Stated::AtLeast(_)) => "at least",
                    Some(Stated::Words) => "words",
                    Some(Stated::Withheld) => "withheld",
                    Some(Stated::Suspended(_)) => "suspended",
                    None => "rate only",
                };
                *kinds.entry(kind).or_default() += 1;
            }
        }
    }
    println!("{kinds:?}; proxy {proxy} own {own} rivals open {rivals} ended {withdrawn} corrected {corrected}");
    println!(
        "situations {} mandates {} sharing {}",
        campaign.situations.len(),
        campaign.strike_mandates.len(),
        campaign.sharing.len()
    );
    for kind in ["zero", "amount only", "amount and rate", "range", "words", "withheld", "suspended", "rate only"]
    {
        assert!(kinds.contains_key(kind), "{kind}");
    }
    within("proxy %", f64::from(proxy) * 100.0 / f64::from(proxy + own), 28.0, 40.0);
    assert!(withdrawn > 0 && corrected > 100);
    assert!(
        campaign.situations.len() > 800 && campaign.strike_mandates.len() > 200 && campaign.sharing.len() > 20
    );
    let sent = demo.campaign.iter().filter(|sent| sent.account != Actor::System);
    let channels: BTreeSet<Channel> = sent.map(|sent| sent.channel).collect();
    assert_eq!(channels, [Channel::Form, Channel::File, Channel::Telephone, Channel::Paper].into());
    bursts(campaign);
}

/// When the answers of the two designated days came in.
fn bursts(campaign: &Campaign) {
    let mut hours = [0; 24];
    let mut days: BTreeMap<Date, usize> = BTreeMap::new();
    for statement in campaign.slots.values().flat_map(|slot| &slot.statements) {
        let first = statement.versions().next().expect("a version");
        if !matches!(first.content, Content::Response(_)) {
            continue;
        }
        let clock = Zone::JAPAN.wall(first.recorded_at);
        *days.entry(clock.date()).or_default() += 1;
        if [day("2004-03-16"), day("2004-03-17")].contains(&clock.date()) {
            hours[usize::try_from(clock.hour()).expect("an hour")] += 1;
        }
    }
    println!("3/16–17 by hour {hours:?}\n{days:?}");
    let sum = |range: std::ops::Range<usize>| hours[range].iter().sum::<i32>();
    let all = sum(0..24);
    assert_eq!(sum(8..22), all, "nobody works at night");
    assert!(sum(14..18) * 3 > all, "the afternoon");
    assert!(hours[10] * 10 > hours[13] * 11, "the morning");
    let of = |date: &str| days.get(&day(date)).copied().unwrap_or(0);
    assert!(of("2004-03-17") > of("2004-03-19") && of("2004-03-23") > of("2004-03-26"));
}

#[test]
fn the_same_seed_gives_the_same_and_another_another() {
    let of = |seed| Demo::new(Shape { seed, units: 60 });
    assert_eq!(of(5), of(5));
    assert_ne!(of(5).campaign, of(6).campaign);
    assert_ne!(of(5).setup, of(6).setup);
    for units in [20, 50, 333] {
        let demo = Demo::new(Shape { seed: 9, units });
        let runner = Runner::all(&demo);
        assert_eq!(runner.campaign("2004").frame.rows.len(), units);
    }
}

#[test]
fn command_ids_are_unique_and_ordered_by_time() {
    let demo = Demo::new(Shape { seed: 3, units: 400 });
    let opening = demo.opening(|account| seal(account.label()));
    let all: Vec<&TimedCommand> = opening.iter().chain(&demo.campaign).collect();
    let ids: BTreeSet<_> = all.iter().map(|sent| sent.command_id).collect();
    assert_eq!(ids.len(), all.len());
    for pair in all.windows(2) {
        assert!(pair[0].at <= pair[1].at && pair[0].command_id < pair[1].command_id, "{pair:#?}");
        assert_eq!(pair[0].command_id.to_string().chars().nth(14), Some('7'));
    }
    assert!(demo.campaign.first().is_some_and(|sent| sent.at >= instant("2004-02-16T00:00")));
    assert!(demo.campaign.last().is_some_and(|sent| sent.at <= Player::end()));
}

#[test]
fn the_events_replay() {
    let demo = Demo::new(Shape { seed: 4, units: 200 });
    let runner = Runner::all(&demo);
    let mut state = State::default();
    for (envelope, event) in &runner.entries {
        let encoded = event.encode();
        let read = Event::decode(encoded.kind, encoded.version, &encoded.body).expect("a known event");
        assert_eq!(&read, event);
        apply(&mut state, envelope, &read);
    }
    assert!(state == runner.state);
}

#[test]
fn nobody_real_is_in_it() {
    // Not the generator's own list: names that anybody in Japan knows.
    let real = [
        "トヨタ",
        "日産",
        "ホンダ",
        "マツダ",
        "スズキ",
        "日立",
        "東芝",
        "三菱",
        "松下",
        "ソニー",
        "シャープ",
        "富士",
        "コマツ",
        "クボタ",
        "ヤンマー",
        "島津",
        "横河",
        "安川",
        "オークマ",
        "ファナック",
        "ダイキン",
        "川崎",
        "神戸製鋼",
        "住友",
        "三井",
        "新日",
        "大同特殊鋼",
        "不二越",
        "日本精工",
        "ミツトヨ",
        "椿本",
        "荏原",
        "千代田",
        "JAM",
        "ＪＡＭ",
        "連合会",
        "自動車総連",
    ];
    let demo = Demo::new(Shape::default());
    let runner = Runner::until(&demo, instant("2003-12-31T00:00"));
    let mut names = BTreeSet::new();
    for organisation in runner.state.organisations.organisations.values() {
        let name = organisation.name_on(day("2004-01-01")).to_owned();
        assert!(!real.iter().any(|real| name.contains(real)), "{name}");
        names.insert(name);
    }
    assert_eq!(names.len(), runner.state.organisations.organisations.len());
    println!("{:?}", names.iter().step_by(40).collect::<Vec<_>>());
    assert!(demo.accounts.iter().all(|account| account.label().ends_with("(見本)")));
}

#[test]
fn the_viewer_finds_a_role_of_each_kind_and_something_to_do() {
    let demo = Demo::new(Shape::default());
    let keys: Vec<&str> = demo.choosable().map(|account| account.label_key).collect();
    assert_eq!(keys.len(), 6, "{keys:?}");
    let runner = Runner::until(&demo, Player::start());
    let find = |key: &str| demo.choosable().find(|account| account.label_key == key).expect("the account");
    let (unit, neighbour) = (find("demo.account.unit"), find("demo.account.neighbour"));
    let standing = |runner: &Runner, code: &str, year: &str| {
        let id = runner
            .state
            .organisations
            .bargaining_units_by_code
            .get(&code.parse_code())
            .copied()
            .expect("the unit");
        Standing::of(runner.campaign(year).slot(id, Track::Wage)).state
    };
    let code = unit.organisation_code.as_str();
    assert_eq!(standing(&runner, code, "2003"), ReportingState::Settled);
    assert_eq!(standing(&runner, code, "2004"), ReportingState::DemandKnown);
    let morning = Runner::until(&demo, instant("2004-03-16T10:00"));
    assert_eq!(
        standing(&morning, neighbour.organisation_code.as_str(), "2004"),
        ReportingState::ResponseQuantified
    );
    let end = Runner::all(&demo);
    assert_eq!(standing(&end, code, "2004"), ReportingState::DemandKnown, "its answer is the viewer's to type");
    assert!(demo.account_id(Actor::Headquarters).is_some());
}

#[test]
fn an_office_has_something_on_every_page() {
    for units in [60, UNITS] {
        let demo = Demo::new(Shape { units, ..Shape::default() });
        let end = Runner::all(&demo);
        let state = &end.state;
        let of = |year: &str| {
            let campaign = end.campaign(year).id;
            let published =
                state.releases.published().filter(|(release, ..)| release.prepared.campaign == campaign);
            published.map(|(release, ..)| release.prepared.round.as_str().to_owned()).collect::<BTreeSet<_>>()
        };
        assert_eq!(of("2003"), ["final", "response-4"].map(str::to_owned).into());
        let rounds = ["demand-1", "response-1", "response-2", "response-3", "response-4"];
        assert_eq!(of("2004"), rounds.map(str::to_owned).into());
        // Two pairs of eyes each time, and one of them has changed its mind.
        assert_eq!(
            state.releases.published().filter(|(release, ..)| release.prepared.corrects.is_some()).count(),
            1
        );
        assert_eq!(state.crises.alerts.len(), 2);
        assert!(!state.crises.cases.is_empty());
        let round = state.collections.collections.values().next().expect("the round of membership");
        let returned = round.rows.iter().filter(|row| round.of(**row).is_some_and(|of| of.latest().is_some()));
        let returned = returned.count();
        assert!(returned * 10 > round.rows.len() * 8, "{returned} of {}", round.rows.len());
        assert!(returned < round.rows.len(), "somebody is always silent");
        // Before the response days headquarters has everything to see but the answers.
        let start = Runner::until(&demo, Player::start());
        assert_eq!(start.state.releases.published().count(), 3);
    }
}

#[test]
fn no_text_of_the_script_names_a_person_or_a_line_that_rings() {
    let demo = Demo::new(Shape { units: 60, ..Shape::default() });
    let mut seen = 0;
    for sent in demo.setup.iter().chain(&demo.campaign) {
        for text in texts_of(&mut sent.command.clone()) {
            let (_, words) = text_of(*text).expect("every stand-in has its text");
            let digits: String = words.chars().filter(char::is_ascii_digit).collect();
            assert!(digits.len() < 6 || digits.get(3..7) == Some("0000"), "{words}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} texts");
}

trait ParseCode {
    fn parse_code(&self) -> federation::names::CodeName;
}

impl ParseCode for str {
    fn parse_code(&self) -> federation::names::CodeName {
        federation::names::CodeName::new(self).expect("a code")
    }
}

#[test]
fn the_player_loses_nothing() {
    let demo = Demo::new(Shape { seed: 8, units: 300 });
    let player = Player::new(demo.campaign.clone(), 4);
    let mut played = player.before_start().to_vec();
    let mut from = Player::start();
    for seconds in 0..2_400 {
        let to = player.clock(std::time::Duration::from_secs(seconds));
        played.extend_from_slice(player.commands_between(from, to));
        from = to;
    }
    assert!(from >= Player::end());
    assert_eq!(played, demo.campaign);
}
