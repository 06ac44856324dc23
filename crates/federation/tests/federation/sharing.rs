//! 公開範囲: only the owner changes it, and what can be derived counts as shown.

use crate::common::*;
use federation::campaign::rules::{Basis, Command, sharing_of};
use federation::sharing::{Audience, Sharing, SharingSet, VisibleParts};
use federation::{Command as AnyCommand, Refusal};

fn set(figures: (Audience, Audience), maintenance: (Audience, Audience)) -> SharingSet {
    let sharing = |(rows_to, aggregates_to)| Sharing { rows_to, aggregates_to };
    SharingSet { figures: sharing(figures), maintenance: sharing(maintenance) }
}

use Audience::{Headquarters, Participants, Public, Region, Unit};

#[test]
fn only_the_owner_sets_it() {
    let mut world = World::running();
    let open = set((Public, Public), (Participants, Public));
    let command = |world: &World, sharing| {
        let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
        AnyCommand::Campaign(Box::new(Command::SetSharing { campaign, bargaining_unit, sharing }))
    };
    for other in ["officer-S2", "staff-saitama", "headquarters", "release", "auditor"] {
        let command = command(&world, open);
        let sent = world.send_as(other, command).map(|_| ());
        assert_eq!(sent, Err(Refusal::OnlyOwnerRaisesSharing), "{other}");
    }
    let of = |world: &World, unit: &str| {
        sharing_of(&world.state, world.state.campaigns.current().expect("campaign"), world.unit(unit))
    };
    // Before the owner speaks, the kit does.
    assert_eq!(of(&world, "S1"), set((Participants, Public), (Headquarters, Public)));
    let opening = command(&world, open);
    world.send_as("officer-S1", opening.clone()).expect("the owner opens");
    assert_eq!(world.send_as("officer-S1", opening).map(|s| s.events), Ok(Vec::new()));
    let closed = set((Unit, Unit), (Unit, Unit));
    assert_eq!((of(&world, "S1"), of(&world, "S2")), (open, set((Participants, Public), (Headquarters, Public))));
    let closing = command(&world, closed);
    world.send_as("officer-S1", closing).expect("the owner closes");
    assert_eq!(of(&world, "S1"), closed);

    // Rows that more may see than the totals make no sense.
    for bad in [set((Public, Region), (Unit, Unit)), set((Unit, Unit), (Participants, Headquarters))] {
        let command = command(&world, bad);
        let sent = world.send_as("officer-S1", command).map(|_| ());
        assert_eq!(sent, Err(Refusal::BadList { field: "sharing" }));
    }
}

#[test]
fn parts_that_an_audience_sees() {
    let check = |rows: (Audience, Audience), audience, (total, maintenance, base_up)| {
        let set = set((rows.0, Public), (rows.1, Public));
        let expected = VisibleParts { total, maintenance, base_up };
        assert_eq!(set.visible_to(audience), expected, "{rows:?} {audience:?}");
    };
    // The default: the other units see the total and can derive nothing.
    check((Participants, Headquarters), Unit, (true, true, true));
    check((Participants, Headquarters), Headquarters, (true, true, true));
    check((Participants, Headquarters), Participants, (true, false, false));
    check((Participants, Headquarters), Public, (false, false, false));
    // Maintenance open and the total closed: base-up would give the total away.
    check((Region, Public), Headquarters, (false, true, false));
    check((Unit, Unit), Region, (false, false, false));
    check((Public, Public), Public, (true, true, true));
}

/// Whoever sees the other rows could take a closed value out of a live total: so it is not in it.
/// It goes into releases, which pass through disclosure control.
#[test]
fn a_closed_row_is_in_no_live_total() {
    use federation::board::rows::{Which, rows};
    use federation::tally::{Answer, Measure};
    let mut world = World::running();
    world.report("S1", response(6_000), Basis::First).expect("stated");
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
    let sharing = set((Unit, Public), (Unit, Public));
    let closing = Command::SetSharing { campaign, bargaining_unit, sharing };
    world.send_as("officer-S1", AnyCommand::Campaign(Box::new(closing))).expect("closed");
    let check = |audience, expected: Answer<i64>| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let rows = rows(&world.state, campaign, Which::Result, audience, date("2004-03-16"), None);
        let at = rows.units().iter().position(|row| row.key == bargaining_unit.0).expect("the unit");
        assert_eq!(rows.answer(at, Measure::TotalRaiseYen), expected, "{audience:?}");
    };
    check(Headquarters, Answer::Withheld);
    check(Region, Answer::Withheld);
    check(Public, Answer::Exact { value: 6_000 });
}
