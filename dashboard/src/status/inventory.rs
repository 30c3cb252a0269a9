//! The register of hosts beside the hosts that have an agent: a PC that nobody watches would otherwise look
//! better than any other.

use std::collections::BTreeMap;

use tenken_model::HostId;

use crate::registers::hosts::{HostRow, HostStatus};
use crate::registers::{Definition, Register};
use crate::store::{StoreError, Transaction};

/// A row of the register of hosts.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The row's number.
    pub id: i64,
    /// What it says.
    pub row: HostRow,
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
pub fn compare<'a>(rows: &[Listed], hosts: impl IntoIterator<Item = (&'a HostId, &'a str)>) -> Inventory {
    let mut by_name: BTreeMap<String, &Listed> = BTreeMap::new();
    for listed in rows {
        let place = by_name.entry(folded(&listed.row.name)).or_insert(listed);
        if rank(place.row.status) > rank(listed.row.status) {
            *place = listed;
        }
    }
    let mut left = by_name.clone();
    let mut inventory = Inventory::default();
    for (id, name) in hosts {
        let name = folded(name);
        let entry = by_name.get(&name).map_or(Entry::Missing, |listed| Entry::Row(listed.id, listed.row.status));
        inventory.hosts.insert(id.clone(), entry);
        left.remove(&name);
    }
    let watched = |listed: &&Listed| listed.row.kind.takes_agent() && listed.row.status == HostStatus::InUse;
    inventory.without_agent = left.into_values().filter(watched).cloned().collect();
    inventory
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
    let mut rows = Vec::new();
    for stored in transaction.open_rows(definition).await? {
        let row = serde_json::from_value(stored.row.to_json(definition));
        let problem = |error: serde_json::Error| StoreError::Damaged {
            what: "a register row",
            problem: format!("{} {}: {error}", definition.slug, stored.id),
        };
        rows.push(Listed { id: stored.id, row: row.map_err(problem)? });
    }
    Ok(Some(compare(&rows, hosts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::hosts::HostKind;

    fn listed(id: i64, name: &str, kind: HostKind, status: HostStatus) -> Listed {
        let empty = String::new;
        let (holder, place, asset_number, note) = (empty(), empty(), empty(), empty());
        let row = HostRow {
            name: name.into(),
            kind,
            status,
            site: empty(),
            group: empty(),
            user: empty(),
            holder,
            place,
            portable: false,
            personal_data: true,
            asset_number,
            note,
        };
        Listed { id, row }
    }

    fn told(rows: &[Listed], names: &[&str]) -> (Vec<i64>, Vec<Entry>) {
        let ids: Vec<HostId> = (0..names.len()).map(|index| HostId::new(format!("h-{index}")).unwrap()).collect();
        let inventory = compare(rows, ids.iter().zip(names.iter().copied()));
        let without = inventory.without_agent.iter().map(|listed| listed.id).collect();
        (without, ids.iter().map(|id| inventory.hosts[id]).collect())
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
