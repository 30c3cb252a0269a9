//! A host whose files are damaged: no rule passes on what could not be read.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tenken_tests::chrony::{self, TimeServer};
use tenken_tests::network::{Stands, own_network};
use tenken_tests::program::{own, root, system};
use tenken_tests::scratch::Scratch;
use tenken_tests::{clamav, poll};

/// The most memory that reading a host may take, in KiB.
const MEMORY_KIB: u32 = 64 << 10;
/// The longest that judging a host may take, however it is damaged.
const WITHIN: Duration = Duration::from_secs(5);
const HUGE: u64 = 1 << 30;

/// What befalls a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// A program lies in its place.
    Program,
    /// Bytes without any order.
    Random,
    /// Only so many bytes of a hundred are left of it.
    Cut(usize),
    /// So many bytes are missing at its end.
    Short(usize),
    /// Disorder behind what it holds.
    Trailing,
    /// Somebody made a pipe there, at whose other end nobody writes.
    Pipe,
    /// A device that never ends.
    Device,
    /// A symbolic link to itself.
    Loop,
    /// A folder.
    Folder,
    /// It grew to a gigabyte, nearly all of it a hole.
    Huge,
}

/// What may lie in the place of a text.
const OF_TEXT: &[Damage] =
    &[Damage::Program, Damage::Random, Damage::Pipe, Damage::Device, Damage::Loop, Damage::Folder, Damage::Huge];

/// Bytes without order, the same each time.
fn disorder(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..count).map(|_| next()).collect()
}

impl Damage {
    fn befall(self, path: &Path) -> Result<()> {
        let whole = fs::read(path).unwrap_or_default();
        let remove = || -> Result<()> {
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            if path.symlink_metadata().is_ok() {
                fs::remove_file(path)?;
            }
            Ok(())
        };
        remove()?;
        let made = |program: &mut Command| -> Result<()> {
            ensure!(program.status()?.success(), "{program:?}");
            Ok(())
        };
        match self {
            Self::Program => fs::write(path, fs::read("/bin/sh")?.get(..60_000).context("it is longer")?)?,
            Self::Random => fs::write(path, disorder(5_000))?,
            Self::Cut(percent) => fs::write(path, &whole[..whole.len() * percent / 100])?,
            Self::Short(by) => fs::write(path, &whole[..whole.len() - by])?,
            Self::Trailing => fs::write(path, [whole, vec![0xa5; 384 * 4]].concat())?,
            Self::Pipe => made(Command::new("mkfifo").arg(path))?,
            Self::Device => made(Command::new("mknod").arg(path).args(["c", "1", "5"]))?,
            Self::Loop => symlink(path.file_name().context("it has a name")?, path)?,
            Self::Folder => fs::create_dir(path)?,
            Self::Huge => {
                fs::write(path, whole)?;
                fs::OpenOptions::new().write(true).open(path)?.set_len(HUGE)?;
            }
        }
        Ok(())
    }
}

/// Rules that rest on a file.
type Rules = &'static [&'static str];

const ACCOUNTS: Rules = &[
    "accounts_have_unique_numbers",
    "accounts_in_use",
    "accounts_need_a_password",
    "accounts_registered",
    "administrators_registered",
    "emergency_accounts_disabled",
    "emergency_accounts_unused",
    "maintenance_accounts_end_on_time",
];
/// Those that rest on which accounts are people's and which are the system's own.
const OF_PEOPLE: Rules = &["accounts_in_use", "accounts_registered"];
const PASSWORDS: Rules = &[
    "accounts_need_a_password",
    "accounts_registered",
    "emergency_accounts_disabled",
    "maintenance_accounts_end_on_time",
];
const ADMINISTRATORS: Rules = &["administrators_registered"];
const SIGN_INS: Rules = &["emergency_accounts_unused"];
const SCREEN: Rules = &["screen_lock_enforced", "screen_locks_when_idle"];
const DEVICES: Rules = &["devices_registered", "retired_devices_absent"];
const SSH: Rules = &["ssh_session_ends_when_idle", "emergency_accounts_disabled"];

const DNSMASQ: &str = "var/lib/misc/dnsmasq.leases";
const DHCPD: &str = "var/lib/dhcp/dhcpd.leases";
const KEA: &str = "var/lib/kea/kea-leases4.csv";
const DCONF: &str = "etc/dconf/db/local";
const KDE: &str = "etc/xdg/kscreenlockerrc";
const XFCE: &str = "etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml";

/// Each file with what rests on it and what befalls it. What is not in the list is not told by the file: a `passwd` that ends
/// with a line, for example, is whole as far as anybody can see, and a name of a device that was cut is a name still.
const PC: &[(&str, Rules, &[Damage])] = &[
    ("etc/passwd", ACCOUNTS, OF_TEXT),
    ("etc/passwd", ACCOUNTS, &[Damage::Cut(5), Damage::Cut(50)]),
    ("etc/login.defs", OF_PEOPLE, OF_TEXT),
    ("etc/shadow", PASSWORDS, OF_TEXT),
    ("etc/shadow", PASSWORDS, &[Damage::Cut(0), Damage::Cut(5), Damage::Cut(50), Damage::Cut(80)]),
    ("etc/group", ADMINISTRATORS, OF_TEXT),
    ("etc/group", ADMINISTRATORS, &[Damage::Cut(0), Damage::Cut(40)]),
    ("etc/gshadow", ADMINISTRATORS, OF_TEXT),
    ("etc/shells", ADMINISTRATORS, OF_TEXT),
    ("var/log/wtmp", SIGN_INS, OF_TEXT),
    ("var/log/wtmp", SIGN_INS, &[Damage::Short(5), Damage::Short(383), Damage::Trailing]),
    ("var/log/lastlog", SIGN_INS, OF_TEXT),
    ("var/log/lastlog", SIGN_INS, &[Damage::Short(5), Damage::Short(291)]),
    (DNSMASQ, DEVICES, OF_TEXT),
    (DNSMASQ, DEVICES, &[Damage::Cut(20), Damage::Cut(60)]),
    (DHCPD, DEVICES, OF_TEXT),
    (DHCPD, DEVICES, &[Damage::Cut(5), Damage::Cut(50), Damage::Cut(90)]),
    (KEA, DEVICES, OF_TEXT),
    (KEA, DEVICES, &[Damage::Cut(5), Damage::Cut(40), Damage::Short(5)]),
    (DCONF, SCREEN, OF_TEXT),
    (
        DCONF,
        SCREEN,
        &[Damage::Cut(0), Damage::Cut(2), Damage::Cut(25), Damage::Cut(50), Damage::Cut(75), Damage::Short(1)],
    ),
    ("etc/dconf/profile/user", SCREEN, OF_TEXT),
];

/// Where the records begin in that list, so that each half is a test of its own.
const SIGN_INS_FROM: usize = 9;

/// sudoers names the count of lines that are not understood, which is all that can be said of several files.
const SUDOERS: &[(&str, Rules, &[Damage])] = &[("etc/sudoers", ADMINISTRATORS, OF_TEXT)];

const SERVER: &[(&str, Rules, &[Damage])] = &[("etc/ssh/sshd_config", SSH, OF_TEXT)];

/// The files that login, sshd, DHCP servers and others leave, on a host that complies.
fn complete(folder: &Path) -> Result<Scratch> {
    let scratch = Scratch::make(&folder.join("root"))?;
    if system("dconf").is_some() {
        scratch.desktop(true)?;
    }
    let now = chrono::Utc::now();
    for program in ["usr/sbin/sshd", "usr/lib/systemd/systemd-logind", "usr/bin/xfce4-screensaver"] {
        scratch.write(program, "")?;
    }
    scratch.write("etc/ssh/sshd_config", "ClientAliveInterval 300\nClientAliveCountMax 2\nPermitRootLogin no\n")?;
    scratch.write("etc/systemd/logind.conf", "[Login]\nStopIdleSessionSec=600\n")?;
    scratch.write(DNSMASQ, &format!("{} 00:22:58:aa:bb:01 192.0.2.7 bp-07 *\n", now.timestamp() + 3_600))?;
    scratch.write(
        DHCPD,
        "lease 192.0.2.8 {\n  starts 1 2026/11/23 00:00:00;\n  ends never;\n  binding state active;\n  hardware ethernet 00:22:58:aa:bb:01;\n}\n",
    )?;
    scratch.write(
        KEA,
        &format!(
            "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n192.0.2.9,00:22:58:aa:bb:01,,3600,{},1,0,0,bp,0\n",
            now.timestamp() + 3_600
        ),
    )?;
    let mut wtmp = Vec::new();
    for day in (1..200).rev() {
        wtmp.extend(session("hanako", u32::try_from(now.timestamp() - day * 86_400)?));
    }
    fs::create_dir_all(folder.join("root/var/log"))?;
    fs::write(folder.join("root/var/log/wtmp"), wtmp)?;
    let mut last = vec![0; 292 * 1_003];
    last[292 * 1_001..][..4].copy_from_slice(&u32::try_from(now.timestamp() - 86_400)?.to_le_bytes());
    fs::write(folder.join("root/var/log/lastlog"), last)?;
    fs::write(
        folder.join("registers.yaml"),
        "accounts:\n  - {host: '*', account: hanako, kind: person, owner: x, administrator: false, ends: null, note: ''}\n  - {host: '*', account: mainte, kind: maintenance, owner: x, administrator: false, ends: 2026-01-31T00:00:00Z, note: ''}\n  - {host: '*', account: root, kind: emergency, owner: x, administrator: true, ends: null, note: ''}\ndevices:\n  - {mac: '00:22:58:aa:bb:01', name: bp, status: in_use, patient_data: false, place: '', note: ''}\n",
    )?;
    Ok(scratch)
}

/// A record of utmp(5) as x86 writes it.
fn session(user: &str, seconds: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 7;
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[340..344].copy_from_slice(&seconds.to_le_bytes());
    record
}

/// Runs `check` or `facts` on the host with bounded memory; its exit code and document.
fn agent(folder: &Path, words: &[&str]) -> Result<(i32, Value)> {
    let begun = Instant::now();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -d {MEMORY_KIB} && exec \"$0\" \"$@\"")])
        .arg(own("tenken-agent")?)
        .args(words)
        .arg("--root")
        .arg(folder.join("root"))
        .arg("--registers")
        .arg(folder.join("registers.yaml"))
        .stdin(Stdio::null())
        .output()?;
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(took < WITHIN, "it took {took:?}");
    ensure!(said.is_empty(), "it said: {said}");
    let code = output.status.code().with_context(|| format!("it ended by a signal: {}", output.status))?;
    Ok((code, serde_json::from_slice(&output.stdout)?))
}

/// The verdicts and reasons of one rule; a rule is judged once, or once for each subject.
fn verdicts<'a>(judged: &'a Value, rule: &str) -> Vec<(&'a str, &'a str)> {
    let findings = judged["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_rule = findings.iter().filter(|finding| finding["key"]["rule"] == rule);
    of_rule
        .map(|finding| {
            let reason = finding["reason"]["detail"].as_str().unwrap_or_default();
            (finding["verdict"].as_str().unwrap_or_default(), reason)
        })
        .collect()
}

/// Damages the file and checks that these rules are unknown for a reason that names it, and nothing passes by it.
fn suffers(folder: &Path, file: &str, rules: &[&str], damage: Damage, named: &str) -> Result<()> {
    damage.befall(&folder.join("root").join(file))?;
    let (code, judged) = agent(folder, &["check", "--format", "json"])?;
    ensure!(code == 1 || code == 2, "check ended with {code}");
    for rule in rules {
        let found = verdicts(&judged, rule);
        let told = found.iter().any(|(verdict, reason)| *verdict == "unknown" && reason.contains(named));
        ensure!(told, "{rule} is not unknown by a reason that names {named}: {found:?}");
        ensure!(found.iter().all(|(verdict, _)| *verdict != "pass"), "{rule} passes: {found:?}");
    }
    let (code, _) = agent(folder, &["facts"])?;
    ensure!(code == 0, "facts ended with {code}");
    Ok(())
}

/// Each damage on a host of its own, which complied before.
fn table(
    rows: &[(&str, Rules, &[Damage])],
    named: Option<&str>,
    change: impl Fn(&Scratch) -> Result<()>,
) -> Result<()> {
    let mut wrong = Vec::new();
    for (file, rules, damages) in rows {
        for damage in *damages {
            let folder = TempDir::new()?;
            let scratch = complete(folder.path())?;
            change(&scratch)?;
            if let Err(error) = suffers(folder.path(), file, rules, *damage, named.unwrap_or(file)) {
                wrong.push(format!("{file} {damage:?}: {error:#}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
    Ok(())
}

fn can_be_damaged(test: &str) -> bool {
    if !root() {
        tenken_tests::skip(test, "devices need root");
    } else if system("dconf").is_none() {
        tenken_tests::skip(test, "dconf is not installed");
    } else {
        return true;
    }
    false
}

/// A server: no login screen.
fn server(scratch: &Scratch) -> Result<()> {
    Ok(fs::remove_dir_all(scratch.root().join("usr/share/xsessions"))?)
}

fn session_of(scratch: &Scratch, name: &str, command: &str) -> Result<()> {
    server(scratch)?;
    let entry = format!("[Desktop Entry]\nName=x\nDesktopNames={name}\nExec={command}\n");
    scratch.write(&format!("usr/share/xsessions/{command}.desktop"), &entry)
}

#[test]
fn before_any_damage_the_rules_pass() {
    if !can_be_damaged("before_any_damage_the_rules_pass") {
        return;
    }
    for (rows, of_server) in [(PC, false), (SUDOERS, false), (SERVER, true)] {
        let folder = TempDir::new().unwrap();
        let scratch = complete(folder.path()).unwrap();
        if of_server {
            server(&scratch).unwrap();
        }
        let (_, judged) = agent(folder.path(), &["check", "--format", "json"]).unwrap();
        for rule in rows.iter().flat_map(|(_, rules, _)| *rules) {
            let found = verdicts(&judged, rule);
            assert!(!found.is_empty() && found.iter().all(|(verdict, _)| *verdict == "pass"), "{rule}: {found:?}");
        }
    }
}

#[test]
fn no_rule_passes_on_a_pc_with_a_damaged_file() {
    if can_be_damaged("no_rule_passes_on_a_pc_with_a_damaged_file") {
        table(&PC[..SIGN_INS_FROM], None, |_| Ok(())).unwrap();
    }
}

#[test]
fn no_rule_passes_on_a_pc_with_a_damaged_record() {
    if can_be_damaged("no_rule_passes_on_a_pc_with_a_damaged_record") {
        table(&PC[SIGN_INS_FROM..], None, |_| Ok(())).unwrap();
        table(SUDOERS, Some("sudoers"), |_| Ok(())).unwrap();
    }
}

#[test]
fn no_rule_passes_on_a_server_with_a_damaged_file() {
    if can_be_damaged("no_rule_passes_on_a_server_with_a_damaged_file") {
        table(SERVER, None, server).unwrap();
    }
}

#[test]
fn no_screen_lock_passes_by_a_damaged_file_of_kde_or_xfce() {
    if !can_be_damaged("no_screen_lock_passes_by_a_damaged_file_of_kde_or_xfce") {
        return;
    }
    let kde = |scratch: &Scratch| {
        scratch.write(KDE, "[$i]\n[Daemon]\nAutolock=true\nTimeout=5\n")?;
        session_of(scratch, "KDE", "startplasma-x11")
    };
    table(&[(KDE, SCREEN, OF_TEXT)], None, kde).unwrap();
    let xfce = |scratch: &Scratch| {
        let channel = "<?xml version=\"1.0\"?>\n<channel name=\"xfce4-screensaver\" version=\"1.0\" locked=\"*\" unlocked=\"root\">\n</channel>\n";
        scratch.write(XFCE, channel)?;
        session_of(scratch, "XFCE", "startxfce4")
    };
    table(&[(XFCE, SCREEN, OF_TEXT), (XFCE, SCREEN, &[Damage::Cut(50), Damage::Cut(80)])], None, xfce).unwrap();
}

/// The clock and anti-malware are judged by daemons that run: the configuration and signatures beside them are damaged.
fn daemons() -> Result<()> {
    let place = TempDir::new()?;
    let folder = place.path();
    let scratch = complete(folder)?;
    let server = TimeServer::start(&folder.join("time"))?;
    let _time = chrony::time_service(folder, scratch.root(), &server)?;
    scratch.signatures(&clamav::signatures(folder, 0)?)?;
    let _engine = clamav::engine(folder, scratch.root())?;
    let socket = scratch.root().join("run/clamav/clamd.ctl");
    poll::until("clamd listens", Duration::from_secs(20), || Ok(socket.exists().then_some(())))?;
    let rows: &[(&str, Rules, &[Damage])] = &[
        ("etc/chrony/chrony.conf", &["clock_source_approved"], OF_TEXT),
        // One of a gigabyte has a whole header, and no more than that is read.
        ("var/lib/clamav/daily.cud", &["antivirus_signatures_current"], &OF_TEXT[..OF_TEXT.len() - 1]),
        ("var/lib/clamav/daily.cud", &["antivirus_signatures_current"], &[Damage::Cut(0), Damage::Cut(20)]),
        ("etc/clamav/clamd.conf", &["antivirus_signatures_current"], OF_TEXT),
    ];
    let mut wrong = Vec::new();
    for (file, rules, damages) in rows {
        let path = scratch.root().join(file);
        let whole = fs::read(&path)?;
        for damage in *damages {
            if let Err(error) = suffers(folder, file, rules, *damage, file) {
                wrong.push(format!("{file} {damage:?}: {error:#}"));
            }
            let _gone = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
            fs::write(&path, &whole)?;
        }
    }
    // No rule rests on these alone; the fact says all the same that they could not be read.
    for (file, damage) in ["etc/clamav/freshclam.conf", "etc/systemd/logind.conf"]
        .iter()
        .flat_map(|file| OF_TEXT.iter().map(move |damage| (file, damage)))
    {
        let path = scratch.root().join(file);
        damage.befall(&path)?;
        let (_, facts) = agent(folder, &["facts"])?;
        if !facts.to_string().contains(&format!("{file}: ")) {
            wrong.push(format!("{file} {damage:?}: {facts}"));
        }
        let _gone = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn no_rule_passes_on_damaged_files_of_running_daemons() {
    const NAME: &str = "no_rule_passes_on_damaged_files_of_running_daemons";
    if !chrony::available() || !clamav::available() || system("dconf").is_none() {
        tenken_tests::skip(NAME, "chrony, clamd, sigtool, faketime or dconf is not installed");
        return;
    }
    match own_network(&format!("host::{NAME}")).unwrap() {
        Stands::Inside => daemons().unwrap(),
        Stands::Passed => {}
        Stands::Not(why) => tenken_tests::skip(NAME, why),
    }
}
