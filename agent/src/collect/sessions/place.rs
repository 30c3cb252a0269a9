//! From where a session came, by what its record says of terminal and place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tenken_model::fact::sessions::SessionOrigin;

/// How the names of terminals and displays before which somebody sits begin.
const OF_THE_MACHINE: [&str; 6] = ["tty", ":", "console", "seat", "hvc", "xvc"];
/// How places begin that are no other machine: displays, terminals within others, this machine by its own name.
const OF_HERE: [&str; 6] = [":", "tmux(", "localhost", "ip6-localhost", "127.", "::1"];
/// What display managers write where no place is.
const GREETER: &str = "login screen";

/// The origin of a session by its terminal, the other machine's name as recorded and its address, and what is told of
/// the other machine: its name, else its address; empty if there is none.
pub fn origin(terminal: &str, host: &str, address: Option<IpAddr>) -> (SessionOrigin, String) {
    let host = host.trim();
    let is_here = host == GREETER || host == terminal || OF_HERE.iter().any(|here| host.starts_with(here));
    let is_elsewhere = !host.is_empty() && !is_here;
    if is_elsewhere {
        return (SessionOrigin::Network, host.to_owned());
    }
    // An address counts only where no name says that the place is here.
    if let Some(address) = address.filter(|address| host.is_empty() && !address.is_loopback()) {
        return (SessionOrigin::Network, address.to_string());
    }
    let is_console = OF_THE_MACHINE.iter().any(|machine| terminal.starts_with(machine));
    (if is_console { SessionOrigin::Console } else { SessionOrigin::Local }, String::new())
}

/// The address in a record of utmp(5), if it has one.
pub fn address(bytes: [u8; 16]) -> Option<IpAddr> {
    let [first, second, third, last, rest @ ..] = bytes;
    if rest != [0; 12] {
        return Some(Ipv6Addr::from(bytes).to_canonical());
    }
    let address = Ipv4Addr::new(first, second, third, last);
    (!address.is_unspecified()).then_some(IpAddr::V4(address))
}

/// A text of a record without control characters, which would reach whoever looks at it.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_all_kinds() {
        use SessionOrigin::{Console, Local, Network};
        let v4 = address([192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (terminal, host, address, expected, from) in [
            ("pts/0", "192.0.2.7", None, Network, "192.0.2.7"),
            ("pts/0", "pc-17.example.jp", v4, Network, "pc-17.example.jp"),
            ("pts/0", "", v4, Network, "192.0.2.7"),
            ("pts/0", "192.0.2.7 via mosh [812]", None, Network, "192.0.2.7 via mosh [812]"),
            ("ftpd812", "192.0.2.7", None, Network, "192.0.2.7"),
            ("tty1", "pc-17", None, Network, "pc-17"),
            ("tty2", "", None, Console, ""),
            ("tty2", "tty2", None, Console, ""),
            ("ttyS0", "", None, Console, ""),
            (":0", ":0", None, Console, ""),
            ("seat0", "login screen", None, Console, ""),
            ("hvc0", "", None, Console, ""),
            ("pts/1", ":0", None, Local, ""),
            ("pts/1", ":0.0", None, Local, ""),
            ("pts/2", ":pts/1:S.0", None, Local, ""),
            ("pts/2", "tmux(812).%0", None, Local, ""),
            ("pts/3", "localhost", v4, Local, ""),
            ("pts/3", "", Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), Local, ""),
            ("pts/3", "localhost:10.0", None, Local, ""),
            ("pts/3", "::1", None, Local, ""),
            ("", "", None, Local, ""),
        ] {
            assert_eq!(origin(terminal, host, address), (expected, from.to_owned()), "{terminal} {host}");
        }
    }

    #[test]
    fn addresses_of_both_kinds() {
        let mut bytes = [0; 16];
        assert_eq!(address(bytes), None);
        bytes[..4].copy_from_slice(&[10, 0, 0, 1]);
        assert_eq!(address(bytes), Some("10.0.0.1".parse().unwrap()));
        let v6: Ipv6Addr = "2001:db8::7".parse().unwrap();
        assert_eq!(address(v6.octets()), Some(IpAddr::V6(v6)));
        let mapped: Ipv6Addr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(address(mapped.octets()), Some("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn no_control_characters_pass() {
        assert_eq!(clean("hana\u{1b}[2Jko\n"), "hana\u{fffd}[2Jko\u{fffd}");
        assert_eq!(clean("花子"), "花子");
    }
}
