//! What sock_diag(7) answers when it is asked for the sockets that wait.
//!
//! Source: the kernel's header linux/inet_diag.h. Ports and addresses are in the network's order, the account in the machine's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::socket_table::{SOCKETS_MAX, Socket, TableError};

const HEADER: usize = 16;
/// SOCK_DIAG_BY_FAMILY.
const SOCKET: u16 = 20;
const IPV4: u8 = 2;
const IPV6: u8 = 10;

/// The sockets of a dump, as [`super::socket_table::parse`] finds them in the table of the same sockets. A message that is cut off is
/// told by its number.
pub fn parse(datagrams: &[Vec<u8>]) -> Result<Vec<Socket>, TableError> {
    let mut found = Vec::new();
    let mut number = 0;
    for datagram in datagrams {
        let mut rest = datagram.as_slice();
        while !rest.is_empty() {
            number += 1;
            let (kind, body, after) = message(rest).ok_or(TableError::Line(number))?;
            if kind == SOCKET {
                found.extend(socket(body).ok_or(TableError::Line(number))?);
            }
            if found.len() > SOCKETS_MAX {
                return Err(TableError::TooMany);
            }
            rest = after;
        }
    }
    Ok(found)
}

/// Kind and body of the first message, and what follows it.
fn message(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = usize::try_from(u32::from_ne_bytes(*bytes.first_chunk()?)).ok()?;
    let kind = u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?);
    let body = bytes.get(HEADER..length)?;
    Some((kind, body, bytes.get(length.next_multiple_of(4)..).unwrap_or_default()))
}

/// The socket of a message, if it has a port and is not connected; nothing for a message that is cut off.
#[expect(clippy::option_option, reason = "no message of a dump, and a socket that does not wait, are two things")]
fn socket(body: &[u8]) -> Option<Option<Socket>> {
    let port = |at: usize| body.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
    let (port, remote_port) = (port(4)?, port(6)?);
    let address: IpAddr = match *body.first()? {
        IPV4 => Ipv4Addr::from(*body.get(8..)?.first_chunk::<4>()?).into(),
        IPV6 => Ipv6Addr::from(*body.get(8..)?.first_chunk::<16>()?).into(),
        _ => return None,
    };
    let uid = u32::from_ne_bytes(*body.get(64..)?.first_chunk()?);
    Some((port != 0 && remote_port == 0).then_some(Socket { address, port, uid }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(kind: u16, family: u8, ports: (u16, u16), address: &[u8]) -> Vec<u8> {
        let mut body = vec![family, 10, 0, 0];
        body.extend(ports.0.to_be_bytes());
        body.extend(ports.1.to_be_bytes());
        body.extend(address);
        body.resize(64, 0);
        body.extend(33_u32.to_ne_bytes());
        body.extend([0; 4]);
        let length = u32::try_from(HEADER + body.len()).unwrap();
        [length.to_ne_bytes().as_slice(), &kind.to_ne_bytes(), &[0; 10], &body].concat()
    }

    #[test]
    fn sockets_of_both_families() {
        let ssh = told(SOCKET, IPV4, (22, 0), &[127, 0, 0, 1]);
        let ssh6 = told(SOCKET, IPV6, (22, 0), &[0; 16]);
        let end = [20_u32.to_ne_bytes().as_slice(), &3_u16.to_ne_bytes(), &[0; 14]].concat();
        let found = parse(&[[ssh.clone(), ssh6].concat(), end]).unwrap();
        let socket = |address: IpAddr| Socket { address, port: 22, uid: 33 };
        assert_eq!(found, [socket(Ipv4Addr::LOCALHOST.into()), socket(Ipv6Addr::UNSPECIFIED.into())]);
        for end in 1..ssh.len() {
            assert_eq!(parse(&[ssh[..end].to_vec()]), Err(TableError::Line(1)), "{end}");
        }
    }

    #[test]
    fn what_is_connected_or_has_no_port_does_not_wait() {
        for ports in [(0, 0), (53, 40_000)] {
            assert_eq!(parse(&[told(SOCKET, IPV4, ports, &[127, 0, 0, 1])]), Ok(Vec::new()), "{ports:?}");
        }
        assert_eq!(parse(&[told(SOCKET, 1, (22, 0), &[0; 16])]), Err(TableError::Line(1)), "of another family");
        let many = vec![told(SOCKET, IPV4, (22, 0), &[127, 0, 0, 1]); SOCKETS_MAX + 1];
        assert_eq!(parse(&many), Err(TableError::TooMany));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&[bytes]);
        }
    }
}
