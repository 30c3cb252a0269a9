//! What hosts ask of passwords, from their files.

use tenken_model::fact::password_policy::{EntryWay, Lockout, NewPasswords, PasswordHistory, QualityModule};
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode, Span};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

const UBUNTU: &str = include_str!("../../../tests/samples/pam/ubuntu_24_04/common-password");
const CONF: &str = "/etc/security/pwquality.conf";
const STRONG: &str = "minlen = 13\nminclass = 4\nenforce_for_root\n";

fn host() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
}

fn debian(common_password: &str) -> Recording {
    host()
        .file("/etc/pam.d/passwd", include_bytes!("../../../tests/samples/pam/debian_12/passwd"))
        .file("/etc/pam.d/common-password", common_password)
        .file("/etc/pam.d/common-auth", include_bytes!("../../../tests/samples/pam/debian_12/common-auth"))
        .file("/etc/pam.d/common-account", include_bytes!("../../../tests/samples/pam/debian_12/common-account"))
        .file("/etc/pam.d/common-session", "session required pam_unix.so\n")
        .file("/etc/pam.d/login", include_bytes!("../../../tests/samples/pam/debian_12/login"))
}

fn rhel(system_auth: &str) -> Recording {
    host()
        .file("/etc/pam.d/passwd", include_bytes!("../../../tests/samples/pam/rhel_9/passwd"))
        .file("/etc/pam.d/login", include_bytes!("../../../tests/samples/pam/rhel_9/login"))
        .file("/etc/pam.d/system-auth", system_auth)
        .file("/etc/pam.d/password-auth", system_auth)
        .file("/etc/pam.d/postlogin", include_bytes!("../../../tests/samples/pam/rhel_9/postlogin"))
}

const RHEL: &str = include_str!("../../../tests/samples/pam/rhel_9/system-auth");
const FEDORA: &str = include_str!("../../../tests/samples/pam/fedora_41/system-auth");

fn policy(host: &Recording) -> PasswordPolicy {
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(policy) => policy,
        other => panic!("{other:?}"),
    }
}

fn asked(host: &Recording) -> NewPasswords {
    match policy(host).new_passwords {
        Read::Measured(asked) => asked,
        Read::NotRead(reason) => panic!("{reason}"),
    }
}

fn history(host: &Recording) -> PasswordHistory {
    policy(host).history.measured().unwrap().clone()
}

fn ways(host: &Recording) -> Vec<EntryWay> {
    policy(host).entry_ways.measured().unwrap().clone()
}

fn login(host: &Recording) -> EntryWay {
    ways(host).into_iter().find(|way| way.service == "login").unwrap()
}

#[test]
fn a_host_as_installed_asks_for_little() {
    let debian = asked(&debian(include_str!("../../../tests/samples/pam/debian_12/common-password")));
    assert_eq!((debian.checked_by, debian.min_length, debian.letters), (None, 0, false));
    let rhel = asked(&rhel(RHEL));
    assert_eq!(
        (rhel.checked_by, rhel.min_length, rhel.letters, rhel.for_root),
        (Some(QualityModule::Pwquality), 8, false, false)
    );
    assert!(rhel.dictionary && rhel.account_name && rhel.differs_by == 1);
}

#[test]
fn files_and_arguments_in_the_order_of_the_library() {
    let ubuntu = debian(UBUNTU).file(CONF, STRONG);
    let found = asked(&ubuntu);
    assert_eq!(found.min_length, 13);
    assert!(found.letters && found.digits && found.signs && found.for_root);
    assert!(found.origins.contains(&"minlen=13 (/etc/security/pwquality.conf)".to_owned()), "{:?}", found.origins);
    // The main file goes before the folder.
    let dropped = ubuntu.clone().file("/etc/security/pwquality.conf.d/50.conf", "minlen = 20\nmaxrepeat = 3\n");
    assert_eq!((asked(&dropped).min_length, asked(&dropped).max_repeat), (13, Some(3)));
    // What cannot be read in the folder keeps everything behind it from being read.
    let broken = ubuntu.clone().file("/etc/security/pwquality.conf.d/50.conf", "minlen = many\n");
    assert_eq!((asked(&broken).min_length, asked(&broken).letters), (8, false));
    let other = ubuntu.file("/etc/security/pwquality.conf.d/50.conf.rpmsave", "minlen = many\n");
    assert_eq!(asked(&other).min_length, 13);
    let argument = debian(&UBUNTU.replace("retry=3", "retry=3 minlen=8")).file(CONF, STRONG);
    assert_eq!(asked(&argument).min_length, 8);
}

#[test]
fn settings_that_ask_for_nothing() {
    for (conf, length) in
        [("# minlen = 13\n# minclass = 4\n", 8), ("Minlen = 13\nenforcing = 0\n", 0), ("min_len = 13\n", 8)]
    {
        let found = asked(&debian(UBUNTU).file(CONF, conf));
        assert_eq!((found.min_length, found.letters), (length, false), "{conf}");
    }
    let credits =
        asked(&debian(UBUNTU).file(CONF, "minlen = 13\ndcredit = 1\nucredit = 1\nlcredit = 1\nocredit = 1\n"));
    assert_eq!(credits.min_length, 9);
}

#[test]
fn a_module_that_nobody_waits_for_asks_for_nothing() {
    for stack in [
        // Without use_authtok the next module asks for a password of its own once it has refused one.
        "password requisite pam_pwquality.so retry=3\npassword [success=1 default=ignore] pam_unix.so obscure yescrypt\npassword requisite pam_deny.so\npassword required pam_permit.so\n",
        // Behind the module that sets the password.
        "password [success=2 default=ignore] pam_unix.so obscure sha512 minlen=10\npassword requisite pam_pwquality.so retry=3\npassword required pam_permit.so\n",
        "password required pam_cracklib.so retry=3 minlen=14\npassword sufficient pam_unix.so remember=5\npassword requisite pam_pwquality.so\n",
        // Jumped over.
        "password [success=1 default=1] pam_permit.so\npassword requisite pam_pwquality.so\npassword required pam_unix.so\n",
        "#password requisite pam_pwquality.so\npassword required pam_unix.so sha512\n",
        "auth requisite pam_pwquality.so\npassword required pam_unix.so sha512\n",
    ] {
        let found = asked(&debian(stack).file(CONF, STRONG));
        assert_eq!((found.checked_by, found.letters), (None, false), "{stack}");
    }
    for (stack, length) in [
        ("password requisite pam_pwquality.so\npassword required pam_unix.so sha512\n", 13),
        ("password requisite pam_pwquality.so\npassword required pam_unix.so sha512 remember=5\n", 0),
        ("password required pam_pwquality.so\npassword required pam_unix.so sha512\n", 0),
        ("password required pam_pwquality.so\npassword required pam_unix.so sha512 use_authtok\n", 13),
        (
            "password [success=1 default=ignore] pam_pwquality.so\npassword requisite pam_deny.so\npassword required pam_unix.so\n",
            13,
        ),
        (
            "password [success=ok default=1] pam_pwquality.so\npassword requisite pam_permit.so\npassword required pam_unix.so\n",
            0,
        ),
    ] {
        assert_eq!(asked(&debian(stack).file(CONF, STRONG)).min_length, length, "{stack}");
    }
    let optional = "password optional pam_pwquality.so\npassword required pam_unix.so use_authtok\n";
    assert_eq!(asked(&debian(optional).file(CONF, STRONG)).min_length, 13, "a refused password is not there to be set");
}

#[test]
fn length_that_pam_unix_asks_for_itself() {
    let stack = "password [success=1 default=ignore] pam_unix.so obscure minlen=14\npassword requisite pam_deny.so\n";
    let found = asked(&debian(stack));
    assert_eq!((found.checked_by, found.min_length, found.for_root), (None, 14, false));
    assert_eq!(found.origins, ["minlen=14 (/etc/pam.d/common-password)"]);
}

#[test]
fn stacks_that_cannot_be_judged_are_not() {
    let code = |stack: &str| match policy(&debian(stack)).new_passwords {
        Read::NotRead(reason) => reason,
        Read::Measured(found) => panic!("{found:?}"),
    };
    let passwdqc =
        code("password requisite pam_passwdqc.so min=disabled,24,11,8,7\npassword required pam_unix.so use_authtok\n");
    assert_eq!(passwdqc.code, ReasonCode::Unsupported);
    assert!(passwdqc.detail.contains("pam_passwdqc"), "{passwdqc}");
    assert_eq!(code("password sufficient pam_sss.so\npassword required pam_deny.so\n").code, ReasonCode::Unsupported);
    assert_eq!(code("passwort required pam_unix.so\n").code, ReasonCode::Unparsable);
    let two = "password requisite pam_pwquality.so\npassword requisite pam_cracklib.so use_authtok\npassword required pam_unix.so use_authtok\n";
    assert_eq!(code(two).code, ReasonCode::Unsupported);
    let denied = policy(&debian(UBUNTU).denied(CONF));
    assert!(matches!(denied.new_passwords, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    assert!(matches!(denied.history, Read::Measured(_)));
}

#[test]
fn former_passwords_that_are_refused() {
    assert_eq!(history(&debian(UBUNTU)).generations, 0);
    let fedora = history(&rhel(FEDORA));
    assert_eq!((fedora.generations, fedora.for_root), (10, false));
    let conf = rhel(FEDORA).file("/etc/security/pwhistory.conf", "remember = 5\nremember = 2\nenforce_for_root\n");
    assert_eq!(
        history(&conf),
        PasswordHistory {
            generations: 5,
            stays_for: None,
            for_root: true,
            origin: "/etc/security/pwhistory.conf".into()
        }
    );
    let none = rhel(FEDORA).file("/etc/security/pwhistory.conf", "remember = 0\n");
    assert_eq!(history(&none).generations, 0);
    let argument = rhel(&FEDORA.replace("pam_pwhistory.so", "pam_pwhistory.so remember=4"));
    assert_eq!(history(&argument.file("/etc/security/pwhistory.conf", "remember = 1\n")).generations, 4);
    let unix = debian("password required pam_unix.so obscure remember=5\n");
    assert_eq!(
        history(&unix),
        PasswordHistory {
            generations: 5,
            stays_for: None,
            for_root: false,
            origin: "/etc/pam.d/common-password".into()
        }
    );
    let ignored = "password required pam_pwhistory.so remember=5\npassword required pam_unix.so\n";
    assert_eq!(history(&debian(ignored)).generations, 0, "pam_unix asks again");
    let behind = "password required pam_unix.so use_authtok\npassword required pam_pwhistory.so remember=5\n";
    assert!(matches!(policy(&debian(behind)).history, Read::NotRead(_)), "nobody gives it a password");
}

#[test]
fn second_factors_are_asked_of_everybody_or_of_nobody() {
    let with = |auth: &str| login(&debian(UBUNTU).file("/etc/pam.d/common-auth", auth)).second_factor;
    let unix =
        "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n";
    for (auth, expected) in [
        (unix.to_owned(), false),
        (format!("{unix}auth required pam_google_authenticator.so\n"), true),
        (format!("{unix}auth required pam_google_authenticator.so nullok\n"), false),
        (format!("{unix}auth optional pam_google_authenticator.so\n"), false),
        (format!("auth required pam_u2f.so cue\n{unix}"), true),
        (format!("auth required pam_u2f.so nouserok cue\n{unix}"), false),
        (format!("auth sufficient pam_u2f.so cue\n{unix}"), false),
        (format!("auth sufficient pam_pkcs11.so\n{unix}"), false),
        ("auth required pam_sss.so require_cert_auth\n".to_owned(), true),
        ("auth required pam_sss.so try_cert_auth\n".to_owned(), false),
        (format!("#auth required pam_u2f.so\n{unix}"), false),
    ] {
        assert_eq!(with(&auth), Read::Measured(expected), "{auth}");
    }
    let foreign = with(&format!("auth required pam_duo.so\n{unix}"));
    assert!(matches!(&foreign, Read::NotRead(reason) if reason.detail.contains("pam_duo")), "{foreign:?}");
    // A finger alone is enough.
    assert_eq!(login(&rhel(FEDORA)).second_factor, Read::Measured(false));
    assert_eq!(
        login(&rhel(
            &FEDORA.replace("sufficient                                   pam_fprintd", "optional pam_fprintd")
        ))
        .second_factor,
        Read::Measured(true)
    );
}

#[test]
fn ways_over_ssh() {
    let ssh = |text: &str| {
        let host = debian(UBUNTU)
            .file("/etc/pam.d/sshd", include_bytes!("../../../tests/samples/pam/debian_12/sshd"))
            .file("/usr/sbin/sshd", "")
            .file("/etc/ssh/sshd_config", text);
        ways(&host).into_iter().find(|way| way.service == "sshd").map(|way| (way.second_factor, way.empty_password))
    };
    assert_eq!(ssh("UsePAM yes\n"), Some((Read::Measured(false), Read::Measured(true))));
    assert_eq!(ssh("UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"), None);
    assert_eq!(ssh("UsePAM yes\nAuthenticationMethods publickey,password\n").unwrap().0, Read::Measured(true));
    assert!(matches!(ssh("UsePAM yes\nMatch User x\nPasswordAuthentication no\n").unwrap().0, Read::NotRead(_)));
    assert_eq!(ssh("UsePAM no\n"), Some((Read::Measured(false), Read::Measured(false))));
    assert!(matches!(ssh("UsePAM \"yes\n").unwrap().0, Read::NotRead(_)), "sshd refuses it");
    assert_eq!(ways(&debian(UBUNTU)).len(), 1, "there is no server");
}

#[test]
fn login_screens_and_passwords_that_are_none() {
    let host = debian(UBUNTU)
        .file("/etc/pam.d/gdm-password", include_bytes!("../../../tests/samples/pam/debian_12/gdm-password"))
        .file("/etc/pam.d/lightdm", include_bytes!("../../../tests/samples/pam/debian_12/lightdm"));
    let services: Vec<String> = ways(&host).into_iter().map(|way| way.service).collect();
    assert_eq!(services, ["login", "gdm-password", "lightdm"]);
    assert_eq!(login(&host).empty_password, Read::Measured(true));
    let without = host.file("/etc/pam.d/common-auth", "auth required pam_unix.so\n");
    assert!(ways(&without).iter().all(|way| way.empty_password == Read::Measured(false)));
    let broken = without.file("/etc/pam.d/common-auth", "ouath required pam_unix.so\n");
    assert!(ways(&broken).iter().all(|way| matches!(way.second_factor, Read::NotRead(_))));
}

#[test]
fn wrong_passwords_close_the_account() {
    let minutes = |count: i64| Span::from_secs(60 * count);
    let fedora = login(&rhel(FEDORA)).lockout;
    assert_eq!(
        fedora,
        Read::Measured(Some(Lockout { attempts: 3, within: minutes(15), opens_after: Some(minutes(10)) }))
    );
    let conf = rhel(FEDORA).file("/etc/security/faillock.conf", "deny = 5\nunlock_time = never\n# fail_interval = 1\n");
    assert_eq!(
        login(&conf).lockout,
        Read::Measured(Some(Lockout { attempts: 5, within: minutes(15), opens_after: None }))
    );
    let off = rhel(&FEDORA.replace("authfail", "authfail deny=0"));
    assert_eq!(login(&off).lockout, Read::Measured(None));
    assert_eq!(login(&rhel(RHEL)).lockout, Read::Measured(None));
    let old = rhel(&RHEL.replacen(
        "auth        required",
        "auth required pam_tally2.so deny=5 unlock_time=900\nauth required",
        1,
    ));
    assert_eq!(login(&old).lockout.measured().unwrap().as_ref().unwrap().attempts, 5);
}

#[test]
fn files_that_are_not_there_wake_when_they_come() {
    let host = debian(UBUNTU);
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in [
        CONF,
        "/etc/security/pwquality.conf.d",
        "/etc/pam.d/common-password",
        "/etc/pam.d/gdm-password",
        "/usr/sbin/sshd",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
