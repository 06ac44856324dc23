//! Imports: what a file would change, what it does, and how it goes back as a whole.

use crate::common::*;
use federation::board::board;
use federation::campaign::content::{
    BonusFigures, BonusPattern, Content, DemandContent, Figures, SettlementStage, Stated, Step, WageFigures,
};
use federation::campaign::rules::{Basis, Command as CampaignCommand};
use federation::campaign::state::Campaign;
use federation::campaign::{Moment, StatementId, Track};
use federation::exchange::cells::{self, Head, Value};
use federation::exchange::events::Counts;
use federation::exchange::known::{key_of, spoken};
use federation::exchange::layout::{FileKey, Layout, step_code};
use federation::exchange::plan::{Asking, Class, Decision, Outcome, Plan, PlannedRow, Sheet, entering, plan};
use federation::exchange::rules::{Command as ExchangeCommand, Start, undoing};
use federation::exchange::{FileKind, ImportId, Matter, Settings, SheetSettings};
use federation::names::PublicName;
use federation::organisation::OrganisationKind;
use federation::organisation::rules::Command as OrganisationCommand;
use federation::people::Role;
use federation::{Command, Refusal, Viewer};
use kernel::{AccountId, Channel, CommandContext, Digest, Months, Percent, Seq, Yen};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A file as an office has it in its hands.
struct File {
    layout: Layout,
    settings: SheetSettings,
    rows: Vec<kernel::Row>,
    key: Option<FileKey>,
}

impl File {
    /// The rows of these units with what stands about them, as the region's workbook has them.
    fn export(world: &World, step: Step, units: &[&str]) -> File {
        let campaign = the_campaign(world);
        let layout = Layout::of(world.state.kit().expect("a kit"), &Track::ALL, step);
        let ids: Vec<_> = units.iter().map(|unit| world.unit(unit)).collect();
        let rows = (2..).zip(units).zip(&ids).map(|((number, code), id)| {
            let head = Head { code, name: "", members: 0 };
            let said = spoken(campaign, *id);
            let cells = cells::write(&layout, head, &said, &BTreeMap::new(), world.state.zone(), "ja");
            kernel::Row { number, cells: cells.iter().map(Value::plain).collect() }
        });
        let rows = rows.collect();
        let key = Some(key_of(&world.state, campaign, &ids));
        let columns = layout.columns.iter().map(|column| Some(code(&column.code))).collect();
        let settings =
            SheetSettings { sheet: 0, header: 1, header_rows: 1, step: Some(code(step_code(step))), columns };
        File { layout, settings, rows, key }
    }

    /// Types something into a cell of a unit's row.
    fn set(&mut self, unit: &str, column: &str, text: &str) -> &mut File {
        let at = self.layout.position(column).unwrap_or_else(|| panic!("no column {column}"));
        let of_code = self.layout.position("unit-code").expect("a column of codes");
        let row = self.rows.iter_mut().find(|row| &row.cells[of_code] == unit).expect("a row of that unit");
        row.cells.set(at, text);
        self
    }

    fn plan(&self, world: &World, who: &str, import: Option<ImportId>) -> Plan {
        let viewer = Viewer::of(&world.state, world.person(who), world.state.today(world.now));
        let asking = Asking {
            campaign: the_campaign(world),
            viewer: &viewer,
            key: self.key.as_ref(),
            on: None,
            now: world.now,
            import: import.and_then(|id| world.state.imports.get(id)),
        };
        let address =
            |row: u32, column: usize| kernel::Cell::new(u32::try_from(column).expect("a column"), row).to_string();
        let sheet = Sheet { address: &address, settings: &self.settings, rows: &self.rows };
        plan(&world.state, asking, &self.layout, sheet)
    }

    fn start(&self, world: &mut World, who: &str) -> ImportId {
        let settings = Settings { sheets: vec![self.settings.clone()], on: None };
        let start = Start {
            matter: Matter::Reports,
            file: sealed(9),
            digest: Digest([9; 32]),
            file_kind: FileKind::Xlsx,
            campaign: Some(world.campaign()),
            collection: None,
            settings,
            amended: None,
            rows: u32::try_from(self.rows.len()).expect("a count"),
            last_row: self.rows.last().expect("a row").number,
        };
        let sent = world.send_as(who, Command::Exchange(ExchangeCommand::Start(Box::new(start)))).expect("begun");
        ImportId::derive(sent.command.0, 0)
    }
}

fn the_campaign(world: &World) -> &Campaign {
    world.state.campaigns.current().expect("a campaign")
}

/// Enters what a plan would enter, under the import's ids; how many commands were carried out.
fn enter(
    world: &mut World,
    who: &str,
    import: ImportId,
    rows: &[PlannedRow],
    decide: impl Fn(&PlannedRow) -> Option<Decision>,
) -> usize {
    let mut sent = 0;
    for row in rows {
        let Some(unit) = row.unit else { continue };
        for item in row.items.iter().filter(|item| !item.entered) {
            let Some(report) = entering(the_campaign(world), unit, item, decide(row)) else { continue };
            let organisation = world
                .state
                .organisations
                .bargaining_unit(unit)
                .and_then(|u| u.organisation_on(world.state.today(world.now)));
            let ctx = CommandContext {
                now: world.now,
                account: world.person(who),
                on_behalf_of: organisation.map(|id| id.0),
                channel: Channel::File,
                command_id: import.command(item.number),
            };
            world.send_in(ctx, reporting(report)).expect("a row that is allowed");
            sent += 1;
        }
    }
    sent
}

fn undo(world: &mut World, who: &str, import: ImportId) -> Result<Sent, Refusal> {
    world.send_as(who, Command::Exchange(ExchangeCommand::Undo { import }))
}

fn counts(new: u32, identical: u32, changed: u32, conflict: u32, refused: u32) -> Counts {
    Counts { new, identical, changed, conflict, refused }
}

/// The board of headquarters without its entry number: whatever a tally shows.
fn tallied(world: &World) -> String {
    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2004-03-17"));
    let mut board =
        board(&world.state, &world.state, the_campaign(world), &viewer, date("2004-03-17")).expect("a board");
    board.known_at = Seq(0);
    format!("{board:?}")
}

/// A world with a region of ten units, U01 to U10.
fn region_of_ten() -> World {
    let mut world = World::founded();
    for number in 1..=10 {
        let unit = format!("U{number:02}");
        let organisation = world.register(&unit, "saitama", 100 + number);
        world.account(&format!("officer-{unit}"), Role::UnitOfficer, organisation);
    }
    let saitama = world.organisation("saitama");
    world.account("staff-saitama", Role::RegionalStaff, saitama);
    world.open_campaign();
    world.at("2004-03-17T15:00");
    world
}

const TEN: [&str; 10] = ["U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09", "U10"];

/// Two hours off line: the file leaves at 15:00 and comes back at 17:00 with ten rows filled in.
fn two_hours_off_line() -> (World, File) {
    let mut world = region_of_ten();
    world.report("U09", response(5_000), Basis::First).expect("reported before");
    let mut file = File::export(&world, Step::Response, &TEN);
    for (number, unit) in (0..).zip(&TEN[..8]) {
        file.set(unit, "wage-total", &(4_000 + number * 100).to_string());
    }
    file.set("U10", "wage-total", "４，０００円");
    world.at("2004-03-17T16:10");
    world.proxy("staff-saitama", "U10", response(4_200), Basis::First).expect("heard on the telephone");
    world.at("2004-03-17T17:00");
    (world, file)
}

#[test]
fn ten_rows_come_back_after_two_hours_off_line() {
    let (mut world, file) = two_hours_off_line();
    let planned = file.plan(&world, "staff-saitama", None);
    assert_eq!(planned.counts(), counts(8, 1, 0, 1, 0));
    let conflict = planned.rows.iter().find(|row| row.class == Class::Conflict).expect("a conflict");
    assert_eq!(conflict.unit, Some(world.unit("U10")));
    assert_eq!(conflict.items[0].said.content, response(4_000));

    let import = file.start(&mut world, "staff-saitama");
    assert_eq!(enter(&mut world, "staff-saitama", import, &planned.rows, |_| None), 8);
    // Nothing was overwritten: what was heard on the telephone stands.
    assert_eq!(world.standing("U10").result().map(|version| version.content.clone()), Some(response(4_200)));
    assert_eq!(world.standing("U09").result().map(|version| version.content.clone()), Some(response(5_000)));
    let entered = world.standing("U03").result().expect("entered").clone();
    assert_eq!((entered.content, entered.channel), (response(4_200), Channel::File));
    assert_eq!(entered.on_behalf_of, Some(world.organisation("U03").0));
    // Looked at again, the same rows are told as this import's, and the conflict is still open.
    let again = file.plan(&world, "staff-saitama", Some(import));
    assert_eq!(again.counts(), counts(8, 1, 0, 1, 0));
    assert_eq!(enter(&mut world, "staff-saitama", import, &again.rows, |_| None), 0);
    // The same file once more, as an import of its own, changes nothing.
    assert_eq!(file.plan(&world, "staff-saitama", None).counts(), counts(0, 9, 0, 1, 0));
}

#[test]
fn a_conflict_is_decided_by_a_person() {
    let check = |decision: Decision, standing: i64, rivals: usize, statements: usize| {
        let (mut world, file) = two_hours_off_line();
        let import = file.start(&mut world, "staff-saitama");
        let planned = file.plan(&world, "staff-saitama", Some(import));
        enter(&mut world, "staff-saitama", import, &planned.rows, |_| Some(decision));
        let result = world.standing("U10").result().map(|version| version.content.clone());
        assert_eq!(result, Some(response(standing)), "{decision:?}");
        let slot = world.slot("U10", Track::Wage).expect("said").clone();
        assert_eq!(slot.rivals_of(slot.statements[0].id).count(), rivals, "{decision:?}");
        assert_eq!(slot.statements.len(), statements, "{decision:?}");
        // Whatever was decided goes back with the import: the word of the telephone stands alone.
        undo(&mut world, "staff-saitama", import).expect("undone");
        let slot = world.slot("U10", Track::Wage).expect("said").clone();
        let standing: Vec<_> = slot.standing(Step::Response).map(|found| found.latest().content.clone()).collect();
        assert_eq!(standing, [response(4_200)], "{decision:?}");
        assert_eq!(slot.rivals_of(slot.statements[0].id).count(), 0, "{decision:?}");
    };
    check(Decision::Ours, 4_200, 0, 1);
    check(Decision::Theirs, 4_000, 0, 1);
    check(Decision::Further, 4_000, 0, 2);
    check(Decision::Beside, 4_200, 1, 2);

    // Kept by a decision of its own, it is no conflict any more.
    let (mut world, file) = two_hours_off_line();
    let import = file.start(&mut world, "staff-saitama");
    let planned = file.plan(&world, "staff-saitama", Some(import));
    let item = planned.rows.iter().find(|row| row.class == Class::Conflict).expect("a conflict").items[0].number;
    let keep = ExchangeCommand::KeepOurs { import, item };
    world.send_as("staff-saitama", Command::Exchange(keep)).expect("kept");
    let again = file.plan(&world, "staff-saitama", Some(import));
    assert_eq!(again.counts(), counts(8, 2, 0, 0, 0));
    let kept = again.rows.iter().flat_map(|row| &row.items).find(|found| found.number == item).expect("the item");
    assert_eq!(kept.outcome, Outcome::Kept);
}

#[test]
fn taken_back_as_a_whole_the_tally_is_as_before() {
    let (mut world, mut file) = two_hours_off_line();
    // One row corrects what stood in the file; it had been confirmed.
    let reported = world.slot("U09", Track::Wage).expect("said").statements[0].id;
    world
        .send_as(
            "staff-saitama",
            Command::Campaign(Box::new(CampaignCommand::Confirm {
                statement: reported,
                based_on: world.standing("U09").response.expect("said").latest().seq,
            })),
        )
        .expect("confirmed");
    file.set("U09", "wage-total", "5,500");
    let before = tallied(&world);
    let import = file.start(&mut world, "staff-saitama");
    let planned = file.plan(&world, "staff-saitama", Some(import));
    assert_eq!(planned.counts(), counts(8, 0, 1, 1, 0));
    enter(&mut world, "staff-saitama", import, &planned.rows, |_| Some(Decision::Theirs));
    assert_ne!(tallied(&world), before);
    assert_eq!(world.standing("U09").result().map(|version| version.content.clone()), Some(response(5_500)));

    let would = undoing(&world.state, world.state.imports.get(import).expect("an import"));
    assert_eq!((would.withdrawn.len(), would.reverted.len(), would.left.len()), (8, 2, 0));
    let undone = undo(&mut world, "staff-saitama", import).expect("undone");
    assert_eq!(undone.events.len(), 11, "one entry for each statement, and one for the whole");
    assert_eq!(tallied(&world), before);
    // The history says what was there; the version before stands again with its confirmation.
    let statement = world.slot("U09", Track::Wage).expect("said").statements[0].clone();
    assert_eq!(statement.versions().count(), 2);
    assert!(statement.latest().confirmed.is_some());
    // Twice is once.
    assert_eq!(undo(&mut world, "staff-saitama", import).expect("nothing to do").events, []);
    assert!(world.replayed() == world.state);
}

#[test]
fn what_somebody_touched_since_is_left_and_told() {
    let (mut world, file) = two_hours_off_line();
    let import = file.start(&mut world, "staff-saitama");
    let planned = file.plan(&world, "staff-saitama", Some(import));
    enter(&mut world, "staff-saitama", import, &planned.rows, |_| None);
    let of = |world: &World, unit: &str| -> (StatementId, Seq) {
        let latest = world.standing(unit).response.expect("said");
        (latest.id, latest.latest().seq)
    };
    // The unit confirms, corrects, or somebody stands beside it.
    let (confirmed, based_on) = of(&world, "U01");
    let confirm = CampaignCommand::Confirm { statement: confirmed, based_on };
    world.send_as("officer-U01", Command::Campaign(Box::new(confirm))).expect("confirmed");
    let (corrected, based_on) = of(&world, "U02");
    world.report("U02", response(4_150), Basis::Correction { of: corrected, based_on }).expect("corrected");
    let (contested, _) = of(&world, "U03");
    world.report("U03", response(4_250), Basis::Beside { of: contested }).expect("a rival");

    undo(&mut world, "staff-saitama", import).expect("undone");
    let found = world.state.imports.get(import).expect("an import");
    let left: BTreeSet<_> = found.undone.as_ref().expect("undone").1.left.iter().copied().collect();
    assert_eq!(left, BTreeSet::from([confirmed, corrected, contested]));
    assert_eq!(world.standing("U01").result().map(|version| version.content.clone()), Some(response(4_000)));
    assert_eq!(world.standing("U02").result().map(|version| version.content.clone()), Some(response(4_150)));
    assert!(world.standing("U04").result().is_none());
}

#[test]
fn one_bad_row_of_1648_loses_nothing_of_the_others() {
    let mut world = World::founded();
    let saitama = world.organisation("saitama");
    let units: Vec<String> = (1..=1_648).map(|number| format!("{number:04}")).collect();
    for unit in &units {
        world.must(OrganisationCommand::Register {
            kind: OrganisationKind::Unit,
            code: code(unit),
            name: PublicName::new(&format!("架空{unit}労働組合")).expect("a name"),
            parent: Some(saitama),
            members: Some(50),
            worksite: None,
            bargains: true,
            from: date("2003-10-01"),
        });
    }
    world.account("staff-saitama", Role::RegionalStaff, saitama);
    world.open_campaign();
    world.at("2004-03-17T15:00");
    let codes: Vec<&str> = units.iter().map(String::as_str).collect();
    let mut file = File::export(&world, Step::Settlement, &codes);
    for unit in &codes {
        file.set(unit, "wage-total", "5000");
    }
    file.set("1024", "wage-total", "5千円");
    // The office's own file: no key, and the zeros are gone.
    file.key = None;
    let of_code = file.layout.position("unit-code").expect("a column");
    for row in &mut file.rows {
        let code = row.cells[of_code].trim_start_matches('0').to_owned();
        row.cells.set(of_code, &code);
    }
    let import = file.start(&mut world, "staff-saitama");
    let planned = file.plan(&world, "staff-saitama", Some(import));
    assert_eq!(planned.counts(), counts(1_647, 0, 0, 0, 1));
    let bad = planned.rows.iter().find(|row| row.class == Class::Refused).expect("the bad one");
    assert_eq!(bad.number, 1_025);
    assert_eq!(
        bad.findings[0].field,
        kernel::Cell::new(9, 1_025).to_string().replace('J', &column(&file, "wage-total"))
    );
    assert_eq!(bad.questions[0].proposals, [("5000".to_owned(), "5000".to_owned())]);
    assert_eq!(enter(&mut world, "staff-saitama", import, &planned.rows, |_| None), 1_647);
    let states = world.count_states(Track::Wage);
    assert_eq!(states.values().copied().collect::<Vec<_>>(), [1, 1_647]);
}

/// The letters of a column.
fn column(file: &File, code: &str) -> String {
    let at = u32::try_from(file.layout.position(code).expect("a column")).expect("a number");
    kernel::Cell::new(at, 1).to_string().trim_end_matches('1').to_owned()
}

#[test]
fn faults_are_named_by_their_cell() {
    let mut world = region_of_ten();
    world.register("T9", "tokyo-chiba", 10);
    let campaign = world.campaign();
    let bargaining_unit = world.unit("T9");
    let reason = federation::campaign::events::FrameReason::Mistake;
    world.must(CampaignCommand::AddToFrame { campaign, bargaining_unit, reason });
    let check = |cells: &[(&str, &str)], expected: &str, at: &str| {
        let mut file = File::export(&world, Step::Response, &["U01"]);
        let given: BTreeMap<&str, &str> = cells.iter().copied().collect();
        if !given.keys().any(|column| column.starts_with("wage") || column.starts_with("bonus")) {
            file.set("U01", "wage-total", "4000");
        }
        for (column, text) in cells.iter().rev() {
            file.set("U01", column, text);
        }
        let planned = file.plan(&world, "staff-saitama", None);
        let row = &planned.rows[0];
        assert_eq!(row.class, Class::Refused, "{cells:?} {row:?}");
        let finding = row.findings.iter().find(|finding| finding.code.0 == expected);
        let finding = finding.unwrap_or_else(|| panic!("{cells:?}: {:?}", row.findings));
        assert_eq!(finding.field, format!("{}2", column(&file, at)), "{cells:?}");
        assert_eq!(row.items.len(), 0, "a row with a fault enters nothing");
    };
    check(&[("wage-total", "検討中")], "not-a-number", "wage-total");
    check(&[("wage-total", "5千円")], "number-in-words", "wage-total");
    check(&[("bonus-months", "4.5"), ("wage-total", "#REF!")], "number-sheet-error", "wage-total");
    check(&[("bonus-months", "145")], "import-months-are-yen", "bonus-months");
    check(&[("bonus-yen", "4.5")], "number-not-whole", "bonus-yen");
    check(&[("bonus-yen", "450")], "import-yen-are-months", "bonus-yen");
    check(&[("wage-total-rate", "143")], "import-rate-without-point", "wage-total-rate");
    check(&[("unit-code", "U99")], "import-unit-unknown", "unit-code");
    check(&[("unit-code", "T9")], "import-not-yours", "unit-code");
    check(&[("unit-code", "")], "import-unit-missing", "unit-name");
    // Both edges: twelve months and thirty percent are high and are told, not refused.
    let mut file = File::export(&world, Step::Response, &["U01", "U02"]);
    file.set("U01", "bonus-months", "12").set("U02", "wage-total-rate", "30");
    let planned = file.plan(&world, "staff-saitama", None);
    assert_eq!(planned.counts(), counts(2, 0, 0, 0, 0), "{planned:?}");
    // The same unit twice: the second row is refused and says where the first is.
    let mut file = File::export(&world, Step::Response, &["U01", "U02"]);
    file.set("U01", "wage-total", "4000").set("U02", "wage-total", "4000").set("U02", "unit-code", "Ｕ０１");
    let planned = file.plan(&world, "staff-saitama", None);
    assert_eq!(planned.counts(), counts(1, 0, 0, 0, 1));
    assert_eq!(planned.rows[1].findings[0].code.0, "import-unit-twice");
    // A name that does not go with its code is told: one digit is another union.
    let mut file = File::export(&world, Step::Response, &["U01"]);
    file.set("U01", "wage-total", "4000").set("U01", "unit-name", "架空U02労働組合");
    let planned = file.plan(&world, "staff-saitama", None);
    assert_eq!(planned.counts(), counts(1, 0, 0, 0, 0));
    assert!(planned.rows[0].findings.iter().any(|finding| finding.code.0 == "import-name-differs"));
}

#[test]
fn a_roster_goes_back_and_what_rests_on_a_unit_keeps_it() {
    let mut world = World::running();
    let before = world.state.clone();
    let start = Start {
        matter: Matter::Roster,
        file: sealed(9),
        digest: Digest([9; 32]),
        file_kind: FileKind::Csv,
        campaign: None,
        collection: None,
        settings: Settings { sheets: vec![SheetSettings::default()], on: Some(date("2004-03-01")) },
        amended: None,
        rows: 3,
        last_row: 4,
    };
    let sent = world.must(Wrapped(Command::Exchange(ExchangeCommand::Start(Box::new(start)))));
    let import = ImportId::derive(sent.command.0, 0);
    let headquarters = world.person("headquarters");
    let send = |world: &mut World, number: u32, command: OrganisationCommand| {
        let (now, account) = (world.now, headquarters);
        let command_id = import.command(number);
        let ctx = CommandContext { now, account, on_behalf_of: None, channel: Channel::File, command_id };
        world.send_in(ctx, Command::Organisation(command)).expect("a row that is allowed")
    };
    let register = |world: &World, unit: &str| OrganisationCommand::Register {
        kind: OrganisationKind::Unit,
        code: code(unit),
        name: name(&format!("架空{unit}労働組合")),
        parent: Some(world.organisation("saitama")),
        members: Some(80),
        worksite: None,
        bargains: true,
        from: date("2004-01-01"),
    };
    let s1 = world.organisation("S1");
    for (number, unit) in [(32, "N1"), (64, "N2")] {
        let command = register(&world, unit);
        send(&mut world, number, command);
    }
    send(
        &mut world,
        96,
        OrganisationCommand::CountMembers { organisation: s1, members: 130, on: date("2004-03-01") },
    );
    // Both new ones come into the frame; N2 speaks.
    let campaign = world.campaign();
    for unit in ["N1", "N2"] {
        let bargaining_unit = world.unit(unit);
        let reason = federation::campaign::events::FrameReason::Joined;
        world.must(CampaignCommand::AddToFrame { campaign, bargaining_unit, reason });
    }
    world.proxy("staff-saitama", "N2", response(4_000), Basis::First).expect("heard");

    let undone = undo(&mut world, "headquarters", import).expect("undone");
    assert_eq!(undone.events.len(), 1);
    assert!(!world.state.organisations.by_code.contains_key(&code("N1")));
    assert!(!world.state.organisations.bargaining_units_by_code.contains_key(&code("N1")));
    assert_eq!(world.state.organisations.get(s1), before.organisations.get(s1));
    let left = world.state.imports.get(import).expect("an import").undone.clone().expect("undone").1;
    assert_eq!(left.left_organisations, [world.organisation("N2")]);
    assert_eq!(the_campaign(&world).frame.rows.len(), 4, "three of before, and N2");
    assert!(world.replayed() == world.state);
    // The number is free again.
    world.register("N1", "saitama", 81);
}

#[test]
fn only_its_sender_and_headquarters_take_an_import_back() {
    let (mut world, file) = two_hours_off_line();
    let tokyo = world.organisation("tokyo-chiba");
    world.account("staff-tokyo-chiba", Role::RegionalStaff, tokyo);
    let import = file.start(&mut world, "staff-saitama");
    let planned = file.plan(&world, "staff-saitama", Some(import));
    enter(&mut world, "staff-saitama", import, &planned.rows, |_| None);
    for who in ["staff-tokyo-chiba", "officer-U01"] {
        let refused = undo(&mut world, who, import).expect_err("not theirs");
        assert_eq!(refused.code().0, "not-permitted", "{who}");
    }
    let finish = ExchangeCommand::Finish { import, counts: planned.counts() };
    let refused = world.send_as("headquarters", Command::Exchange(finish.clone())).expect_err("not theirs");
    assert_eq!(refused.code().0, "not-permitted");
    world.send_as("staff-saitama", Command::Exchange(finish)).expect("finished");
    undo(&mut world, "headquarters", import).expect("undone");
    let stranger = AccountId(kernel::Id::from_u128(77));
    let again = ExchangeCommand::Undo { import };
    assert!(world.send(stranger, FORM, Command::Exchange(again)).is_err());
}

fn some_yen() -> impl Strategy<Value = Stated<Yen>> {
    prop_oneof![
        4 => (-9_000i64..90_000).prop_map(|yen| Stated::Exact(Yen(yen))),
        1 => (0i64..9_000, 1i64..900).prop_map(|(low, more)| Stated::Range { low: Yen(low), high: Yen(low + more) }),
        1 => (1_000i64..9_000).prop_map(|yen| Stated::AtLeast(Yen(yen))),
        1 => Just(Stated::Words),
        1 => Just(Stated::Withheld),
    ]
}

fn some_figures() -> impl Strategy<Value = Figures> {
    prop_oneof![
        (some_yen(), proptest::option::of(some_yen()), proptest::option::of(100i64..9_000)).prop_map(
            |(total, base_up, rate)| Figures::Wage(WageFigures {
                total: Some(total),
                base_up,
                total_rate: rate.map(|rate| Stated::Exact(Percent(rate))),
                ..WageFigures::default()
            })
        ),
        (100i64..12_000, any::<bool>()).prop_map(|(months, annual)| Figures::Bonus(BonusFigures {
            pattern: if annual { BonusPattern::Annual } else { BonusPattern::SummerWinter },
            months: Some(Stated::Exact(Months(months))),
            yen: None,
        })),
    ]
}

/// Something that a unit says: who, which step, what, when.
fn some_word() -> impl Strategy<Value = (usize, usize, Figures, Option<u8>)> {
    (0usize..3, 0usize..3, some_figures(), proptest::option::of(1u8..17))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Import ∘ export changes nothing, with the key of the file and without it, whatever was said.
    #[test]
    fn a_file_that_comes_back_untouched_changes_nothing(words in proptest::collection::vec(some_word(), 0..12)) {
        let units = ["S1", "S2", "T1"];
        let mut world = World::running();
        world.at("2004-03-17T15:00");
        for (unit, step, figures, day) in words {
            let track = figures.track();
            let content = match step {
                0 => Content::Demand(Box::new(DemandContent::Known(figures))),
                1 => Content::Response(Box::new(figures)),
                _ => Content::Settlement { stage: SettlementStage::Provisional, figures: Box::new(figures) },
            };
            let mut report = world.wage_report(units[unit], content, Basis::First);
            report.track = track;
            report.given_at = day.map(|day| Moment::Day(date(&format!("2004-03-{day:02}"))));
            // What stands already is corrected; a report that says the same is none.
            let step = report.content.step();
            let latest = world.slot(units[unit], track).and_then(|slot| slot.standing(step).next_back());
            if let Some(latest) = latest {
                report.basis = Basis::Correction { of: latest.id, based_on: latest.latest().seq };
            }
            world.send_as(&format!("officer-{}", units[unit]), reporting(report)).expect("said");
        }
        for step in [Step::Demand, Step::Response, Step::Settlement] {
            let mut file = File::export(&world, step, &units);
            for key in [file.key.take(), None] {
                file.key = key;
                let planned = file.plan(&world, "headquarters", None);
                let odd: Vec<_> = planned.rows.iter().filter(|row| row.class > Class::Identical).collect();
                prop_assert!(odd.is_empty(), "{odd:?}");
                prop_assert!(planned.rows.iter().all(|row| row.findings.is_empty()), "{planned:?}");
            }
        }
    }
}
