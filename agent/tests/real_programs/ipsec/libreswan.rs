//! Libreswan: `readwriteconf` writes a configuration as it is read, and `algparse` tells what a proposal takes up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use tenken_agent::collect::ipsec::ipsec_conf::{Dialect, Section, parse, sections};
use tenken_agent::collect::ipsec::libreswan::{connection, effective};

use crate::dice::Dice;
use crate::program::skip;

const CONFIGURATIONS: usize = 200;
const PROPOSALS: usize = 120;
/// Settings that are written as they were read.
const AS_WRITTEN: [&str; 3] = ["ike", "esp", "aggressive"];

fn tool(test: &str, name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(format!("/usr/libexec/ipsec/{name}"));
    if path.is_file() {
        return Some(path);
    }
    skip(test, &format!("{name} of Libreswan is not installed"));
    None
}

#[test]
fn settings_are_those_that_libreswan_reads() {
    let Some(tool) = tool("settings_are_those_that_libreswan_reads", "readwriteconf") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ipsec.conf");
    let mut dice = Dice(7);
    let (mut compared, mut refused, mut faults) = (0, 0, 0);
    for _ in 0..CONFIGURATIONS {
        let text = configuration(&mut dice);
        std::fs::write(&path, &text).unwrap();
        let output = Command::new(&tool).args(["--nosetup", "--config"]).arg(&path).output().unwrap();
        if output.status.code().is_none() {
            // It dies of a section that is not there.
            continue;
        }
        let said = String::from_utf8(output.stderr).unwrap();
        let theirs = written(&String::from_utf8(output.stdout).unwrap());
        let ours = parse(text.as_bytes(), Dialect::Libreswan).map(|statements| sections(statements, false));
        let Ok(ours) = ours else {
            assert!(said.contains("cannot be loaded") || said.contains("ERROR"), "{text}\n{said}");
            refused += 1;
            continue;
        };
        assert!(!said.contains("cannot be loaded"), "{text}\n{said}");
        let own: Vec<&Section> = ours.iter().filter(|section| section.name != "%default").collect();
        assert_eq!(own.len(), theirs.len(), "{text}\n{said}");
        for (section, (name, settings)) in own.iter().zip(&theirs) {
            assert_eq!(&section.name, name);
            let Ok(effective) = effective(&ours, section) else {
                assert!(said.contains(&format!("while loading '{name}'")), "{text}\n{said}");
                faults += 1;
                continue;
            };
            for key in AS_WRITTEN {
                let theirs = settings.get(key).map(String::as_str).filter(|value| *value != "no");
                let ours = effective.get(key).map(|value| value.trim_matches('"')).filter(|value| *value != "no");
                assert_eq!(ours, theirs, "{key} of {name}: {text}");
            }
            let ikev2 = settings.get("ikev2").map(String::as_str);
            let auto = settings.get("auto").map(String::as_str);
            match connection(&ours, section, "x", false).unwrap() {
                None => assert!(auto == Some("ignore") || text.contains("never"), "{text}"),
                Some(found) => {
                    assert!(auto != Some("ignore"), "{text}");
                    assert_eq!(found.ikev1, ikev2 == Some("no"), "{text}");
                }
            }
            compared += 1;
        }
    }
    assert!(compared > CONFIGURATIONS / 2 && refused > 5 && faults > 20, "{compared} {refused} {faults}");
}

/// The connections that the tool wrote; of a setting that it wrote twice the last that is not empty.
fn written(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut found: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("conn ") {
            found.push((name.to_owned(), BTreeMap::new()));
        } else if let Some((key, value)) = line.trim().split_once('=').filter(|(_, value)| !value.is_empty())
            && let Some((_, settings)) = found.last_mut()
        {
            settings.insert(key.to_owned(), value.trim_matches('"').to_owned());
        }
    }
    found
}

fn configuration(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.in_hundred(30) {
        text.push_str("config setup\n\tuniqueids=no # one\n\n");
    }
    for _ in 0..=dice.below(3) {
        let name = dice.one(&["a", "b", "c", "%default", "%default", "d-1"]);
        let _ = writeln!(text, "conn {name}");
        if name != "%default" {
            text.push_str("\tleft=10.0.0.1\n\tright=10.0.0.2\n");
        }
        for _ in 0..dice.below(5) {
            let line = dice.one(&[
                "auto=add",
                "auto = start",
                "AUTO=ondemand",
                "auto=ignore",
                "ike=aes256-sha2_512;modp2048",
                "ike=aes",
                "ike={aes}",
                "ike=\"aes256, aes128\"",
                "esp=aes_gcm256 # note",
                "esp=aes#x",
                "phase2alg=3des-md5",
                "ikev2=no",
                "ikev2=insist",
                "ikev2=propose",
                "ikev2=permit",
                "IKEv2=never",
                "aggressive=yes",
                "aggrmode=yes",
                "aggressive=no",
                "ike=",
                "x-note=whatever it is",
                "authby=secret",
                "authby=null",
                "",
            ]);
            let _ = writeln!(text, "{}{line}", dice.one(&["\t", "  ", " \t"]));
        }
        if name != "%default" && dice.in_hundred(25) {
            let _ = writeln!(text, "\talso={}", dice.one(&["a", "b", "c", "gone"]));
        }
        text.push_str(dice.one(&["\n", "# note\n", "\t# note\n", ""]));
    }
    if dice.in_hundred(8) {
        text.push_str(dice.one(&["auto=add\n", "conn\n", "conn a b\n", "\tauto=add x\n", "\tike=\"aes\n"]));
    }
    text
}

#[test]
fn algorithms_are_those_that_libreswan_takes_up() {
    let Some(tool) = tool("algorithms_are_those_that_libreswan_takes_up", "algparse") else { return };
    let mut dice = Dice(11);
    let mut compared = 0;
    for _ in 0..PROPOSALS {
        let phase = dice.one(&["ike", "esp"]);
        let version = dice.one(&["1", "2"]);
        let proposal = proposal(&mut dice);
        let output =
            Command::new(&tool).arg(format!("-v{version}")).arg(format!("{phase}={proposal}")).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let told: Vec<&str> = told.lines().filter(|line| line.starts_with('\t')).collect();
        if told.is_empty() || told.iter().any(|line| line.contains("ERROR")) {
            continue;
        }
        let mut theirs: Vec<String> = told.iter().flat_map(|line| algorithms(line, phase == "ike")).collect();
        let settings = [("auto", "add"), ("ikev2", if version == "2" { "insist" } else { "no" }), (phase, &proposal)];
        let settings = settings.map(|(key, value)| (key.to_owned(), Some(value.to_owned())));
        let section = Section { name: "a".to_owned(), settings: settings.into() };
        let found = connection(&[], &section, "x", false).unwrap().unwrap();
        assert_eq!(found.unknown, [""; 0], "{proposal}");
        let mut ours = if phase == "ike" { found.ike } else { found.esp };
        if phase == "esp" {
            // It does not say the groups of the traffic.
            ours.retain(|name| !name.starts_with("modp") && !name.starts_with("ecp") && !name.starts_with("curve"));
            theirs.retain(|name| !name.starts_with("modp") && !name.starts_with("ecp") && !name.starts_with("curve"));
        }
        ours.sort();
        theirs.sort();
        theirs.dedup();
        assert_eq!(ours, theirs, "{phase}={proposal} of version {version}: {told:?}");
        compared += 1;
    }
    assert!(compared > PROPOSALS / 3, "{compared}");
}

fn proposal(dice: &mut Dice) -> String {
    let ciphers = [
        "aes",
        "aes256",
        "aes_gcm256",
        "aes_gcm_c_256",
        "aes_gcm_16_128",
        "aes_gcm_a",
        "3des",
        "aes_ctr256",
        "aes-256",
        "aes128+aes256",
        "camellia256",
    ];
    let mut text = dice.one(&ciphers).to_owned();
    if dice.in_hundred(75) {
        text.push('-');
        text.push_str(dice.one(&["sha1", "sha2", "sha2_512", "sha2_256+sha2_512", "sha384", "md5", "aes_xcbc"]));
        if dice.in_hundred(60) {
            text.push_str(dice.one(&["-", ";"]));
            text.push_str(dice.one(&["modp2048", "dh14", "modp1536", "dh19", "ecp_384", "curve25519", "dh14+dh20"]));
        }
    }
    text
}

/// The algorithms of a line of `algparse` by our names.
fn algorithms(line: &str, is_ike: bool) -> Vec<String> {
    let parts: Vec<&str> = line.trim().split('-').collect();
    let combined = parts[0].contains("GCM");
    let mut found: Vec<String> = parts[0].split('+').map(cipher).collect();
    for hash in parts.get(1).into_iter().flat_map(|part| part.split('+')).filter(|hash| *hash != "NONE") {
        let name = match hash {
            _ if hash.contains("SHA2_256") => "sha256",
            _ if hash.contains("SHA2_384") => "sha384",
            _ if hash.contains("SHA2_512") => "sha512",
            _ if hash.contains("SHA1") => "sha1",
            _ if hash.contains("MD5") => "md5",
            _ => "aesxcbc",
        };
        found.extend(is_ike.then(|| format!("prf{name}")));
        found.extend((!combined).then(|| name.to_owned()));
    }
    for group in parts.get(2).into_iter().flat_map(|part| part.split('+')) {
        found.push(match group {
            "DH19" => "ecp256".to_owned(),
            "DH20" => "ecp384".to_owned(),
            "DH21" => "ecp521".to_owned(),
            "DH31" => "curve25519".to_owned(),
            other => other.to_lowercase(),
        });
    }
    found
}

fn cipher(name: &str) -> String {
    let bits = ["128", "192", "256"].into_iter().find(|bits| name.ends_with(&format!("_{bits}"))).unwrap_or("128");
    match name {
        _ if name.starts_with("3DES") => "3des".to_owned(),
        _ if name.starts_with("AES_GCM_8") => format!("aes{bits}gcm8"),
        _ if name.starts_with("AES_GCM") => format!("aes{bits}gcm16"),
        _ if name.starts_with("AES_CTR") => format!("aes{bits}ctr"),
        _ if name.starts_with("CAMELLIA") => format!("camellia{bits}"),
        _ => format!("aes{bits}"),
    }
}
