//! The audit package: a ZIP whose last file is the list of the hashes of all others.

use std::io::{Cursor, Write as _};

use chrono::{Datelike as _, Timelike as _};
use tenken_model::Instant;
use tenken_model::digest::Digest;
use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The name of the list of hashes.
pub const SUMS: &str = "SHA256SUMS";

/// Why there is no package.
#[derive(Debug, Error)]
pub enum ZipFault {
    /// A path that could lead elsewhere, or is there already.
    #[error("`{0}` is no path of a package")]
    Path(String),
    /// The library that writes ZIP refuses it.
    #[error("writing the package was refused: {0}")]
    Zip(#[from] ZipError),
    /// Writing to memory failed.
    #[error("writing the package failed: {0}")]
    Write(#[from] std::io::Error),
}

/// How a file is kept within the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    /// Compressed.
    Deflated,
    /// As it is, because it is compressed in itself.
    Stored,
}

/// A package that is being filled. The same files at the same time give the same bytes.
pub struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    time: DateTime,
    sums: Vec<(String, Digest)>,
}

impl Package {
    /// A package that says its files were made at that time.
    pub fn new(made_at: Instant) -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), time: time(made_at), sums: Vec::new() }
    }

    /// Adds a file. Paths are Tenken's own: small letters, digits, `.`, `-` and `_`, and folders.
    pub fn add(&mut self, path: &str, content: &[u8], packed: Packed) -> Result<(), ZipFault> {
        if !leads_within(path) || path == SUMS || self.sums.iter().any(|(other, _)| other == path) {
            return Err(ZipFault::Path(path.to_owned()));
        }
        self.put(path, content, packed)?;
        self.sums.push((path.to_owned(), Digest::of(content)));
        Ok(())
    }

    /// Adds the list of hashes, and ends.
    pub fn seal(mut self) -> Result<Vec<u8>, ZipFault> {
        let line = |lines: String, (path, digest): &(String, Digest)| format!("{lines}{digest}  {path}\n");
        let lines = self.sums.iter().fold(String::new(), line);
        self.put(SUMS, lines.as_bytes(), Packed::Deflated)?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn put(&mut self, path: &str, content: &[u8], packed: Packed) -> Result<(), ZipFault> {
        let method = match packed {
            Packed::Deflated => CompressionMethod::Deflated,
            Packed::Stored => CompressionMethod::Stored,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .system(System::Unix);
        self.zip.start_file(path, options)?;
        self.zip.write_all(content)?;
        Ok(())
    }
}

/// The path names a file within the package, on every system.
fn leads_within(path: &str) -> bool {
    let named = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    path.split('/').all(named)
}

/// The time in UTC, within what ZIP can say.
fn time(at: Instant) -> DateTime {
    let part = |part: u32| u8::try_from(part).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(1980);
    DateTime::from_date_and_time(
        year,
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    )
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        let mut package = Package::new(Instant::UNIX_EPOCH);
        for bad in [
            "../x",
            "/etc/passwd",
            "a//b",
            "a/./b",
            "C:\\x",
            "a\\b",
            "",
            "規程.pdf",
            "a\u{202e}b",
            "=x",
            "evidence/",
            "x.",
            SUMS,
        ] {
            assert!(matches!(package.add(bad, b"", Packed::Stored), Err(ZipFault::Path(_))), "{bad}");
        }
        package.add("items/technical.9.pdf", b"x", Packed::Deflated).unwrap();
        assert!(package.add("items/technical.9.pdf", b"y", Packed::Deflated).is_err(), "a file is there once");
    }

    #[test]
    fn a_time_that_zip_cannot_say_is_its_first() {
        assert_eq!(time(Instant::UNIX_EPOCH), DateTime::default());
        assert_eq!(time("2026-11-24T05:30:08Z".parse().unwrap()).year(), 2026);
    }
}
