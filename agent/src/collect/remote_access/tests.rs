use tenken_model::fact::remote_access::{RemoteTool, SshPasswords, SshRoot, SshServer};
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::{Recording, SystemReading};

const DEBIAN_12: &str = include_str!("../../../tests/samples/remote_access/debian_12_sshd_config");
const DEBIAN_UNIT: &str = include_str!("../../../tests/samples/remote_access/ssh.service");
// Composed in the form in which RHEL 8 and 9 install them.
const REDHAT_8: &str = include_str!("../../../tests/samples/remote_access/redhat_8_sshd_config");
const REDHAT_9: &str = include_str!("../../../tests/samples/remote_access/50-redhat.conf");
const REDHAT_UNIT: &str = "[Service]\nType=notify\nEnvironmentFile=-/etc/crypto-policies/back-ends/opensshserver.config\n\
    EnvironmentFile=-/etc/sysconfig/sshd\nExecStart=/usr/sbin/sshd -D $OPTIONS $CRYPTO_POLICY\n";
const CONFIG: &str = "/etc/ssh/sshd_config";

fn bare() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
}

fn debian(config: &str) -> Recording {
    bare()
        .file("/usr/sbin/sshd", "")
        .file("/usr/lib/systemd/system/ssh.service", DEBIAN_UNIT)
        .link("/etc/systemd/system/multi-user.target.wants/ssh.service", "/usr/lib/systemd/system/ssh.service")
        .running(7, "sshd")
        .file(CONFIG, config)
}

fn redhat(version: &str, config: &str) -> Recording {
    let system = SystemReading {
        os: "rhel".into(),
        os_version: version.into(),
        kernel: "5.14.0".into(),
        host_name: "sv1".into(),
        booted_at: Instant::UNIX_EPOCH,
    };
    bare()
        .system(system)
        .file("/usr/sbin/sshd", "")
        .file("/usr/lib/systemd/system/sshd.service", REDHAT_UNIT)
        .link("/etc/systemd/system/multi-user.target.wants/sshd.service", "/usr/lib/systemd/system/sshd.service")
        .running(7, "sshd")
        .file(CONFIG, config)
}

fn fact(host: &Recording) -> RemoteAccess {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn server(host: &Recording) -> SshServer {
    match fact(host).ssh {
        Read::Measured(Some(server)) => server,
        other => panic!("{other:?}"),
    }
}

fn refused(host: &Recording) -> tenken_model::Reason {
    match fact(host).ssh {
        Read::NotRead(reason) => reason,
        other @ Read::Measured(_) => panic!("{other:?}"),
    }
}

fn passwords(config: &str) -> SshPasswords {
    server(&debian(config)).sign_ins[0].passwords
}

fn tools(host: &Recording) -> Vec<RemoteTool> {
    match fact(host).tools {
        Read::Measured(tools) => tools,
        other @ Read::NotRead(_) => panic!("{other:?}"),
    }
}

#[test]
fn debian_as_it_is_installed() {
    let server = server(&debian(DEBIAN_12));
    assert!(server.enabled && server.reachable == Read::Measured(true) && server.pam);
    assert_eq!((server.ports, server.addresses.len(), server.log_level.as_str()), (vec![22], 0, "INFO"));
    let [all] = server.sign_ins.as_slice() else { panic!("{:?}", server.sign_ins) };
    assert_eq!(
        (all.root, all.passwords, all.origin.as_str()),
        (SshRoot::ProhibitPassword, SshPasswords::Alone, CONFIG)
    );
    assert!(all.x11_forwarding && !all.empty_passwords && !all.users_limited && all.keys && all.rhosts_ignored);
    assert_eq!(server.weak_algorithms, [""; 0]);
}

#[test]
fn rhel_9_reads_the_crypto_policy_by_an_include() {
    let host = redhat("9.4", "Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysFile .ssh/authorized_keys\n")
        .file("/etc/ssh/sshd_config.d/50-redhat.conf", REDHAT_9)
        .file("/etc/crypto-policies/back-ends/opensshserver.config", "Ciphers aes256-gcm@openssh.com,aes128-cbc\n");
    let server = server(&host);
    assert_eq!((server.weak_algorithms.as_slice(), server.pam), (&["aes128-cbc".to_owned()][..], true));
    assert_eq!(server.sign_ins[0].passwords, SshPasswords::Alone);
    let host = host.file("/etc/ssh/sshd_config.d/00-tenken.conf", "PasswordAuthentication no\nPermitRootLogin no\n");
    let server = self::server(&host);
    assert_eq!((server.sign_ins[0].passwords, server.sign_ins[0].root), (SshPasswords::Refused, SshRoot::No));
}

#[test]
fn rhel_8_reads_the_crypto_policy_and_options_from_the_command_line() {
    let host =
        redhat("8.10", REDHAT_8).file("/etc/sysconfig/sshd", "# x\nOPTIONS=\"-o PermitRootLogin=no -p 2222\"\n").file(
            "/etc/crypto-policies/back-ends/opensshserver.config",
            "CRYPTO_POLICY='-oCiphers=aes256-ctr,3des-cbc -oKexAlgorithms=curve25519-sha256'\n",
        );
    let server = server(&host);
    assert_eq!(server.weak_algorithms, ["3des-cbc"]);
    assert_eq!((server.sign_ins[0].root, server.ports), (SshRoot::No, vec![2222]));
    assert_eq!(self::server(&redhat("8.10", REDHAT_8)).sign_ins[0].root, SshRoot::Yes);
}

#[test]
fn before_8_7_the_questions_of_pam_had_two_switches() {
    let closed = "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n";
    assert_eq!(server(&redhat("8.10", closed)).sign_ins[0].passwords, SshPasswords::Interactive);
    assert_eq!(server(&redhat("9.4", closed)).sign_ins[0].passwords, SshPasswords::Refused);
    let both = format!("{closed}ChallengeResponseAuthentication no\n");
    assert_eq!(server(&redhat("8.10", &both)).sign_ins[0].passwords, SshPasswords::Refused);
}

#[test]
fn debian_options_count_before_the_file() {
    let host =
        debian("PermitRootLogin no\nPort 22\n").file("/etc/default/ssh", "SSHD_OPTS=\"-oPermitRootLogin=yes\"\n");
    assert_eq!(server(&host).sign_ins[0].root, SshRoot::Yes);
    let host = debian("PermitRootLogin no\n").file(
        "/etc/systemd/system/ssh.service.d/a.conf",
        "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -f /etc/ssh/other -o \"AllowUsers a b\"\n",
    );
    assert_eq!(refused(&host).code, ReasonCode::Missing);
    let host = host.file("/etc/ssh/other", "PermitRootLogin yes\n");
    let server = server(&host);
    assert!(server.sign_ins[0].users_limited && server.sign_ins[0].origin == "/etc/ssh/other");
}

#[test]
fn what_passwords_open() {
    use SshPasswords::{Alone, Interactive, Refused, WithAnother};
    for (config, expected) in [
        ("", Alone),
        ("PasswordAuthentication no", Refused),
        ("PasswordAuthentication no\nUsePAM yes", Interactive),
        ("PasswordAuthentication no\nUsePAM yes\nChallengeResponseAuthentication no", Refused),
        ("passwordauthentication NO\nKbdInteractiveAuthentication no\nUsePAM yes", Refused),
        ("#PasswordAuthentication no", Alone),
        ("PasswordAuthentication yes\nPasswordAuthentication no", Alone),
        ("AuthenticationMethods publickey", Refused),
        ("AuthenticationMethods publickey,password", WithAnother),
        ("AuthenticationMethods publickey,password password", Alone),
        ("UsePAM yes\nAuthenticationMethods publickey,keyboard-interactive:pam", WithAnother),
        ("UsePAM yes\nAuthenticationMethods password,keyboard-interactive", Interactive),
        ("PubkeyAuthentication no\nAuthenticationMethods publickey,password", Refused),
        ("AuthenticationMethods any", Alone),
    ] {
        assert_eq!(passwords(config), expected, "{config}");
    }
}

#[test]
fn match_blocks_that_weaken_are_told_with_condition_and_place() {
    let config = "PasswordAuthentication no\nPermitRootLogin no\nAllowGroups staff\nMatch User maint Address 10.0.0.0/8\n\
        PasswordAuthentication yes\nMatch Group backup\nPermitRootLogin prohibit-password\nMatch User hanako\n\
        X11Forwarding no\nPermitRootLogin no\n";
    let server = server(&debian(config));
    let told: Vec<_> =
        server.sign_ins.iter().map(|one| (one.condition.as_deref(), one.origin.as_str(), one.passwords)).collect();
    assert_eq!(
        told,
        [
            (None, CONFIG, SshPasswords::Refused),
            (Some("User maint Address 10.0.0.0/8"), "/etc/ssh/sshd_config:4", SshPasswords::Alone),
            (Some("Group backup"), "/etc/ssh/sshd_config:6", SshPasswords::Refused),
        ]
    );
    assert!(server.sign_ins.iter().all(|one| one.users_limited), "the limit outside holds in blocks");
}

#[test]
fn match_all_holds_for_everybody_and_an_earlier_block_counts_first() {
    let first = "PasswordAuthentication no\nMatch all\nPasswordAuthentication yes\n";
    assert_eq!(passwords(first), SshPasswords::Alone);
    let closed = "Match all\nPasswordAuthentication no\nMatch User a\nPasswordAuthentication yes\n";
    assert_eq!(server(&debian(closed)).sign_ins.len(), 1, "what all have already is not loosened");
    let opened = "Match User a\nPasswordAuthentication yes\nMatch all\nPasswordAuthentication no\n";
    assert_eq!(server(&debian(opened)).sign_ins.len(), 2);
}

#[test]
fn files_included_within_a_block_are_for_those_alone() {
    let host = debian("PermitRootLogin no\nMatch Address 10.*\nInclude in.conf\nMatch all\nX11Forwarding no\n")
        .file("/etc/ssh/in.conf", "PermitRootLogin yes\nMatch User root\nPermitEmptyPasswords yes\n");
    let server = server(&host);
    assert_eq!(server.sign_ins[0].root, SshRoot::No);
    assert_eq!(server.sign_ins[1].condition.as_deref(), Some("Address 10.*"));
    assert_eq!(server.sign_ins[2].condition.as_deref(), Some("Address 10.* User root"));
    assert_eq!(server.sign_ins[2].origin, "/etc/ssh/in.conf:2");
    assert!(server.sign_ins[2].empty_passwords);
}

#[test]
fn what_blocks_open_only_together_is_not_known() {
    let config = "PasswordAuthentication no\nAuthenticationMethods publickey,password\nMatch User a\n\
        PasswordAuthentication yes\nMatch Address 10.*\nAuthenticationMethods any\n";
    assert_eq!(refused(&debian(config)).code, ReasonCode::Inconclusive);
}

#[test]
fn a_star_limits_nobody() {
    let limited = |config: &str| server(&debian(config)).sign_ins[0].users_limited;
    assert!(
        limited("AllowUsers a\nAllowUsers b") && limited("AllowGroups staff") && limited("AllowUsers *\nAllowGroups x")
    );
    assert!(!limited("AllowUsers a *") && !limited("DenyUsers root") && !limited(""));
    for everybody in ["*@*", "?*", "*?", "**", "*@192.0.2.0/24", "??*@*"] {
        assert!(!limited(&format!("AllowUsers a {everybody}")), "{everybody}");
    }
    assert!(!limited("AllowGroups ?*") && limited("AllowUsers a*") && limited("AllowUsers a@*"));
}

#[test]
fn a_second_server_under_a_unit_of_its_own_counts_too() {
    const UNIT: &str = "/etc/systemd/system/sshd-alt.service";
    let copy = |command: &str| {
        debian("PasswordAuthentication no\nAllowGroups staff\nListenAddress 127.0.0.1\n")
            .file(UNIT, format!("[Service]\nExecStart={command}\n"))
            .file("/etc/ssh/other", "Port 2222\nCiphers 3des-cbc\n")
    };
    let enabled =
        |command: &str| copy(command).link("/etc/systemd/system/multi-user.target.wants/sshd-alt.service", UNIT);
    let main = server(&copy("/usr/sbin/sshd -D -f /etc/ssh/other"));
    assert_eq!((main.sign_ins.len(), main.reachable), (1, Read::Measured(false)), "nothing begins it");
    let both = server(&enabled("/usr/sbin/sshd -D -f /etc/ssh/other"));
    assert_eq!((both.ports, both.reachable), (vec![22, 2222], Read::Measured(true)));
    assert_eq!(both.weak_algorithms, ["3des-cbc"]);
    let told: Vec<_> =
        both.sign_ins.iter().map(|one| (one.origin.as_str(), one.passwords, one.users_limited)).collect();
    assert_eq!(told, [(CONFIG, SshPasswords::Refused, true), ("/etc/ssh/other", SshPasswords::Alone, false)]);
    let options = server(&enabled("-/usr/sbin/sshd -D -p 2022 -o \"PasswordAuthentication yes\""));
    assert_eq!((options.ports, options.sign_ins[1].passwords), (vec![22, 2022], SshPasswords::Alone));
    assert_eq!(server(&enabled("/usr/bin/sleep 1")).sign_ins.len(), 1);
    assert_eq!(server(&enabled("/usr/sbin/sshd -f /etc/ssh/other").link(UNIT, "/dev/null")).sign_ins.len(), 1);
    assert_eq!(refused(&enabled("/usr/sbin/sshd -f /etc/ssh/gone")).code, ReasonCode::Missing);
    let socket = copy("/usr/bin/true")
        .file("/etc/systemd/system/sshd-alt@.service", "[Service]\nExecStart=-/usr/sbin/sshd -i -f /etc/ssh/other\n")
        .file("/etc/systemd/system/sshd-alt.socket", "[Socket]\nListenStream=[::]:2022\nAccept=yes\n")
        .link("/etc/systemd/system/sockets.target.wants/sshd-alt.socket", "/etc/systemd/system/sshd-alt.socket");
    assert_eq!(server(&socket).ports, [22, 2022]);
    let look = Look::new(&socket);
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in ["/etc/ssh/other", "/etc/systemd/system/sshd-alt@.service", "/run/systemd/generator"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}

#[test]
fn what_sshd_refuses_is_not_known() {
    for bad in [
        "PermitRootLogin maybe",
        "PermitRootLogin",
        "PasswordAuthentication yes no",
        "MaxAuthTries many",
        "Match User a\nUsePAM yes",
        "Match User a\nDSAAuthentication no",
        "Match all User a",
        "Match",
        "Ciphers +aes*-cbc",
        "Ciphers aes256-ctr aes128-ctr",
        "\"UsePAM\" = yes",
        "AllowUsers",
    ] {
        assert_eq!(refused(&debian(bad)).code, ReasonCode::Unparsable, "{bad}");
    }
    assert_eq!(refused(&debian("").denied(CONFIG)).code, ReasonCode::NotPermitted);
    assert_eq!(refused(&bare().file("/usr/sbin/sshd", "")).code, ReasonCode::Missing);
    assert_eq!(refused(&debian("").denied("/etc/default/ssh")).code, ReasonCode::NotPermitted);
}

#[test]
fn what_sshd_takes_is_known() {
    let found = server(&debian("LogLevel SILENT\nMatch all\nUsePAM yes\nCiphers +aes128-cbc\nPort 22\nPort 2222"));
    assert_eq!((found.log_level.as_str(), found.pam, found.ports), ("QUIET", true, vec![22, 2_222]));
    assert_eq!(found.weak_algorithms, ["aes128-cbc"]);
    assert!(!server(&debian("UsePAM no\nMatch all\nUsePAM yes")).pam, "the first counts");
}

#[test]
fn whether_others_can_reach_it() {
    let reachable = |host: &Recording| server(host).reachable;
    let idle = bare().file("/usr/sbin/sshd", "").file(CONFIG, "");
    assert_eq!(fact(&bare()).ssh, Read::Measured(None));
    assert_eq!(reachable(&idle.clone().running(1, "systemd")), Read::Measured(false));
    assert_eq!(reachable(&idle.clone().running(1, "sshd")), Read::Measured(true));
    for local in ["ListenAddress 127.0.0.1", "ListenAddress [::1]:22\nListenAddress localhost:22"] {
        assert_eq!(reachable(&debian(local)), Read::Measured(false), "{local}");
    }
    assert_eq!(reachable(&debian("ListenAddress 127.0.0.1\nListenAddress 192.0.2.1")), Read::Measured(true));
    let socket = idle
        .running(1, "systemd")
        .file("/usr/lib/systemd/system/ssh.socket", "[Socket]\nListenStream=22\n")
        .link("/etc/systemd/system/sockets.target.wants/ssh.socket", "/usr/lib/systemd/system/ssh.socket");
    assert_eq!(reachable(&socket), Read::Measured(true));
    let generated = |addresses: &str| {
        let text = format!("[Socket]\nListenStream=\n{addresses}");
        socket.clone().file("/run/systemd/generator/ssh.socket.d/addresses.conf", text)
    };
    assert_eq!(reachable(&generated("ListenStream=127.0.0.1:22\n")), Read::Measured(false));
    assert_eq!(server(&generated("ListenStream=0.0.0.0:2222\nListenStream=[::]:2222\n")).ports, [2222]);
    let masked = debian("").link("/etc/systemd/system/ssh.service", "/dev/null");
    assert!(!server(&masked).enabled);
}

#[test]
fn tools_that_are_installed_enabled_or_running() {
    let host = bare()
        .file("/usr/sbin/xrdp", "")
        .file("/usr/lib/cockpit/cockpit-ws", "")
        .link("/etc/systemd/system/sockets.target.wants/cockpit.socket", "/usr/lib/systemd/system/cockpit.socket")
        .link("/etc/systemd/system/multi-user.target.wants/vncserver@:1.service", "/usr/lib/x")
        .running(4, "gnome-remote-de")
        .running(5, "sshd");
    let told: Vec<_> = tools(&host).into_iter().map(|tool| (tool.name, tool.enabled, tool.running)).collect();
    assert_eq!(
        told,
        [
            ("xrdp".to_owned(), false, Read::Measured(false)),
            ("tigervnc".to_owned(), true, Read::Measured(false)),
            ("gnome-remote-desktop".to_owned(), false, Read::Measured(true)),
            ("cockpit".to_owned(), true, Read::Measured(false)),
        ]
    );
    assert_eq!(tools(&bare().running(1, "systemd")), []);
}

#[test]
fn services_of_inetd_count_where_inetd_begins() {
    let host = bare().file("/etc/inetd.conf", "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n");
    assert_eq!(tools(&host.clone().running(1, "systemd")), []);
    let found = tools(&host.running(2, "inetd"));
    assert!(found.len() == 1 && found[0].plain && found[0].enabled && found[0].name == "telnet", "{found:?}");
    let xinetd = bare()
        .file("/etc/xinetd.d/rlogin", "service login\n{\n disable = no\n}\n")
        .file("/etc/xinetd.d/rsh.bak", "service shell\n{\n disable = no\n}\n")
        .link("/etc/systemd/system/multi-user.target.wants/xinetd.service", "/usr/lib/systemd/system/xinetd.service")
        .running(1, "systemd");
    let names = |host: &Recording| tools(host).into_iter().map(|tool| tool.name).collect::<Vec<_>>();
    assert_eq!(names(&xinetd), ["rlogin"]);
    let other = xinetd
        .clone()
        .file("/etc/xinetd.conf", "service x\n{\n server = /usr/sbin/in.telnetd\n}\n")
        .file("/etc/xinetd.d/screen", "service screen\n{\n server = /usr/bin/Xvnc\n server_args = -inetd\n}\n");
    assert_eq!(names(&other), ["tigervnc", "telnet", "rlogin"], "by what is begun, whatever it is called");
    let elsewhere =
        |path: &str| xinetd.clone().file("/etc/xinetd.conf", format!("defaults\n{{\n}}\nincludedir {path}\n"));
    assert_eq!(names(&elsewhere("/etc/xinetd.d/")), ["rlogin"]);
    for host in [elsewhere("/opt/xinetd.d"), crate::host::scrub(&elsewhere("/opt/xinetd.d"))] {
        assert!(matches!(fact(&host).tools, Read::NotRead(_)), "what is read there too is not known");
    }
    let dotted = "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n";
    let dotted = bare().file("/etc/inetd.d/telnet.conf", dotted).running(2, "inetutils-inetd");
    assert_eq!(names(&dotted), ["telnet"], "inetd reads every file of its folder");
    let by_port =
        bare().file("/etc/inetd.conf", "2323 stream tcp nowait root /usr/sbin/tcpd in.rshd\n").running(2, "inetd");
    assert_eq!(names(&by_port), ["rsh"]);
    assert!(matches!(fact(&bare().running(1, "x").denied("/etc/xinetd.d")).tools, Read::NotRead(_)));
}

#[test]
fn a_server_that_inetd_begins_counts() {
    let bare =
        || bare().file("/usr/sbin/sshd", "").file(CONFIG, "PasswordAuthentication no\nPort 2222\n").running(1, "inetd");
    let inetd =
        |line: &str| bare().file("/etc/inetd.conf", format!("{line}\n")).file("/etc/ssh/other", "Ciphers 3des-cbc\n");
    let found = server(&inetd("ssh stream tcp nowait root /usr/sbin/sshd sshd -i"));
    assert!(found.enabled && found.reachable == Read::Measured(true));
    assert_eq!((found.ports, found.sign_ins.len()), (vec![22, 2222], 1), "by the same file");
    let found = server(&inetd("2022 stream tcp nowait root /usr/sbin/tcpd /usr/sbin/sshd -i -f /etc/ssh/other"));
    let told: Vec<_> = found.sign_ins.iter().map(|one| (one.origin.as_str(), one.passwords)).collect();
    assert_eq!(told, [(CONFIG, SshPasswords::Refused), ("/etc/ssh/other", SshPasswords::Alone)]);
    assert_eq!((found.ports, found.weak_algorithms), (vec![2022, 2222], vec!["3des-cbc".to_owned()]));
    let found = server(&inetd("ssh stream tcp nowait root /usr/sbin/sshd sshd -i -oPasswordAuthentication=yes"));
    assert_eq!(found.sign_ins[1].passwords, SshPasswords::Alone);
    let local = server(&inetd("127.0.0.1:ssh stream tcp nowait root /usr/sbin/sshd sshd -i"));
    assert_eq!((local.enabled, local.reachable), (true, Read::Measured(false)));
    for line in ["#ssh stream tcp nowait root /usr/sbin/sshd sshd -i", "ssh stream tcp nowait root /usr/bin/true true"]
    {
        assert!(!server(&inetd(line)).enabled, "{line}");
    }
    assert_eq!(refused(&inetd("ssh stream tcp nowait root /usr/sbin/sshd sshd -i -f /gone")).code, ReasonCode::Missing);
    assert_eq!(refused(&inetd("ssh stream tcp nowait root /usr/sbin/sshd sshd -o")).code, ReasonCode::Unparsable);
    let mut stopped = inetd("ssh stream tcp nowait root /usr/sbin/sshd sshd -i");
    stopped.processes = None;
    assert!(!server(&stopped.running(1, "systemd")).enabled, "nothing begins it");
    let xinetd = |defaults: &str, disable: &str| {
        bare().file("/etc/xinetd.conf", format!("defaults\n{{\n{defaults}\n}}\nincludedir /etc/xinetd.d\n")).file(
            "/etc/xinetd.d/ssh",
            format!("service ssh\n{{\n disable = {disable}\n server = /usr/sbin/sshd\n server_args = -i\n}}\n"),
        )
    };
    assert!(server(&xinetd("", "no")).enabled);
    for (defaults, disable) in
        [("", "yes"), ("disabled = ssh", "no"), ("enabled = telnet", "no"), ("enabled = ssh", "yes")]
    {
        assert!(!server(&xinetd(defaults, disable)).enabled, "{defaults} {disable}");
    }
    let telnet = xinetd("disabled = telnet", "yes")
        .file("/etc/xinetd.d/telnet", "service telnet\n{\n server = /usr/sbin/in.telnetd\n}\n");
    assert_eq!(tools(&telnet), []);
    assert_eq!(refused(&xinetd("", "no").denied("/etc/xinetd.d/ssh")).code, ReasonCode::NotPermitted);
    assert_eq!(server(&debian("").denied("/etc/xinetd.d").running(1, "systemd")).ports, [22], "nothing reads it");
}

#[test]
fn what_may_change_wakes() {
    let host = debian(DEBIAN_12);
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in [
        CONFIG,
        "/etc/ssh/sshd_config.d",
        "/etc/default/ssh",
        "/etc/systemd/system/ssh.service.d",
        "/etc/systemd/system/multi-user.target.wants",
        "/etc/systemd/system",
        "/etc/inetd.conf",
        "/etc/xinetd.conf",
        "/etc/xinetd.d",
        "/run/systemd/generator",
        "/opt/teamviewer",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    assert!(wakes.contains(&Wake::ProcessExit(7)));
}
