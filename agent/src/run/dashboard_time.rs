//! The time as the dashboard has it, for a host whose time servers cannot be asked: a firewall may let nothing out but what goes
//! to the dashboard. Each answer to a report says when it was written (`Date` of HTTP, in whole seconds).

use std::time::Duration;

use tenken_model::fact::AnyObservation;
use tenken_model::fact::time_sync::MeasuredOffset;
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, ReasonCode, Span};

use super::clock::Clock;
use crate::schedule::Uptime;
use crate::transport::Answered;

/// What was heard counts for so long: a clock goes wrong by far less meanwhile, and whoever steps it is noticed.
const KEPT_FOR: Duration = Duration::from_mins(15);
/// Half of the second that the answer does not tell.
const HALF_A_SECOND: Span = Span::from_millis(500);
/// A clock that was set by more while the answer came tells nothing.
const STEP_MAX: Span = Span::from_millis(100);

/// What the last answer said.
#[derive(Debug, Default)]
pub struct DashboardTime {
    asked: Option<(Instant, Uptime)>,
    heard: Option<(Uptime, MeasuredOffset)>,
}

impl DashboardTime {
    /// A report leaves now.
    pub fn asked(&mut self, clock: &dyn Clock) {
        self.asked = Some((clock.wall(), clock.uptime()));
    }

    /// The answer is here, with what its head says, by the clock of the dashboard, whose address is `of`. A dashboard on this very
    /// machine has its clock, and tells nothing of it.
    pub fn answered(&mut self, clock: &dyn Clock, head: Option<Answered>, of: &str) {
        let head = head.filter(|head| head.here == Some(false));
        let (Some((asked_wall, asked)), Some(Answered { at: written, .. })) = (self.asked.take(), head) else { return };
        let (wall, now) = (clock.wall(), clock.uptime());
        let way = millis(now.saturating_sub(asked));
        let step = Span::between(asked_wall, wall).millis().saturating_sub(way.millis());
        if Span::from_millis(step).abs() > STEP_MAX {
            return;
        }
        let half = Span::from_millis(way.millis() / 2);
        // It was written somewhere between the two ends of the way, in the second that is named.
        let offset = Span::between(wall, written).millis() + half.millis() + HALF_A_SECOND.millis();
        let error_bound = half.millis() + HALF_A_SECOND.millis() + STEP_MAX.millis();
        let measured = MeasuredOffset {
            reference: of.to_owned(),
            offset: Span::from_millis(offset),
            error_bound: Span::from_millis(error_bound),
            samples: 1,
        };
        self.heard = Some((now, measured));
    }

    /// The clock was set, or the machine slept.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Puts what was heard where no time server answered. Where none was named somebody has to name one.
    pub fn stand_in(&self, observation: &mut AnyObservation, now: Uptime) {
        let AnyObservation::TimeSync(observation) = observation else { return };
        let Outcome::Known(fact) = &mut observation.outcome else { return };
        let heard = self.heard.as_ref().filter(|(at, _)| now.saturating_sub(*at) <= KEPT_FOR);
        if let (Read::NotRead(reason), Some((_, measured))) = (&fact.measured, heard)
            && reason.code != ReasonCode::NotConfigured
        {
            fact.measured = Read::Measured(measured.clone());
        }
    }
}

fn millis(time: Duration) -> Span {
    Span::from_millis(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tenken_model::fact::time_sync::TimeSync;
    use tenken_model::observation::Observation;

    use super::*;

    /// A wall clock and an uptime, both set by the test.
    struct SetClock(Mutex<(i64, u64)>);

    impl Clock for SetClock {
        fn wall(&self) -> Instant {
            Instant::from_timestamp_millis(self.0.lock().unwrap().0).unwrap()
        }

        fn uptime(&self) -> Uptime {
            Duration::from_millis(self.0.lock().unwrap().1)
        }

        fn awake(&self) -> Uptime {
            self.uptime()
        }
    }

    fn heard(wall: i64, written: i64) -> DashboardTime {
        heard_from(Some(false), wall, written)
    }

    fn heard_from(here: Option<bool>, wall: i64, written: i64) -> DashboardTime {
        let clock = SetClock(Mutex::new((10_000, 1_000)));
        let mut time = DashboardTime::default();
        time.asked(&clock);
        *clock.0.lock().unwrap() = (wall, 1_400);
        let head = Instant::from_timestamp(written, 0).map(|at| Answered { at, here });
        time.answered(&clock, head, "https://tenken.example");
        time
    }

    fn observation(code: ReasonCode) -> AnyObservation {
        let fact = TimeSync {
            services: Vec::new(),
            kernel: Read::not_read(ReasonCode::Unsupported, "x"),
            measured: Read::not_read(code, "x"),
            time_zone: Read::Measured("Asia/Tokyo".to_owned()),
        };
        AnyObservation::TimeSync(Observation {
            read_at: Instant::UNIX_EPOCH,
            took: Span::ZERO,
            sources: Vec::new(),
            outcome: Outcome::Known(fact),
        })
    }

    fn stands_in(time: &DashboardTime, code: ReasonCode, now: u64) -> Option<(i64, i64)> {
        let mut observation = observation(code);
        time.stand_in(&mut observation, Duration::from_millis(now));
        let AnyObservation::TimeSync(Observation { outcome: Outcome::Known(fact), .. }) = observation else { panic!() };
        let measured = fact.measured.measured()?;
        assert_eq!((measured.reference.as_str(), measured.samples), ("https://tenken.example", 1));
        Some((measured.offset.millis(), measured.error_bound.millis()))
    }

    #[test]
    fn where_no_time_server_answers_the_dashboard_tells_the_time() {
        let right = heard(10_400, 10);
        assert_eq!(stands_in(&right, ReasonCode::TimedOut, 2_000), Some((300, 800)));
        // 40 seconds behind the dashboard.
        assert_eq!(stands_in(&heard(10_400, 50), ReasonCode::NoAnswer, 2_000), Some((40_300, 800)));
        assert_eq!(stands_in(&right, ReasonCode::NotConfigured, 2_000), None, "somebody has to name a server");
        assert_eq!(stands_in(&right, ReasonCode::TimedOut, 1_400 + 15 * 60_000 + 1), None, "it is long ago");
    }

    #[test]
    fn a_dashboard_on_this_machine_tells_nothing_of_its_clock() {
        for here in [Some(true), None] {
            assert_eq!(stands_in(&heard_from(here, 10_400, 10), ReasonCode::TimedOut, 2_000), None, "{here:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_meanwhile_tells_nothing() {
        assert_eq!(stands_in(&heard(13_400, 10), ReasonCode::TimedOut, 2_000), None);
        let mut right = heard(10_400, 10);
        right.forget();
        assert_eq!(stands_in(&right, ReasonCode::TimedOut, 2_000), None);
    }
}
