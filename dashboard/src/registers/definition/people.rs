//! Registers of people, their accounts and what they have learnt.

use tenken_model::Language;
use tenken_model::register::{AccountKind, RegisterKind};

use super::{
    Choice, Column, Counted, Definition, Group, Input, Missing, NOTE, choice, column, day, due, due_missing,
    due_present, due_turnout, due_until, flag, line, otherwise, person, required,
};
use crate::registers::Register;

static PEOPLE_AFFILIATIONS: [Choice; 3] = [
    choice("own", Language::people_affiliation_own),
    choice("vendor", Language::people_affiliation_vendor),
    choice("dispatched", Language::people_affiliation_dispatched),
];
/// Whom no law binds has promised secrecy by the first day.
static NDA_MISSING: Missing = Missing { by: "starts", unless: "secrecy", leaves: "leaves" };
static PEOPLE_COLUMNS: [Column; 14] = [
    required(line("name", Language::column_people_name, Language::help_people_name)),
    required(column(
        "affiliation",
        Language::column_people_affiliation,
        Language::help_people_affiliation,
        Input::Choice(&PEOPLE_AFFILIATIONS),
    )),
    line("job", Language::column_people_job, Language::help_people_job),
    column("email", Language::column_people_email, Language::help_people_email, Input::Email),
    day("starts", Language::column_people_starts),
    due_missing(column("nda_on", Language::column_people_nda_on, Language::help_nda, Input::Day), &NDA_MISSING),
    due_present(
        column("nda_until", Language::column_people_nda_until, Language::help_people_nda_until, Input::Day),
        "leaves",
    ),
    due_until(column("leaves", Language::column_people_leaves, Language::help_leaves, Input::Day), "returned_on"),
    column("returned_on", Language::column_people_returned_on, Language::help_returned_things, Input::Day),
    line("kana", Language::column_people_kana, Language::help_people_kana),
    line("number", Language::column_people_number, Language::help_people_number),
    line("company", Language::column_people_company, Language::help_people_company),
    flag("secrecy", Language::column_people_secrecy, Language::help_people_secrecy),
    NOTE,
];

pub(super) const PEOPLE: Definition = Definition {
    kind: Register::People,
    group: Group::People,
    slug: "people",
    title: Language::register_people,
    purpose: Language::register_people_purpose,
    columns: &PEOPLE_COLUMNS,
    key: &["name"],
    lead: "name",
    approval: None,
    feeds: &[
        "technical.1",
        "personnel_employees.1",
        "personnel_employees.2",
        "personnel_employees.3",
        "personnel_contractors.1",
        "maintenance.4",
    ],
};

static ACCOUNT_KINDS: [Choice; 6] = [
    choice(AccountKind::Person.word(), Language::account_kind_person),
    choice(AccountKind::Service.word(), Language::account_kind_service),
    choice(AccountKind::Maintenance.word(), Language::account_kind_maintenance),
    choice(AccountKind::Emergency.word(), Language::account_kind_emergency),
    choice(AccountKind::Shared.word(), Language::account_kind_shared),
    choice(AccountKind::BuiltIn.word(), Language::account_kind_built_in),
];
static ACCOUNTS_COLUMNS: [Column; 7] = [
    otherwise(line("host", Language::column_host, Language::help_account_host), "*"),
    required(line("account", Language::column_account, Language::help_account)),
    required(column("kind", Language::column_kind, Language::help_account_kind, Input::Choice(&ACCOUNT_KINDS))),
    required(column("owner", Language::column_owner, Language::help_owner, Input::Row(Register::People))),
    flag("administrator", Language::column_administrator, Language::help_administrator),
    due(column("ends", Language::column_ends, Language::help_ends, Input::LastDay)),
    NOTE,
];

pub(super) const ACCOUNTS: Definition = Definition {
    kind: Register::Joined(RegisterKind::Accounts),
    group: Group::People,
    slug: "accounts",
    title: Language::register_accounts,
    purpose: Language::register_accounts_purpose,
    columns: &ACCOUNTS_COLUMNS,
    key: &["host", "account"],
    lead: "account",
    approval: None,
    feeds: &[
        "organizational.1",
        "technical.1",
        "technical.2",
        "technical.6",
        "technical.15",
        "maintenance.2",
        "maintenance.3",
        "maintenance.4",
        "emergency.4",
        "emergency.5",
        "emergency.6",
    ],
};

static PASSWORD_RESETS_REASONS: [Choice; 4] = [
    choice("forgotten", Language::password_resets_reason_forgotten),
    choice("suspected", Language::password_resets_reason_suspected),
    choice("locked", Language::password_resets_reason_locked),
    choice("other", Language::password_resets_reason_other),
];
static PASSWORD_RESETS_IDENTIFIEDS: [Choice; 4] = [
    choice("in_person", Language::password_resets_identified_in_person),
    choice("document", Language::password_resets_identified_document),
    choice("call_back", Language::password_resets_identified_call_back),
    choice("superior", Language::password_resets_identified_superior),
];
static PASSWORD_RESETS_COLUMNS: [Column; 10] = [
    required(line("account", Language::column_password_resets_account, Language::help_password_resets_account)),
    required(day("reset_on", Language::column_password_resets_reset_on)),
    required(person("requester", Language::column_password_resets_requester)),
    required(column(
        "reason",
        Language::column_password_resets_reason,
        Language::help_password_resets_reason,
        Input::Choice(&PASSWORD_RESETS_REASONS),
    )),
    required(column(
        "identified",
        Language::column_password_resets_identified,
        Language::help_password_resets_identified,
        Input::Choice(&PASSWORD_RESETS_IDENTIFIEDS),
    )),
    line("copies", Language::column_password_resets_copies, Language::help_password_resets_copies),
    required(person("verifier", Language::column_password_resets_verifier)),
    person("handler", Language::column_password_resets_handler),
    line("delivery", Language::column_password_resets_delivery, Language::help_password_resets_delivery),
    NOTE,
];

pub(super) const PASSWORD_RESETS: Definition = Definition {
    kind: Register::PasswordResets,
    group: Group::People,
    slug: "password-resets",
    title: Language::register_password_resets,
    purpose: Language::register_password_resets_purpose,
    columns: &PASSWORD_RESETS_COLUMNS,
    key: &["account", "reset_on"],
    lead: "account",
    approval: None,
    feeds: &["technical.13"],
};

static TRAININGS_TOPICS: [Choice; 6] = [
    choice("privacy", Language::trainings_topic_privacy),
    choice("loss", Language::trainings_topic_loss),
    choice("emergency", Language::trainings_topic_emergency),
    choice("failure", Language::trainings_topic_failure),
    choice("restore", Language::trainings_topic_restore),
    choice("other", Language::trainings_topic_other),
];
/// The most people whom one training is for.
const PEOPLE_MAX: i64 = 99_999;
static TRAININGS_COUNTED: Counted =
    Counted { invited: "invited", attended: "trained", held_on: "held_on", within_days: 30 };
static TRAININGS_COLUMNS: [Column; 13] = [
    required(line("title", Language::column_trainings_title, Language::help_trainings_title)),
    required(day("held_on", Language::column_trainings_held_on)),
    required(column(
        "topic",
        Language::column_trainings_topic,
        Language::help_trainings_topic,
        Input::Choice(&TRAININGS_TOPICS),
    )),
    column(
        "invited",
        Language::column_trainings_invited,
        Language::help_trainings_invited,
        Input::Count(1, PEOPLE_MAX),
    ),
    column(
        "trained",
        Language::column_trainings_trained,
        Language::help_trainings_trained,
        Input::Count(0, PEOPLE_MAX),
    ),
    due_turnout(
        column("makeup_by", Language::column_trainings_makeup_by, Language::help_trainings_makeup_by, Input::Day),
        &TRAININGS_COUNTED,
    ),
    required(column(
        "attendees",
        Language::column_trainings_attendees,
        Language::help_trainings_attendees,
        Input::Paragraph,
    )),
    column("absent", Language::column_trainings_absent, Language::help_trainings_absent, Input::Paragraph),
    line("lecturer", Language::column_trainings_lecturer, Language::help_trainings_lecturer),
    line("material", Language::column_trainings_material, Language::help_trainings_material),
    column("result", Language::column_trainings_result, Language::help_trainings_result, Input::Paragraph),
    due(day("next_on", Language::column_trainings_next_on)),
    NOTE,
];

pub(super) const TRAININGS: Definition = Definition {
    kind: Register::Trainings,
    group: Group::People,
    slug: "trainings",
    title: Language::register_trainings,
    purpose: Language::register_trainings_purpose,
    columns: &TRAININGS_COLUMNS,
    key: &["held_on", "title"],
    lead: "title",
    approval: None,
    feeds: &["personnel_employees.2", "takeout.4", "emergency.2"],
};
