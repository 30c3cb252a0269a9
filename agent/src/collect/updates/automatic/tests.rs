//! Hosts that install security updates of themselves, and hosts that seem to.

use tenken_model::fact::updates::AutomaticHindrance::{
    ListsNotFetched, ProgramMissing, SuitesNotCovered, SwitchedOff, TimerOff,
};
use tenken_model::fact::updates::AutomaticLevel::{Fetched, Installed, Off};
use tenken_model::fact::updates::{AutomaticHindrance, AutomaticLevel, AutomaticUpdates};
use tenken_model::{Read, ReasonCode};

use super::super::tests::{bare, fact, needs};
use super::origins::{self, Distribution};
use crate::collect::packages::release_file;
use crate::collect::updates::collect;
use crate::collect::{Look, Wake};
use crate::host::Recording;

const FOLDER: &str = "/etc/apt/apt.conf.d";
const SWITCHES: &str = "/etc/apt/apt.conf.d/20auto-upgrades";
const ORIGINS: &str = "/etc/apt/apt.conf.d/50unattended-upgrades";
const WANTS: &str = "/etc/systemd/system/timers.target.wants";

fn started(host: Recording, timer: &str) -> Recording {
    host.link(format!("{WANTS}/{timer}"), format!("/usr/lib/systemd/system/{timer}"))
}

fn of_apt(system: &[u8], suite: &str, release: &[u8], origins: &[u8]) -> Recording {
    let host = bare("6.1.0-40-amd64")
        .file("/etc/os-release", system)
        .file("/var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nVersion: 5\n\n")
        .file(format!("/var/lib/apt/lists/{suite}_InRelease"), release)
        .file("/usr/bin/unattended-upgrade", "")
        .file(SWITCHES, include_bytes!("../../../../tests/samples/updates/debian_12.20auto-upgrades"))
        .file(ORIGINS, origins);
    started(started(host, "apt-daily.timer"), "apt-daily-upgrade.timer")
}

fn debian() -> Recording {
    of_apt(
        include_bytes!("../../../../tests/samples/updates/debian_12.os-release"),
        "deb.debian.org_debian-security_dists_bookworm-security",
        include_bytes!("../../../../tests/samples/updates/debian_12_security.InRelease"),
        include_bytes!("../../../../tests/samples/updates/debian_12.50unattended-upgrades"),
    )
}

fn ubuntu() -> Recording {
    of_apt(
        b"ID=ubuntu\nVERSION_ID=\"24.04\"\nVERSION_CODENAME=noble\n",
        "security.ubuntu.com_ubuntu_dists_noble-security",
        include_bytes!("../../../../tests/samples/updates/ubuntu_24_04_security.InRelease"),
        b"Unattended-Upgrade::Allowed-Origins {\n\t\"${distro_id}:${distro_codename}\";\n\
          \t\"${distro_id}:${distro_codename}-security\"; // own\n\
          \t\"${distro_id}ESMApps:${distro_codename}-apps-security\";\n//\t\"${distro_id}:${distro_codename}-updates\";\n};\n",
    )
}

fn automatic(host: &Recording) -> Result<AutomaticUpdates, ReasonCode> {
    match fact(host).automatic {
        Read::Measured(automatic) => Ok(automatic),
        Read::NotRead(reason) => Err(reason.code),
    }
}

fn told(host: &Recording) -> Told {
    automatic(host).map(|of| (of.level, of.hindrance))
}

type Told = Result<(AutomaticLevel, Option<AutomaticHindrance>), ReasonCode>;

const fn hindered(level: AutomaticLevel, by: AutomaticHindrance) -> (AutomaticLevel, Option<AutomaticHindrance>) {
    (level, Some(by))
}

#[test]
fn as_packages_of_debian_and_ubuntu_set_it() {
    for host in [debian(), ubuntu()] {
        let automatic = automatic(&host).unwrap();
        assert_eq!((automatic.level, automatic.hindrance), (Installed, None));
        assert_eq!(automatic.place, SWITCHES);
    }
}

#[test]
fn settings_that_switch_it_off() {
    let with = |text: &str| told(&debian().file("/etc/apt/apt.conf.d/99local", text));
    assert_eq!(with("APT::Periodic::Enable \"0\";"), Ok(hindered(Off, SwitchedOff)));
    assert_eq!(with("apt::periodic { unattended-upgrade 0; };"), Ok(hindered(Fetched, SwitchedOff)));
    assert_eq!(with("APT::Periodic::Update-Package-Lists \"0\";"), Ok(hindered(Off, ListsNotFetched)));
    assert_eq!(with("#clear APT::Periodic;"), Ok(hindered(Off, ListsNotFetched)));
    assert_eq!(with("#clear Unattended-Upgrade::Origins-Pattern;"), Ok(hindered(Fetched, SuitesNotCovered)));
    for same in
        ["APT::Periodic::Enable \"1\";", "// APT::Periodic::Enable \"0\";", "/* APT::Periodic::Enable \"0\"; */"]
    {
        assert_eq!(with(same), Ok((Installed, None)), "{same}");
    }
    assert_eq!(with("APT::Periodic::Unattended-Upgrade \"always\";"), Ok((Installed, None)));
    let earlier = debian().file("/etc/apt/apt.conf.d/10local", "APT::Periodic::Unattended-Upgrade \"0\";");
    assert_eq!(told(&earlier), Ok((Installed, None)), "what comes later counts");
    let main = debian().file("/etc/apt/apt.conf", "APT::Periodic::Unattended-Upgrade \"0\";");
    assert_eq!(automatic(&main).unwrap().place, "/etc/apt/apt.conf");
    let not_read = debian().file("/etc/apt/apt.conf.d/99local.bak", "APT::Periodic::Enable \"0\";");
    assert_eq!(told(&not_read), Ok((Installed, None)), "apt passes it over");
}

#[test]
fn what_is_left_of_a_removed_package_installs_nothing() {
    let mut host = debian();
    host.paths.remove(std::path::Path::new("/usr/bin/unattended-upgrade"));
    assert_eq!(told(&host), Ok(hindered(Fetched, ProgramMissing)));
    let mut host = debian();
    host.paths.remove(std::path::Path::new(SWITCHES));
    assert_eq!(told(&host), Ok(hindered(Off, ListsNotFetched)));
    assert_eq!(automatic(&host).unwrap().place, FOLDER);
}

#[test]
fn timers_that_do_not_start_it() {
    let masked = |timer: &str| debian().link(format!("/etc/systemd/system/{timer}"), "/dev/null");
    assert_eq!(told(&masked("apt-daily.timer")), Ok(hindered(Off, TimerOff)));
    assert_eq!(told(&masked("apt-daily-upgrade.timer")), Ok(hindered(Fetched, TimerOff)));
    let mut disabled = debian();
    disabled.paths.remove(std::path::Path::new("/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer"));
    assert_eq!(told(&disabled), Ok(hindered(Fetched, TimerOff)));
    assert_eq!(automatic(&disabled).unwrap().place, "apt-daily-upgrade.timer");
}

#[test]
fn suites_that_are_left_out() {
    let with = |origins: &str| told(&debian().file(ORIGINS, origins));
    for left_out in [
        "",
        "Unattended-Upgrade::Origins-Pattern { \"origin=Debian,codename=${distro_codename},label=Debian\"; };",
        "Unattended-Upgrade::Origins-Pattern { // \"origin=Debian,label=Debian-Security\";\n };",
        "Unattended-Upgrade::Origins-Pattern { \"origin=debian,label=Debian-Security\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"origin=Debian,codename=bullseye-security\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"origin=Debian,site=security.debian.org\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"origin=Debian,site=\"; };",
        "Unattended-Upgrade::Origins-Pattern \"origin=Debian,label=Debian-Security\";",
        "Unattended-Upgrade::Allowed-Origins { \"${distro_id}:${distro_codename}\"; };",
    ] {
        assert_eq!(with(left_out), Ok(hindered(Fetched, SuitesNotCovered)), "{left_out}");
    }
    for covered in [
        "Unattended-Upgrade::Origins-Pattern:: \"o=Debian,l=Debian-Security\";",
        "Unattended-Upgrade::Origins-Pattern { \"origin=*\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"n=${distro_codename}-secur*, c=main\"; };",
        "unattended-upgrade::allowed-origins { \"Debian *security\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"origin=Debian,site=deb.debian.org\"; };",
        "Unattended-Upgrade::Origins-Pattern { \"site=*.debian.org\"; };",
    ] {
        assert_eq!(with(covered), Ok((Installed, None)), "{covered}");
    }
    let ended = debian().file(ORIGINS, "Unattended-Upgrade::Origins-Pattern { \"a=b\"; };");
    assert_eq!(automatic(&ended).unwrap().place, ORIGINS);
}

#[test]
fn a_suite_from_two_places_is_covered_by_either() {
    let release = include_bytes!("../../../../tests/samples/updates/debian_12_security.InRelease");
    let of = |origins: &str| {
        let host = debian().file(ORIGINS, origins);
        told(&host.file("/var/lib/apt/lists/localhost:8080_mirror_dists_bookworm-security_InRelease", release))
    };
    for site in ["localhost", "deb.debian.org"] {
        let origins = format!("Unattended-Upgrade::Origins-Pattern {{ \"site={site}\"; }};");
        assert_eq!(of(&origins), Ok((Installed, None)), "{site}");
    }
    let neither = "Unattended-Upgrade::Origins-Pattern { \"site=localhost:8080\"; };";
    assert_eq!(of(neither), Ok(hindered(Fetched, SuitesNotCovered)));
}

#[test]
fn files_that_are_included_count_where_they_are_named() {
    let with = |text: &str| {
        debian()
            .file("/etc/apt/apt.conf.d/99local", text)
            .file("/srv/apt/off.conf", "APT::Periodic::Enable \"0\";")
            .file("/srv/apt/notes.txt", "nonsense")
            .file("/srv/ring.conf", "#include \"/srv/ring.conf\";")
    };
    let off = Ok(hindered(Off, SwitchedOff));
    let host = with("#include \"/srv/apt/off.conf\";");
    assert_eq!((told(&host), automatic(&host).unwrap().place.as_str()), (off, "/srv/apt/off.conf"));
    assert_eq!(told(&with("#include \"/srv/apt/\";")), off, "of a folder the files that apt reads");
    let before = with("#include \"/srv/apt/off.conf\"; APT::Periodic::Enable \"1\";");
    assert_eq!(told(&before), Ok((Installed, None)), "what follows counts");
    let after = with("APT::Periodic::Enable \"1\"; #include \"/srv/apt/off.conf\";");
    assert_eq!(told(&after), off);
    assert_eq!(told(&with("#include \"/srv/ring.conf\";")), Err(ReasonCode::Unparsable));
    assert_eq!(
        told(&with("#include \"/srv/apt/off.conf\";").denied("/srv/apt/off.conf")),
        Err(ReasonCode::NotPermitted)
    );
}

#[test]
fn timers_of_a_system_without_systemd_install_nothing() {
    let job = "/etc/cron.daily/apt-compat";
    assert_eq!(told(&debian().file(job, "x")), Err(ReasonCode::Unsupported));
    assert_eq!(told(&debian().file(job, "x").folder("/run/systemd/system")), Ok((Installed, None)));
}

#[test]
fn what_is_not_followed_is_unknown() {
    for (origins, code) in [
        ("Unattended-Upgrade::Origins-Pattern { \"origin=Debian,site=[d]eb.debian.org\"; };", ReasonCode::Unparsable),
        ("Unattended-Upgrade::Origins-Pattern { \"vendor=Debian\"; };", ReasonCode::Unparsable),
        ("Unattended-Upgrade::Origins-Pattern { \"origin=${distro}\"; };", ReasonCode::Unparsable),
        ("Unattended-Upgrade::Allowed-Origins { \"Debian\"; };", ReasonCode::Unparsable),
        ("Unattended-Upgrade::Allowed-Origins { \"a:b:c\"; };", ReasonCode::Unparsable),
        ("Unattended-Upgrade { ", ReasonCode::Unparsable),
        ("APT::Periodic::Enable \"0\"", ReasonCode::Unparsable),
        ("#include \"srv/apt.conf\";", ReasonCode::Unsupported),
        ("#include \"/srv/apt.conf\";", ReasonCode::Missing),
        ("#include \"/srv/more/\";", ReasonCode::Missing),
    ] {
        let host = debian().file(ORIGINS, origins);
        // An open scope alone is none that apt minds.
        if origins.ends_with("{ ") {
            assert_eq!(told(&host), Ok(hindered(Fetched, SuitesNotCovered)));
        } else {
            assert_eq!(told(&host), Err(code), "{origins}");
        }
    }
    assert_eq!(told(&debian().denied(SWITCHES)), Err(ReasonCode::NotPermitted));
    assert_eq!(told(&debian().denied(FOLDER)), Err(ReasonCode::NotPermitted));
    assert_eq!(told(&debian().denied("/etc/systemd/system")), Err(ReasonCode::NotPermitted));
    assert_eq!(told(&debian().file("/run/ostree-booted", "")), Err(ReasonCode::Unsupported));
    let no_suite = of_apt(b"ID=debian\n", "a_dists_b", b"Origin: Debian\nSuite: stable\n", b"");
    assert_eq!(told(&no_suite), Err(ReasonCode::Missing));
    assert_eq!(told(&bare("6").file("/etc/os-release", "ID=arch\n")), Err(ReasonCode::Unsupported));
}

fn of_dnf(timer: &str, settings: &str) -> Recording {
    let host = bare("5.14.0").file("/etc/os-release", "ID=almalinux\nVERSION_ID=9.4\n").folder("/etc/dnf");
    started(host, timer).file("/etc/dnf/automatic.conf", settings)
}

#[test]
fn what_dnf_does() {
    let told = |timer: &str, settings: &str| told(&of_dnf(timer, settings));
    let applies = "[commands]\nupgrade_type = security\napply_updates = yes\n";
    assert_eq!(told("dnf-automatic.timer", applies), Ok((Installed, None)));
    assert_eq!(told("dnf5-automatic.timer", applies), Ok((Installed, None)));
    assert_eq!(told("dnf-automatic-install.timer", "[commands]\napply_updates = no\n"), Ok((Installed, None)));
    assert_eq!(told("dnf-automatic-download.timer", applies), Ok(hindered(Fetched, TimerOff)));
    assert_eq!(told("dnf-makecache.timer", applies), Ok(hindered(Fetched, TimerOff)));
    assert_eq!(told("fstrim.timer", applies), Ok(hindered(Off, TimerOff)));
    for off in [
        "",
        "[commands]\n# apply_updates = yes\n",
        "[emitters]\napply_updates = yes\n",
        "[commands]\napply_updates=no\n",
    ] {
        assert_eq!(told("dnf-automatic.timer", off), Ok(hindered(Fetched, SwitchedOff)), "{off}");
    }
    assert_eq!(told("dnf-automatic.timer", "[commands]\napply_updates = yes # all\n"), Err(ReasonCode::Unparsable));
    assert_eq!(told("dnf-automatic.timer", "[commands]\nupgrade_type = all\n"), Err(ReasonCode::Unparsable));
    assert_eq!(told("dnf-automatic.timer", "apply_updates = yes\n"), Err(ReasonCode::Unparsable));
    let brought = "/usr/share/dnf5/dnf5-plugins/automatic.conf";
    let host = of_dnf("dnf5-automatic.timer", "[commands]\napply_updates = no\n").file(brought, applies);
    assert_eq!(self::told(&host), Ok(hindered(Fetched, SwitchedOff)), "what an administrator says counts");
}

#[test]
fn centos_does_not_tell_which_updates_are_of_security() {
    let of = |timer: &str, settings: &str| {
        let host =
            of_dnf(timer, settings).file("/etc/os-release", "ID=\"centos\"\nNAME=\"CentOS Stream\"\nVERSION_ID=9\n");
        automatic(&host).map(|of| (of.level, of.hindrance, of.place))
    };
    let place = "/etc/dnf/automatic.conf";
    let security = "[commands]\nupgrade_type = security\napply_updates = yes\n";
    let not_covered = Ok((Fetched, Some(SuitesNotCovered), place.to_owned()));
    assert_eq!(of("dnf-automatic.timer", security), not_covered);
    assert_eq!(of("dnf-automatic-install.timer", security), not_covered);
    let all = "[commands]\nupgrade_type = default\napply_updates = yes\n";
    assert_eq!(of("dnf-automatic.timer", all), Ok((Installed, None, place.to_owned())));
    assert_eq!(of("dnf-automatic.timer", "[commands]\napply_updates = yes\n"), Ok((Installed, None, place.to_owned())));
    assert_eq!(
        of("dnf-automatic.timer", "[commands]\nupgrade_type = security\n"),
        Ok((Fetched, Some(SwitchedOff), place.to_owned()))
    );
}

#[test]
fn what_yum_cron_does() {
    let settings =
        "[commands]\nupdate_cmd = security\ndownload_updates = yes\napply_updates = yes\n[base]\ndebuglevel = -2\n";
    let host = |settings: &str| {
        let host = bare("3.10.0-1160.el7.x86_64")
            .file("/etc/os-release", "ID=rhel\nVERSION_ID=7.9\n")
            .file("/etc/yum/yum-cron.conf", settings)
            .file("/usr/sbin/yum-cron", "")
            .file_with("/etc/cron.daily/0yum-daily.cron", "", |file| file.mode = 0o755);
        let wants = "/etc/systemd/system/multi-user.target.wants";
        ["yum-cron.service", "crond.service"]
            .into_iter()
            .fold(host, |host, unit| host.link(format!("{wants}/{unit}"), format!("/usr/lib/systemd/system/{unit}")))
    };
    assert_eq!(told(&host(settings)), Ok((Installed, None)));
    for (is, instead) in [
        ("apply_updates = yes", "apply_updates = no"),
        ("apply_updates = yes", "# apply_updates = yes"),
        ("download_updates = yes", "download_updates = no"),
        ("[commands]", "[emitters]"),
    ] {
        assert_eq!(told(&host(&settings.replace(is, instead))), Ok(hindered(Fetched, SwitchedOff)), "{instead}");
    }
    for (is, instead) in [("= security", "= security-severity:Critical"), ("= security", "= minimal"), ("yes", "maybe")]
    {
        assert_eq!(told(&host(&settings.replace(is, instead))), Err(ReasonCode::Unparsable), "{instead}");
    }
    // Its repositories do not tell which updates are of security.
    let of_centos = |settings: &str| told(&host(settings).file("/etc/os-release", "ID=\"centos\"\nVERSION_ID=7\n"));
    assert_eq!(of_centos(settings), Ok(hindered(Fetched, SuitesNotCovered)));
    let all = settings.replace("= security", "= default");
    assert_eq!(
        (of_centos(&all), of_centos(&all.replace("update_cmd = default\n", ""))),
        (Ok((Installed, None)), Ok((Installed, None)))
    );
    let without = |path: &str| {
        let mut host = host(settings);
        host.paths.remove(std::path::Path::new(path));
        automatic(&host).map(|of| (of.level, of.hindrance, of.place))
    };
    assert_eq!(without("/usr/sbin/yum-cron"), Ok((Off, Some(ProgramMissing), "/usr/sbin/yum-cron".into())));
    let job = "/etc/cron.daily/0yum-daily.cron";
    assert_eq!(without(job), Ok((Off, Some(TimerOff), job.into())));
    let unit = "/etc/systemd/system/multi-user.target.wants/yum-cron.service";
    assert_eq!(without(unit), Ok((Off, Some(TimerOff), "yum-cron.service".into())));
    let not_executable = host(settings).file_with(job, "", |file| file.mode = 0o644);
    assert_eq!(told(&not_executable), Ok(hindered(Off, TimerOff)));
    assert_eq!(told(&host(settings).denied("/etc/yum/yum-cron.conf")), Err(ReasonCode::NotPermitted));
    assert_eq!(told(&host(settings).folder("/etc/dnf")), Ok(hindered(Off, TimerOff)), "dnf has yum's name there");
}

#[test]
fn a_new_file_of_settings_wakes() {
    let host = debian();
    let look = Look::new(&host);
    let _fact = collect(&look, &needs());
    let (_, wakes) = look.finish();
    let paths: Vec<String> = wakes.iter().map(|wake| format!("{wake:?}")).collect();
    for path in [FOLDER, "/etc/apt/apt.conf", SWITCHES, WANTS] {
        assert!(paths.iter().any(|wake| wake.contains(&format!("\"{path}\""))), "{path}: {paths:?}");
    }
    assert!(wakes.iter().any(|wake| matches!(wake, Wake::Path(_))));
}

#[test]
fn patterns_are_those_of_the_program() {
    let ubuntu = Distribution { id: "Ubuntu".into(), codename: "noble".into() };
    let release = release_file::parse(b"Origin: Foo, Inc.\nSuite: noble\nCodename: noble\n");
    let fits = |text: &str| origins::pattern(text, &ubuntu).map(|pattern| pattern.fits(&release));
    assert_eq!(fits("origin=Foo\\, Inc.,suite=noble"), Ok(true));
    assert_eq!(fits(" o = Foo* , a = ${distro_codename} "), Ok(true));
    assert_eq!(fits("o=${distro_id}"), Ok(false));
    assert!(fits("o=a=b").is_err() && fits("noble").is_err() && fits("o=[F]oo").is_err());
    let allowed = |text: &str| origins::allowed(text, &ubuntu).map(|pattern| pattern.fits(&release));
    assert_eq!(allowed("Foo*:${distro_codename}"), Ok(true));
    assert_eq!(allowed("Ubuntu noble"), Ok(false));
}
