//! What happens from 2004-02-16 to 2004-04-02: who reports what, when, by which door.

use super::answers::{self, Class, Spring};
use super::federation::Federation;
use super::rng::Rng;
use super::units::{Fate, Mode, Unit};
use super::{Actor, DAY, HOUR, Ids, MINUTE, Player, SECOND, TimedCommand, code, jst, later};
use federation::Command;
use federation::campaign::content::*;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::events::{StrikeMandateGiven, WithdrawalReason, ZoneAnswer};
use federation::campaign::rules::{Basis, Command as CampaignCommand, Report};
use federation::campaign::{Content, Figures, Moment, StatementId, Track};
use federation::sharing::{Audience, Sharing, SharingSet};
use jiff::civil::{Weekday, date};
use kernel::{Channel, Months, Seq, Timestamp, Yen, Zone};

/// Days of first answers and how many fall on each.
const DAYS: [(i8, i8, u32); 18] = [
    (3, 10, 4),
    (3, 11, 5),
    (3, 12, 7),
    (3, 15, 10),
    (3, 16, 115),
    (3, 17, 150),
    (3, 18, 65),
    (3, 19, 40),
    (3, 22, 75),
    (3, 23, 85),
    (3, 24, 75),
    (3, 25, 30),
    (3, 26, 22),
    (3, 29, 14),
    (3, 30, 14),
    (3, 31, 14),
    (4, 1, 8),
    (4, 2, 3),
];

/// Hours of answers from 8 o'clock: mornings at ten, afternoons from two to five, evenings.
const HOURS: [u32; 14] = [2, 6, 16, 9, 3, 5, 12, 14, 13, 8, 4, 6, 7, 2];

/// All commands of the campaign, in the order of time.
pub(super) fn campaign(federation: &Federation) -> Vec<TimedCommand> {
    let mut ids = Ids::new(federation.shape.seed, "campaign");
    let mut commands = Vec::new();
    let misfiled = super::misfiled::misfiled(federation);
    for unit in &federation.units {
        let rng = Rng::of(federation.shape.seed, "2004", unit.number);
        let misfiled = misfiled.filter(|(right, _)| right.number == unit.number).map(|(_, wrong)| wrong);
        let mut story = Story { federation, unit, rng, misfiled, ids: &mut ids, commands: &mut commands };
        story.tell();
    }
    super::panel::panel(federation, &mut ids, &mut commands);
    commands.sort_by_key(|command| (command.at, command.command_id));
    commands
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The unit, or its region where the unit does not report by itself.
    Usual,
    /// The region, after a call.
    RegionByCall,
}

struct Story<'a> {
    federation: &'a Federation,
    unit: &'a Unit,
    rng: Rng,
    /// The unit for which this one's answer is typed first.
    misfiled: Option<&'a Unit>,
    ids: &'a mut Ids,
    commands: &'a mut Vec<TimedCommand>,
}

impl Story<'_> {
    fn tell(&mut self) {
        let spring = Spring::new(&mut self.rng, self.unit);
        match self.unit.fate {
            Fate::NotGathered => {}
            Fate::NoDemand => self.no_demand(NoDemandReason::None),
            Fate::Abandoned => self.no_demand(NoDemandReason::Abandoned),
            Fate::Unknown => {
                let (given, at) = self.demand_time(true);
                self.first(at, Track::Wage, demand(DemandContent::Unknown), Some(given), By::Usual);
            }
            Fate::Elsewhere => self.elsewhere(&spring),
            Fate::Wage => self.bargain(&spring),
        }
    }

    // ---- who and when ------------------------------------------------------------------------

    fn send(&mut self, at: Timestamp, account: Actor, channel: Channel, command: CampaignCommand) -> StatementId {
        let command_id = self.ids.next(at);
        let unit = self.unit.organisation.0;
        let speaks_for = matches!(account, Actor::Region(_))
            && !matches!(
                command,
                CampaignCommand::Confirm { .. }
                    | CampaignCommand::Withdraw { .. }
                    | CampaignCommand::DecideRivals { .. }
            )
            && !is_question(&command);
        if at <= Player::end() {
            self.commands.push(TimedCommand {
                at,
                account,
                on_behalf_of: speaks_for.then_some(unit),
                channel,
                command_id,
                command: Command::Campaign(Box::new(command)),
            });
        }
        StatementId::derive(command_id.0, 0)
    }

    fn sender(&mut self, by: By) -> (Actor, Channel) {
        match (self.unit.mode, by) {
            (Mode::Own, By::Usual) => {
                let channel = if self.rng.chance(50) { Channel::File } else { Channel::Form };
                (Actor::UnitOfficer(self.unit.number), channel)
            }
            (Mode::Proxy(channel), By::Usual) => (Actor::Region(self.unit.region), channel),
            (_, By::RegionByCall) => (Actor::Region(self.unit.region), Channel::Telephone),
        }
    }

    /// The next time at which somebody sits at a desk: 8:30 to 21:30 on working days.
    fn desk(&mut self, at: Timestamp) -> Timestamp {
        let clock = Zone::JAPAN.wall(at);
        let minutes = i64::from(clock.hour()) * 60 + i64::from(clock.minute());
        let seconds = i64::from(clock.second()) * SECOND;
        let weekend = match clock.date().weekday() {
            Weekday::Saturday => 2,
            Weekday::Sunday => 1,
            _ => 0,
        };
        if weekend == 0 && (510..1_290).contains(&minutes) {
            return at;
        }
        let midnight = later(at, -minutes * MINUTE - seconds);
        let friday_night = clock.date().weekday() == Weekday::Friday && minutes >= 1_290;
        let days = match (weekend, minutes < 510) {
            (0, true) => 0,
            (0, false) if friday_night => 3,
            (0, false) => 1,
            (days, _) => days,
        };
        later(midnight, days * DAY + (510 + self.rng.between(0, 70)) * MINUTE + self.rng.between(0, 59) * SECOND)
    }

    fn after(&mut self, at: Timestamp, low: i64, high: i64) -> Timestamp {
        let wait = self.rng.between(low, high);
        self.desk(later(at, wait))
    }

    // ---- single reports ----------------------------------------------------------------------

    fn report(
        &mut self,
        at: Timestamp,
        track: Track,
        content: Content,
        given: Option<Moment>,
        by: By,
        basis: Basis,
    ) -> StatementId {
        let (account, channel) = self.sender(by);
        // Whoever types for another has heard it a little before, or finds it on paper.
        let heard_at = (channel == Channel::Telephone).then(|| {
            let minutes = self.rng.between(2, 12);
            let heard = later(at, -minutes * MINUTE);
            Moment::At(given_instant(given).map_or(heard, |given| given.max(heard)))
        });
        let report = Report {
            campaign: self.federation.campaign,
            bargaining_unit: self.unit.bargaining_unit,
            track,
            content,
            given_at: given,
            heard_at,
            remark: None,
            basis,
        };
        self.send(at, account, channel, CampaignCommand::Report(Box::new(report)))
    }

    fn first(
        &mut self,
        at: Timestamp,
        track: Track,
        content: Content,
        given: Option<Moment>,
        by: By,
    ) -> StatementId {
        self.report(at, track, content, given, by, Basis::First)
    }

    fn correct(&mut self, at: Timestamp, track: Track, of: StatementId, content: Content, given: Option<Moment>) {
        self.report(at, track, content, given, By::Usual, Basis::Correction { of, based_on: Seq(0) });
    }

    /// The region reads what the unit wrote, and confirms it.
    fn confirm(&mut self, at: Timestamp, statement: StatementId, per_mille: i64) {
        if self.unit.mode == Mode::Own && self.rng.chance(per_mille) {
            let at = self.after(at, 15 * MINUTE, 7 * HOUR);
            let command = CampaignCommand::Confirm { statement, based_on: Seq(0) };
            self.send(at, Actor::Region(self.unit.region), Channel::Form, command);
        }
    }

    // ---- demands -----------------------------------------------------------------------------

    /// When a demand was handed in, and when it was reported.
    fn demand_time(&mut self, may_be_late: bool) -> (Moment, Timestamp) {
        let days = [(2, 16), (2, 18), (2, 19), (2, 20), (2, 23), (2, 25), (2, 27), (3, 3)];
        let (month, day) = days[self.rng.weighted(&[3, 3, 6, 68, 6, 6, 5, 3])];
        let given = jst(2004, month, day, 10, 0);
        let waits = if may_be_late { [28, 34, 20, 10, 8] } else { [30, 36, 22, 12, 0] };
        let days = match self.rng.weighted(&waits) {
            0 => self.rng.between(0, 0),
            1 => self.rng.between(1, 4),
            2 => self.rng.between(4, 8),
            3 => self.rng.between(8, 12),
            _ => self.rng.between(18, 38),
        };
        let at = self.after(given, days * DAY, days * DAY + 10 * HOUR);
        let last = jst(2004, 3, 30, 17, 0);
        let at = if at > last { later(last, -self.rng.between(0, 7 * HOUR)) } else { at };
        (Moment::Day(Zone::JAPAN.date(given)), at)
    }

    fn no_demand(&mut self, reason: NoDemandReason) {
        let (_, at) = self.demand_time(true);
        let content = Content::NoDemand { reason, explanation: None };
        let id = self.first(at, Track::Wage, content, None, By::Usual);
        self.confirm(at, id, 500);
        // A few of those who froze wages bargain the whole as one package.
        if reason == NoDemandReason::Abandoned && self.rng.chance(400) {
            let matters = vec![PackageMatter::WageFreeze, PackageMatter::Employment];
            let figures = Figures::Package(PackageFigures { matters, wage: None });
            let at = later(at, 90 * SECOND);
            self.first(at, Track::Package, demand(DemandContent::Known(figures)), None, By::Usual);
        }
    }

    fn elsewhere(&mut self, spring: &Spring) {
        let (given, at) = self.demand_time(true);
        self.first(at, Track::Wage, demand(DemandContent::NotOnThisTrack), Some(given), By::Usual);
        let figures = spring.bonus_demand(self.unit);
        self.first(
            later(at, 70 * SECOND),
            Track::Bonus,
            demand(DemandContent::Known(figures)),
            Some(given),
            By::Usual,
        );
    }

    /// The tracks on which this unit demands something, besides wages.
    fn others(&mut self, spring: &Spring) -> Vec<(Track, Figures)> {
        let mut others = Vec::new();
        if !self.unit.separate_bonus && self.rng.chance(880) {
            others.push((Track::Bonus, spring.bonus_demand(self.unit)));
        }
        if self.rng.chance(420) {
            others.push((Track::MinimumWage, spring.minimum_demand()));
        }
        if self.rng.chance(330) {
            others.push((Track::Agreements, spring.clauses(None)));
        }
        others
    }

    // ---- one unit's spring -------------------------------------------------------------------

    fn bargain(&mut self, spring: &Spring) {
        let chosen = self.unit.viewers || self.unit.neighbour;
        let likely = self.rng.chance([660, 700, 740, 800, 880][self.unit.band]);
        let answered = (likely || self.unit.neighbour || self.misfiled.is_some()) && !self.unit.viewers;
        let (given, at) = self.demand_time(!answered && !chosen);
        let known = demand(DemandContent::Known(spring.wage_demand(self.unit)));
        let id = if answered && self.rng.chance(45) {
            // First only that it was handed in, then what it says.
            let id = self.first(at, Track::Wage, demand(DemandContent::Unknown), Some(given), By::Usual);
            let at = self.after(at, DAY, 4 * DAY);
            self.correct(at, Track::Wage, id, known, Some(given));
            id
        } else {
            self.first(at, Track::Wage, known, Some(given), By::Usual)
        };
        self.confirm(at, id, 780);
        let others = self.others(spring);
        for (step, (track, figures)) in (1i64..).zip(others.clone()) {
            let at = later(at, step * 75 * SECOND);
            let id = self.first(at, track, demand(DemandContent::Known(figures)), Some(given), By::Usual);
            self.confirm(at, id, 500);
        }
        self.sharing(at);
        self.zones(spring);
        self.mandate(spring);
        if answered {
            let tracks: Vec<Track> = others.into_iter().map(|(track, _)| track).collect();
            self.answers(spring, &tracks);
        }
    }

    /// A few set who may see their figures.
    fn sharing(&mut self, at: Timestamp) {
        if self.unit.mode != Mode::Own || !self.rng.chance(70) {
            return;
        }
        let of = |rows_to, aggregates_to| Sharing { rows_to, aggregates_to };
        let narrow = of(Audience::Headquarters, Audience::Public);
        let wide = of(Audience::Participants, Audience::Public);
        let sharing = if self.rng.chance(350) {
            SharingSet { figures: narrow, maintenance: of(Audience::Region, Audience::Public) }
        } else {
            SharingSet { figures: wide, maintenance: wide }
        };
        let (campaign, bargaining_unit) = (self.federation.campaign, self.unit.bargaining_unit);
        let command = CampaignCommand::SetSharing { campaign, bargaining_unit, sharing };
        let at = later(at, 6 * MINUTE);
        self.send(at, Actor::UnitOfficer(self.unit.number), Channel::Form, command);
    }

    /// 交渉状況 of the two zones, reported on the days after.
    fn zones(&mut self, spring: &Spring) {
        let mood = match spring.class {
            Class::Nothing => 3,
            Class::Below => 2,
            Class::Maintenance => 1,
            Class::Above => 0,
        };
        for (zone, day, reports) in [("zone-1", 1, 560), ("zone-2", 8, 620)] {
            if !self.rng.chance(reports) {
                continue;
            }
            // One answer for a mood, one better or worse for luck.
            let mut rng = self.rng.clone();
            let mut answer = |from: &[&str]| {
                let at = (mood + rng.between(-1, 1)).clamp(0, from.len() as i64 - 1);
                code(from[at as usize])
            };
            let mut answers = vec![("outlook", answer(&["shown", "partly", "refused"]))];
            if zone == "zone-2" {
                answers.push(("maintenance", answer(&["promised", "positive", "open", "refused"])));
                let demanded = spring.demand > self.unit.maintenance;
                let improvement = answer(&["positive", "open", "open", "refused"]);
                answers.push(("improvement", if demanded { improvement } else { code("not-demanded") }));
                answers.push(("march-peak", answer(&["yes", "unclear", "no"])));
            }
            self.rng = rng;
            let answers =
                answers.into_iter().map(|(question, answer)| ZoneAnswer { question: code(question), answer });
            let at = self.rng.between(0, 6) * DAY;
            let at = self.after(jst(2004, 3, day, 10, 0), at, at + 8 * HOUR);
            let (account, channel) = self.sender(By::Usual);
            let command = CampaignCommand::ReportSituation {
                campaign: self.federation.campaign,
                bargaining_unit: self.unit.bargaining_unit,
                zone: code(zone),
                answers: answers.collect(),
                remark: None,
            };
            self.send(at, account, channel, command);
        }
    }

    /// スト権.
    fn mandate(&mut self, spring: &Spring) {
        let wanted = if spring.class <= Class::Below { 480 } else { 300 };
        if !self.rng.chance(wanted) {
            return;
        }
        let voted_on = date(2004, 3, self.rng.pick(&[3, 4, 5, 8, 9, 10, 11, 12, 15]));
        let entitled = self.unit.members;
        let voted = share(entitled, self.rng.between(860, 995));
        let in_favour = share(voted, self.rng.between(740, 985));
        let counted = self.rng.chance(720);
        let mandate = StrikeMandateGiven {
            campaign: self.federation.campaign,
            bargaining_unit: self.unit.bargaining_unit,
            established: in_favour * 2 > entitled,
            voted_on,
            entitled: counted.then_some(entitled),
            voted: counted.then_some(voted),
            in_favour: counted.then_some(in_favour),
        };
        let at = jst(2004, 3, voted_on.day(), 17, 0);
        let at = self.after(at, 0, 30 * HOUR);
        let (account, channel) = self.sender(By::Usual);
        self.send(at, account, channel, CampaignCommand::ReportStrikeMandate(mandate));
    }

    // ---- answers -----------------------------------------------------------------------------

    /// When the employer said it.
    fn answer_time(&mut self) -> Timestamp {
        if self.unit.neighbour {
            return jst(2004, 3, 16, 9, 40);
        }
        let weights: Vec<u32> = DAYS
            .iter()
            .map(|(month, day, weight)| match (self.unit.band, month, day) {
                // The large ones lead: they are answered on the designated days.
                (4, 3, 17) => weight * 6,
                (4, 3, 16 | 18) => weight * 2,
                (4, ..) => weight / 6,
                (0, 3, 22..=26) => weight * 5 / 4,
                _ => *weight,
            })
            .collect();
        let (month, day, _) = DAYS[self.rng.weighted(&weights)];
        let hour = 8 + self.rng.weighted(&HOURS) as i8;
        let minute = self.rng.pick(&[0, 0, 10, 15, 20, 30, 30, 40, 45, 50]);
        jst(2004, month, day, hour.max(8), if hour == 8 { 45 } else { minute })
    }

    fn answers(&mut self, spring: &Spring, tracks: &[Track]) {
        let given = self.answer_time();
        let moment = if self.rng.chance(720) { Moment::At(given) } else { Moment::Day(Zone::JAPAN.date(given)) };
        let seconds = self.rng.between(1, 59) * SECOND;
        let at = match (self.unit.neighbour, self.unit.mode) {
            (true, _) => later(given, 12 * MINUTE),
            (_, Mode::Own) => self.after(later(given, seconds), 3 * MINUTE, 45 * MINUTE),
            (_, Mode::Proxy(Channel::Paper)) => self.after(later(given, seconds), 40 * MINUTE, 5 * HOUR),
            (_, Mode::Proxy(_)) => self.after(later(given, seconds), 15 * MINUTE, 150 * MINUTE),
        };
        let Some(done) = self.wage_answers(spring, at, moment) else { return };
        self.other_answers(spring, tracks, at, moment);
        self.settle(spring, tracks, done);
    }

    /// The answers on wages up to the last one: when, and with which figures. Nothing where no
    /// answer stands in the end.
    fn wage_answers(
        &mut self,
        spring: &Spring,
        at: Timestamp,
        moment: Moment,
    ) -> Option<(Timestamp, WageFigures)> {
        let plain = spring.wage_answer(self.unit, spring.total);
        let chosen = self.unit.neighbour || self.misfiled.is_some();
        let roll = if chosen { 999 } else { self.rng.between(0, 999) };
        let answer = |figures: &WageFigures| Content::Response(Box::new(Figures::Wage(figures.clone())));
        match roll {
            // Typed wrongly, and corrected.
            0..=39 => {
                let slip = self.slip(spring);
                let id = self.first(at, Track::Wage, answer(&slip), Some(moment), By::Usual);
                let at = self.after(at, 12 * MINUTE, 150 * MINUTE);
                self.correct(at, Track::Wage, id, answer(&plain), Some(moment));
                self.confirm(at, id, 700);
                Some((at, plain))
            }
            // Unit and region heard different things.
            40..=55 if self.unit.mode == Mode::Own => {
                let id = self.first(at, Track::Wage, answer(&plain), Some(moment), By::Usual);
                let other =
                    spring.wage_answer(self.unit, spring.total + self.rng.pick(&[-500, -300, -100, 200, 1_000]));
                let at = self.after(at, 20 * MINUTE, 90 * MINUTE);
                let beside = Basis::Beside { of: id };
                let rival = self.report(at, Track::Wage, answer(&other), Some(moment), By::RegionByCall, beside);
                if !self.rng.chance(600) {
                    return None;
                }
                let region_was_right = self.rng.chance(300);
                let (keep, drop) = if region_was_right { (rival, id) } else { (id, rival) };
                let at = self.after(at, HOUR, 9 * HOUR);
                let decide = CampaignCommand::DecideRivals { keep, drop };
                self.send(at, Actor::Region(self.unit.region), Channel::Form, decide);
                Some((at, if region_was_right { other } else { plain }))
            }
            // Reported for the wrong unit, or by mistake, and taken back.
            56..=65 => {
                let id = self.first(at, Track::Wage, answer(&plain), Some(moment), By::Usual);
                let at = self.after(at, 20 * MINUTE, 200 * MINUTE);
                let reasons =
                    [WithdrawalReason::Mistake, WithdrawalReason::WrongUnit, WithdrawalReason::TakenBack];
                let withdraw =
                    CampaignCommand::Withdraw { statement: id, based_on: Seq(0), reason: self.rng.pick(&reasons) };
                let (account, channel) = self.sender(By::Usual);
                self.send(at, account, channel, withdraw);
                if self.rng.chance(500) {
                    return None;
                }
                let at = self.after(at, 3 * HOUR, 30 * HOUR);
                self.first(at, Track::Wage, answer(&plain), Some(Moment::Day(Zone::JAPAN.date(at))), By::Usual);
                Some((at, plain))
            }
            // 上積み, some after the first answer was turned down.
            66..=235 if spring.total > 800 => {
                let less = spring.total - self.rng.pick(&[200, 300, 300, 500, 500, 700, 800]);
                let first = if self.rng.chance(250) {
                    WageFigures { total: Some(Stated::Words), ..WageFigures::default() }
                } else {
                    spring.wage_answer(self.unit, less)
                };
                let id = self.first(at, Track::Wage, answer(&first), Some(moment), By::Usual);
                self.confirm(at, id, 600);
                if self.rng.chance(200) {
                    let at = later(at, 5 * HOUR);
                    let at = self.desk(at);
                    self.first(at, Track::Wage, Content::Continued, None, By::Usual);
                }
                let at = self.after(at, 20 * HOUR, 6 * DAY);
                let given = Moment::At(later(at, -40 * MINUTE));
                let further = Basis::Further { based_on: Seq(0) };
                let id = self.report(at, Track::Wage, answer(&plain), Some(given), By::Usual, further);
                self.confirm(at, id, 600);
                Some((at, plain))
            }
            _ if self.misfiled.is_some() => {
                let at = self.misfile(at, answer(&plain), moment);
                Some((at, plain))
            }
            _ if self.unit.neighbour => {
                let id = self.first(at, Track::Wage, answer(&plain), Some(moment), By::Usual);
                // The region asks back about one field; the answer is the visitor's to give.
                let question = Correction::SendBack {
                    statement: id,
                    based_on: Seq(0),
                    field: StatementField::Maintenance,
                    question: super::stand_ins::Text::Question.stand_in(),
                };
                let command = CampaignCommand::Correction(Box::new(question));
                self.send(later(at, 25 * MINUTE), Actor::Region(self.unit.region), Channel::Form, command);
                Some((at, plain))
            }
            _ => {
                let figures = answers::worded(&mut self.rng, spring, plain);
                let id = self.first(at, Track::Wage, answer(&figures), Some(moment), By::Usual);
                self.confirm(at, id, 760);
                Some((at, figures))
            }
        }
    }

    /// Typed for another unit, and moved to the right one when the region saw it.
    fn misfile(&mut self, at: Timestamp, content: Content, moment: Moment) -> Timestamp {
        let Some(wrong) = self.misfiled else { return at };
        let command_id = self.ids.next(at);
        let report = Report {
            campaign: self.federation.campaign,
            bargaining_unit: wrong.bargaining_unit,
            track: Track::Wage,
            content,
            given_at: Some(moment),
            heard_at: None,
            remark: None,
            basis: Basis::First,
        };
        if at <= Player::end() {
            self.commands.push(TimedCommand {
                at,
                account: Actor::Region(self.unit.region),
                on_behalf_of: Some(wrong.organisation.0),
                channel: Channel::Telephone,
                command_id,
                command: Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report)))),
            });
        }
        let at = self.after(at, 10 * MINUTE, 25 * MINUTE);
        let moving = Correction::Move {
            statement: StatementId::derive(command_id.0, 0),
            based_on: Seq(0),
            to: self.unit.bargaining_unit,
            beside: false,
        };
        let command = CampaignCommand::Correction(Box::new(moving));
        self.send(at, Actor::Region(self.unit.region), Channel::Form, command);
        at
    }

    /// A figure as a tired hand types it.
    fn slip(&mut self, spring: &Spring) -> WageFigures {
        let plain = spring.wage_answer(self.unit, spring.total);
        let wrong = match self.rng.between(0, 2) {
            0 if spring.total != 0 => spring.total * 10,
            1 => spring.total + 1_000,
            _ => spring.total - 90,
        };
        WageFigures {
            total: Some(Stated::Exact(Yen(wrong))),
            maintenance: None,
            maintenance_basis: None,
            base_up: None,
            ..plain
        }
    }

    fn other_answers(&mut self, spring: &Spring, tracks: &[Track], at: Timestamp, moment: Moment) {
        for (step, track) in (1i64..).zip(tracks) {
            let answered = match track {
                Track::Bonus => 820,
                Track::MinimumWage => 420,
                _ => 380,
            };
            if !self.rng.chance(answered) {
                continue;
            }
            let figures = match track {
                Track::Bonus => self.bonus_worded(spring),
                Track::MinimumWage => spring.minimum_answer(),
                _ => spring.clauses(Some(&mut self.rng)),
            };
            let at = later(at, step * 80 * SECOND);
            let id = self.first(at, *track, Content::Response(Box::new(figures)), Some(moment), By::Usual);
            self.confirm(at, id, 550);
        }
    }

    fn bonus_worded(&mut self, spring: &Spring) -> Figures {
        let plain = spring.bonus_answer(self.unit);
        let Figures::Bonus(figures) = plain.clone() else { return plain };
        match self.rng.between(0, 99) {
            0..=3 => Figures::Bonus(BonusFigures { months: Some(Stated::Words), yen: None, ..figures }),
            4 | 5 => Figures::Bonus(BonusFigures { months: Some(Stated::Withheld), yen: None, ..figures }),
            6 | 7 => {
                let (low, high) = (Months(spring.months - 100), Months(spring.months + 200));
                Figures::Bonus(BonusFigures { months: Some(Stated::Range { low, high }), yen: None, ..figures })
            }
            8 => Figures::Bonus(BonusFigures {
                months: Some(Stated::Suspended(Suspension {
                    condition: SuspensionCondition::Results,
                    until: None,
                })),
                yen: None,
                ..figures
            }),
            _ => plain,
        }
    }

    /// 仮妥結 and 妥結確認, with the delays that a union's own bodies take.
    fn settle(&mut self, spring: &Spring, tracks: &[Track], (at, last): (Timestamp, WageFigures)) {
        let likely = match spring.class {
            _ if !answers::is_exact(&last) => 350,
            Class::Nothing => 560,
            Class::Below => 700,
            Class::Maintenance | Class::Above => 880,
        };
        if !self.rng.chance(likely) {
            return;
        }
        let at = self.after(at, 2 * HOUR, 6 * DAY);
        let given = Moment::Day(Zone::JAPAN.date(at));
        let provisional = self.rng.chance(620);
        let confirmed_at = self.after(at, DAY, 6 * DAY);
        let mut settled = vec![(Track::Wage, Figures::Wage(last))];
        if tracks.contains(&Track::Bonus) && self.rng.chance(800) {
            settled.push((Track::Bonus, spring.bonus_answer(self.unit)));
        }
        for (step, (track, figures)) in (0i64..).zip(settled) {
            let content = |stage| Content::Settlement { stage, figures: Box::new(figures.clone()) };
            let wait = step * 70 * SECOND;
            if provisional {
                let provisional = content(SettlementStage::Provisional);
                let id = self.first(later(at, wait), track, provisional, Some(given), By::Usual);
                let confirmed = content(SettlementStage::Confirmed);
                self.correct(later(confirmed_at, wait), track, id, confirmed, Some(given));
                self.confirm(later(confirmed_at, wait), id, 550);
            } else {
                let confirmed = content(SettlementStage::Confirmed);
                let id = self.first(later(at, wait), track, confirmed, Some(given), By::Usual);
                self.confirm(later(at, wait), id, 550);
            }
        }
    }
}

fn is_question(command: &CampaignCommand) -> bool {
    matches!(command, CampaignCommand::Correction(inner) if matches!(inner.as_ref(), Correction::SendBack { .. }))
}

fn demand(content: DemandContent) -> Content {
    Content::Demand(Box::new(content))
}

fn share(of: u32, per_mille: i64) -> u32 {
    (i64::from(of) * per_mille / 1_000) as u32
}

fn given_instant(given: Option<Moment>) -> Option<Timestamp> {
    match given {
        Some(Moment::At(instant)) => Some(instant),
        _ => None,
    }
}
