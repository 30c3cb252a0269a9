//! Alerts reach a real mail server that demands TLS and a password, and wait while it is away.

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use tempfile::TempDir;
    use tenken_dashboard::drift::{Terms, settle_due};
    use tenken_dashboard::mail::{Book, MailSettings, Security, Sender, Sent, TransportSettings};
    use tenken_dashboard::store::{NewHost, Store, StoredFinding};
    use tenken_model::digest::Digest;
    use tenken_model::finding::{Bilingual, Evidence};
    use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span, Verdict};
    use tenken_tests::smtp::{self, Server};

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
    }

    fn terms() -> Terms {
        Terms::new(std::collections::BTreeMap::new())
    }

    async fn store(folder: &Path) -> Store {
        let store = Store::open_folder(&folder.join("data")).await.unwrap();
        let host = NewHost {
            id: HostId::new("h-1").unwrap(),
            name: "受付PC".into(),
            enrolled_at: at(0),
            certificate: Digest::of(b"c"),
            certificate_until: at(1),
        };
        let mut transaction = store.write().await.unwrap();
        transaction.add_host(&host).await.unwrap();
        transaction.save().await.unwrap();
        store
    }

    async fn find(store: &Store, second: i64, verdict: Verdict) {
        let finding = Finding {
            key: FindingKey { rule: RuleId::new("screen_lock_enforced").unwrap(), subject: None },
            says: Bilingual {
                ja: "画面はロックされません。".into(), en: "The screen does not lock.".into()
            },
            branch: None,
            evidence: vec![Evidence { path: "screen_lock.delay".into(), value: "なし".into(), volatile: false }],
            observed_at: at(second),
            verdict,
        };
        let stored = StoredFinding {
            host: HostId::new("h-1").unwrap(),
            digest: finding.digest(),
            since: at(second),
            failing_since: matches!(finding.verdict, Verdict::Fail).then(|| at(second)),
            changed_at: at(second),
            finding,
        };
        let mut transaction = store.write().await.unwrap();
        transaction.set_finding(&stored).await.unwrap();
        transaction.save().await.unwrap();
        settle_due(store, &terms(), at(second)).await.unwrap();
    }

    fn sender(folder: &Path, port: u16, password: &str, authority: &Path) -> Sender {
        let file = folder.join("password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let settings = MailSettings {
            from: "点検 <tenken@example.jp>".into(),
            to: vec!["officer@example.jp".into()],
            dashboard: "https://tenken.example.jp".into(),
            languages: vec!["ja".into(), "en".into()],
            transport: TransportSettings::Smtp {
                host: "localhost".into(),
                port,
                security: Security::Starttls,
                user: Some(smtp::USER.into()),
                password_file: Some(file),
                authority_file: Some(authority.to_owned()),
            },
        };
        let catalog = tenken_engine::Catalog::embedded().unwrap();
        let checklist = tenken_engine::checklist::Checklist::embedded().unwrap();
        Sender::new(settings, Book::of(&catalog, &checklist), Digest::of(b"authority"))
    }

    async fn last_error(store: &Store) -> String {
        store.read().await.unwrap().mail_trouble().await.unwrap().last_error.unwrap_or_default()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn alerts_wait_for_the_server_and_arrive_once_as_one_thread() {
        if !Server::available() {
            tenken_tests::skip("mail", "python3-aiosmtpd or openssl is not installed");
            return;
        }
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let store = store(folder).await;
        let server = Server::start(folder).unwrap();
        let strangers = folder.join("strangers");
        std::fs::create_dir(&strangers).unwrap();
        let stranger = Server::start(&strangers).unwrap();
        find(&store, 10, Verdict::Fail).await;

        // Nothing listens there: the port was free a moment ago.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let failed = Sent::Failed { others: 0 };
        let away = sender(folder, free, smtp::PASSWORD, &server.authority);
        assert_eq!(away.send_next(&store, at(11)).await.unwrap(), failed);
        assert!(last_error(&store).await.contains(&format!("localhost:{free}")), "{}", last_error(&store).await);

        let wrong = sender(folder, server.port, "wrong", &server.authority);
        assert_eq!(wrong.send_next(&store, at(100)).await.unwrap(), failed);
        assert!(last_error(&store).await.contains("535"), "{}", last_error(&store).await);
        assert!(!last_error(&store).await.contains("wrong"), "no password is told");

        let false_server = sender(folder, stranger.port, smtp::PASSWORD, &server.authority);
        assert_eq!(false_server.send_next(&store, at(1_000)).await.unwrap(), failed);
        assert!(last_error(&store).await.contains("certificate"), "{}", last_error(&store).await);
        assert!(server.messages().unwrap().is_empty() && stranger.messages().unwrap().is_empty());

        let good = sender(folder, server.port, smtp::PASSWORD, &server.authority);
        assert_eq!(good.send_next(&store, at(5_000)).await.unwrap(), Sent::One);
        assert_eq!(good.send_next(&store, at(9_000)).await.unwrap(), Sent::Nothing);
        find(&store, 9_001, Verdict::Pass).await;
        assert_eq!(good.send_next(&store, at(9_001)).await.unwrap(), Sent::One);

        let messages = server.messages().unwrap();
        let subjects: Vec<String> = messages.iter().map(|message| smtp::subject(message).unwrap()).collect();
        assert_eq!(subjects.len(), 2);
        assert!(subjects[0].starts_with("【逸脱】受付PC: 「"), "{subjects:?}");
        assert!(subjects[1].starts_with("【解消】受付PC: 「"), "{subjects:?}");
        let text = smtp::text(&messages[0]).unwrap();
        for part in ["画面はロックされません。", "直し方:", "技術的", "The screen does not lock.", "/drifts/1"]
        {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        let header = |message: &str, name: &str| {
            let line = message.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).map(str::to_owned);
            line.unwrap_or_default()
        };
        assert_eq!(header(&messages[1], "In-Reply-To"), header(&messages[0], "Message-ID"));
        good.send_test(at(9_002)).await.unwrap();
        assert_eq!(server.messages().unwrap().len(), 3);
    }
}
