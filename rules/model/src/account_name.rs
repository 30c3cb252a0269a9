//! Names of accounts, as the systems that have them compare them.

use std::borrow::Cow;

use crate::fact::system::SystemFamily;

/// Whether names of accounts that differ in case alone are one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameCase {
    /// They are two: `Tanaka` and `tanaka` are different people.
    #[default]
    Matters,
    /// They are one, also in what stands before a backslash or behind an at sign: `KENSHIN\Tanaka` is `kenshin\tanaka`.
    Ignored,
}

impl NameCase {
    /// How a system compares them. Those of macOS are taken as they are written, as it keeps them.
    pub const fn of(family: SystemFamily) -> Self {
        match family {
            SystemFamily::Windows => Self::Ignored,
            SystemFamily::Linux | SystemFamily::Macos => Self::Matters,
        }
    }

    /// The form in which names of one account are the same text.
    pub fn fold(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Ignored if name.chars().any(|character| upper(character) != character) => {
                Cow::Owned(name.chars().map(upper).collect())
            }
            Self::Ignored | Self::Matters => Cow::Borrowed(name),
        }
    }

    /// They are names of one account.
    pub fn is_same(self, left: &str, right: &str) -> bool {
        match self {
            Self::Matters => left == right,
            Self::Ignored => left == right || left.chars().map(upper).eq(right.chars().map(upper)),
        }
    }
}

/// The capital that Windows compares by (RtlUpcaseUnicodeChar): one unit of UTF-16 for one, in no language's own way. What has no
/// capital of one unit stays, and so do the dotless i and the long s, whose capitals are those of other letters.
fn upper(character: char) -> char {
    let mut capital = character.to_uppercase();
    match (capital.next(), capital.next()) {
        (Some(capital), None)
            if capital.is_ascii() == character.is_ascii() && capital.len_utf16() == 1 && character.len_utf16() == 1 =>
        {
            capital
        }
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_matters_on_linux_and_not_on_windows() {
        let windows = NameCase::of(SystemFamily::Windows);
        let linux = NameCase::of(SystemFamily::Linux);
        for (left, right) in [
            ("Tanaka", "tanaka"),
            (r"KENSHIN\Tanaka", r"kenshin\tanaka"),
            ("tanaka@Kenshin.local", "TANAKA@KENSHIN.LOCAL"),
            ("Müller", "MÜLLER"),
            ("ｔａｎａｋａ", "ＴＡＮＡＫＡ"),
            ("鈴木 一郎a", "鈴木 一郎A"),
        ] {
            assert!(windows.is_same(left, right) && windows.fold(left) == windows.fold(right), "{left} {right}");
            assert!(!linux.is_same(left, right) && linux.fold(left) != linux.fold(right), "{left} {right}");
        }
    }

    #[test]
    fn other_names_are_others_on_windows_too() {
        let windows = NameCase::of(SystemFamily::Windows);
        for (left, right) in [
            ("tanaka", "tanaka2"),
            (r"KENSHIN\tanaka", "tanaka"),
            (r"KENSHIN\tanaka", r"PC-1\tanaka"),
            ("strasse", "straße"),
            ("ı", "i"),
            ("ſato", "sato"),
            ("たなか", "タナカ"),
            ("𐐨", "𐐀"),
            ("tanaka", "ｔａｎａｋａ"),
        ] {
            assert!(!windows.is_same(left, right) && windows.fold(left) != windows.fold(right), "{left} {right}");
        }
        assert!(matches!(windows.fold("鈴木"), Cow::Borrowed("鈴木")));
    }
}
