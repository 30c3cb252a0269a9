//! A host of a test's own: enrolled with openssl, so that the test can send what no agent would.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::blocking::{Client, ClientBuilder};
use reqwest::{Certificate, Identity};
use tenken_model::digest::Digest;
use tenken_model::enrol::{Authority, EnrolAnswer, EnrolRequest, EnrolToken};
use tenken_model::finding::{Bilingual, Change, Evidence, state_digest};
use tenken_model::report::{Heartbeat, PROTOCOL, Report};
use tenken_model::{Finding, FindingKey, HostId, Instant, Read, ReasonCode, RuleId, Span, Transition, Verdict};

use crate::http::client;
use crate::program::system;

/// A host's certificate and the authority, as reqwest takes them.
#[derive(Debug)]
pub struct Enrolled {
    /// Its id.
    pub host: HostId,
    /// The dashboard's authority.
    pub authority: Certificate,
    /// The certificate with its key.
    pub identity: Identity,
}

/// Whether hosts can be enrolled here.
pub fn available() -> bool {
    system("openssl").is_some()
}

/// Runs openssl in a folder.
pub fn openssl(folder: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output()?;
    if !output.status.success() {
        bail!("openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// What makes a key on the curve that agents use.
pub const CURVE: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

impl Enrolled {
    /// Enrols a host by a token; its key and request are left in `folder`.
    pub fn new(folder: &Path, people: &str, token: &str) -> Result<Self> {
        let token: EnrolToken = token.lines().last().unwrap_or_default().parse().map_err(anyhow::Error::msg)?;
        let request = ["req", "-new", "-subj", "/CN=x", "-keyout", "host.key", "-out", "host.csr"];
        openssl(folder, &[&request[..], &CURVE].concat())?;
        let stranger = client().tls_danger_accept_invalid_certs(true).build()?;
        let authority: Authority = stranger.get(format!("{people}/v1/authority")).send()?.json()?;
        let authority = Certificate::from_pem(authority.certificate_pem.as_bytes())?;
        let request = EnrolRequest {
            secret: token.secret,
            request_pem: std::fs::read_to_string(folder.join("host.csr"))?,
            host_name: "受付PC".into(),
        };
        let trusting = client().tls_certs_only([authority.clone()]).build()?;
        let answer: EnrolAnswer = trusting.post(format!("{people}/v1/enrol")).json(&request).send()?.json()?;
        let key = std::fs::read_to_string(folder.join("host.key")).context("openssl made a key")?;
        let identity = Identity::from_pem(format!("{}{key}", answer.certificate_pem).as_bytes())?;
        Ok(Self { host: answer.host, authority, identity })
    }

    /// The beginning of a client that trusts the dashboard and shows no certificate.
    pub fn stranger(&self) -> ClientBuilder {
        client().tls_certs_only([self.authority.clone()]).timeout(Duration::from_secs(10))
    }

    /// A client that shows the host's certificate.
    pub fn client(&self) -> Result<Client> {
        Ok(self.stranger().identity(self.identity.clone()).build()?)
    }
}

/// A finding that fails at odd numbers and passes at even ones.
pub fn finding(seq: u64) -> Result<Finding> {
    Ok(Finding {
        key: FindingKey { rule: RuleId::new("screen_lock_enforced")?, subject: None },
        verdict: if seq % 2 == 1 { Verdict::Fail } else { Verdict::Pass },
        says: Bilingual::default(),
        branch: None,
        evidence: vec![Evidence { path: "n".into(), value: seq.to_string(), volatile: false }],
        observed_at: chrono::Utc::now(),
    })
}

/// The transition of that number, and the digest of the state after it.
pub fn transition(seq: u64) -> Result<(Transition, Digest)> {
    let finding = finding(seq)?;
    let digest = state_digest([(&finding.key, &finding.digest())]);
    let change = Change::Set { digest: finding.digest(), finding };
    Ok((Transition { seq, at: chrono::Utc::now(), change }, digest))
}

/// A report of epoch 1 with these transitions.
pub fn report(transitions: &[Transition], last: u64, state: Digest) -> Report {
    let now: Instant = chrono::Utc::now();
    let heartbeat = Heartbeat {
        sent_at: now,
        agent_version: "0.1.0".into(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: state,
        state_seq: last,
        policy_version: 0,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::not_read(ReasonCode::Failed, "x"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    };
    Report {
        protocol: PROTOCOL,
        epoch: 1,
        transitions: transitions.to_vec(),
        snapshot: None,
        facts: BTreeMap::new(),
        heartbeat,
    }
}
