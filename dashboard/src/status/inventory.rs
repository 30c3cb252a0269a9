//! The register of hosts beside the hosts that have an agent: a PC that nobody watches would otherwise look
//! better than any other.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenken_model::HostId;

use crate::registers::hosts::{HostKind, HostRow, HostStatus};
use crate::registers::{Definition, Register, Row};
use crate::store::{StoreError, Transaction};

/// A row of the register of hosts.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The row's number.
    pub id: i64,
    /// What it says.
    pub row: HostRow,
}

/// What of a row of the register of hosts is compared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InBrief {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// What kind of machine it is.
    pub kind: HostKind,
    /// Its state.
    pub status: HostStatus,
}

/// The register of hosts beside the hosts that have an agent, by the numbers of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// The rows in use that have no agent, by name.
    pub without_agent: Vec<i64>,
    /// Each host with an agent as the register has it.
    pub hosts: BTreeMap<HostId, Entry>,
}

/// How the register of hosts and the hosts with an agent agree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// PCs and servers that the register has in use and that have no agent, by name.
    pub without_agent: Vec<Listed>,
    /// Each host with an agent as the register has it.
    pub hosts: BTreeMap<HostId, Entry>,
}

/// A host with an agent as the register has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It has no row.
    Missing,
    /// It has the row of that number, with that state.
    Row(i64, HostStatus),
}

impl Entry {
    /// The register expects the host to be at work.
    pub const fn is_expected(self) -> bool {
        matches!(self, Self::Row(_, HostStatus::InUse | HostStatus::Prepared))
    }
}

/// Compares the open rows of the register with the hosts that have an agent and are not revoked. Names are
/// compared without regard to case, as policies do. Of several rows with one name one that is in use counts.
pub fn compare<'a>(rows: &[(i64, InBrief)], hosts: impl IntoIterator<Item = (&'a HostId, &'a str)>) -> Compared {
    let mut by_name: BTreeMap<String, &(i64, InBrief)> = BTreeMap::new();
    for listed in rows {
        let place = by_name.entry(folded(&listed.1.name)).or_insert(listed);
        if rank(place.1.status) > rank(listed.1.status) {
            *place = listed;
        }
    }
    let mut left = by_name.clone();
    let mut compared = Compared::default();
    for (id, name) in hosts {
        let name = folded(name);
        let entry = by_name.get(&name).map_or(Entry::Missing, |(row, brief)| Entry::Row(*row, brief.status));
        compared.hosts.insert(id.clone(), entry);
        left.remove(&name);
    }
    let watched = |(_, row): &&(i64, InBrief)| row.kind.takes_agent() && row.status == HostStatus::InUse;
    compared.without_agent = left.into_values().filter(watched).map(|(id, _)| *id).collect();
    compared
}

const fn rank(status: HostStatus) -> u8 {
    match status {
        HostStatus::InUse => 0,
        HostStatus::Prepared => 1,
        HostStatus::Stored => 2,
        HostStatus::Disposed => 3,
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Reads the register and compares it; absent while the agency does not keep it, since a register that is not
/// kept lacks nothing.
pub async fn read<'a>(
    transaction: &mut Transaction,
    hosts: impl IntoIterator<Item = (&'a HostId, &'a str)>,
) -> Result<Option<Inventory>, StoreError> {
    let Some(definition) = Definition::of(Register::Hosts) else { return Ok(None) };
    if !transaction.registers_begun().await?.contains_key(&definition.kind) {
        return Ok(None);
    }
    let bodies = transaction.open_bodies(definition.kind).await?;
    let problem = |id: i64, error: &serde_json::Error| StoreError::Damaged {
        what: "a register row",
        problem: format!("{} {id}: {error}", definition.slug),
    };
    let brief = |(id, body): &(i64, String)| {
        serde_json::from_str(body).map(|brief: InBrief| (*id, brief)).map_err(|error| problem(*id, &error))
    };
    let brief: Vec<(i64, InBrief)> = bodies.iter().map(brief).collect::<Result<_, _>>()?;
    let Compared { without_agent, hosts } = compare(&brief, hosts);
    // Only of these the whole row is shown.
    let bodies: BTreeMap<i64, String> = bodies.into_iter().collect();
    let listed = |id: i64| {
        let stored = serde_json::from_str(bodies.get(&id).map_or("", String::as_str));
        let row = stored.map(|body| Row::from_json(definition, &body).to_json(definition));
        let row = row.and_then(serde_json::from_value).map_err(|error| problem(id, &error))?;
        Ok(Listed { id, row })
    };
    let without_agent = without_agent.into_iter().map(listed).collect::<Result<_, StoreError>>()?;
    Ok(Some(Inventory { without_agent, hosts }))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn listed(id: i64, name: &str, kind: HostKind, status: HostStatus) -> (i64, InBrief) {
        (id, InBrief { name: name.into(), kind, status })
    }

    fn told(rows: &[(i64, InBrief)], names: &[&str]) -> (Vec<i64>, Vec<Entry>) {
        let ids: Vec<HostId> = (0..names.len()).map(|index| HostId::new(format!("h-{index}")).unwrap()).collect();
        let compared = compare(rows, ids.iter().zip(names.iter().copied()));
        (compared.without_agent, ids.iter().map(|id| compared.hosts[id]).collect())
    }

    #[test]
    fn pcs_and_servers_in_use_are_expected_to_have_an_agent() {
        use HostKind::{Network, Other, Pc, Server};
        use HostStatus::{Disposed, InUse, Prepared, Stored};
        let rows = [
            listed(1, "SV1", Server, InUse),
            listed(2, "PC-B", Pc, InUse),
            listed(3, "PC-A", Pc, InUse),
            listed(4, "router", Network, InUse),
            listed(5, "printer", Other, InUse),
            listed(6, "PC-NEW", Pc, Prepared),
            listed(7, "PC-SPARE", Pc, Stored),
            listed(8, "PC-OLD", Pc, Disposed),
        ];
        assert_eq!(told(&rows, &["sv1"]), (vec![3, 2], vec![Entry::Row(1, InUse)]), "by name, whatever its case");
        let (without, entries) = told(&rows, &["SV1", "PC-A", "pc-b", "PC-OLD", "PC-NEW", "guest"]);
        assert!(without.is_empty(), "{without:?}");
        assert_eq!(entries[3..], [Entry::Row(8, Disposed), Entry::Row(6, Prepared), Entry::Missing]);
        let expected: Vec<bool> = entries.into_iter().map(Entry::is_expected).collect();
        assert_eq!(expected, [true, true, true, false, true, false]);
        assert_eq!(told(&[], &["sv1"]), (vec![], vec![Entry::Missing]));
    }

    #[test]
    fn a_name_that_is_written_twice_is_one_host() {
        use HostKind::Pc;
        use HostStatus::{Disposed, InUse};
        let rows = [listed(1, "PC-A", Pc, Disposed), listed(2, "pc-a ", Pc, InUse), listed(3, "Pc-A", Pc, Disposed)];
        assert_eq!(told(&rows, &[]), (vec![2], vec![]));
        assert_eq!(told(&rows, &["PC-A", "pc-a"]), (vec![], vec![Entry::Row(2, InUse); 2]));
    }
}
