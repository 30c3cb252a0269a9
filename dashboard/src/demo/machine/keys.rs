//! The keys and certificates of a machine: those of servers and PCs for the agency's own network.

use tenken_model::fact::certificates::{
    Certificate, Certificates, KeyAlgorithm, KeyForm, KeyPlace, PrivateKey, SignatureHash,
};
use tenken_model::{Read, Span};

use super::Reading;

impl Reading<'_> {
    /// One key with its certificate, issued by the agency for two years.
    pub(super) fn certificates(&self) -> Certificates {
        let server = self.is_server();
        let (folder, place) =
            if server { ("/etc/nginx/ssl", KeyPlace::Service) } else { ("/etc/ssl/private", KeyPlace::System) };
        let name = &self.machine.name;
        let key = PrivateKey {
            file: format!("{folder}/{name}.key"),
            place,
            form: KeyForm::Pem,
            encrypted: Read::Measured(false),
            algorithm: Some(KeyAlgorithm::EllipticCurve),
            bits: Some(256),
            owner: "root".to_owned(),
            group: "root".to_owned(),
            mode: "0600".to_owned(),
            owner_trusted: true,
            owner_only: true,
            open_to_group: false,
            open_to_others: false,
            replaceable: false,
            others: Vec::new(),
            for_signatures: Read::Measured(false),
            may_sign: false,
        };
        let file = format!("{folder}/{name}.crt");
        let certificate = Certificate {
            name: format!("{file} ({name}.kenshin.example)"),
            file,
            place,
            issuer: "Kenshin CA".to_owned(),
            self_issued: false,
            not_before: self.days_ago(200 + self.own(90)),
            not_after: Span::from_days(530 - self.own(90)).after(self.now),
            algorithm: KeyAlgorithm::EllipticCurve,
            bits: Some(256),
            signature_hash: SignatureHash::Sha2,
            authority: false,
            digital_signature: true,
            non_repudiation: false,
            for_servers: server,
            for_clients: !server,
            for_signatures: false,
            has_key: true,
            kept_key: None,
        };
        Certificates {
            keys: vec![key],
            certificates: vec![certificate],
            files: 4 + self.own(6),
            left_out: 0,
            complete: Read::Measured(true),
        }
    }
}
