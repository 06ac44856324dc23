//! `danketsu`, the one binary: each command is a module of its own.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

mod tally;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 団結: 労働組合の情報集中・集計・調査
#[derive(Parser)]
#[command(name = "danketsu", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Tally(tally::Arguments),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Tally(arguments) => tally::run(&arguments),
    }
}
