//! Collectors to which Windows forwards events.
//!
//! The policy "Configure target Subscription Manager" keeps one text a collector:
//! `Server=https://collector.example.jp:5986/wsman/SubscriptionManager/WEC,Refresh=60`.
//! <https://learn.microsoft.com/en-us/windows/win32/wec/setting-up-a-source-initiated-subscription>

use tenken_model::Reason;
use tenken_model::fact::logs::{LogForward, LogForwarder};

use crate::collect::Look;
use crate::host::windows_api::RegistryPath;

const MANAGERS: &str = r"SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager";

/// Where events are forwarded to.
pub(super) fn read(look: &Look<'_>) -> Result<Vec<LogForward>, Reason> {
    let key = look.registry(&RegistryPath::machine(MANAGERS)).map_err(|error| error.reason())?;
    let texts = key.iter().flat_map(|key| &key.values).filter_map(|value| value.data.text());
    Ok(texts.filter_map(forward).collect())
}

/// The collector of one text. What is sent without TLS is encrypted by Kerberos in a domain, which is not seen here.
pub fn forward(text: &str) -> Option<LogForward> {
    let parts = text.split(',').map(str::trim);
    let server =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("server"));
    let (scheme, rest) = server?.1.trim().split_once("://")?;
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match place.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => place,
    };
    let target = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let encrypted = scheme.eq_ignore_ascii_case("https");
    (!target.is_empty()).then_some(LogForward { by: LogForwarder::EventForwarding, target, encrypted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_address() {
        let of = |text: &str| forward(text).map(|forward| (forward.target, forward.encrypted));
        let text = "Server=https://WEC.example.jp:5986/wsman/SubscriptionManager/WEC,Refresh=60,IssuerCA=0a1b";
        assert_eq!(of(text), Some(("wec.example.jp".to_owned(), true)));
        assert_eq!(of("Server=http://wec:5985/wsman/SubscriptionManager/WEC"), Some(("wec".to_owned(), false)));
        assert_eq!(of("Refresh=60, server=https://[2001:db8::1]:5986/x"), Some(("2001:db8::1".to_owned(), true)));
        for odd in ["", "Server=", "Server=wec", "Server=https://", "Refresh=60", "https://wec"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
