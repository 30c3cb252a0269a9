//! Why nobody was let in through the provider.

use tenken_model::{Language, Span};

/// Why nobody was let in, each with what an administrator can act on. What others said is one bounded line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The provider could not be reached, or not in time.
    Unreachable(String),
    /// The provider answered what is no description, key or token, or more than is read.
    Answer(String),
    /// The provider refused: the person gave up, or may not use the dashboard.
    Denied(String),
    /// The provider did not take the code for a token: it was used, is too old, or the client's secret is wrong.
    Code(String),
    /// The ID token is not signed, not with a key of the provider, or with a method that is not taken.
    Signature(String),
    /// The ID token, or the answer, is of another issuer.
    Issuer(String),
    /// The ID token is for somebody else.
    Audience(String),
    /// The ID token is not of now: expired, or issued too early or late.
    Time(String),
    /// The ID token belongs to another sign-in.
    Nonce,
    /// The provider does not say when the person showed who it is.
    NoAuthTime,
    /// The person showed it too long ago: an old session at the provider, so many seconds.
    Stale(i64),
    /// No such sign-in was begun, it is over, or it was used.
    Over,
    /// Another browser began it.
    OtherBrowser,
    /// Too many are under way.
    Busy,
    /// Nobody is bound to that account of the provider.
    Unknown(String),
    /// The person of that name may not sign in.
    Disabled(String),
    /// The account of the provider is bound to somebody else already.
    Taken(String),
    /// The person is bound to an account of the provider already.
    Bound,
    /// The invitation does not work, or no longer.
    Invitation,
    /// Who answers is not who asked to confirm the session, or the session ended.
    OtherPerson(String),
}

impl Refusal {
    /// What an administrator reads in the audit log.
    pub fn text(&self, t: Language) -> String {
        match self {
            Self::Unreachable(why) => t.identity_refused_unreachable(why),
            Self::Answer(why) => t.identity_refused_answer(why),
            Self::Denied(why) => t.identity_refused_denied(why),
            Self::Code(why) => t.identity_refused_code(why),
            Self::Signature(why) => t.identity_refused_signature(why),
            Self::Issuer(why) => t.identity_refused_issuer(why),
            Self::Audience(why) => t.identity_refused_audience(why),
            Self::Time(why) => t.identity_refused_time(why),
            Self::Nonce => t.identity_refused_nonce(),
            Self::NoAuthTime => t.identity_refused_no_auth_time(),
            Self::Stale(seconds) => t.identity_refused_stale(*seconds),
            Self::Over => t.identity_refused_over(),
            Self::OtherBrowser => t.identity_refused_other_browser(),
            Self::Busy => t.identity_refused_busy(),
            Self::Unknown(account) => t.identity_refused_unknown(account),
            Self::Disabled(name) => t.identity_refused_disabled(name),
            Self::Taken(account) => t.identity_refused_taken(account),
            Self::Bound => t.identity_refused_bound(),
            Self::Invitation => t.identity_refused_invitation(),
            Self::OtherPerson(account) => t.identity_refused_other_person(account),
        }
    }

    /// What the person reads, who cannot act on more.
    pub fn told(&self, t: Language) -> String {
        match self {
            Self::Unreachable(_) => t.identity_told_unreachable(),
            Self::Denied(_) => t.identity_told_denied(),
            Self::Over | Self::OtherBrowser | Self::Nonce => t.identity_told_over(),
            Self::Busy => t.identity_told_busy(),
            Self::Unknown(_) | Self::Disabled(_) => t.identity_told_unknown(),
            Self::Taken(_) => t.identity_told_taken(),
            Self::Bound => t.identity_refused_bound(),
            Self::Invitation => t.join_invalid(),
            Self::Stale(_) | Self::NoAuthTime => t.identity_told_stale(),
            Self::OtherPerson(_) => t.identity_told_other_person(),
            Self::Answer(_)
            | Self::Code(_)
            | Self::Signature(_)
            | Self::Issuer(_)
            | Self::Audience(_)
            | Self::Time(_) => t.identity_told_failed(),
        }
    }
}

/// Seconds of a length of time, for what people read.
pub(super) fn seconds(span: Span) -> i64 {
    span.millis().div_euclid(1_000)
}
