//! Properties of services on the system bus.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use zbus::connection::Builder;
use zbus::{Connection, OwnedVariant, Variant, fdo};

use super::exchange::unix_stream;
use super::root::Root;
use crate::host::{BusProperty, ReadError, ReadErrorKind};

/// Where the system bus listens (D-Bus specification, "well-known message bus instances").
pub(super) const SYSTEM_BUS: &str = "/run/dbus/system_bus_socket";
const PATIENCE: Duration = Duration::from_secs(5);
const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// See [`crate::host::Host::bus_property`]. A service that does not run is not started by asking.
pub(super) fn property(root: &Root, property: &BusProperty) -> Result<Value, ReadError> {
    let tried = format!("read {property} on the system bus");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ReadError::from_io(&tried, &error))?;
    runtime.block_on(async {
        let answer = tokio::time::timeout(PATIENCE, ask(root, property, &tried)).await;
        answer.unwrap_or_else(|_| {
            let why = format!("no answer within {} s", PATIENCE.as_secs());
            Err(ReadError::new(ReadErrorKind::TimedOut, &tried, why))
        })
    })
}

/// A connection to the system bus.
pub(super) async fn connect(root: &Root, tried: &str) -> Result<Connection, ReadError> {
    let stream = unix_stream(root, Path::new(SYSTEM_BUS), tried)?;
    Builder::unix_stream(stream).build().await.map_err(|error| refused(tried, &error))
}

async fn ask(root: &Root, property: &BusProperty, tried: &str) -> Result<Value, ReadError> {
    let failed = |error: zbus::Error| refused(tried, &error);
    let connection = connect(root, tried).await?;
    let service = property.service.as_str();
    let bus = connection.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "NameHasOwner", &service);
    if !bus.await.map_err(failed)?.body().deserialize::<bool>().map_err(failed)? {
        return Err(ReadError::new(ReadErrorKind::NotThere, tried, format!("no {service} runs")));
    }
    let question = (property.interface.as_str(), property.name.as_str());
    let answer = connection.call_method(Some(service), property.path.as_str(), Some(PROPERTIES), "Get", &question);
    let answer: OwnedVariant = answer.await.map_err(failed)?.body().deserialize().map_err(failed)?;
    json(&answer).ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, tried, "a value JSON cannot hold"))
}

/// An error of the bus in the words of [`ReadError`].
pub(super) fn refused(tried: &str, error: &zbus::Error) -> ReadError {
    let kind = match error {
        zbus::Error::InputOutput(error) => return ReadError::from_io(tried, error),
        zbus::Error::FDO(error) => kind_of(error),
        _ => ReadErrorKind::NoAnswer,
    };
    ReadError::new(kind, tried, error.to_string())
}

fn kind_of(error: &fdo::Error) -> ReadErrorKind {
    match error {
        fdo::Error::ServiceUnknown(_)
        | fdo::Error::NameHasNoOwner(_)
        | fdo::Error::UnknownObject(_)
        | fdo::Error::UnknownInterface(_)
        | fdo::Error::UnknownProperty(_)
        | fdo::Error::UnknownMethod(_) => ReadErrorKind::NotThere,
        fdo::Error::AccessDenied(_) | fdo::Error::AuthFailed(_) => ReadErrorKind::NotPermitted,
        fdo::Error::NoReply(_) | fdo::Error::Timeout(_) | fdo::Error::TimedOut(_) => ReadErrorKind::TimedOut,
        _ => ReadErrorKind::NoAnswer,
    }
}

/// A value of the bus as JSON: arrays and structs as lists, dictionaries as objects with their keys as text.
fn json(value: &Variant<'_>) -> Option<Value> {
    Some(match value {
        Variant::U8(number) => (*number).into(),
        Variant::Bool(truth) => (*truth).into(),
        Variant::I16(number) => (*number).into(),
        Variant::U16(number) => (*number).into(),
        Variant::I32(number) => (*number).into(),
        Variant::U32(number) => (*number).into(),
        Variant::I64(number) => (*number).into(),
        Variant::U64(number) => (*number).into(),
        Variant::F64(number) => serde_json::Number::from_f64(*number)?.into(),
        Variant::Str(text) => text.as_str().into(),
        Variant::Signature(signature) => signature.to_string().into(),
        Variant::ObjectPath(path) => path.as_str().into(),
        Variant::Variant(inner) => json(inner)?,
        Variant::Array(items) => items.inner().iter().map(json).collect::<Option<Vec<_>>>()?.into(),
        Variant::Structure(fields) => fields.fields().iter().map(json).collect::<Option<Vec<_>>>()?.into(),
        Variant::Dict(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = match json(key)? {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                Some((key, json(value)?))
            });
            Value::Object(entries.collect::<Option<serde_json::Map<_, _>>>()?)
        }
        Variant::Fd(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use zbus::wire::{Array, Dict, StructureBuilder};

    use super::*;

    #[test]
    fn values_become_json() {
        let array: Array<'_> = vec!["a", "b"].into();
        let dict: Dict<'_, '_> = BTreeMap::from([(1_u32, "one")]).into();
        let structure = StructureBuilder::new().add_field(2_i32).add_field(vec![1_u8, 2]).build().unwrap();
        for (value, expected) in [
            (Variant::from(true), json!(true)),
            (Variant::from(u64::MAX), json!(u64::MAX)),
            (Variant::from(-5_i16), json!(-5)),
            (Variant::from("ntp.nict.jp"), json!("ntp.nict.jp")),
            (Variant::Variant(Box::new(Variant::from(1.5))), json!(1.5)),
            (Variant::Array(array), json!(["a", "b"])),
            (Variant::Dict(dict), json!({"1": "one"})),
            (Variant::Structure(structure), json!([2, [1, 2]])),
        ] {
            assert_eq!(json(&value), Some(expected));
        }
        assert_eq!(json(&Variant::from(f64::NAN)), None);
    }

    #[test]
    fn a_machine_without_a_bus_says_so() {
        let empty = tempfile::tempdir().unwrap();
        let asked = BusProperty {
            service: "org.freedesktop.timesync1".into(),
            path: "/org/freedesktop/timesync1".into(),
            interface: "org.freedesktop.timesync1.Manager".into(),
            name: "ServerName".into(),
        };
        let error = property(&Root::Below(empty.path().to_owned()), &asked).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::NotThere);
        assert!(error.tried.contains("ServerName"));
    }
}
