//! Hosts, their findings, drifts and mails.

use std::collections::BTreeMap;
use tenken_calendar::WorkingCalendar;

use tenken_engine::{Catalog, Rule};
use tenken_model::digest::Digest;
use tenken_model::fact::system::{System, SystemFamily, SystemKind};
use tenken_model::finding::{Evidence, VerdictKind};
use tenken_model::report::{CollectorCost, Heartbeat};
use tenken_model::{
    Finding, FindingKey, Instant, ItemId, Read, Reason, ReasonCode, RuleId, Span, Subject, Topic, Verdict,
};

use super::{ago, both, host, now};
use crate::groups::Placements;
use crate::pages::finding::{FindingView, HostRef};
use crate::registers::hosts::{HostKind, HostRow, HostStatus};
use crate::registers::typed::Person;
use crate::status::inventory::{Entry, Listed};
use crate::status::{Patience, Presence};
use crate::store::{
    AttestationNews, AuditHead, DailyNews, Drift, DriftNews, HomePage, Host, LastRefusal, Mail, MailBody, MailKind,
    MonthlyNews, OwnerNews, ProposalNews, PublicationNews, Resolution, ShortList, Thread, Way,
};

pub(super) const NAMES: [&str; 6] =
    ["SV-KENSHIN01", "SV-KENSHIN02", "PC-UKETSUKE3", "PC-HOKEN07", "PC-SOUMU01", "PC-JIMU12"];

pub(super) fn catalog() -> Catalog {
    Catalog::embedded().unwrap()
}

pub(super) fn rule<'a>(catalog: &'a Catalog, id: &str) -> &'a Rule {
    catalog.rule(&RuleId::new(id).unwrap()).unwrap()
}

fn heartbeat(name: &str) -> Heartbeat {
    let server = name.starts_with("SV");
    Heartbeat {
        sent_at: ago(if name == "PC-SOUMU01" { 13 } else { 2 }),
        agent_version: "0.1.0".into(),
        uptime: Span::from_secs(60 * 60 * 77),
        awake: Span::from_secs(60 * 60 * 70),
        state_digest: Digest::of(b"state"),
        state_seq: 120,
        policy_version: 7,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::Measured(System {
            family: SystemFamily::Linux,
            kind: if server { SystemKind::Server } else { SystemKind::Pc },
            os: if server { "debian" } else { "ubuntu" }.into(),
            os_version: if server { "12" } else { "24.04" }.into(),
            kernel: "6.1.0-28-amd64".into(),
            host_name: name.into(),
            container: false,
            booted_at: Read::Measured(ago(60 * 77)),
        }),
        costs: [(Topic::TimeSync, 310, 0, 2_100), (Topic::Antivirus, 77, 2, 40_500), (Topic::Accounts, 12, 0, 800)]
            .map(|(topic, runs, failures, cpu)| CollectorCost {
                topic,
                runs,
                failures,
                wall: Span::from_millis(cpu * 3),
                longest: Span::from_millis(cpu / 10),
                cpu: Span::from_millis(cpu),
            })
            .into(),
        facts: BTreeMap::new(),
    }
}

pub(super) fn machine(name: &str) -> Host {
    Host {
        id: host(name),
        name: name.into(),
        enrolled_at: ago(60 * 24 * 90),
        revoked_at: (name == "PC-OLD01").then(|| ago(60 * 24 * 5)),
        certificate: Digest::of(name.as_bytes()),
        certificate_until: Span::from_days(200).after(now()),
        certificate_before: None,
        epoch: 1,
        acknowledged: 120,
        state_digest: Digest::of(b"state"),
        last_seen: seen(name),
        awake: Span::from_days(40),
        heartbeat: (name != "PC-NEW01").then(|| heartbeat(name)),
        policy_held: None,
        refused: (name == "PC-HOKEN07").then(|| LastRefusal {
            at: ago(60),
            code: "too_large".into(),
            message: "the report has 5242880 bytes and 4194304 are read".into(),
        }),
    }
}

fn seen(name: &str) -> Option<Instant> {
    match name {
        "PC-NEW01" => None,
        "PC-JIMU12" => Some(ago(60 * 24 * 30)),
        "PC-HOKEN07" => Some(ago(60 * 50)),
        _ => Some(ago(2)),
    }
}

/// Whether it reports.
pub(super) fn presence(host: &Host) -> Presence {
    Presence::of(host, Patience::default(), &WorkingCalendar::default(), now())
}

/// As the register of hosts has it.
pub(super) fn entry(name: &str) -> Option<Entry> {
    match name {
        "PC-OLD01" => None,
        "PC-NEW01" => Some(Entry::Missing),
        "PC-JIMU12" => Some(Entry::Row(5, HostStatus::Stored)),
        _ => Some(Entry::Row(1, HostStatus::InUse)),
    }
}

pub(super) fn without_agent() -> Vec<Listed> {
    let row = |name: &str, kind, place: &str| HostRow {
        name: name.into(),
        kind,
        status: HostStatus::InUse,
        site: "HQ".into(),
        group: "Nurses".into(),
        user: String::new(),
        holder: "SUZUKI Ichiro".into(),
        place: place.into(),
        portable: true,
        personal_data: true,
        asset_number: "PC-2024-015".into(),
        note: String::new(),
    };
    vec![
        Listed { id: 11, row: row("PC-HOKEN09", HostKind::Pc, "2F") },
        Listed { id: 12, row: row("SV-BACKUP", HostKind::Server, "") },
    ]
}

/// Where hosts belong.
pub(super) fn placements() -> Placements {
    let row = |name: &str, kind, site: &str, group: &str, user: &str| HostRow {
        name: name.into(),
        kind,
        status: HostStatus::InUse,
        site: site.into(),
        group: group.into(),
        user: user.into(),
        holder: String::new(),
        place: String::new(),
        portable: false,
        personal_data: true,
        asset_number: String::new(),
        note: String::new(),
    };
    let rows = vec![
        (1, row("SV-KENSHIN01", HostKind::Server, "HQ", "Servers", "")),
        (2, row("SV-KENSHIN02", HostKind::Server, "HQ", "Servers", "")),
        (3, row("PC-UKETSUKE3", HostKind::Pc, "HQ", "Reception", "TANAKA Hanako")),
        (4, row("PC-HOKEN07", HostKind::Pc, "East branch", "Nurses", "SUZUKI Ichiro")),
        (5, row("PC-HOKEN09", HostKind::Pc, "East branch", "Nurses", "")),
    ];
    let tanaka = Person { name: "TANAKA Hanako".into(), vendor: None, email: "tanaka@example.jp".into(), leaves: None };
    Placements::of_rows(rows, &[(1, tanaka)], tenken_calendar::japan::date_of(now()))
}

pub(super) fn finding(id: &str, kind: VerdictKind, subject: Option<&str>) -> Finding {
    let verdict = match kind {
        VerdictKind::Pass => Verdict::Pass,
        VerdictKind::Fail => Verdict::Fail,
        VerdictKind::Unknown => {
            Verdict::Unknown(Reason::new(ReasonCode::NoAnswer, "connect /run/chrony/chronyd.sock: connection refused"))
        }
        VerdictKind::NotApplicable => Verdict::NotApplicable,
    };
    let says = match kind {
        VerdictKind::Fail => both(
            "時刻同期サービス(chronyd)が動いていません。最後に動いていたのは14分前です。",
            "No time service is running; chronyd was last seen 14 minutes ago.",
        ),
        VerdictKind::Pass => both("時刻同期サービス(chronyd)が動いています。", "chronyd is running."),
        VerdictKind::Unknown | VerdictKind::NotApplicable => both("", ""),
    };
    let evidence = |path: &str, value: &str, volatile| Evidence { path: path.into(), value: value.into(), volatile };
    Finding {
        key: FindingKey { rule: RuleId::new(id).unwrap(), subject: subject.map(Subject::nearest) },
        verdict,
        says,
        branch: (id == "clock_source_approved").then(|| "nict".to_owned()),
        evidence: vec![
            evidence("time_sync.services[0].name", "chronyd", false),
            evidence("time_sync.services[0].running", if kind == VerdictKind::Pass { "true" } else { "false" }, false),
            evidence("time_sync.offset", "12ms", true),
        ],
        observed_at: ago(3),
    }
}

/// Findings of the rules that decide technical.9 on some hosts.
pub(super) fn findings() -> Vec<(String, Finding)> {
    let mut findings = Vec::new();
    for name in NAMES {
        let kind = match name {
            "SV-KENSHIN01" | "SV-KENSHIN02" => VerdictKind::Fail,
            "PC-JIMU12" => VerdictKind::Unknown,
            _ => VerdictKind::Pass,
        };
        findings.push((name.to_owned(), finding("clock_service_running", kind, None)));
        findings.push((name.to_owned(), finding("clock_synchronised", VerdictKind::Pass, None)));
        findings.push((name.to_owned(), finding("clock_source_approved", VerdictKind::Pass, None)));
    }
    let account = finding("accounts_registered", VerdictKind::Fail, Some("tanaka"));
    findings.push((NAMES[0].to_owned(), account));
    let subject = finding("clock_in_japan_time", VerdictKind::NotApplicable, None);
    findings.push((NAMES[0].to_owned(), subject));
    findings
}

pub(super) fn view<'a>(catalog: &'a Catalog, host: &'a Host, finding: &'a Finding) -> FindingView<'a> {
    FindingView {
        finding,
        host: reference(host),
        rule: catalog.rule(&finding.key.rule),
        since: Some(ago(14)),
        drift: (finding.verdict == Verdict::Fail).then_some(3),
    }
}

pub(super) fn reference(host: &Host) -> HostRef<'_> {
    HostRef { id: &host.id, name: &host.name }
}

pub(super) fn drift(id: i64) -> Drift {
    let subject = (id == 2).then_some("tanaka");
    let rule = if id == 2 { "accounts_registered" } else { "clock_service_running" };
    Drift {
        id,
        host: host(NAMES[0]),
        failing_since: ago(14 + 600 * id),
        opened_at: ago(13 + 600 * id),
        resolved: (id > 2).then(|| (ago(60 * 20 * id), Resolution::Passed)),
        reopened: u64::from(id == 1) * 2,
        reminded: 0,
        told_by: None,
        acknowledged: (id == 2).then(|| (ago(200), "sato".to_owned())),
        finding: finding(rule, VerdictKind::Fail, subject),
    }
}

pub(super) fn mail(drift: &Drift, kind: MailKind) -> Mail {
    let sent = drift.id != 1 || kind == MailKind::Opened;
    Mail {
        id: drift.id * 10,
        thread: Thread::Drift(drift.id),
        kind,
        message_id: format!("tenken.drift.{}.{kind}.0", drift.id),
        way: Way::Mail,
        body: MailBody::Drift(DriftNews {
            host: drift.host.clone(),
            host_name: NAMES[0].into(),
            finding: drift.finding.clone(),
            failing_since: drift.failing_since,
            at: drift.opened_at,
            waiver: None,
            stands: None,
        }),
        created_at: drift.opened_at,
        due: ago(-3),
        attempts: if sent { 1 } else { 4 },
        sent_at: sent.then(|| ago(12)),
        last_error: (!sent).then(|| "connect to mail.example.jp:587: connection refused (os error 111)".to_owned()),
    }
}

/// A mail to the person who uses a PC.
pub(super) fn owner_mail(kind: MailKind) -> Mail {
    let news = OwnerNews {
        host: host("PC-UKETSUKE3"),
        host_name: "PC-UKETSUKE3".into(),
        rule: RuleId::new("screen_locks_when_idle").unwrap(),
        person: "TANAKA Hanako".into(),
        address: "tanaka@example.jp".into(),
        contact: String::new(),
        until: None,
        at: ago(60),
    };
    Mail {
        id: 300,
        thread: Thread::Owner(1),
        kind,
        message_id: Thread::Owner(1).message_id(kind, 0),
        way: Way::Mail,
        body: MailBody::Owner(news),
        created_at: ago(60),
        due: ago(60),
        attempts: 1,
        sent_at: (kind == MailKind::Asked).then(|| ago(59)),
        last_error: None,
    }
}

/// Mails about other things than drifts.
pub(super) fn other_mails() -> Vec<Mail> {
    let item = || ItemId::new("organizational.5").unwrap();
    let daily = DailyNews {
        since: ago(60 * 24),
        at: ago(30),
        states: Vec::new(),
        drifting: 2,
        opened: ShortList { lines: Vec::new(), left: 0 },
        resolved: ShortList { lines: Vec::new(), left: 0 },
        versions: Vec::new(),
        due: ShortList { lines: Vec::new(), left: 0 },
        silent: ShortList { lines: Vec::new(), left: 0 },
        audit: AuditHead { entries: 3, digest: Digest::of(b"audit") },
    };
    let monthly = MonthlyNews {
        at: ago(60),
        days: 60,
        late: 0,
        registers: Vec::new(),
        items: ShortList { lines: Vec::new(), left: 5 },
        waivers: ShortList { lines: Vec::new(), left: 0 },
        trainings: ShortList { lines: Vec::new(), left: 0 },
    };
    let lapses =
        AttestationNews { item: item(), attestation: 4, person: "sato".into(), valid_until: ago(-60 * 24 * 30) };
    let waits = ProposalNews {
        proposal: 12,
        item: None,
        proposed_at: ago(60 * 48),
        proposed_by: Some("sato".into()),
        reason: "手数料を改定したため。".into(),
    };
    let page = PublicationNews {
        version: 2,
        url: "https://agency.example/form".into(),
        found: HomePage::Differs(3),
        since: ago(60),
        at: ago(60),
    };
    let all = [
        (Thread::Publication(2), MailKind::Opened, MailBody::Publication(page)),
        (Thread::Digest, MailKind::Daily, MailBody::Daily(Box::new(daily))),
        (Thread::Deadlines, MailKind::Monthly, MailBody::Monthly(Box::new(monthly))),
        (Thread::Attestation(item()), MailKind::LapsesInMonth, MailBody::Attestation(lapses)),
        (Thread::Proposal(12), MailKind::Waiting, MailBody::Proposal(waits)),
    ];
    let mails = all.into_iter().zip(1..).map(|((thread, kind, body), id)| Mail {
        id: 100 + id,
        message_id: thread.message_id(kind, 0),
        way: if id == 2 { Way::Webhook } else { Way::Mail },
        thread,
        kind,
        body,
        created_at: ago(30 * id),
        due: ago(30 * id),
        attempts: 1,
        sent_at: Some(ago(29 * id)),
        last_error: None,
    });
    mails.chain([owner_mail(MailKind::Asked)]).collect()
}
