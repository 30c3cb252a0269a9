//! Registers of things that are counted: hosts, devices, media, what is taken out, software.

use crate::message::texts;

texts! {
    /// Column.
    column_hosts_site() { ja: "拠点", en: "Site" }
    /// Help.
    help_hosts_site() { ja: "機器がある事業所です。例: 本部、東支所。通知の宛先を拠点ごとに分けられます。", en: "The office it belongs to, such as head office. Who is told can differ by site." }
    /// Column.
    column_hosts_group() { ja: "グループ", en: "Group" }
    /// Help.
    help_hosts_group() { ja: "同じ部署や役割の機器に付ける共通の名前です。例: 受付、検査。一覧と通知の宛先をグループごとに分けられます。", en: "A name that hosts of one department or purpose share, such as reception. Lists and who is told can differ by group." }
    /// Column.
    column_hosts_user() { ja: "利用者", en: "Used by" }
    /// Help.
    help_hosts_user() { ja: "ふだん使っている人です。職員・作業員台帳にある氏名を書きます。メールアドレスが登録されていれば、この人に依頼文を送れます。", en: "Who usually uses it: a name in the register of people. Who has an e-mail address there can be asked for help." }
    /// Column.
    column_hosts_serial() { ja: "製造番号", en: "Serial number" }
    /// Help.
    help_hosts_serial() { ja: "本体のラベルにある番号です。", en: "The number on its label." }
    /// Column.
    column_hosts_secured() { ja: "盗難・覗き見の防止", en: "Secured by" }
    /// Help.
    help_hosts_secured() { ja: "チェーンや施錠、覗き見防止フィルターなど、行っている対策です。", en: "Such as a chain, a locked room, a privacy filter." }
    /// Column.
    column_hosts_support_ends() { ja: "サポート終了日", en: "Supported until" }
    /// Column.
    column_devices_model() { ja: "メーカー・型番", en: "Maker and model" }
    /// Help.
    help_devices_model() { ja: "本体のラベルにあるメーカー名と型番です。", en: "As on its label." }
    /// Column.
    column_devices_firmware() { ja: "ファームウェア", en: "Firmware" }
    /// Help.
    help_devices_firmware() { ja: "入っている版です。分からない場合は空欄のままでかまいません。", en: "The edition installed, where it is known." }
    /// Column.
    column_devices_latest() { ja: "最新の版", en: "Newest edition" }
    /// Help.
    help_devices_latest() { ja: "更新を確認した日に、製造業者が提供していた最新の版です。", en: "The newest that the manufacturer offered when updates were checked." }
    /// Column.
    column_devices_firmware_on() { ja: "更新の確認日", en: "Updates checked on" }
    /// Help.
    help_devices_firmware_on() { ja: "新しい版が出ていないかを製造業者に確認した日です。3か月に一度は確認します。", en: "When the manufacturer was last asked for a newer edition; every three months at least." }
    /// Column.
    column_devices_update_on() { ja: "更新の予定日", en: "To be updated by" }
    /// Help.
    help_devices_update_on() { ja: "最新の版にする予定の日です。更新したら空欄に戻します。", en: "When the newest edition is to be installed; empty once it is." }
    /// Column.
    column_devices_measure() { ja: "更新できない場合の代替措置", en: "Measure in place of updates" }
    /// Help.
    help_devices_measure() { ja: "更新できない機器で、代わりに行っている対策です。例: 専用のネットワークに分離し、外部との通信を遮断", en: "What is done where updates are impossible, such as a network of its own." }
    /// Column.
    column_devices_risk_on() { ja: "リスク分析日", en: "Risks analysed on" }
    /// Help.
    help_devices_risk_on() { ja: "製造業者の開示書(MDS)などをもとに、リスクを分析した日です。", en: "When risks were analysed from the manufacturer’s disclosure." }
    /// Column.
    column_devices_support_ends() { ja: "サポート終了日", en: "Supported until" }
    /// The register.
    register_lendings() { ja: "IoT機器貸出台帳", en: "Lent IoT devices" }
    /// What it is for.
    register_lendings_purpose() { ja: "ウェアラブル端末などを利用者に貸し出すときの、説明と同意、返却を管理します。", en: "Devices lent to patients: what they were told, their consent, and the return." }
    /// Column.
    column_lendings_device() { ja: "機器", en: "Device" }
    /// Help.
    help_lendings_device() { ja: "IoT機器台帳にある名称またはMACアドレスです。", en: "Its name or MAC address in the register of IoT devices." }
    /// Column.
    column_lendings_borrower() { ja: "貸出先", en: "Lent to" }
    /// Help.
    help_lendings_borrower() { ja: "氏名ではなく、利用者番号などで書いてください。", en: "Write a number instead of the name." }
    /// Column.
    column_lendings_lent_on() { ja: "貸出日", en: "Lent on" }
    /// Column.
    column_lendings_due_on() { ja: "返却予定日", en: "To be returned" }
    /// Column.
    column_lendings_returned_on() { ja: "返却日", en: "Returned on" }
    /// Column.
    column_lendings_explained_on() { ja: "リスクの説明日", en: "Risks explained on" }
    /// Column.
    column_lendings_consent_on() { ja: "同意日", en: "Consented on" }
    /// Column.
    column_lendings_contact_sheet() { ja: "連絡先の案内", en: "Contact sheet" }
    /// Help.
    help_lendings_contact_sheet() { ja: "不具合時の連絡先を書いた書面の名前と版です。例: 貸出のしおり 第2版", en: "The sheet that says whom to call, and its edition." }
    /// Column.
    column_lendings_staff() { ja: "担当者", en: "Handled by" }
    /// The register.
    register_media() { ja: "媒体台帳", en: "Media" }
    /// What it is for.
    register_media_purpose() { ja: "USBメモリやCD-R、外付けディスクなどの所在、持出しと返却、送付、廃棄を管理します。", en: "USB sticks, discs, drives and tapes: where they are, when taken out and back, sent, destroyed." }
    /// Column.
    column_media_number() { ja: "媒体番号", en: "Number" }
    /// Help.
    help_media_number() { ja: "媒体に貼ったラベルの番号です。例: USB-012", en: "The number on its label, such as USB-012." }
    /// Column.
    column_media_kind() { ja: "種類", en: "Kind" }
    /// Help.
    help_media_kind() { ja: "当てはまるものがないときは「その他」を選び、備考に書きます。", en: "Choose other and name it in the remark if none fits." }
    /// Word.
    media_kind_usb() { ja: "USBメモリ", en: "USB stick" }
    /// Word.
    media_kind_disc() { ja: "CD・DVD", en: "CD or DVD" }
    /// Word.
    media_kind_drive() { ja: "外付けディスク", en: "External drive" }
    /// Word.
    media_kind_tape() { ja: "テープ", en: "Tape" }
    /// Word.
    media_kind_card() { ja: "メモリカード", en: "Memory card" }
    /// Word.
    media_kind_paper() { ja: "紙", en: "Paper" }
    /// Word.
    media_kind_other() { ja: "その他", en: "Other" }
    /// Column.
    column_media_content() { ja: "内容", en: "Content" }
    /// Help.
    help_media_content() { ja: "保存する情報の種類です。例: 健診結果の納品データ", en: "What is kept on it, such as results for an insurer." }
    /// Column.
    column_media_encryption() { ja: "暗号化", en: "Encryption" }
    /// Help.
    help_media_encryption() { ja: "暗号化の方法です。していない場合は「なし」と書きます。例: BitLocker To Go、ZIP(AES-256)", en: "How it is encrypted, or none." }
    /// Column.
    column_media_place() { ja: "保管場所", en: "Kept at" }
    /// Help.
    help_media_place() { ja: "例: 総務課 鍵付きキャビネット", en: "Such as a locked cabinet." }
    /// Column.
    column_media_holder() { ja: "持出者", en: "Taken out by" }
    /// Column.
    column_media_taken_on() { ja: "持出日", en: "Taken out on" }
    /// Column.
    column_media_due_on() { ja: "返却予定日", en: "Due back" }
    /// Column.
    column_media_returned_on() { ja: "返却日", en: "Returned on" }
    /// Column.
    column_media_sent() { ja: "送付先と方法", en: "Sent" }
    /// Help.
    help_media_sent() { ja: "送付した場合に、送付先・方法・追跡番号を書きます。例: ○○健保組合 レターパックプラス 1234-5678-9012", en: "To whom, how, and the tracking number." }
    /// Column.
    column_media_destroyed_on() { ja: "廃棄日", en: "Destroyed on" }
    /// Column.
    column_media_certificate() { ja: "廃棄の確認", en: "Proof of destruction" }
    /// Help.
    help_media_certificate() { ja: "廃棄の方法と、証明書の保管場所です。例: 物理破壊、証明書は契約ファイル", en: "How, and where the certificate is kept." }
    /// Column.
    column_media_serial() { ja: "製造番号", en: "Serial number" }
    /// Help.
    help_media_serial() { ja: "分かる場合に書きます。", en: "Where it is known." }
    /// The register.
    register_takeouts() { ja: "持出し・BYOD承認台帳", en: "Taking out and own devices" }
    /// What it is for.
    register_takeouts_purpose() { ja: "情報や機器の持出しと、個人の機器を業務に使うこと(BYOD)の承認を管理します。", en: "Approvals to take data or equipment out, and to use one’s own device for work." }
    /// Column.
    column_takeouts_person() { ja: "持出者", en: "Who" }
    /// Column.
    column_takeouts_kind() { ja: "区分", en: "Kind" }
    /// Help.
    help_takeouts_kind() { ja: "個人が所有する機器を業務に使う場合は「BYOD」を選びます。", en: "Own device where it belongs to the person." }
    /// Word.
    takeouts_kind_takeout() { ja: "持出し", en: "Taken out" }
    /// Word.
    takeouts_kind_byod() { ja: "BYOD", en: "Own device" }
    /// Column.
    column_takeouts_what() { ja: "持ち出すもの", en: "What" }
    /// Help.
    help_takeouts_what() { ja: "機器名や媒体番号、情報の種類です。例: PC-HOKEN07、USB-012", en: "The host, medium or data." }
    /// Column.
    column_takeouts_starts() { ja: "開始日", en: "From" }
    /// Column.
    column_takeouts_ends() { ja: "終了予定日", en: "Until" }
    /// Column.
    column_takeouts_returned_on() { ja: "返却・終了の確認日", en: "Back on" }
    /// Column.
    column_takeouts_purpose() { ja: "目的", en: "Purpose" }
    /// Help.
    help_takeouts_purpose() { ja: "例: 訪問保健指導、在宅勤務", en: "Such as home visits or telework." }
    /// Column.
    column_takeouts_security() { ja: "持出し時の対策", en: "Safeguards" }
    /// Help.
    help_takeouts_security() { ja: "確認した対策です。例: ディスク暗号化、画面ロック、更新プログラム適用済み", en: "What was checked, such as disk encryption and screen lock." }
    /// Column.
    column_takeouts_managed() { ja: "管理ソフトの導入", en: "Under management" }
    /// Help.
    help_takeouts_managed() { ja: "BYODの機器に管理ソフトを入れ、設定を管理者が行った場合は「はい」を選びます。", en: "Yes if the device is managed by the agency." }
    /// Column.
    column_takeouts_attested_on() { ja: "所有者の申告日", en: "Attested by the owner on" }
    /// Help.
    help_takeouts_attested_on() { ja: "BYODの機器で対策を続けていることを、所有者が申告した日です。四半期ごとに確認します。エージェントが報告している機器では空欄でかまいません。", en: "When the owner of an own device last said that its safeguards stand; every quarter. Not needed where an agent reports." }
    /// Column.
    column_takeouts_approver() { ja: "承認者", en: "Approved by" }
    /// Column.
    column_takeouts_approved_on() { ja: "承認日", en: "Approved on" }
    /// The register.
    register_software() { ja: "ソフトウェア許可台帳", en: "Software" }
    /// What it is for.
    register_software_purpose() { ja: "業務用の機器に入れてよいソフトウェアと、禁止するソフトウェアを管理します。", en: "Software that may be installed, and software that may not." }
    /// Column.
    column_software_product() { ja: "ソフトウェア名", en: "Product" }
    /// Help.
    help_software_product() { ja: "例: Microsoft Office 2024", en: "Such as Microsoft Office 2024." }
    /// Column.
    column_software_decision() { ja: "判断", en: "Decision" }
    /// Help.
    help_software_decision() { ja: "条件がある場合は、対象と理由に書きます。", en: "Write the limits below." }
    /// Word.
    software_decision_allowed() { ja: "許可", en: "Allowed" }
    /// Word.
    software_decision_limited() { ja: "条件付きで許可", en: "Allowed within limits" }
    /// Word.
    software_decision_denied() { ja: "禁止", en: "Denied" }
    /// Column.
    column_software_publisher() { ja: "発行元", en: "Publisher" }
    /// Help.
    help_software_publisher() { ja: "開発元または提供元です。", en: "Who makes or offers it." }
    /// Column.
    column_software_scope() { ja: "対象", en: "For" }
    /// Help.
    help_software_scope() { ja: "入れてよい機器や部署です。空欄はすべての機器を表します。", en: "The hosts or teams; empty means all." }
    /// Column.
    column_software_reason() { ja: "理由", en: "Reason" }
    /// Help.
    help_software_reason() { ja: "業務で必要な理由、または禁止する理由です。", en: "Why it is needed, or why not." }
    /// Column.
    column_software_licence() { ja: "ライセンス", en: "Licence" }
    /// Help.
    help_software_licence() { ja: "契約の種類と数です。", en: "Kind and number." }
    /// Column.
    column_software_support_ends() { ja: "サポート終了日", en: "Supported until" }
    /// Column.
    column_software_approver() { ja: "承認者", en: "Approved by" }
    /// Column.
    column_software_approved_on() { ja: "承認日", en: "Approved on" }
}
