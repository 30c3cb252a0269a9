//! Mails about statements that lapse, about what waits, and how the agency stands.

use super::texts;

texts! {
    /// Subject.
    mail_subject_escalated(host: &str, rule: &str) { ja: "【要対応・未着手】{host}: 「{rule}」の逸脱に誰も着手していません", en: "[Nobody acts] {host} still does not meet: {rule}" }
    /// First sentence.
    mail_lead_escalated() { ja: "次の逸脱に、決められた時間内に誰も着手していません。担当者に対応を指示し、ダッシュボードで「対応を始める」を押してもらってください。", en: "Nobody has acknowledged the following drift within the set time. Please have somebody take it up on the dashboard." }
    /// Line.
    mail_escalated_at(at: &str) { ja: "未着手を確認: {at}", en: "Still not acknowledged: {at}" }
    /// Subject.
    mail_subject_lapses(item: &str, day: &str) { ja: "【期限間近】{item}: 確認の有効期限は{day}です", en: "[Due soon] {item}: the attestation ends on {day}" }
    /// Subject.
    mail_subject_lapsed(item: &str, day: &str) { ja: "【期限切れ】{item}: 確認の有効期限({day})が過ぎました", en: "[Lapsed] {item}: the attestation ended on {day}" }
    /// First sentence.
    mail_lead_lapses() { ja: "次の項目の確認がまもなく期限を迎えます。期限までに改めて確認し、項目のページに記録してください。", en: "The attestation of the following item is about to lapse. Please check again before then and record it on the item's page." }
    /// First sentence.
    mail_lead_lapsed() { ja: "次の項目の確認が期限切れになりました。改めて確認して項目のページに記録するまで、この項目は「確認期限切れ」として扱われます。", en: "The attestation of the following item has lapsed. The item counts as expired until somebody checks again and records it on the item's page." }
    /// Subject.
    mail_subject_part_lapses(item: &str, day: &str) { ja: "【期限間近】{item}: 確認のうち機器から測定できない部分の有効期限は{day}です", en: "[Due soon] {item}: what was attested in place of measuring ends on {day}" }
    /// Subject.
    mail_subject_part_lapsed(item: &str, day: &str) { ja: "【一部期限切れ】{item}: 確認のうち機器から測定できない部分の有効期限({day})が過ぎました", en: "[Lapsed in part] {item}: what was attested in place of measuring ended on {day}" }
    /// First sentence.
    mail_lead_part_lapses() { ja: "次の項目の確認のうち、ドメインやEntra IDなど機器から測定できない部分が、まもなく期限を迎えます。期限までに最新の一覧や設定を書き出して改めて確認し、項目のページに記録してください。期限を過ぎると、機器から測定できない所見は「確認できず」に戻ります。", en: "What was attested of the domain, Entra ID or the like, which hosts cannot measure, is about to lapse for the following item. Please export the lists or settings anew, check them before then and record it on the item's page. After that, what hosts cannot measure is unknown again." }
    /// First sentence.
    mail_lead_part_lapsed() { ja: "次の項目の確認のうち、ドメインやEntra IDなど機器から測定できない部分が期限切れになりました。最新の一覧や設定を書き出して改めて確認し、項目のページに記録するまで、機器から測定できない所見は「確認できず」として扱われます。", en: "What was attested of the domain, Entra ID or the like, which hosts cannot measure, has lapsed for the following item. It is unknown until somebody exports the lists or settings anew, checks them and records it on the item's page." }
    /// Line.
    mail_item(item: &str) { ja: "項目: {item}", en: "Item: {item}" }
    /// Line.
    mail_valid_until(day: &str) { ja: "有効期限: {day}", en: "Holds through: {day}" }
    /// Line.
    mail_attested_by(person: &str) { ja: "前回の確認者: {person}", en: "Last attested by: {person}" }
    /// Subject.
    mail_subject_waiting(about: &str) { ja: "【承認待ち】公表内容の変更案が承認を待っています: {about}", en: "[Waiting] A change of the form waits for approval: {about}" }
    /// First sentence.
    mail_lead_waiting() { ja: "公表している内容の変更案が、営業時間で16時間を過ぎても承認も却下もされていません。内容を確認し、承認または却下してください。", en: "A change of the published form has been waiting for more than 16 working hours. Please accept or refuse it." }
    /// Line.
    mail_change_of(about: &str) { ja: "変更する箇所: {about}", en: "What changes: {about}" }
    /// Line.
    mail_proposed_at(at: &str) { ja: "提案日時: {at}", en: "Proposed: {at}" }
    /// Line.
    mail_proposed_by(person: &str) { ja: "提案者: {person}", en: "Proposed by: {person}" }
    /// Line.
    mail_reason(reason: &str) { ja: "理由: {reason}", en: "Why: {reason}" }
    /// What changes, where it is no item.
    mail_change_header() { ja: "機関に関する記載", en: "the part about the agency" }
    /// Subject.
    mail_subject_publication_differs() { ja: "【公表】ホームページの様式が、承認された内容と一致しません", en: "[Published form] The home page does not show the form in force" }
    /// Subject.
    mail_subject_publication_unread() { ja: "【公表】ホームページで様式を確認できません", en: "[Published form] No form can be read on the home page" }
    /// Subject.
    mail_subject_publication_shown() { ja: "【解消】ホームページに、承認された様式が掲載されました", en: "[Resolved] The home page shows the form in force" }
    /// First sentence.
    mail_lead_publication_differs() { ja: "ホームページに掲載されている様式が、承認された最新の内容と一致しません。ダッシュボードから掲載用の様式をダウンロードし、ホームページを更新してください。", en: "The form on the home page is not the one in force. Please download it from the dashboard and update the home page." }
    /// First sentence.
    mail_lead_publication_unread() { ja: "3日以上、ホームページで様式を確認できていません。ページが公開されているか、アドレスの設定が正しいかを確認してください。", en: "For three days or more no form could be read on the home page. Please check that the page is there and that its address is set correctly." }
    /// First sentence.
    mail_lead_publication_shown() { ja: "ホームページに、承認された様式が掲載されていることを確認しました。対応は不要です。", en: "The home page shows the form in force. Nothing needs to be done." }
    /// Line.
    mail_publication_address(url: &str) { ja: "掲載ページ: {url}", en: "Page: {url}" }
    /// Line.
    mail_publication_version(version: i64) { ja: "承認された様式: 第{version}版", en: "Form in force: version {version}" }
    /// Line.
    mail_publication_differences(count: usize) { ja: "異なる箇所: {count}件", en: "Differences: {count}" }
    /// Line.
    mail_publication_no_form() { ja: "状況: ページから様式を読み取れません", en: "Found: a page without a form" }
    /// Line.
    mail_publication_why(why: &str) { ja: "確認できない理由: {why}", en: "Why: {why}" }
    /// Line.
    mail_publication_looked(at: &str) { ja: "確認日時: {at}", en: "Looked at: {at}" }
    /// Subject, where something is not as it should be.
    mail_subject_daily(day: &str, drifting: usize) { ja: "【点検・日報】{day}: 逸脱{drifting}件", en: "[Daily digest] {day}: {drifting} open drifts" }
    /// Subject.
    mail_subject_daily_quiet(day: &str) { ja: "【点検・日報】{day}: 逸脱はありません", en: "[Daily digest] {day}: no drifts" }
    /// First sentence.
    daily_lead(since: &str) { ja: "チェックリストの状況をお知らせします。「前回から」は{since}以降の変化です。", en: "This is how the checklist stands. What changed is counted since {since}." }
    /// Heading.
    daily_states() { ja: "■ 項目の状況", en: "Items by state" }
    /// Line.
    daily_state(state: &str, count: usize) { ja: "{state}: {count}項目", en: "{state}: {count}" }
    /// Heading.
    daily_changes() { ja: "■ 前回からの変化", en: "What changed" }
    /// Nothing changed.
    daily_no_change() { ja: "変化はありません。", en: "Nothing." }
    /// Heading of a list.
    daily_opened(count: usize) { ja: "新しい逸脱 {count}件", en: "New drifts: {count}" }
    /// Heading of a list.
    daily_resolved(count: usize) { ja: "解消した逸脱 {count}件", en: "Resolved drifts: {count}" }
    /// A drift in one line.
    daily_drift(host: &str, rule: &str) { ja: "{host}: {rule}", en: "{host}: {rule}" }
    /// Line.
    daily_version(version: i64) { ja: "公表内容の第{version}版が承認されました", en: "Version {version} of the form was accepted" }
    /// Heading.
    daily_due() { ja: "■ 30日以内に期限を迎えるもの", en: "Due within 30 days" }
    /// Line.
    daily_due_attestation(day: &str, item: &str) { ja: "{day}: {item}(確認の有効期限)", en: "{day}: {item} (attestation ends)" }
    /// Line.
    daily_due_attestation_part(day: &str, item: &str) { ja: "{day}: {item}(確認のうち機器から測定できない部分の有効期限)", en: "{day}: {item} (attestation of what hosts cannot measure ends)" }
    /// Line.
    daily_due_plan(day: &str, item: &str) { ja: "{day}: {item}(実施予定の時期)", en: "{day}: {item} (announced time ends)" }
    /// Nothing is due.
    daily_due_none() { ja: "ありません。", en: "Nothing." }
    /// Heading.
    daily_silent() { ja: "■ 報告が途絶えている機器", en: "Silent hosts" }
    /// No host is silent.
    daily_silent_none() { ja: "ありません。", en: "None." }
    /// More than the list shows.
    daily_left(count: usize) { ja: "ほか{count}件", en: "and {count} more" }
    /// Heading.
    daily_audit() { ja: "■ 監査記録の控え", en: "Head of the audit log" }
    /// Line.
    daily_audit_head(entries: i64, digest: &str) { ja: "{entries}:{digest}(記録の件数と、最後の記録のSHA-256)", en: "{entries}:{digest} (the number of entries and the SHA-256 of the newest)" }
    /// What it is for.
    daily_audit_means() { ja: "このメールを保管しておくと、後から監査記録が書き換えられていないかを、この値と照合して確かめられます。", en: "Keep this mail: whoever compares this value later can tell whether the audit log was rewritten." }
    /// Subject, where something is due.
    mail_subject_monthly(day: &str, count: usize) { ja: "【点検・期限一覧】{day}: 期限が近いもの{count}件", en: "[Due list] {day}: {count} due" }
    /// Subject, where something is late.
    mail_subject_monthly_late(day: &str, count: usize, late: usize) { ja: "【点検・期限一覧】{day}: 期限が近いもの・過ぎたもの{count}件(うち期限超過{late}件)", en: "[Due list] {day}: {count} due, {late} of them late" }
    /// Subject.
    mail_subject_monthly_none(day: &str) { ja: "【点検・期限一覧】{day}: 期限を迎えるものはありません", en: "[Due list] {day}: nothing is due" }
    /// First sentence.
    monthly_lead(days: u64) { ja: "今後{days}日以内に期限を迎えるものと、期限を過ぎたものの一覧です。対応が済んだら、台帳の日付を更新するか、項目のページで改めて確認を記録してください。", en: "This is what falls due within {days} days, and what is late. Once it is done, change the day in the register or attest the item again." }
    /// Nothing is due.
    monthly_none(days: u64) { ja: "台帳・確認記録・実施予定・例外承認を調べました。{days}日以内に期限を迎えるものも、期限を過ぎたものもありません。", en: "Registers, attestations, announced times and waivers were looked through: nothing falls due within {days} days and nothing is late." }
    /// Heading of what a register says.
    monthly_register(register: &str, count: usize) { ja: "■ {register} {count}件", en: "{register}: {count}" }
    /// Heading.
    monthly_items(count: usize) { ja: "■ 確認記録・実施予定 {count}件", en: "Attestations and announced times: {count}" }
    /// Heading.
    monthly_waivers(count: usize) { ja: "■ 例外承認 {count}件", en: "Waivers: {count}" }
    /// Heading.
    monthly_trainings() { ja: "■ 教育訓練の受講状況(過去1年)", en: "Trainings of the last year" }
    /// No training was held.
    monthly_trainings_none() { ja: "過去1年の教育訓練は台帳にありません。", en: "The register holds none." }
    /// What is due on a day.
    monthly_row(day: &str, left: &str, what: &str, name: &str) { ja: "{day}({left}) {what}: {name}", en: "{day} ({left}) {what}: {name}" }
    /// What is due of an item.
    monthly_attestation() { ja: "確認の有効期限", en: "Attestation ends" }
    /// What is due of an item.
    monthly_attestation_part() { ja: "確認のうち機器から測定できない部分の有効期限", en: "Attestation of what hosts cannot measure ends" }
    /// What is due of an item.
    monthly_plan() { ja: "実施予定の時期", en: "Announced time ends" }
    /// What is due of a waiver.
    monthly_waiver() { ja: "例外承認の終了", en: "Waiver ends" }
    /// A training.
    monthly_training(day: &str, title: &str, turnout: &str) { ja: "{day} {title}: {turnout}", en: "{day} {title}: {turnout}" }
    /// Nobody was counted.
    monthly_not_counted() { ja: "受講者数の記載なし", en: "not counted" }
    /// How many things are due.
    monthly_count(count: usize) { ja: "{count}件", en: "{count} due" }
    /// What a mail tells.
    mail_monthly() { ja: "期限一覧", en: "Due list" }
    /// Label.
    alerts_monthly() { ja: "期限一覧の送信日", en: "List of what falls due on" }
    /// Help.
    alerts_monthly_help() { ja: "毎月この日に、60日以内に期限を迎えるものと期限を過ぎたものを1通にまとめて、日報と同じ時刻に送ります。休業日に当たる月は翌営業日に、その日のない月は月末日に送ります。該当するものがない月も送ります。", en: "One mail each month with what falls due within 60 days and what is late, at the hour of the digest: on the next business day where the agency is closed, on the last day of a shorter month, and also if nothing is due." }
    /// Choice.
    alerts_day(day: u8) { ja: "毎月{day}日", en: "Day {day} of the month" }
    /// What a mail tells.
    mail_escalated() { ja: "逸脱に未着手", en: "Drift not taken up" }
    /// What a mail tells.
    mail_lapses_in_month() { ja: "確認の期限(30日前)", en: "Attestation ends in 30 days" }
    /// What a mail tells.
    mail_lapses_in_week() { ja: "確認の期限(7日前)", en: "Attestation ends in 7 days" }
    /// What a mail tells.
    mail_lapsed() { ja: "確認の期限切れ", en: "Attestation lapsed" }
    /// What a mail tells.
    mail_part_lapses_in_month() { ja: "確認の一部の期限(30日前)", en: "Part of an attestation ends in 30 days" }
    /// What a mail tells.
    mail_part_lapses_in_week() { ja: "確認の一部の期限(7日前)", en: "Part of an attestation ends in 7 days" }
    /// What a mail tells.
    mail_part_lapsed() { ja: "確認の一部の期限切れ", en: "Part of an attestation lapsed" }
    /// What a mail tells.
    mail_change_waits() { ja: "変更案の承認待ち", en: "Change waits for approval" }
    /// What is told, to a program.
    mail_by_webhook(kind: &str) { ja: "{kind}(Webhook)", en: "{kind} (webhook)" }
    /// What a mail tells.
    mail_daily() { ja: "日報", en: "Daily digest" }
    /// Heading.
    alerts_title() { ja: "通知の時刻と催促", en: "When people are told" }
    /// Lead.
    alerts_lead() { ja: "メールアドレスを登録した担当者と責任者にも、役割に応じて通知します。", en: "Officers and approvers who have an e-mail address are told too, each as the role asks." }
    /// Label.
    alerts_digest() { ja: "日報の送信時刻", en: "Daily digest at" }
    /// Help.
    alerts_digest_help() { ja: "営業日のこの時刻(日本時間)に、項目の状況をまとめて1通送ります。変化のない日も送ります。", en: "One mail on each business day at this hour in Japan, also if nothing changed." }
    /// Choice.
    alerts_digest_off() { ja: "送らない", en: "Off" }
    /// An hour of the day.
    alerts_hour(hour: u8) { ja: "{hour}:00", en: "{hour}:00" }
    /// Label.
    alerts_escalate() { ja: "責任者へ知らせるまでの時間(営業時間)", en: "Working hours until approvers are told" }
    /// Help.
    alerts_escalate_help(most: u16) { ja: "逸脱に誰も着手しないまま、営業時間でこの時間が過ぎると責任者に知らせます。1から{most}までの整数で入力します。", en: "Approvers are told of a drift that nobody has acknowledged for so long. A whole number from 1 to {most}." }
    /// Error.
    alerts_escalate_invalid(most: u16) { ja: "1から{most}までの整数を入力してください。", en: "Enter a whole number from 1 to {most}." }
    /// Label.
    presence_server() { ja: "サーバーの応答なしを知らせるまでの時間(分)", en: "Minutes until a server counts as silent" }
    /// Help.
    presence_server_help() { ja: "サーバーからこの時間報告がないと「報告なし」とし、項目の状態を不明にします。夜間と休日も数えます。", en: "A server that has not reported for so long is silent, and its items are unknown. Nights and holidays count." }
    /// Label.
    presence_pc() { ja: "PCの応答なしを知らせるまでの日数(営業日)", en: "Business days until a PC counts as silent" }
    /// Help.
    presence_pc_help() { ja: "電源を切ったPCは正常です。営業日でこの日数を過ぎても報告がないと「報告なし」とします。長期休暇や持ち出しに合わせてください。", en: "A PC that is switched off is all right. After so many business days without a report it is silent. Choose it by holidays and absences." }
    /// So many minutes.
    presence_minutes(minutes: u32) { ja: "{minutes}分", en: "{minutes} minutes" }
    /// So many business days.
    presence_days(days: u16) { ja: "{days}営業日", en: "{days} business days" }
    /// Error.
    number_invalid(least: &str, most: &str) { ja: "{least}から{most}までの整数を入力してください。", en: "Enter a whole number from {least} to {most}." }
    /// So many hours.
    alerts_hours(hours: u16) { ja: "{hours}時間", en: "{hours} hours" }
    /// Button.
    alerts_test() { ja: "テストメールを送る", en: "Send a test mail" }
    /// It was sent.
    alerts_test_sent(to: &str) { ja: "テストメールを{to}に送信しました。届いているか確認してください。", en: "A test mail was sent to {to}. Check that it has arrived." }
    /// It was not sent.
    alerts_test_failed(error: &str) { ja: "テストメールを送信できませんでした。メールサーバーの設定を確認してください。エラー: {error}", en: "The test mail could not be sent. Check the mail settings. Error: {error}" }
    /// It took too long.
    alerts_test_slow() { ja: "メールサーバーが時間内に応答しませんでした。", en: "The mail server did not answer in time." }
}
