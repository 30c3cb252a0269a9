//! The offset that the agent measures itself, whatever a time service says.

use tenken_model::fact::time_sync::MeasuredOffset;
use tenken_model::{Read, Reason, ReasonCode, Span};

use super::super::{Look, Needs};
use crate::host::SntpReading;

/// How many answers are taken of one server; the one with the shortest way counts.
const SAMPLES: usize = 3;
/// How long one answer may take.
const WITHIN: Span = Span::from_millis(1_000);
/// How many servers are tried until one answers.
const SERVERS_MAX: usize = 4;

/// Asks the references in turn until one answers.
pub(super) fn read(look: &Look<'_>, needs: &Needs) -> Read<MeasuredOffset> {
    if needs.time_references.is_empty() {
        return Read::not_read(
            ReasonCode::NotConfigured,
            "measure the offset: no time server was named to measure against",
        );
    }
    let mut last = None;
    for server in needs.time_references.iter().take(SERVERS_MAX) {
        match measure(look, server) {
            Ok(measured) => return Read::Measured(measured),
            Err(reason) => last = Some(reason),
        }
    }
    let last = last.unwrap_or_else(|| Reason::new(ReasonCode::NoAnswer, "measure the offset: no server answered"));
    if !matches!(last.code, ReasonCode::NoAnswer | ReasonCode::TimedOut) {
        return Read::NotRead(last);
    }
    let detail = format!("{}; let UDP port 123 out to it, or name a time server that is within reach", last.detail);
    Read::NotRead(Reason::new(last.code, detail))
}

fn measure(look: &Look<'_>, server: &str) -> Result<MeasuredOffset, Reason> {
    let mut readings: Vec<SntpReading> = Vec::new();
    let mut last = None;
    for _ in 0..SAMPLES {
        match look.sntp(server, WITHIN) {
            Ok(reading) if reading.synchronised => readings.push(reading),
            Ok(_) => {
                let detail = format!("sntp {server}: the server says that its own clock is not set");
                return Err(Reason::new(ReasonCode::Inconclusive, detail));
            }
            // What did not answer once is not waited for twice more.
            Err(error) => {
                last = Some(error.reason());
                break;
            }
        }
    }
    let none = || Reason::new(ReasonCode::NoAnswer, format!("sntp {server}: no answer"));
    of(server, &readings).ok_or_else(|| last.unwrap_or_else(none))
}

/// What the answers of one server say: that with the shortest way counts, because a way that is longer in one direction
/// than in the other moves the offset by at most half of it.
fn of(server: &str, readings: &[SntpReading]) -> Option<MeasuredOffset> {
    let best = readings.iter().min_by_key(|reading| reading.delay_micros)?;
    let samples = i64::try_from(readings.len()).unwrap_or(i64::MAX);
    let bound = best.delay_micros.max(0).saturating_add(1) / 2 + best.root_distance_micros.max(0);
    Some(MeasuredOffset {
        reference: server.to_owned(),
        offset: Span::from_millis(rounded(best.offset_micros)),
        // Rounded up, and half a millisecond for the offset's own rounding.
        error_bound: Span::from_millis(bound.saturating_add(1_499) / 1_000),
        samples,
    })
}

/// Whole milliseconds, to the nearest.
fn rounded(micros: i64) -> i64 {
    let half = if micros < 0 { -500 } else { 500 };
    micros.saturating_add(half) / 1_000
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::{ReadError, ReadErrorKind, Recording};

    fn needs(servers: &[&str]) -> Needs {
        Needs {
            registers: Registers::not_given("test"),
            time_references: servers.iter().map(|server| (*server).to_owned()).collect(),
            now: Instant::UNIX_EPOCH,
        }
    }

    fn reading(offset_micros: i64) -> SntpReading {
        SntpReading { offset_micros, delay_micros: 3_000, root_distance_micros: 500, stratum: 2, synchronised: true }
    }

    #[test]
    fn the_bound_covers_way_and_server() {
        let host = Recording::new(Instant::UNIX_EPOCH).sntp("a", Ok(reading(-1_600)));
        let measured = read(&Look::new(&host), &needs(&["a"]));
        let measured = measured.measured().unwrap();
        assert_eq!((measured.offset.millis(), measured.error_bound.millis(), measured.samples), (-2, 3, 3));
    }

    #[test]
    fn the_next_server_is_asked_when_one_is_silent_or_unset() {
        let silent = ReadError::new(ReadErrorKind::TimedOut, "sntp a", "no answer within 1s");
        let host = Recording::new(Instant::UNIX_EPOCH)
            .sntp("a", Err(silent))
            .sntp("b", Ok(SntpReading { synchronised: false, ..reading(0) }))
            .sntp("c", Ok(reading(0)));
        let look = Look::new(&host);
        assert_eq!(read(&look, &needs(&["a", "b", "c"])).measured().unwrap().reference, "c");
        assert!(
            matches!(read(&look, &needs(&["a", "b"])), Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive)
        );
        assert!(matches!(read(&look, &needs(&[])), Read::NotRead(reason) if reason.code == ReasonCode::NotConfigured));
    }

    #[test]
    fn a_way_that_is_longer_in_one_direction_does_not_move_the_clock() {
        // The clock is right. Answers over a VPN came back late by 800 ms and 300 ms, one by 20 ms.
        let late = |micros: i64| SntpReading { offset_micros: -micros / 2, delay_micros: 2_000 + micros, ..reading(0) };
        let measured = of("a", &[late(800_000), late(20_000), late(300_000)]).unwrap();
        assert_eq!((measured.offset.millis(), measured.error_bound.millis(), measured.samples), (-10, 12, 3));
        let alone = of("a", &[late(800_000)]).unwrap();
        assert_eq!(alone.offset.millis(), -400);
        assert!(alone.error_bound.millis() >= alone.offset.abs().millis(), "the right time lies within the bound");
        assert_eq!(of("a", &[]), None);
    }
}
