//! What the rules do to one packet.
//!
//! The packet is followed as the kernel does: through the base chains of its family by priority, rule by rule. Where something
//! is not known or differs from packet to packet, both ways are followed, and the one that lets it in counts.

use std::collections::BTreeMap;

use super::iptables_match::{self, Holds};
use super::packet::Packet;
use super::registers::Registers;
use super::rule_set::{Chain, Element, Expression, Verdict};

const INET: u8 = 1;
const IPV4: u8 = 2;
const IPV6: u8 = 10;
const PREROUTING: u32 = 0;
const INPUT: u32 = 1;
const FORWARD: u32 = 2;
/// The kernel follows no more (NFT_JUMP_STACK_SIZE).
const DEPTH_MAX: usize = 16;
/// Rules that are looked at for one packet.
const STEPS_MAX: usize = 100_000;
const MARK: u32 = 3;

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
    steps: usize,
    /// Why a refusal on the way may not be certain.
    doubt: Option<String>,
}

/// What becomes of a packet that comes in, for this host or to be passed on.
pub fn fate(chains: &[Chain], sets: &Sets<'_>, packet: &Packet) -> Fate {
    let mut walk = Walk { chains, sets, packet, mark: Some(vec![0; 4]), steps: 0, doubt: None };
    let family = if packet.is_ipv6 { IPV6 } else { IPV4 };
    let wanted = if packet.way_out.is_some() { FORWARD } else { INPUT };
    let mut bases: Vec<((u32, i32), &Chain)> = chains
        .iter()
        .filter(|chain| chain.family == INET || chain.family == family)
        .filter_map(|chain| Some((chain.hook?, chain)))
        .filter(|((hook, _), chain)| *hook == wanted || *hook == PREROUTING && chain.kind == "filter")
        .collect();
    bases.sort_by_key(|(place, _)| *place);
    let mut hole = format!("no chain is on hook {}", if wanted == FORWARD { "forward" } else { "input" });
    for ((hook, _), base) in bases {
        let fate = match walk.run(base, 0) {
            Ran::Ended(fate) => fate,
            Ran::Through if base.policy == Verdict::Refuse => Fate::Refused,
            Ran::Through => Fate::Accepted(format!("{}: its policy accepts", named(base))),
        };
        match fate {
            Fate::Accepted(_) if hook == PREROUTING => {}
            Fate::Accepted(place) => hole = place,
            other => return other,
        }
    }
    walk.doubt.map_or(Fate::Accepted(hole), Fate::Unclear)
}

fn named(chain: &Chain) -> String {
    let family = match chain.family {
        INET => "inet",
        IPV4 => "ip",
        _ => "ip6",
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
                Verdict::Accept => Ran::Ended(Fate::Accepted(format!("{} accepts", place()))),
                Verdict::Queue => Ran::Ended(Fate::Unclear(format!("{}: a program decides", place()))),
                Verdict::Return => Ran::Through,
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
                        self.doubt.get_or_insert_with(|| format!("{} has a condition that is not known", place()));
                    }
                }
                (_, Ran::Through) => may_go_through = true,
                (Holds::Unknown, Ran::Ended(Fate::Accepted(_))) => {
                    return Ran::Ended(Fate::Unclear(format!("{} accepts on a condition that is not known", place())));
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
                        (found, _) => found,
                    }
                }
                other => self.condition(other, &mut registers),
            };
            holds = match (holds, found) {
                (_, Holds::No) => return (Holds::No, Verdict::Continue),
                (Holds::Unknown, _) | (_, Holds::Unknown) => Holds::Unknown,
                (Holds::Sometimes, _) | (_, Holds::Sometimes) => Holds::Sometimes,
                _ => Holds::Yes,
            };
        }
        (holds, Verdict::Continue)
    }

    fn condition(&mut self, expression: &Expression, registers: &mut Registers) -> Holds {
        match expression {
            Expression::Meta { key, to } => {
                let value = if *key == MARK { self.mark.clone() } else { self.packet.meta(*key) };
                registers.load(*to, value.as_deref());
            }
            Expression::SetMeta { key, from } => {
                if *key == MARK {
                    self.mark = registers.value(*from, 4);
                }
            }
            Expression::Payload { to, base, offset, length } => {
                registers.load(*to, self.packet.bytes(*base, *offset, *length).as_deref());
            }
            Expression::Connection { key, to } => registers.load(*to, self.packet.connection(*key).as_deref()),
            Expression::Fib { to, result, flags } => registers.load(*to, address_kind(*result, *flags).as_deref()),
            Expression::Constant { to, data } => registers.load(*to, Some(data)),
            Expression::Bits { from, to, mask, flip } => {
                let value = registers.value(*from, mask.len());
                let value = value.map(|value| {
                    let parts = value.iter().zip(mask).zip(flip.iter().chain(std::iter::repeat(&0)));
                    parts.map(|((value, mask), flip)| value & mask ^ flip).collect::<Vec<u8>>()
                });
                registers.load(*to, value.as_deref());
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
                return registers
                    .value(*from, data.len())
                    .map_or(Holds::Unknown, |value| compare(*operation, &value, data));
            }
            Expression::Range { from, negated, low, high } => {
                let value = registers.value(*from, low.len());
                let within = |value: Vec<u8>| Holds::from((*low <= value && value <= *high) != *negated);
                return value.map_or(Holds::Unknown, within);
            }
            Expression::Match { name, revision, info } => {
                return iptables_match::holds(name, *revision, info, self.packet);
            }
            Expression::Sometimes => return Holds::Sometimes,
            Expression::Other { .. } => {
                registers.forget();
                return Holds::Unknown;
            }
            Expression::Decide(_) | Expression::Lookup { .. } => {}
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

/// RTN_UNICAST of where it is from, RTN_LOCAL of where it is for; other kinds of results are not known.
fn address_kind(result: u32, flags: u32) -> Option<Vec<u8>> {
    let kind: u32 = match (result, flags & 3) {
        (3, 1) => 1,
        (3, 2) => 2,
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
