//! What all registers share: groups, and what to write in columns of one kind.

use crate::message::texts;

texts! {
    /// Help.
    help_day() { ja: "例: 2026-11-23、2026/11/23、令和8年11月23日、R8.11.23", en: "Such as 2026-11-23." }
    /// Help.
    help_person() { ja: "職員・作業員台帳にある氏名です。", en: "A name in the register of people." }
    /// Help.
    help_items() { ja: "項目番号をコンマで区切って書きます。例: 技術的安全対策 13、technical.9", en: "Ids separated by commas, such as technical.13, maintenance.5." }
    /// Help.
    help_nda() { ja: "法令上の守秘義務がない人には、守秘・非開示の誓約書または契約が必要です。例: 2026-11-23", en: "Needed of everybody whom the law does not bind. Such as 2026-11-23." }
    /// Help.
    help_leaves() { ja: "この日が過ぎても使えるアカウントがないか確認してください。例: 2027-03-31", en: "No account may work after it. Such as 2027-03-31." }
    /// Help.
    help_returned_things() { ja: "職員証・鍵・端末など、貸与したものがすべて返った日です。", en: "When badge, keys and devices had all been given back." }
    /// Help.
    help_explained() { ja: "情報セキュリティ上のリスクと対策を説明した日です。", en: "When the risks and what to do about them were explained." }
    /// Help.
    help_support_ends() { ja: "更新プログラムの提供が終わる日です。例: 2027-10-12", en: "When updates end. Such as 2027-10-12." }
    /// Help.
    help_work_day() { ja: "作業は1日単位で申請します。ログの確認日を入れるまで、対応が必要な作業として表示します。", en: "Work is requested by the day. It stays on the list of what is due until its logs have been reviewed." }
    /// Help.
    help_approved_before() { ja: "原則として作業日より前に承認します。", en: "As a rule before the work." }
    /// Help.
    help_disclosure() { ja: "製造業者による医療情報セキュリティ開示書です。毎年、最新版を受け取ってください。", en: "The manufacturer’s disclosure statement; ask for the latest each year." }
    /// Help.
    help_first_report() { ja: "漏えいなどを知った日から、おおむね3日から5日以内です。", en: "Within about 3 to 5 days of learning of a leak." }
    /// Help.
    help_final_report() { ja: "漏えいなどを知った日から30日以内(不正の目的によるおそれがある場合は60日以内)です。", en: "Within 30 days, or 60 where it was done with ill intent." }
    /// Help.
    help_reconciled() { ja: "代替手段で運用した間のデータを、システムに反映し終えた日です。", en: "When data of the time without the system had been entered." }
    /// Group.
    registers_of_people() { ja: "人", en: "People" }
    /// Group.
    registers_of_equipment() { ja: "機器・媒体", en: "Equipment" }
    /// Group.
    registers_of_operations() { ja: "運用・点検", en: "Operations" }
    /// Group.
    registers_of_contracts() { ja: "契約・文書", en: "Contracts and documents" }
    /// Group.
    registers_of_network() { ja: "ネットワーク・外部接続", en: "Network" }
    /// Group.
    registers_of_security() { ja: "安全対策・事故", en: "Safeguards and incidents" }
    /// Label.
    register_related() { ja: "関連", en: "Related" }
    /// Label.
    register_referring(label: &str) { ja: "{label}から参照", en: "Referred to by {label}" }
    /// Label.
    register_feeds() { ja: "この台帳が関係する項目:", en: "Items it bears on:" }
    /// Label.
    register_export_workbook() { ja: "Excelで書き出す", en: "Export for Excel" }
    /// Label.
    import_read_sheet(name: &str) { ja: "シート「{name}」を読み取りました。", en: "Read the sheet “{name}”." }
    /// Label.
    due_title() { ja: "期限が近いもの・過ぎたもの", en: "Due soon or late" }
    /// Label.
    due_row() { ja: "対象", en: "Row" }
    /// Label.
    due_what() { ja: "期限の種類", en: "What" }
    /// Label.
    due_day() { ja: "期限", en: "By" }
    /// Label.
    due_left() { ja: "残り", en: "Left" }
    /// What is due, where nothing stands in the column yet.
    due_missing(label: &str) { ja: "{label}(未記入)", en: "{label} (missing)" }
    /// What is due, with more about it.
    due_with(label: &str, more: &str) { ja: "{label}({more})", en: "{label} ({more})" }
    /// Label.
    due_today() { ja: "今日まで", en: "Today" }
    /// Label.
    due_in(days: i64) { ja: "あと{days}日", en: "{days} days" }
    /// Label.
    due_late(days: i64) { ja: "{days}日超過", en: "{days} days late" }
}
