use tenken_model::fact::session_timeout::{ShellTimeout, SshTimeout};
use tenken_model::register::Registers;
use tenken_model::{Read, ReasonCode, Span};

use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;

const PROFILE: &[u8] = include_bytes!("../../../tests/samples/session_timeout/profile");
const BASHRC: &[u8] = include_bytes!("../../../tests/samples/session_timeout/bash.bashrc");
const SSHD: &[u8] = include_bytes!("../../../tests/samples/session_timeout/sshd_config");
const LOGIND: &[u8] = include_bytes!("../../../tests/samples/session_timeout/logind.conf");

/// A server as Debian installs it.
fn debian() -> Recording {
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file("/etc/environment", "")
        .file("/etc/profile", PROFILE)
        .file("/etc/bash.bashrc", BASHRC)
        .folder("/etc/profile.d")
        .file("/usr/sbin/sshd", "")
        .file("/etc/ssh/sshd_config", SSHD)
        .folder("/etc/ssh/sshd_config.d")
        .file("/usr/lib/systemd/systemd-logind", "")
        .file("/etc/systemd/logind.conf", LOGIND)
}

fn known(host: &Recording) -> SessionTimeout {
    let look = Look::new(host);
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    match collect(&look, &Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now }) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn code<T: std::fmt::Debug>(read: Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?}"),
    }
}

#[test]
fn a_fresh_debian_sets_no_limit() {
    let fact = known(&debian());
    assert_eq!(fact.shell, Read::Measured(None));
    assert_eq!(fact.ssh, Read::Measured(Some(SshTimeout { unresponsive: None, idle_channel: None })));
    assert_eq!(fact.logind, Read::Measured(None));
}

#[test]
fn the_remedies_of_the_rules_are_seen() {
    let fact = known(
        &debian()
            .file("/etc/profile.d/tmout.sh", "readonly TMOUT=900; export TMOUT\n")
            .file("/etc/profile.d/z.sh.bak", "TMOUT=1")
            .file("/etc/ssh/sshd_config.d/tenken.conf", "ClientAliveInterval 300\nClientAliveCountMax 3\n")
            .file("/etc/systemd/logind.conf.d/idle.conf", "[Login]\nStopIdleSessionSec=15min\n"),
    );
    let origin = "/etc/profile.d/tmout.sh".to_owned();
    let limit = Span::from_secs(900);
    assert_eq!(fact.shell, Read::Measured(Some(ShellTimeout { limit, read_only: true, origin })));
    assert_eq!(fact.ssh, Read::Measured(Some(SshTimeout { unresponsive: Some(limit), idle_channel: None })));
    assert_eq!(fact.logind, Read::Measured(Some(limit)));
}

#[test]
fn every_file_and_folder_wakes() {
    let host = debian().file("/etc/profile.d/a.sh", "");
    let look = Look::new(&host);
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    collect(&look, &Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now });
    let (_, wakes) = look.finish();
    for path in [
        "/etc/profile",
        "/etc/profile.d",
        "/etc/profile.d/a.sh",
        "/etc/environment",
        "/etc/ssh/sshd_config",
        "/etc/ssh/sshd_config.d",
        "/etc/systemd/logind.conf",
        "/etc/systemd/logind.conf.d",
        "/run/systemd/logind.conf.d",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

#[test]
fn what_may_not_be_read_is_unknown_and_the_rest_is_known() {
    let fact = known(
        &debian()
            .denied("/etc/ssh/sshd_config.d")
            .file("/etc/profile.d/t.sh", "TMOUT=900")
            .denied("/etc/profile.d/t.sh"),
    );
    assert_eq!(code(fact.shell), ReasonCode::NotPermitted);
    assert_eq!(code(fact.ssh), ReasonCode::NotPermitted);
    assert_eq!(fact.logind, Read::Measured(None));
}

#[test]
fn ssh_servers_that_are_missing_or_not_judged() {
    let bare = || Recording::new("2026-11-24T00:00:00Z".parse().unwrap());
    assert_eq!(known(&bare()).ssh, Read::Measured(None));
    assert_eq!(code(known(&bare().file("/usr/sbin/dropbear", "")).ssh), ReasonCode::Unsupported);
    assert_eq!(code(known(&bare().file("/usr/sbin/sshd", "")).ssh), ReasonCode::Missing);
    let vendor = bare().file("/usr/sbin/sshd", "").file("/usr/etc/ssh/sshd_config", "ClientAliveInterval 60");
    let expected = SshTimeout { unresponsive: Some(Span::from_secs(180)), idle_channel: None };
    assert_eq!(known(&vendor).ssh, Read::Measured(Some(expected)));
}

#[test]
fn sshd_files_that_sshd_would_refuse_are_unknown() {
    let fact = known(&debian().file("/etc/ssh/sshd_config.d/x.conf", "ClientAliveInterval \"5"));
    assert_eq!(code(fact.ssh), ReasonCode::Unparsable);
    let fact = known(&debian().file("/etc/ssh/sshd_config", "Include conf.[^ab]"));
    assert_eq!(code(fact.ssh), ReasonCode::Unsupported);
    let fact = known(&debian().file("/etc/ssh/sshd_config", vec![b'#'; 300_000]));
    assert_eq!(code(fact.ssh), ReasonCode::TooLarge);
}

#[test]
fn files_that_shells_source_by_patterns() {
    let host = debian()
        .file("/etc/profile", ". /etc/x/*/[ab].sh\n")
        .file("/etc/x/1/b.sh", "TMOUT=900\n")
        .file("/etc/x/1/.a.sh", "TMOUT=0\n")
        .folder("/etc/x/2/a.sh");
    assert!(matches!(known(&host).shell, Read::Measured(Some(found)) if found.origin == "/etc/x/1/b.sh"));
    for unfollowed in ["/etc/x/1/{a,b}.sh", "/etc/{x,y}/b.sh", "/etc/x/1/[^a].sh"] {
        let fact = known(&host.clone().file("/etc/profile", format!(". {unfollowed}\n")));
        assert_eq!(code(fact.shell), ReasonCode::Unsupported, "{unfollowed}");
    }
}

#[test]
fn relative_includes_are_below_etc_ssh() {
    let host = debian().file("/etc/ssh/sshd_config", "Include more\n").file("/etc/ssh/more", "ClientAliveInterval 1");
    let expected = SshTimeout { unresponsive: Some(Span::from_secs(3)), idle_channel: None };
    assert_eq!(known(&host).ssh, Read::Measured(Some(expected)));
}

#[test]
fn logind_drop_ins_go_by_name_and_folder() {
    let set = |value: &str| format!("[Login]\nStopIdleSessionSec={value}\n");
    let host = debian()
        .file("/usr/lib/systemd/logind.conf.d/10.conf", set("1"))
        .file("/usr/lib/systemd/logind.conf.d/90.conf", set("90"))
        .file("/etc/systemd/logind.conf.d/50.conf", set("50"))
        .file("/etc/systemd/logind.conf.d/95.txt", set("95"));
    assert_eq!(known(&host).logind, Read::Measured(Some(Span::from_secs(90))));
    let host = host.link("/etc/systemd/logind.conf.d/90.conf", "/dev/null");
    assert_eq!(known(&host).logind, Read::Measured(Some(Span::from_secs(50))));
    let host = host.file("/run/systemd/logind.conf.d/60.conf", set("soon"));
    assert_eq!(known(&host).logind, Read::Measured(Some(Span::from_secs(50))));
    let host = host.file("/run/systemd/logind.conf.d/61.conf", set("infinity"));
    assert_eq!(known(&host).logind, Read::Measured(None));
}
