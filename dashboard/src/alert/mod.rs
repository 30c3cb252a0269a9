//! What people are told without a change on a host: statements that lapse, what nobody took up, once a day how the agency
//! stands, and once a month what falls due.
//!
//! Everything is decided from the store and written in one transaction, each mail under a name of its own, so that any number
//! of dashboards write it once.

pub mod attestation;
pub mod daily;
pub mod escalation;
pub mod monthly;
pub mod own_rule;
pub mod request;
mod settings;

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::checklist::Checklist;
use tenken_model::{Instant, Span};

pub use settings::{AlertSettings, ESCALATE_HOURS_MAX, set};

use crate::declaration::Told;
use crate::drift::Terms;
use crate::store::{ClaimedMail, MailBody, MailKind, NewMail, Store, StoreError, Thread, Transaction};
use crate::working_calendar;

/// Writes the mails that are due by now. Returns how many; doing it again writes none.
pub async fn settle(store: &Store, terms: &Terms, checklist: &Checklist, now: Instant) -> Result<usize, StoreError> {
    let mut transaction = store.read().await?;
    let due = !plan(&mut transaction, terms, checklist, now).await?.is_empty();
    transaction.abandon().await?;
    if !due {
        return Ok(0);
    }
    let mut transaction = store.write().await?;
    let plan = plan(&mut transaction, terms, checklist, now).await?;
    let mut written = 0;
    for mail in &plan.mails {
        written += usize::from(transaction.add_mail(mail).await?);
    }
    if let Some(told) = &plan.told {
        transaction.set_setting(told).await?;
    }
    if let Some(listed) = &plan.listed {
        transaction.set_setting(listed).await?;
    }
    transaction.save().await?;
    Ok(written)
}

/// What is to be written.
#[derive(Debug, Default)]
struct Plan {
    mails: Vec<NewMail>,
    told: Option<daily::Told>,
    listed: Option<monthly::Listed>,
}

impl Plan {
    fn is_empty(&self) -> bool {
        self.mails.is_empty() && self.told.is_none() && self.listed.is_none()
    }
}

async fn plan(
    transaction: &mut Transaction,
    terms: &Terms,
    checklist: &Checklist,
    now: Instant,
) -> Result<Plan, StoreError> {
    let settings: AlertSettings = transaction.setting().await?.unwrap_or_default();
    let calendar = working_calendar::read(transaction).await?;
    let mut plan = Plan::default();
    let mut mails = attestation::due_mails(transaction, checklist, now).await?;
    mails.extend(escalation::of_drifts(transaction, terms, &calendar, settings.escalate_after(), now).await?);
    mails.extend(escalation::of_proposals(transaction, &calendar, now).await?);
    mails.extend(request::due_mails(transaction, now).await?);
    mails.extend(own_rule::due_mails(transaction).await?);
    for mail in mails {
        if !transaction.mail_is_written(&mail.message_id()).await? {
            plan.mails.push(mail);
        }
    }
    let (daily, told) = daily::due_mail(transaction, checklist, settings, &calendar, now).await?;
    plan.mails.extend(daily);
    plan.told = told;
    let (monthly, listed) = monthly::due_mail(transaction, checklist, settings, &calendar, now).await?;
    plan.mails.extend(monthly);
    plan.listed = listed;
    Ok(plan)
}

/// Whether what a mail tells is still so. It is asked just before it is sent: who has meanwhile done what a mail asks for is not
/// asked for it.
pub async fn stands(transaction: &mut Transaction, mail: &ClaimedMail) -> Result<bool, StoreError> {
    match &mail.body {
        MailBody::Drift(news) if mail.kind == MailKind::Escalated => {
            let drift = transaction.drift_of(&news.host, &news.finding.key).await?;
            Ok(drift.is_some_and(|drift| drift.resolved.is_none() && drift.acknowledged.is_none()))
        }
        MailBody::Attestation(news) => {
            let statements = transaction.attestations_of(&news.item).await?;
            let newest = statements.iter().find(|attestation| attestation.withdrawn.is_none());
            Ok(newest.is_some_and(|attestation| attestation.id == news.attestation))
        }
        MailBody::Proposal(news) => {
            let proposal = transaction.proposal(news.proposal).await?;
            Ok(proposal.is_some_and(|proposal| proposal.decided.is_none()))
        }
        MailBody::Request(news) => match mail.thread {
            Thread::Request(register, id) => request::stands(transaction, news, register, id).await,
            _ => Ok(false),
        },
        MailBody::OwnRule(news) => own_rule::stands(transaction, news).await,
        MailBody::Publication(_) if mail.kind == MailKind::Opened => {
            let told: Told = transaction.setting().await?.unwrap_or_default();
            Ok(told.open.is_some())
        }
        MailBody::Drift(_) | MailBody::Daily(_) | MailBody::Monthly(_) | MailBody::Publication(_) => Ok(true),
        MailBody::Owner(_) => match mail.thread {
            Thread::Owner(id) => {
                let ended = transaction.drift(id).await?.is_none_or(|drift| drift.resolved.is_some());
                Ok(ended == (mail.kind == MailKind::Thanked))
            }
            Thread::Drift(_)
            | Thread::Attestation(_)
            | Thread::Proposal(_)
            | Thread::Request(..)
            | Thread::OwnRule(_)
            | Thread::Publication(_)
            | Thread::Digest
            | Thread::Deadlines => Ok(false),
        },
    }
}

/// The instant of a full hour of a day in Japan.
fn hour_of(date: NaiveDate, hour: u8) -> Instant {
    const DAY_HOURS: i64 = 24;
    Span::from_secs((i64::from(hour) - DAY_HOURS) * 3_600).after(japan::end_of(date))
}

#[cfg(test)]
mod tests;
