use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tenken_model::fact::certificates::{KeyAlgorithm, SignatureHash};
use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/samples/certificates/", $name))
    };
}

/// A block of PEM; written so that no text here looks like a key.
fn pem(label: &str, header: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: Vec<&str> =
        (0..encoded.len()).step_by(64).map(|at| &encoded[at..(at + 64).min(encoded.len())]).collect();
    format!("-----BEGIN {label}-----\n{header}{}\n-----END {label}-----\n", lines.join("\n"))
}

fn private(kind: &str, der: &[u8]) -> String {
    pem(&format!("{kind}PRIVATE KEY"), "", der)
}

const GROUP: &str =
    "root:x:0:\nssl-cert:x:115:postgres\nusers:x:100:\nadm:x:4:hanako\nhanako:x:1000:\nwww-data:x:33:\n";

fn host() -> Recording {
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n\
             postgres:x:113:120::/var/lib/postgresql:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n\
             app:x:1001:1001::/opt/app:/usr/sbin/nologin\n",
        )
        .file("/etc/shadow", "root:*:1::::::\n")
        .file("/etc/group", GROUP)
        .file("/etc/nsswitch.conf", "passwd: files\n")
        .folder_with("/home/hanako", |folder| (folder.mode, folder.uid, folder.gid) = (0o700, 1000, 1000))
}

fn with(host: Recording, path: &str, bytes: impl AsRef<[u8]>, mode: u32, uid: u32, gid: u32) -> Recording {
    host.file_with(path, bytes, |metadata| (metadata.mode, metadata.uid, metadata.gid) = (mode, uid, gid))
}

fn known(host: &Recording) -> Certificates {
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn key(host: &Recording) -> PrivateKey {
    let fact = known(host);
    assert_eq!((fact.keys.len(), &fact.complete), (1, &Read::Measured(true)));
    fact.keys.into_iter().next().unwrap()
}

#[test]
fn a_host_without_any() {
    let host = host().file("/etc/nginx/nginx.conf", "ssl_certificate_key /etc/ssl/private/x.key;\n");
    let fact = known(&host);
    assert_eq!((fact.keys.len(), fact.certificates.len(), fact.files, fact.left_out), (0, 0, 1, 0));
    assert_eq!(fact.complete, Read::Measured(true));
}

#[test]
fn keys_of_every_form_are_told_by_their_content() {
    let at = "/etc/ssl/private/x";
    let rsa = |bits| (Some(KeyAlgorithm::Rsa), Some(bits));
    let elliptic = (Some(KeyAlgorithm::EllipticCurve), Some(256));
    let none = (None, None);
    let old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n";
    for (bytes, form, encrypted, expected) in [
        (private("RSA ", sample!("pkcs1.bin")).into_bytes(), KeyForm::Pem, false, rsa(1024)),
        (private("", sample!("pkcs8_ec.bin")).into_bytes(), KeyForm::Pem, false, elliptic),
        (private("", sample!("pkcs8_ec.bin")).replace('\n', "\r\n").into_bytes(), KeyForm::Pem, false, elliptic),
        (private("EC ", sample!("sec1.bin")).into_bytes(), KeyForm::Pem, false, elliptic),
        (private("ENCRYPTED ", sample!("pkcs8_encrypted.bin")).into_bytes(), KeyForm::Pem, true, none),
        (pem("RSA PRIVATE KEY", old, b"anything").into_bytes(), KeyForm::Pem, true, none),
        (private("", b"no key").into_bytes(), KeyForm::Pem, false, none),
        (sample!("pkcs1.bin").to_vec(), KeyForm::Der, false, rsa(1024)),
        (sample!("sec1.bin").to_vec(), KeyForm::Der, false, elliptic),
        (sample!("ed448.bin").to_vec(), KeyForm::Der, false, (Some(KeyAlgorithm::Edwards), Some(456))),
        (sample!("pkcs8_encrypted.bin").to_vec(), KeyForm::Der, true, none),
        (sample!("p12_modern.bin").to_vec(), KeyForm::Pkcs12, true, none),
        (sample!("p12_legacy.bin").to_vec(), KeyForm::Pkcs12, true, none),
        (sample!("p12_gnutls.bin").to_vec(), KeyForm::Pkcs12, true, none),
        (sample!("p12_plain.bin").to_vec(), KeyForm::Pkcs12, false, none),
    ] {
        let found = key(&with(host(), at, bytes, 0o600, 0, 0));
        assert_eq!((found.form, found.encrypted), (form, Read::Measured(encrypted)));
        assert_eq!((found.algorithm, found.bits), expected, "{form:?} {encrypted}");
    }
}

#[test]
fn openssh_keys_tell_their_kind_although_they_are_encrypted() {
    let text = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let modulus = [&[0][..], &[0xff; 384]].concat();
    let public = [text(b"ssh-rsa"), text(&[1, 0, 1]), text(&modulus)].concat();
    for (cipher, encrypted) in [(&b"none"[..], false), (b"aes256-ctr", true)] {
        let begin = [b"openssh-key-v1\0".to_vec(), text(cipher), text(b"bcrypt"), text(b"x")].concat();
        let bytes = [begin, vec![0, 0, 0, 1], text(&public), text(b"hidden")].concat();
        let found = key(&with(host(), "/etc/ssl/private/x", pem("OPENSSH PRIVATE KEY", "", &bytes), 0o600, 0, 0));
        assert_eq!((found.form, found.encrypted), (KeyForm::OpenSsh, Read::Measured(encrypted)));
        assert_eq!((found.algorithm, found.bits), (Some(KeyAlgorithm::Rsa), Some(3072)));
    }
}

#[test]
fn a_container_that_cannot_be_followed_is_a_key_of_which_nothing_is_known() {
    let found = key(&with(host(), "/etc/ssl/private/x.p12", sample!("p12_nss.bin"), 0o600, 0, 0));
    assert_eq!(found.form, KeyForm::Pkcs12);
    assert!(matches!(found.encrypted, Read::NotRead(reason) if reason.code == ReasonCode::Unparsable));
    assert!(matches!(found.for_signatures, Read::NotRead(_)) && found.may_sign);
}

#[test]
fn who_can_get_at_a_key() {
    let der = sample!("pkcs8_ec.bin");
    let path = "/etc/nginx/ssl/site.key";
    // Owner trusted, open to its group, open to others, replaceable.
    for (mode, uid, gid, expected) in [
        (0o600, 0, 0, (true, false, false, false)),
        (0o400, 33, 33, (true, false, false, false)),
        (0o600, 1001, 0, (true, false, false, false)),
        (0o640, 0, 115, (true, false, false, false)),
        (0o640, 0, 0, (true, false, false, false)),
        (0o660, 0, 115, (true, true, false, false)),
        (0o640, 0, 4, (true, true, false, false)),
        (0o640, 0, 100, (true, true, false, false)),
        (0o640, 0, 1000, (true, true, false, false)),
        (0o640, 0, 4711, (true, true, false, false)),
        (0o644, 0, 0, (true, false, true, false)),
        (0o602, 0, 0, (true, false, true, false)),
        (0o600, 1000, 1000, (false, false, false, false)),
        (0o600, 4711, 0, (false, false, false, false)),
    ] {
        let found = key(&with(host(), path, der, mode, uid, gid));
        let is = (found.owner_trusted, found.open_to_group, found.open_to_others, found.replaceable);
        assert_eq!(is, expected, "{mode:o} {uid}:{gid}");
    }
    let found = key(&with(host(), path, der, 0o640, 0, 115));
    assert_eq!((found.owner.as_str(), found.group.as_str(), found.mode.as_str()), ("root", "ssl-cert", "0640"));
}

#[test]
fn folders_above_decide_too() {
    let der = sample!("pkcs8_ec.bin");
    let path = "/etc/nginx/ssl/site.key";
    let with_folder = |mode: u32, uid: u32, gid: u32| {
        with(host(), path, der, 0o644, 0, 0).folder_with("/etc/nginx/ssl", move |folder| {
            (folder.mode, folder.uid, folder.gid) = (mode, uid, gid);
        })
    };
    for (mode, uid, gid, open, replaceable) in [
        (0o700, 0, 0, false, false),
        (0o710, 0, 115, false, false),
        (0o755, 0, 0, true, false),
        (0o777, 0, 0, true, true),
        (0o1777, 0, 0, true, false),
        (0o775, 0, 1000, true, true),
        (0o775, 0, 115, true, false),
        (0o755, 1000, 0, true, true),
    ] {
        let found = key(&with_folder(mode, uid, gid));
        assert_eq!((found.open_to_others, found.replaceable), (open, replaceable), "{mode:o} {uid}:{gid}");
    }
}

#[test]
fn keys_in_homes_and_web_roots() {
    let der = sample!("pkcs8_ec.bin");
    let fact = known(
        &[
            ("/home/hanako/client.p12", 0o600, 1000),
            ("/home/hanako/Downloads/OLD.PFX", 0o644, 1000),
            ("/home/hanako/ドキュメント/x.key", 0o600, 33),
            ("/home/hanako/notes.txt", 0o600, 1000),
            ("/home/hanako/a/b.key", 0o600, 1000),
            ("/var/www/html/backup/server.key", 0o640, 33),
            ("/var/www/html/server.key.txt", 0o640, 33),
        ]
        .into_iter()
        .fold(host(), |host, (path, mode, uid)| with(host, path, der, mode, uid, uid)),
    );
    let found: Vec<_> = fact.keys.iter().map(|key| (key.file.as_str(), key.place, key.owner_trusted)).collect();
    assert_eq!(
        found,
        [
            ("/var/www/html/backup/server.key", KeyPlace::WebRoot, true),
            ("/home/hanako/client.p12", KeyPlace::Home, true),
            ("/home/hanako/Downloads/OLD.PFX", KeyPlace::Home, true),
            ("/home/hanako/ドキュメント/x.key", KeyPlace::Home, false),
        ]
    );
    assert!(!fact.keys[2].open_to_others, "the home is closed");
}

#[test]
fn certificates_say_what_they_are_for() {
    let host = with(host(), "/etc/nginx/ssl/server.pem", sample!("server.pem"), 0o644, 0, 0)
        .file("/etc/nginx/ssl/old.pem", sample!("old.pem"))
        .file("/etc/openvpn/client/client.crt", sample!("client.pem"))
        .file("/etc/openvpn/ca.crt", sample!("ca.pem"))
        .file("/etc/openvpn/ed.crt", sample!("ed.pem"))
        .file("/etc/ipsec.d/certs/pss.der", sample!("pss.pem"))
        .file("/etc/ssl/private/sign.crt", sample!("sign.pem"))
        .file("/etc/ssl/private/jpki.crt", sample!("jpki.pem"));
    let fact = known(&host);
    assert_eq!((fact.keys.len(), fact.certificates.len()), (0, 8));
    let of = |name: &str| fact.certificates.iter().find(|certificate| certificate.file.contains(name)).unwrap();
    let server = of("server.pem");
    assert_eq!(server.name, "/etc/nginx/ssl/server.pem (karte.example.jp)");
    assert_eq!((server.issuer.as_str(), server.self_issued), ("Kenshin CA", false));
    assert_eq!((server.algorithm, server.bits), (KeyAlgorithm::Rsa, Some(2048)));
    assert_eq!(server.signature_hash, SignatureHash::Sha2);
    assert!(server.for_servers && !server.for_clients && !server.for_signatures && !server.has_key);
    assert_eq!((server.not_after - server.not_before).num_days(), 365);
    let old = of("old.pem");
    assert_eq!((old.bits, old.signature_hash), (Some(1024), SignatureHash::Sha1));
    assert!(old.non_repudiation && !old.for_signatures, "OpenSSL gives it to servers");
    let client = of("client.crt");
    assert!(client.for_clients && client.digital_signature && !client.for_signatures);
    assert_eq!((client.algorithm, client.bits), (KeyAlgorithm::EllipticCurve, Some(256)));
    assert!(of("ca.crt").authority && of("ca.crt").self_issued);
    assert_eq!((of("ed.crt").algorithm, of("pss.der").signature_hash), (KeyAlgorithm::Edwards, SignatureHash::Sha2));
    assert!(of("sign.crt").for_signatures && of("jpki.crt").for_signatures);
    let told = serde_json::to_string(&fact).unwrap();
    for person in ["Hanako", "HANAKO", "yamada@", "0123456789"] {
        assert!(!told.contains(person), "{person}");
    }
}

#[test]
fn a_key_knows_its_certificate() {
    // By its public half, whatever the names.
    let by_key = with(host(), "/etc/ssl/private/a.key", private("", sample!("pkcs8_ec.bin")), 0o600, 0, 0)
        .file("/etc/nginx/other.pem", sample!("client.pem"))
        .file("/etc/ssl/private/a.crt", sample!("server.pem"));
    let has: Vec<_> = known(&by_key).certificates.iter().map(|found| (found.for_clients, found.has_key)).collect();
    assert_eq!(has, [(false, false), (true, true)]);
    // By its name where it is encrypted.
    let encrypted = private("ENCRYPTED ", sample!("pkcs8_encrypted.bin"));
    let by_name = with(host(), "/etc/ssl/private/sign.key", encrypted, 0o600, 0, 0)
        .file("/etc/ssl/certs/sign.pem", sample!("sign.pem"))
        .file("/etc/ssl/certs/unrelated.pem", sample!("server.pem"));
    let fact = known(&by_name);
    assert_eq!(fact.certificates.len(), 1, "the trust store is not looked through");
    assert_eq!((&fact.keys[0].for_signatures, fact.keys[0].may_sign), (&Read::Measured(true), true));
    // By the file it lies in.
    let open = key(&with(host(), "/etc/ssl/private/x", sample!("p12_open_certificate.bin"), 0o600, 0, 0));
    assert_eq!((open.for_signatures, open.encrypted), (Read::Measured(true), Read::Measured(true)));
    let hidden = key(&with(host(), "/etc/ssl/private/x", sample!("p12_modern.bin"), 0o600, 0, 0));
    assert!(matches!(hidden.for_signatures, Read::NotRead(_)) && hidden.may_sign);
    let plain = key(&with(host(), "/etc/ssl/private/x", sample!("p12_plain.bin"), 0o600, 0, 0));
    assert_eq!((plain.for_signatures, plain.may_sign), (Read::Measured(false), false));
}

#[test]
fn layouts_of_debian_red_hat_and_certbot() {
    let key_bytes = private("", sample!("pkcs8_ec.bin"));
    let debian = with(host(), "/etc/ssl/private/ssl-cert-snakeoil.key", &key_bytes, 0o640, 0, 115)
        .file("/etc/ssl/certs/ssl-cert-snakeoil.pem", sample!("client.pem"))
        .file("/etc/ssl/certs/ca-certificates.crt", sample!("ca.pem"))
        .link("/etc/ssl/certs/0a1b2c3d.0", "SECOM.pem");
    let fact = known(&debian);
    assert_eq!((fact.keys.len(), fact.certificates.len(), fact.files), (1, 1, 2));
    assert!(fact.certificates[0].has_key);

    let red_hat = with(host(), "/etc/pki/tls/private/localhost.key", &key_bytes, 0o600, 0, 0)
        .file("/etc/pki/tls/certs/localhost.crt", sample!("client.pem"))
        .link("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem")
        .file("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", sample!("ca.pem"))
        .link("/etc/ssl/certs", "/etc/pki/tls/certs");
    let fact = known(&red_hat);
    assert_eq!((fact.keys.len(), fact.certificates.len(), fact.certificates[0].has_key), (1, 1, true));

    let live = "/etc/letsencrypt/live/karte.example.jp";
    let archive = "/etc/letsencrypt/archive/karte.example.jp";
    let chain = [&sample!("client.pem")[..], sample!("ca.pem")].concat();
    let certbot = with(host(), &format!("{archive}/privkey3.pem"), &key_bytes, 0o644, 0, 0)
        .folder_with("/etc/letsencrypt/archive", |folder| folder.mode = 0o700)
        .file(format!("{archive}/cert3.pem"), sample!("client.pem"))
        .file(format!("{archive}/fullchain3.pem"), chain)
        .link(format!("{live}/privkey.pem"), "../../archive/karte.example.jp/privkey3.pem")
        .link(format!("{live}/cert.pem"), "../../archive/karte.example.jp/cert3.pem")
        .link(format!("{live}/fullchain.pem"), "../../archive/karte.example.jp/fullchain3.pem");
    let fact = known(&certbot);
    assert_eq!((fact.keys.len(), fact.certificates.len()), (1, 2), "each is told once");
    assert_eq!(fact.keys[0].file, format!("{live}/privkey.pem"));
    assert!(!fact.keys[0].open_to_others, "the folder behind the link is closed");

    let inline = format!(
        "remote x\n<key>\n{key_bytes}</key>\n<cert>\n{}</cert>\n",
        String::from_utf8_lossy(sample!("client.pem"))
    );
    let openvpn = with(host(), "/etc/openvpn/client/site.conf", inline, 0o644, 0, 0);
    let fact = known(&openvpn);
    assert!(fact.keys[0].open_to_others && fact.certificates[0].has_key);
}

#[test]
fn what_could_not_be_looked_at_is_said_and_the_rest_is_known() {
    let der = sample!("pkcs8_ec.bin");
    let base = || with(host(), "/etc/openvpn/a.key", der, 0o600, 0, 0);
    for denied in ["/etc/ssl/private", "/home/hanako", "/etc/nginx/site.key"] {
        let fact = known(&base().denied(denied));
        assert_eq!(fact.keys.len(), 1, "{denied}");
        assert!(matches!(&fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted), "{denied}");
    }
    let broken = base().file("/etc/openvpn/b.crt", pem("CERTIFICATE", "", b"x"));
    assert!(matches!(known(&broken).complete, Read::NotRead(reason) if reason.code == ReasonCode::Unparsable));
    let large = base().file("/etc/openvpn/b.key", vec![b'x'; 200 << 10]);
    let fact = known(&large);
    assert_eq!(fact.left_out, 1);
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
    let image = base().file("/etc/nginx/logo.png", vec![b'x'; 200 << 10]);
    assert_eq!(known(&image).complete, Read::Measured(true));
    let circle = base().link("/etc/openvpn/c.key", "d.key").link("/etc/openvpn/d.key", "c.key");
    assert!(matches!(known(&circle).complete, Read::NotRead(_)));
    let gone = base().link("/etc/openvpn/c.key", "/gone/d.key");
    assert_eq!(known(&gone).complete, Read::Measured(true));
    let no_accounts = host().denied("/etc/passwd");
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    assert!(matches!(collect(&Look::new(&no_accounts), &needs), Outcome::Failed(_)));
}

#[test]
fn a_host_full_of_keys_costs_a_bounded_amount() {
    let der = sample!("pkcs8_ec.bin");
    let host =
        (0..2_100).fold(host(), |host, number| host.file(format!("/etc/nginx/{}/{number}.key", number % 9), der));
    let fact = known(&host);
    assert_eq!((fact.keys.len(), fact.files), (300, 2_000));
    assert!(fact.left_out >= 1_800);
    assert!(matches!(fact.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
    let store = sample!("ca.pem").repeat(40);
    assert_eq!(known(&self::host().file("/etc/nginx/trusted.pem", store)).certificates.len(), 0);
}

#[test]
fn places_wake_also_those_that_are_not_there_yet() {
    let host = with(host(), "/etc/nginx/ssl/site.key", sample!("pkcs8_ec.bin"), 0o600, 0, 0);
    let look = Look::new(&host);
    let needs =
        Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in ["/etc/ssl/private", "/etc/letsencrypt/live", "/etc/nginx/ssl", "/etc/nginx/ssl/site.key", "/etc/group"]
    {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    assert!(wakes.contains(&Wake::Path("/home/hanako/Downloads".into())));
    assert!(!wakes.contains(&Wake::Path("/home/hanako".into())));
}

#[test]
fn a_person_with_a_dot_is_no_host() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = |name: &str, usages: Vec<rcgen::ExtendedKeyUsagePurpose>| {
        let mut parameters = rcgen::CertificateParams::default();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        parameters.extended_key_usages = usages;
        x509::parse(parameters.self_signed(&key).unwrap().der()).unwrap()
    };
    let server = || vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    for (name, usages, host) in [
        ("hanako.yamada", vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth], false),
        ("hanako.yamada", Vec::new(), false),
        ("yamada@clinic.example.jp", server(), false),
        ("山田 花子", server(), false),
        ("karte.local", server(), true),
        ("karte.example.jp", Vec::new(), true),
    ] {
        assert_eq!(certificate(name, usages).host.is_some(), host, "{name}");
    }
}
