//! Debian machines that are really booted, with systemd as their first process, on a cable of the test's own.

mod cable;
mod machine;

pub use cable::{Cable, HERE};
pub use machine::Machine;

use std::path::PathBuf;

use crate::program::system;

/// Names the folder with the Debian that machines are booted from.
const DEBIAN: &str = "TENKEN_DEBIAN";
/// Names the folder with the packages that are installed on them.
const PACKAGES: &str = "TENKEN_PACKAGES";

/// What booting machines needs and is missing here.
pub fn missing() -> Option<&'static str> {
    if debian().is_none() {
        return Some("there is no Debian to boot: `cargo xtask test` makes it as root");
    }
    if packages().is_none() {
        return Some("the packages were not built: `cargo xtask test` builds them");
    }
    system("systemd-nspawn").is_none().then_some("systemd-nspawn is not installed (package systemd-container)")
}

fn debian() -> Option<PathBuf> {
    folder(DEBIAN)
}

/// The folder with the packages.
pub fn packages() -> Option<PathBuf> {
    folder(PACKAGES)
}

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_dir())
}
