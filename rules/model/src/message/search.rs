//! The search over everything.

use super::texts;

texts! {
    /// Title.
    search_title() { ja: "検索", en: "Search" }
    /// What is searched.
    search_lead() {
        ja: "項目・機器・台帳をまとめて検索します。全角と半角、大文字と小文字は区別しません。",
        en: "Looks through items, hosts and registers. Width and case make no difference."
    }
    /// Label of the field.
    search_label() { ja: "探す言葉", en: "Words to look for" }
    /// Nothing was found; what was typed follows.
    search_nothing() { ja: "見つかりませんでした:", en: "Nothing was found for" }
    /// Heading.
    search_items() { ja: "項目", en: "Items" }
    /// Heading.
    search_rows() { ja: "台帳", en: "Registers" }
    /// There are more rows than are listed.
    search_more_rows(shown: usize) { ja: "台帳は最初の{shown}件を表示しています。言葉を足すと絞り込めます。", en: "The first {shown} rows are shown; add a word to narrow it down." }
}
