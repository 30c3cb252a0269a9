//! The agency's identity provider, as `serve` is told of it.

use anyhow::{Context as _, Result};
use tenken_model::Language;

use crate::configuration::Source;
use crate::identity::{Provider, ProviderSettings};

/// The provider that is configured.
pub(super) fn provider(source: &Source<ProviderSettings>) -> Result<Provider> {
    let settings = source.settings()?;
    Provider::new(settings).with_context(|| {
        source.file().map_or_else(|| "identity_provider".to_owned(), |file| file.display().to_string())
    })
}

/// Says in the log whether the provider can be reached, so that whoever sets it up need not wait for the first sign-in.
pub(super) async fn look(provider: &Provider) {
    let issuer = &provider.settings().issuer;
    match provider.look().await {
        Ok(()) => tracing::info!(issuer, "the identity provider answers"),
        Err(refusal) => {
            let reason = refusal.text(Language::English);
            tracing::warn!(
                issuer,
                reason,
                "the identity provider cannot be used now; people can sign in with a password"
            );
        }
    }
}
