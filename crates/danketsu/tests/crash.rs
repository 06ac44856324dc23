//! The real program is killed, starved of space and given torn files while people report. What was
//! acknowledged is there, once; what is damaged is said, by the number of the entry.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it starts the program, talks to it, and stops where something fails"
)]

mod machine;

use danketsu::demo::{Demo, Shape};
use federation::people::Role;
use journal::{Entry, JournalRead, Places, sqlite, verify};
use kernel::{CommandId, Seq};
use machine::{
    Answer, Browser, Drawn, PATIENCE, Server, arg, copy, demo_command, key_of, program, report_form, run,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};
use web::new_command_id;

const UNITS: usize = 40;

/// Reads a journal beside whoever serves it.
fn reader(data: &Path) -> Box<dyn JournalRead> {
    sqlite::read_only(&Places::new(data)).expect("the journal")
}

fn all_entries(data: &Path) -> Vec<Entry> {
    reader(data).read(Seq(1), usize::MAX).expect("the entries")
}

/// The accounts of the demonstration with this duty.
fn accounts(role: Role) -> Vec<String> {
    let demo = Demo::new(Shape { seed: 2004, units: UNITS });
    demo.accounts.iter().filter(|account| account.role == role).map(|account| account.id().to_string()).collect()
}

/// The codes of the units to which a page leads.
fn unit_codes(page: &Answer) -> Vec<String> {
    let links = page.body.split("href=\"/units/").skip(1);
    let mut codes: Vec<String> =
        links.filter_map(|rest| rest.split(['"', '/', '#', '?']).next()).map(str::to_owned).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Where the server is now: how often it was started, and its address while it stands.
#[derive(Debug, Default)]
struct Place {
    started: usize,
    address: Option<SocketAddr>,
    acknowledged: usize,
    closing: bool,
}

#[derive(Debug, Default)]
struct World {
    place: Mutex<Place>,
    moved: Condvar,
}

impl World {
    fn change(&self, change: impl FnOnce(&mut Place)) {
        change(&mut self.place.lock().unwrap());
        self.moved.notify_all();
    }

    /// The address of a server that was started after the one with that number.
    fn after(&self, started: usize) -> (usize, SocketAddr) {
        let place = self.place.lock().unwrap();
        let waits = |place: &mut Place| place.started <= started || place.address.is_none();
        let (place, timeout) = self.moved.wait_timeout_while(place, PATIENCE, waits).unwrap();
        assert!(!timeout.timed_out(), "an answer was lost although the server stood");
        (place.started, place.address.unwrap())
    }

    /// Waits until so many more reports were acknowledged.
    fn acknowledges(&self, more: usize) {
        let place = self.place.lock().unwrap();
        let least = place.acknowledged + more;
        let (_place, timeout) =
            self.moved.wait_timeout_while(place, PATIENCE, |p| p.acknowledged < least).unwrap();
        assert!(!timeout.timed_out(), "nobody is answered any more");
    }
}

/// A report on its way, sent again and again under its own id until it is answered.
struct Pending {
    command_id: CommandId,
    unit: String,
    body: String,
    total_yen: i64,
}

/// What a client remembers at the end.
#[derive(Debug, Default)]
struct Remembered {
    /// Command, the entry that was told, the amount.
    acknowledged: Vec<(CommandId, u64, i64)>,
    refused: Vec<(CommandId, i64)>,
    resent: usize,
}

/// Reports until the world closes. Each amount is said once.
fn keep_reporting(world: &World, number: u64, account: &str) -> Remembered {
    let mut remembered = Remembered::default();
    let mut drawn = Drawn(number);
    let (mut started, mut address) = world.after(0);
    let mut browser = Browser::of(address, account);
    let mut page = browser.get(address, "/today").expect("a page").expect(200);
    if let Some(region) = page.between("href=\"/regions/", "\"") {
        // Today leads to a region's list of calls as well as to the region.
        let region = region.split('/').next().unwrap_or_default();
        page = browser.get(address, &format!("/regions/{region}")).expect("a page").expect(200);
    }
    let units = unit_codes(&page);
    assert!(!units.is_empty(), "{}", page.body);
    let mut pending: Option<Pending> = None;
    for turn in 0.. {
        if pending.is_none() && world.place.lock().unwrap().closing {
            return remembered;
        }
        let waiting = match pending.take() {
            Some(waiting) => waiting,
            None => {
                let unit = &units[drawn.below(units.len() as u64) as usize];
                match browser.get(address, &format!("/units/{unit}/report?step=response&track=wage")) {
                    Ok(page) => {
                        let page = page.expect(200);
                        let command_id = new_command_id();
                        let total_yen = 1_000_000 + i64::try_from(number).unwrap() * 1_000_000 + turn;
                        let remark = if drawn.below(3) == 0 { "電話で聞いた" } else { "" };
                        let body = report_form(&page, &command_id.to_string(), total_yen, remark);
                        Pending { command_id, unit: unit.clone(), body, total_yen }
                    }
                    Err(_) => {
                        (started, address) = world.after(started);
                        continue;
                    }
                }
            }
        };
        let path = format!("/units/{}/report", waiting.unit);
        match browser.ask(address, "POST", &path, &waiting.body) {
            Ok(answer) if answer.status == 303 => {
                let entry = answer.recorded().filter(|entry| *entry > 0).expect("an entry");
                remembered.acknowledged.push((waiting.command_id, entry, waiting.total_yen));
                world.change(|place| place.acknowledged += 1);
            }
            // Somebody else was faster: nothing of this one is recorded.
            Ok(answer) if answer.status == 409 => remembered.refused.push((waiting.command_id, waiting.total_yen)),
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => {
                remembered.resent += 1;
                pending = Some(waiting);
                (started, address) = world.after(started);
            }
        }
    }
    remembered
}

#[test]
fn what_was_acknowledged_is_there_once_however_often_the_power_fails() {
    const KILLS: u64 = 12;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let world = World::default();
    let mut drawn = Drawn(2004);
    let mut noted = None;
    let officers = accounts(Role::UnitOfficer);
    // Several per unit, so that they meet: an officer's two devices, and headquarters by telephone.
    let headquarters = accounts(Role::Headquarters);
    let clients = [&officers[..2], &officers[..2], &headquarters[..1]].concat();

    let remembered: Vec<Remembered> = std::thread::scope(|scope| {
        let mut server = Some(Server::demo(&data, UNITS));
        let stands = |server: &Option<Server>| {
            let address = server.as_ref().map(|server| server.address);
            world.change(|place| (place.started, place.address) = (place.started + 1, address));
        };
        stands(&server);
        let clients: Vec<_> = (1..)
            .zip(&clients)
            .map(|(number, account)| {
                scope.spawn({
                    let world = &world;
                    move || keep_reporting(world, number, account)
                })
            })
            .collect();
        for kill in 0..KILLS {
            world.acknowledges(20 + drawn.below(40) as usize);
            // Into the middle of whatever is being done then.
            std::thread::sleep(Duration::from_micros(drawn.below(9_000)));
            world.change(|place| place.address = None);
            server.take().unwrap().kill();
            if kill == 3 {
                noted = Some(reader(&data).head().unwrap());
            }
            if kill % 4 == 2 {
                // It is killed once more while it opens.
                let opening = Server::spawn(demo_command(&data, UNITS));
                std::thread::sleep(Duration::from_millis(drawn.below(120)));
                opening.kill();
            }
            server = Some(Server::demo(&data, UNITS));
            stands(&server);
        }
        world.acknowledges(10);
        world.change(|place| place.closing = true);
        let remembered = clients.into_iter().map(|client| client.join().expect("a client")).collect();
        server.take().unwrap().stop();
        remembered
    });

    let entries = all_entries(&data);
    let mut by_command: BTreeMap<CommandId, Vec<&Entry>> = BTreeMap::new();
    for entry in &entries {
        by_command.entry(entry.command_id).or_default().push(entry);
    }
    let said = |total_yen: i64| {
        let words = format!("\"total\":{{\"exact\":{total_yen}}}");
        entries.iter().filter(|entry| entry.body.contains(&words)).count()
    };
    let found = reader(&data);
    let (mut acknowledged, mut refused, mut resent) = (0, 0, 0);
    for client in &remembered {
        for (command_id, entry, total_yen) in &client.acknowledged {
            let record =
                found.find_command(*command_id).unwrap().unwrap_or_else(|| panic!("{command_id} is lost"));
            assert_eq!(record.last, Seq(*entry), "{command_id}");
            let parts = &by_command[command_id];
            assert_eq!(parts.len() as u64, record.last.0 - record.first.0 + 1, "{command_id}");
            assert_eq!(said(*total_yen), 1, "{total_yen} of {command_id}");
        }
        for (command_id, total_yen) in &client.refused {
            assert_eq!(found.find_command(*command_id).unwrap(), None, "{command_id} was refused");
            assert_eq!(said(*total_yen), 0, "{total_yen} of {command_id}");
        }
        acknowledged += client.acknowledged.len();
        refused += client.refused.len();
        resent += client.resent;
    }
    println!(
        "{KILLS} kills, {acknowledged} acknowledged, {resent} sent again, {refused} refused, {} entries",
        entries.len()
    );
    assert!(resent > 0, "no report was on its way when the power failed");

    // The chain, as the office checks it.
    let head = found.head().unwrap();
    let data = arg(&data);
    run(&["verify", "--data", data]).expect(0).says(&head.hash.to_string());
    let noted = noted.expect("a head");
    assert!(noted.seq < head.seq);
    let right = format!("{}:{}", noted.seq, noted.hash);
    run(&["verify", "--data", data, "--expect", &right]).expect(0);
    let wrong = format!("{}:{}", noted.seq, head.hash);
    run(&["verify", "--data", data, "--expect", &wrong]).expect(1).says(&format!("entry {}", noted.seq));
    let later = format!("{}:{}", head.seq.0 + 1, head.hash);
    run(&["verify", "--data", data, "--expect", &later]).expect(1).says("before the expected one");
    run(&["verify", "--data", data, "--expect", "12"]).expect(2);
}

#[test]
fn a_preparation_that_was_killed_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    Server::demo(&whole, UNITS).stop();
    let whole = reader(&whole).head().unwrap().seq;
    let mut drawn = Drawn(16);
    let data = folder.path().join("killed");
    let mut heads = Vec::new();
    for _ in 0..4 {
        let preparing = Server::spawn(demo_command(&data, UNITS));
        // It prepares, or listens already.
        preparing.first_line();
        std::thread::sleep(Duration::from_millis(drawn.below(60)));
        preparing.kill();
        heads.push(reader(&data).head().unwrap().seq);
    }
    println!("killed at {heads:?} of {whole}");
    assert!(heads.is_sorted() && heads.iter().any(|head| *head < whole), "{heads:?}");
    let server = Server::demo(&data, UNITS);
    assert_eq!(reader(&data).head().unwrap().seq, whole);
    server.stop();
    // Later starts add nothing.
    Server::demo(&data, UNITS).stop();
    assert_eq!(reader(&data).head().unwrap().seq, whole);
    run(&["verify", "--data", arg(&data)]).expect(0);
}

/// A folder with some reports whose process was killed, so that the last of them lie in the WAL.
fn killed_with_reports(data: &Path, reports: i64) -> Vec<u64> {
    let server = Server::demo(data, UNITS);
    let mut browser = Browser::of(server.address, &accounts(Role::UnitOfficer)[0]);
    let page = browser.get(server.address, "/today").unwrap().expect(200);
    let unit = unit_codes(&page).remove(0);
    let entries = (0..reports)
        .map(|number| {
            report(&mut browser, server.address, &unit, 5_000 + number, "").recorded().expect("recorded")
        })
        .collect();
    server.kill();
    entries
}

/// One report of this unit.
fn report(browser: &mut Browser, address: SocketAddr, unit: &str, total_yen: i64, remark: &str) -> Answer {
    let form =
        browser.get(address, &format!("/units/{unit}/report?step=response&track=wage")).unwrap().expect(200);
    let body = report_form(&form, &new_command_id().to_string(), total_yen, remark);
    browser.ask(address, "POST", &format!("/units/{unit}/report"), &body).unwrap()
}

fn serve(data: &Path) -> std::process::Command {
    program(&["serve", "--data", arg(data), "--listen", "127.0.0.1:0"])
}

#[test]
fn a_torn_log_opens_with_a_beginning_of_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let reported = killed_with_reports(&data, 12);
    // Before anybody opens it, which may tidy the log away.
    type Tear = fn(&mut Vec<u8>);
    let tears: [(&str, Tear); 4] = [
        ("cut in the middle of a page", |log| log.truncate(log.len() - 2_000)),
        ("cut by many pages", |log| log.truncate(log.len() - 60_000)),
        ("garbled at its end", |log| {
            let from = log.len() - 3_000;
            log[from..].iter_mut().for_each(|byte| *byte ^= 0x5a);
        }),
        ("gone", Vec::clear),
    ];
    let copies: Vec<_> = tears
        .iter()
        .enumerate()
        .map(|(number, (why, tear))| {
            let torn = copy(&data, &folder.path().join(format!("torn-{number}")));
            let log = torn.join("journal.sqlite-wal");
            let mut bytes = std::fs::read(&log).unwrap();
            tear(&mut bytes);
            std::fs::write(&log, bytes).unwrap();
            (*why, torn)
        })
        .collect();
    let whole = all_entries(&data);
    assert_eq!(whole.last().unwrap().seq.0, *reported.last().unwrap());
    let mut shorter = 0;
    for (why, torn) in copies {
        let server = Server::demo(&torn, UNITS);
        let head = reader(&torn).head().unwrap();
        Browser::default().get(server.address, "/releases").unwrap().expect(200);
        server.stop();
        run(&["verify", "--data", arg(&torn)]).expect(0);
        let same = whole.iter().find(|entry| entry.seq == head.seq).map(|entry| entry.hash);
        // Where even the preparation was torn off it has been made up again, with new sealed names.
        if head.seq.0 >= reported[0] {
            assert_eq!(same, Some(head.hash), "{why}: not a beginning of what was written");
        }
        shorter += usize::from(head.seq.0 < *reported.last().unwrap());
        // What was lost is told to whoever kept a number.
        let last = whole.last().unwrap();
        let expect = format!("{}:{}", last.seq, last.hash);
        let code = if head.seq == last.seq { 0 } else { 1 };
        run(&["verify", "--data", arg(&torn), "--expect", &expect]).expect(code);
    }
    assert!(shorter >= 3, "the tears tore nothing off");
}

#[test]
fn an_altered_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let reported = killed_with_reports(&data, 3);
    // Everything into the file itself.
    Server::demo(&data, UNITS).stop();
    let file = data.join("journal.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let words = b"\"total\":{\"exact\":5001}";
    let at = bytes.windows(words.len()).position(|window| window == words).expect("the second report");
    bytes[at + words.len() - 2] = b'9';
    std::fs::write(&file, bytes).unwrap();
    let named = format!("entry {}", reported[1]);
    run(&["verify", "--data", arg(&data)]).expect(1).says("台帳に誤りがあります").says(&named);
    // Without the snapshot, which is only a cache, nothing opens it either.
    std::fs::remove_file(data.join("snapshot")).unwrap();
    for mut command in [serve(&data), demo_command(&data, UNITS)] {
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("台帳を開けません") && told.contains(&named), "{told}");
    }
    let copied = folder.path().join("copied");
    run(&["backup", "--data", arg(&data), "--to", arg(&copied)]).expect(2).says(&named);
    assert!(!copied.exists(), "a bad copy was left behind");
}

#[test]
fn a_second_process_is_told_who_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let server = Server::demo(&data, UNITS);
    let host = std::process::Command::new("uname").arg("-n").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap().trim().to_owned();
    let told: [String; 2] =
        [format!("process {} on {host}, since 2", server.pid()), "台帳を開けません".to_owned()];
    for mut command in [serve(&data), demo_command(&data, UNITS)] {
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(told.iter().all(|words| said.contains(words)), "{said}");
    }
    // The first one has noticed nothing.
    Browser::default().get(server.address, "/releases").unwrap().expect(200);
    server.kill();
    // A killed process holds nothing.
    Server::demo(&data, UNITS).stop();
    assert!(key_of(&data).exists());
}

#[test]
fn a_full_disk_is_told_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    Server::demo(&data, UNITS).stop();
    let size = std::fs::metadata(data.join("journal.sqlite")).unwrap().len();
    // No file of this process may grow beyond this. Without the trap, the first one that would
    // ends the process, which is a power failure and tested above.
    let blocks = (size + (200 << 10)) / 512;
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let inner = demo_command(&data, UNITS);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &limited, "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env("LANG", "ja_JP.UTF-8");
    let server = Server::spawn(command).listening();
    let mut browser = Browser::of(server.address, &accounts(Role::UnitOfficer)[0]);
    let page = browser.get(server.address, "/today").unwrap().expect(200);
    let unit = unit_codes(&page).remove(0);
    let path = format!("/units/{unit}/report");
    let remark = "長い備考。".repeat(390);
    let mut acknowledged = Vec::new();
    let mut failed: Option<(String, String)> = None;
    for number in 0..2_000 {
        let form = browser.get(server.address, &format!("{path}?step=response&track=wage")).unwrap();
        let form = form.expect(200);
        let id = new_command_id().to_string();
        let body = report_form(&form, &id, 5_000 + number, &remark);
        let answer = browser.ask(server.address, "POST", &path, &body).unwrap();
        match answer.status {
            303 => acknowledged.push((id, answer.recorded().expect("an entry"))),
            _ => {
                let told = answer.expect(503);
                assert!(
                    told.body.contains("いま処理できません") && told.body.contains("何も記録していません"),
                    "{}",
                    told.body
                );
                failed = Some((id, body));
                break;
            }
        }
    }
    let (failed, body) = failed.expect("the disk was never full");
    println!("{} reports fitted", acknowledged.len());
    assert!(!acknowledged.is_empty());
    // It goes on to show what it has, and to say no.
    browser.get(server.address, &format!("/units/{unit}")).unwrap().expect(200);
    browser.ask(server.address, "POST", &path, &body).unwrap().expect(503);
    assert_eq!(find(&data, &failed), None);
    server.stop();

    // There is space again: the same report under the same id is recorded, and nothing is lost.
    let server = Server::demo(&data, UNITS);
    let last = browser.ask(server.address, "POST", &path, &body).unwrap().expect(303).recorded();
    assert_eq!(last, find(&data, &failed));
    for (id, entry) in &acknowledged {
        assert_eq!(find(&data, id), Some(*entry), "{id}");
    }
    server.stop();
    run(&["verify", "--data", arg(&data)]).expect(0);
}

/// The last entry of a command.
fn find(data: &Path, command_id: &str) -> Option<u64> {
    reader(data).find_command(command_id.parse().unwrap()).unwrap().map(|record| record.last.0)
}

#[test]
fn verification_reads_what_is_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let server = Server::demo(&data, UNITS);
    let head = verify::verify(reader(&data).as_ref(), None).unwrap().head;
    run(&["verify", "--data", arg(&data)]).expect(0).says(&head.hash.to_string());
    server.kill();
}

#[test]
fn an_open_board_does_not_keep_the_program_from_ending() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::demo(&folder.path().join("union"), UNITS);
    let browser = Browser::of(server.address, &accounts(Role::Headquarters)[0]);
    let stream = browser.open(server.address, "/board/live").unwrap();
    let mut lines = BufReader::new(stream).lines();
    // The first figures are here: the stream stands.
    assert!(lines.any(|line| line.unwrap().starts_with("data:")));
    let begun = Instant::now();
    server.stop();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(lines.all(|line| line.is_ok()), "the stream did not end");
}
