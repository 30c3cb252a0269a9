//! Folders of files that are read together: what systemd-sysctl really sets, and what modprobe is told.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_agent::collect::Look;
use tenken_agent::collect::forwarding::next_boot;
use tenken_agent::collect::removable_media::modprobe::{Effect, effect};
use tenken_agent::collect::removable_media::policy::drivers;
use tenken_agent::host::Recording;
use tenken_model::{Instant, Read, ReasonCode};

use crate::dice::Dice;
use crate::program::{printed, wanted, with_own_mounts};

const HOSTS: usize = 60;
/// Folders by what they are called in a program's file, the one that counts first at the beginning.
const FOLDERS: [&str; 3] = ["etc", "run", "usr/lib"];

/// Shows each host of the folder that is its first argument its own folders, and runs the third argument there.
const EACH: &str = r#"
mount -t tmpfs none /run
mkdir "/run/$2"
for host in "$1"/[0-9]*; do
    for folder in etc run usr/lib; do mount --bind "$host/$folder/$2" "/$folder/$2"; done
    sh -e -u -c "$3" each "$host" "$4"
    umount "/etc/$2" "/run/$2" "/usr/lib/$2"
done
"#;

/// Texts by their path; nothing where the file is a link to /dev/null.
type Files = BTreeMap<String, Option<String>>;

fn files(dice: &mut Dice, folder: &str, names: &[&str], line: &dyn Fn(&mut Dice) -> String) -> Files {
    let mut files = Files::new();
    for place in FOLDERS {
        for name in names {
            if dice.in_hundred(30) {
                let lines: Vec<String> = (0..=dice.below(4)).map(|_| line(dice)).collect();
                let text = (!dice.in_hundred(10)).then(|| lines.join("\n") + dice.one(&["\n", ""]));
                files.insert(format!("{place}/{folder}/{name}"), text);
            }
        }
    }
    files
}

fn put(host: &Path, folder: &str, files: &Files) {
    for place in FOLDERS {
        std::fs::create_dir_all(host.join(place).join(folder)).unwrap();
    }
    for (path, text) in files {
        match text {
            Some(text) => std::fs::write(host.join(path), text).unwrap(),
            None => std::os::unix::fs::symlink("/dev/null", host.join(path)).unwrap(),
        }
    }
}

fn recorded(files: &Files) -> Recording {
    let host = Recording::new(Instant::UNIX_EPOCH);
    files.iter().fold(host, |host, (path, text)| match text {
        Some(text) => host.file(format!("/{path}"), text.as_str()),
        None => host.link(format!("/{path}"), "/dev/null"),
    })
}

/// Tells the settings of a network of its own before and after systemd-sysctl.
const SET: &str = r#"
exec unshare --net -- sh -e -u -c '
    cd /proc/sys
    tell() { xargs grep -H . <"$1/paths"; }
    tell "$1" >"$1/before"
    "$2" >"$1/fault" 2>&1 || true
    tell "$1" >"$1/after"
' set "$1" "$2"
"#;

#[test]
fn what_is_set_at_the_next_boot_is_what_systemd_sysctl_sets() {
    const TEST: &str = "what_is_set_at_the_next_boot_is_what_systemd_sysctl_sets";
    let Some(program) = wanted(TEST, "systemd-sysctl") else { return };
    let Some(mut shell) = with_own_mounts(TEST, &["--net"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(10);
    let path = |key: &str| key.replace('.', "/");
    let is_there = |path: &String| Path::new("/proc/sys").join(path).exists();
    let paths: Vec<String> = KEYS.iter().map(|key| path(key)).filter(is_there).collect();
    let names = ["10-a.conf", "9-b.conf", "99-sysctl.conf", "Z.conf", ".hidden.conf", "old.conf.bak", "README"];
    let hosts: Vec<Files> = (0..HOSTS).map(|_| files(&mut dice, "sysctl.d", &names, &setting)).collect();
    for (number, files) in hosts.iter().enumerate() {
        let host = folder.path().join(number.to_string());
        put(&host, "sysctl.d", files);
        std::fs::write(host.join("paths"), paths.join("\n")).unwrap();
    }
    printed(shell.args(["-c", EACH, "each"]).arg(folder.path()).args(["sysctl.d", SET]).arg(program));
    let mut compared = 0;
    for (number, files) in hosts.iter().enumerate() {
        let host = folder.path().join(number.to_string());
        let (before, after) = (told(&host.join("before")), told(&host.join("after")));
        let mut recording = recorded(files);
        for (path, value) in &before {
            recording = recording.file(format!("/proc/sys/{path}"), format!("{value}\n"));
        }
        let Read::Measured(found) = next_boot::differences(&Look::new(&recording)) else { panic!("{files:#?}") };
        let ours: BTreeMap<String, &str> = found.iter().map(|one| (path(&one.key), one.configured.as_str())).collect();
        let theirs = after.iter().filter(|(path, value)| before[*path] != **value);
        let theirs: BTreeMap<String, &str> = theirs.map(|(path, value)| (path.clone(), value.as_str())).collect();
        compared += theirs.len();
        assert_eq!(ours, theirs, "{files:#?}\n{}", std::fs::read_to_string(host.join("fault")).unwrap());
    }
    assert!(compared > HOSTS / 2, "{compared}");
}

/// Settings that are compared. Whoever sets ip_forward changes whether redirects of IPv4 are followed, so that this is none.
const KEYS: [&str; 9] = [
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.send_redirects",
    "net.ipv6.conf.all.accept_redirects",
];

fn told(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(path, value)| (path.to_owned(), value.to_owned()))
        .collect()
}

fn setting(dice: &mut Dice) -> String {
    let key = dice.one(&KEYS);
    let key = if dice.in_hundred(20) { key.replace('.', "/") } else { key.to_owned() };
    let value = dice.one(&["0", "1"]);
    match dice.below(14) {
        0 => format!("#{key} = {value}"),
        1 => format!("; {key} = {value}"),
        2 => format!("-{key}={value}"),
        3 => format!("-{key}"),
        4 => format!("net.ipv4.conf.*.rp_filter = {value}"),
        5 => format!("net/ipv4/conf/a*/log_martians={value}"),
        6 => format!("  {key}\t=\t{value}  "),
        7 => format!("net.ipv4.conf.[ad]*.send_redirects = {value}"),
        8 => "kernel.no_such_setting = 1".to_owned(),
        _ => format!("{key} = {value}"),
    }
}

#[test]
fn what_stands_in_place_of_loading_a_module_is_what_modprobe_is_told() {
    const TEST: &str = "what_stands_in_place_of_loading_a_module_is_what_modprobe_is_told";
    let Some(program) = wanted(TEST, "modprobe") else { return };
    let Some(mut shell) = with_own_mounts(TEST, &[]) else { return };
    if ["/etc/modprobe.d", "/usr/lib/modprobe.d"].iter().any(|folder| !Path::new(folder).is_dir()) {
        return crate::program::skip(TEST, "a folder of modprobe is missing");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(11);
    let names = ["a.conf", "usb.conf", "Z.conf", "9.conf", ".hidden.conf", "old.conf.bak", "README"];
    let hosts: Vec<Files> = (0..HOSTS).map(|_| files(&mut dice, "modprobe.d", &names, &install)).collect();
    for (number, files) in hosts.iter().enumerate() {
        put(&folder.path().join(number.to_string()), "modprobe.d", files);
    }
    let show = r#""$2" --showconfig >"$1/said""#;
    printed(shell.args(["-c", EACH, "each"]).arg(folder.path()).args(["modprobe.d", show]).arg(program));
    let mut compared = 0;
    for (number, files) in hosts.iter().enumerate() {
        let said = std::fs::read_to_string(folder.path().join(number.to_string()).join("said")).unwrap();
        for driver in drivers(&Look::new(&recorded(files))) {
            let command = said.lines().find_map(|line| command(line, &driver.module));
            let theirs = command.map_or(Effect::Loads, effect);
            compared += usize::from(command.is_some());
            let agrees = match &driver.blocked {
                Read::Measured(blocked) => theirs == if *blocked { Effect::Refuses } else { Effect::Loads },
                Read::NotRead(reason) => reason.code == ReasonCode::Inconclusive && theirs == Effect::Unclear,
            };
            assert!(agrees, "{driver:?}, {command:?}\n{files:#?}\n{said}");
        }
    }
    assert!(compared > HOSTS, "{compared}");
}

/// What a line of `modprobe --showconfig` runs in place of loading a module.
fn command<'l>(line: &'l str, module: &str) -> Option<&'l str> {
    let (pattern, command) = line.strip_prefix("install ")?.split_once(' ')?;
    let fits = match pattern.split_once('*') {
        Some((begins, ends)) => module.starts_with(begins) && module.ends_with(ends),
        None => pattern == module,
    };
    fits.then_some(command)
}

fn install(dice: &mut Dice) -> String {
    let module = dice.one(&["usb-storage", "usb_storage", "uas", "usb*", "u*s", "*", "usb", "firewire-core"]);
    let command = dice.one(&[
        "/bin/true",
        "/bin/false",
        "/sbin/modprobe --ignore-install $CMDLINE_OPTS usb-storage",
        "/opt/sticks",
        ":",
        "/bin/true # not these",
    ]);
    match dice.below(12) {
        0 => format!("#install {module} {command}"),
        1 => format!("blacklist {module}"),
        2 => format!("install {module} \\\n    {command}"),
        3 => format!("\tinstall\t{module}\t{command}"),
        4 => format!("options {module} delay_use=1"),
        5 => format!("remove {module} {command}"),
        6 => format!("install {module}"),
        7 => format!("  # install {module} {command}"),
        8 => format!("INSTALL {module} {command}"),
        _ => format!("install {module} {command}"),
    }
}
