//! Connections of Libreswan's `ipsec.conf`.

use std::collections::BTreeMap;

use tenken_model::fact::ipsec::{IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecStart};

use super::algorithms::{Algorithms, Kind, LIST_MAX, Phase, word};
use super::ipsec_conf::{DEFAULT_SECTION, KEYS, Section};
use super::starter::unknown;

/// The most sections that one takes over.
const ALSO_MAX: usize = 64;
/// Other names of settings.
const NAMES: [(&str, &str); 4] = [("aggrmode", "aggressive"), ("phase2alg", "esp"), ("ah", "esp"), ("auth", "phase2")];

/// What Libreswan 4 takes where a proposal does not say: for the second version of the key exchange and for the first,
/// for the key exchange and for the traffic. As its `algparse` tells.
const CIPHERS: [&[&str]; 2] = [&["aes256gcm16", "aes128gcm16", "aes256", "aes128"], &["aes128", "3des"]];
const HASHES: [&[&str]; 2] = [&["sha512", "sha256"], &["sha256", "sha512", "sha1"]];
const GROUPS: [&[&str]; 2] = [
    &["modp2048", "modp3072", "modp4096", "modp8192", "ecp256", "ecp384", "ecp521", "curve25519"],
    &["modp2048", "modp1536"],
];
const ESP_CIPHERS: [&[&str]; 2] = [CIPHERS[0], &["aes128"]];
const ESP_HASHES: [&[&str]; 2] = [HASHES[0], &["sha1"]];

/// The settings of a section with those of the sections it takes over and of `%default`.
///
/// After load_conn of Libreswan's confread.c: what is set twice in a section, or otherwise in one that it takes over, is a
/// fault.
pub fn effective(sections: &[Section], section: &Section) -> Result<BTreeMap<String, String>, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut waiting = vec![section];
    let mut taken: Vec<&str> = Vec::new();
    while let Some(one) = waiting.pop() {
        for (key, value) in &one.settings {
            let Some(value) = value.as_ref().filter(|_| KEYS.contains(&key.as_str())) else { continue };
            let key = name(key);
            if key == "also" {
                if taken.contains(&value.as_str()) {
                    continue;
                }
                if taken.len() >= ALSO_MAX {
                    return Err(format!("{} takes over more than {ALSO_MAX} sections", section.name));
                }
                let parent = sections.iter().find(|known| known.name == *value);
                waiting.push(parent.ok_or_else(|| format!("{} takes over {value}, which is not there", section.name))?);
                taken.push(value);
            } else if key == "alsoflip" {
                return Err(format!(
                    "{} takes over {value} with its ends swapped, which is not followed",
                    section.name
                ));
            } else if found.insert(key.to_owned(), value.clone()).is_some_and(|before| before != *value) {
                return Err(format!("{} has {key} twice", section.name));
            }
        }
    }
    for default in sections.iter().filter(|known| known.name == DEFAULT_SECTION).rev() {
        for (key, value) in default.settings.iter().rev() {
            if let Some(value) = value {
                if matches!(key.as_str(), "also" | "alsoflip") {
                    return Err(format!("{DEFAULT_SECTION} takes over {value}, which is not followed"));
                }
                found.entry(name(key).to_owned()).or_insert_with(|| value.clone());
            }
        }
    }
    Ok(found)
}

fn name(key: &str) -> &str {
    NAMES.iter().find(|(other, _)| *other == key).map_or(key, |(_, name)| name)
}

/// The connection of a section; nothing where it is not loaded. An error is why it is not known. Versions before 4 take up
/// both versions of the key exchange where they are not told.
pub fn connection(
    sections: &[Section],
    section: &Section,
    origin: &str,
    is_before_4: bool,
) -> Result<Option<IpsecConnection>, String> {
    let settings = effective(sections, section)?;
    let get = |key: &str| settings.get(key).map(|value| value.to_ascii_lowercase());
    let refused = |key: &str, value: &str| format!("{}: Libreswan refuses {key}={value}", section.name);
    let start = match get("auto").as_deref().unwrap_or("ignore") {
        "start" | "up" => IpsecStart::AtBoot,
        "ondemand" | "route" => IpsecStart::OnTraffic,
        "add" | "keep" => IpsecStart::WhenAsked,
        "ignore" => return Ok(None),
        other => return Err(refused("auto", other)),
    };
    let is_shunt = matches!(get("type").as_deref(), Some("passthrough" | "pass" | "drop" | "reject"));
    if is_shunt || get("authby").as_deref() == Some("never") {
        return Ok(None);
    }
    let ikev1 = ikev1(get("ikev2").as_deref(), get("keyexchange").as_deref(), is_before_4);
    let ikev1 = ikev1.ok_or_else(|| refused("ikev2", &get("ikev2").or(get("keyexchange")).unwrap_or_default()))?;
    let flag = |key: &str| match get(key).as_deref() {
        None | Some("no" | "n" | "off" | "false") => Ok(false),
        Some("yes" | "y" | "on" | "true") => Ok(true),
        Some(other) => Err(refused(key, other)),
    };
    let (mut ike, mut esp) = (Algorithms::default(), Algorithms::default());
    let version = usize::from(ikev1);
    proposals(&mut ike, Phase::Ike, get("ike").as_deref(), [&CIPHERS, &HASHES, &GROUPS], version);
    let nothing: [&[&str]; 2] = [&[], &[]];
    let ah = get("phase2").as_deref() == Some("ah");
    let ciphers = if ah { &nothing } else { &ESP_CIPHERS };
    proposals(&mut esp, Phase::Esp, get("esp").as_deref(), [ciphers, &ESP_HASHES, &nothing], version);
    if ah {
        // Nothing is hidden by it.
        esp.add("null");
    }
    let by = authentications(get("authby").as_deref().unwrap_or("rsasig"));
    let end = |key: &str| get(key).map_or_else(|| by.clone(), |by| authentications(&by));
    Ok(Some(IpsecConnection {
        name: section.name.clone(),
        program: IpsecProgram::Libreswan,
        origin: origin.to_owned(),
        start,
        ikev1,
        aggressive: flag("aggressive")? && ikev1,
        unknown: unknown(&ike, &esp),
        ike: ike.names,
        esp: esp.names,
        local: end("leftauth"),
        remote: end("rightauth"),
    }))
}

/// Whether the first version is taken up. Version 4 has one of both alone, and reads older words as one of them; 5 writes
/// it as `keyexchange`.
fn ikev1(ikev2: Option<&str>, keyexchange: Option<&str>, is_before_4: bool) -> Option<bool> {
    match (ikev2, keyexchange) {
        (_, Some("ikev1")) | (Some("no" | "never" | "permit"), _) => Some(true),
        (None, Some("ikev2")) | (Some("insist"), _) => Some(false),
        (None, None | Some("ike")) | (Some("yes" | "propose"), _) => Some(is_before_4),
        _ => None,
    }
}

/// Adds proposals, and what Libreswan takes for the parts that they do not say.
fn proposals(into: &mut Algorithms, phase: Phase, written: Option<&str>, parts: [&[&[&str]; 2]; 3], version: usize) {
    let of = |part: usize| parts.get(part).and_then(|part| part.get(version)).copied().unwrap_or_default();
    let (ciphers, hashes, groups) = (of(0), of(1), of(2));
    if written.is_some_and(|written| written.len() > LIST_MAX) {
        into.add_unknown("too_long");
        return;
    }
    for proposal in written.unwrap_or_default().split(',').map(str::trim).filter(|proposal| !proposal.is_empty()) {
        let mut words: Vec<String> = proposal.split(['-', ';', '+']).fold(Vec::new(), |mut words, word| {
            match words.last_mut() {
                // `aes-256` is `aes256`.
                Some(last) if !word.is_empty() && word.chars().all(|sign| sign.is_ascii_digit()) => last.push_str(word),
                _ => words.push(word.trim().to_owned()),
            }
            words
        });
        // Behind encryption that shows tampering itself, as in `aes_gcm256-null`, it says that nothing else does.
        let combined = words.first().and_then(|first| word(first)).is_some_and(|(kind, _)| kind == Kind::Combined);
        if combined && !proposal.contains("+null") {
            words.retain(|word| word != "null");
        }
        let kinds = into.add_proposal(phase, words.iter().map(String::as_str).filter(|word| !word.is_empty()));
        let has = |kind: Kind| kinds.contains(&kind);
        if !has(Kind::Integrity) && !has(Kind::Derivation) {
            let derived = phase == Phase::Ike;
            add_hashes(into, hashes, derived, !has(Kind::Combined));
        }
        if !has(Kind::Group) {
            for group in groups {
                into.add(group);
            }
        }
    }
    if written.is_none() {
        for cipher in ciphers {
            into.add(cipher);
        }
        add_hashes(into, hashes, phase == Phase::Ike, true);
        for group in groups {
            into.add(group);
        }
    }
}

fn add_hashes(into: &mut Algorithms, hashes: &[&str], derived: bool, guards: bool) {
    for hash in hashes {
        if derived {
            into.add(&format!("prf{hash}"));
        }
        if guards {
            into.add(hash);
        }
    }
}

/// What `authby` or `leftauth` means.
fn authentications(list: &str) -> Vec<IpsecAuthentication> {
    let mut found = Vec::new();
    for word in list.split([',', '|', '+', ' ']).filter(|word| !word.is_empty()) {
        let by = match word {
            "secret" | "psk" => IpsecAuthentication::SharedKey,
            "null" | "never" => IpsecAuthentication::Nothing,
            "eaponly" | "eap" => IpsecAuthentication::Eap,
            _ if word.starts_with("rsa") || word.starts_with("ecdsa") || word.starts_with("eddsa") => {
                IpsecAuthentication::PublicKey
            }
            _ => IpsecAuthentication::Unspecified,
        };
        if !found.contains(&by) {
            found.push(by);
        }
    }
    if found.is_empty() {
        found.push(IpsecAuthentication::PublicKey);
    }
    found
}
