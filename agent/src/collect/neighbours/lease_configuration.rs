//! What the configurations of DHCP servers say of their lease files.
//!
//! Sources: dnsmasq(8), dhcpd.conf(5), Kea Administrator Reference Manual, "Lease Storage".

use serde_json::Value;
use thiserror::Error;

/// Where Kea keeps leases.
const KEA_FOLDER: &str = "/var/lib/kea";

/// A file of dnsmasq's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dnsmasq {
    /// It leases addresses.
    pub leases: bool,
    /// Where it writes them.
    pub lease_file: Option<String>,
    /// Files it takes in.
    pub files: Vec<String>,
    /// Folders whose files it takes in; what follows a comma limits or excludes names.
    pub folders: Vec<String>,
}

/// Reads one file; of several lines the last counts.
pub fn dnsmasq(text: &str) -> Dnsmasq {
    let mut found = Dnsmasq::default();
    for line in text.lines() {
        // `#` begins a comment at the line's start and after a blank.
        let line = line.split(" #").next().unwrap_or_default().split("\t#").next().unwrap_or_default().trim();
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = value.trim().trim_matches('"').to_owned();
        match key.trim() {
            "dhcp-range" => found.leases = true,
            "dhcp-leasefile" | "dhcp-lease-file" => found.lease_file = Some(value),
            "conf-file" => found.files.push(value),
            "conf-dir" => found.folders.push(value),
            _ => {}
        }
    }
    found
}

/// A file of ISC dhcpd's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dhcpd {
    /// Where it writes leases.
    pub lease_file: Option<String>,
    /// Files it takes in.
    pub files: Vec<String>,
}

/// Reads one file; of several statements the last counts.
pub fn dhcpd(text: &str) -> Dhcpd {
    let mut found = Dhcpd::default();
    let text: String =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    for statement in text.split([';', '{', '}']) {
        let mut words = statement.split_ascii_whitespace();
        let (Some(key), Some(value)) = (words.next(), words.next()) else { continue };
        let value = value.trim_matches('"').to_owned();
        match key {
            "lease-file-name" => found.lease_file = Some(value),
            "include" => found.files.push(value),
            _ => {}
        }
    }
    found
}

/// Why Kea's lease file is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeaError {
    /// The form is another one.
    #[error("it is not of Kea's form: {0}")]
    Form(String),
    /// Other files are part of it.
    #[error("it takes in other files, which are not followed")]
    Include,
    /// The leases are in no file.
    #[error("leases are kept in {0}, which is not read")]
    NoFile(String),
}

/// Where Kea keeps leases; `None` where the configuration leaves it open.
pub fn kea(text: &str) -> Result<Option<String>, KeaError> {
    let bare = without_comments(text);
    if bare.contains("<?include") {
        return Err(KeaError::Include);
    }
    let value: Value = serde_json::from_str(&bare).map_err(|error| KeaError::Form(error.to_string()))?;
    let Some(server) = value.get("Dhcp4") else { return Err(KeaError::Form("there is no Dhcp4".to_owned())) };
    let Some(database) = server.get("lease-database") else { return Ok(None) };
    let kind = database.get("type").and_then(Value::as_str).unwrap_or("memfile");
    if kind != "memfile" {
        return Err(KeaError::NoFile(kind.to_owned()));
    }
    if database.get("persist").and_then(Value::as_bool) == Some(false) {
        return Err(KeaError::NoFile("memory only".to_owned()));
    }
    Ok(database.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned))
}

/// The path of a lease file that Kea's configuration names; what is not absolute is in Kea's own folder.
pub fn kea_path(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{KEA_FOLDER}/{name}") }
}

/// JSON without the comments that Kea allows: `#` and `//` to the end of the line, `/* */`.
fn without_comments(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', _) if quoted => {
                bare.push(letter);
                bare.extend(letters.next());
            }
            ('"', _) => {
                quoted = !quoted;
                bare.push(letter);
            }
            ('#', _) | ('/', Some('/')) if !quoted => {
                let _ = letters.by_ref().find(|letter| *letter == '\n');
                bare.push('\n');
            }
            ('/', Some('*')) if !quoted => {
                letters.next();
                let mut star = false;
                for letter in letters.by_ref() {
                    if star && letter == '/' {
                        break;
                    }
                    star = letter == '*';
                }
            }
            _ => bare.push(letter),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_dnsmasq_is_told() {
        let found = dnsmasq(
            "# dhcp-leasefile=/no\ndhcp-range=192.0.2.10,192.0.2.99,12h\ndhcp-leasefile = /srv/leases # moved\n\
             conf-dir=/etc/dnsmasq.d/,*.conf\nconf-file=/etc/more.conf\nno-resolv\n",
        );
        assert_eq!((found.leases, found.lease_file.as_deref()), (true, Some("/srv/leases")));
        assert_eq!(
            (found.files, found.folders),
            (vec!["/etc/more.conf".into()], vec!["/etc/dnsmasq.d/,*.conf".into()])
        );
        assert_eq!(dnsmasq("#dhcp-range=x\nserver=192.0.2.1"), Dnsmasq::default());
    }

    #[test]
    fn what_dhcpd_is_told() {
        let found =
            dhcpd("# lease-file-name \"/no\";\nauthoritative; lease-file-name\n \"/srv/l\";\ninclude \"/etc/a\";");
        assert_eq!((found.lease_file.as_deref(), found.files), (Some("/srv/l"), vec!["/etc/a".to_owned()]));
        assert_eq!(dhcpd("subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.9; }"), Dhcpd::default());
    }

    #[test]
    fn what_kea_is_told() {
        let with = |database: &str| kea(&format!("{{ // a\n\"Dhcp4\": {{ /* b */ {database} # c\n }} }}"));
        assert_eq!(with(""), Ok(None));
        assert_eq!(with(r#""lease-database": {"type": "memfile"}"#), Ok(None));
        let named = r#""lease-database": {"type": "memfile", "name": "/srv//kea#4.csv"}"#;
        assert_eq!(with(named), Ok(Some("/srv//kea#4.csv".to_owned())));
        assert_eq!(with(r#""lease-database": {"type": "mysql"}"#), Err(KeaError::NoFile("mysql".to_owned())));
        assert!(matches!(with(r#""lease-database": {"persist": false}"#), Err(KeaError::NoFile(_))));
        assert_eq!(with(r#"<?include "/etc/kea/db.json"?>"#), Err(KeaError::Include));
        for bad in ["", "{", "{}", "[]", "/*", "\"\\"] {
            assert!(matches!(kea(bad), Err(KeaError::Form(_))), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}", odd in "(\"|/|\\*|#|\\\\|\n|\\{|\\}|a|;|=){0,40}") {
            for text in [text, odd] {
                let _ = (dnsmasq(&text), dhcpd(&text), kea(&text));
            }
        }
    }
}
