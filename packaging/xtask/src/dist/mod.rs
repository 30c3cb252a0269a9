//! What is shipped: packages, tarballs, installers, and what proves where they are from, built by one command.
//!
//! One file a kind. Everything that ends up in a file is the same on every machine: the date is that of the commit, owners are
//! root, paths of the machine that built it are replaced.

mod agent;
mod check;
mod container;
mod debian;
mod epoch;
mod files;
mod programs;
mod rpm;
mod sbom;
mod sums;
mod tarball;
mod tree;
mod twice;
mod units;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::process::target;
use crate::report::{line, step};
use crate::windows;

pub(crate) use agent::package as agent_package;
pub(crate) use check::{for_tests, run as check};

use programs::{Libc, Programs};

/// What cargo sets for this package, whose version is that of all.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What is shipped, by the names of program, package and crate.
const NAMES: [&str; 2] = ["tenken-agent", "tenken-dashboard"];

/// What to build.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Builds this kind alone; can be given several times
    #[arg(long, value_name = "KIND")]
    only: Vec<Kind>,
    /// Which programs are packed: as they are shipped, or as they are while one works on them, which is fast
    #[arg(long, value_name = "PROGRAMS", default_value = "release")]
    programs: Programs,
    /// Where the files are laid; it is emptied. Otherwise `dist` in the folder that cargo builds into
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Who answers for the packages, `Name <mail@address>`, in place of the project
    #[arg(long, value_name = "MAINTAINER")]
    maintainer: Option<String>,
    #[command(flatten)]
    signing: sums::Signing,
    /// Signs program and installer for Windows with this certificate (PEM), as `cargo xtask msi --sign` does
    #[arg(long, value_name = "CERTIFICATE", requires = "authenticode_key")]
    authenticode: Option<PathBuf>,
    /// That certificate's key (PEM)
    #[arg(long, value_name = "KEY", requires = "authenticode")]
    authenticode_key: Option<PathBuf>,
    /// A server of time stamps for that signature (RFC 3161)
    #[arg(long, value_name = "URL", requires = "authenticode")]
    authenticode_timestamp: Option<String>,
    /// Builds all of it in two other folders, and fails unless both come out the same to the byte
    #[arg(long, conflicts_with = "output")]
    twice: bool,
}

/// A kind of what is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Packages of Debian and Ubuntu
    Deb,
    /// Packages of RHEL, Fedora and SUSE
    Rpm,
    /// Programs that need no library of the system, with what is installed beside them
    Tarball,
    /// The installer of the agent for Windows
    Msi,
    /// What a container of the dashboard is built from
    Container,
    /// The lists of components of the packages' programs, which also lie in packages and tarballs
    Sbom,
}

impl Kind {
    /// In the order they are built in: a container is made of a tarball.
    const ALL: [Self; 6] = [Self::Sbom, Self::Deb, Self::Rpm, Self::Tarball, Self::Container, Self::Msi];
}

/// One run.
struct Dist {
    programs: Programs,
    /// The commit's time, in seconds since 1970.
    epoch: u64,
    maintainer: Option<String>,
    installer: windows::InstallerArguments,
    /// Where it is put together.
    work: PathBuf,
    /// Where the files are laid.
    output: PathBuf,
}

/// Builds what was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.twice {
        return twice::run(arguments);
    }
    let output = match &arguments.output {
        Some(folder) => std::path::absolute(folder).with_context(|| format!("looking for {}", folder.display()))?,
        None => target()?.join("dist"),
    };
    let dist = Dist {
        programs: arguments.programs,
        epoch: epoch::of_commit()?,
        maintainer: arguments.maintainer.clone(),
        installer: windows::InstallerArguments {
            sign: arguments.authenticode.clone(),
            key: arguments.authenticode_key.clone(),
            timestamp: arguments.authenticode_timestamp.clone(),
        },
        work: target()?.join("dist-work"),
        output,
    };
    files::emptied(&dist.output)?;
    let wanted = |kind: &Kind| arguments.only.is_empty() || arguments.only.contains(kind);
    for kind in Kind::ALL.into_iter().filter(wanted) {
        dist.build(kind)?;
    }
    sums::write(&dist.output, &arguments.signing)?;
    step("shipped");
    for (name, size) in files::sizes(&dist.output)? {
        line(format_args!("{:>8} KiB  {name}", size.div_ceil(1_024)));
    }
    line(format_args!("in {}", dist.output.display()));
    Ok(())
}

/// Builds the agent as packages ship it and says where it lies.
pub(crate) fn agent_as_shipped() -> Result<PathBuf> {
    let [agent, _] = NAMES;
    programs::build(agent, Programs::Release, Libc::Gnu, epoch::of_commit()?)
}

impl Dist {
    fn build(&self, kind: Kind) -> Result<()> {
        step(&format!("{kind:?}").to_lowercase());
        match kind {
            Kind::Deb => debian::build(self, &self.tree(Libc::Gnu)?),
            Kind::Rpm => rpm::build(self, &self.tree(Libc::Gnu)?),
            Kind::Tarball => tarball::build(self),
            Kind::Container => container::build(self),
            Kind::Sbom => NAMES.into_iter().try_for_each(|name| {
                sbom::write(self, name, Libc::Gnu, &self.output.join(format!("{name}-{VERSION}.cdx.json")))
            }),
            Kind::Msi => windows::ship(&self.output, &self.installer),
        }
    }

    /// The programs of a C library with everything that is installed beside them, laid as packages take it.
    fn tree(&self, libc: Libc) -> Result<PathBuf> {
        tree::lay(self, libc)
    }
}
