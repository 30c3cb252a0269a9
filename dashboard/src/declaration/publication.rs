//! Whether the agency's home page shows the form in force: fetched, and compared item by item.

use std::sync::Arc;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;
use tenken_form::compare::published;
use tenken_form::print;
use tenken_form::read::{BYTES_MAX, read};
use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};
use thiserror::Error;

use super::told;
use crate::public_web::{FetchError, Page, PublicWeb};
use crate::store::{AuditEntry, Confirmation, Outcome, Publication, Setting, Store, StoreError, Version};

/// How often a page that shows the form is looked at again.
const EVERY: Span = Span::from_days(1);
/// How often a page is looked at that does not show it yet.
const EVERY_UNTIL_SHOWN: Span = Span::from_secs(60 * 60);
/// How much of an error is kept.
const ERROR_CHARS_MAX: usize = 300;

/// Where the agency publishes its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAddress {
    /// An `http` or `https` address.
    pub url: String,
}

impl Setting for PublicAddress {
    const NAME: &'static str = "public_address";
}

/// Why a text is no address of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an address that begins with https:// or http://")]
pub struct BadAddress;

impl PublicAddress {
    /// The longest address.
    pub const CHARS_MAX: usize = 500;

    /// Takes an address of a page without a password in it.
    pub fn read(text: &str) -> Result<Self, BadAddress> {
        let url = Url::parse(text.trim()).map_err(|_| BadAddress)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.has_host();
        let web = matches!(url.scheme(), "http" | "https");
        if web && plain && text.len() <= Self::CHARS_MAX { Ok(Self { url: url.to_string() }) } else { Err(BadAddress) }
    }
}

/// What a look at a page gave: the outcome and, if a file was served that is no form in text, its digest.
struct Look {
    outcome: Outcome,
    file: Option<Digest>,
}

impl Look {
    const fn only(outcome: Outcome) -> Self {
        Self { outcome, file: None }
    }
}

/// What the page at that address shows of a version of the form.
async fn look(web: &PublicWeb, address: &PublicAddress, version: &Version, checklist: &Arc<Checklist>) -> Look {
    let Page { bytes, charset } = match web.fetch(&address.url, BYTES_MAX).await {
        Ok(page) => page,
        Err(FetchError::Failed(error)) => {
            return Look::only(Outcome::Failed(error.chars().take(ERROR_CHARS_MAX).collect()));
        }
        Err(FetchError::Gone(status)) => return Look::only(Outcome::NoForm(status)),
    };
    // Off the threads that serve pages: whatever the page holds, nobody waits for its reading.
    let (version, checklist) = (version.clone(), Arc::clone(checklist));
    let looked = tokio::task::spawn_blocking(move || judge(&bytes, charset.as_deref(), &version, &checklist)).await;
    looked.unwrap_or_else(|_| Look::only(Outcome::Failed("the page could not be read".to_owned())))
}

/// What a page that was served shows of a version. The PDF that Tenken prints of it is the form without being read.
fn judge(bytes: &[u8], charset: Option<&str>, version: &Version, checklist: &Checklist) -> Look {
    let none = |why| Look { outcome: Outcome::NoForm(why), file: Some(Digest::of(bytes)) };
    match read(bytes, charset, checklist) {
        Err(_) if is_printed(bytes, version, checklist) => Look::only(Outcome::Shown),
        Err(unreadable) => none(unreadable.to_string()),
        Ok(reading) if reading.items.is_empty() => none(String::new()),
        Ok(reading) => {
            let differs = published(version.declaration(), &reading, checklist);
            Look::only(if differs.is_empty() { Outcome::Shown } else { Outcome::Differs(differs) })
        }
    }
}

fn is_printed(bytes: &[u8], version: &Version, checklist: &Checklist) -> bool {
    let printed = || print::pdf::write(version.declaration(), checklist, version.kept.accepted_at);
    bytes.starts_with(b"%PDF") && printed().is_ok_and(|printed| printed.bytes == bytes)
}

/// Sets where the form is published. What was seen at another address tells nothing of this one.
pub async fn set_address(store: &Store, address: &PublicAddress, person: &str, now: Instant) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    transaction.set_setting(address).await?;
    told::begin_again(&mut transaction).await?;
    if let Some(version) = transaction.declaration().await? {
        transaction.reopen_publication(version.id).await?;
    }
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "public_address_set".to_owned(),
        subject: String::new(),
        detail: address.url.clone(),
    };
    transaction.audit(&entry).await?;
    transaction.save().await
}

/// Whether the home page is to be looked at again: soon, unless the last look found the form.
pub fn is_due(publication: &Publication, now: Instant) -> bool {
    let every = if publication.is_shown() { EVERY } else { EVERY_UNTIL_SHOWN };
    publication.checked.as_ref().is_none_or(|(checked, _)| now >= every.after(*checked))
}

/// Looks at the home page and keeps what it shows, if an address is set and a form is in force.
pub async fn check(
    store: &Store,
    web: &PublicWeb,
    checklist: &Arc<Checklist>,
    now: Instant,
) -> Result<Option<Outcome>, StoreError> {
    let Some(wanted) = wanted(store).await? else { return Ok(None) };
    let Look { outcome, file } = look(web, &wanted.0, &wanted.1, checklist).await;
    // What a person saw in a file holds as long as the page serves that file.
    let confirmed = wanted.2.confirmed.as_ref().filter(|confirmation| Some(confirmation.file) == file);
    let outcome = confirmed.map_or(outcome, |confirmation| Outcome::Confirmed(confirmation.clone()));
    keep(store, &wanted, outcome, None, now).await
}

/// Looks at the home page for a person who says that it shows the form in force. What can be compared is not taken from anybody's
/// word; a file that cannot is confirmed as it is served now.
pub async fn confirm(
    store: &Store,
    web: &PublicWeb,
    checklist: &Arc<Checklist>,
    person: &str,
    now: Instant,
) -> Result<Option<Outcome>, StoreError> {
    let Some(wanted) = wanted(store).await? else { return Ok(None) };
    match look(web, &wanted.0, &wanted.1, checklist).await {
        Look { file: Some(file), .. } => {
            let outcome = Outcome::Confirmed(Confirmation { person: person.to_owned(), at: now, file });
            let entry = AuditEntry {
                at: now,
                person: person.to_owned(),
                act: "publication_confirmed".to_owned(),
                subject: wanted.1.id.to_string(),
                detail: format!("{} sha256:{file}", wanted.0.url),
            };
            keep(store, &wanted, outcome, Some(&entry), now).await
        }
        Look { outcome, file: None } => keep(store, &wanted, outcome, None, now).await,
    }
}

/// Keeps what a look gave, with the act of the person who looked, unless the address or the form changed meanwhile.
async fn keep(
    store: &Store,
    (address, version, before): &Wanted,
    outcome: Outcome,
    entry: Option<&AuditEntry>,
    now: Instant,
) -> Result<Option<Outcome>, StoreError> {
    let mut transaction = store.write().await?;
    let same_address = transaction.setting::<PublicAddress>().await?.is_some_and(|set| set == *address);
    let same_version = transaction.declaration().await?.is_some_and(|newest| newest.id == version.id);
    if !same_address || !same_version {
        transaction.abandon().await?;
        return Ok(None);
    }
    transaction.set_published(version.id, &outcome, now).await?;
    told::tell(&mut transaction, address, before, &outcome, now).await?;
    if let Some(entry) = entry {
        transaction.audit(entry).await?;
    }
    transaction.save().await?;
    Ok(Some(outcome))
}

/// Looks at the home page if that is due.
pub async fn check_due(
    store: &Store,
    web: &PublicWeb,
    checklist: &Arc<Checklist>,
    now: Instant,
) -> Result<Option<Outcome>, StoreError> {
    match wanted(store).await? {
        Some((_, _, publication)) if is_due(&publication, now) => check(store, web, checklist, now).await,
        Some(_) | None => Ok(None),
    }
}

/// The address, the form in force, and what is known of its publication.
type Wanted = (PublicAddress, Version, Publication);

async fn wanted(store: &Store) -> Result<Option<Wanted>, StoreError> {
    let mut transaction = store.read().await?;
    let Some(address) = transaction.setting::<PublicAddress>().await? else { return Ok(None) };
    let Some(version) = transaction.declaration().await? else { return Ok(None) };
    let Some(publication) = transaction.publication(version.id).await? else { return Ok(None) };
    Ok(Some((address, version, publication)))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::Router;
    use axum::http::{StatusCode, header};
    use axum::routing::get;
    use tempfile::TempDir;
    use tenken_form::compare::Difference;
    use tenken_form::declaration::Declaration;
    use tenken_form::read::read_text;

    use super::*;
    use crate::public_web::Reach;
    use crate::store::{MailKind, NewVersion, Origin, Thread};

    const PUBLISHED: &str = include_str!("../../form/tests/forms/published.txt");

    /// What a home page answers: its status, the kind of its content, and its content.
    type Answer = (StatusCode, &'static str, Vec<u8>);

    /// A home page whose answer a test changes.
    async fn home_page(page: Arc<Mutex<Answer>>) -> PublicAddress {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}/form", listener.local_addr().unwrap());
        let answer = move || {
            let (status, kind, body) = page.lock().unwrap().clone();
            async move { (status, [(header::CONTENT_TYPE, kind)], body) }
        };
        let router = Router::new().route("/form", get(answer));
        tokio::spawn(async move { axum_serve(listener, router).await });
        PublicAddress::read(&address).unwrap()
    }

    async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
        use hyper_util::rt::{TokioExecutor, TokioIo};
        use hyper_util::server::conn::auto::Builder;
        use hyper_util::service::TowerToHyperService;
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(async move {
                let builder = Builder::new(TokioExecutor::new());
                drop(builder.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    }

    #[tokio::test]
    async fn the_task_ends_only_when_the_page_really_shows_the_form() {
        let checklist = Arc::new(Checklist::embedded().unwrap());
        let reading = read_text(PUBLISHED, &checklist);
        let day = reading.updated_on.unwrap();
        let old = Declaration::new(&checklist, day, reading.answers(), reading.header.clone()).unwrap();
        let mut new = old.clone();
        new.updated_on = day.succ_opt().unwrap();
        let item = checklist.items().nth(3).unwrap();
        let when = tenken_calendar::PlannedTime::new("2027年5月").unwrap();
        new.answers.insert(item.id.clone(), tenken_form::declaration::Answer::planned(when));
        let html = |declaration: &Declaration| print::html::write(declaration, &checklist).unwrap();
        let page = Arc::new(Mutex::new((StatusCode::OK, "text/html", html(&old).into_bytes())));
        let address = home_page(Arc::clone(&page)).await;
        let data = TempDir::new().unwrap();
        let store = Store::open_folder(data.path()).await.unwrap();
        let web = PublicWeb::new(Reach::Anywhere).unwrap();
        let at = |hours: i64| Span::from_secs(hours * 3_600).after("2026-11-26T00:00:00Z".parse().unwrap());
        assert_eq!(check_due(&store, &web, &checklist, at(0)).await.unwrap(), None);

        let mut transaction = store.write().await.unwrap();
        transaction.set_setting(&address).await.unwrap();
        let (origin, accepted_by) = (Origin::Approved, "sato".to_owned());
        let version = NewVersion { declaration: new.clone(), origin, accepted_at: at(0), accepted_by };
        let version = transaction.add_version(&version).await.unwrap();
        transaction.open_publication(version, at(0)).await.unwrap();
        transaction.save().await.unwrap();
        let shown = async || store.read().await.unwrap().publication(version).await.unwrap().unwrap().shown_at;

        let outcome = check_due(&store, &web, &checklist, at(0)).await.unwrap().unwrap();
        let Outcome::Differs(differs) = outcome else { panic!("{outcome:?}") };
        assert!(
            matches!(&differs[..], [Difference::Date { .. }, Difference::Answer { item: it, .. }, Difference::Header] if *it == item.id)
        );
        assert_eq!((check_due(&store, &web, &checklist, at(0)).await.unwrap(), shown().await), (None, None));

        // The same answers under the old date are not the form in force.
        let mut undated = new.clone();
        undated.updated_on = day;
        page.lock().unwrap().2 = html(&undated).into_bytes();
        assert!(matches!(check_due(&store, &web, &checklist, at(1)).await.unwrap(), Some(Outcome::Differs(_))));

        let utf8 = html(&new);
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(&utf8);
        *page.lock().unwrap() = (StatusCode::OK, "text/html; charset=Shift_JIS", sjis.into_owned());
        assert_eq!(check_due(&store, &web, &checklist, at(2)).await.unwrap(), Some(Outcome::Shown));
        assert_eq!(shown().await, Some(at(2)));

        // A page that does not answer this once still shows the form as far as is known; a wrong one does not.
        page.lock().unwrap().0 = StatusCode::SERVICE_UNAVAILABLE;
        let failed = check_due(&store, &web, &checklist, at(26)).await.unwrap().unwrap();
        assert!(matches!(failed, Outcome::Failed(why) if why.contains("503")));
        assert_eq!(shown().await, Some(at(2)));
        // But nobody is told that it does.
        let kept = store.read().await.unwrap().publication(version).await.unwrap().unwrap();
        assert!(!kept.is_shown() && is_due(&kept, at(27)));
        page.lock().unwrap().0 = StatusCode::NOT_FOUND;
        assert!(matches!(check(&store, &web, &checklist, at(27)).await.unwrap(), Some(Outcome::NoForm(_))));
        assert_eq!(shown().await, None);
        *page.lock().unwrap() = (StatusCode::OK, "application/pdf", b"%PDF-1.7".to_vec());
        assert!(matches!(check(&store, &web, &checklist, at(27)).await.unwrap(), Some(Outcome::NoForm(_))));
        assert_eq!(shown().await, None);
        // The PDF that Tenken prints is known without being read; another is confirmed by a person, as long as it is served.
        let confirm = async |hours| confirm(&store, &web, &checklist, "sato", at(hours)).await.unwrap().unwrap();
        let kept = store.read().await.unwrap().declaration().await.unwrap().unwrap();
        let printed = print::pdf::write(&new, &checklist, kept.kept.accepted_at).unwrap().bytes;
        page.lock().unwrap().2 = printed;
        assert_eq!(check(&store, &web, &checklist, at(28)).await.unwrap(), Some(Outcome::Shown));
        page.lock().unwrap().2 = b"%PDF-1.7 scanned".to_vec();
        let Outcome::Confirmed(confirmed) = confirm(29).await else { panic!("not confirmed") };
        assert_eq!((confirmed.person.as_str(), shown().await), ("sato", Some(at(28))));
        // A page that does not answer this once takes nothing back.
        page.lock().unwrap().0 = StatusCode::SERVICE_UNAVAILABLE;
        assert!(matches!(check(&store, &web, &checklist, at(40)).await.unwrap(), Some(Outcome::Failed(_))));
        page.lock().unwrap().0 = StatusCode::OK;
        let same = Outcome::Confirmed(confirmed);
        assert_eq!(check(&store, &web, &checklist, at(53)).await.unwrap(), Some(same));
        let audit = store.read().await.unwrap().audit_entries(None, 9).await.unwrap();
        assert!(
            audit.iter().any(|(_, entry)| entry.act == "publication_confirmed" && entry.subject == version.to_string())
        );
        page.lock().unwrap().2 = b"%PDF-1.7 scanned again".to_vec();
        assert!(matches!(check(&store, &web, &checklist, at(77)).await.unwrap(), Some(Outcome::NoForm(_))));
        assert_eq!(shown().await, None);
        page.lock().unwrap().2 = html(&old).into_bytes();
        assert!(matches!(confirm(78).await, Outcome::Differs(_)), "what can be compared is nobody's word");
        page.lock().unwrap().0 = StatusCode::NOT_FOUND;
        assert!(matches!(confirm(78).await, Outcome::NoForm(_)), "there is nothing to be seen");
        *page.lock().unwrap() = (StatusCode::OK, "text/html", vec![b'x'; BYTES_MAX + 1]);
        assert!(
            matches!(check(&store, &web, &checklist, at(79)).await.unwrap(), Some(Outcome::Failed(why)) if why.contains("bytes"))
        );
        *page.lock().unwrap() = (StatusCode::OK, "text/html; charset=utf-8", html(&new).into_bytes());
        assert_eq!(check(&store, &web, &checklist, at(150)).await.unwrap(), Some(Outcome::Shown));
        page.lock().unwrap().2 = html(&old).into_bytes();
        assert!(matches!(check(&store, &web, &checklist, at(174)).await.unwrap(), Some(Outcome::Differs(_))));
        let told = async || {
            let mails = store.read().await.unwrap().mails(9).await.unwrap();
            mails.into_iter().rev().map(|mail| (mail.thread, mail.kind)).collect::<Vec<_>>()
        };
        assert_eq!(told().await, [(Thread::Publication(version), MailKind::Opened)]);
        page.lock().unwrap().2 = html(&new).into_bytes();
        assert_eq!(check(&store, &web, &checklist, at(175)).await.unwrap(), Some(Outcome::Shown));
        assert_eq!(told().await, [], "what nobody was told needs no end");
    }

    #[test]
    fn only_addresses_of_pages_are_taken() {
        assert_eq!(PublicAddress::read(" https://agency.example/form ").unwrap().url, "https://agency.example/form");
        for bad in ["", "file:///etc/passwd", "agency.example", "https://user:pass@agency.example/", "ftp://a.example/"]
        {
            assert_eq!(PublicAddress::read(bad), Err(BadAddress), "{bad}");
        }
        assert!(PublicAddress::read(&format!("https://a.example/{}", "x".repeat(600))).is_err());
    }

    #[test]
    fn a_page_that_does_not_show_the_form_is_looked_at_more_often() {
        let at = |hours: i64| Span::from_secs(hours * 3_600).after(Instant::UNIX_EPOCH);
        let publication = |checked: Option<i64>, shown: Option<i64>| Publication {
            version: 1,
            opened_at: at(0),
            checked: checked.map(|hour| (at(hour), Outcome::Shown)),
            shown_at: shown.map(at),
            confirmed: None,
        };
        assert!(is_due(&publication(None, None), at(0)));
        assert!(!is_due(&publication(Some(1), None), at(1)) && is_due(&publication(Some(1), None), at(2)));
        assert!(!is_due(&publication(Some(1), Some(1)), at(24)) && is_due(&publication(Some(1), Some(1)), at(25)));
    }
}
