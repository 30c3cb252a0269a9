//! References in XML: a predefined entity, or a character by its number. No file that is read declares others.

use quick_xml::events::BytesRef;

/// The character a reference stands for; what is wrong where it is none of them.
pub(super) fn character(reference: &BytesRef<'_>) -> Result<char, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character);
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    let known = quick_xml::escape::resolve_predefined_entity(&name);
    known.and_then(|text| text.chars().next()).ok_or_else(|| format!("unknown entity {name}"))
}
