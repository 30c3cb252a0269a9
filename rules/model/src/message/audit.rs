//! The audit log: its page, its command, and the acts in it.

use super::texts;

texts! {
    /// Title.
    audit_title() { ja: "監査記録", en: "Audit log" }
    /// Lead.
    audit_lead() { ja: "利用者が行った操作の記録です。各記録は1つ前の記録とつながっており、あとから書き換えると検証でわかります。", en: "What people did. Each entry is chained to the one before, so that a later rewrite shows." }
    /// Heading.
    audit_head() { ja: "最新の記録", en: "Head of the chain" }
    /// Help.
    audit_head_help() { ja: "「番号:ダイジェスト」を別の場所に控えておき、サーバー上で tenken-dashboard audit verify --known に続けて入力すると、書き換えの有無を確かめられます。", en: "Keep number:digest elsewhere; tenken-dashboard audit verify --known with it, on the server, shows whether anything was rewritten." }
    /// Label.
    audit_number() { ja: "番号", en: "Number" }
    /// Label.
    audit_digest() { ja: "ダイジェスト", en: "Digest" }
    /// Column.
    audit_at() { ja: "日時", en: "When" }
    /// Column.
    audit_person() { ja: "操作した人", en: "Who" }
    /// Column.
    audit_act() { ja: "操作", en: "Act" }
    /// Column.
    audit_subject() { ja: "対象", en: "On what" }
    /// Search field.
    audit_search() { ja: "人・操作・対象で検索", en: "Search people, acts and subjects" }
    /// Nothing yet.
    audit_none() { ja: "まだ記録がありません。", en: "Nothing has been done yet." }
    /// Link.
    audit_older() { ja: "さらに前の記録", en: "Older entries" }
    /// Link.
    audit_newest() { ja: "最新の記録に戻る", en: "Back to the newest" }
    /// The chain holds.
    audit_verified(entries: i64, digest: &str) { ja: "監査記録に書き換えはありません。最新の記録 {entries}:{digest}", en: "The audit log is unbroken. Head {entries}:{digest}" }
    /// The chain is broken.
    audit_broken(entry: i64) { ja: "監査記録の{entry}番が前の記録とつながりません。この番号以降は、書き換えまたは欠落のおそれがあります。控えやバックアップと照合してください。", en: "Entry {entry} of the audit log does not follow from the one before: it or one before it was changed or removed. Compare with a backup." }
    /// The chain is another than the one somebody kept the head of.
    audit_other(entry: i64) { ja: "監査記録の{entry}番が控えと一致しません。全体が書き換えられたか、記録が失われたおそれがあります。控えた番号とダイジェスト、バックアップを確かめてください。", en: "Entry {entry} of the audit log is not the one that was kept: all of it may have been rewritten, or entries are gone. Check what was kept, and a backup." }
    /// Act.
    act_signed_in() { ja: "サインイン", en: "Signed in" }
    /// Act.
    act_signed_in_by_provider() { ja: "外部アカウントでサインイン", en: "Signed in by the identity provider" }
    /// Act.
    act_local_sign_in_refused() { ja: "パスワードでのサインインを拒否", en: "Sign-in with a password refused" }
    /// Act.
    act_identity_bound() { ja: "外部アカウントを登録", en: "External account bound" }
    /// Act.
    act_identity_unbound() { ja: "外部アカウントの登録を解除", en: "External account unbound" }
    /// Act.
    act_identity_refused() { ja: "外部アカウントの認証を拒否", en: "Refused by the identity provider's answer" }
    /// Act.
    act_confirmed_by_provider() { ja: "外部アカウントで本人確認", en: "Confirmed by the identity provider" }
    /// Act.
    act_signed_out() { ja: "サインアウト", en: "Signed out" }
    /// Act.
    act_first_administrator() { ja: "最初の管理者を登録", en: "First administrator created" }
    /// Act.
    act_code_confirmed() { ja: "確認コードで本人確認", en: "Confirmed with a code" }
    /// Act.
    act_recovery_code_used() { ja: "回復用コードを使用", en: "Recovery code used" }
    /// Act.
    act_second_factor_set() { ja: "二要素認証を設定", en: "Second factor set up" }
    /// Act.
    act_second_factor_removed() { ja: "二要素認証を解除", en: "Second factor removed" }
    /// Act.
    act_recovery_codes_made() { ja: "回復用コードを再作成", en: "Recovery codes made" }
    /// Act.
    act_password_changed() { ja: "パスワードを変更", en: "Password changed" }
    /// Act.
    act_sessions_ended() { ja: "ほかの端末のサインインを終了", en: "Other sessions ended" }
    /// Act.
    act_email_changed() { ja: "メールアドレスを変更", en: "E-mail address changed" }
    /// Act.
    act_person_added() { ja: "利用者を追加", en: "Person added" }
    /// Act.
    act_person_joined() { ja: "招待から利用を開始", en: "Invitation followed" }
    /// Act.
    act_person_disabled() { ja: "利用を停止", en: "Person disabled" }
    /// Act.
    act_person_enabled() { ja: "利用を再開", en: "Person enabled" }
    /// Act.
    act_person_reset() { ja: "パスワードと二要素認証を再設定", en: "Person reset" }
    /// Act.
    act_role_changed() { ja: "役割を変更", en: "Role changed" }
    /// Act.
    act_token_made() { ja: "機器の登録用トークンを発行", en: "Enrolment token made" }
    /// Act.
    act_token_withdrawn() { ja: "機器の登録用トークンを取り消し", en: "Enrolment token withdrawn" }
    /// Act.
    act_backup_made() { ja: "バックアップを作成", en: "Backup made" }
    /// Act.
    act_backup_restored() { ja: "バックアップから復元", en: "Restored from a backup" }
    /// Act.
    act_host_enrolled() { ja: "機器を登録", en: "Host enrolled" }
    /// Act.
    act_host_revoked() { ja: "機器を取り消し", en: "Host revoked" }
    /// Act.
    act_drift_acknowledged() { ja: "逸脱を対応中と記録", en: "Drift acknowledged" }
    /// Act.
    act_item_attested() { ja: "確認記録を作成", en: "Item attested" }
    /// Act.
    act_register_row_added() { ja: "台帳に追加", en: "Register row added" }
    /// Act.
    act_register_row_changed() { ja: "台帳を変更", en: "Register row changed" }
    /// Act.
    act_register_row_closed() { ja: "台帳の行を閉じた", en: "Register row closed" }
    /// Act.
    act_presence_set() { ja: "報告なしとするまでの時間を変更", en: "Time until hosts are silent set" }
    /// Act.
    act_alerts_set() { ja: "通知の設定を変更", en: "Alerts set" }
    /// Act.
    act_register_imported() { ja: "台帳にファイルを取り込み", en: "File taken into a register" }
    /// An act.
    act_attestation_withdrawn() { ja: "確認記録を取り下げ", en: "Attestation withdrawn" }
    /// An act.
    act_declaration_taken_in() { ja: "公表中の様式を取り込み", en: "Declaration taken in" }
    /// An act.
    act_version_accepted() { ja: "様式を改版", en: "New version of the form" }
    /// An act.
    act_change_proposed() { ja: "申告の変更を提案", en: "Change proposed" }
    /// An act.
    act_change_accepted() { ja: "申告の変更を承認", en: "Change approved" }
    /// An act.
    act_change_refused() { ja: "申告の変更を却下", en: "Change refused" }
    /// An act.
    act_change_withdrawn() { ja: "申告の変更案を取り下げ", en: "Change withdrawn" }
    /// An act.
    act_publication_confirmed() { ja: "ホームページの掲載を目視で確認", en: "Publication confirmed by eye" }
    /// An act.
    act_public_address_set() { ja: "掲載ページのアドレスを設定", en: "Public address set" }
    /// An act.
    act_waiver_asked() { ja: "例外承認を申請", en: "Waiver asked for" }
    /// An act.
    act_waiver_granted() { ja: "例外承認を承認", en: "Waiver granted" }
    /// An act.
    act_waiver_refused() { ja: "例外承認を却下", en: "Waiver refused" }
    /// An act.
    act_waiver_withdrawn() { ja: "例外承認の申請を取り下げ", en: "Waiver request withdrawn" }
    /// An act.
    act_waiver_ended() { ja: "例外承認を終了", en: "Waiver ended" }
    /// An act.
    act_own_rule_written() { ja: "独自の規則を記入", en: "Own rule written" }
    /// An act.
    act_own_rule_asked() { ja: "独自の規則の承認を依頼", en: "Approval of an own rule asked for" }
    /// An act.
    act_own_rule_taken_back() { ja: "独自の規則を下書きに戻した", en: "Own rule made a draft again" }
    /// An act.
    act_own_rule_approved() { ja: "独自の規則を承認", en: "Own rule approved" }
    /// An act.
    act_own_rule_refused() { ja: "独自の規則を却下", en: "Own rule refused" }
    /// An act.
    act_own_rule_rolled_out() { ja: "独自の規則を適用", en: "Own rule rolled out" }
    /// An act.
    act_own_rule_withdrawn() { ja: "独自の規則の適用を終了", en: "Own rule withdrawn" }
    /// An act.
    act_parameter_set() { ja: "規則の基準値を変更", en: "Parameter of a rule set" }
    /// An act.
    act_parameter_cleared() { ja: "規則の基準値を元に戻した", en: "Parameter of a rule taken back" }
    /// An act.
    act_calendar_set() { ja: "営業日・営業時間を設定", en: "Working calendar set" }
    /// An act.
    act_package_made() { ja: "監査パッケージを作成", en: "Audit package made" }
    /// An act.
    act_results_taken() { ja: "点検結果をファイルに出力", en: "Results taken as a file" }
    /// An act.
    act_sheet_taken() { ja: "項目の証跡シートを出力", en: "Evidence sheet taken" }
    /// An act.
    act_register_taken() { ja: "台帳をファイルに出力", en: "Register taken as a file" }
    /// An act.
    act_evidence_taken() { ja: "証跡ファイルをダウンロード", en: "Evidence file taken" }
}
