use proptest::prelude::*;
use tenken_model::fact::ipsec::{Ipsec, IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecStart};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::host::{Recording, SystemReading};

mod formats;
mod of_libreswan;
mod of_strongswan;

const STRONGSWAN: &str = "/usr/lib/systemd/system/strongswan.service";
const WANTED: &str = "/etc/systemd/system/multi-user.target.wants/strongswan.service";

fn needs() -> Needs {
    let registers = Registers::not_given("no register in this test");
    Needs { registers, time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn outcome(host: &Recording) -> Outcome<Ipsec> {
    collect(&Look::new(host), &needs())
}

fn known(host: &Recording) -> Ipsec {
    match outcome(host) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn code(ipsec: &Ipsec) -> ReasonCode {
    match &ipsec.complete {
        Read::NotRead(reason) => reason.code,
        Read::Measured(_) => panic!("complete: {ipsec:?}"),
    }
}

fn swanctl(conf: &str) -> Recording {
    Recording::new(Instant::UNIX_EPOCH).file("/usr/sbin/swanctl", "").file("/etc/swanctl/swanctl.conf", conf)
}

fn starter(conf: &str) -> Recording {
    Recording::new(Instant::UNIX_EPOCH).file("/usr/lib/ipsec/starter", "").file("/etc/ipsec.conf", conf)
}

fn libreswan(conf: &str) -> Recording {
    Recording::new(Instant::UNIX_EPOCH).file("/usr/libexec/ipsec/pluto", "").file("/etc/ipsec.conf", conf)
}

fn only(host: &Recording) -> IpsecConnection {
    let ipsec = known(host);
    assert_eq!((ipsec.connections.len(), &ipsec.complete), (1, &Read::Measured(true)), "{ipsec:?}");
    ipsec.connections[0].clone()
}

#[test]
fn a_host_without_a_program_has_nothing() {
    let host = Recording::new(Instant::UNIX_EPOCH);
    assert!(matches!(outcome(&host), Outcome::Absent(_)));
    let left_behind = host.file("/etc/ipsec.conf", "conn a\n\tauto=start\n").file("/etc/swanctl/swanctl.conf", "x {");
    assert!(matches!(outcome(&left_behind), Outcome::Absent(_)), "a package taken off leaves its files");
    let denied = Recording::new(Instant::UNIX_EPOCH).denied("/usr/sbin/swanctl");
    assert!(matches!(outcome(&denied), Outcome::Failed(reason) if reason.code == ReasonCode::NotPermitted));
}

#[test]
fn an_installed_program_without_a_configuration_has_no_connection() {
    let host = Recording::new(Instant::UNIX_EPOCH).file("/usr/sbin/swanctl", "").file("/usr/libexec/ipsec/pluto", "");
    let ipsec = known(&host);
    let programs: Vec<IpsecProgram> = ipsec.services.iter().map(|service| service.program).collect();
    assert_eq!(programs, [IpsecProgram::Swanctl, IpsecProgram::Libreswan]);
    assert_eq!((ipsec.connections.len(), ipsec.complete), (0, Read::Measured(true)));
}

#[test]
fn what_begins_with_the_system_and_runs() {
    let state = |host: &Recording| {
        let service = known(host).services[0].clone();
        (service.enabled, service.running)
    };
    let (yes, no) = (Read::Measured(true), Read::Measured(false));
    let host = swanctl("").file(STRONGSWAN, "[Service]\nExecStart=/usr/sbin/charon-systemd\n");
    assert_eq!(state(&host), (no.clone(), no.clone()));
    let host = host.link(WANTED, STRONGSWAN);
    assert_eq!(state(&host), (yes.clone(), no.clone()));
    let host = host.running(7, "charon-systemd");
    assert_eq!(state(&host), (yes, Read::Measured(true)));
    let masked = host.clone().link("/etc/systemd/system/strongswan.service", "/dev/null");
    assert_eq!(state(&masked).0, no);
    // What Debian 10 calls so is the older form.
    let older = host.file(STRONGSWAN, "[Service]\nExecStart=/usr/sbin/ipsec start --nofork\n");
    assert_eq!(state(&older).0, no);
    let of_starter = older.file("/usr/lib/ipsec/starter", "").file("/etc/ipsec.conf", "");
    assert_eq!(known(&of_starter).services[1].enabled, Read::Measured(true));
    let gone = swanctl("").link(WANTED, STRONGSWAN);
    assert_eq!(state(&gone).0, Read::Measured(false), "the link is left where a package was taken off");
}

#[test]
fn a_change_of_a_file_or_the_end_of_the_program_wakes_the_collector() {
    let host = swanctl("include conf.d/*.conf\ninclude gone.conf\n")
        .file("/etc/swanctl/conf.d/a.conf", "")
        .running(7, "charon-systemd");
    let look = Look::new(&host);
    collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in
        ["/etc/swanctl/swanctl.conf", "/etc/swanctl/conf.d", "/etc/swanctl/conf.d/a.conf", "/etc/swanctl/gone.conf"]
    {
        assert!(wakes.contains(&crate::collect::Wake::Path(path.into())), "{path}: {wakes:?}");
    }
    assert!(wakes.contains(&crate::collect::Wake::ProcessExit(7)));
}

#[test]
fn what_cannot_be_read_is_said() {
    let base = swanctl("connections {\n a {\n version = 2\n }\n}\ninclude conf.d/*.conf\n");
    assert_eq!(code(&known(&base.clone().denied("/etc/swanctl/conf.d"))), ReasonCode::NotPermitted);
    let denied = known(&base.file("/etc/swanctl/swanctl.conf", "include /etc/b.conf").denied("/etc/b.conf"));
    assert_eq!((denied.connections.len(), code(&denied)), (0, ReasonCode::NotPermitted));
    assert_eq!(code(&known(&swanctl("include {a,b}.conf\n"))), ReasonCode::Unparsable);
    assert_eq!(code(&known(&libreswan("include /etc/{a,b}.conf\n"))), ReasonCode::Unsupported);
    assert_eq!(code(&known(&libreswan("include /etc/[^a]*.conf\n"))), ReasonCode::Unsupported);
    assert_eq!(code(&known(&swanctl("include swanctl.conf\n"))), ReasonCode::TooLarge, "it includes itself");
    assert_eq!(code(&known(&swanctl("\0"))), ReasonCode::Unparsable);
    let many: Vec<String> = (0..300).map(|at| format!("c{at} {{\n version = 2\n }}\n")).collect();
    let many = many.concat();
    let many = known(&swanctl(&format!("connections {{\n{many}}}\n")));
    assert_eq!((many.connections.len(), many.left_out, code(&many)), (200, 100, ReasonCode::TooLarge));
}

#[test]
fn both_programs_have_files_of_their_own() {
    let host = libreswan("conn a\n\tauto=add\n").file("/usr/libexec/strongswan/starter", "");
    assert_eq!(only(&host).program, IpsecProgram::Libreswan);
    let host = host.file("/etc/strongswan/ipsec.conf", "conn b\n\tauto=add\n").file("/usr/sbin/swanctl", "");
    let host = host.file("/etc/strongswan/swanctl/swanctl.conf", "connections { c {\n }\n }\n");
    let named: Vec<(String, IpsecProgram)> =
        known(&host).connections.into_iter().map(|found| (found.name, found.program)).collect();
    let expected = [("c", IpsecProgram::Swanctl), ("b", IpsecProgram::Stroke), ("a", IpsecProgram::Libreswan)];
    assert_eq!(named, expected.map(|(name, program)| (name.to_owned(), program)));
}
