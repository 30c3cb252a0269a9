//! What is in force in a section that rests on others: find_sections of libstrongswan's settings.c.

use std::ptr;

use super::settings::Section;

/// The most steps from one section to what it rests on.
const STEPS_MAX: usize = 24;
/// The most sections that are gone through for one question.
const SECTIONS_MAX: usize = 1_000;

/// Sections rest on each other without an end, or on too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endless;

/// The sections that a path from the top means: its own, then those it rests on.
pub fn meant<'s>(top: &'s Section, path: &[&str]) -> Result<Vec<&'s Section>, Endless> {
    let mut search = Search { top, gone_through: 0 };
    let mut found = Vec::new();
    search.find(top, path, false, &mut found, 0)?;
    Ok(found)
}

/// The settings of a path, the first of each name.
pub fn values<'s>(sections: &[&'s Section]) -> Vec<(&'s str, &'s str)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (name, value) in sections.iter().flat_map(|section| &section.values) {
        if !seen.contains(&name.as_str()) {
            seen.push(name);
            found.extend(value.as_deref().map(|value| (name.as_str(), value)));
        }
    }
    found
}

/// The names of the sections in a path.
pub fn names<'s>(sections: &[&'s Section]) -> Vec<&'s str> {
    let mut found: Vec<&str> = Vec::new();
    for (name, _) in sections.iter().flat_map(|section| &section.sections) {
        if !found.contains(&name.as_str()) {
            found.push(name);
        }
    }
    found
}

struct Search<'s> {
    top: &'s Section,
    gone_through: usize,
}

impl<'s> Search<'s> {
    fn find(
        &mut self,
        section: &'s Section,
        path: &[&str],
        without_references: bool,
        found: &mut Vec<&'s Section>,
        steps: usize,
    ) -> Result<(), Endless> {
        self.gone_through += 1;
        if steps > STEPS_MAX || self.gone_through > SECTIONS_MAX {
            return Err(Endless);
        }
        let Some((name, below)) = path.split_first() else { return Ok(()) };
        if let Some(own) = section.section(name) {
            if !below.is_empty() {
                self.find(own, below, false, found, steps + 1)?;
            } else if !found.iter().any(|known| ptr::eq(*known, own)) {
                found.push(own);
                for reference in &own.references {
                    self.resolve(reference, found, steps + 1)?;
                }
            }
        }
        if without_references {
            return Ok(());
        }
        for reference in &section.references {
            let mut bases = Vec::new();
            self.resolve(reference, &mut bases, steps + 1)?;
            for base in bases {
                self.find(base, path, true, found, steps + 1)?;
            }
        }
        Ok(())
    }

    fn resolve(&mut self, reference: &str, found: &mut Vec<&'s Section>, steps: usize) -> Result<(), Endless> {
        let path: Vec<&str> = reference.split('.').collect();
        self.find(self.top, &path, false, found, steps)
    }
}
