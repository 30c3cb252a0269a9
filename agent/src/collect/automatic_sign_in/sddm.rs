//! SDDM's configuration, as its own reader takes it: sections and keys, what follows a `#` is no value.

/// The value of a key in a section; the last counts.
pub fn value(text: &str, section: &str, key: &str) -> Option<String> {
    let mut within = false;
    let mut found = None;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            within = name == section;
        } else if let Some((name, value)) = line.split_once('=')
            && within
            && name.trim() == key
        {
            found = Some(value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_the_section_counts() {
        let user = |text: &str| value(text, "Autologin", "User");
        assert_eq!(user("[Autologin]\nUser=hanako\nSession=plasma\n").as_deref(), Some("hanako"));
        assert_eq!(user("[Autologin]\nUser = a\n[X]\nUser=b\n[Autologin]\nUser=\n").as_deref(), Some(""));
        assert_eq!(user("[Autologin]\n#User=hanako\nUser=# nobody\n").as_deref(), Some(""));
        assert_eq!(user("[autologin]\nUser=hanako\n"), None, "case counts");
        assert_eq!(user("User=hanako\n"), None);
    }
}
