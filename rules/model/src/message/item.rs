//! Items, their findings, attestations and history.

use super::texts;

texts! {
    /// The way back, for screen readers.
    nav_trail() { ja: "現在の位置", en: "You are here" }
    /// The items before and after, for screen readers.
    nav_neighbours() { ja: "前後の項目", en: "Items before and after" }
    /// Link.
    nav_before() { ja: "前の項目", en: "Previous" }
    /// Link.
    nav_after() { ja: "次の項目", en: "Next" }
    /// Before a time.
    item_since() { ja: "この状態になった日時:", en: "Since" }
    /// No finding yet.
    item_rule_no_finding() { ja: "この規則の判定はまだ届いていません。", en: "No host has reported this rule yet." }
    /// Findings that pass or do not apply.
    item_quiet(count: usize) { ja: "適合または対象外の{count}件を表示", en: "Show {count} that pass or do not apply" }
    /// Heading.
    item_attestation() { ja: "担当者の確認", en: "Attestation" }
    /// Field.
    attest_evidence_field() { ja: "根拠と保管場所", en: "Evidence and where it is kept" }
    /// Help.
    attest_evidence_help() { ja: "何で確認したか、文書の名前と保管場所を書きます。例: 任命書(2026年度) 総務課キャビネット2段目", en: "Name the documents and where they are kept." }
    /// Button.
    attest_do() { ja: "確認したことを記録", en: "Record the attestation" }
    /// Who attested.
    attest_by(person: &str) { ja: "{person}さんが確認", en: "Attested by {person}" }
    /// State.
    attest_holds() { ja: "有効", en: "In force" }
    /// State: a part of it has lapsed.
    attest_holds_in_part() { ja: "一部期限切れ", en: "Lapsed in part" }
    /// Label.
    attest_elsewhere_until() { ja: "機器から測定できない部分の有効期限", en: "Of what hosts cannot measure, valid until" }
    /// A part that has lapsed, after its day.
    attest_part_lapsed() { ja: "(期限切れ)", en: " (lapsed)" }
    /// A part that a statement lacks.
    attest_part_unsaid() { ja: "この確認記録には含まれていません", en: "Not part of this attestation" }
    /// Label.
    attest_at() { ja: "確認した日時", en: "Attested" }
    /// Label.
    attest_until() { ja: "有効期限", en: "Valid until" }
    /// Nothing was written as evidence.
    attest_evidence_empty() { ja: "根拠の保管場所を入力してください。", en: "Write where the evidence is kept." }
    /// Label.
    finding_branch() { ja: "満たした条件", en: "Condition that held" }
    /// Link.
    finding_see_host(host: &str) { ja: "{host}を見る", en: "See {host}" }
    /// Link.
    finding_see_drift() { ja: "逸脱の記録を見る", en: "See the drift" }
    /// A finding that is there no more.
    history_gone() { ja: "所見なし", en: "No finding" }
    /// Who it bears on.
    condition_outsourcing() { ja: "個人情報の取扱いを委託する場合", en: "personal data is entrusted to others" }
    /// Who it bears on.
    condition_ic_card() { ja: "ICカード等で本人を識別する場合", en: "IC cards or the like identify people" }
    /// Who it bears on.
    condition_wireless_lan() { ja: "無線LANを使用する場合", en: "a wireless LAN is used" }
    /// Who it bears on.
    condition_iot() { ja: "患者情報を扱うIoT機器を使用する場合", en: "IoT devices handle patients' data" }
    /// Who it bears on.
    condition_iot_lending() { ja: "IoT機器を患者に貸し出す場合", en: "IoT devices are lent to patients" }
    /// Who it bears on.
    condition_external_storage() { ja: "データの保存を外部の事業者に委託する場合", en: "a provider stores the data" }
    /// Who it bears on.
    condition_maintenance_vendor() { ja: "保守を事業者に委託する場合", en: "a vendor maintains the systems" }
    /// Who it bears on.
    condition_remote_maintenance() { ja: "リモートメンテナンスを行う場合", en: "maintenance is done from afar" }
    /// Who it bears on.
    condition_byod() { ja: "個人所有の機器を業務に使用する場合", en: "staff use their own devices" }
    /// Who it bears on.
    condition_patient_access() { ja: "患者に情報を閲覧させる場合", en: "patients look at their data" }
    /// Who it bears on.
    condition_open_network_https() { ja: "オープンなネットワークでHTTPSを利用する場合", en: "HTTPS is used on open networks" }
    /// Who it bears on.
    condition_digital_signature() { ja: "電子署名を行う場合", en: "electronic signatures are made" }
    /// A way among several.
    attest_branch() { ja: "満たしている要件", en: "Requirement that is met" }
    /// None was chosen.
    attest_branch_choose() { ja: "満たしている要件を選んでください。", en: "Choose the requirement that is met." }
    /// A field.
    attest_files() { ja: "根拠のファイル(任意)", en: "Evidence files (optional)" }
    /// Help of the field.
    attest_files_help() { ja: "PDF・画像(PNG、JPEG)・Word・Excel・CSV・テキスト。1つ10 MiB、10個まで。", en: "PDF, pictures (PNG, JPEG), Word, Excel, CSV or text; at most ten of 10 MiB each." }
    /// A field.
    attest_until_field() { ja: "有効期限を早める場合の日付(任意)", en: "Last day, if earlier than usual (optional)" }
    /// Help of the field.
    attest_until_help() { ja: "契約の終了日など、通常より早く切れる場合に記入します。例: 2027-03-31", en: "Such as the end of a contract: 2027-03-31" }
    /// It is no day to come.
    attest_until_bad() { ja: "今日以降の日付を記入してください。例: 2027-03-31", en: "Write a day to come, such as 2027-03-31." }
    /// The act.
    attest_withdraw() { ja: "この確認記録を取り下げる", en: "Withdraw this attestation" }
    /// Heading.
    attest_earlier() { ja: "以前の確認記録", en: "Earlier attestations" }
    /// What became of a statement.
    attest_replaced() { ja: "新しい記録に置き換え", en: "Replaced" }
    /// How such an item is decided.
    item_any_of() { ja: "いずれか一つの要件を満たせば足ります。", en: "One of several ways is enough." }
    /// By which way it is decided now.
    item_decided_by() { ja: "現在の判断の根拠:", en: "Decided by:" }
    /// A file was scanned.
    file_clean() { ja: "ウイルス検査済", en: "scanned" }
    /// A file was not scanned.
    file_unscanned() { ja: "ウイルス検査なし", en: "not scanned" }
    /// A file is refused.
    file_too_many(most: usize) { ja: "ファイルは{most}個までです。", en: "At most {most} files." }
    /// A file is refused.
    file_too_large(name: &str, most: usize) { ja: "{name} は{most} MiBを超えています。", en: "{name} is larger than {most} MiB." }
    /// A file is refused.
    file_kind(name: &str) { ja: "{name} は取り扱えない種類のファイルです。", en: "{name} is of a kind that is not taken." }
    /// A file is refused.
    file_active(name: &str) { ja: "{name} にはマクロやスクリプトなど実行される内容が含まれています。PDFや画像にして添付してください。", en: "{name} holds macros or scripts. Attach a plain PDF or a picture." }
    /// A file is refused.
    file_infected(name: &str, virus: &str) { ja: "{name} からウイルス({virus})が検出されました。受け付けていません。この端末のウイルス検査を行ってください。", en: "{name} holds {virus} and was not taken. Scan the computer it comes from." }
    /// A file is refused.
    file_not_scanned(name: &str) { ja: "{name} のウイルス検査ができませんでした。管理者に連絡してください。", en: "{name} could not be scanned. Tell the administrator." }
    /// A way from the first findings of a rule to all.
    item_rule_all(shown: usize, total: usize) { ja: "所見{total}件のうち{shown}件を表示しています。すべて見る", en: "{shown} of {total} findings are shown. See all" }
    /// Title of the page of a rule's findings.
    rule_findings(rule: &str) { ja: "{rule} のすべての所見", en: "All findings: {rule}" }
}
