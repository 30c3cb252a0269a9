//! The numbers by their names.

use super::gather::{Measured, Stored};
use super::requests::{RANGES_MILLIS, Served};
use super::text::{Family, Kind, Sample};

/// Milliseconds of a second.
const MILLIS: f64 = 1_000.0;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// What was measured, as families.
pub fn families(measured: &Measured, version: &str) -> Vec<Family> {
    let gauge = |name, help, samples| Family { name, help, kind: Kind::Gauge, samples };
    let mut families = vec![
        gauge("tenken_build_info", "The version of the dashboard.", vec![Sample::of("version", version, 1.0)]),
        gauge(
            "tenken_database_up",
            "Whether the database answered: 1 or 0. While it is 0, what only the database knows is left out.",
            vec![Sample::plain(if measured.stored.is_some() { 1.0 } else { 0.0 })],
        ),
        Family {
            name: "tenken_database_errors_total",
            help: "Transactions that could not begin or be saved.",
            kind: Kind::Counter,
            samples: vec![Sample::plain(float(measured.store_failures))],
        },
    ];
    if let Some(stored) = &measured.stored {
        families.extend(of_the_store(stored));
    }
    families.extend(of_the_dashboard(measured));
    families.extend(of_requests(measured));
    families
}

fn of_the_store(stored: &Stored) -> Vec<Family> {
    let gauge = |name, help, samples| Family { name, help, kind: Kind::Gauge, samples };
    let hosts = [
        ("reporting", stored.reporting),
        ("away", stored.away),
        ("silent", stored.silent),
        ("revoked", stored.revoked),
    ];
    let age = stored.oldest_report.map(|age| seconds(age.millis()));
    vec![
        gauge(
            "tenken_hosts",
            "Hosts by standing: reporting; away, for no longer than they may; silent, for too long; revoked.",
            hosts.map(|(standing, count)| Sample::of("standing", standing, float(count))).to_vec(),
        ),
        gauge(
            "tenken_items",
            "Items of the checklist by state.",
            stored.items.iter().map(|(state, count)| Sample::of("state", state.word(), float(*count))).collect(),
        ),
        gauge("tenken_open_drifts", "Drifts that are open.", vec![Sample::plain(float(stored.open_drifts))]),
        gauge(
            "tenken_mails",
            "Mails and webhook news that should have been sent: those that wait, and those whose last try failed.",
            vec![
                Sample::of("state", "waiting", float(stored.mails.waiting)),
                Sample::of("state", "failed", float(stored.mails.failed)),
            ],
        ),
        gauge(
            "tenken_oldest_report_age_seconds",
            "The age of the last report of the host that was heard of the longest ago and is not revoked.",
            age.map(Sample::plain).into_iter().collect(),
        ),
        gauge("tenken_database_size_bytes", "The size of the database.", vec![Sample::plain(float(stored.bytes))]),
    ]
}

fn of_the_dashboard(measured: &Measured) -> Vec<Family> {
    let gauge = |name, help, samples| Family { name, help, kind: Kind::Gauge, samples };
    let certificates = [("authority", measured.certificates.authority), ("server", measured.certificates.server)];
    let days = certificates.into_iter().filter_map(|(certificate, until)| {
        let left = seconds((until? - measured.now).num_milliseconds()) / DAY;
        Some(Sample::of("certificate", certificate, left))
    });
    let jobs = || measured.jobs.iter();
    let success = |beat: &crate::pulse::Beat| beat.last_success.map(|at| seconds(at.timestamp_millis()));
    vec![
        gauge(
            "tenken_certificate_days_left",
            "Days until a certificate ends: the authority's, and the one that the listeners show, which is made anew at each start.",
            days.collect(),
        ),
        gauge(
            "tenken_job_last_success_timestamp_seconds",
            "When a job of the dashboard last did what it should.",
            jobs().filter_map(|(job, beat)| Some(Sample::of("job", job.word(), success(beat)?))).collect(),
        ),
        gauge(
            "tenken_job_failing",
            "Whether the last turn of a job failed: 1 or 0.",
            jobs().map(|(job, beat)| Sample::of("job", job.word(), if beat.good { 0.0 } else { 1.0 })).collect(),
        ),
    ]
}

fn of_requests(measured: &Measured) -> Vec<Family> {
    let mut counts = Vec::new();
    let mut durations = Vec::new();
    for (listener, served) in &measured.requests {
        for (status, count) in &served.statuses {
            let labels = vec![("listener", listener.word().to_owned()), ("status", status.to_string())];
            counts.push(Sample { suffix: "", labels, value: float(*count) });
        }
        durations.extend(histogram(listener.word(), served));
    }
    vec![
        Family {
            name: "tenken_http_requests_total",
            help: "Requests by listener and status.",
            kind: Kind::Counter,
            samples: counts,
        },
        Family {
            name: "tenken_http_request_duration_seconds",
            help: "How long requests took until their answer began.",
            kind: Kind::Histogram,
            samples: durations,
        },
    ]
}

fn histogram(listener: &str, served: &Served) -> Vec<Sample> {
    let labels = |le: Option<String>| {
        let mut labels = vec![("listener", listener.to_owned())];
        labels.extend(le.map(|le| ("le", le)));
        labels
    };
    let bucket = |le: String, count| Sample { suffix: "_bucket", labels: labels(Some(le)), value: float(count) };
    let mut sum = 0_u64;
    let mut samples: Vec<Sample> = RANGES_MILLIS
        .iter()
        .zip(served.durations)
        .map(|(millis, count)| {
            sum = sum.saturating_add(count);
            bucket((f64::from(*millis) / MILLIS).to_string(), sum)
        })
        .collect();
    samples.push(bucket("+Inf".to_owned(), served.count()));
    samples.push(Sample { suffix: "_sum", labels: labels(None), value: served.whole.as_secs_f64() });
    samples.push(Sample { suffix: "_count", labels: labels(None), value: float(served.count()) });
    samples
}

/// Milliseconds as seconds.
fn seconds(millis: i64) -> f64 {
    let whole = float(millis.unsigned_abs()) / MILLIS;
    if millis < 0 { -whole } else { whole }
}

/// A count as the format has it: exact up to 2^53, which no count here reaches.
fn float(count: u64) -> f64 {
    let (high, low) = (u32::try_from(count >> 32), u32::try_from(count & u64::from(u32::MAX)));
    f64::from(high.unwrap_or(u32::MAX)) * 4_294_967_296.0 + f64::from(low.unwrap_or(u32::MAX))
}
