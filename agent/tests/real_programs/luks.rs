//! Headers of LUKS: what cryptsetup says of a file that it made, changed or half encrypted is what is read of it.
//!
//! Opening needs the device mapper and is not tried. Ciphers that cryptsetup can only format with it are written into the
//! metadata of another file, of which cryptsetup tells all the same.

use std::convert::Infallible;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use tenken_agent::collect::devices::luks::{self, Header, LuksError, Segment};
use tenken_agent::collect::devices::udev;

use crate::dice::Dice;
use crate::program::{printed, wanted};

const COPY: usize = 16 << 10;
const BINARY: usize = 4_096;
/// A key derivation that takes no time.
const QUICK: [&str; 4] = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];

/// A file, changed by cryptsetup.
struct Volume {
    cryptsetup: PathBuf,
    path: PathBuf,
}

impl Volume {
    /// Runs cryptsetup with a passphrase on standard input.
    fn tried(&self, action: &[&str]) -> Output {
        let mut command = Command::new(&self.cryptsetup);
        command.arg("-q").args(action).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _closed = child.stdin.take().unwrap().write_all(b"passphrase");
        child.wait_with_output().unwrap()
    }

    fn changed(&self, action: &[&str]) -> &Self {
        let output = self.tried(action);
        assert!(output.status.success(), "{action:?}: {}", String::from_utf8_lossy(&output.stderr));
        self
    }

    fn name(&self) -> &str {
        self.path.to_str().unwrap()
    }

    fn formatted(cryptsetup: &Path, path: PathBuf, options: &[&str]) -> Self {
        std::fs::File::create(&path).unwrap().set_len(64 << 20).unwrap();
        let volume = Self { cryptsetup: cryptsetup.to_owned(), path };
        let format = joined(&[&["luksFormat"], options, &QUICK, &[volume.name(), "-"]]);
        volume.changed(&format);
        volume
    }

    /// What cryptsetup says; nothing when it finds no header. It repairs what it reads, and so reads a copy.
    fn told(&self) -> Option<Told> {
        let copy = self.copied();
        let output = self.tried(&["luksDump", &copy]);
        output.status.success().then(|| Told::of(&String::from_utf8_lossy(&output.stdout)))
    }

    fn copied(&self) -> String {
        let copy = format!("{}.copy", self.name());
        std::fs::copy(&self.path, &copy).unwrap();
        copy
    }

    fn read(&self) -> Result<Header, LuksError> {
        read(&self.path)
    }

    fn is_told_alike(&self, what: &str) -> Told {
        let told = self.told().unwrap_or_else(|| panic!("{what}: cryptsetup finds no header"));
        assert_eq!(Told::from(&self.read().unwrap_or_else(|error| panic!("{what}: {error}"))), told, "{what}");
        told
    }
}

fn read(path: &Path) -> Result<Header, LuksError> {
    match luks::read(|offset, length| Ok::<_, Infallible>(part(path, offset, length))) {
        Ok(found) => found,
        Err(error) => match error {},
    }
}

fn part(path: &Path, offset: u64, length: u64) -> Vec<u8> {
    let mut file = std::fs::File::open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Words of several parts of a command line.
fn joined<'t>(parts: &[&[&'t str]]) -> Vec<&'t str> {
    parts.concat()
}

/// What both sides say, in the words of `luksDump`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    version: u8,
    uuid: String,
    /// How data are stored now.
    segments: Vec<String>,
    key_bits: Vec<u32>,
    key_slots: Vec<String>,
    tokens: usize,
    unfinished: bool,
}

impl Told {
    fn of(text: &str) -> Self {
        let mut told = Self::default();
        let (mut section, mut kind, mut mode) = ("", "", "");
        let mut segments: Vec<(String, bool)> = Vec::new();
        let mut of_slots = Vec::new();
        for line in text.lines() {
            let (key, value) = line.split_once(':').map_or((line, ""), |(key, value)| (key.trim(), value.trim()));
            match (section, key) {
                (_, "Data segments" | "Keyslots" | "Tokens" | "Digests") => section = key,
                ("", "Version") => told.version = value.parse().unwrap(),
                ("", "UUID") => told.uuid = value.replace('-', ""),
                ("", "Requirements") => told.unfinished = value.contains("reencrypt"),
                ("", "Cipher name") => kind = value,
                ("", "Cipher mode") => mode = value,
                ("", "MK bits") => {
                    segments.push((format!("{kind}-{mode}"), true));
                    of_slots.push(value.parse().unwrap());
                }
                ("", slot) if slot.starts_with("Key Slot") && value == "ENABLED" => {
                    told.key_slots.push("pbkdf2".to_owned());
                }
                ("Data segments", number) if number.parse::<u8>().is_ok() => segments.push((value.to_owned(), true)),
                ("Data segments", "cipher") => value.clone_into(&mut segments.last_mut().unwrap().0),
                ("Data segments", "flags") => segments.last_mut().unwrap().1 = !value.contains("backup-"),
                ("Keyslots", number) if number.parse::<u8>().is_ok() => kind = value,
                ("Keyslots", "Key") if kind.starts_with("luks2") => {
                    of_slots.push(value.trim_end_matches(" bits").parse().unwrap());
                }
                ("Keyslots", "PBKDF") => told.key_slots.push(value.to_owned()),
                ("Tokens", number) if number.parse::<u8>().is_ok() => told.tokens += 1,
                _ => {}
            }
        }
        told.segments = segments.into_iter().filter(|(_, is_now)| *is_now).map(|(name, _)| name).collect();
        let encrypted = told.segments.iter().filter(|name| *name != "linear").count();
        told.key_bits = of_slots.first().map(|bits| vec![*bits; encrypted]).unwrap_or_default();
        told
    }

    fn from(header: &Header) -> Self {
        let name = |segment: &Segment| match segment {
            Segment::Plain => "linear".to_owned(),
            Segment::Encrypted(cipher) => cipher.name.clone(),
            Segment::ByDrive => "hw-opal".to_owned(),
        };
        let bits = |segment: &Segment| match segment {
            Segment::Encrypted(cipher) => cipher.key_bits,
            Segment::Plain | Segment::ByDrive => None,
        };
        Self {
            version: header.version,
            uuid: header.uuid.clone(),
            segments: header.segments.iter().map(name).collect(),
            key_bits: header.segments.iter().filter_map(bits).collect(),
            key_slots: header.key_slots.iter().map(|kind| kind.word().to_owned()).collect(),
            tokens: header.tokens.len(),
            unfinished: header.unfinished,
        }
    }
}

/// Puts other metadata into both copies, with the checksums that belong to them.
fn rewrite(path: &Path, change: impl Fn(&str) -> String) {
    let mut bytes = std::fs::read(path).unwrap();
    for offset in [0, COPY] {
        let area = &mut bytes[offset..offset + COPY];
        let end = BINARY + area[BINARY..].iter().position(|byte| *byte == 0).unwrap();
        let text = change(std::str::from_utf8(&area[BINARY..end]).unwrap());
        area[BINARY..].fill(0);
        area[BINARY..BINARY + text.len()].copy_from_slice(text.as_bytes());
        area[448..512].fill(0);
        let sum = digest(&SHA256, area);
        area[448..480].copy_from_slice(sum.as_ref());
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn headers_are_read_as_cryptsetup_reads_them() {
    const TEST: &str = "headers_are_read_as_cryptsetup_reads_them";
    let Some(cryptsetup) = wanted(TEST, "cryptsetup") else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let formats: [(&str, &[&str]); 7] = [
        ("two", &["--type", "luks2"]),
        ("one", &["--type", "luks1"]),
        ("short_key", &["--type", "luks2", "--cipher", "aes-xts-plain64", "--key-size", "256"]),
        ("essiv", &["--type", "luks1", "--cipher", "aes-cbc-essiv:sha256", "--key-size", "256"]),
        ("plain_vector", &["--type", "luks2", "--cipher", "aes-cbc-plain64", "--key-size", "256"]),
        ("code_book", &["--type", "luks2", "--cipher", "aes-ecb", "--key-size", "128"]),
        ("largest", &["--type", "luks2", "--luks2-metadata-size", "4m"]),
    ];
    for (name, options) in formats {
        let volume = Volume::formatted(&cryptsetup, at(name), options);
        let told = volume.is_told_alike(name);
        assert_eq!(told.key_slots, ["pbkdf2"], "{name}");
        let key = at("key");
        std::fs::write(&key, "another").unwrap();
        let add = joined(&[&["luksAddKey", "--key-file", "-"], &QUICK, &[volume.name(), key.to_str().unwrap()]]);
        assert_eq!(volume.changed(&add).is_told_alike(name).key_slots.len(), 2, "{name}");
        let kill = ["luksKillSlot", "--key-file", key.to_str().unwrap(), volume.name(), "0"];
        assert_eq!(volume.changed(&kill).is_told_alike(name).key_slots.len(), 1, "{name}");
        assert_eq!(volume.changed(&["luksErase", volume.name()]).is_told_alike(name).key_slots.len(), 0, "{name}");
    }
    let slow = Volume { cryptsetup: cryptsetup.clone(), path: at("argon") };
    std::fs::File::create(&slow.path).unwrap().set_len(64 << 20).unwrap();
    let memory = ["--pbkdf-force-iterations", "4", "--pbkdf-memory", "32", "--pbkdf-parallel", "1"];
    for kind in ["argon2i", "argon2id"] {
        slow.changed(&joined(&[&["luksFormat", "--pbkdf", kind], &memory, &[slow.name(), "-"]]));
        assert_eq!(slow.is_told_alike(kind).key_slots, [kind]);
    }
    let token = at("token");
    std::fs::write(&token, r#"{"type":"clevis","keyslots":["0"],"jwe":{}}"#).unwrap();
    slow.changed(&["token", "import", "--json-file", token.to_str().unwrap(), slow.name()]);
    assert_eq!(slow.is_told_alike("token").tokens, 1);
}

#[test]
fn a_header_of_its_own_is_in_its_file_and_not_on_the_device() {
    const TEST: &str = "a_header_of_its_own_is_in_its_file_and_not_on_the_device";
    let Some(cryptsetup) = wanted(TEST, "cryptsetup") else { return };
    let folder = tempfile::tempdir().unwrap();
    let header = folder.path().join("header");
    let options = ["--type", "luks2", "--header", header.to_str().unwrap()];
    let volume = Volume::formatted(&cryptsetup, folder.path().join("data"), &options);
    assert_eq!(volume.told(), None);
    assert_eq!(volume.read(), Err(LuksError::NoHeader));
    Volume { cryptsetup, path: header }.is_told_alike("header");
}

#[test]
fn volumes_that_are_being_changed() {
    const TEST: &str = "volumes_that_are_being_changed";
    let Some(cryptsetup) = wanted(TEST, "cryptsetup") else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let starting = ["reencrypt", "--init-only", "--force-offline-reencrypt", "--key-file", "-"];

    let plain = Volume { cryptsetup: cryptsetup.clone(), path: at("plain") };
    std::fs::File::create(&plain.path).unwrap().set_len(64 << 20).unwrap();
    let encrypt = joined(&[&starting, &["--encrypt", "--reduce-device-size", "32M"], &QUICK, &[plain.name()]]);
    let told = plain.changed(&encrypt).is_told_alike("encrypt");
    assert!(told.unfinished && told.segments.iter().all(|kind| kind == "linear"), "{told:?}");
    assert!(plain.read().unwrap().has_plain_data());

    let other = Volume::formatted(&cryptsetup, at("other"), &["--type", "luks2"]);
    let told = other.changed(&joined(&[&starting, &QUICK, &[other.name()]])).is_told_alike("reencrypt");
    assert!(told.unfinished);
    assert!(!other.read().unwrap().has_plain_data(), "by the old key or the new one");

    let back = Volume::formatted(&cryptsetup, at("back"), &["--type", "luks2"]);
    let header = Volume { cryptsetup: cryptsetup.clone(), path: at("header") };
    let decrypt = joined(&[&starting, &["--decrypt", "--header", header.name(), back.name()]]);
    if back.tried(&decrypt).status.success() {
        let told = header.is_told_alike("decrypt");
        assert!(told.unfinished && !header.read().unwrap().has_plain_data(), "nothing was decrypted yet");
    }

    // Half of it: what one run of encryption leaves when the machine stops.
    let half = Volume::formatted(&cryptsetup, at("half"), &["--type", "luks2"]);
    rewrite(&half.path, |text| {
        let plain = r#""segments":{"1":{"type":"linear","offset":"33554432","size":"dynamic"},"#;
        text.replace(r#""segments":{"#, plain)
            .replace(r#""size":"dynamic","iv_tweak""#, r#""size":"16777216","iv_tweak""#)
    });
    assert_eq!(half.is_told_alike("half").segments, ["aes-xts-plain64", "linear"]);
    assert!(half.read().unwrap().has_plain_data());
}

#[test]
fn ciphers_that_only_the_kernel_has() {
    const TEST: &str = "ciphers_that_only_the_kernel_has";
    let Some(cryptsetup) = wanted(TEST, "cryptsetup") else { return };
    let folder = tempfile::tempdir().unwrap();
    let volume = Volume::formatted(&cryptsetup, folder.path().join("x"), &["--type", "luks2"]);
    let mut before = "aes-xts-plain64".to_owned();
    for (name, null) in [
        ("cipher_null-ecb", true),
        ("null", true),
        ("serpent-xts-plain64", false),
        ("capi:xts(aes)-plain64", false),
        ("xchacha12,aes-adiantum-plain64", false),
        ("aes-cbc-null", false),
    ] {
        let of_segment = |name: &str| format!(r#""iv_tweak":"0","encryption":"{name}""#);
        rewrite(&volume.path, |text| {
            assert!(text.contains(&of_segment(&before)), "{text}");
            text.replace(&of_segment(&before), &of_segment(name))
        });
        assert_eq!(volume.is_told_alike(name).segments, [name]);
        assert_eq!(volume.read().unwrap().has_plain_data(), null, "{name}");
        before = name.to_owned();
    }
}

#[test]
fn damaged_headers_are_read_or_refused_as_by_cryptsetup() {
    const TEST: &str = "damaged_headers_are_read_or_refused_as_by_cryptsetup";
    let Some(cryptsetup) = wanted(TEST, "cryptsetup") else { return };
    let folder = tempfile::tempdir().unwrap();
    let volume = Volume::formatted(&cryptsetup, folder.path().join("x"), &["--type", "luks2"]);
    let older = std::fs::read(&volume.path).unwrap();
    volume.changed(&["config", "--label", "later", volume.name()]);
    let key = folder.path().join("key");
    std::fs::write(&key, "another").unwrap();
    let add = joined(&[&["luksAddKey", "--key-file", "-"], &QUICK, &[volume.name(), key.to_str().unwrap()]]);
    volume.changed(&add);
    let newer = std::fs::read(&volume.path).unwrap();
    // What lies behind the header only takes time to copy.
    let newer = &newer[..17 << 20];
    let mut dice = Dice(11);
    let mut read = 0;
    for round in 0..60 {
        let mut bytes = newer.to_vec();
        // A write that did not reach both copies.
        if dice.in_hundred(50) {
            let stale = if dice.in_hundred(50) { 0..COPY } else { COPY..2 * COPY };
            bytes[stale.clone()].copy_from_slice(&older[stale]);
        }
        for _ in 0..dice.below(3) {
            let copy = dice.below(2) * COPY;
            let places = [0, 6, 8, 16, 72, 168, 256, 448, 600, BINARY, BINARY + 200, COPY - 1];
            bytes[copy + places[dice.below(places.len())]] ^= 1 << dice.below(8);
        }
        if dice.in_hundred(15) {
            let wiped = [512, BINARY, COPY, 2 * COPY][dice.below(4)];
            bytes[..wiped].fill(0);
        }
        std::fs::write(&volume.path, &bytes).unwrap();
        let told = volume.told();
        read += usize::from(told.is_some());
        assert_eq!(volume.read().ok().map(|header| Told::from(&header)), told, "round {round}");
    }
    assert!((10..60).contains(&read), "{read} of 60 could be read");
}

#[test]
fn udev_says_of_a_volume_what_blkid_finds() {
    const TEST: &str = "udev_says_of_a_volume_what_blkid_finds";
    let (Some(cryptsetup), Some(blkid)) = (wanted(TEST, "cryptsetup"), wanted(TEST, "blkid")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let kind = |path: &Path| {
        let said = printed(Command::new(&blkid).args(["-p", "-o", "udev"]).arg(path));
        // udev keeps each property of the probe behind `E:`.
        let kept = format!("E:{}\n", said.trim_end().replace('\n', "\nE:"));
        udev::properties(kept.as_bytes()).file_system
    };
    for version in ["luks1", "luks2"] {
        let volume = Volume::formatted(&cryptsetup, folder.path().join(version), &["--type", version]);
        assert_eq!(kind(&volume.path).as_deref(), Some("crypto_LUKS"), "{version}");
    }
    if let Some(format) = wanted(TEST, "mkswap") {
        let path = folder.path().join("swap");
        std::fs::File::create(&path).unwrap().set_len(1 << 20).unwrap();
        printed(Command::new(format).arg(&path));
        assert_eq!(kind(&path).as_deref(), Some("swap"));
    }
}
