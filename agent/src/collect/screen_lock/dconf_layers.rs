//! Which of several databases a setting comes from, as dconf decides it (`dconf_engine_read` in
//! `engine/dconf-engine.c` of <https://gitlab.gnome.org/GNOME/dconf>).

use tenken_model::Reason;

use super::dconf_database::Database;
use super::gnome_key::GnomeKey;
use super::gvariant::Value;

/// One database of a profile.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Where it is.
    pub path: String,
    /// What it says; nothing where it is missing.
    pub content: Result<Database, Reason>,
}

/// The databases of one person, the strongest first.
#[derive(Debug, Clone)]
pub struct Layers {
    /// The databases.
    pub layers: Vec<Layer>,
    /// The person can write to the first one.
    pub writable: bool,
}

impl Layers {
    /// The value in force, with the database it is from; nothing where the schema's default holds.
    ///
    /// The weakest database that locks a setting decides together with those below it; without a lock the first that
    /// sets it does. A lock in the first database locks nothing.
    pub fn value(&self, key: GnomeKey) -> Result<Option<(&Value, &str)>, Reason> {
        let mut from = 0;
        for (index, layer) in self.layers.iter().enumerate().skip(1).rev() {
            // What a database that was not read locks is not known, nor what it hides by that.
            if layer.content.as_ref().map_err(Clone::clone)?.locks.contains(&key) {
                from = index;
                break;
            }
        }
        for layer in self.layers.iter().skip(from) {
            if let Some(value) = layer.content.as_ref().map_err(Clone::clone)?.values.get(&key) {
                return Ok(Some((value, &layer.path)));
            }
        }
        Ok(None)
    }

    /// Whether the person cannot change it.
    pub fn locked(&self, key: GnomeKey) -> Result<bool, Reason> {
        if !self.writable {
            return Ok(true);
        }
        let mut unread = None;
        for layer in self.layers.iter().skip(1) {
            match &layer.content {
                Ok(database) if database.locks.contains(&key) => return Ok(true),
                Ok(_) => {}
                Err(reason) => unread = Some(reason.clone()),
            }
        }
        unread.map_or(Ok(false), Err)
    }

    /// The databases that lock it.
    pub fn locking(&self, key: GnomeKey) -> impl Iterator<Item = &str> {
        let locks = move |layer: &&Layer| layer.content.as_ref().is_ok_and(|database| database.locks.contains(&key));
        self.layers.iter().skip(1).filter(locks).map(|layer| layer.path.as_str())
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::ReasonCode;

    use super::*;

    const KEY: GnomeKey = GnomeKey::IdleDelay;

    fn layer(path: &str, value: Option<u32>, locked: bool) -> Layer {
        let mut database = Database::default();
        database.values.extend(value.map(|value| (KEY, Value::Unsigned(value))));
        database.locks.extend(locked.then_some(KEY));
        Layer { path: path.to_owned(), content: Ok(database) }
    }

    fn unread() -> Layer {
        Layer { path: "u".to_owned(), content: Err(Reason::new(ReasonCode::NotPermitted, "read u")) }
    }

    type Found = Result<Option<(u32, String)>, ReasonCode>;

    fn found(layers: Vec<Layer>) -> (Found, Result<bool, ReasonCode>) {
        let layers = Layers { layers, writable: true };
        let value = layers.value(KEY).map_err(|reason| reason.code).map(|found| {
            found.map(|(value, path)| match value {
                Value::Unsigned(number) => (*number, path.to_owned()),
                other => panic!("{other:?}"),
            })
        });
        (value, layers.locked(KEY).map_err(|reason| reason.code))
    }

    fn is(found: Vec<Layer>, value: u32, path: &str, locked: Result<bool, ReasonCode>) {
        assert_eq!(self::found(found), (Ok(Some((value, path.to_owned()))), locked));
    }

    #[test]
    fn the_first_that_sets_it_decides() {
        is(vec![layer("a", Some(1), false), layer("b", Some(2), false)], 1, "a", Ok(false));
        is(vec![layer("a", None, false), layer("b", Some(2), false)], 2, "b", Ok(false));
        assert_eq!(found(vec![layer("a", None, false)]), (Ok(None), Ok(false)));
        assert_eq!(found(vec![]), (Ok(None), Ok(false)));
    }

    #[test]
    fn a_lock_hides_what_is_above_it() {
        is(vec![layer("a", Some(1), false), layer("b", Some(2), true)], 2, "b", Ok(true));
        let lock_below = vec![layer("a", Some(1), false), layer("b", Some(2), false), layer("c", None, true)];
        assert_eq!(found(lock_below), (Ok(None), Ok(true)), "a locked setting without a value has its default");
        is(vec![layer("a", Some(1), false), layer("b", None, true), layer("c", Some(3), false)], 3, "c", Ok(true));
        is(vec![layer("a", Some(1), false), layer("b", Some(2), true), layer("c", Some(3), true)], 3, "c", Ok(true));
        // In the first one it locks nothing.
        is(vec![layer("a", Some(1), true)], 1, "a", Ok(false));
    }

    #[test]
    fn nothing_is_locked_for_whom_nothing_can_be_written() {
        let layers = Layers { layers: vec![layer("a", Some(1), false)], writable: false };
        assert_eq!(layers.locked(KEY), Ok(true));
    }

    #[test]
    fn a_database_that_was_not_read_may_say_anything() {
        let denied = ReasonCode::NotPermitted;
        // What is above the lock does not matter.
        is(vec![unread(), layer("b", Some(2), true)], 2, "b", Ok(true));
        is(vec![layer("a", Some(1), false), unread(), layer("c", Some(3), true)], 3, "c", Ok(true));
        assert_eq!(found(vec![unread(), layer("b", Some(2), false)]), (Err(denied), Ok(false)));
        assert_eq!(found(vec![layer("a", Some(1), false), unread()]), (Err(denied), Err(denied)));
        let below = vec![layer("a", Some(1), false), layer("b", Some(2), true), unread()];
        assert_eq!(found(below), (Err(denied), Ok(true)));
    }
}
