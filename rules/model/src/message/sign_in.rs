//! Signing in, roles and the first run.

use super::texts;

texts! {
    /// A role.
    role_viewer() { ja: "閲覧", en: "Viewer" }
    /// A role.
    role_officer() { ja: "担当者", en: "Officer" }
    /// A role.
    role_approver() { ja: "責任者", en: "Approver" }
    /// A role.
    role_admin() { ja: "管理者", en: "Administrator" }
    /// A role.
    role_auditor() { ja: "監査", en: "Auditor" }
    /// Title and button.
    sign_in() { ja: "サインイン", en: "Sign in" }
    /// Button.
    sign_out() { ja: "サインアウト", en: "Sign out" }
    /// Field.
    user_name() { ja: "ユーザー名", en: "User name" }
    /// Field.
    password() { ja: "パスワード", en: "Password" }
    /// Field.
    password_again() { ja: "パスワード(確認)", en: "Password again" }
    /// Help.
    password_help(least: usize) { ja: "{least}文字以上。覚えやすい文を使えます。ユーザー名は含められません。", en: "At least {least} characters; a sentence is fine. It may not contain the user name." }
    /// Help.
    user_name_help() { ja: "サインインに使う名前です。64文字まで。", en: "The name you sign in with, up to 64 characters." }
    /// The password or name is wrong; which is not said.
    sign_in_wrong() { ja: "ユーザー名またはパスワードが違います。", en: "The user name or password is wrong." }
    /// Too many wrong passwords.
    sign_in_wait(wait: &str) { ja: "パスワードの誤りが続いたため、一時的に受け付けていません。{wait}後にもう一度お試しください。", en: "Too many wrong passwords. Try again in {wait}." }
    /// After signing out.
    signed_out() { ja: "サインアウトしました。", en: "You have signed out." }
    /// The session ended.
    session_ended() { ja: "サインインが必要です。", en: "Please sign in." }
    /// Title of the first run.
    first_run_title() { ja: "最初の管理者を登録", en: "Create the first administrator" }
    /// What the first run is.
    first_run_lead() { ja: "Tenkenの利用を始めます。この画面は一度だけ使えます。登録した管理者が、ほかの利用者や機器を追加します。", en: "Welcome to Tenken. This page works once. The administrator you create adds other people and hosts." }
    /// Button of the first run.
    first_run_create() { ja: "登録してサインイン", en: "Create and sign in" }
    /// The link is used or wrong.
    first_run_invalid() { ja: "この登録用リンクは使えません。すでに使用されたか、期限が切れています。管理者がまだいない場合は、ダッシュボードを再起動すると新しいリンクが表示されます。", en: "This link does not work: it was used or has expired. If there is no administrator yet, restart the dashboard to get a new one." }
    /// Wrong name.
    user_name_invalid() { ja: "ユーザー名は1文字以上64文字以内で、空白や制御文字を含めずに入力してください。", en: "Use 1 to 64 characters without spaces or control characters." }
    /// Name taken.
    user_name_taken() { ja: "このユーザー名はすでに使われています。", en: "This user name is taken." }
    /// Wrong password.
    password_short(least: usize) { ja: "パスワードは{least}文字以上にしてください。", en: "Use at least {least} characters." }
    /// Wrong password.
    password_long(most: usize) { ja: "パスワードは{most}文字以内にしてください。", en: "Use at most {most} characters." }
    /// Wrong password.
    password_simple() { ja: "同じ文字の繰り返しが多いため、推測されやすいパスワードです。別のものにしてください。", en: "It repeats too few characters; choose another." }
    /// Wrong password.
    password_has_name() { ja: "パスワードにユーザー名を含めないでください。", en: "It may not contain the user name." }
    /// Wrong password.
    password_differs() { ja: "2つのパスワードが一致しません。", en: "The two passwords differ." }
    /// Title.
    people() { ja: "利用者", en: "People" }
    /// Lead.
    people_lead() { ja: "ダッシュボードにサインインできる人です。利用をやめた人は停止してください。記録は残ります。", en: "People who may sign in. Disable those who leave; their records stay." }
    /// Button.
    people_add() { ja: "利用者を追加", en: "Add a person" }
    /// Column.
    role() { ja: "役割", en: "Role" }
    /// Help.
    role_help() { ja: "閲覧: 見るだけ。担当者: 台帳を編集。責任者: 例外や申告を承認。管理者: 機器と利用者を追加。監査: 設定と監査記録を含むすべてを見るだけ。", en: "Viewers only look; officers keep registers; approvers approve; administrators add hosts and people; auditors see everything and change nothing." }
    /// State.
    person_active() { ja: "利用中", en: "Active" }
    /// State.
    person_disabled() { ja: "停止", en: "Disabled" }
    /// Button.
    person_disable() { ja: "停止する", en: "Disable" }
}
