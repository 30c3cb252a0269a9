//! AppLocker's rules, as group policy leaves them in the registry; those that a device's management brings are not there.
//!
//! A rule is an element of XML: for whom, whether it allows or denies, and for which files
//! (<https://learn.microsoft.com/en-us/windows/client-management/mdm/applocker-xsd>).

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use tenken_model::fact::execution_control::ApplicationControl;
use tenken_model::{Reason, ReasonCode};

use crate::collect::Look;
use crate::collect::windows_setting::{Services, number};
use crate::host::windows_api::RegistryPath;

/// Where the rules are, by the kind of files.
const RULES: &str = r"SOFTWARE\Policies\Microsoft\Windows\SrpV2";
/// The service without which nothing is refused.
const APP_IDENTITY: &str = "AppIDSvc";
/// The most rules of a kind that are read.
const RULES_MAX: usize = 1_000;
/// Everyone, Interactive, Authenticated Users, Users.
const EVERYBODY: [&str; 4] = ["S-1-1-0", "S-1-5-4", "S-1-5-11", "S-1-5-32-545"];
/// Where what came by mail or from the internet is put, below the disk of the system.
const RECEIVED: [&str; 4] = [r"\USERS\*", r"\DOWNLOADS\*", r"\DESKTOP\*", r"\APPDATA\LOCAL\TEMP\*"];

/// What a rule lets everybody start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Whatever was received, so that the other rules refuse nothing of it.
    Everything,
    /// The same, but for exceptions.
    EverythingBut,
    /// Only some files, or only some people may; or it denies.
    Some,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It is no XML.
    #[error("it is no XML: {0}")]
    Xml(String),
    /// It is an element that no rule is.
    #[error("it is of a kind that is not known")]
    Kind,
    /// It does not say for whom, or what it does.
    #[error("it has no {0}")]
    Without(&'static str),
}

/// Reads them. `EnforcementMode` is 1 where rules are enforced and 0 where what they refuse is only written down; rules without it
/// are enforced.
/// <https://learn.microsoft.com/en-us/windows/security/application-security/application-control/app-control-for-business/applocker/understand-applocker-enforcement-settings>
pub(super) fn read(look: &Look<'_>) -> Result<ApplicationControl, Reason> {
    let (programs, scripts) = (enforced(look, "Exe")?, enforced(look, "Script")?);
    let Some(is_enforced) = programs else { return Ok(ApplicationControl::None) };
    if !Services::read(look).map_err(|error| error.reason())?.runs(APP_IDENTITY) {
        return Ok(ApplicationControl::None);
    }
    Ok(match (is_enforced, scripts) {
        (true, Some(true)) => ApplicationControl::Enforced,
        (true, Some(false) | None) => ApplicationControl::Programs,
        (false, _) => ApplicationControl::Audited,
    })
}

/// Whether the rules for that kind of files are enforced; nothing where there are none, or one of them allows everything.
fn enforced(look: &Look<'_>, kind: &str) -> Result<Option<bool>, Reason> {
    let path = RegistryPath::machine(RULES).join(kind);
    let rules = look.registry(&path).map_err(|error| error.reason())?.unwrap_or_default().subkeys;
    if rules.is_empty() {
        return Ok(None);
    }
    if rules.len() > RULES_MAX {
        return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: it has more than {RULES_MAX} rules")));
    }
    let mut has_exceptions = false;
    for name in &rules {
        let path = path.join(name);
        let values = look.registry_values(&path).map_err(|error| error.reason())?;
        let Some(rule) = values.as_ref().and_then(|values| values.text("Value")) else {
            return Err(Reason::new(ReasonCode::Missing, format!("read {path}: the rule has no Value")));
        };
        match reach(rule).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))? {
            Reach::Everything => return Ok(None),
            Reach::EverythingBut => has_exceptions = true,
            Reach::Some => {}
        }
    }
    if has_exceptions {
        let detail = format!("read {path}: a rule allows everything but its exceptions, which are not followed");
        return Err(Reason::new(ReasonCode::Inconclusive, detail));
    }
    Ok(Some(number(look, "EnforcementMode", &[path])? != Some(0)))
}

/// What a rule lets everybody start.
pub fn reach(xml: &str) -> Result<Reach, RuleError> {
    let broken = |error: &dyn std::fmt::Display| RuleError::Xml(error.to_string());
    let mut reader = Reader::from_str(xml);
    let (mut rule, mut in_exceptions) = (None, false);
    let (mut is_open, mut has_exceptions) = (false, false);
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                match (&rule, name.as_ref()) {
                    (None, b"FilePathRule" | b"FilePublisherRule" | b"FileHashRule") => {
                        rule = Some(is_for_all(&element)?);
                    }
                    (None, _) => return Err(RuleError::Kind),
                    (Some(_), b"Exceptions") => in_exceptions = true,
                    (Some(_), _) if in_exceptions => has_exceptions = true,
                    (Some(_), b"FilePathCondition") => {
                        is_open |= is_open_path(&attribute(&element, "Path")?.ok_or(RuleError::Without("Path"))?);
                    }
                    (Some(_), _) => {}
                }
            }
            Event::End(element) if element.local_name().as_ref() == b"Exceptions" => in_exceptions = false,
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(match (rule.ok_or(RuleError::Kind)?, is_open, has_exceptions) {
        (true, true, false) => Reach::Everything,
        (true, true, true) => Reach::EverythingBut,
        _ => Reach::Some,
    })
}

/// Whether it allows, and everybody.
fn is_for_all(rule: &BytesStart<'_>) -> Result<bool, RuleError> {
    let whom = attribute(rule, "UserOrGroupSid")?.ok_or(RuleError::Without("UserOrGroupSid"))?;
    let action = attribute(rule, "Action")?.ok_or(RuleError::Without("Action"))?;
    Ok(action.eq_ignore_ascii_case("Allow") && EVERYBODY.iter().any(|sid| whom.eq_ignore_ascii_case(sid)))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, RuleError> {
    let broken = |error: &dyn std::fmt::Display| RuleError::Xml(error.to_string());
    let Some(found) = element.try_get_attribute(name).map_err(|error| broken(&error))? else { return Ok(None) };
    let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|error| broken(&error))?;
    Ok(Some(value.into_owned()))
}

/// Whether the pattern takes in where received files are put: the whole disk, people's folders, or those for downloads.
fn is_open_path(pattern: &str) -> bool {
    let pattern = pattern.trim().to_uppercase();
    let below = match pattern.strip_prefix("%OSDRIVE%") {
        Some(below) => below,
        None if pattern.get(1..2) == Some(":") => pattern.get(2..).unwrap_or_default(),
        None => &pattern,
    };
    let literal = below.replace(['*', '?', '\\', '.'], "");
    if literal.is_empty() || literal == "EXE" && below.rsplit('.').next() == Some("EXE") {
        return below.contains('*');
    }
    RECEIVED.iter().any(|place| below == *place || below.starts_with(r"\USERS\") && below.ends_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(whom: &str, action: &str, path: &str, exceptions: &str) -> String {
        format!(
            r#"<FilePathRule Id="921cc481-6e17-4653-8f75-050b80acca20" Name="A &amp; B" Description="" UserOrGroupSid="{whom}" Action="{action}"><Conditions><FilePathCondition Path="{path}"/></Conditions>{exceptions}</FilePathRule>"#
        )
    }

    #[test]
    fn the_rules_that_windows_proposes_leave_received_files_out() {
        for (whom, path) in [
            ("S-1-1-0", r"%PROGRAMFILES%\*"),
            ("S-1-1-0", r"%WINDIR%\*"),
            ("S-1-5-32-544", "*"),
            ("S-1-1-0", r"C:\exe\*"),
            ("S-1-1-0", "%OSDRIVE%"),
        ] {
            assert_eq!(reach(&rule(whom, "Allow", path, "")), Ok(Reach::Some), "{path}");
        }
    }

    #[test]
    fn a_rule_that_allows_everybody_everything_leaves_nothing_of_the_list() {
        for path in [
            "*",
            "*.*",
            "*.exe",
            r"*\*",
            r"C:\*",
            r"%OSDRIVE%\*",
            r"%osdrive%\users\*",
            r"C:\Users\*\Downloads\*",
            r"%OSDRIVE%\Users\*\AppData\Local\Temp\*",
        ] {
            for whom in EVERYBODY {
                assert_eq!(reach(&rule(whom, "Allow", path, "")), Ok(Reach::Everything), "{path}");
            }
            assert_eq!(reach(&rule("S-1-1-0", "Deny", path, "")), Ok(Reach::Some), "{path}");
        }
    }

    #[test]
    fn exceptions_are_told_apart_from_an_empty_list_of_them() {
        let excepted = r#"<Exceptions><FilePathCondition Path="%OSDRIVE%\Users\*"/></Exceptions>"#;
        assert_eq!(reach(&rule("S-1-1-0", "Allow", "*", excepted)), Ok(Reach::EverythingBut));
        assert_eq!(reach(&rule("S-1-1-0", "Allow", "*", "<Exceptions></Exceptions>")), Ok(Reach::Everything));
        assert_eq!(reach(&rule("S-1-1-0", "Allow", r"%WINDIR%\*", excepted)), Ok(Reach::Some));
    }

    #[test]
    fn signers_and_digests_are_some_files() {
        let signed = r#"<FilePublisherRule UserOrGroupSid="S-1-1-0" Action="Allow"><Conditions><FilePublisherCondition PublisherName="*" ProductName="*" BinaryName="*"><BinaryVersionRange LowSection="*" HighSection="*"/></FilePublisherCondition></Conditions></FilePublisherRule>"#;
        assert_eq!(reach(signed), Ok(Reach::Some));
    }

    #[test]
    fn what_is_no_rule_is_said_to_be_none() {
        assert_eq!(reach(""), Err(RuleError::Kind));
        assert_eq!(reach("<Other/>"), Err(RuleError::Kind));
        assert_eq!(reach(r#"<FilePathRule Action="Allow"/>"#), Err(RuleError::Without("UserOrGroupSid")));
        assert_eq!(reach(r#"<FilePathRule UserOrGroupSid="S-1-1-0"/>"#), Err(RuleError::Without("Action")));
        assert!(matches!(reach("<FilePathRule"), Err(RuleError::Xml(_))));
        let without = r#"<FilePathRule UserOrGroupSid="S-1-1-0" Action="Allow"><FilePathCondition/></FilePathRule>"#;
        assert_eq!(reach(without), Err(RuleError::Without("Path")));
    }
}
