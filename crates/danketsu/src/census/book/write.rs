//! The book for programs, for spreadsheets and for people. Symbols as Japanese statistics print
//! them: `x` hidden, `-` nobody, `…` too few members beside a quantile.

use super::Pages;
use crate::message::count;
use census::book::{Figures, Shown};
use census::dimension::{Dimension, Label};
use census::exact::Exact;
use kernel::Arg;
use serde_json::{Value, json};
use sheets::{Bom, Formulas, write_csv};
use texts::Speaker;
use unicode_width::UnicodeWidthStr;

const HIDDEN: &str = "x";
const NOBODY: &str = "-";
const NOT_COMPUTED: &str = "…";

fn label(label: &Label) -> String {
    match label {
        Label::Code(code) => code.to_string(),
        Label::Band(from, Some(below)) if below - from == 1 => from.to_string(),
        Label::Band(from, Some(below)) => format!("{from}-{}", below - 1),
        Label::Band(from, None) => format!("{from}+"),
        Label::Word(word) => word.clone(),
        Label::Unknown => "unknown".to_owned(),
    }
}

/// Words for people; files keep the codes.
fn shown_label(dimension: Dimension, code: &Label, speaker: &Speaker) -> String {
    match (dimension, code) {
        (_, Label::Unknown) => speaker.text("census.not-told").to_owned(),
        (Dimension::Sex, Label::Code(1)) => speaker.text("census.sex-men").to_owned(),
        (Dimension::Sex, Label::Code(2)) => speaker.text("census.sex-women").to_owned(),
        (Dimension::Education, Label::Code(code)) => education(*code, speaker).to_owned(),
        _ => label(code),
    }
}

fn education(code: i64, speaker: &Speaker) -> &'static str {
    speaker.text(match code {
        1 => "census.education-junior-high",
        2 => "census.education-high",
        3 => "census.education-college",
        _ => "census.education-university",
    })
}

fn by(dimension: Dimension, speaker: &Speaker) -> &'static str {
    speaker.text(match dimension {
        Dimension::Unit => "census.by-unit",
        Dimension::Size => "census.by-size",
        Dimension::Region => "census.by-region",
        Dimension::Industry => "census.by-industry",
        Dimension::Prefecture => "census.by-prefecture",
        Dimension::Sex => "census.by-sex",
        Dimension::AgeBand => "census.by-age-band",
        Dimension::Age => "census.by-age",
        Dimension::Education => "census.by-education",
        Dimension::Employment => "census.by-employment",
        Dimension::TenureBand => "census.by-tenure-band",
    })
}

fn yen(value: &Exact) -> String {
    // No figure is finer than whole yen; quantiles between two persons are rounded half up.
    value.to_decimal(0)
}

fn cells(figures: &Figures) -> [String; 8] {
    let optional = |value: Option<&Exact>| value.map_or_else(|| NOT_COMPUTED.to_owned(), yen);
    let ratio = |value: Option<Exact>| value.map_or_else(|| NOT_COMPUTED.to_owned(), |value| value.to_decimal(2));
    let [d1, q1, q2, q3, d9] = &figures.quantiles;
    [
        yen(&figures.mean),
        optional(d1.as_ref()),
        optional(q1.as_ref()),
        optional(q2.as_ref()),
        optional(q3.as_ref()),
        optional(d9.as_ref()),
        ratio(figures.decile_dispersion()),
        ratio(figures.quartile_dispersion()),
    ]
}

/// Heads, units and the eight figures, or the same symbol in each.
fn row(shown: &Shown) -> Vec<String> {
    match shown {
        Shown::Nobody => vec![NOBODY.to_owned(); 10],
        Shown::Hidden(_) => vec![HIDDEN.to_owned(); 10],
        Shown::Figures(figures) => {
            [figures.heads.to_string(), figures.units.to_string()].into_iter().chain(cells(figures)).collect()
        }
    }
}

const FIGURES: [&str; 10] = [
    "n",
    "units",
    "mean_yen",
    "d1_yen",
    "q1_yen",
    "median_yen",
    "q3_yen",
    "d9_yen",
    "decile_dispersion",
    "quartile_dispersion",
];

fn figures(shown: &Shown) -> Value {
    match shown {
        Shown::Nobody => json!({ "symbol": NOBODY }),
        Shown::Hidden(_) => json!({ "symbol": HIDDEN }),
        Shown::Figures(_) => {
            let mut value = json!({});
            for (name, text) in FIGURES.iter().zip(row(shown)) {
                value[*name] = match text.as_str() {
                    NOT_COMPUTED => Value::Null,
                    text => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
                };
            }
            value
        }
    }
}

/// Whole numbers with their groups; ratios and symbols as they are.
fn grouped(text: &str, speaker: &Speaker) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { speaker.figure(text) } else { text.to_owned() }
}

fn percent(value: Option<Exact>, decimals: u32) -> Value {
    json!(value.map(|value| value.to_decimal(decimals)))
}

pub(super) fn json(pages: &Pages) -> String {
    let tables: Vec<Value> = pages
        .book
        .tables
        .iter()
        .map(|table| {
            let dimensions: Vec<&str> = table.dimensions.iter().map(|dimension| dimension.name()).collect();
            let cells: Vec<Value> = table
                .cells
                .iter()
                .map(|(codes, shown)| {
                    let mut value = figures(shown);
                    let mut key = json!({});
                    for (dimension, code) in table.dimensions.iter().zip(codes) {
                        key[dimension.name()] = match code {
                            Some(code) => json!(label(&pages.book.labels[dimension][usize::from(*code)])),
                            None => json!("total"),
                        };
                    }
                    value["key"] = key;
                    value
                })
                .collect();
            json!({ "dimensions": dimensions, "cells": cells })
        })
        .collect();
    let points: Vec<Value> = pages
        .points
        .iter()
        .map(|(age, education, shown)| {
            let mut value = figures(shown);
            value["age"] = json!(age);
            value["standard_worker_education"] = json!(education);
            value["method"] = json!(education.map(|_| "observed"));
            value
        })
        .collect();
    let below: Vec<Value> = pages
        .below
        .iter()
        .map(|(age, amount, below)| {
            let share = below.as_ref().and_then(|below| below.share()).map(|share| &share * &Exact::whole(100));
            json!({
                "age": age,
                "standard_yen": amount,
                "n": below.as_ref().map(|below| below.heads),
                "below_percent": percent(share, 1),
            })
        })
        .collect();
    let ratio = |name: &str| {
        let gap = pages.gaps.iter().find(|(other, _)| *other == name).and_then(|(_, gap)| *gap);
        percent(gap.and_then(|gap| gap.ratio()), 1)
    };
    let adjusted: Vec<Value> = pages
        .adjusted
        .iter()
        .map(|(factor, adjusted)| {
            let part =
                |of: fn(&census::gap::Adjusted) -> &Exact| adjusted.as_ref().map(|one| of(one).to_decimal(1));
            json!({
                "factor": factor.name(),
                "raw": part(|one| &one.raw),
                "adjusted": part(|one| &one.adjusted),
                "reduction": part(|one| &one.reduction),
                "men_left_out_percent":
                    adjusted.as_ref().map(|one| (&one.men_left_out * &Exact::whole(100)).to_decimal(1)),
            })
        })
        .collect();
    let change = pages.change.as_ref().map(|change| {
        json!({
            "last_mean_yen": yen(&change.base),
            "this_mean_yen": yen(&change.mean),
            "this_at_last_composition_yen": yen(&change.fixed),
            "last_heads_left_out_percent": (&change.heads_left_out * &Exact::whole(100)).to_decimal(1),
        })
    });
    let rules = pages.rules.map(|rules| {
        json!({
            "min_persons": rules.min_persons,
            "min_units": rules.min_units,
            "dominance": rules.dominance.map(|(n, k)| json!({ "n": n, "k_percent": k })),
            "p_percent": rules.p_percent,
            "protection_percent": rules.protection_percent,
            "quantile_support": rules.quantile_support,
        })
    });
    let audit = pages.book.protection.as_ref().map(|protection| {
        json!({
            "cells": pages.book.cells,
            "hidden": protection.hidden.iter().flatten().count(),
            "attacks": protection.attacks,
            "exposed": protection.exposed.len(),
        })
    });
    let value = json!({
        "wage": "scheduled_yen_monthly",
        "quantile_method": pages.method.name(),
        "rounding": "half_up",
        "persons": pages.columns.counted(),
        "findings_left_out": pages.left_out,
        "rules": rules,
        "audit": audit,
        "tables": tables,
        "points": points,
        "below_standard": below,
        "gender": {
            "wage": "scheduled_yen_monthly",
            "all_percent": ratio("all"),
            "regular_percent": ratio("regular"),
            "non_regular_percent": ratio("non_regular"),
            "adjusted": adjusted,
        },
        "change_at_fixed_composition": change,
        "symbols": { "x": "hidden", "-": "nobody", "null": "not computed or hidden" },
    });
    format!("{value:#}\n")
}

/// One row for each cell, units in the header, nothing inside the numbers (総務省's rules for
/// machine-readable tables).
pub(super) fn csv(pages: &Pages) -> Vec<u8> {
    let mut head = vec!["table".to_owned()];
    for place in 1..=2 {
        head.extend([format!("dimension{place}"), format!("code{place}")]);
    }
    head.extend(FIGURES.iter().map(|name| (*name).to_owned()));
    head.push("quantile_method".to_owned());
    let mut rows = vec![head];
    for table in &pages.book.tables {
        let names: Vec<&str> = table.dimensions.iter().map(|dimension| dimension.name()).collect();
        let name = if names.is_empty() { "total".to_owned() } else { names.join("*") };
        for (codes, shown) in &table.cells {
            let mut cells = vec![name.clone()];
            for place in 0..2 {
                let part = table.dimensions.get(place).zip(codes.get(place));
                cells.extend(part.map_or([String::new(), String::new()], |(dimension, code)| {
                    let code = code.map(|code| label(&pages.book.labels[dimension][usize::from(code)]));
                    [dimension.name().to_owned(), code.unwrap_or_else(|| "total".to_owned())]
                }));
            }
            cells.extend(row(shown));
            cells.push(pages.method.name().to_owned());
            rows.push(cells);
        }
    }
    write_csv(rows, Bom::Write, Formulas::Defuse)
}

pub(super) fn print(pages: &Pages, speaker: &Speaker) -> String {
    let mut lines = Vec::new();
    let head: Vec<String> =
        ["n", "units", "mean", "d1", "q1", "median", "q3", "d9", "dispersion-deciles", "dispersion-quartiles"]
            .iter()
            .map(|name| speaker.label(&format!("census.column-{name}")).to_owned())
            .collect();
    for table in &pages.book.tables {
        let names: Vec<&str> = table.dimensions.iter().map(|dimension| by(*dimension, speaker)).collect();
        let title = if names.is_empty() { speaker.text("word.total").to_owned() } else { names.join("×") };
        lines.push(format!("■ {title}"));
        let mut rows = vec![[&[String::new()][..], &head].concat()];
        for (codes, shown) in &table.cells {
            let parts: Vec<String> = table
                .dimensions
                .iter()
                .zip(codes)
                .map(|(dimension, code)| match code {
                    Some(code) => {
                        shown_label(*dimension, &pages.book.labels[dimension][usize::from(*code)], speaker)
                    }
                    None => speaker.text("word.total").to_owned(),
                })
                .collect();
            let figures =
                row(shown).into_iter().map(|text| if text.contains('.') { text } else { speaker.figure(&text) });
            rows.push([parts.join("　")].into_iter().chain(figures).collect());
        }
        lines.extend(align(&rows));
        lines.push(String::new());
    }
    extras(pages, speaker, &mut lines);
    lines.push(speaker.say("census.book-method", &[("method", Arg::Text(pages.method.name().to_owned()))]));
    lines.push(speaker.text("census.book-symbols").to_owned());
    match (&pages.rules, &pages.book.protection) {
        (Some(rules), Some(protection)) => {
            let args = [
                ("persons", count(rules.min_persons)),
                ("units", count(rules.min_units as u64)),
                ("support", count(rules.quantile_support)),
                ("hidden", count(protection.hidden.iter().flatten().count() as u64)),
                ("cells", count(pages.book.cells as u64)),
            ];
            lines.push(speaker.say("census.book-rules", &args));
        }
        _ => lines.push(speaker.text("census.book-own").to_owned()),
    }
    lines.join("\n") + "\n"
}

fn extras(pages: &Pages, speaker: &Speaker, lines: &mut Vec<String>) {
    lines.push(format!("■ {}", speaker.text("census.points")));
    for (age, code, shown) in &pages.points {
        let figure = |place: usize| grouped(&row(shown)[place], speaker);
        let who = code.map_or(speaker.text("census.everybody"), |code| education(code, speaker));
        let args = [
            ("age", Arg::Number(*age)),
            ("who", Arg::Text(who.to_owned())),
            ("n", Arg::Text(figure(0))),
            ("mean", Arg::Text(figure(2))),
            ("median", Arg::Text(figure(5))),
        ];
        lines.push(speaker.say(if code.is_some() { "census.point-standard" } else { "census.point" }, &args));
    }
    for (age, amount, below) in &pages.below {
        let share = below.as_ref().and_then(|below| below.share()).map(|share| &share * &Exact::whole(100));
        let args = [
            ("age", Arg::Number(*age)),
            ("yen", Arg::Yen(kernel::Yen(*amount))),
            (
                "share",
                Arg::Text(share.map_or_else(|| HIDDEN.to_owned(), |share| format!("{}%", share.to_decimal(1)))),
            ),
        ];
        lines.push(speaker.say("census.below", &args));
    }
    let ratio = |number: usize| {
        let gap = pages.gaps.get(number).and_then(|(_, gap)| *gap).and_then(|gap| gap.ratio());
        Arg::Text(gap.map_or_else(|| NOBODY.to_owned(), |gap| format!("{}%", gap.to_decimal(1))))
    };
    lines.push(String::new());
    lines.push(format!("■ {}", speaker.text("census.gender")));
    lines.push(
        speaker.say("census.gender-ratio", &[("all", ratio(0)), ("regular", ratio(1)), ("others", ratio(2))]),
    );
    for (factor, adjusted) in &pages.adjusted {
        let Some(adjusted) = adjusted else { continue };
        let args = [
            ("factor", Arg::Text(by(*factor, speaker).to_owned())),
            ("raw", Arg::Text(adjusted.raw.to_decimal(1))),
            ("adjusted", Arg::Text(adjusted.adjusted.to_decimal(1))),
            ("left", Arg::Text((&adjusted.men_left_out * &Exact::whole(100)).to_decimal(1))),
        ];
        lines.push(speaker.say("census.gender-adjusted", &args));
    }
    if let Some(change) = &pages.change {
        let args = [
            ("last", Arg::Text(speaker.figure(&yen(&change.base)))),
            ("this", Arg::Text(speaker.figure(&yen(&change.mean)))),
            ("fixed", Arg::Text(speaker.figure(&yen(&change.fixed)))),
            ("left", Arg::Text((&change.heads_left_out * &Exact::whole(100)).to_decimal(1))),
        ];
        lines.push(speaker.say("census.change", &args));
    }
    lines.push(String::new());
}

fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let mut text = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let blanks = " ".repeat(width - cell.width());
            text += &if column == 0 { format!("  {cell}{blanks}") } else { format!("  {blanks}{cell}") };
        }
        text.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
