//! The measuring command gives figures that make sense; how large they are is nobody's test.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test: it stops where something fails")]

use std::process::Command;

#[test]
fn a_quick_tally_gives_sane_json() {
    let output = Command::new(env!("CARGO_BIN_EXE_danketsu"))
        .args(["bench", "--quick", "--only", "tally", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["machine"]["cores"].as_u64().unwrap() > 0);
    let lines = report["lines"].as_array().unwrap();
    assert!(lines.len() >= 5);
    for line in lines {
        assert_eq!(line["measure"], "tally");
        assert!(line["value"].as_f64().unwrap() > 0.0, "{line}");
        assert_eq!(line["aim"].is_null(), line["reached"].is_null(), "{line}");
    }
}
