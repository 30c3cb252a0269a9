//! The words of a mail about a drift. Pure.

use tenken_engine::rule::SubjectOf;
use tenken_model::{Language, Subject};

use super::attestation::last_day;
use super::book::{Book, Chapter};
use super::render::{said, shown};
use crate::groups::{Whereabouts, seen_by};
use crate::store::{ClaimedMail, DriftNews, MailKind};

/// The most values of evidence that a mail shows; the page has all.
const EVIDENCE_MAX: usize = 10;

/// The subject.
pub(super) fn subject(mail: &ClaimedMail, news: &DriftNews, book: &Book, language: Language) -> String {
    let chapter = book.chapter(&news.finding.key.rule);
    let subject = news.finding.key.subject.as_ref().map(Subject::as_str);
    let (about, _) = chapter.subject_of.called(&news.host_name, subject);
    let (host, rule) = (&said(about), language.of(&chapter.title));
    match mail.kind {
        MailKind::Opened
        | MailKind::LapsesInMonth
        | MailKind::LapsesInWeek
        | MailKind::Lapsed
        | MailKind::PartLapsesInMonth
        | MailKind::PartLapsesInWeek
        | MailKind::PartLapsed
        | MailKind::Waiting
        | MailKind::Daily
        | MailKind::Monthly
        | MailKind::Asked
        | MailKind::Thanked => language.mail_subject_opened(host, rule),
        MailKind::Reopened => language.mail_subject_reopened(host, rule),
        MailKind::Reminder => language.mail_subject_reminder(host, rule),
        MailKind::Resolved => language.mail_subject_resolved(host, rule),
        MailKind::Waived => language.mail_subject_waived(host, rule),
        MailKind::Escalated => language.mail_subject_escalated(host, rule),
    }
}

/// The text, in lines.
pub(super) fn text(mail: &ClaimedMail, news: &DriftNews, book: &Book, language: Language) -> Vec<String> {
    let chapter = book.chapter(&news.finding.key.rule);
    let finding = &news.finding;
    let (lead, says, happened) = told(mail.kind, news, language);
    let mut lines = vec![lead, String::new()];
    lines.extend(host(news, &chapter, language));
    lines.push(language.mail_rule(language.of(&chapter.title)));
    if let Some(about) = &finding.key.subject {
        lines.push(language.mail_finding_subject(&said(about.as_str())));
    }
    lines.push(says);
    lines.push(language.mail_since(&shown(news.failing_since, language)));
    lines.push(happened);
    if !chapter.items.is_empty() {
        lines.extend([String::new(), language.mail_items()]);
        lines.extend(chapter.items.iter().map(|item| format!("  - {}", language.of(item))));
    }
    if let Some(waiver) = &news.waiver {
        lines.push(language.mail_waived_by(&said(&waiver.granted_by)));
        lines.push(language.mail_waived_until(&last_day(waiver.until, language)));
    }
    if !matches!(mail.kind, MailKind::Resolved | MailKind::Waived) {
        evidence(news, language, &mut lines);
        remedy(&chapter, language, &mut lines);
    }
    lines
}

/// The host, or that it saw what is the agency's, unless that was said.
fn host(news: &DriftNews, chapter: &Chapter, language: Language) -> Option<String> {
    let name = said(&news.host_name);
    let itself = news.finding.key.subject.as_ref().is_none_or(|subject| subject.as_str() == news.host_name);
    match chapter.subject_of {
        SubjectOf::Agency if !itself => {
            let stands = news.stands.as_ref();
            let stands = stands.map(|it| Whereabouts { kind: it.kind, place: said(&it.place) });
            let seen_by = seen_by(&name, stands.as_ref(), language);
            (!said(language.of(&news.finding.says)).contains(&seen_by)).then_some(seen_by)
        }
        SubjectOf::Register if news.finding.key.subject.is_some() => None,
        SubjectOf::Agency | SubjectOf::Register | SubjectOf::Host => Some(language.mail_host(&name)),
    }
}

/// The first sentence, what was found, and when that which the mail tells happened.
fn told(kind: MailKind, news: &DriftNews, language: Language) -> (String, String, String) {
    let (says, happened) = (&said(language.of(&news.finding.says)), shown(news.at, language));
    match kind {
        MailKind::Opened
        | MailKind::LapsesInMonth
        | MailKind::LapsesInWeek
        | MailKind::Lapsed
        | MailKind::PartLapsesInMonth
        | MailKind::PartLapsesInWeek
        | MailKind::PartLapsed
        | MailKind::Waiting
        | MailKind::Daily
        | MailKind::Monthly
        | MailKind::Asked
        | MailKind::Thanked => {
            (language.mail_lead_opened(), language.mail_says(says), language.mail_opened_at(&happened))
        }
        MailKind::Escalated => {
            (language.mail_lead_escalated(), language.mail_says(says), language.mail_escalated_at(&happened))
        }
        MailKind::Reopened => {
            (language.mail_lead_reopened(), language.mail_says(says), language.mail_reopened_at(&happened))
        }
        MailKind::Reminder => {
            (language.mail_lead_reminder(), language.mail_says(says), language.mail_reminded_at(&happened))
        }
        MailKind::Resolved => {
            (language.mail_lead_resolved(), language.mail_said(says), language.mail_resolved_at(&happened))
        }
        MailKind::Waived => (language.mail_lead_waived(), language.mail_said(says), language.mail_waived_at(&happened)),
    }
}

fn evidence(news: &DriftNews, language: Language, lines: &mut Vec<String>) {
    let all = &news.finding.evidence;
    if all.is_empty() {
        return;
    }
    lines.extend([String::new(), language.mail_evidence()]);
    lines.extend(all.iter().take(EVIDENCE_MAX).map(|one| format!("  {} = {}", said(&one.path), said(&one.value))));
    let left = all.len().saturating_sub(EVIDENCE_MAX);
    if left > 0 {
        lines.push(format!("  {}", language.mail_evidence_left(left)));
    }
}

fn remedy(chapter: &Chapter, language: Language, lines: &mut Vec<String>) {
    let remedy = language.of(&chapter.remedy);
    if !remedy.is_empty() {
        lines.extend([String::new(), language.mail_remedy()]);
        lines.extend(remedy.lines().map(|line| format!("  {line}")));
    }
}

#[cfg(test)]
mod tests {
    use tenken_engine::{Catalog, Checklist};

    use super::super::render::tests::{book, mail, news};
    use super::*;
    use crate::registers::hosts::HostKind;

    fn said(news: &DriftNews) -> Option<String> {
        let mut chapter = book().chapter(&news.finding.key.rule);
        chapter.subject_of = SubjectOf::Agency;
        host(news, &chapter, Language::Japanese)
    }

    #[test]
    fn of_what_is_the_agencys_the_host_is_named_as_who_saw_it() {
        let stands = Some(Whereabouts::new(HostKind::Pc, "本部", "1階\u{2028}受付"));
        let seen = DriftNews { stands, ..news() };
        assert_eq!(said(&seen).as_deref(), Some("検知したPC: 受付PC(本部 1階\u{fffd}受付)"));
        assert_eq!(said(&news()).as_deref(), Some("検知した機器: 受付PC"), "it has no row");
        let mut told = seen.clone();
        told.finding.says.ja = "見つかりました。検知したPC: 受付PC(本部 1階\u{2028}受付)".into();
        assert_eq!(said(&told), None, "it was said");
        let mut itself = seen.clone();
        itself.finding.key.subject = Subject::new("受付PC").ok();
        assert_eq!(said(&itself).as_deref(), Some("機器: 受付PC"), "nobody saw it, it reports");
        let own = host(&seen, &book().chapter(&seen.finding.key.rule), Language::Japanese);
        assert_eq!(own.as_deref(), Some("機器: 受付PC"));
    }

    #[test]
    fn what_no_host_has_to_do_with_is_called_by_what_it_is() {
        let mut overdue = news();
        overdue.finding.key.rule = tenken_model::RuleId::new("media_and_equipment_located").unwrap();
        overdue.finding.key.subject = Subject::new("M-006\u{2028}x").ok();
        let book = Book::of(&Catalog::embedded().unwrap(), &Checklist::embedded().unwrap());
        let chapter = book.chapter(&overdue.finding.key.rule);
        assert_eq!(host(&overdue, &chapter, Language::Japanese), None);
        let subject = |news: &DriftNews| subject(&mail(MailKind::Opened), news, &book, Language::Japanese);
        assert_eq!(subject(&overdue), "【逸脱】M-006\u{fffd}x: 「媒体と機器の所在が分かっている」を満たしていません");
        overdue.finding.key.subject = None;
        assert!(subject(&overdue).starts_with("【逸脱】受付PC: "), "it is of the host as a whole");
    }
}
