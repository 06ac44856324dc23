//! Files come in: rosters and reports, pasted, as CSV and as workbooks; looked at, mended, entered
//! once however often, and taken back as a whole.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, Stage, code, date};
use federation::Command;
use federation::campaign::Track;
use federation::campaign::content::{Content, Figures, Stated, WageFigures};
use federation::campaign::rules::{Basis, Command as CampaignCommand, Report};
use federation::campaign::standing::Standing;
use federation::exchange::ImportId;
use kernel::{AccountId, Channel, CommandId, Yen};
use web::asked::SESSION_COOKIE;
use web::exchange::import_run;
use web::shell::csrf;
use web::{Sending, new_command_id};

/// Sends a form with a file or a pasted range.
async fn upload(browser: &mut Browser, fields: &[(&str, &str)], field: &str, sheet: &[u8]) -> Answer {
    let token = csrf::fresh(browser.cookies[SESSION_COOKIE].as_bytes()).expect("a token");
    let mut body = Vec::new();
    let file = if field == "file" { "; filename=\"hyou.xlsx\"" } else { "" };
    let mut part = |name: &str, extra: &str, value: &[u8]| {
        let head = format!("--border\r\ncontent-disposition: form-data; name=\"{name}\"{extra}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    };
    part("csrf", "", token.as_bytes());
    for (name, value) in fields {
        part(name, "", value.as_bytes());
    }
    part(field, file, sheet);
    body.extend_from_slice(b"--border--\r\n");
    browser.ask("POST", "/imports", body, &[("content-type", "multipart/form-data; boundary=border")]).await
}

/// Reports of 2004, pasted.
async fn paste(browser: &mut Browser, sheet: &str) -> Answer {
    upload(browser, &[("matter", "reports"), ("campaign", "spring-2004"), ("on", "")], "pasted", sheet.as_bytes())
        .await
}

/// A roster from a day on, pasted.
async fn paste_roster(browser: &mut Browser, sheet: &str, from: &str) -> Answer {
    upload(browser, &[("matter", "roster"), ("on", from)], "pasted", sheet.as_bytes()).await
}

/// Says that the columns mean what was guessed; the preview.
async fn accept_columns(browser: &mut Browser) -> Answer {
    let page = browser.get("/imports/columns").await.expect(200);
    let digest = page.hidden("digest").expect("a digest");
    let sent = browser.post("/imports/columns", &[("digest", &digest), ("read.0", "yes"), ("keep", "yes")]).await;
    assert_eq!(sent.expect(303).location(), "/imports/preview");
    browser.get("/imports/preview").await.expect(200)
}

/// Presses the button of the preview.
async fn press(browser: &mut Browser, preview: &Answer, more: &[(&str, &str)]) -> Answer {
    let (digest, id) = (preview.hidden("digest").unwrap(), preview.hidden("command_id").unwrap());
    let mut fields = vec![("digest", digest.as_str()), ("command_id", id.as_str())];
    fields.extend_from_slice(more);
    browser.post("/imports/preview", &fields).await
}

/// Waits until the import is through; its page.
async fn entered(stage: &Stage, browser: &mut Browser, sent: Answer) -> (ImportId, Answer) {
    let sent = sent.expect(303);
    let id = through(&stage.desk, &sent).await;
    let page = browser.follow(&sent).await.expect(200).says("取り込みが終わりました");
    (id, page)
}

/// Waits until the import that a form began is through; its id.
async fn through(desk: &web::Desk, sent: &Answer) -> ImportId {
    let id = sent.location().strip_prefix("/imports/").expect("an import").parse().expect("an id");
    finished(desk, id).await;
    id
}

async fn finished(desk: &web::Desk, id: ImportId) {
    let mut head = desk.engine.subscribe();
    while desk.now().state.imports.get(id).is_some_and(|import| import.is_running()) {
        head.changed().await.expect("the engine runs");
    }
}

/// 新規, 同一, 変更, 衝突, 要修正.
fn counts(page: &Answer) -> [u32; 5] {
    ["新規", "同一", "変更", "衝突", "要修正"].map(|word| {
        let rest = page.between(&format!("<dt>{word}</dt>"), "</dd>").unwrap_or_else(|| panic!("{}", page.body));
        let value = rest.split_once("class=\"value\">").expect("a value").1;
        value.split_once('<').expect("an end").0.parse().expect("a number")
    })
}

fn wage(stage: &Stage, unit: usize) -> Option<Content> {
    let state = stage.state();
    let campaign = state.campaigns.get(stage.campaigns[1]).expect("2004");
    let slot = campaign.slot(stage.units[unit].bargaining_unit, Track::Wage);
    Standing::of(slot).result().map(|version| version.content.clone())
}

fn response(yen: i64) -> Content {
    let total = Some(Stated::Exact(Yen(yen)));
    Content::Response(Box::new(Figures::Wage(WageFigures { total, ..WageFigures::default() })))
}

/// Somebody of the region hears that on the telephone.
async fn heard(stage: &Stage, unit: usize, yen: i64) {
    let report = Report {
        campaign: stage.campaigns[1],
        bargaining_unit: stage.units[unit].bargaining_unit,
        track: Track::Wage,
        content: response(yen),
        given_at: None,
        heard_at: None,
        remark: None,
        basis: Basis::First,
    };
    let command_id = new_command_id();
    let sending = Sending {
        command_id,
        content: command_id.0.to_bytes().to_vec(),
        account: stage.region,
        on_behalf_of: Some(stage.units[unit].organisation.0),
        channel: Channel::Telephone,
        command: Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report)))),
        sealed: Vec::new(),
    };
    assert!(matches!(stage.desk.send(sending).await, journal::Outcome::Recorded { .. }));
}

#[tokio::test]
async fn a_region_brings_in_a_table_and_takes_it_back() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    region.get("/imports").await.expect(200).says("まだ取り込みはありません").says_not("単組の名簿を取り込む");
    heard(&stage, 2, 4_200).await;
    // As it was copied out of Excel: 全角, a name for a code, one bad amount, one of another region.
    let sheet = "組合コード\t組合名\t回答額\t備考\n\
        S101\t架空精機労働組合\t５，０００\tx\n\
        \t架空電子労組\t4500円\t\n\
        S103\t\t4000\t\n\
        K201\t\t3000\t\n\
        S999\t\t3000\t\n";
    assert_eq!(paste(&mut region, sheet).await.expect(303).location(), "/imports/columns");
    region.get("/imports/columns").await.expect(200).says("回答: ").says("５，０００");
    let preview = accept_columns(&mut region).await;
    assert_eq!(counts(&preview), [2, 0, 0, 1, 2]);
    let preview = preview
        .says("A5")
        .says("A6")
        .says("「S999」という単組は調査対象にありません")
        .says("4,200円")
        .says("4,000円");
    let before = stage.desk.now().head.seq;
    press(&mut region, &preview, &[]).await.expect(422).says("要修正の行があります");
    // A code mended on the page, and looked at again.
    press(&mut region, &preview, &[("was.0.6.0", "S999"), ("a.0.6.0", "S101")]).await.expect(303);
    let again = region.get("/imports/preview").await.expect(200).says("2 行目にもあります");
    let again = press(&mut region, &again, &[("was.0.6.0", "S101"), ("a.0.6.0", "S999")]).await.expect(303);
    assert_eq!(again.location(), "/imports/preview");
    assert_eq!(stage.desk.now().head.seq, before, "looking changes nothing");

    let preview = region.get("/imports/preview").await.expect(200);
    let sent = press(&mut region, &preview, &[("skip", "yes")]).await;
    let (id, page) = entered(&stage, &mut region, sent).await;
    assert_eq!(counts(&page), [2, 0, 0, 1, 2]);
    assert_eq!(
        [0, 1, 2, 3].map(|unit| wage(&stage, unit)),
        [Some(response(5_000)), Some(response(4_500)), Some(response(4_200)), None]
    );
    let file = region.get(&format!("/imports/{id}/file")).await.expect(200);
    assert_eq!(file.body, sheet, "the file as it was sent");

    // The conflict is decided later: both stand side by side.
    let item = page.hidden("item").expect("an item");
    let command = new_command_id().0.to_string();
    let decide =
        [("item", item.as_str()), (&format!("decision.{item}"), "beside"), ("command_id", command.as_str())];
    region.post(&format!("/imports/{id}/decide"), &decide).await.expect(303);
    region.get("/units/S103").await.expect(200).says("4,000円").says("4,200円");
    assert_eq!(wage(&stage, 2), Some(response(4_200)));

    // The same table again is known by its header and changes nothing.
    paste(&mut region, sheet).await.expect(303);
    let preview = accept_columns(&mut region).await;
    assert_eq!(counts(&preview)[0], 0);

    let undo = new_command_id().0.to_string();
    region.post(&format!("/imports/{id}/undo"), &[("command_id", undo.as_str())]).await.expect(303);
    region.get(&format!("/imports/{id}")).await.expect(200).says("取り込みを取り消しました");
    assert_eq!([0, 1, 2].map(|unit| wage(&stage, unit)), [None, None, Some(response(4_200))]);
    // Nobody else sees the import or its file; headquarters sees that it was, and no rows.
    for account in [stage.other_region, stage.officer] {
        let mut other = Browser::of(&stage, account);
        other.get(&format!("/imports/{id}")).await.expect(404);
        other.get(&format!("/imports/{id}/file")).await.expect(404);
    }
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/imports").await.expect(200).says(&format!("/imports/{id}"));
    hq.get(&format!("/imports/{id}")).await.expect(200).says_not("架空電子");
    hq.get(&format!("/imports/{id}/file")).await.expect(404);
    for account in [stage.release, stage.auditor] {
        Browser::of(&stage, account).get("/imports").await.expect(403);
    }
    region.speaking("en").get(&format!("/imports/{id}")).await.expect(200).says("taken back").says_not("⟦");
}

#[tokio::test]
async fn the_remembered_meaning_is_proposed_and_can_be_changed() {
    let stage = Stage::new().await;
    let mut officer = Browser::of(&stage, stage.officer);
    let sheet = "番号,なまえ,かいとう\nS101,架空精機労働組合,5000\n";
    paste(&mut officer, sheet).await.expect(303);
    let page = officer.get("/imports/columns").await.expect(200);
    let digest = page.hidden("digest").unwrap();
    let fields = [("digest", digest.as_str()), ("read.0", "yes")];
    officer.post("/imports/columns", &fields).await.expect(422).says("報告の中身になる列");
    let fields = [
        ("digest", digest.as_str()),
        ("read.0", "yes"),
        ("c.0.0", "unit-code"),
        ("c.0.2", "response.wage-total"),
        ("keep", "yes"),
    ];
    officer.post("/imports/columns", &fields).await.expect(303);
    assert_eq!(counts(&officer.get("/imports/preview").await.expect(200)), [1, 0, 0, 0, 0]);
    // The next file of the same form needs no explanation.
    paste(&mut officer, &sheet.replace("5000", "5千円")).await.expect(303);
    let preview = accept_columns(&mut officer).await.says("「5千円」は、どれですか").says("value=\"5000\"");
    assert_eq!(counts(&preview), [0, 0, 0, 0, 1]);
    press(&mut officer, &preview, &[("was.0.2.2", "5千円"), ("a.0.2.2", "5000")]).await.expect(303);
    let preview = officer.get("/imports/preview").await.expect(200);
    let sent = press(&mut officer, &preview, &[]).await;
    entered(&stage, &mut officer, sent).await;
    let state = stage.state();
    let (_, statement) = state.campaigns.statement(*state.campaigns.campaign_of.keys().next().unwrap()).unwrap();
    // The unit's own officer speaks for nobody else.
    assert_eq!((statement.latest().on_behalf_of, statement.latest().channel), (None, Channel::File));
    assert_eq!(wage(&stage, 0), Some(response(5_000)));
}

#[tokio::test]
async fn killed_between_two_rows_it_goes_on_and_enters_each_once() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    let sheet = "コード,回答額\nS101,5000\nS102,4500\nS103,4000\n";
    paste(&mut region, sheet).await.expect(303);
    let preview = accept_columns(&mut region).await;
    // The first row went in, then the machine fell, before the rest and before the end was written.
    let id: CommandId = preview.hidden("command_id").unwrap().parse().unwrap();
    let import = ImportId::derive(id.0, 0);
    begin_and_fall(&stage, id).await;
    assert!(stage.state().imports.get(import).is_some_and(|import| import.is_running()));
    import_run::resume_all(&stage.desk);
    // Asked twice, it runs once.
    import_run::resume_all(&stage.desk);
    finished(&stage.desk, import).await;
    assert_eq!([0, 1, 2].map(|unit| wage(&stage, unit)), [5_000, 4_500, 4_000].map(|yen| Some(response(yen))));
    let given = stage
        .journal_bodies()
        .iter()
        .filter(|body| body.contains("\"bargaining_unit\":") && body.contains("\"total\""))
        .count();
    assert_eq!(given, 3, "exactly once");
    let counted = stage.state().imports.get(import).unwrap().finished.unwrap().1;
    assert_eq!((counted.new, counted.identical, counted.conflict), (3, 0, 0));
}

/// Begins the import of a preview as the page would, enters its first row and stops there.
async fn begin_and_fall(stage: &Stage, command_id: CommandId) {
    let import = ImportId::derive(command_id.0, 0);
    use federation::exchange::rules::{Command as Exchange, Start};
    use federation::exchange::{FileKind, Matter, Settings, SheetSettings, item};
    let bytes = "コード,回答額\nS101,5000\nS102,4500\nS103,4000\n".as_bytes();
    let sealed = stage.desk.vault.seal(import_run::FILE, bytes).unwrap();
    let columns = vec![Some(code("unit-code")), Some(code("wage-total"))];
    let sheet = SheetSettings { sheet: 0, header: 1, header_rows: 1, step: Some(code("response")), columns };
    let start = Start {
        matter: Matter::Reports,
        file: sealed.text,
        digest: web::exchange::import_kept::digest(bytes),
        file_kind: FileKind::Csv,
        campaign: Some(stage.campaigns[1]),
        collection: None,
        settings: Settings { sheets: vec![sheet], on: None },
        amended: None,
        rows: 3,
        last_row: 4,
    };
    let digest = start.digest;
    let send = async |command_id: CommandId, on_behalf_of, content: Vec<u8>, command, sealed| {
        let account: AccountId = stage.region;
        let sending =
            Sending { command_id, content, account, on_behalf_of, channel: Channel::File, command, sealed };
        stage.desk.send(sending).await
    };
    let start = Command::Exchange(Exchange::Start(Box::new(start)));
    assert!(matches!(
        send(command_id, None, b"start".to_vec(), start, vec![sealed]).await,
        journal::Outcome::Recorded { .. }
    ));
    let first = import.command(item::of_statement(2, federation::campaign::content::Step::Response, Track::Wage));
    let report = Report {
        campaign: stage.campaigns[1],
        bargaining_unit: stage.units[0].bargaining_unit,
        track: Track::Wage,
        content: response(5_000),
        given_at: None,
        heard_at: None,
        remark: None,
        basis: Basis::First,
    };
    let report = Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report))));
    let content = format!("{digest}\n{first}").into_bytes();
    let on_behalf_of = Some(stage.units[0].organisation.0);
    assert!(matches!(send(first, on_behalf_of, content, report, vec![]).await, journal::Outcome::Recorded { .. }));
}

/// What the region's workbook is: here made by the crate that writes workbooks.
#[tokio::test]
async fn a_workbook_comes_in_like_a_table() {
    let stage = Stage::new().await;
    let mut region = Browser::of(&stage, stage.region);
    use sheets::workbook::{Cell, Column, Grid, Sheet, Value};
    let grid = Grid::new(vec![Column::new("単組コード"), Column::new("回答額")])
        .row([Cell::from(Value::text("S101")), Cell::from(Value::count(5_000))])
        .row([Cell::from(Value::text("S102")), Cell::from(Value::text("４５００円"))]);
    let book = sheets::Workbook::new("表", "ja").sheet(Sheet::new("回答").grid(grid)).write().expect("a workbook");
    let fields = [("matter", "reports"), ("campaign", "spring-2004"), ("on", "3/16")];
    upload(&mut region, &fields, "file", &book).await.expect(303);
    let preview = accept_columns(&mut region).await;
    assert_eq!(counts(&preview), [2, 0, 0, 0, 0]);
    let sent = press(&mut region, &preview, &[]).await;
    entered(&stage, &mut region, sent).await;
    assert_eq!([0, 1].map(|unit| wage(&stage, unit)), [Some(response(5_000)), Some(response(4_500))]);
    upload(&mut region, &fields, "file", b"PK\x03\x04...").await.expect(422);
    upload(&mut region, &fields, "pasted", b" \n").await.expect(422).says("貼り付けてください");
    upload(&mut region, &[("matter", "reports"), ("campaign", "spring-2009"), ("on", "")], "pasted", b"a\n")
        .await
        .expect(422);
}

// -------------------------------------------------------------------------------------- rosters

const ROSTER: &str = "単組コード,単組名,地方,都道府県,業種,組合員数,一時金別交渉\r\n\
    S101,架空精機労働組合,埼玉,埼玉県,精密・計測,３２０,\r\n\
    S102,架空電子・通信労働組合,埼玉,,,８５,はい\r\n\
    K202,架空計測労働組合,神奈川,,,5千,\r\n\
    K204,架空鍛造労働組合,kanagawa,神奈川,castings,\"1,050\",いいえ\r\n";

#[tokio::test]
async fn a_roster_is_looked_at_entered_and_taken_back() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/imports?matter=roster").await.expect(200).says("multipart/form-data");
    let before = stage.desk.now().head.seq;
    paste_roster(&mut hq, ROSTER, "２００４／３／１").await.expect(303);
    let preview = accept_columns(&mut hq).await.says("F4");
    assert_eq!(counts(&preview), [1, 1, 1, 0, 1]);
    press(&mut hq, &preview, &[]).await.expect(422).says("飛ばしてよければ");
    let state = stage.state();
    assert_eq!(state.imports.imports.len(), 0);
    let organisations = state.organisations.clone();
    let sent = press(&mut hq, &preview, &[("skip", "yes")]).await;
    let (id, page) = entered(&stage, &mut hq, sent).await;
    assert_eq!(counts(&page), [1, 1, 1, 0, 1]);
    let state = stage.state();
    let k204 = state.organisations.get(state.organisations.by_code[&code("K204")]).expect("the new unit");
    let day = date("2004-03-16");
    assert_eq!((k204.name_on(day), k204.members.on(day)), ("架空鍛造労働組合", Some(&1050)));
    let unit = state.organisations.bargaining_units_by_code[&code("K204")];
    assert_eq!(state.organisations.region_of(unit, day).unwrap().id, stage.regions[1]);
    let s102 = state.organisations.get(stage.units[1].organisation).unwrap();
    assert_eq!(
        (s102.name_on(date("2004-02-29")), s102.name_on(date("2004-03-01"))),
        ("架空電子労働組合", "架空電子・通信労働組合")
    );
    let apart = state.organisations.bargaining_unit(stage.units[1].bargaining_unit).unwrap();
    assert_eq!(apart.separate_bonus.on(date("2004-03-01")), Some(&true));

    // The button again: the file is no longer kept. The whole sheet again, mended, as Shift_JIS.
    press(&mut hq, &preview, &[("skip", "yes")]).await.expect(409).says("このファイルは残っていません");
    let mended = ROSTER.replace("5千", "410");
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(&mended);
    upload(&mut hq, &[("matter", "roster"), ("on", "2004-03-01")], "file", &cp932).await.expect(303);
    assert_eq!(counts(&accept_columns(&mut hq).await.says_not("要修正の行")), [0, 4, 0, 0, 0]);

    // Taken back, every organisation stands as before.
    let undo = new_command_id().0.to_string();
    hq.post(&format!("/imports/{id}/undo"), &[("command_id", undo.as_str())]).await.expect(303);
    assert_eq!(stage.state().organisations, organisations);
    assert!(stage.desk.now().head.seq > before);
}

#[tokio::test]
async fn every_bad_cell_of_a_roster_is_named() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let head = "unit_code,unit_name,region,prefecture,industry,members,section,separate_bonus\n";
    let check = async |hq: &mut Browser, row: &str, cell: &str, says: &str| {
        let sheet = format!("{head}S101,架空精機労働組合,埼玉,,,320,,\n{row}\n");
        paste_roster(hq, &sheet, "2004/3/1").await.expect(303);
        let page = accept_columns(hq).await.says(cell).says(says);
        assert_eq!(counts(&page)[4], 1, "{row}");
    };
    check(&mut hq, "単組,新労組,埼玉,,,10,,", "A3", "使えません").await;
    check(&mut hq, "S101,新労組,埼玉,,,10,,", "A3", "2行目にもあります").await;
    check(&mut hq, "saitama,埼玉,埼玉,,,10,,", "A3", "単組ではない").await;
    check(&mut hq, "S9,,埼玉,,,10,,", "B3", "単組名").await;
    check(&mut hq, "S9,新労組,火星,,,10,,", "C3", "「火星」は見つかりません").await;
    check(&mut hq, "S9,新労組,埼玉,火星県,precision,10,,", "D3", "都道府県").await;
    check(&mut hq, "S9,新労組,埼玉,11,農業,10,,", "E3", "「農業」").await;
    check(&mut hq, "S9,新労組,埼玉,11,,10,,", "E3", "両方").await;
    check(&mut hq, "S9,新労組,埼玉,,,約10,,", "F3", "").await;
    check(&mut hq, "S9,新労組,埼玉,,,,,", "F3", "組合員数を").await;
    check(&mut hq, "S9,新労組,埼玉,,,10,S777,", "G3", "「S777」は見つかりません").await;
    check(&mut hq, "S9,新労組,埼玉,,,10,,たぶん", "H3", "「たぶん」").await;
    // Odd, and no wall.
    let sheet = format!("{head}S101,架空精機労働組合,埼玉,13,castings,3200,,\n");
    paste_roster(&mut hq, &sheet, "2004/3/1").await.expect(303);
    let page = accept_columns(&mut hq).await.says(">F2<").says("大きく変わっています").says(">D2<");
    assert_eq!(counts(&page), [0, 0, 1, 0, 0]);
    paste_roster(&mut hq, "unit_code,unit_name\nS1,x\n", "2004/3/1").await.expect(303);
    accept_columns(&mut hq).await.says("列「region");
    paste_roster(&mut hq, head, "いつか").await.expect(422).says("いつか");
}

#[tokio::test]
async fn nobody_brings_in_what_is_not_theirs() {
    let stage = Stage::new().await;
    let before = stage.desk.now().head.seq;
    for account in [stage.region, stage.other_region, stage.officer] {
        let mut browser = Browser::of(&stage, account);
        browser.get("/imports?matter=roster").await.expect(403);
        paste_roster(&mut browser, ROSTER, "2004/3/1").await.expect(403);
        browser.get("/imports/preview").await.expect(409);
    }
    let mut nobody = Browser::new(&stage);
    assert!(nobody.get("/imports").await.expect(303).location().starts_with("/sign-in"));
    let mut region = Browser::of(&stage, stage.region);
    let forged = "--b\r\ncontent-disposition: form-data; name=\"pasted\"\r\n\r\nx\r\n--b--\r\n";
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    region.ask("POST", "/imports", forged.as_bytes().to_vec(), &kind).await.expect(400);
    assert_eq!(stage.desk.now().head.seq, before);
}

// -------------------------------------------------------------------------------- the first year

#[tokio::test]
async fn an_office_comes_with_its_old_excel_and_finds_its_printed_table_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (desk, _clock) = common::empty_desk(folder.path(), web::DeskOptions::default());
    let headquarters = common::found(&desk).await;
    let hq =
        common::account(&desk, AccountId::SYSTEM, "本田 光", federation::people::Role::Headquarters, headquarters)
            .await;
    let mut browser = Browser::on(web::shell::wrap(web::router(&desk), web::shell::Shell::default()));
    browser.cookies = signed(&desk, hq);
    let before = desk.now();
    browser
        .get("/setup")
        .await
        .expect(200)
        .says("登録されている単組は 0組合です")
        .says("取り消すものはありません");

    // 1. The roster: three unions.
    let roster = "単組コード,単組名,地方,組合員数\nA1,架空甲労働組合,埼玉,1000\nB1,架空乙労働組合,埼玉,200\nC1,架空丙労働組合,神奈川,50\n";
    paste_roster(&mut browser, roster, "2003/1/1").await.expect(303);
    let preview = accept_columns(&mut browser).await;
    assert_eq!(counts(&preview), [3, 0, 0, 0, 0]);
    let sent = press(&mut browser, &preview, &[]).await;
    through(&desk, &sent).await;
    browser.get("/setup").await.expect(200).says("登録されている単組は 3組合です").says("昨年の闘争を開く");

    // 2. Last year's campaign, and its results.
    let id = new_command_id().0.to_string();
    let open = [("command_id", id.as_str()), ("year", "２００３"), ("on", "2003/2/1")];
    browser.post("/setup/campaign", &open).await.expect(303);
    browser.get("/setup").await.expect(200).says("2003年の闘争").says("調査対象は 3 単組");
    let results = "組合コード,妥結額,妥結日\nA1,6000,3/20\nB1,4000,3/20\nC1,2000,4/1\n";
    let fields = [("matter", "reports"), ("campaign", "spring-2003"), ("on", "")];
    upload(&mut browser, &fields, "pasted", results.as_bytes()).await.expect(303);
    let preview = accept_columns(&mut browser).await;
    assert_eq!(counts(&preview), [3, 0, 0, 0, 0]);
    let sent = press(&mut browser, &preview, &[]).await;
    through(&desk, &sent).await;
    let state = std::sync::Arc::clone(&desk.now().state);
    let unit = state.organisations.bargaining_units_by_code[&code("A1")];
    let campaign = state.campaigns.current().expect("2003");
    let given = campaign.slot(unit, Track::Wage).expect("said").statements[0].clone();
    assert_eq!(given.latest().given_at, Some(federation::campaign::Moment::Day(date("2003-03-20"))));

    // 3. The printed table. (1000 × 6000 + 200 × 4000 + 50 × 2000) ÷ 1250 = 5,520; ÷ 3 = 4,000.
    let printed = "規模\t組合数\t人員\t加重平均\t単純平均\n計\t3\t1,250\t5,520\t4,000\n1〜99人\t1\t50\t2,000\t2,000\n\
        100〜299人\t1\t200\t4,000\t4,000\n1000人以上\t1\t1,000\t6,000\t6,000\n";
    let send = [("measure", "total-raise-yen"), ("pasted", printed)];
    browser.post("/setup/printed", &send).await.expect(303);
    browser.get("/setup").await.expect(200).says("16 欄すべてが合いました").says("value=\"5,520\"");
    let wrong = printed.replace("5,520", "5,502").replace("\t1,250\t", "\t1,260\t");
    browser
        .post("/setup/printed", &[("measure", "total-raise-yen"), ("pasted", wrong.as_str())])
        .await
        .expect(303);
    let page = browser.get("/setup").await.expect(200).says("2 欄が合いません（14 欄は合いました）");
    page.says("▲18").says("5,502").says("5,520").says(">10<");
    // What cannot be read is told beside its cell, and stays.
    let bad = [("measure", "total-raise-yen"), ("p.total.unions", "たくさん")];
    browser.post("/setup/printed", &bad).await.expect(303);
    browser.get("/setup").await.expect(200).says("value=\"たくさん\"").says("aria-invalid");

    // 4. All of it goes back.
    let id = new_command_id().0.to_string();
    browser.post("/setup/undo", &[("command_id", id.as_str())]).await.expect(303);
    let after = desk.now();
    assert_eq!(after.state.organisations, before.state.organisations);
    assert!(after.state.campaigns.campaign_of.is_empty());
    assert!(after.state.campaigns.current().expect("2003").frame.rows.is_empty());
    browser.speaking("en").get("/setup").await.expect(200).says("0 unions are entered").says_not("⟦");
}

/// The cookies of somebody who is signed in on a desk.
fn signed(desk: &web::Desk, account: AccountId) -> std::collections::BTreeMap<String, String> {
    let token = format!("{}{account}", new_command_id().0).replace('-', "");
    let now = desk.instant();
    let session = journal::side::Session {
        token_hash: web::asked::secret_digest(&token),
        account,
        created_at: now,
        last_seen: now,
        expires_at: now.checked_add(jiff::SignedDuration::from_hours(24)).expect("later"),
        label: String::new(),
    };
    desk.side.add_session(&session).expect("a session");
    [(SESSION_COOKIE.to_owned(), token)].into()
}

// ------------------------------------------------------------------------ there and back again

#[tokio::test]
async fn a_workbook_that_left_here_comes_back_and_changes_nothing() {
    let stage = Stage::new().await;
    heard(&stage, 0, 5_000).await;
    let mut region = Browser::of(&stage, stage.region);
    let book = region.get("/regions/saitama/workbook.xlsx").await.expect(200).bytes;
    let form = region.get("/units/S102/template.xlsx").await.expect(200).bytes;
    // Two hours later somebody has heard of S103; the file knows nothing of it.
    heard(&stage, 2, 4_200).await;
    let fields = [("matter", "reports"), ("campaign", "spring-2004"), ("on", "")];
    for file in [book, form] {
        let sent = upload(&mut region, &fields, "file", &file).await.expect(303);
        assert_eq!(sent.location(), "/imports/preview", "a file of our own needs no questions");
        let preview = region.get("/imports/preview").await.expect(200);
        let [new, _, changed, conflict, refused] = counts(&preview);
        assert_eq!([new, changed, conflict, refused], [0; 4]);
    }
}

/// The same workbook with another number in its cells.
fn patched(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let (name, mut content) = (part.name().unwrap().into_owned(), Vec::new());
        part.read_to_end(&mut content).unwrap();
        if name.starts_with("xl/worksheets/") {
            let text = String::from_utf8(content).unwrap();
            content = text.replace(&format!("<v>{from}</v>"), &format!("<v>{to}</v>")).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_membership_round_comes_by_paper_and_excel_and_goes_back() {
    use federation::collection::{Part, ReturnState};
    let stage = Stage::new().await;
    let (mut hq, mut region) = (Browser::of(&stage, stage.hq), Browser::of(&stage, stage.region));
    let membership = [("matter", "membership")];
    region.get("/imports?matter=membership").await.expect(200).says("いま受け付けていません");
    let id = hq.get("/membership").await.expect(200).hidden("command_id").unwrap();
    let round =
        [("command_id", id.as_str()), ("code", "members-2004"), ("on", "2004-03-01"), ("due_on", "2004-04-30")];
    hq.post("/membership", &round).await.expect(303);
    let union = |unit: usize| stage.units[unit].organisation;
    let stands = |unit: usize| {
        let state = stage.state();
        let asked = state.collections.of_form(federation::collection::FormKind::Membership)[0].clone();
        let figures = asked.figures_of(union(unit)).cloned();
        (asked.state_of(union(unit)), figures)
    };

    // An office's own table: a blank row is 未提出, 分からない is an answer, another region's union is refused.
    let table = "単組コード,単組名,組合員数,精度,女性,男性\nS101,架空精機労働組合,330,名簿,100,分からない\nS102,,,,,\n\
                 S103,,１２１０,申告,,\nK201,,64,名簿,,\n";
    let sent = upload(&mut region, &membership, "pasted", table.as_bytes()).await;
    assert_eq!(sent.expect(303).location(), "/imports/columns");
    let preview = accept_columns(&mut region).await;
    assert_eq!(counts(&preview), [2, 0, 0, 0, 1]);
    let sent = press(&mut region, &preview, &[("skip", "yes")]).await;
    let (first, _) = entered(&stage, &mut region, sent).await;
    let (state, figures) = stands(0);
    let figures = figures.expect("figures");
    assert_eq!((state, figures.total.members), (ReturnState::Returned, 330));
    assert_eq!(figures.part(Part::Women).map(|count| count.members), Some(100));
    assert_eq!((figures.part(Part::Men), stands(1).0), (None, ReturnState::Silent));
    let csv = hq.get("/membership/export?format=csv").await.expect(200);
    csv.says("S101,架空精機労働組合,埼玉,提出済み（未確認）,330,名簿から数えた,320,100,分からない,分からない,")
        .says("S102,架空電子労働組合,埼玉,未提出,,,85,未提出,未提出,");

    // What is wrong is told at its cell, and nothing of the row is entered.
    let wrong = "単組コード,組合員数,精度,女性,男性,性別回答なし\nS102,85,名簿,50,40,0\nS101,330,たぶん,,,\n";
    upload(&mut region, &membership, "pasted", wrong.as_bytes()).await.expect(303);
    let preview = accept_columns(&mut region).await;
    preview.says("内訳の合計 90人が組合員数 85人と合いません");

    // The workbook of the region knows what stands and comes back with one number changed.
    let page = region.get("/regions/saitama/membership").await.expect(200);
    page.says("/regions/saitama/membership/form.xlsx").says("/regions/saitama/membership/form");
    let book = region.get("/regions/saitama/membership/form.xlsx").await.expect(200).bytes;
    let changed = patched(&book, "330", "335");
    let sent = upload(&mut region, &membership, "file", &changed).await;
    assert_eq!(sent.expect(303).location(), "/imports/preview");
    let preview = region.get("/imports/preview").await.expect(200);
    assert_eq!(counts(&preview), [0, 1, 1, 0, 0]);
    let sent = press(&mut region, &preview, &[]).await;
    let (second, _) = entered(&stage, &mut region, sent).await;
    assert_eq!(stands(0).1.expect("figures").total.members, 335);

    // The same file once more, after the union said something else: both are shown, nothing is overwritten.
    let mut officer = Browser::of(&stage, stage.officer);
    let form = officer.get("/units/S101/membership").await.expect(200);
    let (id, based_on) = (form.hidden("command_id").unwrap(), form.hidden("based_on").unwrap());
    let fields = [
        ("command_id", id.as_str()),
        ("based_on", based_on.as_str()),
        ("total", "340"),
        ("total_grade", "roster"),
    ];
    officer.post("/units/S101/membership", &fields).await.expect(303);
    upload(&mut region, &membership, "file", &changed).await.expect(303);
    let preview = region.get("/imports/preview").await.expect(200);
    assert_eq!(counts(&preview), [0, 1, 0, 1, 0]);
    let preview = preview.says("340人").says("335人");
    let item = preview.between("name=\"d.", "\"").unwrap().to_owned();
    let sent = press(&mut region, &preview, &[(&format!("d.{item}"), "ours")]).await;
    entered(&stage, &mut region, sent).await;
    assert_eq!(stands(0).1.expect("figures").total.members, 340);

    // What nobody has touched since goes back; what the union said itself stays.
    let undo = |import: ImportId| format!("/imports/{import}/undo");
    for import in [second, first] {
        let page = region.get(&format!("/imports/{import}")).await.expect(200);
        let id = page.hidden("command_id").unwrap();
        region.post(&undo(import), &[("command_id", &id)]).await.expect(303);
    }
    assert_eq!(stands(2).0, ReturnState::Silent);
    assert_eq!(stands(0).1.expect("figures").total.members, 340);

    // The union's own form, in Excel and on paper; nobody else's.
    let own = officer.get("/units/S101/membership/form.xlsx").await.expect(200).bytes;
    upload(&mut officer, &membership, "file", &patched(&own, "340", "341")).await.expect(303);
    let preview = officer.get("/imports/preview").await.expect(200);
    assert_eq!(counts(&preview), [0, 0, 1, 0, 0]);
    officer
        .get("/units/S101/membership/form")
        .await
        .expect(200)
        .says("架空精機労働組合 御中")
        .says("□ 分からない");
    officer.get("/units/S102/membership/form.xlsx").await.expect(404);
    let paper = region.get("/regions/saitama/membership/form").await.expect(200);
    assert_eq!(paper.body.matches("paper-form-code").count(), 3);
    region.get("/regions/kanagawa/membership/form").await.expect(404);
}
