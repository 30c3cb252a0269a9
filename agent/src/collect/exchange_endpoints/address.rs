//! The address of an endpoint as it stands in the register.

use thiserror::Error;

/// The port of HTTPS.
const HTTPS: u16 = 443;
/// The most letters of a name (RFC 1035).
const NAME_MAX: usize = 253;

/// Why nobody can be asked at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It has another scheme.
    #[error("it is an address of something else than HTTPS")]
    OtherScheme,
    /// It says who signs in.
    #[error("it names a person or a password")]
    Person,
    /// It has no port.
    #[error("it names no port: write host:port or https://host/")]
    NoPort,
    /// Its port is none.
    #[error("its port is no number from 1 to 65535")]
    Port,
    /// Its host is neither a name nor an address.
    #[error("its host is neither a name nor an address")]
    Host,
}

/// Where to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name, or the address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Target {
    /// The name or address with its port, as hosts are asked.
    pub fn server(&self) -> String {
        let Self { host, port } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

/// Reads `host:port` or an address of HTTPS.
pub fn parse(text: &str) -> Result<Target, AddressError> {
    let text = text.trim();
    let (place, default) = match text.split_once("://") {
        None => (text, None),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => {
            (rest.split(['/', '?', '#']).next().unwrap_or(rest), Some(HTTPS))
        }
        Some(_) => return Err(AddressError::OtherScheme),
    };
    if place.contains('@') {
        return Err(AddressError::Person);
    }
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']').ok_or(AddressError::Host)?;
            let port = match rest {
                "" => None,
                rest => Some(rest.strip_prefix(':').ok_or(AddressError::Host)?),
            };
            (address.parse::<std::net::Ipv6Addr>().map_err(|_| AddressError::Host)?.to_string(), port)
        }
        None => match place.split_once(':') {
            Some((_, port)) if port.contains(':') => return Err(AddressError::NoPort),
            Some((host, port)) => (name(host)?, Some(port)),
            None => (name(place)?, None),
        },
    };
    let port = match port {
        None => default.ok_or(AddressError::NoPort)?,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            port.parse().ok().filter(|port| *port != 0).ok_or(AddressError::Port)?
        }
        Some(_) => return Err(AddressError::Port),
    };
    Ok(Target { host, port })
}

/// A name or an address of IPv4, in small letters and without the dot at its end, which no certificate has.
fn name(text: &str) -> Result<String, AddressError> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let fits = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (1..=63).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_name = text.len() <= NAME_MAX && text.split('.').all(fits);
    // What ends with a number is an address, and has to be a whole one.
    let ends_with_number = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if is_name && (!ends_with_number || text.parse::<std::net::Ipv4Addr>().is_ok()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(AddressError::Host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_with_ports_and_https() {
        for (text, server) in [
            ("https://Portal.Example.jp/login?x=1", "portal.example.jp:443"),
            ("HTTPS://portal.example.jp", "portal.example.jp:443"),
            ("https://portal.example.jp:8443/", "portal.example.jp:8443"),
            ("portal.example.jp:5000", "portal.example.jp:5000"),
            (" 192.168.10.7:443 ", "192.168.10.7:443"),
            ("https://[2001:db8::1]/", "[2001:db8::1]:443"),
            ("[2001:DB8:0::1]:8443", "[2001:db8::1]:8443"),
            ("portal.example.jp.:443", "portal.example.jp:443"),
            ("localhost:443", "localhost:443"),
        ] {
            assert_eq!(parse(text).map(|target| target.server()).as_deref(), Ok(server), "{text}");
        }
    }

    #[test]
    fn what_names_no_place_is_not_guessed() {
        for (text, error) in [
            ("", AddressError::Host),
            ("portal.example.jp", AddressError::NoPort),
            ("192.168.10.7", AddressError::NoPort),
            ("2001:db8::1", AddressError::NoPort),
            ("[2001:db8::1]", AddressError::NoPort),
            ("[2001:db8::1]443", AddressError::Host),
            ("[portal]:443", AddressError::Host),
            ("192.168.10.0/24", AddressError::Host),
            ("192.168.10.300:443", AddressError::Host),
            ("1.2.3:443", AddressError::Host),
            ("http://portal.example.jp/", AddressError::OtherScheme),
            ("ldaps://portal.example.jp/", AddressError::OtherScheme),
            ("https://", AddressError::Host),
            ("https:///x", AddressError::Host),
            ("https://tanaka:secret@portal.example.jp/", AddressError::Person),
            ("portal.example.jp:0", AddressError::Port),
            ("portal.example.jp:65536", AddressError::Port),
            ("portal.example.jp:+443", AddressError::Port),
            ("portal.example.jp:", AddressError::Port),
            ("portal.example.jp:https", AddressError::Port),
            ("ポータル.jp:443", AddressError::Host),
            ("-portal.jp:443", AddressError::Host),
            ("portal..jp:443", AddressError::Host),
            ("portal jp:443", AddressError::Host),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert_eq!(parse(&format!("{}:443", "a.".repeat(200))), Err(AddressError::Host));
    }
}
