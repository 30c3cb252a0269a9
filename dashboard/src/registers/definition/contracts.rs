//! Registers of what is agreed and laid down.

use tenken_model::Language;

use super::{Choice, Column, Definition, Group, Input, NOTE, choice, column, day, due, line, person, required};
use crate::registers::Register;

static CONTRACTS_SUBCONTRACTS: [Choice; 3] = [
    choice("forbidden", Language::contracts_subcontract_forbidden),
    choice("approved", Language::contracts_subcontract_approved),
    choice("free", Language::contracts_subcontract_free),
];
static CONTRACTS_COLUMNS: [Column; 14] = [
    required(line("party", Language::column_contracts_party, Language::help_contracts_party)),
    required(line("service", Language::column_contracts_service, Language::help_contracts_service)),
    line("system", Language::column_contracts_system, Language::help_contracts_system),
    day("starts", Language::column_contracts_starts),
    due(day("ends", Language::column_contracts_ends)),
    due(day("notice_by", Language::column_contracts_notice_by)),
    line("nda", Language::column_contracts_nda, Language::help_contracts_nda),
    line("safety", Language::column_contracts_safety, Language::help_contracts_safety),
    column(
        "subcontract",
        Language::column_contracts_subcontract,
        Language::help_contracts_subcontract,
        Input::Choice(&CONTRACTS_SUBCONTRACTS),
    ),
    column(
        "demarcation",
        Language::column_contracts_demarcation,
        Language::help_contracts_demarcation,
        Input::Paragraph,
    ),
    line("quality", Language::column_contracts_quality, Language::help_contracts_quality),
    column("disclosure_on", Language::column_contracts_disclosure_on, Language::help_disclosure, Input::Day),
    day("vendor_list_on", Language::column_contracts_vendor_list_on),
    NOTE,
];

pub(super) const CONTRACTS: Definition = Definition {
    kind: Register::Contracts,
    group: Group::Contracts,
    slug: "contracts",
    title: Language::register_contracts,
    purpose: Language::register_contracts_purpose,
    columns: &CONTRACTS_COLUMNS,
    key: &["party", "service"],
    lead: "party",
    approval: None,
    feeds: &[
        "organizational.4",
        "personnel_contractors.1",
        "personnel_contractors.4",
        "personnel_contractors.5",
        "maintenance.6",
        "maintenance.10",
        "disposal.3",
        "exchange.6",
        "exchange.7",
        "exchange.10",
    ],
};

static DOCUMENTS_KINDS: [Choice; 6] = [
    choice("rule", Language::documents_kind_rule),
    choice("procedure", Language::documents_kind_procedure),
    choice("plan", Language::documents_kind_plan),
    choice("form", Language::documents_kind_form),
    choice("contacts", Language::documents_kind_contacts),
    choice("other", Language::documents_kind_other),
];
static DOCUMENTS_COLUMNS: [Column; 10] = [
    required(line("title", Language::column_documents_title, Language::help_documents_title)),
    required(column(
        "kind",
        Language::column_documents_kind,
        Language::help_documents_kind,
        Input::Choice(&DOCUMENTS_KINDS),
    )),
    required(line("version", Language::column_documents_version, Language::help_documents_version)),
    column("items", Language::column_documents_items, Language::help_items, Input::Items),
    person("approver", Language::column_documents_approver),
    day("approved_on", Language::column_documents_approved_on),
    due(day("review_on", Language::column_documents_review_on)),
    day("published_on", Language::column_documents_published_on),
    line("place", Language::column_documents_place, Language::help_documents_place),
    NOTE,
];

pub(super) const DOCUMENTS: Definition = Definition {
    kind: Register::Documents,
    group: Group::Contracts,
    slug: "documents",
    title: Language::register_documents,
    purpose: Language::register_documents_purpose,
    columns: &DOCUMENTS_COLUMNS,
    key: &["title"],
    lead: "title",
    approval: None,
    feeds: &[
        "organizational.2",
        "organizational.3",
        "organizational.5",
        "physical.1",
        "technical.3",
        "technical.5",
        "technical.22",
        "personnel_employees.3",
        "disposal.1",
        "disposal.4",
        "maintenance.7",
        "takeout.1",
        "takeout.2",
        "takeout.3",
        "emergency.1",
        "emergency.3",
        "emergency.4",
        "emergency.7",
        "emergency.9",
        "exchange.7",
    ],
};
