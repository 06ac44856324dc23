//! A small HTTP/1.1 client for measuring: one connection that is kept, answers with a length or
//! in chunks, and event streams. It trusts the server and is no client for anything else.

use super::Done;
use std::io::BufRead;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpStream;

/// One connection.
pub(super) struct Connection {
    stream: TcpStream,
    host: String,
    cookie: String,
    unread: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) length: usize,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl Connection {
    /// A connection of a signed-in browser.
    pub(super) async fn open(address: SocketAddr, token: &str) -> Done<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            host: address.to_string(),
            cookie: format!("danketsu={token}"),
            unread: Vec::new(),
        })
    }

    /// A page, packed as browsers ask for it.
    pub(super) async fn get(&mut self, path: &str) -> Done<Answer> {
        self.say("GET", path, "Accept-Encoding: gzip\r\n", "").await?;
        self.answer().await
    }

    /// A form.
    pub(super) async fn post(&mut self, path: &str, form: &str) -> Done<Answer> {
        let kind =
            format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
        self.say("POST", path, &kind, form).await?;
        self.answer().await
    }

    /// Begins an event stream; the entry of each event goes to `arrived`, until the stream ends.
    pub(super) async fn stream(&mut self, path: &str, mut arrived: impl FnMut(Instant, u64)) -> Done<()> {
        self.say("GET", path, "Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n", "").await?;
        let head = self.head().await?;
        if status(&head) != 200 {
            return Err(format!("{path}: {head}").into());
        }
        // Whole lines are passed over in one go: the listeners share the machine with the server.
        // An event begins a chunk of its own, so its first bytes stand at the start of a line.
        const MARK: &[u8] = b"data: {\"entry\":";
        loop {
            let mut rest = self.unread.as_slice();
            let mut begun = 0;
            loop {
                let mut line = rest;
                let length = line.skip_until(b'\n')?;
                if rest.get(..length).is_none_or(|line| line.last() != Some(&b'\n')) {
                    break;
                }
                if let Some(digits) = rest.strip_prefix(MARK) {
                    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(0);
                    arrived(Instant::now(), std::str::from_utf8(&digits[..end])?.parse()?);
                }
                rest = line;
                begun += length;
            }
            self.unread.drain(..begun);
            if !self.more().await? {
                return Ok(());
            }
        }
    }

    async fn say(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Done<()> {
        let Connection { host, cookie, .. } = &*self;
        let text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{headers}\r\n{body}");
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads on; false at the end of the stream.
    async fn more(&mut self) -> Done<bool> {
        loop {
            self.stream.readable().await?;
            let mut buffer = [0; 65_536];
            match self.stream.try_read(&mut buffer) {
                Ok(count) => {
                    self.unread.extend_from_slice(&buffer[..count]);
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Everything up to and including these bytes.
    async fn until(&mut self, mark: &[u8]) -> Done<Vec<u8>> {
        loop {
            if let Some(at) = find(&self.unread, mark) {
                return Ok(self.unread.drain(..at + mark.len()).collect());
            }
            if !self.more().await? {
                return Err("the server closed the connection".into());
            }
        }
    }

    async fn head(&mut self) -> Done<String> {
        Ok(String::from_utf8(self.until(b"\r\n\r\n").await?)?)
    }

    async fn skip(&mut self, length: usize) -> Done<()> {
        while self.unread.len() < length {
            if !self.more().await? {
                return Err("the server closed the connection".into());
            }
        }
        self.unread.drain(..length);
        Ok(())
    }

    async fn answer(&mut self) -> Done<Answer> {
        let head = self.head().await?;
        let mut length = 0;
        if let Some(given) = header(&head, "content-length") {
            length = given.parse()?;
            self.skip(length).await?;
        } else if header(&head, "transfer-encoding").is_some() {
            loop {
                let line = self.until(b"\r\n").await?;
                let size = usize::from_str_radix(std::str::from_utf8(&line)?.trim(), 16)?;
                self.skip(size + 2).await?;
                length += size;
                if size == 0 {
                    break;
                }
            }
        }
        Ok(Answer { status: status(&head), head, length })
    }
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}
