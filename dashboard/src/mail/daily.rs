//! The words of the digest. Pure.

use tenken_calendar::japan;
use tenken_model::{Language, Subject};

use super::book::Book;
use super::render::{said, shown, shown_day};
use crate::pages::state::Shown as _;
use crate::store::{DailyNews, DriftLine, DueLine, DueWhat, ShortList};

/// The subject.
pub(super) fn subject(news: &DailyNews, language: Language) -> String {
    let day = shown_day(japan::date_of(news.at), language);
    match news.drifting {
        0 => language.mail_subject_daily_quiet(&day),
        drifting => language.mail_subject_daily(&day, drifting),
    }
}

/// The text, in lines.
pub(super) fn text(news: &DailyNews, book: &Book, language: Language) -> Vec<String> {
    let mut lines = vec![language.daily_lead(&shown(news.since, language)), String::new(), language.daily_states()];
    lines.extend(
        news.states.iter().map(|(state, count)| in_list(&language.daily_state(&state.label(language), *count))),
    );
    lines.extend([String::new(), language.daily_changes()]);
    lines.extend(changes(news, book, language));
    lines.extend([String::new(), language.daily_due()]);
    lines.extend(list(&news.due, language, &language.daily_due_none(), |due| self::due(due, book, language)));
    lines.extend([String::new(), language.daily_silent()]);
    lines.extend(list(&news.silent, language, &language.daily_silent_none(), |name| said(name)));
    lines.extend([String::new(), language.daily_audit()]);
    lines.push(in_list(&language.daily_audit_head(news.audit.entries, &news.audit.digest.to_string())));
    lines.push(language.daily_audit_means());
    lines
}

fn changes(news: &DailyNews, book: &Book, language: Language) -> Vec<String> {
    let drift = |line: &DriftLine| {
        let chapter = book.chapter(&line.key.rule);
        let (about, _) = chapter.subject_of.called(&line.host_name, line.key.subject.as_ref().map(Subject::as_str));
        language.daily_drift(&said(about), language.of(&chapter.title))
    };
    let mut lines = Vec::new();
    for (drifts, heading) in [
        (&news.opened, language.daily_opened(news.opened.count())),
        (&news.resolved, language.daily_resolved(news.resolved.count())),
    ] {
        if drifts.count() > 0 {
            lines.push(in_list(&heading));
            lines.extend(list(drifts, language, "", drift).into_iter().map(|line| format!("  {line}")));
        }
    }
    lines.extend(news.versions.iter().map(|version| in_list(&language.daily_version(*version))));
    if lines.is_empty() { vec![in_list(&language.daily_no_change())] } else { lines }
}

pub(super) fn due(line: &DueLine, book: &Book, language: Language) -> String {
    let item = book.item(&line.item);
    let (day, item) = (&shown_day(line.on, language), language.of(&item));
    match line.what {
        DueWhat::Attestation => language.daily_due_attestation(day, item),
        DueWhat::AttestationPart => language.daily_due_attestation_part(day, item),
        DueWhat::Plan => language.daily_due_plan(day, item),
    }
}

/// A list in lines, with how many were left out; `none` if it is empty.
pub(super) fn list<T>(
    listed: &ShortList<T>,
    language: Language,
    none: &str,
    line: impl Fn(&T) -> String,
) -> Vec<String> {
    if listed.count() == 0 {
        return vec![in_list(none)];
    }
    let mut lines: Vec<String> = listed.lines.iter().map(|one| in_list(&line(one))).collect();
    if listed.left > 0 {
        lines.push(in_list(&language.daily_left(listed.left)));
    }
    lines
}

pub(super) fn in_list(line: &str) -> String {
    format!("  - {line}")
}

#[cfg(test)]
mod tests {
    use tenken_engine::item::ItemState;
    use tenken_model::digest::Digest;
    use tenken_model::{FindingKey, Instant, ItemId, RuleId};

    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::store::{AuditHead, MailBody, MailKind, Thread};

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn quiet() -> DailyNews {
        DailyNews {
            since: at("2026-11-20T00:00:00Z"),
            at: at("2026-11-24T00:00:00Z"),
            states: vec![(ItemState::Met, 90)],
            drifting: 0,
            opened: ShortList { lines: Vec::new(), left: 0 },
            resolved: ShortList { lines: Vec::new(), left: 0 },
            versions: Vec::new(),
            due: ShortList { lines: Vec::new(), left: 0 },
            silent: ShortList { lines: Vec::new(), left: 0 },
            audit: AuditHead { entries: 7, digest: Digest::of(b"x") },
        }
    }

    fn letter_of(news: DailyNews) -> crate::mail::Letter {
        letter(&about(MailBody::Daily(Box::new(news)), Thread::Digest, MailKind::Daily), &book(), &settings())
    }

    #[test]
    fn a_quiet_day_is_told_too() {
        let letter = letter_of(quiet());
        assert_eq!(letter.subject, "【点検・日報】2026年11月24日: 逸脱はありません");
        let head = format!("7:{}(", Digest::of(b"x"));
        for part in ["2026年11月20日 09:00(日本時間)以降", "変化はありません。", "実施済: 90項目", "Nothing.", &head]
        {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }

    #[test]
    fn a_digest_says_what_changed_and_what_is_due_and_how_much_was_left_out() {
        let drift = DriftLine {
            drift: 5,
            host_name: "PC\nHost: other".into(),
            key: FindingKey { rule: RuleId::new("screen_lock_enforced").unwrap(), subject: None },
        };
        let medium = FindingKey {
            rule: RuleId::new("media_and_equipment_located").unwrap(),
            subject: Some(Subject::new("M-006").unwrap()),
        };
        let of_no_host = DriftLine { drift: 6, host_name: "SV-KENSHIN01".into(), key: medium };
        let item = ItemId::new("organizational.5").unwrap();
        let on = chrono::NaiveDate::from_ymd_opt(2026, 12, 10).unwrap();
        let news = DailyNews {
            drifting: 26,
            opened: ShortList { lines: vec![drift, of_no_host], left: 24 },
            versions: vec![4],
            due: ShortList { lines: vec![DueLine { item, what: DueWhat::Attestation, on }], left: 0 },
            silent: ShortList { lines: vec!["受付PC".into()], left: 1 },
            ..quiet()
        };
        let letter = letter_of(news);
        assert_eq!(letter.subject, "【点検・日報】2026年11月24日: 逸脱26件");
        for part in [
            "新しい逸脱 26件",
            "PC\u{fffd}Host: other: 画面が自動でロックされる",
            "M-006: 媒体と機器の所在が分かっている",
            "ほか24件",
            "第4版",
            "2026年12月10日: 組織的安全対策 No.5 担当者の設置(確認の有効期限)",
            "  - 受付PC\n  - ほか1件",
        ] {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
        assert!(!letter.text.contains("SV-KENSHIN01"), "no host has to do with a medium:\n{}", letter.text);
        assert!(!letter.text.contains("解消した逸脱"), "there was none");
    }
}
