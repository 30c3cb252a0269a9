//! Rules of attack surface reduction, which Microsoft Defender applies while it is what protects.
//!
//! `MSFT_MpPreference` tells which hold. Where WMI does not, the registry is read: group policy (`ASR\Rules`), Intune (`ASRRules` of
//! the `Policy Manager`), and the machine's own. Which of the first two counts is told differently in different places, so that two
//! that disagree are unknown.
//! <https://learn.microsoft.com/en-us/defender-endpoint/attack-surface-reduction-rules-reference>

use tenken_model::fact::execution_control::Restraint;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::Look;
use crate::host::windows_api::{RegistryKey, RegistryPath, WmiQuestion, WmiRow, WmiValue};

/// Block executable content from email client and webmail.
const MAIL_PROGRAMS: &str = "be9ba2d9-53ea-4cdc-84e5-9b1eeee46550";
/// Block JavaScript or VBScript from launching downloaded executable content.
const SCRIPT_DOWNLOADS: &str = "d3e037e1-3eb8-44c8-a917-57927947596d";

const OF_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules";
const OF_INTUNE: &str = r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager";
const OF_MACHINE: &str = r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules";

/// What becomes of programs in mail, and of programs that scripts fetch.
pub(super) fn read(look: &Look<'_>) -> [Read<Restraint>; 2] {
    let places = Places::read(look);
    let preference = look.wmi(&WmiQuestion::DefenderPreference).ok().and_then(|rows| rows.into_iter().next());
    let state = |rule: &str| match &preference {
        Some(row) => told(row, rule),
        None => places.as_ref().map_err(Clone::clone)?.state(rule),
    };
    let states = [MAIL_PROGRAMS, SCRIPT_DOWNLOADS].map(state);
    // Where no rule stops anything it does not matter who would apply it.
    let stops = |state: &Result<Restraint, Reason>| !matches!(state, Ok(Restraint::Off | Restraint::Audited));
    let applies = if states.iter().any(stops) { defender_protects(look) } else { Ok(true) };
    states.map(|state| match (&applies, state) {
        (Ok(true), state) | (_, state @ Ok(Restraint::Off | Restraint::Audited)) => state.into(),
        (Ok(false), _) => Read::Measured(Restraint::Off),
        (Err(reason), _) => Read::NotRead(reason.clone()),
    })
}

/// Rules need real-time protection, by Defender itself.
fn defender_protects(look: &Look<'_>) -> Result<bool, Reason> {
    let rows = look.wmi(&WmiQuestion::DefenderStatus).map_err(|error| error.reason())?;
    let row = rows.first();
    let mode = row.and_then(|row| row.get("AMRunningMode")).and_then(WmiValue::text);
    let checks = row.and_then(|row| row.get("RealTimeProtectionEnabled")).and_then(WmiValue::truth);
    let is_normal =
        mode.is_none_or(|mode| ["Normal", "Normal Mode"].iter().any(|known| mode.eq_ignore_ascii_case(known)));
    checks.map(|checks| checks && is_normal).ok_or_else(|| {
        let detail =
            "ask WMI for Microsoft Defender: it does not tell RealTimeProtectionEnabled, without which no rule holds";
        Reason::new(ReasonCode::Missing, detail)
    })
}

/// The state by WMI: identifiers and actions are two lists of one length.
fn told(row: &WmiRow, rule: &str) -> Result<Restraint, Reason> {
    let list = |name: &str| row.get(name).map(WmiValue::each).unwrap_or_default();
    let (rules, actions) = (list("AttackSurfaceReductionRules_Ids"), list("AttackSurfaceReductionRules_Actions"));
    let is_it = |own: &WmiValue| own.text().is_some_and(|own| own.trim_matches(['{', '}']).eq_ignore_ascii_case(rule));
    match rules.iter().position(is_it) {
        None => Ok(Restraint::Off),
        Some(index) if rules.len() == actions.len() => {
            restraint(rule, actions.get(index).and_then(WmiValue::number).and_then(|action| u64::try_from(action).ok()))
        }
        Some(_) => {
            let detail =
                "ask WMI for MSFT_MpPreference: it tells not as many actions as rules of attack surface reduction";
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
    }
}

/// 0 off, 1 block, 2 audit, 5 not configured, 6 warn.
fn restraint(rule: &str, action: Option<u64>) -> Result<Restraint, Reason> {
    match action {
        Some(0 | 5) => Ok(Restraint::Off),
        Some(1) => Ok(Restraint::Blocked),
        Some(2) => Ok(Restraint::Audited),
        Some(6) => Ok(Restraint::Warned),
        Some(_) | None => {
            let detail = format!("read the rule {rule} of attack surface reduction: its state is not known");
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
    }
}

/// Where the registry keeps them.
struct Places {
    policy: RegistryKey,
    managed: RegistryKey,
    machine: RegistryKey,
}

impl Places {
    fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let key = |path: &str| {
            look.registry(&RegistryPath::machine(path)).map(Option::unwrap_or_default).map_err(|error| error.reason())
        };
        Ok(Self { policy: key(OF_POLICY)?, managed: key(OF_INTUNE)?, machine: key(OF_MACHINE)? })
    }

    fn state(&self, rule: &str) -> Result<Restraint, Reason> {
        let policy = in_key(&self.policy, rule).transpose()?;
        let managed = self.managed.text("ASRRules").and_then(|rules| in_text(rules, rule)).transpose()?;
        match (policy, managed) {
            (Some(policy), Some(managed)) if policy != managed => {
                let detail =
                    format!("read the rule {rule} of attack surface reduction: group policy and Intune disagree");
                Err(Reason::new(ReasonCode::Inconclusive, detail))
            }
            (Some(state), _) | (None, Some(state)) => Ok(state),
            (None, None) => in_key(&self.machine, rule).unwrap_or(Ok(Restraint::Off)),
        }
    }
}

/// A value for each rule: of policies a text, of the machine a number.
fn in_key(key: &RegistryKey, rule: &str) -> Option<Result<Restraint, Reason>> {
    let data = key.value(rule)?;
    Some(restraint(rule, data.number().or_else(|| data.text().and_then(|text| text.trim().parse().ok()))))
}

/// `GUID=1|GUID=2`.
fn in_text(rules: &str, rule: &str) -> Option<Result<Restraint, Reason>> {
    let action = rules.split('|').find_map(|one| {
        let (own, action) = one.split_once('=')?;
        own.trim().trim_matches(['{', '}']).eq_ignore_ascii_case(rule).then_some(action)
    })?;
    Some(restraint(rule, action.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{RegistryData, RegistryValue};

    fn key(values: &[(&str, RegistryData)]) -> RegistryKey {
        let value =
            |(name, data): &(&str, RegistryData)| RegistryValue { name: (*name).to_owned(), data: data.clone() };
        RegistryKey { values: values.iter().map(value).collect(), ..RegistryKey::default() }
    }

    #[test]
    fn two_that_disagree_are_unknown() {
        let policy = key(&[(MAIL_PROGRAMS, RegistryData::Text("1".to_owned()))]);
        let managed = |rules: &str| key(&[("ASRRules", RegistryData::Text(rules.to_owned()))]);
        let machine = key(&[(MAIL_PROGRAMS, RegistryData::Number(2))]);
        let state = |policy: &RegistryKey, managed: RegistryKey| {
            Places { policy: policy.clone(), managed, machine: machine.clone() }.state(MAIL_PROGRAMS)
        };
        assert_eq!(state(&policy, RegistryKey::default()), Ok(Restraint::Blocked));
        assert_eq!(state(&RegistryKey::default(), managed(&format!("x=1|{MAIL_PROGRAMS}=6"))), Ok(Restraint::Warned));
        assert_eq!(state(&RegistryKey::default(), managed("x=1")), Ok(Restraint::Audited));
        assert!(state(&policy, managed(&format!("{}=0", MAIL_PROGRAMS.to_uppercase()))).is_err());
        assert!(state(&RegistryKey::default(), managed(&format!("{MAIL_PROGRAMS}=7"))).is_err());
    }

    #[test]
    fn lists_of_wmi_go_together() {
        let row = |rules: &[&str], actions: &[i64]| {
            WmiRow::from([
                (
                    "AttackSurfaceReductionRules_Ids".to_owned(),
                    WmiValue::List(rules.iter().map(|rule| WmiValue::Text((*rule).to_owned())).collect()),
                ),
                (
                    "AttackSurfaceReductionRules_Actions".to_owned(),
                    WmiValue::List(actions.iter().copied().map(WmiValue::Number).collect()),
                ),
            ])
        };
        assert_eq!(told(&row(&[SCRIPT_DOWNLOADS, MAIL_PROGRAMS], &[2, 1]), MAIL_PROGRAMS), Ok(Restraint::Blocked));
        assert_eq!(told(&row(&[SCRIPT_DOWNLOADS], &[2]), MAIL_PROGRAMS), Ok(Restraint::Off));
        assert!(told(&row(&[SCRIPT_DOWNLOADS, MAIL_PROGRAMS], &[1]), MAIL_PROGRAMS).is_err());
        assert!(told(&row(&[MAIL_PROGRAMS], &[9]), MAIL_PROGRAMS).is_err());
        assert_eq!(told(&WmiRow::new(), MAIL_PROGRAMS), Ok(Restraint::Off));
    }
}
