//! Connections of strongSwan's `swanctl.conf`, as charon takes them over vici.

use tenken_model::fact::ipsec::{IpsecAuthentication, IpsecConnection, IpsecProgram, IpsecStart};

use super::algorithms::{Algorithms, DEFAULT, LIST_MAX, Phase};
use super::references::{Endless, meant, names, values};
use super::settings::Section;
use super::starter::unknown;

/// The section of all connections.
pub const CONNECTIONS: &str = "connections";

/// The names of the connections.
pub fn connections(top: &Section) -> Result<Vec<String>, Endless> {
    Ok(names(&meant(top, &[CONNECTIONS])?).into_iter().map(str::to_owned).collect())
}

/// A connection; an error is why it is not known.
pub fn connection(top: &Section, name: &str, origin: &str) -> Result<IpsecConnection, String> {
    let endless = |Endless| format!("{name}: its sections rest on each other without an end");
    let own = meant(top, &[CONNECTIONS, name]).map_err(endless)?;
    let mut found = IpsecConnection {
        name: name.to_owned(),
        program: IpsecProgram::Swanctl,
        origin: origin.to_owned(),
        start: IpsecStart::WhenAsked,
        ikev1: true,
        aggressive: false,
        ike: Vec::new(),
        esp: Vec::new(),
        unknown: Vec::new(),
        local: Vec::new(),
        remote: Vec::new(),
    };
    let (mut ike, mut esp) = (Algorithms::default(), Algorithms::default());
    let mut proposed = false;
    for (key, value) in values(&own) {
        match key {
            "version" => found.ikev1 = ikev1(value).ok_or_else(|| refused(name, key, value))?,
            "aggressive" => found.aggressive = flag(value).ok_or_else(|| refused(name, key, value))?,
            "proposals" => proposed |= proposals(&mut ike, Phase::Ike, value),
            _ => {}
        }
    }
    found.aggressive &= found.ikev1;
    if !proposed {
        ike.add_unknown(DEFAULT);
    }
    for section in names(&own) {
        let lower = section.to_ascii_lowercase();
        if lower == "children" {
            found.start = children(top, name, section, &mut esp)?;
            continue;
        }
        let end = if lower.starts_with("local") {
            &mut found.local
        } else if lower.starts_with("remote") {
            &mut found.remote
        } else {
            return Err(refused(name, section, "{}"));
        };
        let rounds = meant(top, &[CONNECTIONS, name, section]).map_err(endless)?;
        let by = values(&rounds).into_iter().find(|(key, _)| *key == "auth");
        end.push(by.map_or(IpsecAuthentication::Unspecified, |(_, by)| authentication(by)));
    }
    for end in [&mut found.local, &mut found.remote] {
        if end.is_empty() {
            end.push(IpsecAuthentication::Unspecified);
        }
    }
    found.unknown = unknown(&ike, &esp);
    (found.ike, found.esp) = (ike.names, esp.names);
    Ok(found)
}

fn refused(name: &str, key: &str, value: &str) -> String {
    format!("{name}: strongSwan refuses {key} = {value}")
}

fn ikev1(version: &str) -> Option<bool> {
    match version {
        "0" | "1" => Some(true),
        "2" => Some(false),
        _ => None,
    }
}

/// A word for yes or no, in any case.
fn flag(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "enabled" | "1" => Some(true),
        "no" | "false" | "disabled" | "0" => Some(false),
        _ => None,
    }
}

/// The tunnels of a connection: what they take up, and when the first of them is made.
fn children(top: &Section, name: &str, section: &str, esp: &mut Algorithms) -> Result<IpsecStart, String> {
    let endless = |Endless| format!("{name}: its sections rest on each other without an end");
    let path = [CONNECTIONS, name, section];
    let all = meant(top, &path).map_err(endless)?;
    let mut start = IpsecStart::WhenAsked;
    for child in names(&all) {
        let own = meant(top, &[path.as_slice(), &[child]].concat()).map_err(endless)?;
        let settings = values(&own);
        let get = |wanted: &str| settings.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
        // Such a one is no tunnel but leaves traffic alone, or stops it.
        if get("mode").is_some_and(|mode| ["pass", "drop"].iter().any(|known| mode.eq_ignore_ascii_case(known))) {
            continue;
        }
        let mut proposed = get("esp_proposals").is_some_and(|list| proposals(esp, Phase::Esp, list));
        if get("ah_proposals").is_some_and(|list| proposals(esp, Phase::Esp, list)) {
            // Nothing is hidden by it.
            esp.add("null");
            proposed = true;
        }
        if !proposed {
            esp.add_unknown(DEFAULT);
        }
        let action = get("start_action").unwrap_or("none").to_ascii_lowercase();
        for word in action.split('|').map(str::trim) {
            match word {
                "start" | "restart" => start = IpsecStart::AtBoot,
                "trap" | "route" if start == IpsecStart::WhenAsked => start = IpsecStart::OnTraffic,
                "trap" | "route" | "none" | "clear" | "" => {}
                _ => return Err(refused(name, "start_action", &action)),
            }
        }
    }
    Ok(start)
}

/// Adds a list of proposals; whether it has one.
fn proposals(into: &mut Algorithms, phase: Phase, list: &str) -> bool {
    if list.len() > LIST_MAX {
        into.add_unknown("too_long");
        return true;
    }
    let mut any = false;
    for proposal in list.split(',').map(|proposal| proposal.trim_matches(' ')).filter(|proposal| !proposal.is_empty()) {
        any = true;
        if proposal.eq_ignore_ascii_case(DEFAULT) {
            into.add_unknown(DEFAULT);
        } else {
            into.add_of_strongswan(phase, proposal);
        }
    }
    any
}

/// What a word of strongSwan for a way to prove who one is means.
pub fn authentication(word: &str) -> IpsecAuthentication {
    let lower = word.to_ascii_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    if begins(&["pubkey", "rsa", "ecdsa", "ed25519", "ed448", "bliss", "ike:"]) {
        IpsecAuthentication::PublicKey
    } else if lower == "psk" || lower == "secret" {
        IpsecAuthentication::SharedKey
    } else if begins(&["eap"]) {
        IpsecAuthentication::Eap
    } else if begins(&["xauth"]) {
        IpsecAuthentication::Xauth
    } else {
        IpsecAuthentication::Unspecified
    }
}
