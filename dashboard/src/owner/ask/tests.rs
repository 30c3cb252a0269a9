use std::collections::BTreeMap;

use tempfile::TempDir;
use tenken_model::digest::Digest;
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, FindingKey, Verdict};

use super::super::OwnerSettings;
use super::*;
use crate::alert::stands;
use crate::drift::{Terms, settle_due};
use crate::registers::Definition;
use crate::registers::keep::{Taking, import};
use crate::store::{Failing, NewHost, NewWaiver, StoredFinding, WaiverDecision, Way};

const RULE: &str = "screen_locks_when_idle";

/// Seconds after nine o'clock in Japan on a Tuesday.
fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
}

struct Desk {
    _data: TempDir,
    store: Store,
}

impl Desk {
    async fn new(automatic: bool) -> Self {
        let data = TempDir::new().unwrap();
        let store = Store::open_folder(data.path()).await.unwrap();
        let new = NewHost {
            id: HostId::new("h-1").unwrap(),
            name: "受付PC".into(),
            enrolled_at: at(0),
            certificate: Digest::of(b"c"),
            certificate_until: at(1),
        };
        let rules = automatic.then(|| RuleId::new(RULE).unwrap());
        let settings = OwnerSettings { automatic: rules.into_iter().collect(), ..OwnerSettings::default() };
        let mut transaction = store.write().await.unwrap();
        transaction.add_host(&new).await.unwrap();
        transaction.set_setting(&settings).await.unwrap();
        transaction.save().await.unwrap();
        let desk = Self { _data: data, store };
        desk.register("people", "氏名,所属,メールアドレス\n田中 花子,自機関,tanaka@example.jp\n").await;
        desk.register("hosts", "name,kind,status,site,group,user\n受付pc,pc,in_use,本部,受付,田中 花子\n").await;
        desk
    }

    async fn register(&self, slug: &str, csv: &str) {
        let definition = Definition::by_slug(slug).unwrap();
        let taken = import(&self.store, definition, csv.as_bytes(), None, "sato", at(0)).await.unwrap();
        assert!(matches!(taken, Taking::Done(_)), "{taken:?}");
    }

    async fn find(&self, second: i64, rule: &str, verdict: Verdict) {
        let finding = Finding {
            key: FindingKey { rule: RuleId::new(rule).unwrap(), subject: None },
            says: Bilingual::default(),
            branch: None,
            evidence: Vec::new(),
            observed_at: at(second),
            verdict,
        };
        let failing = Failing { since: at(second), awake: Span::ZERO };
        let stored = StoredFinding {
            host: HostId::new("h-1").unwrap(),
            digest: finding.digest(),
            since: at(second),
            failing: matches!(finding.verdict, Verdict::Fail).then_some(failing),
            changed_at: at(second),
            finding,
        };
        let mut transaction = self.store.write().await.unwrap();
        transaction.set_finding(&stored).await.unwrap();
        transaction.save().await.unwrap();
        settle_due(&self.store, &Terms::new(BTreeMap::new()), at(second)).await.unwrap();
    }

    async fn ask(&self, drift: i64, second: i64) -> Asking {
        let drift = self.store.read().await.unwrap().drift(drift).await.unwrap().unwrap();
        ask(&self.store, &drift, "sato", at(second)).await.unwrap()
    }

    /// Sends what is due to the person, and says how many were.
    async fn send(&self, second: i64) -> usize {
        let mut transaction = self.store.claim().await.unwrap();
        let claimed = transaction.claim_mail(Way::Mail, at(second), at(second + 60), 9).await.unwrap();
        let mut sent = 0;
        for mail in claimed {
            assert!(stands(&mut transaction, &mail).await.unwrap(), "{}", mail.message_id);
            sent += usize::from(matches!(mail.thread, Thread::Owner(_)));
            transaction.mail_sent(mail.id, at(second)).await.unwrap();
        }
        transaction.save().await.unwrap();
        sent
    }

    async fn names(&self, drift: i64) -> Vec<String> {
        let mails = self.store.read().await.unwrap().mails_in(&Thread::Owner(drift)).await.unwrap();
        mails.into_iter().map(|mail| mail.message_id).collect()
    }

    async fn acts(&self) -> Vec<String> {
        let entries = self.store.read().await.unwrap().audit_entries(None, 99).await.unwrap();
        let acts = entries.into_iter().rev().filter(|(_, entry)| entry.act.starts_with("owner"));
        acts.map(|(_, entry)| format!("{} {} {}", entry.person, entry.act, entry.subject)).collect()
    }
}

#[tokio::test]
async fn a_person_is_asked_once_a_day_and_thanked_when_it_lasts() {
    let desk = Desk::new(false).await;
    desk.find(10, RULE, Verdict::Fail).await;
    assert_eq!(desk.names(1).await, [""; 0], "nobody is asked by itself");
    assert_eq!(desk.ask(1, 20).await, Asking::Written);
    assert_eq!(desk.ask(1, 86_419).await, Asking::Lately(at(20)));
    assert_eq!(desk.ask(1, 86_420).await, Asking::Written);
    assert_eq!(desk.send(86_430).await, 1, "the first of the thread");
    assert_eq!(desk.send(86_431).await, 1, "and the second");
    desk.find(90_000, RULE, Verdict::Pass).await;
    assert_eq!(desk.send(90_001).await, 0, "what ends may begin again");
    assert_eq!(desk.send(90_000 + 1_800).await, 1);
    let wanted = ["tenken.owner.1.asked.0", "tenken.owner.1.asked.1", "tenken.owner.1.thanked.0"];
    assert_eq!(desk.names(1).await, wanted);
    assert_eq!(desk.ask(1, 200_000).await, Asking::Ended);
    assert_eq!(desk.acts().await, ["sato owner_asked 1", "sato owner_asked 1", "tenken owner_thanked 1"]);
}

#[tokio::test]
async fn nobody_is_thanked_for_what_did_not_last_or_was_waived_or_never_asked() {
    let desk = Desk::new(false).await;
    desk.find(10, RULE, Verdict::Fail).await;
    desk.ask(1, 20).await;
    desk.send(21).await;
    desk.find(100, RULE, Verdict::Pass).await;
    desk.find(200, RULE, Verdict::Fail).await;
    assert_eq!(desk.names(1).await, ["tenken.owner.1.asked.0"], "the thanks are taken back");
    desk.find(300, RULE, Verdict::Pass).await;
    assert_eq!(desk.names(1).await, ["tenken.owner.1.asked.0", "tenken.owner.1.thanked.1"]);

    desk.find(400, "antivirus_running", Verdict::Fail).await;
    desk.ask(2, 410).await;
    desk.find(420, "antivirus_running", Verdict::Pass).await;
    assert_eq!(desk.names(2).await, [""; 0], "it was not sent yet, so that nothing is to be said");

    desk.find(500, "clock_synchronised", Verdict::Fail).await;
    desk.ask(3, 510).await;
    desk.send(511).await;
    let mut transaction = desk.store.write().await.unwrap();
    let asked = NewWaiver {
        rule: RuleId::new("clock_synchronised").unwrap(),
        host: None,
        subject: None,
        reason: "x".into(),
        compensation: "x".into(),
        until: at(9_000_000),
        asked_at: at(520),
        asked_by: "sato".into(),
    };
    let waiver = transaction.ask_waiver(&asked).await.unwrap();
    transaction.decide_waiver(waiver, WaiverDecision::Granted, "kato", at(530)).await.unwrap();
    transaction.save().await.unwrap();
    settle_due(&desk.store, &Terms::new(BTreeMap::new()), at(540)).await.unwrap();
    assert!(desk.store.read().await.unwrap().drift(3).await.unwrap().unwrap().resolved.is_some());
    assert_eq!(desk.names(3).await, ["tenken.owner.3.asked.0"], "nobody did anything");
}

#[tokio::test]
async fn what_administrators_chose_is_asked_as_soon_as_it_opens() {
    let desk = Desk::new(true).await;
    desk.find(10, "antivirus_running", Verdict::Fail).await;
    desk.find(20, RULE, Verdict::Fail).await;
    assert_eq!((desk.names(1).await.len(), desk.names(2).await.len()), (0, 1), "only the rule that was chosen");
    assert_eq!(desk.ask(2, 30).await, Asking::Lately(at(20)));
    assert_eq!(desk.acts().await, ["tenken owner_asked 2"]);
    let mails = desk.store.read().await.unwrap().mails_in(&Thread::Owner(2)).await.unwrap();
    let MailBody::Owner(news) = &mails[0].body else { panic!("{mails:?}") };
    assert_eq!((news.person.as_str(), news.host_name.as_str()), ("田中 花子", "受付PC"));
    assert_eq!(news.until.unwrap().to_string(), "2026-11-27", "three business days later");
}

#[tokio::test]
async fn only_a_pc_whose_user_has_an_address_has_somebody_to_ask() {
    let desk = Desk::new(true).await;
    desk.register("hosts", "name,kind,status,user\n受付pc,server,in_use,田中 花子\n").await;
    desk.find(10, RULE, Verdict::Fail).await;
    assert_eq!((desk.names(1).await.len(), desk.ask(1, 20).await), (0, Asking::Nobody));
    assert_eq!(desk.acts().await, [""; 0]);
}
