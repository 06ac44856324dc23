//! Who is let in, by whom, and as whom: sign-in, invitations, accounts and duties.
//!
//! A person is known to the pages by her 利用者番号 ([`secret::number`]); she comes in for the first
//! time with a code from paper ([`secret::InvitationCode`]), chooses a password ([`password`]) and
//! has a session from then on ([`session`]). Names are read from the vault, and each reading but
//! one's own is written down before it is shown.

pub mod forms;
pub mod handover;
pub mod pages;
pub mod password;
pub mod secret;
pub mod session;
mod table;

use crate::answer::Stop;
use crate::asked::{Asked, secret_digest};
use crate::desk::{Desk, Sending, new_command_id};
use federation::organisation::OrganisationId;
use federation::people::{Duty, DutyId, Role, rules};
use federation::policy::{Action, Subject};
use federation::{Command, Refusal};
use jiff::SignedDuration;
use journal::side::Access;
use journal::{Fault, Outcome, StoreFault, VaultFault};
use kernel::{AccountId, Arg, Channel, Seq, Timestamp};
use secret::InvitationCode;
use std::collections::BTreeMap;

pub use session::touch;

/// How long a first-time code may be used.
pub const INVITATION_DAYS: i64 = 14;
/// The kind under which names lie in the vault.
pub const NAME: &str = "name";

/// A text as a part of a query: everything but unreserved characters in percent form.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// An address of our own, and of nobody else: one slash, then no other, and nothing hidden.
pub fn local_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let ours = !rest.starts_with(['/', '\\']) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (ours && text.len() <= 1_000).then_some(text)
}

/// A full-width character as its half-width one; kana input leaves them in codes.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// What was asked for, in the form in which names of organisations are compared.
pub(crate) fn folded(text: &str) -> String {
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// What became of a command, or why the request ends.
pub(crate) fn recorded(outcome: Outcome<Refusal>) -> Result<Seq, Stop> {
    match outcome {
        Outcome::Recorded { last, .. } => Ok(last),
        Outcome::Nothing { at } => Ok(at),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}

fn store(fault: StoreFault) -> Stop {
    Stop::fault(fault)
}

/// A person of a list: the account and those of its duties that the viewer may see.
#[derive(Debug, Clone)]
pub struct Person {
    /// Whose.
    pub account: AccountId,
    /// The latest first.
    pub duties: Vec<(DutyId, Duty)>,
}

/// Everybody whom the viewer may see, in the order of the codes of their organisations.
fn people_of(asked: &Asked) -> Vec<Person> {
    let state = asked.state();
    let people = state.people.accounts.iter().filter(|(_, account)| account.open).filter_map(|(id, account)| {
        let duties = account.duties.iter().filter_map(|id| Some((*id, state.people.duties.get(id)?.clone())));
        let seen = |duty: &Duty| asked.may(Action::SeePeople, Subject::Organisation(duty.organisation));
        let mut duties: Vec<(DutyId, Duty)> = duties.filter(|(_, duty)| seen(duty)).collect();
        duties.reverse();
        (!duties.is_empty()).then_some(Person { account: *id, duties })
    });
    let mut people: Vec<Person> = people.collect();
    people.sort_by_key(|person| {
        let duty = person.duties.first().map(|(_, duty)| duty);
        let rank = duty.map_or(0, |duty| 9 - rank(duty.role));
        (
            rank,
            duty.and_then(|duty| state.organisations.get(duty.organisation)).map(|o| o.code.clone()),
            person.account,
        )
    });
    people
}

/// Headquarters last in number, first in lists.
fn rank(role: Role) -> u8 {
    match role {
        Role::Headquarters => 5,
        Role::ReleaseDuty => 4,
        Role::Auditor => 3,
        Role::RegionalStaff => 2,
        _ => 1,
    }
}

/// Names from the vault; that they were read is written down first, in one go.
fn read_names(asked: &Asked, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, String>, Stop> {
    let reader = asked.viewer.account().ok_or(Stop::SignIn)?;
    let state = asked.state();
    let texts = accounts.iter().filter_map(|id| Some((*id, state.people.accounts.get(id)?.name)));
    let texts: Vec<_> = texts.collect();
    let others = texts.iter().filter(|(id, _)| *id != reader);
    let accesses = others.map(|(_, text)| Access {
        at: asked.now,
        account: reader,
        kind: NAME.to_owned(),
        subject: text.object,
    });
    let accesses: Vec<Access> = accesses.collect();
    if !accesses.is_empty() {
        asked.desk.side.log_access(&accesses).map_err(store)?;
    }
    Ok(texts.into_iter().filter_map(|(id, text)| Some((id, asked.desk.read_unlogged(NAME, &text)?))).collect())
}

/// May the viewer give and end such a duty? As [`rules`] decides it.
fn may_grant(asked: &Asked, role: Role, organisation: OrganisationId) -> bool {
    let headquarters = asked.viewer.duties().iter().any(|duty| duty.role == Role::Headquarters);
    (role == Role::UnitOfficer || headquarters)
        && asked.may(Action::GrantDuty, Subject::Organisation(organisation))
}

/// May the viewer hand this person another code? Then all duties that hold or will hold are in
/// reach: a code opens all that the person may do.
fn may_invite(asked: &Asked, account: AccountId) -> bool {
    let state = asked.state();
    let Some(found) = state.people.accounts.get(&account).filter(|found| found.open) else { return false };
    let duties = found.duties.iter().filter_map(|id| state.people.duties.get(id));
    let mut live = duties.filter(|duty| duty.until.is_none_or(|until| asked.today() < until));
    asked.signed.as_ref().is_some_and(|signed| signed.account != account)
        && live.clone().any(|duty| duty.holds_on(asked.today()))
        && live.all(|duty| asked.may(Action::Invite, Subject::Organisation(duty.organisation)))
}

/// The name of an organisation with its code, as of today.
fn organisation_name(asked: &Asked, id: OrganisationId) -> String {
    let code = asked.state().organisations.get(id).map(|found| &found.code);
    code.map_or_else(String::new, |code| format!("{} ({code})", crate::frame::organisation_name(asked, id)))
}

/// 「単組役員　○○労働組合」.
fn duty_words(asked: &Asked, duty: &Duty) -> String {
    let role = asked.speaker.label(&format!("role.{}", duty.role.word()));
    format!("{role}　{}", organisation_name(asked, duty.organisation))
}

/// 「2003年9月1日(月)から2005年8月31日(水)まで」: the last day, not the first without.
fn term_words(asked: &Asked, duty: &Duty) -> String {
    let from = Arg::Date(duty.from);
    match duty.until.and_then(|until| until.yesterday().ok()) {
        Some(last) if last < duty.from => asked.speaker.text("people.term-never").to_owned(),
        Some(last) => asked.speaker.say("people.term-until", &[("from", from), ("last", Arg::Date(last))]),
        None => asked.speaker.say("people.term-open", &[("from", from)]),
    }
}

fn invitation_end(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(24 * INVITATION_DAYS)).unwrap_or(Timestamp::MAX)
}

/// A code for the account; earlier ones that were not used no longer work.
fn issue(desk: &Desk, account: AccountId, expires_at: Timestamp) -> Result<InvitationCode, SetUpFault> {
    let code = InvitationCode::fresh().map_err(|error| SetUpFault::NoRandomness(error.to_string()))?;
    desk.side.invite(secret_digest(code.secret()), account, expires_at)?;
    Ok(code)
}

/// Why the first person could not be let in.
#[derive(Debug, thiserror::Error)]
pub enum SetUpFault {
    /// There are no random numbers.
    #[error("no random numbers: {0}")]
    NoRandomness(String),
    /// The tables beside the journal failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] Fault),
    /// The federation is not founded, or its rules do not allow it.
    #[error("the first person at headquarters was refused: {0:?}")]
    Refused(Refusal),
    /// An id that was drawn just now is in use.
    #[error("an id was drawn twice")]
    CommandIdReused,
}

impl From<SetUpFault> for Stop {
    fn from(fault: SetUpFault) -> Stop {
        Stop::fault(fault)
    }
}

/// Lets the first person in: as long as nobody at headquarters has a password, a fresh link on
/// each start, as the path `/welcome/{code}`; earlier ones no longer work. `name` is what the
/// account is called until then.
///
/// # Errors
/// The federation is not founded, or the store failed.
pub async fn set_up(desk: &Desk, name: &str, now: Timestamp) -> Result<Option<String>, SetUpFault> {
    let published = desk.now();
    let people = &published.state.people;
    let mut first = None;
    for duty in people.duties.values().filter(|duty| duty.role == Role::Headquarters) {
        if desk.side.credential(duty.account)?.is_some() {
            return Ok(None);
        }
        let usable = people.accounts.get(&duty.account).is_some_and(|account| account.open);
        if usable && first.is_none() {
            first = Some(duty.account);
        }
    }
    let expires_at = invitation_end(now);
    let account = match first {
        Some(account) => account,
        None if people.anybody_ever(Role::Headquarters) => return Ok(None),
        None => {
            let foundation = published.state.organisations.foundation.as_ref();
            let headquarters = foundation.ok_or(SetUpFault::Refused(Refusal::NotFounded))?.headquarters;
            let sealed = desk.vault.seal(NAME, name.as_bytes())?;
            let command_id = new_command_id();
            let command = rules::Command::OpenAccount {
                name: sealed.text,
                role: Role::Headquarters,
                organisation: headquarters,
                from: published.state.today(now),
                until: None,
                invitation_expires_at: expires_at,
            };
            let sending = Sending {
                command_id,
                content: b"set-up".to_vec(),
                account: AccountId::SYSTEM,
                on_behalf_of: None,
                channel: Channel::System,
                command: Command::People(command),
                sealed: vec![sealed],
            };
            match desk.send(sending).await {
                Outcome::Recorded { .. } | Outcome::Nothing { .. } => AccountId::derive(command_id.0, 0),
                Outcome::Refused(refusal) => return Err(SetUpFault::Refused(refusal)),
                Outcome::CommandIdReused => return Err(SetUpFault::CommandIdReused),
                Outcome::Fault(fault) => return Err(fault.into()),
            }
        }
    };
    Ok(Some(format!("/welcome/{}", issue(desk, account, expires_at)?.written())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses() {
        for ours in ["/", "/today", "/units/S101?track=wage", "/a//b"] {
            assert_eq!(local_path(ours), Some(ours));
        }
        for other in [
            "",
            "today",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/a b",
            "/\u{3042}",
        ] {
            assert_eq!(local_path(other), None, "{other}");
        }
    }
}
