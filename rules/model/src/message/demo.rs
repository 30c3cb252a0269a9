//! Texts of the demonstration.

use super::texts;

texts! {
    /// On every page of a demonstration.
    demo_banner() {
        ja: "デモ用のデータです。実在の機関・人・機器ではありません。",
        en: "This is demonstration data. No agency, person or device in it is real."
    }
    /// Before the title of every page of a demonstration.
    demo_title() { ja: "【デモ】", en: "[Demo] " }
    /// A demonstration takes no hosts.
    demo_no_hosts() {
        ja: "デモには実際の機器を追加できません。機器を追加するには、別のデータフォルダーでダッシュボードを始めてください。",
        en: "Real hosts cannot be added to a demonstration. To add hosts, begin a dashboard with another data folder."
    }
    /// A demonstration mails nobody.
    demo_no_mail() { ja: "デモではメールを送りません。下の通知は送信待ちのまま残ります。", en: "A demonstration mails nobody. What is listed below stays waiting." }
    /// How far filling has come.
    demo_progress(day: &str, done: u64, days: u64) { ja: "{day} まで作成しました({done}/{days}日)", en: "filled up to {day} ({done} of {days} days)" }
    /// It is done, and how to look at it.
    demo_done(hosts: u64, seconds: &str) {
        ja: "デモを作成しました(機器{hosts}台、{seconds}秒)。次のコマンドで始めてください。",
        en: "The demonstration is made ({hosts} hosts, {seconds} s). Begin it with:"
    }
    /// How to sign in.
    demo_sign_in() {
        ja: "始めたら、次のリンクを開いてパスワードを決めてください。リンクは一度だけ、7日間使えます。",
        en: "Once it runs, open this link and choose a password. It works once, within 7 days."
    }
    /// How to sign in again.
    demo_sign_in_again(command: &str) { ja: "リンクを失くしたときは: {command}", en: "If the link is lost: {command}" }
}
