//! Texts of what makes backups and puts them back, and of tokens and packages for a roll-out.

use super::texts;

texts! {
    /// A backup was made.
    backup_made(file: &str, size: &str, digest: &str) {
        ja: "バックアップを作成しました: {file}({size}、SHA-256 {digest})",
        en: "The backup is made: {file} ({size}, SHA-256 {digest})"
    }
    /// An older one was removed.
    backup_forgotten(name: &str) { ja: "古いバックアップを削除しました: {name}", en: "An older backup was removed: {name}" }
    /// What is in it.
    backup_holds_keys() {
        ja: "このファイルには認証局の秘密鍵と台帳の内容が暗号化されずに入っています。データフォルダーと同じように守り、別の機器にも保管してください。設定ファイル(/etc/tenken-dashboard)は含まれません。",
        en: "The file holds the authority's private keys and the registers, unencrypted: guard it as the data folder, and keep it on another machine too. Configuration files (/etc/tenken-dashboard) are not in it."
    }
    /// A backup was looked at and is whole.
    backup_whole(at: &str, program: &str, schema: i64, rows: u64, digest: &str) {
        ja: "バックアップに欠けや破損はありません。作成日時 {at}、Tenken {program}、スキーマ{schema}、{rows}行、SHA-256 {digest}",
        en: "The backup is whole: made at {at} by Tenken {program}, schema {schema}, {rows} rows, SHA-256 {digest}"
    }
    /// A backup was restored.
    backup_restored(at: &str) { ja: "{at}時点の状態に復元しました。", en: "The state of {at} is restored." }
    /// Where what was there is.
    backup_kept(folder: &str) {
        ja: "復元前の状態は{folder}に残しました。不要になったら削除してください。",
        en: "What was there before is kept in {folder}; remove it once it is not needed."
    }
    /// What an administrator does next.
    backup_restored_next() {
        ja: "ダッシュボードを起動してください。全員がサインインし直します。未使用の登録用トークンは取り消しました。バックアップより後に行った機器の取り消し、利用者の停止、台帳の変更は失われているため、やり直してください。後から登録した機器は登録し直しが必要です。送信済みの通知がもう一度送られることがあります。",
        en: "Start the dashboard. Everybody signs in anew, and enrolment tokens that were not used up are withdrawn. What was done after the backup is gone and has to be done again: hosts that were revoked, people who were disabled, changes of registers. Hosts that were added after it are to be enrolled anew. Mails that were sent may be sent once more."
    }
    /// Fields.
    token_hosts() { ja: "トークンを使える台数", en: "For how many hosts" }
    /// Help.
    token_hosts_help() { ja: "1台なら1。一斉に導入するときは台数を入力します(500台まで)。", en: "1 for a single host; up to 500 for a roll-out." }
    /// Field.
    token_valid() { ja: "有効期間", en: "How long it works" }
    /// A length of time.
    token_hours(hours: i64) { ja: "{hours}時間", en: "{hours} hours" }
    /// A length of time.
    token_hour() { ja: "1時間", en: "1 hour" }
    /// A length of time.
    token_days(days: i64) { ja: "{days}日間", en: "{days} days" }
    /// What was typed is no number of hosts.
    token_hosts_wrong(most: u32) { ja: "1から{most}までの数を入力してください。", en: "Type a number from 1 to {most}." }
    /// How long was not chosen.
    token_valid_wrong() { ja: "有効期間を選んでください。", en: "Choose how long it works." }
    /// For how many the token is that was made.
    token_made_for(hosts: u32) { ja: "{hosts}台まで登録できます。", en: "It lets in {hosts} hosts." }
    /// What whoever has it can do.
    token_risk() {
        ja: "このトークンを知っている人は、使い切るか期限が来るまで、誰でも機器を登録できます。グループポリシーや共有フォルダーに書いたものは職員が読めることに注意し、台数と期間は必要な分だけにしてください。導入が終わったら取り消し、下の一覧で覚えのない機器がないか確かめてください。",
        en: "Whoever has this token can add hosts until it is used up or expires. What stands in a group policy or on a share can be read by the staff: choose no more hosts and no longer than needed. Withdraw it when the roll-out is done, and look through the list below for hosts that nobody knows."
    }
    /// Heading.
    rollout_heading() { ja: "一斉導入用のトークン", en: "Tokens for roll-outs" }
    /// Column.
    rollout_made() { ja: "発行", en: "Made" }
    /// Column.
    rollout_until() { ja: "期限", en: "Until" }
    /// Column.
    rollout_used() { ja: "登録済み", en: "Used" }
    /// How many came by it.
    rollout_count(used: u32, hosts: u32) { ja: "{used} / {hosts}台", en: "{used} of {hosts}" }
    /// State.
    rollout_works() { ja: "有効", en: "Works" }
    /// State.
    rollout_used_up() { ja: "使用済み", en: "Used up" }
    /// State.
    rollout_expired() { ja: "期限切れ", en: "Expired" }
    /// State.
    rollout_withdrawn(person: &str, at: &str) { ja: "取り消し済({person}、{at})", en: "Withdrawn by {person}, {at}" }
    /// Button.
    rollout_withdraw() { ja: "取り消す", en: "Withdraw" }
    /// Opens the list of the hosts that came by it.
    rollout_hosts(count: u32) { ja: "このトークンで登録した機器({count}台)", en: "Hosts that came by it ({count})" }
    /// Done.
    done_token_withdrawn() { ja: "トークンを取り消しました。", en: "The token is withdrawn." }
    /// Heading.
    rollout_debian() { ja: "Debian・Ubuntu(対話なし)", en: "Debian and Ubuntu, unattended" }
    /// Heading.
    rollout_dropin() { ja: "設定ファイルを配る場合(Linux)", en: "By a file that a configuration tool brings (Linux)" }
    /// Help.
    rollout_dropin_help(file: &str) {
        ja: "{file}に次の内容を置きます。パッケージの導入の前でも後でも構いません。エージェントは登録に使った後、このファイルを削除します。",
        en: "Put this into {file}, before or after the package is installed. The agent enrols with it and removes it."
    }
    /// Heading.
    rollout_gpo() { ja: "Windows(グループポリシー・無人インストール)", en: "Windows, by group policy or unattended" }
    /// Help.
    rollout_gpo_help() {
        ja: "MSIを、コンピューターアカウントが読める共有フォルダーに置き、次の行をスタートアップスクリプトにします。共有フォルダーの名前は置き換えてください。導入済みのPCでは何も変わりません。",
        en: "Put the MSI on a share that computer accounts can read, and make this line a startup script; replace the name of the share. On PCs that have it nothing changes."
    }
    /// Heading.
    packages_heading() { ja: "エージェントのパッケージ", en: "Packages of the agent" }
    /// None.
    packages_none() {
        ja: "このダッシュボードはパッケージを配布していません。`tenken-dashboard serve --packages フォルダー`で、配布するフォルダーを指定できます。",
        en: "This dashboard serves no packages. `tenken-dashboard serve --packages FOLDER` names a folder of them."
    }
    /// None in the folder.
    packages_empty() { ja: "指定されたフォルダーにエージェントのパッケージがありません。", en: "There is no package of the agent in the folder that is named." }
    /// The folder cannot be read.
    packages_unread() { ja: "パッケージのフォルダーを読み取れません。ダッシュボードのログを確かめてください。", en: "The folder of packages cannot be read; the dashboard's log says why." }
    /// More than are listed.
    packages_cut(count: usize) { ja: "ほかに{count}件のファイルがあります。", en: "There are {count} files more." }
    /// Column.
    packages_file() { ja: "ファイル", en: "File" }
    /// Column.
    packages_size() { ja: "サイズ", en: "Size" }
    /// The folder is an APT repository.
    packages_apt(line: &str) { ja: "APTリポジトリとして使えます: {line}", en: "It is an APT repository: {line}" }
    /// It is signed by nobody.
    packages_apt_unsigned() {
        ja: "フォルダーに署名済みのInReleaseがないため、APTリポジトリとしては使えません。InReleaseとPackagesを置くと使えるようになります。",
        en: "There is no signed InRelease in the folder, so it is no APT repository. Put InRelease and Packages there to make it one."
    }
    /// Who may fetch them.
    packages_open() {
        ja: "パッケージはサインインなしで取得できます(公開のソフトウェアで、機関の情報は含みません)。取得したファイルのSHA-256が上の値と一致することを確かめてください。",
        en: "They can be fetched without signing in: they are public software and tell nothing of the agency. Compare the SHA-256 of what was fetched with the one above."
    }
    /// Heading.
    authority_heading() { ja: "ダッシュボードの認証局の証明書", en: "Certificate of the dashboard's authority" }
    /// What it is for.
    authority_lead() {
        ja: "このダッシュボードの証明書は、ダッシュボード自身の認証局が発行しています。認証局の証明書を、グループポリシーなどでPCの「信頼されたルート証明機関」に登録すると、ブラウザーの警告が出なくなります。",
        en: "The certificate of this dashboard comes from an authority of its own. Browsers no longer warn once the authority's certificate is among the trusted root authorities of the PCs, which a group policy can do."
    }
    /// Name.
    authority_fingerprint() { ja: "SHA-256フィンガープリント", en: "SHA-256 fingerprint" }
    /// Name.
    authority_until() { ja: "有効期限", en: "Valid until" }
    /// Link.
    authority_download() { ja: "証明書をダウンロード(PEM形式)", en: "Download the certificate (PEM)" }
    /// Title.
    versions_title() { ja: "エージェントの版", en: "Versions of the agent" }
    /// Lead.
    versions_lead() {
        ja: "エージェントは自分では更新しません。新しいパッケージは、機関のいつもの方法で配ってください。",
        en: "Agents never update themselves: roll a new package out in the way the agency does."
    }
    /// Column.
    versions_version() { ja: "版", en: "Version" }
    /// Column.
    versions_hosts() { ja: "機器", en: "Hosts" }
    /// No version is known.
    versions_unknown() { ja: "未報告", en: "Not reported" }
    /// Older than the newest package.
    versions_older(newest: &str) { ja: "配布中の{newest}より古い版", en: "Older than {newest}, which is served" }
    /// As new as the newest package.
    versions_newest() { ja: "配布中の最新", en: "The newest that is served" }
    /// Newer than any package.
    versions_newer() { ja: "配布中のパッケージより新しい版", en: "Newer than any package that is served" }
    /// It cannot be compared.
    versions_unclear() { ja: "比較できません", en: "Cannot be compared" }
    /// No host yet.
    versions_none() { ja: "報告した機器がまだありません。", en: "No host has reported yet." }
    /// More hosts than are listed.
    versions_more(count: usize) { ja: "ほか{count}台", en: "{count} more" }
}
