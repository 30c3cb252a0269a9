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
    attest_evidence_field() { ja: "根拠の保管場所", en: "Where the evidence is kept" }
    /// Help.
    attest_evidence_help() { ja: "文書の名前と保管場所を書きます。例: 任命書(2026年度) 総務課キャビネット2段目", en: "Name the documents and where they are kept." }
    /// Button.
    attest_do() { ja: "確認したことを記録", en: "Record the attestation" }
    /// Who attested.
    attest_by(person: &str) { ja: "{person}さんが確認", en: "Attested by {person}" }
    /// State.
    attest_holds() { ja: "有効", en: "In force" }
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
}
