//! A certificate as Windows keeps it in the registry (`…\SystemCertificates\<store>\Certificates\<SHA-1>!Blob`).
//!
//! The value is a list of properties, each `{id: u32, reserved: u32 (1), length: u32, bytes}` in little endian; the certificate
//! itself is one of them. Source: [MS-GPEF] 2.2.1.1.2 (certificate blob) and the `CERT_*_PROP_ID` numbers of `wincrypt.h`.

use chrono::DateTime;
use tenken_model::Instant;
use thiserror::Error;

use super::file_time;

/// The most properties of one certificate; Windows itself writes some twenty.
const PROPERTIES_MAX: usize = 256;
/// How a property begins: its number, what is reserved, and its length.
const HEADER: usize = 12;
/// Seconds between 1601-01-01, from which Windows counts, and 1970-01-01.
const EPOCH_SECONDS: u64 = 11_644_473_600;

/// CERT_KEY_PROV_INFO_PROP_ID.
const KEY_CONTAINER: u32 = 2;
/// CERT_ENHKEY_USAGE_PROP_ID.
const PURPOSES: u32 = 9;
/// CERT_FRIENDLY_NAME_PROP_ID.
const FRIENDLY_NAME: u32 = 11;
/// CERT_ARCHIVED_PROP_ID.
const ARCHIVED: u32 = 19;
/// CERT_CERT_PROP_ID: the certificate.
const CERTIFICATE: u32 = 32;
/// CERT_DISALLOWED_FILETIME_PROP_ID.
const DISALLOWED_SINCE: u32 = 104;
/// CERT_DISALLOWED_ENHKEY_USAGE_PROP_ID.
const DISALLOWED_PURPOSES: u32 = 122;
/// CERT_NOT_BEFORE_FILETIME_PROP_ID.
const ISSUED_UNTIL: u32 = 126;
/// CERT_NOT_BEFORE_ENHKEY_USAGE_PROP_ID.
const ISSUED_UNTIL_PURPOSES: u32 = 127;

/// `1.3.6.1.5.5.7.3.1` (serverAuth) as DER writes it, with its tag and length.
const SERVER_PURPOSE: [u8; 10] = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// The fields at the begin of the property that names a key ([MS-GPEF] 2.2.1.1.2, KEY_PROV_INFO), each four bytes: where the names of
/// the container and of the provider begin, counted from its own begin, the type of the provider, flags, how many parameters there
/// are and where, and the kind of the key.
const KEY_FIELDS: usize = 28;
/// The longest name of a provider (CryptoAPI's MAX_PATH).
const PROVIDER_MAX: usize = 260;

/// A certificate of a store of Windows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredCertificate {
    /// The certificate, as DER.
    pub der: Vec<u8>,
    /// The name that somebody gave it.
    pub friendly_name: Option<String>,
    /// A private key is kept for it.
    pub has_key: bool,
    /// The provider that keeps it; absent where that cannot be read.
    pub provider: Option<String>,
    /// It was put aside for a newer one.
    pub archived: bool,
    /// What it is good for on this machine, as a DER list of purposes; absent where all of its own hold.
    pub purposes: Option<Vec<u8>>,
    /// From when on it is not trusted.
    pub disallowed_since: Option<Instant>,
    /// What it is not trusted for, as a DER list of purposes; absent where `disallowed_since` holds for all.
    pub disallowed_purposes: Option<Vec<u8>>,
    /// What was issued later is not trusted, and what was issued before is as long as it lasts.
    pub issued_until: Option<Instant>,
    /// For what that is so, as a DER list of purposes; absent where `issued_until` holds for all.
    pub issued_until_purposes: Option<Vec<u8>>,
}

/// For which servers an authority of a store vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouching {
    /// For those it issued a certificate to.
    All,
    /// For those whose certificate begins no later.
    IssuedUntil(Instant),
    /// For none.
    None,
}

impl StoredCertificate {
    /// The store lets it vouch for servers at that time. Windows itself tells by day for some of those that it no longer trusts
    /// ([Microsoft trusted root programme](https://learn.microsoft.com/security/trusted-root/program-requirements)); here such
    /// a day is the end of all trust, which never calls a certificate good that Windows refuses.
    pub fn vouches_for_servers(&self, now: Instant) -> bool {
        let allowed = self.purposes.as_deref().is_none_or(names_servers);
        let disallowed = self.disallowed_purposes.as_deref();
        let ended = match (self.disallowed_since, disallowed) {
            (Some(since), _) if since > now => false,
            // An empty list, or none, is every purpose.
            (Some(_), list) => list.is_none_or(|list| list.len() <= 2 || names_servers(list)),
            (None, list) => list.is_some_and(names_servers),
        };
        allowed && !ended
    }

    /// The servers for which the store lets it vouch at that time. Of an authority that Microsoft lets run out (state "NotBefore")
    /// those certificates hold that were issued before a day
    /// ([deprecation definitions](https://learn.microsoft.com/en-us/security/trusted-root/release-notes)). Where purposes are
    /// named and no day, that day has been.
    pub fn vouching(&self, now: Instant) -> Vouching {
        if !self.vouches_for_servers(now) {
            return Vouching::None;
        }
        let purposes = self.issued_until_purposes.as_deref();
        match (self.issued_until, purposes) {
            (Some(until), list) if list.is_none_or(|list| list.len() <= 2 || names_servers(list)) => {
                Vouching::IssuedUntil(until)
            }
            (None, Some(list)) if names_servers(list) => Vouching::None,
            _ => Vouching::All,
        }
    }
}

/// A DER list of purposes has that of servers.
fn names_servers(list: &[u8]) -> bool {
    list.windows(SERVER_PURPOSE.len()).any(|part| part == SERVER_PURPOSE)
}

/// Why bytes are no such certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CertificateBlobError {
    /// A property reaches beyond the end.
    #[error("a property of {length} bytes at {offset} reaches beyond the end")]
    Cut {
        /// Where the property begins.
        offset: usize,
        /// How long it says it is.
        length: usize,
    },
    /// There are more properties than Windows writes.
    #[error("it has more than {PROPERTIES_MAX} properties")]
    TooMany,
    /// None of the properties is a certificate: an entry of a store of Windows can be a key or a mere property.
    #[error("no property is a certificate")]
    NoCertificate,
}

/// Reads the value `Blob`.
pub fn decode(blob: &[u8]) -> Result<StoredCertificate, CertificateBlobError> {
    let mut found = StoredCertificate::default();
    let mut rest = blob;
    for _ in 0..PROPERTIES_MAX {
        if rest.is_empty() {
            return if found.der.is_empty() { Err(CertificateBlobError::NoCertificate) } else { Ok(found) };
        }
        let offset = blob.len().saturating_sub(rest.len());
        let (id, bytes, after) = property(rest).map_err(|length| CertificateBlobError::Cut { offset, length })?;
        match id {
            CERTIFICATE => found.der = bytes.to_vec(),
            FRIENDLY_NAME => found.friendly_name = Some(text(bytes)).filter(|name| !name.is_empty()),
            KEY_CONTAINER => {
                found.has_key = true;
                found.provider = provider(bytes);
            }
            ARCHIVED => found.archived = true,
            PURPOSES => found.purposes = Some(bytes.to_vec()),
            // A day that cannot be read is no reason to go on trusting.
            DISALLOWED_SINCE => found.disallowed_since = Some(time(bytes).unwrap_or_default()),
            DISALLOWED_PURPOSES => found.disallowed_purposes = Some(bytes.to_vec()),
            ISSUED_UNTIL => found.issued_until = Some(time(bytes).unwrap_or_default()),
            ISSUED_UNTIL_PURPOSES => found.issued_until_purposes = Some(bytes.to_vec()),
            _ => {}
        }
        rest = after;
    }
    if rest.is_empty() && !found.der.is_empty() { Ok(found) } else { Err(CertificateBlobError::TooMany) }
}

/// Writes a blob of which the same is read, but for lists of purposes: of those is left whether they name servers.
pub fn encode(stored: &StoredCertificate) -> Vec<u8> {
    let mut blob = Vec::new();
    let mut put = |id: u32, bytes: &[u8]| {
        blob.extend(id.to_le_bytes());
        blob.extend(1_u32.to_le_bytes());
        blob.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        blob.extend(bytes);
    };
    let purposes = |list: &[u8]| match (names_servers(list), list.len()) {
        (true, _) => [&[0x30, 0x0a], SERVER_PURPOSE.as_slice()].concat(),
        (false, 0..=2) => vec![0x30, 0],
        (false, _) => vec![0x30, 0x03, 0x06, 0x01, 0x2a],
    };
    if stored.has_key {
        put(KEY_CONTAINER, &stored.provider.as_deref().map_or_else(|| vec![0], key_of));
    }
    if let Some(list) = &stored.purposes {
        put(PURPOSES, &purposes(list));
    }
    if stored.archived {
        put(ARCHIVED, &[]);
    }
    if let Some(since) = stored.disallowed_since {
        put(DISALLOWED_SINCE, &file_time::units(since).unwrap_or_default().to_le_bytes());
    }
    if let Some(list) = &stored.disallowed_purposes {
        put(DISALLOWED_PURPOSES, &purposes(list));
    }
    if let Some(until) = stored.issued_until {
        put(ISSUED_UNTIL, &file_time::units(until).unwrap_or_default().to_le_bytes());
    }
    if let Some(list) = &stored.issued_until_purposes {
        put(ISSUED_UNTIL_PURPOSES, &purposes(list));
    }
    put(CERTIFICATE, &stored.der);
    blob
}

/// The provider of a key. The name must begin behind the fields.
fn provider(key: &[u8]) -> Option<String> {
    let begin = u32::from_le_bytes(key.get(4..8)?.try_into().ok()?);
    let begin = usize::try_from(begin).ok().filter(|begin| *begin >= KEY_FIELDS)?;
    let name = text(key.get(begin..)?.get(..2 * PROVIDER_MAX).or_else(|| key.get(begin..))?);
    (!name.trim().is_empty()).then_some(name)
}

/// A key of a provider, in a container without a name.
fn key_of(provider: &str) -> Vec<u8> {
    let fields: [u32; 7] = [28, 30, 0, 0, 0, 0, 0];
    let name = provider.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
    fields.into_iter().flat_map(u32::to_le_bytes).chain([0, 0]).chain(name).collect()
}

/// The first property and what follows it; the length it claims where it is cut.
fn property(rest: &[u8]) -> Result<(u32, &[u8], &[u8]), usize> {
    let number = |at: usize| {
        let bytes = rest.get(at..at.saturating_add(4))?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let (Some(id), Some(length)) = (number(0), number(8)) else { return Err(0) };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let end = HEADER.saturating_add(length);
    match (rest.get(HEADER..end), rest.get(end..)) {
        (Some(bytes), Some(after)) => Ok((id, bytes, after)),
        _ => Err(length),
    }
}

/// UTF-16 up to its end or a zero.
fn text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|unit| unit.try_into().ok().map(u16::from_le_bytes));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}

/// A FILETIME: tenths of microseconds since 1601.
fn time(bytes: &[u8]) -> Option<Instant> {
    let tenths = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let seconds = i64::try_from((tenths / 10_000_000).checked_sub(EPOCH_SECONDS)?).ok()?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blob(properties: &[(u32, &[u8])]) -> Vec<u8> {
        let mut blob = Vec::new();
        for (id, bytes) in properties {
            blob.extend(id.to_le_bytes());
            blob.extend(1_u32.to_le_bytes());
            blob.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
            blob.extend(*bytes);
        }
        blob
    }

    fn filetime(time: &str) -> [u8; 8] {
        let time: Instant = time.parse().unwrap();
        ((u64::try_from(time.timestamp()).unwrap() + EPOCH_SECONDS) * 10_000_000).to_le_bytes()
    }

    const OTHER_PURPOSE: [u8; 12] = [0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04];

    fn list(purpose: &[u8]) -> Vec<u8> {
        [&[0x30, u8::try_from(purpose.len()).unwrap()], purpose].concat()
    }

    #[test]
    fn the_certificate_is_found_among_its_properties() {
        let name: Vec<u8> = "社内 CA\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = decode(&blob(&[(3, &[7; 20]), (11, &name), (2, b"key"), (32, b"0DER"), (4, &[8; 16])])).unwrap();
        assert_eq!(found.der, b"0DER");
        assert_eq!(found.friendly_name.as_deref(), Some("社内 CA"));
        assert!(found.has_key && !found.archived && found.vouches_for_servers(Instant::default()));
        assert!(decode(&blob(&[(19, &[]), (32, b"0")])).unwrap().archived);
        assert_eq!(decode(&blob(&[(11, &[]), (32, b"0")])).unwrap().friendly_name, None);
    }

    /// A key as Windows 11 wrote it for a certificate request, with the container's name first.
    fn key(container: &str, provider: &str) -> Vec<u8> {
        let text = |text: &str| -> Vec<u8> { text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect() };
        let second = 28 + u32::try_from(text(container).len()).unwrap();
        let fields = [28, second, 1, 0x20, 0, 0, 1].into_iter().flat_map(u32::to_le_bytes);
        fields.chain(text(container)).chain(text(provider)).collect()
    }

    #[test]
    fn the_provider_of_a_key_is_read() {
        let of = |key: &[u8]| decode(&blob(&[(2, key), (32, b"0")])).unwrap().provider;
        let name = "Microsoft Platform Crypto Provider";
        let whole = key("te-Webserver-7d1c", name);
        assert_eq!(of(&whole).as_deref(), Some(name));
        assert_eq!(of(&whole[..whole.len() - 2]).as_deref(), Some(name), "without its end");
        for broken in [&[][..], &[0; 32], &whole[..8], &[28, 0, 0, 0, 255, 0, 0, 0], &key("x", "")] {
            assert_eq!(of(broken), None);
        }
        let before = decode(&blob(&[(2, &whole), (32, b"0")])).unwrap();
        assert_eq!(decode(&encode(&before)).unwrap(), before);
        let long = of(&key("x", &"p".repeat(1_000))).unwrap();
        assert_eq!(long.len(), 260);
    }

    #[test]
    fn what_is_cut_or_none_is_refused() {
        let whole = blob(&[(3, &[7; 20]), (32, b"0DER")]);
        for end in 1..whole.len() {
            assert!(decode(&whole[..end]).is_err(), "cut at {end}");
        }
        assert_eq!(decode(&[]), Err(CertificateBlobError::NoCertificate));
        assert_eq!(decode(&blob(&[(3, &[7; 20])])), Err(CertificateBlobError::NoCertificate));
        assert_eq!(decode(&blob(&[(32, &[])])), Err(CertificateBlobError::NoCertificate));
        let huge = [32_u32.to_le_bytes(), 1_u32.to_le_bytes(), u32::MAX.to_le_bytes()].concat();
        assert_eq!(decode(&huge), Err(CertificateBlobError::Cut { offset: 0, length: 0xffff_ffff }));
        let many: Vec<(u32, &[u8])> = (0..=256).map(|_| (32, b"0".as_slice())).collect();
        assert_eq!(decode(&blob(&many)), Err(CertificateBlobError::TooMany));
        assert!(decode(&blob(&many[..256])).is_ok());
    }

    #[test]
    fn a_certificate_vouches_for_servers_only_where_the_store_lets_it() {
        let now = "2026-11-27T00:00:00Z".parse().unwrap();
        let vouches = |properties: &[(u32, &[u8])]| {
            decode(&blob(&[properties, &[(32, b"0")]].concat())).unwrap().vouches_for_servers(now)
        };
        let servers = list(&SERVER_PURPOSE);
        let (past, future) = (filetime("2020-01-01T00:00:00Z"), filetime("2030-01-01T00:00:00Z"));
        assert!(vouches(&[]) && vouches(&[(9, &servers)]) && vouches(&[(104, &future)]));
        assert!(vouches(&[(104, &past), (122, &OTHER_PURPOSE)]));
        assert!(!vouches(&[(9, &OTHER_PURPOSE)]), "for mail alone");
        assert!(!vouches(&[(9, &[0x30, 0])]), "all purposes were taken away");
        assert!(!vouches(&[(104, &past)]) && !vouches(&[(104, &past), (122, &servers)]));
        assert!(!vouches(&[(104, &past), (122, &[0x30, 0])]));
        assert!(!vouches(&[(122, &servers)]) && !vouches(&[(104, b"odd")]) && !vouches(&[(104, &[0; 8])]));
        assert!(vouches(&[(104, &[0xff; 8])]), "the last of all days");
    }

    #[test]
    fn an_authority_that_runs_out_vouches_for_what_it_issued_before() {
        let now = "2026-11-27T00:00:00Z".parse().unwrap();
        let vouching =
            |properties: &[(u32, &[u8])]| decode(&blob(&[properties, &[(32, b"0")]].concat())).unwrap().vouching(now);
        let servers = list(&SERVER_PURPOSE);
        let (past, future) = (filetime("2024-11-30T00:00:00Z"), filetime("2030-01-01T00:00:00Z"));
        let until = Vouching::IssuedUntil("2024-11-30T00:00:00Z".parse().unwrap());
        assert_eq!(vouching(&[]), Vouching::All);
        assert_eq!(vouching(&[(126, &past)]), until);
        assert_eq!(vouching(&[(126, &past), (127, &servers)]), until);
        assert_eq!(vouching(&[(126, &past), (127, &[0x30, 0])]), until, "an empty list is every purpose");
        assert_eq!(vouching(&[(126, &past), (127, &OTHER_PURPOSE)]), Vouching::All, "for mail alone");
        assert_eq!(vouching(&[(126, b"odd")]), Vouching::IssuedUntil(Instant::default()));
        assert_eq!(vouching(&[(127, &servers)]), Vouching::None);
        assert_eq!(vouching(&[(126, &future), (104, &past)]), Vouching::None);
        assert_eq!(vouching(&[(126, &past), (9, &OTHER_PURPOSE)]), Vouching::None);
    }

    proptest! {
        #[test]
        fn never_panics_and_gives_only_what_is_there(
            properties in proptest::collection::vec(
                (prop_oneof![0_u32..130, any::<u32>()], proptest::collection::vec(any::<u8>(), 0..40)), 0..12
            ),
            cut in 0_usize..600,
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let properties: Vec<(u32, &[u8])> = properties.iter().map(|(id, bytes)| (*id, bytes.as_slice())).collect();
            let whole = blob(&properties);
            let cut = whole.get(..cut).unwrap_or(&whole);
            for given in [cut, &bytes] {
                if let Ok(found) = decode(given) {
                    let parts = [Some(&found.der), found.purposes.as_ref(), found.disallowed_purposes.as_ref()];
                    let length: usize = parts.into_iter().flatten().map(Vec::len).sum();
                    prop_assert!(!found.der.is_empty() && length <= given.len());
                    let _ = found.vouching(Instant::default());
                }
            }
        }
    }

    #[test]
    fn what_is_written_vouches_for_as_much() {
        let now = "2026-11-27T00:00:00Z".parse().unwrap();
        let (servers, past) = (list(&SERVER_PURPOSE), filetime("2020-01-01T00:00:00Z"));
        for properties in [
            vec![(2, b"key".as_slice())],
            vec![(19, [].as_slice()), (9, &OTHER_PURPOSE)],
            vec![(9, &servers), (104, &past)],
            vec![(104, &past), (122, &OTHER_PURPOSE)],
            vec![(104, b"odd"), (122, &[0x30, 0])],
            vec![(126, &past), (127, &servers)],
            vec![(127, &OTHER_PURPOSE)],
        ] {
            let before = decode(&blob(&[properties, vec![(32, b"0")]].concat())).unwrap();
            let after = decode(&encode(&before)).unwrap();
            assert_eq!((after.has_key, after.archived), (before.has_key, before.archived));
            assert_eq!(after.vouching(now), before.vouching(now));
        }
    }
}
