//! The profiles of the Windows firewall, and its rules.
//!
//! A value of group policy (`…\Policies\Microsoft\WindowsFirewall`) wins over one of mobile device management (`…\Mdm`), and that
//! over the local one: [MS-GPFAS] 2.2, and the firewall's configuration service provider. What no place names is as Windows has it
//! by default: on, and refusing (FW_PROFILE_CONFIG, [MS-FASP] 2.2.37).

use tenken_model::{Reason, ReasonCode};

use super::inbound_rule::{self, InboundRule};
use crate::collect::{Look, windows_setting};
use crate::host::windows_api::RegistryPath;

const LOCAL: &str = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
const POLICY: &str = r"SOFTWARE\Policies\Microsoft\WindowsFirewall";
/// More rules than any machine has.
const RULES_MAX: usize = 20_000;
/// The port at which an older policy for Remote Desktop lets in, and the number of TCP.
const REMOTE_DESKTOP: u16 = 3389;
const TCP: u16 = 6;

/// The names of the profiles: in policies, where an older name may stand for the second, and in the local settings.
const PROFILES: [(&[&str], &str); 3] = [
    (&["DomainProfile"], "DomainProfile"),
    (&["PrivateProfile", "StandardProfile"], "StandardProfile"),
    (&["PublicProfile"], "PublicProfile"),
];

/// How one profile is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Its name in the registry.
    pub name: &'static str,
    /// The firewall is on in it.
    pub enabled: bool,
    /// What no rule lets in is refused.
    pub refuses: bool,
    /// Nothing is let in, whatever the rules say (`DoNotAllowExceptions`).
    pub is_shielded: bool,
    /// Rules that were made on this machine count.
    pub has_local_rules: bool,
}

/// How the firewall is set.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The profiles: domain, private and public.
    pub profiles: [Profile; 3],
    /// Rules that let in, by the name of their value, and whether a policy brings them.
    pub rules: Vec<(String, InboundRule, bool)>,
    /// Those that refuse, and whether each is a policy's.
    pub refusing: Vec<(InboundRule, bool)>,
}

impl Setup {
    /// Reads it.
    pub fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let local = RegistryPath::machine(LOCAL);
        // One place stands for those below it.
        if look.registry(&local).map_err(|error| error.reason())?.is_none() {
            return Err(Reason::new(ReasonCode::Missing, format!("read {local}: it is not there")));
        }
        let policy = RegistryPath::machine(POLICY);
        look.registry(&policy).map_err(|error| error.reason())?;
        let aside = look.aside();
        let [domain, private, public] = PROFILES;
        let profiles = [profile(&aside, domain)?, profile(&aside, private)?, profile(&aside, public)?];
        let (mut rules, mut refusing) = (older_rules(&aside)?, Vec::new());
        let places = [(policy, true), (local.join("Mdm"), true), (local, false)];
        for (place, is_of_policy) in places {
            let path = place.join("FirewallRules");
            let Some(key) = aside.registry(&path).map_err(|error| error.reason())? else { continue };
            if key.values.len() > RULES_MAX {
                return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: more than {RULES_MAX} rules")));
            }
            for value in &key.values {
                let rule = value.data.text().and_then(inbound_rule::parse);
                refusing
                    .extend(value.data.text().and_then(inbound_rule::parse_refusing).map(|rule| (rule, is_of_policy)));
                rules.extend(rule.map(|rule| (value.name.clone(), rule, is_of_policy)));
            }
        }
        Ok(Self { profiles, rules, refusing })
    }

    /// The rules that count in the profile at that place.
    pub fn rules_of(&self, at: usize) -> impl Iterator<Item = (&str, &InboundRule)> {
        let local = self.profiles.get(at).is_some_and(|profile| profile.has_local_rules);
        let counts = move |(_, rule, is_of_policy): &&(String, InboundRule, bool)| {
            (*is_of_policy || local) && rule.profiles.get(at) == Some(&true)
        };
        self.rules.iter().filter(counts).map(|(name, rule, _)| (name.as_str(), rule))
    }

    /// What lets in whoever comes, in any of the profiles.
    pub fn hole(&self) -> Option<String> {
        self.profiles.iter().enumerate().find_map(|(at, profile)| {
            let name = profile.name;
            if !profile.enabled {
                return Some(format!("{name}: EnableFirewall = 0"));
            }
            if profile.is_shielded {
                return None;
            }
            if !profile.refuses {
                return Some(format!("{name}: DefaultInboundAction = 0"));
            }
            let open = self.rules_of(at).find(|(_, rule)| rule.is_open_to_all());
            open.map(|(rule, _)| format!("{name}: the rule {rule} lets everything in"))
        })
    }

    /// Whether a port of TCP of a service is let in from any address, in any of the profiles.
    pub fn is_open_to_anybody(&self, port: u16, service: &str) -> bool {
        self.profiles.iter().enumerate().any(|(at, profile)| {
            let is_let_in = || {
                let lets =
                    |rule: &InboundRule| rule.lets_in_tcp(port, service) && !rule.has_sources && !rule.is_limited;
                !profile.refuses || self.rules_of(at).any(|(_, rule)| lets(rule))
            };
            !profile.enabled || !profile.is_shielded && is_let_in()
        })
    }
}

impl Setup {
    /// Whether strangers on a public network come in to that port of TCP of a service. Whoever is on the subnet is one there. A rule
    /// that refuses whoever comes goes before those that let in.
    pub fn is_open_in_public(&self, port: u16, service: &str) -> bool {
        let at = PROFILES.len() - 1;
        let Some(profile) = self.profiles.get(at) else { return false };
        if !profile.enabled {
            return true;
        }
        let is_for_all = |rule: &InboundRule| rule.lets_in_tcp(port, service) && !rule.is_limited;
        let refuses = |(rule, is_of_policy): &(InboundRule, bool)| {
            (*is_of_policy || profile.has_local_rules)
                && rule.profiles.get(at) == Some(&true)
                && is_for_all(rule)
                && !rule.has_sources
        };
        let lets_in = |rule: &InboundRule| is_for_all(rule) && (!rule.has_sources || rule.from_subnet);
        !profile.is_shielded
            && !self.refusing.iter().any(refuses)
            && (!profile.refuses || self.rules_of(at).any(|(_, rule)| lets_in(rule)))
    }
}

/// What older policies let in (`WindowsFirewall.admx`), which later versions of Windows follow as well: "Allow inbound Remote Desktop
/// exceptions" and "Define inbound port exceptions". They are taken to be for every profile, because that for the standard profile
/// is for two of them.
fn older_rules(look: &Look<'_>) -> Result<Vec<(String, InboundRule, bool)>, Reason> {
    let policy = RegistryPath::machine(POLICY);
    let mut rules = Vec::new();
    for profile in ["DomainProfile", "StandardProfile"] {
        let service = policy.join(profile).join(r"Services\RemoteDesktop");
        if let Some(key) = look.registry(&service).map_err(|error| error.reason())?
            && key.number("Enabled").is_some_and(|enabled| enabled != 0)
        {
            let rule = inbound_rule::older(TCP, REMOTE_DESKTOP, key.text("RemoteAddresses").unwrap_or_default());
            rules.push((service.to_string(), rule, true));
        }
        let list = policy.join(profile).join(r"GloballyOpenPorts\List");
        let Some(key) = look.registry(&list).map_err(|error| error.reason())? else { continue };
        for value in key.values.iter().take(RULES_MAX) {
            let rule = value.data.text().and_then(inbound_rule::parse_older);
            rules.extend(rule.map(|rule| (format!("{list} {}", value.name), rule, true)));
        }
    }
    Ok(rules)
}

fn profile(look: &Look<'_>, (in_policy, name): (&[&str], &'static str)) -> Result<Profile, Reason> {
    let policy = RegistryPath::machine(POLICY);
    let local = RegistryPath::machine(LOCAL);
    let policies: Vec<RegistryPath> = in_policy.iter().map(|name| policy.join(name)).collect();
    let mdm: Vec<RegistryPath> = in_policy.iter().map(|name| local.join("Mdm").join(name)).collect();
    let all: Vec<RegistryPath> = policies.iter().chain(&mdm).cloned().chain([local.join(name)]).collect();
    let number = |value: &str, places: &[RegistryPath]| windows_setting::number(look, value, places);
    let is_on = |value: &str| Ok::<_, Reason>(number(value, &all)?.is_none_or(|number| number != 0));
    // Only a policy can say that local rules do not count.
    let merges = number("AllowLocalPolicyMerge", &all[..policies.len() + mdm.len()])?;
    Ok(Profile {
        name,
        enabled: is_on("EnableFirewall")?,
        refuses: is_on("DefaultInboundAction")?,
        is_shielded: number("DoNotAllowExceptions", &all)?.is_some_and(|number| number != 0),
        has_local_rules: merges.is_none_or(|merges| merges != 0),
    })
}
