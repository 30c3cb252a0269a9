//! What firmware, boot loaders, login screens, USBGuard and modprobe are told.

use std::fmt::Write as _;

use super::Scrubber;
use crate::collect::boot_protection::command_line::names_a_key;
use crate::collect::boot_protection::firmware::{VIRTUAL, has_hypervisor_flag};
use crate::collect::boot_protection::{editor, grub, smbios};
use crate::collect::removable_media::modprobe::{self, Effect};
use crate::collect::removable_media::policy::DRIVERS;
use crate::collect::removable_media::usbguard_conf;
use crate::collect::removable_media::usbguard_rules::{self, Answer};
use tenken_model::fact::removable_media::UsbPolicy;

const NO_TEXT: &[u8] = b"\xff\n";

/// The firmware's description: its passwords' states alone.
pub(super) fn smbios(bytes: &[u8]) -> Vec<u8> {
    match smbios::hardware_security(bytes) {
        Ok(found) => smbios::table(found.map(smbios::settings)),
        Err(_) => b"x".to_vec(),
    }
}

/// A variable of the firmware: whether it is on.
pub(super) fn variable(bytes: &[u8]) -> Vec<u8> {
    vec![0, 0, 0, 0, u8::from(bytes.get(4).copied() == Some(1))]
}

/// The kernel's command line: whether it names a key.
pub(super) fn command_line(bytes: &[u8]) -> Vec<u8> {
    if names_a_key(bytes) { b"rd.luks.key=x\n".to_vec() } else { b"x\n".to_vec() }
}

/// The processors: whether they are lent by a hypervisor.
pub(super) fn processors(bytes: &[u8]) -> Vec<u8> {
    if has_hypervisor_flag(bytes) { b"flags\t: hypervisor\n".to_vec() } else { b"flags\t: x\n".to_vec() }
}

/// What names the machine: only that it is none of metal.
pub(super) fn identity(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    let known = VIRTUAL.iter().find(|known| text.starts_with(**known)).copied();
    let known = known.or_else(|| (text == "Virtual Machine").then_some("Virtual Machine"));
    // The number of a case says what kind it is.
    let number = text.parse::<u8>().map(|number| number.to_string());
    format!("{}\n", known.map_or_else(|| number.unwrap_or_else(|_| "x".to_owned()), str::to_owned)).into_bytes()
}

/// GRUB's script: whether it asks.
pub(super) fn grub(bytes: &[u8]) -> Vec<u8> {
    let Ok(found) = grub::parse(bytes) else { return NO_TEXT.to_vec() };
    let mut written = String::new();
    if found.has_password || found.has_password_of_user_cfg {
        written.push_str("set superusers=\"x\"\n");
    }
    if found.has_password {
        written.push_str("password x x\n");
    }
    if found.has_password_of_user_cfg {
        written.push_str("password_pbkdf2 x ${GRUB2_PASSWORD}\n");
    }
    for index in 0..found.entries.min(1_000) {
        let open = if found.unrestricted && index == 0 { " --unrestricted" } else { "" };
        _ = writeln!(written, "menuentry 'x'{open} {{\n}}");
    }
    if found.separate_entries {
        written.push_str("blscfg\n");
    }
    if found.goes_on {
        written.push_str("configfile x\n");
    }
    written.into_bytes()
}

/// The password that GRUB's script reads from beside it.
pub(super) fn grub_user(bytes: &[u8]) -> Vec<u8> {
    match grub::sets_password(bytes) {
        Ok(true) => b"GRUB2_PASSWORD=grub.pbkdf2.x\n".to_vec(),
        Ok(false) => Vec::new(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// An entry of GRUB in a file of its own.
pub(super) fn grub_entry(bytes: &[u8]) -> Vec<u8> {
    match grub::entry_is_unrestricted(bytes) {
        Ok(true) => b"grub_arg --unrestricted\n".to_vec(),
        Ok(false) => b"grub_users x\n".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// systemd-boot's settings.
pub(super) fn loader(bytes: &[u8]) -> Vec<u8> {
    format!("editor {}\n", if editor(bytes) { "yes" } else { "no" }).into_bytes()
}

/// What USBGuard's daemon is told.
pub(super) fn usbguard(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(conf) = usbguard_conf::parse(bytes) else { return NO_TEXT.to_vec() };
    let unnamed = match conf.unnamed {
        UsbPolicy::Allow => "allow",
        UsbPolicy::Block => "block",
        UsbPolicy::Reject => "reject",
    };
    let mut written = format!("ImplicitPolicyTarget={unnamed}\n");
    if conf.present_may_stay {
        written.push_str("PresentDevicePolicy=keep\n");
    }
    for (name, path) in [("RuleFile", conf.rule_file), ("RuleFolder", conf.rule_folder)] {
        if let Some(path) = path {
            _ = writeln!(written, "{name}={}", scrubber.names.path(&path));
        }
    }
    written.into_bytes()
}

/// USBGuard's rules: what they do with a stick that they do not name.
pub(super) fn usbguard_rules(bytes: &[u8]) -> Vec<u8> {
    match usbguard_rules::answer([bytes]) {
        Ok(Answer::In) => b"allow\n".to_vec(),
        Ok(Answer::Out) => b"block\n".to_vec(),
        Ok(Answer::Silent) => Vec::new(),
        Ok(Answer::Unclear) => b"allow if random\n".to_vec(),
        Err(_) => NO_TEXT.to_vec(),
    }
}

/// What modprobe is told of the drivers of USB storage.
pub(super) fn modprobe(bytes: &[u8]) -> Vec<u8> {
    let told = modprobe::parse(bytes);
    let mut written = String::new();
    for module in DRIVERS {
        if let Some(command) = modprobe::command(&told, module) {
            let command = match modprobe::effect(command) {
                Effect::Refuses => "/bin/false",
                Effect::Loads => "/sbin/modprobe x",
                Effect::Unclear => "/opt/x",
            };
            _ = writeln!(written, "install {module} {command}");
        }
    }
    written.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_loaders_keep_whether_they_ask() {
        let script = "# Tanaka\nset superusers=\"tanaka\"\npassword_pbkdf2 tanaka grub.pbkdf2.sha512.10000.AB.CD\n\
            menuentry 'Tanaka' --unrestricted {\n}\nmenuentry 'b' {\n}\n";
        let scrubbed = grub(script.as_bytes());
        assert_eq!(grub::parse(&scrubbed), grub::parse(script.as_bytes()));
        assert!(!String::from_utf8_lossy(&scrubbed).to_lowercase().contains("tanaka"));
        assert_eq!(grub_user(b"GRUB2_PASSWORD=grub.pbkdf2.sha512.1.AB.CD\n"), b"GRUB2_PASSWORD=grub.pbkdf2.x\n");
        assert!(grub::parse(&grub(b"\xff")).is_err());
        assert_eq!(command_line(b"user=tanaka rd.luks.key=/tanaka"), b"rd.luks.key=x\n");
        assert_eq!(command_line(b"user=tanaka"), b"x\n");
        assert_eq!(processors(b"model name: x\nflags : hypervisor"), b"flags\t: hypervisor\n");
    }

    #[test]
    fn rules_keep_what_they_do_with_an_unknown_stick() {
        for rules in ["allow id 1:2 serial \"tanaka\"", "allow if localtime(9:00)", "block", "allow 08 {", "allow"] {
            let scrubbed = usbguard_rules(rules.as_bytes());
            let answer = |bytes: &[u8]| usbguard_rules::answer([bytes]).ok();
            assert_eq!(answer(&scrubbed), answer(rules.as_bytes()), "{rules}");
        }
        let told = b"# tanaka\ninstall usb-storage /opt/tanaka\ninstall uas /bin/true\n";
        assert_eq!(modprobe(told), b"install usb_storage /opt/x\ninstall uas /bin/false\n");
    }

    #[test]
    fn no_machine_is_named_by_its_make() {
        assert_eq!(identity(b"LIFEBOOK U9 tanaka\n"), b"x\n");
        assert_eq!((identity(b"10\n"), identity(b"VMware7,1\n")), (b"10\n".to_vec(), b"VMware\n".to_vec()));
    }
}
