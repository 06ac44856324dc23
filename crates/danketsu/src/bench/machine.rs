//! On what was measured, and a folder to measure in.

use super::Done;
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a reader must know to compare.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facts {
    cores: usize,
    cpu: String,
    memory_mib: u64,
    kernel: String,
    file_system: String,
    rustc: String,
    profile: &'static str,
    commit: String,
    load_before: String,
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { cores, cpu, memory_mib, kernel, file_system, rustc, profile, commit, load_before } = self;
        writeln!(f, "{cores} cores of {cpu}, {memory_mib} MiB, Linux {kernel}, {file_system}")?;
        write!(f, "{rustc}, profile {profile}, checked out {commit}, load before {load_before}")
    }
}

/// Looks at the machine; what it does not tell is a question mark.
pub(super) fn facts(folder: &Path) -> Facts {
    let cpu = read("/proc/cpuinfo").lines().find_map(|line| Some(line.split_once("model name")?.1.to_owned()));
    let cpu = cpu.map_or_else(|| "?".to_owned(), |name| name.trim_start_matches(['\t', ' ', ':']).to_owned());
    let dirty = if said("git", &["status", "--porcelain", "--untracked-files=no"]).len() > 1 {
        " with changes"
    } else {
        ""
    };
    Facts {
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        cpu,
        memory_mib: kib_of(&read("/proc/meminfo"), "MemTotal:") / 1024,
        kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        file_system: file_system(folder),
        rustc: said("rustc", &["--version"]),
        profile: if cfg!(debug_assertions) { "with debug assertions" } else { "release" },
        commit: format!("{}{dirty}", said("git", &["rev-parse", "--short", "HEAD"])),
        load_before: load(),
    }
}

/// How many processes wanted a core in the last minute: on a machine that is not one's own, half
/// of what is measured.
pub(super) fn load() -> String {
    read("/proc/loadavg").split(' ').next().unwrap_or("?").to_owned()
}

/// The processor time of a process so far (of this one without a number), to a hundredth of a
/// second.
pub(super) fn processor_seconds(process: Option<u32>) -> f64 {
    let who = process.map_or_else(|| "self".to_owned(), |id| id.to_string());
    let stat = read(&format!("/proc/{who}/stat"));
    // The name may hold blanks; after its bracket the 12th and 13th fields are user and system.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|| "?".to_owned())
}

/// The kind of file system on which a folder lies: where it is in memory, durable costs nothing.
fn file_system(folder: &Path) -> String {
    let mounts = read("/proc/mounts");
    let found = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        folder.starts_with(at).then(|| (at.len(), kind.to_owned()))
    });
    found.max().map_or_else(|| "?".to_owned(), |(_, kind)| kind)
}

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub(super) resident: u64,
    pub(super) peak: u64,
}

/// The memory of a process; of this one without a number.
pub(super) fn memory(process: Option<u32>) -> Memory {
    let who = process.map_or_else(|| "self".to_owned(), |id| id.to_string());
    let status = read(&format!("/proc/{who}/status"));
    Memory { resident: kib_of(&status, "VmRSS:"), peak: kib_of(&status, "VmHWM:") }
}

fn kib_of(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// A folder that goes with its owner.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(parent: Option<&Path>) -> Done<Folder> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let path = parent.join(format!("danketsu-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path.canonicalize()?))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
