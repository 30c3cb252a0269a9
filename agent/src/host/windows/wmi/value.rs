//! Values of WMI as they are kept.

use wmi::Variant;

use crate::host::windows_api::WmiValue;

/// The longest text, in bytes.
const TEXT_MAX: usize = 64 << 10;
/// The most values of a list.
const LIST_MAX: usize = 4_096;

/// A value; nothing for null, for an object, and for an empty list, which is how the library gives the null of a list.
pub(super) fn kept(value: Variant) -> Result<Option<WmiValue>, String> {
    Ok(Some(match value {
        Variant::Empty | Variant::Null | Variant::Unknown(_) | Variant::Object(_) => return Ok(None),
        Variant::String(text) if text.len() > TEXT_MAX => return Err(format!("a text of more than {TEXT_MAX} bytes")),
        Variant::String(text) => WmiValue::Text(text),
        Variant::Bool(truth) => WmiValue::Truth(truth),
        Variant::I1(number) => WmiValue::Number(number.into()),
        Variant::I2(number) => WmiValue::Number(number.into()),
        Variant::I4(number) => WmiValue::Number(number.into()),
        Variant::I8(number) => WmiValue::Number(number),
        Variant::UI1(number) => WmiValue::Number(number.into()),
        Variant::UI2(number) => WmiValue::Number(number.into()),
        Variant::UI4(number) => WmiValue::Number(number.into()),
        Variant::UI8(number) => {
            i64::try_from(number).map_or_else(|_| WmiValue::Text(number.to_string()), WmiValue::Number)
        }
        Variant::R4(number) => WmiValue::Text(number.to_string()),
        Variant::R8(number) => WmiValue::Text(number.to_string()),
        Variant::Array(values) if values.is_empty() => return Ok(None),
        Variant::Array(values) if values.len() > LIST_MAX => return Err(format!("a list of more than {LIST_MAX}")),
        Variant::Array(values) => {
            let mut list = Vec::with_capacity(values.len());
            for value in values {
                list.extend(kept(value)?);
            }
            WmiValue::List(list)
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_texts_and_lists_are_kept_and_null_is_not() {
        let read = |value| kept(value).unwrap();
        assert_eq!((read(Variant::Null), read(Variant::Empty), read(Variant::Array(Vec::new()))), (None, None, None));
        assert_eq!(read(Variant::UI4(397_568)), Some(WmiValue::Number(397_568)));
        assert_eq!(read(Variant::I1(-1)), Some(WmiValue::Number(-1)));
        assert_eq!(read(Variant::UI8(u64::MAX)), Some(WmiValue::Text(u64::MAX.to_string())));
        assert_eq!(read(Variant::Bool(false)), Some(WmiValue::Truth(false)));
        let list = Variant::Array(vec![Variant::String("C:\\".into()), Variant::Null, Variant::UI1(2)]);
        assert_eq!(read(list), Some(WmiValue::List(vec![WmiValue::Text("C:\\".into()), WmiValue::Number(2)])));
        assert!(kept(Variant::String("x".repeat(TEXT_MAX + 1))).is_err());
        assert!(kept(Variant::Array(vec![Variant::Bool(true); LIST_MAX + 1])).is_err());
    }
}
