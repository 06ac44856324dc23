//! `danketsu`, the one binary: each command is a module of its own.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

mod census;
mod law;
mod tally;
mod usage;

use clap::{Parser, Subcommand};
use danketsu::{bench, import, message, operate, play};
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
    Law(self::law::Arguments),
    Tally(tally::Arguments),
    #[command(subcommand)]
    Census(census::Command),
    Demo(play::Arguments),
    Serve(operate::Serve),
    Import(import::Arguments),
    /// 組織の台帳
    #[command(subcommand)]
    Federation(FederationCommand),
    Verify(operate::Verify),
    /// 公表
    #[command(subcommand)]
    Release(ReleaseCommand),
    Backup(operate::Backup),
    Restore(operate::Restore),
    Bench(bench::Arguments),
}

#[derive(Subcommand)]
enum ReleaseCommand {
    Check(operate::CheckReleases),
}

#[derive(Subcommand)]
enum FederationCommand {
    Create(operate::Create),
}

fn main() -> ExitCode {
    // Logs go to standard error; standard output is for results.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let asked = match Cli::try_parse() {
        Ok(asked) => asked,
        Err(error) => return usage::tell(&error),
    };
    match asked.command {
        Command::Law(arguments) => self::law::run(arguments),
        Command::Tally(arguments) => tally::run(&arguments),
        Command::Census(command) => census::run(&command),
        Command::Demo(arguments) => play::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Serve(arguments) => operate::run_server(&arguments),
        Command::Federation(FederationCommand::Create(arguments)) => operate::create(&arguments),
        Command::Verify(arguments) => operate::run_verify(&arguments),
        Command::Release(ReleaseCommand::Check(arguments)) => operate::run_check_releases(&arguments),
        Command::Backup(arguments) => operate::run_backup(&arguments),
        Command::Restore(arguments) => operate::run_restore(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    }
}
