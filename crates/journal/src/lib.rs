//! The append-only journal, its hash chain, the vault beside it, and the engine that writes and
//! publishes. It knows no trade union: it is generic over a [`Domain`] and tested with a toy.
//!
//! ```text
//! Submission ──► writer thread: decide → encode → decode → apply ──► one transaction ──► answer
//!                                                                        │
//! readers   ◄── Arc<Published { state, head }> ◄── one atomic store ◄────┘
//! ```
//!
//! # How it is used
//!
//! ```no_run
//! # use journal::*; use journal::engine::*;
//! # fn run<D: Domain>(federation: kernel::Id, submission: Submission<D::Command>)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! # let (folder, key_file) = (std::path::Path::new("f.danketsu"), std::path::Path::new("key"));
//! let key = InstallationKey::load_or_create(key_file)?;    // outside database and backup
//! let home = Home::create(folder, federation, &key)?;      // or Home::open(folder, &key)
//! let (places, vault) = (home.places, home.vault);
//! let options = EngineOptions { snapshot: Some(places.snapshot()), ..Default::default() };
//! let engine: Engine<D> = Engine::open(home.journal, SystemClock, options)?;
//! let outcome = engine.submit_blocking(submission);        // or engine.submit(…).await
//! let published = engine.now();                            // state + head, immutable
//! let head = engine.with_reader(|reader| verify::verify(reader, None))?.head;
//! # drop((outcome, published, head, vault)); Ok(()) }
//! ```
//!
//! - Writing: [`Engine::submit`] → [`Outcome`]; texts first through [`Vault::seal`], whose
//!   `SealedText` goes into the command and whose object goes into `Submission::sealed`.
//! - Reading: [`Engine::now`], [`Engine::at_least`] (read your own writes),
//!   [`Engine::subscribe`], [`Engine::state_at`], [`Engine::seq_at`]; texts through
//!   [`Vault::read`] inside [`Engine::with_reader`].
//! - By itself: [`Engine::spawn_runner`], [`Engine::run_due_once`].
//! - Proof: [`verify::verify`]; erasure: [`Engine::erase`].
//! - Tests: [`memory::MemoryJournal`], [`clock::ManualClock`]; another store goes under
//!   [`conformance::conform`].
//!
//! Rules that every part keeps: acknowledged means durable; the same command id with the same
//! content gives the first outcome again; `recorded_at` never goes back; an unknown event stops
//! the opening; plaintext never touches the disk.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

pub mod backup;
pub mod clock;
pub mod conformance;
pub mod domain;
pub mod engine;
pub mod entry;
pub mod home;
pub mod lock;
pub mod memory;
pub mod restore;
pub mod side;
pub mod sqlite;
pub mod store;
pub mod vault;
pub mod verify;

pub use clock::{Clock, ManualClock, SystemClock};
pub use domain::{Domain, DueCommand, Encoded, UnknownEvent, due_command_id};
pub use engine::{Engine, EngineOptions, Fault, OpenFault, Outcome, Published, Submission};
pub use entry::{Entry, Head};
pub use home::Home;
pub use side::Side;
pub use sqlite::Places;
pub use store::{Journal, JournalRead, SealedObject, StoreFault};
pub use vault::{InstallationKey, Reading, Vault, VaultFault};
