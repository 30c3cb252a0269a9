use tenken_model::Instant;
use tenken_model::register::Registers;

use super::*;
use crate::collect::Wake;
use crate::host::Recording;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/samples/outbox/", $name))
    };
}

const FOLDER: &str = "/srv/outbox";

fn now() -> Instant {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn host() -> Recording {
    Recording::new(now()).folder(FOLDER)
}

fn with(host: Recording, name: &str, bytes: impl AsRef<[u8]>, age: i64) -> Recording {
    host.file_with(format!("{FOLDER}/{name}"), bytes, |metadata| {
        metadata.modified = Span::from_secs(-age).after(now());
    })
}

fn needs(folders: &[&str]) -> Needs {
    let outbox_folders = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let registers = Registers { outbox_folders, ..Registers::not_given("none") };
    Needs { registers, time_references: Vec::new(), now: now() }
}

fn folder(host: &Recording) -> OutboxFolder {
    match collect(&Look::new(host), &needs(&[FOLDER])) {
        Outcome::Known(Outbox { folders }) => folders.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn told(bytes: impl AsRef<[u8]>) -> (FileForm, Protection) {
    let found = folder(&with(host(), "x", bytes, 3_600));
    assert_eq!((found.files.len(), &found.complete), (1, &Read::Measured(true)));
    (found.files[0].form, found.files[0].protection)
}

#[test]
fn forms_that_are_encrypted() {
    let encrypted = |form| (form, Protection::Encrypted);
    for (bytes, form) in [
        (&sample!("zip_aes.zip")[..], FileForm::Zip),
        (sample!("zip_folder.zip"), FileForm::Zip),
        (sample!("seven_header.7z"), FileForm::SevenZip),
        (sample!("cms_der.p7m"), FileForm::Cms),
        (sample!("cms_stream.p7m"), FileForm::Cms),
        (sample!("cms_pem.p7m"), FileForm::Cms),
        (sample!("cms_mime.eml"), FileForm::Cms),
        (sample!("pgp_binary.gpg"), FileForm::OpenPgp),
        (sample!("pgp_armoured.asc"), FileForm::OpenPgp),
        (sample!("pgp_key.gpg"), FileForm::OpenPgp),
        (sample!("age.age"), FileForm::Age),
        (sample!("age_armoured.age"), FileForm::Age),
        (sample!("office.docx"), FileForm::Office),
    ] {
        assert_eq!(told(bytes), encrypted(form), "{form:?}, {} bytes", bytes.len());
    }
}

#[test]
fn forms_that_are_not_or_do_not_tell() {
    let cut = |bytes: &[u8], length: usize| bytes[..length].to_vec();
    for (bytes, form, protection) in [
        (sample!("zip_open.zip").to_vec(), FileForm::Zip, Protection::Open),
        (sample!("zip_crypto.zip").to_vec(), FileForm::Zip, Protection::Open),
        (sample!("zip_partly.zip").to_vec(), FileForm::Zip, Protection::Open),
        (cut(sample!("zip_aes.zip"), 200), FileForm::Zip, Protection::Unknown),
        (sample!("seven_open.7z").to_vec(), FileForm::SevenZip, Protection::Open),
        (cut(sample!("seven_header.7z"), 40), FileForm::SevenZip, Protection::Unknown),
        (sample!("cms_signed.p7m").to_vec(), FileForm::Cms, Protection::Open),
        (sample!("cms_des3.p7m").to_vec(), FileForm::Cms, Protection::Unknown),
        (sample!("pgp_signed.asc").to_vec(), FileForm::OpenPgp, Protection::Unknown),
        (sample!("plain.docx").to_vec(), FileForm::Zip, Protection::Open),
        (b"%PDF-1.7\n".to_vec(), FileForm::Pdf, Protection::Unknown),
        (cut(sample!("office.docx"), 1_000), FileForm::Office, Protection::Unknown),
        (b"name,result\n".to_vec(), FileForm::Other, Protection::Open),
        (b"-----BEGIN PGP MESSAGE-----".to_vec(), FileForm::OpenPgp, Protection::Unknown),
        (b"age-encryption.org/v2\n".to_vec(), FileForm::Other, Protection::Open),
    ] {
        assert_eq!(told(&bytes), (form, protection), "{}", String::from_utf8_lossy(&bytes[..9]));
    }
    assert_ne!(told(sample!("seven_packed.7z")).1, Protection::Encrypted);
    assert_ne!(told(sample!("seven_files.7z")).1, Protection::Open);
}

#[test]
fn files_are_counted_and_not_named() {
    let host = with(host(), "yamada-hanako.csv", "x", 7_200);
    let host = with(host, "2026/suzuki.csv", "x", 3_600);
    let host = with(host, "2026/a.zip", sample!("zip_aes.zip"), 3_600);
    let host = with(host, "Thumbs.db", "x", 3_600);
    let host = with(host, "empty", "", 3_600);
    let host = with(host, "tanaka.csv", "x", 59).link(format!("{FOLDER}/link.zip"), "/etc/passwd");
    let found = folder(&host);
    assert_eq!((found.open, found.unknown, found.unfinished), (2, 1, 1));
    assert_eq!(found.files.iter().map(|files| files.count).sum::<i64>(), 4);
    assert_eq!(found.open_since, Some(Span::from_secs(-7_200).after(now())));
    let told = serde_json::to_string(&found).unwrap();
    for name in ["yamada", "suzuki", "tanaka", "link"] {
        assert!(!told.contains(name), "{name}");
    }
    assert_eq!(folder(&with(self::host(), "x", "x", 60)).open, 1, "it is judged after a minute");
    assert_eq!(folder(&with(self::host(), "x", "x", -3_600)).open, 1, "a clock that was wrong hides nothing");
}

#[test]
fn no_folder_and_folders_that_cannot_be_looked_at() {
    assert!(matches!(collect(&Look::new(&host()), &needs(&[])), Outcome::Absent(_)));
    assert!(!folder(&Recording::new(now())).present);
    for denied in [FOLDER, "/srv/outbox/yamada.csv", "/srv/outbox/sub"] {
        let found = folder(&with(host(), "a.csv", "x", 3_600).denied(denied));
        let Read::NotRead(reason) = &found.complete else { panic!("{denied}") };
        assert_eq!(reason.code, ReasonCode::NotPermitted);
        assert!(found.present && !reason.detail.contains("yamada"), "{reason}");
    }
    let Outcome::Known(relative) = collect(&Look::new(&host()), &needs(&["outbox"])) else { panic!() };
    assert!(matches!(relative.folders[0].complete, Read::NotRead(_)));
    let many = (0..1_100).fold(host(), |host, number| with(host, &number.to_string(), "x", 3_600));
    let found = folder(&many);
    assert_eq!(found.open, 1_000);
    assert!(matches!(found.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
    let deep = folder(&with(host(), "1/2/3/4/5/x", "x", 3_600));
    assert!(matches!(deep.complete, Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}

#[test]
fn folders_wake_also_before_they_are_there() {
    let host = with(Recording::new(now()), "sub/a", "x", 3_600);
    let look = Look::new(&host);
    collect(&look, &needs(&["/srv/outbox/", "/srv/gone"]));
    let (_, wakes) = look.finish();
    for path in [FOLDER, "/srv/outbox/sub", "/srv/gone"] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
