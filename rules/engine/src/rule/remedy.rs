//! How a failure is repaired, where that differs from system to system.

use serde::Deserialize;
use tenken_model::choice;
use tenken_model::finding::Bilingual;

choice! {
    /// Systems that are repaired alike.
    pub enum SystemLine {
        /// Debian and what is made of it, such as Ubuntu.
        Debian = "debian",
        /// Red Hat Enterprise Linux, what is rebuilt of it, and Fedora.
        Redhat = "redhat",
        /// SUSE Linux Enterprise and openSUSE.
        Suse = "suse",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Macos = "macos",
    }
}

impl SystemLine {
    /// The line of a system by its id, as `ID` of os-release(5) has it; nothing for one that is not known.
    pub fn of(os: &str) -> Option<Self> {
        Some(match os {
            "debian" | "ubuntu" | "linuxmint" | "pop" | "raspbian" | "devuan" | "kali" | "zorin" | "elementary" => {
                Self::Debian
            }
            "rhel" | "centos" | "almalinux" | "rocky" | "ol" | "fedora" | "amzn" | "miraclelinux" | "scientific" => {
                Self::Redhat
            }
            "sles" | "sled" | "sle_hpc" | "opensuse-leap" | "opensuse-tumbleweed" | "opensuse" => Self::Suse,
            "windows" => Self::Windows,
            "macos" => Self::Macos,
            _ => return None,
        })
    }
}

/// The steps on some systems, in place of those that hold for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyOn {
    /// The systems.
    pub systems: Vec<SystemLine>,
    /// The steps, one a line, in Japanese.
    pub ja: String,
    /// The steps, one a line, in English.
    pub en: String,
}

/// The steps a person takes to repair a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedy {
    /// Where the system has none of its own.
    pub general: Bilingual,
    /// By system.
    pub on: Vec<(Vec<SystemLine>, Bilingual)>,
}

impl Remedy {
    /// The steps on a system by its id; the general ones where it has none of its own or is not known.
    pub fn for_system(&self, os: Option<&str>) -> &Bilingual {
        let line = os.and_then(SystemLine::of);
        let own = line.and_then(|line| self.on.iter().find(|(systems, _)| systems.contains(&line)));
        own.map_or(&self.general, |(_, steps)| steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> Bilingual {
        Bilingual { ja: text.to_owned(), en: text.to_owned() }
    }

    #[test]
    fn a_system_is_repaired_by_its_own_steps_where_it_has_some() {
        let on =
            vec![(vec![SystemLine::Redhat, SystemLine::Suse], both("dnf")), (vec![SystemLine::Windows], both("gpo"))];
        let remedy = Remedy { general: both("apt"), on };
        for (os, steps) in [
            (Some("debian"), "apt"),
            (Some("rocky"), "dnf"),
            (Some("opensuse-leap"), "dnf"),
            (Some("windows"), "gpo"),
            (Some("Rocky"), "apt"),
            (Some("haiku"), "apt"),
            (None, "apt"),
        ] {
            assert_eq!(remedy.for_system(os).en, steps, "{os:?}");
        }
    }
}
