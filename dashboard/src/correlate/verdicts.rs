//! The findings of one rule on one host while they are found.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tenken_engine::Rule;
use tenken_model::finding::{Bilingual, Evidence, VerdictKind};
use tenken_model::schema::Value;
use tenken_model::{Finding, FindingKey, Instant, Language, Read, Reason, ReasonCode, Span, Subject, Verdict};

use super::agency::Agency;
use super::machine::{Look, Machine, code};
use crate::registers::Definition;
use crate::registers::typed::{Ledger, Listed, TypedRow};

/// The most things of one host that a rule tells one by one; the rest are counted.
pub const SUBJECTS_MAX: usize = 200;

/// A rule that is judged of a host.
#[derive(Debug)]
pub(super) struct Verdicts<'a> {
    rule: &'a Rule,
    pub(super) agency: &'a Agency,
    pub(super) machine: &'a Machine,
    parameters: BTreeMap<String, Value>,
    found: BTreeMap<Subject, Finding>,
    doubt: Option<Finding>,
    left_out: usize,
}

/// The most things that one sentence names.
const NAMED_MAX: usize = 5;

/// The first of several things, with how many more there are.
pub(super) fn several(names: &[impl AsRef<str>], language: Language) -> String {
    language.several(names.iter().take(NAMED_MAX), names.len().saturating_sub(NAMED_MAX))
}

/// Why something could not be known.
pub(super) struct Doubt {
    code: ReasonCode,
    says: Bilingual,
}

impl Doubt {
    pub(super) fn new(code: ReasonCode, text: impl Fn(Language) -> String) -> Self {
        Self { code, says: Bilingual { ja: text(Language::Japanese), en: text(Language::English) } }
    }
}

/// A value that a verdict rests on and that changes only with it.
pub(super) fn evidence(path: impl Into<String>, value: impl Into<String>) -> Evidence {
    Evidence { path: path.into(), value: value.into(), volatile: false }
}

/// The row of a register as evidence: the path leads to its page.
pub(super) fn row<T: TypedRow>(listed: &Listed<T>) -> Evidence {
    let slug = Definition::of(T::REGISTER).map_or_else(|| T::REGISTER.name(), |definition| definition.slug);
    evidence(format!("registers.{slug}/{}", listed.id), &*listed.called)
}

/// A minute in Japan: `2026-03-13 10:02`.
pub(super) fn minute(instant: Instant) -> String {
    Span::from_secs(9 * 3_600).after(instant).format("%Y-%m-%d %H:%M").to_string()
}

impl<'a> Verdicts<'a> {
    pub(super) fn new(rule: &'a Rule, agency: &'a Agency, machine: &'a Machine) -> Self {
        let parameters = agency.values(rule);
        Self { rule, agency, machine, parameters, found: BTreeMap::new(), doubt: None, left_out: 0 }
    }

    /// A length of time among the parameters; none at all if the rule has no such parameter, which a test refuses.
    pub(super) fn span(&self, name: &str) -> Span {
        match self.parameters.get(name) {
            Some(Value::Span(span)) => *span,
            _ => Span::ZERO,
        }
    }

    /// The texts of a parameter; none if the rule has no such parameter.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let Some(Value::List(texts)) = self.parameters.get(name) else { return Vec::new() };
        texts.iter().filter_map(|text| if let Value::Text(text) = text { Some(text.clone()) } else { None }).collect()
    }

    /// The business day that a parameter's number of business days is after a day.
    pub(super) fn business_days_after(&self, day: NaiveDate, name: &str) -> Option<NaiveDate> {
        let days = match self.parameters.get(name) {
            Some(Value::Int(days)) => i32::try_from(*days).ok()?,
            _ => 0,
        };
        self.agency.calendar.add_business_days(day, days)
    }

    /// What a parameter's length of time ago was.
    pub(super) fn back_to(&self, name: &str) -> Instant {
        Span::from_millis(self.span(name).millis().saturating_neg()).after(self.agency.now)
    }

    /// Something fails: what, the sentence of the rule with its words, and what it rests on. Of one that is found twice the
    /// first counts, unless that could not be known.
    pub(super) fn fails(&mut self, subject: &str, sentence: &str, words: &[(&'static str, String)], on: Vec<Evidence>) {
        let says = self.said(sentence, words, Language::says_fail);
        self.put(subject, Verdict::Fail, says, on);
    }

    /// Something fails, as [`Self::fails`] says, with words that differ by language.
    pub(super) fn fails_in(
        &mut self,
        subject: &str,
        sentence: &str,
        words: impl Fn(Language) -> Vec<(&'static str, String)>,
        on: Vec<Evidence>,
    ) {
        let says = self.said_in(sentence, words, Language::says_fail);
        self.put(subject, Verdict::Fail, says, on);
    }

    /// What was read of something does not tell, for the reason that a sentence of the rule gives.
    pub(super) fn is_unsure(
        &mut self,
        subject: &str,
        sentence: &str,
        words: &[(&'static str, String)],
        on: Vec<Evidence>,
    ) {
        self.is_unsure_in(subject, sentence, |_| words.to_vec(), on);
    }

    /// What was read of something does not tell, as [`Self::is_unsure`] says, with words that differ by language.
    pub(super) fn is_unsure_in(
        &mut self,
        subject: &str,
        sentence: &str,
        words: impl Fn(Language) -> Vec<(&'static str, String)>,
        on: Vec<Evidence>,
    ) {
        let says = self.said_in(sentence, words, Language::says_unknown);
        let reason = Reason::new(ReasonCode::Inconclusive, says.en.clone());
        self.put(subject, Verdict::Unknown(reason), says, on);
    }

    fn said_in(
        &self,
        sentence: &str,
        words: impl Fn(Language) -> Vec<(&'static str, String)>,
        plain: fn(Language, &str) -> String,
    ) -> Bilingual {
        let said = |language| self.said(sentence, &words(language), plain);
        Bilingual { ja: said(Language::Japanese).ja, en: said(Language::English).en }
    }

    fn said(&self, sentence: &str, words: &[(&'static str, String)], plain: fn(Language, &str) -> String) -> Bilingual {
        let words: BTreeMap<&str, String> = words.iter().map(|(word, text)| (*word, text.clone())).collect();
        let said = self.rule.telling().and_then(|telling| telling.say(sentence, &words, &self.parameters));
        said.unwrap_or_else(|| self.titled(plain))
    }

    /// It could not be known of something.
    pub(super) fn doubts_of(&mut self, subject: &str, doubt: Doubt, on: Vec<Evidence>) {
        let reason = Reason::new(doubt.code, doubt.says.en.clone());
        self.put(subject, Verdict::Unknown(reason), doubt.says, on);
    }

    /// It could not be known of the host as a whole; the first reason is told, and what is kept elsewhere only where it is all that
    /// is missing.
    pub(super) fn doubts(&mut self, doubt: Doubt) {
        let is_elsewhere = |finding: &Finding| matches!(&finding.verdict, Verdict::Unknown(reason) if reason.code == ReasonCode::Elsewhere);
        if self.doubt.as_ref().is_none_or(is_elsewhere) {
            let reason = Reason::new(doubt.code, doubt.says.en.clone());
            self.doubt = Some(self.finding(None, Verdict::Unknown(reason), doubt.says, Vec::new()));
        }
    }

    /// A register is kept; if not, that is told.
    pub(super) fn needs<T: TypedRow>(&mut self, ledger: &Ledger<T>) -> bool {
        let Read::NotRead(reason) = ledger else { return true };
        let title = |language| Definition::of(T::REGISTER).map_or_else(String::new, |of| (of.title)(language));
        self.doubts(Doubt::new(reason.code, |language| language.correlate_not_kept(&title(language))));
        false
    }

    /// A fact is known; if not, that is told. Where it is measured to be absent there is none.
    pub(super) fn needs_fact<T>(&mut self, look: &Look<T>, what: fn(Language) -> String) -> bool {
        let Some(code) = code(look) else { return true };
        match look {
            Look::Known(..) | Look::Missing(_) => {
                self.doubts(Doubt::new(code, |language| language.correlate_not_told(&what(language))));
            }
            Look::Absent | Look::Failed(_) => {
                self.doubts(Doubt::new(code, |language| language.correlate_not_read(&what(language))));
            }
        }
        false
    }

    /// The records of sign-ins are whole since a time; if not, that is told.
    pub(super) fn needs_records(&mut self, back_to: Instant) {
        let machine = self.machine;
        if let Some((began, ended)) = machine.gaps.iter().find(|(_, ended)| *ended > back_to) {
            let (began, ended) = (minute(*began), minute(*ended));
            self.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_records_gone(&began, &ended)));
        }
        if !self.needs_fact(&machine.records, Language::correlate_sessions) {
            return;
        }
        let Some(records) = machine.records.known() else { return };
        match &records.since {
            Read::Measured(Some(_)) => {}
            Read::Measured(None) => {
                self.doubts(Doubt::new(ReasonCode::Missing, Language::correlate_no_records));
            }
            Read::NotRead(reason) => {
                let text = |language: Language| language.correlate_not_read(&language.correlate_sessions());
                self.doubts(Doubt::new(reason.code, text));
            }
        }
        let cut = |language: Language| language.correlate_cut(&language.correlate_sessions());
        match &records.complete {
            Read::Measured(true) => {}
            Read::Measured(false) => self.doubts(Doubt::new(ReasonCode::TooLarge, cut)),
            Read::NotRead(reason) => self.doubts(Doubt::new(reason.code, cut)),
        }
    }

    /// Nothing was found, and nothing is in doubt.
    pub(super) fn is_silent(&self) -> bool {
        self.found.is_empty() && self.doubt.is_none() && self.left_out == 0
    }

    /// The rule does not bear on the host.
    pub(super) fn not_applicable(self) -> Vec<Finding> {
        let says = self.titled(Language::says_not_applicable);
        vec![self.finding(None, Verdict::NotApplicable, says, Vec::new())]
    }

    /// What was found. The host as a whole passes if nothing was, with what that rests on.
    pub(super) fn finish(mut self, on: Vec<Evidence>) -> Vec<Finding> {
        if self.left_out > 0 {
            let left = self.left_out;
            self.doubts(Doubt::new(ReasonCode::Limit, |language| language.correlate_too_many(left)));
        }
        if self.found.is_empty() && self.doubt.is_none() {
            let says = self.said("pass", &[], Language::says_pass);
            return vec![self.finding(None, Verdict::Pass, says, on)];
        }
        self.doubt.into_iter().chain(self.found.into_values()).collect()
    }

    fn titled(&self, text: fn(Language, &str) -> String) -> Bilingual {
        let of = |language: Language| text(language, language.of(&self.rule.title));
        Bilingual { ja: of(Language::Japanese), en: of(Language::English) }
    }

    fn put(&mut self, subject: &str, verdict: Verdict, says: Bilingual, on: Vec<Evidence>) {
        let subject = Subject::nearest(subject);
        let known = self.found.get(&subject).map(|finding| finding.verdict.kind());
        if known.is_none() && self.found.len() >= SUBJECTS_MAX {
            self.left_out += 1;
            return;
        }
        if known.is_none() || (known == Some(VerdictKind::Unknown) && verdict == Verdict::Fail) {
            let finding = self.finding(Some(subject.clone()), verdict, says, on);
            self.found.insert(subject, finding);
        }
    }

    fn finding(&self, subject: Option<Subject>, verdict: Verdict, says: Bilingual, evidence: Vec<Evidence>) -> Finding {
        let key = FindingKey { rule: self.rule.id.clone(), subject };
        let observed_at = self.machine.heard.unwrap_or(self.agency.now);
        Finding { key, verdict, says, branch: None, evidence, observed_at }
    }
}
