//! Names of programs, services, packages and devices: what a rule or a collector knows them by stays, the rest has a stand-in.

use super::super::{Scrubber, known};
use super::texts;
use crate::collect::forwarding::windows::{TRANSITION, TUNNEL_WORDS};
use crate::collect::ipsec::windows_clients::TUNNEL_SERVICE;
use crate::collect::neighbours::windows::SWITCHES;
use crate::collect::remote_access::windows::tools::{TELNET, TOOLS};
use crate::collect::removable_media::usb_storage_key;
use crate::collect::software::windows_entry::{FRAMEWORKS, OF_WINDOWS};

/// Beginnings of services that antivirus products have, behind which is a version.
const OF_ANTIVIRUS: [&str; 1] = ["AVP."];
/// What Microsoft publishes its apps as in the store: a sum of the name in its certificate.
const OF_MICROSOFT: &str = "8wekyb3d8bbwe";
/// Architectures of packages.
const ARCHITECTURES: [&str; 6] = ["x64", "x86", "x86a64", "arm", "arm64", "neutral"];
/// Marks of a package's resource that hold no language.
const RESOURCES: [&str; 3] = ["", "~", "neutral"];

/// The name of a program that rules know, with a stand-in for what makes it another than its like; nothing for others.
pub(super) fn of_rules(scrubber: &mut Scrubber, name: &str) -> Option<String> {
    let pattern = known::pattern(name)?;
    let base = pattern.replace('*', "");
    if name.eq_ignore_ascii_case(&base) || !pattern.ends_with('*') {
        return Some(base);
    }
    Some(format!("{base} {}", texts::plain(scrubber, name)))
}

/// The name of a service of which collectors know the beginning, behind which each customer or version has another.
pub(super) fn service(scrubber: &mut Scrubber, name: &str) -> Option<String> {
    let of_tools = TOOLS.iter().chain([&TELNET]).flat_map(|tool| tool.services);
    let beginnings =
        of_tools.filter_map(|service| service.strip_suffix('*')).chain(OF_ANTIVIRUS).chain([TUNNEL_SERVICE]);
    let begins =
        |beginning: &&str| name.get(..beginning.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(beginning));
    let beginning = beginnings.into_iter().find(begins)?;
    let behind = name.get(beginning.len()..).unwrap_or_default();
    let behind = if behind.is_empty() { String::new() } else { texts::plain(scrubber, behind) };
    Some(format!("{beginning}{behind}"))
}

/// What an adapter is: that it is a tunnel or leads to guests is told by its maker's words.
pub(super) fn adapter(scrubber: &mut Scrubber, description: &str) -> String {
    let lower = description.to_ascii_lowercase();
    let begins = TRANSITION.iter().chain(&SWITCHES).find(|known| description.starts_with(*known));
    match begins.or_else(|| TUNNEL_WORDS.iter().find(|word| lower.contains(*word))) {
        Some(known) => format!("{known} {}", texts::plain(scrubber, description)),
        None => texts::word(scrubber, description),
    }
}

/// The full name of an app's package, in five parts; nothing for what has another form.
pub(super) fn package(scrubber: &mut Scrubber, full_name: &str) -> Option<String> {
    let parts: Vec<&str> = full_name.split('_').collect();
    let [name, version, architecture, resource, publisher] = parts.as_slice() else { return None };
    let framework = FRAMEWORKS.iter().find(|framework| name.starts_with(*framework));
    let name = match framework {
        Some(framework) => format!("{framework}{}", texts::plain(scrubber, name)),
        None => texts::part(scrubber, name).replace('_', "-"),
    };
    let version = if version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && version.len() <= 24 {
        "1.0.0.0"
    } else {
        "x"
    };
    let one_of =
        |list: &[&'static str], text: &str| list.iter().find(|known| known.eq_ignore_ascii_case(text)).copied();
    let architecture = one_of(&ARCHITECTURES, architecture).unwrap_or("neutral");
    let resource = match one_of(&RESOURCES, resource) {
        Some(resource) => resource.to_owned(),
        None if resource.starts_with("split.") => "split.x".to_owned(),
        None => "x".to_owned(),
    };
    let publisher = match one_of(&[OF_WINDOWS, OF_MICROSOFT, ""], publisher) {
        Some(publisher) => publisher.to_owned(),
        None => texts::plain(scrubber, publisher),
    };
    Some([name.as_str(), version, architecture, &resource, &publisher].join("_"))
}

/// The name of a kind of disk on USB, by what it is of; nothing for other devices.
pub(super) fn disk(scrubber: &mut Scrubber, name: &str) -> Option<String> {
    let known = usb_storage_key::device(name)?;
    let vendor = known.vendor.map(|vendor| self::vendor(scrubber, &vendor)).unwrap_or_default();
    let model = known.model.map(|model| self::model(scrubber, &model).replace(' ', "_")).unwrap_or_default();
    // Two that differ in something else stay two.
    let whole = scrubber.names.alias(&format!("kind of a disk {}", name.to_lowercase()));
    Some(format!("Disk&Ven_{vendor}&Prod_{model}&Rev_{whole}"))
}

/// Who made a disk, the same in every place.
pub(super) fn vendor(scrubber: &mut Scrubber, vendor: &str) -> String {
    of_disk(scrubber, "vendor", vendor)
}

/// What a disk calls itself, the same in every place. That it is a slot for cards stays.
pub(super) fn model(scrubber: &mut Scrubber, model: &str) -> String {
    let alias = of_disk(scrubber, "model", model);
    if usb_storage_key::is_reader(model) { format!("Card Reader {alias}") } else { alias }
}

fn of_disk(scrubber: &mut Scrubber, kind: &str, text: &str) -> String {
    let text = usb_storage_key::comparable(text);
    if text.is_empty() { String::new() } else { scrubber.names.alias(&format!("{kind} of a disk {text}")) }
}

/// The id of a device: of one on USB, its serial number; of others, nothing.
pub(super) fn device(scrubber: &mut Scrubber, id: &str) -> String {
    let parts: Vec<&str> = id.split('\\').collect();
    let [bus, kind, instance] = parts.as_slice() else { return String::new() };
    if bus.eq_ignore_ascii_case("USBSTOR") {
        let disk = disk(scrubber, kind).unwrap_or_else(|| "Other".to_owned());
        format!("USBSTOR\\{disk}\\{}", self::instance(scrubber, instance))
    } else if bus.eq_ignore_ascii_case("USB") {
        format!("USB\\VID_0000&PID_0000\\{}", self::instance(scrubber, instance))
    } else {
        r"SCSI\Disk\x".to_owned()
    }
}

/// The name of one disk of a kind: its serial number, or one that Windows made up, which keeps its mark.
pub(super) fn instance(scrubber: &mut Scrubber, name: &str) -> String {
    let unit = name.rsplit_once('&').map(|(_, unit)| unit).filter(|unit| known::is_short_number(unit, 2));
    let unit = unit.map(|unit| format!("&{unit}"));
    if let Some(serial) = usb_storage_key::serial(name) {
        return format!("{}{}", self::serial(scrubber, serial), unit.unwrap_or_default());
    }
    let made_up = scrubber.names.alias(&format!("instance {}", name.to_lowercase()));
    format!("7&{made_up}{}", unit.unwrap_or_else(|| "&0".to_owned()))
}

/// A serial number, the same in every place, however it is written there.
pub(super) fn serial(scrubber: &mut Scrubber, serial: &str) -> String {
    let trimmed = serial.trim();
    let of = match usb_storage_key::comparable(trimmed) {
        compared if compared.is_empty() => trimmed.to_uppercase(),
        compared => compared,
    };
    if of.is_empty() { String::new() } else { scrubber.names.alias(&format!("serial {of}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::software::windows_entry;

    #[test]
    fn what_rules_know_a_program_by_stays() {
        let mut scrubber = Scrubber::of_nothing();
        let mut of = |name: &str| of_rules(&mut scrubber, name);
        assert_eq!(of("AnyDesk").as_deref(), Some("anydesk"));
        assert_eq!(of("uTorrent Web").as_deref(), Some("utorrent name0001"));
        assert_eq!(of("Chrome Remote Desktop Host").as_deref(), Some("chromeremotedesktop name0002"));
        assert_eq!((of("Google Chrome"), of("山田電子カルテ")), (None, None));
        for name in ["uTorrent Web", "Chrome Remote Desktop Host", "TeamViewer 15"] {
            let stand_in = of(name).unwrap();
            assert_eq!(known::pattern(&stand_in), known::pattern(name), "{stand_in}");
        }
        assert_eq!(
            service(&mut scrubber, "ScreenConnect Client (yamada)").as_deref(),
            Some("ScreenConnect Clientname0004")
        );
        assert_eq!(service(&mut scrubber, "AnyDesk-ad_yamada").as_deref(), Some("AnyDesk-name0005"));
        assert_eq!(service(&mut scrubber, "YamadaSvc"), None);
        assert_eq!(adapter(&mut scrubber, "TAP-Windows Adapter of Yamada"), "tap-windows name0006");
        assert_eq!(
            adapter(&mut scrubber, "Hyper-V Virtual Ethernet Adapter #2"),
            "Hyper-V Virtual Ethernet Adapter name0007"
        );
    }

    #[test]
    fn packages_and_disks_stay_what_they_are() {
        let mut scrubber = Scrubber::of_nothing();
        for name in [
            "Microsoft.WindowsCalculator_11.2502.2.0_x64__8wekyb3d8bbwe",
            "Microsoft.Windows.StartMenuExperienceHost_10.0.26100.1_neutral_neutral_cw5n1h2txyewy",
            "Microsoft.VCLibs.140.00_14.0.33519.0_x64__8wekyb3d8bbwe",
            "Microsoft.WindowsCalculator_11.0.0.0_neutral_split.language-ja_8wekyb3d8bbwe",
            "YamadaClinic.Karte_1.0.0.0_x64__abcdefghjkmnp",
            "YamadaClinic.Karte_1.0.0.0_x64__",
        ] {
            let stand_in = package(&mut scrubber, name).unwrap();
            let shape = |name: &str| windows_entry::app(name).map(|app| app.is_part_of_windows);
            assert_eq!(shape(&stand_in), shape(name), "{stand_in}");
            assert!(!stand_in.contains("Yamada") && !stand_in.contains("Calculator"), "{stand_in}");
        }
        assert_eq!(disk(&mut scrubber, "CdRom&Ven_HL-DT-ST&Prod_DVDRAM&Rev_1.00"), None);
        let known =
            |name: &str| usb_storage_key::device(name).map(|name| (name.vendor.is_some(), name.model.is_some()));
        for name in ["Disk&Ven_BUFFALO&Prod_USB_Flash_Disk&Rev_4000", "Disk&Ven_&Prod_USB_DISK_2.0&Rev_PMAP", "Disk"] {
            let stand_in = disk(&mut scrubber, name).unwrap();
            assert_eq!(known(&stand_in), known(name), "{stand_in}");
        }
        let own = serial(&mut scrubber, " 07008a2b11c3 ");
        assert_eq!(instance(&mut scrubber, "07008A2B11C3&0"), format!("{own}&0"));
        assert_eq!(usb_storage_key::serial(&instance(&mut scrubber, "7&2b63d3c7&0")), None);
        for id in
            [r"USBSTOR\Disk&Ven_Generic-&Prod_SD/MMC&Rev_1.00\058F63646476&1", r"USB\VID_0411&PID_00F6\07008A2B11C3"]
        {
            let stand_in = device(&mut scrubber, id);
            let instance = id.rsplit('\\').next().unwrap();
            assert_eq!(stand_in.rsplit('\\').next(), Some(&*self::instance(&mut scrubber, instance)), "{stand_in}");
        }
        assert_eq!(device(&mut scrubber, r"SCSI\Disk&Ven_NVMe\5&1"), r"SCSI\Disk\x");
        let reader = disk(&mut scrubber, "Disk&Ven_Generic-&Prod_SD/MMC&Rev_1.00").unwrap();
        let model = usb_storage_key::device(&reader).unwrap().model.unwrap();
        assert!(usb_storage_key::is_reader(&model), "{model}");
        assert_eq!(model, self::model(&mut scrubber, "SD/MMC "), "the record of the event log says the same");
    }
}
