//! What is installed, and what office programs are told.

use std::path::Path;

use tenken_agent::collect::packages::repodata::unpack::{self, Packing};
use tenken_agent::collect::packages::rpm_version::Evr;
use tenken_agent::collect::packages::{rpm_berkeley, rpm_header, rpm_ndb};
use tenken_agent::collect::sqlite::Value;
use tenken_agent::collect::sqlite::writer as sqlite_writer;
use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

pub(super) fn software(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, telephone, mail, host: name, file, password, .. } = secrets;
    let lists = format!("/var/lib/apt/lists/{name}_{file}_dists_x-security");
    let listed = |name: &str, version: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nMaintainer: {person} <{mail}>\nVersion: {version}\nDescription: {telephone}\n {file}\n\n"
        )
    };
    let key = [Value::Text(format!("{file}-tools")), Value::Integer(1), Value::Text(person.clone())];
    let heads = [vec![Value::Null, Value::Bytes(head_of_rpm(secrets))]];
    let names = [key.to_vec()];
    let tables: [sqlite_writer::Written<'_>; 2] =
        [("Name", &["key", "hnum", "note"], &names), ("Packages", &["hnum", "blob"], &heads)];
    let rpm = sqlite_writer::write_all(&tables).unwrap();
    host.file("/etc/os-release", format!("{note}ID=ubuntu\nVERSION_ID=\"20.04\"\nVERSION_CODENAME=focal\nPRETTY_NAME=\"{person}\"\n"))
        .file("/var/lib/ubuntu-advantage/status.json", format!("{{\"attached\":true,\"account\":\"{mail}\"}}"))
        .file(
            "/var/lib/dpkg/status",
            listed("anydesk", "6") + &listed(&format!("{file}-tools"), "1.0-1") + &listed("zsh", "5.9"),
        )
        .file("/var/lib/apt/extended_states", format!("{note}Package: {file}-tools\nAuto-Installed: 1\n"))
        .file(
            format!("{lists}_InRelease"),
            format!("{note}Origin: {person}\nLabel: Debian-Security\nDate: Mon, 23 Nov 2026 00:00:00 UTC\n"),
        )
        .file(format!("{lists}_main_binary-amd64_Packages"), listed(&format!("{file}-tools"), "2.0-1") + &note)
        .file("/usr/bin/unattended-upgrade", &note)
        .file(
            "/etc/apt/apt.conf.d/20auto-upgrades",
            format!("// {person}\nAPT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n"),
        )
        .file(format!("/srv/{file}/apt/{file}.conf"), format!("// {person}\nAPT::Periodic::Enable \"1\";\n"))
        .file(
            format!("/etc/apt/apt.conf.d/50-{file}"),
            format!(
                "Acquire::http::Proxy \"http://{account}:{password}@{name}/\";\n\
                 Unattended-Upgrade::Origins-Pattern {{ \"origin={person},label=Debian-Security,site={name}\"; }}; // {mail}\n\
                 #include \"/srv/{file}/apt/\";\n\
                 Unattended-Upgrade::Allowed-Origins {{ \"${{distro_id}}:${{distro_codename}}-security\"; \"{person}:{file}\"; }};\n"
            ),
        )
        .link("/etc/systemd/system/timers.target.wants/apt-daily.timer", "/usr/lib/systemd/system/apt-daily.timer")
        .link(
            "/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer",
            "/usr/lib/systemd/system/apt-daily-upgrade.timer",
        )
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

/// The head of a package, with more behind what is read.
fn head_of_rpm(Secrets { file, person, .. }: &Secrets) -> Vec<u8> {
    let package = rpm_header::Package {
        name: format!("{file}-tools"),
        arch: "x86_64".into(),
        evr: Evr { epoch: 1, version: "2".into(), release: "1.module+el9".into() },
        module: Some(format!("{file}:2")),
    };
    [rpm_header::write(&package), person.clone().into_bytes()].concat()
}

/// A host of SUSE beside all that, whose other database is left behind.
pub(super) fn of_ndb(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let database = rpm_ndb::write(&[head_of_rpm(secrets)]).unwrap();
    host.file("/usr/lib/sysimage/rpm/Packages.db", database)
        .file("/usr/lib/rpm/macros", format!("# {note}%_dbpath %{{_usr}}/lib/sysimage/rpm\n%_db_backend ndb\n"))
        .file("/etc/rpm/macros.db", format!("# {note}"))
}

/// A host of Red Hat's relatives, in the place of one with apt.
pub(super) fn of_dnf(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { person, mail, host: name, file, password, .. } = secrets;
    let cache = format!("/srv/{file}/cache/{file}-0123456789abcdef/repodata");
    let of = |kind: &str| format!("/srv/{file}/cache/{file}-{kind}-0123456789abcdef/repodata");
    let index = |kind: &str| {
        format!(
            "<repomd><data type=\"updateinfo\"><location href=\"repodata/{file}-updateinfo.xml.{kind}\"/></data></repomd>"
        )
    };
    let advisories = format!(
        "<updates><!-- {person} --><update from=\"{mail}\" type=\"security\"><title>{person}</title><severity>Critical</severity>\
         <description>{note}</description><issued date=\"2026-09-02\"/><pkglist><collection><name>{file}</name>\
         <module name=\"{file}\" stream=\"2\"/><package name=\"{file}-tools\" epoch=\"1\" version=\"3\" \
         release=\"1.module+el9\" arch=\"x86_64\" src=\"{file}\"/></collection></pkglist></update></updates>"
    );
    let long = rpm_header::Package {
        name: "long".into(),
        arch: "x86_64".into(),
        evr: Evr { epoch: 0, version: "1".repeat(500), release: "1".repeat(500) },
        module: None,
    };
    let mut host = host;
    host.paths.remove(Path::new("/var/lib/dpkg/status"));
    host.paths.remove(Path::new("/var/lib/rpm/rpmdb.sqlite"));
    let database = rpm_berkeley::write(&[head_of_rpm(secrets), rpm_header::write(&long)]).unwrap();
    host.file("/var/lib/rpm/Packages", database).file("/etc/os-release", format!("{note}ID=rocky\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"{person}\"\n"))
        .file("/etc/dnf/dnf.conf", format!("{note}[main]\ncachedir=/srv/{file}/cache\nproxy_password={password}\n"))
        .file(
            "/etc/dnf/automatic.conf",
            format!("{note}[commands]\napply_updates = yes\n[email]\nemail_to = {mail}\npassword = {password}\n"),
        )
        .link(
            "/etc/systemd/system/timers.target.wants/dnf-automatic.timer",
            "/usr/lib/systemd/system/dnf-automatic.timer",
        )
        .file(
            format!("/etc/yum.repos.d/{file}.repo"),
            format!("{note}[{file}]\nname={person}\nbaseurl=https://{name}/\nenabled=1\npassword={password}\n"),
        )
        .file(
            format!("{cache}/repomd.xml"),
            format!(
                "<repomd><!-- {person} --><data type=\"updateinfo\"><location href=\"repodata/{file}-updateinfo.xml.gz\"/></data></repomd>"
            ),
        )
        .file(format!("{cache}/{file}-primary.xml.gz"), "")
        .file(format!("/etc/yum.repos.d/{file}-2.repo"), format!("[{file}-bz2]\n[{file}-xz]\n[{file}-bad]\n"))
        .file(format!("{}/repomd.xml", of("bz2")), index("bz2"))
        .file(format!("{}/repomd.xml", of("xz")), index("xz"))
        .file(format!("{}/repomd.xml", of("bad")), format!("<repomd>{note}"))
        .file(format!("{}/{file}-updateinfo.xml.bz2", of("bz2")), unpack::packed(Packing::Bzip2, advisories.as_bytes()))
        .file(format!("{}/{file}-updateinfo.xml.xz", of("xz")), unpack::packed(Packing::Xz, advisories.as_bytes()))
        .file(format!("{cache}/{file}-updateinfo.xml.gz"), unpack::packed(Packing::Gzip, advisories.as_bytes()))
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
