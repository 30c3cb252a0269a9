//! What an agent takes from a dashboard or from its own state folder.

use std::path::Path;

use tenken_agent::doctor;
use tenken_agent::first_start::drop_in;
use tenken_agent::host::live::Seal;
use tenken_agent::identity::{Identity, certificate_der};
use tenken_agent::transport::answer;
use tenken_model::Size;
use tenken_model::enrol::{Authority, EnrolAnswer, EnrolToken, RenewAnswer};
use tenken_model::policy::{Policy, SignedPolicy};
use tenken_model::report::ReportAnswer;

pub(super) fn answers(data: &[u8]) {
    let refusal = answer::refusal(data);
    for line in [refusal.code, refusal.message] {
        assert!(line.chars().count() <= 120 && !line.chars().any(char::is_control));
    }
    if let Ok(answer) = serde_json::from_slice::<ReportAnswer>(data) {
        let again = serde_json::to_vec(&answer).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        assert_eq!(again, Some(answer));
    }
    let _enrolled = serde_json::from_slice::<EnrolAnswer>(data);
    let _renewed = serde_json::from_slice::<RenewAnswer>(data);
    let _authority = serde_json::from_slice::<Authority>(data);
    if let Ok(token) = String::from_utf8_lossy(data).parse::<EnrolToken>() {
        assert_eq!(token.to_string().parse(), Ok(token));
    }
}

pub(super) fn identity(data: &[u8]) {
    if let Ok((identity, _)) = Identity::read(data, Path::new("identity.json"), &Seal) {
        assert!(identity.validity().map_or(true, |validity| validity.renew_at() <= validity.until));
    }
    if let Ok(der) = certificate_der(&String::from_utf8_lossy(data), "a certificate") {
        assert!(der.len() <= data.len());
    }
}

pub(super) fn left_tokens(data: &[u8]) {
    match drop_in::parse(data) {
        Ok(left) => assert!(!left.dashboard.is_empty() && !left.token.is_empty()),
        Err(why) => assert!(!why.contains("tenken1.secret"), "{why}"),
    }
}

pub(super) fn whole_answers(data: &[u8]) {
    let limit = Size::from_bytes(1 << 20);
    if let Ok(Some(length)) = doctor::answer::whole_length(data, limit) {
        assert!(length <= data.len() + (1 << 20));
    }
    let _answer = doctor::answer::parse(data);
}

pub(super) fn signed_policy(data: &[u8]) {
    if let Ok(policy) = serde_json::from_slice::<SignedPolicy>(data) {
        let _policy = serde_json::from_str::<Policy>(&policy.body);
    }
    if let Ok(policy) = serde_json::from_slice::<Policy>(data) {
        let text = serde_json::to_string(&policy).unwrap_or_default();
        let again =
            serde_json::from_str::<Policy>(&text).map(|policy| serde_json::to_string(&policy).unwrap_or_default());
        assert_eq!(again.ok(), Some(text));
    }
}
