//! Kea's lease file of DHCPv4 (memfile): comma separated, its first line names the columns, a later line of an address
//! replaces an earlier one.
//!
//! Source: Kea Administrator Reference Manual, "Memfile - Basic Storage for Leases". `&#x` and two digits stand for a byte
//! that the form cannot hold.

use std::collections::BTreeMap;
use std::net::IpAddr;

use tenken_model::Instant;

use super::{LEASES_MAX, Lease, LeaseError, name};
use crate::collect::neighbours::hardware::Hardware;

/// A lifetime of this many seconds never ends.
const FOR_EVER: i64 = 0xffff_ffff;

/// What stands behind the name of Kea's file in those of the files that belong to it, older first. Kea puts its file aside
/// as `.1` while it cleans up, writes `.completed` from it and `.2`, and keeps that as `.2`: read alone, its own file lacks
/// every lease that was not renewed since.
pub const SUFFIXES: [&str; 4] = [".2", ".1", ".completed", ""];

/// What a file says of each address, in its order: a lease, or that it is free again.
pub type Lines = BTreeMap<IpAddr, Option<Lease>>;

/// Reads a file; what it says replaces what earlier files said.
pub fn read(bytes: &[u8], now: Instant, known: &mut Lines) -> Result<(), LeaseError> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
    let Some((_, header)) = lines.next() else { return Ok(()) };
    // A header that is cut off may still name what is needed, with every lease gone behind it.
    if !text.contains('\n') {
        return Err(LeaseError::Line(1));
    }
    let names: Vec<&str> = header.split(',').collect();
    let column = |wanted: &str| names.iter().position(|name| *name == wanted);
    let column_of = |wanted: &str| column(wanted).ok_or(LeaseError::Line(1));
    let (address, hardware) = (column_of("address")?, column_of("hwaddr")?);
    let (lifetime, expire) = (column_of("valid_lifetime")?, column_of("expire")?);
    let (host, state) = (column("hostname"), column("state"));
    for (at, line) in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let field = |at_column: usize| fields.get(at_column).copied().ok_or(LeaseError::Line(at + 1));
        let broken = || LeaseError::Line(at + 1);
        let number = |at_column| field(at_column)?.parse::<i64>().map_err(|_| broken());
        let address: IpAddr = field(address)?.parse().map_err(|_| broken())?;
        let (lifetime, expire) = (number(lifetime)?, number(expire)?);
        // A file without states is of a version that had none: what is in it was leased.
        let leased = state.map(number).transpose()?.unwrap_or(0) == 0;
        let holds = leased && lifetime > 0 && (lifetime == FOR_EVER || expire > now.timestamp());
        let hardware = field(hardware)?;
        let hardware = if hardware.is_empty() { None } else { Some(Hardware::from_text(hardware).ok_or_else(broken)?) };
        let given = host.map(field).transpose()?.unwrap_or_default();
        let spoke = expire.checked_sub(lifetime).and_then(|seconds| Instant::from_timestamp(seconds, 0));
        let lease = hardware.filter(|_| holds).map(|hardware| Lease {
            address,
            hardware,
            name: name(&unescaped(given)),
            last_seen: spoke.filter(|_| lifetime != FOR_EVER),
        });
        known.insert(address, lease);
        if known.len() > LEASES_MAX {
            return Err(LeaseError::TooMany);
        }
    }
    Ok(())
}

/// The text whose odd bytes were written as `&#x2c`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#x") {
        bytes.extend(before.bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = if let Some(byte) = byte {
            bytes.push(byte);
            after.get(2..).unwrap_or_default()
        } else {
            bytes.extend(b"&#x");
            after
        };
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,\
                          user_context,pool_id\n";

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    fn leases(files: &[&str]) -> Result<Vec<Lease>, LeaseError> {
        let mut known = Lines::new();
        for file in files {
            read(file.as_bytes(), at(1_700_000_000), &mut known)?;
        }
        Ok(known.into_values().flatten().collect())
    }

    #[test]
    fn the_last_line_of_an_address_counts_over_files_too() {
        let old = format!(
            "{HEADER}192.0.2.7,00:22:58:aa:bb:01,,3600,1700000100,1,0,0,bp&#x2c07,0,,0\n\
             192.0.2.8,00:22:58:aa:bb:02,,3600,1700000100,1,0,0,,0,,0\n\
             192.0.2.9,00:22:58:aa:bb:03,,4294967295,1,1,0,0,,0,,0\n\
             192.0.2.10,00:22:58:aa:bb:04,,3600,1699999999,1,0,0,,0,,0\n"
        );
        let new = format!("{HEADER}192.0.2.8,00:22:58:aa:bb:02,,0,1700000000,1,0,0,,2,,0\n");
        let found = leases(&[&old, &new]).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|l| (l.address.to_string(), l.name.as_deref(), l.last_seen.map(|t| t.timestamp())))
            .collect();
        assert_eq!(told, [("192.0.2.7".into(), Some("bp,07"), Some(1_699_996_500)), ("192.0.2.9".into(), None, None)]);
    }

    #[test]
    fn the_header_decides_the_columns() {
        let file = "expire,valid_lifetime,hwaddr,address\n1700000100,3600,00:22:58:aa:bb:01,192.0.2.7\n";
        assert_eq!(leases(&[file]).unwrap().len(), 1);
        assert_eq!(leases(&["address,hwaddr\n"]), Err(LeaseError::Line(1)));
        assert_eq!(
            leases(&["address,hwaddr,client_id,valid_lifetime,expire,sub"]),
            Err(LeaseError::Line(1)),
            "cut off"
        );
        assert_eq!(leases(&["", HEADER]), Ok(Vec::new()));
    }

    #[test]
    fn a_cut_line_is_not_taken_for_no_lease() {
        let line = "192.0.2.7,00:22:58:aa:bb:01,,3600,1700000100,1,0,0,x,0";
        for end in 1..line.len() - 2 {
            assert_eq!(leases(&[&format!("{HEADER}{}", &line[..end])]), Err(LeaseError::Line(2)), "{end}");
        }
    }

    #[test]
    fn escapes_that_are_none_stay() {
        for (text, meant) in
            [("a&#x2cb", "a,b"), ("&#xzz", "&#xzz"), ("&#x2", "&#x2"), ("&#x", "&#x"), ("&#x日", "&#x日")]
        {
            assert_eq!(unescaped(text), meant);
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = leases(&[&text, &format!("{HEADER}{text}")]);
        }
    }
}
