//! What the installer leaves in the registry for the first start. It lets in the system and administrators alone
//! (`packaging/windows/tenken-agent.sql`).

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

impl Place for Installer {
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
        Ok(Some(Waiting { dashboard: text(DASHBOARD).ok_or_else(missing)?, token }))
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        let removed = LOCAL_MACHINE.options().read().write().open(KEY).and_then(|key| key.remove_value(TOKEN));
        removed
            .map_err(|error| ReadError::new(ReadErrorKind::Failed, format!("remove {KEY}!{TOKEN}"), error.to_string()))
    }
}
