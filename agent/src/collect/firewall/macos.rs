//! The application firewall of a Mac. Never run on one.

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, FirewallManager, InboundFilter};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::{Look, Needs, property_list};
use crate::host::VendorCommand;

/// Where its state stands up to macOS 14.
const SETTINGS: &str = "/Library/Preferences/com.apple.alf.plist";

/// What the firewall does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Off,
    /// It asks or knows for each program, so that programs are let in.
    On,
    /// It lets in nothing but what the system needs.
    BlocksAll,
}

/// The state by its number: 0, 1, 2.
pub fn state(number: i64) -> Option<State> {
    match number {
        0 => Some(State::Off),
        1 => Some(State::On),
        2 => Some(State::BlocksAll),
        _ => None,
    }
}

/// The number in `Firewall is enabled. (State = 1)`, whose words may change.
pub fn said(line: &str) -> Option<i64> {
    let (_, rest) = line.split_once("(State = ")?;
    rest.split_once(')')?.0.trim().parse().ok()
}

/// Reads the firewall.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Firewall> {
    let state = match read(look) {
        Ok(state) => state,
        Err(reason) => return Outcome::Failed(reason),
    };
    let filter = InboundFilter {
        refuses: match state {
            State::Off => Read::Measured(false),
            State::BlocksAll => Read::Measured(true),
            // Who is let in stands in a database of the firewall's own.
            State::On => {
                Read::not_read(ReasonCode::Unsupported, "read which programs the firewall lets in: not on macOS")
            }
        },
        hole: (state == State::Off).then(|| "any".to_owned()),
    };
    Outcome::Known(Firewall {
        evidence: FirewallEvidence::Configured,
        manager: (state != State::Off).then_some(FirewallManager::ApplicationFirewall),
        in_force: Read::Measured(state != State::Off),
        ipv4: filter.clone(),
        ipv6: filter,
        ipv6_in_use: Read::Measured(true),
        public_reach: None,
    })
}

fn read(look: &Look<'_>) -> Result<State, Reason> {
    let unknown = |place: &str| {
        Reason::new(ReasonCode::Unparsable, format!("{place}: the state of the firewall is none that is known"))
    };
    if let Some(settings) = property_list::read(look, SETTINGS)?
        && let Some(number) = settings.get("globalstate").and_then(property_list::Value::number)
    {
        return state(number).ok_or_else(|| unknown(&format!("read {SETTINGS}")));
    }
    let output = look.run(&VendorCommand::ApplicationFirewall).map_err(|error| error.reason())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(said).and_then(state).ok_or_else(|| unknown("run socketfilterfw --getglobalstate"))
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::{CommandOutput, Recording};

    fn outcome(host: &Recording) -> Outcome<Firewall> {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        collect(&Look::new(host), &needs)
    }

    fn refuses(host: &Recording) -> Read<bool> {
        let Outcome::Known(fact) = outcome(host) else { panic!() };
        assert_eq!(fact.in_force, Read::Measured(fact.manager.is_some()));
        fact.ipv4.refuses
    }

    #[test]
    fn the_number_counts_wherever_it_stands() {
        let set = |number: i64| {
            let text = format!("<plist><dict><key>globalstate</key><integer>{number}</integer></dict></plist>");
            Recording::new(Instant::UNIX_EPOCH).file(SETTINGS, text)
        };
        assert_eq!(refuses(&set(0)), Read::Measured(false));
        assert!(matches!(refuses(&set(1)), Read::NotRead(_)), "programs may be let in");
        assert_eq!(refuses(&set(2)), Read::Measured(true));
        assert!(matches!(outcome(&set(7)), Outcome::Failed(_)));
        let says = |text: &str| {
            let output = CommandOutput { code: Some(0), stdout: text.into(), stderr: String::new() };
            Recording::new(Instant::UNIX_EPOCH).command(VendorCommand::ApplicationFirewall, Ok(output))
        };
        assert_eq!(refuses(&says("Firewall is disabled. (State = 0)\n")), Read::Measured(false));
        assert_eq!(refuses(&says("Firewall has block all state set to enabled. (State = 2)\n")), Read::Measured(true));
        assert!(matches!(outcome(&says("Firewall is enabled.\n")), Outcome::Failed(_)));
        assert!(matches!(outcome(&Recording::new(Instant::UNIX_EPOCH)), Outcome::Failed(_)));
    }
}
