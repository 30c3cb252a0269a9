//! The published form: taking it in, changing it, publishing it.

use super::texts;

texts! {
    /// Menu.
    nav_declaration() { ja: "申告", en: "Declaration" }
    /// Title of the page of the form in force.
    declaration_title() { ja: "公表している申告", en: "The published declaration" }
    /// What the page is.
    declaration_lead() { ja: "ホームページで公表しているチェックリストの回答と、いま測定・確認できている状態を並べて示します。", en: "The answers the agency has published, beside what can be measured and confirmed today." }
    /// There is no form in force.
    declaration_none() { ja: "公表している申告がまだ取り込まれていません。取り込むと、90項目の回答が測定結果と照らし合わされます。", en: "No published declaration has been taken in yet. Once it is, its 90 answers are held against what is measured." }
    /// The act.
    declaration_take_in() { ja: "公表中の様式を取り込む", en: "Take in the published form" }
    /// The overall verdict.
    declaration_verdict() { ja: "ガイドラインの遵守", en: "Overall verdict" }
    /// The date.
    declaration_updated_on() { ja: "最終更新日", en: "Last updated" }
    /// How many items have which answer.
    declaration_counts(done: usize, planned: usize) { ja: "実施済 {done}項目・実施予定 {planned}項目", en: "{done} done, {planned} planned" }
    /// Answers that the evidence contradicts.
    declaration_contradicted(count: usize) { ja: "実施済と公表している{count}項目が、いまの状態と合っていません。", en: "{count} items declared as done do not hold today." }
    /// Answers that nothing proves yet.
    declaration_unproven(count: usize) { ja: "実施済と公表している項目のうち{count}項目は、測定または確認記録でまだ裏づけられていません。", en: "{count} items declared as done are not proven by measurement or attestation yet." }
    /// None is contradicted.
    declaration_holds() { ja: "公表している回答と矛盾する状態は見つかっていません。", en: "Nothing contradicts the published answers." }
    /// Column.
    column_declared() { ja: "公表している回答", en: "Published answer" }
    /// Column.
    column_measured() { ja: "いまの状態", en: "Today" }
    /// An answer.
    answer_done() { ja: "実施済", en: "Done" }
    /// An answer.
    answer_planned(when: &str) { ja: "実施予定({when})", en: "Planned ({when})" }
    /// An answer that names no time.
    answer_planned_open() { ja: "実施予定(時期の記載なし)", en: "Planned (no time given)" }
    /// An answer that is to be named.
    answer_open() { ja: "未定", en: "Not named yet" }
    /// An answer with what stands beside it.
    answer_with_remark(answer: &str, remark: &str) { ja: "{answer} 備考: {remark}", en: "{answer}, remark: {remark}" }
    /// A file.
    declaration_html() { ja: "掲載用HTML", en: "HTML to publish" }
    /// A file.
    declaration_csv() { ja: "CSV", en: "CSV" }
    /// A page.
    declaration_versions() { ja: "版の履歴", en: "Versions" }
    /// A page.
    declaration_header() { ja: "機関情報の変更", en: "Edit the agency part" }
    /// What the page is for.
    declaration_header_lead() { ja: "様式の前半(機関・システム・手数料などの情報)です。選択肢は■と□で示します。変更は提案となり、別の責任者が承認すると様式に反映されます。「ガイドラインの遵守」の欄は回答から自動的に決まります。", en: "The first part of the form: the agency, its systems and fees. Choices are ■ and □. Changes are proposed and take effect when another person approves them. The overall verdict follows from the answers." }
    /// There is no such part.
    declaration_header_none() { ja: "取り込んだ様式に機関情報はありませんでした。", en: "The form that was taken in has no such part." }
    /// A cell for screen readers.
    declaration_header_cell(row: usize, column: usize) { ja: "{row}行{column}列", en: "Row {row}, column {column}" }
    /// A paragraph for screen readers.
    declaration_header_note(number: usize) { ja: "{number}番目の文", en: "Paragraph {number}" }
    /// How a version came to be.
    version_taken_in(person: &str) { ja: "{person} が取り込み", en: "Taken in by {person}" }
    /// How a version came to be.
    version_approved(person: &str) { ja: "{person} が承認", en: "Approved by {person}" }
    /// Title of a version.
    version_title(number: &str) { ja: "第{number}版", en: "Version {number}" }
    /// Mark of the newest version.
    version_in_force() { ja: "現在の版", en: "In force" }
    /// Heading.
    version_differences() { ja: "前の版からの変更", en: "Changes from the version before" }
    /// The first version.
    version_first() { ja: "最初の版です。", en: "This is the first version." }
    /// A difference.
    difference_header() { ja: "機関情報が変わりました。", en: "The part about the agency changed." }
    /// A difference.
    difference_date() { ja: "最終更新日", en: "Date of the last change" }
    /// Something that is not there.
    difference_nothing() { ja: "なし", en: "none" }
    /// Title of the page that takes a form in.
    taking_in_title() { ja: "公表中の様式の取り込み", en: "Take in the published form" }
    /// What to do.
    taking_in_lead() { ja: "ホームページに掲載しているチェックリストの全文を貼り付けるか、ファイル(HTML・テキスト・CSV)を選んでください。読み取れた内容を確認してから取り込みます。", en: "Paste the whole checklist as published, or choose a file (HTML, text or CSV). You see what was read before anything is kept." }
    /// A field.
    taking_in_text() { ja: "様式の全文を貼り付け", en: "Paste the form" }
    /// Help of the field.
    taking_in_text_help() { ja: "ページ全体を選択してコピーし、そのまま貼り付けられます。", en: "Select and copy the whole page and paste it here." }
    /// A field.
    taking_in_file() { ja: "またはファイル", en: "Or a file" }
    /// Help of the field.
    taking_in_file_help() { ja: "HTML・テキスト・CSV、4 MiBまで。PDFやWordは、開いて全文をコピーし貼り付けてください。", en: "HTML, text or CSV up to 4 MiB. For PDF or Word, open it, copy everything and paste it." }
    /// Neither was given.
    taking_in_nothing() { ja: "様式を貼り付けるか、ファイルを選んでください。", en: "Paste the form or choose a file." }
    /// It is too large.
    form_too_large() { ja: "4 MiBを超えています。", en: "It is larger than 4 MiB." }
    /// It is no text.
    form_not_text() { ja: "文字として読み取れません。UTF-8・シフトJIS・EUC-JP・JISのいずれかで保存してください。", en: "It is no text in UTF-8, Shift_JIS, EUC-JP or ISO-2022-JP." }
    /// It is a file of a program.
    form_binary() { ja: "PDFやWord・Excelのファイルは直接読み取れません。開いて全文をコピーし、貼り付けてください。", en: "PDF, Word and Excel files cannot be read. Open the file, copy everything and paste it." }
    /// No item was found.
    form_no_item() { ja: "チェックリストの項目が一つも見つかりませんでした。項目の表を含む全文を貼り付けてください。", en: "Not one item of the checklist was found. Paste the whole text with its tables." }
    /// Title of the preview.
    reading_title() { ja: "読み取り結果の確認", en: "What was read" }
    /// What was read.
    reading_lead(read: usize, total: usize) { ja: "{total}項目のうち{read}項目の回答を読み取りました。", en: "The answers of {read} of {total} items were read." }
    /// What to do with the rest.
    reading_fill_in() { ja: "読み取れなかった項目は、この画面で回答を補ってください。すべて揃うと取り込めます。", en: "Fill in here what could not be read. When every item has an answer, the form can be taken in." }
    /// Heading.
    reading_troubles() { ja: "読み取れなかったところ・気になるところ", en: "What could not be read, or is odd" }
    /// There are none.
    reading_no_troubles() { ja: "すべて読み取れました。公式の文言との違いもありません。", en: "Everything was read, and every wording is the official one." }
    /// Trouble.
    trouble_missing_item() { ja: "項目が見つかりません。", en: "The item was not found." }
    /// Trouble.
    trouble_again(line: usize) { ja: "{line}行目にもう一度あります。最初のものを採用しました。", en: "It is there again in line {line}; the first one counts." }
    /// Trouble.
    trouble_no_date() { ja: "最終更新日が見つかりません。", en: "There is no date of the last change." }
    /// Trouble.
    trouble_bad_date() { ja: "最終更新日を今日までの日付として読み取れません。", en: "The date of the last change is no day up to today." }
    /// Trouble.
    trouble_verdict() { ja: "選ばれている全体の判定が、回答から決まる判定と異なります。", en: "Another overall verdict is marked than follows from the answers." }
    /// Trouble.
    trouble_note_differs(note: &str) { ja: "注{note}の文言が公式と異なります。", en: "Note {note} differs from the official wording." }
    /// Trouble.
    trouble_note_missing(note: &str) { ja: "注{note}が見つかりません。", en: "Note {note} was not found." }
    /// Trouble.
    trouble_wording(percent: u16) { ja: "文言が公式と異なります(一致度{percent}%)。", en: "The wording differs from the official one ({percent}% alike)." }
    /// Trouble.
    trouble_none_marked() { ja: "実施済・実施予定のどちらにも印がありません。", en: "Neither answer is marked." }
    /// Trouble.
    trouble_both_marked() { ja: "実施済・実施予定の両方に印があります。", en: "Both answers are marked." }
    /// Trouble.
    trouble_no_boxes() { ja: "回答の欄が見つかりません。", en: "The row has no answers." }
    /// Trouble.
    trouble_long_time() { ja: "実施時期が長すぎます。", en: "The planned time is too long." }
    /// It is no day up to today.
    reading_date_bad() { ja: "今日までの日付を記入してください。例: 2024年12月11日", en: "Write a day up to today, such as 2024-12-11." }
    /// Heading.
    reading_unplaced() { ja: "チェックリストのどこにも当てはまらなかった行", en: "Lines that belong nowhere in the checklist" }
    /// What becomes of them.
    reading_unplaced_help() { ja: "これらは取り込まれません。回答や機関情報が含まれていないか確認してください。", en: "They are not taken in. Make sure that no answer is among them." }
    /// How many more.
    reading_unplaced_left(count: usize) { ja: "ほか{count}行", en: "and {count} more lines" }
    /// A line.
    reading_line(line: usize) { ja: "{line}行目", en: "Line {line}" }
    /// Heading.
    reading_header() { ja: "機関情報", en: "The part about the agency" }
    /// How much of it.
    reading_header_read(tables: usize) { ja: "{tables}個の表を読み取りました。", en: "{tables} tables were read." }
    /// None.
    reading_header_none() { ja: "機関情報の表は見つかりませんでした。", en: "No table about the agency was found." }
    /// A field.
    reading_status(item: &str) { ja: "{item}の回答", en: "Answer of {item}" }
    /// A field.
    reading_when(item: &str) { ja: "{item}の実施時期", en: "Planned time of {item}" }
    /// A choice.
    reading_choose() { ja: "選んでください", en: "Choose" }
    /// The act.
    reading_apply() { ja: "この内容で取り込む", en: "Take it in" }
    /// Another form is in force.
    reading_proposes() { ja: "すでに申告があるため、違いは変更案となり、別の責任者の承認を待ちます。", en: "A declaration is in force: what differs is proposed and waits for another person's approval." }
    /// Done.
    done_taken_in() { ja: "申告を取り込みました。", en: "The declaration was taken in." }
    /// Done.
    done_taken_in_proposed() { ja: "違いを変更案として登録しました。", en: "What differs was proposed." }
    /// Done.
    done_taken_in_same() { ja: "現在の申告と同じ内容でした。", en: "It says the same as the declaration in force." }
    /// Heading.
    proposals_title() { ja: "変更案", en: "Proposed changes" }
    /// There are none.
    proposals_none() { ja: "承認を待っている変更案はありません。", en: "No change waits for approval." }
    /// Who proposes it.
    proposal_by(person: &str) { ja: "{person} の提案", en: "Proposed by {person}" }
    /// Who proposes it.
    proposal_by_tenken() { ja: "Tenkenが検出", en: "Found by Tenken" }
    /// What is to be done.
    proposal_incomplete() { ja: "実施済と公表していますが、いまの状態と合っていません。是正するか、例外承認を受けるか、実施時期を決めて変更を提案してください。", en: "Declared as done, but it does not hold today. Repair it, ask for a waiver, or propose to declare when it will be done." }
    /// What it would do to the verdict.
    proposal_makes_not_met() { ja: "承認すると全体の判定は「遵守していない」になります。", en: "Once approved, the overall verdict is “not met”." }
    /// What it would do to the verdict.
    proposal_makes_met() { ja: "承認すると全体の判定は「遵守済」になります。", en: "Once approved, the overall verdict is “met”." }
    /// The header.
    proposal_header() { ja: "機関情報の変更", en: "Change of the agency part" }
    /// Who may decide.
    proposal_own() { ja: "自分の提案は自分では承認できません。別の責任者に依頼してください。", en: "Nobody approves their own proposal. Ask another approver." }
    /// Choose it.
    proposal_choose(what: &str) { ja: "{what}を選ぶ", en: "Choose {what}" }
    /// The act.
    proposals_accept() { ja: "選んだ変更を承認して改版する", en: "Approve the chosen changes" }
    /// What the act does.
    proposals_accept_help() { ja: "承認すると最終更新日が今日になり、ホームページの更新が必要になります。", en: "Approving dates the form today; the home page must then be updated." }
    /// The act.
    proposal_refuse() { ja: "却下(是正する)", en: "Refuse (repair instead)" }
    /// The act.
    proposal_withdraw() { ja: "取り下げる", en: "Withdraw" }
    /// A field.
    proposal_note() { ja: "承認・却下の理由(任意)", en: "Note (optional)" }
    /// The act on the item's page.
    propose_title() { ja: "公表している回答の変更を提案", en: "Propose another answer" }
    /// A field.
    propose_status() { ja: "回答", en: "Answer" }
    /// A field.
    propose_when() { ja: "実施時期", en: "Planned time" }
    /// Help of the field.
    propose_when_help() { ja: "実施予定のときに必要です。例: 2027年5月、令和9年度末", en: "Needed for a planned answer, such as 2027年5月" }
    /// A field.
    propose_remark() { ja: "様式に記載する備考(任意)", en: "Remark in the form (optional)" }
    /// Help of the field.
    propose_remark_help() { ja: "例: ICカードは使用していない", en: "Printed beside the mark" }
    /// A field.
    propose_reason() { ja: "変更の理由", en: "Reason" }
    /// Help of the field.
    propose_reason_help() { ja: "承認する責任者と、後で確認する監査人が読みます。様式には載りません。", en: "Read by the approver and by auditors; not printed." }
    /// The act.
    propose_do() { ja: "変更を提案する", en: "Propose" }
    /// A planned answer needs a time.
    propose_when_empty() { ja: "実施予定の場合は実施時期を記入してください。", en: "A planned answer needs a time." }
    /// The time cannot be followed.
    propose_when_unclear() { ja: "年と月が分かるように記入してください。例: 2027年5月", en: "Write it so that year and month are clear, such as 2027年5月." }
    /// The time is past.
    propose_when_past() { ja: "実施時期が過ぎています。", en: "That time is past." }
    /// A reason is needed.
    propose_reason_empty() { ja: "変更の理由を記入してください。", en: "Say why." }
    /// It is the answer in force.
    propose_unchanged() { ja: "現在の回答と同じです。", en: "That is the answer in force." }
    /// Done.
    done_proposed() { ja: "変更を提案しました。別の責任者の承認を待っています。", en: "Proposed. It waits for another person's approval." }
    /// Done.
    done_accepted() { ja: "変更を承認し、様式を改版しました。ホームページを更新してください。", en: "Approved. Update the home page with the new form." }
    /// Done.
    done_refused() { ja: "変更案を却下しました。", en: "Refused." }
    /// Done.
    done_withdrawn() { ja: "取り下げました。", en: "Withdrawn." }
    /// What became of a proposal.
    decision_accepted(person: &str) { ja: "{person} が承認", en: "Approved by {person}" }
    /// What became of a proposal.
    decision_refused(person: &str) { ja: "{person} が却下", en: "Refused by {person}" }
    /// What became of a proposal.
    decision_withdrawn(person: &str) { ja: "{person} が取り下げ", en: "Withdrawn by {person}" }
    /// What became of a proposal.
    decision_settled() { ja: "是正または例外承認により解消", en: "Repaired or waived" }
    /// What became of a proposal.
    decision_replaced(person: &str) { ja: "{person} の別の提案に置き換え", en: "Replaced by another proposal of {person}" }
    /// It cannot be decided.
    deciding_stale() { ja: "提案の後に回答が変わったため、承認できません。提案し直してください。", en: "The form changed since this was proposed. Propose it again." }
    /// It cannot be decided.
    deciding_incomplete() { ja: "実施時期が決まっていない変更案は承認できません。", en: "A change that names no time cannot be approved." }
    /// It cannot be decided.
    deciding_gone() { ja: "すでに処理された変更案です。", en: "It was decided before." }
    /// Nothing was chosen.
    deciding_nothing() { ja: "承認する変更を選んでください。", en: "Choose the changes to approve." }
    /// Heading.
    item_declared() { ja: "公表している回答", en: "The published answer" }
    /// Heading.
    publication_title() { ja: "ホームページへの掲載", en: "On the home page" }
    /// What the page is for.
    publication_lead() { ja: "公表しているページを毎日取得し、最終更新日と90項目の回答が現在の版と同じか照合します。", en: "The public page is fetched daily and compared with the version in force: its date and its 90 answers." }
    /// State.
    publication_shown() { ja: "掲載を確認済", en: "Shown" }
    /// State.
    publication_not_shown() { ja: "掲載が未確認", en: "Not shown yet" }
    /// State.
    publication_unsure() { ja: "掲載を確認できず", en: "Could not be looked at" }
    /// State.
    publication_no_address() { ja: "掲載先のアドレスが未設定", en: "No public address set" }
    /// What to do.
    publication_update() { ja: "掲載用HTMLをダウンロードしてホームページを更新してください。掲載が確認されると、この作業は自動的に完了します。", en: "Download the HTML and update the home page. This closes by itself when the page shows it." }
    /// Since when.
    publication_shown_since() { ja: "掲載の確認", en: "Shown since" }
    /// Since when.
    publication_open_since() { ja: "掲載が必要になった日時", en: "To be published since" }
    /// When it was looked at.
    publication_checked() { ja: "直近の照合", en: "Last compared" }
    /// It was never looked at.
    publication_never() { ja: "まだ照合していません。", en: "Not compared yet." }
    /// The outcome.
    outcome_failed(error: &str) { ja: "ページを取得できません: {error}", en: "The page could not be fetched: {error}" }
    /// The outcome.
    outcome_no_form() { ja: "ページにチェックリストが見つかりません。アドレスがチェックリストの掲載ページか確認してください。この画面から保存したPDFをそのまま掲載していれば自動で照合します。別に作ったPDFや画像の場合は、下で目視の確認を記録してください。", en: "No checklist was found on the page. Check the address. A PDF saved from here and published as it is is recognised; for another PDF or a picture, record below that you looked at it." }
    /// The outcome.
    outcome_confirmed(person: &str, day: &str) { ja: "{day}に{person}が現在の版の掲載を目視で確認しました。掲載ファイルはそれから変わっていません。", en: "{person} saw the version in force on {day}; the published file has not changed since." }
    /// Before confirming by eye.
    publication_confirm_help() { ja: "掲載ページを開き、最終更新日と90項目の回答が現在の版と同じであることを確かめてから押してください。いま掲載されているファイルの照合値とともに監査記録に残り、ファイルが変わると確認は無効になります。", en: "Open the page and see that date and answers are those of the version in force. The digest of the file as it is served now is kept in the audit log; when the file changes, the confirmation ends." }
    /// Confirms by eye.
    publication_confirm() { ja: "目視で確認したことを記録", en: "Record that I saw it" }
    /// The outcome.
    outcome_differs(count: usize) { ja: "ページの内容が現在の版と{count}か所異なります。", en: "The page differs from the version in force in {count} places." }
    /// The outcome.
    outcome_shown() { ja: "ページの内容は現在の版と一致しています。", en: "The page shows the version in force." }
    /// Columns.
    publication_ours() { ja: "現在の版", en: "In force" }
    /// Columns.
    publication_theirs() { ja: "ホームページ", en: "Home page" }
    /// A difference in what is no item.
    publication_verdict() { ja: "機関情報または全体の判定が異なります。", en: "The agency part or the overall verdict differs." }
    /// A field.
    publication_address() { ja: "掲載ページのアドレス", en: "Public address" }
    /// Help of the field.
    publication_address_help() { ja: "チェックリストを掲載しているページのアドレスです。例: https://www.example.jp/checklist.html", en: "The page that shows the checklist, such as https://www.example.jp/checklist.html" }
    /// It is no address.
    publication_address_bad() { ja: "https:// または http:// で始まるアドレスを記入してください。", en: "Write an address that begins with https:// or http://." }
    /// The act.
    publication_set() { ja: "アドレスを保存", en: "Save the address" }
    /// The act.
    publication_check() { ja: "いま照合する", en: "Compare now" }
    /// Done.
    done_address_set() { ja: "アドレスを保存しました。", en: "The address was saved." }
    /// Done.
    done_checked() { ja: "ページを照合しました。", en: "The page was compared." }
}
