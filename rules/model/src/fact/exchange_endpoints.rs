//! Where data is exchanged with others over TLS, and how the other end behaves.

use crate::fact::certificates::KeyAlgorithm;
use crate::{Instant, Read, choice, record};

choice! {
    /// Whether the host trusts who vouches for a certificate.
    pub enum Trust {
        /// By the host's own store of authorities.
        Trusted = "trusted",
        /// No authority of the store vouches for it, or those between were not sent.
        UnknownIssuer = "unknown_issuer",
        /// An authority that vouches for it is out of date.
        IssuerNotCurrent = "issuer_not_current",
        /// It is not made as a certificate of a server must be.
        Unfit = "unfit",
    }
}

choice! {
    /// How an endpoint treats who shows no certificate.
    pub enum ClientCertificate {
        /// It ends the session with an alert that says so.
        Demanded = "demanded",
        /// It asks for one in the handshake, and its program refuses the request.
        DemandedByApplication = "demanded_by_application",
        /// It asks for one, and serves without.
        Optional = "optional",
        /// It does not ask.
        NotAsked = "not_asked",
    }
}

record! {
    /// The certificate an endpoint shows.
    pub struct EndpointCertificate {
        /// Who signed it, by the name of the authority; `itself` where it signed itself.
        pub issuer: String,
        /// The begin of its validity.
        pub not_before: Instant,
        /// The end of its validity.
        pub not_after: Instant,
        /// What its key is for.
        pub algorithm: KeyAlgorithm,
        /// The length of its key in bits; absent for an algorithm or curve that is not known here.
        pub bits: Option<i64>,
        /// It is for the name by which the endpoint was asked.
        pub name_matches: bool,
        /// It is by the authority of a product that opens sessions on their way to look at what passes. What was found is then
        /// of that product, and not of the endpoint.
        pub inspected: bool,
        /// Whether this host trusts who vouches for it, were it within its validity.
        pub trust: Read<Trust>,
    }
}

record! {
    /// A row of the endpoints register as it was found.
    pub struct ExchangeEndpoint {
        /// Counterpart and purpose.
        pub name: String,
        /// The address in the register.
        pub address: String,
        /// The version of TLS before 1.3 that it takes up; absent where it refuses them all.
        pub older_version: Read<Option<String>>,
        /// A session by TLS 1.3 comes about.
        pub tls13: Read<bool>,
        /// The suites of TLS 1.3 beside AES-GCM and ChaCha20-Poly1305 that it takes up, as IANA names them; none where it does
        /// not take up that version.
        pub other_suites: Read<Vec<String>>,
        /// The certificate it shows.
        pub certificate: Read<EndpointCertificate>,
        /// How it treats who shows none.
        pub client_certificate: Read<ClientCertificate>,
    }
}

record! {
    /// The endpoints that this host is to ask.
    pub struct ExchangeEndpoints {
        /// Each of them.
        pub endpoints: Vec<ExchangeEndpoint>,
    }
}
