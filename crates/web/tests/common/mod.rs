//! A federation to test with, on a folder of its own with a clock that stands, and a browser that
//! keeps cookies.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "shared by several test binaries, none of which uses all of it; a test may stop"
)]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use census::columns::{Columns, Field, Value};
use federation::campaign::{self, CampaignId};
use federation::exchange::{Counts, FileKind, ImportId, Matter, Settings, SheetSettings};
use federation::kit::Kit;
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::{self, BargainingUnitId, OrganisationId, OrganisationKind};
use federation::people::{self, Role};
use federation::wage_census::content::DisclosureNumbers;
use federation::wage_census::events::HandedIn;
use federation::wage_census::rules::{Command as Wages, Open};
use federation::wage_census::{CensusRoundId, LegalBasis, Purpose, RaiseIncluded, Resolution, WageConcept};
use federation::{Command, State};
use journal::side::Session;
use journal::{Engine, EngineOptions, Home, InstallationKey, ManualClock, Outcome, SealedObject};
use kernel::{AccountId, Channel, CommandId, Date, Digest, SealedText, Seq, Timestamp, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;
use web::asked::{SESSION_COOKIE, secret_digest};
use web::shell::{Shell, csrf, wrap};
use web::{Desk, DeskOptions, Sending, new_command_id};

/// The kit with which the test federation works.
pub const KIT: &str = include_str!("../../../../kits/jam-2004/kit.toml");
/// When the tests begin: a day before the response day of the kit, in Japan's morning.
pub const START: &str = "2004-03-16T01:00:00Z";

/// A unit of the test federation.
#[derive(Debug, Clone)]
pub struct Unit {
    pub code: &'static str,
    pub name: &'static str,
    pub organisation: OrganisationId,
    pub bargaining_unit: BargainingUnitId,
}

/// A federation with two regions of three units each, the campaigns of 2003 and 2004 with their
/// frames, and an account of each duty. Nobody has a password; see [`Browser::of`].
pub struct Stage {
    pub desk: Arc<Desk>,
    pub clock: Arc<ManualClock>,
    pub router: Router,
    pub headquarters: OrganisationId,
    /// 埼玉 and 神奈川.
    pub regions: [OrganisationId; 2],
    /// S101, S102, S103 in 埼玉, K201, K202, K203 in 神奈川.
    pub units: Vec<Unit>,
    /// 2003 and 2004.
    pub campaigns: [CampaignId; 2],
    pub hq: AccountId,
    /// 埼玉.
    pub region: AccountId,
    /// 神奈川.
    pub other_region: AccountId,
    /// S101.
    pub officer: AccountId,
    /// K201.
    pub other_officer: AccountId,
    pub release: AccountId,
    pub auditor: AccountId,
    folder: tempfile::TempDir,
}

/// The names of the people of the stage: they must never appear outside the vault and its pages.
pub const NAMES: [&str; 7] = ["本田 光", "埼玉 幸子", "神奈 一郎", "髙﨑 美咲", "山辺 大", "公文 表", "監物 正"];

const REGIONS: [&str; 2] = ["saitama", "kanagawa"];
const UNITS: [(&str, &str, usize, u32); 6] = [
    ("S101", "架空精機労働組合", 0, 320),
    ("S102", "架空電子労働組合", 0, 85),
    ("S103", "架空車両労働組合", 0, 1200),
    ("K201", "架空鋳造労働組合", 1, 64),
    ("K202", "架空計測労働組合", 1, 410),
    ("K203", "架空機械労働組合", 1, 150),
];

pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

pub fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn code(text: &str) -> CodeName {
    CodeName::new(text).expect("a code")
}

thread_local! {
    static NEXT_ID: std::cell::Cell<Option<u128>> = const { std::cell::Cell::new(None) };
}

/// From now on this thread gives the commands of its stages the same ids again, from the first.
pub fn same_ids() {
    // A time-ordered id of the spring of 2004.
    NEXT_ID.set(Some(0x00fb_f6b0_0000_7000_8000_0000_0000_0000));
}

/// The id of the next command.
pub fn next_id() -> CommandId {
    match NEXT_ID.get() {
        Some(next) => {
            NEXT_ID.set(Some(next + 1));
            CommandId(kernel::Id::from_u128(next))
        }
        None => new_command_id(),
    }
}

/// A desk with its files in `folder`, and nothing in its journal.
pub fn empty_desk(folder: &std::path::Path, options: DeskOptions) -> (Arc<Desk>, Arc<ManualClock>) {
    let federation = next_id().0;
    let key = InstallationKey::ephemeral().expect("a key");
    let Home { journal, vault, side, .. } = Home::create(folder, federation, &key).expect("a home");
    let clock = Arc::new(ManualClock::new(instant(START)));
    let engine = Engine::open(journal, Arc::clone(&clock), EngineOptions::default()).expect("an engine");
    (Arc::new(Desk::new(engine, vault, side, options)), clock)
}

/// Sends a command that must be recorded; its id and last entry.
pub async fn send(
    desk: &Desk,
    account: AccountId,
    command: Command,
    sealed: Vec<SealedObject>,
) -> (CommandId, Seq) {
    let command_id = next_id();
    let content = command_id.0.to_bytes().to_vec();
    let channel = if account == AccountId::SYSTEM { Channel::System } else { Channel::Form };
    let sending = Sending { command_id, content, account, on_behalf_of: None, channel, command, sealed };
    match desk.send(sending).await {
        Outcome::Recorded { last, .. } => (command_id, last),
        Outcome::Nothing { at } => (command_id, at),
        other => panic!("not recorded: {other:?}"),
    }
}

/// Founds the test federation; its headquarters.
pub async fn found(desk: &Desk) -> OrganisationId {
    let command = organisation::rules::Command::Found {
        federation: desk.vault.federation(),
        name: PublicName::new("架空金属機械労働組合").expect("a name"),
        zone: Zone::JAPAN,
        fictitious: true,
        kit: Box::new(Kit::parse(KIT).expect("the kit")),
        kit_digest: Digest([0; 32]),
        from: date("2000-01-01"),
    };
    send(desk, AccountId::SYSTEM, Command::Organisation(command), Vec::new()).await;
    desk.now().state.organisations.foundation.as_ref().expect("a foundation").headquarters
}

/// Opens an account for a person of that name.
pub async fn account(
    desk: &Desk,
    by: AccountId,
    name: &str,
    role: Role,
    organisation: OrganisationId,
) -> AccountId {
    let sealed = desk.vault.seal("name", name.as_bytes()).expect("sealed");
    let command = people::rules::Command::OpenAccount {
        name: sealed.text,
        role,
        organisation,
        from: date("2002-09-01"),
        until: None,
        invitation_expires_at: instant("2004-04-30T00:00:00Z"),
    };
    let (id, _) = send(desk, by, Command::People(command), vec![sealed]).await;
    AccountId::derive(id.0, 0)
}

impl Stage {
    /// The whole federation.
    pub async fn new() -> Stage {
        Stage::with(DeskOptions::default()).await
    }

    /// The same on a desk with these options.
    pub async fn with(options: DeskOptions) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let (desk, clock) = empty_desk(folder.path(), options);
        let headquarters = found(&desk).await;
        let hq = account(&desk, AccountId::SYSTEM, NAMES[0], Role::Headquarters, headquarters).await;

        let register = |at: &str, name: &str, parent, members: u32| {
            Command::Organisation(organisation::rules::Command::Register {
                kind: OrganisationKind::Unit,
                code: code(at),
                name: PublicName::new(name).expect("a name"),
                parent: Some(parent),
                members: Some(members),
                worksite: Some((Prefecture::new(11).expect("a prefecture"), code("precision"))),
                bargains: true,
                from: date("2001-09-01"),
            })
        };
        // The kit's regions stand from the start.
        let regions = REGIONS.map(|at| desk.now().state.organisations.by_code[&code(at)]);
        let mut units = Vec::new();
        for (at, name, region, members) in UNITS {
            let command = register(at, name, regions[region], members);
            let (id, _) = send(&desk, hq, command, vec![]).await;
            let (organisation, bargaining_unit) =
                (OrganisationId::derive(id.0, 0), BargainingUnitId::derive(id.0, 2));
            units.push(Unit { code: at, name, organisation, bargaining_unit });
        }
        let mut campaigns = Vec::new();
        for year in [2003_i16, 2004] {
            let open =
                campaign::rules::Command::Open { code: code(&format!("spring-{year}")), year, tracks: Vec::new() };
            let (id, _) = send(&desk, hq, Command::Campaign(Box::new(open)), vec![]).await;
            let campaign = CampaignId::derive(id.0, 0);
            let frame = campaign::rules::Command::FixFrame { campaign, on: date(&format!("{year}-02-01")) };
            send(&desk, hq, Command::Campaign(Box::new(frame)), vec![]).await;
            campaigns.push(campaign);
        }
        let region = account(&desk, hq, NAMES[1], Role::RegionalStaff, regions[0]).await;
        let other_region = account(&desk, hq, NAMES[2], Role::RegionalStaff, regions[1]).await;
        let officer = account(&desk, region, NAMES[3], Role::UnitOfficer, units[0].organisation).await;
        let other_officer = account(&desk, other_region, NAMES[4], Role::UnitOfficer, units[3].organisation).await;
        let release = account(&desk, hq, NAMES[5], Role::ReleaseDuty, headquarters).await;
        let auditor = account(&desk, hq, NAMES[6], Role::Auditor, headquarters).await;
        let router = wrap(web::router(&desk), Shell::default());
        let campaigns = [campaigns[0], campaigns[1]];
        Stage {
            desk,
            clock,
            router,
            headquarters,
            regions,
            units,
            campaigns,
            hq,
            region,
            other_region,
            officer,
            other_officer,
            release,
            auditor,
            folder,
        }
    }

    /// What stands.
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&self.desk.now().state)
    }

    /// Sets the clock.
    pub fn at(&self, text: &str) {
        self.clock.set(instant(text));
    }

    /// A command of an account, past the pages; it must be recorded.
    pub async fn send(&self, account: AccountId, command: Command) -> (CommandId, Seq) {
        send(&self.desk, account, command, Vec::new()).await
    }

    /// Seals a text into the vault together with the command that names it.
    pub fn seal(&self, kind: &str, text: &str) -> (SealedText, SealedObject) {
        let sealed = self.desk.vault.seal(kind, text.as_bytes()).expect("sealed");
        (sealed.text, sealed)
    }

    /// A file of one row that an account has brought in, through already; its import.
    pub async fn imported(&self, account: AccountId) -> ImportId {
        use federation::exchange::rules::{Command as Exchange, Start};
        let bytes = "コード,回答額\nS102,7111\n".as_bytes();
        let sealed = self.desk.vault.seal(web::exchange::import_run::FILE, bytes).expect("sealed");
        let columns = vec![Some(code("unit-code")), Some(code("wage-total"))];
        let sheet = SheetSettings { sheet: 0, header: 1, header_rows: 1, step: Some(code("response")), columns };
        let start = Start {
            matter: Matter::Reports,
            file: sealed.text,
            digest: web::exchange::import_kept::digest(bytes),
            file_kind: FileKind::Csv,
            campaign: Some(self.campaigns[1]),
            collection: None,
            settings: Settings { sheets: vec![sheet], on: None },
            amended: None,
            rows: 1,
            last_row: 2,
        };
        let start = Command::Exchange(Exchange::Start(Box::new(start)));
        let (id, _) = send(&self.desk, account, start, vec![sealed]).await;
        let import = ImportId::derive(id.0, 0);
        let finish = Exchange::Finish { import, counts: Counts::default() };
        self.send(account, Command::Exchange(finish)).await;
        import
    }

    /// A round of the wage census for June 2003, opened by headquarters.
    pub async fn census(&self) -> CensusRoundId {
        let open = Open {
            code: code("wages-2003"),
            reference_month: date("2003-06-01"),
            age_on: date("2003-04-01"),
            due_on: date("2004-04-30"),
            kept_until: date("2009-03-31"),
            purposes: Purpose::ALL.to_vec(),
            wage: WageConcept::Scheduled,
            disclosure: DisclosureNumbers { min_persons: 3, quantile_support: 3, ..DisclosureNumbers::default() },
        };
        let (id, _) = self.send(self.hq, Command::WageCensus(Wages::Open(Box::new(open)))).await;
        CensusRoundId::derive(id.0, 0)
    }

    /// Wages of a unit, `persons` of them from 20 on, that begin at `first_yen`.
    pub async fn wages(&self, by: AccountId, unit: usize, round: CensusRoundId, persons: i64, first_yen: i64) {
        let value = |number: i64| Value::new(number).expect("a cell");
        let mut columns = Columns::new();
        for number in 0..persons {
            let age = 20 + number % 40;
            let cells = [
                (Field::Sex, value(1 + number % 2)),
                (Field::Education, value(2)),
                (Field::Age, value(age)),
                (Field::Tenure, value(age - 18)),
                (Field::Scheduled, value(first_yen + (age - 20) * 5_000 + (number / 40) * 1_700)),
            ];
            let row = u32::try_from(number + 2).expect("a row");
            columns.push(row, &cells, Some(u128::try_from(number + 1).expect("a person")));
        }
        let text = census::stored::write(&columns, census::read::MoneyUnit::Yen);
        let (rows, sealed) = self.seal("wages", &text);
        let event = HandedIn {
            round,
            organisation: self.units[unit].organisation,
            based_on: None,
            rows,
            persons: u32::try_from(persons).expect("persons"),
            left_out: 0,
            declared_members: u32::try_from(persons).expect("persons"),
            findings: Vec::new(),
            resolution: Resolution::Yen,
            raise_included: RaiseIncluded::Yes,
            basis: LegalBasis::Consent,
            reason: None,
        };
        send(&self.desk, by, Command::WageCensus(Wages::HandIn(Box::new(event))), vec![sealed]).await;
    }

    /// Every body of the journal, as it lies in the file.
    pub fn journal_bodies(&self) -> Vec<String> {
        let entries = self.desk.engine.with_reader(|reader| reader.read(Seq(1), 1_000_000)).expect("the entries");
        entries.into_iter().map(|entry| entry.body).collect()
    }

    /// Every byte of the files of the federation.
    pub fn files(&self) -> Vec<Vec<u8>> {
        let files =
            std::fs::read_dir(self.folder.path()).expect("the folder").map(|entry| entry.expect("a file").path());
        files.filter(|path| path.is_file()).map(|path| std::fs::read(path).expect("the file")).collect()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// As text; of a ZIP or workbook, all that is in it.
    pub body: String,
    pub bytes: Vec<u8>,
}

/// The text of every part of a container, and of the containers in it.
fn unpacked(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a container");
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).expect("the part");
        let inside = if bytes.starts_with(b"PK\x03\x04") {
            unpacked(&bytes)
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        text.push_str(&format!("--- {name}\n{inside}\n"));
    }
    text
}

impl Answer {
    fn of(status: StatusCode, headers: HeaderMap, bytes: Vec<u8>) -> Answer {
        let container = bytes.starts_with(b"PK\x03\x04");
        let body = if container { unpacked(&bytes) } else { String::from_utf8_lossy(&bytes).into_owned() };
        Answer { status, headers, body, bytes }
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Stops with the body unless the status is that.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Stops unless the page says that.
    #[track_caller]
    pub fn says(self, text: &str) -> Answer {
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
        self
    }

    /// Stops if the page says that.
    #[track_caller]
    pub fn says_not(self, text: &str) -> Answer {
        assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        self
    }

    /// The value of the first hidden field of that name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("type=\"hidden\" name=\"{name}\" value=\""))?;
        let rest = self.body[at..].split_once("value=\"")?.1;
        Some(rest.split_once('"')?.0.to_owned())
    }

    /// The first text between two others.
    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        self.body.split_once(before)?.1.split_once(after).map(|(text, _)| text)
    }
}

/// A browser: keeps cookies, sends forms with the token of its session.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub user_agent: String,
}

impl Browser {
    /// Nobody.
    pub fn new(stage: &Stage) -> Browser {
        Browser::on(stage.router.clone())
    }

    /// Nobody, on any router.
    pub fn on(router: Router) -> Browser {
        let user_agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
        Browser { router, cookies: BTreeMap::new(), user_agent: user_agent.to_owned() }
    }

    /// Somebody who is signed in already.
    pub fn of(stage: &Stage, account: AccountId) -> Browser {
        let token = format!("{}{}", new_command_id().0, account).replace('-', "");
        let now = stage.desk.instant();
        let session = Session {
            token_hash: secret_digest(&token),
            account,
            created_at: now,
            last_seen: now,
            expires_at: now.checked_add(jiff::SignedDuration::from_hours(24 * 365 * 10)).expect("later"),
            label: String::new(),
        };
        stage.desk.side.add_session(&session).expect("a session");
        let mut browser = Browser::new(stage);
        browser.cookies.insert(SESSION_COOKIE.to_owned(), token);
        browser
    }

    /// In this language from now on.
    pub fn speaking(mut self, tag: &str) -> Browser {
        self.cookies.insert(web::asked::LANGUAGE_COOKIE.to_owned(), tag.to_owned());
        self
    }

    /// A page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, Vec::new(), &[]).await
    }

    /// A form of this session.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.cookies.get(SESSION_COOKIE).map(|token| csrf::fresh(token.as_bytes()).expect("a token"));
        let mut all: Vec<(&str, &str)> = vec![("csrf", token.as_deref().unwrap_or_default())];
        all.extend_from_slice(fields);
        self.post_without_token(path, &all).await
    }

    /// A form with exactly these fields.
    pub async fn post_without_token(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.ask(
            "POST",
            path,
            body.join("&").into_bytes(),
            &[("content-type", "application/x-www-form-urlencoded")],
        )
        .await
    }

    /// Where the answer leads.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        let location = answer.location().to_owned();
        assert!(!location.is_empty(), "it leads nowhere: {}", answer.body);
        self.get(&location).await
    }

    /// A page; of one that goes on for ever, the first event.
    pub async fn first(&mut self, path: &str) -> Answer {
        let response = self.send("GET", path, Vec::new(), &[]).await;
        let (parts, body) = response.into_parts();
        let goes_on = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let mut stream = body.into_data_stream();
        let mut bytes = Vec::new();
        while let Some(piece) = std::future::poll_fn(|context| {
            futures_core::Stream::poll_next(std::pin::Pin::new(&mut stream), context)
        })
        .await
        {
            bytes.extend_from_slice(&piece.expect("a piece"));
            if goes_on && bytes.ends_with(b"\n\n") {
                break;
            }
        }
        Answer::of(parts.status, parts.headers, bytes)
    }

    /// Any request.
    pub async fn ask(&mut self, method: &str, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let response = self.send(method, path, body, headers).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.expect("a body");
        Answer::of(parts.status, parts.headers, body.to_vec())
    }

    async fn send(&mut self, method: &str, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        request = request.header(header::USER_AGENT, &self.user_agent);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
