//! A real ClamAV engine with signatures of the tests' own, built on the day a test chooses.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::program::{Running, system};

/// Whether ClamAV can be had here.
pub fn available() -> bool {
    ["clamd", "sigtool", "faketime"].iter().all(|program| system(program).is_some())
}

/// Builds a daily database as of so many days ago, in a folder of its own below `folder`.
pub fn signatures(folder: &Path, days_old: u32) -> Result<PathBuf> {
    signatures_of(folder, chrono::Utc::now() - chrono::TimeDelta::days(i64::from(days_old)))
}

/// Builds the daily database of that moment, in a folder of its own below `folder`.
pub fn signatures_of(folder: &Path, then: chrono::DateTime<chrono::Utc>) -> Result<PathBuf> {
    let folder = folder.join(then.format("built-%Y-%m-%d").to_string());
    fs::create_dir_all(&folder)?;
    // One signature each by digest and by content, of files that exist nowhere.
    fs::write(folder.join("daily.hdb"), "00112233445566778899aabbccddeeff:68:Tenken.Test.Digest\n")?;
    fs::write(folder.join("daily.ndb"), "Tenken.Test.Content:0:*:74656e6b656e2d746573742d7369676e6174757265\n")?;
    fs::write(folder.join("COPYING"), "for tests\n")?;
    // One more each day.
    let version = then.timestamp() / 86_400;
    let sigtool = system("sigtool").context("sigtool is not installed")?;
    let mut build = Command::new(system("faketime").context("faketime is not installed")?)
        .current_dir(&folder)
        .arg(then.format("%Y-%m-%d %H:%M:%S").to_string())
        .arg(sigtool)
        .args(["--unsigned", "--build=daily.cud", "--flevel=90"])
        .arg(format!("--cvd-version={version}"))
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // It asks who built them.
    std::io::Write::write_all(&mut build.stdin.take().context("its standard input was piped")?, b"tests\n")?;
    let output = build.wait_with_output()?;
    let database = folder.join("daily.cud");
    if !database.is_file() {
        bail!("sigtool built nothing: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(database)
}

/// Starts clamd as the engine of a host whose files lie below `root`, on the signatures that are there, with its
/// socket where the agent looks for it. Its own configuration lies below `folder`.
pub fn engine(folder: &Path, root: &Path) -> Result<Running> {
    let run = root.join("run/clamav");
    fs::create_dir_all(&run)?;
    let configuration = folder.join("clamd.conf");
    fs::write(
        &configuration,
        format!(
            "Foreground yes\nDatabaseDirectory {}\nLocalSocket {1}/clamd.ctl\nPidFile {1}/clamd.pid\nUser root\nSelfCheck 3600\n",
            root.join("var/lib/clamav").display(),
            run.display()
        ),
    )?;
    let clamd = system("clamd").context("clamd is not installed")?;
    Running::start(
        Command::new(clamd).arg("--config-file").arg(&configuration).stdout(Stdio::null()).stderr(Stdio::null()),
    )
}
