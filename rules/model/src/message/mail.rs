//! Mails about drifts.

use super::texts;

texts! {
    /// Subject.
    mail_subject_opened(host: &str, rule: &str) { ja: "【逸脱】{host}: 「{rule}」を満たしていません", en: "[Drift] {host} does not meet: {rule}" }
    /// Subject.
    mail_subject_reopened(host: &str, rule: &str) { ja: "【逸脱・再発】{host}: 「{rule}」を再び満たさなくなりました", en: "[Drift again] {host} no longer meets: {rule}" }
    /// Subject.
    mail_subject_reminder(host: &str, rule: &str) { ja: "【逸脱・継続中】{host}: 「{rule}」を満たしていない状態が続いています", en: "[Drift goes on] {host} still does not meet: {rule}" }
    /// Subject.
    mail_subject_resolved(host: &str, rule: &str) { ja: "【解消】{host}: 「{rule}」の逸脱が解消しました", en: "[Resolved] {host} no longer drifts from: {rule}" }
    /// Subject.
    mail_subject_waived(host: &str, rule: &str) { ja: "【終了・例外承認】{host}: 「{rule}」の逸脱は例外承認により終了しました", en: "[Ended by a waiver] {host} may for a time not meet: {rule}" }
    /// First sentence.
    mail_lead_waived() { ja: "例外承認が認められたため、この逸脱の通知を終了します。承認された代わりの対策を続けてください。期限までに規則を満たさなければ、新しい逸脱としてお知らせします。", en: "A waiver was granted, so that this drift ends. Please keep up what is done in its place. Unless the rule is met by then, a new drift begins when the waiver ends." }
    /// What a mail tells.
    mail_waived() { ja: "例外承認による逸脱の終了", en: "Ended by a waiver" }
    /// Line.
    mail_waived_at(at: &str) { ja: "例外承認により終了: {at}", en: "Ended by a waiver: {at}" }
    /// Line.
    mail_waived_by(person: &str) { ja: "承認者: {person}", en: "Granted by: {person}" }
    /// Line.
    mail_waived_until(day: &str) { ja: "例外承認の期限: {day}", en: "The waiver holds through: {day}" }
    /// First sentence.
    mail_lead_opened() { ja: "チェックリストで「実施済」とした内容に反する状態を検知しました。下の「直し方」に沿って対応してください。", en: "A host no longer matches what the checklist declares. Please repair it as described below." }
    /// First sentence.
    mail_lead_reopened() { ja: "いったん解消した逸脱が再発しました。繰り返す原因がないか確認してください。", en: "A drift that had been resolved has come back. Please find out why it returns." }
    /// First sentence.
    mail_lead_reminder() { ja: "逸脱が続いています。まだ誰も確認していません。ダッシュボードで「対応を始める」を押すか、下の「直し方」に沿って対応してください。", en: "The drift goes on and nobody has acknowledged it. Please acknowledge it on the dashboard or repair it as described below." }
    /// First sentence.
    mail_lead_resolved() { ja: "逸脱は解消しました。対応は不要です。", en: "The drift is resolved. Nothing needs to be done." }
    /// Line.
    mail_host(host: &str) { ja: "機器: {host}", en: "Host: {host}" }
    /// Line.
    mail_rule(rule: &str) { ja: "規則: {rule}", en: "Rule: {rule}" }
    /// Line.
    mail_finding_subject(subject: &str) { ja: "対象: {subject}", en: "Subject: {subject}" }
    /// Line.
    mail_says(says: &str) { ja: "状況: {says}", en: "Found: {says}" }
    /// Line of a mail about the end.
    mail_said(says: &str) { ja: "逸脱時の状況: {says}", en: "What was found: {says}" }
    /// Line.
    mail_since(at: &str) { ja: "いつから: {at}", en: "Since: {at}" }
    /// Line.
    mail_opened_at(at: &str) { ja: "逸脱と判定: {at}", en: "Became a drift: {at}" }
    /// Line.
    mail_reopened_at(at: &str) { ja: "再発を判定: {at}", en: "Came back: {at}" }
    /// Line.
    mail_resolved_at(at: &str) { ja: "解消を確認: {at}", en: "Resolved: {at}" }
    /// Line.
    mail_reminded_at(at: &str) { ja: "継続を確認: {at}", en: "Still open: {at}" }
    /// Heading.
    mail_items() { ja: "関係するチェック項目:", en: "Items of the checklist:" }
    /// Heading.
    mail_remedy() { ja: "直し方:", en: "How to repair it:" }
    /// Heading.
    mail_evidence() { ja: "根拠となる値:", en: "Evidence:" }
    /// More evidence than the mail shows.
    mail_evidence_left(count: usize) { ja: "ほか{count}件", en: "and {count} more" }
    /// Line.
    mail_page(url: &str) { ja: "くわしくはこちら: {url}", en: "See: {url}" }
    /// Last line.
    mail_foot() { ja: "このメールは点検(Tenken)が自動で送信しました。", en: "This mail was sent by Tenken." }
    /// Subject of a mail that only tests the settings.
    mail_test_subject() { ja: "【点検】メール設定の確認", en: "[Tenken] Mail settings work" }
    /// Text of a mail that only tests the settings.
    mail_test_text() { ja: "このメールが届いていれば、逸脱の通知を受け取れます。", en: "If you can read this, alerts will reach you." }
    /// The test mail was sent.
    mail_test_sent(to: &str) { ja: "{to} に送信しました。", en: "Sent to {to}." }
}
