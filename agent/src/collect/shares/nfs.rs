//! What NFS exports: `/etc/exports` and the files of `/etc/exports.d`.

use tenken_model::fact::shares::{Export, ExportClient, NfsExports};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::exports::{self, Entry};
use super::servers::{GANESHA, NFS, Servers};
use crate::collect::Look;
use crate::host::EntryKind;

/// The administrator's file, and the folder of files that packages and programs add.
pub const EXPORTS: &str = "/etc/exports";
/// See [`EXPORTS`].
pub const EXPORTS_FOLDER: &str = "/etc/exports.d";
/// How files of the folder end.
pub const ENDING: &str = ".exports";
const FILE_MAX: Size = Size::from_bytes(1 << 20);
const FILES_MAX: usize = 1_000;
/// The most exports that are told.
const EXPORTS_MAX: usize = 200;

/// Reads what is exported.
pub(super) fn read(look: &Look<'_>, servers: &Servers<'_, '_>) -> NfsExports {
    let mut found = Found { exports: Vec::new(), left_out: 0, missed: None };
    match servers.serves(&GANESHA) {
        Ok(true) => {
            let detail = "read what is exported over NFS: NFS-Ganesha is in use, whose configuration is not followed";
            found.miss(Reason::new(ReasonCode::Unsupported, detail));
        }
        Ok(false) => {}
        Err(reason) => found.miss(reason),
    }
    match servers.serves(&NFS) {
        Ok(true) => found.files(look),
        Ok(false) => {}
        Err(reason) => found.miss(reason),
    }
    if found.left_out > 0 {
        let left_out = found.left_out;
        let detail = format!("read what is exported over NFS: more than {EXPORTS_MAX}, {left_out} were left out");
        found.miss(Reason::new(ReasonCode::TooLarge, detail));
    }
    NfsExports {
        exports: found.exports,
        left_out: found.left_out,
        complete: found.missed.map_or(Read::Measured(true), Read::NotRead),
    }
}

struct Found {
    exports: Vec<Export>,
    left_out: i64,
    missed: Option<Reason>,
}

impl Found {
    /// The administrator's file, and those of the folder that exportfs reads.
    fn files(&mut self, look: &Look<'_>) {
        self.file(look, EXPORTS);
        let entries = match look.list_if_there(EXPORTS_FOLDER, FILES_MAX) {
            Ok(entries) => entries,
            Err(error) => return self.miss(error.reason()),
        };
        for entry in entries {
            let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Link);
            let named = entry.name.len() > ENDING.len() && entry.name.ends_with(ENDING);
            if is_file && named && !entry.name.starts_with('.') {
                self.file(look, &format!("{EXPORTS_FOLDER}/{}", entry.name));
            }
        }
    }

    fn file(&mut self, look: &Look<'_>, path: &str) {
        let bytes = match look.read_text_if_there(path, FILE_MAX) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) => return self.miss(error.reason()),
        };
        let (entries, fault) = exports::parse(&bytes);
        for entry in entries {
            self.keep(path, entry);
        }
        if let Some(fault) = fault {
            let detail = format!("read {path}: {fault}, and reads no further");
            self.miss(Reason::new(ReasonCode::Unparsable, detail));
        }
    }

    fn keep(&mut self, origin: &str, entry: Entry) {
        let export = export(origin, entry);
        // Of two entries for the same, exportfs keeps the first.
        if self.exports.iter().any(|known| known.name == export.name) {
            return;
        }
        let bad = |export: &Export| export.kind == ExportClient::Anyone && !export.proven;
        if self.exports.len() < EXPORTS_MAX {
            return self.exports.push(export);
        }
        // What is told is what matters most.
        self.left_out += 1;
        let sound = self.exports.iter_mut().find(|known| !bad(known)).filter(|_| bad(&export));
        if let Some(sound) = sound {
            *sound = export;
        }
    }

    fn miss(&mut self, reason: Reason) {
        self.missed.get_or_insert(reason);
    }
}

fn export(origin: &str, entry: Entry) -> Export {
    let Entry { path, client, options } = entry;
    Export {
        name: format!("{path} ({client})"),
        kind: exports::kind(&client),
        writable: options.writable(),
        proven: options.proven(),
        origin: origin.to_owned(),
        path,
        client,
    }
}
