//! Registers of what is agreed and laid down.

use crate::message::texts;

texts! {
    /// The register.
    register_contracts() { ja: "契約台帳", en: "Contracts" }
    /// What it is for.
    register_contracts_purpose() { ja: "個人情報の取扱いや保守、通信回線などの契約と、守秘・再委託・責任分界の定めを管理します。", en: "Contracts on personal data, maintenance and lines, with what they say on secrecy, subcontractors and responsibility." }
    /// Column.
    column_contracts_party() { ja: "契約先", en: "Party" }
    /// Help.
    help_contracts_party() { ja: "会社名です。", en: "The company." }
    /// Column.
    column_contracts_service() { ja: "委託内容", en: "Service" }
    /// Help.
    help_contracts_service() { ja: "例: 健診システムの保守、データ入力", en: "Such as maintenance or data entry." }
    /// Column.
    column_contracts_system() { ja: "対象システム", en: "System" }
    /// Help.
    help_contracts_system() { ja: "関係するシステムの名前です。", en: "The system it is about." }
    /// Column.
    column_contracts_starts() { ja: "契約開始日", en: "From" }
    /// Column.
    column_contracts_ends() { ja: "契約終了日", en: "Until" }
    /// Column.
    column_contracts_notice_by() { ja: "更新・解約の申出期限", en: "Give notice by" }
    /// Column.
    column_contracts_nda() { ja: "守秘義務と罰則", en: "Secrecy and penalties" }
    /// Help.
    help_contracts_nda() { ja: "定めのある条や頁です。例: 第8条、第15条", en: "The clause or page." }
    /// Column.
    column_contracts_safety() { ja: "安全管理の条項", en: "Safety clauses" }
    /// Help.
    help_contracts_safety() { ja: "定めのある条や頁です。", en: "The clause or page." }
    /// Column.
    column_contracts_subcontract() { ja: "再委託", en: "Subcontractors" }
    /// Help.
    help_contracts_subcontract() { ja: "再委託先にも同じ義務を課しているかを確認してください。", en: "See that subcontractors are bound alike." }
    /// Word.
    contracts_subcontract_forbidden() { ja: "禁止", en: "Forbidden" }
    /// Word.
    contracts_subcontract_approved() { ja: "承認を条件に可", en: "With approval" }
    /// Word.
    contracts_subcontract_free() { ja: "定めなし", en: "Not laid down" }
    /// Column.
    column_contracts_demarcation() { ja: "責任分界点", en: "Demarcation" }
    /// Help.
    help_contracts_demarcation() { ja: "責任の分け方を定めた箇所です。障害・事故時の対応や費用の負担も確認します。", en: "Where responsibilities are divided, also for failures and their cost." }
    /// Column.
    column_contracts_quality() { ja: "回線・サービスの品質", en: "Availability" }
    /// Help.
    help_contracts_quality() { ja: "可用性や復旧時間の定めです。", en: "Availability and time to repair." }
    /// Column.
    column_contracts_disclosure_on() { ja: "開示書(MDS/SDS)の受領日", en: "MDS/SDS received on" }
    /// Column.
    column_contracts_vendor_list_on() { ja: "事業者確認用チェックリストの受領日", en: "Vendor checklist received on" }
    /// The register.
    register_documents() { ja: "規程・手順書台帳", en: "Rules and procedures" }
    /// What it is for.
    register_documents_purpose() { ja: "規程・手順書・事業継続計画などの版と承認、見直しの時期を管理します。", en: "Rules, procedures and plans, with their editions, approval and next review." }
    /// Column.
    column_documents_title() { ja: "文書名", en: "Title" }
    /// Help.
    help_documents_title() { ja: "例: 医療情報システム運用管理規程", en: "Such as “Operating rules”." }
    /// Column.
    column_documents_kind() { ja: "種類", en: "Kind" }
    /// Help.
    help_documents_kind() { ja: "事業継続計画(BCP)は「計画」を選びます。", en: "A continuity plan is a plan." }
    /// Word.
    documents_kind_rule() { ja: "規程", en: "Rule" }
    /// Word.
    documents_kind_procedure() { ja: "手順書", en: "Procedure" }
    /// Word.
    documents_kind_plan() { ja: "計画", en: "Plan" }
    /// Word.
    documents_kind_form() { ja: "様式", en: "Form" }
    /// Word.
    documents_kind_contacts() { ja: "連絡体制図", en: "Contacts" }
    /// Word.
    documents_kind_other() { ja: "その他", en: "Other" }
    /// Column.
    column_documents_version() { ja: "版", en: "Edition" }
    /// Help.
    help_documents_version() { ja: "例: 第3版", en: "Such as 3rd edition." }
    /// Column.
    column_documents_items() { ja: "対応する項目", en: "Items" }
    /// Column.
    column_documents_approver() { ja: "承認者", en: "Approved by" }
    /// Column.
    column_documents_approved_on() { ja: "承認日", en: "Approved on" }
    /// Column.
    column_documents_review_on() { ja: "次回の見直し日", en: "Next review" }
    /// Column.
    column_documents_published_on() { ja: "職員への周知日", en: "Made known on" }
    /// Column.
    column_documents_place() { ja: "保管場所", en: "Kept at" }
    /// Help.
    help_documents_place() { ja: "例: 共有フォルダー 規程集", en: "Such as a shared folder." }
}
