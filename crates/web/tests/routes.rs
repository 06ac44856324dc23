//! Every address of the table with every kind of visitor: who is let in stands in
//! `docs/policy-routes.md`, whoever is not let in changes nothing and learns nothing.
//!
//! `UPDATE_GOLDEN=1` writes the page anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes its golden file, and may stop"
)]

mod common;
mod walk;

use common::{Answer, Browser, Stage, account, date};
use federation::Command;
use federation::campaign::content::{Content, Figures, MaintenanceBasis, Stated, WageFigures};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::contact::CallId;
use federation::contact::events::CallOutcome;
use federation::contact::rules::{CallMade, Command as Contact};
use federation::crisis::rules::Command as Crisis;
use federation::crisis::{AlertId, AlertMatter};
use federation::people::{Role, rules};
use federation::policy::{Subject, Viewer};
use federation::release::ReleaseContent;
use federation::release::rules::{Command as ReleaseCommand, Prepare};
use journal::Outcome;
use kernel::{AccountId, Channel, Digest, Yen};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use web::asked::SESSION_COOKIE;
use web::routes::{Needs, TABLE};
use web::shell::{csrf, guard::CONTENT_SECURITY_POLICY};
use web::{DeskOptions, Sending, new_command_id};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy-routes.md");
/// 賃金構造維持分 of S101 in 埼玉 and K201 in 神奈川: no other figure looks like these.
const MAINTENANCE: [(&str, i64); 2] = [("4,973", 4_973), ("7,531", 7_531)];

const PERSONAS: [&str; 8] = [
    "public",
    "unit officer",
    "region",
    "headquarters",
    "release duty",
    "auditor",
    "ended duty",
    "closed account",
];

/// A stage with everything that an address can name, and the accounts of all personas.
struct World {
    stage: Stage,
    accounts: [Option<AccountId>; 8],
    duty: String,
    call: String,
    alert: String,
    import: String,
    invited: String,
}

impl World {
    async fn new() -> World {
        let stage = Stage::with(DeskOptions { demo: true, ..DeskOptions::default() }).await;
        let headquarters = stage.headquarters;
        let ended = account(&stage.desk, stage.hq, "退任 済", Role::Headquarters, headquarters).await;
        let duty = stage.state().people.accounts[&ended].duties[0];
        let end = rules::Command::EndDuty { duty, on: date("2004-03-01") };
        stage.send(stage.hq, Command::People(end)).await;
        let closed = account(&stage.desk, stage.hq, "閉鎖 済", Role::Headquarters, headquarters).await;
        stage.send(stage.hq, Command::People(rules::Command::CloseAccount { account: closed })).await;
        let invited =
            account(&stage.desk, stage.region, "新人 花", Role::UnitOfficer, stage.units[1].organisation).await;
        let duty = stage.state().people.accounts[&invited].duties[0].to_string();
        let accounts = [
            None,
            Some(stage.officer),
            Some(stage.region),
            Some(stage.hq),
            Some(stage.release),
            Some(stage.auditor),
            Some(ended),
            Some(closed),
        ];
        let made = CallMade {
            campaign: stage.campaigns[1],
            bargaining_unit: stage.units[1].bargaining_unit,
            outcome: CallOutcome::Absent,
            heard_at: None,
            callback_at: None,
            remark: None,
            reports: Vec::new(),
        };
        let (call, _) = stage.send(stage.region, Command::Contact(Contact::Call(Box::new(made)))).await;
        let call = CallId::derive(call.0, 0).to_string();
        let raise = Crisis::Raise {
            bargaining_unit: stage.units[0].bargaining_unit,
            matter: AlertMatter::ReceivablesAssigned,
            remark: None,
        };
        let (alert, _) = stage.send(stage.officer, Command::Crisis(raise)).await;
        let alert = AlertId::derive(alert.0, 0).to_string();
        let import = stage.imported(stage.region).await.to_string();
        let world = World { stage, accounts, duty, call, alert, import, invited: invited.to_string() };
        world.report(world.stage.officer, 0, 6_000, MAINTENANCE[0].1).await;
        world.report(world.stage.other_officer, 3, 9_000, MAINTENANCE[1].1).await;
        world.release().await;
        let round = world.stage.census().await;
        world.stage.wages(world.stage.officer, 0, round, 60, 171_300).await;
        world.stage.wages(world.stage.other_officer, 3, round, 45, 163_900).await;
        world
    }

    async fn report(&self, by: AccountId, unit: usize, total: i64, maintenance: i64) {
        let figures = Figures::Wage(WageFigures {
            total: Some(Stated::Exact(Yen(total))),
            maintenance: Some(Stated::Exact(Yen(maintenance))),
            maintenance_basis: Some(MaintenanceBasis::Observed),
            ..WageFigures::default()
        });
        let report = Report {
            campaign: self.stage.campaigns[1],
            bargaining_unit: self.stage.units[unit].bargaining_unit,
            track: figures.track(),
            content: Content::Response(Box::new(figures)),
            given_at: None,
            heard_at: None,
            remark: None,
            basis: Basis::First,
        };
        let command_id = new_command_id();
        let sending = Sending {
            command_id,
            content: command_id.0.to_bytes().to_vec(),
            account: by,
            on_behalf_of: None,
            channel: Channel::Form,
            command: Command::Campaign(Box::new(Campaign::Report(Box::new(report)))),
            sealed: Vec::new(),
        };
        assert!(matches!(self.stage.desk.send(sending).await, Outcome::Recorded { .. }));
    }

    /// A release that waits for its hour.
    async fn release(&self) {
        let now = self.stage.desk.instant();
        let prepare = Prepare {
            campaign: self.stage.campaigns[1],
            round: common::code("response-1"),
            corrects: None,
            known_at: self.stage.state().seq,
            made_at: self.stage.state().seq,
            snapshot_at: now,
            embargo_until: now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap(),
            frame_version: 1,
            program_version: common::code("0.1.0"),
            definition_digest: Digest([0; 32]),
            disclosure: federation::release::DisclosureRule::OneTable,
            content: Box::new(ReleaseContent::default()),
        };
        self.stage.send(self.stage.release, Command::Release(ReleaseCommand::Prepare(Box::new(prepare)))).await;
    }

    fn browser(&self, persona: usize) -> Browser {
        self.accounts[persona]
            .map_or_else(|| Browser::new(&self.stage), |account| Browser::of(&self.stage, account))
    }

    /// Each row of the table: an address, its own and one of another region where there is one.
    fn addresses(&self, pattern: &str) -> Vec<(String, String)> {
        let state = self.stage.state();
        let statements = walk::statements(&self.stage);
        let release = state.releases.releases.keys().next().unwrap().to_string();
        let zone = state.kit().unwrap().zones[0].code.to_string();
        let pairs: Vec<(&str, [String; 2])> = vec![
            ("year", ["2003", "2003"].map(String::from)),
            ("calculator", ["pension-in-work", ""].map(String::from)),
            ("round", ["wages-2003", ""].map(String::from)),
            ("tag", [String::from("en"), String::new()]),
            ("code", [String::from("XXXX-XXXX-XXXX-XXXX-X"), String::new()]),
            ("unit", ["S101", "K201"].map(String::from)),
            ("zone", [zone.clone(), zone]),
            ("region", ["saitama", "kanagawa"].map(String::from)),
            ("release", [release, String::new()]),
            ("recipient", [AccountId::SYSTEM.to_string(), String::new()]),
            ("format", ["csv", ""].map(String::from)),
            ("receiver", ["saitama", "kanagawa"].map(String::from)),
            ("statement", [statements[0].to_string(), statements[statements.len() - 1].to_string()]),
            ("question", [String::from("1"), String::new()]),
            ("account", [self.invited.clone(), String::new()]),
            ("alert", [self.alert.clone(), String::new()]),
            ("call", [self.call.clone(), String::new()]),
            ("import", [self.import.clone(), String::new()]),
            ("duty", [self.duty.clone(), String::new()]),
            ("organisation", ["S101", ""].map(String::from)),
            ("change", ["rename", ""].map(String::from)),
            ("campaign", ["spring-2004", ""].map(String::from)),
            ("step", ["close", ""].map(String::from)),
            ("*form", [String::from("units/S101/response/wage"), String::new()]),
        ];
        let mut rows = Vec::new();
        for (index, side) in ["own", "other"].into_iter().enumerate() {
            let mut address = pattern.to_owned();
            let mut differs = false;
            for (name, values) in &pairs {
                let parameter = format!("{{{name}}}");
                if address.contains(&parameter) {
                    let value = if values[index].is_empty() { &values[0] } else { &values[index] };
                    differs |= ["unit", "region", "statement"].contains(name);
                    address = address.replace(&parameter, value);
                }
            }
            assert!(!address.contains('{'), "no test knows how to call {pattern}");
            if index == 0 || differs {
                rows.push((if differs { side.to_owned() } else { String::new() }, address));
            }
        }
        rows
    }

    /// May the persona through the door, as the table says it?
    fn may(&self, persona: usize, needs: Needs) -> bool {
        let state = self.stage.state();
        let today = state.today(self.stage.desk.instant());
        let open = self.accounts[persona].filter(|account| state.people.accounts[account].open);
        let viewer = open.map_or_else(|| Viewer::public(today), |account| Viewer::of(&state, account, today));
        match needs {
            Needs::Nothing | Needs::Demo => true,
            Needs::SignedIn => open.is_some(),
            Needs::Somewhere(action) => viewer.may_somewhere(action),
            Needs::Federation(action) => viewer.may(&state, action, Subject::Federation),
        }
    }
}

/// What an answer means for who is let in.
fn class(answer: &Answer) -> String {
    match answer.status.as_u16() {
        303 if answer.location().starts_with("/sign-in?to=") => "sign in".to_owned(),
        303 => "303".to_owned(),
        other => other.to_string(),
    }
}

fn denied(class: &str) -> bool {
    ["sign in", "401", "403", "404"].contains(&class)
}

#[track_caller]
fn check_headers(at: &str, answer: &Answer) {
    let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-security-policy"), CONTENT_SECURITY_POLICY, "{at}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(header(name), value, "{name} of {at}");
    }
    assert_eq!(header("x-request-id").len(), 16, "{at}");
}

/// Every token in a text: 96 digits of hexadecimal.
fn tokens(body: &str) -> Vec<&str> {
    let words = body.split(|c: char| !c.is_ascii_digit() && !('a'..='f').contains(&c));
    words.filter(|word| word.len() == 96).collect()
}

/// A page may hold tokens of its own session only, and no session at all.
fn check_secrets(at: &str, answer: &Answer, own: Option<&String>, sessions: &[String]) {
    for token in tokens(&answer.body) {
        assert!(own.is_some_and(|own| csrf::holds(own.as_bytes(), token)), "{at} holds somebody else's token");
    }
    for session in sessions {
        assert!(!answer.body.contains(session.as_str()), "{at} holds a session");
    }
}

#[tokio::test]
async fn who_is_let_in_where() {
    let world = World::new().await;
    let browsers: Vec<Browser> = (0..PERSONAS.len()).map(|persona| world.browser(persona)).collect();
    let session = |browser: &Browser| browser.cookies.get(SESSION_COOKIE).cloned();
    let sessions: Vec<String> = browsers.iter().filter_map(session).collect();
    assert_eq!(sessions.len(), PERSONAS.len() - 1);
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut exercised = 0;
    for (number, (method, pattern, needs)) in TABLE.iter().enumerate() {
        for (side, address) in world.addresses(pattern) {
            let mut cells = Vec::new();
            for (persona, name) in PERSONAS.iter().enumerate() {
                let at = format!("{method} {address} of {name}");
                // A session of its own each time: some forms end it.
                let mut browser = world.browser(persona);
                let own = session(&browser);
                let before = world.stage.state().seq;
                let empty = Vec::new;
                // Without a token nothing is done, whoever asks.
                let answer = match *method {
                    "get" => browser.first(&address).await,
                    "post" => {
                        browser
                            .post_without_token(&address, &[("command_id", &new_command_id().to_string())])
                            .await
                    }
                    other => browser.ask(&other.to_uppercase(), &address, empty(), &[]).await,
                };
                check_headers(&at, &answer);
                check_secrets(&at, &answer, own.as_ref(), &sessions);
                assert_eq!(world.stage.state().seq, before, "{at} changed something without a token");
                let door = world.may(persona, *needs);
                let mut found = class(&answer);
                assert!(door || denied(&found), "{at} is not denied: {found}");
                if *method == "get" {
                    assert_ne!(answer.status.as_u16(), 503, "{at}");
                } else if door && *needs != Needs::Nothing && *needs != Needs::Demo {
                    assert_eq!(found, "400", "{at} was done without a token");
                    // Somebody else's token is none.
                    if let Some(other) = sessions.iter().find(|other| Some(*other) != own.as_ref()) {
                        let token = csrf::fresh(other.as_bytes()).unwrap();
                        let answer = match *method {
                            "post" => browser.post_without_token(&address, &[("csrf", &token)]).await,
                            other => {
                                browser
                                    .ask(&other.to_uppercase(), &address, empty(), &[("x-csrf-token", &token)])
                                    .await
                            }
                        };
                        assert_eq!(class(&answer), "400", "{at} was done with another's token");
                    }
                    found = with_token(&world, persona, method, &address).await;
                }
                cells.push(found);
            }
            exercised += usize::from(side != "other");
            let side = if side.is_empty() { String::new() } else { format!(" ({side})") };
            let row = format!("| {method} `{pattern}`{side} | {} |", cells.join(" | "));
            rows.entry(number).or_default().push(row);
        }
    }
    assert_eq!(exercised, TABLE.len(), "a route was not exercised");
    compare(&rows.into_values().flatten().collect::<Vec<_>>());
}

/// What a form with its token, and nothing else in it, is answered in a federation of its own:
/// whoever is let in is told what is missing.
async fn with_token(world: &World, persona: usize, method: &str, address: &str) -> String {
    let mut browser = world.browser(persona);
    let token = csrf::fresh(browser.cookies[SESSION_COOKIE].as_bytes()).unwrap();
    let before = world.stage.state().seq;
    let answer = match method {
        "post" => browser.post_without_token(address, &[("csrf", &token)]).await,
        other => browser.ask(&other.to_uppercase(), address, Vec::new(), &[("x-csrf-token", &token)]).await,
    };
    assert_eq!(world.stage.state().seq, before, "{method} {address}: an empty form changed something");
    check_headers(address, &answer);
    class(&answer)
}

fn compare(rows: &[String]) {
    let mut text = String::from(
        "# Who is let in where\n\nGenerated from the table of routes by a test (`UPDATE_GOLDEN=1`); change the code, \
         not this file. The answer to each kind of visitor: the unit officer is S101's in 埼玉 and the region is 埼玉; \
         \"own\" is of that region, \"other\" of another one. A form is sent with its token and empty, so whoever \
         is let in reads 400, 409 or 422; 401, 403, 404 and \"sign in\" let nobody in. A closed or ended duty sees \
         what the public sees.\n\n",
    );
    let _ = writeln!(text, "| route | {} |", PERSONAS.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(PERSONAS.len()));
    for row in rows {
        let _ = writeln!(text, "{row}");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(Path::new(GOLDEN), &text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    for (new, old) in text.lines().zip(golden.lines()) {
        assert_eq!(new, old, "docs/policy-routes.md");
    }
    assert_eq!(text.lines().count(), golden.lines().count(), "docs/policy-routes.md");
}

#[tokio::test]
async fn nobody_reads_another_regions_maintenance() {
    let world = World::new().await;
    // Who may see S101's, and who K201's.
    let may = [
        [false, true, true, true, false, true, false, false],
        [false, false, false, true, false, true, false, false],
    ];
    let patterns = TABLE.iter().filter(|(method, ..)| *method == "get").map(|(_, path, _)| *path);
    let mut addresses: Vec<String> = patterns.flat_map(|path| walk::addresses(&world.stage, path)).collect();
    addresses.extend(["/board?at=2004-03-16%2010:00", "/board/export?table=region"].map(String::from));
    for (persona, name) in PERSONAS.iter().enumerate() {
        let browser = world.browser(persona);
        let mut seen = [false, false];
        for address in &addresses {
            let answer = browser.clone().first(address).await;
            // Without ids and tokens, in which any four digits may stand.
            let words = answer.body.split(|c: char| !c.is_ascii_alphanumeric() && c != ',' && c != '-');
            let numbers: Vec<&str> = words.filter(|word| word.len() < 8).collect();
            for (index, (written, plain)) in MAINTENANCE.iter().enumerate() {
                let plain = plain.to_string();
                let shown = numbers.iter().any(|word| word.contains(written) || word.contains(&plain));
                assert!(!shown || may[index][persona], "{address} tells {name} {written}");
                seen[index] |= shown;
            }
        }
        let expected = [may[0][persona], may[1][persona]];
        assert_eq!(seen, expected, "{name} cannot see what it may see");
    }
}

#[tokio::test]
async fn errors_wear_the_same_armour() {
    let world = World::new().await;
    let mut browser = world.browser(3);
    for (method, address, headers, status) in [
        ("GET", "/nowhere", vec![], 404),
        ("GET", "/static/0/nothing.css", vec![], 404),
        ("DELETE", "/units/S101", vec![], 405),
        ("POST", "/sign-out", vec![("sec-fetch-site", "cross-site")], 403),
        ("POST", "/sign-out", vec![("origin", "https://elsewhere.example")], 403),
        ("POST", "/sign-out", vec![("content-type", "text/plain")], 400),
        ("GET", "/today", vec![("host", "elsewhere.example")], 421),
    ] {
        let mut browser = if address == "/today" { Browser::new(&world.stage) } else { browser.clone() };
        let answer = browser.ask(method, address, Vec::new(), &headers).await;
        if address == "/today" {
            // Two names of the host: whichever is read, it is not a page.
            assert_ne!(answer.status.as_u16(), 200);
        } else {
            assert_eq!(answer.status.as_u16(), status, "{method} {address}");
        }
        check_headers(address, &answer);
    }
    let large = vec![b'a'; 300 << 10];
    let answer = browser
        .ask("POST", "/units/S101/report", large, &[("content-type", "application/x-www-form-urlencoded")])
        .await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    check_headers("a large body", &answer);
    browser.get("/today").await.expect(200);
}
