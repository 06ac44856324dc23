//! What comes out: figures with their aims, as a table or as JSON.

use super::machine::Facts;
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// What was aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Line {
    pub(super) measure: &'static str,
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aim: Option<Aim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reached: Option<bool>,
}

/// All figures of a run.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    pub(super) machine: Facts,
    pub(super) quick: bool,
    /// After the run.
    pub(super) load_after: String,
    pub(super) lines: Vec<Line>,
}

impl Report {
    pub(super) fn new(machine: Facts, quick: bool) -> Report {
        Report { machine, quick, load_after: String::new(), lines: Vec::new() }
    }

    /// A figure.
    pub(super) fn add(&mut self, measure: &'static str, what: impl Into<String>, value: f64, unit: &'static str) {
        self.lines.push(Line { measure, what: what.into(), value, unit, aim: None, reached: None });
    }

    /// A figure that has an aim.
    pub(super) fn aimed(
        &mut self,
        measure: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        aim: Aim,
    ) {
        let reached = match aim {
            Aim::AtLeast(least) => value >= least,
            Aim::AtMost(most) => value <= most,
        };
        let what = what.into();
        self.lines.push(Line { measure, what, value, unit, aim: Some(aim), reached: Some(reached) });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        let size = if self.quick { "a quick run" } else { "a full run" };
        writeln!(
            f,
            "{size}, load after {}; medians of several repetitions unless a line says otherwise\n",
            self.load_after
        )?;
        let rows = self.lines.iter().map(|line| {
            let aim = match line.aim {
                None => String::new(),
                Some(Aim::AtLeast(aim)) => format!("≥ {}", plain(aim)),
                Some(Aim::AtMost(aim)) => format!("≤ {}", plain(aim)),
            };
            let reached = match line.reached {
                None => "",
                Some(true) => "yes",
                Some(false) => "no",
            };
            [
                line.measure.to_owned(),
                line.what.clone(),
                plain(line.value),
                line.unit.to_owned(),
                aim,
                reached.to_owned(),
            ]
        });
        let head = ["measure", "what", "value", "unit", "aim", "reached"].map(str::to_owned);
        let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        for (number, [measure, what, value, unit, aim, reached]) in rows.iter().enumerate() {
            let [a, b, c, d, e, g] = widths;
            writeln!(f, "| {measure:a$} | {what:b$} | {value:>c$} | {unit:d$} | {aim:>e$} | {reached:g$} |")?;
            if number == 0 {
                let line = |width: usize| "-".repeat(width);
                let [a, b, c, d, e, g] = [line(a), line(b), line(c - 1), line(d), line(e - 1), line(g)];
                writeln!(f, "| {a} | {b} | {c}: | {d} | {e}: | {g} |")?;
            }
        }
        Ok(())
    }
}

/// A number as people read it: grouped where it is large, with decimals where it is small.
pub(super) fn plain(value: f64) -> String {
    if value.abs() < 1_000.0 {
        return match value.abs() {
            small if small < 10.0 => format!("{value:.2}"),
            middle if middle < 100.0 => format!("{value:.1}"),
            _ => format!("{value:.0}"),
        };
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value in the middle.
pub(super) fn median(values: &[f64]) -> f64 {
    share(values, 0.5)
}

/// The least value that this share of all does not exceed.
pub(super) fn share(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.max(1) - 1).copied().unwrap_or(f64::NAN)
}

/// Milliseconds.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_numbers() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((median(&values), share(&values, 0.99), share(&values, 1.0)), (50.0, 99.0, 100.0));
        assert_eq!(median(&[3.0]), 3.0);
        assert!(median(&[]).is_nan());
        let texts = [0.5, 12.34, 999.6, 1_000.0, 1_234_567.0].map(plain);
        assert_eq!(texts, ["0.50", "12.3", "1000", "1,000", "1,234,567"]);
    }
}
