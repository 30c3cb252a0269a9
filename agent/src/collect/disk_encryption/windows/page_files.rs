//! Page files: where Windows puts what was in memory.

use tenken_model::{Reason, ReasonCode};

use crate::collect::Look;
use crate::collect::windows_path::Variables;
use crate::host::windows_api::RegistryPath;

const MEMORY: &str = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";

/// The page files in use (`ExistingPageFiles`, which the session manager writes at the start).
pub(super) fn read(look: &Look<'_>, variables: &Variables) -> Result<Vec<String>, Reason> {
    let missing = || {
        let detail = format!(r"read HKLM\{MEMORY}: ExistingPageFiles is not there or no list");
        Reason::new(ReasonCode::Missing, detail)
    };
    let key = look.registry(&RegistryPath::machine(MEMORY)).map_err(|error| error.reason())?.ok_or_else(missing)?;
    let files = key.texts("ExistingPageFiles").ok_or_else(missing)?;
    files.iter().filter(|file| !file.is_empty()).map(|file| path(variables, file)).collect()
}

fn path(variables: &Variables, file: &str) -> Result<String, Reason> {
    let path = variables.path(file).map(|path| path.to_string_lossy().into_owned());
    path.filter(|path| path.get(1..2) == Some(":")).ok_or_else(|| {
        Reason::new(ReasonCode::Unparsable, format!(r"read HKLM\{MEMORY}: a page file is on no volume with a letter"))
    })
}
