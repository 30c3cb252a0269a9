//! The authorities of TLS that this host trusts.

use std::path::Path;

use tenken_model::{Reason, ReasonCode, Size};

use super::files;
use super::root::Root;
use crate::collect::exchange_endpoints::chain::Authorities;

/// Where systems keep all authorities they trust in one file: Debian and its kin; RHEL and its kin, the old name too; SUSE;
/// Alpine.
const STORES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
const STORE_MAX: Size = Size::from_bytes(4 << 20);

/// The authorities that this host trusts.
pub(super) fn authorities(root: &Root) -> Result<Authorities, Reason> {
    for path in STORES {
        match files::read(root, Path::new(path), STORE_MAX) {
            Ok(pem) => return Ok(Authorities::read(&pem)),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    let detail = format!("read the authorities that this host trusts: there is none of {}", STORES.join(", "));
    Err(Reason::new(ReasonCode::Missing, detail))
}
