//! Rules of the Windows firewall as the registry holds them: `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|…|`.
//!
//! Source: [MS-FASP] 2.2.37 and [MS-GPFAS] 2.2.2.19: fields between bars, each a name and a value; some names may come again. What
//! is not named is not limited.

/// Names that say what a rule is, and limit nothing.
const DESCRIBING: [&str; 10] =
    ["action", "active", "dir", "protocol", "profile", "name", "desc", "embedctxt", "edge", "defer"];
/// The most ports of a rule that are kept.
const PORTS_MAX: usize = 1_000;
const TCP: u16 = 6;
const UDP: u16 = 17;

/// An active rule that lets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboundRule {
    /// The number of the protocol; absent for any.
    pub protocol: Option<u16>,
    /// The profiles it is for: domain, private and public.
    pub profiles: [bool; 3],
    /// Ranges of local ports; empty for all.
    pub ports: Vec<(u16, u16)>,
    /// Ports that are named by what they are for (`RPC`), and none by its number.
    pub has_named_ports: bool,
    /// The service it is for, in lower case.
    pub service: Option<String>,
    /// The program it is for, as it is written.
    pub program: Option<String>,
    /// Only some may come in: by their addresses.
    pub has_sources: bool,
    /// Something else limits it: an interface, who signs in, a package, a local address.
    pub is_limited: bool,
}

impl InboundRule {
    /// It lets in whoever comes, to every port of TCP or UDP and every program.
    pub fn is_open_to_all(&self) -> bool {
        let has_ports = matches!(self.protocol, None | Some(TCP | UDP));
        let all_ports = self.ports.is_empty() && !self.has_named_ports;
        has_ports
            && all_ports
            && self.service.is_none()
            && self.program.is_none()
            && !self.has_sources
            && !self.is_limited
    }

    /// It lets packets of TCP in to that port of that service.
    pub fn lets_in_tcp(&self, port: u16, service: &str) -> bool {
        let is_of_port = if self.ports.is_empty() {
            !self.has_named_ports
        } else {
            self.ports.iter().any(|(first, last)| (*first..=*last).contains(&port))
        };
        let is_of_service = self.service.as_deref().is_none_or(|own| own == "*" || own.eq_ignore_ascii_case(service));
        let is_of_host = |program: &str| {
            let name = program.rsplit(['\\', '/']).next().unwrap_or_default();
            name.eq_ignore_ascii_case("svchost.exe") || name.eq_ignore_ascii_case("system")
        };
        let is_of_program = self.program.as_deref().is_none_or(is_of_host);
        matches!(self.protocol, None | Some(TCP)) && is_of_port && is_of_service && is_of_program
    }
}

/// Reads a rule. Nothing for one that is switched off, is not for what comes in, or does not let in.
pub fn parse(text: &str) -> Option<InboundRule> {
    let mut fields = text.split('|');
    fields.next().filter(|version| version.starts_with('v'))?;
    let (mut lets_in, mut is_active, mut comes_in) = (false, false, false);
    let mut rule = InboundRule::default();
    for field in fields.filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=')?;
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "action" => lets_in = value.eq_ignore_ascii_case("allow") || value.eq_ignore_ascii_case("bypass"),
            "active" => is_active = value.eq_ignore_ascii_case("true"),
            "dir" => comes_in = value.eq_ignore_ascii_case("in"),
            "protocol" => rule.protocol = value.parse().ok().filter(|protocol| *protocol != 256),
            "profile" => profile(&mut rule.profiles, value),
            "lport" | "lport2_10" | "lport2_20" | "lport2_24" | "lport2_29" => ports(&mut rule, value),
            "svc" => rule.service = Some(value.to_ascii_lowercase()).filter(|service| !service.is_empty()),
            "app" => rule.program = Some(value.to_owned()).filter(|program| !program.is_empty()),
            _ if name.starts_with("ra4") || name.starts_with("ra6") => rule.has_sources = true,
            other if DESCRIBING.contains(&other) || name.starts_with("platform") => {}
            _ => rule.is_limited = true,
        }
    }
    if rule.profiles == [false; 3] {
        rule.profiles = [true; 3];
    }
    (lets_in && is_active && comes_in).then_some(rule)
}

fn profile(profiles: &mut [bool; 3], value: &str) {
    let [domain, private, public] = profiles;
    match value.to_ascii_lowercase().as_str() {
        "domain" => *domain = true,
        "private" => *private = true,
        "public" => *public = true,
        // A profile of a later version: it may be any.
        _ => *profiles = [true; 3],
    }
}

fn ports(rule: &mut InboundRule, value: &str) {
    let (first, last) = value.split_once('-').unwrap_or((value, value));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if rule.ports.len() < PORTS_MAX => rule.ports.push((first, last)),
        _ => rule.has_named_ports = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Windows writes its own rule for Remote Desktop.
    const RDP: &str = r"v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|Name=@FirewallAPI.dll,-28775|Desc=@FirewallAPI.dll,-28756|EmbedCtxt=@FirewallAPI.dll,-28752|";

    #[test]
    fn windows_own_rule_for_remote_desktop_is_for_its_port_alone() {
        let rule = parse(RDP).unwrap();
        assert_eq!((rule.protocol, rule.ports.as_slice(), rule.profiles), (Some(6), &[(3389, 3389)][..], [true; 3]));
        assert!(rule.lets_in_tcp(3389, "TermService") && !rule.lets_in_tcp(445, "TermService"));
        assert!(!rule.has_sources && !rule.is_open_to_all());
        let limited =
            parse(&RDP.replace("LPort=3389", "Profile=Private|LPort=3389|RA4=LocalSubnet|RA6=LocalSubnet")).unwrap();
        assert_eq!((limited.profiles, limited.has_sources), ([false, true, false], true));
    }

    #[test]
    fn what_is_off_goes_out_or_refuses_is_passed_over() {
        for (from, to) in [("Active=TRUE", "Active=FALSE"), ("Dir=In", "Dir=Out"), ("Action=Allow", "Action=Block")] {
            assert_eq!(parse(&RDP.replace(from, to)), None, "{to}");
        }
        for odd in ["", "x", "v2.31", "v2.31|Action", "Action=Allow|Active=TRUE|Dir=In|"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn only_a_rule_without_limits_is_open_to_all() {
        let open = |more: &str| {
            parse(&format!("v2.10|Action=Allow|Active=TRUE|Dir=In|{more}Name=x|")).unwrap().is_open_to_all()
        };
        assert!(open("") && open("Protocol=6|") && open("Protocol=17|Profile=Public|") && open("Protocol=256|"));
        let limits = [
            "Protocol=1|",
            "LPort=80|",
            "LPort2_10=5000-5020|",
            "LPort=RPC|",
            r"App=C:\x.exe|",
            "Svc=x|",
            "RA4=192.0.2.0/255.255.255.0|",
            "AppPkgId=S-1-15-2-1|",
            "Security=Authenticate|",
        ];
        for limit in limits {
            assert!(!open(limit), "{limit}");
        }
    }

    #[test]
    fn ranges_services_and_programs_are_followed() {
        let rule = |more: &str| parse(&format!("v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{more}")).unwrap();
        assert!(rule("LPort2_10=3000-4000|").lets_in_tcp(3389, "TermService"));
        assert!(!rule("LPort2_10=3000-3388|").lets_in_tcp(3389, "TermService"));
        assert!(!rule("LPort=RPC|").lets_in_tcp(3389, "TermService"));
        assert!(!rule(r"App=C:\Program Files\x\x.exe|").lets_in_tcp(3389, "TermService"));
        assert!(!rule("Svc=LanmanServer|").lets_in_tcp(3389, "TermService") && rule("Svc=*|").lets_in_tcp(3389, "x"));
    }
}
