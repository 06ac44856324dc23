//! What is wrong with a command line, in the language of the person. The library that reads it speaks
//! English only.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use danketsu::message::{speaker, text};
use std::error::Error as _;
use std::io::Write;
use std::process::ExitCode;

/// Tells the error and how the command is used; help and version are no errors.
pub(crate) fn tell(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // With standard output gone there is nobody left to tell.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let speaker = speaker();
    let of = |kind: ContextKind| error.get(kind).map(said).unwrap_or_default();
    let what = ("what", text(of(ContextKind::InvalidArg)));
    let sentence = match error.kind() {
        ErrorKind::MissingRequiredArgument => speaker.say("cli.usage-missing", &[what]),
        ErrorKind::ArgumentConflict => {
            speaker.say("cli.usage-conflict", &[what, ("other", text(of(ContextKind::PriorArg)))])
        }
        ErrorKind::UnknownArgument => speaker.say("cli.usage-unknown", &[what]),
        ErrorKind::InvalidSubcommand => {
            speaker.say("cli.usage-no-such-command", &[("what", text(of(ContextKind::InvalidSubcommand)))])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if of(ContextKind::InvalidValue).is_empty() => {
            speaker.say("cli.usage-no-value", &[what])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = error.source().map(ToString::to_string).unwrap_or_default();
            let value = ("value", text(of(ContextKind::InvalidValue)));
            let choices = of(ContextKind::ValidValue);
            let sentence = speaker.say("cli.usage-bad-value", &[what, value, ("reason", text(reason))]);
            match choices.is_empty() {
                true => sentence,
                false => sentence + &speaker.say("cli.usage-choices", &[("choices", text(choices))]),
            }
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // The whole help says more than a sentence.
            let _ = error.print();
            return ExitCode::from(2);
        }
        _ => speaker.say("cli.usage-other", &[("reason", text(error.kind()))]),
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let suggested = suggested.into_iter().map(of).find(|word| !word.is_empty());
    let hint = suggested
        .map(|word| format!("\n{}", speaker.say("cli.usage-suggested", &[("word", text(word))])))
        .unwrap_or_default();
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n\n{usage}"),
        _ => String::new(),
    };
    // With standard error gone there is nobody left to tell; the exit code still does.
    let _ =
        writeln!(std::io::stderr(), "{}{hint}{usage}\n{}", sentence.trim_end(), speaker.text("cli.usage-help"));
    ExitCode::from(2)
}

fn said(value: &ContextValue) -> String {
    match value {
        ContextValue::String(word) => word.clone(),
        ContextValue::Strings(words) => words.join(", "),
        _ => String::new(),
    }
}
