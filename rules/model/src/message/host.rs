//! Hosts, adding one, and what was done to register rows.

use super::texts;

texts! {
    /// Title.
    hosts_title() { ja: "機器", en: "Hosts" }
    /// Lead.
    hosts_lead() { ja: "エージェントを入れたPCとサーバーです。", en: "PCs and servers that run the agent." }
    /// None.
    hosts_none() { ja: "まだ機器がありません。「機器を追加」から登録してください。", en: "There is no host yet. Add one to begin." }
    /// Button and title.
    host_add() { ja: "機器を追加", en: "Add a host" }
    /// Column.
    host_name() { ja: "機器名", en: "Host" }
    /// Column.
    host_last_seen() { ja: "最終報告", en: "Last report" }
    /// Column.
    host_system() { ja: "OS", en: "System" }
    /// Column.
    host_version() { ja: "エージェント", en: "Agent" }
    /// Column.
    host_failing() { ja: "不適合", en: "Failing" }
    /// Column.
    host_unknown() { ja: "確認できず", en: "Unknown" }
    /// Column.
    host_judged() { ja: "判定した規則", en: "Rules judged" }
    /// State.
    host_reporting() { ja: "報告あり", en: "Reporting" }
    /// State.
    host_away() { ja: "電源断・不在", en: "Off or away" }
    /// State of a host.
    host_silent() { ja: "報告なし", en: "Silent" }
    /// State.
    host_never() { ja: "報告待ち", en: "Never reported" }
    /// State.
    host_revoked() { ja: "取り消し済", en: "Revoked" }
    /// Field.
    host_enrolled() { ja: "登録日時", en: "Added" }
    /// Field.
    host_policy() { ja: "ポリシーの版", en: "Policy version" }
    /// The built-in catalogue.
    host_policy_built_in() { ja: "組み込みの規則", en: "Built-in rules" }
    /// Field.
    host_policy_refused() { ja: "ポリシーの拒否", en: "Policy refused" }
    /// Field.
    host_uptime() { ja: "稼働時間", en: "Uptime" }
    /// Field.
    host_id() { ja: "機器ID", en: "Host id" }
    /// Heading.
    host_findings() { ja: "区分ごとの判定", en: "Findings by section" }
    /// None.
    host_findings_none() { ja: "この機器からの判定はまだありません。", en: "This host has sent no finding yet." }
    /// Opens the list of the rules that do not concern the host.
    host_not_applicable(count: usize) { ja: "この機器には当てはまらない{count}件の規則を表示", en: "Show {count} rules that do not apply to this host" }
    /// Findings of no item.
    host_other_rules() { ja: "その他の規則", en: "Other rules" }
    /// Heading.
    host_costs() { ja: "測定の負荷", en: "Cost of measuring" }
    /// Column.
    cost_topic() { ja: "測定", en: "Collector" }
    /// Column.
    cost_runs() { ja: "回数", en: "Runs" }
    /// Column.
    cost_failures() { ja: "失敗", en: "Failed" }
    /// Column.
    cost_cpu() { ja: "CPU時間", en: "CPU time" }
    /// Column.
    cost_longest() { ja: "最長", en: "Longest" }
    /// Button.
    host_revoke() { ja: "機器を取り消す", en: "Revoke this host" }
    /// Help.
    host_revoke_help() { ja: "取り消すと、この機器からの報告を受け付けなくなります。廃棄や入れ替えのときに使います。元に戻すには登録し直します。", en: "Its reports are refused from now on. To take it back it must be added again." }
    /// Field of revoking.
    host_revoke_confirm(name: &str) { ja: "確認のため、機器名「{name}」を入力してください。", en: "Type the name “{name}” to confirm." }
    /// Wrong confirmation.
    host_revoke_differs() { ja: "機器名が一致しません。取り消していません。", en: "The name differs; nothing was revoked." }
    /// Lead of adding.
    host_add_lead() { ja: "登録用トークンを発行し、追加する機器に渡します。1台用のトークンは1回だけ、一斉導入用のトークンは決めた台数まで使えます。", en: "A token is made here and handed to the new hosts. One for a single host works once, one for a roll-out for as many hosts as it says." }
    /// Button.
    host_token_make() { ja: "トークンを発行", en: "Make a token" }
    /// Result.
    host_token_made() { ja: "トークンを発行しました。この画面を閉じると再び表示できません。", en: "Here is the token. It is shown only once." }
    /// Expiry.
    host_token_until(at: &str) { ja: "{at}まで有効です。", en: "It is valid until {at}." }
    /// Step.
    host_step_install() { ja: "追加する機器にエージェントのパッケージを導入します。", en: "Install the agent's package on the host." }
    /// Step.
    host_step_command() { ja: "管理者権限のターミナルで、次の1行を実行します。", en: "Run this line in a terminal with administrator rights." }
    /// Step.
    host_step_wait() { ja: "数秒で機器の一覧に現れます。", en: "It appears in the list of hosts within seconds." }
    /// Heading.
    host_linux() { ja: "Linux", en: "Linux" }
    /// Heading.
    host_windows() { ja: "Windows", en: "Windows" }
    /// Title.
    registers_title() { ja: "台帳", en: "Registers" }
    /// Lead.
    registers_lead() { ja: "機関が管理する台帳です。チェックリストの各項目の根拠になり、一部はエージェントの測定結果と突き合わせて判定に使います。", en: "What the agency keeps by hand: evidence for the items of the checklist, some of it compared with what hosts measure." }
    /// Count.
    register_rows(count: usize) { ja: "{count}件", en: "{count} rows" }
    /// Button.
    register_add() { ja: "追加", en: "Add" }
    /// Title.
    register_add_to(register: &str) { ja: "{register}に追加", en: "Add to {register}" }
    /// Button.
    register_save() { ja: "保存", en: "Save" }
    /// Button.
    register_cancel() { ja: "やめる", en: "Cancel" }
    /// Button.
    register_edit() { ja: "編集", en: "Edit" }
    /// Button.
    register_close() { ja: "閉じる(使用終了)", en: "Close" }
    /// Help.
    register_close_help() { ja: "閉じた行は判定に使われなくなりますが、履歴とともに残ります。", en: "A closed row no longer counts but stays with its history." }
    /// State.
    register_closed() { ja: "閉鎖", en: "Closed" }
    /// Filter.
    register_show_closed() { ja: "閉じた行も表示", en: "Show closed rows" }
    /// Filter.
    register_show_open() { ja: "有効な行だけ表示", en: "Show open rows only" }
    /// Field.
    register_search() { ja: "検索", en: "Search" }
    /// None.
    register_none() { ja: "まだ登録がありません。1件ずつ追加するか、ExcelやCSVのファイルで取り込んでください。", en: "There is no row yet. Add one or import an Excel or CSV file." }
    /// Needed.
    register_required() { ja: "必須", en: "required" }
    /// Errors.
    register_errors(count: usize) { ja: "{count}か所を直してください。保存していません。", en: "{count} fields need attention; nothing was saved." }
    /// Key taken.
    register_taken() { ja: "同じものがすでに登録されています。", en: "The same row exists already." }
    /// Somebody else changed it.
    register_conflict() { ja: "ほかの人が先に変更しました。最新の内容を確認して、もう一度編集してください。", en: "Somebody else changed it first. Look at it again." }
    /// Done.
    register_saved() { ja: "保存しました。", en: "Saved." }
    /// Heading.
    register_history() { ja: "変更履歴", en: "History" }
    /// Column.
    history_at() { ja: "日時", en: "When" }
    /// Column.
    history_who() { ja: "変更した人", en: "Who" }
    /// Column.
    history_what() { ja: "変更内容", en: "What" }
    /// Act.
    history_added() { ja: "追加", en: "Added" }
    /// Act.
    history_changed() { ja: "変更", en: "Changed" }
    /// Act.
    history_closed() { ja: "閉鎖", en: "Closed" }
    /// Button.
    register_import() { ja: "ファイルを取り込む", en: "Import a file" }
    /// Button.
    register_export_utf8() { ja: "CSVで書き出す (UTF-8)", en: "Export CSV (UTF-8)" }
    /// Button.
    register_export_cp932() { ja: "CSVで書き出す (Shift_JIS)", en: "Export CSV (Shift_JIS)" }
    /// Lead.
    import_lead() { ja: "Excelブック(.xlsx)またはCSVを取り込みます。CSVの文字コードは、UTF-8とShift_JISを自動で見分けます。取り込む前に、変わる内容を確認できます。", en: "Take in an Excel workbook (.xlsx), or CSV in UTF-8 or Shift_JIS. What would change is shown first." }
    /// Columns.
    import_columns() { ja: "見出しと書き方", en: "Headings and what to write" }
    /// Field.
    import_file() { ja: "ファイル", en: "File" }
    /// Button.
    import_preview() { ja: "内容を確認", en: "Preview" }
    /// Button.
    import_apply() { ja: "この内容で取り込む", en: "Apply" }
    /// Title.
    import_preview_title() { ja: "取り込み内容の確認", en: "What would change" }
    /// Count.
    import_new() { ja: "追加", en: "New" }
    /// Count.
    import_changed() { ja: "変更", en: "Changed" }
    /// Count.
    import_unchanged() { ja: "変更なし", en: "Unchanged" }
    /// Count.
    import_errors() { ja: "エラー", en: "Errors" }
    /// Column.
    import_line() { ja: "行", en: "Line" }
    /// Column.
    import_column() { ja: "列", en: "Column" }
    /// Column.
    import_problem() { ja: "内容", en: "Problem" }
    /// Errors stop.
    import_has_errors() { ja: "エラーがあるため、まだ取り込めません。ファイルを直して、もう一度選んでください。", en: "Nothing is taken in while there are errors. Correct the file and choose it again." }
    /// Left.
    import_not_in_file(count: usize) { ja: "台帳にあってファイルにない{count}件は、そのまま残ります。", en: "{count} rows of the register that are not in the file stay as they are." }
    /// Nothing.
    import_nothing() { ja: "台帳との違いはありません。", en: "The file says what the register says." }
    /// Moved on.
    import_stale() { ja: "確認している間に台帳が変更されました。変わる内容をもう一度確認してください。", en: "The register changed meanwhile. Look at what would change again." }
    /// Encoding.
    import_read_as(encoding: &str) { ja: "{encoding}として読み取りました。", en: "Read as {encoding}." }
    /// A way back from the list of revoked hosts.
    hosts_standing() { ja: "登録中の機器の一覧へ", en: "To the hosts that are enrolled" }
}
