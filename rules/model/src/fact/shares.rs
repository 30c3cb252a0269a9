//! Folders that this host shares over the network, and homes of people.

use crate::{Read, choice, record};

choice! {
    /// What a share over SMB is.
    pub enum ShareKind {
        /// A folder with a name of its own.
        Folder = "folder",
        /// The home of whoever signs in.
        Homes = "homes",
        /// Printers.
        Printers = "printers",
        /// A folder that a person shares without an administrator (`net usershare`).
        OfPerson = "of_person",
    }
}

record! {
    /// A share over SMB, the way of Windows.
    pub struct SmbShare {
        /// Its name.
        pub name: String,
        /// What it is.
        pub kind: ShareKind,
        /// The folder; absent where it is the home of whoever signs in.
        pub path: Option<String>,
        /// It takes in whoever does not sign in (`guest ok`).
        pub guests: Read<bool>,
        /// Files can be changed through it.
        pub writable: bool,
        /// For whom it is (`valid users`, or whom its own list lets in), without the signs for groups; empty for all who can
        /// sign in. On Windows the SIDs of those whom the list of the share lets in.
        pub allowed: Vec<String>,
        /// How many more are named.
        pub allowed_left_out: i64,
        /// What is named is told as Samba reads it. Not read where a name depends on who connects.
        pub allowed_complete: Read<bool>,
        /// It is for the one whose home or name it is alone (`%S`).
        pub owner_alone: bool,
        /// Its folder lets in nobody but its owner and those of the next field, and the share does not make one person of all
        /// who connect.
        pub folder_closed: Read<bool>,
        /// Groups that get into such a folder, and whom the share lets do everything (`admin users`). Not read where a group
        /// is of a directory, so that this host cannot say who it is.
        pub folder_opened_to: Read<Vec<String>>,
        /// Rights that Windows or sharesec wrote limit it. Not read where there may be some: their form is not followed.
        pub listed: Read<bool>,
        /// The file it stands in.
        pub origin: String,
    }
}

record! {
    /// What is shared over SMB.
    pub struct SmbShares {
        /// The shares; none where no server runs or begins with the system.
        pub shares: Vec<SmbShare>,
        /// How many more there are.
        pub left_out: i64,
        /// There are no others. Not read where some may be kept where nothing was read, such as in the registry.
        pub complete: Read<bool>,
    }
}

choice! {
    /// For whom a folder is exported.
    pub enum ExportClient {
        /// Whoever reaches this host.
        Anyone = "anyone",
        /// One host, by name or address.
        Host = "host",
        /// A network.
        Network = "network",
        /// Names that fit a pattern.
        Pattern = "pattern",
        /// A netgroup.
        Netgroup = "netgroup",
        /// Whoever has a ticket of Kerberos (`gss/krb5`).
        Kerberos = "kerberos",
    }
}

record! {
    /// A folder that is exported over NFS to some clients.
    pub struct Export {
        /// The folder and for whom, as `/srv/data (192.0.2.0/24)`.
        pub name: String,
        /// The folder.
        pub path: String,
        /// For whom, as it is written; `*` where nobody is named.
        pub client: String,
        /// What that is.
        pub kind: ExportClient,
        /// Files can be changed through it.
        pub writable: bool,
        /// Clients prove who they are: people by Kerberos (`sec=krb5` and better), or hosts by a certificate (`xprtsec=mtls`).
        pub proven: bool,
        /// The file it stands in.
        pub origin: String,
    }
}

record! {
    /// What is exported over NFS.
    pub struct NfsExports {
        /// The exports; none where no server runs or begins with the system.
        pub exports: Vec<Export>,
        /// How many more there are.
        pub left_out: i64,
        /// Nothing else is exported. Not read where a file is not followed to its end.
        pub complete: Read<bool>,
    }
}

record! {
    /// A folder that is shared over SMB or NFS.
    pub struct SharedFolder {
        /// The folder.
        pub path: String,
        /// Its permissions, in octal; on Windows the SIDs of all who are no administrators and may change it.
        pub mode: String,
        /// Whoever can enter it may change and remove what others put there.
        pub open: bool,
    }
}

record! {
    /// The folders that are shared.
    pub struct SharedFolders {
        /// Those that are there.
        pub folders: Vec<SharedFolder>,
        /// All of them were looked at.
        pub complete: Read<bool>,
    }
}

record! {
    /// The home of a person.
    pub struct HomeFolder {
        /// The account.
        pub account: String,
        /// The folder.
        pub path: String,
        /// Its permissions, in octal; on Windows the SIDs of others who may read it.
        pub mode: String,
        /// It belongs to the account or to root; on Windows to the account, the system or the administrators.
        pub owned: bool,
        /// Its group may not write, and others have no right to it at all (0750 or less).
        pub private: bool,
    }
}

record! {
    /// What is open to others on this host.
    pub struct Shares {
        /// What is shared over SMB.
        pub smb: SmbShares,
        /// What is exported over NFS.
        pub nfs: NfsExports,
        /// The folders of both.
        pub folders: SharedFolders,
        /// Homes of people that are there.
        pub homes: Vec<HomeFolder>,
        /// How many more there are.
        pub homes_left_out: i64,
        /// All homes were looked at.
        pub homes_complete: Read<bool>,
    }
}
