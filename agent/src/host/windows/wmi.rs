//! Windows Management Instrumentation.
//!
//! Each question has a thread and a COM apartment of its own, both of which end with it, so that a resting agent holds neither
//! COM nor its proxies. A provider that hangs keeps that one thread: later questions to its namespace wait no longer than
//! [`WITHIN`] and start no other.

#![expect(unsafe_code, reason = "COM is set up before and let go after each question")]

mod value;

use std::collections::BTreeSet;
use std::ptr::null;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::System::Com::{
    COINIT_MULTITHREADED, CoInitializeEx, CoInitializeSecurity, CoUninitialize, EOAC_NONE,
    RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IMPERSONATE,
};
use wmi::{AuthLevel, IWbemClassWrapper, Variant, WMIConnection, WMIError, quote_and_escape_wql_str};

use super::ffi::failure::failed_result;
use crate::host::windows_api::{WmiQuestion, WmiRow, WmiValue};
use crate::host::{ReadError, ReadErrorKind};

/// The longest that a question is waited for.
const WITHIN: Duration = Duration::from_secs(8);
/// The most instances of an answer.
const ROWS_MAX: usize = 1_024;
/// The longest name of a volume that is asked for.
const VOLUME_MAX: usize = 256;
/// WBEM_E_NOT_FOUND: an instance has no property of that name.
const NO_PROPERTY: u32 = 0x8004_1002;
/// FVE_E_NOT_ACTIVATED: BitLocker was never set up on the volume, so nothing opens it.
const NOT_ACTIVATED: i64 = 0x8031_0008;
/// RPC_E_TOO_LATE: the security of COM is set for the process.
const ALREADY_SET: u32 = 0x8001_0119;

/// Namespaces in which a question is open.
static ASKED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
static ANSWERED: Condvar = Condvar::new();

fn asked() -> MutexGuard<'static, BTreeSet<&'static str>> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// See [`crate::host::windows_api::WindowsApi::wmi`].
pub(super) fn ask(question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
    let tried = format!("ask WMI for {question}");
    let deadline = Instant::now() + WITHIN;
    let turn = Turn::take(question.namespace(), deadline)
        .ok_or_else(|| ReadError::new(ReadErrorKind::TimedOut, &tried, "an earlier question to it is still open"))?;
    let (sender, receiver) = mpsc::sync_channel(1);
    let for_thread = question.clone();
    let thread = std::thread::Builder::new().name("wmi".to_owned()).spawn(move || {
        let _turn = turn;
        // Nobody hears an answer that comes too late.
        let _unheard = sender.send(answer(&for_thread));
    });
    let failed = |why: String| ReadError::new(ReadErrorKind::Failed, &tried, why);
    thread.map_err(|error| failed(error.to_string()))?;
    match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(ReadError::new(ReadErrorKind::TimedOut, &tried, format!("no answer within {} s", WITHIN.as_secs())))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(failed("the question was broken off".to_owned())),
    }
}

/// The right to be the one that asks a namespace.
struct Turn(&'static str);

impl Turn {
    fn take(namespace: &'static str, deadline: Instant) -> Option<Self> {
        let mut open = asked();
        loop {
            if open.insert(namespace) {
                return Some(Self(namespace));
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            open = ANSWERED.wait_timeout(open, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        asked().remove(self.0);
        ANSWERED.notify_all();
    }
}

/// COM in this thread.
struct Apartment;

impl Apartment {
    fn enter(tried: &str) -> Result<Self, ReadError> {
        // SAFETY: the reserved pointer is null, as is asked; the thread is this module's own and has no apartment yet.
        let entered = unsafe { CoInitializeEx(null(), COINIT_MULTITHREADED.cast_unsigned()) };
        if entered < 0 {
            return Err(failed_result(tried, entered));
        }
        let apartment = Self;
        // BitLocker's namespace answers only where messages are encrypted, and an enumeration takes the level of the process.
        // SAFETY: every pointer is null, which asks for what the system has by itself.
        let secured = unsafe {
            CoInitializeSecurity(
                std::ptr::null_mut(),
                -1,
                null(),
                null(),
                RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                RPC_C_IMP_LEVEL_IMPERSONATE,
                null(),
                EOAC_NONE.cast_unsigned(),
                null(),
            )
        };
        match secured {
            done if done >= 0 => Ok(apartment),
            // Another question of this process is open and has set it the same way.
            set if set.cast_unsigned() == ALREADY_SET => Ok(apartment),
            refused => Err(failed_result(tried, refused)),
        }
    }
}

impl Drop for Apartment {
    fn drop(&mut self) {
        // SAFETY: this thread entered an apartment, and everything that it made there is dropped.
        unsafe { CoUninitialize() }
    }
}

fn answer(question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
    let tried = format!("ask WMI for {question}");
    let _apartment = Apartment::enter(&tried)?;
    let failed = |error: WMIError| match error {
        WMIError::HResultError { hres } => failed_result(&tried, hres),
        other => ReadError::new(ReadErrorKind::Failed, &tried, one_line(&other.to_string())),
    };
    let connection = WMIConnection::with_namespace_path(question.namespace()).map_err(failed)?;
    connection.set_proxy_blanket(AuthLevel::PktPrivacy).map_err(failed)?;
    match question {
        WmiQuestion::KeyProtectors { volume } => key_protectors(&connection, volume, &tried, &failed),
        _ => instances(&connection, question, &tried, &failed),
    }
}

fn instances(
    connection: &WMIConnection,
    question: &WmiQuestion,
    tried: &str,
    failed: &dyn Fn(WMIError) -> ReadError,
) -> Result<Vec<WmiRow>, ReadError> {
    let found = connection.exec_query(format!("SELECT * FROM {}", question.class())).map_err(failed)?;
    let mut rows = Vec::new();
    for instance in found {
        if rows.len() >= ROWS_MAX {
            let why = format!("there are more than {ROWS_MAX} instances");
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, why));
        }
        rows.push(row(&instance.map_err(failed)?, question.properties(), tried, failed)?);
    }
    Ok(rows)
}

fn row(
    instance: &IWbemClassWrapper,
    properties: &[&str],
    tried: &str,
    failed: &dyn Fn(WMIError) -> ReadError,
) -> Result<WmiRow, ReadError> {
    let mut row = WmiRow::new();
    for name in properties {
        let value = match instance.get_property(name) {
            Ok(value) => value,
            // This version of the class has no such property.
            Err(WMIError::HResultError { hres }) if hres.cast_unsigned() == NO_PROPERTY => continue,
            Err(error) => return Err(failed(error)),
        };
        let unfit = |why| ReadError::new(ReadErrorKind::TooLarge, tried, format!("{name}: {why}"));
        if let Some(value) = value::kept(value).map_err(unfit)? {
            row.insert((*name).to_owned(), value);
        }
    }
    Ok(row)
}

/// What opens a volume: the methods `GetKeyProtectors` (of every kind) and `GetKeyProtectorType` of `Win32_EncryptableVolume`.
fn key_protectors(
    connection: &WMIConnection,
    volume: &str,
    tried: &str,
    failed: &dyn Fn(WMIError) -> ReadError,
) -> Result<Vec<WmiRow>, ReadError> {
    if volume.len() > VOLUME_MAX || volume.chars().any(char::is_control) {
        return Err(ReadError::new(ReadErrorKind::WrongKind, tried, "that is no name of a volume"));
    }
    let class = connection.get_object("Win32_EncryptableVolume").map_err(failed)?;
    let path = format!("Win32_EncryptableVolume.DeviceID={}", quote_and_escape_wql_str(volume));
    let call = |method: &str, name: &str, value: Variant| -> Result<Option<IWbemClassWrapper>, WMIError> {
        let given = class.get_method(method)?.ok_or(WMIError::ResultEmpty)?.spawn_instance()?;
        given.put_property(name, value)?;
        connection.exec_method(&path, method, Some(&given))
    };
    let number = |of: &IWbemClassWrapper, name: &str| -> Result<i64, ReadError> {
        let value = value::kept(of.get_property(name).map_err(failed)?).ok().flatten();
        let number = value.as_ref().and_then(WmiValue::number);
        number.ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, tried, format!("{name} is no number")))
    };
    let done = |said: Option<IWbemClassWrapper>| -> Result<(IWbemClassWrapper, i64), ReadError> {
        let said = said.ok_or_else(|| ReadError::new(ReadErrorKind::Failed, tried, "the method gave no answer"))?;
        let result = number(&said, "ReturnValue")?;
        Ok((said, result))
    };
    let refused = |result: i64| failed_result(tried, i32::from_ne_bytes(low_half(result)));

    let said = call("GetKeyProtectors", "KeyProtectorType", Variant::UI4(0)).map_err(failed)?;
    let (said, result) = done(said)?;
    if result == NOT_ACTIVATED {
        return Ok(Vec::new());
    }
    if result != 0 {
        return Err(refused(result));
    }
    let protectors = value::kept(said.get_property("VolumeKeyProtectorID").map_err(failed)?);
    let protectors = protectors.map_err(|why| ReadError::new(ReadErrorKind::TooLarge, tried, why))?;
    let mut rows = Vec::new();
    for protector in protectors.as_ref().map(WmiValue::each).unwrap_or_default() {
        let id = protector.text().unwrap_or_default().to_owned();
        let said = call("GetKeyProtectorType", "VolumeKeyProtectorID", Variant::String(id)).map_err(failed)?;
        let (said, result) = done(said)?;
        if result != 0 {
            return Err(refused(result));
        }
        rows.push(WmiRow::from([("Type".to_owned(), WmiValue::Number(number(&said, "KeyProtectorType")?))]));
    }
    Ok(rows)
}

/// The lower four bytes, where a result of a method is.
fn low_half(result: i64) -> [u8; 4] {
    let [a, b, c, d, ..] = result.to_le_bytes();
    i32::from_le_bytes([a, b, c, d]).to_ne_bytes()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_answers_with_what_is_asked_and_no_more() {
        let rows = ask(&WmiQuestion::ComputerSystem).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert!(rows[0].get("Model").and_then(WmiValue::text).is_some(), "{rows:?}");
        assert!(rows[0].keys().all(|name| WmiQuestion::ComputerSystem.properties().contains(&name.as_str())));
    }

    #[test]
    fn a_missing_namespace_or_class_is_told_as_such() {
        let missing = ask(&WmiQuestion::HpPasswords).unwrap_err();
        assert!(missing.is_not_there(), "{missing}");
        assert_eq!(missing.to_string().lines().count(), 1);
        if super::super::ffi::library::is_wine() {
            assert!(ask(&WmiQuestion::AntivirusProducts).unwrap_err().is_not_there());
            println!("SKIPPED WMI of antivirus, Defender and BitLocker: wine has no such namespaces");
        }
    }

    #[test]
    fn no_more_than_one_question_is_open_in_a_namespace() {
        let far = Instant::now() + Duration::from_secs(5);
        let first = Turn::take("test of turns", far).unwrap();
        assert!(Turn::take("test of turns", Instant::now()).is_none());
        let waiting = std::thread::spawn(move || Turn::take("test of turns", far).is_some());
        drop(first);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn an_odd_volume_is_never_asked_for() {
        let question = WmiQuestion::KeyProtectors { volume: "\\\\?\\Volume\n".to_owned() };
        let error = ask(&question).unwrap_err();
        assert!(matches!(error.kind, ReadErrorKind::WrongKind | ReadErrorKind::NotThere), "{error}");
    }

    #[test]
    fn a_result_keeps_its_bits() {
        assert_eq!(i32::from_ne_bytes(low_half(0x8031_0000)).cast_unsigned(), 0x8031_0000);
        assert_eq!(i32::from_ne_bytes(low_half(-1)), -1);
    }
}
