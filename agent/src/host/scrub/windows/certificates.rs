//! Certificates in the stores of Windows: others of the same shape stand for them.

use std::path::Path;

use super::super::secrets::MARK;
use super::super::{Scrubber, certificates};
use crate::collect::certificate_blob::{self, CertificateBlobError, StoredCertificate};
use crate::collect::certificates::{windows_provider, x509};
use crate::host::windows_api::RegistryPath;

/// The name of the key that holds the entries of a store, and of the folder that holds those of a person's.
const ENTRIES: &str = "Certificates";
/// Above it.
const STORES: &str = "SystemCertificates";

/// Whether a value is an entry of a store.
pub(super) fn is_one(path: &RegistryPath, name: &str) -> bool {
    let mut above = path.key().rsplit('\\').skip(1);
    name.eq_ignore_ascii_case("Blob") && is_store(above.next(), above.nth(1))
}

/// Whether a file is an entry of a person's store.
pub(super) fn is_file(path: &Path) -> bool {
    let mut above = path.iter().rev().skip(1).map(|part| part.to_str().unwrap_or_default());
    is_store(above.next(), above.nth(1))
}

fn is_store(entries: Option<&str>, stores: Option<&str>) -> bool {
    let is = |name: Option<&str>, known: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(known));
    is(entries, ENTRIES) && is(stores, STORES)
}

/// An entry, written anew from what is read of it. What is broken or holds no certificate is so again.
pub(super) fn blob(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let stored = match certificate_blob::decode(bytes) {
        Ok(stored) => stored,
        Err(CertificateBlobError::NoCertificate) => return Vec::new(),
        Err(CertificateBlobError::Cut { .. } | CertificateBlobError::TooMany) => return MARK.as_bytes().to_vec(),
    };
    let der = match x509::parse(&stored.der) {
        Some(shape) => certificates::certificate(scrubber, &shape),
        None => MARK.as_bytes().to_vec(),
    };
    let provider = stored.provider.as_deref().map(|provider| match windows_provider::known(provider) {
        Some((_, known)) => known.to_owned(),
        None => scrubber.names.alias(&format!("provider of keys {}", provider.trim().to_lowercase())),
    });
    certificate_blob::encode(&StoredCertificate { der, friendly_name: None, provider, ..stored })
}
