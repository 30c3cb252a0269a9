//! Texts of the dashboard's configuration: of its file, and in English of its flags.

use super::texts;

texts! {
    /// The head of the sample.
    configuration_head(path: &str) {
        ja: "点検ダッシュボードの設定ファイルです({path})。\n\n「#」のすぐ後に項目名がある行は、その項目の既定値です。変更するときは「#」を外して値を書き換え、サービスを再起動してください。誤った項目名は、起動時に行番号と列番号を付けて拒否されます。コマンドラインの指定は、このファイルより優先されます。パスワードを直接書いたときは、このファイルをほかの利用者が読めないようにしてください(chmod 640、chown root:tenken-dashboard)。",
        en: "The configuration of the Tenken dashboard ({path}).\n\nA line that begins with # and a key shows the default of that key. To change it, remove the # and write another value, then restart the service. Unknown keys are refused with their line and column. A flag on the command line beats this file. If a password stands in this file, nobody else may read it (chmod 640, chown root:tenken-dashboard)."
    }
    /// Before an example.
    configuration_example() { ja: "例:", en: "Example:" }
    /// `data`.
    configuration_data() {
        ja: "データフォルダー。データベース、認証局の鍵、添付ファイルを保存します。ダッシュボードのアカウントだけが読めるようにしてください。",
        en: "The data folder: the database, the authority's keys and attached files. The dashboard's account alone may read it"
    }
    /// `database`.
    configuration_database() {
        ja: "データフォルダー内のデータベースの代わりに使うPostgreSQLのアドレス。パスワードはdatabase_password_fileに分けて書くことを勧めます。",
        en: "A PostgreSQL database in place of the one in the data folder: postgres://... The password is better kept in a file of its own"
    }
    /// `database_password_file`.
    configuration_database_password_file() {
        ja: "PostgreSQLのパスワードを書いたファイル。ほかの利用者が読めるファイルは拒否されます。systemdのLoadCredential=で渡すときは、credential:名前 と書きます。",
        en: "A file with the database's password, which others may not read; or credential:NAME, which systemd hands over by LoadCredential="
    }
    /// `agents`.
    configuration_agents() {
        ja: "エージェントの報告を受け付けるアドレスとポート。systemdのソケット(agents)を受け取ったときは、そちらを使います。",
        en: "Where agents report. A socket that systemd hands over under the name `agents` takes its place"
    }
    /// `people`.
    configuration_people() {
        ja: "ブラウザーからのアクセスと機器の登録を受け付けるアドレスとポート。systemdのソケット(people)を受け取ったときは、そちらを使います。",
        en: "Where people's browsers come, and hosts to be enrolled. A socket that systemd hands over under the name `people` takes its place"
    }
    /// `local`.
    configuration_local() {
        ja: "このサーバー上のブラウザーだけが、TLSなしで使えるアドレス。ループバックアドレスに限ります。",
        en: "Where browsers on this machine come without TLS; a loopback address"
    }
    /// `metrics`.
    configuration_metrics() {
        ja: "監視システム(Prometheus)向けの数値(/metrics)と、稼働状況(/health/live、/health/ready)を返すアドレス。暗号化も認証もありませんが、個人や機器の名前は含まれません。指定しなければ使いません。",
        en: "Where monitoring fetches /metrics (Prometheus), /health/live and /health/ready, without TLS and without the names of people or hosts; off unless it is given"
    }
    /// `names`.
    configuration_names() {
        ja: "ダッシュボードの名前またはIPアドレス。証明書に載せます。先頭のものを、エージェントの報告先として案内します。",
        en: "A name or address by which this dashboard is reached, for its certificate; several can be given. The first is where agents are told to report"
    }
    /// `grace`.
    configuration_grace() {
        ja: "すべての規則の猶予をこの長さに置き換えます。試すときだけ使ってください。",
        en: "Replaces the grace of every rule, to try things out: `0s`"
    }
    /// `time_references`.
    configuration_time_references() {
        ja: "機器の時計と比べる時刻サーバー(NTP)。指定しなければ、前に指定したものを使い続けます。",
        en: "A time server that hosts measure their clock against; several can be given. Kept until others are given"
    }
    /// `agency`.
    configuration_agency() {
        ja: "機関の名称。様式に載せるとおりに書きます。指定しなければ、前に指定したものを使い続けます。",
        en: "The agency's name, as its form gives it; kept until another is given"
    }
    /// `clamd`.
    configuration_clamd() {
        ja: "添付ファイルを検査するclamdのソケット。指定すると、検査できないファイルは受け付けません。指定しなければ、通常の場所にあるときだけ使います。",
        en: "The socket of a clamd that scans the files people attach; without it the usual one is asked if it is there"
    }
    /// `packages`.
    configuration_packages() {
        ja: "エージェントのパッケージを置いたフォルダー。指定すると、/packages から誰でも取得できます。",
        en: "A folder of the agent's packages, which whoever asks can fetch below /packages"
    }
    /// `mail`.
    configuration_mail() {
        ja: "メールの設定。別のファイルのパスを書くか、内容をここに直接書きます。指定しなければ、メールは送信待ちのままになります。パスワードのファイルには、credential:名前 とも書けます。",
        en: "Who gets mails about drifts and how they are sent: a YAML file, or here its content. Without it mails wait"
    }
    /// `identity_provider`.
    configuration_identity_provider() {
        ja: "機関のIDプロバイダー(OpenID Connect)。別のファイルのパスを書くか、内容をここに直接書きます。",
        en: "The agency's identity provider, through which people can sign in (OpenID Connect): a YAML file, or here its content"
    }
    /// `--config`.
    configuration_config(usual: &str) {
        ja: "設定ファイル。指定がなく--dataの指定もなければ、{usual}があるときに使います",
        en: "The configuration file; otherwise {usual} if it is there and --data is not given"
    }
}
