//! The register of hosts, and how it agrees with the hosts that have an agent.

use super::texts;

texts! {
    /// The register of hosts.
    register_hosts() { ja: "機器台帳", en: "Register of hosts" }
    /// What it is for.
    register_hosts_purpose() { ja: "PCやサーバー、ネットワーク機器と、その使用状態を管理します。使用中のPC・サーバーにエージェントが入っていないと、概要と機器の一覧に表示します。", en: "PCs, servers and network devices and whether they are in use. PCs and servers in use that have no agent are shown on the overview and among the hosts." }
    /// Column.
    column_holder() { ja: "管理者・用途", en: "Kept by or for" }
    /// Column.
    column_portable() { ja: "持ち出し", en: "Portable" }
    /// Column.
    column_personal_data() { ja: "個人情報", en: "Personal data" }
    /// Column.
    column_asset_number() { ja: "管理番号", en: "Asset number" }
    /// Help.
    help_host_name() { ja: "PCとサーバーはコンピューター名(エージェントが報告する名前)を書きます。そのほかの機器は現場での呼び名でかまいません。", en: "Of PCs and servers the computer's name, as its agent reports it; of other machines what people call it." }
    /// Help.
    help_host_kind() { ja: "PCとサーバーは、エージェントが入っているかを確認する対象になります。", en: "PCs and servers are expected to have an agent." }
    /// Help.
    help_host_status() { ja: "使わなくなった機器は「保管中」または「廃棄済」にしてください。", en: "Mark a host that is no longer used as stored or disposed." }
    /// Help.
    help_holder() { ja: "管理している人や部署、または用途です。例: 総務、健診システム", en: "Who looks after it, or what it is for, such as the screening system." }
    /// Help.
    help_host_place() { ja: "置いてある場所です。例: 2階 事務室", en: "Where it is kept, such as office, 2nd floor." }
    /// Help.
    help_portable() { ja: "事業所の外に持ち出すことがある機器では「はい」を選びます。", en: "Yes if it is carried out of the premises." }
    /// Help.
    help_personal_data() { ja: "健診データなどの個人情報を保存している機器では「はい」を選びます。", en: "Yes if personal data, such as screening results, is kept on it." }
    /// Help.
    help_asset_number() { ja: "機器に貼った管理ラベルの番号です。例: PC-2024-015", en: "The number on its label, such as PC-2024-015." }
    /// Word.
    host_kind_network() { ja: "ネットワーク機器", en: "Network device" }
    /// Word.
    host_kind_other() { ja: "その他", en: "Other" }
    /// Word.
    host_prepared() { ja: "準備中", en: "Being set up" }
    /// Word.
    host_stored() { ja: "保管中", en: "Stored" }
    /// Hosts of the register without an agent, on the overview.
    coverage_without_agent(count: usize) { ja: "台帳にある機器{count}台にエージェントがありません。", en: "{count} hosts of the register have no agent." }
    /// Heading.
    hosts_without_agent(count: usize) { ja: "エージェントのない機器 {count}台", en: "{count} hosts without an agent" }
    /// What it means.
    hosts_without_agent_help() { ja: "機器台帳では使用中ですが、この名前のエージェントが登録されていません。エージェントを入れるか、台帳の名前と状態を直してください。", en: "The register says that they are in use, but no agent of that name is enrolled. Install the agent, or correct the name or state in the register." }
    /// Mark of a host.
    host_not_listed() { ja: "台帳になし", en: "Not in the register" }
    /// Mark of a host that should not be there.
    host_listed_as(status: &str) { ja: "台帳では{status}", en: "Register: {status}" }
    /// Label.
    host_in_register() { ja: "機器台帳", en: "Register" }
    /// Link to a host's row.
    host_listed() { ja: "記載あり", en: "Listed" }
    /// A cell that changed, in the audit log.
    cell_changed(column: &str, before: &str, after: &str) { ja: "{column} 「{before}」→「{after}」", en: "{column} “{before}” → “{after}”" }
    /// A file that was taken in on the console.
    import_told(register: &str, added: usize, changed: usize, unchanged: usize) { ja: "{register}: 追加{added}件、変更{changed}件、変更なし{unchanged}件", en: "{register}: {added} added, {changed} changed, {unchanged} unchanged" }
    /// A file with faults, followed by them.
    import_took_nothing() { ja: "何も取り込みませんでした。", en: "Nothing was taken in." }
    /// Faults of a file that are not told.
    import_faults_left(count: usize) { ja: "ほか{count}件", en: "and {count} more" }
    /// An unknown register.
    import_no_register(register: &str, known: &str) { ja: "台帳「{register}」はありません。指定できるもの: {known}", en: "There is no register `{register}`; there are: {known}" }
    /// A file that was taken in, in the audit log.
    import_done(added: usize, changed: usize, digest: &str) { ja: "追加{added}件、変更{changed}件(内容のダイジェスト {digest})", en: "{added} added, {changed} changed (digest of the content {digest})" }
    /// Two sentences, the second of which may be empty.
    sentences(first: &str, second: &str) { ja: "{first}{second}", en: "{first} {second}" }
    /// What somebody typed although another person changed the row first.
    register_unsaved() { ja: "保存していない入力", en: "What you typed was not saved" }
}
