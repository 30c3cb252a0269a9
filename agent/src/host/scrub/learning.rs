//! Learning who and what a recording names, before anything of it is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tenken_model::fact::system::SystemFamily;

use super::files::Named;
use super::form::Form;
use super::{NOBODY, Scrubber, apt, lease_configuration, netlink, pam, remote_access, sshd, sudoers};
use crate::collect::Look;
use crate::collect::accounts::{login_defs, passwd, sshd_keys};
use crate::collect::antivirus::options;
use crate::collect::firewall::{configured, configured_zones};
use crate::collect::ipsec::programs::LIBRESWAN;
use crate::collect::logs::{auditd, logrotate, rsyslog};
use crate::collect::neighbours::netlink::links;
use crate::collect::removable_media::usbguard_conf;
use crate::collect::screen_lock::{dconf_profile, environment};
use crate::collect::session_timeout::shell_script::{Effect, steps};
use crate::collect::ssh_daemon::sshd_config;
use crate::collect::time_sync::chrony_conf::{self, Include};
use crate::collect::time_sync::ntpd;
use crate::host::recorded::{Answer, Content, Node, Recording};
use crate::host::{EntryKind, NetlinkDump};

/// How deep files that name files are followed; the collectors stop before.
const ROUNDS_MAX: usize = 40;
impl Scrubber {
    /// Learns who and what is named in a recording.
    pub(super) fn new(recording: &Recording) -> Self {
        let is_windows = recording.family == SystemFamily::Windows;
        let mut scrubber = Self { now: recording.now, is_windows, ..Self::of_nothing() };
        if let Some(Answer::Given(system)) = &recording.system {
            scrubber.host_name.clone_from(&system.host_name);
            scrubber.names.add_host(&system.host_name);
        }
        let whole = |path: &str| content_of(recording.paths.get(Path::new(path))?)?.all();
        let machine = whole("/etc/machine-id").map(String::from_utf8_lossy);
        scrubber.machine = machine.map(|machine| machine.trim().to_owned()).unwrap_or_default();
        let defs = whole("/etc/login.defs");
        let first = defs.and_then(login_defs::uid_min).unwrap_or(login_defs::UID_MIN_DEFAULT);
        let accounts = whole("/etc/passwd").and_then(|bytes| passwd::parse(bytes).ok()).unwrap_or_default().entries;
        for account in &accounts {
            let is_person = account.uid >= first && account.uid != NOBODY;
            scrubber.names.add_account(&account.name, account.uid, is_person);
        }
        scrubber.has_libreswan = LIBRESWAN
            .iter()
            .any(|daemon| recording.paths.get(Path::new(daemon)).is_some_and(|node| node.get().is_ok()));
        scrubber.learn_homes(recording);
        scrubber.learn_named(recording);
        scrubber.names.add_paths(recording.paths.keys().map(PathBuf::as_path));
        for entries in scrubber.folders.values() {
            scrubber.names.add_paths(entries.iter().map(|entry| Path::new(&entry.name)));
        }
        scrubber.learn_interfaces(recording);
        scrubber.learn_firewall(recording);
        scrubber.learn_lease_files(recording);
        scrubber.learn_lists();
        scrubber.learn_caches();
        for account in &accounts {
            scrubber.learn_keys(recording, account);
        }
        scrubber
    }

    /// What rules of a firewall do depends on the interfaces of the host, on what they include, and on sets.
    fn learn_firewall(&mut self, recording: &Recording) {
        let look = Look::new(recording);
        self.outer = configured::outer(&look);
        self.nftables = configured::of_nftables(&look, &self.outer).ok();
        for path in
            recording.paths.keys().filter(|path| path.parent().is_some_and(|it| it.ends_with("firewalld/ipsets")))
        {
            if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
                self.sets.insert(name.to_owned(), configured_zones::set(&look, name));
            }
        }
    }

    /// People whose accounts are kept elsewhere have homes here.
    fn learn_homes(&mut self, recording: &Recording) {
        for (path, node) in &recording.paths {
            let entries = node.get().ok().and_then(|node| node.entries.as_ref()).and_then(|entries| entries.get().ok());
            if let Some(entries) = entries {
                self.folders.insert(path.clone(), entries.clone());
            }
            let below = entries.filter(|_| path == Path::new("/home")).into_iter().flatten();
            let folders = below.filter(|entry| entry.kind == EntryKind::Folder).map(|entry| entry.name.as_str());
            let own = path.file_name().filter(|_| path.parent() == Some(Path::new("/home")));
            for name in folders.chain(own.and_then(|name| name.to_str())).filter(|name| *name != "lost+found") {
                self.names.account(name);
            }
        }
    }

    /// Interfaces have the same stand-ins in dumps, in rules and in the paths of their settings.
    fn learn_interfaces(&mut self, recording: &Recording) {
        let dump = recording.netlink.get(&NetlinkDump::Links).and_then(|answer| answer.get().ok());
        let datagrams: Vec<Vec<u8>> = dump.into_iter().flatten().map(|datagram| datagram.0.clone()).collect();
        for link in links(&datagrams).unwrap_or_default() {
            self.interfaces.insert(link.name.clone(), netlink::stand_in(&link.name, link.index));
        }
        for path in recording.paths.keys() {
            let text = path.to_string_lossy();
            let below = ["/proc/sys/net/ipv4/conf/", "/proc/sys/net/ipv6/conf/"].into_iter();
            let found = below.filter_map(|folder| Some((folder, text.strip_prefix(folder)?.split_once('/')?)));
            for (folder, (interface, setting)) in found.collect::<Vec<_>>() {
                if let Some(stand_in) = self.interfaces.get(interface) {
                    self.names.add_path(path.clone(), format!("{folder}{stand_in}/{setting}").into());
                }
            }
        }
    }

    /// Learns which files other files name.
    fn learn_named(&mut self, recording: &Recording) {
        for _ in 0..ROUNDS_MAX {
            let before = self.named.len();
            for (path, node) in &recording.paths {
                let Some(bytes) = content_of(node).and_then(Content::all) else { continue };
                let Some(form) = self.form(path) else { continue };
                for named in self.named_by(form, path, bytes) {
                    if !self.named.contains(&named) {
                        self.named.push(named);
                    }
                }
            }
            if self.named.len() == before {
                return;
            }
        }
    }

    fn named_by(&mut self, form: Form, path: &Path, bytes: &[u8]) -> Vec<Named> {
        let text = String::from_utf8_lossy(bytes);
        match form {
            Form::Sudoers => {
                sudoers::learn(bytes, &mut self.aliases);
                sudoers::files(path, bytes, &self.host_name)
            }
            Form::Sshd => sshd::files(bytes),
            Form::AptConf => apt::files(bytes),
            Form::Pam => pam::files(bytes),
            Form::Ipsec(form) => form.files(self, path, bytes),
            Form::Shares(form) => form.files(bytes),
            Form::Usbguard => {
                let conf = usbguard_conf::parse(bytes).ok();
                let file = conf.as_ref().and_then(|conf| conf.rule_file.clone());
                let folder = conf.and_then(|conf| conf.rule_folder);
                let folder = folder.map(|folder| format!("{}/*.conf", folder.trim_end_matches('/')));
                let paths = file.into_iter().chain(folder);
                paths.map(|path| Named::of(&path, Form::UsbguardRules)).collect()
            }
            Form::Unit => remote_access::unit_files(bytes),
            Form::Shell => {
                let steps = steps(&text).unwrap_or_default().into_iter();
                let profile = environment::assigned(bytes).filter(|profile| profile.starts_with('/'));
                let sourced = steps.filter_map(|step| match step.effect {
                    Effect::Source(paths) => Some(paths),
                    _ => None,
                });
                let sourced = sourced.flatten().filter(|path| path.starts_with('/'));
                let sourced = sourced.map(|path| Named::of(&path, Form::Shell));
                sourced.chain(profile.map(|path| Named::of(&path, Form::DconfProfile))).collect()
            }
            Form::Chrony => {
                let conf = chrony_conf::parse(&text);
                let mut named: Vec<Named> =
                    conf.pid_file.iter().map(|path| Named::of(path, Form::ProcessNumber)).collect();
                for include in &conf.includes {
                    let (folders, suffix) = match include {
                        Include::Files(pattern) => (std::slice::from_ref(pattern), ""),
                        Include::Folders(folders) => (folders.as_slice(), "/*.conf"),
                        Include::Sources(folders) => (folders.as_slice(), "/*.sources"),
                    };
                    let paths = folders.iter().map(|path| format!("{}{suffix}", path.trim_end_matches('/')));
                    named.extend(paths.map(|path| Named::of(&path, Form::Chrony)));
                }
                named
            }
            Form::DconfProfile => {
                let files =
                    dconf_profile::parse(bytes).unwrap_or_default().into_iter().filter_map(|named| match named {
                        dconf_profile::Named::File(path) => Some(Named::of(&path, Form::Settings)),
                        _ => None,
                    });
                files.collect()
            }
            Form::Rsyslog => log_files(bytes),
            Form::Logrotate => rotated_files(bytes),
            Form::Auditd => {
                let found = auditd::configuration(bytes).ok();
                found.into_iter().flat_map(|found| log_and_copies(&found.log_file)).collect()
            }
            Form::Ntp => ntpd::lines(&text).into_iter().flat_map(|line| ntp_files(path, line)).collect(),
            Form::Dnsmasq | Form::Dhcpd | Form::Kea => lease_configuration::files(form, &text),
            Form::Clamav => {
                let options = options::parse(bytes).unwrap_or_default();
                let logs = options.first("UpdateLogFile").into_iter();
                let logs = logs.flat_map(|log| [log.to_owned(), format!("{log}.1")]);
                let folder = options
                    .first("DatabaseDirectory")
                    .map(|folder| format!("{}/daily.*", folder.trim_end_matches('/')));
                let folder = folder.map(|path| Named::of(&path, Form::SignatureHeader));
                logs.map(|path| Named::of(&path, Form::FreshclamLog)).chain(folder).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Learns the names of files beside others: Kea's behind its own file, and what editors leave to dnsmasq, which passes
    /// it over.
    fn learn_lease_files(&mut self, recording: &Recording) {
        for (path, node) in &recording.paths {
            let Some(bytes) = content_of(node).and_then(Content::all) else { continue };
            if self.form(path) == Some(Form::Kea) {
                for (file, stand_in) in lease_configuration::kea_files(self, &String::from_utf8_lossy(bytes)) {
                    self.names.add_path(file, stand_in);
                }
            }
        }
        let left_behind = |name: &str| name.starts_with('#');
        let mut found: Vec<(PathBuf, String)> = Vec::new();
        for (folder, entries) in &self.folders {
            let names = entries.iter().map(|entry| entry.name.clone()).filter(|name| left_behind(name));
            found.extend(names.map(|name| (folder.clone(), name)));
        }
        for (folder, name) in found {
            let path = folder.join(&name);
            if self.form(&path) == Some(Form::Dnsmasq) {
                let stand_in = self.path(&folder).join(format!("#{}", self.names.part(&name)));
                self.names.add_path(path, stand_in);
            }
        }
    }

    /// Learns where the keys of an account are, whose path its name may be part of.
    fn learn_keys(&mut self, recording: &Recording, account: &passwd::PasswdEntry) {
        let mut patterns = BTreeSet::new();
        for (path, node) in &recording.paths {
            let bytes = content_of(node).and_then(Content::all).filter(|_| self.form(path) == Some(Form::Sshd));
            let directives = bytes.and_then(|bytes| sshd_config::parse(bytes).ok()).unwrap_or_default();
            let files = directives.into_iter().filter(|directive| directive.keyword == "authorizedkeysfile");
            patterns.extend(files.flat_map(|directive| directive.arguments));
        }
        for pattern in patterns {
            let path = sshd_keys::path(&pattern, &account.name, account.uid, &account.home);
            self.named.push(Named::of(&path, Form::AuthorizedKeys));
            let (name, home) = (self.names.account(&account.name), self.names.path(&account.home));
            let stand_in = sshd_keys::path(&sshd::key_file(self, &pattern), &name, account.uid, &home);
            self.names.add_path(path.into(), stand_in.into());
        }
    }
}

/// A log and its copies.
fn log_and_copies(path: &str) -> Vec<Named> {
    vec![Named::of(path, Form::Log), Named::of(&format!("{path}[-.][0-9]*"), Form::Log)]
}

/// The files that rules of rsyslog include, and the logs they write.
fn log_files(bytes: &[u8]) -> Vec<Named> {
    let files = rsyslog::parse(bytes).unwrap_or_default().into_iter().flat_map(|statement| match statement {
        rsyslog::Statement::Include(path) if path.ends_with('/') => {
            vec![Named::of(&format!("{path}*"), Form::Rsyslog)]
        }
        rsyslog::Statement::Include(path) => vec![Named::of(&path, Form::Rsyslog)],
        rsyslog::Statement::Action { target: rsyslog::Target::File(path), .. } => log_and_copies(&path),
        _ => Vec::new(),
    });
    files.collect()
}

/// The files that logrotate includes.
fn rotated_files(bytes: &[u8]) -> Vec<Named> {
    let files = logrotate::parse(bytes).unwrap_or_default().into_iter().flat_map(|statement| match statement {
        logrotate::Statement::Include(path) => {
            vec![Named::of(&path, Form::Logrotate), Named::of(&format!("{path}/*"), Form::Logrotate)]
        }
        _ => Vec::new(),
    });
    files.collect()
}

/// What was read of a file.
pub(super) fn content_of(node: &Answer<Node>) -> Option<&Content> {
    node.get().ok()?.content.as_ref()?.get().ok()
}

/// What a line of ntpd's configuration takes in: a file, or the files of a folder.
fn ntp_files(path: &Path, line: ntpd::Line) -> Vec<Named> {
    let ntpd::Line::Include(name) = line else { return Vec::new() };
    let path = ntp_included(path, &name);
    vec![Named::of(&path, Form::Ntp), Named::of(&format!("{path}/*.conf"), Form::Ntp)]
}

/// The path that a line of ntpd's configuration means.
pub(super) fn ntp_included(from: &Path, name: &str) -> String {
    from.parent().unwrap_or(Path::new("/")).join(name).display().to_string()
}
