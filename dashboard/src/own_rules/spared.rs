//! Which hosts an own rule in force is not for.

use std::collections::BTreeSet;

use tenken_calendar::japan;
use tenken_model::{Instant, RuleId};

use crate::groups::{HostScope, Placements};
use crate::store::{StoreError, Transaction};

/// Which hosts are spared of which own rules in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spared {
    scoped: Vec<(RuleId, Vec<HostScope>)>,
    placements: Placements,
}

impl Spared {
    /// Reads it. The register of hosts is read only if a rule in force is not for every host.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let mut scoped = transaction.roll_out_scopes().await?;
        scoped.retain(|(_, scopes)| !scopes.contains(&HostScope::All));
        if scoped.is_empty() {
            return Ok(Self::default());
        }
        let placements = Placements::read(transaction, japan::date_of(now)).await?;
        Ok(Self { scoped, placements })
    }

    /// Whether a rule is not for the host of that name.
    pub fn holds(&self, host_name: &str, rule: &RuleId) -> bool {
        let placement = self.placements.of(host_name);
        let covers = |scopes: &[HostScope]| scopes.iter().any(|scope| scope.covers(placement));
        self.scoped.iter().any(|(scoped, scopes)| scoped == rule && !covers(scopes))
    }

    /// The rules that are not for the host of that name.
    pub fn of(&self, host_name: &str) -> BTreeSet<RuleId> {
        if self.scoped.is_empty() {
            return BTreeSet::new();
        }
        let placement = self.placements.of(host_name);
        let covers = |scopes: &[HostScope]| scopes.iter().any(|scope| scope.covers(placement));
        self.scoped.iter().filter(|(_, scopes)| !covers(scopes)).map(|(rule, _)| rule.clone()).collect()
    }
}
