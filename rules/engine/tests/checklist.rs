//! The built-in checklist, and what checklist files are refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tenken_engine::checklist::{Branch, Class, Item};
use tenken_engine::{Catalog, Checklist, Problem};
use tenken_model::{BranchId, ItemId, RuleId};

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_form_has_ninety_items_in_ten_sections() {
    let checklist = Checklist::embedded().unwrap_or_else(|problems| panic!("{}", shown(&problems)));
    let counts: Vec<(&str, usize)> =
        checklist.sections.iter().map(|section| (section.id.as_str(), section.items.len())).collect();
    let expected = [
        ("organizational", 5),
        ("physical", 6),
        ("technical", 24),
        ("personnel_employees", 3),
        ("personnel_contractors", 5),
        ("disposal", 4),
        ("maintenance", 10),
        ("takeout", 10),
        ("emergency", 9),
        ("exchange", 14),
    ];
    assert_eq!(counts, expected);
    assert_eq!(checklist.items().count(), 90);
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for item in checklist.items() {
        *classes.entry(item.class).or_default() += 1;
    }
    assert_eq!(classes, BTreeMap::from([(Class::A, 9), (Class::B, 23), (Class::C, 41), (Class::D, 17)]));
    assert_eq!(checklist.notes.len(), 15);
}

#[test]
fn every_rule_decides_an_item_and_every_item_names_rules_there_are() {
    let checklist = Checklist::embedded().unwrap();
    let catalog = Catalog::embedded().unwrap();
    assert_eq!(shown(&checklist.check(&catalog)), "");
    let rule = RuleId::new("clock_synchronised").unwrap();
    let items: Vec<&ItemId> = checklist.items_of(&rule).map(|item| &item.id).collect();
    assert_eq!(items, [&ItemId::new("technical.9").unwrap()]);
    assert!(checklist.check(&Catalog::default()).len() > 30);
}

#[test]
fn tunnels_do_not_stand_for_what_is_sent_beside_them() {
    let checklist = Checklist::embedded().unwrap();
    let item = checklist.items().find(|item| item.id.as_str() == "exchange.12").unwrap();
    let way = |id: &str| item.any_of.iter().find(|way| way.id.as_str() == id).unwrap();
    let (tunnels, https) = (way("ipsec"), way("client_certificates"));
    assert!(https.rules.iter().all(|rule| tunnels.rules.contains(rule)), "HTTPS that fails would be hidden");
    assert_eq!(item.all_rules().count(), tunnels.rules.len(), "each is told once");
    assert_eq!(tunnels.rules.iter().filter(|rule| rule.as_str().starts_with("ipsec_")).count(), 4);
    assert!(tunnels.is_attested() && !https.is_attested(), "a tunnel may have nothing to do with what is exchanged");
}

#[test]
fn more_rules_bear_on_items_that_are_measured_and_on_no_others() {
    let (mut checklist, rule) = (Checklist::embedded().unwrap(), RuleId::new("own_rule").unwrap());
    let mut all = checklist.sections.iter_mut().flat_map(|section| &mut section.items);
    let ways = all.find(|item| item.takes_rules() && item.any_of.is_empty()).unwrap();
    let way = |id: &str, rules: Vec<RuleId>| Branch {
        id: BranchId::new(id).unwrap(),
        says: ways.short.clone(),
        rules,
        attested: false,
    };
    ways.any_of = vec![way("measured", ways.rules.clone()), way("stated", Vec::new())];
    ways.rules.clear();
    let ways = ways.id.clone();
    let is_plain = |item: &&Item| item.takes_rules() && item.any_of.is_empty();
    let measured = checklist.items().find(is_plain).unwrap().id.clone();
    let stated = checklist.items().find(|item| item.class == Class::C).unwrap();
    assert!(!stated.takes_rules());
    let nowhere = ItemId::new("technical.99").unwrap();
    let items = [&measured, &measured, &stated.id, &ways, &nowhere];
    let with = checklist.with_rules(items.map(|item| (item, &rule)));
    let found: Vec<&ItemId> = with.items_of(&rule).map(|item| &item.id).collect();
    assert_eq!(found, [&ways, &measured]);
    let named = |rules: &[RuleId]| rules.iter().filter(|id| **id == rule).count();
    assert_eq!(named(&with.item(&measured).unwrap().rules), 1, "it is there once");
    let item = with.item(&ways).unwrap();
    assert_eq!(item.any_of.iter().map(|way| named(&way.rules)).collect::<Vec<_>>(), [1, 0]);
    assert!(item.rules.is_empty());
}

#[test]
fn a_catalogue_with_more_rules_keeps_its_own() {
    let catalog = Catalog::embedded().unwrap();
    let known = catalog.rules().next().unwrap();
    let other = tenken_engine::Rule { text: String::new(), ..known.clone() };
    let new = tenken_engine::Rule { id: RuleId::new("own_rule").unwrap(), ..known.clone() };
    let with = catalog.with([other, new]);
    assert_eq!(with.rules().len(), catalog.rules().len() + 1);
    assert_eq!(with.rule(&known.id), Some(known));
}

const GOOD: &str = r#"edition: {id: x, title_ja: a, title_en: b}
form: {preamble_ja: a, publication_rule_ja: a, choice_rule_ja: a, change_rule_ja: a, updates_heading_ja: a, last_updated_ja: a, number_ja: a, item_ja: a, done_ja: a, planned_ja: a, verdict_field_ja: a, verdict_rule_ja: a, verdict_met_ja: a, verdict_not_met_ja: a}
notes:
  - {id: 注1, section: technical, text_ja: x}
sections:
  - id: technical
    heading_ja: 技
    heading_en: t
    chapter: "6.5"
    items:
      - id: technical.1
        text_ja: あ
        note: 注1
        short: {ja: あ, en: a}
        class: B
        rules: [clock_synchronised]
        attestation:
          asks: {ja: あ, en: a}
          evidence: [{ja: あ, en: a}]
          valid_for: 365d
"#;

fn elsewhere(valid_for: &str, rules: &str) -> String {
    let part = format!(
        "asks: {{ja: あ, en: a}}\n            evidence: [{{ja: あ, en: a}}]\n            valid_for: {valid_for}"
    );
    format!("365d\n          elsewhere:\n            {part}\n            rules: [{rules}]")
}

#[test]
fn broken_checklists_are_refused_at_the_right_place() {
    assert!(Checklist::load("x.yaml", GOOD).is_ok());
    for (from, to, begins) in [
        ("class: B", "class: E", "15:16: sections[0].items[0].class: unknown variant `E`"),
        ("class: B", "class: A", "17:9: class A is decided by measuring alone"),
        ("class: B", "class: C", "16:16: class C is decided by attestation alone"),
        ("class: B", "colour: B", "15:9: sections[0].items[0]: unknown field `colour`"),
        ("id: technical.1", "id: technical.2", "11:13: the 1. item of this section must be `technical.1`"),
        ("id: technical.1", "id: technical", "11:13: sections[0].items[0]: item id `technical` is not valid"),
        ("note: 注1", "note: 注2", "13:15: there is no note `注2`"),
        ("section: technical", "section: technica", "4:23: there is no section `technica`"),
        ("[clock_synchronised]", "[clock_ok, clock_ok]", "16:27: `clock_ok` is named twice"),
        ("[clock_synchronised]", "[Clock]", "16:17: sections[0].items[0].rules: rule id `Clock` is not valid"),
        ("365d", "365", "20:22: sections[0].items[0].attestation: `365` is not a length of time"),
        ("365d", "0d", "20:22: an attestation holds for more than nothing"),
        ("365d", "3650d", "20:22: an attestation holds for more than nothing and at most"),
        ("365d", "365d\n          stands_for: [clock_ok]", "21:23: `clock_ok` does not decide this item"),
        ("365d", &elsewhere("366d", "clock_synchronised"), "24:24: it holds for more than nothing and no longer"),
        ("365d", &elsewhere("0d", "clock_synchronised"), "24:24: it holds for more than nothing and no longer"),
        ("365d", &elsewhere("92d", "clock_ok"), "25:20: `clock_ok` does not decide this item"),
        ("365d", &elsewhere("92d", ""), "21:11: say what is to be attached, and which rules"),
        ("evidence: [{ja: あ, en: a}]", "evidence: []", "17:9: say what is to be attached"),
        ("text_ja: あ", "text_ja: \" \"", "11:9: an item has its wording"),
        (
            "rules: [clock_synchronised]",
            "rules: []\n        unmeasured: {ja: あ, en: a}",
            "17:9: an item without rules",
        ),
        ("done_ja: a, ", "", "2:7: form: missing field `done_ja`"),
    ] {
        assert_eq!(GOOD.matches(from).count(), 1, "{from}");
        let problems = Checklist::load("x.yaml", &GOOD.replace(from, to)).map(drop).unwrap_err();
        let found = shown(&problems);
        assert!(found.lines().any(|line| line.starts_with(&format!("x.yaml:{begins}"))), "`{to}`: {begins}\n{found}");
    }
    let catalog = Catalog::embedded().unwrap();
    let checklist = Checklist::load("x.yaml", &GOOD.replace("clock_synchronised", "clock_right")).unwrap();
    assert!(shown(&checklist.check(&catalog)).contains("x.yaml:16:17: there is no rule `clock_right`"));
}

proptest! {
    #[test]
    fn never_panics_on_a_checklist_with_a_piece_replaced(at in 0..GOOD.len(), length in 0..40_usize, put in "\\PC{0,8}") {
        let start = GOOD.floor_char_boundary(at);
        let end = GOOD.floor_char_boundary((at + length).min(GOOD.len())).max(start);
        drop(Checklist::load("x.yaml", &format!("{}{put}{}", &GOOD[..start], &GOOD[end..])));
    }
}
