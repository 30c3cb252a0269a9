//! Sign-ins over the network, and with the rights of an administrator.

use tenken_model::fact::account_events::{ElevationWay, NetworkSignIns, NetworkWay, NtlmVersion};
use tenken_model::register::{AccountKind, AccountRow};

use super::*;
use crate::host::windows_api::DomainAccounts;

const DOMAIN: &str = "S-1-5-21-9-9-9";
const REMOTE: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational";
const RIGHTS: &str = "SeSecurityPrivilege&#10;&#9;&#9;&#9;SeTakeOwnershipPrivilege&#10;&#9;&#9;&#9;SeDebugPrivilege";

/// A sign-in over the network, numbered as the channel does.
fn signed_in(number: usize, time: &str, (sid, domain, name): (&str, &str, &str), more: &[(&str, &str)]) -> String {
    let mut data = vec![
        ("SubjectUserSid", "S-1-0-0"),
        ("TargetUserSid", sid),
        ("TargetDomainName", domain),
        ("TargetUserName", name),
    ];
    let kinds = more.iter().any(|(name, _)| *name == "LogonType");
    data.extend([("LogonType", "3"), ("ElevatedToken", "%%1843")].iter().filter(|_| !kinds));
    data.extend(more);
    let number = format!("<EventRecordID>{number}</EventRecordID>");
    record(4624, time, &data).replace("<EventRecordID>1</EventRecordID>", &number)
}

fn remote(time: &str, name: &str, domain: &str, from: &str) -> String {
    format!(
        "<Event><System><Provider Name='Microsoft-Windows-TerminalServices-RemoteConnectionManager'/><EventID>1149</EventID>\
         <TimeCreated SystemTime='{time}'/><EventRecordID>1</EventRecordID><Channel>{REMOTE}</Channel></System><UserData>\
         <EventXML xmlns='Event_NS'><Param1>{name}</Param1><Param2>{domain}</Param2><Param3>{from}</Param3></EventXML>\
         </UserData></Event>"
    )
}

fn special(time: &str, sid: &str, name: &str, domain: &str, rights: &str) -> String {
    let data =
        [("SubjectUserSid", sid), ("SubjectUserName", name), ("SubjectDomainName", domain), ("PrivilegeList", rights)];
    record(4672, time, &data)
}

fn given(time: &str, (name, domain): (&str, &str), server: &str) -> String {
    let kanri = format!("{MACHINE}-1001");
    let data = [
        ("SubjectUserSid", kanri.as_str()),
        ("SubjectUserName", "kanri"),
        ("SubjectDomainName", "PC-01"),
        ("TargetUserName", name),
        ("TargetDomainName", domain),
        ("TargetServerName", server),
    ];
    record(4648, time, &data)
}

fn audited(host: Recording, subcategories: &[(&str, bool)]) -> Recording {
    let mut host = host;
    let setting = |(guid, success): &(&str, bool)| AuditSetting {
        subcategory: format!("{guid}-69ae-11d9-bed3-505054503030").parse().unwrap(),
        success: *success,
        failure: false,
    };
    host.windows.audit_policy = Some(Answer::Given(subcategories.iter().map(setting).collect()));
    host
}

/// As Windows audits without being told otherwise.
fn with(records: Vec<String>) -> Recording {
    audited(host(records, false), &[("0cce9215", true), ("0cce921b", true)])
}

fn row(account: &str) -> AccountRow {
    AccountRow {
        account: account.to_owned(),
        host: "*".to_owned(),
        kind: AccountKind::Person,
        owner: "kanri".to_owned(),
        administrator: false,
        ends: None,
        note: String::new(),
    }
}

fn fact_with(host: &Recording, accounts: Vec<AccountRow>) -> AccountEvents {
    let registers = Registers { accounts: Read::Measured(accounts), ..Registers::not_given("test") };
    match collect(&Look::new(host), &Needs { registers, time_references: Vec::new(), now: now() }) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn network(fact: &AccountEvents) -> &[NetworkSignIns] {
    fact.network_sign_ins.as_deref().unwrap()
}

fn reach(fact: &AccountEvents, part: EventPart) -> Option<&Read<Option<Instant>>> {
    fact.parts.as_ref()?.iter().find(|reach| reach.part == part).map(|reach| &reach.since)
}

fn domain(rid: u32) -> String {
    format!("{DOMAIN}-{rid}")
}

#[test]
fn sign_ins_over_the_network_of_accounts_that_stand_in_no_register_are_told() {
    let (sato, scan, pc) = (domain(1105), domain(1106), domain(1107));
    let one =
        |number, time, sid: &str, name, more: &[(&str, &str)]| signed_in(number, time, (sid, "KENSHIN", name), more);
    let host = with(vec![
        one(1, "2026-11-20T00:00:00Z", &sato, "sato", &[("IpAddress", "192.0.2.9"), ("LmPackageName", "NTLM V2")]),
        one(2, "2026-11-20T00:10:00Z", &sato, "sato", &[("IpAddress", "192.0.2.9"), ("LmPackageName", "NTLM V2")]),
        one(3, "2026-11-20T00:20:00Z", &sato, "sato", &[("IpAddress", "-"), ("WorkstationName", "PC-09")]),
        one(4, "2026-11-20T00:30:00Z", &scan, "scan", &[("IpAddress", "192.0.2.40"), ("LmPackageName", "NTLM V1")]),
        one(5, "2026-11-20T00:40:00Z", &scan, "scan", &[("IpAddress", "192.0.2.40"), ("LmPackageName", "NTLM V2")]),
        one(6, "2026-11-20T00:50:00Z", &pc, "PC-07$", &[("IpAddress", "192.0.2.7")]),
        one(7, "2026-11-20T01:00:00Z", "S-1-5-7", "ANONYMOUS LOGON", &[("LmPackageName", "NTLM V1")]),
        one(8, "2026-11-20T01:00:00Z", "S-1-5-18", "SV1$", &[]),
        one(9, "2026-11-20T01:10:00Z", "S-1-5-80-1-2", "MSSQL", &[]),
        one(10, "2026-11-20T01:20:00Z", &domain(500), "kanri", &[("LogonType", "2")]),
        one(
            11,
            "2026-11-21T00:00:00Z",
            &scan,
            "scan",
            &[("LogonType", "8"), ("IpAddress", "127.0.0.1"), ("ElevatedToken", "%%1842")],
        ),
    ]);
    let told = |fact: &AccountEvents| {
        let told = network(fact)
            .iter()
            .map(|row| (row.account.clone(), row.source.clone(), row.way, row.ntlm, row.administrator, row.count));
        told.collect::<Vec<_>>()
    };
    let found = fact_with(&host, vec![row(r"kenshin\SCAN")]);
    let (ntlm1, ntlm2) = (Some(NtlmVersion::Ntlm1), Some(NtlmVersion::Ntlm2));
    let (sato, scan) = (r"KENSHIN\sato".to_owned(), r"KENSHIN\scan".to_owned());
    assert_eq!(
        told(&found),
        [
            (sato.clone(), "192.0.2.9".to_owned(), NetworkWay::Network, ntlm2, Some(false), 2),
            (sato, "pc-09".to_owned(), NetworkWay::Network, None, Some(false), 1),
            (scan.clone(), String::new(), NetworkWay::NetworkPassword, None, Some(true), 1),
            (scan, "192.0.2.40".to_owned(), NetworkWay::Network, ntlm1, Some(false), 1),
        ],
        "of who stands in the register only old and open ways"
    );
    assert_eq!(reach(&found, EventPart::NetworkSignIns), Some(&Read::Measured(Some(at("2026-10-01T00:00:00Z")))));
    assert_eq!(network(&fact(&host)).len(), 5, "without a register all are told");
}

#[test]
fn a_few_busy_accounts_do_not_hide_the_others() {
    let time = |number: usize| format!("2026-11-25T{:02}:{:02}:{:02}Z", number / 3_600, number / 60 % 60, number % 60);
    let busy = |number: usize| {
        let rid = u32::try_from(1_200 + number % 3).unwrap();
        signed_in(number + 10, &time(number), (&domain(rid), "KENSHIN", &format!("u{rid}")), &[])
    };
    let rare = signed_in(1, "2026-11-24T00:00:00Z", (&domain(1_900), "KENSHIN", "stranger"), &[]);
    let host = with([rare].into_iter().chain((0..2_500).map(busy)).collect());
    let found = fact(&host);
    let mut names: Vec<&str> = network(&found).iter().map(|row| row.account.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [r"KENSHIN\stranger", r"KENSHIN\u1200", r"KENSHIN\u1201", r"KENSHIN\u1202"]);
    assert_eq!(network(&found).iter().map(|row| row.count).sum::<i64>(), 501);
    assert_eq!(reach(&found, EventPart::NetworkSignIns), Some(&Read::Measured(Some(at("2026-10-01T00:00:00Z")))));
    let many = |number: usize| {
        let rid = u32::try_from(1_200 + number % 40).unwrap();
        signed_in(number, &time(number), (&domain(rid), "KENSHIN", &format!("u{rid}")), &[])
    };
    let host = with((0..2_500).map(many).collect());
    let reach = reach(&fact(&host), EventPart::NetworkSignIns).cloned();
    let Some(Read::Measured(Some(since))) = reach else { panic!("{reach:?}") };
    assert!(since > at("2026-11-25T00:00:00Z"), "{since}: what was not looked at is said");
}

#[test]
fn names_that_were_typed_for_remote_desktop_are_told_only_of_accounts() {
    let mut host = with(vec![signed_in(1, "2026-11-20T00:00:00Z", (&domain(1105), "KENSHIN", "sato"), &[])]);
    let records = vec![
        remote("2026-11-21T00:00:00Z", "Tanaka", "", "192.0.2.31"),
        remote("2026-11-21T00:10:00Z", "SATO", "kenshin", "192.0.2.31"),
        remote("2026-11-21T00:20:00Z", "Himitsu123", "KENSHIN", "192.0.2.31"),
        remote("2026-11-21T00:30:00Z", "", "", "203.0.113.9"),
    ];
    host.windows.records.insert(REMOTE.to_owned(), records);
    let found = fact(&host);
    let told: Vec<_> = network(&found).iter().map(|row| (row.account.as_str(), row.way)).collect();
    assert_eq!(
        told,
        [
            (r"kenshin\SATO", NetworkWay::RemoteDesktop),
            ("tanaka", NetworkWay::RemoteDesktop),
            (r"KENSHIN\sato", NetworkWay::Network)
        ]
    );
    let minute = |number: usize| format!("2026-11-25T{:02}:{:02}:30Z", number / 60, number % 60);
    let many = (0..501).map(|number| remote(&minute(number), "tanaka", "", "192.0.2.31"));
    host.windows.records.insert(REMOTE.to_owned(), many.collect());
    let cut = Some(at("2026-11-25T01:00:00Z"));
    assert_eq!(reach(&fact(&host), EventPart::NetworkSignIns), Some(&Read::Measured(cut)), "more were left out");
    let denied = ReadError::new(ReadErrorKind::NotPermitted, "read events", "access is denied");
    host.windows.records.remove(REMOTE);
    let since = Span::from_days(-92).after(now());
    let asked = EventQuery::newest(REMOTE, 500).ids([1149]).since(since);
    host.windows.events.insert(asked, Answer::Refused(denied));
    assert!(matches!(reach(&fact(&host), EventPart::NetworkSignIns), Some(Read::NotRead(_))));
}

#[test]
fn who_had_the_rights_of_an_administrator_is_told() {
    let kanri = format!("{MACHINE}-1001");
    let backup = "SeBackupPrivilege&#10;&#9;&#9;&#9;SeRestorePrivilege&#10;&#9;&#9;&#9;SeImpersonatePrivilege";
    let found = fact(&with(vec![
        special("2026-11-20T00:00:00Z", &kanri, "kanri", "PC-01", RIGHTS),
        special("2026-11-20T02:00:00Z", &kanri, "kanri", "PC-01", RIGHTS),
        special("2026-11-21T00:00:00Z", &domain(1111), "vendor", "KENSHIN", RIGHTS),
        special("2026-11-21T00:00:00Z", &domain(1112), "svc-backup", "KENSHIN", backup),
        special("2026-11-21T00:00:00Z", "S-1-5-18", "SYSTEM", "NT AUTHORITY", RIGHTS),
        special("2026-11-21T00:00:00Z", &domain(1113), "SV1$", "KENSHIN", RIGHTS),
        special("2026-11-21T00:00:00Z", "S-1-5-90-0-1", "DWM-1", "Window Manager", RIGHTS),
        given("2026-11-22T00:00:00Z", ("tanaka", "PC-01"), "localhost"),
        given("2026-11-22T00:00:00Z", ("kanri", "PC-01"), "localhost"),
        given("2026-11-22T00:00:00Z", ("Himitsu123", "PC-01"), "localhost"),
        given("2026-11-22T00:00:00Z", ("VENDOR", "KENSHIN"), "sv1.example.jp"),
        given("2026-11-22T00:00:00Z", ("Himitsu123", "NAS"), "nas"),
    ]));
    let mut told: Vec<_> = found
        .elevations
        .iter()
        .map(|row| (row.way, row.account.as_deref().unwrap(), row.target.as_deref(), row.count))
        .collect();
    told.sort();
    let elsewhere = ElevationWay::OtherCredentialsElsewhere;
    assert_eq!(
        told,
        [
            (ElevationWay::AdministratorSignIn, r"KENSHIN\vendor", None, 1),
            (ElevationWay::AdministratorSignIn, "kanri", None, 2),
            (ElevationWay::OtherCredentials, "kanri", None, 1),
            (ElevationWay::OtherCredentials, "kanri", Some("tanaka"), 1),
            (elsewhere, "kanri", None, 1),
            (elsewhere, "kanri", Some(r"KENSHIN\VENDOR"), 1),
        ]
    );
    assert!(!format!("{found:?}").contains("Himitsu123"));
    assert!(matches!(reach(&found, EventPart::Elevations), Some(Read::Measured(Some(_)))));
}

#[test]
fn a_busy_administrator_does_not_hide_another() {
    let time = |number: usize| format!("2026-11-25T{:02}:{:02}:{:02}Z", number / 3_600, number / 60 % 60, number % 60);
    let numbered = |number: usize, xml: &str| {
        xml.replace("<EventRecordID>1</EventRecordID>", &format!("<EventRecordID>{number}</EventRecordID>"))
    };
    let rare = special("2026-11-24T00:00:00Z", &domain(1_900), "stranger", "KENSHIN", RIGHTS);
    let busy = |count: u32| {
        (0..2_500).map(move |number: usize| {
            let rid = 1_200 + u32::try_from(number).unwrap() % count;
            let record = special(&time(number), &domain(rid), &format!("svc{rid}"), "KENSHIN", RIGHTS);
            numbered(number + 10, &record)
        })
    };
    let found = fact(&with([rare.clone()].into_iter().chain(busy(3)).collect()));
    let mut names: Vec<&str> = found.elevations.iter().filter_map(|row| row.account.as_deref()).collect();
    names.sort_unstable();
    assert_eq!(names, [r"KENSHIN\stranger", r"KENSHIN\svc1200", r"KENSHIN\svc1201", r"KENSHIN\svc1202"]);
    assert_eq!(reach(&found, EventPart::Elevations), Some(&Read::Measured(Some(at("2026-10-01T00:00:00Z")))));
    let found = fact(&with([rare].into_iter().chain(busy(40)).collect()));
    let Some(Read::Measured(Some(since))) = reach(&found, EventPart::Elevations) else { panic!("{found:?}") };
    assert!(*since > at("2026-11-25T00:00:00Z"), "{since}: what was not looked at is said");
}

#[test]
fn an_account_that_is_called_as_machines_are_is_told() {
    let mut host = with(vec![
        special("2026-11-21T00:00:00Z", &format!("{MACHINE}-1003"), "support$", "PC-01", RIGHTS),
        special("2026-11-21T00:00:00Z", &domain(1113), "SV1$", "KENSHIN", RIGHTS),
    ]);
    host.windows.accounts = Some(Answer::Given(vec![local("support$", 1003)]));
    let found = fact(&host);
    let names: Vec<_> = found.elevations.iter().map(|row| row.account.as_deref()).collect();
    assert_eq!(names, [Some("support$")]);
}

#[test]
fn accounts_of_a_domain_have_on_its_controller_the_names_that_are_listed_there() {
    let mut host = with(vec![
        special("2026-11-21T00:00:00Z", &domain(1104), "KANRI", "KENSHIN", RIGHTS),
        special("2026-11-21T00:00:00Z", &domain(1105), "DC1$", "KENSHIN", RIGHTS),
        special("2026-11-21T00:00:00Z", "S-1-5-21-8-8-8-1104", "kanri", "OYA", RIGHTS),
    ]);
    let mut machine = local("DC1$", 1105);
    (machine.sid, machine.flags) = (domain(1105).parse().unwrap(), 0x2000);
    let kanri = LocalAccount::ordinary("kanri", domain(1104).parse().unwrap());
    host.windows.accounts = Some(Answer::Given(Vec::new()));
    let accounts = DomainAccounts { accounts: vec![kanri, machine], ..DomainAccounts::default() };
    host.windows.domain_accounts = Some(Answer::Given(accounts));
    let found = fact(&host);
    let mut names: Vec<_> = found.elevations.iter().map(|row| row.account.as_deref().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, [r"OYA\kanri", "kanri"]);
    let refused = || ReadError::new(ReadErrorKind::TimedOut, "ask the directory", "it took too long");
    let mut nameless = host.clone();
    nameless.windows.membership = Some(Answer::Refused(refused()));
    host.windows.domain_accounts = Some(Answer::Refused(refused()));
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    for host in [host, nameless] {
        let outcome = collect(&Look::new(&host), &needs);
        assert!(matches!(&outcome, Outcome::Failed(reason) if reason.code == ReasonCode::TimedOut), "{outcome:?}");
    }
}

#[test]
fn what_windows_does_not_record_is_not_said_to_be_none() {
    let code = |host: &Recording, part| match reach(&fact(host), part) {
        Some(Read::NotRead(reason)) => Some(reason.code),
        _ => None,
    };
    let none = Some(ReasonCode::NotConfigured);
    let whole = with(Vec::new());
    assert_eq!(code(&whole, EventPart::Transfers), Some(ReasonCode::Unsupported));
    assert_eq!([EventPart::NetworkSignIns, EventPart::Elevations].map(|part| code(&whole, part)), [None, None]);
    assert_eq!(code(&whole, EventPart::FailedSignIns), none, "only success is recorded");
    assert_eq!(reach(&fact(&host(Vec::new(), true)), EventPart::FailedSignIns), None);
    let off = audited(host(Vec::new(), true), &[("0cce9215", false)]);
    assert_eq!([EventPart::NetworkSignIns, EventPart::Elevations].map(|part| code(&off, part)), [none, none]);
    let special = audited(host(Vec::new(), true), &[("0cce9215", false), ("0cce921b", true)]);
    assert_eq!([EventPart::NetworkSignIns, EventPart::Elevations].map(|part| code(&special, part)), [none, None]);
    let mut full = with(Vec::new());
    if let Some(Answer::Given(channel)) = full.windows.channels.get_mut(CHANNEL) {
        (channel.full, channel.retention) = (true, true);
    }
    assert_eq!(code(&full, EventPart::Elevations), none, "it takes no more");
    let mut unread = with(Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read the audit policy", "a privilege is missing");
    unread.windows.audit_policy = Some(Answer::Refused(refused));
    assert_eq!(code(&unread, EventPart::Elevations), Some(ReasonCode::NotPermitted));
    let mut denied = with(Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "look at the channel", "access is denied");
    denied.windows.channels.insert(CHANNEL.to_owned(), Answer::Refused(refused));
    assert_eq!(code(&denied, EventPart::Elevations), Some(ReasonCode::NotPermitted));
    assert_eq!(code(&denied, EventPart::FailedSignIns), Some(ReasonCode::NotPermitted));
}

#[test]
fn an_account_that_was_locked_out_is_told() {
    let locked = |sid: &str, name: &str| {
        let data = [
            ("TargetSid", sid),
            ("TargetUserName", name),
            ("TargetDomainName", "PC-33"),
            ("SubjectUserSid", "S-1-5-18"),
            ("SubjectUserName", "PC-01$"),
            ("SubjectDomainName", "KENSHIN"),
        ];
        record(4740, "2026-11-20T00:00:00Z", &data)
    };
    let found = fact(&with(vec![locked(&format!("{MACHINE}-1002"), "tanaka"), locked(&domain(1105), "sato")]));
    let told: Vec<_> = found.changes.iter().map(|change| (change.kind, change.account.as_deref())).collect();
    let kind = AccountChangeKind::AccountLockedOut;
    assert_eq!(told, [(kind, Some(r"KENSHIN\sato")), (kind, Some("tanaka"))]);
}
