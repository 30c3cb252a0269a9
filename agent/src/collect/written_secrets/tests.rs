use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

fn host() -> Recording {
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n")
        .file("/etc/nsswitch.conf", "passwd: files\n")
        .folder("/home/hanako")
}

fn with(host: Recording, path: &str, text: &str, mode: u32) -> Recording {
    host.file_with(path, text, |metadata| metadata.mode = mode)
}

fn known(host: &Recording) -> WrittenSecrets {
    let now = Instant::UNIX_EPOCH;
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn places(host: &Recording) -> Vec<(String, i64)> {
    known(host).found.into_iter().map(|found| (found.file, found.line)).collect()
}

#[test]
fn a_host_without_any() {
    let fact = known(&with(host(), "/etc/mysql/my.cnf", "[client]\n# password = abcd1234\npassword =\n", 0o644));
    assert_eq!((fact.found.len(), fact.lists.len(), fact.left_out, fact.files), (0, 0, 0, 1));
    assert_eq!(fact.complete, Read::Measured(true));
}

#[test]
fn passwords_in_every_place() {
    let mut host = host();
    for (path, text, mode) in [
        ("/etc/app/app.ini", "[db]\nPassword = abcd1234\n", 0o640),
        ("/etc/systemd/system/app.service.d/env.conf", "[Service]\nEnvironment=DB_PASSWORD=abcd1234\n", 0o644),
        ("/etc/cron.d/report", "*/10 1 * * * app curl -u x https://app:geheim99@db.local/\n", 0o644),
        ("/var/www/html/config/db.php", "<?php\n$password = 'other-one';\n", 0o644),
        ("/opt/vendor-app/conf/server.properties", "db.password=kenshin2026\n", 0o600),
        ("/home/hanako/.pgpass", "db:5432:*:app:pgsecret\n", 0o600),
        ("/home/hanako/.netrc", "machine a login b password netsecret\n", 0o600),
    ] {
        host = with(host, path, text, mode);
    }
    let fact = known(&host);
    let found: Vec<(&str, i64, &str, bool, bool)> = fact
        .found
        .iter()
        .map(|found| (found.file.as_str(), found.line, found.key.as_str(), found.readable_by_all, found.repeated))
        .collect();
    assert_eq!(
        found,
        [
            ("/etc/app/app.ini", 2, "Password", false, true),
            ("/etc/cron.d/report", 1, "url", true, false),
            ("/etc/systemd/system/app.service.d/env.conf", 2, "DB_PASSWORD", true, true),
            ("/opt/vendor-app/conf/server.properties", 1, "db.password", false, false),
            ("/var/www/html/config/db.php", 2, "password", true, false),
            ("/home/hanako/.netrc", 1, "password", false, false),
            ("/home/hanako/.pgpass", 1, "password", false, false),
        ]
    );
    let told = serde_json::to_string(&fact).unwrap();
    for secret in ["abcd1234", "geheim99", "other-one", "kenshin2026", "pgsecret", "netsecret"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn what_is_not_looked_through() {
    let mut host = host();
    for path in [
        "/etc/ssl/openssl.cnf",
        "/etc/pam.d/common-password.conf",
        "/etc/a/b/c/d/deep.conf",
        "/var/www/html/node_modules/x/config.json",
        "/etc/app/logo.png",
        "/usr/share/doc/app/example.conf",
    ] {
        host = with(host, path, "password = abcd1234\n", 0o644);
    }
    let host = with(host, "/etc/app/program.conf", "password = abcd1234\n\0", 0o644).link("/etc/app/x.conf", "/etc/a");
    assert_eq!(places(&host), []);
}

#[test]
fn documents_that_list_passwords() {
    let host = host()
        .file("/home/hanako/デスクトップ/パスワード一覧.xlsx", "x")
        .file("/home/hanako/Documents/ID-PW.txt", "x")
        .file("/home/hanako/Documents/パスワード規程.pdf", "x")
        .folder("/home/hanako/Desktop/password.txt")
        .file("/home/hanako/ID-PW.txt", "x");
    assert_eq!(
        known(&host).lists,
        ["/home/hanako/Documents/ID-PW.txt", "/home/hanako/デスクトップ/パスワード一覧.xlsx"]
    );
}

#[test]
fn what_could_not_be_looked_at_is_said_and_the_rest_is_known() {
    let found = with(host(), "/etc/app/app.ini", "password = abcd1234\n", 0o600);
    let fact = known(&found.denied("/opt"));
    assert_eq!(fact.found.len(), 1);
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    let fact = known(&host().denied("/home/hanako"));
    assert!(matches!(fact.complete, Read::NotRead(_)));
}

#[test]
fn keys_of_netplan_are_told_where_others_can_read_them() {
    let text =
        "network:\n  wifis:\n    NM-1:\n      access-points:\n        \"Kenshin\":\n          password: \"abcd1234\"\n";
    let path = "/etc/netplan/90-NM-7a2c4e0e-31c2-4f83-9f10-0d5b2f0e1b03.yaml";
    assert_eq!(places(&with(host(), path, text, 0o600)), []);
    assert_eq!(places(&with(host(), path, text, 0o640)), [(path.to_owned(), 6)]);
    let of_a_person = host().file_with(path, text, |metadata| (metadata.mode, metadata.uid) = (0o600, 1000));
    assert_eq!(places(&of_a_person).len(), 1);
}

#[test]
fn of_a_large_file_the_beginning_is_looked_through() {
    let large = format!("password = abcd1234\n{}", "x\n".repeat(600 << 10));
    let fact = known(&host().file("/etc/app/big.conf", &large));
    assert_eq!((fact.found.len(), fact.left_out), (1, 1));
    assert!(
        matches!(&fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge
            && reason.to_string().contains("/etc/app/big.conf")),
        "{:?}",
        fact.complete
    );
    let whole = known(&host().file("/etc/app/big.conf", "x\n".repeat(200 << 10)));
    assert_eq!((whole.files, whole.complete), (1, Read::Measured(true)));
    let others = host()
        .file("/var/www/html/app.js", &large)
        .file("/var/www/html/app.min.js", "password='abcd1234'")
        .file("/opt/app/image.conf", "x\0".repeat(600 << 10));
    let fact = known(&others);
    assert_eq!((fact.found.len(), fact.left_out, fact.complete), (0, 0, Read::Measured(true)));
}

#[test]
fn a_host_full_of_files_costs_a_bounded_amount() {
    let mut host = host();
    for number in 0..4_100 {
        host = host.file(format!("/srv/{}/{number}.conf", number % 50), "password = abcd1234\n");
    }
    let fact = known(&host);
    assert_eq!((fact.found.len(), fact.files), (500, 4_000));
    assert!(fact.left_out > 3_000);
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}

#[test]
fn folders_wake_and_files_do_not_each() {
    let host = with(host(), "/etc/app/app.ini", "password = abcd1234\n", 0o600);
    let look = Look::new(&host);
    let now = Instant::UNIX_EPOCH;
    collect(&look, &Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now });
    let (_, wakes) = look.finish();
    for path in ["/etc/app", "/etc", "/opt", "/home/hanako/Desktop", "/home/hanako/.netrc", "/home/hanako/.pgpass"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    // Every command that a shell remembers changes a home.
    for path in ["/etc/app/app.ini", "/home/hanako"] {
        assert!(!wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
