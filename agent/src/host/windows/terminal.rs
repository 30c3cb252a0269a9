//! What a terminal says of the person at it.

#![expect(unsafe_code, reason = "the language is asked of Windows")]

use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;

/// The primary language of LANG_JAPANESE (winnt.h), and the bits it is in.
const JAPANESE: u16 = 0x11;
const PRIMARY: u16 = 0x03ff;

/// A variable of the environment. Windows sets none for the language: where nobody did, it is that of the person's own
/// display.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().or_else(|| (name == "LANG").then(display_language))
}

fn display_language() -> String {
    // SAFETY: takes nothing and gives a number.
    let language = unsafe { GetUserDefaultUILanguage() };
    if language & PRIMARY == JAPANESE { "ja" } else { "en" }.to_owned()
}
