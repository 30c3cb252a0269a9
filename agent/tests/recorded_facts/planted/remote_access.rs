//! What lets people in: sshd with its unit and options, services of inetd, and a display manager.

use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

pub(super) fn remote_access(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    let unit = format!(
        "{note}[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStartPre=/bin/{file}\n\
         ExecStart=/usr/sbin/sshd -D $SSHD_OPTS -o \"DenyUsers {account}\"\n"
    );
    let lightdm = format!("{note}[LightDM]\nuser={account}\n[Seat:*]\nautologin-user={account}\nx={person}\n");
    host.file("/usr/lib/systemd/system/ssh.service", unit)
        .file("/etc/default/ssh", format!("{note}SSHD_OPTS='-p 2222 -o Banner=/etc/{file}'\nX={password}\n"))
        .link("/etc/systemd/system/multi-user.target.wants/ssh.service", "/usr/lib/systemd/system/ssh.service")
        .link(format!("/etc/systemd/system/multi-user.target.wants/{file}.service"), format!("/srv/{file}.service"))
        .file(
            "/etc/inetd.conf",
            format!(
                "{note}{name}:telnet stream tcp nowait {account} /bin/{file}\n\
             127.0.0.1:ssh stream tcp nowait {account} /usr/sbin/sshd sshd -i -oDenyUsers={account}\n"
            ),
        )
        .file(
            format!("/etc/xinetd.d/{file}"),
            format!("{note}service {file}\n{{\n user = {account}\n id = {person}\n}}\n"),
        )
        .file("/etc/xinetd.conf", format!("{note}defaults\n{{\n disabled = {person} {file}\n}}\n"))
        .file("/usr/sbin/xrdp", "")
        .file("/usr/lib/systemd/system/getty@.service", "[Service]\nExecStart=-/sbin/agetty - $TERM\n")
        .file(
            format!("/etc/systemd/system/getty@tty1.service.d/{file}.conf"),
            format!("{note}[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin {account} {person}\n"),
        )
        .link("/etc/systemd/system/display-manager.service", "/usr/lib/systemd/system/lightdm.service")
        .file("/etc/lightdm/lightdm.conf", lightdm)
        .file(format!("/etc/lightdm/lightdm.conf.d/{file}.conf"), format!("{note}[Seat:{file}]\nallow-guest=false\n"))
        .file("/usr/sbin/guest-account", "")
}

/// Display managers that exclude each other, by name, each with its files.
pub(super) fn of_managers(host: &Recording, secrets: &Secrets) -> Vec<Recording> {
    let note = secrets.note();
    let Secrets { account, file, .. } = secrets;
    let of = |manager: &str, path: &str, text: String| {
        host.clone()
            .link("/etc/systemd/system/display-manager.service", format!("/usr/lib/systemd/system/{manager}.service"))
            .file(path, format!("{note}{text}"))
    };
    vec![
        of("gdm3", "/etc/gdm3/daemon.conf", format!("[daemon]\nTimedLoginEnable=true\nTimedLogin={account}\n")),
        of("sddm", "/etc/sddm.conf", format!("[Autologin]\nUser={account}\nSession={file}\n")),
        of("greetd", "/etc/greetd/config.toml", format!("[initial_session]\nuser = \"{account}\"\n")),
        of("lxdm", "/etc/lxdm/lxdm.conf", format!("[base]\nautologin={account}\n")),
    ]
}
