//! `/etc/group` and `/etc/gshadow`: who is in which group. See group(5), gshadow(5).

use super::fields::{cut_off, lines, number};

/// The most groups that are read of a file; further ones are counted.
const GROUPS_MAX: usize = 20_000;

/// How many fields a last line without its end would need to be whole. The fourth has the members, so that a line without
/// its end may lack some.
pub const FIELDS: usize = 5;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number.
    pub gid: u32,
    /// Accounts that have it beside their first group.
    pub members: Vec<String>,
}

/// What gshadow adds to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupShadow {
    /// The group's name.
    pub name: String,
    /// Accounts that may make anybody a member, themselves too.
    pub administrators: Vec<String>,
    /// Accounts that may enter it with newgrp.
    pub members: Vec<String>,
}

/// The rows of a file, and how many were beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// What was read.
    pub rows: Vec<T>,
    /// How many rows were cut off.
    pub cut: usize,
    /// The last line has no end, as after a broken copy.
    pub broken_off: bool,
}

/// Reads `/etc/group`; lines that are no group, or of a network directory, are passed over.
pub fn parse(bytes: &[u8]) -> Rows<Group> {
    rows(bytes, |line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
        let gid = number(fields.nth(1)?)?;
        Some(Group { name, gid, members: names(fields.next()) })
    })
}

/// Reads `/etc/gshadow`.
pub fn parse_shadow(bytes: &[u8]) -> Rows<GroupShadow> {
    rows(bytes, |line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
        let administrators = names(fields.nth(1));
        Some(GroupShadow { name, administrators, members: names(fields.next()) })
    })
}

fn rows<T>(bytes: &[u8], row: impl Fn(&str) -> Option<T>) -> Rows<T> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = lines(&text).filter(|line| !line.starts_with(['+', '-'])).filter_map(row);
    let rows = found.by_ref().take(GROUPS_MAX).collect();
    Rows { rows, cut: found.count(), broken_off: cut_off(&text, FIELDS) }
}

fn names(field: Option<&str>) -> Vec<String> {
    field.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_files_of_debian_with_two_administrators() {
        let groups = parse(include_bytes!("../../../tests/samples/accounts/group"));
        let sudo = groups.rows.iter().find(|group| group.name == "sudo").unwrap();
        assert_eq!((sudo.gid, sudo.members.as_slice()), (27, ["hanako".to_owned(), "maint".to_owned()].as_slice()));
        assert_eq!(groups.cut, 0);
        let shadows = parse_shadow(include_bytes!("../../../tests/samples/accounts/gshadow"));
        let sudo = shadows.rows.iter().find(|group| group.name == "sudo").unwrap();
        assert_eq!(sudo.administrators, ["keyonly"]);
        assert_eq!(sudo.members, ["hanako", "maint"]);
    }

    #[test]
    fn odd_lines() {
        let groups = parse(b"# c\n:x:0:a\nnogid:x::a\n+:::\nwheel:x:10: a ,,b,\nbare:x:5\nroot:x: 0:\n\xff:x:1:c").rows;
        let seen: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.gid, group.members.len())).collect();
        assert_eq!(seen, [("wheel", 10, 2), ("bare", 5, 0), ("root", 0, 0), ("\u{fffd}", 1, 1)]);
        assert_eq!(parse(b"").rows, []);
        assert_eq!(parse_shadow(b"sudo\n:*::\nadm:*").rows.len(), 2);
    }

    #[test]
    fn a_file_that_is_cut_off_says_so() {
        assert!(parse(b"root:x:0:\nsudo:x:2").broken_off);
        assert!(parse(b"root:x:0:\nsudo:x:27:").broken_off && !parse(b"bare:x:5\n").broken_off);
    }

    #[test]
    fn groups_beyond_the_limit_are_counted() {
        let many = "g:x:5:\n".repeat(GROUPS_MAX + 3);
        assert_eq!(parse(many.as_bytes()).cut, 3);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (parse(&bytes), parse_shadow(&bytes));
        }
    }
}
