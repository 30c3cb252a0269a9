//! What this host must check: the policy the dashboard signed, or the built-in rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tenken_engine::{Catalog, PackedCatalog, ParameterSet};
use tenken_model::policy::{POLICY_BYTES_MAX, Policy, SIGNATURE_CONTEXT, SignedPolicy};
use tenken_model::register::Registers;
use tenken_model::schema::Value;
use tenken_model::{HostId, Instant, RuleId, Size, Span, Topic};
use thiserror::Error;

use crate::durable::{self, DurableError};
use crate::identity::{Identity, IdentityError};

/// How often topics are collected at least when no policy says so.
pub const COLLECT_WITHIN: Duration = Duration::from_mins(10);
/// A policy can make the agent collect no more often than this, and no more seldom than the next.
const COLLECT_MIN: Duration = Duration::from_mins(1);
const COLLECT_MAX: Duration = Duration::from_hours(24);
/// The most problems of a policy that are told.
const PROBLEMS_TOLD: usize = 3;

/// Why a policy is refused. The one before it stays in force.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It is not signed by this dashboard's policy key.
    #[error("check the policy's signature: it is not by the key that was pinned at enrolment")]
    Signature,
    /// The pinned key is none.
    #[error(transparent)]
    Key(#[from] IdentityError),
    /// It is larger than an agent reads.
    #[error("read the policy: it is larger than {POLICY_BYTES_MAX} bytes")]
    TooLarge,
    /// Its form is not understood.
    #[error("read the policy: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It is for another host.
    #[error("read the policy: it is for host {0}")]
    OtherHost(HostId),
    /// It is older than the one in force.
    #[error("read the policy: its version {found} is smaller than {in_force}, which is in force")]
    Older {
        /// Its version.
        found: u64,
        /// What is in force.
        in_force: u64,
    },
    /// Its rules or parameters are not taken.
    #[error("load the policy's version {version}: {problems}")]
    Problems {
        /// Its version.
        version: u64,
        /// The first problems, and how many more.
        problems: String,
    },
    /// It could not be kept.
    #[error(transparent)]
    Durable(#[from] DurableError),
}

/// The rule of which a parameter says where to look.
const OUTBOX_RULE: &str = "sent_files_encrypted";

/// What is judged by now: as it was loaded, or with its rules packed, as an agent that rests keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce<Rules = Catalog> {
    /// The policy's version; 0 is the built-in catalogue.
    pub version: u64,
    /// The rules.
    pub catalog: Rules,
    /// Their parameters.
    pub parameters: ParameterSet,
    /// Register rows for rules and collectors.
    pub registers: Registers,
    /// Time servers to measure against.
    pub time_references: Vec<String>,
    /// Collect each topic at least this often.
    pub collect_within: Duration,
}

impl InForce {
    /// The built-in rules with their defaults, before a policy came.
    pub fn built_in() -> Result<Self, PolicyError> {
        let catalog = Catalog::embedded().map_err(|problems| refused(0, &problems))?;
        Ok(Self {
            version: 0,
            catalog,
            parameters: ParameterSet::default(),
            registers: Registers::not_given("no policy has come from the dashboard yet"),
            time_references: Vec::new(),
            collect_within: COLLECT_WITHIN,
        })
    }

    /// Loads a policy as strictly as the dashboard did. A rule that this agent cannot read, or whose thresholds it cannot,
    /// is judged as unknown: a rule for newer agents takes no other with it.
    fn load(policy: Policy) -> Result<Self, PolicyError> {
        let version = policy.version;
        let mut catalog = Catalog::of_policy(&policy.rules).map_err(|problems| refused(version, &problems))?;
        let mut written = policy.parameters;
        written.retain(|rule, _| !catalog.unread().contains_key(rule));
        if let Err(problems) = ParameterSet::load(&catalog, &written) {
            let at_fault = |rule: &RuleId| problems.iter().find(|problem| problem.rule == *rule);
            // Thresholds of a rule that the policy does not bring are a slip, as always.
            if problems.iter().any(|problem| catalog.rule(&problem.rule).is_none()) {
                return Err(refused(version, &problems));
            }
            for rule in written.keys() {
                if let Some(problem) = at_fault(rule) {
                    catalog = catalog.without(rule, problem.to_string());
                }
            }
            written.retain(|rule, _| at_fault(rule).is_none());
        }
        let parameters = ParameterSet::load(&catalog, &written).map_err(|problems| refused(version, &problems))?;
        let outbox_folders = outbox_folders(&catalog, &parameters);
        let registers = Registers { outbox_folders, ..policy.registers };
        Ok(Self {
            version,
            catalog,
            parameters,
            registers,
            time_references: policy.time_references,
            collect_within: policy.collect_within.to_std().clamp(COLLECT_MIN, COLLECT_MAX),
        })
    }

    /// The same with its rules packed.
    pub fn packed(self) -> InForce<PackedCatalog> {
        let Self { version, catalog, parameters, registers, time_references, collect_within } = self;
        let catalog = PackedCatalog::of(&catalog);
        InForce { version, catalog, parameters, registers, time_references, collect_within }
    }
}

impl InForce<PackedCatalog> {
    /// The rules that are to be judged here and that this agent cannot read.
    pub fn rules_unread(&self) -> Vec<RuleId> {
        self.catalog.unread().keys().cloned().collect()
    }

    /// How often to collect a topic at least: so that two runs in a row may fail to come before a rule
    /// calls its fact stale.
    pub fn interval(&self, topic: Topic) -> Duration {
        let resting = self.catalog.ages().filter(|(topics, _)| topics.contains(&topic));
        let shortest = resting.map(|(_, max_age)| max_age.to_std() / 3).min();
        // Servers of others are not asked as often as this host: it would look like an attack.
        if let (Topic::ExchangeEndpoints, Some(shortest)) = (topic, shortest) {
            return shortest.max(COLLECT_MIN);
        }
        shortest.map_or(self.collect_within, |shortest| shortest.min(self.collect_within)).max(COLLECT_MIN)
    }

    /// When the next fact becomes too old for a rule, of facts read at these times; after `now`.
    pub fn stale_at(&self, read_at: &BTreeMap<Topic, Instant>, now: Instant) -> Option<Instant> {
        let ages = self.catalog.ages();
        let ages = ages.flat_map(|(topics, max_age)| topics.iter().map(move |topic| (*topic, max_age)));
        let ends = ages.filter_map(|(topic, max_age)| Some(max_age.after(*read_at.get(&topic)?)));
        // A fact that is as old as it may be is not too old yet.
        ends.map(|end| Span::from_millis(1).after(end)).filter(|end| *end > now).min()
    }
}

/// The folders that the rule on files for others names.
pub fn outbox_folders(catalog: &Catalog, parameters: &ParameterSet) -> Vec<String> {
    let rule = RuleId::new(OUTBOX_RULE).ok().and_then(|id| catalog.rule(&id));
    match rule.and_then(|rule| parameters.value(rule, "folders")) {
        Some(Value::List(folders)) => folders
            .iter()
            .filter_map(|folder| match folder {
                Value::Text(folder) => Some(folder.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Checks an offered policy and loads it. `at_least` is the version in force.
pub fn accept(signed: &SignedPolicy, identity: &Identity, at_least: u64) -> Result<InForce, PolicyError> {
    if signed.body.len() > POLICY_BYTES_MAX {
        return Err(PolicyError::TooLarge);
    }
    let key = identity.policy_key_bytes()?;
    let signature = STANDARD.decode(&signed.signature).map_err(|_| PolicyError::Signature)?;
    let message = [SIGNATURE_CONTEXT, signed.body.as_bytes()].concat();
    UnparsedPublicKey::new(&ED25519, key).verify(&message, &signature).map_err(|_| PolicyError::Signature)?;
    let policy: Policy = serde_json::from_str(&signed.body)?;
    if policy.host != identity.host {
        return Err(PolicyError::OtherHost(policy.host));
    }
    if policy.version < at_least {
        return Err(PolicyError::Older { found: policy.version, in_force: at_least });
    }
    InForce::load(policy)
}

/// The policy kept in the state folder, or the built-in rules; with why a kept one is not in force.
pub fn restore(state_dir: &Path, identity: &Identity) -> Result<(InForce, Option<PolicyError>), PolicyError> {
    let kept =
        durable::read(&path(state_dir), Size::from_bytes(u64::try_from(POLICY_BYTES_MAX).unwrap_or(u64::MAX) * 2));
    let accepted = kept.map_err(PolicyError::from).and_then(|bytes| match bytes {
        Some(bytes) => accept(&serde_json::from_slice(&bytes)?, identity, 0).map(Some),
        None => Ok(None),
    });
    match accepted {
        Ok(Some(in_force)) => Ok((in_force, None)),
        Ok(None) => Ok((InForce::built_in()?, None)),
        Err(error) => Ok((InForce::built_in()?, Some(error))),
    }
}

/// Keeps a policy that was accepted.
pub fn store(state_dir: &Path, signed: &SignedPolicy) -> Result<(), PolicyError> {
    Ok(durable::replace(&path(state_dir), &serde_json::to_vec(signed)?)?)
}

/// The version that a policy says it has. It is not verified.
pub fn version_of(signed: &SignedPolicy) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Head {
        version: u64,
    }
    serde_json::from_str::<Head>(&signed.body).ok().map(|head| head.version)
}

/// The file in the state folder.
pub fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("policy.json")
}

fn refused(version: u64, problems: &[impl ToString]) -> PolicyError {
    let told: Vec<String> = problems.iter().take(PROBLEMS_TOLD).map(ToString::to_string).collect();
    let more = problems.len().saturating_sub(PROBLEMS_TOLD);
    let problems = if more == 0 { told.join("; ") } else { format!("{}; and {more} more", told.join("; ")) };
    PolicyError::Problems { version, problems }
}

#[cfg(test)]
pub(crate) mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;
    use crate::transport::server::Authority;

    /// A dashboard's policy key.
    pub(crate) struct Signer(Ed25519KeyPair);

    impl Signer {
        pub(crate) fn make() -> Self {
            Self(Ed25519KeyPair::generate().unwrap())
        }

        pub(crate) fn key(&self) -> String {
            STANDARD.encode(self.0.public_key().as_ref())
        }

        pub(crate) fn sign(&self, policy: &Policy) -> SignedPolicy {
            self.sign_text(serde_json::to_string(policy).unwrap(), SIGNATURE_CONTEXT)
        }

        fn sign_text(&self, body: String, context: &[u8]) -> SignedPolicy {
            let signature = self.0.sign(&[context, body.as_bytes()].concat());
            SignedPolicy { body, signature: STANDARD.encode(signature.as_ref()) }
        }
    }

    /// The built-in rules as a policy for host `h-1`.
    pub(crate) fn policy(version: u64) -> Policy {
        Policy {
            version,
            host: HostId::new("h-1").unwrap(),
            issued_at: Instant::UNIX_EPOCH,
            rules: Catalog::embedded().unwrap().sources(),
            parameters: BTreeMap::new(),
            registers: Registers::not_given("test"),
            time_references: vec!["ntp.example".into()],
            collect_within: Span::from_secs(300),
        }
    }

    fn enrolled() -> (Signer, Identity) {
        let dashboard = Signer::make();
        let identity =
            Identity { policy_key: dashboard.key(), ..Authority::make().identity("h-1", "https://127.0.0.1:1") };
        (dashboard, identity)
    }

    #[test]
    fn a_signed_policy_is_loaded_kept_and_restored() {
        let (dashboard, identity) = enrolled();
        let scratch = tempfile::tempdir().unwrap();
        let (before, why) = restore(scratch.path(), &identity).unwrap();
        assert_eq!((before.version, why.is_none()), (0, true));
        let signed = dashboard.sign(&policy(7));
        let accepted = accept(&signed, &identity, 7).unwrap();
        // All but the rules that the dashboard judges, which no policy holds.
        assert_eq!((accepted.version, accepted.catalog.sources()), (7, before.catalog.sources()));
        store(scratch.path(), &signed).unwrap();
        let (after, why) = restore(scratch.path(), &identity).unwrap();
        assert_eq!((after, why.is_none()), (accepted, true));
    }

    #[test]
    fn what_was_not_signed_for_this_host_is_refused() {
        let (dashboard, identity) = enrolled();
        let good = dashboard.sign(&policy(7));
        let text = good.body.clone();
        let (strange, _) = enrolled();
        let mut longer = policy(7);
        longer.host = HostId::new("h-2").unwrap();
        let table: Vec<(SignedPolicy, &str)> = vec![
            (strange.sign(&policy(7)), "signature"),
            (SignedPolicy { body: text.replace("ntp.example", "ntp.evil.example"), ..good.clone() }, "signature"),
            (SignedPolicy { signature: String::new(), ..good.clone() }, "signature"),
            (SignedPolicy { signature: "no base64!".into(), ..good.clone() }, "signature"),
            (dashboard.sign_text(text.clone(), b""), "signature"),
            (dashboard.sign_text(text.clone(), b"tenken something else v1\0"), "signature"),
            (dashboard.sign(&longer), "for host h-2"),
            (dashboard.sign(&policy(6)), "6 is smaller than 7"),
            (dashboard.sign_text("{}".into(), SIGNATURE_CONTEXT), "missing field"),
            (
                dashboard.sign_text(text.replacen('{', "{\"command\":\"rm\",", 1), SIGNATURE_CONTEXT),
                "unknown field `command`",
            ),
        ];
        for (signed, why) in table {
            let error = accept(&signed, &identity, 7).unwrap_err().to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
        assert!(accept(&good, &identity, 7).is_ok());
    }

    #[test]
    fn rules_and_parameters_are_loaded_strictly() {
        let (dashboard, identity) = enrolled();
        let mut broken = policy(8);
        for text in broken.rules.values_mut() {
            "holds: true\n".clone_into(text);
        }
        let first = broken.rules.keys().next().unwrap().clone();
        let error = accept(&dashboard.sign(&broken), &identity, 7).unwrap_err().to_string();
        assert!(error.starts_with("load the policy's version 8:") && error.contains(first.as_str()), "{error}");
        assert!(!error.contains('\n'));
        let mut strange = policy(8);
        strange.parameters.insert(RuleId::new("no_such_rule").unwrap(), BTreeMap::from([("days".into(), 1.into())]));
        let error = accept(&dashboard.sign(&strange), &identity, 7).unwrap_err().to_string();
        assert!(error.contains("no such rule"), "{error}");
    }

    #[test]
    fn a_rule_for_newer_agents_takes_no_other_with_it() {
        let (dashboard, identity) = enrolled();
        let mut newer = policy(8);
        let taken: Vec<RuleId> = newer.rules.keys().cloned().collect();
        let own = RuleId::new("own_newer").unwrap();
        let text = "\
id: own_newer
title: { ja: 新しい, en: newer }
why: { ja: 理由, en: because }
remedy: { ja: 直す, en: repair it }
sources: [\"own\"]
topics: [time_sync]
max_age: 1h
grace: 0s
holds: time_sync.moon_phase == 1
says: { pass: { ja: 良い, en: good }, fail: { ja: 悪い, en: bad } }
";
        newer.rules.insert(own.clone(), text.to_owned());
        newer.parameters.insert(own.clone(), BTreeMap::from([("days".into(), 1.into())]));
        // A threshold of a kind that this agent does not know: judging by the default would be another rule.
        let threshold = taken.first().unwrap().clone();
        newer.parameters.insert(threshold.clone(), BTreeMap::from([("no_such".into(), 1.into())]));
        let in_force = accept(&dashboard.sign(&newer), &identity, 7).unwrap();
        assert_eq!(in_force.clone().packed().rules_unread(), [threshold.clone(), own.clone()]);
        let read: Vec<&RuleId> = in_force.catalog.rules().map(|rule| &rule.id).collect();
        assert_eq!(read.len() + 1, taken.len());
        let why = &in_force.catalog.unread()[&own];
        assert!(why.starts_with("own_newer.yaml:9:") && why.contains("moon_phase"), "{why}");
        assert!(in_force.catalog.unread()[&threshold].contains("no such parameter"));
    }

    #[test]
    fn a_damaged_file_gives_the_built_in_rules_and_a_reason() {
        let (_, identity) = enrolled();
        let scratch = tempfile::tempdir().unwrap();
        for text in ["", "{", "{\"body\":\"{}\",\"signature\":\"\"}"] {
            durable::replace(&path(scratch.path()), text.as_bytes()).unwrap();
            let (in_force, why) = restore(scratch.path(), &identity).unwrap();
            assert_eq!((in_force.version, why.is_some()), (0, true), "{text}");
        }
    }

    #[test]
    fn facts_are_collected_well_before_they_are_too_old() {
        let in_force = InForce::built_in().unwrap().packed();
        for topic in Topic::ALL {
            let interval = in_force.interval(*topic);
            let is_others = *topic == Topic::ExchangeEndpoints;
            assert!(interval >= COLLECT_MIN && (is_others || interval <= COLLECT_WITHIN), "{topic:?}");
            assert!(!is_others || interval == Duration::from_hours(4), "{interval:?}");
        }
        let now = Span::from_days(1).after(Instant::UNIX_EPOCH);
        let read_at = BTreeMap::from([(Topic::TimeSync, now)]);
        let stale = in_force.stale_at(&read_at, now).unwrap();
        let resting = in_force.catalog.ages().filter(|(topics, _)| topics.contains(&Topic::TimeSync));
        let shortest = resting.map(|(_, max_age)| max_age).min().unwrap();
        assert_eq!(stale, Span::from_millis(1).after(shortest.after(now)));
        assert_eq!(in_force.stale_at(&BTreeMap::new(), now), None);
        let all_stale = Span::from_days(400).after(now);
        assert_eq!(in_force.stale_at(&read_at, all_stale), None);
    }
}
