//! The samples were written by Python's `plistlib`, in both forms from the same values.

use super::*;

const BINARY: &[u8] = include_bytes!("../../../tests/samples/macos/values.bplist");
const XML: &[u8] = include_bytes!("../../../tests/samples/macos/values.plist");

#[test]
fn both_forms_say_the_same() {
    let binary = parse(BINARY).unwrap();
    assert_eq!(binary, parse(XML).unwrap());
    assert_eq!(binary.get("idleTime").unwrap().number(), Some(900));
    assert_eq!(binary.get("neg").unwrap().number(), Some(-5));
    assert_eq!(binary.get("big").unwrap().number(), Some(1 << 40));
    assert_eq!(binary.get("askForPassword").unwrap().truth(), Some(true));
    assert_eq!(binary.get("name").unwrap().text(), Some("健診 端末"));
    assert_eq!(binary.get("when").unwrap().time(), Some("2026-11-26T01:02:03Z".parse().unwrap()));
    assert_eq!(binary.get("list").unwrap().list()[1].get("b"), Some(&Value::Truth(false)));
    assert_eq!(binary.get("data"), Some(&Value::Data(vec![0, 1])));
    assert_eq!((binary.get("none"), binary.first_text("list")), (None, Some("a")));
}

#[test]
fn what_is_cut_off_anywhere_is_said_so() {
    for end in 0..BINARY.len() {
        assert!(parse(&BINARY[..end]).is_err(), "{end}");
    }
    for end in 0..XML.len() - 20 {
        assert!(parse(&XML[..end]).is_err(), "{end}");
    }
}

/// Every byte of a binary list changed in turn: an error or other values, and an end.
#[test]
fn damaged_lists_end() {
    for at in 0..BINARY.len() {
        for change in [0x00, 0x01, 0x7f, 0xff] {
            let mut damaged = BINARY.to_vec();
            damaged[at] = change;
            let _read = parse(&damaged);
        }
    }
}

/// Lists of two that name the same list below: a hundred bytes for more values than there is room for.
#[test]
fn what_would_make_values_without_an_end_is_refused() {
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for next in 1..=24_u8 {
        offsets.push(u8::try_from(bytes.len()).unwrap());
        bytes.extend([0xa2, next, next]);
    }
    offsets.push(u8::try_from(bytes.len()).unwrap());
    bytes.push(0x09);
    let table = u64::try_from(bytes.len()).unwrap();
    bytes.extend(&offsets);
    bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
    for word in [u64::try_from(offsets.len()).unwrap(), 0, table] {
        bytes.extend(word.to_be_bytes());
    }
    assert_eq!(parse(&bytes), Err(PropertyListError::TooMuch));
    // A list within itself.
    bytes[9] = 0;
    assert_eq!(parse(&bytes), Err(PropertyListError::TooMuch));
    assert_eq!(parse("<array>".repeat(100).as_bytes()), Err(PropertyListError::TooMuch));
}
