//! The event log of this machine, where it has one.

use windows_sys::Win32::System::EventLog::EVT_VARIANT;

use super::channel::{Property, property};
use super::*;
use crate::host::windows::ffi::library::is_wine;

#[test]
fn records_or_a_reason_in_a_line() {
    let query = EventQuery::newest("System", 3);
    match records(&query) {
        Ok(page) => assert!(page.records.len() <= 3 && page.records.iter().all(|record| record.starts_with("<Event"))),
        Err(error) => {
            assert!(is_wine(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
            println!("SKIPPED records of the event log: wine has no event log");
        }
    }
}

#[test]
fn a_channel_or_a_reason_in_a_line() {
    match channel("System") {
        Ok(channel) => assert!(channel.enabled && channel.max_size.bytes() > 0),
        Err(error) => {
            assert!(is_wine(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
            println!("SKIPPED setup of event channels: wine has no event log");
        }
    }
    let missing = channel("Tenken-Has-No-Such/Channel").unwrap_err();
    assert!(missing.is_not_there() || is_wine(), "{missing}");
}

#[test]
fn a_property_is_read_only_where_it_lies_in_the_buffer() {
    let mut buffer = vec![EVT_VARIANT::default(); 3];
    let behind = buffer.as_ptr().wrapping_add(2).cast::<u16>();
    buffer[0].Type = 1;
    buffer[0].Anonymous.StringVal = behind;
    buffer[2].Anonymous.UInt64Val = u64::from(u16::from(b'O')) | u64::from(u16::from(b'S')) << 16;
    assert_eq!(property(&buffer), Property::Text("OS".to_owned()));
    let elsewhere = [79_u16, 0];
    buffer[0].Anonymous.StringVal = elsewhere.as_ptr();
    assert_eq!(property(&buffer), Property::Other);
    buffer[0].Anonymous.StringVal = std::ptr::null();
    assert_eq!(property(&buffer), Property::Other);
    buffer[0].Type = 10;
    buffer[0].Anonymous.UInt64Val = 7;
    assert_eq!(property(&buffer), Property::Number(7));
    buffer[0].Type = 99;
    assert_eq!((property(&buffer), property(&[])), (Property::Other, Property::Other));
}
