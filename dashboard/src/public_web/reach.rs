//! How far fetches may reach: which addresses, and which redirections.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Action, Attempt};

/// How many redirections are followed.
const REDIRECTIONS_MAX: usize = 5;

/// How far a fetch may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Addresses of the public internet alone: neither a page nor whoever sets the address may have this machine look into
    /// networks behind it.
    Public,
    /// Any address, for trying things out on one machine.
    Anywhere,
}

/// Why an address is refused.
pub(crate) const PRIVATE: &str = "the address is not one of the public internet";

impl Reach {
    fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }

    /// An address that is written as a number is known before it is asked for.
    pub(crate) fn allows_url(self, url: &str) -> bool {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().map_or(true, |address| self.allows(address))
    }
}

/// Addresses that are routed on the public internet (IANA special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| is_given_out(v6), |v4| is_public(IpAddr::V4(v4))),
    }
}

/// Only 2000::/3 is given out; of it, documentation and 6to4, which leads to any IPv4 address, are left out.
fn is_given_out(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    a & 0xe000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && b == 0xdb8)
}

/// Follows a redirection within reach, never from HTTPS to HTTP.
pub(super) fn follow(reach: Reach, attempt: Attempt<'_>) -> Action {
    let was_safe = attempt.previous().iter().any(|url| url.scheme() == "https");
    if attempt.previous().len() > REDIRECTIONS_MAX {
        attempt.error("too many redirections")
    } else if was_safe && attempt.url().scheme() != "https" {
        attempt.error("redirected from https to http")
    } else if !reach.allows_url(attempt.url().as_str()) {
        attempt.error(PRIVATE)
    } else {
        attempt.follow()
    }
}

/// Resolves names, leaving out addresses that are out of reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) reach: Reach,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(PRIVATE.into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for own in [
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2002:a00:1::1",
            "2001:db8::1",
            "::",
        ] {
            assert!(!public(own), "{own}");
        }
        for other in ["203.0.114.1", "8.8.8.8", "2400:4050::1", "::ffff:8.8.8.8"] {
            assert!(public(other), "{other}");
        }
        for own in ["http://127.0.0.1:8080/", "http://[::1]/", "http://169.254.169.254/latest", "http://0x7f000001/"] {
            assert!(!Reach::Public.allows_url(own), "{own}");
        }
        assert!(Reach::Public.allows_url("https://www.example.jp/"));
    }
}
