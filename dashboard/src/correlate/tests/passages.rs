//! Ways into hosts from afar.

use tenken_model::fact::remote_access::{RemoteAccess, RemoteTool, SshServer};

use super::*;
use crate::registers::belongings::Passage;

const NOW: &str = "2026-03-16 10:00";

fn passage() -> Passage {
    Passage {
        host: "sv-kenshin01".into(),
        tool: "VPN経由のＳＳＨ".into(),
        account: String::new(),
        source: "10.8.0.0/24".into(),
        approver: "加藤".into(),
        approved_on: Some(day("2026-01-05")),
        ends: Some(day("2026-03-31")),
    }
}

fn ssh(reachable: Read<bool>) -> RemoteAccess {
    let server = SshServer {
        enabled: true,
        running: Read::Measured(true),
        reachable,
        ports: vec![22],
        addresses: Vec::new(),
        log_level: "VERBOSE".into(),
        pam: true,
        weak_algorithms: Vec::new(),
        sign_ins: Vec::new(),
        left_out: 0,
    };
    RemoteAccess { ssh: Read::Measured(Some(server)), rdp: Read::Measured(None), tools: Read::Measured(Vec::new()) }
}

fn tools(name: &str, enabled: bool, running: Read<bool>) -> RemoteAccess {
    let tool = RemoteTool { name: name.into(), found: "/usr/bin/x".into(), enabled, running, plain: false };
    RemoteAccess { ssh: Read::Measured(None), rdp: Read::Measured(None), tools: Read::Measured(vec![tool]) }
}

fn judged(rows: Vec<Passage>, told: RemoteAccess, sessions: Vec<HostSession>) -> Vec<Finding> {
    let rows = (1..).zip(rows).map(|(id, row)| listed(id, "SV-KENSHIN01", row));
    let agency = Agency {
        passages: kept(rows),
        accounts: kept([account_row(5, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木")]),
        ..agency(NOW)
    };
    let machine = Machine { remote_access: Look::Known(told, at(NOW)), ..machine(NOW, [], sessions) };
    judge(Correlation::RemoteAccessRegistered, &agency, &machine)
}

fn nothing() -> RemoteAccess {
    RemoteAccess { ssh: Read::Measured(None), rdp: Read::Measured(None), tools: Read::Measured(Vec::new()) }
}

#[test]
fn what_can_be_reached_must_be_in_the_register() {
    let open = || ssh(Read::Measured(true));
    assert_eq!(told(&judged(vec![passage()], open(), Vec::new())), ["pass"]);
    let found = judged(Vec::new(), open(), Vec::new());
    assert_eq!(told(&found), ["fail SSH"]);
    assert_eq!(found[0].says.ja, "この機器に外部から接続できるSSHが、リモート接続台帳にありません。");
    assert_eq!(paths(&found[0]), ["remote_access.ssh.ports"]);
    let elsewhere = Passage { host: "SV-OTHER".into(), ..passage() };
    assert_eq!(told(&judged(vec![elsewhere], open(), Vec::new())), ["fail SSH"]);
    let other = Passage { tool: "xrdp".into(), ..passage() };
    assert_eq!(told(&judged(vec![other], open(), Vec::new())), ["fail SSH"]);
    assert_eq!(told(&judged(Vec::new(), ssh(Read::Measured(false)), Vec::new())), ["pass"]);
    assert_eq!(told(&judged(Vec::new(), ssh(Read::not_read(ReasonCode::NotPermitted, "x")), Vec::new())), ["unknown"]);
    assert_eq!(told(&judged(Vec::new(), nothing(), Vec::new())), ["pass"]);
}

#[test]
fn other_tools_count_while_they_begin_or_run() {
    let named = || vec![Passage { tool: "画面共有(XRDP)".into(), ..passage() }];
    for (enabled, running, expected) in [
        (true, Read::Measured(false), "fail xrdp"),
        (false, Read::Measured(true), "fail xrdp"),
        (false, Read::Measured(false), "pass"),
    ] {
        assert_eq!(told(&judged(Vec::new(), tools("xrdp", enabled, running.clone()), Vec::new())), [expected]);
        assert_eq!(told(&judged(named(), tools("xrdp", enabled, running), Vec::new())), ["pass"]);
    }
    let unread = RemoteAccess { tools: Read::not_read(ReasonCode::NotPermitted, "x"), ..nothing() };
    assert_eq!(told(&judged(Vec::new(), unread, Vec::new())), ["unknown"]);
    let unread = RemoteAccess { ssh: Read::not_read(ReasonCode::NotPermitted, "x"), ..nothing() };
    assert_eq!(told(&judged(Vec::new(), unread, Vec::new())), ["unknown"]);
}

#[test]
fn a_row_counts_while_it_is_approved_and_has_not_ended() {
    let of = |rows: Vec<Passage>| judged(rows, ssh(Read::Measured(true)), Vec::new());
    let ended = || Passage { ends: Some(day("2026-03-15")), ..passage() };
    let found = of(vec![ended()]);
    assert_eq!(told(&found), ["fail SSH"]);
    assert!(found[0].says.ja.contains("期限(2026-03-15)"), "{}", found[0].says.ja);
    assert_eq!(told(&of(vec![ended(), passage()])), ["pass"]);
    assert_eq!(told(&of(vec![Passage { ends: Some(day("2026-03-16")), ..passage() }])), ["pass"], "it ends today");
    assert_eq!(told(&of(vec![Passage { ends: None, ..passage() }])), ["pass"]);
    for unapproved in [Passage { approver: " ".into(), ..passage() }, Passage { approved_on: None, ..passage() }] {
        let found = of(vec![unapproved]);
        assert_eq!(told(&found), ["fail SSH"]);
        assert!(found[0].says.ja.contains("承認されていません"), "{}", found[0].says.ja);
    }
}

#[test]
fn a_sign_in_for_maintenance_comes_from_where_the_register_says() {
    let subject = "maint-suzuki 2026-03-12 10:02";
    let of = |change: fn(&mut Passage)| {
        let mut row = passage();
        change(&mut row);
        told(&judged(vec![row], nothing(), vec![session("maint-suzuki", "2026-03-12 10:02", None)]))
    };
    assert_eq!(of(|_| {}), ["pass"], "10.8.0.7");
    assert_eq!(of(|it| it.source.clear()), ["pass"]);
    assert_eq!(of(|it| it.source = "10.8.0.7".into()), ["pass"]);
    assert_eq!(of(|it| it.source = "10.8.0.8".into()), [format!("fail {subject}")]);
    assert_eq!(of(|it| it.source = "10.8.1.0/24".into()), [format!("fail {subject}")]);
    assert_eq!(of(|it| it.source = "0.0.0.0/0".into()), ["pass"]);
    assert_eq!(of(|it| it.source = "2001:db8::/32".into()), [format!("fail {subject}")]);
    assert_eq!(of(|it| it.source = "vpn.example.jp".into()), [format!("unknown {subject}")]);
    assert_eq!(of(|it| it.account = "* / maint-suzuki".into()), ["pass"]);
    assert_eq!(of(|it| it.account = "* / other".into()), [format!("fail {subject}")]);
    assert_eq!(of(|it| it.ends = Some(day("2026-03-11"))), [format!("fail {subject}")], "it had ended");
    assert_eq!(of(|it| it.ends = Some(day("2026-03-12"))), ["pass"], "it ended since");
    assert_eq!(of(|it| it.host = "SV-OTHER".into()), [format!("fail {subject}")]);
    let local = HostSession { from: String::new(), ..session("maint-suzuki", "2026-03-12 10:02", None) };
    assert_eq!(told(&judged(Vec::new(), nothing(), vec![local])), ["pass"], "it was not from afar");
    assert_eq!(told(&judged(Vec::new(), nothing(), vec![session("sato", "2026-03-12 10:02", None)])), ["pass"]);
    let long_ago = session("maint-suzuki", "2026-02-08 10:02", None);
    assert_eq!(told(&judged(Vec::new(), nothing(), vec![long_ago])), ["pass"]);
}

#[test]
fn networks_of_both_kinds_are_compared_by_their_bits() {
    let found = |source: &str, from: &str| {
        let row = Passage { source: source.into(), ..passage() };
        let session = HostSession { from: from.into(), ..session("maint-suzuki", "2026-03-12 10:02", None) };
        told(&judged(vec![row], nothing(), vec![session]))[0].starts_with("pass")
    };
    assert!(found("2001:db8::/33", "2001:db8:7fff::1") && !found("2001:db8::/33", "2001:db8:8000::1"));
    assert!(found("2001:db8::1", "2001:DB8:0::1") && !found("2001:db8::1", "2001:db8::2"));
    assert!(found("192.0.2.128/25", "::ffff:192.0.2.200") && !found("192.0.2.128/25", "192.0.2.127"));
    assert!(found("192.0.2.1/32", "192.0.2.1") && !found("192.0.2.1/32", "192.0.2.2"));
    assert!(found("gateway-1", "Gateway-1"));
}
