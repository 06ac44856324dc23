//! Files out: what a page shows is what its file holds, in the types of a spreadsheet; templates
//! that know what stands; forms on paper; everything of one organisation.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod common;

use common::{Browser, Stage};
use federation::campaign::Track;
use federation::campaign::content::Step;
use federation::exchange::FileKey;
use sheets::{Book, Limits, read};

const CSRF_FREE: [(&str, &str); 3] = [("step", "response"), ("wage.total", "4,200"), ("bonus.months", "4.1")];

/// A stage on which S101 has answered 4,200 yen and 4.1 months.
async fn answered() -> Stage {
    let stage = Stage::new().await;
    let mut officer = Browser::of(&stage, stage.officer);
    let form = officer.get("/units/S101/report?step=response").await.expect(200);
    let id = form.hidden("command_id").unwrap();
    let mut fields: Vec<(&str, &str)> = CSRF_FREE.to_vec();
    fields.extend([
        ("command_id", id.as_str()),
        ("remark", "組合員総会で確認"),
        ("given_on", "3/16"),
        ("given_time", "9:00"),
    ]);
    officer.post("/units/S101/report?step=response", &fields).await.expect(303);
    stage
}

fn book(bytes: &[u8]) -> Book {
    read(bytes, &Limits::default()).unwrap()
}

fn rows(book: &Book, sheet: &str) -> Vec<Vec<String>> {
    let table = book.sheets.iter().find(|table| table.sheet == sheet);
    let table = table.unwrap_or_else(|| {
        panic!("no sheet {sheet} in {:?}", book.sheets.iter().map(|t| &t.sheet).collect::<Vec<_>>())
    });
    table.rows.iter().map(|row| row.cells.iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn a_region_goes_out_as_it_stands_on_its_page() {
    let stage = answered().await;
    let mut region = Browser::of(&stage, stage.region);
    let page = region.get("/regions/saitama").await.expect(200);
    page.says("/regions/saitama?format=xlsx").says("/regions/saitama/workbook.xlsx");
    let answer = region.get("/regions/saitama?format=xlsx").await.expect(200);
    let disposition = answer.headers.get("content-disposition").unwrap().to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"units-saitama-"), "{disposition}");
    let book = book(&answer.bytes);
    let units = rows(&book, "単組の一覧");
    let header = units.iter().position(|row| row[0] == "コード").unwrap();
    assert_eq!(units[header + 1][..2], ["S101", "架空精機労働組合"]);
    // Numbers, not the words of the page.
    assert_eq!(units[header + 1][3..5], ["4200", "4.1"]);
    assert_eq!(units[header + 1].last().unwrap(), "320");
    assert_eq!(units.len(), header + 4);
    // Every column is explained, with the entry and its hash.
    let codebook = rows(&book, "項目説明");
    assert!(codebook.iter().any(|row| row.contains(&"wage-result".to_owned()) && row[4].contains("定昇相当込み")));
    let head = stage.desk.now().head;
    assert!(codebook.iter().any(|row| row.contains(&head.hash.to_string())));
    assert!(book.sheets.iter().all(|table| table.rows[0].cells[0].starts_with("架空データ")));

    let csv = region.get("/regions/saitama?format=csv").await.expect(200);
    assert!(csv.bytes.starts_with(b"\xef\xbb\xbf"));
    csv.says("S101,架空精機労働組合,").says(",4200,4.1");
    region.get("/regions/saitama?format=doc").await.expect(404);
    // Another region's officer is told nothing.
    let mut other = Browser::of(&stage, stage.other_region);
    other.get("/regions/saitama?format=csv").await.expect(404);
    other.get("/regions/saitama/workbook.xlsx").await.expect(404);
    other.get("/units/S101/everything").await.expect(404);
    let mut auditor = Browser::of(&stage, stage.auditor);
    auditor.get("/regions/saitama/workbook.xlsx").await.expect(403);
}

#[tokio::test]
async fn cp932_says_what_it_cannot_hold() {
    let stage = answered().await;
    let mut hq = Browser::of(&stage, stage.hq);
    // 髙 is in CP932 though not in JIS.
    let people = hq.get("/people?format=csv-cp932").await.expect(200);
    let (text, _, _) = encoding_rs::SHIFT_JIS.decode(&people.bytes);
    assert!(text.contains("髙﨑 美咲"), "{text}");
    let unit = stage.units[0].organisation;
    let name = federation::names::PublicName::new("架空𠮷野労働組合").unwrap();
    let command = federation::organisation::rules::Command::Rename {
        organisation: unit,
        name,
        from: common::date("2004-03-01"),
    };
    stage.send(stage.hq, federation::Command::Organisation(command)).await;
    let answer = hq.get("/organisations?format=csv-cp932").await.expect(422);
    answer.says("𠮷").says("format=csv\"");
    hq.get("/organisations?format=csv").await.expect(200).says("架空𠮷野労働組合");
}

#[tokio::test]
async fn a_workbook_of_a_region_holds_what_stands_and_its_versions() {
    let stage = answered().await;
    let mut region = Browser::of(&stage, stage.region);
    let book = book(&region.get("/regions/saitama/workbook.xlsx").await.expect(200).bytes);
    let names: Vec<&str> = book.sheets.iter().map(|table| table.sheet.as_str()).collect();
    assert_eq!(names, ["回答", "要求", "妥結", "記入の手引き", "項目説明"]);
    let state = stage.state();
    let campaign = state.campaigns.current().unwrap();
    let kit = state.kit_of(campaign.id).unwrap();
    let layout = federation::exchange::Layout::of(kit, &campaign.tracks, Step::Response);
    let table = &book.sheets[0];
    let header = sheets::find_header(table, |name| layout.recognise(name)).unwrap();
    // Every column is found again by its two rows of headers, in its place.
    let found: Vec<Option<usize>> = header.names.iter().map(|name| layout.recognise(name)).collect();
    assert_eq!(found, (0..layout.columns.len()).map(Some).collect::<Vec<_>>());
    let row = &table.rows[header.body()].cells;
    let cell = |code: &str| &row[layout.position(code).unwrap()];
    assert_eq!((cell("unit-code"), cell("wage-total"), cell("bonus-months")), ("S101", "4200", "4.1"));
    assert_eq!((cell("given-on"), cell("given-time")), ("2004-03-16", "09:00"));
    assert_eq!(table.rows.len(), header.body() + 3);

    let key = FileKey::from_pairs(book.key.as_ref().unwrap().iter()).unwrap();
    let unit = common::code("S101");
    let slot = campaign.slot(stage.units[0].bargaining_unit, Track::Wage).unwrap();
    let statement = slot.standing(Step::Response).next().unwrap();
    assert_eq!(key.version(&unit, Track::Wage, Step::Response), Some((statement.id, statement.latest().seq)));
    assert_eq!(key.version(&unit, Track::Wage, Step::Settlement), None);
    assert_eq!(federation::exchange::known::check_key(&state, campaign, &key), None);
}

#[tokio::test]
async fn a_form_of_a_unit_is_read_back_as_its_row() {
    let stage = answered().await;
    let mut officer = Browser::of(&stage, stage.officer);
    let book = book(&officer.get("/units/S101/template.xlsx").await.expect(200).bytes);
    let table = &book.sheets[0];
    assert_eq!(table.sheet, "回答");
    let state = stage.state();
    let campaign = state.campaigns.current().unwrap();
    let layout =
        federation::exchange::Layout::of(state.kit_of(campaign.id).unwrap(), &campaign.tracks, Step::Response);
    let header = sheets::find_header(table, |name| layout.recognise(name)).unwrap();
    let values = &table.rows[header.body()].cells;
    let value = |code: &str| {
        let at = header.names.iter().position(|name| layout.recognise(name) == layout.position(code)).unwrap();
        (&values[at], table.address(&table.rows[header.body()], at))
    };
    assert_eq!(value("unit-code").0, "S101");
    let (total, address) = value("wage-total");
    assert_eq!(total, "4200");
    assert!(address.starts_with("回答!B"), "{address}");
    officer.get("/units/K201/template.xlsx").await.expect(404);
}

#[tokio::test]
async fn forms_on_paper_are_prefilled() {
    let stage = answered().await;
    let mut region = Browser::of(&stage, stage.region);
    let forms = region.get("/regions/saitama/forms").await.expect(200);
    for text in ["S101", "S102", "S103", "架空精機労働組合 御中", "4,200", "3月16日", "照合値"] {
        assert!(forms.body.contains(text), "{text}");
    }
    assert_eq!(forms.body.matches("paper-form-code").count(), 3);
    let settlement = region.get("/units/S102/form?step=settlement").await.expect(200);
    settlement.says("妥結").says("□ 仮妥結").says_not("架空精機労働組合");
    let mut officer = Browser::of(&stage, stage.officer);
    officer.get("/units/S101/form").await.expect(200);
    officer.get("/units/S102/form").await.expect(404);
    officer.get("/regions/saitama/forms").await.expect(403);
}

#[tokio::test]
async fn everything_of_one_organisation_in_one_step() {
    let stage = answered().await;
    let mut officer = Browser::of(&stage, stage.officer);
    // A correction: both versions are on record.
    let form = officer.get("/units/S101/report?step=response").await.expect(200);
    let (id, known) = (form.hidden("command_id").unwrap(), form.hidden("wage.known").unwrap());
    let fields = [
        ("command_id", id.as_str()),
        ("step", "response"),
        ("wage.known", known.as_str()),
        ("wage.relation", "correction"),
        ("wage.total", "4,500"),
        ("bonus.kind", "skip"),
    ];
    officer.post("/units/S101/report?step=response", &fields).await.expect(303);
    let answer = officer.get("/units/S101/everything").await.expect(200);
    for text in [
        "--- README.txt",
        "--- statements.csv",
        "--- everything.xlsx",
        "組合員総会で確認",
        "（wage-total）: 定昇相当込み",
    ] {
        assert!(answer.body.contains(text), "{text}");
    }
    let statements = answer.body.split("--- ").find(|part| part.starts_with("statements.csv")).unwrap();
    let versions: Vec<&str> =
        statements.lines().filter(|line| line.starts_with("spring-2004,賃金,回答,")).collect();
    assert_eq!(versions.len(), 2, "{statements}");
    assert!(versions[0].contains(",4500,") && versions[1].contains(",4200,"), "{versions:?}");

    let history = officer.get("/units/S101?format=csv").await.expect(200);
    history.says(",4500,").says(",4200,");
    let mut region = Browser::of(&stage, stage.region);
    region.get("/units/S101/everything").await.expect(200).says("組合員総会で確認");
    let mut auditor = Browser::of(&stage, stage.auditor);
    auditor.get("/units/S101/everything").await.expect(403);
}
