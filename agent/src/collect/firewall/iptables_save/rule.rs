//! One rule of a file of iptables: `-A INPUT -p tcp ! --syn -j DROP`.
//!
//! Source: iptables(8) and iptables-extensions(8). A `!` in front of an option turns that option, and no other.

use crate::collect::firewall::addresses::is_from;
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::written::{
    Then, When, by_interface, by_ports, by_protocol, by_source, by_target, by_version, is_tcp,
};

/// Conditions that say nothing themselves; their options do.
const PLAIN: [&str; 19] = [
    "tcp",
    "udp",
    "comment",
    "conntrack",
    "state",
    "multiport",
    "iprange",
    "addrtype",
    "set",
    "mac",
    "pkttype",
    "policy",
    "rpfilter",
    "icmp",
    "icmp6",
    "icmpv6",
    "standard",
    "udplite",
    "geoip",
];
/// Conditions that hold for some packets: a rate, or what a sender chooses.
const CHOSEN: [&str; 15] = [
    "limit",
    "hashlimit",
    "recent",
    "connlimit",
    "statistic",
    "string",
    "ttl",
    "hl",
    "length",
    "dscp",
    "tos",
    "tcpmss",
    "time",
    "quota",
    "ecn",
];
/// Headers that unexpected packets do not have.
const OTHER_HEADERS: [&str; 9] = ["rt", "frag", "ah", "esp", "sctp", "dccp", "hbh", "dst", "mh"];

/// A rule, and where it comes.
pub(in crate::collect::firewall) struct Rule {
    pub(in crate::collect::firewall) chain: String,
    /// How many rules stand before it; absent where it is the last one.
    pub(in crate::collect::firewall) place: Option<usize>,
    pub(in crate::collect::firewall) when: When,
    pub(in crate::collect::firewall) then: Then,
}

/// Where packets are that meet a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::collect::firewall) struct Place<'a> {
    /// By what they came, where that is known.
    pub(in crate::collect::firewall) interface: Option<&'a str>,
    /// It is not known of what connection they are.
    pub(in crate::collect::firewall) is_untracked: bool,
    /// A rule may have said that this is not to be known: they begin a connection, or are of none.
    pub(in crate::collect::firewall) is_given_up: bool,
}

/// The rule of a line; nothing for a line that adds none.
pub(in crate::collect::firewall) fn rule(words: &[String], met: Place<'_>) -> Option<Rule> {
    let mut words = words.iter().map(String::as_str).skip_while(|word| word.starts_with('[')).peekable();
    let is_first = match words.next()? {
        "-A" | "--append" => false,
        "-I" | "--insert" => true,
        _ => return None,
    };
    let chain = words.next()?.to_owned();
    let number: Option<usize> = words.peek().filter(|_| is_first).and_then(|word| word.parse().ok());
    let place = is_first.then(|| number.map_or(0, |number| number.saturating_sub(1)));
    let (mut when, mut then, mut negated) = (When::all(Holds::Yes), Then::Pass, false);
    // A condition whose options are not looked at was named.
    let mut is_loose = false;
    while let Some(word) = words.next() {
        if word == "!" {
            negated = !negated;
            continue;
        }
        let found = match word {
            "-j" | "--jump" | "-g" | "--goto" => {
                let target = words.next()?;
                then = self::then(target, matches!(word, "-g" | "--goto"));
                if then == Then::Pass {
                    // What follows are the target's own options.
                    if target == "CT" && words.any(|word| word == "--notrack") {
                        then = Then::Untracks;
                    }
                    break;
                }
                When::all(Holds::Yes)
            }
            "-m" | "--match" => {
                let (found, loose) = by_condition(words.next()?);
                is_loose |= loose;
                // A `!` in front of it, as old files have it, turns its first option.
                when = when.and(found);
                continue;
            }
            "--syn" => When::all(Holds::Yes).and(is_tcp()),
            "--tcp-flags" => When::all(by_flags(words.next()?, words.next()?)),
            "--limit-iface-in" | "--limit-iface-out" | "--strict" | "--loose" | "--validmark" | "--accept-local" => {
                continue;
            }
            "-f" | "--fragment" | "--invert" => When::all(Holds::No),
            "-4" | "--ipv4" => by_version(false),
            "-6" | "--ipv6" => by_version(true),
            "-c" | "--set-counters" => {
                words.nth(1)?;
                continue;
            }
            "--comment" | "--reject-with" | "--icmp-type" | "--icmpv6-type" | "--dir" | "--ctdir" => {
                words.next()?;
                continue;
            }
            "--match-set" => {
                words.next()?;
                let of_senders = words.next()?.split(',').next() == Some("src");
                When::all(if of_senders { Holds::Listed } else { Holds::Unknown })
            }
            word if word.starts_with('-') => match words.peek() {
                // `-s ! 10.0.0.0/8`, as long ago.
                Some(&"!") => return None,
                Some(value) => match by_value(word, value, met) {
                    Some(found) => {
                        words.next();
                        found
                    }
                    None if is_loose => When::all(Holds::Yes).inverted(negated),
                    None => When::all(Holds::Unknown),
                },
                None if is_loose => When::all(Holds::Yes).inverted(negated),
                None => When::all(Holds::Unknown),
            },
            // The value of an option that is not looked at.
            _ => continue,
        };
        when = when.and(found.inverted(negated));
        negated = false;
    }
    Some(Rule { chain, place, when, then })
}

/// For which packets a named condition can hold, and whether its options are to be passed over.
fn by_condition(name: &str) -> (When, bool) {
    match name {
        name if PLAIN.contains(&name) => (When::all(Holds::Yes), false),
        name if CHOSEN.contains(&name) => (When::all(Holds::Sometimes), true),
        name if OTHER_HEADERS.contains(&name) => (When::all(Holds::No), true),
        _ => (When::all(Holds::Unknown), true),
    }
}

/// An option with one value; nothing for one that is not known.
fn by_value(option: &str, value: &str, met: Place<'_>) -> Option<When> {
    let any = |judge: &dyn Fn(&str) -> When| {
        value.split(',').fold(When::all(Holds::No), |found, part| found.or(judge(part.trim())))
    };
    Some(match option {
        "-i" | "--in-interface" => When::all(by_interface(value, met.interface)),
        "--ctstate" | "--state" | "--ctstatus" if met.is_untracked => When::all(Holds::Unknown),
        "--ctstatus" if met.is_given_up => When::all(Holds::Unknown),
        "--ctstate" | "--state" if met.is_given_up => {
            When::all(match (has_state(value, "NEW"), has_state(value, "UNTRACKED")) {
                (true, true) => Holds::Yes,
                (false, false) => Holds::No,
                _ => Holds::Unknown,
            })
        }
        // What is for this host leaves by no interface, and no sender is one that is named.
        "-o" | "--out-interface" | "--mac-source" => When::all(Holds::No),
        "-p" | "--protocol" => by_protocol(value),
        "-s" | "--source" | "--src" => any(&by_source),
        "-d" | "--destination" | "--dst" => any(&by_target),
        "--src-range" => When::of(|tried| is_from(value, tried.source)),
        "--dst-range" => by_target(value),
        "--dport" | "--dports" | "--destination-port" | "--destination-ports" => by_ports(value),
        // Who sends a packet chooses the port it is from.
        "--sport" | "--sports" | "--source-port" | "--source-ports" | "--ports" => match value {
            "0:65535" | ":" | "0:" | ":65535" => When::all(Holds::Yes),
            _ => When::all(Holds::Sometimes),
        },
        "--ctstate" | "--state" => When::all(has_state(value, "NEW").into()),
        "--ctstatus" => When::all(match value {
            "NONE" => Holds::Yes,
            _ => Holds::No,
        }),
        "--src-type" => When::all(value.split(',').any(|kind| kind.eq_ignore_ascii_case("UNICAST")).into()),
        "--dst-type" => When::all(value.split(',').any(|kind| kind.eq_ignore_ascii_case("LOCAL")).into()),
        "--pkt-type" => When::all(value.eq_ignore_ascii_case("unicast").into()),
        "--pol" => When::all((value == "none").into()),
        "--tcp-option" => When::all(Holds::Sometimes),
        "--src-cc" | "--source-country" => When::all(Holds::Listed),
        _ => return None,
    })
}

fn has_state(list: &str, wanted: &str) -> bool {
    list.split(',').any(|state| state.eq_ignore_ascii_case(wanted))
}

/// Of the flags in the first list those of the second are set: of an unexpected packet SYN alone is.
fn by_flags(mask: &str, wanted: &str) -> Holds {
    let has = |list: &str, flag: &str| {
        list.split(',').any(|name| name.eq_ignore_ascii_case(flag) || name.eq_ignore_ascii_case("ALL"))
    };
    let others = ["FIN", "RST", "PSH", "ACK", "URG"].iter().any(|flag| has(mask, flag) && has(wanted, flag));
    (!others && has(mask, "SYN") == has(wanted, "SYN")).into()
}

fn then(target: &str, is_goto: bool) -> Then {
    match target {
        "ACCEPT" => Then::Accept,
        "DROP" | "REJECT" | "TARPIT" => Then::Refuse,
        "RETURN" => Then::Return,
        "NFQUEUE" | "QUEUE" => Then::Queue,
        "LOG" | "NFLOG" | "ULOG" | "AUDIT" | "MARK" | "CONNMARK" | "CT" | "TRACE" | "SET" | "TCPMSS" | "CLASSIFY"
        | "SECMARK" | "CONNSECMARK" | "CHECKSUM" | "DSCP" | "TOS" | "TTL" | "HL" | "TEE" => Then::Pass,
        "NOTRACK" => Then::Untracks,
        chain if is_goto => Then::Goto(chain.to_owned()),
        chain => Then::Jump(chain.to_owned()),
    }
}
