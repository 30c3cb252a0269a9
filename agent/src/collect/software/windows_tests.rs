//! People who sign in to Windows and out, and what is known of their programs then.

use tenken_model::fact::software::{Program, ProgramSource, Software};
use tenken_model::fact::system::SystemFamily;
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, Span};

use super::memory::{Mark, SoftwareMemory};
use super::windows::{collect, collect_after};
use crate::collect::{Look, Needs, file_time};
use crate::host::recorded::Answer;
use crate::host::windows_api::{RegistryData, RegistryKey, RegistryPath, RegistryValue};
use crate::host::{ReadError, ReadErrorKind, Recording};

const SATO: &str = "S-1-5-21-1004336348-1177238915-682003330-1001";
const SUZUKI: &str = "S-1-5-21-1004336348-1177238915-682003330-1002";
const LIST: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
const APPS: &str = r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";

fn at(time: &str) -> Instant {
    format!("2026-11-26T{time}:00Z").parse().unwrap()
}

/// A host at a time of the day, where everybody has Chrome, and nobody a profile.
fn host(now: &str) -> Recording {
    let mut host = Recording::new(at(now));
    host.family = SystemFamily::Windows;
    put(&mut host, RegistryPath::machine(LIST).join("Chrome"), vec![text("DisplayName", "Google Chrome")]);
    host
}

fn put(host: &mut Recording, path: RegistryPath, values: Vec<RegistryValue>) {
    host.windows.registry.insert(path, Answer::Given(RegistryKey { values, ..RegistryKey::default() }));
}

fn text(name: &str, text: &str) -> RegistryValue {
    RegistryValue { name: name.to_owned(), data: RegistryData::Text(text.to_owned()) }
}

/// With the profile of a person who signed in at a time, and out at another, as far as Windows noted it.
fn profile(mut host: Recording, sid: &str, loaded: Option<&str>, unloaded: Option<&str>) -> Recording {
    let folder = format!(r"C:\Users\{}", &sid[sid.len() - 4..]);
    let mut values = vec![text("ProfileImagePath", &folder)];
    for (name, time) in [("LocalProfileLoadTime", loaded), ("LocalProfileUnloadTime", unloaded)] {
        let Some(units) = time.and_then(|time| file_time::units(at(time))) else { continue };
        let halves = [("High", units >> 32), ("Low", units & u64::from(u32::MAX))];
        values.extend(halves.map(|(half, number)| RegistryValue {
            name: format!("{name}{half}"),
            data: RegistryData::Number(u32::try_from(number).unwrap()),
        }));
    }
    put(&mut host, RegistryPath::machine(PROFILES).join(sid), values);
    host
}

/// And the person is signed in, with an app of the person's own and these programs.
fn signed_in(host: Recording, sid: &str, loaded: &str, programs: &[&str]) -> Recording {
    let mut host = profile(host, sid, Some(loaded), None);
    put(&mut host, RegistryPath::users(format!(r"{sid}\Software\Classes")), Vec::new());
    let app = format!(r"{sid}_Classes\{APPS}\SpotifyAB.SpotifyMusic_1.2.0.0_x64__zpdnekdrzrea0");
    put(&mut host, RegistryPath::users(app), Vec::new());
    for program in programs {
        put(&mut host, RegistryPath::users(format!(r"{sid}\{LIST}\{program}")), vec![text("DisplayName", program)]);
    }
    host
}

fn needs(host: &Recording) -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now }
}

fn look_at(host: &Recording, before: &SoftwareMemory) -> (Software, SoftwareMemory) {
    let (outcome, memory) = collect_after(&Look::new(host), &needs(host), Some(before));
    let Outcome::Known(fact) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fact.others, Read::Measured(true));
    // As it is after a start of the agent, too.
    let written = serde_json::to_vec(&memory.unwrap()).unwrap();
    (fact, serde_json::from_slice(&written).unwrap())
}

fn names(fact: &Software) -> Vec<&str> {
    fact.programs.iter().map(|program| program.name.as_str()).collect()
}

fn unread(fact: &Software) -> Vec<&str> {
    fact.unread.as_ref().unwrap().iter().map(|person| person.account.as_str()).collect()
}

/// What is remembered after looks at a person who signed in at 9 and has AnyDesk.
fn looked(times: &[&str]) -> SoftwareMemory {
    times.iter().fold(SoftwareMemory::default(), |memory, time| {
        look_at(&signed_in(host(time), SATO, "09:00", &["AnyDesk"]), &memory).1
    })
}

/// Who is unread at a look after that, at a person who is not signed in any more.
fn gone(memory: &SoftwareMemory, now: &str, loaded: Option<&str>, unloaded: Option<&str>) -> usize {
    let fact = look_at(&profile(host(now), SATO, loaded, unloaded), memory).0;
    let known = fact.programs.iter().any(|program| program.name == "AnyDesk");
    let unread = unread(&fact).len();
    assert_eq!(known, unread == 0, "who is not unread counts");
    unread
}

#[test]
fn what_somebody_has_who_signed_out_is_known_from_the_last_look() {
    let first = signed_in(host("09:01"), SATO, "09:00", &["AnyDesk"]);
    let first = profile(first, SUZUKI, Some("08:00"), Some("08:30"));
    let (fact, memory) = look_at(&first, &SoftwareMemory::default());
    assert_eq!(names(&fact), ["AnyDesk", "Google Chrome", "SpotifyAB.SpotifyMusic"]);
    assert_eq!(unread(&fact), ["1002"]);
    let second = profile(host("09:20"), SATO, Some("09:00"), Some("09:15"));
    let second = profile(second, SUZUKI, Some("08:00"), Some("08:30"));
    let (fact, memory) = look_at(&second, &memory);
    assert_eq!(names(&fact), ["AnyDesk", "Google Chrome", "SpotifyAB.SpotifyMusic"]);
    assert_eq!(unread(&fact), ["1002"], "nobody has seen what that person has");
    // Suzuki signs in, which is all it takes.
    let third = profile(host("23:00"), SATO, Some("09:00"), Some("09:15"));
    let third = signed_in(third, SUZUKI, "22:59", &["7-Zip"]);
    let (fact, memory) = look_at(&third, &memory);
    assert_eq!(names(&fact), ["7-Zip", "AnyDesk", "Google Chrome", "SpotifyAB.SpotifyMusic"]);
    let mut fourth = profile(host("23:10"), SATO, Some("09:00"), Some("09:15"));
    fourth.now = Span::from_days(20).after(fourth.now);
    assert_eq!(names(&look_at(&fourth, &memory).0), ["AnyDesk", "Google Chrome", "SpotifyAB.SpotifyMusic"]);
    for before in [None, Some(&SoftwareMemory::default())] {
        let (outcome, memory) = collect_after(&Look::new(&second), &needs(&second), before);
        let Outcome::Known(fact) = outcome else { panic!("{outcome:?}") };
        assert_eq!((names(&fact), unread(&fact)), (vec!["Google Chrome"], vec!["1001", "1002"]));
        assert_eq!(memory, before.cloned(), "who remembers nothing does not begin to");
    }
    let Outcome::Known(fact) = collect(&Look::new(&third), &needs(&third)) else { panic!() };
    assert_eq!((names(&fact).len(), unread(&fact)), (3, vec!["1001"]));
}

#[test]
fn who_signed_out_long_after_the_last_look_is_unread() {
    let memory = looked(&["09:01"]);
    for (now, unloaded, expected) in
        [("12:00", "09:30", 0), ("12:00", "09:32", 1), ("12:00", "11:59", 1), ("09:20", "23:00", 0)]
    {
        assert_eq!(gone(&memory, now, Some("09:00"), Some(unloaded)), expected, "{now} {unloaded}");
    }
    assert_eq!(gone(&looked(&["09:01", "11:50"]), "12:00", Some("09:00"), Some("11:59")), 0, "looks went on");
}

#[test]
fn who_signed_in_again_since_is_unread() {
    let memory = looked(&["09:01"]);
    assert_eq!(gone(&memory, "09:20", Some("09:10"), Some("09:15")), 1);
    let away = profile(host("09:20"), SATO, Some("09:00"), Some("09:15"));
    let memory = look_at(&away, &memory).1;
    assert_eq!(gone(&memory, "18:00", Some("09:00"), Some("09:15")), 0);
    assert_eq!(gone(&memory, "18:00", Some("17:00"), Some("17:30")), 1);
    assert_eq!(gone(&memory, "18:00", Some("17:00"), Some("09:15")), 1, "and the power failed");
    let forgotten = look_at(&profile(host("18:00"), SATO, Some("17:00"), None), &memory).1;
    assert_eq!(forgotten, SoftwareMemory::default());
}

#[test]
fn where_windows_does_not_say_when_somebody_signed_out_the_next_look_must_be_soon() {
    let memory = looked(&["09:01"]);
    for unloaded in [None, Some("08:00")] {
        assert_eq!(gone(&memory, "09:20", Some("09:00"), unloaded), 0);
        assert_eq!(gone(&memory, "12:00", Some("09:00"), unloaded), 1, "the power failed, say");
        let soon = look_at(&profile(host("09:20"), SATO, Some("09:00"), unloaded), &memory).1;
        assert_eq!(gone(&soon, "12:00", Some("09:00"), unloaded), 0, "it is known since then");
    }
    assert_eq!(gone(&memory, "09:20", None, Some("09:15")), 1, "nobody knows who signed in since");
    assert_eq!(gone(&memory, "08:59", Some("08:00"), None), 1, "the clock was set back");
}

#[test]
fn what_was_taken_away_before_the_sign_out_is_not_told() {
    let memory = look_at(&signed_in(host("09:20"), SATO, "09:00", &["7-Zip"]), &looked(&["09:01"])).1;
    let fact = look_at(&profile(host("09:30"), SATO, Some("09:00"), Some("09:25")), &memory).0;
    assert_eq!(names(&fact), ["7-Zip", "Google Chrome", "SpotifyAB.SpotifyMusic"]);
    let nobody = look_at(&host("09:30"), &memory);
    assert_eq!((names(&nobody.0), nobody.1), (vec!["Google Chrome"], SoftwareMemory::default()), "nor of a profile");
}

#[test]
fn a_look_at_settings_of_which_the_second_part_is_not_there_yet_does_not_count() {
    let mut host = signed_in(host("09:01"), SATO, "09:00", &["AnyDesk"]);
    host.windows.registry.retain(|path, _| !path.to_string().contains("_Classes"));
    assert_eq!(look_at(&host, &SoftwareMemory::default()).1, SoftwareMemory::default());
}

#[test]
fn a_look_that_failed_says_nothing_of_what_to_remember() {
    let mut host = signed_in(host("09:01"), SATO, "09:00", &["AnyDesk"]);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read HKU", "access is denied");
    host.windows.registry.insert(RegistryPath::users(format!(r"{SATO}\{LIST}")), Answer::Refused(refused));
    let memory = collect_after(&Look::new(&host), &needs(&host), Some(&looked(&["09:00"]))).1;
    assert_eq!(memory, None, "what was remembered stays");
}

#[test]
fn no_more_is_remembered_than_fits() {
    let program =
        |name: String| Program { name, source: ProgramSource::WindowsProgram, automatic: false, place: String::new() };
    let person = |number: usize, looked_at: &str, programs: usize, length: usize| {
        let name = "x".repeat(length);
        let programs = (0..programs).map(|program_number| program(format!("{name}{program_number}"))).collect();
        (number.to_string(), Mark { looked_at: at(looked_at), has_left: false, programs })
    };
    let kept = |people| SoftwareMemory::of(people).people.into_keys().collect::<Vec<_>>();
    assert_eq!(kept(vec![person(1, "09:00", 2_001, 1), person(2, "09:00", 2_000, 1)]), ["2"]);
    let many = (100..250).map(|number| person(number, if number < 200 { "09:00" } else { "10:00" }, 1, 1)).collect();
    let kept_of_many = kept(many);
    assert_eq!((kept_of_many.len(), kept_of_many.last().map(String::as_str)), (100, Some("249")), "those seen last");
    let large = (1..9).map(|number| person(number, "09:00", 2_000, 256)).chain([person(9, "08:00", 5, 9)]).collect();
    assert_eq!(kept(large), ["1", "2", "3", "9"]);
}

#[test]
fn the_time_of_a_look_is_no_news_and_the_rest_is() {
    let (once, twice) = (looked(&["09:01"]), looked(&["09:01", "09:11"]));
    assert!(once != twice && !twice.is_news(&once) && once.is_news(&SoftwareMemory::default()));
    let left = look_at(&profile(host("09:20"), SATO, Some("09:00"), Some("09:15")), &twice).1;
    assert!(left.is_news(&twice));
    let more = look_at(&signed_in(host("09:20"), SATO, "09:00", &["AnyDesk", "7-Zip"]), &twice).1;
    assert!(more.is_news(&twice));
}
