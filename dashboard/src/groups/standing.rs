//! How groups and sites stand. Pure.

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::item::{Cause, CauseReason, HostInScope, ItemInputs, ItemState, fold as fold_item};
use tenken_model::HostId;

use super::{Division, Placements, same};
use crate::registers::fold;
use crate::status::{Known, Presence};
use crate::store::OpenDrift;

/// What the standings rest on.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// What is known of every host.
    pub known: &'a Known,
    /// Where hosts belong.
    pub placements: &'a Placements,
    /// The drifts that are open.
    pub drifts: &'a [OpenDrift],
    /// The checklist.
    pub checklist: &'a Checklist,
}

/// How a group or site stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name; empty for the hosts that belong to none.
    pub name: String,
    /// Its hosts that have an agent, by name.
    pub hosts: Vec<HostId>,
    /// Its hosts that have none, by name.
    pub without_agent: Vec<String>,
    /// How many report.
    pub reporting: usize,
    /// How many are silent.
    pub silent: usize,
    /// The numbers of the drifts that are open on its hosts.
    pub drifts: Vec<i64>,
    /// The items that are not met because of its hosts, the worst first.
    pub missing: Vec<Missing>,
}

/// An item that is not met because of a group's or site's hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The item.
    pub item: tenken_model::ItemId,
    /// The worst state that one of them gives it.
    pub state: ItemState,
    /// Why, the worst first.
    pub causes: Vec<Cause>,
}

impl Standing {
    /// How many hosts it has.
    pub fn count(&self) -> usize {
        self.hosts.len().saturating_add(self.without_agent.len())
    }

    /// The worst state its hosts give an item; met if none is missing.
    pub fn worst(&self) -> ItemState {
        self.missing.first().map_or(ItemState::Met, |missing| missing.state)
    }
}

/// How every group, or every site, stands, by name. Hosts that belong to none come last, under the empty name.
pub fn standings(division: Division, kept: Kept<'_>) -> Vec<Standing> {
    gather(division, kept).map(|gathered| standing(gathered, kept)).collect()
}

/// How the group or site of that name stands; the empty name is that of the hosts that belong to none.
pub fn standing_of(division: Division, name: &str, kept: Kept<'_>) -> Option<Standing> {
    gather(division, kept).find(|gathered| same(&gathered.name, name)).map(|gathered| standing(gathered, kept))
}

/// The hosts of every name.
fn gather(division: Division, kept: Kept<'_>) -> impl Iterator<Item = Gathered> {
    let mut gathered: BTreeMap<(bool, String), Gathered> = BTreeMap::new();
    for host in &kept.known.hosts {
        let name = division.of(kept.placements.of(&host.name));
        place(&mut gathered, name).hosts.push(host.clone());
    }
    for host_name in &kept.known.without_agent {
        let name = division.of(kept.placements.of(host_name));
        place(&mut gathered, name).without_agent.push(host_name.clone());
    }
    gathered.into_values()
}

/// The hosts of one name.
#[derive(Default)]
struct Gathered {
    name: String,
    hosts: Vec<HostInScope>,
    without_agent: Vec<String>,
}

fn place<'a>(gathered: &'a mut BTreeMap<(bool, String), Gathered>, name: &str) -> &'a mut Gathered {
    let own = || Gathered { name: name.to_owned(), ..Gathered::default() };
    gathered.entry((name.is_empty(), fold(name))).or_insert_with(own)
}

fn standing(gathered: Gathered, kept: Kept<'_>) -> Standing {
    let Gathered { name, hosts, without_agent } = gathered;
    let presences = hosts.iter().filter_map(|host| kept.known.presence.get(&host.id));
    let (mut reporting, mut silent) = (0, 0);
    for presence in presences {
        match presence {
            Presence::Reporting => reporting += 1,
            Presence::Silent(_) => silent += 1,
            Presence::Away(_) => {}
        }
    }
    let ids: BTreeSet<&HostId> = hosts.iter().map(|host| &host.id).collect();
    let here = |drift: &&OpenDrift| ids.contains(&drift.host);
    let drifts = kept.drifts.iter().filter(here).map(|drift| drift.id).collect();
    let mut missing: Vec<Missing> =
        kept.checklist.items().filter_map(|item| missing(item, &hosts, &without_agent, kept.known)).collect();
    missing.sort_by_key(|missing| std::cmp::Reverse(missing.state.severity()));
    Standing {
        name,
        hosts: hosts.iter().map(|host| host.id.clone()).collect(),
        without_agent,
        reporting,
        silent,
        drifts,
        missing,
    }
}

/// What of an item is not met because of these hosts. What people have to state is none of theirs.
fn missing(item: &Item, hosts: &[HostInScope], without_agent: &[String], known: &Known) -> Option<Missing> {
    let inputs = ItemInputs {
        hosts,
        judged: &known.judged,
        without_agent,
        declared: None,
        contradicted: &[],
        attested: known.attested.get(&item.id),
        now: known.now,
    };
    let causes: Vec<Cause> =
        fold_item(item, &inputs).causes.into_iter().filter(|cause| is_of_host(&cause.reason)).collect();
    let state = causes.first()?.state;
    Some(Missing { item: item.id.clone(), state, causes })
}

const fn is_of_host(reason: &CauseReason) -> bool {
    match reason {
        CauseReason::Finding { .. }
        | CauseReason::NotJudged { .. }
        | CauseReason::Silent { .. }
        | CauseReason::NoAgent { .. } => true,
        CauseReason::NoHost
        | CauseReason::NoRule
        | CauseReason::Unmeasured(_)
        | CauseReason::NothingApplies
        | CauseReason::Contradicted(_)
        | CauseReason::Unattested
        | CauseReason::Expired
        | CauseReason::Planned
        | CauseReason::Overdue => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tenken_engine::item::{Standing as Found, Unjudged};
    use tenken_model::finding::{Bilingual, VerdictKind};
    use tenken_model::{Instant, RuleId};

    use super::super::tests::host;
    use super::*;

    fn known() -> Known {
        let rule = RuleId::new("clock_service_running").unwrap();
        let failing = Found {
            subject: None,
            verdict: VerdictKind::Fail,
            since: Instant::UNIX_EPOCH,
            unknown: None,
            says: Bilingual::default(),
            drift: true,
            waived: false,
        };
        let of = |name: &str, fails: bool| HostInScope {
            id: HostId::new(name).unwrap(),
            name: name.to_uppercase(),
            silent_since: None,
            findings: if fails { BTreeMap::from([(rule.clone(), vec![failing.clone()])]) } else { BTreeMap::new() },
            unjudged: Unjudged::Of(BTreeSet::new()),
            spared: BTreeSet::new(),
        };
        let hosts = vec![of("a", true), of("b", false), of("c", false)];
        let presence = [
            (hosts[0].id.clone(), Presence::Reporting),
            (hosts[1].id.clone(), Presence::Silent(Instant::UNIX_EPOCH)),
            (hosts[2].id.clone(), Presence::Reporting),
        ];
        Known {
            hosts,
            judged: BTreeMap::new(),
            counts: BTreeMap::new(),
            presence: presence.into(),
            without_agent: vec!["D".into()],
            attested: BTreeMap::new(),
            declared: BTreeMap::new(),
            contradicted: BTreeMap::new(),
            now: Instant::UNIX_EPOCH,
        }
    }

    fn drift(id: i64, on: &str) -> OpenDrift {
        let rule = RuleId::new("clock_service_running").unwrap();
        OpenDrift { id, host: HostId::new(on).unwrap(), rule, opened_at: Instant::UNIX_EPOCH }
    }

    #[test]
    fn each_group_has_its_hosts_their_drifts_and_what_is_missing_for_them() {
        let rows = vec![
            (1, host("A", "本部", "受付", "")),
            (2, host("B", "本部", "検査", "")),
            (4, host("D", "東支所", "受付", "")),
        ];
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let placements = Placements::of_rows(rows, &[], day);
        let (known, checklist) = (known(), Checklist::embedded().unwrap());
        let drifts = [drift(7, "a"), drift(8, "c")];
        let kept = Kept { known: &known, placements: &placements, drifts: &drifts, checklist: &checklist };
        let groups = standings(Division::Group, kept);
        let told: Vec<_> =
            groups.iter().map(|one| (one.name.as_str(), one.count(), one.reporting, one.silent)).collect();
        assert_eq!(told, [("受付", 2, 1, 0), ("検査", 1, 0, 1), ("", 1, 1, 0)], "without a group comes last");
        assert_eq!(
            (groups[0].drifts.as_slice(), groups[0].without_agent.as_slice()),
            (&[7][..], &["D".to_owned()][..])
        );
        assert_eq!(groups[0].worst(), ItemState::Drift);
        let clock = groups[0].missing.iter().find(|missing| missing.item.as_str() == "technical.9").unwrap();
        assert_eq!(clock.state, ItemState::Drift);
        assert!(clock.causes.iter().all(|cause| is_of_host(&cause.reason)));
        assert_eq!(groups[1].worst(), ItemState::Unknown, "nothing was judged there");
        let sites = standings(Division::Site, kept);
        let names: Vec<_> = sites.iter().map(|one| (one.name.as_str(), one.drifts.len())).collect();
        assert_eq!(names, [("本部", 1), ("東支所", 0), ("", 1)]);
    }
}
