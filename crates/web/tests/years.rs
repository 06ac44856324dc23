//! From one year to the next, on the screens.

mod common;

use common::{Browser, Stage};
use federation::Command;
use federation::campaign::content::{Content, Figures, Stated, WageFigures};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::{Moment, Track};
use journal::Outcome;
use kernel::{AccountId, Channel, Yen};

/// Staff write down what a unit was offered in one of the two campaigns.
async fn respond(stage: &Stage, by: AccountId, campaign: usize, unit: usize, yen: i64) {
    let figures = Figures::Wage(WageFigures { total: Some(Stated::Exact(Yen(yen))), ..WageFigures::default() });
    let report = Report {
        campaign: stage.campaigns[campaign],
        bargaining_unit: stage.units[unit].bargaining_unit,
        track: Track::Wage,
        content: Content::Response(Box::new(figures)),
        given_at: Some(Moment::At(stage.desk.instant())),
        heard_at: None,
        remark: None,
        basis: Basis::First,
    };
    let command_id = web::new_command_id();
    let sending = web::Sending {
        command_id,
        content: command_id.0.to_bytes().to_vec(),
        account: by,
        on_behalf_of: Some(stage.units[unit].organisation.0),
        channel: Channel::Telephone,
        command: Command::Campaign(Box::new(Campaign::Report(Box::new(report)))),
        sealed: Vec::new(),
    };
    assert!(matches!(stage.desk.send(sending).await, Outcome::Recorded { .. }));
}

/// 320 members: 6,000 and 6,100; 85 members: only now, 4,000; 1,200 members: only last year.
async fn two_springs() -> Stage {
    let stage = Stage::new().await;
    stage.at("2003-03-12T10:00:00+09:00");
    respond(&stage, stage.region, 0, 0, 6_000).await;
    respond(&stage, stage.region, 0, 2, 7_000).await;
    stage.at("2004-03-16T10:00:00+09:00");
    respond(&stage, stage.region, 1, 0, 6_100).await;
    respond(&stage, stage.region, 1, 1, 4_000).await;
    stage
}

#[tokio::test]
async fn same_unions_and_last_year() {
    let stage = two_springs().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/board").await.expect(200).says("href=\"/board/same-unions?");
    let page = hq.get("/board/same-unions?with=2003").await.expect(200);
    let page = page
        .says("同一組合 1組合、対応しない：今年 1組合、比べる年 1組合")
        .says("+100")
        .says("交渉単位（系譜をたどる）");
    // (320 × 6,100 + 85 × 4,000) ÷ 405 − (320 × 6,000 + 1,200 × 7,000) ÷ 1,520 = 5,659.26 − 6,789.47.
    let page = page.says("1,130");
    let href =
        page.between("href=\"/board/same-unions/rows?", "\"").expect("a number that opens").replace("&amp;", "&");
    assert!(href.contains("at="), "{href}");
    let rows = format!("/board/same-unions/rows?{href}");
    hq.get(&rows).await.expect(200).says(stage.units[0].name).says_not(stage.units[2].name);
    hq.get(&format!("{rows}&show=now")).await.expect(200).says(stage.units[1].name).says("比べる年に数値がない");
    hq.get(&format!("{rows}&show=then")).await.expect(200).says(stage.units[2].name).says("今年の数値がまだない");
    let csv = hq.get("/board/same-unions/export?table=size&with=2003").await.expect(200);
    let csv = csv.says("昨年実績（最終の値）");
    let total = csv.body.lines().find(|line| line.starts_with("total,計,賃上げ計（円）,同一組合比"));
    let total = total.unwrap_or_else(|| panic!("{}", csv.body));
    assert!(total.ends_with(",6100,6000,100,6100,6000,100,1,320,1,320,1,1"), "{total}");
}

#[tokio::test]
async fn a_comparison_that_cannot_be_made_says_so() {
    let stage = two_springs().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/board/same-unions?with=1999").await.expect(200).says("比べられる昨年の闘争がありません");
    hq.get("/board/same-unions?round=final").await.expect(200).says("まだ来ていない時点です");
    hq.get("/board/same-unions/rows?group=size%3Anothing").await.expect(404);
    hq.get("/board/same-unions/export?table=people").await.expect(404);
    // Whoever sees tables and no unit gets no difference that one or two unions make.
    let mut release = Browser::of(&stage, stage.release);
    stage.at("2004-03-18T10:00:00+09:00");
    release.get("/board/same-unions").await.expect(200).says("公表された集計で行ってください").says_not("6,100");
    release.get("/board/same-unions/rows?measure=total_raise_yen&group=total").await.expect(404);
    release.get("/board/same-unions/export?table=size").await.expect(404);
    Browser::of(&stage, stage.region).get("/board/same-unions").await.expect(403);
}
