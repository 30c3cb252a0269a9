//! What dnf keeps of repositories, written anew: repositories and packages that not every host has get stand-ins, and of
//! advisories stay those of security with what they name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tenken_model::Size;

use super::form::Form;
use super::packages::{package, version};
use super::{Scrubber, lines_at, secret_lines};
use crate::collect::packages::dnf_config::{self, MAIN};
use crate::collect::packages::repodata::advisories::{self, Advised};
use crate::collect::packages::repodata::{repomd, unpack};
use crate::collect::packages::rpm_header::Package;
use crate::collect::packages::rpm_version::Evr;
use crate::collect::updates::automatic::{COMMANDS, UPDATE_COMMANDS, UPGRADE_TYPES};

/// What stands for a file that is damaged.
const NOTHING: &[u8] = b"x\n";
/// More than collectors unpack is damage to them too.
const UNPACKED_MAX: Size = Size::from_bytes(256 << 20);
const PRIMARY: &str = "-primary.";
const UPDATEINFO: &str = "updateinfo.";

/// The form of a file of dnf.
pub(super) fn form_of_dnf(folder: &str, name: &str) -> Option<Form> {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    let of_settings = ending == Some("repo") && (folder.ends_with("repos.d") || folder.ends_with("repos.override.d"));
    match name {
        "dnf.conf" | "automatic.conf" if folder == "/etc/dnf" => Some(Form::DnfSettings),
        "yum-cron.conf" if folder == "/etc/yum" => Some(Form::DnfSettings),
        "automatic.conf" if folder.ends_with("/dnf5-plugins") => Some(Form::DnfSettings),
        _ if of_settings => Some(Form::DnfSettings),
        "repomd.xml" => Some(Form::RepositoryIndex),
        _ if folder.ends_with("/repodata") && name.contains(UPDATEINFO) => Some(Form::Advisories),
        _ => None,
    }
}

/// Which repositories there are and are enabled, and where dnf looks for them. That a password is written there stays, at its
/// line.
pub(super) fn settings(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let style = secret_lines::style_of(path);
    let secrets = style.map(|style| secret_lines::lines(scrubber, style, bytes)).unwrap_or_default();
    let Ok(sections) = dnf_config::parse(bytes) else {
        // What stands before all sections is damage too.
        return if secrets.is_empty() { NOTHING.to_vec() } else { lines_at(secrets) };
    };
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    for section in &sections {
        let name = match section.name.as_str() {
            MAIN | COMMANDS => section.name.clone(),
            name if name.contains(['*', '?', '[']) => "*".to_owned(),
            name => scrubber.names.part(name),
        };
        lines.insert(section.line, format!("[{name}]"));
        for setting in &section.settings {
            let value = match setting.name.as_str() {
                "update_cmd" if section.name == COMMANDS => {
                    let of = UPDATE_COMMANDS.into_iter().find(|of| *of == setting.value);
                    of.unwrap_or("other").to_owned()
                }
                "apply_updates" | "download_updates" if section.name == COMMANDS => answer(&setting.value).to_owned(),
                "upgrade_type" if section.name == COMMANDS => {
                    let of = UPGRADE_TYPES.into_iter().find(|of| *of == setting.value);
                    of.unwrap_or("other").to_owned()
                }
                "enabled" | "skip_if_unavailable" => answer(&setting.value).to_owned(),
                "reposdir" | "cachedir" | "system_cachedir" if section.name == MAIN => {
                    let folders = setting.value.split([',', ' ']).filter(|folder| !folder.is_empty());
                    folders.map(|folder| scrubber.names.path(folder)).collect::<Vec<_>>().join(",")
                }
                _ => continue,
            };
            lines.insert(setting.line, format!("{}={value}", setting.name));
        }
    }
    for (line, secret) in secrets {
        lines.entry(line).or_insert(secret);
    }
    lines_at(lines)
}

fn answer(value: &str) -> &'static str {
    match dnf_config::is_set(value) {
        Some(true) => "1",
        Some(false) => "0",
        None if value.is_empty() => "",
        None => "other",
    }
}

/// The index of a repository, which names its advisories.
pub(super) fn index(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let Ok(files) = repomd::advisories(bytes) else { return NOTHING.to_vec() };
    let folder = path.parent().unwrap_or(Path::new("/"));
    let stand_in = |file: &String| {
        let path = scrubber.path(&folder.join(file));
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    };
    repomd::write(&files.iter().map(stand_in).collect::<Vec<_>>())
}

/// The security advisories of a repository, packed as before.
pub(super) fn advised(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(packing) = unpack::packing(&name) else { return NOTHING.to_vec() };
    let mut found = Vec::new();
    let read = unpack::unpacked(packing, bytes, UNPACKED_MAX).map_err(Into::into).and_then(|unpacked| {
        advisories::read(unpacked, &|_| true, &mut |advised| found.push(scrubbed(scrubber, &advised)))
    });
    match read {
        Ok(()) => unpack::packed(packing, &advisories::write(&found)),
        Err(_) => NOTHING.to_vec(),
    }
}

fn scrubbed(scrubber: &mut Scrubber, advised: &Advised) -> Advised {
    Advised {
        name: package(scrubber, &advised.name),
        arch: version(&advised.arch),
        evr: evr(&advised.evr),
        issued: advised.issued,
        severity: advised.severity,
        modules: advised.modules.iter().map(|of| module(scrubber, of)).collect(),
    }
}

/// An installed package of the database of rpm.
pub(super) fn installed(scrubber: &mut Scrubber, installed: &Package) -> Package {
    Package {
        name: package(scrubber, &installed.name),
        arch: version(&installed.arch),
        evr: evr(&installed.evr),
        module: installed.module.as_ref().map(|of| module(scrubber, of)),
    }
}

fn evr(evr: &Evr) -> Evr {
    Evr { epoch: evr.epoch, version: version(&evr.version), release: version(&evr.release) }
}

fn module(scrubber: &mut Scrubber, module: &str) -> String {
    let (name, stream) = module.split_once(':').unwrap_or((module, ""));
    format!("{}:{}", package(scrubber, name), version(stream))
}

impl Scrubber {
    /// Learns the folders of caches and their files: their names hold those of repositories, and what they are of.
    pub(super) fn learn_caches(&mut self) {
        let mut learned: Vec<(PathBuf, PathBuf)> = Vec::new();
        for (folder, entries) in &self.folders {
            for (number, entry) in entries.iter().enumerate() {
                let of = folder.join(&entry.name);
                let Some(files) = self.folders.get(&of.join("repodata")) else { continue };
                let Some(id) = dnf_config::repository_of(&entry.name) else { continue };
                let folder = self.names.path(&folder.to_string_lossy());
                let stand_in = PathBuf::from(folder).join(format!("{}-{number:016x}", self.names.part(id)));
                learned.push((of.clone(), stand_in.clone()));
                learned.push((of.join("repodata"), stand_in.join("repodata")));
                learned.push((of.join("repodata/repomd.xml"), stand_in.join("repodata/repomd.xml")));
                for (number, file) in files.iter().enumerate() {
                    let Some(kind) = [PRIMARY, UPDATEINFO].into_iter().find(|kind| file.name.contains(kind)) else {
                        continue;
                    };
                    let (_, ending) = file.name.rsplit_once(kind).unwrap_or_default();
                    let ending = if is_ending(ending) { ending } else { "x" };
                    let name = format!("{number:03}-{}{ending}", kind.trim_start_matches('-'));
                    learned.push((of.join("repodata").join(&file.name), stand_in.join("repodata").join(name)));
                }
            }
        }
        for (path, stand_in) in learned {
            self.names.add_path(path, stand_in);
        }
    }
}

/// As files of repositories end.
fn is_ending(ending: &str) -> bool {
    let packed = ending.strip_prefix("xml").unwrap_or(ending);
    ["", ".gz", ".zst", ".zck", ".xz", ".bz2"].contains(&packed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn repositories_keep_what_they_are_told() {
        let mut scrubber = Scrubber::of_nothing();
        let text =
            b"[main]\ncachedir=/srv/tanaka\n[tanaka-tools]\nname=Tanaka\nbaseurl=https://tanaka.example/\nenabled=No\n\
            password=tanaka\n[*tanaka]\nenabled=\n";
        let path = Path::new("/etc/yum.repos.d/a.repo");
        let written = settings(&mut scrubber, path, text);
        let sections = dnf_config::parse(&written).unwrap();
        assert_eq!(sections.iter().map(|of| of.is_set("enabled")).collect::<Vec<_>>(), [None, Some(false), None]);
        assert_eq!((sections[0].settings.len(), sections[2].name.as_str()), (1, "*"));
        assert!(!String::from_utf8_lossy(&written).to_ascii_lowercase().contains("tanaka"));
        assert_eq!(settings(&mut scrubber, path, b"tanaka"), NOTHING);
    }

    #[test]
    fn advisories_keep_versions_and_dates() {
        let mut scrubber = Scrubber::of_nothing();
        let zst = include_bytes!("../../../tests/samples/updates/almalinux_9_updateinfo.xml.zst");
        let path = Path::new("/var/cache/dnf/a-0123456789abcdef/repodata/1-updateinfo.xml.zst");
        let written = advised(&mut scrubber, path, zst);
        let mut text = Vec::new();
        let mut unpacked =
            unpack::unpacked(unpack::Packing::Zstandard, written.as_slice(), Size::from_bytes(1 << 20)).unwrap();
        unpacked.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("28.el9_4") && text.contains("important") && !text.contains("OpenSSL is"), "{text}");
        assert_eq!(advised(&mut scrubber, path, b"tanaka"), NOTHING);
    }
}
