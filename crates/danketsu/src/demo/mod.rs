//! The fictitious federation: everything that a demonstration shows, generated from a seed.
//!
//! Pure: a [`Demo`] is a list of timed commands and reads no clock, file or chance. It holds
//! 1. `accounts` and `setup`: the founding, 18 regions, 1,648 bargaining units, last year's
//!    campaign with its settlements and releases, telephone lists, a round of membership, and the
//!    campaign of 2004, opened and with its frame;
//! 2. `campaign`: what units and regions report from 2004-02-16 to 2004-04-02, the calls, and the
//!    releases of headquarters with one correction;
//! 3. with a [`Player`], how that time passes on the wall.
//!
//! ```
//! use danketsu::demo::{Demo, Player, Shape};
//! let demo = Demo::new(Shape { seed: 1, units: 50 });
//! let player = Player::new(demo.campaign, 4);
//! assert!(!player.before_start().is_empty());
//! ```
//!
//! Who executes it:
//! - calls [`Demo::opening`] with a function that seals an account's label, and executes the
//!   result in order, then [`Player::before_start`], all at once;
//! - takes [`Player::clock`] for its clock and executes [`Player::commands_between`] as it moves;
//! - for each command takes the sender from [`Demo::account_id`] and the command itself from
//!   [`TimedCommand::ready`], which fills in the version that the command builds on; computes the
//!   figures where [`TimedCommand::freezes`] asks for them; and seals its texts ([`texts_of`]). A
//!   command that is refused during play was overtaken by somebody who uses the demonstration:
//!   skip it.
//!
//! There is no real body and no person in it: names of unions are put together from syllables
//! ([`WELL_KNOWN`] is kept out), accounts are named after their role. Whatever is shown of it
//! says 架空データ, since the founding entry says `fictitious`.

mod answers;
mod calls;
mod federation;
mod misfiled;
mod names;
mod office;
mod panel;
mod player;
mod releases;
mod rng;
mod script;
mod stand_ins;
mod units;
mod wages;

pub use names::WELL_KNOWN;
pub use player::{Player, demo_clock};
pub use stand_ins::{text_of, texts_of};
pub use wages::DemoWages;

use ::federation::campaign::content::Step;
use ::federation::campaign::corrections::Command as Correction;
use ::federation::campaign::rules::{Basis, Command as CampaignCommand};
use ::federation::collection::rules::Command as Collect;
use ::federation::kit::BadKit;
use ::federation::names::CodeName;
use ::federation::organisation::OrganisationId;
use ::federation::people::Role;
use ::federation::people::rules::Command as PeopleCommand;
use ::federation::release::ReleaseId;
use ::federation::release::rules::Command as Release;
use ::federation::{Command, State};
use jiff::civil::date;
use kernel::{AccountId, Channel, CommandContext, CommandId, Id, SealedText, Seq, Timestamp, Zone};
use std::collections::BTreeMap;

/// The bargaining units of the page that the demonstration follows.
pub const UNITS: usize = 1_648;

/// The federation's name. No body of that name exists.
pub const NAME: &str = "架空金属機械労働組合連合";

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The same seed gives the same federation, on every machine.
    pub seed: u64,
    /// Bargaining units in the frame of 2004; [`UNITS`] in the demonstration, any from 20 in tests.
    pub units: usize,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { seed: 2004, units: UNITS }
    }
}

/// Who sends a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The program itself, for the founding and the first account.
    System,
    /// 本部.
    Headquarters,
    /// 公表担当. Prepares the releases.
    ReleaseDuty,
    /// 監査. Sends nothing.
    Auditor,
    /// 地方, by its place in the kit.
    Region(usize),
    /// 単組役員 of the unit with this number.
    UnitOfficer(usize),
}

/// A command, and when and by whom it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedCommand {
    /// When, in the time of the campaign.
    pub at: Timestamp,
    /// Who.
    pub account: Actor,
    /// For which organisation, where somebody else speaks for it.
    pub on_behalf_of: Option<Id>,
    /// By which door.
    pub channel: Channel,
    /// Under which id; ordered by time.
    pub command_id: CommandId,
    /// What. Versions that it builds on (`based_on`) are not known before it is executed and
    /// stand at 0: execute what [`TimedCommand::ready`] gives.
    pub command: Command,
}

impl TimedCommand {
    /// The command with the versions that it builds on, as they are in `state`.
    pub fn ready(&self, state: &State) -> Command {
        let mut command = self.command.clone();
        let latest = |id| state.campaigns.statement(id).map_or(Seq(0), |(_, found)| found.latest().seq);
        if let Command::Campaign(inner) = &mut command {
            match inner.as_mut() {
                CampaignCommand::Confirm { statement, based_on } => *based_on = latest(*statement),
                CampaignCommand::Withdraw { statement, based_on, .. } => *based_on = latest(*statement),
                CampaignCommand::Correction(correction) => match correction.as_mut() {
                    Correction::SendBack { statement, based_on, .. }
                    | Correction::Move { statement, based_on, .. } => {
                        *based_on = latest(*statement);
                    }
                    _ => {}
                },
                CampaignCommand::Report(report) => match &mut report.basis {
                    Basis::Correction { of, based_on } => *based_on = latest(*of),
                    Basis::Further { based_on } => {
                        let campaign = state.campaigns.get(report.campaign);
                        let slot = campaign.and_then(|c| c.slot(report.bargaining_unit, report.track));
                        let last = slot.and_then(|slot| slot.standing(Step::Response).next_back());
                        *based_on = last.map_or(Seq(0), |found| found.latest().seq);
                    }
                    Basis::First | Basis::Beside { .. } => {}
                },
                _ => {}
            }
        }
        if let Command::Collection(Collect::Confirm { collection, organisation, based_on }) = &mut command {
            let asked = state.collections.get(*collection).and_then(|asked| asked.of(*organisation));
            *based_on = asked.and_then(|asked| asked.latest()).map_or(Seq(0), |latest| latest.seq);
        }
        if let Command::Release(Release::Prepare(prepare)) = &mut command {
            (prepare.known_at, prepare.made_at) = (state.seq, state.seq);
        }
        command
    }

    /// The round, the instant of its snapshot and what is corrected, where this prepares a release:
    /// its figures have to be computed before it is sent.
    pub fn freezes(&self) -> Option<(&CodeName, Timestamp, Option<ReleaseId>)> {
        releases::frozen_by(&self.command)
    }

    /// The context of deciding it, sent by this account.
    pub fn context(&self, account: AccountId) -> CommandContext {
        let TimedCommand { at, on_behalf_of, channel, command_id, .. } = *self;
        CommandContext { now: at, account, on_behalf_of, channel, command_id }
    }
}

/// The labels that accounts have instead of names: key, Japanese, English.
pub const LABELS: &[(&str, &str, &str)] = &[
    ("demo.account.headquarters", "本部局員(見本)", "Headquarters (sample)"),
    ("demo.account.release-duty", "公表担当(見本)", "Release duty (sample)"),
    ("demo.account.auditor", "監査(見本)", "Auditor (sample)"),
    ("demo.account.region", "地方役員(見本)", "Regional staff (sample)"),
    ("demo.account.unit", "単組役員(見本)", "Unit officer (sample)"),
    ("demo.account.neighbour", "隣の単組の役員(見本)", "Officer of a neighbouring unit (sample)"),
];

/// An account to be opened: no person, but a role with a label.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoAccount {
    /// When.
    pub at: Timestamp,
    /// Under which command id; the account's id derives from it.
    pub command_id: CommandId,
    /// By whom.
    pub opened_by: Actor,
    /// Which sender it is.
    pub actor: Actor,
    /// Its duty.
    pub role: Role,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// That organisation's number.
    pub organisation_code: CodeName,
    /// Which of [`LABELS`] stands for its name.
    pub label_key: &'static str,
    /// Is it offered to whoever looks at the demonstration? One for each role.
    pub choosable: bool,
}

impl DemoAccount {
    /// The id that the account will have.
    pub fn id(&self) -> AccountId {
        AccountId::derive(self.command_id.0, 0)
    }

    /// Its label in Japanese, to be sealed as the account's name.
    pub fn label(&self) -> &'static str {
        LABELS.iter().find(|(key, ..)| *key == self.label_key).map_or("見本", |(_, label, _)| label)
    }

    /// The command that opens it.
    pub fn open(&self, name: SealedText) -> TimedCommand {
        let open = PeopleCommand::OpenAccount {
            name,
            role: self.role,
            organisation: self.organisation,
            from: Zone::JAPAN.date(self.at),
            until: None,
            invitation_expires_at: self.at,
        };
        TimedCommand {
            at: self.at,
            account: self.opened_by,
            on_behalf_of: None,
            channel: Channel::Form,
            command_id: self.command_id,
            command: Command::People(open),
        }
    }
}

/// The whole demonstration.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    /// The federation's id.
    pub federation: Id,
    /// Founding, units, last year; without the accounts, see [`Demo::opening`].
    pub setup: Vec<TimedCommand>,
    /// All accounts. Units that report by telephone or paper have none.
    pub accounts: Vec<DemoAccount>,
    /// What happens from 2004-02-16 to 2004-04-02.
    pub campaign: Vec<TimedCommand>,
    /// The wages of the census, in the order of their placeholders.
    pub wages: Vec<DemoWages>,
    ids: BTreeMap<Actor, AccountId>,
}

impl Demo {
    /// Generates it.
    pub fn new(shape: Shape) -> Demo {
        let mut federation = federation::Federation::new(shape);
        let mut campaign = script::campaign(&federation);
        campaign.extend(calls::calls(&federation, &campaign));
        campaign.extend(office::alerts(&federation));
        let mut ids = Ids::new(shape.seed, "mistyped");
        let mended_at = releases::mistype(&federation, &mut ids, &mut campaign);
        federation.releases.of_2004(federation.campaign, mended_at);
        campaign.append(&mut federation.releases.commands);
        campaign.sort_by_key(|command| (command.at, command.command_id));
        let ids = federation.accounts.iter().map(|account| (account.actor, account.id())).collect();
        let (rounds, wages) = wages::rounds(&federation);
        let federation::Federation { id, mut setup, accounts, .. } = federation;
        setup.extend(rounds);
        Demo { federation: id, setup, accounts, campaign, wages, ids }
    }

    /// The same federation on its first day, with this kit or its usual one: headquarters, regions and
    /// their staff, no unit and no campaign. Whoever wants to try it with files of their own begins
    /// here.
    ///
    /// # Errors
    /// The kit cannot be read.
    pub fn empty(seed: u64, kit: Option<&str>) -> Result<Demo, BadKit> {
        let first = federation::FirstDay::new(seed, kit.unwrap_or(federation::KIT))?;
        let ids = first.accounts.iter().map(|account| (account.actor, account.id())).collect();
        Ok(Demo {
            federation: first.id,
            setup: first.setup,
            accounts: first.accounts,
            campaign: Vec::new(),
            wages: Vec::new(),
            ids,
        })
    }

    /// The account that sends for this actor; nothing for a unit without one.
    pub fn account_id(&self, actor: Actor) -> Option<AccountId> {
        if actor == Actor::System { Some(AccountId::SYSTEM) } else { self.ids.get(&actor).copied() }
    }

    /// Founding, accounts, units and last year in the order of time. `seal` puts an account's
    /// label into the vault; there are only as many different labels as [`LABELS`].
    pub fn opening(&self, mut seal: impl FnMut(&DemoAccount) -> SealedText) -> Vec<TimedCommand> {
        let mut all = self.setup.clone();
        all.extend(self.accounts.iter().map(|account| account.open(seal(account))));
        all.sort_by_key(|command| (command.at, command.command_id));
        all
    }

    /// The accounts that are offered to whoever looks at the demonstration.
    pub fn choosable(&self) -> impl Iterator<Item = &DemoAccount> {
        self.accounts.iter().filter(|account| account.choosable)
    }
}

/// A wall-clock time in Japan as an instant.
fn jst(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    Zone::JAPAN.instant(date(year, month, day).at(hour, minute, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many milliseconds later.
fn later(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + milliseconds).unwrap_or(at)
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Hands out command ids: UUIDv7 by their form, from the time, the seed and a counter.
#[derive(Debug, Clone)]
struct Ids {
    salt: u64,
    counter: u64,
}

impl Ids {
    fn new(seed: u64, purpose: &str) -> Ids {
        Ids { salt: rng::Rng::new(seed, purpose).next() & 0x3fff_ffff, counter: 0 }
    }

    fn next(&mut self, at: Timestamp) -> CommandId {
        self.counter += 1;
        let milliseconds = at.as_millisecond().unsigned_abs() & 0xffff_ffff_ffff;
        // 48 bits of time, version 7, 12 + 20 bits of counter, variant, 30 bits of the seed.
        let (high, low) = (u128::from((self.counter >> 20) & 0xfff), u128::from(self.counter & 0xf_ffff));
        let time = (u128::from(milliseconds) << 80) | (7 << 76);
        let bits = time | (high << 64) | (0b10 << 62) | (low << 40) | u128::from(self.salt);
        CommandId(Id::from_u128(bits))
    }
}

/// A code of the kit or of our own making.
fn code(text: &str) -> CodeName {
    CodeName::new(text).unwrap_or_else(|why| unreachable!("{text} is no code: {why}"))
}
