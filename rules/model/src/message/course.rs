//! The course of drifts and their mails, and how hosts report.

use super::texts;

texts! {
    /// State.
    drift_acknowledged() { ja: "対応中", en: "Acknowledged" }
    /// It came back.
    drift_reopened(count: u64) { ja: "解消した直後に{count}回再発しています。", en: "It came back {count} times soon after it had ended." }
    /// How it ended.
    resolution_passed() { ja: "規則を満たしました。", en: "The rule holds again." }
    /// How it ended.
    resolution_not_applicable() { ja: "規則の対象ではなくなりました。", en: "The rule no longer bears on the host." }
    /// How it ended.
    resolution_cleared() { ja: "対象がなくなったか、適合しました。", en: "What it was about passes or is gone." }
    /// How it ended.
    resolution_revoked() { ja: "機器の登録を取り消しました。", en: "The host was revoked." }
    /// Count.
    drifts_count(count: usize) { ja: "{count}件", en: "{count} open" }
    /// Label.
    drift_failing_since() { ja: "不適合の開始", en: "Failing since" }
    /// Of a drift whose mails are in the thread of another.
    drift_told_by() {
        ja: "同じものについての通知は、先に見つけた機器の逸脱にまとめています。",
        en: "Mails about the same thing are with the drift of the host that found it first."
    }
    /// No mail.
    drift_no_mail() { ja: "通知なし", en: "No mail" }
    /// Who acknowledged it.
    drift_acknowledged_by(person: &str) { ja: "{person}さんが対応を始めました。", en: "{person} took it up." }
    /// Button.
    drift_acknowledge() { ja: "対応を始める", en: "Take it up" }
    /// Help.
    drift_acknowledge_help() { ja: "記録すると、ほかの人に対応中であることが伝わり、再通知が止まります。", en: "Others see that you work on it, and no reminder is sent." }
    /// Heading.
    drift_now() { ja: "現在の所見", en: "The finding now" }
    /// There is none now.
    drift_now_gone() { ja: "現在は所見がありません。不適合だったときの内容を表示しています。", en: "There is no finding any more; this is what failed." }
    /// Heading.
    drift_course() { ja: "経過", en: "Course" }
    /// Kind of mail.
    mail_reopened() { ja: "逸脱の再発", en: "Drift reopened" }
    /// Why a mail waits.
    mail_next_try(at: &str, error: &str) { ja: "次の送信 {at}。直近のエラー: {error}", en: "Next try {at}. Last error: {error}" }
    /// Why a mail waits.
    mail_due(at: &str) { ja: "{at}に送信します。", en: "It is sent at {at}." }
    /// Kind of machine.
    host_kind_pc() { ja: "PC", en: "PC" }
    /// Kind of machine.
    host_kind_server() { ja: "サーバー", en: "Server" }
    /// Problem.
    host_problem_silent() { ja: "報告が途絶えています。電源とネットワーク、エージェントの動作を確認してください。", en: "It no longer reports. Check that it is on, connected, and runs the agent." }
    /// Problem.
    host_problem_refused(at: &str, why: &str) { ja: "{at}の報告を受け付けられませんでした: {why}", en: "Its report of {at} was refused: {why}" }
    /// Problem.
    host_problem_certificate(day: &str) { ja: "証明書の期限が{day}に切れました。機器を登録し直してください。", en: "Its certificate ended on {day}. Add the host again." }
    /// A host whose policy is too large.
    host_problem_policy_held(size: &str) { ja: "台帳や設定の変更がこの機器に届いていません。送る内容が{size}になり、エージェントが読める上限を超えています。不要になった台帳の行を閉じてください。", en: "Changes of registers or settings do not reach this host: what would be sent has {size}, more than an agent reads. Close rows of registers that no longer count." }
    /// Problem.
    host_problem_policy(why: &str) { ja: "新しいポリシーを受け入れず、以前のもので判定しています: {why}", en: "It refused the newest policy and judges by the one before: {why}" }
    /// Problem.
    host_problem_clock(off: &str) { ja: "機器の時計がダッシュボードと{off}ずれています。", en: "Its clock is off by {off} from the dashboard's." }
    /// Problem.
    host_problem_unread(rule: &str, count: usize) { ja: "エージェントが古く、読めない規則が{count}件あります({rule}など)。エージェントを更新するまで「確認できない」として扱います。", en: "The agent is too old to read {count} rule(s), such as {rule}. Until it is updated they are unknown." }
    /// A problem.
    host_problem_folded(count: u64) { ja: "長く送信できなかったため、{count}件の変化の途中経過が失われました。現在の状態は正しく反映されています。", en: "It could not send for long: {count} changes on the way were lost. Its present state is right." }
    /// Problem.
    host_problem_system(why: &str, detail: &str) { ja: "機器の種類を確認できません: {why}({detail})", en: "What kind of machine it is could not be read: {why} ({detail})" }
    /// Heading.
    host_problems() { ja: "機器の問題", en: "Problems" }
    /// Heading.
    host_about() { ja: "機器の情報", en: "About this host" }
    /// Label.
    host_certificate() { ja: "証明書の期限", en: "Certificate until" }
    /// Hosts that report no more.
    hosts_revoked(count: usize) { ja: "取り消した機器 {count}台", en: "{count} revoked hosts" }
}
