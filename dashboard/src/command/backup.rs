//! `backup` and `restore`: all of the state in one file, and back.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tenken_model::Size;
use tenken_model::digest::Digest;

use super::exit::Exit;
use super::{PlaceArguments, Spoken, now, print};
use crate::auth::people::CONSOLE;
use crate::authority::Authority;
use crate::backup::{self, Archive, Draft, Made, Outcome, Wanted};
use crate::configuration::Place;
use crate::data_folder;
use crate::store::{DATABASE_FILE, Location, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write, `-` for standard output, or with --keep the folder to write into; a file that is there is not
    /// overwritten
    #[arg(value_name = "FILE")]
    out: PathBuf,
    /// Names the file by the time, and removes older ones of this dashboard from the folder but so many
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    keep: Option<u16>,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    spoken: Spoken,
}

#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// The backup
    file: PathBuf,
    /// Keeps the dashboard that is in the data folder beside, in a folder of it, and takes its place
    #[arg(long)]
    replace: bool,
    /// Looks at the whole backup, tells what it holds, and restores nothing
    #[arg(long, conflicts_with = "replace")]
    verify: bool,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let (place, language) = (&arguments.place.place()?, arguments.spoken.language());
    let location = location(place)?;
    let _held = data_folder::share(&place.data)?;
    let store = Store::open_as_it_is(&location).await?;
    let made = match arguments.keep {
        None if arguments.out == Path::new("-") => to_output(&store, place).await?,
        None => {
            let made = to_file(&store, place, &arguments.out).await?;
            print(&told(&made, &arguments.out, language))?;
            made
        }
        Some(keep) => {
            let authority = whose(&store, place).await?;
            let out = arguments.out.join(backup::name_of(&authority, now()));
            let made = to_file(&store, place, &out).await?;
            print(&told(&made, &out, language))?;
            for name in backup::forget_older(&arguments.out, &authority, usize::from(keep))? {
                print(&language.backup_forgotten(&name))?;
            }
            made
        }
    };
    write_down(&store, arguments, &made).await?;
    // Not into what is piped on.
    let _closed = writeln!(std::io::stderr().lock(), "{}", language.backup_holds_keys());
    store.close().await;
    Ok(Exit::Done)
}

/// Where the state is; a folder without it is not made one.
fn location(place: &Place) -> Result<Location> {
    if let Some(server) = &place.database {
        return Ok(server.clone());
    }
    if !place.data.join(DATABASE_FILE).exists() {
        bail!("{}: there is no dashboard's database there; name its folder with --data", place.data.display());
    }
    Ok(Location::folder(&place.data)?)
}

async fn whose(store: &Store, place: &Place) -> Result<Digest> {
    let mut transaction = store.read().await?;
    let (authority, _) = Authority::files(&place.data, &mut transaction).await?;
    transaction.abandon().await?;
    Ok(authority)
}

async fn to_output(store: &Store, place: &Place) -> Result<Made> {
    let out = std::io::stdout();
    if out.is_terminal() {
        bail!("a backup is not for a terminal: pipe it on, or name a file");
    }
    let (made, mut out) = backup::write(store, &place.data, out.lock(), Path::new("-"), now()).await?;
    out.flush().context("writing to standard output")?;
    Ok(made)
}

async fn to_file(store: &Store, place: &Place, out: &Path) -> Result<Made> {
    let draft = Draft::begin(out)?;
    let (made, draft) = backup::write(store, &place.data, draft, out, now()).await?;
    draft.keep()?;
    Ok(made)
}

async fn write_down(store: &Store, arguments: &Arguments, made: &Made) -> Result<()> {
    let mut transaction = store.write().await?;
    let name = arguments.out.file_name().map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned());
    let detail = format!("SHA-256 {}", made.digest);
    backup::write_down(&mut transaction, made.manifest.made_at, CONSOLE, "backup_made", &name, detail).await?;
    transaction.save().await.context("the backup is whole, but writing it down in the audit log failed")
}

fn told(made: &Made, out: &Path, t: tenken_model::Language) -> String {
    t.backup_made(&out.display().to_string(), &Size::from_bytes(made.bytes).to_string(), &made.digest.to_string())
}

pub(super) async fn restore(arguments: &RestoreArguments) -> Result<Exit> {
    let language = arguments.spoken.language();
    if arguments.verify {
        let archive = Archive::open(&arguments.file)?;
        let (manifest, digest) = (archive.manifest(), archive.digest().to_string());
        let rows: u64 = manifest.members.iter().filter_map(|member| member.rows).sum();
        let at = manifest.made_at.to_rfc3339();
        print(&language.backup_whole(&at, &manifest.program, manifest.schema, rows, &digest))?;
        return Ok(Exit::Done);
    }
    let place = arguments.place.place()?;
    let wanted = Wanted {
        data: &place.data,
        server: place.database.as_ref(),
        replace: arguments.replace,
        person: CONSOLE,
        now: now(),
    };
    let Outcome { manifest, kept, audit_break } = backup::restore(&arguments.file, &wanted).await?;
    print(&language.backup_restored(&manifest.made_at.to_rfc3339()))?;
    if let Some(kept) = kept {
        print(&language.backup_kept(&kept.display().to_string()))?;
    }
    if let Some(entry) = audit_break {
        print(&language.audit_broken(entry))?;
    }
    print(&language.backup_restored_next())?;
    Ok(Exit::Done)
}
