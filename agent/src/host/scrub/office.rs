//! Settings of office programs: what else people set there is left out.

use std::fmt::Write as _;

use crate::collect::office_macros::registry::{
    AUTHORS, DISABLED, FOLDERS, LEVEL, SCRIPTING, Settings, mentions, parse,
};

/// What a file says of macros, or one that is broken.
pub(super) fn registry(bytes: &[u8]) -> Vec<u8> {
    match parse(bytes) {
        Ok(settings) if mentions(bytes) => written(&settings).into_bytes(),
        Ok(_) => b"<oor:items></oor:items>\n".to_vec(),
        // It stays one that names a setting, so that it is read and found broken again.
        Err(_) => format!("<{LEVEL}>").into_bytes(),
    }
}

fn written(settings: &Settings) -> String {
    let mut inner = String::new();
    if let Some(level) = settings.level {
        property(&mut inner, LEVEL, &level.value.to_string(), level.finalized);
    }
    if let Some(disabled) = settings.disabled {
        property(&mut inner, DISABLED, &disabled.value.to_string(), disabled.finalized);
    }
    if settings.folders > 0 {
        let folders = "<it>folder</it>".repeat(usize::try_from(settings.folders).unwrap_or(0));
        property(&mut inner, FOLDERS, &folders, false);
    }
    if settings.authors > 0 {
        let _ = write!(inner, "<node oor:name=\"{AUTHORS}\">");
        for number in 0..settings.authors {
            let _ = write!(inner, "<node oor:name=\"a{number}\"></node>");
        }
        inner.push_str("</node>");
    }
    format!("<oor:items><item oor:path=\"{SCRIPTING}\">{inner}</item></oor:items>\n")
}

fn property(text: &mut String, name: &str, value: &str, finalized: bool) {
    let _ = write!(text, "<prop oor:name=\"{name}\" oor:finalized=\"{finalized}\"><value>{value}</value></prop>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_macros_stay_and_nothing_else() {
        for file in [
            include_bytes!("../../../tests/samples/office_macros/libreoffice_7.xcu").as_slice(),
            include_bytes!("../../../tests/samples/office_macros/libreoffice_24.xcu"),
            include_bytes!("../../../tests/samples/office_macros/policy.xcd"),
        ] {
            let written = registry(file);
            assert_eq!(parse(&written), parse(file));
            assert_eq!(registry(&written), written, "scrubbing twice changes nothing");
            let text = String::from_utf8(written).unwrap();
            assert!(!text.contains("file://") && !text.contains("CN="));
        }
        assert!(parse(&registry(b"<a><b></a>")).is_err() && mentions(&registry(b"<a><b></a>")));
    }
}
