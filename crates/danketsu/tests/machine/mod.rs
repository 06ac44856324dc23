//! The real program as a process of its own, and browsers of the plainest kind.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it starts the program, talks to it, and stops where something fails"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long anything may take before the test calls it stuck.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// The program with these arguments, speaking Japanese.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_danketsu"));
    command.args(arguments);
    japanese(&mut command);
    command
}

fn japanese(command: &mut Command) {
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("RUST_LOG").env("LANG", "ja_JP.UTF-8");
}

/// What a command answered: its exit code, and what it wrote.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Ran {
    let Output { status, stdout, stderr } = program(arguments).output().expect("the program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

impl Ran {
    /// Stops unless it ended with that code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Stops unless it wrote that.
    #[track_caller]
    pub fn says(self, text: &str) -> Ran {
        assert!(self.out.contains(text) || self.err.contains(text), "{text:?} is not in {self:?}");
        self
    }
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A serving process. Dropping it kills it.
pub struct Server {
    child: Child,
    lines: mpsc::Receiver<String>,
    pub address: SocketAddr,
    /// What it had said when it began to listen.
    pub said: Vec<String>,
}

impl Server {
    /// The demonstration on this folder, standing still.
    pub fn demo(data: &Path, units: usize) -> Server {
        Server::spawn(demo_command(data, units)).listening()
    }

    /// Starts a command that will serve.
    pub fn spawn(mut command: Command) -> Starting {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the program");
        let stdout = child.stdout.take().expect("its output");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Starting { child, lines }
    }

    /// The next line that it says.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line")
    }

    /// SIGKILL: no chance to do anything more.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// SIGTERM: it finishes its work.
    pub fn stop(mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.pid().to_string()).status().expect("kill");
        assert!(asked.success());
        let status = self.child.wait().expect("ended");
        assert!(status.success(), "{status}");
    }

    /// The same, and what it has said since it began to listen.
    pub fn stop_and_hear(mut self) -> Vec<String> {
        let lines = std::mem::replace(&mut self.lines, mpsc::channel().1);
        self.stop();
        lines.into_iter().collect()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The demonstration as a command that has not begun.
pub fn demo_command(data: &Path, units: usize) -> Command {
    let units = units.to_string();
    program(&[
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--data",
        arg(data),
        "--units",
        &units,
        "--speed",
        "0",
        "--quiet",
    ])
}

/// A process that does not listen yet.
pub struct Starting {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Starting {
    /// Waits until it listens.
    pub fn listening(mut self) -> Server {
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(address) = line.strip_prefix("listening on http://") {
                        let address = address.parse().expect("an address");
                        return Server { child: self.child, lines: self.lines, address, said };
                    }
                    said.push(line);
                }
                Err(_) => {
                    let _ = self.child.kill();
                    panic!("it does not listen: {:?}, it said {said:?}", self.child.wait());
                }
            }
        }
    }

    /// Its first line, whatever it says.
    pub fn first_line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line")
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Stops with the body unless the status is that.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The value of the first hidden field of that name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        self.between(&format!("type=\"hidden\" name=\"{name}\" value=\""), "\"")
    }

    /// The first text between two others.
    pub fn between(&self, before: &str, after: &str) -> Option<String> {
        self.body.split_once(before)?.1.split_once(after).map(|(text, _)| text.to_owned())
    }

    /// The entry to which a report led, where it was recorded.
    pub fn recorded(&self) -> Option<u64> {
        self.header("location").split_once("?recorded=")?.1.parse().ok()
    }
}

/// A browser with one cookie.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookie: Option<String>,
}

impl Browser {
    /// Somebody of the demonstration, signed in.
    pub fn of(address: SocketAddr, account: &str) -> Browser {
        let mut browser = Browser::default();
        browser.post(address, "/demo", &[("account", account)]).expect("signed in").expect(303);
        assert!(browser.cookie.is_some());
        browser
    }

    pub fn get(&mut self, address: SocketAddr, path: &str) -> std::io::Result<Answer> {
        self.ask(address, "GET", path, "")
    }

    pub fn post(&mut self, address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Answer> {
        self.ask(address, "POST", path, &form(fields))
    }

    /// The stream of a page that goes on.
    pub fn open(&self, address: SocketAddr, path: &str) -> std::io::Result<TcpStream> {
        self.request(address, "GET", path, "")
    }

    /// One request on one connection. An answer that was cut off is an error.
    pub fn ask(&mut self, address: SocketAddr, method: &str, path: &str, body: &str) -> std::io::Result<Answer> {
        let mut stream = self.request(address, method, path, body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let answer = parse(&bytes).ok_or_else(|| std::io::Error::other("the answer was cut off"))?;
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
        if cookie.starts_with("danketsu=") {
            self.cookie = Some(cookie.to_owned());
        }
        Ok(answer)
    }

    fn request(&self, address: SocketAddr, method: &str, path: &str, body: &str) -> std::io::Result<TcpStream> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        if let Some(cookie) = &self.cookie {
            let _ = write!(request, "Cookie: {cookie}\r\n");
        }
        if method == "POST" {
            request.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
            let _ = write!(request, "Content-Length: {}\r\n", body.len());
        }
        let _ = write!(request, "\r\n{body}");
        stream.write_all(request.as_bytes())?;
        Ok(stream)
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(Some(0), |(_, value)| value.parse().ok())?;
    let body = String::from_utf8(body.get(..length)?.to_vec()).ok()?;
    Some(Answer { status, headers, body })
}

/// Fields as a browser sends them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// A report of a response on the wage track, as the form of this unit makes it: a correction where
/// one stands already.
pub fn report_form(page: &Answer, command_id: &str, total_yen: i64, remark: &str) -> String {
    let csrf = page.hidden("csrf").expect("a token");
    let total = total_yen.to_string();
    let known = page.hidden("wage.known");
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("command_id", command_id),
        ("step", "response"),
        ("track", "wage"),
        ("channel", "telephone"),
        ("wage.kind", "figure"),
        ("wage.total", total.as_str()),
        ("remark", remark),
    ];
    if let Some(known) = &known {
        fields.extend([("wage.known", known.as_str()), ("wage.relation", "correction")]);
    }
    form(&fields)
}

/// Numbers that look drawn and are the same in every run.
#[derive(Debug, Clone)]
pub struct Drawn(pub u64);

impl Drawn {
    /// The next one, below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Copies a federation's folder as it lies there, with its key beside it.
pub fn copy(data: &Path, to: &Path) -> PathBuf {
    copy_folder(data, to);
    std::fs::copy(key_of(data), key_of(to)).expect("the key");
    to.to_path_buf()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for item in std::fs::read_dir(from).expect("the folder").map(|item| item.expect("an item").path()) {
        let target = to.join(item.file_name().expect("a name"));
        if item.is_dir() {
            copy_folder(&item, &target);
        } else {
            std::fs::copy(&item, &target).expect("copied");
        }
    }
}

/// The installation key beside a folder.
pub fn key_of(data: &Path) -> PathBuf {
    danketsu::serving::key_path(data, None)
}
