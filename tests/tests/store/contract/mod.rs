//! The contracts, each with a database of its own.

mod days;
mod declaration;
mod facts;
mod hosts;
mod ingest;
mod mail;
mod own_rules;
mod people;
mod sessions;
mod several;
mod standing;
mod transactions;
mod whole;

pub(crate) use days::*;
pub(crate) use declaration::*;
pub(crate) use facts::*;
pub(crate) use hosts::*;
pub(crate) use ingest::*;
pub(crate) use mail::*;
pub(crate) use own_rules::*;
pub(crate) use people::*;
pub(crate) use sessions::*;
pub(crate) use several::*;
pub(crate) use standing::*;
pub(crate) use transactions::*;
pub(crate) use whole::*;

use tenken_dashboard::store::{DriftNews, Failing, MailBody, NewDrift, NewHost, Store, StoredFinding, Transaction};
use tenken_model::digest::Digest;
use tenken_model::finding::{Bilingual, Evidence};
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span, Subject, Verdict};

pub(crate) fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
}

pub(crate) fn id(text: &str) -> HostId {
    HostId::new(text).unwrap()
}

pub(crate) fn key(rule: &str, subject: Option<&str>) -> FindingKey {
    FindingKey { rule: RuleId::new(rule).unwrap(), subject: subject.map(|text| Subject::new(text).unwrap()) }
}

pub(crate) fn finding(key: FindingKey, verdict: Verdict, value: &str) -> Finding {
    let says = Bilingual { ja: format!("値は{value}です。"), en: format!("It is {value}.") };
    let evidence = vec![Evidence { path: "time_sync.offset".into(), value: value.into(), volatile: false }];
    Finding { key, verdict, says, branch: None, evidence, observed_at: at(0) }
}

pub(crate) fn stored(host: &HostId, finding: Finding, since: i64) -> StoredFinding {
    let failing = Failing { since: at(since), awake: Span::ZERO };
    let failing = matches!(finding.verdict, Verdict::Fail).then_some(failing);
    let digest = finding.digest();
    StoredFinding { host: host.clone(), finding, digest, since: at(since), failing, changed_at: at(since) }
}

/// Enrols a host on which a rule fails, and opens its drift in a transaction that is not saved yet.
pub(crate) async fn drifted(store: &Store, host: &HostId) -> (Transaction, i64, Finding) {
    enrolled(store, host, "a").await;
    let fail = finding(key("clock_synchronised", None), Verdict::Fail, "1");
    let mut transaction = store.write().await.unwrap();
    let new =
        NewDrift { host: host.clone(), failing_since: at(1), opened_at: at(2), told_by: None, finding: fail.clone() };
    let drift = transaction.open_drift(&new).await.unwrap();
    (transaction, drift, fail)
}

/// One more drift of an enrolled host.
pub(crate) async fn another_drift(transaction: &mut Transaction, host: &HostId, rule: &str) -> i64 {
    let finding = finding(key(rule, None), Verdict::Fail, "1");
    let new = NewDrift { host: host.clone(), failing_since: at(1), opened_at: at(2), told_by: None, finding };
    transaction.open_drift(&new).await.unwrap()
}

/// A host to add.
pub(crate) fn added(host: &HostId, name: &str) -> NewHost {
    NewHost {
        id: host.clone(),
        name: name.into(),
        enrolled_at: at(0),
        certificate: Digest::of(host.as_str().as_bytes()),
        certificate_until: at(90 * 86_400),
    }
}

pub(crate) async fn enrolled(store: &Store, host: &HostId, name: &str) {
    let mut transaction = store.write().await.unwrap();
    transaction.add_host(&added(host, name)).await.unwrap();
    transaction.save().await.unwrap();
}

pub(crate) fn body(host: &HostId, finding: &Finding) -> MailBody {
    MailBody::Drift(DriftNews {
        host: host.clone(),
        host_name: "受付PC".into(),
        finding: finding.clone(),
        failing_since: at(0),
        at: at(60),
        waiver: None,
        stands: None,
    })
}
