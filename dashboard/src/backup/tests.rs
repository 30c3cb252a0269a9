use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tenken_model::Span;
use tenken_model::enrol::EnrolRequest;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::authority::Authority;
use crate::data_folder;
use crate::enrol::{self, TokenTerms};
use crate::store::{Location, NewAttestation, NewEvidence, NewUser, Store};

fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after("2026-11-24T00:00:00Z".parse().unwrap())
}

/// A dashboard with a host, a person who is signed in, a file, and a token that was not used.
struct Bench {
    folder: TempDir,
    store: Store,
    certificate: CertificateDer<'static>,
    token: String,
}

async fn host(store: &Store, authority: &Authority, token: &str, now: Instant) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let request_pem = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
    let request = EnrolRequest { secret: token.to_owned(), request_pem, host_name: "受付PC".into() };
    let answer = enrol::enrol(store, authority, "https://a:1", &request, now).await.unwrap();
    CertificateDer::from(pem::parse(&answer.certificate_pem).unwrap().into_contents())
}

impl Bench {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let store = Store::open_folder(&data).await.unwrap();
        let authority = Authority::open(&data, &store, at(0)).await.unwrap();
        let token = || async {
            enrol::make_token(&store, &authority, TokenTerms::ONE_HOST, "sato", at(0)).await.unwrap().token.secret
        };
        let certificate = host(&store, &authority, &token().await, at(1)).await;
        let unused = token().await;
        let mut transaction = store.write().await.unwrap();
        let new = NewUser {
            name: "sato".into(),
            role: crate::auth::role::Role::Admin,
            password: Some("$argon2id$x".into()),
            created_at: at(2),
        };
        let person = transaction.add_user(&new).await.unwrap();
        transaction.open_session(&Digest::of(b"session"), person, at(3)).await.unwrap();
        let evidence = NewEvidence {
            kind: crate::evidence::Kind::Text,
            content: vec![0_u8, 255, 10, 34],
            scanned: crate::evidence::Scan::NotAsked,
            stored_at: at(4),
            stored_by: "sato".into(),
        };
        let statement = NewAttestation {
            item: "organizational.5".parse().unwrap(),
            statement: "確認した。".into(),
            evidence: "書庫".into(),
            person: "sato".into(),
            attested_at: at(4),
            valid_until: at(9_999),
            branch: None,
        };
        let statement = transaction.attest(&statement).await.unwrap();
        transaction.attach(statement, "記録.txt", &evidence).await.unwrap();
        transaction.save().await.unwrap();
        Self { folder, store, certificate, token: unused }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a backup of that name.
    async fn backup(&self, name: &str) -> PathBuf {
        let path = self.at(name);
        let draft = Draft::begin(&path).unwrap();
        let (_, draft) = write(&self.store, &self.data(), draft, &path, at(100)).await.unwrap();
        draft.keep().unwrap();
        path
    }
}

fn wanted(data: &Path, replace: bool) -> Wanted<'_> {
    Wanted { data, server: None, replace, person: "console", now: at(200) }
}

/// Every row of every table as text, without what a restore changes on purpose.
async fn rows(store: &Store) -> Vec<String> {
    let mut transaction = store.read().await.unwrap();
    let mut all = Vec::new();
    for table in transaction.tables().await.unwrap() {
        let is_changed = ["sessions", "audit", "change_counter", "enrolment_tokens", "settings"];
        if is_changed.contains(&table.name.as_str()) {
            continue;
        }
        let mut found = Vec::new();
        let count = transaction
            .rows_of::<StoreError>(&table, |row| {
                found.push(format!("{} {row:?}", table.name));
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(count, u64::try_from(found.len()).unwrap());
        found.sort();
        all.extend(found);
    }
    all
}

#[tokio::test]
async fn a_dashboard_that_was_restored_knows_its_hosts_people_and_files() {
    let bench = Bench::new().await;
    let backup = bench.backup("a.backup").await;
    let data = bench.at("new");
    let outcome = restore(&backup, &wanted(&data, false)).await.unwrap();
    assert_eq!((outcome.kept, outcome.audit_break), (None, None));
    assert_eq!(outcome.manifest.made_at, at(100));
    let mut names: Vec<String> =
        std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["authority", "dashboard.lock", "tenken.db"], "nothing else is left");

    let store = Store::open_folder(&data).await.unwrap();
    let own = Authority::open(&data, &store, at(201)).await.unwrap();
    assert_eq!(own.digest(), outcome.manifest.authority);
    assert_eq!(rows(&store).await, rows(&bench.store).await);
    assert!(enrol::authenticate(&store, &bench.certificate, at(202)).await.is_ok(), "agents need nothing new");
    // What may have been used or ended since is not alive again.
    let mut transaction = store.read().await.unwrap();
    assert!(transaction.session(&Digest::of(b"session")).await.unwrap().is_none());
    let (_, entry) = transaction.audit_entries(None, 1).await.unwrap().remove(0);
    assert_eq!((entry.act.as_str(), entry.subject.as_str()), ("backup_restored", "2026-11-24T00:01:40Z"));
    assert!(entry.detail.contains(&Digest::of(&std::fs::read(&backup).unwrap()).to_string()));
    assert_eq!(transaction.audit_break().await.unwrap(), None);
    drop(transaction);
    let secret = crate::auth::secret::Secret::from_text(&bench.token).unwrap();
    let token = store.read().await.unwrap().token(&secret.digest()).await.unwrap().unwrap();
    assert!(!token.works(at(202)));
    // Rows that come now do not take the number of one that was.
    let fresh = enrol::make_token(&store, &own, TokenTerms::ONE_HOST, "sato", at(203)).await.unwrap();
    let digest = crate::auth::secret::Secret::from_text(&fresh.token.secret).unwrap().digest();
    let made = store.read().await.unwrap().token(&digest).await.unwrap().unwrap();
    assert!(made.id > token.id);
    let certificate = host(&store, &own, &fresh.token.secret, at(204)).await;
    assert!(enrol::authenticate(&store, &certificate, at(205)).await.is_ok());
}

#[tokio::test]
async fn a_backup_is_one_state_while_others_write() {
    let bench = Bench::new().await;
    let store = bench.store.clone();
    let writer = tokio::spawn(async move {
        for number in 0..40 {
            let mut transaction = store.write().await.unwrap();
            let entry = AuditEntry {
                at: at(number),
                person: "sato".into(),
                act: "signed_in".into(),
                subject: "x".repeat(2_000),
                detail: String::new(),
            };
            transaction.audit(&entry).await.unwrap();
            transaction.audit(&entry).await.unwrap();
            transaction.save().await.unwrap();
        }
    });
    for number in 0..4 {
        let backup = bench.backup(&format!("{number}.backup")).await;
        let archive = Archive::open(&backup).unwrap();
        let audit = archive.manifest().members.iter().find(|member| member.table() == Some("audit")).unwrap();
        let entries = archive.manifest().audit.entries;
        assert_eq!(audit.rows, Some(u64::try_from(entries).unwrap()));
        assert_eq!(entries % 2, 1, "two entries of one transaction are both there, or neither");
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn a_folder_that_holds_a_dashboard_is_only_replaced_when_asked_and_kept() {
    let bench = Bench::new().await;
    let backup = bench.backup("a.backup").await;
    let data = bench.at("other");
    let other = Store::open_folder(&data).await.unwrap();
    let before = Authority::open(&data, &other, at(0)).await.unwrap().digest();
    other.close().await;
    let database = std::fs::read(data.join("tenken.db")).unwrap();
    let refused = restore(&backup, &wanted(&data, false)).await.unwrap_err();
    assert!(matches!(refused, BackupError::Occupied(_)), "{refused}");
    assert_eq!(std::fs::read(data.join("tenken.db")).unwrap(), database);

    let outcome = restore(&backup, &wanted(&data, true)).await.unwrap();
    let kept = outcome.kept.unwrap();
    assert_eq!(kept, data.join("before-restore-20261124T000320Z"));
    assert_eq!(std::fs::read(kept.join("tenken.db")).unwrap(), database);
    let old = Store::open_folder(&kept).await.unwrap();
    assert_eq!(Authority::open(&kept, &old, at(1)).await.unwrap().digest(), before, "it can be served as it was");
    let new = Store::open_folder(&data).await.unwrap();
    assert_ne!(Authority::open(&data, &new, at(1)).await.unwrap().digest(), before);
}

#[tokio::test]
async fn nothing_is_restored_onto_a_dashboard_that_runs() {
    let bench = Bench::new().await;
    let backup = bench.backup("a.backup").await;
    let data = bench.data();
    let running = data_folder::share(&data).unwrap();
    let refused = restore(&backup, &wanted(&data, true)).await.unwrap_err();
    assert!(matches!(refused, BackupError::Folder(data_folder::FolderError::InUse(_))), "{refused}");
    assert!(refused.to_string().contains("systemctl stop 'tenken-dashboard*.socket' tenken-dashboard"), "{refused}");
    drop(running);
    assert!(!data_folder::is_unfinished(&data));
}

#[tokio::test]
async fn one_byte_more_less_or_other_is_refused_before_anything_changes() {
    let bench = Bench::new().await;
    let backup = bench.backup("a.backup").await;
    let whole = std::fs::read(&backup).unwrap();
    let data = bench.at("new");
    let length = whole.len();
    let mut broken: Vec<(String, Vec<u8>)> = Vec::new();
    for cut in [0, 1, length / 3, length / 2, length - 30, length - 1] {
        broken.push((format!("cut at {cut}"), whole[..cut].to_vec()));
    }
    for place in (100..length - 100).step_by(length / 37) {
        let mut other = whole.clone();
        other[place] ^= 0x10;
        broken.push((format!("byte {place} of {length}"), other));
    }
    broken.push(("no backup".into(), b"PK but no ZIP".to_vec()));
    let mut noticed = 0;
    let number = broken.len();
    for (what, bytes) in broken {
        let path = bench.at("broken.backup");
        std::fs::write(&path, bytes).unwrap();
        match Archive::open(&path) {
            Err(BackupError::Damaged(_)) => noticed += 1,
            Err(other) => panic!("{what}: {other}"),
            // A flipped bit may be one that says nothing, such as a file's date; then everything is as it was.
            Ok(_) => assert!(what.starts_with("byte"), "{what}"),
        }
    }
    assert!(noticed * 2 > number, "{noticed} of {number}");
    std::fs::write(bench.at("broken.backup"), &whole[..length / 2]).unwrap();
    let refused = restore(&bench.at("broken.backup"), &wanted(&data, false)).await.unwrap_err();
    assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    assert!(!data.exists(), "not even the folder was made");
}

/// The backup with members changed, and a manifest that fits them.
fn changed(
    whole: &Path,
    to: &Path,
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    manifest: impl Fn(&mut Manifest),
) {
    let mut zip = ZipArchive::new(std::fs::File::open(whole).unwrap()).unwrap();
    let mut out = ZipWriter::new(std::fs::File::create(to).unwrap());
    let mut told: Option<Manifest> = None;
    let mut members = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let name = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == MANIFEST {
            told = Some(serde_json::from_slice(&content).unwrap());
            continue;
        }
        let Some(content) = change(&name, content) else { continue };
        out.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
        members.push((name, Digest::of(&content), u64::try_from(content.len()).unwrap()));
    }
    let mut told = told.unwrap();
    let rows = |name: &str| told.members.iter().find(|member| member.name == name).and_then(|member| member.rows);
    let member = |(name, sha256, bytes): (String, Digest, u64)| Member { rows: rows(&name), name, bytes, sha256 };
    told.members = members.into_iter().map(member).collect();
    manifest(&mut told);
    out.start_file(MANIFEST, SimpleFileOptions::default()).unwrap();
    out.write_all(&serde_json::to_vec(&told).unwrap()).unwrap();
    out.finish().unwrap().rewind().unwrap();
}

/// What becomes of the content of a member; nothing where it is left out.
type Change = fn(&str, Vec<u8>) -> Option<Vec<u8>>;
/// What the manifest is made to say.
type Told = fn(&mut Manifest);

#[tokio::test]
async fn a_backup_that_is_whole_but_makes_no_sense_is_refused_before_anything_changes() {
    let bench = Bench::new().await;
    let whole = bench.backup("a.backup").await;
    let other = bench.at("other.backup");
    let data = bench.data();
    bench.store.close().await;
    let database = std::fs::read(data.join("tenken.db")).unwrap();
    let keep: Change = |_, content| Some(content);
    let cases: [(&str, Change, Told); 7] = [
        ("schema", keep, |manifest| manifest.schema = 99),
        ("format", keep, |manifest| manifest.format = FORMAT + 1),
        ("tables", |name, content| (name != "tables/hosts.jsonl").then_some(content), |_| {}),
        (
            "rows",
            |name, content| {
                let cut = content.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                Some(if name == "tables/hosts.jsonl" { content[..cut].to_vec() } else { content })
            },
            |_| {},
        ),
        (
            "FOREIGN KEY",
            |name, content| {
                let cut = content.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                Some(if name == "tables/hosts.jsonl" { content[..cut].to_vec() } else { content })
            },
            |manifest| {
                for member in &mut manifest.members {
                    member.rows = if member.table() == Some("hosts") { Some(0) } else { member.rows };
                }
            },
        ),
        ("ca.key", |name, content| Some(if name == "authority/ca.key" { b"x".to_vec() } else { content }), |_| {}),
        ("authority", keep, |manifest| manifest.authority = Digest::of(b"another")),
    ];
    for (said, change, manifest) in cases {
        changed(&whole, &other, change, manifest);
        let refused = restore(&other, &wanted(&data, true)).await.unwrap_err().to_string();
        assert!(refused.contains(said), "{said}: {refused}");
        assert_eq!(std::fs::read(data.join("tenken.db")).unwrap(), database, "{said}");
        assert!(!data_folder::is_unfinished(&data) && !data.join("restore-draft").exists(), "{said}");
    }
    changed(&whole, &other, keep, |_| {});
    restore(&other, &wanted(&data, true)).await.unwrap();
}

#[tokio::test]
async fn a_restore_that_was_cut_off_is_run_again() {
    let bench = Bench::new().await;
    let backup = bench.backup("a.backup").await;
    let data = bench.at("new");
    // As it would be had the machine gone down after the first file was moved.
    std::fs::create_dir_all(data.join("restore-draft")).unwrap();
    std::fs::write(data.join("restore-draft/tenken.db"), "half").unwrap();
    std::fs::create_dir(data.join("authority")).unwrap();
    std::fs::write(data.join("restore-unfinished"), "").unwrap();
    assert!(data_folder::share(&data).is_err(), "no dashboard starts on it");
    let outcome = restore(&backup, &wanted(&data, false)).await.unwrap();
    assert!(outcome.kept.unwrap().join("authority").is_dir());
    let _held = data_folder::share(&data).unwrap();
    let store = Store::open_folder(&data).await.unwrap();
    Authority::open(&data, &store, at(201)).await.unwrap();
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let fits = piece.len().min(self.0);
        self.0 -= fits;
        if fits == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(fits) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_is_told_with_what_to_do() {
    let bench = Bench::new().await;
    for room in [0, 1, 500, 3_000] {
        let full = write(&bench.store, &bench.data(), Full(room), Path::new("/backups/a"), at(100)).await;
        let Err(error) = full.map(drop) else { panic!("{room}") };
        let told = error.to_string();
        assert!(
            told.contains("/backups/a") && told.contains("make room") && told.contains("nothing of it is left"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_folder_that_is_not_the_databases_is_not_backed_up() {
    let bench = Bench::new().await;
    let other = bench.at("other");
    let store = Store::open_folder(&other).await.unwrap();
    Authority::open(&other, &store, at(0)).await.unwrap();
    let refused = write(&bench.store, &other, Vec::new(), Path::new("a"), at(100)).await.map(drop);
    assert!(matches!(refused, Err(BackupError::Authority(_))), "{refused:?}");
    let location = Location::folder(&bench.at("none")).unwrap();
    assert!(Store::open_as_it_is(&location).await.is_err());
}
