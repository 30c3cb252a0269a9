//! The monthly review of logs.

use super::texts;

texts! {
    /// Title.
    logs_title() { ja: "ログ点検票", en: "Log review" }
    /// What it is.
    logs_lead() { ja: "月ごとに、失敗したサインイン、時間外のサインイン、権限の利用、ログの欠けなどを集めた点検票です。内容を確かめ、所見を書いて署名すると、点検記録と確認記録が残ります。", en: "Each month’s failed sign-ins, sign-ins out of hours, rights that were used, losses of logs and the like, on one sheet. Look at it, write what you found and sign: the review and the statements are then on record." }
    /// There is none.
    logs_none() { ja: "点検票はまだありません。機器を1台登録すると、翌日までに作られます。", en: "There is no sheet yet. It is made within a day of the first host." }
    /// Title of a sheet.
    logs_of(month: &str) { ja: "ログ点検票 {month}分", en: "Log review of {month}" }
    /// The month as people read it.
    logs_month(year: i32, month: u32) { ja: "{year}年{month}月", en: "{year}-{month:02}" }
    /// State.
    logs_signed() { ja: "署名済", en: "Signed" }
    /// State.
    logs_to_sign() { ja: "署名待ち", en: "To be signed" }
    /// State.
    logs_in_preparation() { ja: "作成中", en: "In preparation" }
    /// Label.
    logs_period() { ja: "対象期間", en: "Time looked at" }
    /// A time.
    logs_between(from: &str, until: &str) { ja: "{from} 〜 {until}", en: "{from} to {until}" }
    /// Label.
    logs_hosts() { ja: "対象機器", en: "Hosts" }
    /// A count.
    logs_host_count(count: usize) { ja: "{count}台", en: "{count}" }
    /// Label.
    logs_made_at() { ja: "作成日時", en: "Made" }
    /// Label.
    logs_signed_by() { ja: "点検した人", en: "Reviewed by" }
    /// Label.
    logs_signed_at() { ja: "点検日時", en: "Reviewed" }
    /// Label.
    logs_result() { ja: "結果", en: "Result" }
    /// Label.
    logs_findings() { ja: "指摘と対応", en: "What was found and done" }
    /// Button.
    logs_make() { ja: "いまの記録で作り直す", en: "Make it anew now" }
    /// Button.
    logs_make_first(month: &str) { ja: "{month}分をいま作る", en: "Make that of {month} now" }
    /// Done.
    done_logs_made() { ja: "点検票を作り直しました。", en: "The sheet was made anew." }
    /// Done.
    done_logs_signed() { ja: "点検票に署名しました。点検記録と確認記録を残しました。", en: "Signed. The review and the statements are on record." }
    /// Heading of a part.
    logs_out_of_hours() { ja: "時間外・休日のサインイン", en: "Sign-ins out of hours" }
    /// What it shows.
    logs_out_of_hours_lead() { ja: "勤務カレンダーの営業時間外に始まったサインインです。", en: "Sign-ins that began outside the working calendar’s hours." }
    /// Heading of a part.
    logs_administrators() { ja: "管理者アカウントの利用", en: "Use by administrators" }
    /// What it shows.
    logs_administrators_lead() { ja: "管理者になれるアカウントのサインインを、機器とアカウントごとに数えたものです。", en: "Sign-ins with accounts that can become administrator, by host and account." }
    /// Heading of a part.
    logs_special() { ja: "保守用・非常時用アカウントの利用", en: "Maintenance and emergency accounts" }
    /// What it shows.
    logs_special_lead() { ja: "保守作業の申請や、事故・非常時の記録と突き合わせた結果です。", en: "Beside the requests for maintenance and the register of incidents." }
    /// Heading of a part.
    logs_unregistered() { ja: "台帳にないアカウントの利用", en: "Accounts that stand in no register" }
    /// What it shows.
    logs_unregistered_lead() { ja: "アカウント台帳に載っていないアカウントのサインインです。", en: "Sign-ins with accounts that the register of accounts does not have." }
    /// Heading of a part.
    logs_changes() { ja: "再発行の記録がないパスワード変更", en: "Password changes without a record" }
    /// What it shows.
    logs_changes_lead() { ja: "機器で変更されたパスワードのうち、再発行台帳に当日か前後1日の記録がないものです。本人による定期変更も含みます。", en: "Passwords changed on hosts without a record, of that day or one beside it, that they were set anew. People’s own changes are among them." }
    /// What it shows where logs tell who changed most of them.
    logs_changes_untold_lead() { ja: "機器で変更されたパスワードのうち、再発行台帳に当日か前後1日の記録がなく、ログにも記録がないものです。本人による変更も含みます。", en: "Passwords changed on hosts of which neither the register, on that day or one beside it, nor the host’s logs have a record. People’s own changes are among them." }
    /// Heading of a part.
    logs_resets() { ja: "パスワード再発行の記録", en: "Passwords set anew" }
    /// What it shows.
    logs_resets_lead() { ja: "再発行台帳の記録と、当日か前後1日にパスワードが変わった機器の数です。", en: "The register’s records, and on how many hosts the password changed that day or one beside it." }
    /// Heading of a part.
    logs_gaps() { ja: "記録がそろっていない機器", en: "Hosts whose records are not whole" }
    /// What it shows.
    logs_gaps_lead() { ja: "この期間の記録がそろっていない機器です。ここにある機器では、上の一覧に漏れがあるかもしれません。", en: "Hosts whose records of this time are not whole. The lists above may lack something of them." }
    /// Heading of a part.
    logs_not_measured() { ja: "点検票では確認できないもの", en: "What the sheet cannot tell" }
    /// What to do.
    logs_not_measured_lead() { ja: "次のものはTenkenでは測定していません。機器やシステムのログで別に確認し、その結果を所見に書いてください。", en: "Tenken does not measure these. Look at them in the logs of hosts and systems, and write down what you found." }
    /// Not measured.
    logs_failed_sign_ins() { ja: "失敗したサインイン", en: "Failed sign-ins" }
    /// Not measured.
    logs_removable_media() { ja: "USBメモリなどの接続", en: "Removable media" }
    /// Not measured.
    logs_log_gaps() { ja: "監査ログ・業務システムの操作記録の欠け", en: "Gaps in audit logs and in the application’s own records" }
    /// Heading of a part.
    logs_losses() { ja: "ログの欠け・消去", en: "Logs that lost records" }
    /// What it shows.
    logs_losses_lead() { ja: "ログが短くなった、なくなった、書き換えられたなど、ローテーションでは説明できない変化です。手がかりのないものから並べています。", en: "Logs that became shorter, went away or were changed in a way that rotation does not explain; those without a hint first." }
    /// What happened to a log.
    logs_loss_shortened() { ja: "短くなった", en: "Became shorter" }
    /// What happened to a log.
    logs_loss_gone() { ja: "なくなった", en: "Gone" }
    /// What happened to a log.
    logs_loss_replaced() { ja: "別のファイルに置き換わった", en: "Another file in its place" }
    /// What happened to a log.
    logs_loss_rewritten() { ja: "先頭が書き換えられた", en: "Its beginning was changed" }
    /// What happened to a log.
    logs_loss_copies_gone() { ja: "過去分が期限より前になくなった", en: "Older copies went before their time" }
    /// What happened to a log.
    logs_loss_cleared() { ja: "消去された(ログ自身の記録による)", en: "Cleared, as it records itself" }
    /// What may explain it.
    logs_hint_reinstalled() { ja: "OSの入れ直し後", en: "After the system was set up anew" }
    /// What may explain it.
    logs_hint_restarted() { ja: "再起動後(以前の状態への復元など)", en: "After a restart, perhaps from an older state" }
    /// When a log was whole, and how large.
    logs_whole(at: &str, size: &str) { ja: "{at}({size})", en: "{at} ({size})" }
    /// What it shows.
    logs_failed_lead() { ja: "機器とアカウントごとに数え、多い順に並べています。その機器にないアカウント名は、誤って入力されたパスワードのことがあるため、名前を出さずにまとめています。", en: "By host and account, most first. Names that no account of the host has may be mistyped passwords, and are counted together without a name." }
    /// Names that are not told.
    logs_no_account_here() { ja: "(その機器にないアカウント)", en: "(no account of the host)" }
    /// Heading of a part.
    logs_passwords() { ja: "本人以外によるパスワードの設定", en: "Passwords set by another" }
    /// What it shows.
    logs_passwords_lead() { ja: "パスワードを本人以外が設定したもの、または誰が設定したか分からないものです。再発行台帳に当日か前後1日の記録がないものから並べています。", en: "Passwords that another than the account’s person set, or nobody knows who; those without a record of that day or one beside it first." }
    /// Who set it.
    logs_by_another() { ja: "本人以外(記録なし)", en: "Another; no record of whom" }
    /// Who did it.
    logs_by_nobody_knows() { ja: "分かりません", en: "Not known" }
    /// By what.
    logs_how_other() { ja: "そのほか", en: "Another program" }
    /// A new account's first password.
    logs_first_issue(how: &str) { ja: "新しいアカウントの初回設定({how})", en: "First of a new account ({how})" }
    /// The register is not kept.
    logs_register_unused() { ja: "再発行台帳が使われていません", en: "The register is not kept" }
    /// Heading of a part.
    logs_accounts() { ja: "アカウントとグループの変更", en: "Changes of accounts and groups" }
    /// What it shows.
    logs_accounts_lead() { ja: "同じ変更は1行にまとめ、権限が増えるものから並べています。申請や台帳と突き合わせてください。", en: "The same change is one line, those that give rights first. Compare them with requests and registers." }
    /// What was changed.
    logs_account_added() { ja: "アカウントの追加", en: "Account added" }
    /// What was changed.
    logs_account_removed() { ja: "アカウントの削除", en: "Account removed" }
    /// What was changed.
    logs_account_changed() { ja: "アカウントの変更", en: "Account changed" }
    /// What was changed.
    logs_account_locked() { ja: "アカウントのロック", en: "Account locked" }
    /// What was changed.
    logs_account_unlocked() { ja: "アカウントのロック解除", en: "Account unlocked" }
    /// What was changed.
    logs_account_locked_out() { ja: "失敗が続いたためのロックアウト", en: "Locked out after failures" }
    /// Who changed it.
    logs_by_the_system() { ja: "システム", en: "The system" }
    /// What was changed.
    logs_group_added() { ja: "グループの追加", en: "Group added" }
    /// What was changed.
    logs_group_removed() { ja: "グループの削除", en: "Group removed" }
    /// What was changed.
    logs_member_added() { ja: "グループへの追加", en: "Added to a group" }
    /// What was changed.
    logs_member_removed() { ja: "グループからの削除", en: "Removed from a group" }
    /// Heading of a part.
    logs_elevations() { ja: "ほかのアカウントの権限の利用(sudo・su・Windowsの管理者)", en: "Rights of other accounts (sudo, su, administrators of Windows)" }
    /// What it shows.
    logs_elevations_lead() { ja: "機器とアカウントごとに数え、拒否やパスワード間違いの多いものから並べています。実行された内容は集めていません。Windowsでは、管理者の権限が与えられたサインインと、別のアカウントの名前とパスワードの使用(成否は問いません)を数えます。ユーザーアカウント制御の画面で許可した回数は、Windowsに記録が残りません。", en: "By host and account, most refusals first. What was run is not gathered. Of Windows, sign-ins that were given the rights of an administrator are counted, and uses of another account’s name and password, whether or not they were taken. What is allowed in a prompt of User Account Control Windows does not record." }
    /// As what somebody acted.
    logs_as_administrator() { ja: "管理者の権限", en: "An administrator’s rights" }
    /// By what somebody acted as another.
    logs_way_administrator_sign_in() { ja: "管理者としてのサインイン", en: "Sign-in as an administrator" }
    /// By what somebody acted as another.
    logs_way_other_credentials() { ja: "別のアカウントの名前とパスワード(この機器で)", en: "Another account’s name and password, here" }
    /// By what somebody acted as another.
    logs_way_other_credentials_elsewhere() { ja: "別のアカウントの名前とパスワード(ほかの機器へ)", en: "Another account’s name and password, elsewhere" }
    /// Rights that were used, as a gap names them.
    logs_part_elevations() { ja: "権限の利用", en: "Rights that were used" }
    /// Heading of a part.
    logs_network() { ja: "ネットワーク経由のサインイン(Windows)", en: "Sign-ins over the network (Windows)" }
    /// What it shows.
    logs_network_lead() { ja: "共有フォルダーの利用や遠隔管理など、画面を使わないサインインのうち、アカウント台帳にないアカウントのものと、古い方式(NTLMv1・LM)やパスワードをそのまま送る方式によるものです。台帳にないもの、管理者の権限によるものから並べています。", en: "Sign-ins without a screen, to shared folders, to manage the machine and the like: those of accounts that the register does not have, and those by old protocols (NTLMv1, LM) or with the password sent along. Accounts that stand in no register and administrators’ rights come first." }
    /// How somebody signed in.
    logs_network_way() { ja: "ネットワーク", en: "Network" }
    /// How somebody signed in.
    logs_network_way_password() { ja: "ネットワーク(パスワードをそのまま送信)", en: "Network, password sent along" }
    /// How somebody signed in.
    logs_network_way_remote_desktop() { ja: "リモート デスクトップ", en: "Remote Desktop" }
    /// How somebody signed in, with the version of an old protocol.
    logs_network_by(way: &str, protocol: &str) { ja: "{way}、{protocol}", en: "{way}, {protocol}" }
    /// What it cannot show without a register.
    logs_network_no_register(register: &str) { ja: "{register}がまだ使われていないため、台帳にないアカウントによるものは示せません。", en: " Those of accounts that stand in no register cannot be told while the {register} is not kept." }
    /// Whose an account is nobody knows without a register.
    logs_accounts_unused() { ja: "アカウント台帳が使われていません", en: "The register is not kept" }
    /// An account is in no register.
    logs_in_no_register() { ja: "台帳にありません", en: "In no register" }
    /// Heading of a part.
    logs_transfers() { ja: "ファイルの送受信(SFTP)", en: "Files moved over SFTP" }
    /// What it shows.
    logs_transfers_lead() { ja: "機器から読み出された量の多いものから並べています。件数と量は、SFTPサーバーがログを残す設定のときだけ分かります。", en: "Those with most read from the host first. Counts and sizes are known only where the SFTP server is told to log." }
    /// Files.
    logs_files(count: u64) { ja: "{count}件", en: "{count}" }
    /// Files with their size.
    logs_files_moved(count: u64, size: &str) { ja: "{count}件({size})", en: "{count} ({size})" }
    /// Nothing of it is recorded.
    logs_not_recorded() { ja: "記録なし", en: "Not recorded" }
    /// Heading of what there is of each part.
    logs_summary() { ja: "件数", en: "In short" }
    /// Column.
    logs_summary_part() { ja: "区分", en: "Part" }
    /// How many lines a part has.
    logs_summary_count(count: usize) { ja: "{count}件", en: "{count}" }
    /// A part could not be made.
    logs_summary_unknown() { ja: "確認できません", en: "Not known" }
    /// Column.
    logs_column_log() { ja: "ログ", en: "Log" }
    /// Column.
    logs_column_happened() { ja: "内容", en: "What" }
    /// Column.
    logs_column_noticed() { ja: "気づいた日時", en: "Noticed" }
    /// Column.
    logs_column_whole() { ja: "最後に確認できた日時と大きさ", en: "Last seen whole" }
    /// Column.
    logs_column_hint() { ja: "手がかり", en: "Hint" }
    /// Column.
    logs_column_days() { ja: "日数", en: "Days" }
    /// Column.
    logs_column_set_by() { ja: "設定した人", en: "Set by" }
    /// Column.
    logs_column_how() { ja: "方法", en: "By" }
    /// Column.
    logs_column_reset() { ja: "再発行の記録", en: "Record" }
    /// Column.
    logs_column_group() { ja: "グループ", en: "Group" }
    /// Column.
    logs_column_changed_by() { ja: "変更した人", en: "Changed by" }
    /// Column.
    logs_column_target() { ja: "利用した権限", en: "As" }
    /// Column.
    logs_column_granted() { ja: "許可", en: "Granted" }
    /// Column.
    logs_column_refused() { ja: "拒否・失敗", en: "Refused" }
    /// Column.
    logs_column_sessions() { ja: "接続", en: "Sessions" }
    /// Column.
    logs_column_sent() { ja: "機器からの読み出し", en: "Read from the host" }
    /// Column.
    logs_column_received() { ja: "機器への書き込み", en: "Written to the host" }
    /// A gap.
    logs_gap_events_not_told() { ja: "失敗したサインインや権限の利用などの記録がまだ届いていません。", en: "Nothing has come yet of failed sign-ins, rights that were used and the like." }
    /// A gap.
    logs_gap_events_none() { ja: "失敗したサインインや権限の利用などの記録を残していません。", en: "It keeps no records of failed sign-ins, rights that were used and the like." }
    /// A gap.
    logs_gap_events_not_read(why: &str) { ja: "失敗したサインインや権限の利用などの記録を読み取れません({why})。", en: "Records of failed sign-ins, rights that were used and the like could not be read ({why})." }
    /// A gap.
    logs_gap_events_since(since: &str) { ja: "パスワードの設定とアカウントの変更は、{since}より前の記録がありません。", en: "There is no record before {since} of passwords that were set and accounts that were changed." }
    /// A gap.
    logs_gap_uses_since(since: &str) { ja: "失敗したサインイン、権限の利用、ファイルの送受信は、{since}より前の記録がありません。", en: "There is no record before {since} of failed sign-ins, rights that were used and files that were moved." }
    /// A gap.
    logs_gap_events_cut(since: &str) { ja: "パスワードの設定とアカウントの変更は、{since}より前の記録を集めていません(量が多いか、圧縮されているか、読み取る権限がないため)。機器のログで確認してください。", en: "Passwords that were set and accounts that were changed before {since} were not gathered: the records are too many, compressed, or may not be read. Look at the host’s logs." }
    /// A gap.
    logs_gap_uses_cut(since: &str) { ja: "失敗したサインイン、権限の利用、ファイルの送受信は、{since}より前の記録を集めていません(量が多いか、圧縮されているか、読み取る権限がないため)。機器のログで確認してください。", en: "Failed sign-ins, rights that were used and files that were moved before {since} were not gathered: the records are too many, compressed, or may not be read. Look at the host’s logs." }
    /// A gap.
    logs_gap_events_left_out(count: u64) { ja: "記録が多く、{count}件は集めていません。", en: "There are too many records: {count} were left out." }
    /// A gap.
    logs_gap_not_recorded(parts: &str) { ja: "この機器では、次の記録が残りません: {parts}。一覧になくても、なかったとは言えません。", en: "It does not record these, so that none on the list does not mean that there was none: {parts}." }
    /// A gap.
    logs_gap_part_not_read(part: &str, why: &str) { ja: "「{part}」の記録を読み取れません({why})。", en: "Records of “{part}” could not be read ({why})." }
    /// A gap.
    logs_gap_part_since(part: &str, since: &str) { ja: "「{part}」は、{since}より前の記録がないか、量が多いため集めていません。機器のログで確認してください。", en: "Of “{part}” records before {since} are not there, or were not gathered because they are too many. Look at the host’s logs." }
    /// A gap.
    logs_gap_logs_not_told() { ja: "ログの状態が届いていないため、ログの欠けは確認できません。", en: "It has told nothing of its logs, so that losses are not known." }
    /// A gap.
    logs_gap_logs_not_read(why: &str) { ja: "ログの状態を読み取れないため、ログの欠けは確認できません({why})。", en: "Its logs could not be looked at, so that losses are not known ({why})." }
    /// A gap.
    logs_gap_losses_since(since: &str) { ja: "ログの欠けは、{since}から確認しています。", en: "Losses of logs are looked for only since {since}." }
    /// A gap.
    logs_gap_losses_unwatched() { ja: "ログの欠けを続けて確認していません。", en: "Losses of its logs are not looked for." }
    /// Not measured.
    logs_application_records() { ja: "業務システム(健診システムなど)の操作記録の欠けと、そこでの失敗したサインイン", en: "Gaps in the application’s own records, and failed sign-ins there" }
    /// A part is empty.
    logs_nothing() { ja: "該当はありません。", en: "None." }
    /// A part of which no host tells.
    logs_nobody_told() { ja: "どの機器の記録も届いていないか、読み取れないか、残されていないため、確認できません。", en: "This cannot be told: no host has told of it, could read it, or records it." }
    /// A part of which some hosts do not tell.
    logs_but_for(hosts: usize, gaps: &str) { ja: "ほかに、確認できない機器が{hosts}台あります(「{gaps}」を参照)。", en: " On {hosts} more hosts this is not known; see “{gaps}”." }
    /// Link to the rest.
    logs_show_all(count: usize) { ja: "すべて見る({count}件)", en: "Show all {count}" }
    /// Link.
    logs_back() { ja: "点検票の全体に戻る", en: "Back to the whole sheet" }
    /// A part could not be made.
    logs_no_register(register: &str) { ja: "{register}がまだ使われていないため、確認できません。", en: "This cannot be told while the {register} is not kept." }
    /// Column.
    logs_column_host() { ja: "機器", en: "Host" }
    /// Column.
    logs_column_account() { ja: "アカウント", en: "Account" }
    /// Column.
    logs_column_owner() { ja: "責任者", en: "Owner" }
    /// Column.
    logs_column_time() { ja: "日時", en: "When" }
    /// Column.
    logs_column_from() { ja: "接続元", en: "From" }
    /// Column.
    logs_column_explained() { ja: "申請・記録", en: "Request or record" }
    /// Column.
    logs_column_times() { ja: "回数", en: "Times" }
    /// Column.
    logs_column_day() { ja: "日付", en: "Day" }
    /// Column.
    logs_column_seen() { ja: "変更された機器", en: "Changed on" }
    /// Column.
    logs_column_gap() { ja: "欠けている記録", en: "What is missing" }
    /// How long a sign-in was.
    logs_time_open(from: &str) { ja: "{from} 〜", en: "{from} –" }
    /// No register explains it.
    logs_unexplained() { ja: "なし", en: "None" }
    /// A request that was not approved.
    logs_not_approved(called: &str) { ja: "{called}(未承認)", en: "{called} (not approved)" }
    /// A gap.
    logs_gap_between(from: &str, until: &str) { ja: "{from}から{until}までの記録がなくなっています。", en: "The records from {from} to {until} are gone." }
    /// A gap.
    logs_gap_since(since: &str) { ja: "{since}より前の記録がありません。", en: "There is no record before {since}." }
    /// A gap.
    logs_gap_none() { ja: "サインインの記録を残していません。", en: "It keeps no records of sign-ins." }
    /// A gap.
    logs_gap_left_out() { ja: "記録が多く、すべては読み取れていません。", en: "There are more records than were read." }
    /// A gap.
    logs_gap_not_read(why: &str) { ja: "記録を読み取れません({why})。", en: "The records could not be read ({why})." }
    /// Why.
    logs_why_not_permitted() { ja: "読む権限がありません", en: "not permitted" }
    /// Why.
    logs_why_no_answer() { ja: "応答がありません", en: "no answer" }
    /// Why.
    logs_why_unreadable() { ja: "形式が分かりません", en: "of no known form" }
    /// Why.
    logs_why_missing() { ja: "記録が見つかりません", en: "not found" }
    /// Why.
    logs_why_too_large() { ja: "大きすぎます", en: "too large" }
    /// Why.
    logs_why_unsupported() { ja: "この機器では対応していません", en: "not supported on this host" }
    /// Why.
    logs_why_stale() { ja: "情報が古くなっています", en: "out of date" }
    /// Why.
    logs_why_failed() { ja: "エラーが起きました", en: "an error" }
    /// A gap.
    logs_gap_not_told() { ja: "記録がまだ届いていません。", en: "No records have come yet." }
    /// A gap.
    logs_gap_no_agent() { ja: "エージェントがないため、記録を確認できません。", en: "It has no agent, so that its records cannot be seen." }
    /// A gap.
    logs_gap_no_accounts() { ja: "アカウントの情報が届いていません。管理者の利用とパスワードの変更は確認できません。", en: "It told nothing of its accounts: use by administrators and password changes cannot be told." }
    /// A gap.
    logs_gap_no_rights(count: usize) { ja: "サインインしたアカウント{count}件は、管理者になれるかどうかを確認できません。", en: "Of {count} accounts that signed in it is not known whether they can become administrator." }
    /// A gap.
    logs_gap_no_password_dates(count: usize) { ja: "アカウント{count}件は、パスワードをいつ変更したかを読み取れません。", en: "Of {count} accounts it could not be read when their passwords were changed." }
    /// A gap.
    logs_gap_changed_since(count: usize) { ja: "アカウント{count}件は、この期間の後にもパスワードが変わっているため、期間中の変更は分かりません。", en: "Of {count} accounts the password was changed later, so that a change in this time is no longer known." }
    /// A gap.
    logs_gap_not_heard(last: &str) { ja: "{last}を最後に報告がありません。", en: "It has not reported since {last}." }
    /// Heading.
    logs_sign() { ja: "署名", en: "Sign" }
    /// What signing does.
    logs_sign_lead() { ja: "署名すると、この点検票がPDFで保存され、点検記録台帳に1行加わり、選んだ項目の確認記録になります。署名後は変更できません。", en: "The sheet is kept as a PDF, the register of reviews gets a row, and the chosen items their statements. It cannot be changed afterwards." }
    /// Too early.
    logs_sign_from(day: &str) { ja: "この月の点検票には、{day}から署名できます。", en: "The sheet of this month may be signed from {day} on." }
    /// Help of a field.
    logs_reviewer_help() { ja: "職員・作業員台帳にある、点検した人の氏名です。", en: "Who reviewed it, as the register of people has the name." }
    /// Help of a field.
    logs_findings_help() { ja: "気になった点と対応、および点検票で確認できないものの確認結果を書きます。", en: "What you noticed and did, and what you found of that which the sheet cannot tell." }
    /// A field is empty.
    logs_findings_empty() { ja: "確かめたことを書いてください。", en: "Write down what you found." }
    /// Label.
    logs_items() { ja: "確認記録にする項目", en: "Items to state" }
    /// The sheet changed.
    logs_stale() { ja: "点検票が新しくなりました。内容をもう一度確かめてください。", en: "The sheet has changed since you saw it. Look at it again." }
    /// It has been signed.
    logs_taken() { ja: "この月の点検票はすでに署名されています。", en: "The sheet of this month is signed already." }
    /// The row exists.
    logs_row_taken(name: &str) { ja: "点検記録台帳に「{name}」がすでにあります。その行を閉じるか名前を変えてから署名してください。", en: "The register of reviews has a row “{name}” already. Close or rename it first." }
    /// Link.
    logs_document() { ja: "署名した点検票(PDF)", en: "The signed sheet (PDF)" }
    /// Link.
    logs_row() { ja: "点検記録台帳の行", en: "Row in the register of reviews" }
    /// Name of the row.
    logs_row_name(month: &str) { ja: "アクセスログの確認 {month}分", en: "Review of access logs, {month}" }
    /// Scope of the row.
    logs_row_scope(hosts: usize) { ja: "機器{hosts}台のサインイン記録(ログ点検票)", en: "Sign-ins of {hosts} hosts (log review)" }
    /// What a statement rests on.
    logs_statement(name: &str) { ja: "点検記録台帳「{name}」、署名したログ点検票(添付)", en: "Register of reviews “{name}”, the signed log review (attached)" }
    /// File.
    logs_file(month: &str) { ja: "ログ点検票_{month}.pdf", en: "log-review-{month}.pdf" }
    /// Act.
    act_log_sheet_signed() { ja: "ログ点検票に署名", en: "Log review signed" }
    /// What is to be done.
    task_log_review() { ja: "集められた記録を確かめ、所見を書いて署名してください。", en: "Look at what was gathered, write what you found, and sign." }
    /// Link.
    logs_open() { ja: "ログ点検票を開く", en: "Open the log review" }
}
