//! One's own account, and the second factor.

use super::texts;

texts! {
    /// Error page.
    error_no_second_factor() { ja: "二要素認証の設定が必要です", en: "A second factor is needed" }
    /// Error page.
    error_no_second_factor_help() { ja: "承認や利用者の管理には、二要素認証による本人確認が必要です。スマートフォンの認証アプリで設定してから、もう一度操作してください。", en: "Approving and administering people asks for a second factor. Set one up with an authenticator app, then try again." }
    /// Title of the page that asks for a code.
    code_title() { ja: "確認コードの入力", en: "Enter your code" }
    /// Lead.
    code_lead() { ja: "認証アプリに表示されている6桁の確認コードを入力してください。", en: "Type the six digits that your authenticator app shows." }
    /// Title of the page that asks for a code before an act.
    confirm_title() { ja: "本人確認", en: "Confirm that it is you" }
    /// Lead.
    confirm_lead() { ja: "この操作の前に、認証アプリの確認コードを入力してください。確認は10分間有効です。", en: "Before this, type the code that your authenticator app shows. It holds for ten minutes." }
    /// Button.
    confirm_do() { ja: "確認する", en: "Confirm" }
    /// Field.
    code() { ja: "確認コード", en: "Code" }
    /// Help.
    code_help() { ja: "6桁の数字です。30秒ごとに変わります。", en: "Six digits; they change every 30 seconds." }
    /// Wrong code.
    code_wrong() { ja: "コードが正しくないか、すでに使用されています。次のコードが表示されるのを待って、入力し直してください。", en: "The code is wrong or was used already. Wait for the next one and try again." }
    /// Too many wrong codes.
    code_wait(wait: &str) { ja: "コードの誤りが続いたため、一時的に受け付けていません。{wait}後にもう一度お試しください。", en: "Too many wrong codes. Try again in {wait}." }
    /// Summary.
    recovery_use() { ja: "認証アプリを使えないとき", en: "Without your authenticator app" }
    /// Field.
    recovery_code() { ja: "回復用コード", en: "Recovery code" }
    /// Help.
    recovery_help() { ja: "設定時に控えた10文字のコードです。1つにつき1回だけ使えます。コードも手元にないときは、管理者に再設定を依頼してください。", en: "One of the codes of ten characters that you kept; each works once. Without them, ask an administrator to reset your account." }
    /// Link.
    sign_in_again() { ja: "サインインをやり直す", en: "Sign in again" }
    /// Title.
    account() { ja: "アカウント", en: "Your account" }
    /// Heading.
    account_profile() { ja: "連絡先と言語", en: "Contact and language" }
    /// Field.
    email() { ja: "メールアドレス", en: "E-mail address" }
    /// Help.
    email_help() { ja: "通知の宛先に使います。空欄でもかまいません。", en: "Where alerts are sent. It may be left empty." }
    /// Wrong address.
    email_invalid() { ja: "メールアドレスの形式が正しくありません。例: sato@example.jp", en: "This is no e-mail address, such as sato@example.jp." }
    /// Field.
    language() { ja: "表示言語", en: "Language" }
    /// A language.
    language_name() { ja: "日本語", en: "English" }
    /// Heading and button.
    password_change() { ja: "パスワードを変更", en: "Change the password" }
    /// Field.
    password_present() { ja: "現在のパスワード", en: "Present password" }
    /// Field.
    password_fresh() { ja: "新しいパスワード", en: "New password" }
    /// Wrong password.
    password_present_wrong() { ja: "現在のパスワードが違います。", en: "The present password is wrong." }
    /// What changing does.
    password_change_help() { ja: "変更すると、ほかの端末のサインインは終了します。", en: "Changing it ends your other sessions." }
    /// Done.
    done_password_changed() { ja: "パスワードを変更しました。ほかの端末のサインインは終了しました。", en: "The password was changed, and your other sessions ended." }
    /// Heading.
    second_factor() { ja: "二要素認証", en: "Second factor" }
    /// State.
    second_factor_on() { ja: "設定済", en: "Set up" }
    /// State.
    second_factor_off() { ja: "未設定", en: "Not set up" }
    /// Since when.
    second_factor_since() { ja: "設定日時", en: "Since" }
    /// What it is.
    second_factor_help() { ja: "サインインのときに、パスワードに加えて認証アプリの確認コードを入力します。承認と利用者の管理には設定が必要です。", en: "Signing in then asks for a code of your authenticator app beside the password. Approving and administering people needs it." }
    /// Button.
    second_factor_set_up() { ja: "二要素認証を設定", en: "Set up the second factor" }
    /// Step.
    second_factor_step_scan() { ja: "スマートフォンの認証アプリ(Google Authenticator、Microsoft Authenticatorなど)で、この二次元コードを読み取ります。", en: "Scan this picture with an authenticator app such as Google Authenticator or Microsoft Authenticator." }
    /// The picture, for screen readers.
    second_factor_picture() { ja: "認証アプリで読み取る二次元コード", en: "Picture for the authenticator app" }
    /// Step.
    second_factor_step_type() { ja: "読み取れないときは、アプリに次のキーを入力します。", en: "If it cannot be scanned, type this key into the app." }
    /// Step.
    second_factor_step_code_alone() { ja: "アプリに表示された確認コードを入力します。", en: "Type the code that the app shows." }
    /// Step.
    second_factor_step_code() { ja: "アプリに表示された確認コードと、現在のパスワードを入力します。", en: "Type the code that the app shows, and your present password." }
    /// Heading.
    second_factor_made() { ja: "二要素認証を設定しました", en: "The second factor is set up" }
    /// Heading.
    recovery_codes() { ja: "回復用コード", en: "Recovery codes" }
    /// What to do with them.
    recovery_codes_keep() { ja: "スマートフォンをなくしたときに使うコードです。この画面でしか表示されません。印刷するか書き写して、安全な場所に保管してください。1つにつき1回だけ使えます。", en: "For when your phone is lost. They are shown only here: print or write them down, and keep them in a safe place. Each works once." }
    /// How many are left.
    recovery_codes_left(count: u64) { ja: "残り{count}個", en: "{count} left" }
    /// Button.
    recovery_codes_new() { ja: "回復用コードを作り直す", en: "Make new recovery codes" }
    /// Heading.
    recovery_codes_made() { ja: "新しい回復用コード", en: "New recovery codes" }
    /// What it does.
    recovery_codes_new_help() { ja: "作り直すと、以前のコードは使えなくなります。", en: "Those before stop working." }
    /// Button.
    second_factor_remove() { ja: "二要素認証を解除", en: "Remove the second factor" }
    /// Done.
    done_second_factor_removed() { ja: "二要素認証を解除しました。", en: "The second factor was removed." }
    /// Heading.
    sessions() { ja: "サインイン中の端末", en: "Sessions" }
    /// Column.
    session_opened() { ja: "サインイン", en: "Signed in" }
    /// Column.
    session_used() { ja: "最終利用", en: "Last used" }
    /// Column.
    session_confirmed() { ja: "本人確認", en: "Confirmed" }
    /// Mark.
    session_this() { ja: "この端末", en: "This one" }
    /// Mark.
    session_other() { ja: "ほかの端末", en: "Another" }
    /// Button.
    sessions_end_others() { ja: "ほかの端末のサインインを終了", en: "End the others" }
    /// Done.
    done_sessions_ended() { ja: "ほかの端末のサインインを終了しました。", en: "Your other sessions ended." }
}
