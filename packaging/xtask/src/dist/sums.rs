//! The sums of everything that is shipped, the signature over them, and those that packages of RPM carry.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::files;
use crate::process::{installed, output};
use crate::report::line;

pub(super) const SUMS: &str = "SHA256SUMS";
/// Names the key where the option does not, so that it need not stand in a script.
const KEY: &str = "TENKEN_SIGNING_KEY";

/// With which key the sums are signed.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(super) struct Signing {
    /// Signs the sums with this Ed25519 key (PEM); otherwise the one that TENKEN_SIGNING_KEY names, if any
    #[arg(long, value_name = "KEY", conflicts_with = "sign_openpgp")]
    sign: Option<PathBuf>,
    /// Signs the sums, and the packages of RPM, with the key of OpenPGP that gpg knows by this name
    #[arg(long, value_name = "NAME")]
    sign_openpgp: Option<String>,
}

/// Writes the sums of a folder's files and signs them.
pub(super) fn write(folder: &Path, signing: &Signing) -> Result<()> {
    if let Some(name) = &signing.sign_openpgp {
        rpms(folder, name)?;
    }
    let names: Vec<String> = files::sizes(folder)?.into_iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        bail!("nothing was built");
    }
    let sums = output(Command::new("sha256sum").current_dir(folder).arg("--").args(&names))?;
    files::write(&folder.join(SUMS), sums, 0o644)?;
    let key = signing.sign.clone().or_else(|| std::env::var_os(KEY).map(PathBuf::from));
    match (&signing.sign_openpgp, key) {
        (Some(name), _) => by_openpgp(folder, name),
        (None, Some(key)) => by_ed25519(folder, &key),
        (None, None) => {
            line(format_args!(
                "Not signed: {SUMS} has no signature. `--sign KEY`, {KEY} or `--sign-openpgp NAME` makes one."
            ));
            Ok(())
        }
    }
}

/// To be checked with `openssl pkeyutl -verify -pubin -inkey PUBLIC.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig`.
fn by_ed25519(folder: &Path, key: &Path) -> Result<()> {
    if !installed("openssl") {
        bail!("the sums cannot be signed: openssl is not installed");
    }
    let (sums, signature) = (folder.join(SUMS), folder.join(format!("{SUMS}.sig")));
    output(
        Command::new("openssl")
            .args(["pkeyutl", "-sign", "-rawin", "-inkey"])
            .arg(key)
            .arg("-in")
            .arg(&sums)
            .arg("-out")
            .arg(&signature),
    )?;
    line(format_args!("signed with Ed25519: {}", signature.display()));
    Ok(())
}

/// Signs the packages of RPM, whose tools ask for it. To be checked with `rpm --checksig`.
fn rpms(folder: &Path, name: &str) -> Result<()> {
    let packages = files::ending(folder, "rpm")?;
    if packages.is_empty() {
        return Ok(());
    }
    if !installed("rpmsign") {
        bail!("the packages of RPM cannot be signed: rpmsign is not installed (package rpm)");
    }
    // By another name than its own on some systems.
    let gpg = output(Command::new("sh").args(["-c", "command -v gpg"]))?;
    output(
        Command::new("rpmsign")
            .args(["--define", &format!("__gpg {}", gpg.trim()), "--define", &format!("_gpg_name {name}"), "--addsign"])
            .args(&packages),
    )?;
    for package in packages {
        line(format_args!("signed with OpenPGP: {}", package.display()));
    }
    Ok(())
}

/// To be checked with `gpg --verify SHA256SUMS.asc SHA256SUMS`.
fn by_openpgp(folder: &Path, name: &str) -> Result<()> {
    if !installed("gpg") {
        bail!("the sums cannot be signed: gpg is not installed");
    }
    let signature = folder.join(format!("{SUMS}.asc"));
    output(
        Command::new("gpg")
            .args(["--batch", "--yes", "--armor", "--detach-sign", "--local-user", name, "--output"])
            .arg(&signature)
            .arg(folder.join(SUMS)),
    )?;
    line(format_args!("signed with OpenPGP: {}", signature.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tenken-sums-{name}-{}", std::process::id()));
        files::emptied(&folder).unwrap();
        folder
    }

    #[test]
    fn sums_are_signed_with_a_key_that_verifies_them_and_nothing_else() {
        if !installed("openssl") {
            crate::report::skip("signature of sums", "openssl is not installed");
            return;
        }
        let folder = scratch("signed");
        let beside = scratch("keys");
        let (key, public) = (beside.join("key.pem"), beside.join("public.pem"));
        output(Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(&key)).unwrap();
        output(Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&key).arg("-out").arg(&public)).unwrap();
        std::fs::write(folder.join("a.deb"), "a").unwrap();
        write(&folder, &Signing { sign: Some(key), sign_openpgp: None }).unwrap();
        let sums = std::fs::read_to_string(folder.join(SUMS)).unwrap();
        assert_eq!(sums, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.deb\n");
        let verified = || {
            let mut command = Command::new("openssl");
            command.args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"]).arg(&public);
            command.arg("-in").arg(folder.join(SUMS)).arg("-sigfile").arg(folder.join(format!("{SUMS}.sig")));
            output(&mut command)
        };
        verified().unwrap();
        std::fs::write(folder.join(SUMS), sums.replace("a.deb", "b.deb")).unwrap();
        assert!(verified().is_err());
        std::fs::remove_dir_all(folder).unwrap();
        std::fs::remove_dir_all(beside).unwrap();
    }

    #[test]
    fn nothing_built_is_an_error() {
        let folder = scratch("empty");
        assert!(write(&folder, &Signing { sign: None, sign_openpgp: None }).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
