//! What the audit package is, and where it is made.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};

/// The field by which the registers are asked for.
pub const REGISTERS: &str = "registers";

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPackageView {
    /// How many items the checklist has.
    pub items: usize,
    /// A form is in force.
    pub declared: bool,
}

/// Renders the page.
pub fn render(view: &AuditPackageView, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let choices = vec![
        (String::new(), t.audit_package_registers_without()),
        ("true".to_owned(), t.audit_package_registers_with()),
    ];
    let registers = Field::new(REGISTERS, t.nav_registers(), FieldKind::Choice(choices))
        .help(t.audit_package_registers_help())
        .holding(String::new(), None);
    AuditPackagePage { t, chrome, place: Place::Declaration, view, registers }.render()
}

#[derive(Template)]
#[template(path = "audit_package.html")]
struct AuditPackagePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a AuditPackageView,
    registers: Field,
}
