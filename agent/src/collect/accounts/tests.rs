use std::time::Instant as Stopwatch;

use tenken_model::ReasonCode;
use tenken_model::register::Registers;

use super::*;
use crate::host::SystemReading;
use crate::host::recorded::Recording;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/samples/accounts/", $name))
    };
}

fn now() -> Instant {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

/// A Debian host with the samples' accounts.
fn host() -> Recording {
    let system = SystemReading {
        os: "debian".to_owned(),
        os_version: "12".to_owned(),
        kernel: "6.1".to_owned(),
        host_name: "sv1".to_owned(),
        booted_at: now(),
    };
    Recording::new(now())
        .system(system)
        .file("/etc/passwd", sample!("passwd"))
        .file("/etc/shadow", sample!("shadow"))
        .file("/etc/group", sample!("group"))
        .file("/etc/gshadow", sample!("gshadow"))
        .file("/etc/login.defs", sample!("login.defs"))
        .file("/etc/shells", sample!("shells"))
        .file("/etc/sudoers", sample!("sudoers"))
        .folder("/etc/sudoers.d")
        .file("/var/log/wtmp", sample!("wtmp"))
}

fn outcome(host: &Recording) -> Outcome<Accounts> {
    let look = Look::new(host);
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    collect(&look, &needs)
}

fn read(host: &Recording) -> Accounts {
    match outcome(host) {
        Outcome::Known(accounts) => accounts,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn account<'a>(accounts: &'a Accounts, name: &str) -> &'a Account {
    accounts.entries.iter().find(|account| account.name == name).unwrap()
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?} was measured"),
    }
}

#[test]
fn a_debian_host() {
    let accounts = read(&host());
    assert_eq!(accounts.entries.len(), 24);
    assert!(accounts.shared_uids.is_empty());
    assert_eq!(accounts.sign_ins_since, Read::Measured(Some("2026-08-31T23:00:00Z".parse().unwrap())));

    let hanako = account(&accounts, "hanako");
    assert_eq!((hanako.uid, hanako.interactive, &hanako.built_in), (1000, true, &Read::Measured(false)));
    assert_eq!(hanako.enabled, Read::Measured(true));
    assert_eq!(
        (&hanako.administrator, hanako.administrator_by.as_slice()),
        (&Read::Measured(true), ["sudoers %sudo".to_owned()].as_slice())
    );
    assert_eq!(hanako.password, Read::Measured(PasswordState::Set));
    assert_eq!(hanako.last_sign_in, Read::Measured(Some("2026-11-20T01:05:00Z".parse().unwrap())));
    assert_eq!(hanako.ssh_keys, Read::Measured(0));

    let enabled: Vec<_> = accounts
        .entries
        .iter()
        .filter(|account| account.enabled == Read::Measured(true))
        .map(|account| account.name.as_str())
        .collect();
    assert_eq!(enabled, ["hanako", "nopass", "maint"]);
    let daemon = account(&accounts, "daemon");
    assert_eq!((daemon.interactive, &daemon.built_in), (false, &Read::Measured(true)));
    assert_eq!(daemon.administrator, Read::Measured(false));
    assert_eq!(account(&accounts, "nobody").built_in, Read::Measured(true));
    let root = account(&accounts, "root");
    assert_eq!((&root.built_in, &root.administrator), (&Read::Measured(false), &Read::Measured(true)));
    assert_eq!(root.administrator_by, ["sudoers root", "uid 0"]);
    let keyonly = account(&accounts, "keyonly");
    assert_eq!(keyonly.administrator, Read::Measured(true), "may add itself to sudo by gshadow");
    assert_eq!(account(&accounts, "maint").expires, Read::Measured(Some("2027-03-31T00:00:00Z".parse().unwrap())));
    assert_eq!(account(&accounts, "locked").administrator, Read::Measured(false));
}

#[test]
fn accounts_of_a_directory_are_said_to_be_missing() {
    assert_eq!(read(&host()).complete, Read::Measured(true));
    assert_eq!(read(&host().file("/etc/nsswitch.conf", "passwd: files systemd\n")).complete, Read::Measured(true));
    let joined = read(&host().file("/etc/nsswitch.conf", "passwd: files sss\n"));
    assert_eq!((joined.entries.len(), code(&joined.complete)), (24, ReasonCode::Elsewhere));
    let homes = host().file("/etc/nsswitch.conf", "passwd: files systemd\n").file("/etc/userdb/taro.user", "{}");
    assert_eq!(code(&read(&homes).complete), ReasonCode::Unsupported, "this host keeps them");
    assert_eq!(code(&read(&host().denied("/etc/nsswitch.conf")).complete), ReasonCode::NotPermitted);
}

#[test]
fn who_is_a_person_is_not_known_without_the_range_for_people() {
    let passwd = "root:x:0:0::/root:/bin/sh\ntaro:x:600:600::/home/taro:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";
    let built_in = |host: Recording| {
        let accounts = read(&host);
        ["root", "taro", "nobody"].map(|name| account(&accounts, name).built_in.clone())
    };
    let of = |host: Recording| built_in(host.file("/etc/passwd", passwd));
    let [root, taro, nobody] = of(host().denied("/etc/login.defs"));
    assert_eq!((root, nobody), (Read::Measured(false), Read::Measured(true)));
    assert_eq!(code(&taro), ReasonCode::NotPermitted, "600 may be a person's");
    let [_, taro, _] = of(host().file("/etc/login.defs", "UID_MIN 500\n"));
    assert_eq!(taro, Read::Measured(false));
}

#[test]
fn a_key_opens_a_locked_account_unless_it_has_ended() {
    let keys = sample!("authorized_keys");
    let accounts = read(
        &host()
            .file("/home/locked/.ssh/authorized_keys", keys)
            .file("/home/ended/.ssh/authorized_keys2", keys)
            .file("/nonexistent/.ssh/authorized_keys", keys)
            .folder("/home/keyonly/.ssh/authorized_keys"),
    );
    assert_eq!(
        (&account(&accounts, "locked").ssh_keys, &account(&accounts, "locked").enabled),
        (&Read::Measured(5), &Read::Measured(true))
    );
    assert_eq!(
        (&account(&accounts, "ended").ssh_keys, &account(&accounts, "ended").enabled),
        (&Read::Measured(5), &Read::Measured(false))
    );
    assert_eq!(account(&accounts, "nobody").enabled, Read::Measured(false), "its shell lets nobody in");
    assert_eq!(account(&accounts, "keyonly").ssh_keys, Read::Measured(0));
}

#[test]
fn keys_where_sshd_looks() {
    let keys = sample!("authorized_keys");
    let configured = |text: &str| {
        host()
            .file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n")
            .file("/etc/ssh/sshd_config.d/50-keys.conf", text)
            .file("/etc/ssh/sshd_config.d/x.bak", "PubkeyAuthentication no")
            .file("/etc/ssh/keys/locked", keys)
    };
    let keys_of = |text: &str| account(&read(&configured(text)), "locked").ssh_keys.clone();
    assert_eq!(keys_of("AuthorizedKeysFile /etc/ssh/keys/%u"), Read::Measured(5));
    assert_eq!(keys_of("Match User locked\nAuthorizedKeysFile /etc/ssh/keys/%u"), Read::Measured(5));
    assert_eq!(keys_of("AuthorizedKeysFile /etc/ssh/keys/%u\nPubkeyAuthentication no"), Read::Measured(0));
    assert_eq!(keys_of(""), Read::Measured(0));
    assert_eq!(code(&keys_of("AuthorizedKeysCommand /usr/bin/keys")), ReasonCode::Unsupported);
    assert_eq!(code(&keys_of("Port \"22")), ReasonCode::Unparsable);
    assert_eq!(code(&keys_of("Include /etc/ssh/[^a].conf")), ReasonCode::Unsupported);
    assert_eq!(code(&keys_of("Include /etc/ssh/sshd_config")), ReasonCode::Unparsable);
    assert_eq!(code(&keys_of("Include")), ReasonCode::Unparsable);
}

#[test]
fn what_may_not_be_read_is_not_read() {
    let accounts =
        read(&host().denied("/etc/shadow").denied("/etc/gshadow").denied("/home/hanako").denied("/var/log/wtmp"));
    let hanako = account(&accounts, "hanako");
    assert_eq!(code(&hanako.password), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.enabled), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.expires), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.password_changed), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.ssh_keys), ReasonCode::NotPermitted);
    assert_eq!(code(&hanako.last_sign_in), ReasonCode::NotPermitted);
    assert_eq!(hanako.administrator, Read::Measured(true), "the group file alone says so");
    assert_eq!(code(&account(&accounts, "locked").administrator), ReasonCode::NotPermitted);
    assert_eq!(account(&accounts, "daemon").enabled, Read::Measured(false), "its shell lets nobody in");
    let sudoers = read(&host().denied("/etc/sudoers"));
    assert_eq!(code(&account(&sudoers, "hanako").administrator), ReasonCode::NotPermitted);
    assert_eq!(account(&sudoers, "root").administrator, Read::Measured(true));
}

#[test]
fn without_the_list_there_is_no_fact() {
    assert!(matches!(outcome(&Recording::new(now())), Outcome::Failed(reason) if reason.code == ReasonCode::Missing));
    let empty = Recording::new(now()).file("/etc/passwd", "# nobody\n");
    assert!(matches!(outcome(&empty), Outcome::Failed(reason) if reason.code == ReasonCode::Unparsable));
    assert!(
        matches!(outcome(&host().denied("/etc/passwd")), Outcome::Failed(reason) if reason.code == ReasonCode::NotPermitted)
    );
}

#[test]
fn a_second_root_and_a_password_in_the_open_file() {
    let mut passwd = sample!("passwd").to_vec();
    passwd.extend_from_slice(b"toor::0:0::/root:/bin/sh\nhanako:x:0:0::/:/bin/sh\n");
    let accounts = read(&host().file("/etc/passwd", passwd));
    assert_eq!(accounts.shared_uids, ["0: root toor hanako"]);
    let toor = account(&accounts, "toor");
    assert_eq!((&toor.password, &toor.enabled), (&Read::Measured(PasswordState::Empty), &Read::Measured(true)));
    assert_eq!(toor.administrator_by, ["sudoers root", "uid 0"].iter().skip(1).copied().collect::<Vec<_>>());
    assert_eq!(account(&accounts, "hanako").uid, 1000, "the system finds the first line of a name");
}

#[test]
fn rights_by_included_files_groups_and_polkit() {
    let group = [sample!("group").as_slice(), b"docker:x:990:locked\nwheel:x:991:nopass\n"].concat();
    let accounts = read(
        &host()
            .file("/etc/group", group)
            .file("/etc/sudoers", "@includedir sudoers.d\n@include more.%h\n#include /etc/missing\n")
            .file("/etc/sudoers.d/10-ended", "ended ALL=(root) NOPASSWD: ALL\n")
            .file("/etc/sudoers.d/10-maint.conf", "maint ALL=ALL\n")
            .file("/etc/sudoers.d/maint~", "maint ALL=ALL\n")
            .file("/etc/more.sv1", "keyonly ALL=ALL\n")
            .file(
                "/usr/share/polkit-1/rules.d/50-default.rules",
                "polkit.addAdminRule(function(){return['unix-group:wheel']})",
            )
            .file("/usr/share/polkit-1/rules.d/README", "addAdminRule 'unix-group:users'"),
    );
    let by = |name: &str| account(&accounts, name).administrator_by.join(", ");
    assert_eq!(by("ended"), "sudoers ended");
    assert_eq!(by("keyonly"), "sudoers keyonly");
    assert_eq!(by("locked"), "group docker");
    assert_eq!(by("nopass"), "polkit group wheel");
    assert_eq!((by("maint"), &account(&accounts, "maint").administrator), (String::new(), &Read::Measured(false)));
}

#[test]
fn rights_that_cannot_be_decided() {
    let of = |host: Recording| code(&account(&read(&host), "locked").administrator);
    assert_eq!(of(host().file("/etc/doas.conf", "permit :wheel")), ReasonCode::Unsupported);
    assert_eq!(of(host().file("/etc/sudoers.d/a", "+admins ALL=ALL")), ReasonCode::Unsupported);
    assert_eq!(of(host().file("/etc/sudoers.d/a", "locked ALL=(")), ReasonCode::Unsupported);
    assert_eq!(of(host().file("/etc/sudoers.d/a", "@include /etc/sudoers")), ReasonCode::TooLarge);
}

#[test]
fn the_newest_record_of_any_kind_counts() {
    let mut lastlog = vec![0; 292 * 1_100];
    lastlog[292 * 1000..292 * 1000 + 4].copy_from_slice(&1_795_309_200_u32.to_le_bytes());
    lastlog[292 * 1005..292 * 1005 + 4].copy_from_slice(&1_600_000_000_u32.to_le_bytes());
    let accounts = read(&host().file("/var/log/lastlog", lastlog));
    let last = |name: &str| account(&accounts, name).last_sign_in.clone();
    assert_eq!(last("hanako"), Read::Measured(Some("2026-11-22T01:00:00Z".parse().unwrap())));
    assert_eq!(last("maint"), Read::Measured(Some("2026-09-01T04:00:00Z".parse().unwrap())));
    assert_eq!(last("keyonly"), Read::Measured(None));
    assert_eq!(last("nobody"), Read::Measured(None));

    let mut ahead = vec![0; 292 * 1_100];
    ahead[292 * 1000..292 * 1000 + 4].copy_from_slice(&2_000_000_000_u32.to_le_bytes());
    let accounts = read(&host().file("/var/log/lastlog", ahead));
    assert_eq!(code(&account(&accounts, "hanako").last_sign_in), ReasonCode::Inconclusive, "a wrong clock wrote it");
}

#[test]
fn the_databases_of_newer_systems() {
    let mut newer = host();
    newer.paths.remove(std::path::Path::new("/var/log/wtmp"));
    let newer = newer.file("/var/lib/lastlog/lastlog2.db", sample!("lastlog2.db"));
    let accounts = read(&newer);
    let last = |accounts: &Accounts, name: &str| account(accounts, name).last_sign_in.clone();
    assert_eq!(last(&accounts, "hanako"), Read::Measured(Some("2026-11-22T01:00:00Z".parse().unwrap())));
    assert_eq!((last(&accounts, "keyonly"), &accounts.sign_ins_since), (Read::Measured(None), &Read::Measured(None)));

    let newer = newer.file("/var/lib/wtmpdb/wtmp.db", sample!("wtmp.db"));
    let accounts = read(&newer);
    assert_eq!(last(&accounts, "nopass"), Read::Measured(Instant::from_timestamp(1_780_000_200, 0)));
    assert_eq!(accounts.sign_ins_since, Read::Measured(Instant::from_timestamp(1_780_000_000, 0)));

    let logged = read(&newer.clone().file("/var/lib/wtmpdb/wtmp.db-wal", "x"));
    assert_eq!(code(&last(&logged, "hanako")), ReasonCode::Unsupported);
    let settled = read(&newer.clone().file("/var/lib/wtmpdb/wtmp.db-wal", ""));
    assert_eq!(last(&settled, "nopass"), last(&accounts, "nopass"));
    let broken = read(&newer.file("/var/lib/lastlog/lastlog2.db", "no database"));
    assert_eq!(code(&last(&broken, "hanako")), ReasonCode::Unparsable);
}

#[test]
fn records_that_are_missing_or_no_records() {
    let without = |path: &str| {
        let mut host = host();
        host.paths.remove(std::path::Path::new(path));
        host
    };
    let none = read(&without("/var/log/wtmp"));
    assert_eq!(code(&account(&none, "hanako").last_sign_in), ReasonCode::Missing);
    assert_eq!(none.sign_ins_since, Read::Measured(None));
    let empty = read(&host().file("/var/log/wtmp", ""));
    assert_eq!(
        (&account(&empty, "hanako").last_sign_in, &empty.sign_ins_since),
        (&Read::Measured(None), &Read::Measured(None))
    );
    let garbage = read(&host().file("/var/log/wtmp.1", "no records at all"));
    assert_eq!(code(&account(&garbage, "hanako").last_sign_in), ReasonCode::Unparsable);
    assert_eq!(code(&garbage.sign_ins_since), ReasonCode::Unparsable);
    let odd = read(&host().file("/var/log/lastlog", "odd length"));
    assert_eq!(code(&account(&odd, "hanako").last_sign_in), ReasonCode::Unparsable);
}

#[test]
fn five_thousand_accounts_cost_little() {
    use std::fmt::Write;
    let (mut passwd, mut shadow, mut group) =
        (String::from_utf8_lossy(sample!("passwd")).into_owned(), String::new(), String::new());
    for n in 0..5_000 {
        writeln!(passwd, "u{n}:x:{uid}:{uid}::/home/u{n}:/bin/bash", uid = 2_000 + n).unwrap();
        writeln!(shadow, "u{n}:$6$a$b:20000:0:99999:7:::").unwrap();
        writeln!(group, "u{n}:x:{}:", 2_000 + n).unwrap();
    }
    let host = host().file("/etc/passwd", passwd).file("/etc/shadow", shadow).file("/etc/group", group);
    let began = Stopwatch::now();
    let accounts = read(&host);
    assert_eq!(accounts.entries.len(), 5_024);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn every_place_is_told_and_wakes() {
    let host = host().denied("/home/hanako");
    let look = Look::new(&host);
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    let _ = collect(&look, &needs);
    let (sources, wakes) = look.finish();
    for place in ["/etc/passwd", "/etc/shadow", "/etc/sudoers", "/var/log/wtmp", "/home/hanako/.ssh/authorized_keys"] {
        assert!(sources.iter().any(|source| source.place == place), "{place}");
        assert!(wakes.contains(&crate::collect::Wake::Path(place.into())), "{place}");
    }
    assert!(!wakes.contains(&crate::collect::Wake::Path("/var/log".into())), "any log line would wake");
}

#[test]
fn what_is_no_text_or_no_file_is_not_taken_for_nothing() {
    let binary = b"\x7fELF\x02\x01\x01\0\0\0\n".to_vec();
    for broken in [host().file("/etc/shadow", binary.clone()), host().file("/etc/shadow", "")] {
        assert_eq!(code(&account(&read(&broken), "hanako").enabled), ReasonCode::Unparsable);
    }
    for path in ["/etc/group", "/etc/gshadow", "/etc/shells", "/etc/sudoers"] {
        let accounts = read(&host().file(path, binary.clone()));
        let unread = accounts.entries.iter().any(|account| matches!(account.administrator, Read::NotRead(_)));
        assert!(unread, "{path}");
    }
    for host in [host().file("/etc/login.defs", binary), host().denied("/etc/login.defs")] {
        let unread = read(&host).entries.iter().any(|account| matches!(account.built_in, Read::NotRead(_)));
        assert!(unread, "which accounts are people's is not guessed");
    }
}

#[test]
fn a_damaged_record_of_sign_ins_tells_no_last_one() {
    let mut garbled = sample!("wtmp").to_vec();
    garbled.extend([0xa5; 384]);
    let cut = sample!("wtmp").get(..sample!("wtmp").len() - 100).unwrap().to_vec();
    for bytes in [garbled, cut] {
        let accounts = read(&host().file("/var/log/wtmp", bytes));
        assert_eq!(code(&account(&accounts, "hanako").last_sign_in), ReasonCode::Unparsable);
    }
    let other = host().folder("/var/log/lastlog");
    assert_eq!(code(&account(&read(&other), "hanako").last_sign_in), ReasonCode::Unparsable);
}
