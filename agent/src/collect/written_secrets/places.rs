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

/// Where NetworkManager keeps the keys of wireless networks from Ubuntu 23.10 on, and netplan those that an administrator
/// wrote: like `system-connections` as long as only root can read them.
const NETPLAN: &str = "/etc/netplan/";

/// Names of folders that hold programs of others, not an agency's settings.
const OF_OTHERS: &[&str] = &[
    "node_modules",
    "site-packages",
    "vendor",
    ".git",
    "cache",
    "share",
    "lib",
    "lib64",
    "jre",
    "locale",
    // Texts of screens.
    "locales",
    "lang",
    "i18n",
];

/// Files below `/etc` whose words mean something else.
const OTHER_WORDS: &[&str] = &["/etc/nsswitch.conf", "/etc/login.defs", "/etc/debconf.conf", "/etc/adduser.conf"];

/// Endings of configuration.
const CONFIGURATION: &[&str] = &[
    "conf",
    "cnf",
    "ini",
    "env",
    "yml",
    "yaml",
    "properties",
    "cfg",
    "toml",
    "json",
    "xml",
    "service",
    "config",
    "cf",
];
/// Endings of programs that carry their settings.
const PROGRAMS: &[&str] = &["php", "py", "rb", "js", "sh", "pl", "bash"];
/// Files of programs and settings without an ending.
const NAMES: &[&str] = &[".env", "crontab", "fstab", "environment", "smbcredentials", ".smbcredentials", "credentials"];
/// Folders in which every file is configuration.
const WHOLE: &[&str] =
    &["/etc/default", "/etc/sysconfig", "/etc/cron.d", "/etc/cron.daily", "/etc/cron.hourly", "/etc/profile.d"];

/// Files of daemons that hold passwords by the place in a line.
const TABLES: &[(&str, Style)] = &[
    ("sasl_passwd", Style::SaslPasswords),
    ("chap-secrets", Style::PppSecrets),
    ("pap-secrets", Style::PppSecrets),
    ("ipsec.secrets", Style::IpsecSecrets),
    ("passwd.client", Style::EximClient),
];
/// Where apt keeps what it signs in with: apt_auth.conf(5).
const APT: &str = "/etc/apt";
const APT_FILE: &str = "auth.conf";
const APT_FOLDER: &str = "/etc/apt/auth.conf.d";

/// Endings of copies, which hold what the file did and are looked at as it is.
const COPIES: &[&str] = &[".bak", ".old", ".orig", ".save"];

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
    let name = COPIES.iter().find_map(|copy| name.strip_suffix(copy)).unwrap_or(name);
    if OTHER_WORDS.contains(&format!("{folder}/{name}").as_str()) || is_of_another(name) {
        return None;
    }
    if folder == APT_FOLDER || folder == APT && name == APT_FILE {
        return Some(Style::Netrc);
    }
    if let Some((_, style)) = TABLES.iter().find(|(table, _)| *table == name) {
        return Some(*style);
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

/// Put beside the settings by packages and editors, an example, or a program packed to be loaded by a browser.
fn is_of_another(name: &str) -> bool {
    const ENDINGS: [&str; 6] = ["dpkg-dist", "dpkg-new", "rpmnew", "swp", "example", "sample"];
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    ENDINGS.contains(&ending)
        || ["-sample", ".sample", ".example"].iter().any(|mark| stem.ends_with(mark))
        || ending == "js" && stem.rsplit_once('.').is_some_and(|(_, packed)| packed == "min")
}

/// Whether a file is where a program must keep a key, so that one that only root can read is as it should be.
pub(super) fn must_keep(path: &str) -> bool {
    path.starts_with(NETPLAN)
}

/// Whether a file is a program that a browser loads; the large ones are no agency's own.
pub(super) fn is_of_browsers(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("js"))
}

/// Whether the name of a document says that it lists passwords.
pub fn lists_passwords(name: &str) -> bool {
    const ENDINGS: &[&str] = &["txt", "csv", "xls", "xlsx", "xlsm", "doc", "docx", "ods", "odt", "rtf", "md", "pdf"];
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let (stem, ending) = (stem.to_lowercase(), ending.to_ascii_lowercase());
    // Whole words: a picture of a passport and its number is no list.
    let parts: Vec<&str> = stem.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let has = |part: &str| parts.contains(&part);
    let pair = has("id") && (has("pw") || has("pass"));
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
            ("/etc/app", "app.conf.bak", Some(Style::Assignments)),
            ("/etc/app", "app.conf.old", Some(Style::Assignments)),
            ("/var/www/html", "config.php.orig", Some(Style::Program)),
            ("/etc/app", "notes.bak", None),
            ("/etc/app", "app.conf.dpkg-dist.save", None),
            ("/etc/postfix", "virtual.cf", Some(Style::Assignments)),
            ("/etc/postfix", "sasl_passwd", Some(Style::SaslPasswords)),
            ("/etc/postfix", "sasl_passwd.db", None),
            ("/etc/ppp", "chap-secrets", Some(Style::PppSecrets)),
            ("/etc/ppp", "pap-secrets.bak", Some(Style::PppSecrets)),
            ("/etc", "ipsec.secrets", Some(Style::IpsecSecrets)),
            ("/etc/exim4", "passwd.client", Some(Style::EximClient)),
            ("/etc/apt", "auth.conf", Some(Style::Netrc)),
            ("/etc/apt", "apt.conf", Some(Style::Assignments)),
            ("/etc/apt/auth.conf.d", "vendor.conf", Some(Style::Netrc)),
            ("/var/www/html", "wp-config-sample.php", None),
            ("/var/www/html", "config.sample.php", None),
            ("/var/www/html", ".env.example", None),
            ("/etc/app", "app.conf.sample", None),
            ("/var/www/html", "app.min.js", None),
            ("/var/www/html", "app.js", Some(Style::Program)),
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
        assert!(!is_entered("/var/www/a/lang", "lang") && !is_entered("/opt/a/i18n", "i18n"));
        assert!(is_entered("/etc/mysql", "mysql"));
    }

    #[test]
    fn names_of_lists_of_passwords() {
        for name in [
            "パスワード一覧.xlsx",
            "ID_PW.txt",
            "id-pass.csv",
            "PASSWORDS.TXT",
            "健診システム暗証番号.docx",
            "IDとPW 2026.xlsx",
            "電カル id pass.txt",
        ] {
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
            "passport_id.pdf",
            "covid_pass.pdf",
            "id_passport.pdf",
            "guide_pw.txt",
        ] {
            assert!(!lists_passwords(name), "{name}");
        }
    }
}
