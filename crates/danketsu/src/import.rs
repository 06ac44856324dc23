//! `danketsu import`: a file from the command line, by the same plan as on the page.

use crate::message::{Trouble, count, finish, say, speaker, text};
use crate::operate::{Place, runtime};
use crate::serving::{open_desk, open_home};
use clap::{Args, ValueEnum};
use federation::Viewer;
use federation::exchange::events::Counts;
use federation::exchange::{ImportId, Matter};
use journal::{Outcome, SystemClock};
use kernel::{AccountId, Date, Finding};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use web::exchange::import::{begin, read_choices, would_do};
use web::exchange::import_run;
use web::{Desk, DeskOptions, new_command_id};

/// 何を取り込むか
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Brings {
    /// 単組の名簿
    Roster,
    /// 報告（要求・回答・妥結）
    Results,
}

/// ファイル（Excel・CSV）を取り込みます
#[derive(Debug, Args)]
pub struct Arguments {
    /// 何を取り込むか
    #[arg(value_enum)]
    what: Brings,
    /// ファイル
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// 誰として（担当者の番号。「担当者」の画面の住所にある）
    #[arg(long = "as", value_name = "ACCOUNT")]
    account: String,
    /// どの闘争の報告か（省略すると、いちばん新しいもの）
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// 名簿はいつから。報告は、日付のない行の日付（省略すると今日・なし）
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// 何が変わるかを示すだけで、記録しない
    #[arg(long)]
    dry_run: bool,
    /// 要修正の行を飛ばして、残りを取り込む
    #[arg(long)]
    skip: bool,
}

/// `danketsu import`.
pub fn run(arguments: &Arguments) -> ExitCode {
    finish(run_import(arguments))
}

fn run_import(arguments: &Arguments) -> Result<(), Trouble> {
    let bytes = std::fs::read(&arguments.file).map_err(Trouble::because("cli.import.unreadable"))?;
    let account: AccountId = arguments.account.parse().map_err(Trouble::because("cli.import.no-account"))?;
    let home = open_home(arguments.place.data(), arguments.place.key())?;
    let desk = open_desk(home, SystemClock, DeskOptions::default())?;
    let done = runtime()?.block_on(import(arguments, &desk, account, &bytes));
    desk.engine.shut_down();
    done
}

async fn import(arguments: &Arguments, desk: &Arc<Desk>, account: AccountId, bytes: &[u8]) -> Result<(), Trouble> {
    let (state, now) = (Arc::clone(&desk.now().state), desk.instant());
    let viewer = Viewer::of(&state, account, state.today(now));
    let matter = match arguments.what {
        Brings::Roster => Matter::Roster,
        Brings::Results => Matter::Reports,
    };
    let campaign = match (matter, &arguments.campaign) {
        (Matter::Roster | Matter::Membership, _) => None,
        (Matter::Reports, Some(code)) => {
            let found = state.campaigns.coded(code).ok_or_else(|| Trouble::new("cli.import.no-campaign", code))?;
            Some(found.id)
        }
        (Matter::Reports, None) => {
            let found = state.campaigns.current().ok_or_else(|| Trouble::new("cli.import.no-campaign", ""))?;
            Some(found.id)
        }
    };
    let on = arguments.on.or_else(|| (matter == Matter::Roster).then(|| state.today(now)));
    let told = |finding: &Finding| eprintln!("{}\t{}", finding.field, speaker().finding(finding));
    let (book, choices) = match read_choices(&state, &viewer, bytes, false, (matter, campaign, on)) {
        Ok(read) => read,
        Err(finding) => return Err(Trouble::new("cli.import.unreadable", speaker().finding(&finding))),
    };
    let looked = would_do(&state, &viewer, now, &book, &choices);
    looked.findings.iter().for_each(told);
    for line in &looked.lines {
        line.findings.iter().for_each(told);
        if let Some(refusal) = &line.refusal {
            eprintln!("{}\t{}", line.place, speaker().refusal(refusal.code(), &refusal.args()));
        }
    }
    let counts = looked.counts();
    say_counts(counts);
    if looked.hopeless || looked.lines.is_empty() {
        return Err(Trouble::new("cli.import.nothing", arguments.file.display()));
    }
    if arguments.dry_run {
        return Ok(());
    }
    if counts.refused > 0 && !arguments.skip {
        return Err(Trouble::new("cli.import.mend", counts.refused));
    }
    let id = new_command_id();
    let begun = begin(desk, account, id, bytes, &choices, &looked).await;
    match begun.map_err(|stop| Trouble::new("cli.import.failed", format!("{stop:?}")))? {
        Outcome::Recorded { .. } => {}
        Outcome::Refused(refusal) => {
            return Err(Trouble::new("cli.import.failed", speaker().refusal(refusal.code(), &refusal.args())));
        }
        other => return Err(Trouble::new("cli.import.failed", format!("{other:?}"))),
    }
    let import = ImportId::derive(id.0, 0);
    import_run::enter(desk, import).await.map_err(Trouble::because("cli.import.failed"))?;
    let finished = desk.now().state.imports.get(import).and_then(|import| import.finished);
    let counts = finished.map(|(_, counts)| counts).unwrap_or_default();
    say("cli.import.done", &[("import", text(import))]);
    say_counts(counts);
    Ok(())
}

fn say_counts(counts: Counts) {
    let number = |value: u32| count(u64::from(value));
    say(
        "cli.import.counts",
        &[
            ("new", number(counts.new)),
            ("identical", number(counts.identical)),
            ("changed", number(counts.changed)),
            ("conflict", number(counts.conflict)),
            ("refused", number(counts.refused)),
        ],
    );
}
