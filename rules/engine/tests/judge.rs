//! What judging makes of facts that are missing, old, absent or many.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test needs besides its own functions may fail it")]
use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::judge::SUBJECTS_MAX;
use tenken_engine::{Catalog, Inputs, ParameterSet, Rule, judge, judge_all};
use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};
use tenken_model::fact::screen_lock::{Desktop, ScreenLock};
use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::finding::VerdictKind;
use tenken_model::observation::Outcome;
use tenken_model::register::{DeviceRow, DeviceStatus, Registers};
use tenken_model::{Facts, Finding, Instant, Observation, Read, Reason, ReasonCode, RuleId, Span, Verdict};

fn now() -> Instant {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "it is what `Facts` holds")]
fn seen<T>(outcome: Outcome<T>, ago: i64) -> Option<Box<Observation<T>>> {
    let read_at = Span::from_secs(-ago).after(now());
    Some(Box::new(Observation { read_at, took: Span::ZERO, sources: Vec::new(), outcome }))
}

fn system() -> Outcome<System> {
    Outcome::Known(System {
        family: SystemFamily::Linux,
        kind: SystemKind::Pc,
        os: "debian".into(),
        os_version: "12".into(),
        kernel: "6.1".into(),
        host_name: "pc01".into(),
        container: false,
        booted_at: Read::Measured(now()),
    })
}

fn desktops(desktops: &[Desktop]) -> Outcome<ScreenLock> {
    Outcome::Known(ScreenLock {
        desktops: desktops.to_vec(),
        users: Vec::new(),
        outdated_databases: Read::Measured(Vec::new()),
    })
}

/// A rule with these lines beside what every rule needs.
fn rule(lines: &str) -> Rule {
    let both = "{ja: あ, en: a}";
    let text = format!(
        "id: x\ntitle: {both}\nwhy: {both}\nremedy: {both}\nsources: [a]\nmax_age: 1h\ngrace: 0s\n{lines}\n{}",
        if lines.contains("says:") { "" } else { "says: {pass: {ja: 可, en: 'yes'}, fail: {ja: 否, en: 'no'}}" },
    );
    Rule::load("x.yaml", &text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn judged(rule: &Rule, facts: &Facts, registers: &Registers) -> Vec<Finding> {
    let parameters = ParameterSet::default();
    judge(rule, &Inputs { facts, registers, parameters: &parameters, system: SystemFamily::Linux, now: now() })
}

fn host(rule: &Rule, facts: &Facts) -> Finding {
    judged(rule, facts, &Registers::not_given("none")).remove(0)
}

fn reason(finding: &Finding) -> Option<ReasonCode> {
    match &finding.verdict {
        Verdict::Unknown(reason) => Some(reason.code),
        Verdict::Pass | Verdict::Fail | Verdict::NotApplicable => None,
    }
}

const KIND: &str = "topics: [system]\nholds: system.kind == 'pc'";

#[test]
fn what_is_missing_failed_old_or_ahead_is_unknown() {
    let failed = Outcome::Failed(Reason::new(ReasonCode::NotPermitted, "x"));
    for (system, expected) in [
        (seen(system(), 0), None),
        (seen(system(), 3_600), None),
        (seen(system(), -300), None),
        (None, Some(ReasonCode::Missing)),
        (seen(failed, 0), Some(ReasonCode::NotPermitted)),
        (seen(system(), 3_601), Some(ReasonCode::Stale)),
        (seen(system(), -301), Some(ReasonCode::Stale)),
        (seen(Outcome::Absent("how".into()), 0), Some(ReasonCode::Missing)),
    ] {
        let finding = host(&rule(KIND), &Facts { system: system.clone(), ..Facts::default() });
        assert_eq!(reason(&finding), expected, "{system:?}");
        assert_eq!(finding.verdict == Verdict::Pass, expected.is_none());
        assert_eq!(finding.observed_at, system.map_or(now(), |seen| seen.read_at));
    }
}

#[test]
fn a_measured_absence_decides_whatever_else_was_not_read() {
    let of = |when_absent: &str| {
        rule(&format!(
            "topics: [screen_lock, system]\n{when_absent}\nholds: screen_lock.users.size() > 0 && system.kind == 'pc'"
        ))
    };
    let facts = |absent_ago, system| Facts {
        screen_lock: seen(Outcome::Absent("no desktop".into()), absent_ago),
        system,
        ..Facts::default()
    };
    for (when_absent, absent_ago, system, expected) in [
        ("when_absent: fail", 0, None, VerdictKind::Fail),
        ("when_absent: fail", 0, seen(system(), 0), VerdictKind::Fail),
        ("when_absent: not_applicable", 0, None, VerdictKind::NotApplicable),
        ("when_absent: not_applicable", 9_999, None, VerdictKind::Unknown),
        ("", 0, seen(system(), 0), VerdictKind::Unknown),
    ] {
        let finding = host(&of(when_absent), &facts(absent_ago, system));
        assert_eq!(finding.verdict.kind(), expected, "{when_absent} {absent_ago}");
    }
}

#[test]
fn a_sentence_never_claims_what_was_not_read() {
    let says = "says: {pass: {ja: 可, en: 'yes'}, fail: {ja: '{screen_lock.users.size()}人', en: '{screen_lock.users.size()}'}}";
    let rule = rule(&format!("topics: [screen_lock]\nwhen_absent: fail\nholds: screen_lock.users.size() > 0\n{says}"));
    let absent = Facts { screen_lock: seen(Outcome::Absent("no desktop".into()), 0), ..Facts::default() };
    let said = host(&rule, &absent).says;
    assert_eq!(said.en, "What is needed is not there (no graphical session is installed).");
    assert_eq!(said.ja, "必要なものがありません(デスクトップ環境がインストールされていません)。");
    let none = Facts { screen_lock: seen(desktops(&[]), 0), ..Facts::default() };
    assert_eq!(host(&rule, &none).says.ja, "0人");
}

#[test]
fn systems_and_when_make_a_rule_not_applicable() {
    let facts = Facts { system: seen(system(), 0), ..Facts::default() };
    for lines in [
        "systems: [windows]\ntopics: [time_sync]\nholds: time_sync.services.size() > 0",
        "topics: [system]\nwhen: system.kind == 'server'\nholds: system.container",
    ] {
        assert_eq!(host(&rule(lines), &facts).verdict, Verdict::NotApplicable, "{lines}");
    }
}

#[test]
fn the_first_branch_that_holds_is_named() {
    let branches = "topics: [system]\nany_of:\n- {id: a, title: {ja: あ, en: a}, holds: system.os == 'ubuntu'}\n\
                    - {id: b, title: {ja: い, en: b}, holds: now - system.booted_at < duration('1d')}\n\
                    - {id: c, title: {ja: う, en: c}, holds: system.container}";
    let mut facts = Facts { system: seen(system(), 0), ..Facts::default() };
    let finding = host(&rule(branches), &facts);
    assert_eq!((finding.verdict, finding.branch.as_deref()), (Verdict::Pass, Some("b")));
    let set = |facts: &mut Facts, change: fn(&mut System)| {
        if let Some(Observation { outcome: Outcome::Known(system), .. }) = facts.system.as_deref_mut() {
            change(system);
        }
    };
    set(&mut facts, |system| system.booted_at = Read::not_read(ReasonCode::Unparsable, "x"));
    let finding = host(&rule(branches), &facts);
    assert_eq!((reason(&finding), finding.branch), (Some(ReasonCode::Unparsable), None));
    set(&mut facts, |system| system.container = true);
    assert_eq!(host(&rule(branches), &facts).branch.as_deref(), Some("c"));
    set(&mut facts, |system| {
        system.container = false;
        system.booted_at = Read::Measured(Instant::UNIX_EPOCH);
    });
    assert_eq!(host(&rule(branches), &facts).verdict, Verdict::Fail);
}

fn device(mac: &str) -> Neighbour {
    Neighbour {
        mac: mac.into(),
        randomised: false,
        virtual_device: false,
        gateway: false,
        addresses: Vec::new(),
        interfaces: Vec::new(),
        name: None,
        seen_by: vec![Sighting::NeighbourTable],
        last_seen: None,
    }
}

fn neighbours(devices: Vec<Neighbour>) -> Facts {
    let table = Read::Measured(true);
    let leases = Read::Measured(true);
    let fact = Neighbours { devices, randomised_count: 0, cut: 0, table, leases, lease_files: Vec::new() };
    Facts { neighbours: seen(Outcome::Known(fact), 0), ..Facts::default() }
}

fn registered(mac: &str) -> DeviceRow {
    DeviceRow {
        mac: mac.into(),
        name: "血圧計".into(),
        status: DeviceStatus::InUse,
        patient_data: true,
        place: String::new(),
        note: String::new(),
    }
}

const REGISTERED: &str = "topics: [neighbours]\neach: {in: neighbours.devices, as: d, subject: d.mac}\n\
                          join: {register: devices, as: row, key: d.mac}\nonly: '!d.virtual_device'\nholds: row.hasValue()";

fn kinds(findings: &[Finding]) -> BTreeMap<&str, VerdictKind> {
    let name = |finding: &'_ Finding| finding.key.subject.as_ref().map_or("", |subject| subject.as_str()).to_owned();
    assert_eq!(findings.iter().map(name).collect::<BTreeSet<_>>().len(), findings.len());
    findings.iter().map(|f| (f.key.subject.as_ref().map_or("", |s| s.as_str()), f.verdict.kind())).collect()
}

#[test]
fn each_element_that_does_not_pass_has_a_finding() {
    let mut registers = Registers::not_given("none");
    let virtual_device = Neighbour { virtual_device: true, ..device("cc") };
    let facts = neighbours(vec![device("aa"), device("bb"), virtual_device]);
    let rule = rule(REGISTERED);
    let unknown = judged(&rule, &facts, &registers);
    assert_eq!(kinds(&unknown), BTreeMap::from([("", VerdictKind::Unknown)]), "said once, not of each");
    let counts: Vec<&str> = unknown[0].evidence.iter().map(|evidence| evidence.value.as_str()).collect();
    assert_eq!(counts, ["2", "0", "2"]);
    registers.devices = Read::Measured(vec![registered("aa")]);
    let findings = judged(&rule, &facts, &registers);
    assert_eq!(kinds(&findings), BTreeMap::from([("bb", VerdictKind::Fail)]), "nothing passes beside it");
    let evidence = &findings[0].evidence;
    assert!(evidence.iter().any(|evidence| evidence.path == "registers.devices[bb]" && evidence.value == "none"));
    registers.devices = Read::Measured(vec![registered("aa"), registered("bb")]);
    let all = judged(&rule, &facts, &registers);
    assert_eq!(kinds(&all), BTreeMap::from([("", VerdictKind::Pass)]));
    let counts: Vec<&str> = all[0].evidence.iter().map(|evidence| evidence.value.as_str()).collect();
    assert_eq!(counts, ["2", "0", "0"]);
}

#[test]
fn no_element_escapes_by_what_it_is_called() {
    let mut registers = Registers::not_given("none");
    registers.devices = Read::Measured(Vec::new());
    let long = "x".repeat(999);
    let facts = neighbours(vec![device(""), device("a\u{1b}[2Jb"), device(&long), device("aa"), device("aa")]);
    let findings = judged(&rule(REGISTERED), &facts, &registers);
    let cut = "x".repeat(256);
    let names: Vec<&str> = kinds(&findings).into_keys().collect();
    assert_eq!(names, ["aa", "a\u{fffd}[2Jb", "neighbours.devices[0]", &cut]);
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Fail));
}

#[test]
fn of_elements_with_one_name_the_worst_counts() {
    let lines = "topics: [neighbours]\neach: {in: neighbours.devices, as: d, subject: d.mac}\nholds: '!d.gateway'";
    let gateway = || Neighbour { gateway: true, ..device("aa") };
    for devices in [vec![device("aa"), gateway()], vec![gateway(), device("aa")]] {
        let findings = judged(&rule(lines), &neighbours(devices), &Registers::not_given("none"));
        assert_eq!(kinds(&findings), BTreeMap::from([("aa", VerdictKind::Fail)]));
    }
}

#[test]
fn a_list_that_is_too_long_is_never_a_pass() {
    let lines = "topics: [neighbours]\neach: {in: neighbours.devices, as: d, subject: d.mac}\nholds: '!d.gateway'";
    let devices: Vec<Neighbour> = (0..=SUBJECTS_MAX).map(|number| device(&number.to_string())).collect();
    let facts = neighbours(devices);
    let findings = judged(&rule(lines), &facts, &Registers::not_given("none"));
    assert_eq!((findings.len(), reason(&findings[0])), (1, Some(ReasonCode::Limit)));
    // Each element looks through the whole list: what is beyond the steps is unknown.
    let every = "topics: [neighbours]\neach: {in: neighbours.devices, as: d, subject: d.mac}\n\
                 holds: 'neighbours.devices.all(o, neighbours.devices.all(p, p.mac != d.mac || o.mac != d.mac || p.mac == o.mac))'";
    let findings = judged(&rule(every), &facts, &Registers::not_given("none"));
    assert!(findings.iter().skip(1).all(|finding| reason(finding) == Some(ReasonCode::Limit)));
    assert!(findings.len() > SUBJECTS_MAX - 10);
}

#[test]
fn every_rule_says_something_of_a_host_nobody_has_read() {
    let catalog = Catalog::embedded().unwrap();
    let registers = Registers::not_given("no policy yet");
    let (facts, parameters) = (Facts::default(), ParameterSet::default());
    for system in [SystemFamily::Linux, SystemFamily::Windows] {
        let inputs = Inputs { facts: &facts, registers: &registers, parameters: &parameters, system, now: now() };
        let findings = judge_all(&catalog, &inputs);
        let judged_here = catalog.rules().filter(|rule| rule.condition().is_some());
        assert_eq!(findings.len(), judged_here.count());
        for finding in findings.values() {
            let is_for = |rule: &Rule| rule.condition().is_some_and(|condition| condition.is_for(system));
            let expected = catalog.rule(&finding.key.rule).is_some_and(is_for).then_some(ReasonCode::Missing);
            assert_eq!(reason(finding), expected, "{:?}", finding.key);
            assert!(!finding.says.ja.is_empty() && !finding.says.en.is_empty());
        }
    }
}

#[test]
fn parameters_are_checked_against_the_rule() {
    let catalog = Catalog::embedded().unwrap();
    let set = |rule: &str, name: &str, value: serde_json::Value| {
        let named = BTreeMap::from([(name.to_owned(), value)]);
        ParameterSet::load(&catalog, &BTreeMap::from([(RuleId::new(rule).unwrap(), named)]))
    };
    assert!(set("clock_offset_within_limit", "server_max", "500ms".into()).is_ok());
    assert!(set("clock_in_japan_time", "zones", serde_json::json!(["Asia/Tokyo"])).is_ok());
    for (rule, name, value, part) in [
        ("clock_offset_within_limit", "server_max", serde_json::json!("1ms"), "less than 10ms"),
        ("clock_offset_within_limit", "server_max", serde_json::json!("1d"), "more than 5m"),
        ("clock_offset_within_limit", "server_max", serde_json::json!(2), "a length of time"),
        ("clock_offset_within_limit", "server_min", serde_json::json!("2s"), "no such parameter"),
        ("clock_right", "server_max", serde_json::json!("2s"), "no such rule"),
        ("clock_in_japan_time", "zones", serde_json::json!([""]), "at least one character"),
        ("clock_in_japan_time", "zones", serde_json::json!([1]), "a list of texts"),
        ("clock_in_japan_time", "zones", serde_json::json!(vec!["x"; 99]), "at most 20 texts"),
        ("backup_generations_kept", "generations_min", serde_json::json!(2.5), "a whole number"),
    ] {
        let errors = set(rule, name, value).unwrap_err();
        assert!(errors[0].to_string().contains(part), "{}", errors[0]);
    }
}

#[test]
fn a_rule_that_this_program_cannot_read_is_unknown_and_takes_no_other_with_it() {
    let id = |id: &str| RuleId::new(id).unwrap();
    let readable = Catalog::embedded().unwrap().sources();
    let mut written = readable.clone();
    written.insert(id("own_newer"), "id: own_newer\nneeds_agent: 9\n".into());
    let catalog = Catalog::of_policy(&written).unwrap();
    assert_eq!((catalog.rules().len(), catalog.unread().len()), (readable.len(), 1));
    let (facts, registers) = (Facts::default(), Registers::not_given("x"));
    let parameters = ParameterSet::default();
    let inputs = Inputs {
        facts: &facts,
        registers: &registers,
        parameters: &parameters,
        system: SystemFamily::Linux,
        now: now(),
    };
    let findings = judge_all(&catalog, &inputs);
    let unread: Vec<&Finding> = findings.values().filter(|finding| finding.key.rule == id("own_newer")).collect();
    assert_eq!(unread.len(), 1);
    let Verdict::Unknown(reason) = &unread[0].verdict else { panic!("{:?}", unread[0]) };
    assert_eq!(reason.code, ReasonCode::Unparsable);
    assert!(reason.detail.starts_with("load own_newer.yaml:"), "{}", reason.detail);
    assert!(unread[0].says.ja.contains("エージェントを更新"), "{}", unread[0].says.ja);

    // What is damaged as a whole is refused, and so is more than a catalogue holds.
    let broken = readable.keys().map(|id| (id.clone(), "holds: true\n".to_owned())).collect();
    assert!(Catalog::of_policy(&broken).is_err());
    let many = (0..1_001).map(|number| (id(&format!("own_{number}")), String::new())).collect();
    assert!(Catalog::of_policy(&many).unwrap_err()[0].message.contains("at most 1000"));
    assert_eq!(Catalog::of_policy(&BTreeMap::new()).unwrap(), Catalog::default());
}

#[test]
fn a_list_that_may_not_be_all_is_no_pass() {
    let lines = |unknown_when: &str| {
        rule(&format!(
            "topics: [neighbours, system]\neach: {{in: neighbours.devices, as: d, subject: d.mac}}\n\
             unknown_when: \"{unknown_when}\"\nholds: '!d.gateway'\nsays: {{pass: {{ja: 可, en: 'yes'}}, \
             fail: {{ja: 否, en: 'no'}}, unknown: {{ja: 不明, en: 'of {{system.host_name}}'}}}}"
        ))
    };
    let with = |unknown_when: &str, devices: Vec<Neighbour>, of_system: Outcome<System>| {
        let facts = Facts { system: seen(of_system, 0), ..neighbours(devices) };
        judged(&lines(unknown_when), &facts, &Registers::not_given("none"))
    };
    let gateway = || Neighbour { gateway: true, ..device("bb") };
    for devices in [Vec::new(), vec![device("aa")]] {
        let findings = with("system.host_name == 'pc01'", devices.clone(), system());
        assert_eq!(reason(&findings[0]), Some(ReasonCode::Inconclusive));
        assert_eq!((findings.len(), findings[0].says.en.as_str()), (1, "of pc01"));
        let findings = with("system.host_name == 'other'", devices.clone(), system());
        assert_eq!(kinds(&findings), BTreeMap::from([("", VerdictKind::Pass)]));
        // What cannot be known of the host is none either.
        let Outcome::Known(known) = system() else { panic!("known above") };
        let booted_at = Read::not_read(ReasonCode::NotPermitted, "x");
        let findings = with("system.booted_at > now", devices, Outcome::Known(System { booted_at, ..known }));
        assert_eq!(reason(&findings[0]), Some(ReasonCode::NotPermitted));
    }
    let findings = with("system.host_name == 'pc01'", vec![device("aa"), gateway()], system());
    assert_eq!(kinds(&findings), BTreeMap::from([("bb", VerdictKind::Fail)]), "what fails counts nevertheless");
    let findings = with("d.mac == 'aa'", vec![device("aa"), device("cc")], system());
    assert_eq!(kinds(&findings), BTreeMap::from([("aa", VerdictKind::Unknown)]), "one that names the element is of it");
}
