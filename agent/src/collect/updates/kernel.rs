//! Which kernel runs after a restart.

use crate::collect::packages::debian_version::compare;

/// How files of kernels begin in /boot.
pub const FILE: &str = "vmlinuz-";

/// The newest kernel of those in /boot that is newer than the running one and of the same flavour: `generic` does not take
/// the place of `lowlatency`.
///
/// Kernels are ordered as Debian orders versions, which for the numbers of a release is the order of rpm too.
pub fn newer<'a>(running: &str, files: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let releases = files.filter_map(|file| file.strip_prefix(FILE));
    let newer = releases.filter(|release| {
        flavour(release) == flavour(running) && is_release(release) && compare(release, running).is_gt()
    });
    newer.max_by(|one, other| compare(one, other))
}

/// A number with dots first, as of `6.12.63+deb13-amd64`: not `0-rescue-…` of Red Hat, which is no version.
fn is_release(release: &str) -> bool {
    let number = release.split(['-', '+', '~']).next().unwrap_or_default();
    number.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// What tells kernels of one version apart: `cloud-amd64` of `6.1.0-41-cloud-amd64`, `x86_64+debug` of
/// `5.14.0-427.13.1.el9_4.x86_64+debug`.
fn flavour(release: &str) -> String {
    let has_number = |part: &&str| part.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = release.split('-').skip_while(has_number).collect();
    if !parts.is_empty() {
        return parts.join("-");
    }
    release.rsplit_once('.').map_or_else(String::new, |(_, last)| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::newer;

    fn found(running: &str, files: &[&str]) -> String {
        newer(running, files.iter().copied()).unwrap_or("none").to_owned()
    }

    #[test]
    fn kernels_of_debian_and_ubuntu() {
        let files =
            ["vmlinuz-6.1.0-9-amd64", "vmlinuz-6.1.0-40-amd64", "vmlinuz-6.1.0-41-rt-amd64", "config-6.1.0-99-amd64"];
        assert_eq!(found("6.1.0-40-amd64", &files), "none");
        assert_eq!(found("6.1.0-9-amd64", &files), "6.1.0-40-amd64");
        assert_eq!(found("6.1.0-40-rt-amd64", &files), "6.1.0-41-rt-amd64");
        assert_eq!(
            found("6.8.0-45-generic", &["vmlinuz-6.8.0-48-lowlatency", "vmlinuz-6.8.0-47-generic"]),
            "6.8.0-47-generic"
        );
        let trixie =
            ["vmlinuz-6.12.57+deb13-amd64", "vmlinuz-6.12.63+deb13-amd64", "vmlinuz-6.12.63+deb13-cloud-amd64"];
        assert_eq!(found("6.12.57+deb13-amd64", &trixie), "6.12.63+deb13-amd64");
        assert_eq!(found("6.12.63+deb13-amd64", &trixie), "none");
        assert_eq!(found("6.1.0-40-amd64", &["vmlinuz-6.1.0-40-amd64.dpkg-tmp", "vmlinuz", "vmlinuz.old"]), "none");
    }

    #[test]
    fn kernels_of_red_hat() {
        let files = [
            "vmlinuz-0-rescue-3f1d3c1d9d3a4a1bb0d9f0cf9b0a5f2e",
            "vmlinuz-5.14.0-427.13.1.el9_4.x86_64",
            "vmlinuz-5.14.0-427.16.1.el9_4.x86_64",
            "vmlinuz-5.14.0-503.11.1.el9_5.x86_64+debug",
        ];
        assert_eq!(found("5.14.0-427.13.1.el9_4.x86_64", &files), "5.14.0-427.16.1.el9_4.x86_64");
        assert_eq!(found("5.14.0-427.16.1.el9_4.x86_64", &files), "none");
        assert_eq!(found("5.14.0-70.el9.x86_64", &files[..3]), "5.14.0-427.16.1.el9_4.x86_64");
    }

    #[test]
    fn a_kernel_that_is_not_installed_here_is_of_another_flavour() {
        assert_eq!(found("6.18.44-fc", &["vmlinuz-6.1.0-40-amd64"]), "none");
        assert_eq!(found("", &["vmlinuz-"]), "none");
    }
}
