//! Booklets as they come out of the press: pictures of their pages, their text, their bytes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types, reason = "tests")]

use documents::booklet::{Booklet, HeadCell, Row, Section, Table};
use documents::{NotSet, Typesetter};
use kernel::Date;

fn typesetter() -> Typesetter {
    Typesetter::new(&[]).unwrap()
}

fn booklet(rows: usize) -> Booklet {
    let mut booklet = Booklet::new("賃金全数調査 集計表", "ja", Date::constant(2003, 12, 10));
    booklet.subtitle = "2003年10月分 所定内賃金".to_owned();
    booklet.maker = "架空産業労働組合連合会".to_owned();
    booklet.footer = "記録番号 1,234 ・ 指紋 3fa9 c2d1".to_owned();
    let svg =
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><path d="M1 3 L8 1" stroke="black"/></svg>"#;
    let plot = booklet.draw(svg.to_owned(), "年齢とともに上がる線", "図1 年齢と賃金");
    booklet.sections.push(Section {
        heading: "賃金プロット".to_owned(),
        paragraphs: vec!["所定内賃金を年齢で並べたものです。「葛󠄀城」のような字も刷れます。".to_owned()],
        plot: Some(plot),
        ..Section::default()
    });
    booklet.sections.push(Section {
        heading: "規模別".to_owned(),
        table: Some(Table {
            caption: "表1 企業規模別 所定内賃金（円）".to_owned(),
            columns: 4,
            stub: 1,
            head: vec![
                vec![
                    HeadCell { text: "規模".to_owned(), columns: 1, rows: 2 },
                    HeadCell { text: "人数と平均".to_owned(), columns: 2, rows: 1 },
                    HeadCell { text: "中位数".to_owned(), columns: 1, rows: 2 },
                ],
                vec![HeadCell::new("人数"), HeadCell::new("平均")],
            ],
            rows: (0..rows)
                .map(|row| Row {
                    cells: vec![format!("{row}人以上"), "1,234".into(), "278,450".into(), "x".into()],
                    total: row == 0,
                })
                .collect(),
        }),
        notes: vec!["x は秘匿した数値です。".to_owned()],
        ..Section::default()
    });
    booklet
}

#[test]
fn the_same_booklet_gives_the_same_bytes() {
    let typesetter = typesetter();
    let one = typesetter.pdf(&booklet(5).paper("test")).unwrap();
    let again = typesetter.pdf(&booklet(5).paper("test")).unwrap();
    assert_eq!(one, again);
    assert_ne!(one, typesetter.pdf(&booklet(6).paper("test")).unwrap());
    assert!(one.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&one);
    for mark in ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>"] {
        assert!(text.contains(mark), "{mark}");
    }
}

#[test]
fn a_long_table_goes_on_over_pages() {
    let typesetter = typesetter();
    let pages = |rows| typesetter.document(&booklet(rows).paper("test")).unwrap().pages().len();
    assert_eq!(pages(0), 1);
    assert_eq!(pages(5), 1);
    assert!(pages(200) >= 4);
}

#[test]
fn a_character_without_a_shape_is_told_before_anything_is_set() {
    let mut odd = booklet(1);
    odd.sections[0].paragraphs[0].push_str("\u{f0000}と\u{e123}と\u{f0000}");
    assert_eq!(typesetter().pdf(&odd.paper("test")), Err(NotSet::Characters(vec!['\u{e123}', '\u{f0000}'])));
}

#[test]
fn markup_in_words_is_only_words() {
    let mut odd = booklet(1);
    let words = "#panic() *太字* $x$ \\u{41} <label> @ref //".to_owned();
    odd.title.clone_from(&words);
    odd.sections[0].heading.clone_from(&words);
    odd.sections[1].table.as_mut().unwrap().rows[0].cells[0] = words;
    typesetter().pdf(&odd.paper("test")).unwrap();
}
