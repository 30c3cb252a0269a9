//! Systems for which nothing can be linked here: what is compiled for them is linted.
//!
//! Some libraries have a part in C, whose compiler is not here either. One that makes empty files stands for it. Whoever has the real
//! one builds that part again, since it asks which compiler it is built with, so that nothing made so is ever linked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::targets;
use crate::process::{cargo, must, target};
use crate::report::skip;

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

/// What runs on hosts.
const PACKAGES: [&str; 6] = ["-p", "tenken-model", "-p", "tenken-engine", "-p", "tenken-agent"];

/// Lints what is only compiled for Windows, as Microsoft's linker would take it, and for macOS, tests as well. All at once: most of
/// it is waiting for one crate after the other.
pub(crate) fn lints() -> Result<()> {
    let mut systems = Vec::new();
    for triple in [MSVC, MAC] {
        match targets::missing(triple)? {
            Some(why) => skip(&format!("lints for {triple}"), &why),
            None => systems.push(triple),
        }
    }
    if systems.is_empty() {
        return Ok(());
    }
    let mut command = cargo()?;
    // In the same folder as all else: macros and scripts of builds run here, and are there already.
    command.args(["clippy", "--locked", "--quiet", "--all-targets"]);
    command.args(systems.iter().flat_map(|triple| ["--target", triple])).args(PACKAGES);
    Tools::write(&target()?.join("foreign"))?.stand_for_compilers(&mut command);
    must(command.args(["--", "-D", "warnings"]))
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

    fn stand_for_compilers(&self, command: &mut Command) {
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env("CC_x86_64_pc_windows_msvc", self.folder.join("clang-cl"))
            .env("AR_x86_64_pc_windows_msvc", self.folder.join("llvm-lib"))
            .env("CC_aarch64_apple_darwin", self.folder.join("cc"))
            .env("AR_aarch64_apple_darwin", self.folder.join("ar"))
            // Objects that come with the library stand for those of an assembler.
            .env("AWS_LC_SYS_PREBUILT_NASM", "1")
            .env("PATH", format!("{path}:{}", self.folder.join("path").display()));
    }
}
