//! Names within a sentence.

use super::{Language, texts};

texts! {
    /// Between the parts of a list.
    list_join() { ja: "、", en: ", " }
    /// Some names and how many more.
    list_and_more(named: &str, count: usize) { ja: "{named} ほか{count}件", en: "{named} and {count} more" }
}

impl Language {
    /// Names in a row, with how many more there are than are named.
    pub fn several<T: AsRef<str>>(self, named: impl IntoIterator<Item = T>, left: usize) -> String {
        let mut joined = String::new();
        for (nth, name) in named.into_iter().enumerate() {
            if nth > 0 {
                joined.push_str(&self.list_join());
            }
            joined.push_str(name.as_ref());
        }
        if left == 0 { joined } else { self.list_and_more(&joined, left) }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn several_are_named_as_each_language_names_them_and_the_rest_is_counted() {
        let of = |names: &[&str], left| [Language::Japanese, Language::English].map(|t| t.several(names, left));
        assert_eq!(of(&["a", "b"], 0), ["a、b", "a, b"]);
        assert_eq!(of(&["a", "b"], 2), ["a、b ほか2件", "a, b and 2 more"]);
        assert_eq!(of(&["a"], 0), ["a", "a"]);
        assert_eq!(of(&[], 0), ["", ""]);
    }
}
