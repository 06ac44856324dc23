//! Corrections through the pages: one field sent back and answered, moved to the right unit,
//! confirmed many at once, and nothing written over that was not seen.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, NAMES, Stage};
use federation::campaign::state::Statement;
use federation::campaign::{StatementId, Track};
use web::new_command_id;

fn statement(stage: &Stage, unit: usize, at: usize) -> Statement {
    let state = stage.state();
    let campaign = state.campaigns.get(stage.campaigns[1]).unwrap();
    let slot = campaign.slot(stage.units[unit].bargaining_unit, Track::Wage).unwrap();
    slot.statements[at].clone()
}

/// A response on the wage track through the form.
async fn answer(browser: &mut Browser, unit: &str, fields: &[(&str, &str)]) -> Answer {
    let id = new_command_id().to_string();
    let mut all = vec![("command_id", id.as_str()), ("step", "response"), ("track", "wage")];
    all.extend_from_slice(fields);
    browser.post(&format!("/units/{unit}/report"), &all).await
}

async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let id = new_command_id().to_string();
    let mut all = vec![("command_id", id.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}

#[tokio::test]
async fn one_field_goes_back_and_comes_back() {
    let stage = Stage::new().await;
    let (mut officer, mut region) = (Browser::of(&stage, stage.officer), Browser::of(&stage, stage.region));
    let told = [("wage.total", "6000"), ("wage.maintenance", "5000"), ("wage.base_up", "900")];
    answer(&mut officer, "S101", &told).await.expect(303);
    let first = statement(&stage, 0, 0);
    let (id, seen) = (first.id, first.latest().seq.to_string());

    // The region asks; without a question, or without a field, nothing is sent and nothing is lost.
    let ask = format!("/statements/{id}/send-back");
    region.get(&ask).await.expect(200).says("賃上げ分: 900円").says("現行ベース（交渉前平均賃金）: 報告なし");
    let empty = [("based_on", seen.as_str()), ("question", "和が合いません。")];
    post(&mut region, &ask, &empty).await.expect(422).says("和が合いません。").says("一つ選んでください");
    let sent = [("based_on", seen.as_str()), ("field", "base-up"), ("question", "維持分との和が合いません。")];
    post(&mut region, &ask, &sent).await.expect(303);
    let again = post(&mut region, &ask, &sent).await.expect(409);
    again.says("まだ答えのない質問があります").says("維持分との和が合いません。");
    assert!(!stage.journal_bodies().iter().any(|body| body.contains("和が合いません")), "it lies in the vault");

    // It counts still; the unit sees the question first, and only that field can be filled.
    region.get("/units/S101").await.expect(200).says("差し戻し中").says("6,000円");
    region.get("/regions/saitama").await.expect(200).says("差し戻し中");
    let today = officer.get("/today").await.expect(200);
    let address = format!("/statements/{id}/questions/");
    let question = today.between(&format!("href=\"{address}"), "\"").expect("the way to the question").to_owned();
    let page = format!("{address}{question}");
    let form =
        officer.get(&page).await.expect(200).says("維持分との和が合いません。").says("name=\"wage.base_up\"");
    let form = form.says_not("name=\"wage.total\"").says_not(NAMES[1]).says("地方担当 埼玉");
    assert_eq!(form.hidden("based_on"), Some(seen.clone()));

    // Nothing typed is a question back; what cannot be read stays as it was typed.
    let say = |fields: &[(&'static str, &'static str)]| {
        let mut all = vec![("based_on", seen.clone())];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        all
    };
    for (fields, expected) in [
        (say(&[("verdict", "mended")]), "正しい値を入れるか"),
        (say(&[("verdict", "mended"), ("wage.base_up", "せんえん?")]), "せんえん?"),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&mut officer, &page, &fields).await.expect(422).says(expected);
    }
    // Other fields that are sent with it are not looked at.
    let mended = [
        ("based_on", seen.as_str()),
        ("verdict", "mended"),
        ("wage.base_up", "１，０００"),
        ("wage.total", "9999"),
        ("reply", "写し間違いでした。"),
    ];
    post(&mut officer, &page, &mended).await.expect(303);
    let unit = region.get("/units/S101").await.expect(200).says("訂正して答えました").says("写し間違いでした。");
    unit.says("1,000円").says_not("9,999").says("質問").says_not("差し戻し中");
    let history = region.get("/units/S101/history").await.expect(200);
    history
        .says("<del>900円</del>")
        .says("<ins>1,000円</ins>")
        .says("単組役員 架空精機労働組合")
        .says_not(NAMES[3]);
    // Who read the question and the answer is written down.
    officer.get(&page).await.expect(409);
}

#[tokio::test]
async fn right_as_it_is_and_taken_back() {
    let stage = Stage::new().await;
    let (mut officer, mut region) = (Browser::of(&stage, stage.officer), Browser::of(&stage, stage.region));
    answer(&mut officer, "S101", &[("wage.total", "6000")]).await.expect(303);
    let first = statement(&stage, 0, 0);
    let (id, seen) = (first.id, first.latest().seq.to_string());
    let mut asked = Vec::new();
    for field in ["total", "given-at"] {
        let sent = [("based_on", seen.as_str()), ("field", field), ("question", "確かですか。")];
        post(&mut region, &format!("/statements/{id}/send-back"), &sent).await.expect(303);
        asked.push(stage.state().seq.to_string());
    }
    let right = [("based_on", seen.as_str()), ("verdict", "right")];
    post(&mut officer, &format!("/statements/{id}/questions/{}", asked[0]), &right).await.expect(303);
    let take_back = format!("/statements/{id}/questions/{}/take-back", asked[1]);
    post(&mut officer, &take_back, &[]).await.expect(403);
    post(&mut region, &take_back, &[]).await.expect(303);
    let page = region.get("/units/S101").await.expect(200);
    page.says("このままで正しいと答えました").says("この質問は取り消されました").says_not("差し戻し中");
    assert_eq!(statement(&stage, 0, 0).latest().seq.to_string(), seen, "no new version");
    // Another region's staff does not learn that there is such a statement.
    let mut other = Browser::of(&stage, stage.other_region);
    other.get(&format!("/statements/{id}/send-back")).await.expect(404);
}

#[tokio::test]
async fn a_report_about_the_wrong_unit_is_moved() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    answer(&mut region, "S102", &[("wage.total", "4200"), ("channel", "telephone")]).await.expect(303);
    let wrong = statement(&stage, 1, 0);
    let (address, seen) = (format!("/statements/{}/move", wrong.id), wrong.latest().seq.to_string());
    region.get(&address).await.expect(200).says("4,200円");
    let to = |code: &'static str| [("based_on", seen.clone()), ("to", code.to_owned())];
    let fields = |pairs: &[(&'static str, String)]| -> Vec<(&'static str, String)> { pairs.to_vec() };
    for (code, expected) in
        [("", "コードを入れてください"), ("K201", "あなたの担当ではありません"), ("S102", "付け替え先の単組")]
    {
        let sent = fields(&to(code));
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&mut region, &address, &sent).await.expect(422).says(expected);
    }
    // First it is shown to whom it would go, then it is done.
    let check = post(&mut region, &address, &[("based_on", seen.as_str()), ("to", "ｓ１０３")]).await.expect(200);
    let check = check.says("架空電子労働組合 (S102) から 架空車両労働組合 (S103) に付け替えます");
    assert_eq!((check.hidden("to"), check.hidden("sure")), (Some("S103".into()), Some("S103".into())));
    let sure = [("based_on", seen.as_str()), ("to", "S103"), ("sure", "S103")];
    let done = post(&mut region, &address, &sure).await.expect(303);
    assert!(done.location().starts_with("/units/S103?recorded="), "{}", done.location());
    region.get("/units/S102/history").await.expect(200).says("付け替え先:").says("架空車両労働組合 (S103)");
    let right =
        region.get("/units/S103/history").await.expect(200).says("付け替え元:").says("架空電子労働組合 (S102)");
    right.says("4,200円");
    region.get("/regions/saitama").await.expect(200).says("4,200円");

    // Something differing stands at the right unit: both are shown, and it may stand beside.
    answer(&mut region, "S102", &[("wage.total", "4000"), ("channel", "telephone")]).await.expect(303);
    let wrong = statement(&stage, 1, 1);
    let (address, seen) = (format!("/statements/{}/move", wrong.id), wrong.latest().seq.to_string());
    let sure = [("based_on", seen.as_str()), ("to", "S103"), ("sure", "S103")];
    let both = post(&mut region, &address, &sure).await.expect(409);
    let both = both.says("4,000円").says("4,200円").says("並べて残す");
    assert_eq!(both.hidden("beside"), Some("yes".into()));
    let beside = [("based_on", seen.as_str()), ("to", "S103"), ("sure", "S103"), ("beside", "yes")];
    post(&mut region, &address, &beside).await.expect(303);
    assert!(statement(&stage, 2, 1).rival_of.is_some());
}

#[tokio::test]
async fn headquarters_confirms_for_an_absent_region_many_at_once() {
    let stage = Stage::new().await;
    let (mut officer, mut hq) = (Browser::of(&stage, stage.officer), Browser::of(&stage, stage.hq));
    let mut region = Browser::of(&stage, stage.region);
    answer(&mut officer, "S101", &[("wage.total", "6000")]).await.expect(303);
    answer(&mut region, "S102", &[("wage.total", "4000"), ("channel", "telephone")]).await.expect(303);
    answer(&mut region, "S103", &[("wage.total", "7000"), ("channel", "telephone")]).await.expect(303);
    let list = hq.get("/regions/saitama/confirm").await.expect(200).says("埼玉に代わって、本部が確認します");
    let list = list.says("1–3 / 3件").says("6,000円");
    let ticks: Vec<String> = (0..3)
        .map(|unit| {
            let one = statement(&stage, unit, 0);
            format!("{}@{}", one.id, one.latest().seq)
        })
        .collect();
    assert!(ticks.iter().all(|tick| list.body.contains(tick.as_str())), "{}", list.body);
    // S102 is mended meanwhile: that one is refused, the others are confirmed.
    let known = ticks[1].clone();
    let mend = [
        ("wage.total", "4200"),
        ("channel", "telephone"),
        ("wage.known", known.as_str()),
        ("wage.relation", "correction"),
    ];
    answer(&mut region, "S102", &mend).await.expect(303);
    let id = new_command_id().to_string();
    let mut sent: Vec<(&str, &str)> = vec![("command_id", id.as_str())];
    sent.extend(ticks.iter().map(|tick| ("statement", tick.as_str())));
    let done = hq.post("/regions/saitama/confirm", &sent).await.expect(200);
    done.says("2件を確認しました。できなかったもの 1件").says("架空電子労働組合").says("1–1 / 1件");
    // The same form once more does nothing twice.
    let before = stage.state().seq;
    hq.post("/regions/saitama/confirm", &sent).await.expect(200).says("2件を確認しました");
    assert_eq!(stage.state().seq, before);
    officer.get("/units/S101").await.expect(200).says("埼玉に代わって本部が確認");
    // Staff of the region confirm as themselves, and not what they wrote themselves.
    region.get("/regions/saitama/confirm").await.expect(200).says_not("に代わって").says("自分の入力");
    Browser::of(&stage, stage.other_region).get("/regions/saitama/confirm").await.expect(404);
}

#[tokio::test]
async fn what_was_not_seen_is_shown_beside_what_was() {
    let stage = Stage::new().await;
    let (mut officer, mut region) = (Browser::of(&stage, stage.officer), Browser::of(&stage, stage.region));
    answer(&mut region, "S101", &[("wage.total", "4200"), ("channel", "telephone")]).await.expect(303);
    let first = statement(&stage, 0, 0);
    let (id, seen): (StatementId, String) = (first.id, first.latest().seq.to_string());
    // The file of the other office says 4,000: nothing is overwritten, both are shown, and what was
    // typed stays.
    let conflict = answer(&mut officer, "S101", &[("wage.total", "4000")]).await.expect(409);
    let conflict = conflict.says("あなたの入力").says("いまの記録").says("4,000円").says("4,200円");
    conflict.says("value=\"4000\"").says("地方担当 埼玉");

    // Mended before the confirmation arrives.
    let known = format!("{id}@{seen}");
    let mend = [
        ("wage.total", "4300"),
        ("channel", "telephone"),
        ("wage.known", known.as_str()),
        ("wage.relation", "correction"),
    ];
    answer(&mut region, "S101", &mend).await.expect(303);
    let latest = statement(&stage, 0, 0).latest().seq.to_string();
    for step in ["confirm", "withdraw"] {
        let sent = [("based_on", seen.as_str()), ("reason", "taken-back")];
        let both = post(&mut officer, &format!("/statements/{id}/{step}"), &sent).await.expect(409);
        let both = both.says("4,200円").says("4,300円").says("変更");
        assert_eq!(
            (both.hidden("based_on"), both.hidden("reason")),
            (Some(latest.clone()), Some("taken-back".into()))
        );
    }
    post(&mut officer, &format!("/statements/{id}/confirm"), &[("based_on", latest.as_str())]).await.expect(303);

    // スト権: the second of two forms that were open at once.
    let mandate = |in_favour: &'static str| {
        [
            ("based_on", "0"),
            ("established", "yes"),
            ("voted_on", "3/5"),
            ("entitled", "320"),
            ("voted", "300"),
            ("in_favour", in_favour),
        ]
    };
    post(&mut officer, "/units/S101/strike-mandate", &mandate("280")).await.expect(303);
    let again = post(&mut officer, "/units/S101/strike-mandate", &mandate("290")).await.expect(409);
    let again = again.says("ほかの人が記録しました").says("280").says("value=\"290\"");
    assert_eq!(again.hidden("based_on"), Some(stage.state().seq.to_string()));

    // 公開範囲 likewise.
    let sharing = |figures: &'static str| {
        [
            ("based_on", "0"),
            ("figures.rows_to", figures),
            ("figures.aggregates_to", "public"),
            ("maintenance.rows_to", "region"),
            ("maintenance.aggregates_to", "public"),
        ]
    };
    post(&mut officer, "/units/S101/sharing", &sharing("region")).await.expect(303);
    let again = post(&mut officer, "/units/S101/sharing", &sharing("public")).await.expect(409);
    assert_eq!(again.hidden("figures.rows_to"), Some("public".into()), "the choice is kept");
    assert_eq!(again.hidden("based_on"), Some(stage.state().seq.to_string()));
    // And the expected day.
    post(&mut officer, "/units/S101/expected", &[("based_on", "0"), ("expected_on", "3/23")]).await.expect(303);
    let again = post(&mut officer, "/units/S101/expected", &[("based_on", "0"), ("expected_on", "3/24")]).await;
    again.expect(409).says("value=\"3/24\"").says("3月23日");
    post(&mut officer, "/units/S101/expected", &[("based_on", "0"), ("expected_on", "あした?")]).await.expect(422);
}

#[tokio::test]
async fn a_withdrawal_can_be_undone() {
    let stage = Stage::new().await;
    let mut officer = Browser::of(&stage, stage.officer);
    answer(&mut officer, "S101", &[("wage.total", "6000")]).await.expect(303);
    let first = statement(&stage, 0, 0);
    let seen = first.latest().seq.to_string();
    let address = |step: &str| format!("/statements/{}/{step}", first.id);
    post(&mut officer, &address("withdraw"), &[("based_on", seen.as_str())]).await.expect(303);
    officer.get("/units/S101").await.expect(200).says("取り下げを取り消す").says("公表されるまで元に戻せます");
    post(&mut officer, &address("restore"), &[]).await.expect(303);
    officer.get("/units/S101").await.expect(200).says_not("取り下げを取り消す");
    assert!(statement(&stage, 0, 0).stands());
}
