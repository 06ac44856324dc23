//! The law as pages: for everybody, with its reasons, and without losing what was typed.

mod common;

use common::{Browser, Stage};

const WORDS: [&str; 15] = [
    "pension-in-work",
    "continued-benefit",
    "joint-payment",
    "minimum-wage",
    "hourly-demand",
    "age-minimum",
    "petition",
    "contributions",
    "standard-bonus",
    "overtime",
    "premium",
    "leave",
    "period-ceiling",
    "variable-hours",
    "next-generation",
];

#[tokio::test]
async fn every_calculator_opens_without_signing_in_and_answers_its_own_example() {
    let stage = Stage::new().await;
    for tag in ["ja", "en"] {
        let mut browser = Browser::new(&stage).speaking(tag);
        let list = browser.get("/law").await.expect(200).says_not("⟦");
        for word in WORDS {
            assert!(list.body.contains(&format!("href=\"/law/{word}\"")), "{word}");
            browser.get(&format!("/law/{word}")).await.expect(200).says_not("⟦").says_not("id=\"answer\"");
        }
        browser.get("/law/older-worker-model").await.expect(200).says_not("⟦");
        browser.get("/law/minimum-wages").await.expect(200).says_not("⟦");
        browser.get("/law/changes").await.expect(200).says_not("⟦");
        browser.get("/law/values").await.expect(200).says_not("⟦");
        browser
            .get("/law/values?name=regional-minimum-wage&key=05")
            .await
            .expect(200)
            .says_not("⟦")
            .says("2026-03-31");
    }
    Browser::new(&stage).get("/law/no-such-calculator").await.expect(404);
    Browser::new(&stage).get("/law/values?name=no-such-value").await.expect(404);
}

#[tokio::test]
async fn an_answer_has_its_figure_its_steps_and_its_sources() {
    let stage = Stage::new().await;
    let mut browser = Browser::new(&stage);
    let check = [
        ("/law/pension-in-work?on=2025-04-01&age=63&pension=250000&remuneration=310000", "225,000"),
        (
            "/law/continued-benefit?on=2003-10-01&reached=2003-06-01&base=320000&wage=211000&mode=administrative",
            "18,947",
        ),
        ("/law/hourly-demand?on=2004-01-16&prefecture=47&industry=750", "755"),
        ("/law/minimum-wage?on=2026-03-30&prefecture=05", "951"),
        ("/law/premium?on=2024-04-01&kind=over-60&night=yes&size=small&monthly=170000&hours=2040", "1,750"),
        ("/law/leave?on=2024-04-01&weekly=5&service=42&attendance=８０", "14"),
        // Three of the five days are taken.
        ("/law/leave?on=2024-04-01&weekly=5&service=42&attendance=80&taken=3", "2"),
        ("/law/joint-payment?on=2003-10-01&reached=2003-06-01&base=320000&remuneration=190000", "11,400"),
        ("/law/standard-bonus?on=2024-06-15&bonus=456789", "456,000"),
        ("/law/age-minimum?on=2004-01-16&age=35&index=2000", "216,000"),
        // A third of 1,000 workers: 334, so 34 are missing; the lowest agreement is the cap.
        ("/law/petition?on=2005-06-01&case=agreement%2Frevision&workers=1000&backings=200+780%0A100+760", "34"),
        ("/law/petition?on=2005-06-01&case=agreement%2Frevision&workers=1000&backings=200+780%0A134+760", "760"),
    ];
    for (address, figure) in check {
        let answer =
            browser.get(address).await.expect(200).says(&format!("<span class=\"value\">{figure}</span>"));
        answer.says("計算の根拠").says("出典で確認済み");
    }
}

#[tokio::test]
async fn all_wages_for_a_target_stand_on_the_page() {
    let stage = Stage::new().await;
    let address = "/law/older-worker-model?on=2004-01-16&pension=60000&base=310000&target=278500&wage=227000\
                   &mode=seed-2004&grades=usual";
    let answer = Browser::new(&stage).get(address).await.expect(200);
    answer
        .says("226,727円 から 229,880円 まで")
        .says("230,500円 以上")
        .says("279,592.36")
        .says("3,900,325/14 (278,594.64)円");
}

#[tokio::test]
async fn unknown_is_said_and_nothing_typed_is_lost() {
    let stage = Stage::new().await;
    let mut browser = Browser::new(&stage);
    let unknown = browser.get("/law/minimum-wage?on=2026-10-15&prefecture=02").await.expect(200);
    unknown.says("未詳のため答えられません").says("1,090");
    let wrong = browser.get("/law/leave?on=abc&weekly=5&service=%3Cb%3E&attendance=").await.expect(200);
    wrong.says("入力を確かめてください").says("value=\"abc\"").says("&lt;b&gt;").says_not("id=\"answer\"");
    let line = "/law/overtime?size=large&special=yes&variable=no&months=2024-04+60%0A2024-05+many";
    browser.get(line).await.expect(200).says("2行目の「many」が読めません");
}

#[tokio::test]
async fn the_same_person_under_two_dates_stands_side_by_side() {
    let stage = Stage::new().await;
    let address =
        "/law/pension-in-work?on=2025-04-01&age=63&pension=100000&remuneration=460000&compare=2026-04-01";
    let answer = Browser::new(&stage).get(address).await.expect(200);
    answer.says("ふたつの日で比べる").says("75,000円").says("100,000円").says("+25,000").says("650,000");
    // Nothing of it without the second date.
    let alone = Browser::new(&stage).get(address.trim_end_matches("2026-04-01")).await.expect(200);
    alone.says_not("ふたつの日で比べる").says("75,000");
}

#[tokio::test]
async fn what_changed_tells_which_agreements_fall_below() {
    let stage = Stage::new().await;
    let address =
        "/law/changes?from=2025-10-01&until=2025-10-04&agreements=機械労組+東京都+1200%0A電機労組+13+1226";
    let answer = Browser::new(&stage).get(address).await.expect(200);
    // 1,226 yen from 2025-10-03: 26 are missing for the first, nothing for the second.
    answer.says("機械労組").says("<strong>26</strong>").says("電機労組").says("1,163");
    let address = "/law/changes?from=2025-10-01&until=2025-10-04&agreements=機械労組+京都市+1200";
    let wrong = Browser::new(&stage).get(address).await.expect(200);
    wrong.says("1行目の「京都市」が読めません").says("機械労組 京都市 1200").says_not("id=\"changes\"");
    let backwards = Browser::new(&stage).get("/law/changes?from=2025-10-04&until=2025-10-04").await.expect(200);
    backwards.says("より後の日");
}

#[tokio::test]
async fn variable_hours_are_counted_and_a_missing_day_is_told() {
    let stage = Stage::new().await;
    // A week from Sunday: 11 hours on a day of ten, 5 on a day off.
    let week = "2024-04-07%0A2024-04-08+10+11%0A2024-04-09+6+6%0A2024-04-10+8+8%0A2024-04-11+8+8%0A2024-04-12+8+8\
                %0A2024-04-13+0+5";
    let answer =
        Browser::new(&stage).get(&format!("/law/variable-hours?week=sunday&days={week}")).await.expect(200);
    answer.says("<span class=\"value\">6</span>").says("2024-04-07 – 2024-04-13");
    let address = "/law/variable-hours?week=sunday&days=2024-04-08+8+8%0A2024-04-10+8+8";
    let gap = Browser::new(&stage).get(address).await.expect(200);
    gap.says("4月9日").says("2024-04-10 8 8").says_not("id=\"answer\"");
}

#[tokio::test]
async fn the_employers_cost_is_told_item_by_item() {
    let stage = Stage::new().await;
    let question = "/law/older-worker-model?on=2025-05-01&qualified=2025-04-10&pension=100000&base=400000&target=300000\
                    &wage=220000&mode=statute&grades=usual&insurer=usual&accident=";
    // 220,000 in grade 220,000: pension 9.15 %, health 4.955 %, care 0.795 %, employment 9/1000, children 3.6/1000.
    let known = Browser::new(&stage).get(question).await.expect(200);
    known
        .says("241,560")
        .says("130,812")
        .says("20,988")
        .says("23,760")
        .says("9,504")
        .says("労災保険率」の値は示されて");
    // With 3/1000 for the accident insurance nothing is missing: 2,640,000 and 434,544.
    Browser::new(&stage).get(&format!("{question}3")).await.expect(200).says("3,074,544").says("7,920");
}

#[tokio::test]
async fn values_that_were_laid_over_are_used_and_shown_with_their_source() {
    let table = "id = \"special-minimum-wage\"\nunit = \"yen_hourly\"\nselector = \"work-day\"\nvalues = [{ key = \
                 \"05/非鉄金属\", from = 2024-12-25, until = 2025-12-25, value = 1011, status = \"verified\", source = \
                 \"a\" }]\n[sources]\na = \"秋田労働局の表\"\n";
    let book = law::Book::published().with_overlay(table).expect("sound");
    let options = web::DeskOptions { law: Some(std::sync::Arc::new(book)), ..web::DeskOptions::default() };
    let stage = Stage::with(options).await;
    let mut browser = Browser::new(&stage);
    let form = browser.get("/law/minimum-wage").await.expect(200);
    form.says("非鉄金属");
    let answer = browser.get("/law/minimum-wage?on=2025-01-10&prefecture=05&industry=非鉄金属").await.expect(200);
    answer.says("<span class=\"value\">1,011</span>").says("秋田労働局の表").says("利用者・一式の値");
    browser.get("/law/values").await.expect(200).says("1個の値が重ねてあります");
    browser.get("/law/values?name=special-minimum-wage").await.expect(200).says("秋田労働局の表");
}

#[tokio::test]
async fn a_value_without_a_source_is_used_only_where_it_is_allowed() {
    let stage = Stage::new().await;
    let question = "/law/premium?on=2020-04-01&kind=overtime&night=no&size=large&monthly=170000&hours=2040";
    Browser::new(&stage).get(question).await.expect(200).says("出典を確かめていないので使いません");
    let allowed = Browser::new(&stage).get(&format!("{question}&memory=yes")).await.expect(200);
    allowed.says("<span class=\"value\">1,250</span>").says("出典未確認");
}
