//! The settings that make up GNOME's screen lock.
//!
//! Their defaults are those of gsettings-desktop-schemas (<https://gitlab.gnome.org/GNOME/gsettings-desktop-schemas>,
//! `org.gnome.desktop.{session,screensaver,lockdown}.gschema.xml.in`), which hold where no compiled schema is found.

use super::gvariant::Value;

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GnomeKey {
    /// Seconds until the screen blanks; 0 means never.
    IdleDelay,
    /// The blank screen locks.
    LockEnabled,
    /// Seconds between blanking and locking.
    LockDelay,
    /// Locking is forbidden: GNOME Shell then does not lock at all, whatever the others say.
    LockDisabled,
}

impl GnomeKey {
    /// All of them. A person who may set any one of them can loosen the lock.
    pub const ALL: [Self; 4] = [Self::IdleDelay, Self::LockEnabled, Self::LockDelay, Self::LockDisabled];

    /// Its path in dconf.
    pub const fn path(self) -> &'static str {
        match self {
            Self::IdleDelay => "/org/gnome/desktop/session/idle-delay",
            Self::LockEnabled => "/org/gnome/desktop/screensaver/lock-enabled",
            Self::LockDelay => "/org/gnome/desktop/screensaver/lock-delay",
            Self::LockDisabled => "/org/gnome/desktop/lockdown/disable-lock-screen",
        }
    }

    /// Its schema and its name there.
    pub const fn in_schema(self) -> (&'static str, &'static str) {
        match self {
            Self::IdleDelay => ("org.gnome.desktop.session", "idle-delay"),
            Self::LockEnabled => ("org.gnome.desktop.screensaver", "lock-enabled"),
            Self::LockDelay => ("org.gnome.desktop.screensaver", "lock-delay"),
            Self::LockDisabled => ("org.gnome.desktop.lockdown", "disable-lock-screen"),
        }
    }

    /// What it is where nobody set it.
    pub const fn default(self) -> Value {
        match self {
            Self::IdleDelay => Value::Unsigned(300),
            Self::LockEnabled => Value::Flag(true),
            Self::LockDelay => Value::Unsigned(0),
            Self::LockDisabled => Value::Flag(false),
        }
    }

    /// Whether a value is of its type. GSettings passes over one that is not and takes the schema's default.
    pub const fn fits(self, value: &Value) -> bool {
        match self {
            Self::IdleDelay | Self::LockDelay => matches!(value, Value::Unsigned(_)),
            Self::LockEnabled | Self::LockDisabled => matches!(value, Value::Flag(_)),
        }
    }

    /// The setting of a path.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.path() == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_schemas_name_the_same() {
        for key in GnomeKey::ALL {
            let (schema, name) = key.in_schema();
            assert_eq!(format!("/{}/{name}", schema.replace('.', "/")), key.path());
            assert_eq!(GnomeKey::of_path(key.path()), Some(key));
            assert!(key.fits(&key.default()));
            assert!(!key.fits(&Value::Signed(1)));
        }
        assert_eq!(GnomeKey::of_path("/org/gnome/desktop/session/"), None);
    }
}
