//! What the agent for Windows is as a program: its size, what it takes of Windows, and how fast it judges a host.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::{TRIPLE, cannot_build, for_windows};
use crate::process::{cargo, must, output, target};
use crate::report::{line, skip};

/// The tool that lists what a program imports.
const OBJECTS: &str = "x86_64-w64-mingw32-objdump";
/// With these a program starts another. There are more ways to the same, all of which end in one of these.
const STARTS: [&str; 6] =
    ["CreateProcess", "ShellExecute", "WinExec", "NtCreateUserProcess", "RtlCreateUserProcess", "_spawn"];
/// The host that is judged.
const HOST: &str = "windows_11_24h2";
/// What judging it may take.
const GOAL: Duration = Duration::from_millis(50);

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How often the host is judged; the median counts
    #[arg(long, default_value_t = 21)]
    runs: usize,
}

/// Builds the agent as it is shipped and tells.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(why) = cannot_build()? {
        skip("the program for Windows", &why);
    } else {
        line("Building the agent for Windows as it is shipped ...");
        must(for_windows("build")?.args(["--quiet", "--profile", "agent", "-p", "tenken-agent"]))?;
        let program = target()?.join(TRIPLE).join("agent/tenken-agent.exe");
        line(format_args!("size of the program: {} KiB", std::fs::metadata(&program)?.len() / 1_024));
        let imports = imports(&program)?;
        line(format_args!("libraries of Windows: {}", imports.keys().cloned().collect::<Vec<_>>().join(", ")));
        let starts = starts(&imports);
        line(format_args!(
            "functions that start a process: {}",
            if starts.is_empty() { "none".to_owned() } else { starts.join(", ") }
        ));
    }
    judge(arguments.runs)
}

/// The functions a program imports, by library.
fn imports(program: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let imports = listed(&output(Command::new(OBJECTS).arg("-p").arg(program))?);
    if imports.values().all(Vec::is_empty) {
        bail!("{OBJECTS} lists no imports of {}", program.display());
    }
    Ok(imports)
}

/// The same in what the tool prints.
fn listed(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut imports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut library = None;
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("DLL Name: ") {
            library = Some(imports.entry(name.trim().to_lowercase()).or_default());
            continue;
        }
        // `<address> <hint> <name>` until an empty line, below a heading.
        let Some(functions) = &mut library else { continue };
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => library = None,
            [address, hint, name] if u64::from_str_radix(address, 16).is_ok() && hint.parse::<u32>().is_ok() => {
                functions.push(name.to_owned());
            }
            _ => {}
        }
    }
    imports
}

/// Those of them that start a process.
fn starts(imports: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let is_start = |name: &&String| STARTS.iter().any(|start| name.starts_with(start));
    imports.values().flatten().filter(is_start).cloned().collect()
}

/// Judges the recorded host here, as it is shipped.
fn judge(runs: usize) -> Result<()> {
    let recordings = target()?.join("recordings");
    std::fs::create_dir_all(&recordings)?;
    line("Building the agent for this system as it is shipped, and recordings ...");
    must(cargo()?.args(["build", "--locked", "--quiet", "--profile", "agent", "-p", "tenken-agent"]))?;
    let mut write = cargo()?;
    write.args(["test", "--locked", "--quiet", "-p", "tenken-agent", "--test", "corpus", "replay"]);
    output(write.env("TENKEN_RECORDINGS", &recordings))?;
    let recording = recordings.join(format!("{HOST}.json"));
    if !recording.is_file() {
        bail!("the tests wrote no {}", recording.display());
    }
    let agent = target()?.join("agent/tenken-agent");
    let mut took = Vec::with_capacity(runs);
    for _ in 0..runs.max(1) {
        let begun = Instant::now();
        // Its exit code says how the host stands, not whether it ran.
        let done = Command::new(&agent).args(["check", "--format", "json", "--recording"]).arg(&recording).output()?;
        took.push(begun.elapsed());
        if done.stdout.is_empty() {
            bail!("{}: {}", recording.display(), String::from_utf8_lossy(&done.stderr));
        }
    }
    took.sort_unstable();
    let median = took.get(took.len() / 2).copied().context("nothing was measured")?;
    line(format_args!("{HOST} judged from its recording: {median:.1?} (goal {GOAL:?}), median of {} runs", took.len()));
    if median > GOAL {
        bail!("{HOST} took longer than {GOAL:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "
 03546028\t03546298 00000000 00000000 03549b44 03546fd8

\tDLL Name: KERNEL32.dll
\tvma:  Hint/Ord Member-Name Bound-To
\t3547dc8\t  239  CreateProcessW
\t3547de0\t 1042  OpenProcess

\tDLL Name: msvcrt.dll
\tvma:  Hint/Ord Member-Name Bound-To
\t3548666\t   64  ___lc_codepage_func

\tDLL Name: kernel32.dll
\tvma:  Hint/Ord Member-Name Bound-To
\t3548700\t    1  WinExec
";

    #[test]
    fn what_starts_a_process_is_found_among_imports() {
        let imports = listed(LISTED);
        assert_eq!(imports.keys().collect::<Vec<_>>(), ["kernel32.dll", "msvcrt.dll"]);
        assert_eq!(imports.values().map(Vec::len).sum::<usize>(), 4);
        assert_eq!(starts(&imports), ["CreateProcessW", "WinExec"]);
    }
}
