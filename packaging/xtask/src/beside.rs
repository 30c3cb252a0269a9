//! Parts of the test that run beside others.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::process::{target, this_program};
use crate::report::{line, step};

/// Parts that run in a process of their own, which writes into a file.
pub(crate) struct Beside {
    child: Child,
    log: PathBuf,
}

/// How much of the processors parts get beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// As much as any other: the compiler leaves one idle most of the time.
    Equal,
    /// What nothing else wants.
    Leftover,
}

impl Share {
    /// Where what they say is written.
    fn log(self) -> &'static str {
        match self {
            Self::Equal => "beside.log",
            Self::Leftover => "leftover.log",
        }
    }

    fn command(self) -> Result<Command> {
        let this = this_program()?;
        Ok(match self {
            Self::Equal => Command::new(this),
            Self::Leftover => {
                let mut command = Command::new("nice");
                command.args(["-n", "19"]).arg(this);
                command
            }
        })
    }
}

impl Beside {
    /// Begins parts. They go on until [`Beside::end`], or until this program ends.
    pub(crate) fn begin(parts: &[&str], share: Share) -> Result<Self> {
        let log = target()?.join(share.log());
        let written = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let mut command = share.command()?;
        command.args(["test", "--no-install"]).args(parts.iter().flat_map(|part| ["--part", part]));
        command.stdin(Stdio::null()).stderr(written.try_clone()?).stdout(written);
        line(format_args!("begun, and told of later: {}", parts.join(", ")));
        Ok(Self { child: command.spawn().context("starting parts beside")?, log })
    }

    /// Waits for them and tells what they said. Returns what they skipped; fails if one of them failed.
    pub(crate) fn end(mut self) -> Result<Vec<String>> {
        let status = self.child.wait().context("waiting for the parts beside")?;
        let said = std::fs::read_to_string(&self.log).with_context(|| format!("reading {}", self.log.display()))?;
        step("beside others");
        line(said.trim_end());
        if !status.success() {
            let why: Vec<&str> = said.lines().filter(|line| line.starts_with("FAILED ")).collect();
            bail!("{status}: {}", why.join("; "));
        }
        Ok(said.lines().filter(|line| line.starts_with("SKIPPED ")).map(str::to_owned).collect())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Whoever waited for it finds nothing to end.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
