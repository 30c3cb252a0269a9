//! Connections of strongSwan's older `ipsec.conf`.

use std::collections::BTreeMap;

use tenken_model::fact::ipsec::{IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecStart};

use super::algorithms::{Algorithms, DEFAULT, LIST_MAX, Phase};
use super::ipsec_conf::{DEFAULT_SECTION, Section};
use super::swanctl::authentication;

/// The most sections that one rests on.
const PARENTS_MAX: usize = 64;
/// The most sections that are gone through for one, which may come to the same ones in many ways.
const STEPS_MAX: usize = 1000;

/// The settings of a section with those it takes over: `also` of later lines before earlier ones, and `%default` last.
///
/// After resolve_also of strongSwan's conf_parser.c. An error is what it would say.
pub fn effective(sections: &[Section], section: &Section) -> Result<BTreeMap<String, String>, String> {
    let parents = parents(sections, section, &mut vec![section.name.as_str()], &mut 0)?;
    let mut found = BTreeMap::new();
    let mut seen: Vec<&str> = Vec::new();
    for one in std::iter::once(section).chain(parents) {
        // Within a section the last line counts.
        for (key, value) in one.settings.iter().rev().filter(|(key, _)| key != "also") {
            if !seen.contains(&key.as_str()) {
                seen.push(key);
                found.extend(value.as_ref().map(|value| (key.clone(), value.clone())));
            }
        }
    }
    Ok(found)
}

fn parents<'s>(
    sections: &'s [Section],
    section: &'s Section,
    stack: &mut Vec<&'s str>,
    steps: &mut usize,
) -> Result<Vec<&'s Section>, String> {
    let mut found: Vec<&Section> = Vec::new();
    let named = section.settings.iter().rev().filter(|(key, _)| key == "also");
    for name in named.filter_map(|(_, value)| value.as_deref()).filter(|name| *name != DEFAULT_SECTION) {
        let parent = sections.iter().find(|known| known.name == name);
        let parent = parent.ok_or_else(|| format!("{} takes over {name}, which is not there", section.name))?;
        *steps += 1;
        let too_many = stack.len() > PARENTS_MAX || found.len() > PARENTS_MAX || *steps > STEPS_MAX;
        if stack.contains(&name) || too_many {
            return Err(format!("{} takes over {name} in a circle, or too many sections", section.name));
        }
        stack.push(name);
        let above = parents(sections, parent, stack, steps)?;
        stack.pop();
        found.push(parent);
        found.extend(above);
    }
    if found.is_empty() && section.name != DEFAULT_SECTION {
        found.extend(sections.iter().find(|known| known.name == DEFAULT_SECTION));
    }
    // Of a section that comes several times the last place counts.
    let last: Vec<&Section> = found
        .iter()
        .enumerate()
        .filter(|(at, one)| found.iter().skip(at + 1).all(|later| later.name != one.name))
        .map(|(_, one)| *one)
        .collect();
    Ok(last)
}

/// The connection of a section; nothing where it is not loaded. An error is why it is not known.
pub fn connection(sections: &[Section], section: &Section, origin: &str) -> Result<Option<IpsecConnection>, String> {
    let settings = effective(sections, section)?;
    let get = |key: &str| settings.get(key).map(String::as_str);
    let refused = |key: &str, value: &str| format!("{}: strongSwan refuses {key}={value}", section.name);
    let start = match get("auto").unwrap_or("ignore") {
        "start" => IpsecStart::AtBoot,
        "route" => IpsecStart::OnTraffic,
        "add" => IpsecStart::WhenAsked,
        "ignore" => return Ok(None),
        other => return Err(refused("auto", other)),
    };
    if matches!(get("type"), Some("passthrough" | "pass" | "drop" | "reject")) || get("authby") == Some("never") {
        return Ok(None);
    }
    let ikev1 = match get("keyexchange").unwrap_or("ike") {
        "ikev2" => false,
        "ike" | "ikev1" => true,
        other => return Err(refused("keyexchange", other)),
    };
    let aggressive = match get("aggressive").unwrap_or("no") {
        "yes" => true,
        "no" => false,
        other => return Err(refused("aggressive", other)),
    };
    let (mut ike, mut esp) = (Algorithms::default(), Algorithms::default());
    proposals(&mut ike, Phase::Ike, get("ike"));
    if let Some(ah) = get("ah") {
        proposals(&mut esp, Phase::Esp, Some(ah));
        // Nothing is hidden by it.
        esp.add("null");
    } else {
        proposals(&mut esp, Phase::Esp, get("esp"));
    }
    let unknown = unknown(&ike, &esp);
    let (local, remote) = ends(&settings);
    let (name, program) = (section.name.clone(), IpsecProgram::Stroke);
    Ok(Some(IpsecConnection {
        name,
        program,
        origin: origin.to_owned(),
        start,
        ikev1,
        aggressive: aggressive && ikev1,
        ike: ike.names,
        esp: esp.names,
        unknown,
        local,
        remote,
    }))
}

/// Proposals; without `!` at their end the program takes what it takes for good as well.
fn proposals(into: &mut Algorithms, phase: Phase, written: Option<&str>) {
    let Some(written) = written else {
        into.add_unknown(DEFAULT);
        return;
    };
    if written.len() > LIST_MAX {
        into.add_unknown("too_long");
        return;
    }
    let strict = written.strip_suffix('!');
    for proposal in strict.unwrap_or(written).split(',').map(str::trim).filter(|proposal| !proposal.is_empty()) {
        into.add_of_strongswan(phase, proposal);
    }
    if strict.is_none() {
        into.add_unknown(DEFAULT);
    }
}

/// The words of which nothing is known, each with what it is for.
pub(super) fn unknown(ike: &Algorithms, esp: &Algorithms) -> Vec<String> {
    let of = |phase: &str, words: &[String]| words.iter().map(|word| format!("{phase}: {word}")).collect::<Vec<_>>();
    [of("ike", &ike.unknown), of("esp", &esp.unknown)].concat()
}

/// How both ends prove who they are. The left one is this one as a rule; strongSwan swaps them where it is not.
fn ends(settings: &BTreeMap<String, String>) -> (Vec<IpsecAuthentication>, Vec<IpsecAuthentication>) {
    let get = |key: &str| settings.get(key).map(String::as_str);
    let by = get("authby").filter(|_| get("leftauth").is_none() && get("rightauth").is_none());
    let both = match by {
        Some("secret" | "psk" | "xauthpsk") => IpsecAuthentication::SharedKey,
        _ => IpsecAuthentication::PublicKey,
    };
    let asked = by.is_some_and(|by| by.starts_with("xauth"));
    let server = get("xauth") == Some("server");
    let end = |side: &str, is_asked: bool| {
        let first = get(&format!("{side}auth")).map_or(both, authentication);
        let second = get(&format!("{side}auth2")).map(authentication);
        [Some(first), if asked && is_asked { Some(IpsecAuthentication::Xauth) } else { second }]
            .into_iter()
            .flatten()
            .collect()
    };
    (end("left", !server), end("right", server))
}
