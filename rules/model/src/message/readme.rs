//! What the audit package says of itself.

use super::texts;

texts! {
    /// Title.
    readme_title() { ja: "Tenken 監査パッケージ", en: "Tenken audit package" }
    /// Nothing is declared.
    readme_nothing_declared() { ja: "公表している申告: なし。この時点で公表中の様式は取り込まれておらず、申告された回答は1つもありません。", en: "Declaration: none. No published form had been taken in at this moment; nothing is declared." }
    /// What is declared.
    readme_declared(version: i64, day: &str, verdict: &str) { ja: "公表している申告: 第{version}版、最終更新日 {day}、{verdict}", en: "Declaration: version {version}, last updated {day}, {verdict}" }
    /// Heading.
    readme_contents() { ja: "含まれるもの", en: "What is in it" }
    /// Heading.
    readme_limits() { ja: "期間と省略", en: "Period, and what was left out" }
    /// Heading.
    readme_verify() { ja: "確かめ方", en: "How to verify" }
    /// Heading.
    readme_meaning() { ja: "読み方", en: "How to read it" }
    /// A step.
    readme_verify_files() { ja: "SHA256SUMS には、それ以外のすべてのファイルのSHA-256があります。展開したフォルダーで次を実行します(2行目はWindowsのPowerShellで1つずつ確かめる場合)。", en: "SHA256SUMS has the SHA-256 of every other file. In the folder it was extracted to, run the first line; the second is for one file in PowerShell on Windows." }
    /// A step.
    readme_verify_package() { ja: "ZIPファイル自体のSHA-256は、作成時に監査記録(操作「監査パッケージを作成」)へ記録されています。機関に監査記録のその番号の内容を示してもらい、受け取ったZIPのSHA-256と比べます。", en: "The SHA-256 of the ZIP itself was written into the audit log when it was made (act package_made). Ask the agency to show that entry and compare." }
    /// A step.
    readme_verify_evidence() { ja: "evidence/ のファイル名は内容のSHA-256です。添付したときの監査記録(act が item_attested の entry)にも同じ値があり、あとから差し替えると一致しません。", en: "The names in evidence/ are the SHA-256 of the contents. The audit entry written when a file was attached (act item_attested) has the same value, so that a file put in its place later does not match." }
    /// A step.
    readme_verify_chain(start: &str, first: i64) { ja: "監査記録(audit.jsonl)のつながりを計算し直します。各行はJSONで、number(番号)・entry(記録の文字列)・digest(16進数)があります。{start} 番号{first}から順に、digest = SHA-256( L(32) ‖ 1つ前のdigest(32バイト) ‖ L(n) ‖ entryをUTF-8にしたnバイト )。L(x) は x を8バイトのビッグエンディアンで表したもの、‖ は連結です。次のPythonプログラムは同じ計算をし、最後の番号とdigestを表示します。", en: "Recompute the chain of the audit log (audit.jsonl). Each line is JSON with number, entry (a string) and digest (hexadecimal). {start} From number {first} on: digest = SHA-256( L(32) || the digest before (32 bytes) || L(n) || the n bytes of entry in UTF-8 ), where L(x) is x as 8 bytes, big-endian, and || joins. This Python program does so and prints the last number and digest." }
    /// What the chain begins with.
    readme_start(text: &str, digest: &str) { ja: "開始値は文字列「{text}」のSHA-256です({digest})。", en: "It starts from the SHA-256 of the text \"{text}\" ({digest})." }
    /// What a later part of the chain begins with.
    readme_start_later(digest: &str) { ja: "古い記録を省略しているため、開始値はその直前の記録のdigestです({digest})。", en: "Older entries are left out, so that it starts from the digest of the last of them ({digest})." }
    /// What the program prints.
    readme_head(entries: i64, digest: &str) { ja: "表示されるべき値: {entries}:{digest}", en: "It must print: {entries}:{digest}" }
    /// A step.
    readme_verify_server() { ja: "サーバー上の監査記録がこのパッケージと同じものかは、ダッシュボードのサーバーで次を実行して確かめます。記録がその後増えていても確かめられます。", en: "Whether the log on the server is still this one is told there by the following, also when it has grown since." }
    /// A step.
    readme_verify_mail() { ja: "監査記録の最新の番号とdigestは、営業日ごとのメールにも書かれています。機関の外に残っているメールの値は、audit.jsonl の同じ番号の digest と一致します。", en: "The mail of each business day carries the number and digest of the newest entry. Those in mails kept elsewhere are the digests of the same numbers in audit.jsonl." }
    /// How to read it.
    readme_meaning_text() { ja: "「確認できず」は適合ではありません。読み取れなかったもの、報告が途絶えた機器、エージェントのない機器は、適合として数えません。\n「例外承認」は、期限と代わりの対策を定めて責任者が認めたものです。規則は満たされていません。OSCALとOCSFでは満たされたものとして扱いません。\n日時は、表とPDFでは日本時間、プログラム用のファイルではUTCです。\n表(CSV)のセルの先頭にあるアポストロフィ(')は、表計算ソフトに数式として実行させないための印で、内容ではありません。", en: "Unknown is not a pass. What could not be read, hosts that no longer report and hosts without an agent do not count as passing.\nWaived means that an approver allowed it for a time for what is done in its place. The rule does not hold, and OSCAL and OCSF do not take it as satisfied.\nTimes are those of Japan in tables and PDF, and UTC in the files for programs.\nAn apostrophe at the beginning of a cell of a table keeps spreadsheets from running it as a formula and is no part of it." }
    /// A file.
    readme_items() { ja: "全項目の一覧(公表している回答、現在の状態、理由)", en: "all items: the published answer, the state, the causes" }
    /// A file.
    readme_sheets() { ja: "項目ごとの証跡シート", en: "an evidence sheet for each item" }
    /// A file.
    readme_all() { ja: "すべての証跡シートを1つにしたもの(印刷用)", en: "all evidence sheets in one, to print" }
    /// A file.
    readme_form() { ja: "公表している様式", en: "the published form" }
    /// A file.
    readme_changes() { ja: "様式の各版で変わった箇所", en: "what each version of the form changed" }
    /// A file.
    readme_versions() { ja: "様式の各版", en: "each version of the form" }
    /// A file.
    readme_attestations() { ja: "担当者の確認記録(以前のもの、取り下げたものを含む)", en: "attestations, with earlier and withdrawn ones" }
    /// A file.
    readme_evidence_index() { ja: "添付ファイルの名前とSHA-256", en: "names and SHA-256 of attached files" }
    /// A file.
    readme_evidence(count: usize) { ja: "添付ファイルそのもの({count}個、ファイル名は内容のSHA-256)", en: "the attached files ({count}), named by the SHA-256 of their contents" }
    /// A file.
    readme_waivers() { ja: "例外承認(申請中、却下、終了を含む)", en: "waivers, with those waiting, refused or over" }
    /// A file.
    readme_drifts() { ja: "逸脱の発生と解消", en: "drifts, when they opened and how they ended" }
    /// A file.
    readme_history() { ja: "判定と測定値の変化", en: "changes of verdicts and values" }
    /// A file.
    readme_audit() { ja: "監査記録(利用者の操作)とそのつながり", en: "the audit log of what people did, and its chain" }
    /// A file.
    readme_registers(count: usize) { ja: "台帳({count}種類)", en: "the registers ({count})" }
    /// A file.
    readme_oscal() { ja: "OSCAL 評価結果", en: "OSCAL assessment results" }
    /// A file.
    readme_catalog() { ja: "OSCAL カタログ(チェックリスト)", en: "OSCAL catalog: the checklist" }
    /// A file.
    readme_ocsf() { ja: "OCSF Compliance Finding(1行に1件)", en: "OCSF Compliance Findings, one a line" }
    /// A file.
    readme_json() { ja: "Tenken の JSON(format 1)", en: "Tenken's own JSON (format 1)" }
    /// A file.
    readme_sums() { ja: "上のすべてのファイルのSHA-256", en: "SHA-256 of every file above" }
    /// How far back.
    readme_look_back(days: i64) { ja: "逸脱と判定の変化は、作成日時までの{days}日間のものです。継続中の逸脱は、それより前に発生したものも含みます。", en: "Drifts and changes of findings are those of the {days} days before it was made; drifts that are still open are there however old they are." }
    /// Entries were left out.
    readme_left(file: &str, count: u64) { ja: "{file}: 上限を超えたため{count}件を省略しました。", en: "{file}: {count} entries were left out because there are too many." }
    /// Nothing was.
    readme_nothing_left() { ja: "上限を超えて省略したものはありません。", en: "Nothing was left out because of a limit." }
    /// Without registers.
    readme_no_registers() { ja: "台帳は含めていません(作成時に含めないことを選びました)。", en: "The registers are not in it, as was chosen when it was made." }
    /// Its own entry.
    readme_own_entry() { ja: "このパッケージの作成そのものの記録は、作成後に書かれるため audit.jsonl にはありません。", en: "That this package was made is written after it is made, and so not in its audit.jsonl." }
}
