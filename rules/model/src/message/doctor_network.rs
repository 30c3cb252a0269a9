//! Texts of the command that finds the usual faults of an agent: the way to the dashboard.

use super::texts;

texts! {
    /// Name of a check.
    doctor_check_proxy() { ja: "プロキシー", en: "Proxy" }
    /// Name of a check.
    doctor_check_name() { ja: "名前解決", en: "Name" }
    /// Name of a check.
    doctor_check_connection() { ja: "接続", en: "Connection" }
    /// Name of a check.
    doctor_check_tls() { ja: "暗号化(TLS)", en: "TLS" }
    /// Name of a check.
    doctor_check_answer() { ja: "ダッシュボードの応答", en: "Answer" }
    /// Name of a check.
    doctor_check_clock() { ja: "時刻", en: "Clock" }
    /// Name of a check.
    doctor_check_version() { ja: "バージョン", en: "Version" }
    /// What rests on a check before it.
    doctor_rests_on(check: &str) { ja: "「{check}」の問題のため確認できません。", en: "it rests on “{check}”" }

    /// No proxy is set.
    doctor_no_proxy() { ja: "プロキシーは設定されていません。", en: "none is set" }
    /// One is set, and the dashboard excepted.
    doctor_proxy_excepted(variables: &str) {
        ja: "{variables}が設定されていますが、ダッシュボードは除外されています。",
        en: "{variables} is set, and the dashboard is excepted from it"
    }
    /// One is set for the dashboard as well.
    doctor_proxy_in_the_way(variables: &str, host: &str) {
        ja: "{variables}が設定されており、ダッシュボードへの接続もプロキシーを通ります。NO_PROXYに{host}を加えてください。",
        en: "{variables} is set, so that connections to the dashboard go through a proxy; add {host} to NO_PROXY"
    }
    /// The name has addresses.
    doctor_name(name: &str, addresses: &str) { ja: "{name}は{addresses}です。", en: "{name} is {addresses}" }
    /// It was not resolved.
    doctor_name_unknown(name: &str, why: &str) {
        ja: "{name}のアドレスがわかりません({why})。DNSの設定(Linuxでは/etc/resolv.conf)と名前のつづりを確かめてください。",
        en: "{name} has no address: {why}; check the DNS settings (on Linux /etc/resolv.conf) and the spelling"
    }
    /// A connection was made.
    doctor_connected(address: &str) { ja: "{address}に接続できます。", en: "{address} can be reached" }
    /// The port is closed.
    doctor_refused(address: &str) {
        ja: "{address}に接続を拒否されました。ダッシュボードが動いていて、そのポートで待ち受けているか確かめてください。",
        en: "{address} refuses connections; check that the dashboard runs and listens on that port"
    }
    /// Nothing answered.
    doctor_timed_out(address: &str) {
        ja: "{address}から応答がありません。途中のファイアウォールでTCPのそのポートを許可し、ダッシュボードの機器の電源を確かめてください。",
        en: "{address} does not answer; let that TCP port through the firewalls on the way, and check that the dashboard's machine is on"
    }
    /// There is no way.
    doctor_no_route(address: &str) {
        ja: "{address}への経路がありません。ネットワークの接続とデフォルトゲートウェイを確かめてください。",
        en: "there is no route to {address}; check the network connection and the default gateway"
    }
    /// It failed otherwise.
    doctor_not_connected(address: &str, why: &str) {
        ja: "{address}に接続できません({why})。",
        en: "{address} cannot be reached: {why}"
    }
    /// The server is the dashboard.
    doctor_tls() { ja: "登録時の認証局が発行した証明書を確認しました。", en: "the server shows a certificate of the authority that was pinned" }
    /// Another authority.
    doctor_tls_other_authority() {
        ja: "登録時とは別の認証局の証明書が提示されました。通信を検査する機器がある場合は、ダッシュボードへの接続を対象から外してください。ダッシュボードを作り直した場合は、登録し直してください。",
        en: "the server shows a certificate of another authority than the one pinned at enrolment; except the dashboard from devices that inspect TLS, or enrol this host again if the dashboard was set up anew"
    }
    /// The server's certificate has ended.
    doctor_tls_ended(until: &str) {
        ja: "ダッシュボードの証明書は{until}に期限が切れています。ダッシュボードを再起動すると発行し直されます。",
        en: "the dashboard's certificate ended on {until}; starting the dashboard anew makes a new one"
    }
    /// The server's certificate is not valid yet.
    doctor_tls_later(from: &str) {
        ja: "ダッシュボードの証明書は{from}から有効です。ダッシュボードの時刻を確かめてください。",
        en: "the dashboard's certificate begins on {from} only; check the dashboard's clock"
    }
    /// By this host's clock it is not valid, and the clock is wrong.
    doctor_tls_clock() {
        ja: "この機器の時刻が誤っているため、ダッシュボードの証明書が期限外と判断されます。時刻を合わせてください。",
        en: "by this host's clock the dashboard's certificate is not valid, and the clock is wrong; set it"
    }
    /// The certificate is for another name.
    doctor_tls_wrong_name(name: &str) {
        ja: "ダッシュボードの証明書が{name}のものではありません。ダッシュボードの報告先アドレスの設定を確かめてください。",
        en: "the server's certificate is not for {name}; check the address for reports in the dashboard's settings"
    }
    /// The server refuses the host's certificate.
    doctor_tls_refused(why: &str) {
        ja: "ダッシュボードがこの機器の証明書を拒否しました({why})。ダッシュボードを作り直した場合や証明書の期限が切れた場合は、登録し直してください。",
        en: "the dashboard refuses this host's certificate ({why}); enrol this host again if the dashboard was set up anew or the certificate has ended"
    }
    /// Something else.
    doctor_tls_failed(why: &str) {
        ja: "TLSで接続できません({why})。別のサーバーが待ち受けているか、途中の機器が通信を妨げています。",
        en: "no TLS connection: {why}; another server listens there, or a device on the way is in between"
    }
    /// The dashboard knows the host.
    doctor_answered() { ja: "ダッシュボードはこの機器を認識しています。", en: "the dashboard knows this host" }
    /// It was revoked.
    doctor_answer_revoked() {
        ja: "この機器の登録はダッシュボードで取り消されています。報告を続けるなら、新しいトークンで登録し直してください。",
        en: "this host was revoked on the dashboard; enrol it again with a new token if it is to report"
    }
    /// It knows no such host.
    doctor_answer_unknown() {
        ja: "ダッシュボードはこの機器を知りません。データを古いバックアップから戻した場合などに起こります。新しいトークンで登録し直してください。",
        en: "the dashboard knows no such host, as after an older backup was restored; enrol this host again with a new token"
    }
    /// The certificate is not the newest.
    doctor_answer_replaced() {
        ja: "この機器の証明書は、より新しいものに置き換えられています。フォルダーが古い複製に戻されています。新しいトークンで登録し直してください。",
        en: "this host's certificate was replaced by a newer one, so that the state folder is an older copy; enrol this host again with a new token"
    }
    /// The certificate has ended.
    doctor_answer_expired() {
        ja: "この機器の証明書の期限が切れています。新しいトークンで登録し直してください。",
        en: "this host's certificate has ended; enrol this host again with a new token"
    }
    /// Too many requests.
    doctor_answer_too_often() {
        ja: "要求が多すぎるため、ダッシュボードが応答しませんでした。しばらくしてから実行してください。",
        en: "the dashboard takes no more requests of this host for now; try again later"
    }
    /// It is no dashboard.
    doctor_answer_foreign(status: u16) {
        ja: "ダッシュボードではないものが応答しています(HTTP {status})。アドレスとポートを確かめてください。",
        en: "what answers is no dashboard (HTTP {status}); check address and port"
    }
    /// It refused for another reason.
    doctor_answer_refused(code: &str, message: &str) {
        ja: "ダッシュボードが要求を拒否しました({code}: {message})。",
        en: "the dashboard refused: {code}: {message}"
    }
    /// The answer could not be read.
    doctor_answer_broken(why: &str) { ja: "応答を読み取れません({why})。", en: "the answer cannot be read: {why}" }
    /// The clocks agree.
    doctor_clock_differs(seconds: i64) {
        ja: "ダッシュボードとの差は{seconds}秒です。",
        en: "it differs from the dashboard's by {seconds} s"
    }
    /// This clock is ahead.
    doctor_clock_ahead(seconds: i64) {
        ja: "ダッシュボードより{seconds}秒進んでいます。両方の機器の時刻同期を確かめてください(Linuxでは timedatectl、Windowsでは w32tm /query /status)。",
        en: "it is {seconds} s ahead of the dashboard's; check the time synchronisation of both (on Linux timedatectl, on Windows w32tm /query /status)"
    }
    /// This clock is behind.
    doctor_clock_behind(seconds: i64) {
        ja: "ダッシュボードより{seconds}秒遅れています。両方の機器の時刻同期を確かめてください(Linuxでは timedatectl、Windowsでは w32tm /query /status)。",
        en: "it is {seconds} s behind the dashboard's; check the time synchronisation of both (on Linux timedatectl, on Windows w32tm /query /status)"
    }
    /// The answer says nothing of it.
    doctor_not_said() { ja: "応答に含まれていません。", en: "the answer does not say it" }
    /// Both are of one version, or the agent is newer.
    doctor_version(own: &str, dashboard: &str) {
        ja: "エージェント{own}、ダッシュボード{dashboard}です。",
        en: "the agent is {own}, the dashboard {dashboard}"
    }
    /// The agent is older.
    doctor_version_older(own: &str, dashboard: &str) {
        ja: "エージェント({own})がダッシュボード({dashboard})より古く、新しい規則を判定できないことがあります。エージェントを更新してください。",
        en: "the agent ({own}) is older than the dashboard ({dashboard}) and may not know its newer rules; update the agent"
    }
}
