//! A real session of OpenSSH's server, and what we read of it while it goes on and after.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tenken_agent::collect::{Look, Needs, sessions};
use tenken_agent::host::Host as _;
use tenken_agent::host::linux::LiveHost;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Read, Span};

use crate::program::{is_root, printed, skip, wanted, with_own_mounts};

const TEST: &str = "a_session_of_sshd_is_told_while_it_goes_on_and_after";

/// A server of its own, with records and a network of its own, and one session from another address. sshd writes sessions
/// down only for those that have a terminal.
const SESSION: &str = r#"
mount --bind "$1/run" /run
mount --bind "$1/var/log" /var/log
mount --bind "$1/shadow" /etc/shadow
ip link set lo up
ip address add 192.0.2.1/32 dev lo
ip address add 192.0.2.7/32 dev lo
"$2" -D -f "$1/sshd_config" &
daemon=$!
ready=no
for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if ssh -F "$1/ssh_config" 192.0.2.1 true; then ready=yes; break; fi
    sleep 0.25
done
if [ $ready = yes ]; then ssh -tt -F "$1/ssh_config" 192.0.2.1 'echo sat down; read word' || true; fi
kill $daemon
"#;

#[test]
fn a_session_of_sshd_is_told_while_it_goes_on_and_after() {
    let (Some(sshd), Some(_)) = (wanted(TEST, "sshd"), wanted(TEST, "ip")) else { return };
    if !is_root() {
        // Without PAM it is sshd that becomes the person and writes the session down.
        return skip(TEST, "only root's sshd writes sessions down");
    }
    let Some(mut shell) = with_own_mounts(TEST, &["--net"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    prepare(place);
    let host = LiveHost::with_root(place.to_owned());
    let begun = host.now();
    let shell = shell.args(["-c", SESSION, "session"]).arg(place).arg(sshd);
    let mut shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), "sat down", "{}", std::fs::read_to_string(place.join("sshd.log")).unwrap_or_default());

    let session = only_session(&host);
    assert_eq!(
        (session.account.as_str(), session.origin, session.from.as_str()),
        ("root", SessionOrigin::Network, "192.0.2.7")
    );
    assert!(session.terminal.starts_with("pts/"), "{session:?}");
    assert_eq!((session.ended, session.ended_by), (None, SessionEnd::Open));
    assert!(Span::between(begun, session.started).abs() < Span::from_secs(30), "{session:?}");

    shell.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(shell.wait().unwrap().success());
    let over = only_session(&host);
    assert_eq!(
        (over.ended_by, over.started, &over.terminal),
        (SessionEnd::SignedOut, session.started, &session.terminal)
    );
    assert!(over.ended.is_some_and(|ended| ended >= over.started), "{over:?}");
}

fn prepare(place: &Path) {
    for name in ["run/sshd", "var/log"] {
        std::fs::create_dir_all(place.join(name)).unwrap();
    }
    for name in ["run/utmp", "var/log/wtmp", "var/log/lastlog"] {
        std::fs::write(place.join(name), "").unwrap();
    }
    for key in ["host", "person"] {
        printed(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(place.join(key)));
    }
    let place = place.display();
    let files = [
        ("shadow", "root:*:20000:0:99999:7:::\nnobody:*:20000:0:99999:7:::\nsshd:!:20000::::::\n".to_owned()),
        (
            "sshd_config",
            format!(
                "ListenAddress 192.0.2.1:22\nHostKey {place}/host\nAuthorizedKeysFile {place}/person.pub\nStrictModes no\n\
                 UsePAM no\nPermitRootLogin prohibit-password\nPrintMotd no\nPrintLastLog no\n"
            ),
        ),
        (
            "ssh_config",
            format!(
                "Host *\nUser root\nBindAddress 192.0.2.7\nIdentityFile {place}/person\nIdentitiesOnly yes\nBatchMode yes\n\
                 StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel QUIET\nConnectTimeout 5\n"
            ),
        ),
    ];
    for (name, text) in files {
        std::fs::write(format!("{place}/{name}"), text).unwrap();
    }
}

fn only_session(host: &LiveHost) -> Session {
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: host.now() };
    let Outcome::Known(fact) = sessions::collect(&Look::new(host), &needs) else { panic!("sessions are not known") };
    assert!(matches!(fact.since, Read::Measured(_)), "{:?}", fact.since);
    let [session] = fact.entries.as_slice() else { panic!("{:?}", fact.entries) };
    session.clone()
}
