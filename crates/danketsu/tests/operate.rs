//! What an office does with the program over the years: the first start, copies and their way
//! back, and a clock that is wrong.
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
use danketsu::serving::{open_desk, open_home};
use federation::campaign::{self, CampaignId};
use federation::kit::Kit;
use federation::names::{CodeName, PublicName};
use federation::people::{Role, rules::Command as PeopleCommand};
use federation::release::ReleaseId;
use federation::release::rules::{Command as ReleaseCommand, Prepare};
use federation::{Command, organisation};
use journal::{Home, InstallationKey, ManualClock, Outcome, Places, Reading, SealedObject, SystemClock, sqlite};
use kernel::{AccountId, Channel, CommandId, Digest, SealedText, Seq, Timestamp, Zone};
use machine::{Browser, Server, arg, key_of, program, report_form, run};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use web::{Desk, DeskOptions, Sending, new_command_id};

const UNITS: usize = 40;
const KIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../kits/jam-2004/kit.toml");

fn demo() -> Demo {
    Demo::new(Shape { seed: 2004, units: UNITS })
}

fn account(role: Role) -> AccountId {
    demo().accounts.iter().find(|account| account.role == role).expect("an account").id()
}

fn serve(data: &Path, more: &[&str]) -> Server {
    let mut arguments = vec!["serve", "--data", arg(data), "--listen", "127.0.0.1:0"];
    arguments.extend(more);
    Server::spawn(program(&arguments)).listening()
}

#[test]
fn the_first_person_comes_in_by_the_link_of_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let create = [
        "federation",
        "create",
        "--data",
        arg(&data),
        "--name",
        "架空労働組合",
        "--kit",
        KIT,
        "--from",
        "2004-01-01",
    ];
    run(&create).expect(0).says("台帳を作りました");
    // A second one at the same place is refused, and changes nothing.
    let head = sqlite::read_only(&Places::new(&data)).unwrap().head().unwrap();
    run(&create).expect(2).says("台帳を作れません");
    assert_eq!(sqlite::read_only(&Places::new(&data)).unwrap().head().unwrap(), head);

    // Nobody used the link of the first start: the second start has another, and that one holds.
    let link = |server: &Server| {
        let line = server.line();
        let (_, link) = line.split_once(&format!("http://{}", server.address)).expect("a link");
        link.to_owned()
    };
    let first = serve(&data, &[]);
    let old = link(&first);
    first.stop();
    let server = serve(&data, &[]);
    let new = link(&server);
    assert_ne!(old, new);
    let mut browser = Browser::default();
    browser.get(server.address, &old).unwrap().expect(410);
    let page = browser.get(server.address, &new).unwrap().expect(200);
    let code = page.hidden("code").expect("the code");
    let fields = [("code", code.as_str()), ("password", "はるかぜの うた 2004")];
    let welcome = browser.post(server.address, "/welcome", &fields).unwrap().expect(303);
    assert_eq!(welcome.header("location"), "/today");
    browser.get(server.address, "/today").unwrap().expect(200);
    browser.get(server.address, "/board").unwrap();
    browser.get(server.address, "/people").unwrap().expect(200);
    server.stop();

    // From then on no start gives a link, and the session still holds.
    let server = serve(&data, &[]);
    browser.get(server.address, "/people").unwrap().expect(200);
    Browser::default().get(server.address, &new).unwrap().expect(410);
    let rest = server.stop_and_hear();
    assert!(rest.is_empty(), "{rest:?}");
    run(&["verify", "--data", arg(&data)]).expect(0);
}

/// The newest file of keys beside a copy.
fn keys_of(copy: &Path) -> PathBuf {
    let name = format!("{}.keys-", copy.file_name().unwrap().to_str().unwrap());
    let beside = std::fs::read_dir(copy.parent().unwrap()).unwrap().map(|item| item.unwrap().path());
    let mut keys: Vec<PathBuf> =
        beside.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&name)).collect();
    keys.sort();
    keys.pop().expect("a file of keys")
}

#[test]
fn a_copy_made_while_people_report_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    let server = Server::demo(&data, UNITS);
    let address = server.address;
    let stop = AtomicBool::new(false);
    let officers: Vec<_> =
        demo().accounts.into_iter().filter(|account| account.role == Role::UnitOfficer).take(3).collect();
    let (acknowledged, copies) = std::thread::scope(|scope| {
        let clients: Vec<_> = officers
            .iter()
            .map(|officer| {
                scope.spawn(|| {
                    let mut browser = Browser::of(address, &officer.id().to_string());
                    let path = format!("/units/{}/report", officer.organisation_code);
                    let mut last = Vec::new();
                    for number in 0.. {
                        if stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let form =
                            browser.get(address, &format!("{path}?step=response&track=wage")).unwrap().expect(200);
                        let id = new_command_id();
                        let body = report_form(&form, &id.to_string(), 6_000 + number, "電話で聞いた");
                        let answer = browser.ask(address, "POST", &path, &body).unwrap().expect(303);
                        last.push((id, answer.recorded().expect("an entry")));
                    }
                    last
                })
            })
            .collect();
        let copies: Vec<_> = (0..3)
            .map(|number| {
                let to = folder.path().join(format!("copy-{number}"));
                run(&["backup", "--data", arg(&data), "--to", arg(&to)]).expect(0).says("読み返して確かめました");
                to
            })
            .collect();
        stop.store(true, Ordering::SeqCst);
        let acknowledged: Vec<(CommandId, u64)> =
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        (acknowledged, copies)
    });
    server.stop();
    let whole = sqlite::read_only(&Places::new(&data)).unwrap();
    let mut before = Seq(0);
    for (number, copy) in copies.iter().enumerate() {
        let back = folder.path().join(format!("back-{number}"));
        run(&["restore", "--from", arg(copy), "--keys", arg(&keys_of(copy)), "--data", arg(&back)])
            .expect(0)
            .says("戻しました");
        let restored = sqlite::read_only(&Places::new(&back)).unwrap();
        let head = restored.head().unwrap();
        let same = whole.read(head.seq, 1).unwrap();
        assert_eq!(same[0].hash, head.hash);
        assert!(head.seq >= before, "an older copy");
        before = head.seq;
        for (id, entry) in acknowledged.iter().filter(|(_, entry)| *entry <= head.seq.0) {
            assert_eq!(restored.find_command(*id).unwrap().map(|record| record.last.0), Some(*entry));
        }
        run(&["verify", "--data", arg(&back), "--expect", &format!("{}:{}", head.seq, head.hash)]).expect(0);
    }
    println!("{} acknowledged while three copies were made, the last up to entry {before}", acknowledged.len());

    // The key is not in the copy: without it nothing opens, with it the office works on.
    let back = folder.path().join("back-2");
    run(&["serve", "--data", arg(&back), "--listen", "127.0.0.1:0"]).expect(2).says("--key");
    let server = serve(&back, &["--key", arg(&key_of(&data))]);
    Browser::default().get(server.address, "/releases").unwrap().expect(200);
    server.stop();
}

#[test]
fn whoever_was_erased_stays_erased_in_older_copies() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    Server::demo(&data, UNITS).stop();
    let older = folder.path().join("older");
    run(&["backup", "--data", arg(&data), "--to", arg(&older)]).expect(0);

    let erased = account(Role::Auditor);
    let kept = account(Role::Headquarters);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let key = key_of(&data);
    let name = |desk: &Desk, account: AccountId| desk.now().state.people.accounts[&account].name;
    let reading =
        |desk: &Desk, text: SealedText| desk.engine.with_reader(|reader| desk.vault.read(reader, "name", &text));
    {
        let desk = open_desk(open_home(&data, Some(&key)).unwrap(), SystemClock, DeskOptions::default()).unwrap();
        let text = name(&desk, erased);
        assert!(matches!(reading(&desk, text), Ok(Reading::Plain(_))));
        runtime.block_on(desk.engine.erase(text.object)).unwrap();
        assert!(matches!(reading(&desk, text), Ok(Reading::Erased(_))));
        desk.engine.shut_down();
    }
    let newer = folder.path().join("newer");
    run(&["backup", "--data", arg(&data), "--to", arg(&newer)]).expect(0);
    let restored = |back: &Path| {
        let desk = open_desk(open_home(back, Some(&key)).unwrap(), SystemClock, DeskOptions::default()).unwrap();
        assert!(matches!(reading(&desk, name(&desk, erased)), Ok(Reading::Erased(_))), "she is back");
        assert!(matches!(reading(&desk, name(&desk, kept)), Ok(Reading::Plain(_))), "another is gone");
        desk.engine.shut_down();
    };
    // The older copy with the newer keys.
    let back = folder.path().join("back");
    let newer_keys = keys_of(&newer);
    run(&["restore", "--from", arg(&older), "--keys", arg(&newer_keys), "--data", arg(&back)]).expect(0);
    restored(&back);
    // The older copy into a place whose key store survived, even with the older keys in hand.
    let older_keys = keys_of(&older);
    for file in ["journal.sqlite", "side.sqlite", "snapshot"] {
        std::fs::remove_file(data.join(file)).unwrap();
    }
    run(&["restore", "--from", arg(&older), "--keys", arg(&older_keys), "--data", arg(&data)]).expect(0);
    restored(&data);
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sent(
    desk: &Desk,
    runtime: &tokio::runtime::Runtime,
    account: AccountId,
    command: Command,
    sealed: Vec<SealedObject>,
) -> (CommandId, Seq) {
    let command_id = new_command_id();
    let content = command_id.0.to_bytes().to_vec();
    let sending =
        Sending { command_id, content, account, on_behalf_of: None, channel: Channel::Form, command, sealed };
    match runtime.block_on(desk.send(sending)) {
        Outcome::Recorded { last, .. } => (command_id, last),
        other => panic!("not recorded: {other:?}"),
    }
}

#[test]
fn a_clock_that_goes_back_takes_nothing_back() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clock = Arc::new(ManualClock::new(instant("2004-03-16T00:00:00Z")));
    let key = InstallationKey::ephemeral().unwrap();
    let home = Home::create(&folder.path().join("union"), new_command_id().0, &key).unwrap();
    let desk = open_desk(home, Arc::clone(&clock), DeskOptions::default()).unwrap();
    let send = |account, command, sealed| sent(&desk, &runtime, account, command, sealed);
    let found = organisation::rules::Command::Found {
        federation: desk.vault.federation(),
        name: PublicName::new("架空労働組合").unwrap(),
        zone: Zone::JAPAN,
        fictitious: true,
        kit: Box::new(Kit::parse(&std::fs::read_to_string(KIT).unwrap()).unwrap()),
        kit_digest: Digest([0; 32]),
        from: "2000-01-01".parse().unwrap(),
    };
    send(AccountId::SYSTEM, Command::Organisation(found), Vec::new());
    let headquarters = desk.now().state.organisations.foundation.as_ref().unwrap().headquarters;
    let open = |by: AccountId, role: Role| {
        let name = desk.vault.seal("name", role.word().as_bytes()).unwrap();
        let command = PeopleCommand::OpenAccount {
            name: name.text,
            role,
            organisation: headquarters,
            from: "2004-01-01".parse().unwrap(),
            until: None,
            invitation_expires_at: instant("2004-04-01T00:00:00Z"),
        };
        AccountId::derive(send(by, Command::People(command), vec![name]).0.0, 0)
    };
    let staff = open(AccountId::SYSTEM, Role::Headquarters);
    let duty = open(staff, Role::ReleaseDuty);
    let code = |text: &str| CodeName::new(text).unwrap();
    let campaign = campaign::rules::Command::Open { code: code("spring-2004"), year: 2004, tracks: Vec::new() };
    let (id, _) = send(staff, Command::Campaign(Box::new(campaign)), Vec::new());
    let round = desk.now().state.kit().unwrap().rounds[0].code.clone();
    let embargo_until = instant("2004-03-16T03:00:00Z");
    let prepare = Prepare {
        campaign: CampaignId::derive(id.0, 0),
        round,
        corrects: None,
        known_at: desk.now().head.seq,
        made_at: desk.now().head.seq,
        snapshot_at: instant("2004-03-16T00:00:00Z"),
        embargo_until,
        frame_version: 0,
        program_version: code("0.1.0"),
        definition_digest: Digest([0; 32]),
        disclosure: federation::release::DisclosureRule::OneTable,
        content: Box::default(),
    };
    let (id, _) = send(duty, Command::Release(ReleaseCommand::Prepare(Box::new(prepare))), Vec::new());
    let release = ReleaseId::derive(id.0, 0);
    send(staff, Command::Release(ReleaseCommand::Approve { release }), Vec::new());

    let due = |at: &str| {
        clock.set(instant(at));
        runtime.block_on(desk.engine.run_due_once(desk.instant()))
    };
    let published = |desk: &Desk| desk.now().state.releases.published().count();
    // Before the hour, at the hour, and after the clock was set back behind it and came again.
    assert_eq!((due("2004-03-16T02:59:59.999999Z").recorded, published(&desk)), (0, 0));
    assert_eq!((due("2004-03-16T03:00:00Z").recorded, published(&desk)), (1, 1));
    let past = instant("2004-03-16T01:00:00Z");
    let just_now = instant("2004-03-16T02:59:59.999999Z");
    let resolved = [past, just_now].map(|at| runtime.block_on(desk.engine.seq_at(at)).unwrap());
    let head = desk.now().head;
    for at in ["2004-03-16T00:30:00Z", "2004-03-16T02:59:59Z", "2004-03-16T03:00:00Z", "2004-03-16T05:00:00Z"] {
        let report = due(at);
        assert_eq!((report.due, report.refused, published(&desk)), (0, 0, 1), "{at}");
    }
    assert_eq!(desk.now().head, head, "something was done a second time");

    // What is recorded while the clock is behind is recorded at the head's time, and no named
    // instant of the past gets another number by it.
    clock.set(instant("2004-03-16T00:10:00Z"));
    open(staff, Role::Auditor);
    assert_eq!(desk.now().head.recorded_at, head.recorded_at);
    clock.set(instant("2004-03-16T06:00:00Z"));
    open(staff, Role::Auditor);
    let again = [past, just_now].map(|at| runtime.block_on(desk.engine.seq_at(at)).unwrap());
    assert_eq!(resolved, again);

    // An instant that was named becomes a limit, even where nothing was recorded near it.
    clock.set(instant("2004-03-16T08:00:00Z"));
    let named = instant("2004-03-16T07:30:00Z");
    let before = runtime.block_on(desk.engine.seq_at(named)).unwrap();
    clock.set(instant("2004-03-16T07:00:00Z"));
    open(staff, Role::Auditor);
    assert!(desk.now().head.recorded_at > named);
    clock.set(instant("2004-03-16T09:00:00Z"));
    assert_eq!(runtime.block_on(desk.engine.seq_at(named)).unwrap(), before);

    let entries = desk.engine.with_reader(|reader| reader.read(Seq(1), usize::MAX)).unwrap();
    assert!(entries.is_sorted_by_key(|entry| entry.recorded_at));
    assert_eq!(entries.iter().filter(|entry| entry.kind == "release.published").count(), 1);
    desk.engine.shut_down();

    // Nor after a restart with the clock still behind.
    clock.set(instant("2004-03-16T00:00:00Z"));
    let desk = open_desk(
        Home::open(&folder.path().join("union"), &key).unwrap(),
        Arc::clone(&clock),
        DeskOptions::default(),
    )
    .unwrap();
    let report = runtime.block_on(desk.engine.run_due_once(desk.instant()));
    assert_eq!((report.due, published(&desk)), (0, 1));
    clock.set(instant("2004-03-16T10:00:00Z"));
    let again = runtime.block_on(desk.engine.seq_at(named)).unwrap();
    assert_eq!(again, before);
    desk.engine.shut_down();
}

#[test]
fn a_roster_comes_in_from_the_command_line_and_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("union");
    Server::demo(&data, UNITS).stop();
    let headquarters = account(Role::Headquarters).to_string();
    let file = folder.path().join("meibo.csv");
    let roster =
        "単組コード,単組名,地方,組合員数\nX900,架空取込労働組合,埼玉,120\nX901,架空不明労働組合,火星,80\n";
    std::fs::write(&file, roster).unwrap();
    let import = |more: &[&str]| {
        let mut arguments =
            vec!["import", "roster", arg(&file), "--data", arg(&data), "--as", headquarters.as_str()];
        arguments.extend(["--on", "2004-01-01"]);
        arguments.extend(more);
        run(&arguments)
    };
    let head = || sqlite::read_only(&Places::new(&data)).unwrap().head().unwrap();
    let before = head();
    import(&["--dry-run"]).expect(0).says("新規 1、同一 0、変更 0、衝突 0、要修正 1").says("C3");
    import(&[]).expect(2).says("--skip");
    assert_eq!(head(), before, "looking records nothing");
    import(&["--skip"]).expect(0).says("取り込みました");
    assert!(head().seq > before.seq);
    import(&["--dry-run"]).expect(0).says("新規 0、同一 1、変更 0、衝突 0、要修正 1");
}
