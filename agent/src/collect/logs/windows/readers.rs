//! Who may read the Security channel or clear it, beside administrators and parts of the system.
//!
//! The channel's descriptor names SIDs, as `CustomSD` or policy set it; from the start it names the Event Log Readers, whose members
//! Windows keeps apart (<https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/understand-security-groups>).

use std::collections::BTreeSet;

use tenken_model::{Reason, ReasonCode};

use super::descriptor::Access;
use crate::collect::Look;
use crate::collect::accounts::windows::administrators::{self, Administrators};
use crate::host::windows_api::{LocalAccount, LocalGroup, Sid};

/// The most that are told.
const READERS_MAX: usize = 50;
/// The most members of groups that are followed.
const MEMBERS_MAX: usize = 1_000;
/// What is no person: the system's own accounts, its services, pools of web servers, and machines of the hypervisor.
const SYSTEM: [&str; 6] = ["S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-80-", "S-1-5-82-", "S-1-5-83-"];

/// The readers by name: accounts of this machine as they are called, others as `DOMAIN\name` or by SID.
pub fn read(look: &Look<'_>, access: &Access) -> Result<Vec<String>, Reason> {
    let groups = look.local_groups().map_err(|error| error.reason())?;
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    let administrators = administrators::of(&groups, &accounts, &[])?;
    of(&groups, &accounts, &administrators, access)
}

fn of(
    groups: &[LocalGroup],
    accounts: &[LocalAccount],
    known: &Administrators,
    access: &Access,
) -> Result<Vec<String>, Reason> {
    let too_many = |what: &str| Reason::new(ReasonCode::TooLarge, format!("list readers of the Security log: {what}"));
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let named = access.readers.iter().chain(&access.clearers).filter_map(|sid| sid.parse::<Sid>().ok());
    let mut left: Vec<(Sid, String)> = named.map(|sid| (sid, String::new())).collect();
    while let Some((sid, name)) = left.pop() {
        if !seen.insert(sid.clone()) {
            continue;
        }
        if seen.len() > MEMBERS_MAX {
            return Err(too_many(&format!("more than {MEMBERS_MAX} members of groups")));
        }
        if let Some(group) = groups.iter().find(|group| group.sid == sid) {
            left.extend(group.members.iter().map(|member| (member.sid.clone(), member.name.clone())));
        } else if let Some(account) = accounts.iter().find(|account| account.sid == sid) {
            if known.by(&sid).is_empty() {
                found.insert(account.name.clone());
            }
        } else if !is_of_the_system(&sid) && !known.is_outside(&sid) {
            found.insert(if name.is_empty() { sid.to_string() } else { name });
        }
    }
    if found.len() > READERS_MAX {
        return Err(too_many(&format!("more than {READERS_MAX}")));
    }
    Ok(found.into_iter().collect())
}

/// Groups that every Windows has and that hold nobody where Windows names no members (`S-1-5-32-…`) count as parts of the system, too.
fn is_of_the_system(sid: &Sid) -> bool {
    let text = sid.as_str();
    let is_listed = |one: &&str| text == *one || one.ends_with('-') && text.starts_with(*one);
    SYSTEM.iter().any(is_listed) || text.starts_with("S-1-5-32-")
}

#[cfg(test)]
mod tests {
    use super::super::descriptor;
    use super::*;
    use crate::host::windows_api::LocalMember;

    const OWN: &str = "S-1-5-21-1-2-3";

    fn group(sid: &str, members: &[(&str, &str)]) -> LocalGroup {
        let members = members.iter().map(|(sid, name)| LocalMember {
            sid: sid.parse().unwrap(),
            name: (*name).to_owned(),
            usage: 1,
        });
        LocalGroup { sid: sid.parse().unwrap(), name: String::new(), members: members.collect() }
    }

    fn readers(sddl: &str, log_readers: &[(&str, &str)]) -> Vec<String> {
        let account = |rid: u32, name: &str| LocalAccount::ordinary(name, format!("{OWN}-{rid}").parse().unwrap());
        let accounts = [account(1_001, "kanri"), account(1_002, "tanaka")];
        let groups = [
            group("S-1-5-32-544", &[(&format!("{OWN}-1001"), ""), ("S-1-5-21-7-7-7-512", "KENSHIN\\Domain Admins")]),
            group("S-1-5-32-573", log_readers),
            group(&format!("{OWN}-1010"), &[(&format!("{OWN}-1002"), "")]),
        ];
        let known = administrators::of(&groups, &accounts, &[]).unwrap();
        of(&groups, &accounts, &known, &descriptor::parse(sddl).unwrap()).unwrap()
    }

    const INSTALLED: &str = "O:BAG:SYD:(A;;0xf0005;;;SY)(A;;0x5;;;BA)(A;;0x1;;;S-1-5-32-573)";

    #[test]
    fn as_installed_nobody_else_reads() {
        assert!(readers(INSTALLED, &[]).is_empty());
        let services = [("S-1-5-20", ""), ("S-1-5-80-1-2-3-4-5", "NT SERVICE\\TenkenAgent")];
        assert!(readers(INSTALLED, &services).is_empty());
        let administrators = [("S-1-5-21-1-2-3-1001", ""), ("S-1-5-21-7-7-7-512", "KENSHIN\\Domain Admins")];
        assert!(readers(INSTALLED, &administrators).is_empty());
    }

    #[test]
    fn members_are_told_also_through_other_groups_and_from_elsewhere() {
        let members = [("S-1-5-21-1-2-3-1010", ""), ("S-1-5-21-7-7-7-1604", "KENSHIN\\sato"), ("S-1-12-1-1-2-3-4", "")];
        assert_eq!(readers(INSTALLED, &members), ["KENSHIN\\sato", "S-1-12-1-1-2-3-4", "tanaka"]);
        assert!(readers("O:BAG:SYD:(A;;0x5;;;BA)", &members).is_empty(), "the descriptor leaves the group out");
    }

    #[test]
    fn more_than_are_told_are_not_cut() {
        let code = |count: usize| {
            let sid = |number: usize| format!("S-1-5-21-7-7-7-{number}");
            let members: Vec<(String, String)> =
                (0..count).map(|number| (sid(number), format!("KENSHIN\\p{number}"))).collect();
            let members: Vec<(&str, &str)> = members.iter().map(|(sid, name)| (sid.as_str(), name.as_str())).collect();
            let groups = [group("S-1-5-32-544", &[]), group("S-1-5-32-573", &members)];
            let known = administrators::of(&groups, &[], &[]).unwrap();
            of(&groups, &[], &known, &descriptor::parse(INSTALLED).unwrap()).map_err(|reason| reason.code)
        };
        assert_eq!(code(READERS_MAX).map(|told| told.len()), Ok(READERS_MAX));
        assert_eq!(code(READERS_MAX + 1), Err(ReasonCode::TooLarge));
        assert_eq!(code(2 * MEMBERS_MAX), Err(ReasonCode::TooLarge));
    }

    #[test]
    fn who_stands_in_the_descriptor_itself_is_told() {
        let own = format!("{INSTALLED}(A;;0x1;;;S-1-5-21-7-7-7-1107)(A;;0x4;;;S-1-5-21-1-2-3-1002)(A;;0x1;;;BO)");
        assert_eq!(readers(&own, &[]), ["S-1-5-21-7-7-7-1107", "tanaka"]);
    }
}
