//! The return packs of all regions in one file, for headquarters to hand on by mail or on a stick. What a
//! region takes itself is written down as received; this is not, since nobody has it yet.

use super::day_of;
use super::making::Making;
use super::packs::{Pack, workbook};
use super::pages::{published_of, title};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export;
use crate::frame;
use axum::extract::Path;
use axum::response::Response;
use federation::names::CodeName;
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject};
use federation::release::pack::region_pack;
use sha2::{Digest as _, Sha256};
use sheets::{Bom, Formulas, pack, write_csv};
use texts::Speaker;

/// So many regions at most; a federation has fewer than prefectures.
const MOST: usize = 200;

/// What became of a region's pack: how many units are in it and the workbook, or why there is none.
type Made = Result<(usize, Vec<u8>), &'static str>;

/// The packs of all regions that this viewer may see.
pub async fn packs(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = published_of(&asked, &id)?;
    let regions = federation::organisation::view::regions(asked.state()).into_iter();
    let seen = regions.filter(|(region, _)| asked.may(Action::SeeRegion, Subject::Organisation(*region)));
    let seen: Vec<(OrganisationId, CodeName)> = seen.take(MOST).collect();
    if seen.is_empty() {
        return Err(Stop::NotFound);
    }
    let name = format!("release-{}-packs.zip", release.prepared.round);
    let made = release.clone();
    let work = asked.clone();
    // Reading the past and writing workbooks, beside the threads that serve.
    let zip = tokio::task::spawn_blocking(move || {
        let making = Making::of_release(&work.desk, &made).map_err(Stop::fault)?;
        let day = day_of(&making.facts, making.snapshot_at);
        let round = title(&work, &made);
        let files = seen.into_iter().map(|(region, code)| {
            let states = (making.facts.as_ref(), work.state());
            let rows = region_pack(states, &making.campaign, &work.viewer, region, day);
            let made: Made = rows.ok_or("pack.not-seen").and_then(|rows| {
                let pack = Pack { release: &made, region, code: code.clone(), rows };
                let bytes = workbook(&work, &pack).write().map_err(|fault| {
                    tracing::error!(%fault, %code, "a return pack cannot be written");
                    "pack.not-written"
                })?;
                Ok((pack.rows.len(), bytes))
            });
            (code, frame::organisation_name(&work, region), made)
        });
        bundle(&work.speaker, &round, files)
    });
    let bytes = zip.await.map_err(Stop::fault)??;
    Ok(export::download(&name, "application/zip", bytes))
}

/// One workbook for each region, and a list of what is in them and of what is missing, with the SHA-256
/// of each. A pack that cannot be made does not hold up the others.
fn bundle(
    speaker: &Speaker,
    round: &str,
    regions: impl Iterator<Item = (CodeName, String, Made)>,
) -> Result<Vec<u8>, Stop> {
    let text = |key: &str| speaker.text(key).to_owned();
    let head =
        ["pack.list.code", "term.region", "pack.list.file", "pack.list.units", "pack.list.hash", "pack.list.why"];
    let mut list: Vec<Vec<String>> = vec![head.iter().map(|key| text(key)).collect()];
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (code, region, made) in regions {
        match made {
            Ok((units, bytes)) => {
                let file = format!("{}_{}.xlsx", plain_name(&region), plain_name(round));
                let hash = kernel::Digest(Sha256::digest(&bytes).into()).to_string();
                list.push(vec![code.to_string(), region, file.clone(), units.to_string(), hash, String::new()]);
                files.push((file, bytes));
            }
            Err(why) => {
                list.push(vec![code.to_string(), region, String::new(), String::new(), String::new(), text(why)]);
            }
        }
    }
    let list = write_csv(list, Bom::Write, Formulas::Defuse);
    files.insert(0, (format!("{}.csv", speaker.text("pack.list")), list));
    pack(files).map_err(Stop::fault)
}

/// A name that every system takes for a file: what has a meaning in a path is left out.
fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c));
    kept.map(|c| if c.is_whitespace() { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_that_cannot_be_made_is_listed_and_holds_up_nobody() {
        let speaker = Speaker::new(texts::Locale::Ja, kernel::Zone::JAPAN);
        let code = |code: &str| CodeName::new(code).unwrap();
        let regions = [
            (code("saitama"), "埼玉".to_owned(), Ok((3, b"workbook".to_vec()))),
            (code("kanagawa"), "神奈川".to_owned(), Err("pack.not-written")),
        ];
        let bytes = bundle(&speaker, "2004年 第1回 回答集計(r)", regions.into_iter()).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["一覧.csv", "埼玉_2004年_第1回_回答集計(r).xlsx"]);
        // The bit that says that names are in UTF-8, in the header of each file.
        let flags: Vec<u8> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, four)| *four == b"PK\x01\x02")
            .map(|(at, _)| bytes[at + 9])
            .collect();
        assert_eq!(flags.iter().map(|flag| flag & 0x08).collect::<Vec<_>>(), [0x08, 0x08]);
        let mut list = String::new();
        std::io::Read::read_to_string(&mut archive.by_index(0).unwrap(), &mut list).unwrap();
        assert!(list.contains("kanagawa,神奈川,,,,ファイルを作れませんでした"), "{list}");
    }

    #[test]
    fn names_hold_nothing_that_a_path_means() {
        let check = |name: &str, expected: &str| assert_eq!(plain_name(name), expected);
        check("第1回 回答集計", "第1回_回答集計");
        check("../a:b*c?", "..abc");
        check("a\\b\n", "ab");
    }
}
