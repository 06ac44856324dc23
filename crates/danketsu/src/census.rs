//! `danketsu census …`: a union's wage file checked, its 賃金構造維持分 estimated, its book made.
//!
//! Standard output carries the result and nothing else. Exit code 0: done; 1: done, and a finding
//! is an error; 2: not done.

mod book;
mod check;
mod load;
mod maintain;

use census::read::{MoneyUnit, Reading};
use clap::{Args, Subcommand, ValueEnum};
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// 賃金全数調査: 個人別の賃金表を点検し、推計し、集計します
///
/// 表の見出しは age_years, scheduled_yen_monthly などの項目名（または年齢、所定内賃金など）です。
/// 終了コード: 0 = 誤りなし、1 = 誤りの指摘あり、2 = 処理できない
#[derive(Debug, Subcommand)]
#[command(verbatim_doc_comment)]
pub(crate) enum Command {
    Check(check::Arguments),
    Maintain(maintain::Arguments),
    Book(book::Arguments),
}

/// How a file counts, for every command that reads one.
#[derive(Debug, Args)]
pub(crate) struct FileOptions {
    /// 金額の単位
    #[arg(long, value_enum, default_value_t = Money::Yen)]
    money_unit: Money,
    /// 単組の欄がない表の単組コード
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Money {
    /// 円
    Yen,
    /// 百円
    Hundred,
    /// 千円
    Thousand,
}

impl FileOptions {
    fn reading(&self) -> Reading {
        let money = match self.money_unit {
            Money::Yen => MoneyUnit::Yen,
            Money::Hundred => MoneyUnit::HundredYen,
            Money::Thousand => MoneyUnit::ThousandYen,
        };
        Reading { money, unit: self.unit.clone() }
    }
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> ExitCode {
    match command {
        Command::Check(arguments) => check::run(arguments),
        Command::Maintain(arguments) => maintain::run(arguments),
        Command::Book(arguments) => book::run(arguments),
    }
}

/// Writes a result to standard output; `code` is the exit code when that went well.
fn write_out(bytes: &[u8], code: u8) -> ExitCode {
    match std::io::stdout().write_all(bytes) {
        // `| head` has read what it wanted.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let speaker = crate::message::speaker();
            let reason = kernel::Arg::Text(error.to_string());
            let _ = writeln!(std::io::stderr(), "{}", speaker.say("tally.output-failed", &[("reason", reason)]));
            ExitCode::from(2)
        }
        _ => ExitCode::from(code),
    }
}
