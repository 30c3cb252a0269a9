//! Names of people, groups, hosts, aliases and files, and what stands in their place.
//!
//! Only names that every host has stay. Every other one has a stand-in, the same everywhere in one recording.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::known;
use crate::collect::backups::{dated, restic};
use crate::collect::written_secrets::places::lists_passwords;

const HOMES: &str = "/home";
const ZONES: &str = "/usr/share/zoneinfo";
const DOMAIN: &str = "example.invalid";
/// How endings begin that dpkg gives to files it puts aside.
const OF_PACKAGES: &str = "dpkg-";
/// How the names of examples end before their ending.
const SAMPLE: &str = "-sample";
/// How names begin by which files are found.
const BEGINNINGS: [&str; 9] = [
    "ifcfg-",
    "keys-",
    "getty@",
    "serial-getty@",
    "container-getty@",
    "autovt@",
    "vncserver@",
    "tigervncserver@",
    "chrome-remote-desktop@",
];

/// Names and their stand-ins.
#[derive(Debug, Default)]
pub(super) struct Names {
    accounts: BTreeMap<String, String>,
    /// The same by their names in small letters, the first of those that differ in case alone.
    folded: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
    hosts: BTreeMap<String, usize>,
    aliases: BTreeMap<String, String>,
    stems: BTreeMap<String, String>,
    /// Endings that not every host has, by the order in which they were met.
    endings: BTreeMap<String, usize>,
    /// Names of the system's accounts that are given to people here.
    taken: BTreeSet<String>,
    /// Numbers of accounts, which name folders.
    uids: BTreeSet<u32>,
    /// This host's own name, short and with its domain, in lower case.
    own_host: Option<(String, String)>,
    /// Paths whose stand-in does not follow from their parts.
    paths: BTreeMap<PathBuf, PathBuf>,
}

impl Names {
    /// Learns an account. One of the system's names above the first number of people is a person's.
    pub(super) fn add_account(&mut self, name: &str, uid: u32, is_person: bool) {
        self.uids.insert(uid);
        if is_person && known::is_account(name) {
            self.taken.insert(name.to_owned());
        }
        self.account(name);
    }

    /// Learns the host's own name.
    pub(super) fn add_host(&mut self, name: &str) {
        let name = name.trim().to_ascii_lowercase();
        if !name.is_empty() && !known::is_host(&name) {
            let short = name.split('.').next().unwrap_or_default().to_owned();
            self.own_host.get_or_insert((short, name));
        }
    }

    /// Learns the names in paths, so that their stand-ins have the same order.
    pub(super) fn add_paths<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        let mut stems = BTreeSet::new();
        for part in paths.into_iter().flat_map(Path::iter).filter_map(|part| part.to_str()).filter(|part| *part != "/")
        {
            stems.insert(Part::of(part).stem.to_owned());
        }
        for stem in stems {
            self.stem(&stem);
        }
    }

    /// A path that has that stand-in.
    pub(super) fn add_path(&mut self, path: PathBuf, stand_in: PathBuf) {
        self.paths.insert(path, stand_in);
    }

    /// The stand-in of an account, or its own name where every host has it.
    pub(super) fn account(&mut self, name: &str) -> String {
        if name.is_empty() || known::is_account(name) && !self.taken.contains(name) {
            return name.to_owned();
        }
        let next = self.accounts.len() + 1;
        let stand_in = self.accounts.entry(name.to_owned()).or_insert_with(|| format!("user{next}")).clone();
        self.folded.entry(name.to_lowercase()).or_insert_with(|| stand_in.clone());
        stand_in
    }

    /// Whether a name is of an account that is known.
    pub(super) fn knows(&self, name: &str) -> bool {
        known::is_account(name) || self.accounts.contains_key(name)
    }

    /// The same where letters of either case are one, as in sudoers.
    pub(super) fn account_in_any_case(&mut self, name: &str) -> String {
        if !self.accounts.contains_key(name)
            && let Some((_, stand_in)) = self.accounts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return stand_in.clone();
        }
        if known::is_account(&name.to_ascii_lowercase()) { name.to_owned() } else { self.account(name) }
    }

    /// The stand-in of an account that is known, where letters of either case are one, as on Windows.
    pub(super) fn known_account(&self, name: &str) -> Option<String> {
        self.accounts.get(name).or_else(|| self.folded.get(&name.to_lowercase())).cloned()
    }

    /// The stand-in of a group. A person's own group has the person's.
    pub(super) fn group(&mut self, name: &str) -> String {
        if let Some(account) = self.accounts.get(name) {
            return account.clone();
        }
        if name.is_empty() || known::is_group(name) {
            return name.to_owned();
        }
        let next = self.groups.len() + 1;
        self.groups.entry(name.to_owned()).or_insert_with(|| format!("group{next}")).clone()
    }

    /// The stand-in of a host that no address stands for.
    pub(super) fn host(&mut self, name: &str) -> String {
        if name.is_empty() || known::is_host(name) {
            return name.to_owned();
        }
        let lower = name.to_ascii_lowercase();
        let is_own = self.own_host.as_ref().is_some_and(|(short, full)| *short == lower || *full == lower);
        let number = if is_own {
            1
        } else {
            let next = self.hosts.len() + 2;
            *self.hosts.entry(lower).or_insert(next)
        };
        if name.trim_end_matches('.').contains('.') {
            format!("host{number}.{DOMAIN}")
        } else {
            format!("host{number}")
        }
    }

    /// The stand-in of an alias of sudoers.
    pub(super) fn alias(&mut self, name: &str) -> String {
        let next = self.aliases.len() + 1;
        self.aliases.entry(name.to_owned()).or_insert_with(|| format!("ALIAS{next}")).clone()
    }

    /// The stand-in of a path, part by part.
    pub(super) fn path(&mut self, path: &str) -> String {
        if let Some(stand_in) = self.paths.get(Path::new(path)).and_then(|path| path.to_str()) {
            return stand_in.to_owned();
        }
        if Path::new(path).starts_with(ZONES) && is_zone(path) {
            return path.to_owned();
        }
        let mut before = String::new();
        let mut parts = Vec::new();
        for part in path.split('/') {
            let at_home = before == HOMES && part != "lost+found";
            parts.push(if at_home { self.account(part) } else { self.part(part) });
            if !part.is_empty() {
                before = format!("{before}/{part}");
            }
        }
        parts.join("/")
    }

    /// The stand-in of one part of a path, which keeps what decides how it is read: being hidden, its place in an
    /// order, its ending, a date.
    pub(super) fn part(&mut self, part: &str) -> String {
        if part.chars().all(|letter| letter == '.') || !self.taken.contains(part) && known::is_part(part) {
            return part.to_owned();
        }
        if lists_passwords(part) {
            let ending = part.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
            return format!("password-{}.{ending}", self.stem(part));
        }
        let is_uid = part.parse().is_ok_and(|uid| self.uids.contains(&uid));
        if is_uid || known::is_short_number(part, 5) || restic::is_snapshot(part) {
            return part.to_owned();
        }
        if let Some((log, date)) = rotated(part) {
            return format!("{}-{date}", self.part(log));
        }
        let split = Part::of(part);
        let stem = match split.stem.strip_suffix(SAMPLE) {
            Some(stem) => format!("{}{SAMPLE}", self.stem(stem)),
            None => self.stem(split.stem),
        };
        let endings: String = split.endings.iter().map(|ending| self.ending(ending)).collect();
        match dated::stamp(part) {
            Some(stamp) => of_date(part, &stamp, &format!("{stem}{endings}{}", split.behind)),
            None => format!("{}{stem}{endings}{}", split.before, split.behind),
        }
    }

    /// The stand-in of an ending: two files whose names differ in it alone stay two.
    fn ending(&mut self, ending: &str) -> String {
        if known::is_ending(ending) {
            return format!(".{ending}");
        }
        let mark = if ending.starts_with(OF_PACKAGES) { OF_PACKAGES } else { "" };
        let next = self.endings.len() + 1;
        match *self.endings.entry(ending.to_owned()).or_insert(next) {
            1 => format!(".{mark}x"),
            number => format!(".{mark}x{number}"),
        }
    }

    /// The stand-in of a name without what decides how it is read.
    pub(super) fn stem(&mut self, stem: &str) -> String {
        if let Some(account) = self.accounts.get(stem) {
            return account.clone();
        }
        if stem.is_empty() || known::is_part(stem) {
            return stem.to_owned();
        }
        if self.own_host.as_ref().is_some_and(|(short, _)| stem.eq_ignore_ascii_case(short)) {
            return "host1".to_owned();
        }
        let next = self.stems.len() + 1;
        self.stems.entry(stem.to_owned()).or_insert_with(|| format!("name{next:04}")).clone()
    }
}

/// A part of a path, taken apart.
struct Part<'a> {
    /// What hides it or makes it no generation, and up to two digits that order it.
    before: String,
    stem: &'a str,
    endings: Vec<&'a str>,
    /// The mark of a copy.
    behind: &'static str,
}

impl<'a> Part<'a> {
    fn of(part: &'a str) -> Self {
        let (rest, behind) = part.strip_suffix('~').map_or((part, ""), |rest| (rest, "~"));
        let rest_behind_mark = rest.trim_start_matches(['.', '_']);
        let mut before = rest.get(..rest.len() - rest_behind_mark.len()).unwrap_or_default().to_owned();
        let mut stem = rest_behind_mark;
        let digits = stem.len() - stem.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        if (1..=2).contains(&digits) && stem.get(digits..).is_some_and(|rest| rest.starts_with(['-', '_'])) {
            let (number, rest) = stem.split_at(digits + 1);
            before.push_str(number);
            stem = rest;
        }
        for beginning in BEGINNINGS {
            if let Some(rest) = stem.strip_prefix(beginning) {
                before.push_str(beginning);
                stem = rest;
            }
        }
        let mut endings = Vec::new();
        while let Some((shorter, ending)) = stem.rsplit_once('.').filter(|(shorter, _)| !shorter.is_empty()) {
            endings.insert(0, ending);
            stem = shorter;
        }
        Self { before, stem, endings, behind }
    }
}

/// A log that logrotate put aside with a date, `secure-20261115.gz`: its name, and the date with what is behind it.
fn rotated(part: &str) -> Option<(&str, &str)> {
    let (log, date) = part.rsplit_once('-')?;
    let (digits, ending) = date.split_at_checked(8)?;
    // Eight digits that are no day are a person's number.
    let is_date =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && NaiveDate::parse_from_str(digits, "%Y%m%d").is_ok();
    let compressed = ending.is_empty() || ending.strip_prefix('.').is_some_and(known::is_ending);
    let is_log = known::is_part(log) || log.strip_suffix(".log").is_some_and(|stem| !stem.is_empty());
    (is_date && compressed && is_log).then_some((log, date))
}

/// A name with the same date that is as finished as the other.
fn of_date(name: &str, stamp: &dated::Stamp, stem: &str) -> String {
    let date = stamp.date.format("%Y-%m-%d");
    let time = stamp.time.map(|time| time.format("T%H:%M:%S").to_string()).unwrap_or_default();
    let offset = match stamp.offset {
        None => String::new(),
        Some(0) => "Z".to_owned(),
        Some(offset) => format!("+{:02}:{:02}", offset / 3_600, offset % 3_600 / 60),
    };
    let plain = format!("{date}{time}{offset}");
    let mark = if dated::partial(name) { "_" } else { "" };
    if name == plain { plain } else { format!("{mark}{plain}-{stem}") }
}

/// A time zone as the system names them.
fn is_zone(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add_account("tanaka", 1000, true);
        names.add_host("pc-17.kenshin.example.jp");
        names
    }

    #[test]
    fn only_names_that_every_host_has_stay() {
        let mut names = names();
        assert_eq!(names.account("chrony"), "chrony");
        assert_eq!(names.account("suzuki"), "user2");
        assert_eq!(names.account_in_any_case("TANAKA"), "user1");
        assert_eq!((names.group("docker"), names.group("tanaka")), ("docker".into(), "user1".into()));
        assert_eq!(names.group("ishi"), "group1");
        names.add_account("games", 1001, true);
        assert_eq!(names.account("games"), "user3", "a person has the number");
    }

    #[test]
    fn hosts_but_public_time_servers_have_stand_ins() {
        let mut names = names();
        for same in ["ntp.nict.jp", "2.debian.pool.ntp.org", "time.google.com", "localhost"] {
            assert_eq!(names.host(same), same);
        }
        assert_eq!(names.host("PC-17"), "host1");
        assert_eq!(names.host("pc-17.kenshin.example.jp"), "host1.example.invalid");
        assert_eq!(names.host("ntp.yamada-clinic.example"), "host2.example.invalid");
        assert_eq!(names.host("yamada.pool.ntp.org"), "host3.example.invalid");
        assert_eq!(names.host("NTP.yamada-clinic.example"), "host2.example.invalid");
    }

    #[test]
    fn parts_of_paths_keep_what_decides_how_they_are_read() {
        let mut names = names();
        for (path, stand_in) in [
            ("/home/tanaka/.ssh/authorized_keys", "/home/user1/.ssh/authorized_keys"),
            ("/etc/chrony/conf.d/yamada.conf", "/etc/chrony/conf.d/name0001.conf"),
            ("/etc/sudoers.d/10-yamada", "/etc/sudoers.d/10-name0001"),
            ("/etc/sudoers.d/yamada.bak~", "/etc/sudoers.d/name0001.bak~"),
            ("/etc/sysconfig/network-scripts/ifcfg-yamada", "/etc/sysconfig/network-scripts/ifcfg-name0001"),
            ("/var/log/yamada.log.1", "/var/log/name0001.log.1"),
            ("/var/log/yamada.log-20261115.gz", "/var/log/name0001.log-20261115.gz"),
            ("/var/log/secure-20261115", "/var/log/secure-20261115"),
            ("/srv/data/data-90123456.csv", "/srv/data/name0002.csv"),
            ("/etc/dconf/db/yamada.d", "/etc/dconf/db/name0001.d"),
            ("/etc/090-1111-2222.suzuki", "/etc/name0003.x"),
            ("/etc/090-1111-2222.sato", "/etc/name0003.x2"),
            ("/etc/dnsmasq.d/yamada.dpkg-old", "/etc/dnsmasq.d/name0001.dpkg-x3"),
            ("/backups/2026-11-23", "/backups/2026-11-23"),
            ("/backups/daily.6", "/backups/daily.6"),
            ("/usr/share/zoneinfo/Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo"),
            ("pc-17/..", "host1/.."),
        ] {
            assert_eq!(names.path(path), stand_in);
        }
    }

    #[test]
    fn dates_in_names_stay() {
        for name in
            ["yamada_20261123-0300.tar.gz", "files_2026-11-23T03:00:00+0900", "db-20261123.sql.tmp", ".20261123"]
        {
            let stand_in = names().part(name);
            assert_eq!(dated::stamp(&stand_in), dated::stamp(name), "{stand_in}");
            assert_eq!(dated::partial(&stand_in), dated::partial(name), "{stand_in}");
            assert!(!stand_in.contains("yamada"));
        }
    }

    #[test]
    fn files_of_one_date_stay_apart() {
        let mut names = names();
        let files = ["db-20261123.sql.gz", "db-20261123.sql.gz.sha256", "db-20261123.sql.gz.asc", "db-20261123.1"];
        let stand_ins: BTreeSet<String> = files.iter().map(|file| names.part(file)).collect();
        assert_eq!(stand_ins.len(), files.len(), "{stand_ins:?}");
        for stand_in in stand_ins {
            assert_eq!(dated::stamp(&stand_in), dated::stamp(files[0]), "{stand_in}");
        }
    }

    #[test]
    fn stand_ins_of_files_have_the_same_order() {
        let mut names = names();
        names.add_paths(["/a/yamada.conf", "/a/ishi.conf"].map(Path::new));
        assert!(names.part("ishi.conf") < names.part("yamada.conf"));
    }
}
