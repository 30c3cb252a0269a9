//! What becomes of messages on sign-ins by the rules of rsyslog.

use std::collections::BTreeMap;

use tenken_model::fact::logs::{LogForward, LogForwarder};
use tenken_model::{Reason, ReasonCode};

use super::rsyslog::{Encryption, Input, Share, Shares, Statement, Target};
use super::selector::FACILITIES;

/// The most files and targets of one host.
pub(super) const TARGETS_MAX: usize = 100;
/// What terminals and nothing are no files.
const NO_FILES: &str = "/dev/";

/// From where rsyslog takes messages of this host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Inputs {
    pub(super) journal: bool,
    pub(super) socket: bool,
    pub(super) own_socket: bool,
}

/// Where messages go.
#[derive(Default)]
pub(super) struct Routes {
    /// Every file that may take messages on sign-ins, in memory too.
    pub(super) files: Vec<String>,
    /// Those that are on disk.
    on_disk: Vec<String>,
    pub(super) sent: Vec<LogForward>,
    pub(super) inputs: Inputs,
    templates: BTreeMap<String, String>,
    /// What is on disk.
    kept: Option<Shares>,
    /// What nothing behind this sees, and was written to no disk before.
    gone: Option<Shares>,
    driver: bool,
    mode: bool,
}

impl Routes {
    /// Follows statements in their order. `is_on_disk` finds out what a path lies on.
    pub(super) fn follow(
        statements: Vec<Statement>,
        is_on_disk: &dyn Fn(&str) -> Result<bool, Reason>,
    ) -> Result<Self, Reason> {
        let mut routes = Self::default();
        let mut actions = Vec::new();
        let mut omits_socket = false;
        for statement in statements {
            match statement {
                Statement::Include(_) => {}
                Statement::Driver(encrypts) => routes.driver = encrypts,
                Statement::Mode(encrypted) => routes.mode = encrypted,
                Statement::Input(Input::Journal) => routes.inputs.journal = true,
                Statement::Input(Input::Socket) => routes.inputs.socket = true,
                Statement::Input(Input::OwnSocket) => routes.inputs.own_socket = true,
                Statement::Input(Input::NoSocket) => omits_socket = true,
                // Actions may name a template that comes behind them.
                Statement::Template { name, text } => drop(routes.templates.insert(name, text)),
                Statement::Action { target: Target::Host { host, encryption }, .. } => routes.send(host, encryption),
                Statement::Action { taken, target } => actions.push((taken, target)),
            }
        }
        routes.inputs.socket &= !omits_socket;
        for (taken, target) in actions {
            routes.act(taken, target, is_on_disk)?;
        }
        Ok(routes)
    }

    fn send(&mut self, host: String, encryption: Encryption) {
        let encrypted = match encryption {
            Encryption::No => false,
            Encryption::Yes => true,
            Encryption::ByDriver => self.driver,
            Encryption::AsBefore => self.mode && self.driver,
        };
        let forward = LogForward { by: LogForwarder::Rsyslog, target: host, encrypted, state: None };
        if self.sent.len() < TARGETS_MAX && !self.sent.contains(&forward) {
            self.sent.push(forward);
        }
    }

    fn act(
        &mut self,
        taken: Shares,
        target: Target,
        is_on_disk: &dyn Fn(&str) -> Result<bool, Reason>,
    ) -> Result<(), Reason> {
        let gone = self.gone.unwrap_or(Shares::NONE);
        let taken = taken.and(gone.others());
        if !taken.any() {
            return Ok(());
        }
        match target {
            Target::Host { .. } => {}
            Target::File(path) => self.write(path, taken, is_on_disk)?,
            Target::ByTemplate(name) => self.write(self.made_by(&name), taken, is_on_disk)?,
            Target::Discard(outputs) => {
                let mut is_kept = false;
                for output in outputs {
                    let place = output.strip_prefix('?').map_or_else(|| output.clone(), |name| self.made_by(name));
                    is_kept |= is_kept_at(&place, is_on_disk)?;
                }
                // What was written to a disk just before is taken from later files alone.
                self.gone = Some(gone.or(if is_kept { taken.whole() } else { taken }));
            }
            Target::Elsewhere => {
                self.gone = Some(gone.or(taken.and(Shares::SOME)));
                self.kept = Some(self.kept.unwrap_or(Shares::NONE).or(taken.and(Shares::SOME)));
            }
        }
        Ok(())
    }

    /// What a template makes; one that is not found has a name of its own.
    fn made_by(&self, name: &str) -> String {
        self.templates.get(name).cloned().unwrap_or_else(|| format!("%{name}%"))
    }

    fn write(
        &mut self,
        path: String,
        taken: Shares,
        is_on_disk: &dyn Fn(&str) -> Result<bool, Reason>,
    ) -> Result<(), Reason> {
        if path.starts_with(NO_FILES) {
            return Ok(());
        }
        if is_kept_at(&path, is_on_disk)? {
            self.kept = Some(self.kept.unwrap_or(Shares::NONE).or(taken));
            if self.on_disk.len() < TARGETS_MAX {
                self.on_disk.push(path.clone());
            }
        }
        if self.files.len() < TARGETS_MAX {
            self.files.push(path);
        }
        Ok(())
    }

    /// The files on disk, and the facilities that none takes whole.
    pub(super) fn kept(&self) -> Result<(Vec<String>, Vec<String>), Reason> {
        let Shares(kept) = self.kept.unwrap_or(Shares::NONE);
        if kept.contains(&Share::Some) {
            let detail = "follow rsyslog's rules: what becomes of messages on sign-ins depends on a condition";
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
        let missing = FACILITIES.iter().zip(kept).filter(|(_, kept)| *kept == Share::None);
        let mut files = self.on_disk.clone();
        files.sort();
        files.dedup();
        Ok((files, missing.map(|(name, _)| (*name).to_owned()).collect()))
    }
}

/// Whether what is written to a path stays on a disk; of a template its folder tells, as far as it is the same for all files.
fn is_kept_at(path: &str, is_on_disk: &dyn Fn(&str) -> Result<bool, Reason>) -> Result<bool, Reason> {
    if path.starts_with(NO_FILES) {
        return Ok(false);
    }
    let fixed = path.split('%').next().unwrap_or(path);
    let fixed = if fixed.len() < path.len() { fixed.rsplit_once('/').map_or("", |(folder, _)| folder) } else { fixed };
    is_on_disk(if fixed.is_empty() { "/" } else { fixed })
}
