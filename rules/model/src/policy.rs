//! What an agent must check, signed by the dashboard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::register::Registers;
use crate::{HostId, Instant, RuleId, Span};

/// What one host must check. Pure data: it can name no command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Larger than that of every policy before it; an agent refuses a smaller one.
    pub version: u64,
    /// The only host it is for.
    pub host: HostId,
    /// When it was made.
    pub issued_at: Instant,
    /// The rules as they are written, by id. The agent loads them as strictly as the dashboard did.
    pub rules: BTreeMap<RuleId, String>,
    /// Parameters that differ from the rules' defaults, as they are written: `15m`, `3`.
    pub parameters: BTreeMap<RuleId, BTreeMap<String, serde_json::Value>>,
    /// The register rows the rules and collectors need.
    pub registers: Registers,
    /// Time servers to measure against.
    pub time_references: Vec<String>,
    /// Collect each topic at least this often.
    pub collect_within: Span,
}

/// A policy with its signature. The signature covers the bytes of `body` as they are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedPolicy {
    /// A [`Policy`] as JSON.
    pub body: String,
    /// Ed25519 signature over [`SIGNATURE_CONTEXT`] and the body, in base64.
    pub signature: String,
}

/// Prefixed to what is signed, so that a signature means nothing elsewhere.
pub const SIGNATURE_CONTEXT: &[u8] = b"tenken policy v1\0";
/// The largest policy an agent reads, in bytes.
pub const POLICY_BYTES_MAX: usize = 16 << 20;
