use tenken_engine::{Catalog, Checklist};
use tenken_model::RuleId;

use super::*;
use crate::groups::HostScope;
use crate::store::RolledOut;

/// An own rule that nobody called `guest` can sign in.
pub(crate) fn text(id: &str) -> String {
    format!("id: {id}\n{}", include_str!("../web/rules/starter.yaml"))
}

fn rolled_out(id: &str, text: String) -> RolledOut {
    let items = vec![tenken_model::ItemId::new("technical.9").unwrap()];
    RolledOut { id: RuleId::new(id).unwrap(), version: 1, text, items, scopes: vec![HostScope::All] }
}

#[test]
fn no_built_in_rule_takes_the_name_of_an_own_one() {
    let catalog = Catalog::embedded().unwrap();
    assert!(catalog.rules().all(|rule| !is_own(&rule.id)));
}

#[test]
fn rules_in_force_join_the_catalogue_and_their_items() {
    let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
    let (good, broken) = (RuleId::new("own_a").unwrap(), RuleId::new("own_b").unwrap());
    let rolled_out = [rolled_out("own_a", text("own_a")), rolled_out("own_b", "id: own_b\n".into())];
    let in_force = InForce::of(&catalog, &checklist, &rolled_out);
    assert!(in_force.catalog.rule(&good).is_some() && in_force.catalog.rule(&broken).is_none());
    let rules = &in_force.checklist.item(&rolled_out[0].items[0]).unwrap().rules;
    assert!(rules.contains(&good) && rules.contains(&broken), "what is not judged leaves its item open");
    assert_eq!(in_force.broken.keys().collect::<Vec<_>>(), [&broken]);
    assert_eq!(InForce::of(&catalog, &checklist, &[]).catalog, catalog);
}

#[test]
fn a_text_is_looked_over_with_its_cases() {
    let id = RuleId::new("own_a").unwrap();
    let good = lint(&id, &text("own_a"), "");
    assert!(good.is_good(), "{:?}", good.problems);
    let slip = lint(&id, &text("own_a").replace("a.name", "a.nam"), "");
    assert!(slip.rule.is_none() && !slip.is_good());
    assert_eq!((slip.problems[0].line, slip.problems[0].column > 1), (16, true), "{:?}", slip.problems);
    let other = lint(&id, &text("own_b"), "");
    assert_eq!((other.problems[0].line, other.problems[0].column), (1, 5));
    let by_dashboard = "id: own_a\ntitle: {ja: あ, en: a}\nwhy: {ja: あ, en: a}\nremedy: {ja: あ, en: a}\nsources: [x]\n\
                        judged_by: dashboard\ngrace: 1h\nsays:\n  pass: {ja: あ, en: a}\n  fail: {ja: あ, en: a}\n";
    let refused = lint(&id, by_dashboard, "");
    assert!(refused.rule.is_none() && refused.problems[0].line == 6, "{:?}", refused.problems);

    let cases = "base:\n  now: 2026-11-23T00:00:00Z\n  system: linux\n  facts:\n    accounts:\n      failed: {code: timed_out, detail: x}\n\
                 cases:\n  - name: unread\n    expect: pass\n";
    let tried = lint(&id, &text("own_a"), cases);
    assert!(!tried.is_good() && !tried.case_problems.is_empty());
}

#[test]
fn a_trial_is_judged_with_the_thresholds_of_the_host_and_what_is_not_known_is_unknown() {
    use tenken_model::fact::accounts::Accounts;
    use tenken_model::fact::system::SystemFamily;
    use tenken_model::finding::VerdictKind;
    use tenken_model::observation::Outcome;
    use tenken_model::register::Registers;
    use tenken_model::{Facts, HostId, Instant, Observation, Read, Span};

    use trial::{Tally, Trial, TrialHost, gathered, try_on};

    let id = RuleId::new("own_a").unwrap();
    let parameters = "parameters:\n  most:\n    type: count\n    default: 0\n    min: 0\n    max: 9\n    title: {ja: あ, en: a}\n    source: x\nholds:";
    let text = text("own_a").replace("holds:", parameters).replace(
        "!accounts.entries.exists(a, a.name == 'guest' && a.enabled)",
        "accounts.shared_uids.size() <= params.most",
    );
    let rule = lint(&id, &text, "").rule.unwrap_or_else(|| panic!("{:?}", lint(&id, &text, "").problems));
    let now = Span::from_days(1).after(Instant::UNIX_EPOCH);
    let host = |name: &str, shared: usize, age: i64, most: Option<i64>| {
        let accounts = Accounts {
            entries: Vec::new(),
            complete: Read::Measured(true),
            one_password_policy: Read::Measured(true),
            outside_administrators: Vec::new(),
            administrators_complete: Read::Measured(true),
            shared_uids: vec!["1000: a b".to_owned(); shared],
            sign_ins_since: Read::Measured(None),
            sign_ins_complete: Read::Measured(true),
        };
        let read_at = Span::from_secs(-60 * age).after(now);
        let outcome = Outcome::Known(accounts);
        let observation = Observation { read_at, took: Span::ZERO, sources: Vec::new(), outcome };
        let set = most.map(|most| ("most".to_owned(), serde_json::json!(most)));
        TrialHost {
            id: HostId::new(name).unwrap(),
            name: name.to_uppercase(),
            system: Some(SystemFamily::Linux),
            facts: Facts { accounts: Some(Box::new(observation)), ..Facts::default() },
            registers: Registers::not_given("x"),
            parameters: BTreeMap::from([(id.clone(), set.into_iter().collect())]),
        }
    };
    let verdict = |host: &TrialHost| try_on(&rule, host, now).verdict();
    assert_eq!(verdict(&host("a", 0, 1, None)), VerdictKind::Pass);
    assert_eq!(verdict(&host("a", 2, 1, None)), VerdictKind::Fail);
    assert_eq!(verdict(&host("a", 2, 1, Some(2))), VerdictKind::Pass);
    assert_eq!(verdict(&host("a", 2, 1, Some(99))), VerdictKind::Fail, "what the rule does not take does not hold");
    assert_eq!(verdict(&host("a", 0, 61, None)), VerdictKind::Unknown, "it was read too long ago");
    let silent = TrialHost { system: None, ..host("b", 0, 1, None) };
    assert_eq!((try_on(&rule, &silent, now).trial, verdict(&silent)), (Trial::NotHeard, VerdictKind::Unknown));
    let untold = TrialHost { facts: Facts::default(), ..host("c", 0, 1, None) };
    assert_eq!(verdict(&untold), VerdictKind::Unknown);
    let hosts = [host("d", 0, 1, None), untold, host("e", 1, 1, None), silent];
    let (tried, tally) = gathered(hosts.iter().map(|host| try_on(&rule, host, now)).collect());
    assert_eq!(tried.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["E", "B", "C", "D"]);
    assert_eq!(tally, Tally { failing: 1, unknown: 2, passing: 1, not_applicable: 0 });
}
