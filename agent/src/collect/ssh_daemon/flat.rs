//! A configuration with its included files in their places: every directive with the `Match` block it stands in.

use std::rc::Rc;

use tenken_model::{Reason, ReasonCode};

use super::sshd_config::Directive;
use super::{DEPTH_MAX, FILES_MAX, File};

/// A `Match` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Whom it is for, as written; with those of the block whose file it stands in.
    pub criteria: Vec<String>,
    /// It is for every sign-in.
    pub everyone: bool,
    /// Where it begins.
    pub file: Rc<str>,
    /// The line it begins on.
    pub line: usize,
}

/// A directive in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its file.
    pub file: Rc<str>,
    /// It itself; never a `Match` or an `Include`.
    pub directive: Directive,
    /// The number of its block; nothing outside blocks.
    pub block: Option<usize>,
}

/// A configuration as sshd goes through it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flat {
    /// Directives in their order.
    pub directives: Vec<Placed>,
    /// `Match` blocks in their order.
    pub blocks: Vec<Block>,
    files: usize,
}

/// Puts included files in their places. `include` reads the files of an argument.
pub fn flatten(
    file: &str,
    directives: &[Directive],
    include: &mut dyn FnMut(&str) -> Result<Vec<File>, Reason>,
) -> Result<Flat, Reason> {
    let mut flat = Flat::default();
    flat.add(file, directives, None, 0, include)?;
    Ok(flat)
}

/// That sshd refuses a directive.
pub fn refused(file: &str, directive: &Directive) -> Reason {
    let Directive { line, keyword, .. } = directive;
    Reason::new(ReasonCode::Unparsable, format!("{file}: line {line} has no value that sshd accepts for {keyword}"))
}

impl Flat {
    fn add(
        &mut self,
        file: &str,
        directives: &[Directive],
        outer: Option<usize>,
        depth: usize,
        include: &mut dyn FnMut(&str) -> Result<Vec<File>, Reason>,
    ) -> Result<(), Reason> {
        let file: Rc<str> = file.into();
        let mut block = outer;
        for directive in directives {
            match directive.keyword.as_str() {
                "match" => {
                    let begun = self.block(&file, directive, outer).ok_or_else(|| refused(&file, directive))?;
                    self.blocks.push(begun);
                    block = Some(self.blocks.len() - 1);
                }
                "include" if directive.arguments.is_empty() => return Err(refused(&file, directive)),
                "include" if depth >= DEPTH_MAX => {
                    return Err(Reason::new(ReasonCode::Unparsable, format!("{file}: includes too deep for sshd")));
                }
                "include" => {
                    for pattern in &directive.arguments {
                        for (name, lines) in include(pattern)? {
                            self.files += 1;
                            if self.files > FILES_MAX {
                                let detail = format!("{file}: more than {FILES_MAX} files are included");
                                return Err(Reason::new(ReasonCode::TooLarge, detail));
                            }
                            self.add(&name, &lines, block, depth + 1, include)?;
                        }
                    }
                }
                _ => self.directives.push(Placed { file: Rc::clone(&file), directive: directive.clone(), block }),
            }
        }
        Ok(())
    }

    /// The block that begins; `None` when sshd would refuse it. One within a file that is itself included for some is
    /// for some of them.
    fn block(&self, file: &Rc<str>, directive: &Directive, outer: Option<usize>) -> Option<Block> {
        let outer = outer.and_then(|outer| self.blocks.get(outer));
        let all = match directive.arguments.as_slice() {
            [] => return None,
            [only] => only.eq_ignore_ascii_case("all"),
            [first, ..] if first.eq_ignore_ascii_case("all") => return None,
            _ => false,
        };
        let mut criteria =
            outer.filter(|outer| !outer.everyone).map(|outer| outer.criteria.clone()).unwrap_or_default();
        let everyone = all && criteria.is_empty();
        if !all || everyone {
            criteria.extend(directive.arguments.iter().cloned());
        }
        Some(Block { criteria, everyone, file: Rc::clone(file), line: directive.line })
    }
}
