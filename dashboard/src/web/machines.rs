//! Names of hosts and numbers of open drifts, as several pages look them up.

use std::collections::BTreeMap;

use tenken_engine::Catalog;
use tenken_model::{FindingKey, HostId, RuleId};

use crate::pages::finding::{FindingView, HostRef};
use crate::store::{StoreError, StoredFinding, Transaction};

/// The name of every host, also of revoked ones, and the drifts that are open, as far as a page needs them.
#[derive(Debug, Default)]
pub(super) struct Machines {
    names: BTreeMap<HostId, String>,
    drifts: BTreeMap<(HostId, FindingKey), i64>,
}

impl Machines {
    /// Reads the names.
    pub(super) async fn read(transaction: &mut Transaction) -> Result<Self, StoreError> {
        let names = transaction.all_host_names().await?.into_iter().collect();
        Ok(Self { names, drifts: BTreeMap::new() })
    }

    /// Reads the open drifts of a rule as well.
    pub(super) async fn add_drifts_of_rule(
        &mut self,
        transaction: &mut Transaction,
        rule: &RuleId,
    ) -> Result<(), StoreError> {
        let open = transaction.open_drifts_of_rule(rule).await?;
        self.drifts.extend(open.into_iter().map(|(found, drift)| (found, drift.id)));
        Ok(())
    }

    /// The name of one host and its open drifts alone.
    pub(super) async fn of_host(transaction: &mut Transaction, id: &HostId, name: &str) -> Result<Self, StoreError> {
        let open = transaction.open_drifts_of(id).await?;
        let drifts = open.into_iter().map(|(key, drift)| ((id.clone(), key), drift.id)).collect();
        Ok(Self { names: BTreeMap::from([(id.clone(), name.to_owned())]), drifts })
    }

    /// How a page names the host of that id; by the id itself if it is not known.
    pub(super) fn name<'a>(&'a self, id: &'a HostId) -> HostRef<'a> {
        HostRef { id, name: self.names.get(id).map_or(id.as_str(), String::as_str) }
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
