//! The thresholds of a rule: what they are, where which one holds, and setting one.

use askama::Template;
use tenken_engine::Rule;
use tenken_engine::expression::show;
use tenken_engine::rule::Parameter;
use tenken_model::Language;

use super::super::Chrome;
use super::super::chrome::Place;
use super::super::field::{Field, FieldKind};
use super::words;
use crate::auth::role::Ability;
use crate::groups::HostScope;
use crate::policy::parameters::{SetParameter, shown};

/// A parameter with what is set of it.
#[derive(Debug, Clone)]
pub struct ParameterRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub parameter: &'a Parameter,
    /// What is set, the most specific first.
    pub set: Vec<&'a SetParameter>,
}

impl<'a> ParameterRow<'a> {
    /// The parameters of a rule with what is set of them.
    pub fn of(rule: &'a Rule, set: &[&'a SetParameter]) -> Vec<Self> {
        let row = |(name, parameter): (&'a String, &'a Parameter)| {
            let mut of: Vec<&SetParameter> = set.iter().copied().filter(|set| set.name == *name).collect();
            of.reverse();
            ParameterRow { name, parameter, set: of }
        };
        rule.parameters.iter().map(row).collect()
    }

    pub(super) fn title(&self, t: Language) -> &'a str {
        t.of(&self.parameter.title)
    }

    pub(super) fn default(&self, t: Language) -> String {
        show::value(&self.parameter.default, t)
    }

    pub(super) fn bounds(&self, t: Language) -> Option<String> {
        words::bounds(self.parameter, t)
    }

    pub(super) fn value(&self, set: &SetParameter, t: Language) -> String {
        self.parameter.read(&set.value).map_or_else(|_| shown(&set.value), |value| show::value(&value, t))
    }

    /// The rule as it is now does not take the value.
    pub(super) fn is_idle(&self, set: &SetParameter) -> bool {
        self.parameter.read(&set.value).is_err()
    }
}

/// What was typed to set a threshold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedParameter {
    /// Which.
    pub name: String,
    /// For which hosts.
    pub scope: String,
    /// The value; empty to take back what is set.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// What the page of a rule's thresholds shows.
#[derive(Debug, Clone)]
pub struct ParametersView<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its parameters.
    pub rows: Vec<ParameterRow<'a>>,
    /// The sites in use.
    pub sites: Vec<String>,
    /// The groups in use.
    pub groups: Vec<String>,
    /// What was typed.
    pub typed: TypedParameter,
    /// Why it was not set.
    pub refused: Option<String>,
    /// Who looks at it has confirmed the session.
    pub confirmed: bool,
}

/// Renders the page of a rule's thresholds.
pub fn render(view: &ParametersView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let (t, typed) = (chrome.language, &view.typed);
    let names = view.rows.iter().map(|row| (row.name.to_owned(), row.title(t).to_owned())).collect();
    let set: Vec<HostScope> = view.rows.iter().flat_map(|row| row.set.iter().map(|set| set.scope.clone())).collect();
    let scopes = if view.rule.telling().is_some() {
        words::choices(&[], &[], &[], t)
    } else {
        words::choices(&view.sites, &view.groups, &set, t)
    };
    let fields = [
        Field::new("name", t.parameter_which(), FieldKind::Choice(names)).holding(typed.name.clone(), None),
        Field::new("scope", t.parameter_scope(), FieldKind::Choice(scopes)).holding(typed.scope.clone(), None),
        Field::new("value", t.parameter_value(), FieldKind::Paragraph)
            .help(t.parameter_value_help())
            .holding(typed.value.clone(), None),
        Field::new("reason", t.parameter_reason(), FieldKind::Paragraph)
            .help(t.parameter_reason_help())
            .required()
            .holding(typed.reason.clone(), None),
    ];
    ParametersPage { t, chrome, place: Place::Rules, view, fields }.render()
}

#[derive(Template)]
#[template(path = "rule_parameters.html")]
struct ParametersPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a ParametersView<'a>,
    fields: [Field; 4],
}

impl ParametersPage<'_> {
    fn name(&self) -> &str {
        self.t.of(&self.view.rule.title)
    }

    fn title(&self) -> String {
        format!("{} — {}", self.t.parameters_title(), self.name())
    }

    fn may_set(&self) -> bool {
        self.chrome.may(Ability::Approve) && !self.view.rows.is_empty()
    }
}
