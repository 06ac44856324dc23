//! `danketsu bench`: how fast the program is on this machine, beside what plain means would do
//! and beside what the machine allows.
//!
//! Each figure is a median of several runs, next to a peer or a limit that was measured in the
//! same run on the same disk; a figure without its neighbour says nothing about the program. What
//! must not disturb each other (memory, servers) runs in processes of its own: this binary again,
//! with the hidden option `--child`. Nothing here decides whether a test passes.

mod client;
mod commands;
mod law;
mod machine;
mod pages;
mod releases;
mod replay;
mod server;
mod sheets;
mod table;
mod tallies;
mod world;

use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use table::Report;

/// What can go wrong here is for the one at the terminal.
type Done<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// この機械での速さを測ります
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// 小さく測る（約1分）
    #[arg(long)]
    quick: bool,
    /// 結果をJSONで出す
    #[arg(long)]
    json: bool,
    /// これだけを測る
    #[arg(value_name = "NAME", value_parser = NAMES, conflicts_with = "only")]
    name: Option<String>,
    /// これだけを測る
    #[arg(long, value_name = "NAME", value_parser = NAMES)]
    only: Option<String>,
    /// 測定に使うフォルダーの置き場所（ディスクの速さが結果に出ます）
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// A part that runs in a process of its own.
    #[arg(long, hide = true, value_name = "PART")]
    child: Option<String>,
}

const NAMES: [&str; 7] = ["commands", "replay", "tally", "law", "sheets", "release", "pages"];

/// Runs the measures.
pub fn run(arguments: &Arguments) -> ExitCode {
    let result = match arguments.child.as_deref() {
        None => measure(arguments),
        Some("serve") => server::child(arguments),
        Some(part) if part.starts_with("sheets-") => sheets::child(part, arguments),
        Some(part) => replay::child(part, arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure(arguments: &Arguments) -> Done<()> {
    let folder = machine::Folder::new(arguments.folder.as_deref())?;
    let mut report = Report::new(machine::facts(folder.path()), arguments.quick);
    let only = arguments.only.as_deref().or(arguments.name.as_deref());
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    if wanted("commands") {
        commands::measure(&mut report, folder.path(), arguments.quick)?;
    }
    if wanted("replay") {
        replay::measure(&mut report, folder.path(), arguments.quick)?;
    }
    if wanted("tally") {
        tallies::measure(&mut report, arguments.quick)?;
    }
    if wanted("law") {
        law::measure(&mut report, folder.path(), arguments.quick)?;
    }
    if wanted("sheets") {
        sheets::measure(&mut report, folder.path(), arguments.quick)?;
    }
    if wanted("release") {
        releases::measure(&mut report, folder.path(), arguments.quick)?;
    }
    if wanted("pages") {
        pages::measure(&mut report, folder.path(), arguments.quick)?;
    }
    report.load_after = machine::load();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}

/// Says on standard error what is going on: a run takes minutes.
fn tell(what: &str) {
    eprintln!("bench: {what} …");
}
