//! Whether a Windows is supported and current: by its build, which no language and no other product's updates change.

use tenken_model::fact::updates::{DueRestart, Updates};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Reason, ReasonCode};

use super::windows_automatic;
use super::windows_office;
use super::windows_releases::{self, Build};
use crate::collect::system::windows as system;
use crate::collect::{Look, Needs, Wake, event_record};
use crate::host::windows_api::{EventQuery, RegistryKey, RegistryPath};

/// Keys that are there while a restart is due: of Windows Update, and of what installs components.
const RESTARTS: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
];
/// "Windows Update successfully found so many updates", also when there were none.
const SEARCHED: u32 = 26;
const CHANNEL: &str = "Microsoft-Windows-WindowsUpdateClient/Operational";

/// Reads the support of this system, its pending updates and the restart that is due.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Updates> {
    read(look, needs.now).map_or_else(Outcome::Failed, Outcome::Known)
}

fn read(look: &Look<'_>, now: Instant) -> Result<Updates, Reason> {
    let version = system::version(look)?;
    let build = build(look, &version)?;
    let name = windows_releases::name(&build)
        .or_else(|| version.text("ProductName").map(str::to_owned))
        .unwrap_or_else(|| "Windows".to_owned());
    let settings = windows_automatic::settings(look)?;
    let deferred = settings.deferred_days();
    Ok(Updates {
        name,
        support: windows_releases::support(&build).into(),
        pending: windows_releases::pending(&build, deferred, now).into(),
        lists_fetched: searched(look).map(Some).into(),
        lists_valid_until: None,
        restart: restart(look).into(),
        automatic: windows_automatic::of(&settings, build.is_server, now).into(),
        office: windows_office::read(look),
    })
}

fn build(look: &Look<'_>, version: &RegistryKey) -> Result<Build, Reason> {
    let missing = |what: &str| {
        let detail = format!("read HKLM\\{}: no {what} that is a number", system::VERSION);
        Reason::new(ReasonCode::Unparsable, detail)
    };
    let number = version.text("CurrentBuildNumber").or_else(|| version.text("CurrentBuild"));
    let number = number.and_then(|number| number.trim().parse().ok()).ok_or_else(|| missing("CurrentBuildNumber"))?;
    let revision =
        version.number("UBR").and_then(|revision| u32::try_from(revision).ok()).ok_or_else(|| missing("UBR"))?;
    let edition = version.text("EditionID").unwrap_or_default().to_owned();
    Ok(Build { number, revision, edition, is_server: system::is_server(look)? })
}

/// When Windows Update last searched with success. The search of Microsoft Defender for its patterns counts among them.
fn searched(look: &Look<'_>) -> Result<Instant, Reason> {
    look.wake_on(Wake::EventChannel(CHANNEL.to_owned()));
    let page = look.events(&EventQuery::newest(CHANNEL, 1).ids([SEARCHED])).map_err(|error| error.reason())?;
    let records = event_record::all(&page, CHANNEL)?;
    records.first().and_then(|record| record.time).ok_or_else(|| {
        let detail = format!("read when updates were last searched: no record {SEARCHED} in {CHANNEL}");
        Reason::new(ReasonCode::Inconclusive, detail)
    })
}

/// The restart that is due, since the first that asked for it.
fn restart(look: &Look<'_>) -> Result<Option<DueRestart>, Reason> {
    let mut since: Option<Instant> = None;
    for path in RESTARTS {
        let path = RegistryPath::machine(path);
        let Some(key) = look.registry(&path).map_err(|error| error.reason())? else { continue };
        let written = key.written.ok_or_else(|| {
            Reason::new(ReasonCode::Inconclusive, format!("read since when {path} is there: the time is not told"))
        })?;
        since = Some(since.map_or(written, |since| since.min(written)));
    }
    Ok(since.map(|since| DueRestart { since, kernel: None }))
}
