use serde::{Deserialize, Serialize};
use tenken_dashboard::auth::Role;
use tenken_dashboard::auth::backoff::Failures;
use tenken_dashboard::auth::first_run::Link;
use tenken_dashboard::auth::invitation::Invitation;
use tenken_dashboard::auth::origin::Origin;
use tenken_dashboard::auth::totp::Key;
use tenken_dashboard::evidence::{Kind, Scan};
use tenken_dashboard::identity::{Flow, Purpose};
use tenken_dashboard::registers::{Column, Definition, Register, Row};
use tenken_dashboard::store::{
    AuditEntry, AuditSearch, Identity, NewAttestation, NewEvidence, NewToken, NewUser, RegisterAct, SecondFactor,
    Setting, Store, StoreError, StoredPolicy,
};
use tenken_model::digest::Digest;
use tenken_model::policy::SignedPolicy;
use tenken_model::register::RegisterKind;
use tenken_model::{ItemId, Language};

use super::{at, enrolled, id};
use crate::engines::Database;

fn device(mac: &str, name: &str) -> (&'static Definition, Row) {
    let definition = Definition::by_slug("devices").unwrap();
    let typed = |column: &'static Column| match column.name {
        "mac" => Some(mac.to_owned()),
        "name" => Some(name.to_owned()),
        "status" => Some("in_use".to_owned()),
        _ => None,
    };
    (definition, Row::read(definition, typed).unwrap())
}

pub(crate) async fn register_rows_keep_their_history(store: &Store, _: &Database) {
    let (devices, meter) = device("00:1b:44:11:3a:b7", "血圧計");
    let mut transaction = store.write().await.unwrap();
    assert!(transaction.registers_begun().await.unwrap().is_empty());
    let row = transaction.add_row(devices, &meter, "sato", at(1)).await.unwrap();
    transaction.begin_register(Register::Joined(RegisterKind::Accounts), at(2)).await.unwrap();
    transaction.begin_register(Register::Joined(RegisterKind::Accounts), at(9)).await.unwrap();
    transaction.save().await.unwrap();

    let mut transaction = store.write().await.unwrap();
    assert!(matches!(transaction.add_row(devices, &meter, "ito", at(2)).await, Err(StoreError::Conflict(_))));
    drop(transaction);
    let mut transaction = store.write().await.unwrap();
    let begun = transaction.registers_begun().await.unwrap();
    assert_eq!(begun[&Register::Joined(RegisterKind::Accounts)], at(2));
    assert!(!begun.contains_key(&Register::Joined(RegisterKind::BackupSets)));
    let entries = transaction.last_register_entries().await.unwrap();
    assert_eq!(entries[&Register::Joined(RegisterKind::Accounts)], 0, "begun, and nothing written");
    assert!(entries[&Register::Joined(RegisterKind::Devices)] > 0);
    let (_, renamed) = device("00:1b:44:11:3a:b7", "血圧計 BP-07");
    transaction.change_row(devices, row, 1, &renamed, "ito", at(3)).await.unwrap();
    let stale = transaction.change_row(devices, row, 1, &meter, "sato", at(4)).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))));
    let changed = transaction.last_register_entries().await.unwrap();
    assert!(changed[&Register::Joined(RegisterKind::Devices)] > entries[&Register::Joined(RegisterKind::Devices)]);
    transaction.set_row_closed(row, 2, true, "ito", at(5)).await.unwrap();
    assert!(transaction.open_rows(devices).await.unwrap().is_empty());
    assert_eq!(transaction.closed_rows(devices, 9).await.unwrap()[0].closed_at, Some(at(5)));
    assert!(transaction.change_row(devices, row, 3, &meter, "ito", at(6)).await.is_err(), "a closed row stays");
    let again = transaction.add_row(devices, &meter, "sato", at(6)).await.unwrap();
    assert_ne!(again, row);
    let acts: Vec<_> =
        transaction.row_history(devices, row).await.unwrap().into_iter().map(|e| (e.act, e.person)).collect();
    let expected = [(RegisterAct::Closed, "ito"), (RegisterAct::Changed, "ito"), (RegisterAct::Added, "sato")];
    assert_eq!(acts, expected.map(|(act, person)| (act, person.to_owned())));
    let accounts = Definition::by_slug("accounts").unwrap();
    assert!(transaction.register_row(accounts, row).await.unwrap().is_none(), "a row belongs to one register");
    assert_eq!(transaction.register_row(devices, row).await.unwrap().unwrap().row, renamed);
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let reopened = transaction.set_row_closed(row, 3, false, "ito", at(7)).await;
    assert!(matches!(reopened, Err(StoreError::Conflict(_))), "its key is taken");
}

pub(crate) async fn people_and_their_sessions(store: &Store, _: &Database) {
    let sato =
        NewUser { name: "佐藤".into(), role: Role::Admin, password: Some("$argon2id$x".into()), created_at: at(0) };
    let mut transaction = store.write().await.unwrap();
    let link = Link { digest: Digest::of(b"l"), until: at(60) };
    transaction.set_first_run(&Link { digest: Digest::of(b"older"), until: at(60) }).await.unwrap();
    transaction.set_first_run(&link).await.unwrap();
    assert_eq!(transaction.first_run().await.unwrap(), Some(link));
    assert_eq!(transaction.people().await.unwrap(), 0);
    let person = transaction.add_user(&sato).await.unwrap();
    transaction.clear_first_run().await.unwrap();
    assert_eq!(transaction.first_run().await.unwrap(), None);
    transaction.open_session(&Digest::of(b"s"), person, at(1)).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    assert!(matches!(transaction.add_user(&sato).await, Err(StoreError::Conflict(_))));
    drop(transaction);

    let mut transaction = store.write().await.unwrap();
    let user = transaction.user_named("佐藤").await.unwrap().unwrap();
    assert!(!format!("{user:?}").contains("argon2id"));
    assert_eq!((transaction.people().await.unwrap(), transaction.people_with(Role::Viewer).await.unwrap()), (1, 0));
    let [here, there] = [7, 8].map(|host| Origin::of([192, 0, 2, host].into()));
    let failures = Failures { count: 5, last: Some(at(2)) };
    transaction.set_failures("佐藤", here, failures).await.unwrap();
    transaction.set_failures("nobody", here, failures.more(at(3))).await.unwrap();
    assert_eq!(transaction.failures("nobody", here).await.unwrap().count, 6);
    assert_eq!(transaction.failures("nobody", there).await.unwrap(), Failures::default());
    transaction.set_failures("佐藤", there, failures).await.unwrap();
    transaction.signed_in(&user, here, at(4)).await.unwrap();
    assert_eq!(transaction.failures("佐藤", here).await.unwrap(), Failures::default());
    assert_eq!(transaction.failures("佐藤", there).await.unwrap(), failures, "a stranger's guesses still count");
    transaction.forget_failures(at(9)).await.unwrap();
    assert_eq!(transaction.failures("nobody", here).await.unwrap(), Failures::default());

    transaction.touch_session(&Digest::of(b"s"), at(5)).await.unwrap();
    let session = transaction.session(&Digest::of(b"s")).await.unwrap().unwrap();
    assert_eq!((session.times.opened, session.times.used, session.user.last_sign_in), (at(1), at(5), Some(at(4))));
    assert!(transaction.session(&Digest::of(b"t")).await.unwrap().is_none());
    transaction.set_role(person, Role::Viewer).await.unwrap();
    assert_eq!(transaction.session(&Digest::of(b"s")).await.unwrap().unwrap().user.role, Role::Viewer);
    transaction.set_disabled(person, Some(at(6))).await.unwrap();
    assert!(transaction.session(&Digest::of(b"s")).await.unwrap().is_none());
    transaction.set_disabled(person, None).await.unwrap();
    transaction.open_session(&Digest::of(b"u"), person, at(7)).await.unwrap();
    transaction.set_password(person, Some("$argon2id$y")).await.unwrap();
    assert!(transaction.session(&Digest::of(b"u")).await.unwrap().is_none(), "a new password ends sessions");
    transaction.open_session(&Digest::of(b"v"), person, at(8)).await.unwrap();
    transaction.forget_sessions(at(8), at(9)).await.unwrap();
    assert!(transaction.session(&Digest::of(b"v")).await.unwrap().is_none());
    assert_eq!(transaction.users().await.unwrap()[0].password.as_deref(), Some("$argon2id$y"));
    assert_eq!(transaction.user(person).await.unwrap().unwrap().id, person);
}

pub(crate) async fn second_factors_are_used_once(store: &Store, _: &Database) {
    let mut transaction = store.write().await.unwrap();
    let new = NewUser { name: "sato".into(), role: Role::Auditor, password: None, created_at: at(0) };
    let person = transaction.add_user(&new).await.unwrap();
    assert_eq!(transaction.people_with(Role::Auditor).await.unwrap(), 0, "nobody signs in without a password");
    assert_eq!(transaction.second_factor(person).await.unwrap(), None);
    let factor = SecondFactor { key: Key::new().unwrap(), last_step: 7, set_at: at(1) };
    transaction.set_second_factor(person, &factor).await.unwrap();
    let codes = [Digest::of(b"one"), Digest::of(b"two")];
    transaction.set_recovery_codes(person, &codes).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    assert!(matches!(transaction.set_second_factor(person, &factor).await, Err(StoreError::Conflict(_))));
    drop(transaction);

    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.second_factor(person).await.unwrap(), Some(factor));
    assert_eq!(transaction.user(person).await.unwrap().unwrap().second_factor, Some(at(1)));
    for (step, wanted) in [(7, false), (8, true), (8, false), (6, false), (9, true)] {
        assert_eq!(transaction.use_step(person, step).await.unwrap(), wanted, "{step}");
    }
    assert!(!transaction.use_recovery_code(person + 1, &codes[0]).await.unwrap(), "a code belongs to a person");
    for wanted in [true, false] {
        assert_eq!(transaction.use_recovery_code(person, &codes[0]).await.unwrap(), wanted);
    }
    assert_eq!(transaction.recovery_codes_left(person).await.unwrap(), 1);

    transaction.open_session(&Digest::of(b"s"), person, at(2)).await.unwrap();
    transaction.open_session(&Digest::of(b"t"), person, at(3)).await.unwrap();
    transaction.open_half(&Digest::of(b"h"), person, at(4)).await.unwrap();
    transaction.confirm_session(&Digest::of(b"s"), at(5)).await.unwrap();
    let sessions = transaction.sessions_of(person).await.unwrap();
    let shown: Vec<_> = sessions.iter().map(|(_, times)| (times.opened, times.confirmed)).collect();
    assert_eq!(shown, [(at(3), None), (at(2), Some(at(5)))]);
    let (user, opened) = transaction.half_open(&Digest::of(b"h")).await.unwrap().unwrap();
    assert_eq!((user.id, opened), (person, at(4)));
    transaction.forget_half_open(at(4)).await.unwrap();
    assert_eq!(transaction.close_other_sessions(person, &Digest::of(b"s")).await.unwrap(), 1);
    assert!(transaction.half_open(&Digest::of(b"h")).await.unwrap().is_none(), "half-open ones end too");
    transaction.open_half(&Digest::of(b"i"), person, at(6)).await.unwrap();
    transaction.forget_half_open(at(7)).await.unwrap();
    assert!(transaction.half_open(&Digest::of(b"i")).await.unwrap().is_none());
    transaction.remove_second_factor(person).await.unwrap();
    assert_eq!(transaction.second_factor(person).await.unwrap(), None);
    assert_eq!(transaction.recovery_codes_left(person).await.unwrap(), 0);
}

pub(crate) async fn identities_are_of_one_person_and_flows_end_once(store: &Store, _: &Database) {
    let mut transaction = store.write().await.unwrap();
    let new = |name: &str| NewUser { name: name.into(), role: Role::Viewer, password: None, created_at: at(0) };
    let sato = transaction.add_user(&new("sato")).await.unwrap();
    let ito = transaction.add_user(&new("ito")).await.unwrap();
    let identity = |subject: &str| Identity {
        issuer: "https://login.example.jp".into(),
        subject: subject.into(),
        account: "佐藤".into(),
        bound_at: at(1),
    };
    transaction.bind_identity(sato, &identity("a")).await.unwrap();
    let bound = transaction.person_bound_to("https://login.example.jp", "a").await.unwrap().unwrap();
    assert_eq!((bound.id, bound.identity), (sato, Some(identity("a"))));
    for (issuer, subject) in [("https://login.example.jp", "A"), ("https://login.example.jp/", "a")] {
        assert!(transaction.person_bound_to(issuer, subject).await.unwrap().is_none(), "{issuer} {subject}");
    }
    transaction.open_session(&Digest::of(b"s"), sato, at(2)).await.unwrap();
    transaction.confirm_session(&Digest::of(b"s"), at(3)).await.unwrap();
    transaction.show_session(&Digest::of(b"s"), at(3)).await.unwrap();
    transaction.save().await.unwrap();
    for (person, subject) in [(ito, "a"), (sato, "b")] {
        let mut transaction = store.write().await.unwrap();
        let taken = transaction.bind_identity(person, &identity(subject)).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{person} {subject}");
    }
    let mut transaction = store.write().await.unwrap();
    transaction.bind_identity(ito, &identity("b")).await.unwrap();
    let session = transaction.session(&Digest::of(b"s")).await.unwrap().unwrap();
    assert_eq!((session.times.confirmed, session.times.shown), (Some(at(3)), Some(at(3))));
    assert_eq!(session.user.identity, Some(identity("a")));
    transaction.unbind_identity(sato).await.unwrap();
    let times = transaction.session(&Digest::of(b"s")).await.unwrap().unwrap().times;
    assert_eq!((times.confirmed, times.shown), (None, None), "what it confirmed no longer counts");
    let identities: Vec<_> = transaction.users().await.unwrap().into_iter().map(|user| user.identity).collect();
    assert_eq!(identities, [Some(identity("b")), None]);

    let digest = Digest::of(b"about");
    for purpose in [Purpose::SignIn, Purpose::Join(digest), Purpose::Bind(digest), Purpose::Confirm(digest)] {
        let flow = Flow { browser: Digest::of(b"b"), purpose, next: "/hosts".into(), begun_at: at(4) };
        transaction.add_flow(&Digest::of(b"state"), &flow).await.unwrap();
        assert_eq!(transaction.flows().await.unwrap(), 1);
        assert_eq!(transaction.take_flow(&Digest::of(b"state")).await.unwrap(), Some(flow.clone()));
        assert_eq!(transaction.take_flow(&Digest::of(b"state")).await.unwrap(), None, "once");
        transaction.add_flow(&Digest::of(b"state"), &flow).await.unwrap();
        transaction.forget_flows(at(4)).await.unwrap();
        assert_eq!(transaction.flows().await.unwrap(), 1);
        transaction.forget_flows(at(5)).await.unwrap();
        assert_eq!(transaction.flows().await.unwrap(), 0);
    }
}

pub(crate) async fn invitations_replace_each_other(store: &Store, _: &Database) {
    let mut transaction = store.write().await.unwrap();
    let new = NewUser { name: "sato".into(), role: Role::Viewer, password: None, created_at: at(0) };
    let person = transaction.add_user(&new).await.unwrap();
    let made = |name: &[u8]| Invitation { digest: Digest::of(name), until: at(60) };
    transaction.set_invitation(person, &made(b"old")).await.unwrap();
    transaction.set_invitation(person, &made(b"new")).await.unwrap();
    assert!(transaction.invited(&Digest::of(b"old")).await.unwrap().is_none());
    let (user, until) = transaction.invited(&Digest::of(b"new")).await.unwrap().unwrap();
    assert_eq!((user.id, user.password, until), (person, None, at(60)));
    assert_eq!(transaction.invitations().await.unwrap()[&person], at(60));
    transaction.set_disabled(person, Some(at(1))).await.unwrap();
    assert!(transaction.invited(&Digest::of(b"new")).await.unwrap().is_none(), "who is kept out is not invited");
    transaction.set_disabled(person, None).await.unwrap();
    transaction.clear_invitation(person).await.unwrap();
    assert!(transaction.invited(&Digest::of(b"new")).await.unwrap().is_none());
    transaction.set_email(person, Some("sato@example.jp")).await.unwrap();
    transaction.set_language(person, Language::English).await.unwrap();
    let user = transaction.user(person).await.unwrap().unwrap();
    assert_eq!((user.email.as_deref(), user.language), (Some("sato@example.jp"), Some(Language::English)));
}

pub(crate) async fn tokens_work_once(store: &Store, _: &Database) {
    let mut transaction = store.write().await.unwrap();
    let new = |name: &[u8]| NewToken {
        digest: Digest::of(name),
        made_at: at(0),
        made_by: "sato".into(),
        until: at(60),
        hosts: 1,
    };
    transaction.add_token(&new(b"t")).await.unwrap();
    transaction.add_token(&new(b"old")).await.unwrap();
    let token = Digest::of(b"t");
    assert!(transaction.use_token(&token, at(60)).await.unwrap().is_none(), "too late");
    assert!(transaction.use_token(&Digest::of(b"none"), at(1)).await.unwrap().is_none());
    assert!(transaction.use_token(&token, at(1)).await.unwrap().is_some());
    assert!(transaction.use_token(&token, at(2)).await.unwrap().is_none(), "used");
    let kept = transaction.token(&token).await.unwrap().unwrap();
    assert_eq!((kept.used, kept.is_for_many()), (1, false));
    transaction.forget_tokens(at(61)).await.unwrap();
    assert!(transaction.token(&Digest::of(b"old")).await.unwrap().is_none());
    assert!(transaction.token(&token).await.unwrap().is_some(), "what was used is kept");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Sample {
    servers: Vec<String>,
}

impl Setting for Sample {
    const NAME: &'static str = "sample";
}

pub(crate) async fn attestations_settings_and_policies(store: &Store, _: &Database) {
    enrolled(store, &id("h-1"), "a").await;
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.setting::<Sample>().await.unwrap(), None);
    for servers in [vec![], vec!["ntp.nict.jp".to_owned()]] {
        transaction.set_setting(&Sample { servers }).await.unwrap();
    }
    assert_eq!(transaction.setting::<Sample>().await.unwrap().unwrap().servers, ["ntp.nict.jp"]);

    let item = ItemId::new("technical.9").unwrap();
    let new = NewAttestation {
        item: item.clone(),
        statement: "確認した".into(),
        evidence: "棚A".into(),
        person: "sato".into(),
        attested_at: at(0),
        valid_until: at(60),
        branch: None,
    };
    let first = transaction.attest(&new).await.unwrap();
    transaction.attest(&new).await.unwrap();
    assert!(transaction.withdraw_attestation(first, "ito", at(1)).await.unwrap());
    assert!(!transaction.withdraw_attestation(first, "ito", at(2)).await.unwrap());
    let newest = transaction.newest_attestations().await.unwrap();
    assert_eq!(newest.iter().map(|newest| newest.id).collect::<Vec<_>>(), [first + 1]);
    let evidence = NewEvidence {
        kind: Kind::Pdf,
        content: b"%PDF-1.7 \x00\xff".to_vec(),
        scanned: Scan::Clean,
        stored_at: at(0),
        stored_by: "sato".into(),
    };
    let digest = transaction.attach(first, "規程.pdf", &evidence).await.unwrap();
    assert_eq!(transaction.attach(first + 1, "同じ.pdf", &evidence).await.unwrap(), digest);
    let file = transaction.evidence(&digest, "").await.unwrap().unwrap();
    assert_eq!((file.kind, file.name.as_str(), file.content), (Kind::Pdf, "規程.pdf", evidence.content));
    assert_eq!(transaction.evidence(&Digest::of(b"other"), "規程.pdf").await.unwrap(), None);
    for (asked, wanted) in [("同じ.pdf", "同じ.pdf"), ("規程.pdf", "規程.pdf"), ("evil.exe", "規程.pdf")] {
        assert_eq!(transaction.evidence(&digest, asked).await.unwrap().unwrap().name, wanted, "{asked}");
    }
    let names: Vec<String> = transaction.files_of(&item).await.unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["規程.pdf", "同じ.pdf"]);
    assert_eq!(transaction.attestations_of(&item).await.unwrap()[1].withdrawn, Some((at(1), "ito".into())));
    let all: Vec<i64> = transaction.attestations().await.unwrap().iter().map(|stated| stated.id).collect();
    assert_eq!(all, [first, first + 1]);
    let files = transaction.attached_files().await.unwrap();
    let files: Vec<(i64, &str, u64)> =
        files.iter().map(|it| (it.file.attestation, it.file.name.as_str(), it.bytes)).collect();
    assert_eq!(files, [(first, "規程.pdf", 11), (first + 1, "同じ.pdf", 11)]);
    assert_eq!(transaction.attached_files_of(&item).await.unwrap().len(), 2);
    assert_eq!(transaction.attached_files_of(&ItemId::new("technical.99").unwrap()).await.unwrap(), []);

    let policy = |version| StoredPolicy {
        version,
        content: Digest::of(b"c"),
        signed: SignedPolicy { body: "{}".into(), signature: "s".into() },
        made_at: at(0),
    };
    assert_eq!(transaction.policy(&id("h-1")).await.unwrap(), None);
    assert_eq!(transaction.policy_version(&id("h-1")).await.unwrap(), 0);
    for version in [1, 2] {
        transaction.set_policy(&id("h-1"), &policy(version)).await.unwrap();
    }
    assert_eq!(transaction.policy(&id("h-1")).await.unwrap(), Some(policy(2)));
    assert_eq!(transaction.policy_version(&id("h-1")).await.unwrap(), 2);
    assert_eq!(transaction.policy_marks().await.unwrap()[&id("h-1")].content, Digest::of(b"c"));
}

pub(crate) async fn audit_entries_are_chained(store: &Store, database: &Database) {
    let entry = |n: i64| AuditEntry {
        at: at(n),
        person: "sato".into(),
        act: "host_revoked".into(),
        subject: format!("h-{n}"),
        detail: String::new(),
    };
    let mut transaction = store.write().await.unwrap();
    let empty = transaction.audit_head().await.unwrap();
    for n in 0..5 {
        transaction.audit(&entry(n)).await.unwrap();
    }
    let head = transaction.audit_head().await.unwrap();
    assert_eq!((empty.entries, head.entries), (0, 5));
    assert_eq!(transaction.audit_digest(5).await.unwrap(), Some(head.digest));
    assert_eq!(transaction.audit_digest(6).await.unwrap(), None);
    assert_ne!(empty.digest, head.digest);
    assert_eq!(transaction.audit_break().await.unwrap(), None);
    let written = transaction.audit_written(2, 2).await.unwrap();
    assert_eq!(written.iter().map(|entry| entry.number).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(Some(written[1].digest), transaction.audit_digest(4).await.unwrap());
    assert_eq!(serde_json::from_str::<AuditEntry>(&written[0].entry).unwrap(), entry(2));
    let page = transaction.audit_entries(Some(4), 2).await.unwrap();
    assert_eq!(
        page.iter().map(|(id, entry)| (*id, entry.subject.as_str())).collect::<Vec<_>>(),
        [(3, "h-2"), (2, "h-1")]
    );
    let mut found = async |text: &str, acts: &[&str]| {
        let entries = transaction.audit_found(&AuditSearch { text, acts }, None, 9).await.unwrap();
        entries.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(found("H-2", &[]).await, [3]);
    assert_eq!(found("SAT", &[]).await, [5, 4, 3, 2, 1]);
    assert_eq!(found("%", &[]).await, [0_i64; 0], "a sign of patterns is itself");
    assert_eq!(found("zz", &["host_enrolled", "host_revoked"]).await, [5, 4, 3, 2, 1]);
    assert_eq!(found("zz", &["revoked"]).await, [0_i64; 0]);
    for (person, act, subject, after, wanted) in [
        ("sato", "host_revoked", "h-2", 1, true),
        ("sato", "host_revoked", "h-2", 2, false),
        ("sat", "host_revoked", "h-2", 1, false),
        ("sato", "host_enrolled", "h-2", 1, false),
        ("sato", "host_revoked", "h-9", 0, false),
    ] {
        let has = transaction.audit_has(person, act, subject, at(after)).await.unwrap();
        assert_eq!(has, wanted, "{person} {act} {subject} {after}");
    }
    transaction.save().await.unwrap();
    database.run("UPDATE audit SET entry = REPLACE(entry, 'h-2', 'h-9') WHERE id = 3").await;
    let mut transaction = store.read().await.unwrap();
    assert_eq!(transaction.audit_break().await.unwrap(), Some(3));
}
