//! `danketsu law overtime FILE`: months of overtime against every limit; `variable-hours FILE`: days of a
//! period with variable hours.

use super::super::answer::{Answer, number, word};
use super::{SizeWord, day};
use clap::{Args, ValueEnum};
use danketsu::overlay;
use kernel::{Arg, Date, Ratio};
use law::overtime::{Limit, Month, MonthHours, OvertimeInput, Verdict, overtime, read_hours};
use law::selector::AgreementStart;
use law::variable::{PlannedDay, WeekBegins, read_day, variable_overtime};
use law::{Law, exact};
use serde_json::json;
use sheets::{Limits, read_csv};
use std::path::PathBuf;
use texts::Speaker;

/// 36協定の限度（月ごとの時間外・法定休日労働の表から）
///
/// 表の見出し: month（2024-04）, overtime（時間外）, holiday（法定休日）。「月」「時間外」「法定休日」でもよい。
/// 時間は 60、60.5、60:30 のどれでもよく、空欄は「分からない」であり0時間ではない。
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(in super::super) struct OvertimeQuestion {
    /// CSVファイル（UTF-8またはCP932）
    file: PathBuf,
    /// 協定の起算日（省略すると、表の最初の月の1日）
    #[arg(long, value_parser = day)]
    pub(super) start: Option<Date>,
    /// 企業規模
    #[arg(long, value_enum, default_value = "large")]
    size: SizeWord,
    /// 特別条項がある
    #[arg(long)]
    special_clause: bool,
    /// 3か月を超える1年単位の変形労働時間制
    #[arg(long)]
    variable: bool,
}

impl OvertimeQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Result<Answer, String> {
        let months = read(&overlay::bytes(&self.file)?, speaker)?;
        let first = months.iter().map(|hours| hours.month).min();
        let first_day = first.and_then(|month| format!("{month}-01").parse().ok());
        let start = self.start.or(first_day).ok_or_else(|| speaker.text("law.overtime-no-rows").to_owned())?;
        let mut answer = Answer::new();
        let found = answer.take(overtime(
            law,
            &OvertimeInput {
                start: AgreementStart(start),
                size: self.size.size(),
                special_clause: self.special_clause,
                variable: self.variable,
                months,
            },
        ));
        answer.put("start", start.to_string());
        answer.put("verdict", found.as_ref().map(|found| found.verdict.word()));
        answer.put("law_of", found.as_ref().map(|found| found.law_of));
        let Some(found) = found else { return Ok(answer) };
        let verdict = speaker.text(found.verdict.label()).to_owned();
        answer.fact("law.out-verdict", verdict);
        let list = found.findings.iter().map(|one| {
            let minutes = one.limit != Limit::MonthsOver;
            json!({
                "limit": word(one.limit.label()),
                "first_month": one.months.0.to_string(),
                "last_month": one.months.1.to_string(),
                (if minutes { "minutes" } else { "months" }): one.value,
                (if minutes { "allowed_minutes" } else { "allowed_months" }): one.allowed,
                "complete": one.complete,
                "verdict": one.verdict.word(),
            })
        });
        answer.put("limits", list.collect::<Vec<_>>());
        // Whatever is kept would bury what is not.
        let rows = found.findings.iter().filter(|one| one.verdict != Verdict::Kept).map(|one| {
            let months = if one.months.0 == one.months.1 {
                one.months.0.to_string()
            } else {
                format!("{}–{}", one.months.0, one.months.1)
            };
            let shown = |value: i64| match one.limit {
                Limit::MonthsOver => value.to_string(),
                _ => format!("{}:{:02}", value / 60, value % 60),
            };
            let open = if one.complete { "" } else { "+?" };
            vec![
                speaker.text(one.limit.label()).to_owned(),
                months,
                shown(one.value) + open,
                shown(one.allowed),
                speaker.text(one.verdict.label()).to_owned(),
            ]
        });
        let head = ["law.head-limit", "law.head-months", "law.head-value", "law.head-allowed", "law.out-verdict"];
        let head = head.map(|key| speaker.text(key).to_owned()).to_vec();
        answer.table = Some((head, rows.collect()));
        Ok(answer)
    }
}

/// The months of a table; a cell that cannot be read is named.
fn read(bytes: &[u8], speaker: &Speaker) -> Result<Vec<MonthHours>, String> {
    let table = read_csv(bytes, &Limits::default()).map_err(|fault| speaker.finding(&fault))?;
    let mut columns: Option<[Option<usize>; 3]> = None;
    let mut months = Vec::new();
    for row in &table.rows {
        let Some([month, overtime, holiday]) = columns else {
            let at = |names: [&str; 2]| row.cells.iter().position(|cell| names.contains(&cell.trim()));
            columns = Some([at(["month", "月"]), at(["overtime", "時間外"]), at(["holiday", "法定休日"])]);
            continue;
        };
        let (Some(month), Some(overtime)) = (month, overtime) else { break };
        let cell = |column: usize| row.cells.get(column).map(|cell| cell.trim()).unwrap_or_default();
        let wrong = |column: usize| {
            let letter = char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(0));
            let place = Arg::Text(format!("{letter}{}", row.number));
            speaker.say("law.overtime-bad-cell", &[("cell", place), ("text", Arg::Text(cell(column).to_owned()))])
        };
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let (year, number) = cell(month).split_once(['-', '/', '.']).ok_or_else(|| wrong(month))?;
        let parsed =
            year.parse().ok().zip(number.parse().ok()).and_then(|(year, number)| Month::new(year, number));
        let hours = |column: Option<usize>| match column {
            None => Ok(None),
            Some(column) if cell(column).is_empty() => Ok(None),
            Some(column) => read_hours(cell(column)).map(Some).ok_or_else(|| wrong(column)),
        };
        months.push(MonthHours {
            month: parsed.ok_or_else(|| wrong(month))?,
            overtime_minutes: hours(Some(overtime))?,
            // Without the column nothing is known about legal holidays, and nothing is made up.
            holiday_minutes: hours(holiday)?,
        });
    }
    if columns.is_none_or(|[month, overtime, _]| month.is_none() || overtime.is_none()) {
        return Err(speaker.text("law.overtime-no-header").to_owned());
    }
    if months.is_empty() {
        return Err(speaker.text("law.overtime-no-rows").to_owned());
    }
    Ok(months)
}

/// The day with which a week begins.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WeekWord {
    /// 日曜
    Sunday,
    /// 月曜
    Monday,
    /// 期間の初日の曜日
    FirstDay,
}

/// 変形労働時間の時間外労働（日・週・期間の順。日ごとの所定と実労働の表から）
///
/// 1行に1日: 日付, 所定, 実労働（例 2024-04-01, 8:00, 9:30）。休みの日は時間を空ける。日は続いていること。
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(in super::super) struct VariableQuestion {
    /// CSVファイル（UTF-8またはCP932。見出しの行はあってもなくてもよい）
    file: PathBuf,
    /// 週の起算日
    #[arg(long, value_enum, default_value = "sunday")]
    week_begins: WeekWord,
}

impl VariableQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Result<Answer, String> {
        let days = self.days(speaker)?;
        let begins = match self.week_begins {
            WeekWord::Sunday => WeekBegins::Sunday,
            WeekWord::Monday => WeekBegins::Monday,
            WeekWord::FirstDay => WeekBegins::FirstDay,
        };
        let mut answer = Answer::new();
        let found = answer.take(variable_overtime(law, &days, begins));
        let hours = |minutes: Ratio| minutes.checked_div(Ratio::whole(60));
        let whole = |minutes: i64| Ratio::whole(i128::from(minutes));
        let of = |value: fn(&law::variable::VariableOvertime) -> Ratio| found.as_ref().map(value).and_then(hours);
        answer.amount("hours", "law.step-variable-all", of(|found| found.minutes));
        let by_day = found.as_ref().map(|found| whole(found.by_day_minutes)).and_then(hours);
        answer.amount("by_day_hours", "law.step-variable-by-day", by_day);
        answer.amount("by_week_hours", "law.step-variable-by-week", of(|found| found.by_week_minutes));
        answer.amount("by_period_hours", "law.step-variable-by-period", of(|found| found.by_period_minutes));
        answer.amount("ceiling_hours", "law.step-period-ceiling", of(|found| found.ceiling_minutes));
        let Some(found) = found else { return Ok(answer) };
        let list = found.weeks.iter().map(|week| {
            json!({
                "first_day": week.days.0.to_string(),
                "last_day": week.days.1.to_string(),
                "scheduled_minutes": week.scheduled_minutes,
                "worked_minutes": week.worked_minutes,
                "by_day_minutes": week.by_day_minutes,
                "limit_minutes": number(week.limit_minutes),
                "by_week_minutes": number(week.by_week_minutes),
            })
        });
        answer.put("weeks", list.collect::<Vec<_>>());
        let shown = |minutes: Ratio| hours(minutes).map_or_else(String::new, exact::write);
        let rows = found.weeks.iter().map(|week| {
            vec![
                format!("{} – {}", week.days.0, week.days.1),
                shown(whole(week.scheduled_minutes)),
                shown(whole(week.worked_minutes)),
                shown(whole(week.by_day_minutes)),
                shown(week.by_week_minutes),
            ]
        });
        let head = [
            "law.head-week",
            "law.head-scheduled",
            "law.head-worked",
            "law.step-variable-by-day",
            "law.step-variable-by-week",
        ];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows.collect()));
        Ok(answer)
    }

    fn days(&self, speaker: &Speaker) -> Result<Vec<PlannedDay>, String> {
        let table = read_csv(&overlay::bytes(&self.file)?, &Limits::default());
        let table = table.map_err(|fault| speaker.finding(&fault))?;
        let mut days: Vec<PlannedDay> = Vec::new();
        for (row, at) in table.rows.iter().zip(0..) {
            let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match read_day(&cells) {
                Some(day) => {
                    let expected = days.last().and_then(|last| last.day.tomorrow().ok());
                    if expected.is_some_and(|expected| expected != day.day) {
                        let row = Arg::Number(i64::from(row.number));
                        let day = Arg::Date(expected.unwrap_or(day.day));
                        return Err(speaker.say("law.days-gap", &[("line", row), ("day", day)]));
                    }
                    days.push(day);
                }
                // A head says what the columns are, and has no day.
                None if at == 0 => {}
                None => {
                    let row = Arg::Number(i64::from(row.number));
                    let text = Arg::Text(cells.join(" "));
                    return Err(speaker.say("law.days-bad-line", &[("line", row), ("text", text)]));
                }
            }
        }
        if days.is_empty() {
            return Err(speaker.text("law.days-none").to_owned());
        }
        Ok(days)
    }
}
