//! The second factor of whoever measures, so that pages for people who have just confirmed their session are measured too.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use super::client::{Client, Coding};
use super::crawl::PASSWORD;

/// The key, as authenticator apps take it, and its bytes: that of the examples of RFC 6238. It guards a demonstration.
const KEY_TEXT: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const KEY: &[u8] = b"12345678901234567890";
/// Seconds for which a code stands.
const STEP_SECONDS: u64 = 30;
/// How long after a confirmation the next one is made: it counts for ten minutes.
const KEPT: Duration = Duration::from_mins(4);
/// Bytes of a block of SHA-1.
const BLOCK: usize = 64;

/// A session that somebody confirmed with the second factor.
pub(super) struct Confirmed {
    at: Instant,
}

impl Confirmed {
    /// Sets the second factor up for the person of a session, which confirms the session.
    pub(super) fn set_up(client: &Client) -> Result<Self> {
        let token = token(client, "/account/second-factor")?;
        let form = format!("csrf={token}&key={KEY_TEXT}&password={PASSWORD}&code={:06}", code(step()?));
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
        let answer = client.post("/confirm", &format!("csrf={token}&next=/&code={:06}", code(step()?)))?;
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
fn code(step: u64) -> u32 {
    let tag = hmac(KEY, &step.to_be_bytes());
    let offset = tag.last().map_or(0, |last| usize::from(last & 0xf));
    number(tag.iter().skip(offset).take(4)) % (1 << 31) % 1_000_000
}

/// HMAC-SHA1 (RFC 2104) with a key that is no longer than a block.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 20] {
    let padded = |pad: u8| -> Vec<u8> {
        key.iter().copied().chain(std::iter::repeat(0)).take(BLOCK).map(|byte| byte ^ pad).collect()
    };
    let inner = sha1(&[padded(0x36), message.to_vec()].concat());
    sha1(&[padded(0x5c), inner.to_vec()].concat())
}

/// SHA-1 (RFC 3174).
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % BLOCK != BLOCK - 8 {
        padded.push(0);
    }
    padded.extend(u64::try_from(message.len()).unwrap_or(u64::MAX).saturating_mul(8).to_be_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(BLOCK) {
        let mixed = mix(state, block);
        state.iter_mut().zip(mixed).for_each(|(word, more)| *word = word.wrapping_add(more));
    }
    let mut digest = [0; 20];
    let bytes = state.iter().flat_map(|word| word.to_be_bytes());
    digest.iter_mut().zip(bytes).for_each(|(byte, made)| *byte = made);
    digest
}

/// The eighty rounds over one block.
fn mix(state: [u32; 5], block: &[u8]) -> [u32; 5] {
    let mut words: Vec<u32> = block.chunks_exact(4).map(|four| number(four.iter())).collect();
    for at in words.len()..80 {
        let back = |by: usize| words.get(at - by).copied().unwrap_or_default();
        words.push((back(3) ^ back(8) ^ back(14) ^ back(16)).rotate_left(1));
    }
    words.iter().zip(0..).fold(state, |[first, second, third, fourth, fifth], (word, round)| {
        let (mixed, constant) = match round / 20 {
            0 => ((second & third) | (!second & fourth), 0x5a82_7999_u32),
            1 => (second ^ third ^ fourth, 0x6ed9_eba1),
            2 => ((second & third) | (second & fourth) | (third & fourth), 0x8f1b_bcdc),
            _ => (second ^ third ^ fourth, 0xca62_c1d6),
        };
        let sum =
            [mixed, fifth, constant, *word].iter().fold(first.rotate_left(5), |sum, more| sum.wrapping_add(*more));
        [sum, first, second.rotate_left(30), third, fourth]
    })
}

/// Four bytes as a number, the highest first.
fn number<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    bytes.fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, wanted) in [(59, 287_082), (1_111_111_109, 81_804), (2_000_000_000, 279_037)] {
            assert_eq!(code(seconds / STEP_SECONDS), wanted, "{seconds}");
        }
    }

    #[test]
    fn digests_are_those_of_rfc_3174() {
        let begins = |message: &[u8]| number(sha1(message).iter().take(4));
        assert_eq!(begins(b"abc"), 0xa999_3e36);
        assert_eq!(begins(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), 0x8498_3e44, "two blocks");
    }
}
