//! `/etc/usbguard/usbguard-daemon.conf`. See usbguard-daemon.conf(5).

use tenken_model::fact::removable_media::UsbPolicy;
use thiserror::Error;

/// The most lines.
const LINES_MAX: usize = 20_000;

/// Why the configuration cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UsbguardConfError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is too long.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A value is none of those that the daemon knows; it then does not start.
    #[error("{0} has a value that is none of its words")]
    NoWord(&'static str),
}

/// What the daemon is told, as far as it bears on storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbguardConf {
    /// The file of rules, if there is one.
    pub rule_file: Option<String>,
    /// The folder of more rules, if there is one.
    pub rule_folder: Option<String>,
    /// What happens to a device that no rule names.
    pub unnamed: UsbPolicy,
    /// What is attached before the daemon starts may stay without being asked about.
    pub present_may_stay: bool,
}

/// Reads `Name=value` lines, of which the last of a name counts.
pub fn parse(bytes: &[u8]) -> Result<UsbguardConf, UsbguardConfError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UsbguardConfError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(UsbguardConfError::TooLong);
    }
    let last = |name: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let mut pairs = lines.filter_map(|line| line.split_once('='));
        let value = pairs.rfind(|(found, _)| found.trim() == name);
        value.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let inserted = match last("InsertedDevicePolicy").as_deref() {
        None | Some("apply-policy") => None,
        Some("block") => Some(UsbPolicy::Block),
        Some("reject") => Some(UsbPolicy::Reject),
        Some(_) => return Err(UsbguardConfError::NoWord("InsertedDevicePolicy")),
    };
    let implicit = match last("ImplicitPolicyTarget").as_deref() {
        None | Some("block") => UsbPolicy::Block,
        Some("reject") => UsbPolicy::Reject,
        Some("allow") => UsbPolicy::Allow,
        Some(_) => return Err(UsbguardConfError::NoWord("ImplicitPolicyTarget")),
    };
    let present_may_stay = match last("PresentDevicePolicy").as_deref() {
        None | Some("apply-policy" | "block" | "reject") => false,
        Some("allow" | "keep") => true,
        Some(_) => return Err(UsbguardConfError::NoWord("PresentDevicePolicy")),
    };
    // Where whatever is put in is kept out, no rule is asked.
    let asks_rules = inserted.is_none();
    Ok(UsbguardConf {
        rule_file: last("RuleFile").filter(|_| asks_rules),
        rule_folder: last("RuleFolder").filter(|_| asks_rules),
        unnamed: inserted.unwrap_or(implicit),
        present_may_stay,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_packages_install_it() {
        let debian = include_bytes!("../../../tests/samples/removable_media/usbguard-1.1.2.usbguard-daemon.conf");
        let conf = parse(debian).unwrap();
        assert_eq!(conf.rule_file.as_deref(), Some("/etc/usbguard/rules.conf"));
        assert_eq!(conf.rule_folder.as_deref(), Some("/etc/usbguard/rules.d/"));
        assert_eq!((conf.unnamed, conf.present_may_stay), (UsbPolicy::Block, false));
    }

    #[test]
    fn what_counts() {
        let unnamed = |text: &str| parse(text.as_bytes()).map(|conf| conf.unnamed);
        for (text, expected) in [
            ("", Ok(UsbPolicy::Block)),
            ("ImplicitPolicyTarget=allow", Ok(UsbPolicy::Allow)),
            ("#ImplicitPolicyTarget=allow", Ok(UsbPolicy::Block)),
            ("ImplicitPolicyTarget=block\nImplicitPolicyTarget=allow", Ok(UsbPolicy::Allow)),
            (" ImplicitPolicyTarget = reject ", Ok(UsbPolicy::Reject)),
            ("implicitpolicytarget=allow", Ok(UsbPolicy::Block)),
            ("ImplicitPolicyTarget=Allow", Err(UsbguardConfError::NoWord("ImplicitPolicyTarget"))),
            ("ImplicitPolicyTarget=allow\nInsertedDevicePolicy=block", Ok(UsbPolicy::Block)),
            ("InsertedDevicePolicy=allow", Err(UsbguardConfError::NoWord("InsertedDevicePolicy"))),
            ("PresentDevicePolicy=maybe", Err(UsbguardConfError::NoWord("PresentDevicePolicy"))),
        ] {
            assert_eq!(unnamed(text), expected, "{text}");
        }
        assert!(parse(b"PresentDevicePolicy=keep").unwrap().present_may_stay);
        assert_eq!(parse(b"RuleFile=/x\nInsertedDevicePolicy=reject").unwrap().rule_file, None);
        assert_eq!(parse(b"\xff"), Err(UsbguardConfError::NotText));
        assert_eq!(parse("\n".repeat(20_001).as_bytes()), Err(UsbguardConfError::TooLong));
    }
}
