//! The people's listener without a network: the router as it is served, over a store of its own.

mod account;
mod acts;
mod approval;
mod attest;
mod audit;
mod audit_package;
mod codes;
mod contradiction;
mod correlate;
mod declaration;
mod demo;
mod doors;
mod enrolment;
mod exports;
mod groups;
mod identity;
mod log_review;
mod own_rules;
mod owner;
mod packages;
mod parameters;
mod persons;
mod registers;
mod routes;
mod routing;
mod search;
mod settings;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use chrono::NaiveDate;
use tempfile::TempDir;
use tenken_engine::{Catalog, Checklist};
use tenken_form::declaration::{Answer as FormAnswer, Declaration};
use tenken_form::header::{Block, Header};
use tenken_model::digest::Digest;
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span, Verdict};
use tower::ServiceExt as _;

use super::people;
use super::site::{Configured, Site};
use crate::app::App;
use crate::auth::cookie::Channel;
use crate::auth::first_run;
use crate::auth::role::Role;
use crate::auth::secret::Secret;
use crate::auth::totp::{Key, step};
use crate::authority::Authority;
use crate::demo::Demonstration;
use crate::drift;
use crate::evidence::Scanner;
use crate::identity::{Provider, ProviderSettings};
use crate::listen::Peer;
use crate::mail::{Book, MailSettings, Sender, TransportSettings};
use crate::packages::Packages;
use crate::pages::chrome::DataKind;
use crate::public_web::{PublicWeb, Reach};
use crate::store::{Failing, Location, NewHost, NewUser, NewVersion, Origin, SecondFactor, Store, StoredFinding, User};

/// A package that is handed out.
const PACKAGE: &str = "tenken-agent_0.1.0_amd64.deb";
const PASSWORD: &str = "correct horse battery";
/// The issuer of the identity provider.
const ISSUER: &str = "https://127.0.0.1:9";

fn now() -> Instant {
    "2026-11-24T05:30:00Z".parse().unwrap()
}

/// The key of every person's authenticator.
fn key() -> Key {
    Key::from_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
}

/// What the authenticator shows so many steps from now.
fn code(off: i64) -> String {
    format!("{:06}", key().code(step(now()) + off).unwrap())
}

/// A dashboard with one host and one drift.
struct Bench {
    data: TempDir,
    store: Store,
    router: Router,
}

impl Bench {
    async fn new() -> Self {
        Self::with(TempDir::new().unwrap(), None, None, DataKind::Real).await
    }

    /// A dashboard whose data is a demonstration.
    async fn demonstration() -> Self {
        let bench = Self::with(TempDir::new().unwrap(), None, None, DataKind::Demonstration).await;
        let mark = Demonstration { seed: 1, until: now(), away: Vec::new() };
        let mut transaction = bench.store.write().await.unwrap();
        transaction.set_setting(&mark).await.unwrap();
        transaction.save().await.unwrap();
        bench
    }

    /// A dashboard that sends its mails into a folder, or cannot because a file is in the way.
    async fn mailing(broken: bool) -> Self {
        let data = TempDir::new().unwrap();
        let folder = data.path().join("mail");
        if broken {
            std::fs::write(&folder, "in the way").unwrap();
        }
        let settings = MailSettings {
            from: "tenken@example.jp".into(),
            to: vec!["officer@example.jp".into()],
            dashboard: "https://tenken.example.jp".into(),
            languages: vec!["ja".into()],
            transport: TransportSettings::Folder { folder },
            webhook: None,
        };
        let sender = Sender::new(settings, Book::default(), Digest::of(b"authority"));
        Self::with(data, Some(sender), None, DataKind::Real).await
    }

    /// A dashboard with an identity provider that nobody reaches, and these settings besides.
    async fn provided(more: &str) -> Self {
        let text = format!(
            "issuer: {ISSUER}\nclient_id: tenken\nname: {{ja: 院内アカウント, en: the agency account}}\n\
             dashboard: https://tenken.example.jp\n{more}"
        );
        let provider = Provider::new(ProviderSettings::read("provider.yaml", &text).unwrap()).unwrap();
        Self::with(TempDir::new().unwrap(), None, Some(provider), DataKind::Real).await
    }

    /// Where mails are sent into.
    fn mail_folder(&self) -> PathBuf {
        self.data.path().join("mail")
    }

    async fn with(data: TempDir, sender: Option<Sender>, provider: Option<Provider>, kind: DataKind) -> Self {
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let authority = Authority::open(data.path(), &store, now()).await.unwrap();
        let (catalog, checklist) = (Catalog::embedded().unwrap(), Checklist::embedded().unwrap());
        let url = "https://127.0.0.1:7741".to_owned();
        let packages = data.path().join("packages");
        std::fs::create_dir(&packages).unwrap();
        std::fs::write(packages.join(PACKAGE), b"a package").unwrap();
        std::fs::write(packages.join("InRelease"), b"signed").unwrap();
        let app = App::new(store.clone(), authority, catalog, checklist, url, Some(Span::ZERO), now);
        let router = people::router(Site {
            app: app.clone(),
            channel: Channel::Loopback,
            configured: Arc::new(Configured { data: kind, ..Configured::default() }),
            public_web: PublicWeb::new(Reach::Public).unwrap(),
            scanner: Scanner::absent(),
            sender,
            provider,
            packages: Some(Packages::of(packages)),
        });
        let host = HostId::new("h-1").unwrap();
        let new = NewHost {
            id: host.clone(),
            name: "PC-UKETSUKE3".into(),
            enrolled_at: now(),
            certificate: Digest::of(b"c"),
            certificate_until: Span::from_days(90).after(now()),
        };
        let mut transaction = store.write().await.unwrap();
        transaction.add_host(&new).await.unwrap();
        transaction.set_finding(&failing(&host)).await.unwrap();
        drift::settle(&mut transaction, &app.terms, None, now()).await.unwrap();
        transaction.save().await.unwrap();
        Self { data, store, router }
    }

    /// Whoever has not signed in.
    fn nobody(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: Vec::new(), token: String::new() }
    }

    /// A person of that role who has signed in.
    async fn person(&self, role: Role) -> Browser {
        let new =
            NewUser { name: format!("person-{role}"), role, password: Some("$argon2id$x".into()), created_at: now() };
        let mut transaction = self.store.write().await.unwrap();
        let id = transaction.add_user(&new).await.unwrap();
        transaction.save().await.unwrap();
        self.session(id).await
    }

    /// A person of that role with a second factor who has just confirmed the session with it.
    async fn confirmed(&self, role: Role) -> Browser {
        let browser = self.person(role).await;
        let mut transaction = self.store.write().await.unwrap();
        let person = transaction.user_named(&format!("person-{role}")).await.unwrap().unwrap().id;
        let factor = SecondFactor { key: key(), last_step: 0, set_at: now() };
        transaction.set_second_factor(person, &factor).await.unwrap();
        transaction.confirm_session(&browser.digest(), now()).await.unwrap();
        transaction.save().await.unwrap();
        browser
    }

    /// A new session of a person.
    async fn session(&self, person: i64) -> Browser {
        let secret = Secret::new().unwrap();
        let mut transaction = self.store.write().await.unwrap();
        transaction.open_session(&secret.digest(), person, now()).await.unwrap();
        transaction.save().await.unwrap();
        let mut browser = self.nobody();
        browser.cookies.push(format!("{}={}", Channel::Loopback.session_cookie(), secret.text()));
        browser.token = browser.get("/drifts").await.field("csrf").unwrap();
        browser
    }

    /// A form in force in which every item is 実施済.
    async fn declare(&self) {
        let checklist = Checklist::embedded().unwrap();
        let answers = checklist.items().map(|item| (item.id.clone(), FormAnswer::done())).collect();
        let day = NaiveDate::from_ymd_opt(2024, 12, 11).unwrap();
        let header = Header { blocks: vec![Block::Table(vec![vec!["初期費用".into(), "0円".into()]])] };
        let declaration = Declaration::new(&checklist, day, answers, header).unwrap();
        let (origin, accepted_by) = (Origin::TakenIn, "sato".to_owned());
        let new = NewVersion { declaration, origin, accepted_at: now(), accepted_by };
        let mut transaction = self.store.write().await.unwrap();
        let version = transaction.add_version(&new).await.unwrap();
        transaction.open_publication(version, now()).await.unwrap();
        transaction.save().await.unwrap();
    }

    /// The person of that name.
    async fn user(&self, name: &str) -> User {
        self.store.read().await.unwrap().user_named(name).await.unwrap().unwrap()
    }

    /// What the audit log says was done, the oldest first.
    async fn audit(&self) -> Vec<String> {
        let entries = self.store.read().await.unwrap().audit_entries(None, 1_000).await.unwrap();
        entries
            .into_iter()
            .rev()
            .map(|(_, entry)| format!("{} {} {}", entry.person, entry.act, entry.subject))
            .collect()
    }

    async fn first_run_link(&self) -> String {
        let (secret, link) = first_run::make(now()).unwrap();
        let mut transaction = self.store.write().await.unwrap();
        transaction.set_first_run(&link).await.unwrap();
        transaction.save().await.unwrap();
        secret.text().to_owned()
    }
}

fn failing(host: &HostId) -> StoredFinding {
    let finding = Finding {
        key: FindingKey { rule: RuleId::new("clock_service_running").unwrap(), subject: None },
        verdict: Verdict::Fail,
        says: Bilingual { ja: "動いていません。".into(), en: "It does not run.".into() },
        branch: None,
        evidence: Vec::new(),
        observed_at: now(),
    };
    StoredFinding {
        host: host.clone(),
        digest: finding.digest(),
        finding,
        since: now(),
        failing: Some(Failing { since: now(), awake: Span::ZERO }),
        changed_at: now(),
    }
}

/// What a browser keeps between requests.
#[derive(Clone)]
struct Browser {
    router: Router,
    cookies: Vec<String>,
    token: String,
}

/// What a browser got.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Browser {
    /// The digest of the session's secret.
    fn digest(&self) -> Digest {
        let (_, secret) = self.cookies[0].split_once('=').unwrap();
        Secret::from_text(secret).unwrap().digest()
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = self.cookies.iter().fold(request, |request, cookie| request.header(header::COOKIE, cookie));
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), certificate: None };
        let request = request.extension(peer).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream that never ends is not read.
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Bytes::new() } else { to_bytes(body, 64 << 20).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address), Body::empty()).await
    }

    /// A form without a token but that among the fields.
    async fn post_bare(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send(request, Body::from(pairs.join("&"))).await
    }

    async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_bare(address, &[&[("csrf", self.token.as_str())], fields].concat()).await
    }

    /// A form that leads nowhere else but says what is wrong, on a page whose language can be switched.
    async fn post_refused(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(address, fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        let next = answer.field("next").unwrap();
        assert_eq!(self.get(&next).await.status, StatusCode::OK, "{address} leads to {next}");
        answer
    }

    /// A form with fields and files: the name of each and its bytes.
    async fn send_files(&self, address: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.token.as_str())].iter().chain(fields) {
            let head = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, content) in files {
            let head = format!("--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            body.extend_from_slice(&[head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend_from_slice(b"--x--\r\n");
        let request = Request::post(address).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request, Body::from(body)).await
    }

    async fn upload(&self, address: &str, token: &str, file: &[u8]) -> Answer {
        let part = |head: &str, bytes: &[u8]| {
            [b"--x\r\ncontent-disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", bytes, b"\r\n"].concat()
        };
        let file = part("name=\"file\"; filename=\"a.csv\"\r\ncontent-type: text/csv", file);
        let body = [part("name=\"csrf\"", token.as_bytes()), file, b"--x--\r\n".to_vec()].concat();
        let request = Request::post(address).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request, Body::from(body)).await
    }

    /// The same request as a browser describes it.
    async fn with_header(&self, method: Method, address: &str, name: HeaderName, value: &str) -> Answer {
        let request = Request::builder().method(method).uri(address).header(name, value);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(format!("csrf={}", self.token))).await
    }
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// The value of the first field of that name.
    fn field(&self, name: &str) -> Option<String> {
        let rest = self.text().split(&format!("name=\"{name}\"")).nth(1)?;
        let value = rest.split_once("value=\"").filter(|(before, _)| !before.contains('<'));
        Some(value?.1.split('"').next()?.to_owned())
    }

    /// The session cookie it set.
    fn session(&self) -> Option<String> {
        self.cookie(Channel::Loopback.session_cookie())
    }

    /// The cookie of that name it set, with its value.
    fn cookie(&self, name: &str) -> Option<String> {
        let cookie = self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let mut session = cookie.filter(|cookie| cookie.split('=').next() == Some(name));
        Some(session.next()?.split(';').next()?.to_owned())
    }
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => encoded.push(char::from(byte)),
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
        encoded
    })
}
