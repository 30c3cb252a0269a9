use std::time::Duration;

use proptest::prelude::*;

use super::*;

const COOKIE: [u8; 8] = *b"question";

fn packet(first: u8, stratum: u8, code: [u8; 4]) -> [u8; PACKET] {
    let mut packet = [0_u8; PACKET];
    packet[0] = first;
    packet[1] = stratum;
    packet[12..16].copy_from_slice(&code);
    packet[24..32].copy_from_slice(&COOKIE);
    packet[40] = 1;
    packet
}

/// A server on the loopback address that answers one question with what `answer` makes of it.
fn server(answer: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 128];
        let (length, client) = socket.recv_from(&mut buffer).unwrap();
        for packet in answer(&buffer[..length]) {
            socket.send_to(&packet, client).unwrap();
        }
    });
    address
}

fn answer_with_offset(request: &[u8], ahead: Duration) -> Vec<u8> {
    let now = ntp_time(SystemTime::now() + ahead).to_be_bytes();
    let mut packet = packet(0x24, 2, [192, 0, 2, 1]);
    packet[4..8].copy_from_slice(&0x0000_8000_u32.to_be_bytes());
    packet[8..12].copy_from_slice(&0x0000_4000_u32.to_be_bytes());
    packet[24..32].copy_from_slice(&request[40..48]);
    packet[32..40].copy_from_slice(&now);
    packet[40..48].copy_from_slice(&now);
    packet.to_vec()
}

#[test]
fn names_ports_and_addresses() {
    assert_eq!(name_and_port("ntp.nict.jp"), Some(("ntp.nict.jp", 123)));
    assert_eq!(name_and_port("ntp.nict.jp:1123"), Some(("ntp.nict.jp", 1123)));
    assert_eq!(name_and_port("192.0.2.1"), Some(("192.0.2.1", 123)));
    assert_eq!(name_and_port("2001:db8::1"), Some(("2001:db8::1", 123)));
    assert_eq!(name_and_port("[2001:db8::1]"), Some(("2001:db8::1", 123)));
    assert_eq!(name_and_port("[2001:db8::1]:1123"), Some(("2001:db8::1", 1123)));
    for odd in ["", ":123", "name:", "name:port", "name:99999", "[::1", "[::1]x"] {
        assert_eq!(name_and_port(odd), None, "{odd}");
    }
}

#[test]
fn an_answer_gives_offset_delay_and_root_distance() {
    let second = 1_u64 << 32;
    let answer = Answer {
        leap: 0,
        stratum: 2,
        root_delay: 1 << 16,
        root_dispersion: 1 << 14,
        received: 110 * second,
        transmitted: 111 * second,
    };
    let reading = reading(answer, 100 * second, 103 * second);
    assert_eq!(reading.offset_micros, 9_000_000);
    assert_eq!(reading.delay_micros, 2_000_000);
    assert_eq!(reading.root_distance_micros, 750_000);
    assert!(reading.synchronised);
}

#[test]
fn the_era_ends_without_a_jump() {
    let answer =
        Answer { leap: 0, stratum: 1, root_delay: 0, root_dispersion: 0, received: 1 << 31, transmitted: 1 << 31 };
    let reading = reading(answer, u64::MAX, u64::MAX);
    assert_eq!(reading.offset_micros, 500_000);
}

#[test]
fn servers_that_are_not_synchronised_say_so() {
    let parsed = |first, stratum, code| parse(&packet(first, stratum, code), COOKIE);
    for (first, stratum) in [(0xE4, 2), (0x24, 16), (0xE4, 0)] {
        let reading = reading(parsed(first, stratum, [0; 4]).unwrap(), 0, 0);
        assert!(!reading.synchronised, "{first} {stratum}");
    }
    assert!(!reading(parsed(0xE4, 0, *b"INIT").unwrap(), 0, 0).synchronised);
    assert_eq!(parsed(0x24, 0, *b"RATE"), Err(Refusal::Kiss("RATE".to_owned())));
}

#[test]
fn what_is_no_answer_is_refused() {
    let good = packet(0x24, 1, *b"GPS\0");
    assert!(parse(&good, COOKIE).is_ok());
    for end in 0..PACKET {
        assert!(parse(&good[..end], COOKIE).is_err(), "{end}");
    }
    assert!(parse(&good, *b"another!").is_err());
    for first in [0x23, 0x25, 0x0C, 0x2C, 0x00] {
        assert!(parse(&packet(first, 1, [0; 4]), COOKIE).is_err(), "{first:#x}");
    }
    let mut timeless = good;
    timeless[40] = 0;
    assert!(parse(&timeless, COOKIE).is_err());
}

#[test]
fn a_server_ahead_is_measured() {
    let address = server(|request| vec![answer_with_offset(request, Duration::from_secs(30))]);
    let reading = ask(&address, Span::from_secs(5)).unwrap();
    assert!((29_000_000..31_000_000).contains(&reading.offset_micros), "{reading:?}");
    assert!(reading.delay_micros >= -1 && reading.delay_micros < 5_000_000, "{reading:?}");
    assert_eq!(reading.root_distance_micros, 500_000);
    assert_eq!(reading.stratum, 2);
}

#[test]
fn a_forged_answer_does_not_hide_the_real_one() {
    let address = server(|request| {
        let mut forged = answer_with_offset(request, Duration::from_hours(1));
        forged[24] ^= 1;
        vec![vec![1, 2, 3], forged, answer_with_offset(request, Duration::ZERO)]
    });
    let reading = ask(&address, Span::from_secs(5)).unwrap();
    assert!(reading.offset_micros.abs() < 1_000_000, "{reading:?}");
}

#[test]
fn silence_refusal_and_forgery_are_told_apart() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let within = Span::from_millis(100);
    let error = ask(&silent.local_addr().unwrap().to_string(), within).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TimedOut);
    let address = silent.local_addr().unwrap().to_string();
    drop(silent);
    let refused = ask(&address, within).unwrap_err().kind;
    if cfg!(windows) && refused == ReadErrorKind::TimedOut {
        println!("SKIPPED a refusal of a time server: this Windows does not tell a socket what ICMP says");
    } else {
        assert_eq!(refused, ReadErrorKind::NoAnswer);
    }
    let forging = server(|_| vec![vec![0x24; PACKET]]);
    // It has to be heard in that time, also from a machine that has much else to do.
    let error = ask(&forging, Span::from_secs(3)).unwrap_err();
    assert_eq!((error.kind, error.why.as_str()), (ReadErrorKind::NoAnswer, "the answer is to another question"));
    assert_eq!(ask("a b:c", within).unwrap_err().kind, ReadErrorKind::Failed);
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..100), sent: u64, arrived: u64) {
        if let Ok(answer) = parse(&bytes, COOKIE) {
            let _ = reading(answer, sent, arrived);
        }
    }

    #[test]
    fn any_answer_is_read(fields: [u64; 4], leap: u8, stratum: u8, root: [u32; 2]) {
        let answer = Answer {
            leap, stratum, root_delay: root[0], root_dispersion: root[1], received: fields[0], transmitted: fields[1],
        };
        let _ = reading(answer, fields[2], fields[3]);
    }
}
