//! From the findings of all hosts and a person's attestation to the state of an item.
//!
//! The worst counts, and every cause is named. Nothing that was not measured, not reported or not
//! attested makes an item met.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::finding::{Bilingual, VerdictKind};
use tenken_model::{BranchId, HostId, Instant, ReasonCode, RuleId, Subject, choice};

use crate::checklist::{Branch, Item};

/// The most causes told; how many were left out is counted.
pub const CAUSES_MAX: usize = 200;

choice! {
    /// The state of an item, the most urgent first.
    pub enum ItemState {
        /// Evidence contradicts the published answer, past the rule's grace.
        Drift = "drift",
        /// Declared as 実施予定, and its time is past.
        Overdue = "overdue",
        /// The attestation has lapsed.
        Expired = "expired",
        /// Something could not be read, was not reported yet, or a host is silent.
        Unknown = "unknown",
        /// A rule fails, but not yet for as long as its grace.
        Grace = "grace",
        /// Nobody has attested what only a person can.
        Unattested = "unattested",
        /// No rule measures it, or not all of it, or nothing it bears on.
        NotMeasured = "not_measured",
        /// Declared as 実施予定.
        Planned = "planned",
        /// The published answer 実施済 holds.
        Met = "met",
    }
}

impl ItemState {
    /// Which state counts where several causes meet: the larger. What contradicts a published
    /// answer comes before what leaves it without proof, and that before what is only missing.
    pub const fn severity(self) -> u8 {
        match self {
            Self::Drift => 8,
            Self::Overdue => 7,
            Self::Expired => 6,
            Self::Unknown => 5,
            Self::Grace => 4,
            Self::Unattested => 3,
            Self::NotMeasured => 2,
            Self::Planned => 1,
            Self::Met => 0,
        }
    }
}

/// A finding as the dashboard keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What it is about; absent for the host as a whole.
    pub subject: Option<Subject>,
    /// The verdict.
    pub verdict: VerdictKind,
    /// Since when it is that verdict.
    pub since: Instant,
    /// What the rule says of it.
    pub says: Bilingual,
    /// Why it could not be known.
    pub unknown: Option<ReasonCode>,
    /// A drift is open for it: it fails for longer than the rule's grace.
    pub drift: bool,
    /// An approved exception is in force: it counts as passing.
    pub waived: bool,
}

/// A host that the item's answer speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInScope {
    /// Which host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Since when it has not reported for longer than it may; absent if it reports.
    pub silent_since: Option<Instant>,
    /// Its findings that fail or are unknown, by rule. What passes or does not bear on it changes nothing and may be left out:
    /// with thousands of hosts nearly all findings do.
    pub findings: BTreeMap<RuleId, Vec<Standing>>,
    /// The rules of which it was not judged, among those of which some host was.
    pub unjudged: Unjudged,
    /// Rules that are not for this host, because they were rolled out to others alone: nothing of them is expected of it, and
    /// what it still tells of one counts no more.
    pub spared: BTreeSet<RuleId>,
}

/// Of which rules a host was not judged. A finding of the host as a whole shows that it was, and one of something on it that
/// fails or is unknown; that something on it passes does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unjudged {
    /// Of these.
    Of(BTreeSet<RuleId>),
    /// Of every rule: nothing was found on it yet.
    OfAll,
}

impl Unjudged {
    fn holds(&self, rule: &RuleId) -> bool {
        match self {
            Self::Of(rules) => rules.contains(rule),
            Self::OfAll => true,
        }
    }
}

/// Where a rule was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It bears on a host, or that is not known.
    Applies,
    /// Every host says that it does not bear on it.
    AppliesNowhere,
}

/// The published answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// 実施済
    Done,
    /// 実施予定, with the end of the time that was announced.
    Planned {
        /// Absent if none was announced.
        due: Option<Instant>,
    },
}

/// An attestation that was not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    /// It is in force before this instant.
    pub valid_until: Instant,
    /// The way it attests, for an item that has several.
    pub branch: Option<BranchId>,
    /// When it was stated.
    pub at: Instant,
    /// What was stated, in Japanese as the checklist asks it.
    pub statement: String,
}

/// Something that is there although the remark of the published answer says that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What is said of it.
    pub says: Bilingual,
    /// Since when it is known.
    pub since: Instant,
    /// Where people see it: a path on the dashboard.
    pub place: String,
}

/// What an item's state rests on.
#[derive(Debug, Clone, Copy)]
pub struct ItemInputs<'a> {
    /// The hosts the answer speaks for.
    pub hosts: &'a [HostInScope],
    /// The rules of which some of these hosts was judged.
    pub judged: &'a BTreeMap<RuleId, Reach>,
    /// Names of hosts the answer speaks for, of which nothing is known because they have no agent.
    pub without_agent: &'a [String],
    /// The published answer; without one, the item is judged as if it were 実施済.
    pub declared: Option<Declared>,
    /// What the remark of that answer denies.
    pub contradicted: &'a [Contradiction],
    /// The newest attestation.
    pub attested: Option<&'a Attested>,
    /// The time it is.
    pub now: Instant,
}

/// The state of an item with all that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStatus {
    /// The worst of its causes' states; met without any.
    pub state: ItemState,
    /// Since when the oldest cause of this state stands, where that is known.
    pub since: Option<Instant>,
    /// Why it is not met, worst first.
    pub causes: Vec<Cause>,
    /// How many causes were left out because there were more than [`CAUSES_MAX`].
    pub causes_left_out: usize,
    /// How many hosts it was measured on.
    pub coverage: Coverage,
    /// How many findings count as passing by an approved exception.
    pub waived: usize,
    /// How many findings are unknown for what the attestation says instead.
    pub vouched: usize,
    /// The way by which it is met, or that is nearest to it, for an item that has several.
    pub branch: Option<BranchId>,
}

/// How many hosts an item was measured on. Both are 0 for items no rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Hosts that report and have a finding for every deciding rule.
    pub judged: usize,
    /// Hosts the answer speaks for.
    pub in_scope: usize,
}

/// One reason why an item is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The state it alone would give.
    pub state: ItemState,
    /// Since when it stands, where that is known.
    pub since: Option<Instant>,
    /// What it is.
    pub reason: CauseReason,
}

/// What keeps an item from being met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CauseReason {
    /// A finding that fails or is unknown.
    Finding {
        /// On which host.
        host: HostId,
        /// Its name.
        host_name: String,
        /// Of which rule.
        rule: RuleId,
        /// About what of the host.
        subject: Option<Subject>,
        /// What the rule says.
        says: Bilingual,
        /// Why it could not be known.
        unknown: Option<ReasonCode>,
    },
    /// A deciding rule has no finding yet on a host.
    NotJudged {
        /// Which host.
        host: HostId,
        /// Its name.
        host_name: String,
        /// Which rule.
        rule: RuleId,
    },
    /// A host no longer reports.
    Silent {
        /// Which host.
        host: HostId,
        /// Its name.
        host_name: String,
    },
    /// A host has no agent.
    NoAgent {
        /// Its name.
        host_name: String,
    },
    /// There is no host in scope.
    NoHost,
    /// No rule decides the item.
    NoRule,
    /// A part of it no rule measures yet.
    Unmeasured(Bilingual),
    /// Every deciding rule says of every host that it does not bear on it.
    NothingApplies,
    /// The remark of the published answer denies something that is there.
    Contradicted(Contradiction),
    /// Nobody attested it.
    Unattested,
    /// The attestation has lapsed.
    Expired,
    /// It is declared as 実施予定.
    Planned,
    /// It is declared as 実施予定, and its time is past.
    Overdue,
}

/// Folds what is known of an item into its state.
///
/// An answer 実施予定 is not contradicted by what fails, so that it is planned or overdue whatever
/// the evidence; the causes show what is still missing.
pub fn fold(item: &Item, inputs: &ItemInputs<'_>) -> ItemStatus {
    let mut folding = if item.any_of.is_empty() {
        let mut folding = Folding { vouchers: vouched(item, inputs), ..Folding::default() };
        folding.measure(item, &item.rules, inputs);
        if item.attestation.is_some() {
            folding.attest(inputs.attested, inputs.now);
        }
        folding
    } else {
        nearest(item, inputs)
    };
    for contradiction in inputs.contradicted {
        folding.cause(ItemState::Drift, Some(contradiction.since), CauseReason::Contradicted(contradiction.clone()));
    }
    let declared = match inputs.declared {
        None | Some(Declared::Done) => None,
        Some(Declared::Planned { due }) if due.is_some_and(|due| due <= inputs.now) => {
            Some(folding.cause(ItemState::Overdue, due, CauseReason::Overdue))
        }
        Some(Declared::Planned { .. }) => Some(folding.cause(ItemState::Planned, None, CauseReason::Planned)),
    };
    folding.finish(declared)
}

/// Folds each way to meet an item, and takes the one that is nearest to meeting it; the first among equals. A way that a person
/// could attest but did not is none: it must not hide that the measured one fails. What its rules find on hosts counts beside the
/// statement; where they bear on none, a device without an agent may keep what is stated.
fn nearest(item: &Item, inputs: &ItemInputs<'_>) -> Folding {
    let stated = inputs.attested.and_then(|attested| attested.branch.as_ref());
    let taken = |branch: &&Branch| !branch.is_attested() || stated == Some(&branch.id);
    let taken_any = item.any_of.iter().any(|branch| taken(&branch));
    let ways = item.any_of.iter().filter(|branch| taken(branch) || !taken_any).map(|branch| {
        let mut folding = Folding { branch: Some(branch.id.clone()), ..Folding::default() };
        let elsewhere = |rule| inputs.hosts.is_empty() || inputs.judged.get(rule) == Some(&Reach::AppliesNowhere);
        if branch.is_attested() {
            let named = inputs.attested.filter(|attested| attested.branch.as_ref() == Some(&branch.id));
            folding.attest(named, inputs.now);
        }
        if !branch.is_attested() || !branch.rules.iter().all(elsewhere) {
            folding.measure(item, &branch.rules, inputs);
        }
        folding
    });
    // A way that has nothing to do with any host is no nearer than one that is kept, or was.
    ways.min_by_key(|folding| (folding.has_nothing(), folding.worst())).unwrap_or_default()
}

/// The rules of which a person says what cannot be measured, by a statement that is in force, with why it cannot.
fn vouched(item: &Item, inputs: &ItemInputs<'_>) -> BTreeSet<(ReasonCode, RuleId)> {
    let in_force = inputs.attested.filter(|attested| attested.valid_until > inputs.now);
    let Some((asked, attested)) = item.attestation.as_ref().zip(in_force) else { return BTreeSet::new() };
    // One that was made before the checklist asked for it, in these words, says nothing of it.
    let silent = asked.stands_for.iter().filter(|_| attested.statement.contains(&asked.asks.ja));
    let silent = silent.map(|rule| (ReasonCode::Unsupported, rule.clone()));
    let holding = asked.holding(&attested.statement, attested.at, attested.valid_until);
    let holds = holding.elsewhere.is_some_and(|until| until > inputs.now);
    let elsewhere = asked.elsewhere.iter().filter(|_| holds).flat_map(|elsewhere| &elsewhere.rules);
    silent.chain(elsewhere.map(|rule| (ReasonCode::Elsewhere, rule.clone()))).collect()
}

/// The causes found so far.
#[derive(Default)]
struct Folding {
    /// Rules of which it does not count that they are unknown for that reason.
    vouchers: BTreeSet<(ReasonCode, RuleId)>,
    vouched: usize,
    causes: Vec<Cause>,
    coverage: Coverage,
    waived: usize,
    branch: Option<BranchId>,
}

impl Folding {
    /// How urgent the worst of its causes is.
    fn worst(&self) -> u8 {
        self.causes.iter().map(|cause| cause.state.severity()).max().unwrap_or(0)
    }

    fn has_nothing(&self) -> bool {
        self.causes.iter().any(|cause| cause.reason == CauseReason::NothingApplies)
    }

    fn cause(&mut self, state: ItemState, since: Option<Instant>, reason: CauseReason) -> ItemState {
        self.causes.push(Cause { state, since, reason });
        state
    }

    fn measure(&mut self, item: &Item, rules: &[RuleId], inputs: &ItemInputs<'_>) {
        let (hosts, without_agent) = (inputs.hosts, inputs.without_agent);
        if rules.is_empty() {
            if item.class.needs_rules() {
                self.cause(ItemState::NotMeasured, None, CauseReason::NoRule);
            }
            return;
        }
        self.coverage.in_scope = hosts.len() + without_agent.len();
        if self.coverage.in_scope == 0 {
            self.cause(ItemState::NotMeasured, None, CauseReason::NoHost);
        }
        for host_name in without_agent {
            self.cause(ItemState::Unknown, None, CauseReason::NoAgent { host_name: host_name.clone() });
        }
        let reaches = |rule| inputs.judged.get(rule) == Some(&Reach::Applies);
        let mut applies = hosts.is_empty() || !without_agent.is_empty() || rules.iter().any(reaches);
        for host in hosts {
            applies |= self.host(rules, host, inputs.judged);
        }
        if !applies && item.class.needs_hosts() {
            self.cause(ItemState::NotMeasured, None, CauseReason::NothingApplies);
        }
        if let Some(unmeasured) = &item.unmeasured {
            self.cause(ItemState::NotMeasured, None, CauseReason::Unmeasured(unmeasured.clone()));
        }
    }

    /// Whether any rule bears on the host, or that is not known.
    fn host(&mut self, rules: &[RuleId], host: &HostInScope, judged: &BTreeMap<RuleId, Reach>) -> bool {
        let mut applies = false;
        let mut complete = host.silent_since.is_none();
        if host.silent_since.is_some() {
            let reason = CauseReason::Silent { host: host.id.clone(), host_name: host.name.clone() };
            self.cause(ItemState::Unknown, host.silent_since, reason);
            applies = true;
        }
        for rule in rules.iter().filter(|rule| !host.spared.contains(*rule)) {
            let findings = host.findings.get(rule).map(Vec::as_slice).unwrap_or_default();
            if !judged.contains_key(rule) || host.unjudged.holds(rule) {
                complete = false;
                applies = true;
                if host.silent_since.is_none() {
                    let reason = CauseReason::NotJudged {
                        host: host.id.clone(),
                        host_name: host.name.clone(),
                        rule: rule.clone(),
                    };
                    self.cause(ItemState::Unknown, None, reason);
                }
            }
            for finding in findings {
                applies |= finding.verdict != VerdictKind::NotApplicable;
                self.finding(host, rule, finding);
            }
        }
        self.coverage.judged += usize::from(complete);
        applies
    }

    /// A statement stands for what a machine has no way to tell, and not for what could not be read this time.
    fn is_vouched(&self, rule: &RuleId, finding: &Standing) -> bool {
        finding.unknown.is_some_and(|code| self.vouchers.contains(&(code, rule.clone())))
    }

    fn finding(&mut self, host: &HostInScope, rule: &RuleId, finding: &Standing) {
        let state = match (finding.verdict, finding.drift) {
            (VerdictKind::Pass | VerdictKind::NotApplicable, _) => return,
            (VerdictKind::Fail, true) => ItemState::Drift,
            (VerdictKind::Fail, false) => ItemState::Grace,
            (VerdictKind::Unknown, _) if self.is_vouched(rule, finding) => {
                self.vouched += 1;
                return;
            }
            (VerdictKind::Unknown, _) => ItemState::Unknown,
        };
        if finding.waived {
            self.waived += 1;
            return;
        }
        let reason = CauseReason::Finding {
            host: host.id.clone(),
            host_name: host.name.clone(),
            rule: rule.clone(),
            subject: finding.subject.clone(),
            says: finding.says.clone(),
            unknown: finding.unknown,
        };
        self.cause(state, Some(finding.since), reason);
    }

    fn attest(&mut self, attested: Option<&Attested>, now: Instant) {
        match attested.map(|attested| attested.valid_until) {
            None => {
                self.cause(ItemState::Unattested, None, CauseReason::Unattested);
            }
            Some(valid_until) if valid_until <= now => {
                self.cause(ItemState::Expired, Some(valid_until), CauseReason::Expired);
            }
            Some(_) => {}
        }
    }

    fn finish(mut self, declared: Option<ItemState>) -> ItemStatus {
        // Sorting is stable: hosts, rules and subjects keep their order among equals.
        self.causes.sort_by_key(|cause| std::cmp::Reverse((Some(cause.state) == declared, cause.state.severity())));
        let state = declared.or_else(|| self.causes.first().map(|cause| cause.state)).unwrap_or(ItemState::Met);
        let since = self.causes.iter().filter(|cause| cause.state == state).filter_map(|cause| cause.since).min();
        let causes_left_out = self.causes.len().saturating_sub(CAUSES_MAX);
        self.causes.truncate(CAUSES_MAX);
        let Self { causes, coverage, waived, vouched, branch, .. } = self;
        ItemStatus { state, since, causes, causes_left_out, coverage, waived, vouched, branch }
    }
}
