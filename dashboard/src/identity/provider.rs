//! The provider: where a person is sent, and what the code it comes back with is worth.

use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::{CoreAuthPrompt, CoreClient, CoreClientAuthMethod, CoreProviderMetadata, CoreResponseType};
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
};
use tenken_model::Instant;
use tokio::sync::Semaphore;

use super::channel::{Channel, ChannelError};
use super::flow::{Flow, nonce, verifier};
use super::proof::{Expected, Proven, check, said};
use super::refusal::Refusal;
use super::settings::ProviderSettings;
use crate::auth::secret::Secret;
use crate::public_web::Reach;
use crate::secret_file::SecretFile;

/// How long one step of a sign-in may take with all that is asked for it.
const WHOLE: Duration = Duration::from_secs(10);
/// How many steps may ask the provider at once, so that nobody has the dashboard flood it.
const AT_ONCE: usize = 8;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The agency's identity provider. Clones share it.
#[derive(Debug, Clone)]
pub struct Provider {
    settings: Arc<ProviderSettings>,
    channel: Channel,
    turns: Arc<Semaphore>,
}

impl Provider {
    /// Prepares to ask it; it is not asked yet.
    ///
    /// # Errors
    /// A file that the settings name cannot be used.
    pub fn new(settings: ProviderSettings) -> anyhow::Result<Self> {
        let reach = if settings.private_network { Reach::Anywhere } else { Reach::Public };
        let channel = Channel::new(settings.authority_file.as_deref(), reach)?;
        if let Some(file) = &settings.client_secret_file {
            secret(file).map_err(anyhow::Error::msg)?;
        }
        Ok(Self { settings: Arc::new(settings), channel, turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// How it is configured.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Whether it can be reached and describes itself.
    pub async fn look(&self) -> Result<(), Refusal> {
        self.within(async { self.describe().await.map(drop) }).await
    }

    /// Where a person is sent. What is kept of it is the digest of `state` and of the browser's secret.
    pub async fn address(&self, state: &Secret, browser: &Secret, fresh: bool) -> Result<String, Refusal> {
        let metadata = self.within(self.describe()).await?;
        let endpoint = metadata.authorization_endpoint().url();
        if endpoint.scheme() != "https" {
            return Err(Refusal::Answer(said(&format!("authorization_endpoint {endpoint}"))));
        }
        let client = self.client(metadata, None)?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier(browser)));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (state, nonce) = (CsrfToken::new(state.text().to_owned()), Nonce::new(nonce(browser)));
        let mut request = client.authorize_url(flow, || state, || nonce).set_pkce_challenge(challenge);
        request = request.add_scope(Scope::new("profile".to_owned()));
        if self.settings.account_claim == "email" {
            request = request.add_scope(Scope::new("email".to_owned()));
        }
        for class in &self.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(class.clone()));
        }
        if fresh {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let (address, ..) = request.url();
        Ok(address.to_string())
    }

    /// What the code proves with which a person came back.
    pub async fn redeem(&self, code: &str, browser: &Secret, flow: &Flow, now: Instant) -> Result<Proven, Refusal> {
        let redeemed = self.within(async {
            let metadata = self.describe().await?;
            let keys = metadata.jwks().clone();
            let secret = self.settings.client_secret_file.as_ref().map(secret).transpose().map_err(Refusal::Code)?;
            let client = self.client(metadata, secret)?;
            let request = client
                .exchange_code(AuthorizationCode::new(code.to_owned()))
                .map_err(|error| Refusal::Answer(said(&error.to_string())))?
                .set_pkce_verifier(PkceCodeVerifier::new(verifier(browser)));
            let answer = request.request_async(&self.channel).await.map_err(|error| match error {
                RequestTokenError::ServerResponse(answer) => Refusal::Code(said(&answer.to_string())),
                RequestTokenError::Request(error) => unreached(&error),
                RequestTokenError::Parse(error, _) => Refusal::Answer(said(&error.to_string())),
                RequestTokenError::Other(why) => Refusal::Answer(said(&why)),
            })?;
            Ok((answer, keys))
        });
        let (answer, keys) = redeemed.await?;
        let token = answer.id_token().ok_or_else(|| Refusal::Answer("id_token".to_owned()))?;
        let (nonce, fresh) = (nonce(browser), flow.purpose.wants_fresh());
        let expected = Expected { settings: &self.settings, nonce, begun_at: flow.begun_at, now, fresh };
        check(token, keys, &expected)
    }

    /// Its description, which must be the issuer's own, and its keys.
    async fn describe(&self) -> Result<CoreProviderMetadata, Refusal> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone());
        let issuer = issuer.map_err(|error| Refusal::Issuer(said(&error.to_string())))?;
        CoreProviderMetadata::discover_async(issuer, &self.channel).await.map_err(|error| match error {
            DiscoveryError::Request(error) => unreached(&error),
            DiscoveryError::Validation(why) => Refusal::Issuer(said(&why)),
            DiscoveryError::Parse(why) => Refusal::Answer(said(&why.to_string())),
            DiscoveryError::Response(_, _, why) | DiscoveryError::Other(why) => Refusal::Answer(said(&why)),
            other => Refusal::Answer(said(&other.to_string())),
        })
    }

    fn client(&self, metadata: CoreProviderMetadata, secret: Option<ClientSecret>) -> Result<Client, Refusal> {
        let callback = RedirectUrl::new(self.settings.callback());
        let callback = callback.map_err(|error| Refusal::Answer(said(&error.to_string())))?;
        let knows = |method: &CoreClientAuthMethod| {
            metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| methods.contains(method))
        };
        let in_body =
            knows(&CoreClientAuthMethod::ClientSecretPost) && !knows(&CoreClientAuthMethod::ClientSecretBasic);
        let way = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(callback).set_auth_type(way))
    }

    /// Does a step in its turn and in time.
    async fn within<T>(&self, step: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        let _turn = self.turns.try_acquire().map_err(|_| Refusal::Busy)?;
        let late = |_| Refusal::Unreachable(format!("no answer within {} s", WHOLE.as_secs()));
        tokio::time::timeout(WHOLE, step).await.map_err(late)?
    }
}

fn unreached(error: &ChannelError) -> Refusal {
    match error {
        ChannelError::Unreachable(why) => Refusal::Unreachable(said(why)),
        ChannelError::TooLarge => Refusal::Answer(error.to_string()),
    }
}

/// The client's secret, read anew for each sign-in: it is renewed while the dashboard runs.
fn secret(file: &SecretFile) -> Result<ClientSecret, String> {
    file.read().map(ClientSecret::new).map_err(|error| format!("client_secret_file: {error}"))
}
