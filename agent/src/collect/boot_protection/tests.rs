//! Machines as they are started.

use tenken_model::Instant;
use tenken_model::Read;
use tenken_model::fact::boot_protection::{BootLoaderKind, MachineForm};
use tenken_model::register::Registers;

use super::*;
use crate::collect::Wake;
use crate::collect::devices::composed::{disks, mapping, mounted};
use crate::collect::devices::luks::composed::{UUID, both, with};
use crate::host::Recording;

const DMI: &str = "/sys/firmware/dmi/tables/DMI";
const SECURE_BOOT: &str = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const NOT_VALIDATING: &str = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
const AUTHENTICATION: &str = "/sys/class/firmware-attributes/thinklmi/authentication";

fn host() -> Recording {
    mounted(disks(Recording::new(Instant::UNIX_EPOCH)), "1 1 8:2 / / rw - ext4 /dev/sda2 rw\n")
}

fn encrypted() -> Recording {
    let host = mapping(disks(Recording::new(Instant::UNIX_EPOCH)), 0, "sda2_crypt", "CRYPT-LUKS2-x", &["sda2"]);
    let host = mounted(mapping(host, 1, "vg-root", "LVM-x", &["dm-0"]), "1 1 253:1 / / rw - ext4 /dev/x rw\n");
    host.file("/proc/cmdline", "root=/dev/mapper/vg-root ro quiet\n").file(DEBIANS_SCRIPT, "x")
}

fn fact(host: &Recording) -> BootProtection {
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

#[test]
fn passwords_by_the_firmwares_description() {
    let of = |settings| {
        let firmware = fact(&host().file(DMI, smbios::table(settings))).firmware;
        (firmware.power_on.measured().copied(), firmware.administrator.measured().copied())
    };
    assert_eq!(of(Some(0b0110_0110)), (Some(true), Some(true)));
    assert_eq!(of(Some(0b0010_0110)), (Some(false), Some(true)));
    assert_eq!(of(Some(0b1111_1110)), (None, None), "it does not say");
    assert_eq!(of(Some(0b1010_1010)), (None, None), "it has none such");
    assert_eq!(of(None), (None, None));
    for unread in [host(), host().denied(DMI), host().file(DMI, "x")] {
        assert!(matches!(fact(&unread).firmware.power_on, Read::NotRead(_)));
    }
}

#[test]
fn passwords_by_the_kernels_driver() {
    let password = |host: Recording, name: &str, role: &str, enabled: &str| {
        host.file(format!("{AUTHENTICATION}/{name}/role"), format!("{role}\n"))
            .file(format!("{AUTHENTICATION}/{name}/is_enabled"), format!("{enabled}\n"))
    };
    let table = smbios::table(Some(0b0110_0110));
    let admin = password(host().file(DMI, table), "Admin", "bios-admin", "0");
    let found = fact(&admin).firmware;
    assert_eq!(found.administrator, Read::Measured(false), "the driver knows better than the description");
    assert!(matches!(found.power_on, Read::NotRead(_)), "it tells of none");
    let both = password(password(admin, "System", "power-on", "1"), "Other", "power-on", "0");
    assert_eq!(fact(&both).firmware.power_on, Read::Measured(true));
    let broken = both.denied(format!("{AUTHENTICATION}/System/is_enabled"));
    assert!(matches!(fact(&broken).firmware.power_on, Read::NotRead(_)));
    let others = password(host().file(DMI, smbios::table(Some(0b0110_0110))), "NVMe", "nvme", "1");
    assert_eq!(fact(&others).firmware.power_on, Read::Measured(true), "then the description counts");
}

#[test]
fn secure_boot() {
    let of = |host: Recording| fact(&host).secure_boot;
    let variable = |on: u8| [6, 0, 0, 0, on];
    assert_eq!(of(host()), Read::Measured(None), "no UEFI");
    assert_eq!(of(host().file(SECURE_BOOT, variable(1))), Read::Measured(Some(true)));
    assert_eq!(of(host().file(SECURE_BOOT, variable(0))), Read::Measured(Some(false)));
    assert_eq!(of(host().file(SECURE_BOOT, [6, 0, 0, 0])), Read::Measured(Some(false)));
    let shim = host().file(SECURE_BOOT, variable(1)).file(NOT_VALIDATING, variable(1));
    assert_eq!(of(shim), Read::Measured(Some(false)));
    assert_eq!(of(host().file("/sys/firmware/efi/efivars/Boot0000-x", "x")), Read::Measured(Some(false)));
    assert!(matches!(of(host().folder("/sys/firmware/efi")), Read::NotRead(_)), "variables are not mounted");
    assert!(matches!(of(host().file(SECURE_BOOT, "x").denied(SECURE_BOOT)), Read::NotRead(_)));
}

#[test]
fn what_the_machine_is() {
    let of = |files: &[(&str, &str)]| {
        let host = files.iter().fold(host(), |host, (path, text)| host.file(format!("/sys/class/{path}"), text));
        fact(&host).form.measured().copied().unwrap()
    };
    let battery = [("power_supply/BAT0/type", "Battery\n")];
    let mouse = [("power_supply/hid-1/type", "Battery\n"), ("power_supply/hid-1/scope", "Device\n")];
    assert_eq!(of(&[("dmi/id/chassis_type", "10\n")]), MachineForm::Portable);
    assert_eq!(of(&[("dmi/id/chassis_type", "3\n"), battery[0]]), MachineForm::Fixed);
    assert_eq!(of(&[("dmi/id/chassis_type", "2\n"), battery[0]]), MachineForm::Portable);
    assert_eq!(of(&battery), MachineForm::Portable, "a notebook without SMBIOS");
    assert_eq!(of(&mouse), MachineForm::Unknown);
    assert_eq!(of(&[("dmi/id/chassis_type", "1\n")]), MachineForm::Unknown);
    assert_eq!(of(&[]), MachineForm::Unknown);
    let flags = |flags: &str| host().file("/proc/cpuinfo", format!("processor\t: 0\nflags\t\t: fpu {flags} aes\n"));
    assert_eq!(fact(&flags("hypervisor")).form, Read::Measured(MachineForm::Virtual), "a guest without SMBIOS");
    assert_eq!(fact(&flags("hypervisors")).form, Read::Measured(MachineForm::Unknown));
    let notebook = flags("hypervisor").file("/sys/class/dmi/id/chassis_type", "10\n");
    assert_eq!(fact(&notebook).form, Read::Measured(MachineForm::Portable), "the case is named");
    for (name, value) in [
        ("sys_vendor", "QEMU\n"),
        ("product_name", "VMware7,1\n"),
        ("product_name", "Virtual Machine\n"),
        ("bios_vendor", "Xen\n"),
        ("board_vendor", "Amazon EC2\n"),
    ] {
        assert_eq!(of(&[(&format!("dmi/id/{name}"), value), ("dmi/id/chassis_type", "10\n")]), MachineForm::Virtual);
    }
    assert_eq!(
        of(&[("dmi/id/sys_vendor", "Microsoft Corporation\n"), ("dmi/id/chassis_type", "9\n")]),
        MachineForm::Portable
    );
    assert!(matches!(fact(&host().denied("/sys/class/dmi/id/chassis_type")).form, Read::NotRead(_)));
}

#[test]
fn grub_of_both_families() {
    let debian = "set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2.sha512.10000.AB\nmenuentry 'x' {\n}\n";
    let rhel = "set superusers=\"root\"\npassword_pbkdf2 root ${GRUB2_PASSWORD}\nblscfg\n";
    let entry = "/boot/loader/entries/a.conf";
    let of = |host: Recording| {
        let found = fact(&host).boot_loaders;
        let [grub] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(grub.kind, BootLoaderKind::Grub);
        (grub.edit_protected.measured().copied(), grub.asks_at_start.measured().copied())
    };
    let cfg = "/boot/grub/grub.cfg";
    assert_eq!(fact(&host()).boot_loaders, []);
    assert_eq!(of(host().file(cfg, debian)), (Some(true), Some(true)));
    assert_eq!(of(host().file(cfg, debian.replace('{', "--unrestricted {"))), (Some(true), Some(false)));
    assert_eq!(of(host().file(cfg, "menuentry 'x' {\n}\n")), (Some(false), Some(false)));
    assert_eq!(of(host().file(cfg, debian.replace("menuentry", "#menuentry"))), (Some(true), Some(false)), "no entry");
    assert_eq!(of(host().file(cfg, b"\xff")), (None, None));
    assert_eq!(of(host().denied(cfg)), (None, None));
    let rhel = host()
        .file("/boot/grub2/grub.cfg", rhel)
        .file(entry, "title x\ngrub_users $grub_users\ngrub_arg --unrestricted\n");
    assert_eq!(of(rhel.clone()), (Some(false), Some(false)), "no password was set");
    let set = rhel.file("/boot/grub2/user.cfg", "GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.AB\n");
    assert_eq!(of(set.clone()), (Some(true), Some(false)));
    assert_eq!(of(set.clone().file(entry, "title x\ngrub_users $grub_users\n")), (Some(true), Some(true)));
    assert_eq!(of(set.clone().denied(entry)), (Some(true), None));
    assert_eq!(of(set.clone().denied("/boot/grub2/user.cfg")), (None, None));
    let stub = set.file("/boot/efi/EFI/rocky/grub.cfg", "configfile $prefix/grub.cfg\n");
    assert_eq!(of(stub), (Some(true), Some(false)), "what leads to it is none of its own");
}

#[test]
fn systemd_boot_never_asks() {
    let of = |host: Recording| {
        let found = fact(&host).boot_loaders;
        found.first().map(|loader| (loader.edit_protected.measured().copied(), loader.asks_at_start.clone()))
    };
    let installed = host().folder("/boot/efi/EFI/systemd");
    let conf = "/boot/efi/loader/loader.conf";
    assert_eq!(of(installed.clone().file(conf, "timeout 3\n")), Some((Some(false), Read::Measured(false))));
    assert_eq!(of(installed.clone().file(conf, "editor no\n")), Some((Some(true), Read::Measured(false))));
    assert_eq!(of(installed.denied(conf)), Some((None, Read::Measured(false))));
    assert_eq!(of(host().file(conf, "editor no\n")), None, "a file that nothing reads");
}

#[test]
fn disks_that_ask() {
    let of = |host: Recording| fact(&host).disk_passphrase.measured().copied();
    let table = |text: &str| encrypted().file("/etc/crypttab", text);
    assert_eq!(of(host()), Some(false), "a plain disk");
    assert_eq!(of(encrypted()), Some(true), "the kernel's command line names it");
    assert_eq!(of(table("sda2_crypt UUID=x none luks\n")), Some(true));
    assert_eq!(of(table("sda2_crypt UUID=x none tpm2-device=auto\n")), Some(false));
    assert_eq!(of(table("sda2_crypt UUID=x - tpm2-device=auto,tpm2-pin=yes\n")), Some(true));
    assert_eq!(of(table("sda2_crypt UUID=x /boot/key luks\n")), Some(false));
    assert_eq!(of(table("other UUID=x /boot/key luks\n")), Some(true), "another device's key");
    assert_eq!(
        of(encrypted().file("/etc/cryptsetup-keys.d/sda2_crypt.key", "k").file("/etc/crypttab", "sda2_crypt x\n")),
        Some(false)
    );
    assert_eq!(of(encrypted().file("/usr/bin/clevis-luks-unlock", "x")), None);
    assert_eq!(of(encrypted().denied("/etc/crypttab")), None);
    assert_eq!(of(encrypted().file("/proc/cmdline", "rd.luks.options=tpm2-device=auto\n")), Some(false));
    assert_eq!(of(encrypted().denied("/proc/cmdline")), None);
    assert_eq!(of(mounted(host(), "1 1 0:30 / / rw - nfs4 nas:/x rw\n")), Some(false));
    assert_eq!(of(Recording::new(Instant::UNIX_EPOCH)), None);
    assert_eq!(of(mounted(host(), "1 1 0:30 / / rw - zfs rpool/ROOT rw\n")), None, "which disks, only ZFS knows");
    for (options, expected) in [
        ("luks,keyscript=decrypt_keyctl", Some(true)),
        ("luks,keyscript=/lib/cryptsetup/askpass", Some(true)),
        ("luks,keyscript=/opt/from_the_network", None),
        ("luks,try-empty-password", Some(false)),
    ] {
        assert_eq!(of(table(&format!("sda2_crypt UUID=x none {options}\n"))), expected, "{options}");
    }
}

#[test]
fn what_systemd_opens_by_the_header() {
    let of = |host: Recording| fact(&host).disk_passphrase.measured().copied();
    assert_eq!(of(encrypted().file("/usr/bin/dracut", "x")), None, "a TPM may be enrolled");
    let host = |kind: &str, options: &str| {
        let host =
            mapping(disks(Recording::new(Instant::UNIX_EPOCH)), 0, "luks-1", &format!("CRYPT-{kind}-x"), &["sda2"]);
        mounted(host, "1 1 253:0 / / rw - ext4 /dev/x rw\n")
            .file("/proc/cmdline", "root=/dev/mapper/luks-1 ro rd.luks.uuid=luks-1\n")
            .file("/etc/crypttab", format!("luks-1 UUID=1 {options}\n"))
    };
    assert_eq!(of(host("LUKS2", "none discard")), None);
    assert_eq!(of(host("LUKS2", "none tpm2-device=auto,tpm2-pin=yes")), None, "the header goes before the option");
    assert_eq!(of(host("LUKS2", "none tpm2-device=auto")), Some(false));
    assert_eq!(of(host("LUKS2", "/boot/key")), Some(false));
    assert_eq!(of(host("LUKS1", "none discard")), Some(true), "LUKS 1 has no tokens");
    let headed = |token: serde_json::Value, options: &str| {
        let metadata = with("/tokens", token);
        of(host(&format!("LUKS2-{UUID}"), options).device("/dev/sda2", both(&metadata)))
    };
    let tpm = serde_json::json!({"0": {"type": "systemd-tpm2"}});
    assert_eq!(headed(serde_json::json!({}), "none discard"), Some(true), "nothing but a passphrase opens it");
    assert_eq!(headed(tpm.clone(), "none discard"), None);
    assert_eq!(headed(tpm, "none tpm2-device=auto"), Some(false));
    let pin = serde_json::json!({"0": {"type": "systemd-tpm2", "tpm2-pin": true}, "1": {"type": "systemd-recovery"}});
    assert_eq!(headed(pin, "none discard"), Some(true));
    for kind in ["systemd-fido2", "clevis", "x"] {
        assert_eq!(headed(serde_json::json!({"0": {"type": kind}}), "none discard"), None, "{kind}");
    }
}

#[test]
fn files_that_are_not_there_yet_wake_it() {
    let host = host();
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    drop(collect(&look, &needs));
    let wakes = look.finish().1;
    for path in ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
