//! The programs, built as they are shipped or as they are while one works on them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::epoch;
use crate::process::{cargo, must, output, root, target};
use crate::report::line;
use crate::{shipped, workspace};

/// Which build of the programs is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Programs {
    /// As they are shipped
    Release,
    /// As they are while one works on them
    Debug,
}

/// The C library that programs are linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Libc {
    /// That of the system, as the packages of distributions take it.
    Gnu,
    /// Linked in: such a program needs nothing of the system but its kernel.
    Musl,
}

impl Libc {
    /// What is built for, by the name that the compiler knows.
    pub(super) fn triple(self) -> &'static str {
        match self {
            Self::Gnu => "x86_64-unknown-linux-gnu",
            Self::Musl => "x86_64-unknown-linux-musl",
        }
    }
}

/// Which build of a program is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shipped {
    /// As small as it can be: the agent in packages.
    Smallest,
    /// Small, with all it can do: the agent that is copied to where it is needed.
    Whole,
    /// Fast: everything else.
    Fast,
}

impl Shipped {
    fn of(name: &str, libc: Libc) -> Self {
        match (name, libc) {
            ("tenken-agent", Libc::Gnu) => Self::Smallest,
            ("tenken-agent", Libc::Musl) => Self::Whole,
            _ => Self::Fast,
        }
    }

    /// The folder of its profile.
    fn profile(self) -> &'static str {
        if self == Self::Fast { "release" } else { shipped::PROFILE }
    }
}

/// What cargo is told to leave out of a program that is shipped.
pub(super) fn left_out(name: &str, libc: Libc) -> &'static [&'static str] {
    if Shipped::of(name, libc) == Shipped::Smallest { &shipped::LEAVE_OUT } else { &[] }
}

/// Builds a program and says where it lies.
pub(super) fn build(name: &str, programs: Programs, libc: Libc, epoch: u64) -> Result<PathBuf> {
    if programs == Programs::Debug {
        workspace::build()?;
        return Ok(target()?.join("debug").join(name));
    }
    let built = target()?.join("dist-build");
    let mut command = cargo()?;
    let shipped = Shipped::of(name, libc);
    command.args(["build", "--locked", "--quiet", "-p", name, "--bin", name]);
    command.args(["--profile", shipped.profile(), "--target", libc.triple()]);
    command.args(left_out(name, libc));
    forget_the_machine(&mut command, &built, shipped, epoch)?;
    if libc == Libc::Musl {
        command.env("CC_x86_64_unknown_linux_musl", "musl-gcc");
    }
    line(format_args!("Building {name} for {} ...", libc.triple()));
    must(&mut command)?;
    Ok(built.join(libc.triple()).join(shipped.profile()).join(name))
}

/// Makes the compilers write other names in place of those of the folders that they find things in.
fn forget_the_machine(command: &mut Command, built: &Path, shipped: Shipped, epoch: u64) -> Result<()> {
    let home = std::env::var_os("HOME").map(PathBuf::from).context("there is no HOME")?;
    let cargo_home = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let sysroot = output(Command::new("rustc").current_dir(root()?).args(["--print", "sysroot"]))?;
    // The last that fits counts.
    let names =
        [(root()?, "/tenken"), (built.to_owned(), "/target"), (cargo_home, "/cargo"), (sysroot.trim().into(), "/rust")];
    let mut rust: Vec<String> =
        names.iter().map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display())).collect();
    let mut c: Vec<String> =
        names.iter().map(|(path, name)| format!("-ffile-prefix-map={}={name}", path.display())).collect();
    if shipped == Shipped::Smallest {
        rust.extend(shipped::rust_flags(&root()?));
        c.extend(shipped::C_FLAGS.map(str::to_owned));
    }
    // Flags with blanks in them would be several.
    command
        .env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}"))
        .env("CFLAGS", c.join(" "))
        .env("CARGO_TARGET_DIR", built)
        .env("CARGO_INCREMENTAL", "0")
        .env(epoch::VARIABLE, epoch.to_string());
    Ok(())
}

/// Writes manual pages and completions into a folder.
pub(super) fn reference(folder: &Path, programs: Programs) -> Result<()> {
    match programs {
        // Tests are built by then, and it is among them.
        Programs::Debug => workspace::build()?,
        Programs::Release => must(cargo()?.args(["build", "--locked", "--quiet", "-p", "tenken-reference"]))?,
    }
    must(Command::new(target()?.join("debug/tenken-reference")).arg(folder))
}

/// Copies a program without what only debuggers read.
pub(super) fn strip(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    output(Command::new("strip").arg("--strip-all").arg("-o").arg(to).arg(from)).map(drop)
}
