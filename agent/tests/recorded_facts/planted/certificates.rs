//! Private keys and certificates, among settings and by themselves.

use tenken_agent::host::Recording;

use super::Secrets;

pub(super) fn certificates(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec![name.clone()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, person);
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature, rcgen::KeyUsagePurpose::ContentCommitment];
    let certificate = parameters.self_signed(&key).unwrap();
    let both = format!("{note}<key>\n{}</key>\n{}{note}", key.serialize_pem(), certificate.pem());
    let samples = [
        ("/etc/ssl/private", "key", &include_bytes!("../../samples/certificates/pkcs1.bin")[..]),
        ("/etc/pki/tls/private", "key", include_bytes!("../../samples/certificates/pkcs8_encrypted.bin")),
        ("/etc/ipsec.d/certs", "crt", include_bytes!("../../samples/certificates/old.pem")),
        ("/etc/ipsec.d/certs", "der", include_bytes!("../../samples/certificates/server_der.bin")),
        ("/etc/swanctl/private", "p12", include_bytes!("../../samples/certificates/p12_open_certificate.bin")),
        ("/etc/swanctl/private", "pfx", include_bytes!("../../samples/certificates/p12_nss.bin")),
        ("/var/www/html", "PEM", include_bytes!("../../samples/certificates/sign.pem")),
    ];
    let host = samples.into_iter().fold(host, |host, (folder, ending, bytes)| {
        host.file_with(format!("{folder}/{file}.{ending}"), bytes, |metadata| metadata.mode = 0o640)
    });
    let live = format!("/etc/letsencrypt/live/{name}");
    host.file(format!("/etc/openvpn/client/{file}.conf"), format!("{note}password={password}\n{both}"))
        .file(format!("/etc/nginx/{file}"), &both)
        .file("/etc/apache2/apache2.conf", &note)
        .file(format!("/etc/letsencrypt/archive/{name}/privkey1.pem"), format!("{note}{}", key.serialize_pem()))
        .link(format!("{live}/privkey.pem"), format!("../../archive/{name}/privkey1.pem"))
        .file(
            format!("/home/{account}/Documents/{file}.p12"),
            include_bytes!("../../samples/certificates/p12_plain.bin"),
        )
        .file(format!("/home/{account}/{file}.key"), format!("{note}{}", key.serialize_pem()))
}
