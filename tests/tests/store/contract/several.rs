use tempfile::TempDir;
use tenken_dashboard::alert::{self, AlertSettings};
use tenken_dashboard::drift::settle_due;
use tenken_dashboard::ingest::receive;
use tenken_dashboard::mail::{Book, MailSettings, Sender, Sent, TransportSettings};
use tenken_dashboard::registers::due::Matter;
use tenken_dashboard::registers::turnout::Turnout;
use tenken_dashboard::registers::{Definition, Row};
use tenken_dashboard::store::{MailBody, MailKind, NewAttestation, NewMail, Store, Thread};
use tenken_engine::checklist::Checklist;
use tenken_model::digest::Digest;
use tenken_model::{ItemId, Verdict};

use super::ingest::{Agent, terms};
use super::{another_drift, at, body, drifted, enrolled, id};
use crate::engines::Database;

pub(crate) async fn two_dashboards_take_a_report_once(store: &Store, database: &Database) {
    let other = Store::open(&database.location).await.unwrap();
    let mut agent = Agent::new(store).await;
    for n in 0..20 {
        agent.find(n, &format!("rule_{n}"), Verdict::Fail);
    }
    let report = serde_json::to_vec(&agent.report(30)).unwrap();
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let (store, host, report) =
                (if n % 2 == 0 { store } else { &other }.clone(), agent.host.clone(), report.clone());
            tokio::spawn(async move {
                if n % 3 == 0 {
                    settle_due(&store, &terms(), at(30)).await.unwrap();
                }
                let answer = receive(&store, &terms(), &host, &report, at(30)).await.unwrap();
                (answer.acknowledged, answer.resync)
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), (20, false));
    }
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.history_of_host(&agent.host, 100).await.unwrap().len(), 20);
    assert_eq!(transaction.open_drifts().await.unwrap().len(), 20);
    assert_eq!(transaction.mails(100).await.unwrap().len(), 20);
    drop(transaction);
    other.close().await;
}

pub(crate) async fn two_dashboards_send_each_mail_once(store: &Store, database: &Database) {
    const DRIFTS: u64 = 15;
    const ROUNDS: u64 = 6;
    let other = Store::open(&database.location).await.unwrap();
    let host = id("h-1");
    let (mut transaction, _, fail) = drifted(store, &host).await;
    for number in 0..DRIFTS {
        let drift = another_drift(&mut transaction, &host, &format!("rule_{number}")).await;
        for round in 0..ROUNDS {
            let (thread, body) = (Thread::Drift(drift), body(&host, &fail));
            let mail = NewMail { thread, kind: MailKind::Reopened, round, body, created_at: at(2), due: at(2) };
            transaction.add_mail(&mail).await.unwrap();
        }
    }
    transaction.save().await.unwrap();

    let folder = TempDir::new().unwrap();
    let settings = MailSettings {
        from: "tenken@example.jp".into(),
        to: vec!["officer@example.jp".into()],
        dashboard: "https://tenken.example.jp".into(),
        languages: vec!["ja".into()],
        transport: TransportSettings::Folder { folder: folder.path().to_owned() },
        webhook: None,
    };
    let sender = Sender::new(settings, Book::default(), Digest::of(b"authority"));
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (store, sender) = (if n % 2 == 0 { store } else { &other }.clone(), sender.clone());
            tokio::spawn(async move {
                let mut sent = 0_u64;
                loop {
                    match sender.send_next(&store, at(3)).await.unwrap() {
                        Sent::Nothing => return sent,
                        Sent::One => sent += 1,
                        failed @ (Sent::Failed { .. } | Sent::Undone) => panic!("{failed:?}"),
                    }
                }
            })
        })
        .collect();
    let mut sent = 0;
    for task in tasks {
        sent += task.await.unwrap();
    }
    assert_eq!(sent, DRIFTS * ROUNDS, "none twice");
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(u64::try_from(files).unwrap(), DRIFTS * ROUNDS, "none lost");
    other.close().await;
}

pub(crate) async fn lost_connections_are_made_again(store: &Store, database: &Database) {
    enrolled(store, &id("h-1"), "a").await;
    if database.on_server() {
        // As when the server is restarted.
        database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()").await;
    }
    enrolled(store, &id("h-2"), "b").await;
    assert_eq!(store.read().await.unwrap().hosts().await.unwrap().len(), 2);
}

pub(crate) async fn two_dashboards_list_what_falls_due_once(store: &Store, database: &Database) {
    let other = Store::open(&database.location).await.unwrap();
    let checklist = Checklist::embedded().unwrap();
    let trainings = Definition::by_slug("trainings").unwrap();
    let cells = [("title", "a"), ("held_on", "2026-12-01"), ("topic", "privacy"), ("attendees", "b")];
    let counts = [("invited", "34"), ("trained", "31")];
    let typed = |name: &str| cells.iter().chain(&counts).find(|(column, _)| *column == name);
    let row = Row::read(trainings, |column| typed(column.name).map(|(_, text)| (*text).to_owned())).unwrap();
    let mut transaction = store.write().await.unwrap();
    transaction.add_row(trainings, &row, "sato", at(0)).await.unwrap();
    let settings = AlertSettings { digest_hour: None, ..AlertSettings::default() };
    transaction.set_setting(&settings).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(alert::settle(store, &terms(), &checklist, at(0)).await.unwrap(), 0, "the count begins");
    // Monday the 21st of December, nine o'clock in Japan.
    let nine = at(27 * 86_400);
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (store, checklist) = (if n % 2 == 0 { store } else { &other }.clone(), checklist.clone());
            tokio::spawn(async move { alert::settle(&store, &terms(), &checklist, nine).await.unwrap() })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        written += task.await.unwrap();
    }
    assert_eq!(written, 1, "none twice");
    let mail = store.read().await.unwrap().mails(9).await.unwrap().remove(0);
    assert_eq!((mail.kind, mail.thread), (MailKind::Monthly, Thread::Deadlines));
    let MailBody::Monthly(news) = mail.body else { panic!("{:?}", mail.body) };
    let due = &news.registers[0].rows.lines[0];
    assert_eq!((due.on.to_string().as_str(), due.column.as_str()), ("2026-12-31", "makeup_by"));
    assert_eq!(due.matter, Matter::Turnout(Turnout { attended: 31, invited: 34 }));
    other.close().await;
}

pub(crate) async fn two_dashboards_write_each_alert_once(store: &Store, database: &Database) {
    let other = Store::open(&database.location).await.unwrap();
    let checklist = Checklist::embedded().unwrap();
    let (mut transaction, drift, _) = drifted(store, &id("h-1")).await;
    let stated = NewAttestation {
        item: ItemId::new("organizational.5").unwrap(),
        statement: "s".into(),
        evidence: "e".into(),
        person: "sato".into(),
        attested_at: at(-300 * 86_400),
        valid_until: at(20 * 86_400),
        branch: None,
    };
    transaction.attest(&stated).await.unwrap();
    transaction.save().await.unwrap();
    // Eight o'clock in Japan, and nine o'clock of the next day, when nobody has taken up the drift for a day.
    assert_eq!(alert::settle(store, &terms(), &checklist, at(-3_600)).await.unwrap(), 1, "the attestation");
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (store, checklist) = (if n % 2 == 0 { store } else { &other }.clone(), checklist.clone());
            tokio::spawn(async move { alert::settle(&store, &terms(), &checklist, at(86_400)).await.unwrap() })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        written += task.await.unwrap();
    }
    assert_eq!(written, 2, "none twice");
    let mails = store.read().await.unwrap().mails(9).await.unwrap();
    let kinds: Vec<_> = mails.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::Daily, MailKind::Escalated, MailKind::LapsesInMonth]);
    assert_eq!(mails[1].thread, Thread::Drift(drift));
    other.close().await;
}
