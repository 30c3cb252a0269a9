//! A rule file as it is written. Unknown keys are refused.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::Bilingual;

use super::citation::Citation;
use super::parameter::ParameterKind;
use super::remedy::RemedyOn;
use super::{SubjectOf, WhenAbsent};
use crate::problem::written;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) title: Bilingual,
    pub(super) why: Bilingual,
    pub(super) remedy: Bilingual,
    #[serde(default)]
    pub(super) remedy_on: Vec<RemedyOn>,
    #[serde(default, deserialize_with = "written")]
    pub(super) for_user: Option<ForUser>,
    pub(super) sources: Vec<Citation>,
    #[serde(default, deserialize_with = "written")]
    pub(super) systems: Option<Vec<SystemFamily>>,
    pub(super) topics: Vec<String>,
    pub(super) max_age: String,
    pub(super) grace: String,
    #[serde(default, deserialize_with = "written")]
    pub(super) subject_of: Option<SubjectOf>,
    #[serde(default, deserialize_with = "written")]
    pub(super) when_absent: Option<WhenAbsent>,
    #[serde(default, deserialize_with = "written")]
    pub(super) when: Option<String>,
    #[serde(default, deserialize_with = "written")]
    pub(super) each: Option<Each>,
    #[serde(default, deserialize_with = "written")]
    pub(super) join: Option<Join>,
    #[serde(default, deserialize_with = "written")]
    pub(super) only: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub(super) parameters: BTreeMap<String, Parameter>,
    #[serde(default, deserialize_with = "written")]
    pub(super) unknown_when: Option<String>,
    #[serde(default, deserialize_with = "written")]
    pub(super) holds: Option<String>,
    #[serde(default, deserialize_with = "written")]
    pub(super) any_of: Option<Vec<Branch>>,
    pub(super) says: Says,
}

/// What is said to the person who uses a PC.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForUser {
    pub(super) problem: Bilingual,
    pub(super) steps: Bilingual,
}

/// Whether the dashboard is to judge the rule, before the file is read strictly as one or the other.
#[derive(Debug, Deserialize)]
pub(super) struct Kind {
    #[serde(default)]
    pub(super) judged_by: Option<serde::de::IgnoredAny>,
}

/// A rule that the dashboard judges.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DashboardRule {
    pub(super) id: String,
    pub(super) title: Bilingual,
    pub(super) why: Bilingual,
    pub(super) remedy: Bilingual,
    #[serde(default)]
    pub(super) remedy_on: Vec<RemedyOn>,
    pub(super) sources: Vec<Citation>,
    #[serde(rename = "judged_by")]
    pub(super) _judged_by: Judge,
    pub(super) grace: String,
    #[serde(default, deserialize_with = "written")]
    pub(super) subject_of: Option<SubjectOf>,
    #[serde(default, deserialize_with = "named")]
    pub(super) parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(deserialize_with = "named")]
    pub(super) says: BTreeMap<String, Bilingual>,
}

/// Who judges a rule in place of agents.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Judge {
    /// The dashboard.
    Dashboard,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Each {
    #[serde(rename = "in")]
    pub(super) list: String,
    #[serde(rename = "as")]
    pub(super) name: String,
    pub(super) subject: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    pub(super) register: String,
    #[serde(rename = "as")]
    pub(super) name: String,
    pub(super) key: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    #[serde(rename = "type")]
    pub(super) kind: ParameterKind,
    pub(super) default: serde_json::Value,
    #[serde(default, deserialize_with = "written")]
    pub(super) min: Option<serde_json::Value>,
    #[serde(default, deserialize_with = "written")]
    pub(super) max: Option<serde_json::Value>,
    #[serde(default, deserialize_with = "written")]
    pub(super) max_items: Option<usize>,
    pub(super) title: Bilingual,
    pub(super) source: Citation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Branch {
    pub(super) id: String,
    pub(super) title: Bilingual,
    pub(super) holds: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Says {
    pub(super) pass: Bilingual,
    pub(super) fail: Bilingual,
    #[serde(default, deserialize_with = "written")]
    pub(super) unknown: Option<Bilingual>,
}

/// A map that refuses a name written twice.
fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error> {
    struct Named<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Named<T> {
        type Value = BTreeMap<String, T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("names with what they mean")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, T>()? {
                if found.contains_key(&name) {
                    return Err(A::Error::custom(format!("duplicate field `{name}`")));
                }
                found.insert(name, value);
            }
            Ok(found)
        }
    }
    deserializer.deserialize_map(Named(PhantomData))
}
