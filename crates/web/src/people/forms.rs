//! What is sent: signing in and out, letting in, giving and ending duties.

use super::pages::{self, NewPerson};
use super::secret::InvitationCode;
use super::session::{self, Device};
use super::{invitation_end, issue, local_path, may_grant, may_invite, narrow, password, recorded, secret, store};
use crate::answer::{Stop, see};
use crate::asked::{Asked, secret_digest};
use crate::desk::Sending;
use crate::fields::{Checked, Fields, Open};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use federation::names::CodeName;
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::people::{DutyId, Role, rules};
use federation::{Command, State};
use journal::SealedObject;
use journal::side::InvitationUse;
use kernel::japanese::{Reading, dates};
use kernel::{AccountId, Arg, Channel, CommandId, Date};

const LONGEST_NAME: usize = 40;

/// 利用者番号 and password.
pub async fn sign_in(asked: Asked, headers: HeaderMap, Open(fields): Open) -> Result<Response, Stop> {
    let to = local_path(fields.get("to")).unwrap_or_default();
    let typed = fields.get("number");
    let number = secret::read_number(typed);
    // What is no number at all is counted in one place, so that guessing rests too.
    let place = number.as_deref().unwrap_or_default();
    if password::rests(place, asked.now) {
        return Ok(pages::sign_in_page(&asked, typed, to, Some(asked.speaker.text("sign-in.rests"))));
    }
    let mut hashes = Vec::new();
    if let Some(number) = &number {
        let accounts = asked.state().people.accounts.iter();
        let named = accounts.filter(|(id, account)| account.open && secret::number(**id) == *number);
        for (account, _) in named {
            hashes.extend(asked.desk.side.credential(*account).map_err(store)?.map(|hash| (*account, hash)));
        }
    }
    let device = if fields.all("device").contains(&"shared") { Device::Shared } else { Device::Own };
    match password::verify(fields.get("password"), hashes).await.map_err(Stop::fault)? {
        Some(account) => {
            password::was_right(place);
            session::begin(&asked, &headers, account, device, if to.is_empty() { "/today" } else { to })
        }
        None => {
            password::was_wrong(place, asked.now);
            Ok(pages::sign_in_page(&asked, typed, to, Some(asked.speaker.text("sign-in.wrong"))))
        }
    }
}

/// The code, and then the password that goes with it.
pub async fn welcome(asked: Asked, headers: HeaderMap, Open(fields): Open) -> Result<Response, Stop> {
    let typed = fields.get("code");
    let code = InvitationCode::read(typed);
    let (Some(code), true) = (code, fields.has("password")) else {
        return pages::welcomed(&asked, typed, None);
    };
    let digest = secret_digest(code.secret());
    let side = &asked.desk.side;
    let found = side.invitation(digest, asked.now).map_err(store)?;
    let InvitationUse::Accepted(account) = found else {
        return Ok(pages::closed_page(&asked, found));
    };
    let chosen = fields.get("password");
    if let Some(unfit) = password::unfit(account, chosen) {
        let text = |key| asked.speaker.text(key);
        let sentence = match unfit {
            password::Unfit::Short => {
                asked.speaker.say("welcome.short", &[("least", Arg::Count(10)), ("typed", length(chosen))])
            }
            password::Unfit::Long => text("welcome.long").to_owned(),
            password::Unfit::Number => text("welcome.is-number").to_owned(),
            password::Unfit::Trivial => text("welcome.trivial").to_owned(),
        };
        return pages::welcomed(&asked, typed, Some(&sentence));
    }
    let open = asked.state().people.accounts.get(&account).is_some_and(|found| found.open);
    if !open {
        return Err(Stop::NotFound);
    }
    // The work first, then the code, so that a failure leaves the code good.
    let hash = password::hash(chosen).await.map_err(Stop::fault)?;
    match side.use_invitation(digest, asked.now).map_err(store)? {
        InvitationUse::Accepted(account) => {
            side.set_credential(account, &hash, asked.now).map_err(store)?;
            password::was_right(&secret::number(account));
            session::begin(&asked, &headers, account, Device::Own, "/today")
        }
        other => Ok(pages::closed_page(&asked, other)),
    }
}

fn length(text: &str) -> Arg {
    Arg::Count(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}

/// Ends this session.
pub async fn sign_out(asked: Asked, Checked(_): Checked) -> Result<Response, Stop> {
    if let Some(signed) = &asked.signed {
        asked.desk.side.revoke_session(signed.session.token_hash).map_err(store)?;
    }
    Ok(session::end(&asked, "/sign-in"))
}

/// Ends all sessions of the account.
pub async fn sign_out_everywhere(asked: Asked, Checked(_): Checked) -> Result<Response, Stop> {
    if let Some(signed) = &asked.signed {
        asked.desk.side.revoke_sessions(signed.account).map_err(store)?;
    }
    Ok(session::end(&asked, "/sign-in"))
}

/// Opens an account with its first duty, and shows the card.
pub async fn open(asked: Asked, headers: HeaderMap, Checked(fields): Checked) -> Result<Response, Stop> {
    let command_id = command_id(&fields)?;
    let mut new = NewPerson {
        family: fields.get("family").trim().to_owned(),
        given: fields.get("given").trim().to_owned(),
        role: fields.get("role").to_owned(),
        organisation: fields.get("organisation").to_owned(),
        from: fields.get("from").to_owned(),
        last: fields.get("last").to_owned(),
        command_id: Some(command_id),
        errors: Vec::new(),
    };
    let Some(read) = read(&asked, &mut new) else { return Ok(pages::new_page(&asked, &new)) };
    let sealed = asked.desk.vault.seal(super::NAME, read.name.as_bytes()).map_err(Stop::fault)?;
    let expires_at = invitation_end(asked.now);
    let command = rules::Command::OpenAccount {
        name: sealed.text,
        role: read.role,
        organisation: read.organisation,
        from: read.from,
        until: read.until,
        invitation_expires_at: expires_at,
    };
    send(&asked, command_id, fields.raw().to_vec(), command, vec![sealed]).await?;
    hand_out(asked, &headers, AccountId::derive(command_id.0, 0), Sent::First)
}

/// Hands out another code.
pub async fn invite(
    asked: Asked,
    headers: HeaderMap,
    Path(account): Path<String>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let account: AccountId = account.parse().map_err(|_| Stop::NotFound)?;
    if !may_invite(&asked, account) {
        return Err(Stop::Forbidden);
    }
    let command = rules::Command::Invite { account, expires_at: invitation_end(asked.now) };
    let content = format!("invite {account}").into_bytes();
    send(&asked, command_id(&fields)?, content, command, Vec::new()).await?;
    hand_out(asked, &headers, account, Sent::Again)
}

/// Whether the code is the account's first.
#[derive(PartialEq, Eq)]
enum Sent {
    First,
    Again,
}

fn hand_out(mut asked: Asked, headers: &HeaderMap, account: AccountId, sent: Sent) -> Result<Response, Stop> {
    // The page tells of what was recorded just now.
    asked.published = asked.desk.now();
    // A card page that is loaded again after the person came in makes no second way in.
    if sent == Sent::First && asked.desk.side.credential(account).map_err(store)?.is_some() {
        return Ok(see("/people"));
    }
    let expires_at = invitation_end(asked.now);
    let code = issue(&asked.desk, account, expires_at)?;
    pages::card_page(&asked, headers, account, &code, expires_at)
}

/// Ends a duty: at once, or with this day.
pub async fn end_duty(asked: Asked, Path(duty): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let id: DutyId = duty.parse().map_err(|_| Stop::NotFound)?;
    let found = asked.state().people.duties.get(&id).ok_or(Stop::NotFound)?;
    // One's own duty is ended by somebody else: nobody locks the door from inside by mistake.
    if asked.viewer.account() == Some(found.account) || !may_grant(&asked, found.role, found.organisation) {
        return Err(Stop::Forbidden);
    }
    let on = match fields.get("when") {
        "today" => asked.today(),
        "tomorrow" => asked.today().tomorrow().map_err(Stop::fault)?,
        _ => return Err(Stop::BadRequest),
    };
    let content = format!("end {id} {on}").into_bytes();
    send(&asked, command_id(&fields)?, content, rules::Command::EndDuty { duty: id, on }, Vec::new()).await?;
    Ok(see("/people"))
}

/// Signs in as anybody, on a desk where nobody is real.
pub async fn demo(asked: Asked, headers: HeaderMap, Open(fields): Open) -> Result<Response, Stop> {
    pages::demo_only(&asked)?;
    let account: AccountId = fields.get("account").parse().map_err(|_| Stop::BadRequest)?;
    let known = asked.state().people.accounts.get(&account).is_some_and(|account| account.open);
    if !known {
        return Err(Stop::NotFound);
    }
    session::begin(&asked, &headers, account, Device::Shared, "/today")
}

fn command_id(fields: &Fields) -> Result<CommandId, Stop> {
    fields.get("command_id").parse().map_err(|_| Stop::BadRequest)
}

async fn send(
    asked: &Asked,
    command_id: CommandId,
    content: Vec<u8>,
    command: rules::Command,
    sealed: Vec<SealedObject>,
) -> Result<(), Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let command = Command::People(command);
    let sending =
        Sending { command_id, content, account, on_behalf_of: None, channel: Channel::Form, command, sealed };
    recorded(asked.desk.send(sending).await).map(|_| ())
}

/// A form that can be sent.
struct Read {
    name: String,
    role: Role,
    organisation: OrganisationId,
    from: Date,
    until: Option<Date>,
}

/// Reads the form; whatever is wrong is put beside its field.
fn read(asked: &Asked, new: &mut NewPerson) -> Option<Read> {
    let speaker = &asked.speaker;
    let mut errors: Vec<(&'static str, String)> = Vec::new();
    for (field, value, missing) in
        [("family", &new.family, "people.family.missing"), ("given", &new.given, "people.given.missing")]
    {
        if value.is_empty() {
            errors.push((field, speaker.text(missing).to_owned()));
        } else if value.chars().count() > LONGEST_NAME || value.chars().any(char::is_control) {
            errors.push((field, speaker.say("people.name.long", &[("most", Arg::Count(40))])));
        }
    }
    let role = pages::grantable(asked).iter().copied().find(|role| role.word() == new.role);
    if role.is_none() {
        errors.push(("role", speaker.text("people.duty.missing").to_owned()));
    }
    let organisation = role.and_then(|role| organisation(asked, role, &new.organisation));
    if role.is_some() && organisation.is_none() {
        errors.push(("organisation", speaker.text("people.organisation.wrong").to_owned()));
    }
    let today = asked.today();
    let mut day = |field: &'static str, typed: &str, required: bool| {
        let reading = dates::read_date(typed, today);
        if let Some(sentence) = speaker.reading(&reading, |day| Arg::Date(*day))
            && !matches!(reading, Reading::Normalised { .. })
        {
            errors.push((field, sentence));
        } else if required && matches!(reading, Reading::Empty) {
            errors.push((field, speaker.text("people.from.missing").to_owned()));
        }
        reading.value()
    };
    let from = day("from", &new.from, true);
    let last = day("last", &new.last, false);
    if let (Some(from), Some(last)) = (from, last)
        && last < from
    {
        errors.push(("last", speaker.text("people.last.before").to_owned()));
    }
    new.errors = errors;
    if !new.errors.is_empty() {
        return None;
    }
    let until = last.and_then(|last| last.tomorrow().ok());
    Some(Read {
        name: format!("{} {}", new.family, new.given),
        role: role?,
        organisation: organisation?,
        from: from?,
        until,
    })
}

/// The organisation with that code for which the viewer may give the duty. Whether another has
/// the code is not told.
fn organisation(asked: &Asked, role: Role, typed: &str) -> Option<OrganisationId> {
    let state = asked.state();
    let headquarters = state.organisations.foundation.as_ref()?.headquarters;
    let fits = |id: &OrganisationId| {
        let kind = state.organisations.get(*id).map(|found| found.kind);
        match role {
            Role::UnitOfficer => matches!(kind, Some(OrganisationKind::Unit | OrganisationKind::Branch)),
            Role::RegionalStaff => kind == Some(OrganisationKind::Region),
            _ => *id == headquarters,
        }
    };
    let at_headquarters = matches!(role, Role::Headquarters | Role::ReleaseDuty | Role::Auditor);
    let found =
        if at_headquarters && typed.trim().is_empty() { Some(headquarters) } else { by_code(state, typed) };
    found.filter(fits).filter(|id| may_grant(asked, role, *id))
}

fn by_code(state: &State, typed: &str) -> Option<OrganisationId> {
    let typed: String = typed.trim().chars().map(narrow).collect();
    [typed.clone(), typed.to_uppercase(), typed.to_lowercase()]
        .into_iter()
        .find_map(|code| state.organisations.by_code.get(&CodeName::new(&code).ok()?).copied())
}
