//! Databases of rpm in each form, as `rpm -qa` tells what is in them. Those of Berkeley DB are made by its own library, of the
//! headers that rpm wrote into its database of SQLite; Debian's rpm reads them, and has no ndb.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tenken_agent::collect::packages::rpm::{Form, packages};
use tenken_agent::collect::packages::{rpm_berkeley, rpm_ndb};
use tenken_agent::collect::sqlite::blobs::blobs_of;

use crate::dice::Dice;
use crate::program::{printed, wanted};

const TEST: &str = "packages_are_those_of_rpm";
const PACKAGES: usize = 40;

#[test]
fn packages_are_those_of_rpm() {
    let (Some(build), Some(rpm), Some(load)) =
        (wanted(TEST, "rpmbuild"), wanted(TEST, "rpm"), wanted(TEST, "db5.3_load"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let sqlite = root.join("sqlite");
    std::fs::create_dir(&sqlite).unwrap();
    install(&build, &rpm, root, &sqlite);
    let theirs = told(&rpm, &sqlite);
    assert_eq!(theirs.len(), PACKAGES);
    let database = std::fs::read(sqlite.join(Form::Sqlite.file())).unwrap();
    assert_eq!(ours(Form::Sqlite, &database), theirs);
    let headers = headers(&database);
    assert!(headers.iter().any(|header| header.len() > 100_000), "some header goes on over many pages");

    for page in [512, 1_024, 4_096, 16_384, 65_536] {
        for order in [1_234, 4_321] {
            let of = root.join(format!("berkeley{page}-{order}"));
            std::fs::create_dir(&of).unwrap();
            let file = of.join(Form::Berkeley.file());
            loaded(&load, &file, order, page, &headers);
            assert_eq!(told(&rpm, &of), theirs, "{page} {order}");
            assert_eq!(ours(Form::Berkeley, &std::fs::read(&file).unwrap()), theirs, "{page} {order}");
        }
    }
    // Of so many values that the table of buckets was doubled often, and pages of some were never written.
    let many: Vec<Vec<u8>> = (0..60).flat_map(|_| headers.clone()).collect();
    let file = root.join("many");
    loaded(&load, &file, 1_234, 4_096, &many);
    assert_eq!(ours(Form::Berkeley, &std::fs::read(&file).unwrap()).len(), many.len());

    let written = root.join("written");
    std::fs::create_dir(&written).unwrap();
    std::fs::write(written.join(Form::Berkeley.file()), rpm_berkeley::write(&headers).unwrap()).unwrap();
    assert_eq!(told(&rpm, &written), theirs, "what recordings hold is a database to rpm");
    assert_eq!(ours(Form::Ndb, &rpm_ndb::write(&headers).unwrap()), theirs);
}

/// Builds packages with epochs, modules, long descriptions and many files, and notes them as installed.
fn install(build: &Path, rpm: &Path, root: &Path, database: &Path) {
    let mut dice = Dice(5);
    let mut spec = String::from(
        "Name: first\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n%files\n",
    );
    let mut made = String::from("%install\nmkdir -p %{buildroot}/many\n");
    for number in 1..PACKAGES {
        let epoch = if dice.in_hundred(30) { format!("Epoch: {}\n", dice.below(9)) } else { String::new() };
        let module = dice.in_hundred(20);
        let (release, label) = if module {
            (format!("{number}.module+el8.4.0+{number}"), format!("ModularityLabel: of-{number}:{number}:9:abc\n"))
        } else {
            (format!("{number}.el8"), String::new())
        };
        let version = dice.one(&["1.0", "2024a", "5.1.8~rc1", "3.0^git1", "0"]);
        let description = "words \u{3042} ".repeat(dice.below(700));
        let _ = write!(
            spec,
            "%package -n of-{number}\n{epoch}Version: {version}\nRelease: {release}\n{label}Summary: x\n\
             %description -n of-{number}\nx{description}\n%files -n of-{number}\n"
        );
        if number % 13 == 0 {
            let _ = writeln!(spec, "/many/{number}");
            let _ = writeln!(
                made,
                "mkdir %{{buildroot}}/many/{number}\nfor of in $(seq 1500); do > %{{buildroot}}/many/{number}/some-file-$of; done"
            );
        }
    }
    let file = root.join("all.spec");
    std::fs::write(&file, spec + &made).unwrap();
    let top = format!("_topdir {}", root.join("top").display());
    printed(
        Command::new(build).args(["-bb", "--quiet", "--define", &top, "--define", "__os_install_post %nil"]).arg(&file),
    );
    let files = std::fs::read_dir(root.join("top/RPMS/noarch")).unwrap().map(|entry| entry.unwrap().path());
    let options = ["-i", "--justdb", "--nodeps", "--noscripts", "--ignoreos", "--ignorearch", "--dbpath"];
    printed(Command::new(rpm).args(options).arg(database).args(files.collect::<Vec<_>>()));
}

/// What rpm tells of a database.
fn told(rpm: &Path, folder: &Path) -> Vec<String> {
    let format = "%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{MODULARITYLABEL}\n";
    let told = printed(Command::new(rpm).arg("--dbpath").arg(folder).args(["-qa", "--qf", format]));
    let mut told: Vec<String> = told.lines().map(plain).collect();
    told.sort_unstable();
    told
}

/// Of the label of a module the name and the stream.
fn plain(line: &str) -> String {
    let (package, label) = line.rsplit_once(' ').unwrap();
    let label = label.split(':').take(2).collect::<Vec<_>>().join(":");
    format!("{package} {}", if label == "(none)" { "-" } else { &label })
}

fn ours(form: Form, database: &[u8]) -> Vec<String> {
    let read = |at: u64, length: usize| Ok(part(database, at, length));
    let mut ours = Vec::new();
    for package in packages(form, &read).unwrap() {
        let evr = package.evr;
        ours.push(format!(
            "{} {}:{}-{} {} {}",
            package.name,
            evr.epoch,
            evr.version,
            evr.release,
            package.arch,
            package.module.as_deref().unwrap_or("-")
        ));
    }
    ours.sort_unstable();
    ours
}

fn part(database: &[u8], at: u64, length: usize) -> Cow<'_, [u8]> {
    let at = usize::try_from(at).unwrap();
    Cow::Borrowed(database.get(at..at.saturating_add(length).min(database.len())).unwrap_or_default())
}

/// The headers that rpm wrote.
fn headers(database: &[u8]) -> Vec<Vec<u8>> {
    let read = |at: u64, length: usize| Ok(part(database, at, length));
    let mut headers = Vec::new();
    let mut take = |bytes: &[u8], whole: usize| {
        if bytes.len() < whole {
            return Some(whole);
        }
        headers.push(bytes.to_vec());
        None
    };
    blobs_of(&read, "Packages", &mut take).unwrap();
    headers
}

/// A file that Berkeley DB makes of headers, under their numbers, and of the number that comes next.
fn loaded(load: &Path, file: &Path, order: u32, page: usize, headers: &[Vec<u8>]) {
    let mut dump =
        format!("VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={order}\ndb_pagesize={page}\nHEADER=END\n");
    let next = u32::try_from(headers.len()).unwrap().to_ne_bytes().to_vec();
    for (number, value) in (0_u32..).zip([&next].into_iter().chain(headers)) {
        let key = if order == 1_234 { number.to_le_bytes() } else { number.to_be_bytes() };
        for bytes in [key.as_slice(), value] {
            dump.push(' ');
            for byte in bytes {
                write!(dump, "{byte:02x}").unwrap();
            }
            dump.push('\n');
        }
    }
    dump.push_str("DATA=END\n");
    let mut child = Command::new(load).arg(file).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(dump.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
