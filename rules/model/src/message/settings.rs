//! Settings, and what registers and error pages say beside.

use super::texts;

texts! {
    /// Lead.
    settings_lead() { ja: "通知と機器の登録に関する設定です。メールサーバーと機器の報告先は、ダッシュボードを動かしているサーバーの設定ファイルで変更します。", en: "How mails and hosts are set up. The mail server and where hosts report are set in the configuration on the dashboard's server." }
    /// Label.
    settings_mail_server() { ja: "メールサーバー", en: "Mail server" }
    /// Label.
    settings_recipients() { ja: "宛先", en: "Recipients" }
    /// State.
    settings_no_mail() { ja: "通知メールは未設定です", en: "No mail is set up" }
    /// Help.
    settings_no_mail_help() { ja: "逸脱が起きてもメールは届きません。設定ファイルにメールサーバーと宛先を書いてください。", en: "Nobody is told of drifts. Name a mail server and recipients in the configuration." }
    /// Label.
    settings_report_url() { ja: "機器の報告先", en: "Hosts report to" }
    /// Heading.
    settings_this() { ja: "このダッシュボード", en: "This dashboard" }
    /// Label.
    settings_agency() { ja: "機関名", en: "Agency" }
    /// Label.
    settings_version() { ja: "版", en: "Version" }
    /// A register nobody keeps yet.
    register_not_begun() { ja: "まだ使い始めていません。1件目を登録したときから使われます。", en: "Not kept yet. It counts from the first row on." }
    /// An empty choice.
    choose_one() { ja: "選んでください", en: "Choose one" }
    /// Act.
    history_reopened() { ja: "再開", en: "Reopened" }
    /// A cell in a sentence.
    cell_of(column: &str, value: &str) { ja: "{column}: {value}", en: "{column}: {value}" }
    /// A line of a file.
    import_line_number(line: u64) { ja: "{line}行目", en: "Line {line}" }
    /// Link.
    import_choose_again() { ja: "ファイルを選び直す", en: "Choose the file again" }
    /// Error page.
    error_conflict() { ja: "ほかの人が先に変更しました", en: "Somebody else was first" }
}
