use super::*;

fn of(os: &str, os_version: &str, conf: &str) -> IpsecConnection {
    let [os, os_version, kernel, host_name] = [os, os_version, "", ""].map(str::to_owned);
    let system = SystemReading { os, os_version, kernel, host_name, booted_at: Instant::UNIX_EPOCH };
    only(&libreswan(conf).system(system))
}

#[test]
fn a_connection_as_red_hat_systems_have_it() {
    let host = libreswan("config setup\n\tlogfile=/var/log/pluto.log\n\ninclude /etc/crypto-policies/back-ends/libreswan.config\ninclude /etc/ipsec.d/*.conf\n")
        .file(
            "/etc/crypto-policies/back-ends/libreswan.config",
            "conn %default\n\tikev2=insist\n\tpfs=yes\n\tike=aes_gcm256-sha2_512+sha2_256-dh19+dh14,aes256-sha2_256-dh14\n\tesp=aes_gcm256,aes256-sha2_256\n",
        )
        .file("/etc/ipsec.d/site.conf", "conn site\n\tleft=192.0.2.1\n\tright=192.0.2.2\n\tauthby=rsasig\n\tauto=start\n");
    let found = only(&host);
    assert_eq!((found.program, found.start, found.ikev1), (IpsecProgram::Libreswan, IpsecStart::AtBoot, false));
    assert_eq!(found.ike, ["aes256gcm16", "prfsha512", "prfsha256", "ecp256", "modp2048", "aes256", "sha256"]);
    assert_eq!(found.esp, ["aes256gcm16", "aes256", "sha256"]);
    assert_eq!((found.unknown.len(), found.remote), (0, vec![IpsecAuthentication::PublicKey]));
}

#[test]
fn what_is_not_said_is_what_libreswan_takes() {
    let found = only(&libreswan("conn a\n\tauto=add\n"));
    assert!(!found.ikev1 && found.ike.contains(&"aes256gcm16".to_owned()) && !found.ike.contains(&"sha1".to_owned()));
    let older = only(&libreswan("conn a\n\tauto=add\n\tikev2=no\n\tAggrMode=Yes\n"));
    assert!(
        older.ikev1 && older.aggressive && older.ike.contains(&"3des".to_owned()) && older.esp == ["aes128", "sha1"]
    );
    assert!(of("rhel", "7.9", "conn a\n\tauto=add\n").ikev1, "version 3 takes up both");
    assert!(!of("rhel", "8.10", "conn a\n\tauto=add\n").ikev1 && !of("debian", "12", "conn a\n\tauto=add\n").ikev1);
    assert!(!of("debian", "10", "conn a\n\tauto=add\n\tikev2=insist\n").ikev1);
    let partly = only(&libreswan("conn a\n\tauto=add\n\tike=aes256\n\tesp=aes-256-sha1\n"));
    assert_eq!(partly.ike.len(), 13, "{:?}", partly.ike);
    assert_eq!(partly.esp, ["aes256", "sha1"]);
}

#[test]
fn settings_of_one_word() {
    let named = |rest: &str| only(&libreswan(&format!("conn a\n\tauto=route\n\t{rest}\n")));
    assert_eq!(named("authby=secret").local, [IpsecAuthentication::SharedKey]);
    assert_eq!(named("authby=null").remote, [IpsecAuthentication::Nothing]);
    let both = [IpsecAuthentication::PublicKey, IpsecAuthentication::SharedKey];
    assert_eq!(named("authby=rsasig,secret").remote, both);
    let sides = named("leftauth=rsasig\n\trightauth=secret");
    assert_eq!((sides.local.as_slice(), sides.remote.as_slice()), (&both[..1], &both[1..]));
    assert_eq!(named("phase2=ah\n\tah=sha2").esp, ["sha256", "null"]);
    assert_eq!(named("ike=aes256-magic").unknown, ["ike: magic"]);
    assert_eq!(named("esp=aes_gcm256-null,aes_gcm_c-128-null").esp, ["aes256gcm16", "aes128gcm16"]);
    for wrong in ["esp=null-sha256", "esp=aes256-null", "esp=aes_gcm256+null-none"] {
        assert!(named(wrong).esp.contains(&"null".to_owned()), "{wrong}");
    }
    assert_eq!(named("ike={aes256-sha2;dh14}").ike, ["aes256", "prfsha256", "sha256", "modp2048"]);
    assert!(named("keyexchange=ikev1").ikev1 && !named("keyexchange=ikev2").ikev1 && named("ikev2=permit").ikev1);
}

#[test]
fn sections_that_are_not_loaded_or_refused() {
    for none in [
        "conn a\n\tesp=3des\n",
        "conn %default\n\tauto=add\n",
        "conn a\n\tauto=add\n\tauthby=never\n",
        "config setup\n",
    ] {
        let ipsec = known(&libreswan(none));
        assert_eq!((ipsec.connections.len(), ipsec.complete), (0, Read::Measured(true)), "{none}");
    }
    for wrong in [
        "conn a\n\tauto=later\n",
        "conn a\n\tauto=add\n\tauto=start\n",
        "conn a\n\talso=b\n\tauto=add\nconn b\n\tauto=start\n",
        "conn a\n\talso=gone\n",
        "conn a\n\talsoflip=b\nconn b\n",
        "conn %default\n\talso=weak\nconn a\n\tauto=add\nconn weak\n\tesp=3des-md5\n",
        "conn a\n\tauto=add = add\n",
        "conn a\n\tauto=add start\n",
        "conn a\nauto=start\n",
        "conn a b\n",
        " include /etc/x.conf\n",
        "ca x\n\tauto=add\n",
        "conn a\n\tauto=add\n\tikev2=maybe\n",
        "conn a\n\tauto=add\n\taggressive=often\n",
    ] {
        assert_eq!(code(&known(&libreswan(wrong))), ReasonCode::Unparsable, "{wrong}");
    }
    let round = only(
        &libreswan("conn a\n\talso=b\n\tauto=add\nconn b\n\talso=a\n\tauto=ignore\n")
            .file("/etc/ipsec.conf", "conn a\n\talso=b\n\tauto=add\nconn b\n\tesp=aes128-sha2\n"),
    );
    assert_eq!(round.esp, ["aes128", "sha256"]);
}
