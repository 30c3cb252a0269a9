//! Names, and the clock by what time servers say (RFC 4330).

use tenken_model::Instant;
use tokio::net::{UdpSocket, lookup_host};

use super::super::judge::NameSeen;
use super::WITHIN;

/// The port of NTP.
const PORT: u16 = 123;
/// The bytes of a message.
const MESSAGE_BYTES: usize = 48;
/// A question of a client, version 4.
const QUESTION: u8 = 0x23;
/// From 1900, where NTP begins, to 1970, in seconds.
const TO_UNIX: i64 = 2_208_988_800;

/// Asks for the addresses of each name.
pub async fn names(names: &[String]) -> Vec<NameSeen> {
    let mut seen = Vec::new();
    for name in names {
        let found = match tokio::time::timeout(WITHIN, lookup_host((name.as_str(), 0))).await {
            Ok(Ok(found)) => Ok(found.map(|address| address.ip()).collect()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        seen.push((name.clone(), found));
    }
    seen
}

/// Asks time servers how far the clock is off, in milliseconds, until one answers.
pub async fn clock(servers: &[String], now: fn() -> Instant) -> Vec<(String, Result<i64, String>)> {
    let mut seen = Vec::new();
    for server in servers {
        let asked = tokio::time::timeout(WITHIN, ask(server, now)).await;
        let offset = asked.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        let answered = offset.is_ok();
        seen.push((server.clone(), offset));
        if answered {
            break;
        }
    }
    seen
}

async fn ask(server: &str, now: fn() -> Instant) -> Result<i64, String> {
    let told = |error: std::io::Error| error.to_string();
    let address = if server.parse::<std::net::SocketAddr>().is_ok() || server.matches(':').count() == 1 {
        lookup_host(server).await.map_err(told)?.next()
    } else {
        lookup_host((server, PORT)).await.map_err(told)?.next()
    };
    let address = address.ok_or_else(|| "it has no address".to_owned())?;
    let own = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(own).await.map_err(told)?;
    socket.connect(address).await.map_err(told)?;
    let sent_at = now();
    let mut question = [0; MESSAGE_BYTES];
    question[0] = QUESTION;
    let mark = stamp(sent_at);
    question[40..].copy_from_slice(&mark);
    socket.send(&question).await.map_err(told)?;
    let mut answer = [0; MESSAGE_BYTES];
    let length = socket.recv(&mut answer).await.map_err(told)?;
    offset(answer.get(..length).unwrap_or_default(), mark, sent_at.timestamp_millis(), now().timestamp_millis())
}

/// An instant as NTP writes it; the fraction is that of the millisecond.
fn stamp(at: Instant) -> [u8; 8] {
    let seconds = u32::try_from((at.timestamp() + TO_UNIX).rem_euclid(1 << 32)).unwrap_or_default();
    let fraction = (u64::from(at.timestamp_subsec_millis()) << 32) / 1_000;
    let fraction = u32::try_from(fraction).unwrap_or(u32::MAX);
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&seconds.to_be_bytes());
    bytes[4..].copy_from_slice(&fraction.to_be_bytes());
    bytes
}

/// Milliseconds since 1970 of a time in a message; those before 1968 are of the next era, which begins in 2036.
fn millis(message: &[u8], at: usize) -> Option<i64> {
    let word = |at: usize| message.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let (seconds, fraction) = (word(at)?, word(at + 4)?);
    let era = if seconds & (1 << 31) == 0 { 1_i64 << 32 } else { 0 };
    let part = i64::try_from((u64::from(fraction) * 1_000) >> 32).ok()?;
    (seconds, fraction).ne(&(0, 0)).then(|| (i64::from(seconds) + era - TO_UNIX) * 1_000 + part)
}

/// How far this machine's clock is before the server's, in milliseconds, by the answer to a question that was sent and answered then.
fn offset(answer: &[u8], mark: [u8; 8], sent: i64, heard: i64) -> Result<i64, String> {
    let unusable = |problem: &str| Err(format!("its answer cannot be used: {problem}"));
    if answer.len() < MESSAGE_BYTES {
        return unusable("it is too short");
    }
    let (first, stratum) = (answer.first().copied().unwrap_or_default(), answer.get(1).copied().unwrap_or_default());
    if first & 0x07 != 4 || answer.get(24..32) != Some(mark.as_slice()) {
        return unusable("it is none to this question");
    }
    if first >> 6 == 3 || !(1..16).contains(&stratum) {
        return unusable("the server's own clock is not set");
    }
    let (Some(taken), Some(answered)) = (millis(answer, 32), millis(answer, 40)) else {
        return unusable("it has no time");
    };
    Ok(-((taken - sent) + (answered - heard)) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn answer(mark: [u8; 8], time: &str) -> Vec<u8> {
        let mut answer = vec![0; MESSAGE_BYTES];
        (answer[0], answer[1]) = (0x24, 1);
        answer[24..32].copy_from_slice(&mark);
        answer[32..40].copy_from_slice(&stamp(at(time)));
        answer[40..].copy_from_slice(&stamp(at(time)));
        answer
    }

    #[test]
    fn the_clock_is_before_or_behind_the_servers() {
        let sent = at("2026-11-28T00:00:10.000Z");
        let (mark, sent) = (stamp(sent), sent.timestamp_millis());
        let of = |time| offset(&answer(mark, time), mark, sent, sent + 20).unwrap();
        assert!((of("2026-11-28T00:00:10.010Z")).abs() <= 1);
        assert!((of("2026-11-28T00:00:00.010Z") - 10_000).abs() <= 1, "it is ten seconds ahead");
        assert!((of("2026-11-28T01:00:10.010Z") + 3_600_000).abs() <= 1);
        let late = at("2040-01-01T00:00:00Z");
        assert_eq!(millis(&[&[0; 4][..], &stamp(late)].concat(), 4), Some(late.timestamp_millis()), "the next era");
    }

    #[test]
    fn an_answer_that_tells_no_time_is_not_taken_for_one() {
        let sent = at("2026-11-28T00:00:10Z");
        let (mark, sent) = (stamp(sent), sent.timestamp_millis());
        let good = answer(mark, "2026-11-28T00:00:10Z");
        let changed = |at: usize, byte: u8| {
            let mut answer = good.clone();
            answer[at] = byte;
            offset(&answer, mark, sent, sent).unwrap_err()
        };
        assert!(changed(0, 0x23).contains("none to this"));
        assert!(changed(24, 0).contains("none to this"));
        assert!(
            changed(0, 0xe4).contains("not set")
                && changed(1, 0).contains("not set")
                && changed(1, 16).contains("not set")
        );
        assert!(offset(&good[..47], mark, sent, sent).unwrap_err().contains("short"));
        let mut silent = good;
        silent[32..40].fill(0);
        assert!(offset(&silent, mark, sent, sent).unwrap_err().contains("no time"));
    }
}
