//! The installer for Windows.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{TRIPLE, cannot_build, for_windows};
use crate::process::{installed, must, output, root, target};
use crate::report::{line, skip};

/// The service as Windows knows it, the same as in the agent.
const SERVICE: &str = "tenken-agent";
/// What cargo sets for this package, whose version is that of all.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// A version that upgrades every other, for tests.
const LATER: &str = "99.0.0";
/// The name under which wixl finds the program in its folder; it takes no absolute path.
const PROGRAM: &str = "tenken-agent.exe";

/// Leaves out of a program what only debuggers read.
const STRIP: &str = "x86_64-w64-mingw32-strip";

/// How to build it.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Signs program and installer with this certificate (PEM, with those that lead to its authority)
    #[arg(long, value_name = "CERTIFICATE", requires = "key")]
    pub(crate) sign: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<PathBuf>,
    /// A server of time stamps (RFC 3161), so that a signature outlives its certificate
    #[arg(long, value_name = "URL", requires = "sign")]
    pub(crate) timestamp: Option<String>,
}

/// Builds the agent as it is shipped, and its installer.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(why) = cannot_build()?.or_else(missing) {
        bail!("the installer cannot be built: {why}");
    }
    line("Building the agent for Windows as it is shipped ...");
    must(for_windows("build")?.args(["--quiet", "--profile", "agent", "-p", "tenken-agent"]))?;
    let built = target()?.join(TRIPLE).join("agent").join(PROGRAM);
    let folder = target()?.join("installer");
    std::fs::create_dir_all(&folder)?;
    let program = folder.join(PROGRAM);
    std::fs::copy(&built, &program).with_context(|| format!("copying {}", built.display()))?;
    if let Some(certificate) = &arguments.sign {
        sign(&program, certificate, arguments)?;
    }
    let installer = make(&folder, VERSION, &format!("tenken-agent-{VERSION}.msi"))?;
    if let Some(certificate) = &arguments.sign {
        sign(&installer, certificate, arguments)?;
    } else {
        line("Not signed: Windows warns of it. `--sign CERTIFICATE --key KEY` signs it (docs/windows.md).");
    }
    line(format_args!("{}: {} KiB", installer.display(), std::fs::metadata(&installer)?.len() / 1_024));
    Ok(())
}

/// Builds the installer into a folder of what is shipped, or says why not.
pub(crate) fn ship(folder: &Path, arguments: &Arguments) -> Result<()> {
    if let Some(why) = cannot_build()?.or_else(missing) {
        skip("the installer for Windows", &why);
        return Ok(());
    }
    run(arguments)?;
    let name = format!("tenken-agent-{VERSION}.msi");
    let built = target()?.join("installer").join(&name);
    std::fs::copy(&built, folder.join(&name)).with_context(|| format!("copying {}", built.display())).map(drop)
}

/// What is missing to build it.
pub(super) fn missing() -> Option<String> {
    [("wixl", "wixl"), ("msibuild", "msitools")]
        .into_iter()
        .find(|(program, _)| !installed(program))
        .map(|(program, package)| format!("{program} is not installed (package {package})"))
}

/// Where those for tests lie: `first.msi`, and `later.msi` that upgrades it.
pub(super) fn folder() -> Result<PathBuf> {
    Ok(target()?.join("wine-installers"))
}

/// Makes both for tests.
pub(super) fn for_tests(agent: &Path) -> Result<()> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder)?;
    // Names that only debuggers read are half of it, and packing them takes time.
    output(Command::new(STRIP).arg("-o").arg(folder.join(PROGRAM)).arg(agent))?;
    make(&folder, VERSION, "first.msi")?;
    make(&folder, LATER, "later.msi").map(drop)
}

/// Makes an installer of the program that lies in a folder.
fn make(folder: &Path, version: &str, name: &str) -> Result<PathBuf> {
    let (sources, installer) = (root()?.join("packaging/windows"), folder.join(name));
    if installer.exists() {
        std::fs::remove_file(&installer)?;
    }
    output(
        Command::new("wixl")
            .current_dir(folder)
            .args(["-a", "x64", "-D", &format!("Version={version}"), "-D", &format!("Service={SERVICE}")])
            .args(["-D", &format!("Agent={PROGRAM}"), "-o", name])
            .arg(sources.join("tenken-agent.wxs")),
    )?;
    let tables = std::fs::read_to_string(sources.join("tenken-agent.sql"))?;
    for statement in tables.lines().filter(|line| !line.is_empty() && !line.starts_with("--")) {
        output(Command::new("msibuild").current_dir(folder).args([name, "-q", statement]))?;
    }
    if !installer.is_file() {
        bail!("wixl wrote no {}", installer.display());
    }
    Ok(installer)
}

/// Signs a file in its place.
fn sign(file: &Path, certificate: &Path, arguments: &Arguments) -> Result<()> {
    let key = arguments.key.as_deref().context("--sign needs --key")?;
    let signed = file.with_extension("signed");
    let mut command = Command::new("osslsigncode");
    command.args(["sign", "-h", "sha256", "-n", "Tenken Agent", "-certs"]).arg(certificate).arg("-key").arg(key);
    if let Some(server) = &arguments.timestamp {
        command.args(["-ts", server]);
    }
    output(command.arg("-in").arg(file).arg("-out").arg(&signed))?;
    std::fs::rename(&signed, file)?;
    line(format_args!("signed: {}", file.display()));
    Ok(())
}
