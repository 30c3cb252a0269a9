//! More of the frame of every page, and of the overview.

use super::texts;

texts! {
    /// The product's name beside the agency's.
    product() { ja: "Tenken 点検", en: "Tenken" }
    /// Menu.
    nav_settings() { ja: "設定", en: "Settings" }
    /// The person's menu, for screen readers.
    nav_person(name: &str) { ja: "{name}さんのメニュー", en: "Menu of {name}" }
    /// A heading for screen readers.
    nav_sections() { ja: "区分一覧", en: "Sections" }
    /// An absolute time, from the parts of a date.
    moment(year: i32, month: u32, day: u32, hour: u32, minute: u32) { ja: "{year}/{month}/{day} {hour}:{minute:02}", en: "{year}-{month:02}-{day:02} {hour:02}:{minute:02}" }
    /// A date.
    day(year: i32, month: u32, day: u32) { ja: "{year}年{month}月{day}日", en: "{year}-{month:02}-{day:02}" }
    /// A date in a table.
    short_day(year: i32, month: u32, day: u32) { ja: "{year}/{month}/{day}", en: "{year}-{month:02}-{day:02}" }
    /// State of an item.
    state_grace() { ja: "猶予中", en: "In grace" }
    /// What a state means.
    state_met_means() { ja: "測定と確認記録がそろい、申告どおりです。", en: "Measurements and attestations agree with what is declared." }
    /// What a state means.
    state_drift_means() { ja: "測定結果が申告と食い違っています。", en: "Measurements contradict what is declared." }
    /// What a state means.
    state_grace_means() { ja: "不適合を検出しましたが、猶予時間内です。続くと逸脱になります。", en: "A failure was found but its grace has not run out." }
    /// What a state means.
    state_unknown_means() { ja: "測定できていないため、適合とも不適合とも言えません。", en: "It was not measured, so nobody can say." }
    /// What a state means.
    state_expired_means() { ja: "確認記録の有効期間が過ぎました。もう一度確認してください。", en: "The attestation has lapsed; attest it again." }
    /// What a state means.
    state_overdue_means() { ja: "申告した実施時期を過ぎても、実施を確認できていません。", en: "The declared date is past and it is not done." }
    /// What a state means.
    state_planned_means() { ja: "実施予定として申告しています。", en: "It is declared as planned." }
    /// What a state means.
    state_unattested_means() { ja: "担当者の確認記録がまだありません。", en: "Nobody has attested it yet." }
    /// What a state means.
    state_not_measured_means() { ja: "判定の材料がまだありません。", en: "There is nothing yet to decide it by." }
    /// Of the overview: met of all.
    overview_met(met: usize, total: usize) { ja: "{total}項目中{met}項目が実施済", en: "{met} of {total} items met" }
    /// Heading.
    overview_attention() { ja: "先に対応すること", en: "What needs attention first" }
    /// Nothing to do.
    overview_attention_none() { ja: "いま対応が必要な項目はありません。", en: "Nothing needs attention now." }
    /// More than are listed.
    overview_attention_more(count: usize) { ja: "ほか{count}項目", en: "{count} more items" }
    /// Items without a statement.
    overview_unattested(count: usize) { ja: "担当者の確認記録がない項目が{count}件あります。", en: "{count} items have no attestation yet." }
    /// Link.
    overview_show_them() { ja: "一覧を見る", en: "Show them" }
    /// Counts of the states for screen readers.
    overview_counts() { ja: "状態ごとの項目数", en: "Items by state" }
    /// A filter is on.
    filter_on(state: &str) { ja: "「{state}」の項目だけを表示しています。", en: "Only items that are “{state}” are shown." }
    /// Title of a filtered section.
    section_shown(shown: usize, total: usize) { ja: "{total}項目中 {shown}項目を表示", en: "{shown} of {total} shown" }
    /// For tables whose rows are not judged on hosts.
    hosts_not_judged() { ja: "—", en: "—" }
    /// An item by its place in the form.
    item_number(section: &str, number: u16) { ja: "{section} {number}", en: "{section} {number}" }
    /// Cause: a part of it is measured by no rule.
    cause_unmeasured(what: &str) { ja: "自動測定していない部分があります: {what}", en: "A part of it is not measured: {what}" }
    /// Cause: nothing it bears on.
    cause_nothing_applies() { ja: "対象となる機器が見つかっていません。対象がないことを確認してください。", en: "No host has anything it bears on; make sure that there is none." }
    /// The agency's name while nobody has given it.
    agency_unnamed() { ja: "機関名未設定", en: "Unnamed agency" }
    /// A row was closed.
    done_closed() { ja: "閉じました。履歴は残っています。", en: "Closed. Its history stays." }
    /// A file was taken in.
    done_imported() { ja: "取り込みました。", en: "Taken in." }
    /// A host was revoked.
    done_revoked() { ja: "機器を取り消しました。", en: "The host was revoked." }
    /// A drift was acknowledged.
    done_acknowledged() { ja: "対応中と記録しました。", en: "It is recorded that you work on it." }
    /// An item was attested.
    done_attested() { ja: "確認記録を残しました。", en: "The attestation was kept." }
    /// Name of the ways between the pages of a list for screen readers.
    pager_nav() { ja: "一覧のページ", en: "Pages of the list" }
    /// Which part of a list is shown.
    pager_line(first: usize, last: usize, total: usize) { ja: "全{total}件のうち{first}〜{last}件目", en: "{first}–{last} of {total}" }
    /// A way between the pages of a list.
    pager_first() { ja: "最初へ", en: "First" }
    /// A way between the pages of a list.
    pager_before() { ja: "前へ", en: "Previous" }
    /// A way between the pages of a list.
    pager_after() { ja: "次へ", en: "Next" }
    /// A way between the pages of a list.
    pager_last() { ja: "最後へ", en: "Last" }
}
