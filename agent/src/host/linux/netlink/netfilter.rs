//! Dumps of the netfilter netlink socket: nf_tables as the kernel has it.
//!
//! Source: the kernel's headers linux/netfilter/nfnetlink.h and nf_tables.h.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::netlink::{NETFILTER, SocketAddrNetlink};
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::{HEADER, NLM_F_DUMP, NLM_F_REQUEST, again_while_it_changes, dump_once};
use crate::host::linux::files::from_errno;
use crate::host::{NetfilterDump, ReadError};

/// NFNL_SUBSYS_NFTABLES, in the upper byte of a message's kind.
const NF_TABLES: u16 = 10 << 8;
const GET_TABLE: u16 = 1;
const GET_CHAIN: u16 = 4;
const GET_RULE: u16 = 7;
const GET_ELEMENTS: u16 = 13;

/// See [`crate::host::Host::netfilter_dump`].
pub(in crate::host::linux) fn dump(dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
    let tried = format!("dump {dump}");
    let request = request(dump);
    again_while_it_changes(&tried, || {
        let socket = socket().map_err(|errno| from_errno(tried.clone(), errno))?;
        dump_once(&socket, &request, &tried)
    })
}

fn socket() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC;
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, Some(NETFILTER))?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, 0))?;
    Ok(socket)
}

fn request(dump: &NetfilterDump) -> Vec<u8> {
    let (kind, family, names): (u16, u8, &[&str]) = match dump {
        NetfilterDump::Tables => (GET_TABLE, 0, &[]),
        NetfilterDump::Chains => (GET_CHAIN, 0, &[]),
        NetfilterDump::Rules => (GET_RULE, 0, &[]),
        NetfilterDump::Elements { family, table, set } => (GET_ELEMENTS, *family, &[table.as_str(), set.as_str()]),
    };
    let mut body = vec![family, 0, 0, 0];
    for (name, attribute) in names.iter().zip(1_u16..) {
        let length = u16::try_from(name.len() + 5).unwrap_or(u16::MAX);
        body.extend_from_slice(&length.to_ne_bytes());
        body.extend_from_slice(&attribute.to_ne_bytes());
        body.extend_from_slice(name.as_bytes());
        body.push(0);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(&u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX).to_ne_bytes());
    bytes.extend_from_slice(&(NF_TABLES | kind).to_ne_bytes());
    bytes.extend_from_slice(&(NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    bytes.resize(HEADER, 0);
    bytes.extend(body);
    bytes
}
