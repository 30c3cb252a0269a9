use super::*;

const LOCAL: &str = "/etc/dconf/db/local";
const OWN: &str = "/home/hanako/.config/dconf/user";

fn gnome() -> Recording {
    session(host(), "gnome", "gnome-session")
}

/// With a system database that sets ten minutes or so, and these locks.
fn managed(locks: &[&str]) -> Recording {
    let values: [(&str, &[u8]); 3] = [(IDLE_DELAY, &seconds(200)), (LOCK_ENABLED, TRUE), (LOCK_DELAY, &seconds(3))];
    gnome().file("/etc/dconf/profile/user", "user-db:user\nsystem-db:local\n").file(LOCAL, database(&values, locks))
}

fn loosened(host: Recording) -> Recording {
    host.file(OWN, database(&[(IDLE_DELAY, &seconds(0)), (LOCK_ENABLED, FALSE)], &[]))
}

fn outdated(host: &Recording) -> Read<Vec<String>> {
    known(host).outdated_databases
}

#[test]
fn without_any_setting_the_defaults_hold_and_nobody_is_held_to_them() {
    let host = gnome();
    assert_eq!(users(&host), ["*"]);
    assert_eq!(measured(&row(&host, "*")), (300, true, 0, false));
    assert_eq!(outdated(&host), Read::Measured(vec![]));
}

#[test]
fn what_the_administrator_locked_holds_for_everybody() {
    let host = loosened(managed(&ALL));
    assert_eq!(measured(&row(&host, "*")), (200, true, 3, true));
    assert_eq!(measured(&row(&host, "hanako")), (200, true, 3, true));
    assert_eq!(users(&host), ["*", "hanako"], "who set nothing gets what everybody gets");
    assert_eq!(row(&host, "*").origin, [LOCAL]);
}

#[test]
fn what_is_not_locked_a_person_loosens() {
    let host = loosened(managed(&[]));
    assert_eq!(measured(&row(&host, "*")), (200, true, 3, false));
    assert_eq!(measured(&row(&host, "hanako")), (0, false, 3, false));
    assert_eq!(row(&host, "hanako").origin, [OWN, LOCAL]);
}

#[test]
fn one_setting_left_open_is_enough_to_loosen_it() {
    for open in ALL {
        let locks: Vec<&str> = ALL.into_iter().filter(|key| *key != open).collect();
        assert_eq!(measured(&row(&managed(&locks), "*")), (200, true, 3, false), "{open}");
    }
    let host = managed(&[IDLE_DELAY, LOCK_ENABLED, LOCK_DELAY]).file(OWN, database(&[(LOCK_DISABLED, TRUE)], &[]));
    assert_eq!(measured(&row(&host, "hanako")), (200, false, 3, false), "forbidding the lock turns it off");
}

#[test]
fn a_value_of_another_type_sets_nothing() {
    let host = gnome()
        .file("/etc/dconf/profile/user", "user-db:user\nsystem-db:local\n")
        .file(LOCAL, database(&[(IDLE_DELAY, b"\x64\0\0\0\0i"), (LOCK_ENABLED, b"no\0\0s")], &ALL));
    assert_eq!(measured(&row(&host, "*")), (300, true, 0, true));
}

#[test]
fn key_files_alone_are_not_in_force() {
    let host = gnome()
        .file("/etc/dconf/profile/user", "user-db:user\nsystem-db:local\n")
        .file("/etc/dconf/db/local.d/00-lock", "[org/gnome/desktop/session]\nidle-delay=uint32 60\n")
        .file("/etc/dconf/db/local.d/locks/lock", ALL.join("\n"));
    assert_eq!(measured(&row(&host, "*")), (300, true, 0, false));
    assert_eq!(outdated(&host), Read::Measured(vec![LOCAL.to_owned()]));
}

#[test]
fn the_profile_decides_which_databases_count() {
    let unused = managed(&ALL).file("/etc/dconf/profile/user", "user-db:user\n# system-db:local\n");
    assert_eq!(measured(&row(&unused, "*")), (300, true, 0, false));
    let two = managed(&ALL)
        .file("/etc/dconf/profile/user", "user-db:user\nsystem-db:first\nsystem-db:local\nsystem-db:gone\n")
        .file("/etc/dconf/db/first", database(&[(IDLE_DELAY, &seconds(9))], &[]));
    assert_eq!(measured(&row(&two, "*")), (200, true, 3, true), "a lock hides what is above it");
    let vendors = gnome()
        .file("/usr/share/dconf/profile/user", "user-db:user\nfile-db:/usr/share/vendor/db\n")
        .file("/usr/share/vendor/db", database(&[(IDLE_DELAY, &seconds(7))], &ALL));
    assert_eq!(measured(&row(&vendors, "*")), (7, true, 0, true));
    let read_only = managed(&[]).file("/etc/dconf/profile/user", "system-db:local\n");
    assert_eq!(measured(&row(&read_only, "*")), (200, true, 3, true), "nothing can be written");
}

#[test]
fn the_environment_names_another_profile() {
    let named = managed(&ALL).file("/etc/environment", "DCONF_PROFILE=open\n");
    assert_eq!(measured(&row(&named, "*")), (300, true, 0, true), "a missing one has no database and nothing to write");
    let open = named.file("/etc/dconf/profile/open", "user-db:user\n");
    assert_eq!(measured(&row(&open, "*")), (300, true, 0, false));
    let scripted = managed(&ALL).file("/etc/profile.d/x.sh", "export DCONF_PROFILE=$HOME/x\n");
    assert_eq!(code(&row(&scripted, "*").enforced), ReasonCode::Unsupported);
    assert_eq!(code(&outdated(&scripted)), ReasonCode::Unsupported);
}

#[test]
fn a_person_who_names_another_profile_escapes() {
    let escapes = managed(&ALL).file("/home/hanako/.profile", "export DCONF_PROFILE=/home/hanako/open\n");
    assert_eq!(measured(&row(&escapes, "*")), (200, true, 3, true));
    assert_eq!(code(&row(&escapes, "hanako").enforced), ReasonCode::Unsupported);
    let forced = escapes.file("/run/dconf/user/1001", "user-db:user\nsystem-db:local\n");
    assert_eq!(users(&forced), ["*"], "a forced profile leaves no choice");
    let of_session = managed(&ALL).file("/run/user/1001/dconf/profile", "user-db:user\n");
    assert_eq!(measured(&row(&of_session, "hanako")), (300, true, 0, false));
}

#[test]
fn a_database_that_is_not_read_is_not_guessed() {
    let whole = database(&[(IDLE_DELAY, &seconds(200))], &ALL);
    let cut = managed(&[]).file(LOCAL, &whole[..whole.len() - 40]);
    let everybody = row(&cut, "*");
    assert_eq!(code(&everybody.idle_delay), ReasonCode::Unparsable);
    assert_eq!(code(&everybody.enforced), ReasonCode::Unparsable);
    let denied = managed(&[]).denied("/home/hanako/.config");
    assert_eq!(measured(&row(&denied, "*")), (200, true, 3, false));
    let hanako = row(&denied, "hanako");
    assert_eq!(code(&hanako.idle_delay), ReasonCode::NotPermitted);
    let own_broken = managed(&ALL).file(OWN, "GVariant");
    assert_eq!(measured(&row(&own_broken, "hanako")), (200, true, 3, true), "the locks hide what it says");
    assert_eq!(code(&row(&managed(&[]).file(OWN, "GVariant"), "hanako").lock_enabled), ReasonCode::Unparsable);
}

#[test]
fn a_service_may_keep_a_persons_database() {
    let profile = |service: &str| {
        gnome()
            .file("/etc/dconf/profile/user", format!("service-db:{service}\n"))
            .file("/home/hanako/.config/dconf/user.txt", "[org/gnome/desktop/session]\nidle-delay=uint32 0\n")
    };
    let text = profile("keyfile/user");
    assert_eq!(measured(&row(&text, "hanako")), (0, true, 0, false));
    assert_eq!(users(&text), ["*", "hanako"]);
    assert_eq!(code(&row(&profile("shm/user"), "taro").idle_delay), ReasonCode::Unsupported);
}

#[test]
fn defaults_are_those_of_this_host() {
    const SCHEMAS: &str = "/usr/share/glib-2.0/schemas/gschemas.compiled";
    let schemas: &[u8] = include_bytes!("../../../../tests/samples/screen_lock/gschemas.compiled");
    let overridden = row(&gnome().file(SCHEMAS, schemas), "*");
    assert_eq!(measured(&overridden).0, 420);
    assert_eq!(overridden.origin, [SCHEMAS]);
    let per_desktop: &[u8] = include_bytes!("../../../../tests/samples/screen_lock/gschemas.per-desktop.compiled");
    assert_eq!(code(&row(&gnome().file(SCHEMAS, per_desktop), "*").idle_delay), ReasonCode::Unsupported);
    let broken = gnome().file(SCHEMAS, &schemas[..100]);
    assert_eq!(code(&row(&broken, "*").idle_delay), ReasonCode::Unparsable);
    assert_eq!(measured(&row(&managed(&ALL).file(SCHEMAS, schemas), "*")).0, 200);
    let own_first =
        gnome().file(SCHEMAS, per_desktop).file("/usr/local/share/glib-2.0/schemas/gschemas.compiled", schemas);
    assert_eq!(measured(&row(&own_first, "*")).0, 420);
}

#[test]
fn a_forgotten_update_shows_in_contents_and_not_in_times() {
    let key_file = "[org/gnome/desktop/session]\nidle-delay=uint32 200\n[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 3\n";
    let made = |text: &str, locks: &str| {
        managed(&[IDLE_DELAY]).file("/etc/dconf/db/local.d/00", text).file("/etc/dconf/db/local.d/locks/00", locks)
    };
    let old = |host: Recording| assert_eq!(outdated(&host), Read::Measured(vec![LOCAL.to_owned()]));
    assert_eq!(outdated(&made(key_file, IDLE_DELAY)), Read::Measured(vec![]));
    let swap =
        made(key_file, IDLE_DELAY).file("/etc/dconf/db/local.d/.00.swp", "x").file("/etc/dconf/db/local.d/dir/x", "x");
    assert_eq!(outdated(&swap), Read::Measured(vec![]), "hidden files and folders are none");
    old(made(&key_file.replace("200", "900"), IDLE_DELAY));
    old(made(&key_file.replace("uint32 3", "3"), IDLE_DELAY));
    old(made(&key_file.replace("lock-enabled=true", ""), IDLE_DELAY));
    old(made(key_file, ""));
    old(made(key_file, &ALL.join("\n")));
    old(made("idle-delay=1\n", IDLE_DELAY));
    let later = made(key_file, IDLE_DELAY)
        .file("/etc/dconf/db/local.d/99", "[org/gnome/desktop/session]\nidle-delay=uint32 5\n");
    old(later.clone());
    let hidden = later.file("/etc/dconf/db/local.d/99-z", "[org/gnome/desktop/session]\nidle-delay=uint32 200\n");
    assert_eq!(outdated(&hidden), Read::Measured(vec![]), "the last file counts");
    assert_eq!(code(&outdated(&made(key_file, "").denied("/etc/dconf/db/local.d/locks"))), ReasonCode::NotPermitted);
    let odd = made(&key_file.replace("uint32 200", "@u (200)"), IDLE_DELAY);
    assert_eq!(code(&outdated(&odd)), ReasonCode::Unsupported);
}

#[test]
fn who_has_no_account_here_is_read_in_a_domain() {
    let host = managed(&[]).file("/home/ichiro/.config/dconf/user", database(&[(IDLE_DELAY, &seconds(0))], &[]));
    assert_eq!(users(&host), ["*"]);
    let joined = host.file("/etc/nsswitch.conf", "passwd: files sss\n");
    assert_eq!(measured(&row(&joined, "ichiro")).0, 0);
}

#[test]
fn everything_it_rests_on_wakes_it() {
    let host = managed(&ALL).file("/etc/dconf/db/local.d/locks/00", ALL.join("\n"));
    let look = Look::new(&host);
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    collect(&look, &Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now });
    let (_, wakes) = look.finish();
    for path in [
        LOCAL,
        "/etc/dconf/db/local.d",
        "/etc/dconf/db/local.d/locks",
        "/etc/dconf/db/local.d/locks/00",
        "/etc/dconf/profile/user",
        "/etc/passwd",
        "/usr/share/xsessions",
        "/usr/share/wayland-sessions",
        OWN,
        "/run/dconf/user/1001",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
