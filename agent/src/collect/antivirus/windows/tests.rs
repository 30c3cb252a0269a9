//! What the hosts of the corpus do not show: limits, wakes, and services that cannot be listed.

use tenken_model::Instant;
use tenken_model::fact::system::SystemFamily;

use super::*;
use crate::collect::Wake;
use crate::host::recorded::Answer;
use crate::host::windows_api::{RegistryPath, Service, ServiceState, WmiQuestion, WmiRow, WmiValue};
use crate::host::{ReadError, ReadErrorKind, Recording};

fn needs() -> Needs {
    let registers = tenken_model::register::Registers::not_given("test");
    Needs { registers, time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn host(services: Vec<Service>, rows: Vec<WmiRow>) -> Recording {
    let mut host = Recording::new(Instant::UNIX_EPOCH);
    host.family = SystemFamily::Windows;
    host.windows.services = Some(Answer::Given(services));
    host.windows.wmi.insert(WmiQuestion::AntivirusProducts, Answer::Given(rows));
    host
}

fn service(name: &str, pid: Option<u32>) -> Service {
    let state = if pid.is_some() { ServiceState::Running } else { ServiceState::Stopped };
    Service { name: name.to_owned(), state, pid }
}

fn row(name: &str, state: i64) -> WmiRow {
    WmiRow::from([
        ("displayName".to_owned(), WmiValue::Text(name.to_owned())),
        ("productState".to_owned(), WmiValue::Number(state)),
    ])
}

fn products(host: &Recording) -> Vec<AntivirusProduct> {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(fact) => fact.products,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_machine_without_any_product_has_none() {
    assert!(matches!(collect(&Look::new(&host(Vec::new(), Vec::new())), &needs()), Outcome::Absent(_)));
}

#[test]
fn a_product_without_a_program_is_not_taken_for_running() {
    let found = products(&host(Vec::new(), vec![row("Example", 266_240)]));
    assert!(matches!(found[0].running, Read::NotRead(_)), "{found:?}");
    let found = products(&host(Vec::new(), vec![row("Example", 262_144)]));
    assert_eq!(found[0].running, Read::Measured(false));
}

#[test]
fn of_more_products_than_are_told_of_there_is_a_word() {
    let found = products(&host(Vec::new(), (0..25).map(|number| row(&format!("P{number}"), 266_240)).collect()));
    assert_eq!((found.len(), found[20].name.as_str()), (21, "?"));
}

#[test]
fn services_that_cannot_be_listed_leave_everything_open() {
    let mut host = host(Vec::new(), Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "list services", "access is denied");
    host.windows.services = Some(Answer::Refused(refused));
    let found = products(&host);
    assert!(found.iter().all(|product| matches!(product.running, Read::NotRead(_))), "{found:?}");
    assert_eq!(found.last().unwrap().name, "?", "a vendor's product may be there");
}

#[test]
fn the_end_of_a_scanner_and_new_signatures_wake() {
    let host = host(vec![service("ekrn", Some(77)), service("WinDefend", None)], Vec::new());
    let look = Look::new(&host);
    _ = collect(&look, &needs());
    let (_, wakes) = look.finish();
    assert!(wakes.contains(&Wake::ProcessExit(77)));
    for key in [
        r"SOFTWARE\Microsoft\Windows Defender\Signature Updates",
        r"SOFTWARE\Microsoft\Windows Defender\Real-Time Protection",
        r"SOFTWARE\Microsoft\Security Center\Provider\Av",
        r"SOFTWARE\ESET\ESET Security\CurrentVersion\Info",
    ] {
        assert!(wakes.contains(&Wake::Registry(RegistryPath::machine(key))), "{key}");
    }
}
