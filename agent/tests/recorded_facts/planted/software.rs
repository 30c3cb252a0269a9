//! What is installed, and what office programs are told.

use tenken_agent::collect::sqlite::Value;
use tenken_agent::collect::sqlite::writer as sqlite_writer;
use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

pub(super) fn software(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, telephone, mail, host: name, file, .. } = secrets;
    let lists = format!("/var/lib/apt/lists/{name}_{file}_dists_x-security");
    let package = |name: &str, version: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nMaintainer: {person} <{mail}>\nVersion: {version}\nDescription: {telephone}\n {file}\n\n"
        )
    };
    let key = [Value::Text(format!("{file}-tools")), Value::Integer(1), Value::Text(person.clone())];
    let rpm = sqlite_writer::write("Name", &["key", "hnum", "note"], &[key.to_vec()]).unwrap();
    host.file("/etc/os-release", format!("{note}ID=ubuntu\nVERSION_ID=\"20.04\"\nPRETTY_NAME=\"{person}\"\n"))
        .file("/var/lib/ubuntu-advantage/status.json", format!("{{\"attached\":true,\"account\":\"{mail}\"}}"))
        .file(
            "/var/lib/dpkg/status",
            package("anydesk", "6") + &package(&format!("{file}-tools"), "1.0-1") + &package("zsh", "5.9"),
        )
        .file("/var/lib/apt/extended_states", format!("{note}Package: {file}-tools\nAuto-Installed: 1\n"))
        .file(
            format!("{lists}_InRelease"),
            format!("{note}Origin: {person}\nLabel: Debian-Security\nDate: Mon, 23 Nov 2026 00:00:00 UTC\n"),
        )
        .file(format!("{lists}_main_binary-amd64_Packages"), package(&format!("{file}-tools"), "2.0-1") + &note)
        .file("/var/lib/rpm/rpmdb.sqlite", rpm)
        .file(format!("/opt/{file}/start"), &note)
        .folder("/opt/google")
        .file(format!("/usr/local/bin/{file}.sh"), &note)
        .folder(format!("/snap/{file}"))
        .folder(format!("/var/lib/flatpak/app/org.{file}.{person}"))
        .folder(format!("/home/{account}/.local/share/flatpak/app/org.{file}.App"))
        .file(format!("/home/{account}/.local/bin/{file}.AppImage"), &note)
        .file("/run/reboot-required", &note)
        .file("/boot/vmlinuz-6.1.0-40-amd64", "")
        .file(format!("/boot/vmlinuz-6.12.0-{file}"), "")
        .file(format!("/var/cache/dnf/{file}-1/repodata/repomd.xml"), &note)
}

pub(super) fn office(host: Recording, secrets: &Secrets) -> Recording {
    let Secrets { account, person, telephone, file, .. } = secrets;
    let scripting = "/org.openoffice.Office.Common/Security/Scripting";
    let level = |level: u32| format!("<prop oor:name=\"MacroSecurityLevel\"><value>{level}</value></prop>");
    let folders = format!("<prop oor:name=\"SecureURL\"><value><it>file:///srv/{file}</it></value></prop>");
    let own = format!(
        "<oor:items><!-- {person} --><item oor:path=\"{scripting}\">{}{folders}</item><item oor:path=\"/x\">\
         <prop oor:name=\"{telephone}\"><value>{person}</value></prop></item>\
         <item oor:path=\"{scripting}/TrustedAuthors\"><node oor:name=\"{person}\"></node></item></oor:items>",
        level(0)
    );
    let of_system =
        format!("<oor:items><!-- {person} --><item oor:path=\"{scripting}\">{}</item></oor:items>", level(3));
    let profile = format!("/home/{account}/.config/libreoffice/4/user/registrymodifications.xcu");
    host.file("/usr/lib/libreoffice/program/soffice.bin", "")
        .file(profile, own)
        .file(format!("/usr/lib/libreoffice/share/registry/{file}.xcd"), of_system)
}
