//! Files of sudo, taken apart by sudo itself (`cvtsudoers`) and by us.

use std::process::Command;

use serde_json::Value;
use tenken_agent::collect::accounts::sudoers::{self, AliasKind, Member, Statement};

use crate::dice::Dice;
use crate::program::wanted;

const TEST: &str = "rules_are_taken_apart_as_sudo_does";
const FILES: usize = 200;

/// A rule or an alias as both sides have it: whom, where, and what as whom.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Alias { kind: &'static str, name: String, members: Vec<String> },
    Rule { users: Vec<String>, hosts: Vec<String>, run_as: Option<Vec<String>>, command: String },
}

#[test]
fn rules_are_taken_apart_as_sudo_does() {
    let Some(program) = wanted(TEST, "cvtsudoers") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sudoers");
    let mut dice = Dice(9);
    let mut compared = 0;
    for _ in 0..FILES {
        let text = written(&mut dice);
        std::fs::write(&path, &text).unwrap();
        let output = Command::new(&program).args(["-f", "json"]).arg(&path).output().unwrap();
        let ours = sudoers::parse(text.as_bytes());
        let refused = ours.iter().any(|statement| matches!(statement, Statement::NotUnderstood(_)));
        let fault = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || fault.contains("syntax error") {
            assert!(refused, "sudo refuses what we take: {fault}\n{text}");
            continue;
        }
        assert!(!refused, "sudo takes what we refuse: {ours:?}\n{text}");
        // Of a file without statements nothing is printed.
        let theirs = parts_of(&serde_json::from_slice(&output.stdout).unwrap_or(Value::Null));
        assert_eq!(parts(&ours), theirs, "{text}");
        compared += theirs.len();
    }
    assert!(compared > FILES, "{compared}");
}

fn parts(statements: &[Statement]) -> Vec<Part> {
    let words = |members: &[Member]| members.iter().map(word).collect::<Vec<_>>();
    let mut parts = Vec::new();
    for statement in statements {
        match statement {
            Statement::Alias { kind, name, members } => {
                let kind = match kind {
                    AliasKind::User => "User_Aliases",
                    AliasKind::Runas => "Runas_Aliases",
                    AliasKind::Host => "Host_Aliases",
                    AliasKind::Command => "Command_Aliases",
                };
                parts.push(Part::Alias { kind, name: name.clone(), members: words(members) });
            }
            Statement::Rule { users, grants } => {
                for grant in grants {
                    parts.extend(grant.commands.iter().map(|command| Part::Rule {
                        users: words(users),
                        hosts: words(&grant.hosts),
                        run_as: command.run_as.as_deref().map(words),
                        command: word(&command.command),
                    }));
                }
            }
            _ => {}
        }
    }
    parts.sort();
    parts
}

fn word(member: &Member) -> String {
    format!("{}{}", if member.negated { "!" } else { "" }, member.word)
}

fn parts_of(file: &Value) -> Vec<Part> {
    let mut parts = Vec::new();
    for kind in ["User_Aliases", "Runas_Aliases", "Host_Aliases", "Command_Aliases"] {
        for (name, members) in file[kind].as_object().into_iter().flatten() {
            parts.push(Part::Alias { kind, name: name.clone(), members: words_of(members) });
        }
    }
    for rule in file["User_Specs"].as_array().into_iter().flatten() {
        for grant in rule["Cmnd_Specs"].as_array().unwrap() {
            let users = grant.get("runasusers").map(words_of);
            let run_as = users.or_else(|| grant.get("runasgroups").map(|_| Vec::new()));
            parts.extend(words_of(&grant["Commands"]).into_iter().map(|command| Part::Rule {
                users: words_of(&rule["User_List"]),
                hosts: words_of(&rule["Host_List"]),
                run_as: run_as.clone(),
                command,
            }));
        }
    }
    parts.sort();
    parts
}

/// The members of a list, with the signs before them with which files have them.
fn words_of(list: &Value) -> Vec<String> {
    let one = |member: &Value| {
        let (kind, word) = member.as_object().unwrap().iter().find(|(kind, _)| *kind != "negated").unwrap();
        let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
        let sign = match kind.as_str() {
            "usergroup" => "%",
            "usergid" => "%#",
            "userid" => "#",
            "netgroup" => "+",
            _ => "",
        };
        let negated = if member["negated"] == true { "!" } else { "" };
        // Empty quotes say that there are no arguments.
        format!("{negated}{sign}{}", word.replace(" \"\"", " "))
    };
    list.as_array().unwrap().iter().map(one).collect()
}

fn written(dice: &mut Dice) -> String {
    let mut text = String::from("# sudoers\n");
    for number in 0..=dice.below(6) {
        let line = match dice.below(20) {
            0 => format!("User_Alias U{number} = {}", list(dice, USERS)),
            1 => format!("Host_Alias H{number} = {}", list(dice, HOSTS)),
            2 => format!("Cmnd_Alias C{number} = {}", list(dice, COMMANDS)),
            3 => format!("Runas_Alias R{number} = {}", list(dice, RUN_AS)),
            4 => format!("User_Alias U{number} = {} : V{number} = alice", list(dice, USERS)),
            5 => dice
                .one(&[
                    "Defaults env_reset",
                    "Defaults:alice !authenticate",
                    "Defaults secure_path=\"/a:/b\"",
                    "Defaults@sv1 lecture = always",
                ])
                .to_owned(),
            6 => dice.one(&REFUSED).to_owned(),
            7 => "# alice ALL=(ALL) ALL".to_owned(),
            8 => format!(
                "{} {} = {} : {} = {}",
                list(dice, USERS),
                list(dice, HOSTS),
                grants(dice),
                list(dice, HOSTS),
                grants(dice)
            ),
            _ => {
                let between = dice.one(&["=", " = ", "\t=", " = \\\n    "]);
                format!("{} {}{between}{}", list(dice, USERS), list(dice, HOSTS), grants(dice))
            }
        };
        text.push_str(&line);
        text.push_str(dice.one(&["\n", "\n", "  # because\n", "\n\n"]));
    }
    text
}

const USERS: &[&str] =
    &["alice", "bob", "%wheel", "%#27", "#1000", "+ops", "ALL", "!carol", "dave", "\"a b\"", "%dom\\ users", "!!eve"];
const HOSTS: &[&str] = &["ALL", "sv1", "10.0.0.0/8", "192.0.2.1", "!sv2", "*.example.jp"];
const RUN_AS: &[&str] = &["root", "operator", "%adm", "#0", "!bin", "ALL"];
const COMMANDS: &[&str] = &[
    "ALL",
    "/bin/ls",
    "/usr/bin/systemctl restart *",
    "/bin/x -a b\\, c",
    "!/bin/sh",
    "/usr/bin/",
    "/bin/ls \"\"",
    "sudoedit /etc/x",
    "/bin/[a-z]*",
    "/bin/k\\:l \\=",
    "!!/bin/su",
];
const REFUSED: [&str; 6] = [
    "alice ALL",
    "alice ALL=",
    "alice = ALL",
    "alice ALL=(root ALL",
    "User_Alias = bob",
    "alice ALL=/bin/ls,,/bin/cat",
];

fn list(dice: &mut Dice, of: &[&str]) -> String {
    let mut words = vec![dice.one(of)];
    while dice.in_hundred(30) && words.len() < 4 {
        words.push(dice.one(of));
    }
    words.join(dice.one(&[", ", ",", " , ", ", \\\n  "]))
}

fn grants(dice: &mut Dice) -> String {
    let mut grants = Vec::new();
    for _ in 0..=dice.below(3) {
        let run_as = match dice.below(8) {
            0 => format!("({}) ", list(dice, RUN_AS)),
            1 => "(ALL:ALL)".to_owned(),
            2 => "(:adm) ".to_owned(),
            3 => "( root : adm ) ".to_owned(),
            _ => String::new(),
        };
        let tag = dice.one(&["", "", "NOPASSWD: ", "NOPASSWD:", "NOEXEC: SETENV: ", "PASSWD : "]);
        grants.push(format!("{run_as}{tag}{}", dice.one(COMMANDS)));
    }
    grants.join(", ")
}
