//! FileVault. Never run on a Mac.

use tenken_model::fact::disk_encryption::{DiskEncryption, Encryption, Volume, VolumePurpose};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use crate::collect::property_list::{self, Value};
use crate::collect::{Look, Needs};
use crate::host::VendorCommand;

/// The most volumes that are told.
const VOLUMES_MAX: usize = 100;

/// Reads the volumes of APFS.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<DiskEncryption> {
    let tried = "run diskutil apfs list";
    let listed = look.run(&VendorCommand::ApfsVolumes).map_err(|error| error.reason()).and_then(|output| {
        property_list::parse(&output.stdout)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("{tried}: {error}")))
    });
    let list = match listed {
        Ok(list) => list,
        Err(reason) => return Outcome::Failed(reason),
    };
    let containers = list.get("Containers").map(Value::list).unwrap_or_default();
    let mut volumes: Vec<Volume> = containers
        .iter()
        .flat_map(|container| container.get("Volumes").map(Value::list).unwrap_or_default())
        .filter_map(volume)
        .collect();
    if volumes.is_empty() {
        return Outcome::Failed(Reason::new(ReasonCode::Missing, format!("{tried}: it names no volume of data")));
    }
    let left_out = volumes.len().saturating_sub(VOLUMES_MAX);
    volumes.truncate(VOLUMES_MAX);
    let unread = |what: &str| Reason::new(ReasonCode::Unsupported, format!("read {what}: not on macOS"));
    Outcome::Known(DiskEncryption {
        volumes,
        volumes_left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
        plain_unmounted: Read::NotRead(unread("file systems that are not mounted")),
        swaps: Read::NotRead(unread("swap")),
        keys: Read::Measured(Vec::new()),
        luks: Read::Measured(Vec::new()),
    })
}

/// A volume on which people's data lie: the others hold the sealed system, what starts it, and its memory.
fn volume(volume: &Value) -> Option<Volume> {
    let roles: Vec<&str> =
        volume.get("Roles").map(Value::list).unwrap_or_default().iter().filter_map(Value::text).collect();
    if roles.iter().any(|role| *role != "Data" && *role != "User" && *role != "Backup") {
        return None;
    }
    let text = |name: &str| volume.get(name).and_then(Value::text).unwrap_or_default().to_owned();
    let truth = |name: &str| volume.get(name).and_then(Value::truth);
    let detail =
        || format!("run diskutil apfs list: it does not say whether {} is encrypted", text("DeviceIdentifier"));
    let encryption = match (truth("FileVault").or_else(|| truth("Encryption")), truth("CryptoMigrationOn")) {
        (None, _) => Read::not_read(ReasonCode::Missing, detail()),
        // On its way, and not there.
        (Some(_), Some(true)) | (Some(false), _) => Read::Measured(Encryption::None),
        (Some(true), _) => Read::Measured(Encryption::Filevault),
    };
    Some(Volume {
        place: text("Name"),
        file_system: "apfs".to_owned(),
        device: text("DeviceIdentifier"),
        purpose: VolumePurpose::Data,
        encryption,
        removable: Read::not_read(ReasonCode::Unsupported, "ask whether a disk can be pulled out: not on macOS"),
        size: volume
            .get("CapacityInUse")
            .and_then(Value::number)
            .and_then(|size| u64::try_from(size).ok())
            .map_or_else(
                || Read::not_read(ReasonCode::Missing, detail()),
                |size| Read::Measured(Size::from_bytes(size)),
            ),
    })
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::{CommandOutput, Recording};

    fn outcome(data: &str) -> Outcome<DiskEncryption> {
        let volume = |name: &str, role: &str, rest: &str| {
            format!(
                "<dict><key>Name</key><string>{name}</string><key>DeviceIdentifier</key><string>disk3s1</string>\
                 <key>Roles</key><array><string>{role}</string></array>{rest}</dict>"
            )
        };
        let text = format!(
            "<plist><dict><key>Containers</key><array><dict><key>Volumes</key><array>{}{}</array></dict></array></dict></plist>",
            volume("Macintosh HD", "System", "<key>FileVault</key><false/>"),
            volume("Data", "Data", data)
        );
        let output = CommandOutput { code: Some(0), stdout: text.into_bytes(), stderr: String::new() };
        let host = Recording::new(Instant::UNIX_EPOCH).command(VendorCommand::ApfsVolumes, Ok(output));
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        collect(&Look::new(&host), &needs)
    }

    #[test]
    fn only_volumes_of_data_count_and_only_done_ones_are_encrypted() {
        let encryption = |data: &str| {
            let Outcome::Known(fact) = outcome(data) else { panic!() };
            assert_eq!((fact.volumes.len(), fact.volumes[0].place.as_str()), (1, "Data"));
            fact.volumes[0].encryption.clone()
        };
        assert_eq!(encryption("<key>FileVault</key><true/>"), Read::Measured(Encryption::Filevault));
        assert_eq!(encryption("<key>FileVault</key><false/>"), Read::Measured(Encryption::None));
        let migrating = "<key>FileVault</key><true/><key>CryptoMigrationOn</key><true/>";
        assert_eq!(encryption(migrating), Read::Measured(Encryption::None));
        assert!(matches!(encryption(""), Read::NotRead(_)));
    }
}
