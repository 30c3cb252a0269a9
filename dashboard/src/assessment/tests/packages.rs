//! The audit package as somebody who was given it reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::process::Command;
use std::sync::Arc;

use tenken_form::formula::is_formula;
use tenken_model::Language;
use tenken_model::digest::Digest;
use zip::ZipArchive;

use super::agency::{Agency, CONTENT, now};
use super::look_at;
use crate::assessment::make::{self, Made, Wanted};
use crate::assessment::package::{Package, SUMS};
use crate::assessment::readme;
use crate::assessment::trail::Trail;
use crate::plain::hides_or_turns;

const WANTED: Wanted = Wanted { language: Language::Japanese, registers: false };

async fn made(agency: &Agency, wanted: Wanted) -> Made {
    let (checklist, catalog) = (Arc::clone(&agency.checklist), Arc::clone(&agency.catalog));
    make::make(&agency.store, checklist, catalog, wanted, "kansa", now()).await.unwrap()
}

/// The files of a ZIP.
fn files(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap_or_else(|| panic!("{name}")).clone()).unwrap()
}

/// The list of hashes names every other file, and each as it is.
fn sums_hold(files: &BTreeMap<String, Vec<u8>>) {
    let sums = text(files, SUMS);
    let mut listed = BTreeSet::new();
    for line in sums.lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert_eq!(Digest::of(&files[name]).to_string(), digest, "{name}");
        assert!(listed.insert(name));
    }
    let others: BTreeSet<&str> = files.keys().map(String::as_str).filter(|name| *name != SUMS).collect();
    assert_eq!(listed, others);
}

/// The chain as the file README.txt describes it, and nothing of the program: `(number, digest)` of the last entry.
fn recomputed(audit: &str, start: &str) -> (u64, String) {
    use sha2::{Digest as _, Sha256};
    let mut digest: [u8; 32] = Sha256::digest(start.as_bytes()).into();
    let mut number = 0;
    for line in audit.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let entry = row["entry"].as_str().unwrap().as_bytes();
        let mut hashed = 32_u64.to_be_bytes().to_vec();
        hashed.extend(digest);
        hashed.extend(u64::try_from(entry.len()).unwrap().to_be_bytes());
        hashed.extend(entry);
        digest = Sha256::digest(&hashed).into();
        number += 1;
        assert_eq!((row["number"].as_u64(), row["digest"].as_str()), (Some(number), Some(&*hexadecimal(&digest))));
    }
    (number, hexadecimal(&digest))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn a_package_is_verified_without_its_maker() {
    let agency = Agency::usual().await;
    let head = agency.assessment().await.head;
    let package = made(&agency, WANTED).await;
    look_at("package.zip", &package.bytes);
    assert_eq!(package.name, "tenken-audit-20261124T053000Z.zip");
    assert_eq!(package.digest, Digest::of(&package.bytes));
    let files = files(&package.bytes);
    sums_hold(&files);
    let (number, digest) = recomputed(&text(&files, "audit.jsonl"), "tenken audit v1");
    assert_eq!((i64::try_from(number).unwrap(), digest), (head.entries, head.digest.to_string()));
    let readme = text(&files, "README.txt");
    assert!(readme.contains(&format!("tenken-dashboard audit verify --known {}:{}", head.entries, head.digest)));
    for name in files.keys().filter(|name| !name.contains('/') && *name != "README.txt") {
        assert!(readme.contains(name.as_str()), "README.txt tells of {name}");
    }
    assert_eq!(files.keys().filter(|name| name.starts_with("items/")).count(), 91, "a sheet each, and all in one");
    let kept = format!("evidence/{}", Digest::of(CONTENT));
    assert_eq!(files[&kept], CONTENT);
    assert!(text(&files, "evidence.csv").contains("個人情報保護規程.pdf"));
    let versions: Vec<&String> = files.keys().filter(|name| name.starts_with("declarations/")).collect();
    assert_eq!(versions, ["declarations/changes.csv", "declarations/version-1.csv", "declarations/version-2.csv"]);
    assert!(text(&files, "declarations/changes.csv").contains("exchange.3,実施済,実施予定(2027年5月)"));
    for form in ["html", "pdf", "xlsx", "csv"] {
        assert!(files.contains_key(&format!("form/checklist.{form}")));
    }
    assert!(!files.keys().any(|name| name.starts_with("registers/")));

    let written = agency.store.read().await.unwrap().audit_entries(None, 1).await.unwrap();
    let entry = &written[0].1;
    assert_eq!((entry.person.as_str(), entry.act.as_str()), ("kansa", "package_made"));
    assert_eq!(
        (entry.subject.as_str(), entry.detail.as_str()),
        (package.name.as_str(), &*format!("SHA-256 {}", package.digest))
    );
}

#[tokio::test]
async fn the_program_in_the_readme_prints_the_head() {
    let agency = Agency::hostile().await;
    let mut transaction = agency.store.read().await.unwrap();
    let trail = Trail::read(&mut transaction, now()).await.unwrap();
    let head = transaction.audit_head().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let lines: String = trail
        .audit
        .iter()
        .map(|entry| {
            serde_json::json!({ "number": entry.number, "entry": entry.entry, "digest": entry.digest }).to_string()
                + "\n"
        })
        .collect();
    std::fs::write(folder.path().join("audit.jsonl"), &lines).unwrap();
    let run = || Command::new("python3").arg("-c").arg(readme::script(&trail)).current_dir(folder.path()).output();
    let Ok(told) = run() else {
        eprintln!("SKIPPED the_program_in_the_readme_prints_the_head: python3 is not installed");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), format!("{}:{}", head.entries, head.digest));
    std::fs::write(folder.path().join("audit.jsonl"), lines.replacen("signed_in", "signed_up", 1)).unwrap();
    let told = run().unwrap();
    assert!(!told.status.success(), "an entry that was rewritten shows");
}

#[tokio::test]
async fn the_same_agency_at_the_same_time_gives_the_same_bytes() {
    let (one, other) = (Agency::usual().await, Agency::usual().await);
    let (one, other) = (made(&one, WANTED).await, made(&other, WANTED).await);
    assert_eq!(one.digest, other.digest);
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let agency = Agency::hostile().await;
    let package = made(&agency, Wanted { registers: true, ..WANTED }).await;
    let files = files(&package.bytes);
    sums_hold(&files);
    for (name, bytes) in &files {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/');
        assert!(name.bytes().all(plain) && !name.contains("..") && !name.starts_with('/'), "{name}");
        if name.rsplit('.').next() == Some("csv") {
            let text = std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}');
            let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
            for record in reader.records() {
                for cell in &record.unwrap() {
                    assert!(!is_formula(cell), "{name}: {cell:?}");
                    let turned = |c: char| hides_or_turns(c) && c != '\n';
                    // The form is written as it was declared.
                    let of_the_form = name.starts_with("form/") || name.starts_with("declarations/version");
                    assert!(
                        of_the_form || name.starts_with("registers/") || !cell.contains(turned),
                        "{name}: {cell:?}"
                    );
                }
            }
        }
    }
    let readme = text(&files, "README.txt");
    assert!(readme.lines().filter(|line| line.starts_with("## 確かめ方")).count() == 1, "{readme}");
    assert!(!readme.contains('\u{202e}'));
    assert!(!text(&files, "form/checklist.html").contains("<script>alert"));
    assert!(text(&files, "registers/hosts.csv").contains("PC-KENSHIN09"));
    let written = agency.store.read().await.unwrap().audit_entries(None, 1).await.unwrap();
    assert_eq!(written[0].1.detail, format!("SHA-256 {}\n台帳を含む", package.digest));
}

#[tokio::test]
async fn an_agency_that_declares_nothing_gets_a_package_that_says_so() {
    let agency = Agency::empty().await;
    let package = made(&agency, WANTED).await;
    let files = files(&package.bytes);
    sums_hold(&files);
    let readme = text(&files, "README.txt");
    assert!(readme.contains("公表している申告: なし") && readme.contains("Declaration: none"));
    assert!(!files.keys().any(|name| name.starts_with("form/") || name.starts_with("declarations/")));
    assert_eq!(text(&files, "audit.jsonl"), "");
    assert_eq!(text(&files, "items.csv").matches("申告なし").count(), 90);
    assert!(!text(&files, "oscal/assessment-results.json").contains("\"satisfied\""));
    let start = crate::store::AuditHead::beginning().digest;
    assert!(readme.contains(&format!("0:{start}")), "even an empty log has a head");
}

#[tokio::test]
async fn evidence_that_is_too_much_is_counted() {
    let agency = Agency::usual().await;
    let assessment = agency.assessment().await;
    let mut package = Package::new(now());
    let kept = make::evidence(&agency.store, &assessment, &mut package, 2).await.unwrap();
    assert_eq!(kept.held, [Digest::of(b"=1").to_string()], "what has room is held");
    assert_eq!(kept.left, 1);
    let mut transaction = agency.store.read().await.unwrap();
    let trail = Trail::read(&mut transaction, now()).await.unwrap();
    let contents = readme::Contents { evidence: 1, evidence_left: kept.left, registers: None };
    let told = readme::write(&assessment, &trail, contents);
    assert!(
        told.contains("evidence/: 上限を超えたため1件を省略しました。") && !told.contains("省略したものはありません")
    );
}
