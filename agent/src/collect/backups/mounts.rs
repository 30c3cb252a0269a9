//! `/proc/self/mountinfo`: which file system a path is on. See proc_pid_mountinfo(5).
//!
//! Btrfs and ZFS give each subvolume and dataset a device number of its own, so that the numbers of two paths differ
//! although one disk holds both: only what is mounted tells.

use std::path::Path;

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The number of its device, `8:1`; `0:` and more for what is on no block device of its own.
    pub number: String,
    /// Where it is mounted.
    pub point: String,
    /// Its kind: `ext4`, `btrfs`, `zfs`.
    pub kind: String,
    /// What is mounted: a device, a dataset, or a share.
    pub source: String,
    /// Where changes go, of one that lies over others.
    pub upper: Option<String>,
    /// Nothing can be written there.
    pub read_only: bool,
}

/// Kinds of file systems that lie on another machine; see also [`FUSE`].
const SHARES: [&str; 12] =
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "davfs", "9p"];
/// What kinds of file systems begin with that a program serves: most of these lie on another machine.
const FUSE: &str = "fuse.";
/// Those of them that lie over a local one.
const LOCAL_FUSE: [&str; 6] = ["mergerfs", "bindfs", "encfs", "gocryptfs", "cryfs", "unionfs"];

impl Mount {
    /// What the file system is stored on, where its device number does not tell it: of Btrfs the device, of ZFS the pool.
    pub fn storage(&self) -> Option<&str> {
        match self.kind.as_str() {
            "btrfs" => Some(&self.source),
            "zfs" => self.source.split('/').next(),
            _ => None,
        }
    }

    /// It is a share of another machine to which this host can write as long as it is mounted.
    pub fn is_written_share(&self) -> bool {
        let served = self.kind.strip_prefix(FUSE).is_some_and(|program| !LOCAL_FUSE.contains(&program));
        (served || SHARES.contains(&self.kind.as_str())) && !self.read_only
    }
}

/// Reads the table; later mounts, which hide earlier ones of the same place, come later.
pub fn parse(bytes: &[u8]) -> Vec<Mount> {
    String::from_utf8_lossy(bytes).lines().filter_map(mount).collect()
}

/// The device's number is the third field, the place the fifth; kind and source follow the hyphen behind a varying number of optional ones.
fn mount(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(2);
    let number = before.next()?.to_owned();
    let point = unescaped(before.nth(1)?);
    let mounted = before.next().unwrap_or_default();
    let mut after = after.split(' ');
    let kind = after.next()?.to_owned();
    let source = unescaped(after.next().filter(|source| !source.is_empty())?);
    let of_system = after.next().unwrap_or_default();
    let read_only = [mounted, of_system].iter().any(|options| options.split(',').any(|option| option == "ro"));
    let mut options = of_system.split(',').filter(|_| kind == "overlay");
    let upper = options.find_map(|option| option.strip_prefix("upperdir=")).map(unescaped);
    Some(Mount { number, point, kind, source, upper, read_only })
}

/// The mount a path without links is on: the longest place that is part of it, of those the last.
pub fn holding<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    mounts.iter().filter(|mount| path.starts_with(&mount.point)).max_by_key(|mount| mount.point.len())
}

/// The dataset mounted exactly there.
pub fn dataset<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a str> {
    let mount = mounts.iter().rev().find(|mount| Path::new(&mount.point) == path)?;
    (mount.kind == "zfs").then_some(mount.source.as_str())
}

/// A field of the kernel's tables as it is meant: blanks and backslashes are written as octal numbers: `\040`.
pub fn unescaped(field: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\043", "#"), ("\\134", "\\")]
        .iter()
        .fold(field.to_owned(), |field, (written, meant)| field.replace(written, meant))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TABLE: &[u8] = b"22 1 0:20 / /proc rw - proc proc rw\n\
        28 1 0:26 /@ / rw,relatime shared:1 - btrfs /dev/sda2 rw,subvol=/@\n\
        40 28 0:26 /@snapshots /.snapshots rw shared:2 master:3 - btrfs /dev/sda2 rw\n\
        50 28 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw\n\
        60 28 0:50 / /srv/data\\040x rw - zfs tank/data rw\n\
        61 28 0:51 / /over rw - ext4 /dev/sdc1 rw\n\
        62 28 0:52 / /over rw - zfs tank/over rw\n\
        63 28 0:53 / /nas rw - nfs4 192.0.2.5:/b rw\n";

    fn storage(path: &str) -> Option<String> {
        holding(&parse(TABLE), Path::new(path))?.storage().map(str::to_owned)
    }

    #[test]
    fn what_paths_are_stored_on() {
        assert_eq!(parse(TABLE).len(), 8);
        assert_eq!((parse(TABLE)[1].number.as_str(), parse(TABLE)[3].number.as_str()), ("0:26", "8:17"));
        assert_eq!(storage("/home/backup").as_deref(), Some("/dev/sda2"));
        assert_eq!(storage("/.snapshots/1").as_deref(), Some("/dev/sda2"));
        assert_eq!(storage("/.snapshotsx").as_deref(), Some("/dev/sda2"));
        assert_eq!(storage("/srv/data x/b").as_deref(), Some("tank"));
        assert_eq!(storage("/over").as_deref(), Some("tank"), "the later mount hides the earlier");
        assert_eq!((storage("/mnt/usb/b"), storage("/nas"), storage("relative")), (None, None, None));
    }

    #[test]
    fn which_shares_can_be_written() {
        let is = |of_mount: &str, kind: &str, of_system: &str| {
            parse(format!("1 0 0:5 / /nas {of_mount} shared:1 - {kind} nas:/b {of_system}\n").as_bytes())[0]
                .is_written_share()
        };
        for kind in ["nfs4", "cifs", "fuse.sshfs", "fuse.rclone", "davfs"] {
            assert!(is("rw,relatime", kind, "rw,vers=4.2"), "{kind}");
            assert!(!is("ro,relatime", kind, "rw") && !is("rw", kind, "ro"), "{kind}");
        }
        assert!(is("rw,noexec", "cifs", "rw,proto=tcp,norootfs"), "an option that only begins like it");
        for kind in ["ext4", "xfs", "fuseblk", "fuse.mergerfs", "fuse.gocryptfs"] {
            assert!(!is("rw", kind, "rw"), "{kind}");
        }
    }

    #[test]
    fn where_changes_go_of_what_lies_over_others() {
        let upper = |line: &str| parse(line.as_bytes())[0].upper.clone();
        let options = "rw,lowerdir=/ro,upperdir=/media/rw/over\\040lay,workdir=/w";
        assert_eq!(upper(&format!("1 0 0:5 / / rw - overlay x {options}\n")).as_deref(), Some("/media/rw/over lay"));
        assert_eq!(
            (upper("1 0 0:5 / / rw - overlay x rw"), upper("1 0 0:5 / / rw - ext4 x rw,upperdir=/a")),
            (None, None)
        );
    }

    #[test]
    fn datasets() {
        let mounts = parse(TABLE);
        assert_eq!(dataset(&mounts, Path::new("/srv/data x/")), Some("tank/data"));
        assert_eq!(dataset(&mounts, Path::new("/over")), Some("tank/over"));
        assert_eq!((dataset(&mounts, Path::new("/")), dataset(&mounts, Path::new("/srv"))), (None, None));
    }

    #[test]
    fn odd_lines() {
        for bad in ["", " - ", "a b c d /x - zfs", "a b c d /x - zfs ", "a b c - zfs tank rw", "a b c d /x zfs tank"] {
            assert_eq!(parse(bad.as_bytes()), [], "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(a|/| |- |zfs|\\\\040|\n){0,60}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let mounts = parse(bytes);
                let _ = (holding(&mounts, Path::new("/a")).map(Mount::storage), dataset(&mounts, Path::new("/a")));
            }
        }
    }
}
