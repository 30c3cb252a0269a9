//! Secrets that stand in a file of their own, or that systemd hands over (systemd.exec(5), `LoadCredential=`).

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest secret, in bytes.
const BYTES_MAX: u64 = 4 << 10;
/// Where systemd says that it put the credentials of this service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// What a credential begins with where a path could stand.
const PREFIX: &str = "credential:";

/// Where a secret is read from: a file, written as its path, or a credential of systemd, written as `credential:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SecretFile {
    /// A file.
    File(PathBuf),
    /// A credential of this service, by its name.
    Credential(String),
}

/// Why a secret cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// It cannot be read.
    #[error("reading the secret {secret}: {problem}")]
    Unreadable {
        /// Which.
        secret: String,
        /// Why, and what to do.
        problem: String,
    },
    /// Everybody can read it.
    #[error("the secret {secret} can be used by everybody (mode {mode:03o}); run `chmod 600 {secret}`")]
    Open {
        /// Which.
        secret: String,
        /// Its mode.
        mode: u32,
    },
}

impl FromStr for SecretFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(name) = text.strip_prefix(PREFIX) else { return Ok(Self::File(text.into())) };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        // The name becomes that of a file in a folder, out of which it may not lead.
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            return Err(format!("`{text}`: write credential: and the name given to LoadCredential="));
        }
        Ok(Self::Credential(name.to_owned()))
    }
}

impl TryFrom<String> for SecretFile {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<SecretFile> for String {
    fn from(file: SecretFile) -> Self {
        file.to_string()
    }
}

impl From<PathBuf> for SecretFile {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl fmt::Display for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Credential(name) => write!(f, "{PREFIX}{name}"),
        }
    }
}

impl SecretFile {
    /// Reads it: without the line's end, and only if nobody but its owner and group may. A group may read it: that is how services
    /// are given their passwords.
    pub fn read(&self) -> Result<String, SecretError> {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Credential(name) => {
                let folder = std::env::var_os(CREDENTIALS).filter(|folder| !folder.is_empty());
                let none = "systemd handed no credentials to this program; LoadCredential= in its unit names them, and a command typed \
                            at a terminal has none";
                Path::new(&folder.ok_or_else(|| self.unreadable(none))?).join(name)
            }
        };
        let metadata = std::fs::metadata(&path).map_err(|error| self.unreadable(&error.to_string()))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o007 != 0 {
            return Err(SecretError::Open { secret: path.display().to_string(), mode });
        }
        if metadata.len() > BYTES_MAX {
            return Err(self.unreadable(&format!("it is larger than {BYTES_MAX} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| self.unreadable(&error.to_string()))?;
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(self.unreadable("it is empty"));
        }
        Ok(secret.to_owned())
    }

    fn unreadable(&self, problem: &str) -> SecretError {
        SecretError::Unreadable { secret: self.to_string(), problem: problem.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_everybody_can_read_or_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let secret = SecretFile::from(path.clone());
        assert!(secret.read().unwrap_err().to_string().contains("No such file"));
        for (content, mode, told) in
            [("s3cret\n", 0o644, "chmod 600"), ("\n", 0o600, "empty"), (&"x".repeat(5_000), 0o600, "larger")]
        {
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = secret.read().unwrap_err().to_string();
            assert!(error.contains(told) && error.contains(path.to_str().unwrap()), "{error}");
        }
        for mode in [0o600, 0o640] {
            std::fs::write(&path, " s3cret \r\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(secret.read().unwrap(), " s3cret ");
        }
    }

    #[test]
    fn a_credential_is_a_name_and_leads_nowhere_else() {
        let credential: SecretFile = "credential:smtp-password".parse().unwrap();
        assert_eq!(credential, SecretFile::Credential("smtp-password".into()));
        assert_eq!(credential.to_string(), "credential:smtp-password");
        assert_eq!("/etc/x".parse(), Ok(SecretFile::File("/etc/x".into())));
        for bad in ["credential:", "credential:../x", "credential:a/b", "credential:.x", "credential:a b"] {
            assert!(bad.parse::<SecretFile>().unwrap_err().contains("LoadCredential="), "{bad}");
        }
    }
}
