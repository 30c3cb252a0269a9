//! Who listens on a port (`proc_pid_net(5)`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::super::judge::{Holder, PortSeen};

/// The state of a socket that listens.
const LISTENS: &str = "0A";
/// So many bytes of a table are read: far more than any server's.
const TABLE_BYTES_MAX: usize = 16 << 20;

/// Looks at who has the addresses, below `proc`.
pub fn ports(proc: &Path, wanted: &[(&'static str, SocketAddr)]) -> Result<Vec<PortSeen>, String> {
    let mut listening = Vec::new();
    for (table, needed) in [("net/tcp", true), ("net/tcp6", false)] {
        let path = proc.join(table);
        match std::fs::read_to_string(&path) {
            Ok(text) if text.len() > TABLE_BYTES_MAX => return Err(format!("{} is too long", path.display())),
            Ok(text) => listening.extend(text.lines().filter_map(entry)),
            Err(error) if needed => return Err(format!("{}: {error}", path.display())),
            // Without IPv6 there is no such table.
            Err(_) => {}
        }
    }
    let seen = wanted.iter().map(|(key, address)| {
        let socket = listening.iter().find(|(taken, _)| meet(*taken, *address));
        let holder = socket.map_or(Holder::Nobody, |(_, inode)| program(proc, *inode));
        PortSeen { key, address: *address, holder }
    });
    Ok(seen.collect())
}

/// Two listeners that cannot be there at once.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let any = |ip: IpAddr| ip.is_unspecified();
    one.port() == other.port() && (one.ip() == other.ip() || any(one.ip()) || any(other.ip()))
}

/// A line of a table: the address and inode of a socket that listens.
fn entry(line: &str) -> Option<(SocketAddr, u64)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    if *fields.get(3)? != LISTENS {
        return None;
    }
    let (ip, port) = fields.get(1)?.split_once(':')?;
    Some((SocketAddr::new(ip_of(ip)?, u16::from_str_radix(port, 16).ok()?), fields.get(9)?.parse().ok()?))
}

/// An address as the kernel prints it: words of 32 bits in the machine's own order.
fn ip_of(text: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(text.get(at..at + 8)?, 16).ok().map(u32::to_ne_bytes);
    match text.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?].concat();
            let bytes: [u8; 16] = words.try_into().ok()?;
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

/// The program that has a socket, as far as this account may look.
fn program(proc: &Path, inode: u64) -> Holder {
    let socket = format!("socket:[{inode}]");
    let Ok(processes) = std::fs::read_dir(proc) else { return Holder::Somebody };
    let numbered = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let mut programs = Vec::new();
    for process in processes.flatten().filter(|entry| entry.file_name().to_str().is_some_and(numbered)) {
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let has = |file: std::fs::DirEntry| {
            std::fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == socket.as_str())
        };
        if files.flatten().any(has)
            && let Ok(name) = std::fs::read_to_string(process.path().join("comm"))
        {
            programs.push(name.trim().to_owned());
        }
    }
    // Where systemd holds a socket for a service, the service is what is told.
    programs.sort_by_key(|name| name == "systemd");
    programs.into_iter().next().map_or(Holder::Somebody, Holder::Program)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_table_is_read_as_the_kernel_writes_it() {
        let line = "   0: 0100007F:1E3D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000 100 0 0 10 0";
        let six = "   1: 00000000000000000000000001000000:1E3E 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 \
                   00000000     0        0 4712 1 0000 100 0 0 10 0";
        if cfg!(target_endian = "little") {
            assert_eq!(entry(line), Some(("127.0.0.1:7741".parse().unwrap(), 4711)));
            assert_eq!(entry(six), Some(("[::1]:7742".parse().unwrap(), 4712)));
        }
        assert_eq!(entry(&line.replace(" 0A ", " 01 ")), None, "it does not listen");
        for odd in ["", "  sl  local_address rem_address   st", "0: 0100007F 0 0A", "0: zz:1 0:0 0A 0 0 0 0 0 1"] {
            assert_eq!(entry(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_program_that_listens_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let own = std::fs::read_to_string("/proc/self/comm").unwrap();
        let look = |address: SocketAddr| ports(Path::new("/proc"), &[("people", address)]).unwrap()[0].holder.clone();
        assert_eq!(look(address), Holder::Program(own.trim().to_owned()));
        assert_eq!(
            look(SocketAddr::new("0.0.0.0".parse().unwrap(), address.port())),
            Holder::Program(own.trim().to_owned())
        );
        drop(listener);
        assert_eq!(look(address), Holder::Nobody);
        assert!(ports(Path::new("/nowhere"), &[]).is_err());
    }
}
