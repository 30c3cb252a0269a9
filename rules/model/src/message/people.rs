//! The people who may sign in, and their invitations.

use super::texts;

texts! {
    /// Column.
    person_name() { ja: "利用者", en: "Person" }
    /// Column.
    person_last_sign_in() { ja: "最終サインイン", en: "Last sign-in" }
    /// Nothing yet.
    person_never() { ja: "まだありません", en: "Never" }
    /// State.
    person_invited() { ja: "招待中", en: "Invited" }
    /// State.
    person_invitation_over() { ja: "招待の期限切れ", en: "Invitation expired" }
    /// Mark.
    person_myself() { ja: "あなた", en: "You" }
    /// Label.
    person_added() { ja: "追加日時", en: "Added" }
    /// Label.
    person_invited_until() { ja: "招待の期限", en: "Invitation until" }
    /// Button.
    person_invite() { ja: "招待リンクを作る", en: "Make the invitation" }
    /// Heading.
    person_role_change() { ja: "役割を変更", en: "Change the role" }
    /// Heading.
    person_stop() { ja: "利用の停止", en: "Access" }
    /// What it does.
    person_disable_help() { ja: "停止すると、サインイン中の端末もすぐに使えなくなります。記録は残り、あとで再開できます。", en: "All sessions end at once. Records stay, and access can be given again." }
    /// Button.
    person_enable() { ja: "利用を再開する", en: "Enable" }
    /// Heading.
    person_reset() { ja: "パスワードと二要素認証を再設定", en: "Reset password and second factor" }
    /// What it does.
    person_reset_help() { ja: "パスワードやスマートフォンをなくした人のためのものです。今のパスワードと二要素認証は使えなくなり、新しい招待リンクができます。必ず本人であることを確かめてから行ってください。", en: "For whoever lost the password or the phone: both stop working, all sessions end, and a new invitation is made. Make sure who asks." }
    /// Button.
    person_reset_do() { ja: "再設定する", en: "Reset" }
    /// What an administrator without a fresh confirmation sees.
    people_confirm_first() { ja: "変更するには、先に本人確認が必要です。", en: "Confirm that it is you before changing anything." }
    /// Not allowed.
    people_myself() { ja: "自分の役割や利用状態は変更できません。ほかの管理者に依頼してください。", en: "Nobody changes the own role or access. Ask another administrator." }
    /// Not allowed.
    people_last_administrator() { ja: "サインインできる管理者が1人もいなくなるため、変更できません。先に別の管理者を追加してください。", en: "No administrator could sign in any more. Add another one first." }
    /// An invitation was made.
    invitation_made(name: &str) { ja: "{name}さんの招待リンクができました。この画面でしか表示されません。", en: "The invitation of {name} was made. It is shown only here." }
    /// What to do with it.
    invitation_hand_over() { ja: "このリンクを本人に渡してください。本人が開いてパスワードを決めると、サインインできます。ほかの人に知られないよう、安全な方法で渡してください。", en: "Hand this link to the person, who opens it and chooses a password. Let nobody else see it." }
    /// Until when it works.
    invitation_until(at: &str) { ja: "{at} まで、1回だけ使えます。", en: "It works once, until {at}." }
    /// Title.
    join_title() { ja: "利用の開始", en: "Welcome to Tenken" }
    /// Lead.
    join_lead(name: &str) { ja: "ユーザー名は「{name}」です。サインインに使うパスワードを決めてください。", en: "Your user name is {name}. Choose the password to sign in with." }
    /// Button.
    join_do() { ja: "決定してサインイン", en: "Choose and sign in" }
    /// The link is used or wrong.
    join_invalid() { ja: "この招待リンクは使えません。すでに使用されたか、期限が切れています。管理者に新しいリンクを依頼してください。", en: "This link does not work: it was used or has expired. Ask an administrator for a new one." }
    /// Done.
    done_person_disabled() { ja: "利用を停止しました。", en: "The person was disabled." }
    /// Done.
    done_person_enabled() { ja: "利用を再開しました。", en: "The person was enabled." }
}
