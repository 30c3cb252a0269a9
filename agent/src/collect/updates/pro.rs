//! What Ubuntu's Pro client tells of itself in `status.json`.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Status {
    attached: bool,
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Debug, Deserialize)]
struct Service {
    name: String,
    #[serde(default)]
    status: String,
}

/// Whether this host is attached and gets the updates of the system itself (`esm-infra`).
pub fn is_supported(bytes: &[u8]) -> Result<bool, serde_json::Error> {
    let status: Status = serde_json::from_slice(bytes)?;
    Ok(status.attached && status.services.iter().any(|of| of.name == "esm-infra" && of.status == "enabled"))
}

#[cfg(test)]
mod tests {
    use super::is_supported;

    #[test]
    fn attached_and_enabled() {
        let status = |attached: bool, state: &str| {
            let text = format!(
                r#"{{"attached":{attached},"services":[{{"name":"esm-apps","status":"enabled"}},{{"name":"esm-infra","status":"{state}"}}]}}"#
            );
            is_supported(text.as_bytes()).unwrap()
        };
        assert!(status(true, "enabled"));
        assert!(!status(false, "enabled") && !status(true, "disabled") && !status(true, "n/a"));
        assert!(!is_supported(br#"{"attached":true}"#).unwrap());
        assert!(is_supported(b"{}").is_err() && is_supported(b"").is_err());
    }
}
