//! The frame of every page, the overview, items, drifts and errors.

use super::texts;

texts! {
    /// Yes.
    yes() { ja: "はい", en: "Yes" }
    /// No.
    no() { ja: "いいえ", en: "No" }
    /// Menu.
    nav_overview() { ja: "概要", en: "Overview" }
    /// Menu.
    nav_hosts() { ja: "機器", en: "Hosts" }
    /// Menu.
    nav_drifts() { ja: "逸脱", en: "Drifts" }
    /// Menu.
    nav_registers() { ja: "台帳", en: "Registers" }
    /// Menu.
    nav_outbox() { ja: "通知メール", en: "Mail" }
    /// Name of the menu for screen readers.
    nav_main() { ja: "メインメニュー", en: "Main menu" }
    /// For keyboards.
    skip_to_content() { ja: "本文へ移動", en: "Skip to content" }
    /// The other language, in that language.
    other_language() { ja: "English", en: "日本語" }
    /// The connection for updates is open.
    live_open() { ja: "自動更新中", en: "Live" }
    /// The connection for updates is lost.
    live_lost() { ja: "接続が切れています", en: "Connection lost" }
    /// The page is not updated by itself.
    live_off() { ja: "自動更新なし", en: "Not live" }
    /// Foot of every page.
    page_made(at: &str) { ja: "{at} 時点の表示です。", en: "As of {at}." }
    /// State of an item.
    state_met() { ja: "実施済", en: "Met" }
    /// State of an item.
    state_drift() { ja: "逸脱", en: "In drift" }
    /// State of an item.
    state_unknown() { ja: "確認できず", en: "Unknown" }
    /// State of an item.
    state_expired() { ja: "確認期限切れ", en: "Expired" }
    /// State of an item.
    state_overdue() { ja: "予定超過", en: "Overdue" }
    /// State of an item.
    state_planned() { ja: "実施予定", en: "Planned" }
    /// State of an item.
    state_unattested() { ja: "確認記録なし", en: "Unattested" }
    /// State of an item.
    state_not_measured() { ja: "未測定", en: "Not measured" }
    /// Title of the overview.
    overview_title() { ja: "チェックリストの遵守状況", en: "Compliance with the checklist" }
    /// Unit of items.
    unit_items() { ja: "項目", en: "items" }
    /// Chance to say that all is well.
    overview_all_met() { ja: "すべての項目が実施済です。", en: "Every item is met." }
    /// What the form would say.
    overview_not_met(count: usize, total: usize) { ja: "{total}項目のうち{count}項目に確認または対応が必要です。", en: "{count} of {total} items need attention." }
    /// Hosts that report.
    coverage_line(reporting: usize, hosts: usize) { ja: "機器{hosts}台のうち{reporting}台から報告を受けています。", en: "{reporting} of {hosts} hosts are reporting." }
    /// Hosts that are off, but not for too long.
    coverage_away(away: usize) { ja: "{away}台は電源断・不在のため、最後の結果で判定しています。", en: "{away} are off or away and judged by their last report." }
    /// Hosts that are silent.
    coverage_silent(silent: usize) { ja: "{silent}台から報告がありません。", en: "{silent} are silent." }
    /// No hosts yet.
    coverage_none() { ja: "まだ機器が登録されていません。機器を追加すると測定が始まります。", en: "No host has been added yet. Measuring begins when one is." }
    /// Mail trouble.
    mail_trouble(waiting: usize) { ja: "通知メール{waiting}通を送信できていません。メールサーバーの設定と状態を確認してください。", en: "{waiting} alert mails could not be sent. Check the mail server." }
    /// Mail trouble with its error.
    mail_error(error: &str) { ja: "直近のエラー: {error}", en: "Last error: {error}" }
    /// Filter.
    filter_all() { ja: "すべて", en: "All" }
    /// Name of the filters.
    filter_by_state() { ja: "状態で絞り込み", en: "Filter by state" }
    /// Nothing fits the filter.
    filter_nothing() { ja: "この条件に当てはまるものはありません。", en: "Nothing fits this filter." }
    /// Column.
    column_number() { ja: "No", en: "No." }
    /// Column.
    column_item() { ja: "チェック項目", en: "Item" }
    /// Column.
    column_state() { ja: "状態", en: "State" }
    /// Column.
    column_cause() { ja: "理由", en: "Cause" }
    /// Column.
    column_since() { ja: "いつから", en: "Since" }
    /// Column.
    column_hosts_judged() { ja: "測定機器", en: "Hosts" }
    /// Column.
    column_rule() { ja: "規則", en: "Rule" }
    /// Column.
    column_verdict() { ja: "判定", en: "Verdict" }
    /// Met of a section.
    section_met(met: usize, total: usize) { ja: "{total}項目中 {met}項目が実施済", en: "{met} of {total} met" }
    /// Judged of in scope.
    hosts_of(judged: usize, scope: usize) { ja: "{judged} / {scope}台", en: "{judged} / {scope}" }
    /// Cause on one host.
    cause_on_host(host: &str, says: &str) { ja: "{host}: {says}", en: "{host}: {says}" }
    /// A cause: a registered host without an agent.
    cause_no_agent(host: &str) { ja: "{host}にエージェントがないため、測定できません。", en: "{host} has no agent, so that nothing is measured on it." }
    /// A cause that could not be known, with why.
    cause_unknown(host: &str, says: &str, why: &str) { ja: "{host}: {says}({why})", en: "{host}: {says} ({why})" }
    /// Further causes.
    cause_more(count: usize) { ja: "ほか{count}件", en: "and {count} more" }
    /// Cause: no attestation.
    cause_unattested() { ja: "担当者の確認記録がまだありません。", en: "Nobody has attested it yet." }
    /// Cause: attestation lapsed.
    cause_expired() { ja: "確認記録の有効期限が切れています。", en: "Its attestation has lapsed." }
    /// Cause: silent host.
    cause_silent(host: &str) { ja: "{host}から報告がありません。", en: "{host} is silent." }
    /// Cause: no host yet.
    cause_no_host() { ja: "測定する機器がまだありません。", en: "There is no host to measure." }
    /// Cause: never judged on a host.
    cause_not_judged(host: &str) { ja: "{host}の測定結果がまだ届いていません。", en: "{host} has not reported it yet." }
    /// Cause: planned.
    cause_planned() { ja: "実施予定として申告しています。", en: "It is declared as planned." }
    /// Cause: planned date past.
    cause_overdue() { ja: "申告した実施時期を過ぎています。", en: "The declared date is past." }
    /// Cause: the remark of the form denies what a register has.
    remark_contradicted(remark: &str, register: &str, row: &str) {
        ja: "申告の備考は「{remark}」ですが、{register}に「{row}」があります。備考を改めるか、台帳を確認してください。",
        en: "The form remarks “{remark}”, but {register} has “{row}”. Correct the remark, or check the register."
    }
    /// Cause: no rule decides it.
    cause_not_measured() { ja: "この版では自動測定に対応していません。", en: "This version does not measure it." }
    /// Class of an item.
    class_a() { ja: "機器の測定だけで判定します。", en: "Decided by measuring hosts alone." }
    /// Class of an item.
    class_b() { ja: "機器の測定と、担当者の確認記録の両方で判定します。", en: "Decided by measuring hosts and by a person's attestation." }
    /// Class of an item.
    class_c() { ja: "担当者の確認記録で判定します。", en: "Decided by a person's attestation." }
    /// Class of an item.
    class_d() { ja: "機器の測定と台帳の突き合わせで判定します。", en: "Decided by comparing what hosts measure with the registers." }
    /// Heading.
    item_official() { ja: "様式の記載", en: "Official wording (Japanese)" }
    /// Heading.
    item_how_decided() { ja: "判定方法", en: "How it is decided" }
    /// Heading.
    item_rules() { ja: "規則ごとの判定", en: "Deciding rules" }
    /// Heading.
    item_history() { ja: "判定の変化", en: "History" }
    /// Nothing yet.
    item_history_none() { ja: "まだ変化の記録がありません。", en: "No change has been recorded yet." }
    /// Heading.
    item_attest_asks() { ja: "担当者が確認すること", en: "What a person attests" }
    /// Heading.
    item_attest_evidence() { ja: "根拠として残すもの", en: "Evidence to keep" }
    /// Heading of what a statement says of accounts that no host sees.
    item_attest_elsewhere() { ja: "あわせて確認すること(ドメインやEntra IDなど、機器から測定できないもの)", en: "Stated with it: what hosts cannot measure, as in a domain or Entra ID" }
    /// For how long that part holds.
    item_attest_elsewhere_valid(days: i64) { ja: "この部分は{days}日間有効です。過ぎると、機器から測定できない所見は「確認できず」に戻ります。", en: "This part holds for {days} days; after that, what hosts cannot measure is unknown again." }
    /// How many findings a statement stands for.
    item_vouched(count: usize) { ja: "機器からは測定できず、確認記録で補っている所見が{count}件あります。", en: "{count} findings cannot be measured on hosts, and the attestation stands in their place." }
    /// Validity.
    item_attest_valid(days: i64) { ja: "確認記録の有効期間は{days}日です。", en: "An attestation is valid for {days} days." }
    /// Conditional item.
    item_conditional(condition: &str) { ja: "条件付きの項目です: {condition}", en: "It applies only to some agencies: {condition}" }
    /// Remark on the wording.
    item_wording_remark() { ja: "記載についての補足", en: "Remark on the wording" }
    /// Heading.
    rule_why() { ja: "この規則の理由", en: "Why" }
    /// Heading.
    rule_remedy() { ja: "直し方", en: "How to repair it" }
    /// Systems that are repaired in a way of their own: Debian and what is made of it.
    rule_on_debian() { ja: "DebianとUbuntuの場合", en: "On Debian and Ubuntu" }
    /// Red Hat Enterprise Linux and its relatives.
    rule_on_redhat() { ja: "RHELとその互換OS、Fedoraの場合", en: "On RHEL, its relatives and Fedora" }
    /// SUSE.
    rule_on_suse() { ja: "SUSEの場合", en: "On SUSE" }
    /// Windows.
    rule_on_windows() { ja: "Windowsの場合", en: "On Windows" }
    /// macOS.
    rule_on_macos() { ja: "macOSの場合", en: "On macOS" }
    /// Heading.
    rule_sources() { ja: "根拠となる文書", en: "Sources" }
    /// Heading.
    evidence() { ja: "根拠となる値", en: "Evidence" }
    /// Column.
    evidence_path() { ja: "読み取った項目", en: "Read from" }
    /// Column.
    evidence_value() { ja: "値", en: "Value" }
    /// Column.
    observed_at() { ja: "読み取り日時", en: "Read at" }
    /// Nothing.
    evidence_none() { ja: "根拠となる値は記録されていません。", en: "No value was recorded." }
    /// Detail of an unknown.
    reason_detail() { ja: "詳細", en: "Detail" }
    /// Counts of verdicts.
    verdict_counts(pass: usize, fail: usize, unknown: usize) { ja: "適合 {pass}・不適合 {fail}・確認できず {unknown}", en: "{pass} pass, {fail} fail, {unknown} unknown" }
    /// More rows exist.
    rows_left(count: usize) { ja: "ほかに{count}件あります。", en: "{count} more are not shown." }
    /// Title.
    drifts_title() { ja: "逸脱", en: "Drifts" }
    /// Lead.
    drifts_lead() { ja: "猶予時間を過ぎても規則を満たしていないものです。解消すると自動で閉じます。", en: "What still breaks a rule after its grace. A drift closes by itself when the host passes again." }
    /// State.
    drift_open() { ja: "継続中", en: "Open" }
    /// State.
    drift_resolved() { ja: "解消済", en: "Resolved" }
    /// None.
    drifts_none() { ja: "継続中の逸脱はありません。", en: "There is no open drift." }
    /// Column.
    drift_opened() { ja: "発生", en: "Opened" }
    /// Column.
    drift_closed() { ja: "解消", en: "Resolved" }
    /// Column.
    drift_mail() { ja: "通知", en: "Mail" }
    /// Title.
    outbox_title() { ja: "通知メール", en: "Mail" }
    /// Lead.
    outbox_lead() { ja: "逸脱、確認の期限、承認待ち、日報、期限一覧を知らせるメールの送信状況です。送信できないメールは送信できるまで保管します。", en: "Mails about drifts, attestations that lapse, changes that wait, the daily digest, and the list of what falls due. One that cannot be sent is kept until it can." }
    /// None.
    outbox_none() { ja: "通知メールはまだありません。", en: "There is no mail yet." }
    /// Column.
    mail_subject() { ja: "内容", en: "About" }
    /// Column.
    mail_created() { ja: "作成", en: "Written" }
    /// Column.
    mail_sent_at() { ja: "送信", en: "Sent" }
    /// Column.
    mail_attempts() { ja: "試行", en: "Tries" }
    /// State.
    mail_waiting() { ja: "送信待ち", en: "Waiting" }
    /// State.
    mail_sent() { ja: "送信済", en: "Sent" }
    /// State.
    mail_failing() { ja: "再送待ち", en: "Retrying" }
    /// Kind of mail.
    mail_opened() { ja: "逸脱の発生", en: "Drift opened" }
    /// Kind of mail.
    mail_resolved() { ja: "逸脱の解消", en: "Drift resolved" }
    /// Kind of mail.
    mail_reminder() { ja: "逸脱の再通知", en: "Reminder" }
    /// Error page.
    error_not_found() { ja: "ページが見つかりません", en: "Page not found" }
    /// Error page.
    error_not_found_help() { ja: "アドレスが変わったか、対象が登録されていません。", en: "The address has changed or there is no such record." }
    /// Error page.
    error_forbidden() { ja: "この操作は許可されていません", en: "You may not do this" }
    /// Error page.
    error_forbidden_help(roles: &str) { ja: "この操作ができる役割: {roles}。必要なときは管理者に相談してください。", en: "Roles that may: {roles}. Ask an administrator." }
    /// Error page.
    error_cross_site() { ja: "別のサイトからの操作を拒否しました。ダッシュボードの画面を開き直してください。", en: "A request from another site was refused. Open the dashboard again." }
    /// Error page.
    error_method() { ja: "この操作はできません", en: "This cannot be done here" }
    /// Error page.
    error_method_help() { ja: "画面のボタンから操作してください。", en: "Use the buttons on the page." }
    /// Error page.
    error_input() { ja: "入力内容を読み取れませんでした", en: "The request was not understood" }
    /// Error page.
    error_input_help() { ja: "前の画面に戻り、入力し直してください。", en: "Go back and enter it again." }
    /// Error page.
    error_too_large() { ja: "送信されたデータが大きすぎます", en: "Too much was sent" }
    /// Error page.
    error_failed() { ja: "処理を完了できませんでした", en: "Something failed" }
    /// Error page.
    error_failed_help() { ja: "しばらくしてからもう一度お試しください。続く場合は、次の番号を管理者に伝えてください。", en: "Try again in a moment. If it goes on, give this number to an administrator." }
    /// Error page.
    error_operation(id: &str) { ja: "操作番号: {id}", en: "Operation: {id}" }
    /// Error page.
    back_to_overview() { ja: "概要に戻る", en: "Back to the overview" }
    /// Time.
    ago_now() { ja: "たった今", en: "just now" }
    /// Time.
    ago_minutes(count: i64) { ja: "{count}分前", en: "{count} min ago" }
    /// Time.
    ago_hours(count: i64) { ja: "{count}時間前", en: "{count} h ago" }
    /// Time.
    ago_days(count: i64) { ja: "{count}日前", en: "{count} d ago" }
    /// Time to wait.
    wait_seconds(count: i64) { ja: "{count}秒", en: "{count} s" }
    /// Time to wait.
    wait_minutes(count: i64) { ja: "{count}分", en: "{count} min" }
    /// No value.
    none() { ja: "なし", en: "None" }
}
