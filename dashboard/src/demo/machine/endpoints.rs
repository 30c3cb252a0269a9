//! What the host that hands over results finds of its counterpart.

use tenken_model::fact::certificates::KeyAlgorithm;
use tenken_model::fact::exchange_endpoints::{
    ClientCertificate, EndpointCertificate, ExchangeEndpoint, ExchangeEndpoints, Trust,
};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Span, Topic};

use super::Reading;

/// The first server: the register of endpoints names it.
const CHECKS: i64 = 0;

impl Reading<'_> {
    /// The insurer's portal, in order.
    pub(super) fn exchange_endpoints(&self) -> Outcome<ExchangeEndpoints> {
        if i64::try_from(self.machine.number) != Ok(CHECKS) {
            return Outcome::Absent(Language::English.absent(Topic::ExchangeEndpoints));
        }
        let certificate = EndpointCertificate {
            issuer: "Example Public CA".to_owned(),
            not_before: self.days_ago(150),
            not_after: Span::from_days(247).after(self.now),
            algorithm: KeyAlgorithm::Rsa,
            bits: Some(2_048),
            name_matches: true,
            inspected: false,
            trust: Read::Measured(Trust::Trusted),
        };
        let endpoint = ExchangeEndpoint {
            name: "見本健康保険組合(架空) / 結果データの受け渡し".to_owned(),
            address: "https://kenpo.example.jp/".to_owned(),
            older_version: Read::Measured(None),
            tls13: Read::Measured(true),
            other_suites: Read::Measured(Vec::new()),
            certificate: Read::Measured(certificate),
            client_certificate: Read::Measured(ClientCertificate::Demanded),
        };
        Outcome::Known(ExchangeEndpoints { endpoints: vec![endpoint] })
    }
}
