//! Where data is exchanged with others over TLS: the rows of the endpoints register that this host has to check.
//!
//! A host asks as somebody without a certificate: whether an older version is taken up ([`hello`]), what certificate the
//! server shows ([`chain`]), whether that is of somebody on the way ([`inspection`]), what becomes of a request ([`reply`]),
//! and which uncommon suites are taken up ([`suites`]). Nobody signs in anywhere.

pub mod address;
pub mod chain;
pub mod hello;
pub mod inspection;
pub mod reply;
pub mod suites;
#[cfg(test)]
mod tests;

use tenken_model::fact::exchange_endpoints::{ExchangeEndpoint, ExchangeEndpoints};
use tenken_model::observation::Outcome;
use tenken_model::register::EndpointRow;
use tenken_model::{Language, Read, Reason, ReasonCode, Span, Topic};

use super::{Look, Needs};
use crate::host::ReadError;
use crate::host::recorded::Answer;
use crate::host::tls::{TlsReading, TlsSession};

/// The most endpoints of one host.
const ENDPOINTS_MAX: usize = 20;
/// For each, all at a time: less than a collector may take.
const WITHIN: Span = Span::from_secs(7);

/// Asks the endpoints that the register has this host check.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<ExchangeEndpoints> {
    let rows = match &needs.registers.endpoints {
        Read::Measured(rows) if rows.is_empty() => {
            return Outcome::Absent(Language::English.absent(Topic::ExchangeEndpoints));
        }
        Read::Measured(rows) => rows,
        Read::NotRead(reason) => return Outcome::Failed(reason.clone()),
    };
    let places: Vec<Result<String, Reason>> = rows.iter().enumerate().map(|(index, row)| place(index, row)).collect();
    let mut servers: Vec<String> = places.iter().flatten().cloned().collect();
    servers.sort_unstable();
    servers.dedup();
    let answers = look.tls_probe(&servers, WITHIN);
    let told = |place: Result<String, Reason>| {
        let server = place?;
        let found = servers.iter().zip(&answers).find(|(asked, _)| **asked == server);
        match found {
            Some((_, Ok(reading))) => Ok((server, reading)),
            Some((_, Err(error))) => Err(error.reason()),
            None => Err(Reason::new(ReasonCode::Failed, format!("ask {server}: it was not asked"))),
        }
    };
    let endpoints = rows.iter().zip(places).map(|(row, place)| match told(place) {
        Ok((server, reading)) => endpoint(row, &server, reading),
        Err(reason) => nothing_known(row, &reason),
    });
    Outcome::Known(ExchangeEndpoints { endpoints: endpoints.collect() })
}

/// Where to ask for a row.
fn place(index: usize, row: &EndpointRow) -> Result<String, Reason> {
    let name = row.name();
    if index >= ENDPOINTS_MAX {
        let detail = format!("ask {name}: more than {ENDPOINTS_MAX} endpoints are to be checked by this host");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let target = address::parse(&row.address);
    let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read the address of {name}: {error}"));
    target.map(|target| target.server()).map_err(unparsable)
}

fn nothing_known(row: &EndpointRow, reason: &Reason) -> ExchangeEndpoint {
    ExchangeEndpoint {
        name: row.name(),
        address: row.address.clone(),
        older_version: Read::NotRead(reason.clone()),
        tls13: Read::NotRead(reason.clone()),
        other_suites: Read::NotRead(reason.clone()),
        certificate: Read::NotRead(reason.clone()),
        client_certificate: Read::NotRead(reason.clone()),
    }
}

fn endpoint(row: &EndpointRow, server: &str, reading: &TlsReading) -> ExchangeEndpoint {
    let session: Result<Option<&TlsSession>, ReadError> = reading.session.get().map(Option::as_ref);
    let made = match &session {
        Ok(Some(session)) => Ok(*session),
        Ok(None) => Err(Reason::new(ReasonCode::NoAnswer, format!("ask {server}: it makes no session by TLS 1.3"))),
        Err(error) => Err(error.reason()),
    };
    ExchangeEndpoint {
        older_version: read(&reading.older_version),
        tls13: session.map(|session| session.is_some()).map_err(|error| error.reason()).into(),
        other_suites: suites_of(server, reading, made.as_ref().ok()),
        certificate: made.clone().map_or_else(Read::NotRead, |session| read(&session.certificate)),
        client_certificate: made.map_or_else(Read::NotRead, |session| reply::treatment(server, session)),
        name: row.name(),
        address: row.address.clone(),
    }
}

/// What it takes up; of a product on the way, nothing is known of the endpoint itself.
fn suites_of(server: &str, reading: &TlsReading, session: Option<&&TlsSession>) -> Read<Vec<String>> {
    match session.map(|session| session.certificate.get()) {
        Some(Ok(certificate)) if certificate.inspected => {
            let why = format!("ask {server} for its suites: a product that inspects what passes answers in its place");
            Read::not_read(ReasonCode::Inconclusive, why)
        }
        _ => read(&reading.other_suites),
    }
}

fn read<T: Clone>(answer: &Answer<T>) -> Read<T> {
    answer.get().cloned().map_err(|error| error.reason()).into()
}
