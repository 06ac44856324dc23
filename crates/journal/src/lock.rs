//! One process per federation: a lock file that says who holds it.
//!
//! The operating system's file lock guards (a crash releases it); the text in the file is only
//! for the message that a second process prints.

use crate::store::StoreFault;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Who has a federation open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process number on that machine.
    pub pid: u32,
    /// The machine's name; "?" where it has none.
    pub host: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// The version of the program.
    pub version: String,
}

impl Holder {
    fn this_process() -> Holder {
        Holder {
            pid: std::process::id(),
            host: host_name(),
            since: jiff::Timestamp::now().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { pid, host, since, version } = self;
        write!(f, "process {pid} on {host}, since {since}, program version {version}")
    }
}

/// A held lock; dropping it, or the end of the process, releases it.
#[derive(Debug)]
pub struct ProcessLock {
    // Kept open: closing it releases the lock.
    _file: File,
}

impl ProcessLock {
    /// Takes the lock file at `path`, which is made when it is not there.
    ///
    /// # Errors
    /// [`StoreFault::InUse`] with the holder where somebody has it (also this very process a
    /// second time); [`StoreFault::Io`] where the file cannot be made.
    pub fn take(path: &Path) -> Result<ProcessLock, StoreFault> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreFault::InUse(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        let text =
            serde_json::to_string(&Holder::this_process()).map_err(|error| StoreFault::Io(error.to_string()))?;
        file.write_all(text.as_bytes())?;
        file.flush()?;
        Ok(ProcessLock { _file: file })
    }
}

/// The holder as the file tells it; question marks where it cannot be read (yet).
fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    read.ok().and_then(|_| serde_json::from_str(&text).ok()).unwrap_or_else(|| Holder {
        pid: 0,
        host: "?".to_owned(),
        since: "?".to_owned(),
        version: "?".to_owned(),
    })
}

#[cfg(unix)]
fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "?".to_owned())
}
