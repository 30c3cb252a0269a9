//! Files of nft and of iptables-save.

use proptest::prelude::*;

use super::*;
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::written::Outcome;

/// No file is there that another includes.
fn not_there(path: &str) -> Result<Vec<Vec<u8>>, String> {
    Err(format!("{path} is not there"))
}

#[test]
fn files_of_nft() {
    let of = |text: &str| {
        nft_file::parse(text.as_bytes(), None, &not_there).map(|inbound| {
            [inbound.ipv4, inbound.ipv6].map(|outcome| match outcome {
                Outcome::Refused => 'r',
                Outcome::Accepted(_) => 'a',
                Outcome::Unclear(_) => '?',
                Outcome::Through => 't',
            })
        })
    };
    let text = |name: &str| String::from_utf8(sample(name)).unwrap();
    assert_eq!(of(&text("rules/debian_default.nft")), Ok(['a'; 2]));
    assert_eq!(of(&text("rules/debian_workstation.nft")), Ok(['r'; 2]));
    let input = |family: &str, policy: &str, rules: &str| {
        format!(
            "table {family} filter {{\n chain input {{\n type filter hook input priority 0; policy {policy};\n{rules}\n }}\n}}\n"
        )
    };
    for (rules, expected) in [
        ("", 'r'),
        ("ct state established,related accept\niif lo accept\ntcp dport 22 accept", 'r'),
        ("ct state vmap { established : accept, related : accept, invalid : drop }\niifname lo accept", 'r'),
        ("tcp dport { 22, 443 } accept", 'r'),
        ("ip saddr 192.168.1.0/24 accept", 'r'),
        ("accept", 'a'),
        ("counter packets 0 bytes 0 accept comment \"drop\"", 'a'),
        ("# accept", 'r'),
        ("iifname != \"lo\" accept", 'a'),
        ("iifname \"eth0\" accept", 'a'),
        ("iifname \"wg0\" accept", 'r'),
        ("ct state new accept", 'a'),
        ("tcp dport 1024-65535 accept", 'a'),
        ("meta l4proto tcp accept", 'a'),
        ("limit rate 5/second accept", 'a'),
        ("meta protocol ip accept\nmeta protocol ip6 accept", 'a'),
        ("meta nfproto { ipv4, ipv6 } accept", 'a'),
        ("ip protocol tcp accept\nip6 nexthdr udp accept", 'a'),
        ("ip saddr 0.0.0.0/0 accept\nip6 saddr ::/0 accept", 'a'),
        ("ip saddr != 10.0.0.0/8 accept\nip6 saddr != fd00::/8 accept", 'a'),
        ("ip saddr { 10.0.0.0/8, 203.0.113.0-203.0.113.255 } accept\nip6 saddr 2001:db8::/32 accept", 'a'),
        ("ip daddr 0.0.0.0/0 accept\nip6 daddr ::/0 accept", 'a'),
        ("ip daddr 198.51.100.7 accept\nip6 daddr 2001:db8::1 accept", '?'),
        ("ip daddr { 224.0.0.0/4, 255.255.255.255 } accept\nip6 daddr ff02::fb accept", 'r'),
        ("tcp dport $ports accept", '?'),
        ("tcp dport @ports accept", '?'),
        ("iifname @outside accept", '?'),
        ("ip saddr @friends accept\nip6 saddr @friends accept", '?'),
        ("ip saddr . tcp dport @pairs accept\nip6 saddr . tcp dport @pairs accept", '?'),
        ("tcp sport 20 accept", 'a'),
        ("udp sport 67 udp dport 68 accept", 'r'),
        ("iifname { \"lo\", \"eth0\" } accept", 'a'),
        ("iifname { lo, docker0 } accept", 'r'),
        ("iifname \"lan\" accept", 'a'),
        ("iifname \"lo0x\" accept", 'a'),
        ("iifname \"ppp0\" accept", 'a'),
        ("iifname \"wwan*\" accept", 'a'),
        ("iifname != \"eth0\" accept", 'a'),
        ("icmp type echo-request accept\nicmpv6 type { nd-neighbor-solicit, echo-request } accept", 'r'),
        ("meta l4proto { icmp, ipv6-icmp } accept\nmeta l4proto != icmp accept", 'a'),
        ("tcp dport vmap { 22 : accept, 4000-65535 : accept }", 'a'),
        ("tcp dport vmap { 22 : accept, 23 : drop }", 'r'),
        ("tcp dport vmap @doors", '?'),
        ("ct state vmap { new : jump own, * : drop }", '?'),
        ("ct state != established accept", 'a'),
        ("ct status dnat accept", 'r'),
        ("tcp flags != syn / fin,syn,rst,ack accept", 'r'),
        ("tcp flags & (fin|syn|rst|ack) == syn accept", 'a'),
        ("fib daddr type local accept", 'a'),
        ("fib daddr . iif type { broadcast, multicast } accept", 'r'),
        ("fib saddr . iif oif missing accept", 'r'),
        ("ether saddr 02:00:00:00:00:01 accept", 'r'),
        ("meta mark 1 accept", '?'),
        ("meta mark 1 accept\naccept", 'a'),
        ("tcp dport vmap @doors\naccept", 'a'),
        ("ct state 8 accept", '?'),
        ("meta protocol 0x0800 accept\nmeta protocol 0x86dd accept", '?'),
        ("meta l4proto 0x06 accept", '?'),
        ("meta l4proto 6 accept", 'a'),
        ("meta pkttype vmap { 0 : accept }", '?'),
        ("update @seen { ip saddr timeout 1m } accept", 'a'),
        ("queue num 1", '?'),
        ("socket transparent 1 accept", '?'),
        ("jump gone", '?'),
    ] {
        assert_eq!(of(&input("inet", "drop", rules)), Ok([expected; 2]), "{rules}");
    }
    assert_eq!(of(&input("ip", "drop", "")), Ok(['r', 'a']), "IPv6 was forgotten");
    assert_eq!(of(&input("inet", "accept", "counter reject with icmpx admin-prohibited")), Ok(['r'; 2]));
    assert_eq!(of(&input("inet", "accept", "log prefix \"accept \" drop")), Ok(['r'; 2]));
    assert_eq!(of(&input("inet", "accept", "tcp dport 23 drop")), Ok(['a'; 2]));
    assert_eq!(
        of("include \"/etc/nftables/a.nft\"\n"),
        Err(nft_file::NftError::Includes("/etc/nftables/a.nft is not there".to_owned()))
    );
    assert_eq!(of("table inet x {\nchain y {\n"), Err(nft_file::NftError::Braces));
    commands_of_nft(&of, &input);
    refusals_of_nft(&of, &input);
}

/// What is refused, and what only seems to be.
fn refusals_of_nft(
    of: &dyn Fn(&str) -> Result<[char; 2], nft_file::NftError>,
    input: &dyn Fn(&str, &str, &str) -> String,
) {
    for (rules, expected) in [
        ("ip protocol tcp drop\nip6 nexthdr tcp drop\nmeta l4proto udp drop", 'r'),
        ("tcp flags & (fin|syn|rst|ack) != syn ct state new drop", 'a'),
        ("tcp flags != syn / fin,syn,rst,ack drop", 'a'),
        ("ip saddr { 203.0.113.0/24, 198.51.100.0/24 } drop\nip6 saddr 2001:db8::/32 drop", 'a'),
        ("iifname eth0 drop", 'a'),
        ("iif != lo drop", 'r'),
        ("limit rate over 10/second burst 5 packets drop", 'a'),
        ("socket transparent 0 drop", '?'),
        ("ip saddr @friends return\nip6 saddr @friends return\ndrop", 'a'),
        ("ct state invalid drop\nct state established,related accept\nct state new drop", 'r'),
        ("fib saddr . iif oif missing drop", 'a'),
        ("udp length < 8 drop", '?'),
    ] {
        assert_eq!(of(&input("inet", "accept", rules)), Ok([expected; 2]), "{rules}");
    }
}

/// Commands are carried out one after the other.
fn commands_of_nft(
    of: &dyn Fn(&str) -> Result<[char; 2], nft_file::NftError>,
    input: &dyn Fn(&str, &str, &str) -> String,
) {
    let refusing = input("inet", "drop", "");
    let dormant = refusing.replacen('{', "{\nflags dormant\n", 1);
    let set = "table inet filter {\nset doors {\ntype inet_service\nflags interval\nelements = { 22, 1024-65535 }\n}\n";
    for (text, expected) in [
        (format!("flush ruleset\n{refusing}"), ['r'; 2]),
        (format!("{refusing}flush ruleset\n"), ['a'; 2]),
        (format!("{refusing}delete table inet filter\n"), ['a'; 2]),
        (format!("table inet filter\ndelete table inet filter\n{refusing}"), ['r'; 2]),
        (dormant.clone(), ['a'; 2]),
        (format!("{dormant}add table inet filter\n"), ['r'; 2]),
        (format!("{refusing}add rule inet filter input accept\n"), ['a'; 2]),
        (format!("{refusing}rule inet filter input tcp dport 22 accept\n"), ['r'; 2]),
        (format!("{}insert rule inet filter input accept\n", input("inet", "accept", "drop")), ['a'; 2]),
        (format!("{}flush chain inet filter input\n", input("inet", "accept", "drop")), ['a'; 2]),
        (format!("{refusing}add chain inet filter input {{ policy accept; }}\n"), ['a'; 2]),
        (
            "add table inet x\nadd chain inet x y { type filter hook input priority 0 ; policy drop ; }\n".to_owned(),
            ['r'; 2],
        ),
        (
            format!("{refusing}table ip other {{\nchain input {{\ntype filter hook input priority 5;\n}}\n}}\n"),
            ['r'; 2],
        ),
        (
            format!(
                "{refusing}table ip other {{\nchain input {{\ntype filter hook input priority 5; policy drop;\naccept\n}}\n}}\n"
            ),
            ['r'; 2],
        ),
        (
            format!("define doors = {{ 22, 1024-65535 }}\n{}", input("inet", "drop", "tcp dport $doors accept")),
            ['a'; 2],
        ),
        (
            format!("define doors = {{ 22, 80 }}\n{}", input("inet", "drop", "tcp dport {{ $doors, 443 }} accept")),
            ['r'; 2],
        ),
        (format!("{set}}}\n{}", input("inet", "drop", "tcp dport @doors accept")), ['a'; 2]),
        (
            format!("{}}}\n{}", set.replace("1024-65535", "80"), input("inet", "drop", "tcp dport @doors accept")),
            ['r'; 2],
        ),
    ] {
        assert_eq!(of(&text), Ok(expected), "{text}");
    }
    for command in [
        "delete rule inet filter input handle 4",
        "rename chain inet filter input old",
        "replace rule x",
        "import vm json",
    ] {
        let text = format!("{refusing}{command}\n");
        assert!(matches!(of(&text), Err(nft_file::NftError::Command(_))), "{command}: {:?}", of(&text));
    }
}

#[test]
fn files_of_iptables_save() {
    let of = |text: &[u8]| {
        iptables_save::parse(text, None).map(|saved| match saved.outcome(false) {
            Outcome::Refused => 'r',
            Outcome::Unclear(_) => '?',
            Outcome::Accepted(_) | Outcome::Through => 'a',
        })
    };
    assert_eq!(of(&sample("rules/ufw.rules")), Ok('r'));
    let ipv6 = iptables_save::parse(&sample("rules/ufw6.rules"), None).unwrap();
    assert_eq!(ipv6.outcome(true), Outcome::Refused);
    let input = |policy: &str, rules: &str| format!("*filter\n:INPUT {policy} [0:0]\n:own - [0:0]\n{rules}\nCOMMIT\n");
    for (policy, rules, expected) in [
        ("DROP", "", 'r'),
        ("ACCEPT", "", 'a'),
        ("ACCEPT", "-A INPUT -j DROP", 'r'),
        ("ACCEPT", "-A INPUT -j REJECT --reject-with icmp-host-prohibited", 'r'),
        ("ACCEPT", "-A INPUT -p tcp -j DROP", 'a'),
        ("ACCEPT", "-A INPUT -m state --state NEW -j DROP", 'r'),
        ("DROP", "-A INPUT -j ACCEPT", 'a'),
        ("DROP", "# -A INPUT -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -i lo -j ACCEPT", 'r'),
        ("DROP", "-A INPUT ! -i lo -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -p tcp -m multiport --dports 22,1024:65535 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -s 10.0.0.0/8 -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -j own\n-A own -m comment --comment \"all in\" -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -j own\n-A own -j RETURN\n-A own -j ACCEPT", 'r'),
        ("ACCEPT", "-A INPUT -p tcp ! --syn -m state --state NEW -j DROP", 'a'),
        ("ACCEPT", "-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP\n-A INPUT -p udp -j DROP", 'a'),
        ("ACCEPT", "-A INPUT -p tcp --syn -j DROP\n-A INPUT -p udp -j REJECT", 'r'),
        ("DROP", "-A INPUT -p tcp ! --syn -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -p tcp ! --syn --dport 22 -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -p tcp --dport 22 ! --syn -j ACCEPT", 'r'),
        ("DROP", "-A INPUT ! -s 10.0.0.0/8 -j ACCEPT", 'a'),
        ("ACCEPT", "-A INPUT ! -s 10.0.0.0/8 -j DROP", 'r'),
        ("ACCEPT", "-A INPUT -s 203.0.113.0/24 -j DROP", 'a'),
        ("DROP", "-A INPUT -s 0.0.0.0/1 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m iprange --src-range 1.0.0.0-223.255.255.255 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -d 192.0.2.7/32 -j ACCEPT", '?'),
        ("DROP", "-A INPUT -d 224.0.0.0/4 -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -p tcp ! --dport 22 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -p tcp -m multiport ! --dports 22,80 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m set --match-set friends src -j ACCEPT", '?'),
        ("DROP", "-A INPUT -m set ! --match-set blocked src -j ACCEPT", '?'),
        ("ACCEPT", "-A INPUT -m set ! --match-set friends src -j DROP", '?'),
        ("ACCEPT", "-A INPUT -m set --match-set blocked src -j DROP", 'a'),
        ("DROP", "-A INPUT -m mac ! --mac-source 02:00:00:00:00:01 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -m conntrack ! --ctstate INVALID -j ACCEPT", 'a'),
        ("DROP", "-A INPUT ! -i eth0 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i ppp+ -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i wwan0 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i lan0 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i lo0x -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i br-lan -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -i br-0123456789ab -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -i + -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m policy --dir in --pol none -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m policy --dir in --pol ipsec -j ACCEPT", 'r'),
        ("DROP", "-A INPUT -m pkttype ! --pkt-type broadcast -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -p udp --sport 53 -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -j ACCEPT -p tcp --dport 22", 'r'),
        ("ACCEPT", "-A INPUT -j DROP -s 10.0.0.1", 'a'),
        ("ACCEPT", "-A INPUT -p tcp -j DROP\n-A INPUT -p udp -j DROP", 'r'),
        ("ACCEPT", "-A INPUT -m recent --update --seconds 60 --name x -j DROP", 'a'),
        ("DROP", "-A INPUT -m recent ! --rcheck --name x -j ACCEPT", 'a'),
        ("DROP", "-A INPUT -m mark ! --mark 0x1 -j ACCEPT", '?'),
        ("DROP", "-A INPUT -j NFQUEUE --queue-num 1", '?'),
        ("DROP", "-A INPUT -m ttl --ttl-gt 1 -j ACCEPT", 'a'),
        ("ACCEPT", "-A INPUT -j DROP\n-I INPUT -j ACCEPT", 'a'),
        ("ACCEPT", "-A INPUT -j DROP\n-I INPUT 2 -j ACCEPT", 'r'),
        ("ACCEPT", "-A INPUT -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]", 'a'),
        ("DROP", "[12:34] -A INPUT -m limit --limit 5/min -j ACCEPT", 'a'),
    ] {
        assert_eq!(of(input(policy, rules).as_bytes()), Ok(expected), "{policy} {rules}");
    }
    assert_eq!(
        of(input("DROP", "-A INPUT -s ! 10.0.0.0/8 -j ACCEPT").as_bytes()),
        Err(iptables_save::SaveError::Line(4))
    );
    assert_eq!(of(b"iptables -P INPUT DROP\n"), Err(iptables_save::SaveError::Line(1)));
    assert_eq!(of(b"*nat\n:INPUT ACCEPT [0:0]\nCOMMIT\n"), Ok('?'), "of another table");
}

const WORDS: [&str; 58] = [
    "ip",
    "ip6",
    "saddr",
    "daddr",
    "protocol",
    "tcp",
    "udp",
    "th",
    "dport",
    "sport",
    "flags",
    "syn",
    "ack",
    "meta",
    "l4proto",
    "nfproto",
    "iifname",
    "iif",
    "lo",
    "eth0",
    "ct",
    "state",
    "new",
    "established",
    "count",
    "over",
    "fib",
    "type",
    "local",
    ".",
    "{",
    "}",
    ",",
    "!=",
    "==",
    "&",
    "(syn|ack)",
    "/",
    "vmap",
    ":",
    "*",
    "@set",
    "$name",
    "22",
    "1024-65535",
    "10.0.0.0/8",
    "::/0",
    "limit",
    "rate",
    "5/second",
    "counter",
    "packets",
    "log",
    "prefix",
    "set",
    "mark",
    "update",
    "comment",
];

proptest! {
    #[test]
    fn rules_of_any_words_decide_only_what_they_say(
        lines in proptest::collection::vec(proptest::collection::vec(0..WORDS.len(), 0..12), 0..6)
    ) {
        let rules = |verdict: &str| {
            let line = |line: &Vec<usize>| {
                let words = line.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join(" ");
                format!("{words} {verdict}\n")
            };
            lines.iter().map(line).collect::<String>()
        };
        let file = |policy: &str, verdict: &str| {
            let rules = rules(verdict);
            format!("table inet x {{\nchain y {{\ntype filter hook input priority 0; policy {policy};\n{rules}}}\n}}\n")
        };
        // What has no word that lets in lets nothing in, and what has none that refuses refuses nothing. A map may do both.
        if let Ok(found) = nft_file::parse(file("drop", "drop").as_bytes(), None, &not_there) {
            prop_assert!(!matches!(found.ipv4, Outcome::Accepted(_)), "{}", file("drop", "drop"));
        }
        if let Ok(found) = nft_file::parse(file("accept", "accept").as_bytes(), None, &not_there) {
            prop_assert!(!matches!(found.ipv4, Outcome::Refused), "{}", file("accept", "accept"));
        }
        let text = rules("");
        for line in text.lines() {
            let _saved = iptables_save::parse(format!("*filter\n-A INPUT {line}\n").as_bytes(), Some("eth0"));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = nft_file::parse(&bytes, Some("eth0"), &not_there);
        let _ = iptables_save::parse(&bytes, Some("eth0"));
        let _ = ufw::chains(&[&bytes], false, true, None);
        let _ = (firewalld::zone(&bytes, &|_| Holds::Listed), firewalld::set(&bytes), firewalld::direct_lets_in(&bytes));
    }
}
