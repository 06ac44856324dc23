//! Every component, with generated data: for the tests, and for looking at.

use maud::{Markup, html};
use std::collections::BTreeMap;
use web::look::*;

/// The catalogue's own file, so that the gallery shows the words that users see.
pub(crate) struct Catalogue(BTreeMap<String, String>);

impl Catalogue {
    pub(crate) fn japanese() -> Self {
        Catalogue(toml::from_str(include_str!("../../../texts/catalogue/ja/look.toml")).expect("catalogue"))
    }

    #[allow(dead_code, reason = "the tests use it, the example does not")]
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Words for Catalogue {
    fn text(&self, key: &str) -> String {
        self.0.get(key).unwrap_or_else(|| panic!("no text {key}")).clone()
    }
}

fn nav() -> Vec<NavGroup> {
    let item = |label: &str, current: bool, count: Option<&str>| NavItem {
        label: label.into(),
        href: "#".into(),
        current,
        count: count.map(Into::into),
    };
    vec![
        NavGroup {
            heading: None,
            items: vec![item("今日やること", false, Some("3件")), item("連絡", false, None)],
        },
        NavGroup {
            heading: Some("2026春季生活闘争".into()),
            items: vec![
                item("要求", false, None),
                item("回答・妥結", true, None),
                item("集計", false, None),
                item("未集約の単組", false, Some("22組合")),
            ],
        },
        NavGroup {
            heading: Some("組織".into()),
            items: vec![item("単組・支部", false, None), item("役員", false, None)],
        },
    ]
}

fn page<'a>(words: &'a Catalogue, title: &str) -> Page<'a> {
    Page::new(words, "ja", title)
        .organisation("東海金属労働組合連合会")
        .viewer(ViewerLabel {
            name: "地方 みどり".into(),
            duty: "愛知地方 書記長として".into(),
            account: "018f2b6e-0000-7000-8000-000000000001".into(),
            sign_out: Some(SignOut { action: "/sign-out".into(), label: "サインアウト".into() }),
        })
        .csrf("0123456789abcdef")
        .nav(nav())
        .as_of("2026年3月18日(水) 14:05 現在・記録4,812まで・速報")
        .printed_on("2026年3月18日(水)")
        .handling("取扱注意（組合内限り）")
        .fictitious(true)
        .seal(Seal { entry: 4812, hash: "9f2c41d07be35a6684c1d9e2b7a0f513".into() })
        .footer_links(vec![("困ったときは".into(), "#".into()), ("アクセシビリティ".into(), "#".into())])
}

fn board_table() -> Table {
    let mut table = Table::new(
        "単組別の回答・妥結状況（愛知地方）",
        vec![
            Column::text("単組").sortable(),
            Column::number("組合員数", "人").sortable(),
            Column::text("状況").tight().sortable(),
            Column::text("回答日").tight().sortable(),
            Column::number("要求", "円").sortable(),
            Column::number("回答", "円").sortable(),
            Column::number("率", "%").sortable(),
            Column::number("昨年実績", "円").sortable(),
            Column::number("昨年比", "円").sortable(),
            Column::number("一時金", "か月").sortable(),
        ],
    )
    .groups(vec![(String::new(), 4), ("賃上げ（定昇相当込み）".into(), 5), ("一時金".into(), 1)])
    .unit_line("賃上げは組合員1人あたり月額。▲は減。")
    .exports(vec![("XLSX".into(), "#".into()), ("CSV".into(), "#".into())]);
    let rows = [
        (
            "三河精機労働組合",
            1_284u32,
            (Tone::Good, "妥結確認"),
            "3/18(水)",
            15_000i64,
            14_200i64,
            "4.52",
            12_800i64,
            "5.2",
        ),
        ("知多鋳造労働組合", 212, (Tone::Info, "回答あり"), "3/18(水)", 13_500, 9_800, "3.31", 9_100, "4.1"),
        ("尾張ばね労働組合", 86, (Tone::Warn, "仮妥結"), "3/17(火)", 12_000, 8_300, "2.98", 9_000, "3.85"),
        ("瀬戸電装労働組合", 540, (Tone::Info, "回答あり"), "3/18(水)", 15_000, 12_600, "4.05", 11_900, "4.8"),
        (
            "豊川機械工業労働組合連合会 本社支部",
            3_011,
            (Tone::Good, "妥結確認"),
            "3/18(水)",
            16_000,
            16_000,
            "5.01",
            14_500,
            "5.9",
        ),
        ("一宮織機労働組合", 148, (Tone::Bad, "凍結提示"), "3/18(水)", 10_000, -1_500, "▲0.61", 4_200, "1.2"),
        ("犬山化工労働組合", 64, (Tone::Quiet, "未集約"), "", 9_000, 0, "", 5_100, ""),
    ];
    for (name, members, (tone, state), day, demand, response, rate, last, months) in rows {
        let known = !day.is_empty();
        let sign = |value: i64| if value < 0 { format!("▲{}", commas(-value)) } else { commas(value) };
        let cells = vec![
            Cell::link(name, "#").sort(name),
            Cell::number(commas(i64::from(members)), members),
            Cell::markup(tag(tone, state)),
            if known { Cell::text(day).sort(day) } else { Cell::missing("–") },
            Cell::number(commas(demand), demand),
            if known { Cell::source(sign(response), response, "#") } else { Cell::missing("未集約") },
            if known { Cell::number(rate, rate.replace('▲', "-")) } else { Cell::missing("未集約") },
            Cell::number(commas(last), last),
            if known { Cell::number(sign(response - last), response - last) } else { Cell::missing("–") },
            if known { Cell::number(months, months) } else { Cell::missing("未集約") },
        ];
        table = if name.starts_with("知多") { table.marked_row(cells) } else { table.row(cells) };
    }
    table
        .total(vec![
            Cell::text("加重平均（6組合）"),
            Cell::number("5,281", 5281),
            Cell::text(""),
            Cell::text(""),
            Cell::number("15,228", 15228),
            Cell::number("14,313", 14313),
            Cell::number("4.60", "4.60"),
            Cell::number("13,229", 13229),
            Cell::number("1,084", 1084),
            Cell::number("5.4", "5.4"),
        ])
        .note("加重平均は組合員数による。仮妥結・未確認1組合を含む。昨年比は同一組合比較。")
}

fn commas(value: i64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn charts(words: &dyn Words) -> Markup {
    let chart = |id: &str, title: &str, sentence: &str, rows_are: &str| Chart {
        id: id.into(),
        title: title.into(),
        sentence: sentence.into(),
        rows_are: rows_are.into(),
        data_label: "データ表を開く".into(),
        width: None,
    };
    let progress: Vec<ProgressRow> = [("愛知", 38, 60), ("岐阜", 22, 24), ("三重", 9, 31), ("静岡西部", 0, 12)]
        .into_iter()
        .map(|(label, value, of)| ProgressRow {
            label: label.into(),
            value,
            of,
            text: format!("{value} / {of}組合（{}%）", value * 100 / of),
        })
        .collect();
    let bars: Vec<Bar> = [2, 9, 31, 44, 18, 12, 26, 37, 15, 6]
        .into_iter()
        .zip([0, 2, 6, 12, 9, 4, 8, 14, 11, 5])
        .enumerate()
        .map(|(hour, (solid, hatched))| Bar { label: format!("{}時", hour + 9), solid, hatched })
        .collect();
    let names = Columns { unit: "件".into(), solid: "確認済み".into(), hatched: "未確認".into() };
    let axis = Axis {
        min: 0,
        max: 20_000,
        ticks: vec![
            (0, "0円".into()),
            (5_000, "5,000円".into()),
            (10_000, "10,000円".into()),
            (15_000, "15,000円".into()),
            (20_000, "20,000円".into()),
        ],
        points: ["第1十分位".into(), "第1四分位".into(), "中位".into(), "第3四分位".into(), "第9十分位".into()],
        own: "自組合".into(),
    };
    let band = |label: &str, points: [i64; 5], own: Option<i64>| BandRow {
        label: label.into(),
        points,
        written: points.map(|point| format!("{}円", commas(point))),
        own: own.map(|value| (value, format!("{}円", commas(value)))),
    };
    let rows = [
        band("300人未満", [3_200, 6_100, 8_400, 10_900, 13_000], Some(9_800)),
        band("300人以上1,000人未満", [6_000, 8_800, 11_300, 13_400, 15_200], None),
        band("1,000人以上", [9_500, 11_900, 13_800, 15_600, 18_100], None),
    ];
    html! {
        div.grid-wide {
            (progress_bars(words, &chart("progress", "地方別の集約状況", "127組合のうち69組合から回答の報告がありました。", "地方"), "報告", &progress))
            (columns(words, &chart("hours", "時刻別の報告件数（3月18日）", "報告は12時台が56件で最も多くなりました。", "時刻"), &names, &bars))
            (bands(words, &chart("bands", "規模別の回答額の分布", "規模が大きいほど回答額の中位が高くなっています。", "規模"), &axis, &rows))
        }
    }
}

/// The form of a unit's officer.
pub(crate) fn form(words: &dyn Words) -> Markup {
    let form = Form::new("/gallery/report", "0123456789abcdef")
        .command_id("018f2b6e-1111-7000-8000-000000000002")
        .outbox("回答の報告（知多鋳造労働組合）")
        .draft("/gallery/draft")
        .restored("/gallery/draft/discard");
    form.render(
        words,
        html! {
            (Field::new("stage", "何の報告ですか").required().segmented(words, &[
                Choice::new("response", "回答").chosen(true), Choice::new("provisional", "仮妥結"),
                    Choice::new("settled", "妥結確認"),
            ]))
            div.side-by-side {
                (Field::new("given_on", "回答日").required().hint("例：3/18").value("3/18").date(words))
                (Field::new("given_at", "時刻").optional().hint("例：14:30").time(words))
            }
            (Field::new("total", "賃上げ額（定昇相当込み）").required().hint("組合員1人あたりの月額。減額は▲を付けます。")
                .last_year("9,100円（3.05%）").value("9千8百").may_be_negative().number(words, NumberKind::Yen))
            (Field::new("rate", "賃上げ率").optional().error(Some("「3.3.1」は数字として読めません。3.31 のように入力してください。"))
                .value("3.3.1").number(words, NumberKind::Percent))
            (Field::new("months", "一時金").value("４．１").number(words, NumberKind::Months))
            (Field::new("content", "回答の内容").required().radios(words, &[
                Choice::new("figure", "金額の回答があった").chosen(true),
                Choice::new("words", "言葉による回答だった").hint("例：「組合の要求を重く受け止め、検討する」"),
                Choice::new("none", "回答がなかった"),
            ]))
            (Field::new("region", "地方").select(words, &[Choice::new("a", "愛知").chosen(true), Choice::new("g", "岐阜")]))
            (Field::new("share", "知らせる相手").checkboxes(words, &[Choice::new("r", "地方").chosen(true),
                Choice::new("h", "本部").chosen(true)]))
            (Field::new("note", "ひとこと").optional().lines(words, 3))
            (Field::new("file", "回答書の写し").optional().hint("PDF・写真。10MBまで。").file(words, ".pdf,image/*"))
        },
        html! { (submit(Button::Primary, "確認へ進む")) (link_button(Button::Plain, "戻る", "#"))
            (link_button(Button::Quiet, "あとで続ける", "#")) },
    )
}

/// The phone of a unit's officer.
pub(crate) fn today(words: &Catalogue) -> Markup {
    page(words, "今日やること").render(html! {
        (task_card(&TaskCard {
            title: "回答を報告する".into(),
            due: "今日 3月18日(水) 17:00まで".into(),
            state: Some((Tone::Warn, "あと2時間55分".into())),
            body: Some("会社の回答が出たら、金額と内容を入力してください。電話で地方に伝えることもできます。".into()),
            action: Some(("報告を入力する".into(), "/form".into())),
            urgent: true,
        }))
        (task_card(&TaskCard {
            title: "地方が代わりに入力した要求を確かめる".into(),
            due: "3月20日(金) 12:00まで".into(),
            state: Some((Tone::Info, "聞き取り".into())),
            body: None,
            action: Some(("内容を確かめる".into(), "#".into())),
            urgent: false,
        }))
        (section("これまでの報告", history(&[
            HistoryItem { when: "3月17日(火) 18:20・知多 太郎（入力）".into(), body:
                html! { "要求を訂正しました：" strong { "13,500円" } }, current: true },
            HistoryItem { when: "2月20日(金) 10:02・地方 みどり（聞き取り）".into(), body: html! { "要求を報告しました：13,000円" },
                current: false },
        ])))
    })
}

/// The form alone on its page, with errors.
pub(crate) fn report(words: &Catalogue) -> Markup {
    page(words, "回答を報告する")
        .errors(true)
        .crumbs(vec![
            Crumb { label: "今日やること".into(), href: Some("/today".into()) },
            Crumb { label: "回答を報告する".into(), href: None },
        ])
        .lead("知多鋳造労働組合・2026春季生活闘争")
        .render(html! {
            (error_summary("入力に誤りが1件あります", &[("#f-rate".into(), "賃上げ率：「3.3.1」は数字として読めません。".into())]))
            (form(words))
        })
}

/// The board of a region.
pub(crate) fn board(words: &Catalogue) -> Markup {
    page(words, "回答・妥結")
        .paper(Paper::Board)
        .lead("愛知地方・60組合・組合員18,420人")
        .actions(html! { (link_button(Button::Plain, "公表の準備", "#")) button.button.js-only type="button"
        data-print { "印刷" } })
        .render(html! {
            (tabs("状況", &[
                TabItem { label: "すべて".into(), href: "#".into(), current: true, count: Some("60".into()) },
                TabItem { label: "回答あり".into(), href: "#".into(), current: false, count: Some("38".into()) },
                TabItem { label: "妥結".into(), href: "#".into(), current: false, count: Some("21".into()) },
                TabItem { label: "未集約".into(), href: "#".into(), current: false, count: Some("22".into()) },
            ]))
            (live(words, "/live", "3月18日(水) 14:05 現在", "/board", html! {
                (live_part("figures", figures_part(0)))
                (live_part("board", board_table().render(words)))
            }))
            (pagination(words, &Pagination { page: 3, pages: 9, range: "101–150 / 430組合".into(),
                href: &|page| format!("?page={page}") }))
            (charts(words))
        })
}

/// The figures that the example keeps moving.
pub(crate) fn figures_part(ticks: u64) -> Markup {
    html! {
        (figures(&[
            Figure { label: "回答額（加重平均）".into(), value: "14,313".into(), unit: "円".into(), note:
                Some("6組合・5,281人".into()), href: Some("#".into()) },
            Figure { label: "率".into(), value: "4.60".into(), unit: "%".into(), note:
                Some("昨年同時期比 +0.31ポイント".into()), href: Some("#".into()) },
            Figure { label: "回答額（単純平均）".into(), value: "9,900".into(), unit: "円".into(), note: None, href:
                Some("#".into()) },
            Figure { label: "妥結".into(), value: (21 + ticks).to_string(), unit: "組合".into(), note:
                Some("仮妥結4組合を含む".into()), href: Some("#".into()) },
        ]))
        (meter("回答の報告", 38 + ticks, 60, &format!("{} / 60組合", 38 + ticks)))
    }
}

/// The rest.
pub(crate) fn parts(words: &Catalogue) -> Markup {
    page(words, "部品").render(html! {
        (notice(words, Tone::Info, "3月19日(木) 10:00に第1回集計を締め切ります。", html! {}))
        (notice(words, Tone::Good, "報告を記録しました（記録4,812）。", html! { p { a href="#" { "報告を見る" } } }))
        (notice(words, Tone::Warn, "回答額が昨年より30%以上少なくなっています。", html! { p { "金額が正しければ、そのまま送ってください。" } }))
        (notice(words, Tone::Bad, "ほかの人が先に訂正しました。", html! { p { "両方を見くらべて選んでください。" } }))
        (section("札", html! {
            div.cluster {
                (tag(Tone::Plain, "要求提出")) (tag(Tone::Info, "回答あり")) (tag(Tone::Good, "妥結確認"))
                (tag(Tone::Warn, "仮妥結")) (tag(Tone::Bad, "期限超過")) (tag(Tone::Quiet, "未集約"))
            }
        }))
        (section("ボタン", html! {
            div.cluster {
                (submit(Button::Primary, "送る")) (submit(Button::Plain, "保存する"))
                    (submit(Button::Danger, "取り下げる")) (submit(Button::Quiet, "あとで"))
                button.button type="button" disabled { "締切後" }
            }
        }))
        (section("項目", facts(&[
            ("報告者".into(), html! { "知多 太郎（書記長）" }),
            ("入力した人".into(), html! { "地方 みどり（愛知地方）" }),
            ("方法".into(), html! { "聞き取り" }),
            ("公開範囲".into(), html! { "行は地方まで・集計は本部まで" }),
        ])))
        (section("空の表", Table::new("督促の記録", vec![Column::text("単組"), Column::text("日時")])
            .empty(empty("まだ督促していません。", Some(("督促を書く", "#")))).render(words)))
        (details("詳しい説明", html! { p { "集計は記録番号の時点で作り直せます。" } }))
        (card("地方の連絡先", html! { p { "電話 052-000-0000" } }))
    })
}
