//! What changed between two judgements.

use std::collections::BTreeMap;

use tenken_model::FindingKey;
use tenken_model::digest::Digest;
use tenken_model::finding::{Change, FindingSet, state_digest};

/// The digests of a host's findings: as much of a state as is needed to see what changed.
pub type State = BTreeMap<FindingKey, Digest>;

/// What leads from `old` to `new`, in order of keys. A finding that differs in volatile evidence or
/// in wording only has not changed.
pub fn changes(old: &State, new: &FindingSet) -> Vec<Change> {
    let cleared = old.keys().filter(|key| !new.contains_key(key)).map(|key| Change::Cleared { key: key.clone() });
    let set = new.iter().filter_map(|(key, finding)| {
        let digest = finding.digest();
        (old.get(key) != Some(&digest)).then(|| Change::Set { finding: finding.clone(), digest })
    });
    cleared.chain(set).collect()
}

/// Takes a change into the state.
pub fn apply(state: &mut State, change: &Change) {
    match change {
        Change::Set { finding, digest } => {
            state.insert(finding.key.clone(), *digest);
        }
        Change::Cleared { key } => {
            state.remove(key);
        }
    }
}

/// The digest of the whole state, which the dashboard compares with its own.
pub fn digest(state: &State) -> Digest {
    state_digest(state)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use tenken_model::finding::{Bilingual, Evidence};
    use tenken_model::{Finding, Instant, Reason, ReasonCode, RuleId, Subject, Verdict};

    use super::*;

    /// A finding of rule `r<number>`, about a subject if one is given.
    pub(crate) fn finding(rule: u8, subject: Option<&str>, verdict: Verdict, offset: &str) -> Finding {
        Finding {
            key: FindingKey {
                rule: RuleId::new(format!("r{rule}")).unwrap(),
                subject: subject.map(|subject| Subject::new(subject).unwrap()),
            },
            verdict,
            says: Bilingual::default(),
            branch: None,
            evidence: vec![Evidence { path: "time_sync.offset".into(), value: offset.into(), volatile: true }],
            observed_at: Instant::UNIX_EPOCH,
        }
    }

    fn set(findings: Vec<Finding>) -> FindingSet {
        findings.into_iter().map(|finding| (finding.key.clone(), finding)).collect()
    }

    fn after(state: &State, changes: &[Change]) -> State {
        let mut state = state.clone();
        for change in changes {
            apply(&mut state, change);
        }
        state
    }

    #[test]
    fn only_what_changed_is_a_change() {
        let first = set(vec![finding(1, None, Verdict::Pass, "1ms"), finding(2, Some("a"), Verdict::Fail, "")]);
        let begin = changes(&State::new(), &first);
        assert_eq!(begin.len(), 2);
        let state = after(&State::new(), &begin);

        let wobbled = set(vec![finding(1, None, Verdict::Pass, "2ms"), finding(2, Some("a"), Verdict::Fail, "")]);
        assert_eq!(changes(&state, &wobbled), []);

        let unknown = Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "x"));
        let then = set(vec![finding(1, None, unknown, "1ms"), finding(2, Some("b"), Verdict::Fail, "")]);
        let found = changes(&state, &then);
        let kinds: Vec<_> = found.iter().map(|change| matches!(change, Change::Set { .. })).collect();
        assert_eq!(kinds, [false, true, true], "{found:?}");
        let digests: State = then.iter().map(|(key, finding)| (key.clone(), finding.digest())).collect();
        assert_eq!(digest(&after(&state, &found)), state_digest(&digests));
    }

    fn any_set() -> impl Strategy<Value = FindingSet> {
        let verdict = prop_oneof![Just(Verdict::Pass), Just(Verdict::Fail), Just(Verdict::NotApplicable)];
        let one = (0_u8..4, proptest::option::of("[ab]"), verdict)
            .prop_map(|(rule, subject, verdict)| finding(rule, subject.as_deref(), verdict, ""));
        proptest::collection::vec(one, 0..8).prop_map(set)
    }

    proptest! {
        #[test]
        fn applying_the_changes_gives_the_new_state(one in any_set(), two in any_set()) {
            let state = after(&State::new(), &changes(&State::new(), &one));
            let state = after(&state, &changes(&state, &two));
            let wanted: State = two.iter().map(|(key, finding)| (key.clone(), finding.digest())).collect();
            prop_assert_eq!(&state, &wanted);
            prop_assert_eq!(changes(&state, &two), vec![]);
        }
    }
}
