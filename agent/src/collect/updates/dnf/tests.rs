//! Hosts with dnf.

use tenken_model::fact::updates::Severity;
use tenken_model::{Instant, Read, ReasonCode};

use crate::collect::updates::tests::{at, bare, count, fact, needs};
use crate::collect::{Look, Wake};
use crate::host::Recording;

const DATABASE: &str = "/var/lib/rpm/rpmdb.sqlite";
const BERKELEY: &[u8] = include_bytes!("../../../../tests/samples/software/Packages");
const RPMDB: &[u8] = include_bytes!("../../../../tests/samples/software/rpmdb_with_modules.sqlite");
const CACHE: &str = "/var/cache/dnf/baseos-0123456789abcdef/repodata";
const GZ: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.gz");
const BZ2: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.bz2");
const XZ: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.xz");
const ZST: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.zst");
const INDEX: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_repomd.xml");
const REPOSITORY: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux-baseos.repo");
const ADVISORIES: &str = "6f0c2d41e7-updateinfo.xml.gz";

fn without_lists() -> Recording {
    bare("5.14.0-427.13.1.el9_4.x86_64")
        .file("/etc/os-release", "ID=\"almalinux\"\nVERSION_ID=\"9.4\"\nNAME=\"AlmaLinux\"\n")
        .file(DATABASE, RPMDB)
        .file("/etc/yum.repos.d/almalinux-baseos.repo", REPOSITORY)
}

fn fetched_at(host: Recording, cache: &str, index: impl Into<Vec<u8>>, time: &str) -> Recording {
    let time = at(time);
    host.file_with(format!("{cache}/repomd.xml"), index.into(), move |file| file.modified = at("2026-10-01T00:00:00Z"))
        .file_with(format!("{cache}/0a1b-primary.xml.gz"), "", move |file| file.modified = time)
}

fn alma() -> Recording {
    fetched_at(without_lists(), CACHE, INDEX, "2026-11-25T09:00:00Z").file(format!("{CACHE}/{ADVISORIES}"), GZ)
}

/// Advisories of the system's own packages that are all followed.
const APPLIED: &[u8] = b"<updates><update type=\"security\"><pkglist><collection>\
    <package name=\"glibc\" epoch=\"0\" version=\"2.34\" release=\"1.el9\" arch=\"x86_64\"/></collection></pkglist></update></updates>";

fn applied() -> Recording {
    fetched_at(without_lists(), CACHE, index("a-updateinfo.xml"), "2026-11-25T09:00:00Z")
        .file(format!("{CACHE}/a-updateinfo.xml"), APPLIED)
}

/// An index that names one file of advisories.
fn index(file: &str) -> String {
    format!("<repomd><data type=\"updateinfo\"><location href=\"repodata/{file}\"/></data></repomd>")
}

fn fetched(host: &Recording) -> Option<Instant> {
    let Read::Measured(fetched) = fact(host).lists_fetched else { panic!() };
    fetched
}

#[test]
fn pending_updates_of_almalinux() {
    let fact = fact(&alma());
    let pending = fact.pending.measured().unwrap();
    assert_eq!(pending.count, 2);
    let of: Vec<_> = pending.first.iter().map(|of| (of.name.as_str(), of.available.as_str(), of.severity)).collect();
    assert_eq!(
        of,
        [
            ("nodejs", "1:18.20.4-1.module_el9.4.0+109+ab12cd34", Some(Severity::Critical)),
            ("openssl", "1:3.0.7-28.el9_4", Some(Severity::Important)),
        ],
        "of the stream that is installed, and the most severe first"
    );
    assert_eq!(
        (pending.first[1].installed.as_str(), pending.first[1].published_by),
        ("1:3.0.7-27.el9", at("2026-09-02T00:00:00Z"))
    );
    assert_eq!(fact.lists_fetched.measured(), Some(&Some(at("2026-11-25T09:00:00Z"))));
}

#[test]
fn advisories_of_every_form_that_is_read() {
    let of = |name: &str, bytes: &[u8]| {
        fetched_at(without_lists(), CACHE, index(name), "2026-11-25T09:00:00Z").file(format!("{CACHE}/{name}"), bytes)
    };
    assert_eq!(count(&of("a-updateinfo.xml.zst", ZST)), Ok(2));
    assert_eq!(count(&of("a-updateinfo.xml", b"<updates></updates>")), Err(ReasonCode::Missing));
    assert_eq!(count(&of("a-updateinfo.xml", APPLIED)), Ok(0));
    assert_eq!(count(&of("a-updateinfo.xml", b"<updates>")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of("a-updateinfo.xml.gz", &GZ[..GZ.len() / 2])), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of("a-updateinfo.xml.gz", ZST)), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of("a-updateinfo.xml.bz2", BZ2)), Ok(2), "as EPEL packs it");
    assert_eq!(count(&of("a-updateinfo.xml.xz", XZ)), Ok(2));
    for damaged in ["xz", "bz2"] {
        assert_eq!(count(&of(&format!("a-updateinfo.xml.{damaged}"), b"x")), Err(ReasonCode::Unparsable), "{damaged}");
    }
    assert_eq!(count(&of("a-updateinfo.xml.bz2", &BZ2[..BZ2.len() / 2])), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of("a-updateinfo.xml.xz", &XZ[..XZ.len() / 2])), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of("a-updateinfo.xml.zck", b"x")), Err(ReasonCode::Unsupported));
    let none = fetched_at(without_lists(), CACHE, index("a-updateinfo.xml.gz"), "2026-11-25T09:00:00Z");
    assert_eq!(count(&none), Err(ReasonCode::Missing), "the index names it, and it is not there");
    let chunked = "<repomd><data type=\"updateinfo\"><location href=\"repodata/a.xml.gz\"/></data>\
        <data type=\"updateinfo_zck\"><location href=\"repodata/a.xml.zck\"/></data></repomd>";
    let two = fetched_at(without_lists(), CACHE, chunked, "2026-11-25T09:00:00Z");
    assert_eq!(count(&two.clone().file(format!("{CACHE}/a.xml.gz"), GZ)), Ok(2));
    assert_eq!(count(&two.file(format!("{CACHE}/a.xml.zck"), "x")), Err(ReasonCode::Unsupported));
}

#[test]
fn advisories_of_something_else_tell_nothing_of_the_system() {
    let epel = "/var/cache/dnf/epel-0123456789abcdef/repodata";
    let with_epel = |host: Recording, advised: &str| {
        let advisories = format!(
            "<updates><update type=\"security\"><pkglist><collection><package name=\"{advised}\" epoch=\"9\" version=\"9\" \
             release=\"1.el9\" arch=\"x86_64\"/></collection></pkglist></update></updates>"
        );
        let host = host.file("/etc/yum.repos.d/epel.repo", "[epel]\nenabled=1\n");
        fetched_at(host, epel, index("e-updateinfo.xml"), "2026-11-25T09:00:00Z")
            .file(format!("{epel}/e-updateinfo.xml"), advisories)
    };
    // CentOS Stream, whose own repositories publish none.
    let stream = fetched_at(without_lists(), CACHE, "<repomd></repomd>", "2026-11-25T09:00:00Z");
    assert_eq!(count(&with_epel(stream.clone(), "chromium")), Err(ReasonCode::Missing));
    assert_eq!(count(&with_epel(stream, "openssl")), Ok(1), "what is known to be missing is");
    let skipped = without_lists().file("/etc/yum.repos.d/almalinux-baseos.repo", "[baseos]\nskip_if_unavailable=1\n");
    assert_eq!(count(&with_epel(skipped, "chromium")), Err(ReasonCode::Missing), "never fetched");
    assert_eq!(count(&with_epel(applied(), "chromium")), Ok(0));
}

/// How many are pending, and what is said of repositories that were not read.
fn told(host: &Recording) -> Result<(u32, Option<String>), ReasonCode> {
    match fact(host).pending {
        Read::Measured(pending) => Ok((pending.count, pending.unread)),
        Read::NotRead(reason) => Err(reason.code),
    }
}

/// How a repository comes not to be read, what is said of it, and the reason where nothing else tells of the system.
type Way<'w> = (&'w dyn Fn(Recording) -> Recording, &'w str, ReasonCode);

#[test]
fn what_cannot_be_read_hides_no_update_that_is_known_and_is_named() {
    let other = "/var/cache/dnf/a-0123456789abcdef/repodata";
    let enabled = |host: Recording| host.file("/etc/yum.repos.d/a.repo", "[a]\nenabled=1\n");
    let chunked = |host: Recording| {
        fetched_at(enabled(host), other, index("a-updateinfo.xml.zck"), "2026-11-25T09:00:00Z")
            .file(format!("{other}/a-updateinfo.xml.zck"), "x")
    };
    let damaged = |host: Recording| fetched_at(enabled(host), other, "<repomd", "2026-11-25T09:00:00Z");
    let cut = |host: Recording| {
        fetched_at(enabled(host), other, index("a-updateinfo.xml.gz"), "2026-11-25T09:00:00Z")
            .file(format!("{other}/a-updateinfo.xml.gz"), &GZ[..GZ.len() / 2])
    };
    let denied = |host: Recording| damaged(host).denied(format!("{other}/repomd.xml"));
    let never = |host: Recording| enabled(host);
    let ways: [Way<'_>; 5] = [
        (&chunked, "a (read /var/cache/dnf/a-0123456789abcdef/repodata/a-updateinfo.xml.zck", ReasonCode::Unsupported),
        (&damaged, "a (read /var/cache/dnf/a-0123456789abcdef/repodata/repomd.xml", ReasonCode::Unparsable),
        (&cut, "a (read /var/cache/dnf/a-0123456789abcdef/repodata/a-updateinfo.xml.gz", ReasonCode::Unparsable),
        (&denied, "a (", ReasonCode::NotPermitted),
        (&never, "a (look for its lists", ReasonCode::Missing),
    ];
    for (unread, words, code) in ways {
        for (host, pending) in [(alma(), 2), (applied(), 0)] {
            let (count, named) = told(&unread(host)).unwrap();
            assert_eq!(count, pending, "{words}");
            assert!(named.as_ref().is_some_and(|named| named.starts_with(words)), "{named:?}");
            let fetched = fact(&unread(applied())).lists_fetched;
            assert_eq!(fetched.measured().is_none(), code == ReasonCode::NotPermitted, "{words}");
        }
        // Nothing that is read speaks of the system itself.
        let alone = unread(without_lists().file("/etc/yum.repos.d/almalinux-baseos.repo", ""));
        assert_eq!(told(&alone), Err(code), "{words}");
    }
    assert_eq!(told(&alma()), Ok((2, None)));
    let of_system = damaged(without_lists());
    assert_eq!(told(&of_system), Err(ReasonCode::Unparsable), "the first of two that are not read is told");
    let many = (0..9).fold(applied(), |host, number| {
        host.file(format!("/etc/yum.repos.d/many{number}.repo"), format!("[many{number}]\nenabled=1\n"))
    });
    let named = told(&many).unwrap().1.unwrap();
    assert!(named.contains("many4 (") && named.ends_with("; +4") && !named.contains("many5"), "{named}");
}

#[test]
fn of_repositories_only_those_that_are_enabled_count() {
    let off = String::from_utf8_lossy(REPOSITORY).replace("enabled=1", "enabled=0");
    let disabled = alma().file("/etc/yum.repos.d/almalinux-baseos.repo", off.as_str());
    assert_eq!(count(&disabled), Err(ReasonCode::Missing));
    assert_eq!(fetched(&disabled), None);
    let overridden = alma().file("/etc/dnf/repos.override.d/99-config_manager.repo", "[baseos]\nenabled=0\n");
    assert_eq!(count(&overridden), Err(ReasonCode::Missing));
    let pattern = alma().file("/etc/dnf/repos.override.d/99-config_manager.repo", "[base*]\nenabled=0\n");
    assert_eq!(count(&pattern), Err(ReasonCode::Unsupported));
    let elsewhere = alma().file("/etc/dnf/dnf.conf", "[main]\nreposdir=/srv/repos\n");
    assert_eq!(count(&elsewhere), Err(ReasonCode::Missing));
    assert_eq!(
        count(&elsewhere.file("/srv/repos/a.repo", "[baseos]\n")),
        Ok(2),
        "one is enabled unless it is told otherwise"
    );
    let never = applied().file("/etc/yum.repos.d/other.repo", "[other]\nenabled=1\n");
    assert!(told(&never).unwrap().1.is_some(), "nobody knows what it would tell");
    let dispensable = applied().file("/etc/yum.repos.d/other.repo", "[other]\nskip_if_unavailable=True\n");
    assert_eq!(count(&dispensable), Ok(0));
    assert_eq!(count(&alma().file("/etc/yum.repos.d/other.repo", "nonsense\n")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&alma().denied("/etc/yum.repos.d")), Err(ReasonCode::NotPermitted));
}

#[test]
fn the_repository_that_was_fetched_first_tells_how_old_lists_are() {
    let other = "/var/cache/dnf/docker-ce-stable-fedcba9876543210/repodata";
    let docker = |host: Recording| {
        let host = host.file("/etc/yum.repos.d/docker.repo", "[docker-ce-stable]\nenabled=1\n");
        fetched_at(host, other, "<repomd></repomd>", "2026-11-25T20:00:00Z")
    };
    let dead = fetched_at(alma(), CACHE, INDEX, "2026-10-20T00:00:00Z");
    assert_eq!(fetched(&docker(dead)), Some(at("2026-10-20T00:00:00Z")), "a fresh one of something else hides nothing");
    assert_eq!(fetched(&docker(alma())), Some(at("2026-11-25T09:00:00Z")));
    assert_eq!(fetched(&docker(without_lists())), Some(at("2026-11-25T20:00:00Z")), "no other is there");
    // The same repository from another place, of before the host was brought to its version.
    let before = fetched_at(
        alma(),
        "/var/cache/dnf/baseos-ffffffffffffffff/repodata",
        index("a.xml.xz"),
        "2026-01-01T00:00:00Z",
    );
    assert_eq!((fetched(&before), count(&before)), (Some(at("2026-11-25T09:00:00Z")), Ok(2)));
    let ahead = fetched_at(alma(), CACHE, INDEX, "2027-11-20T00:00:00Z");
    assert_eq!(fetched(&ahead), None);
    let of_dnf5 = fetched_at(
        without_lists(),
        "/var/cache/libdnf5/baseos-0123456789abcdef/repodata",
        INDEX,
        "2026-11-24T00:00:00Z",
    )
    .file(format!("/var/cache/libdnf5/baseos-0123456789abcdef/repodata/{ADVISORIES}"), GZ);
    assert_eq!((fetched(&of_dnf5), count(&of_dnf5)), (Some(at("2026-11-24T00:00:00Z")), Ok(2)));
}

#[test]
fn what_cannot_be_compared_is_not_guessed() {
    assert_eq!(count(&alma().file(DATABASE, "x")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&alma().denied(DATABASE)), Err(ReasonCode::NotPermitted));
    assert_eq!(count(&alma().file(format!("{DATABASE}-wal"), "x")), Err(ReasonCode::Unsupported));
    assert_eq!(count(&alma().denied(format!("{CACHE}/{ADVISORIES}"))), Err(ReasonCode::NotPermitted));
    assert_eq!(count(&alma().denied(format!("{CACHE}/repomd.xml"))), Err(ReasonCode::NotPermitted));
    assert_eq!(count(&fetched_at(alma(), CACHE, "x", "2026-11-25T09:00:00Z")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of_rhel_8(b"x")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&of_rhel_8(&BERKELEY[..20_000])), Err(ReasonCode::Unparsable));
    let nothing_told = fetched_at(without_lists(), CACHE, "<repomd></repomd>", "2026-11-25T09:00:00Z");
    assert_eq!(count(&nothing_told), Err(ReasonCode::Missing), "CentOS Stream publishes no advisories");
    assert_eq!(count(&without_lists()), Err(ReasonCode::Missing));
    assert_eq!(fetched(&without_lists()), None);
}

fn of_rhel_8(database: &[u8]) -> Recording {
    let host = bare("4.18.0-553.el8.x86_64")
        .file("/etc/os-release", "ID=rhel\nVERSION_ID=8.10\n")
        .file("/var/lib/rpm/Packages", database)
        .file("/etc/yum.repos.d/redhat.repo", "[baseos]\nenabled=1\n");
    fetched_at(host, CACHE, INDEX, "2026-11-25T09:00:00Z").file(format!("{CACHE}/{ADVISORIES}"), GZ)
}

#[test]
fn packages_of_a_database_of_berkeley_db() {
    let host = of_rhel_8(BERKELEY);
    assert_eq!((count(&host), fetched(&host)), (Ok(2), Some(at("2026-11-25T09:00:00Z"))));
}

#[test]
fn what_changes_updates_wakes() {
    let host = alma();
    let look = Look::new(&host);
    let _ = crate::collect::updates::collect(&look, &needs());
    let (_, wakes) = look.finish();
    let advisories = format!("{CACHE}/{ADVISORIES}");
    let index = format!("{CACHE}/repomd.xml");
    for path in [
        DATABASE,
        "/var/lib/rpm/rpmdb.sqlite-wal",
        "/etc/dnf/dnf.conf",
        "/etc/yum.repos.d",
        "/etc/yum.repos.d/almalinux-baseos.repo",
        "/etc/dnf/repos.override.d",
        "/var/cache/dnf",
        "/var/cache/libdnf5",
        CACHE,
        &index,
        &advisories,
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
