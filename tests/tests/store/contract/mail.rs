use tenken_dashboard::store::{MailBody, MailKind, NewMail, OwnerNews, Store, Thread, Way};
use tenken_model::ItemId;

use super::{another_drift, at, body, drifted, id};
use crate::engines::Database;

pub(crate) async fn mail_is_claimed_once_and_kept_until_sent(store: &Store, database: &Database) {
    let host = id("h-1");
    let (mut transaction, first_drift, fail) = drifted(store, &host).await;
    let drift = another_drift(&mut transaction, &host, "screen_lock_enforced").await;
    let mail = |drift, kind, due| NewMail {
        thread: Thread::Drift(drift),
        kind,
        round: 0,
        body: body(&host, &fail),
        created_at: at(2),
        due: at(due),
    };
    transaction.add_mail(&mail(first_drift, MailKind::Opened, 2)).await.unwrap();
    transaction.add_mail(&mail(first_drift, MailKind::Opened, 2)).await.unwrap();
    transaction.add_mail(&mail(drift, MailKind::Reminder, 3)).await.unwrap();
    transaction.add_mail(&mail(drift, MailKind::Resolved, 900)).await.unwrap();
    transaction.save().await.unwrap();

    let other = Store::open(&database.location).await.unwrap();
    let (mut one, two) = (store.claim().await.unwrap(), other.claim());
    let first = one.claim_mail(Way::Mail, at(10), at(100), 1).await.unwrap();
    one.save().await.unwrap();
    let mut two = two.await.unwrap();
    let second = two.claim_mail(Way::Mail, at(10), at(100), 9).await.unwrap();
    two.save().await.unwrap();
    let names = |mails: &[tenken_dashboard::store::ClaimedMail]| {
        mails.iter().map(|mail| (mail.message_id.clone(), mail.attempts)).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), [(format!("tenken.drift.{first_drift}.opened.0"), 1)]);
    assert_eq!(names(&second), [(format!("tenken.drift.{drift}.reminder.0"), 1)]);
    assert_eq!(first[0].thread.first(), first[0].message_id);
    assert_eq!(second[0].thread.first(), format!("tenken.drift.{drift}.opened.0"));
    assert_eq!(first[0].body, body(&host, &fail));

    let mut transaction = store.write().await.unwrap();
    transaction.mail_sent(first[0].id, at(11)).await.unwrap();
    transaction.mail_failed(second[0].id, at(50), "connect mail.example:587: refused").await.unwrap();
    assert_eq!(transaction.mail_trouble().await.unwrap().waiting, 2, "one that failed, and one behind it");
    assert!(transaction.mail_trouble().await.unwrap().last_error.unwrap().contains("refused"));
    transaction.save().await.unwrap();

    let mut transaction = store.claim().await.unwrap();
    assert!(transaction.claim_mail(Way::Mail, at(49), at(100), 9).await.unwrap().is_empty());
    assert_eq!(transaction.claim_mail(Way::Mail, at(50), at(100), 9).await.unwrap()[0].attempts, 2);
    transaction.abandon().await.unwrap();
    let mut transaction = store.claim().await.unwrap();
    assert_eq!(
        transaction.claim_mail(Way::Mail, at(200), at(300), 9).await.unwrap().len(),
        1,
        "an abandoned claim is none"
    );
    transaction.save().await.unwrap();
    let mut transaction = store.claim().await.unwrap();
    assert_eq!(transaction.claim_mail(Way::Mail, at(301), at(400), 9).await.unwrap().len(), 1, "a claim ends");

    drop(transaction);
    let mut transaction = store.write().await.unwrap();
    let dropped = [MailKind::Reminder, MailKind::Resolved, MailKind::Resolved];
    for (kind, count) in dropped.into_iter().zip([0, 1, 0]) {
        assert_eq!(
            transaction.drop_mail(&Thread::Drift(drift), kind, at(12)).await.unwrap(),
            count,
            "only what was never tried"
        );
    }
    assert_eq!(transaction.mails(9).await.unwrap().len(), 2);
    assert_eq!(transaction.mails_of(first_drift).await.unwrap()[0].sent_at, Some(at(11)));
    transaction.mail_failed(second[0].id, at(300), "x").await.unwrap();
    assert_eq!(transaction.postpone_mail(Way::Mail, at(299), at(9_000), "away").await.unwrap(), 0);
    assert_eq!(transaction.postpone_mail(Way::Mail, at(300), at(9_000), "away").await.unwrap(), 1);
    assert_eq!(transaction.mail_trouble().await.unwrap().last_error.as_deref(), Some("away"));
    drop(transaction);
    other.close().await;
}

pub(crate) async fn the_end_is_not_mailed_before_the_beginning(store: &Store, _database: &Database) {
    let host = id("h-1");
    let (mut transaction, drift, fail) = drifted(store, &host).await;
    let other = another_drift(&mut transaction, &host, "screen_lock_enforced").await;
    let mail = |drift, kind, written| NewMail {
        thread: Thread::Drift(drift),
        kind,
        round: 0,
        body: body(&host, &fail),
        created_at: at(written),
        due: at(written),
    };
    transaction.add_mail(&mail(drift, MailKind::Opened, 2)).await.unwrap();
    transaction.save().await.unwrap();
    let claim = async |now: i64| {
        let mut transaction = store.claim().await.unwrap();
        let mails = transaction.claim_mail(Way::Mail, at(now), at(now + 90), 9).await.unwrap();
        transaction.save().await.unwrap();
        mails.into_iter().map(|mail| (mail.thread.drift().unwrap(), mail.kind)).collect::<Vec<_>>()
    };
    assert_eq!(claim(3).await, [(drift, MailKind::Opened)]);
    let opened = store.read().await.unwrap().mails_of(drift).await.unwrap()[0].id;
    let mut transaction = store.write().await.unwrap();
    transaction.add_mail(&mail(drift, MailKind::Resolved, 30)).await.unwrap();
    transaction.add_mail(&mail(other, MailKind::Opened, 30)).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(claim(31).await, [(other, MailKind::Opened)], "the beginning is on its way");

    let mut transaction = store.write().await.unwrap();
    transaction.mail_failed(opened, at(900), "greylisted").await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(claim(60).await, [], "the beginning is not told yet");
    assert_eq!(claim(900).await, [(drift, MailKind::Opened), (other, MailKind::Opened)]);
    let mut transaction = store.write().await.unwrap();
    transaction.mail_sent(opened, at(901)).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(claim(902).await, [(drift, MailKind::Resolved)]);
}

pub(crate) async fn threads_of_mails_do_not_wait_for_each_other(store: &Store, _database: &Database) {
    let host = id("h-1");
    let (mut transaction, drift, fail) = drifted(store, &host).await;
    let item = |item: &str| Thread::Attestation(ItemId::new(item).unwrap());
    let threads =
        [Thread::Drift(drift), item("technical.1"), item("technical.10"), Thread::Proposal(drift), Thread::Digest];
    for round in 0..2 {
        for thread in &threads {
            let (thread, body) = (thread.clone(), body(&host, &fail));
            let mail = NewMail { thread, kind: MailKind::Reopened, round, body, created_at: at(2), due: at(2) };
            assert!(transaction.add_mail(&mail).await.unwrap());
            assert!(!transaction.add_mail(&mail).await.unwrap(), "it was written before");
        }
    }
    transaction.save().await.unwrap();
    for round in 0..2 {
        let mut transaction = store.claim().await.unwrap();
        let claimed = transaction.claim_mail(Way::Mail, at(9), at(99), 20).await.unwrap();
        transaction.save().await.unwrap();
        let names: Vec<_> = claimed.iter().map(|mail| mail.message_id.clone()).collect();
        let expected: Vec<_> = threads.iter().map(|thread| thread.message_id(MailKind::Reopened, round)).collect();
        assert_eq!(names, expected, "of each the first");
        let mut transaction = store.write().await.unwrap();
        for mail in claimed {
            transaction.mail_sent(mail.id, at(9)).await.unwrap();
        }
        transaction.save().await.unwrap();
    }
    assert_eq!(store.read().await.unwrap().mails_of(drift).await.unwrap().len(), 2, "those of the drift alone");
}

pub(crate) async fn a_webhook_has_rows_of_its_own(store: &Store, _database: &Database) {
    let host = id("h-1");
    let (mut transaction, drift, fail) = drifted(store, &host).await;
    let thread = Thread::Drift(drift);
    for (kind, created, due) in
        [(MailKind::Opened, 1, 1), (MailKind::Reminder, 5, 5), (MailKind::Resolved, 6, 6), (MailKind::Reopened, 7, 900)]
    {
        let (thread, body) = (thread.clone(), body(&host, &fail));
        let mail = NewMail { thread, kind, round: 0, body, created_at: at(created), due: at(due) };
        transaction.add_mail(&mail).await.unwrap();
    }
    assert!(!transaction.webhook_lacks(at(1), at(4)).await.unwrap(), "what was written before is not posted");
    assert!(transaction.webhook_lacks(at(1), at(8)).await.unwrap());
    assert_eq!(transaction.copy_for_webhook(at(1), at(8)).await.unwrap(), 2, "and nothing before it is due");
    assert_eq!(transaction.copy_for_webhook(at(1), at(8)).await.unwrap(), 0, "each once");
    assert!(!transaction.webhook_lacks(at(1), at(8)).await.unwrap());
    transaction.save().await.unwrap();

    let claim = async |way| {
        let mut transaction = store.claim().await.unwrap();
        let mails = transaction.claim_mail(way, at(10), at(100), 9).await.unwrap();
        transaction.save().await.unwrap();
        mails.into_iter().map(|mail| mail.kind).collect::<Vec<_>>()
    };
    assert_eq!(claim(Way::Webhook).await, [MailKind::Reminder], "on each way in its order");
    assert_eq!(claim(Way::Mail).await, [MailKind::Opened]);
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.drop_mail(&thread, MailKind::Reminder, at(11)).await.unwrap(), 0, "the webhook was told");
    assert_eq!(transaction.drop_mail(&thread, MailKind::Resolved, at(11)).await.unwrap(), 2, "nobody was told");
    assert_eq!(transaction.postpone_mail(Way::Webhook, at(200), at(300), "away").await.unwrap(), 1);
    let told = transaction.mails_of(drift).await.unwrap();
    let failed: Vec<_> = told.iter().filter(|mail| mail.last_error.is_some()).map(|mail| mail.way).collect();
    assert_eq!(failed, [Way::Webhook], "mails do not wait for it");
    assert_eq!(transaction.mail_trouble().await.unwrap().waiting, 1);
}

pub(crate) async fn what_the_user_of_a_pc_is_asked_is_a_thread_of_its_own(store: &Store, _: &Database) {
    let host = id("h-1");
    let (mut transaction, drift, fail) = drifted(store, &host).await;
    let owner = || {
        MailBody::Owner(OwnerNews {
            host: host.clone(),
            host_name: "受付PC".into(),
            rule: fail.key.rule.clone(),
            person: "田中 花子".into(),
            address: "tanaka@example.jp".into(),
            contact: String::new(),
            until: None,
            at: at(3),
        })
    };
    let thread = Thread::Owner(drift);
    let mail = |kind, round| {
        let (thread, body) = (thread.clone(), owner());
        NewMail { thread, kind, round, body, created_at: at(3), due: at(3) }
    };
    let opened = NewMail { thread: Thread::Drift(drift), body: body(&host, &fail), ..mail(MailKind::Opened, 0) };
    assert!(transaction.add_mail(&opened).await.unwrap());
    assert!(transaction.add_mail(&mail(MailKind::Asked, 0)).await.unwrap());
    assert!(!transaction.add_mail(&mail(MailKind::Asked, 0)).await.unwrap(), "once, whoever writes it");
    assert!(transaction.add_mail(&mail(MailKind::Thanked, 0)).await.unwrap());
    let kinds: Vec<_> = transaction.mails_in(&thread).await.unwrap().iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::Asked, MailKind::Thanked]);
    assert_eq!(transaction.mails_of(drift).await.unwrap().len(), 1, "officers are told apart from it");
    assert_eq!(transaction.mails_in(&thread).await.unwrap()[0].body, owner());
    assert_eq!(transaction.copy_for_webhook(at(0), at(9)).await.unwrap(), 1, "no program is told of it");
    transaction.save().await.unwrap();
}
