//! What OpenSSH's server says of its configuration (`sshd -T`), and what we read in it.

mod agreement;
mod told;
mod written;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use self::told::Told;
use self::written::{Connection, Files};
use crate::dice::Dice;
use crate::program::{printed, wanted, with_own_mounts};

const TEST: &str = "sshd_says_of_its_configuration_what_is_read";
/// How many configurations are written, and how many sign-ins each is asked about.
const CONFIGURATIONS: usize = 200;
const CONNECTIONS: usize = 2;

/// Asks sshd about every host of the folder that is its first argument: each has its `etc/ssh` and a list of sign-ins.
const ASK: &str = r#"
mount -t tmpfs none /run
mkdir -m 755 /run/sshd
for host in "$1"/[0-9]*; do
    mount --bind "$host/etc/ssh" /etc/ssh
    while read -r number connection; do
        if "$2" -T -h "$1/key" -C "$connection" >"$host/$number.said" 2>"$host/$number.fault"; then :; else
            echo refused >"$host/$number.refused"
        fi
    done <"$host/connections"
    umount /etc/ssh
done
"#;

/// What sshd said of a configuration for one sign-in; nothing where it refuses the file.
type Said = (Connection, Result<Told, String>);

#[test]
fn sshd_says_of_its_configuration_what_is_read() {
    let Some(sshd) = wanted(TEST, "sshd") else { return };
    let Some(mut shell) = with_own_mounts(TEST, &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    printed(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.path().join("key")));
    let mut dice = Dice(7);
    let mut hosts: Vec<(Files, Vec<Connection>)> =
        vec![(BTreeMap::from([("sshd_config".into(), String::new())]), Vec::new())];
    hosts.extend((0..CONFIGURATIONS).map(|_| (written::files(&mut dice), Vec::new())));
    for (number, (files, connections)) in hosts.iter_mut().enumerate() {
        connections.extend((0..CONNECTIONS).map(|_| written::connection(&mut dice)));
        put(&folder.path().join(number.to_string()), files, connections);
    }
    printed(shell.args(["-c", ASK, "ask"]).arg(folder.path()).arg(sshd));
    let mut outcome = agreement::Outcome::default();
    let mut default = None;
    for (number, (files, connections)) in hosts.into_iter().enumerate() {
        let said = said(&folder.path().join(number.to_string()), connections);
        let default = default.get_or_insert_with(|| said[0].1.clone().unwrap());
        agreement::hold(&files, default, &said, &mut outcome);
    }
    outcome.hold();
}

fn put(folder: &Path, files: &Files, connections: &[Connection]) {
    for (name, text) in files {
        let path = folder.join("etc/ssh").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let lines: Vec<String> = connections.iter().enumerate().map(|(at, one)| format!("{at} {one}\n")).collect();
    std::fs::write(folder.join("connections"), lines.concat()).unwrap();
}

fn said(folder: &Path, connections: Vec<Connection>) -> Vec<Said> {
    let read = |at: usize, what: &str| std::fs::read_to_string(folder.join(format!("{at}.{what}")));
    let one = |(at, connection)| {
        let told = match read(at, "refused") {
            Ok(_) => Err(read(at, "fault").unwrap()),
            Err(_) => Ok(Told::read(&read(at, "said").unwrap())),
        };
        (connection, told)
    };
    connections.into_iter().enumerate().map(one).collect()
}
