//! Registers of what keeps data safe, and of what endangered it.

use tenken_model::Language;
use tenken_model::register::{BackupMethod, Isolation, RegisterKind};

use super::{
    Choice, Column, Definition, Group, Input, NOTE, choice, column, day, due, due_until, flag, line, person, required,
};
use crate::registers::Register;

static METHODS: [Choice; 15] = [
    choice(BackupMethod::Restic.word(), Language::backup_restic),
    choice(BackupMethod::Borg.word(), Language::backup_borg),
    choice(BackupMethod::Rsnapshot.word(), Language::backup_rsnapshot),
    choice(BackupMethod::Btrfs.word(), Language::backup_btrfs),
    choice(BackupMethod::Zfs.word(), Language::backup_zfs),
    choice(BackupMethod::DatedFolders.word(), Language::backup_dated_folders),
    choice(BackupMethod::ShadowCopy.word(), Language::backup_shadow_copy),
    choice(BackupMethod::WindowsServerBackup.word(), Language::backup_windows_server),
    choice(BackupMethod::FileHistory.word(), Language::backup_file_history),
    choice(BackupMethod::VeeamAgent.word(), Language::backup_veeam_agent),
    choice(BackupMethod::AcronisCyberProtect.word(), Language::backup_acronis),
    choice(BackupMethod::ArcserveUdp.word(), Language::backup_arcserve_udp),
    choice(BackupMethod::BackupExec.word(), Language::backup_exec),
    choice(BackupMethod::NetBackup.word(), Language::backup_netbackup),
    choice(BackupMethod::ObjectStorage.word(), Language::backup_object_storage),
];
static ISOLATIONS: [Choice; 7] = [
    choice(Isolation::None.word(), Language::isolation_none),
    choice(Isolation::OtherHost.word(), Language::isolation_other_host),
    choice(Isolation::Pulled.word(), Language::isolation_pulled),
    choice(Isolation::Offsite.word(), Language::isolation_offsite),
    choice(Isolation::AppendOnly.word(), Language::isolation_append_only),
    choice(Isolation::ObjectLock.word(), Language::isolation_object_lock),
    choice(Isolation::Offline.word(), Language::isolation_offline),
];
static BACKUPS_COLUMNS: [Column; 10] = [
    required(line("host", Language::column_host, Language::help_backup_host)),
    required(line("name", Language::column_backup_name, Language::help_backup_name)),
    required(line("system", Language::column_system, Language::help_backup_system)),
    required(column("method", Language::column_method, Language::help_method, Input::Choice(&METHODS))),
    required(column("location", Language::column_location, Language::help_location, Input::Path)),
    required(column("interval", Language::column_interval, Language::help_interval, Input::Span)),
    required(column("generations", Language::column_generations, Language::help_generations, Input::Count(1, 10_000))),
    required(column("isolation", Language::column_isolation, Language::help_isolation, Input::Choice(&ISOLATIONS))),
    line("media", Language::column_backups_media, Language::help_backups_media),
    NOTE,
];

pub(super) const BACKUPS: Definition = Definition {
    kind: Register::Joined(RegisterKind::BackupSets),
    group: Group::Security,
    slug: "backups",
    title: Language::register_backups,
    purpose: Language::register_backups_purpose,
    columns: &BACKUPS_COLUMNS,
    key: &["host", "name"],
    lead: "name",
    approval: None,
    feeds: &["emergency.8"],
};

static KEYS_KINDS: [Choice; 6] = [
    choice("server", Language::keys_kind_server),
    choice("client", Language::keys_kind_client),
    choice("signature", Language::keys_kind_signature),
    choice("encryption", Language::keys_kind_encryption),
    choice("vpn", Language::keys_kind_vpn),
    choice("other", Language::keys_kind_other),
];
static KEYS_COLUMNS: [Column; 11] = [
    required(line("name", Language::column_keys_name, Language::help_keys_name)),
    required(column("kind", Language::column_keys_kind, Language::help_keys_kind, Input::Choice(&KEYS_KINDS))),
    required(person("owner", Language::column_keys_owner)),
    due(day("ends", Language::column_keys_ends)),
    line("purpose", Language::column_keys_purpose, Language::help_keys_purpose),
    column("host", Language::column_keys_host, Language::help_keys_host, Input::Row(Register::Hosts)),
    line("kept_in", Language::column_keys_kept_in, Language::help_keys_kept_in),
    line("custody", Language::column_keys_custody, Language::help_keys_custody),
    line("issuer", Language::column_keys_issuer, Language::help_keys_issuer),
    day("issued_on", Language::column_keys_issued_on),
    NOTE,
];

pub(super) const KEYS: Definition = Definition {
    kind: Register::Keys,
    group: Group::Security,
    slug: "keys",
    title: Language::register_keys,
    purpose: Language::register_keys_purpose,
    columns: &KEYS_COLUMNS,
    key: &["name"],
    lead: "name",
    approval: None,
    feeds: &["exchange.2", "exchange.12", "exchange.14", "takeout.7"],
};

static INCIDENTS_KINDS: [Choice; 8] = [
    choice("loss", Language::incidents_kind_loss),
    choice("leak", Language::incidents_kind_leak),
    choice("malware", Language::incidents_kind_malware),
    choice("intrusion", Language::incidents_kind_intrusion),
    choice("failure", Language::incidents_kind_failure),
    choice("disaster", Language::incidents_kind_disaster),
    choice("drill", Language::incidents_kind_drill),
    choice("other", Language::incidents_kind_other),
];
static INCIDENTS_COLUMNS: [Column; 16] = [
    required(line("number", Language::column_incidents_number, Language::help_incidents_number)),
    required(day("opened_on", Language::column_incidents_opened_on)),
    required(column(
        "kind",
        Language::column_incidents_kind,
        Language::help_incidents_kind,
        Input::Choice(&INCIDENTS_KINDS),
    )),
    required(column("summary", Language::column_incidents_summary, Language::help_incidents_summary, Input::Paragraph)),
    flag("emergency", Language::column_incidents_emergency, Language::help_incidents_emergency),
    line("accounts", Language::column_incidents_accounts, Language::help_incidents_accounts),
    due_until(
        column(
            "first_report_due",
            Language::column_incidents_first_report_due,
            Language::help_first_report,
            Input::Day,
        ),
        "first_report_on",
    ),
    day("first_report_on", Language::column_incidents_first_report_on),
    due_until(
        column(
            "final_report_due",
            Language::column_incidents_final_report_due,
            Language::help_final_report,
            Input::Day,
        ),
        "final_report_on",
    ),
    day("final_report_on", Language::column_incidents_final_report_on),
    day("authority_on", Language::column_incidents_authority_on),
    day("insurers_on", Language::column_incidents_insurers_on),
    day("recovered_on", Language::column_incidents_recovered_on),
    column("reconciled_on", Language::column_incidents_reconciled_on, Language::help_reconciled, Input::Day),
    column("measures", Language::column_incidents_measures, Language::help_incidents_measures, Input::Paragraph),
    NOTE,
];

pub(super) const INCIDENTS: Definition = Definition {
    kind: Register::Incidents,
    group: Group::Security,
    slug: "incidents",
    title: Language::register_incidents,
    purpose: Language::register_incidents_purpose,
    columns: &INCIDENTS_COLUMNS,
    key: &["number"],
    lead: "number",
    approval: None,
    feeds: &["takeout.3", "emergency.1", "emergency.3", "emergency.5", "emergency.6", "emergency.9"],
};
