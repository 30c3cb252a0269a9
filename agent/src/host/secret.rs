//! Secrets at rest, as the platform keeps them.

use std::io;

/// How a platform seals what must not be readable on another machine. Sealing never replaces the rights on the file.
pub trait Sealing {
    /// Seals a secret; `None` where the platform has nothing for it and the rights on the file are all there is.
    fn seal(&self, secret: &[u8]) -> io::Result<Option<Vec<u8>>>;

    /// What was sealed, on this machine.
    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>>;
}
