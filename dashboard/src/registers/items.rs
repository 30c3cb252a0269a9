//! Items of the checklist as people write them: `technical.13`, `技術的安全対策 13`.

use std::sync::LazyLock;

use tenken_engine::checklist::Checklist;
use tenken_model::Language;
use unicode_normalization::UnicodeNormalization as _;

/// A section whose items can be named.
#[derive(Debug)]
struct Section {
    id: String,
    ja: String,
    en: String,
    items: usize,
}

/// The sections of the built-in checklist in the order of the form; data that is part of the program.
static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let sections = Checklist::embedded().map(|checklist| checklist.sections).unwrap_or_default();
    let section = |section: tenken_engine::checklist::Section| Section {
        id: section.id.as_str().to_owned(),
        ja: section.heading_ja,
        en: section.heading_en,
        items: section.items.len(),
    };
    sections.into_iter().map(section).collect()
});

/// What stands between two items.
const BETWEEN: [char; 5] = [',', '、', ';', '・', '\n'];

/// The ids of the items that were written, in the order of the form, each once; `Err` is the first piece that is
/// none.
pub fn read(typed: &str) -> Result<String, String> {
    let narrowed: String = typed.nfkc().collect();
    let mut rest = narrowed.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (item, after) = one(rest).ok_or_else(|| piece(rest))?;
        found.push(item);
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || BETWEEN.contains(&c));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().filter_map(|(section, item)| id(section, item)).collect::<Vec<_>>().join(", "))
}

/// The ids in the stored text.
pub fn ids(canonical: &str) -> impl Iterator<Item = &str> {
    canonical.split(',').map(str::trim).filter(|id| !id.is_empty())
}

/// An item as people read it; what is none stays as it is.
pub fn name(id: &str, language: Language) -> String {
    let Some((section, number)) = id.split_once('.') else { return id.to_owned() };
    let heading = SECTIONS.iter().find(|known| known.id == section).map(|known| match language {
        Language::Japanese => &known.ja,
        Language::English => &known.en,
    });
    heading.map_or_else(|| id.to_owned(), |heading| format!("{heading} {number}"))
}

/// The stored text as people read it.
pub fn shown(canonical: &str, language: Language) -> String {
    ids(canonical).map(|id| name(id, language)).collect::<Vec<_>>().join(&language.list_join())
}

fn id(section: usize, item: usize) -> Option<String> {
    SECTIONS.get(section).map(|section| format!("{}.{item}", section.id))
}

/// The item at the start of a text, and what follows it.
fn one(text: &str) -> Option<((usize, usize), &str)> {
    SECTIONS.iter().enumerate().find_map(|(index, section)| {
        [&section.id, &section.ja, &section.en].into_iter().find_map(|name| {
            let after = past(text, name)?.trim_start_matches([' ', '.', '-']);
            let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let number = after.get(..end)?.parse().ok().filter(|number| (1..=section.items).contains(number))?;
            Some(((index, number), after.get(end..)?))
        })
    })
}

/// What follows a name, whatever its case.
fn past<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let name: String = name.nfkc().collect();
    let head = text.get(..name.len())?;
    (head.to_lowercase() == name.to_lowercase()).then(|| text.get(name.len()..))?
}

fn piece(text: &str) -> String {
    text.split(BETWEEN).next().unwrap_or(text).trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn items_are_read_by_id_and_by_heading() {
        for (typed, wanted) in [
            ("technical.13", "technical.13"),
            ("maintenance.5, Technical.13,technical.13", "technical.13, maintenance.5"),
            ("技術的安全対策 13", "technical.13"),
            ("技術的安全対策１３、技術的安全対策 ９", "technical.9, technical.13"),
            ("災害、サイバー攻撃等の非常時の対応 8", "emergency.8"),
            ("人的安全対策（従業者に対する人的安全管理措置）2\n情報の破棄 1", "personnel_employees.2, disposal.1"),
            ("Emergencies: disaster, cyber-attack 8, Disposal of information 2", "disposal.2, emergency.8"),
            ("technical.1 technical.2", "technical.1, technical.2"),
            (" 、 ", ""),
        ] {
            let typed = typed.trim_matches([' ', '、']);
            assert_eq!(read(typed).as_deref(), Ok(wanted), "{typed}");
        }
    }

    #[test]
    fn what_is_no_item_is_named() {
        for (typed, piece) in [
            ("technical.25", "technical.25"),
            ("technical.0", "technical.0"),
            ("technical.13, 社長", "社長"),
            ("technical", "technical"),
            ("13", "13"),
            ("technical.1 3", "3"),
            ("技術的安全対策 999999999999999999999", "技術的安全対策 999999999999999999999"),
        ] {
            assert_eq!(read(typed), Err(piece.to_owned()), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}|[a-z.,0-9 、技術的安全対策]{0,40}") {
            if let Ok(ids) = read(&text) {
                for language in [Language::Japanese, Language::English] {
                    prop_assert_eq!(read(&shown(&ids, language)), Ok(ids.clone()));
                }
            }
        }
    }
}
