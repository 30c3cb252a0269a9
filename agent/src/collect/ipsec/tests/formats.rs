use super::algorithms::{Algorithms, Kind, Phase, word};
use super::ipsec_conf::{by_line, parse};
use super::references::meant;
use super::settings::{tokens, tree};
use super::*;

#[test]
fn samples_of_packages_have_no_connection() {
    let top = tree(tokens(include_bytes!("../../../../tests/samples/ipsec/debian-12.swanctl.conf")).unwrap()).unwrap();
    assert_eq!(swanctl::connections(&top).unwrap(), [""; 0]);
    let files = tokens(include_bytes!("../../../../tests/samples/ipsec/debian-12.swanctl.conf")).unwrap();
    assert_eq!(files, [Token::Include("conf.d/*.conf".to_owned())]);
    let of_starter = include_bytes!("../../../../tests/samples/ipsec/debian-12.strongswan.ipsec.conf");
    assert_eq!(parse(of_starter, Dialect::Starter).unwrap(), [Statement::Other]);
    let of_libreswan = include_bytes!("../../../../tests/samples/ipsec/debian-12.libreswan.ipsec.conf");
    let include = Statement::Include("/etc/ipsec.d/*.conf".to_owned());
    assert_eq!(parse(of_libreswan, Dialect::Libreswan).unwrap(), [Statement::Other, include]);
}

#[test]
fn values_and_quotes_of_settings() {
    let value = |text: &str| match tokens(text.as_bytes()).unwrap().pop() {
        Some(Token::Value(value)) => value,
        other => panic!("{other:?}"),
    };
    for (text, expected) in [
        ("a = b  c # d", Some("b c")),
        ("a =", None),
        ("a = \"\"", Some("")),
        ("a = \"b # c\" d", Some("b # c d")),
        ("a = b=c{d", Some("b=c{d")),
        ("a = \"b\\\n c\\t\\\"\"", Some("b c\t\"")),
        ("a = b\r\n", Some("b")),
    ] {
        assert_eq!(value(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn words_for_algorithms() {
    for (text, kind, name) in [
        ("aes", Kind::Encryption, "aes128"),
        ("aes_256", Kind::Encryption, "aes256"),
        ("aes192ctr", Kind::Encryption, "aes192ctr"),
        ("aes128gcm128", Kind::Combined, "aes128gcm16"),
        ("aes_gcm128", Kind::Combined, "aes128gcm16"),
        ("aes_gcm_b_256", Kind::Combined, "aes256gcm12"),
        ("aes256gcm64", Kind::Combined, "aes256gcm8"),
        ("aes256ccm", Kind::Combined, "aes256ccm16"),
        ("aes256gmac", Kind::Combined, "null"),
        ("camellia_cbc256", Kind::Encryption, "camellia256"),
        ("dh2", Kind::Group, "modp1024"),
        ("ecp_521", Kind::Group, "ecp521"),
        ("ke1_mlkem768", Kind::Group, "mlkem768"),
        ("x25519", Kind::Group, "curve25519"),
        ("sha2_512", Kind::Integrity, "sha512"),
    ] {
        assert_eq!(word(text), Some((kind, name.to_owned())), "{text}");
    }
    for unknown in ["", "AES256", "aes512", "aes256aes128", "ke9_mlkem768", "dh99", "sha3", "aes_gcm_d", "256"] {
        assert_eq!(word(unknown), None, "{unknown}");
    }
}

proptest! {
    #[test]
    fn settings_never_panic(text in "[a-c{}:.,=\"#\\\\\n\r\t é]{0,80}|(a|include|b|\\{|\\}|=|:| |\n|\"){0,40}") {
        if let Ok(top) = tokens(text.as_bytes()).and_then(tree) {
            let _ = meant(&top, &["a", "b"]);
            for name in swanctl::connections(&top).unwrap_or_default() {
                let _ = swanctl::connection(&top, &name, "x");
            }
        }
    }

    #[test]
    fn ipsec_conf_never_panics(text in "((conn|config setup|include|also|auto|ike|a|b|=|\"|#|\\{|\\}|\t| |\n)){0,60}") {
        for dialect in [Dialect::Starter, Dialect::Libreswan] {
            if let Ok(statements) = by_line(text.as_bytes(), dialect) {
                let lines = text.lines().count();
                prop_assert!(statements.iter().all(|(line, _)| *line >= 1 && *line <= lines));
                let sections = ipsec_conf::sections(parse(text.as_bytes(), dialect).unwrap(), dialect == Dialect::Starter);
                for section in &sections {
                    let _ = starter::connection(&sections, section, "x");
                    let _ = libreswan::connection(&sections, section, "x", false);
                }
            }
        }
    }

    #[test]
    fn names_of_algorithms_mean_themselves(text in "[a-z0-9_]{1,20}|(aes|camellia)(_)?(gcm|ccm|ctr|cbc)?(_)?(8|12|16|a|b|c)?(_)?(128|192|256)?") {
        if let Some((kind, name)) = word(&text)
            && kind != Kind::Nothing
            && name != "null"
        {
            prop_assert_eq!(word(&name), Some((kind, name)));
        }
        let mut found = Algorithms::default();
        found.add_proposal(Phase::Ike, std::iter::once(text.as_str()));
        prop_assert!(found.names.len() + found.unknown.len() <= 2);
    }
}
