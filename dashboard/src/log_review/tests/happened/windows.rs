//! What hosts with Windows tell, and what they do not record.

use tenken_model::fact::account_events::{EventPart, EventReach, NetworkSignIns, NetworkWay, NtlmVersion};

use super::*;

fn reach(part: EventPart, since: Read<Option<Instant>>) -> EventReach {
    EventReach { part, since }
}

fn never(part: EventPart, code: ReasonCode) -> EventReach {
    reach(part, Read::NotRead(Reason::new(code, "x")))
}

fn signed_in(account: &str, first: &str, count: i64) -> NetworkSignIns {
    NetworkSignIns {
        account: account.into(),
        source: "192.0.2.7".into(),
        way: NetworkWay::Network,
        ntlm: None,
        administrator: Some(false),
        day: at(&format!("{} 00:00", &first[..10])),
        count,
        first: at(first),
        last: at(first),
    }
}

fn with(network: Vec<NetworkSignIns>) -> AccountEvents {
    AccountEvents { network_sign_ins: Some(network), ..no_events() }
}

#[test]
fn sign_ins_over_the_network_that_nobody_can_explain_come_first() {
    let scan = |ntlm| NetworkSignIns { ntlm, ..signed_in("hanako", "2027-03-02 09:00", 4) };
    let password = NetworkSignIns { way: NetworkWay::NetworkPassword, ..signed_in("hanako", "2027-03-02 09:00", 1) };
    let vendor = NetworkSignIns { administrator: Some(true), ..signed_in(r"KEN\vendor", "2027-03-04 09:00", 1) };
    let moved = NetworkSignIns { source: "pc-9".into(), ..signed_in(r"KEN\sato", "2027-03-06 09:00", 9) };
    let found = happened(&[one(with(vec![
        signed_in(r"KEN\sato", "2027-03-02 09:00", 3),
        moved,
        signed_in(r"KEN\sato", "2027-02-02 09:00", 900),
        vendor,
        signed_in("hanako", "2027-03-02 09:00", 90),
        scan(Some(NtlmVersion::Ntlm1)),
        scan(Some(NtlmVersion::Ntlm2)),
        password,
    ]))]);
    let lines = found.network.unwrap().lines;
    let told: Vec<_> = lines.iter().map(|line| (line.account.as_str(), line.registered, line.times)).collect();
    assert_eq!(
        told,
        [(r"KEN\vendor", false, 1), (r"KEN\sato", false, 12), ("hanako", true, 4), ("hanako", true, 1)],
        "what the register explains is left out"
    );
    assert_eq!(lines[1].sources, ["pc-9", "192.0.2.7"]);
    assert_eq!((lines[2].ntlm, lines[2].owner.as_str()), (Some(NtlmVersion::Ntlm1), "佐藤"));
}

#[test]
fn where_no_host_has_such_records_there_is_no_such_part() {
    let parts = |hosts: &[Told]| chapters(&sheet(&registered(), hosts), Language::Japanese);
    let network = |parts: &[Chapter]| parts.iter().find(|part| part.heading.contains("ネットワーク")).cloned();
    assert_eq!(network(&parts(&[one(no_events())])), None);
    let told = network(&parts(&[one(with(vec![signed_in("x", "2027-03-02 09:00", 1)]))])).unwrap();
    assert_eq!((told.rows[0][1].text.as_str(), told.rows[0][2].text.as_str()), ("x", "台帳にありません"));
}

#[test]
fn old_and_open_ways_are_told_where_no_register_says_whose_an_account_is() {
    let agency = Agency { accounts: crate::correlate::tests::not_kept(), ..registered() };
    let chapter = |rows: Vec<NetworkSignIns>, t| {
        let parts = chapters(&sheet(&agency, &[one(with(rows))]), t);
        parts.into_iter().find(|part| part.heading == t.logs_network()).unwrap()
    };
    let usual = || signed_in("sato", "2027-03-02 09:00", 90);
    let old = NetworkSignIns { ntlm: Some(NtlmVersion::Ntlm1), ..signed_in("scan", "2027-03-02 09:00", 4) };
    let open = NetworkSignIns { way: NetworkWay::NetworkPassword, ..signed_in("hanako", "2027-03-02 09:00", 1) };
    let told = chapter(vec![usual(), old, open], Language::Japanese);
    let cells = |row: &Vec<Cell>| [1, 2, 3].map(|column: usize| row[column].text.clone());
    assert_eq!(
        told.rows.iter().map(cells).collect::<Vec<_>>(),
        [
            ["scan", "アカウント台帳が使われていません", "ネットワーク、NTLMv1"],
            ["hanako", "アカウント台帳が使われていません", "ネットワーク(パスワードをそのまま送信)"],
        ],
        "of the others nobody can say that the register does not have them"
    );
    assert!(
        told.unknown.is_none() && told.lead.ends_with("台帳にないアカウントによるものは示せません。"),
        "{}",
        told.lead
    );
    let none = chapter(vec![usual()], Language::English);
    assert!(none.rows.is_empty() && none.unknown.is_some(), "none among those that can be told is not none at all");
}

#[test]
fn an_empty_list_of_what_is_not_recorded_does_not_read_as_none() {
    let parts = |not_configured| {
        vec![
            never(EventPart::Transfers, ReasonCode::Unsupported),
            reach(EventPart::Elevations, Read::Measured(Some(at("2027-01-05 09:00")))),
            never(EventPart::NetworkSignIns, not_configured),
        ]
    };
    let events = AccountEvents { parts: Some(parts(ReasonCode::NotConfigured)), ..with(Vec::new()) };
    let off =
        AccountEvents { parts: Some(vec![never(EventPart::Elevations, ReasonCode::NotConfigured)]), ..no_events() };
    let gaps = |events: &AccountEvents| -> Vec<Missing> {
        sheet(&registered(), &[one(events.clone())]).gaps.lines.into_iter().map(|gap| gap.what).collect()
    };
    assert_eq!(gaps(&events), [Missing::NotRecorded(vec![EventPart::NetworkSignIns, EventPart::Transfers])]);
    let denied = AccountEvents { parts: Some(parts(ReasonCode::NotPermitted)), ..with(Vec::new()) };
    assert_eq!(
        gaps(&denied),
        [
            Missing::PartNotRead(EventPart::NetworkSignIns, ReasonCode::NotPermitted),
            Missing::NotRecorded(vec![EventPart::Transfers])
        ]
    );
    let late = at("2027-03-10 09:00");
    let cut = AccountEvents {
        parts: Some(vec![reach(EventPart::NetworkSignIns, Read::Measured(Some(late)))]),
        ..with(Vec::new())
    };
    assert_eq!(gaps(&cut), [Missing::PartSince(EventPart::NetworkSignIns, late)]);
    let chapter = |hosts: &[Told], heading: &str| {
        let parts = chapters(&sheet(&registered(), hosts), Language::Japanese);
        parts.into_iter().find(|part| part.heading.contains(heading)).unwrap()
    };
    assert!(chapter(&[one(off.clone())], "sudo").unknown.is_some(), "nobody records it");
    assert!(chapter(&[one(off.clone())], "失敗した").unknown.is_none());
    let both = chapter(&[one(off), on("h-2", "PC2", no_events())], "sudo");
    assert!(both.unknown.is_none() && both.lead.contains("1台"), "{}", both.lead);
    assert!(chapter(&[one(events)], "SFTP").unknown.is_some());
}

#[test]
fn rights_of_windows_and_lockouts_have_words_of_their_own() {
    let used = |way, target: Option<&str>| Elevation {
        way,
        account: Some("hanako".into()),
        target: target.map(str::to_owned),
        day: at("2027-03-02 00:00"),
        count: 1,
        failed: 0,
        first: at("2027-03-02 09:00"),
        last: at("2027-03-02 09:00"),
    };
    let locked = AccountChange {
        kind: AccountChangeKind::AccountLockedOut,
        account: Some("hanako".into()),
        group: None,
        by: None,
        at: at("2027-03-02 09:00"),
    };
    let events = AccountEvents {
        elevations: vec![
            used(ElevationWay::AdministratorSignIn, None),
            used(ElevationWay::OtherCredentials, Some("kanri")),
            used(ElevationWay::OtherCredentialsElsewhere, None),
        ],
        changes: vec![locked],
        ..no_events()
    };
    let parts = chapters(&sheet(&registered(), &[one(events)]), Language::Japanese);
    let rows = |heading: &str| &parts.iter().find(|part| part.heading.contains(heading)).unwrap().rows;
    let mut as_whom: Vec<&str> = rows("sudo").iter().map(|row| row[3].text.as_str()).collect();
    as_whom.sort_unstable();
    assert_eq!(as_whom, ["kanri", "分かりません", "管理者の権限"]);
    assert_eq!(
        (rows("グループの変更")[0][0].text.as_str(), rows("グループの変更")[0][3].text.as_str()),
        ("失敗が続いたためのロックアウト", "システム")
    );
}
