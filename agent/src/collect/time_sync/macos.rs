//! The clock of a Mac. Never run on one.

use tenken_model::fact::time_sync::{TimeService, TimeServiceKind, TimeSync};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::ntpd::Line;
use super::{measured, ntpd, untold, zone};
use crate::collect::{Look, Needs, Wake, property_list};

/// Where `timed` keeps whether the clock is set from the network, as the switch of System Settings does.
const TIMED: &str = "/private/var/db/timed/Library/Preferences/com.apple.timed.plist";
/// Where the server is, also for `systemsetup -setnetworktimeserver`.
const SERVERS: &str = "/private/etc/ntp.conf";
const SERVERS_MAX: Size = Size::from_bytes(64 << 10);

/// Reads the clock's state.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<TimeSync> {
    look.wake_on(Wake::ClockStep);
    let why = "ask timed: it tells its state to no other program";
    let reason = Reason::new(ReasonCode::Unsupported, why);
    let service = TimeService {
        running: running(look),
        ..untold(TimeServiceKind::Timed, Read::Measured(true), servers(look), &reason)
    };
    let kernel = look.kernel_clock().map_err(|error| error.reason());
    Outcome::Known(TimeSync {
        services: vec![service],
        kernel: match kernel {
            Ok(_) => Read::NotRead(reason),
            Err(reason) => Read::NotRead(reason),
        },
        measured: measured::read(look, needs),
        time_zone: zone::read(look),
    })
}

/// `timed` always runs; whether it sets the clock is a switch, which is on where nobody turned it off.
fn running(look: &Look<'_>) -> Read<bool> {
    match property_list::read(look, TIMED) {
        Ok(settings) => {
            let switch = settings.and_then(|settings| settings.get("TMAutomaticTimeOnlyEnabled")?.truth());
            let detail = format!("read {TIMED}: it does not say whether the clock is set from the network");
            switch.map_or_else(|| Read::not_read(ReasonCode::Missing, detail), Read::Measured)
        }
        Err(reason) => Read::NotRead(reason),
    }
}

fn servers(look: &Look<'_>) -> Read<Vec<String>> {
    match look.read_text_if_there(SERVERS, SERVERS_MAX) {
        Ok(text) => {
            let text = text.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
            let server = |line: Line| match line {
                Line::Source(name) => Some(name),
                Line::Include(_) => None,
            };
            Read::Measured(ntpd::lines(&text).into_iter().filter_map(server).collect())
        }
        Err(error) => Read::NotRead(error.reason()),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;

    fn fact(host: &Recording) -> TimeSync {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        let Outcome::Known(fact) = collect(&Look::new(host), &needs) else { panic!() };
        fact
    }

    #[test]
    fn the_switch_and_the_server_are_read_and_nothing_is_guessed() {
        let switch = |on: &str| format!("<plist><dict><key>TMAutomaticTimeOnlyEnabled</key><{on}/></dict></plist>");
        let host = Recording::new(Instant::UNIX_EPOCH)
            .file(SERVERS, "server ntp.nict.jp\n")
            .file("/private/var/db/timezone/zoneinfo/Asia/Tokyo", "TZif")
            .link("/etc/localtime", "/private/var/db/timezone/zoneinfo/Asia/Tokyo");
        let on = fact(&host.clone().file(TIMED, switch("true")));
        assert_eq!(
            (&on.services[0].running, &on.time_zone),
            (&Read::Measured(true), &Read::Measured("Asia/Tokyo".into()))
        );
        assert_eq!(on.services[0].configured, Read::Measured(vec!["ntp.nict.jp".to_owned()]));
        assert!(matches!(on.services[0].synchronised, Read::NotRead(_)), "only the offset tells");
        assert_eq!(fact(&host.clone().file(TIMED, switch("false"))).services[0].running, Read::Measured(false));
        assert!(matches!(fact(&host.clone().file(TIMED, "bplist00")).services[0].running, Read::NotRead(_)));
        assert!(matches!(fact(&host).services[0].running, Read::NotRead(_)));
    }
}
