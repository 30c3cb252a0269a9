//! The firmware's passwords: by the interface of its maker, or by its own description. Many firmwares tell neither way, and then
//! what a person attests stands.

use tenken_model::fact::boot_protection::FirmwarePasswords;
use tenken_model::{Read, Reason, ReasonCode};

use super::smbios::{self, PasswordStatus};
use super::{told, unparsable};
use crate::collect::Look;
use crate::host::windows_api::{WmiQuestion, WmiRow, WmiValue};

const POWER_ON: &str = "the power-on password";
const ADMINISTRATOR: &str = "the password of the settings";

/// A question to a maker's interface, and what its answer means.
type Maker = (WmiQuestion, fn(&[WmiRow]) -> Passwords);

/// What makers' interfaces are asked, and how they answer.
const MAKERS: [Maker; 3] =
    [(WmiQuestion::DellPasswords, dell), (WmiQuestion::LenovoPasswords, lenovo), (WmiQuestion::HpPasswords, hp)];

/// Which passwords are set.
pub(super) fn read(
    look: &Look<'_>,
    computer: &Result<WmiRow, Reason>,
    table: &Result<Vec<u8>, Reason>,
) -> FirmwarePasswords {
    for (question, decode) in MAKERS {
        let origin = format!("WMI {question}");
        match look.wmi(&question) {
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                let found = decode(&rows);
                return FirmwarePasswords {
                    power_on: told(found.power_on, POWER_ON, &origin),
                    administrator: told(found.administrator, ADMINISTRATOR, &origin),
                    origin,
                };
            }
            Err(error) if error.is_not_there() => {}
            Err(error) => {
                return FirmwarePasswords {
                    power_on: Read::NotRead(error.reason()),
                    administrator: Read::NotRead(error.reason()),
                    origin,
                };
            }
        }
    }
    by_description(computer, table)
}

/// What a maker's interface tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Passwords {
    power_on: Option<bool>,
    administrator: Option<bool>,
}

/// `PasswordObject` of Dell: `NameId` is `Admin` or `System`.
fn dell(rows: &[WmiRow]) -> Passwords {
    by_name(rows, "NameId", "IsPasswordSet", "System", "Admin")
}

/// `HPBIOS_BIOSPassword` of HP.
fn hp(rows: &[WmiRow]) -> Passwords {
    by_name(rows, "Name", "IsSet", "Power-On Password", "Setup Password")
}

fn by_name(rows: &[WmiRow], name: &str, value: &str, power_on: &str, administrator: &str) -> Passwords {
    let set = |wanted: &str| {
        let row = rows.iter().find(|row| row.get(name).and_then(WmiValue::text).is_some_and(|own| own == wanted))?;
        match row.get(value)? {
            WmiValue::Truth(set) => Some(*set),
            WmiValue::Number(0) => Some(false),
            WmiValue::Number(1) => Some(true),
            WmiValue::Number(_) | WmiValue::Text(_) | WmiValue::List(_) => None,
        }
    };
    Passwords { power_on: set(power_on), administrator: set(administrator) }
}

/// `PasswordState` of Lenovo is a sum: 1 power-on, 2 supervisor, 4 disks, 64 system management. Other bits tell of others.
fn lenovo(rows: &[WmiRow]) -> Passwords {
    let state = rows.first().and_then(|row| row.get("PasswordState")).and_then(WmiValue::number);
    let state = state.filter(|state| (0..256).contains(state));
    Passwords { power_on: state.map(|state| state & 1 != 0), administrator: state.map(|state| state & 2 != 0) }
}

/// By structure 24 of the firmware's table, or by what WMI makes of it where the table cannot be had.
fn by_description(computer: &Result<WmiRow, Reason>, table: &Result<Vec<u8>, Reason>) -> FirmwarePasswords {
    let (origin, power_on, administrator) = if let Ok(table) = table {
        let found = smbios::hardware_security(table).map_err(|error| unparsable(&error));
        let silent = || Reason::new(ReasonCode::Unsupported, "the firmware says nothing of its passwords");
        let found = found.and_then(|found| found.ok_or_else(silent));
        ("the firmware's table", found.clone().map(|found| found.power_on), found.map(|found| found.administrator))
    } else {
        let status = |property: &str| match computer {
            Ok(computer) => Ok(by_number(computer.get(property).and_then(WmiValue::number))),
            Err(reason) => Err(reason.clone()),
        };
        ("Win32_ComputerSystem", status("PowerOnPasswordStatus"), status("AdminPasswordStatus"))
    };
    let is_set = |status: Result<PasswordStatus, Reason>, what: &str| match status {
        Ok(PasswordStatus::Enabled) => Read::Measured(true),
        Ok(PasswordStatus::Disabled) => Read::Measured(false),
        Ok(PasswordStatus::NotImplemented | PasswordStatus::Unknown) => told(None, what, origin),
        Err(reason) => Read::NotRead(reason),
    };
    FirmwarePasswords {
        power_on: is_set(power_on, POWER_ON),
        administrator: is_set(administrator, ADMINISTRATOR),
        origin: origin.to_owned(),
    }
}

fn by_number(status: Option<i64>) -> PasswordStatus {
    match status {
        Some(0) => PasswordStatus::Disabled,
        Some(1) => PasswordStatus::Enabled,
        Some(2) => PasswordStatus::NotImplemented,
        Some(_) | None => PasswordStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[(&str, WmiValue)]) -> WmiRow {
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn named(name: &str, id: &str, value: &str, set: i64) -> WmiRow {
        row(&[(name, WmiValue::Text(id.to_owned())), (value, WmiValue::Number(set))])
    }

    #[test]
    fn what_makers_tell() {
        let both = |power_on, administrator| Passwords { power_on, administrator };
        let rows = [named("NameId", "Admin", "IsPasswordSet", 1), named("NameId", "System", "IsPasswordSet", 0)];
        assert_eq!(dell(&rows), both(Some(false), Some(true)));
        assert_eq!(dell(&rows[..1]), both(None, Some(true)));
        let rows = [named("Name", "Setup Password", "IsSet", 0), named("Name", "Power-On Password", "IsSet", 1)];
        assert_eq!(hp(&rows), both(Some(true), Some(false)));
        for (state, power_on, administrator) in
            [(0, false, false), (1, true, false), (2, false, true), (67, true, true)]
        {
            let rows = [row(&[("PasswordState", WmiValue::Number(state))])];
            assert_eq!(lenovo(&rows), both(Some(power_on), Some(administrator)), "{state}");
        }
        assert_eq!(lenovo(&[row(&[("PasswordState", WmiValue::Number(-1))])]), both(None, None));
        assert_eq!(lenovo(&[WmiRow::new()]), both(None, None));
    }
}
