//! Registers of networks and what crosses them.

use tenken_model::Language;
use tenken_model::register::RegisterKind;

use super::{Choice, Column, Definition, Group, Input, NOTE, choice, column, day, due, line, person, required};
use crate::registers::Register;

static NETWORKS_KINDS: [Choice; 5] = [
    choice("wired", Language::networks_kind_wired),
    choice("wireless", Language::networks_kind_wireless),
    choice("vpn", Language::networks_kind_vpn),
    choice("closed", Language::networks_kind_closed),
    choice("internet", Language::networks_kind_internet),
];
static NETWORKS_AUTHS: [Choice; 5] = [
    choice("open", Language::networks_auth_open),
    choice("psk", Language::networks_auth_psk),
    choice("enterprise", Language::networks_auth_enterprise),
    choice("certificate", Language::networks_auth_certificate),
    choice("wired", Language::networks_auth_wired),
];
static NETWORKS_COLUMNS: [Column; 14] = [
    required(line("name", Language::column_networks_name, Language::help_networks_name)),
    required(column(
        "kind",
        Language::column_networks_kind,
        Language::help_networks_kind,
        Input::Choice(&NETWORKS_KINDS),
    )),
    column("subnet", Language::column_networks_subnet, Language::help_networks_subnet, Input::Address),
    column("auth", Language::column_networks_auth, Language::help_networks_auth, Input::Choice(&NETWORKS_AUTHS)),
    line("place", Language::column_networks_place, Language::help_networks_place),
    column(
        "equipment",
        Language::column_networks_equipment,
        Language::help_networks_equipment,
        Input::Row(Register::Hosts),
    ),
    line("firmware", Language::column_networks_firmware, Language::help_networks_firmware),
    day("firmware_on", Language::column_networks_firmware_on),
    day("key_on", Language::column_networks_key_on),
    column("gateway", Language::column_networks_gateway, Language::help_networks_gateway, Input::Address),
    column("gateway_mac", Language::column_networks_gateway_mac, Language::help_mac, Input::Mac),
    line("assurance", Language::column_networks_assurance, Language::help_networks_assurance),
    due(day("next_on", Language::column_networks_next_on)),
    NOTE,
];

pub(super) const NETWORKS: Definition = Definition {
    kind: Register::Networks,
    group: Group::Network,
    slug: "networks",
    title: Language::register_networks,
    purpose: Language::register_networks_purpose,
    columns: &NETWORKS_COLUMNS,
    key: &["name"],
    lead: "name",
    approval: None,
    feeds: &[
        "technical.17",
        "technical.18",
        "technical.19",
        "technical.20",
        "exchange.1",
        "exchange.2",
        "exchange.3",
        "exchange.4",
        "exchange.8",
    ],
};

static ENDPOINTS_TRANSPORTS: [Choice; 5] = [
    choice("tls", Language::endpoints_transport_tls),
    choice("ipsec", Language::endpoints_transport_ipsec),
    choice("closed", Language::endpoints_transport_closed),
    choice("media", Language::endpoints_transport_media),
    choice("mail", Language::endpoints_transport_mail),
];
static ENDPOINTS_TLS: [Choice; 3] = [
    choice("tls13", Language::endpoints_tls_tls13),
    choice("tls12", Language::endpoints_tls_tls12),
    choice("none", Language::endpoints_tls_none),
];
static ENDPOINTS_UNITS: [Choice; 4] = [
    choice("site", Language::endpoints_unit_site),
    choice("device", Language::endpoints_unit_device),
    choice("function", Language::endpoints_unit_function),
    choice("user", Language::endpoints_unit_user),
];
static ENDPOINTS_COLUMNS: [Column; 13] = [
    required(line("counterpart", Language::column_endpoints_counterpart, Language::help_endpoints_counterpart)),
    required(line("purpose", Language::column_endpoints_purpose, Language::help_endpoints_purpose)),
    required(column(
        "transport",
        Language::column_endpoints_transport,
        Language::help_endpoints_transport,
        Input::Choice(&ENDPOINTS_TRANSPORTS),
    )),
    column("address", Language::column_endpoints_address, Language::help_endpoints_address, Input::Address),
    column(
        "probed_by",
        Language::column_endpoints_probed_by,
        Language::help_endpoints_probed_by,
        Input::Row(Register::Hosts),
    ),
    column("tls", Language::column_endpoints_tls, Language::help_endpoints_tls, Input::Choice(&ENDPOINTS_TLS)),
    column(
        "certificate",
        Language::column_endpoints_certificate,
        Language::help_endpoints_certificate,
        Input::Row(Register::Keys),
    ),
    column("unit", Language::column_endpoints_unit, Language::help_endpoints_unit, Input::Choice(&ENDPOINTS_UNITS)),
    line("encryption", Language::column_endpoints_encryption, Language::help_endpoints_encryption),
    line("ports", Language::column_endpoints_ports, Language::help_endpoints_ports),
    person("owner", Language::column_endpoints_owner),
    due(day("review_on", Language::column_endpoints_review_on)),
    NOTE,
];

pub(super) const ENDPOINTS: Definition = Definition {
    kind: Register::Joined(RegisterKind::Endpoints),
    group: Group::Network,
    slug: "endpoints",
    title: Language::register_endpoints,
    purpose: Language::register_endpoints_purpose,
    columns: &ENDPOINTS_COLUMNS,
    key: &["counterpart", "purpose"],
    lead: "counterpart",
    approval: None,
    feeds: &["exchange.1", "exchange.2", "exchange.5", "exchange.8", "exchange.11", "exchange.12"],
};

static REMOTE_ACCESS_COLUMNS: [Column; 11] = [
    required(column(
        "host",
        Language::column_remote_access_host,
        Language::help_remote_access_host,
        Input::Row(Register::Hosts),
    )),
    required(line("tool", Language::column_remote_access_tool, Language::help_remote_access_tool)),
    required(line("users", Language::column_remote_access_users, Language::help_remote_access_users)),
    column(
        "account",
        Language::column_remote_access_account,
        Language::help_remote_access_account,
        Input::Row(Register::Joined(RegisterKind::Accounts)),
    ),
    column("source", Language::column_remote_access_source, Language::help_remote_access_source, Input::Address),
    line("window", Language::column_remote_access_window, Language::help_remote_access_window),
    line("protection", Language::column_remote_access_protection, Language::help_remote_access_protection),
    person("approver", Language::column_remote_access_approver),
    day("approved_on", Language::column_remote_access_approved_on),
    due(day("ends", Language::column_remote_access_ends)),
    NOTE,
];

pub(super) const REMOTE_ACCESS: Definition = Definition {
    kind: Register::RemoteAccess,
    group: Group::Network,
    slug: "remote-access",
    title: Language::register_remote_access,
    purpose: Language::register_remote_access_purpose,
    columns: &REMOTE_ACCESS_COLUMNS,
    key: &["tool", "host"],
    lead: "host",
    approval: None,
    feeds: &["exchange.9", "maintenance.3", "maintenance.8"],
};
