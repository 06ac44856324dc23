//! The installation key: a text file outside every database and every backup.
//!
//! Comment lines begin with `#`; then one key per line, 64 hexadecimal digits. The first is the
//! current one; further ones are former keys that still open what they encrypted, until every
//! federation was rewrapped. Each step of a rotation leaves a usable file, whenever it is cut off.

use super::{Key, VaultFault, random_key};
use crate::sqlite::sync_folder;
use kernel::Digest;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use zeroize::Zeroizing;

const HEADER: &str = "\
# The installation key of Danketsu. Keep a copy of this file, apart from all backups:
# without it no name, text or file of any federation here can be read again.
";

/// The key that encrypts the keys of all federations of an installation.
pub struct InstallationKey {
    current: Key,
    former: Vec<Key>,
}

impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstallationKey").finish_non_exhaustive()
    }
}

impl InstallationKey {
    /// Reads the key file, or makes it (readable by its owner only) on first use.
    ///
    /// # Errors
    /// The file cannot be read or made, or is no key file.
    pub fn load_or_create(path: &Path) -> Result<InstallationKey, VaultFault> {
        match InstallationKey::load(path)? {
            Some(key) => Ok(key),
            None => {
                let key = InstallationKey::ephemeral()?;
                key.write(path, true)?;
                // Somebody may have been quicker: what lies there now is the key.
                InstallationKey::load(path)?.ok_or_else(|| fault(path, "it vanished"))
            }
        }
    }

    /// Reads the key file; `None` where there is none.
    ///
    /// # Errors
    /// The file cannot be read, or is no key file.
    pub fn load(path: &Path) -> Result<Option<InstallationKey>, VaultFault> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(path, error)),
        };
        warn_if_open_to_others(path);
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let keys = lines.map(|line| line.parse::<Digest>().map(|digits| Zeroizing::new(digits.0)));
        let mut keys = keys
            .collect::<Result<Vec<Key>, _>>()
            .map_err(|_| fault(path, "a line is not 64 hexadecimal digits"))?
            .into_iter();
        let current = keys.next().ok_or_else(|| fault(path, "it holds no key"))?;
        Ok(Some(InstallationKey { current, former: keys.collect() }))
    }

    /// A key that is never written down: for tests and demonstrations.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn ephemeral() -> Result<InstallationKey, VaultFault> {
        Ok(InstallationKey { current: random_key()?, former: Vec::new() })
    }

    /// Begins a rotation: writes a new current key in front; the former ones still open. Then
    /// rewrap every federation ([`crate::home::Home::rewrap`]), then
    /// [`InstallationKey::forget_former`].
    ///
    /// # Errors
    /// The file cannot be read or written; it is then as it was.
    pub fn rotate(path: &Path) -> Result<InstallationKey, VaultFault> {
        let old = InstallationKey::load(path)?.ok_or_else(|| fault(path, "it is not there"))?;
        let former = std::iter::once(old.current).chain(old.former).collect();
        let new = InstallationKey { current: random_key()?, former };
        new.write(path, false)?;
        Ok(new)
    }

    /// Ends a rotation: drops the former keys. What was not rewrapped can never be read again.
    ///
    /// # Errors
    /// The file cannot be read or written; it is then as it was.
    pub fn forget_former(path: &Path) -> Result<InstallationKey, VaultFault> {
        let old = InstallationKey::load(path)?.ok_or_else(|| fault(path, "it is not there"))?;
        let new = InstallationKey { current: old.current, former: Vec::new() };
        new.write(path, false)?;
        Ok(new)
    }

    pub(super) fn current(&self) -> &Key {
        &self.current
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.former)
    }

    /// Writes the file whole beside its place and then moves it there. `only_new` leaves a file
    /// alone that is there already.
    fn write(&self, path: &Path, only_new: bool) -> Result<(), VaultFault> {
        let mut text = Zeroizing::new(HEADER.to_owned());
        for key in self.all() {
            let line = Zeroizing::new(format!("{}\n", Digest(**key)));
            text.push_str(&line);
        }
        let unfinished = path.with_extension(format!("unfinished-{}", std::process::id()));
        let written = (|| {
            let mut file = create_private(&unfinished)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            if only_new {
                // Unlike a rename, a link never replaces what is there.
                match std::fs::hard_link(&unfinished, path) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    linked => linked?,
                }
                std::fs::remove_file(&unfinished)
            } else {
                std::fs::rename(&unfinished, path)
            }
        })();
        written.map_err(|error| {
            let _ = std::fs::remove_file(&unfinished);
            fault(path, error)
        })?;
        path.parent().map_or(Ok(()), sync_folder)?;
        Ok(())
    }
}

fn fault(path: &Path, why: impl ToString) -> VaultFault {
    VaultFault::KeyFile { path: path.display().to_string(), why: why.to_string() }
}

/// A new file that only its owner can read.
#[cfg(unix)]
pub(crate) fn create_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
pub(crate) fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn warn_if_open_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0);
    if open {
        tracing::warn!(path = %path.display(), "the installation key can be read by others");
    }
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_path: &Path) {}
