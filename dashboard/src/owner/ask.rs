//! Asking the person who uses a PC, and saying thanks.

use tenken_calendar::japan;
use tenken_model::{HostId, Instant, RuleId, Span};

use super::OwnerSettings;
use crate::drift::DAMPING;
use crate::groups::Placements;
use crate::store::{
    AuditEntry, Drift, Mail, MailBody, MailKind, NewMail, OwnerNews, Resolution, Store, StoreError, Thread, Transaction,
};
use crate::working_calendar;

/// A person is not asked again about the same thing within this time.
pub const AGAIN_AFTER: Span = Span::from_days(1);
/// Who asks where nobody pressed a button.
const BY_ITSELF: &str = "tenken";

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// The mail is in the outbox.
    Written,
    /// The person was asked at that time, less than a day ago.
    Lately(Instant),
    /// The register names no user of the PC with an address.
    Nobody,
    /// The drift has ended.
    Ended,
}

/// Something that a person is asked about.
#[derive(Debug, Clone, Copy)]
struct Matter<'a> {
    drift: i64,
    host: &'a HostId,
    host_name: &'a str,
    rule: &'a RuleId,
}

/// Writes to the person who uses the PC of a drift, as an officer asks for it.
pub async fn ask(store: &Store, drift: &Drift, person: &str, now: Instant) -> Result<Asking, StoreError> {
    let mut transaction = store.write().await?;
    let standing = transaction.drift(drift.id).await?;
    let host = transaction.host(&drift.host).await?.filter(|host| host.revoked_at.is_none());
    let (Some(host), true) = (host, standing.is_some_and(|drift| drift.resolved.is_none())) else {
        transaction.abandon().await?;
        return Ok(Asking::Ended);
    };
    let rule = &drift.finding.key.rule;
    let matter = Matter { drift: drift.id, host: &drift.host, host_name: &host.name, rule };
    let settings = transaction.setting().await?.unwrap_or_default();
    let asking = write(&mut transaction, matter, &settings, person, now).await?;
    match asking {
        Asking::Written => transaction.save().await?,
        Asking::Lately(_) | Asking::Nobody | Asking::Ended => transaction.abandon().await?,
    }
    Ok(asking)
}

/// Writes to the person who uses the PC on which a drift has just opened, if administrators want that for its rule.
pub async fn ask_at_once(
    transaction: &mut Transaction,
    drift: i64,
    (host, host_name): (&HostId, &str),
    rule: &RuleId,
    now: Instant,
) -> Result<(), StoreError> {
    let settings: OwnerSettings = transaction.setting().await?.unwrap_or_default();
    if !settings.automatic.contains(rule) {
        return Ok(());
    }
    let matter = Matter { drift, host, host_name, rule };
    write(transaction, matter, &settings, BY_ITSELF, now).await.map(drop)
}

async fn write(
    transaction: &mut Transaction,
    matter: Matter<'_>,
    settings: &OwnerSettings,
    person: &str,
    now: Instant,
) -> Result<Asking, StoreError> {
    let today = japan::date_of(now);
    let placements = Placements::read(transaction, today).await?;
    let owner = placements.of(matter.host_name).and_then(|placement| placement.owner());
    let Some((owner, address)) = owner.and_then(|owner| Some((owner, owner.email.clone()?))) else {
        return Ok(Asking::Nobody);
    };
    let thread = Thread::Owner(matter.drift);
    if let Some(at) = asked_lately(&transaction.mails_in(&thread).await?, now) {
        return Ok(Asking::Lately(at));
    }
    let mut round = 0;
    while transaction.mail_is_written(&thread.message_id(MailKind::Asked, round)).await? {
        round += 1;
    }
    let calendar = working_calendar::read(transaction).await?;
    let news = OwnerNews {
        host: matter.host.clone(),
        host_name: matter.host_name.to_owned(),
        rule: matter.rule.clone(),
        person: owner.name.clone(),
        address,
        contact: settings.contact.clone(),
        until: calendar.add_business_days(today, i32::from(settings.days)),
        at: now,
    };
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "owner_asked".to_owned(),
        subject: matter.drift.to_string(),
        detail: format!("{} {} {}", news.host_name, news.rule, news.person),
    };
    let body = MailBody::Owner(news);
    let mail = NewMail { thread, kind: MailKind::Asked, round, body, created_at: now, due: now };
    if !transaction.add_mail(&mail).await? {
        return Ok(Asking::Lately(now));
    }
    transaction.audit(&entry).await?;
    Ok(Asking::Written)
}

/// When the person was asked, if that is less than a day ago.
pub fn asked_lately(mails: &[Mail], now: Instant) -> Option<Instant> {
    let asked = mails.iter().rev().find(|mail| mail.kind == MailKind::Asked)?;
    (now < AGAIN_AFTER.after(asked.created_at)).then_some(asked.created_at)
}

/// A drift has ended: who was asked is thanked. Not at once, since what ends may begin again; and not where it ended by no
/// doing of that person. What was not sent yet is not asked any more.
pub async fn thank(
    transaction: &mut Transaction,
    drift: &Drift,
    host_name: &str,
    how: Resolution,
    now: Instant,
) -> Result<(), StoreError> {
    let thread = Thread::Owner(drift.id);
    if transaction.mails_in(&thread).await?.is_empty() {
        return Ok(());
    }
    transaction.drop_mail(&thread, MailKind::Asked, now).await?;
    let mails = transaction.mails_in(&thread).await?;
    let well = match how {
        Resolution::Passed | Resolution::NotApplicable | Resolution::Cleared => true,
        Resolution::Revoked | Resolution::Waived => false,
    };
    let Some(MailBody::Owner(asked)) =
        mails.last().filter(|mail| mail.kind == MailKind::Asked && well).map(|mail| &mail.body)
    else {
        return Ok(());
    };
    let news = OwnerNews { host_name: host_name.to_owned(), at: now, ..asked.clone() };
    let entry = AuditEntry {
        at: now,
        person: BY_ITSELF.to_owned(),
        act: "owner_thanked".to_owned(),
        subject: drift.id.to_string(),
        detail: format!("{} {} {}", news.host_name, news.rule, news.person),
    };
    let (body, due) = (MailBody::Owner(news), DAMPING.after(now));
    let mail = NewMail { thread, kind: MailKind::Thanked, round: drift.reopened, body, created_at: now, due };
    if transaction.add_mail(&mail).await? {
        transaction.audit(&entry).await?;
    }
    Ok(())
}

/// A drift that had ended is back: nobody is thanked for what did not last.
pub async fn back(transaction: &mut Transaction, drift: i64, now: Instant) -> Result<(), StoreError> {
    transaction.drop_mail(&Thread::Owner(drift), MailKind::Thanked, now).await.map(drop)
}

#[cfg(test)]
mod tests;
