//! Files of Windows, written anew from what is read of them.

use std::fmt::Write as _;
use std::path::Path;

use super::super::secret_lines;
use super::super::{Scrubber, lines_at};
use super::certificates;
use crate::collect::ipsec::phone_book;
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
    if certificates::is_file(path) {
        return Some(certificates::blob(scrubber, bytes));
    }
    document(text).map(|document| passwords(scrubber, document, bytes))
}

/// VPN connections: that there are any, by which strategy, and what goes through them.
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
        written.push_str(if entry.has_own_algorithms { "CustomIPSecPolicies=x\n" } else { "" });
    }
    written.into_bytes()
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
    fn connections_stay_without_their_names() {
        let book =
            b"[Yamada]\r\nType=2\r\nVpnStrategy=7\r\nPhoneNumber=yamada.example\r\n[Hanako]\nType=2\nVpnStrategy=x\n\
            CustomIPSecPolicies=0200\n[Dial]\nType=1\n";
        let written = phone_book(&mut Scrubber::of_nothing(), book);
        let shape = |bytes: &[u8]| {
            let told = phone_book::parse(bytes)
                .into_iter()
                .map(|entry| (entry.strategy, entry.takes_all, entry.has_own_algorithms));
            told.collect::<Vec<_>>()
        };
        assert_eq!(shape(&written), shape(book));
        let written = String::from_utf8(written).unwrap().to_lowercase();
        assert!(!written.contains("yamada") && !written.contains("hanako"), "{written}");
    }
}
