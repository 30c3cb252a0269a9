//! Rules: the list, the page of one, and those that people write themselves.

mod act;
mod list;
mod parameters;
mod trial;
mod version;
mod write;

use tenken_calendar::japan;
use tenken_engine::case;
use tenken_engine::rule::FILE_BYTES_MAX;
use tenken_model::RuleId;

use super::failure::Failure;
use super::visit::Visit;
use crate::groups::{Division, Placements};
use crate::own_rules::OwnRuleError;
use crate::policy::parameters::ParameterRefused;
use crate::store::{StoreError, Transaction};

pub(super) use act::{do_approve, do_ask, do_refuse, do_roll_out, do_take_back, do_withdraw};
pub(super) use list::{list, rule};
pub(super) use parameters::{do_set, parameters};
pub(super) use trial::trial;
pub(super) use version::version;
pub(super) use write::{do_edit, do_new, edit, new};

/// The largest form with a rule and its cases: each byte of them may be sent as three.
pub(super) const FORM_BYTES_MAX: usize = 3 * (FILE_BYTES_MAX + case::FILE_BYTES_MAX) + (64 << 10);

/// The id that an address names; what is none names no rule.
fn id(text: &str) -> Result<RuleId, Failure> {
    RuleId::new(text).map_err(|_| Failure::NOT_FOUND)
}

/// The sites and groups in use.
async fn places(transaction: &mut Transaction, visit: &Visit) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let placements = Placements::read(transaction, japan::date_of(visit.now)).await?;
    Ok((placements.names(Division::Site), placements.names(Division::Group)))
}

/// Why an act was refused, in words; a failure where there are none.
fn refused(error: OwnRuleError, visit: &Visit) -> Result<String, Failure> {
    match (error.text(visit.language()), error) {
        (Some(text), _) => Ok(text),
        (None, OwnRuleError::Store(error)) => Err(error.into()),
        (None, _) => Err(Failure::NOT_FOUND),
    }
}

/// The same of a threshold.
fn not_set(error: ParameterRefused, visit: &Visit) -> Result<String, Failure> {
    match (error.text(visit.language()), error) {
        (Some(text), _) => Ok(text),
        (None, ParameterRefused::Store(error)) => Err(error.into()),
        (None, _) => Err(Failure::NOT_FOUND),
    }
}
