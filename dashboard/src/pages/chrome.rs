//! The frame of every page: who looks, in which language, and when it was made.

use tenken_model::{Instant, Language, Span};

use super::moment::{self, Moment};
use crate::auth::role::{Ability, Role};

/// What the frame of a page shows.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The language.
    pub language: Language,
    /// The agency's name.
    pub agency: String,
    /// When the page is made.
    pub now: Instant,
    /// Who has signed in.
    pub person: Option<Person>,
    /// What every form sends along as `csrf`, so that no other site can send it.
    pub csrf: String,
    /// The page's own address with its query: where switching the language leads back to.
    pub address: String,
    /// The store's change counter as the page was read; open pages fetch themselves when it has moved.
    pub change: i64,
    /// Mails that could not be sent.
    pub mail: Option<MailBanner>,
    /// What was just done.
    pub notice: Option<Notice>,
    /// Whose data the page shows.
    pub data: DataKind,
}

/// Whose data pages show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DataKind {
    /// An agency's.
    #[default]
    Real,
    /// Nobody's: it is made up, which every page says.
    Demonstration,
}

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// What the person is to the agency.
    pub role: Role,
}

/// Mails that could not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailBanner {
    /// How many wait.
    pub waiting: usize,
    /// What the mail server or the way to it said.
    pub error: Option<String>,
}

/// What was just done, or was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It was done.
    Done(String),
    /// It was not.
    Refused(String),
}

/// The part of the menu a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The overview and its items.
    Overview,
    /// What is to be done.
    Tasks,
    /// The published form, its changes and waivers.
    Declaration,
    /// Hosts.
    Hosts,
    /// Drifts and the mails about them.
    Drifts,
    /// Registers.
    Registers,
    /// Rules.
    Rules,
    /// What administrators set.
    Settings,
    /// None of them.
    Outside,
}

/// An entry of the menu.
#[derive(Debug)]
pub struct MenuEntry {
    /// Where it leads.
    pub address: &'static str,
    /// What it says.
    pub label: String,
    /// It is where the visitor is.
    pub current: bool,
}

impl Chrome {
    /// Whether the person may do that.
    pub fn may(&self, ability: Ability) -> bool {
        self.person.as_ref().is_some_and(|person| person.role.may(ability))
    }

    /// Whether the person keeps registers and statements.
    pub fn officer(&self) -> bool {
        self.may(Ability::Keep)
    }

    /// Whether the person adds hosts and people.
    pub fn admin(&self) -> bool {
        self.may(Ability::Administer)
    }

    /// Whether the page shows a demonstration.
    pub fn is_demonstration(&self) -> bool {
        self.data == DataKind::Demonstration
    }

    /// The menu as the person may use it.
    pub fn menu(&self, place: Place) -> Vec<MenuEntry> {
        let t = self.language;
        let entry = |address, label, at| MenuEntry { address, label, current: at == place };
        let mut menu = vec![
            entry("/", t.nav_overview(), Place::Overview),
            entry("/tasks", t.nav_tasks(), Place::Tasks),
            entry("/declaration", t.nav_declaration(), Place::Declaration),
            entry("/hosts", t.nav_hosts(), Place::Hosts),
            entry("/drifts", t.nav_drifts(), Place::Drifts),
            entry("/registers", t.nav_registers(), Place::Registers),
            entry("/rules", t.nav_rules(), Place::Rules),
        ];
        if self.may(Ability::Inspect) {
            menu.push(entry("/settings", t.nav_settings(), Place::Settings));
        }
        menu
    }

    /// The language that the switch leads to.
    pub fn other(&self) -> Language {
        match self.language {
            Language::Japanese => Language::English,
            Language::English => Language::Japanese,
        }
    }

    /// When the page was made, in words.
    pub fn made(&self) -> String {
        self.language.page_made(&moment::absolute(self.language, self.now))
    }

    /// A time as how long ago, with the time itself on the element.
    pub fn ago(&self, at: &Instant) -> Moment {
        Moment::ago(self.language, *at, self.now)
    }

    /// A time as it is.
    pub fn at(&self, at: &Instant) -> Moment {
        Moment::at(self.language, *at)
    }

    /// A time at which something ends, as the last day on which it holds.
    pub fn until(&self, at: &Instant) -> Moment {
        Moment::on(self.language, Span::from_millis(-1).after(*at))
    }

    /// A time as the day it is on.
    pub fn on(&self, at: &Instant) -> Moment {
        Moment::on(self.language, *at)
    }
}
