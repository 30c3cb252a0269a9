//! Hosts with and without pending updates.

use tenken_model::fact::updates::{SupportKind, Updates};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::collect;
use crate::collect::{Look, Needs, Wake};
use crate::host::{Recording, SystemReading};

const SECURITY: &str = "/var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security";
const STATUS: &str = "Package: 7zip\nStatus: install ok installed\nVersion: 22.01+dfsg-8+deb12u1\n\n\
    Package: activemq\nStatus: install ok installed\nVersion: 5.17.2+dfsg-2+deb12u1\n\n";

/// With all of them applied.
const APPLIED: &str = "Package: 7zip\nStatus: install ok installed\nVersion: 22.01+really26.02+dfsg-0+deb12u1\n\n";

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn bare(kernel: &str) -> Recording {
    Recording::new(at("2026-11-26T00:00:00Z")).system(SystemReading {
        os: "debian".into(),
        os_version: "12".into(),
        kernel: kernel.into(),
        host_name: "sv-1".into(),
        booted_at: at("2026-11-20T00:00:00Z"),
    })
}

fn debian() -> Recording {
    bare("6.1.0-40-amd64")
        .file("/etc/os-release", include_bytes!("../../../tests/samples/updates/debian_12.os-release"))
        .file("/var/lib/dpkg/status", STATUS)
        .file(
            format!("{SECURITY}_InRelease"),
            include_bytes!("../../../tests/samples/updates/debian_12_security.InRelease"),
        )
        .file(
            format!("{SECURITY}_main_binary-amd64_Packages"),
            include_bytes!("../../../tests/samples/updates/debian_12_security.Packages"),
        )
}

pub(super) fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: at("2026-11-26T00:00:00Z") }
}

pub(super) fn fact(host: &Recording) -> Updates {
    let Outcome::Known(fact) = collect(&Look::new(host), &needs()) else { panic!() };
    fact
}

pub(super) fn count(host: &Recording) -> Result<u32, ReasonCode> {
    match fact(host).pending {
        Read::Measured(pending) => Ok(pending.count),
        Read::NotRead(reason) => Err(reason.code),
    }
}

#[test]
fn a_pending_update_of_debian() {
    let fact = fact(&debian());
    let pending = fact.pending.measured().unwrap();
    assert_eq!(pending.count, 1);
    let first = &pending.first[0];
    assert_eq!((first.name.as_str(), first.available.as_str()), ("7zip", "22.01+really26.02+dfsg-0+deb12u1"));
    assert_eq!(first.published_by, at("2026-11-25T02:22:30Z"));
    assert_eq!(fact.lists_fetched, Read::Measured(Some(at("2026-11-25T02:22:30Z"))));
    assert_eq!(fact.support.measured().unwrap().kind, SupportKind::LongTerm);
    assert_eq!(fact.restart, Read::Measured(None));
}

#[test]
fn updates_that_are_applied_or_of_other_suites_do_not_count() {
    let applied = STATUS.replace("22.01+dfsg-8+deb12u1", "22.01+really26.02+dfsg-0+deb12u1");
    assert_eq!(count(&debian().file("/var/lib/dpkg/status", applied)), Ok(0));
    let main = "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm";
    let host = debian()
        .file(format!("{main}_InRelease"), "Label: Debian\nSuite: stable\nDate: Tue, 24 Nov 2026 00:00:00 UTC\n")
        .file(format!("{main}_main_binary-amd64_Packages"), "Package: activemq\nVersion: 99\n");
    assert_eq!(count(&host), Ok(1));
    let ubuntu = "/var/lib/apt/lists/security.ubuntu.com_ubuntu_dists_noble-security";
    let release = include_bytes!("../../../tests/samples/updates/ubuntu_24_04_security.InRelease");
    let host = debian()
        .file(format!("{ubuntu}_InRelease"), release)
        .file(format!("{ubuntu}_universe_binary-amd64_Packages"), "Package: activemq\nVersion: 99\n");
    assert_eq!(count(&host), Ok(2));
}

#[test]
fn what_cannot_be_compared_is_not_guessed() {
    let compressed = format!("{SECURITY}_contrib_binary-amd64_Packages.lz4");
    let applied = debian().file("/var/lib/dpkg/status", APPLIED);
    assert_eq!(count(&applied.file(compressed, "x")), Err(ReasonCode::Unsupported));
    assert_eq!(count(&debian().file("/var/lib/dpkg/status", "")), Err(ReasonCode::Unparsable));
    assert_eq!(count(&debian().denied("/var/lib/dpkg/status")), Err(ReasonCode::NotPermitted));
    assert_eq!(
        count(&debian().denied(format!("{SECURITY}_main_binary-amd64_Packages"))),
        Err(ReasonCode::NotPermitted)
    );
    let no_date = debian().file(format!("{SECURITY}_InRelease"), "Label: Debian-Security\n");
    assert_eq!(count(&no_date), Err(ReasonCode::Unparsable));
    let no_suite = debian().file(format!("{SECURITY}_InRelease"), "Label: Debian\nSuite: stable\n");
    assert_eq!(count(&no_suite), Err(ReasonCode::Missing));
    let no_lists = bare("6.1.0-40-amd64").file("/etc/os-release", "ID=debian\n").file("/var/lib/dpkg/status", STATUS);
    assert_eq!(count(&no_lists), Err(ReasonCode::Missing));
    assert_eq!(fact(&no_lists).lists_fetched, Read::Measured(None));
}

#[test]
fn what_cannot_be_read_hides_no_update_that_is_known() {
    let host = |status: &str| {
        debian()
            .file("/var/lib/dpkg/status", status)
            .file(format!("{SECURITY}_contrib_binary-amd64_Packages.lz4"), "x")
            .denied(format!("{SECURITY}_non-free_binary-amd64_Packages"))
    };
    assert_eq!(count(&host(STATUS)), Ok(1));
    assert_eq!(count(&host(APPLIED)), Err(ReasonCode::Unsupported), "the first reason is told");
    let undated = "/var/lib/apt/lists/a_dists_bookworm-security";
    let of_release = |host: Recording| {
        host.file(format!("{undated}_InRelease"), "Label: Debian-Security\n")
            .file(format!("{undated}_main_binary-amd64_Packages"), "Package: 7zip\nVersion: 99\n")
            .denied("/var/lib/apt/lists/b_dists_bookworm-security_InRelease")
    };
    assert_eq!(count(&of_release(debian())), Ok(1));
    let applied = debian().file("/var/lib/dpkg/status", APPLIED);
    assert_eq!(count(&of_release(applied)), Err(ReasonCode::NotPermitted));
}

fn fetched(host: &Recording) -> Option<Instant> {
    let Read::Measured(fetched) = fact(host).lists_fetched else { panic!() };
    fetched
}

fn stamped(host: Recording, time: &str) -> Recording {
    let time = at(time);
    host.file_with("/var/lib/apt/periodic/update-success-stamp", "", move |file| file.modified = time)
}

#[test]
fn debians_suite_tells_itself_when_it_was_fetched_and_until_when_it_holds() {
    assert_eq!(fact(&debian()).lists_valid_until, Some(at("2026-12-02T02:22:30Z")));
    // While it holds, a job that fetched something later found it as it was; after that the job need not have reached it.
    assert_eq!(fetched(&stamped(debian(), "2026-11-25T20:00:00Z")), Some(at("2026-11-25T20:00:00Z")));
    assert_eq!(fetched(&stamped(debian(), "2026-11-24T20:00:00Z")), Some(at("2026-11-25T02:22:30Z")));
    let of = |date: &str| {
        let release =
            format!("Label: Debian-Security\nCodename: bookworm-security\nDate: {date}\nValid-Until: {date}\n");
        debian().file(format!("{SECURITY}_InRelease"), release)
    };
    let old = of("Fri, 23 Oct 2026 00:00:00 UTC");
    assert_eq!(fetched(&stamped(old, "2026-11-25T20:00:00Z")), Some(at("2026-10-23T00:00:00Z")));
    assert_eq!(fetched(&of("Fri, 01 Jan 2027 00:00:00 UTC")), None, "ahead of the clock");
}

#[test]
fn other_repositories_tell_nothing_of_security_updates() {
    let other = "/var/lib/apt/lists/download.docker.com_linux_debian_dists_bookworm_InRelease";
    let fresh = "Origin: Docker\nSuite: bookworm\nDate: Wed, 25 Nov 2026 23:00:00 UTC\n";
    let dead =
        "Origin: Debian\nLabel: Debian-Security\nCodename: bookworm-security\nDate: Fri, 23 Oct 2026 00:00:00 UTC\n";
    let hidden = debian().file(other, fresh).file(format!("{SECURITY}_InRelease"), dead);
    assert_eq!(fetched(&hidden), Some(at("2026-10-23T00:00:00Z")));
    let none = bare("6.1.0")
        .file("/etc/os-release", "ID=debian\nVERSION_ID=12\n")
        .file("/var/lib/dpkg/status", STATUS)
        .file(other, fresh);
    assert_eq!(fetched(&stamped(none, "2026-11-25T20:00:00Z")), None, "the suite is not configured");
    // A system whose updates have no suite of their own.
    let rolling = bare("6.1.0")
        .file("/etc/os-release", "ID=kali\nVERSION_ID=2026.3\n")
        .file("/var/lib/dpkg/status", STATUS)
        .file(other, fresh);
    assert_eq!(fetched(&rolling), Some(at("2026-11-25T23:00:00Z")));
    // Of two suites the one that was fetched first, of two mirrors of one the other.
    let suite =
        |name: &str, date: &str| format!("Origin: Debian\nCodename: {name}-security\nDate: {date} 2026 00:00:00 UTC\n");
    let lists = |number: u8| format!("/var/lib/apt/lists/mirror{number}_dists_x_InRelease");
    let two = debian().file(lists(1), suite("bookworm", "Tue, 24 Nov")).file(lists(2), suite("trixie", "Mon, 23 Nov"));
    assert_eq!(fetched(&two), Some(at("2026-11-23T00:00:00Z")));
    let mirrors = debian().file(lists(1), suite("bookworm", "Fri, 20 Nov"));
    assert_eq!(fetched(&mirrors), Some(at("2026-11-25T02:22:30Z")));
}

#[test]
fn the_suite_of_another_version_tells_nothing() {
    let debian_13 = "ID=debian\nVERSION_ID=\"13\"\nVERSION_CODENAME=trixie\n";
    let upgraded =
        |os_release: &str| debian().file("/etc/os-release", os_release).file("/var/lib/dpkg/status", APPLIED);
    let stale = upgraded(debian_13);
    let Read::NotRead(reason) = fact(&stale).pending else { panic!() };
    assert_eq!(reason.code, ReasonCode::Missing);
    assert!(reason.detail.ends_with("no security suite of trixie is there"), "{}", reason.detail);
    let Updates { lists_fetched, lists_valid_until, .. } = fact(&stamped(stale.clone(), "2026-11-25T20:00:00Z"));
    assert_eq!((lists_fetched, lists_valid_until), (Read::Measured(None), None));
    // What it tells nevertheless is pending.
    assert_eq!(count(&stale.clone().file("/var/lib/dpkg/status", STATUS)), Ok(1));
    let trixie = "/var/lib/apt/lists/mirror_dists_stable-security";
    let release = "Label: Debian-Security\nSuite: stable-security\nCodename: trixie-security\nDate: Tue, 24 Nov 2026 00:00:00 UTC\n";
    let without_list = stale.file(format!("{trixie}_InRelease"), release);
    assert_eq!(count(&without_list), Err(ReasonCode::Missing), "only its release was fetched");
    let repaired = without_list.file(format!("{trixie}_main_binary-amd64_Packages"), "Package: bash\nVersion: 5\n");
    assert_eq!((count(&repaired), fetched(&repaired)), (Ok(0), Some(at("2026-11-24T00:00:00Z"))));
    // A system that is made of another one has the suites of that.
    let mint =
        |base: &str| upgraded(&format!("ID=linuxmint\nVERSION_ID=6\nVERSION_CODENAME=faye\nDEBIAN_CODENAME={base}\n"));
    assert_eq!((count(&mint("bookworm")), fetched(&mint("bookworm"))), (Ok(0), Some(at("2026-11-25T02:22:30Z"))));
    assert_eq!((count(&mint("trixie")), fetched(&mint("trixie"))), (Err(ReasonCode::Missing), None));
    let unnamed = upgraded("ID=debian\nVERSION_ID=12\n");
    assert_eq!(count(&unnamed), Ok(0), "its codename is not known");
}

#[test]
fn what_is_always_the_newest_needs_no_suite_of_security_updates() {
    let main = "Origin: Debian\nLabel: Debian\nSuite: testing\nCodename: forky\nDate: Wed, 25 Nov 2026 20:00:00 UTC\n";
    for os_release in [
        "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nVERSION_CODENAME=forky\n",
        "ID=vanilla\nVERSION_ID=2\nVERSION_CODENAME=orchid\nDEBIAN_CODENAME=sid\n",
    ] {
        // The suite of the version that it came from is still there, and long dead.
        let dead = "Label: Debian-Security\nCodename: bookworm-security\nDate: Fri, 23 Oct 2026 00:00:00 UTC\n";
        let rolling = debian()
            .file("/etc/os-release", os_release)
            .file("/var/lib/dpkg/status", APPLIED)
            .file(format!("{SECURITY}_InRelease"), dead)
            .file("/var/lib/apt/lists/deb.debian.org_debian_dists_testing_InRelease", main);
        assert_eq!(fetched(&rolling), Some(at("2026-11-25T20:00:00Z")), "{os_release}");
        assert_eq!(count(&rolling), Err(ReasonCode::Missing), "{os_release}");
        assert_eq!(count(&rolling.file("/var/lib/dpkg/status", STATUS)), Ok(1), "{os_release}");
    }
}

#[test]
fn ubuntus_suites_are_quiet_for_some_weeks_and_dead_after_that() {
    let of = |version: &str, suites: &[(&str, &str, &str)]| {
        let host = bare("6.8.0-45-generic")
            .file("/etc/os-release", format!("ID=ubuntu\nVERSION_ID=\"{version}\"\n"))
            .file("/var/lib/dpkg/status", STATUS);
        suites.iter().fold(stamped(host, "2026-11-25T20:00:00Z"), |host, (origin, suite, date)| {
            let release =
                format!("Origin: {origin}\nSuite: {suite}\nCodename: noble\nDate: {date} 2026 00:00:00 UTC\n");
            host.file(format!("/var/lib/apt/lists/x_dists_{suite}_InRelease"), release)
        })
    };
    let (yesterday, quiet, dead) = ("Wed, 25 Nov", "Tue, 10 Nov", "Thu, 01 Oct");
    let stamp = Some(at("2026-11-25T20:00:00Z"));
    assert_eq!(fetched(&of("24.04", &[("Ubuntu", "noble-security", quiet)])), stamp);
    let hidden =
        of("24.04", &[("Ubuntu", "noble-security", dead), ("UbuntuESMApps", "noble-apps-security", yesterday)]);
    assert_eq!(fetched(&hidden), Some(at("2026-10-01T00:00:00Z")), "what is sold beside it does not stand for it");
    // Nor where it is not configured at all.
    let alone = of("24.04", &[("UbuntuESMApps", "noble-apps-security", yesterday)]).file(
        "/var/lib/apt/lists/x_dists_noble-apps-security_main_binary-amd64_Packages",
        "Package: bash\nVersion: 5\n",
    );
    assert_eq!((fetched(&alone), count(&alone)), (None, Err(ReasonCode::Missing)));
    let sold = [("UbuntuESM", "focal-infra-security", yesterday), ("UbuntuESMApps", "focal-apps-security", dead)];
    let over = of("20.04", &[("Ubuntu", "focal-security", dead), sold[0], sold[1]]);
    assert_eq!(fetched(&over), stamp, "nobody writes the suite of the standard support any more");
    assert_eq!(fetched(&of("20.04", &[("Ubuntu", "focal-security", dead)])), Some(at("2026-10-01T00:00:00Z")));
}

#[test]
fn yum_and_zypper_tell_when_and_not_what() {
    let (early, time) = (at("2026-10-01T09:00:00Z"), at("2026-11-25T09:00:00Z"));
    let host = bare("5.14.0-427.13.1.el9_4.x86_64")
        .file("/etc/os-release", "ID=\"rocky\"\nVERSION_ID=\"9.4\"\nNAME=\"Rocky Linux\"\n")
        .file("/var/lib/rpm/rpmdb.sqlite", "x")
        .file_with("/var/cache/zypp/raw/oss/repodata/repomd.xml", "", |file| file.modified = early)
        .file_with("/var/cache/yum/x86_64/7/base/cachecookie", "", |file| file.modified = time)
        .file_with("/boot/vmlinuz-5.14.0-427.16.1.el9_4.x86_64", "", |file| file.modified = early)
        .file_with("/boot/initramfs-5.14.0-427.16.1.el9_4.x86_64.img", "", |file| file.modified = time);
    let fact = fact(&host);
    assert_eq!(count(&host), Err(ReasonCode::Unsupported));
    assert_eq!(fact.lists_fetched, Read::Measured(Some(time)));
    let restart = fact.restart.measured().unwrap().clone().unwrap();
    assert_eq!((restart.since, restart.kernel.as_deref()), (time, Some("5.14.0-427.16.1.el9_4.x86_64")));
    assert_eq!(fact.name, "rocky 9.4");
}

#[test]
fn a_restart_is_due_since_the_first_cause() {
    let (early, late) = (at("2026-11-10T00:00:00Z"), at("2026-11-20T00:00:00Z"));
    let asked = debian().file_with("/run/reboot-required", "", |file| file.modified = early);
    let restart = |host: &Recording| fact(host).restart.measured().unwrap().clone().unwrap();
    assert_eq!((restart(&asked).since, restart(&asked).kernel), (early, None));
    let both = asked.file_with("/boot/vmlinuz-6.1.0-41-amd64", "", |file| file.modified = late);
    assert_eq!((restart(&both).since, restart(&both).kernel.as_deref()), (early, Some("6.1.0-41-amd64")));
    let built = debian()
        .file_with("/boot/vmlinuz-6.1.0-41-amd64", "", |file| file.modified = early)
        .file_with("/boot/initrd.img-6.1.0-41-amd64", "", |file| file.modified = at("2026-11-25T00:00:00Z"))
        .file_with("/var/lib/dpkg/info/linux-image-6.1.0-41-amd64.list", "", |file| file.modified = late);
    assert_eq!(restart(&built).since, late, "when it was installed, not when it was built");
    assert!(matches!(fact(&debian().denied("/boot")).restart, Read::NotRead(_)));
}

#[test]
fn the_maker_of_ubuntu_sells_longer_support() {
    let focal = || debian().file("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"20.04\"\n");
    let kind = |host: &Recording| fact(host).support.measured().map(|support| support.kind);
    assert_eq!(kind(&focal()), Some(SupportKind::Standard));
    let status = |expires: &str| {
        format!(
            "{{\"attached\":true,\"expires\":\"{expires}\",\"services\":[{{\"name\":\"esm-infra\",\"status\":\"enabled\"}}]}}"
        )
    };
    let pro = "/var/lib/ubuntu-advantage/status.json";
    assert_eq!(kind(&focal().file(pro, status("n/a"))), Some(SupportKind::Subscribed));
    let ends = fact(&focal().file(pro, status("2027-01-01T00:00:00+00:00"))).support.measured().unwrap().ends;
    assert_eq!(ends, Some(at("2027-01-01T00:00:00Z")), "with the contract");
    assert_eq!(kind(&focal().file(pro, status("2026-11-01T00:00:00+00:00"))), Some(SupportKind::Standard));
    assert_eq!(kind(&focal().file(pro, status("soon"))), None);
    assert_eq!(kind(&focal().file(pro, "{")), None);
    assert_eq!(kind(&focal().denied(pro)), None);
}

#[test]
fn a_system_without_a_name_is_not_judged() {
    assert!(matches!(collect(&Look::new(&bare("6.1.0")), &needs()), Outcome::Failed(_)));
    let usr = bare("6.1.0").file("/usr/lib/os-release", "ID=debian\nVERSION_ID=13\n");
    assert_eq!(fact(&usr).support.measured().unwrap().kind, SupportKind::LongTerm);
    assert_eq!(count(&usr), Err(ReasonCode::Unsupported));
    assert!(matches!(fact(&usr).lists_fetched, Read::NotRead(_)), "of a manager that is not known");
}

#[test]
fn what_changes_updates_wakes() {
    let host = debian();
    let look = Look::new(&host);
    let _ = collect(&look, &needs());
    let (_, wakes) = look.finish();
    let list = format!("{SECURITY}_main_binary-amd64_Packages");
    for path in [
        "/etc/os-release",
        "/var/lib/dpkg/status",
        "/var/lib/apt/lists",
        &list,
        "/var/lib/apt/periodic/update-success-stamp",
        "/run/reboot-required",
        "/boot",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
