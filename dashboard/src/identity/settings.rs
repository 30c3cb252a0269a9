//! The identity provider, as it is configured.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tenken_model::Language;
use tenken_model::finding::Bilingual;

use super::strength::Factors;
use crate::secret_file::SecretFile;
use crate::settings_file::{self, FileSettings};

/// The agency's identity provider, and what it is trusted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// The provider's issuer, exactly as its description gives it: `https://login.example.jp/realms/agency`.
    pub issuer: String,
    /// The name under which the provider knows the dashboard.
    pub client_id: String,
    /// A file with the client's secret, which others may not read, or a credential of systemd: `credential:NAME`. Absent for a
    /// public client.
    #[serde(default)]
    pub client_secret_file: Option<SecretFile>,
    /// What people call it; shown on the button.
    pub name: Bilingual,
    /// The address of the dashboard for people, to which the provider leads back: `https://tenken.example.jp:7742`.
    pub dashboard: String,
    /// A certificate authority to trust beside those of the system, in PEM.
    #[serde(default)]
    pub authority_file: Option<PathBuf>,
    /// The provider stands in the agency's own network. Without it only addresses of the public internet are asked, so that
    /// a provider's description cannot have the dashboard look into the network behind it.
    #[serde(default)]
    pub private_network: bool,
    /// Classes (`acr`) that are asked for, each of which means more than one factor.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// How it is known that a person showed more than one factor.
    #[serde(default)]
    pub factors: Factors,
    /// The claim of the ID token that names the account to people, such as `preferred_username` or `email`. It is shown and
    /// never compared.
    #[serde(default = "preferred_username")]
    pub account_claim: String,
    /// Who may still sign in with a password of the dashboard.
    #[serde(default)]
    pub local_sign_in: LocalSignIn,
}

/// Who may sign in with a password of the dashboard although the provider knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalSignIn {
    /// Everybody who has one.
    #[default]
    Everybody,
    /// Administrators, for the day on which the provider is down, and people whom no account of the provider is bound to.
    Administrators,
}

fn preferred_username() -> String {
    "preferred_username".to_owned()
}

/// Where the provider leads back to, below the dashboard's address.
pub const CALLBACK: &str = "/sign-in/provider/callback";

impl FileSettings for ProviderSettings {
    fn check(&self) -> Result<(), String> {
        address("issuer", &self.issuer)?;
        address("dashboard", &self.dashboard)?;
        if self.client_id.trim().is_empty() {
            return Err(
                "client_id: it is empty; write the name under which the provider knows the dashboard".to_owned()
            );
        }
        if self.name.ja.trim().is_empty() || self.name.en.trim().is_empty() {
            return Err("name: write what people call the provider, in ja and en".to_owned());
        }
        if self.account_claim.trim().is_empty() {
            return Err("account_claim: it is empty; write preferred_username or leave it out".to_owned());
        }
        if self.acr_values.iter().any(|value| value.is_empty() || value.contains(char::is_whitespace)) {
            return Err("acr_values: a value is empty or has a space".to_owned());
        }
        Ok(())
    }
}

impl ProviderSettings {
    /// Settings as a person wrote them in YAML; the error names the file, the place and what is wrong.
    pub fn read(file: &str, text: &str) -> Result<Self, String> {
        settings_file::parse(file, text)
    }

    /// What people call it.
    pub fn name(&self, language: Language) -> &str {
        language.of(&self.name)
    }

    /// Where the provider leads back to: what its administrator registers as the redirect address.
    pub fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.dashboard.trim_end_matches('/'))
    }
}

/// An address that can be the issuer's or the dashboard's: HTTPS, without what would make two addresses of one.
fn address(field: &str, text: &str) -> Result<(), String> {
    let told = |problem: &str| Err(format!("{field}: `{text}` {problem}"));
    let Ok(url) = reqwest::Url::parse(text) else { return told("is no address; write https://name") };
    if url.scheme() != "https" {
        return told("is not https");
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return told("may have no query, fragment or user name");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::settings_file::FILE_BYTES_MAX;

    use super::*;

    const GOOD: &str = "\
issuer: https://login.example.jp/realms/agency
client_id: tenken
client_secret_file: /etc/tenken-dashboard/provider.secret
name: {ja: 院内アカウント, en: the agency account}
dashboard: https://tenken.example.jp:7742/
acr_values: [phr]
";

    #[test]
    fn settings_are_read_as_people_write_them() {
        let settings = ProviderSettings::read("provider.yaml", GOOD).unwrap();
        assert_eq!(settings.callback(), "https://tenken.example.jp:7742/sign-in/provider/callback");
        assert_eq!(
            (settings.name(Language::Japanese), settings.name(Language::English)),
            ("院内アカウント", "the agency account")
        );
        assert_eq!((settings.factors, settings.local_sign_in), (Factors::Shown, LocalSignIn::Everybody));
        assert_eq!(settings.account_claim, "preferred_username");
        let more = format!("{GOOD}factors: enforced\nlocal_sign_in: administrators\nprivate_network: true\n");
        let settings = ProviderSettings::read("provider.yaml", &more).unwrap();
        assert_eq!((settings.factors, settings.local_sign_in), (Factors::Enforced, LocalSignIn::Administrators));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            ("issuer: https", "issuer: http", "is not https"),
            ("https://login.example.jp/realms/agency", "login", "is no address"),
            ("realms/agency", "realms?x=1", "no query"),
            ("https://login", "https://user@login", "user name"),
            ("client_id: tenken", "client_id: ''", "client_id"),
            ("client_id: tenken\n", "", "client_id"),
            ("client_secret_file:", "client_secret:", "client_secret"),
            ("en: the agency account", "en: ' '", "name"),
            (", en: the agency account", "", "en"),
            ("dashboard: https", "dashboard: http", "dashboard"),
            ("[phr]", "['a b']", "acr_values"),
            ("acr_values: [phr]", "factors: some", "some"),
            ("acr_values: [phr]", "local_sign_in: nobody", "nobody"),
            ("acr_values: [phr]", "account_claim: ''", "account_claim"),
        ];
        for (good, bad, told) in cases {
            assert!(GOOD.contains(good), "{good}");
            let error = ProviderSettings::read("provider.yaml", &GOOD.replacen(good, bad, 1)).unwrap_err();
            assert!(error.starts_with("provider.yaml:") && error.contains(told), "{bad}: {error}");
        }
        assert!(ProviderSettings::read("provider.yaml", &" ".repeat(FILE_BYTES_MAX + 1)).is_err());
    }
}
