//! What commands and the system bus said, and the table of what is mounted.

use serde_json::{Map, Value, json};
use tenken_model::Read;
use tenken_model::fact::exchange_endpoints::EndpointCertificate;

use super::{Scrubber, known, wireless};
use crate::collect::firewall::macos as application_firewall;
use crate::host::tls::{AfterRequest, TlsReading, TlsSession};
use crate::host::{BusProperty, CommandOutput, VendorCommand};

pub(super) fn output(scrubber: &mut Scrubber, command: &VendorCommand, output: &CommandOutput) -> CommandOutput {
    let stdout = match command {
        VendorCommand::ResticSnapshots { .. } => restic(scrubber, &output.stdout),
        VendorCommand::BorgList { .. } => borg(&output.stdout),
        VendorCommand::BtrfsSnapshots { .. } => each_line(&output.stdout, |line| {
            let (_, rest) = line.strip_prefix("ID ")?.split_once(" otime ")?;
            let (time, _) = rest.split_once(" path ")?;
            Some(format!("ID 1 otime {} path x", time_text(time)))
        }),
        VendorCommand::ZfsSnapshots { .. } => each_line(&output.stdout, |line| {
            let (name, created) = line.split_once('\t')?;
            let (of, _) = name.split_once('@')?;
            let created = created.trim().parse::<i64>().map_or("x".to_owned(), |created| created.to_string());
            Some(format!("{}@x\t{created}", scrubber.dataset(of)))
        }),
        // What lies on a Mac is not written anew yet.
        VendorCommand::ApfsVolumes => String::new(),
        VendorCommand::ApplicationFirewall => each_line(&output.stdout, |line| {
            application_firewall::said(line).map(|state| format!("Firewall is in a state. (State = {state})"))
        }),
        VendorCommand::ZfsEncryption { .. } => each_line(&output.stdout, |line| {
            let is_word = line.len() <= 20 && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (is_word && (line == "off" || line == "on" || line.starts_with("aes-"))).then(|| line.to_owned())
        }),
    };
    let complaint = output.stderr.lines().next().filter(|line| known::is_message(line)).unwrap_or_default();
    CommandOutput { code: output.code, stdout: stdout.into_bytes(), stderr: complaint.to_owned() }
}

/// A server of TLS: who vouches for it may be an authority of the agency's own.
pub(super) fn tls(scrubber: &mut Scrubber, tried: &str, reading: &TlsReading) -> TlsReading {
    let version = |_: &mut Scrubber, version: &Option<String>| {
        version.as_ref().map(|version| if known::is_tls_version(version) { version.clone() } else { "x".to_owned() })
    };
    let suites = |_: &mut Scrubber, suites: &Vec<String>| {
        let known = |suite: &String| if known::is_tls_suite(suite) { suite.clone() } else { "x".to_owned() };
        suites.iter().map(known).collect()
    };
    TlsReading {
        older_version: scrubber.answer(&reading.older_version, tried, version),
        session: scrubber.answer(&reading.session, tried, |scrubber, session| {
            session.as_ref().map(|session| tls_session(scrubber, tried, session))
        }),
        other_suites: scrubber.answer(&reading.other_suites, tried, suites),
    }
}

fn tls_session(scrubber: &mut Scrubber, tried: &str, session: &TlsSession) -> TlsSession {
    let certificate = |_: &mut Scrubber, certificate: &EndpointCertificate| EndpointCertificate {
        issuer: if certificate.issuer == "itself" { "itself" } else { "authority" }.to_owned(),
        trust: match &certificate.trust {
            Read::Measured(trust) => Read::Measured(*trust),
            Read::NotRead(reason) => Read::not_read(reason.code, "read the authorities that this host trusts: failed"),
        },
        ..certificate.clone()
    };
    TlsSession {
        certificate: scrubber.answer(&session.certificate, tried, certificate),
        asked: session.asked,
        request: session.request.as_ref().map(|request| match request {
            AfterRequest::Ended(alert) => AfterRequest::Ended(alert.as_ref().map(|_| "alert".to_owned())),
            AfterRequest::OtherAlert(_) => AfterRequest::OtherAlert("alert".to_owned()),
            other @ (AfterRequest::Answered(_) | AfterRequest::Silent) => other.clone(),
        }),
    }
}

fn each_line(output: &[u8], mut keep: impl FnMut(&str) -> Option<String>) -> String {
    let mut written = String::new();
    for line in String::from_utf8_lossy(output).lines() {
        if !line.trim().is_empty() {
            written.push_str(&keep(line).unwrap_or_else(|| "x".to_owned()));
        }
        written.push('\n');
    }
    written
}

/// A time; what is none stays none.
fn time_text(text: &str) -> &str {
    let sound = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_digit() || b"-+:.TZ ".contains(&byte));
    if sound { text } else { "x" }
}

fn restic(scrubber: &mut Scrubber, output: &[u8]) -> String {
    let Ok(told) = serde_json::from_slice::<Value>(output) else { return "x".to_owned() };
    let Value::Array(snapshots) = told else { return (if told.is_null() { "null" } else { "{}" }).to_owned() };
    let snapshots = snapshots.iter().map(|snapshot| {
        let Value::Object(snapshot) = snapshot else { return json!(1) };
        let mut kept = Map::new();
        if let Some(time) = snapshot.get("time").and_then(Value::as_str) {
            kept.insert("time".to_owned(), time_text(time).into());
        }
        if let Some(host) = snapshot.get("hostname").and_then(Value::as_str) {
            kept.insert("hostname".to_owned(), scrubber.names.host(host).into());
        }
        if let Some(user) = snapshot.get("username").and_then(Value::as_str) {
            kept.insert("username".to_owned(), scrubber.names.account(user).into());
        }
        if let Some(paths) = snapshot.get("paths").and_then(Value::as_array) {
            let paths = paths.iter().filter_map(Value::as_str).map(|path| scrubber.names.path(path));
            kept.insert("paths".to_owned(), paths.collect::<Vec<_>>().into());
        }
        if let Some(bytes) = snapshot.get("summary").and_then(|summary| summary.get("total_bytes_processed")) {
            kept.insert("summary".to_owned(), json!({ "total_bytes_processed": bytes.as_u64() }));
        }
        Value::Object(kept)
    });
    Value::Array(snapshots.collect()).to_string()
}

fn borg(output: &[u8]) -> String {
    let told = serde_json::from_slice::<Value>(output).unwrap_or_default();
    let Some(archives) = told.get("archives").and_then(Value::as_array) else { return "x".to_owned() };
    let archives = archives.iter().map(|archive| {
        let mut kept = Map::new();
        if let Some(name) = archive.get("name").and_then(Value::as_str) {
            let mark = name.rfind(".checkpoint").and_then(|at| name.get(at..)).filter(|mark| {
                let number = mark.trim_start_matches(".checkpoint").trim_start_matches('.');
                number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit())
            });
            kept.insert("name".to_owned(), format!("archive{}", mark.unwrap_or_default()).into());
        }
        for key in ["start", "time"] {
            if let Some(time) = archive.get(key).and_then(Value::as_str) {
                kept.insert(key.to_owned(), time_text(time).into());
            }
        }
        Value::Object(kept)
    });
    json!({ "archives": archives.collect::<Vec<_>>() }).to_string()
}

/// A repository's configuration of Borg, without its key; of restic's nothing is read.
pub(super) fn repository(bytes: &[u8]) -> Vec<u8> {
    use crate::collect::backups::borg::{Config, config};
    match config(bytes) {
        Config::WithKey => "[repository]\nid = x\nkey = x\n",
        Config::WithoutKey => "[repository]\nid = x\n",
        Config::NotBorg => "",
    }
    .into()
}

/// A property: numbers and truths stay, of texts only the names of servers, by their stand-ins.
pub(super) fn property(scrubber: &mut Scrubber, property: &BusProperty, value: &Value) -> Value {
    if property.service == "org.freedesktop.NetworkManager" && !value.is_number() {
        return wireless::property(scrubber, &property.name, value);
    }
    match (property.name.as_str(), value) {
        ("ServerName", Value::String(name)) => scrubber.source(name).into(),
        ("LinkNTPServers" | "SystemNTPServers" | "RuntimeNTPServers" | "FallbackNTPServers", Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map_or(Value::Null, |name| scrubber.host(name).into())).collect()
        }
        ("ServerAddress", Value::Array(parts)) => parts.iter().map(|part| address(scrubber, part)).collect(),
        ("NTPMessage", Value::Array(parts)) => parts
            .iter()
            .map(|part| if matches!(part, Value::Number(_) | Value::Bool(_)) { part.clone() } else { Value::Null })
            .collect(),
        ("ActiveState", Value::String(state)) if ["active", "inactive", "failed"].contains(&state.as_str()) => {
            value.clone()
        }
        (_, Value::Number(_) | Value::Bool(_)) => value.clone(),
        _ => Value::Null,
    }
}

/// The family of an address, or its bytes as the bus writes them.
fn address(scrubber: &mut Scrubber, part: &Value) -> Value {
    match part {
        Value::Number(_) => part.clone(),
        Value::Array(items) => {
            let bytes = items.iter().map(|item| item.as_u64().and_then(|number| u8::try_from(number).ok()));
            let bytes: Option<Vec<u8>> = bytes.collect();
            bytes.map_or(Value::Null, |bytes| scrubber.addresses.bytes(&bytes).into())
        }
        _ => Value::Null,
    }
}
