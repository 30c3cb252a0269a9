//! Passwords where they do not belong.

use tenken_agent::host::Recording;

use super::super::secrets::Secrets;

pub(super) fn written_secrets(host: Recording, secrets: &Secrets) -> Recording {
    let note = secrets.note();
    let Secrets { account, person, host: name, file, password, .. } = secrets;
    host.file(format!("/opt/{file}/conf/{file}.ini"), format!("{note}[{person}]\ndb_password={password}\n"))
        .file(format!("/etc/app-{file}/app.conf"), format!("{note}url=mysql://{account}:{password}@{name}/x\n"))
        .file(format!("/etc/app-{file}/app.conf.bak"), format!("{note}db_pass={password}\n"))
        .file("/etc/postfix/sasl_passwd", format!("{note}[{name}]:587 {account}:{password}\n"))
        .file("/etc/ppp/chap-secrets", format!("{note}{account} * \"{password}\" *\n"))
        .file("/etc/ipsec.secrets", format!("{note}{account} : EAP \"{password}\"\n"))
        .file("/etc/exim4/passwd.client", format!("{note}{name}:{account}:{password}\n"))
        .file("/etc/apt/auth.conf.d/vendor.conf", format!("machine {name} login {account} password {password}\n"))
        .file(format!("/var/www/html/{file}-sample.php"), format!("<?php\n$password = '{password}';\n"))
        .file("/etc/netplan/90-NM-x.yaml", format!("{note}  password: \"{password}\"\n"))
        .file("/var/www/html/config.php", format!("<?php // {person}\n$password = '{password}-2';\n"))
        .file(format!("/home/{account}/.pgpass"), format!("{name}:5432:*:{account}:{password}\n"))
        .file(format!("/home/{account}/.netrc"), format!("machine {name} login {account} password {password}\n"))
        .file(format!("/home/{account}/デスクトップ/{person}のパスワード.xlsx"), person)
        .file(format!("/home/{account}/Documents/{person}.txt"), person)
}
