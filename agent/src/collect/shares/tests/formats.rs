use tenken_model::fact::shares::ExportClient;

use super::exports::{Entry, ExportsError, kind};
use super::smb_conf::{Name, SmbConfError, Statement, list, unquoted};
use super::usershare::Usershare;
use super::*;

const DEBIAN: &[u8] = include_bytes!("../../../../tests/samples/shares/debian-12.smb.conf");
const REDHAT: &[u8] = include_bytes!("../../../../tests/samples/shares/redhat-8.smb.conf");

fn set(name: Name, value: &str) -> Statement {
    Statement::Set(name, value.to_owned())
}

fn section(name: &str) -> Statement {
    Statement::Section(name.to_owned())
}

#[test]
fn what_distributions_install_is_read() {
    let debian = smb_conf::parse(DEBIAN).unwrap();
    assert!(debian.contains(&set(Name::UsershareGuests, "yes")) && debian.contains(&set(Name::ValidUsers, "%S")));
    let redhat = smb_conf::parse(REDHAT).unwrap();
    assert!(redhat.contains(&set(Name::ValidUsers, "%S, %D%w%S")), "{redhat:?}");
    for found in [debian, redhat] {
        let sections: Vec<_> = found.iter().filter(|one| matches!(one, Statement::Section(_))).collect();
        assert_eq!(sections, [&section("global"), &section("homes"), &section("printers"), &section("print$")]);
    }
}

#[test]
fn statements_are_read_as_samba_reads_them() {
    let text =
        b"  [ Data ] ignored\n;guest ok = yes\n# guest ok = yes\nGuest  OK =  YES\nPublic=0\nwrit\\\nable = on\n\
        read only = No\nno equals sign\nunknown = x\npath = /srv/a \\ \n  b  c \n";
    let expected = [
        section(" Data "),
        set(Name::GuestOk, "yes"),
        set(Name::GuestOk, "no"),
        set(Name::ReadOnly, "no"),
        set(Name::ReadOnly, "no"),
        set(Name::Path, "/srv/a b c"),
    ];
    assert_eq!(smb_conf::parse(text).unwrap(), expected);
    assert_eq!(smb_conf::parse(b"write ok = no").unwrap(), [set(Name::ReadOnly, "yes")]);
}

#[test]
fn what_samba_refuses_is_refused() {
    assert_eq!(smb_conf::parse(b"\n[open\n"), Err(SmbConfError::Line(2)));
    assert_eq!(smb_conf::parse(b"= yes\n"), Err(SmbConfError::Line(1)));
    assert_eq!(smb_conf::parse(b"[a]\nguest ok = maybe\n"), Err(SmbConfError::Value(2)));
    assert_eq!(smb_conf::parse(b"guest ok =\n"), Err(SmbConfError::Value(1)));
    assert_eq!(smb_conf::parse("[a]\n".repeat(20_001).as_bytes()), Err(SmbConfError::TooLong));
}

#[test]
fn lists_have_blanks_commas_and_quotes() {
    assert_eq!(list("@staff,  hanako\t+\"Domain Users\" \"@a b\""), ["@staff", "hanako", "+Domain Users", "@a b"]);
    assert!(list(" , ").is_empty());
    assert_eq!((unquoted("\"/srv/a b\""), unquoted("\"a\" \"b\""), unquoted("\"")), ("/srv/a b", "\"a\" \"b\"", "\""));
}

#[test]
fn usershares_are_read_as_samba_reads_them() {
    let text =
        b"#VERSION 2\npath=/home/hanako/out\ncomment=x\nusershare_acl=S-1-1-0:R,S-1-5-21-1-2-3-1000:F\nguest_ok=y\n\
        sharename=Out\n";
    let found = usershare::parse("out", text).unwrap();
    let allowed = vec!["S-1-1-0".to_owned(), "S-1-5-21-1-2-3-1000".to_owned()];
    assert_eq!(found, Usershare { path: "/home/hanako/out".into(), allowed, writable: true, guests: true });
    let old = usershare::parse("out", b"#VERSION 1\npath=/a\ncomment=\nusershare_acl=\n").unwrap();
    assert_eq!((old.allowed, old.writable, old.guests), (vec!["S-1-1-0".to_owned()], false, false));
    let refused = usershare::parse("out", b"#VERSION 1\npath=/a\ncomment=\nusershare_acl=S-1-1-0:D\n").unwrap();
    assert_eq!(refused.allowed, ["S-1-0-0"], "nobody");
    for bad in [
        "",
        "#VERSION 3\npath=/a\ncomment=\nusershare_acl=\nguest_ok=y\n",
        "#VERSION 2\npath=/a\ncomment=\nusershare_acl=\n",
        "#VERSION 2\npath=a\ncomment=\nusershare_acl=\nguest_ok=y\n",
        "#VERSION 2\npath=/a\ncomment=\nusershare_acl=hanako:F\nguest_ok=y\n",
        "#VERSION 2\npath=/a\ncomment=\nusershare_acl=S-1-1-0:F,\nguest_ok=y\n",
        "#VERSION 2\npath=/a\ncomment=\nusershare_acl=\nguest_ok=y\nsharename=other\n",
        "path=/a\ncomment=\nusershare_acl=\nguest_ok=y\n",
    ] {
        assert_eq!(usershare::parse("out", bad.as_bytes()), None, "{bad}");
    }
}

fn entries(text: &str) -> (Vec<(String, String)>, Option<ExportsError>) {
    let (entries, fault) = exports::parse(text.as_bytes());
    (entries.into_iter().map(|Entry { path, client, .. }| (path, client)).collect(), fault)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, client)| ((*path).to_owned(), (*client).to_owned())).collect()
}

#[test]
fn exports_have_quotes_numbers_comments_and_go_on() {
    let text = "# all\n\n\"/srv/a b\" h1 \\\n   h2(rw)  # h3\n/srv/c\\040d h4\n/srv/e#f h5\n  /srv/g\n/srv/i h6";
    let expected = [
        ("/srv/a b", "h1"),
        ("/srv/a b", "h2"),
        ("/srv/c d", "h4"),
        ("/srv/e#f", "h5"),
        ("/srv/g", "*"),
        ("/srv/i", "h6"),
    ];
    assert_eq!(entries(text), (pairs(&expected), None));
    assert_eq!(entries("/srv -rw\n"), (pairs(&[("/srv", "*")]), None), "nobody is named behind the options");
}

#[test]
fn at_a_fault_exportfs_stops() {
    let first = pairs(&[("/a", "h")]);
    assert_eq!(entries("/a h\n/b h(rw, ro)\n/c *\n"), (first.clone(), Some(ExportsError::List(2))));
    assert_eq!(entries("/a h\n/b h(rw\n"), (first.clone(), Some(ExportsError::List(2))));
    assert_eq!(entries("/a h\n/b h(readonly)\n"), (first.clone(), Some(ExportsError::Option(2))));
    assert_eq!(entries("/a h\n/b h(sec=kerberos)\n"), (first.clone(), Some(ExportsError::Option(2))));
    let long = format!("/a h\n/b {}\n", "h".repeat(512));
    assert_eq!(entries(&long), (first, Some(ExportsError::Word(2))));
    let many = "/a h\n".repeat(5_001);
    assert_eq!(entries(&many).1, Some(ExportsError::TooLong));
}

#[test]
fn options_hold_for_the_kinds_of_sign_in_before_them() {
    let of = |options: &str| {
        let text = format!("/srv h({options})");
        let (entries, fault) = exports::parse(text.as_bytes());
        assert_eq!(fault, None, "{options}");
        let options = &entries[0].options;
        let again = format!("/srv h({})", options.written());
        let again = &exports::parse(again.as_bytes()).0[0].options;
        assert_eq!((again.writable(), again.proven()), (options.writable(), options.proven()), "{}", options.written());
        (options.writable(), options.proven())
    };
    assert_eq!(of(""), (false, false));
    assert_eq!(of("rw,async,no_root_squash,fsid=0,anonuid=65534"), (true, false));
    assert_eq!(of("rw,ro"), (false, false));
    assert_eq!(of("sec=krb5:krb5i:krb5p,rw"), (true, true));
    assert_eq!(of("sec=sys:krb5"), (false, false), "who does not prove it is let in too");
    assert_eq!(of("sec=krb5,rw,sec=sys,ro"), (true, false));
    assert_eq!(of("xprtsec=mtls"), (false, true));
    assert_eq!(of("xprtsec=tls"), (false, false), "it is encrypted, and nobody is proven");
    assert_eq!(of("xprtsec=none:mtls"), (false, false));
}

#[test]
fn clients_are_of_kinds() {
    for anyone in ["", "*", "*.*", "0.0.0.0/0", "::/0", "0.0.0.0/0.0.0.0"] {
        assert_eq!(kind(anyone), ExportClient::Anyone, "{anyone}");
    }
    for host in ["sv1", "192.0.2.1", "2001:db8::1", "192.0.2.1/32", "2001:db8::1/128", "192.0.2.1/255.255.255.255"] {
        assert_eq!(kind(host), ExportClient::Host, "{host}");
    }
    for network in ["192.0.2.0/24", "2001:db8::/32", "10.0.0.0/255.0.0.0"] {
        assert_eq!(kind(network), ExportClient::Network, "{network}");
    }
    assert_eq!((kind("*.clinic.example"), kind("pc[0-9]")), (ExportClient::Pattern, ExportClient::Pattern));
    assert_eq!((kind("@pcs"), kind("gss/krb5p")), (ExportClient::Netgroup, ExportClient::Kerberos));
}

proptest::proptest! {
    #[test]
    fn whatever_a_file_holds_reading_it_ends(
        text in "([ \\t\\\\\"#;,=\\[\\]()*/%@-]|\\n|[a-e]|sec=|krb5|rw|guest ok|copy|include|/x|S-1-1-0|:F){0,60}",
    ) {
        let (entries, _) = exports::parse(text.as_bytes());
        proptest::prop_assert!(entries.len() <= text.len());
        if let Ok(statements) = smb_conf::parse(text.as_bytes()) {
            let again = statements.clone();
            let followed = effective::follow("/x", &statements, &mut |_| Ok(Some(again.clone())));
            proptest::prop_assert!(followed.is_err() || followed.is_ok_and(|found| found.shares.len() <= text.len() + 1));
        }
        let _ = usershare::parse("x", text.as_bytes());
        let own = format!("#VERSION 2\npath=/x\ncomment=\nusershare_acl={text}\nguest_ok=y\n");
        proptest::prop_assert!(usershare::parse("x", own.as_bytes()).is_none_or(|found| !found.allowed.is_empty()));
    }
}
