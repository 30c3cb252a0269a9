//! What the resident agent remembers of what single people installed on Windows, also when it is started anew: while such a person
//! is not signed in, Windows keeps the list closed, and nobody but an administrator can change it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_model::fact::software::Program;
use tenken_model::{Instant, Span};

use crate::collect::windows_people::Person;

/// More people than use one machine in a while. Of others, those who were seen last are remembered.
const PEOPLE_MAX: usize = 100;
/// Of whom more is installed, nothing is remembered.
const PROGRAMS_MAX: usize = 2_000;
/// The most that is written, without what keeps a text apart from the next.
const BYTES_MAX: usize = 2 << 20;
/// What a program takes beside its texts.
const BYTES_OF_A_PROGRAM: usize = 80;
/// Who signed out later after the last look may have installed something that nobody saw: twice the time between regular looks, for
/// it may have been written no more often than they are, and some more. What changes in between wakes the agent.
const LEFT_WITHIN: Span = Span::from_secs(30 * 60);

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SoftwareMemory {
    /// People by their SIDs.
    #[serde(default)]
    pub people: BTreeMap<String, Mark>,
}

/// What is remembered of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// When the list was last read.
    pub looked_at: Instant,
    /// The person has signed out since, soon enough after that look.
    pub has_left: bool,
    /// What was installed for the person.
    pub programs: Vec<Program>,
}

impl SoftwareMemory {
    /// Of these people, as many as are remembered.
    pub fn of(people: Vec<(String, Mark)>) -> Self {
        let mut people = people;
        people.retain(|(_, mark)| mark.programs.len() <= PROGRAMS_MAX);
        people.sort_by_key(|(_, mark)| Reverse(mark.looked_at));
        people.truncate(PEOPLE_MAX);
        let mut room = BYTES_MAX;
        people.retain(|(_, mark)| match room.checked_sub(mark.bytes()) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        });
        Self { people: people.into_iter().collect() }
    }

    /// Whether it must be written now: it differs in more than when people were last looked at.
    pub fn is_news(&self, before: &Self) -> bool {
        !self.told().eq(before.told())
    }

    fn told(&self) -> impl Iterator<Item = (&String, bool, &Vec<Program>)> {
        self.people.iter().map(|(sid, mark)| (sid, mark.has_left, &mark.programs))
    }
}

impl Mark {
    /// Whether it still tells what is installed for the person, who is not signed in: the list was read after the person last signed
    /// in, and soon before the person signed out. When that was Windows notes; where it does not, as when the power failed, it was
    /// before now.
    pub fn holds(&self, person: &Person, now: Instant) -> bool {
        let Some(loaded_at) = person.loaded_at.filter(|at| *at <= self.looked_at) else { return false };
        if self.looked_at > now {
            return false;
        }
        let left_at = person.unloaded_at.filter(|at| *at >= loaded_at).map_or(now, |at| at.min(now));
        self.has_left || Span::between(self.looked_at, left_at) <= LEFT_WITHIN
    }

    fn bytes(&self) -> usize {
        self.programs.iter().map(|program| program.name.len() + program.place.len() + BYTES_OF_A_PROGRAM).sum()
    }
}
