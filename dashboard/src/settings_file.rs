//! Files of settings that a person wrote in YAML.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::de::DeserializeOwned;

/// The largest file of settings that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 64 << 10;

/// Settings that are read from a file.
pub trait FileSettings: DeserializeOwned {
    /// What is wrong with them beside their form.
    fn check(&self) -> Result<(), String>;
}

/// Settings as they are written; the error names the file, the place and what is wrong.
pub fn parse<T: FileSettings>(file: &str, text: &str) -> Result<T, String> {
    if text.len() > FILE_BYTES_MAX {
        return Err(format!("{file}: it is larger than {FILE_BYTES_MAX} bytes"));
    }
    let settings: T = serde_yaml::from_str(text).map_err(|error| match error.location() {
        Some(place) => format!("{file}:{}:{}: {error}", place.line(), place.column()),
        None => format!("{file}: {error}"),
    })?;
    settings.check().map_err(|problem| format!("{file}: {problem}"))?;
    Ok(settings)
}

/// The settings in `file`. One that is too large is not read.
pub fn read<T: FileSettings>(file: &Path) -> Result<T> {
    let shown = file.display().to_string();
    let size = std::fs::metadata(file).with_context(|| format!("reading {shown}"))?.len();
    if usize::try_from(size).map_or(true, |size| size > FILE_BYTES_MAX) {
        bail!("{shown}: it is larger than {FILE_BYTES_MAX} bytes");
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {shown}"))?;
    parse(&shown, &text).map_err(|problem| anyhow!(problem))
}
