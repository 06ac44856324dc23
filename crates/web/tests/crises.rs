//! Units in trouble over HTTP: a case from its opening to its end, the register, the alert on every
//! page until both sides have seen it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Browser, NAMES, Stage};
use federation::campaign::content::Stated;
use federation::campaign::standing::Standing;
use federation::campaign::{Figures, Track};

#[tokio::test]
async fn a_case_is_opened_read_mended_and_closed() {
    let stage = Stage::new().await;
    stage.at("2004-03-17T05:00:00Z");
    let (mut officer, mut region) = (Browser::of(&stage, stage.officer), Browser::of(&stage, stage.region));
    officer.get("/units/S101/case").await.expect(200).says("一括協議の記録はまだありません");
    let terms = |until: &'static str| {
        [("condition", "results"), ("until", until), ("remark", "中間決算が黒字なら再協議する")]
    };
    // A day that cannot be read comes back at its field with everything that was typed.
    let again = officer.post("/units/S101/case/open", &terms("3月99日")).await.expect(422);
    again.says("3月99日").says("中間決算が黒字なら再協議する").says("f-until");
    officer.post("/units/S101/case/open", &terms("2004-03-17")).await.expect(303);
    let page = officer.get("/units/S101/case").await.expect(200);
    page.says("業績の確定待ち").says("2004年3月17日(水)").says("中間決算が黒字なら再協議する").says(NAMES[3]);
    officer.get("/today").await.expect(200).says("一括協議の保留の期日です");

    // The region is told what it would be told without a case, and not a word more.
    let told = |body: String| body.split("<main").nth(1).unwrap().split("<form").next().unwrap().to_owned();
    let with = told(region.get("/units/S101/case").await.expect(200).body);
    let without = told(region.get("/units/S102/case").await.expect(200).body);
    assert_eq!(with.replace("架空精機", "架空電子"), without);
    region.get("/suspensions").await.expect(200).says("保留になっている回答はありません").says("3未満");
    region.post("/units/S101/case/close", &[("command_id", &web::new_command_id().to_string())]).await.expect(404);
    region.get("/units/S101/report?track=package").await.expect(404);

    // Named, it reads, and reports what it heard: suspended, with a day.
    let account = stage.region.to_string();
    officer.post("/units/S101/case/name", &[("account", &account)]).await.expect(303);
    region.get("/units/S101/case").await.expect(200).says("中間決算が黒字なら再協議する").says(NAMES[1]);
    region.get("/suspensions").await.expect(200).says("架空精機労働組合").says("期日が来ました");
    let fields = [
        ("step", "response"),
        ("track", "package"),
        ("package.matters", "wage-freeze"),
        ("package.wage_form", "suspended"),
        ("package.condition", "restructuring"),
        ("package.suspended_until", "2004-06-30"),
    ];
    region.post("/units/S101/report", &fields).await.expect(303);
    let state = stage.state();
    let slot = state.campaigns.current().unwrap().slot(stage.units[0].bargaining_unit, Track::Package);
    let told = Standing::of(slot).response.unwrap().latest().content.figures().cloned();
    let Some(Figures::Package(package)) = told else { panic!("no package: {told:?}") };
    assert!(
        matches!(package.wage, Some(Stated::Suspended(held)) if held.until == Some(common::date("2004-06-30")))
    );
    region.get("/units/S101").await.expect(200).says("保留（再建計画待ち、2004年6月30日(水)まで）");
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/units/S101").await.expect(200).says_not("再建計画待ち").says_not("賃金凍結");

    // Other terms; the words did not change and stay the object that they were.
    let before = stage.state().crises.open(stage.units[0].bargaining_unit).unwrap().now().copied().unwrap();
    officer.post("/units/S101/case/change", &terms("2004-09-30")).await.expect(303);
    let now = stage.state().crises.open(stage.units[0].bargaining_unit).unwrap().now().copied().unwrap();
    assert_eq!((now.remark, now.until), (before.remark, Some(common::date("2004-09-30"))));
    officer.get("/today").await.expect(200).says_not("保留の期日です");
    officer
        .post("/units/S101/case/close", &[("command_id", &web::new_command_id().to_string())])
        .await
        .expect(303);
    officer.get("/units/S101/case").await.expect(200).says("に終わりました");
    region.get("/suspensions").await.expect(200).says_not("架空精機労働組合");
    // The words are nowhere but in the vault.
    for body in stage.journal_bodies() {
        assert!(!body.contains("中間決算"), "{body}");
    }
}

#[tokio::test]
async fn an_alert_stands_on_every_page_until_each_side_has_seen_it() {
    let stage = Stage::new().await;
    stage.at("2004-03-17T05:00:00Z");
    let mut officer = Browser::of(&stage, stage.officer);
    officer.get("/units/S101/alert").await.expect(200).says("商業登記簿").says("退職金の額");
    let fields = [("matter", "receivables-assigned"), ("remark", "取引先に通知が届いた")];
    officer.post("/units/S101/alert", &fields).await.expect(303);
    let (mut region, mut hq) = (Browser::of(&stage, stage.region), Browser::of(&stage, stage.hq));
    let banner = "緊急：売掛金譲渡の通報が1件あります";
    for path in ["/today", "/regions/saitama", "/people", "/units/S102", "/regions/saitama/calls"] {
        // Once, and without the name of the unit.
        let page = region.get(path).await.expect(200);
        assert_eq!(page.body.matches(banner).count(), 1, "{path}");
    }
    for path in ["/today", "/board", "/organisations"] {
        assert_eq!(hq.get(path).await.expect(200).body.matches(banner).count(), 1, "{path}");
    }
    hq.first("/alerts/live").await.expect(200).says(banner);
    for account in [stage.officer, stage.other_officer, stage.other_region, stage.auditor] {
        Browser::of(&stage, account).get("/releases").await.expect(200).says_not(banner);
    }

    let id = *stage.state().crises.alerts.keys().next().unwrap();
    let path = format!("/alerts/{id}");
    region.get(&path).await.expect(200).says("取引先に通知が届いた").says("すぐにすること").says("未確認");
    // Who read it, and when, is in the access log.
    let read = stage.desk.side.accesses_of(id.0, 10).unwrap();
    assert_eq!(read.iter().map(|line| line.access.account).collect::<Vec<_>>(), [stage.region]);
    Browser::of(&stage, stage.other_region).get(&path).await.expect(404);

    stage.at("2004-03-17T05:20:00Z");
    region.post(&format!("{path}/acknowledge"), &[("seen", "yes")]).await.expect(303);
    region.get("/today").await.expect(200).says_not(banner);
    hq.get("/today").await.expect(200).says(banner);
    stage.at("2004-03-17T05:45:00Z");
    hq.post(&format!("{path}/acknowledge"), &[("seen", "yes")]).await.expect(303);
    hq.get("/today").await.expect(200).says_not(banner);
    officer.get("/alerts").await.expect(200).says("3/17(水) 14:20").says("3/17(水) 14:45");
}
