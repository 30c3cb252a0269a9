//! Wine, in which Windows programs are run: a prefix of the tree's own, in Japanese.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process::{must, output, root, target};
use crate::report::{line, skip};

/// The C compiler for Windows.
pub(super) const COMPILER: &str = "x86_64-w64-mingw32-gcc";
/// The language in which Windows answers on most hosts.
const LANGUAGE: &str = "ja_JP.UTF-8";
/// The code page that Japanese Windows has for texts of one byte and more.
const CODE_PAGE: &str = "932";
/// What of whoever runs it would change what Windows programs see: another Wine or desktop, the zone, and a proxy between a program
/// and this machine.
const FOREIGN: [&str; 14] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "WINELOADER",
    "WINESERVER",
    "WINEDLLPATH",
    "WINEDLLOVERRIDES",
    "TZ",
    "LANGUAGE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];
/// Written last; what was made without it is made anew.
const MADE: &str = "made";

/// A prefix that is made once and cached below the target folder.
pub(super) struct Wine {
    folder: PathBuf,
}

impl Wine {
    /// Makes it unless it was made by this Wine before.
    pub(super) fn prepare() -> Result<Self> {
        let wine = Self { folder: target()?.join("wine") };
        let version = output(Command::new("wine").arg("--version"))?;
        let wanted = format!("{version}{}", std::fs::read_to_string(shim_source()?)?);
        if std::fs::read_to_string(wine.folder.join(MADE)).is_ok_and(|made| made == wanted) {
            return Ok(wine);
        }
        if wine.folder.exists() {
            std::fs::remove_dir_all(&wine.folder)?;
        }
        std::fs::create_dir_all(&wine.folder)?;
        wine.learn_japanese()?;
        wine.quiet(&["wineboot", "-i"])?;
        wine.add_random_numbers()?;
        // A new prefix is a Windows 7.
        wine.quiet(&["winecfg", "-v", "win10"])?;
        wine.end();
        std::fs::write(wine.folder.join(MADE), wanted)?;
        Ok(wine)
    }

    /// Where it lies: `prefix` and `locale`.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has a command's Wine, and that of its children, use this prefix.
    pub(super) fn wear(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", self.folder.join("prefix"))
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            .env("LOCPATH", self.folder.join("locale"))
            .env("LC_ALL", LANGUAGE);
        for name in FOREIGN {
            command.env_remove(name);
        }
    }

    /// Says in which language it speaks; fails if it could be Japanese and is not.
    pub(super) fn say_language(&self) -> Result<()> {
        if !self.folder.join("locale").join(LANGUAGE).is_dir() {
            skip("Windows in Japanese", "there is no definition of the locale ja_JP (package locales)");
            return Ok(());
        }
        let key = r"HKLM\System\CurrentControlSet\Control\Nls\CodePage";
        let answer = output(&mut self.command(&["reg", "query", key, "/v", "ACP"]))?;
        line(format_args!("Wine's code page for texts: {}", last_word(&answer)));
        if last_word(&answer) != CODE_PAGE {
            bail!("Wine does not take the locale {LANGUAGE}: its code page is {}", last_word(&answer));
        }
        Ok(())
    }

    /// Starts what stays until [`Wine::end`]: whatever the first program brought up would hold on to its output.
    pub(super) fn begin(&self) -> Result<()> {
        let mut server = Command::new("wineserver");
        self.wear(server.arg("-p"));
        for command in [&mut server, &mut self.command(&["wineboot"])] {
            must(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        }
        Ok(())
    }

    /// Ends every program in it.
    pub(super) fn end(&self) {
        let mut command = Command::new("wineserver");
        self.wear(&mut command);
        // It fails where none runs.
        let _ended = command.arg("-k").stderr(Stdio::null()).status();
        let mut command = Command::new("wineserver");
        self.wear(&mut command);
        let _waited = command.arg("-w").stderr(Stdio::null()).status();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("wine");
        command.args(words).stdin(Stdio::null());
        self.wear(&mut command);
        command
    }

    fn quiet(&self, words: &[&str]) -> Result<()> {
        output(&mut self.command(words)).map(drop)
    }

    /// Compiles the Japanese locale where its definition is installed: Wine takes its language from it. Nothing of the system
    /// is changed.
    fn learn_japanese(&self) -> Result<()> {
        let folder = self.folder.join("locale");
        std::fs::create_dir_all(&folder)?;
        let compiled =
            Command::new("localedef").args(["-i", "ja_JP", "-f", "UTF-8"]).arg(folder.join(LANGUAGE)).output();
        if !compiled.is_ok_and(|compiled| compiled.status.success()) {
            line("the locale ja_JP.UTF-8 could not be made: Wine speaks English");
        }
        Ok(())
    }

    fn add_random_numbers(&self) -> Result<()> {
        let library = self.folder.join("prefix/drive_c/windows/system32/bcryptprimitives.dll");
        if library.exists() {
            return Ok(());
        }
        let mut compile = Command::new(COMPILER);
        compile.args(["-Os", "-shared", "-s", "-o"]).arg(&library).arg(shim_source()?).arg("-ladvapi32");
        output(&mut compile).map(drop)
    }
}

fn shim_source() -> Result<PathBuf> {
    Ok(root()?.join("packaging/windows/bcryptprimitives.c"))
}

fn last_word(text: &str) -> &str {
    text.split_whitespace().next_back().unwrap_or_default()
}
