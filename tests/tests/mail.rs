//! Alerts reach a real mail server that demands TLS and a password, and wait while it is away.

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use tempfile::TempDir;
    use tenken_dashboard::alert;
    use tenken_dashboard::auth::Role;
    use tenken_dashboard::drift::{Terms, settle_due};
    use tenken_dashboard::mail::{Book, MailSettings, Security, Sender, Sent, TransportSettings};
    use tenken_dashboard::owner::{Asking, ask};
    use tenken_dashboard::registers::Definition;
    use tenken_dashboard::registers::keep::{Taking, import};
    use tenken_dashboard::store::{Failing, NewAttestation, NewHost, NewUser, Store, StoredFinding};
    use tenken_engine::checklist::Checklist;
    use tenken_model::digest::Digest;
    use tenken_model::finding::{Bilingual, Evidence};
    use tenken_model::{Finding, FindingKey, HostId, Instant, ItemId, RuleId, Span, Verdict};
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
            failing: matches!(finding.verdict, Verdict::Fail).then(|| Failing { since: at(second), awake: Span::ZERO }),
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
            webhook: None,
            transport: TransportSettings::Smtp {
                host: "localhost".into(),
                port,
                security: Security::Starttls,
                user: Some(smtp::USER.into()),
                password_file: Some(file.into()),
                authority_file: Some(authority.to_owned()),
            },
        };
        let catalog = tenken_engine::Catalog::embedded().unwrap();
        let checklist = Checklist::embedded().unwrap();
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
        assert_eq!(header(&messages[1], "In-Reply-To"), header(&messages[0], "Message-ID"));
        good.send_test(at(9_002)).await.unwrap();
        assert_eq!(server.messages().unwrap().len(), 3);
    }

    /// A header of a message, also one that goes on in the next line.
    fn header(message: &str, name: &str) -> String {
        let head = message.replace("\r\n ", " ").replace("\n ", " ");
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_default()
    }

    async fn register(store: &Store, slug: &str, csv: &str) {
        let definition = Definition::by_slug(slug).unwrap();
        let taken = import(store, definition, csv.as_bytes(), None, "sato", at(0)).await.unwrap();
        assert!(matches!(taken, Taking::Done(_)), "{taken:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_user_of_a_pc_is_asked_and_thanked_in_plain_words_and_a_thread_of_their_own() {
        if !Server::available() {
            tenken_tests::skip("mail", "python3-aiosmtpd or openssl is not installed");
            return;
        }
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let store = store(folder).await;
        let server = Server::start(folder).unwrap();
        register(&store, "people", "氏名,所属,メールアドレス\n田中 花子,自機関,tanaka@example.jp\n").await;
        register(&store, "hosts", "機器名,種別,状態,利用者\n受付PC,PC,使用中,田中 花子\n").await;
        find(&store, 10, Verdict::Fail).await;
        let drift = store.read().await.unwrap().drift(1).await.unwrap().unwrap();
        assert_eq!(ask(&store, &drift, "sato", at(20)).await.unwrap(), Asking::Written);
        find(&store, 30, Verdict::Fail).await;
        let sender = sender(folder, server.port, smtp::PASSWORD, &server.authority);
        while sender.send_next(&store, at(40)).await.unwrap() == Sent::One {}
        find(&store, 50, Verdict::Pass).await;
        while sender.send_next(&store, at(50 + 1_800)).await.unwrap() == Sent::One {}

        let messages = server.messages().unwrap();
        let of = |message: &&String| header(message, "To") == "tanaka@example.jp";
        let to_user: Vec<&String> = messages.iter().filter(of).collect();
        let subjects: Vec<String> = to_user.iter().map(|message| smtp::subject(message).unwrap()).collect();
        assert_eq!(
            subjects,
            ["【お願い】お使いのPC「受付PC」をご確認ください", "【お礼】お使いのPC「受付PC」は元に戻りました"]
        );
        let asked = smtp::text(to_user[0]).unwrap();
        for part in ["田中 花子 様", "直すには管理者の操作が必要です。", "2026年11月27日までに", "Dear 田中 花子,"]
        {
            assert!(asked.contains(part), "{part} is not in:\n{asked}");
        }
        for term in ["http", "dconf", "screen_lock.delay", "逸脱", "/drifts/"] {
            assert!(!asked.contains(term), "{term} is in:\n{asked}");
        }
        assert!(smtp::text(to_user[1]).unwrap().contains("ご協力ありがとうございました"));
        assert_eq!(header(to_user[1], "In-Reply-To"), header(to_user[0], "Message-ID"));
        assert_eq!(header(to_user[0], "Reply-To"), "officer@example.jp");
        assert!(messages.len() > to_user.len(), "the officers have theirs");
    }

    /// Writes what is due at a moment and sends all that waits.
    async fn pass(store: &Store, checklist: &Checklist, sender: &Sender, second: i64) {
        alert::settle(store, &terms(), checklist, at(second)).await.unwrap();
        loop {
            match sender.send_next(store, at(second)).await.unwrap() {
                Sent::One => {}
                Sent::Nothing => return,
                other @ (Sent::Failed { .. } | Sent::Undone) => panic!("{other:?} {}", last_error(store).await),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn digests_reminders_and_escalations_arrive_in_japanese_as_threads() {
        const HOUR: i64 = 3_600;
        if !Server::available() {
            tenken_tests::skip("mail", "python3-aiosmtpd or openssl is not installed");
            return;
        }
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let store = store(folder).await;
        let server = Server::start(folder).unwrap();
        let sender = sender(folder, server.port, smtp::PASSWORD, &server.authority);
        let checklist = Checklist::embedded().unwrap();
        let stated = NewAttestation {
            item: ItemId::new("organizational.5").unwrap(),
            statement: "確認した".into(),
            evidence: "台帳".into(),
            person: "sato".into(),
            attested_at: at(-300 * 24 * HOUR),
            valid_until: at(7 * 24 * HOUR),
            branch: None,
        };
        let mut transaction = store.write().await.unwrap();
        transaction.attest(&stated).await.unwrap();
        for (name, role) in [("suzuki", Role::Officer), ("director", Role::Approver)] {
            let new = NewUser { name: name.into(), role, password: None, created_at: at(0) };
            let person = transaction.add_user(&new).await.unwrap();
            transaction.set_email(person, Some(&format!("{name}@example.jp"))).await.unwrap();
        }
        transaction.save().await.unwrap();

        // Tuesday eight and nine o'clock in Japan, a drift that nobody takes up all day, Wednesday nine o'clock.
        pass(&store, &checklist, &sender, -HOUR).await;
        pass(&store, &checklist, &sender, 0).await;
        find(&store, 10, Verdict::Fail).await;
        pass(&store, &checklist, &sender, 11).await;
        pass(&store, &checklist, &sender, 8 * HOUR + 9).await;
        pass(&store, &checklist, &sender, 8 * HOUR + 10).await;
        pass(&store, &checklist, &sender, 24 * HOUR).await;
        pass(&store, &checklist, &sender, 30 * HOUR).await;

        let messages = server.messages().unwrap();
        let subjects: Vec<String> = messages.iter().map(|message| smtp::subject(message).unwrap()).collect();
        let begins = [
            "【期限間近】",
            "【期限間近】",
            "【点検・日報】2026年11月24日",
            "【逸脱】受付PC",
            "【要対応・未着手】受付PC",
            "【点検・日報】2026年11月25日: 逸脱1件",
        ];
        assert_eq!(subjects.len(), begins.len(), "{subjects:?}");
        for (subject, begin) in subjects.iter().zip(begins) {
            assert!(subject.starts_with(begin), "{subject} does not begin with {begin}");
        }
        for (one, other) in [(0, 1), (2, 5)] {
            let thread = header(&messages[one], "References");
            assert!(!thread.is_empty() && thread == header(&messages[other], "References"), "{one} and {other}");
        }
        assert_eq!(
            header(&messages[4], "In-Reply-To"),
            header(&messages[3], "Message-ID"),
            "in the thread of the drift"
        );
        let to: Vec<String> = messages.iter().map(|message| header(message, "To")).collect();
        assert_eq!((to[3].as_str(), to[4].as_str()), ("officer@example.jp, suzuki@example.jp", "director@example.jp"));
        assert!(to[5].contains("suzuki@") && to[5].contains("director@"), "{}", to[5]);
        for (message, part) in [(0, "/items/organizational.5"), (4, "/drifts/1"), (5, "新しい逸脱 1件"), (5, "SHA-256")]
        {
            let text = smtp::text(&messages[message]).unwrap();
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
    }
}
