use proptest::prelude::*;

use super::*;
use crate::collect::logs::selector::Taken;

/// What the package of RHEL 8 and 9 installs, without its comments.
const RHEL: &[u8] = include_bytes!("../../../../tests/samples/logs/rsyslog.rhel_9.conf");

fn file(taken: [bool; 2], path: &str) -> Statement {
    Statement::Action { taken: Taken(taken).into(), target: Target::File(path.to_owned()) }
}

fn host(taken: [bool; 2], host: &str, encryption: Encryption) -> Statement {
    Statement::Action { taken: Taken(taken).into(), target: Target::Host { host: host.to_owned(), encryption } }
}

fn discard(taken: Shares, outputs: &[&str]) -> Statement {
    let outputs = outputs.iter().map(|output| (*output).to_owned()).collect();
    Statement::Action { taken, target: Target::Discard(outputs) }
}

/// For which messages on sign-ins an expression holds.
fn holds(condition: &str) -> [Share; 2] {
    match read(&format!("if {condition} then /x\n")).as_slice() {
        [] => [Share::None; 2],
        [Statement::Action { taken, target: Target::File(path) }] if path == "/x" => taken.0,
        other => panic!("{condition}: {other:?}"),
    }
}

fn read(text: &str) -> Vec<Statement> {
    parse(text.as_bytes()).unwrap()
}

#[test]
fn the_files_of_distributions() {
    let debian = parse(include_bytes!("../../../../tests/samples/logs/rsyslog.debian_12.conf")).unwrap();
    let include = Statement::Include("/etc/rsyslog.d/*.conf".into());
    let socket = Statement::Input(Input::Socket);
    assert_eq!(debian, [socket, include.clone(), file([true, true], "/var/log/auth.log")]);
    let rhel = parse(RHEL).unwrap();
    let journal = Statement::Input(Input::Journal);
    assert_eq!(
        rhel,
        [include, journal, file([true, false], "/var/log/messages"), file([false, true], "/var/log/secure")]
    );
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
            discard(Taken([false, true]).into(), &["/c"]),
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
            discard(Shares::ALL, &["/a"]),
            Statement::Include("/etc/x/*.conf".into()),
            Statement::Driver(false),
            file([true, true], "/b"),
        ]
    );
}

#[test]
fn conditions_are_evaluated_as_far_as_messages_on_sign_ins_have_it_in_common() {
    use Share::{All, None, Some};
    for (condition, expected) in [
        ("$syslogfacility-text == 'authpriv'", [None, All]),
        ("$SYSLOGFACILITY-TEXT != \"authpriv\"", [All, None]),
        ("$syslogfacility == 4 or $syslogfacility == 0xa", [All, All]),
        ("$syslogfacility-text == ['auth', 'authpriv']", [All, All]),
        ("$syslogfacility-text startswith 'auth'", [All, All]),
        ("prifilt('*.info;authpriv.none')", [All, None]),
        ("not prifilt('auth,authpriv.*')", [None, None]),
        ("$syslogseverity <= 4", [None, None]),
        ("$syslogseverity <= '6'", [All, All]),
        ("$programname == 'haproxy'", [None, None]),
        ("$programname == 'author'", [None, None]),
        ("$programname == 'sshd'", [Some, Some]),
        ("$programname == ['a', 'sudo'] and $syslogfacility-text == 'auth'", [Some, None]),
        ("not ($programname == 'haproxy')", [All, All]),
        ("not $programname == 'haproxy'", [Some, Some]),
        ("$syslogtag startswith 'sshd'", [Some, Some]),
        ("$syslogtag == '[CLOUDINIT]'", [None, None]),
        ("$msg contains 'then stop'", [Some, Some]),
        ("$msg contains 'Accepted' and $syslogfacility-text == 'mail'", [None, None]),
        ("$msg contains 'x' or $syslogfacility-text == 'auth'", [All, Some]),
        ("$fromhost-ip != '127.0.0.1'", [None, None]),
        ("$fromhost-ip startswith '192.168.'", [None, None]),
        ("$inputname == 'imudp'", [None, None]),
        ("$syslogfacility-text == 'auth' or $msg contains 'x' and $programname == 'a'", [None, None]),
        ("$syslogfacility-text == 'auth' or ($msg contains 'x' and $programname == 'a')", [All, None]),
        ("re_match($msg, 'then (x)') == 1", [Some, Some]),
        ("cnum($!x) + 1 > 4", [Some, Some]),
        ("$!metadata!x == 'sshd'", [Some, Some]),
        ("1", [All, All]),
        ("(((", [Some, Some]),
    ] {
        assert_eq!(holds(condition), expected, "{condition}");
    }
    assert_eq!(holds(&"(".repeat(3_000)), [Some, Some]);
}

#[test]
fn keywords_in_any_case_strings_and_what_is_otherwise() {
    assert_eq!(
        read(
            "IF $msg contains 'then' THEN {\n /b\n STOP\n} ELSE /c\nif($syslogfacility-text == \"auth\") then stop\n\
             :MSG, contains, \"a \\\" b\" /d\n& ~\n:programname, !isequal, \"dhcpd\" /e\n!dhcpd\n*.* /never\n!sudo\n*.* /f\n!*\n\
             set $.x = 'stop; then';\nauth.* ?Dynamic\ncall other\n"
        ),
        [
            Statement::Action { taken: Shares::SOME, target: Target::File("/b".into()) },
            discard(Shares::SOME, &["/b"]),
            Statement::Action { taken: Shares::SOME, target: Target::File("/c".into()) },
            discard(Taken([true, false]).into(), &[]),
            Statement::Action { taken: Shares::SOME, target: Target::File("/d".into()) },
            discard(Shares::SOME, &["/d"]),
            file([true, true], "/e"),
            Statement::Action { taken: Shares::SOME, target: Target::File("/f".into()) },
            Statement::Action { taken: Taken([true, false]).into(), target: Target::ByTemplate("Dynamic".into()) },
            Statement::Action { taken: Shares::ALL, target: Target::Elsewhere },
        ]
    );
}

#[test]
fn templates_and_inputs() {
    let template = |name: &str, text: &str| Statement::Template { name: name.into(), text: text.into() };
    assert_eq!(
        read(
            "$template A,\"/a/%HOSTNAME%.log\"\ntemplate(name=\"b\" type=\"string\" string=\"/b/%x%\")\n\
             template(name=\"c\" type=\"list\") {\n constant(value=\"/c/\")\n property(name=\"hostname\")\n}\n\
             $ModLoad imuxsock.so\n$OmitLocalLogging on\nmodule(load=\"imuxsock\" SysSock.Use=\"OFF\")\n\
             module(load=\"imudp\")\ninput(type=\"imuxsock\" Socket=\"/var/spool/postfix/dev/log\")\n\
             input(type=\"imuxsock\" Socket=\"/dev/log\")\naction(type=\"omfile\" dynaFile=\"b\")\n"
        ),
        [
            template("A", "/a/%HOSTNAME%.log"),
            template("b", "/b/%x%"),
            template("c", "/c/%hostname%"),
            Statement::Input(Input::Socket),
            Statement::Input(Input::NoSocket),
            Statement::Input(Input::OwnSocket),
            Statement::Action { taken: Shares::ALL, target: Target::ByTemplate("b".into()) },
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
            Statement::Template { name: "x".into(), text: "%msg%\"auth.* /xn".into() },
            host([false, false], "up", Encryption::No),
            file([true, false], "/a")
        ]
    );
}

#[test]
fn what_rsyslog_would_refuse() {
    for bad in [
        "action(type=\"omfile\"",
        "auth.* {\n",
        "}\n",
        "/* x",
        "if $msg contains 'x'",
        "if $msg == 'then",
        "set $.x = 1",
        "module(load=\"x)\n",
    ] {
        assert_eq!(parse(bad.as_bytes()), Err(RsyslogError::Unclosed), "{bad}");
    }
    assert_eq!(parse(&[0xff]), Err(RsyslogError::NotText));
    assert_eq!(parse("auth.* /a\n".repeat(STATEMENTS_MAX + 1).as_bytes()), Err(RsyslogError::TooLong));
    assert_eq!(read("#auth.* /a\nauth /a\nhello\n"), []);
}

proptest! {
    #[test]
    fn never_panics(text in "([ a-z*.,;/@&:{}()\"=#\n$é\\\\]|auth|action\\(|if |then |stop|else |not |and |prifilt|\\[|'|set ){0,60}") {
        let _ = parse(text.as_bytes());
    }
}
