//! Both stores do what every store must do.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

use journal::conformance::{StoreFactory, conform};
use journal::memory::MemoryJournal;
use journal::sqlite::{Places, SqliteJournal};
use kernel::Id;
use std::cell::Cell;

struct Memory;

impl StoreFactory for Memory {
    type Store = MemoryJournal;
    fn fresh(&self, federation: Id) -> MemoryJournal {
        MemoryJournal::new(federation)
    }
    fn reopen(&self, store: MemoryJournal) -> MemoryJournal {
        store
    }
}

struct Sqlite {
    folder: tempfile::TempDir,
    made: Cell<u32>,
}

impl Sqlite {
    fn last(&self) -> Places {
        Places::new(self.folder.path().join(self.made.get().to_string()))
    }
}

impl StoreFactory for Sqlite {
    type Store = SqliteJournal;
    fn fresh(&self, federation: Id) -> SqliteJournal {
        self.made.set(self.made.get() + 1);
        SqliteJournal::create(&self.last(), federation, b"wrapped").unwrap()
    }
    fn reopen(&self, store: SqliteJournal) -> SqliteJournal {
        drop(store);
        SqliteJournal::open(&self.last()).unwrap()
    }
}

#[test]
fn memory_conforms() {
    conform(&Memory);
}

#[test]
fn sqlite_conforms() {
    conform(&Sqlite { folder: tempfile::tempdir().unwrap(), made: Cell::new(0) });
}
