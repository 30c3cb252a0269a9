//! What package managers keep, written anew: names that are in no list of known programs have stand-ins, the same in every
//! file, and of what a package says only its version stays.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tenken_model::{Instant, Size};

use super::form::Form;
use super::{Scrubber, apt, known, repositories};
use crate::collect::packages::apt_lists::{self, list_of, repository};
use crate::collect::packages::dpkg::{AutomaticReader, Reader};
use crate::collect::packages::paragraphs::{Line, Paragraphs};
use crate::collect::packages::repodata::advisories::OF_SYSTEM;
use crate::collect::packages::rpm::PackagesError;
use crate::collect::packages::rpm_berkeley::BerkeleyError;
use crate::collect::packages::rpm_macros::Macros;
use crate::collect::packages::rpm_ndb::NdbError;
use crate::collect::packages::{release_file, rpm, rpm_berkeley, rpm_header, rpm_ndb};
use crate::collect::sqlite::{SqliteError, Value, table_of, writer};
use crate::collect::updates::{os_release, pro, support};
use crate::host::recorded::Content;
use crate::host::{ReadError, ReadErrorKind};

/// What stands where something is not kept.
const OTHER: &str = "other";
const NOTHING: &[u8] = b"x\n";
const LISTS: &str = "/var/lib/apt/lists";
/// How a database begins whose first page is damaged.
const DAMAGED: &[u8] = b"SQLite format 3\0\x02\0\x01\x01\0@  ";
const HEADER_BYTES: usize = 100;

/// A file that is read in parts, as a whole; nothing for one of another form.
pub(super) fn whole(scrubber: &mut Scrubber, path: &Path, form: Form, content: &Content) -> Option<Vec<u8>> {
    Some(match form {
        Form::DpkgStatus => installed(scrubber, &joined(content)),
        Form::AutomaticPackages => automatic(scrubber, &joined(content)),
        Form::PackageList => listed(scrubber, &joined(content)),
        Form::Release => release(scrubber, &joined(content)),
        Form::Advisories => repositories::advised(scrubber, path, &joined(content)),
        Form::RpmDatabase => rpm_database(scrubber, content),
        Form::RpmHeaders(form) => rpm_headers(scrubber, form, content),
        _ => return None,
    })
}

/// The parts that follow each other from the beginning.
fn joined(content: &Content) -> Vec<u8> {
    let mut joined: Vec<u8> = Vec::new();
    for (offset, part) in &content.parts {
        let known = u64::try_from(joined.len()).unwrap_or(u64::MAX);
        if let Some(twice) = known.checked_sub(*offset).and_then(|twice| usize::try_from(twice).ok()) {
            joined.extend(part.0.get(twice..).unwrap_or_default());
        }
    }
    joined
}

/// A package's stand-in. One that a rule of the catalogue names, or that tells whose advisories they are, stays of that name.
pub(super) fn package(scrubber: &mut Scrubber, name: &str) -> String {
    match known::program(name) {
        Some(known) if known == name => name.to_owned(),
        Some(known) => format!("{known}-{}", scrubber.names.part(name)),
        None if OF_SYSTEM.contains(&name) => name.to_owned(),
        None => scrubber.names.part(name),
    }
}

pub(super) fn version(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_alphanumeric() || ".+~:-_^".contains(*letter)).collect()
}

fn installed(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut reader = Reader::default();
    reader.take(bytes);
    let mut written = String::new();
    for (name, of) in reader.finish().versions {
        let (name, of) = (package(scrubber, &name), version(&of));
        let _ = write!(written, "Package: {name}\nStatus: install ok installed\nVersion: {of}\n\n");
    }
    written.into_bytes()
}

fn automatic(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut reader = AutomaticReader::default();
    reader.take(bytes);
    let mut written = String::new();
    for name in reader.finish() {
        let _ = write!(written, "Package: {}\nAuto-Installed: 1\n\n", package(scrubber, &name));
    }
    written.into_bytes()
}

fn listed(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let (mut name, mut of, mut written) = (String::new(), String::new(), String::new());
    let mut each = |line: Line<'_>| match line {
        Line::Field(b"Package", value) => name = String::from_utf8_lossy(value).into_owned(),
        Line::Field(b"Version", value) => of = String::from_utf8_lossy(value).into_owned(),
        Line::Field(..) => {}
        Line::End => {
            let (name, of) = (std::mem::take(&mut name), std::mem::take(&mut of));
            let _ = write!(written, "Package: {}\nVersion: {}\n\n", package(scrubber, &name), version(&of));
        }
    };
    let mut paragraphs = Paragraphs::default();
    paragraphs.take(bytes, &mut each);
    paragraphs.finish(&mut each);
    written.into_bytes()
}

fn release(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let release = release_file::parse(bytes);
    let origin = match apt::word(scrubber, &release.origin) {
        origin if release.is_sold() && !origin.starts_with("UbuntuESM") => "UbuntuESM".to_owned(),
        origin => origin,
    };
    let mut of = |text: &str| apt::word(scrubber, text);
    let (label, suite, codename) = (of(&release.label), of(&release.suite), of(&release.codename));
    let dated = [("Date", release.date), ("Valid-Until", release.valid_until)].into_iter();
    let dated = dated.filter_map(|(field, date)| Some(format!("{field}: {}\n", date?.to_rfc2822())));
    let named = format!("Origin: {origin}\nLabel: {label}\nSuite: {suite}\nCodename: {codename}\n");
    (named + &dated.collect::<String>()).into_bytes()
}

/// A database of the heads of packages alone.
fn rpm_headers(scrubber: &mut Scrubber, form: rpm::Form, content: &Content) -> Vec<u8> {
    let read = |at: u64, bytes: usize| part_of(content, at, bytes).map(Into::into);
    let heads = rpm::packages(form, &read).map(|packages| {
        let head = |of: &rpm_header::Package| rpm_header::write(&repositories::installed(scrubber, of));
        packages.iter().map(head).collect::<Vec<_>>()
    });
    let written = match heads {
        Ok(heads) if form == rpm::Form::Ndb => rpm_ndb::write(&heads),
        Ok(heads) => rpm_berkeley::write(&heads),
        Err(PackagesError::Berkeley(BerkeleyError::Form)) => Some(rpm_berkeley::UNKNOWN_FORM.to_vec()),
        Err(PackagesError::Ndb(NdbError::Version(_))) => Some(rpm_ndb::UNKNOWN_VERSION.to_vec()),
        Err(_) => None,
    };
    written.unwrap_or_else(|| NOTHING.to_vec())
}

/// Which database rpm is told to use.
pub(super) fn rpm_macros(bytes: &[u8]) -> Vec<u8> {
    let mut macros = Macros::default();
    match macros.take(bytes) {
        Ok(()) => macros.written(),
        Err(name) => format!("%{name} %other\n"),
    }
    .into_bytes()
}

/// A part of what was read of a database.
fn part_of(content: &Content, at: u64, bytes: usize) -> Result<Vec<u8>, ReadError> {
    let part = content.part(at, Size::from_bytes(u64::try_from(bytes).unwrap_or(u64::MAX)));
    part.map(<[u8]>::to_vec).ok_or_else(|| ReadError::new(ReadErrorKind::Failed, "read a database", "not recorded"))
}

/// A database of names and of the heads of packages, as far as they were read, or one that is broken.
fn rpm_database(scrubber: &mut Scrubber, content: &Content) -> Vec<u8> {
    let read = |at: u64, bytes: usize| part_of(content, at, bytes).map(Into::into);
    let (name, column) = rpm::NAMES;
    let names = table_of(&read, name).map(|table| {
        let names = rpm::names(&table).into_iter().map(|name| vec![Value::Text(package(scrubber, &name))]);
        names.collect::<Vec<_>>()
    });
    let heads = rpm::packages(rpm::Form::Sqlite, &read).map(|packages| {
        let head = |of: &rpm_header::Package| {
            let head = rpm_header::write(&repositories::installed(scrubber, of));
            vec![Value::Null, Value::Bytes(head)]
        };
        packages.iter().map(head).collect::<Vec<_>>()
    });
    let none = |error: &SqliteError| matches!(error, SqliteError::NoTable(_));
    let database = match (&names, &heads) {
        (Err(SqliteError::NotSqlite), _) => Some(NOTHING.to_vec()),
        (Err(names), Err(PackagesError::Database(heads))) if none(names) && none(heads) => {
            writer::write(OTHER, &[OTHER], &[])
        }
        (Err(_), Err(_)) => None,
        // A table that is damaged is as good as none.
        _ => {
            let columns = [&[column][..], &["hnum", "blob"]];
            let [names_columns, heads_columns] = columns;
            let names = names.iter().map(|rows| (name, names_columns, rows.as_slice()));
            let heads = heads.iter().map(|rows| (rpm::HEADERS, heads_columns, rows.as_slice()));
            writer::write_all(&names.chain(heads).collect::<Vec<_>>())
        }
    };
    database.unwrap_or_else(|| {
        let mut damaged = DAMAGED.to_vec();
        damaged.resize(HEADER_BYTES, 0);
        damaged
    })
}

/// The name of a system, where it is one that is known, and the stand-ins of its codenames, which are those of suites.
pub(super) fn os_release(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    const STREAM: &str = "CentOS Stream";
    let release = os_release::parse(bytes);
    let id = if support::knows(&release.id) { release.id.as_str() } else { OTHER };
    let name = if release.name.starts_with(STREAM) { STREAM } else { id };
    let of: String = release.version.chars().filter(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    let end = release.support_end.map(|end| format!("SUPPORT_END={}\n", end.date_naive())).unwrap_or_default();
    let codenames = [("VERSION_CODENAME", &release.codename), ("DEBIAN_CODENAME", &release.base)].into_iter();
    let codenames = codenames.filter(|(_, code)| !code.is_empty()).map(|(field, code)| {
        let code = if code == os_release::UNSTABLE { code.clone() } else { apt::word(scrubber, code) };
        format!("{field}={code}\n")
    });
    let codenames: String = codenames.collect();
    format!("ID={id}\nVERSION_ID={of}\nNAME=\"{name}\"\n{codenames}{end}").into_bytes()
}

/// What Ubuntu's Pro client tells of the updates of the system.
pub(super) fn pro(bytes: &[u8]) -> Vec<u8> {
    match pro::supported_until(bytes) {
        Ok(Some(until)) => {
            let expires = if until == Instant::MAX_UTC { "n/a".to_owned() } else { until.to_rfc3339() };
            let services = r#""services":[{"name":"esm-infra","status":"enabled"}]"#;
            format!("{{\"attached\":true,\"expires\":\"{expires}\",{services}}}").into_bytes()
        }
        Ok(None) => br#"{"attached":false}"#.to_vec(),
        Err(_) => NOTHING.to_vec(),
    }
}

impl Scrubber {
    /// Learns the files of repositories, whose names hold where they come from.
    pub(super) fn learn_lists(&mut self) {
        let lists = Path::new(LISTS);
        let Some(entries) = self.folders.get(lists) else { return };
        let files: Vec<String> = entries.iter().map(|entry| entry.name.clone()).collect();
        let mut learned: Vec<(PathBuf, PathBuf)> = Vec::new();
        for (number, release) in files.iter().filter(|file| repository(file).is_some()).enumerate() {
            let Some(key) = repository(release) else { continue };
            let kind = release.get(key.len()..).unwrap_or_default();
            let site = apt::site(self, apt_lists::site(key));
            learned.push((lists.join(release), lists.join(format!("{site}_repository{number:03}{kind}"))));
            for (of, file) in files.iter().filter(|file| list_of(key, file).is_some()).enumerate() {
                let ending = file.rsplit_once("_Packages.").map_or("", |_| ".gz");
                let name = format!("{site}_repository{number:03}_component{of:02}_binary-any_Packages{ending}");
                learned.push((lists.join(file), lists.join(name)));
            }
        }
        for (path, stand_in) in learned {
            self.names.add_path(path, stand_in);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_the_same_stand_in_everywhere() {
        let mut scrubber = Scrubber::of_nothing();
        let status = b"Package: tanaka-tools\nStatus: install ok installed\nMaintainer: Tanaka\nVersion: 1:2-3\n\n\
            Package: anydesk\nStatus: hold ok installed\nVersion: 6\n\n\
            Package: teamviewer-tanaka\nStatus: install ok installed\nVersion: 15\n";
        let written = String::from_utf8(installed(&mut scrubber, status)).unwrap();
        assert!(written.contains("Package: anydesk\n") && written.contains("Package: teamviewer-"), "{written}");
        assert!(!written.to_ascii_lowercase().contains("tanaka") && written.contains("Version: 1:2-3\n"));
        let list = listed(&mut scrubber, b"Package: tanaka-tools\nVersion: 2:1\nFilename: pool/tanaka.deb\n");
        let list = String::from_utf8(list).unwrap();
        assert!(written.contains(list.lines().next().unwrap()), "{list}");
        let names = String::from_utf8(automatic(&mut scrubber, b"Package: tanaka-tools\nAuto-Installed: 1\n")).unwrap();
        assert!(names.starts_with(list.lines().next().unwrap()));
    }

    #[test]
    fn databases_of_rpm_are_made_anew_of_the_heads_of_packages() {
        let of = |form: rpm::Form, bytes: &[u8]| {
            rpm_headers(&mut Scrubber::of_nothing(), form, &Content::whole(bytes.to_vec()))
        };
        let read = |form: rpm::Form, bytes: &[u8]| {
            let content = Content::whole(bytes.to_vec());
            let read = |at: u64, bytes: usize| part_of(&content, at, bytes).map(Into::into);
            rpm::packages(form, &read)
        };
        for (form, bytes) in [
            (rpm::Form::Berkeley, &include_bytes!("../../../tests/samples/software/Packages")[..]),
            (rpm::Form::Berkeley, include_bytes!("../../../tests/samples/software/Packages_big_endian")),
            (rpm::Form::Ndb, include_bytes!("../../../tests/samples/software/Packages.db")),
        ] {
            let written = of(form, bytes);
            let (before, after) = (read(form, bytes).unwrap(), read(form, &written).unwrap());
            assert_eq!(after.len(), 4);
            for (before, after) in before.iter().zip(&after) {
                assert_eq!((&before.evr, &before.arch), (&after.evr, &after.arch));
                assert_eq!(before.module.is_some(), after.module.is_some());
            }
            assert!(!after.iter().any(|of| of.name == "tzdata") && written.len() < bytes.len());
            let same = |bytes: &[u8]| {
                let reason = |bytes: &[u8]| read(form, bytes).unwrap_err().reason("x").code;
                assert_eq!(reason(bytes), reason(&of(form, bytes)));
            };
            let mut unknown = bytes.to_vec();
            unknown[if form == rpm::Form::Ndb { 4 } else { 24 }] = 1;
            [&unknown[..], &bytes[..bytes.len() / 2], b"x"].into_iter().for_each(same);
        }
        assert_eq!(
            rpm_macros(b"# tanaka\n%_dbpath %{_var}/lib/rpm\n%_db_backend tanaka\n"),
            b"%_dbpath /var/lib/rpm\n%_db_backend other\n"
        );
        assert_eq!(rpm_macros(b"%_dbpath /srv/tanaka\n"), b"%_dbpath %other\n");
    }

    #[test]
    fn systems_and_suites_stay_what_they_are() {
        let debian = include_bytes!("../../../tests/samples/updates/debian_12.os-release");
        let mut scrubber = Scrubber::of_nothing();
        let written = os_release(&mut scrubber, debian);
        let system = os_release::parse(&written);
        assert_eq!(system.version, "12");
        let odd = b"ID=tanaka\nNAME=tanaka\nVERSION_ID=1x\nVERSION_CODENAME=tanaka\nUBUNTU_CODENAME=tanaka\n";
        assert!(!String::from_utf8_lossy(&os_release(&mut scrubber, odd)).contains("tanaka"));
        let own = include_bytes!("../../../tests/samples/updates/debian_12_security.InRelease");
        assert!(release_file::parse(&release(&mut scrubber, own)).is_of(&system.codename));
        let suite =
            release(&mut scrubber, include_bytes!("../../../tests/samples/updates/ubuntu_24_04_security.InRelease"));
        let suite = release_file::parse(&suite);
        assert!(suite.is_security() && suite.date.is_some() && !suite.own_name().contains("noble"));
        assert!(!suite.is_of(&system.codename));
        let unstable = os_release(&mut scrubber, b"ID=x\nDEBIAN_CODENAME=sid\n");
        assert_eq!(os_release::parse(&unstable).base, os_release::UNSTABLE);
    }
}
