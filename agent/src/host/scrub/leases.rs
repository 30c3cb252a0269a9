//! Lease files, written anew from the leases that hold when they were recorded: of each what is read of it, so that no
//! identifier of a client, no vendor's text and no old lease is left.

use std::fmt::Write as _;
use std::net::IpAddr;

use tenken_model::Instant;

use super::{Scrubber, lines_at};
use crate::collect::neighbours::leases::{Lease, LeaseError, dhcpd, dnsmasq, kea};

const KEA_COLUMNS: &str = "address,hwaddr,valid_lifetime,expire,hostname,state";
const FOR_EVER: i64 = 0xffff_ffff;
const HOUR: i64 = 3_600;

pub(super) fn dnsmasq(scrubber: &mut Scrubber, bytes: &[u8], now: Instant) -> Option<Vec<u8>> {
    written(dnsmasq::leases(bytes, now), "x", |leases| {
        let line = |lease: Lease| {
            let (address, hardware, name) = parts(scrubber, &lease);
            format!("0 {hardware} {address} {} *\n", name.as_deref().unwrap_or("*"))
        };
        leases.into_iter().map(line).collect()
    })
}

pub(super) fn dhcpd(scrubber: &mut Scrubber, bytes: &[u8], now: Instant) -> Option<Vec<u8>> {
    written(dhcpd::leases(bytes, now), "}", |leases| {
        let mut text = String::new();
        for lease in leases {
            let (address, hardware, name) = parts(scrubber, &lease);
            _ = write!(text, "lease {address} {{ binding state active; ends never; hardware ethernet {hardware};");
            if let Some(spoke) = lease.last_seen {
                _ = write!(text, " cltt epoch {};", spoke.timestamp());
            }
            if let Some(name) = name {
                _ = write!(text, " client-hostname \"{name}\";");
            }
            text.push_str(" }\n");
        }
        text
    })
}

pub(super) fn kea(scrubber: &mut Scrubber, bytes: &[u8], now: Instant) -> Option<Vec<u8>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let mut lines = kea::Lines::new();
    match kea::read(bytes, now, &mut lines) {
        Ok(()) => {}
        Err(LeaseError::TooMany) => return None,
        Err(LeaseError::Line(1)) => return Some(b"x\n".to_vec()),
        Err(LeaseError::Line(line)) => {
            return Some(lines_at([(1, KEA_COLUMNS.to_owned()), (line, "x".to_owned())]));
        }
    }
    let mut text = format!("{KEA_COLUMNS}\n");
    for (address, lease) in lines {
        let Some(lease) = lease else {
            _ = writeln!(text, "{},,0,0,,2", scrubber.host(&address.to_string()));
            continue;
        };
        let (address, hardware, name) = parts(scrubber, &lease);
        let (lifetime, expire) = match lease.last_seen {
            None => (FOR_EVER, FOR_EVER),
            Some(spoke) => {
                let lifetime = now.timestamp().saturating_sub(spoke.timestamp()).max(0).saturating_add(HOUR);
                (lifetime, spoke.timestamp().saturating_add(lifetime))
            }
        };
        _ = writeln!(text, "{address},{hardware},{lifetime},{expire},{},0", name.unwrap_or_default());
    }
    Some(text.into_bytes())
}

/// What was read, or a file that is broken on the same line. Nothing for one with too many leases.
fn written<T>(found: Result<T, LeaseError>, broken: &str, write: impl FnOnce(T) -> String) -> Option<Vec<u8>> {
    match found {
        Ok(leases) => Some(write(leases).into_bytes()),
        Err(LeaseError::Line(line)) => Some(lines_at([(line, broken.to_owned())])),
        Err(LeaseError::TooMany) => None,
    }
}

fn parts(scrubber: &mut Scrubber, lease: &Lease) -> (IpAddr, String, Option<String>) {
    let hardware = scrubber.addresses.text(lease.hardware.to_string().as_bytes());
    let address = match lease.address {
        IpAddr::V4(address) => scrubber.addresses.v4(address).into(),
        IpAddr::V6(address) => scrubber.addresses.v6(address).into(),
    };
    let name = lease.name.as_ref().map(|name| scrubber.names.host(name));
    (address, String::from_utf8_lossy(&hardware).into_owned(), name)
}
