//! What browsers, agents that enrol, and administrators send to a dashboard.

use http::header::{COOKIE, HeaderMap, HeaderValue};
use tenken_dashboard::auth::cookie::{self, Channel};
use tenken_dashboard::auth::recovery::{self, Typed};
use tenken_dashboard::auth::totp::Key;
use tenken_dashboard::auth::{base32, email, name, password, secret::Secret};
use tenken_dashboard::authority;
use tenken_dashboard::mail::MailSettings;
use tenken_dashboard::web::done::Done;
use tenken_dashboard::web::gate;
use tenken_dashboard::web::visitor::Visitor;
use tenken_model::enrol::{EnrolRequest, RenewRequest};

pub(super) fn visitor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(name) = name::read(&text) {
        assert_eq!(name::read(&name).as_ref(), Some(&name));
        let _weak = password::check(&text, &name);
    }
    if let Some(secret) = Secret::from_text(&text) {
        assert_eq!(secret.text(), text);
    }
    if let Some(bytes) = base32::decode(&text) {
        assert_eq!(base32::encode(&bytes), text.to_ascii_uppercase());
    }
    if let Some(key) = Key::from_text(&text) {
        assert_eq!(key.text(), text.to_ascii_uppercase());
    }
    if let Some(Typed::Recovery(code)) = recovery::read(&text) {
        assert_eq!(recovery::read(&code.text()), Some(Typed::Recovery(code)));
    }
    if let Ok(Some(address)) = email::read(&text) {
        assert_eq!(email::read(&address), Ok(Some(address)));
    }
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(COOKIE, value);
        }
    }
    let _language = Visitor::language(&headers);
    for channel in [Channel::Tls, Channel::Loopback] {
        if let Some(value) = cookie::value(&headers, channel.session_cookie()) {
            assert!(!value.contains(';'));
        }
    }
}

pub(super) fn addresses(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let within = gate::within(Some(&text));
    assert!(within.starts_with('/') && !within.starts_with("//") && !within.contains(['\\', '\r', '\n']));
    assert!(gate::form_encode(&text).is_ascii());
    let (address, _) = Done::split(&text);
    assert!(address.len() <= text.len());
    // What was taken off is off, and what is put on comes off again.
    assert_eq!(Done::split(&address), (address.clone(), None));
    for done in Done::ALL {
        assert_eq!(Done::split(&done.join(&address)), (address.clone(), Some(*done)));
    }
}

pub(super) fn mail_settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match MailSettings::read("mail.yaml", &text) {
        Ok(settings) => {
            assert!((1..=2).contains(&settings.languages().len()));
            let again = serde_json::to_string(&settings).map(|text| MailSettings::read("mail.yaml", &text));
            assert!(again.is_ok_and(|again| again == Ok(settings)));
        }
        Err(problem) => assert!(problem.starts_with("mail.yaml:") && problem.len() <= 10 * text.len() + 1_000),
    }
}

pub(super) fn certificate_request(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _key = authority::public_key(&text);
    let _speaker = authority::speaker(&data.into());
    if let Ok(request) = serde_json::from_slice::<EnrolRequest>(data) {
        let _name = tenken_dashboard::enrol::host_name(&request.host_name);
        let _key = authority::public_key(&request.request_pem);
    }
    let _request = serde_json::from_slice::<RenewRequest>(data);
    if let Ok(name) = tenken_dashboard::enrol::host_name(&text) {
        assert!(name != "*" && !name.is_empty());
    }
}
