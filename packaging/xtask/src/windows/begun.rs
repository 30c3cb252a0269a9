//! Running a test program in Wine, which now and then does not begin it.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

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
fn once(words: &[OsString]) -> Result<(ExitStatus, bool)> {
    let mut child = Command::new("wine").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut said = child.stdout.take().context("a pipe for what it says")?;
    let (mut begun, mut part, mut out) = (false, [0_u8; 16 << 10], std::io::stdout().lock());
    loop {
        let length = said.read(&mut part)?;
        if length == 0 {
            break;
        }
        begun = true;
        out.write_all(part.get(..length).unwrap_or_default())?;
        out.flush()?;
    }
    Ok((child.wait()?, begun))
}
