use proptest::prelude::*;

use super::*;

/// What the package of RHEL 8 and 9 installs, without its comments.
const RHEL: &[u8] = include_bytes!("../../../../tests/samples/logs/rsyslog.rhel_9.conf");

fn file(taken: [bool; 2], path: &str) -> Statement {
    Statement::Action { taken: Taken(taken), target: Target::File(path.to_owned()) }
}

fn host(taken: [bool; 2], host: &str, encryption: Encryption) -> Statement {
    Statement::Action { taken: Taken(taken), target: Target::Host { host: host.to_owned(), encryption } }
}

fn read(text: &str) -> Vec<Statement> {
    parse(text.as_bytes()).unwrap()
}

#[test]
fn the_files_of_distributions() {
    let debian = parse(include_bytes!("../../../../tests/samples/logs/rsyslog.debian_12.conf")).unwrap();
    let include = Statement::Include("/etc/rsyslog.d/*.conf".into());
    assert_eq!(debian, [include.clone(), file([true, true], "/var/log/auth.log")]);
    let rhel = parse(RHEL).unwrap();
    assert_eq!(rhel, [include, file([true, false], "/var/log/messages"), file([false, true], "/var/log/secure")]);
}

#[test]
fn actions_in_every_form() {
    assert_eq!(
        read(
            "auth.* -/a;Template # x\nauthpriv.* @10.0.0.1:514\n*.* @@(o)[2001:db8::1]:6514;T\nauth.*\n  action(type=\"omfile\" # x\n \
             file=\"/b\")\nauthpriv.* {\n  action(type=\"omfile\" File=\"/c\") stop }\n*.* :omusrmsg:*\nauth.* |/dev/x\n\
             *.* action(type=\"omfwd\" target=\"log\" protocol=\"tcp\" StreamDriver=\"gtls\" StreamDriverMode=\"1\")\n\
             action(type=\"omrelp\" Target=\"relp\" tls=\"on\")\naction(type=\"omfwd\" target=\"udp\" StreamDriverMode=\"1\")\n"
        ),
        [
            file([true, false], "/a"),
            host([false, true], "10.0.0.1", Encryption::No),
            host([true, true], "2001:db8::1", Encryption::AsBefore),
            file([true, false], "/b"),
            file([false, true], "/c"),
            Statement::Action { taken: Taken([false, true]), target: Target::Discard },
            host([true, true], "log", Encryption::Yes),
            host([true, true], "relp", Encryption::Yes),
            host([true, true], "udp", Encryption::No),
        ]
    );
}

#[test]
fn lines_of_before_and_modes() {
    assert_eq!(
        read(
            "$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n*.* @@log\n& /a\n&stop\n$IncludeConfig /etc/x/*.conf\n\
             global(DefaultNetstreamDriver=\"ptcp\")\n/* auth.* /never\n*/auth,\\\nauthpriv.* /b\n"
        ),
        [
            Statement::Driver(true),
            Statement::Mode(true),
            host([true, true], "log", Encryption::AsBefore),
            file([true, true], "/a"),
            Statement::Action { taken: Taken::ALL, target: Target::Discard },
            Statement::Include("/etc/x/*.conf".into()),
            Statement::Driver(false),
            file([true, true], "/b"),
        ]
    );
}

#[test]
fn conditions_are_noticed_and_not_evaluated() {
    let conditional =
        |about_sign_ins, path: &str| Statement::Conditional { about_sign_ins, target: Target::File(path.to_owned()) };
    assert_eq!(
        read(
            "if $programname == 'dhcpd' then /a\nif $syslogfacility-text == 'authpriv' then {\n action(type=\"omfile\" file=\"/b\")\n\
             } else {\n  mail.* /c\n}\n:msg, contains, \"sshd\" /d\n& ~\n!sudo\n*.* /e\n!*\nauth.* /f\n"
        ),
        [
            conditional(false, "/a"),
            conditional(true, "/b"),
            conditional(false, "/c"),
            conditional(true, "/d"),
            Statement::Conditional { about_sign_ins: true, target: Target::Discard },
            conditional(true, "/e"),
            file([true, false], "/f"),
        ]
    );
}

#[test]
fn rule_sets_of_what_is_received_and_templates_are_no_rules_of_this_host() {
    assert_eq!(
        read(
            "template(name=\"x\" type=\"list\") { property(name=\"msg\") constant(value=\"\\\"auth.* /x\\n\") }\n\
             ruleset(name=\"remote\") {\n auth.* /srv/remote.log\n action(type=\"omfwd\" target=\"up\")\n}\nauth.* /a\n"
        ),
        [
            Statement::Conditional {
                about_sign_ins: false,
                target: Target::Host { host: "up".into(), encryption: Encryption::No }
            },
            file([true, false], "/a")
        ]
    );
}

#[test]
fn what_rsyslog_would_refuse() {
    for bad in ["action(type=\"omfile\"", "auth.* {\n", "}\n", "/* x", "if $msg contains 'x'", "module(load=\"x)\n"] {
        assert_eq!(parse(bad.as_bytes()), Err(RsyslogError::Unclosed), "{bad}");
    }
    assert_eq!(parse(&[0xff]), Err(RsyslogError::NotText));
    assert_eq!(parse("auth.* /a\n".repeat(STATEMENTS_MAX + 1).as_bytes()), Err(RsyslogError::TooLong));
    assert_eq!(read("#auth.* /a\nauth /a\nhello\n"), []);
}

proptest! {
    #[test]
    fn never_panics(text in "([ a-z*.,;/@&:{}()\"=#\n$é\\\\]|auth|action\\(|if |then |stop|else ){0,60}") {
        let _ = parse(text.as_bytes());
    }
}
