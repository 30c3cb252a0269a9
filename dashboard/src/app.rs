//! What every request and job needs: the store, the authority, the rules and the checklist.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenken_engine::Catalog;
use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, RuleId, Span};

use crate::authority::Authority;
use crate::drift::Terms;
use crate::ingest::Rates;
use crate::store::Store;

/// The dashboard without its listeners. Clones share it.
#[derive(Debug, Clone)]
pub struct App {
    /// The memory.
    pub store: Store,
    /// The authority.
    pub authority: Arc<Authority>,
    /// The rules in force.
    pub catalog: Arc<Catalog>,
    /// The items and which rules decide them.
    pub checklist: Arc<Checklist>,
    /// The rules that agents judge, as they are written, for policies.
    pub sources: Arc<BTreeMap<RuleId, String>>,
    /// How often each host has asked for something.
    pub rates: Arc<Rates>,
    /// When failures become drifts.
    pub terms: Arc<Terms>,
    /// Where agents report: `https://host:port`.
    pub report_url: Arc<str>,
    /// The wall clock.
    pub now: fn() -> Instant,
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
        Self {
            store,
            authority: Arc::new(authority),
            sources: Arc::new(catalog.sources()),
            terms: Arc::new(Terms::of(&catalog, grace)),
            catalog: Arc::new(catalog),
            checklist: Arc::new(checklist),
            rates: Arc::new(Rates::default()),
            report_url: report_url.into(),
            now,
        }
    }
}
