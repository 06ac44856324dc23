//! Several files in one: what an organisation takes with it.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipWriter, result::ZipError};

/// Why files cannot be put together: more than the format can hold.
#[derive(Debug, thiserror::Error)]
#[error("the files cannot be put into one")]
pub struct NotPacked(#[from] ZipError);

/// A ZIP of these files, by name. It carries no time, so that the same files give the same bytes.
///
/// # Errors
/// The files are more than the format can hold.
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, NotPacked> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name, SimpleFileOptions::default())?;
        out.write_all(bytes).map_err(ZipError::from)?;
    }
    Ok(out.finish()?.into_inner())
}
