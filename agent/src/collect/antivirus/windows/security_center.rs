//! What Windows Security Center knows of products. Windows Server has none.

use tenken_model::{Read, Reason, ReasonCode};

use super::product_state::{self, ProductState};
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Wake};
use crate::host::windows_api::{RegistryPath, WmiQuestion, WmiRow, WmiValue};

/// The most products that are told of.
const PRODUCTS_MAX: usize = 20;
/// The longest name of a product.
const NAME_MAX: usize = 100;
const EDITION: &str = r"SYSTEM\CurrentControlSet\Control\ProductOptions";
/// Where Security Center keeps what products told it; only its change is of interest.
const PROVIDERS: &str = r"SOFTWARE\Microsoft\Security Center\Provider\Av";
/// The product of Windows itself stands for its own program so.
const OF_WINDOWS: &str = "windowsdefender:";

/// A product that registered itself.
pub(super) struct Registered {
    /// What it calls itself.
    pub(super) name: String,
    /// How it stands.
    pub(super) state: Read<ProductState>,
    /// Its program, in lower case, as it was registered.
    pub(super) program: String,
    /// Its program is there. A product that was taken out may leave its entry.
    pub(super) is_there: Read<bool>,
    /// It is part of Windows.
    pub(super) of_windows: bool,
}

/// What Security Center says.
pub(super) struct Center {
    /// The products.
    pub(super) registered: Vec<Registered>,
    /// Why there may be others.
    pub(super) refused: Option<Reason>,
}

/// Asks Security Center.
pub(super) fn read(look: &Look<'_>, variables: &Variables) -> Center {
    look.wake_on(Wake::Registry(RegistryPath::machine(PROVIDERS)));
    match look.wmi(&WmiQuestion::AntivirusProducts) {
        Ok(rows) => Center {
            registered: rows.iter().take(PRODUCTS_MAX).map(|row| registered(look, variables, row)).collect(),
            refused: (rows.len() > PRODUCTS_MAX).then(|| {
                let detail = format!("ask Security Center: it knows more than {PRODUCTS_MAX} products");
                Reason::new(ReasonCode::TooLarge, detail)
            }),
        },
        Err(error) if error.is_not_there() => {
            Center { registered: Vec::new(), refused: is_client(look).then(|| error.reason()) }
        }
        Err(error) => Center { registered: Vec::new(), refused: Some(error.reason()) },
    }
}

/// Whether Security Center has to be there. An edition that cannot be read is taken for one that has it.
fn is_client(look: &Look<'_>) -> bool {
    let key = look.registry(&RegistryPath::machine(EDITION)).ok().flatten();
    key.as_ref().and_then(|key| key.text("ProductType")).is_none_or(|kind| kind.eq_ignore_ascii_case("WinNT"))
}

fn registered(look: &Look<'_>, variables: &Variables, row: &WmiRow) -> Registered {
    let text = |name: &str| row.get(name).and_then(WmiValue::text).unwrap_or_default();
    let state = row.get("productState").and_then(WmiValue::number).and_then(|number| u32::try_from(number).ok());
    let state = state.map(product_state::decode);
    let programs = [text("pathToSignedReportingExe"), text("pathToSignedProductExe")];
    let name = text("displayName");
    let of_windows =
        programs.iter().any(|program| program.starts_with(OF_WINDOWS)) || state.is_some_and(|state| state.of_windows);
    Registered {
        name: name.chars().take(NAME_MAX).collect(),
        state: state.map_or_else(
            || Read::not_read(ReasonCode::Unparsable, format!("ask Security Center for {name}: it has no state")),
            Read::Measured,
        ),
        program: programs.join("|").to_lowercase(),
        is_there: if of_windows { Read::Measured(true) } else { is_there(look, variables, name, programs) },
        of_windows,
    }
}

/// Whether one of a product's programs is there.
fn is_there(look: &Look<'_>, variables: &Variables, name: &str, programs: [&str; 2]) -> Read<bool> {
    let mut refused = Reason::new(ReasonCode::Missing, format!("look for the program of {name}: it registered none"));
    let mut gone = false;
    for program in programs.into_iter().filter(|program| !program.is_empty()) {
        let Some(path) = variables.program(program, false) else {
            let detail = format!("look for the program of {name}: where it is cannot be told");
            refused = Reason::new(ReasonCode::Unparsable, detail);
            continue;
        };
        match look.exists(&path) {
            Ok(true) => return Read::Measured(true),
            Ok(false) => gone = true,
            Err(error) => refused = error.reason(),
        }
    }
    if gone { Read::Measured(false) } else { Read::NotRead(refused) }
}
