//! What people have to do.

use super::texts;

texts! {
    /// Menu.
    nav_tasks() { ja: "やること", en: "To do" }
    /// Title.
    tasks_title() { ja: "やること", en: "To do" }
    /// How much there is.
    tasks_lead(late: usize, today: usize) { ja: "期限を過ぎたものが{late}件、今日が期限のものが{today}件あります。", en: "{late} are overdue, {today} are due today." }
    /// Nothing presses.
    tasks_lead_calm() { ja: "今日までに済ませるべきことはありません。", en: "Nothing is due today." }
    /// There are none.
    tasks_none() { ja: "やることはありません。", en: "There is nothing to do." }
    /// Heading.
    tasks_late() { ja: "期限切れ", en: "Overdue" }
    /// Heading.
    tasks_today() { ja: "今日まで", en: "Today" }
    /// Heading.
    tasks_week() { ja: "1週間以内", en: "Within a week" }
    /// Heading.
    tasks_later() { ja: "それ以降", en: "Later" }
    /// A day.
    task_due(day: &str) { ja: "期限 {day}", en: "due {day}" }
    /// A task.
    task_take_in() { ja: "公表している回答と測定結果の照合が始まります。", en: "The published answers are then held against what is measured." }
    /// A task.
    task_set_address() { ja: "掲載ページのアドレスを設定", en: "Set the public address" }
    /// A task.
    task_publish() { ja: "ホームページの様式を更新", en: "Update the form on the home page" }
    /// A task.
    task_decide(count: usize) { ja: "変更案{count}件の承認または却下", en: "Approve or refuse {count} changes" }
    /// A task.
    task_decide_rules(count: usize) { ja: "独自の規則{count}件の承認の判断", en: "Decide on {count} rules" }
    /// A task.
    task_decide_waivers(count: usize) { ja: "例外承認の申請{count}件の判断", en: "Decide on {count} waivers" }
    /// A task.
    task_settle() { ja: "公表している回答と合っていません。是正・例外承認・回答の変更のいずれかが必要です。", en: "The published answer does not hold: repair, waive or change it." }
    /// A task.
    task_waiver_ends() { ja: "例外承認の期限が近づいています。是正するか、申請し直してください。", en: "The waiver ends soon: repair it or ask again." }
    /// A task.
    task_attest() { ja: "確認記録の有効期限です。あらためて確認し、記録してください。", en: "The attestation lapses: confirm it again." }
    /// A task.
    task_attest_first(count: usize) { ja: "実施済と公表している{count}項目の確認記録", en: "Attest {count} items declared as done" }
    /// A task.
    task_attest_first_about() { ja: "測定だけでは確かめられない項目です。根拠を確認し、記録してください。", en: "Measuring alone does not show them: check the evidence and record it." }
    /// A task.
    task_planned() { ja: "公表している実施時期です。実施して回答を変更するか、時期を見直してください。", en: "The announced time: do it and change the answer, or announce another time." }
    /// A task.
    task_repair(hosts: usize) { ja: "{hosts}台で逸脱しています。手順に沿って是正してください。", en: "In drift on {hosts} hosts: repair it." }
    /// A task.
    task_row(register: &str, column: &str) { ja: "{register}: {column}", en: "{register}: {column}" }
    /// A task.
    task_silent() { ja: "報告が途絶えています。電源・ネットワーク・エージェントを確認してください。", en: "It no longer reports: check power, network and agent." }
}
