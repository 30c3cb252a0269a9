//! Files of Windows, written anew from what is read of them.

use std::fmt::Write as _;
use std::path::Path;

use super::super::secret_lines;
use super::super::{Scrubber, lines_at};
use super::certificates;
use crate::collect::ipsec::open_vpn;
use crate::collect::ipsec::phone_book::{self, Policies};
use crate::collect::written_secrets::secret_lines::{Find, Style};
use crate::collect::written_secrets::windows::document;
use crate::collect::written_secrets::windows_documents::{self, Document};

/// What is read as a text and is none.
const NO_TEXT: &[u8] = b"\0";

/// What is left of a file that is read from its beginning; nothing where it is none of Windows' own.
pub(super) fn file(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Option<Vec<u8>> {
    let text = path.to_str()?;
    let name = path.file_name()?.to_str()?;
    if name.eq_ignore_ascii_case("rasphone.pbk") {
        return Some(phone_book(scrubber, bytes));
    }
    if open_vpn::is_profile(name) {
        return Some(profile(scrubber, bytes));
    }
    if certificates::is_file(path) {
        return Some(certificates::blob(scrubber, bytes));
    }
    document(text).map(|document| passwords(scrubber, document, bytes))
}

/// VPN connections: that there are any, by which strategy, what goes through them, and how they are protected.
fn phone_book(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for entry in phone_book::parse(bytes) {
        let name = scrubber.names.alias(&format!("connection {}", entry.name));
        _ = writeln!(written, "[{name}]\nType=2");
        if let Some(strategy) = entry.strategy {
            _ = writeln!(written, "VpnStrategy={strategy}");
        }
        for (name, takes_all) in ["IpPrioritizeRemote", "Ipv6PrioritizeRemote"].into_iter().zip(entry.takes_all) {
            if let Some(takes_all) = takes_all {
                _ = writeln!(written, "{name}={}", u8::from(takes_all));
            }
        }
        for (name, set, yes, no) in [
            ("IpSecFlags", entry.by_shared_key, 1, 0),
            ("AuthRestrictions", entry.by_person, 128, 0),
            ("AlwaysOnCapable", entry.dials_itself.then_some(true), 1, 0),
            ("DeviceTunnel", entry.is_of_device.then_some(true), 1, 0),
        ] {
            if let Some(set) = set {
                _ = writeln!(written, "{name}={}", if set { yes } else { no });
            }
        }
        match entry.policies {
            Policies::None => {}
            Policies::Suites(suites) => {
                let digits: String = suites.iter().map(|suite| suite.digits()).collect();
                _ = writeln!(written, "NumCustomPolicy={}\nCustomIPSecPolicies={digits}", suites.len());
            }
            Policies::Unclear => written.push_str("CustomIPSecPolicies=x\n"),
        }
    }
    written.into_bytes()
}

/// A profile of OpenVPN: what decides on the traffic, and the keys that stand in it.
fn profile(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let deciding = open_vpn::deciding(bytes);
    let keys = super::super::certificates::file(scrubber, bytes).unwrap_or_default();
    [deciding.into_bytes(), keys].concat()
}

/// Passwords at their lines, with what is written twice.
fn passwords(scrubber: &mut Scrubber, document: Document, bytes: &[u8]) -> Vec<u8> {
    let Some(text) = windows_documents::text(bytes) else { return NO_TEXT.to_vec() };
    match document {
        Document::Assignments => secret_lines::scrub(scrubber, Style::Assignments, text.as_bytes()),
        Document::Program => secret_lines::scrub(scrubber, Style::Program, text.as_bytes()),
        Document::Netrc => secret_lines::scrub(scrubber, Style::Netrc, text.as_bytes()),
        Document::Pgpass => secret_lines::scrub(scrubber, Style::Pgpass, text.as_bytes()),
        Document::Answers | Document::Preferences | Document::Task | Document::Connection | Document::Typed => {
            let mut lines: Vec<(usize, String)> = Vec::new();
            for find in document.finds(&text) {
                let written = written(scrubber, document, &find);
                match lines.last_mut().filter(|(line, _)| *line == find.line) {
                    Some((_, before)) => before.push_str(&written),
                    None => lines.push((find.line, written)),
                }
            }
            lines_at(lines)
        }
    }
}

fn written(scrubber: &mut Scrubber, document: Document, find: &Find) -> String {
    let value = secret_lines::stand_in(scrubber, &find.value);
    match document {
        Document::Answers => format!("<Password><Value>{value}</Value></Password>"),
        Document::Preferences => format!("<Properties cpassword=\"{value}\"/>"),
        Document::Task => format!("<Arguments>password='{value}'</Arguments>"),
        Document::Connection => format!("password 51:b:{value}"),
        Document::Typed => format!("--password={value} "),
        Document::Assignments | Document::Program | Document::Netrc | Document::Pgpass => format!("password='{value}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of passwords, each with the first that is the same.
    type Shape = Vec<(usize, String)>;

    fn again(document: Document, text: &str) -> (Shape, Shape, String) {
        let written = passwords(&mut Scrubber::of_nothing(), document, text.as_bytes());
        let written = String::from_utf8(written).unwrap();
        // Which of them are the same is told by the first that is.
        let shape = |text: &str| {
            let found = document.finds(text);
            let first = |value: &str| found.iter().position(|find| find.value == value).unwrap().to_string();
            found.iter().map(|find| (find.line, first(&find.value))).collect::<Vec<_>>()
        };
        (shape(text), shape(&written), written)
    }

    #[test]
    fn passwords_stay_at_their_lines() {
        for (document, text, count) in [
            (
                Document::Answers,
                "<a>\n<AdministratorPassword><Value>Yamada</Value></AdministratorPassword>\n<!-- Yamada -->\n<Credentials>\
                 <Password>Yamada</Password></Credentials><Password><Value>Hanako</Value></Password></a>",
                3,
            ),
            (Document::Preferences, "<Groups>\n<User name=\"Yamada\" cpassword=\"Hanako\"/>\n</Groups>", 1),
            (
                Document::Task,
                "<Task>\n<Author>Yamada</Author><Arguments>--user Yamada --password=Himitsu2026!</Arguments>\n</Task>",
                1,
            ),
            (Document::Connection, "full address:s:yamada\r\nusername:s:Yamada\r\npassword 51:b:0123Yamada\r\n", 1),
            (Document::Assignments, "; Yamada\nuser=Yamada\nPassword=Himitsu2026!\n<add pwd=\"Himitsu2026!\"/>\n", 2),
            (Document::Program, "# Yamada\n$password = 'Himitsu2026!'\n", 1),
            (
                Document::Typed,
                "cd Yamada\nnet user Yamada Himitsu2026! /add\nx -Password Himitsu2026! -Name Yamada\n",
                2,
            ),
            (Document::Netrc, "machine yamada login Yamada password Himitsu2026!\n", 1),
            (Document::Pgpass, "yamada:5432:kenshin:Yamada:Himitsu2026!\n", 1),
            (Document::Answers, "no xml of Yamada", 0),
        ] {
            let (before, after, written) = again(document, text);
            assert_eq!(after, before, "{written}");
            assert_eq!(before.len(), count, "{text}");
            for personal in ["Yamada", "Hanako", "Himitsu"] {
                assert!(!written.contains(personal), "{written}");
            }
        }
        assert_eq!(passwords(&mut Scrubber::of_nothing(), Document::Task, b"a\0b"), NO_TEXT);
    }

    #[test]
    fn profiles_of_openvpn_say_the_same_of_the_traffic() {
        for text in [
            "client\nremote yamada.example 1194\nauth-user-pass yamada.txt\n",
            "client\nredirect-gateway def1 ipv6 bypass-dhcp\n",
            "client\nredirect-gateway !ipv4\nroute-nopull # yamada\n",
            "client\nredirect-gateway ipv6\nroute 192.0.2.0 255.255.255.0 net_gateway\n",
            "client\nredirect-gateway ipv6\nconfig yamada.conf\n",
            "pull\npull-filter ignore \"redirect-gateway\"\nroute 192.0.2.0 255.255.255.0\n",
            "remote yamada.example\nsecret yamada.key\n",
            "mode server\nserver 192.0.2.0 255.255.255.0\n",
            "",
        ] {
            let written = profile(&mut Scrubber::of_nothing(), text.as_bytes());
            assert_eq!(open_vpn::traffic(&written), open_vpn::traffic(text.as_bytes()), "{text}");
            let written = String::from_utf8(written).unwrap();
            assert!(!written.contains("yamada") && !written.contains("192.0.2"), "{written}");
        }
    }

    #[test]
    fn connections_stay_without_their_names() {
        let book =
            b"[Yamada]\r\nType=2\r\nVpnStrategy=7\r\nPhoneNumber=yamada.example\r\n[Hanako]\nType=2\nVpnStrategy=x\n\
            CustomIPSecPolicies=0200\n[Taro]\nType=2\nIpSecFlags=1\nPreSharedKey=Taro2026\nAuthRestrictions=552\nDeviceTunnel=1\n\
            NumCustomPolicy=1\nCustomIPSecPolicies=020000000600000005000000080000000500000000000000\n[Jiro]\nType=2\nIpSecFlags=0\n\
            AutoTiggerCapable=1\nAuthRestrictions=0\nIpPrioritizeRemote=0\n[Dial]\nType=1\n";
        let written = phone_book(&mut Scrubber::of_nothing(), book);
        let shape = |bytes: &[u8]| {
            let nameless = |entry| phone_book::Entry { name: String::new(), ..entry };
            phone_book::parse(bytes).into_iter().map(nameless).collect::<Vec<_>>()
        };
        assert_eq!(shape(&written), shape(book));
        let written = String::from_utf8(written).unwrap().to_lowercase();
        assert!(["yamada", "hanako", "taro", "jiro"].iter().all(|name| !written.contains(name)), "{written}");
    }
}
