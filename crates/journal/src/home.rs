//! A federation's files, opened together: journal, vault and the tables beside.

use crate::side::Side;
use crate::sqlite::{KeyStore, Places, SqliteJournal};
use crate::store::JournalRead;
use crate::vault::{InstallationKey, Vault, VaultFault};
use kernel::Id;
use std::path::Path;

/// An open federation, before its engine runs.
#[derive(Debug)]
pub struct Home {
    /// Where its files lie.
    pub places: Places,
    /// The journal: give it to [`crate::engine::Engine::open`].
    pub journal: SqliteJournal,
    /// The vault.
    pub vault: Vault,
    /// The tables beside the journal.
    pub side: Side,
}

impl Home {
    /// Makes a new federation's files in `folder`. The founding entry is the domain's: send it
    /// as the first command.
    ///
    /// # Errors
    /// There is a journal already, another process is at it, or the store failed.
    pub fn create(folder: &Path, federation: Id, installation: &InstallationKey) -> Result<Home, VaultFault> {
        let places = Places::new(folder);
        let (_, wrapped) = Vault::create(federation, installation)?;
        let journal = SqliteJournal::create(&places, federation, &wrapped)?;
        Home::with(places, journal, installation)
    }

    /// Opens a federation's files.
    ///
    /// # Errors
    /// There are none, another process has them open, the installation key is not theirs, or the
    /// store failed.
    pub fn open(folder: &Path, installation: &InstallationKey) -> Result<Home, VaultFault> {
        let places = Places::new(folder);
        let journal = SqliteJournal::open(&places)?;
        Home::with(places, journal, installation)
    }

    fn with(places: Places, journal: SqliteJournal, installation: &InstallationKey) -> Result<Home, VaultFault> {
        // A key store that was there before the journal has a key of its own, which stays.
        let wrapped = journal.wrapped_key()?;
        let vault = Vault::open(journal.federation(), installation, &wrapped)?;
        let side = Side::open(&places.side(), journal.federation())?;
        Ok(Home { places, journal, vault, side })
    }

    /// Encrypts the federation's key with the current installation key: the middle step of a
    /// rotation. Can be done while the federation is open.
    ///
    /// # Errors
    /// The key store failed; the former key then still opens it.
    pub fn rewrap(places: &Places, vault: &Vault, installation: &InstallationKey) -> Result<(), VaultFault> {
        let wrapped = vault.rewrap(installation)?;
        KeyStore::open(&places.keys(), vault.federation())?.set_federation_key(&wrapped)?;
        Ok(())
    }
}
