//! What headquarters sends about organisations: each form is one command.

use super::entry::Typed;
use super::{KINDS, LEAVING, pages};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::Sending;
use crate::fields::{Checked, Fields};
use crate::look::Tone;
use crate::write::word;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use federation::names::CodeName;
use federation::organisation::rules::Command as OrganisationCommand;
use federation::organisation::{BargainingUnitId, OrganisationId};
use federation::policy::Action;
use federation::{Command, Refusal};
use journal::Outcome;
use kernel::{Channel, CommandId};

/// Sends a command as this viewer, from a form.
pub(crate) async fn send(
    asked: &Asked,
    command_id: CommandId,
    content: Vec<u8>,
    command: Command,
) -> Result<Outcome<Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sending = Sending {
        command_id,
        content,
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command,
        sealed: Vec::new(),
    };
    Ok(asked.desk.send(sending).await)
}

/// What was sent and where: the same id for another organisation is another command.
fn content(action: &str, about: &str, fields: &Fields) -> Vec<u8> {
    let mut content = format!("{action} {about}\n").into_bytes();
    content.extend_from_slice(fields.raw());
    content
}

/// A refusal that the sender can answer by typing something else.
pub(crate) fn mendable(refusal: &Refusal) -> bool {
    !matches!(
        refusal,
        Refusal::NotPermitted { action: Action::ManageOrganisations | Action::RunCampaign | Action::CountMembers }
    )
}

/// Enters an organisation.
pub async fn register(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let mut typed = Typed::new("register", fields);
    let Some((command, code)) = read_register(&asked, &mut typed) else {
        return Ok(pages::new_page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let content = content("register", "", &typed.fields);
    match send(&asked, typed.command_id()?, content, Command::Organisation(command)).await? {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(pages::new_page(&asked, &typed, StatusCode::CONFLICT))
        }
        outcome => {
            crate::people::recorded(outcome)?;
            Ok(see(&format!("/organisations/{code}?done=recorded")))
        }
    }
}

fn read_register(asked: &Asked, typed: &mut Typed) -> Option<(OrganisationCommand, CodeName)> {
    let filled = |typed: &Typed, name: &str| !typed.fields.get(name).trim().is_empty();
    let kind = typed.choice(asked, "kind", |sent| KINDS.into_iter().find(|kind| word(kind) == sent));
    let code = typed.code(asked, "code");
    let name = typed.name(asked, "name");
    let parent = if filled(typed, "parent") { typed.organisation(asked, "parent") } else { None };
    let members = typed.members(asked, "members", false);
    // A worksite is both or nothing.
    let worksite = if filled(typed, "prefecture") || filled(typed, "industry") {
        typed.prefecture(asked, "prefecture").zip(typed.industry(asked, "industry"))
    } else {
        None
    };
    let from = typed.day(asked, "from");
    let bargains = typed.fields.all("bargains").contains(&"yes");
    if !typed.errors.is_empty() {
        return None;
    }
    let (kind, code, name, from) = (kind?, code?, name?, from?);
    let command = OrganisationCommand::Register {
        kind,
        code: code.clone(),
        name,
        parent,
        members,
        worksite,
        bargains,
        from,
    };
    Some((command, code))
}

/// A change of one organisation, by the name of its form.
pub async fn change(
    asked: Asked,
    Path((code, action)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let id = pages::find(&asked, &code)?;
    let mut typed = Typed::new(&action, fields);
    let command_id = typed.command_id()?;
    let read = Reader { asked: &asked, id, typed: &mut typed }.command(&action)?;
    let Some(command) = read.filter(|_| typed.errors.is_empty()) else {
        return pages::one_page(&asked, id, &typed, None, StatusCode::UNPROCESSABLE_ENTITY);
    };
    match send(&asked, command_id, content(&action, &code, &typed.fields), Command::Organisation(command)).await? {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            pages::one_page(&asked, id, &typed, None::<(Tone, &str)>, StatusCode::CONFLICT)
        }
        Outcome::Nothing { .. } => Ok(see(&format!("/organisations/{code}?done=nothing"))),
        outcome => {
            crate::people::recorded(outcome)?;
            Ok(see(&format!("/organisations/{code}?done=recorded")))
        }
    }
}

/// A form of an organisation's page being read.
struct Reader<'a> {
    asked: &'a Asked,
    id: OrganisationId,
    typed: &'a mut Typed,
}

impl Reader<'_> {
    /// The command, nothing where a field is wrong; there is no form of another name.
    fn command(&mut self, action: &str) -> Result<Option<OrganisationCommand>, Stop> {
        Ok(match action {
            "rename" => self.rename(),
            "count" => self.count(),
            "place" => self.place(),
            "join" => self.join(),
            "leave" => self.leave(),
            "open-worksite" => self.open_worksite(),
            "close-worksite" => self.close_worksite(),
            "merge" => self.merge(),
            "split" => self.split(),
            "separate-bonus" => self.separate_bonus(),
            "change-unit" => self.change_unit(),
            "form-unit" => self.form_unit(),
            _ => return Err(Stop::NotFound),
        })
    }

    fn rename(&mut self) -> Option<OrganisationCommand> {
        let name = self.typed.name(self.asked, "rename-name");
        let from = self.typed.day(self.asked, "rename-from");
        Some(OrganisationCommand::Rename { organisation: self.id, name: name?, from: from? })
    }

    fn count(&mut self) -> Option<OrganisationCommand> {
        let members = self.typed.members(self.asked, "count-members", true);
        let on = self.typed.day(self.asked, "count-on");
        Some(OrganisationCommand::CountMembers { organisation: self.id, members: members?, on: on? })
    }

    fn place(&mut self) -> Option<OrganisationCommand> {
        let trees = self.asked.state().kit().map(|kit| kit.trees.clone()).unwrap_or_default();
        let known = |sent: &str| trees.into_iter().map(|tree| tree.code).find(|code| code.as_str() == sent);
        let tree = self.typed.choice(self.asked, "place-tree", known);
        let nowhere = self.typed.fields.get("place-parent").trim().is_empty();
        let parent = if nowhere { None } else { self.typed.organisation(self.asked, "place-parent") };
        let from = self.typed.day(self.asked, "place-from");
        Some(OrganisationCommand::Place { organisation: self.id, tree: tree?, parent, from: from? })
    }

    fn join(&mut self) -> Option<OrganisationCommand> {
        let from = self.typed.day(self.asked, "join-from");
        Some(OrganisationCommand::Join { organisation: self.id, from: from? })
    }

    fn leave(&mut self) -> Option<OrganisationCommand> {
        let known = |sent: &str| LEAVING.into_iter().find(|reason| word(reason) == sent);
        let reason = self.typed.choice(self.asked, "leave-reason", known);
        let on = self.typed.day(self.asked, "leave-on");
        Some(OrganisationCommand::Leave { organisation: self.id, on: on?, reason: reason? })
    }

    fn open_worksite(&mut self) -> Option<OrganisationCommand> {
        let prefecture = self.typed.prefecture(self.asked, "open-prefecture");
        let industry = self.typed.industry(self.asked, "open-industry");
        let from = self.typed.day(self.asked, "open-from");
        let (prefecture, industry, from) = (prefecture?, industry?, from?);
        Some(OrganisationCommand::OpenWorksite { organisation: self.id, prefecture, industry, from })
    }

    fn close_worksite(&mut self) -> Option<OrganisationCommand> {
        let worksite = self.typed.choice(self.asked, "close-which", |sent| sent.parse().ok());
        let on = self.typed.day(self.asked, "close-on");
        Some(OrganisationCommand::CloseWorksite { organisation: self.id, worksite: worksite?, on: on? })
    }

    fn merge(&mut self) -> Option<OrganisationCommand> {
        let others = self.typed.organisations(self.asked, "merge-others");
        let target = self.typed.organisation(self.asked, "merge-target");
        let on = self.typed.day(self.asked, "merge-on");
        let (mut sources, target, on) = (others?, target?, on?);
        if !sources.contains(&self.id) {
            sources.insert(0, self.id);
        }
        // The one that goes on is no source of itself, unless nobody else is.
        if sources.len() > 1 {
            sources.retain(|source| *source != target);
        }
        Some(OrganisationCommand::Merge { sources, target, on })
    }

    fn split(&mut self) -> Option<OrganisationCommand> {
        let targets = self.typed.organisations(self.asked, "split-targets");
        let on = self.typed.day(self.asked, "split-on");
        Some(OrganisationCommand::Split { source: self.id, targets: targets?, on: on? })
    }

    /// One of the bargaining units of this page.
    fn unit(&mut self, name: &str) -> Option<BargainingUnitId> {
        let units = pages::units_of(self.asked, self.id);
        self.typed.choice(self.asked, name, |sent| {
            units.iter().find(|unit| unit.code.as_str() == sent).map(|unit| unit.id)
        })
    }

    fn separate_bonus(&mut self) -> Option<OrganisationCommand> {
        let unit = self.unit("bonus-unit");
        let separate = self.typed.choice(self.asked, "bonus-apart", |sent| match sent {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        });
        let from = self.typed.day(self.asked, "bonus-from");
        Some(OrganisationCommand::SeparateBonus { bargaining_unit: unit?, separate: separate?, from: from? })
    }

    fn change_unit(&mut self) -> Option<OrganisationCommand> {
        let unit = self.unit("change-unit");
        let organisations = self.typed.organisations(self.asked, "change-who");
        let members = self.typed.members(self.asked, "change-members", true);
        let from = self.typed.day(self.asked, "change-from");
        let (bargaining_unit, organisations, members, from) = (unit?, organisations?, members?, from?);
        Some(OrganisationCommand::ChangeBargainingUnit { bargaining_unit, organisations, members, from })
    }

    fn form_unit(&mut self) -> Option<OrganisationCommand> {
        let code = self.typed.code(self.asked, "form-code");
        let organisations = self.typed.organisations(self.asked, "form-who");
        let members = self.typed.members(self.asked, "form-members", true);
        let from = self.typed.day(self.asked, "form-from");
        let (code, organisations, members, from) = (code?, organisations?, members?, from?);
        Some(OrganisationCommand::FormBargainingUnit { code, organisations, members, from })
    }
}
