//! Signing in through the agency's identity provider (OpenID Connect Core 1.0, Authorization Code flow with PKCE).
//!
//! Here is what is said between the dashboard and the provider; who the person is to the dashboard is decided in
//! [`crate::auth::identity`]. Nothing of the provider is kept in the process: its description and keys are fetched for each
//! sign-in, so that a changed key needs no restart and any of several dashboards ends what another began. Sign-ins are few.

mod channel;
pub mod flow;
pub mod proof;
pub mod provider;
pub mod refusal;
pub mod settings;
pub mod strength;

pub use flow::{Flow, Purpose};
pub use proof::Proven;
pub use provider::Provider;
pub use refusal::Refusal;
pub use settings::{LocalSignIn, ProviderSettings};
pub use strength::Strength;
