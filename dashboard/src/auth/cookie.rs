//! The cookies: a session, a half-open sign-in, one that is under way at the identity provider, and a language.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::identity::flow;

/// How the browser reaches the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// HTTPS: cookies are bound to this host and never leave TLS.
    Tls,
    /// Plain HTTP, which is only offered on a loopback address.
    Loopback,
}

impl Channel {
    /// The name of the session cookie.
    pub const fn session_cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-tenken_session",
            Self::Loopback => "tenken_session",
        }
    }

    const fn secure(self) -> &'static str {
        match self {
            Self::Tls => "; Secure",
            Self::Loopback => "",
        }
    }

    /// The header value that gives the browser its session. It ends with the browser; the store
    /// ends it earlier.
    pub fn session(self, secret: &str) -> String {
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{}", self.session_cookie(), self.secure())
    }

    /// The header value that takes the session away.
    pub fn no_session(self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.session_cookie(), self.secure())
    }

    /// The name of the cookie of a half-open sign-in.
    pub const fn half_cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-tenken_half",
            Self::Loopback => "tenken_half",
        }
    }

    /// The header value that gives the browser its half-open sign-in. It ends with the browser; the store ends it earlier.
    pub fn half(self, secret: &str) -> String {
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{}", self.half_cookie(), self.secure())
    }

    /// The header value that takes the half-open sign-in away.
    pub fn no_half(self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.half_cookie(), self.secure())
    }

    /// The name of the cookie of a sign-in that is under way at the identity provider.
    pub const fn flow_cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-tenken_flow",
            Self::Loopback => "tenken_flow",
        }
    }

    /// The header value that binds a sign-in at the identity provider to the browser, for as long as it stands. It is sent with
    /// the way back, which begins at another site, and so is lax.
    pub fn flow(self, secret: &str) -> String {
        let seconds = flow::VALID.millis() / 1_000;
        let secure = self.secure();
        format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", self.flow_cookie())
    }

    /// The header value that takes it away.
    pub fn no_flow(self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.flow_cookie(), self.secure())
    }

    /// The header value that keeps the language for a year.
    pub fn language(self, tag: &str) -> String {
        format!("{LANGUAGE}={tag}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000{}", self.secure())
    }
}

/// The name of the language cookie.
pub const LANGUAGE: &str = "tenken_language";

/// The value of a cookie; the first of several with one name.
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "xtenken_session=bad; tenken_session=good; tenken_session=second".parse().unwrap());
        assert_eq!(value(&headers, "tenken_session"), Some("good"));
        assert_eq!(value(&headers, "__Host-tenken_session"), None);
    }

    #[test]
    fn a_session_over_tls_is_bound_to_the_host() {
        let cookie = Channel::Tls.session("s");
        assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure") && cookie.contains("; Path=/;"));
        assert!(!cookie.contains("Domain"));
        assert!(!Channel::Loopback.session("s").contains("Secure"));
    }
}
