//! Agencies to be assessed: an usual one with some of everything, one whose every text is hostile, and one that has nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;
use tempfile::TempDir;
use tenken_calendar::PlannedTime;
use tenken_engine::{Catalog, Checklist};
use tenken_form::declaration::{Answer, Declaration, Status};
use tenken_form::header::{Block, Header};
use tenken_model::digest::Digest;
use tenken_model::finding::{Bilingual, Evidence, VerdictKind};
use tenken_model::{Finding, FindingKey, HostId, Instant, ItemId, Reason, ReasonCode, RuleId, Span, Subject, Verdict};

use crate::assessment::{Assessment, Scope};
use crate::drift::{Terms, settle};
use crate::evidence::{Kind, Scan};
use crate::registers::{Definition, Register, Row};
use crate::store::{
    AuditEntry, Failing, Location, NewAttestation, NewEvidence, NewHistory, NewHost, NewVersion, NewWaiver, Number,
    Origin, Store, StoredFinding, Transaction, WaiverDecision,
};

/// A store with what is kept of an agency.
pub(super) struct Agency {
    _data: TempDir,
    pub(super) store: Store,
    pub(super) checklist: Arc<Checklist>,
    pub(super) catalog: Arc<Catalog>,
}

/// The texts of an agency.
struct Texts {
    agency: &'static str,
    hosts: [&'static str; 4],
    person: &'static str,
    subject: &'static str,
    says: &'static str,
    value: &'static str,
    remark: &'static str,
    evidence: &'static str,
    file: &'static str,
    reason: &'static str,
}

const USUAL: Texts = Texts {
    agency: "さくら健診センター",
    hosts: ["SV-KENSHIN01", "SV-KENSHIN02", "PC-UKETSUKE3", "PC-OLD01"],
    person: "sato",
    subject: "hanako",
    says: "時刻同期サービス(chronyd)が動いていません。最後に動作を確認したのは14分前です。",
    value: "inactive",
    remark: "機器の更新に合わせて実施する",
    evidence: "規程集 第3章(総務課キャビネット2段目)",
    file: "個人情報保護規程.pdf",
    reason: "健診車の端末は回線がなく、時刻サーバーに接続できない",
};

/// Texts that would be formulas, paths, markup, headings of a file, or turned around.
const HOSTILE: Texts = Texts {
    agency: "=HYPERLINK(\"http://x\")\n## 確かめ方\u{202e}<script>alert(1)</script>",
    hosts: ["=cmd|' /C calc'!A0", "../../etc/passwd", "\u{202e}gpj.exe", "<b>\u{feff}"],
    person: "@SUM(A1)",
    subject: "..\\..\\x\u{2028}=1",
    says: "+1\n=2\u{0}\t\u{202e}",
    value: " -1\r\n=HYPERLINK(\"http://x\") ",
    remark: "=1+1\n\"</td>",
    evidence: "-2+3\u{202e}\r\n",
    file: "../../\u{202e}fdp.exe\n=x.pdf",
    reason: "\t=1",
};

pub(super) fn now() -> Instant {
    "2026-11-24T05:30:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Instant {
    Span::from_secs(-60 * minutes).after(now())
}

pub(super) fn item(id: &str) -> ItemId {
    ItemId::new(id).unwrap()
}

/// What the file of the statements holds.
pub(super) const CONTENT: &[u8] = b"%PDF-1.7 evidence";

impl Agency {
    pub(super) async fn empty() -> Self {
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let (checklist, catalog) = (Checklist::embedded().unwrap(), Catalog::embedded().unwrap());
        Self { _data: data, store, checklist: Arc::new(checklist), catalog: Arc::new(catalog) }
    }

    pub(super) async fn usual() -> Self {
        Self::with(&USUAL).await
    }

    pub(super) async fn hostile() -> Self {
        Self::with(&HOSTILE).await
    }

    pub(super) async fn assessment(&self) -> Assessment {
        self.assess(Scope::All).await
    }

    pub(super) async fn assess(&self, scope: Scope<'_>) -> Assessment {
        let mut transaction = self.store.read().await.unwrap();
        let (checklist, catalog) = (Arc::clone(&self.checklist), Arc::clone(&self.catalog));
        Assessment::read(&mut transaction, checklist, catalog, scope, now()).await.unwrap()
    }

    async fn with(texts: &Texts) -> Self {
        let agency = Self::empty().await;
        let mut transaction = agency.store.write().await.unwrap();
        let name = crate::web::site::Agency { name: texts.agency.into() };
        transaction.set_setting(&name).await.unwrap();
        hosts(&mut transaction, texts).await;
        findings(&mut transaction, texts).await;
        settle(&mut transaction, &Terms::new(BTreeMap::new()), None, now()).await.unwrap();
        waivers(&mut transaction, texts).await;
        statements(&mut transaction, texts).await;
        versions(&mut transaction, &agency.checklist, texts).await;
        registers(&mut transaction).await;
        for (minutes, act) in
            [(60 * 24 * 40, "first_administrator"), (60 * 24 * 30, "item_attested"), (90, "signed_in")]
        {
            let entry = AuditEntry {
                at: ago(minutes),
                person: texts.person.into(),
                act: act.into(),
                subject: texts.subject.into(),
                detail: texts.evidence.into(),
            };
            transaction.audit(&entry).await.unwrap();
        }
        transaction.save().await.unwrap();
        agency
    }
}

async fn hosts(transaction: &mut Transaction, texts: &Texts) {
    for (at, name) in texts.hosts.iter().enumerate() {
        let new = NewHost {
            id: HostId::new(format!("h-{}", at + 1)).unwrap(),
            name: (*name).into(),
            // The third has not been heard of since.
            enrolled_at: if at == 2 { ago(60 * 24 * 9) } else { ago(1) },
            certificate: Digest::of(name.as_bytes()),
            certificate_until: Span::from_days(90).after(now()),
        };
        transaction.add_host(&new).await.unwrap();
    }
    transaction.revoke_host(&HostId::new("h-4").unwrap(), ago(60)).await.unwrap();
}

fn finding(rule: &str, subject: Option<&str>, verdict: Verdict, texts: &Texts) -> Finding {
    let says = match verdict {
        Verdict::Fail => texts.says,
        Verdict::Pass => "時刻同期サービス(chronyd)が動いています。",
        Verdict::Unknown(_) | Verdict::NotApplicable => "",
    };
    Finding {
        key: FindingKey { rule: RuleId::new(rule).unwrap(), subject: subject.map(Subject::nearest) },
        verdict,
        says: Bilingual { ja: says.into(), en: says.into() },
        branch: None,
        evidence: vec![
            Evidence { path: "time_sync.service.state".into(), value: texts.value.into(), volatile: false },
            Evidence { path: "time_sync.service.name".into(), value: "chronyd".into(), volatile: false },
            Evidence { path: "params.max_offset".into(), value: "500ms".into(), volatile: false },
        ],
        observed_at: ago(3),
    }
}

async fn findings(transaction: &mut Transaction, texts: &Texts) {
    let denied = Verdict::Unknown(Reason::new(ReasonCode::NotPermitted, "open /etc/shadow: permission denied"));
    let all = [
        ("h-1", "clock_service_running", None, Verdict::Fail),
        ("h-2", "clock_service_running", None, Verdict::Fail),
        ("h-3", "clock_service_running", None, Verdict::Pass),
        ("h-4", "clock_service_running", None, Verdict::Fail),
        ("h-1", "clock_source_approved", None, Verdict::Pass),
        ("h-2", "clock_source_approved", None, Verdict::NotApplicable),
        ("h-1", "accounts_registered", Some(texts.subject), Verdict::Fail),
        ("h-2", "accounts_registered", None, denied),
    ];
    for (seq, (host, rule, subject, verdict)) in (1..).zip(all) {
        let host = HostId::new(host).unwrap();
        let finding = finding(rule, subject, verdict, texts);
        let failing = Failing { since: ago(60 * 24 * 5), awake: Span::ZERO };
        let failing = matches!(finding.verdict, Verdict::Fail).then_some(failing);
        let stored = StoredFinding {
            host: host.clone(),
            digest: finding.digest(),
            since: ago(60 * 24 * 5),
            failing,
            changed_at: ago(60 * 24 * 5),
            finding: finding.clone(),
        };
        transaction.set_finding(&stored).await.unwrap();
        let new = NewHistory {
            key: finding.key.clone(),
            number: Some(Number { epoch: 1, seq, part: 0 }),
            at: ago(60 * 24 * 5),
            received_at: ago(60 * 24 * 5 - 1),
            before: Some(VerdictKind::Pass),
            finding: Some(finding),
        };
        transaction.add_history(&host, &new).await.unwrap();
    }
}

async fn waivers(transaction: &mut Transaction, texts: &Texts) {
    let ask = |host: &str, until| NewWaiver {
        rule: RuleId::new("clock_service_running").unwrap(),
        host: Some(HostId::new(host).unwrap()),
        subject: None,
        reason: texts.reason.into(),
        compensation: "毎朝の始業時に手動で時刻を合わせ、記録する".into(),
        until,
        asked_at: ago(60 * 24 * 4),
        asked_by: texts.person.into(),
    };
    let granted = transaction.ask_waiver(&ask("h-2", Span::from_days(90).after(now()))).await.unwrap();
    assert!(transaction.decide_waiver(granted, WaiverDecision::Granted, "abe", ago(60 * 24 * 3)).await.unwrap());
    let over = transaction.ask_waiver(&ask("h-1", ago(60))).await.unwrap();
    assert!(transaction.decide_waiver(over, WaiverDecision::Granted, "abe", ago(60 * 24 * 3)).await.unwrap());
    transaction.ask_waiver(&ask("h-1", Span::from_days(30).after(now()))).await.unwrap();
}

async fn statements(transaction: &mut Transaction, texts: &Texts) {
    let stated = |id: &str, attested_at, valid_until| NewAttestation {
        item: item(id),
        statement: "個人情報保護に関する規程を定め、職員に周知している。".into(),
        evidence: texts.evidence.into(),
        person: texts.person.into(),
        attested_at,
        valid_until,
        branch: None,
    };
    let year = Span::from_days(365);
    let file = NewEvidence {
        kind: Kind::Pdf,
        content: CONTENT.to_vec(),
        scanned: Scan::Clean,
        stored_at: ago(60 * 24 * 30),
        stored_by: texts.person.into(),
    };
    transaction.attest(&stated("organizational.5", ago(60 * 24 * 300), ago(60))).await.unwrap();
    let newest = stated("organizational.5", ago(60 * 24 * 30), year.after(ago(60 * 24 * 30)));
    let newest = transaction.attest(&newest).await.unwrap();
    transaction.attach(newest, texts.file, &file).await.unwrap();
    transaction.attest(&stated("organizational.2", ago(60 * 24 * 400), ago(60 * 24 * 35))).await.unwrap();
    let gone = transaction.attest(&stated("organizational.3", ago(60 * 24 * 30), year.after(now()))).await.unwrap();
    let text = NewEvidence { kind: Kind::Text, content: b"=1".to_vec(), ..file };
    transaction.attach(gone, texts.file, &text).await.unwrap();
    assert!(transaction.withdraw_attestation(gone, "abe", ago(60)).await.unwrap());
}

async fn versions(transaction: &mut Transaction, checklist: &Checklist, texts: &Texts) {
    let answers = checklist.items().map(|item| (item.id.clone(), Answer::done())).collect();
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let header = Header { blocks: vec![Block::Table(vec![vec!["代行機関名".into(), texts.agency.into()]])] };
    let first = Declaration::new(checklist, day(4, 1), answers, header).unwrap();
    let mut second = Declaration { updated_on: day(10, 20), ..first.clone() };
    let planned = Answer { status: Status::Planned(PlannedTime::new("2027年5月").ok()), remark: texts.remark.into() };
    second.answers.insert(item("exchange.3"), planned);
    for (declaration, origin, minutes) in
        [(first, Origin::TakenIn, 60 * 24 * 200), (second, Origin::Approved, 60 * 24 * 35)]
    {
        let new = NewVersion { declaration, origin, accepted_at: ago(minutes), accepted_by: texts.person.into() };
        transaction.add_version(&new).await.unwrap();
    }
}

async fn registers(transaction: &mut Transaction) {
    let definition = Definition::of(Register::Hosts).unwrap();
    let row = json!({
        "name": "PC-KENSHIN09", "kind": "pc", "status": "in_use", "holder": "=1", "place": "2F", "portable": false,
        "personal_data": true, "asset_number": "A-9", "note": "",
    });
    transaction.add_row(definition, &Row::from_json(definition, &row), "sato", ago(99)).await.unwrap();
}
