//! What Ubuntu's Pro client tells of itself in `status.json`.

use serde::Deserialize;
use serde::de::Error as _;
use tenken_model::Instant;

#[derive(Debug, Deserialize)]
struct Status {
    attached: bool,
    /// When the contract ends; `n/a` or nothing without one.
    #[serde(default)]
    expires: Option<String>,
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Debug, Deserialize)]
struct Service {
    name: String,
    #[serde(default)]
    status: String,
}

/// Until when this host gets the updates of the system itself (`esm-infra`), by its contract; nothing where it is not
/// attached or does not take part.
pub fn supported_until(bytes: &[u8]) -> Result<Option<Instant>, serde_json::Error> {
    let status: Status = serde_json::from_slice(bytes)?;
    if !status.attached || !status.services.iter().any(|of| of.name == "esm-infra" && of.status == "enabled") {
        return Ok(None);
    }
    match status.expires.as_deref() {
        None | Some("" | "n/a") => Ok(Some(Instant::MAX_UTC)),
        Some(text) => {
            let ends =
                text.parse().map_err(|_| serde_json::Error::custom("its contract ends at no time that is read"))?;
            Ok(Some(ends))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(attached: bool, state: &str, expires: &str) -> Result<Option<Instant>, serde_json::Error> {
        let text = format!(
            r#"{{"attached":{attached},{expires}"services":[{{"name":"esm-apps","status":"enabled"}},{{"name":"esm-infra","status":"{state}"}}]}}"#
        );
        supported_until(text.as_bytes())
    }

    #[test]
    fn attached_and_enabled() {
        let takes_part = |attached, state| until(attached, state, "").unwrap().is_some();
        assert!(takes_part(true, "enabled"));
        assert!(!takes_part(false, "enabled") && !takes_part(true, "disabled") && !takes_part(true, "n/a"));
        assert!(supported_until(br#"{"attached":true}"#).unwrap().is_none());
        assert!(supported_until(b"{}").is_err() && supported_until(b"").is_err());
    }

    #[test]
    fn the_contract_ends() {
        let at = |expires: &str| until(true, "enabled", &format!("\"expires\":{expires},"));
        let end: Instant = "2026-10-01T00:00:00Z".parse().unwrap();
        assert_eq!(at("\"2026-10-01T00:00:00+00:00\"").unwrap(), Some(end));
        assert_eq!(at("\"2026-10-01T09:00:00+09:00\"").unwrap(), Some(end));
        assert_eq!(at("\"9999-12-31T00:00:00+00:00\"").unwrap().unwrap().date_naive().to_string(), "9999-12-31");
        assert_eq!((at("null").unwrap(), at("\"n/a\"").unwrap()), (Some(Instant::MAX_UTC), Some(Instant::MAX_UTC)));
        assert!(at("\"soon\"").is_err() && at("1").is_err());
        assert_eq!(until(false, "enabled", "\"expires\":\"soon\",").unwrap(), None, "nobody asks");
    }
}
