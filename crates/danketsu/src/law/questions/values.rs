//! `danketsu law parameter`, `changes`.

use super::super::answer::{Answer, number};
use super::super::print;
use super::{day, minimum::prefecture};
use clap::Args;
use danketsu::overlay;
use kernel::{Arg, Date, Ratio};
use law::book::Used;
use law::change::{Leaning, read_leaning, touched};
use law::parameter::{Dated, Value as Held};
use law::{Law, exact};
use serde_json::{Value, json};
use sheets::{Limits, read_csv};
use std::path::PathBuf;
use texts::Speaker;

/// 数値ひとつ（値・期間・出典・確かさ）
#[derive(Args)]
pub(in super::super) struct ParameterQuestion {
    /// 数値の名前（例 benefit-limit。changes の JSON に出る parameter と同じ）
    #[arg(long)]
    name: String,
    /// 都道府県や区分（例 13、large）
    #[arg(long, default_value = "")]
    key: String,
    /// 日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
}

/// 期間に変わる数値と、それが触れる協定
#[derive(Args)]
pub(in super::super) struct ChangesQuestion {
    /// この日から
    #[arg(long, value_parser = day)]
    from: Date,
    /// この日の前まで
    #[arg(long, value_parser = day)]
    until: Date,
    /// 協定の表（CSV。見出し: name, prefecture, hourly_yen, from, until。「名前」「都道府県」「時間額」でもよい）
    #[arg(long)]
    agreements: Option<PathBuf>,
}

impl ParameterQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        answer.put("parameter", self.name.as_str());
        answer.put("key", self.key.as_str());
        answer.put("on", self.on.to_string());
        answer.facts.push((print::parameter_name(&self.name, speaker), String::new()));
        match law.look_up(&self.name, &self.key, self.on) {
            Ok(used) => write(&used, &mut answer),
            Err(missing) => {
                answer.put("value", Value::Null);
                answer.unknown = Some(missing);
            }
        }
        answer
    }
}

fn write(used: &Used, answer: &mut Answer) {
    let dated = &used.dated;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let cells = |row: &Vec<Ratio>| row.iter().copied().map(number).collect::<Value>();
    match &dated.value {
        Some(Held::Number(value)) => answer.amount("value", "law.page-value", Some(*value)),
        Some(Held::Rows(rows)) => answer.put("value", rows.iter().map(cells).collect::<Value>()),
        None => answer.put("value", Value::Null),
    }
    answer.put("unit", used.unit.as_ref());
    answer.put("from", day(dated.from));
    answer.put("until", day(dated.until));
    answer.put("source", dated.source.as_str());
    answer.weakest = Some(dated.status);
    let span = format!("[{}, {})", day(dated.from).unwrap_or_default(), day(dated.until).unwrap_or_default());
    answer.fact("law.page-holds", span);
    answer.fact("law.head-status", answer.speaker.text(dated.status.label()));
    answer.fact("law.page-source", dated.source.as_str());
}

fn value(dated: Option<&Dated>) -> Option<Ratio> {
    match dated?.value.clone()? {
        Held::Number(value) => Some(value),
        Held::Rows(_) => None,
    }
}

impl ChangesQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Result<Answer, String> {
        let mut answer = Answer::new();
        let changes = law.book.changes(self.from, self.until);
        let mut rows = Vec::new();
        let mut list = Vec::new();
        let shown = |value: Option<Ratio>| value.map_or_else(|| "―".to_owned(), exact::write);
        for change in &changes {
            let (before, after) = (value(change.before.as_deref()), value(change.after.as_deref()));
            list.push(json!({
                "parameter": change.parameter.as_ref(),
                "key": change.key.as_ref(),
                "on": change.on.to_string(),
                "before": before.map(number),
                "after": after.map(number),
                "source": change.after.as_ref().map(|dated| dated.source.as_str()),
                "status": change.after.as_ref().map(|dated| dated.status.word()),
            }));
            let name = print::parameter_name(&change.parameter, speaker);
            rows.push(vec![change.on.to_string(), name, change.key.to_string(), shown(before), shown(after)]);
        }
        answer.put("changes", list);
        let head = ["law.head-day", "law.head-parameter", "law.head-code", "law.head-before", "law.head-after"];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
        let Some(file) = &self.agreements else { return Ok(answer) };
        let agreements = read(&overlay::bytes(file)?, speaker)?;
        let found = touched(&agreements, &changes);
        let list = found.iter().map(|one| {
            json!({
                "name": one.leaning.key,
                "parameter": one.leaning.parameter,
                "key": one.leaning.parameter_key,
                "on": one.change.on.to_string(),
                "own_yen": one.leaning.at_least.map(number),
                "after": value(one.change.after.as_deref()).map(number),
                "short_by_yen": one.short_by.map(number),
                "unknown_after": one.unknown_after,
            })
        });
        answer.put("touched", list.collect::<Vec<_>>());
        let rows = found.iter().map(|one| {
            let after = if one.unknown_after { None } else { value(one.change.after.as_deref()) };
            vec![
                one.change.on.to_string(),
                one.leaning.key.clone(),
                one.leaning.parameter_key.clone(),
                shown(one.leaning.at_least),
                shown(after),
                shown(one.short_by),
            ]
        });
        let head = [
            "law.head-day",
            "law.head-agreement",
            "law.head-prefecture",
            "law.head-own",
            "law.head-after",
            "law.out-missing",
        ];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows.collect()));
        Ok(answer)
    }
}

/// The agreements of a table; a cell that cannot be read is named.
fn read(bytes: &[u8], speaker: &Speaker) -> Result<Vec<Leaning<String>>, String> {
    let table = read_csv(bytes, &Limits::default()).map_err(|fault| speaker.finding(&fault))?;
    let mut columns: Option<[Option<usize>; 5]> = None;
    let mut agreements = Vec::new();
    for row in &table.rows {
        let Some(at) = columns else {
            let names = [
                ["name", "名前"],
                ["prefecture", "都道府県"],
                ["hourly_yen", "時間額"],
                ["from", "から"],
                ["until", "まで"],
            ];
            columns = Some(names.map(|names| row.cells.iter().position(|cell| names.contains(&cell.trim()))));
            continue;
        };
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim());
        let agreement = read_leaning(at.map(cell), |place| prefecture(place).ok()).map_err(|column| {
            let at = at.get(column).copied().flatten();
            let letter = char::from(b'A' + u8::try_from(at.unwrap_or(0).min(25)).unwrap_or(0));
            let place = Arg::Text(format!("{letter}{}", row.number));
            speaker.say("law.agreement-bad-cell", &[("cell", place), ("text", Arg::Text(cell(at).to_owned()))])
        })?;
        agreements.push(agreement);
    }
    if columns.is_none_or(|[name, place, hourly, _, _]| name.is_none() || place.is_none() || hourly.is_none()) {
        return Err(speaker.text("law.agreement-no-header").to_owned());
    }
    Ok(agreements)
}
