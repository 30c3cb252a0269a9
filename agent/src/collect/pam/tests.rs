//! Stacks put together from the files of distributions, and from broken ones.

use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

fn host() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
}

fn debian() -> Recording {
    host()
        .file("/etc/pam.d/passwd", include_bytes!("../../../tests/samples/pam/debian_12/passwd"))
        .file("/etc/pam.d/common-password", include_bytes!("../../../tests/samples/pam/debian_12/common-password"))
        .file("/etc/pam.d/common-auth", include_bytes!("../../../tests/samples/pam/debian_12/common-auth"))
        .file("/etc/pam.d/common-account", include_bytes!("../../../tests/samples/pam/debian_12/common-account"))
        .file("/etc/pam.d/login", include_bytes!("../../../tests/samples/pam/debian_12/login"))
        .file("/etc/pam.d/common-session", "session required pam_unix.so\n")
        .file("/etc/pam.d/other", include_bytes!("../../../tests/samples/pam/debian_12/other"))
}

fn of(host: &Recording, service: &str, kind: Kind) -> Result<Vec<String>, Reason> {
    let look = Look::new(host);
    let stack = Pam::of(&look).stack(service, kind)?;
    Ok(stack
        .steps
        .iter()
        .map(|step| {
            let name = step.module.as_ref().map_or("{", |module| module.name.as_str());
            format!("{}{name}", " ".repeat(step.level))
        })
        .collect())
}

fn code(host: &Recording, service: &str) -> ReasonCode {
    of(host, service, Kind::Password).unwrap_err().code
}

#[test]
fn debian_takes_in_files_of_every_kind() {
    let host = debian();
    assert_eq!(of(&host, "passwd", Kind::Password).unwrap(), ["pam_unix", "pam_deny", "pam_permit"]);
    let login = of(&host, "login", Kind::Auth).unwrap();
    assert_eq!(login, ["pam_faildelay", "pam_nologin", "pam_unix", "pam_deny", "pam_permit", "pam_cap", "pam_group"]);
    // It has no line of that kind.
    assert!(of(&host, "passwd", Kind::Auth).unwrap().contains(&"pam_unix".to_owned()), "those of other stand in");
}

#[test]
fn rhel_has_stacks_within() {
    let host = host()
        .file("/etc/pam.d/passwd", include_bytes!("../../../tests/samples/pam/rhel_9/passwd"))
        .file("/etc/pam.d/system-auth", include_bytes!("../../../tests/samples/pam/rhel_9/system-auth"))
        .file("/etc/pam.d/postlogin", include_bytes!("../../../tests/samples/pam/rhel_9/postlogin"));
    let expected = ["{", " pam_pwquality", " pam_unix", " pam_sss", " pam_deny", "pam_gnome_keyring", "{"];
    assert_eq!(of(&host, "passwd", Kind::Password).unwrap(), expected);
}

#[test]
fn the_administrators_file_goes_before_the_vendors() {
    let vendor = host().file("/usr/lib/pam.d/passwd", "password required pam_deny.so\n");
    assert_eq!(of(&vendor, "passwd", Kind::Password).unwrap(), ["pam_deny"]);
    let own = vendor.file("/etc/pam.d/passwd", "password required pam_permit.so\n");
    assert_eq!(of(&own, "passwd", Kind::Password).unwrap(), ["pam_permit"]);
    // Debian's templates are no configuration.
    let templates = host().file("/usr/share/pam/passwd", "password required pam_permit.so\n");
    assert_eq!(code(&templates, "passwd"), ReasonCode::Missing);
}

#[test]
fn without_folders_one_file_holds_all() {
    let text = "passwd password required pam_permit.so\nother password required pam_deny.so\n";
    let one = host().file("/etc/pam.conf", text);
    assert_eq!(of(&one, "passwd", Kind::Password).unwrap(), ["pam_permit"]);
    assert_eq!(of(&one, "chpasswd", Kind::Password).unwrap(), ["pam_deny"]);
    let both = one.file("/etc/pam.d/passwd", "password required pam_unix.so\n");
    assert_eq!(of(&both, "passwd", Kind::Password).unwrap(), ["pam_unix"]);
    assert_eq!(code(&both, "chpasswd"), ReasonCode::Missing);
    let installed = host().file("/etc/pam.conf", include_bytes!("../../../tests/samples/pam/debian_12/pam.conf"));
    assert_eq!(code(&installed, "passwd"), ReasonCode::Missing);
}

#[test]
fn stacks_that_cannot_be_followed() {
    let with = |text: &str| host().file("/etc/pam.d/passwd", text);
    assert_eq!(code(&host(), "passwd"), ReasonCode::Missing);
    assert_eq!(code(&with("@include common-password\n"), "passwd"), ReasonCode::Missing);
    assert_eq!(code(&with("password include system-auth\n"), "passwd"), ReasonCode::Missing);
    assert_eq!(code(&with("password include passwd\n"), "passwd"), ReasonCode::TooLarge);
    assert_eq!(code(&with("passwort required pam_unix.so\n"), "passwd"), ReasonCode::Unparsable);
    assert_eq!(code(&with("password required pam_stack.so service=x\n"), "passwd"), ReasonCode::Unsupported);
    assert_eq!(
        code(&with("password required pam_unix.so\n").denied("/etc/pam.d/passwd"), "passwd"),
        ReasonCode::NotPermitted
    );
    assert_eq!(code(&with(&"password required pam_unix.so\n".repeat(600)), "passwd"), ReasonCode::TooLarge);
    assert_eq!(code(&with("password required pam_unix.so\n\0"), "passwd"), ReasonCode::Unparsable);
    let twice = "@include a\n@include a\n";
    let many = host()
        .file("/etc/pam.d/passwd", twice)
        .file("/etc/pam.d/a", "@include b\n@include b\n")
        .file("/etc/pam.d/b", "password required pam_unix.so\n".repeat(200));
    assert_eq!(code(&many, "passwd"), ReasonCode::TooLarge);
}

#[test]
fn files_that_are_looked_at_wake_also_where_they_are_not() {
    let host = debian();
    let look = Look::new(&host);
    let _stack = Pam::of(&look).stack("passwd", Kind::Password);
    let (_, wakes) = look.finish();
    for path in ["/etc/pam.d", "/etc/pam.d/passwd", "/etc/pam.d/common-password"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    let empty = Recording::new(Instant::UNIX_EPOCH);
    let look = Look::new(&empty);
    let _stack = Pam::of(&look).stack("passwd", Kind::Password);
    let (_, wakes) = look.finish();
    for path in ["/etc/pam.d", "/usr/lib/pam.d", "/etc/pam.conf"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
