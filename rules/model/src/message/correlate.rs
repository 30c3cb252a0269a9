//! Why facts and registers could not be joined.

use super::texts;

texts! {
    /// A thing with its place.
    at_place(name: &str, place: &str) { ja: "{name}({place})", en: "{name} ({place})" }
    /// Which PC saw something.
    seen_by_pc(host: &str) { ja: "検知したPC: {host}", en: "Seen by PC: {host}" }
    /// Which server saw something.
    seen_by_server(host: &str) { ja: "検知したサーバー: {host}", en: "Seen by server: {host}" }
    /// Which host of no known kind saw something.
    seen_by_host(host: &str) { ja: "検知した機器: {host}", en: "Seen by host: {host}" }
    /// A register has no beginning.
    correlate_not_kept(register: &str) {
        ja: "{register}がまだ始まっていないため、突き合わせられません。台帳への登録を始めてください。",
        en: "It cannot be compared: the register {register} is not kept yet; begin it."
    }
    /// A fact has not come.
    correlate_not_told(what: &str) {
        ja: "この機器から{what}が届いていないため、突き合わせられません。エージェントを更新し、報告を確かめてください。",
        en: "It cannot be compared: this host has not told {what}; update its agent and see that it reports."
    }
    /// A fact could not be read.
    correlate_not_read(what: &str) {
        ja: "この機器の{what}を読み取れないため、突き合わせられません。",
        en: "It cannot be compared: {what} of this host could not be read."
    }
    /// A fact was cut.
    correlate_cut(what: &str) {
        ja: "この機器の{what}は一部しか読み取れていないため、残りを突き合わせられません。",
        en: "The rest cannot be compared: only a part of {what} of this host was read."
    }
    /// A fact was read only so far back.
    correlate_read_since(what: &str, day: &str) {
        ja: "この機器の{what}は{day}以降しか読み取れていないため、それより前を突き合わせられません。",
        en: "What was before {day} cannot be compared: {what} of this host were read only since then."
    }
    /// A fact reaches back only so far.
    correlate_begins(what: &str, day: &str) {
        ja: "この機器の{what}は{day}より前が残っていないため、それより前を突き合わせられません。ログが消去されたり、再起動で失われたりしていないか確かめてください。",
        en: "What was before {day} cannot be compared: {what} of this host begin then. See whether its logs were cleared, or were lost at a restart."
    }
    /// Records of sign-ins that are missing.
    correlate_records_gone(began: &str, ended: &str) {
        ja: "この機器のログインの記録が、{began}から{ended}までの分なくなっています。削除された理由を確かめ、例外として承認を受けるか、その間の作業を台帳で確かめてください。",
        en: "Records of sign-ins on this host are missing from {began} to {ended}. Find out why, and ask for a waiver once the work of that time is accounted for."
    }
    /// A host records no sign-ins.
    correlate_no_records() {
        ja: "この機器はログインの記録を残していないため、突き合わせられません。",
        en: "It cannot be compared: this host keeps no records of sign-ins."
    }
    /// Accounts that nobody listed.
    correlate_directory(account: &str) {
        ja: "アカウント{account}はこの機器の一覧になく、ディレクトリ(ドメインなど)にあるかもしれません。",
        en: "Account {account} is not listed on this host; a directory may hold it."
    }
    /// Owners that are no people.
    correlate_owners(accounts: &str) {
        ja: "責任者が職員・作業員台帳にないため、離職を確かめられないアカウントがあります({accounts})。",
        en: "Whether the owners have left is not known: they are not in the register of people ({accounts})."
    }
    /// A part of an account that was not read.
    correlate_account_not_read(account: &str) {
        ja: "アカウント{account}の状態を読み取れないため、判定できません。",
        en: "The state of account {account} could not be read."
    }
    /// A change of which only the day is on record.
    correlate_day_only(account: &str, day: &str) {
        ja: "アカウント{account}のパスワードが{day}の復旧より後に変更されたかは、その日の記録だけでは分かりません。変更した日をパスワード再発行台帳に記録するか、翌日以降に変更してください。",
        en: "Whether the password of account {account} was changed after the end on {day} cannot be told from records of that day. Enter the change in the register of password resets, or change it on a later day."
    }
    /// The calendar ends.
    correlate_no_calendar() {
        ja: "営業日カレンダーの範囲外の日付があるため、期限を計算できません。",
        en: "A day is outside the working calendar, so that its deadline is not known."
    }
    /// Too much was found.
    correlate_too_many(left: usize) {
        ja: "該当が多いため、ほか{left}件は表示していません。",
        en: "{left} more were found than are told one by one."
    }
    /// A fact.
    correlate_accounts() { ja: "アカウントの一覧", en: "its accounts" }
    /// A fact.
    correlate_account_events() { ja: "アカウントの操作の記録", en: "its records of what happened with accounts" }
    /// A fact.
    correlate_sessions() { ja: "ログインの記録", en: "its records of sign-ins" }
    /// A fact.
    correlate_neighbours() { ja: "ネットワーク上の機器の一覧", en: "the devices it sees" }
    /// A fact.
    correlate_media() { ja: "取り外しできる媒体の一覧", en: "the removable media attached to it" }
    /// A part of a fact.
    correlate_past_media() { ja: "以前に接続された媒体の一覧", en: "the removable media that were attached to it before" }
    /// A fact.
    correlate_remote_access() { ja: "遠隔操作の設定", en: "by what it is used from afar" }
    /// No host tells what it sees on its network.
    correlate_nobody_sees() {
        ja: "ネットワーク上の機器の一覧がどの機器からも届いていないため、突き合わせられません。",
        en: "It cannot be compared: no host has told which devices it sees."
    }
    /// A medium of which the serial number was not read.
    correlate_medium_not_read(device: &str) {
        ja: "接続されている媒体({device})の製造番号を読み取れないため、台帳と突き合わせられません。",
        en: "The serial number of the medium attached as {device} could not be read, so that it cannot be compared with the register."
    }
    /// A session beside its request: account, from when until when.
    correlate_session(account: &str, started: &str, ended: &str) { ja: "{account} {started}〜{ended}", en: "{account} {started} to {ended}" }
    /// A session without an end on record.
    correlate_session_open(account: &str, started: &str) { ja: "{account} {started}〜", en: "{account} from {started}" }
    /// Heading: sessions of a maintenance request.
    correlate_row_sessions() { ja: "この申請の日のログイン", en: "Sign-ins of this request" }
    /// There are none.
    correlate_row_sessions_none() { ja: "この申請にあたる保守アカウントのログインは、まだ記録されていません。", en: "No sign-in of a maintenance account falls on this request yet." }
    /// A task.
    task_review() { ja: "作業の結果とアクセスログを点検し、点検した人と点検日を記入してください。", en: "Review the result and the access log, and enter who did, and when." }
}
