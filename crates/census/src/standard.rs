//! 標準労働者 (直入者): someone who left school, was hired at once and stayed. Inferred from age
//! minus service, as the official survey does, never asked.

use crate::columns::{Columns, Field};

/// Who counts as standard in one education: ages at hiring, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardWindow {
    /// Education, list `h29`.
    pub education: i64,
    /// Age minus full years of service, from.
    pub from_age: i64,
    /// Age minus full years of service, to.
    pub to_age: i64,
}

impl StandardWindow {
    /// The windows of list `h29`. 大学卒 22–23 is the official one; the others follow the same
    /// reasoning and are confirmed by no published text.
    pub const H29: [StandardWindow; 4] = [
        StandardWindow { education: 1, from_age: 15, to_age: 16 },
        StandardWindow { education: 2, from_age: 18, to_age: 19 },
        StandardWindow { education: 3, from_age: 20, to_age: 21 },
        StandardWindow { education: 4, from_age: 22, to_age: 23 },
    ];

    /// The window of an education.
    pub fn of(education: i64) -> Option<StandardWindow> {
        StandardWindow::H29.into_iter().find(|window| window.education == education)
    }
}

/// Whether the person of a row is a standard worker of this window.
pub fn is_standard(columns: &Columns, row: usize, window: &StandardWindow) -> bool {
    let get = |field| columns.get(field, row);
    let (Some(age), Some(tenure)) = (get(Field::Age), get(Field::Tenure)) else { return false };
    get(Field::Education) == Some(window.education) && (window.from_age..=window.to_age).contains(&(age - tenure))
}
