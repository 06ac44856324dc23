//! Tables that a kit, a house or a user lays over the published values of the law: TOML files, alone
//! or all of a folder.

use crate::message::speaker;
use kernel::Arg;
use law::Book;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// Why a file cannot be read.
fn told(path: &Path, reason: String) -> String {
    let file = Arg::Text(path.display().to_string());
    speaker().say("law.file-unreadable", &[("file", file), ("reason", Arg::Text(reason))])
}

/// The bytes of a file, or a sentence that says why not.
pub fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| told(path, error.to_string());
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the limit is noticed and no more is held.
    File::open(path).map_err(failed)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(told(path, speaker().text("law.file-too-large").to_owned()));
    }
    Ok(bytes)
}

/// The published values with these files over them, each over the one before; of a folder, its TOML
/// files in the order of their names. `None` without a file. The error is for people: what is wrong
/// in which file and line.
pub fn book(paths: &[PathBuf]) -> Result<Option<Book>, String> {
    let mut book: Option<Book> = None;
    for path in paths {
        for file in files(path)? {
            book = Some(over(&file, book.as_ref().unwrap_or_else(|| Book::published()))?);
        }
    }
    Ok(book)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error: std::io::Error| told(path, error.to_string());
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|ending| ending == "toml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn over(path: &Path, under: &Book) -> Result<Book, String> {
    let speaker = speaker();
    let text =
        String::from_utf8(bytes(path)?).map_err(|_| told(path, speaker.text("law.file-no-utf8").to_owned()))?;
    under.with_overlay(&text).map_err(|findings| {
        let lines = findings.iter().map(|finding| format!("  {} {}", finding.field, speaker.finding(finding)));
        let head = [path.display().to_string()];
        head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    })
}
