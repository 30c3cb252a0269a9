//! Rules as the kernel has them, one condition at a time.

use std::net::IpAddr;

use super::*;
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::iptables_match::holds;
use crate::collect::firewall::packet::{PORTS, Packet, SOURCE_PORT, SOURCES_V4};
use crate::collect::firewall::rule_set::{Chain, Element, Expression, Verdict};
use crate::collect::firewall::walk::{Fate, fate};

fn packet() -> Packet {
    Packet {
        is_ipv6: false,
        is_udp: false,
        port: PORTS[0],
        source: Some(SOURCES_V4[0].into()),
        source_port: Some(SOURCE_PORT),
        target: Some(IpAddr::from([192, 0, 2, 7])),
        interface: 2,
        interface_name: "eth0".to_owned(),
        way_out: None,
    }
}

/// Numbers at places of the settings of a condition.
fn info(length: usize, numbers: &[(usize, &[u8])]) -> Vec<u8> {
    let mut info = vec![0; length];
    for (at, bytes) in numbers {
        info[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    info
}

#[test]
fn conditions_of_iptables_that_are_turned() {
    let any = [(2, [0xff, 0xff].as_slice()), (6, &[0xff, 0xff])];
    let tcp = |mask: u8, wanted: u8, turned: u8| info(12, &[any[0], any[1], (9, &[mask, wanted, turned])]);
    let u32_of = |number: u32| number.to_ne_bytes();
    let range = |flags: u8| {
        info(
            68,
            &[
                (0, &[10, 0, 0, 0]),
                (16, &[10, 255, 255, 255]),
                (32, &[192, 0, 2, 1]),
                (48, &[192, 0, 2, 9]),
                (64, &[flags]),
            ],
        )
    };
    for (name, revision, info, expected) in [
        ("tcp", 0, tcp(0x17, 2, 0), Holds::Yes),
        // `! --syn`.
        ("tcp", 0, tcp(0x17, 2, 4), Holds::No),
        ("tcp", 0, tcp(0, 0, 0), Holds::Yes),
        // `! --dport 0:65535`.
        ("tcp", 0, tcp(0, 0, 2), Holds::No),
        ("set", 4, info(4, &[(2, &[1, 2])]), Holds::Listed),
        ("set", 4, info(4, &[(2, &[1, 3])]), Holds::Unknown),
        ("set", 4, info(4, &[(2, &[1, 0])]), Holds::Unknown),
        ("set", 0, info(40, &[]), Holds::Unknown),
        ("mac", 0, info(12, &[]), Holds::No),
        ("mac", 0, info(12, &[(8, &u32_of(1))]), Holds::Yes),
        ("iprange", 1, range(1), Holds::No),
        ("iprange", 1, range(1 | 16), Holds::Yes),
        ("iprange", 1, range(2), Holds::Yes),
        ("iprange", 1, range(2 | 32), Holds::No),
        ("iprange", 0, range(1), Holds::Unknown),
        ("policy", 0, info(308, &[(304, &[5, 0])]), Holds::Yes),
        ("policy", 0, info(308, &[(304, &[1, 0])]), Holds::No),
        ("pkttype", 0, info(8, &[]), Holds::Yes),
        ("pkttype", 0, info(8, &[(0, &u32_of(1)), (4, &u32_of(1))]), Holds::Yes),
        ("rpfilter", 0, vec![0], Holds::Yes),
        ("rpfilter", 0, vec![8], Holds::No),
        ("mark", 1, info(12, &[(0, &u32_of(1)), (4, &u32_of(0xff))]), Holds::No),
        ("mark", 1, info(12, &[(0, &u32_of(1)), (4, &u32_of(0xff)), (8, &[1])]), Holds::Yes),
        ("helper", 0, info(36, &[]), Holds::No),
        ("helper", 0, info(36, &[(0, &u32_of(1))]), Holds::Yes),
        ("conntrack", 3, info(152, &[(146, &1_u16.to_ne_bytes()), (150, &8_u16.to_ne_bytes())]), Holds::Yes),
        ("conntrack", 3, info(152, &[(146, &0x2001_u16.to_ne_bytes()), (150, &8_u16.to_ne_bytes())]), Holds::Yes),
        ("conntrack", 3, info(152, &[(146, &0x2001_u16.to_ne_bytes()), (150, &6_u16.to_ne_bytes())]), Holds::No),
        ("conntrack", 3, info(152, &[(146, &3_u16.to_ne_bytes()), (150, &8_u16.to_ne_bytes())]), Holds::Unknown),
        ("addrtype", 1, info(8, &[(2, &[4, 0])]), Holds::Yes),
        ("addrtype", 1, info(8, &[(2, &[4, 0]), (4, &u32_of(2))]), Holds::No),
        ("addrtype", 0, info(12, &[(2, &[4, 0]), (8, &u32_of(1))]), Holds::No),
        ("owner", 1, info(20, &[]), Holds::Unknown),
        ("ttl", 0, info(2, &[]), Holds::Sometimes),
        ("socket", 3, info(1, &[]), Holds::Unknown),
        ("icmp", 0, info(4, &[]), Holds::No),
        ("tcp", 0, vec![0; 3], Holds::Unknown),
        ("mac", 0, Vec::new(), Holds::Unknown),
    ] {
        assert_eq!(holds(name, revision, &info, &packet(), Some(0)), expected, "{name} {info:?}");
    }
    let passed_on = Packet { way_out: Some((3, "wg0".to_owned())), ..packet() };
    assert_eq!(holds("addrtype", 1, &info(8, &[(2, &[4, 0])]), &passed_on, None), Holds::No, "it is for another one");
    assert_eq!(holds("mark", 1, &info(12, &[]), &packet(), None), Holds::Unknown, "a mark that is not followed");
    let any_port = Packet { source_port: None, ..packet() };
    let from_53 = info(12, &[(0, &53_u16.to_ne_bytes()), (2, &53_u16.to_ne_bytes()), any[1]]);
    assert_eq!(holds("tcp", 0, &from_53, &any_port, None), Holds::Unknown, "who sends it chooses");
    assert_eq!(holds("tcp", 0, &tcp(0, 0, 0), &any_port, None), Holds::Yes);
}

fn chain(policy: Verdict, rules: Vec<Vec<Expression>>) -> Vec<Chain> {
    let input = Chain {
        devices: Vec::new(),
        family: 2,
        table: "filter".to_owned(),
        name: "INPUT".to_owned(),
        hook: Some((1, 0)),
        policy,
        kind: "filter".to_owned(),
        rules,
    };
    vec![input]
}

#[test]
fn what_cannot_be_followed_is_unclear() {
    let accept = || Expression::Decide(Verdict::Accept);
    let refuse = || Expression::Decide(Verdict::Refuse);
    let other = || Expression::Other { name: "x".to_owned() };
    let set = |flags: u8| Expression::Match { name: "set".to_owned(), revision: 4, info: vec![0, 0, 1, flags] };
    let marked = || {
        vec![
            Expression::Meta { key: 3, to: 1 },
            Expression::Compare { from: 1, operation: 0, data: vec![1, 0, 0, 0] },
            accept(),
        ]
    };
    let target = |data: [u8; 4], verdict: Expression| {
        vec![
            Expression::Payload { to: 1, base: 1, offset: 16, length: 4 },
            Expression::Compare { from: 1, operation: 0, data: data.to_vec() },
            verdict,
        ]
    };
    let by_map = |key: u32| {
        vec![
            Expression::Meta { key, to: 1 },
            Expression::Lookup { set: "doors".to_owned(), from: 1, to: Some(0), inverted: false },
        ]
    };
    let elements = vec![Element {
        key: vec![1, 0, 0, 0],
        key_end: None,
        is_end: false,
        catches_all: false,
        verdict: Some(Verdict::Accept),
        data: Vec::new(),
    }];
    let sets = |_: u8, _: &str, _: &str| Ok(elements.clone());
    let of = |policy: Verdict, rules: Vec<Vec<Expression>>, packet: &Packet| match fate(
        &chain(policy, rules),
        &sets,
        packet,
    ) {
        Fate::Refused => 'r',
        Fate::Accepted(_) => 'a',
        Fate::Unclear(_) => '?',
    };
    let drop = || Verdict::Refuse;
    for (policy, rules, expected) in [
        (drop(), vec![vec![other(), accept()]], '?'),
        (drop(), vec![vec![other(), accept()], vec![accept()]], 'a'),
        (Verdict::Accept, vec![vec![other(), refuse()]], '?'),
        (Verdict::Accept, vec![vec![other(), refuse()], vec![refuse()]], 'r'),
        (drop(), vec![vec![set(2), accept()]], '?'),
        (Verdict::Accept, vec![vec![set(2), refuse()]], 'a'),
        (drop(), vec![vec![set(3), accept()]], '?'),
        (Verdict::Accept, vec![vec![set(3), refuse()]], '?'),
        // The mark was set by a target of iptables.
        (drop(), vec![marked()], 'r'),
        (drop(), vec![vec![Expression::Marks], marked()], '?'),
        (drop(), vec![by_map(4)], 'r'),
        (drop(), vec![by_map(999)], '?'),
        (drop(), vec![vec![Expression::Decide(Verdict::Unknown)]], '?'),
        (drop(), vec![target([192, 0, 2, 7], accept())], 'a'),
        (drop(), vec![target([198, 51, 100, 5], accept())], 'r'),
        (Verdict::Accept, vec![target([192, 0, 2, 7], refuse())], 'r'),
    ] {
        assert_eq!(of(policy, rules.clone(), &packet()), expected, "{rules:?}");
    }
    let unknown = Packet { target: None, ..packet() };
    assert_eq!(of(drop(), vec![target([192, 0, 2, 7], accept())], &unknown), '?');
}

/// A kernel that told one rule in chain INPUT, whose policy drops.
fn with_rule(rule: &[u8], generations: (u16, u16), interfaces: usize) -> Recording {
    let attribute = |name: u16, value: &[u8]| {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let message = |kind: u16, generation: u16, body: Vec<u8>| {
        let body = [[2, 0].as_slice(), &generation.to_be_bytes(), &body].concat();
        let length = u32::try_from(16 + body.len()).unwrap();
        [length.to_ne_bytes().as_slice(), &(10 << 8 | kind).to_ne_bytes(), &[0; 10], &body].concat()
    };
    let hook = [attribute(1, &1_u32.to_be_bytes()), attribute(2, &0_u32.to_be_bytes())].concat();
    let chain = [
        attribute(1, b"x\0"),
        attribute(3, b"INPUT\0"),
        attribute(4, &hook),
        attribute(5, &[0; 4]),
        attribute(7, b"filter\0"),
    ];
    let rule = [attribute(1, b"x\0"), attribute(2, b"INPUT\0"), attribute(4, rule)].concat();
    let mut done = 20_u32.to_ne_bytes().to_vec();
    done.extend(3_u16.to_ne_bytes());
    done.resize(20, 0);
    let link = |number: usize| {
        let mut link = 41_u32.to_ne_bytes().to_vec();
        link.extend(16_u16.to_ne_bytes());
        link.extend([0; 10]);
        link.extend([0, 0, 1, 0]);
        link.extend(u32::try_from(number + 2).unwrap().to_ne_bytes());
        link.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        link.extend([9, 0, 3, 0]);
        link.extend(format!("e{number:03}\0\0\0\0").bytes());
        link
    };
    let links = (0..interfaces).map(link).chain([done.clone()]).collect();
    Recording::new(Instant::UNIX_EPOCH)
        .netlink(NetlinkDump::Links, links)
        .netfilter(NetfilterDump::Tables, Ok(vec![done.clone()]))
        .netfilter(NetfilterDump::Chains, Ok(vec![message(3, generations.0, chain.concat()), done.clone()]))
        .netfilter(NetfilterDump::Rules, Ok(vec![message(6, generations.1, rule), done]))
}

#[test]
fn interfaces_that_are_not_looked_at_are_said() {
    assert_eq!(refuses(&facts(&with_rule(&[], (1, 1), 32)))[0], Some(true));
    let firewall = facts(&with_rule(&[], (1, 1), 33));
    let Read::NotRead(why) = &firewall.ipv4.refuses else { panic!("{firewall:?}") };
    assert!(why.detail.contains("1 more interfaces"), "{why:?}");
}

#[test]
fn rules_that_changed_while_they_were_read_are_not_judged() {
    let firewall = facts(&with_rule(&[], (7, 8), 1));
    assert_eq!((firewall.evidence, refuses(&firewall)), (FirewallEvidence::Kernel, [None; 2]));
    let Read::NotRead(why) = &firewall.ipv4.refuses else { panic!("{firewall:?}") };
    assert!(why.detail.contains("changed"), "{why:?}");
}

#[test]
fn addresses_of_this_host() {
    use crate::collect::firewall::addresses::{own_ipv4, own_ipv6};
    let table = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     |-- 127.0.0.1\n        /32 host \
                 LOCAL\n     |-- 192.0.2.0\n        /24 link UNICAST\n     |-- 192.0.2.7\n        /32 host LOCAL\n     |-- \
                 192.0.2.255\n        /32 link BROADCAST\nLocal:\n     |-- 192.0.2.7\n        /32 host LOCAL\n";
    assert_eq!(own_ipv4(table), [IpAddr::from([192, 0, 2, 7])]);
    let list = "20010db8000000000000000000000007 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\nx\n";
    assert_eq!(own_ipv6(list), ["2001:db8::7".parse::<IpAddr>().unwrap()]);
    let rule = include_bytes!("../../../../tests/samples/firewall/nft/by_target.bin");
    let host = with_rule(rule, (1, 1), 1);
    assert_eq!(refuses(&facts(&host))[0], None, "the addresses of this host are not told");
    assert_eq!(refuses(&facts(&host.clone().file("/proc/net/fib_trie", table)))[0], Some(false));
    let elsewhere = table.replace("192.0.2.7", "192.0.2.9");
    assert_eq!(refuses(&facts(&host.file("/proc/net/fib_trie", elsewhere)))[0], Some(true));
}

/// Gives commands of iptables in a network namespace of its own, and reads what the kernel made of them.
#[cfg(target_os = "linux")]
#[test]
fn rules_that_iptables_made_are_read_from_the_kernel() {
    if let Some(expected) = inside() {
        let firewall = facts(&crate::host::linux::LiveHost::new());
        assert_eq!(firewall.evidence, FirewallEvidence::Kernel, "{firewall:?}");
        let expected = match expected.as_str() {
            "refused" => Some(true),
            "let in" => Some(false),
            _ => None,
        };
        assert_eq!(refuses(&firewall)[0], expected, "{firewall:?}");
        return;
    }
    let name = "kernel_rules::rules_that_iptables_made_are_read_from_the_kernel";
    for (commands, expected) in [
        ("iptables -P INPUT DROP", "refused"),
        ("iptables -A INPUT -p tcp ! --syn -m state --state NEW -j DROP; iptables -A INPUT -p udp -j DROP", "let in"),
        ("iptables -A INPUT -p tcp -j DROP; iptables -A INPUT -p udp -j DROP", "refused"),
        ("iptables -P INPUT DROP; iptables -A INPUT ! -s 10.0.0.0/8 -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -s 10.0.0.0/8 -j ACCEPT", "refused"),
        ("iptables -A INPUT -s 203.0.113.0/24 -j DROP", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT ! -i lo -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -p tcp ! --dport 22 -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -p udp --sport 53 -j ACCEPT", "unclear"),
        ("iptables -P INPUT DROP; iptables -A INPUT -p tcp -m multiport ! --dports 22,80 -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -m iprange ! --src-range 10.0.0.0-10.9.9.9 -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -m mac ! --mac-source 02:00:00:00:00:01 -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -m policy --dir in --pol none -j ACCEPT", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -m addrtype --dst-type BROADCAST -j ACCEPT", "refused"),
        ("iptables -P INPUT DROP; iptables -A INPUT -d 224.0.0.0/4 -j ACCEPT", "unclear"),
        ("iptables -P INPUT DROP; iptables -A INPUT -m mark ! --mark 1 -j ACCEPT", "let in"),
        (
            "nft add table ip x; nft add chain ip x y '{ type filter hook input priority 0; policy drop; }'; nft add rule ip x y \
          meta mark vmap { 1 : accept }",
            "refused",
        ),
        ("iptables -t raw -A PREROUTING -j DROP", "refused"),
        ("iptables -t mangle -A PREROUTING -p tcp -j DROP; iptables -A INPUT -p udp -j DROP", "refused"),
        ("iptables -t mangle -A PREROUTING -i eth0 -m state --state NEW -j DROP", "refused"),
        ("iptables -t raw -A PREROUTING -m state --state NEW -j DROP", "unclear"),
        ("iptables -t raw -A PREROUTING -j CT --notrack; iptables -A INPUT -m state --state NEW -j DROP", "unclear"),
        (
            "iptables -t raw -A PREROUTING -p udp --dport 53 -j CT --notrack; iptables -A INPUT -m state --state NEW -j DROP",
            "refused",
        ),
        (
            "nft add table ip x; nft add chain ip x y '{ type filter hook prerouting priority -300; }'; nft add rule ip x y notrack; \
          iptables -A INPUT -m state --state NEW -j DROP",
            "unclear",
        ),
        ("iptables -t nat -A PREROUTING -p tcp -j REDIRECT --to-ports 22", "let in"),
        ("iptables -A INPUT -i eth0 -j DROP", "refused"),
        ("iptables -A INPUT -i eth1 -j DROP", "let in"),
        ("iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT", "refused"),
    ] {
        again_in_own_network(name, commands, &[], expected);
    }
}
