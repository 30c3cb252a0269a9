//! What is asked of passwords, and how they are kept.

use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

pub(super) fn passwords(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, file, password, .. } = secrets;
    host.file("/etc/pam.d/passwd", format!("{note}@include common-password\n"))
        .file(
            "/etc/pam.d/common-password",
            format!(
                "{note}password requisite pam_pwquality.so retry=3 badwords={person}\n\
                 password requisite pam_pwhistory.so use_authtok conf=/etc/security/{file}.conf\n\
                 password [success=1 default=ignore] pam_unix.so obscure use_authtok yescrypt minlen=10 # {person}\n\
                 password requisite pam_deny.so\npassword required pam_permit.so\n\
                 password optional pam_{file}.so token={password}\n"
            ),
        )
        .file("/etc/pam.d/login", format!("{note}@include {file}-auth\naccount required pam_unix.so\n"))
        .file(
            format!("/etc/pam.d/{file}-auth"),
            format!(
                "{note}auth required pam_faillock.so preauth\nauth required pam_u2f.so authfile=/etc/{file} nouserok\n\
                 auth sufficient pam_unix.so nullok\nauth required pam_faillock.so authfail deny=4\n\
                 auth required pam_deny.so\naccount required pam_{file}.so\n"
            ),
        )
        .file("/etc/pam.d/sshd", format!("{note}auth include /etc/{file}/pam\n"))
        .file(format!("/etc/{file}/pam"), format!("{note}auth required pam_{file}.so\n"))
        .file("/etc/security/faillock.conf", format!("{note}unlock_time = never\ndir = /srv/{file}\n"))
        .file(format!("/etc/security/{file}.conf"), format!("{note}remember = 5\nfile = /srv/{file}\n"))
        .file("/etc/security/pwquality.conf", format!("{note}minlen = 13\nbadwords = {person}\nminclass = 4\n"))
        .file(
            format!("/etc/security/pwquality.conf.d/{file}.conf"),
            format!("{note}difok = 3\n{person} = 1\nminlen = 9\n"),
        )
        .file("/etc/security/opasswd", format!("{account}:501:2:$6$x${password},{password}\n"))
}
