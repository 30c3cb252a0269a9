//! The screen lock of each person on Windows.
//!
//! Settings of persons are read of those who are signed in. Where the machine has no limit of its own, those who sign in next are
//! judged when they do; while nobody is signed in, what a person would get is not known. See [`windows_lock`] for what goes first.

use tenken_model::fact::screen_lock::{Desktop, ScreenLock, UserScreenLock};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::rows::{self, EVERYBODY};
use super::windows_lock::{self, Limit};
use super::windows_wake::{self, Delay};
use crate::collect::windows_path::Variables;
use crate::collect::windows_people::{self, Person};
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryKey, RegistryPath, WindowsSession};

const POLICIES: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
const DEVICE_LOCK: &str = r"SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock";
const WINLOGON: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
/// Of a person: by policy, and of their own.
const DESKTOP_POLICY: &str = r"Software\Policies\Microsoft\Windows\Control Panel\Desktop";
const DESKTOP_OWN: &str = r"Control Panel\Desktop";
/// WTSActive.
const ACTIVE: u32 = 0;
/// A session that is open for so much longer than its limit does not lock.
const SLACK: Span = Span::from_secs(15 * 60);

/// Reads the screen locks of those who are signed in, and of whoever signs in.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<ScreenLock> {
    read(look, needs.now).map_or_else(Outcome::Failed, Outcome::Known)
}

fn read(look: &Look<'_>, now: Instant) -> Result<ScreenLock, Reason> {
    let machine = machine(look)?;
    let open_after_sleep = windows_wake::open_place(look)?;
    // A session that is not told is not missed: the settings are what is judged.
    let sessions = look.windows_sessions().unwrap_or_default();
    let mut users = Vec::new();
    for person in at_the_screen(look, &sessions)? {
        let mut limits = machine.clone();
        limits.extend(screen_saver(look, &person)?);
        let session = sessions.iter().find(|session| session.account.eq_ignore_ascii_case(&person.account));
        let mut row = row(&person.account, &limits, open_after_sleep.as_deref(), session, now);
        if let Some((delay, origin)) = windows_wake::delay(look, &person)? {
            put_off(&mut row, delay, origin);
        }
        users.push(row);
    }
    if !machine.is_empty() {
        users.push(row(EVERYBODY, &machine, open_after_sleep.as_deref(), None, now));
    } else if users.is_empty() {
        let detail = "read the screen lock of a person: nobody is signed in, and the machine has no limit of its own";
        users.push(rows::unread(EVERYBODY, Desktop::Windows, &Reason::new(ReasonCode::Inconclusive, detail)));
    }
    Ok(ScreenLock { desktops: vec![Desktop::Windows], users, outdated_databases: Read::Measured(Vec::new()) })
}

fn key(look: &Look<'_>, path: &RegistryPath) -> Result<RegistryKey, Reason> {
    Ok(look.registry(path).map_err(|error| error.reason())?.unwrap_or_default())
}

/// What the machine locks after, whoever sits before it.
fn machine(look: &Look<'_>) -> Result<Vec<Limit>, Reason> {
    let policies = RegistryPath::machine(POLICIES);
    let device_lock = RegistryPath::machine(DEVICE_LOCK);
    let of_machine = windows_lock::of_machine(&key(look, &policies)?, policies.to_string());
    let of_management = windows_lock::of_management(&key(look, &device_lock)?, device_lock.to_string());
    Ok(of_machine.into_iter().chain(of_management).collect())
}

fn screen_saver(look: &Look<'_>, person: &Person) -> Result<Option<Limit>, Reason> {
    let (policy, own) = (person.key(DESKTOP_POLICY), person.key(DESKTOP_OWN));
    let grace = windows_lock::grace(&values(look, &RegistryPath::machine(WINLOGON))?);
    let origins = [policy.to_string(), own.to_string()];
    let variables = Variables::read(look).map_err(|error| error.reason())?;
    let settings = |path: &RegistryPath| -> Result<RegistryKey, Reason> {
        Ok(without_a_missing_program(look, &variables, key(look, path)?))
    };
    Ok(windows_lock::of_screen_saver(&settings(&policy)?, &settings(&own)?, grace, origins))
}

/// The settings without a screen saver that is not there: Windows passes over it
/// (<https://learn.microsoft.com/en-us/windows/client-management/mdm/policy-csp-admx-controlpaneldisplay>). One on a server is not
/// looked for, because a person could so have the service sign in anywhere.
fn without_a_missing_program(look: &Look<'_>, variables: &Variables, mut settings: RegistryKey) -> RegistryKey {
    let program = settings.text(windows_lock::PROGRAM).map(str::trim).unwrap_or_default().trim_matches('"');
    if program.is_empty() {
        return settings;
    }
    let is_bare = !program.contains(['\\', '/', ':', '%']);
    let path = variables.path(&if is_bare { format!(r"%SystemRoot%\system32\{program}") } else { program.to_owned() });
    let is_missing = path.is_some_and(|path| {
        !path.to_string_lossy().starts_with("//") && look.exists(&path).is_ok_and(|is_there| !is_there)
    });
    if is_missing {
        settings.values.retain(|value| !value.name.eq_ignore_ascii_case(windows_lock::PROGRAM));
    }
    settings
}

/// Winlogon notes much below its key with each sign-in, of which none wakes.
fn values(look: &Look<'_>, path: &RegistryPath) -> Result<RegistryKey, Reason> {
    Ok(look.registry_values(path).map_err(|error| error.reason())?.unwrap_or_default())
}

/// Those whose settings are loaded and who have a session: services run as some accounts, too. Where a session is of nobody whose
/// settings are loaded, all of them: names that Windows keeps among a person's settings may be changed there, and nobody hides so.
fn at_the_screen(look: &Look<'_>, sessions: &[WindowsSession]) -> Result<Vec<Person>, Reason> {
    let mut people = windows_people::loaded(look).map_err(|error| error.reason())?;
    let names: Vec<&str> =
        sessions.iter().map(|session| session.account.as_str()).filter(|name| !name.is_empty()).collect();
    let is_named = |person: &Person| names.iter().any(|name| name.eq_ignore_ascii_case(&person.account));
    let is_known = |name: &&str| people.iter().any(|person| name.eq_ignore_ascii_case(&person.account));
    if !names.is_empty() && names.iter().all(is_known) {
        people.retain(is_named);
    }
    Ok(people)
}

fn row(
    name: &str,
    limits: &[Limit],
    open_after_sleep: Option<&str>,
    session: Option<&WindowsSession>,
    now: Instant,
) -> UserScreenLock {
    let limit = windows_lock::told(limits);
    let mut origin: Vec<String> = limit.iter().map(|limit| limit.origin.clone()).collect();
    let mut locks = limit.is_some();
    if let Some(place) = open_after_sleep {
        locks = false;
        origin.push(place.to_owned());
    }
    if let (Some(limit), Some(session)) = (limit, session)
        && let Some(last_input) = open_since(session, limit, now)
    {
        locks = false;
        origin.push(format!("session {}: open, without input since {last_input}", session.id));
    }
    UserScreenLock {
        user: name.to_owned(),
        desktop: Desktop::Windows,
        idle_delay: Read::Measured(limit.map(|limit| limit.idle)),
        lock_enabled: Read::Measured(locks),
        lock_delay: Read::Measured(limit.map_or(Span::ZERO, |limit| limit.delay)),
        enforced: Read::Measured(limit.is_some_and(|limit| limit.enforced)),
        origin,
    }
}

/// The person chose that a password is asked for only a while after the screen went off, or never.
fn put_off(row: &mut UserScreenLock, delay: Delay, origin: String) {
    match (delay, &row.lock_delay) {
        (Delay::ForEver, _) => row.lock_enabled = Read::Measured(false),
        (Delay::For(delay), Read::Measured(before)) => row.lock_delay = Read::Measured(delay.max(*before)),
        (Delay::For(_), Read::NotRead(_)) => {}
    }
    row.origin.push(origin);
}

/// The last input of a session that should have locked long ago, and did not. Of a session at the machine itself Windows keeps no
/// time that can be relied on: it stands still while somebody types.
fn open_since(session: &WindowsSession, limit: &Limit, now: Instant) -> Option<Instant> {
    let last_input =
        session.last_input.filter(|_| session.remote && session.state == ACTIVE && session.locked == Some(false))?;
    let idle = now.signed_duration_since(last_input).num_milliseconds();
    let bound = limit.idle.millis().saturating_add(limit.delay.millis()).saturating_add(SLACK.millis());
    (idle > bound).then_some(last_input)
}
