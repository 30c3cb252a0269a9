//! One visit of one page: who looks, at what address, and the frame the page gets.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use tenken_model::{Instant, Language};

use super::done::Done;
use super::failure::Failure;
use super::site::{Agency, Site};
use super::visitor::{Signed, Visitor};
use crate::auth::role::Ability;
use crate::identity::Provider;
use crate::pages::chrome::MailBanner;
use crate::pages::failure::FailureView;
use crate::pages::{Chrome, Notice, Person};
use crate::store::{Store, StoreError, Transaction};

/// One visit of one page.
#[derive(Debug, Clone)]
pub struct Visit {
    /// What is visited.
    pub site: Site,
    /// Who visits.
    pub visitor: Visitor,
    /// The time of the visit.
    pub now: Instant,
    address: String,
    done: Option<Done>,
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        // The gate has put it there; without the gate nobody visits.
        let visitor = parts.extensions.get::<Visitor>().cloned().ok_or(Failure::NOT_FOUND)?;
        let site = Site { app: site.app.current().await?, ..site.clone() };
        Ok(Self::new(&site, visitor, parts.uri.path_and_query().map_or("/", |address| address.as_str())))
    }
}

impl Visit {
    /// The visit of an address with its query.
    pub fn new(site: &Site, visitor: Visitor, address: &str) -> Self {
        let (address, done) = Done::split(address);
        Self { site: site.clone(), visitor, now: (site.app.now)(), address, done }
    }

    /// The visitor's language.
    pub const fn language(&self) -> Language {
        self.visitor.language
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.site.app.store
    }

    /// The name of the person who has signed in; the gate lets nobody else ask for what needs one.
    pub fn person(&self) -> &str {
        self.visitor.signed.as_ref().map_or("", |signed| signed.user.name.as_str())
    }

    /// Whether the person may do that.
    pub fn may(&self, ability: Ability) -> bool {
        self.visitor.signed.as_ref().is_some_and(|signed| signed.user.role.may(ability))
    }

    /// The session of the person who has signed in, for pages of one's own account.
    pub fn signed(&self) -> Result<&Signed, Failure> {
        self.visitor.signed.as_ref().ok_or(Failure::NOT_FOUND)
    }

    /// Whether the person has confirmed the session with a second factor within the last ten minutes: a code, or anew at the
    /// identity provider. Taking either away takes back what it confirmed.
    pub fn is_confirmed(&self) -> bool {
        self.visitor.signed.as_ref().is_some_and(|signed| signed.times.is_confirmed(self.now))
    }

    /// Stops a handler whose act approves something or administers people, unless the person has confirmed the session
    /// with the second factor within the last ten minutes. It is the handler's first line, before anything is done:
    ///
    /// ```text
    /// visit.confirmed("/people/3")?;
    /// ```
    ///
    /// The error leads to the page that asks for a code and from there to `back`, an address that can be asked for and on
    /// which the act can be begun again; or, for a person without a second factor, it is the page that says to set one up.
    /// A page with such a form asks [`Self::is_confirmed`] first, so that nobody types in vain.
    pub fn confirmed(&self, back: &str) -> Result<(), Failure> {
        if self.is_confirmed() {
            return Ok(());
        }
        if self.signed()?.user.second_factor.is_some() || self.may_ask_provider().is_some() {
            Err(Failure(FailureView::Unconfirmed(back.to_owned())))
        } else {
            Err(Failure(FailureView::NoSecondFactor))
        }
    }

    /// The agency's identity provider; without one its addresses are not there.
    pub(super) fn provider(&self) -> Result<&Provider, Failure> {
        self.site.provider.as_ref().ok_or(Failure::NOT_FOUND)
    }

    /// What people call the agency's identity provider, if it has one.
    pub fn provider_name(&self) -> Option<String> {
        self.site.provider.as_ref().map(|provider| provider.settings().name(self.language()).to_owned())
    }

    /// The identity provider, if the person is bound to an account of it and so can be asked there anew.
    pub(super) fn may_ask_provider(&self) -> Option<&Provider> {
        let identity = self.visitor.signed.as_ref().and_then(|signed| signed.user.identity.as_ref())?;
        self.site.provider.as_ref().filter(|provider| provider.settings().issuer == identity.issuer)
    }

    /// The visit of a form's answer, whose own address only forms can ask for: switching the language leads to
    /// `address` instead.
    #[must_use]
    pub fn leading_to(&self, address: String) -> Self {
        Self { address, ..self.clone() }
    }

    /// One state of the store, with the frame of a page that shows it.
    pub async fn read(&self) -> Result<(Transaction, Chrome), Failure> {
        let mut transaction = self.store().read().await?;
        let chrome = self.chrome(&mut transaction).await?;
        Ok((transaction, chrome))
    }

    /// The frame of a page that shows what `transaction` reads.
    pub async fn chrome(&self, transaction: &mut Transaction) -> Result<Chrome, StoreError> {
        let mut chrome = self.bare();
        if let Some(agency) = transaction.setting::<Agency>().await? {
            chrome.agency = agency.name;
        }
        chrome.change = transaction.change_counter().await?;
        if self.visitor.signed.is_some() {
            let trouble = transaction.mail_trouble().await?;
            let waiting = usize::try_from(trouble.waiting).unwrap_or(usize::MAX);
            chrome.mail = (waiting > 0).then_some(MailBanner { waiting, error: trouble.last_error });
        }
        Ok(chrome)
    }

    /// A frame that needs no store.
    pub fn bare(&self) -> Chrome {
        let language = self.language();
        let signed = self.visitor.signed.as_ref();
        Chrome {
            language,
            agency: language.agency_unnamed(),
            now: self.now,
            person: signed.map(|signed| Person { name: signed.user.name.clone(), role: signed.user.role }),
            csrf: signed.map(Signed::form_token).unwrap_or_default(),
            address: self.address.clone(),
            change: 0,
            mail: None,
            notice: self.done.map(|done| Notice::Done(done.text(language))),
            data: self.site.configured.data,
        }
    }

    /// To another page, which says what was done.
    pub fn done(address: &str, done: Done) -> Redirect {
        Redirect::to(&done.join(address))
    }
}

/// The number by which an address names a row; what is no number names none.
pub(super) fn number(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| Failure::NOT_FOUND)
}
