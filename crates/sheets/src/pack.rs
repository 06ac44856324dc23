//! Several files in one: what an organisation takes with it.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipWriter, result::ZipError};

/// Why files cannot be put together: more than the format can hold.
#[derive(Debug, thiserror::Error)]
#[error("the files cannot be put into one")]
pub struct NotPacked(#[from] ZipError);

/// A ZIP of these files, by name (in UTF-8, and it says so). It carries no time, so that the same files
/// give the same bytes. Files are taken one by one, so that a caller may make each when its turn comes.
///
/// # Errors
/// The files are more than the format can hold.
pub fn pack<N: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, B)>) -> Result<Vec<u8>, NotPacked> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name.as_ref(), SimpleFileOptions::default())?;
        out.write_all(bytes.as_ref()).map_err(ZipError::from)?;
    }
    Ok(out.finish()?.into_inner())
}
