//! Registers of what keeps data safe, and of what endangered it.

use crate::message::texts;

texts! {
    /// Column.
    column_backups_media() { ja: "交互に使う媒体", en: "Media in turn" }
    /// Help.
    help_backups_media() { ja: "取り外して保管する媒体に取得する場合、媒体台帳の番号を「、」で区切って書きます。製造番号により、交互に接続されていることを確認します。例: M-003、M-007", en: "Where it goes to media that are taken off, their numbers in the register of media, such as M-003, M-007. By their serial numbers it is seen that they are attached in turn." }
    /// The register.
    register_keys() { ja: "証明書・鍵台帳", en: "Certificates and keys" }
    /// What it is for.
    register_keys_purpose() { ja: "サーバーやクライアントの証明書、電子署名の鍵、暗号鍵について、保管方法と有効期限を管理します。", en: "Certificates, signature keys and encryption keys: how they are kept and when they end." }
    /// Column.
    column_keys_name() { ja: "名称", en: "Name" }
    /// Help.
    help_keys_name() { ja: "証明書の主体者名など、見分けられる名前です。例: portal.example.jp", en: "Such as the subject of the certificate." }
    /// Column.
    column_keys_kind() { ja: "種類", en: "Kind" }
    /// Help.
    help_keys_kind() { ja: "ディスク暗号化の回復キーは「暗号鍵・回復キー」を選びます。", en: "A recovery key is an encryption key." }
    /// Word.
    keys_kind_server() { ja: "サーバー証明書", en: "Server certificate" }
    /// Word.
    keys_kind_client() { ja: "クライアント証明書", en: "Client certificate" }
    /// Word.
    keys_kind_signature() { ja: "電子署名の鍵", en: "Signature key" }
    /// Word.
    keys_kind_encryption() { ja: "暗号鍵・回復キー", en: "Encryption or recovery key" }
    /// Word.
    keys_kind_vpn() { ja: "VPNの鍵", en: "VPN key" }
    /// Word.
    keys_kind_other() { ja: "その他", en: "Other" }
    /// Column.
    column_keys_owner() { ja: "管理者", en: "Kept by" }
    /// Column.
    column_keys_ends() { ja: "有効期限", en: "Valid until" }
    /// Column.
    column_keys_purpose() { ja: "用途", en: "Used for" }
    /// Help.
    help_keys_purpose() { ja: "例: 健診結果の受渡しサイト", en: "Such as the delivery site." }
    /// Column.
    column_keys_host() { ja: "機器", en: "Host" }
    /// Help.
    help_keys_host() { ja: "入れてある機器の、機器台帳での名前です。", en: "Where it is installed, from the register of hosts." }
    /// Column.
    column_keys_kept_in() { ja: "保管先", en: "Kept in" }
    /// Help.
    help_keys_kept_in() { ja: "例: TPM、ICカード、金庫。鍵そのものは書かないでください。", en: "Such as TPM, smart card or safe. Never write the key itself." }
    /// Column.
    column_keys_custody() { ja: "取扱いの制限", en: "Who may use it" }
    /// Help.
    help_keys_custody() { ja: "使える人や、持ち出すときの手順です。", en: "Who may use it and how." }
    /// Column.
    column_keys_issuer() { ja: "発行者・CP", en: "Issuer, CP" }
    /// Help.
    help_keys_issuer() { ja: "認証局の名前と、従っている証明書ポリシー(CP)です。", en: "The authority and its certificate policy." }
    /// Column.
    column_keys_issued_on() { ja: "発行日", en: "Issued on" }
    /// The register.
    register_incidents() { ja: "事故・非常時台帳", en: "Incidents" }
    /// What it is for.
    register_incidents_purpose() { ja: "紛失・漏えい・不正アクセス・災害などの事故と非常時の対応について、報告の期限と復旧を管理します。", en: "Loss, leaks, attacks and disasters: reports with their deadlines, and recovery." }
    /// Column.
    column_incidents_number() { ja: "事故番号", en: "Number" }
    /// Help.
    help_incidents_number() { ja: "例: 2026-01", en: "Such as 2026-01." }
    /// Column.
    column_incidents_opened_on() { ja: "発覚日", en: "Found on" }
    /// Column.
    column_incidents_kind() { ja: "種類", en: "Kind" }
    /// Help.
    help_incidents_kind() { ja: "訓練や非常時アカウントの計画的な使用は「訓練・検知試験」を選びます。", en: "Planned use of emergency accounts is a drill." }
    /// Word.
    incidents_kind_loss() { ja: "盗難・紛失", en: "Theft or loss" }
    /// Word.
    incidents_kind_leak() { ja: "漏えい", en: "Leak" }
    /// Word.
    incidents_kind_malware() { ja: "不正ソフトウェア", en: "Malware" }
    /// Word.
    incidents_kind_intrusion() { ja: "不正アクセス", en: "Intrusion" }
    /// Word.
    incidents_kind_failure() { ja: "システム障害", en: "System failure" }
    /// Word.
    incidents_kind_disaster() { ja: "災害", en: "Disaster" }
    /// Word.
    incidents_kind_drill() { ja: "訓練・検知試験", en: "Drill" }
    /// Word.
    incidents_kind_other() { ja: "その他", en: "Other" }
    /// Column.
    column_incidents_summary() { ja: "概要", en: "Summary" }
    /// Help.
    help_incidents_summary() { ja: "いつ、どこで、何が起きたかを書きます。個人の氏名は書かないでください。", en: "When, where and what. Name no patients." }
    /// Column.
    column_incidents_emergency() { ja: "非常時への切替え", en: "Emergency declared" }
    /// Help.
    help_incidents_emergency() { ja: "非常時と判断し、代替の運用に切り替えた場合は「はい」を選びます。", en: "Yes if work went over to the emergency plan." }
    /// Column.
    column_incidents_accounts() { ja: "使用した非常時アカウント", en: "Emergency accounts used" }
    /// Help.
    help_incidents_accounts() { ja: "使用したアカウントです。正常復帰後に、使えないように変更します。", en: "They are changed once all is normal again." }
    /// Column.
    column_incidents_first_report_due() { ja: "個人情報保護委員会への速報期限", en: "First report to the PPC due" }
    /// Column.
    column_incidents_first_report_on() { ja: "速報日", en: "First report on" }
    /// Column.
    column_incidents_final_report_due() { ja: "個人情報保護委員会への確報期限", en: "Final report to the PPC due" }
    /// Column.
    column_incidents_final_report_on() { ja: "確報日", en: "Final report on" }
    /// Column.
    column_incidents_authority_on() { ja: "所管官庁への連絡日", en: "Authority told on" }
    /// Column.
    column_incidents_insurers_on() { ja: "保険者への連絡日", en: "Insurers told on" }
    /// Column.
    column_incidents_recovered_on() { ja: "復旧日", en: "Recovered on" }
    /// Column.
    column_incidents_reconciled_on() { ja: "データ整合の確認日", en: "Data reconciled on" }
    /// Column.
    column_incidents_measures() { ja: "再発防止策", en: "Measures" }
    /// Help.
    help_incidents_measures() { ja: "原因と、同じことを繰り返さないための対策です。", en: "The cause, and what keeps it from happening again." }
}
