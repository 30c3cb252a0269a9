use proptest::prelude::*;

use super::*;

fn member(word: &str) -> Member {
    match word.strip_prefix('!') {
        Some(word) => Member { negated: true, word: word.to_owned() },
        None => Member { negated: false, word: word.to_owned() },
    }
}

fn members(words: &[&str]) -> Vec<Member> {
    words.iter().map(|word| member(word)).collect()
}

fn one(text: &str) -> Statement {
    let mut statements = parse(text.as_bytes());
    assert_eq!(statements.len(), 1, "{statements:?}");
    statements.remove(0)
}

fn command(run_as: Option<&[&str]>, word: &str) -> Command {
    Command { run_as: run_as.map(members), command: member(word) }
}

#[test]
fn the_file_debian_installs() {
    let statements = parse(include_bytes!("../../../../tests/samples/accounts/sudoers"));
    let rule = |user: &str| Statement::Rule {
        users: members(&[user]),
        grants: vec![HostGrant { hosts: members(&["ALL"]), commands: vec![command(Some(&["ALL"]), "ALL")] }],
    };
    assert_eq!(statements, [rule("root"), rule("%sudo"), Statement::IncludeFolder("/etc/sudoers.d".to_owned())]);
}

#[test]
fn a_rule_with_everything() {
    let statement = one(
        "hanako, %wheel, !#1001, %:\"domain admins\", +net  web1, !2001:db8::1 = (postgres, !root : adm) NOPASSWD: SETENV: \
         CWD=/tmp /bin/a -x \\, y, !/bin/b, (root) sha256:abc= , sha512:def /bin/c \"\" : DB = NOEXEC: sudoedit /etc/x",
    );
    let pg: &[&str] = &["postgres", "!root"];
    let Statement::Rule { users, grants } = statement else { panic!("{statement:?}") };
    assert_eq!(users, members(&["hanako", "%wheel", "!#1001", "%:domain admins", "+net"]));
    assert_eq!(grants.len(), 2);
    assert_eq!(grants[0].hosts, members(&["web1", "!2001:db8::1"]));
    assert_eq!(grants[0].commands[..2], [command(Some(pg), "/bin/a -x , y"), command(Some(pg), "!/bin/b")]);
    assert_eq!(grants[1], HostGrant { hosts: members(&["DB"]), commands: vec![command(None, "sudoedit /etc/x")] });
}

#[test]
fn aliases_of_every_kind() {
    assert_eq!(
        parse(b"User_Alias ADMINS = hanako, %wheel : OPS = a, !b"),
        [
            Statement::Alias {
                kind: AliasKind::User,
                name: "ADMINS".to_owned(),
                members: members(&["hanako", "%wheel"])
            },
            Statement::Alias { kind: AliasKind::User, name: "OPS".to_owned(), members: members(&["a", "!b"]) },
        ]
    );
    assert_eq!(
        one("Cmnd_Alias SHELLS = /bin/sh, /bin/bash -l, !/bin/x"),
        Statement::Alias {
            kind: AliasKind::Command,
            name: "SHELLS".to_owned(),
            members: members(&["/bin/sh", "/bin/bash -l", "!/bin/x"]),
        }
    );
    assert_eq!(parse(b"Host_Alias NET = 192.0.2.0/24, 2001:db8::1 : WEB = web1\nRunas_Alias DB = postgres").len(), 3);
}

#[test]
fn run_as_forms() {
    let run_as = |text: &str| match one(&format!("a ALL={text} /bin/x")) {
        Statement::Rule { grants, .. } => grants[0].commands[0].run_as.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(run_as(""), None);
    assert_eq!(run_as("(ALL:ALL)"), Some(members(&["ALL"])));
    assert_eq!(run_as("(ALL) NOPASSWD:"), Some(members(&["ALL"])));
    assert_eq!(run_as("(:adm)"), Some(Vec::new()));
    assert_eq!(run_as("()"), Some(Vec::new()));
    assert_eq!(run_as("(a:)"), Some(members(&["a"])));
}

#[test]
fn defaults_are_passed_over_and_includes_told() {
    assert!(parse(b"Defaults env_reset\nDefaults:hanako !authenticate\nDefaults>root x\nDefaults@web y=\"z\"\nDefaults!/bin/a b").is_empty());
    assert_eq!(
        parse(b"@include /a\\ b\n@includedir \"/c d\"\n#include x.%h\n"),
        [
            Statement::Include("/a b".to_owned()),
            Statement::IncludeFolder("/c d".to_owned()),
            Statement::Include("x.%h".to_owned()),
        ]
    );
}

#[test]
fn lines_that_cannot_be_understood() {
    for bad in [
        "hanako",
        "hanako ALL",
        "hanako ALL =",
        "hanako = ALL",
        "= ALL",
        "a ALL = ALL b : c",
        "a ALL = (root ALL",
        "@include",
        "User_Alias",
        "User_Alias A",
        "User_Alias A =",
        "a \"open ALL=ALL",
        "a ALL=ALL,",
        "a, ALL=ALL",
        "@include a b",
        "\u{fffd}",
        "a ALL=!",
        "a (x) ALL=ALL",
    ] {
        assert_eq!(one(bad), Statement::NotUnderstood(1), "{bad}");
    }
    assert_eq!(parse(b"a ALL=ALL\nb\nc ALL=ALL\n").get(1), Some(&Statement::NotUnderstood(2)));
    assert_eq!(parse(&[0xff, 0, 0xfe]), [Statement::NotUnderstood(1)]);
}

#[test]
fn lines_beyond_the_limit_are_told() {
    let statements = parse("Defaults x\n".repeat(LINES_MAX + 2).as_bytes());
    assert_eq!(statements, [Statement::NotUnderstood(LINES_MAX + 1)]);
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn never_panics_on_text(text in "(ALL|User_Alias|Cmnd_Alias|Host_Alias|@include|sha256:|NOPASSWD:|[a-z=:,!()%#+\"\\\\ \n]){0,60}") {
        let _ = parse(text.as_bytes());
    }
}
