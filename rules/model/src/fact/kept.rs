//! The facts a dashboard keeps: how they travel, and what says that two of them are the same.

use serde_json::Value;
use thiserror::Error;

use super::{AnyObservation, Topic};
use crate::digest::Digest;
use crate::{Instant, Reason, ReasonCode, Span};

/// The largest kept fact in bytes of its wire form.
pub const FACT_BYTES_MAX: usize = 512 << 10;

/// Why something is no fact to be kept.
#[derive(Debug, Error)]
pub enum KeptFactError {
    /// The dashboard keeps no facts of this topic.
    #[error("facts of {} are not kept", .0.name())]
    NotKept(Topic),
    /// It does not have the form of its topic.
    #[error("the fact {}: {problem}", .topic.name())]
    Form {
        /// Its topic.
        topic: Topic,
        /// What is wrong with it.
        problem: serde_json::Error,
    },
    /// A text in it holds NUL, which no honest text does and PostgreSQL does not keep.
    #[error("the fact {}: a text holds NUL", .0.name())]
    Nul(Topic),
    /// It is larger than [`FACT_BYTES_MAX`].
    #[error("the fact {}: {bytes} bytes, at most {FACT_BYTES_MAX}", .topic.name())]
    TooLarge {
        /// Its topic.
        topic: Topic,
        /// How large it is.
        bytes: usize,
    },
}

/// An observation of a topic of which the dashboard keeps the newest: sound, not too large, and without NUL. The
/// places that were looked at stay with the host.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptFact {
    topic: Topic,
    read_at: Instant,
    wire: Value,
    digest: Digest,
}

impl KeptFact {
    /// An observation as it travels. One that is too large becomes one that failed and says so.
    pub fn of(observation: &AnyObservation) -> Result<Self, KeptFactError> {
        let topic = observation.topic();
        let form = |problem| KeptFactError::Form { topic, problem };
        let mut wire = observation.wire().map_err(form)?;
        if let Some(sources) = wire.get_mut("sources") {
            *sources = Value::Array(Vec::new());
        }
        replace_nul(&mut wire);
        match Self::read(topic, wire) {
            Err(error @ KeptFactError::TooLarge { .. }) => {
                let reason = Reason::new(ReasonCode::TooLarge, format!("tell the dashboard: {error}"));
                let failed = AnyObservation::failed(topic, observation.read_at(), Span::ZERO, reason);
                Self::read(topic, failed.wire().map_err(form)?)
            }
            kept => kept,
        }
    }

    /// Takes an observation in its wire form.
    pub fn read(topic: Topic, wire: Value) -> Result<Self, KeptFactError> {
        if !topic.is_kept() {
            return Err(KeptFactError::NotKept(topic));
        }
        let observation =
            AnyObservation::from_wire(topic, &wire).map_err(|problem| KeptFactError::Form { topic, problem })?;
        Self::keep(topic, observation.read_at(), wire)
    }

    /// Takes what a host tells of a topic at a time: also what has another form than this program knows, as a newer agent may
    /// send. That is kept as it is, so that the rest of its report counts, and is not read.
    pub fn take(topic: Topic, wire: Value, now: Instant) -> Result<Self, KeptFactError> {
        match Self::read(topic, wire.clone()) {
            Err(KeptFactError::Form { .. }) => Self::keep(topic, now, wire),
            taken => taken,
        }
    }

    fn keep(topic: Topic, read_at: Instant, wire: Value) -> Result<Self, KeptFactError> {
        if holds_nul(&wire) {
            return Err(KeptFactError::Nul(topic));
        }
        let bytes = wire.to_string().len();
        if bytes > FACT_BYTES_MAX {
            return Err(KeptFactError::TooLarge { topic, bytes });
        }
        let digest = digest(wire.get("outcome").unwrap_or(&Value::Null));
        Ok(Self { topic, read_at, wire, digest })
    }

    /// What was observed, unless its form is not known.
    pub fn observation(&self) -> Option<AnyObservation> {
        AnyObservation::from_wire(self.topic, &self.wire).ok()
    }

    /// Its topic.
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// When it was read, by the clock of its host unless held by another.
    pub const fn read_at(&self) -> Instant {
        self.read_at
    }

    /// The same, with its time held between two others: a host cannot have read anything before it was known, nor
    /// later than now.
    #[must_use]
    pub fn held_between(mut self, earliest: Instant, latest: Instant) -> Self {
        self.read_at = self.read_at.min(latest).max(earliest.min(latest));
        self
    }

    /// Its wire form, with the time as its host has it.
    pub const fn wire(&self) -> &Value {
        &self.wire
    }

    /// Its wire form, with the time as its host has it.
    pub fn into_wire(self) -> Value {
        self.wire
    }

    /// A digest of what was observed; when, and how long it took, is not in it.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

/// The digest of a structure: the same for the same content, in whatever order its fields were written, and with
/// fields that only a newer program knows.
fn digest(value: &Value) -> Digest {
    let mut text = String::new();
    write_sorted(value, &mut text);
    Digest::of(text.as_bytes())
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, field) in fields {
                // A JSON string ends where it says, so that no two lists of fields are written alike.
                text.push_str(&Value::from(name.as_str()).to_string());
                write_sorted(field, text);
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write_sorted(element, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(elements) => elements.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, field)| name.contains('\0') || holds_nul(field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(elements) => elements.iter_mut().for_each(replace_nul),
        Value::Object(fields) => fields.values_mut().for_each(replace_nul),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::accounts::Accounts;
    use crate::fact::neighbours::Neighbours;
    use crate::observation::{Outcome, Source, SourceOutcome};
    use crate::{Observation, Read};

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after(Instant::UNIX_EPOCH)
    }

    fn accounts(shared: &[&str], read_at: Instant) -> AnyObservation {
        AnyObservation::Accounts(Observation {
            read_at,
            took: Span::from_secs(read_at.timestamp()),
            sources: vec![Source { place: "/etc/shadow".into(), outcome: SourceOutcome::Read }],
            outcome: Outcome::Known(Accounts {
                entries: Vec::new(),
                complete: Read::Measured(true),
                one_password_policy: Read::Measured(true),
                outside_administrators: Vec::new(),
                administrators_complete: Read::Measured(true),
                shared_uids: shared.iter().map(|text| (*text).to_owned()).collect(),
                sign_ins_since: Read::Measured(None),
                sign_ins_complete: Read::Measured(true),
            }),
        })
    }

    #[test]
    fn only_what_was_observed_makes_a_difference() {
        let one = KeptFact::of(&accounts(&["0: root toor"], at(1))).unwrap();
        let later = KeptFact::of(&accounts(&["0: root toor"], at(2))).unwrap();
        assert_eq!(one.digest(), later.digest());
        assert_ne!(one, later);
        assert_eq!((later.topic(), later.read_at()), (Topic::Accounts, at(2)));
        assert!(!later.wire().to_string().contains("/etc/shadow"), "places stay with the host");
        assert_ne!(one.digest(), KeptFact::of(&accounts(&[], at(1))).unwrap().digest());
        let failed = |why: &str| {
            let reason = Reason::new(ReasonCode::TimedOut, why);
            KeptFact::of(&AnyObservation::failed(Topic::Accounts, at(1), Span::ZERO, reason)).unwrap().digest()
        };
        assert_ne!(failed("a"), failed("b"));
    }

    #[test]
    fn the_digest_does_not_depend_on_order_and_sees_unknown_fields() {
        let read = |text: &str| digest(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"a":1,"b":[{"c":null,"d":"x"}]}"#), read(r#"{"b":[{"d":"x","c":null}],"a":1}"#));
        for (one, other) in [
            (r#"{"a":1}"#, r#"{"a":1,"newer":2}"#),
            (r#"["a","b"]"#, r#"["b","a"]"#),
            (r#"["a,b"]"#, r#"["a","b"]"#),
            ("[[1],[2]]", "[[1,2]]"),
            (r#"{"a":"1"}"#, r#"{"a":1}"#),
        ] {
            assert_ne!(read(one), read(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_too_large_says_so_and_nothing_else() {
        let much = "x".repeat(FACT_BYTES_MAX);
        let kept = KeptFact::of(&accounts(&[&much], at(7))).unwrap();
        let AnyObservation::Accounts(read) = AnyObservation::from_wire(Topic::Accounts, kept.wire()).unwrap() else {
            panic!("another topic")
        };
        let Outcome::Failed(reason) = read.outcome else { panic!("it did not fail") };
        assert_eq!((reason.code, read.read_at), (ReasonCode::TooLarge, at(7)));
        assert!(reason.detail.contains("accounts") && reason.detail.contains("at most 524288"), "{reason}");
    }

    #[test]
    fn no_clock_reads_before_or_after_what_can_be() {
        let kept = |seconds| KeptFact::of(&accounts(&[], at(seconds))).unwrap();
        for (read, held) in [(5, 10), (15, 15), (25, 20)] {
            let fact = kept(read).held_between(at(10), at(20));
            assert_eq!((fact.read_at(), fact.digest()), (at(held), kept(read).digest()));
        }
        assert_eq!(kept(5).held_between(at(30), at(20)).read_at(), at(20));
    }

    #[test]
    fn nul_does_not_travel() {
        let observation = accounts(&["0: root\0toor"], at(1));
        assert!(KeptFact::of(&observation).unwrap().wire().to_string().contains("root\u{fffd}toor"));
        let raw = observation.wire().unwrap();
        assert!(matches!(KeptFact::read(Topic::Accounts, raw), Err(KeptFactError::Nul(Topic::Accounts))));
    }

    #[test]
    fn what_a_newer_agent_tells_is_kept_unread() {
        let wire = serde_json::json!({"read_at": "2026-11-24T00:00:00Z", "outcome": {"known": {"entries": "newer"}}});
        let kept = KeptFact::take(Topic::Accounts, wire.clone(), at(9)).unwrap();
        assert_eq!((kept.wire(), kept.read_at(), kept.observation()), (&wire, at(9), None));
        assert_eq!(kept.digest(), digest(&wire["outcome"]), "it is not asked for again");
        let known = accounts(&[], at(1));
        let kept = KeptFact::take(Topic::Accounts, known.wire().unwrap(), at(9)).unwrap();
        assert_eq!((kept.read_at(), kept.observation().is_some()), (at(1), true));
        for wire in [serde_json::json!("\0"), Value::from("x".repeat(FACT_BYTES_MAX)), known.wire().unwrap()] {
            let taken = KeptFact::take(if wire.is_object() { Topic::System } else { Topic::Accounts }, wire, at(9));
            assert!(taken.is_err(), "{taken:?}");
        }
    }

    #[test]
    fn other_topics_and_other_forms_are_refused() {
        let raw = accounts(&[], at(1)).wire().unwrap();
        assert!(matches!(KeptFact::read(Topic::System, raw.clone()), Err(KeptFactError::NotKept(_))));
        assert!(matches!(KeptFact::read(Topic::Neighbours, raw), Err(KeptFactError::Form { .. })));
        for text in ["null", "[]", "{}", r#"{"read_at":"2026-11-24T00:00:00Z"}"#] {
            let wire = serde_json::from_str(text).unwrap();
            assert!(matches!(KeptFact::read(Topic::Accounts, wire), Err(KeptFactError::Form { .. })), "{text}");
        }
        let absent = Observation::<Neighbours> {
            read_at: at(1),
            took: Span::ZERO,
            sources: Vec::new(),
            outcome: Outcome::Absent("no network".into()),
        };
        assert!(KeptFact::of(&AnyObservation::Neighbours(absent)).is_ok());
    }
}
