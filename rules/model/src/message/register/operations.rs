//! Registers of work that is done, and of reviews.

use crate::message::texts;

texts! {
    /// The register.
    register_maintenance() { ja: "保守作業台帳", en: "Maintenance work" }
    /// What it is for.
    register_maintenance_purpose() { ja: "保守業者の作業を、申請と承認から結果・ログの確認まで1件ずつ管理します。", en: "Vendors’ work, from request and approval to the check of its result and logs." }
    /// Column.
    column_maintenance_number() { ja: "申請番号", en: "Number" }
    /// Help.
    help_maintenance_number() { ja: "例: 2026-014", en: "Such as 2026-014." }
    /// Column.
    column_maintenance_work_on() { ja: "作業日", en: "Work on" }
    /// Column.
    column_maintenance_vendor() { ja: "保守業者", en: "Vendor" }
    /// Help.
    help_maintenance_vendor() { ja: "契約台帳と同じ会社名で書いてください。", en: "As it is called in the register of contracts." }
    /// Column.
    column_maintenance_system() { ja: "対象システム", en: "System" }
    /// Help.
    help_maintenance_system() { ja: "例: 健診システムのサーバー SV-KENSHIN01", en: "Such as the screening server." }
    /// Column.
    column_maintenance_manner() { ja: "作業方法", en: "Manner" }
    /// Help.
    help_maintenance_manner() { ja: "リモートの作業は、終了後すみやかにログを確認します。", en: "Logs of remote work are reviewed soon after it." }
    /// Word.
    maintenance_manner_on_site() { ja: "来所", en: "On site" }
    /// Word.
    maintenance_manner_remote() { ja: "リモート", en: "Remote" }
    /// Column.
    column_maintenance_approver() { ja: "承認者", en: "Approved by" }
    /// Column.
    column_maintenance_approved_on() { ja: "承認日", en: "Approved on" }
    /// Column.
    column_maintenance_reviewed_by() { ja: "ログを確認した人", en: "Logs reviewed by" }
    /// Column.
    column_maintenance_reviewed_on() { ja: "ログの確認日", en: "Logs reviewed on" }
    /// Column.
    column_maintenance_workers() { ja: "作業者", en: "Workers" }
    /// Help.
    help_maintenance_workers() { ja: "作業者全員の氏名です。", en: "The names of all workers." }
    /// Column.
    column_maintenance_content() { ja: "作業内容", en: "Work" }
    /// Help.
    help_maintenance_content() { ja: "何をどのように変えるかを書きます。", en: "What is changed, and how." }
    /// Column.
    column_maintenance_account() { ja: "使用アカウント", en: "Account used" }
    /// Help.
    help_maintenance_account() { ja: "作業者の専用アカウントです。アカウント台帳から選びます。", en: "The worker’s own, from the register of accounts." }
    /// Column.
    column_maintenance_late_reason() { ja: "事後承認の理由", en: "Why approved late" }
    /// Help.
    help_maintenance_late_reason() { ja: "障害対応などで事前に承認できなかった場合に書きます。", en: "Where approval could not wait." }
    /// Column.
    column_maintenance_personal_data() { ja: "個人情報の閲覧", en: "Personal data seen" }
    /// Help.
    help_maintenance_personal_data() { ja: "閲覧の有無と、閲覧した場合はその範囲です。例: なし", en: "Whether, and which. Such as none." }
    /// Column.
    column_maintenance_taken() { ja: "データの持出し", en: "Data taken out" }
    /// Help.
    help_maintenance_taken() { ja: "持ち出したデータと、その承認・対策です。例: なし", en: "Which, with approval and safeguards. Such as none." }
    /// Column.
    column_maintenance_files() { ja: "持ち込んだファイル", en: "Files brought in" }
    /// Help.
    help_maintenance_files() { ja: "送付・持込みしたファイルと、無害化を確認した方法です。例: 更新プログラム 1件、業者側で検査済み", en: "Which, and how they were found harmless." }
    /// Column.
    column_maintenance_result() { ja: "作業結果", en: "Result" }
    /// Help.
    help_maintenance_result() { ja: "結果と、動作を確認した方法です。", en: "What came of it, and how that was checked." }
    /// The register.
    register_reviews() { ja: "点検記録台帳", en: "Reviews" }
    /// What it is for.
    register_reviews_purpose() { ja: "ログの確認、アカウントの棚卸し、機器・媒体の員数確認など、定期的な点検の結果を記録します。", en: "Periodic reviews: logs, accounts, counts of equipment and media, access rights." }
    /// Column.
    column_reviews_name() { ja: "点検名", en: "Name" }
    /// Help.
    help_reviews_name() { ja: "例: アクセスログの確認 2026年10月分", en: "Such as “Access logs, October 2026”." }
    /// Column.
    column_reviews_kind() { ja: "点検の種類", en: "Kind" }
    /// Help.
    help_reviews_kind() { ja: "点検ごとに1行にしてください。", en: "One row for each." }
    /// Word.
    reviews_kind_logs() { ja: "アクセスログの確認", en: "Access logs" }
    /// Word.
    reviews_kind_accounts() { ja: "アカウントの棚卸し", en: "Accounts" }
    /// Word.
    reviews_kind_assets() { ja: "機器・媒体の員数確認", en: "Counts of equipment and media" }
    /// Word.
    reviews_kind_access() { ja: "アクセス権限の確認", en: "Access rights" }
    /// Word.
    reviews_kind_cleaning() { ja: "清掃など作業後の確認", en: "After cleaning and the like" }
    /// Word.
    reviews_kind_other() { ja: "その他", en: "Other" }
    /// Column.
    column_reviews_period() { ja: "対象期間", en: "Period" }
    /// Help.
    help_reviews_period() { ja: "例: 2026年10月分、2026年度上期", en: "Such as October 2026." }
    /// Column.
    column_reviews_scope() { ja: "対象", en: "Scope" }
    /// Help.
    help_reviews_scope() { ja: "点検したシステムや場所です。", en: "Which systems or places." }
    /// Column.
    column_reviews_reviewed_by() { ja: "点検した人", en: "Reviewed by" }
    /// Column.
    column_reviews_reviewed_on() { ja: "点検日", en: "Reviewed on" }
    /// Column.
    column_reviews_result() { ja: "結果", en: "Result" }
    /// Help.
    help_reviews_result() { ja: "指摘がある場合は、内容と対応を書いてください。", en: "Write below what was found." }
    /// Word.
    reviews_result_clean() { ja: "異常なし", en: "Nothing found" }
    /// Word.
    reviews_result_found() { ja: "指摘あり", en: "Something found" }
    /// Column.
    column_reviews_findings() { ja: "指摘と対応", en: "Findings" }
    /// Help.
    help_reviews_findings() { ja: "見つかったことと、その対応を書きます。", en: "What was found and what is done about it." }
    /// Column.
    column_reviews_corrected_on() { ja: "対応の完了日", en: "Corrected on" }
    /// Column.
    column_reviews_next_on() { ja: "次回の予定日", en: "Next" }
    /// The register.
    register_entry_reviews() { ja: "入退室記録の点検台帳", en: "Entry reviews" }
    /// What it is for.
    register_entry_reviews_purpose() { ja: "個人情報を置く区画の入退室記録を、定期的に点検したことを記録します。入退室の記録そのものは別に保管します。", en: "Reviews of who entered where personal data is kept. The entry logs themselves are kept elsewhere." }
    /// Column.
    column_entry_reviews_site() { ja: "区画", en: "Place" }
    /// Help.
    help_entry_reviews_site() { ja: "例: 本所 2階 サーバー室", en: "Such as the server room." }
    /// Column.
    column_entry_reviews_starts() { ja: "対象期間の初日", en: "From" }
    /// Column.
    column_entry_reviews_ends() { ja: "対象期間の末日", en: "Until" }
    /// Column.
    column_entry_reviews_reviewed_by() { ja: "点検した人", en: "Reviewed by" }
    /// Column.
    column_entry_reviews_reviewed_on() { ja: "点検日", en: "Reviewed on" }
    /// Column.
    column_entry_reviews_result() { ja: "結果", en: "Result" }
    /// Help.
    help_entry_reviews_result() { ja: "記録のない入室や、不自然な時刻の入室がないかを確認します。", en: "Look for entries without a record or at odd hours." }
    /// Word.
    entry_reviews_result_clean() { ja: "異常なし", en: "Nothing found" }
    /// Word.
    entry_reviews_result_found() { ja: "指摘あり", en: "Something found" }
    /// Column.
    column_entry_reviews_findings() { ja: "指摘と対応", en: "Findings" }
    /// Help.
    help_entry_reviews_findings() { ja: "見つかったことと、その対応を書きます。", en: "What was found and what is done about it." }
    /// Column.
    column_entry_reviews_kept_at() { ja: "記録の保管場所", en: "Logs kept at" }
    /// Help.
    help_entry_reviews_kept_at() { ja: "例: 総務課 入退室簿ファイル", en: "Such as a file in the office." }
    /// Column.
    column_entry_reviews_next_on() { ja: "次回の予定日", en: "Next" }
}
