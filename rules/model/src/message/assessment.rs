//! What an outsider is given: evidence sheets, the tables of the audit package, and its page.

use super::texts;

texts! {
    /// Standing of a finding.
    assessment_waived() { ja: "例外承認", en: "Waived" }
    /// How many findings count as passing by a waiver.
    assessment_waived_findings(count: usize) { ja: "例外承認により適合とみなしている所見が{count}件あります。", en: "{count} findings count as passing by a waiver." }
    /// The description of results.
    oscal_description() { ja: "Tenken による測定結果、担当者の確認記録、公表している申告をもとにした評価結果。", en: "Results from what Tenken measured, what people attested and what the agency declares." }
    /// What stands in the place of a plan.
    oscal_no_plan() { ja: "評価計画の文書はありません。評価の対象と基準はこのチェックリストです。", en: "There is no assessment plan; what is assessed, and against what, is this checklist." }
    /// What measures.
    oscal_tool() { ja: "機器の設定と状態を測定し、チェックリストの項目ごとに判定するソフトウェア。", en: "Software that measures hosts and judges them by the items of the checklist." }

    /// Entries were left out.
    package_left_out(count: u64) { ja: "これより古い{count}件は省略しました。", en: "{count} older entries were left out." }
    /// What the audit log says of a package.
    package_with_registers() { ja: "台帳を含む", en: "With the registers" }
    /// Column.
    package_rule_id() { ja: "規則ID", en: "Rule id" }
    /// Column.
    package_host() { ja: "機器", en: "Host" }
    /// Column.
    package_subject() { ja: "対象", en: "About" }
    /// Column.
    package_asked() { ja: "申請日時", en: "Asked for" }
    /// Column.
    package_asked_by() { ja: "申請者", en: "Asked for by" }
    /// Column.
    package_decided() { ja: "判断日時", en: "Decided" }
    /// Column.
    package_decided_by() { ja: "判断した人", en: "Decided by" }
    /// Column.
    package_ended() { ja: "終了日時", en: "Ended" }
    /// Column.
    package_ended_by() { ja: "終了した人", en: "Ended by" }
    /// Column.
    package_items() { ja: "関係する項目", en: "Items" }
    /// Column.
    package_says() { ja: "内容", en: "What was found" }
    /// Column.
    package_taken_up() { ja: "対応開始日時", en: "Taken up" }
    /// Column.
    package_taken_up_by() { ja: "対応者", en: "Taken up by" }
    /// Column.
    package_resolution() { ja: "解消の理由", en: "How it ended" }
    /// Column.
    package_item_id() { ja: "項目ID", en: "Item id" }
    /// Column.
    package_statement() { ja: "確認した内容", en: "Statement" }
    /// Column.
    package_withdrawn() { ja: "取下げ", en: "Withdrawn" }
    /// Column.
    package_file() { ja: "ファイル名", en: "File name" }
    /// Column.
    package_sha256() { ja: "SHA-256", en: "SHA-256" }
    /// Column.
    package_bytes() { ja: "バイト数", en: "Bytes" }
    /// Column.
    package_scanned() { ja: "ウイルス検査", en: "Virus scan" }
    /// Column.
    package_noticed() { ja: "機器で検知した日時", en: "Noticed on the host" }
    /// Column.
    package_reported() { ja: "報告を受けた日時", en: "Reported" }
    /// Column.
    package_before() { ja: "変更前", en: "Before" }
    /// Column.
    package_after() { ja: "変更後", en: "After" }
    /// Column.
    package_values() { ja: "測定値", en: "Values" }
    /// Column.
    package_version() { ja: "版", en: "Version" }
    /// Column.
    package_accepted() { ja: "承認日時", en: "Accepted" }
    /// Column.
    package_accepted_by() { ja: "承認者", en: "Accepted by" }
    /// Column.
    package_what() { ja: "変更した箇所", en: "What changed" }
    /// The oldest version.
    package_first_version() { ja: "(収録した最も古い版)", en: "(the oldest version told)" }
    /// Column.
    package_kind() { ja: "種類", en: "Kind" }
    /// Column.
    package_attestation() { ja: "確認記録の番号", en: "Attestation" }
    /// Column.
    package_included() { ja: "同梱", en: "Included" }

    /// Title of a sheet.
    sheet_title(place: &str, short: &str) { ja: "証跡シート {place}「{short}」", en: "Evidence sheet, {place}: {short}" }
    /// Title of all sheets together.
    sheet_all_title(agency: &str) { ja: "証跡シート {agency}", en: "Evidence sheets, {agency}" }
    /// Heading.
    sheet_wording() { ja: "チェックリストの文言", en: "Wording of the checklist" }
    /// Heading.
    sheet_state() { ja: "現在の状態と理由", en: "State and causes" }
    /// Heading.
    sheet_rules() { ja: "規則ごとの判定と測定値", en: "Rules with their verdicts and values" }
    /// Heading.
    sheet_attestations() { ja: "担当者の確認記録", en: "Attestations" }
    /// Heading.
    sheet_drifts() { ja: "逸脱の履歴(過去12か月)", en: "Drifts within the last twelve months" }
    /// The last line.
    sheet_foot(entries: i64, digest: &str) { ja: "作成時点の監査記録の最新 {entries}:{digest}", en: "Head of the audit log when this was made {entries}:{digest}" }
    /// Label.
    sheet_agency() { ja: "機関名", en: "Agency" }
    /// Label.
    sheet_made_at() { ja: "作成日時(日本時間)", en: "Made at (Japan)" }
    /// Label.
    sheet_edition() { ja: "チェックリスト", en: "Checklist" }
    /// Label.
    sheet_class() { ja: "判定の方法", en: "How it is decided" }
    /// No form was taken in.
    sheet_nothing_declared() { ja: "申告なし(様式を取り込んでいません)", en: "Nothing declared (no form was taken in)" }
    /// Since when a state holds.
    sheet_since(at: &str) { ja: "({at}から)", en: " (since {at})" }
    /// Label.
    sheet_means() { ja: "状態の意味", en: "What it means" }
    /// Label.
    sheet_way() { ja: "判断の根拠とした要件", en: "Way it is decided by" }
    /// No rule decides it.
    sheet_no_rule() { ja: "この項目を測定する規則はありません。担当者の確認によって判断します。", en: "No rule measures this item; it is decided by a person's attestation." }
    /// How many findings have which verdict.
    sheet_counts(pass: usize, fail: usize, waived: usize, unknown: usize, not_applicable: usize) { ja: "適合 {pass}件・不適合 {fail}件・例外承認 {waived}件・確認できず {unknown}件・対象外 {not_applicable}件", en: "{pass} pass, {fail} fail, {waived} waived, {unknown} unknown, {not_applicable} not applicable" }
    /// Which rule it is.
    sheet_rule(id: &str, digest: &str) { ja: "規則ID {id}(定義のSHA-256 {digest})", en: "Rule {id} (SHA-256 of its text {digest})" }
    /// What a rule rests on.
    sheet_sources(sources: &str) { ja: "根拠: {sources}", en: "Sources: {sources}" }
    /// Column.
    sheet_observed() { ja: "測定日時", en: "Observed" }
    /// Column.
    sheet_says_values() { ja: "内容と測定値", en: "What was found, with its values" }
    /// No host in scope.
    sheet_no_host() { ja: "対象の機器がありません。", en: "There is no host in scope." }
    /// A host that no longer reports.
    sheet_silent(at: &str) { ja: "この機器は {at} から報告がなく、現在の状態は確認できません。最後に報告された内容を示します。", en: "The host has not reported since {at}; this is what it reported last, and nobody knows whether it still holds." }
    /// A verdict and since when.
    sheet_verdict_since(verdict: &str, at: &str) { ja: "{verdict}\n{at}から", en: "{verdict}\nsince {at}" }
    /// No attestation is asked for.
    sheet_not_asked() { ja: "この項目に担当者の確認記録は必要ありません。", en: "This item asks for no attestation." }
    /// Column.
    sheet_stated() { ja: "確認した日時と人", en: "When and by whom" }
    /// Column.
    sheet_evidence() { ja: "内容・根拠・ファイル", en: "Statement, evidence and files" }
    /// A file with its hash.
    sheet_file(name: &str, bytes: u64, digest: &str) { ja: "ファイル: {name}({bytes}バイト)\nSHA-256 {digest}", en: "File: {name} ({bytes} bytes)\nSHA-256 {digest}" }
    /// Until when a part of it holds.
    sheet_elsewhere_until(at: &str) { ja: "機器から測定できない部分は{at}まで", en: "of what hosts cannot measure until {at}" }
    /// Until when it holds.
    sheet_until(at: &str) { ja: "{at}まで", en: "until {at}" }
    /// Column.
    sheet_scope() { ja: "範囲", en: "Scope" }
    /// Column.
    sheet_people() { ja: "申請と判断", en: "Asked and decided" }
    /// Column.
    sheet_reason() { ja: "理由と代わりの対策", en: "Reason and compensation" }
    /// There was none.
    sheet_no_drift() { ja: "この期間に逸脱はありません。", en: "There was no drift." }
    /// Link.
    sheet_link() { ja: "証跡シート(PDF)", en: "Evidence sheet (PDF)" }

    /// Title of the page.
    audit_package_title() { ja: "監査パッケージ", en: "Audit package" }
    /// What it is.
    audit_package_lead() { ja: "保険者や監査人に渡す資料を、作成した時点の状態で1つのZIPファイルにまとめます。", en: "Everything an insurer or auditor asks for, as of now, in one ZIP file." }
    /// Heading.
    audit_package_contents() { ja: "含まれるもの", en: "What is in it" }
    /// An entry.
    audit_package_form() { ja: "公表している様式(HTML・PDF・Excel・CSV)と、これまでの版とその変更点", en: "The published form (HTML, PDF, Excel, CSV), its earlier versions and what each changed" }
    /// An entry.
    audit_package_sheets(count: usize) { ja: "{count}項目それぞれの証跡シート(PDF): 公表している回答、測定値、確認記録、例外承認、逸脱の履歴", en: "An evidence sheet (PDF) for each of the {count} items: the published answer, measured values, attestations, waivers and drifts" }
    /// An entry.
    audit_package_evidence() { ja: "確認記録に添付されたファイルと、その名前・SHA-256の一覧", en: "The files attached to attestations, with a list of their names and SHA-256" }
    /// An entry.
    audit_package_tables() { ja: "例外承認、確認記録、逸脱、判定の変化(過去12か月)の一覧(CSV)", en: "Tables (CSV) of waivers, attestations, drifts, and changes of findings within twelve months" }
    /// An entry.
    audit_package_audit() { ja: "監査記録の全体と、書き換えがないことを確かめる手順", en: "The whole audit log, and how to verify that nothing in it was rewritten" }
    /// An entry.
    audit_package_machine() { ja: "プログラムで読み取る形式(OSCAL・OCSF・JSON)", en: "The same for programs: OSCAL, OCSF and JSON" }
    /// An entry.
    audit_package_sums() { ja: "すべてのファイルのSHA-256(SHA256SUMS)と、確かめ方の説明(README.txt)", en: "SHA-256 of every file (SHA256SUMS), and how to verify it all (README.txt)" }
    /// A warning.
    audit_package_names() { ja: "職員の名前や機器の名前が含まれます。渡す相手と方法を確かめてから渡してください。作成したことは監査記録に残ります。", en: "It names people and hosts: mind whom you give it to and how. That it was made is written into the audit log." }
    /// A choice.
    audit_package_registers_without() { ja: "含めない", en: "Leave them out" }
    /// A choice.
    audit_package_registers_with() { ja: "含める", en: "Put them in" }
    /// Help of the choice.
    audit_package_registers_help() { ja: "台帳には職員・アカウント・委託先などの情報があります。求められた場合だけ含めてください。", en: "Registers hold people, accounts and contractors. Put them in only when they are asked for." }
    /// The act.
    audit_package_make() { ja: "監査パッケージを作成(ZIP)", en: "Make the audit package (ZIP)" }
    /// Nothing is declared.
    audit_package_undeclared() { ja: "公表している様式がまだ取り込まれていません。様式のないパッケージになります。", en: "No published form was taken in yet; the package will hold none." }
    /// Heading.
    audit_package_single() { ja: "プログラムで読み取る形式だけを保存", en: "Only what programs read" }
    /// What it is.
    audit_package_single_lead() { ja: "ほかの管理ツールや監視基盤に取り込むためのファイルです。", en: "To be taken into other tools." }
    /// A file.
    audit_package_oscal() { ja: "OSCAL 評価結果", en: "OSCAL assessment results" }
    /// A file.
    audit_package_catalog() { ja: "OSCAL カタログ(チェックリスト)", en: "OSCAL catalog (the checklist)" }
    /// A file.
    audit_package_ocsf() { ja: "OCSF Compliance Finding", en: "OCSF Compliance Findings" }
    /// A file.
    audit_package_json() { ja: "Tenken の JSON", en: "Tenken's JSON" }
    /// What the command made.
    audit_package_made(file: &str, digest: &str) { ja: "{file} を作成しました。SHA-256 {digest}", en: "Made {file}. SHA-256 {digest}" }
}
