//! What holds the private key of a certificate in a store of Windows, by the provider that its property names.
//!
//! Whether a key that Windows keeps in a file may be exported stands in that file, of CNG (`Export Policy` among the private
//! properties) and of CryptoAPI alike, encrypted (DPAPI) with the secret of the key's owner; a provider tells it to whoever may use
//! the key, which this agent may not.

use tenken_model::fact::certificates::{KeptKey, KeyKeeper};
use tenken_model::{Read, Reason, ReasonCode};

/// The TPM (Microsoft Learn, "CNG Key Storage Providers").
const TPM: [&str; 1] = ["Microsoft Platform Crypto Provider"];
/// Cards and tokens: of Microsoft ("Microsoft Cryptographic Service Providers"), the My Number card (J-LIS), the cards of the
/// ministry's authorities (HPKI), and of Thales.
const CARDS: [&str; 9] = [
    "Microsoft Base Smart Card Crypto Provider",
    "Microsoft Smart Card Key Storage Provider",
    "JPKI Crypto Service Provider",
    "JPKI Crypto Service Provider for Auth",
    "JPKI Crypto Service Provider for Sign",
    "HPKI Crypto Service Provider for Authentication",
    "HPKI Crypto Service Provider for Non Repudiation",
    "SafeNet Smart Card Key Storage Provider",
    "eToken Base Cryptographic Provider",
];
/// Files, of CNG and of CryptoAPI.
const SOFTWARE: [&str; 11] = [
    "Microsoft Software Key Storage Provider",
    "Microsoft Base Cryptographic Provider v1.0",
    "Microsoft Base DSS and Diffie-Hellman Cryptographic Provider",
    "Microsoft Base DSS Cryptographic Provider",
    "Microsoft DH SChannel Cryptographic Provider",
    "Microsoft Enhanced Cryptographic Provider v1.0",
    "Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider",
    "Microsoft Enhanced RSA and AES Cryptographic Provider",
    "Microsoft Enhanced RSA and AES Cryptographic Provider (Prototype)",
    "Microsoft RSA SChannel Cryptographic Provider",
    "Microsoft Strong Cryptographic Provider",
];

/// Where that provider keeps keys, and its name as it is written here, if it is known.
pub fn known(provider: &str) -> Option<(KeyKeeper, &'static str)> {
    let lists = [(KeyKeeper::Tpm, &TPM[..]), (KeyKeeper::Card, &CARDS), (KeyKeeper::Software, &SOFTWARE)];
    let all = lists.into_iter().flat_map(|(keeper, names)| names.iter().map(move |name| (keeper, *name)));
    all.into_iter().find(|(_, name)| name.eq_ignore_ascii_case(provider.trim()))
}

/// What holds the key of the certificate at a place.
pub(super) fn kept(place: &str, provider: Option<&str>) -> Read<KeptKey> {
    let Some(provider) = provider else {
        return Read::not_read(
            ReasonCode::Unparsable,
            format!("read what holds the key of {place}: it names no provider"),
        );
    };
    let (keeper, name) = known(provider).unwrap_or((KeyKeeper::Other, provider.trim()));
    let exportable = match keeper {
        KeyKeeper::Tpm | KeyKeeper::Card => Read::Measured(false),
        KeyKeeper::Software => Read::NotRead(Reason::new(
            ReasonCode::NotPermitted,
            format!(
                "read whether the key of {place} can be exported: Windows tells only its owner (certutil -v -user -store My)"
            ),
        )),
        KeyKeeper::Other => Read::NotRead(Reason::new(
            ReasonCode::Unsupported,
            format!("read whether the key of {place} can be exported: where `{name}` keeps it is not known"),
        )),
    };
    Read::Measured(KeptKey { keeper, provider: name.to_owned(), exportable })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(provider: &str) -> KeptKey {
        let Read::Measured(kept) = kept("C:/x", Some(provider)) else { panic!("{provider}") };
        kept
    }

    #[test]
    fn a_provider_tells_where_the_key_lies() {
        for (provider, keeper) in [
            ("Microsoft Platform Crypto Provider", KeyKeeper::Tpm),
            ("microsoft smart card key storage provider", KeyKeeper::Card),
            ("JPKI Crypto Service Provider for Sign", KeyKeeper::Card),
            ("HPKI Crypto Service Provider for Non Repudiation ", KeyKeeper::Card),
            ("Microsoft Software Key Storage Provider", KeyKeeper::Software),
            ("Microsoft Enhanced RSA and AES Cryptographic Provider", KeyKeeper::Software),
            ("Microsoft Passport Key Storage Provider", KeyKeeper::Other),
            ("Microsoft Platform Crypto Provider 2", KeyKeeper::Other),
        ] {
            let found = of(provider);
            assert_eq!(found.keeper, keeper, "{provider}");
            let gives_none_out = matches!(keeper, KeyKeeper::Tpm | KeyKeeper::Card);
            assert_eq!(found.exportable == Read::Measured(false), gives_none_out, "{provider}");
        }
        assert!(matches!(kept("C:/x", None), Read::NotRead(_)));
    }
}
