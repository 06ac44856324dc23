//! Calls in words: what is due, when somebody was heard, what came of a call.

use crate::asked::Asked;
use crate::look::{Tone, tag};
use federation::contact::events::CallOutcome;
use federation::contact::view::{CallRow, Heard, days_between};
use federation::contact::{Call, Due, Matter};
use federation::kit::{DueReport, Kit};
use kernel::{Arg, Date, Timestamp};
use maud::{Markup, html};

/// A count as an argument.
pub fn count(count: usize) -> Arg {
    Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What is due: 「賃金の回答」.
pub fn matter(asked: &Asked, matter: &Matter) -> String {
    let speaker = &asked.speaker;
    match matter {
        Matter::Report { track, due } => {
            let key = match due {
                DueReport::Demand => "calls.due.demand",
                DueReport::Settlement => "calls.due.settlement",
                DueReport::Response | DueReport::Situation => "calls.due.response",
            };
            speaker.say(key, &[("track", Arg::Label(format!("track.{}", track.word())))])
        }
        Matter::Situation { zone } => {
            let kit: Option<&Kit> = asked.campaign().and_then(|c| asked.state().kit_of(c.id).ok());
            let found = kit.and_then(|kit| kit.zones.iter().find(|known| known.code == *zone));
            let name = found.map_or(zone.as_str(), |zone| zone.name.of(asked.language()));
            speaker.say("calls.due.situation", &[("zone", Arg::Text(name.to_owned()))])
        }
        Matter::Suspension { track, condition } => {
            let condition = Arg::Label(format!("suspension.{}", crate::write::word(condition)));
            let track = Arg::Label(format!("track.{}", track.word()));
            speaker.say("calls.due.suspension", &[("track", track), ("condition", condition)])
        }
    }
}

/// What is due with its deadline; late where that has passed.
pub fn due(asked: &Asked, due: &Due) -> Markup {
    let speaker = &asked.speaker;
    let late = due.late_on(asked.today());
    let by = [("day", Arg::Text(speaker.date_short(due.by)))];
    html! {
        span.call-due {
            (matter(asked, &due.matter)) " "
            @if late { (tag(Tone::Bad, &speaker.say("calls.late", &by))) }
            @else { (tag(Tone::Info, &speaker.say("calls.by", &by))) }
        }
    }
}

/// How many days ago, in words.
pub fn age(asked: &Asked, at: Timestamp, today: Date) -> String {
    match days_between(asked.state().zone().date(at), today) {
        ..=0 => asked.speaker.text("heard.today").to_owned(),
        days => asked.speaker.say("heard.days", &[("days", Arg::Count(days))]),
    }
}

/// When a unit was last heard, how long ago, and by what; that it never was is a sentence too.
pub fn heard(asked: &Asked, heard: Option<Heard>) -> String {
    let speaker = &asked.speaker;
    match heard {
        None => speaker.text("heard.never").to_owned(),
        Some(heard) => speaker.say(
            "heard.at",
            &[
                ("at", Arg::Text(speaker.date_time_short(heard.at))),
                ("age", Arg::Text(age(asked, heard.at, asked.today()))),
                ("by", Arg::Text(speaker.text(&format!("heard.by.{}", heard.by.word())).to_owned())),
            ],
        ),
    }
}

/// An hour: of today without its day.
pub fn hour(asked: &Asked, at: Timestamp) -> String {
    if asked.state().zone().date(at) == asked.today() {
        asked.speaker.time(at)
    } else {
        asked.speaker.date_time_short(at)
    }
}

/// The word of an outcome.
pub fn outcome(asked: &Asked, outcome: CallOutcome) -> &'static str {
    asked.speaker.text(&format!("calls.outcome.{}", outcome.word()))
}

/// What came of a call: 「3/17(水) 10:00 不在、折返し 15:00」.
pub fn call(asked: &Asked, call: &Call) -> String {
    let speaker = &asked.speaker;
    let what = outcome(asked, call.outcome).to_owned();
    let said = match call.callback_at {
        Some(at) => {
            let args = [("outcome", Arg::Text(what)), ("hour", Arg::Text(hour(asked, at)))];
            speaker.say("calls.with-callback", &args)
        }
        None => what,
    };
    format!("{} {said}", hour(asked, call.at))
}

/// The marks of a row: a promise, a demand left alone, calls in vain.
pub fn marks(asked: &Asked, row: &CallRow) -> Markup {
    let speaker = &asked.speaker;
    html! {
        @if let Some(at) = row.callback_at {
            @let tone = if at <= asked.now { Tone::Warn } else { Tone::Plain };
            (tag(tone, &speaker.say("calls.callback", &[("hour", Arg::Text(hour(asked, at)))]))) " "
        }
        @if row.stale { (tag(Tone::Warn, speaker.text("calls.stale"))) " " }
        @if row.in_vain > 1 {
            (tag(Tone::Quiet, &speaker.say("calls.in-vain", &[("count", count(row.in_vain))])))
        }
    }
}

/// What of a telephone number a browser can dial: digits, of full width too, and a leading plus.
pub fn dial(telephone: &str) -> Option<String> {
    let digit = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        '＋' => Some('+'),
        '0'..='9' | '+' => Some(c),
        _ => None,
    };
    let digits: String = telephone.chars().filter_map(digit).collect();
    (digits.len() >= 5).then(|| format!("tel:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_on_paper_can_be_dialled() {
        let check = |typed: &str, expected: Option<&str>| assert_eq!(dial(typed).as_deref(), expected, "{typed}");
        check("048-123-4567", Some("tel:0481234567"));
        check("０４８（１２３）４５６７", Some("tel:0481234567"));
        check("+81 48 123 4567", Some("tel:+81481234567"));
        check("内線 12", None);
        check("", None);
    }
}
