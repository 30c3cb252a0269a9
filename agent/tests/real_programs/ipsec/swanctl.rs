//! `swanctl` of strongSwan: what it tells a daemon of `swanctl.conf`.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use tenken_agent::collect::ipsec::references::{meant, names, values};
use tenken_agent::collect::ipsec::settings::{Section, tokens, tree};

use super::vici::{Told, listener, taken};
use crate::dice::Dice;
use crate::program::wanted;

const CONFIGURATIONS: usize = 150;
const LISTS: [&str; 10] = [
    "local_addrs",
    "remote_addrs",
    "proposals",
    "esp_proposals",
    "ah_proposals",
    "local_ts",
    "remote_ts",
    "vips",
    "pools",
    "groups",
];

#[test]
fn connections_are_those_that_swanctl_loads() {
    let Some(swanctl) = wanted("connections_are_those_that_swanctl_loads", "swanctl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (conf, socket) = (folder.path().join("swanctl.conf"), folder.path().join("vici"));
    let quiet = folder.path().join("strongswan.conf");
    std::fs::write(&quiet, "").unwrap();
    let listener = listener(&socket);
    let mut dice = Dice(18);
    let (mut loaded, mut refused) = (0, 0);
    for _ in 0..CONFIGURATIONS {
        let text = configuration(&mut dice);
        std::fs::write(&conf, &text).unwrap();
        let mut child = Command::new(&swanctl)
            .args(["--load-conns", "--raw", "--file"])
            .arg(&conf)
            .arg("--uri")
            .arg(format!("unix://{}", socket.display()))
            .env("STRONGSWAN_CONF", &quiet)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let theirs = taken(&listener);
        child.wait().unwrap();
        let ours = ours(&text);
        let read = ours.clone().unwrap_or_default();
        let differs = read.iter().flatten().zip(theirs.iter().flatten()).find(|(ours, theirs)| ours != theirs);
        assert!(read == theirs, "{differs:?}\n{read:?}\n{theirs:?}\n{text}");
        refused += usize::from(ours.is_none());
        loaded += theirs.len();
    }
    assert!(loaded > CONFIGURATIONS && refused > 5 && refused < CONFIGURATIONS / 2, "{loaded} {refused}");
}

/// The connections as we read them; nothing where a file is refused.
fn ours(text: &str) -> Option<Vec<Told>> {
    let top = tree(tokens(text.as_bytes()).ok()?).ok()?;
    let connections = meant(&top, &["connections"]).unwrap();
    let told = names(&connections).into_iter().map(|name| {
        let mut told = vec![format!("{name}{{")];
        section(&top, &["connections", name], &mut told);
        told.push("}".to_owned());
        told
    });
    Some(told.collect())
}

fn section(top: &Section, path: &[&str], told: &mut Told) {
    let own = meant(top, path).unwrap();
    let mut settings = Vec::new();
    for (key, value) in values(&own) {
        if LISTS.iter().any(|list| list.eq_ignore_ascii_case(key)) {
            let items: Vec<String> = value
                .split(',')
                .filter(|item| !item.is_empty())
                .map(|item| format!("{}|", item.trim_matches(' ')))
                .collect();
            let items = items.concat();
            settings.push(format!("{key}=[{items}]"));
        } else {
            settings.push(format!("{key}={value}"));
        }
    }
    told.extend(settings);
    for name in names(&own) {
        told.push(format!("{name}{{"));
        section(top, &[path, &[name]].concat(), told);
        told.push("}".to_owned());
    }
}

fn configuration(dice: &mut Dice) -> String {
    let mut text = String::new();
    for base in ["base", "other"] {
        let _ = write!(text, "{base} ");
        if base == "other" && dice.in_hundred(30) {
            text.push_str(": base ");
        }
        body(dice, &mut text, 2);
    }
    for _ in 0..=dice.below(2) {
        text.push_str("connections {\n");
        for _ in 0..=dice.below(3) {
            let name = dice.one(&["gw", "home", "rw-eap", "カ", "a/b"]);
            let rests = dice.one(&[
                "",
                "",
                "",
                ": base",
                " : base , other",
                ":other",
                ": gone",
                ": connections.gw",
                ": base.local",
            ]);
            let _ = write!(text, "{name}{rests} ");
            body(dice, &mut text, 0);
        }
        text.push_str(dice.one(&["}\n", "}\n", "}\n", "}\n", "} # end\n", "}}\n", "\n"]));
    }
    text
}

fn body(dice: &mut Dice, text: &mut String, depth: usize) {
    text.push_str(dice.one(&["{\n", "{", " {# x\n", "\n{\n", "{\r\n"]));
    for _ in 0..dice.below(5) {
        if depth != 2 && dice.in_hundred(35) {
            let name = dice.one(&["local", "remote", "children", "local-2", "net"]);
            let rests = dice.one(&["", "", "", "", ": base", ": base.local"]);
            let _ = write!(text, "  {name} {rests}");
            body(dice, text, depth + 1);
        } else {
            let key = dice.one(&["version", "proposals", "auth", "esp_proposals", "start_action", "Proposals"]);
            let value = dice.one(&[
                "2",
                "psk",
                "aes256-sha256-modp2048, aes128gcm16-x25519",
                "\"a \\\"quoted\\\" # word\"",
                "a  b\tc",
                "",
                "x=y{z",
                "start",
                "\"over\\\n lines\"",
                "a\"b\"c",
                "none|trap",
                "a.b:c",
                "\"\"",
            ]);
            let sign = dice.one(&[" = ", "=", " =", "=\t"]);
            let end = dice.one(&["\n", "\n", "\n", " # note\n", "\r\n", "#x\n"]);
            let _ = write!(text, "    {key}{sign}{value}{end}");
        }
    }
    if dice.in_hundred(2) {
        text.push_str(dice.one(&["word\n", "a.b = c\n", "\"x\" = y\n", "= z\n", "{\n"]));
    }
    text.push_str("}\n");
}
