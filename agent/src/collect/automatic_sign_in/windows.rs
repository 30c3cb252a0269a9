//! Ways into Windows on which nobody is asked.
//!
//! - <https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/how-to-turn-on-automatic-logon>: `AutoAdminLogon` is
//!   the text `1`; the password is the text `DefaultPassword`, or a secret that nobody but the system reads.
//! - The guest is the account of RID 501, whatever its name.

use tenken_model::fact::automatic_sign_in::{AutomaticEntry, AutomaticSignIn, GuestSession, SignInProgram};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::accounts::windows::DISABLED;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryData, RegistryKey, RegistryPath};

/// Winlogon's own settings; a policy has none of these.
const WINLOGON: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
/// Values that hold a password as it is typed.
const PASSWORDS: [&str; 2] = ["DefaultPassword", "AltDefaultPassword"];
const GUEST: u32 = 501;

/// Reads how this host lets people in by itself.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<AutomaticSignIn> {
    let path = RegistryPath::machine(WINLOGON);
    let winlogon = look.registry(&path).map_err(|error| error.reason()).map(Option::unwrap_or_default);
    let entries = winlogon.as_ref().map_err(Clone::clone).and_then(|key| entries(key, &path));
    Outcome::Known(AutomaticSignIn {
        display_manager: Read::Measured(Some("winlogon".to_owned())),
        entries: entries.into(),
        guests: guests(look).into(),
        plain_passwords: winlogon.map(|key| plain_passwords(&key, &path)).into(),
    })
}

fn entries(winlogon: &RegistryKey, path: &RegistryPath) -> Result<Vec<AutomaticEntry>, Reason> {
    let is_on = match winlogon.value("AutoAdminLogon") {
        None => false,
        Some(RegistryData::Text(text) | RegistryData::Expandable(text)) if text == "1" => true,
        Some(RegistryData::Text(text) | RegistryData::Expandable(text)) if matches!(text.as_str(), "" | "0") => false,
        Some(_) => {
            let why = "it is neither the text 0 nor 1, and what Windows makes of it is not known";
            return Err(Reason::new(ReasonCode::Unparsable, format!("read {path}!AutoAdminLogon: {why}")));
        }
    };
    if !is_on {
        return Ok(Vec::new());
    }
    let name = winlogon.text("DefaultUserName").unwrap_or_default();
    let domain = winlogon.text("DefaultDomainName").unwrap_or_default();
    let account = if domain.is_empty() || domain == "." { name.to_owned() } else { format!(r"{domain}\{name}") };
    let origin = format!("{path}!AutoAdminLogon");
    Ok(vec![AutomaticEntry { program: SignInProgram::Windows, account, origin, delayed: false }])
}

/// The values that hold a password, which itself is told to nobody. An empty one is none.
fn plain_passwords(winlogon: &RegistryKey, path: &RegistryPath) -> Vec<String> {
    let is_there = |name: &&&str| match winlogon.value(name) {
        None => false,
        Some(RegistryData::Text(text) | RegistryData::Expandable(text)) => !text.is_empty(),
        Some(_) => true,
    };
    PASSWORDS.iter().filter(is_there).map(|name| format!("{path}!{name}")).collect()
}

fn guests(look: &Look<'_>) -> Result<Vec<GuestSession>, Reason> {
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    if accounts.is_empty() {
        let detail = "look for the guest's account: this machine has none of its own, being a domain's controller";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let open = accounts.iter().filter(|account| account.sid.rid() == Some(GUEST) && account.flags & DISABLED == 0);
    let session =
        |name: &str| GuestSession { program: SignInProgram::Windows, origin: format!("{name} (RID {GUEST})") };
    Ok(open.map(|account| session(&account.name)).collect())
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::fact::system::SystemFamily;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;
    use crate::host::recorded::Answer;
    use crate::host::windows_api::{LocalAccount, RegistryValue};

    fn text(text: &str) -> RegistryData {
        RegistryData::Text(text.to_owned())
    }

    fn fact(values: Vec<(&str, RegistryData)>, guest_flags: Option<u32>) -> AutomaticSignIn {
        let now = Instant::UNIX_EPOCH;
        let mut host = Recording::new(now);
        host.family = SystemFamily::Windows;
        let values = values.into_iter().map(|(name, data)| RegistryValue { name: name.to_owned(), data }).collect();
        let key = RegistryKey { values, ..RegistryKey::default() };
        host.windows.registry.insert(RegistryPath::machine(WINLOGON), Answer::Given(key));
        let guest = |flags| LocalAccount {
            flags,
            ..LocalAccount::ordinary("ゲスト", "S-1-5-21-1-2-3-501".parse().unwrap())
        };
        host.windows.accounts = guest_flags.map(|flags| Answer::Given(vec![guest(flags)]));
        fact_of(&host)
    }

    fn fact_of(host: &Recording) -> AutomaticSignIn {
        let now = host.now;
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
        match collect(&Look::new(host), &needs) {
            Outcome::Known(fact) => fact,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_automatic_sign_in_is_the_text_one() {
        let accounts = |data: RegistryData| {
            let values = vec![("AutoAdminLogon", data), ("DefaultUserName", text("uketsuke"))];
            let entries = fact(values, None).entries;
            entries.map(|entries| entries.into_iter().map(|entry| entry.account).collect::<Vec<_>>())
        };
        assert_eq!(accounts(text("1")), Read::Measured(vec!["uketsuke".to_owned()]));
        for off in ["0", ""] {
            assert_eq!(accounts(text(off)), Read::Measured(Vec::new()), "{off}");
        }
        for odd in ["01", "yes", " 1"] {
            assert!(matches!(accounts(text(odd)), Read::NotRead(_)), "{odd}");
        }
        assert!(matches!(accounts(RegistryData::Number(1)), Read::NotRead(_)), "a number is no text");
        let values =
            vec![("autoadminlogon", text("1")), ("DefaultDomainName", text("KENSHIN")), ("DefaultUserName", text("a"))];
        assert_eq!(fact(values, None).entries.measured().unwrap()[0].account, r"KENSHIN\a");
        assert_eq!(fact(vec![("AutoAdminLogon", text("1"))], None).entries.measured().unwrap()[0].account, "");
    }

    #[test]
    fn a_password_in_plain_text_is_told_by_its_place_and_never_by_itself() {
        let found = fact(vec![("AutoAdminLogon", text("0")), ("DefaultPassword", text("himitsu"))], None);
        let places = found.plain_passwords.measured().unwrap();
        assert_eq!(places, &[format!(r"HKLM\{WINLOGON}!DefaultPassword")]);
        assert!(!format!("{found:?}").contains("himitsu"));
        assert!(fact(vec![("DefaultPassword", text(""))], None).plain_passwords.measured().unwrap().is_empty());
        let number = fact(vec![("DefaultPassword", RegistryData::Number(1234))], None);
        assert_eq!(number.plain_passwords.measured().unwrap().len(), 1);
    }

    #[test]
    fn the_guest_is_known_by_its_number() {
        assert_eq!(fact(Vec::new(), Some(0x10221)).guests.measured().unwrap()[0].origin, "ゲスト (RID 501)");
        assert!(fact(Vec::new(), Some(0x10223)).guests.measured().unwrap().is_empty());
        assert!(matches!(fact(Vec::new(), None).guests, Read::NotRead(_)), "accounts could not be listed");
        let mut controller = Recording::new(Instant::UNIX_EPOCH);
        controller.family = SystemFamily::Windows;
        controller.windows.accounts = Some(Answer::Given(Vec::new()));
        assert!(matches!(fact_of(&controller).guests, Read::NotRead(_)), "the guest is the domain's");
    }
}
