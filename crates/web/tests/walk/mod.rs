//! The addresses of the table with everything put in that the stage has.
#![allow(dead_code, unreachable_pub, clippy::expect_used, reason = "shared by two test binaries; a test may stop")]

use crate::common::Stage;
use federation::campaign::StatementId;
use federation::campaign::Track;
use kernel::AccountId;

/// Every statement of the current campaign.
pub fn statements(stage: &Stage) -> Vec<StatementId> {
    let state = stage.state();
    let campaign = state.campaigns.current().expect("a campaign");
    let slots = stage.units.iter().flat_map(|unit| {
        [Track::Wage, Track::Bonus].into_iter().filter_map(|track| campaign.slot(unit.bargaining_unit, track))
    });
    slots.flat_map(|slot| slot.statements.iter().map(|statement| statement.id)).collect()
}

/// What can stand in place of a parameter; a new parameter needs a line here.
pub fn values(stage: &Stage, name: &str) -> Vec<String> {
    let state = stage.state();
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match name {
        "tag" => text(&["ja", "en", "xx"]),
        "code" => text(&["XXXX-XXXX-XXXX-XXXX-X", "0"]),
        "unit" => stage.units.iter().map(|unit| unit.code.to_owned()).chain(text(&["Z999"])).collect(),
        "zone" => {
            let zones = &state.kit().expect("the kit").zones;
            zones.iter().map(|zone| zone.code.to_string()).chain(text(&["nowhere"])).collect()
        }
        "region" => text(&["saitama", "kanagawa", "nowhere"]),
        "release" => {
            let releases = state.releases.releases.keys().map(ToString::to_string);
            releases.chain([AccountId::SYSTEM.to_string()]).collect()
        }
        "recipient" => {
            let recipients = state.releases.recipients.keys().map(ToString::to_string);
            recipients.chain([AccountId::SYSTEM.to_string()]).collect()
        }
        "format" => text(&["csv", "xlsx", "pdf"]),
        "receiver" => text(&["saitama", "kanagawa", "nowhere"]),
        "statement" => statements(stage).iter().map(ToString::to_string).collect(),
        "question" => {
            let campaign = state.campaigns.current().expect("a campaign");
            let asked =
                campaign.questions.values().flat_map(|all| all.iter()).map(|question| question.seq.to_string());
            asked.chain(text(&["1"])).collect()
        }
        "account" => state.people.accounts.keys().map(ToString::to_string).collect(),
        "call" => {
            let calls = state.contacts.unit_of.keys().map(ToString::to_string);
            calls.chain([AccountId::SYSTEM.to_string()]).collect()
        }
        "import" => {
            let imports = state.imports.imports.keys().map(ToString::to_string);
            imports.chain([AccountId::SYSTEM.to_string()]).collect()
        }
        "duty" => state.people.duties.keys().map(ToString::to_string).collect(),
        "organisation" => {
            state.organisations.by_code.keys().map(ToString::to_string).chain(text(&["Z999"])).collect()
        }
        "change" => text(&["rename", "count", "merge", "nothing"]),
        "campaign" => state.campaigns.by_code.keys().map(ToString::to_string).chain(text(&["nowhere"])).collect(),
        "year" => text(&["2003", "2004", "1999"]),
        "calculator" => text(&["pension-in-work", "overtime", "no-such-calculator"]),
        "step" => text(&["fix", "add", "remove", "close", "open", "change", "name", "nothing"]),
        "alert" => {
            let alerts = state.crises.alerts.keys().map(ToString::to_string);
            alerts.chain([AccountId::SYSTEM.to_string()]).collect()
        }
        "round" => state.wage_censuses.by_code.keys().map(ToString::to_string).chain(text(&["nowhere"])).collect(),
        "*form" => text(&["units/S101/response/wage"]),
        other => panic!("no test knows what {{{other}}} is"),
    }
}

/// A pattern with every combination of its parameters.
pub fn addresses(stage: &Stage, pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let (name, after) = rest.split_once('}').expect("a closing brace");
    let tails = addresses(stage, after);
    let values = values(stage, name);
    values.iter().flat_map(|value| tails.iter().map(move |tail| format!("{before}{value}{tail}"))).collect()
}
