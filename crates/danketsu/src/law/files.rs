//! Files that a question names: overlays and tables of months.

use danketsu::message::speaker;
use kernel::Arg;
use law::Book;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// The bytes of a file, or a sentence that says why not.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let told = |reason: String| {
        let file = Arg::Text(path.display().to_string());
        speaker().say("law.file-unreadable", &[("file", file), ("reason", Arg::Text(reason))])
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| told(error.to_string()))?;
    // One byte more than allowed, so that the limit is noticed and no more is held.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| told(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(told(speaker().text("law.file-too-large").to_owned()));
    }
    Ok(bytes)
}

/// A book with the overlay of a file, or what is wrong with the file.
pub(super) fn overlay(path: &Path, under: &Book) -> Result<Book, String> {
    let speaker = speaker();
    let text = String::from_utf8(bytes(path)?).map_err(|_| {
        let file = Arg::Text(path.display().to_string());
        let reason = Arg::Text(speaker.text("law.file-no-utf8").to_owned());
        speaker.say("law.file-unreadable", &[("file", file), ("reason", reason)])
    })?;
    under.with_overlay(&text).map_err(|findings| {
        let lines = findings.iter().map(|finding| format!("  {} {}", finding.field, speaker.finding(finding)));
        let head = [path.display().to_string()];
        head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    })
}
