//! Waivers: the list, and asking for one.

use askama::Template;
use tenken_engine::Rule;
use tenken_model::{Instant, Language};

use super::Chrome;
use super::chrome::Place;
use super::drifts::DriftRow;
use super::field::{Field, FieldKind};
use super::finding::HostRef;
use super::pager::Pager;
use super::state::Mark;
use crate::auth::Ability;
use crate::store::{Waiver, WaiverDecision};

/// A waiver with what it is about.
#[derive(Debug, Clone, Copy)]
pub struct WaiverRow<'a> {
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Its rule, if this dashboard knows it.
    pub rule: Option<&'a Rule>,
    /// Its host; absent for every host.
    pub host: Option<HostRef<'a>>,
}

/// What the list of waivers shows.
#[derive(Debug, Clone)]
pub struct WaiversView<'a> {
    /// The waivers: those that wait, those in force, then the others.
    pub rows: Vec<WaiverRow<'a>>,
    /// Which part of them is shown.
    pub pager: Pager,
    /// The visitor confirmed the session, so that decisions are taken.
    pub confirmed: bool,
    /// Why one was not decided as asked.
    pub refused: Option<String>,
}

/// What the page shows on which a waiver is asked for.
#[derive(Debug, Clone)]
pub struct AskView<'a> {
    /// The drift it would end.
    pub row: DriftRow<'a>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The word of how far it reaches.
    pub wide: String,
    /// Why.
    pub reason: String,
    /// What is done in its place.
    pub compensation: String,
    /// Until when.
    pub until: String,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    /// With the reason.
    pub reason: Option<String>,
    /// With what is done in its place.
    pub compensation: Option<String>,
    /// With the last day.
    pub until: Option<String>,
}

/// Renders the list of waivers.
pub fn render(view: &WaiversView<'_>, chrome: &Chrome) -> askama::Result<String> {
    WaiversPage { t: chrome.language, chrome, place: Place::Declaration, view }.render()
}

/// Renders the page on which one is asked for.
pub fn render_ask(view: &AskView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let (typed, errors) = (&view.typed, &view.errors);
    let mut choices = vec![("host".to_owned(), t.waiver_this_host()), ("all".to_owned(), t.waiver_all_hosts())];
    if view.row.drift.finding.key.subject.is_some() {
        choices.insert(0, ("finding".to_owned(), t.waiver_only_this()));
    }
    let fields = [
        Field::new("wide", t.waiver_wide(), FieldKind::Choice(choices)).holding(typed.wide.clone(), None),
        Field::new("reason", t.waiver_reason(), FieldKind::Paragraph)
            .required()
            .holding(typed.reason.clone(), errors.reason.clone()),
        Field::new("compensation", t.waiver_compensation(), FieldKind::Paragraph)
            .help(t.waiver_compensation_help())
            .required()
            .holding(typed.compensation.clone(), errors.compensation.clone()),
        Field::new("until", t.waiver_until(), FieldKind::Line)
            .help(t.waiver_until_help())
            .required()
            .holding(typed.until.clone(), errors.until.clone()),
    ];
    AskPage { t, chrome, place: Place::Declaration, view, fields }.render()
}

#[derive(Template)]
#[template(path = "waivers.html")]
struct WaiversPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a WaiversView<'a>,
}

#[derive(Template)]
#[template(path = "waiver_ask.html")]
struct AskPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a AskView<'a>,
    fields: [Field; 4],
}

/// The state of a waiver: the shape and colour of its mark, and its word.
fn state(waiver: &Waiver, now: Instant, t: Language) -> (&'static str, &'static str, String) {
    match &waiver.decided {
        None => ("clock", "info", t.waiver_waiting()),
        Some((_, _, WaiverDecision::Refused)) => ("dash", "plain", t.waiver_refused()),
        Some((_, _, WaiverDecision::Withdrawn)) => ("dash", "plain", t.waiver_withdrawn()),
        Some((_, _, WaiverDecision::Granted)) if waiver.holds(now) => ("check", "warn", t.waiver_in_force()),
        Some((_, _, WaiverDecision::Granted)) if waiver.ended.is_some() => ("dash", "plain", t.waiver_ended()),
        Some((_, _, WaiverDecision::Granted)) => ("late", "plain", t.waiver_over()),
    }
}

/// The state of a waiver as people read it.
pub fn state_label(waiver: &Waiver, now: Instant, t: Language) -> String {
    state(waiver, now, t).2
}

impl WaiversPage<'_> {
    /// Somebody who decides must first confirm that it is they.
    fn must_confirm(&self) -> bool {
        !self.view.confirmed && self.view.rows.iter().any(|row| row.may_decide(self.chrome))
    }
}

impl WaiverRow<'_> {
    fn title(&self, t: Language) -> &str {
        self.rule.map_or_else(|| self.waiver.asked.rule.as_str(), |rule| t.of(&rule.title))
    }

    fn scope(&self, t: Language) -> String {
        self.host.map_or_else(|| t.waiver_every_host(), |host| host.name.to_owned())
    }

    fn subject(&self) -> Option<&str> {
        self.waiver.asked.subject.as_ref().map(tenken_model::Subject::as_str)
    }

    fn mark(&self, chrome: &Chrome) -> Mark {
        let (icon, tone, word) = state(self.waiver, chrome.now, chrome.language);
        Mark::new(icon, tone, word)
    }

    fn is_own(&self, chrome: &Chrome) -> bool {
        chrome.person.as_ref().is_some_and(|person| person.name == self.waiver.asked.asked_by)
    }

    fn waits(&self) -> bool {
        self.waiver.decided.is_none()
    }

    fn may_decide(&self, chrome: &Chrome) -> bool {
        self.waits() && chrome.may(Ability::Approve) && !self.is_own(chrome)
    }

    fn may_end(&self, chrome: &Chrome) -> bool {
        chrome.officer() && (self.waits() || self.waiver.holds(chrome.now))
    }

    fn end_label(&self, t: Language) -> String {
        if self.waits() { t.waiver_withdraw() } else { t.waiver_end() }
    }
}
