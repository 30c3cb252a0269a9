//! The lease file of ISC's dhcpd: a log of declarations, of which the last one of an address counts.
//!
//! Source: dhcpd.leases(5). Times are `never`, `<weekday> <date> <time>` in UTC, or `epoch <seconds>; # …`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::NaiveDateTime;
use tenken_model::Instant;

use super::{LEASES_MAX, Lease, LeaseError, name};
use crate::collect::neighbours::hardware::Hardware;

/// A statement with more words than this is none of dhcpd's that matter here; the rest of it is not kept.
const WORDS_MAX: usize = 16;

/// What one declaration says so far.
#[derive(Debug, Default)]
struct Declaration {
    hardware: Option<Hardware>,
    name: Option<String>,
    spoke: Option<Instant>,
    /// No time where it never ends.
    ends: Option<Instant>,
    state: Option<String>,
}

/// The leases that hold at `now`.
pub fn leases(bytes: &[u8], now: Instant) -> Result<Vec<Lease>, LeaseError> {
    let mut known: BTreeMap<IpAddr, Option<Lease>> = BTreeMap::new();
    let mut open: Option<(IpAddr, Declaration)> = None;
    // How many other braces are open: pools, options, leases of DHCPv6.
    let mut depth = 0_usize;
    let mut line = 0;
    for statement in Statements::new(bytes) {
        line = statement.line;
        let broken = LeaseError::Line(line);
        let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
        match (statement.end, &mut open) {
            (b'{', None) if depth == 0 && words.first() == Some(&"lease") => {
                let address = words.get(1).and_then(|word| word.parse().ok()).ok_or(broken)?;
                open = Some((address, Declaration::default()));
            }
            (b'{', _) => depth += 1,
            (b'}', _) if depth > 0 => depth -= 1,
            (b'}', _) => {
                let (address, declaration) = open.take().ok_or(broken)?;
                known.insert(address, declaration.lease(address, now));
            }
            (b';', Some((_, declaration))) if depth == 0 => declaration.take(&words).ok_or(broken)?,
            (b';', _) => {}
            _ => return Err(broken),
        }
        if known.len() > LEASES_MAX {
            return Err(LeaseError::TooMany);
        }
    }
    if open.is_some() || depth > 0 {
        return Err(LeaseError::Line(line));
    }
    Ok(known.into_values().flatten().collect())
}

impl Declaration {
    /// Takes a statement in; nothing when it is not of its form.
    fn take(&mut self, words: &[&str]) -> Option<()> {
        match words {
            ["hardware", "ethernet", address] => self.hardware = Some(Hardware::from_text(address)?),
            ["client-hostname", given] => self.name = name(given),
            ["binding", "state", state] => self.state = Some((*state).to_owned()),
            ["ends" | "cltt", "never"] => {}
            ["ends", rest @ ..] => self.ends = Some(time(rest)?),
            ["cltt", rest @ ..] => self.spoke = Some(time(rest)?),
            _ => {}
        }
        Some(())
    }

    /// Files of old versions say no state: then its end alone counts.
    fn lease(self, address: IpAddr, now: Instant) -> Option<Lease> {
        let active = self.state.is_none_or(|state| state == "active");
        let holds = active && self.ends.is_none_or(|end| end > now);
        let hardware = self.hardware.filter(|_| holds)?;
        Some(Lease { address, hardware, name: self.name, last_seen: self.spoke })
    }
}

/// A time in one of the two forms.
fn time(words: &[&str]) -> Option<Instant> {
    match words {
        ["epoch", seconds] => Instant::from_timestamp(seconds.parse().ok()?, 0),
        [_, date, time] => {
            let time = NaiveDateTime::parse_from_str(&format!("{date} {time}"), "%Y/%m/%d %H:%M:%S").ok()?;
            Some(time.and_utc())
        }
        _ => None,
    }
}

/// The words before a semicolon or a brace.
struct Statement {
    words: Vec<String>,
    /// What ends it; 0 when the file does.
    end: u8,
    line: usize,
}

struct Statements<'a> {
    rest: &'a [u8],
    line: usize,
}

impl<'a> Statements<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1 }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.line += usize::from(*first == b'\n');
        Some(*first)
    }

    /// The text after a quotation mark up to the next: `\"`, `\\` and three octal digits stand for a byte.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            match self.byte()? {
                b'"' => return Some(text),
                b'\\' => {
                    let octal = self.rest.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
                    match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
                        Some(byte) => {
                            text.push(byte);
                            self.rest = self.rest.get(3..)?;
                        }
                        None => text.push(self.byte()?),
                    }
                }
                byte => text.push(byte),
            }
        }
    }

    fn comment(&mut self) {
        while self.byte().is_some_and(|byte| byte != b'\n') {}
    }
}

impl Iterator for Statements<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        let mut words = Vec::new();
        let mut word = Vec::new();
        let keep = |words: &mut Vec<String>, word: &mut Vec<u8>| {
            let taken = std::mem::take(word);
            if !taken.is_empty() && words.len() < WORDS_MAX {
                words.push(String::from_utf8_lossy(&taken).into_owned());
            }
        };
        while let Some(byte) = self.byte() {
            match byte {
                b';' | b'{' | b'}' => {
                    keep(&mut words, &mut word);
                    return Some(Statement { words, end: byte, line: self.line });
                }
                b'#' => self.comment(),
                b'"' => match self.quoted() {
                    Some(text) => word.extend(text),
                    None => word.push(b'"'),
                },
                byte if byte.is_ascii_whitespace() => keep(&mut words, &mut word),
                byte => word.push(byte),
            }
        }
        keep(&mut words, &mut word);
        (!words.is_empty()).then_some(Statement { words, end: 0, line: self.line })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = r#"# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;
server-duid "\000\001;{";
lease 192.0.2.7 {
  starts 2 2023/11/14 22:00:00;
  ends 2 2023/11/14 22:30:00;
  cltt 2 2023/11/14 22:00:00;
  binding state active;
  hardware ethernet 00:22:58:aa:bb:01;
  uid "\001\000\"X}\252";
  client-hostname "bp-\07107";
  on expiry { set x = "y"; }
}
lease 192.0.2.8 { ends never; binding state active; hardware ethernet 00:22:58:aa:bb:02; }
lease 192.0.2.9 { ends epoch 1700003600; # Tue
  binding state active; hardware ethernet 00:22:58:aa:bb:03; }
lease 192.0.2.9 { ends never; binding state free; hardware ethernet 00:22:58:aa:bb:03; }
lease 192.0.2.10 { ends 2 2023/11/14 22:13:20; binding state active; hardware ethernet 00:22:58:aa:bb:04; }
"#;

    fn read(file: &str) -> Result<Vec<Lease>, LeaseError> {
        leases(file.as_bytes(), Instant::from_timestamp(1_700_000_000, 0).unwrap())
    }

    #[test]
    fn the_last_declaration_of_an_address_counts() {
        let found = read(FILE).unwrap();
        let told: Vec<_> = found.iter().map(|lease| (lease.address.to_string(), lease.name.as_deref())).collect();
        assert_eq!(told, [("192.0.2.7".to_owned(), Some("bp-907")), ("192.0.2.8".to_owned(), None)]);
        assert_eq!(found[0].last_seen.unwrap().timestamp(), 1_699_999_200);
    }

    #[test]
    fn odd_files_are_not_taken_for_none() {
        for file in [
            "lease 192.0.2.7 {",
            "lease 192.0.2.7 { ends never;",
            "lease somewhere { }",
            "lease 192.0.2.7 { ends soon; }",
            "lease 192.0.2.7 { ends 2 2023/13/14 22:13:20; }",
            "lease 192.0.2.7 { hardware ethernet 00:22; }",
            "}",
            "words without an end",
            "lease 192.0.2.7 { uid \"never closed; }",
        ] {
            assert!(matches!(read(file), Err(LeaseError::Line(_))), "{file}");
        }
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(read("ia-na \"x\" { iaaddr 2001:db8::7 { ends never; } }"), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"(lease 192.0.2.7 |[{};"\\#\n 0-9]|ends |never|.){0,60}"#) {
            let _ = read(&text);
        }
    }
}
