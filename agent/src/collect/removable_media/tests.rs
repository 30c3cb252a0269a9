//! Sticks, and what is said of them.

use tenken_model::Instant;
use tenken_model::fact::removable_media::UsbPolicy;
use tenken_model::register::Registers;

use super::*;
use crate::collect::Wake;
use crate::collect::devices::composed::{device, disks, mapping, mounted};
use crate::host::Recording;

const ROOT: &str = "1 1 8:2 / / rw - ext4 /dev/sda2 rw\n";
const DAEMON: &str = "/etc/usbguard/usbguard-daemon.conf";

fn host() -> Recording {
    mounted(disks(Recording::new(Instant::UNIX_EPOCH)), ROOT)
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn fact(host: &Recording) -> RemovableMedia {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_stick_by_what_it_says_of_itself() {
    let found = fact(&host());
    let [stick] = found.media.as_slice() else { panic!("{found:?}") };
    assert_eq!((stick.device.as_str(), stick.bus), ("sdb", MediumBus::Usb));
    assert_eq!(stick.serial, Read::Measured(Some("4C530001230101117391".into())));
    assert_eq!((stick.vendor.as_deref(), stick.model.as_deref()), (Some("SanDisk"), Some("Cruzer Blade")));
    assert_eq!(stick.size, Read::Measured(Size::from_bytes(30_000 * 512)));
    assert!(stick.mounts == 0 && stick.encryption == Read::Measured(None));
    let by_udev = fact(&host().file("/run/udev/data/b8:16", "E:ID_SERIAL_SHORT=A5\nE:ID_MODEL=Flash\n"));
    assert_eq!(by_udev.media[0].serial, Read::Measured(Some("A5".into())));
    let denied = fact(&host().denied("/run/udev/data/b8:16"));
    assert!(matches!(denied.media[0].serial, Read::NotRead(_)));
}

#[test]
fn where_a_stick_is_mounted() {
    let plain = fact(&mounted(host(), &format!("{ROOT}2 1 8:17 / /media/a rw - vfat /dev/sdb1 rw\n")));
    assert_eq!(plain.media[0].mounts, 1);
    assert_eq!(plain.media[0].encryption, Read::Measured(Some(Encryption::None)));
    let luks = mapping(host(), 0, "x", "CRYPT-LUKS2-x", &["sdb1"]);
    let encrypted = fact(&mounted(luks.clone(), &format!("{ROOT}2 1 253:0 / /media/a rw - ext4 /dev/dm-0 rw\n")));
    assert_eq!(encrypted.media[0].encryption, Read::Measured(Some(Encryption::Luks2)));
    let both =
        format!("{ROOT}2 1 253:0 / /media/a rw - ext4 /dev/dm-0 rw\n3 1 8:16 / /media/b rw - vfat /dev/sdb rw\n");
    assert_eq!(fact(&mounted(luks, &both)).media[0].encryption, Read::Measured(Some(Encryption::None)));
    let unknown = fact(&mounted(host(), &format!("{ROOT}2 1 8:99 / /mnt rw - vfat /dev/sdb9 rw\n")));
    assert!(matches!(unknown.media[0].encryption, Read::NotRead(_)), "it may be the stick");
}

#[test]
fn file_systems_that_may_lie_on_a_stick() {
    let pool = fact(&mounted(host(), &format!("{ROOT}2 1 0:60 / /tank rw - zfs tank rw\n")));
    assert!(matches!(pool.media[0].encryption, Read::NotRead(_)), "only ZFS knows which disks a pool lies on");
    let table = format!("{ROOT}2 1 0:60 / /data rw - btrfs /dev/sda1 rw\n");
    let btrfs = mounted(host(), &table).folder("/sys/fs/btrfs");
    assert!(matches!(fact(&btrfs).media[0].encryption, Read::NotRead(_)), "nobody says which devices it has");
    let one = btrfs.link("/sys/fs/btrfs/11-22/devices/sda1", "../x");
    assert_eq!(fact(&one).media[0].encryption, Read::Measured(None), "it lies elsewhere");
    let found = fact(&one.link("/sys/fs/btrfs/11-22/devices/sdb1", "../x"));
    assert_eq!((found.media[0].mounts, &found.media[0].encryption), (1, &Read::Measured(Some(Encryption::None))));
}

#[test]
fn what_is_no_medium() {
    let drive = "../../devices/pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0/block/sr0";
    let folder = drive.replace("../..", "/sys");
    let empty = device(host(), drive, "11:0", 2_097_151, &[]).file(format!("{folder}/removable"), "1\n");
    assert_eq!(fact(&empty).media.len(), 1, "an empty drive of discs");
    let disc = empty.file("/run/udev/data/b11:0", "E:ID_SERIAL_SHORT=x\nE:ID_CDROM_MEDIA=1\n");
    assert_eq!(fact(&disc).media.len(), 2);
    let slot = "../../devices/pci0000:00/0000:00:14.0/usb1/1-5/1-5:1.0/host7/target7:0:0/7:0:0:0/block/sdc";
    let slot = device(host(), slot, "8:32", 0, &[]);
    assert_eq!(fact(&slot).media.len(), 1, "a slot without a card");
}

#[test]
fn more_media_than_are_told_of() {
    let many = (0..60).fold(host(), |host, number| {
        let link = format!("../../devices/pci0/usb1/1-3/1-3:1.0/host9/block/sdx{number}x");
        device(host, &link, &format!("65:{number}"), 9, &[])
    });
    let found = fact(&many);
    assert_eq!((found.media.len(), found.media_left_out), (50, 11));
    assert!(matches!(collect(&Look::new(&host().denied("/sys/class/block")), &needs()), Outcome::Failed(_)));
}

#[test]
fn usbguard_as_it_is_told() {
    let debian = include_bytes!("../../../tests/samples/removable_media/usbguard-1.1.2.usbguard-daemon.conf");
    let wanted = "/etc/systemd/system/basic.target.wants/usbguard.service";
    let guard = |host: Recording| fact(&host).usb_guard.measured().unwrap().clone().unwrap();
    assert_eq!(fact(&host()).usb_guard, Read::Measured(None));
    let installed = host().file(DAEMON, debian);
    let found = guard(installed.clone());
    assert_eq!(
        (found.running, found.enabled, found.unnamed),
        (false, Read::Measured(false), Read::Measured(UsbPolicy::Block))
    );
    assert_eq!(found.lets_storage_in, Read::Measured(false));
    let runs = installed.clone().running(5, "usbguard-daemon").link(wanted, "/usr/lib/systemd/system/usbguard.service");
    assert!(guard(runs.clone()).running && guard(runs).enabled == Read::Measured(true));
    let storage = "allow with-interface equals { 08:*:* }\n";
    for rules in ["/etc/usbguard/rules.conf", "/etc/usbguard/rules.d/10-x.conf"] {
        assert_eq!(guard(installed.clone().file(rules, storage)).lets_storage_in, Read::Measured(true), "{rules}");
    }
    let unread = installed.clone().file("/etc/usbguard/rules.d/10-x.txt", storage);
    assert_eq!(guard(unread).lets_storage_in, Read::Measured(false));
    let shielded = installed.clone().file("/etc/usbguard/rules.conf", "reject with-interface one-of { 08:*:* }\n");
    assert_eq!(guard(shielded.file("/etc/usbguard/rules.d/10-x.conf", storage)).lets_storage_in, Read::Measured(false));
    for broken in [
        installed.clone().denied("/etc/usbguard/rules.conf"),
        installed.clone().denied("/etc/usbguard/rules.d"),
        installed.clone().file("/etc/usbguard/rules.conf", "permit\n"),
        installed.clone().file("/etc/usbguard/rules.conf", "allow if random\n"),
        installed.clone().file(DAEMON, "ImplicitPolicyTarget=maybe\n"),
    ] {
        assert!(matches!(guard(broken).lets_storage_in, Read::NotRead(_)));
    }
    assert!(matches!(fact(&host().denied(DAEMON)).usb_guard, Read::NotRead(_)));
}

#[test]
fn drivers_that_are_kept_out() {
    let storage = |host: &Recording| {
        let driver = fact(host).drivers[0].clone();
        (driver.blocked.measured().copied(), driver.loaded.measured().copied(), driver.origin)
    };
    let etc = "/etc/modprobe.d/b.conf";
    let refused = host().file(etc, "install usb-storage /bin/false\n");
    assert_eq!(storage(&refused), (Some(true), Some(false), Some(etc.into())));
    assert_eq!(storage(&host()), (Some(false), Some(false), None));
    let loaded = refused.clone().folder("/sys/module/usb_storage");
    assert_eq!(storage(&loaded).1, Some(true));
    let earlier =
        refused.clone().file("/usr/lib/modprobe.d/a.conf", "install usb_storage /sbin/modprobe -i usb_storage\n");
    assert_eq!(storage(&earlier).0, Some(false), "the first name over all folders");
    let hidden = refused.clone().file("/run/modprobe.d/b.conf", "install usb_storage /sbin/modprobe -i usb_storage\n");
    assert_eq!(storage(&hidden).0, Some(true), "the folder of the administrator counts");
    let masked = host().link(etc, "/dev/null").file("/usr/lib/modprobe.d/b.conf", "install usb-storage /bin/false\n");
    assert_eq!(storage(&masked).0, Some(false));
    let unclear = host().file(etc, "install usb-storage /opt/sticks\n");
    assert_eq!(storage(&unclear).0, None);
    assert_eq!(storage(&host().denied("/etc/modprobe.d")).0, None);
}

#[test]
fn it_is_looked_at_again_when_something_is_attached_or_mounted() {
    let host = host();
    let look = Look::new(&host);
    drop(collect(&look, &needs()));
    let wakes = look.finish().1;
    for path in ["/dev/disk/by-id", "/dev/disk/by-path", "/run/udisks2/mounted-fs", "/etc/modprobe.d", DAEMON] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
