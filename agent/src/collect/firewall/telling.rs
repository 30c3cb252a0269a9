//! What the agent's helper asks the kernel, and tells an agent that may not ask.

use std::collections::BTreeSet;

use super::attributes::DumpError;
use super::rule_set::{Chain, Expression, chains};
use crate::host::packet_filter::Told;
use crate::host::{NetfilterDump, ReadError};

/// Times that the rules are read while they change.
const TRIES: usize = 3;

/// Everything that following a packet through the rules asks for: tables, chains, rules, and the sets that rules look into.
pub fn tell(dump: impl Fn(&NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError>) -> Told {
    let mut told = Told::default();
    for tried in 1..=TRIES {
        told = Told::default();
        let mut parts = Vec::new();
        for part in [NetfilterDump::Tables, NetfilterDump::Chains, NetfilterDump::Rules] {
            let answer = dump(&part);
            told.add(part, &answer);
            parts.push(answer);
        }
        let [Ok(tables), Ok(all), Ok(rules)] = parts.as_slice() else { break };
        match chains(tables, all, rules) {
            Ok(chains) => {
                for set in sets(&chains) {
                    let answer = dump(&set);
                    told.add(set, &answer);
                }
                break;
            }
            Err(DumpError::Changed) if tried < TRIES => {}
            // The agent reads the same and says so.
            Err(_) => break,
        }
    }
    told
}

/// The sets that rules look into.
fn sets(chains: &[Chain]) -> BTreeSet<NetfilterDump> {
    let of = |chain: &Chain| {
        let (family, table) = (chain.family, chain.table.clone());
        let looked = chain.rules.iter().flatten().filter_map(|expression| match expression {
            Expression::Lookup { set, .. } => Some(set.clone()),
            _ => None,
        });
        looked.map(|set| NetfilterDump::Elements { family, table: table.clone(), set }).collect::<Vec<_>>()
    };
    chains.iter().flat_map(of).collect()
}
