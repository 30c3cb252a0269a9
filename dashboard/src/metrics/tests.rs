use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenken_engine::item::ItemState;
use tenken_model::{Instant, Span};

use super::*;
use crate::pulse::{Job, Pulse};
use crate::store::MailCounts;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn measured() -> Measured {
    let requests = Requests::default();
    for (status, millis) in [(200, 5), (200, 6), (404, 12_000)] {
        requests.add(Listener::People, status, Duration::from_millis(millis));
    }
    let pulse = Pulse::default();
    let moment = std::time::Instant::now();
    pulse.turned(Job::Tidy, true, moment, at("2026-11-28T00:00:00Z"));
    pulse.turned(Job::Tidy, false, moment, at("2026-11-28T01:00:00Z"));
    pulse.begin(Job::SendMail, moment);
    Measured {
        stored: Some(Stored {
            reporting: 3,
            away: 2,
            silent: 1,
            revoked: 4,
            oldest_report: Some(Span::from_millis(90_500)),
            items: [(ItemState::Met, 80), (ItemState::Drift, 10)].into(),
            open_drifts: 7,
            mails: MailCounts { waiting: 1, failed: 2, since: None },
            bytes: 5 << 32,
        }),
        store_failures: 6,
        jobs: pulse.jobs(),
        requests: requests.served(),
        certificates: Certificates { authority: Some(at("2026-11-27T12:00:00Z")), server: None },
        now: at("2026-11-28T00:00:00Z"),
    }
}

#[test]
fn everything_that_was_measured_is_told() {
    let text = render(&families(&measured(), "0.1.0"));
    for line in [
        "tenken_build_info{version=\"0.1.0\"} 1",
        "tenken_hosts{standing=\"silent\"} 1",
        "tenken_hosts{standing=\"revoked\"} 4",
        "tenken_items{state=\"drift\"} 10",
        "tenken_open_drifts 7",
        "tenken_mails{state=\"failed\"} 2",
        "tenken_oldest_report_age_seconds 90.5",
        "tenken_database_size_bytes 21474836480",
        "tenken_database_errors_total 6",
        "tenken_certificate_days_left{certificate=\"authority\"} -0.5",
        "tenken_job_last_success_timestamp_seconds{job=\"tidy\"} 1795824000",
        "tenken_job_failing{job=\"tidy\"} 1",
        "tenken_job_failing{job=\"send_mail\"} 0",
        "tenken_http_requests_total{listener=\"people\",status=\"404\"} 1",
        "tenken_http_request_duration_seconds_bucket{listener=\"people\",le=\"0.005\"} 1",
        "tenken_http_request_duration_seconds_bucket{listener=\"people\",le=\"10\"} 2",
        "tenken_http_request_duration_seconds_bucket{listener=\"people\",le=\"+Inf\"} 3",
        "tenken_http_request_duration_seconds_sum{listener=\"people\"} 12.011",
        "tenken_http_request_duration_seconds_count{listener=\"people\"} 3",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(
        !text.contains("certificate=\"server\"") && !text.contains("timestamp_seconds{job=\"send_mail\"}"),
        "{text}"
    );
}

#[test]
fn what_the_database_did_not_say_is_left_out_and_not_zero() {
    let text = render(&families(&Measured { stored: None, ..measured() }, "0.1.0"));
    assert!(text.contains("tenken_database_up 0\n"), "{text}");
    for name in ["tenken_hosts", "tenken_items", "tenken_open_drifts", "tenken_mails", "tenken_database_size_bytes"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn names_are_told_once_and_are_of_the_form_that_prometheus_asks_for() {
    let families = families(&measured(), "0.1.0");
    let names: BTreeSet<&str> = families.iter().map(|family| family.name).collect();
    assert_eq!(names.len(), families.len());
    for family in &families {
        assert!(family.name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{}", family.name);
        assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{}", family.name);
        let mut labels = BTreeMap::new();
        for sample in &family.samples {
            *labels.entry((sample.suffix, sample.labels.clone())).or_insert(0) += 1;
        }
        assert!(labels.values().all(|count| *count == 1), "{}", family.name);
    }
}
