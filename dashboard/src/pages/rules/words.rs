//! Words about own rules that several pages say.

use tenken_engine::Rule;
use tenken_engine::expression::show;
use tenken_engine::rule::Parameter;
use tenken_model::{Language, Topic};

use super::super::state::Mark;
use crate::groups::HostScope;
use crate::store::VersionState;

/// The mark of a version.
pub fn state(state: VersionState, t: Language) -> Mark {
    match state {
        VersionState::Draft => Mark::new("pen", "plain", t.own_rule_draft()),
        VersionState::Waiting => Mark::new("clock", "info", t.own_rule_waiting()),
        VersionState::Approved => Mark::new("check", "good", t.own_rule_approved()),
        VersionState::Refused => Mark::new("cross", "warn", t.own_rule_refused()),
    }
}

/// Some of the agency's hosts, as people read it.
pub fn scope(scope: &HostScope, t: Language) -> String {
    match scope {
        HostScope::All => t.scope_all(),
        HostScope::Site(name) => t.scope_site(name),
        HostScope::Group(name) => t.scope_group(name),
    }
}

/// Several scopes in one line.
pub fn scopes(scopes: &[HostScope], t: Language) -> String {
    scopes.iter().map(|one| scope(one, t)).collect::<Vec<_>>().join(&t.list_join())
}

/// The scopes that can be chosen: every host, each site, each group; and those that are chosen though no host is there now.
pub fn choices(sites: &[String], groups: &[String], chosen: &[HostScope], t: Language) -> Vec<(String, String)> {
    let mut found = vec![HostScope::All];
    found.extend(sites.iter().cloned().map(HostScope::Site));
    found.extend(groups.iter().cloned().map(HostScope::Group));
    let gone: Vec<HostScope> =
        chosen.iter().filter(|one| !found.iter().any(|other| other.is_same(one))).cloned().collect();
    found.extend(gone);
    found.iter().map(|one| (one.word(), scope(one, t))).collect()
}

/// Topics by their names.
pub fn topics(topics: &[Topic], t: Language) -> String {
    topics.iter().map(|topic| topic.name()).collect::<Vec<_>>().join(&t.list_join())
}

/// What a parameter may be set to.
pub fn bounds(parameter: &Parameter, t: Language) -> Option<String> {
    let shown = |value| show::value(value, t);
    match (&parameter.min, &parameter.max, parameter.max_items) {
        (Some(min), Some(max), _) => Some(t.parameter_between(&shown(min), &shown(max))),
        (_, _, Some(most)) => Some(t.parameter_items_max(most)),
        _ => None,
    }
}

/// The systems a rule is for.
pub fn systems(rule: &Rule, t: Language) -> String {
    let systems = rule.condition().map(|condition| condition.systems.as_slice()).unwrap_or_default();
    if systems.is_empty() {
        return t.rule_systems_all();
    }
    systems.iter().map(|system| system.word()).collect::<Vec<_>>().join(&t.list_join())
}
