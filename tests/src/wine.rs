//! Windows programs, run by Wine in a prefix of the test's own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// The folder in which `cargo xtask test` made Wine ready: `prefix` and `locale`.
const READY: &str = "TENKEN_WINE";
/// The agent for Windows that it built.
const AGENT: &str = "TENKEN_WINDOWS_AGENT";
/// Where it put the installers.
const INSTALLERS: &str = "TENKEN_INSTALLERS";
/// The language of the hosts.
const LANGUAGE: &str = "ja_JP.UTF-8";

/// A prefix that nobody else uses. Everything in it ends when it is dropped.
#[derive(Debug)]
pub struct Wine {
    ready: PathBuf,
    place: TempDir,
}

impl Wine {
    /// Why no Windows program can be run, if none can.
    pub fn missing() -> Option<&'static str> {
        let is_told = [READY, AGENT].iter().all(|name| std::env::var_os(name).is_some());
        (!is_told).then_some("`cargo xtask test` told of no Wine and no agent for Windows")
    }

    /// Why no installer can be tried, if none can.
    pub fn no_installers() -> Option<&'static str> {
        let is_told = std::env::var_os(INSTALLERS).is_some();
        Self::missing()
            .or((!is_told).then_some("`cargo xtask test` told of no installers (wixl or msitools is missing)"))
    }

    /// Makes the prefix as a copy of the one that is ready. Files of Windows itself are shared, because nobody writes to them.
    pub fn make() -> Result<Self> {
        let ready = PathBuf::from(std::env::var_os(READY).context(READY)?);
        // Beside the one that is ready, because files are only shared within a disk.
        let place = TempDir::with_prefix_in("test-", &ready)?;
        let wine = Self { ready, place };
        let (from, to) = (wine.ready.join("prefix"), wine.prefix());
        succeed(Command::new("cp").args(["--archive", "--link"]).arg(&from).arg(&to))?;
        for entry in std::fs::read_dir(&from)? {
            let path = entry?.path();
            // The registry is written to in its place where its file has another name, too.
            if path.extension().is_some_and(|extension| extension == "reg") {
                let copy = to.join(path.file_name().context("a file has a name")?);
                std::fs::remove_file(&copy)?;
                std::fs::copy(&path, &copy)?;
            }
        }
        wine.begin()?;
        Ok(wine)
    }

    /// The agent for Windows.
    pub fn agent() -> Result<PathBuf> {
        std::env::var_os(AGENT).map(PathBuf::from).context(AGENT)
    }

    /// An installer by its file's name.
    pub fn installer(name: &str) -> Result<PathBuf> {
        Ok(PathBuf::from(std::env::var_os(INSTALLERS).context(INSTALLERS)?).join(name))
    }

    /// Its drive C.
    pub fn disk(&self) -> PathBuf {
        self.prefix().join("drive_c")
    }

    /// A command that runs a Windows program.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("wine");
        command.arg(program).stdin(Stdio::null());
        self.wear(&mut command);
        command
    }

    /// Runs a program of Wine's own to its end.
    pub fn run(&self, program: &str, words: &[&str]) -> Result<Output> {
        self.command(program).args(words).output().with_context(|| format!("starting {program}"))
    }

    /// Sets a number in the registry.
    pub fn set_number(&self, key: &str, name: &str, number: u32) -> Result<()> {
        let number = number.to_string();
        succeed(self.command("reg").args(["add", key, "/v", name, "/t", "REG_DWORD", "/d", &number, "/f"]))
    }

    /// The values of a key of the registry as `reg query` prints them, a line each; nothing where there is no key.
    pub fn values(&self, key: &str) -> Result<Vec<String>> {
        let output = self.run("reg", &["query", key])?;
        // It prints in the code page of the host; names and values here are ASCII.
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().filter(|line| line.contains("    REG_")).map(|line| line.trim().to_owned()).collect())
    }

    /// A value of a key of the registry: what stands behind its type.
    pub fn value(&self, key: &str, name: &str) -> Result<Option<String>> {
        let found = self.values(key)?.into_iter().find_map(|line| {
            let (its_name, typed) = line.split_once("    REG_")?;
            let value = typed.split_once("    ").map_or("", |(_, value)| value);
            (its_name == name).then(|| value.trim().to_owned())
        });
        Ok(found)
    }

    /// Starts what stays: whatever the first program brought up would hold on to its output, and who reads that would wait for ever.
    fn begin(&self) -> Result<()> {
        let mut server = Command::new("wineserver");
        self.wear(server.arg("-p"));
        let mut system = self.command("wineboot");
        for command in [&mut server, &mut system] {
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            if !status.success() {
                bail!("{command:?}: {status}");
            }
        }
        Ok(())
    }

    fn prefix(&self) -> PathBuf {
        self.place.path().join("prefix")
    }

    fn wear(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", self.prefix())
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            .env("LOCPATH", self.ready.join("locale"))
            .env("LC_ALL", LANGUAGE)
            .env_remove("DISPLAY");
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        for word in ["-k", "-w"] {
            let mut command = Command::new("wineserver");
            self.wear(&mut command);
            let _none_runs = command.arg(word).stderr(Stdio::null()).status();
        }
    }
}

/// A path of this machine as Wine's programs name it.
pub fn named(path: &Path) -> Result<String> {
    Ok(format!("Z:{}", path.to_str().context("the folder's name is text")?.replace('/', "\\")))
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
