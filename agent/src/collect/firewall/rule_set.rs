//! nf_tables as the kernel tells it: tables, chains, rules and elements of sets.
//!
//! Source: linux/netfilter/nf_tables.h. Expressions that decide nothing about a packet are dropped; of those that are not
//! known only that they are there is kept.

use super::attributes::{Attributes, DumpError, messages, text};

/// More chains, rules or elements are refused.
pub const ENTRIES_MAX: usize = 50_000;

const NEW_TABLE: u16 = 0;
const NEW_CHAIN: u16 = 3;
const NEW_RULE: u16 = 6;
const NEW_ELEMENTS: u16 = 12;
const DORMANT: u32 = 1;
/// NFT_CT_MARK.
const CONNECTION_MARK: u32 = 3;

/// What happens to a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is dropped or refused.
    Refuse,
    /// It goes on to the next base chain.
    Accept,
    /// It goes on, to another address or port than it was for.
    Translate,
    /// A program decides.
    Queue,
    /// The next rule.
    Continue,
    /// The chain ends.
    Return,
    /// Another chain, and back.
    Jump(String),
    /// Another chain, and not back.
    Goto(String),
    /// It is not known.
    Unknown,
}

/// A part of a rule, with numbers of registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Loads what is known of the packet beside its bytes (NFT_META_*).
    Meta { key: u32, to: u32 },
    /// Sets the packet's mark.
    SetMeta { key: u32, from: u32 },
    /// Sets the mark of the packet or the connection to what is not followed.
    Marks,
    /// Of what connection the packet is will not be known.
    Untracks,
    /// Loads bytes of the packet.
    Payload { to: u32, base: u32, offset: u32, length: u32 },
    /// Loads what is known of the connection (NFT_CT_*).
    Connection { key: u32, to: u32 },
    /// Loads how an address is routed.
    Fib { to: u32, result: u32, flags: u32 },
    /// Loads a constant.
    Constant { to: u32, data: Vec<u8> },
    /// Ends the rule unless a comparison holds (NFT_CMP_*).
    Compare { from: u32, operation: u32, data: Vec<u8> },
    /// Ends the rule unless a value is (not) within bounds.
    Range { from: u32, negated: bool, low: Vec<u8>, high: Vec<u8> },
    /// Masks and flips bits.
    Bits { from: u32, to: u32, mask: Vec<u8>, flip: Vec<u8> },
    /// Turns the order of bytes.
    Order { from: u32, to: u32, length: u32, size: u32 },
    /// Looks a value up in a set, and loads what a map has for it.
    Lookup { set: String, from: u32, to: Option<u32>, inverted: bool },
    /// Decides.
    Decide(Verdict),
    /// A condition of iptables.
    Match { name: String, revision: u32, info: Vec<u8> },
    /// Holds for some packets and not for others of the same kind, such as a limit of their rate.
    Sometimes,
    /// Something that is not known; it may load this register.
    Other { name: String },
}

/// A chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Family (NFPROTO_*).
    pub family: u8,
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Hook and priority of a base chain.
    pub hook: Option<(u32, i32)>,
    /// The devices whose packets meet a base chain that is of devices.
    pub devices: Vec<String>,
    /// What becomes of packets at its end.
    pub policy: Verdict,
    /// Kind of a base chain: `filter`, `nat`.
    pub kind: String,
    /// The rules in their order.
    pub rules: Vec<Vec<Expression>>,
}

/// An element of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The value, or the first of several.
    pub key: Vec<u8>,
    /// The last of several; absent where another element ends them, or for one value.
    pub key_end: Option<Vec<u8>>,
    /// It is the first value behind several.
    pub is_end: bool,
    /// It stands for whatever is not there.
    pub catches_all: bool,
    /// What a map has for it.
    pub verdict: Option<Verdict>,
    /// What a map has for it that is no verdict.
    pub data: Vec<u8>,
}

/// Everything that is not asleep.
pub fn chains(tables: &[Vec<u8>], chains: &[Vec<u8>], rules: &[Vec<u8>]) -> Result<Vec<Chain>, DumpError> {
    let mut asleep = Vec::new();
    for table in messages(tables, ENTRIES_MAX)?.iter().filter(|message| message.kind == NEW_TABLE) {
        if table.attributes.number(2).unwrap_or(0) & DORMANT != 0 {
            asleep.push((table.family, table.attributes.text(1).unwrap_or_default()));
        }
    }
    let (all, rules) = (messages(chains, ENTRIES_MAX)?, messages(rules, ENTRIES_MAX)?);
    let mut generations = all.iter().chain(&rules).map(|message| message.generation);
    if generations.next().is_some_and(|first| generations.any(|other| other != first)) {
        return Err(DumpError::Changed);
    }
    let mut found = Vec::new();
    for chain in all.iter().filter(|message| message.kind == NEW_CHAIN) {
        let attributes = chain.attributes;
        let table = attributes.text(1).ok_or(DumpError::Cut)?;
        if asleep.contains(&(chain.family, table.clone())) {
            continue;
        }
        let hook = attributes.within(4);
        // NFTA_HOOK_DEV, or one in each of NFTA_HOOK_DEVS.
        let listed = hook.within(4).each().map(|(_, name)| text(name));
        let devices = hook.text(3).into_iter().chain(listed).collect();
        let hook = hook.number(1).map(|number| (number, hook.number(2).unwrap_or(0).cast_signed()));
        let policy = if attributes.number(5) == Some(0) { Verdict::Refuse } else { Verdict::Accept };
        found.push(Chain {
            family: chain.family,
            table,
            name: attributes.text(3).ok_or(DumpError::Cut)?,
            hook,
            devices,
            policy,
            kind: attributes.text(7).unwrap_or_default(),
            rules: Vec::new(),
        });
    }
    let mut last = 0;
    for rule in rules.iter().filter(|message| message.kind == NEW_RULE) {
        let (table, name) = (rule.attributes.text(1), rule.attributes.text(2));
        let of = |chain: &Chain| {
            chain.family == rule.family && Some(&chain.table) == table.as_ref() && Some(&chain.name) == name.as_ref()
        };
        // Rules come chain by chain.
        if !found.get(last).is_some_and(of) {
            let Some(at) = found.iter().position(of) else { continue };
            last = at;
        }
        if let Some(chain) = found.get_mut(last) {
            chain.rules.push(expressions(rule.attributes.within(4)));
        }
    }
    Ok(found)
}

/// The elements of a set.
pub fn elements(datagrams: &[Vec<u8>]) -> Result<Vec<Element>, DumpError> {
    let mut found = Vec::new();
    for message in messages(datagrams, ENTRIES_MAX)?.iter().filter(|message| message.kind == NEW_ELEMENTS) {
        for (_, element) in message.attributes.within(3).each() {
            let element = Attributes(element);
            let flags = element.number(3).unwrap_or(0);
            let data = element.within(2);
            found.push(Element {
                key: element.within(1).get(1).unwrap_or_default().to_vec(),
                key_end: element.get(10).map(|end| Attributes(end).get(1).unwrap_or_default().to_vec()),
                is_end: flags & 1 != 0,
                catches_all: flags & 2 != 0,
                verdict: data.get(2).map(|verdict| self::verdict(Attributes(verdict))),
                data: data.get(1).unwrap_or_default().to_vec(),
            });
            if found.len() > ENTRIES_MAX {
                return Err(DumpError::TooMany);
            }
        }
    }
    Ok(found)
}

fn verdict(attributes: Attributes<'_>) -> Verdict {
    let chain = || attributes.text(2).unwrap_or_default();
    match attributes.number(1).unwrap_or(0).cast_signed() {
        1 => Verdict::Accept,
        3 => Verdict::Queue,
        -1 | -2 => Verdict::Continue,
        -3 => Verdict::Jump(chain()),
        -4 => Verdict::Goto(chain()),
        -5 => Verdict::Return,
        // NF_DROP and NF_STOLEN, perhaps with an errno in the upper half.
        code if code >= 0 && code & 0xff == 3 => Verdict::Queue,
        _ => Verdict::Refuse,
    }
}

fn expressions(list: Attributes<'_>) -> Vec<Expression> {
    let parts = list.each().map(|(_, part)| Attributes(part));
    parts.filter_map(|part| expression(&part.text(1).unwrap_or_default(), part.within(2))).collect()
}

fn expression(name: &str, data: Attributes<'_>) -> Option<Expression> {
    let number = |name| data.number(name).unwrap_or(0);
    let value = |name| data.within(name).get(1).unwrap_or_default().to_vec();
    Some(match name {
        "notrack" => Expression::Untracks,
        "counter" | "log" | "last" | "flow_offload" | "dup" => return None,
        // NFT_OBJECT_*: counters, helpers, tunnels, times, marks and expectations say nothing of the packet; quotas and limits
        // hold for some.
        "objref" => match data.number(1) {
            Some(1 | 3 | 6..=9) => return None,
            Some(2 | 4 | 5) => Expression::Sometimes,
            _ => Expression::Other { name: name.to_owned() },
        },
        "meta" if data.get(3).is_some() => Expression::SetMeta { key: number(2), from: number(3) },
        "meta" => Expression::Meta { key: number(2), to: number(1) },
        "payload" if data.get(5).is_some() => Expression::Other { name: "payload set".to_owned() },
        "payload" => Expression::Payload { to: number(1), base: number(2), offset: number(3), length: number(4) },
        "ct" if data.get(4).is_some() && number(2) == CONNECTION_MARK => Expression::Marks,
        "ct" if data.get(4).is_some() => return None,
        "ct" => Expression::Connection { key: number(2), to: number(1) },
        "fib" => Expression::Fib { to: number(1), result: number(2), flags: number(3) },
        "immediate" => match data.within(2).get(2) {
            Some(verdict) => Expression::Decide(self::verdict(Attributes(verdict))),
            None => Expression::Constant { to: number(1), data: value(2) },
        },
        "cmp" => Expression::Compare { from: number(1), operation: number(2), data: value(3) },
        "range" => Expression::Range { from: number(1), negated: number(2) == 1, low: value(3), high: value(4) },
        "bitwise" if number(6) == 0 => {
            Expression::Bits { from: number(1), to: number(2), mask: value(4), flip: value(5) }
        }
        "byteorder" => Expression::Order { from: number(1), to: number(2), length: number(4), size: number(5) },
        "lookup" => Expression::Lookup {
            set: data.text(1).unwrap_or_default(),
            from: number(2),
            to: data.number(3),
            inverted: number(5) & 1 != 0,
        },
        "reject" => Expression::Decide(Verdict::Refuse),
        // NFT_NAT_DNAT.
        "nat" if number(1) == 1 => Expression::Decide(Verdict::Translate),
        "redir" => Expression::Decide(Verdict::Translate),
        "masq" | "nat" | "tproxy" | "fwd" | "synproxy" => Expression::Decide(Verdict::Accept),
        "queue" => Expression::Decide(Verdict::Queue),
        "limit" | "connlimit" | "quota" | "dynset" => Expression::Sometimes,
        "match" => Expression::Match {
            name: data.text(1).unwrap_or_default(),
            revision: number(2),
            info: data.get(3).unwrap_or_default().to_vec(),
        },
        "target" => match data.text(1).unwrap_or_default().as_str() {
            "REJECT" | "TARPIT" => Expression::Decide(Verdict::Refuse),
            "NFQUEUE" => Expression::Decide(Verdict::Queue),
            "DNAT" | "REDIRECT" | "NETMAP" => Expression::Decide(Verdict::Translate),
            "MASQUERADE" | "SNAT" => Expression::Decide(Verdict::Accept),
            "MARK" | "CONNMARK" => Expression::Marks,
            "NOTRACK" => Expression::Untracks,
            // XT_CT_NOTRACK.
            "CT" if data
                .get(3)
                .and_then(<[u8]>::first_chunk)
                .is_some_and(|flags| u16::from_ne_bytes(*flags) & 1 != 0) =>
            {
                Expression::Untracks
            }
            "LOG" | "NFLOG" | "ULOG" | "AUDIT" | "CT" | "TRACE" | "TCPMSS" | "CHECKSUM" | "DSCP" | "CLASSIFY"
            | "SET" | "SECMARK" | "CONNSECMARK" | "TEE" | "HL" | "TTL" | "ECN" | "TOS" | "TCPOPTSTRIP"
            | "IDLETIMER" | "LED" | "RATEEST" => return None,
            _ => Expression::Decide(Verdict::Unknown),
        },
        _ => Expression::Other { name: name.chars().take(32).collect() },
    })
}
