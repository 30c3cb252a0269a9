//! Who is told of what, and groups and sites of hosts.

use super::texts;

texts! {
    /// Title.
    routing_title() { ja: "通知の宛先の振り分け", en: "Who is told of what" }
    /// Lead.
    routing_lead() { ja: "逸脱と確認期限の通知を、チェックリストの区分・拠点・グループごとに、決まった人へ送れます。決めていないものは、これまでどおり全体の宛先と担当者に届きます。", en: "Mails about drifts and attestations can go to people of your choice by section, site or group. Everything else goes to the general recipients and officers as before." }
    /// How it works.
    routing_never_nobody() { ja: "送り先の人にメールアドレスがなければ、その振り分けは使わず、全体の宛先と担当者に送ります。誰にも届かない通知はありません。未着手の知らせと承認待ちは、振り分けにかかわらず責任者に届きます。", en: "A route that leads to nobody with an address is not used: the general recipients and officers are told. Nothing is told to nobody. What nobody took up, and what waits for approval, always goes to the approvers." }
    /// Heading.
    routing_routes() { ja: "いまの振り分け", en: "Routes" }
    /// There is none.
    routing_none() { ja: "振り分けはありません。すべての通知が、全体の宛先と担当者に届きます。", en: "There is no route: everything goes to the general recipients and officers." }
    /// Column.
    route_scope() { ja: "対象", en: "For" }
    /// Column.
    route_to() { ja: "送り先", en: "Goes to" }
    /// Column.
    route_manner() { ja: "担当者への通知", en: "Officers" }
    /// A scope.
    route_of_section(name: &str) { ja: "区分: {name}", en: "Section: {name}" }
    /// A scope.
    route_of_site(name: &str) { ja: "拠点: {name}", en: "Site: {name}" }
    /// A scope.
    route_of_group(name: &str) { ja: "グループ: {name}", en: "Group: {name}" }
    /// A manner.
    route_besides() { ja: "担当者にも送る", en: "are told too" }
    /// A manner.
    route_instead() { ja: "担当者の代わりに送る", en: "are not told: these are told instead" }
    /// A mark of somebody in a route.
    route_without_address(line: &str) { ja: "{line}(メールアドレスなし)", en: "{line} (no address)" }
    /// A mark of a route.
    route_idle() { ja: "アドレスのある人がいないため、使われません", en: "Not used: nobody here has an address" }
    /// Column of what can be done with a route.
    route_acts() { ja: "操作", en: "Actions" }
    /// Link.
    route_edit() { ja: "変更", en: "Change" }
    /// Name of the link for screen readers.
    route_edit_of(scope: &str) { ja: "振り分け「{scope}」を変更", en: "Change the route for {scope}" }
    /// Title.
    route_edit_title() { ja: "振り分けの変更", en: "Change a route" }
    /// Button.
    route_remove() { ja: "削除", en: "Remove" }
    /// Name of the button for screen readers.
    route_remove_of(scope: &str) { ja: "振り分け「{scope}」を削除", en: "Remove the route for {scope}" }
    /// Heading.
    route_add_title() { ja: "振り分けを追加", en: "Add a route" }
    /// Button.
    route_add() { ja: "追加", en: "Add" }
    /// Help.
    route_scope_help() { ja: "区分はチェックリストの区分です。拠点とグループは、機器台帳に登録した名前から選びます。", en: "A section of the checklist, or a site or group named in the register of hosts." }
    /// Help.
    route_to_help(most: usize) { ja: "メールアドレス、または台帳かダッシュボードに登録した人の名前を、1行に1つ書きます。{most}件までです。", en: "An e-mail address, or the name of a person of the register or of this dashboard, one a line; at most {most}." }
    /// Error.
    route_nobody() { ja: "送り先を入力してください。", en: "Name somebody." }
    /// Error.
    route_too_many(most: usize) { ja: "送り先は{most}件までです。", en: "At most {most} can be named." }
    /// Error.
    route_unknown(line: &str) { ja: "「{line}」はメールアドレスとして読み取れず、その名前の人も登録されていません。", en: "“{line}” is no e-mail address, and nobody is called so." }
    /// Error.
    route_full(most: usize) { ja: "振り分けは{most}件までです。使わないものを削除してください。", en: "There can be {most} routes. Remove one that is not needed." }
    /// Heading.
    preview_title() { ja: "誰に届くかを確かめる", en: "Try it" }
    /// Help.
    preview_help() { ja: "機器と規則を選ぶと、その逸脱が起きたときに通知が届く人を表示します。", en: "Choose a host and a rule to see who would be told of that drift." }
    /// Field.
    preview_host() { ja: "機器", en: "Host" }
    /// Field.
    preview_rule() { ja: "規則", en: "Rule" }
    /// Button.
    preview_show() { ja: "表示", en: "Show" }
    /// Result.
    preview_result(host: &str, rule: &str) { ja: "「{host}」で「{rule}」の逸脱が起きたとき", en: "If {host} does not meet: {rule}" }
    /// What the host belongs to.
    preview_place(site: &str, group: &str) { ja: "拠点: {site} グループ: {group}", en: "Site: {site}. Group: {group}." }
    /// What the rule bears on.
    preview_sections(sections: &str) { ja: "区分: {sections}", en: "Sections: {sections}" }
    /// Nothing is named.
    preview_no_place() { ja: "なし", en: "none" }
    /// Nobody at all has an address.
    preview_nobody() { ja: "まだ誰のメールアドレスも登録されていないため、通知は送れません。設定ファイルの宛先か、担当者のメールアドレスを登録してください。", en: "Nobody has an address yet. Configure recipients, or give an officer an e-mail address." }
    /// Why somebody is told.
    why_configured() { ja: "全体の宛先", en: "general recipient" }
    /// Why somebody is told.
    why_role(role: &str) { ja: "{role}", en: "{role}" }
    /// Why somebody is told.
    why_route(scope: &str) { ja: "振り分け({scope})", en: "route ({scope})" }
    /// What else is to be said.
    preview_replaced() { ja: "担当者の代わりに送る振り分けがあるため、全体の宛先と担当者には届きません。", en: "A route takes the place of the general recipients and officers: they are not told." }
    /// What else is to be said.
    preview_idle(scope: &str) { ja: "振り分け({scope})には、メールアドレスのある人がいません。この振り分けは使わず、ほかの宛先に送ります。", en: "The route for {scope} leads to nobody with an address and is not used; the others are told." }
    /// There is no host.
    preview_no_host() { ja: "機器がまだないため、確かめられません。", en: "There is no host yet to try it with." }
    /// Act.
    act_route_added() { ja: "通知の振り分けを追加", en: "Route added" }
    /// Act.
    act_route_changed() { ja: "通知の振り分けを変更", en: "Route changed" }
    /// Act.
    act_route_removed() { ja: "通知の振り分けを削除", en: "Route removed" }
    /// Title.
    groups_title() { ja: "グループと拠点", en: "Groups and sites" }
    /// Lead.
    groups_lead() { ja: "機器台帳で付けたグループと拠点ごとの状況です。", en: "How each group and site of the register of hosts stands." }
    /// Heading.
    groups_by_group() { ja: "グループ", en: "Groups" }
    /// Heading.
    groups_by_site() { ja: "拠点", en: "Sites" }
    /// No host is named in one.
    groups_none() { ja: "まだありません。機器台帳の「グループ」または「拠点」に名前を書くと、ここに表示されます。", en: "None yet. Name one in the column of the register of hosts." }
    /// Hosts without.
    group_without() { ja: "グループなし", en: "Without a group" }
    /// Hosts without.
    site_without() { ja: "拠点なし", en: "Without a site" }
    /// Column.
    group_hosts() { ja: "機器", en: "Hosts" }
    /// Column.
    group_reporting() { ja: "報告あり", en: "Reporting" }
    /// Column.
    group_silent() { ja: "報告なし", en: "Silent" }
    /// Column.
    group_without_agent() { ja: "エージェントなし", en: "No agent" }
    /// Column.
    group_drifts() { ja: "逸脱", en: "Open drifts" }
    /// Column.
    group_worst() { ja: "最も悪い状態", en: "Worst state" }
    /// Column.
    group_missing() { ja: "満たさない項目", en: "Items not met" }
    /// Heading.
    group_drifts_title() { ja: "続いている逸脱", en: "Open drifts" }
    /// None.
    group_drifts_none() { ja: "逸脱はありません。", en: "There is no open drift." }
    /// Heading.
    group_missing_title(count: usize) { ja: "ここの機器のために満たせていない項目 {count}件", en: "{count} items that are not met because of these hosts" }
    /// None.
    group_missing_none() { ja: "ここの機器が原因で満たせていない項目はありません。", en: "No item fails to be met because of these hosts." }
    /// Heading.
    group_hosts_title(count: usize) { ja: "機器 {count}台", en: "{count} hosts" }
    /// Link.
    groups_link() { ja: "グループと拠点の状況", en: "Groups and sites" }
    /// Filter.
    hosts_filter() { ja: "機器を絞り込む", en: "Filter hosts" }
    /// Filter.
    hosts_filter_all() { ja: "すべて", en: "All" }
    /// No host fits.
    hosts_filtered_none() { ja: "この条件に合う機器はありません。", en: "No host fits." }
    /// Column.
    host_group() { ja: "グループ・拠点", en: "Group and site" }
    /// Line of a host.
    host_user_without_address(person: &str) { ja: "{person}(メールアドレスなし)", en: "{person} (no address)" }
}
