//! Hosts and their open drifts, as several pages look them up.

use std::collections::BTreeMap;

use tenken_engine::Catalog;
use tenken_model::{FindingKey, HostId};

use crate::pages::finding::{FindingView, HostRef};
use crate::store::{Host, StoreError, StoredFinding, Transaction};

/// Every host, also revoked ones, and the drifts that are open.
#[derive(Debug)]
pub(super) struct Machines {
    hosts: BTreeMap<HostId, Host>,
    drifts: BTreeMap<(HostId, FindingKey), i64>,
}

impl Machines {
    /// Reads them.
    pub(super) async fn read(transaction: &mut Transaction) -> Result<Self, StoreError> {
        let hosts = transaction.hosts().await?.into_iter().map(|host| (host.id.clone(), host)).collect();
        let open = transaction.open_drifts().await?;
        let drifts = open.into_iter().map(|drift| ((drift.host, drift.finding.key), drift.id)).collect();
        Ok(Self { hosts, drifts })
    }

    /// Every host.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.values()
    }

    /// The host of that id.
    pub(super) fn host(&self, id: &HostId) -> Option<&Host> {
        self.hosts.get(id)
    }

    /// How a page names the host of that id; by the id itself if it is not known.
    pub(super) fn name<'a>(&'a self, id: &'a HostId) -> HostRef<'a> {
        HostRef { id, name: self.hosts.get(id).map_or(id.as_str(), |host| host.name.as_str()) }
    }

    /// A finding as pages show it.
    pub(super) fn view<'a>(&'a self, stored: &'a StoredFinding, catalog: &'a Catalog) -> FindingView<'a> {
        let key = (stored.host.clone(), stored.finding.key.clone());
        FindingView {
            finding: &stored.finding,
            host: self.name(&stored.host),
            rule: catalog.rule(&stored.finding.key.rule),
            since: Some(stored.since),
            drift: self.drifts.get(&key).copied(),
        }
    }
}
