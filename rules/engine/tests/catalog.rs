//! The built-in catalogue: every rule loads.

use tenken_engine::Catalog;

#[test]
fn every_built_in_rule_loads() {
    match Catalog::embedded() {
        Ok(catalog) => assert_eq!(catalog.rules().len(), Catalog::embedded_sources().len()),
        Err(problems) => {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", shown.join("\n"));
        }
    }
}
