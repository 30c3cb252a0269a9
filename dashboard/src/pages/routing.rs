//! Who is told of what, whom that would be, and how people who use PCs are asked.

use askama::Template;
use tenken_engine::checklist::Checklist;
use tenken_model::{Language, RuleId};

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::words::Named as _;
use crate::owner::{CONTACT_CHARS_MAX, DAYS_MAX, OwnerSettings};
use crate::routing::{About, Directory, Manner, Routing, Scope, TO_MAX, Told, Why};

/// What the page of routes shows.
#[derive(Debug, Clone)]
pub struct RoutingView<'a> {
    /// The checklist, for the names of its sections.
    pub checklist: &'a Checklist,
    /// The routes.
    pub routing: &'a Routing,
    /// Whose addresses are known.
    pub directory: &'a Directory,
    /// The sites in use.
    pub sites: Vec<String>,
    /// The groups in use.
    pub groups: Vec<String>,
    /// What was typed of a route that could not be added.
    pub typed: Option<TypedRoute>,
    /// How people who use PCs are asked, as it was typed or is kept.
    pub owners: TypedOwners,
    /// The rules that people who use PCs can repair.
    pub repairable: Vec<(RuleId, String)>,
    /// The hosts to try it with: the id and the name.
    pub hosts: Vec<(String, String)>,
    /// The rules to try it with: the id and the title.
    pub rules: Vec<(String, String)>,
    /// Who would be told; absent while there is no host.
    pub preview: Option<Preview>,
}

/// What was typed of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRoute {
    /// The word of its scope.
    pub scope: String,
    /// Who is to be told.
    pub to: String,
    /// The word of its manner.
    pub manner: String,
    /// What is wrong with whom it names.
    pub error: Option<String>,
}

/// What the form of how people are asked holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedOwners {
    /// Whom to ask.
    pub contact: String,
    /// The business days.
    pub days: String,
    /// The rules that are chosen.
    pub automatic: Vec<String>,
}

impl TypedOwners {
    /// As it is kept.
    pub fn of(settings: &OwnerSettings) -> Self {
        let automatic = settings.automatic.iter().map(ToString::to_string).collect();
        Self { contact: settings.contact.clone(), days: settings.days.to_string(), automatic }
    }
}

/// Who would be told of a drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The host's id.
    pub host: String,
    /// The rule's id.
    pub rule: String,
    /// What it would be about.
    pub about: About,
    /// Who would be told.
    pub told: Told,
}

/// Renders the page of routes.
pub fn render(view: &RoutingView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let add = fields(view.typed.as_ref(), scopes(view.checklist, &view.sites, &view.groups, t), t);
    let days = &view.owners.days;
    let days_ok = days.parse().ok().is_some_and(|days| (1..=DAYS_MAX).contains(&days));
    let contact_ok = view.owners.contact.chars().count() <= CONTACT_CHARS_MAX;
    let contact = Field::new("contact", t.owners_contact(), FieldKind::Line)
        .help(t.owners_contact_help())
        .holding(view.owners.contact.clone(), (!contact_ok).then(|| t.owners_contact_invalid(CONTACT_CHARS_MAX)));
    let days = Field::new("days", t.owners_days(), FieldKind::Line)
        .help(t.owners_days_help(DAYS_MAX))
        .required()
        .holding(days.clone(), (!days_ok).then(|| t.owners_days_invalid(DAYS_MAX)));
    let chosen = |of: fn(&Preview) -> &String| view.preview.as_ref().map(of).cloned().unwrap_or_default();
    let host = Field::new("host", t.preview_host(), FieldKind::Choice(view.hosts.clone()))
        .holding(chosen(|preview| &preview.host), None);
    let rule = Field::new("rule", t.preview_rule(), FieldKind::Choice(view.rules.clone()))
        .holding(chosen(|preview| &preview.rule), None);
    let (place, owners, example) = (Place::Settings, [contact, days], [host, rule]);
    RoutingPage { t, chrome, place, view, add, owners, example }.render()
}

#[derive(Template)]
#[template(path = "routing.html")]
struct RoutingPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RoutingView<'a>,
    add: [Field; 3],
    owners: [Field; 2],
    example: [Field; 2],
}

/// A route as a line.
struct Line {
    id: u32,
    scope: String,
    to: Vec<String>,
    manner: String,
    idle: bool,
}

/// What is said of an example.
struct Said {
    title: String,
    about: Vec<String>,
    recipients: Vec<(String, String)>,
    notes: Vec<String>,
}

/// The fields of a route, holding what was typed.
pub(super) fn fields(typed: Option<&TypedRoute>, scopes: Vec<(String, String)>, t: Language) -> [Field; 3] {
    let field = |value: fn(&TypedRoute) -> &String| typed.map(value).cloned().unwrap_or_default();
    let scope = Field::new("scope", t.route_scope(), FieldKind::Choice(scopes))
        .help(t.route_scope_help())
        .holding(field(|typed| &typed.scope), None);
    let to = Field::new("to", t.route_to(), FieldKind::Paragraph)
        .help(t.route_to_help(TO_MAX))
        .required()
        .holding(field(|typed| &typed.to), typed.and_then(|typed| typed.error.clone()));
    let manners = Manner::ALL.iter().map(|one| (one.word().to_owned(), manner(*one, t))).collect();
    let manner =
        Field::new("manner", t.route_manner(), FieldKind::Choice(manners)).holding(field(|typed| &typed.manner), None);
    [scope, to, manner]
}

/// Everything a route can be for.
pub(super) fn scopes(checklist: &Checklist, sites: &[String], groups: &[String], t: Language) -> Vec<(String, String)> {
    let sections = checklist.sections.iter().map(|section| Scope::Section(section.id.to_string()));
    let sites = sites.iter().cloned().map(Scope::Site);
    let groups = groups.iter().cloned().map(Scope::Group);
    let all = sections.chain(sites).chain(groups);
    all.map(|scope| (scope.word(), label(&scope, checklist, t))).collect()
}

/// What a route is for, as people read it.
pub(super) fn label(scope: &Scope, checklist: &Checklist, t: Language) -> String {
    match scope {
        Scope::Section(id) => t.route_of_section(&section(id, checklist, t)),
        Scope::Site(name) => t.route_of_site(name),
        Scope::Group(name) => t.route_of_group(name),
    }
}

fn section(id: &str, checklist: &Checklist, t: Language) -> String {
    let found = checklist.sections.iter().find(|section| section.id.as_str() == id);
    found.map_or_else(|| id.to_owned(), |section| section.named(t).to_owned())
}

fn manner(manner: Manner, t: Language) -> String {
    match manner {
        Manner::Besides => t.route_besides(),
        Manner::Instead => t.route_instead(),
    }
}

impl RoutingPage<'_> {
    fn lines(&self) -> Vec<Line> {
        let (t, view) = (self.t, self.view);
        let line = |route: &crate::routing::Route| {
            let named = |line: &String| match view.directory.address(line) {
                Some(_) => line.clone(),
                None => t.route_without_address(line),
            };
            Line {
                id: route.id,
                scope: label(&route.scope, view.checklist, t),
                to: route.to.iter().map(named).collect(),
                manner: manner(route.manner, t),
                idle: route.to.iter().all(|line| view.directory.address(line).is_none()),
            }
        };
        view.routing.routes.iter().map(line).collect()
    }

    /// What a route of that number is for.
    fn of_route(&self, id: u32) -> String {
        let route = self.view.routing.routes.iter().find(|route| route.id == id);
        route.map_or_else(String::new, |route| label(&route.scope, self.view.checklist, self.t))
    }

    fn said(&self) -> Option<Said> {
        let (t, view) = (self.t, self.view);
        let preview = view.preview.as_ref()?;
        let named = |all: &[(String, String)], id: &String| {
            all.iter().find(|(word, _)| word == id).map_or_else(|| id.clone(), |(_, name)| name.clone())
        };
        let (host, rule) = (named(&view.hosts, &preview.host), named(&view.rules, &preview.rule));
        let or_none = |name: &String| if name.is_empty() { t.preview_no_place() } else { name.clone() };
        let sections: Vec<String> = preview.about.sections.iter().map(|id| section(id, view.checklist, t)).collect();
        let why = |why: Why| match why {
            Why::Configured => t.why_configured(),
            Why::Role(officers) => t.why_role(&officers.label(t)),
            Why::Route(id) => t.why_route(&self.of_route(id)),
        };
        let mut notes: Vec<String> = preview.told.idle.iter().map(|id| t.preview_idle(&self.of_route(*id))).collect();
        if preview.told.replaced {
            notes.push(t.preview_replaced());
        }
        if preview.told.recipients.is_empty() {
            notes.push(t.preview_nobody());
        }
        Some(Said {
            title: t.preview_result(&host, &rule),
            about: vec![
                t.preview_sections(&or_none(&sections.join(&t.list_join()))),
                t.preview_place(&or_none(&preview.about.site), &or_none(&preview.about.group)),
            ],
            recipients: preview.told.recipients.iter().map(|one| (one.address.clone(), why(one.why))).collect(),
            notes,
        })
    }

    fn is_automatic(&self, rule: &RuleId) -> bool {
        self.view.owners.automatic.iter().any(|chosen| chosen == rule.as_str())
    }

    /// The rules about which people are asked at once, where nothing can be changed.
    fn automatic(&self) -> Vec<&str> {
        let chosen = self.view.repairable.iter().filter(|(rule, _)| self.is_automatic(rule));
        chosen.map(|(_, title)| title.as_str()).collect()
    }
}
