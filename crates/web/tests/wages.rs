//! The wage census: a round is opened, a union hands in a file, sees its plot and its estimates, and
//! takes it back; nobody else sees a row.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;

use common::{Answer, Browser, Stage, instant};
use federation::wage_census::SubmissionState;
use journal::Reading;
use web::asked::SESSION_COOKIE;
use web::shell::csrf;

const OWN: &str = "/census/wages-2003/units/S101";

/// Sends a wage file.
async fn upload(browser: &mut Browser, sheet: &[u8]) -> Answer {
    let token = csrf::fresh(browser.cookies[SESSION_COOKIE].as_bytes()).expect("a token");
    let mut body = Vec::new();
    for (name, extra, value) in [("csrf", "", token.as_bytes()), ("file", "; filename=\"chingin.csv\"", sheet)] {
        let head = format!("--border\r\ncontent-disposition: form-data; name=\"{name}\"{extra}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--border--\r\n");
    let kind = [("content-type", "multipart/form-data; boundary=border")];
    browser.ask("POST", &format!("{OWN}/file"), body, &kind).await
}

/// Forty persons, in thousands of yen, with a name that must not be kept and one unreadable cell.
fn sheet() -> String {
    let mut text = String::from("氏名,労働者番号,性別,最終学歴,年齢,勤続年数,所定内賃金（千円）\n");
    for number in 0..40 {
        let (age, wage) = (20 + number, 180 + 5 * number);
        text.push_str(&format!("架空 太郎{number},P{number},男,高卒,{age},{},{wage}\n", age - 18));
    }
    text.push_str("架空 花子,P99,女,大卒,三十,8,250\n");
    text
}

/// Up to the preview.
async fn to_preview(browser: &mut Browser, text: &str) -> Answer {
    let sent = upload(browser, text.as_bytes()).await.expect(303);
    let page = browser.follow(&sent).await.expect(200);
    let digest = page.hidden("digest").expect("a digest");
    let fields = [("digest", digest.as_str()), ("money", "thousand-yen")];
    let sent = browser.post(&format!("{OWN}/columns"), &fields).await;
    assert_eq!(sent.expect(303).location(), format!("{OWN}/preview"));
    browser.get(&format!("{OWN}/preview")).await.expect(200)
}

async fn press(browser: &mut Browser, preview: &Answer, more: &[(&str, &str)]) -> Answer {
    let hidden = ["digest", "command_id", "based_on"].map(|name| (name, preview.hidden(name).expect(name)));
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend_from_slice(&[("declared_members", "42"), ("raise_included", "yes"), ("basis", "resolution")]);
    fields.extend_from_slice(more);
    browser.post(&format!("{OWN}/preview"), &fields).await
}

#[tokio::test]
async fn headquarters_opens_a_round() {
    let stage = Stage::new().await;
    let mut hq = Browser::of(&stage, stage.hq);
    let page = hq.get("/census").await.expect(200).says("新しい回を始める");
    let id = page.hidden("command_id").unwrap();
    let mut fields = vec![
        ("command_id", id.as_str()),
        ("code", "wages-2003"),
        ("reference_month", "2003年13月"),
        ("age_on", "2003/4/1"),
        ("due_on", "2004/4/30"),
        ("kept_until", "2009/3/31"),
        ("wage", "scheduled"),
        ("purposes", "totals"),
        ("purposes", "own-bargaining"),
        ("min_persons", "10"),
        ("min_units", "3"),
    ];
    // What was typed stays, and the sentence names the field.
    hq.post("/census", &fields).await.expect(422).says("賃金の月を「2003年6月」のように").says("2003年13月");
    fields[2].1 = "２００３年６月";
    let sent = hq.post("/census", &fields).await.expect(303);
    hq.follow(&sent).await.expect(200).says("2003年6月分").says("受付中");
    fields[1].1 = "wages-b";
    fields[10].1 = "2";
    let id = web::new_command_id().to_string();
    fields[0].1 = &id;
    hq.post("/census", &fields).await.expect(409).says("秘匿の基準");
}

#[tokio::test]
async fn a_union_hands_in_sees_its_plot_and_takes_it_back() {
    let stage = Stage::new().await;
    let round = stage.census().await;
    let mut officer = Browser::of(&stage, stage.officer);
    officer.get("/census").await.expect(200).says("未提出");
    officer.get(OWN).await.expect(200).says("まだ提出していません");

    let sent = upload(&mut officer, sheet().as_bytes()).await.expect(303);
    let columns = officer.follow(&sent).await.expect(200).says("中ほどの人が 275,000円 になります");
    columns.says("この列は読みません").says_not("架空 太郎");
    let preview = to_preview(&mut officer, &sheet()).await;
    // The unreadable age is told at its cell, and its row alone stays out.
    let preview = preview.says("E42").says("「年齢」の「三十」").says("E104");
    let sent = press(&mut officer, &preview, &[]).await;
    let refused = sent.expect(422).says("警告を確かめて、印を付けてください");
    let sent =
        press(&mut officer, &refused, &[("confirmed", "yes"), ("reason", "嘱託が1人いる")]).await.expect(303);
    let page =
        officer.follow(&sent).await.expect(200).says("賃金を受け取りました").says("40人 / 組合員 42人（95.2%）");
    let page = page.says("嘱託が1人いる").says("賃金プロット図").says("<svg").says("一人前ミニマム");
    // On a straight line every cross-section gives its slope.
    page.says("5,000.00").says("確認できない");
    let again = press(&mut officer, &refused, &[("confirmed", "yes"), ("reason", "嘱託が1人いる")]).await;
    assert_eq!(again.expect(303).location(), OWN);

    // No name, no wage and no number of a person is in the journal, and no name anywhere.
    for body in stage.journal_bodies() {
        for word in ["太郎", "花子", "280000", "P99", "嘱託"] {
            assert!(!body.contains(word), "{word} is in {body}");
        }
    }
    let version =
        stage.state().wage_censuses.get(round).unwrap().standing(stage.units[0].organisation).unwrap().clone();
    let read = || {
        let vault = &stage.desk.vault;
        stage.desk.engine.with_reader(|reader| vault.read(reader, "wages", &version.handed_in.rows)).unwrap()
    };
    let Reading::Plain(text) = read() else { panic!("the rows are there") };
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(!text.contains("太郎") && !text.contains("P99") && text.contains("280000"), "{text}");

    // Nobody else.
    for account in [stage.hq, stage.region, stage.other_officer, stage.auditor] {
        let mut other = Browser::of(&stage, account);
        let found = other.get(OWN).await.status.as_u16();
        assert!([403, 404].contains(&found), "{found}");
        other.get("/census").await.expect(200).says_not("95.2");
    }
    let drawn = officer.get(&format!("{OWN}/plot.svg?by=standard")).await.expect(200);
    assert!(drawn.body.starts_with("<svg") && !drawn.body.contains("P1"), "{}", drawn.body);

    // Taken back in one step: the rows are gone for good.
    let page = officer.get(OWN).await.expect(200);
    let fields =
        [("command_id", page.hidden("command_id").unwrap()), ("version", page.hidden("version").unwrap())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = officer.post(&format!("{OWN}/withdraw"), &fields).await.expect(303);
    officer.follow(&sent).await.expect(200).says("取り下げました").says_not("<svg xmlns");
    assert!(matches!(read(), Reading::Erased(_)));
    let state = stage.state().wage_censuses.get(round).unwrap().state_of(stage.units[0].organisation);
    assert_eq!(state, SubmissionState::Withdrawn);
}

#[tokio::test]
async fn a_replaced_file_is_destroyed_and_so_is_everything_at_the_end_date() {
    let stage = Stage::new().await;
    let round = stage.census().await;
    let mut officer = Browser::of(&stage, stage.officer);
    let rows = || {
        let state = stage.state();
        state.wage_censuses.get(round).unwrap().standing(stage.units[0].organisation).map(|one| one.handed_in.rows)
    };
    let erased = |text: &kernel::SealedText| {
        let vault = &stage.desk.vault;
        let read = stage.desk.engine.with_reader(|reader| vault.read(reader, "wages", text)).unwrap();
        matches!(read, Reading::Erased(_))
    };
    for _ in 0..2 {
        let preview = to_preview(&mut officer, &sheet()).await;
        let first = rows();
        press(&mut officer, &preview, &[("confirmed", "yes")]).await.expect(303);
        if let Some(first) = first {
            assert!(erased(&first), "what was replaced is destroyed");
        }
    }
    let last = rows().expect("it stands");
    assert!(!erased(&last));
    // The last moment of the time of keeping, and the first after it, on the clock of Japan.
    let until = instant("2009-03-30T15:00:00Z");
    let before = until.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap();
    stage.clock.set(before);
    assert_eq!(stage.desk.engine.run_due_once(before).await.recorded, 0);
    stage.clock.set(until);
    assert_eq!(stage.desk.engine.run_due_once(until).await.recorded, 1);
    web::wage_census::rows::sweep(&stage.desk).await;
    assert!(erased(&last));
    officer.get(OWN).await.expect(200).says("廃棄されました");
}

#[tokio::test]
async fn a_file_with_individual_numbers_is_refused_whole() {
    let stage = Stage::new().await;
    stage.census().await;
    let mut officer = Browser::of(&stage, stage.officer);
    let text = "マイナンバー,年齢,所定内賃金\n123456789018,30,250000\n";
    let sent = upload(&mut officer, text.as_bytes()).await.expect(303);
    let page = officer.follow(&sent).await.expect(200);
    let digest = page.hidden("digest").unwrap();
    officer.post(&format!("{OWN}/columns"), &[("digest", &digest), ("money", "yen")]).await.expect(303);
    let page = officer.get(&format!("{OWN}/preview")).await.expect(422);
    page.says("個人番号").says_not("123456789018");
    let empty = upload(&mut officer, b"  ").await.expect(422);
    empty.says("ファイル");
    // A wrong unit of money contradicts the wages: nothing is converted by a guess.
    let sent = upload(&mut officer, sheet().as_bytes()).await.expect(303);
    let page = officer.follow(&sent).await.expect(200);
    let digest = page.hidden("digest").unwrap();
    officer.post(&format!("{OWN}/columns"), &[("digest", &digest), ("money", "yen")]).await.expect(303);
    officer.get(&format!("{OWN}/preview")).await.expect(422).says("金額の単位が違うようです");
}

/// Five of the six unions hand in; K203 does not.
async fn five(stage: &Stage, round: federation::wage_census::CensusRoundId) -> Vec<kernel::AccountId> {
    let mut officers = vec![stage.officer];
    for (number, unit) in stage.units.iter().enumerate().skip(1) {
        let officer = match number {
            3 => stage.other_officer,
            _ => {
                let by = if number < 3 { stage.region } else { stage.other_region };
                let name = format!("架空 役員{number}");
                common::account(&stage.desk, by, &name, federation::people::Role::UnitOfficer, unit.organisation)
                    .await
            }
        };
        officers.push(officer);
    }
    for (unit, persons) in [(0, 120), (1, 118), (2, 122), (3, 119), (4, 121)] {
        stage.wages(officers[unit], unit, round, persons, 160_000 + 4_000 * unit as i64).await;
    }
    officers
}

#[tokio::test]
async fn a_book_is_made_attacked_and_read_by_whoever_took_part() {
    let stage = Stage::new().await;
    let round = stage.census().await;
    let mut hq = Browser::of(&stage, stage.hq);
    hq.get("/census/wages-2003/book").await.expect(404);
    hq.get("/census/wages-2003/making").await.expect(200).says("提出した単組がありません");
    let officers = five(&stage, round).await;
    let page = hq.get("/census/wages-2003/making").await.expect(200).says("この集計表は出せます");
    let id = page.hidden("command_id").unwrap();
    let sent = hq.post("/census/wages-2003/book", &[("command_id", &id)]).await.expect(303);
    let book = hq.follow(&sent).await.expect(200).says("集計表を出しました").says("600").says("equiprobable");
    // Two unions of a region: each would learn the other.
    book.says_not("PANIC");
    let regions = hq.get("/census/wages-2003/book?by=region").await.expect(200);
    let row = regions.between("神奈川</th>", "</tr>").expect("a row");
    assert!(row.contains(">x<"), "{row}");
    // With two regions, one hidden hides the other.
    let row = regions.between("埼玉</th>", "</tr>").expect("a row");
    assert!(row.contains(">x<"), "{row}");
    let file = hq.get("/census/wages-2003/book?by=sex&format=csv").await.expect(200);
    assert!(file.body.contains("女,299,5,") && file.body.contains("計,600,5,"), "{}", file.body);
    let book = hq.get("/census/wages-2003/book?format=xlsx").await.expect(200);
    assert!(
        book.body.contains("equiprobable") && book.body.contains("秘匿"),
        "the method and the symbols are in it"
    );

    for account in [stage.region, stage.auditor, officers[2]] {
        Browser::of(&stage, account).get("/census/wages-2003/book").await.expect(200).says("600");
    }
    // No participation, no peer figures.
    let mut other = Browser::of(&stage, officers[5]);
    other.get("/census/wages-2003/book").await.expect(404);
    other.get("/census/wages-2003").await.expect(200).says("集計表を見られるのは、提出した単組と地方・本部です");
    let pack = "/census/wages-2003/units/S101/pack";
    let mut officer = Browser::of(&stage, stage.officer);
    officer.get(pack).await.expect(200).says("参加組合の中の位置").says("<svg").says_not("架空電子労働組合");

    // Who takes back ends the books of this round; the figures stay, and say so.
    let page = officer.get(OWN).await.expect(200);
    let fields = ["command_id", "version"].map(|name| (name, page.hidden(name).unwrap()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    officer.post(&format!("{OWN}/withdraw"), &fields).await.expect(303);
    hq.get("/census/wages-2003/book")
        .await
        .expect(200)
        .says("600")
        .says("1組合が賃金を取り下げたか差し替えました");
    hq.get("/census/wages-2003/making").await.expect(200).says("この回の集計表はもう作れません");
    // It took part, so it reads the book; its own rows are gone.
    officer.get("/census/wages-2003/book").await.expect(200);
    officer.get(pack).await.expect(404);
}

#[tokio::test]
async fn each_opening_of_the_rows_is_written_down() {
    let stage = Stage::new().await;
    let round = stage.census().await;
    five(&stage, round).await;
    let count = || stage.desk.side.access_log(kernel::Seq(1), 1_000).expect("the log").len();
    let before = count();
    Browser::of(&stage, stage.officer).get(OWN).await.expect(200);
    assert_eq!(count(), before + 1);
    Browser::of(&stage, stage.hq).get("/census/wages-2003/making").await.expect(200);
    assert_eq!(count(), before + 6);
}
