//! The file of a backup: a ZIP that is written from the first byte to the last, and read only if all of it is as it was.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use tenken_model::digest::{Digest, Digester};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{BackupError, FORMAT, MANIFEST, Manifest, Member};
use crate::store;

/// The largest manifest that is read.
const MANIFEST_BYTES_MAX: u64 = 4 << 20;
/// The largest file of the authority that is read.
const SMALL_BYTES_MAX: u64 = 64 << 10;
/// How much is hashed at a time.
const PIECE: usize = 64 << 10;

/// Hashes and counts what goes through it.
struct Counted<W> {
    inner: W,
    digester: Digester,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(piece)?;
        self.digester.add(piece.get(..written).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// A backup that is being written.
pub(super) struct ArchiveWriter<W: Write> {
    zip: ZipWriter<StreamWriter<Counted<W>>>,
    path: PathBuf,
    members: Vec<Member>,
    begun: Option<(String, Digester, u64)>,
}

/// What was written.
pub(super) struct Written<W> {
    pub(super) inner: W,
    pub(super) digest: Digest,
    pub(super) bytes: u64,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins it; `path` is told when something fails.
    pub(super) fn new(inner: W, path: &Path) -> Self {
        let counted = Counted { inner, digester: Digester::default(), bytes: 0 };
        Self { zip: ZipWriter::new_stream(counted), path: path.to_owned(), members: Vec::new(), begun: None }
    }

    /// Begins a member.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), BackupError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(true)
            .unix_permissions(0o600);
        self.zip.start_file(name, options).map_err(BackupError::packing(&self.path))?;
        self.begun = Some((name.to_owned(), Digester::default(), 0));
        Ok(())
    }

    /// Writes more of the member.
    pub(super) fn add(&mut self, piece: &[u8]) -> Result<(), BackupError> {
        self.zip.write_all(piece).map_err(BackupError::writing(&self.path))?;
        if let Some((_, digester, bytes)) = &mut self.begun {
            digester.add(piece);
            *bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        Ok(())
    }

    /// Ends the member.
    pub(super) fn end(&mut self, rows: Option<u64>) {
        if let Some((name, digester, bytes)) = self.begun.take() {
            self.members.push(Member { name, bytes, sha256: digester.digest(), rows });
        }
    }

    /// Adds the manifest, which is told every other member, and ends the file.
    pub(super) fn seal(
        mut self,
        manifest: impl FnOnce(Vec<Member>) -> Manifest,
    ) -> Result<(Manifest, Written<W>), BackupError> {
        let manifest = manifest(std::mem::take(&mut self.members));
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| BackupError::writing(&self.path)(std::io::Error::other(error)))?;
        self.begin(MANIFEST)?;
        self.add(&text)?;
        let counted = self.zip.finish().map_err(BackupError::packing(&self.path))?.into_inner();
        let (digest, bytes) = (counted.digester.digest(), counted.bytes);
        Ok((manifest, Written { inner: counted.inner, digest, bytes }))
    }
}

/// A backup every byte of which is as its manifest says.
#[derive(Debug)]
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
    digest: Digest,
}

impl Archive {
    /// Opens a file and looks at all of it.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let reading = |source: std::io::Error| BackupError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(reading)?;
        let (digest, _) = hash(&mut file).map_err(reading)?;
        let zip = ZipArchive::new(BufReader::new(file));
        let mut zip = zip.map_err(|error| BackupError::damaged(format!("{}: {error}", path.display())))?;
        let manifest = manifest(&mut zip)?;
        if !lists(&manifest, &zip)? {
            return Err(BackupError::damaged("its files are not those that its manifest lists"));
        }
        for member in &manifest.members {
            let wrong = |problem: &str| BackupError::damaged(format!("{}: {problem}", member.name));
            let mut file = zip.by_name(&member.name).map_err(|error| wrong(&error.to_string()))?;
            let whole = hash(&mut (&mut file).take(member.bytes.saturating_add(1)));
            let found = whole.map_err(|error| wrong(&error.to_string()))?;
            if found != (member.sha256, member.bytes) {
                return Err(wrong("its size or digest is not the one in the manifest"));
            }
        }
        Ok(Self { zip, manifest, digest })
    }

    /// What it holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the file.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Reads a member.
    pub(super) fn member(&mut self, name: &str) -> Result<impl BufRead, BackupError> {
        let file = self.zip.by_name(name).map_err(|error| BackupError::damaged(format!("{name}: {error}")))?;
        Ok(BufReader::new(file))
    }

    /// Reads a small member of text.
    pub(super) fn text(&mut self, name: &str) -> Result<String, BackupError> {
        let mut text = String::new();
        let read = self.member(name)?.take(SMALL_BYTES_MAX).read_to_string(&mut text);
        read.map_err(|error| BackupError::damaged(format!("{name}: {error}")))?;
        Ok(text)
    }
}

/// Reads the manifest; one of a newer program is refused for what it is.
fn manifest(zip: &mut ZipArchive<BufReader<File>>) -> Result<Manifest, BackupError> {
    /// What every manifest has, also that of a newer program.
    #[derive(serde::Deserialize)]
    struct Mark {
        format: u32,
        program: String,
        schema: i64,
    }
    let wrong = |problem: String| BackupError::damaged(format!("{MANIFEST}: {problem}"));
    let mut text = Vec::new();
    let file = zip.by_name(MANIFEST).map_err(|error| wrong(error.to_string()))?;
    file.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(|error| wrong(error.to_string()))?;
    let mark: Mark = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let newer = |what, found, known| BackupError::Newer { program: mark.program.clone(), what, found, known };
    if mark.format > FORMAT {
        return Err(newer("format", i64::from(mark.format), i64::from(FORMAT)));
    }
    if mark.schema > store::newest_schema() {
        return Err(newer("schema", mark.schema, store::newest_schema()));
    }
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

/// Whether a manifest lists each other member once.
fn lists(manifest: &Manifest, zip: &ZipArchive<BufReader<File>>) -> Result<bool, BackupError> {
    let mut found = BTreeSet::new();
    for name in zip.file_names() {
        let name = name.map_err(|error| BackupError::damaged(error.to_string()))?;
        found.insert(name.into_owned());
    }
    let told: BTreeSet<String> =
        manifest.members.iter().map(|member| member.name.clone()).chain([MANIFEST.to_owned()]).collect();
    Ok(told == found && zip.len() == found.len() && manifest.members.len().saturating_add(1) == found.len())
}

/// The digest and size of everything that can be read.
fn hash(source: &mut impl Read) -> std::io::Result<(Digest, u64)> {
    let (mut digester, mut bytes, mut piece) = (Digester::default(), 0_u64, vec![0; PIECE]);
    loop {
        let read = source.read(&mut piece)?;
        if read == 0 {
            return Ok((digester.digest(), bytes));
        }
        digester.add(piece.get(..read).unwrap_or_default());
        bytes = bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
}
