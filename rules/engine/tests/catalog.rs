//! The built-in catalogue: every rule loads, and judges as its cases say.

use tenken_engine::Catalog;
use tenken_engine::case::CaseFile;
use tenken_model::finding::VerdictKind;

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

#[test]
fn every_case_comes_out_as_it_says() {
    let catalog = Catalog::embedded().unwrap();
    let mut faults = Vec::new();
    let mut shown = 0;
    for (file, text) in Catalog::embedded_cases() {
        let cases = CaseFile::load(file, text).unwrap_or_else(|problems| panic!("{problems:?}"));
        let id = file.rsplit('/').next().unwrap().trim_end_matches(".cases.yaml");
        let rule = catalog.rule(&id.parse().unwrap()).unwrap_or_else(|| panic!("{file}: no such rule"));
        shown += cases.cases().len();
        faults.extend(cases.check(&catalog, rule));
        for verdict in [VerdictKind::Pass, VerdictKind::Fail, VerdictKind::Unknown] {
            assert!(cases.cases().iter().any(|case| case.expect == verdict), "{file} shows no {verdict}");
        }
    }
    assert!(faults.is_empty(), "{} of {shown} cases\n{}", faults.len(), faults.join("\n"));
}
