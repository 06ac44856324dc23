//! Bytes from one thread to another, a few pieces ahead and no more.

use std::io::{Error, Read, Result};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes of a piece, and how many of them may wait.
const PIECE_BYTES: usize = 1 << 17;
const AHEAD: usize = 8;

/// Makes bytes on a thread of its own and uses them on this one. Whoever stops using them stops
/// their making. What came of the making and of the using.
pub(crate) fn beside<M: Send, T>(make: impl FnOnce(Hand) -> M + Send, take: impl FnOnce(Handed) -> T) -> (M, T) {
    let (sender, receiver) = sync_channel(AHEAD);
    std::thread::scope(|scope| {
        let making = scope.spawn(move || make(Hand { sender }));
        let taken = take(Handed { receiver, piece: Vec::new(), used: 0 });
        match making.join() {
            Ok(made) => (made, taken),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The end that gives.
pub(crate) struct Hand {
    sender: SyncSender<Result<Vec<u8>>>,
}

impl Hand {
    /// Gives all of a source.
    pub(crate) fn all_of(&self, mut source: impl Read) {
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            let read = source.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece);
            let is_last = !matches!(read, Ok(1..));
            // An error after some bytes: both are told.
            let told = self.sender.send(Ok(piece)).and_then(|()| match read {
                Ok(_) => Ok(()),
                Err(error) => self.sender.send(Err(error)),
            });
            if told.is_err() || is_last {
                return;
            }
        }
    }

    /// Gives a piece.
    ///
    /// # Errors
    /// Nobody takes it any more.
    pub(crate) fn give(&self, piece: Vec<u8>) -> Result<()> {
        self.sender.send(Ok(piece)).map_err(|_| Error::other("nobody takes it"))
    }

    /// Says that there is nothing to give.
    pub(crate) fn fail(&self) {
        let _ = self.sender.send(Err(Error::other("no such part")));
    }
}

/// The end that takes.
pub(crate) struct Handed {
    receiver: Receiver<Result<Vec<u8>>>,
    piece: Vec<u8>,
    used: usize,
}

impl Read for Handed {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.used == self.piece.len() {
            match self.receiver.recv() {
                Ok(piece) => (self.piece, self.used) = (piece?, 0),
                Err(_) => return Ok(0),
            }
            if self.piece.is_empty() {
                // What comes behind an empty piece is an error or nothing.
                continue;
            }
        }
        let rest = &self.piece[self.used..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.used += length;
        Ok(length)
    }
}
