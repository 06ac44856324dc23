//! A part as text, a piece at a time.

use super::parts::Broken;
use memchr::memmem::FinderRev;
use std::io::Read;

/// The text of a part, cut behind the end of an element.
pub(super) struct Pieces<R> {
    part: R,
    /// How that end ends, with its bracket.
    end: FinderRev<'static>,
    buffer: Vec<u8>,
    filled: usize,
}

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 17;
/// So many bytes without that end are cut behind any end of an element.
const LONG: usize = 1 << 21;

impl<R: Read> Pieces<R> {
    pub(super) fn new(part: R, end: &'static str) -> Pieces<R> {
        Pieces { part, end: FinderRev::new(end.as_bytes()), buffer: Vec::new(), filled: 0 }
    }

    /// The next piece, which is to be given back by [`Pieces::done`]; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<&str>, Broken> {
        loop {
            self.buffer.resize(self.buffer.len().max(self.filled + AT_ONCE), 0);
            let read = self.part.read(&mut self.buffer[self.filled..])?;
            // What was kept has no such end, but perhaps the beginning of one.
            let from = self.filled.saturating_sub(self.end.needle().len() - 1);
            self.filled += read;
            let text = &self.buffer[..self.filled];
            let end = match read {
                0 => self.filled,
                // A text may hold these letters too: it goes on in the next piece.
                _ => match self.end.rfind(&text[from..]) {
                    Some(at) => from + at + self.end.needle().len(),
                    None if text.len() > LONG => memchr::memrchr(b'>', text).map_or(0, |at| at + 1),
                    None => 0,
                },
            };
            if end == 0 && read > 0 {
                continue;
            }
            let piece = std::str::from_utf8(&self.buffer[..end])?;
            return Ok((!piece.is_empty()).then_some(piece));
        }
    }

    /// The piece was read.
    pub(super) fn done(&mut self, length: usize) {
        self.buffer.copy_within(length..self.filled, 0);
        self.filled -= length;
    }
}
