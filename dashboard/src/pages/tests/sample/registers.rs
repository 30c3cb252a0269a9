//! The list of registers, and the pages of registers that refer to each other.

use tenken_calendar::japan;
use tenken_model::Language;

use super::checklist::Rendered;
use super::{ago, chrome, now};
use crate::correlate::RowSession;
use crate::pages::import::PreviewView;
use crate::pages::pager::Pager;
use crate::pages::register::RegisterView;
use crate::pages::register_row::RegisterRowView;
use crate::pages::registers::{RegisterCard, RegistersView};
use crate::pages::row_approval::RowApproval;
use crate::pages::{Chrome, Person, import, register, register_row, registers};
use crate::registers::due::due;
use crate::registers::plan::plan;
use crate::registers::references::Referring;
use crate::registers::row::ColumnError;
use crate::registers::{Definition, Names, Row, import as files, workbook};
use crate::store::{HostSession, RegisterRow};

const PEOPLE: &str = "name,affiliation,job,starts,nda_on,leaves\nSATO Hanako,own,nurse,2019-04-01,2019-04-01,\n\
                      ITO Ken,vendor,system maintenance,2024-10-01,2024-10-01,2026-10-31\n";
pub(super) const CONTRACTS: &str = "party,service,system,starts,ends,notice_by,nda\n\
                         Example Systems,maintenance,screening system,2024-04-01,2027-01-15,2026-11-20,clause 8\n\
                         Example Data,data entry,,2026-04-01,2028-03-31,,clause 5\n";
const DOCUMENTS: &str = "title,kind,version,items,approver,approved_on,review_on\n\
                         Operating rules,rule,3,\"organizational.5, technical.13\",SATO Hanako,2026-04-01,2026-11-24\n";

const MAINTENANCE: &str = "number,work_on,vendor,system,manner,workers,content,account,approver,approved_on\n\
                           2026-014,2026-11-24,Example Systems,screening system,remote,ITO Ken,Update,maint-ito,SATO Hanako,2026-11-20\n";

pub(super) fn definition(slug: &str) -> &'static Definition {
    Definition::by_slug(slug).unwrap()
}

pub(super) fn rows(slug: &str, text: &str) -> Vec<RegisterRow> {
    let file = files::read(definition(slug), &Names::default(), text.as_bytes()).unwrap();
    assert_eq!(file.errors, []);
    let row = |(id, (_, row)): (i64, (u64, Row))| RegisterRow {
        id,
        row,
        revision: 1,
        created_at: ago(60 * 24 * 80),
        changed_at: ago(60 * 24 * 2),
        changed_by: "sato".into(),
        closed_at: None,
    };
    (1..).zip(file.rows).map(row).collect()
}

pub(super) fn pages(language: Language) -> Vec<Rendered> {
    let at = |address: &str| chrome(language, address);
    let viewer = Chrome {
        person: Some(Person { name: "ito".into(), role: crate::auth::role::Role::Viewer }),
        ..at("/registers/documents/1")
    };
    let unconfirmed = RowApproval { confirmed: false, ..approval(false) };
    let own = RowApproval { is_own: true, ..approval(false) };
    let late = RowApproval { lacks_reason: true, ..approval(false) };
    vec![
        ("registers", list(&at("/registers"))),
        ("registers_new", registers::render(&nothing(), &at("/registers"))),
        ("register_contracts", contracts(&at("/registers/contracts"))),
        ("row_document", document(&viewer)),
        ("row_document_edit", document(&at("/registers/documents/1"))),
        ("row_maintenance", maintenance(approval(true), &at("/registers/maintenance/1"))),
        ("row_maintenance_waits", maintenance(approval(false), &at("/registers/maintenance/1"))),
        ("row_maintenance_unconfirmed", maintenance(unconfirmed, &at("/registers/maintenance/1"))),
        ("row_maintenance_own", maintenance(own, &at("/registers/maintenance/1"))),
        ("row_maintenance_late", maintenance(late, &at("/registers/maintenance/1"))),
        ("row_unknown", unknown(&at("/registers/documents/new"))),
        ("preview_sheet", sheet(language, &at("/registers/people/import"))),
    ]
}

fn nothing() -> RegistersView {
    let card = |definition| RegisterCard { definition, rows: None };
    RegistersView { registers: Definition::all().iter().map(card).collect(), due: Vec::new() }
}

fn list(chrome: &Chrome) -> askama::Result<String> {
    let today = japan::date_of(now());
    let kept = [("people", PEOPLE), ("contracts", CONTRACTS), ("documents", DOCUMENTS)];
    let due = kept.into_iter().flat_map(|(slug, text)| due(definition(slug), &rows(slug, text), today));
    let card = |(place, definition)| RegisterCard { definition, rows: (place % 4 != 3).then_some(place * 7) };
    let view =
        RegistersView { registers: Definition::all().iter().enumerate().map(card).collect(), due: due.collect() };
    registers::render(&view, chrome)
}

fn contracts(chrome: &Chrome) -> askama::Result<String> {
    let rows = rows("contracts", CONTRACTS);
    let (search, closed) = (String::new(), false);
    let view = RegisterView {
        definition: definition("contracts"),
        rows: rows.iter().collect(),
        pager: Pager::whole(rows.len()),
        search,
        closed,
    };
    register::render(&view, chrome)
}

fn names() -> Names {
    let mut names = Names::default();
    names.add(definition("people"), &rows("people", PEOPLE));
    names
}

fn document(chrome: &Chrome) -> askama::Result<String> {
    let rows = rows("documents", DOCUMENTS);
    let refers = |id, name: &str| Referring { definition: definition("trainings"), id, name: name.into() };
    let view = RegisterRowView {
        definition: definition("documents"),
        row: rows.first(),
        revision: Some(1),
        typed: None,
        errors: Vec::new(),
        refused: None,
        history: Vec::new(),
        names: &names(),
        referring: &[refers(3, "2026-06-10 / Privacy training"), refers(4, "2026-11-02 / Restore drill")],
        referring_left: 12,
        sessions: None,
        approval: None,
    };
    register_row::render(&view, chrome)
}

fn approval(given: bool) -> RowApproval {
    let day = |text: &str| text.parse().unwrap();
    RowApproval {
        given: given.then(|| ("SATO Hanako".to_owned(), day("2026-11-20"))),
        before: Some(day("2026-11-24")),
        is_own: false,
        lacks_reason: false,
        confirmed: true,
    }
}

fn maintenance(approval: RowApproval, chrome: &Chrome) -> askama::Result<String> {
    let rows = rows("maintenance", MAINTENANCE);
    let session = |minutes, ended: Option<i64>| RowSession {
        host: super::host("SV-KENSHIN01"),
        host_name: "SV-KENSHIN01".into(),
        session: HostSession {
            account: "maint-ito".into(),
            terminal: "pts/0".into(),
            from: "10.8.0.7".into(),
            started: ago(minutes),
            ended: ended.map(ago),
            goes_on: ended.is_none(),
        },
    };
    let view = RegisterRowView {
        definition: definition("maintenance"),
        row: rows.first(),
        revision: Some(1),
        typed: None,
        errors: Vec::new(),
        refused: None,
        history: Vec::new(),
        names: &names(),
        referring: &[],
        referring_left: 0,
        sessions: Some(&[session(240, Some(142)), session(30, None)]),
        approval: Some(approval),
    };
    register_row::render(&view, chrome)
}

fn unknown(chrome: &Chrome) -> askama::Result<String> {
    let documents = definition("documents");
    let typed = [
        ("title", "Operating rules"),
        ("kind", "rule"),
        ("version", "4"),
        ("approver", "TANAKA"),
        ("items", "technical.99"),
    ];
    let typed = typed.map(|(name, text)| (name, text.to_owned())).into();
    let mut errors =
        Row::read(documents, |column| std::collections::BTreeMap::get(&typed, column.name).cloned()).unwrap_err();
    let register = crate::registers::Register::People;
    let error = crate::registers::cell::CellError::NoRow(register, "TANAKA".into());
    errors.push(ColumnError { column: "approver", error });
    let view = RegisterRowView {
        definition: documents,
        row: None,
        revision: None,
        typed: Some(typed),
        errors,
        refused: None,
        history: Vec::new(),
        names: &names(),
        referring: &[],
        referring_left: 0,
        sessions: None,
        approval: None,
    };
    register_row::render(&view, chrome)
}

fn sheet(language: Language, chrome: &Chrome) -> askama::Result<String> {
    let file = workbook_of(language);
    let plan = plan(definition("people"), &file, &[]);
    let view =
        PreviewView { definition: definition("people"), file: &file, plan: &plan, content: "UEs=", stale: false };
    import::render_preview(&view, chrome)
}

fn workbook_of(language: Language) -> files::ReadFile {
    let rows = rows("people", PEOPLE);
    let book = workbook::write(definition("people"), rows.iter().map(|stored| &stored.row), language).unwrap();
    files::read(definition("people"), &Names::default(), &book).unwrap()
}
