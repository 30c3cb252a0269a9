//! A demonstration says that it is one, whatever page is looked at.

use axum::http::{StatusCode, header};
use tenken_model::Language;

use super::routes::ROUTES;
use super::{Bench, now};
use crate::auth::role::Role;
use crate::demo::MARK;
use crate::enrol::{EnrolError, TokenTerms, make_token};
use crate::ingest::Refused;

fn says_so(text: &str) -> bool {
    [Language::Japanese, Language::English].iter().any(|language| {
        text.contains(&language.demo_banner()) && text.contains(&format!("<title>{}", language.demo_title()))
    })
}

#[tokio::test]
async fn every_page_of_a_demonstration_says_so_and_no_other_does() {
    let (demo, real) = (Bench::demonstration().await, Bench::new().await);
    for (bench, wanted) in [(&demo, true), (&real, false)] {
        bench.declare().await;
        let mut pages = 0;
        for browser in [bench.nobody(), bench.confirmed(Role::Admin).await] {
            for (_, address, read, _) in ROUTES {
                if read.is_none() {
                    continue;
                }
                let answer = browser.get(address).await;
                let is_page = answer.header(header::CONTENT_TYPE).starts_with("text/html")
                    && answer.header(header::CONTENT_DISPOSITION).is_empty();
                if is_page && answer.status != StatusCode::SEE_OTHER {
                    assert_eq!(says_so(answer.text()), wanted, "{address}");
                    pages += 1;
                }
            }
        }
        assert!(pages > 25, "{pages}");
        let missing = bench.confirmed(Role::Viewer).await.get("/items/no.such").await;
        assert_eq!((missing.status, says_so(missing.text())), (StatusCode::NOT_FOUND, wanted));
    }
}

#[tokio::test]
async fn printed_forms_of_a_demonstration_carry_its_mark() {
    let bench = Bench::demonstration().await;
    bench.declare().await;
    let browser = bench.confirmed(Role::Viewer).await;
    for kind in ["html", "csv"] {
        let printed = browser.get(&format!("/declaration/form/{kind}")).await;
        assert_eq!(printed.text().matches(MARK).count(), 1, "{kind}");
        assert!(printed.header(header::CONTENT_DISPOSITION).contains("demo-checklist"), "{kind}");
    }
    for kind in ["pdf", "xlsx"] {
        assert_eq!(browser.get(&format!("/declaration/form/{kind}")).await.status, StatusCode::OK, "{kind}");
    }
    let real = Bench::new().await;
    real.declare().await;
    let printed = real.confirmed(Role::Viewer).await.get("/declaration/form/html").await;
    assert!(!printed.text().contains(MARK));
}

#[tokio::test]
async fn a_demonstration_takes_no_hosts() {
    let bench = Bench::demonstration().await;
    let browser = bench.confirmed(Role::Admin).await;
    let page = browser.post("/hosts/new", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(&Language::Japanese.demo_no_hosts()) && !page.text().contains("--token"));
    let authority = crate::authority::Authority::open(bench.data.path(), &bench.store, now()).await.unwrap();
    let refused = make_token(&bench.store, &authority, TokenTerms::ONE_HOST, "console", now()).await;
    assert!(matches!(refused, Err(EnrolError::Refused(Refused::Demonstration))), "{refused:?}");
}
