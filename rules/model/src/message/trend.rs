//! Texts of what changed over time: the figures of the overview, its plot, the strip of an item.

use super::texts;

texts! {
    /// Figure: needs somebody now.
    figure_attention() { ja: "要対応", en: "Need action" }
    /// Figure: falls due soon.
    figure_soon() { ja: "期限間近", en: "Due soon" }
    /// Figure: hosts that do not report.
    figure_silent() { ja: "報告のない機器", en: "Silent hosts" }
    /// Figure: what was found since the last business day.
    figure_new() { ja: "新しい逸脱", en: "New drifts" }
    /// Below the figure of what is met.
    figure_met_of(total: usize) { ja: "全{total}項目", en: "of {total} items" }
    /// Below the figure of what needs somebody.
    figure_attention_about(unknown: usize) { ja: "うち確認できず {unknown}", en: "{unknown} of them unknown" }
    /// Below the figure of what falls due soon.
    figure_soon_about() { ja: "30日以内が期限", en: "within 30 days" }
    /// Below the figure of hosts.
    figure_silent_of(hosts: usize) { ja: "全{hosts}台", en: "of {hosts} hosts" }
    /// Below the figure of new drifts.
    figure_new_about(day: &str) { ja: "{day}から", en: "since {day}" }
    /// A day without its year.
    day_of_month(month: u32, day: u32) { ja: "{month}/{day}", en: "{month:02}-{day:02}" }
    /// How many drifts of one rule on one host.
    count_items(count: usize) { ja: "{count}件", en: "{count}" }
    /// Heading of what changed since the last business day.
    news_title() { ja: "前営業日からの変化", en: "Since the last business day" }
    /// How many drifts ended.
    news_resolved(count: usize) { ja: "解消した逸脱 {count}件", en: "Drifts that ended: {count}" }
    /// More new drifts than are listed.
    news_more(count: usize) { ja: "ほか{count}件", en: "{count} more" }
    /// Only what needs somebody is listed.
    filter_attention() { ja: "対応が必要な項目だけを表示しています。", en: "Only items that need action are shown." }
    /// What to do, before the step.
    todo_label() { ja: "対応", en: "To do" }
    /// What to do about what could not be known.
    todo_unknown(host: &str) { ja: "{host}でエージェントの権限とログを確かめてください。", en: "Check the agent's rights and its log on {host}." }
    /// What to do about what could not be judged for want of a register or a setting.
    todo_not_configured() { ja: "判定に使う台帳への登録を始めるか、設定を済ませてください。", en: "Begin the register, or make the setting, that it is judged by." }
    /// What to do about what was not judged yet.
    todo_not_judged(host: &str) { ja: "{host}の次の報告を待ってください。届かないときは電源と接続を確かめてください。", en: "Wait for the next report of {host}; if none comes, check its power and connection." }
    /// What to do about a silent host.
    todo_silent(host: &str) { ja: "{host}の電源とネットワーク接続を確かめてください。", en: "Check the power and network of {host}." }
    /// What to do about a host without an agent.
    todo_no_agent(host: &str) { ja: "{host}にエージェントを入れるか、機器台帳を改めてください。", en: "Install the agent on {host}, or correct the register of hosts." }
    /// What to do about a lapsed statement.
    todo_expired() { ja: "もう一度確認し、確認記録を更新してください。", en: "Check it again and renew the attestation." }
    /// What to do about an overdue plan.
    todo_overdue() { ja: "実施して申告を「実施済」に改めるか、実施時期を見直してください。", en: "Do it and change the answer, or announce another time." }
    /// Heading of the plot.
    trend_title() { ja: "この1年の推移", en: "The last twelve months" }
    /// What the plot shows, for screen readers.
    trend_about() { ja: "営業日ごとの項目数を状態別に積み上げた図です。同じ内容を下の表でも読めます。", en: "Items by state on each business day, stacked. The table below says the same." }
    /// Nothing to show yet.
    trend_none() { ja: "記録は今日から始まります。推移は1営業日ごとに増えていきます。", en: "Recording begins today. The plot grows by one business day at a time." }
    /// A gap.
    trend_gap() { ja: "記録なし", en: "Not recorded" }
    /// The table.
    trend_table() { ja: "表で見る", en: "As a table" }
    /// A month.
    trend_month(year: i32, month: u32) { ja: "{year}年{month}月", en: "{year}-{month:02}" }
    /// A month on the axis.
    trend_month_short(month: u32) { ja: "{month}月", en: "{month}" }
    /// Column: the month.
    trend_column_month() { ja: "月末", en: "End of" }
    /// Column: the day on which the fewest items held.
    trend_column_worst() { ja: "実施済の最少", en: "Fewest met" }
    /// The fewest items that held, with the day.
    trend_worst(count: u64, day: &str) { ja: "{count}({day})", en: "{count} ({day})" }
    /// Column: days that were not recorded.
    trend_column_missing() { ja: "記録のない営業日", en: "Business days not recorded" }
    /// Column: hosts that reported.
    trend_column_hosts() { ja: "報告した機器", en: "Hosts reporting" }
    /// Standing.
    standing_attention() { ja: "逸脱・期限切れ", en: "Drift or overdue" }
    /// Standing.
    standing_unknown() { ja: "確認できず", en: "Unknown" }
    /// Standing.
    standing_unproven() { ja: "確認記録なし・未測定", en: "Unattested or not measured" }
    /// Standing.
    standing_planned() { ja: "実施予定", en: "Planned" }
    /// Standing.
    standing_ending() { ja: "実施済(確認期限が30日以内)", en: "Met, attestation ends within 30 days" }
    /// Standing.
    standing_met() { ja: "実施済", en: "Met" }
    /// Heading of the strip of an item.
    strip_title() { ja: "この1年の状態", en: "Its state over twelve months" }
    /// Days in a row with one state.
    strip_span(first: &str, last: &str) { ja: "{first}〜{last}", en: "{first} to {last}" }
    /// One day.
    strip_day(day: &str) { ja: "{day}", en: "{day}" }
    /// Drifts of the item.
    strip_drifts(count: usize) { ja: "逸脱 {count}件", en: "Drifts: {count}" }
    /// What was proposed of an item before.
    proposals_before(count: usize) { ja: "これまでの変更案 {count}件", en: "Earlier proposals: {count}" }
    /// No drift of the item.
    strip_no_drift() { ja: "この1年の逸脱はありません。", en: "No drift in these twelve months." }
    /// A drift goes on.
    strip_drift_open(first: &str) { ja: "{first}から継続中", en: "since {first}, still open" }
}
