//! Which host is read, and with which registers.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;
use tenken_engine::{Catalog, Inputs, ParameterSet, Problem};
use tenken_model::register::{AccountRow, BackupRow, DeviceRow, EndpointRow, Registers};
use tenken_model::{Facts, ItemId, Language, Read, RuleId, Topic};

use crate::collect::Needs;
use crate::gather::gather;
use crate::host::live::LiveHost;
use crate::host::{Host, RECORDINGS, Recording};
use crate::show::{Judged, Row};

/// The largest file of registers.
const REGISTERS_BYTES_MAX: u64 = 4 << 20;

/// Where readings come from.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// Judges a recording in place of this host
    #[arg(long, value_name = "FILE", conflicts_with = "root")]
    recording: Option<PathBuf>,
    /// Looks up every file below this folder, as in a mounted disk
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// Register rows as YAML: `accounts`, `devices`, `backup_sets`, `endpoints`
    #[arg(long, value_name = "FILE")]
    registers: Option<PathBuf>,
    /// A time server to measure the clock against; can be given several times
    #[arg(long, value_name = "SERVER")]
    time_reference: Vec<String>,
}

/// A host with what is needed to read and judge it.
pub(super) struct Source {
    pub(super) host: Box<dyn Host>,
    pub(super) needs: Needs,
    pub(super) catalog: Catalog,
    pub(super) checklist: Checklist,
}

impl Source {
    /// Opens what the arguments name.
    pub(super) fn open(arguments: &Arguments, language: Language) -> Result<Self> {
        let host: Box<dyn Host> = match (&arguments.recording, &arguments.root) {
            (Some(path), _) => {
                with_recordings(language)?;
                let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
                Box::new(Recording::from_json(&text).with_context(|| format!("reading {}", path.display()))?)
            }
            (None, root) => Box::new(live(root.as_deref(), language)?),
        };
        let registers = match &arguments.registers {
            Some(path) => registers(path)?,
            None => Registers::not_given("none was named with --registers"),
        };
        let needs = Needs { registers, time_references: arguments.time_reference.clone(), now: host.now() };
        let catalog = Catalog::embedded().map_err(|found| problems(&found))?;
        let checklist = Checklist::embedded().map_err(|found| problems(&found))?;
        Ok(Self { host, needs, catalog, checklist })
    }

    /// Reads every topic.
    pub(super) fn facts(&self) -> Facts {
        self.facts_of(self.host.as_ref())
    }

    /// Reads every topic of a host that stands for this one.
    pub(super) fn facts_of(&self, host: &dyn Host) -> Facts {
        let mut facts = Facts::default();
        for topic in Topic::ALL {
            facts.insert(gather(*topic, host, &self.needs).observation);
        }
        facts
    }

    /// Reads what some topics say.
    pub(super) fn facts_on(&self, topics: &[Topic]) -> Facts {
        let mut facts = Facts::default();
        for topic in topics {
            facts.insert(gather(*topic, self.host.as_ref(), &self.needs).observation);
        }
        facts
    }

    /// Judges facts against the whole catalogue.
    pub(super) fn judge(&self, facts: &Facts) -> Judged {
        let findings = tenken_engine::judge_all(
            &self.catalog,
            &Inputs {
                facts,
                registers: &self.needs.registers,
                parameters: &ParameterSet::default(),
                system: self.host.family(),
                now: self.host.now(),
            },
        );
        let rows = findings.into_values().map(|finding| Row {
            items: self.items(&finding.key.rule),
            title: self.catalog.rule(&finding.key.rule).map(|rule| rule.title.clone()).unwrap_or_default(),
            finding,
        });
        Judged::new(self.host_name(), self.needs.now, rows.collect())
    }

    /// The items a rule decides, in the checklist's order.
    pub(super) fn items(&self, rule: &RuleId) -> Vec<ItemId> {
        self.checklist.items_of(rule).map(|item| item.id.clone()).collect()
    }

    fn host_name(&self) -> String {
        self.host.system().map_or_else(|error| error.to_string(), |system| system.host_name)
    }
}

/// Fails in a program that knows no recordings.
pub(super) fn with_recordings(language: Language) -> Result<()> {
    if RECORDINGS { Ok(()) } else { bail!(language.record_left_out()) }
}

/// This machine, with its files below a folder where one is named. Without that folder nothing could be looked at, and
/// every verdict would be unknown as if the host were at fault.
pub(super) fn live(root: Option<&Path>, language: Language) -> Result<LiveHost> {
    let Some(root) = root else { return Ok(LiveHost::new()) };
    // Only a folder has a `.` in it.
    std::fs::metadata(root.join("."))
        .map_err(|error| anyhow::anyhow!(language.root_unusable(&root.display().to_string(), &error.to_string())))?;
    Ok(LiveHost::below(root)?)
}

/// What is wrong with the built-in rules, a line each.
fn problems(problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", lines.join("\n"))
}

/// The file of registers: what is left out was not given.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RegistersFile {
    accounts: Option<Vec<AccountRow>>,
    devices: Option<Vec<DeviceRow>>,
    backup_sets: Option<Vec<BackupRow>>,
    endpoints: Option<Vec<EndpointRow>>,
}

/// The first key of a row that no row has. Rows are wire types too, which pass over what they do not know; a person's file
/// must not, because a misspelt key would count as left out.
fn unknown_key(given: &serde_yaml::Value, known: &serde_yaml::Value) -> Option<String> {
    for (section, rows) in given.as_mapping()? {
        for (index, row) in rows.as_sequence().into_iter().flatten().enumerate() {
            let known = known.get(section)?.get(index)?;
            let odd = row.as_mapping().into_iter().flat_map(|row| row.keys()).find(|key| known.get(*key).is_none());
            if let Some(key) = odd {
                let word = |value: &serde_yaml::Value| value.as_str().unwrap_or("?").to_owned();
                return Some(format!("{}[{index}]: unknown field `{}`", word(section), word(key)));
            }
        }
    }
    None
}

/// Reads register rows, strictly.
fn registers(path: &Path) -> Result<Registers> {
    let size = std::fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len();
    anyhow::ensure!(size <= REGISTERS_BYTES_MAX, "{}: more than {REGISTERS_BYTES_MAX} bytes", path.display());
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let file: RegistersFile = serde_yaml::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
    if let Some(unknown) = unknown_key(&serde_yaml::from_str(&text)?, &serde_yaml::to_value(&file)?) {
        anyhow::bail!("reading {}: {unknown}", path.display());
    }
    let missing = Registers::not_given(&format!("not in {}", path.display()));
    Ok(Registers {
        accounts: file.accounts.map_or(missing.accounts, Read::Measured),
        devices: file.devices.map_or(missing.devices, Read::Measured),
        backup_sets: file.backup_sets.map_or(missing.backup_sets, Read::Measured),
        endpoints: file.endpoints.map_or(missing.endpoints, Read::Measured),
        outbox_folders: missing.outbox_folders,
    })
}
