//! Passwords: what is accepted, and Argon2id off the threads that serve pages.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tenken_model::Language;
use thiserror::Error;
use tokio::sync::Semaphore;

/// The fewest characters.
pub const CHARS_MIN: usize = 12;
/// The most characters: enough for a sentence, few enough that hashing stays cheap.
pub const CHARS_MAX: usize = 200;

/// Why a new password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`CHARS_MIN`] characters.
    Short,
    /// More than [`CHARS_MAX`] characters.
    Long,
    /// It has fewer than five different characters.
    Simple,
    /// It holds the person's own name.
    HasName,
}

impl Weak {
    /// What is wrong and what to do.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Short => language.password_short(CHARS_MIN),
            Self::Long => language.password_long(CHARS_MAX),
            Self::Simple => language.password_simple(),
            Self::HasName => language.password_has_name(),
        }
    }
}

/// Hashing failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("hashing a password failed: {0}")]
pub struct HashError(String);

/// Accepts a new password or says what is wrong with it.
pub fn check(password: &str, name: &str) -> Result<(), Weak> {
    let count = password.chars().count();
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if count < CHARS_MIN {
        Err(Weak::Short)
    } else if count > CHARS_MAX {
        Err(Weak::Long)
    } else if different.len() < 5 {
        Err(Weak::Simple)
    } else if name.chars().count() >= 3 && password.to_lowercase().contains(&name.to_lowercase()) {
        Err(Weak::HasName)
    } else {
        Ok(())
    }
}

/// 19 MiB, two passes, one lane: the OWASP minimum for Argon2id, about 30 ms here.
fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| HashError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to store, with its salt and parameters, in PHC form.
pub async fn hash(password: String) -> Result<String, HashError> {
    blocking(move || {
        let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
        Ok(hash.to_string())
    })
    .await?
}

/// The password is that of the hash. With no hash, as much time passes and the answer is no, so
/// that a name that does not exist takes no less time than one that does.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool, HashError> {
    if password.chars().count() > CHARS_MAX {
        return Ok(false);
    }
    blocking(move || {
        let Some(stored) = stored else {
            argon2()?.hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
            return Ok(false);
        };
        let parsed = PasswordHash::new(&stored).map_err(|error| HashError(error.to_string()))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await?
}

/// How many passwords are hashed at once. Each takes 19 MiB, and anybody may ask for one.
static HASHING: Semaphore = Semaphore::const_new(4);

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
    let turn = HASHING.acquire().await.map_err(|error| HashError(error.to_string()))?;
    // The turn goes along: a browser that leaves does not stop the work.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(|error| HashError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_passwords_are_long_and_not_the_name() {
        assert_eq!(check("短いパス", "sato"), Err(Weak::Short));
        assert_eq!(check("aaaaaaaaaaaaaaa", "sato"), Err(Weak::Simple));
        assert_eq!(check("my-Sato-password", "sato"), Err(Weak::HasName));
        assert_eq!(check(&"abcdefgh".repeat(40), "sato"), Err(Weak::Long));
        assert_eq!(check("健診の予約は毎朝九時です", "sato"), Ok(()));
    }

    #[tokio::test]
    async fn hashes_are_argon2id_salted_and_checked() {
        let stored = hash("correct horse battery".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse battery".into()).await.unwrap());
        assert!(verify("correct horse battery".into(), Some(stored.clone())).await.unwrap());
        assert!(!verify("Correct horse battery".into(), Some(stored)).await.unwrap());
        assert!(!verify("x".into(), None).await.unwrap());
        assert!(verify("x".into(), Some("plain".into())).await.is_err());
    }
}
