//! One thing that many hosts tell of.

use tenken_model::fact::neighbours::{Neighbour, Neighbours};
use tenken_model::register::RegisterKind;

use super::disposed::seen;
use super::settle::Desk;
use super::*;
use crate::registers::Register;
use crate::store::{MailKind, Thread};

fn network(devices: Vec<Neighbour>) -> Neighbours {
    let whole = Read::Measured(true);
    Neighbours { devices, randomised_count: 0, cut: 0, table: whole.clone(), leases: whole, lease_files: Vec::new() }
}

#[tokio::test]
async fn a_disposed_device_that_every_host_sees_is_told_once() {
    let hosts = ["h-1", "h-2", "h-3"];
    let desk = Desk::new(&hosts).await;
    desk.begin(Register::Joined(RegisterKind::Devices)).await;
    desk.add("hosts", &[("name", "OLD-PC"), ("kind", "pc"), ("status", "disposed")]).await;
    for host in hosts {
        let device = seen(Some("2026-03-13 09:58"), Some("OLD-PC"));
        desk.tell_seen(host, network(vec![device]), "2026-03-13 10:00").await;
    }
    let told = async || {
        let mails = desk.store.read().await.unwrap().mails(9).await.unwrap();
        mails.into_iter().map(|mail| (mail.thread, mail.kind)).collect::<Vec<_>>()
    };
    let fails = vec!["disposed_devices_absent OLD-PC".to_owned()];
    for host in hosts {
        assert_eq!(desk.state(host).await, (fails.clone(), 3, 1), "{host} fails, and one mail tells of all");
    }
    assert_eq!(told().await, [(Thread::Drift(1), MailKind::Opened)]);
    for (drift, elder) in [(1, None), (2, Some(1)), (3, Some(1))] {
        let drift = desk.store.read().await.unwrap().drift(drift).await.unwrap().unwrap();
        assert_eq!((drift.told_by, drift.thread()), (elder, Thread::Drift(1)));
    }
    for host in ["h-1", "h-3"] {
        desk.tell_seen(host, network(Vec::new()), "2026-03-13 11:00").await;
    }
    assert_eq!(told().await.len(), 1, "one host sees it still");
    desk.tell_seen("h-2", network(Vec::new()), "2026-03-13 12:00").await;
    assert_eq!(told().await[0], (Thread::Drift(1), MailKind::Resolved), "the newest comes first");
    assert_eq!(told().await.len(), 2);
}

#[tokio::test]
async fn reminders_come_from_the_eldest_that_is_open() {
    let desk = Desk::new(&["h-1", "h-2"]).await;
    desk.begin(Register::Joined(RegisterKind::Devices)).await;
    desk.add("hosts", &[("name", "OLD-PC"), ("kind", "pc"), ("status", "disposed")]).await;
    for host in ["h-1", "h-2"] {
        let device = seen(Some("2026-03-13 09:58"), Some("OLD-PC"));
        desk.tell_seen(host, network(vec![device]), "2026-03-13 10:00").await;
    }
    let reminders = async || {
        let mails = desk.store.read().await.unwrap().mails(9).await.unwrap();
        mails.iter().filter(|mail| mail.kind == MailKind::Reminder).count()
    };
    crate::drift::settle_due(&desk.store, &desk.terms, at("2026-03-20 10:00")).await.unwrap();
    assert_eq!(reminders().await, 1);
    desk.tell_seen("h-1", network(Vec::new()), "2026-03-21 10:00").await;
    assert_eq!(reminders().await, 1);
    crate::drift::settle_due(&desk.store, &desk.terms, at("2026-03-27 10:00")).await.unwrap();
    assert_eq!(reminders().await, 2, "the other one has become the eldest");
}
