//! The thresholds that the agency of the demonstration has set: what only an agency can know of itself.

use serde_json::json;
use tenken_model::{Instant, RuleId};

use super::DemoError;
use super::machine::{NETWORK, PROGRAMS};
use super::office::APPROVER;
use crate::groups::HostScope;
use crate::policy::Parameters;
use crate::policy::parameters::SetParameter;

/// What is set for every host.
pub(super) fn thresholds(set_at: Instant) -> Result<Parameters, DemoError> {
    let set = |rule: &str, name: &str, value, reason: &str| {
        Ok::<_, DemoError>(SetParameter {
            rule: RuleId::new(rule).map_err(DemoError::odd)?,
            name: name.to_owned(),
            scope: HostScope::All,
            value,
            reason: reason.to_owned(),
            set_at,
            set_by: APPROVER.to_owned(),
        })
    };
    let network = "事業所の無線LANは、健診システム用の1つだけです。";
    Ok(Parameters {
        set: vec![
            set("software_approved", "approved", json!(PROGRAMS), "承認ソフトウェア一覧のとおりです。")?,
            set("wireless_networks_approved", "networks", json!([NETWORK]), network)?,
            set("wireless_networks_encrypted", "networks", json!([NETWORK]), network)?,
        ],
    })
}
