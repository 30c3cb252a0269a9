//! The stack of modules that a service asks, put together from its files as libpam does.

use super::config::{Kind, Line, Module, Says};

/// A step of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How deep in stacks within stacks.
    pub level: usize,
    /// The module; nothing where a stack within begins.
    pub module: Option<Module>,
    /// The file it stands in.
    pub file: String,
}

/// The modules that a service asks for one kind, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// The service.
    pub service: String,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Stack {
    /// The modules with the files they stand in.
    pub fn modules(&self) -> impl Iterator<Item = (&Module, &str)> {
        self.steps.iter().filter_map(|step| Some((step.module.as_ref()?, step.file.as_str())))
    }
}

/// How deep files may name files, and stacks stand within stacks: libpam's own limit.
const DEPTH_MAX: usize = 16;
/// The most steps; more is a mistake or an attack.
pub const STEPS_MAX: usize = 500;

/// A file that was read, with its path.
pub type File = (String, std::rc::Rc<[Line]>);

/// What keeps a stack from being followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StackError<E> {
    /// A file could not be read.
    #[error("{0}")]
    File(E),
    /// A file is named that is not there.
    #[error("{0}: it names {1}, which is not there")]
    Missing(String, String),
    /// libpam refuses a line, and nobody comes in.
    #[error("{0}: PAM refuses line {1}")]
    Refused(String, usize),
    /// Files name files too deep.
    #[error("{0}: files name files more than {DEPTH_MAX} deep")]
    TooDeep(String),
    /// There are too many modules.
    #[error("{0}: more than {STEPS_MAX} modules")]
    TooMany(String),
    /// A module that takes in other files by itself.
    #[error("{0}: line {1} names pam_stack, which is not followed")]
    PamStack(String, usize),
}

/// The steps of a file's lines for `kind`; `read` gives the file of a name, if it is there.
pub fn steps<E>(
    file: &File,
    kind: Kind,
    read: &mut dyn FnMut(&str) -> Result<Option<File>, E>,
) -> Result<Vec<Step>, StackError<E>> {
    let mut steps = Vec::new();
    Reader { kind, read, steps: &mut steps }.file(file, 0, 0)?;
    Ok(steps)
}

struct Reader<'r, E> {
    kind: Kind,
    read: &'r mut dyn FnMut(&str) -> Result<Option<File>, E>,
    steps: &'r mut Vec<Step>,
}

impl<E> Reader<'_, E> {
    fn file(&mut self, (path, lines): &File, depth: usize, level: usize) -> Result<(), StackError<E>> {
        if depth >= DEPTH_MAX {
            return Err(StackError::TooDeep(path.clone()));
        }
        for line in lines.iter() {
            if self.steps.len() >= STEPS_MAX {
                return Err(StackError::TooMany(path.clone()));
            }
            match &line.says {
                Says::Refused => return Err(StackError::Refused(path.clone(), line.number)),
                Says::Everything(named) => self.named(path, named, depth, level)?,
                Says::Include(kind, named) if *kind == self.kind => self.named(path, named, depth, level)?,
                Says::Substack(kind, named) if *kind == self.kind => {
                    self.steps.push(Step { level, module: None, file: path.clone() });
                    self.named(path, named, depth, level + 1)?;
                }
                Says::Module(kind, module) if *kind == self.kind => {
                    if module.name == "pam_stack" {
                        return Err(StackError::PamStack(path.clone(), line.number));
                    }
                    self.steps.push(Step { level, module: Some(module.clone()), file: path.clone() });
                }
                Says::Include(..) | Says::Substack(..) | Says::Module(..) => {}
            }
        }
        Ok(())
    }

    fn named(&mut self, path: &str, named: &str, depth: usize, level: usize) -> Result<(), StackError<E>> {
        match (self.read)(named).map_err(StackError::File)? {
            Some(file) => self.file(&file, depth + 1, level),
            None => Err(StackError::Missing(path.to_owned(), named.to_owned())),
        }
    }
}
