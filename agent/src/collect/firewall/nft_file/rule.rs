//! One rule of nft: conditions, and what is done where all of them hold.
//!
//! Source: nft(8). A condition that is not known is neither yes nor no, and so is what follows it.

use std::collections::BTreeMap;

use super::words::statements;
use crate::collect::firewall::addresses::range;
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::iptables_save::rule::Place;
use crate::collect::firewall::written::{
    Then, When, by_interface, by_ports, by_protocol, by_source, by_target, by_version, is_tcp,
};

/// The elements of each set; nothing of one that is filled elsewhere.
pub(super) type Sets = BTreeMap<String, Option<Vec<String>>>;

/// The elements in the block of a set.
pub(super) fn elements(block: &[String]) -> Option<Vec<String>> {
    let lines = statements(block);
    if lines.iter().any(|line| line.iter().any(|word| matches!(word.as_str(), "dynamic" | "timeout"))) {
        return None;
    }
    let line = lines.iter().find(|line| line.first().is_some_and(|word| word == "elements"))?;
    Some(line.get(2..)?.to_vec())
}

/// What a rule does, and when; one with a map of verdicts is as many rules as that has.
pub(super) fn rules(words: &[String], sets: &Sets, met: Place<'_>) -> Vec<(When, Then)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut reader = Reader { words: &words, at: 0, sets, met, when: When::all(Holds::Yes), found: Vec::new() };
    reader.read();
    reader.found
}

/// What a condition is about.
#[derive(Clone, Copy)]
enum Key {
    InputInterface,
    /// By its number, which a file may have in the place of its name.
    InputNumber,
    OutputInterface,
    Source,
    Target,
    Port,
    SourcePort,
    Protocol,
    Version,
    State,
    PacketType,
    Flags,
    /// How the address that it is for is routed.
    TargetType,
    /// Where the way back leads.
    WayBack,
    /// What unexpected packets have none of.
    None,
    /// What a sender chooses.
    Chosen,
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    sets: &'a Sets,
    met: Place<'a>,
    when: When,
    found: Vec<(When, Then)>,
}

impl<'a> Reader<'a> {
    fn peek(&self, more: usize) -> &'a str {
        self.words.get(self.at + more).copied().unwrap_or_default()
    }

    fn next(&mut self) -> &'a str {
        let word = self.peek(0);
        self.at += 1;
        word
    }

    fn narrow(&mut self, when: When) {
        self.when = self.when.and(when);
    }

    fn read(&mut self) {
        while self.at < self.words.len() {
            if !self.verdict() && !self.statement() && !self.condition() {
                self.lost();
            }
        }
    }

    /// The rest cannot be followed: whatever it decides in the end, it is not known when.
    fn lost(&mut self) {
        self.narrow(When::all(Holds::Unknown));
        let mut depth = 0_usize;
        while self.at < self.words.len() {
            match self.peek(0) {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "notrack" if depth == 0 => self.found.push((self.when, Then::Untracks)),
                // A map that is not followed may decide anything.
                "vmap" => {
                    self.found.push((self.when, Then::Queue));
                    self.at = self.words.len();
                }
                _ if depth == 0 && self.verdict() => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A word that decides ends the rule.
    fn verdict(&mut self) -> bool {
        let chain = self.peek(1).to_owned();
        let then = match self.peek(0) {
            "accept" => Then::Accept,
            "drop" | "reject" => Then::Refuse,
            "return" => Then::Return,
            "continue" => Then::Pass,
            "jump" => Then::Jump(chain),
            "goto" => Then::Goto(chain),
            "queue" => Then::Queue,
            _ => return false,
        };
        self.found.push((self.when, then));
        self.at = self.words.len();
        true
    }

    /// What changes nothing for this packet, or holds up to a rate.
    fn statement(&mut self) -> bool {
        match (self.peek(0), self.peek(1)) {
            ("counter", "packets") => self.at += 5,
            ("counter", "name") => self.at += 3,
            ("counter", _) => self.at += 1,
            ("notrack", _) => {
                self.at += 1;
                self.found.push((self.when, Then::Untracks));
            }
            ("comment", _) => self.at += 2,
            ("log", _) => {
                self.at += 1;
                while matches!(self.peek(0), "prefix" | "level" | "group" | "snaplen" | "queue-threshold" | "flags") {
                    let of_flags = self.next() == "flags";
                    self.at += usize::from(of_flags && matches!(self.peek(0), "tcp" | "ip"));
                    self.value();
                }
            }
            ("limit" | "quota", "name") => {
                self.at += 3;
                self.narrow(When::all(Holds::Sometimes));
            }
            ("limit" | "quota", _) => {
                self.at += 1;
                while matches!(
                    self.peek(0),
                    "rate" | "over" | "until" | "burst" | "used" | "packets" | "bytes" | "kbytes" | "mbytes"
                ) || self.peek(0).starts_with(|letter: char| letter.is_ascii_digit())
                    || ["bytes/", "kbytes/", "mbytes/"].iter().any(|unit| self.peek(0).starts_with(unit))
                {
                    self.at += 1;
                }
                self.narrow(When::all(Holds::Sometimes));
            }
            ("ct", "count") => {
                self.at += 2 + usize::from(self.peek(2) == "over");
                self.at += 1;
                self.narrow(When::all(Holds::Sometimes));
            }
            ("meta" | "ct", _) if self.peek(2) == "set" => {
                self.at += 3;
                self.value();
                // A value that is calculated is not followed.
                return self.at == self.words.len()
                    || !matches!(self.peek(0), "and" | "or" | "xor" | "&" | "|" | "^" | "map");
            }
            ("mark" | "priority", "set") => {
                self.at += 2;
                self.value();
            }
            ("add" | "update", set) if set.starts_with('@') && self.peek(2) == "{" => {
                self.at += 2;
                self.value();
                self.narrow(When::all(Holds::Sometimes));
            }
            _ => return false,
        }
        true
    }

    /// A condition; false where it cannot be followed.
    fn condition(&mut self) -> bool {
        let Some((key, words, within)) = self.key() else { return false };
        let interface = self.met.interface;
        let by_name = |value: &str| Some(When::all(by_interface(value, interface)));
        let of_values: &dyn Fn(&str) -> Option<When> = match key {
            Key::InputInterface => &by_name,
            Key::InputNumber => &|value| match value {
                "1" => by_name("lo"),
                number if number.bytes().all(|digit| digit.is_ascii_digit()) => None,
                name => by_name(name),
            },
            Key::State if self.met.is_untracked => &|_| None,
            Key::OutputInterface | Key::None => &|_| Some(When::all(Holds::No)),
            Key::Source => &|value| range(value).map(|_| by_source(value)),
            Key::Target => &|value| range(value).map(|_| by_target(value)),
            Key::Port => &|value| Some(by_ports(value)),
            Key::SourcePort => &|value| Some(When::all(if value == "0-65535" { Holds::Yes } else { Holds::Sometimes })),
            Key::Protocol => &|value| Some(by_protocol(value)),
            Key::Version => &|value| match value {
                "ip" | "ipv4" => Some(by_version(false)),
                "ip6" | "ipv6" => Some(by_version(true)),
                other => named(other, false),
            },
            Key::State if self.met.is_given_up => {
                &|value| if matches!(value, "new" | "untracked") { None } else { named(value, false) }
            }
            Key::State => &|value| named(value, value == "new"),
            Key::PacketType => &|value| named(value, matches!(value, "host" | "unicast")),
            Key::TargetType => &|value| named(value, value == "local"),
            Key::WayBack => &|value| match value {
                "missing" | "0" => Some(When::all(Holds::No)),
                "exists" => Some(When::all(Holds::Yes)),
                _ => None,
            },
            Key::Chosen => &|_| Some(When::all(Holds::Sometimes)),
            Key::Flags => {
                self.at += words;
                let Some(found) = self.flags() else { return false };
                self.narrow(within.and(found));
                return true;
            }
        };
        let before = self.at;
        self.at += words;
        let sign = match self.peek(0) {
            "!=" | "ne" | "neq" | "==" | "eq" | "!" => self.next(),
            "vmap" => {
                self.at += 1;
                return self.map(within, of_values) || self.back(before, within);
            }
            // Joined, masked, compared or looked up in a map.
            "." | "<" | ">" | "<=" | ">=" | "lt" | "gt" | "le" | "ge" | "&" | "and" | "|" | "or" | "map" | "set"
            | "" => {
                return self.back(before, within);
            }
            _ => "==",
        };
        let negated = matches!(sign, "!=" | "ne" | "neq" | "!");
        let found = self.value().iter().fold(When::all(Holds::No), |found, value| {
            let known = if value.starts_with(['@', '$']) { None } else { of_values(value) };
            found.or(known.unwrap_or(When::all(Holds::Unknown)))
        });
        self.narrow(within.and(found.inverted(negated)));
        !matches!(self.peek(0), "and" | "or" | "&" | "|" | ".")
    }

    /// A condition that is not followed is still one of packets that have what it is about.
    fn back(&mut self, place: usize, within: When) -> bool {
        self.at = place;
        self.narrow(within);
        false
    }

    /// What a condition is about, its words, and the packets that have it at all.
    fn key(&self) -> Option<(Key, usize, When)> {
        let all = When::all(Holds::Yes);
        let (first, second) = (self.peek(0), self.peek(1));
        let udp = by_protocol("udp");
        Some(match (first, second) {
            ("iif", _) => (Key::InputNumber, 1, all),
            ("iifname", _) => (Key::InputInterface, 1, all),
            ("oif" | "oifname", _) => (Key::OutputInterface, 1, all),
            ("meta", "iif") => (Key::InputNumber, 2, all),
            ("meta", "iifname") => (Key::InputInterface, 2, all),
            ("meta", "oif" | "oifname") => (Key::OutputInterface, 2, all),
            ("meta", "l4proto") => (Key::Protocol, 2, all),
            ("meta", "nfproto" | "protocol") => (Key::Version, 2, all),
            ("meta", "pkttype") => (Key::PacketType, 2, all),
            ("pkttype", _) => (Key::PacketType, 1, all),
            ("meta", "length")
            | ("ip", "length" | "ttl" | "dscp" | "id" | "ecn" | "tos")
            | ("ip6", "hoplimit" | "dscp" | "flowlabel" | "length") => (Key::Chosen, 2, all),
            ("ip", "saddr") => (Key::Source, 2, by_version(false)),
            ("ip6", "saddr") => (Key::Source, 2, by_version(true)),
            ("ip", "daddr") => (Key::Target, 2, by_version(false)),
            ("ip6", "daddr") => (Key::Target, 2, by_version(true)),
            ("ip", "protocol") => (Key::Protocol, 2, by_version(false)),
            ("ip6", "nexthdr") => (Key::Protocol, 2, by_version(true)),
            ("tcp", "dport") => (Key::Port, 2, is_tcp()),
            ("udp", "dport") => (Key::Port, 2, udp),
            ("th", "dport") => (Key::Port, 2, all),
            ("tcp", "sport") => (Key::SourcePort, 2, is_tcp()),
            ("udp", "sport") => (Key::SourcePort, 2, udp),
            ("th", "sport") => (Key::SourcePort, 2, all),
            ("tcp", "flags") => (Key::Flags, 2, is_tcp()),
            ("ct", "state") => (Key::State, 2, all),
            ("ct", "status") if self.met.is_given_up || self.met.is_untracked => return None,
            // No connection was translated yet, and a sender is none that is named.
            ("ct", "status") | ("ether", "saddr") => (Key::None, 2, all),
            ("icmp" | "icmpv6" | "igmp" | "esp" | "ah" | "sctp" | "dccp" | "udplite" | "comp" | "gre", _) => {
                (Key::None, 2, When::all(Holds::No))
            }
            ("fib", "daddr") if self.peek(2) == "type" => (Key::TargetType, 3, all),
            ("fib", "daddr") if [self.peek(2), self.peek(3), self.peek(4)] == [".", "iif", "type"] => {
                (Key::TargetType, 5, all)
            }
            ("fib", "saddr") if self.peek(2) == "oif" => (Key::WayBack, 3, all),
            ("fib", "saddr") => {
                let words = (3..9).find(|more| matches!(self.peek(*more), "oif" | "oifname"))?;
                (Key::WayBack, words + 1, all)
            }
            _ => return None,
        })
    }

    /// The values at this place: one, several with `,` between, or a list in braces; sets by their elements.
    fn value(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        if self.peek(0) == "{" {
            let (mut depth, from) = (0_usize, self.at);
            while self.at < self.words.len() {
                match self.next() {
                    "{" => depth += 1,
                    "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            add(&mut found, self.words.get(from..self.at).unwrap_or_default());
            return found;
        }
        let from = self.at;
        self.at += 1;
        while self.peek(0) == "," {
            self.at += 2;
        }
        let words = self.words.get(from..self.at.min(self.words.len())).unwrap_or_default();
        match words.first().and_then(|word| word.strip_prefix('@')).map(|name| self.sets.get(name)) {
            Some(Some(Some(elements))) => {
                let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
                add(&mut found, &elements);
            }
            _ => add(&mut found, words),
        }
        found
    }

    /// `vmap { 22 : accept, 80 : drop }`: a rule each.
    fn map(&mut self, within: When, of_values: &dyn Fn(&str) -> Option<When>) -> bool {
        if self.peek(0) != "{" {
            return false;
        }
        let from = self.at + 1;
        self.value();
        if self.at < self.words.len() && !matches!(self.peek(0), "comment") {
            return false;
        }
        let body = self.words.get(from..self.at.saturating_sub(1)).unwrap_or_default();
        let mut catch_all = None;
        let mut rules = Vec::new();
        for element in body.split(|word| *word == ",") {
            let text = element.iter().filter(|word| **word != ";").copied().collect::<Vec<_>>().join(" ");
            if text.is_empty() {
                continue;
            }
            let Some((key, verdict)) =
                text.split_once(" : ").or_else(|| text.split_once(": ")).or_else(|| text.rsplit_once(':'))
            else {
                return false;
            };
            let words: Vec<&str> = verdict.split_whitespace().collect();
            let then = match (words.first().copied(), words.get(1).copied().unwrap_or_default()) {
                (Some("accept"), _) => Then::Accept,
                (Some("drop" | "reject"), _) => Then::Refuse,
                (Some("return"), _) => Then::Return,
                (Some("continue"), _) => Then::Pass,
                (Some("jump"), chain) => Then::Jump(chain.to_owned()),
                (Some("goto"), chain) => Then::Goto(chain.to_owned()),
                _ => return false,
            };
            let key = key.trim();
            if key == "*" {
                catch_all = Some((self.when.and(within), then));
            } else {
                let when = of_values(key).unwrap_or(When::all(Holds::Unknown));
                rules.push((self.when.and(within).and(when), then));
            }
        }
        self.found.extend(rules);
        self.found.extend(catch_all);
        self.at = self.words.len();
        true
    }

    /// `syn`, `!= syn`, `syn / fin,syn,rst,ack`, `& (fin|syn|rst|ack) == syn`: of an unexpected packet SYN alone is set.
    fn flags(&mut self) -> Option<When> {
        let has = |list: &[String], flag: &str| list.iter().any(|name| name == flag);
        let others = ["fin", "rst", "psh", "ack", "urg", "ecn", "cwr"];
        let as_wanted = |mask: &[String], wanted: &[String]| {
            let other = others.iter().any(|flag| has(mask, flag) && has(wanted, flag));
            !other && has(mask, "syn") == has(wanted, "syn")
        };
        let names = |text: &str| {
            text.split([' ', '|', '(', ')', ',']).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        if matches!(self.peek(0), "&" | "and") {
            self.at += 1;
            let from = self.at;
            while !matches!(self.peek(0), "==" | "!=" | "") {
                self.at += 1;
            }
            let mask = names(&self.words.get(from..self.at)?.join(" "));
            let negated = self.next() == "!=";
            let from = self.at;
            self.at += 1;
            while matches!(self.peek(0), "|" | ")") || self.peek(0).starts_with('|') {
                self.at += 2;
            }
            let wanted = names(&self.words.get(from..self.at.min(self.words.len()))?.join(" "));
            let wanted = if wanted == ["0x0"] || wanted == ["0"] { Vec::new() } else { wanted };
            return Some(When::all(as_wanted(&mask, &wanted).into()).inverted(negated));
        }
        let sign = if matches!(self.peek(0), "!=" | "==" | "!") { self.next() } else { "" };
        let is_list = self.peek(0) == "{";
        let wanted = self.value();
        if self.peek(0) == "/" {
            self.at += 1;
            let mask = self.value();
            return Some(When::all(as_wanted(&mask, &wanted).into()).inverted(sign == "!="));
        }
        let exactly = wanted == ["syn"] || is_list && has(&wanted, "syn");
        Some(When::all(match sign {
            "!=" => (!exactly).into(),
            "==" => exactly.into(),
            "!" => (!has(&wanted, "syn")).into(),
            _ if is_list => exactly.into(),
            _ => has(&wanted, "syn").into(),
        }))
    }
}

/// Whether a word is what the packet is; what a number stands for is not looked up.
fn named(word: &str, is_so: bool) -> Option<When> {
    (!word.starts_with(|letter: char| letter.is_ascii_digit())).then(|| When::all(is_so.into()))
}

/// Adds the values of a list; what is in braces within it is of it.
fn add(found: &mut Vec<String>, words: &[&str]) {
    for value in words.split(|word| matches!(*word, "," | "{" | "}" | ";")) {
        // What is said of an element beside its value: a comment, a time, a counter.
        let value = value.split(|word| matches!(*word, "comment" | "timeout" | "expires" | "counter")).next();
        let value = value.unwrap_or_default().concat();
        if !value.is_empty() {
            found.push(value);
        }
    }
}
