//! Texts of the agent's `doctor` about what is on the host itself.

use super::texts;

texts! {
    /// Name of a check.
    doctor_check_enrolled() { ja: "登録", en: "Enrolment" }
    /// Name of a check.
    doctor_check_left_token() { ja: "登録用ファイル", en: "Token file" }
    /// Name of a check.
    doctor_check_folder() { ja: "フォルダー", en: "State folder" }
    /// Name of a check.
    doctor_check_space() { ja: "空き容量", en: "Free space" }
    /// Name of a check.
    doctor_check_machine() { ja: "機器の同一性", en: "Same machine" }
    /// Name of a check.
    doctor_check_service() { ja: "サービス", en: "Service" }
    /// Name of a check.
    doctor_check_one_agent() { ja: "二重起動", en: "One agent" }
    /// Name of a check.
    doctor_check_rights() { ja: "読み取り権限", en: "Rights" }
    /// Name of a check.
    doctor_check_packet_filter() { ja: "パケットフィルター", en: "Packet filter" }
    /// Name of a check.
    doctor_check_spool() { ja: "未送信の変化", en: "Spool" }
    /// Name of a check.
    doctor_check_policy() { ja: "ポリシー", en: "Policy" }
    /// Name of a check.
    doctor_check_certificate() { ja: "証明書", en: "Certificate" }
    /// What could not be looked at because only others may.
    doctor_not_permitted(tried: &str) {
        ja: "権限がないため確認できません({tried})。管理者として実行してください(Linuxではsudo)。",
        en: "not permitted ({tried}); run this as an administrator (on Linux with sudo)"
    }
    /// What could not be looked at for another reason.
    doctor_failed(why: &str) { ja: "確認できませんでした({why})。", en: "could not be looked at: {why}" }
    /// What needs an identity.
    doctor_needs_identity() { ja: "登録されていないため確認できません。", en: "this host is not enrolled" }

    /// The host has an identity.
    doctor_enrolled(host: &str, dashboard: &str) {
        ja: "機器ID {host}として登録されています(報告先 {dashboard})。",
        en: "enrolled as {host}; reports go to {dashboard}"
    }
    /// The host has none.
    doctor_not_enrolled() {
        ja: "登録されていません。ダッシュボードでトークンを発行し、管理者として tenken-agent enrol --dashboard <アドレス> --token <トークン> を実行してください。",
        en: "not enrolled; make a token on the dashboard and run, as an administrator, tenken-agent enrol --dashboard URL --token TOKEN"
    }
    /// The identity is damaged.
    doctor_identity_damaged(why: &str) {
        ja: "登録情報が壊れています({why})。新しいトークンで登録し直してください。",
        en: "the identity cannot be used: {why}; enrol this host again with a new token"
    }
    /// No token waits.
    doctor_no_left_token() { ja: "使われていない登録用ファイルはありません。", en: "no token waits to be used" }
    /// A token waits for the first start.
    doctor_left_token_waits(place: &str) {
        ja: "{place}にトークンがありますが、まだ登録されていません。サービスのログで理由を確かめてください(Linuxでは journalctl -u tenken-agent)。",
        en: "a token waits in {place} and this host is not enrolled; the service's log says why (on Linux: journalctl -u tenken-agent)"
    }
    /// A token is left though the host is enrolled.
    doctor_left_token_useless(place: &str) {
        ja: "登録済みなのに{place}にトークンが残っています。トークンは秘密の情報です。削除してください。",
        en: "this host is enrolled and a token is still in {place}; remove it, it is a secret"
    }
    /// The file of the token is not as it must be.
    doctor_left_token_unusable(why: &str) {
        ja: "登録用ファイルを使えません({why})。",
        en: "the token that was left cannot be used: {why}"
    }

    /// The folder and what is in it are the agent's alone.
    doctor_folder_private(folder: &str, files: usize) {
        ja: "{folder}とその中の{files}個のファイルは、所有者だけが読み書きできます。",
        en: "{folder} and the {files} files in it are for their owner alone"
    }
    /// There is no folder.
    doctor_no_folder(folder: &str) {
        ja: "{folder}がありません。登録すると作成されます。",
        en: "there is no {folder}; enrolling this host makes it"
    }
    /// Others may read or write a file.
    doctor_open_to_others(path: &str, mode: &str) {
        ja: "{path}を所有者以外も読み書きできます(モード{mode})。chmod go= {path} を実行してください。秘密鍵を読まれたおそれがあれば、登録し直してください。",
        en: "others than the owner have rights on {path} (mode {mode}); run chmod go= {path}, and enrol this host again if its key may have been read"
    }
    /// A file is another user's than the folder.
    doctor_other_owner(path: &str, owner: u32, expected: u32) {
        ja: "{path}の所有者(UID {owner})が、エージェントのユーザー(UID {expected})と異なり、サービスが読み書きできません。chown {expected} {path} を実行してください。",
        en: "{path} belongs to user {owner} and the agent is user {expected}, whose service cannot use it; run chown {expected} {path}"
    }
    /// Whose the folder is cannot be right, on Windows.
    doctor_folder_foreign(why: &str) { ja: "フォルダーを使えません({why})。", en: "the folder cannot be used: {why}" }
    /// There is room.
    doctor_space_enough(free: &str) { ja: "{free}の空きがあります。", en: "{free} are free" }
    /// There is hardly room.
    doctor_space_short(folder: &str, free: &str) {
        ja: "{folder}のあるディスクの空きが{free}しかなく、まもなく記録できなくなります。不要なファイルを削除してください。",
        en: "only {free} are free where {folder} is; free space there, or nothing can be kept soon"
    }
    /// Nothing can be written.
    doctor_read_only(folder: &str) {
        ja: "{folder}のあるファイルシステムが読み取り専用です。ディスクの異常で切り替わることがあります。カーネルのログを確かめてください。",
        en: "the file system of {folder} is read-only; a failing disk becomes so, the kernel's log says why"
    }
    /// The folder is this machine's.
    doctor_same_machine() { ja: "この機器のものです。", en: "the state folder is this machine's" }
    /// The folder is another machine's.
    doctor_another_machine(folder: &str) {
        ja: "{folder}は別の機器で作成されたもので、イメージやディスクの複製で持ち込まれています。フォルダーを削除し、新しいトークンで登録してください。",
        en: "{folder} was begun on another machine and came with an image or a copied disk; delete it and enrol this host with a new token"
    }
    /// The machine has no id, or the folder no mark yet.
    doctor_machine_unmarked() {
        ja: "機器の識別子がないか、まだ記録されていないため、複製かどうか判断できません。",
        en: "this machine has no id, or the agent has not noted it yet, so that a copy could not be told"
    }

    /// The agent runs.
    doctor_running(pid: &str) { ja: "動作しています(プロセス{pid})。", en: "it runs (process {pid})" }
    /// The agent runs, and which process is not known.
    doctor_running_somewhere() { ja: "動作しています。", en: "it runs" }
    /// It does not run.
    doctor_not_running() {
        ja: "動作していません。Linuxでは systemctl enable --now tenken-agent、Windowsでは tenken-agent service start を管理者として実行してください。すぐ止まるときは、ログに理由が書かれています。",
        en: "it does not run; as an administrator run systemctl enable --now tenken-agent (Linux) or tenken-agent service start (Windows). If it ends at once, its log says why"
    }
    /// One agent uses the folder.
    doctor_one_agent() { ja: "重複していません。", en: "no other agent uses the same state" }
    /// Several do.
    doctor_several_agents(pids: &str) {
        ja: "同じフォルダーを使うエージェントが複数動いています(プロセス{pids})。サービス以外のものを終了してください。",
        en: "several agents use the same state folder (processes {pids}); end all but the service"
    }
    /// The agent may read everything.
    doctor_rights_enough() { ja: "必要なファイルをすべて読めます。", en: "the agent may read what it needs" }
    /// It may not.
    doctor_rights_missing(topics: &str) {
        ja: "サービスに権限(CAP_DAC_READ_SEARCH)がなく、次の確認ができません: {topics}。付属のユニットファイルを使い、上書き設定を systemctl cat tenken-agent で確かめてください。",
        en: "the service lacks CAP_DAC_READ_SEARCH and cannot read all of: {topics}; use the unit of the package, and look for overrides with systemctl cat tenken-agent"
    }

    /// The agent is told the rules by its helper.
    doctor_filter_helper() {
        ja: "カーネルの規則を補助プロセスを通じて読み取れます。",
        en: "the agent reads the kernel's rules by its helper"
    }
    /// The agent has the right itself.
    doctor_filter_own_right() {
        ja: "サービス自身の権限(CAP_NET_ADMIN)でカーネルの規則を読み取れます。",
        en: "the agent reads the kernel's rules by its own right (CAP_NET_ADMIN)"
    }
    /// There is no helper.
    doctor_filter_no_helper() {
        ja: "カーネルの規則を読み取る補助プロセスのソケットがないため、ファイアウォールは設定ファイルだけで点検されるか、判定できません。systemctl enable --now tenken-agent-packet-filter.socket を管理者として実行してください。",
        en: "the helper that reads the kernel's rules has no socket, so that firewalls are judged by their configuration alone or are unknown; as an administrator run systemctl enable --now tenken-agent-packet-filter.socket"
    }
    /// The helper gives no answer that can be used.
    doctor_filter_helper_fails(why: &str) {
        ja: "カーネルの規則を読み取る補助プロセスから正しい応答がありません({why})。systemctl status tenken-agent-packet-filter.socket と journalctl -u 'tenken-agent-packet-filter@*' で理由を確かめてください。",
        en: "the helper that reads the kernel's rules gives no answer that can be used: {why}; see systemctl status tenken-agent-packet-filter.socket and journalctl -u 'tenken-agent-packet-filter@*'"
    }

    /// Nothing waits.
    doctor_spool_empty() { ja: "すべて送信済みです。", en: "nothing waits to be sent" }
    /// There is none yet.
    doctor_spool_fresh() { ja: "まだ記録がありません。", en: "nothing was kept yet" }
    /// Something waits, and not for long.
    doctor_spool_waits(count: usize, size: &str) {
        ja: "{count}件が送信を待っています(記録 {size})。",
        en: "{count} changes wait to be sent ({size} are kept)"
    }
    /// Something waits for long.
    doctor_spool_old(count: usize, since: &str) {
        ja: "{count}件が{since}から送信されていません。以下の接続の確認結果と、サービスのログを見てください。",
        en: "{count} changes wait since {since}; see the checks of the connection below, and the service's log"
    }
    /// It is damaged.
    doctor_spool_damaged(why: &str) {
        ja: "記録が壊れています({why})。次の起動時に作り直され、すべての状態が送り直されます。ディスクの異常を疑ってください。",
        en: "the spool is damaged: {why}; the next start begins a new one and sends the whole state again. Suspect the disk"
    }
    /// A policy is in force.
    doctor_policy(version: u64, since: &str) {
        ja: "版{version}が有効です({since}に受信)。",
        en: "version {version} is in force, received {since}"
    }
    /// None is in force.
    doctor_policy_none() {
        ja: "ポリシーをまだ受信しておらず、組み込みの規則で点検しています。",
        en: "no policy was received yet; the built-in rules are in force"
    }
    /// A newer one is offered.
    doctor_policy_behind(version: u64, offered: u64) {
        ja: "版{version}が有効ですが、ダッシュボードには版{offered}があります。数分たっても変わらなければ、サービスのログに理由が書かれています。",
        en: "version {version} is in force and the dashboard offers {offered}; if that stays so for minutes, the service's log says why"
    }
    /// It is not taken.
    doctor_policy_refused(why: &str) {
        ja: "受信したポリシーを使えません({why})。エージェントを更新するか、登録し直してください。",
        en: "the policy cannot be used: {why}; update the agent, or enrol this host again"
    }
    /// The certificate is valid.
    doctor_certificate(until: &str, renewal: &str) {
        ja: "{until}まで有効です({renewal}以降に更新されます)。",
        en: "valid until {until}; it is renewed from {renewal} on"
    }
    /// It has ended.
    doctor_own_certificate_ended(until: &str) {
        ja: "{until}に期限が切れました。新しいトークンで登録し直してください。機器の時刻が誤っている場合は、先に直してください。",
        en: "it ended on {until}; enrol this host again with a new token. If the clock is wrong, set it first"
    }
    /// It begins later than now.
    doctor_certificate_later(from: &str) {
        ja: "{from}から有効な証明書です。機器の時刻が遅れています。時刻を合わせてください。",
        en: "it begins on {from}, which has not come by this host's clock: the clock is behind; set it"
    }
    /// It should have been renewed.
    doctor_certificate_overdue(due: &str, until: &str) {
        ja: "{due}に更新されるはずでしたが、更新されていません({until}に期限が切れます)。サービスのログで理由を確かめてください。",
        en: "it was to be renewed on {due} and was not; it ends on {until}. The service's log says why"
    }
}
