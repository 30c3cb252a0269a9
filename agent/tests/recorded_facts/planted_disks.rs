//! Disks, boot loaders and policies on media that hold secrets.

use tenken_agent::host::Recording;

use super::secrets::Secrets;

/// A header of LUKS 1 with names and keys where there is room for them.
fn luks(secrets: &Secrets) -> Vec<u8> {
    let mut header = vec![0; 4_096];
    let mut put = |at: usize, value: &[u8]| header[at..at + value.len()].copy_from_slice(value);
    put(0, b"LUKS\xba\xbe\x00\x01");
    put(8, b"aes");
    put(40, b"xts-plain64");
    put(72, b"sha256");
    put(108, &64_u32.to_be_bytes());
    put(112, secrets.password.as_bytes());
    put(168, b"5f7a1c0a");
    for slot in 0..8 {
        put(208 + slot * 48, &0x00ac_71f3_u32.to_be_bytes());
        put(216 + slot * 48, secrets.person.as_bytes());
    }
    put(600, secrets.password.as_bytes());
    header
}

/// A notebook with an encrypted disk and a stick.
pub(crate) fn disks(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    let sata = "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda";
    let usb = "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
    let mut host = host;
    for (number, link) in [("8:1", sata), ("8:16", usb), ("253:0", "../../devices/virtual/block/dm-0")] {
        let folder = link.replace("../..", "/sys");
        let kernel_name = link.rsplit('/').next().unwrap();
        host = host
            .link(format!("/sys/class/block/{kernel_name}"), link)
            .link(format!("/sys/dev/block/{number}"), link)
            .file(format!("{folder}/size"), "1000215216\n")
            .file(format!("{folder}/removable"), "0\n")
            .file(format!("{folder}/dev"), format!("{number}\n"));
    }
    host.link("/sys/devices/virtual/block/dm-0/slaves/sda", "../../../../x")
        .file("/sys/devices/virtual/block/dm-0/dm/uuid", format!("CRYPT-LUKS1-5f7a1c0a-{file}{password}\n"))
        .file("/sys/devices/virtual/block/dm-0/dm/name", format!("{file}\n"))
        .device("/dev/sda", luks(secrets))
        .file("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/serial", format!("{password}\n"))
        .file("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/product", format!("{person}\n"))
        .file("/run/udev/data/b8:16", format!("E:ID_MODEL={person}\nE:ID_FS_LABEL={file}\n"))
        .file("/proc/swaps", format!("Filename\n/dev/dm-0 partition 1 0 1\n/srv/{file} file 1 0 1\n"))
        .file("/proc/cmdline", format!("root=/dev/mapper/{file} name={person} rd.luks.key=/{file}\n"))
        .file(
            "/etc/crypttab",
            format!(
                "{note}{file} UUID={password} /etc/{file}.key luks\nx{account} /dev/x {name} keyscript=/opt/{file}\n"
            ),
        )
        .file(format!("/etc/{file}.key"), password)
        .file("/sys/class/dmi/id/chassis_type", "10\n")
        .file("/sys/class/dmi/id/product_name", format!("{person}\n"))
        .file(
            "/sys/firmware/dmi/tables/DMI",
            [&[1, 4, 0, 0], person.as_bytes(), &[0, 0, 24, 5, 0, 0, 0x66, 0, 0]].concat(),
        )
        .file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", [6, 0, 0, 0, 1])
        .file(
            "/boot/grub/grub.cfg",
            format!("{note}set superusers=\"{account}\"\npassword {account} {password}\nmenuentry '{person}' {{\n}}\n"),
        )
        .file(
            "/boot/grub2/grub.cfg",
            format!("{note}set superusers={account}\npassword_pbkdf2 {account} ${{GRUB2_PASSWORD}}\nblscfg\n"),
        )
        .file("/boot/grub2/user.cfg", format!("{note}GRUB2_PASSWORD=grub.pbkdf2.{password}\n"))
        .file(format!("/boot/loader/entries/{file}.conf"), format!("{note}title {person}\ngrub_users {account}\n"))
        .folder("/boot/EFI/systemd")
        .file("/boot/loader/loader.conf", format!("{note}editor no\n"))
        .file("/etc/gdm3/daemon.conf", format!("{note}[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin={account}\n"))
        .file("/etc/lightdm/lightdm.conf.d/50-x.conf", format!("{note}[Seat:*]\nautologin-user={account}\n"))
        .file(
            "/etc/usbguard/usbguard-daemon.conf",
            format!("{note}RuleFile=/etc/{file}.rules\nRuleFolder=/etc/{file}/\nIPCAllowedUsers={account}\n"),
        )
        .file(format!("/etc/{file}.rules"), format!("{note}allow serial \"{password}\" name \"{person}\"\n"))
        .file(format!("/etc/{file}/50-x.conf"), format!("{note}allow with-interface 08:*:* if localtime(9:00)\n"))
        .file("/etc/modprobe.d/x.conf", format!("{note}install usb-storage /opt/{file} {person}\n"))
}
