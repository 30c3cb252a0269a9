//! Microsoft Office: which products are there, until when they are supported, and whether they update themselves.
//!
//! Products that stream themselves (Click-to-Run) say what they are in `ProductReleaseIds`; those of an installer (MSI) have an entry
//! in the list of programs whose key names them, whatever the language. Cloud policy goes before group policy, and that before what
//! the installation says.
//! <https://learn.microsoft.com/en-us/microsoft-365-apps/updates/configure-update-settings-microsoft-365-apps>,
//! <https://learn.microsoft.com/en-us/lifecycle/products/>

use tenken_model::fact::updates::{Office, OfficeProduct};
use tenken_model::{Read, Reason, ReasonCode};

use super::os_release::end_of_day;
use crate::collect::Look;
use crate::collect::windows_setting::number;
use crate::host::windows_api::{RegistryKey, RegistryPath};

const STREAMED: &str = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration";
const POLICIES: [&str; 2] = [
    r"SOFTWARE\Policies\Microsoft\cloud\office\16.0\Common\officeupdate",
    r"SOFTWARE\Policies\Microsoft\office\16.0\Common\officeupdate",
];
const LISTS: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];
const PRODUCTS_MAX: usize = 30;
/// Until when products are supported that are bought once, by the year in their names.
const ENDS: [(&str, &str); 3] = [("2019", "2025-10-14"), ("2021", "2026-10-13"), ("2024", "2029-10-09")];
/// Products without a year that are bought once: those of 2016, in their first form and as volumes.
const OF_2016: [&str; 8] = [
    "HomeBusinessRetail",
    "HomeStudentRetail",
    "PersonalRetail",
    "ProfessionalRetail",
    "ProPlusRetail",
    "ProPlusVolume",
    "StandardRetail",
    "StandardVolume",
];
const END_OF_2016: &str = "2025-10-14";
/// Keys of products of an installer, by how they begin.
const INSTALLED: [(&str, &str); 3] =
    [("Office14.", "2020-10-13"), ("Office15.", "2023-04-11"), ("Office16.", END_OF_2016)];

/// Reads it; nothing where there is none.
pub fn read(look: &Look<'_>) -> Option<Read<Office>> {
    match office(look) {
        Ok(office) => office.map(Read::Measured),
        Err(reason) => Some(Read::NotRead(reason)),
    }
}

fn office(look: &Look<'_>) -> Result<Option<Office>, Reason> {
    let key = look.registry(&RegistryPath::machine(STREAMED)).map_err(|error| error.reason())?.unwrap_or_default();
    let mut products = key.text("ProductReleaseIds").map(streamed).unwrap_or_default();
    let streams = !products.is_empty();
    for list in LISTS {
        // Entries come and go with programs; what is in them is of no matter here.
        let list = look.registry_values(&RegistryPath::machine(list)).map_err(|error| error.reason())?;
        products.extend(list.unwrap_or_default().subkeys.iter().filter_map(|name| installed(name)));
    }
    products.sort_by(|one, other| one.name.cmp(&other.name));
    products.dedup();
    products.truncate(PRODUCTS_MAX);
    if products.is_empty() {
        return Ok(None);
    }
    let automatic = if streams { automatic(look, &key).into() } else { Read::Measured(true) };
    let version = key.text("VersionToReport").filter(|_| streams).map(str::to_owned);
    Ok(Some(Office { products, version, automatic }))
}

/// The products of `ProductReleaseIds`: `O365BusinessRetail,VisioPro2021Volume`.
pub fn streamed(ids: &str) -> Vec<OfficeProduct> {
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).take(PRODUCTS_MAX);
    ids.map(|id| OfficeProduct { name: id.to_owned(), ends: end(id).and_then(end_of_day) }).collect()
}

fn end(id: &str) -> Option<&'static str> {
    let stem = ["Retail", "Volume"].iter().find_map(|ending| {
        let at = id.len().checked_sub(ending.len())?;
        id.get(at..).filter(|own| own.eq_ignore_ascii_case(ending)).and_then(|_| id.get(..at))
    })?;
    let of_year = ENDS.iter().find(|(year, _)| stem.ends_with(year)).map(|(_, end)| *end);
    of_year.or_else(|| OF_2016.iter().any(|known| known.eq_ignore_ascii_case(id)).then_some(END_OF_2016))
}

/// The product of a key in the list of programs: `Office16.PROPLUS`.
pub fn installed(key: &str) -> Option<OfficeProduct> {
    let begins = |(begin, _): &&(&str, &str)| {
        key.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin)) && key.len() > begin.len()
    };
    let (_, end) = INSTALLED.iter().find(begins)?;
    Some(OfficeProduct { name: key.to_owned(), ends: end_of_day(end) })
}

fn automatic(look: &Look<'_>, key: &RegistryKey) -> Result<bool, Reason> {
    let policies = POLICIES.map(RegistryPath::machine);
    if number(look, "officemgmtcom", &policies)? == Some(1) {
        let why = "read whether Office updates itself: Configuration Manager distributes its updates, and this host does not tell";
        return Err(Reason::new(ReasonCode::Unsupported, why));
    }
    if let Some(enabled) = number(look, "enableautomaticupdates", &policies)? {
        return Ok(enabled != 0);
    }
    match key.text("UpdatesEnabled").map(str::trim) {
        None => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => {
            let why = format!(r"read HKLM\{STREAMED} UpdatesEnabled: it is neither True nor False");
            Err(Reason::new(ReasonCode::Unparsable, why))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ends(ids: &str) -> Vec<Option<String>> {
        streamed(ids).into_iter().map(|product| product.ends.map(|end| end.date_naive().to_string())).collect()
    }

    #[test]
    fn what_was_bought_once_has_an_end() {
        for (id, end) in [
            ("HomeBusiness2019Retail", "2025-10-14"),
            ("ProPlus2019Volume", "2025-10-14"),
            ("Personal2021Retail", "2026-10-13"),
            ("proplus2021volume", "2026-10-13"),
            ("Home2024Retail", "2029-10-09"),
            ("HomeBusinessRetail", "2025-10-14"),
            ("ProPlusVolume", "2025-10-14"),
        ] {
            assert_eq!(ends(id), [Some(end.to_owned())], "{id}");
        }
    }

    #[test]
    fn what_is_subscribed_or_not_known_has_none() {
        for id in [
            "O365BusinessRetail",
            "O365HomePremRetail",
            "HomeBusinessPipcRetail",
            "MondoVolume",
            "X",
            "Retail",
            "2021",
            "日本2019",
        ] {
            assert_eq!(ends(id), [None], "{id}");
        }
        assert_eq!(ends(" O365ProPlusRetail, ,VisioPro2021Volume,"), [None, Some("2026-10-13".to_owned())]);
        assert_eq!(streamed(""), Vec::new());
    }

    #[test]
    fn products_of_an_installer_are_known_by_their_keys() {
        let end = |key: &str| installed(key).and_then(|product| product.ends).map(|end| end.date_naive().to_string());
        assert_eq!(end("Office16.PROPLUS").as_deref(), Some("2025-10-14"));
        assert_eq!(end("office15.STANDARD").as_deref(), Some("2023-04-11"));
        for other in [
            "Office16.",
            "Office",
            "O365BusinessRetail - ja-jp",
            "{90160000-0011-0000-1000-0000000FF1CE}_Office16.PROPLUS_x",
        ] {
            assert_eq!(installed(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = (streamed(&text), installed(&text));
        }
    }
}
