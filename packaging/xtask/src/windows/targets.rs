//! Targets of the compiler.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::{installed, output, root};

/// Why a target cannot be built for, if it cannot. It is fetched where rustup is there.
pub(crate) fn missing(triple: &str) -> Result<Option<String>> {
    if has(triple)? {
        return Ok(None);
    }
    if !installed("rustup") {
        return Ok(Some(format!("the compiler has no {triple}, and rustup is not there to fetch it")));
    }
    let fetched = output(Command::new("rustup").current_dir(root()?).args(["target", "add", triple]));
    Ok(match fetched {
        Ok(_) if has(triple)? => None,
        Ok(_) => Some(format!("rustup fetched {triple}, but not for this compiler")),
        Err(error) => Some(format!("{triple} could not be fetched: {}", first_line(&format!("{error:#}")))),
    })
}

fn has(triple: &str) -> Result<bool> {
    let folder = output(Command::new("rustc").current_dir(root()?).args(["--print", "sysroot"]))?;
    Ok(Path::new(folder.trim()).join("lib/rustlib").join(triple).join("lib").is_dir())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
