//! One thing that many hosts tell of.

use tenken_model::fact::neighbours::{Neighbour, Neighbours};
use tenken_model::register::RegisterKind;

use super::disposed::seen;
use super::settle::Desk;
use super::*;
use crate::registers::Register;
use crate::store::{MailKind, Thread};

pub(super) fn network(devices: Vec<Neighbour>) -> Neighbours {
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

#[tokio::test]
async fn what_registers_alone_tell_is_told_on_one_host_and_moves_when_that_is_revoked() {
    let desk = Desk::new(&["h-2", "h-1", "h-3"]).await;
    let out = [
        ("number", "M-001"),
        ("kind", "usb"),
        ("content", "x"),
        ("place", "-"),
        ("taken_on", "2026-03-02"),
        ("due_on", "2026-03-03"),
    ];
    desk.add("media", &out).await;
    desk.begin(Register::Takeouts).await;
    let now = at("2026-03-09 10:00");
    crate::correlate::settle_due(&desk.store, &desk.terms, now).await.unwrap();
    let fails = vec!["media_and_equipment_located M-001".to_owned()];
    assert_eq!(desk.state("h-1").await, (fails.clone(), 1, 1), "the first of those that were enrolled at one time");
    for other in ["h-2", "h-3"] {
        assert_eq!(desk.state(other).await.0, Vec::<String>::new());
    }
    assert_eq!(crate::correlate::settle_due(&desk.store, &desk.terms, now).await.unwrap(), 0, "all is settled");
    let mut transaction = desk.store.write().await.unwrap();
    transaction.revoke_host(&HostId::new("h-1").unwrap(), now).await.unwrap();
    transaction.save().await.unwrap();
    crate::drift::settle_due(&desk.store, &desk.terms, now).await.unwrap();
    assert_eq!(crate::correlate::settle_due(&desk.store, &desk.terms, now).await.unwrap(), 2);
    let (found, drifts, _) = desk.state("h-2").await;
    assert_eq!((found, drifts), (fails, 1), "the drift of the revoked host has ended");
    let mails = desk.store.read().await.unwrap().mails(9).await.unwrap();
    assert!(mails.iter().all(|mail| mail.kind == MailKind::Opened), "that it moved resolved nothing");
}
