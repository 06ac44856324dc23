//! The list of people as a file.

use super::secret;
use super::{Person, organisation_name, read_names};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::look::{Cell, Column, Table};
use kernel::{AccountId, Date};

/// The people with their duties, a row for each duty. Reading the names is written down.
pub(super) fn people_table(asked: &Asked, people: &[Person]) -> Result<Table, Stop> {
    let text = |key| asked.speaker.text(key);
    let accounts: Vec<AccountId> = people.iter().map(|person| person.account).collect();
    let names = read_names(asked, &accounts)?;
    let columns = vec![
        Column::text(text("people.number")).coded("account-number"),
        Column::text(text("people.name")).coded("person-name"),
        Column::text(text("people.duty")).coded("duty"),
        Column::text(text("people.organisation")).coded("organisation-name"),
        Column::text(text("people.from")).coded("duty-from"),
        Column::text(text("people.last")).coded("duty-until"),
    ];
    let day = |day: Option<Date>| day.map_or(Cell::text(""), |day| Cell::text("").value(sheets::Value::Date(day)));
    let rows = people.iter().flat_map(|person| {
        let name = names.get(&person.account).map_or(text("people.erased"), String::as_str);
        person.duties.iter().map(move |(_, duty)| {
            vec![
                Cell::text(secret::number(person.account)),
                Cell::text(name),
                Cell::text(asked.speaker.label(&format!("role.{}", duty.role.word()))),
                Cell::text(organisation_name(asked, duty.organisation)),
                day(Some(duty.from)),
                day(duty.until.and_then(|until| until.yesterday().ok())),
            ]
        })
    });
    Ok(Table::new(text("people.title"), columns).rows(rows))
}
