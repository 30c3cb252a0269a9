//! The authorities of TLS that this host trusts, from the stores of certificates in the registry.

use tenken_model::{Instant, Reason};

use super::registry;
use crate::collect::certificate_blob::{self, StoredCertificate, Vouching};
use crate::collect::exchange_endpoints::chain::Authorities;
use crate::host::windows_api::RegistryPath;
use crate::host::{ReadError, ReadErrorKind};

/// The stores whose certificates are trusted: put there by somebody, and by Microsoft's programme.
const TRUSTED: [&str; 2] = ["ROOT", "AuthRoot"];
const DISTRUSTED: &str = "Disallowed";
/// The most certificates of a store.
const CERTIFICATES_MAX: usize = 4_096;
const TRIED: &str = "read the authorities that this host trusts";

/// Where certificates are kept, below `HKEY_LOCAL_MACHINE`.
struct Stores<'a> {
    places: &'a [&'a str],
    /// Where the list of Microsoft's programme is, by which Windows fetches an authority when it is first needed.
    programme: &'a str,
    /// Where a policy says whether it may.
    programme_policy: &'a str,
}

/// The stores for the whole machine: its own, those of policies, and those that Active Directory hands out. What Microsoft
/// distrusts by its list of such certificates (`DisallowedCertEncodedCtl`) is not looked up.
const MACHINE: Stores<'static> = Stores {
    places: &[
        r"SOFTWARE\Microsoft\SystemCertificates",
        r"SOFTWARE\Policies\Microsoft\SystemCertificates",
        r"SOFTWARE\Microsoft\EnterpriseCertificates",
    ],
    programme: r"SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate",
    programme_policy: r"SOFTWARE\Policies\Microsoft\SystemCertificates\AuthRoot",
};

/// The authorities that this host trusts.
pub(super) fn authorities(now: Instant) -> Result<Authorities, Reason> {
    read(&MACHINE, now).map_err(|error| error.reason())
}

fn read(stores: &Stores<'_>, now: Instant) -> Result<Authorities, ReadError> {
    let (mut trusted, mut bounded, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut distrusted = Vec::new();
    for place in stores.places {
        for store in TRUSTED {
            for certificate in stored(place, store)? {
                match certificate.vouching(now) {
                    Vouching::All => trusted.push(certificate.der),
                    Vouching::IssuedUntil(until) => bounded.push((certificate.der, until)),
                    Vouching::None => refused.push(certificate.der),
                }
            }
        }
        distrusted.extend(stored(place, DISTRUSTED)?.into_iter().map(|certificate| certificate.der));
    }
    if trusted.is_empty() && bounded.is_empty() {
        return Err(ReadError::new(ReadErrorKind::NotThere, TRIED, "no store of certificates has one"));
    }
    let authorities = Authorities::of(trusted, distrusted).with_bounded(bounded).with_refused(refused);
    Ok(match programme(stores)? {
        Some(list) => authorities.with_programme(list),
        None => authorities,
    })
}

/// The certificates of a store; none where there is no such store.
fn stored(place: &str, store: &str) -> Result<Vec<StoredCertificate>, ReadError> {
    let path = RegistryPath::machine(format!(r"{place}\{store}\Certificates"));
    let Some(key) = there(registry::key(&path))? else { return Ok(Vec::new()) };
    if key.subkeys.len() > CERTIFICATES_MAX {
        let why = format!("{path} has more than {CERTIFICATES_MAX} certificates");
        return Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, why));
    }
    let mut found = Vec::new();
    for name in &key.subkeys {
        let entry = there(registry::key(&path.join(name)))?;
        let blob = entry.as_ref().and_then(|entry| entry.bytes("Blob"));
        // An entry without a certificate says nothing, as one that was taken away meanwhile does not.
        found.extend(blob.and_then(|blob| certificate_blob::decode(blob).ok()));
    }
    Ok(found)
}

/// The list of Microsoft's programme, unless a policy says that nothing is fetched by it.
fn programme(stores: &Stores<'_>) -> Result<Option<Vec<u8>>, ReadError> {
    let policy = there(registry::key(&RegistryPath::machine(stores.programme_policy)))?;
    let is_off = policy.is_some_and(|policy| policy.number("DisableRootAutoUpdate").is_some_and(|off| off != 0));
    if is_off {
        return Ok(None);
    }
    let key = there(registry::key(&RegistryPath::machine(stores.programme)))?;
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
    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::{CertificateDer, ServerName};
    use tenken_model::Read;
    use tenken_model::fact::exchange_endpoints::Trust;
    use windows_registry::{LOCAL_MACHINE, Type};

    use super::*;
    use crate::collect::exchange_endpoints::chain;
    use crate::host::windows::ffi::library::is_wine;

    #[test]
    fn the_stores_of_this_machine_are_read_or_say_why_not() {
        match authorities(chrono::Utc::now()) {
            Ok(_) => {}
            Err(reason) => {
                assert!(is_wine(), "{reason:?}");
                println!("SKIPPED authorities of TLS: wine has none here ({reason:?})");
            }
        }
    }

    /// A key of the registry that ends with the test.
    struct Place(String);

    impl Drop for Place {
        fn drop(&mut self) {
            drop(LOCAL_MACHINE.remove_tree(&self.0));
        }
    }

    impl Place {
        fn put(&self, key: &str, name: &str, bytes: &[u8]) {
            let key = LOCAL_MACHINE.create(format!(r"{}\{key}", self.0)).unwrap();
            key.set_bytes(name, Type::Bytes, bytes).unwrap();
        }
    }

    fn blob(certificate: &[u8]) -> Vec<u8> {
        let length = u32::try_from(certificate.len()).unwrap().to_le_bytes();
        [&32_u32.to_le_bytes(), &1_u32.to_le_bytes(), &length, certificate].concat()
    }

    #[test]
    fn certificates_of_the_registry_are_trusted_unless_they_are_disallowed() {
        let place = Place(format!(r"SOFTWARE\TenkenTest{}Certificates", std::process::id()));
        if LOCAL_MACHINE.create(&place.0).is_err() {
            println!("SKIPPED certificates of the registry: only an administrator may write there");
            return;
        }
        let places = [place.0.as_str(), r"SOFTWARE\TenkenTestHasNoSuch"];
        let stores = Stores { places: &places, programme: &place.0, programme_policy: places[1] };
        let now = "2026-11-27T00:00:00Z".parse().unwrap();
        assert!(read(&stores, now).unwrap_err().is_not_there());

        let params = CertificateParams::new(vec!["server.example.jp".to_owned()]).unwrap();
        let own: CertificateDer<'static> = params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone();
        let trust = || {
            let authorities = read(&stores, now).unwrap();
            let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms;
            let name = ServerName::try_from("server.example.jp").unwrap();
            chain::read(std::slice::from_ref(&own), Ok(&authorities), &name, &algorithms, now).unwrap().trust
        };
        place.put(r"ROOT\Certificates\01", "Blob", &blob(&own));
        place.put(r"AuthRoot\Certificates\02", "Blob", b"odd");
        place.put(r"AuthRoot\Certificates\03", "Other", b"odd");
        LOCAL_MACHINE.create(&place.0).unwrap().set_bytes("EncodedCtl", Type::Bytes, b"a list").unwrap();
        assert_eq!(trust(), Read::Measured(Trust::Trusted));
        place.put(r"Disallowed\Certificates\01", "Blob", &blob(&own));
        assert_eq!(trust(), Read::Measured(Trust::UnknownIssuer));
    }
}
