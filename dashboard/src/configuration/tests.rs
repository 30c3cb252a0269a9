use std::collections::BTreeSet;

use clap::{Args as _, Command};
use serde_yaml::Value;
use tenken_model::Language;

use super::*;
use crate::secret_file::SecretFile;

fn read(text: &str) -> Result<Options, String> {
    settings_file::parse("dashboard.yaml", text)
}

/// The sample without what makes its keys comments.
fn uncommented(language: Language) -> String {
    let key = |line: &str| {
        line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())).map(str::to_owned)
    };
    sample(language).lines().map(|line| key(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

#[test]
fn the_sample_is_the_defaults_with_every_key() {
    let flags = Options::augment_args(Command::new("serve"));
    let flags: BTreeSet<&str> = flags.get_arguments().filter_map(|argument| argument.get_long()).collect();
    let keys: BTreeSet<&str> = Options::KEYS.iter().map(|key| key.flag).collect();
    assert_eq!(keys, flags, "every flag has its key");
    assert_eq!(Options::defaults().unwrap().place().unwrap().data, Path::new(USUAL_FOLDER));
    for language in [Language::Japanese, Language::English] {
        let sample = sample(language);
        assert_eq!(read(&sample), Ok(Options::default()), "as it is, it says nothing");
        let text = uncommented(language);
        assert_eq!(read(&text).unwrap(), Options::defaults().unwrap());
        let Value::Mapping(written) = serde_yaml::from_str(&text).unwrap() else { panic!("no mapping") };
        let written: Vec<&str> = written.keys().filter_map(Value::as_str).collect();
        assert_eq!(written, Options::KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
        for key in Options::KEYS {
            let lines = (key.meaning)(language).split_whitespace().next().map(str::to_owned).unwrap_or_default();
            let first: String = lines.chars().take(8).collect();
            assert!(sample.contains(&first), "{}: {first}", key.name);
        }
    }
}

#[test]
fn every_example_is_read_and_says_something() {
    let defaults = Options::defaults().unwrap();
    for key in Options::KEYS {
        for example in key.examples {
            let options = read(example).unwrap_or_else(|problem| panic!("{problem}"));
            assert_ne!(options.clone().over(defaults.clone()), defaults, "{example}");
            let mail = options.mail.and_then(|source| match source {
                Source::Here(mail) => serde_yaml::to_value(*mail).ok(),
                Source::File(_) => None,
            });
            let provider = options.identity_provider.and_then(|source| match source {
                Source::Here(provider) => serde_yaml::to_value(*provider).ok(),
                Source::File(_) => None,
            });
            for settings in mail.into_iter().chain(provider) {
                assert_eq!(unsaid(&settings, ""), Vec::<String>::new(), "the example shows every setting");
            }
        }
    }
}

/// The keys that have no value, with those above them.
fn unsaid(value: &Value, above: &str) -> Vec<String> {
    match value {
        Value::Null => vec![above.to_owned()],
        Value::Mapping(mapping) => mapping
            .iter()
            .flat_map(|(key, value)| unsaid(value, &format!("{above}.{}", key.as_str().unwrap_or_default())))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_column() {
    for (text, told) in [
        ("agents: 0.0.0.0:7741\nname: x\n", "dashboard.yaml:2:1: unknown field `name`"),
        ("agents: 0.0.0.0\n", "dashboard.yaml:1:9: "),
        ("people: 7742\n", "dashboard.yaml:1:9: "),
        ("names: tenken.example.jp\n", "dashboard.yaml:1:8: "),
        ("grace: soon\n", "dashboard.yaml:1:8: "),
        ("data: data\n", "dashboard.yaml: data: `data` is no whole path"),
        ("mail: mail.yaml\n", "dashboard.yaml: mail: `mail.yaml` is no whole path"),
        ("mail:\n  from: a@b.jp\n  cc: []\n", "unknown field `cc`"),
        (
            "mail:\n  from: a@b.jp\n  to: []\n  dashboard: https://x\n  transport: {kind: none}\n",
            "mail: to: name at least one",
        ),
        ("mail: [x]\n", "the path of a file, or its content"),
        ("database_password_file: credential:../x\n", "LoadCredential="),
        ("agents: 0.0.0.0:7741\nagents: 0.0.0.0:7742\n", "duplicate"),
        (
            "identity_provider:\n  issuer: http://x\n  client_id: t\n  name: {ja: x, en: x}\n  dashboard: https://x\n",
            "is not https",
        ),
        ("- x\n", "dashboard.yaml:1:1"),
    ] {
        let problem = read(text).unwrap_err();
        assert!(problem.starts_with("dashboard.yaml:") && problem.contains(told), "{text}: {problem}");
    }
    let nested = read("names: []\nmail:\n  from: a@b.jp\n  cc: []\n").unwrap_err();
    assert!(nested.starts_with("dashboard.yaml:4:3:"), "{nested}");
}

#[test]
fn a_flag_beats_the_file_and_the_file_beats_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dashboard.yaml");
    std::fs::write(&file, "agents: 127.0.0.1:1\npeople: 127.0.0.1:2\nnames: [a.example.jp]\n").unwrap();
    let flags = Options { people: Some("127.0.0.1:3".parse().unwrap()), ..Options::default() };
    let options = Options::in_force(flags, Some(&file)).unwrap();
    assert_eq!(options.agents, Some("127.0.0.1:1".parse().unwrap()));
    assert_eq!(options.people, Some("127.0.0.1:3".parse().unwrap()));
    assert_eq!(
        (options.names.clone(), options.data.clone()),
        (Some(vec!["a.example.jp".into()]), Some("/var/lib/tenken-dashboard".into()))
    );
    let missing = Options::in_force(Options::default(), Some(&folder.path().join("none"))).unwrap_err();
    assert!(format!("{missing:#}").contains("none"), "{missing:#}");
}

#[test]
fn the_usual_file_is_that_of_the_installed_dashboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let usual = folder.path().join("dashboard.yaml");
    let of = |named: Option<&str>, data: Option<&str>| file_in_force(named.map(Path::new), data.map(Path::new), &usual);
    assert_eq!(of(None, None), None, "it is not there");
    std::fs::write(&usual, "").unwrap();
    assert_eq!(of(None, None), Some(usual.clone()));
    assert_eq!(of(None, Some("/srv/other")), None, "another dashboard's data");
    assert_eq!(of(Some("/x.yaml"), Some("/srv/other")), Some("/x.yaml".into()));
}

#[test]
fn the_password_of_the_database_comes_from_its_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "p&ss =w%rd@\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let with = |database: Option<&str>, file: &Path| {
        let options = Options {
            database: database.map(str::to_owned),
            database_password_file: Some(SecretFile::from(file.to_owned())),
            ..Options::defaults().unwrap()
        };
        options.place().map_err(|error| format!("{error:#}"))
    };
    let plain = Location::server("postgres://tenken@h/d").unwrap();
    assert_ne!(with(Some("postgres://tenken@h/d"), &file).unwrap().database, Some(plain));
    assert!(with(Some("postgres://tenken:other@h/d"), &file).unwrap_err().contains("twice"));
    assert!(with(None, &file).unwrap_err().contains("no `database`"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = with(Some("postgres://tenken@h/d"), &file).unwrap_err();
    assert!(told.contains("chmod 600") && !told.contains("p&ss"), "{told}");
}
