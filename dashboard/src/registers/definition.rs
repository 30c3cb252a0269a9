//! The columns of each register, each written once.

use tenken_model::Language;
use tenken_model::register::{AccountKind, BackupMethod, DeviceStatus, Isolation, RegisterKind};

use super::hosts::{HostKind, HostStatus};
use super::register::Register;

/// A text of the catalogue.
pub type Text = fn(Language) -> String;

/// A word a column may hold, as stored, and as people read it.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The word as stored.
    pub word: &'static str,
    /// The word as people read it.
    pub label: Text,
}

/// What a column holds and how it is typed in.
#[derive(Debug, Clone, Copy)]
pub enum Input {
    /// One line of text.
    Line,
    /// Text of several lines.
    Paragraph,
    /// Yes or no.
    Flag,
    /// One word of a list.
    Choice(&'static [Choice]),
    /// The last day on which something holds; stored as the instant at which that day ends in Japan.
    LastDay,
    /// A hardware address.
    Mac,
    /// A length of time such as `1d`, stored in milliseconds.
    Span,
    /// A whole number within bounds, both included.
    Count(i64, i64),
    /// An absolute path of Linux or Windows.
    Path,
}

/// One column of a register.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The field of the row as rules name it.
    pub name: &'static str,
    /// Its heading.
    pub label: Text,
    /// What to write in it.
    pub help: Text,
    /// What it holds.
    pub input: Input,
    /// It may not be left empty.
    pub required: bool,
    /// What an empty cell means where the column is not required.
    pub default: &'static str,
}

impl Column {
    /// The words it may hold, as people read them; empty if it is no choice.
    pub fn words(&self, language: Language) -> String {
        let Input::Choice(choices) = self.input else { return String::new() };
        choices.iter().map(|choice| (choice.label)(language)).collect::<Vec<_>>().join(" / ")
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Column {}

/// A register: its name, its columns, and which of them make a row the same row.
#[derive(Debug)]
pub struct Definition {
    /// Which register.
    pub kind: Register,
    /// Its name in addresses: `/registers/accounts`.
    pub slug: &'static str,
    /// Its title.
    pub title: Text,
    /// What it is for, in one sentence.
    pub purpose: Text,
    /// Its columns in order.
    pub columns: &'static [Column],
    /// Names of the columns that together identify a row among the open ones.
    pub key: &'static [&'static str],
}

/// The most characters a cell may hold.
pub const CELL_CHARS_MAX: usize = 500;

const fn column(name: &'static str, label: Text, help: Text, input: Input) -> Column {
    Column { name, label, help, input, required: false, default: "" }
}

const fn required(column: Column) -> Column {
    Column { required: true, ..column }
}

const fn otherwise(column: Column, default: &'static str) -> Column {
    Column { default, ..column }
}

const fn choice(word: &'static str, label: Text) -> Choice {
    Choice { word, label }
}

pub(super) static HOST_KINDS: [Choice; 4] = [
    choice(HostKind::Pc.word(), Language::host_kind_pc),
    choice(HostKind::Server.word(), Language::host_kind_server),
    choice(HostKind::Network.word(), Language::host_kind_network),
    choice(HostKind::Other.word(), Language::host_kind_other),
];
pub(super) static HOST_STATES: [Choice; 4] = [
    choice(HostStatus::InUse.word(), Language::device_in_use),
    choice(HostStatus::Prepared.word(), Language::host_prepared),
    choice(HostStatus::Stored.word(), Language::host_stored),
    choice(HostStatus::Disposed.word(), Language::device_disposed),
];
static ACCOUNT_KINDS: [Choice; 6] = [
    choice(AccountKind::Person.word(), Language::account_kind_person),
    choice(AccountKind::Service.word(), Language::account_kind_service),
    choice(AccountKind::Maintenance.word(), Language::account_kind_maintenance),
    choice(AccountKind::Emergency.word(), Language::account_kind_emergency),
    choice(AccountKind::Shared.word(), Language::account_kind_shared),
    choice(AccountKind::BuiltIn.word(), Language::account_kind_built_in),
];
static DEVICE_STATES: [Choice; 5] = [
    choice(DeviceStatus::InUse.word(), Language::device_in_use),
    choice(DeviceStatus::Retired.word(), Language::device_retired),
    choice(DeviceStatus::Faulty.word(), Language::device_faulty),
    choice(DeviceStatus::Returned.word(), Language::device_returned),
    choice(DeviceStatus::Disposed.word(), Language::device_disposed),
];
static METHODS: [Choice; 7] = [
    choice(BackupMethod::Restic.word(), Language::backup_restic),
    choice(BackupMethod::Borg.word(), Language::backup_borg),
    choice(BackupMethod::Rsnapshot.word(), Language::backup_rsnapshot),
    choice(BackupMethod::Btrfs.word(), Language::backup_btrfs),
    choice(BackupMethod::Zfs.word(), Language::backup_zfs),
    choice(BackupMethod::DatedFolders.word(), Language::backup_dated_folders),
    choice(BackupMethod::ShadowCopy.word(), Language::backup_shadow_copy),
];
static ISOLATIONS: [Choice; 5] = [
    choice(Isolation::None.word(), Language::isolation_none),
    choice(Isolation::OtherHost.word(), Language::isolation_other_host),
    choice(Isolation::Offsite.word(), Language::isolation_offsite),
    choice(Isolation::AppendOnly.word(), Language::isolation_append_only),
    choice(Isolation::Offline.word(), Language::isolation_offline),
];

static HOST_COLUMNS: [Column; 9] = [
    required(column("name", Language::column_host, Language::help_host_name, Input::Line)),
    required(column("kind", Language::column_kind, Language::help_host_kind, Input::Choice(&HOST_KINDS))),
    required(column("status", Language::column_status, Language::help_host_status, Input::Choice(&HOST_STATES))),
    column("holder", Language::column_holder, Language::help_holder, Input::Line),
    column("place", Language::column_place, Language::help_host_place, Input::Line),
    otherwise(column("portable", Language::column_portable, Language::help_portable, Input::Flag), "false"),
    otherwise(
        column("personal_data", Language::column_personal_data, Language::help_personal_data, Input::Flag),
        "false",
    ),
    column("asset_number", Language::column_asset_number, Language::help_asset_number, Input::Line),
    column("note", Language::column_note, Language::help_note, Input::Paragraph),
];
static ACCOUNT_COLUMNS: [Column; 7] = [
    otherwise(column("host", Language::column_host, Language::help_account_host, Input::Line), "*"),
    required(column("account", Language::column_account, Language::help_account, Input::Line)),
    required(column("kind", Language::column_kind, Language::help_account_kind, Input::Choice(&ACCOUNT_KINDS))),
    required(column("owner", Language::column_owner, Language::help_owner, Input::Line)),
    otherwise(
        column("administrator", Language::column_administrator, Language::help_administrator, Input::Flag),
        "false",
    ),
    column("ends", Language::column_ends, Language::help_ends, Input::LastDay),
    column("note", Language::column_note, Language::help_note, Input::Paragraph),
];
static DEVICE_COLUMNS: [Column; 6] = [
    required(column("name", Language::column_device_name, Language::help_device_name, Input::Line)),
    required(column("mac", Language::column_mac, Language::help_mac, Input::Mac)),
    required(column("status", Language::column_status, Language::help_device_status, Input::Choice(&DEVICE_STATES))),
    otherwise(column("patient_data", Language::column_patient_data, Language::help_patient_data, Input::Flag), "false"),
    column("place", Language::column_place, Language::help_place, Input::Line),
    column("note", Language::column_note, Language::help_note, Input::Paragraph),
];
static BACKUP_COLUMNS: [Column; 9] = [
    required(column("host", Language::column_host, Language::help_backup_host, Input::Line)),
    required(column("name", Language::column_backup_name, Language::help_backup_name, Input::Line)),
    required(column("system", Language::column_system, Language::help_backup_system, Input::Line)),
    required(column("method", Language::column_method, Language::help_method, Input::Choice(&METHODS))),
    required(column("location", Language::column_location, Language::help_location, Input::Path)),
    required(column("interval", Language::column_interval, Language::help_interval, Input::Span)),
    required(column("generations", Language::column_generations, Language::help_generations, Input::Count(1, 10_000))),
    required(column("isolation", Language::column_isolation, Language::help_isolation, Input::Choice(&ISOLATIONS))),
    column("note", Language::column_note, Language::help_note, Input::Paragraph),
];

/// A word of a list as people read it.
pub(super) fn label(choices: &[Choice], word: &str, language: Language) -> String {
    let found = choices.iter().find(|choice| choice.word == word);
    found.map_or_else(|| word.to_owned(), |choice| (choice.label)(language))
}

static DEFINITIONS: [Definition; 4] = [
    Definition {
        kind: Register::Hosts,
        slug: "hosts",
        title: Language::register_hosts,
        purpose: Language::register_hosts_purpose,
        columns: &HOST_COLUMNS,
        key: &["name"],
    },
    Definition {
        kind: Register::Joined(RegisterKind::Accounts),
        slug: "accounts",
        title: Language::register_accounts,
        purpose: Language::register_accounts_purpose,
        columns: &ACCOUNT_COLUMNS,
        key: &["host", "account"],
    },
    Definition {
        kind: Register::Joined(RegisterKind::Devices),
        slug: "devices",
        title: Language::register_devices,
        purpose: Language::register_devices_purpose,
        columns: &DEVICE_COLUMNS,
        key: &["mac"],
    },
    Definition {
        kind: Register::Joined(RegisterKind::BackupSets),
        slug: "backups",
        title: Language::register_backups,
        purpose: Language::register_backups_purpose,
        columns: &BACKUP_COLUMNS,
        key: &["host", "name"],
    },
];

impl Definition {
    /// Every register.
    pub fn all() -> &'static [Self] {
        &DEFINITIONS
    }

    /// The definition of a register.
    pub fn of(register: Register) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.kind == register)
    }

    /// The register of that name in addresses.
    pub fn by_slug(slug: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.slug == slug)
    }

    /// The column that a heading of a file names, in either language or by its field.
    pub fn column_of_heading(&self, heading: &str) -> Option<&'static Column> {
        let heading = heading.trim();
        self.columns.iter().find(|column| {
            column.name.eq_ignore_ascii_case(heading)
                || (column.label)(Language::Japanese) == heading
                || (column.label)(Language::English).eq_ignore_ascii_case(heading)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenken_model::schema::{Described, Type};

    fn words(ty: &Type) -> Option<Vec<&'static str>> {
        match ty {
            Type::Choice(choice) => Some(choice.words.iter().map(|(word, _)| *word).collect()),
            _ => None,
        }
    }

    #[test]
    fn every_field_of_a_row_has_a_column_and_every_word_its_label() {
        for definition in Definition::all() {
            let Type::Record(record) = definition.kind.row_type() else { panic!("a row is a record") };
            assert_eq!(record.fields.len(), definition.columns.len(), "{}", definition.slug);
            for column in definition.columns {
                let field = record.field(column.name).unwrap_or_else(|| panic!("no field {}", column.name));
                let ty = &(field.ty)();
                match column.input {
                    Input::Choice(choices) => {
                        assert_eq!(words(ty).unwrap(), choices.iter().map(|c| c.word).collect::<Vec<_>>());
                    }
                    Input::Flag => assert_eq!(*ty, bool::ty()),
                    Input::Span => assert_eq!(*ty, tenken_model::Span::ty()),
                    Input::Count(..) => assert_eq!(*ty, i64::ty()),
                    Input::LastDay => assert_eq!(*ty, Option::<tenken_model::Instant>::ty()),
                    Input::Line | Input::Paragraph | Input::Mac | Input::Path => assert_eq!(*ty, Type::Text),
                }
            }
            for key in definition.key {
                assert!(definition.columns.iter().any(|column| column.name == *key));
            }
        }
    }

    #[test]
    fn every_register_has_its_own_name_and_address() {
        for (index, definition) in Definition::all().iter().enumerate() {
            assert_eq!(Register::from_name(definition.kind.name()), Some(definition.kind));
            for other in &Definition::all()[..index] {
                assert_ne!((other.kind, other.slug), (definition.kind, definition.slug));
                assert_ne!(other.slug, definition.slug);
            }
        }
        for kind in RegisterKind::ALL {
            assert!(Definition::of(Register::Joined(*kind)).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn headings_are_found_in_both_languages() {
        let accounts = Definition::by_slug("accounts").unwrap();
        for heading in ["account", " アカウント名 ", "Account"] {
            assert_eq!(accounts.column_of_heading(heading).unwrap().name, "account");
        }
        assert!(accounts.column_of_heading("パスワード").is_none());
    }
}
