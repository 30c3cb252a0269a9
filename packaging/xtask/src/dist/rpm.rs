//! Packages of RHEL, Fedora and SUSE, made by rpmbuild.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::programs::Programs;
use super::{Dist, NAMES, VERSION, epoch, files};
use crate::process::{installed, output, root};

/// What is missing to build them.
pub(super) fn missing() -> Option<String> {
    (!installed("rpmbuild")).then(|| "rpmbuild is not installed (package rpm)".to_owned())
}

/// Builds both packages of what lies in a tree.
pub(super) fn build(dist: &Dist, tree: &Path) -> Result<()> {
    if let Some(why) = missing() {
        bail!("packages of RPM cannot be built: {why}");
    }
    let top = dist.work.join("rpm");
    files::emptied(&top)?;
    let date = epoch::as_in_rpm(dist.epoch)?;
    let compression = if dist.programs == Programs::Debug { "w1.gzdio" } else { "w19.zstdio" };
    for name in NAMES {
        let mut build = Command::new("rpmbuild");
        build.arg("-bb").current_dir(&top);
        build.env(epoch::VARIABLE, dist.epoch.to_string()).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        for (macro_name, value) in [
            ("_topdir", top.display().to_string()),
            ("tree", tree.display().to_string()),
            ("licence", root()?.join("LICENSE").display().to_string()),
            ("tenken_version", VERSION.to_owned()),
            ("tenken_date", date.clone()),
            ("tenken_packager", dist.maintainer.clone().unwrap_or_else(|| "Tenken maintainers".to_owned())),
            ("_binary_payload", compression.to_owned()),
            // What differs from one machine and one moment to the next.
            ("_buildhost", "tenken".to_owned()),
            ("use_source_date_epoch_as_buildtime", "1".to_owned()),
            ("clamp_mtime_to_source_date_epoch", "1".to_owned()),
            ("_build_id_links", "none".to_owned()),
        ] {
            build.arg("--define").arg(format!("{macro_name} {value}"));
        }
        output(build.arg(root()?.join("packaging/rpm").join(format!("{name}.spec"))))?;
    }
    let packages = files::ending(&top.join("RPMS/x86_64"), "rpm")?;
    if packages.len() != NAMES.len() {
        bail!("{} packages came out in {}", packages.len(), top.display());
    }
    for package in packages {
        files::lay(&package, &dist.output.join(package.file_name().unwrap_or_default()))?;
    }
    Ok(())
}
