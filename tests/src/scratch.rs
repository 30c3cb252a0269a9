//! A scratch host: a folder tree that an agent reads in place of `/`, made of what real programs write.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};

use crate::program::system;

/// The name of the maintenance vendor's account.
pub const MAINTENANCE_ACCOUNT: &str = "mainte";
/// A password field with a password.
pub const OPEN: &str = "$y$j9T$scratch$scratch";
/// A day on which passwords were changed long before any story.
pub const LONG_AGO: i64 = 20_000;
/// The name of the declared backup set.
pub const BACKUP_SET: &str = "kensin-daily";
/// How many generations it must keep.
pub const GENERATIONS: usize = 3;

/// A host whose files lie below a folder, complying with every rule it is made for.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
}

const SECONDS_A_DAY: u64 = 86_400;

impl Scratch {
    /// Makes it.
    pub fn make(root: &Path) -> Result<Self> {
        let scratch = Self { root: root.to_owned() };
        scratch.write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n")?;
        scratch.write("etc/login.defs", "UID_MIN 1000\nUID_MAX 60000\nSYS_UID_MIN 101\nSYS_UID_MAX 999\n")?;
        scratch.write("etc/shells", "/bin/sh\n/bin/bash\n")?;
        scratch.write("etc/group", "root:x:0:\nsudo:x:27:\nhanako:x:1001:\nmainte:x:1002:\n")?;
        scratch.write("etc/gshadow", "root:*::\nsudo:*::\nhanako:!::\nmainte:!::\n")?;
        scratch
            .write("etc/sudoers", "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n")?;
        fs::create_dir_all(root.join("etc/sudoers.d"))?;
        scratch.write(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\n\
             hanako:x:1001:1001:Hanako:/home/hanako:/bin/bash\n\
             mainte:x:1002:1002:Maintenance:/home/mainte:/bin/bash\n",
        )?;
        scratch.maintenance_account(false)?;
        fs::create_dir_all(root.join("usr/share/zoneinfo/Asia"))?;
        fs::copy("/usr/share/zoneinfo/Asia/Tokyo", root.join("usr/share/zoneinfo/Asia/Tokyo"))?;
        std::os::unix::fs::symlink("/usr/share/zoneinfo/Asia/Tokyo", root.join("etc/localtime"))?;
        scratch.write("usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nName=GNOME\nExec=gnome-session\n")?;
        for day in 0..GENERATIONS {
            scratch.write(&format!("{}/data.db", scratch.generation(day)), &"x".repeat(4_096))?;
        }
        scratch
            .write("etc/clamav/clamd.conf", "LocalSocket /run/clamav/clamd.ctl\nDatabaseDirectory /var/lib/clamav\n")?;
        scratch.write(
            "etc/clamav/freshclam.conf",
            "DatabaseDirectory /var/lib/clamav\nDatabaseMirror database.clamav.net\n",
        )?;
        Ok(scratch)
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file as programs do: beside it, then renamed over it.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.root.join(name);
        let folder = path.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder)?;
        let beside = folder.join(".new");
        fs::write(&beside, text)?;
        fs::rename(&beside, &path)?;
        Ok(())
    }

    /// Opens or locks the maintenance vendor's account in the shadow file.
    pub fn maintenance_account(&self, open: bool) -> Result<()> {
        let today = days(SystemTime::now());
        let password = if open { "$y$j9T$scratch$scratch" } else { "!" };
        self.write(
            "etc/shadow",
            &format!(
                "root:*:{today}:0:99999:7:::\nhanako:$y$j9T$scratch$scratch:{today}:0:99999:7:::\n{MAINTENANCE_ACCOUNT}:{password}:{today}:0:99999:7:::\n"
            ),
        )
    }

    /// The accounts that people have: each with the text of its password field, where `!` locks it, and the day on which the
    /// password was changed, counted as shadow(5) does.
    pub fn accounts(&self, accounts: &[(&str, &str, i64)]) -> Result<()> {
        let mut passwd = "root:x:0:0:root:/root:/bin/bash\n".to_owned();
        let mut shadow = "root:*:20000:0:99999:7:::\n".to_owned();
        for (number, (name, password, changed)) in (1_001..).zip(accounts) {
            writeln!(passwd, "{name}:x:{number}:{number}:{name}:/home/{name}:/bin/bash")?;
            writeln!(shadow, "{name}:{password}:{changed}:0:99999:7:::")?;
        }
        self.write("etc/passwd", &passwd)?;
        self.write("etc/shadow", &shadow)
    }

    /// Compiles the desktop's settings with `dconf`, with the administrator's locks or without them.
    pub fn desktop(&self, locked: bool) -> Result<()> {
        let dconf = system("dconf").context("dconf is not installed")?;
        self.write("etc/dconf/profile/user", "user-db:user\nsystem-db:local\n")?;
        self.write(
            "etc/dconf/db/local.d/00-lock",
            "[org/gnome/desktop/session]\nidle-delay=uint32 300\n\n[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 0\n",
        )?;
        let locks = self.root.join("etc/dconf/db/local.d/locks");
        fs::create_dir_all(&locks)?;
        let text = "/org/gnome/desktop/session/idle-delay\n/org/gnome/desktop/screensaver/lock-enabled\n/org/gnome/desktop/screensaver/lock-delay\n/org/gnome/desktop/lockdown/disable-lock-screen\n";
        if locked {
            fs::write(locks.join("00-lock"), text)?;
        } else if locks.join("00-lock").exists() {
            fs::remove_file(locks.join("00-lock"))?;
        }
        let database = self.root.join("etc/dconf/db/local");
        let status =
            Command::new(dconf).arg("compile").arg(&database).arg(self.root.join("etc/dconf/db/local.d")).status()?;
        if !status.success() {
            bail!("dconf compile failed: {status}");
        }
        Ok(())
    }

    /// Puts a daily database in the place of the one that is there.
    pub fn signatures(&self, database: &Path) -> Result<()> {
        let folder = self.root.join("var/lib/clamav");
        fs::create_dir_all(&folder)?;
        let beside = folder.join(".new");
        fs::copy(database, &beside)?;
        fs::rename(&beside, folder.join("daily.cud"))?;
        Ok(())
    }

    /// Adds a record to those of sign-ins, as x86 writes them: 7 begins a session on the terminal, 8 ends it.
    pub fn record_session(&self, kind: u8, account: &str, seconds: u32) -> Result<()> {
        self.record_session_from(kind, account, "", seconds)
    }

    /// The same of somebody who comes over the network.
    pub fn record_session_from(&self, kind: u8, account: &str, from: &str, seconds: u32) -> Result<()> {
        let mut record = vec![kind];
        for (at, text) in [(8, "tty2"), (44, account), (76, from)] {
            record.resize(at, 0);
            record.extend(text.as_bytes());
        }
        record.resize(340, 0);
        record.extend(seconds.to_le_bytes());
        record.resize(384, 0);
        let path = self.root.join("var/log/wtmp");
        fs::create_dir_all(self.root.join("var/log"))?;
        let mut wtmp = fs::OpenOptions::new().create(true).append(true).open(path)?;
        Ok(std::io::Write::write_all(&mut wtmp, &record)?)
    }

    /// The folder of the generation made so many days ago, below the root.
    pub fn generation(&self, days_ago: usize) -> String {
        let then = chrono::Utc::now() - chrono::TimeDelta::days(i64::try_from(days_ago).unwrap_or(0));
        format!("srv/backup/{}", then.format("%Y-%m-%d"))
    }

    /// Deletes the oldest generation.
    pub fn lose_a_generation(&self) -> Result<()> {
        Ok(fs::remove_dir_all(self.root.join(self.generation(GENERATIONS - 1)))?)
    }

    /// Makes it again.
    pub fn restore_the_generation(&self) -> Result<()> {
        self.write(&format!("{}/data.db", self.generation(GENERATIONS - 1)), &"x".repeat(4_096))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

fn days(time: SystemTime) -> u64 {
    seconds(time) / SECONDS_A_DAY
}
