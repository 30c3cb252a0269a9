use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::process::Command;

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager};
use tenken_model::observation::Outcome as Seen;
use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;
use crate::host::{BusProperty, Host, NetfilterDump, NetlinkDump, ReadError, ReadErrorKind, scrub};

mod files;
#[cfg(target_os = "linux")]
mod files_in_the_kernel;
mod kernel_rules;
mod managers;

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/firewall")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(samples().join(name)).unwrap()
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn facts(host: &dyn Host) -> Firewall {
    match collect(&Look::new(host), &needs()) {
        Seen::Known(firewall) => firewall,
        other => panic!("{other:?}"),
    }
}

/// One interface, `eth0`, that is up; and the end of the dump.
fn links() -> Vec<Vec<u8>> {
    let mut link = 41_u32.to_ne_bytes().to_vec();
    link.extend(16_u16.to_ne_bytes());
    link.extend([0; 10]);
    link.extend([0, 0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    link.extend([9, 0, 3, 0]);
    link.extend(*b"eth0\0\0\0\0");
    let mut done = 20_u32.to_ne_bytes().to_vec();
    done.extend(3_u16.to_ne_bytes());
    done.resize(20, 0);
    vec![link, done]
}

/// A host whose kernel told its rules, as they were recorded.
fn with_rules(name: &str) -> Recording {
    let folder = samples().join("nft").join(name);
    let dump = |file: &str| Ok(vec![std::fs::read(folder.join(file)).unwrap()]);
    let mut host = Recording::new(Instant::UNIX_EPOCH)
        .netlink(NetlinkDump::Links, links())
        .file(
            "/proc/net/if_inet6",
            "fe80 02 40 20 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n",
        )
        .netfilter(NetfilterDump::Tables, dump("tables.bin"))
        .netfilter(NetfilterDump::Chains, dump("chains.bin"))
        .netfilter(NetfilterDump::Rules, dump("rules.bin"));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if let Some(key) = file.strip_prefix("set-").and_then(|name| name.strip_suffix(".bin")) {
            let mut parts = key.splitn(3, '-');
            let mut part = || parts.next().unwrap().to_owned();
            let (family, table, set) = (part().parse().unwrap(), part(), part());
            host = host.netfilter(NetfilterDump::Elements { family, table, set }, dump(&file));
        }
    }
    host
}

fn refuses(firewall: &Firewall) -> [Option<bool>; 2] {
    [firewall.ipv4.refuses.measured().copied(), firewall.ipv6.refuses.measured().copied()]
}

#[test]
fn recorded_rules_of_the_kernel() {
    for (name, expected) in [
        ("debian_workstation", true),
        ("ufw", true),
        ("firewalld_public", true),
        ("firewalld_trusted", false),
        ("debian_default", false),
        ("not_syn_dropped", false),
    ] {
        let host = with_rules(name);
        let firewall = facts(&host);
        assert_eq!(firewall.evidence, FirewallEvidence::Kernel, "{name}");
        assert_eq!(refuses(&firewall), [Some(expected); 2], "{name}: {firewall:?}");
        assert_eq!(firewall.ipv4.hole.is_some(), !expected, "{name}");
        assert_eq!(firewall.ipv6_in_use, Read::Measured(true));
        assert_eq!(refuses(&facts(&scrub(&host))), [Some(expected); 2], "{name}, scrubbed");
    }
}

#[test]
fn without_rules_everything_comes_in() {
    let end = with_rules("debian_default").netfilter(NetfilterDump::Chains, Ok(vec![links().pop().unwrap()]));
    let firewall = facts(&end);
    assert_eq!(refuses(&firewall), [Some(false); 2]);
    assert!(firewall.ipv4.hole.unwrap().starts_with("no chain is on hook input"));
    let old = end.file("/proc/net/ip_tables_names", "nat\nfilter\n");
    let firewall = facts(&old);
    assert_eq!(refuses(&firewall), [None, Some(false)], "the older iptables may refuse");
}

fn denied() -> Recording {
    let error = ReadError::new(ReadErrorKind::NotPermitted, "dump tables of nf_tables", "operation not permitted");
    Recording::new(Instant::UNIX_EPOCH)
        .netlink(NetlinkDump::Links, links())
        .netfilter(NetfilterDump::Tables, Err(error))
        .file("/proc/modules", "nf_tables 372736 0 - Live 0x0\n")
}

fn active(host: Recording, unit: &str) -> Recording {
    let property = BusProperty {
        service: "org.freedesktop.systemd1".into(),
        path: format!("/org/freedesktop/systemd1/unit/{unit}_2eservice"),
        interface: "org.freedesktop.systemd1.Unit".into(),
        name: "ActiveState".into(),
    };
    let link = format!("/etc/systemd/system/multi-user.target.wants/{unit}.service");
    host.link(link, format!("/usr/lib/systemd/system/{unit}.service")).bus(property, Ok("active".into()))
}

#[test]
fn a_kernel_that_does_not_tell_and_no_configuration_is_unknown() {
    let firewall = facts(&denied());
    assert_eq!((firewall.evidence, firewall.manager), (FirewallEvidence::Configured, None));
    let Read::NotRead(reason) = &firewall.ipv4.refuses else { panic!("{firewall:?}") };
    assert_eq!(reason.code, ReasonCode::NotPermitted);
    assert!(reason.detail.contains("CAP_NET_ADMIN"), "{reason:?}");
    let without = facts(&denied().file("/proc/modules", "ext4 1 0 - Live 0x0\n"));
    assert_eq!(refuses(&without), [Some(false); 2], "there can be no rules");
    assert_eq!(refuses(&facts(&denied().denied("/proc/modules"))), [None; 2]);
}

#[test]
fn a_helper_that_tells_nothing_that_can_be_used_is_not_made_good_by_what_is_configured() {
    let configured = || active(denied().file("/etc/nftables.conf", sample("rules/debian_workstation.nft")), "nftables");
    assert_eq!(refuses(&facts(&configured())), [Some(true); 2], "what is configured refuses");
    for (kind, code) in [
        (ReadErrorKind::WrongKind, ReasonCode::Unparsable),
        (ReadErrorKind::TooLarge, ReasonCode::TooLarge),
        (ReadErrorKind::TimedOut, ReasonCode::TimedOut),
        (ReadErrorKind::NoAnswer, ReasonCode::NoAnswer),
    ] {
        let error = ReadError::new(kind, "ask /run/x", "cut off");
        let firewall = facts(&configured().netfilter(NetfilterDump::Tables, Err(error)));
        assert_eq!(firewall.evidence, FirewallEvidence::Kernel);
        for filter in [&firewall.ipv4, &firewall.ipv6] {
            let Read::NotRead(reason) = &filter.refuses else { panic!("{firewall:?}") };
            assert_eq!((reason.code, reason.detail.as_str()), (code, "ask /run/x: cut off"));
        }
    }
}

#[test]
fn a_service_that_is_enabled_and_does_not_run_is_not_in_force() {
    let host = denied()
        .link(
            "/etc/systemd/system/multi-user.target.wants/firewalld.service",
            "/usr/lib/systemd/system/firewalld.service",
        )
        .file("/usr/lib/firewalld/zones/public.xml", sample("zones/debian_public.xml"));
    let firewall = facts(&host);
    assert_eq!(refuses(&firewall), [Some(true); 2]);
    assert_eq!(firewall.in_force.measured(), None, "the bus does not tell");
}

#[test]
fn each_unit_of_red_hat_loads_the_rules_of_its_family() {
    let refusing = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n";
    let files = || denied().file("/etc/sysconfig/iptables", refusing).file("/etc/sysconfig/ip6tables", refusing);
    let ipv4 = facts(&active(files(), "iptables"));
    assert_eq!(refuses(&ipv4), [Some(true), Some(false)]);
    assert_eq!(ipv4.ipv6.hole.as_deref(), Some("iptables.service loads no rules of IPv6"));
    assert_eq!(refuses(&facts(&active(files(), "ip6tables"))), [Some(false), Some(true)]);
    let both = facts(&active(active(files(), "iptables"), "ip6tables"));
    assert_eq!((refuses(&both), &both.in_force), ([Some(true), Some(true)], &Read::Measured(true)));
}

#[test]
fn files_that_may_come_wake() {
    let host = active(denied(), "nftables");
    let look = Look::new(&host);
    collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in [
        "/etc/nftables.conf",
        "/etc/sysconfig/nftables.conf",
        "/etc/systemd/system/multi-user.target.wants/ufw.service",
        "/etc/systemd/system/sysinit.target.wants/ufw.service",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    assert!(wakes.iter().any(|wake| matches!(wake, Wake::BusProperty(_))));
}

#[cfg(target_os = "linux")]
const INSIDE: &str = "TENKEN_TEST_RULES";

/// What a test is told that was started again in a network of its own; nothing where it is not.
#[cfg(target_os = "linux")]
fn inside() -> Option<String> {
    std::env::var(INSIDE).ok()
}

/// Starts a test again in a network namespace of its own, in which a shell ran these commands before; `told` is what it is told
/// there. Says so where it cannot.
#[cfg(target_os = "linux")]
fn again_in_own_network(test: &str, commands: &str, arguments: &[&std::path::Path], told: &str) {
    let script = format!(
        "program=$1 test=$2; shift 2; ({commands}) || {{ echo commands failed >&2; exit 3; }}; exec \"$program\" --exact \"$test\" \
         --nocapture"
    );
    let again = Command::new("unshare")
        .args(["--net", "--", "sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .arg(format!("collect::firewall::tests::{test}"))
        .args(arguments)
        .env(INSIDE, told)
        .output();
    let output = match again {
        Ok(output) => output,
        Err(error) => {
            println!("SKIPPED {test}: unshare: {error}");
            return;
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("unshare failed") || said.contains("commands failed") {
        println!("SKIPPED {test}: no right to make a network, or a program is missing: {said}");
        return;
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{commands} {arguments:?}: {said}{printed}");
    assert!(printed.contains("1 passed"), "{test} was not started again: {printed}");
}

/// Loads each file of rules into a network namespace of its own and reads it back from the kernel.
#[cfg(target_os = "linux")]
#[test]
fn rules_that_nft_loaded_are_read_from_the_kernel() {
    if let Some(expected) = inside() {
        let firewall = facts(&crate::host::linux::LiveHost::new());
        assert_eq!(firewall.evidence, FirewallEvidence::Kernel, "{firewall:?}");
        assert_eq!(refuses(&firewall), [Some(expected == "refused"); 2], "{firewall:?}");
        return;
    }
    for (file, expected) in [
        ("debian_workstation.nft", "refused"),
        ("debian_default.nft", "let in"),
        ("firewalld_public.nft", "refused"),
        ("firewalld_trusted.nft", "let in"),
    ] {
        let file = samples().join("rules").join(file);
        again_in_own_network("rules_that_nft_loaded_are_read_from_the_kernel", "nft -f \"$1\"", &[&file], expected);
    }
}
