//! What one program of Microsoft Office does with macros, from its settings in the registry.

use tenken_model::fact::office_macros::InternetMacros;

use crate::host::windows_api::RegistryKey;

/// What is told where nobody set anything.
const DEFAULT: &str = "the program's default";

/// The settings of one program for one person, the strongest first: cloud policy of the person and of the machine, group policy, the
/// person's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// The keys.
    pub keys: [RegistryKey; 4],
    /// Their names.
    pub origins: [String; 4],
}

/// The first build of which every channel blocks macros from the internet by itself: version 2208.
/// <https://learn.microsoft.com/en-us/microsoft-365-apps/security/internet-macros-blocked>, "Versions of Office affected by this
/// change".
const BLOCKS_SINCE: u32 = 15_601;
/// The first build of which one channel does: version 2206. None before does, Office LTSC 2021 and Office 2019 neither.
const SOME_BLOCK_SINCE: u32 = 15_330;

/// What macros from the internet become where nobody set anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unset {
    /// They are blocked.
    Blocks,
    /// The person is asked, as of all others.
    Asks,
    /// The version does not tell.
    Unknown,
}

impl Unset {
    /// By the version that Office says of itself where it streams itself (Click-to-Run): `16.0.20430.20092`.
    pub fn of_version(version: &str) -> Self {
        let mut parts = version.trim().split('.');
        let (major, minor, build) = (parts.next(), parts.next(), parts.next().and_then(|build| build.parse().ok()));
        match (major, minor, build) {
            (Some("16"), Some("0"), Some(BLOCKS_SINCE..)) => Self::Blocks,
            (Some("16"), Some("0"), Some(0..SOME_BLOCK_SINCE)) => Self::Asks,
            _ => Self::Unknown,
        }
    }
}

impl Layers {
    /// The first that has that number, and which one it is.
    fn number(&self, name: &str) -> Option<(u64, usize)> {
        self.keys.iter().enumerate().find_map(|(layer, key)| Some((key.number(name)?, layer)))
    }
}

/// The last layer is the person's own.
const OWN: usize = 3;

/// What a program does with macros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// They never run.
    pub disabled: bool,
    /// As `MacroUser` has it.
    pub level: u32,
    /// The person cannot change it.
    pub enforced: bool,
    /// What becomes of those from the internet.
    pub internet: InternetMacros,
    /// How many folders the person trusts.
    pub trusted_folders: u32,
    /// Where the level is set.
    pub origin: String,
}

/// Reads what counts. `VBAWarnings`: 1 runs all, 2 asks (the default), 3 runs signed ones, 4 none.
/// `blockcontentexecutionfrominternet`: 1 blocks, 0 switches off what current versions do of themselves. `unset` is what the version
/// does where neither is there.
pub fn program(layers: &Layers, trusted: &RegistryKey, unset: Unset) -> Program {
    let warnings = layers.number("VBAWarnings");
    let level = match warnings.map(|(warnings, _)| warnings) {
        Some(1) => 0,
        Some(3) => 2,
        Some(4) => 3,
        // A number that is none of them is taken for the default.
        _ => 1,
    };
    let internet = match layers.number("blockcontentexecutionfrominternet") {
        Some((1, _)) => InternetMacros::Blocked,
        Some(_) => InternetMacros::Allowed,
        None => match unset {
            Unset::Blocks => InternetMacros::BlockedByDefault,
            Unset::Asks => InternetMacros::Allowed,
            Unset::Unknown => InternetMacros::NotSet,
        },
    };
    let layer = warnings.map(|(_, layer)| layer);
    let folders = trusted.subkeys.iter().filter(|name| name.to_ascii_lowercase().starts_with("location")).count();
    Program {
        disabled: level == 3,
        level,
        enforced: layer.is_some_and(|layer| layer != OWN),
        internet,
        trusted_folders: u32::try_from(folders).unwrap_or(u32::MAX),
        origin: layer.and_then(|layer| layers.origins.get(layer)).map_or_else(|| DEFAULT.to_owned(), Clone::clone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn key(values: &[(&str, u32)]) -> RegistryKey {
        let value = |(name, number): &(&str, u32)| RegistryValue {
            name: (*name).to_owned(),
            data: RegistryData::Number(*number),
        };
        RegistryKey { values: values.iter().map(value).collect(), ..RegistryKey::default() }
    }

    fn of(cloud: &[(&str, u32)], policy: &[(&str, u32)], own: &[(&str, u32)]) -> Program {
        let layers = Layers {
            keys: [key(cloud), RegistryKey::default(), key(policy), key(own)],
            origins: ["cloud".into(), "cloud of the machine".into(), "policy".into(), "own".into()],
        };
        program(&layers, &RegistryKey::default(), Unset::Unknown)
    }

    #[test]
    fn cloud_policy_of_the_machine_is_between_that_of_the_person_and_group_policy() {
        let machine = key(&[("VBAWarnings", 3)]);
        let keys = [RegistryKey::default(), machine.clone(), key(&[("VBAWarnings", 1)]), RegistryKey::default()];
        let layers = Layers { keys, ..Layers::default() };
        let found = program(&layers, &RegistryKey::default(), Unset::Unknown);
        assert_eq!((found.level, found.enforced), (2, true));
        let keys = [key(&[("VBAWarnings", 1)]), machine, RegistryKey::default(), RegistryKey::default()];
        let found = program(&Layers { keys, ..Layers::default() }, &RegistryKey::default(), Unset::Unknown);
        assert_eq!(found.level, 0);
    }

    #[test]
    fn the_version_tells_what_becomes_of_macros_from_the_internet() {
        for (version, unset) in [
            ("16.0.20430.20092", Unset::Blocks),
            ("16.0.15601.20088", Unset::Blocks),
            ("16.0.15330.20264", Unset::Unknown),
            ("16.0.15600.1", Unset::Unknown),
            ("16.0.14332.20824", Unset::Asks),
            ("16.0.10417.20020", Unset::Asks),
            ("15.0.5603.1000", Unset::Unknown),
            ("17.0.20430.20092", Unset::Unknown),
            ("16.0", Unset::Unknown),
            ("16.0.x", Unset::Unknown),
            ("", Unset::Unknown),
        ] {
            assert_eq!(Unset::of_version(version), unset, "{version}");
        }
        let of = |unset| program(&Layers::default(), &RegistryKey::default(), unset).internet;
        assert_eq!(of(Unset::Blocks), InternetMacros::BlockedByDefault);
        assert_eq!(of(Unset::Asks), InternetMacros::Allowed);
    }

    #[test]
    fn the_strongest_layer_counts_value_by_value() {
        let found = of(&[], &[("VBAWarnings", 3)], &[("VBAWarnings", 1)]);
        assert_eq!((found.level, found.enforced, found.origin.as_str()), (2, true, "policy"));
        let found = of(&[("VBAWarnings", 4)], &[("VBAWarnings", 1)], &[]);
        assert_eq!((found.level, found.disabled, found.origin.as_str()), (3, true, "cloud"));
        let found = of(&[], &[("blockcontentexecutionfrominternet", 1)], &[("VBAWarnings", 1)]);
        assert_eq!((found.level, found.enforced, found.internet), (0, false, InternetMacros::Blocked));
    }

    #[test]
    fn what_nobody_set_is_the_default_of_the_version() {
        let found = of(&[], &[], &[]);
        assert_eq!((found.level, found.enforced, found.internet), (1, false, InternetMacros::NotSet));
        assert_eq!(found.origin, DEFAULT);
        let old = program(&Layers::default(), &RegistryKey::default(), Unset::Asks);
        assert_eq!(old.internet, InternetMacros::Allowed);
    }

    #[test]
    fn odd_numbers_and_the_switch_off_are_not_taken_for_safe() {
        assert_eq!(of(&[], &[("VBAWarnings", 0)], &[]).level, 1);
        assert_eq!(of(&[], &[("VBAWarnings", 9)], &[]).level, 1);
        let off = of(&[], &[], &[("blockcontentexecutionfrominternet", 0)]);
        assert_eq!(off.internet, InternetMacros::Allowed);
        let trusted = RegistryKey {
            subkeys: vec!["Location0".into(), "location7".into(), "Other".into()],
            ..RegistryKey::default()
        };
        assert_eq!(program(&Layers::default(), &trusted, Unset::Unknown).trusted_folders, 2);
    }
}
