//! What the machine has, and putting there what it lacks.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What went wrong, in a sentence for the person at the terminal.
pub(crate) type Why = String;

/// A Debian package, and how to see whether what it brings is there.
struct Package {
    name: &'static str,
    is_there: fn() -> bool,
}

/// What the browser tests need.
const PACKAGES: [Package; 3] = [
    Package { name: "chromium", is_there: has_chromium },
    Package { name: "fonts-noto-cjk", is_there: has_japanese_font },
    // Another program than ours that opens, changes and writes our workbooks.
    Package { name: "python3-openpyxl", is_there: has_openpyxl },
];

/// Node.js of this major version at least: what playwright-core asks for.
const NODE_AT_LEAST: u32 = 20;

/// The cargo that started us.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder(root: &Path) -> Result<PathBuf, Why> {
    let mut command = Command::new(cargo());
    command.current_dir(root).args(["metadata", "--format-version", "1", "--no-deps"]);
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata did not answer in JSON: {error}"))?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target folder".to_owned())
}

/// Whether cargo has this subcommand (`nextest`, `clippy`, `fmt`).
pub(crate) fn has_subcommand(name: &str) -> bool {
    // A component that rustup knows but has not installed answers with an error, like one that is absent.
    succeeds(Command::new(cargo()).args([name, "--version"]))
}

/// The Chromium that the tests start.
pub(crate) fn chromium() -> PathBuf {
    std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from)
}

fn has_chromium() -> bool {
    chromium().is_file()
}

fn has_openpyxl() -> bool {
    succeeds(Command::new("/usr/bin/python3").args(["-c", "import openpyxl"]))
}

fn has_japanese_font() -> bool {
    let installed = output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", "fonts-noto-cjk"]));
    installed.is_some_and(|output| output.stdout == b"installed")
        || output(Command::new("fc-list").args([":lang=ja", "family"]))
            .is_some_and(|output| String::from_utf8_lossy(&output.stdout).contains("Noto Sans CJK"))
}

fn node_version() -> Option<u32> {
    let output = output(Command::new("node").arg("--version"))?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Installs the Debian packages that are missing; says how to when it may not.
pub(crate) fn install_packages() -> Result<(), Why> {
    let mut missing: Vec<&str> =
        PACKAGES.iter().filter(|package| !(package.is_there)()).map(|package| package.name).collect();
    if node_version().is_none() {
        missing.push("nodejs");
    }
    if !succeeds(Command::new("npm").arg("--version")) {
        missing.push("npm");
    }
    if !missing.is_empty() {
        println!("installing {}", missing.join(", "));
        apt_get(&["update"]).map_err(|why| by_hand(&missing, &why))?;
        let mut args = vec!["install", "--yes", "--no-install-recommends"];
        args.extend(&missing);
        apt_get(&args).map_err(|why| by_hand(&missing, &why))?;
    }
    match node_version() {
        Some(version) if version >= NODE_AT_LEAST => Ok(()),
        Some(version) => Err(format!("Node.js {version} is too old: {NODE_AT_LEAST} or newer is needed")),
        None => Err(format!("Node.js is missing: install {NODE_AT_LEAST} or newer")),
    }
}

fn by_hand(missing: &[&str], why: &str) -> Why {
    let list = missing.join(" ");
    format!("{why}\nhint: install these by hand ({list}), or leave the browser out with --no-browser")
}

fn apt_get(args: &[&str]) -> Result<(), Why> {
    if !succeeds(Command::new("apt-get").arg("--version")) {
        return Err("this machine has no apt-get".to_owned());
    }
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = if is_root {
        Command::new("apt-get")
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err("packages can be installed only as root, or with sudo that asks for no password".to_owned());
    };
    // Another package tool may hold the lock for a while on a machine that has just started.
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-o", "DPkg::Lock::Timeout=300"]).args(args);
    run(&mut command)
}

/// `npm ci` in `tests/browser`, when the lock file is not the one that was installed from.
pub(crate) fn install_npm_packages(root: &Path) -> Result<(), Why> {
    let folder = root.join("tests/browser");
    let lock = std::fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("tests/browser/package-lock.json: {error}"))?;
    let stamp = folder.join("node_modules/.installed-from");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        println!("tests/browser/node_modules is up to date");
        return Ok(());
    }
    let mut command = Command::new("npm");
    command.current_dir(&folder).args(["ci", "--no-audit", "--no-fund"]);
    run(command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    std::fs::write(&stamp, lock).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Runs to the end, with nobody at the keyboard.
pub(crate) fn run(command: &mut Command) -> Result<(), Why> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} ended with {status}")),
        Err(error) => Err(format!("cannot start {name}: {error}")),
    }
}

fn output(command: &mut Command) -> Option<Output> {
    command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok().filter(|output| output.status.success())
}

fn succeeds(command: &mut Command) -> bool {
    output(command).is_some()
}
