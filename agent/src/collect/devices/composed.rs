//! Trees of sysfs composed by hand, for tests.

use crate::host::Recording;

/// A device at a link, as the kernel shows it: `number` is `8:1`, `below` what it lies on.
pub(crate) fn device(host: Recording, link: &str, number: &str, sectors: u64, below: &[&str]) -> Recording {
    let folder = format!("/sys/{}", link.trim_start_matches("../"));
    let name = folder.rsplit('/').next().unwrap().to_owned();
    let mut host = host
        .link(format!("/sys/class/block/{name}"), link)
        .link(format!("/sys/dev/block/{number}"), link)
        .file(format!("{folder}/size"), format!("{sectors}\n"))
        .file(format!("{folder}/dev"), format!("{number}\n"));
    for slave in below {
        host = host.link(format!("{folder}/slaves/{slave}"), format!("../../{slave}"));
    }
    host
}

/// A mapping of the device mapper.
pub(crate) fn mapping(host: Recording, number: u32, name: &str, uuid: &str, below: &[&str]) -> Recording {
    let link = format!("../../devices/virtual/block/dm-{number}");
    let folder = format!("/sys/devices/virtual/block/dm-{number}/dm");
    device(host, &link, &format!("253:{number}"), 2_048, below)
        .file(format!("{folder}/uuid"), format!("{uuid}\n"))
        .file(format!("{folder}/name"), format!("{name}\n"))
        .link(format!("/dev/mapper/{name}"), format!("../dm-{number}"))
}

/// A disk of the machine with two parts, and a stick with one.
pub(crate) fn disks(host: Recording) -> Recording {
    let sata = "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda";
    let usb = "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
    let host = device(host, sata, "8:0", 1_000_000, &[]);
    let host = device(host, &format!("{sata}/sda1"), "8:1", 1_000, &[]);
    let host = device(host, &format!("{sata}/sda2"), "8:2", 999_000, &[]);
    let host = device(host, usb, "8:16", 30_000, &[]);
    let host = device(host, &format!("{usb}/sdb1"), "8:17", 29_000, &[]);
    host.file("/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/removable", "0\n")
        .file(
            "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb/removable",
            "1\n",
        )
        .file("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/serial", "4C530001230101117391\n")
        .file("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/manufacturer", "SanDisk\n")
        .file("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/product", "Cruzer Blade\n")
}

/// The table of mounts.
pub(crate) fn mounted(host: Recording, table: &str) -> Recording {
    host.file("/proc/self/mountinfo", table)
}
