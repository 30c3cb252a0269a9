//! How office programs treat macros for each person.

pub mod microsoft_office;
pub mod registry;
#[cfg(test)]
mod tests;
pub mod windows;
mod windows_libreoffice;

use tenken_model::fact::office_macros::{MacroUser, OfficeMacros};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use self::registry::{Setting, Settings, parse};
use super::screen_lock::people::{self, Person};
use super::{Look, Needs};
use crate::host::EntryKind;

/// What LibreOffice does where nothing is set: level 2, "high". `Common.xcs` of LibreOffice and OpenOffice says so.
const LEVEL_DEFAULT: u32 = 2;
const DEFAULT_ORIGIN: &str = "the program's default";
/// Where Debian and Red Hat install it, and Flatpak and snap.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/var/lib/flatpak/app/org.libreoffice.LibreOffice",
    "/snap/libreoffice",
];
/// Where a person installs it by Flatpak for themselves alone.
const FLATPAK_OF_A_PERSON: &str = ".local/share/flatpak/app/org.libreoffice.LibreOffice";
/// Where the makers' own packages install it: `/opt/libreoffice24.8`, `/opt/openoffice4`.
const OPT: &str = "/opt";
const OPT_NAMES: [&str; 3] = ["libreoffice", "openoffice", "collaboraoffice"];
/// Settings of the system. Debian's is a link to `/etc/libreoffice/registry`.
const REGISTRIES: [&str; 2] = ["/usr/lib/libreoffice/share/registry", "/usr/lib64/libreoffice/share/registry"];
/// What is read below a registry, from the lowest layer to the highest: folders, the endings of their files, and whether
/// folders below are read too. Files with another ending are not, such as an `.xcu` beside the `.xcd`. See `parseXcsXcuLayer`,
/// `parseModuleLayer` and `parseResLayer` in `configmgr/source/components.cxx` of LibreOffice.
const LAYERS: [(&str, &[&str], bool); 4] = [
    ("", &[".xcd"], false),
    ("/data", &[".xcu"], true),
    ("/modules", &[".xcu"], true),
    ("/res", &[".xcd", ".xcu"], true),
];
/// How deep folders of a layer lie in one another.
const DEPTH_MAX: u8 = 6;
/// Folders of profiles below a home, each profile with a `user` folder.
const PROFILES: [&str; 4] = [
    ".config/libreoffice",
    ".openoffice",
    ".var/app/org.libreoffice.LibreOffice/config/libreoffice",
    "snap/libreoffice/current/.config/libreoffice",
];
const OF_A_PERSON: &str = "user/registrymodifications.xcu";
const FILE_MAX: Size = Size::from_bytes(4 << 20);
/// Larger files of the system are the maker's, whose default is known: `main.xcd` has some 10 MB.
const SYSTEM_FILE_MAX: u64 = 1 << 20;
const ENTRIES_MAX: usize = 1_000;

/// Reads the settings of the system and of each person.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<OfficeMacros> {
    match installed(look) {
        Ok(folders) if folders.is_empty() => Outcome::Absent("no program of LibreOffice or OpenOffice".to_owned()),
        Ok(folders) => Outcome::Known(OfficeMacros { users: users(look, &folders).into() }),
        Err(reason) => Outcome::Failed(reason),
    }
}

/// The folders of programs.
fn installed(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    let mut found = Vec::new();
    for program in PROGRAMS {
        if look.exists(program).map_err(|error| error.reason())? {
            found.push(program.to_owned());
        }
    }
    for entry in look.list_if_there(OPT, ENTRIES_MAX).map_err(|error| error.reason())? {
        if entry.kind != EntryKind::File && OPT_NAMES.iter().any(|name| entry.name.starts_with(name)) {
            found.push(format!("{OPT}/{}", entry.name));
        }
    }
    if found.is_empty() {
        for path in people::all(look)?.iter().map(|person| person.file(FLATPAK_OF_A_PERSON)) {
            if look.exists(&path).map_err(|error| error.reason())? {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// What holds where a person has set nothing.
#[derive(Default)]
struct System {
    settings: Settings,
    origin: String,
}

fn users(look: &Look<'_>, folders: &[String]) -> Result<Vec<MacroUser>, Reason> {
    let people = people::all(look)?;
    let system = system(look, folders);
    let mut users = vec![user("*", &system, Ok(None), "")];
    for person in &people {
        for path in profiles(look, person)? {
            let own = own(look, &path);
            if !matches!(own, Ok(None)) {
                users.push(user(&person.name, &system, own, &path));
            }
        }
    }
    Ok(users)
}

/// The files of a person's profiles.
fn profiles(look: &Look<'_>, person: &Person) -> Result<Vec<String>, Reason> {
    let mut found = Vec::new();
    for folder in PROFILES {
        let folder = person.file(folder);
        for entry in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if entry.kind != EntryKind::File {
                found.push(format!("{folder}/{}/{OF_A_PERSON}", entry.name));
            }
        }
    }
    Ok(found)
}

fn own(look: &Look<'_>, path: &str) -> Result<Option<Settings>, Reason> {
    let Some(bytes) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
        return Ok(None);
    };
    parse(&bytes).map(Some).map_err(|error| unparsable(path, &error))
}

/// The settings of the system, of all programs that are there.
fn system(look: &Look<'_>, folders: &[String]) -> Result<System, Reason> {
    let of_makers =
        folders.iter().filter(|folder| folder.starts_with(OPT)).map(|folder| format!("{folder}/share/registry"));
    of_registries(look, REGISTRIES.map(str::to_owned).into_iter().chain(of_makers))
}

/// What these folders of settings say together.
fn of_registries(look: &Look<'_>, folders: impl Iterator<Item = String>) -> Result<System, Reason> {
    let mut system = System::default();
    for folder in folders {
        let mut registry = System::default();
        for (below, endings, is_deep) in LAYERS {
            let mut layer = System::default();
            let depth = if is_deep { DEPTH_MAX } else { 0 };
            take_layer(look, &format!("{folder}{below}"), endings, depth, &mut layer)?;
            registry = registry.below(layer);
        }
        system.take(&registry.settings, &registry.origin)?;
    }
    Ok(system)
}

/// Takes the files of a layer. Which of two that differ is read last is not written in them.
fn take_layer(look: &Look<'_>, folder: &str, endings: &[&str], depth: u8, layer: &mut System) -> Result<(), Reason> {
    for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        let path = format!("{folder}/{}", entry.name);
        if entry.kind == EntryKind::Folder {
            if depth > 0 {
                take_layer(look, &path, endings, depth - 1, layer)?;
            }
            continue;
        }
        let is_registry = endings.iter().any(|ending| entry.name.ends_with(ending));
        if !is_registry || look.metadata(&path).map_err(|error| error.reason())?.size.bytes() > SYSTEM_FILE_MAX {
            continue;
        }
        let bytes = look.read_text(&path, FILE_MAX).map_err(|error| error.reason())?;
        if registry::mentions(&bytes) {
            let found = parse(&bytes).map_err(|error| unparsable(&path, &error))?;
            layer.take(&found, &path)?;
        }
    }
    Ok(())
}

impl System {
    /// This with a layer above it, which changes what is not finalized.
    fn below(self, layer: Self) -> Self {
        let (below, above) = (self.settings, layer.settings);
        let changes = below.level.is_none_or(|level| !level.finalized) && above.level.is_some()
            || below.disabled.is_none_or(|disabled| !disabled.finalized) && above.disabled.is_some();
        Self {
            settings: Settings {
                level: upper(below.level, above.level),
                disabled: upper(below.disabled, above.disabled),
                folders: below.folders.max(above.folders),
                authors: below.authors + above.authors,
            },
            origin: if changes { layer.origin } else { self.origin },
        }
    }

    fn take(&mut self, found: &Settings, path: &str) -> Result<(), Reason> {
        if differ(self.settings.level, found.level) || differ(self.settings.disabled, found.disabled) {
            let detail =
                format!("read {path}: it says another thing than {}, and which counts is not known", self.origin);
            return Err(Reason::new(ReasonCode::Inconclusive, detail));
        }
        if found.level.is_some() || found.disabled.is_some() {
            path.clone_into(&mut self.origin);
        }
        self.settings.level = found.level.or(self.settings.level);
        self.settings.disabled = found.disabled.or(self.settings.disabled);
        self.settings.folders += found.folders;
        self.settings.authors += found.authors;
        Ok(())
    }
}

/// The setting of the upper of two layers, unless the lower one is finalized.
fn upper<T>(below: Option<Setting<T>>, above: Option<Setting<T>>) -> Option<Setting<T>> {
    match below {
        Some(below) if below.finalized => Some(below),
        below => above.or(below),
    }
}

/// Both say something, and not the same.
fn differ<T: Copy + PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_some() && other.is_some() && one != other
}

/// What holds for a person, of whom `own` was read in `path`.
fn user(name: &str, system: &Result<System, Reason>, own: Result<Option<Settings>, Reason>, path: &str) -> MacroUser {
    let not_read = |reason: &Reason| MacroUser {
        user: name.to_owned(),
        disabled: false,
        level: Read::NotRead(reason.clone()),
        enforced: false,
        trusted_folders: 0,
        trusted_authors: 0,
        internet: None,
        automated: None,
        origin: path.to_owned(),
    };
    let system = match system {
        Ok(system) => system,
        Err(reason) => return not_read(reason),
    };
    let of_system = &system.settings;
    let level_is_final = of_system.level.is_some_and(|level| level.finalized);
    let is_off = of_system.disabled.is_some_and(|disabled| disabled.value && disabled.finalized);
    let own = match own {
        Ok(own) => own.unwrap_or_default(),
        // Whatever a person has set, these stand.
        Err(_) if level_is_final && of_system.disabled.is_none_or(|disabled| disabled.finalized) => Settings::default(),
        Err(reason) => return not_read(&reason),
    };
    let (level, origin) = match (own.level, of_system.level) {
        (_, Some(level)) if level.finalized => (level.value, system.origin.as_str()),
        (Some(level), _) => (level.value, path),
        (None, Some(level)) => (level.value, system.origin.as_str()),
        (None, None) => (LEVEL_DEFAULT, DEFAULT_ORIGIN),
    };
    let disabled = match (own.disabled, of_system.disabled) {
        (_, Some(disabled)) if disabled.finalized => disabled.value,
        (own, of_system) => own.or(of_system).is_some_and(|disabled| disabled.value),
    };
    MacroUser {
        user: name.to_owned(),
        disabled,
        level: Read::Measured(level),
        enforced: level_is_final || is_off,
        trusted_folders: own.folders.max(of_system.folders),
        trusted_authors: own.authors.saturating_add(of_system.authors),
        internet: None,
        automated: None,
        origin: origin.to_owned(),
    }
}

fn unparsable(path: &str, error: &registry::RegistryError) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}
