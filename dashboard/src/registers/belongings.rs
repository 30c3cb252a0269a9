//! Typed rows of the registers of things and networks, as programs of the dashboard read them.

use chrono::NaiveDate;
use tenken_model::register::{DeviceStatus, Isolation, RegisterKind};

use super::definition::Definition;
use super::register::Register;
use super::row::Row;
use super::typed::{TypedRow, day, maybe_day};

/// A row of the devices register (IoT機器台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The hardware address in lower case with colons.
    pub mac: String,
    /// What people call it.
    pub name: String,
    /// Its state.
    pub status: DeviceStatus,
    /// Where it is.
    pub place: String,
    /// The edition that is installed; empty if it is not known.
    pub firmware: String,
    /// The newest edition its manufacturer offers; empty if it is not known.
    pub latest: String,
    /// When its manufacturer was last asked for a newer edition.
    pub checked_on: Option<NaiveDate>,
    /// When the newest edition is to be installed.
    pub update_on: Option<NaiveDate>,
    /// What is done in place of updates; empty if nothing is.
    pub measure: String,
    /// The last day on which there are updates.
    pub support_ends: Option<NaiveDate>,
}

impl TypedRow for Device {
    const REGISTER: Register = Register::Joined(RegisterKind::Devices);

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        let status = row.get("status");
        Ok(Self {
            mac: text("mac"),
            name: text("name"),
            status: DeviceStatus::from_word(status).ok_or_else(|| format!("status `{status}` is none"))?,
            place: text("place"),
            firmware: text("firmware"),
            latest: text("latest"),
            checked_on: maybe_day(row, "firmware_on")?,
            update_on: maybe_day(row, "update_on")?,
            measure: text("measure"),
            support_ends: maybe_day(row, "support_ends")?,
        })
    }
}

/// A row of the media register (媒体台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    /// The number on its label.
    pub number: String,
    /// Who has it, as the register of people calls the person; empty if nobody is named.
    pub holder: String,
    /// When it was taken out.
    pub taken_on: Option<NaiveDate>,
    /// When it is to be back.
    pub due_on: Option<NaiveDate>,
    /// When it was back.
    pub returned_on: Option<NaiveDate>,
    /// To whom it was sent, and how; empty if it was not.
    pub sent: String,
    /// When it was destroyed.
    pub destroyed_on: Option<NaiveDate>,
    /// Its serial number; empty if it is not known.
    pub serial: String,
}

impl TypedRow for Medium {
    const REGISTER: Register = Register::Media;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        Ok(Self {
            number: text("number"),
            holder: text("holder"),
            taken_on: maybe_day(row, "taken_on")?,
            due_on: maybe_day(row, "due_on")?,
            returned_on: maybe_day(row, "returned_on")?,
            sent: text("sent"),
            destroyed_on: maybe_day(row, "destroyed_on")?,
            serial: text("serial"),
        })
    }
}

/// A row of the takeouts register (持出し・BYOD台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takeout {
    /// Who takes it, or whose it is.
    pub person: String,
    /// It belongs to the person (BYOD).
    pub personal: bool,
    /// What it is.
    pub what: String,
    /// The first day.
    pub starts: NaiveDate,
    /// The last day; absent if none was set.
    pub ends: Option<NaiveDate>,
    /// When it was back, or its use ended.
    pub returned_on: Option<NaiveDate>,
    /// When its owner last said that its safeguards stand.
    pub attested_on: Option<NaiveDate>,
    /// Who approved it; empty if nobody did.
    pub approver: String,
    /// When it was approved.
    pub approved_on: Option<NaiveDate>,
}

impl TypedRow for Takeout {
    const REGISTER: Register = Register::Takeouts;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        Ok(Self {
            person: text("person"),
            personal: row.get("kind") == "byod",
            what: text("what"),
            starts: day(row, "starts")?,
            ends: maybe_day(row, "ends")?,
            returned_on: maybe_day(row, "returned_on")?,
            attested_on: maybe_day(row, "attested_on")?,
            approver: text("approver"),
            approved_on: maybe_day(row, "approved_on")?,
        })
    }
}

/// A row of the register of reviews (点検台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Hosts, devices and media were counted (棚卸).
    pub of_assets: bool,
    /// When it was done.
    pub reviewed_on: NaiveDate,
}

impl TypedRow for Review {
    const REGISTER: Register = Register::Reviews;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        Ok(Self { of_assets: row.get("kind") == "assets", reviewed_on: day(row, "reviewed_on")? })
    }
}

/// A row of the networks register (ネットワーク台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// What people call it.
    pub name: String,
    /// The address of its gateway; empty if it has none.
    pub gateway: String,
    /// The hardware address of its gateway in lower case with colons; empty if it is not known.
    pub gateway_mac: String,
}

impl TypedRow for Network {
    const REGISTER: Register = Register::Networks;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        Ok(Self { name: text("name"), gateway: text("gateway"), gateway_mac: text("gateway_mac") })
    }
}

/// A row of the register of access from afar (リモート接続台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The host that is reached.
    pub host: String,
    /// By what.
    pub tool: String,
    /// With which account, as the register of accounts calls it; empty if any.
    pub account: String,
    /// From where; empty if from anywhere.
    pub source: String,
    /// Who approved it; empty if nobody did.
    pub approver: String,
    /// When it was approved.
    pub approved_on: Option<NaiveDate>,
    /// The last day on which it may be.
    pub ends: Option<NaiveDate>,
}

impl TypedRow for Passage {
    const REGISTER: Register = Register::RemoteAccess;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        Ok(Self {
            host: text("host"),
            tool: text("tool"),
            account: text("account"),
            source: text("source"),
            approver: text("approver"),
            approved_on: maybe_day(row, "approved_on")?,
            ends: maybe_day(row, "ends")?,
        })
    }
}

/// A row of the backups register (バックアップ台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSet {
    /// The host on which it can be read.
    pub host: String,
    /// Its name.
    pub name: String,
    /// It is disconnected but for the time of copying.
    pub offline: bool,
    /// The numbers of the media it goes to in turn, as the register of media has them; empty if it goes to none.
    pub media: Vec<String>,
}

impl TypedRow for BackupSet {
    const REGISTER: Register = Register::Joined(RegisterKind::BackupSets);

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let between = |c: char| matches!(c, ',' | '、' | '，' | ';' | '；' | '/' | '／' | '・') || c.is_whitespace();
        let media = row.get("media").split(between).filter(|number| !number.is_empty());
        Ok(Self {
            host: row.get("host").to_owned(),
            name: row.get("name").to_owned(),
            offline: row.get("isolation") == Isolation::Offline.word(),
            media: media.map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::Column;

    fn read<T: TypedRow>(cells: &[(&str, &str)]) -> T {
        let definition = Definition::of(T::REGISTER).unwrap();
        for (name, _) in cells {
            assert!(definition.column(name).is_some(), "{} has no column {name}", definition.slug);
        }
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        T::read(definition, &Row::read(definition, typed).unwrap()).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates<const COUNT: usize>(texts: [&str; COUNT]) -> [Option<NaiveDate>; COUNT] {
        texts.map(|text| Some(date(text)))
    }

    #[test]
    fn every_field_of_a_thing_is_that_of_its_column() {
        let device: Device = read(&[
            ("name", "血圧計"),
            ("mac", "00:1B:44:11:3A:B7"),
            ("status", "faulty"),
            ("place", "1F"),
            ("firmware", "1.2"),
            ("latest", "1.3"),
            ("firmware_on", "2026-03-01"),
            ("update_on", "2026-03-02"),
            ("measure", "分離"),
            ("support_ends", "2026-03-03"),
        ]);
        assert_eq!((device.mac.as_str(), device.status), ("00:1b:44:11:3a:b7", DeviceStatus::Faulty));
        assert_eq!(
            [device.name, device.place, device.firmware, device.latest, device.measure],
            ["血圧計", "1F", "1.2", "1.3", "分離"]
        );
        assert_eq!(
            [device.checked_on, device.update_on, device.support_ends],
            dates(["2026-03-01", "2026-03-02", "2026-03-03"])
        );
        let medium: Medium = read(&[
            ("number", "M-1"),
            ("kind", "usb"),
            ("content", "x"),
            ("place", "金庫"),
            ("holder", "見本"),
            ("taken_on", "2026-03-01"),
            ("due_on", "2026-03-02"),
            ("returned_on", "2026-03-03"),
            ("sent", "郵送"),
            ("destroyed_on", "2026-03-04"),
            ("serial", "ABC123"),
        ]);
        assert_eq!([medium.number, medium.holder, medium.sent, medium.serial], ["M-1", "見本", "郵送", "ABC123"]);
        assert_eq!(
            [medium.taken_on, medium.due_on, medium.returned_on, medium.destroyed_on],
            dates(["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"])
        );
        let takeout: Takeout = read(&[
            ("person", "見本"),
            ("kind", "byod"),
            ("what", "PC-1"),
            ("starts", "2026-03-01"),
            ("ends", "2026-03-02"),
            ("returned_on", "2026-03-03"),
            ("purpose", "x"),
            ("attested_on", "2026-03-04"),
            ("approver", "加藤"),
            ("approved_on", "2026-03-05"),
        ]);
        assert!(takeout.personal && takeout.starts == date("2026-03-01"));
        assert_eq!([takeout.person, takeout.what, takeout.approver], ["見本", "PC-1", "加藤"]);
        assert_eq!(
            [takeout.ends, takeout.returned_on, takeout.attested_on, takeout.approved_on],
            dates(["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"])
        );
    }

    #[test]
    fn every_field_of_a_network_is_that_of_its_column() {
        let review: Review = read(&[
            ("name", "棚卸"),
            ("kind", "assets"),
            ("reviewed_by", "見本"),
            ("reviewed_on", "2026-03-01"),
            ("result", "clean"),
        ]);
        assert!(review.of_assets && review.reviewed_on == date("2026-03-01"));
        let network: Network = read(&[
            ("name", "LAN"),
            ("kind", "wired"),
            ("gateway", "192.168.10.1"),
            ("gateway_mac", "00-1B-44-11-3A-B7"),
        ]);
        assert_eq!([network.name, network.gateway, network.gateway_mac], ["LAN", "192.168.10.1", "00:1b:44:11:3a:b7"]);
        let passage: Passage = read(&[
            ("host", "SV-1"),
            ("tool", "SSH"),
            ("users", "例示"),
            ("account", "* / maint"),
            ("source", "10.8.0.0/24"),
            ("approver", "加藤"),
            ("approved_on", "2026-03-01"),
            ("ends", "2026-03-02"),
        ]);
        assert_eq!(
            [passage.host, passage.tool, passage.account, passage.source, passage.approver],
            ["SV-1", "SSH", "* / maint", "10.8.0.0/24", "加藤"]
        );
        assert_eq!([passage.approved_on, passage.ends], dates(["2026-03-01", "2026-03-02"]));
    }

    #[test]
    fn media_of_a_backup_are_told_apart() {
        let set = |isolation: &str, media: &str| -> BackupSet {
            read(&[
                ("host", "SV-1"),
                ("name", "週次"),
                ("system", "健診"),
                ("method", "dated_folders"),
                ("location", "/mnt/offline"),
                ("interval", "7d"),
                ("generations", "7"),
                ("isolation", isolation),
                ("media", media),
            ])
        };
        let found = set("offline", "M-003、M-007, M-009  M-011");
        assert!(found.offline && found.host == "SV-1" && found.name == "週次");
        assert_eq!(found.media, ["M-003", "M-007", "M-009", "M-011"]);
        let other = set("other_host", "");
        assert!(!other.offline && other.media.is_empty());
    }
}
