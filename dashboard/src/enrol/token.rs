//! Tokens with which hosts come in: for one host, or for all those of a roll-out.
//!
//! A token for many exists because what installs the agent on fifty PCs at once, such as a group policy, carries one line
//! for all. Until it is used up or withdrawn, whoever has it can add hosts.

use tenken_model::enrol::EnrolToken;
use tenken_model::{Instant, Span};

use super::{EnrolError, audit};
use crate::auth::secret::Secret;
use crate::authority::Authority;
use crate::demo;
use crate::ingest::Refused;
use crate::store::{NewToken, Store, StoreError};

/// How long an enrolment token works if nothing else is asked for: long enough to walk to the new host.
pub const TOKEN_VALID: Span = Span::from_days(1);
/// The most hosts that one token lets in.
pub const HOSTS_MAX: u32 = 500;
/// How long a token works at least and at most.
const VALID: (Span, Span) = (Span::from_secs(3_600), Span::from_days(14));

/// For how many hosts a token is, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTerms {
    hosts: u32,
    valid: Span,
}

impl TokenTerms {
    /// For one host, for a day.
    pub const ONE_HOST: Self = Self { hosts: 1, valid: TOKEN_VALID };

    /// Absent if a token cannot be for so many hosts, or for so long.
    pub fn new(hosts: u32, valid: Span) -> Option<Self> {
        let fits = (1..=HOSTS_MAX).contains(&hosts) && valid >= VALID.0 && valid <= VALID.1;
        fits.then_some(Self { hosts, valid })
    }
}

/// A token that was just made. Its text is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeToken {
    /// The token.
    pub token: EnrolToken,
    /// How many hosts it lets in.
    pub hosts: u32,
    /// When it stops working.
    pub until: Instant,
}

/// Makes a token.
pub async fn make_token(
    store: &Store,
    authority: &Authority,
    terms: TokenTerms,
    person: &str,
    now: Instant,
) -> Result<MadeToken, EnrolError> {
    let secret = Secret::new()?;
    let until = terms.valid.after(now);
    let mut transaction = store.write().await?;
    if demo::is_one(&mut transaction).await? {
        return Err(Refused::Demonstration.into());
    }
    transaction.forget_tokens(now).await?;
    let new = NewToken { digest: secret.digest(), made_at: now, made_by: person.to_owned(), until, hosts: terms.hosts };
    let number = transaction.add_token(&new).await?;
    let subject = subject(number);
    let detail = format!("{} / {}", terms.hosts, until.format("%Y-%m-%dT%H:%M:%SZ"));
    audit(&mut transaction, now, person, "token_made", &subject, &detail).await?;
    transaction.save().await?;
    let token = EnrolToken { secret: secret.text().to_owned(), authority: authority.digest() };
    Ok(MadeToken { token, hosts: terms.hosts, until })
}

/// Withdraws a token; false if there is none of that number that was not withdrawn.
pub async fn withdraw_token(store: &Store, number: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    if !transaction.withdraw_token(number, person, now).await? {
        return Ok(false);
    }
    let used = transaction.token_of_number(number).await?.map(|token| format!("{}/{}", token.used, token.hosts));
    let subject = subject(number);
    audit(&mut transaction, now, person, "token_withdrawn", &subject, &used.unwrap_or_default()).await?;
    transaction.save().await?;
    Ok(true)
}

/// A token in the audit log.
fn subject(number: i64) -> String {
    format!("token {number}")
}
