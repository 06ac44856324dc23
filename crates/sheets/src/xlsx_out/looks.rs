//! How cells look: the formats of a workbook, each made once.

use crate::workbook::{Entry, Ground, Value};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use std::collections::BTreeMap;

/// A font that every machine with Excel in Japan has; others replace it by their own.
const FONT: &str = "Yu Gothic";

/// What a cell holds, as far as it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    General,
    Text,
    Missing,
    Integer,
    Decimal(u8),
    Percent(u8),
    Date,
    DateTime,
    Time,
}

impl Kind {
    /// Every kind, for rows that are not made before they are written.
    pub(super) fn all() -> impl Iterator<Item = Kind> {
        let plain =
            [Kind::General, Kind::Text, Kind::Missing, Kind::Integer, Kind::Date, Kind::DateTime, Kind::Time];
        let decimals = (0..=MOST_DECIMALS).flat_map(|digits| [Kind::Decimal(digits), Kind::Percent(digits)]);
        plain.into_iter().chain(decimals)
    }
}

/// Digits behind the point at most.
const MOST_DECIMALS: u8 = 9;

/// What a cell is shown as.
pub(super) fn kind_of(value: &Value, entry: Entry) -> Kind {
    match (value, entry) {
        (Value::Text(_), _) => Kind::Text,
        (Value::Missing(_), _) => Kind::Missing,
        (Value::Integer(_), _) => Kind::Integer,
        (Value::Decimal { decimals, .. }, _) => Kind::Decimal((*decimals).min(MOST_DECIMALS)),
        (Value::Percent { decimals, .. }, _) => Kind::Percent((*decimals).min(MOST_DECIMALS)),
        (Value::Date(_), _) => Kind::Date,
        (Value::DateTime(..), _) => Kind::DateTime,
        (Value::Minutes(_), _) => Kind::Time,
        (Value::Empty, Entry::Text) => Kind::Text,
        (Value::Empty, Entry::Integer) => Kind::Integer,
        (Value::Empty, Entry::Date) => Kind::Date,
        (Value::Empty, Entry::Time) => Kind::Time,
        (Value::Empty, Entry::Free | Entry::Decimal) => Kind::General,
    }
}

/// How something on a sheet looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    Mark,
    Title,
    Line,
    Group,
    Header,
    Cell { kind: Kind, ground: Ground, bold: bool, total: bool },
}

/// The formats, each made once: a workbook has room for 64,000 of them and a table for millions of
/// cells.
pub(super) struct Looks {
    made: BTreeMap<Look, Format>,
    english: bool,
}

impl Looks {
    pub(super) fn new(english: bool) -> Looks {
        Looks { made: BTreeMap::new(), english }
    }

    pub(super) fn of(&mut self, look: Look) -> &Format {
        let english = self.english;
        self.made.entry(look).or_insert_with(|| make(look, english))
    }
}

fn make(look: Look, english: bool) -> Format {
    let plain = Format::new().set_font_name(FONT).set_font_size(10);
    let lined = || {
        let line = plain.clone().set_border(FormatBorder::Thin).set_border_color(0x00B0_B0B0);
        line.set_align(FormatAlign::VerticalCenter)
    };
    match look {
        Look::Mark => plain.set_bold().set_font_color(0x00A0_0000),
        Look::Title => plain.set_bold().set_font_size(14),
        Look::Line => plain,
        Look::Group => {
            lined().set_bold().set_background_color(0x00D9_E1E8).set_align(FormatAlign::Center).set_text_wrap()
        }
        Look::Header => {
            lined().set_bold().set_background_color(0x00E8_EDF2).set_align(FormatAlign::Center).set_text_wrap()
        }
        Look::Cell { kind, ground, bold, total } => {
            let mut format = lined();
            // The first form is for numbers above, the second for those below zero.
            let number = |form: &str| match english {
                true => form.to_owned(),
                false => format!("{form};\"▲\"{form}"),
            };
            let decimals = |decimals: u8| format!("#,##0.{}", "0".repeat(usize::from(decimals.clamp(1, 9))));
            format = match kind {
                Kind::General => format,
                Kind::Text => format.set_num_format("@").set_text_wrap(),
                Kind::Missing => {
                    format.set_num_format("@").set_font_color(0x0060_6060).set_align(FormatAlign::Right)
                }
                Kind::Integer | Kind::Decimal(0) => format.set_num_format(number("#,##0")),
                Kind::Decimal(digits) => format.set_num_format(number(&decimals(digits))),
                Kind::Percent(digits) => format.set_num_format(number(&format!("{}\"%\"", decimals(digits)))),
                Kind::Date if english => format.set_num_format("yyyy-mm-dd (ddd)"),
                Kind::Date => format.set_num_format("[$-411]yyyy/m/d(aaa)"),
                Kind::DateTime if english => format.set_num_format("yyyy-mm-dd (ddd) hh:mm"),
                Kind::DateTime => format.set_num_format("[$-411]yyyy/m/d(aaa) h:mm"),
                Kind::Time => format.set_num_format("h:mm"),
            };
            format = match ground {
                Ground::Plain if total => format.set_background_color(0x00F2_F2F2),
                Ground::Plain => format,
                Ground::Reference => format.set_background_color(0x00E6_E6E6).set_font_color(0x0050_5050),
                Ground::Entry => format.set_background_color(0x00FF_FFE8),
                Ground::Wrong => format.set_background_color(0x00FF_C7CE).set_font_color(0x009C_0006).set_bold(),
                Ground::Odd => format.set_background_color(0x00FF_EB9C).set_font_color(0x0060_4000),
                Ground::Marked => format.set_background_color(0x00DD_EEFF),
            };
            if bold || total { format.set_bold() } else { format }
        }
    }
}
