//! Mails to people, each kept until it is sent.

use sqlx::any::AnyRow;
use tenken_model::{Instant, choice};

use super::value::{Columns, json, millis, number};
use super::{MailBody, StoreError, Thread, Transaction};

choice! {
    /// What a mail says of what it is about.
    pub enum MailKind {
        /// It began.
        Opened = "opened",
        /// It came back soon after it had ended.
        Reopened = "reopened",
        /// It goes on.
        Reminder = "reminder",
        /// It ended.
        Resolved = "resolved",
        /// It is allowed for a time.
        Waived = "waived",
        /// Nobody took it up in time.
        Escalated = "escalated",
        /// A statement lapses within a month.
        LapsesInMonth = "lapses_in_month",
        /// A statement lapses within a week.
        LapsesInWeek = "lapses_in_week",
        /// A statement has lapsed.
        Lapsed = "lapsed",
        /// A part of a statement lapses within a month.
        PartLapsesInMonth = "part_lapses_in_month",
        /// A part of a statement lapses within a week.
        PartLapsesInWeek = "part_lapses_in_week",
        /// A part of a statement has lapsed.
        PartLapsed = "part_lapsed",
        /// A change waits for approval.
        Waiting = "waiting",
        /// How the agency stands.
        Daily = "daily",
        /// What falls due, told once a month.
        Monthly = "monthly",
        /// The person who uses a PC is asked to repair it.
        Asked = "asked",
        /// The person who was asked is told that all is well again.
        Thanked = "thanked",
    }
}

choice! {
    /// How a mail travels. Each has its own row and is tried on its own.
    pub enum Way {
        /// To people, by mail.
        Mail = "mail",
        /// To a program, as signed JSON.
        Webhook = "webhook",
    }
}

/// A mail to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// What it is about.
    pub thread: Thread,
    /// What it says.
    pub kind: MailKind,
    /// How often the drift had come back, or which reminder it is, so that each mail of a thread has a
    /// name of its own.
    pub round: u64,
    /// What it tells.
    pub body: MailBody,
    /// Now.
    pub created_at: Instant,
    /// When it may be sent.
    pub due: Instant,
}

impl NewMail {
    /// The mail's name, the same whoever writes it: the part of its Message-ID before the `@`.
    pub fn message_id(&self) -> String {
        self.thread.message_id(self.kind, self.round)
    }
}

/// A mail taken to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub thread: Thread,
    /// What it says.
    pub kind: MailKind,
    /// Its name.
    pub message_id: String,
    /// How often it was tried, with this time.
    pub attempts: u64,
    /// When it was written.
    pub created_at: Instant,
    /// What it tells.
    pub body: MailBody,
}

/// A mail as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub thread: Thread,
    /// What it says.
    pub kind: MailKind,
    /// Its name: the part of its Message-ID before the `@`.
    pub message_id: String,
    /// How it travels.
    pub way: Way,
    /// What it tells.
    pub body: MailBody,
    /// When it was written.
    pub created_at: Instant,
    /// When it is tried next, if it was not sent.
    pub due: Instant,
    /// How often it was tried.
    pub attempts: u64,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// Mails that were tried and not sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailTrouble {
    /// How many, with those that wait behind them.
    pub waiting: u64,
    /// The newest error.
    pub last_error: Option<String>,
}

fn mail(row: &AnyRow) -> Result<Mail, StoreError> {
    let columns = Columns::of(row);
    Ok(Mail {
        id: columns.int("id")?,
        thread: columns.parsed("thread")?,
        kind: columns.word("kind", MailKind::from_word)?,
        message_id: columns.text("message_id")?,
        way: columns.word("way", Way::from_word)?,
        body: columns.json("body")?,
        created_at: columns.instant("created_at")?,
        due: columns.instant("due")?,
        attempts: columns.count("attempts")?,
        sent_at: columns.maybe_instant("sent_at")?,
        last_error: columns.maybe_text("last_error")?,
    })
}

/// The mails that the webhook lacks: those that may be told by now, or were tried. What is asked of a person who uses a PC is
/// between that person and the officers.
macro_rules! to_copy {
    () => {
        "FROM outbox m WHERE m.way = 'mail' AND m.kind NOT IN ('asked', 'thanked') AND m.created_at > $1 AND m.dropped_at IS NULL \
         AND (m.due <= $2 OR m.attempts > 0 OR m.last_error IS NOT NULL) AND NOT EXISTS (\
         SELECT 1 FROM outbox w WHERE w.message_id = m.message_id AND w.way = 'webhook')"
    };
}

impl Transaction {
    /// Writes a mail; false if it was written before, which changes nothing.
    pub async fn add_mail(&mut self, new: &NewMail) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO outbox (thread, kind, round, message_id, way, body, created_at, due, claimed_until, attempts) \
             VALUES ($1, $2, $3, $4, 'mail', $5, $6, $7, 0, 0) ON CONFLICT (message_id, way) DO NOTHING",
        )
        .bind(new.thread.to_string())
        .bind(new.kind.word())
        .bind(number(new.round, "the round of a mail")?)
        .bind(new.message_id())
        .bind(json(&new.body, "a mail")?)
        .bind(millis(new.created_at))
        .bind(millis(new.due))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Drops the mails of that kind of a thread that were never tried on any way, because the news is undone
    /// before it was told. Returns how many.
    pub async fn drop_mail(&mut self, thread: &Thread, kind: MailKind, now: Instant) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET dropped_at = $3 \
             WHERE thread = $1 AND kind = $2 AND sent_at IS NULL AND dropped_at IS NULL AND attempts = 0 AND NOT EXISTS (\
             SELECT 1 FROM outbox w WHERE w.message_id = outbox.message_id AND w.attempts > 0)",
        )
        .bind(thread.to_string())
        .bind(kind.word())
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected())
    }

    /// Takes a mail back in that was dropped untried, because the news stands again.
    pub async fn restore_mail(&mut self, thread: &Thread, kind: MailKind, round: u64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE outbox SET dropped_at = NULL WHERE thread = $1 AND kind = $2 AND round = $3 AND sent_at IS NULL",
        )
        .bind(thread.to_string())
        .bind(kind.word())
        .bind(number(round, "the round of a mail")?)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// Whether a mail of that name was ever written.
    pub async fn mail_is_written(&mut self, message_id: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT id FROM outbox WHERE message_id = $1")
            .bind(message_id)
            .fetch_optional(self.connection())
            .await?;
        Ok(row.is_some())
    }

    /// Whether a mail of a thread waits to be sent to people.
    pub async fn mail_waits(&mut self, thread: &Thread) -> Result<bool, StoreError> {
        let row =
            sqlx::query("SELECT id FROM outbox WHERE thread = $1 AND way = 'mail' AND sent_at IS NULL AND dropped_at IS NULL LIMIT 1")
                .bind(thread.to_string())
                .fetch_optional(self.connection())
                .await?;
        Ok(row.is_some())
    }

    /// Takes up to `limit` mails that are due on a way, of each thread the first that is not sent. No other dashboard takes them before `until`.
    pub async fn claim_mail(
        &mut self,
        way: Way,
        now: Instant,
        until: Instant,
        limit: u32,
    ) -> Result<Vec<ClaimedMail>, StoreError> {
        let statement = self.engine.claim_mail();
        let rows = sqlx::query(statement)
            .bind(millis(now))
            .bind(millis(until))
            .bind(i64::from(limit))
            .bind(way.word())
            .fetch_all(self.connection())
            .await?;
        let mut mails: Vec<ClaimedMail> = rows
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(ClaimedMail {
                    id: columns.int("id")?,
                    thread: columns.parsed("thread")?,
                    kind: columns.word("kind", MailKind::from_word)?,
                    message_id: columns.text("message_id")?,
                    attempts: columns.count("attempts")?,
                    created_at: columns.instant("created_at")?,
                    body: columns.json("body")?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        mails.sort_by_key(|mail| mail.id);
        Ok(mails)
    }

    /// A mail was sent.
    pub async fn mail_sent(&mut self, id: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET sent_at = $2, last_error = NULL WHERE id = $1 AND sent_at IS NULL")
            .bind(id)
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Writes for the webhook what people are told, once it may be told and if it was written after that instant.
    /// Returns how many.
    pub async fn copy_for_webhook(&mut self, after: Instant, now: Instant) -> Result<u64, StoreError> {
        let done = sqlx::query(concat!(
            "INSERT INTO outbox (thread, kind, round, message_id, way, body, created_at, due, claimed_until, attempts) \
             SELECT m.thread, m.kind, m.round, m.message_id, 'webhook', m.body, m.created_at, $2, 0, 0 ",
            to_copy!(),
            " ORDER BY m.id ON CONFLICT (message_id, way) DO NOTHING"
        ))
        .bind(millis(after))
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected())
    }

    /// Whether [`Self::copy_for_webhook`] has something to do.
    pub async fn webhook_lacks(&mut self, after: Instant, now: Instant) -> Result<bool, StoreError> {
        let row = sqlx::query(concat!("SELECT m.id ", to_copy!(), " LIMIT 1"))
            .bind(millis(after))
            .bind(millis(now))
            .fetch_optional(self.connection())
            .await?;
        Ok(row.is_some())
    }

    /// A mail that was taken is not to be sent: what it tells is not so any more.
    pub async fn mail_undone(&mut self, id: i64, now: Instant) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET dropped_at = $2, last_error = NULL WHERE id = $1 AND sent_at IS NULL")
            .bind(id)
            .bind(millis(now))
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// A mail could not be sent; it is tried again when it is due.
    pub async fn mail_failed(&mut self, id: i64, due: Instant, error: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET due = $2, claimed_until = 0, last_error = $3 WHERE id = $1 AND sent_at IS NULL")
            .bind(id)
            .bind(millis(due))
            .bind(error)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// No mail that is due and not taken is tried before `until` on a way that is broken. Returns how many.
    pub async fn postpone_mail(
        &mut self,
        way: Way,
        now: Instant,
        until: Instant,
        error: &str,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET due = $2, last_error = $3 \
             WHERE sent_at IS NULL AND dropped_at IS NULL AND due <= $1 AND claimed_until <= $1 AND way = $4",
        )
        .bind(millis(now))
        .bind(millis(until))
        .bind(error)
        .bind(way.word())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected())
    }

    /// Takes what waits and was written before an instant out of the outbox: it is never sent.
    pub async fn drop_mails_before(&mut self, before: Instant, now: Instant) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET dropped_at = $2 WHERE created_at < $1 AND sent_at IS NULL AND dropped_at IS NULL",
        )
        .bind(millis(before))
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected())
    }

    /// The newest mails, newest first, without those that were dropped.
    pub async fn mails(&mut self, limit: u32) -> Result<Vec<Mail>, StoreError> {
        self.mails_from(0, limit).await
    }

    /// The same, so many after the first so many.
    pub async fn mails_from(&mut self, skipped: u32, limit: u32) -> Result<Vec<Mail>, StoreError> {
        sqlx::query(
            "SELECT id, thread, kind, message_id, way, body, created_at, due, attempts, sent_at, last_error FROM outbox \
             WHERE dropped_at IS NULL ORDER BY id DESC LIMIT $1 OFFSET $2",
        )
        .bind(i64::from(limit))
        .bind(i64::from(skipped))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(mail)
        .collect()
    }

    /// How many mails there are, without those that were dropped.
    pub async fn mail_count(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS mails FROM outbox WHERE dropped_at IS NULL")
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("mails")
    }

    /// The mails of a drift to those who keep the agency's security, oldest first, without those that were dropped.
    pub async fn mails_of(&mut self, drift: i64) -> Result<Vec<Mail>, StoreError> {
        self.mails_in(&Thread::Drift(drift)).await
    }

    /// The mails of a thread, oldest first, without those that were dropped.
    pub async fn mails_in(&mut self, thread: &Thread) -> Result<Vec<Mail>, StoreError> {
        sqlx::query(
            "SELECT id, thread, kind, message_id, way, body, created_at, due, attempts, sent_at, last_error FROM outbox \
             WHERE thread = $1 AND dropped_at IS NULL ORDER BY id",
        )
        .bind(thread.to_string())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(mail)
        .collect()
    }

    /// Whether mails could not be sent.
    pub async fn mail_trouble(&mut self) -> Result<MailTrouble, StoreError> {
        let error = sqlx::query(
            "SELECT last_error FROM outbox WHERE sent_at IS NULL AND dropped_at IS NULL AND last_error IS NOT NULL \
             ORDER BY due DESC, id DESC LIMIT 1",
        )
        .fetch_optional(self.connection())
        .await?;
        // Every page asks: while no mail failed, those that wait are not looked at one by one.
        let Some(error) = error else { return Ok(MailTrouble { waiting: 0, last_error: None }) };
        let row = sqlx::query(
            "SELECT COUNT(*) AS waiting FROM outbox o WHERE o.sent_at IS NULL AND o.dropped_at IS NULL AND EXISTS (\
             SELECT 1 FROM outbox b WHERE b.thread = o.thread AND b.way = o.way AND b.id <= o.id AND b.sent_at IS NULL \
             AND b.dropped_at IS NULL AND b.last_error IS NOT NULL)",
        )
        .fetch_one(self.connection())
        .await?;
        let last_error = Columns::of(&error).maybe_text("last_error")?;
        Ok(MailTrouble { waiting: Columns::of(&row).count("waiting")?, last_error })
    }
}
