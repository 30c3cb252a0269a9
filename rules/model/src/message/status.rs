//! Texts of the dashboard's `status` command.

use super::texts;

texts! {
    /// How many hosts report.
    status_hosts(reporting: usize, hosts: usize) {
        ja: "報告している機器: {reporting}/{hosts}台",
        en: "Hosts reporting: {reporting} of {hosts}"
    }
    /// How many items of a section are met.
    status_section(title: &str, met: usize, total: usize) {
        ja: "{title}: 実施済 {met}/{total}",
        en: "{title}: {met} of {total} met"
    }
    /// Heading of the rules that do not pass.
    status_not_passing() { ja: "適合していない規則", en: "Rules that do not pass" }
    /// A rule without an item.
    status_no_item() { ja: "項目なし", en: "no item" }
    /// Nothing is known.
    status_no_report() { ja: "まだ報告がありません。", en: "No host has reported yet." }
    /// Nothing fails and nothing is unknown.
    status_all_pass() { ja: "すべての規則に適合しています。", en: "Every rule passes." }
}
