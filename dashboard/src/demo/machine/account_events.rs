//! What a machine's logs tell of its accounts: people mistype passwords, the administrator works by sudo, and on one PC a
//! password was reset of which the register knows nothing.

use tenken_model::fact::account_events::{
    AccountEvents, Elevation, ElevationWay, EventLog, EventLogKind, FailedDay, FailedOf, FailedSignIns, PasswordSet,
    PasswordWay, SignInWay,
};
use tenken_model::{Instant, Read, Span};

use super::{ADMINISTRATOR, Reading};

/// The machine on which the password was reset, by its number.
const RESET_ON: u64 = 11;
/// When, from the end of the time that is told.
const RESET_BEFORE: Span = Span::from_days(-6);
const JAPAN: Span = Span::from_secs(9 * 3_600);
const DAY_MILLIS: i64 = 86_400_000;

impl Reading<'_> {
    pub(super) fn account_events(&self) -> AccountEvents {
        let since = self.days_ago(90);
        let hour = Span::from_millis(-self.now.timestamp_millis().rem_euclid(3_600_000)).after(self.now);
        let failed: Vec<FailedSignIns> = (0..2).filter_map(|days| self.mistyped(1 + days * 9 + self.own(5))).collect();
        let lately = |row: &&FailedSignIns| Span::between(row.day, self.now) <= Span::from_days(9);
        let most_failed = failed.iter().filter(lately).filter_map(|row| {
            let name = row.account.clone()?;
            Some(FailedDay { of: FailedOf::Account, name, day: row.day, count: row.count })
        });
        AccountEvents {
            logs: vec![EventLog {
                kind: EventLogKind::Journal,
                place: "/var/log/journal".to_owned(),
                from: Read::Measured(Some(since)),
                newest_hour: Some(hour),
                cut: false,
            }],
            since: Read::Measured(Some(since)),
            uses_since: Read::Measured(Some(since)),
            counted_since: Read::Measured(midnight(self.days_ago(9))),
            most_failed: most_failed.collect(),
            failed_sign_ins: failed,
            passwords_set: self.reset().into_iter().collect(),
            changes: Vec::new(),
            elevations: (1..4).map(|weeks| self.administered(weeks * 7 + self.own(4))).collect(),
            transfers: Vec::new(),
            network_sign_ins: None,
            parts: None,
            left_out: 0,
        }
    }

    fn mistyped(&self, days: i64) -> Option<FailedSignIns> {
        let account = Some(self.machine.users.first()?.account.to_owned());
        let day = midnight(self.days_ago(days));
        let (first, last) = (Span::from_secs(31_000).after(day), Span::from_secs(31_020).after(day));
        let count = 1 + self.own(3);
        Some(FailedSignIns { account, source: String::new(), way: SignInWay::Graphical, day, count, first, last })
    }

    fn administered(&self, days: i64) -> Elevation {
        let day = midnight(self.days_ago(days));
        let (first, last) = (Span::from_secs(36_000).after(day), Span::from_secs(37_200).after(day));
        let (account, target) = (Some(ADMINISTRATOR.to_owned()), Some("root".to_owned()));
        let count = 3 + self.own(6);
        Elevation { way: ElevationWay::Sudo, account, target, day, count, failed: 0, first, last }
    }

    fn reset(&self) -> Option<PasswordSet> {
        let at = RESET_BEFORE.after(self.until);
        let worker = self.machine.users.first().filter(|_| self.machine.number == RESET_ON && at <= self.now)?;
        Some(PasswordSet {
            account: worker.account.to_owned(),
            at,
            how: PasswordWay::Passwd,
            by: Some(ADMINISTRATOR.to_owned()),
            by_another: Read::Measured(true),
            first_issue: false,
        })
    }
}

/// The midnight in Japan with which the day of a time begins.
fn midnight(at: Instant) -> Instant {
    let since = JAPAN.after(at).timestamp_millis().rem_euclid(DAY_MILLIS);
    Span::from_millis(-since).after(at)
}
