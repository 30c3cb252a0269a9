//! Systems for which nothing can be linked here: their types are checked.
//!
//! Some libraries have a part in C, whose compiler is not here either. One that makes empty files stands for it, in a target folder
//! of its own, so that nothing made so is ever linked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::targets;
use crate::process::{cargo, must, root, target};
use crate::report::{line, skip};

const MAC: &str = "aarch64-apple-darwin";
const MSVC: &str = "x86_64-pc-windows-msvc";

/// Makes every output it is asked for, empty, and says it is clang.
const COMPILER: &str = r#"#!/bin/bash
for ((i = 1; i <= $#; i++)); do
  argument="${!i}"
  case "$argument" in
    -o) next=$((i + 1)); : > "${!next}" ;;
    -Fo*) : > "${argument#-Fo}" ;;
    -out:* | /out:* | /OUT:*) : > "${argument#*:}" ;;
    --version) echo "clang version 16.0.0"; exit 0 ;;
    -E) if [[ "$*" == *detect_compiler* ]]; then echo clang; exit 0; fi ;;
  esac
done
exit 0
"#;

/// The same for what puts objects into a library.
const ARCHIVER: &str = r#"#!/bin/bash
for argument in "$@"; do
  case "$argument" in
    -out:* | /out:* | /OUT:*) : > "${argument#*:}"; exit 0 ;;
    *.a | *.lib) : > "$argument"; exit 0 ;;
  esac
done
exit 0
"#;

/// Where the agent has its rooms for macOS. Without them only what it shares with the dashboard is for every system.
const MAC_ROOMS: &str = "agent/src/host/macos";

/// Checks the types for Windows as Microsoft's linker would take it, and for macOS.
pub(crate) fn check() -> Result<()> {
    let tools = Tools::write(&target()?.join("types/tools"))?;
    if let Some(why) = targets::missing(MSVC)? {
        skip("types for Windows with Microsoft's linker", &why);
    } else {
        tools.check(MSVC, &["tenken-agent"], "clang-cl", "llvm-lib")?;
    }
    if let Some(why) = targets::missing(MAC)? {
        skip("types for macOS", &why);
    } else if root()?.join(MAC_ROOMS).is_dir() {
        tools.check(MAC, &["tenken-agent"], "cc", "ar")?;
    } else {
        skip("types for macOS of the agent", "it has no rooms for macOS yet; those of rules are checked");
        tools.check(MAC, &["tenken-engine"], "cc", "ar")?;
    }
    Ok(())
}

/// What stands for compilers.
struct Tools {
    folder: PathBuf,
}

impl Tools {
    fn write(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder.join("path"))?;
        // `lib.exe` alone is looked for on the path; a `cc` there would be taken for this machine's.
        let scripts = [
            ("cc", COMPILER),
            ("clang-cl", COMPILER),
            ("ar", ARCHIVER),
            ("llvm-lib", ARCHIVER),
            ("path/lib.exe", ARCHIVER),
        ];
        for (name, text) in scripts {
            let path = folder.join(name);
            std::fs::write(&path, text)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    fn check(&self, triple: &str, packages: &[&str], compiler: &str, archiver: &str) -> Result<()> {
        let suffix = triple.replace('-', "_");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = cargo()?;
        command.args(["check", "--locked", "--quiet", "--target", triple, "--target-dir"]).arg(target()?.join("types"));
        for package in packages {
            command.args(["-p", package]);
        }
        must(
            command
                .env(format!("CC_{suffix}"), self.folder.join(compiler))
                .env(format!("AR_{suffix}"), self.folder.join(archiver))
                // Objects that come with the library stand for those of an assembler.
                .env("AWS_LC_SYS_PREBUILT_NASM", "1")
                .env("PATH", format!("{path}:{}", self.folder.join("path").display())),
        )?;
        line(format_args!("{triple}: {} type-checks", packages.join(", ")));
        Ok(())
    }
}
