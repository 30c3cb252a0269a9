use super::*;

const GOOD: &str = "connections {
  site : base {
    local { auth = pubkey
    }
    remote {
      auth = pubkey # of the other end
      id = \"CN=partner\"
    }
    children {
      net { esp_proposals = aes256gcm16-modp2048, aes256-sha256
        start_action = trap|start
      }
    }
  }
}
base {
  version = 2
  proposals = aes256gcm16-prfsha384-ecp384,aes256-sha256-modp2048
}
";

#[test]
fn a_connection_that_rests_on_another_section() {
    let found = only(&swanctl(GOOD));
    assert_eq!((found.name.as_str(), found.program, found.start), ("site", IpsecProgram::Swanctl, IpsecStart::AtBoot));
    assert_eq!((found.ikev1, found.aggressive), (false, false));
    assert_eq!(found.ike, ["aes256gcm16", "prfsha384", "ecp384", "aes256", "prfsha256", "sha256", "modp2048"],);
    assert_eq!(found.esp, ["aes256gcm16", "modp2048", "aes256", "sha256"]);
    assert_eq!(found.unknown, [""; 0]);
    assert_eq!(
        (found.local, found.remote),
        (vec![IpsecAuthentication::PublicKey], vec![IpsecAuthentication::PublicKey])
    );
    assert_eq!(found.origin, "/etc/swanctl/swanctl.conf");
}

#[test]
fn what_is_not_said_is_what_charon_takes() {
    let found = only(&swanctl("connections { a {\n children { b {\n }\n }\n }\n }"));
    assert!(found.ikev1 && !found.aggressive, "both versions are taken up");
    assert_eq!((found.ike.len(), found.esp.len(), found.start), (0, 0, IpsecStart::WhenAsked));
    assert_eq!(found.unknown, ["ike: default", "esp: default"]);
    assert_eq!(
        (found.local, found.remote),
        (vec![IpsecAuthentication::Unspecified], vec![IpsecAuthentication::Unspecified])
    );
    let named = |rest: &str| only(&swanctl(&format!("connections {{ a {{\n{rest}\n}}\n}}")));
    assert_eq!(named("proposals = aes128-sha256-modp2048, default").unknown, ["ike: default"]);
    assert!(!named("version = 2\naggressive = yes").aggressive);
    assert!(named("version = 1\naggressive = Yes").aggressive);
    assert!(named("Version = 2").ikev1, "charon knows no such setting");
    assert!(named("#version = 2").ikev1);
    assert!(named("version = 2\nversion = 0").ikev1, "the later counts");
    assert_eq!(named("version = 2\n}\na {\nproposals = 3des-md5-modp1024").ike, ["3des", "prfmd5", "md5", "modp1024"]);
}

#[test]
fn tunnels_that_are_none_do_not_count() {
    let child = |rest: &str| only(&swanctl(&format!("connections {{ a {{\nchildren {{ b {{\n{rest}\n}}\n}}\n}}\n}}")));
    assert_eq!(child("mode = pass\nstart_action = trap").start, IpsecStart::WhenAsked);
    assert_eq!(child("ah_proposals = sha1").esp, ["sha1", "null"]);
    assert_eq!(child("esp_proposals = null-sha256").esp, ["null", "sha256"]);
    assert_eq!(child("esp_proposals = aes128gmac").esp, ["null"]);
    // strongSwan takes up encryption without anything that shows tampering where a proposal does not name it.
    assert_eq!(child("esp_proposals = aes256-modp2048").esp, ["aes256", "modp2048", "no_integrity"]);
    assert_eq!(child("esp_proposals = aes256gcm16, aes256-sha256").esp, ["aes256gcm16", "aes256", "sha256"]);
    let unknown = child("esp_proposals = aes256-sha9");
    assert_eq!((unknown.esp, unknown.unknown.last().unwrap().as_str()), (vec!["aes256".to_owned()], "esp: sha9"));
    assert_eq!(child("start_action = route").start, IpsecStart::OnTraffic);
}

#[test]
fn what_charon_refuses_is_no_connection_that_is_known() {
    for wrong in ["version = 3", "aggressive = maybe", "other {\n}", "children { b {\nstart_action = later\n}\n}"] {
        let ipsec = known(&swanctl(&format!("connections {{ a {{\n{wrong}\n}}\n b {{\n }}\n}}")));
        assert_eq!((ipsec.connections.len(), code(&ipsec)), (1, ReasonCode::Unparsable), "{wrong}");
    }
    for wrong in ["connections {", "connections }", "a.b = c", "\"a\" = b", "a = \"b", "connections : , {\n}", "a"] {
        let ipsec = known(&swanctl(wrong));
        assert_eq!((ipsec.connections.len(), code(&ipsec)), (0, ReasonCode::Unparsable), "{wrong}");
    }
    let circle = "a : b {\n}\nb : a {\n}\nconnections : a {\n c : a, b, connections.c {\n }\n}";
    assert_eq!(known(&swanctl(circle)).connections.len(), 1);
}

#[test]
fn included_files_stand_where_they_are_named() {
    let host = swanctl("connections {\n include conf.d/*.conf\n}\n")
        .file("/etc/swanctl/conf.d/b.conf", "b {\n version = 2\n }\n")
        .file("/etc/swanctl/conf.d/a.conf", "b {\n version = 1\n }\n")
        .file("/etc/swanctl/conf.d/c.conf.bak", "c {\n }\n");
    assert!(!only(&host).ikev1);
}

#[test]
fn ways_to_prove_who_one_is() {
    for (word, expected) in [
        ("pubkey-sha256", IpsecAuthentication::PublicKey),
        ("rsa-2048-sha256", IpsecAuthentication::PublicKey),
        ("PSK", IpsecAuthentication::SharedKey),
        ("eap-mschapv2", IpsecAuthentication::Eap),
        ("xauth", IpsecAuthentication::Xauth),
        ("any", IpsecAuthentication::Unspecified),
    ] {
        assert_eq!(swanctl::authentication(word), expected, "{word}");
    }
}

#[test]
fn the_older_form() {
    let conf = "# x\nconfig setup\n\tuniqueids=no\n\nconn %default\n\tkeyexchange=ikev2\n\tike=aes256-sha256-modp2048!\n\n\
                conn tunnel\n\talso=both\n\tright=%any\n\trightauth=eap-mschapv2\n\tauto=add\n\n\
                conn both\n\tesp=aes256gcm16!\n\tleftcert=me.pem\n";
    let found = only(&starter(conf));
    assert_eq!((found.name.as_str(), found.program, found.ikev1), ("tunnel", IpsecProgram::Stroke, false));
    assert_eq!((found.ike.len(), found.esp), (4, vec!["aes256gcm16".to_owned()]));
    assert_eq!((found.unknown.len(), found.start), (0, IpsecStart::WhenAsked));
    assert_eq!((found.local, found.remote), (vec![IpsecAuthentication::PublicKey], vec![IpsecAuthentication::Eap]));
    let named = |rest: &str| only(&starter(&format!("conn a\n\tauto=start\n\t{rest}\n")));
    assert!(
        named("").ikev1
            && !named("keyexchange=ikev2").ikev1
            && named("keyexchange=ikev2\nconn a\n keyexchange=ike").ikev1
    );
    assert_eq!(named("esp=aes128!").esp, ["aes128", "no_integrity"]);
    assert_eq!(named("esp=aes128-sha256").unknown, ["ike: default", "esp: default"], "without ! more is taken up");
    assert_eq!(named("authby=secret").remote, [IpsecAuthentication::SharedKey]);
    assert_eq!(named("authby=secret\n\tleftauth=pubkey").remote, [IpsecAuthentication::PublicKey]);
    assert_eq!(
        named("authby=xauthpsk\n\txauth=server").remote,
        [IpsecAuthentication::SharedKey, IpsecAuthentication::Xauth]
    );
    assert!(named("aggressive=yes\n\tkeyexchange=ikev1").aggressive);
    assert_eq!(named("ah=sha256!").esp, ["sha256", "null"]);
}

#[test]
fn sections_of_the_older_form_that_are_not_loaded_or_refused() {
    for none in [
        "conn a\n\tesp=3des\n",
        "conn a\n\tauto=ignore\n",
        "conn a\n\tauto=start\n\ttype=passthrough\n",
        "ca x\n\tauto=add\n",
    ] {
        let ipsec = known(&starter(none));
        assert_eq!((ipsec.connections.len(), ipsec.complete), (0, Read::Measured(true)), "{none}");
    }
    for wrong in [
        "conn a\n\tauto=later\n",
        "conn a\n\talso=gone\n",
        "conn a\n\talso=b\nconn b\n\talso=a\n",
        "conn a\nauto=start\n",
        "conn\n",
        "conn a\n\tauto start\n",
        "conn a\n\tleft=\"x\n",
    ] {
        assert_eq!(code(&known(&starter(wrong))), ReasonCode::Unparsable, "{wrong}");
    }
}

#[test]
fn sections_that_come_to_each_other_in_many_ways_are_given_up() {
    let level = |at: usize| {
        let next = at + 1;
        format!("conn a{at}\n\talso=b{at}\n\talso=c{at}\nconn b{at}\n\talso=a{next}\nconn c{at}\n\talso=a{next}\n")
    };
    let levels: Vec<String> = (0..20).map(level).collect();
    let conf = format!("conn z\n\tauto=add\n\talso=a0\n{}conn a20\n\tesp=3des\n", levels.concat());
    assert_eq!(code(&known(&starter(&conf))), ReasonCode::Unparsable);
}

#[test]
fn long_lists_names_and_files_are_bounded() {
    let words: Vec<String> = (0..3000).map(|at| format!("w{at}")).collect();
    let found = only(&starter(&format!("conn a\n\tauto=add\n\tike={}!\n\tesp=aes256gcm16!\n", words.join("-"))));
    assert_eq!((found.ike.len(), found.unknown), (0, vec!["ike: too_long".to_owned()]));
    let found =
        only(&starter(&format!("conn a\n\tauto=add\n\tike={}!\n\tesp=aes256gcm16!\n", words[..1000].join("-"))));
    assert_eq!(found.unknown.len(), 16);
    let named = known(&starter(&format!("conn {}\n\tauto=add\n", "a".repeat(300))));
    assert_eq!((named.connections.len(), code(&named)), (0, ReasonCode::TooLarge));
    let sections: Vec<String> = (0..1100).map(|at| format!("conn a{at}\n\tauto=ignore\n")).collect();
    assert_eq!(code(&known(&starter(&sections.concat()))), ReasonCode::TooLarge);
}
