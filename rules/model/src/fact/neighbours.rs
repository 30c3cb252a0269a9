//! Devices seen on the networks this host is attached to.

use crate::{Instant, Read, choice, record};

choice! {
    /// How a device was seen.
    pub enum Sighting {
        /// In the kernel's neighbour table.
        NeighbourTable = "neighbour_table",
        /// In a DHCP server's leases.
        DhcpLease = "dhcp_lease",
    }
}

record! {
    /// One device, by its hardware address.
    pub struct Neighbour {
        /// The hardware address in lower case with colons: `00:11:22:33:44:55`.
        pub mac: String,
        /// The address is locally administered: a randomised one, not a maker's.
        pub randomised: bool,
        /// The address belongs to a virtual router, bridge or virtual machine.
        pub virtual_device: bool,
        /// It is a default gateway of this host.
        pub gateway: bool,
        /// Its network addresses.
        pub addresses: Vec<String>,
        /// The interfaces it was seen on.
        pub interfaces: Vec<String>,
        /// The name it gave when asking for a lease; absent when it gave none.
        pub name: Option<String>,
        /// How it was seen.
        pub seen_by: Vec<Sighting>,
        /// When it was last seen to be alive; absent when the source does not say.
        pub last_seen: Option<Instant>,
    }
}

record! {
    /// The devices one host sees. Absent on a host without a network.
    pub struct Neighbours {
        /// Every device, each hardware address once.
        pub devices: Vec<Neighbour>,
        /// How many addresses are randomised; they are counted, not judged one by one.
        pub randomised_count: i64,
        /// How many devices were left out because there were too many.
        pub cut: i64,
        /// The neighbour table was read, and nothing had to be left out.
        pub table: Read<bool>,
        /// Every lease file that is there was read.
        pub leases: Read<bool>,
        /// The files of DHCP servers whose leases were read here.
        pub lease_files: Vec<String>,
    }
}
