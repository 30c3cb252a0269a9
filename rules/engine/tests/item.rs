//! What becomes of an item: the worst counts, and nothing unmeasured is met.

#![expect(clippy::unwrap_used, reason = "what a test needs besides its own functions may fail it")]
use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::checklist::{AttestationAsk, Branch, Class, ElsewhereAsk, Item};
use tenken_engine::item::ItemState::{Drift, Expired, Grace, Met, NotMeasured, Overdue, Planned, Unattested, Unknown};
use tenken_engine::item::{
    Attested, CAUSES_MAX, CauseReason, Coverage, Declared, HostInScope, ItemInputs, ItemState, ItemStatus, Reach,
    Standing, Unjudged, fold,
};
use tenken_model::finding::{Bilingual, VerdictKind};
use tenken_model::{BranchId, HostId, Instant, ItemId, ReasonCode, RuleId, Span, Subject};

fn at(days: i64) -> Instant {
    Span::from_days(days).after("2026-11-23T00:00:00Z".parse().unwrap())
}

fn text(text: &str) -> Bilingual {
    Bilingual { ja: text.into(), en: text.into() }
}

/// An item of a class with so many deciding rules: `rule_0`, `rule_1`.
fn item(class: Class, rules: usize) -> Item {
    let asked = AttestationAsk {
        asks: text("a"),
        evidence: vec![text("e")],
        valid_for: Span::from_days(365),
        stands_for: Vec::new(),
        elsewhere: None,
    };
    Item {
        id: ItemId::new("technical.1").unwrap(),
        text_ja: "あ".into(),
        bullets: Vec::new(),
        tail_ja: None,
        note: None,
        remark_ja: None,
        short: text("a"),
        class,
        conditional_on: None,
        rules: (0..rules).map(|number| RuleId::new(format!("rule_{number}")).unwrap()).collect(),
        unmeasured: None,
        attestation: (class != Class::A).then_some(asked),
        any_of: Vec::new(),
    }
}

fn standing(verdict: VerdictKind) -> Standing {
    Standing { subject: None, verdict, since: at(-2), says: text("s"), unknown: None, drift: false, waived: false }
}

/// A statement of a day ago.
fn held(valid_until: Instant, branch: Option<BranchId>) -> Attested {
    Attested { valid_until, branch, at: at(-1), statement: "a".into() }
}

const PASS: VerdictKind = VerdictKind::Pass;

fn drift() -> Standing {
    Standing { drift: true, ..standing(VerdictKind::Fail) }
}

fn about(subject: &str, standing: Standing) -> Standing {
    Standing { subject: Some(Subject::new(subject).unwrap()), ..standing }
}

const fn is_loud(verdict: VerdictKind) -> bool {
    matches!(verdict, VerdictKind::Fail | VerdictKind::Unknown)
}

/// More rules than any item here has.
fn rules() -> Vec<RuleId> {
    (0..3).map(|number| RuleId::new(format!("rule_{number}")).unwrap()).collect()
}

/// A host with findings of `rule_0`, `rule_1` and so on.
fn host(name: &str, findings: &[&[Standing]]) -> HostInScope {
    let of = |(number, findings): (usize, &&[Standing])| (rules()[number].clone(), findings.to_vec());
    let findings: BTreeMap<RuleId, Vec<Standing>> = findings.iter().enumerate().map(of).collect();
    let tells = |findings: &Vec<Standing>| findings.iter().any(|it| it.subject.is_none() || is_loud(it.verdict));
    let unjudged: BTreeSet<RuleId> =
        rules().into_iter().filter(|rule| !findings.get(rule).is_some_and(tells)).collect();
    let unjudged = if findings.is_empty() { Unjudged::OfAll } else { Unjudged::Of(unjudged) };
    let (id, spared) = (HostId::new(name).unwrap(), BTreeSet::new());
    HostInScope { id, name: name.into(), silent_since: None, findings, unjudged, spared }
}

/// Of which rules these hosts were judged, as the dashboard counts it.
fn judged(hosts: &[HostInScope]) -> BTreeMap<RuleId, Reach> {
    let mut judged = BTreeMap::new();
    for (rule, finding) in
        hosts.iter().flat_map(|host| &host.findings).flat_map(|(rule, all)| all.iter().map(move |it| (rule, it)))
    {
        let reach = judged.entry(rule.clone()).or_insert(Reach::AppliesNowhere);
        if finding.verdict != VerdictKind::NotApplicable {
            *reach = Reach::Applies;
        }
    }
    judged
}

/// The hosts as the dashboard reads them: without what passes.
fn loud(hosts: &[HostInScope]) -> Vec<HostInScope> {
    let mut hosts = hosts.to_vec();
    for findings in hosts.iter_mut().flat_map(|host| host.findings.values_mut()) {
        findings.retain(|finding| is_loud(finding.verdict));
    }
    hosts
}

fn silent(host: HostInScope) -> HostInScope {
    HostInScope { silent_since: Some(at(-1)), ..host }
}

fn folded(item: &Item, hosts: &[HostInScope], declared: Option<Declared>, valid_days: Option<i64>) -> ItemStatus {
    let attested = valid_days.map(|days| held(at(days), None));
    folded_by(item, hosts, declared, attested.as_ref())
}

fn folded_by(
    item: &Item,
    hosts: &[HostInScope],
    declared: Option<Declared>,
    attested: Option<&Attested>,
) -> ItemStatus {
    let (judged, loud) = (judged(hosts), loud(hosts));
    let inputs =
        ItemInputs { hosts, judged: &judged, without_agent: &[], declared, contradicted: &[], attested, now: at(0) };
    let status = fold(item, &inputs);
    assert_eq!(fold(item, &ItemInputs { hosts: &loud, ..inputs }), status, "what passes changes nothing");
    status
}

/// What an item is called, its hosts, its answer, how many days its attestation holds, and its state.
type Row = (&'static str, Item, Vec<HostInScope>, Option<Declared>, Option<i64>, ItemState);

#[test]
fn states_are_listed_by_urgency() {
    assert!(ItemState::ALL.is_sorted_by_key(|state| std::cmp::Reverse(state.severity())));
}

#[test]
fn the_worst_counts() {
    let pass = || host("h1", &[&[standing(PASS)]]);
    let one = |findings: &[Standing]| vec![pass(), host("h2", &[findings])];
    let fail = || standing(VerdictKind::Fail);
    let unknown = || standing(VerdictKind::Unknown);
    let none = || standing(VerdictKind::NotApplicable);
    let waived = |standing: Standing| Standing { waived: true, ..standing };
    let (a, b, c, d) = (item(Class::A, 1), item(Class::B, 1), item(Class::C, 0), item(Class::D, 1));
    let part = |item: &Item| Item { unmeasured: Some(text("u")), ..item.clone() };
    let planned = |days| Some(Declared::Planned { due: Some(at(days)) });
    let rows: Vec<Row> = vec![
        ("all pass", a.clone(), vec![pass()], Some(Declared::Done), None, Met),
        ("all pass, nothing declared", a.clone(), vec![pass()], None, None, Met),
        ("one fails within grace", a.clone(), one(&[fail()]), None, None, Grace),
        ("one drifted", a.clone(), one(&[drift()]), None, None, Drift),
        ("one unknown", a.clone(), one(&[unknown()]), None, None, Unknown),
        ("one subject drifted", a.clone(), one(&[standing(PASS), about("hanako", drift())]), None, None, Drift),
        ("one subject unknown", a.clone(), one(&[standing(PASS), about("hanako", unknown())]), None, None, Unknown),
        ("drift before unknown", a.clone(), one(&[unknown(), about("hanako", drift())]), None, None, Drift),
        ("unknown before grace", a.clone(), one(&[unknown(), about("hanako", fail())]), None, None, Unknown),
        ("bears on one host only", a.clone(), one(&[none()]), None, None, Met),
        ("bears on no host", a.clone(), vec![host("h1", &[&[none()]])], None, None, NotMeasured),
        ("a waived drift", a.clone(), one(&[waived(drift())]), None, None, Met),
        ("a waived unknown", a.clone(), one(&[waived(unknown())]), None, None, Met),
        ("no host", a.clone(), vec![], None, None, NotMeasured),
        ("a host that was never judged", a.clone(), vec![pass(), host("h2", &[])], None, None, Unknown),
        ("subjects without the host", a.clone(), one(&[about("hanako", standing(PASS))]), None, None, Unknown),
        ("a silent host", a.clone(), vec![pass(), silent(host("h2", &[&[standing(PASS)]]))], None, None, Unknown),
        ("a silent host in drift", a.clone(), vec![silent(host("h2", &[&[drift()]]))], None, None, Drift),
        ("a silent host never judged", a.clone(), vec![silent(host("h2", &[]))], None, None, Unknown),
        ("partly unmeasured", part(&a), vec![pass()], None, None, NotMeasured),
        ("partly unmeasured, in drift", part(&a), one(&[drift()]), None, None, Drift),
        ("partly unmeasured, attested", part(&d), vec![pass()], None, Some(9), NotMeasured),
        ("no rule decides A", item(Class::A, 0), vec![pass()], None, None, NotMeasured),
        ("no rule decides D, attested", item(Class::D, 0), vec![pass()], None, Some(9), NotMeasured),
        ("an attestation of A is worth nothing", item(Class::A, 0), vec![], None, Some(9), NotMeasured),
        ("C attested", c.clone(), vec![], None, Some(9), Met),
        ("C unattested", c.clone(), vec![pass()], None, None, Unattested),
        ("C lapsed", c.clone(), vec![], None, Some(-1), Expired),
        ("C lapsing now", c.clone(), vec![], None, Some(0), Expired),
        ("B passes and is attested", b.clone(), vec![pass()], None, Some(9), Met),
        ("B passes unattested", b.clone(), vec![pass()], None, None, Unattested),
        ("B fails though attested", b.clone(), one(&[drift()]), None, Some(9), Drift),
        ("B unknown and lapsed", b.clone(), one(&[unknown()]), None, Some(-1), Expired),
        ("B unknown though attested", b.clone(), one(&[unknown()]), None, Some(9), Unknown),
        ("B in drift and lapsed", b.clone(), one(&[drift()]), None, Some(-1), Drift),
        ("B in grace and lapsed", b.clone(), one(&[fail()]), None, Some(-1), Expired),
        ("B bears on no host, attested", b.clone(), vec![host("h1", &[&[none()]])], None, Some(9), Met),
        ("B without a host, attested", b.clone(), vec![], None, Some(9), NotMeasured),
        ("B without rules, attested", item(Class::B, 0), vec![], None, Some(9), NotMeasured),
        ("B without rules, unattested", item(Class::B, 0), vec![], None, None, Unattested),
        ("D passes and is attested", d.clone(), vec![pass()], None, Some(9), Met),
        ("D bears on no host, attested", d.clone(), vec![host("h1", &[&[none()]])], None, Some(9), NotMeasured),
        ("planned though all pass", a.clone(), vec![pass()], planned(9), None, Planned),
        ("planned and failing", a.clone(), one(&[drift()]), planned(9), None, Planned),
        ("planned and past", a.clone(), vec![pass()], planned(-1), None, Overdue),
        ("planned and past, failing", a.clone(), one(&[drift()]), planned(-1), None, Overdue),
        ("planned without a date", c.clone(), vec![], Some(Declared::Planned { due: None }), None, Planned),
    ];
    for (name, item, hosts, declared, valid_days, expected) in rows {
        let status = folded(&item, &hosts, declared, valid_days);
        assert_eq!(status.state, expected, "{name}: {status:#?}");
        assert_eq!(status.causes.is_empty(), expected == Met, "{name}: {status:#?}");
    }
}

#[test]
fn every_cause_is_named_worst_first() {
    let hosts = [
        host("h1", &[&[standing(VerdictKind::Unknown)], &[standing(PASS)]]),
        host(
            "h2",
            &[&[standing(PASS), about("taro", Standing { since: at(-9), ..drift() }), about("hanako", drift())]],
        ),
        silent(host("h3", &[])),
    ];
    let status = folded(&item(Class::B, 2), &hosts, None, Some(-3));
    let told: Vec<ItemState> = status.causes.iter().map(|cause| cause.state).collect();
    assert_eq!(told, [Drift, Drift, Expired, Unknown, Unknown, Unknown]);
    assert_eq!((status.state, status.since), (Drift, Some(at(-9))));
    assert_eq!(status.coverage, Coverage { judged: 1, in_scope: 3 });
    let CauseReason::Finding { host, rule, subject, .. } = &status.causes[0].reason else { panic!("{status:#?}") };
    assert_eq!((host.as_str(), rule.as_str(), subject.as_ref().unwrap().as_str()), ("h2", "rule_0", "taro"));
    assert!(
        status
            .causes
            .iter()
            .any(|cause| matches!(&cause.reason, CauseReason::NotJudged { rule, .. } if rule.as_str() == "rule_1"))
    );
    assert!(
        status
            .causes
            .iter()
            .any(|cause| matches!(&cause.reason, CauseReason::Silent { host_name, .. } if host_name == "h3"))
    );
}

#[test]
fn a_plan_is_told_before_what_is_still_missing() {
    let hosts = [host("h1", &[&[drift()]])];
    let status = folded(&item(Class::A, 1), &hosts, Some(Declared::Planned { due: Some(at(5)) }), None);
    assert_eq!(status.causes[0].reason, CauseReason::Planned);
    assert_eq!(status.causes.len(), 2);
    let past = folded(&item(Class::A, 1), &hosts, Some(Declared::Planned { due: Some(at(-5)) }), None);
    assert_eq!((past.causes[0].state, past.since), (Overdue, Some(at(-5))));
}

#[test]
fn causes_beyond_the_limit_are_counted() {
    let many: Vec<Standing> = (0..CAUSES_MAX + 40).map(|number| about(&format!("a{number}"), drift())).collect();
    let findings: Vec<Standing> = std::iter::once(standing(PASS)).chain(many).collect();
    let status = folded(&item(Class::A, 1), &[host("h1", &[&findings])], None, None);
    assert_eq!((status.causes.len(), status.causes_left_out, status.state), (CAUSES_MAX, 40, Drift));
}

#[test]
fn waived_findings_are_counted() {
    let findings = [standing(PASS), about("x", Standing { waived: true, ..drift() })];
    let status = folded(&item(Class::A, 1), &[host("h1", &[&findings])], None, None);
    assert_eq!((status.state, status.waived), (Met, 1));
}

#[test]
fn what_a_host_does_not_let_be_measured_is_attested_for_a_time() {
    let cannot_tell = Some(ReasonCode::Unsupported);
    let standing = |verdict, unknown| Standing { unknown, ..standing(verdict) };
    let of_reason = |verdict: VerdictKind, why: Option<ReasonCode>, attested: Option<i64>, stands_for: bool| {
        let mut item = item(Class::B, 2);
        if let (Some(asked), true) = (&mut item.attestation, stands_for) {
            asked.stands_for = vec![item.rules[0].clone()];
        }
        let findings = host("h1", &[&[standing(verdict, why)], &[standing(PASS, None)]]);
        folded(&item, &[findings], None, attested)
    };
    let of = |verdict, attested, stands_for| of_reason(verdict, cannot_tell, attested, stands_for);
    let unknown = VerdictKind::Unknown;
    assert_eq!(of(unknown, Some(300), true).state, Met);
    assert_eq!(of(unknown, Some(300), false).state, Unknown, "the statement says nothing of it");
    assert!(of(unknown, Some(-1), true).causes.iter().any(|cause| cause.state == Unknown), "it has lapsed");
    assert!(of(unknown, None, true).causes.iter().any(|cause| cause.state == Unknown), "nobody stated it");
    assert_eq!(of(VerdictKind::Fail, Some(300), true).state, Grace, "what is measured counts, whatever is stated");
    let denied = of_reason(unknown, Some(ReasonCode::NotPermitted), Some(300), true);
    assert_eq!(denied.state, Unknown, "it could be read with the right to");
    let second = host("h1", &[&[standing(PASS, None)], &[standing(unknown, cannot_tell)]]);
    let mut item = item(Class::B, 2);
    item.attestation.as_mut().unwrap().stands_for = vec![item.rules[0].clone()];
    assert_eq!(folded(&item, &[second], None, Some(300)).state, Unknown, "another rule is another matter");
    let first = host("h1", &[&[standing(unknown, cannot_tell)], &[standing(PASS, None)]]);
    for (statement, state) in [("a", Met), ("b", Unknown)] {
        let attested = Attested { statement: statement.into(), ..held(at(300), None) };
        let folded = folded_by(&item, std::slice::from_ref(&first), None, Some(&attested));
        assert_eq!(folded.state, state, "`{statement}` was stated, and `a` is asked");
    }
}

#[test]
fn what_is_kept_elsewhere_is_attested_for_as_long_as_its_evidence_is_fresh() {
    let mut item = item(Class::D, 2);
    item.attestation.as_mut().unwrap().elsewhere = Some(ElsewhereAsk {
        asks: text("accounts of the domain"),
        evidence: vec![text("e")],
        valid_for: Span::from_days(92),
        rules: vec![item.rules[0].clone()],
    });
    let asked = item.attestation.as_ref().unwrap().statement_ja();
    let folded = |verdict: VerdictKind, unknown: ReasonCode, days_ago: i64, statement: &str| {
        let findings = [Standing { unknown: Some(unknown), ..standing(verdict) }];
        let attested = Attested { at: at(-days_ago), statement: statement.into(), ..held(at(300), None) };
        folded_by(&item, &[host("h1", &[&findings, &[standing(PASS)]])], None, Some(&attested))
    };
    let unknown = VerdictKind::Unknown;
    let of = |verdict, code, days, statement: &str| folded(verdict, code, days, statement).state;
    let met = folded(unknown, ReasonCode::Elsewhere, 91, &asked);
    assert_eq!((met.state, met.vouched), (Met, 1));
    assert_eq!(of(unknown, ReasonCode::Elsewhere, 92, &asked), Unknown, "what it rests on is too old");
    assert_eq!(of(unknown, ReasonCode::Elsewhere, 1, "a"), Unknown, "it was stated before that was asked");
    for code in ReasonCode::ALL.iter().filter(|code| **code != ReasonCode::Elsewhere) {
        assert_eq!(of(unknown, *code, 1, &asked), Unknown, "{code} is a matter of the host");
    }
    let failed = folded(VerdictKind::Fail, ReasonCode::Elsewhere, 1, &asked);
    assert_eq!((failed.state, failed.vouched), (Grace, 0), "what is measured counts, whatever is stated");
    let findings = [Standing { unknown: Some(ReasonCode::Elsewhere), ..standing(unknown) }];
    let other = host("h1", &[&[standing(PASS)], &findings]);
    let attested = Attested { statement: asked, ..held(at(300), None) };
    let other = folded_by(&item, &[other], None, Some(&attested));
    assert_eq!(other.state, Unknown, "another rule is another matter");
    let lapsed = Attested { valid_until: at(-1), ..attested };
    let lapsed = folded_by(&item, &[host("h1", &[&findings, &[standing(PASS)]])], None, Some(&lapsed));
    assert!(lapsed.causes.iter().any(|cause| cause.state == Unknown));
}

#[test]
fn a_part_of_a_statement_lapses_before_the_whole_and_never_after_it() {
    use tenken_engine::checklist::AttestedPart::{Elsewhere, Whole};
    let mut ask = item(Class::D, 2).attestation.unwrap();
    let plain = ask.holding("a", at(0), at(365));
    assert_eq!((plain.elsewhere, plain.next_lapse(at(0))), (None, Some((Whole, at(365)))));
    ask.elsewhere = Some(ElsewhereAsk {
        asks: text("accounts of the domain"),
        evidence: vec![text("e")],
        valid_for: Span::from_days(92),
        rules: Vec::new(),
    });
    assert_eq!(ask.holding("a", at(0), at(365)), plain, "it was stated before that was asked");
    let both = ask.holding(&ask.statement_ja(), at(0), at(365));
    for (after, next) in [
        (0, Some((Elsewhere, at(92)))),
        (91, Some((Elsewhere, at(92)))),
        (92, Some((Whole, at(365)))),
        (364, Some((Whole, at(365)))),
        (365, None),
    ] {
        assert_eq!(both.next_lapse(at(after)), next, "{after}");
    }
    for until in [30, 92] {
        let short = ask.holding(&ask.statement_ja(), at(0), at(until));
        assert_eq!(short.elsewhere, Some(at(until)), "no part outlasts the whole");
        assert_eq!(short.next_lapse(at(0)), Some((Whole, at(until))), "both lapse at once");
    }
}

#[test]
fn a_registered_host_without_an_agent_leaves_an_item_unknown() {
    let hosts = [host("h1", &[&[standing(PASS)]])];
    let without_agent = ["PC-02".to_owned()];
    let inputs = ItemInputs {
        hosts: &hosts,
        judged: &judged(&hosts),
        without_agent: &without_agent,
        declared: None,
        contradicted: &[],
        attested: None,
        now: at(0),
    };
    let status = fold(&item(Class::A, 1), &inputs);
    assert_eq!(status.state, Unknown);
    assert_eq!(status.coverage, Coverage { judged: 1, in_scope: 2 });
    assert_eq!(status.causes[0].reason, CauseReason::NoAgent { host_name: "PC-02".into() });
}

/// An item that a rule, or what a person attests, is enough for.
fn either() -> Item {
    let branch = |id: &str, rules: Vec<RuleId>| {
        let says = text("s");
        Branch { id: BranchId::new(id).unwrap(), says, rules, attested: false }
    };
    let any_of = vec![branch("measured", item(Class::A, 1).rules), branch("stated", Vec::new())];
    Item { any_of, ..item(Class::C, 0) }
}

#[test]
fn what_is_measured_of_a_way_that_is_attested_does_not_stand_for_the_statement() {
    let state = |finding: Option<VerdictKind>, other: VerdictKind, stated: Option<i64>| {
        let findings = [vec![standing(other)], finding.map(standing).into_iter().collect::<Vec<_>>()];
        let findings: Vec<&[Standing]> = findings.iter().map(Vec::as_slice).collect();
        let hosts = [host("h1", &findings)];
        let mut item = Item { class: Class::A, ..either() };
        item.any_of[1].attested = true;
        item.any_of[1].rules = vec![rules()[1].clone()];
        let branch = Some(item.any_of[1].id.clone());
        let attested = stated.map(|days| held(at(days), branch));
        folded_by(&item, &hosts, None, attested.as_ref()).state
    };
    let (fail, nowhere) = (VerdictKind::Fail, VerdictKind::NotApplicable);
    for (finding, other, stated, wanted) in [
        // Something is done well that the item does not ask of.
        (Some(PASS), nowhere, None, NotMeasured),
        (Some(PASS), fail, None, Grace),
        (Some(PASS), fail, Some(20), Met),
        (Some(PASS), nowhere, Some(20), Met),
        (Some(fail), nowhere, Some(20), Grace),
        (Some(VerdictKind::Unknown), nowhere, Some(20), Unknown),
        // What keeps it may be a device without an agent.
        (Some(nowhere), nowhere, Some(20), Met),
        (Some(nowhere), nowhere, Some(-5), Expired),
        // A host of which no rule was judged may keep it.
        (None, nowhere, Some(20), Unknown),
        (Some(fail), PASS, None, Met),
    ] {
        assert_eq!(state(finding, other, stated), wanted, "{finding:?} {other:?} {stated:?}");
    }
}

#[test]
fn one_of_several_ways_is_enough_and_is_named() {
    let state = |finding: Option<Standing>, stated: Option<(&str, i64)>| {
        let findings = finding.map(|finding| vec![finding]);
        let findings: Vec<&[Standing]> = findings.iter().map(Vec::as_slice).collect();
        let attested = stated.map(|(id, days)| held(at(days), Some(BranchId::new(id).unwrap())));
        let status = folded_by(&either(), &[host("h1", &findings)], None, attested.as_ref());
        (status.state, status.branch.unwrap().to_string())
    };
    let (pass, fail) = (|| Some(standing(PASS)), || Some(standing(VerdictKind::Fail)));
    let cases = [
        (pass(), None, Met, "measured"),
        (pass(), Some(("stated", -5)), Met, "measured"),
        (Some(drift()), Some(("stated", 20)), Met, "stated"),
        (Some(drift()), Some(("stated", -5)), Expired, "stated"),
        // What nobody attested does not hide the drift, nor does an attestation of something else.
        (Some(drift()), None, Drift, "measured"),
        (Some(drift()), Some(("measured", 20)), Drift, "measured"),
        (None, None, Unknown, "measured"),
        (None, Some(("stated", 20)), Met, "stated"),
        (fail(), Some(("stated", -5)), Grace, "measured"),
    ];
    for (finding, stated, wanted, branch) in cases {
        let shown = format!("{finding:?} {stated:?}");
        assert_eq!(state(finding, stated), (wanted, branch.to_owned()), "{shown}");
    }
    let stated_only = Item { any_of: either().any_of.split_off(1), ..either() };
    assert_eq!(folded(&stated_only, &[], None, None).state, Unattested);
}

#[test]
fn a_rule_that_is_not_for_a_host_asks_nothing_of_it() {
    let (here, elsewhere) = (host("a", &[&[standing(PASS)], &[standing(PASS)]]), host("b", &[&[standing(PASS)]]));
    let spared = |host: &HostInScope| HostInScope { spared: BTreeSet::from([rules()[1].clone()]), ..host.clone() };
    let state = |hosts: &[HostInScope]| folded(&item(Class::A, 2), hosts, None, None).state;
    assert_eq!(state(&[here.clone(), elsewhere.clone()]), Unknown, "it was not judged there");
    assert_eq!(state(&[here.clone(), spared(&elsewhere)]), Met);
    let told = host("c", &[&[standing(PASS)], &[drift()]]);
    assert_eq!(state(&[here.clone(), told.clone()]), Drift);
    assert_eq!(state(&[here.clone(), spared(&told)]), Met, "what it still tells of it counts no more");
    assert_eq!(state(&[spared(&here), spared(&elsewhere)]), Met);
    assert_eq!(state(&[spared(&host("d", &[]))]), Unknown, "of the other rule nothing is known");
}
