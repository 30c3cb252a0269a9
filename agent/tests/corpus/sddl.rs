//! Security descriptors of hosts, written in the security descriptor definition language.
//!
//! Source: [MS-DTYP] 2.5.1. What hosts here need: `O:`, `G:`, `D:` with flags and entries `(A;flags;rights;;;whom)` and `(D;…)`.

/// A self-relative security descriptor, as Windows would write it.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let part = |letter: &str| {
        let begin = text.find(&format!("{letter}:"))? + 2;
        let rest = &text[begin..];
        let end = ["O:", "G:", "D:", "S:"].iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
        Some(&rest[..end])
    };
    let list = part("D").filter(|list| !list.contains("NO_ACCESS_CONTROL")).map(list);
    let present = if part("D").is_some() { 0x04 } else { 0 };
    let protected = if part("D").is_some_and(|list| list.starts_with('P')) { 0x10 } else { 0 };
    let mut offsets = Vec::new();
    let mut parts = Vec::new();
    for one in [part("O").map(sid), part("G").map(sid), None, list] {
        let offset = one.as_ref().map_or(0, |_| 20 + parts.len());
        offsets.extend(u32::try_from(offset).unwrap().to_le_bytes());
        parts.extend(one.unwrap_or_default());
    }
    [vec![1, 0, present, 0x80 | protected], offsets, parts].concat()
}

fn list(text: &str) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = text.split('(').skip(1).map(|entry| self::entry(entry.trim_end_matches(')'))).collect();
    let size = u16::try_from(8 + entries.iter().map(Vec::len).sum::<usize>()).unwrap();
    let count = u16::try_from(entries.len()).unwrap();
    let head = [&[2, 0], &size.to_le_bytes()[..], &count.to_le_bytes(), &[0, 0]].concat();
    [head, entries.concat()].concat()
}

fn entry(text: &str) -> Vec<u8> {
    let fields: Vec<&str> = text.split(';').collect();
    let [kind, flags, rights, "", "", whom] = fields[..] else { panic!("`({text})` has six fields") };
    let kind = match kind {
        "A" => 0,
        "D" => 1,
        other => panic!("`{other}`: an entry is A or D"),
    };
    let flags = pairs(flags).fold(0, |flags, flag| {
        flags
            | match flag {
                "OI" => 0x01,
                "CI" => 0x02,
                "NP" => 0x04,
                "IO" => 0x08,
                "ID" => 0x10,
                other => panic!("`{other}` is no flag of an entry"),
            }
    });
    let whom = sid(whom);
    let size = u16::try_from(8 + whom.len()).unwrap();
    [&[kind, flags], &size.to_le_bytes()[..], &mask(rights).to_le_bytes(), &whom].concat()
}

fn mask(text: &str) -> u32 {
    if let Some(number) = text.strip_prefix("0x") {
        return u32::from_str_radix(number, 16).unwrap();
    }
    pairs(text).fold(0, |mask, right| {
        mask | match right {
            "GA" => 0x1000_0000,
            "GX" => 0x2000_0000,
            "GW" => 0x4000_0000,
            "GR" => 0x8000_0000,
            "FA" | "KA" => 0x001f_01ff,
            "FR" => 0x0012_0089,
            "FW" => 0x0012_0116,
            "FX" => 0x0012_00a0,
            "SD" => 0x0001_0000,
            "RC" => 0x0002_0000,
            "WD" => 0x0004_0000,
            "WO" => 0x0008_0000,
            other => panic!("`{other}` is no right"),
        }
    })
}

fn pairs(text: &str) -> impl Iterator<Item = &str> {
    assert!(text.is_ascii() && text.len().is_multiple_of(2), "`{text}` is no list of pairs of letters");
    (0..text.len() / 2).map(move |at| &text[2 * at..2 * at + 2])
}

fn sid(text: &str) -> Vec<u8> {
    let full = match text {
        "WD" => "S-1-1-0",
        "AN" => "S-1-5-7",
        "AU" => "S-1-5-11",
        "NU" => "S-1-5-2",
        "IU" => "S-1-5-4",
        "SY" => "S-1-5-18",
        "LS" => "S-1-5-19",
        "NS" => "S-1-5-20",
        "BA" => "S-1-5-32-544",
        "BU" => "S-1-5-32-545",
        "BG" => "S-1-5-32-546",
        "CO" => "S-1-3-0",
        "OW" => "S-1-3-4",
        "AC" => "S-1-15-2-1",
        full => full,
    };
    let numbers: Vec<u64> = full
        .strip_prefix("S-1-")
        .unwrap_or_else(|| panic!("`{text}` is no SID"))
        .split('-')
        .map(|number| number.parse().unwrap())
        .collect();
    let (authority, below) = numbers.split_first().unwrap();
    let mut bytes = vec![1, u8::try_from(below.len()).unwrap()];
    bytes.extend(&authority.to_be_bytes()[2..]);
    bytes.extend(below.iter().flat_map(|number| u32::try_from(*number).unwrap().to_le_bytes()));
    bytes
}

#[test]
fn what_is_written_is_what_the_agent_decodes() {
    use tenken_agent::collect::security_descriptor::{ADMINISTRATORS, Access, CHANGE, READ_DATA, decode};
    let found = decode(&bytes("O:BAG:SYD:P(D;;FW;;;BG)(A;OICI;FA;;;BA)(A;;0x1200a9;;;S-1-5-21-1-2-3-1001)")).unwrap();
    assert_eq!(found.owner.as_ref().map(ToString::to_string).as_deref(), Some(ADMINISTRATORS));
    let told = |wanted| found.holders(wanted).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told(READ_DATA), [ADMINISTRATORS, "S-1-5-21-1-2-3-1001"]);
    assert_eq!(told(CHANGE), [ADMINISTRATORS]);
    assert_eq!(decode(&bytes("O:SY")).unwrap().access, Access::Absent);
    assert_eq!(decode(&bytes("D:NO_ACCESS_CONTROL")).unwrap().access, Access::Null);
    assert_eq!(decode(&bytes("D:")).unwrap().access, Access::Entries(Vec::new()));
}
