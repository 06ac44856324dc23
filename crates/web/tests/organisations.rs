//! Headquarters keeps organisations, campaigns and the roster; everything is dated, and nobody
//! else comes in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, Stage, code, date};
use federation::organisation::OrganisationKind;
use web::new_command_id;

/// Sends a form with a new command id.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let id = new_command_id().0.to_string();
    let mut all = vec![("command_id", id.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}

#[tokio::test]
async fn a_unit_is_entered_and_renamed_from_a_day_ahead() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/organisations").await.expect(200).says("架空精機労働組合").says("埼玉").says_not("S104");
    let form = hq.get("/organisations/new").await.expect(200);
    let id = form.hidden("command_id").expect("an id");
    let mut fields = vec![
        ("command_id", id.as_str()),
        ("kind", "unit"),
        ("code", "Ｓ１０４"),
        ("name", "架空工具労働組合"),
        ("parent", "埼玉"),
        ("members", "５千"),
        ("prefecture", "11"),
        ("industry", "precision"),
        ("bargains", "yes"),
        ("from", "平成１６年３月１日"),
    ];
    // 「５千」 is asked back, and what was typed stays.
    let asked = hq.post("/organisations/new", &fields).await.expect(422).says("５千").says("架空工具労働組合");
    assert_eq!(asked.hidden("command_id"), Some(id.clone()));
    fields[5] = ("members", "１，２００");
    let done = hq.post("/organisations/new", &fields).await.expect(303);
    assert_eq!(done.location(), "/organisations/S104?done=recorded");
    hq.follow(&done)
        .await
        .expect(200)
        .says("1,200")
        .says("2004年3月1日")
        .says("記録しました")
        .says("架空工具労働組合");
    // The same form again is the same command; the same code under another id is told.
    hq.post("/organisations/new", &fields).await.expect(303);
    let other = new_command_id().0.to_string();
    fields[0] = ("command_id", other.as_str());
    hq.post("/organisations/new", &fields).await.expect(409).says("すでに使われています");
    let state = stage.state();
    let found = state.organisations.get(state.organisations.by_code[&code("S104")]).expect("the unit");
    assert_eq!((found.kind, found.members.on(date("2004-03-16"))), (OrganisationKind::Unit, Some(&1200)));
    assert!(state.organisations.bargaining_units_by_code.contains_key(&code("S104")));

    let rename = [("rename-name", "架空工具・金型労働組合"), ("rename-from", "２００４／９／１")];
    send(&mut hq, "/organisations/S104/rename", &rename).await.expect(303);
    hq.get("/organisations?q=s104").await.expect(200).says("架空工具労働組合").says_not("金型").says_not("S101");
    hq.get("/organisations?q=S104&on=2004-09-01").await.expect(200).says("架空工具・金型労働組合");
    hq.get("/organisations?q=S104&on=2004-08-31").await.expect(200).says_not("金型");
    hq.get("/organisations?kind=region").await.expect(200).says("saitama").says_not("S104");
    hq.get("/organisations?on=3%E6%9C%88").await.expect(200).says("class=\"error\"");
    let nothing = [("rename-name", ""), ("rename-from", "そのうち")];
    send(&mut hq, "/organisations/S104/rename", &nothing)
        .await
        .expect(422)
        .says("名前を入れてください")
        .says("そのうち");

    // A count far from the last one is recorded and asked about.
    let count = [("count-members", "１２，０００人"), ("count-on", "３／１５")];
    let done = send(&mut hq, "/organisations/S104/count", &count).await.expect(303);
    hq.follow(&done).await.expect(200).says("大きく変わっています");
    send(&mut hq, "/organisations/S104/nothing", &count).await.expect(404);
    hq.get("/organisations/S999").await.expect(404);
    hq.speaking("en").get("/organisations/S104").await.expect(200).says("Bargaining unit").says_not("⟦");
}

/// The table of progress, without the line of its entry.
async fn progress(hq: &mut Browser, on: &str, seq: u64) -> String {
    let csv = hq.get(&format!("/board/export?table=progress&at={seq}&on={on}")).await.expect(200);
    csv.body
        .lines()
        .filter(|line| line.starts_with("saitama") || line.starts_with("kanagawa"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_move_leaves_yesterday_as_it_was() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let seq = stage.desk.now().head.seq.0;
    let before = progress(&mut hq, "2004-03-15", seq).await;
    assert!(before.contains("saitama,埼玉,3"), "{before}");
    let place =
        [("place-tree", "line"), ("place-parent", "ｋａｎａｇａｗａ"), ("place-from", "２００４年３月１６日")];
    let done = send(&mut hq, "/organisations/S101/place", &place).await.expect(303);
    hq.follow(&done).await.expect(200).says("神奈川");
    let seq = stage.desk.now().head.seq.0;
    assert_eq!(progress(&mut hq, "2004-03-15", seq).await, before);
    let after = progress(&mut hq, "2004-03-16", seq).await;
    assert!(after.contains("saitama,埼玉,2") && after.contains("kanagawa,神奈川,4"), "{after}");
    // Nobody stands above itself.
    let circle = [("place-tree", "line"), ("place-parent", "S101"), ("place-from", "2004/3/16")];
    send(&mut hq, "/organisations/kanagawa/place", &circle).await.expect(409).says("自分の下にある組織");
    // Leaving with its reason, and joining again.
    let leave = [("leave-reason", "withdrew"), ("leave-on", "４／１")];
    send(&mut hq, "/organisations/K203/leave", &leave).await.expect(303);
    hq.get("/organisations?q=K203&on=2004-04-01").await.expect(200).says("加盟していない");
    send(&mut hq, "/organisations/K203/leave", &leave).await.expect(409).says("当てはまりません");
    send(&mut hq, "/organisations/K203/join", &[("join-from", "2004/10/1")]).await.expect(303);
    hq.get("/organisations?q=K203&on=2004-10-01").await.expect(200).says_not("加盟していない");
}

#[tokio::test]
async fn merged_units_go_on_in_one_and_say_where_they_came_from() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let merge = [("merge-others", "Ｓ１０３"), ("merge-target", "S101"), ("merge-on", "２００４／４／１")];
    let done = send(&mut hq, "/organisations/S102/merge", &merge).await.expect(303);
    hq.follow(&done).await.expect(200).says("2004年3月31日");
    let page = hq.get("/organisations/S101").await.expect(200);
    let came = page.between("もとの交渉単位", "</dd>").expect("where it came from");
    assert!(came.contains("S102") && came.contains("S103") && came.contains("2004年4月1日"), "{came}");
    let state = stage.state();
    assert!(
        state
            .organisations
            .bargaining_unit(stage.units[1].bargaining_unit)
            .unwrap()
            .held
            .contains(date("2004-03-31"))
    );
    assert!(
        !state
            .organisations
            .bargaining_unit(stage.units[1].bargaining_unit)
            .unwrap()
            .held
            .contains(date("2004-04-01"))
    );
    let unknown = [("merge-others", "S777"), ("merge-target", "K201"), ("merge-on", "2004/4/1")];
    send(&mut hq, "/organisations/K202/merge", &unknown)
        .await
        .expect(422)
        .says("「S777」という組織は見つかりません");
    // A split, and units that bargain together.
    let split = [("split-targets", "K202、K203"), ("split-on", "2004/4/1")];
    send(&mut hq, "/organisations/K201/split", &split).await.expect(303);
    hq.get("/organisations/K203").await.expect(200).says("架空鋳造労働組合 (K201)");
    let form =
        [("form-code", "JOINT"), ("form-who", "K202 K203"), ("form-members", "５６０"), ("form-from", "2004/4/1")];
    send(&mut hq, "/organisations/K202/form-unit", &form).await.expect(303);
    hq.get("/organisations/K203").await.expect(200).says("JOINT").says("560人");
    let change =
        [("change-unit", "JOINT"), ("change-who", "K203"), ("change-members", "150"), ("change-from", "2004/5/1")];
    send(&mut hq, "/organisations/K203/change-unit", &change).await.expect(303);
    let apart = [("bonus-unit", "K203"), ("bonus-apart", "yes"), ("bonus-from", "2004/4/1")];
    send(&mut hq, "/organisations/K203/separate-bonus", &apart).await.expect(303);
    hq.get("/organisations/K203").await.expect(200).says("春とは別に交渉");
    // A worksite comes and goes.
    let open = [("open-prefecture", "14"), ("open-industry", "castings"), ("open-from", "2004/4/1")];
    send(&mut hq, "/organisations/K203/open-worksite", &open).await.expect(303);
    let state = stage.state();
    let site = state.organisations.get(stage.units[5].organisation).unwrap().worksites[1].id.to_string();
    let close = [("close-which", site.as_str()), ("close-on", "2005/4/1")];
    let done = send(&mut hq, "/organisations/K203/close-worksite", &close).await.expect(303);
    hq.follow(&done).await.expect(200).says("神奈川　鋳鍛造").says("2005年3月31日");
}

#[tokio::test]
async fn a_campaign_is_opened_framed_changed_with_reasons_and_closed() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/campaigns").await.expect(200).says("spring-2004").says("6単位").says("受付中");
    let open = [("code", "spring-2005"), ("year", "２００５年"), ("tracks", "wage"), ("tracks", "bonus")];
    let done = send(&mut hq, "/campaigns", &open).await.expect(303);
    hq.follow(&done).await.expect(200).says("2005年（spring-2005）").says("まだ決めていません");
    send(&mut hq, "/campaigns", &open).await.expect(409).says("すでに使われています");
    send(&mut hq, "/campaigns", &[("code", ""), ("year", "来年")]).await.expect(422).says("来年");
    send(&mut hq, "/campaigns/spring-2005/fix", &[("spring-2005-fix-on", "２／１")]).await.expect(303);
    let remove = [("spring-2005-remove-unit", "ｓ１０２"), ("spring-2005-remove-reason", "mistake")];
    let done = send(&mut hq, "/campaigns/spring-2005/remove", &remove).await.expect(303);
    hq.follow(&done).await.expect(200).says("除外: 架空電子労働組合 (S102)（入れ忘れ・入れ間違い）").says("5単位");
    send(&mut hq, "/campaigns/spring-2005/remove", &remove).await.expect(409).says("調査対象に入っていません");
    let add = [("spring-2005-add-unit", "S102"), ("spring-2005-add-reason", "joined")];
    let done = send(&mut hq, "/campaigns/spring-2005/add", &add).await.expect(303);
    hq.follow(&done).await.expect(200).says("追加: 架空電子労働組合 (S102)（加盟した）");
    let unknown = [("spring-2005-add-unit", "S999"), ("spring-2005-add-reason", "joined")];
    send(&mut hq, "/campaigns/spring-2005/add", &unknown)
        .await
        .expect(422)
        .says("「S999」という交渉単位は見つかりません");
    send(&mut hq, "/campaigns/spring-2005/close", &[("spring-2005-close-code", "はい")]).await.expect(422);
    assert!(stage.state().campaigns.current().unwrap().open);
    send(&mut hq, "/campaigns/spring-2005/close", &[("spring-2005-close-code", "ｓｐｒｉｎｇ－２００５")])
        .await
        .expect(303);
    assert!(!stage.state().campaigns.current().unwrap().open);
    hq.speaking("en").get("/campaigns").await.expect(200).says("Closed").says_not("⟦");
}

#[tokio::test]
async fn nobody_else_comes_in_and_no_forged_form() {
    let stage = Stage::new().await;
    let pages = ["/organisations", "/organisations/new", "/organisations/S101", "/campaigns"];
    let forms = [
        "/organisations/new",
        "/organisations/S101/rename",
        "/organisations/S101/leave",
        "/campaigns",
        "/campaigns/spring-2004/close",
    ];
    let before = stage.desk.now().head.seq;
    for account in [stage.region, stage.other_region, stage.officer, stage.release, stage.auditor] {
        let mut browser = Browser::of(&stage, account);
        for page in pages {
            browser.get(page).await.expect(403);
        }
        for form in forms {
            send(&mut browser, form, &[("spring-2004-close-code", "spring-2004"), ("rename-name", "x")])
                .await
                .expect(403);
        }
        browser
            .get("/releases")
            .await
            .expect(200)
            .says_not("href=\"/organisations\"")
            .says_not("href=\"/campaigns\"");
    }
    let mut nobody = Browser::new(&stage);
    for page in pages {
        assert!(nobody.get(page).await.expect(303).location().starts_with("/sign-in"));
    }
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/today").await.expect(200).says("href=\"/organisations\"").says("href=\"/campaigns\"");
    let id = new_command_id().0.to_string();
    for form in forms {
        let fields =
            [("csrf", "forged"), ("command_id", id.as_str()), ("leave-reason", "other"), ("leave-on", "2004/3/1")];
        hq.post_without_token(form, &fields).await.expect(400);
    }
    assert_eq!(stage.desk.now().head.seq, before);
}
