//! The board, its sources, the journal's page, and releases from preparation to publication.

mod common;

use common::{Answer, Browser, Stage, instant};
use federation::Command;
use federation::campaign::content::{
    BonusFigures, BonusPattern, Content, Figures, MaintenanceBasis, Stated, Step, WageFigures,
};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::{Moment, Track};
use federation::sharing::{Audience, Sharing, SharingSet};
use journal::Outcome;
use kernel::{AccountId, Channel, Months, Percent, Seq, Yen};

fn wage(total: i64, rate: i64, base_up: Option<i64>) -> Figures {
    Figures::Wage(WageFigures {
        total: Some(Stated::Exact(Yen(total))),
        total_rate: Some(Stated::Exact(Percent(rate))),
        base_up: base_up.map(|value| Stated::Exact(Yen(value))),
        maintenance: base_up.map(|value| Stated::Exact(Yen(total - value))),
        maintenance_basis: base_up.map(|_| MaintenanceBasis::Observed),
        ..WageFigures::default()
    })
}

async fn respond(stage: &Stage, by: AccountId, unit: usize, track: Track, figures: Figures) -> Seq {
    respond_in(stage, by, 1, unit, track, figures).await
}

/// S101 corrects its response.
async fn correct(stage: &Stage, total: i64) {
    let state = stage.state();
    let campaign = state.campaigns.get(stage.campaigns[1]).expect("the campaign");
    let unit = stage.units[0].bargaining_unit;
    let slot = campaign.slot(unit, Track::Wage).expect("a report");
    let standing = slot.standing(Step::Response).next().expect("a response");
    let report = Report {
        campaign: campaign.id,
        bargaining_unit: unit,
        track: Track::Wage,
        content: Content::Response(Box::new(wage(total, 2_000, Some(1_000)))),
        given_at: None,
        heard_at: None,
        remark: None,
        basis: Basis::Correction { of: standing.id, based_on: standing.latest().seq },
    };
    stage.send(stage.officer, Command::Campaign(Box::new(Campaign::Report(Box::new(report))))).await;
}

async fn approve_what_waits(stage: &Stage) {
    let release = stage.state().releases.waiting().next().expect("a release").prepared.release;
    let approve = federation::release::rules::Command::Approve { release };
    stage.send(stage.hq, Command::Release(approve)).await;
}

async fn respond_in(
    stage: &Stage,
    by: AccountId,
    campaign: usize,
    unit: usize,
    track: Track,
    figures: Figures,
) -> Seq {
    let report = Report {
        campaign: stage.campaigns[campaign],
        bargaining_unit: stage.units[unit].bargaining_unit,
        track,
        content: Content::Response(Box::new(figures)),
        given_at: Some(Moment::At(stage.desk.instant())),
        heard_at: None,
        remark: None,
        basis: Basis::First,
    };
    let by_the_unit = by == stage.officer || by == stage.other_officer;
    let command_id = web::new_command_id();
    let sending = web::Sending {
        command_id,
        content: command_id.0.to_bytes().to_vec(),
        account: by,
        on_behalf_of: (!by_the_unit).then_some(stage.units[unit].organisation.0),
        channel: if by_the_unit { Channel::Form } else { Channel::Telephone },
        command: Command::Campaign(Box::new(Campaign::Report(Box::new(report)))),
        sealed: Vec::new(),
    };
    match stage.desk.send(sending).await {
        Outcome::Recorded { last, .. } => last,
        other => panic!("not recorded: {other:?}"),
    }
}

/// Three unions of 埼玉: 320 members 6,000円, 85 members 4,000円, 1,200 members 7,000円.
async fn three_reports(stage: &Stage) -> Seq {
    respond(stage, stage.officer, 0, Track::Wage, wage(6_000, 2_000, Some(1_000))).await;
    respond(stage, stage.region, 1, Track::Wage, wage(4_000, 1_500, None)).await;
    let months = Some(Stated::Exact(Months(4_100)));
    let bonus = BonusFigures { pattern: BonusPattern::Annual, months, yen: None };
    respond(stage, stage.region, 2, Track::Bonus, Figures::Bonus(bonus)).await;
    respond(stage, stage.region, 2, Track::Wage, wage(7_000, 2_100, Some(1_500))).await
}

fn main_of(answer: &Answer) -> String {
    // Behind the line on top of the paper, which says the day of printing.
    answer.between("<div class=\"page-head\">", "</main>").expect("a main part").to_owned()
}

#[track_caller]
fn no_bracket(answer: &Answer) {
    assert!(!answer.body.contains('⟦'), "{}", answer.between("⟦", "⟧").unwrap_or_default());
}

#[tokio::test]
async fn the_board_shows_what_one_computes_by_hand() {
    let stage = Stage::new().await;
    three_reports(&stage).await;
    let state = stage.state();
    let slot = state
        .campaigns
        .get(stage.campaigns[1])
        .and_then(|one| one.slot(stage.units[0].bargaining_unit, Track::Wage));
    let statement = slot.and_then(|slot| slot.standing(Step::Response).next()).expect("a response");
    let confirm = Campaign::Confirm { statement: statement.id, based_on: statement.latest().seq };
    stage.send(stage.region, Command::Campaign(Box::new(confirm))).await;
    let mut hq = Browser::of(&stage, stage.hq);
    let page = hq.get("/board").await.expect(200);
    no_bracket(&page);
    // (320 × 6,000 + 85 × 4,000 + 1,200 × 7,000) ÷ 1,605 = 6,641.7…; 17,000 ÷ 3 = 5,666.6…
    let page = page
        .says("6,642")
        .says("5,667")
        .says("3組合・1,605人")
        .says("賃上げ計 加重平均")
        .says("賃上げ計 単純平均");
    // Base-up only over the two that state it: (320 × 1,000 + 1,200 × 1,500) ÷ 1,520 = 1,394.7…
    let page = page.says("1,395").says("2組合・1,520人").says("4.10");
    // One of the three is confirmed.
    let page = page.says("賃上げ計のうち未確認 2組合").says("300人未満計").says("回答 3組合 ÷ 調査対象 6組合");
    let page = page.says("架空精機労働組合").says("架空データ").says("時刻は回答日時");
    // Every number opens its source, at the entry that was printed.
    let seq = stage.state().seq;
    let href = format!("/board/source?measure=total_raise_yen&group=total&at={seq}&on=2004-03-16");
    let page = page.says(&href.replace('&', "&amp;"));
    drop(page);
    let source = hq.get(&href).await.expect(200);
    no_bracket(&source);
    let source = source
        .says("10,660,000円")
        .says("1,605")
        .says("2132000/321")
        .says("6,642円")
        .says("17000/3")
        .says("四捨五入");
    source.says("架空車両労働組合").says("架空電子労働組合").says("/units/S102");
    let band = hq.get(&format!("/board/source?measure=base_up_yen&group=size%3A1-99&at={seq}")).await.expect(200);
    band.says("内訳不明").says("架空電子労働組合").says_not("架空車両労働組合");
    hq.get("/board/source?measure=nothing&group=total").await.expect(404);
    hq.get("/board/source?measure=total_raise_yen&group=size%3Anothing").await.expect(404);

    let csv = hq.get(&format!("/board/export?table=region&at={seq}")).await.expect(200);
    assert!(csv.body.starts_with('\u{feff}'));
    csv.says("架空データ")
        .says("saitama,埼玉,賃上げ計（円）,3,3,1605,6642,5667,")
        .says(&format!("記録番号,{seq}\r\n"));
    hq.get("/board/export?table=progress").await.expect(200).says("total,計,6,3,");
    hq.get("/board/export?table=size").await.expect(200).says("1-299,300人未満計");
    hq.get("/board/export?table=industry").await.expect(200).says("precision,精密・計測");
    hq.get("/board/export?table=people").await.expect(404);
    let english = hq
        .clone()
        .speaking("en")
        .get("/board")
        .await
        .expect(200)
        .says("mean weighted by members")
        .says("By region");
    no_bracket(&english);
}

#[tokio::test]
async fn the_same_moment_opens_with_the_same_bytes_tomorrow() {
    let stage = Stage::new().await;
    three_reports(&stage).await;
    let seq = stage.state().seq;
    let mut hq = Browser::of(&stage, stage.hq);
    stage.at("2004-03-16T03:00:00Z");
    let first = hq.get(&format!("/board?at={seq}")).await.expect(200).says("過去の時点");
    let by_hour = hq.get("/board?at=3%2F16%2010:30").await.expect(200);
    let live = hq.get("/board").await.expect(200).says("data-live=\"/board/live\"");
    assert!(!first.body.contains("data-live=\"/board/live\""));

    // A fourth union answers, a day goes by.
    stage.at("2004-03-17T00:00:00Z");
    respond(&stage, stage.other_officer, 3, Track::Wage, wage(9_000, 3_000, None)).await;
    let later = hq.get(&format!("/board?at={seq}")).await.expect(200);
    assert_eq!(main_of(&later), main_of(&first));
    assert_eq!(main_of(&hq.get("/board?at=3%2F16%2010:30").await), main_of(&by_hour));
    assert_eq!(
        main_of(&hq.get("/board?at=2004-03-16T10:30").await).replace("2004-03-16T10:30", ""),
        main_of(&by_hour).replace("3/16 10:30", "")
    );
    // (10,660,000 + 64 × 9,000) ÷ 1,669 = 6,732.1…
    let now = hq.get("/board").await.expect(200).says("6,732").says("4組合・1,669人");
    assert_ne!(main_of(&now), main_of(&live));

    for wrong in ["3%2F18%2010:00", "99999", "yesterday", "0"] {
        let page = hq.get(&format!("/board?at={wrong}")).await.expect(422).says("has-error");
        no_bracket(&page);
    }
    Browser::new(&stage).get("/board").await.expect(303);
    Browser::of(&stage, stage.officer).get("/board").await.expect(403);
    Browser::of(&stage, stage.region).get("/board/source?measure=total_raise_yen&group=total").await.expect(403);
}

/// What an owner closes today is closed in yesterday's figures as well (design §2).
#[tokio::test]
async fn a_value_that_is_closed_now_is_closed_in_the_past() {
    let stage = Stage::new().await;
    let seq = three_reports(&stage).await;
    let closed = Sharing { rows_to: Audience::Region, aggregates_to: Audience::Region };
    let sharing = SharingSet { figures: closed, maintenance: closed };
    let (campaign, bargaining_unit) = (stage.campaigns[1], stage.units[0].bargaining_unit);
    let command = Campaign::SetSharing { campaign, bargaining_unit, sharing };
    stage.send(stage.officer, Command::Campaign(Box::new(command))).await;
    let mut hq = Browser::of(&stage, stage.hq);
    // (85 × 4,000 + 1,200 × 7,000) ÷ 1,285 = 6,801.5…
    let page = hq.get(&format!("/board?at={seq}")).await.expect(200).says("6,802").says("2組合・1,285人");
    page.says("非公開 1").says_not("6,642");
    let source = hq.get(&format!("/board/source?measure=total_raise_yen&group=total&at={seq}")).await.expect(200);
    source.says("このほか 1組合は表示していません").says_not("架空精機労働組合");
}

#[tokio::test]
async fn last_year_stands_beside_this_year_under_both_names() {
    let stage = Stage::new().await;
    for (unit, by, total) in [(0, stage.officer, 5_000), (3, stage.other_officer, 1_000)] {
        respond_in(&stage, by, 0, unit, Track::Wage, wage(total, 1_000, None)).await;
    }
    three_reports(&stage).await;
    let page = Browser::of(&stage, stage.hq).get("/board").await.expect(200);
    no_bracket(&page);
    // Matched: S101, 6,000 against 5,000. Unmatched: two this year, one last year.
    page.says("昨年同時期比").says("同一組合比較").says("+1,000").says("対応しない（今年）");
}

#[tokio::test]
async fn a_release_waits_for_its_hour_and_then_says_what_was_frozen() {
    let stage = Stage::new().await;
    three_reports(&stage).await;
    let (mut release, mut public, mut hq) =
        (Browser::of(&stage, stage.release), Browser::new(&stage), Browser::of(&stage, stage.hq));
    release.get("/prepare").await.expect(200).says("集計の時点の前");
    hq.get("/prepare").await.expect(403);

    // 10:05 on the day of the first round; a report after its snapshot hour is not in it.
    stage.at("2004-03-17T01:05:00Z");
    respond(&stage, stage.other_officer, 3, Track::Wage, wage(9_000, 3_000, None)).await;
    let form = release.get("/prepare?round=response-1").await.expect(200);
    no_bracket(&form);
    let form = form.says("2004年3月17日(水) 15:00").says("地方別の未集約").says("うち未確認");
    let command = form.hidden("command_id").expect("a command id");
    let sent = [("round", "response-1"), ("command_id", command.as_str())];
    let wrong = release.post("/prepare", &[sent[0], sent[1], ("embargo", "3/17 10:00")]).await.expect(422);
    no_bracket(&wrong);
    wrong.says("has-error").says("解禁時刻は今より後");
    let unreadable = release.post("/prepare", &[sent[0], sent[1], ("embargo", "いつか")]).await.expect(422);
    unreadable.says("f-embargo-error").says("いつか");
    let hour = ("embargo", "3/17 15:00");
    release.post("/prepare", &[sent[0], sent[1], hour]).await.expect(303);
    // Sent twice, recorded once.
    release.post("/prepare", &[sent[0], sent[1], hour]).await.expect(303);
    let prepared = stage.state().releases.waiting().next().expect("a release").clone();
    let address = format!("/releases/{}", prepared.prepared.release);
    public.get(&address).await.expect(404);
    public.get(&format!("{address}/tables.csv")).await.expect(404);
    public.get("/releases").await.expect(200).says("まだ公表されたものはありません").says_not("公表を待つもの");
    let own =
        release.get(&address).await.expect(200).says("承認を待っています").says("準備した人は承認できません");
    no_bracket(&own);
    let approve = format!("/prepare/{}/approve", prepared.prepared.release);
    let approving = |browser: &Browser| {
        let (mut browser, approve) = (browser.clone(), approve.clone());
        let command = web::new_command_id().to_string();
        async move { browser.post(&approve, &[("command_id", &command)]).await }
    };
    approving(&release).await.expect(409).says("準備した人は承認・差し戻しできません");
    approving(&Browser::of(&stage, stage.region)).await.expect(403);
    // The second person sees the list, and which units it is about.
    hq.get("/today").await.expect(200).says("公表の承認").says(&address);
    let second = hq.get(&address).await.expect(200).says("公表の前に確かめること").says("/units/S103");
    no_bracket(&second);
    let back = format!("/prepare/{}/return", prepared.prepared.release);
    let empty = hq.post(&back, &[("command_id", &web::new_command_id().to_string()), ("reason", " ")]).await;
    no_bracket(&empty.expect(422).says("差し戻しの理由を書いてください"));
    approving(&hq).await.expect(303);
    release.get(&address).await.expect(200).says("解禁前").says("本部局員");
    let again = release.get("/prepare?round=response-1").await.expect(200);
    let other = again.hidden("command_id").expect("a command id");
    let refused =
        release.post("/prepare", &[("round", "response-1"), ("command_id", &other), hour]).await.expect(422);
    refused.says("すでに準備されています");

    let now = instant("2004-03-17T05:59:00Z");
    stage.clock.set(now);
    assert_eq!(stage.desk.engine.run_due_once(now).await.due, 0);
    public.get(&address).await.expect(404);
    let now = instant("2004-03-17T06:00:00Z");
    stage.clock.set(now);
    assert_eq!(stage.desk.engine.run_due_once(now).await.recorded, 1);
    let page = public.get(&address).await.expect(200);
    no_bracket(&page);
    // The total is there, the three bands with one union each are closed, and so is their sum.
    let page = page.says("6,642").says("5,667").says("3組合・1,605人").says("ｘ").says("秘匿").says("架空データ");
    page.says_not("6,732").says_not("架空精機労働組合").says("内容の照合値");
    public.get("/releases").await.expect(200).says("第1回 回答集計").says(&address);
    let csv = public.get(&format!("{address}/tables.csv")).await.expect(200);
    csv.says("total,total,計,賃上げ計（円）,,3,1605,6642,5667,").says("size,1-99,1〜99人,賃上げ計（円）,ｘ,,,,");
    let english = public.clone().speaking("en").get(&address).await.expect(200);
    no_bracket(&english);

    // One page and a file of it, for everybody; what goes back to a region, for that region.
    let sheet =
        public.get(&format!("{address}/sheet")).await.expect(200).says("6,642").says("規模別 要求・回答・妥結");
    no_bracket(&sheet);
    let file = public.get(&format!("{address}/sheet.xlsx")).await.expect(200);
    // A workbook is read as the text of its parts.
    assert!(file.body.contains("6642"), "the weighted mean in the workbook");
    let mut region = Browser::of(&stage, stage.region);
    let pack = region.get(&format!("{address}/regions/saitama")).await.expect(200).says("架空精機労働組合");
    no_bracket(&pack);
    region.get(&format!("{address}/regions/kanagawa")).await.expect(404);
    // All of them in one file for headquarters, with a list; a region gets its own and nobody else's.
    let packs = hq.get(&format!("{address}/packs.zip")).await.expect(200);
    packs
        .says("--- 一覧.csv")
        .says("--- 埼玉_2004年春季生活闘争_第1回_回答集計.xlsx")
        .says("--- 神奈川_")
        .says("kanagawa,神奈川,");
    let own = region.get(&format!("{address}/packs.zip")).await.expect(200);
    own.says("埼玉_").says_not("神奈川");
    Browser::of(&stage, stage.officer).get(&format!("{address}/packs.zip")).await.expect(403);
    // The archive is for everybody and for machines.
    let archive = public.get("/releases").await.expect(200);
    archive.says("2004年の公表").says("6,642").says(&format!("{address}/sheet")).says("/releases/feed.atom");
    let feed = public.get("/releases/feed.atom").await.expect(200);
    assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
    let entries = feed.body.matches("<entry>").count();
    assert_eq!(entries, 1, "{}", feed.body);
    feed.says("<updated>2004-03-17T06:00:00Z</updated>").says("加重平均 6,642円（3組合、1,605人）");
    release.get(&format!("{address}/regions/saitama")).await.expect(403);
    let command = web::new_command_id().to_string();
    let taken = region.post(&format!("{address}/regions/saitama"), &[("command_id", &command)]).await.expect(200);
    assert!(taken.body.contains("架空精機労働組合"), "the region's own rows in the workbook");
    let register = "/releases/recipients";
    let fields = |command: &str| {
        [
            ("command_id", command),
            ("kind", "national-centre"),
            ("name", "架空ナショナルセンター"),
            ("prefecture", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let command = web::new_command_id().to_string();
    let fields = fields(&command);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    release.post(register, &[pairs[0], pairs[1], ("name", ""), pairs[3]]).await.expect(422).says("名前を書いて");
    release.post(register, &pairs).await.expect(303);
    let recipient = stage.state().releases.recipients.keys().next().expect("a recipient").to_string();
    let page =
        release.get(&format!("{address}/deliveries")).await.expect(200).says("画面で受け取り").says(&recipient);
    no_bracket(&page);
    let command = web::new_command_id().to_string();
    let mark = [("command_id", command.as_str()), ("to", &recipient), ("product", "sheet"), ("way", "fax")];
    release.post(&format!("{address}/deliveries"), &mark).await.expect(303);
    let totals = release.get(&format!("{address}/totals/{recipient}/csv")).await.expect(200);
    totals.says("架空ナショナルセンター").says("計,賃上げ計（円）,3,1605,6642,5667");
    // Recomputing is a check.
    hq.get(&format!("{address}/check")).await.expect(200).says("違いはありません");
    public.get(&format!("{address}/check")).await.expect(303);
    assert_eq!(web::release::making::check(&stage.desk, &prepared).expect("the past"), []);

    // A correction: a release of its own, the first one stays and leads to it.
    let form = release.get("/prepare?round=response-1").await.expect(200).says("訂正する数字がありません");
    no_bracket(&form);
    let command = form.hidden("command_id").expect("a command id");
    let id = prepared.prepared.release.to_string();
    let fields = [
        ("round", "response-1"),
        ("command_id", command.as_str()),
        ("corrects", &id),
        ("reason", "entry"),
        ("embargo", "3/17 15:15"),
    ];
    let nothing = release.post("/prepare", &fields).await.expect(422);
    no_bracket(&nothing.says("前の公表と同じ数字です"));
    correct(&stage, 5_000).await;
    let form = release.get("/prepare?round=response-1").await.expect(200).says("訂正した数字").says("6,442");
    no_bracket(&form);
    // The hour of the kit has passed: the next quarter of an hour.
    let form = form.says("2004年3月17日(水) 15:15");
    let command = form.hidden("command_id").expect("a command id");
    let mut fields = fields.to_vec();
    fields[1] = ("command_id", command.as_str());
    let without = [fields[0], fields[1], fields[2], fields[4]];
    release.post("/prepare", &without).await.expect(422).says("訂正の理由を選んでください");
    release.post("/prepare", &fields).await.expect(303);
    approve_what_waits(&stage).await;
    let now = instant("2004-03-17T06:15:00Z");
    stage.clock.set(now);
    assert_eq!(stage.desk.engine.run_due_once(now).await.recorded, 1);
    public.get(&address).await.expect(200).says("訂正版を見る");
    public.get("/releases").await.expect(200).says("（訂正 r）").says("訂正版あり").says("入力の誤り");
    // Both stand in the feed, the newer first and with its reason; whoever follows it has no other way to know.
    let feed = public.get("/releases/feed.atom").await.expect(200);
    let entries: Vec<&str> = feed.body.split("<entry>").skip(1).collect();
    assert_eq!(entries.len(), 2, "{}", feed.body);
    assert!(entries[0].contains("訂正 r 入力の誤り") && !entries[1].contains("訂正 r"), "{}", feed.body);
    assert!(entries[0].contains(&format!("rel=\"related\" type=\"text/html\" href=\"{address}\"")));
    let state = stage.state();
    let correction = state.releases.correction_of(prepared.prepared.release).expect("a correction");
    // (320 × 5,000 + 85 × 4,000 + 1,200 × 7,000) ÷ 1,605 = 6,442.3…
    let page = public.get(&format!("/releases/{}", correction.prepared.release)).await.expect(200);
    no_bracket(&page);
    page.says("6,442 (r)").says("6,642").says("入力の誤り");
    public.get(&address).await.expect(200).says("6,642").says_not("(r)");
    // Whoever had the first version is told: one on the screen, one on paper.
    let corrected = format!("/releases/{}", correction.prepared.release);
    region.get("/today").await.expect(200).says("訂正のお知らせ");
    let notice = format!("{corrected}/notices/saitama");
    let page = region.get(&notice).await.expect(200).says("埼玉 御中").says("6,642").says("6,442");
    no_bracket(&page);
    Browser::of(&stage, stage.other_region).get(&notice).await.expect(404);
    release.get(&format!("{corrected}/deliveries")).await.expect(200).says("まだ知らせていない先は2か所");
    let command = web::new_command_id().to_string();
    region.post(&notice, &[("command_id", &command)]).await.expect(303);
    region.get("/today").await.expect(200).says_not("訂正のお知らせ");
    release.get(&format!("{corrected}/notices/{recipient}")).await.expect(200).says("架空ナショナルセンター 御中");
    release.get(&format!("{corrected}/deliveries")).await.expect(200).says("まだ知らせていない先は1か所");
    public.get(&format!("{corrected}/sheet")).await.expect(200).says("6,442 (r)");
    assert_eq!(web::release::making::check(&stage.desk, correction).expect("the past"), []);

    // Taken back before its hour.
    stage.at("2004-03-18T08:30:00Z");
    let form = release
        .get("/prepare?round=response-2")
        .await
        .expect(200)
        .says("これまでの公表との差し引きで分かるため閉じる数字");
    let command = form.hidden("command_id").expect("a command id");
    let fields = [("round", "response-2"), ("command_id", command.as_str()), ("embargo", "3/19 10:00")];
    release.post("/prepare", &fields).await.expect(303);
    let waiting = stage.state().releases.waiting().next().expect("a release").prepared.release;
    let cancel = web::new_command_id().to_string();
    release.post(&format!("/prepare/{waiting}/cancel"), &[("command_id", &cancel)]).await.expect(303);
    assert_eq!(stage.state().releases.waiting().count(), 0);
    public.get(&format!("/releases/{waiting}")).await.expect(404);
}

/// The release duty sees tables of declared rounds with small cells closed, and no union's name.
#[tokio::test]
async fn the_release_duty_sees_no_union() {
    let stage = Stage::new().await;
    three_reports(&stage).await;
    let mut release = Browser::of(&stage, stage.release);
    let early = release.get("/board").await.expect(200);
    no_bracket(&early);
    stage.at("2004-03-17T01:05:00Z");
    respond(&stage, stage.other_officer, 3, Track::Wage, wage(9_000, 3_000, None)).await;
    let seq = stage.state().seq;
    let pages = [
        "/board".to_owned(),
        format!("/board?at={seq}"),
        "/board?at=3%2F17%2010:04".to_owned(),
        "/board/export?table=size".to_owned(),
        "/board/export?table=region".to_owned(),
        "/prepare".to_owned(),
        "/prepare?round=response-1".to_owned(),
        "/releases".to_owned(),
        "/journal".to_owned(),
        "/today".to_owned(),
    ];
    for path in pages {
        let page = release.get(&path).await;
        for unit in &stage.units {
            assert!(!page.body.contains(unit.name) && !page.body.contains(unit.code), "{path}: {}", unit.name);
        }
        no_bracket(&page);
    }
    // Whatever moment is asked for, it is the declared one: three unions, not four.
    let page = release.get(&format!("/board?at={seq}")).await.expect(200).says("3組合・1,605人").says("ｘ");
    page.says_not("4組合・").says_not("/board/source");
    release.get("/board/source?measure=total_raise_yen&group=total").await.expect(404);
    release.get("/board/live").await.expect(404);
}

#[tokio::test]
async fn the_journal_is_walked_and_said_in_words() {
    let stage = Stage::new().await;
    three_reports(&stage).await;
    let mut auditor = Browser::of(&stage, stage.auditor);
    let page = auditor.get("/journal").await.expect(200);
    no_bracket(&page);
    let head = stage.desk.now().head;
    let kept = format!("{}:{}", head.seq, head.hash);
    page.says(&kept);
    let check = |expect: String| {
        let mut auditor = auditor.clone();
        async move { auditor.post("/journal/verify", &[("expect", &expect)]).await }
    };
    check(String::new())
        .await
        .expect(200)
        .says("台帳に異常はありません")
        .says("比べていません")
        .says("閲覧の記録に異常はありません");
    check(kept).await.expect(200).says("台帳の中に見つかりました");
    check(format!("{}:{}", head.seq, "0".repeat(64))).await.expect(200).says("控えた照合値と違います");
    check(format!("99999:{}", head.hash)).await.expect(200).says("控えた番号まで届きません");
    check("そんな".to_owned()).await.expect(422).says("64桁の16進数");
    Browser::of(&stage, stage.region).get("/journal").await.expect(403);
    auditor.post_without_token("/journal/verify", &[("csrf", "x")]).await.expect(400);
}

/// The feed is told of every entry, and paints for everybody with the same duties once.
#[tokio::test]
async fn live_figures_are_painted_once_for_everybody_with_the_same_duties() {
    let stage = Stage::new().await;
    let feed = web::spawn_feed(&stage.desk);
    let mut streams = Vec::new();
    for _ in 0..3 {
        let browser = Browser::of(&stage, stage.hq);
        let token = browser.cookies[web::asked::SESSION_COOKIE].clone();
        let request = axum::http::Request::get("/board/live")
            .header("host", "localhost")
            .header("cookie", format!("{}={token}", web::asked::SESSION_COOKIE))
            .body(axum::body::Body::empty())
            .expect("a request");
        let response = tower::ServiceExt::oneshot(stage.router.clone(), request).await.expect("an answer");
        assert_eq!(response.status(), 200);
        streams.push(response.into_body());
    }
    assert_eq!(stage.desk.feed.audiences(), 1);
    let three = three_reports(&stage).await;
    let mut seen = String::new();
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while !seen.contains("6,642") && tokio::time::Instant::now() < deadline {
        use std::future::poll_fn;
        let stream = streams.first_mut().expect("a stream");
        let frame = poll_fn(|context| axum::body::HttpBody::poll_frame(std::pin::Pin::new(stream), context));
        let frame = tokio::time::timeout(std::time::Duration::from_secs(20), frame).await.expect("in time");
        let frame = frame.expect("more").expect("a frame");
        seen.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
    }
    assert!(seen.contains("6,642") && seen.contains(&format!("\"entry\":{three}")), "{seen}");
    feed.abort();
}
