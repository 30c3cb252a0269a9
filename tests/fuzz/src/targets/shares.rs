//! What is shared: the configurations of Samba and of the kernel's server of NFS.

use tenken_agent::collect::shares::effective::{Share, follow};
use tenken_agent::collect::shares::smb_conf::{Statement, list, parse, unquoted};
use tenken_agent::collect::shares::{exports, rights, usershare};

use super::parts;

/// Files that include each other: whatever they hold, the following ends, and no share has two entries.
pub(super) fn smb_conf(data: &[u8]) {
    let files: Vec<Vec<Statement>> = parts(data, 4).filter_map(|part| parse(part).ok()).collect();
    let Some(first) = files.first() else { return };
    let mut turn = 0;
    let mut include = |_: &str| {
        turn += 1;
        Ok(files.get(turn % files.len()).cloned())
    };
    if let Ok(found) = follow("/etc/samba/smb.conf", first, &mut include) {
        let mut names: Vec<&String> = found.shares.iter().map(|Share { name, .. }| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), found.shares.len());
        for value in found.shares.iter().flat_map(|share| share.values.values()) {
            let names = list(value);
            assert!(
                names.iter().map(String::len).sum::<usize>() <= value.len() && unquoted(value).len() <= value.len()
            );
        }
    }
}

/// Exports, whose options say the same when they are written anew.
pub(super) fn nfs(data: &[u8]) {
    let (entries, _) = exports::parse(data);
    for entry in entries.iter().take(50) {
        let again = format!("/x y({})", entry.options.written());
        let (again, fault) = exports::parse(again.as_bytes());
        assert_eq!(fault, None);
        let same = |options: &exports::Options| (options.writable(), options.proven());
        assert!(again.iter().all(|one| same(&one.options) == same(&entry.options)) && again.len() == 1);
        let _ = exports::kind(&entry.client);
    }
}

/// Shares of people, and lists of rights of shares.
pub(super) fn of_people(data: &[u8]) {
    if let Some(found) = usershare::parse("share", data) {
        assert!(!found.allowed.is_empty() && found.path.starts_with('/'));
    }
    assert!(rights::shares_with_list(data).iter().map(String::len).sum::<usize>() <= data.len());
}
