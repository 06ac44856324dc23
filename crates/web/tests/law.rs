//! The law as pages: for everybody, with its reasons, and without losing what was typed.

mod common;

use common::{Browser, Stage};

const WORDS: [&str; 9] = [
    "pension-in-work",
    "continued-benefit",
    "minimum-wage",
    "hourly-demand",
    "contributions",
    "overtime",
    "premium",
    "leave",
    "period-ceiling",
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
    }
    Browser::new(&stage).get("/law/no-such-calculator").await.expect(404);
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
