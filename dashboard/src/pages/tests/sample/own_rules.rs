//! Rules: the list, the page of one, and one that somebody writes.

use tenken_engine::checklist::Checklist;
use tenken_model::finding::VerdictKind;
use tenken_model::{HostId, ItemId, Language, RuleId, Topic};

use super::machines::{self, catalog, finding, machine};
use super::{ago, chrome};
use crate::groups::HostScope;
use crate::own_rules::trial::{Tally, Trial, Tried};
use crate::own_rules::{Draft, Linted, Seen, lint};
use crate::pages::finding::HostRef;
use crate::pages::pager::Pager;
use crate::pages::rules::page::{self, OwnPart, RuleView};
use crate::pages::rules::parameters::{self, ParameterRow, ParametersView, TypedParameter};
use crate::pages::rules::trial::{self, TrialView};
use crate::pages::rules::version::{self, VersionView};
use crate::pages::rules::write::{self, WriteView};
use crate::pages::rules::{self, OwnStanding, RuleRow, RulesView};
use crate::policy::parameters::SetParameter;
use crate::store::{FindingCounts, NewOwnVersion, OwnRule, OwnVersion, RollOut, RuleHosts, VersionState};

type Rendered = (&'static str, askama::Result<String>);

const CASES: &str = "base: 1\ncases: []\n";

fn own() -> RuleId {
    RuleId::new("own_guest").unwrap()
}

fn text() -> String {
    crate::own_rules::tests::text("own_guest")
}

fn item() -> ItemId {
    ItemId::new("technical.9").unwrap()
}

fn rolled_out() -> RollOut {
    let scopes = vec![HostScope::Group("受付".into()), HostScope::Site("本部".into())];
    RollOut { version: 1, scopes, at: ago(60), by: "kato".into() }
}

fn kept(in_force: bool) -> OwnRule {
    OwnRule {
        id: own(),
        created_at: ago(9_000),
        created_by: "ito".into(),
        rolled_out: in_force.then(rolled_out),
        withdrawn: (!in_force).then(|| (ago(5), "kato".to_owned())),
    }
}

fn of_version(number: i64, state: VersionState, text: String) -> OwnVersion {
    let decided = matches!(state, VersionState::Approved | VersionState::Refused);
    OwnVersion {
        written: NewOwnVersion {
            rule: own(),
            version: number,
            text,
            cases: if number > 1 { CASES.to_owned() } else { String::new() },
            items: vec![item()],
            written_at: ago(900),
            writers: vec!["ito".into(), "mori".into()],
        },
        state,
        revision: 3,
        asked: (state != VersionState::Draft).then(|| (ago(800), "ito".to_owned())),
        decided: decided.then(|| (ago(700), "kato".to_owned())),
        note: if decided { "確認しました。".into() } else { String::new() },
    }
}

fn set(name: &str, scope: &str, value: &str) -> SetParameter {
    SetParameter {
        rule: RuleId::new("clock_synchronised").unwrap(),
        name: name.into(),
        scope: HostScope::from_word(scope).unwrap(),
        value: value.into(),
        reason: "同期元が遠いため".into(),
        set_at: ago(50),
        set_by: "kato".into(),
    }
}

pub(super) fn pages(language: Language) -> Vec<Rendered> {
    let checklist = Checklist::embedded().unwrap();
    let mut pages = vec![list(&checklist, language), built_in(&checklist, language)];
    pages.push(of_own(&checklist, language, true));
    pages.push(of_own(&checklist, language, false));
    pages.extend(written(&checklist, language));
    pages.extend(versions(&checklist, language));
    pages.push(tried(language));
    pages.extend(thresholds(language));
    pages
}

fn list(checklist: &Checklist, language: Language) -> Rendered {
    let (catalog, id, other) = (catalog(), own(), RuleId::new("own_broken").unwrap());
    let loaded = lint(&id, &text(), "").rule.unwrap();
    let standing = |newest, in_force, broken| OwnStanding { newest, in_force, broken, withdrawn: false };
    let hosts = RuleHosts { failing: 2, unknown: 1 };
    let row = |id, rule, own| RuleRow { id, rule, items: vec![checklist.locate(&item()).unwrap()], hosts, own };
    let view = RulesView {
        own: vec![
            row(&id, Some(&loaded), Some(standing(VersionState::Waiting, true, false))),
            row(&other, None, Some(standing(VersionState::Approved, true, true))),
        ],
        built_in: catalog.rules().map(|rule| row(&rule.id, Some(rule), None)).collect(),
    };
    ("rules", rules::render(&view, &chrome(language, "/rules")))
}

fn built_in(checklist: &Checklist, language: Language) -> Rendered {
    let catalog = tenken_engine::Catalog::embedded().unwrap();
    let rule = catalog.rule(&RuleId::new("clock_synchronised").unwrap()).unwrap();
    let host = machine("SV-KENSHIN01");
    let found = finding("clock_synchronised", VerdictKind::Fail, None);
    let (group, idle) = (set("last_sync_max", "group:受付", "2h"), set("last_sync_max", "all", "90d"));
    let view = RuleView {
        id: &rule.id,
        rule: Some(rule),
        items: checklist.items_of(&rule.id).filter_map(|item| checklist.locate(&item.id)).collect(),
        counts: FindingCounts { fail: 1, pass: 23, ..FindingCounts::default() },
        hosts: RuleHosts { failing: 1, unknown: 0 },
        behind: Vec::new(),
        findings: vec![machines::view(&catalog, &host, &found)],
        pager: Pager::new("1", 40, 24, "/rules/clock_synchronised?page="),
        parameters: ParameterRow::of(rule, &[&idle, &group]),
        own: None,
    };
    ("rule_built_in", page::render(&view, &chrome(language, "/rules/clock_synchronised")))
}

fn of_own(checklist: &Checklist, language: Language, in_force: bool) -> Rendered {
    let (id, kept, waiting) = (own(), kept(in_force), HostId::new("h-9").unwrap());
    let loaded = lint(&id, &text(), "").rule;
    let versions = [of_version(2, VersionState::Draft, text()), of_version(1, VersionState::Approved, text())];
    let standing = OwnStanding { newest: VersionState::Draft, in_force, broken: in_force, withdrawn: !in_force };
    let view = RuleView {
        id: &id,
        rule: loaded.as_ref().filter(|_| in_force),
        items: if in_force { checklist.locate(&item()).into_iter().collect() } else { Vec::new() },
        counts: FindingCounts::default(),
        hosts: RuleHosts::default(),
        behind: if in_force { vec![HostRef { id: &waiting, name: "PC-KENSA02" }; 12] } else { Vec::new() },
        findings: Vec::new(),
        pager: Pager::whole(0),
        parameters: Vec::new(),
        own: Some(OwnPart {
            rule: &kept,
            standing,
            versions: &versions,
            confirmed: in_force,
            refused: (!in_force).then(|| language.own_rule_not_in_force()),
        }),
    };
    let name = if in_force { "rule_own" } else { "rule_own_withdrawn" };
    (name, page::render(&view, &chrome(language, "/rules/own_guest")))
}

fn slip() -> Linted {
    lint(&own(), &text().replace("a.name", "a.nam"), CASES)
}

fn written(checklist: &Checklist, language: Language) -> Vec<Rendered> {
    let id = own();
    let items = || checklist.located().filter(|(_, item)| item.takes_rules()).collect();
    let begun = Draft { text: text(), ..Draft::default() };
    let new = WriteView {
        rule: None,
        id: "guest",
        draft: &begun,
        linted: None,
        seen: None,
        next: None,
        items: items(),
        refused: Some(language.own_rule_bad_id("own_")),
    };
    let draft = Draft { text: text().replace("a.name", "a.nam"), cases: CASES.into(), items: vec![item()] };
    let (slip, good) = (slip(), lint(&id, &text(), ""));
    let edited = WriteView {
        rule: Some(&id),
        id: "own_guest",
        draft: &draft,
        linted: Some(&slip),
        seen: Some(Seen { version: 2, revision: 3 }),
        next: None,
        items: items(),
        refused: None,
    };
    let next = WriteView { draft: &begun, linted: Some(&good), next: Some(3), ..edited.clone() };
    vec![
        ("rule_new", write::render(&new, &chrome(language, "/rules/new"))),
        ("rule_edit", write::render(&edited, &chrome(language, "/rules/own_guest/edit"))),
        ("rule_edit_next", write::render(&next, &chrome(language, "/rules/own_guest/edit"))),
    ]
}

fn versions(checklist: &Checklist, language: Language) -> Vec<Rendered> {
    let (id, out) = (own(), rolled_out());
    let (slip, good) = (slip(), lint(&id, &text(), ""));
    let draft = of_version(2, VersionState::Draft, text().replace("a.name", "a.nam"));
    let waiting = of_version(1, VersionState::Waiting, text());
    let approved = of_version(1, VersionState::Approved, text());
    let at = |number: i64| chrome(language, &format!("/rules/own_guest/versions/{number}"));
    let view = |version, linted, confirmed| VersionView {
        id: &id,
        version,
        is_newest: true,
        linted,
        items: vec![checklist.locate(&item()).unwrap()],
        rolled_out: Some(&out),
        sites: vec!["本部".into()],
        groups: vec!["受付".into(), "検査".into()],
        confirmed,
        refused: (!confirmed).then(|| language.own_rule_unready()),
    };
    vec![
        ("rule_version_draft", version::render(&view(&draft, &slip, false), &at(2))),
        ("rule_version_waiting", version::render(&view(&waiting, &good, true), &at(1))),
        ("rule_version_approved", version::render(&view(&approved, &good, true), &at(1))),
    ]
}

fn tried(language: Language) -> Rendered {
    let (id, scope) = (own(), HostScope::Group("受付".into()));
    let found = |kind| Trial::Judged(vec![finding("clock_synchronised", kind, Some("guest"))]);
    let one = |name: &str, trial| Tried {
        id: HostId::new(format!("h-{}", name.to_lowercase())).unwrap(),
        name: name.into(),
        trial,
    };
    let tried = [
        one("PC-UKETSUKE3", found(VerdictKind::Fail)),
        one("PC-UKETSUKE4", Trial::StaysOnHost(vec![Topic::TimeSync])),
        one("PC-UKETSUKE5", Trial::NotHeard),
        one("PC-UKETSUKE6", found(VerdictKind::Pass)),
    ];
    let tally = Tally { failing: 1, unknown: 2, passing: 1, not_applicable: 0 };
    let view = TrialView {
        id: &id,
        title: "guest",
        version: 1,
        scope: &scope,
        sites: vec!["本部".into()],
        groups: vec!["受付".into()],
        tried: Some((&tried, tally)),
        pager: Pager::new("1", 500, 4, "/rules/own_guest/versions/1/trial?page="),
    };
    ("rule_trial", trial::render(&view, &chrome(language, "/rules/own_guest/versions/1/trial")))
}

fn thresholds(language: Language) -> Vec<Rendered> {
    let catalog = tenken_engine::Catalog::embedded().unwrap();
    let rule = catalog.rule(&RuleId::new("clock_synchronised").unwrap()).unwrap();
    let (group, all) = (set("last_sync_max", "group:受付", "2h"), set("last_sync_max", "all", "90d"));
    let both = [&all, &group];
    let view = |set: &'static str, confirmed| ParametersView {
        rule,
        rows: ParameterRow::of(rule, both.get(usize::from(set.is_empty()) * 2..).unwrap_or_default()),
        sites: vec!["本部".into()],
        groups: vec!["受付".into()],
        typed: TypedParameter { name: "last_sync_max".into(), value: set.into(), ..TypedParameter::default() },
        refused: (!set.is_empty()).then(|| language.parameter_reason_wrong(500)),
        confirmed,
    };
    let at = chrome(language, "/rules/clock_synchronised/parameters");
    vec![
        ("rule_parameters", parameters::render(&view("2h", true), &at)),
        ("rule_parameters_unset", parameters::render(&view("", false), &at)),
    ]
}
