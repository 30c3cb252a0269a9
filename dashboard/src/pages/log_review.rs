//! The monthly review of logs: the list of sheets, and one sheet with its signature or the form for it.

use askama::Template;
use chrono::NaiveDate;
use tenken_engine::checklist::Checklist;
use tenken_model::{ItemId, Language};

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::moment;
use super::pager::Pager;
use super::state::Mark;
use super::words;
use crate::log_review::{Cell, Chapter, ITEMS, Month, Sheet, chapters, month_name, not_measured};
use crate::store::{LogSheetHead, ReviewResult, SignedSheet};

/// How many lines of each part a sheet shows; the rest are on pages of the part.
const LINES_SHOWN: usize = 30;

/// How the sheet of a month stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetState {
    /// Somebody signed it.
    Signed,
    /// It may be signed.
    ToSign,
    /// Its month goes on.
    InPreparation,
}

impl SheetState {
    /// How a sheet stands on a day, from when on it may be signed.
    pub fn of(head: &LogSheetHead, from: NaiveDate, today: NaiveDate) -> Self {
        match (&head.signed, today >= from) {
            (Some(_), _) => Self::Signed,
            (None, true) => Self::ToSign,
            (None, false) => Self::InPreparation,
        }
    }

    fn mark(self, t: Language) -> Mark {
        match self {
            Self::Signed => Mark::new("check", "good", t.logs_signed()),
            Self::ToSign => Mark::new("clock", "warn", t.logs_to_sign()),
            Self::InPreparation => Mark::new("calendar", "plain", t.logs_in_preparation()),
        }
    }
}

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetsView {
    /// The sheets, the newest first.
    pub sheets: Vec<(LogSheetHead, SheetState)>,
    /// The months whose sheets can be made and are not there yet.
    pub missing: Vec<Month>,
}

/// Renders the list.
pub fn render_list(view: &SheetsView, chrome: &Chrome) -> askama::Result<String> {
    SheetsPage { t: chrome.language, chrome, place: Place::Registers, view }.render()
}

#[derive(Template)]
#[template(path = "log_reviews.html")]
struct SheetsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SheetsView,
}

impl SheetsPage<'_> {
    fn month(&self, month: Month) -> String {
        month_name(month, self.t)
    }

    fn make_first(&self, month: Month) -> String {
        self.t.logs_make_first(&self.month(month))
    }
}

/// What was typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Who reviewed it.
    pub reviewer: String,
    /// The word of the result.
    pub result: String,
    /// What was found.
    pub findings: String,
    /// The ids of the items that were ticked.
    pub items: Vec<String>,
}

/// What is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors {
    /// With who reviewed it.
    pub reviewer: Option<String>,
    /// With the result.
    pub result: Option<String>,
    /// With what was found.
    pub findings: Option<String>,
}

/// What the page of a sheet shows.
#[derive(Debug, Clone)]
pub struct SheetView<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// Its digest, by which it is signed.
    pub digest: String,
    /// Who signed it.
    pub signed: Option<&'a SignedSheet>,
    /// From which day on it may be signed.
    pub sign_from: NaiveDate,
    /// How it stands.
    pub state: SheetState,
    /// The checklist.
    pub checklist: &'a Checklist,
    /// Names of people who may have reviewed it.
    pub people: Vec<String>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
    /// Why it was not signed.
    pub refused: Option<String>,
    /// The part that is shown alone, by its place, and which of its lines.
    pub alone: Option<(usize, Pager)>,
}

/// Renders the page of a sheet.
pub fn render(view: &SheetView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    SheetPage { t, chrome, place: Place::Registers, view, chapters: chapters(view.sheet, t), fields: fields(view, t) }
        .render()
}

fn fields(view: &SheetView<'_>, t: Language) -> Vec<Field> {
    let results = [
        (String::new(), t.choose_one()),
        (ReviewResult::Clean.word().to_owned(), t.reviews_result_clean()),
        (ReviewResult::Found.word().to_owned(), t.reviews_result_found()),
    ];
    let Typed { reviewer, result, findings, .. } = view.typed.clone();
    let errors = view.errors.clone();
    vec![
        Field::new("reviewer", t.logs_signed_by(), FieldKind::Listed(view.people.clone()))
            .help(t.logs_reviewer_help())
            .holding(reviewer, errors.reviewer)
            .required(),
        Field::new("result", t.logs_result(), FieldKind::Choice(results.into()))
            .holding(result, errors.result)
            .required(),
        Field::new("findings", t.logs_findings(), FieldKind::Paragraph)
            .help(t.logs_findings_help())
            .holding(findings, errors.findings)
            .required(),
    ]
}

#[derive(Template)]
#[template(path = "log_review.html")]
struct SheetPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SheetView<'a>,
    chapters: Vec<Chapter>,
    fields: Vec<Field>,
}

/// An item that the review may state.
struct Stated {
    id: ItemId,
    label: String,
    is_ticked: bool,
    is_always: bool,
}

/// A part as it is shown.
struct Shown<'a> {
    chapter: &'a Chapter,
    rows: &'a [Vec<Cell>],
    /// Where the rest is, and how many there are in all.
    all: Option<(String, usize)>,
}

impl SheetPage<'_> {
    fn shown<'s>(&'s self) -> Vec<Shown<'s>> {
        if let Some((place, pager)) = &self.view.alone {
            let chapter = self.chapters.get(*place).into_iter();
            return chapter.map(|chapter| Shown { chapter, rows: pager.cut(&chapter.rows), all: None }).collect();
        }
        let part = |(place, chapter): (usize, &'s Chapter)| {
            let total = chapter.rows.len();
            let all = (total > LINES_SHOWN).then(|| (format!("{}?part={place}", self.address()), total));
            Shown { chapter, rows: chapter.rows.get(..LINES_SHOWN).unwrap_or(&chapter.rows), all }
        };
        self.chapters.iter().enumerate().map(part).collect()
    }

    fn month(&self) -> Month {
        self.view.sheet.month
    }

    fn title(&self) -> String {
        self.t.logs_of(&month_name(self.month(), self.t))
    }

    fn address(&self) -> String {
        format!("/log-review/{}", self.month())
    }

    fn period(&self) -> String {
        let at = |at| moment::absolute(self.t, at);
        self.t.logs_between(&at(self.view.sheet.from), &at(self.view.sheet.until))
    }

    fn not_measured(&self) -> Vec<String> {
        not_measured(self.view.sheet, self.t)
    }

    fn result(&self, signed: &SignedSheet) -> String {
        match signed.result {
            ReviewResult::Clean => self.t.reviews_result_clean(),
            ReviewResult::Found => self.t.reviews_result_found(),
        }
    }

    fn may_make(&self) -> bool {
        self.chrome.officer() && self.view.state != SheetState::Signed && self.view.alone.is_none()
    }

    fn may_sign(&self) -> bool {
        self.chrome.officer() && self.view.state == SheetState::ToSign && self.view.alone.is_none()
    }

    /// From which day on it may be signed, where that is still to come.
    fn waits(&self) -> Option<String> {
        let waits = self.view.state == SheetState::InPreparation;
        waits.then(|| self.t.logs_sign_from(&moment::date(self.t, self.view.sign_from)))
    }

    fn items(&self) -> Vec<Stated> {
        let stated = ITEMS.iter().enumerate().filter_map(|(place, id)| {
            let (section, item) = self.view.checklist.locate(&ItemId::new(*id).ok()?)?;
            let name = format!("{} ({})", words::Named::named(item, self.t), words::place(section, item, self.t));
            let is_ticked = place == 0 || self.view.typed.items.iter().any(|ticked| ticked == *id);
            item.attestation.as_ref()?;
            Some(Stated { id: item.id.clone(), label: name, is_ticked, is_always: place == 0 })
        });
        stated.collect()
    }
}
