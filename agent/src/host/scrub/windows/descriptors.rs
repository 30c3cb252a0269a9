//! Security descriptors, written anew from what is read of them: in bytes, and in the definition language.

use super::Stands;
use crate::collect::logs::windows::descriptor::{ABBREVIATED, RIGHTS};
use crate::collect::security_descriptor::{Access, AccessEntry, EntryKind, SecurityDescriptor, decode};
use crate::host::windows_api::Sid;

/// Letters of the definition language ([MS-DTYP] 2.5.1): parts, flags of lists, kinds and flags of entries.
const PARTS: [&str; 4] = ["O", "G", "D", "S"];
const FLAGS: [&str; 5] = ["AI", "AR", "P", "NO", "ACCESS"];
const OF_ENTRIES: [&str; 17] =
    ["A", "D", "OA", "OD", "AU", "AL", "OU", "XA", "XD", "ML", "CI", "OI", "NP", "IO", "ID", "SA", "FA"];
/// What everybody may do with: no list.
const NO_LIST: &str = "NO_ACCESS_CONTROL";
/// An entry under a condition, which is told as one.
const CONDITIONAL: &str = "D:(XA;;0x1;;;SY;(x))";
/// A text that is none.
const NONE: &str = "x";

/// A descriptor in bytes. What cannot be read stays so.
pub(super) fn bytes(stands: &mut Stands, bytes: &[u8]) -> Vec<u8> {
    decode(bytes).map(|descriptor| written(stands, &descriptor)).unwrap_or_default()
}

fn written(stands: &mut Stands, descriptor: &SecurityDescriptor) -> Vec<u8> {
    let mut own = |known: &Option<Sid>| known.as_ref().map(|known| sid(&stands.identifiers.sid(known)));
    let (owner, group) = (own(&descriptor.owner), own(&descriptor.group));
    let list = match &descriptor.access {
        Access::Absent | Access::Null => None,
        Access::Entries(entries) => Some(list(stands, entries)),
    };
    let (mut offsets, mut parts) = (Vec::new(), Vec::new());
    for one in [owner, group, None, list] {
        let offset = one.as_ref().map_or(0, |_| u32::try_from(20 + parts.len()).unwrap_or(0));
        offsets.extend(offset.to_le_bytes());
        parts.extend(one.unwrap_or_default());
    }
    [vec![1, 0], descriptor.control.to_le_bytes().to_vec(), offsets, parts].concat()
}

fn list(stands: &mut Stands, entries: &[AccessEntry]) -> Vec<u8> {
    let written: Vec<Vec<u8>> = entries.iter().map(|one| entry(stands, one)).collect();
    let length = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    let size = 8 + written.iter().map(Vec::len).sum::<usize>();
    [&[4, 0], length(size).as_slice(), &length(entries.len()), &[0, 0], &written.concat()].concat()
}

fn entry(stands: &mut Stands, entry: &AccessEntry) -> Vec<u8> {
    let number = match (entry.kind, entry.of_part, entry.conditional) {
        (EntryKind::Other(number), _, _) => number,
        (EntryKind::Allow, false, false) => 0x00,
        (EntryKind::Deny, false, false) => 0x01,
        (EntryKind::Allow, true, false) => 0x05,
        (EntryKind::Deny, true, false) => 0x06,
        (EntryKind::Allow, false, true) => 0x09,
        (EntryKind::Deny, false, true) => 0x0a,
        (EntryKind::Allow, true, true) => 0x0b,
        (EntryKind::Deny, true, true) => 0x0c,
    };
    let whom = entry.sid.as_ref().map(|known| sid(&stands.identifiers.sid(known))).unwrap_or_default();
    // Which part it is of is not told; that it is of one is.
    let of_part: &[u8] = if entry.of_part { &[0; 4] } else { &[] };
    let body = [entry.mask.to_le_bytes().as_slice(), of_part, &whom].concat();
    let size = u16::try_from(4 + body.len()).unwrap_or(u16::MAX).to_le_bytes();
    [&[number, entry.flags], size.as_slice(), &body].concat()
}

fn sid(sid: &Sid) -> Vec<u8> {
    let mut numbers = sid.as_str().split('-').skip(2).filter_map(|part| part.parse::<u64>().ok());
    let authority = numbers.next().unwrap_or_default().to_be_bytes();
    let numbers: Vec<[u8; 4]> = numbers.filter_map(|number| u32::try_from(number).ok()).map(u32::to_le_bytes).collect();
    let count = u8::try_from(numbers.len()).unwrap_or_default();
    [&[1, count], authority.get(2..).unwrap_or_default(), &numbers.concat()].concat()
}

/// A descriptor in the definition language. One with a word that the language does not have is none, or one with a condition.
pub(super) fn text(stands: &mut Stands, text: &str) -> String {
    let written = stands.identifiers.sids_in_text(text);
    if written.is_ascii()
        && written.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').all(is_token)
    {
        return written;
    }
    let list = text.split_once("D:").map(|(_, list)| list);
    let nested = list.is_some_and(|list| list.split('(').skip(1).any(|entry| !entry.contains(')')));
    (if nested { CONDITIONAL } else { NONE }).to_owned()
}

/// A token of the language between its separators. A number is no longer than a part of a SID.
fn is_token(token: &str) -> bool {
    let digits = |text: &str, is_digit: fn(&u8) -> bool| text.len() <= 10 && text.as_bytes().iter().all(is_digit);
    let begins_with_zero = token.len() > 1 && token.starts_with('0');
    let hexadecimal = token.strip_prefix("0x").or_else(|| token.strip_prefix("0X"));
    token.is_empty()
        || token == NO_LIST
        || !begins_with_zero && digits(token, u8::is_ascii_digit)
        || hexadecimal.is_some_and(|number| digits(number, u8::is_ascii_hexdigit))
        || is_codes(token, true)
}

/// Abbreviations of two letters, behind which the next part may begin, or of flags.
fn is_codes(token: &str, may_begin: bool) -> bool {
    if token.is_empty() || may_begin && (PARTS.contains(&token) || FLAGS.contains(&token)) {
        return true;
    }
    if let Some(rest) = token.strip_prefix('P').filter(|rest| matches!(*rest, "" | "AI" | "AR" | "AIAR" | "ARAI")) {
        return rest.len() <= 4;
    }
    if OF_ENTRIES.contains(&token) {
        return true;
    }
    let Some((two, rest)) = token.split_at_checked(2) else { return PARTS.contains(&token) };
    let is_code = RIGHTS.iter().any(|(code, _)| *code == two)
        || ABBREVIATED.iter().any(|(code, _)| *code == two)
        || OF_ENTRIES.contains(&two)
        || FLAGS.contains(&two);
    is_code && (PARTS.contains(&rest) || is_codes(rest, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(sids: &[(&str, u32)]) -> SecurityDescriptor {
        let entry = |(sid, mask): &(&str, u32)| AccessEntry {
            kind: EntryKind::Allow,
            flags: 3,
            mask: *mask,
            sid: Some(sid.parse().unwrap()),
            of_part: false,
            conditional: false,
        };
        SecurityDescriptor {
            owner: Some("S-1-5-32-544".parse().unwrap()),
            group: Some("S-1-5-21-100-200-300-513".parse().unwrap()),
            control: 0x8004,
            access: Access::Entries(sids.iter().map(entry).collect()),
        }
    }

    #[test]
    fn bytes_are_of_the_same_people_in_other_numbers() {
        let mut stands = Stands::default();
        let before = whole(&[("S-1-5-21-100-200-300-1001", 0x1f_01ff), ("S-1-1-0", 1), ("S-1-12-1-7-8-9-10", 2)]);
        let after = whole(&[("S-1-5-21-1-1-1-1001", 0x1f_01ff), ("S-1-1-0", 1), ("S-1-12-1-1-1-1-1", 2)]);
        let after = SecurityDescriptor { group: Some("S-1-5-21-1-1-1-513".parse().unwrap()), ..after };
        let written = written(&mut stands, &before);
        assert_eq!(decode(&written), Ok(after));
        let mut marked = written.clone();
        marked.extend(b"yamada");
        assert_eq!(bytes(&mut stands, &marked).len(), written.len());
        assert!(bytes(&mut stands, b"yamada").is_empty());
        for entry in [
            AccessEntry {
                kind: EntryKind::Other(0x11),
                flags: 0,
                mask: 7,
                sid: None,
                of_part: false,
                conditional: false,
            },
            AccessEntry {
                kind: EntryKind::Deny,
                flags: 8,
                mask: 7,
                sid: Some("S-1-1-0".parse().unwrap()),
                of_part: true,
                conditional: true,
            },
        ] {
            let odd = SecurityDescriptor { access: Access::Entries(vec![entry]), ..whole(&[]) };
            let again = decode(&super::written(&mut Stands::default(), &odd)).unwrap();
            assert_eq!(again.access, odd.access);
        }
    }

    #[test]
    fn a_text_holds_nothing_but_the_language() {
        let mut stands = Stands::default();
        for plain in [
            "O:BAG:SYD:(A;;CCLCSDRCWDWO;;;SY)(A;;CCLC;;;BA)(A;;CC;;;ER)(A;;CC;;;NS)",
            "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;;0x7;;;SO)(A;;0x3;;;S-1-5-3)S:(AU;SAFA;0x5;;;WD)",
            "O:SYG:SYD:NO_ACCESS_CONTROL",
            "D:P(A;;GA;;;BA)",
            "",
        ] {
            assert_eq!(text(&mut stands, plain), plain);
        }
        let of_a_person = "O:BAG:SYD:(A;;0x1;;;S-1-5-21-100-200-300-1001)";
        assert_eq!(text(&mut stands, of_a_person), "O:BAG:SYD:(A;;0x1;;;S-1-5-21-1-1-1-1001)");
        let conditional = "D:(XA;;0x1;;;SY;(@User.name == \"yamada\"))";
        assert_eq!(text(&mut stands, conditional), CONDITIONAL);
        for odd in
            ["O:yamada", "O:BAG:SYD:(A;;YAMADA;;;SY)", "D:(A;;0x1;;;山田)", "D:(A;;09011112222;;;SY)", "O:HANAKO"]
        {
            assert_eq!(text(&mut stands, odd), NONE, "{odd}");
        }
    }
}
