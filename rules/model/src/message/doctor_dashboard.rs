//! Texts of the dashboard's `doctor`: what was looked at, what is wrong with it, and what to do.

use super::texts;

texts! {
    /// Name of a check.
    doctor_configuration() { ja: "設定ファイル", en: "configuration" }
    /// There is none.
    doctor_configuration_none() {
        ja: "設定ファイルはありません。既定値とコマンドラインの指定で動作します。",
        en: "There is no configuration file; defaults and flags are in force."
    }
    /// It is read.
    doctor_configuration_read(file: &str) { ja: "{file}を読み込めました。", en: "{file} can be read." }
    /// It is not.
    doctor_configuration_bad(problem: &str) { ja: "設定を読み込めません({problem})。", en: "The configuration cannot be used: {problem}" }
    /// What to do.
    doctor_configuration_bad_act() {
        ja: "示された行を直してください。権限が原因のときは、rootで実行してください。",
        en: "Repair the line that is named. If permission was denied, run this as root."
    }
    /// Everybody can read a secret.
    doctor_secret_open(file: &str, mode: &str) {
        ja: "パスワードなどを含む{file}を、誰でも読めます(モード{mode})。",
        en: "{file} holds a secret and everybody can read it (mode {mode})."
    }
    /// What to do.
    doctor_secret_open_act(file: &str) {
        ja: "chown root:tenken-dashboard {file} と chmod 640 {file} を実行し、書かれていたパスワードを変更してください。",
        en: "Run `chown root:tenken-dashboard {file}` and `chmod 640 {file}`, then change the secret."
    }
    /// A secret cannot be read.
    doctor_secret_bad(problem: &str) { ja: "パスワードのファイルを使えません({problem})。", en: "A secret cannot be used: {problem}" }
    /// What to do.
    doctor_secret_bad_act() {
        ja: "ファイルがあり、tenken-dashboardのアカウントだけが読めることを確認してください。",
        en: "See that the file is there and that the account tenken-dashboard alone can read it."
    }
    /// A secret that only the service is given.
    doctor_secret_credential(name: &str) {
        ja: "{name}はsystemdがサービスだけに渡すため、ここでは確認できません。",
        en: "{name} is handed by systemd to the service alone and cannot be looked at here."
    }

    /// Name of a check.
    doctor_data() { ja: "データフォルダー", en: "data folder" }
    /// It is not there.
    doctor_data_missing(folder: &str) { ja: "{folder}がありません。", en: "{folder} is not there." }
    /// What to do.
    doctor_data_missing_act() {
        ja: "systemctl start tenken-dashboard でサービスを開始すると作成されます。",
        en: "Starting the service makes it: `systemctl start tenken-dashboard`."
    }
    /// It may not be looked at.
    doctor_data_denied(folder: &str, problem: &str) {
        ja: "{folder}を確認できません({problem})。rootで実行してください。",
        en: "{folder} cannot be looked at ({problem}); run this as root."
    }
    /// Others may enter it.
    doctor_data_open(folder: &str, mode: &str) {
        ja: "{folder}に、ほかのアカウントも入れます(モード{mode})。",
        en: "Other accounts may enter {folder} (mode {mode})."
    }
    /// What to do.
    doctor_data_open_act(folder: &str) { ja: "chmod 700 {folder} を実行してください。", en: "Run `chmod 700 {folder}`." }
    /// It is somebody else's.
    doctor_data_foreign(path: &str, account: &str) {
        ja: "{path}の所有者が{account}ではないため、サービスが使えません。",
        en: "{path} does not belong to {account}, and the service cannot use it."
    }
    /// What to do.
    doctor_data_foreign_act(folder: &str, account: &str) {
        ja: "chown -R {account}:{account} {folder} を実行してください。",
        en: "Run `chown -R {account}:{account} {folder}`."
    }
    /// It cannot be written.
    doctor_data_read_only(folder: &str) {
        ja: "{folder}のファイルシステムが読み取り専用です。",
        en: "The file system of {folder} is read-only."
    }
    /// What to do.
    doctor_data_read_only_act() {
        ja: "ディスクの障害でないかをdmesgで確認し、書き込みできる状態でマウントし直してください。",
        en: "Look with `dmesg` whether the disk has failed, and mount it for writing again."
    }
    /// It is nearly full.
    doctor_data_full(folder: &str, free: u64) {
        ja: "{folder}の空きが{free}MiBしかありません。",
        en: "{folder} has only {free} MiB left."
    }
    /// What to do.
    doctor_data_full_act() {
        ja: "空きを1GiB以上にしてください。空きがなくなると、報告を受け付けられなくなります。",
        en: "Free 1 GiB or more: without space no report can be taken."
    }
    /// It is as it should be.
    doctor_data_good(folder: &str, free: u64) { ja: "{folder}(空き{free}MiB)", en: "{folder}, {free} MiB free" }

    /// Name of a check.
    doctor_database() { ja: "データベース", en: "database" }
    /// There is none yet.
    doctor_database_none() {
        ja: "データベースはまだありません。サービスが初めて開始したときに作成されます。",
        en: "There is no database yet; the first start of the service makes it."
    }
    /// It does not answer.
    doctor_database_down(problem: &str) { ja: "データベースを開けません({problem})。", en: "The database cannot be opened: {problem}" }
    /// What to do.
    doctor_database_down_act() {
        ja: "データベースのアドレス、サーバーの稼働、アカウントとパスワード、権限を確認してください。",
        en: "See to its address, whether the server runs, the account and password, and permissions."
    }
    /// It was written by a newer dashboard.
    doctor_database_newer(found: i64, known: i64) {
        ja: "データベースの版({found})が、このプログラムの扱える版({known})より新しくなっています。",
        en: "The database has schema {found}; this program knows schemas up to {known}."
    }
    /// What to do.
    doctor_database_newer_act() {
        ja: "新しい版のダッシュボードを入れるか、更新前のバックアップから復元してください。",
        en: "Install the newer dashboard, or restore the backup made before the update."
    }
    /// It is of an older dashboard.
    doctor_database_older(found: i64, known: i64) {
        ja: "データベースは古い版({found})です。サービスが次に開始したときに、版{known}へ更新されます。",
        en: "The database has the older schema {found}; the next start of the service brings it to {known}."
    }
    /// What to do.
    doctor_database_older_act() {
        ja: "バックアップを取ってから、サービスを再起動してください。",
        en: "Make a backup, then restart the service."
    }
    /// It is damaged.
    doctor_database_damaged(problem: &str) { ja: "データベースが壊れています({problem})。", en: "The database is damaged: {problem}" }
    /// What to do.
    doctor_database_damaged_act() {
        ja: "サービスを停止し、ディスクを点検して、バックアップから復元してください。",
        en: "Stop the service, look after the disk, and restore a backup."
    }
    /// It is as it should be.
    doctor_database_good(kind: &str, version: &str, schema: i64, size: u64) {
        ja: "{kind} {version}、版{schema}、{size}MiB",
        en: "{kind} {version}, schema {schema}, {size} MiB"
    }
    /// What rests on it could not be looked at.
    doctor_database_needed() {
        ja: "データベースを開けないため、確認できません。",
        en: "The database cannot be opened, so this cannot be looked at."
    }

    /// Name of a check.
    doctor_service() { ja: "サービス", en: "service" }
    /// It does not run.
    doctor_service_down(problem: &str) { ja: "サービスが動作していません({problem})。", en: "The service does not run: {problem}" }
    /// What to do.
    doctor_service_down_act() {
        ja: "systemctl start tenken-dashboard を実行してください。開始しないときは、journalctl -u tenken-dashboard で理由を確認してください。",
        en: "Run `systemctl start tenken-dashboard`; if it does not start, `journalctl -u tenken-dashboard` says why."
    }
    /// It runs and answers.
    doctor_service_good(address: &str) { ja: "{address}で応答しています。", en: "It answers at {address}." }
    /// It says that it is not ready.
    doctor_service_ill(problem: &str) { ja: "動作していますが、準備ができていません({problem})。", en: "It runs, but is not ready: {problem}" }
    /// What to do.
    doctor_service_ill_act() {
        ja: "journalctl -u tenken-dashboard で理由を確認してください。",
        en: "`journalctl -u tenken-dashboard` says why."
    }

    /// Name of a check.
    doctor_ports() { ja: "ポート", en: "ports" }
    /// Another program has it.
    doctor_port_taken(key: &str, address: &str, program: &str) {
        ja: "{address}({key})を、別のプログラム({program})が使っています。",
        en: "{address} ({key}) is used by {program}."
    }
    /// Some program has it that cannot be named.
    doctor_port_somebody(key: &str, address: &str) {
        ja: "{address}({key})を使っているプログラムが分かりません。rootで実行してください。",
        en: "{address} ({key}) is used by a program that cannot be named; run this as root."
    }
    /// What to do.
    doctor_port_taken_act(key: &str) {
        ja: "そのプログラムを止めるか、設定の{key}で別のポートを指定してください。",
        en: "Stop that program, or write another port for `{key}` into the configuration."
    }
    /// They could not be listed.
    doctor_ports_unlisted(problem: &str) { ja: "使用中のポートを調べられません({problem})。", en: "The ports in use cannot be listed: {problem}" }
    /// They are as they should be.
    doctor_ports_good(ports: &str) { ja: "{ports}", en: "{ports}" }
    /// A port that is the dashboard's.
    doctor_port_own(key: &str, port: u16) { ja: "{key} {port}(使用中)", en: "{key} {port} (in use)" }
    /// A port that nobody uses.
    doctor_port_free(key: &str, port: u16) { ja: "{key} {port}(空き)", en: "{key} {port} (free)" }

    /// Name of a check.
    doctor_names() { ja: "名前", en: "names" }
    /// There are none.
    doctor_names_none() {
        ja: "namesに名前がありません。ほかの機器は、このダッシュボードに接続できません。",
        en: "`names` is empty: other machines cannot reach this dashboard."
    }
    /// What to do.
    doctor_names_none_act() {
        ja: "機器から見えるこのサーバーの名前を設定のnamesに書き、サービスを再起動してください。",
        en: "Write the name by which machines reach this server into `names` of the configuration, and restart the service."
    }
    /// One is not known.
    doctor_name_unresolved(name: &str, problem: &str) { ja: "{name}の名前解決ができません({problem})。", en: "{name} does not resolve: {problem}" }
    /// What to do.
    doctor_name_unresolved_act() {
        ja: "DNSに登録するか、namesの綴りを直してください。",
        en: "Enter it into the DNS, or correct `names`."
    }
    /// They resolve.
    doctor_names_good(names: &str) { ja: "{names}", en: "{names}" }

    /// Name of a check.
    doctor_certificates() { ja: "証明書", en: "certificates" }
    /// A certificate ends soon.
    doctor_certificate_ends(which: &str, days: i64) { ja: "{which}の証明書の残りは{days}日です。", en: "The certificate of {which} has {days} days left." }
    /// A certificate ended.
    doctor_certificate_ended(which: &str) { ja: "{which}の証明書の期限が切れています。", en: "The certificate of {which} has ended." }
    /// The authority.
    doctor_the_authority() { ja: "認証局", en: "the authority" }
    /// The listeners.
    doctor_the_listeners() { ja: "ダッシュボード", en: "the dashboard" }
    /// What to do about the authority's.
    doctor_certificate_authority_act() {
        ja: "認証局を作り直すと、すべての機器の登録をやり直すことになります。期限の前に計画してください。",
        en: "A new authority means to enrol every host again; plan for it before the end."
    }
    /// What to do about the listeners'.
    doctor_certificate_server_act() {
        ja: "サービスを再起動してください。証明書は、起動のたびに作り直されます。",
        en: "Restart the service: its certificate is made anew at each start."
    }
    /// The listener shows none that can be trusted.
    doctor_certificate_refused(problem: &str) {
        ja: "ダッシュボードの証明書を確認できません({problem})。",
        en: "The certificate that the dashboard shows is not accepted: {problem}"
    }
    /// It could not be read.
    doctor_certificate_unread(problem: &str) { ja: "認証局の証明書を読めません({problem})。", en: "The authority's certificate cannot be read: {problem}" }
    /// The service does not run.
    doctor_certificate_not_shown() {
        ja: "サービスが動作していないため、ダッシュボードの証明書は確認できません。",
        en: "The service does not run, so the certificate it shows cannot be looked at."
    }
    /// They are good.
    doctor_certificates_good(authority: i64, server: i64) {
        ja: "認証局は残り{authority}日、ダッシュボードは残り{server}日",
        en: "{authority} days left of the authority's, {server} of the dashboard's"
    }

    /// Name of a check.
    doctor_clock() { ja: "時計", en: "clock" }
    /// It is wrong.
    doctor_clock_wrong(server: &str, seconds: &str) { ja: "時計が{server}と{seconds}秒ずれています。", en: "The clock is {seconds} s off {server}." }
    /// What to do.
    doctor_clock_wrong_act() {
        ja: "chronyまたはsystemd-timesyncdで時刻を同期してください。ずれが大きいと、証明書や報告が拒否されます。",
        en: "Have chrony or systemd-timesyncd set it: with a wrong clock certificates and reports are refused."
    }
    /// It is right.
    doctor_clock_good(server: &str, seconds: &str) { ja: "{server}とのずれは{seconds}秒です。", en: "It is {seconds} s off {server}." }
    /// Nobody could be asked.
    doctor_clock_not_checked(problem: &str) { ja: "時刻サーバーに問い合わせできません({problem})。", en: "No time server answered: {problem}" }

    /// Name of a check.
    doctor_mail() { ja: "メールサーバー", en: "mail server" }
    /// Mail is not set up.
    doctor_mail_unused() {
        ja: "メールは設定されていません。通知は送られません。",
        en: "Mail is not set up; nobody is told of anything by mail."
    }
    /// A folder takes its place.
    doctor_mail_folder(folder: &str) { ja: "メールは{folder}にファイルとして置かれます。", en: "Mails are put into {folder}." }
    /// The folder cannot be used.
    doctor_mail_folder_bad(folder: &str, problem: &str) { ja: "{folder}を使えません({problem})。", en: "{folder} cannot be used: {problem}" }
    /// What to do.
    doctor_mail_folder_act() {
        ja: "フォルダーを作成し、tenken-dashboardのアカウントが書き込めるようにしてください。",
        en: "Make the folder, writable for the account tenken-dashboard."
    }
    /// Its settings cannot be used.
    doctor_mail_settings(problem: &str) { ja: "メールの設定を使えません({problem})。", en: "The mail settings cannot be used: {problem}" }
    /// Its name is not known.
    doctor_mail_name(server: &str, problem: &str) { ja: "メールサーバー{server}の名前解決ができません({problem})。", en: "The mail server {server} does not resolve: {problem}" }
    /// What to do.
    doctor_mail_name_act() {
        ja: "transportのhostの綴りと、このサーバーのDNSの設定を確認してください。",
        en: "See to `host` of the transport, and to the DNS of this server."
    }
    /// It cannot be reached.
    doctor_mail_unreached(server: &str, problem: &str) { ja: "メールサーバー{server}に接続できません({problem})。", en: "The mail server {server} cannot be reached: {problem}" }
    /// What to do.
    doctor_mail_unreached_act() {
        ja: "ポート番号、ファイアウォール、メールサーバーの稼働を確認してください。",
        en: "See to the port, to firewalls, and whether the mail server runs."
    }
    /// It offers no TLS.
    doctor_mail_no_tls(server: &str, problem: &str) { ja: "メールサーバー{server}との通信を暗号化できません({problem})。", en: "The connection to the mail server {server} cannot be protected: {problem}" }
    /// What to do.
    doctor_mail_no_tls_act() {
        ja: "securityの指定(587番はstarttls、465番はtls)と、メールサーバーのTLSの設定を確認してください。",
        en: "See to `security` (starttls for port 587, tls for 465), and to TLS on the mail server."
    }
    /// Its certificate is not trusted.
    doctor_mail_certificate(server: &str, problem: &str) { ja: "メールサーバー{server}の証明書を信頼できません({problem})。", en: "The certificate of the mail server {server} is not trusted: {problem}" }
    /// What to do.
    doctor_mail_certificate_act() {
        ja: "hostを証明書に載っている名前にするか、機関の認証局の証明書をauthority_fileで指定してください。",
        en: "Write the name that the certificate carries as `host`, or name the agency's authority by `authority_file`."
    }
    /// It refuses the login.
    doctor_mail_login(server: &str, problem: &str) { ja: "メールサーバー{server}にサインインできません({problem})。", en: "The mail server {server} refuses the login: {problem}" }
    /// What to do.
    doctor_mail_login_act() {
        ja: "userと、password_fileの内容を確認してください。",
        en: "See to `user` and to what stands in `password_file`."
    }
    /// It can be used.
    doctor_mail_good(server: &str) {
        ja: "{server}に接続できました(メールは送っていません)。届くかどうかは test-mail で確認できます。",
        en: "{server} takes mail (none was sent). `test-mail` shows whether it arrives."
    }

    /// Name of a check.
    doctor_outbox() { ja: "送信待ちのメール", en: "outbox" }
    /// Mails cannot be sent.
    doctor_outbox_stuck(mails: u64, since: &str) { ja: "{mails}通のメールが{since}から送れていません。", en: "{mails} mails have not been sent since {since}." }
    /// With the last error.
    doctor_outbox_error(mails: u64, since: &str, error: &str) {
        ja: "{mails}通のメールが{since}から送れていません。直近のエラー: {error}",
        en: "{mails} mails have not been sent since {since}. The last error: {error}"
    }
    /// What to do.
    doctor_outbox_act() {
        ja: "メールの設定とメールサーバーを確認してください。直れば、待っているメールは自動で送られます。",
        en: "See to the mail settings and the mail server; what waits is then sent by itself."
    }
    /// Nothing waits.
    doctor_outbox_good() { ja: "滞っているメールはありません。", en: "No mail is stuck." }

    /// Name of a check.
    doctor_clamd() { ja: "ウイルス検査(clamd)", en: "clamd" }
    /// It is not used.
    doctor_clamd_unused() {
        ja: "clamdはありません。添付ファイルのウイルス検査は行いません。",
        en: "There is no clamd; attached files are not scanned."
    }
    /// It does not answer.
    doctor_clamd_down(socket: &str, problem: &str) { ja: "clamd({socket})が応答しません({problem})。添付ファイルを受け付けられません。", en: "clamd at {socket} does not answer ({problem}); no file can be attached." }
    /// What to do.
    doctor_clamd_act() {
        ja: "clamav-daemonを開始し、tenken-dashboardのアカウントがソケットに書き込めることを確認してください。",
        en: "Start clamav-daemon, and see that the account tenken-dashboard may write to its socket."
    }
    /// It answers.
    doctor_clamd_good(socket: &str) { ja: "{socket}で応答しています。", en: "It answers at {socket}." }

    /// Name of a check.
    doctor_identity() { ja: "IDプロバイダー", en: "identity provider" }
    /// It is not used.
    doctor_identity_unused() { ja: "設定されていません。", en: "It is not set up." }
    /// It cannot be used.
    doctor_identity_down(problem: &str) { ja: "IDプロバイダーを使えません({problem})。", en: "It cannot be used: {problem}" }
    /// What to do.
    doctor_identity_act() {
        ja: "issuer、private_network、authority_file、client_secret_fileと、このサーバーからの通信を確認してください。",
        en: "See to issuer, private_network, authority_file, client_secret_file, and whether this server may reach it."
    }
    /// It answers.
    doctor_identity_good(issuer: &str) { ja: "{issuer}が応答しています。", en: "{issuer} answers." }

    /// Name of a check.
    doctor_backup() { ja: "バックアップ", en: "backup" }
    /// The newest is old.
    doctor_backup_old(at: &str) {
        ja: "最後のバックアップは{at}のものです。2日以上、新しいバックアップがありません。",
        en: "The last backup is of {at}: none was made for more than two days."
    }
    /// There is none.
    doctor_backup_none() { ja: "バックアップが一度も作成されていません。", en: "No backup was ever made." }
    /// What to do.
    doctor_backup_act() {
        ja: "systemctl status tenken-dashboard-backup.timer tenken-dashboard-backup.service で毎日のバックアップが動いているか確認し、tenken-dashboard backup で一度作成してください。",
        en: "See whether the daily backup runs (systemctl status tenken-dashboard-backup.timer tenken-dashboard-backup.service), and make one with `tenken-dashboard backup`."
    }
    /// It is new enough.
    doctor_backup_good(at: &str) { ja: "最後のバックアップは{at}のものです。", en: "The last backup is of {at}." }
    /// Nothing is due yet.
    doctor_backup_new() {
        ja: "使い始めて間もないため、バックアップはまだありません。",
        en: "There is none yet, and the dashboard is new."
    }

    /// Name of a check.
    doctor_hosts() { ja: "報告が途絶えた機器", en: "silent hosts" }
    /// Some are silent.
    doctor_hosts_silent(silent: usize, hosts: usize, names: &str) {
        ja: "{hosts}台のうち{silent}台の報告が途絶えています: {names}",
        en: "{silent} of {hosts} hosts are silent: {names}"
    }
    /// What to do.
    doctor_hosts_act() {
        ja: "機器の電源とネットワークを確認し、その機器で tenken-agent doctor を実行してください。",
        en: "See whether they are on and connected, and run `tenken-agent doctor` on them."
    }
    /// None is.
    doctor_hosts_good(hosts: usize) { ja: "報告が途絶えた機器はありません({hosts}台)。", en: "None of {hosts} hosts is silent." }

    /// Name of a check.
    doctor_versions() { ja: "エージェントの版", en: "agent versions" }
    /// Some agents are newer.
    doctor_versions_newer(own: &str, hosts: u64, version: &str) {
        ja: "{hosts}台のエージェントが、ダッシュボード({own})より新しい版です(最新{version})。",
        en: "{hosts} agents are newer than the dashboard ({own}), up to {version}."
    }
    /// What to do.
    doctor_versions_newer_act() { ja: "ダッシュボードを先に更新してください。", en: "Update the dashboard: it comes before its agents." }
    /// Some agents are older.
    doctor_versions_older(own: &str, hosts: u64, version: &str) {
        ja: "{hosts}台のエージェントが、ダッシュボード({own})より古い版です(最も古い版{version})。",
        en: "{hosts} agents are older than the dashboard ({own}), down to {version}."
    }
    /// What to do.
    doctor_versions_older_act() { ja: "機器のパッケージを更新してください。", en: "Update the package on the hosts." }
    /// Some could not be compared.
    doctor_versions_odd(version: &str) { ja: "版の表記を読めません: {version}", en: "This version cannot be compared: {version}" }
    /// All are the same.
    doctor_versions_good(own: &str) { ja: "すべて{own}です。", en: "All are {own}." }
    /// None reported yet.
    doctor_versions_none() { ja: "報告した機器はまだありません。", en: "No host has reported yet." }
}
