//! The assessment in NIST's Open Security Controls Assessment Language: the checklist as a catalog, and assessment results against it.
//!
//! Source: <https://pages.nist.gov/OSCAL/>; `docs/exports.md` says how Tenken's words map to it. OSCAL knows no unknown: whatever is
//! not known to hold is not satisfied, and says why.

mod catalog;
mod observation;
mod piece;
mod result;
mod risk;

pub use catalog::catalog;
pub use result::results;

use serde_json::Value;

/// The version of OSCAL that is followed.
pub const VERSION: &str = "1.2.3";
/// The name of the catalog's file, to which the results refer.
pub const CATALOG_FILE: &str = "catalog.json";
/// The name of the file of the results.
pub const RESULTS_FILE: &str = "assessment-results.json";
/// The namespace of Tenken's own properties.
pub const NAMESPACE: &str = "urn:tenken:oscal";

/// A document as a file, indented, with its keys in order.
pub fn file(document: &Value) -> String {
    format!("{document:#}\n")
}
