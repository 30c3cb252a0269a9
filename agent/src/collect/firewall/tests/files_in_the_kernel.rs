//! Files of rules: what is read of them, and what the kernel says once nft or iptables-restore gave them to it.

use super::*;
use crate::collect::firewall::packet::Packet;
use crate::collect::firewall::written::Outcome;

/// What packets by `eth0` meet: refused, let in, or not known.
fn of_nft(text: &str, folder: &std::path::Path) -> [char; 2] {
    let included = |path: &str| {
        let path = if path.starts_with('/') { PathBuf::from(path) } else { folder.join(path) };
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut files: Vec<PathBuf> = match name.split_once('*') {
            Some((before, ending)) => {
                let entries = std::fs::read_dir(path.parent().unwrap()).map_err(|error| error.to_string())?;
                let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
                let fits = names.filter(|name| name.starts_with(before) && name.ends_with(ending));
                fits.map(|name| path.with_file_name(name)).collect()
            }
            None => vec![path.clone()],
        };
        files.sort();
        files.iter().map(|file| std::fs::read(file).map_err(|error| error.to_string())).collect()
    };
    let found = nft_file::parse(text.as_bytes(), Some("eth0"), &included).unwrap();
    [found.ipv4, found.ipv6].map(|outcome| sign(&outcome))
}

const fn sign(outcome: &Outcome) -> char {
    match outcome {
        Outcome::Refused => 'r',
        Outcome::Accepted(_) | Outcome::Through => 'a',
        Outcome::Unclear(_) => '?',
    }
}

/// What the kernel has, as a test is told it.
fn of_kernel() -> String {
    let firewall = facts(&crate::host::linux::LiveHost::new());
    assert_eq!(firewall.evidence, FirewallEvidence::Kernel, "{firewall:?}");
    let sign = |refuses: Option<bool>| match refuses {
        Some(true) => 'r',
        Some(false) => 'a',
        None => '?',
    };
    refuses(&firewall).map(sign).iter().collect()
}

/// Names and texts of files.
type Beside = &'static [(&'static str, &'static str)];

/// Files of nft, what is in the folder `more` beside, and what becomes of packets.
const FILES: [(&str, Beside, &str); 27] = [
    (
        "table inet x { chain p { type filter hook prerouting priority raw; notrack; }\n\
      chain y { type filter hook input priority 0; ct state new drop; } }",
        &[],
        "??",
    ),
    (
        "table inet x { chain p { type filter hook prerouting priority raw; udp dport 53 notrack; }\n\
      chain y { type filter hook input priority 0; ct state new drop; } }",
        &[],
        "rr",
    ),
    (
        "table inet x { limit l { rate over 1/second; }\n\
      chain y { type filter hook input priority 0; limit name \"l\" drop; } }",
        &[],
        "aa",
    ),
    (
        "table inet x { counter c { }\n chain y { type filter hook input priority 0; counter name \"c\" drop; } }",
        &[],
        "rr",
    ),
    ("table inet x { chain y { type filter hook input priority 0; policy drop; meta iifgroup 7 accept; } }", &[], "??"),
    ("table inet x { chain y { type filter hook prerouting priority raw; policy drop; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook prerouting priority raw; iifname eth0 drop; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook prerouting priority raw; iifname eth1 drop; } }", &[], "aa"),
    ("table inet x { chain y { type filter hook prerouting priority mangle; ct state new drop; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook prerouting priority mangle - 60; ct state new drop; } }", &[], "??"),
    ("table inet x { chain y { type filter hook prerouting priority -300; ct state new drop; } }", &[], "??"),
    ("table ip x { chain y { type filter hook prerouting priority 0; policy drop; } }", &[], "ra"),
    (
        "table ip x { chain y { type filter hook prerouting priority 0; meta l4proto tcp drop; }\n\
      chain z { type filter hook input priority 0; meta l4proto udp drop; } }",
        &[],
        "ra",
    ),
    (
        "table inet x { chain y { type filter hook prerouting priority 0; accept; }\n\
      chain z { type filter hook input priority 0; policy drop; } }",
        &[],
        "rr",
    ),
    ("table inet x { chain y { type nat hook prerouting priority dstnat; accept; } }", &[], "aa"),
    ("table inet x { chain y { type filter hook forward priority 0; policy drop; } }", &[], "aa"),
    ("table inet x { chain y { type filter hook output priority 0; policy drop; } }", &[], "aa"),
    ("table inet x { chain y { type filter hook input priority 0; iifname \"eth0\" drop; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook input priority 0; iifname != \"lo\" drop; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook input priority 0; policy drop; iifname \"lo\" accept; } }", &[], "rr"),
    ("table inet x { chain y { type filter hook input priority 0; policy drop; iifname \"e*\" accept; } }", &[], "aa"),
    (
        "include \"MORE/*.nft\"\n",
        &[
            ("b.nft", "add rule inet x y accept"),
            (
                "a.nft",
                "table inet x { chain y { type filter hook \
      input priority 0; policy drop; } }",
            ),
        ],
        "aa",
    ),
    (
        "include \"MORE/none*.nft\"\ntable inet x { chain y { type filter hook input priority 0; policy drop; } }",
        &[],
        "rr",
    ),
    (
        "table inet x {\n include \"MORE/chain.nft\"\n}\n",
        &[(
            "chain.nft",
            "chain y { type filter hook input priority 0; policy \
      drop; }",
        )],
        "rr",
    ),
    (
        "table inet x { chain y { type filter hook input priority 0; policy drop\n include \"MORE/rules.nft\"\n } }\n",
        &[("rules.nft", "tcp dport 22 accept\nmeta l4proto udp accept\n")],
        "aa",
    ),
    (
        "include \"MORE/names.nft\"\ntable inet x { chain y { type filter hook input priority 0; policy drop; iifname $outer \
      accept; } }",
        &[("names.nft", "define outer = { eth0, eth1 }\n")],
        "aa",
    ),
    (
        "include \"MORE/a.nft\"\n",
        &[
            (
                "a.nft",
                "include \"MORE/b.nft\"\ntable inet x { chain y { type filter hook input priority 0; \
      policy drop; iifname $outer accept; } }\n",
            ),
            ("b.nft", "define outer = eth0\n"),
        ],
        "aa",
    ),
];

#[cfg(target_os = "linux")]
#[test]
fn files_of_nft_do_what_the_kernel_says() {
    if let Some(expected) = inside() {
        assert_eq!(of_kernel(), expected);
        return;
    }
    let test = "files_in_the_kernel::files_of_nft_do_what_the_kernel_says";
    for (text, more, expected) in FILES {
        let folder = tempfile::tempdir().unwrap();
        let beside = folder.path().join("more");
        std::fs::create_dir(&beside).unwrap();
        // nft before 1.0.7 wants every block to end its line.
        let at = |text: &str| text.replace("MORE", beside.to_str().unwrap()).replace("} }", "}\n}");
        for (name, text) in more {
            std::fs::write(beside.join(name), at(text) + "\n").unwrap();
        }
        let file = folder.path().join("rules.nft");
        std::fs::write(&file, at(text)).unwrap();
        assert_eq!(of_nft(&at(text), folder.path()).iter().collect::<String>(), expected, "{text}");
        again_in_own_network(test, "nft -f \"$1\"", &[&file], expected);
    }
}

/// Tables of files of iptables-save, and what becomes of packets over IPv4.
const SAVED: [(&str, &str); 14] = [
    (
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j CT --notrack\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n\
      -A INPUT -m conntrack --ctstate NEW -j DROP\nCOMMIT\n",
        "?",
    ),
    (
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp --dport 53 -j CT --notrack\nCOMMIT\n*filter\n\
      :INPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate NEW -j DROP\nCOMMIT\n",
        "r",
    ),
    ("*raw\n:PREROUTING DROP [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "r"),
    (
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n",
        "r",
    ),
    (
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n\
      COMMIT\n",
        "?",
    ),
    (
        "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n\
      COMMIT\n",
        "r",
    ),
    ("*mangle\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "r"),
    (
        "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -j DROP\n\
      COMMIT\n",
        "r",
    ),
    ("*mangle\n:FORWARD DROP [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n", "a"),
    ("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i eth0 -j DROP\nCOMMIT\n", "r"),
    ("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i eth1 -j DROP\nCOMMIT\n", "a"),
    ("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ! -i lo -j DROP\nCOMMIT\n", "r"),
    ("*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n", "r"),
    ("*filter\n:INPUT DROP [0:0]\n-A INPUT -i e+ -j ACCEPT\nCOMMIT\n", "a"),
];

#[cfg(target_os = "linux")]
#[test]
fn files_of_iptables_do_what_the_kernel_says() {
    if let Some(expected) = inside() {
        assert_eq!(of_kernel()[..1], expected);
        return;
    }
    let test = "files_in_the_kernel::files_of_iptables_do_what_the_kernel_says";
    for (text, expected) in SAVED {
        let saved = iptables_save::parse(text.as_bytes(), Some("eth0")).unwrap();
        assert_eq!(sign(&saved.outcome(false)).to_string(), expected, "{text}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.v4");
        std::fs::write(&file, text).unwrap();
        again_in_own_network(test, "iptables-restore \"$1\"", &[&file], expected);
    }
}

#[test]
fn connections_that_rules_give_up_begin_or_are_none() {
    let saved = |raw: &str, filter: &str| {
        let text = format!("*raw\n:PREROUTING ACCEPT [0:0]\n{raw}\nCOMMIT\n*filter\n:INPUT {filter}\nCOMMIT\n");
        sign(&iptables_save::parse(text.as_bytes(), Some("eth0")).unwrap().outcome(false))
    };
    let given_up = "-A PREROUTING -j NOTRACK";
    for (raw, filter, expected) in [
        (given_up, "ACCEPT [0:0]\n-A INPUT -m state --state NEW -j DROP", '?'),
        (given_up, "DROP [0:0]\n-A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT", 'r'),
        (given_up, "DROP [0:0]\n-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT", '?'),
        (given_up, "DROP [0:0]\n-A INPUT -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT", 'a'),
        (given_up, "ACCEPT [0:0]\n-A INPUT -m conntrack ! --ctstate ESTABLISHED -j DROP", 'r'),
        (given_up, "ACCEPT [0:0]\n-A INPUT -m conntrack --ctstatus NONE -j DROP", '?'),
        ("-A PREROUTING -i lo -j NOTRACK", "ACCEPT [0:0]\n-A INPUT -m state --state NEW -j DROP", 'r'),
        ("-A PREROUTING -i eth+ -j NOTRACK", "ACCEPT [0:0]\n-A INPUT -m state --state NEW -j DROP", '?'),
        ("-A PREROUTING -j CT --helper ftp", "ACCEPT [0:0]\n-A INPUT -m state --state NEW -j DROP", 'r'),
    ] {
        assert_eq!(saved(raw, filter), expected, "{raw} {filter}");
    }
    let nft = |early: &str, policy: &str, rules: &str| {
        let text = format!(
            "table inet x {{\n chain p {{ type filter hook prerouting priority raw; {early}; }}\n\
             chain y {{ type filter hook input priority 0; policy {policy}\n{rules}\n}}\n}}"
        );
        let found = nft_file::parse(text.as_bytes(), Some("eth0"), &|_| Err("none".to_owned())).unwrap();
        sign(&found.ipv4)
    };
    for (early, policy, rules, expected) in [
        ("notrack", "drop", "ct state established,related accept", 'r'),
        ("notrack", "drop", "ct state untracked accept", '?'),
        ("notrack", "accept", "ct state != established,related drop", 'r'),
        ("notrack", "accept", "ct status != dnat drop", '?'),
        ("ip protocol tcp ip ttl 64 notrack", "accept", "ct state new drop", '?'),
        ("ip version 4 notrack", "accept", "ct state new drop", '?'),
        ("iif lo notrack", "accept", "ct state new drop", 'r'),
    ] {
        assert_eq!(nft(early, policy, rules), expected, "{early}; {policy} {rules}");
    }
}

#[test]
fn what_files_of_nft_say_in_unusual_ways() {
    let of = |policy: &str, rules: &str| {
        let text =
            format!("table inet x {{\n chain y {{ type filter hook input priority 0; policy {policy}\n{rules}\n}}\n}}");
        nft_file::parse(text.as_bytes(), Some("eth0"), &|_| Err("none".to_owned())).map(|found| sign(&found.ipv4))
    };
    assert_eq!(of("drop", "iif 2 accept"), Ok('?'), "whose number it is, is not looked up");
    assert_eq!(of("drop", "iif { 1, lo } accept"), Ok('r'));
    assert_eq!(of("drop", "iif eth0 accept"), Ok('a'));
    assert_eq!(of("accept", "tcp dport 22 log prefix \";\" drop"), Ok('a'), "a sign in quotes ends no rule");
    assert_eq!(of("accept", "iif lo accept comment \"}\"\ndrop"), Ok('r'));
    let twice = "tcp dport @open accept\n}\nset open { type inet_service; elements = { 22 }; }\n}\n\
                 table inet x {\nset open { type inet_service; elements = { 1-65535 }; }\nchain z {";
    assert!(of("drop", twice).is_err(), "what is said later is added to the set");
    assert_eq!(of("drop", &twice.replace("1-65535", "22")), Ok('r'));
}

#[test]
fn chains_of_devices_protect_what_comes_by_them() {
    let of = |text: &str, interface: Option<&str>| {
        let found = nft_file::parse(text.as_bytes(), interface, &|_| Err("none".to_owned())).unwrap();
        [found.ipv4, found.ipv6].map(|outcome| sign(&outcome)).iter().collect::<String>()
    };
    let table = |device: &str| {
        format!("table netdev x {{ chain y {{ type filter hook ingress {device} priority 0; policy drop; }} }}")
    };
    for device in ["device eth0", "device \"eth0\"", "devices = { eth1, eth0 }"] {
        assert_eq!(of(&table(device), Some("eth0")), "rr", "{device}");
        assert_eq!(of(&table(device), Some("eth2")), "aa", "{device}");
        assert_eq!(of(&table(device), None), "aa", "{device}: by which packets come is not known");
    }
    assert_eq!(of(&table("device $outer"), Some("eth0")), "aa");
    let inet = "table inet x { chain y { type filter hook ingress device eth0 priority 0; ct state new drop; } }";
    assert_eq!(of(inet, Some("eth0")), "??", "it is not known of what connection they are");
    let jumps =
        "table netdev x { chain z { drop; }\nchain y { type filter hook ingress device eth0 priority 0; jump z; } }";
    assert_eq!(of(jumps, Some("eth0")), "??");
}

/// As above of the kernel, which tells the devices of such a chain.
#[cfg(target_os = "linux")]
#[test]
fn chains_of_devices_are_read_from_the_kernel() {
    use crate::collect::firewall::kernel;
    use crate::collect::firewall::walk::{Fate, fate};
    if inside().is_some() {
        let host = crate::host::linux::LiveHost::new();
        let chains = kernel::read(&Look::new(&host)).unwrap();
        let packet = |interface: &str| Packet {
            is_ipv6: false,
            is_udp: false,
            port: 11,
            source: None,
            source_port: None,
            target: None,
            interface: 1,
            interface_name: interface.to_owned(),
            way_out: None,
        };
        let sets = |_: u8, _: &str, _: &str| Err("none".to_owned());
        assert_eq!(fate(&chains, &sets, &packet("lo")), Fate::Refused, "{chains:?}");
        assert!(matches!(fate(&chains, &sets, &packet("eth0")), Fate::Accepted(_)), "{chains:?}");
        return;
    }
    let test = "files_in_the_kernel::chains_of_devices_are_read_from_the_kernel";
    for table in ["device lo priority 0", "devices = { lo } priority 0"] {
        let commands = format!(
            "nft add table netdev x && nft 'add chain netdev x y {{ type filter hook ingress {table}; policy drop; }}'"
        );
        again_in_own_network(test, &commands, &[], "");
    }
}

/// Interfaces that are up: number, name, kind where they are virtual, and the number of what they are ports of.
fn links_of(links: &[(u32, &str, &str, u32)]) -> Vec<Vec<u8>> {
    let attribute = |name: u16, value: &[u8]| {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let link = |(index, name, kind, master): &(u32, &str, &str, u32)| {
        let mut body = vec![0, 0, 1, 0];
        body.extend(index.to_ne_bytes());
        body.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        body.extend(attribute(3, format!("{name}\0").as_bytes()));
        if !kind.is_empty() {
            body.extend(attribute(18, &attribute(1, format!("{kind}\0").as_bytes())));
        }
        if *master > 0 {
            body.extend(attribute(10, &master.to_ne_bytes()));
        }
        let length = u32::try_from(16 + body.len()).unwrap();
        [length.to_ne_bytes().as_slice(), &16_u16.to_ne_bytes(), &[0; 10], &body].concat()
    };
    links.iter().map(link).chain(super::links().pop()).collect()
}

#[test]
fn rules_are_followed_by_each_interface_that_leads_outwards() {
    let of = |links: &[(u32, &str, &str, u32)], rules: &str| {
        let text = format!("*filter\n:INPUT ACCEPT [0:0]\n{rules}\nCOMMIT\n");
        let host = active(denied(), "iptables")
            .netlink(NetlinkDump::Links, links_of(links))
            .file("/etc/sysconfig/iptables", text);
        let found = refuses(&facts(&host))[0];
        assert_eq!(refuses(&facts(&scrub(&host)))[0], found, "{rules}, scrubbed");
        found
    };
    let one = [(2, "eth0", "", 0)];
    let two = [(2, "eth0", "", 0), (3, "wlan0", "", 0), (4, "docker0", "bridge", 0)];
    let bridged = [(2, "eth0", "", 3), (3, "br0", "bridge", 0)];
    let bonded = [(2, "eth0", "", 4), (3, "eth1", "", 4), (4, "bond0", "bond", 0)];
    for (links, rules, expected) in [
        (one.as_slice(), "-A INPUT -i eth0 -j DROP", true),
        (&one, "-A INPUT -i wlan0 -j DROP", false),
        (&two, "-A INPUT -i eth0 -j DROP", false),
        (&two, "-A INPUT -i eth0 -j DROP\n-A INPUT -i wlan0 -j REJECT", true),
        (&two, "-A INPUT -i wlan0 -p tcp --dport 22 -j ACCEPT\n-A INPUT -i docker0 -j ACCEPT\n-A INPUT -j DROP", true),
        (&two, "-A INPUT -i wlan+ -j ACCEPT\n-A INPUT -j DROP", false),
        (&bridged, "-A INPUT -i br0 -j DROP", true),
        (&bridged, "-A INPUT -i eth0 -j DROP", false),
        (&bonded, "-A INPUT -i bond0 -j DROP", true),
        (&bonded, "-A INPUT -i eth+ -j DROP", false),
    ] {
        assert_eq!(of(links, rules), Some(expected), "{links:?} {rules}");
    }
}
