//! 相互公開, and how a result stands in a cell.

use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame::internal_page;
use crate::look::{Cell, Column, Table, empty};
use crate::write;
use axum::response::{IntoResponse, Response};
use federation::campaign::content::Figures;
use federation::campaign::view;

/// 相互公開: what units show each other.
pub async fn participants(asked: Asked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let rows = view::participants(asked.state(), campaign, &asked.viewer);
    let title = speaker.text("nav.participants");
    let frame = internal_page(&asked, title).lead(speaker.text("participants.lead"));
    let Some(rows) = rows else {
        let closed = empty(speaker.text("participants.closed"), Some((speaker.text("nav.today"), "/today")));
        return Ok(frame.render(closed).into_response());
    };
    let columns = vec![
        Column::text(speaker.text("term.unit")).coded("unit-name").sortable(),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members").sortable(),
        Column::number(speaker.text("track.wage"), "").coded("wage-result").sortable(),
        Column::number(speaker.text("track.bonus"), "").coded("bonus-result").sortable(),
    ];
    let table = Table::new(title, columns).rows(rows.iter().map(|row| {
        vec![
            Cell::text(&row.name),
            Cell::number(speaker.count(i64::from(row.members)), row.members),
            figures_cell(&asked, row.wage.as_ref()),
            figures_cell(&asked, row.bonus.as_ref()),
        ]
    }));
    let table = table
        .empty(empty(speaker.text("participants.empty"), None))
        .note(speaker.text("participants.note"))
        .id("participants")
        .filed();
    Ok(frame.render(table.render(&asked)).into_response())
}

pub(super) fn figures_cell(asked: &Asked, figures: Option<&Figures>) -> Cell {
    match figures {
        Some(figures) => {
            let cell = Cell::text(write::headline(&asked.speaker, figures)).sort(sort_value(figures));
            match exactly(figures) {
                Some(value) => cell.value(value),
                None => cell,
            }
        }
        None => Cell::missing("―"),
    }
}

/// The number of a headline, where it is one: what a file holds instead of its words.
fn exactly(figures: &Figures) -> Option<sheets::Value> {
    match figures {
        Figures::Wage(wage) => wage.total.as_ref()?.exact().map(Into::into),
        Figures::Bonus(bonus) => bonus.months.as_ref()?.exact().map(Into::into),
        _ => None,
    }
}

fn sort_value(figures: &Figures) -> i64 {
    match figures {
        Figures::Wage(wage) => wage.total.as_ref().and_then(|total| total.exact()).map_or(i64::MIN, |yen| yen.0),
        Figures::Bonus(bonus) => bonus.months.as_ref().and_then(|months| months.exact()).map_or(i64::MIN, |m| m.0),
        _ => i64::MIN,
    }
}
