//! One item: its whole wording, how it is decided, and every verdict that bears on it.

use askama::Template;
use tenken_engine::Rule;
use tenken_engine::checklist::{AttestationAsk, Checklist, Class, Condition, ElsewhereAsk, Item, Section};
use tenken_engine::item::{ItemState, ItemStatus};
use tenken_form::declaration::Answer;
use tenken_model::{Instant, Language, Span};

use super::Chrome;
use super::attest::{self, AttestationView, Errors, Typed};
use super::chrome::Place;
use super::field::Field;
use super::finding::{self, FindingView};
use super::history::ChangeView;
use super::moment;
use super::proposal::{self, ProposalView};
use super::remedy::{Passage, passages};
use super::rule;
use super::state::{Mark, Shown as _};
use super::trend::Strip;
use super::words::{self, Named as _};
use crate::store::{Attestation, FindingCounts};

/// What the page of an item shows.
#[derive(Debug, Clone)]
pub struct ItemView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The item's section.
    pub section: &'a Section,
    /// The item.
    pub item: &'a Item,
    /// The published answer; absent while no form was taken in.
    pub declared: Option<&'a Answer>,
    /// The proposals about it, the newest first.
    pub proposals: Vec<ProposalView<'a>>,
    /// Its state.
    pub status: &'a ItemStatus,
    /// The rules that decide it, in order.
    pub rules: Vec<RuleView<'a>>,
    /// The newest statement that was not taken back.
    pub attestation: Option<AttestationView<'a>>,
    /// The other statements, the newest first.
    pub earlier: Vec<AttestationView<'a>>,
    /// What was typed when it could not be taken, with why.
    pub refused: Option<(Typed, Errors)>,
    /// Changes of its findings, the newest first.
    pub history: Vec<ChangeView<'a>>,
    /// How it stood over twelve months.
    pub strip: Strip,
    /// Its drifts over twelve months, the newest first.
    pub drifts: Vec<ItemDrift<'a>>,
    /// How many further drifts it had.
    pub drifts_left: usize,
}

/// A drift of an item.
#[derive(Debug, Clone)]
pub struct ItemDrift<'a> {
    /// Its number.
    pub id: i64,
    /// The rule, if this dashboard knows it.
    pub rule: Option<&'a Rule>,
    /// The host's name.
    pub host: &'a str,
    /// When it was opened.
    pub opened: Instant,
    /// When it ended; absent if it is open.
    pub ended: Option<Instant>,
}

/// A rule that decides an item, with its findings on all hosts.
#[derive(Debug, Clone)]
pub struct RuleView<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// How many of all its findings have each verdict.
    pub counts: FindingCounts,
    /// The first that fail or are unknown, and the first of the others.
    pub findings: Vec<FindingView<'a>>,
}

/// The most causes that are listed; the findings below show all.
pub const CAUSES_SHOWN: usize = 5;

/// Renders the page of an item.
pub fn render(view: &ItemView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let fields = attest::fields(view.item, view.refused.as_ref(), t);
    ItemPage { t, chrome, place: Place::Overview, view, fields, by_host: true }.render()
}

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a ItemView<'a>,
    fields: Vec<Field>,
    by_host: bool,
}

/// The name of a condition as people read it.
fn condition(condition: Condition, t: Language) -> String {
    match condition {
        Condition::Outsourcing => t.condition_outsourcing(),
        Condition::IcCard => t.condition_ic_card(),
        Condition::WirelessLan => t.condition_wireless_lan(),
        Condition::Iot => t.condition_iot(),
        Condition::IotLending => t.condition_iot_lending(),
        Condition::ExternalStorage => t.condition_external_storage(),
        Condition::MaintenanceVendor => t.condition_maintenance_vendor(),
        Condition::RemoteMaintenance => t.condition_remote_maintenance(),
        Condition::Byod => t.condition_byod(),
        Condition::PatientAccess => t.condition_patient_access(),
        Condition::OpenNetworkHttps => t.condition_open_network_https(),
        Condition::DigitalSignature => t.condition_digital_signature(),
    }
}

/// How an item is decided, as people read it.
pub fn class_label(class: Class, t: Language) -> String {
    match class {
        Class::A => t.class_a(),
        Class::B => t.class_b(),
        Class::C => t.class_c(),
        Class::D => t.class_d(),
    }
}

impl<'a> RuleView<'a> {
    fn those(&self, wanted: impl Fn(u8) -> bool) -> Vec<FindingView<'a>> {
        let order = |finding: &FindingView<'a>| finding::order(finding.kind());
        let mut those: Vec<FindingView<'a>> =
            self.findings.iter().filter(|finding| wanted(order(finding))).copied().collect();
        those.sort_by_key(order);
        those
    }

    /// The findings that fail or are unknown, all in sight.
    fn loud(&self) -> Vec<FindingView<'a>> {
        self.those(|order| order < 2)
    }

    /// The others, folded.
    fn quiet(&self) -> Vec<FindingView<'a>> {
        self.those(|order| order >= 2)
    }
}

impl<'a> ItemPage<'a> {
    fn title(&self) -> String {
        self.view.item.named(self.t).to_owned()
    }

    fn place_in_form(&self) -> String {
        words::place(self.view.section, self.view.item, self.t)
    }

    fn answer(&self, answer: &Answer) -> String {
        proposal::status(answer, self.t)
    }

    fn class(&self) -> String {
        class_label(self.view.item.class, self.t)
    }

    fn condition(&self) -> Option<String> {
        self.view.item.conditional_on.map(|it| self.t.item_conditional(&condition(it, self.t)))
    }

    /// The note's mark and wording.
    fn note(&self) -> Option<(&str, &str)> {
        let note = self.view.checklist.note(self.view.item.note.as_deref()?)?;
        Some((&note.id, &note.text_ja))
    }

    /// Each cause with where it leads.
    fn causes(&self) -> Vec<(Option<String>, String)> {
        let causes = self.view.status.causes.iter().take(CAUSES_SHOWN);
        causes.map(|cause| (words::cause_address(cause), words::cause(cause, self.t))).collect()
    }

    fn causes_left(&self) -> Option<String> {
        let status = self.view.status;
        let left = status.causes.len().saturating_sub(CAUSES_SHOWN) + status.causes_left_out;
        (left > 0).then(|| self.t.cause_more(left))
    }

    fn hosts(&self) -> Option<String> {
        (!self.view.item.rules.is_empty()).then(|| words::coverage(self.view.status.coverage, self.t))
    }

    fn counts(&self, rule: &RuleView<'a>) -> Vec<(Mark, u64)> {
        rule::counts(rule.counts, self.t)
    }

    /// The way to the findings that are not shown, if there are some.
    fn all(&self, rule: &RuleView<'a>) -> Option<String> {
        let (shown, total) = (rule.findings.len(), usize::try_from(rule.counts.total()).unwrap_or(usize::MAX));
        (shown < total).then(|| self.t.item_rule_all(shown, total))
    }

    fn remedy(&self, rule: &RuleView<'a>) -> Vec<Passage<'a>> {
        passages(self.t.of(&rule.rule.remedy.general))
    }

    fn valid_days(&self, ask: &AttestationAsk) -> String {
        self.t.item_attest_valid(ask.valid_for.millis() / Span::from_days(1).millis())
    }

    /// What the attestation stands for of what was judged.
    fn vouched(&self) -> Option<String> {
        let count = self.view.status.vouched;
        (count > 0).then(|| self.t.item_vouched(count))
    }

    fn elsewhere_days(&self, ask: &ElsewhereAsk) -> String {
        self.t.item_attest_elsewhere_valid(ask.valid_for.millis() / Span::from_days(1).millis())
    }

    /// The monthly review of logs states it.
    fn is_of_log_review(&self) -> bool {
        crate::log_review::ITEMS.contains(&self.view.item.id.as_str())
    }

    /// The attestation's words: by whom, and until when.
    fn attested_by(&self, attestation: &Attestation) -> String {
        self.t.attest_by(&attestation.stated.person)
    }

    /// Whether a statement holds. One of which a part has lapsed is not shown as holding.
    fn holds(&self, ask: &AttestationAsk, attestation: &Attestation) -> Mark {
        let holding = attestation.stated.holding(ask);
        if self.is_past(&holding.whole) {
            ItemState::Expired.mark(self.t)
        } else if holding.elsewhere.is_some_and(|part| self.is_past(&part)) {
            Mark::new(ItemState::Expired.icon(), ItemState::Expired.tone(), self.t.attest_holds_in_part())
        } else {
            Mark::new("check", "good", self.t.attest_holds())
        }
    }

    fn is_past(&self, until: &Instant) -> bool {
        *until <= self.chrome.now
    }

    /// The way by which it is met, or that is nearest to it.
    fn branch(&self) -> Option<&'a str> {
        let branch = self.view.item.branch(self.view.status.branch.as_ref()?)?;
        Some(self.t.of(&branch.says))
    }

    /// What became of an earlier statement.
    fn became(&self, earlier: &AttestationView<'_>) -> String {
        match &earlier.attestation.withdrawn {
            Some((_, person)) => self.t.decision_withdrawn(person),
            None => self.t.attest_replaced(),
        }
    }

    /// The items before and after it.
    fn neighbours(&self) -> (Option<&'a Item>, Option<&'a Item>) {
        let items: Vec<&Item> = self.view.checklist.items().collect();
        let at = items.iter().position(|item| item.id == self.view.item.id);
        let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| items.get(at).copied());
        (before, at.and_then(|at| items.get(at + 1).copied()))
    }

    fn open_proposals(&self) -> impl Iterator<Item = &ProposalView<'a>> {
        self.view.proposals.iter().filter(|view| view.proposal.decided.is_none())
    }

    fn decided_proposals(&self) -> impl Iterator<Item = &ProposalView<'a>> {
        self.view.proposals.iter().filter(|view| view.proposal.decided.is_some())
    }

    fn decided_line(&self) -> Option<String> {
        let count = self.decided_proposals().count();
        (count > 0).then(|| self.t.proposals_before(count))
    }

    fn drift_rule(&self, drift: &ItemDrift<'a>) -> &'a str {
        drift.rule.map_or("", |rule| self.t.of(&rule.title))
    }

    /// From when to when a drift was open.
    fn drift_span(&self, drift: &ItemDrift<'_>) -> String {
        let first = moment::day(self.t, drift.opened);
        match drift.ended.map(|ended| moment::day(self.t, ended)) {
            None => self.t.strip_drift_open(&first),
            Some(last) if last == first => first,
            Some(last) => self.t.strip_span(&first, &last),
        }
    }

    fn drift_count(&self) -> usize {
        self.view.drifts.len() + self.view.drifts_left
    }

    fn drifts_left(&self) -> Option<String> {
        (self.view.drifts_left > 0).then(|| self.t.rows_left(self.view.drifts_left))
    }

    fn state(&self) -> ItemState {
        self.view.status.state
    }

    fn since(&self) -> Option<Instant> {
        self.view.status.since
    }
}
