//! The second factor of whoever measures, so that pages for people who have just confirmed their session are measured too.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::client::{Client, Coding};
use super::crawl::PASSWORD;

/// The key, as authenticator apps take it, and its bytes: that of the examples of RFC 6238. It guards a demonstration.
const KEY_TEXT: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const KEY: &[u8] = b"12345678901234567890";
/// Seconds for which a code stands.
const STEP_SECONDS: u64 = 30;
/// How long after a confirmation the next one is made: it counts for ten minutes.
const KEPT: Duration = Duration::from_mins(4);

/// A session that somebody confirmed with the second factor.
pub(super) struct Confirmed {
    at: Instant,
}

impl Confirmed {
    /// Sets the second factor up for the person of a session, which confirms the session.
    pub(super) fn set_up(client: &Client) -> Result<Self> {
        let token = token(client, "/account/second-factor")?;
        let form = format!("csrf={token}&key={KEY_TEXT}&password={PASSWORD}&code={:06}", code(step()?)?);
        let answer = client.post("/account/second-factor", &form)?;
        if answer.status != 200 || client.get("/confirm?next=/", Coding::Plain)?.status != 200 {
            bail!("the second factor could not be set up: {}", answer.status);
        }
        Ok(Self { at: Instant::now() })
    }

    /// Confirms the session again if that is due; the code is another one by then.
    pub(super) fn keep(&mut self, client: &Client) -> Result<()> {
        if self.at.elapsed() < KEPT {
            return Ok(());
        }
        let token = token(client, "/confirm?next=/")?;
        let answer = client.post("/confirm", &format!("csrf={token}&next=/&code={:06}", code(step()?)?))?;
        if answer.status != 303 {
            bail!("the session could not be confirmed: {}", answer.status);
        }
        self.at = Instant::now();
        Ok(())
    }
}

/// What the forms of a page prove themselves by.
fn token(client: &Client, address: &str) -> Result<String> {
    let html = client.get(address, Coding::Plain)?.text();
    let token = html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    token.map(str::to_owned).with_context(|| format!("{address} has no form"))
}

fn step() -> Result<u64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is set before 1970")?;
    Ok(now.as_secs() / STEP_SECONDS)
}

/// The code of a step: TOTP of RFC 6238 with SHA-1 and six digits.
fn code(step: u64) -> Result<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(KEY).context("the key")?;
    mac.update(&step.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let offset = tag.last().map_or(0, |last| usize::from(last & 0xf));
    let number = tag.iter().skip(offset).take(4).fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
    Ok(number % (1 << 31) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, wanted) in [(59, 287_082), (1_111_111_109, 81_804), (2_000_000_000, 279_037)] {
            assert_eq!(code(seconds / STEP_SECONDS).unwrap(), wanted, "{seconds}");
        }
    }
}
