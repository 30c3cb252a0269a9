//! Registers of work that is done, and of reviews.

use tenken_model::Language;
use tenken_model::register::RegisterKind;

use super::{
    Approval, Choice, Column, Definition, Group, Input, NOTE, choice, column, day, due, due_until, line, person,
    required,
};
use crate::registers::Register;

static MAINTENANCE_MANNERS: [Choice; 2] =
    [choice("on_site", Language::maintenance_manner_on_site), choice("remote", Language::maintenance_manner_remote)];
static MAINTENANCE_COLUMNS: [Column; 18] = [
    required(line("number", Language::column_maintenance_number, Language::help_maintenance_number)),
    required(due_until(
        column("work_on", Language::column_maintenance_work_on, Language::help_work_day, Input::Day),
        "reviewed_on",
    )),
    required(line("vendor", Language::column_maintenance_vendor, Language::help_maintenance_vendor)),
    required(line("system", Language::column_maintenance_system, Language::help_maintenance_system)),
    required(column(
        "manner",
        Language::column_maintenance_manner,
        Language::help_maintenance_manner,
        Input::Choice(&MAINTENANCE_MANNERS),
    )),
    person("approver", Language::column_maintenance_approver),
    column("approved_on", Language::column_maintenance_approved_on, Language::help_approved_before, Input::Day),
    person("reviewed_by", Language::column_maintenance_reviewed_by),
    day("reviewed_on", Language::column_maintenance_reviewed_on),
    required(line("workers", Language::column_maintenance_workers, Language::help_maintenance_workers)),
    required(column(
        "content",
        Language::column_maintenance_content,
        Language::help_maintenance_content,
        Input::Paragraph,
    )),
    column(
        "account",
        Language::column_maintenance_account,
        Language::help_maintenance_account,
        Input::Row(Register::Joined(RegisterKind::Accounts)),
    ),
    line("late_reason", Language::column_maintenance_late_reason, Language::help_maintenance_late_reason),
    line("personal_data", Language::column_maintenance_personal_data, Language::help_maintenance_personal_data),
    line("taken", Language::column_maintenance_taken, Language::help_maintenance_taken),
    line("files", Language::column_maintenance_files, Language::help_maintenance_files),
    column("result", Language::column_maintenance_result, Language::help_maintenance_result, Input::Paragraph),
    NOTE,
];

pub(super) const MAINTENANCE: Definition = Definition {
    kind: Register::Maintenance,
    group: Group::Operations,
    slug: "maintenance",
    title: Language::register_maintenance,
    purpose: Language::register_maintenance_purpose,
    columns: &MAINTENANCE_COLUMNS,
    key: &["number"],
    lead: "number",
    approval: Some(Approval {
        person: "approver",
        day: "approved_on",
        before: "work_on",
        late: Some("late_reason"),
        after: &["reviewed_by", "reviewed_on", "personal_data", "taken", "files", "result", "note"],
    }),
    feeds: &[
        "personnel_contractors.2",
        "personnel_contractors.5",
        "maintenance.1",
        "maintenance.2",
        "maintenance.5",
        "maintenance.7",
        "maintenance.8",
        "maintenance.9",
    ],
};

static REVIEWS_KINDS: [Choice; 6] = [
    choice("logs", Language::reviews_kind_logs),
    choice("accounts", Language::reviews_kind_accounts),
    choice("assets", Language::reviews_kind_assets),
    choice("access", Language::reviews_kind_access),
    choice("cleaning", Language::reviews_kind_cleaning),
    choice("other", Language::reviews_kind_other),
];
static REVIEWS_RESULTS: [Choice; 2] =
    [choice("clean", Language::reviews_result_clean), choice("found", Language::reviews_result_found)];
static REVIEWS_COLUMNS: [Column; 11] = [
    required(line("name", Language::column_reviews_name, Language::help_reviews_name)),
    required(column("kind", Language::column_reviews_kind, Language::help_reviews_kind, Input::Choice(&REVIEWS_KINDS))),
    line("period", Language::column_reviews_period, Language::help_reviews_period),
    line("scope", Language::column_reviews_scope, Language::help_reviews_scope),
    required(person("reviewed_by", Language::column_reviews_reviewed_by)),
    required(day("reviewed_on", Language::column_reviews_reviewed_on)),
    required(column(
        "result",
        Language::column_reviews_result,
        Language::help_reviews_result,
        Input::Choice(&REVIEWS_RESULTS),
    )),
    column("findings", Language::column_reviews_findings, Language::help_reviews_findings, Input::Paragraph),
    day("corrected_on", Language::column_reviews_corrected_on),
    due(day("next_on", Language::column_reviews_next_on)),
    NOTE,
];

pub(super) const REVIEWS: Definition = Definition {
    kind: Register::Reviews,
    group: Group::Operations,
    slug: "reviews",
    title: Language::register_reviews,
    purpose: Language::register_reviews_purpose,
    columns: &REVIEWS_COLUMNS,
    key: &["name"],
    lead: "name",
    approval: None,
    feeds: &["technical.6", "technical.7", "takeout.5", "emergency.5", "personnel_contractors.3"],
};

static ENTRY_REVIEWS_RESULTS: [Choice; 2] =
    [choice("clean", Language::entry_reviews_result_clean), choice("found", Language::entry_reviews_result_found)];
static ENTRY_REVIEWS_COLUMNS: [Column; 10] = [
    required(line("site", Language::column_entry_reviews_site, Language::help_entry_reviews_site)),
    required(day("starts", Language::column_entry_reviews_starts)),
    required(day("ends", Language::column_entry_reviews_ends)),
    required(person("reviewed_by", Language::column_entry_reviews_reviewed_by)),
    required(day("reviewed_on", Language::column_entry_reviews_reviewed_on)),
    required(column(
        "result",
        Language::column_entry_reviews_result,
        Language::help_entry_reviews_result,
        Input::Choice(&ENTRY_REVIEWS_RESULTS),
    )),
    column(
        "findings",
        Language::column_entry_reviews_findings,
        Language::help_entry_reviews_findings,
        Input::Paragraph,
    ),
    line("kept_at", Language::column_entry_reviews_kept_at, Language::help_entry_reviews_kept_at),
    due(day("next_on", Language::column_entry_reviews_next_on)),
    NOTE,
];

pub(super) const ENTRY_REVIEWS: Definition = Definition {
    kind: Register::EntryReviews,
    group: Group::Operations,
    slug: "entry-reviews",
    title: Language::register_entry_reviews,
    purpose: Language::register_entry_reviews_purpose,
    columns: &ENTRY_REVIEWS_COLUMNS,
    key: &["site", "starts"],
    lead: "site",
    approval: None,
    feeds: &["organizational.2", "physical.2", "physical.3", "physical.4"],
};
