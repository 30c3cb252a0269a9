//! What administrators set, and where.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::authority::AuthorityView;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use crate::alert::{AlertSettings, ESCALATE_HOURS_MAX};
use crate::identity::strength::Factors;
use crate::identity::{LocalSignIn, ProviderSettings};
use crate::status::{PC_DAYS, Patience, SERVER_MINUTES};

/// What the page of settings shows.
#[derive(Debug, Clone)]
pub struct SettingsView {
    /// The mail server as `host:port`; absent while no mail is sent.
    pub mail_server: Option<String>,
    /// Who is told of everything.
    pub recipients: Vec<String>,
    /// When people are told.
    pub alerts: AlertSettings,
    /// How long hosts may not be heard of.
    pub patience: Patience,
    /// What was typed and is not within the limits.
    pub refused: Option<Typed>,
    /// Where agents report.
    pub report_url: String,
    /// The identity provider, if there is one.
    pub provider: Option<ProviderSettings>,
    /// The certificate of the authority.
    pub authority: AuthorityView,
    /// The version of the dashboard.
    pub version: String,
}

/// What was typed into the form of when people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The hour of the digest, or `off`.
    pub digest: String,
    /// The day of the list of what falls due, or `off`.
    pub monthly: String,
    /// The working hours until approvers are told.
    pub escalate: String,
    /// The minutes for which a server may not be heard of.
    pub server_minutes: String,
    /// The business days for which a PC may not be heard of.
    pub pc_days: String,
}

impl Typed {
    fn of(alerts: AlertSettings, patience: Patience) -> Self {
        let or_off = |number: Option<u8>| number.map_or_else(|| "off".to_owned(), |number| number.to_string());
        Self {
            digest: or_off(alerts.digest_hour),
            monthly: or_off(alerts.monthly_day),
            escalate: alerts.escalate_hours.to_string(),
            server_minutes: patience.server_minutes.to_string(),
            pc_days: patience.pc_days.to_string(),
        }
    }
}

/// Renders the page of settings.
pub fn render(view: &SettingsView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let typed = view.refused.clone().unwrap_or_else(|| Typed::of(view.alerts, view.patience));
    let hours = AlertSettings::hours().map(|hour| (hour.to_string(), t.alerts_hour(hour)));
    let days = AlertSettings::days().map(|day| (day.to_string(), t.alerts_day(day)));
    let escalate = typed.escalate.parse().ok().is_some_and(|hours| (1..=ESCALATE_HOURS_MAX).contains(&hours));
    let digest = or_off(t, "digest", t.alerts_digest(), typed.digest, hours.collect()).help(t.alerts_digest_help());
    let monthly = or_off(t, "monthly", t.alerts_monthly(), typed.monthly, days.collect()).help(t.alerts_monthly_help());
    let escalate = Field::new("escalate", t.alerts_escalate(), FieldKind::Line)
        .help(t.alerts_escalate_help(ESCALATE_HOURS_MAX))
        .required()
        .holding(typed.escalate, (!escalate).then(|| t.alerts_escalate_invalid(ESCALATE_HOURS_MAX)));
    let server = number(t, "server_minutes", t.presence_server(), typed.server_minutes, &SERVER_MINUTES);
    let server = server.help(t.presence_server_help());
    let pc = number(t, "pc_days", t.presence_pc(), typed.pc_days, &PC_DAYS).help(t.presence_pc_help());
    let fields = [digest, monthly, escalate, server, pc];
    let authority = &view.authority;
    SettingsPage { t, chrome, place: Place::Settings, view, authority, fields }.render()
}

/// A field to choose when something is told, or that it is not.
fn or_off(t: Language, name: &'static str, label: String, typed: String, times: Vec<(String, String)>) -> Field {
    let choices: Vec<_> = std::iter::once(("off".to_owned(), t.alerts_digest_off())).chain(times).collect();
    let known = choices.iter().any(|(word, _)| *word == typed);
    Field::new(name, label, FieldKind::Choice(choices)).holding(typed, (!known).then(|| t.choose_one()))
}

/// A field for a whole number between two.
fn number<N: FromStr + PartialOrd + Display>(
    t: Language,
    name: &'static str,
    label: String,
    typed: String,
    limits: &RangeInclusive<N>,
) -> Field {
    let is_within = typed.parse().ok().is_some_and(|number: N| limits.contains(&number));
    let problem = (!is_within).then(|| t.number_invalid(&limits.start().to_string(), &limits.end().to_string()));
    Field::new(name, label, FieldKind::Line).required().holding(typed, problem)
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SettingsView,
    authority: &'a AuthorityView,
    fields: [Field; 5],
}

impl SettingsPage<'_> {
    /// How it is known that more than one factor was shown.
    fn factors(&self, provider: &ProviderSettings) -> String {
        match provider.factors {
            Factors::Shown => self.t.identity_settings_shown(),
            Factors::Enforced => self.t.identity_settings_enforced(),
        }
    }

    /// Who may sign in with a password.
    fn local(&self, provider: &ProviderSettings) -> String {
        match provider.local_sign_in {
            LocalSignIn::Everybody => self.t.identity_settings_everybody(),
            LocalSignIn::Administrators => self.t.identity_settings_administrators(),
        }
    }

    /// When the digest is sent, as people read it.
    fn hour(&self) -> String {
        let t = self.t;
        self.view.alerts.digest_hour.map_or_else(|| t.alerts_digest_off(), |hour| t.alerts_hour(hour))
    }

    /// When what falls due is listed, as people read it.
    fn day(&self) -> String {
        let t = self.t;
        self.view.alerts.monthly_day.map_or_else(|| t.alerts_digest_off(), |day| t.alerts_day(day))
    }
}
