//! The parts of a sheet as people read them, the same on the page and in the document.

use chrono::Datelike as _;
use tenken_model::fact::account_events::EventPart;
use tenken_model::{Instant, Language};

use super::happened::Happened;
use super::sheet::{Change, Explained, Gap, Reset, Sheet, SignIn, Use};
use super::{Month, happened_words};
use crate::pages::moment;
use crate::registers::{Definition, Register};
use crate::store::ShortList;

/// A month as people read it.
pub fn month_name(month: Month, t: Language) -> String {
    let first = month.first();
    t.logs_month(first.year(), first.month())
}

/// A part of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its heading.
    pub heading: String,
    /// What it shows.
    pub lead: String,
    /// Why it could not be made; it has then no lines.
    pub unknown: Option<String>,
    /// The headings of its columns.
    pub heads: Vec<String>,
    /// Its lines.
    pub rows: Vec<Vec<Cell>>,
    /// How many more lines there are.
    pub left: usize,
}

impl Chapter {
    /// The cells of a line, each with the heading of its column.
    pub fn labelled<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a str, &'a Cell)> {
        self.heads.iter().map(String::as_str).zip(row)
    }

    /// The part where of some of the hosts nothing is known: that nothing was found is then not all, or nothing at all.
    fn but_for(mut self, unknown: usize, hosts: usize, t: Language) -> Self {
        if unknown >= hosts && hosts > 0 && self.rows.is_empty() {
            self.unknown = Some(t.logs_nobody_told());
        } else if unknown > 0 {
            self.lead.push_str(&t.logs_but_for(unknown, &t.logs_gaps()));
        }
        self
    }

    /// How many lines it has, also those that are left out.
    pub fn count(&self, t: Language) -> String {
        match self.unknown {
            Some(_) => t.logs_summary_unknown(),
            None => t.logs_summary_count(self.rows.len().saturating_add(self.left)),
        }
    }
}

/// A cell of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// The page of what it names.
    pub address: Option<String>,
    /// It is what people or hosts call something, in whatever language.
    pub is_name: bool,
}

impl Cell {
    pub(super) const fn text(text: String) -> Self {
        Self { text, address: None, is_name: false }
    }

    pub(super) const fn name(text: String) -> Self {
        Self { text, address: None, is_name: true }
    }

    const fn link(text: String, address: String) -> Self {
        Self { text, address: Some(address), is_name: true }
    }
}

/// What a heading says.
pub(super) type Title = fn(Language) -> String;

const WHO: [Title; 3] = [Language::logs_column_host, Language::logs_column_account, Language::logs_column_owner];

/// The parts of a sheet, in their order: what went missing of the records themselves and what people did wrong or for others
/// comes before what is usual.
pub fn chapters(sheet: &Sheet, t: Language) -> Vec<Chapter> {
    let happened = sheet.happened.as_ref();
    let by_events = |chapter: fn(&Happened, Language) -> Chapter, part: Option<EventPart>| {
        happened.map(|happened| {
            let unknown = part.map_or(happened.events_unknown, |part| happened.unknown(part));
            chapter(happened, t).but_for(unknown, sheet.hosts, t)
        })
    };
    let passwords = |happened: &Happened| {
        let part = happened_words::passwords(happened, sheet.resets_kept, t);
        part.but_for(happened.events_unknown, sheet.hosts, t)
    };
    let mut chapters = Vec::new();
    chapters.extend(
        happened.map(|happened| happened_words::losses(happened, t).but_for(happened.losses_unknown, sheet.hosts, t)),
    );
    chapters.extend(by_events(happened_words::failed, Some(EventPart::FailedSignIns)));
    chapters.extend(happened.map(passwords));
    chapters.extend(by_events(happened_words::accounts, None));
    chapters.extend([out_of_hours(sheet, t), administrators(sheet, t)]);
    chapters.extend(by_events(happened_words::elevations, Some(EventPart::Elevations)));
    chapters.extend([special(sheet, t), unregistered(sheet, t)]);
    chapters.extend(happened.and_then(|happened| {
        let part = happened_words::network(happened, sheet.accounts_kept, t)?;
        Some(part.but_for(happened.unknown(EventPart::NetworkSignIns), sheet.hosts, t))
    }));
    chapters.extend([changes(sheet, t), resets(sheet, t)]);
    chapters.extend(by_events(happened_words::transfers, Some(EventPart::Transfers)));
    chapters.push(gaps(sheet, t));
    chapters
}

fn signed_in() -> Vec<Title> {
    [&WHO[..], &[Language::logs_column_time, Language::logs_column_from, Language::logs_column_explained]].concat()
}

fn uses() -> Vec<Title> {
    [&WHO[..], &[Language::logs_column_times, Language::logs_column_time]].concat()
}

fn accounts(sheet: &Sheet, t: Language) -> Option<String> {
    (!sheet.accounts_kept).then(|| no_register("accounts", t))
}

fn out_of_hours(sheet: &Sheet, t: Language) -> Chapter {
    let part = Part::new(Language::logs_out_of_hours, Language::logs_out_of_hours_lead, &signed_in(), t);
    part.of(&sheet.out_of_hours, None, |line| sign_in(line, t))
}

fn administrators(sheet: &Sheet, t: Language) -> Chapter {
    let part = Part::new(Language::logs_administrators, Language::logs_administrators_lead, &uses(), t);
    part.of(&sheet.administrators, None, |line| used(line, t))
}

fn special(sheet: &Sheet, t: Language) -> Chapter {
    let part = Part::new(Language::logs_special, Language::logs_special_lead, &signed_in(), t);
    part.of(&sheet.special, accounts(sheet, t), |line| sign_in(line, t))
}

fn unregistered(sheet: &Sheet, t: Language) -> Chapter {
    let part = Part::new(Language::logs_unregistered, Language::logs_unregistered_lead, &uses(), t);
    part.of(&sheet.unregistered, accounts(sheet, t), |line| used(line, t))
}

fn changes(sheet: &Sheet, t: Language) -> Chapter {
    let lead: Title =
        if sheet.happened.is_some() { Language::logs_changes_untold_lead } else { Language::logs_changes_lead };
    let heads = [&WHO[..], &[Language::logs_column_day]].concat();
    Part::new(Language::logs_changes, lead, &heads, t).of(&sheet.changes, None, |line| change(line, t))
}

fn resets(sheet: &Sheet, t: Language) -> Chapter {
    let heads: [Title; 3] = [Language::logs_column_account, Language::logs_column_day, Language::logs_column_seen];
    let part = Part::new(Language::logs_resets, Language::logs_resets_lead, &heads, t);
    let unknown = (!sheet.resets_kept).then(|| no_register("password-resets", t));
    part.of(&sheet.resets, unknown, |line| reset(line, t))
}

fn gaps(sheet: &Sheet, t: Language) -> Chapter {
    let heads: [Title; 2] = [Language::logs_column_host, Language::logs_column_gap];
    Part::new(Language::logs_gaps, Language::logs_gaps_lead, &heads, t).of(&sheet.gaps, None, |line| gap(line, t))
}

/// What a sheet cannot tell, as people read it.
pub fn not_measured(sheet: &Sheet, t: Language) -> Vec<String> {
    sheet.not_measured().iter().map(|what| what(t)).collect()
}

/// A part before it has lines.
pub(super) struct Part {
    heading: String,
    lead: String,
    heads: Vec<String>,
}

impl Part {
    /// A part with these headings.
    pub(super) fn new(heading: Title, lead: Title, heads: &[Title], t: Language) -> Self {
        Self { heading: heading(t), lead: lead(t), heads: heads.iter().map(|head| head(t)).collect() }
    }

    /// The part with its lines, or with why there are none.
    pub(super) fn of<T>(self, lines: &ShortList<T>, unknown: Option<String>, row: impl Fn(&T) -> Vec<Cell>) -> Chapter {
        let rows = if unknown.is_some() { Vec::new() } else { lines.lines.iter().map(row).collect() };
        let left = if unknown.is_some() { 0 } else { lines.left };
        Chapter { heading: self.heading, lead: self.lead, unknown, heads: self.heads, rows, left }
    }
}

pub(super) fn no_register(slug: &str, t: Language) -> String {
    t.logs_no_register(&register(slug, t))
}

/// A register as people call it.
pub(super) fn register(slug: &str, t: Language) -> String {
    Definition::by_slug(slug).map_or_else(String::new, |definition| (definition.title)(t))
}

pub(super) fn host(id: &tenken_model::HostId, name: &str) -> Cell {
    Cell::link(name.to_owned(), format!("/hosts/{id}"))
}

fn sign_in(line: &SignIn, t: Language) -> Vec<Cell> {
    let at = |at: Instant| moment::absolute(t, at);
    let time = match line.ended {
        Some(ended) => t.logs_between(&at(line.started), &at(ended)),
        None => t.logs_time_open(&at(line.started)),
    };
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        Cell::name(line.owner.clone()),
        Cell::text(time),
        Cell::name(line.from.clone()),
        line.explained
            .as_ref()
            .map_or_else(|| Cell::text(t.logs_unexplained()), |explained| self::explained(explained, t)),
    ]
}

pub(super) fn explained(explained: &Explained, t: Language) -> Cell {
    let called = if explained.approved { explained.called.clone() } else { t.logs_not_approved(&explained.called) };
    Cell::link(called, format!("/registers/{}/{}", explained.register, explained.id))
}

fn used(line: &Use, t: Language) -> Vec<Cell> {
    let at = |at: Instant| moment::absolute(t, at);
    let time = if line.first == line.last { at(line.first) } else { t.logs_between(&at(line.first), &at(line.last)) };
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        Cell::name(line.owner.clone()),
        Cell::text(line.times.to_string()),
        Cell::text(time),
    ]
}

fn change(line: &Change, t: Language) -> Vec<Cell> {
    vec![
        host(&line.host, &line.host_name),
        Cell::name(line.account.clone()),
        Cell::name(line.owner.clone()),
        Cell::text(moment::date(t, line.on)),
    ]
}

fn reset(line: &Reset, t: Language) -> Vec<Cell> {
    let slug = Definition::of(Register::PasswordResets).map_or("", |definition| definition.slug);
    vec![
        Cell::link(line.account.clone(), format!("/registers/{slug}/{}", line.id)),
        Cell::text(moment::date(t, line.on)),
        Cell::text(t.logs_host_count(line.seen)),
    ]
}

fn gap(line: &Gap, t: Language) -> Vec<Cell> {
    let what = line.what.text(t, |at| moment::absolute(t, at));
    vec![Cell::link(line.host_name.clone(), line.address.clone()), Cell::text(what)]
}
