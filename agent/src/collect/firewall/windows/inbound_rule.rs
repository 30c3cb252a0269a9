//! Rules of the Windows firewall as the registry holds them: `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|…|`.
//!
//! Source: [MS-FASP] 2.2.37 and [MS-GPFAS] 2.2.2.19: fields between bars, each a name and a value; some names may come again. What
//! is not named is not limited. An interface, a kind of interface, an address of this host's own or a port of the other side, which
//! that side chooses, limits nobody who comes.

use std::net::{IpAddr, Ipv4Addr};

/// Names that limit who may come, or to what: authentication, who comes or for whose programs, a package, a mapping, a network.
/// `security`, `ttk` and `luauth` are followed by versions: `Security2_9`.
const LIMITING: [&str; 11] =
    ["security", "rmauth", "ruauth", "luauth", "luown", "apppkgid", "pfn", "lom", "ttk", "nnm", "icmp"];
/// The most ports of a rule that are kept.
const PORTS_MAX: usize = 1_000;
/// So many ports, half of all, are no limit; the dynamic ones that services of RPC need are a quarter.
const PORTS_WIDE: u32 = 32_768;
/// Sources of a shorter prefix are no limit: the widest private networks are 10.0.0.0/8 and fc00::/7.
const PREFIXES_WIDE: (u32, u32) = (8, 7);
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
    /// Only some may come in: by their addresses. What is as wide as the Internet is no such limit.
    pub has_sources: bool,
    /// Whoever is on the same subnet may come in (`LocalSubnet`): on a public network, strangers.
    pub from_subnet: bool,
    /// Something else limits it: who signs in, a package, an address of this host that none but its neighbours reach.
    pub is_limited: bool,
}

impl InboundRule {
    /// It lets in whoever comes, to every port of TCP or UDP and every program.
    pub fn is_open_to_all(&self) -> bool {
        let has_ports = matches!(self.protocol, None | Some(TCP | UDP));
        let width = |(first, last): &(u16, u16)| u32::from(last.saturating_sub(*first)) + 1;
        let all_ports = (self.ports.is_empty() && !self.has_named_ports)
            || self.ports.iter().map(width).fold(0, u32::saturating_add) >= PORTS_WIDE;
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
    let lets_in = |action: &str| action.eq_ignore_ascii_case("allow") || action.eq_ignore_ascii_case("bypass");
    parse_if(text, lets_in)
}

/// Reads a rule that refuses, which goes before those that let in. Nothing for one that is switched off or is not for what comes in.
pub fn parse_refusing(text: &str) -> Option<InboundRule> {
    parse_if(text, |action| action.eq_ignore_ascii_case("block"))
}

fn parse_if(text: &str, is_chosen: impl Fn(&str) -> bool) -> Option<InboundRule> {
    let mut fields = text.split('|');
    fields.next().filter(|version| version.starts_with('v'))?;
    let (mut chosen, mut is_active, mut comes_in, mut from_anywhere) = (false, false, false, false);
    let mut own_addresses: Vec<&str> = Vec::new();
    let mut rule = InboundRule::default();
    for field in fields.filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=')?;
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "action" => chosen = is_chosen(value),
            "active" => is_active = value.eq_ignore_ascii_case("true"),
            "dir" => comes_in = value.eq_ignore_ascii_case("in"),
            "protocol" => rule.protocol = value.parse().ok().filter(|protocol| *protocol != 256),
            "profile" => profile(&mut rule.profiles, value),
            "lport" | "lport2_10" | "lport2_20" | "lport2_24" | "lport2_29" => ports(&mut rule, value),
            "svc" => rule.service = Some(value.to_ascii_lowercase()).filter(|service| !service.is_empty()),
            "app" => rule.program = Some(value.to_owned()).filter(|program| !program.is_empty()),
            _ if name.starts_with("ra4") || name.starts_with("ra6") => {
                rule.has_sources = true;
                from_anywhere |= is_wide(value);
                rule.from_subnet |= is_subnet(value);
            }
            _ if name.starts_with("la4") || name.starts_with("la6") => own_addresses.push(value),
            _ => rule.is_limited |= limit(&name).is_some(),
        }
    }
    rule.is_limited |= !own_addresses.is_empty() && own_addresses.iter().all(|address| is_near(address));
    if rule.profiles == [false; 3] {
        rule.profiles = [true; 3];
    }
    rule.has_sources &= !from_anywhere;
    (chosen && is_active && comes_in).then_some(rule)
}

/// An exception of an older policy (`WindowsFirewall.admx`), whom it lets in and at which port: for `addresses`, `*` or several
/// between commas.
pub fn older(protocol: u16, port: u16, addresses: &str) -> InboundRule {
    let has_sources = !addresses.trim().is_empty() && !addresses.split(',').any(is_wide);
    InboundRule {
        protocol: Some(protocol),
        profiles: [true; 3],
        ports: vec![(port, port)],
        has_sources,
        from_subnet: addresses.split(',').any(is_subnet),
        ..InboundRule::default()
    }
}

/// Reads an exception of an older policy for a port: `3389:TCP:192.0.2.0/24,localsubnet:enabled:name`.
pub fn parse_older(text: &str) -> Option<InboundRule> {
    let (port, rest) = text.split_once(':')?;
    let (protocol, rest) = rest.split_once(':')?;
    // Addresses of IPv6 have colons, and a name may have them too.
    let lower = rest.to_ascii_lowercase();
    let addresses = rest.get(..lower.find(":enabled")?)?;
    let protocol = if protocol.trim().eq_ignore_ascii_case("udp") { UDP } else { TCP };
    Some(older(protocol, port.trim().parse().ok()?, addresses))
}

/// What a field of that name limits, by how its name begins; nothing for one that limits nobody.
pub fn limit(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    LIMITING.into_iter().find(|limiting| name.starts_with(limiting))
}

/// An address of this host that only itself or its neighbours reach: of loopback, of the link, of a group.
fn is_near(value: &str) -> bool {
    let first = value.split(['-', '/']).next().unwrap_or_default().trim();
    match first.parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local() || address.is_multicast(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unicast_link_local() || address.is_multicast(),
        Err(_) => false,
    }
}

/// The word for whoever is on the same subnet: `RA4=LocalSubnet`, `RA42=LocalSubnet4`.
fn is_subnet(value: &str) -> bool {
    value.trim().trim_end_matches(['4', '6']).eq_ignore_ascii_case("localsubnet")
}

/// Sources that leave out hardly anybody: `RA42=IntErnet`, `RA4=0.0.0.0-255.255.255.255`, `RA4=0.0.0.0/0.0.0.0`.
pub fn is_wide(value: &str) -> bool {
    let keyword = value.trim().trim_end_matches(['4', '6']);
    if ["*", "any", "internet"].iter().any(|wide| keyword.eq_ignore_ascii_case(wide)) {
        return true;
    }
    let (ipv4, ipv6) = PREFIXES_WIDE;
    if let Some((first, last)) = value.split_once('-') {
        return match (first.trim().parse(), last.trim().parse()) {
            (Ok(IpAddr::V4(first)), Ok(IpAddr::V4(last))) => {
                u32::from(last).saturating_sub(u32::from(first)).leading_zeros() < ipv4
            }
            (Ok(IpAddr::V6(first)), Ok(IpAddr::V6(last))) => {
                u128::from(last).saturating_sub(u128::from(first)).leading_zeros() < ipv6
            }
            _ => false,
        };
    }
    let Some((address, length)) = value.split_once('/') else { return false };
    let of_mask = || length.trim().parse::<Ipv4Addr>().map(|mask| u32::from(mask).leading_ones());
    match (address.trim().parse(), length.trim().parse::<u32>().or_else(|_| of_mask())) {
        (Ok(IpAddr::V4(_)), Ok(length)) => length < ipv4,
        (Ok(IpAddr::V6(_)), Ok(length)) => length < ipv6,
        _ => false,
    }
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
    fn where_packets_come_in_limits_nobody_who_comes() {
        let rule = |more: &str| {
            parse(&format!("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{more}Name=x|Desc=y|EmbedCtxt=z|"))
                .unwrap()
        };
        let open = [
            "IFType=Wireless|",
            "IFType=Lan|IFType=RemoteAccess|",
            "IF={1A2B3C4D-0000-0000-0000-000000000000}|",
            "LA4=192.0.2.5|",
            "LA4=192.0.2.0/255.255.255.0|LA6=2001:db8::5|",
            "LA4=127.0.0.1|LA4=192.0.2.5|",
            "LA4=0.0.0.0-255.255.255.255|",
            "RPort=80|",
            "RPort2_10=1024-65535|",
            "Edge=TRUE|Defer=App|Platform=2:6:2|Platform2=GTEQ|SkipVer=x|",
            "NewInSomeVersion=x|",
        ];
        for open in open {
            assert!(rule(open).is_open_to_all() && !rule(open).is_limited, "{open}");
        }
        let limited = [
            "LA4=127.0.0.1|",
            "LA6=::1|LA4=127.0.0.0/255.0.0.0|",
            "LA6=fe80::/64|",
            "LA4=224.0.0.251|",
            "RMAuth=O:LSD:(A;;CC;;;S-1-5-21-1)|",
            "RUAuth=x|",
            "LUAuth2_24=O:LSD:(A;;CC;;;S-1-5-21-1)|",
            "LUOwn=S-1-5-21-1|",
            "Security2_9=An-NoEncap|",
            "TTK2_27=WFDDisplay|",
            "IFType=Wireless|RA4=192.0.2.0/255.255.255.0|",
        ];
        for limited in limited {
            assert!(!rule(limited).is_open_to_all(), "{limited}");
        }
    }

    #[test]
    fn limits_that_leave_out_hardly_anything_are_none() {
        let rule =
            |more: &str| parse(&format!("v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{more}Name=x|")).unwrap();
        for wide in ["LPort2_10=1-65535|", "LPort2_10=1024-65535|", "LPort2_10=1-20000|LPort2_10=20001-65535|"] {
            assert!(rule(wide).is_open_to_all(), "{wide}");
        }
        assert!(!rule("LPort2_10=49152-65535|").is_open_to_all() && !rule("LPort2_10=9-1|").is_open_to_all());
        let sources = [
            "RA42=IntErnet|",
            "RA4=0.0.0.0/0.0.0.0|",
            "RA4=0.0.0.0/1|RA4=128.0.0.0/1|",
            "RA4=0.0.0.0-255.255.255.255|",
            "RA4=192.0.2.1|RA4=1.0.0.0-223.255.255.255|",
            "RA6=::/0|",
            "RA6=2000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff|",
        ];
        for wide in sources {
            assert!(!rule(wide).has_sources && rule(wide).is_open_to_all(), "{wide}");
        }
        let narrow = [
            "RA4=10.0.0.0/255.0.0.0|",
            "RA4=10.0.0.0/8|",
            "RA4=10.0.0.0-10.255.255.255|",
            "RA4=192.0.2.9|",
            "RA4=LocalSubnet|",
            "RA6=fc00::/7|",
            "RA42=Intranet|",
            "RA4=x/0|",
        ];
        for narrow in narrow {
            assert!(rule(narrow).has_sources && !rule(narrow).is_open_to_all(), "{narrow}");
        }
    }

    #[test]
    fn exceptions_of_older_policies_are_read() {
        let rule = |text: &str| parse_older(text).map(|rule| (rule.protocol, rule.ports, rule.has_sources));
        assert_eq!(rule("3389:TCP:*:enabled:Remote"), Some((Some(6), vec![(3389, 3389)], false)));
        assert_eq!(rule("161:udp:192.0.2.0/24,localsubnet:Enabled:x"), Some((Some(17), vec![(161, 161)], true)));
        assert_eq!(rule("80:TCP:192.0.2.1,*:enabled:x"), Some((Some(6), vec![(80, 80)], false)));
        assert_eq!(rule("80:TCP:2001:db8::/32:enabled:x"), Some((Some(6), vec![(80, 80)], true)));
        assert_eq!(rule("80:TCP::enabled:x"), Some((Some(6), vec![(80, 80)], false)));
        for none in ["", "80", "80:TCP", "80:TCP:*:disabled:x", "x:TCP:*:enabled:x", "99999:TCP:*:enabled:x"] {
            assert_eq!(rule(none), None, "{none}");
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
