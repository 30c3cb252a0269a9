//! How hosts keep passwords, from their files.

use std::fmt::Write as _;

use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

const PASSWD_LINES: &str = "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n\
    jiro:x:1001:1001::/home/jiro:/bin/bash\nsaburo:x:1002:1002::/home/saburo:/bin/bash\n";
const SHADOW_LINES: &str = "root:*:20000:0:99999:7:::\nhanako:$y$j9T$salt$hash:20000:0:99999:7:::\n\
    jiro:!$1$salt$hash:20000:0:99999:7:::\nsaburo:abJnggxhB/yWI:20000:0:99999:7:::\n";

fn host() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
        .file("/etc/passwd", PASSWD_LINES)
        .file_with("/etc/shadow", SHADOW_LINES, |file| {
            file.mode = 0o640;
            file.gid = 42;
        })
        .file("/etc/group", "root:x:0:\nshadow:x:42:\nusers:x:100:\n")
        .file("/etc/pam.d/passwd", include_bytes!("../../../tests/samples/pam/debian_12/passwd"))
        .file("/etc/pam.d/common-password", include_bytes!("../../../tests/samples/pam/debian_12/common-password"))
        .file("/etc/login.defs", "ENCRYPT_METHOD SHA512\n")
}

fn storage(host: &Recording) -> PasswordStorage {
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(storage) => storage,
        other => panic!("{other:?}"),
    }
}

fn stored(host: &Recording) -> Vec<(String, Option<HashScheme>, bool)> {
    let found = storage(host).passwords.measured().unwrap().clone();
    found.into_iter().map(|one| (one.account, one.scheme, one.public)).collect()
}

#[test]
fn the_scheme_of_every_account_and_never_the_hash() {
    let expected = [
        ("hanako".to_owned(), Some(HashScheme::Yescrypt), false),
        ("jiro".to_owned(), Some(HashScheme::Md5), false),
        ("saburo".to_owned(), Some(HashScheme::Des), false),
    ];
    assert_eq!(stored(&host()), expected);
    let whole = format!("{:?}", storage(&host()));
    assert!(!whole.contains("salt") && !whole.contains("abJnggxhB"), "{whole}");
}

#[test]
fn a_password_that_everybody_may_read() {
    let lines = "root:x:0:0::/root:/bin/sh\nhanako:$6$a$b:1000:1000::/:/bin/sh\njiro:*:1001:1001::/:/bin/sh\nhanako:x:1000:1000::/:\n";
    let found = stored(&host().file("/etc/passwd", lines));
    assert_eq!(
        found,
        [("hanako".to_owned(), Some(HashScheme::Sha512), true)],
        "of two lines of one name the first counts"
    );
}

#[test]
fn former_passwords() {
    let found = |host: &Recording| storage(host).passwords.measured().unwrap().clone();
    let with = host().file("/etc/security/opasswd", "hanako:1000:2:$6$a$b,$1$c$d\nroot:0:1:$1$a$b\ngone:7:1:$1$a$b\n");
    let found_with = found(&with);
    assert_eq!(found_with[0].account, "root");
    assert_eq!((found_with[0].scheme, &found_with[0].former), (None, &Read::Measured(vec![HashScheme::Md5])));
    assert_eq!(found_with[1].former, Read::Measured(vec![HashScheme::Sha512, HashScheme::Md5]));
    let denied = found(&host().denied("/etc/security/opasswd"));
    assert_eq!(denied.len(), 3);
    assert!(
        denied
            .iter()
            .all(|one| matches!(&one.former, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted))
    );
}

#[test]
fn files_with_their_rights() {
    let found = storage(&host()).files.measured().unwrap().clone();
    assert_eq!(found.len(), 1, "only those that are there");
    assert_eq!((found[0].path.as_str(), found[0].mode.as_str(), found[0].owner), ("/etc/shadow", "0640", 0));
    assert_eq!(found[0].group_trusted, Read::Measured(true));
    assert!(found[0].group_reads && !found[0].group_writes && !found[0].open_to_others);
    let open = host()
        .file_with("/etc/shadow-", "", |file| {
            file.mode = 0o644;
            file.gid = 100;
            file.uid = 1000;
        })
        .file_with("/etc/security/opasswd", "", |file| file.mode = 0o600);
    let found = storage(&open).files.measured().unwrap().clone();
    assert_eq!(
        found.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["/etc/shadow", "/etc/shadow-", FORMER]
    );
    assert_eq!(
        (found[1].owner, &found[1].group_trusted, found[1].open_to_others),
        (1000, &Read::Measured(false), true)
    );
    assert!(!found[2].group_reads && found[2].group_trusted == Read::Measured(true));
    let unnamed = storage(&host().denied("/etc/group")).files.measured().unwrap().clone();
    assert!(matches!(unnamed[0].group_trusted, Read::NotRead(_)));
}

#[test]
fn the_module_decides_how_new_passwords_are_kept() {
    let new = |host: &Recording| storage(host).new_passwords.measured().unwrap().clone();
    let debian = new(&host());
    assert_eq!(debian.origin, "yescrypt (/etc/pam.d/common-password)");
    assert_eq!((debian.scheme, debian.login_defs), (HashScheme::Yescrypt, Some(HashScheme::Sha512)));
    let with = |line: &str| new(&host().file("/etc/pam.d/common-password", line));
    assert_eq!(with("password required pam_unix.so md5\n").scheme, HashScheme::Md5);
    let by_file = with("password required pam_unix.so obscure\n");
    assert_eq!((by_file.scheme, by_file.origin.as_str()), (HashScheme::Sha512, "ENCRYPT_METHOD (/etc/login.defs)"));
    let nowhere =
        new(&host().file("/etc/pam.d/common-password", "password required pam_unix.so\n").file("/etc/login.defs", ""));
    assert_eq!((nowhere.scheme, nowhere.login_defs), (HashScheme::Des, None));
    let elsewhere = storage(&host().file("/etc/pam.d/common-password", "password required pam_sss.so\n"));
    assert!(matches!(elsewhere.new_passwords, Read::NotRead(reason) if reason.code == ReasonCode::Unsupported));
}

#[test]
fn what_may_not_be_read_is_not_taken_for_nothing() {
    let denied = storage(&host().denied("/etc/shadow"));
    assert!(matches!(denied.passwords, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    let cut = storage(&host().file("/etc/shadow", "root:*:20000:0:99999:7:::\nhanako:$y$j9T"));
    assert!(matches!(cut.passwords, Read::NotRead(reason) if reason.code == ReasonCode::Unparsable));
    let gone = storage(&Recording::new(Instant::UNIX_EPOCH).file("/etc/passwd", PASSWD_LINES));
    assert!(matches!(gone.passwords, Read::NotRead(reason) if reason.code == ReasonCode::Missing));
}

#[test]
fn five_thousand_accounts_are_cheap_and_every_file_wakes() {
    let mut passwd = String::from("root:x:0:0::/root:/bin/sh\n");
    let mut shadow = String::from("root:*:1::::::\n");
    for number in 0..5_000 {
        _ = writeln!(passwd, "u{number}:x:{}:100::/home/u{number}:/bin/sh", 2_000 + number);
        _ = writeln!(shadow, "u{number}:$y$j9T$salt$hash:20000:0:99999:7:::");
    }
    let host = host().file("/etc/passwd", passwd).file("/etc/shadow", shadow);
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let Outcome::Known(found) = collect(&look, &needs) else { panic!() };
    assert_eq!(found.passwords.measured().unwrap().len(), 5_000);
    let (sources, wakes) = look.finish();
    assert!(sources.len() < 30, "{sources:?}");
    for path in FILES.iter().chain(&[PASSWD, LOGIN_DEFS, "/etc/pam.d/passwd"]) {
        assert!(wakes.contains(&Wake::Path((*path).into())), "{path}");
    }
}
