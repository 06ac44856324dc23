//! The call list over HTTP: whom to call, the outcome in one touch, entry during the call, the next
//! unit, paper, and how a unit is reached.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, NAMES, Stage, instant};
use federation::campaign::standing::Standing;
use federation::campaign::{Moment, ReportingState, Track};
use federation::contact::CallId;
use federation::contact::events::CallOutcome;
use kernel::{Channel, Seq};
use web::new_command_id;

const LIST: &str = "/regions/saitama/calls";

fn state_of(stage: &Stage, unit: usize, track: Track) -> ReportingState {
    let state = stage.state();
    Standing::of(state.campaigns.current().unwrap().slot(stage.units[unit].bargaining_unit, track)).state
}

fn calls_to(stage: &Stage, unit: usize) -> Vec<CallOutcome> {
    let calls = stage.state();
    let calls = calls.contacts.calls_to(stage.campaigns[1], stage.units[unit].bargaining_unit);
    calls.iter().map(|call| call.outcome).collect()
}

/// The units of a list, in its order.
fn listed(answer: &Answer) -> Vec<String> {
    let ids = answer.body.split("<li class=\"call\" id=\"u-").skip(1);
    ids.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

async fn demand(stage: &Stage, browser: &mut Browser, unit: usize) {
    let path = format!("/units/{}/report", stage.units[unit].code);
    let fields = [
        ("step", "demand"),
        ("track", "wage"),
        ("track", "bonus"),
        ("wage.kind", "unknown"),
        ("bonus.kind", "unknown"),
    ];
    browser.post(&path, &fields).await.expect(303);
}

#[tokio::test]
async fn one_touch_and_the_list_goes_on() {
    let stage = Stage::new().await;
    // The afternoon of the second response day, 14:00 in Japan.
    stage.at("2004-03-17T05:00:00Z");
    let mut region = Browser::of(&stage, stage.region);
    for unit in 0..3 {
        demand(&stage, &mut region, unit).await;
    }
    let page = region.get(LIST).await.expect(200);
    assert_eq!(listed(&page), ["S101", "S102", "S103"]);
    page.says("要求提出（内容不明）").says("3/17(水)まで").says("最後に聞いた 3/17(水) 14:00（今日・報告）");

    // Somebody is not there, and will be at three.
    let path = format!("{LIST}/S101");
    let back = format!("{LIST}?pick=now");
    let touch = |outcome: &'static str, callback: &'static str| {
        [("outcome", outcome), ("callback", callback), ("back", LIST), ("next", "S102")]
    };
    let answer = region.post(&path, &touch("absent", "2004-03-17 15:00")).await.expect(303);
    assert!(answer.location().starts_with(&format!("{LIST}?call=")), "{}", answer.location());
    assert!(answer.location().ends_with("#u-S102"), "{}", answer.location());
    let page = region.follow(&answer).await.expect(200);
    let page = page.says("架空精機労働組合：14:00 不在、折返し 15:00 を記録しました。");
    assert_eq!(listed(&page), ["S102", "S103"], "whoever promised an hour is not called before it");
    let promised = region.get(&format!("{LIST}?pick=callbacks")).await.expect(200).says("折返し 15:00");
    assert_eq!(listed(&promised), ["S101"]);
    // Another officer is shown no button for somebody else's slip.
    let mut hq = Browser::of(&stage, stage.hq);
    hq.follow(&answer).await.expect(200).says_not("を記録しました。");

    // Bargaining is heard, and is no figure.
    stage.at("2004-03-17T05:10:00Z");
    region.post(&format!("{LIST}/S102"), &touch("bargaining", "")).await.expect(303);
    assert_eq!(state_of(&stage, 1, Track::Wage), ReportingState::DemandUnknown);
    region.get(LIST).await.says("14:10 交渉中").says("（今日・電話）");

    // Cannot tell: both tracks that were due are answered, withheld, in the same press.
    let fields =
        [("outcome", "cannot-tell"), ("withheld", "wage"), ("withheld", "bonus"), ("back", back.as_str())];
    let answer = region.post(&format!("{LIST}/S103"), &fields).await.expect(303);
    for track in [Track::Wage, Track::Bonus] {
        assert_eq!(state_of(&stage, 2, track), ReportingState::ResponseWithheld);
    }
    let page = region.follow(&answer).await.expect(200).says("期限の来ている回答を「非公開」として記録しました。");
    assert_eq!(listed(&page), ["S102"]);
    // States of the region add up to its frame.
    page.says("<strong class=\"num\">2</strong>").says("調査対象 <strong class=\"num\">3</strong>組合");

    // It was a slip: call and answers are taken back together.
    let undo = page_form(&region.follow(&answer).await.expect(200));
    let answer = region.post(&undo, &[("back", LIST)]).await.expect(303);
    assert_eq!(answer.location(), format!("{LIST}/S103"));
    assert_eq!((state_of(&stage, 2, Track::Wage), calls_to(&stage, 2)), (ReportingState::DemandUnknown, vec![]));

    // At three, the promise comes first.
    stage.at("2004-03-17T06:00:00Z");
    assert_eq!(listed(&region.get(LIST).await.expect(200)), ["S101", "S103", "S102"]);
}

/// The address of the form that undoes a call.
fn page_form(answer: &Answer) -> String {
    let action = answer.between("action=\"/calls/", "\"").expect("a form that undoes");
    format!("/calls/{action}")
}

#[tokio::test]
async fn entry_during_the_call_with_its_clocks_and_then_the_next() {
    let stage = Stage::new().await;
    stage.at("2004-03-17T05:00:00Z");
    let mut region = Browser::of(&stage, stage.region);
    for unit in 0..3 {
        demand(&stage, &mut region, unit).await;
    }
    let path = format!("{LIST}/S102");
    let page = region.get(&path).await.expect(200);
    // Heard now, unless the officer says otherwise.
    let page = page.says("value=\"2004-03-17\"").says("value=\"14:00\"").says("name=\"call\" value=\"saitama\"");
    assert!(page.body.contains("name=\"given_time\""));
    // Something is wrong: nothing of it is lost, and it is still the page of the call.
    let command_id = new_command_id().to_string();
    let typed = |total: &'static str| {
        vec![
            ("call", "saitama"),
            ("step", "response"),
            ("track", "wage"),
            ("track", "bonus"),
            ("wage.total", total),
            ("bonus.months", "3.9"),
            ("given_on", "2004-03-16"),
            ("given_time", "22:40"),
            ("heard_on", "2004-03-17"),
            ("heard_time", "14:00"),
        ]
    };
    let mut fields = typed("4二00");
    fields.push(("command_id", &command_id));
    let again = region.post("/units/S102/report", &fields).await.expect(422);
    again.says("4二00").says("3.9").says("聞きながら入力").says("name=\"call\" value=\"saitama\"");
    let mut fields = typed("4,200");
    fields.push(("command_id", &command_id));
    let answer = region.post("/units/S102/report", &fields).await.expect(303);
    let call = CallId::derive(command_id.parse::<kernel::CommandId>().unwrap().0, 0);
    assert_eq!(answer.location(), format!("{LIST}/S101?call={call}"), "the next unit that is due");
    region.follow(&answer).await.expect(200).says("架空電子労働組合：14:00 報告あり を記録しました。");
    assert_eq!(calls_to(&stage, 1), [CallOutcome::Reported]);
    let state = stage.state();
    let campaign = state.campaigns.current().unwrap();
    let slot = campaign.slot(stage.units[1].bargaining_unit, Track::Wage);
    let version = Standing::of(slot).response.unwrap().latest();
    assert_eq!(version.channel, Channel::Telephone);
    assert_eq!(version.on_behalf_of, Some(stage.units[1].organisation.0));
    assert_eq!(version.given_at, Some(Moment::At(instant("2004-03-16T13:40:00Z"))));
    assert_eq!(version.heard_at, Some(Moment::At(instant("2004-03-17T05:00:00Z"))));
    assert_eq!(listed(&region.get(LIST).await.expect(200)), ["S101", "S103"]);

    // From the page of a call: a remark, an hour as it is spoken, and on to the next.
    let fields = [("outcome", "call-back"), ("callback", "15時"), ("remark", "書記長は外出中")];
    let answer = region.post(&format!("{LIST}/S101"), &fields).await.expect(303);
    assert!(answer.location().starts_with(&format!("{LIST}/S103?call=")), "{}", answer.location());
    region.get(&format!("{LIST}/S101")).await.says("書記長は外出中").says("折返し 15:00");
    // What cannot be read, or lies behind, comes back with a sentence at its field.
    for (callback, sentence) in
        [("", "折返しの時刻を入れてください"), ("13時", "その電話より後"), ("いつか", "f-callback")]
    {
        let fields = [("outcome", "call-back"), ("callback", callback), ("remark", "残る言葉")];
        let answer = region.post(&format!("{LIST}/S103"), &fields).await.expect(422);
        answer.says(sentence).says("残る言葉").says("架空車両労働組合");
    }
    region.post(&format!("{LIST}/S103"), &[("outcome", "absent")]).await.expect(303);
    // Nobody is left but those who were just called.
    let fields = [("outcome", "bargaining")];
    let answer = region.post(&format!("{LIST}/S103"), &fields).await.expect(303);
    assert!(answer.location().starts_with(&format!("{LIST}?call=")), "{}", answer.location());
}

#[tokio::test]
async fn how_a_unit_is_reached_lies_in_the_vault_and_who_reads_it_is_written_down() {
    let stage = Stage::new().await;
    stage.at("2004-03-17T05:00:00Z");
    let mut officer = Browser::of(&stage, stage.officer);
    let fields = [("telephone", "０４８-123-4567"), ("hours", "17時半以降"), ("person", NAMES[3])];
    officer.post("/units/S101/contact", &fields).await.expect(303);
    let before = stage.state().seq;
    // The same again is nothing new, and a change of one leaves the others as they were.
    officer.post("/units/S101/contact", &fields).await.expect(303);
    assert_eq!(stage.state().seq, before);
    let known = stage.state().contacts.details[&stage.units[0].bargaining_unit].clone();
    let fields = [("telephone", "０４８-123-4567"), ("hours", "昼休み"), ("person", NAMES[3])];
    officer.post("/units/S101/contact", &fields).await.expect(303);
    let now = stage.state().contacts.details[&stage.units[0].bargaining_unit].clone();
    assert_eq!((now.telephone, now.person), (known.telephone, known.person));
    assert_ne!(now.hours, known.hours);
    // A hundred digits are no telephone number.
    let long = "9".repeat(201);
    let answer = officer
        .post("/units/S101/contact", &[("telephone", &long), ("hours", ""), ("person", "")])
        .await
        .expect(422);
    answer.says(&long).says("200字まで");

    let object = now.telephone.unwrap().object;
    let read_by = |stage: &Stage| stage.desk.side.accesses_of(object, 100).unwrap().len();
    let before = read_by(&stage);
    let mut region = Browser::of(&stage, stage.region);
    region.get(LIST).await.expect(200).says("href=\"tel:0481234567\"").says("昼休み").says_not(NAMES[3].trim());
    assert_eq!(read_by(&stage), before + 1, "once for a page");
    region.get(&format!("{LIST}/S101")).await.expect(200).says(NAMES[3]);
    let sheet = region.get(&format!("{LIST}/print")).await.expect(200);
    sheet.says("０４８-123-4567").says("board-a3").says("□ 不在").says("架空データ");
    let last = stage.desk.side.accesses_of(object, 100).unwrap();
    assert!(last.iter().any(|line| line.access.account == stage.region && line.access.kind == "contact"));

    // Nobody else: not the neighbours, not those who check, not another region.
    for account in [stage.other_officer, stage.other_region, stage.auditor, stage.release] {
        let mut browser = Browser::of(&stage, account);
        for path in [LIST, "/regions/saitama/calls/S101", "/regions/saitama/calls/print", "/units/S101/contact"] {
            let answer = browser.get(path).await;
            assert!([403, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            answer.says_not("123-4567").says_not("０４８").says_not("昼休み");
        }
    }
    // And not the journal.
    for body in stage.journal_bodies() {
        assert!(!body.contains("昼休み") && !body.contains("０４８"), "{body}");
    }
}

#[tokio::test]
async fn today_and_the_regions_page_tell_who_is_silent() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    for unit in 0..2 {
        demand(&stage, &mut region, unit).await;
    }
    // Three weeks later.
    stage.at("2004-04-08T05:00:00Z");
    region.post(&format!("{LIST}/S101"), &[("outcome", "call-back"), ("callback", "15時")]).await.expect(303);
    let today = region.get("/today").await.expect(200);
    today.says("電話連絡 2件").says("期限超過 3件、3週間動きなし 2件").says("折返し 15:00 1件");
    let mut officer = Browser::of(&stage, stage.officer);
    officer.get("/today").await.expect(200).says("期限超過・本部にも督促");
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/today").await.expect(200).says("督促：期限を過ぎた単組").says("/regions/saitama/calls");
    // All regions at once for headquarters, the only one for its staff.
    assert_eq!(region.get("/calls").await.expect(303).location(), LIST);
    let all = hq.get("/calls").await.expect(200);
    assert_eq!(listed(&all).len(), 6 - 1, "everybody but whoever promised an hour");
    // Whoever has reported is reminded of nothing more.
    let fields = [
        ("step", "settlement"),
        ("track", "wage"),
        ("track", "bonus"),
        ("wage.total", "5000"),
        ("bonus.months", "4"),
    ];
    region.post("/units/S101/report", &fields).await.expect(303);
    officer.get("/today").await.expect(200).says_not("督促");
    let page = region.get("/regions/saitama").await.expect(200);
    page.says("4/8(木) 14:00（今日・報告）")
        .says("（23日前・報告）")
        .says("まだ何も聞いていません")
        .says("3週間動きなし");
    assert!(stage.state().seq > Seq(0));
}
