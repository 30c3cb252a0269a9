//! Signing in through the agency's identity provider.

use super::texts;

texts! {
    /// Button.
    identity_sign_in(provider: &str) { ja: "{provider}でサインイン", en: "Sign in with {provider}" }
    /// Between two ways.
    identity_or() { ja: "または", en: "or" }
    /// Button on the page of an invitation.
    identity_join(provider: &str) { ja: "{provider}で参加する", en: "Join with {provider}" }
    /// Help on the page of an invitation.
    identity_join_help(provider: &str) { ja: "{provider}で参加すると、パスワードを決める必要はありません。", en: "With {provider} you need no password here." }
    /// Button.
    identity_confirm(provider: &str) { ja: "{provider}で本人確認", en: "Confirm with {provider}" }
    /// Help.
    identity_confirm_help(provider: &str) { ja: "{provider}にサインイン中でも、認証をやり直します。確認は10分間有効です。", en: "You are asked to sign in to {provider} anew, even if you are signed in there. It holds for ten minutes." }
    /// Title of the page that leads to the provider.
    identity_leaving() { ja: "認証の画面に移動します", en: "Going on to sign in" }
    /// Lead of the page that leads to the provider.
    identity_leaving_lead(provider: &str) { ja: "{provider}の画面に移動します。移動しないときは、次のボタンを押してください。", en: "You are led to {provider}. If nothing happens, use this button." }
    /// Link.
    identity_go(provider: &str) { ja: "{provider}へ進む", en: "Go on to {provider}" }
    /// Heading and label.
    identity() { ja: "外部アカウント", en: "External account" }
    /// Help on the own account.
    identity_help(provider: &str) { ja: "{provider}のアカウントを登録すると、パスワードの代わりに{provider}でサインインできます。登録にはこのダッシュボードのパスワードが必要です。", en: "Once an account of {provider} is bound to yours, you can sign in with it in place of the password. Binding it asks for your password here." }
    /// Button.
    identity_bind(provider: &str) { ja: "{provider}のアカウントを登録", en: "Bind an account of {provider}" }
    /// Button.
    identity_unbind() { ja: "登録を解除", en: "Unbind" }
    /// Help for the own account.
    identity_unbind_help() { ja: "解除すると、外部アカウントではサインインできなくなり、ほかの端末のサインインは終了します。", en: "It can then no longer sign in, and your other sessions end." }
    /// Help for one who has no password.
    identity_unbind_no_password() { ja: "パスワードがないため、ここでは解除できません。変更するときは管理者に再設定を依頼してください。", en: "You have no password, so it cannot be unbound here. Ask an administrator to reset your account." }
    /// Help for administrators.
    identity_unbind_other_help() { ja: "解除すると、この人のサインインはすべて終了します。パスワードがない人は、再設定のリンクを渡すまでサインインできません。", en: "All sessions of the person end. Who has no password cannot sign in until you hand over a reset link." }
    /// Label.
    identity_account() { ja: "アカウント", en: "Account" }
    /// Label.
    identity_issuer() { ja: "発行者", en: "Issuer" }
    /// Label.
    identity_since() { ja: "登録日時", en: "Since" }
    /// State.
    identity_none() { ja: "未登録", en: "None" }
    /// What a person without a password does before the second factor is set up.
    identity_before_second_factor(provider: &str) { ja: "設定の前に、{provider}で本人確認をしてください。", en: "Before it is set up, confirm with {provider} that it is you." }
    /// Done.
    done_identity_bound() { ja: "外部アカウントを登録しました。", en: "The external account is bound." }
    /// Done.
    done_identity_unbound() { ja: "外部アカウントの登録を解除しました。", en: "The external account is unbound." }
    /// Done, but not enough.
    done_identity_shown() { ja: "本人であることを確認しましたが、二要素認証で認証されたことは確認できませんでした。認証アプリの確認コードも必要です。", en: "It is you, but the provider did not show that you used a second factor. A code of an authenticator app is needed besides." }
    /// Heading of settings.
    identity_settings() { ja: "外部アカウントでのサインイン", en: "Sign-in with an identity provider" }
    /// Label of settings.
    identity_settings_name() { ja: "表示名", en: "Name" }
    /// Label of settings.
    identity_settings_client() { ja: "クライアントID", en: "Client ID" }
    /// Label of settings.
    identity_settings_callback() { ja: "リダイレクトURI", en: "Redirect address" }
    /// Label of settings.
    identity_settings_factors() { ja: "二要素認証", en: "Second factor" }
    /// Value of settings.
    identity_settings_shown() { ja: "IDトークンで確認し、足りなければ確認コードを求める", en: "As the ID token shows it; otherwise a code is asked for" }
    /// Value of settings.
    identity_settings_enforced() { ja: "認証基盤が常に要求する(設定による申告)", en: "Always asked for by the provider, as the configuration states" }
    /// Label of settings.
    identity_settings_local() { ja: "パスワードでのサインイン", en: "Sign-in with a password" }
    /// Value of settings.
    identity_settings_everybody() { ja: "全員", en: "Everybody" }
    /// Value of settings.
    identity_settings_administrators() { ja: "管理者と、外部アカウント未登録の人", en: "Administrators, and people without an external account" }
    /// The password is right, but not enough.
    identity_told_by_provider(provider: &str) { ja: "パスワードではサインインできません。{provider}でサインインしてください。", en: "You sign in with {provider}, not with a password." }
    /// The person is told.
    identity_told_unreachable() { ja: "外部アカウントの認証基盤に接続できません。しばらくしてから試すか、パスワードでサインインしてください。", en: "The identity provider cannot be reached. Try again later, or sign in with your password." }
    /// The person is told.
    identity_told_denied() { ja: "外部アカウントの認証が取り消されたか、利用が許可されていません。", en: "The sign-in was cancelled, or the provider does not let you use this dashboard." }
    /// The person is told.
    identity_told_over() { ja: "認証の有効期限が切れたか、別の画面で始めた認証です。もう一度やり直してください。", en: "This sign-in is over, or was begun elsewhere. Please begin again." }
    /// The person is told.
    identity_told_busy() { ja: "ただいま混み合っています。しばらくしてからお試しください。", en: "Too many sign-ins are under way. Try again later." }
    /// The person is told.
    identity_told_unknown() { ja: "この外部アカウントでは利用できません。招待リンクを使うか、アカウントの画面で登録してください。わからないときは管理者にご相談ください。", en: "This account cannot sign in here. Use your invitation, or bind it on your account page; ask an administrator if unsure." }
    /// The person is told.
    identity_told_taken() { ja: "この外部アカウントは、ほかの利用者に登録されています。", en: "This account is bound to somebody else." }
    /// The person is told.
    identity_told_stale() { ja: "外部アカウントの認証が新しく行われたことを確認できませんでした。もう一度認証するか、管理者にご相談ください。", en: "It could not be seen that you signed in to the provider just now. Try again, or ask an administrator." }
    /// The person is told.
    identity_told_other_person() { ja: "サインイン中の利用者とは別の外部アカウントです。登録したアカウントで認証してください。", en: "This is not the account that is bound to yours." }
    /// The person is told.
    identity_told_failed() { ja: "外部アカウントの認証結果を確認できませんでした。管理者にご相談ください。理由は監査記録にあります。", en: "The provider's answer could not be verified. Ask an administrator; the audit log says why." }
    /// For administrators.
    identity_refused_unreachable(why: &str) { ja: "認証基盤に接続できません。ネットワーク、証明書、private_networkの設定を確認してください: {why}", en: "the provider cannot be reached; check network, certificate and private_network: {why}" }
    /// For administrators.
    identity_refused_answer(why: &str) { ja: "認証基盤の応答が正しくありません。issuerの設定と認証基盤を確認してください: {why}", en: "the provider's answer cannot be used; check issuer and the provider: {why}" }
    /// For administrators.
    identity_refused_denied(why: &str) { ja: "認証基盤が拒否したか、本人が取り消しました。認証基盤での割り当てを確認してください: {why}", en: "the provider refused, or the person gave up; check who is assigned there: {why}" }
    /// For administrators.
    identity_refused_code(why: &str) { ja: "認証基盤が認可コードを受け付けません。クライアントIDとシークレット(期限)を確認してください: {why}", en: "the provider does not take the code; check client id and secret, which may have expired: {why}" }
    /// For administrators.
    identity_refused_signature(why: &str) { ja: "IDトークンの署名が正しくありません。署名方式はRS256、PS256、ES256のいずれかにしてください: {why}", en: "the ID token's signature is not right; it must be RS256, PS256 or ES256: {why}" }
    /// For administrators.
    identity_refused_issuer(why: &str) { ja: "発行者が設定と違います。issuerを認証基盤の値と一字一句同じにしてください: {why}", en: "the issuer is another; issuer must be exactly the provider's: {why}" }
    /// For administrators.
    identity_refused_audience(why: &str) { ja: "IDトークンの宛先がこのダッシュボードではありません。client_idを確認してください: {why}", en: "the ID token is for somebody else; check client_id: {why}" }
    /// For administrators.
    identity_refused_time(why: &str) { ja: "IDトークンの時刻が現在と合いません。サーバーと認証基盤の時計を確認してください: {why}", en: "the ID token is not of now; check the clocks of this server and the provider: {why}" }
    /// For administrators.
    identity_refused_nonce() { ja: "IDトークンが別の認証のものです(nonceの不一致)。続くときは攻撃の可能性があります。", en: "the ID token belongs to another sign-in (nonce); if it goes on, it may be an attack" }
    /// For administrators.
    identity_refused_no_auth_time() { ja: "IDトークンにauth_timeがありません。認証基盤で出力するように設定してください。", en: "the ID token has no auth_time; have the provider send it" }
    /// For administrators.
    identity_refused_stale(seconds: i64) { ja: "認証基盤が再認証をせず、{seconds}秒前の認証を返しました。", en: "the provider did not ask anew and told of an authentication {seconds} s old" }
    /// For administrators.
    identity_refused_over() { ja: "認証の期限切れ、または使用済みです。", en: "the sign-in is over or was used" }
    /// For administrators.
    identity_refused_other_browser() { ja: "別のブラウザーで始めた認証です。", en: "another browser began the sign-in" }
    /// For administrators.
    identity_refused_busy() { ja: "進行中の認証が多すぎます。", en: "too many sign-ins are under way" }
    /// For administrators.
    identity_refused_unknown(account: &str) { ja: "登録されていない外部アカウントです。利用者を追加して招待するか、本人がアカウントの画面で登録してください: {account}", en: "nobody is bound to this account; invite the person, or let them bind it on the account page: {account}" }
    /// For administrators.
    identity_refused_disabled(name: &str) { ja: "停止中の利用者です: {name}", en: "the person is disabled: {name}" }
    /// For administrators.
    identity_refused_taken(account: &str) { ja: "ほかの利用者に登録されている外部アカウントです: {account}", en: "the account is bound to somebody else: {account}" }
    /// For administrators, and the person.
    identity_refused_bound() { ja: "外部アカウントがすでに登録されています。先に解除してください。", en: "an external account is bound already; unbind it first" }
    /// For administrators.
    identity_refused_invitation() { ja: "招待リンクが使用済みか、期限切れです。", en: "the invitation was used or has expired" }
    /// For administrators.
    identity_refused_other_person(account: &str) { ja: "本人確認で、別の外部アカウントが使われました: {account}", en: "another account was used to confirm: {account}" }
}
