//! Rules: the list of all, the page of one, rules that the agency writes itself, and thresholds.

use super::texts;

texts! {
    /// Menu.
    nav_rules() { ja: "規則", en: "Rules" }
    /// Title.
    rules_title() { ja: "規則", en: "Rules" }
    /// Lead.
    rules_lead() { ja: "チェックリストの項目を何で判定しているかの一覧です。組み込みの規則のほか、自機関の規則を書いて、承認を経て機器に適用できます。", en: "What decides the items of the checklist. Beside the built-in rules an agency may write its own and, once another person approved them, have its hosts judged by them." }
    /// Heading.
    rules_own() { ja: "独自の規則", en: "Own rules" }
    /// There are none.
    rules_own_none() { ja: "独自の規則はまだありません。", en: "There are no own rules yet." }
    /// Heading.
    rules_built_in() { ja: "組み込みの規則", en: "Built-in rules" }
    /// The act.
    rule_new() { ja: "独自の規則を書く", en: "Write a rule" }
    /// Column.
    rules_items() { ja: "かかわる項目", en: "Items" }
    /// No item.
    rule_no_items() { ja: "なし(判定と通知だけを行います)", en: "None: it is judged and told of, and decides no item" }
    /// Column.
    rules_failing() { ja: "不適合の機器", en: "Hosts failing" }
    /// Column.
    rules_unknown() { ja: "確認できない機器", en: "Hosts unknown" }
    /// Column.
    rules_state() { ja: "状態", en: "State" }
    /// State.
    own_rule_draft() { ja: "下書き", en: "Draft" }
    /// State.
    own_rule_waiting() { ja: "承認待ち", en: "Waiting for approval" }
    /// State.
    own_rule_approved() { ja: "承認済み", en: "Approved" }
    /// State.
    own_rule_refused() { ja: "却下", en: "Refused" }
    /// State.
    own_rule_in_force() { ja: "適用中", en: "In force" }
    /// State.
    own_rule_withdrawn() { ja: "適用終了", en: "Withdrawn" }
    /// State.
    own_rule_broken() { ja: "読み込めない", en: "Not taken" }
    /// A rolled-out rule is not taken by this version.
    own_rule_broken_help() { ja: "この版の Tenken では、適用中の文面を読み込めません。機器では判定されず、かかわる項目は「確認できない」になります。文面を直して、あらためて承認と適用を行ってください。", en: "This version of Tenken does not take the text that is in force. No host is judged by it and its items are unknown. Correct it, and have it approved and rolled out anew." }
    /// Hosts whose agents are too old for a rule.
    rule_behind(count: usize) { ja: "エージェントが古く、この規則を読めない機器が{count}台あります。エージェントを更新するまで、そこでは「確認できない」として扱います。", en: "{count} host(s) have an agent that is too old to read this rule. Until it is updated, nothing is known there." }
    /// How many more of them.
    rule_behind_more(count: usize) { ja: "ほか{count}台", en: "and {count} more" }
    /// A version.
    own_rule_version(number: i64) { ja: "第{number}版", en: "Version {number}" }
    /// To a version.
    own_rule_to_version(number: i64) { ja: "第{number}版の確認と承認の依頼へ", en: "Look at version {number} and ask for its approval" }
    /// Which version is in force.
    own_rule_in_force_line(number: i64, scopes: &str) { ja: "第{number}版を{scopes}に適用しています。", en: "Version {number} is in force on: {scopes}." }
    /// It is in force nowhere.
    own_rule_nowhere() { ja: "どの機器にも適用していません。", en: "It is in force on no host." }
    /// Every host.
    scope_all() { ja: "すべての機器", en: "Every host" }
    /// A site.
    scope_site(name: &str) { ja: "拠点「{name}」", en: "Site {name}" }
    /// A group.
    scope_group(name: &str) { ja: "グループ「{name}」", en: "Group {name}" }
    /// Title of a new rule.
    own_rule_new_title() { ja: "独自の規則を書く", en: "A rule of your own" }
    /// Title of the page to write.
    own_rule_edit_title() { ja: "規則を書き直す", en: "Write the rule" }
    /// Lead of the page to write.
    own_rule_edit_lead() { ja: "保存すると文面を点検し、誤りを行と桁で示します。承認されるまで、どの機器でも判定されません。", en: "Saving looks the text over and tells what is wrong by line and column. No host is judged by it before it is approved." }
    /// A decided version is not written over.
    own_rule_next_version(number: i64) { ja: "保存すると、新しい第{number}版の下書きになります。", en: "Saving begins version {number} as a draft." }
    /// Label.
    own_rule_id() { ja: "規則のID", en: "Id of the rule" }
    /// Help.
    own_rule_id_help(prefix: &str) { ja: "「{prefix}」で始まる英小文字・数字・「_」。満たしてほしい状態を名前にします。あとから変更できません。例: {prefix}guest_account_closed", en: "{prefix} and lower-case words joined by _, naming the wanted condition. It never changes. Such as {prefix}guest_account_closed" }
    /// Label.
    own_rule_text() { ja: "規則(YAML)", en: "The rule (YAML)" }
    /// Label.
    own_rule_cases() { ja: "事例(YAML、任意)", en: "Cases (YAML, may be empty)" }
    /// Help.
    own_rule_cases_help() { ja: "機器の例と、期待する判定を書きます。保存のたびに確かめます。", en: "Hosts with the verdict that is expected of each. They are tried with every saving." }
    /// Legend.
    own_rule_items() { ja: "あわせて判定する項目", en: "Items that it bears on" }
    /// Help.
    own_rule_items_help() { ja: "選んだ項目は、組み込みの規則に加えてこの規則にも適合しないと「満たしている」になりません。測定している項目だけを選べます。", en: "An item is met only if this rule holds as well, beside the built-in ones. Only items that are measured can be chosen." }
    /// The act.
    own_rule_save() { ja: "保存して点検", en: "Save and look over" }
    /// Heading.
    own_rule_problems(count: usize) { ja: "誤り {count}件", en: "What is wrong ({count})" }
    /// Nothing is wrong.
    own_rule_no_problems() { ja: "文面に誤りはありません。", en: "Nothing is wrong with the text." }
    /// Where in the text.
    own_rule_place(line: usize, column: usize) { ja: "{line}行 {column}桁", en: "Line {line}, column {column}" }
    /// Of the rule.
    own_rule_in_text() { ja: "規則", en: "Rule" }
    /// Of the cases.
    own_rule_in_cases() { ja: "事例", en: "Cases" }
    /// Heading.
    own_rule_text_lines() { ja: "規則の文面", en: "The text of the rule" }
    /// Heading.
    own_rule_cases_lines() { ja: "事例の文面", en: "The text of the cases" }
    /// Heading.
    own_rule_cases_tried() { ja: "事例の判定", en: "Cases as they came out" }
    /// Column.
    own_rule_case() { ja: "事例", en: "Case" }
    /// Column.
    own_rule_case_expected() { ja: "期待", en: "Expected" }
    /// Column.
    own_rule_case_judged() { ja: "判定", en: "Judged" }
    /// The case describes no host.
    own_rule_case_no_host() { ja: "判定できない記述", en: "No host" }
    /// The dashboard judges it.
    own_rule_judged_by() { ja: "独自の規則をダッシュボードで判定することはできません。judged_by を消してください", en: "the dashboard judges no own rules; leave `judged_by` out" }
    /// The act.
    own_rule_ask() { ja: "承認を依頼する", en: "Ask for approval" }
    /// The act.
    own_rule_take_back() { ja: "下書きに戻す", en: "Make it a draft again" }
    /// The act.
    own_rule_edit() { ja: "書き直す", en: "Write it" }
    /// The act.
    own_rule_approve() { ja: "承認する", en: "Approve" }
    /// The act.
    own_rule_refuse() { ja: "却下する", en: "Refuse" }
    /// Label.
    own_rule_note() { ja: "承認・却下にあたっての所見(任意)", en: "What is to be said with it (may be empty)" }
    /// Heading.
    own_rule_decide() { ja: "承認", en: "Approval" }
    /// Help.
    own_rule_decide_help() { ja: "文面と試行の結果を確かめてから判断してください。書いた人と承認を依頼した人は承認できません。", en: "Look at the text and at what it would find. Who wrote it or asked for its approval cannot approve it." }
    /// Who wrote.
    own_rule_written_by(persons: &str) { ja: "記入: {persons}", en: "Written by {persons}" }
    /// Who asked.
    own_rule_asked_by(person: &str) { ja: "承認依頼: {person}", en: "Approval asked for by {person}" }
    /// Who approved.
    own_rule_approved_by(person: &str) { ja: "承認: {person}", en: "Approved by {person}" }
    /// Who refused.
    own_rule_refused_by(person: &str) { ja: "却下: {person}", en: "Refused by {person}" }
    /// Heading.
    own_rule_versions() { ja: "版の履歴", en: "Versions" }
    /// Heading.
    own_rule_roll_out() { ja: "適用", en: "Roll-out" }
    /// Help.
    own_rule_roll_out_help() { ja: "選んだ機器のポリシーに署名付きで加わり、数分のうちに判定が届きます。まず1つのグループに適用して様子を見ることもできます。適用中の版があれば、この版に置き換わります。", en: "It joins the signed policy of the hosts that are chosen, and what they find arrives within minutes. It may be tried on one group first. A version that is in force is replaced by this one." }
    /// Legend.
    own_rule_scopes() { ja: "適用先", en: "On which hosts" }
    /// The act.
    own_rule_roll_out_do() { ja: "適用する", en: "Roll out" }
    /// The act.
    own_rule_withdraw() { ja: "適用を終了する", en: "Withdraw" }
    /// Help.
    own_rule_withdraw_help() { ja: "この規則の所見は取り除かれ、項目や逸脱に数えなくなります。版の履歴は残ります。", en: "What it found is removed and counts no more. Its versions stay." }
    /// The act.
    own_rule_try() { ja: "試してみる", en: "Try it" }
    /// Title.
    trial_title() { ja: "規則の試行", en: "Trial of a rule" }
    /// Lead.
    trial_lead() { ja: "ダッシュボードに保存されている各機器の事実で、この文面を判定した結果です。何も変わりません。", en: "What this text finds on the facts that are kept of hosts. It changes nothing." }
    /// The act.
    trial_show() { ja: "判定する", en: "Try" }
    /// Label.
    trial_scope() { ja: "試す機器", en: "On which hosts" }
    /// The rule cannot be read.
    trial_unready() { ja: "文面に誤りがあるため試せません。", en: "Something is wrong with the text, so that it cannot be tried." }
    /// The facts are not here.
    trial_stays(topics: &str) { ja: "{topics}の事実は機器の中だけにあり、ここでは判定できません。適用すると、数分のうちに機器で判定されます。", en: "Facts of {topics} stay on the host. It is judged there within minutes of its roll-out." }
    /// What to do in its place.
    trial_stays_help() { ja: "結果を先に見たいときは、承認のあと1つのグループだけに適用し、届いた所見を確かめてから広げてください。", en: "To see what it finds first, have it approved, roll it out to one group, look at what arrives, and widen it then." }
    /// The host said nothing yet.
    trial_not_heard() { ja: "まだ一度も報告がありません。", en: "It has not reported yet." }
    /// How far.
    trial_of(tried: usize, total: usize) { ja: "対象{total}台のうち{tried}台", en: "{tried} of {total} hosts" }
    /// No host.
    trial_no_host() { ja: "対象の機器がありません。", en: "There is no such host." }
    /// More findings of the host.
    trial_more(count: usize) { ja: "ほか{count}件", en: "{count} more" }
    /// Column.
    trial_host() { ja: "機器", en: "Host" }
    /// Column.
    trial_verdict() { ja: "判定", en: "Verdict" }
    /// Column.
    trial_says() { ja: "内容", en: "What it says" }
    /// Heading.
    rule_found() { ja: "機器の所見", en: "What hosts found" }
    /// Heading.
    rule_checked() { ja: "判定の内容", en: "What is checked" }
    /// Label.
    rule_topics() { ja: "もとになる事実", en: "Facts" }
    /// Label.
    rule_systems() { ja: "対象のOS", en: "Systems" }
    /// Every system.
    rule_systems_all() { ja: "すべて", en: "All" }
    /// Label.
    rule_judged() { ja: "判定する場所", en: "Judged" }
    /// By agents.
    rule_judged_by_agent() { ja: "各機器のエージェント", en: "by the agent of each host" }
    /// By the dashboard.
    rule_judged_by_dashboard() { ja: "ダッシュボード(台帳との突き合わせ)", en: "by the dashboard, with the registers" }
    /// Label.
    rule_kind() { ja: "種類", en: "Kind" }
    /// Kind.
    rule_kind_own() { ja: "独自", en: "Own" }
    /// Kind.
    rule_kind_built_in() { ja: "組み込み", en: "Built in" }
    /// Link.
    rule_see() { ja: "この規則について", en: "About this rule" }
    /// Heading.
    parameters_title() { ja: "基準値", en: "Parameters" }
    /// Lead.
    parameters_lead() { ja: "規則が使うしきい値です。グループの値、拠点の値、すべての機器の値、初期値の順に、最も限られた範囲のものが使われます。", en: "Thresholds of the rule. The most specific one holds: that of a group before that of a site, before that of all hosts, before the default." }
    /// There are none.
    parameters_none() { ja: "この規則に基準値はありません。", en: "This rule has no parameters." }
    /// Link.
    parameters_edit() { ja: "基準値を変更する", en: "Change parameters" }
    /// Label.
    parameter_default() { ja: "初期値", en: "Default" }
    /// Label.
    parameter_bounds() { ja: "設定できる範囲", en: "Bounds" }
    /// Bounds.
    parameter_between(min: &str, max: &str) { ja: "{min} 〜 {max}", en: "{min} to {max}" }
    /// Bounds.
    parameter_items_max(most: usize) { ja: "{most}件まで", en: "at most {most}" }
    /// Label.
    parameter_source() { ja: "根拠", en: "Source" }
    /// Column.
    parameter_scope() { ja: "範囲", en: "Hosts" }
    /// Column.
    parameter_value() { ja: "値", en: "Value" }
    /// Column.
    parameter_reason() { ja: "理由", en: "Why" }
    /// Column.
    parameter_by() { ja: "設定した人", en: "Set by" }
    /// Nothing is set.
    parameter_unset() { ja: "どの範囲にも設定がなく、初期値を使っています。", en: "None is set: the default holds." }
    /// The value is not taken any more.
    parameter_idle() { ja: "現在の規則では使えない値のため、使われていません", en: "The rule does not take it now, so that it does not hold" }
    /// Label.
    parameter_which() { ja: "基準値", en: "Parameter" }
    /// Help.
    parameter_value_help() { ja: "例: 15m、2d、3GiB、3、true。一覧は1行に1つ。空欄にすると設定を取り消し、次に広い範囲の値に戻ります。", en: "Such as 15m, 2d, 3GiB, 3 or true; a list one a line. Empty takes back what is set, and the value of the next wider scope holds." }
    /// Help.
    parameter_reason_help() { ja: "なぜ変えるのかを書きます。監査記録に残ります。", en: "Why it differs. It is kept in the audit log." }
    /// The act.
    parameter_set() { ja: "変更する", en: "Set" }
    /// Heading.
    parameter_change() { ja: "基準値の変更", en: "Change a parameter" }
    /// Help.
    parameter_change_help() { ja: "値を変えると判定が緩くも厳しくもなります。変更できるのは責任者と管理者で、本人確認と理由が必要です。", en: "Another value may ask for more or for less. Approvers and administrators set it, confirmed by a second factor and with a reason." }
    /// Refused.
    parameter_refused(why: &str) { ja: "この値は使えません: {why}", en: "This value is not taken: {why}" }
    /// Refused.
    parameter_of_agency() { ja: "この規則はダッシュボードが機関全体で判定するため、すべての機器の値だけを設定できます。", en: "The dashboard judges this rule for the agency as a whole: it has one value for all hosts." }
    /// Refused.
    parameter_reason_wrong(most: usize) { ja: "理由を{most}文字以内で書いてください。", en: "Say why, in at most {most} characters." }
    /// Refused.
    parameter_full(most: usize) { ja: "設定できるのは{most}件までです。使わなくなった設定を取り消してください。", en: "At most {most} may be set. Take back those that are not needed." }
    /// Refused.
    own_rule_bad_id(prefix: &str) { ja: "「{prefix}」で始まる英小文字・数字・「_」で書いてください(64文字以内)。", en: "Write {prefix} and lower-case words joined by _, at most 64 characters." }
    /// Refused.
    own_rule_taken() { ja: "このIDはすでに使われています。取り下げた規則のIDも使えません。", en: "The id is taken. That of a withdrawn rule stays its own." }
    /// Refused.
    own_rule_full(most: usize) { ja: "独自の規則は{most}件までです。", en: "There may be {most} own rules." }
    /// Refused.
    own_rule_versions_full(most: i64) { ja: "1つの規則の版は{most}までです。新しいIDで書いてください。", en: "A rule has at most {most} versions. Begin another." }
    /// Refused.
    own_rule_too_large(text: usize, cases: usize) { ja: "規則は{text} KiBまで、事例は{cases} KiBまでです。", en: "The rule may have {text} KiB, its cases {cases} KiB." }
    /// Refused.
    own_rule_item_unmeasured(item: &str) { ja: "{item} は測定していない項目のため選べません。", en: "{item} is not measured, so that no rule bears on it." }
    /// Refused.
    own_rule_waits_now() { ja: "承認を待っています。書き直すには、下書きに戻してください。", en: "It waits for approval. Make it a draft again to write it." }
    /// Refused.
    own_rule_unready() { ja: "文面または事例に誤りが残っています。", en: "Something is still wrong with the text or its cases." }
    /// Refused.
    own_rule_own() { ja: "自分が書いた規則、承認を依頼した規則は、自分では承認できません。別の責任者に依頼してください。", en: "Nobody approves a rule that they wrote or asked for. Ask another approver." }
    /// Refused.
    own_rule_unapproved() { ja: "承認された版だけを適用できます。", en: "Only a version that was approved is rolled out." }
    /// Refused.
    own_rule_scopes_wrong(most: usize) { ja: "適用先を1つ以上選んでください(拠点とグループは合わせて{most}まで)。", en: "Choose where: all hosts, or 1 to {most} sites and groups." }
    /// Refused.
    own_rule_not_in_force() { ja: "この規則は適用されていません。", en: "The rule is not in force." }
    /// Done.
    done_own_rule_saved() { ja: "保存しました。", en: "Saved." }
    /// Done.
    done_own_rule_asked() { ja: "承認を依頼しました。別の責任者の判断を待っています。", en: "Asked for. It waits for another person's decision." }
    /// Done.
    done_own_rule_decided() { ja: "判断を記録しました。", en: "Decided." }
    /// Done.
    done_own_rule_rolled_out() { ja: "適用しました。数分のうちに機器の判定が届きます。", en: "Rolled out. What hosts find arrives within minutes." }
    /// Done.
    done_own_rule_withdrawn() { ja: "適用を終了しました。", en: "Withdrawn." }
    /// Done.
    done_parameter_set() { ja: "基準値を変更しました。機器には次のポリシーで届きます。", en: "Set. Hosts get it with their next policy." }
}
