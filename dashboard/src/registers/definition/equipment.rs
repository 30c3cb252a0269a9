//! Registers of things that are counted: hosts, devices, media, what is taken out, software.

use tenken_model::Language;
use tenken_model::register::{DeviceStatus, RegisterKind};

use super::{
    Approval, Choice, Column, Definition, Group, Input, NOTE, choice, column, day, due_until, due_while, flag, line,
    person, required,
};
use crate::registers::Register;
use crate::registers::hosts::{HostKind, HostStatus};

pub(in crate::registers) static HOST_KINDS: [Choice; 4] = [
    choice(HostKind::Pc.word(), Language::host_kind_pc),
    choice(HostKind::Server.word(), Language::host_kind_server),
    choice(HostKind::Network.word(), Language::host_kind_network),
    choice(HostKind::Other.word(), Language::host_kind_other),
];
pub(in crate::registers) static HOST_STATES: [Choice; 4] = [
    choice(HostStatus::InUse.word(), Language::device_in_use),
    choice(HostStatus::Prepared.word(), Language::host_prepared),
    choice(HostStatus::Stored.word(), Language::host_stored),
    choice(HostStatus::Disposed.word(), Language::device_disposed),
];
static HOSTS_COLUMNS: [Column; 15] = [
    required(line("name", Language::column_host, Language::help_host_name)),
    required(column("kind", Language::column_kind, Language::help_host_kind, Input::Choice(&HOST_KINDS))),
    required(column("status", Language::column_status, Language::help_host_status, Input::Choice(&HOST_STATES))),
    column("site", Language::column_hosts_site, Language::help_hosts_site, Input::Shared),
    column("group", Language::column_hosts_group, Language::help_hosts_group, Input::Shared),
    column("user", Language::column_hosts_user, Language::help_hosts_user, Input::Row(Register::People)),
    line("holder", Language::column_holder, Language::help_holder),
    line("place", Language::column_place, Language::help_host_place),
    flag("portable", Language::column_portable, Language::help_portable),
    flag("personal_data", Language::column_personal_data, Language::help_personal_data),
    line("asset_number", Language::column_asset_number, Language::help_asset_number),
    line("serial", Language::column_hosts_serial, Language::help_hosts_serial),
    line("secured", Language::column_hosts_secured, Language::help_hosts_secured),
    due_while(
        column("support_ends", Language::column_hosts_support_ends, Language::help_support_ends, Input::Day),
        "status",
        &["in_use", "prepared"],
    ),
    NOTE,
];

pub(super) const HOSTS: Definition = Definition {
    kind: Register::Hosts,
    group: Group::Equipment,
    slug: "hosts",
    title: Language::register_hosts,
    purpose: Language::register_hosts_purpose,
    columns: &HOSTS_COLUMNS,
    key: &["name"],
    lead: "name",
    approval: None,
    feeds: &[
        "physical.1",
        "physical.5",
        "physical.6",
        "technical.10",
        "takeout.5",
        "takeout.6",
        "takeout.7",
        "disposal.2",
        "exchange.4",
    ],
};

static DEVICE_STATES: [Choice; 5] = [
    choice(DeviceStatus::InUse.word(), Language::device_in_use),
    choice(DeviceStatus::Retired.word(), Language::device_retired),
    choice(DeviceStatus::Faulty.word(), Language::device_faulty),
    choice(DeviceStatus::Returned.word(), Language::device_returned),
    choice(DeviceStatus::Disposed.word(), Language::device_disposed),
];
static DEVICES_COLUMNS: [Column; 14] = [
    required(line("name", Language::column_device_name, Language::help_device_name)),
    required(column("mac", Language::column_mac, Language::help_mac, Input::Mac)),
    required(column("status", Language::column_status, Language::help_device_status, Input::Choice(&DEVICE_STATES))),
    flag("patient_data", Language::column_patient_data, Language::help_patient_data),
    line("place", Language::column_place, Language::help_place),
    line("model", Language::column_devices_model, Language::help_devices_model),
    line("firmware", Language::column_devices_firmware, Language::help_devices_firmware),
    line("latest", Language::column_devices_latest, Language::help_devices_latest),
    column("firmware_on", Language::column_devices_firmware_on, Language::help_devices_firmware_on, Input::Day),
    due_while(
        column("update_on", Language::column_devices_update_on, Language::help_devices_update_on, Input::Day),
        "status",
        &["in_use"],
    ),
    line("measure", Language::column_devices_measure, Language::help_devices_measure),
    column("risk_on", Language::column_devices_risk_on, Language::help_devices_risk_on, Input::Day),
    due_while(
        column("support_ends", Language::column_devices_support_ends, Language::help_support_ends, Input::Day),
        "status",
        &["in_use"],
    ),
    NOTE,
];

pub(super) const DEVICES: Definition = Definition {
    kind: Register::Joined(RegisterKind::Devices),
    group: Group::Equipment,
    slug: "devices",
    title: Language::register_devices,
    purpose: Language::register_devices_purpose,
    columns: &DEVICES_COLUMNS,
    key: &["mac"],
    lead: "name",
    approval: None,
    feeds: &["technical.21", "technical.23", "technical.24"],
};

static LENDINGS_COLUMNS: [Column; 10] = [
    required(column(
        "device",
        Language::column_lendings_device,
        Language::help_lendings_device,
        Input::Row(Register::Joined(RegisterKind::Devices)),
    )),
    required(line("borrower", Language::column_lendings_borrower, Language::help_lendings_borrower)),
    required(day("lent_on", Language::column_lendings_lent_on)),
    due_until(day("due_on", Language::column_lendings_due_on), "returned_on"),
    day("returned_on", Language::column_lendings_returned_on),
    column("explained_on", Language::column_lendings_explained_on, Language::help_explained, Input::Day),
    day("consent_on", Language::column_lendings_consent_on),
    line("contact_sheet", Language::column_lendings_contact_sheet, Language::help_lendings_contact_sheet),
    person("staff", Language::column_lendings_staff),
    NOTE,
];

pub(super) const LENDINGS: Definition = Definition {
    kind: Register::Lendings,
    group: Group::Equipment,
    slug: "lendings",
    title: Language::register_lendings,
    purpose: Language::register_lendings_purpose,
    columns: &LENDINGS_COLUMNS,
    key: &["device", "lent_on"],
    lead: "device",
    approval: None,
    feeds: &["technical.22"],
};

static MEDIA_KINDS: [Choice; 7] = [
    choice("usb", Language::media_kind_usb),
    choice("disc", Language::media_kind_disc),
    choice("drive", Language::media_kind_drive),
    choice("tape", Language::media_kind_tape),
    choice("card", Language::media_kind_card),
    choice("paper", Language::media_kind_paper),
    choice("other", Language::media_kind_other),
];
static MEDIA_COLUMNS: [Column; 14] = [
    required(line("number", Language::column_media_number, Language::help_media_number)),
    required(column("kind", Language::column_media_kind, Language::help_media_kind, Input::Choice(&MEDIA_KINDS))),
    required(line("content", Language::column_media_content, Language::help_media_content)),
    line("encryption", Language::column_media_encryption, Language::help_media_encryption),
    required(line("place", Language::column_media_place, Language::help_media_place)),
    person("holder", Language::column_media_holder),
    day("taken_on", Language::column_media_taken_on),
    due_until(day("due_on", Language::column_media_due_on), "returned_on"),
    day("returned_on", Language::column_media_returned_on),
    line("sent", Language::column_media_sent, Language::help_media_sent),
    day("destroyed_on", Language::column_media_destroyed_on),
    line("certificate", Language::column_media_certificate, Language::help_media_certificate),
    line("serial", Language::column_media_serial, Language::help_media_serial),
    NOTE,
];

pub(super) const MEDIA: Definition = Definition {
    kind: Register::Media,
    group: Group::Equipment,
    slug: "media",
    title: Language::register_media,
    purpose: Language::register_media_purpose,
    columns: &MEDIA_COLUMNS,
    key: &["number"],
    lead: "number",
    approval: None,
    feeds: &["takeout.5", "takeout.7", "exchange.5", "disposal.2", "disposal.3", "disposal.4", "emergency.8"],
};

static TAKEOUTS_KINDS: [Choice; 2] =
    [choice("takeout", Language::takeouts_kind_takeout), choice("byod", Language::takeouts_kind_byod)];
static TAKEOUTS_COLUMNS: [Column; 13] = [
    required(person("person", Language::column_takeouts_person)),
    required(column(
        "kind",
        Language::column_takeouts_kind,
        Language::help_takeouts_kind,
        Input::Choice(&TAKEOUTS_KINDS),
    )),
    required(line("what", Language::column_takeouts_what, Language::help_takeouts_what)),
    required(day("starts", Language::column_takeouts_starts)),
    due_until(day("ends", Language::column_takeouts_ends), "returned_on"),
    day("returned_on", Language::column_takeouts_returned_on),
    required(line("purpose", Language::column_takeouts_purpose, Language::help_takeouts_purpose)),
    line("security", Language::column_takeouts_security, Language::help_takeouts_security),
    flag("managed", Language::column_takeouts_managed, Language::help_takeouts_managed),
    column("attested_on", Language::column_takeouts_attested_on, Language::help_takeouts_attested_on, Input::Day),
    person("approver", Language::column_takeouts_approver),
    day("approved_on", Language::column_takeouts_approved_on),
    NOTE,
];

pub(super) const TAKEOUTS: Definition = Definition {
    kind: Register::Takeouts,
    group: Group::Equipment,
    slug: "takeouts",
    title: Language::register_takeouts,
    purpose: Language::register_takeouts_purpose,
    columns: &TAKEOUTS_COLUMNS,
    key: &["person", "what", "starts"],
    lead: "what",
    approval: Some(Approval {
        person: "approver",
        day: "approved_on",
        before: "starts",
        late: None,
        after: &["returned_on", "attested_on", "note"],
    }),
    feeds: &["takeout.1", "takeout.2", "takeout.3", "takeout.5", "takeout.8", "takeout.10"],
};

static SOFTWARE_DECISIONS: [Choice; 3] = [
    choice("allowed", Language::software_decision_allowed),
    choice("limited", Language::software_decision_limited),
    choice("denied", Language::software_decision_denied),
];
static SOFTWARE_COLUMNS: [Column; 10] = [
    required(line("product", Language::column_software_product, Language::help_software_product)),
    required(column(
        "decision",
        Language::column_software_decision,
        Language::help_software_decision,
        Input::Choice(&SOFTWARE_DECISIONS),
    )),
    line("publisher", Language::column_software_publisher, Language::help_software_publisher),
    line("scope", Language::column_software_scope, Language::help_software_scope),
    required(line("reason", Language::column_software_reason, Language::help_software_reason)),
    line("licence", Language::column_software_licence, Language::help_software_licence),
    due_while(
        column("support_ends", Language::column_software_support_ends, Language::help_support_ends, Input::Day),
        "decision",
        &["allowed", "limited"],
    ),
    person("approver", Language::column_software_approver),
    day("approved_on", Language::column_software_approved_on),
    NOTE,
];

pub(super) const SOFTWARE: Definition = Definition {
    kind: Register::Software,
    group: Group::Equipment,
    slug: "software",
    title: Language::register_software,
    purpose: Language::register_software_purpose,
    columns: &SOFTWARE_COLUMNS,
    key: &["product"],
    lead: "product",
    approval: None,
    feeds: &["takeout.9", "technical.10"],
};
