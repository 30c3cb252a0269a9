//! Disks as they are stacked.

use tenken_model::Instant;
use tenken_model::fact::disk_encryption::{Cipher, KeyDerivation, KeyKind, LuksHeader};
use tenken_model::register::Registers;

use super::*;
use crate::collect::Wake;
use crate::collect::devices::composed::{device, disks, mapping, mounted};
use crate::collect::devices::luks::composed::{ONE_KEY, UUID, both, luks1, usual, with};
use crate::host::{CommandOutput, Recording, VendorCommand};

const LUKS: &str = "CRYPT-LUKS2-5f7a1c0a1a3b4c5d8e9f001122334455-sda2_crypt";

fn plain() -> Recording {
    disks(Recording::new(Instant::UNIX_EPOCH)).folder("/sys/fs/btrfs")
}

/// LVM on LUKS, beside a plain /boot.
fn notebook() -> Recording {
    let host = mapping(plain(), 0, "sda2_crypt", LUKS, &["sda2"]);
    let host = mapping(host, 1, "vg-root", "LVM-aa", &["dm-0"]);
    let host = mapping(host, 2, "vg-swap", "LVM-bb", &["dm-0"]);
    let table = "1 1 253:1 / / rw - ext4 /dev/mapper/vg-root rw\n2 1 8:1 / /boot rw - ext4 /dev/sda1 rw\n\
        3 1 0:30 / /run rw - tmpfs tmpfs rw\n4 1 253:1 /x /var/lib/x rw - ext4 /dev/mapper/vg-root rw\n\
        5 1 0:40 / /nas rw - nfs4 nas:/x rw\n6 1 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n";
    mounted(host, table).file("/proc/swaps", "Filename Type Size Used Priority\n/dev/dm-2 partition 1 0 -2\n")
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn fact(host: &Recording) -> DiskEncryption {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn root(host: &Recording) -> Read<Encryption> {
    fact(host).volumes.into_iter().find(|volume| volume.place == "/").unwrap().encryption
}

fn swap(host: &Recording) -> (bool, Read<Encryption>) {
    let swap = fact(host).swaps.measured().unwrap()[0].clone();
    (swap.in_memory, swap.encryption)
}

#[test]
fn a_notebook_as_it_is_installed() {
    let found = fact(&notebook());
    let rows: Vec<_> = found
        .volumes
        .iter()
        .map(|volume| (volume.place.as_str(), volume.device.as_str(), volume.purpose, volume.encryption.clone()))
        .collect();
    assert_eq!(
        rows,
        [
            ("/", "dm-1", VolumePurpose::Data, Read::Measured(Encryption::Luks2)),
            ("/boot", "sda1", VolumePurpose::Boot, Read::Measured(Encryption::None)),
        ]
    );
    assert!(found.volumes.iter().all(|volume| volume.removable == Read::Measured(false)));
    assert_eq!(found.volumes[1].size, Read::Measured(Size::from_bytes(512_000)));
    assert_eq!(swap(&notebook()), (false, Read::Measured(Encryption::Luks2)));
    assert_eq!((found.volumes_left_out, found.keys), (0, Read::Measured(Vec::new())));
}

#[test]
fn what_is_stacked_on_what() {
    let at = |host: Recording, number: &str| root(&mounted(host, &format!("1 1 {number} / / rw - ext4 /dev/x rw\n")));
    let none = Read::Measured(Encryption::None);
    assert_eq!(at(plain(), "8:2"), none, "a plain part");
    let raid = |below: &[&str]| {
        let host = mapping(plain(), 0, "a", LUKS, &["sda2"]);
        device(host, "../../devices/virtual/block/md127", "9:127", 1, below)
    };
    assert_eq!(at(raid(&["dm-0"]), "9:127"), Read::Measured(Encryption::Luks2));
    assert_eq!(at(raid(&["dm-0", "sda1"]), "9:127"), none, "a mirror writes to the plain disk too");
    assert!(matches!(at(raid(&[]), "9:127"), Read::NotRead(_)), "it lies on something");
    let part = device(raid(&["dm-0"]), "../../devices/virtual/block/md127/md127p1", "259:0", 1, &[]);
    assert_eq!(at(part, "259:0"), Read::Measured(Encryption::Luks2), "a part of an array");
    for (uuid, expected) in [
        ("CRYPT-LUKS1-x", Some(Encryption::Luks1)),
        ("CRYPT-PLAIN-x", Some(Encryption::PlainDmCrypt)),
        ("CRYPT-VERITY-x", Some(Encryption::None)),
        ("mpath-3600", Some(Encryption::None)),
        ("", None),
        ("CRYPT-NEW-x", None),
    ] {
        let found = at(mapping(plain(), 0, "x", uuid, &["sda2"]), "253:0");
        assert_eq!(found.measured().copied(), expected, "{uuid}");
    }
    let nameless = mapping(mapping(plain(), 0, "x", LUKS, &["sda2"]), 1, "y", "", &["dm-0"]);
    assert_eq!(at(nameless, "253:1"), Read::Measured(Encryption::Luks2), "whatever it does, it lies on LUKS");
    let converting = mapping(plain(), 1, "sda2_crypt-hotzone-forward", "CRYPT-SUBDEV-x", &["sda2"]);
    let converting = mapping(converting, 0, "sda2_crypt", LUKS, &["dm-1"]);
    assert!(matches!(at(converting, "253:0"), Read::NotRead(_)), "what was not reached yet is plain");
    let cyclic = mapping(mapping(plain(), 0, "x", "LVM-x", &["dm-1"]), 1, "y", "LVM-y", &["dm-0"]);
    assert!(matches!(at(cyclic, "253:0"), Read::NotRead(_)));
    assert!(matches!(at(plain(), "99:9"), Read::NotRead(_)), "a device that sysfs does not show");
    let network = device(plain(), "../../devices/virtual/block/nbd0", "43:0", 1, &[]);
    assert!(matches!(at(network, "43:0"), Read::NotRead(_)));
}

#[test]
fn file_systems_of_several_devices() {
    let table = "1 1 0:30 /@ / rw - btrfs /dev/mapper/sda2_crypt rw\n2 1 0:30 /@home /home rw - btrfs /dev/mapper/sda2_crypt rw\n";
    let btrfs = mounted(mapping(plain(), 0, "sda2_crypt", LUKS, &["sda2"]), table);
    assert!(matches!(root(&btrfs), Read::NotRead(_)), "nobody says which devices it has");
    let one = btrfs.link("/sys/fs/btrfs/11-22/devices/dm-0", "../../../../devices/virtual/block/dm-0");
    assert_eq!(root(&one), Read::Measured(Encryption::Luks2));
    assert_eq!(fact(&one).volumes.len(), 1, "subvolumes of one file system");
    let two = one.link("/sys/fs/btrfs/11-22/devices/sda1", "../x");
    assert_eq!(root(&two), Read::Measured(Encryption::None));
    let several =
        mounted(mapping(plain(), 0, "x", LUKS, &["sda2"]), "1 1 0:9 / / rw - bcachefs /dev/dm-0:/dev/sda1 rw\n");
    assert_eq!(root(&several), Read::Measured(Encryption::None));
}

#[test]
fn datasets() {
    let host = |said: &str, code| {
        let output = CommandOutput { code: Some(code), stdout: said.into(), stderr: "cannot open".into() };
        let command = VendorCommand::ZfsEncryption { dataset: "rpool/ROOT".into() };
        mounted(plain(), "1 1 0:30 / / rw - zfs rpool/ROOT rw\n").command(command, Ok(output))
    };
    assert_eq!(root(&host("aes-256-gcm\n", 0)), Read::Measured(Encryption::Zfs));
    assert_eq!(root(&host("off\n", 0)), Read::Measured(Encryption::None));
    for unknown in [host("-\n", 0), host("", 1), mapping(host("off\n", 0), 0, "x", LUKS, &["sda2"])] {
        assert!(matches!(root(&unknown), Read::NotRead(_)));
    }
}

#[test]
fn layers_on_top() {
    let folders = notebook().file("/.fscrypt/policies/x", "");
    assert_eq!(root(&folders), Read::Measured(Encryption::Luks2), "what is below suffices");
    let alone = mounted(plain().folder("/.fscrypt"), "1 1 8:2 / / rw - ext4 /dev/sda2 rw\n");
    assert!(matches!(root(&alone), Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive));
    let home = "1 1 8:2 / / rw - ext4 /dev/sda2 rw\n2 1 0:50 / /home/a rw - ecryptfs /home/.ecryptfs/a rw\n";
    let kinds: Vec<_> = fact(&mounted(plain(), home)).volumes.into_iter().map(|volume| volume.encryption).collect();
    assert_eq!(kinds, [Read::Measured(Encryption::None), Read::Measured(Encryption::Ecryptfs)]);
    let image = device(notebook(), "../../devices/virtual/block/loop1", "7:1", 9, &[])
        .file("/sys/devices/virtual/block/loop1/loop/backing_file", "/boot/x.img\n");
    let table = "1 1 253:1 / / rw - ext4 /dev/x rw\n2 1 8:1 / /boot rw - ext4 /dev/x rw\n3 1 7:1 / /mnt rw - ext4 /dev/loop1 rw\n";
    let found = fact(&mounted(image, table));
    assert_eq!(found.volumes[2].encryption, Read::Measured(Encryption::None), "the file lies on the plain /boot");
}

#[test]
fn sticks_are_removable() {
    let found = fact(&mounted(plain(), "1 1 8:17 / /media/x rw - vfat /dev/sdb1 rw\n"));
    assert_eq!(found.volumes[0].removable, Read::Measured(true));
    let on_stick = mapping(plain(), 0, "x", LUKS, &["sdb1"]);
    let found = fact(&mounted(on_stick, "1 1 253:0 / /media/x rw - ext4 /dev/dm-0 rw\n"));
    assert_eq!(found.volumes[0].removable, Read::Measured(true));
    let soldered = "../../devices/platform/mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0";
    for (kind, removable) in [("MMC", false), ("SD", true)] {
        let host = device(Recording::new(Instant::UNIX_EPOCH), soldered, "179:0", 9, &[])
            .file("/sys/devices/platform/mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0/device/type", kind);
        let found = fact(&mounted(host, "1 1 179:0 / / rw - ext4 /dev/mmcblk0 rw\n"));
        assert_eq!(found.volumes[0].removable, Read::Measured(removable), "{kind}");
    }
}

#[test]
fn swap_of_every_kind() {
    let with = |place: &str| {
        let host = device(notebook(), "../../devices/virtual/block/zram0", "252:0", 9, &[]);
        swap(&host.file("/proc/swaps", format!("h\n{place} 1 0 -2\n")))
    };
    assert_eq!(with("/dev/zram0 partition"), (true, Read::Measured(Encryption::None)));
    assert_eq!(with("/dev/sda1 partition"), (false, Read::Measured(Encryption::None)));
    assert_eq!(with("/dev/mapper/vg-swap partition"), (false, Read::Measured(Encryption::Luks2)));
    assert_eq!(with("/swap.img file"), (false, Read::Measured(Encryption::Luks2)));
    assert_eq!(with("/boot/swap file"), (false, Read::Measured(Encryption::None)));
    assert!(matches!(with("/dev/sdz1 partition"), (false, Read::NotRead(_))));
    assert!(matches!(with("/dev/mapper/gone partition"), (false, Read::NotRead(_))));
    let none = mounted(plain(), "1 1 8:2 / / rw - ext4 /dev/sda2 rw\n");
    assert_eq!(fact(&none).swaps, Read::Measured(Vec::new()), "a kernel without swap has no table");
    assert!(matches!(fact(&notebook().denied("/proc/swaps")).swaps, Read::NotRead(_)));
}

#[test]
fn keys_in_files() {
    let keys = |table: &str| {
        let host = notebook()
            .file("/etc/crypttab", table)
            .file_with("/etc/keys/own", "k", |file| file.mode = 0o400)
            .file_with("/etc/keys/group", "k", |file| file.mode = 0o640)
            .file_with("/boot/key", "k", |file| file.mode = 0o400)
            .file("/etc/cryptsetup-keys.d/found.key", "k");
        let key = fact(&host).keys.measured().unwrap()[0].clone();
        (key.kind, key.readable_by_others.measured().copied(), key.on_plain_disk.measured().copied())
    };
    for (line, expected) in [
        ("x /dev/sdc none", (KeyKind::Passphrase, Some(false), Some(false))),
        ("x /dev/sdc /dev/urandom swap", (KeyKind::Random, Some(false), Some(false))),
        ("x /dev/sdc /etc/keys/own", (KeyKind::File, Some(false), Some(false))),
        ("x /dev/sdc /etc/keys/group", (KeyKind::File, Some(true), Some(false))),
        ("x /dev/sdc /boot/key", (KeyKind::File, Some(false), Some(true))),
        ("sda2_crypt /dev/sda2 /etc/keys/own", (KeyKind::File, Some(false), Some(true))),
        ("found /dev/sdc none", (KeyKind::File, Some(true), Some(false))),
        ("x /dev/sdc /etc/keys/gone", (KeyKind::File, None, None)),
        ("x /dev/sdc /k:LABEL=x", (KeyKind::File, None, None)),
    ] {
        assert_eq!(keys(line), expected, "{line}");
    }
    assert!(matches!(fact(&notebook().denied("/etc/crypttab")).keys, Read::NotRead(_)));
    assert!(matches!(fact(&notebook().file("/etc/crypttab", b"\xff")).keys, Read::NotRead(_)));
}

#[test]
fn what_is_not_looked_at_is_counted() {
    let lines: Vec<_> = (0..250).map(|number| format!("1 1 8:{number} / /m/{number} rw - ext4 /dev/x rw\n")).collect();
    let table = lines.concat();
    let found = fact(&mounted(plain(), &table));
    assert_eq!((found.volumes.len(), found.volumes_left_out), (200, 50));
    assert!(matches!(collect(&Look::new(&Recording::new(Instant::UNIX_EPOCH)), &needs()), Outcome::Failed(_)));
    assert!(matches!(collect(&Look::new(&plain().denied("/proc/self/mountinfo")), &needs()), Outcome::Failed(_)));
}

#[test]
fn plain_file_systems_that_nobody_mounted() {
    let of = |host: Recording| fact(&host).plain_unmounted.measured().copied();
    let found = |number: &str, text: &str| notebook().file(format!("/run/udev/data/b{number}"), text);
    assert_eq!(of(notebook()), Some(0), "udev says nothing");
    assert_eq!(of(found("8:2", "E:ID_FS_TYPE=crypto_LUKS\n")), Some(0));
    assert_eq!(of(found("8:1", "E:ID_FS_TYPE=ext4\n")), Some(0), "/boot is mounted");
    assert_eq!(of(found("8:17", "E:ID_FS_TYPE=vfat\n")), Some(0), "a stick");
    assert_eq!(of(found("253:1", "E:ID_FS_TYPE=ext4\n")), Some(0), "a mapping");
    let with = |text: &str| {
        let link = "../../devices/pci0000:00/0000:00:17.0/ata9/host9/target9:0:0/9:0:0:0/block/sdx/sdx1";
        of(device(found("8:99", text), link, "8:99", 9, &[]))
    };
    for kind in ["ntfs", "ext4", "vfat"] {
        assert_eq!(with(&format!("E:ID_FS_TYPE={kind}\n")), Some(1), "{kind}");
    }
    for text in [
        "",
        "E:ID_FS_TYPE=LVM2_member\n",
        "E:ID_FS_TYPE=swap\n",
        "E:ID_FS_TYPE=BitLocker\n",
        "E:ID_FS_TYPE=vfat\nE:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n",
        "E:ID_FS_TYPE=vfat\nE:ID_PART_ENTRY_TYPE=0xef\n",
    ] {
        assert_eq!(with(text), Some(0), "{text}");
    }
    assert_eq!(of(notebook().denied("/run/udev/data/b8:0")), None);
    assert_eq!(of(notebook().denied("/sys/class/block")), None);
}

/// The notebook with that header on its disk.
fn headed(header: &[u8]) -> Recording {
    let luks = format!("CRYPT-LUKS2-{UUID}-sda2_crypt");
    notebook().file("/sys/devices/virtual/block/dm-0/dm/uuid", luks).device("/dev/sda2", header)
}

fn header(host: &Recording) -> Read<LuksHeader> {
    let found = fact(host).luks.measured().unwrap().clone();
    assert_eq!((found.len(), found[0].mapping.as_str()), (1, "sda2_crypt"));
    found[0].header.clone()
}

#[test]
fn what_the_header_says() {
    let host = headed(&both(&usual()));
    let said = header(&host).measured().unwrap().clone();
    let cipher = Cipher { name: "aes-xts-plain64".to_owned(), key_bits: Some(512) };
    assert_eq!((said.version, said.ciphers, said.key_slots), (2, vec![cipher], 1));
    assert_eq!((said.has_plain_data, said.unfinished), (false, false));
    assert_eq!(said.key_derivations, [KeyDerivation::Argon2id]);
    assert_eq!(root(&host), Read::Measured(Encryption::Luks2));
}

#[test]
fn what_only_looks_encrypted() {
    let null = both(&with("/segments/0/encryption", serde_json::json!("cipher_null-ecb")));
    let host = headed(&null);
    assert_eq!(root(&host), Read::Measured(Encryption::None));
    assert_eq!(swap(&host).1, Read::Measured(Encryption::None));
    assert!(header(&host).measured().unwrap().has_plain_data);
    let half = both(&with("/segments/1", serde_json::json!({"type": "linear"})));
    assert_eq!(root(&headed(&half)), Read::Measured(Encryption::None));
    let old = headed(&luks1("cipher_null", "ecb", ONE_KEY));
    assert_eq!(root(&old), Read::Measured(Encryption::None));

    // What cryptsetup puts between while it works, and what the header says of it.
    let working = |header: &[u8]| {
        let host = mapping(plain(), 1, "sda2_crypt-hotzone-forward", "CRYPT-SUBDEV-x", &["sda2"]);
        let host = mapping(host, 0, "sda2_crypt", &format!("CRYPT-LUKS2-{UUID}-sda2_crypt"), &["dm-1"]);
        mounted(host, "1 1 253:0 / / rw - ext4 /dev/x rw\n").device("/dev/sda2", header)
    };
    assert_eq!(root(&working(&both(&usual()))), Read::Measured(Encryption::Luks2), "by one key or the other");
    assert_eq!(root(&working(&half)), Read::Measured(Encryption::None));
    assert!(matches!(root(&working(&[0; 9_000])), Read::NotRead(_)));
}

#[test]
fn headers_that_cannot_be_read_leave_what_the_mapping_is_called() {
    let renamed = headed(&both(&usual())).file("/sys/devices/virtual/block/dm-0/dm/uuid", LUKS);
    for (host, code) in [
        (notebook(), ReasonCode::Missing),
        (notebook().denied("/dev/sda2"), ReasonCode::NotPermitted),
        (notebook().file("/dev/sda2", both(&usual())), ReasonCode::Unparsable),
        (headed(&[0; 9_000]), ReasonCode::Inconclusive),
        (headed(&both(&usual())[..9_000]), ReasonCode::Unparsable),
        (renamed, ReasonCode::Inconclusive),
        (headed(&[0; 9_000]).denied("/etc/crypttab"), ReasonCode::NotPermitted),
    ] {
        assert_eq!(root(&host), Read::Measured(Encryption::Luks2), "{code:?}");
        match header(&host) {
            Read::NotRead(reason) => assert_eq!(reason.code, code, "{}", reason.detail),
            Read::Measured(header) => panic!("{code:?}: {header:?}"),
        }
    }
}

#[test]
fn a_suspended_device_is_not_read() {
    let host = mapping(plain(), 1, "vg-crypt", "LVM-x", &["sda2"]);
    let host = mapping(host, 0, "sda2_crypt", &format!("CRYPT-LUKS2-{UUID}-sda2_crypt"), &["dm-1"]);
    let host = mounted(host, "1 1 253:0 / / rw - ext4 /dev/x rw\n").device("/dev/dm-1", both(&usual()));
    let suspended = |is: &str| host.clone().file("/sys/devices/virtual/block/dm-1/dm/suspended", is);
    assert_eq!(header(&suspended("0\n")).measured().unwrap().version, 2);
    match header(&suspended("1\n")) {
        Read::NotRead(reason) => assert!(reason.detail.ends_with("the device is suspended"), "{}", reason.detail),
        Read::Measured(header) => panic!("{header:?}"),
    }
}

#[test]
fn a_header_in_a_file_of_its_own() {
    let with = |table: &str| headed(&[0; 9_000]).file("/etc/crypttab", table);
    let null = both(&with_cipher("null"));
    let found = with("sda2_crypt UUID=1 none luks,header=/boot/header\n").file("/boot/header", &null);
    assert_eq!(root(&found), Read::Measured(Encryption::None));
    let on_stick = with("sda2_crypt UUID=1 none header=/dev/sdb1\n").device("/dev/sdb1", both(&usual()));
    assert_eq!(header(&on_stick).measured().unwrap().version, 2);
    for other in [
        with("other UUID=1 none luks,header=/boot/header\n").file("/boot/header", &null),
        with("sda2_crypt UUID=1 none luks,header=/boot/header\n"),
        with("sda2_crypt UUID=1 none luks,header=/boot/header\n").file("/boot/header", "none"),
    ] {
        assert!(matches!(header(&other), Read::NotRead(_)));
        assert_eq!(root(&other), Read::Measured(Encryption::Luks2));
    }
}

fn with_cipher(name: &str) -> serde_json::Value {
    with("/segments/0/encryption", serde_json::json!(name))
}

#[test]
fn volumes_that_nobody_opened() {
    let of = |header: &[u8]| {
        let link = "../../devices/pci0000:00/0000:00:17.0/ata9/host9/target9:0:0/9:0:0:0/block/sdx/sdx1";
        let host = notebook().file("/run/udev/data/b8:99", "E:ID_FS_TYPE=crypto_LUKS\n");
        fact(&device(host, link, "8:99", 9, &[]).device("/dev/sdx1", header)).plain_unmounted.measured().copied()
    };
    assert_eq!(of(&both(&usual())), Some(0));
    assert_eq!(of(b"what cannot be read counts as udev says"), Some(0));
    assert_eq!(of(&both(&with_cipher("cipher_null-ecb"))), Some(1));
}

#[test]
fn it_is_looked_at_again_when_a_disk_comes() {
    let host = notebook();
    let look = Look::new(&host);
    drop(collect(&look, &needs()));
    let wakes = look.finish().1;
    for path in ["/dev/disk/by-id", "/dev/mapper", "/etc/crypttab", "/proc/swaps"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
