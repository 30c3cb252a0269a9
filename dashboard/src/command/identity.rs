//! The agency's identity provider, as `serve` is told of it.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use tenken_model::Language;

use crate::identity::settings::FILE_BYTES_MAX;
use crate::identity::{Provider, ProviderSettings};

/// The provider that `file` names.
pub(super) fn provider(file: &Path) -> Result<Provider> {
    let shown = file.display().to_string();
    let size = std::fs::metadata(file).with_context(|| format!("reading {shown}"))?.len();
    if usize::try_from(size).map_or(true, |size| size > FILE_BYTES_MAX) {
        bail!("{shown}: it is larger than {FILE_BYTES_MAX} bytes");
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {shown}"))?;
    let settings = ProviderSettings::read(&shown, &text).map_err(|problem| anyhow!(problem))?;
    Provider::new(settings).with_context(|| shown.clone())
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
