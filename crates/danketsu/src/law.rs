//! `danketsu law …`: what the dated law says, for people and, with `--json`, for programs.
//!
//! "Unknown" is an answer: the figure is `null`, and `unknown` says what is missing. Exit code 0:
//! answered; 1: `check` found an error in the parameters; 2: the question could not be understood.

mod answer;
mod compare;
mod json;
mod print;
mod questions;

use answer::Answer;
use clap::{Args, Subcommand};
use danketsu::message::speaker;
use danketsu::overlay;
use kernel::{Date, Finding, Severity};
use law::{Book, Law};
use questions::Question;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use texts::Speaker;

/// 法令・基準を、その日の定めで計算します（理由と出典つき）
///
/// 値は国が公表した日付つきの数値から取ります。確かめた期間の外は「未詳」と答え、推測しません。
/// 終了コード: 0 = 答えた（未詳を含む）、1 = check が誤りを見つけた、2 = 質問が読めない
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// 結果をJSONで出す
    #[arg(long, global = true)]
    json: bool,
    /// 公表された値に重ねる数値の表（TOML、またはそのフォルダー。くり返し可）
    #[arg(long, global = true, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// 出典を確かめていない値も使う（結果に明記されます）
    #[arg(long, global = true)]
    allow_memory: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Ask(Box<Question>),
    /// 同じ質問に、版・数値・出典・計算の一歩ずつを付けて答えます
    Explain {
        #[command(subcommand)]
        question: Box<Question>,
    },
    /// 同じ質問をふたつの日（または式）で答え、変わったところを並べます
    Compare {
        /// 比べる日
        #[arg(long, value_parser = questions::day, required_unless_present = "to_mode")]
        to: Option<Date>,
        /// 比べる式
        #[arg(long, value_enum)]
        to_mode: Option<questions::ModeWord>,
        #[command(subcommand)]
        question: Box<Question>,
    },
    /// 数値の表を点検します（すき間・重なり・出典のない値）
    Check,
}

/// Runs the command.
pub(crate) fn run(mut arguments: Arguments) -> ExitCode {
    let overlaid = match overlay::book(&arguments.overlay) {
        Ok(overlaid) => overlaid,
        Err(message) => return refused(&message),
    };
    let book = overlaid.as_ref().unwrap_or_else(|| Book::published());
    let law = Law { book, allow_memory: arguments.allow_memory };
    let speaker = speaker();
    let answer = match &mut arguments.command {
        Command::Check => return check(book, arguments.json),
        Command::Ask(question) => question.answer(law, &speaker),
        Command::Explain { question } => question.answer(law, &speaker).map(Answer::explained),
        Command::Compare { to, to_mode, question } => compare(law, &speaker, question, *to, *to_mode),
    };
    match answer {
        Ok(answer) if arguments.json => say(&json::write(&answer)),
        Ok(answer) => say(&print::write(&answer, &speaker)),
        Err(message) => refused(&message),
    }
}

/// The same question twice, and what differs.
fn compare(
    law: Law<'_>,
    speaker: &Speaker,
    question: &mut Question,
    to: Option<Date>,
    to_mode: Option<questions::ModeWord>,
) -> Result<Answer, String> {
    let before = question.answer(law, speaker)?;
    if let Some(to) = to {
        *question.day().ok_or_else(|| speaker.text("law.compare-no-day").to_owned())? = to;
    }
    if let Some(to_mode) = to_mode {
        *question.mode().ok_or_else(|| speaker.text("law.compare-no-mode").to_owned())? = to_mode;
    }
    let after = question.answer(law, speaker)?;
    Ok(compare::answer(before, after, speaker))
}

fn refused(message: &str) -> ExitCode {
    // With standard error gone there is nobody left to tell; the exit code still does.
    let _ = writeln!(std::io::stderr(), "{}", message.trim_end());
    ExitCode::from(2)
}

fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // `| head` has read what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

fn check(book: &Book, json: bool) -> ExitCode {
    let mut findings: Vec<Finding> = Vec::new();
    for (_, _, text) in law::parameter::names::SHIPPED {
        findings.extend(law::parameter::file::read(text).1);
    }
    findings.extend(book.check());
    let code = say(&match json {
        true => json::findings(&findings, book),
        false => print::findings(&findings, book, &speaker()),
    });
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    if wrong { ExitCode::from(1) } else { code }
}
