//! What smb.conf says in the end: Samba goes through it once, section by section, with the files it includes in their places.
//!
//! A parameter of shares in `[global]` is the default of the shares that begin behind it. A section of a name that was there
//! goes on with it. The last value counts.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tenken_model::{Reason, ReasonCode};

use super::smb_conf::{Name, Statement, squeeze};

/// How deep files may include files; Samba's own limit.
const DEPTH_MAX: usize = 100;
/// The most files and shares that are followed.
const FILES_MAX: usize = 200;
const SHARES_MAX: usize = 2_000;

/// Parameters with their values.
pub type Values = BTreeMap<Name, String>;

/// A share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its name in lower case; Samba knows no other.
    pub name: String,
    /// Its parameters, with those of `[global]` that were there before it.
    pub values: Values,
    /// The file in which it begins.
    pub origin: Rc<str>,
    /// Parameters that it sets itself.
    own: BTreeSet<Name>,
}

/// The whole of it.
#[derive(Debug, Default)]
pub struct Configuration {
    /// Parameters of the server.
    pub global: Values,
    /// Shares in their order.
    pub shares: Vec<Share>,
    /// What shares have that begin now.
    pub defaults: Values,
    /// The share that the next parameter is for; none within `[global]`, where everything begins.
    current: Option<usize>,
    files: usize,
}

/// Reads the statements of an included file; nothing where it is not there.
pub type Include<'i> = dyn FnMut(&str) -> Result<Option<Vec<Statement>>, Reason> + 'i;

/// Goes through a file and those it includes.
pub fn follow(file: &str, statements: &[Statement], include: &mut Include<'_>) -> Result<Configuration, Reason> {
    let mut configuration = Configuration::default();
    configuration.add(&file.into(), statements, 0, include)?;
    Ok(configuration)
}

impl Configuration {
    fn add(
        &mut self,
        file: &Rc<str>,
        statements: &[Statement],
        depth: usize,
        include: &mut Include<'_>,
    ) -> Result<(), Reason> {
        for statement in statements {
            match statement {
                Statement::Section(name) => self.section(name, file)?,
                Statement::Set(Name::Include, value) => self.included(file, value, depth, include)?,
                Statement::Set(Name::Copy, source) => self.copy(file, source)?,
                Statement::Set(name, value) => self.set(*name, value),
            }
        }
        Ok(())
    }

    fn section(&mut self, name: &str, file: &Rc<str>) -> Result<(), Reason> {
        if ["global", "globals"].contains(&squeeze(name).as_str()) {
            self.current = None;
            return Ok(());
        }
        let name = name.to_lowercase();
        let known = self.shares.iter().position(|share| share.name == name);
        let at = known.unwrap_or(self.shares.len());
        if known.is_none() {
            if at >= SHARES_MAX {
                let detail = format!("read {file}: more than {SHARES_MAX} shares");
                return Err(Reason::new(ReasonCode::TooLarge, detail));
            }
            let (values, own) = (self.defaults.clone(), BTreeSet::new());
            self.shares.push(Share { name, values, own, origin: Rc::clone(file) });
        }
        self.current = Some(at);
        Ok(())
    }

    fn set(&mut self, name: Name, value: &str) {
        match self.current.and_then(|at| self.shares.get_mut(at)) {
            // A parameter of the server within a share is passed over.
            Some(_) if name.is_global() => {}
            Some(share) => {
                share.own.insert(name);
                share.values.insert(name, value.to_owned());
            }
            None => {
                let values = if name.is_global() { &mut self.global } else { &mut self.defaults };
                values.insert(name, value.to_owned());
            }
        }
    }

    fn copy(&mut self, file: &str, source: &str) -> Result<(), Reason> {
        let source = source.to_lowercase();
        let found = self.shares.iter().find(|share| share.name == source).map(|share| share.values.clone());
        let share = self.current.and_then(|at| self.shares.get_mut(at));
        let (Some(share), Some(values)) = (share, found) else {
            let detail = format!("read {file}: a share is to be copied that is not there before, which Samba refuses");
            return Err(Reason::new(ReasonCode::Unparsable, detail));
        };
        if share.name == source {
            let detail = format!("read {file}: a share is to be a copy of itself, which Samba refuses");
            return Err(Reason::new(ReasonCode::Unparsable, detail));
        }
        let own = &share.own;
        share.values.retain(|name, _| own.contains(name));
        share.values.extend(values.into_iter().filter(|(name, _)| !own.contains(name)));
        Ok(())
    }

    fn included(&mut self, file: &str, value: &str, depth: usize, include: &mut Include<'_>) -> Result<(), Reason> {
        let unsupported = |why: &str| Err(Reason::new(ReasonCode::Unsupported, format!("read {file}: {why}")));
        if value.eq_ignore_ascii_case("registry") {
            return unsupported("it includes the registry, which is not read");
        }
        if value.contains('%') || !value.starts_with('/') {
            return unsupported("it includes a file whose name depends on who connects, or on where Samba was started");
        }
        self.files += 1;
        if depth >= DEPTH_MAX || self.files > FILES_MAX {
            return Err(Reason::new(ReasonCode::TooLarge, format!("read {file}: too many files are included")));
        }
        match include(value)? {
            Some(statements) => self.add(&value.into(), &statements, depth + 1, include),
            None => Ok(()),
        }
    }
}
