//! The identity as it is in the state folder: the key sealed where the platform can.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tenken_model::HostId;

use super::{Identity, IdentityError};
use crate::host::secret::Sealing;

/// The file. It has one of the two keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    host: HostId,
    certificate_pem: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_pem: Option<String>,
    /// In base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_sealed: Option<String>,
    authority_pem: String,
    policy_key: String,
    report_url: String,
}

impl Kept {
    /// As it is to be written.
    pub(super) fn of(identity: &Identity, seal: &impl Sealing) -> Result<Self, IdentityError> {
        let sealed = seal.seal(identity.key_pem.as_bytes()).map_err(IdentityError::Seal)?;
        let key_pem = sealed.is_none().then(|| identity.key_pem.clone());
        Ok(Self {
            host: identity.host.clone(),
            certificate_pem: identity.certificate_pem.clone(),
            key_pem,
            key_sealed: sealed.map(|sealed| STANDARD.encode(sealed)),
            authority_pem: identity.authority_pem.clone(),
            policy_key: identity.policy_key.clone(),
            report_url: identity.report_url.clone(),
        })
    }

    /// The key is there without a seal.
    pub(super) fn is_plain(&self) -> bool {
        self.key_pem.is_some()
    }

    /// The identity.
    pub(super) fn open(self, path: &Path, seal: &impl Sealing) -> Result<Identity, IdentityError> {
        let malformed = |why: &str| IdentityError::Malformed { path: path.to_owned(), why: why.to_owned() };
        let key_pem = match (self.key_pem, self.key_sealed) {
            (Some(plain), None) => plain,
            (None, Some(sealed)) => {
                let sealed = STANDARD.decode(sealed).map_err(|_| malformed("the sealed key is no base64"))?;
                let key = seal.open(&sealed).map_err(|error| {
                    malformed(&format!("the key was sealed on another machine or is damaged ({error})"))
                })?;
                String::from_utf8(key).map_err(|_| malformed("the key is no text"))?
            }
            (Some(_), Some(_)) | (None, None) => return Err(malformed("it has not exactly one key")),
        };
        Ok(Identity {
            host: self.host,
            certificate_pem: self.certificate_pem,
            key_pem,
            authority_pem: self.authority_pem,
            policy_key: self.policy_key,
            report_url: self.report_url,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::transport::server::Authority;

    /// Seals for the machine of that number.
    struct Machine(u8);

    impl Sealing for Machine {
        fn seal(&self, secret: &[u8]) -> io::Result<Option<Vec<u8>>> {
            Ok(Some([&[self.0][..], &secret.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()].concat()))
        }

        fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>> {
            match sealed {
                [machine, rest @ ..] if *machine == self.0 => Ok(rest.iter().map(|byte| byte ^ 0x5a).collect()),
                _ => Err(io::Error::from(io::ErrorKind::InvalidData)),
            }
        }
    }

    fn identity() -> Identity {
        Authority::make().identity("h-1", "https://127.0.0.1:1")
    }

    fn text(folder: &Path) -> String {
        std::fs::read_to_string(Identity::path(folder)).unwrap()
    }

    #[test]
    fn a_sealed_key_is_used_on_its_machine_only() {
        let scratch = tempfile::tempdir().unwrap();
        let identity = identity();
        identity.store_with(scratch.path(), &Machine(1)).unwrap();
        assert!(!text(scratch.path()).contains("PRIVATE"));
        assert_eq!(Identity::load_with(scratch.path(), &Machine(1)).unwrap(), Some(identity));
        let error = Identity::load_with(scratch.path(), &Machine(2)).unwrap_err().to_string();
        assert!(error.contains("another machine") && error.contains("enrol this host again"), "{error}");
        assert_eq!(error.lines().count(), 1);
    }

    #[test]
    fn a_key_that_was_kept_without_a_seal_is_sealed_when_it_is_read() {
        let scratch = tempfile::tempdir().unwrap();
        let identity = identity();
        identity.store_with(scratch.path(), &Nothing).unwrap();
        assert!(text(scratch.path()).contains("PRIVATE"));
        assert_eq!(Identity::load_with(scratch.path(), &Machine(1)).unwrap(), Some(identity.clone()));
        assert!(!text(scratch.path()).contains("PRIVATE"), "it is sealed now");
        assert_eq!(Identity::load_with(scratch.path(), &Machine(1)).unwrap(), Some(identity));
    }

    #[test]
    fn a_file_with_two_keys_or_none_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        identity().store_with(scratch.path(), &Machine(1)).unwrap();
        let whole: serde_json::Value = serde_json::from_str(&text(scratch.path())).unwrap();
        let mut two = whole.clone();
        two["key_pem"] = "x".into();
        let mut none = whole.clone();
        none.as_object_mut().unwrap().remove("key_sealed");
        let mut odd = whole;
        odd["key_sealed"] = "%".into();
        for file in [two, none, odd] {
            std::fs::write(Identity::path(scratch.path()), file.to_string()).unwrap();
            assert!(Identity::load_with(scratch.path(), &Machine(1)).is_err(), "{file}");
        }
    }

    /// A platform that seals nothing.
    struct Nothing;

    impl Sealing for Nothing {
        fn seal(&self, _secret: &[u8]) -> io::Result<Option<Vec<u8>>> {
            Ok(None)
        }

        fn open(&self, _sealed: &[u8]) -> io::Result<Vec<u8>> {
            Err(io::Error::from(io::ErrorKind::Unsupported))
        }
    }
}
