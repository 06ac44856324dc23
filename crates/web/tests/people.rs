//! People: how one comes in, who lets whom in, and what nobody may learn.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, NAMES, Stage, date, empty_desk, found};
use federation::people::{Role, rules};
use federation::policy::Action;
use federation::{Command, Refusal};
use journal::Outcome;
use journal::side::Session;
use kernel::{AccountId, Channel, Seq};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use web::people::{secret, set_up};
use web::shell::{Shell, wrap};
use web::{DeskOptions, Sending, new_command_id};

const PASSWORD: &str = "はるかぜの うた 2004";

/// Everything that any test of this file logs.
static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&log);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || Pen(Arc::clone(&writer)))
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the first");
    log
});

struct Pen(Arc<Mutex<Vec<u8>>>);

impl Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().expect("the log")).into_owned()
}

/// The code on a card.
fn code_on(card: &Answer) -> String {
    let link = card.between("/welcome/", "<").expect("a link");
    assert_eq!(link.len(), 21, "{link}");
    link.to_owned()
}

fn full_width(text: &str) -> String {
    text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("full width")).collect()
}

async fn invite(browser: &mut Browser, unit: &str, family: &str, given: &str) -> Answer {
    let form = browser.get("/people/new").await.expect(200);
    let command_id = form.hidden("command_id").expect("a command id");
    let fields = [
        ("command_id", command_id.as_str()),
        ("family", family),
        ("given", given),
        ("role", "unit-officer"),
        ("organisation", unit),
        ("from", "2004/3/1"),
        ("last", ""),
    ];
    browser.post("/people/new", &fields).await
}

async fn sign_in(browser: &mut Browser, number: &str, password: &str) -> Answer {
    browser.post_without_token("/sign-in", &[("number", number), ("password", password), ("to", "")]).await
}

/// Nothing that was said in these pages lies anywhere but in the vault.
fn nothing_leaks(stage: &Stage, secrets: &[&str]) {
    for body in stage.journal_bodies() {
        for secret in NAMES.iter().chain(secrets) {
            assert!(!body.contains(secret), "{secret} is in the journal: {body}");
        }
    }
    let log = logged();
    assert!(log.contains("request"), "nothing is logged at all");
    for secret in NAMES.iter().chain(secrets) {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    for file in stage.files() {
        for secret in NAMES.iter().chain(secrets) {
            assert!(!file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret} is in a file");
        }
    }
}

#[tokio::test]
async fn from_the_first_link_to_an_officer_who_signs_out_everywhere() {
    LazyLock::force(&LOG);
    let stage = Stage::new().await;

    // The region invites an officer of its own.
    let mut region = Browser::of(&stage, stage.region);
    region.get("/people/new").await.expect(200).says("S102").says_not("K201");
    let card = invite(&mut region, "S102", "﨑山", "節子").await.expect(200);
    let card = card.says("﨑山 節子 様").says("架空電子労働組合").says("http://localhost/welcome");
    let typed = code_on(&card);

    // She types it from paper on her phone, with kana input on.
    let mut officer = Browser::new(&stage);
    officer.get("/welcome").await.expect(200);
    let paper = full_width(&typed.to_lowercase()).replace('－', "ー");
    let page = officer.post_without_token("/welcome", &[("code", &paper)]).await.expect(200);
    let page = page.says("﨑山 節子").says("架空電子労働組合").says("new-password");
    let number = page.between("autocomplete=\"username\"", "hidden").map(str::to_owned);
    assert!(number.is_some());
    let number = page.between("name=\"number\" value=\"", "\"").expect("her number").to_owned();

    // A short, a trivial password, her number: told beside the field; the code stays good.
    let carried = page.hidden("code").expect("the code");
    for (wrong, why) in
        [("みじかい", "10文字以上"), ("1234567890", "最初に試す"), (&*format!("{number}xx"), "利用者番号は")]
    {
        let fields = [("code", carried.as_str()), ("password", wrong)];
        officer.post_without_token("/welcome", &fields).await.expect(422).says(why).says_not(wrong);
    }
    let fields = [("code", carried.as_str()), ("password", PASSWORD)];
    let done = officer.post_without_token("/welcome", &fields).await.expect(303);
    assert_eq!(done.location(), "/today");
    let cookie = done.headers["set-cookie"].to_str().expect("ASCII");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=2592000"),
        "{cookie}"
    );
    officer
        .get("/account")
        .await
        .expect(200)
        .says(&number)
        .says("﨑山 節子")
        .says("Chrome, Android")
        .says("地方担当");

    // The code lets nobody in a second time, neither by hand nor by the link.
    let mut thief = Browser::new(&stage);
    thief.post_without_token("/welcome", &fields).await.expect(410).says("もう使われています");
    thief.get(&format!("/welcome/{typed}")).await.expect(410).says("もう使われています").says_not("﨑山");
    thief.get("/account").await.expect(303);

    // On the office's machine with number and password, however she types the number.
    let mut office = Browser::new(&stage);
    let entered = sign_in(&mut office, &full_width(&number.to_lowercase()), PASSWORD).await.expect(303);
    assert_eq!(entered.location(), "/today");
    let old = office.clone();

    // Out, everywhere.
    officer.post_without_token("/sign-out-everywhere", &[("csrf", "x")]).await.expect(400);
    officer.get("/account").await.expect(200);
    officer.post("/sign-out-everywhere", &[]).await.expect(303);
    assert!(!officer.cookies.contains_key(web::asked::SESSION_COOKIE));
    let mut old = old;
    assert_eq!(old.get("/account").await.expect(303).location(), "/sign-in?to=/account");
    sign_in(&mut office, &number, PASSWORD).await.expect(303);

    nothing_leaks(&stage, &["﨑山", "節子", PASSWORD, &typed, &typed.replace('-', "")]);
}

#[tokio::test]
async fn the_first_person_comes_in_by_the_link_of_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (desk, _clock) = empty_desk(folder.path(), DeskOptions::default());
    found(&desk).await;
    let first = set_up(&desk, "本部", desk.instant()).await.expect("set up").expect("a link");
    let second = set_up(&desk, "本部", desk.instant()).await.expect("set up").expect("a link");
    assert_eq!(desk.now().state.people.accounts.len(), 1);

    let mut hq = Browser::on(wrap(web::router(&desk), Shell::default()));
    hq.get(&first).await.expect(410).says("使えません");
    let page = hq.get(&second).await.expect(200).says("本部局員");
    let code = page.hidden("code").expect("the code");
    hq.post_without_token("/welcome", &[("code", &code), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(set_up(&desk, "本部", desk.instant()).await.expect("set up"), None);

    // She invites a region's staff by its code.
    let form = hq.get("/people/new").await.expect(200).says("地方担当").says("公表担当");
    let command_id = form.hidden("command_id").expect("a command id");
    let mut fields = vec![
        ("command_id", command_id.as_str()),
        ("family", "埼玉"),
        ("given", "幸子"),
        ("role", "regional-staff"),
        ("organisation", "ＳＡＩＴＡＭＡ"),
        ("from", "平成16年4月1日"),
        ("last", "2005-03-31"),
    ];
    let card = hq.post("/people/new", &fields).await.expect(200).says("埼玉 幸子 様");
    // Loaded again, it is one account and another code.
    let again = hq.post("/people/new", &fields).await.expect(200);
    assert_ne!(code_on(&card), code_on(&again));
    assert_eq!(desk.now().state.people.accounts.len(), 2);
    // The same id for somebody else is refused.
    fields[1].1 = "別人";
    hq.post("/people/new", &fields).await.expect(409);
    hq.get(&format!("/welcome/{}", code_on(&card))).await.expect(410);
    hq.get(&format!("/welcome/{}", code_on(&again))).await.expect(200);
    let list = hq.get("/people").await.expect(200);
    list.says("埼玉 幸子")
        .says("これから")
        .says("2004年4月1日(木)から2005年3月31日(木)まで")
        .says("まだ入っていません");
}

#[tokio::test]
async fn a_code_runs_out_and_a_slip_is_told() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    let typed = code_on(&invite(&mut region, "S103", "車", "輪").await.expect(200));
    let mut nobody = Browser::new(&stage);
    let slip = format!("{}{}", if typed.starts_with('7') { '8' } else { '7' }, &typed[1..]);
    nobody
        .post_without_token("/welcome", &[("code", &slip)])
        .await
        .expect(422)
        .says("紙と見比べて")
        .says("f-code");
    nobody.post_without_token("/welcome", &[("code", "")]).await.expect(422);
    let unknown = secret::InvitationCode::fresh().expect("chance").written();
    nobody.get(&format!("/welcome/{unknown}")).await.expect(410).says("使えません");
    stage.at("2004-03-30T00:59:59Z");
    nobody.get(&format!("/welcome/{typed}")).await.expect(200);
    stage.at("2004-03-30T01:00:00Z");
    nobody.get(&format!("/welcome/{typed}")).await.expect(410).says("期限が切れています");
    let fields = [("code", typed.as_str()), ("password", PASSWORD)];
    nobody.post_without_token("/welcome", &fields).await.expect(410).says("期限が切れています");
    nobody.speaking("en").get(&format!("/welcome/{typed}")).await.expect(410).says("too old");
}

#[tokio::test]
async fn nobody_learns_whether_a_number_exists() {
    let stage = Stage::new().await;
    let number = secret::number(stage.officer);
    let hash = web::people::password::hash(PASSWORD).await.expect("a hash");
    stage.desk.side.set_credential(stage.officer, &hash, stage.desk.instant()).expect("set");
    let mut nobody = Browser::new(&stage);
    let pages =
        [(number.as_str(), "wrong password"), ("0000-0000", PASSWORD), ("番号", PASSWORD), (number.as_str(), "")];
    let mut seen = Vec::new();
    for (number, password) in pages {
        let page = sign_in(&mut nobody, number, password).await.expect(422);
        seen.push(page.body.replace(&format!("value=\"{number}\""), "value=\"\""));
    }
    assert!(seen.iter().all(|page| *page == seen[0]));
    assert!(nobody.cookies.is_empty());

    // Ten wrong ones, and the number rests, right or wrong, known or not.
    for number in [number.as_str(), "0000-0001"] {
        for _ in 0..10 {
            sign_in(&mut nobody, number, "wrong password").await;
        }
        sign_in(&mut nobody, number, PASSWORD).await.expect(422).says("1分ほど");
    }
    stage.at("2004-03-16T01:01:00Z");
    let fields =
        [("number", number.as_str()), ("password", PASSWORD), ("to", "//evil.example"), ("device", "shared")];
    let entered = nobody.post_without_token("/sign-in", &fields).await.expect(303);
    assert_eq!(entered.location(), "/today");
    assert!(!entered.headers["set-cookie"].to_str().expect("ASCII").contains("Max-Age"));
    stage.at("2004-03-16T09:01:00Z");
    nobody.get("/account").await.expect(303);
    let to = [("number", number.as_str()), ("password", PASSWORD), ("to", "/units/S101?track=wage")];
    assert_eq!(nobody.post_without_token("/sign-in", &to).await.expect(303).location(), "/units/S101?track=wage");
    // Signed in already: straight through.
    assert_eq!(nobody.get("/sign-in?to=/account").await.expect(303).location(), "/account");
    // In use, it is noted at most every five minutes.
    let session = || -> Session { stage.desk.side.sessions(stage.officer).expect("sessions").remove(0) };
    stage.at("2004-03-16T09:05:59Z");
    nobody.get("/account").await.expect(200);
    assert_eq!(session().last_seen, common::instant("2004-03-16T09:01:00Z"));
    stage.at("2004-03-16T09:06:00Z");
    nobody.get("/account").await.expect(200);
    assert_eq!(session().last_seen, common::instant("2004-03-16T09:06:00Z"));
    stage.at("2004-04-16T09:06:00Z");
    nobody.get("/account").await.expect(303);
}

#[tokio::test]
async fn an_ended_duty_opens_nothing_from_the_next_day_on() {
    let stage = Stage::new().await;
    let mut officer = Browser::of(&stage, stage.region);
    officer.get("/people").await.expect(200).says("髙﨑 美咲");
    let mut hq = Browser::of(&stage, stage.hq);
    let duty = stage.state().people.accounts[&stage.region].duties[0];
    let path = format!("/people/duties/{duty}/end");
    let id = new_command_id().to_string();

    // Neither the region itself, nor another region, nor without the token.
    for other in [stage.region, stage.other_region] {
        Browser::of(&stage, other).post(&path, &[("command_id", &id), ("when", "today")]).await.expect(403);
    }
    hq.post_without_token(&path, &[("command_id", &id), ("when", "today")]).await.expect(400);
    hq.post_without_token(&path, &[("csrf", &"0".repeat(96)), ("command_id", &id), ("when", "today")])
        .await
        .expect(400);
    hq.post(&path, &[("command_id", &id), ("when", "someday")]).await.expect(400);
    let ended = hq.post(&path, &[("command_id", &id), ("when", "tomorrow")]).await.expect(303);
    hq.follow(&ended).await.expect(200).says("2004年3月16日(火)まで");

    // Today until midnight in Japan; then no more.
    stage.at("2004-03-16T14:59:59Z");
    officer.get("/people").await.expect(200).says("髙﨑 美咲");
    stage.at("2004-03-16T15:00:00Z");
    officer.get("/people").await.expect(403).says_not("髙﨑");
    officer.get("/account").await.expect(200).says("終了");

    // One's own duty is ended by somebody else.
    let own = stage.state().people.accounts[&stage.hq].duties[0];
    let id = new_command_id().to_string();
    hq.post(&format!("/people/duties/{own}/end"), &[("command_id", &id), ("when", "today")]).await.expect(403);
}

#[tokio::test]
async fn a_region_stays_within_itself() {
    LazyLock::force(&LOG);
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    let before = stage.state().people.accounts.len();
    invite(&mut region, "K201", "外", "人").await.expect(422).says("受け持ちの中に");
    invite(&mut region, "saitama", "外", "人").await.expect(422);
    invite(&mut region, "", "外", "人").await.expect(422);
    let id = new_command_id().to_string();
    let fields = [
        ("command_id", id.as_str()),
        ("family", ""),
        ("given", "人"),
        ("role", "headquarters"),
        ("organisation", "HQ"),
        ("from", "2004/2/30"),
        ("last", "2004/1/1"),
    ];
    let wrong = region.post("/people/new", &fields).await.expect(422);
    wrong.says("姓を入れてください").says("任務を選んでください").says("#f-from").says("value=\"2004/2/30\"");
    assert_eq!(stage.state().people.accounts.len(), before);

    // Nor by another code for somebody elsewhere; within the region it works.
    let again = |account: AccountId| format!("/people/{account}/invite");
    region.post(&again(stage.other_officer), &[("command_id", &id)]).await.expect(403);
    region.post(&again(stage.hq), &[("command_id", &id)]).await.expect(403);
    region.post(&again(stage.region), &[("command_id", &id)]).await.expect(403);
    let card = region.post(&again(stage.officer), &[("command_id", &id)]).await.expect(200).says("髙﨑 美咲 様");
    let recovery = code_on(&card);
    Browser::new(&stage).get(&format!("/welcome/{recovery}")).await.expect(200);

    // Whoever has a duty at headquarters too is not to be reached by way of the unit.
    let duty = rules::Command::GrantDuty {
        account: stage.officer,
        role: Role::Headquarters,
        organisation: stage.headquarters,
        from: date("2004-04-01"),
        until: None,
    };
    stage.send(stage.hq, Command::People(duty)).await;
    let id = new_command_id();
    region.post(&again(stage.officer), &[("command_id", &id.to_string())]).await.expect(403);
    let command =
        rules::Command::Invite { account: stage.officer, expires_at: common::instant("2004-04-01T00:00:00Z") };
    let sending = Sending {
        command_id: id,
        content: vec![1],
        account: stage.region,
        on_behalf_of: None,
        channel: Channel::Form,
        command: Command::People(command),
        sealed: vec![],
    };
    assert_eq!(stage.desk.send(sending).await, Outcome::Refused(Refusal::NotPermitted { action: Action::Invite }));

    // The list ends at the region's border, for officers there is none, the auditor sees all.
    let list = region.get("/people").await.expect(200);
    list.says("髙﨑 美咲").says("埼玉 幸子").says_not("山辺 大").says_not("神奈 一郎").says_not("本田 光");
    Browser::of(&stage, stage.officer).get("/people").await.expect(403);
    Browser::of(&stage, stage.officer).get("/people/new").await.expect(403);
    let list = Browser::of(&stage, stage.auditor).get("/people").await.expect(200);
    list.says("本田 光").says("山辺 大").says_not("/invite").says_not("/end\"");
    // Whose name was read, and by whom, is written down and told to the person.
    stage.desk.side.verify_access(None).expect("the access log");
    let told = Browser::of(&stage, stage.officer).get("/account").await.expect(200);
    told.says("監査").says("地方担当").says_not("監物");
    nothing_leaks(&stage, &[&recovery]);
}

#[tokio::test]
async fn a_long_list_has_pages_and_can_be_searched() {
    let stage = Stage::new().await;
    for at in 0..60 {
        let unit = stage.units[at % 3].organisation;
        common::account(&stage.desk, stage.region, &format!("番号 {at:02}"), Role::UnitOfficer, unit).await;
    }
    let lines = stage.desk.side.access_log(Seq(1), 1000).expect("the log").len();
    let mut region = Browser::of(&stage, stage.region);
    let first = region.get("/people").await.expect(200).says("62人のうち1〜50人目");
    assert_eq!(stage.desk.side.access_log(Seq(1), 1000).expect("the log").len(), lines + 49);
    assert_eq!(first.body.matches("<h3>").count(), 50);
    region.get("/people?page=2").await.expect(200).says("62人のうち51〜62人目");
    region.get("/people?page=99").await.expect(200).says("51〜62人目");
    region
        .get("/people?q=%EF%BD%93102")
        .await
        .expect(200)
        .says("20人のうち1〜20人目")
        .says_not("架空車両労働組合");
    let number = secret::number(stage.officer);
    region.get(&format!("/people?q={number}")).await.expect(200).says("1人のうち1〜1人目").says("髙﨑 美咲");
    region.get("/people?q=K201").await.expect(200).says("当てはまる担当者はいません");
}

#[tokio::test]
async fn a_demonstration_lets_one_choose_and_nothing_else_does() {
    let stage = Stage::with(DeskOptions { demo: true, ..DeskOptions::default() }).await;
    let mut visitor = Browser::new(&stage);
    let page = visitor.get("/demo").await.expect(200).says("本田 光").says("髙﨑 美咲").says("架空データ");
    assert_eq!(page.body.matches("name=\"account\"").count(), 7);
    visitor.post_without_token("/demo", &[("account", &stage.officer.to_string())]).await.expect(303);
    visitor.get("/account").await.expect(200).says("髙﨑 美咲");
    visitor.post_without_token("/demo", &[("account", &stage.hq.to_string())]).await.expect(303);
    visitor.get("/people").await.expect(200).says("本部局員");
    visitor.post_without_token("/demo", &[("account", &new_command_id().to_string())]).await.expect(404);

    let stage = Stage::new().await;
    let mut visitor = Browser::new(&stage);
    visitor.get("/demo").await.expect(404);
    visitor.post_without_token("/demo", &[("account", &stage.hq.to_string())]).await.expect(404);
    assert!(visitor.cookies.is_empty());
}

#[tokio::test]
async fn the_language_is_kept_and_leads_nowhere_else() {
    let stage = Stage::new().await;
    let mut browser = Browser::new(&stage);
    browser.get("/sign-in").await.expect(200).says("利用者番号").says("lang=\"ja\"");
    let chosen = browser.get("/language/en?to=/sign-in").await.expect(303);
    assert_eq!(chosen.location(), "/sign-in");
    browser.follow(&chosen).await.expect(200).says("User number").says("lang=\"en\"");
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        assert_eq!(browser.get(&format!("/language/ja?to={elsewhere}")).await.expect(303).location(), "/");
    }
    browser.get("/language/xx").await.expect(404);
    for page in ["/sign-in", "/welcome"] {
        for tag in ["ja", "en"] {
            let answer = browser.clone().speaking(tag).get(page).await.expect(200).says_not("⟦");
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }
    for account in [stage.hq, stage.region, stage.officer, stage.auditor] {
        for page in ["/people", "/people/new", "/account"] {
            for tag in ["ja", "en"] {
                Browser::of(&stage, account).speaking(tag).get(page).await.says_not("⟦");
            }
        }
    }
}
