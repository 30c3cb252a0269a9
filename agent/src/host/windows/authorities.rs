//! The authorities of TLS that this host trusts, from the stores of certificates in the registry.

use tenken_model::{Instant, Reason};

use super::registry;
use crate::collect::certificate_blob::{self, StoredCertificate};
use crate::collect::exchange_endpoints::chain::Authorities;
use crate::host::windows_api::RegistryPath;
use crate::host::{ReadError, ReadErrorKind};

/// Where Windows keeps stores for the whole machine: its own, those of policies, and those that Active Directory hands out.
const PLACES: [&str; 3] = [
    r"SOFTWARE\Microsoft\SystemCertificates",
    r"SOFTWARE\Policies\Microsoft\SystemCertificates",
    r"SOFTWARE\Microsoft\EnterpriseCertificates",
];
/// The stores whose certificates are trusted: put there by somebody, and by Microsoft's programme.
const TRUSTED: [&str; 2] = ["ROOT", "AuthRoot"];
const DISTRUSTED: &str = "Disallowed";
/// Where the list of Microsoft's programme is, by which Windows fetches an authority when it is first needed.
const PROGRAMME: &str = r"SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate";
const PROGRAMME_POLICY: &str = r"SOFTWARE\Policies\Microsoft\SystemCertificates\AuthRoot";
/// The most certificates of a store.
const CERTIFICATES_MAX: usize = 2_048;

/// The authorities that this host trusts.
pub(super) fn authorities(now: Instant) -> Result<Authorities, Reason> {
    read(now).map_err(|error| error.reason())
}

fn read(now: Instant) -> Result<Authorities, ReadError> {
    let mut trusted = Vec::new();
    let mut distrusted = Vec::new();
    for place in PLACES {
        for store in TRUSTED {
            let found = stored(place, store)?;
            let vouching = found.into_iter().filter(|certificate| certificate.vouches_for_servers(now));
            trusted.extend(vouching.map(|certificate| certificate.der));
        }
        distrusted.extend(stored(place, DISTRUSTED)?.into_iter().map(|certificate| certificate.der));
    }
    if trusted.is_empty() {
        let tried = "read the authorities that this host trusts";
        let why = "no store of certificates has one";
        return Err(ReadError::new(ReadErrorKind::NotThere, tried, why));
    }
    let authorities = Authorities::of(trusted, distrusted);
    Ok(match programme()? {
        Some(list) => authorities.with_programme(list),
        None => authorities,
    })
}

/// The certificates of a store; none where there is no such store.
fn stored(place: &str, store: &str) -> Result<Vec<StoredCertificate>, ReadError> {
    let path = RegistryPath::machine(format!(r"{place}\{store}\Certificates"));
    let Some(key) = there(registry::key(&path))? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for name in key.subkeys.iter().take(CERTIFICATES_MAX) {
        let entry = there(registry::key(&path.join(name)))?;
        let blob = entry.as_ref().and_then(|entry| entry.bytes("Blob"));
        // An entry without a certificate says nothing, as one that was taken away meanwhile does not.
        found.extend(blob.and_then(|blob| certificate_blob::decode(blob).ok()));
    }
    Ok(found)
}

/// The list of Microsoft's programme, unless a policy says that nothing is fetched by it.
fn programme() -> Result<Option<Vec<u8>>, ReadError> {
    let policy = there(registry::key(&RegistryPath::machine(PROGRAMME_POLICY)))?;
    let is_off = policy.is_some_and(|policy| policy.number("DisableRootAutoUpdate").is_some_and(|off| off != 0));
    if is_off {
        return Ok(None);
    }
    let key = there(registry::key(&RegistryPath::machine(PROGRAMME)))?;
    // Without a list Windows would fetch that as well.
    Ok(Some(key.and_then(|key| key.bytes("EncodedCtl").map(<[u8]>::to_vec)).unwrap_or_default()))
}

fn there<T>(answer: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stores_of_this_machine_are_read_or_say_why_not() {
        match authorities(chrono::Utc::now()) {
            Ok(_) => {}
            Err(reason) => {
                assert!(super::super::ffi::library::is_wine(), "{reason:?}");
                println!("SKIPPED authorities of TLS: wine has none here ({reason:?})");
            }
        }
    }
}
