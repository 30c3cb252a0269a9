//! Rules as they are written in files, as far as an unexpected packet meets them.

use std::collections::BTreeMap;

use super::packet::PORTS;

/// Rules that are looked at.
const STEPS_MAX: usize = 50_000;
const DEPTH_MAX: usize = 16;
/// Beginnings of the names of interfaces that lead to this host's guests or through a tunnel.
const INWARD: [&str; 14] =
    ["lo", "docker", "br-", "virbr", "veth", "podman", "cni", "lxc", "lxd", "incus", "wg", "tun", "tap", "ppp"];

/// Whether a rule holds for unexpected packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// For all of them.
    Always,
    /// For some: one protocol, one interface, up to a rate.
    Some,
    /// It is not known for which.
    Unclear,
    /// For none of them.
    Never,
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

/// What a chain does to unexpected packets.
pub fn outcome(chains: &Chains, start: &str) -> Outcome {
    run(chains, start, 0, &mut 0)
}

fn run(chains: &Chains, name: &str, depth: usize, steps: &mut usize) -> Outcome {
    let Some(chain) = chains.get(name) else {
        return Outcome::Unclear(format!("chain {name} is not in the file"));
    };
    if depth > DEPTH_MAX {
        return Outcome::Unclear(format!("chain {name}: jumps are nested too deep"));
    }
    let mut may_go_through = false;
    for ((when, then), number) in chain.rules.iter().zip(1_usize..) {
        *steps += 1;
        if *steps > STEPS_MAX {
            return Outcome::Unclear(format!("more than {STEPS_MAX} rules"));
        }
        if *when == When::Never {
            continue;
        }
        let found = match then {
            Then::Pass => continue,
            Then::Accept => Outcome::Accepted(format!("chain {name}, rule {number} accepts")),
            Then::Refuse => Outcome::Refused,
            Then::Return => Outcome::Through,
            Then::Jump(to) => match run(chains, to, depth + 1, steps) {
                Outcome::Through => continue,
                other => other,
            },
            Then::Goto(to) => run(chains, to, depth + 1, steps),
        };
        match (when, found) {
            (When::Always, Outcome::Refused) if may_go_through => break,
            (When::Always, Outcome::Through) => break,
            (When::Always, found) => return found,
            (_, Outcome::Refused) => {}
            (_, Outcome::Through) => may_go_through = true,
            (When::Unclear, Outcome::Accepted(_)) => {
                return Outcome::Unclear(format!("chain {name}, rule {number} has a condition that is not known"));
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

/// For which unexpected packets a condition on the way in holds.
pub fn by_interface(name: &str, negated: bool) -> When {
    let inward = INWARD.iter().any(|known| name.starts_with(known));
    match (inward, negated) {
        (true, false) => When::Never,
        (true, true) => When::Always,
        (false, _) => When::Some,
    }
}

/// For which unexpected packets a condition on the port they are for holds: `80`, `80,443`, `1024:65535`, `1024-65535`.
pub fn by_ports(text: &str, negated: bool) -> When {
    let number = |text: &str, otherwise: u16| if text.is_empty() { Some(otherwise) } else { text.trim().parse().ok() };
    let covers = text.split(',').any(|part| {
        let (first, last) = part.split_once([':', '-']).unwrap_or((part, part));
        let bounds = number(first, 0).zip(number(last, u16::MAX));
        bounds.is_some_and(|(first, last)| PORTS.iter().any(|port| (first..=last).contains(port)))
    });
    if covers == negated { When::Never } else { When::Some }
}
