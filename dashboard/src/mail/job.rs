//! The job that sends what waits in the outbox.

use std::sync::Arc;

use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

use super::around::Around;
use super::book::Book;
use super::render::{message, test_message};
use super::settings::{MailSettings, TransportSettings};
use super::transport::{MailError, MailTransport};
use super::webhook::{Begun, body};
use crate::alert;
use crate::routing::About;
use crate::store::{ClaimedMail, Store, StoreError, Way};

/// How long a mail that was taken is left alone by other dashboards, and by this one should it die meanwhile:
/// longer than sending one can take.
const CLAIM: Span = Span::from_secs(90);
/// The first wait after a failure; it doubles with each.
const FIRST_WAIT: Span = Span::from_secs(30);
/// The longest wait, so that a repaired mail server is noticed within it.
const LONGEST_WAIT: Span = Span::from_secs(15 * 60);

/// Sends mails. Clones share it: each route and request has one, and the book is a megabyte.
#[derive(Debug, Clone)]
pub struct Sender {
    settings: Arc<MailSettings>,
    book: Arc<Book>,
    mark: Digest,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// No mail is due.
    Nothing,
    /// One mail was sent.
    One,
    /// One mail was not sent, because what it tells is not so any more.
    Undone,
    /// One mail could not be sent and waits.
    Failed {
        /// So many others wait with it, because the way itself failed.
        others: u64,
    },
}

impl Sender {
    /// A sender. `mark` is the authority's digest, which keeps two dashboards of one sender apart.
    pub fn new(settings: MailSettings, book: Book, mark: Digest) -> Self {
        Self { settings: Arc::new(settings), book: Arc::new(book), mark }
    }

    /// The same, quoting other rules and items.
    #[must_use]
    pub fn quoting(self, book: Book) -> Self {
        Self { book: Arc::new(book), ..self }
    }

    /// Sends the mail that is due first. If it could not be sent, it waits for its next try with the error
    /// beside it; when the way itself fails, so do all others that are due.
    pub async fn send_next(&self, store: &Store, now: Instant) -> Result<Sent, StoreError> {
        if self.settings.transport == TransportSettings::None {
            return Ok(Sent::Nothing);
        }
        self.next(store, Way::Mail, now).await
    }

    /// Posts the news that is due first to the webhook, if there is one, in the same way.
    pub async fn post_next(&self, store: &Store, now: Instant) -> Result<Sent, StoreError> {
        if self.settings.webhook.is_none() {
            return Ok(Sent::Nothing);
        }
        copy_for_webhook(store, now).await?;
        self.next(store, Way::Webhook, now).await
    }

    async fn next(&self, store: &Store, way: Way, now: Instant) -> Result<Sent, StoreError> {
        let Some(mail) = claim(store, way, now).await? else { return Ok(Sent::Nothing) };
        let mut transaction = store.read().await?;
        let stands = alert::stands(&mut transaction, &mail).await?;
        let around = Around::read(&mut transaction, &mail, &self.book, now).await?;
        transaction.abandon().await?;
        let mail = around.placed(mail);
        if !stands {
            let mut transaction = store.write().await?;
            transaction.mail_undone(mail.id, now).await?;
            transaction.save().await?;
            return Ok(Sent::Undone);
        }
        let outcome = match way {
            Way::Mail => self.send(&mail, &around.recipients(&mail, &self.settings.to)).await,
            Way::Webhook => self.post(&mail, &around.about).await,
        };
        let mut transaction = store.write().await?;
        let sent = match outcome {
            Ok(()) => {
                transaction.mail_sent(mail.id, now).await?;
                Sent::One
            }
            Err(error) => {
                let (until, told) = (backoff(mail.attempts).after(now), error.to_string());
                transaction.mail_failed(mail.id, until, &told).await?;
                let others =
                    if error.is_of_the_mail() { 0 } else { transaction.postpone_mail(way, now, until, &told).await? };
                Sent::Failed { others }
            }
        };
        transaction.save().await?;
        Ok(sent)
    }

    async fn send(&self, mail: &ClaimedMail, to: &[String]) -> Result<(), MailError> {
        let message = message(mail, to, &self.book, &self.settings, &self.mark)?;
        // Opened for each mail, so that a changed password counts at once.
        MailTransport::open(&self.settings.transport)?.send(&mail.message_id, message).await
    }

    async fn post(&self, mail: &ClaimedMail, about: &About) -> Result<(), MailError> {
        match &self.settings.webhook {
            Some(webhook) => webhook.post(&mail.message_id, body(mail, &self.book, &self.settings, about)).await,
            None => Err(MailError::Message("no webhook is set".to_owned())),
        }
    }

    /// Who gets every alert as it is configured.
    pub fn configured(&self) -> &[String] {
        &self.settings.to
    }

    /// Sends a mail that only shows whether the settings work.
    pub async fn send_test(&self, now: Instant) -> Result<(), MailError> {
        let message = test_message(&self.settings, now)?;
        MailTransport::open(&self.settings.transport)?.send("tenken.test", message).await
    }
}

/// Writes for the webhook what people are told since there is one.
async fn copy_for_webhook(store: &Store, now: Instant) -> Result<(), StoreError> {
    let mut transaction = store.read().await?;
    let lacks = match transaction.setting::<Begun>().await? {
        Some(begun) => transaction.webhook_lacks(begun.after(now), now).await?,
        None => true,
    };
    transaction.abandon().await?;
    if !lacks {
        return Ok(());
    }
    let mut transaction = store.write().await?;
    match transaction.setting::<Begun>().await? {
        Some(begun) => {
            transaction.copy_for_webhook(begun.after(now), now).await?;
        }
        None => transaction.set_setting(&Begun { at: now }).await?,
    }
    transaction.save().await
}

/// Takes the mail that is due first on a way.
async fn claim(store: &Store, way: Way, now: Instant) -> Result<Option<ClaimedMail>, StoreError> {
    let mut transaction = store.claim().await?;
    let mail = transaction.claim_mail(way, now, CLAIM.after(now), 1).await?.pop();
    match mail {
        Some(_) => transaction.save().await?,
        None => transaction.abandon().await?,
    }
    Ok(mail)
}

/// How long to wait after the `attempts`th try failed.
pub fn backoff(attempts: u64) -> Span {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(10);
    let wait = FIRST_WAIT.millis().saturating_mul(1_i64.checked_shl(doublings).unwrap_or(i64::MAX));
    Span::from_millis(wait.min(LONGEST_WAIT.millis()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tempfile::TempDir;
    use tenken_model::digest::Digest;

    use super::super::render::tests::{book, news, settings};
    use super::super::webhook::{WebhookSettings, signature};
    use super::*;
    use crate::auth::Role;
    use crate::owner::{Asking, ask};
    use crate::registers::keep::{Taking, import};
    use crate::routing::{Manner, Scope, add};
    use crate::store::{Location, MailBody, MailKind, NewDrift, NewHost, NewMail, NewUser, Thread};

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
    }

    async fn outbox(data: &TempDir, mails: u64) -> Store {
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let body = news();
        let mut transaction = store.write().await.unwrap();
        let host = NewHost {
            id: body.host.clone(),
            name: body.host_name.clone(),
            enrolled_at: at(0),
            certificate: Digest::of(b"c"),
            certificate_until: at(1),
        };
        transaction.add_host(&host).await.unwrap();
        let new = NewDrift {
            host: body.host.clone(),
            failing_since: at(0),
            opened_at: at(0),
            told_by: None,
            finding: body.finding.clone(),
        };
        let drift = transaction.open_drift(&new).await.unwrap();
        for round in 0..mails {
            let (thread, body) = (Thread::Drift(drift), MailBody::Drift(body.clone()));
            let new = NewMail { thread, kind: MailKind::Opened, round, body, created_at: at(0), due: at(0) };
            transaction.add_mail(&new).await.unwrap();
        }
        transaction.save().await.unwrap();
        store
    }

    fn sender(transport: TransportSettings) -> Sender {
        Sender::new(MailSettings { transport, ..settings() }, book(), Digest::of(b"authority"))
    }

    fn into(folder: &Path) -> TransportSettings {
        TransportSettings::Folder { folder: folder.to_owned() }
    }

    #[tokio::test]
    async fn each_mail_is_sent_once() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 23).await;
        let folder = data.path().join("mail");
        let sender = sender(into(&folder));
        let mut sent = 0;
        while sender.send_next(&store, at(1)).await.unwrap() == Sent::One {
            sent += 1;
        }
        assert_eq!((sent, std::fs::read_dir(&folder).unwrap().count()), (23, 23));
        assert!(folder.join("tenken.drift.1.opened.0.eml").exists());
        assert_eq!(store.read().await.unwrap().mail_trouble().await.unwrap().waiting, 0);
    }

    #[tokio::test]
    async fn a_way_that_fails_keeps_every_mail_and_says_why() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 3).await;
        let file = data.path().join("file");
        std::fs::write(&file, "in the way").unwrap();
        let broken = sender(into(&file.join("mail")));
        assert_eq!(broken.send_next(&store, at(1)).await.unwrap(), Sent::Failed { others: 2 });
        assert_eq!(broken.send_next(&store, at(30)).await.unwrap(), Sent::Nothing, "not before it is due");
        let trouble = store.read().await.unwrap().mail_trouble().await.unwrap();
        assert_eq!(trouble.waiting, 3);
        assert!(trouble.last_error.unwrap().contains("writing"), "the error is kept");
        let repaired = sender(into(&data.path().join("mail")));
        for sent in [Sent::One, Sent::One, Sent::One, Sent::Nothing] {
            assert_eq!(repaired.send_next(&store, at(31)).await.unwrap(), sent);
        }
        assert_eq!(store.read().await.unwrap().mail_trouble().await.unwrap(), crate::store::MailTrouble::default());
    }

    #[tokio::test]
    async fn a_mail_goes_to_people_of_its_role_and_waits_while_there_is_nobody() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 1).await;
        let folder = data.path().join("mail");
        let settings = MailSettings { to: Vec::new(), transport: into(&folder), ..settings() };
        let sender = Sender::new(settings, book(), Digest::of(b"authority"));
        assert_eq!(sender.send_next(&store, at(1)).await.unwrap(), Sent::Failed { others: 0 });
        let trouble = store.read().await.unwrap().mail_trouble().await.unwrap();
        assert_eq!(trouble.waiting, 1, "it is not dropped");
        assert!(trouble.last_error.unwrap().contains("nobody gets this mail"));

        let new = NewUser { name: "sato".into(), role: Role::Officer, password: None, created_at: at(2) };
        let mut transaction = store.write().await.unwrap();
        let person = transaction.add_user(&new).await.unwrap();
        transaction.set_email(person, Some("sato@example.jp")).await.unwrap();
        transaction.save().await.unwrap();
        assert_eq!(sender.send_next(&store, at(60)).await.unwrap(), Sent::One);
        let mail = std::fs::read_to_string(folder.join("tenken.drift.1.opened.0.eml")).unwrap();
        assert!(mail.contains("To: sato@example.jp"), "{mail}");
    }

    /// Takes a file into a register.
    async fn register(store: &Store, slug: &str, csv: &str) {
        let definition = crate::registers::Definition::by_slug(slug).unwrap();
        let taken = import(store, definition, csv.as_bytes(), None, "sato", at(0)).await.unwrap();
        assert!(matches!(taken, Taking::Done(_)), "{taken:?}");
    }

    #[tokio::test]
    async fn routes_are_asked_when_a_mail_is_sent() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 3).await;
        let folder = data.path().join("mail");
        let sender = sender(into(&folder));
        let to = |round: u64| {
            let mail = std::fs::read_to_string(folder.join(format!("tenken.drift.1.opened.{round}.eml"))).unwrap();
            mail.lines().find(|line| line.starts_with("To: ")).unwrap().to_owned()
        };
        assert_eq!(sender.send_next(&store, at(1)).await.unwrap(), Sent::One);
        assert!(to(0).contains("officer@example.jp"), "{}", to(0));
        register(&store, "hosts", "name,kind,status,site,group\n受付pc,pc,in_use,本部,受付\n").await;
        let scope = Scope::Group("受付".into());
        add(&store, scope, "reception@example.jp", Manner::Instead, "admin", at(2)).await.unwrap();
        assert_eq!(sender.send_next(&store, at(3)).await.unwrap(), Sent::One);
        assert_eq!(to(1), "To: reception@example.jp");
        register(&store, "hosts", "name,kind,status,site,group\n受付pc,pc,in_use,本部,検査\n").await;
        assert_eq!(sender.send_next(&store, at(4)).await.unwrap(), Sent::One);
        assert!(to(2).contains("officer@example.jp"), "it belongs elsewhere now: {}", to(2));
    }

    #[tokio::test]
    async fn who_uses_a_pc_is_written_to_where_the_register_says_now_and_no_webhook_is_told() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 0).await;
        register(&store, "people", "氏名,所属,メールアドレス\n田中 花子,自機関,tanaka@example.jp\n").await;
        register(&store, "hosts", "name,kind,status,user\n受付pc,pc,in_use,田中 花子\n").await;
        let drift = store.read().await.unwrap().drift(1).await.unwrap().unwrap();
        assert_eq!(ask(&store, &drift, "sato", at(1)).await.unwrap(), Asking::Written);
        register(&store, "people", "氏名,所属,メールアドレス\n田中 花子,自機関,hanako@example.jp\n").await;
        let folder = data.path().join("mail");
        let webhook = Some(WebhookSettings { url: "http://127.0.0.1:9/".into(), secret: "0123456789abcdef".into() });
        let settings = MailSettings { transport: into(&folder), webhook, ..settings() };
        let sender = Sender::new(settings, book(), Digest::of(b"authority"));
        let mut transaction = store.write().await.unwrap();
        transaction.set_setting(&Begun { at: at(0) }).await.unwrap();
        transaction.save().await.unwrap();
        assert_eq!(sender.post_next(&store, at(2)).await.unwrap(), Sent::Nothing, "that is between two people");
        assert_eq!(sender.send_next(&store, at(2)).await.unwrap(), Sent::One);
        let mail = std::fs::read_to_string(folder.join("tenken.owner.1.asked.0.eml")).unwrap();
        let to: Vec<&str> = mail.lines().filter(|line| line.starts_with("To: ")).collect();
        assert_eq!(to, ["To: hanako@example.jp"], "{mail}");
    }

    #[tokio::test]
    async fn who_was_quick_is_not_asked_any_more() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 0).await;
        let (thread, body) = (Thread::Drift(1), MailBody::Drift(news()));
        let new = NewMail { thread, kind: MailKind::Escalated, round: 0, body, created_at: at(0), due: at(0) };
        let mut transaction = store.write().await.unwrap();
        transaction.add_mail(&new).await.unwrap();
        transaction.acknowledge_drift(1, "sato", at(1)).await.unwrap();
        transaction.save().await.unwrap();
        let folder = data.path().join("mail");
        let sender = sender(into(&folder));
        assert_eq!(sender.send_next(&store, at(2)).await.unwrap(), Sent::Undone);
        assert_eq!(sender.send_next(&store, at(900)).await.unwrap(), Sent::Nothing);
        assert!(!folder.exists() && store.read().await.unwrap().mails(9).await.unwrap().is_empty());
    }

    /// Answers one request with that status, and gives its head and its body.
    async fn answer(listener: &tokio::net::TcpListener, status: &str) -> (String, Vec<u8>) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        loop {
            stream.read_buf(&mut bytes).await.unwrap();
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let body = &bytes[end + 4..];
            if body.len() == length.parse::<usize>().unwrap() {
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                return (head, body.to_vec());
            }
        }
    }

    #[tokio::test]
    async fn a_webhook_gets_the_same_news_signed_and_once_and_waits_on_its_own() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 0).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
        let webhook = Some(WebhookSettings { url, secret: "0123456789abcdef".into() });
        let transport = into(&data.path().join("mail"));
        let sender = Sender::new(MailSettings { transport, webhook, ..settings() }, book(), Digest::of(b"authority"));
        assert_eq!(sender.post_next(&store, at(0)).await.unwrap(), Sent::Nothing, "it begins");
        let mut transaction = store.write().await.unwrap();
        for round in 0..2 {
            let (thread, body) = (Thread::Drift(1), MailBody::Drift(news()));
            let new = NewMail { thread, kind: MailKind::Opened, round, body, created_at: at(1), due: at(1) };
            transaction.add_mail(&new).await.unwrap();
        }
        transaction.save().await.unwrap();

        for (second, status, sent) in [
            (2, "503 Service Unavailable", Sent::Failed { others: 1 }),
            (32, "302 Found", Sent::Failed { others: 1 }),
            (200, "400 Bad Request", Sent::Failed { others: 0 }),
            (900, "204 No Content", Sent::One),
        ] {
            let (posted, (head, body)) = tokio::join!(sender.post_next(&store, at(second)), answer(&listener, status));
            assert_eq!(posted.unwrap(), sent, "{status}");
            let signed = format!("tenken-signature: {}", signature("0123456789abcdef", &body));
            assert!(head.starts_with("post /secret-path ") && head.contains(&signed), "{head}");
            assert!(head.contains("tenken-delivery: tenken.drift.1.opened.0"), "{head}");
            let told = store.read().await.unwrap().mail_trouble().await.unwrap().last_error.unwrap_or_default();
            assert!(!told.contains("secret"), "{told}");
        }
        assert_eq!(sender.send_next(&store, at(3)).await.unwrap(), Sent::One, "mails go on meanwhile");
        let (posted, _) = tokio::join!(sender.post_next(&store, at(901)), answer(&listener, "200 OK"));
        assert_eq!(posted.unwrap(), Sent::One);
        assert_eq!(sender.post_next(&store, at(902)).await.unwrap(), Sent::Nothing);
        let mails = store.read().await.unwrap().mails(9).await.unwrap();
        assert_eq!(mails.iter().filter(|mail| mail.way == Way::Webhook && mail.sent_at.is_some()).count(), 2);
    }

    #[tokio::test]
    async fn without_a_way_mails_wait() {
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 1).await;
        assert_eq!(sender(TransportSettings::None).send_next(&store, at(1)).await.unwrap(), Sent::Nothing);
        assert_eq!(store.read().await.unwrap().mails(9).await.unwrap()[0].attempts, 0);
        assert!(sender(TransportSettings::None).send_test(at(1)).await.is_err());
    }

    #[tokio::test]
    async fn a_password_that_everybody_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = TempDir::new().unwrap();
        let store = outbox(&data, 1).await;
        let password = data.path().join("password");
        std::fs::write(&password, "forty-two\n").unwrap();
        std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
        let smtp = TransportSettings::Smtp {
            host: "localhost".into(),
            port: 9,
            security: crate::mail::Security::Starttls,
            user: Some("tenken".into()),
            password_file: Some(password.into()),
            authority_file: None,
        };
        assert_eq!(sender(smtp).send_next(&store, at(1)).await.unwrap(), Sent::Failed { others: 0 });
        let error = store.read().await.unwrap().mail_trouble().await.unwrap().last_error.unwrap();
        assert!(error.contains("chmod 600") && !error.contains("forty-two"), "{error}");
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds = [0, 1, 2, 3, 6, 60, u64::MAX].map(|attempts| backoff(attempts).millis() / 1_000);
        assert_eq!(seconds, [30, 30, 60, 120, 900, 900, 900]);
    }
}
