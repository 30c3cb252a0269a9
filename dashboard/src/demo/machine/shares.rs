//! What a machine shares, and who may open the homes of its people: file servers share by the job, PCs nothing.

use tenken_model::Read;
use tenken_model::fact::shares::{
    Export, ExportClient, HomeFolder, NfsExports, ShareKind, SharedFolder, SharedFolders, Shares, SmbShare, SmbShares,
};

use super::super::fleet::FILE_SERVER;
use super::super::story::Trouble;
use super::{ADMINISTRATOR, Reading};

/// Shares with the folder and the group of each.
const SHARES: [(&str, &str, &str); 3] =
    [("健診結果", "/srv/kekka", "kenshin"), ("請求", "/srv/seikyu", "seikyu"), ("様式", "/srv/yoshiki", "shokuin")];
/// Which of them was opened once.
const OPENED: &str = "様式";
/// The server that fetches what is to be kept.
const BACKUP_ADDRESS: &str = "192.0.2.14";

impl Reading<'_> {
    /// What it shares, and homes as Debian 12 makes them.
    pub(super) fn shares(&self) -> Shares {
        let people = self.machine.users.iter().map(|worker| worker.account);
        let complete = Read::Measured(true);
        let (shares, exports, folders) = if self.machine.name.starts_with(FILE_SERVER) {
            (SHARES.map(|share| self.share(share)).into(), vec![export()], SHARES.map(folder).into())
        } else {
            (Vec::new(), Vec::new(), Vec::new())
        };
        Shares {
            smb: SmbShares { shares, left_out: 0, complete: complete.clone() },
            nfs: NfsExports { exports, left_out: 0, complete: complete.clone() },
            folders: SharedFolders { folders, complete: complete.clone() },
            homes: [ADMINISTRATOR].into_iter().chain(people).map(|account| self.home(account)).collect(),
            homes_left_out: 0,
            homes_complete: complete,
        }
    }

    fn share(&self, (name, path, group): (&str, &str, &str)) -> SmbShare {
        let opened = name == OPENED && self.has(Trouble::ShareOpened);
        SmbShare {
            name: name.to_owned(),
            kind: ShareKind::Folder,
            path: Some(path.to_owned()),
            guests: Read::Measured(opened),
            writable: !opened,
            allowed: if opened { Vec::new() } else { vec![group.to_owned()] },
            allowed_left_out: 0,
            allowed_complete: Read::Measured(true),
            owner_alone: false,
            folder_closed: Read::Measured(true),
            folder_opened_to: Read::Measured(vec![group.to_owned()]),
            listed: Read::Measured(false),
            origin: "/etc/samba/smb.conf".to_owned(),
        }
    }

    fn home(&self, account: &str) -> HomeFolder {
        let opened = account != ADMINISTRATOR && self.has(Trouble::HomeOpened);
        HomeFolder {
            account: account.to_owned(),
            path: format!("/home/{account}"),
            mode: if opened { "0755" } else { "0700" }.to_owned(),
            owned: true,
            private: !opened,
        }
    }
}

fn export() -> Export {
    Export {
        name: format!("/srv ({BACKUP_ADDRESS})"),
        path: "/srv".to_owned(),
        client: BACKUP_ADDRESS.to_owned(),
        kind: ExportClient::Host,
        writable: false,
        proven: false,
        origin: "/etc/exports".to_owned(),
    }
}

fn folder((_, path, _): (&str, &str, &str)) -> SharedFolder {
    SharedFolder { path: path.to_owned(), mode: "2770".to_owned(), open: false }
}
