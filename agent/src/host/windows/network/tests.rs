//! The network of this machine.

use std::net::{IpAddr, TcpListener, UdpSocket};

use super::*;
use crate::host::windows::ffi::library::is_wine;
use crate::host::windows_api::SocketProtocol;

#[test]
fn ports_that_this_process_binds_are_listed_with_it() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let found = sockets().unwrap();
    let is_there = |protocol, port: u16| {
        found.iter().any(|row| row.protocol == protocol && row.port == port && row.address.is_loopback())
    };
    assert!(is_there(SocketProtocol::Tcp, tcp.local_addr().unwrap().port()), "{found:?}");
    assert!(is_there(SocketProtocol::Udp, udp.local_addr().unwrap().port()), "{found:?}");
}

#[test]
fn adapters_have_an_index_and_a_name() {
    let found = adapters().unwrap();
    assert!(!found.is_empty());
    assert!(found.iter().all(|adapter| adapter.index != 0 && !adapter.name.is_empty()), "{found:?}");
    assert!(found.iter().flat_map(|adapter| &adapter.addresses).any(IpAddr::is_loopback), "{found:?}");
    if found.iter().any(|adapter| adapter.forwards_ipv4.is_none() || adapter.forwards_ipv6.is_none()) {
        assert!(is_wine(), "{found:?}");
        println!("SKIPPED forwarding of adapters: wine has no table of interfaces here");
    }
}

#[test]
fn neighbours_are_listed() {
    let found = match neighbours() {
        Ok(found) => found,
        Err(error) => {
            assert!(is_wine(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
            println!("SKIPPED neighbours: wine has no table of them here ({error})");
            return;
        }
    };
    assert!(found.iter().all(|neighbour| neighbour.hardware.0.len() <= 32), "{found:?}");
}

#[test]
fn shares_or_a_reason_in_a_line() {
    match shared_folders() {
        Ok(found) => assert!(found.iter().all(|share| !share.name.is_empty())),
        Err(error) => {
            assert!(is_wine() || error.is_not_there(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
            println!("SKIPPED shared folders: wine shares none ({error})");
        }
    }
}

#[test]
fn wireless_adapters_or_none() {
    match wireless() {
        Ok(found) => {
            assert!(
                found.iter().flat_map(|adapter| &adapter.profiles).all(|profile| profile.xml.contains("WLANProfile"))
            );
            if is_wine() {
                println!("SKIPPED wireless profiles: wine has no wireless adapter");
            }
        }
        Err(error) => {
            assert!(is_wine() || error.is_not_there(), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}
