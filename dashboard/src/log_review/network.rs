//! Sign-ins over the network, gathered for a sheet: those of accounts that stand in no register, and those by old or open ways.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tenken_model::HostId;
use tenken_model::fact::account_events::{NetworkSignIns, NetworkWay, NtlmVersion};

use super::from_logs::{Here, count, most_first};
use super::gather::listed;
use super::happened::NetworkUsed;
use crate::correlate::Agency;
use crate::store::ShortList;

/// What is one line.
type Same = (HostId, String, NetworkWay, Option<NtlmVersion>);

/// Those of all hosts, while a sheet is made.
#[derive(Debug, Default)]
pub(super) struct OverNetwork {
    lines: BTreeMap<Same, (NetworkUsed, BTreeMap<String, u64>)>,
    told: bool,
}

impl OverNetwork {
    /// Takes in what a host tells.
    pub(super) fn take(&mut self, here: Here<'_>, agency: &Agency, told: Option<&[NetworkSignIns]>) {
        self.told |= told.is_some();
        // Without a register nobody is known to stand in none; how somebody signed in is known all the same.
        let is_kept = agency.accounts.measured().is_some();
        for row in told.unwrap_or_default().iter().filter(|row| here.overlaps(row.first, row.last)) {
            let registered = agency.account(here.told.on_host(), &row.account, row.first);
            if (is_kept && registered.is_none()) || is_old(row.ntlm) || row.way == NetworkWay::NetworkPassword {
                let owner = registered.map_or_else(String::new, |listed| listed.row.owner.clone());
                self.one(here, row, owner, registered.is_some());
            }
        }
    }

    fn one(&mut self, here: Here<'_>, row: &NetworkSignIns, owner: String, registered: bool) {
        let host = here.told.host.clone();
        let same = (host.clone(), here.told.names.fold(&row.account).into_owned(), row.way, row.ntlm);
        let (line, sources) = self.lines.entry(same).or_insert_with(|| {
            let line = NetworkUsed {
                host,
                host_name: here.told.name.clone(),
                account: row.account.clone(),
                owner,
                registered,
                way: row.way,
                ntlm: row.ntlm,
                administrator: false,
                sources: Vec::new(),
                sources_left: 0,
                times: 0,
                first: row.first,
                last: row.last,
            };
            (line, BTreeMap::new())
        });
        let times = count(row.count);
        line.times = line.times.saturating_add(times);
        line.registered &= registered;
        line.administrator |= row.administrator == Some(true);
        line.first = line.first.min(row.first);
        line.last = line.last.max(row.last);
        if !row.source.is_empty() {
            let from = sources.entry(row.source.clone()).or_default();
            *from = from.saturating_add(times);
        }
    }

    /// All of them, those first that nobody can explain; nothing where no host tells of any.
    pub(super) fn finish(self) -> Option<ShortList<NetworkUsed>> {
        let line = |(line, sources)| {
            let (sources, sources_left) = most_first(sources);
            NetworkUsed { sources, sources_left, ..line }
        };
        let mut lines: Vec<NetworkUsed> = self.lines.into_values().map(line).collect();
        lines.sort_by_key(|line| {
            let times = Reverse(line.times);
            (line.registered, !line.administrator, !is_old(line.ntlm), times, line.host_name.clone())
        });
        self.told.then(|| listed(lines))
    }
}

/// A version that is broken.
pub(super) const fn is_old(ntlm: Option<NtlmVersion>) -> bool {
    matches!(ntlm, Some(NtlmVersion::Lm | NtlmVersion::Ntlm1))
}
