//! What every request and job needs: the store, the authority, the rules and the checklist.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tenken_engine::Catalog;
use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, RuleId, Span};

use crate::authority::Authority;
use crate::drift::Terms;
use crate::ingest::Rates;
use crate::own_rules::{InForce, RollOutMark};
use crate::policy::BuiltIn;
use crate::pulse::Pulse;
use crate::store::{Store, StoreError};

/// The dashboard without its listeners. Clones share it.
#[derive(Debug, Clone)]
pub struct App {
    /// The memory.
    pub store: Store,
    /// The authority.
    pub authority: Arc<Authority>,
    /// The rules in force: what is built in, and as [`App::current`] returns it also the agency's own.
    pub catalog: Arc<Catalog>,
    /// The items and which of these rules decide them.
    pub checklist: Arc<Checklist>,
    /// How often each host has asked for something.
    pub rates: Arc<Rates>,
    /// What the jobs that run here last did.
    pub pulse: Arc<Pulse>,
    /// When failures become drifts.
    pub terms: Arc<Terms>,
    /// Where agents report: `https://host:port`.
    pub report_url: Arc<str>,
    /// The wall clock.
    pub now: fn() -> Instant,
    bases: Arc<Bases>,
}

/// What is built in, and what was made of it with the own rules that were last read. That is a copy and no state of its own: by
/// which mark it was read is compared with the store's each time, whoever moved it.
#[derive(Debug)]
struct Bases {
    catalog: Arc<Catalog>,
    checklist: Arc<Checklist>,
    sources: BTreeMap<RuleId, String>,
    grace: Option<Span>,
    made: Mutex<Option<(RollOutMark, Made)>>,
}

/// The rules in force with what follows from them.
#[derive(Debug, Clone)]
struct Made {
    catalog: Arc<Catalog>,
    checklist: Arc<Checklist>,
    terms: Arc<Terms>,
}

impl App {
    /// Puts it together. `grace` replaces the grace of every rule, for trying things out.
    pub fn new(
        store: Store,
        authority: Authority,
        catalog: Catalog,
        checklist: Checklist,
        report_url: String,
        grace: Option<Span>,
        now: fn() -> Instant,
    ) -> Self {
        let (sources, terms) = (catalog.sources(), Arc::new(Terms::of(&catalog, grace)));
        let (catalog, checklist) = (Arc::new(catalog), Arc::new(checklist));
        let (made, base) = (Mutex::new(None), (Arc::clone(&catalog), Arc::clone(&checklist)));
        let bases = Arc::new(Bases { catalog: base.0, checklist: base.1, sources, grace, made });
        Self {
            store,
            authority: Arc::new(authority),
            terms,
            catalog,
            checklist,
            bases,
            rates: Arc::new(Rates::default()),
            pulse: Arc::new(Pulse::default()),
            report_url: report_url.into(),
            now,
        }
    }

    /// The rules that are built in, for policies.
    pub fn built_in(&self) -> BuiltIn<'_> {
        BuiltIn { sources: &self.bases.sources, catalog: &self.bases.catalog }
    }

    /// The same with the rules that are in force now: what people wrote themselves among them. Every page, job and request of
    /// a host begins with it, so that all of them go by the same rules.
    pub async fn current(&self) -> Result<Self, StoreError> {
        let mut transaction = self.store.read().await?;
        let mark: RollOutMark = transaction.setting().await?.unwrap_or_default();
        // A lock that somebody left in the middle of something remembers nothing.
        let known = self.bases.made.lock().ok().and_then(|made| made.clone());
        let made = if let Some((_, made)) = known.filter(|(by, _)| *by == mark) {
            made
        } else {
            let in_force = InForce::read(&mut transaction, &self.bases.catalog, &self.bases.checklist).await?;
            let made = Made::of(in_force, self.bases.grace);
            if let Ok(mut kept) = self.bases.made.lock() {
                *kept = Some((mark, made.clone()));
            }
            made
        };
        let Made { catalog, checklist, terms } = made;
        Ok(Self { catalog, checklist, terms, ..self.clone() })
    }
}

impl Made {
    fn of(in_force: InForce, grace: Option<Span>) -> Self {
        for (rule, problems) in &in_force.broken {
            let problem = problems.first().map(ToString::to_string).unwrap_or_default();
            tracing::error!(%rule, problem, "an own rule that is in force is not taken any more; write it anew");
        }
        let terms = Arc::new(Terms::of(&in_force.catalog, grace));
        Self { terms, catalog: Arc::new(in_force.catalog), checklist: Arc::new(in_force.checklist) }
    }
}
