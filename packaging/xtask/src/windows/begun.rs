//! Running a test program in Wine, which now and then does not begin it.

use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// When a program has ended, how long after the last part of what it said the next one is waited for.
const REST_WITHIN: Duration = Duration::from_secs(5);
/// How often a program is started that did not begin.
const STARTS: usize = 3;

/// A program for Windows with its arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    words: Vec<OsString>,
}

/// Runs it, and fails as it does. A test program says what it runs before it runs anything. One that ends without a word was
/// not begun: Wine loses a program before its first instruction when its server closes the way to it. Only that is tried again,
/// and told; what a test says and fails with counts at once.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    for _ in 0..STARTS {
        let (status, begun) = once(&arguments.words)?;
        if status.success() {
            return Ok(());
        }
        if begun {
            bail!("the program ended with {status}");
        }
        let mut told = std::io::stderr().lock();
        writeln!(told, "Wine did not begin the program ({status} without a word)")?;
    }
    bail!("Wine did not begin the program in {STARTS} starts")
}

/// Runs it once; how it ended, and whether it said anything on its standard output.
///
/// Services that Wine starts for it may hold on to its output for as long as they run. What they say is nobody's, so that only
/// the program is waited for.
fn once(words: &[OsString]) -> Result<(ExitStatus, bool)> {
    let mut child = Command::new("wine").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let said = child.stdout.take().context("a pipe for what it says")?;
    let (sender, heard) = mpsc::channel();
    std::thread::spawn(move || pass_on(said, &sender));
    let status = child.wait()?;
    // What it said last is in the pipe already.
    let mut begun = false;
    loop {
        match heard.recv_timeout(REST_WITHIN) {
            Ok(()) => begun = true,
            Err(mpsc::RecvTimeoutError::Disconnected | mpsc::RecvTimeoutError::Timeout) => return Ok((status, begun)),
        }
    }
}

/// Passes on what is said to the end, and tells of each part.
fn pass_on(mut said: impl Read, sender: &mpsc::Sender<()>) {
    let mut part = [0_u8; 16 << 10];
    while let Ok(length) = said.read(&mut part)
        && length > 0
    {
        let mut out = std::io::stdout().lock();
        let passed = out.write_all(part.get(..length).unwrap_or_default()).and_then(|()| out.flush());
        if passed.is_err() || sender.send(()).is_err() {
            return;
        }
    }
}
