//! Names of people, of the host and of its domain, and what stands in their place.

use std::collections::BTreeMap;

/// Shorter names are replaced only where they surely are names: `a` is a word of every text.
const SHORTEST_WORD: usize = 3;
/// Names every host has.
const EVERYBODYS: [&str; 5] = ["localhost", "localdomain", "local", "ip6-localhost", "ip6-loopback"];

/// Names and their stand-ins, the same everywhere in one recording.
#[derive(Debug, Default)]
pub(super) struct Names {
    accounts: BTreeMap<String, String>,
    /// What is replaced in any text, in lower case, longest first.
    words: Vec<(Vec<u8>, Vec<u8>)>,
    machine_id: Option<Vec<u8>>,
}

impl Names {
    /// An account of a person. Its stand-in is `user1`, `user2` and so on, in the order they are told.
    pub(super) fn add_account(&mut self, name: &str) {
        if name.is_empty() || self.accounts.contains_key(name) {
            return;
        }
        let stand_in = format!("user{}", self.accounts.len() + 1);
        self.add_word(name, &stand_in);
        self.add_phrase(&format!("/home/{name}"), &format!("/home/{stand_in}"));
        self.accounts.insert(name.to_owned(), stand_in);
    }

    /// Another name of the same person: the full one, or that of the home folder.
    pub(super) fn add_other_name(&mut self, other: &str, account: &str) {
        if let Some(stand_in) = self.accounts.get(account).cloned() {
            self.add_word(other, &stand_in);
        }
    }

    /// The host's name, with its domain if it has one.
    pub(super) fn add_host(&mut self, name: &str) {
        let (short, domain) = name.trim().split_once('.').unwrap_or((name.trim(), ""));
        for (name, stand_in) in [(short, "host1"), (domain, "example.invalid")] {
            if !EVERYBODYS.contains(&name) {
                self.add_word(name, stand_in);
            }
        }
    }

    /// The machine's id, which names folders and is replaced by one of the same form.
    pub(super) fn add_machine_id(&mut self, id: &[u8]) {
        if id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit) {
            self.machine_id = Some(id.to_ascii_lowercase());
        }
    }

    /// The stand-in of an account, or its own name where it is nobody's.
    pub(super) fn account<'a>(&'a self, name: &'a str) -> &'a str {
        self.accounts.get(name).map_or(name, String::as_str)
    }

    /// A text in which every name has its stand-in.
    pub(super) fn text(&self, text: &[u8]) -> Vec<u8> {
        let mut written = Vec::with_capacity(text.len());
        let mut rest = text;
        let mut before = None;
        while let Some((byte, tail)) = rest.split_first() {
            if let Some((taken, stand_in)) = self.name_at(rest, before) {
                written.extend_from_slice(stand_in);
                let (name, tail) = rest.split_at(taken);
                before = name.last().copied();
                rest = tail;
            } else {
                written.push(*byte);
                before = Some(*byte);
                rest = tail;
            }
        }
        written
    }

    fn add_word(&mut self, name: &str, stand_in: &str) {
        if name.trim().chars().count() >= SHORTEST_WORD || !name.is_ascii() {
            self.add_phrase(name.trim(), stand_in);
        }
    }

    fn add_phrase(&mut self, name: &str, stand_in: &str) {
        let name = name.to_ascii_lowercase().into_bytes();
        if !name.is_empty() && !self.words.iter().any(|(known, _)| *known == name) {
            let at = self.words.partition_point(|(known, _)| known.len() >= name.len());
            self.words.insert(at, (name, stand_in.as_bytes().to_vec()));
        }
    }

    /// The length of the name a text begins with, and its stand-in.
    fn name_at<'a>(&'a self, text: &[u8], before: Option<u8>) -> Option<(usize, &'a [u8])> {
        let is_hit = |name: &[u8]| {
            let Some((head, tail)) = text.split_at_checked(name.len()) else { return false };
            let begins = !(before.is_some_and(is_word) && name.first().copied().is_some_and(is_word));
            let ends = !(tail.first().copied().is_some_and(is_word) && name.last().copied().is_some_and(is_word));
            head.eq_ignore_ascii_case(name) && begins && ends
        };
        if let Some(id) = self.machine_id.as_deref().filter(|id| is_hit(id)) {
            return Some((id.len(), b"0123456789abcdef0123456789abcdef"));
        }
        let (name, stand_in) = self.words.iter().find(|(name, _)| is_hit(name))?;
        Some((name.len(), stand_in))
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add_account("tanaka");
        names.add_account("ab");
        names.add_other_name("Taro Tanaka", "tanaka");
        names.add_other_name("田中 太郎", "tanaka");
        names.add_host("pc-17.kenshin.example.jp");
        names.add_machine_id(b"00112233445566778899aabbccddeeff");
        names
    }

    fn text(text: &str) -> String {
        String::from_utf8(names().text(text.as_bytes())).unwrap()
    }

    #[test]
    fn names_are_replaced_as_whole_words() {
        assert_eq!(text("tanaka ALL=(ALL) ALL"), "user1 ALL=(ALL) ALL");
        assert_eq!(
            text("/home/tanaka/.ssh, Tanaka-pc, tanakas, xtanaka"),
            "/home/user1/.ssh, user1-pc, tanakas, xtanaka"
        );
        assert_eq!(text("# Taro Tanaka's (taro TANAKA)"), "# user1's (user1)");
        assert_eq!(text("担当田中 太郎様"), "担当user1様");
        assert_eq!(
            text("pc-17.kenshin.example.jp PC-17 mail.kenshin.example.jp"),
            "host1.example.invalid host1 mail.example.invalid"
        );
        assert_eq!(
            text("/var/log/journal/00112233445566778899aabbccddeeff"),
            "/var/log/journal/0123456789abcdef0123456789abcdef"
        );
    }

    #[test]
    fn short_names_are_replaced_only_where_they_are_names() {
        assert_eq!(text("ab /home/ab/x"), "ab /home/user2/x");
        assert_eq!(names().account("ab"), "user2");
        assert_eq!(names().account("chrony"), "chrony");
    }

    #[test]
    fn odd_names_do_no_harm() {
        let mut names = Names::default();
        names.add_account("");
        names.add_host("localhost");
        names.add_host("");
        names.add_host(".");
        names.add_machine_id(b"short");
        names.add_other_name("x", "nobody");
        assert_eq!(names.text(b"localhost nobody \xff\x00"), b"localhost nobody \xff\x00");
    }
}
