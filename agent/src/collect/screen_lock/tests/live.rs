//! With databases that dconf itself compiles, on a live file system.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::gnome_key::GnomeKey;
use super::*;
use crate::host::Host;
use crate::host::linux::LiveHost;
use crate::host::linux::events::Events;

const DCONF: &str = "/usr/bin/dconf";
const GSETTINGS: &str = "/usr/bin/gsettings";
const SOON: Duration = Duration::from_secs(10);
const KEY_FILE: &str = "[org/gnome/desktop/session]\nidle-delay=uint32 600\n\n[org/gnome/desktop/screensaver]\n\
    lock-enabled=true\nlock-delay=uint32 2\npicture-uri='file:///x'\n";

/// A desktop below a folder; nothing where dconf is not installed.
fn desktop() -> Option<tempfile::TempDir> {
    if !Path::new(DCONF).exists() {
        println!("SKIPPED screen lock: {DCONF} is not installed");
        return None;
    }
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "etc/passwd", PASSWD);
    put(root.path(), "etc/shadow", "root:*:20000::::::\n");
    put(root.path(), "usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nName=GNOME\nExec=gnome-session\n");
    put(root.path(), "etc/dconf/profile/user", "user-db:user\nsystem-db:local\n");
    put(root.path(), "etc/dconf/db/local.d/00-lock", KEY_FILE);
    put(root.path(), "etc/dconf/db/local.d/locks/00-lock", &ALL.map(|key| format!("{key}\n")).concat());
    compile(root.path());
    Some(root)
}

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// As `dconf update` does: the new database takes the place of the old one.
fn compile(root: &Path) {
    let database = root.join("etc/dconf/db/local");
    let status = Command::new(DCONF).arg("compile").arg(&database).arg(root.join("etc/dconf/db/local.d")).status();
    assert!(status.unwrap().success());
}

fn read(root: &Path) -> (ScreenLock, Vec<Wake>) {
    let host = LiveHost::with_root(root.to_owned());
    let look = Look::new(&host);
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: host.now() };
    match collect(&look, &needs) {
        Outcome::Known(fact) => (fact, look.finish().1.into_iter().collect()),
        other => panic!("{other:?}"),
    }
}

fn everybody(root: &Path) -> (i64, bool, i64, bool) {
    measured(read(root).0.users.first().unwrap())
}

#[test]
fn what_dconf_compiles() {
    let Some(root) = desktop() else { return };
    let root = root.path();
    assert_eq!(everybody(root), (600, true, 2, true));
    assert_eq!(read(root).0.outdated_databases, Read::Measured(vec![]));

    std::fs::remove_file(root.join("etc/dconf/db/local.d/locks/00-lock")).unwrap();
    assert_eq!(everybody(root), (600, true, 2, true), "until the update the locks hold");
    assert_eq!(read(root).0.outdated_databases, Read::Measured(vec!["/etc/dconf/db/local".to_owned()]));

    compile(root);
    assert_eq!(everybody(root), (600, true, 2, false));
    assert_eq!(read(root).0.outdated_databases, Read::Measured(vec![]));
}

#[test]
fn values_as_dconf_reads_key_files() {
    let Some(root) = desktop() else { return };
    let root = root.path();
    for value in ["uint32 0x10", "@u 010", "uint32 7", "16", "'16'", "int64 16", "16.5", "true"] {
        put(root, "etc/dconf/db/local.d/00-lock", &format!("[org/gnome/desktop/session]\nidle-delay = {value} \n"));
        put(root, "etc/dconf/db/local.d/99-last", &format!("#\n[org/gnome/desktop/session]\nidle-delay={value}\n"));
        put(root, "etc/dconf/db/local.d/50-hidden", "[org/gnome/desktop/session]\nidle-delay=uint32 9999\n");
        compile(root);
        assert_eq!(read(root).0.outdated_databases, Read::Measured(vec![]), "{value}");
    }
}

/// A written database must be one for dconf too.
#[test]
fn dconf_reads_what_is_written() {
    let Some(root) = desktop() else { return };
    let path = root.path().join("written");
    std::fs::write(&path, database(&[(IDLE_DELAY, &seconds(77)), (LOCK_ENABLED, FALSE)], &ALL)).unwrap();
    let profile = root.path().join("profile");
    std::fs::write(&profile, format!("user-db:none\nfile-db:{}\n", path.display())).unwrap();
    let ask = |key: &str| {
        let mut command = Command::new(DCONF);
        command.args(["read", key]).env("DCONF_PROFILE", &profile).env("XDG_CONFIG_HOME", root.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(ask(IDLE_DELAY), "uint32 77\n");
    assert_eq!(ask(LOCK_ENABLED), "false\n");
    assert_eq!(ask(LOCK_DELAY), "");
}

/// What `gsettings` says of a setting with the databases of that profile: its value and whether it can be changed.
fn ask_gsettings(profile: &Path, configuration: &Path, key: GnomeKey) -> (String, bool) {
    let (schema, name) = key.in_schema();
    let ask = |word: &str| {
        let mut command = Command::new(GSETTINGS);
        command.args([word, schema, name]).env("DCONF_PROFILE", profile).env("XDG_CONFIG_HOME", configuration);
        let output = command.env("GSETTINGS_BACKEND", "dconf").env("LC_ALL", "C").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    (ask("get").replace("uint32 ", ""), ask("writable") == "true")
}

/// Key files of one database, by the digits of a number: none, well, badly typed, or another value of each.
fn settings(number: usize) -> String {
    let [idle, enabled, delay, disabled] = [number, number / 4, number / 16, number / 64].map(|part| part % 4);
    let idle = ["", "idle-delay=uint32 0", "idle-delay=60", "idle-delay=uint32 77"][idle];
    let enabled = ["", "lock-enabled=false", "lock-enabled='no'", "lock-enabled=true"][enabled];
    let delay = ["", "lock-delay=uint32 9", "lock-delay=uint64 9", "lock-delay=uint32 1"][delay];
    let disabled = ["", "disable-lock-screen=true", "disable-lock-screen=1", "disable-lock-screen=false"][disabled];
    format!(
        "[org/gnome/desktop/session]\n{idle}\n[org/gnome/desktop/screensaver]\n{enabled}\n{delay}\n\
         [org/gnome/desktop/lockdown]\n{disabled}\n"
    )
}

#[test]
fn gsettings_agrees_on_what_is_in_force() {
    const SCHEMAS: &str = "/usr/share/glib-2.0/schemas/gschemas.compiled";
    if ![GSETTINGS, SCHEMAS, DCONF].iter().all(|path| Path::new(path).exists()) {
        println!("SKIPPED screen lock: {GSETTINGS} or the schemas of GNOME are not installed");
        return;
    }
    let root = desktop().unwrap();
    let root = root.path();
    put(root, "usr/share/glib-2.0/schemas/none", "");
    std::fs::copy(SCHEMAS, root.join(SCHEMAS.trim_start_matches('/'))).unwrap();
    put(root, "etc/dconf/profile/user", "user-db:user\nsystem-db:local\nsystem-db:site\n");
    let configuration = root.join("home/hanako/.config");
    std::fs::create_dir_all(configuration.join("dconf")).unwrap();
    let [local, site] = ["local", "site"].map(|name| root.join("etc/dconf/db").join(name));
    let profile = root.join("profile");
    std::fs::write(&profile, format!("user-db:user\nfile-db:{}\nfile-db:{}\n", local.display(), site.display()))
        .unwrap();
    for number in (1_usize..16).map(|number| number.wrapping_mul(0x9e37_79b9)) {
        let locks = |bits: usize| {
            let locked = GnomeKey::ALL.into_iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
            locked.map(|(_, key)| format!("{}\n", key.path())).collect::<Vec<_>>().concat()
        };
        put(root, "own.d/00", &settings(number));
        put(root, "etc/dconf/db/local.d/00-lock", &settings(number >> 8));
        put(root, "etc/dconf/db/local.d/locks/00-lock", &locks(number >> 16));
        put(root, "etc/dconf/db/site.d/00", &settings(number >> 20));
        put(root, "etc/dconf/db/site.d/locks/00", &locks(number >> 28));
        compile(root);
        for (to, from) in
            [(&site, root.join("etc/dconf/db/site.d")), (&configuration.join("dconf/user"), root.join("own.d"))]
        {
            assert!(Command::new(DCONF).arg("compile").arg(to).arg(from).status().unwrap().success());
        }
        let fact = read(root).0;
        assert_eq!(fact.outdated_databases, Read::Measured(vec![]), "{number:x}");
        let row = fact.users.iter().find(|row| row.user == "hanako").or(fact.users.first()).unwrap();
        let [idle, enabled, delay, disabled] = GnomeKey::ALL.map(|key| ask_gsettings(&profile, &configuration, key));
        let expected = (
            idle.0.parse().unwrap(),
            enabled.0 == "true" && disabled.0 == "false",
            delay.0.parse().unwrap(),
            ![idle.1, enabled.1, delay.1, disabled.1].contains(&true),
        );
        assert_eq!(measured(row), expected, "{number:x}");
    }
}

#[tokio::test]
async fn an_update_and_a_removed_lock_wake() {
    let Some(root) = desktop() else { return };
    let root = root.path();
    let (_, wakes) = read(root);
    let mut events = Events::new(&LiveHost::with_root(root.to_owned()));
    assert_eq!(events.watch(wakes.into_iter().collect()).await, []);
    compile(root);
    wait_for(&mut events, "/etc/dconf/db/local").await;
    std::fs::remove_file(root.join("etc/dconf/db/local.d/locks/00-lock")).unwrap();
    wait_for(&mut events, "/etc/dconf/db/local.d/locks").await;
    put(root, "home/hanako/.config/dconf/user", "");
    wait_for(&mut events, "/home/hanako/.config/dconf/user").await;
}

async fn wait_for(events: &mut Events, path: &str) {
    let expected = Wake::Path(path.into());
    let waiting = async { while !events.next().await.contains(&expected) {} };
    assert!(tokio::time::timeout(SOON, waiting).await.is_ok(), "{path} did not wake");
}
