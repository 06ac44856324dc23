//! Workbooks there and back: what is written is read again, what offices send is survived, and
//! what is too much is refused by name. Sheets of other programs are made by hand here, part by
//! part, since our own writer makes none of their oddities.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the tests of an outer crate")]
#![allow(clippy::unwrap_used, reason = "tests")]

use kernel::{Arg, Finding, Severity};
use proptest::prelude::*;
use sheets::workbook::{Cell, Column, Entry, Grid, Ground, Margins, Sheet, Value, Workbook};
use sheets::{Book, Key, Limits, Table, annotate, read};
use std::io::Write;
use texts::{Locale, Speaker};

fn texts_of(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.cells.iter().collect()).collect()
}

fn opened(bytes: &[u8]) -> Book {
    read(bytes, &Limits::default()).unwrap()
}

fn told(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().map(|finding| (finding.code.0, finding.field.as_str())).collect()
}

fn sample() -> Workbook {
    let columns = vec![
        Column::new("単組コード").entry(Entry::Text),
        Column::new("郵便番号").entry(Entry::Text),
        Column::new("賃上げ計（円）").entry(Entry::Integer),
        Column::new("率（%）"),
        Column::new("月数"),
        Column::new("回答日").entry(Entry::Date),
        Column::new("時刻").entry(Entry::Time),
        Column::new("根拠").choices(vec!["確認".to_owned(), "目安".to_owned()], true).prompt("選んでください"),
        Column::new("昨年").on(Ground::Reference),
    ];
    let row = |code: &str, yen: Value| -> Vec<Cell> {
        vec![
            Value::text(code).into(),
            Value::text("1-2-3").into(),
            yen.into(),
            Value::Percent { units: 176, decimals: 2 }.into(),
            Value::Decimal { units: 4100, decimals: 3 }.into(),
            Value::Date("2004-03-16".parse().unwrap()).into(),
            Value::Minutes(22 * 60 + 40).into(),
            Cell::from(Value::text("確認")).noted("昨年と違います"),
            Value::Missing("非公開".to_owned()).into(),
        ]
    };
    let grid = Grid::new(columns)
        .groups(vec![(String::new(), 2), ("賃金".to_owned(), 3), (String::new(), 4)])
        .row(row("0012", Value::Integer(4200)))
        .row(row("=1+1", Value::Integer(-500)))
        .row(row("+81", Value::Empty));
    Workbook::new("回答一覧", "ja")
        .mark("架空データ")
        .margins(Margins { left: "甲 & 乙".to_owned(), centre: "取扱注意".to_owned(), ..Margins::default() })
        .sheet(Sheet::new("回答").grid(grid))
        .key(Key {
            pairs: vec![
                ("format".to_owned(), "1".to_owned()),
                ("0012/wage/response".to_owned(), "x@9".to_owned()),
            ],
        })
}

#[test]
fn what_is_written_is_read_again() {
    let book = opened(&sample().write().unwrap());
    assert_eq!(book.sheets.len(), 1);
    let table = &book.sheets[0];
    assert_eq!((table.sheet.as_str(), table.hidden), ("回答", false));
    let rows = texts_of(table);
    assert_eq!(rows[0], ["架空データ"]);
    assert_eq!(rows[2][..3], ["単組コード", "郵便番号", "賃上げ計（円）"]);
    assert_eq!(rows[3], ["0012", "1-2-3", "4200", "1.76", "4.1", "2004-03-16", "22:40", "確認", "非公開"]);
    assert_eq!(rows[4][..3], ["=1+1", "1-2-3", "-500"]);
    assert_eq!(rows[5][..4], ["+81", "1-2-3", "", "1.76"]);
    assert_eq!(told(&table.findings), []);
    let key = book.key.unwrap();
    assert_eq!((key.get("format"), key.get("0012/wage/response")), (Some("1"), Some("x@9")));
    assert_eq!(key.pairs.len(), 2);
    // The same workbook gives the same bytes.
    assert_eq!(sample().write().unwrap(), sample().write().unwrap());
}

#[test]
fn a_form_of_one_unit_is_read_as_a_row_and_keeps_its_addresses() {
    let cell = |text: &str| Cell::from(Value::text(text));
    let grid = Grid::new(vec![Column::new("項目"), Column::new("回答"), Column::new("説明")])
        .row([cell("単組コード"), cell("0012"), cell("変えないでください")])
        .row([cell("賃上げ計"), cell("5千円"), cell("円")]);
    let bytes = Workbook::new("用紙", "ja")
        .sheet(Sheet::new("回答").title("甲労組").grid(grid))
        .as_forms()
        .write()
        .unwrap();
    let table = &opened(&bytes).sheets[0];
    assert_eq!(texts_of(table), [["甲労組", "項目", "単組コード", "賃上げ計"], ["", "回答", "0012", "5千円"]]);
    assert_eq!(table.address(&table.rows[1], 3), "B4");
    let header = sheets::find_header(table, |name| (name == "賃上げ計").then_some(0)).unwrap();
    assert_eq!((header.first, header.rows), (0, 1));
}

// ------------------------------------------------------------------------- sheets of other programs

fn container(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const STYLES: &str = "<numFmts count=\"1\"><numFmt numFmtId=\"170\" \
    formatCode=\"[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/></numFmts><cellXfs count=\"3\">\
    <xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/></cellXfs>";

/// A workbook with these sheets: name, attributes and what stands in the worksheet.
fn workbook(properties: &str, sheets: &[(&str, &str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let numbered = || (1..).zip(sheets);
    let list: String = numbered()
        .map(|(number, (name, attributes, _))| {
            format!("<sheet name=\"{name}\" sheetId=\"{number}\" {attributes} r:id=\"r{number}\"/>")
        })
        .collect();
    let relations: String = numbered()
        .map(|(number, _)| {
            format!(
                "<Relationship Id=\"r{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/s{number}.xml\"/>"
            )
        })
        .collect();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r0\" \
                 Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{properties}<sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>"),
        ),
        ("xl/styles.xml".to_owned(), format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>")),
    ];
    for (number, (_, _, body)) in numbered() {
        parts.push((
            format!("xl/worksheets/s{number}.xml"),
            format!("<worksheet xmlns=\"{MAIN}\">{body}</worksheet>"),
        ));
    }
    let mut parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    parts.extend(more);
    container(&parts)
}

fn text(address: &str, text: &str) -> String {
    format!("<c r=\"{address}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn merged_hidden_formulas_errors_and_dates_are_survived() {
    let body = format!(
        "<cols><col min=\"4\" max=\"4\" hidden=\"1\"/></cols><sheetData>\
         <row r=\"1\">{}</row><row r=\"2\">{}{}{}</row><row r=\"3\" hidden=\"1\">{}{}</row>\
         <row r=\"4\"><c r=\"A4\"><f>1+1</f><v>2</v></c><c r=\"B4\"><f>B9</f></c><c r=\"C4\" t=\"e\"><v>#N/A</v></c>\
         <c r=\"D4\" s=\"1\"><v>38062</v></c><c r=\"E4\" s=\"2\"><v>38062</v></c><c r=\"F4\" t=\"b\"><v>1</v></c></row>\
         </sheetData><mergeCells count=\"2\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"A2:A3\"/></mergeCells>",
        text("A1", "表題"),
        text("A2", "関東"),
        text("B2", "甲"),
        text("C2", "４２００"),
        text("B3", "乙"),
        text("C3", "3000"),
    );
    let book =
        opened(&workbook("", &[("回答 3月", "", &body), ("控え", "state=\"hidden\"", "<sheetData/>")], &[]));
    let table = &book.sheets[0];
    assert_eq!(
        texts_of(table),
        [
            vec!["表題", "表題", "表題"],
            vec!["関東", "甲", "４２００"],
            vec!["関東", "乙", "3000"],
            vec!["2", "", "#N/A", "2004-03-16", "2004-03-16", "TRUE"],
        ]
    );
    assert_eq!(table.rows[3].number, 4);
    let expected = [
        ("sheet-hidden-columns", "'回答 3月'!D1"),
        ("sheet-hidden-rows", "'回答 3月'!A3"),
        ("sheet-merged", "'回答 3月'!A1"),
        ("sheet-formula-without-value", "'回答 3月'!B4"),
        ("sheet-cell-error", "'回答 3月'!C4"),
    ];
    assert_eq!(told(&table.findings), expected);
}

#[test]
fn the_1904_system_macros_and_hidden_sheets() {
    let day = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>36600</v></c></row></sheetData>";
    let sheets = [("甲", "", day), ("乙", "state=\"hidden\"", day)];
    let bytes = workbook("<workbookPr date1904=\"1\"/>", &sheets, &[("xl/vbaProject.bin", "macro")]);
    let book = opened(&bytes);
    assert_eq!(texts_of(&book.sheets[0]), [["2004-03-16"]]);
    assert_eq!(book.sheets.iter().map(|table| table.hidden).collect::<Vec<_>>(), [false, true]);
    assert_eq!(book.visible().count(), 1);
    assert_eq!(told(&book.findings), [("sheet-macros-ignored", ""), ("sheet-hidden", "")]);
    assert_eq!(book.sheets[1].address(&book.sheets[1].rows[0], 1), "乙!B1");
}

#[test]
fn what_is_no_workbook_or_too_much_is_refused_by_name() {
    let limits = Limits { bytes: 100_000, rows: 2, columns: 2, cell_bytes: 8, sheets: 1, unpacked_bytes: 20_000 };
    let check = |bytes: &[u8], code: &str, field: &str| {
        let finding = read(bytes, &limits).unwrap_err();
        assert_eq!((finding.code.0, finding.field.as_str()), (code, field));
    };
    let sheet = |rows: &str| workbook("", &[("A", "", &format!("<sheetData>{rows}</sheetData>"))], &[]);
    let old = [0xd0u8, 0xcf, 0x11, 0xe0, 0, 0];
    check(&old, "sheet-old-workbook", "");
    let sealed: Vec<u8> =
        old.into_iter().chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    check(&sealed, "sheet-encrypted", "");
    check(&container(&[("word/document.xml", "<x/>")]), "sheet-no-workbook", "");
    check(b"PK\x03\x04 and nothing more", "sheet-broken", "");
    check(&vec![b'a'; 100_001], "sheet-too-large", "");
    check(&sheet(""), "sheet-empty", "");
    let bomb = "<row r=\"1\"/>".repeat(4_000);
    assert!(sheet(&bomb).len() < 5_000);
    check(&sheet(&bomb), "sheet-unpacks-too-large", "");
    let row = |number: u32| format!("<row r=\"{number}\">{}</row>", text(&format!("A{number}"), "x"));
    check(&sheet(&(row(1) + &row(2) + &row(7))), "sheet-too-many-rows", "A7");
    check(&sheet(&format!("<row r=\"3\">{}</row>", text("C3", "x"))), "sheet-too-many-columns", "C3");
    check(&sheet(&format!("<row r=\"3\">{}</row>", text("B3", "長い長い"))), "sheet-cell-too-long", "B3");
    let body = "<sheetData/>";
    check(&workbook("", &[("A", "", body), ("B", "", body), ("C", "", body)], &[]), "sheet-too-many-sheets", "");
    check(&sheet("<row r=\"1\"><c r=\"A1\"><v>no"), "sheet-broken", "A1");
}

#[test]
fn an_annotated_file_goes_back_with_its_rows_and_findings() {
    let rows = b"code,name,amount\r\n0012,\xe7\x94\xb2,5\xe5\x8d\x83\xe5\x86\x86\r\n0013,\xe4\xb9\x99,4200\r\n";
    let mut book = opened(rows);
    book.key = Some(Key { pairs: vec![("format".to_owned(), "1".to_owned())] });
    let wrong = Finding::new(Severity::Error, kernel::Code("number-in-words"), "C2");
    let odd = Finding::new(Severity::Warning, kernel::Code("sheet-cell-error"), "A3")
        .with("text", Arg::Text("#N/A".to_owned()));
    let speaker = Speaker::new(Locale::Ja, kernel::Zone::JAPAN);
    let bytes = annotate(&book, &[odd.clone(), wrong.clone()], &speaker).unwrap();
    let back = opened(&bytes);
    let sheet = texts_of(&back.sheets[0]);
    assert_eq!(sheet[0], ["code", "name", "amount", "指摘"]);
    assert_eq!(sheet[1][..3], ["0012", "甲", "5千円"]);
    assert!(sheet[1][3].starts_with("C2 ") && sheet[1][3].contains(&speaker.finding(&wrong)), "{}", sheet[1][3]);
    assert_eq!(sheet[2][..3], ["0013", "乙", "4200"]);
    let list = texts_of(&back.sheets[1]);
    assert_eq!(list[1], ["C2", speaker.severity(Severity::Error), &speaker.finding(&wrong)]);
    assert_eq!(list[2][0], "A3");
    assert_eq!(back.key, book.key);
}

fn some_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Empty),
        "[a-z0-9=+@日本語＝()&<>\"' -]{0,12}".prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        (-999_999_999i64..999_999_999).prop_map(Value::Integer),
        (-9_999_999i64..9_999_999, 1u8..4).prop_map(|(units, decimals)| Value::Decimal { units, decimals }),
        (1i64..60_000).prop_map(|day| {
            let first: kernel::Date = "1901-01-01".parse().unwrap();
            Value::Date(first.saturating_add(jiff::Span::new().days(day)))
        }),
        (0u16..1440).prop_map(Value::Minutes),
    ]
}

/// What another reader, which is used by many, finds in the same cells.
fn read_by_calamine(bytes: &[u8]) -> Vec<(u32, u32, String)> {
    use calamine::{Data, Reader};
    let mut workbook = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let name = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&name).unwrap();
    let (top, left) = range.start().unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        Data::DateTime(instant) => instant.as_f64().to_string(),
        cell => cell.to_string(),
    };
    let cells = range.used_cells().map(|(row, column, cell)| {
        (top + u32::try_from(row).unwrap(), left + u32::try_from(column).unwrap(), text(cell))
    });
    cells.filter(|(.., text)| !text.is_empty()).collect()
}

/// A sheet of some programs: names with their space, no addresses, texts in pieces, blanks between
/// the elements, entities and CDATA.
#[test]
fn the_ways_of_other_programs_are_read_as_another_reader_reads_them() {
    let strings = "<x:sst xmlns:x=\"a\"><x:si><x:t>甲</x:t></x:si><x:si/><x:si><x:r><x:t>賃金</x:t></x:r><x:r>\
        <x:t xml:space=\"preserve\"> 回答 </x:t></x:r><x:rPh sb=\"0\" eb=\"1\"><x:t>ちんぎん</x:t></x:rPh></x:si>\
        <x:si><x:t>  a &lt; b &amp;#x41; &#x9AD9; <![CDATA[<c> & row>]]>\nc_x000D__x005F_x0041_ </x:t></x:si></x:sst>";
    let body = "\n<x:sheetData>\n <x:row>\n  <x:c t=\"s\"><x:v>0</x:v></x:c>\n  <x:c t=\"s\"><x:v>1</x:v></x:c> \
        <x:c t=\"s\"><x:v>2</x:v></x:c><x:c t=\"s\"><x:v>3</x:v></x:c></x:row><x:row r=\"3\"/>\
        <x:row r=\"4\" spans=\"1:3\"><x:c r=\"B4\"><x:v>1.50</x:v></x:c><x:c><x:v>-1E-3</x:v></x:c><x:c/>\
        <x:c t=\"inlineStr\"><x:is><x:t>row> </x:t></x:is></x:c><x:c r=\"H4\" t=\"str\"><x:f>A1&amp;\"x\"</x:f>\
        <x:v>4&gt;2</x:v></x:c></x:row></x:sheetData>";
    let sheet = format!("<?xml version=\"1.0\"?>\n<x:worksheet xmlns:x=\"{MAIN}\">{body}</x:worksheet>");
    let relations = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" \
         Target=\"/xl/worksheets/Sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{OFFICE}/sharedStrings\" \
         Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let list = format!(
        "<x:workbook xmlns:x=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><x:sheets><x:sheet name=\"甲 &amp; 乙\" sheetId=\"1\" \
         r:id=\"r1\"/></x:sheets></x:workbook>"
    );
    let root = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r0\" Type=\"{OFFICE}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let bytes = container(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &list),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet),
    ]);
    let book = opened(&bytes);
    let table = &book.sheets[0];
    assert_eq!(table.sheet, "甲 & 乙");
    let remark = "a < b &#x41; 髙 <c> & row>\nc\r_x0041_";
    let expected = [vec!["甲", "", "賃金 回答 ", remark], vec!["", "1.5", "-0.001", "", "row>", "", "", "4>2"]];
    assert_eq!(texts_of(table), expected);
    assert_eq!(table.rows[1].number, 4);
    let of_ours = |row: &sheets::Row| -> Vec<(u32, u32, String)> {
        let cells = (0u32..).zip(row.cells.iter()).filter(|(_, text)| !text.is_empty());
        cells.map(|(column, text)| (row.number - 1, column, text.to_owned())).collect()
    };
    let ours: Vec<_> = table.rows.iter().flat_map(of_ours).collect();
    assert_eq!(ours, read_by_calamine(&bytes));
}

/// A table of many pieces, read beside its unpacking, is the table that was written.
#[test]
fn a_large_table_comes_back_whole() {
    let row = |number: i64| {
        [Value::text(format!("{number:06}")), Value::Integer(number), Value::text(format!("甲{number}row>"))]
    };
    let columns = ["a", "b", "c"].map(Column::new);
    let grid = Grid::new(columns.to_vec()).rows((0..60_000).map(row));
    let bytes = Workbook::new("t", "ja").sheet(Sheet::new("s").grid(grid)).write().unwrap();
    let book = opened(&bytes);
    let rows = &book.sheets[0].rows;
    assert_eq!(rows.len(), 60_001);
    for (number, read) in (0..).zip(&rows[1..]) {
        assert!(read.cells.iter().map(str::to_owned).eq(row(number).iter().map(Value::plain)), "row {number}");
        assert_eq!(i64::from(read.number), number + 2);
    }
    // Too much of it is refused while it is unpacked.
    let limits = Limits { unpacked_bytes: 3 << 20, ..Limits::default() };
    assert_eq!(read(&bytes, &limits).unwrap_err().code.0, "sheet-unpacks-too-large");
    let limits = Limits { rows: 59_999, ..Limits::default() };
    let finding = read(&bytes, &limits).unwrap_err();
    assert_eq!((finding.code.0, finding.field.as_str()), ("sheet-too-many-rows", "A60000"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is written into cells is what is read from them.
    #[test]
    fn cells_come_back(rows in proptest::collection::vec(proptest::collection::vec(some_value(), 3), 1..8)) {
        let columns = vec![Column::new("a"), Column::new("b"), Column::new("c")];
        let grid = Grid::new(columns).rows(rows.clone().into_iter().map(|mut row| {
            row.insert(0, Value::text("x"));
            row
        }));
        let bytes = Workbook::new("t", "ja").sheet(Sheet::new("s").grid(grid)).write().unwrap();
        let book = opened(&bytes);
        for (row, read) in rows.iter().zip(&book.sheets[0].rows[1..]) {
            for (index, value) in row.iter().enumerate() {
                let read = &read.cells[index + 1];
                match value {
                    // Zeros behind the point are no part of a number.
                    Value::Decimal { .. } => prop_assert_eq!(
                        read.parse::<f64>().unwrap(), value.plain().parse::<f64>().unwrap()
                    ),
                    _ => prop_assert_eq!(read, value.plain()),
                }
            }
        }
    }

    /// No bytes make the reader panic: neither any, nor a workbook with some of them changed.
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..6000, byte in any::<u8>(),
    ) {
        let _ = read(&bytes, &Limits::default());
        let mut broken = sample().write().unwrap();
        let at = at % broken.len();
        broken[at] = byte;
        let _ = read(&broken, &Limits::default());
        let marked: Vec<u8> = b"PK\x03\x04".iter().chain(&bytes).copied().collect();
        let _ = read(&marked, &Limits::default());
    }
}
