use tenken_model::register::Registers;
use tenken_model::{Instant, Read};

use super::sysctl_file::{parse, path, value};
use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;
use crate::host::{NetfilterDump, NetlinkDump, ReadError, ReadErrorKind, scrub};

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn facts(host: &Recording) -> Forwarding {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(forwarding) => forwarding,
        other => panic!("{other:?}"),
    }
}

fn attribute(name: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).unwrap();
    let mut bytes = [length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn message(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap();
    [length.to_ne_bytes().as_slice(), &kind.to_ne_bytes(), &[0; 10], body].concat()
}

fn done() -> Vec<u8> {
    message(3, &[0; 4])
}

/// Number, name, kind, master and whether it is up.
fn link(index: u32, name: &str, kind: Option<&str>, master: Option<u32>, up: bool) -> Vec<u8> {
    let flags: u32 = u32::from(up) | if name == "lo" { 8 } else { 0 };
    let mut body = [[0; 4].as_slice(), &index.to_ne_bytes(), &flags.to_ne_bytes(), &[0; 4]].concat();
    body.extend(attribute(3, format!("{name}\0").as_bytes()));
    if let Some(kind) = kind {
        body.extend(attribute(18, &attribute(1, format!("{kind}\0").as_bytes())));
    }
    if let Some(master) = master {
        body.extend(attribute(10, &master.to_ne_bytes()));
    }
    message(16, &body)
}

fn with_links(links: Vec<Vec<u8>>) -> Recording {
    let mut dump = links;
    dump.push(done());
    let host = Recording::new(Instant::UNIX_EPOCH).netlink(NetlinkDump::Links, dump);
    let host = set(host, "net/ipv4/tcp_syncookies", "1");
    let host = set(host, "net/ipv6/conf/all/forwarding", "0");
    ["rp_filter", "accept_source_route", "accept_redirects", "send_redirects", "forwarding"]
        .into_iter()
        .fold(host, |host, name| set(host, &format!("net/ipv4/conf/all/{name}"), "0"))
}

fn set(host: Recording, path: &str, value: &str) -> Recording {
    host.file(format!("/proc/sys/{path}"), format!("{value}\n"))
}

fn interface(host: Recording, name: &str, forwards: &str, check: &str) -> Recording {
    let settings = [
        ("forwarding", forwards),
        ("rp_filter", check),
        ("accept_source_route", "0"),
        ("accept_redirects", "0"),
        ("send_redirects", "0"),
    ];
    settings
        .into_iter()
        .fold(host, |host, (setting, value)| set(host, &format!("net/ipv4/conf/{name}/{setting}"), value))
}

fn two_tunnels() -> Recording {
    let host = with_links(vec![
        link(1, "lo", None, None, true),
        link(2, "eth0", None, None, true),
        link(3, "wg0", Some("wireguard"), None, true),
        link(4, "tun0", Some("tun"), None, true),
        link(5, "docker0", Some("bridge"), None, true),
        link(6, "veth1", Some("veth"), Some(5), true),
    ]);
    ["eth0", "wg0", "tun0"].into_iter().fold(host, |host, name| interface(host, name, "0", "1"))
}

fn forwarding_on(host: Recording) -> Recording {
    ["eth0", "wg0", "tun0"].into_iter().fold(host, |host, name| interface(host, name, "1", "1"))
}

/// A kernel without rules, or one that drops what is passed on.
fn rules(host: Recording, refused: bool) -> Recording {
    let mut base = attribute(1, b"filter\0");
    base.extend(attribute(3, b"FORWARD\0"));
    let hook = [attribute(1, &2_u32.to_be_bytes()), attribute(2, &0_u32.to_be_bytes())].concat();
    base.extend(attribute(4, &hook));
    base.extend(attribute(5, &0_u32.to_be_bytes()));
    base.extend(attribute(7, b"filter\0"));
    let chain = message(10 << 8 | 3, &[[2, 0, 0, 0].as_slice(), &base].concat());
    let chains = if refused { vec![chain, done()] } else { vec![done()] };
    host.netfilter(NetfilterDump::Tables, Ok(vec![done()]))
        .netfilter(NetfilterDump::Chains, Ok(chains))
        .netfilter(NetfilterDump::Rules, Ok(vec![done()]))
}

#[test]
fn the_guests_of_a_host_are_not_its_networks() {
    let found = facts(&two_tunnels());
    let names: Vec<&str> = found.interfaces.iter().map(|interface| interface.name.as_str()).collect();
    assert_eq!(names, ["eth0", "wg0", "tun0"]);
    assert_eq!(found.interfaces.iter().map(|interface| interface.tunnel).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(found.joined, Read::Measured(Vec::new()));
    assert_eq!(found.syn_cookies, Read::Measured(true));
}

#[test]
fn the_network_of_a_container_is_one_of_a_pair() {
    let host = with_links(vec![link(1, "lo", None, None, true), link(2, "eth0", Some("veth"), None, true)]);
    assert_eq!(facts(&interface(host, "eth0", "0", "1")).interfaces.len(), 1);
}

#[test]
fn tunnels_are_joined_unless_a_rule_refuses() {
    let open = rules(forwarding_on(two_tunnels()), false);
    assert_eq!(
        facts(&open).joined,
        Read::Measured(vec!["eth0 - wg0".to_owned(), "eth0 - tun0".to_owned(), "wg0 - tun0".to_owned()])
    );
    assert_eq!(facts(&scrub(&open)).joined.measured().map(Vec::len), Some(3));
    let refused = rules(forwarding_on(two_tunnels()), true);
    assert_eq!(facts(&refused).joined, Read::Measured(Vec::new()), "as a host of containers has it");
    let old = open.clone().file("/proc/net/ip_tables_names", "nat\nfilter\n");
    assert_eq!(facts(&old).joined.measured(), None, "the older iptables may refuse");
    let over_ipv6 = set(refused, "net/ipv6/conf/all/forwarding", "1");
    assert_eq!(facts(&over_ipv6).joined.measured().map(Vec::len), Some(3), "the rule is one of IPv4");
    let error = ReadError::new(ReadErrorKind::NotPermitted, "dump tables of nf_tables", "operation not permitted");
    let untold = forwarding_on(two_tunnels()).netfilter(NetfilterDump::Tables, Err(error));
    assert_eq!(facts(&untold).joined.measured(), None);
}

#[test]
fn settings_in_force_are_made_of_two() {
    let eth0 = |host: &Recording| facts(host).interfaces.remove(0);
    assert_eq!(eth0(&two_tunnels()).source_check, 1);
    let loose = set(two_tunnels(), "net/ipv4/conf/all/rp_filter", "2");
    assert_eq!(eth0(&loose).source_check, 2, "the greater counts");
    let route = set(two_tunnels(), "net/ipv4/conf/eth0/accept_source_route", "1");
    assert!(!eth0(&route).source_routes_taken, "both must allow it");
    assert!(eth0(&set(route, "net/ipv4/conf/all/accept_source_route", "1")).source_routes_taken);
    let redirects = set(two_tunnels(), "net/ipv4/conf/all/accept_redirects", "1");
    assert!(eth0(&redirects).redirects_taken, "one is enough on a host");
    let router = set(redirects, "net/ipv4/conf/eth0/forwarding", "1");
    assert!(!eth0(&router).redirects_taken, "both must allow it on a router");
    let ipv6 = set(two_tunnels(), "net/ipv6/conf/eth0/accept_redirects", "1");
    assert!(eth0(&ipv6).redirects_taken);
    assert!(eth0(&set(two_tunnels(), "net/ipv4/conf/all/send_redirects", "1")).redirects_sent);
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let alone = with_links(vec![link(1, "lo", None, None, true)]);
    assert!(matches!(collect(&Look::new(&alone), &needs()), Outcome::Absent(_)));
    let nothing = Recording::new(Instant::UNIX_EPOCH);
    assert!(matches!(collect(&Look::new(&nothing), &needs()), Outcome::Failed(_)));
    let denied = two_tunnels().denied("/proc/sys/net/ipv4/conf/eth0/rp_filter");
    assert!(matches!(collect(&Look::new(&denied), &needs()), Outcome::Failed(_)));
}

#[test]
fn what_changes_at_the_next_boot_is_told() {
    let host = set(two_tunnels(), "net/ipv4/conf/all/rp_filter", "1")
        .file("/usr/lib/sysctl.d/50-default.conf", "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n")
        .file("/etc/sysctl.d/10-network-security.conf", "# net.ipv4.tcp_syncookies=0\nnet.ipv4.conf.all.rp_filter=1\n");
    assert_eq!(facts(&host).boot_differences, Read::Measured(Vec::new()));
    let lost = host.file("/etc/sysctl.d/99-local.conf", "net/ipv4/conf/all/rp_filter = 0\n");
    let found = facts(&lost).boot_differences;
    let found = found.measured().unwrap();
    assert_eq!(
        (found.len(), found[0].key.as_str(), found[0].configured.as_str()),
        (1, "net.ipv4.conf.all.rp_filter", "0")
    );
    assert_eq!(facts(&scrub(&lost)).boot_differences.measured().map(Vec::len), Some(1));
    let hidden = lost.clone().link("/etc/sysctl.d/99-local.conf", "/dev/null");
    assert_eq!(facts(&hidden).boot_differences, Read::Measured(Vec::new()));
    let denied = lost.denied("/etc/sysctl.d/99-local.conf");
    assert_eq!(facts(&denied).boot_differences.measured(), None);
    let look = Look::new(&denied);
    collect(&look, &needs());
    let (_, wakes) = look.finish();
    for folder in ["/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d"] {
        assert!(wakes.contains(&Wake::Path(folder.into())), "{folder}");
    }
}

#[test]
fn lines_of_sysctl_files() {
    let of = |text: &str, key: &str| value(&parse(text.as_bytes()).unwrap(), &path(key)).map(str::to_owned);
    let forward = "net.ipv4.ip_forward";
    for (text, expected) in [
        ("net.ipv4.ip_forward=1", Some("1")),
        ("net/ipv4/ip_forward = 1", Some("1")),
        ("-net.ipv4.ip_forward = 1", Some("1")),
        ("net.ipv4.ip_forward = 1\nnet.ipv4.ip_forward = 0", Some("0")),
        ("net.ipv4.ip_forward = 0\nnet.ipv4.* = 1", Some("0")),
        ("net.ipv4.* = 1\nnet.ipv4.ip_* = 0", Some("0")),
        ("net.ipv4.ip_* = 1\n-net.ipv4.ip_forward", None),
        ("net.ipv4.[hi]p_* = 1", Some("1")),
        ("net.ipv4.[!i]p_* = 1", None),
        ("; net.ipv4.ip_forward = 1", None),
        ("#net.ipv4.ip_forward = 1", None),
        ("net.ipv4.ip_forward", None),
        ("NET.IPV4.IP_FORWARD = 1", None),
        ("net.* = 1", None),
    ] {
        assert_eq!(of(text, forward).as_deref(), expected, "{text}");
    }
    assert_eq!(path("net.ipv4.conf.eth0/200.forwarding"), "net/ipv4/conf/eth0.200/forwarding");
    assert_eq!(path("net/ipv4/conf/eth0.200/forwarding"), "net/ipv4/conf/eth0.200/forwarding");
    assert!(parse(&[0xff]).is_err());
}

#[test]
fn a_setting_that_is_no_number_is_unknown() {
    for path in ["net/ipv4/conf/eth0/forwarding", "net/ipv4/conf/all/rp_filter", "net/ipv4/conf/tun0/accept_redirects"]
    {
        let host = set(two_tunnels(), path, "yes");
        let Outcome::Failed(reason) = collect(&Look::new(&host), &needs()) else { panic!("{path}") };
        assert_eq!(reason.code, ReasonCode::Unparsable, "{reason:?}");
        assert!(reason.detail.contains(path), "{reason:?}");
    }
    assert_eq!(facts(&set(two_tunnels(), "net/ipv4/tcp_syncookies", "")).syn_cookies.measured(), None);
    let found = facts(&set(forwarding_on(two_tunnels()), "net/ipv6/conf/all/forwarding", "x"));
    assert_eq!((found.forwards_ipv6.measured(), found.joined.measured()), (None, None));
}

#[test]
fn tunnels_that_are_left_out_are_not_called_separate() {
    let many = (0..66_u32).map(|number| link(number + 2, &format!("tun{number}"), Some("tun"), None, true));
    let host = with_links([link(1, "lo", None, None, true)].into_iter().chain(many).collect());
    let host = (0..66).fold(host, |host, number| interface(host, &format!("tun{number}"), "0", "1"));
    let found = facts(&host);
    assert_eq!((found.cut, found.joined.measured()), (2, None));
}

#[test]
fn two_names_of_one_setting_are_one() {
    let host = set(two_tunnels(), "net/ipv4/ip_forward", "0");
    let differences = |text: &str| {
        let found = facts(&host.clone().file("/etc/sysctl.d/90-net.conf", text)).boot_differences;
        let found = found.measured().unwrap();
        found.iter().map(|difference| format!("{}={}", difference.key, difference.configured)).collect::<Vec<_>>()
    };
    assert_eq!(differences("net.ipv4.conf.all.forwarding = 1\n"), ["net.ipv4.conf.all.forwarding=1"]);
    assert_eq!(
        differences("net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.forwarding = 1\n"),
        ["net.ipv4.conf.all.forwarding=1"]
    );
    assert_eq!(differences("net.ipv4.conf.all.forwarding = 1\nnet.ipv4.ip_forward = 0\n"), [""; 0]);
    assert_eq!(differences("net.ipv4.ip_forward = 1\n"), ["net.ipv4.ip_forward=1"]);
    assert_eq!(differences("net.ipv4.conf.*.forwarding = 1\n"), ["net.ipv4.conf.all.forwarding=1"]);
}

#[test]
fn ufw_sets_what_its_own_file_says() {
    let unit = ("/etc/systemd/system/multi-user.target.wants/ufw.service", "/usr/lib/systemd/system/ufw.service");
    let host = |switch: &str, defaults: &str| {
        let host = set(two_tunnels(), "net/ipv4/ip_forward", "0");
        host.link(unit.0, unit.1)
            .file("/etc/ufw/ufw.conf", switch)
            .file("/etc/default/ufw", defaults)
            .file("/etc/ufw/sysctl.conf", "net/ipv4/ip_forward=1\n")
            .file("/etc/sysctl.d/99-local.conf", "net.ipv4.ip_forward = 0\n")
    };
    let named = "IPT_SYSCTL=/etc/ufw/sysctl.conf\n";
    for (switch, defaults, expected) in [
        ("ENABLED=yes\n", named, Some(1)),
        ("ENABLED=no\n", named, Some(0)),
        ("ENABLED=yes\n", "# IPT_SYSCTL=/etc/ufw/sysctl.conf\n", Some(0)),
        ("ENABLED=yes\n", "IPT_SYSCTL=$FILE\n", None),
        ("ENABLED=yes\n", "IPT_SYSCTL=\n", Some(0)),
    ] {
        let host = host(switch, defaults);
        let found = |host: &Recording| facts(host).boot_differences.measured().map(Vec::len);
        assert_eq!(found(&host), expected, "{switch}{defaults}");
        assert_eq!(found(&scrub(&host)), expected, "{switch}{defaults}, scrubbed");
    }
    let denied = host("ENABLED=yes\n", named).denied("/etc/ufw/sysctl.conf");
    assert_eq!(facts(&denied).boot_differences.measured(), None);
    let of_package = include_bytes!("../../../tests/samples/firewall/ufw/debian_sysctl.conf");
    let debian = set(host("ENABLED=yes\n", named), "net/ipv4/conf/all/log_martians", "1");
    let found = facts(&debian.file("/etc/ufw/sysctl.conf", of_package)).boot_differences;
    assert_eq!(found.measured().unwrap()[0].key, "net.ipv4.conf.all.log_martians");
}

#[test]
fn rules_by_address_do_not_say_that_tunnels_are_separate() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/firewall/nft/forward_by_address");
    let dump = |name: &str| Ok(vec![std::fs::read(folder.join(format!("{name}.bin"))).unwrap()]);
    let host = forwarding_on(two_tunnels())
        .netfilter(NetfilterDump::Tables, dump("tables"))
        .netfilter(NetfilterDump::Chains, dump("chains"))
        .netfilter(NetfilterDump::Rules, dump("rules"));
    let Read::NotRead(why) = facts(&host).joined else { panic!() };
    assert!(why.detail.contains("chain FORWARD, rule 1 accepts on a condition that is not known"), "{why:?}");
}
