//! There and back again, and what offices write into cells.

use super::super::layout::STEPS;
use super::super::words;
use super::read::of_code;
use super::*;
use crate::campaign::content::*;
use crate::kit::Kit;
use kernel::japanese::numbers;
use kernel::{Code, Date, Months, Percent, Yen, Zone};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn kit() -> Kit {
    Kit::parse(include_str!("../../../../../kits/jam-2004/kit.toml")).expect("the kit")
}

fn layout(step: Step) -> Layout {
    Layout::of(&kit(), &Track::ALL, step)
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Reads a row with these cells, by code.
fn row(step: Step, cells: &[(&str, &str)], base: &Spoken) -> RowReading {
    let layout = layout(step);
    let mut texts = vec![""; layout.columns.len()];
    for (code, text) in cells {
        texts[layout.position(code).unwrap_or_else(|| panic!("no column {code}"))] = text;
    }
    read(&layout, &texts, base, Zone::JAPAN, day("2004-03-17"))
}

fn wage(figures: WageFigures) -> Content {
    Content::Response(Box::new(Figures::Wage(figures)))
}

fn said(content: Content) -> Said {
    Said { content, given_at: None, heard_at: None }
}

fn total(stated: Stated<Yen>) -> WageFigures {
    WageFigures { total: Some(stated), ..WageFigures::default() }
}

#[test]
fn a_cell_says_what_an_office_writes() {
    let check = |text: &str, expected: Stated<Yen>| {
        let out = row(Step::Response, &[("wage-total", text)], &Spoken::new());
        assert_eq!(out.problems, [], "{text}");
        let key = (Track::Wage, Step::Response);
        assert_eq!(out.changed, Spoken::from([(key, said(wage(total(expected))))]), "{text}");
    };
    let until = Some(day("2004-03-31"));
    let suspended = |condition, until| Stated::Suspended(Suspension { condition, until });
    check("4200", Stated::Exact(Yen(4200)));
    check("４，２００円", Stated::Exact(Yen(4200)));
    check("▲500", Stated::Exact(Yen(-500)));
    check("0", Stated::Exact(Yen(0)));
    check("4,000～4,500", Stated::Range { low: Yen(4000), high: Yen(4500) });
    check("4000円 〜 4500円", Stated::Range { low: Yen(4000), high: Yen(4500) });
    check("4,000以上", Stated::AtLeast(Yen(4000)));
    check("at least 4000", Stated::AtLeast(Yen(4000)));
    check("言葉のみ", Stated::Words);
    check("非公開", Stated::Withheld);
    check("保留", suspended(SuspensionCondition::Other, None));
    check("保留（再建計画待ち，3/31）", suspended(SuspensionCondition::Restructuring, until));
    check("suspended(results)", suspended(SuspensionCondition::Results, None));
}

#[test]
fn what_cannot_be_read_names_its_column_and_proposes() {
    let check = |code: &str, text: &str, expected: Code, proposals: &[&str]| {
        let out = row(Step::Response, &[("wage-base-wage", "250000"), (code, text)], &Spoken::new());
        let problem = out.problems.first().unwrap_or_else(|| panic!("{text} was read"));
        assert_eq!(layout(Step::Response).columns[problem.column].code, code);
        assert_eq!((problem.code, problem.proposals.join("|")), (expected, proposals.join("|")), "{text}");
        assert_eq!(out.changed, Spoken::new(), "{text}");
    };
    check("wage-total", "5千円", numbers::IN_WORDS, &["5000"]);
    check("wage-total", "検討中", numbers::NOT_A_NUMBER, &[]);
    check("wage-total", "4500～4000", RANGE_REVERSED, &["4000～4500"]);
    check("wage-basis", "たぶん", WORD_UNKNOWN, &["確認", "目安"]);
    check("wage-base-wage", "260000", NOTHING_SAID, &[]);
    check("given-time", "17:00", DAY_NEEDED, &[]);
}

#[test]
fn blank_is_unchanged_and_only_a_word_takes_out() {
    let figures = WageFigures {
        base_up: Some(Stated::Exact(Yen(500))),
        maintenance: Some(Stated::Exact(Yen(3500))),
        maintenance_basis: Some(MaintenanceBasis::StandIn),
        ..total(Stated::Exact(Yen(4000)))
    };
    let key = (Track::Wage, Step::Response);
    let base = Spoken::from([(key, said(wage(figures.clone())))]);
    let check = |cells: &[(&str, &str)], expected: Option<WageFigures>| {
        let out = row(Step::Response, cells, &base);
        assert_eq!(out.problems, [], "{cells:?}");
        let expected = expected.map(|figures| (key, said(wage(figures))));
        assert_eq!(out.changed, expected.into_iter().collect(), "{cells:?}");
    };
    check(&[], None);
    check(&[("wage-total", "4,000円"), ("wage-basis", "目安")], None);
    check(&[("wage-total", "―")], None);
    check(
        &[("wage-total", "4200")],
        Some(WageFigures { total: Some(Stated::Exact(Yen(4200))), ..figures.clone() }),
    );
    check(&[("wage-base-up", "消去")], Some(WageFigures { base_up: None, ..figures.clone() }));
    check(
        &[("wage-maintenance", "消去")],
        Some(WageFigures { maintenance: None, maintenance_basis: None, ..figures.clone() }),
    );
    let emptied = row(
        Step::Response,
        &[("wage-total", "消去"), ("wage-base-up", "消去"), ("wage-maintenance", "消去")],
        &base,
    );
    assert_eq!(emptied.problems.first().map(|problem| problem.code), Some(NOTHING_SAID));
}

#[test]
fn demands_settlements_days_and_hours() {
    let out = row(Step::Demand, &[("wage-demand", "要求断念"), ("bonus-demand", "内容不明")], &Spoken::new());
    let contents: Vec<Content> = out.changed.into_values().map(|said| said.content).collect();
    let no_demand = Content::NoDemand { reason: NoDemandReason::Abandoned, explanation: None };
    assert_eq!(contents, [no_demand, Content::Demand(Box::new(DemandContent::Unknown))]);

    let cells =
        [("wage-total", "4200"), ("wage-stage", "妥結確認"), ("given-on", "3/17"), ("given-time", "22時40分")];
    let out = row(Step::Settlement, &cells, &Spoken::new());
    let said = &out.changed[&(Track::Wage, Step::Settlement)];
    let instant = "2004-03-17T13:40:00Z".parse().expect("an instant");
    assert_eq!(said.given_at, Some(Moment::At(instant)));
    assert!(matches!(said.content, Content::Settlement { stage: SettlementStage::Confirmed, .. }));

    let out = row(Step::Response, &[("wage-continued", "継続")], &Spoken::new());
    assert_eq!(out.changed[&(Track::Wage, Step::Continued)].content, Content::Continued);
    assert_eq!(out.mentioned, BTreeSet::from([(Track::Wage, Step::Continued)]));
}

fn some_stated() -> impl Strategy<Value = Stated<Yen>> {
    let suspension = (0usize..4, proptest::option::of(0i64..3000)).prop_map(|(condition, days)| {
        let condition = of_code(words::CONDITION[condition].code).expect("a condition");
        let until = days.map(|days| day("2000-01-01").saturating_add(jiff::Span::new().days(days)));
        Stated::Suspended(Suspension { condition, until })
    });
    prop_oneof![
        (-90_000i64..90_000).prop_map(|yen| Stated::Exact(Yen(yen))),
        (-9_000i64..9_000, 1i64..9_000)
            .prop_map(|(low, more)| Stated::Range { low: Yen(low), high: Yen(low + more) }),
        (-9_000i64..90_000).prop_map(|yen| Stated::AtLeast(Yen(yen))),
        Just(Stated::Words),
        Just(Stated::Withheld),
        suspension,
    ]
}

fn some_wage() -> impl Strategy<Value = Figures> {
    let point = (15u8..60, any::<bool>(), proptest::option::of(some_stated()), 100_000i64..500_000).prop_map(
        |(age, a, raise, reached)| WagePoint {
            age,
            method: if a { PointMethod::A } else { PointMethod::B },
            raise,
            before_yen: None,
            reached_yen: Some(Yen(reached)),
        },
    );
    let parts = (proptest::option::of(some_stated()), proptest::option::of(some_stated()));
    (some_stated(), parts, proptest::option::of(-9_000i64..9_000), proptest::collection::vec(point, 0..4))
        .prop_map(|(total, (base_up, maintenance), rate, points)| {
            Figures::Wage(WageFigures {
                total: Some(total),
                total_rate: rate.map(|rate| Stated::Exact(Percent(rate))),
                maintenance_basis: maintenance.map(|_| MaintenanceBasis::StandIn),
                maintenance,
                base_up,
                base_wage_yen: None,
                points,
            })
        })
}

proptest! {
    /// What is written and comes back untouched changes nothing, in either language, whatever
    /// has no column; and read against nothing it says the same.
    #[test]
    fn a_row_that_comes_back_changes_nothing(
        figures in some_wage(), months in 0i64..12_000, second in 0i64..200_000_000, english in any::<bool>(),
    ) {
        let at = kernel::Timestamp::from_second(900_000_000 + second).expect("an instant");
        let moment = Some(Moment::At(at));
        let months = Some(Stated::Exact(Months(months)));
    let bonus = BonusFigures { pattern: BonusPattern::WinterSummer, months, yen: None };
        for step in STEPS {
            let content = |figures: Figures| match step {
                Step::Demand => Content::Demand(Box::new(DemandContent::Known(figures))),
                Step::Settlement => {
                    Content::Settlement { stage: SettlementStage::Confirmed, figures: Box::new(figures) }
                }
                _ => Content::Response(Box::new(figures)),
            };
            let said = |figures| Said { content: content(figures), given_at: moment, heard_at: None };
            let spoken = Spoken::from([
                ((Track::Wage, step), said(figures.clone())),
                ((Track::Bonus, step), said(Figures::Bonus(bonus.clone()))),
            ]);
            let layout = layout(step);
            let head = Head { code: "0007", name: "○○労組", members: 80 };
            let language = if english { "en" } else { "ja" };
            let cells = write(&layout, head, &spoken, &BTreeMap::new(), Zone::JAPAN, language);
            let texts: Vec<String> = cells.iter().map(Value::plain).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let back = read(&layout, &texts, &spoken, Zone::JAPAN, day("2004-03-17"));
            prop_assert_eq!(back.problems, vec![]);
            prop_assert_eq!(back.changed, Spoken::new());
            let anew = read(&layout, &texts, &Spoken::new(), Zone::JAPAN, day("2004-03-17"));
            prop_assert_eq!(anew.problems, vec![]);
            let bonus_back = anew.changed.get(&(Track::Bonus, step)).map(|said| &said.content);
            prop_assert_eq!(bonus_back, spoken.get(&(Track::Bonus, step)).map(|said| &said.content));
            let total = |content: &Content| match content.figures() {
                Some(Figures::Wage(wage)) => wage.total,
                _ => None,
            };
            let read_total = anew.changed.get(&(Track::Wage, step)).and_then(|said| total(&said.content));
            prop_assert_eq!(read_total, spoken.get(&(Track::Wage, step)).and_then(|said| total(&said.content)));
        }
    }

    /// No text makes the reader panic.
    #[test]
    fn any_cell_is_read_or_asked_about(text in any::<String>()) {
        let layout = layout(Step::Response);
        let cells = vec![text.as_str(); layout.columns.len()];
        let _ = read(&layout, &cells, &Spoken::new(), Zone::JAPAN, day("2004-03-17"));
    }
}
