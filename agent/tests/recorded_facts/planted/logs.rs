//! Logs and the settings of what writes and keeps them.

use tenken_agent::collect::packages::repodata::unpack::{Packing, packed};
use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

/// A header of a journal that systemd 252 wrote.
const JOURNAL: &[u8] = include_bytes!("../../samples/logs/system.252.journal");

pub(super) fn logs(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    let journal = [JOURNAL, note.as_bytes()].concat();
    host.file("/etc/machine-id", "22222222222222222222222222222222\n")
        .file("/usr/lib/systemd/systemd-journald", "")
        .file("/usr/lib/systemd/systemd-journal-upload", "")
        .file("/usr/sbin/rsyslogd", "")
        .file("/usr/sbin/auditd", "")
        .running(70, "systemd-journald")
        .running(71, "systemd-journal-upload")
        .running(72, "rsyslogd")
        .file("/etc/systemd/journald.conf", format!("{note}[Journal]\nStorage=persistent\nTTYPath=/dev/{file}\n"))
        .file(format!("/etc/systemd/journald.conf.d/{file}.conf"), format!("{note}[Journal]\nMaxRetentionSec=3month\n"))
        .file("/etc/systemd/journal-upload.conf", format!("{note}[Upload]\nURL=https://{name}:19532\n"))
        .file(format!("/var/log/journal/{file}/system.journal"), journal)
        .file(
            "/etc/rsyslog.conf",
            format!(
                "{note}module(load=\"imuxsock\")\n$IncludeConfig /etc/rsyslog.d/*.conf\nauth.* /var/log/auth.log\n\
                 if $msg contains '{person}' then /var/log/{file}\n"
            ),
        )
        .file(
            format!("/etc/rsyslog.d/{file}.conf"),
            format!("{note}authpriv.* /srv/log/{file}.log\n*.* action(type=\"omrelp\" target=\"{name}\" tls=\"on\")\n"),
        )
        .file(format!("/srv/log/{file}.log"), format!("2026-11-20T09:00:00+09:00 {name} sshd[1]: {account}\n{note}"))
        .file(format!("/srv/log/{file}.log.1"), format!("2026-11-10T09:00:00+09:00 {name} sshd[1]: {account}\n{note}"))
        .file(
            "/var/log/auth.log",
            format!(
                "Nov 20 09:00:00 {name} sshd[1]: {account} {person}\n{note}\
                 Nov 20 09:01:00 {name} sshd[2]: Failed password for {account} from {name} port 5 ssh2\n\
                 Nov 20 09:01:01 {name} sshd[3]: Failed password for invalid user {password} from 10.1.2.3 port 5 ssh2\n\
                 Nov 20 09:01:02 {name} login[4]: pam_unix(login:auth): authentication failure; tty=tty1 rhost=  user={password}\n\
                 Nov 20 09:02:00 {name} sudo: {account} : TTY=x ; PWD=/home/{person} ; USER=root ; COMMAND=/bin/{file} {password}\n\
                 Nov 20 09:03:00 {name} su[5]: FAILED SU (to {password}) {account} on pts/0\n\
                 Nov 20 09:04:00 {name} chpasswd[6]: pam_unix(chpasswd:chauthtok): password changed for {account}\n\
                 Nov 20 09:05:00 {name} usermod[7]: add '{account}' to group '{file}'\n\
                 Nov 20 09:06:00 {name} internal-sftp[8]: session opened for local user {account} from [10.1.2.3]\n\
                 Nov 20 09:06:01 {name} internal-sftp[8]: close \"/home/{account}/{file}\" bytes read 0 written 9\n"
            ),
        )
        .file(
            "/var/log/auth.log.2.gz",
            packed(
                Packing::Gzip,
                format!(
                    "Nov 18 09:00:00 {name} sshd[1]: {account} {person}\n{note}\
                     Nov 18 09:01:00 {name} sshd[2]: Failed password for {account} from {name} port 5 ssh2\n\
                     Nov 18 09:02:00 {name} sudo: {account} : PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd {account}\n\
                     Nov 18 09:02:09 {name} passwd[6]: pam_unix(passwd:chauthtok): password changed for {account}\n"
                )
                .as_bytes(),
            ),
        )
        .file("/etc/logrotate.conf", format!("{note}weekly\nrotate 4\ninclude /etc/logrotate.d\n"))
        .file(
            format!("/etc/logrotate.d/{file}"),
            format!("{note}/srv/log/{file}.log {{\n rotate 14\n postrotate\n mail {person}\n endscript\n}}\n"),
        )
        .file(
            "/etc/audit/auditd.conf",
            format!("{note}action_mail_acct = {account}\nspace_left = 2\nadmin_space_left = 1\nspace_left_action = exec /opt/{file}\n"),
        )
        .file(format!("/etc/audit/rules.d/{file}.rules"), format!("{note}-w /etc/{file} -p wa -k {person}\n-e 2\n"))
        .file(
            "/var/log/audit/audit.log",
            format!(
                "type=LOGIN msg=audit(1795000000.1:2): acct=\"{account}\"\n{note}\
                 type=USER_CHAUTHTOK msg=audit(1795000001.1:3): pid=9 uid=0 auid=1000 msg='op=PAM:chauthtok \
                 acct=\"{account}\" exe=\"/usr/bin/passwd\" hostname={name} addr=? terminal=pts/0 res=success'\n\
                 type=USER_AUTH msg=audit(1795000002.1:4): pid=9 uid=0 auid=1000 msg='op=PAM:authentication \
                 acct=\"{password}\" exe=\"/usr/bin/login\" hostname={name} addr=? terminal=tty1 res=failed'\n"
            ),
        )
}
