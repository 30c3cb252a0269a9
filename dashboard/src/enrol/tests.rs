use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;
use tenken_model::Span;

use super::*;
use crate::store::Location;

struct Bench {
    data: TempDir,
    store: Store,
    authority: Authority,
}

fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
}

async fn bench() -> Bench {
    let data = TempDir::new().unwrap();
    let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
    let authority = Authority::open(data.path(), &store, at(0)).await.unwrap();
    Bench { data, store, authority }
}

fn request() -> String {
    let key = KeyPair::generate().unwrap();
    CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap()
}

fn asks(secret: &str, name: &str) -> EnrolRequest {
    EnrolRequest { secret: secret.to_owned(), request_pem: request(), host_name: name.to_owned() }
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from(pem::parse(pem).unwrap().into_contents())
}

impl Bench {
    async fn token(&self) -> String {
        self.made(TokenTerms::ONE_HOST).await.token.secret
    }

    async fn made(&self, terms: TokenTerms) -> MadeToken {
        make_token(&self.store, &self.authority, terms, "sato", at(0)).await.unwrap()
    }

    async fn enrol(&self, request: &EnrolRequest, second: i64) -> Result<EnrolAnswer, EnrolError> {
        enrol(&self.store, &self.authority, "https://tenken.example:8443", request, at(second)).await
    }

    async fn renew(&self, certificate: &CertificateDer<'_>) -> Result<CertificateDer<'static>, EnrolError> {
        let request = RenewRequest { request_pem: request() };
        let answer = renew(&self.store, &self.authority, certificate, &request, at(60)).await?;
        Ok(der(&answer.certificate_pem))
    }

    async fn says(&self, certificate: &CertificateDer<'_>) -> &'static str {
        self.says_at(certificate, at(60)).await
    }

    async fn says_at(&self, certificate: &CertificateDer<'_>, now: Instant) -> &'static str {
        match authenticate(&self.store, certificate, now).await {
            Ok(_) => "known",
            Err(RequestError::Refused(refused)) => refused.code(),
            Err(RequestError::Store(error)) => panic!("{error}"),
        }
    }
}

fn code(result: Result<EnrolAnswer, EnrolError>) -> &'static str {
    match result {
        Ok(_) => "enrolled",
        Err(EnrolError::Refused(refused)) => refused.code(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_token_enrols_one_host_in_its_time() {
    let bench = bench().await;
    let secret = bench.token().await;
    let made = bench.made(TokenTerms::ONE_HOST).await;
    assert_eq!(made.token.authority, bench.authority.digest());
    assert_eq!(code(bench.enrol(&asks(&made.token.secret, "a"), 86_400).await), "token", "too late");
    assert_eq!(code(bench.enrol(&asks(&"x".repeat(43), "a"), 1).await), "token");
    assert_eq!(code(bench.enrol(&asks("", "a"), 1).await), "token");
    for name in ["", "  ", "*", "a\nb", "a\u{2028}b", "\u{202e}CP", &"x".repeat(101)] {
        assert_eq!(code(bench.enrol(&asks(&secret, name), 1).await), "malformed", "{name:?}");
    }
    let broken = EnrolRequest { request_pem: "x".into(), ..asks(&secret, "a") };
    assert_eq!(code(bench.enrol(&broken, 1).await), "malformed");

    let answer = bench.enrol(&asks(&secret, " 受付PC "), 1).await.unwrap();
    assert_eq!(code(bench.enrol(&asks(&secret, "b"), 2).await), "token", "used");
    let certificate = der(&answer.certificate_pem);
    assert_eq!(authenticate(&bench.store, &certificate, at(2)).await.unwrap(), answer.host);
    let mut transaction = bench.store.read().await.unwrap();
    let host = transaction.host(&answer.host).await.unwrap().unwrap();
    assert_eq!((host.name.as_str(), host.certificate), ("受付PC", Digest::of(&certificate)));
    let acts: Vec<_> = transaction.audit_entries(None, 9).await.unwrap().into_iter().map(|(_, e)| e.act).collect();
    assert_eq!(acts, ["host_enrolled", "token_made", "token_made"]);
    assert!(bench.data.path().exists());
}

#[tokio::test]
async fn a_strangers_token_waits_for_no_writer() {
    let bench = bench().await;
    let writer = bench.store.write().await.unwrap();
    let asked = asks(&"x".repeat(43), "a");
    let answered = tokio::time::timeout(std::time::Duration::from_secs(10), bench.enrol(&asked, 1)).await;
    assert_eq!(answered.map(code), Ok("token"));
    drop(writer);
}

#[tokio::test]
async fn a_renewed_certificate_ends_the_one_before_when_it_is_used() {
    let bench = bench().await;
    let answer = bench.enrol(&asks(&bench.token().await, "a"), 1).await.unwrap();
    let first = der(&answer.certificate_pem);
    let lost = bench.renew(&first).await.unwrap();
    assert_eq!(bench.says(&first).await, "known", "the answer may have been lost");
    let second = bench.renew(&first).await.unwrap();
    assert_eq!(bench.says(&lost).await, "replaced_certificate");
    assert_eq!(bench.says(&second).await, "known");
    assert_eq!(bench.says(&first).await, "replaced_certificate");
    assert!(matches!(bench.renew(&first).await, Err(EnrolError::Refused(Refused::ReplacedCertificate))));
    let third = bench.renew(&second).await.unwrap();
    assert_eq!(bench.says(&third).await, "known");
}

#[tokio::test]
async fn a_connection_does_not_outlive_its_certificate() {
    let bench = bench().await;
    let answer = bench.enrol(&asks(&bench.token().await, "a"), 1).await.unwrap();
    let certificate = der(&answer.certificate_pem);
    let until = speaker(&certificate).unwrap().until;
    assert_eq!(bench.says_at(&certificate, until).await, "known");
    assert_eq!(bench.says_at(&certificate, Span::from_secs(1).after(until)).await, "expired_certificate");
}

#[tokio::test]
async fn a_revoked_host_is_refused_from_the_next_request() {
    let bench = bench().await;
    let answer = bench.enrol(&asks(&bench.token().await, "a"), 1).await.unwrap();
    let certificate = der(&answer.certificate_pem);
    assert!(revoke(&bench.store, &answer.host, "sato", at(2)).await.unwrap());
    assert!(!revoke(&bench.store, &answer.host, "sato", at(3)).await.unwrap());
    assert_eq!(bench.says(&certificate).await, "revoked");
    assert!(matches!(bench.renew(&certificate).await, Err(EnrolError::Refused(Refused::Revoked(_)))));
    let stranger = bench.authority.host_certificate(&request(), &HostId::new("h-0").unwrap(), at(0)).unwrap().unwrap();
    assert_eq!(bench.says(&der(&stranger.pem)).await, "wrong_host");
    assert_eq!(bench.says(bench.authority.certificate()).await, "wrong_host");
}

#[test]
fn a_token_is_for_a_number_of_hosts_and_a_time_within_bounds() {
    let day = Span::from_days(1);
    for (hosts, valid, fits) in [
        (1, day, true),
        (HOSTS_MAX, Span::from_days(14), true),
        (1, Span::from_secs(3_600), true),
        (0, day, false),
        (HOSTS_MAX + 1, day, false),
        (1, Span::from_secs(3_599), false),
        (1, Span::from_millis(14 * 86_400_000 + 1), false),
    ] {
        assert_eq!(TokenTerms::new(hosts, valid).is_some(), fits, "{hosts} {valid}");
    }
}

#[tokio::test]
async fn a_token_for_a_rollout_lets_in_as_many_hosts_as_it_says_until_it_is_withdrawn() {
    let bench = bench().await;
    let terms = |hosts| TokenTerms::new(hosts, Span::from_days(3)).unwrap();
    let secret = bench.made(terms(2)).await.token.secret;
    // A host whose request is refused uses nothing up.
    let broken = EnrolRequest { request_pem: "x".into(), ..asks(&secret, "a") };
    assert_eq!(code(bench.enrol(&broken, 1).await), "malformed");
    for (name, said) in [("a", "enrolled"), ("b", "enrolled"), ("c", "token")] {
        assert_eq!(code(bench.enrol(&asks(&secret, name), 86_400).await), said, "{name}");
    }
    let mut transaction = bench.store.read().await.unwrap();
    let [token] = transaction.tokens_for_many(9).await.unwrap().try_into().unwrap();
    assert_eq!((token.used, token.hosts, token.works(at(86_401))), (2, 2, false));
    let came: Vec<_> =
        transaction.enrolments(token.id, 9).await.unwrap().into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(came.len(), 2);
    drop(transaction);

    let secret = bench.made(terms(50)).await.token.secret;
    assert_eq!(code(bench.enrol(&asks(&secret, "d"), 1).await), "enrolled");
    let token = bench.store.read().await.unwrap().tokens_for_many(9).await.unwrap()[0].id;
    assert!(withdraw_token(&bench.store, token, "ito", at(2)).await.unwrap());
    assert!(!withdraw_token(&bench.store, token, "ito", at(3)).await.unwrap(), "once");
    assert!(!withdraw_token(&bench.store, 99, "ito", at(3)).await.unwrap());
    assert_eq!(code(bench.enrol(&asks(&secret, "e"), 3).await), "token");
    let entries = bench.store.read().await.unwrap().audit_entries(None, 1).await.unwrap();
    let (_, entry) = &entries[0];
    assert_eq!((entry.person.as_str(), entry.act.as_str(), entry.detail.as_str()), ("ito", "token_withdrawn", "1/50"));
}

#[tokio::test]
async fn a_certificate_that_was_made_between_a_backup_and_its_restore_is_taken_and_no_other() {
    let bench = bench().await;
    let answer = bench.enrol(&asks(&bench.token().await, "a"), 1).await.unwrap();
    let first = der(&answer.certificate_pem);
    let made = |second: i64| {
        let issued = bench.authority.host_certificate(&request(), &answer.host, at(second)).unwrap().unwrap();
        der(&issued.pem)
    };
    // None of these is in the database, as if it were of an older time.
    let (before, one, two, after) = (made(50), made(200), made(300), made(500));
    assert_eq!(bench.says(&one).await, "replaced_certificate", "nothing was restored");
    let mut transaction = bench.store.write().await.unwrap();
    transaction.set_setting(&RestoredFrom { made_at: at(100), restored_at: at(400) }).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(bench.says(&before).await, "replaced_certificate");
    assert_eq!(bench.says(&after).await, "replaced_certificate");
    assert_eq!(bench.says(&first).await, "known", "the one that the backup knows, as long as no newer one is used");
    assert_eq!(bench.says(&one).await, "known");
    assert_eq!(bench.says(&first).await, "replaced_certificate");
    assert_eq!(bench.says(&two).await, "known");
    assert_eq!(bench.says(&one).await, "replaced_certificate");
    assert!(bench.renew(&two).await.is_ok());
    assert!(revoke(&bench.store, &answer.host, "sato", at(600)).await.unwrap());
    assert_eq!(bench.says(&two).await, "revoked");
}
