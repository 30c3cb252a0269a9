//! What the person who uses a PC is asked, and how officers and administrators set that up.

use super::texts;

texts! {
    /// Subject.
    owner_subject_asked(host: &str) { ja: "【お願い】お使いのPC「{host}」をご確認ください", en: "A request about your PC “{host}”" }
    /// Subject.
    owner_subject_thanked(host: &str) { ja: "【お礼】お使いのPC「{host}」は元に戻りました", en: "Thank you: your PC “{host}” is fine again" }
    /// Greeting.
    owner_greeting(person: &str) { ja: "{person} 様", en: "Dear {person}," }
    /// First sentences.
    owner_lead_asked(host: &str) { ja: "お疲れさまです。情報セキュリティ担当です。\nお使いのPC「{host}」について、ひとつお願いがあります。", en: "This is the information security team.\nWe have a small request about your PC “{host}”." }
    /// Heading.
    owner_problem() { ja: "■ いまの状態", en: "What is wrong" }
    /// What is wrong, where the rule's file does not say it in plain words.
    owner_problem_of(rule: &str) { ja: "次の点が、職場の決まりどおりになっていないようです: {rule}", en: "One thing does not seem to be as it should: {rule}" }
    /// Heading.
    owner_steps() { ja: "■ お願いしたいこと", en: "What we ask you to do" }
    /// A step.
    owner_step(number: usize, step: &str) { ja: "{number}. {step}", en: "{number}. {step}" }
    /// After the steps.
    owner_steps_fail() { ja: "うまくいかないときは、無理に操作せず、下記までお知らせください。", en: "If something does not work, please do not force it, but tell us." }
    /// The steps where an administrator's rights are needed.
    owner_administrator() { ja: "直すには管理者の操作が必要です。ご自身で設定を変えていただく必要はありません。\n下記までご連絡のうえ、担当者がPCを操作できる時間をお知らせください。", en: "Only an administrator can repair this; you do not have to change anything yourself.\nPlease get in touch with us and say when we may work on your PC." }
    /// Heading.
    owner_until() { ja: "■ いつまでに", en: "By when" }
    /// By when.
    owner_until_day(day: &str) { ja: "{day}までにお願いします。ご都合が悪いときは、ご相談ください。", en: "Please do it by {day}. If that does not suit you, let us know." }
    /// By when, where the calendar does not say.
    owner_until_soon() { ja: "ご都合のよいときに、なるべく早めにお願いします。", en: "As soon as it suits you, please." }
    /// Heading.
    owner_contact() { ja: "■ ご不明なときは", en: "Questions" }
    /// Whom to ask, until administrators name somebody.
    owner_contact_officers() { ja: "情報システムの担当者まで、お気軽にお尋ねください。", en: "Please ask your information systems officer." }
    /// That an answer arrives.
    owner_reply() { ja: "このメールに返信していただいても届きます。", en: "You can also simply answer this mail." }
    /// Last sentence.
    owner_close() { ja: "お忙しいところ恐れ入りますが、どうぞよろしくお願いいたします。", en: "Thank you for your help." }
    /// The whole of the thanks.
    owner_lead_thanked(host: &str) { ja: "お疲れさまです。情報セキュリティ担当です。\n先日お願いしたPC「{host}」の件は、元に戻ったことを確認しました。\nご協力ありがとうございました。このあとの操作は必要ありません。", en: "This is the information security team.\nWhat we asked you about your PC “{host}” is fine again.\nThank you for your help; nothing more needs to be done." }
    /// Last line.
    owner_foot() { ja: "このメールは、機器の点検システム「点検(Tenken)」が担当者に代わって送信しました。", en: "Tenken sent this mail on behalf of your officers." }
    /// What a mail tells.
    mail_asked() { ja: "利用者への依頼", en: "Request to the user" }
    /// What a mail tells.
    mail_thanked() { ja: "利用者へのお礼", en: "Thanks to the user" }
    /// To whom a mail goes.
    mail_to_person(person: &str) { ja: "{person}さん宛て", en: "to {person}" }
    /// Heading on a drift's page.
    owner_title() { ja: "利用者への依頼", en: "Ask the user" }
    /// Button.
    owner_ask() { ja: "利用者へ依頼文を送る", en: "Send the user a request" }
    /// What the button does.
    owner_ask_help(person: &str) { ja: "{person}さんに、専門用語を使わない依頼文をメールで送ります。根拠の値やこの画面へのリンクは含みません。", en: "{person} is sent a request in plain words, without evidence and without links to this dashboard." }
    /// What the button does where an administrator is needed.
    owner_ask_administrator() { ja: "直すには管理者の操作が必要なため、依頼文では、担当者へ連絡するようお願いします。", en: "It takes an administrator to repair this, so that the person is asked to get in touch." }
    /// The button is not there.
    owner_asked_lately(at: &str) { ja: "{at}に依頼文を送りました。次に送れるのは24時間後です。", en: "A request was sent on {at}. Another one can be sent a day later." }
    /// The button is not there.
    owner_nobody() { ja: "利用者のメールアドレスが分からないため、依頼文は送れません。機器台帳に利用者を、職員・作業員台帳にその人のメールアドレスを登録してください。", en: "Nobody can be asked: name the user in the register of hosts, and the person's e-mail address in the register of people." }
    /// Done.
    done_owner_asked() { ja: "利用者への依頼文を送信待ちに入れました。", en: "The request to the user is in the outbox." }
    /// Act.
    act_owner_asked() { ja: "利用者へ依頼文を送信", en: "User asked" }
    /// Act.
    act_owner_thanked() { ja: "利用者へお礼を送信", en: "User thanked" }
    /// Act.
    act_owner_mails_set() { ja: "利用者への依頼の設定を変更", en: "Requests to users set up" }
    /// Heading of the settings.
    owners_title() { ja: "PCの利用者への依頼文", en: "Requests to users of PCs" }
    /// Lead of the settings.
    owners_lead() { ja: "逸脱のページの「利用者へ依頼文を送る」を押すと、機器台帳にある利用者へやさしい言葉の依頼文が届きます。直ったあとには、お礼も自動で届きます。", en: "On the page of a drift, officers can send the user of the PC a request in plain words. When it is repaired, the user is thanked." }
    /// Field.
    owners_contact() { ja: "問い合わせ先", en: "Whom to ask" }
    /// Help.
    owners_contact_help() { ja: "依頼文に書く担当者の名前と連絡先です。例: 情報システム担当 佐藤(内線 123)", en: "Who is named in the request, such as “IT desk, Sato, extension 123”." }
    /// Field.
    owners_days() { ja: "対応期限(営業日)", en: "Business days given" }
    /// Help.
    owners_days_help(most: u16) { ja: "依頼文に書く期限です。送った日の翌営業日から数えます。1から{most}までの整数で入力します。", en: "The day by which it is asked for. A whole number from 1 to {most}." }
    /// Error.
    owners_days_invalid(most: u16) { ja: "1から{most}までの整数を入力してください。", en: "Enter a whole number from 1 to {most}." }
    /// Error.
    owners_contact_invalid(most: usize) { ja: "{most}文字以内の1行で入力してください。", en: "Write one line of at most {most} characters." }
    /// Heading of the boxes.
    owners_automatic() { ja: "自動で送る規則", en: "Rules about which users are asked at once" }
    /// Help.
    owners_automatic_help() { ja: "選んだ規則では、PCの逸脱が始まったときに依頼文を自動で送ります。利用者が自分で直せる規則だけを表示しています。選ばない規則でも、逸脱のページからは送れます。", en: "For these, the request is sent as soon as a drift opens on a PC. Only rules that users can repair themselves are listed. For all others officers can still send one." }
    /// None is chosen.
    owners_automatic_none() { ja: "なし(ボタンを押したときだけ送ります)", en: "None: only when somebody presses the button" }
}
