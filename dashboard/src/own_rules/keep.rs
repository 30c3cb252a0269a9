//! The acts on own rules. Each is one transaction with its entry in the audit log.

use tenken_calendar::japan;
use tenken_engine::rule::FILE_BYTES_MAX;
use tenken_engine::{Checklist, case};
use tenken_model::digest::Digest;
use tenken_model::{Instant, ItemId, RuleId};

use super::{NOTE_CHARS_MAX, OwnRuleError, RULES_MAX, RollOutMark, SCOPES_MAX, VERSIONS_MAX, is_own, lint};
use crate::groups::{HostScope, Placements};
use crate::store::{AuditEntry, NewOwnVersion, OwnVersion, RollOut, Store, StoreError, Transaction, VersionState};

/// What somebody writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The rule.
    pub text: String,
    /// Its cases; empty without any.
    pub cases: String,
    /// The items it bears on.
    pub items: Vec<ItemId>,
}

/// A version as somebody looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub version: i64,
    /// How often it had been written.
    pub revision: i64,
}

impl Seen {
    fn is_still(self, found: &OwnVersion) -> Result<(), OwnRuleError> {
        let is = self == Self { version: found.written.version, revision: found.revision };
        if is { Ok(()) } else { Err(OwnRuleError::Changed) }
    }
}

/// What is in force among rules and items, to check drafts against.
fn check(draft: &Draft, checklist: &Checklist) -> Result<(), OwnRuleError> {
    if draft.text.len() > FILE_BYTES_MAX || draft.cases.len() > case::FILE_BYTES_MAX {
        return Err(OwnRuleError::TooLarge);
    }
    let takes = |id: &&ItemId| checklist.item(id).is_some_and(tenken_engine::checklist::Item::takes_rules);
    match draft.items.iter().find(|id| !takes(id)) {
        Some(item) => Err(OwnRuleError::Item(item.clone())),
        None => Ok(()),
    }
}

/// Begins a rule with its first draft.
pub async fn begin(
    store: &Store,
    checklist: &Checklist,
    id: &str,
    draft: &Draft,
    person: &str,
    now: Instant,
) -> Result<RuleId, OwnRuleError> {
    let id = RuleId::new(id).ok().filter(|id| is_own(id) && id.as_str() != super::PREFIX).ok_or(OwnRuleError::Id)?;
    check(draft, checklist)?;
    let mut transaction = store.write().await?;
    let known = transaction.own_rules().await?;
    if known.iter().any(|rule| rule.id == id) {
        return Err(OwnRuleError::Taken);
    }
    if known.len() >= RULES_MAX {
        return Err(OwnRuleError::Full);
    }
    transaction.add_own_rule(&id, person, now).await?;
    let new = new(&id, 1, draft, vec![person.to_owned()], now);
    transaction.add_own_version(&new).await?;
    record(&mut transaction, "own_rule_written", &id, written(&new), person, now).await?;
    transaction.save().await?;
    Ok(id)
}

fn new(rule: &RuleId, version: i64, draft: &Draft, writers: Vec<String>, now: Instant) -> NewOwnVersion {
    let Draft { text, cases, items } = draft.clone();
    NewOwnVersion { rule: rule.clone(), version, text, cases, items, written_at: now, writers }
}

/// Writes a draft anew, or the next version after one that was decided. One that says the same as before is left as it is.
pub async fn write(
    store: &Store,
    checklist: &Checklist,
    rule: &RuleId,
    seen: Seen,
    draft: &Draft,
    person: &str,
    now: Instant,
) -> Result<(), OwnRuleError> {
    check(draft, checklist)?;
    let mut transaction = store.write().await?;
    let found = newest(&mut transaction, rule).await?;
    seen.is_still(&found)?;
    let before = &found.written;
    if (&before.text, &before.cases, &before.items) == (&draft.text, &draft.cases, &draft.items) {
        return Ok(());
    }
    let new = match found.state {
        VersionState::Waiting => return Err(OwnRuleError::Waits),
        VersionState::Draft => {
            let mut writers = before.writers.clone();
            writers.retain(|writer| writer != person);
            writers.push(person.to_owned());
            let new = new(rule, before.version, draft, writers, now);
            if !transaction.write_own_version(&new, seen.revision).await? {
                return Err(OwnRuleError::Changed);
            }
            new
        }
        VersionState::Approved | VersionState::Refused => {
            if before.version >= VERSIONS_MAX {
                return Err(OwnRuleError::Versions);
            }
            let new = new(rule, before.version.saturating_add(1), draft, vec![person.to_owned()], now);
            transaction.add_own_version(&new).await?;
            new
        }
    };
    record(&mut transaction, "own_rule_written", rule, written(&new), person, now).await?;
    Ok(transaction.save().await?)
}

/// Asks for the approval of a draft, of which nothing is wrong.
pub async fn ask(store: &Store, rule: &RuleId, seen: Seen, person: &str, now: Instant) -> Result<(), OwnRuleError> {
    let mut transaction = store.write().await?;
    let found = newest(&mut transaction, rule).await?;
    seen.is_still(&found)?;
    if !lint(rule, &found.written.text, &found.written.cases).is_good() {
        return Err(OwnRuleError::Unready);
    }
    if !transaction.ask_own_version((rule, seen.version), seen.revision, person, now).await? {
        return Err(OwnRuleError::Changed);
    }
    record(&mut transaction, "own_rule_asked", rule, written(&found.written), person, now).await?;
    Ok(transaction.save().await?)
}

/// Makes a version that waits a draft again, so that it can be written.
pub async fn take_back(store: &Store, rule: &RuleId, person: &str, now: Instant) -> Result<(), OwnRuleError> {
    let mut transaction = store.write().await?;
    let found = newest(&mut transaction, rule).await?;
    if !transaction.take_back_own_version(rule, found.written.version).await? {
        return Err(OwnRuleError::Changed);
    }
    record(&mut transaction, "own_rule_taken_back", rule, written(&found.written), person, now).await?;
    Ok(transaction.save().await?)
}

/// Approves or refuses a version that waits. Nobody decides on what they wrote of it or asked for.
pub async fn decide(
    store: &Store,
    rule: &RuleId,
    seen: Seen,
    (approve, note): (bool, &str),
    person: &str,
    now: Instant,
) -> Result<(), OwnRuleError> {
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(OwnRuleError::Note);
    }
    let mut transaction = store.write().await?;
    let found = newest(&mut transaction, rule).await?;
    seen.is_still(&found)?;
    let asked_by = found.asked.as_ref().map(|(_, by)| by.as_str());
    if asked_by == Some(person) || found.written.writers.iter().any(|writer| writer == person) {
        return Err(OwnRuleError::Own);
    }
    if approve && !lint(rule, &found.written.text, &found.written.cases).is_good() {
        return Err(OwnRuleError::Unready);
    }
    let (state, act) = if approve {
        (VersionState::Approved, "own_rule_approved")
    } else {
        (VersionState::Refused, "own_rule_refused")
    };
    if !transaction.decide_own_version((rule, seen.version), state, note, person, now).await? {
        return Err(OwnRuleError::Changed);
    }
    let detail = format!("{}\n{note}", written(&found.written));
    record(&mut transaction, act, rule, detail, person, now).await?;
    Ok(transaction.save().await?)
}

/// Has an approved version judged on these hosts, in the place of what was in force of the rule before. What was found on
/// hosts that are no longer among them is removed.
pub async fn roll_out(
    store: &Store,
    rule: &RuleId,
    version: i64,
    scopes: &[HostScope],
    person: &str,
    now: Instant,
) -> Result<(), OwnRuleError> {
    let scopes = united(scopes)?;
    let mut transaction = store.write().await?;
    let found = transaction.own_version(rule, version).await?.ok_or(OwnRuleError::Gone)?;
    if found.state != VersionState::Approved {
        return Err(OwnRuleError::Unapproved);
    }
    if lint(rule, &found.written.text, "").rule.is_none() {
        return Err(OwnRuleError::Unready);
    }
    let words: Vec<String> = scopes.iter().map(HostScope::word).collect();
    transaction.roll_out(rule, &RollOut { version, scopes: scopes.clone(), at: now, by: person.to_owned() }).await?;
    forget_outside(&mut transaction, rule, &scopes, now).await?;
    move_mark(&mut transaction).await?;
    let detail = format!("{}\n{}", written(&found.written), words.join(" "));
    record(&mut transaction, "own_rule_rolled_out", rule, detail, person, now).await?;
    Ok(transaction.save().await?)
}

/// Scopes that are each there once; with all hosts no others are needed.
fn united(scopes: &[HostScope]) -> Result<Vec<HostScope>, OwnRuleError> {
    let mut found: Vec<HostScope> = Vec::new();
    for scope in scopes {
        if !found.iter().any(|other| other.is_same(scope)) {
            found.push(scope.clone());
        }
    }
    if found.contains(&HostScope::All) {
        return Ok(vec![HostScope::All]);
    }
    if found.is_empty() || found.len() > SCOPES_MAX { Err(OwnRuleError::Scopes) } else { Ok(found) }
}

/// Has a rule judged nowhere any more. What was found of it is removed, so that it counts no more before hosts hear of it;
/// their drifts end with the next look.
pub async fn withdraw(store: &Store, rule: &RuleId, person: &str, now: Instant) -> Result<(), OwnRuleError> {
    let mut transaction = store.write().await?;
    if !transaction.withdraw_rule(rule, person, now).await? {
        return Err(OwnRuleError::NotInForce);
    }
    for host in transaction.hosts_with_rule(rule).await? {
        transaction.forget_findings(rule, &host).await?;
    }
    move_mark(&mut transaction).await?;
    record(&mut transaction, "own_rule_withdrawn", rule, String::new(), person, now).await?;
    Ok(transaction.save().await?)
}

async fn forget_outside(
    transaction: &mut Transaction,
    rule: &RuleId,
    scopes: &[HostScope],
    now: Instant,
) -> Result<(), StoreError> {
    let found = transaction.hosts_with_rule(rule).await?;
    if found.is_empty() || scopes.contains(&HostScope::All) {
        return Ok(());
    }
    let names: std::collections::BTreeMap<_, _> = transaction.all_host_names().await?.into_iter().collect();
    let placements = Placements::read(transaction, japan::date_of(now)).await?;
    for host in found {
        let placement = names.get(&host).and_then(|name| placements.of(name));
        if !scopes.iter().any(|scope| scope.covers(placement)) {
            transaction.forget_findings(rule, &host).await?;
        }
    }
    Ok(())
}

async fn newest(transaction: &mut Transaction, rule: &RuleId) -> Result<OwnVersion, OwnRuleError> {
    transaction.own_versions(rule, 1).await?.into_iter().next().ok_or(OwnRuleError::Gone)
}

async fn move_mark(transaction: &mut Transaction) -> Result<(), StoreError> {
    let RollOutMark(mark) = transaction.setting().await?.unwrap_or_default();
    transaction.set_setting(&RollOutMark(mark.saturating_add(1))).await
}

/// All of a version, so that a later rewrite of it shows.
fn written(version: &NewOwnVersion) -> String {
    let digest = |text: &str| Digest::of(text.as_bytes());
    let items: Vec<&str> = version.items.iter().map(ItemId::as_str).collect();
    let (text, cases) = (digest(&version.text), digest(&version.cases));
    format!("version {} SHA-256 {text} cases {cases} items {}", version.version, items.join(" "))
}

async fn record(
    transaction: &mut Transaction,
    act: &str,
    rule: &RuleId,
    detail: String,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let (act, subject) = (act.to_owned(), rule.to_string());
    transaction.audit(&AuditEntry { at: now, person: person.to_owned(), act, subject, detail }).await
}
