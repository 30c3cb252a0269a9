//! Passwords in what the registry holds of services: their command lines, their environment, and the parameters that wrappers such as
//! NSSM start a program with.

use super::command_line;
use super::secret_lines::{Find, Style, finds};
use super::walk::Walk;
use crate::collect::Look;
use crate::host::windows_api::{RegistryData, RegistryKey, RegistryPath, SecuredObject};

/// Where services are; everybody on the machine may read it unless somebody took that away.
const SERVICES: &str = r"SYSTEM\CurrentControlSet\Services";
/// More services and drivers than any machine has.
const SERVICES_MAX: usize = 2_000;
/// Bits of `Type` of what is no driver (SERVICE_WIN32_OWN_PROCESS, SERVICE_WIN32_SHARE_PROCESS).
const NO_DRIVER: u64 = 0x30;
/// Values that are command lines.
const COMMAND_LINES: [&str; 3] = ["ImagePath", "AppParameters", "Application"];

/// Looks through the services.
pub(super) fn walk(look: &Look<'_>, walk: &mut Walk<'_, '_>) {
    // Some services write below their keys all the time: that wakes nobody.
    let aside = look.aside();
    let root = RegistryPath::machine(SERVICES);
    let services = match aside.registry(&root) {
        Ok(services) => services.unwrap_or_default(),
        Err(error) => return walk.miss(&error),
    };
    for (index, name) in services.subkeys.iter().enumerate() {
        let path = root.join(name);
        if index >= SERVICES_MAX {
            walk.leave_out(1, &path.to_string());
            continue;
        }
        match aside.registry(&path) {
            Ok(Some(key)) => {
                values(&aside, walk, &path, &key);
                if key.number("Type").is_some_and(|kind| kind & NO_DRIVER != 0) && has_parameters(&key) {
                    parameters(&aside, walk, &path.join("Parameters"));
                }
            }
            // It was removed in the meantime.
            Ok(None) => {}
            Err(error) => walk.miss(&error),
        }
    }
}

fn has_parameters(key: &RegistryKey) -> bool {
    key.subkeys.iter().any(|name| name.eq_ignore_ascii_case("Parameters"))
}

fn parameters(look: &Look<'_>, walk: &mut Walk<'_, '_>, path: &RegistryPath) {
    match look.registry(path) {
        Ok(Some(key)) => values(look, walk, path, &key),
        Ok(None) => {}
        // Few services keep their parameters to themselves, as those of certificates do.
        Err(error) => walk.miss(&error),
    }
}

fn values(look: &Look<'_>, walk: &mut Walk<'_, '_>, path: &RegistryPath, key: &RegistryKey) {
    for value in &key.values {
        let found = of_value(&value.name, &value.data);
        if !found.is_empty() {
            walk.found_in(look, &format!("{path}!{}", value.name), &SecuredObject::RegistryKey(path.clone()), found);
        }
    }
}

/// The passwords of one value: in its text, or its whole text where its name says so.
pub fn of_value(name: &str, data: &RegistryData) -> Vec<Find> {
    match data {
        RegistryData::Text(text) | RegistryData::Expandable(text) => of_text(name, text),
        RegistryData::Texts(texts) => {
            let lines = texts.iter().enumerate();
            let of_line = |(index, text): (usize, &String)| {
                of_text("", text).into_iter().map(move |find| Find { line: index + 1, ..find })
            };
            lines.flat_map(of_line).collect()
        }
        _ => Vec::new(),
    }
}

/// The passwords of a text.
pub fn of_text(name: &str, text: &str) -> Vec<Find> {
    let one_line = text.replace(['\r', '\n'], " ");
    if COMMAND_LINES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return command_line::finds(&one_line);
    }
    let own = finds(&one_line, Style::Assignments).0;
    if !own.is_empty() || name.is_empty() {
        return own;
    }
    // Quotes within would end it early.
    let named = format!("{name}=\"{}\"", one_line.replace('"', ""));
    finds(&named, Style::Assignments).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, data: &RegistryData) -> Vec<(usize, String)> {
        of_value(name, data).into_iter().map(|find| (find.line, find.key)).collect()
    }

    fn text(text: &str) -> RegistryData {
        RegistryData::Text(text.to_owned())
    }

    #[test]
    fn values_that_hold_a_password() {
        let one = |key: &str| vec![(1, key.to_owned())];
        assert_eq!(of("ImagePath", &text(r"C:\x.exe --password Kenshin-2026")), one("password"));
        assert_eq!(of("imagepath", &RegistryData::Expandable(r"%windir%\x.exe /pwd:Kenshin-2026".into())), one("pwd"));
        assert_eq!(of("AppParameters", &text("-jar x.jar -Ddb.password=Kenshin-2026")), one("Ddb.password"));
        assert_eq!(of("DbPassword", &text("Kenshin-2026")), one("DbPassword"));
        assert_eq!(of("パスワード", &text("Kenshin-2026")), one("パスワード"));
        assert_eq!(of("ConnectionString", &text("Server=x;User Id=a;Password=Kenshin-2026;")), one("Password"));
        let environment = RegistryData::Texts(vec!["JAVA_HOME=C:\\java".into(), "DB_PASSWORD=Kenshin-2026".into()]);
        assert_eq!(of("Environment", &environment), [(2, "DB_PASSWORD".to_owned())]);
    }

    #[test]
    fn values_that_hold_none() {
        assert!(of("ImagePath", &text(r"%SystemRoot%\system32\svchost.exe -k netsvcs -p")).is_empty());
        assert!(of("Password", &text("")).is_empty());
        assert!(of("Password", &RegistryData::Number(12_345_678)).is_empty());
        assert!(of("PasswordExpiryWarning", &text("14 days")).is_empty());
        assert!(of("ServiceDll", &text(r"%SystemRoot%\System32\pwdssp.dll")).is_empty());
        assert!(of("Environment", &RegistryData::Texts(Vec::new())).is_empty());
    }
}
