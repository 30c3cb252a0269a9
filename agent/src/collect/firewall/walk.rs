//! What the rules do to one packet.
//!
//! The packet is followed as the kernel does: through the base chains of its family by priority, rule by rule. Where something
//! is not known or differs from packet to packet, both ways are followed, and the one that lets it in counts.

use std::collections::BTreeMap;

use super::holds::Holds;
use super::iptables_match;
use super::packet::Packet;
use super::registers::Registers;
use super::rule_set::{Chain, Element, Expression, Verdict};

const INET: u8 = 1;
const IPV4: u8 = 2;
const IPV6: u8 = 10;
const NETDEV: u8 = 5;
/// NF_NETDEV_INGRESS and NF_INET_INGRESS.
const DEVICE_INGRESS: u32 = 0;
const INET_INGRESS: u32 = 5;
/// The priority behind which it is known of what connection a packet is (NF_IP_PRI_CONNTRACK).
const TRACKED: i32 = -200;
const PREROUTING: u32 = 0;
const INPUT: u32 = 1;
const FORWARD: u32 = 2;
/// The kernel follows no more (NFT_JUMP_STACK_SIZE).
const DEPTH_MAX: usize = 16;
/// Rules that are looked at for one packet.
const STEPS_MAX: usize = 100_000;
/// Conditions of iptables on the connection that a packet is of.
const OF_CONNECTIONS: [&str; 6] = ["conntrack", "state", "connmark", "connbytes", "connlabel", "helper"];
const MARK: u32 = 3;
const CONNECTION_MARK: u32 = 3;
/// NFT_REG_VERDICT.
const VERDICT: u32 = 0;

/// What becomes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is refused.
    Refused,
    /// It is let in, and where.
    Accepted(String),
    /// What it meets cannot be followed, and why.
    Unclear(String),
}

/// Where the elements of a set are found: by family, table and name.
pub type Sets<'a> = dyn Fn(u8, &str, &str) -> Result<Vec<Element>, String> + 'a;

/// How a chain ended for a packet.
enum Ran {
    Through,
    Ended(Fate),
}

/// The rules, and one packet on its way.
pub struct Walk<'a> {
    chains: &'a [Chain],
    sets: &'a Sets<'a>,
    packet: &'a Packet,
    mark: Option<Vec<u8>>,
    /// The connection has no mark.
    connection_is_unmarked: bool,
    /// It is known of what connection it is.
    is_tracked: bool,
    /// A rule may have said that this is not to be known.
    is_given_up: bool,
    steps: usize,
    /// Why it may be refused, where it seems to be let in.
    may_be_refused: Option<String>,
    /// Why it may be let in, where it seems to be refused.
    may_be_accepted: Option<String>,
}

/// Where packets meet base chains, in their order.
const FROM_DEVICE: u8 = 0;
const BEFORE: u8 = 1;
const AT_LAST: u8 = 2;

/// What becomes of a packet that comes in, for this host or to be passed on.
pub fn fate(chains: &[Chain], sets: &Sets<'_>, packet: &Packet) -> Fate {
    let mut walk = Walk {
        chains,
        sets,
        packet,
        mark: Some(vec![0; 4]),
        connection_is_unmarked: true,
        is_tracked: true,
        is_given_up: false,
        steps: 0,
        may_be_refused: None,
        may_be_accepted: None,
    };
    let family = if packet.is_ipv6 { IPV6 } else { IPV4 };
    let wanted = if packet.way_out.is_some() { FORWARD } else { INPUT };
    let place = |chain: &Chain| -> Option<(u8, i32)> {
        let (hook, priority) = chain.hook?;
        let is_of_device = chain.devices.contains(&packet.interface_name);
        let place = match (chain.family, hook) {
            (NETDEV, DEVICE_INGRESS) | (INET, INET_INGRESS) if is_of_device => FROM_DEVICE,
            (of, PREROUTING) if (of == INET || of == family) && chain.kind == "filter" => BEFORE,
            (of, hook) if (of == INET || of == family) && hook == wanted => AT_LAST,
            _ => return None,
        };
        Some((place, priority))
    };
    let mut bases: Vec<((u8, i32), &Chain)> = chains.iter().filter_map(|chain| Some((place(chain)?, chain))).collect();
    bases.sort_by_key(|(place, _)| *place);
    let mut hole = format!("no chain is on hook {}", if wanted == FORWARD { "forward" } else { "input" });
    for ((place, priority), base) in bases {
        walk.is_tracked = !walk.is_given_up && (place == AT_LAST || place == BEFORE && priority > TRACKED);
        // One that lets it through leaves it to the next.
        walk.may_be_accepted = None;
        let fate = match walk.run(base, 0) {
            Ran::Ended(fate) => fate,
            Ran::Through if base.policy == Verdict::Refuse => Fate::Refused,
            Ran::Through => Fate::Accepted(format!("{}: its policy accepts", named(base))),
        };
        match fate {
            Fate::Accepted(_) if place != AT_LAST => {}
            Fate::Accepted(place) => hole = place,
            Fate::Refused => return walk.may_be_accepted.map_or(Fate::Refused, Fate::Unclear),
            unclear @ Fate::Unclear(_) => return unclear,
        }
    }
    walk.may_be_refused.map_or(Fate::Accepted(hole), Fate::Unclear)
}

fn named(chain: &Chain) -> String {
    let family = match chain.family {
        INET => "inet",
        IPV4 => "ip",
        IPV6 => "ip6",
        _ => "netdev",
    };
    format!("table {family} {}, chain {}", chain.table, chain.name)
}

impl Walk<'_> {
    fn run(&mut self, chain: &Chain, depth: usize) -> Ran {
        if depth > DEPTH_MAX {
            return Ran::Ended(Fate::Unclear(format!("{}: jumps are nested too deep", named(chain))));
        }
        let mut may_go_through = false;
        for (rule, number) in chain.rules.iter().zip(1_usize..) {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return Ran::Ended(Fate::Unclear(format!("more than {STEPS_MAX} rules are on its way")));
            }
            let place = || format!("{}, rule {number}", named(chain));
            let (holds, verdict) = self.rule(chain, rule);
            if holds == Holds::No {
                continue;
            }
            let ran = match verdict {
                Verdict::Continue => continue,
                Verdict::Refuse => Ran::Ended(Fate::Refused),
                Verdict::Accept | Verdict::Translate => Ran::Ended(Fate::Accepted(format!("{} accepts", place()))),
                Verdict::Queue => Ran::Ended(Fate::Unclear(format!("{}: a program decides", place()))),
                Verdict::Return => Ran::Through,
                Verdict::Unknown => {
                    let why = format!("{}: what it decides is not known", place());
                    self.may_be_accepted.get_or_insert_with(|| why.clone());
                    self.may_be_refused.get_or_insert(why);
                    may_go_through = true;
                    continue;
                }
                Verdict::Jump(ref to) | Verdict::Goto(ref to) => {
                    let target = self
                        .chains
                        .iter()
                        .find(|other| other.family == chain.family && other.table == chain.table && other.name == *to);
                    let Some(target) = target else {
                        return Ran::Ended(Fate::Unclear(format!("{} jumps to a chain that is not there", place())));
                    };
                    match self.run(target, depth + 1) {
                        Ran::Through if matches!(verdict, Verdict::Jump(_)) => continue,
                        ran => ran,
                    }
                }
            };
            match (holds, ran) {
                (Holds::Yes, ran) => {
                    let refused = matches!(ran, Ran::Ended(Fate::Refused));
                    return if refused && may_go_through { Ran::Through } else { ran };
                }
                (_, Ran::Ended(Fate::Refused)) => {
                    if holds == Holds::Unknown {
                        let why = || format!("{} has a condition that is not known", place());
                        self.may_be_refused.get_or_insert_with(why);
                    }
                }
                (_, Ran::Through) => may_go_through = true,
                (Holds::Unknown | Holds::Listed, Ran::Ended(Fate::Accepted(_))) => {
                    let why = || format!("{} accepts on a condition that is not known", place());
                    self.may_be_accepted.get_or_insert_with(why);
                }
                (_, ran) => return ran,
            }
        }
        Ran::Through
    }

    /// Whether a rule holds for the packet, and what it decides then.
    fn rule(&mut self, chain: &Chain, rule: &[Expression]) -> (Holds, Verdict) {
        let mut registers = Registers::new();
        let mut holds = Holds::Yes;
        for expression in rule {
            let found = match expression {
                Expression::Decide(verdict) => return (holds, verdict.clone()),
                Expression::Lookup { set, from, to, inverted } => {
                    match self.lookup(chain, set, (*from, *to), *inverted, &mut registers) {
                        (Holds::Yes, Some(verdict)) => return (holds, verdict),
                        (Holds::Unknown, _) if *to == Some(VERDICT) => return (Holds::Unknown, Verdict::Unknown),
                        (found, _) => found,
                    }
                }
                Expression::SetMeta { key, from } if *key == MARK => {
                    self.mark = registers.value(*from, 4).filter(|_| holds == Holds::Yes);
                    Holds::Yes
                }
                other => self.condition(other, &mut registers),
            };
            holds = holds.and(found);
            if holds == Holds::No {
                return (Holds::No, Verdict::Continue);
            }
        }
        (holds, Verdict::Continue)
    }

    fn condition(&mut self, expression: &Expression, registers: &mut Registers) -> Holds {
        match expression {
            Expression::Meta { key, to } => {
                let value = if *key == MARK { self.mark.clone() } else { self.packet.meta(*key) };
                registers.load(*to, value.as_deref());
            }
            Expression::Marks => (self.mark, self.connection_is_unmarked) = (None, false),
            Expression::Untracks => (self.is_given_up, self.is_tracked) = (true, false),
            Expression::Payload { to, base, offset, length } => {
                registers.load_partly(*to, self.packet.bytes(*base, *offset, *length).as_deref());
            }
            Expression::Connection { key, to } => {
                let value = self.packet.connection(*key);
                let value = value.filter(|_| *key != CONNECTION_MARK || self.connection_is_unmarked);
                let value = value.filter(|_| self.is_tracked);
                registers.load(*to, value.as_deref());
            }
            Expression::Fib { to, result, flags } => {
                let value = address_kind(*result, *flags, self.packet.way_out.is_some());
                registers.load(*to, value.as_deref());
            }
            Expression::Constant { to, data } => registers.load(*to, Some(data)),
            Expression::Bits { from, to, mask, flip } => {
                let value = registers.bytes(*from, mask.len()).map(|value| {
                    let parts = value.iter().zip(mask).zip(flip.iter().chain(std::iter::repeat(&0)));
                    // What is masked out need not be known.
                    parts
                        .map(
                            |((value, mask), flip)| {
                                if *mask == 0 { Some(*flip) } else { value.map(|value| value & mask ^ flip) }
                            },
                        )
                        .collect::<Vec<Option<u8>>>()
                });
                registers.load_partly(*to, value.as_deref());
            }
            Expression::Order { from, to, length, size } => {
                let value = registers.value(*from, length_of(*length));
                let size = usize::try_from(*size).unwrap_or(1).max(1);
                let turned = value
                    .map(|value| value.chunks(size).flat_map(|part| part.iter().rev().copied()).collect::<Vec<u8>>());
                // The machine's order is the network's on some.
                let is_networks = 1_u16.to_ne_bytes() == 1_u16.to_be_bytes();
                let turned = if is_networks { registers.value(*from, length_of(*length)) } else { turned };
                registers.load(*to, turned.as_deref());
            }
            Expression::Compare { from, operation, data } => {
                let value = registers.bytes(*from, data.len()).unwrap_or_default();
                if let Some(value) =
                    value.iter().copied().collect::<Option<Vec<u8>>>().filter(|value| value.len() == data.len())
                {
                    return compare(*operation, &value, data);
                }
                // One byte that differs is enough.
                let differs = value.iter().zip(data).any(|(value, data)| value.is_some_and(|value| value != *data));
                return match operation {
                    0 if differs => Holds::No,
                    1 if differs => Holds::Yes,
                    _ => Holds::Unknown,
                };
            }
            Expression::Range { from, negated, low, high } => {
                let value = registers.value(*from, low.len());
                let within = |value: Vec<u8>| Holds::from((*low <= value && value <= *high) != *negated);
                return value.map_or(Holds::Unknown, within);
            }
            Expression::Match { name, .. } if !self.is_tracked && OF_CONNECTIONS.contains(&name.as_str()) => {
                return Holds::Unknown;
            }
            Expression::Match { name, revision, info } => {
                let of_connection = self.connection_is_unmarked.then(|| vec![0; 4]);
                let mark = if name == "connmark" { &of_connection } else { &self.mark };
                let mark = mark.as_ref().and_then(|mark| mark.first_chunk()).map(|mark| u32::from_ne_bytes(*mark));
                return iptables_match::holds(name, *revision, info, self.packet, mark);
            }
            Expression::Sometimes => return Holds::Sometimes,
            Expression::Other { .. } => {
                registers.forget();
                return Holds::Unknown;
            }
            Expression::Decide(_) | Expression::Lookup { .. } | Expression::SetMeta { .. } => {}
        }
        Holds::Yes
    }

    fn lookup(
        &self,
        chain: &Chain,
        set: &str,
        (from, to): (u32, Option<u32>),
        inverted: bool,
        registers: &mut Registers,
    ) -> (Holds, Option<Verdict>) {
        let Ok(elements) = (self.sets)(chain.family, &chain.table, set) else { return (Holds::Unknown, None) };
        let length = elements.iter().map(|element| element.key.len()).max().unwrap_or(0);
        let Some(value) = registers.value(from, length) else { return (Holds::Unknown, None) };
        let found = find(&elements, &value);
        if let (Some(element), Some(to)) = (found, to)
            && element.verdict.is_none()
        {
            registers.load(to, Some(&element.data));
        }
        let verdict = found.filter(|_| to.is_some()).and_then(|element| element.verdict.clone());
        ((found.is_some() != inverted).into(), verdict)
    }
}

fn length_of(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// RTN_UNICAST of where it is from, RTN_LOCAL of where it is for, unless it is passed on; other kinds of results are not known.
fn address_kind(result: u32, flags: u32, passed_on: bool) -> Option<Vec<u8>> {
    let kind: u32 = match (result, flags & 3) {
        (3, 1) => 1,
        (3, 2) => {
            if passed_on {
                1
            } else {
                2
            }
        }
        // There is a way back to where it is from (NFTA_FIB_F_PRESENT).
        (1 | 2, _) if flags & 32 != 0 => 1,
        _ => return None,
    };
    Some(kind.to_ne_bytes().to_vec())
}

fn compare(operation: u32, value: &[u8], data: &[u8]) -> Holds {
    match operation {
        0 => (value == data).into(),
        1 => (value != data).into(),
        2 => (value < data).into(),
        3 => (value <= data).into(),
        4 => (value > data).into(),
        5 => (value >= data).into(),
        _ => Holds::Unknown,
    }
}

/// The element of a value. A set of ranges has an element that begins and one that ends each.
fn find<'a>(elements: &'a [Element], value: &[u8]) -> Option<&'a Element> {
    let is_of_ranges = elements.iter().any(|element| element.is_end);
    let exact = elements.iter().filter(|element| !element.catches_all).find(|element| match &element.key_end {
        Some(end) => within_words(&element.key, value, end),
        None => !is_of_ranges && element.key == value,
    });
    let of_range = || {
        let by_place: BTreeMap<(&[u8], bool), &Element> =
            elements.iter().map(|element| ((element.key.as_slice(), !element.is_end), element)).collect();
        let before = by_place.range(..=(value, true)).next_back().map(|(_, element)| *element);
        before.filter(|element| is_of_ranges && !element.is_end)
    };
    exact.or_else(of_range).or_else(|| elements.iter().find(|element| element.catches_all))
}

/// Each part of a joined key is in whole words, and within its own bounds.
fn within_words(low: &[u8], value: &[u8], high: &[u8]) -> bool {
    low.chunks(4).zip(value.chunks(4)).zip(high.chunks(4)).all(|((low, value), high)| low <= value && value <= high)
}
