//! Thresholds that people set, for all hosts, a site or a group, with why. Of several that are for a host the one that says
//! most of where it belongs holds: that of its group before that of its site, and that before that of all hosts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenken_engine::rule::{Parameter, ParameterKind};
use tenken_engine::{Catalog, ParameterSet, Rule};
use tenken_model::{Instant, Language, RuleId};
use thiserror::Error;

use crate::groups::{HostScope, Placement};
use crate::store::{AuditEntry, Setting, Store, StoreError};

/// The most thresholds that are set at a time.
pub const SET_MAX: usize = 500;
/// The most characters of why one is set.
pub const REASON_CHARS_MAX: usize = 500;

/// A threshold that somebody set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetParameter {
    /// The rule.
    pub rule: RuleId,
    /// The parameter.
    pub name: String,
    /// For which hosts.
    pub scope: HostScope,
    /// The value as it is written: `15m`, `3`.
    pub value: Value,
    /// Why it differs.
    pub reason: String,
    /// When it was set.
    pub set_at: Instant,
    /// By whom.
    pub set_by: String,
}

/// The thresholds that are set, each once for a scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// The thresholds.
    pub set: Vec<SetParameter>,
}

impl Setting for Parameters {
    const NAME: &'static str = "parameters";
}

/// A parameter for some hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The rule.
    pub rule: RuleId,
    /// The parameter.
    pub name: String,
    /// The hosts.
    pub scope: HostScope,
}

/// Why a threshold is not set.
#[derive(Debug, Error)]
pub enum ParameterRefused {
    /// There is no such rule in force, or it has no such parameter.
    #[error("there is no such parameter of a rule in force")]
    Gone,
    /// The value is none that it takes.
    #[error("{0}")]
    Value(String),
    /// The rule is about the agency, not about some of its hosts.
    #[error("the dashboard judges the rule for the agency as a whole")]
    OfAgency,
    /// It is not said why, or at too great a length.
    #[error("say why, in at most {REASON_CHARS_MAX} characters")]
    Reason,
    /// There are [`SET_MAX`] already.
    #[error("{SET_MAX} thresholds are set already")]
    Full,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ParameterRefused {
    /// What is wrong and what to do; none where there is nothing of that name, or the store failed.
    pub fn text(&self, t: Language) -> Option<String> {
        match self {
            Self::Value(why) => Some(t.parameter_refused(why)),
            Self::OfAgency => Some(t.parameter_of_agency()),
            Self::Reason => Some(t.parameter_reason_wrong(REASON_CHARS_MAX)),
            Self::Full => Some(t.parameter_full(SET_MAX)),
            Self::Gone | Self::Store(_) => None,
        }
    }
}

impl Parameters {
    /// The threshold that holds for a host, if one is set for it.
    pub fn of(&self, rule: &RuleId, name: &str, placement: Option<&Placement>) -> Option<&SetParameter> {
        let fits = |set: &&SetParameter| set.rule == *rule && set.name == name && set.scope.covers(placement);
        self.set.iter().filter(fits).max_by_key(|set| set.scope.precision())
    }

    /// Every threshold that holds for a host, as policies bring them.
    pub fn for_host(&self, placement: Option<&Placement>) -> BTreeMap<RuleId, BTreeMap<String, Value>> {
        let mut set: Vec<&SetParameter> = self.set.iter().filter(|set| set.scope.covers(placement)).collect();
        // The later takes the place of the one before.
        set.sort_by_key(|set| set.scope.precision());
        let mut found: BTreeMap<RuleId, BTreeMap<String, Value>> = BTreeMap::new();
        for SetParameter { rule, name, value, .. } in set {
            found.entry(rule.clone()).or_default().insert(name.clone(), value.clone());
        }
        found
    }

    /// The thresholds that are set for all hosts: those of what is judged for the agency as a whole.
    pub fn for_agency(&self) -> BTreeMap<RuleId, BTreeMap<String, Value>> {
        self.for_host(None)
    }

    /// What is set of a rule, the widest scope first.
    pub fn of_rule(&self, rule: &RuleId) -> Vec<&SetParameter> {
        let mut found: Vec<&SetParameter> = self.set.iter().filter(|set| set.rule == *rule).collect();
        found.sort_by(|one, other| (&one.name, &one.scope).cmp(&(&other.name, &other.scope)));
        found
    }
}

/// A value as a person types it into a field: texts of a list one a line.
///
/// # Errors
/// What was expected.
pub fn typed(parameter: &Parameter, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let value = match parameter.kind {
        ParameterKind::Duration | ParameterKind::Size | ParameterKind::Text => Value::from(text),
        ParameterKind::Count => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        ParameterKind::Flag => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        ParameterKind::Texts => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
    };
    parameter.read(&value).map(|_| value)
}

/// A value as it stands in such a field.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().map(shown).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// Sets a threshold, or with no value takes back what is set, with why. What says the same as before is left as it is.
pub async fn set(
    store: &Store,
    catalog: &Catalog,
    target: Target,
    value: Option<&str>,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<(), ParameterRefused> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return Err(ParameterRefused::Reason);
    }
    let value = value.map(|text| checked(catalog, &target, text)).transpose()?;
    let mut transaction = store.write().await?;
    let mut parameters: Parameters = transaction.setting().await?.unwrap_or_default();
    let is_it =
        |set: &SetParameter| set.rule == target.rule && set.name == target.name && set.scope.is_same(&target.scope);
    let before = parameters.set.iter().find(|set| is_it(set)).map(|set| set.value.clone());
    if before.is_none() && value.is_none() {
        return Err(ParameterRefused::Gone);
    }
    if before == value {
        return Ok(());
    }
    parameters.set.retain(|set| !is_it(set));
    if parameters.set.len() >= SET_MAX {
        return Err(ParameterRefused::Full);
    }
    let told = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
    let detail = format!("{} {}: {} -> {}\n{reason}", target.name, target.scope.word(), told(&before), told(&value));
    let act = if value.is_some() { "parameter_set" } else { "parameter_cleared" };
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: act.to_owned(),
        subject: target.rule.to_string(),
        detail,
    };
    if let Some(value) = value {
        let Target { rule, name, scope } = target;
        let (reason, set_by) = (reason.to_owned(), person.to_owned());
        parameters.set.push(SetParameter { rule, name, scope, value, reason, set_at: now, set_by });
    }
    transaction.set_setting(&parameters).await?;
    transaction.audit(&entry).await?;
    Ok(transaction.save().await?)
}

/// The value that was typed, if agents take it.
fn checked(catalog: &Catalog, target: &Target, text: &str) -> Result<Value, ParameterRefused> {
    let rule = catalog.rule(&target.rule).ok_or(ParameterRefused::Gone)?;
    let parameter = rule.parameters.get(&target.name).ok_or(ParameterRefused::Gone)?;
    if rule.telling().is_some() && target.scope != HostScope::All {
        return Err(ParameterRefused::OfAgency);
    }
    let value = typed(parameter, text).map_err(ParameterRefused::Value)?;
    let named = BTreeMap::from([(target.name.clone(), value.clone())]);
    ParameterSet::load(catalog, &BTreeMap::from([(target.rule.clone(), named)])).map_err(|errors| {
        ParameterRefused::Value(errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; "))
    })?;
    Ok(value)
}

/// What of some thresholds a rule takes. What it does not, such as what was set of a version before, would have agents refuse
/// the whole policy.
pub(super) fn taken(rule: &Rule, named: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let takes = |(name, value): &(&String, &Value)| {
        rule.parameters.get(*name).is_some_and(|parameter| parameter.read(value).is_ok())
    };
    named.iter().filter(takes).map(|(name, value)| (name.clone(), value.clone())).collect()
}
