//! Where passwords are usually written: configuration of services, sites of web servers, what people keep at home.

use super::secret_lines::Style;

/// A folder that is looked through, with how deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub folder: &'static str,
    /// How many folders below it.
    pub depth: usize,
}

/// The folders.
pub const PLACES: &[Place] = &[
    Place { folder: "/etc", depth: 3 },
    Place { folder: "/opt", depth: 3 },
    Place { folder: "/srv", depth: 2 },
    Place { folder: "/usr/local/etc", depth: 3 },
    Place { folder: "/usr/local/bin", depth: 0 },
    Place { folder: "/var/www", depth: 3 },
    Place { folder: "/var/spool/cron", depth: 1 },
];

/// Folders that are not looked through: what they hold is not read as configuration, belongs to a program that must keep a
/// key there and is judged by a rule of its own, or is the work of a package.
const LEFT_ALONE: &[&str] = &[
    "/etc/NetworkManager/system-connections",
    "/etc/alternatives",
    "/etc/apparmor.d",
    "/etc/bash_completion.d",
    "/etc/ca-certificates",
    "/etc/dconf",
    "/etc/fonts",
    "/etc/iproute2",
    "/etc/ld.so.conf.d",
    "/etc/letsencrypt",
    "/etc/pam.d",
    "/etc/pki",
    "/etc/rc0.d",
    "/etc/rc1.d",
    "/etc/rc2.d",
    "/etc/rc3.d",
    "/etc/rc4.d",
    "/etc/rc5.d",
    "/etc/rc6.d",
    "/etc/selinux",
    "/etc/skel",
    "/etc/ssl",
    "/etc/tenken",
    "/etc/wpa_supplicant",
    "/opt/containerd",
];

/// Names of folders that hold programs of others, not an agency's settings.
const OF_OTHERS: &[&str] =
    &["node_modules", "site-packages", "vendor", ".git", "cache", "share", "lib", "lib64", "jre", "locale"];

/// Files below `/etc` whose words mean something else.
const OTHER_WORDS: &[&str] = &["/etc/nsswitch.conf", "/etc/login.defs", "/etc/debconf.conf", "/etc/adduser.conf"];

/// Endings of configuration.
const CONFIGURATION: &[&str] =
    &["conf", "cnf", "ini", "env", "yml", "yaml", "properties", "cfg", "toml", "json", "xml", "service", "config"];
/// Endings of programs that carry their settings.
const PROGRAMS: &[&str] = &["php", "py", "rb", "js", "sh", "pl", "bash"];
/// Files of programs and settings without an ending.
const NAMES: &[&str] = &[".env", "crontab", "fstab", "environment", "smbcredentials", ".smbcredentials", "credentials"];
/// Folders in which every file is configuration.
const WHOLE: &[&str] =
    &["/etc/default", "/etc/sysconfig", "/etc/cron.d", "/etc/cron.daily", "/etc/cron.hourly", "/etc/profile.d"];

/// Files of a person that hold passwords, with how.
pub const OF_A_PERSON: &[(&str, Style)] = &[
    (".netrc", Style::Netrc),
    (".pgpass", Style::Pgpass),
    (".my.cnf", Style::Assignments),
    (".git-credentials", Style::Assignments),
    (".bashrc", Style::Assignments),
    (".profile", Style::Assignments),
];

/// Folders of a person in which documents lie about.
pub const DESKS: &[&str] = &["Desktop", "Documents", "デスクトップ", "ドキュメント"];

/// Whether a folder is gone into.
pub fn is_entered(path: &str, name: &str) -> bool {
    !LEFT_ALONE.contains(&path) && !OF_OTHERS.contains(&name)
}

/// How a file is looked through; nothing for one that is not.
pub fn style(folder: &str, name: &str) -> Option<Style> {
    if OTHER_WORDS.contains(&format!("{folder}/{name}").as_str()) || is_put_aside(name) {
        return None;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    let listed = |list: &[&str]| list.contains(&ending);
    let of_cron = folder.starts_with("/var/spool/cron");
    if listed(PROGRAMS) && !folder.starts_with("/usr/local/bin") && ending != "sh" {
        Some(Style::Program)
    } else if listed(CONFIGURATION) || NAMES.contains(&name) || WHOLE.contains(&folder) || of_cron || ending == "sh" {
        Some(Style::Assignments)
    } else {
        None
    }
}

/// Left by packages and editors; `.bak` and the like are read, because they hold what the file did.
fn is_put_aside(name: &str) -> bool {
    const ENDINGS: [&str; 4] = ["dpkg-dist", "dpkg-new", "rpmnew", "swp"];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Whether the name of a document says that it lists passwords.
pub fn lists_passwords(name: &str) -> bool {
    const ENDINGS: &[&str] = &["txt", "csv", "xls", "xlsx", "xlsm", "doc", "docx", "ods", "odt", "rtf", "md", "pdf"];
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let (stem, ending) = (stem.to_lowercase(), ending.to_ascii_lowercase());
    let pair = stem.contains("id") && (stem.contains("pw") || stem.contains("pass"));
    let words = ["パスワード", "ﾊﾟｽﾜｰﾄﾞ", "暗証番号", "password", "passwd"];
    // A rule on passwords is no list of them.
    let of_rules = ["規程", "規則", "手順", "変更", "policy", "マニュアル", "ポリシー"];
    ENDINGS.contains(&ending.as_str())
        && (pair || words.iter().any(|word| stem.contains(word)))
        && !of_rules.iter().any(|word| stem.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_looked_through_and_the_rest_is_not() {
        for (folder, name, expected) in [
            ("/etc/mysql", "my.cnf", Some(Style::Assignments)),
            ("/etc/default", "app", Some(Style::Assignments)),
            ("/etc", "fstab", Some(Style::Assignments)),
            ("/etc/app", "app.conf.bak", None),
            ("/etc/app", "APP.INI", Some(Style::Assignments)),
            ("/var/www/html", "wp-config.php", Some(Style::Program)),
            ("/var/www/html", ".env", Some(Style::Assignments)),
            ("/var/spool/cron/crontabs", "hanako", Some(Style::Assignments)),
            ("/usr/local/bin", "backup.sh", Some(Style::Assignments)),
            ("/etc", "nsswitch.conf", None),
            ("/etc/app", "logo.png", None),
            ("/etc/app", "app.conf.dpkg-dist", None),
            ("/etc", "shadow", None),
        ] {
            assert_eq!(style(folder, name), expected, "{folder}/{name}");
        }
        assert!(!is_entered("/etc/ssl", "ssl") && !is_entered("/var/www/a/node_modules", "node_modules"));
        assert!(is_entered("/etc/mysql", "mysql"));
    }

    #[test]
    fn names_of_lists_of_passwords() {
        for name in ["パスワード一覧.xlsx", "ID_PW.txt", "id-pass.csv", "PASSWORDS.TXT", "健診システム暗証番号.docx"]
        {
            assert!(lists_passwords(name), "{name}");
        }
        for name in [
            "パスワード規程.pdf",
            "パスワード変更手順.docx",
            "id.txt",
            "passenger.jpg",
            "password",
            "password.zip",
            "video.pdf",
        ] {
            assert!(!lists_passwords(name), "{name}");
        }
    }
}
