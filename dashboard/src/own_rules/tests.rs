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
