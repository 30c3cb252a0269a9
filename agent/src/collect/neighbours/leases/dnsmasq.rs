//! dnsmasq's lease file: a line of end, hardware address, address, name and client id for each lease.
//!
//! Source: dnsmasq(8) and its lease.c. After a line `duid …` follow leases of DHCPv6, which name no hardware.

use tenken_model::Instant;

use super::{LEASES_MAX, Lease, LeaseError, name};
use crate::collect::neighbours::hardware::Hardware;

/// The leases that hold at `now`. An end of 0 is never.
pub fn leases(bytes: &[u8], now: Instant) -> Result<Vec<Lease>, LeaseError> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let mut fields = line.split_ascii_whitespace();
        match fields.next() {
            None => {}
            Some("duid") => break,
            Some(end) => {
                let broken = || LeaseError::Line(at + 1);
                let end: i64 = end.parse().map_err(|_| broken())?;
                let (Some(hardware), Some(address), Some(given)) = (fields.next(), fields.next(), fields.next()) else {
                    return Err(broken());
                };
                let address = address.parse().map_err(|_| broken())?;
                // Other kinds of network stand with their number before the address: `06-…`; they are none of ours.
                let Some(hardware) = Hardware::from_text(hardware) else {
                    if hardware.contains('-') || hardware == "*" {
                        continue;
                    }
                    return Err(broken());
                };
                if end != 0 && end <= now.timestamp() {
                    continue;
                }
                let name = if given == "*" { None } else { name(given) };
                found.push(Lease { address, hardware, name, last_seen: None });
                if found.len() > LEASES_MAX {
                    return Err(LeaseError::TooMany);
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn leases_that_hold_are_read() {
        let file = b"1700000100 00:22:58:AA:bb:01 192.0.2.7 bp-07 01:00:22:58:aa:bb:01\n\
            1700000000 00:22:58:aa:bb:02 192.0.2.8 gone *\n\
            0 00:22:58:aa:bb:03 192.0.2.9 * *\n\
            1700000100 20-00:01 192.0.2.10 * *\n\
            duid 00:01:00:01\n1700000100 77 2001:db8::7 * 00:01\n";
        let found = leases(file, at(1_700_000_000)).unwrap();
        let told: Vec<_> = found.iter().map(|lease| (lease.hardware.to_string(), lease.name.as_deref())).collect();
        assert_eq!(told, [("00:22:58:aa:bb:01".into(), Some("bp-07")), ("00:22:58:aa:bb:03".into(), None)]);
    }

    #[test]
    fn the_file_of_a_running_dnsmasq_is_read() {
        let file = include_bytes!("../../../../tests/samples/neighbours/dnsmasq.leases");
        let found = leases(file, at(1_795_517_587)).unwrap();
        let told: Vec<_> = found.iter().map(|lease| (lease.address.to_string(), lease.name.as_deref())).collect();
        assert_eq!(told, [("192.0.2.113".to_owned(), Some("bp-07"))]);
        assert_eq!(leases(file, at(1_795_517_588)), Ok(Vec::new()), "it has run out");
    }

    #[test]
    fn an_odd_line_is_not_taken_for_no_lease() {
        for (file, line) in [
            ("soon 00:22:58:aa:bb:01 192.0.2.7 * *\n", 1),
            ("\n1700000100 00:22:58:aa:bb:01\n", 2),
            ("1 00:22:58:aa:bb:01 192.0.2 * *", 1),
            ("1 nobody 192.0.2.7 * *", 1),
            ("\u{0}\u{1}\u{fffd}", 1),
        ] {
            assert_eq!(leases(file.as_bytes(), at(0)), Err(LeaseError::Line(line)), "{file}");
        }
        assert_eq!(leases(b"", at(0)), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = leases(&bytes, at(0));
        }
    }
}
