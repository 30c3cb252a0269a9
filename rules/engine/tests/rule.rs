//! What rule files are refused, and that people are sent to the right line and column.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tenken_engine::rule::FILE_BYTES_MAX;
use tenken_engine::{Catalog, ParameterSet, Problem, Rule};
use tenken_model::RuleId;

const GOOD: &str = r#"id: screens_lock
title:
  ja: "画面がロックされる"
  en: "Screens lock"
why: {ja: "離席中に使われます。", en: "Others may use it."}
remedy:
  ja: |-
    1. 設定を開きます。
    2. 時間を設定します。
  en: "Set it."
sources: ["Guideline 5.2, 6.5 C"]
systems: [linux]
topics: [screen_lock, system]
max_age: 1h
grace: 2d
when_absent: not_applicable
when: "system.kind == 'pc'"
each: {in: screen_lock.users, as: user, subject: user.user}
join: {register: accounts, as: row, key: user.user}
only: "row.hasValue()"
parameters:
  idle_max:
    type: duration
    default: 15m
    min: 1m
    max: 1h
    title: {ja: "最長の時間", en: "Longest time"}
    source: "Product default"
unknown_when: "user.desktop == 'other'"
holds: "user.lock_enabled && user.idle_delay.hasValue() && user.idle_delay.value() <= params.idle_max"
says:
  pass:
    ja: "画面はロックされます。"
    en: "Screens lock."
  fail:
    ja: "{user.user}の画面は{params.idle_max}以内にロックされません。"
    en: "The screen of {user.user} does not lock within {params.idle_max}."
  unknown:
    ja: "判定できません。"
    en: "It cannot tell."
"#;

const FILE: &str = "technical/screens_lock.yaml";

fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// The problems of the good rule with one thing changed, a line each.
fn problems(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "`{from}` is not there exactly once");
    match Rule::load(FILE, &GOOD.replace(from, to)) {
        Ok(_) => String::new(),
        Err(problems) => shown(&problems).join("\n"),
    }
}

#[test]
fn a_good_rule_loads() {
    let rule = Rule::load(FILE, GOOD).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(rule.id.as_str(), "screens_lock");
    assert_eq!((rule.text.as_str(), &rule.for_user), (GOOD, &None));
    let both = GOOD.replace("[\"Guideline 5.2, 6.5 C\"]", "[RFC 9525, {ja: 様式, en: form}]");
    let sources = Rule::load(FILE, &both).unwrap().sources;
    let sources: Vec<_> = sources.iter().map(|source| (source.ja.as_str(), source.en.as_str())).collect();
    assert_eq!(sources, [("RFC 9525", "RFC 9525"), ("様式", "form")]);
    let words = "for_user:\n  problem: {ja: a, en: b}\n  steps: {ja: c, en: d}\nsources:";
    let told = Rule::load(FILE, &GOOD.replace("sources:", words)).unwrap().for_user.unwrap();
    assert_eq!((told.problem.ja.as_str(), told.steps.en.as_str()), ("a", "d"));
    assert!(Catalog::load([(FILE, GOOD)]).is_ok());
    let twice = Catalog::load([(FILE, GOOD), ("other/screens_lock.yaml", GOOD)]).map(|catalog| catalog.rules().len());
    assert_eq!(shown(&twice.unwrap_err()), ["other/screens_lock.yaml:1:1: rule screens_lock is there already"]);
}

/// Each row: what is changed, to what, and how a line of the problems must begin.
const BROKEN: &[(&str, &str, &str)] = &[
    ("id: screens_lock", "id: screen_locks", "1:5: the id must be the file's name: `screens_lock`"),
    ("id: screens_lock\n", "", "1:1: missing field `id`"),
    ("grace: 2d", "grace: 2d\ncolour: red", "16:1: unknown field `colour`, expected one of"),
    ("grace: 2d", "grace: 2d\ngrace: 3d", "16:1: duplicate field `grace`"),
    ("grace: 2d", "grace: 2 days", "15:8: `2 days` is not a length of time"),
    ("grace: 2d", "grace: -2d", "15:8: a negative time"),
    ("grace: 2d", "grace: 120", "15:8: `120` is not a length of time"),
    ("max_age: 1h", "max_age: 0s", "14:10: a fact needs time to be read"),
    ("  en: \"Screens lock\"", "  en: \" \"", "4:7: this text is empty"),
    ("  en: \"Screens lock\"\n", "", "3:3: title: missing field `en`"),
    (
        "why: {ja: \"離席中に使われます。\",",
        "why: {de: x, ja: \"離席中に使われます。\",",
        "5:7: why: unknown field `de`",
    ),
    (
        "grace: 2d",
        "grace: 2d\nfor_user: {problem: {ja: a, en: b}, steps: {ja: a, en: \" \"}}",
        "16:56: this text is empty",
    ),
    ("grace: 2d", "grace: 2d\nfor_user: {problem: {ja: a, en: b}}", "16:11: for_user: missing field `steps`"),
    ("sources: [\"Guideline 5.2, 6.5 C\"]", "sources: []", "11:10: name 1 to 32 sources"),
    ("sources: [\"Guideline 5.2, 6.5 C\"]", "sources: [\"a\", \"\"]", "11:16: this source is empty"),
    (
        "sources: [\"Guideline 5.2, 6.5 C\"]",
        "sources: [\"a\", {ja: b, en: \" \"}]",
        "11:28: this text is empty; both languages",
    ),
    ("sources: [\"Guideline 5.2, 6.5 C\"]", "sources: [{ja: b}]", "11:11: sources[0]: missing field `en`"),
    (
        "sources: [\"Guideline 5.2, 6.5 C\"]",
        "sources: [{ja: b, en: c, de: d}]",
        "11:26: sources[0]: unknown field `de`",
    ),
    (
        "sources: [\"Guideline 5.2, 6.5 C\"]",
        "sources: [[a]]",
        "11:11: sources[0]: invalid type: sequence, expected a text",
    ),
    ("systems: [linux]", "systems: [linux, beos]", "12:18: systems[1]: unknown variant `beos`"),
    ("systems: [linux]", "systems: []", "12:10: an empty list"),
    ("topics: [screen_lock, system]", "topics: [screen_lock, screens, system]", "13:23: there is no topic `screens`"),
    ("topics: [screen_lock, system]", "topics: [screen_lock, system, system]", "13:31: `system` is listed twice"),
    ("topics: [screen_lock, system]", "topics: [screen_lock]", "17:8: there is no `system` here"),
    ("when_absent: not_applicable", "when_absent: pass", "16:14: when_absent: unknown variant `pass`"),
    ("when: \"system.kind == 'pc'\"", "when: \"system.kind == 'pcs'\"", "17:23: SystemKind has no word 'pcs'"),
    (
        "when: \"system.kind == 'pc'\"",
        "when: \"system.kind\"",
        "17:15: this must be true or false, but it is SystemKind",
    ),
    ("when: \"system.kind == 'pc'\"", "when: 1h", "17:7: "),
    ("when: \"system.kind == 'pc'\"", "when:", "17:6: a value was expected here"),
    ("when: \"system.kind == 'pc'\"", "when: |-\n  system.kind ==\n    'ps'", "19:5: SystemKind has no word 'ps'"),
    ("when: \"system.kind == 'pc'\"", "when: user.user == 'x'", "17:7: there is no `user` here"),
    ("in: screen_lock.users,", "in: screen_lock.user,", "18:24: ScreenLock has no field `user`; did you mean `users`?"),
    ("in: screen_lock.users,", "in: screen_lock.users.size(),", "18:12: this must be a list, but it is int"),
    ("as: user, subject", "as: system, subject", "18:35: `system` already means something"),
    ("as: user, subject", "as: User, subject", "18:35: a name is lower-case letters"),
    ("subject: user.user}", "subject: user.enforced}", "18:55: this must be a text, but it is bool"),
    ("register: accounts", "register: account", "19:18: there is no register `account`; there are accounts, devices"),
    ("as: row,", "as: user,", "19:32: `user` already means something"),
    (
        "only: \"row.hasValue()\"",
        "only: \"row.host == 'a'\"",
        "20:12: this AccountRow may be absent: ask `hasValue()` first",
    ),
    (
        "each: {in: screen_lock.users, as: user, subject: user.user}\n",
        "",
        "18:1: `join` means something only with `each`",
    ),
    ("    type: duration", "    type: time", "23:11: parameters.idle_max.type: unknown variant `time`"),
    ("    default: 15m", "    default: 15", "24:14: `15` is not what this parameter takes: a length of time"),
    ("    default: 15m", "    default: 2h", "24:14: 2h is more than 1h"),
    ("    default: 15m", "    default: 5s", "24:14: 5s is less than 1m"),
    ("    min: 1m\n", "", "22:3: a duration needs `min`"),
    ("    max: 1h", "    max: 1s", "26:10: `max` is less than `min`"),
    ("    max: 1h", "    max: 1h\n    max_items: 3", "27:5: a duration has no `max_items`"),
    (
        "    source: \"Product default\"",
        "    source: a\n  idle_max: {type: flag, default: true, title: {ja: a, en: b}, source: c}",
        "29:3: parameters: duplicate field `idle_max`",
    ),
    ("    source: \"Product default\"", "    source: \"\"", "28:13: say where the default comes from"),
    ("  idle_max:\n    type: duration", "  idle-max:\n    type: duration", "22:3: a name is lower-case letters"),
    (
        "user.idle_delay.value() <= params.idle_max",
        "user.idle_delay.value() <= 900",
        "30:76: `<=` does not fit duration and int; write the unit",
    ),
    (
        "user.idle_delay.value() <= params.idle_max",
        "user.idle_delay.value() <= params.max",
        "30:94: there is no parameter `max`",
    ),
    ("user.idle_delay.value() <= params.idle_max", "true)", "30:64: an operator or the end"),
    (
        "holds: \"user.lock_enabled",
        "any_of: []\nholds: \"user.lock_enabled",
        "30:1: a rule has `holds` or `any_of`, not both",
    ),
    ("holds: \"user.lock_enabled", "hold: \"user.lock_enabled", "30:1: unknown field `hold`"),
    ("    ja: \"画面はロックされます。\"", "    ja: \"{user.user}は}\"", "33:11: there is no `user` here"),
    ("    ja: \"画面はロックされます。\"", "    ja: \"画面は\\u3000} です。\"", "33:19: `}` without `{`"),
    ("    ja: \"画面はロックされます。\"", "    ja: '画面''は{system.kind'", "33:15: `{` is not closed"),
    (
        "    en: \"Screens lock.\"",
        "    en: \"Screens of {screen_lock.users}.\"",
        "34:34: UserScreenLock has many parts",
    ),
    (
        "    en: \"Screens lock.\"",
        "    en: \"{system.container ? screen_lock.users : 'x'}.\"",
        "34:42: UserScreenLock has many parts",
    ),
    ("    en: \"Screens lock.\"", "    en: \"{system.kind ? 'a' : 'b'}.\"", "34:18: this must be true or false"),
    (
        "  unknown:\n    ja: \"判定できません。\"\n    en: \"It cannot tell.\"\n",
        "",
        "29:1: `unknown_when` needs a sentence",
    ),
    ("unknown_when: \"user.desktop == 'other'\"\n", "", "37:3: this is never said without `unknown_when`"),
    ("title:\n", "title: [\n", "2:8: title: invalid type: sequence"),
    ("title:\n", "title: *nowhere\n", "2:8: unknown anchor"),
];

#[test]
fn broken_rules_are_refused_at_the_right_place() {
    let mut wrong = Vec::new();
    for (from, to, begins) in BROKEN {
        let problems = problems(from, to);
        if !problems.lines().any(|line| line.starts_with(&format!("{FILE}:{begins}"))) {
            wrong.push(format!("`{to}`\n  expected {FILE}:{begins}\n  found    {}", problems.trim_end()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), BROKEN.len(), wrong.join("\n"));
}

#[test]
fn a_threshold_nobody_reads_is_refused() {
    let problems = Rule::load(FILE, &GOOD.replace("params.idle_max", "duration('15m')")).unwrap_err();
    assert_eq!(shown(&problems), [format!("{FILE}:22:3: no expression names this parameter")]);
}

#[test]
fn every_problem_of_a_file_is_told_at_once() {
    let text = GOOD.replace("grace: 2d", "grace: x").replace("topics: [screen_lock", "topics: [x, screen_lock");
    let lines: Vec<usize> = Rule::load(FILE, &text).unwrap_err().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [13, 15]);
}

#[test]
fn files_that_are_no_rules_are_refused() {
    for text in
        ["", "---", "[]", "null", "\u{0}", "a: &a [*a]", "id: 3", "- - - -", "\u{feff}id: x", "? ? ?", "%YAML 9\n"]
    {
        assert!(!Rule::load(FILE, text).unwrap_err().is_empty(), "{text}");
    }
    let long = format!("{GOOD}#{}", "x".repeat(FILE_BYTES_MAX));
    assert!(Rule::load(FILE, &long).unwrap_err()[0].message.contains("at most 65536 are read"));
    for bracket in ["[", "{a: "] {
        let deep = shown(&Rule::load(FILE, &bracket.repeat(10_000)).unwrap_err());
        assert!(deep[0].ends_with("brackets are nested more than 64 deep"), "{deep:?}");
    }
    let laughs =
        (0..20).map(|n| format!("a{n}: &a{n} [*a{m}, *a{m}]", m = n.max(1) - 1)).collect::<Vec<_>>().join("\n");
    assert!(Rule::load(FILE, &laughs).is_err());
}

proptest! {
    #[test]
    fn never_panics_on_any_text(text in "\\PC{0,200}") {
        drop(Rule::load(FILE, &text));
        drop(tenken_engine::CaseFile::load(FILE, &text));
    }

    #[test]
    fn never_panics_on_a_rule_with_a_piece_replaced(at in 0..GOOD.len(), length in 0..40_usize, put in "[-{}\\[\\]:'\"|>&*!%#\\n a-z0-9.日]{0,12}") {
        let start = GOOD.floor_char_boundary(at);
        let end = GOOD.floor_char_boundary((at + length).min(GOOD.len())).max(start);
        let text = format!("{}{put}{}", &GOOD[..start], &GOOD[end..]);
        if let Err(problems) = Rule::load(FILE, &text) {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|problem| problem.line >= 1 && problem.column >= 1));
        }
    }
}

#[test]
fn what_stays_on_the_host_is_compared_but_never_told() {
    let rule = |subject: &str, said: &str| {
        format!(
            r#"id: networks_known
title: {{ja: "a", en: "b"}}
why: {{ja: "a", en: "b"}}
remedy: {{ja: "a", en: "b"}}
sources: ["Guideline 5.2, 6.5 C"]
topics: [wireless]
max_age: 1h
grace: 1d
each: {{in: wireless.profiles, as: profile, subject: {subject}}}
holds: "profile.ssid != ''"
says:
  pass: {{ja: "a", en: "b"}}
  fail:
    ja: "{{profile.label}}"
    en: "{said}"
"#
        )
    };
    let problems = |subject: &str, said: &str| {
        let loaded = Rule::load("technical/networks_known.yaml", &rule(subject, said));
        loaded.map_or_else(|problems| shown(&problems).join("\n"), |_| String::new())
    };
    assert_eq!(problems("profile.label", "the name is {profile.label}"), "");
    let refused = "`ssid` stays on the host; it may only be compared";
    let file = "technical/networks_known.yaml";
    assert_eq!(problems("profile.ssid", "b"), format!("{file}:9:61: {refused}"));
    assert_eq!(problems("profile.label", "it is {profile.ssid}"), format!("{file}:15:25: {refused}"));
    let by_the_back_door = "it is {wireless.profiles.exists(p, p.ssid == 'x') ? 'x' : 'y'}";
    assert_eq!(problems("profile.label", by_the_back_door), format!("{file}:15:47: {refused}"));
}

#[test]
fn a_remedy_may_differ_from_system_to_system() {
    let more = |on: &str| {
        GOOD.replace("sources: [\"Guideline 5.2, 6.5 C\"]", &format!("remedy_on:\n{on}sources: [\"Guideline\"]"))
    };
    let rule = Rule::load(FILE, &more("  - {systems: [redhat, suse], ja: \"dnf\", en: \"dnf\"}\n")).unwrap();
    assert_eq!(rule.remedy.for_system(Some("almalinux")).en, "dnf");
    assert_eq!(rule.remedy.for_system(Some("debian")).en, "Set it.");
    for (on, begins) in [
        ("  - {systems: [], ja: a, en: b}\n", "12:15: name at least one system"),
        ("  - {systems: [redhat], ja: a, en: \"\"}\n", "12:"),
        ("  - {systems: [redhat, redhat], ja: a, en: b}\n", "12:24: `redhat` has its steps already"),
        ("  - {systems: [redhat], ja: a, en: b}\n  - {systems: [redhat], ja: a, en: b}\n", "13:16: `redhat` has its"),
        ("  - {systems: [rhel], ja: a, en: b}\n", "12:"),
        ("  - {system: [redhat], ja: a, en: b}\n", "12:"),
    ] {
        let problems = shown(&Rule::load(FILE, &more(on)).unwrap_err());
        let wanted = format!("{FILE}:{begins}");
        assert!(problems.iter().any(|line| line.starts_with(&wanted)), "`{on}`: {begins}\n{problems:#?}");
    }
}

const TOLD: &str = r#"id: sessions_requested
title: {ja: "申請がある", en: "Sessions are requested"}
why: {ja: "理由", en: "Why"}
remedy: {ja: "手順", en: "Steps"}
sources: ["Guideline 5.2, 6.8 C"]
judged_by: dashboard
grace: 0s
parameters:
  looked_back:
    type: duration
    default: 35d
    min: 1d
    max: 366d
    title: {ja: "期間", en: "Time"}
    source: "Product default"
words: [account, day]
says:
  pass: {ja: "すべて申請されています。", en: "All were requested."}
  none: {ja: "{account}の{day}の申請がありません({params.looked_back})。", en: "No request for {account} on {day}."}
"#;

const TOLD_FILE: &str = "maintenance/sessions_requested.yaml";

#[test]
fn a_rule_that_the_dashboard_judges_has_sentences_and_no_condition() {
    let rule = Rule::load(TOLD_FILE, TOLD).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(rule.condition().is_none());
    let telling = rule.telling().unwrap();
    let values = ParameterSet::default().values(&rule);
    let words = BTreeMap::from([("account", "maint-{suzuki}".to_owned()), ("day", "2026-03-13".to_owned())]);
    let said = telling.say("none", &words, &values).unwrap();
    assert_eq!(said.ja, "maint-{suzuki}の2026-03-13の申請がありません(35日)。", "what is filled in is no placeholder");
    assert_eq!(telling.say("none", &BTreeMap::new(), &values), None, "it would claim what nobody found");
    assert_eq!(telling.say("other", &words, &values), None);
    let catalog = Catalog::load([(TOLD_FILE, TOLD), (FILE, GOOD)]).unwrap();
    assert_eq!(catalog.sources().keys().map(RuleId::as_str).collect::<Vec<_>>(), ["screens_lock"]);
    assert_eq!(catalog.rules().len(), 2);
}

#[test]
fn broken_rules_of_the_dashboard_are_refused_at_the_right_place() {
    for (from, to, begins) in [
        ("judged_by: dashboard", "judged_by: moon", "6:12: judged_by: unknown variant `moon`"),
        ("judged_by: dashboard", "judged_by: dashboard\ntopics: [accounts]", "7:1: unknown field `topics`"),
        ("judged_by: dashboard", "judged_by: dashboard\nholds: \"true\"", "7:1: unknown field `holds`"),
        ("judged_by: dashboard\n", "", "15:1: unknown field `words`"),
        ("grace: 0s", "grace: -1s", "7:8: "),
        ("[account, day]", "[account, day, host]", "16:1: no sentence names `host`"),
        ("[account, day]", "[account]", "19:26: there is no `day` here"),
        ("[account, day]", "[account, Day]", "16:18: a name is lower-case"),
        ("[account, day]", "[account, day, params]", "16:23: `params` already means something"),
        ("[account, day]", "[account, day, day]", "16:23: `day` already means something"),
        ("  pass: ", "  passes: ", "17:1: say what is said when it holds: `pass`"),
        ("  none: ", "  No: ", "19:3: a name is lower-case"),
        ("en: \"All were requested.\"", "en: \"\"", "18:"),
        ("default: 35d", "default: 0d", "11:14: 0s is less than 1d"),
    ] {
        assert_eq!(TOLD.matches(from).count(), 1, "{from}");
        let problems = shown(&Rule::load(TOLD_FILE, &TOLD.replace(from, to)).unwrap_err());
        let wanted = format!("{TOLD_FILE}:{begins}");
        assert!(problems.iter().any(|line| line.starts_with(&wanted)), "`{to}`: {begins}\n{problems:#?}");
    }
}
