//! What stands around a mail when it is sent: where its host is, and who is told.

use tenken_calendar::japan;
use tenken_engine::rule::SubjectOf;
use tenken_model::Instant;

use super::book::Book;
use crate::groups::{Placements, Whereabouts};
use crate::routing::{About, Directory, Routing, told};
use crate::store::{ClaimedMail, MailBody, StoreError, Transaction};

/// By what it is decided who gets a mail.
pub(super) struct Around {
    /// The sections, site and group that it is about.
    pub(super) about: About,
    /// Where the host stands that it is about.
    stands: Option<Whereabouts>,
    routing: Routing,
    directory: Directory,
}

impl Around {
    /// Reads it.
    pub(super) async fn read(
        transaction: &mut Transaction,
        mail: &ClaimedMail,
        book: &Book,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let mut stands = None;
        let about = match &mail.body {
            MailBody::Drift(news) => {
                let placements = Placements::read(transaction, japan::date_of(now)).await?;
                let host = transaction.host(&news.host).await?;
                let name = host.as_ref().map_or(news.host_name.as_str(), |host| host.name.as_str());
                let chapter = book.chapter(&news.finding.key.rule);
                // Where the host stands that tells what no host has to do with says nothing of that.
                let itself = news.finding.key.subject.as_ref().is_some_and(|it| it.as_str().eq_ignore_ascii_case(name));
                let stands_there = itself || chapter.subject_of != SubjectOf::Register;
                let placement = placements.of(name).filter(|_| stands_there);
                stands = placement.map(|placement| placement.stands.clone());
                About::new(chapter.sections, placement)
            }
            MailBody::Attestation(news) => About::new([news.item.section().to_owned()].into(), None),
            MailBody::Proposal(_)
            | MailBody::Request(_)
            | MailBody::OwnRule(_)
            | MailBody::Daily(_)
            | MailBody::Monthly(_)
            | MailBody::Publication(_)
            | MailBody::Owner(_) => About::default(),
        };
        let routing = transaction.setting().await?.unwrap_or_default();
        Ok(Self { about, stands, routing, directory: Directory::read(transaction, now).await? })
    }

    /// The mail, with where its host stands.
    pub(super) fn placed(&self, mut mail: ClaimedMail) -> ClaimedMail {
        if let MailBody::Drift(news) = &mut mail.body {
            news.stands.clone_from(&self.stands);
        }
        mail
    }

    /// The addresses a mail goes to.
    pub(super) fn recipients(&self, mail: &ClaimedMail, configured: &[String]) -> Vec<String> {
        match &mail.body {
            MailBody::Owner(news) => {
                vec![self.directory.address(&news.person).unwrap_or_else(|| news.address.clone())]
            }
            MailBody::Drift(_)
            | MailBody::Attestation(_)
            | MailBody::Proposal(_)
            | MailBody::Request(_)
            | MailBody::OwnRule(_)
            | MailBody::Daily(_)
            | MailBody::Monthly(_)
            | MailBody::Publication(_) => {
                told(mail.kind, &self.about, &self.routing, configured, &self.directory).addresses()
            }
        }
    }
}
