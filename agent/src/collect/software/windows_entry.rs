//! What one entry of the list of programs of Windows says, and the name of an app's package.

use crate::host::windows_api::RegistryKey;

/// Longer names are cut.
const NAME_MAX: usize = 256;
/// Publishers whose apps are part of Windows: Windows itself, and what Microsoft puts into its images.
pub const OF_WINDOWS: &str = "cw5n1h2txyewy";
/// Beginnings of packages that others need to run.
pub const FRAMEWORKS: [&str; 6] = [
    "Microsoft.VCLibs.",
    "Microsoft.NET.Native.",
    "Microsoft.UI.Xaml.",
    "Microsoft.WindowsAppRuntime.",
    "Microsoft.Services.Store.Engagement",
    "Microsoft.DirectXRuntime",
];
/// What is an update of a program and no program (`ReleaseType`).
const UPDATES: [&str; 5] = ["Security Update", "Update Rollup", "Update", "Hotfix", "Service Pack"];

/// A program as the list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// It hides itself, as parts of other programs do.
    pub is_hidden: bool,
}

/// The program of an entry; nothing for one without a name and for an update of another program.
pub fn entry(key: &RegistryKey) -> Option<Entry> {
    let name = named(key.text("DisplayName")?)?;
    let is_set = |value: &str| key.text(value).is_some_and(|text| !text.trim().is_empty());
    let is_update =
        key.text("ReleaseType").is_some_and(|kind| UPDATES.iter().any(|known| known.eq_ignore_ascii_case(kind)));
    if is_set("ParentKeyName") || is_update {
        return None;
    }
    Some(Entry { name, is_hidden: key.number("SystemComponent") == Some(1) })
}

fn named(text: &str) -> Option<String> {
    let name: String = text.split('\0').next()?.trim().chars().take(NAME_MAX).collect();
    (!name.is_empty()).then_some(name)
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The name of its package, which is not translated: `Microsoft.WindowsCalculator`.
    pub name: String,
    /// It is part of Windows, or only there because others need it.
    pub is_part_of_windows: bool,
}

/// The app of a package's full name: name, version, architecture, resource and publisher, joined by `_`. Nothing for another form
/// and for the parts of a package that hold a language or a size.
pub fn app(full_name: &str) -> Option<App> {
    let parts: Vec<&str> = full_name.split('_').collect();
    let [name, _version, _architecture, resource, publisher] = parts.as_slice() else { return None };
    let name = named(name)?;
    let is_part = resource.starts_with("split.") || publisher.is_empty();
    let is_part_of_windows =
        publisher.eq_ignore_ascii_case(OF_WINDOWS) || FRAMEWORKS.iter().any(|framework| name.starts_with(framework));
    (!is_part).then_some(App { name, is_part_of_windows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn key(values: &[(&str, RegistryData)]) -> RegistryKey {
        let values = values.iter().map(|(name, data)| RegistryValue { name: (*name).to_owned(), data: data.clone() });
        RegistryKey { values: values.collect(), ..RegistryKey::default() }
    }

    fn text(text: &str) -> RegistryData {
        RegistryData::Text(text.to_owned())
    }

    #[test]
    fn programs_are_those_with_a_name() {
        let zoom = entry(&key(&[("DisplayName", text("Zoom Workplace (64 ビット)")), ("DisplayVersion", text("6.2"))]));
        assert_eq!(zoom, Some(Entry { name: "Zoom Workplace (64 ビット)".into(), is_hidden: false }));
        let part = entry(&key(&[
            ("DisplayName", text(" Office 16 Click-to-Run ")),
            ("SystemComponent", RegistryData::Number(1)),
        ]));
        assert_eq!(part, Some(Entry { name: "Office 16 Click-to-Run".into(), is_hidden: true }));
        assert_eq!(entry(&key(&[])), None);
        assert_eq!(entry(&key(&[("DisplayName", text("  "))])), None);
        assert_eq!(entry(&key(&[("DisplayName", RegistryData::Number(1))])), None);
        assert_eq!(entry(&key(&[("DisplayName", text(&"a".repeat(1_000)))])).unwrap().name.len(), NAME_MAX);
    }

    #[test]
    fn updates_of_programs_are_none() {
        let name = ("DisplayName", text("Update for Microsoft Office 2016 (KB4011259)"));
        assert_eq!(entry(&key(&[name.clone(), ("ParentKeyName", text("Office16"))])), None);
        assert_eq!(entry(&key(&[name.clone(), ("ReleaseType", text("Security update"))])), None);
        assert!(entry(&key(&[name, ("ParentKeyName", text(""))])).is_some());
    }

    #[test]
    fn an_app_is_named_by_its_package() {
        let named = |full_name: &str| app(full_name).map(|app| (app.name, app.is_part_of_windows));
        assert_eq!(
            named("Microsoft.WindowsCalculator_11.2502.2.0_x64__8wekyb3d8bbwe"),
            Some(("Microsoft.WindowsCalculator".into(), false))
        );
        assert_eq!(
            named("Microsoft.Windows.StartMenuExperienceHost_10.0.26100.1_neutral_neutral_cw5n1h2txyewy"),
            Some(("Microsoft.Windows.StartMenuExperienceHost".into(), true))
        );
        assert_eq!(
            named("Microsoft.VCLibs.140.00_14.0.33519.0_x64__8wekyb3d8bbwe"),
            Some(("Microsoft.VCLibs.140.00".into(), true))
        );
        assert_eq!(named("Microsoft.WindowsCalculator_11.0.0.0_neutral_split.language-ja_8wekyb3d8bbwe"), None);
        for odd in ["", "a", "a_b", "_1_x64__p", "a_1_x64__", "a_b_c_d_e_f"] {
            assert_eq!(named(odd), None, "{odd}");
        }
    }
}
