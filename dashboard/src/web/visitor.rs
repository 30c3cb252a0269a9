//! Who asks: the language, and the person whose session the request carries.

use axum::http::HeaderMap;
use tenken_model::digest::Digest;
use tenken_model::{Instant, Language};

use crate::auth::cookie::{self, Channel};
use crate::auth::secret::Secret;
use crate::auth::session::{Life, Times};
use crate::store::{Store, StoreError, User};

/// Who asks; an extension of each request.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The language the visitor chose; Japanese until then.
    pub language: Language,
    /// The person and the session, for whoever has signed in.
    pub signed: Option<Signed>,
}

/// A person with an open session.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who it is.
    pub user: User,
    /// The digest of the session's secret.
    pub session: Digest,
    /// The session's times.
    pub times: Times,
}

impl Signed {
    /// What the session's forms carry. It tells nothing of the session's secret, and another site cannot know it.
    pub fn form_token(&self) -> String {
        Digest::of_parts([b"tenken form v1".as_slice(), self.session.bytes()]).to_string()
    }
}

/// Whether a person asks, as browsers tell: an open page that keeps itself fresh must not keep a session open that nobody
/// uses. A browser that tells nothing is taken for a person's.
fn by_a_person(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|destination| destination == "document")
}

impl Visitor {
    /// The language the visitor chose; Japanese until then.
    pub fn language(headers: &HeaderMap) -> Language {
        cookie::value(headers, cookie::LANGUAGE).and_then(Language::from_tag).unwrap_or_default()
    }

    /// Reads the cookies and looks the session up; its last use by a person is stored when that is due.
    pub async fn of(headers: &HeaderMap, channel: Channel, store: &Store, now: Instant) -> Result<Self, StoreError> {
        let language = Self::language(headers);
        let secret = cookie::value(headers, channel.session_cookie()).and_then(Secret::from_text);
        let Some(session) = secret.map(|secret| secret.digest()) else {
            return Ok(Self { language, signed: None });
        };
        let Some(stored) = store.read().await?.session(&session).await? else {
            return Ok(Self { language, signed: None });
        };
        match stored.times.life(now) {
            Life::Ended => return Ok(Self { language, signed: None }),
            Life::Touch if by_a_person(headers) => {
                let mut transaction = store.write().await?;
                transaction.touch_session(&session, now).await?;
                transaction.save().await?;
            }
            Life::Touch | Life::Holds => {}
        }
        Ok(Self { language, signed: Some(Signed { user: stored.user, session, times: stored.times }) })
    }
}
