//! Finding things by what people type: items, rules, hosts and rows of registers. Width, case and kana of half width make no
//! difference; every word must be found.

use tenken_engine::Catalog;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_model::{HostId, Language};

use crate::registers::fold;
use crate::store::{FoundRow, StoreError, Transaction};

/// The most characters of what is looked for.
pub const CHARS_MAX: usize = 100;
/// The most words that are looked for; further ones are left out.
pub const WORDS_MAX: usize = 5;
/// The most rows of registers that are listed.
pub const ROWS_MAX: usize = 50;
/// The most hosts that are listed.
pub const HOSTS_MAX: usize = 50;

/// The words that are looked for, folded; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of what was typed, if there are any.
    pub fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.chars().take(CHARS_MAX).collect();
        let words = typed.split_whitespace().map(fold).filter(|word| !word.is_empty());
        let words: Vec<String> = words.take(WORDS_MAX).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Each word.
    pub fn each(&self) -> &[String] {
        &self.0
    }

    /// Whether every word stands in one of the texts.
    pub fn stand_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'a> {
    /// Items, in the order of the form.
    pub items: Vec<(&'a Section, &'a Item)>,
    /// Hosts that are not revoked, by name.
    pub hosts: Vec<(HostId, String)>,
    /// How many more hosts there are.
    pub hosts_left: usize,
    /// Rows of registers that count.
    pub rows: Vec<FoundRow>,
    /// There are more rows.
    pub more_rows: bool,
}

impl Found<'_> {
    /// Nothing was found.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty() && self.hosts.is_empty() && self.rows.is_empty()
    }
}

/// Looks for the words everywhere.
pub async fn find<'a>(
    transaction: &mut Transaction,
    checklist: &'a Checklist,
    catalog: &Catalog,
    words: &Words,
) -> Result<Found<'a>, StoreError> {
    let mut hosts = transaction.host_names().await?;
    hosts.retain(|(id, name)| words.stand_in(&[id.as_str(), name]));
    let hosts_left = hosts.len().saturating_sub(HOSTS_MAX);
    hosts.truncate(HOSTS_MAX);
    let mut rows = transaction.rows_with(words.each(), ROWS_MAX + 1).await?;
    let more_rows = rows.len() > ROWS_MAX;
    rows.truncate(ROWS_MAX);
    Ok(Found { items: items(checklist, catalog, words), hosts, hosts_left, rows, more_rows })
}

/// The items whose own words, or whose rules' names, hold every word.
fn items<'a>(checklist: &'a Checklist, catalog: &Catalog, words: &Words) -> Vec<(&'a Section, &'a Item)> {
    let all = checklist.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section, item)));
    all.filter(|(section, item)| {
        let place = Language::Japanese.item_number(&section.heading_ja, item.id.number());
        let mut texts =
            vec![item.id.as_str(), &item.text_ja, &item.short.ja, &item.short.en, &section.heading_en, &place];
        for rule in item.all_rules() {
            texts.push(rule.as_str());
            if let Some(rule) = catalog.rule(rule) {
                texts.extend([rule.title.ja.as_str(), rule.title.en.as_str()]);
            }
        }
        words.stand_in(&texts)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Vec<String> {
        let (checklist, catalog) = (Checklist::embedded().unwrap(), Catalog::embedded().unwrap());
        let words = Words::of(typed).unwrap();
        items(&checklist, &catalog, &words).iter().map(|(_, item)| item.id.to_string()).collect()
    }

    #[test]
    fn items_are_found_by_their_words_their_number_and_their_rules() {
        assert_eq!(found("technical.9"), ["technical.9"]);
        assert_eq!(found("ｼｮｳｼｬ").len(), 0);
        for typed in ["時刻 同期", "ＣＬＯＣＫ synchronised", "clock_synchronised"] {
            assert!(found(typed).contains(&"technical.9".to_owned()), "{typed}");
        }
        assert!(found("無線ＬＡＮ").len() >= 4);
        assert!(found("時刻 ありえない語").is_empty());
    }

    #[test]
    fn what_is_typed_is_bounded() {
        assert_eq!(Words::of(" \u{3000} "), None);
        assert_eq!(Words::of("a b c d e f g").unwrap().each().len(), WORDS_MAX);
        let long = "x".repeat(100_000);
        assert_eq!(Words::of(&long).unwrap().each().first().map(String::len), Some(CHARS_MAX));
    }
}
