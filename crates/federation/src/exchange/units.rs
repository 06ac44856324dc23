//! Which bargaining unit a row is about: by its code, else by its name. A name that several have is
//! a question and never a guess.

use super::words::normal;
use crate::campaign::state::Campaign;
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::organisation::view::unit_line;
use kernel::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The units of a frame, to be found by what offices write.
#[derive(Debug, Clone, Default)]
pub struct Units {
    codes: BTreeMap<String, BTreeSet<BargainingUnitId>>,
    names: BTreeMap<String, BTreeSet<BargainingUnitId>>,
    short: BTreeMap<String, BTreeSet<BargainingUnitId>>,
}

/// What a row's code and name mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// One unit.
    One(BargainingUnitId),
    /// One unit by its code, with a name that is not the unit's.
    Otherwise(BargainingUnitId),
    /// Several have that name.
    Several(Vec<BargainingUnitId>),
    /// None.
    Nobody,
    /// Neither code nor name stand there.
    Nothing,
}

impl Units {
    /// The units of a frame, with every name that their organisations ever had.
    pub fn of(state: &State, campaign: &Campaign) -> Units {
        let mut units = Units::default();
        for id in &campaign.frame.rows {
            let Some(unit) = state.organisations.bargaining_unit(*id) else { continue };
            units.codes.entry(code_form(unit.code.as_str())).or_default().insert(*id);
            let Some(organisation) = unit.organisations.last().and_then(|all| all.first()) else { continue };
            let Some(organisation) = state.organisations.get(*organisation) else { continue };
            for (_, name) in organisation.names.changes() {
                units.names.entry(normal(name.as_str())).or_default().insert(*id);
                units.short.entry(short(name.as_str())).or_default().insert(*id);
            }
        }
        units
    }

    /// What a row means by its code and its name.
    pub fn meant(&self, code: &str, name: &str) -> Meant {
        let (code, name) = (code.trim(), name.trim());
        if code.is_empty() && name.is_empty() {
            return Meant::Nothing;
        }
        let by_name = || {
            let exact = self.names.get(&normal(name)).filter(|found| found.len() == 1);
            exact.or_else(|| self.short.get(&short(name))).cloned().unwrap_or_default()
        };
        if code.is_empty() {
            let found = by_name();
            return match found.len() {
                0 => Meant::Nobody,
                1 => found.first().map_or(Meant::Nobody, |id| Meant::One(*id)),
                _ => Meant::Several(found.into_iter().collect()),
            };
        }
        let found = self.codes.get(&code_form(code));
        match found.map(|found| found.iter().copied().collect::<Vec<_>>()).as_deref() {
            Some([only]) if name.is_empty() || by_name().contains(only) => Meant::One(*only),
            Some([only]) => Meant::Otherwise(*only),
            Some(several) if !several.is_empty() => Meant::Several(several.to_vec()),
            _ => Meant::Nobody,
        }
    }
}

/// The code and name of a unit as a question offers it.
pub fn offered(state: &State, unit: BargainingUnitId, day: Date) -> Option<(String, String)> {
    let line = unit_line(state, unit, day)?;
    Some((line.code.to_string(), line.name))
}

/// A code as it is compared. A spreadsheet takes the zeros from the front of what it believes to be
/// a number.
fn code_form(code: &str) -> String {
    let plain = normal(code);
    let stripped = plain.trim_start_matches('0');
    if stripped.is_empty() { plain } else { stripped.to_owned() }
}

/// The words that one office writes with a name and another leaves out.
const FORMS: [&str; 10] =
    ["株式会社", "有限会社", "合同会社", "(株)", "㈱", "(有)", "㈲", "労働組合連合会", "労働組合", "労組"];

/// A name without them.
fn short(name: &str) -> String {
    let mut rest = normal(name);
    for form in FORMS {
        rest = rest.replace(form, "");
    }
    if rest.is_empty() { normal(name) } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn id(number: u128) -> BargainingUnitId {
        BargainingUnitId(Id::from_u128(number))
    }

    fn units() -> Units {
        let mut units = Units::default();
        let all = [
            (1, "0012", "架空精機労働組合"),
            (2, "S102", "架空電子労働組合"),
            (3, "S103", "株式会社架空電子労働組合"),
            (4, "S104", "架空髙﨑工業労働組合"),
        ];
        for (number, code, name) in all {
            units.codes.entry(code_form(code)).or_default().insert(id(number));
            units.names.entry(normal(name)).or_default().insert(id(number));
            units.short.entry(short(name)).or_default().insert(id(number));
        }
        units
    }

    #[test]
    fn a_unit_is_found_by_code_else_by_name_and_never_guessed() {
        let units = units();
        let check = |code: &str, name: &str, expected: Meant| {
            assert_eq!(units.meant(code, name), expected, "{code} {name}");
        };
        check("0012", "", Meant::One(id(1)));
        check("１２", "", Meant::One(id(1)));
        check("12", "架空精機労組", Meant::One(id(1)));
        check("s102", "架空　電子労働組合", Meant::One(id(2)));
        check("S102", "架空精機労働組合", Meant::Otherwise(id(2)));
        check("", "㈱架空精機 労組", Meant::One(id(1)));
        check("", "架空電子労働組合", Meant::One(id(2)));
        check("", "架空電子労組", Meant::Several(vec![id(2), id(3)]));
        check("", "架空髙﨑工業", Meant::One(id(4)));
        check("", "架空高崎工業", Meant::Nobody);
        check("S999", "架空精機労働組合", Meant::Nobody);
        check(" ", "　", Meant::Nothing);
    }
}
