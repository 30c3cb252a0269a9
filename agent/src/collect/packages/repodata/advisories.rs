//! What a repository advises: `updateinfo.xml`.

use std::io::BufRead;

use chrono::{NaiveDate, NaiveDateTime};
use tenken_model::Instant;
use tenken_model::fact::updates::Severity;

use super::tags::{Tag, TagKind, Tags, TagsError};
use crate::collect::packages::rpm_header::{OF_MODULE, Package};
use crate::collect::packages::rpm_version::Evr;

/// The kind of advisory that is read, and the state of one that was taken back.
const SECURITY: &str = "security";
const TAKEN_BACK: &str = "retracted";
/// Packages that every system of Red Hat's relatives has, and that are repaired several times a year: who advises on
/// security and names none of them does not speak of the system itself.
pub const OF_SYSTEM: [&str; 5] = ["glibc", "openssl-libs", "kernel-core", "kernel", "systemd"];
const MODULES_MAX: usize = 100;
/// No version and no name of a stream is longer.
const TEXT_MAX: usize = 256;

/// A package that a security advisory names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised {
    /// Its name.
    pub name: String,
    /// The kind of processor.
    pub arch: String,
    /// The version that repairs it.
    pub evr: Evr,
    /// When the advisory was issued; absent where that is no date.
    pub issued: Option<Instant>,
    /// How severe it is.
    pub severity: Option<Severity>,
    /// Names and streams of the modules that it is for: `nodejs:18`.
    pub modules: Vec<String>,
}

impl Advised {
    /// Whether it repairs this package: a newer one of the same name and kind, and of the same stream of a module.
    pub fn repairs(&self, installed: &Package) -> bool {
        let is_for = match (self.modules.is_empty(), &installed.module) {
            (false, module) => module.as_ref().is_some_and(|module| self.modules.contains(module)),
            (true, _) => self.evr.release.contains(OF_MODULE) == installed.evr.release.contains(OF_MODULE),
        };
        let is_same = self.name == installed.name && self.arch == installed.arch;
        is_same && is_for && self.evr.order(&installed.evr).is_gt()
    }
}

/// Gives `take` what security advisories name, of packages whose name is `wanted`.
pub fn read(read: impl BufRead, wanted: &dyn Fn(&str) -> bool, take: &mut dyn FnMut(Advised)) -> Result<(), TagsError> {
    let mut tags = Tags::of(read);
    let mut reader = Reader { wanted, advisory: None, is_open: false, is_closed: false };
    while let Some(tag) = tags.next_tag()? {
        if let Some(advised) = reader.take(&tag) {
            take(advised);
        }
        if !reader.is_open {
            return Err(TagsError::Other("updates"));
        }
    }
    match (reader.is_open, reader.is_closed) {
        (true, true) => Ok(()),
        (true, false) => Err(TagsError::Cut),
        (false, _) => Err(TagsError::Other("updates")),
    }
}

struct Reader<'w> {
    wanted: &'w dyn Fn(&str) -> bool,
    /// The security advisory that is being read.
    advisory: Option<Advisory>,
    is_open: bool,
    is_closed: bool,
}

#[derive(Default)]
struct Advisory {
    issued: Option<Instant>,
    severity: Option<Severity>,
    modules: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, tag: &Tag<'_>) -> Option<Advised> {
        let opens = tag.kind != TagKind::Close;
        match tag.name {
            "updates" => {
                self.is_closed = tag.kind != TagKind::Open && (self.is_open || tag.kind == TagKind::Empty);
                self.is_open |= opens;
            }
            "update" => {
                let is = |name, wanted: &str| tag.attribute(name).is_some_and(|is| is.eq_ignore_ascii_case(wanted));
                let is_read = tag.kind == TagKind::Open && is("type", SECURITY) && !is("status", TAKEN_BACK);
                self.advisory = is_read.then(Advisory::default);
            }
            _ => return self.advisory.as_mut().and_then(|advisory| of_advisory(advisory, tag, self.wanted)),
        }
        None
    }
}

fn of_advisory(advisory: &mut Advisory, tag: &Tag<'_>, wanted: &dyn Fn(&str) -> bool) -> Option<Advised> {
    match (tag.name, tag.kind) {
        ("severity", TagKind::Close) => advisory.severity = severity(tag.text),
        ("issued", TagKind::Open | TagKind::Empty) => {
            advisory.issued = tag.attribute("date").and_then(|text| date(&text));
        }
        ("updated", TagKind::Open | TagKind::Empty) if advisory.issued.is_none() => {
            advisory.issued = tag.attribute("date").and_then(|text| date(&text));
        }
        ("collection", _) => advisory.modules.clear(),
        ("module", TagKind::Open | TagKind::Empty) if advisory.modules.len() < MODULES_MAX => {
            let stream = format!("{}:{}", tag.attribute("name")?, tag.attribute("stream")?);
            // Each package that is named gets them all; one that is too long is of no installed package.
            advisory.modules.push(if stream.len() <= TEXT_MAX { stream } else { String::new() });
        }
        ("package", TagKind::Open | TagKind::Empty) => {
            let name = tag.attribute("name").filter(|name| wanted(name))?;
            let epoch = tag.attribute("epoch").and_then(|epoch| epoch.parse().ok()).unwrap_or(0);
            let text = |name| tag.attribute(name).filter(|text| text.len() <= TEXT_MAX);
            let evr = Evr { epoch, version: text("version")?, release: text("release")? };
            let arch = tag.attribute("arch").unwrap_or_default();
            let (issued, severity) = (advisory.issued, advisory.severity);
            return Some(Advised { name, arch, evr, issued, severity, modules: advisory.modules.clone() });
        }
        _ => {}
    }
    None
}

/// As Red Hat and Fedora say it, and Amazon.
fn severity(text: &str) -> Option<Severity> {
    match text.trim().to_ascii_lowercase().as_str() {
        "low" => Some(Severity::Low),
        "moderate" | "medium" => Some(Severity::Moderate),
        "important" | "high" => Some(Severity::Important),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}

/// `2024-05-22 10:11:12` in UTC, the day alone, or seconds since 1970.
fn date(text: &str) -> Option<Instant> {
    let text = text.trim();
    let (day, time) = text.split_at_checked(10).unwrap_or((text, ""));
    if let Ok(day) = day.parse::<NaiveDate>() {
        let whole = format!("{day}T{}", time.trim_start_matches([' ', 'T']).trim_end_matches(['Z', ' ']));
        let time = whole.parse::<NaiveDateTime>().ok().or_else(|| day.and_hms_opt(0, 0, 0))?;
        return Some(time.and_utc());
    }
    Instant::from_timestamp(text.parse().ok()?, 0)
}

/// A file of one advisory per package, for recordings.
pub fn write(advised: &[Advised]) -> Vec<u8> {
    let each = |of: &Advised| {
        let Advised { name, arch, evr: Evr { epoch, version, release }, .. } = of;
        let issued = of.issued.map(|at| format!("<issued date=\"{}\"/>", at.timestamp())).unwrap_or_default();
        let severity = of.severity.map(|of| format!("<severity>{}</severity>", of.word())).unwrap_or_default();
        let module = |module: &String| {
            let (name, stream) = module.split_once(':').unwrap_or((module, ""));
            format!("<module name=\"{name}\" stream=\"{stream}\"/>")
        };
        let modules: String = of.modules.iter().map(module).collect();
        format!(
            "<update type=\"security\">{severity}{issued}<pkglist><collection>{modules}<package name=\"{name}\" epoch=\"{epoch}\" \
             version=\"{version}\" release=\"{release}\" arch=\"{arch}\"/></collection></pkglist></update>\n"
        )
    };
    format!("<updates>\n{}</updates>\n", advised.iter().map(each).collect::<String>()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMA: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml");

    fn all(bytes: &[u8]) -> Vec<Advised> {
        let mut found = Vec::new();
        read(bytes, &|_| true, &mut |advised| found.push(advised)).unwrap();
        found
    }

    fn installed(name: &str, arch: &str, version: &str, release: &str, module: Option<&str>) -> Package {
        let evr = Evr { epoch: 1, version: version.into(), release: release.into() };
        Package { name: name.into(), arch: arch.into(), evr, module: module.map(str::to_owned) }
    }

    #[test]
    fn security_advisories_of_almalinux() {
        let found = all(ALMA);
        assert!(found.iter().all(|advised| advised.name != "tzdata"), "it is of no weakness");
        let openssl = found.iter().find(|advised| advised.name == "openssl" && advised.arch == "x86_64").unwrap();
        assert_eq!(openssl.evr.to_string(), "1:3.0.7-28.el9_4");
        assert_eq!(openssl.severity, Some(Severity::Important));
        assert_eq!(openssl.issued, Some("2026-09-02T00:00:00Z".parse().unwrap()));
        assert!(openssl.repairs(&installed("openssl", "x86_64", "3.0.7", "27.el9", None)));
        assert!(!openssl.repairs(&installed("openssl", "i686", "3.0.7", "27.el9", None)));
        assert!(!openssl.repairs(&installed("openssl", "x86_64", "3.0.7", "28.el9_4", None)));
        assert_eq!(all(&write(&found)), found);
    }

    #[test]
    fn a_stream_of_a_module_is_repaired_by_its_own_advisories() {
        let found = all(ALMA);
        let of = |stream: &str| {
            found.iter().find(|advised| advised.name == "nodejs" && advised.modules == [stream]).unwrap()
        };
        let (old, new) = (of("nodejs:18"), of("nodejs:20"));
        let of_18 = installed("nodejs", "x86_64", "18.20.2", "2.module+el9.4.0+1", Some("nodejs:18"));
        assert!(old.repairs(&of_18) && !new.repairs(&of_18));
        let of_none = installed("nodejs", "x86_64", "16.20.2", "4.el9_3", None);
        assert!(!old.repairs(&of_none) && !new.repairs(&of_none));
        let without_module = Advised { modules: Vec::new(), ..new.clone() };
        assert!(without_module.repairs(&of_18) && !without_module.repairs(&of_none));
    }

    #[test]
    fn odd_files() {
        let fails = |text: &str| read(text.as_bytes(), &|_| true, &mut |_| ()).unwrap_err().to_string();
        assert_eq!(fails("<updates><update type=\"security\"/>"), "it is cut off");
        assert_eq!(fails("<html/>"), "it does not begin with <updates>");
        assert_eq!(fails(""), "it does not begin with <updates>");
        assert_eq!(all(b"<updates/>"), Vec::new());
        let package = "<package name='a' version='1' release='1'/>";
        let of =
            |update: &str| all(format!("<updates><update {update}>{package}</update>{package}</updates>").as_bytes());
        assert_eq!(of("type='security'").len(), 1);
        assert_eq!(of("type='Security' status='retracted'").len(), 0);
        assert_eq!(of("type='bugfix'").len(), 0);
        let long = "x".repeat(TEXT_MAX + 1);
        let of_long =
            |package: &str| all(format!("<updates><update type='security'>{package}</update></updates>").as_bytes());
        assert_eq!(of_long(&format!("<package name='a' version='{long}' release='1'/>")), Vec::new());
        let of_module = of_long(&format!("<module name='{long}' stream='1'/>{package}"));
        assert_eq!(of_module[0].modules, [""], "it is of a module, and of none that is installed");
        assert_eq!(of("").len(), 0);
    }

    #[test]
    fn dates_and_severities() {
        let at = |text: &str| date(text).map(|date| date.to_rfc3339());
        assert_eq!(at("2024-05-22 10:11:12").as_deref(), Some("2024-05-22T10:11:12+00:00"));
        assert_eq!(at("2024-05-22").as_deref(), Some("2024-05-22T00:00:00+00:00"));
        assert_eq!(at("2024-05-22T10:11:12Z").as_deref(), Some("2024-05-22T10:11:12+00:00"));
        assert_eq!(at("1716336000").as_deref(), Some("2024-05-22T00:00:00+00:00"));
        assert_eq!((at("yesterday"), at("")), (None, None));
        assert_eq!((severity(" Medium\n"), severity("None")), (Some(Severity::Moderate), None));
    }
}
