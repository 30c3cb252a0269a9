//! Texts of the agent's own commands.

use super::texts;

texts! {
    /// Heading of a column: the verdict.
    check_verdict() { ja: "判定", en: "Verdict" }
    /// Heading of a column: the items a rule decides.
    check_items() { ja: "項目", en: "Items" }
    /// Heading of a column: the rule.
    check_rule() { ja: "規則", en: "Rule" }
    /// Heading of a column: what was found.
    check_found() { ja: "確認した内容", en: "What was found" }
    /// How many of each verdict.
    check_summary(pass: usize, fail: usize, unknown: usize, not_applicable: usize) {
        ja: "適合 {pass}件、不適合 {fail}件、確認できず {unknown}件、対象外 {not_applicable}件",
        en: "{pass} pass, {fail} fail, {unknown} unknown, {not_applicable} not applicable"
    }
    /// What to type to learn more.
    check_more() {
        ja: "理由と直し方は tenken-agent explain <規則> で確認できます。",
        en: "tenken-agent explain RULE says why and how to repair."
    }
    /// Heading: why a rule exists.
    explain_why() { ja: "理由", en: "Why" }
    /// Heading: the checklist items a rule decides.
    explain_items() { ja: "チェックリストの項目", en: "Checklist items" }
    /// Heading: where the requirement comes from.
    explain_sources() { ja: "根拠", en: "Sources" }
    /// Heading: the parameters of a rule.
    explain_parameters() { ja: "しきい値", en: "Parameters" }
    /// Heading: the steps to repair.
    explain_remedy() { ja: "直し方", en: "How to repair" }
    /// Heading: the steps to repair on one system.
    explain_remedy_on(os: &str) { ja: "直し方({os})", en: "How to repair ({os})" }
    /// The bounds of a parameter, behind its value.
    explain_bounds(min: &str, max: &str) { ja: "、{min}から{max}まで", en: ", {min} to {max}" }
    /// Heading: the places that were looked at for a rule.
    explain_looked_at() { ja: "この機器で見た場所", en: "Looked at on this host" }
    /// Places that are not listed.
    explain_places_left(left: usize) {
        ja: "ほか{left}か所(tenken-agent facts ですべて表示します)",
        en: "and {left} more (tenken-agent facts lists all)"
    }
    /// Headings of the costs of collectors.
    costs_topic() { ja: "測定", en: "Topic" }
    /// Heading: wall time.
    costs_wall() { ja: "所要時間(ms)", en: "Wall (ms)" }
    /// Heading: processor time.
    costs_cpu() { ja: "CPU時間(ms)", en: "CPU (ms)" }
    /// Heading: the share of a collector in all of them.
    costs_share() { ja: "CPUの割合(%)", en: "CPU share (%)" }
    /// All collectors together.
    costs_all() { ja: "合計", en: "all" }
    /// Heading: what was found on this host now.
    explain_here() { ja: "この機器での判定", en: "On this host" }
    /// Where a rule is not judged by the agent.
    explain_by_dashboard() {
        ja: "ダッシュボードが、台帳と突き合わせて判定します。",
        en: "The dashboard judges it, with its registers."
    }
    /// Heading: the values a verdict rests on.
    explain_evidence() { ja: "根拠となる値", en: "Evidence" }
    /// A rule that nobody knows.
    explain_no_rule(name: &str) {
        ja: "規則「{name}」はありません。",
        en: "There is no rule `{name}`."
    }
    /// Heading of a column: what was read.
    facts_topic() { ja: "測定", en: "Topic" }
    /// A fact that could not be read.
    facts_failed(why: &str) { ja: "読み取れず: {why}", en: "not read: {why}" }
    /// Heading: the places that were looked at.
    facts_sources() { ja: "見た場所", en: "Looked at" }
    /// A place that was read.
    source_read() { ja: "読み取り済", en: "read" }
    /// A place that is not there.
    source_not_there() { ja: "なし", en: "not there" }
    /// The folder named with `--root` cannot be looked into.
    root_unusable(path: &str, why: &str) {
        ja: "{path}の中を調べられません({why})。--rootには、調べる機器のファイルがあるフォルダーを指定してください。",
        en: "look below {path}: {why}; name with --root the folder that holds the files of the host"
    }
    /// This program knows no recordings.
    record_left_out() {
        ja: "このプログラムには、端末の記録を作成・判定する機能が含まれていません。配布用のtarファイルに入っているtenken-agentを使ってください。インストールは不要です。",
        en: "this program was made without recordings; use the tenken-agent in the tarball, which need not be installed"
    }
    /// What recording wrote.
    record_written(path: &str, places: usize) {
        ja: "{places}か所の内容を、個人の情報を除いて{path}に書きました。",
        en: "Wrote {places} places to {path}, without personal data."
    }
}
