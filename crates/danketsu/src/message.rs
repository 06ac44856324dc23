//! What the command line says: results to standard output, troubles to standard error, in the
//! language of the person, with exit codes that a script can use.

use kernel::{Arg, Zone};
use std::fmt::Display;
use std::process::ExitCode;
use texts::{Locale, Speaker};

/// Why a command was not carried out: a key of the catalogue, and what the machine said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its sentence.
    pub key: &'static str,
    /// The cause, or the thing that it is about.
    pub cause: String,
}

impl Trouble {
    /// A trouble about something.
    pub fn new(key: &'static str, cause: impl Display) -> Trouble {
        Trouble { key, cause: cause.to_string() }
    }

    /// For `map_err`: the trouble with the error as its cause.
    pub fn because<E: Display>(key: &'static str) -> impl FnOnce(E) -> Trouble {
        move |error| Trouble::new(key, error)
    }
}

/// The language of the terminal: Japanese unless it asks for English.
pub fn speaker() -> Speaker {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
    let english = wanted.is_some_and(|tag| tag.starts_with("en"));
    Speaker::new(if english { Locale::En } else { Locale::Ja }, Zone::JAPAN)
}

/// Says a sentence of the catalogue on standard output.
pub fn say(key: &str, args: &[(&str, Arg)]) {
    println!("{}", speaker().say(key, args));
}

/// Tells the outcome of a command to the shell: 0 done, 2 not done.
pub fn finish(result: Result<(), Trouble>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{}", speaker().say(trouble.key, &[("cause", Arg::Text(trouble.cause))]));
            ExitCode::from(2)
        }
    }
}

/// Text as an argument of a sentence.
pub fn text(value: impl Display) -> Arg {
    Arg::Text(value.to_string())
}

/// A count as an argument of a sentence.
pub fn count(value: u64) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}
