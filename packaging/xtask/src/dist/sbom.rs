//! The list of components of each program (CycloneDX), from what cargo resolves for it alone: its own features, its own target,
//! nothing that only builds or tests it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::programs::Libc;
use super::{Dist, VERSION, epoch, files, programs};
use crate::process::{cargo, output, root};

/// The version of CycloneDX that is written.
const SPECIFICATION: &str = "1.5";

/// What `cargo metadata` tells.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    description: Option<String>,
    repository: Option<String>,
    /// Absent of what is the workspace's own.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// Absent of what is linked in.
    kind: Option<String>,
}

/// A crate by name and version.
type Crate = (String, String);

/// Everything a list is made of.
struct Components<'a> {
    metadata: &'a Metadata,
    /// What is linked into the program, with the features it is built with.
    linked: BTreeMap<Crate, Vec<String>>,
    /// The sums of what comes from a registry.
    sums: BTreeMap<Crate, String>,
}

/// Writes the list of a program.
pub(super) fn write(dist: &Dist, name: &str, libc: Libc, to: &Path) -> Result<()> {
    let triple = libc.triple();
    let metadata =
        output(cargo()?.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", triple]))?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("reading what cargo metadata told")?;
    let mut tree = cargo()?;
    tree.args(["tree", "--locked", "-p", name, "--target", triple, "--edges", "normal,no-proc-macro"]);
    tree.args(programs::left_out(name, libc));
    let linked = linked(&output(tree.args(["--prefix", "none", "--format", "{p}|{f}"]))?)?;
    let lock = std::fs::read_to_string(root()?.join("Cargo.lock")).context("reading Cargo.lock")?;
    let components = Components { metadata: &metadata, linked, sums: sums(&lock) };
    let list = list(&components, name, triple, &epoch::as_iso(dist.epoch)?)?;
    if let Some(fault) = faults(&list, name).first() {
        bail!("the list of components of {name}: {fault}");
    }
    files::write(to, serde_json::to_vec_pretty(&list)?, 0o644)
}

/// What `cargo tree` tells: `name v1.2.3 (place)|feature,feature`, with ` (*)` after what was told before.
fn linked(told: &str) -> Result<BTreeMap<Crate, Vec<String>>> {
    let mut linked = BTreeMap::new();
    for line in told.lines().filter(|line| !line.is_empty()) {
        let parts = line.split_once('|').and_then(|(package, features)| {
            let mut words = package.split_whitespace();
            Some((words.next()?, words.next()?.strip_prefix('v')?, features))
        });
        let (name, version, features) = parts.with_context(|| format!("cargo tree told `{line}`"))?;
        let features = features.trim_end_matches("(*)").trim();
        let features = features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect();
        linked.insert((name.to_owned(), version.to_owned()), features);
    }
    Ok(linked)
}

/// The sums that Cargo.lock holds.
fn sums(lock: &str) -> BTreeMap<Crate, String> {
    let mut sums = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            package
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
                .map(str::to_owned)
        };
        if let (Some(name), Some(version), Some(sum)) = (field("name"), field("version"), field("checksum")) {
            sums.insert((name, version), sum);
        }
    }
    sums
}

fn reference((name, version): &Crate) -> String {
    // What follows a plus sign is of the version, and a plus sign means something else in an address.
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

impl Components<'_> {
    fn packages(&self) -> impl Iterator<Item = (&Package, Crate)> {
        let named =
            self.metadata.packages.iter().map(|package| (package, (package.name.clone(), package.version.clone())));
        named.filter(|(_, named)| self.linked.contains_key(named))
    }

    fn component(&self, package: &Package, named: &Crate, kind: &str) -> Value {
        let mut component = json!({
            "type": kind, "bom-ref": reference(named), "name": package.name, "version": package.version, "purl": reference(named),
        });
        let Some(fields) = component.as_object_mut() else { return component };
        if let Some(license) = &package.license {
            // Before there were expressions, a stroke stood for `OR`.
            fields.insert(
                "licenses".to_owned(),
                json!([{ "expression": license.replace('/', " OR ").replace("  ", " ") }]),
            );
        }
        if let Some(description) = &package.description {
            let words: Vec<&str> = description.split_whitespace().collect();
            fields.insert("description".to_owned(), json!(words.join(" ")));
        }
        if let Some(repository) = &package.repository {
            fields.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
        }
        if let Some(sum) = self.sums.get(named) {
            fields.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": sum }]));
        }
        let features: Vec<Value> = self.linked.get(named).into_iter().flatten().map(feature).collect();
        if !features.is_empty() {
            fields.insert("properties".to_owned(), features.into());
        }
        component
    }

    /// What each one rests on, of what is linked in.
    fn dependencies(&self) -> Vec<Value> {
        let by_id: BTreeMap<&str, Crate> =
            self.packages().map(|(package, named)| (package.id.as_str(), named)).collect();
        let mut dependencies = Vec::new();
        for node in &self.metadata.resolve.nodes {
            let Some(named) = by_id.get(node.id.as_str()) else { continue };
            let is_linked = |dependency: &&Dependency| dependency.dep_kinds.iter().any(|found| found.kind.is_none());
            let on: BTreeSet<String> = node
                .deps
                .iter()
                .filter(is_linked)
                .filter_map(|dependency| by_id.get(dependency.pkg.as_str()))
                .map(reference)
                .collect();
            dependencies.push((reference(named), on));
        }
        dependencies.sort();
        dependencies.into_iter().map(|(one, on)| json!({ "ref": one, "dependsOn": on })).collect()
    }
}

fn feature(name: &String) -> Value {
    json!({ "name": "cargo:feature", "value": name })
}

/// The whole list.
fn list(components: &Components<'_>, name: &str, triple: &str, time: &str) -> Result<Value> {
    let own = (name.to_owned(), VERSION.to_owned());
    let mut others = Vec::new();
    let mut program = None;
    for (package, named) in components.packages() {
        if named == own && package.source.is_none() {
            program = Some(components.component(package, &named, "application"));
        } else {
            others.push((named.clone(), components.component(package, &named, "library")));
        }
    }
    let program = program.with_context(|| format!("cargo knows no {name}"))?;
    others.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {
            "timestamp": time,
            "component": program,
            "properties": [{ "name": "cargo:target", "value": triple }],
            "tools": { "components": [{ "type": "application", "name": "cargo xtask dist", "version": VERSION }] },
        },
        "components": others.into_iter().map(|(_, component)| component).collect::<Vec<_>>(),
        "dependencies": components.dependencies(),
    }))
}

/// What is wrong with a list: whoever relies on it must find every component, its licence, and what it rests on.
pub(super) fn faults(list: &Value, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let empty = Vec::new();
    let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text(list, "bomFormat") != "CycloneDX" || text(list, "specVersion") != SPECIFICATION {
        faults.push(format!("it is not CycloneDX {SPECIFICATION}"));
    }
    let program = list.pointer("/metadata/component").cloned().unwrap_or_default();
    if text(&program, "name") != name {
        faults.push(format!("it is of `{}`", text(&program, "name")));
    }
    let components = list.get("components").and_then(Value::as_array).unwrap_or(&empty);
    let mut known = BTreeSet::from([text(&program, "bom-ref")]);
    for component in components {
        let reference = text(component, "bom-ref");
        if component.get("licenses").is_none() {
            faults.push(format!("{reference} has no licence"));
        }
        let is_own = text(component, "name").starts_with("tenken-");
        if !is_own && component.get("hashes").is_none() {
            faults.push(format!("{reference} has no sum"));
        }
        if !known.insert(reference.clone()) {
            faults.push(format!("{reference} stands there twice"));
        }
    }
    let dependencies = list.get("dependencies").and_then(Value::as_array).unwrap_or(&empty);
    let on = |dependency: &Value| dependency.get("dependsOn").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut reached = BTreeSet::from([text(&program, "bom-ref")]);
    for one in dependencies.iter().flat_map(on) {
        let one = one.as_str().unwrap_or_default().to_owned();
        if !known.contains(&one) {
            faults.push(format!("something rests on {one}, which is not listed"));
        }
        reached.insert(one);
    }
    faults.extend(known.difference(&reached).map(|one| format!("nothing rests on {one}")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_read_with_its_features() {
        let told =
            "tenken-agent v0.1.0 (/x/agent)|\nserde v1.0.2|default,std\nserde v1.0.2|default,std (*)\nlibc v0.2.1|\n";
        let linked = linked(told).unwrap();
        let named = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(linked.len(), 3);
        assert_eq!(linked[&named("serde", "1.0.2")], ["default", "std"]);
        assert!(linked[&named("libc", "0.2.1")].is_empty());
        assert!(super::linked("garbage").is_err());
    }

    #[test]
    fn sums_are_those_of_the_lock() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"00ff\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let sums = sums(lock);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[&("a".to_owned(), "1.0.0".to_owned())], "00ff");
    }

    #[test]
    fn what_a_list_lacks_is_told() {
        let component = |name: &str| json!({ "bom-ref": name, "name": name, "licenses": [{}], "hashes": [{}] });
        let list = |components: Value, on: Value| {
            json!({
                "bomFormat": "CycloneDX", "specVersion": SPECIFICATION,
                "metadata": { "component": { "bom-ref": "p", "name": "p" } },
                "components": components, "dependencies": [{ "ref": "p", "dependsOn": on }],
            })
        };
        assert!(faults(&list(json!([component("a")]), json!(["a"])), "p").is_empty());
        for (wrong, expected) in [
            (list(json!([component("a"), component("a")]), json!(["a"])), "twice"),
            (list(json!([component("a")]), json!(["a", "b"])), "not listed"),
            (list(json!([component("a"), component("b")]), json!(["a"])), "nothing rests on b"),
            (list(json!([{ "bom-ref": "a", "name": "a" }]), json!(["a"])), "no licence"),
            (list(json!([{ "bom-ref": "a", "name": "a", "licenses": [] }]), json!(["a"])), "no sum"),
            (json!({}), "not CycloneDX"),
        ] {
            let found = faults(&wrong, "p");
            assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
        }
    }
}
