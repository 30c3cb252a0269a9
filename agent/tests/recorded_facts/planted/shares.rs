//! What is shared over SMB and NFS.

use tenken_agent::host::Recording;

use super::Secrets;

const SMBD: &str = "/usr/lib/systemd/system/smbd.service";

pub(super) fn shares(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, alias, person, telephone, mail, host: name, file, password, .. } = secrets;
    host.running(71, "smbd")
        .running(72, "nfsd")
        .file(SMBD, format!("{note}[Service]\nExecStart=/usr/sbin/smbd --foreground\n"))
        .link("/etc/systemd/system/multi-user.target.wants/smbd.service", SMBD)
        .file("/etc/debian_version", "")
        .file(
            "/etc/samba/smb.conf",
            format!(
                "{note}[Global]\n workgroup = {person}\n guest account = {account}\n usershare allow guests = yes\n\
                 usershare path = /srv/{file}/own\n include = /etc/samba/{file}.conf\n\
                 [{file}]\n comment = {mail}\n path = /srv/{file}\n valid users = @{alias}, {account} CLINIC\\{person}\n\
                 [open-{file}]\n path = \"/srv/{file} of {person}\"\n public = yes\n writable = yes\n\
                 [{person}]\n copy = open-{file}\n valid users = \"@{person}\\domain users\" %G\n vfs objects = {file}\n\
                 [homes]\n valid users = {person}\\%S\n root preexec = echo {password}\n\
                 [{telephone}]\n path = /home/{account}/%U\n valid users = %U\n force user = {account}\n"
            ),
        )
        .file(format!("/etc/samba/{file}.conf"), format!("{note}guest ok = no\n"))
        .file(
            "/var/lib/samba/share_info.tdb",
            format!("TDB file\n\0\0SECDESC/{}\0{person}", person.to_lowercase()),
        )
        .folder_with(format!("/srv/{file}/own"), |folder| folder.mode = 0o1770)
        .file(
            format!("/srv/{file}/own/own{file}"),
            format!(
                "#VERSION 2\npath=/srv/{file}/{account}\ncomment={person}\n\
                 usershare_acl=S-1-1-0:r,S-1-5-21-{}-2-3-1007:f\nguest_ok=y\nsharename=own{file}\n",
                telephone.replace('-', "")
            ),
        )
        .folder(format!("/srv/{file}/{account}"))
        .folder_with(format!("/srv/{file}"), |folder| folder.mode = 0o777)
        .file(
            "/etc/exports",
            format!(
                "{note}/srv/{file} {name}(rw,sec=krb5) *.{name} (ro) 192.168.7.0/24(rw) @{alias}\n\
                 \"/srv/{file} of {person}\" *(rw) gss/{file}(rw)\n/home/{account} {name}\n/x {name}({file})\n{note}"
            ),
        )
        .file(format!("/etc/exports.d/{file}.exports"), format!("{note}/srv/{file} {name}(ro)\n"))
}
