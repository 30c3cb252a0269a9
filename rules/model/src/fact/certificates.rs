//! Private keys and certificates in files.

use crate::{Instant, Read, choice, record};

choice! {
    /// What kind of place a file is in.
    pub enum KeyPlace {
        /// Where the system keeps keys: `/etc/ssl`, `/etc/pki`, `/etc/letsencrypt`.
        System = "system",
        /// The settings of one service: `/etc/nginx`, `/etc/openvpn`.
        Service = "service",
        /// A person's home.
        Home = "home",
        /// A store of certificates of Windows.
        Store = "store",
        /// What a web server gives to whoever asks.
        WebRoot = "web_root",
    }
}

choice! {
    /// How a private key is written down.
    pub enum KeyForm {
        /// PEM (RFC 7468).
        Pem = "pem",
        /// DER.
        Der = "der",
        /// PKCS#12 (RFC 7292): `.p12`, `.pfx`.
        Pkcs12 = "pkcs12",
        /// OpenSSH's own.
        OpenSsh = "openssh",
        /// In a file of Windows' own store of keys of the machine, which Windows encrypts by itself: whoever may read the file may
        /// use the key.
        MachineStore = "machine_store",
    }
}

choice! {
    /// What a key is for.
    pub enum KeyAlgorithm {
        /// RSA.
        Rsa = "rsa",
        /// On a curve of NIST, SEC or Brainpool.
        EllipticCurve = "elliptic_curve",
        /// Ed25519 or Ed448.
        Edwards = "edwards",
        /// DSA.
        Dsa = "dsa",
        /// Another.
        Other = "other",
    }
}

choice! {
    /// The hash in the signature of a certificate.
    pub enum SignatureHash {
        /// MD2 or MD5.
        Md5 = "md5",
        /// SHA-1.
        Sha1 = "sha1",
        /// SHA-2 or SHA-3, of any length.
        Sha2 = "sha2",
        /// The one that belongs to the algorithm, as with Ed25519.
        OwnOne = "own_one",
        /// One that is not known here.
        Other = "other",
    }
}

choice! {
    /// Where Windows keeps the private key of a certificate in its store, by the provider that holds it.
    pub enum KeyKeeper {
        /// In the TPM of the machine, which gives no key out.
        Tpm = "tpm",
        /// On a card or a token, which gives no key out.
        Card = "card",
        /// In a file that Windows encrypts for its owner.
        Software = "software",
        /// A provider that is not known here.
        Other = "other",
    }
}

record! {
    /// What holds the private key of a certificate in a store of Windows.
    pub struct KeptKey {
        /// Where it lies.
        pub keeper: KeyKeeper,
        /// The provider, as it calls itself.
        pub provider: String,
        /// It can be taken out of there. What Windows wrote down of that it encrypts with the key's owner's secret.
        pub exportable: Read<bool>,
    }
}

record! {
    /// A private key in a file. The key itself never leaves the collector.
    pub struct PrivateKey {
        /// The file.
        pub file: String,
        /// What kind of place that is.
        pub place: KeyPlace,
        /// How it is written down.
        pub form: KeyForm,
        /// Nobody can use it without a passphrase. An empty passphrase cannot be told from another.
        pub encrypted: Read<bool>,
        /// What it is for; absent where it is encrypted.
        pub algorithm: Option<KeyAlgorithm>,
        /// Its length in bits; absent where it is encrypted, or of an algorithm or curve that is not known here.
        pub bits: Option<i64>,
        /// Its owner; on Windows with the SID.
        pub owner: String,
        /// Its group; empty on Windows.
        pub group: String,
        /// Its permission bits in octal: `0640`; empty on Windows.
        pub mode: String,
        /// Its owner is root or a service; in a home, or root, that person. On Windows the system and administrators are root.
        pub owner_trusted: bool,
        /// Nobody but its owner and root may read or write it.
        pub owner_only: bool,
        /// Its group may write it, or read it although people are in it or it is none of the system's own. On Windows another
        /// account or group of the machine, under which no service runs, may read or write it.
        pub open_to_group: bool,
        /// Whoever uses the host can get at it, by its permissions and those of every folder above it.
        pub open_to_others: bool,
        /// Somebody else than root and its owner may put another file in its place.
        pub replaceable: bool,
        /// On Windows, who may read or write it besides its owner, the system, administrators and services, with SIDs.
        pub others: Vec<String>,
        /// A certificate says that it is for signatures of people and offices. Not read where a PKCS#12 file hides its
        /// certificate.
        pub for_signatures: Read<bool>,
        /// It is for signatures, or nobody can tell.
        pub may_sign: bool,
    }
}

record! {
    /// A certificate in a file.
    pub struct Certificate {
        /// The file, or on Windows the key of the registry.
        pub file: String,
        /// What kind of place that is.
        pub place: KeyPlace,
        /// What it is called here: the file, and the host it is for or a number made of it. A person's name is not told.
        pub name: String,
        /// Who signed it, by the name of the authority; `itself` where it signed itself.
        pub issuer: String,
        /// It is signed by its own key.
        pub self_issued: bool,
        /// The begin of its validity.
        pub not_before: Instant,
        /// The end of its validity.
        pub not_after: Instant,
        /// What its key is for.
        pub algorithm: KeyAlgorithm,
        /// The length of its key in bits; absent for an algorithm or curve that is not known here.
        pub bits: Option<i64>,
        /// The hash in its signature.
        pub signature_hash: SignatureHash,
        /// It may sign other certificates.
        pub authority: bool,
        /// Its key may sign what is checked at once (digitalSignature).
        pub digital_signature: bool,
        /// Its key may sign what is to be held against its owner later (nonRepudiation, contentCommitment).
        pub non_repudiation: bool,
        /// It is for servers (serverAuth).
        pub for_servers: bool,
        /// It is for clients (clientAuth).
        pub for_clients: bool,
        /// It is for signatures of people and offices: nonRepudiation, and neither for servers or clients nor for
        /// exchanging keys; or a policy of the ministry's (1.2.392.100495.1, HPKI) with nonRepudiation.
        pub for_signatures: bool,
        /// Its private key lies on this host.
        pub has_key: bool,
        /// What holds that key, where the certificate is in a store of Windows; absent elsewhere and where an older agent does not
        /// tell.
        pub kept_key: Option<Read<KeptKey>>,
    }
}

record! {
    /// Private keys and certificates of one host, in the places where they are usually kept and lost.
    pub struct Certificates {
        /// Private keys.
        pub keys: Vec<PrivateKey>,
        /// Certificates; those of trust stores are not among them.
        pub certificates: Vec<Certificate>,
        /// How many files were looked at.
        pub files: i64,
        /// How many files, keys and certificates were left out because there were too many.
        pub left_out: i64,
        /// Everything was looked at. Not read where something could not be, or was left out.
        pub complete: Read<bool>,
    }
}
