//! Adding hosts: a token for one or for many, the lines to type or to hand out, and who came by which token.

use askama::Template;
use tenken_model::{HostId, Instant, Language};

use super::Chrome;
use super::authority::AuthorityView;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::moment;
use super::packages::PackagesView;
use super::state::Mark;
use crate::enrol::HOSTS_MAX;
use crate::store::Token;

/// How many hours a token may be asked to work: from one to two weeks.
pub const VALID_HOURS: [i64; 6] = [1, 4, 24, 72, 168, 336];
/// How long one works if nothing else is chosen.
const USUAL_HOURS: i64 = 24;
/// The file that a configuration tool brings on Linux.
const DROP_IN: &str = "/etc/tenken-agent/enrolment.yaml";

/// What the page shows on which hosts are added.
#[derive(Debug, Clone, Default)]
pub struct EnrolView {
    /// The token that was just made. It is shown once.
    pub made: Option<MadeTokenView>,
    /// What was typed that no token can be made of.
    pub typed: Typed,
    /// The newest tokens for more than one host.
    pub tokens: Vec<TokenRow>,
    /// The packages that are handed out.
    pub packages: PackagesView,
    /// The certificate of the authority.
    pub authority: AuthorityView,
}

/// What was typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// For how many hosts; absent before anything was typed.
    pub hosts: Option<String>,
    /// For how many hours.
    pub hours: Option<String>,
}

/// A token that was just made.
#[derive(Debug, Clone)]
pub struct MadeTokenView {
    /// When it stops working.
    pub until: Instant,
    /// How many hosts it lets in.
    pub hosts: u32,
    /// Where hosts are enrolled: `https://name:port`.
    pub dashboard: String,
    /// The token's text.
    pub token: String,
}

/// A token for many hosts.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// The token.
    pub token: Token,
    /// The hosts that came by it, with when.
    pub hosts: Vec<(HostId, String, Instant)>,
}

/// Renders the page on which hosts are added.
pub fn render(view: &EnrolView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let wrong = view.typed.hosts.is_some();
    let number = |typed: &str| typed.trim().parse().is_ok_and(|hosts: u32| (1..=HOSTS_MAX).contains(&hosts));
    let typed = view.typed.hosts.clone().unwrap_or_else(|| "1".to_owned());
    let error = (wrong && !number(&typed)).then(|| t.token_hosts_wrong(HOSTS_MAX));
    let unclear = (wrong && error.is_none()).then(|| t.token_valid_wrong());
    let hosts = Field::new("hosts", t.token_hosts(), FieldKind::Line).help(t.token_hosts_help()).required();
    let choices = VALID_HOURS.map(|hours| (hours.to_string(), length(t, hours))).to_vec();
    let chosen = view.typed.hours.clone().unwrap_or_else(|| USUAL_HOURS.to_string());
    let hours = Field::new("hours", t.token_valid(), FieldKind::Choice(choices)).holding(chosen, unclear);
    let fields = [hosts.holding(typed, error), hours];
    let (packages, authority) = (&view.packages, &view.authority);
    EnrolPage { t, chrome, place: Place::Hosts, view, packages, authority, fields }.render()
}

/// A length of time in words.
fn length(t: Language, hours: i64) -> String {
    match hours {
        1 => t.token_hour(),
        hours if hours <= 24 => t.token_hours(hours),
        hours => t.token_days(hours / 24),
    }
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a EnrolView,
    packages: &'a PackagesView,
    authority: &'a AuthorityView,
    fields: [Field; 2],
}

impl EnrolPage<'_> {
    fn until(&self, made: &MadeTokenView) -> String {
        self.t.host_token_until(&moment::absolute(self.t, made.until))
    }

    fn made_for(&self, made: &MadeTokenView) -> Option<String> {
        (made.hosts > 1).then(|| self.t.token_made_for(made.hosts))
    }

    /// The lines that fetch and install the newest package of that kind; those that only install it where none is handed out.
    fn install(&self, made: &MadeTokenView) -> String {
        match self.packages.of_kind(".deb") {
            Some(package) => format!(
                "curl -fkO {}/packages/{name}\necho '{}  {name}' | sha256sum -c && sudo apt install ./{name}",
                made.dashboard,
                package.digest,
                name = package.name
            ),
            None => "sudo apt install ./tenken-agent.deb".to_owned(),
        }
    }
}

impl MadeTokenView {
    /// The line to type on Linux.
    fn linux(&self) -> String {
        format!("sudo tenken-agent enrol --dashboard {} --token {}", self.dashboard, self.token)
    }

    /// The lines that answer what the package asks for, before it is installed.
    fn debian(&self) -> String {
        format!(
            "sudo debconf-set-selections <<'END'\ntenken-agent tenken-agent/dashboard string {}\n\
             tenken-agent tenken-agent/token password {}\nEND\n\
             sudo DEBIAN_FRONTEND=noninteractive apt-get install -y ./tenken-agent.deb",
            self.dashboard, self.token
        )
    }

    /// The content of the file that a configuration tool brings.
    fn drop_in(&self) -> String {
        format!("dashboard: '{}'\ntoken: '{}'", self.dashboard, self.token)
    }

    /// The line that installs on Windows; `place` is where the installer is.
    fn windows(&self, place: &str) -> String {
        format!("msiexec /i \"{place}\" DASHBOARDURL={} TOKEN={} /qn /norestart", self.dashboard, self.token)
    }
}

impl TokenRow {
    fn state(&self, t: Language, now: Instant) -> Mark {
        match &self.token.withdrawn {
            Some((at, person)) => Mark::new("dash", "plain", t.rollout_withdrawn(person, &moment::absolute(t, *at))),
            None if self.token.used >= self.token.hosts => Mark::new("dash", "plain", t.rollout_used_up()),
            None if self.token.until <= now => Mark::new("dash", "plain", t.rollout_expired()),
            None => Mark::new("clock", "info", t.rollout_works()),
        }
    }

    fn works(&self, now: Instant) -> bool {
        self.token.works(now)
    }
}
