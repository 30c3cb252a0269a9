//! What Microsoft Defender leaves out: whether it opens a hole stays, and nobody's names.

use super::super::Scrubber;
use super::{Stands, texts};
use crate::collect::antivirus::windows::defender_settings::EXCLUSIONS;
use crate::collect::antivirus::windows::exclusions::{Kind, is_hidden, is_wide};
use crate::host::windows_api::RegistryPath;

/// Stands for a sentence that hides them.
const HIDDEN: &str = "N/A: x";
/// Stands for a wide one that has names in it.
const WIDE: &str = r"C:\";
/// Separates several in one value of Intune.
const SEPARATOR: char = '|';

/// What a property of WMI leaves out.
pub(super) fn of_property(name: &str) -> Option<Kind> {
    EXCLUSIONS.iter().find(|(_, property, ..)| *property == name).map(|(kind, ..)| *kind)
}

/// What the names of a key's values leave out.
pub(super) fn of_key(path: &RegistryPath) -> Option<Kind> {
    let is_one = path.parent().is_some_and(|parent| parent.name().eq_ignore_ascii_case("Exclusions"));
    let kind = EXCLUSIONS.iter().find(|(_, _, key, _)| key.eq_ignore_ascii_case(path.name())).map(|(kind, ..)| *kind);
    kind.filter(|_| is_one)
}

/// What a value of Intune leaves out.
pub(super) fn of_value(name: &str) -> Option<Kind> {
    EXCLUSIONS.iter().find(|(.., value)| value.eq_ignore_ascii_case(name)).map(|(kind, ..)| *kind)
}

/// The stand-in of one.
pub(super) fn one(scrubber: &mut Scrubber, stands: &mut Stands, kind: Kind, text: &str) -> String {
    if is_hidden(text) {
        return HIDDEN.to_owned();
    }
    if !is_wide(kind, text) {
        return texts::text(scrubber, stands, text);
    }
    let name = text.rsplit(['\\', '/']).next().unwrap_or_default();
    match kind {
        // It is one of a closed list.
        Kind::Extension => text.to_owned(),
        Kind::Process if is_wide(kind, name) => name.to_owned(),
        Kind::Path | Kind::Process => Some(texts::text(scrubber, stands, text))
            .filter(|text| is_wide(kind, text))
            .unwrap_or_else(|| WIDE.to_owned()),
    }
}

/// The stand-in of several in one value.
pub(super) fn several(scrubber: &mut Scrubber, stands: &mut Stands, kind: Kind, text: &str) -> String {
    let own: Vec<String> = text.split(SEPARATOR).map(|text| one(scrubber, stands, kind, text)).collect();
    own.join(&SEPARATOR.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_stays_one_and_no_name_stays() {
        for (kind, texts) in [
            (
                Kind::Path,
                [r"C:\Users\yamada\Downloads", r"C:\Yamada", r"C:\Yamada\*.exe", r"D:\", r"%TEMP%", "N/A: Yamada"],
            ),
            (Kind::Extension, ["exe", ".vbs", "yamada", "*", "dcm", "N/A: Yamada"]),
            (
                Kind::Process,
                [r"C:\Yamada\cmd.exe", "powershell.exe", r"C:\Yamada\yamada.exe", "yamada.exe", r"C:\*", "N/A: x"],
            ),
        ] {
            for text in texts {
                let written = one(&mut Scrubber::of_nothing(), &mut Stands::default(), kind, text);
                assert!(!written.to_lowercase().contains("yamada"), "{written}");
                assert_eq!(
                    (is_wide(kind, &written), is_hidden(&written)),
                    (is_wide(kind, text), is_hidden(text)),
                    "{text}: {written}"
                );
            }
        }
    }
}
