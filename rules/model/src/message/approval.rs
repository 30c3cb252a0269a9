//! Approval of what registers ask for.

use super::texts;

texts! {
    /// Heading.
    approval_title() { ja: "承認", en: "Approval" }
    /// Who approved it, and on what day.
    approval_given(person: &str, day: &str) { ja: "{person}さんが{day}に承認しました。", en: "Approved by {person} on {day}." }
    /// What a change does.
    approval_ends_with_change() { ja: "承認された内容を変更すると、承認は取り消され、もう一度承認が必要になります。実施後に記入する欄は変更できます。", en: "Who changes what was approved takes the approval back. What is filled in afterwards may be changed." }
    /// It waits.
    approval_waits(day: &str) { ja: "まだ承認されていません。{day}までに、内容を記入した人とは別の責任者の承認が必要です。", en: "Not approved yet. Somebody other than who wrote it has to approve it by {day}." }
    /// What the register asks.
    approval_lacks_reason() { ja: "予定の日を過ぎています。承認するには、先に担当者が「事後承認の理由」を記入する必要があります。", en: "Its day is past. Before it can be approved, whoever asks for it has to say why it is approved late." }
    /// Not allowed.
    approval_own() { ja: "自分が記入・変更した内容は、自分では承認できません。ほかの責任者に依頼してください。", en: "Nobody approves what they wrote or changed themselves. Ask another approver." }
    /// Button.
    approval_give() { ja: "この内容を承認する", en: "Approve this" }
    /// Button.
    approval_take_back() { ja: "承認を取り消す", en: "Take the approval back" }
    /// Done.
    done_approved() { ja: "承認しました。", en: "Approved." }
    /// Done.
    done_approval_taken_back() { ja: "承認を取り消しました。", en: "The approval was taken back." }
    /// Act in a row's history.
    history_approved() { ja: "承認", en: "Approved" }
    /// Act in a row's history.
    history_approval_taken_back() { ja: "承認の取り消し", en: "Approval taken back" }
    /// Act in the audit log.
    act_register_row_approved() { ja: "台帳の申請を承認", en: "Register row approved" }
    /// Act in the audit log.
    act_register_row_approval_taken_back() { ja: "台帳の申請の承認を取り消し", en: "Approval of a register row taken back" }
    /// What is to be done.
    task_approve(register: &str) { ja: "{register}: 内容を確認し、承認してください。", en: "{register}: look at what is asked and approve it." }
    /// Subject.
    mail_subject_request(register: &str, name: &str) { ja: "【承認待ち】{register}: {name}", en: "[To approve] {register}: {name}" }
    /// The mail's first sentence.
    mail_lead_request(day: &str) { ja: "次の申請が承認を待っています。{day}までに内容を確認し、承認してください。", en: "This waits for approval. Look at it and approve it by {day}." }
    /// A line.
    mail_request_about(register: &str, name: &str) { ja: "申請: {register} {name}", en: "Request: {register} {name}" }
    /// Subject. Such mails are about rules of the agency's own.
    mail_subject_own_rule(title: &str) { ja: "【承認待ち】独自の規則: {title}", en: "[To approve] Own rule: {title}" }
    /// The mail's first sentence.
    mail_lead_own_rule() { ja: "次の規則が承認を待っています。内容と試行の結果を確認し、承認または差戻しをしてください。承認されるまで、この規則は適用されません。", en: "This rule waits for approval. Look at it and at what its trial found, and approve or refuse it; until then it is not in force." }
    /// A line.
    mail_own_rule_about(title: &str, rule: &str, version: &str) { ja: "規則: {title}({rule}、第{version}版)", en: "Rule: {title} ({rule}, version {version})" }
    /// A line.
    mail_own_rule_by(person: &str, at: &str) { ja: "承認を依頼した人: {person}({at})", en: "Asked for by: {person} ({at})" }
    /// A line.
    mail_request_by(person: &str, at: &str) { ja: "最後に変更した人: {person}({at})", en: "Last changed by: {person} ({at})" }
}
