//! What the registry says of the Windows Time service.

use tenken_model::Instant;

use super::each_once;
use crate::collect::file_time;

/// The hierarchy of a domain, as `Type` names it.
pub const HIERARCHY: &str = "NT5DS";
/// The hierarchy, on the controller that all of its domain follow (the PDC emulator), and that has none of the domain to follow.
pub const ROOT: &str = "NT5DS (PDC emulator)";
/// The clock of the hypervisor, as the part of the service that takes it is named.
pub const HYPERVISOR: &str = "VMICTimeProvider";
/// More servers than anybody names.
const SERVERS_MAX: usize = 50;

/// What the service follows (`Type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nobody.
    NoSync,
    /// The servers that are named.
    Servers,
    /// The controllers of its domain.
    Hierarchy,
    /// Both.
    All,
}

impl Kind {
    /// The kind of that name, in any case; nothing for another.
    pub fn of(name: &str) -> Option<Self> {
        let known =
            [("NoSync", Self::NoSync), ("NTP", Self::Servers), (HIERARCHY, Self::Hierarchy), ("AllSync", Self::All)];
        known.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim())).map(|(_, kind)| kind)
    }
}

/// What the service is to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Whom; nothing where the value is missing or unknown.
    pub kind: Option<Kind>,
    /// The servers that are named, which count for some kinds alone.
    pub servers: Vec<String>,
}

/// A good sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// When it was taken.
    pub at: Instant,
    /// Of whom.
    pub source: Option<String>,
}

impl Sample {
    /// It is of a clock other than the machine's own. Windows writes these two names in English in any language.
    pub fn is_of_another(&self) -> bool {
        let own = ["Local CMOS Clock", "Free-running System Clock"];
        !self.source.as_deref().is_some_and(|source| own.iter().any(|own| own.eq_ignore_ascii_case(source)))
    }
}

/// The names in `NtpServer`: separated by blanks, each with flags behind a comma (`time.windows.com,0x9`).
pub fn servers(text: &str) -> Vec<String> {
    let names = text.split([' ', '\t', '\0']).map(without_flags).filter(|name| !name.is_empty());
    each_once(names.take(SERVERS_MAX))
}

/// A server's name without the flags behind it.
pub fn without_flags(text: &str) -> String {
    text.split(',').next().unwrap_or_default().trim().to_owned()
}

/// What it was given to follow, as `configured` of a time service tells. At the root of a domain the hierarchy gives no time, and
/// is named only where nothing else is.
pub fn configured(parameters: &Parameters, is_root: bool, hypervisor: bool) -> Vec<String> {
    let (follows, servers) = match parameters.kind {
        Some(Kind::Servers) => (false, parameters.servers.as_slice()),
        Some(Kind::Hierarchy) => (true, [].as_slice()),
        Some(Kind::All) => (true, parameters.servers.as_slice()),
        Some(Kind::NoSync) | None => (false, [].as_slice()),
    };
    let mut named: Vec<String> = Vec::new();
    if follows && !is_root {
        named.push(HIERARCHY.to_owned());
    }
    named.extend(servers.iter().cloned());
    if hypervisor {
        named.push(HYPERVISOR.to_owned());
    }
    if follows && named.is_empty() {
        named.push(ROOT.to_owned());
    }
    named
}

/// `LastGoodSampleInfo`: the time in units of FILETIME, a semicolon, and of whom. Nothing for what is of another form.
pub fn sample(text: &str) -> Option<Sample> {
    let (units, source) = text.split_once(';').unwrap_or((text, ""));
    let at = file_time::instant(units.trim().parse().ok()?)?;
    let source = without_flags(source.split('\0').next().unwrap_or_default());
    Some(Sample { at, source: (!source.is_empty()).then_some(source) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_with_flags_and_blanks() {
        assert_eq!(servers("time.windows.com,0x9"), ["time.windows.com"]);
        assert_eq!(
            servers(" ntp.nict.jp,0x8  ntp1.jst.mfeed.ad.jp,0x8 ntp.nict.jp"),
            ["ntp.nict.jp", "ntp1.jst.mfeed.ad.jp"]
        );
        assert_eq!(servers(" , \t"), Vec::<String>::new());
        assert_eq!(servers(&"a,1 ".repeat(10_000)), ["a"]);
    }

    #[test]
    fn what_counts_depends_on_the_kind() {
        let of = |kind: &str, hypervisor| {
            configured(&Parameters { kind: Kind::of(kind), servers: servers("ntp.nict.jp,0x9") }, false, hypervisor)
        };
        assert_eq!(of("NTP", false), ["ntp.nict.jp"]);
        assert_eq!(of("nt5ds", false), ["NT5DS"]);
        assert_eq!(of("AllSync", true), ["NT5DS", "ntp.nict.jp", "VMICTimeProvider"]);
        assert_eq!(of("NoSync", false), Vec::<String>::new());
        assert_eq!(of("", true), ["VMICTimeProvider"]);
        assert_eq!(of("ntp ", false), ["ntp.nict.jp"]);
    }

    #[test]
    fn the_last_sample_tells_when_and_of_whom() {
        let found = sample("134085924000000000;ntp.nict.jp,0x9 (ntp.m|0x9|0.0.0.0:123->133.243.238.243:123)").unwrap();
        assert_eq!((found.at, found.source.as_deref()), ("2025-11-26T01:00:00Z".parse().unwrap(), Some("ntp.nict.jp")));
        assert!(found.is_of_another());
        assert!(!sample("134085924000000000;Local CMOS Clock").unwrap().is_of_another());
        assert_eq!(sample("134085924000000000").unwrap().source, None);
        for odd in ["", ";", "x;y", "0;ntp.nict.jp", "-1;a", "99999999999999999999;a"] {
            assert_eq!(sample(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_hierarchy_gives_its_own_root_no_time() {
        let of = |kind: &str, named: &str, hypervisor: bool| {
            configured(&Parameters { kind: Kind::of(kind), servers: servers(named) }, true, hypervisor)
        };
        assert_eq!(of("NT5DS", "time.windows.com,0x9", false), [ROOT]);
        assert_eq!(of("NT5DS", "", true), [HYPERVISOR]);
        assert_eq!(of("AllSync", "ntp.nict.jp,0x8", false), ["ntp.nict.jp"]);
        assert_eq!(of("AllSync", "", false), [ROOT]);
        assert_eq!(of("NTP", "ntp.nict.jp,0x8", false), ["ntp.nict.jp"]);
        assert_eq!(of("NoSync", "", false), Vec::<String>::new());
    }
}
