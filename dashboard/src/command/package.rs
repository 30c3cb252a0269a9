//! `package`: the audit package as a file.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::exit::Exit;
use super::{PlaceArguments, Spoken, catalog, checklist, now, print};
use crate::assessment::make::{Wanted, make};
use crate::own_rules::InForce;

/// Who makes a package on the console, in the audit log.
const PERSON: &str = "console";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// With the registers, which hold people, accounts and contractors
    #[arg(long)]
    registers: bool,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    spoken: Spoken,
}

pub(super) async fn run(arguments: &Arguments) -> Result<Exit> {
    let file = arguments.out.display();
    let language = arguments.spoken.language();
    let store = arguments.place.place()?.open().await?;
    let in_force = InForce::read(&mut store.read().await?, &catalog()?, &checklist()?).await?;
    let (catalog, checklist) = (Arc::new(in_force.catalog), Arc::new(in_force.checklist));
    // It names people: only who made it may read it. It is begun first, because making it is written into the audit log.
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.out)
        .with_context(|| format!("writing {file}: choose a file that is not there yet, in a folder that is"))?;
    let wanted = Wanted { language, registers: arguments.registers };
    let made = match make(&store, checklist, catalog, wanted, PERSON, now()).await {
        Ok(made) => made,
        Err(error) => {
            let _left_empty = std::fs::remove_file(&arguments.out);
            return Err(error.into());
        }
    };
    out.write_all(&made.bytes).and_then(|()| out.sync_all()).with_context(|| format!("writing {file}"))?;
    print(&language.audit_package_made(&file.to_string(), &made.digest.to_string()))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tenken_model::Language;
    use tenken_model::digest::Digest;

    use super::*;
    use crate::configuration::PlaceFlags;

    #[tokio::test]
    async fn a_package_is_for_who_made_it_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let flags = PlaceFlags { data: Some(folder.path().join("data")), ..PlaceFlags::default() };
        let place = PlaceArguments { flags, ..PlaceArguments::default() };
        let spoken = Spoken { language: Some(Language::English) };
        let out = folder.path().join("package.zip");
        let arguments = Arguments { out: out.clone(), registers: false, place: place.clone(), spoken };
        run(&arguments).await.unwrap();
        let bytes = std::fs::read(&out).unwrap();
        assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
        let told = run(&arguments).await.unwrap_err().to_string();
        assert!(told.contains("package.zip") && told.contains("not there yet"), "{told}");
        assert_eq!(std::fs::read(&out).unwrap(), bytes);
        let entries =
            place.place().unwrap().open().await.unwrap().read().await.unwrap().audit_entries(None, 9).await.unwrap();
        let [(_, entry)] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((entry.person.as_str(), entry.act.as_str()), (PERSON, "package_made"));
        assert_eq!(entry.detail, format!("SHA-256 {}", Digest::of(&bytes)));
    }
}
