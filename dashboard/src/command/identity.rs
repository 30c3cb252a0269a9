//! The agency's identity provider, as `serve` is told of it.

use std::path::Path;

use anyhow::{Context as _, Result};
use tenken_model::Language;

use crate::identity::{Provider, ProviderSettings};
use crate::settings_file;

/// The provider that `file` names.
pub(super) fn provider(file: &Path) -> Result<Provider> {
    let settings: ProviderSettings = settings_file::read(file)?;
    Provider::new(settings).with_context(|| file.display().to_string())
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
