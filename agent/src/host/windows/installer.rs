//! What the installer leaves in the registry for the first start. It lets in the system and administrators alone
//! (`packaging/windows/tenken-agent.sql`).

use std::path::Path;

use windows_registry::LOCAL_MACHINE;

use super::registry;
use crate::first_start::{Place, Waiting};
use crate::host::windows_api::RegistryPath;
use crate::host::{ReadError, ReadErrorKind};

const KEY: &str = r"SOFTWARE\Tenken\Agent";
const DASHBOARD: &str = "DashboardUrl";
const TOKEN: &str = "Token";

/// The installer's key.
#[derive(Debug, Clone, Copy)]
pub struct Installer;

impl Installer {
    /// The installer's key. A file is for other systems.
    pub fn new(file: Option<&Path>) -> Result<Self, ReadError> {
        let Some(file) = file else { return Ok(Self) };
        let why = "on Windows a token is left by the installer; start without --enrolment";
        Err(ReadError::new(ReadErrorKind::Unsupported, format!("read {}", file.display()), why))
    }
}

impl Place for Installer {
    fn name(&self) -> String {
        format!(r"HKLM\{KEY}")
    }

    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        let key = match registry::key(&RegistryPath::machine(KEY)) {
            Err(error) if error.kind == ReadErrorKind::NotThere => return Ok(None),
            read => read?,
        };
        // An installer that is given no token writes an empty one.
        let text = |name: &str| key.text(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let Some(token) = text(TOKEN) else { return Ok(None) };
        let missing = || {
            ReadError::new(
                ReadErrorKind::NotThere,
                format!("read {KEY}!{DASHBOARD}"),
                "the installer was given a token and no address",
            )
        };
        Ok(Some(Waiting { dashboard: text(DASHBOARD).ok_or_else(missing)?, token, name: None }))
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        let removed = LOCAL_MACHINE.options().read().write().open(KEY).and_then(|key| key.remove_value(TOKEN));
        removed
            .map_err(|error| ReadError::new(ReadErrorKind::Failed, format!("remove {KEY}!{TOKEN}"), error.to_string()))
    }
}
