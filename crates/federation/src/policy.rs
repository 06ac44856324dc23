//! Who may what: one table of duty × relation × action, used by commands, views and routes alike.
//!
//! No view can be made without a [`Viewer`], and a viewer is made only from the present state and
//! day: facts may be old, permission is always as of now. The table is printed into
//! `docs/policy.md` by a test, so that a change of it is seen in review.

use crate::machine::State;
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::people::Role;
use kernel::{AccountId, Date};

/// Something that a person or the program may do or see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Found the federation.
    Found,
    /// Enter, rename, move, merge and split organisations, bargaining units, worksites, members.
    ManageOrganisations,
    /// Count the members of a unit.
    CountMembers,
    /// Open accounts and invite.
    Invite,
    /// Give and end duties.
    GrantDuty,
    /// Open a campaign, fix its frame, change the frame.
    RunCampaign,
    /// State something for one's own unit.
    Report,
    /// State something for a unit below.
    ReportByProxy,
    /// Call units and write down what came of it.
    Call,
    /// Say how a unit is reached.
    SetContact,
    /// Open the case of a unit in trouble, name its readers, close it (readers only).
    ManageCase,
    /// Alert region and headquarters.
    Alert,
    /// Confirm a statement.
    Confirm,
    /// Take back a statement.
    Withdraw,
    /// Decide which of two differing reports stands.
    DecideRivals,
    /// Ask about one field of a statement.
    SendBack,
    /// See to a unit that is not settled: who goes there, letters, attendance.
    FollowUp,
    /// Change 公開範囲.
    SetSharing,
    /// Prepare a release and set its hour.
    PrepareRelease,
    /// Approve a release that another person prepared, or send it back.
    ApproveRelease,
    /// Publish at the hour.
    PublishRelease,
    /// Hand releases to recipients, and keep their register.
    DeliverRelease,
    /// Receive a release for an organisation, and read the notice of its correction.
    ReceiveRelease,
    /// See a unit's own figures.
    SeeFigures,
    /// See a unit's maintenance part (and base-up, from which it follows).
    SeeMaintenance,
    /// See the history of a unit's statements, with who said them.
    SeeHistory,
    /// See the live board with tallies at any moment.
    SeeBoard,
    /// See the live page of a region.
    SeeRegion,
    /// See what units show each other.
    SeeParticipants,
    /// See what the units of a section show each other.
    SeeSection,
    /// See what has been released.
    SeeReleases,
    /// See a release before its hour.
    SeePreparedReleases,
    /// Propose a union for the panel.
    ProposeForPanel,
    /// Choose the panel, freeze it, change it with a reason.
    RunPanel,
    /// See who is in the panel, or could be.
    SeePanel,
    /// See alerts.
    SeeAlerts,
    /// See accounts and duties.
    SeePeople,
    /// Check the journal.
    VerifyJournal,
    /// Bring in a file with statements; each row needs the right to report besides.
    Import,
    /// Hand in a union's wages, take them back, and see what they give: the owner and nobody else.
    HandInWages,
    /// Open and close rounds of the wage census, release their books.
    RunWageCensus,
    /// See the rounds of the wage census and their books.
    SeeWageCensus,
    /// Give up wages whose end date has come.
    ExpireWages,
}

impl Action {
    /// All of them, in the order of the table.
    pub const ALL: [Action; 43] = [
        Action::Found,
        Action::ManageOrganisations,
        Action::CountMembers,
        Action::Invite,
        Action::GrantDuty,
        Action::RunCampaign,
        Action::Report,
        Action::ReportByProxy,
        Action::Call,
        Action::SetContact,
        Action::ManageCase,
        Action::Alert,
        Action::Confirm,
        Action::Withdraw,
        Action::DecideRivals,
        Action::SendBack,
        Action::FollowUp,
        Action::SetSharing,
        Action::PrepareRelease,
        Action::ApproveRelease,
        Action::PublishRelease,
        Action::DeliverRelease,
        Action::ReceiveRelease,
        Action::SeeFigures,
        Action::SeeMaintenance,
        Action::SeeHistory,
        Action::SeeBoard,
        Action::SeeRegion,
        Action::SeeParticipants,
        Action::SeeSection,
        Action::SeeReleases,
        Action::SeePreparedReleases,
        Action::ProposeForPanel,
        Action::RunPanel,
        Action::SeePanel,
        Action::SeeAlerts,
        Action::SeePeople,
        Action::VerifyJournal,
        Action::Import,
        Action::HandInWages,
        Action::RunWageCensus,
        Action::SeeWageCensus,
        Action::ExpireWages,
    ];

    /// Its word, for the catalogue and the committed table.
    pub fn word(self) -> &'static str {
        match self {
            Action::Found => "found",
            Action::ManageOrganisations => "manage-organisations",
            Action::CountMembers => "count-members",
            Action::Invite => "invite",
            Action::GrantDuty => "grant-duty",
            Action::RunCampaign => "run-campaign",
            Action::Report => "report",
            Action::ReportByProxy => "report-by-proxy",
            Action::Call => "call",
            Action::SetContact => "set-contact",
            Action::ManageCase => "manage-case",
            Action::Alert => "alert",
            Action::Confirm => "confirm",
            Action::Withdraw => "withdraw",
            Action::DecideRivals => "decide-rivals",
            Action::SendBack => "send-back",
            Action::FollowUp => "follow-up",
            Action::SetSharing => "set-sharing",
            Action::PrepareRelease => "prepare-release",
            Action::ApproveRelease => "approve-release",
            Action::PublishRelease => "publish-release",
            Action::DeliverRelease => "deliver-release",
            Action::ReceiveRelease => "receive-release",
            Action::SeeFigures => "see-figures",
            Action::SeeMaintenance => "see-maintenance",
            Action::SeeHistory => "see-history",
            Action::SeeBoard => "see-board",
            Action::SeeRegion => "see-region",
            Action::SeeParticipants => "see-participants",
            Action::SeeSection => "see-section",
            Action::SeeReleases => "see-releases",
            Action::SeePreparedReleases => "see-prepared-releases",
            Action::ProposeForPanel => "propose-for-panel",
            Action::RunPanel => "run-panel",
            Action::SeePanel => "see-panel",
            Action::SeeAlerts => "see-alerts",
            Action::SeePeople => "see-people",
            Action::VerifyJournal => "verify-journal",
            Action::Import => "import",
            Action::HandInWages => "hand-in-wages",
            Action::RunWageCensus => "run-wage-census",
            Action::SeeWageCensus => "see-wage-census",
            Action::ExpireWages => "expire-wages",
        }
    }
}

/// How the subject stands to the organisation for which a duty holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is that organisation.
    Own,
    /// It stands below it in the line of reporting.
    Below,
    /// Both stand in the same section or council.
    SameSection,
    /// Anything else, the federation as a whole included.
    Other,
}

impl Relation {
    /// From the nearest.
    pub const ALL: [Relation; 4] = [Relation::Own, Relation::Below, Relation::SameSection, Relation::Other];
}

/// The table. Whatever does not stand here is not allowed.
pub fn allows(role: Role, relation: Relation, action: Action) -> bool {
    use Action as A;
    use Relation as R;
    let in_reach = matches!(relation, R::Own | R::Below);
    match role {
        Role::Public => action == A::SeeReleases,
        Role::UnitOfficer => match action {
            A::Report
            | A::Confirm
            | A::Withdraw
            | A::DecideRivals
            | A::SetSharing
            | A::CountMembers
            | A::Import
            | A::HandInWages
            | A::SetContact => relation == R::Own,
            A::SeeFigures | A::SeeMaintenance | A::SeeHistory | A::ReceiveRelease => relation == R::Own,
            A::ManageCase | A::Alert | A::SeeAlerts => relation == R::Own,
            A::SeeSection => matches!(relation, R::Own | R::SameSection),
            A::SeeParticipants | A::SeeReleases | A::SeeWageCensus => true,
            _ => false,
        },
        Role::RegionalStaff => match action {
            A::ReportByProxy | A::SetContact | A::Confirm | A::Withdraw | A::DecideRivals | A::CountMembers => {
                relation == R::Below
            }
            A::Invite | A::GrantDuty | A::Import => relation == R::Below,
            A::ReceiveRelease => relation == R::Own,
            A::Call | A::SeeFigures | A::SeeMaintenance | A::SeeHistory | A::SeeRegion | A::SeePeople => in_reach,
            A::SendBack | A::FollowUp => relation == R::Below,
            A::ProposeForPanel | A::SeePanel => relation == R::Below,
            A::ManageCase | A::Alert => relation == R::Below,
            A::SeeAlerts => in_reach,
            A::SeeParticipants | A::SeeReleases | A::SeeWageCensus => true,
            _ => false,
        },
        Role::Headquarters => match action {
            A::ManageOrganisations | A::CountMembers | A::Invite | A::GrantDuty | A::RunCampaign => true,
            A::SendBack | A::FollowUp | A::SeeSection => in_reach,
            A::ReportByProxy | A::Call | A::SetContact | A::Import => in_reach,
            A::ProposeForPanel | A::RunPanel | A::SeePanel => in_reach,
            A::ManageCase | A::Alert | A::SeeAlerts => in_reach,
            A::Confirm | A::Withdraw | A::DecideRivals => in_reach,
            A::SeeFigures | A::SeeMaintenance | A::SeeHistory | A::SeeRegion => in_reach,
            A::SeeBoard | A::SeeParticipants | A::SeeReleases | A::SeePeople | A::VerifyJournal => true,
            A::ApproveRelease | A::DeliverRelease | A::SeePreparedReleases => true,
            A::RunWageCensus | A::SeeWageCensus => true,
            _ => false,
        },
        Role::ReleaseDuty => matches!(
            action,
            A::PrepareRelease
                | A::ApproveRelease
                | A::DeliverRelease
                | A::SeeBoard
                | A::SeeReleases
                | A::SeePreparedReleases
                | A::VerifyJournal
        ),
        Role::Auditor => matches!(
            action,
            A::SeeFigures
                | A::SeeMaintenance
                | A::SeeHistory
                | A::SeeBoard
                | A::SeeRegion
                | A::SeePanel
                | A::SeeReleases
                | A::SeePeople
                | A::SeeWageCensus
                | A::VerifyJournal
        ),
        Role::System => matches!(action, A::Found | A::PublishRelease | A::ExpireWages),
    }
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The federation as a whole.
    Federation,
    /// An organisation.
    Organisation(OrganisationId),
    /// A bargaining unit.
    BargainingUnit(BargainingUnitId),
}

/// A duty that holds today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveDuty {
    /// What.
    pub role: Role,
    /// For which organisation.
    pub organisation: OrganisationId,
}

/// Who looks: account, duties that hold today, and today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    account: Option<AccountId>,
    duties: Vec<ActiveDuty>,
    today: Date,
}

impl Viewer {
    /// Somebody who has not signed in.
    pub fn public(today: Date) -> Viewer {
        Viewer { account: None, duties: Vec::new(), today }
    }

    /// The account with the duties that hold today. An account that is unknown or closed has none.
    pub fn of(state: &State, account: AccountId, today: Date) -> Viewer {
        Viewer { account: Some(account), duties: state.people.duties_of(account, today), today }
    }

    /// An account with these duties, for what somebody would have seen on a day.
    pub(crate) fn with(account: AccountId, today: Date, duties: Vec<ActiveDuty>) -> Viewer {
        Viewer { account: Some(account), duties, today }
    }

    /// The account, unless it is the public.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The duties that hold today.
    pub fn duties(&self) -> &[ActiveDuty] {
        &self.duties
    }

    /// The day as of which permission holds.
    pub fn today(&self) -> Date {
        self.today
    }

    /// May this viewer do that to this subject, as organisations stand in `state` today?
    pub fn may(&self, state: &State, action: Action, subject: Subject) -> bool {
        self.duties
            .iter()
            .any(|duty| allows(duty.role, relation(state, duty.organisation, subject, self.today), action))
            || allows(Role::Public, Relation::Other, action)
            || (self.account == Some(AccountId::SYSTEM) && allows(Role::System, Relation::Other, action))
    }

    /// Has this viewer the action for any subject at all (for menus)?
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.duties.iter().any(|duty| Relation::ALL.iter().any(|relation| allows(duty.role, *relation, action)))
    }
}

/// How the subject stands to `organisation` on that day.
pub fn relation(state: &State, organisation: OrganisationId, subject: Subject, day: Date) -> Relation {
    let organisations = &state.organisations;
    let subjects: Vec<OrganisationId> = match subject {
        Subject::Federation => match &organisations.foundation {
            Some(foundation) => vec![foundation.headquarters],
            None => Vec::new(),
        },
        Subject::Organisation(id) => vec![id],
        Subject::BargainingUnit(id) => organisations
            .bargaining_unit(id)
            .and_then(|unit| unit.organisations.on(day).or_else(|| unit.organisations.last()))
            .cloned()
            .unwrap_or_default(),
    };
    if subjects.contains(&organisation) {
        return Relation::Own;
    }
    let Ok(kit) = state.kit() else { return Relation::Other };
    let line = kit.line();
    if subjects.iter().any(|subject| organisations.is_below(*subject, organisation, line, day)) {
        return Relation::Below;
    }
    let shares_section = kit.trees.iter().skip(1).any(|tree| {
        let mine = organisations.get(organisation).and_then(|o| o.parent_on(&tree.code, day));
        mine.is_some()
            && subjects
                .iter()
                .any(|subject| organisations.get(*subject).and_then(|o| o.parent_on(&tree.code, day)) == mine)
    });
    if shares_section { Relation::SameSection } else { Relation::Other }
}

/// The table as text: one line per action, the relations under each duty.
pub fn table() -> String {
    let mut text = String::from(
        "# Who may what\n\nGenerated from `federation::policy` by a test; change the code, not this file.\n",
    );
    text.push_str("Own = the organisation itself, below = under it in the line of reporting, ");
    text.push_str("section = in the same section, any = whatever the subject.\n\n");
    text.push_str("| action |");
    for role in Role::ALL {
        text.push_str(&format!(" {} |", role.word()));
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    text.push('\n');
    for action in Action::ALL {
        text.push_str(&format!("| {} |", action.word()));
        for role in Role::ALL {
            let granted: Vec<&str> = Relation::ALL
                .iter()
                .filter(|relation| allows(role, **relation, action))
                .map(|relation| match relation {
                    Relation::Own => "own",
                    Relation::Below => "below",
                    Relation::SameSection => "section",
                    Relation::Other => "other",
                })
                .collect();
            let cell = match granted.len() {
                0 => "–".to_owned(),
                4 => "any".to_owned(),
                _ => granted.join(", "),
            };
            text.push_str(&format!(" {cell} |"));
        }
        text.push('\n');
    }
    text
}
