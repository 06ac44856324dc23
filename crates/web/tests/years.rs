//! From one year to the next, on the screens.

mod common;

use common::{Answer, Browser, Stage};
use federation::campaign::content::{Content, Figures, Stated, WageFigures};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::{Moment, Track};
use federation::{Command, organisation, people};
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

/// The fields of the wizard's form as the page has them.
fn fields_of(page: &Answer) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for piece in page.body.split("<input").skip(1) {
        let tag = piece.split_once('>').map_or("", |(tag, _)| tag);
        let of =
            |attribute: &str| Some(tag.split_once(&format!(" {attribute}=\""))?.1.split_once('"')?.0.to_owned());
        let (Some(name), Some(value)) = (of("name"), of("value")) else { continue };
        let choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        if name != "csrf" && !choice && !fields.iter().any(|(known, _): &(String, String)| *known == name) {
            fields.push((name, value));
        }
    }
    fields
}

async fn send(browser: &mut Browser, fields: &[(String, String)], more: &[(&str, &str)]) -> Answer {
    let kept = fields.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let mut all: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(more);
    browser.post("/campaigns/next", &all).await
}

#[tokio::test]
async fn the_next_year_is_opened_after_its_differences_were_seen() {
    let stage = two_springs().await;
    stage.at("2004-11-01T10:00:00+09:00");
    let leave = organisation::rules::Command::Leave {
        organisation: stage.units[1].organisation,
        on: "2004-10-01".parse().expect("a date"),
        reason: organisation::LeavingReason::Withdrew,
    };
    stage.send(stage.hq, Command::Organisation(leave)).await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/campaigns").await.expect(200).says("/campaigns/next");
    let page = hq.get("/campaigns/next").await.expect(200).says("2005-03-15").says("2005-06-30");
    hq.get("/campaigns/next?shift=date").await.expect(200).says("2005-03-16");
    let fields = fields_of(&page);

    // A day that cannot be read comes back with what was typed, and so does one out of order.
    let torn = send(&mut hq, &fields, &[("c.demand-day.on", "いつか"), ("step", "look")]).await;
    torn.expect(422).says("value=\"いつか\"").says("#f-c_2edemand-day_2eon");
    send(&mut hq, &fields, &[("r.final.p", "2005-06-01"), ("step", "look")])
        .await
        .expect(422)
        .says("公表が集計より前です");

    let look = send(&mut hq, &fields, &[("c.demand-day.on", "2005年2月19日"), ("step", "look")]).await.expect(200);
    let look = look.says("2004年2月20日(金)").says("2005年2月19日(土)").says("土曜・日曜に当たる日があります");
    let look = look.says("加盟していない").says(stage.units[1].name).says("まだ何も記録していません");
    // Of two springs nothing is settled: what was answered is not what was demanded and left open.
    let fields = fields_of(&look);
    assert!(
        fields.iter().any(|(name, value)| name == "c.demand-day.on" && value == "2005年2月19日"),
        "{fields:?}"
    );
    let row = format!("row.{}", stage.units[1].code);
    send(&mut hq, &fields, &[("step", "open")]).await.expect(422).says("入れるか入れないかを選んでください");
    let opened = send(&mut hq, &fields, &[("step", "open"), (&row, "out")]).await;
    assert_eq!(opened.location(), "/campaigns?done=recorded");
    let state = stage.state();
    let campaign = state.campaigns.current().expect("a campaign");
    assert_eq!((campaign.year, campaign.frame.rows.len()), (2005, stage.units.len() - 1));
    let kit = state.kit_of(campaign.id).expect("its kit");
    assert_eq!(kit.milestone("demand-day").map(|one| one.on.to_string()).as_deref(), Some("2005-02-19"));

    // It is taken back with its code, and only with that.
    hq.get("/campaigns").await.expect(200).says("開いたことを取り消す");
    let code = campaign.code.to_string();
    let undo = format!("/campaigns/{code}/undo");
    let field = format!("{code}-undo-code");
    let id = web::new_command_id().0.to_string();
    hq.post(&undo, &[("command_id", &id), (&field, "2004")]).await.expect(422);
    hq.post(&undo, &[("command_id", &id), (&field, &code)]).await.expect(303);
    assert_eq!(stage.state().campaigns.current().map(|campaign| campaign.year), Some(2004));
}

#[tokio::test]
async fn a_kits_file_stands_in_for_last_years() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let kit = include_str!("../../../kits/jam-2004/kit.toml")
        .replace("2004", "2005")
        .replace("2005-02-20", "2005-02-18");
    let page = upload(&mut hq, &kit).await.expect(200);
    let page = page.says("ファイルから読んだ一式です").says("2005-02-18");
    let mut fields = fields_of(&page);
    fields.retain(|(name, _)| name != "kit_text");
    let look = send(&mut hq, &fields, &[("kit_text", &kit), ("step", "look")]).await.expect(200);
    look.says("2004年2月20日(金)").says("2005年2月18日(金)");
    // What is wrong in a file is said with its line, and nothing is lost.
    let torn = upload(&mut hq, &kit.replacen("year = 2005", "yaer = 2005", 1)).await.expect(422);
    torn.says("一式として読めません").says("line ");
}

async fn upload(browser: &mut Browser, kit: &str) -> Answer {
    upload_to(browser, "/campaigns/next/file", kit).await
}

async fn upload_to(browser: &mut Browser, address: &str, kit: &str) -> Answer {
    let token = web::shell::csrf::fresh(browser.cookies[web::asked::SESSION_COOKIE].as_bytes()).expect("a token");
    let part = |name: &str, more: &str, body: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{body}\r\n")
    };
    let body = part("csrf", "", &token) + &part("file", "; filename=\"kit.toml\"", kit) + "--edge--\r\n";
    let kind = "multipart/form-data; boundary=edge";
    browser.ask("POST", address, body.into_bytes(), &[("content-type", kind)]).await
}

#[tokio::test]
async fn a_kit_changes_under_way_with_its_differences_and_a_reason() {
    let stage = two_springs().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let here = "/campaigns/spring-2004/kit";
    hq.get("/campaigns").await.expect(200).says(here);
    hq.get(here).await.expect(200).says("この闘争は本部の一式のままです");
    let kit = hq.get(&format!("{here}.toml")).await.expect(200).body;
    // The file that goes out is the file that comes in: nothing differs.
    upload_to(&mut hq, &format!("{here}/file"), &kit).await.expect(200).says("違いはありません");
    assert!(kit.contains("2004-03-17"), "{kit}");
    let changed = kit.replace("2004-03-17", "2004-03-18");
    let page = upload_to(&mut hq, &format!("{here}/file"), &changed).await.expect(200);
    let page = page.says("2004年3月17日").says("2004年3月18日").says("期限を過ぎた報告のある組合");
    let id = page.hidden("command_id").unwrap();
    let fields =
        |reason: &'static str| [("command_id", id.as_str()), ("kit_text", changed.as_str()), ("reason", reason)];
    hq.post(here, &fields("")).await.expect(422).says("理由を500字までで").says("2004年3月18日");
    hq.post(here, &fields("交通機関の都合で1日延ばす")).await.expect(303);
    hq.get(here).await.expect(200).says("交通機関の都合で1日延ばす").says("本部");
    assert!(stage.journal_bodies().iter().all(|body| !body.contains("交通機関")));
    upload_to(&mut hq, &format!("{here}/file"), "name = ").await.expect(422).says("一式として読めません");
    Browser::of(&stage, stage.region).get(here).await.expect(403);
}

#[tokio::test]
async fn all_years_stand_side_by_side() {
    let stage = two_springs().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/board").await.expect(200).says("/board/years?");
    // 2004: (320 × 6,100 + 85 × 4,000) ÷ 405 = 5,659; 2003: (320 × 6,000 + 1,200 × 7,000) ÷ 1,520 = 6,789.
    let page = hq.get("/board/years").await.expect(200);
    let page = page.says("5,659").says("6,789").says("+100").says("2004年").says("2003年");
    page.says("table=years-total_raise_yen");
    let csv = hq.get("/board/years?table=years-total_raise_yen&format=csv").await.expect(200);
    // The mean over the same unions rose by 100, while the means of the two years fell: T-2.
    csv.says("2004,5659,5050,2,405,100,100,1").says("2003,6789,6500,2,1520,,,");
    Browser::of(&stage, stage.release).get("/board/years").await.expect(200).says_not("5,659");
    Browser::of(&stage, stage.region).get("/board/years").await.expect(403);
}

#[tokio::test]
async fn a_unit_sees_what_last_year_left_open_and_can_read_it() {
    let stage = Stage::new().await;
    stage.at("2003-03-12T10:00:00+09:00");
    respond(&stage, stage.region, 0, 0, 6_000).await;
    stage.at("2004-01-20T10:00:00+09:00");
    let mut officer = Browser::of(&stage, stage.officer);
    let code = stage.units[0].code;
    let past = format!("/units/{code}/years/2003");
    officer.get(&format!("/units/{code}")).await.expect(200).says(&past).says("2003年の交渉が残っています");
    officer.get(&past).await.expect(200).says("6,000").says("過ぎた年の記録です").says_not("<form class=\"form\"");
    officer.get(&format!("/units/{code}/years/1999")).await.expect(404);
    Browser::of(&stage, stage.other_officer).get(&past).await.expect(404);
}

#[tokio::test]
async fn duties_that_end_are_handed_over() {
    let stage = Stage::new().await;
    stage.at("2004-03-16T10:00:00+09:00");
    let duty = stage.state().people.accounts[&stage.officer].duties[0];
    let on = "2004-05-01".parse().expect("a date");
    stage.send(stage.hq, Command::People(people::rules::Command::EndDuty { duty, on })).await;
    let mut hq = Browser::of(&stage, stage.hq);
    let page = hq.get("/people/hand-over").await.expect(200);
    page.says("2004年4月30日").says("後任がいない").says(stage.units[0].name);
    hq.get("/people/hand-over?until=2004-04-01").await.expect(200).says("終わる任務はありません");
    // A region sees its own, and only those.
    Browser::of(&stage, stage.region).get("/people/hand-over").await.expect(200).says(stage.units[0].name);
    let mut other = Browser::of(&stage, stage.other_region);
    other.get("/people/hand-over").await.expect(200).says_not(stage.units[0].name);
    // The day after the last day the right is gone, without anybody doing anything.
    stage.at("2004-05-01T00:00:00+09:00");
    Browser::of(&stage, stage.officer).get(&format!("/units/{}", stage.units[0].code)).await.expect(403);
}

#[tokio::test]
async fn a_membership_round_from_the_unit_to_headquarters() {
    let stage = Stage::new().await;
    stage.at("2004-10-04T10:00:00+09:00");
    let (code, unit) = (stage.units[0].code, &stage.units[0]);
    let mut hq = Browser::of(&stage, stage.hq);
    let mut officer = Browser::of(&stage, stage.officer);
    let mut region = Browser::of(&stage, stage.region);
    let form = format!("/units/{code}/membership");
    hq.get("/membership").await.expect(200).says("まだ始まっていません");
    officer.get(&form).await.expect(200).says("頼んでいる調査はありません");
    region.get("/membership").await.expect(403);
    let id = || web::new_command_id().0.to_string();
    let torn = [
        ("command_id", id()),
        ("code", "members-2004".to_owned()),
        ("on", "2004-10-01".to_owned()),
        ("due_on", "".to_owned()),
    ];
    let torn: Vec<(&str, &str)> = torn.iter().map(|(name, value)| (*name, value.as_str())).collect();
    hq.post("/membership", &torn).await.expect(422).says("value=\"members-2004\"");
    let open = [
        ("command_id", id()),
        ("code", "members-2004".to_owned()),
        ("on", "10/1".to_owned()),
        ("due_on", "10/29".to_owned()),
    ];
    let open: Vec<(&str, &str)> = open.iter().map(|(name, value)| (*name, value.as_str())).collect();
    hq.post("/membership", &open).await.expect(303);

    officer.get("/today").await.expect(200).says("提出期限は 2004年10月29日");
    officer.get(&form).await.expect(200).says("未提出").says("分からない");
    let send = |fields: &[(&str, &str)]| {
        let mut all = vec![("command_id".to_owned(), id())];
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        all
    };
    async fn post(browser: &mut Browser, to: &str, fields: &[(String, String)]) -> Answer {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(to, &fields).await
    }
    // What does not add up names both numbers, and what was typed stays.
    let wrong = send(&[
        ("total", "４００人"),
        ("total_grade", "roster"),
        ("women", "100"),
        ("men", "290"),
        ("sex-unstated", "0"),
        ("sex_grade", "roster"),
    ]);
    let answer = post(&mut officer, &form, &wrong).await.expect(422);
    answer.says("内訳の合計 390人 が組合員数 400人 と合いません").says("value=\"290\"").says("value=\"４００人\"");
    let ungraded = send(&[("total", "400"), ("women", "100")]);
    post(&mut officer, &form, &ungraded).await.expect(422).says("どう調べたかを選んでください");
    let good = send(&[("total", "400"), ("total_grade", "roster"), ("women", "100"), ("sex_grade", "declared")]);
    post(&mut officer, &form, &good).await.expect(303);
    // Sent blindly once more, what stands comes back beside it.
    let blind = send(&[("total", "401"), ("total_grade", "roster")]);
    post(&mut officer, &form, &blind).await.expect(409).says("400").says("value=\"401\"");

    // 320 → 400 is more than a fifth: the region sees it, and it is not confirmed with the others.
    let list = region.get("/regions/saitama/membership").await.expect(200);
    let list = list.says(unit.name).says("提出 1 ÷ 調査対象").says_not("まとめて確認する");
    let seq = list.between("name=\"based_on\" value=\"", "\"").expect("a version").to_owned();
    Browser::of(&stage, stage.other_region).get("/regions/saitama/membership").await.expect(404);
    let confirm = send(&[("based_on", &seq), ("back", "saitama")]);
    let own = post(&mut officer, &format!("{form}/confirm"), &confirm).await;
    assert_eq!(own.status.as_u16(), 409, "a union does not confirm its own word");
    let confirm = send(&[("based_on", &seq), ("back", "saitama")]);
    let answer = post(&mut region, &format!("{form}/confirm"), &confirm).await.expect(303);
    assert_eq!(answer.location(), "/regions/saitama/membership?done=recorded");
    let members = stage.state().organisations.get(unit.organisation).expect("known").members.clone();
    assert_eq!(members.on("2004-10-01".parse().expect("a date")), Some(&400));

    // By telephone for another, then all without findings at once; who is silent is reminded.
    let other = format!("/units/{}/membership", stage.units[1].code);
    let told = send(&[("total", "85"), ("total_grade", "estimated")]);
    post(&mut region, &other, &told).await.expect(303);
    post(&mut region, "/regions/saitama/membership/remind", &send(&[])).await.expect(303);
    region.get("/regions/saitama/membership").await.expect(200).says("督促 1回");
    hq.get("/regions/saitama/membership").await.expect(200).says("指摘のない 1件をまとめて確認する");
    post(&mut hq, "/regions/saitama/membership/confirm", &send(&[])).await.expect(303);

    let whole = hq.get("/membership").await.expect(200);
    let whole = whole.says("推計").says("25.0").says_not("0人とは数えます");
    whole.says("/membership/export?format=xlsx");
    let csv = hq.get("/membership/export").await.expect(200);
    let line = csv.body.lines().find(|line| line.starts_with(code)).expect("the unit").to_owned();
    assert!(line.contains(",確認済み,400,名簿から数えた,320,100,分からない,"), "{line}");
    post(&mut hq, "/membership/close", &send(&[("code", "members-2004")])).await.expect(303);
    officer.get(&form).await.expect(200).says("締め切りました").says_not("人数を送る");
}
