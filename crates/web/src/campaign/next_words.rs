//! What differs between two kits, in words.

use crate::asked::Asked;
use crate::look::{Cell, Column, Table, empty};
use federation::campaign::next_kit::{KitChange, KitValue};
use federation::kit::{Kit, LocaleText};
use maud::Markup;

/// The differences as a table: part, entry, field, old and new.
pub(crate) fn differences(asked: &Asked, old: &Kit, new: &Kit) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("next.part")).coded("kit-part"),
        Column::text(text("next.field")).coded("kit-field"),
        Column::text(text("next.old")).coded("kit-old"),
        Column::text(text("next.new")).coded("kit-new"),
    ];
    let changes = federation::campaign::next_kit::differences(old, new);
    Table::new(text("next.differences"), columns)
        .id("differences")
        .filed()
        .rows(changes.iter().map(|change| row(asked, change)))
        .empty(empty(text("next.differences.none"), None))
        .render(asked)
}

fn row(asked: &Asked, change: &KitChange) -> Vec<Cell> {
    let text = |key| asked.speaker.text(key);
    let part = text(section_key(&change.section));
    let entry = change.item.as_ref().map(|(code, name)| item_label(asked, code, name.as_ref()));
    let last = change.field.last().map(String::as_str).unwrap_or_default();
    let whole = change.item.is_some() && (change.field.is_empty() || change.old.is_none() || change.new.is_none());
    let field = match (last, whole) {
        ("", _) | ("questions" | "answers", true) => text("next.field.whole").to_owned(),
        (last, _) => field_key(last).map_or_else(|| change.field.join(" / "), |key| text(key).to_owned()),
    };
    let value = |value: &Option<KitValue>| match value {
        None => Cell::missing(text("next.nothing")),
        Some(value) => Cell::text(written(asked, last, value)),
    };
    let part = entry.map_or_else(|| part.to_owned(), |entry| format!("{part}：{entry}"));
    vec![Cell::text(part), Cell::text(field), value(&change.old), value(&change.new)]
}

/// An entry of a list: its name, its code where it has none.
pub(crate) fn item_label(asked: &Asked, code: &str, name: Option<&LocaleText>) -> String {
    name.map_or_else(|| code.to_owned(), |name| name.of(asked.language()).to_owned())
}

fn written(asked: &Asked, field: &str, value: &KitValue) -> String {
    let speaker = &asked.speaker;
    match value {
        KitValue::Text(text) => text.of(asked.language()).to_owned(),
        // The kit writes the first day after; people say the last day.
        KitValue::Day(day) if field == "until" => speaker.date(day.yesterday().unwrap_or(*day)),
        KitValue::Day(day) => speaker.date(*day),
        KitValue::Yes(true) => speaker.text("next.yes").to_owned(),
        KitValue::Yes(false) => speaker.text("next.no").to_owned(),
        KitValue::Plain(text) => text.clone(),
    }
}

fn section_key(section: &str) -> &'static str {
    match section {
        "calendar" => "calendar.title",
        "rounds" => "next.rounds",
        "zones" => "next.zones",
        "trees" => "next.part.trees",
        "regions" => "board.rows.region",
        "industries" => "board.rows.industry",
        "size_bands" => "board.rows.size",
        "tracks" => "campaigns.tracks",
        "clauses" => "next.part.clauses",
        "sharing" => "next.part.sharing",
        "checks" => "next.part.checks",
        "year" => "campaigns.year",
        "code" => "next.part.code",
        "texts" => "next.part.texts",
        _ => "next.part.name",
    }
}

fn field_key(field: &str) -> Option<&'static str> {
    Some(match field {
        "on" => "next.first",
        "until" => "next.last",
        "week_of" => "next.week-of",
        "snapshot_on" => "next.snapshot-on",
        "snapshot_time" => "next.snapshot-time",
        "release_on" => "next.release-on",
        "release_time" => "next.release-time",
        "name" => "next.part.name",
        "order" => "next.field.order",
        "tracks" => "campaigns.tracks",
        "due" => "next.field.due",
        _ => return None,
    })
}
