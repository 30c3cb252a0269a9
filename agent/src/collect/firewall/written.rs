//! Rules as they are written in files, as far as unexpected packets meet them.
//!
//! A file is followed by one packet of each kind: of either version of IP, either protocol, to a port in each part of the range,
//! from two addresses. What a file does not tell, such as by which interface the packet comes, is neither yes nor no.

use std::array;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::addresses::{is_own, is_within, range};
use super::holds::Holds;
use super::packet::{PORTS, SOURCES_V4, SOURCES_V6};

/// Rules that are looked at for one packet.
const STEPS_MAX: usize = 50_000;
const DEPTH_MAX: usize = 16;
/// Beginnings of the names of interfaces that lead to this host's guests or through a tunnel. `ppp` and `wwan` lead to a
/// provider.
const INWARD: [&str; 12] =
    ["docker", "virbr", "veth", "podman", "cni", "lxcbr", "lxdbr", "lxc", "incusbr", "wg", "tun", "tap"];
/// Docker's bridges are `br-` and twelve digits of the network's number; others lead anywhere.
const DOCKER_BRIDGE: (&str, usize) = ("br-", 12);
/// Packets of one version of IP that are tried.
const OF_A_FAMILY: usize = PORTS.len() * 2 * SOURCES_V4.len();

/// A packet that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// IPv6, not IPv4.
    pub is_ipv6: bool,
    /// UDP, not TCP.
    pub is_udp: bool,
    /// The port it is for.
    pub port: u16,
    /// The address it is from.
    pub source: IpAddr,
}

impl Tried {
    fn at(place: usize) -> Self {
        let is_ipv6 = place >= OF_A_FAMILY;
        let which = place / (PORTS.len() * 2) % SOURCES_V4.len();
        let source = if is_ipv6 { IpAddr::V6(SOURCES_V6[which]) } else { IpAddr::V4(SOURCES_V4[which]) };
        let port = PORTS[place % PORTS.len()];
        Self { is_ipv6, is_udp: place / PORTS.len() % 2 == 1, port, source }
    }
}

/// For which of the packets that are tried a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When([Holds; OF_A_FAMILY * 2]);

impl When {
    /// The same for each.
    pub const fn all(holds: Holds) -> Self {
        Self([holds; OF_A_FAMILY * 2])
    }

    /// As it is for each.
    pub fn of(judge: impl Fn(Tried) -> Holds) -> Self {
        Self(array::from_fn(|place| judge(Tried::at(place))))
    }

    /// It holds for one of them, or may.
    pub fn is_for_some(&self) -> bool {
        self.0.iter().any(|holds| *holds != Holds::No)
    }

    /// Where both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(array::from_fn(|place| self.0[place].and(other.0[place])))
    }

    /// Where one of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(array::from_fn(|place| self.0[place].or(other.0[place])))
    }

    /// Where it does not hold, if `inverted`.
    #[must_use]
    pub fn inverted(self, inverted: bool) -> Self {
        Self(self.0.map(|holds| holds.inverted(inverted)))
    }
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Lets in.
    Accept,
    /// Drops or rejects.
    Refuse,
    /// Ends the chain.
    Return,
    /// Goes to another chain, and back.
    Jump(String),
    /// Goes to another chain.
    Goto(String),
    /// Lets a program decide.
    Queue,
    /// Of what connection the packet is will not be known.
    Untracks,
    /// Nothing.
    Pass,
}

/// A chain as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WrittenChain {
    /// What becomes of packets at its end; absent for one that is jumped to.
    pub refuses: Option<bool>,
    /// Its rules.
    pub rules: Vec<(When, Then)>,
}

impl WrittenChain {
    /// Of what connection some of the packets are may not be known any more.
    pub fn gives_up(&self) -> bool {
        self.rules.iter().any(|(when, then)| *then == Then::Untracks && when.is_for_some())
    }
}

/// The chains of one table.
pub type Chains = BTreeMap<String, WrittenChain>;

/// What becomes of unexpected packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// They are refused.
    Refused,
    /// They are let in, and where.
    Accepted(String),
    /// It is not known, and why.
    Unclear(String),
    /// They come back from the chain.
    Through,
}

impl Outcome {
    /// The worse of two: what is let in, then what is not known.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Accepted(_) => 3,
            Self::Through => 2,
            Self::Unclear(_) => 1,
            Self::Refused => 0,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

/// One packet on its way.
struct Walk<'a> {
    chains: &'a Chains,
    place: usize,
    steps: usize,
    /// Why it may be let in, where it seems to be refused.
    may_be_accepted: Option<String>,
    /// Why it may be refused, where it seems to be let in.
    may_be_refused: Option<String>,
}

/// A chain in which packets begin their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base<'a> {
    /// The chains of its table.
    pub chains: &'a Chains,
    /// Its name.
    pub name: &'a str,
    /// Packets come here before it is known of what connection they are.
    pub is_untracked: bool,
}

/// The worst that a chain does to unexpected packets of one version of IP.
pub fn outcome(chains: &Chains, start: &str, is_ipv6: bool) -> Outcome {
    outcome_of(&[Base { chains, name: start, is_untracked: false }], is_ipv6)
}

/// The worst that several chains do to unexpected packets, all of which meet each of them: what one lets through the others may
/// still refuse.
pub fn outcome_of(bases: &[Base<'_>], is_ipv6: bool) -> Outcome {
    let from = if is_ipv6 { OF_A_FAMILY } else { 0 };
    let mut worst = Outcome::Refused;
    for place in from..from + OF_A_FAMILY {
        let mut of_packet = Outcome::Accepted("no chain is on hook input".to_owned());
        for base in bases {
            of_packet = match (base.outcome(place), of_packet) {
                (Outcome::Refused, _) => {
                    of_packet = Outcome::Refused;
                    break;
                }
                (unclear @ Outcome::Unclear(_), _) | (_, unclear @ Outcome::Unclear(_)) => unclear,
                (open, _) => open,
            };
        }
        worst = worst.or_worse(of_packet);
        if matches!(worst, Outcome::Accepted(_)) {
            break;
        }
    }
    worst
}

impl Base<'_> {
    fn outcome(self, place: usize) -> Outcome {
        let mut walk = Walk { chains: self.chains, place, steps: 0, may_be_accepted: None, may_be_refused: None };
        let found = walk.run(self.name, 0);
        match (found, walk.may_be_accepted, walk.may_be_refused) {
            (Outcome::Refused, Some(why), _) | (Outcome::Accepted(_) | Outcome::Through, _, Some(why)) => {
                Outcome::Unclear(why)
            }
            (Outcome::Refused, ..) if self.is_untracked && self.leads_on() => Outcome::Unclear(format!(
                "chain {} leads to others before it is known of what connection a packet is",
                self.name
            )),
            (found, ..) => found,
        }
    }

    /// Other chains may ask of what connection a packet is.
    fn leads_on(self) -> bool {
        let chain = self.chains.get(self.name);
        chain.is_some_and(|chain| chain.rules.iter().any(|(_, then)| matches!(then, Then::Jump(_) | Then::Goto(_))))
    }
}

impl Walk<'_> {
    fn run(&mut self, name: &str, depth: usize) -> Outcome {
        let Some(chain) = self.chains.get(name) else {
            return Outcome::Unclear(format!("chain {name} is not in the file"));
        };
        if depth > DEPTH_MAX {
            return Outcome::Unclear(format!("chain {name}: jumps are nested too deep"));
        }
        let mut may_go_through = false;
        for ((when, then), number) in chain.rules.iter().zip(1_usize..) {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return Outcome::Unclear(format!("more than {STEPS_MAX} rules"));
            }
            let holds = when.0[self.place];
            if holds == Holds::No {
                continue;
            }
            let found = match then {
                Then::Pass | Then::Untracks => continue,
                Then::Accept => Outcome::Accepted(format!("chain {name}, rule {number} accepts")),
                Then::Refuse => Outcome::Refused,
                Then::Return => Outcome::Through,
                Then::Queue => Outcome::Unclear(format!("chain {name}, rule {number}: a program decides")),
                Then::Jump(to) => match self.run(to, depth + 1) {
                    Outcome::Through => continue,
                    other => other,
                },
                Then::Goto(to) => self.run(to, depth + 1),
            };
            let why = || format!("chain {name}, rule {number} has a condition that is not known");
            match (holds, found) {
                (Holds::Yes, Outcome::Refused) if may_go_through => break,
                (Holds::Yes, Outcome::Through) => break,
                (Holds::Yes, found) => return found,
                (_, Outcome::Unclear(why)) => {
                    // What comes behind it may be clear all the same.
                    self.may_be_accepted.get_or_insert_with(|| why.clone());
                    self.may_be_refused.get_or_insert(why);
                    may_go_through = true;
                }
                (Holds::Unknown, Outcome::Refused) => {
                    self.may_be_refused.get_or_insert_with(why);
                }
                (_, Outcome::Refused) => {}
                (_, Outcome::Through) => may_go_through = true,
                (Holds::Unknown | Holds::Listed, Outcome::Accepted(_)) => {
                    self.may_be_accepted.get_or_insert_with(why);
                }
                (_, found) => return found,
            }
        }
        match chain.refuses {
            None => Outcome::Through,
            Some(true) => Outcome::Refused,
            Some(false) => Outcome::Accepted(format!("chain {name}: its policy accepts")),
        }
    }
}

/// Whether packets come by an interface of that name, of which `+` or `*` at the end stands for anything: those that come by
/// `interface`, or unexpected ones where it is not known by which these come.
pub fn by_interface(name: &str, interface: Option<&str>) -> Holds {
    let (known, is_pattern) = name.strip_suffix(['+', '*']).map_or((name, false), |known| (known, true));
    if is_pattern && known.is_empty() {
        return Holds::Yes;
    }
    if let Some(interface) = interface {
        return if is_pattern { interface.starts_with(known) } else { interface == known }.into();
    }
    let of_docker = |name: &str| {
        let number = name.strip_prefix(DOCKER_BRIDGE.0);
        number.is_some_and(|number| {
            number.len() == DOCKER_BRIDGE.1 && number.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    };
    let inward =
        !is_pattern && (known == "lo" || of_docker(known)) || INWARD.iter().any(|inward| known.starts_with(inward));
    if inward { Holds::No } else { Holds::Sometimes }
}

/// The packets that are for one of these ports: `80`, `80,443`, `1024:65535`, `1024-65535`, `ssh`.
pub fn by_ports(text: &str) -> When {
    let number = |text: &str, otherwise: u16| if text.is_empty() { Some(otherwise) } else { text.trim().parse().ok() };
    let mut found = When::all(Holds::No);
    for part in text.split(',').map(str::trim) {
        let bounds = part.split_once([':', '-']).map_or_else(
            || number(part, 0).map(|port| (port, port)),
            |(first, last)| number(first, 0).zip(number(last, u16::MAX)),
        );
        let is_name = !part.is_empty() && part.starts_with(|letter: char| letter.is_ascii_lowercase());
        found = found.or(match bounds {
            Some((first, last)) => When::of(|tried| (first..=last).contains(&tried.port).into()),
            // No service is known at the ports that are tried.
            None if is_name && !part.contains(':') => When::all(Holds::No),
            None => When::all(Holds::Unknown),
        });
    }
    found
}

/// Whether a port at which nothing is expected is among these.
pub fn covers_unexpected_ports(text: &str) -> bool {
    by_ports(text).is_for_some()
}

/// The packets of one of these protocols: `tcp`, `17`, `tcp,udp`.
pub fn by_protocol(name: &str) -> When {
    match name.to_ascii_lowercase().as_str() {
        "all" | "0" | "ip" => When::all(Holds::Yes),
        "tcp" | "6" => When::of(|tried| (!tried.is_udp).into()),
        "udp" | "17" => When::of(|tried| tried.is_udp.into()),
        // A number alone is another protocol; several are not followed.
        name if name.starts_with(|letter: char| letter.is_ascii_digit()) && name.parse::<u8>().is_err() => {
            When::all(Holds::Unknown)
        }
        _ => When::all(Holds::No),
    }
}

/// The packets that are from one of these addresses.
pub fn by_source(text: &str) -> When {
    let range = range(text);
    When::of(|tried| range.map_or(Holds::Unknown, |range| is_within(range, tried.source).into()))
}

/// The packets that are for one of these addresses.
pub fn by_target(text: &str) -> When {
    let family = range(text).map(|(first, _)| first.is_ipv6());
    let own = is_own(text);
    When::of(|tried| if family.is_some_and(|is_ipv6| is_ipv6 != tried.is_ipv6) { Holds::No } else { own })
}

/// The packets of TCP.
pub fn is_tcp() -> When {
    When::of(|tried| (!tried.is_udp).into())
}

/// The packets of one version of IP.
pub fn by_version(is_ipv6: bool) -> When {
    When::of(|tried| (tried.is_ipv6 == is_ipv6).into())
}
