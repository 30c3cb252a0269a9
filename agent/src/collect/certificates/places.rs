//! Where private keys and certificates are kept, and where they lie although they should not.

use tenken_model::fact::certificates::KeyPlace;

/// A folder that is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub folder: &'static str,
    /// How many folders below it.
    pub depth: usize,
    /// What kind of place it is.
    pub kind: KeyPlace,
    /// Which files are looked at.
    pub files: Files,
}

/// Which files of a place are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Every file, and what a link leads to.
    Every,
    /// Every file, and what a link leads to whose name is that of a key.
    EveryOwn,
    /// Those whose name is that of a key or certificate.
    Named,
    /// Keys, and certificates of which a key of the same name is known. The trust store lies there too.
    BesideKeys,
}

const fn place(folder: &'static str, depth: usize, kind: KeyPlace, files: Files) -> Place {
    Place { folder, depth, kind, files }
}

/// The folders. Those of keys come before those where only what belongs to a key is looked at.
pub const PLACES: &[Place] = &[
    place("/etc/ssl/private", 1, KeyPlace::System, Files::Every),
    place("/etc/pki/tls/private", 1, KeyPlace::System, Files::Every),
    place("/etc/letsencrypt/live", 1, KeyPlace::System, Files::Every),
    place("/etc/ssl/certs", 0, KeyPlace::System, Files::BesideKeys),
    place("/etc/pki/tls/certs", 0, KeyPlace::System, Files::EveryOwn),
    place("/etc/ipsec.d", 1, KeyPlace::Service, Files::Every),
    place("/etc/swanctl", 1, KeyPlace::Service, Files::Every),
    place("/etc/strongswan", 2, KeyPlace::Service, Files::EveryOwn),
    place("/etc/openvpn", 2, KeyPlace::Service, Files::Every),
    place("/etc/nginx", 2, KeyPlace::Service, Files::EveryOwn),
    place("/etc/apache2", 2, KeyPlace::Service, Files::EveryOwn),
    place("/etc/httpd", 2, KeyPlace::Service, Files::EveryOwn),
    place("/var/www", 3, KeyPlace::WebRoot, Files::Named),
    place("/srv/www", 3, KeyPlace::WebRoot, Files::Named),
    place("/usr/share/nginx/html", 2, KeyPlace::WebRoot, Files::Named),
];

/// The folders on Windows: where clients of ACME leave what they are given, OpenSSL's own, web servers and tunnels as they are
/// usually installed, and what web servers publish.
pub const WINDOWS_PLACES: &[Place] = &[
    place("C:/Certbot/archive", 1, KeyPlace::System, Files::Every),
    place("C:/ProgramData/win-acme", 3, KeyPlace::System, Files::Named),
    place("C:/ProgramData/certify", 3, KeyPlace::System, Files::Named),
    place("C:/Program Files/Common Files/SSL", 1, KeyPlace::System, Files::EveryOwn),
    place("C:/cert", 1, KeyPlace::System, Files::Named),
    place("C:/certs", 1, KeyPlace::System, Files::Named),
    place("C:/ssl", 1, KeyPlace::System, Files::Named),
    place("C:/", 0, KeyPlace::System, Files::Named),
    place("C:/Users/Public", 1, KeyPlace::System, Files::Named),
    place("C:/nginx/conf", 2, KeyPlace::Service, Files::EveryOwn),
    place("C:/Apache24/conf", 2, KeyPlace::Service, Files::EveryOwn),
    place("C:/Program Files/Apache Software Foundation/Apache2.4/conf", 2, KeyPlace::Service, Files::EveryOwn),
    place("C:/xampp/apache/conf", 2, KeyPlace::Service, Files::EveryOwn),
    place("C:/Program Files/OpenVPN/config", 2, KeyPlace::Service, Files::Every),
    place("C:/Program Files/OpenVPN/config-auto", 2, KeyPlace::Service, Files::Every),
    place("C:/Program Files (x86)/stunnel/config", 1, KeyPlace::Service, Files::EveryOwn),
    place("C:/inetpub/wwwroot", 3, KeyPlace::WebRoot, Files::Named),
    place("C:/nginx/html", 2, KeyPlace::WebRoot, Files::Named),
    place("C:/Apache24/htdocs", 2, KeyPlace::WebRoot, Files::Named),
    place("C:/xampp/htdocs", 2, KeyPlace::WebRoot, Files::Named),
];

/// Folders of a person on Windows that are looked at, beside the profile itself. Their names on the disk are not translated.
pub const OF_A_PROFILE: &[&str] = &["Desktop", "Documents", "Downloads"];

/// Folders to which links of those lead.
pub const BEHIND_LINKS: &[&str] = &["/etc/letsencrypt/archive", "/etc/ssl", "/etc/pki"];

/// Folders that are not gone into: the modules of a web server, and what its packages bring.
const LEFT_ALONE: &[&str] = &[
    "mods-available",
    "mods-enabled",
    "conf-available",
    "conf-enabled",
    "modules-available",
    "modules-enabled",
    "node_modules",
    "vendor",
    ".git",
];

/// Folders of a home that are looked at, beside itself.
pub const OF_A_HOME: &[&str] = &["Desktop", "Documents", "Downloads", "デスクトップ", "ドキュメント", "ダウンロード"];

/// Endings of names of keys and certificates.
const ENDINGS: &[&str] = &["key", "pem", "p12", "pfx", "crt", "cer", "der"];

/// Whether a folder is gone into.
pub fn is_entered(name: &str) -> bool {
    !LEFT_ALONE.contains(&name)
}

/// Whether the name of a file is that of a key or certificate.
pub fn is_named(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Whether the name of a file is that of a private key alone.
pub fn is_key(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("key"))
}

/// Whether the name of a file is that of a trust store, which holds certificates of others.
pub fn is_trust_store(name: &str) -> bool {
    name.contains("bundle") || name == "ca-certificates.crt"
}

/// A name without its ending, by which a key and its certificate belong together.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file is looked at, for writing recordings anew.
pub fn is_looked_at(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let below = |place: &str| folder.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let in_a_place =
        PLACES.iter().chain(WINDOWS_PLACES.iter().filter(|place| place.depth > 0)).any(|place| below(place.folder))
            || BEHIND_LINKS.iter().any(|place| below(place));
    in_a_place || is_named(name)
}
