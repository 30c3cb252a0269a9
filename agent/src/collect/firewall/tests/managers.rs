//! ufw and firewalld, as they are configured.

use super::*;
use crate::collect::firewall::holds::Holds;

#[test]
fn ufw_as_debian_and_ubuntu_have_it() {
    let defaults = sample("debian_default_ufw");
    let without = |gone: &str, switch: &str, defaults: &[u8]| {
        let host = active(denied(), "ufw").file("/etc/ufw/ufw.conf", switch).file("/etc/default/ufw", defaults);
        let names = ["before", "before6", "after", "after6", "user", "user6"].into_iter().filter(|name| *name != gone);
        names.fold(host, |host, name| {
            host.file(format!("/etc/ufw/{name}.rules"), sample(&format!("ufw/debian_{name}.rules")))
        })
    };
    let host = |switch: &str, defaults: &[u8]| without("", switch, defaults);
    let with = |name: &str, rule: &str| {
        let rules = String::from_utf8(sample(&format!("ufw/debian_{name}.rules"))).unwrap();
        let rules = rules.replace("\nCOMMIT", &format!("\n{rule}\nCOMMIT"));
        host("ENABLED=yes\n", &sample("debian_default_ufw")).file(format!("/etc/ufw/{name}.rules"), rules)
    };
    let on = "ENABLED=yes\nLOGLEVEL=low\n";
    let firewall = facts(&host(on, &defaults));
    assert_eq!(firewall.manager, Some(FirewallManager::Ufw));
    assert_eq!(firewall.in_force, Read::Measured(true));
    assert_eq!(refuses(&firewall), [Some(true); 2]);
    let installed = String::from_utf8(sample("debian_ufw.conf")).unwrap();
    for (switch, defaults, expected) in [
        (installed.as_str(), defaults.as_slice(), [Some(false); 2]),
        ("#ENABLED=yes\n", &defaults, [Some(false); 2]),
        ("enabled=yes\n", &defaults, [Some(false); 2]),
        ("ENABLED=yes\nENABLED=no\n", &defaults, [Some(false); 2]),
        ("ENABLED=\"YES\"\n", &defaults, [Some(true); 2]),
        (on, b"DEFAULT_INPUT_POLICY=\"ACCEPT\"\nIPV6=yes\n", [Some(false); 2]),
        (on, b"IPV6=yes\n", [Some(false); 2]),
        (on, b"DEFAULT_INPUT_POLICY=REJECT\nIPV6=no\n", [Some(true); 2]),
        (on, b"DEFAULT_INPUT_POLICY=$POLICY\n", [None; 2]),
    ] {
        assert_eq!(refuses(&facts(&host(switch, defaults))), expected, "{switch}{}", String::from_utf8_lossy(defaults));
    }
    for (name, rule, expected) in [
        ("user", "-A ufw-user-input -j ACCEPT", [Some(false), Some(true)]),
        ("user", "-A ufw-user-input -p tcp --dport 22 -j ACCEPT", [Some(true); 2]),
        ("user", "-A ufw-user-input -p tcp --dport 22 -j ufw-user-limit-accept", [Some(true); 2]),
        ("user", "-A ufw-user-input -j ufw-user-limit-accept", [Some(false), Some(true)]),
        ("user", "-A ufw-user-input -i eth0 -j ACCEPT", [Some(false), Some(true)]),
        ("user", "-A ufw-user-input -i wg0 -j ACCEPT", [Some(true); 2]),
        ("user6", "-A ufw6-user-input -s 2000::/3 -j ACCEPT", [Some(true), Some(false)]),
        ("before", "-A ufw-before-input -p tcp -j ACCEPT", [Some(false), Some(true)]),
        ("before6", "-A ufw6-before-input -j ACCEPT", [Some(true), Some(false)]),
        ("after", "-A ufw-after-input -j ACCEPT", [Some(false), Some(true)]),
        ("after", "-A ufw-after-input -m set --match-set friends src -j ACCEPT", [None, Some(true)]),
        ("before", "-A ufw-before-input -j DROP", [Some(true); 2]),
        ("before", "-A ufw-before-input -j ufw-skip-to-policy-input", [Some(true); 2]),
        ("user", "ufw allow 22", [None; 2]),
    ] {
        let host = with(name, rule);
        assert_eq!(refuses(&facts(&host)), expected, "{name} {rule}");
        assert_eq!(refuses(&facts(&scrub(&host))), expected, "{name} {rule}, scrubbed");
    }
    for (mode, expected) in [(0o640, Some(true)), (0o750, None)] {
        let host = host(on, &defaults);
        let host = host.file_with("/etc/ufw/before.init", "#!/bin/sh\n", |metadata| metadata.mode = mode);
        assert_eq!(refuses(&facts(&host)), [expected; 2], "{mode:o}");
    }
    for name in ["user", "before", "after6"] {
        let path = format!("/etc/ufw/{name}.rules");
        assert_eq!(refuses(&facts(&host(on, &defaults).denied(&path))), [None; 2], "{name}");
        assert_eq!(refuses(&facts(&without(name, on, &defaults))), [None; 2], "{name}");
    }
}

#[test]
fn zones_of_firewalld() {
    const WORKSTATION: &str = "<?xml version=\"1.0\"?>\n<zone>\n<short>Fedora Workstation</short>\n<service name=\"ssh\"/>\n\
        <port protocol=\"udp\" port=\"1025-65535\"/>\n<port protocol=\"tcp\" port=\"1025-65535\"/>\n</zone>";
    let of = |text: &[u8]| {
        firewalld::zone(text, &|_| Holds::Listed).map(|zone| zone.hole.is_none() && zone.unclear.is_none())
    };
    assert_eq!(of(&sample("zones/debian_public.xml")), Ok(true));
    assert_eq!(of(&sample("zones/debian_trusted.xml")), Ok(false));
    assert_eq!(of(WORKSTATION.as_bytes()), Ok(false));
    assert_eq!(of(b"<zone><!-- <port port=\"1-65535\"/> --></zone>"), Ok(true));
    assert_eq!(of(b"<zone><rule><accept/></rule></zone>"), Ok(false));
    assert_eq!(of(b"<zone><rule><source address=\"10.0.0.0/8\"/><accept/></rule></zone>"), Ok(true));
    assert_eq!(of(b"<zone><rule><drop/></rule></zone>"), Ok(true));
    for (inside, hole, unclear) in [
        ("<protocol value=\"tcp\"/>", true, false),
        ("<protocol value=\"ah\"/>", false, false),
        ("<source-port port=\"53\" protocol=\"udp\"/>", true, false),
        ("<forward-port port=\"1-65535\" protocol=\"tcp\" to-port=\"22\"/>", true, false),
        ("<port port=\"22\" protocol=\"tcp\"/><masquerade/><forward/>", false, false),
        ("<rule><source address=\"0.0.0.0/0\"/><accept/></rule>", true, false),
        ("<rule><source address=\"10.0.0.0/8\" invert=\"True\"/><accept/></rule>", true, false),
        ("<rule><source mac=\"02:00:00:00:00:01\"/><accept/></rule>", false, false),
        ("<rule><source mac=\"02:00:00:00:00:01\" invert=\"yes\"/><accept/></rule>", true, false),
        ("<rule><source ipset=\"friends\"/><accept/></rule>", false, true),
        ("<rule><source ipset=\"friends\"/><port port=\"22\" protocol=\"tcp\"/><accept/></rule>", false, false),
        ("<rule><protocol value=\"udp\"/><accept/></rule>", true, false),
        ("<rule><protocol value=\"esp\"/><accept/></rule>", false, false),
        ("<rule><source-port port=\"20\" protocol=\"tcp\"/><accept/></rule>", true, false),
        ("<rule><port port=\"1-65535\" protocol=\"tcp\"/><accept><limit value=\"1/m\"/></accept></rule>", true, false),
        ("<rule><destination address=\"192.0.2.7\"/><accept/></rule>", false, true),
        ("<rule><destination address=\"224.0.0.251\"/><accept/></rule>", false, false),
        ("<rule><icmp-type name=\"echo-request\"/><accept/></rule>", false, false),
        ("<rule><protocol value=\"tcp\"/><log/><drop/></rule>", false, false),
    ] {
        let zone = firewalld::zone(format!("<zone>{inside}</zone>").as_bytes(), &|_| Holds::Listed).unwrap();
        assert_eq!((zone.hole.is_some(), zone.unclear.is_some()), (hole, unclear), "{inside}");
    }
    assert_eq!(of(b"<service/>"), Err(firewalld::FirewalldError::NoZone));
    assert_eq!(of(b"<zone></other>"), Err(firewalld::FirewalldError::NotXml));

    let host = |configuration: &str| {
        active(denied(), "firewalld")
            .file("/etc/firewalld/firewalld.conf", configuration)
            .file("/usr/lib/firewalld/zones/public.xml", sample("zones/debian_public.xml"))
            .file("/usr/lib/firewalld/zones/trusted.xml", sample("zones/debian_trusted.xml"))
            .file("/usr/lib/firewalld/zones/FedoraWorkstation.xml", WORKSTATION)
    };
    assert_eq!(refuses(&facts(&host("DefaultZone=public\n"))), [Some(true); 2]);
    assert_eq!(refuses(&facts(&host("# DefaultZone=trusted\n"))), [Some(true); 2]);
    assert_eq!(refuses(&facts(&host("DefaultZone=public\nDefaultZone=trusted\n"))), [Some(false); 2]);
    assert_eq!(refuses(&facts(&host("DefaultZone=FedoraWorkstation\n"))), [Some(false); 2]);
    assert_eq!(refuses(&facts(&host("DefaultZone=gone\n"))), [None; 2]);
    let overridden = host("").file("/etc/firewalld/zones/public.xml", "<zone target=\"ACCEPT\"/>");
    assert_eq!(refuses(&facts(&overridden)), [Some(false); 2]);
    let bound = |interface: &str| {
        host("").file(
            "/etc/firewalld/zones/trusted.xml",
            format!("<zone target=\"ACCEPT\"><interface name=\"{interface}\"/></zone>"),
        )
    };
    assert_eq!(refuses(&facts(&bound("eth0"))), [Some(false); 2]);
    assert_eq!(refuses(&facts(&bound("docker0"))), [Some(true); 2]);
}

#[test]
fn what_leads_into_a_zone_of_firewalld() {
    let host = || {
        active(denied(), "firewalld")
            .file("/usr/lib/firewalld/zones/public.xml", sample("zones/debian_public.xml"))
            .file("/usr/lib/firewalld/zones/trusted.xml", sample("zones/debian_trusted.xml"))
            .file("/usr/lib/firewalld/services/ssh.xml", sample("services/debian_ssh.xml"))
            .file("/usr/lib/firewalld/policies/allow-host-ipv6.xml", sample("policies/debian_allow-host-ipv6.xml"))
    };
    assert_eq!(refuses(&facts(&host())), [Some(true); 2]);
    let connection = |text: &str| format!("[connection]\nid=x\n{text}\n[wifi-security]\npsk=secret\n");
    let trusted = |source: &str| format!("<zone target=\"ACCEPT\">{source}</zone>");
    let policy = |to: &str, target: &str| {
        format!("<policy target=\"{target}\"><ingress-zone name=\"ANY\"/><egress-zone name=\"{to}\"/></policy>")
    };
    let keys = "/etc/NetworkManager/system-connections/a.nmconnection";
    let zone = "/etc/firewalld/zones/trusted.xml";
    let direct = "/etc/firewalld/direct.xml";
    let rule = |chain: &str, text: &str| {
        format!("<direct><rule ipv=\"ipv4\" table=\"filter\" chain=\"{chain}\" priority=\"0\">{text}</rule></direct>")
    };
    let passed = |text: &str| format!("<direct><passthrough ipv=\"ipv4\">{text}</passthrough></direct>");
    for (path, text, expected) in [
        (keys, connection("type=wifi\nzone=trusted"), Some(false)),
        (keys, connection("type=ethernet\ninterface-name=eth0\nzone=trusted"), Some(false)),
        (keys, connection("type=wireguard\nzone=trusted"), Some(true)),
        (keys, connection("type=bridge\ninterface-name=docker0\nzone=trusted"), Some(true)),
        (keys, connection("type=wifi\n#zone=trusted"), Some(true)),
        (keys, connection("type=wifi\nzone="), Some(true)),
        ("/run/NetworkManager/system-connections/b.nmconnection", connection("type=gsm\nzone=trusted"), Some(false)),
        ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nZONE=trusted\n".to_owned(), Some(false)),
        (zone, trusted("<source address=\"0.0.0.0/0\"/>"), Some(false)),
        (zone, trusted("<source address=\"192.168.0.0/16\"/>"), Some(true)),
        (zone, trusted("<source ipset=\"friends\"/>"), None),
        (zone, trusted("<source mac=\"02:00:00:00:00:01\"/>"), Some(true)),
        ("/etc/firewalld/policies/open.xml", policy("HOST", "ACCEPT"), Some(false)),
        ("/etc/firewalld/policies/open.xml", policy("ANY", "ACCEPT"), Some(true)),
        ("/etc/firewalld/policies/open.xml", policy("HOST", "DROP"), Some(true)),
        (direct, rule("INPUT", "-j ACCEPT"), None),
        (direct, rule("INPUT", "-s 192.0.2.1 -j DROP"), Some(true)),
        (direct, rule("FORWARD", "-j ACCEPT"), Some(true)),
        (direct, rule("INPUT", "-p tcp --dport 22 -j ACCEPT"), Some(true)),
        (direct, rule("INPUT_direct", "-s 10.0.0.0/8 -j ACCEPT"), Some(true)),
        (direct, rule("INPUT", "-i lo -j ACCEPT"), Some(true)),
        (direct, rule("INPUT", "-j own"), None),
        (direct, rule("INPUT", "-m nosuch -j ACCEPT"), None),
        (direct, rule("INPUT", "-j LOG --log-prefix \"ACCEPT \""), Some(true)),
        (direct, passed("-t nat -A POSTROUTING -j MASQUERADE"), Some(true)),
        (direct, passed("-A INPUT -p tcp --dport 22 -j ACCEPT"), Some(true)),
        (direct, passed("-P INPUT ACCEPT"), None),
        (direct, "<direct><passthrough ipv=\"ipv4\">-I INPUT -j ACCEPT</passthrough></direct>".to_owned(), None),
        (direct, "<direct/>".to_owned(), Some(true)),
        ("/etc/firewalld/zones/public/a.xml", "<zone/>".to_owned(), None),
        (
            "/etc/firewalld/services/ssh.xml",
            "<service><port port=\"1-65535\" protocol=\"tcp\"/></service>".to_owned(),
            Some(false),
        ),
        ("/etc/firewalld/services/ssh.xml", "<service><include service=\"all\"/></service>".to_owned(), Some(true)),
        ("/etc/firewalld/services/ssh.xml", "<zone/>".to_owned(), None),
    ] {
        let host = host()
            .file("/usr/lib/firewalld/services/all.xml", "<service><port port=\"22\" protocol=\"tcp\"/></service>")
            .file(path, &text);
        assert_eq!(refuses(&facts(&host)), [expected; 2], "{path} {text}");
        assert_eq!(refuses(&facts(&scrub(&host))), [expected; 2], "{path} {text}, scrubbed");
    }
    let set = |kind: &str, inside: &str| format!("<ipset type=\"{kind}\">{inside}</ipset>");
    for (kind, inside, expected) in [
        ("hash:net", "<entry>10.0.0.0/8</entry><entry>192.0.2.7</entry>", Some(true)),
        ("hash:net", "<entry>10.0.0.0/8</entry><entry>0.0.0.0/1</entry>", Some(false)),
        ("hash:net", "<option name=\"family\" value=\"inet6\"/><entry>2000::/3</entry>", Some(false)),
        ("hash:mac", "<entry>02:00:00:00:00:01</entry>", Some(true)),
        ("hash:net", "", None),
        ("hash:net", "<option name=\"timeout\" value=\"60\"/><entry>10.0.0.0/8</entry>", None),
        ("hash:net,port", "<entry>10.0.0.0/8,22</entry>", None),
        ("hash:net", "<entry>of friends</entry>", None),
    ] {
        let host = host()
            .file(zone, trusted("<source ipset=\"friends\"/>"))
            .file("/etc/firewalld/ipsets/friends.xml", set(kind, inside));
        assert_eq!(refuses(&facts(&host)), [expected; 2], "{kind} {inside}");
        assert_eq!(refuses(&facts(&scrub(&host))), [expected; 2], "{kind} {inside}, scrubbed");
    }
    let included = host()
        .file("/etc/firewalld/services/ssh.xml", "<service><include service=\"llmnr-client\"/></service>")
        .file("/usr/lib/firewalld/services/llmnr-client.xml", sample("services/debian_llmnr-client.xml"));
    let firewall = facts(&included);
    assert_eq!(refuses(&firewall), [Some(false); 2]);
    assert!(firewall.ipv4.hole.unwrap().contains("llmnr-client"));
    for path in [keys, direct, "/usr/lib/firewalld/services/ssh.xml", "/etc/firewalld/policies"] {
        assert_eq!(refuses(&facts(&host().file(keys, connection("type=wifi")).denied(path))), [None; 2], "{path}");
    }
}

#[test]
fn which_of_two_files_of_nft_is_loaded_is_not_known() {
    let file =
        |policy: &str| format!("table inet x {{ chain y {{ type filter hook input priority 0; policy {policy}; }} }}");
    let host = |first: &str, second: &str| {
        active(denied(), "nftables")
            .file("/etc/nftables.conf", file(first))
            .file("/etc/sysconfig/nftables.conf", file(second))
    };
    for (first, second, expected) in [
        ("drop", "accept", None),
        ("accept", "drop", None),
        ("drop", "drop", Some(true)),
        ("accept", "accept", Some(false)),
    ] {
        let host = host(first, second);
        assert_eq!(refuses(&facts(&host)), [expected; 2], "{first} {second}");
        assert_eq!(refuses(&facts(&scrub(&host))), [expected; 2], "{first} {second}, scrubbed");
    }
}

#[test]
fn connections_that_are_no_text_are_not_passed_over() {
    let host =
        || active(denied(), "firewalld").file("/usr/lib/firewalld/zones/public.xml", sample("zones/debian_public.xml"));
    let keys = "/etc/NetworkManager/system-connections/a.nmconnection";
    let shown = |host: &Recording| {
        let Read::NotRead(why) = facts(host).ipv4.refuses else { panic!("it is known") };
        why.detail
    };
    let text = [b"[connection]\ntype=wifi\nzone=trusted\nid=".as_slice(), &[0xff], b"\n"].concat();
    let of_others = host().file("/etc/NetworkManager/system-connections/Tanaka.nmconnection", text);
    assert!(!shown(&of_others).contains("Tanaka"), "NetworkManager reads what is no text");
    assert_eq!(refuses(&facts(&scrub(&of_others))), [None; 2]);
    let denied = of_others.denied("/etc/NetworkManager/system-connections/Tanaka.nmconnection");
    assert!(!shown(&denied).contains("Tanaka"), "the file has the network's name");
    assert_eq!(refuses(&facts(&host().file(keys, "no key file"))), [Some(true); 2], "NetworkManager passes over it");
}
