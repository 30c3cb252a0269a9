//! Products that open sessions on their way to look at what passes, and that show a certificate of their own authority in
//! place of the server's. A host trusts that authority, because nothing would work otherwise: trust alone does not tell.
//!
//! Sources: the names that makers give the authority of a product as it is delivered. An agency that puts an authority of
//! its own into the product is told apart by the authorities it expects, which are a threshold of the rule.

/// Parts of names, in lower case.
const INSPECTORS: [&str; 24] = [
    "fortinet",
    "fortigate",
    "sophos",
    "sonicwall",
    "watchguard",
    "fireware",
    "barracuda",
    "blue coat",
    "zscaler",
    "netskope",
    "goskope",
    "cisco umbrella",
    "palo alto networks",
    "check point software",
    "eset ssl filter",
    "kaspersky anti-virus personal root",
    "web/mail shield",
    "bitdefender personal ca",
    "i-filter",
    "intersafe",
    "mitmproxy",
    "squid",
    "portswigger",
    "do_not_trust",
];

/// Whether somebody with these names inspects sessions.
pub fn inspects(names: &str) -> bool {
    let names = names.to_lowercase();
    INSPECTORS.iter().any(|part| names.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_of_products_that_inspect() {
        for names in [
            "C=US, ST=California, L=Sunnyvale, O=Fortinet, OU=Certificate Authority, CN=FG100ETK18000000",
            "CN=FortiGate CA",
            "C=GB, O=Sophos, CN=Sophos SSL CA_C0000000000000",
            "O=HTTPS Management Certificate for SonicWALL (self-signed), CN=SonicWALL Firewall DPI-SSL",
            "O=WatchGuard_Technologies, OU=Fireware, CN=Fireware HTTPS Proxy (SN 80000000)",
            "C=US, O=Zscaler Inc., CN=Zscaler Intermediate Root CA (zscalertwo.net)",
            "C=SK, O=\"ESET, spol. s r. o.\", CN=ESET SSL Filter CA",
            "O=AO Kaspersky Lab, CN=Kaspersky Anti-Virus Personal Root Certificate",
            "CN=mitmproxy, O=mitmproxy",
        ] {
            assert!(inspects(names), "{names}");
        }
    }

    #[test]
    fn other_authorities() {
        for names in [
            "C=JP, O=SECOM Trust Systems CO.,LTD., CN=SECOM Passport for Web SR 3.0 CA",
            "C=JP, O=Cybertrust Japan Co., Ltd., CN=Cybertrust Japan SureServer CA G4",
            "C=BE, O=GlobalSign nv-sa, CN=GlobalSign GCC R3 DV TLS CA 2020",
            "C=US, O=Let's Encrypt, CN=R11",
            "C=US, O=Trend Micro Inc, CN=Trend Micro CA",
            "C=JP, O=Japanese Government, OU=Health Insurance Claims Review, CN=Online CA",
            "itself",
            "",
        ] {
            assert!(!inspects(names), "{names}");
        }
    }
}
