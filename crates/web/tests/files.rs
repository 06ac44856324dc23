//! Every page of data can be taken along as a file, and every column of a file says what it means.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod common;
mod walk;

use common::{Answer, Browser, Stage, code, date, instant};
use federation::Command;
use federation::campaign::content::SuspensionCondition;
use federation::campaign::content::{Content, Figures, MaintenanceBasis, Stated, WageFigures};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::crisis::AlertMatter;
use federation::crisis::rules::Command as Crisis;
use federation::organisation::OrganisationKind;
use federation::organisation::rules::Command as Organisation;
use federation::panel::PanelReason;
use federation::panel::rules::Command as Panel;
use federation::release::rules::Command as ReleaseCommand;
use journal::Outcome;
use kernel::{AccountId, Channel, Yen};
use sheets::{Limits, read};
use std::collections::BTreeSet;
use web::routes::TABLE;
use web::{Sending, new_command_id};

/// Tables without a file, and why.
const NO_FILE: &[(&str, &str)] = &[
    ("/account", "one's own sessions"),
    ("/language", "sets the language of the pages after it"),
    ("/law", "a calculation of the moment, of nobody's data; its parameters are files of the repository"),
    ("/imports/columns", "the sender's own file, before it is entered"),
    ("/imports/preview", "goes back as the annotated file"),
    ("/setup", "the office's own old table, beside what it is compared with"),
    ("/campaigns/next", "a form with a decision in each row"),
    ("/units/{unit}/sharing", "a form"),
    ("/releases/{release}/sheet", "has its own workbook"),
    ("/people/hand-over", "a form"),
    ("/census/{round}/units/{unit}/file", "the columns that a file may have"),
    ("/census/{round}/units/{unit}/columns", "the sender's own file, before it is handed in"),
    ("/census/{round}/units/{unit}/preview", "goes back as the annotated file"),
    ("/census/{round}/making", "a book before it is released"),
];

/// Tables without a file on pages that have some, and why.
const NO_FILE_OF: &[(&str, &str)] = &[("地方別の回答率", "the data of a chart; the file of the progress has it")];

/// The tables of a page: what each block holds.
fn blocks(page: &str) -> Vec<&str> {
    let marks: Vec<usize> = page.match_indices("<div class=\"table-block\"").map(|(at, _)| at).collect();
    let ends = marks.iter().skip(1).copied().chain([page.len()]);
    marks.iter().zip(ends).map(|(from, to)| &page[*from..to]).collect()
}

fn links(block: &str) -> Vec<String> {
    let hrefs = block.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|href| href.contains("format=")).map(|href| href.replace("&amp;", "&")).collect()
}

#[track_caller]
fn explained(at: &str, answer: &Answer, silent: &mut Vec<String>) {
    let book = read(&answer.bytes, &Limits::default()).unwrap();
    let codebook = book.sheets.iter().find(|sheet| sheet.sheet == "項目説明");
    let Some(codebook) = codebook else {
        panic!("{at}: {:?}", book.sheets.iter().map(|s| &s.sheet).collect::<Vec<_>>())
    };
    let head = codebook.rows.iter().position(|row| row.cells.first().is_some_and(|cell| cell == "列"));
    let Some(head) = head else { panic!("{at}: {:?}", codebook.rows) };
    for row in codebook.rows.iter().skip(head + 1).take_while(|row| !row.cells[0].is_empty()) {
        if &row.cells[0] == "この表について" {
            break;
        }
        let meaning = &row.cells[4];
        if meaning.is_empty() {
            silent.push(format!("{at}: {:?}", row.cells.iter().take(3).collect::<Vec<_>>()));
        }
    }
}

fn report(stage: &Stage, year: usize, unit: usize, total: i64) -> Command {
    let figures = Figures::Wage(WageFigures {
        total: Some(Stated::Exact(Yen(total))),
        maintenance: Some(Stated::Exact(Yen(total - 1_000))),
        maintenance_basis: Some(MaintenanceBasis::Observed),
        ..WageFigures::default()
    });
    let report = Report {
        campaign: stage.campaigns[year],
        bargaining_unit: stage.units[unit].bargaining_unit,
        track: figures.track(),
        content: Content::Response(Box::new(figures)),
        given_at: None,
        heard_at: None,
        remark: None,
        basis: Basis::First,
    };
    Command::Campaign(Box::new(Campaign::Report(Box::new(report))))
}

async fn proxy(stage: &Stage, by: AccountId, unit: usize, command: Command) {
    let command_id = new_command_id();
    let sending = Sending {
        command_id,
        content: command_id.0.to_bytes().to_vec(),
        account: by,
        on_behalf_of: Some(stage.units[unit].organisation.0),
        channel: Channel::Telephone,
        command,
        sealed: Vec::new(),
    };
    assert!(matches!(stage.desk.send(sending).await, Outcome::Recorded { .. }));
}

/// A stage with something in every table: reports of both years, a panel, a section, a case, an alert,
/// an import, a membership round, a release that is out and one that waits.
async fn full() -> Stage {
    let stage = Stage::new().await;
    let from = date("2003-10-01");
    let register = Organisation::Register {
        kind: OrganisationKind::Section,
        code: code("PUMPS"),
        name: federation::names::PublicName::new("架空ポンプ部会").unwrap(),
        parent: None,
        members: None,
        worksite: None,
        bargains: false,
        from,
    };
    stage.send(stage.hq, Command::Organisation(register)).await;
    let parent = Some(stage.state().organisations.by_code[&code("PUMPS")]);
    for unit in [0, 3] {
        let organisation = stage.units[unit].organisation;
        let place = Organisation::Place { organisation, tree: code("section"), parent, from };
        stage.send(stage.hq, Command::Organisation(place)).await;
    }
    for unit in 0..5 {
        let by = if unit < 3 { stage.region } else { stage.other_region };
        let amount = 5_000 + 100 * i64::try_from(unit).unwrap();
        proxy(&stage, by, unit, report(&stage, 0, unit, amount - 300)).await;
        proxy(&stage, by, unit, report(&stage, 1, unit, amount)).await;
    }
    let (campaign, bargaining_unit) = (stage.campaigns[1], stage.units[1].bargaining_unit);
    let choose = Panel::Choose { campaign, bargaining_unit, reason: PanelReason::ALL[0] };
    stage.send(stage.hq, Command::Panel(choose)).await;
    stage.send(stage.hq, Command::Panel(Panel::Freeze { campaign })).await;
    let bargaining_unit = stage.units[0].bargaining_unit;
    let case = Crisis::OpenCase {
        bargaining_unit,
        condition: SuspensionCondition::Results,
        until: Some(date("2004-09-30")),
        remark: None,
    };
    stage.send(stage.officer, Command::Crisis(case)).await;
    let raise = Crisis::Raise { bargaining_unit, matter: AlertMatter::ReceivablesAssigned, remark: None };
    stage.send(stage.officer, Command::Crisis(raise)).await;
    stage.imported(stage.region).await;
    let round = stage.census().await;
    stage.wages(stage.officer, 0, round, 60, 171_300).await;
    let mut hq = Browser::of(&stage, stage.hq);
    let id = hq.get("/membership").await.expect(200).hidden("command_id").unwrap();
    let round =
        [("command_id", id.as_str()), ("code", "members-2004"), ("on", "2004-03-01"), ("due_on", "2004-04-30")];
    hq.post("/membership", &round).await.expect(303);
    // The hour of the first round has passed.
    stage.at("2004-03-17T04:00:00Z");
    let mut release = Browser::of(&stage, stage.release);
    let id = release.get("/releases/recipients").await.expect(200).hidden("command_id").unwrap();
    let body =
        [("command_id", id.as_str()), ("kind", "national-centre"), ("name", "架空連合"), ("prefecture", "")];
    release.post("/releases/recipients", &body).await.expect(303);
    let form = release.get("/prepare?round=response-1").await.expect(200);
    let (id, shown) = (form.hidden("command_id").unwrap(), form.hidden("known_at"));
    let mut fields = vec![("command_id", id.as_str()), ("round", "response-1"), ("embargo", "3/17 17:00")];
    fields.extend(shown.as_deref().map(|shown| ("known_at", shown)));
    release.post("/prepare", &fields).await.expect(303);
    let waiting = stage.state().releases.waiting().next().unwrap().prepared.release;
    stage.send(stage.hq, Command::Release(ReleaseCommand::Approve { release: waiting })).await;
    let hour = instant("2004-03-17T08:00:00Z");
    stage.clock.set(hour);
    stage.desk.engine.run_due_once(hour).await;
    assert!(stage.state().releases.published().next().is_some(), "the release is out");
    stage
}

#[tokio::test]
async fn every_table_has_its_files() {
    let stage = full().await;
    let mut asked = BTreeSet::new();
    let (mut tables, mut missing, mut silent) = (0, Vec::new(), Vec::new());
    for account in [stage.hq, stage.release, stage.region, stage.officer] {
        let mut browser = Browser::of(&stage, account);
        for (_, pattern, _) in TABLE.iter().filter(|(method, ..)| *method == "get") {
            if NO_FILE.iter().any(|(start, _)| pattern.starts_with(start)) {
                continue;
            }
            for address in walk::addresses(&stage, pattern) {
                let page = browser.first(&address).await;
                let html =
                    page.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().contains("html"));
                if page.status.as_u16() != 200 || !html {
                    continue;
                }
                for block in blocks(&page.body) {
                    tables += 1;
                    let title =
                        block.split("class=\"table-title\"").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1));
                    let links = links(block);
                    if NO_FILE_OF.iter().any(|(named, _)| Some(*named) == title) {
                        continue;
                    }
                    if links.len() < 3 {
                        missing.push(format!("{pattern}: {}", title.unwrap_or_default()));
                        continue;
                    }
                    let once = links[0].split('?').next().unwrap_or_default().to_owned()
                        + links[0].split("table=").nth(1).unwrap_or_default();
                    if asked.insert((pattern.to_owned(), once)) {
                        for link in &links {
                            let file = browser.first(link).await;
                            assert_eq!(file.status.as_u16(), 200, "{link}");
                            assert!(file.headers.contains_key("content-disposition"), "{link} is no file");
                        }
                        explained(&links[0], &browser.first(&links[0]).await, &mut silent);
                    }
                }
            }
        }
    }
    let missing: BTreeSet<String> = missing.into_iter().collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(silent.is_empty(), "nothing says what these mean: {silent:#?}");
    assert!(tables > 60, "only {tables} tables were found");
}
