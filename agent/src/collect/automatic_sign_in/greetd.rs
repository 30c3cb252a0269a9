//! greetd's configuration: the session that begins once without asking. It is TOML, of which one table is read.

/// The account of `[initial_session]`; nothing where there is no such table. The text is empty where it names nobody.
pub fn initial_user(text: &str) -> Option<String> {
    let mut within = false;
    let mut user = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix('[') {
            within =
                rest.split(']').next().is_some_and(|name| name.trim().trim_matches(['"', '\'']) == "initial_session");
            if within {
                user.get_or_insert_with(String::new);
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        if within && key == "user" || !within && key == "initial_session.user" {
            user = Some(unquoted(value.trim()));
        }
    }
    user
}

fn unquoted(value: &str) -> String {
    let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.split(*quote).next());
    quoted.unwrap_or_else(|| value.split('#').next().unwrap_or_default().trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_that_begins_once() {
        assert_eq!(initial_user(include_str!("../../../tests/samples/automatic_sign_in/greetd.toml")), None);
        let user = |text: &str| initial_user(text);
        assert_eq!(user("[initial_session]\ncommand = \"sway\"\nuser = \"hanako\" # x\n").as_deref(), Some("hanako"));
        assert_eq!(user("[default_session]\nuser = \"x\"\n[ initial_session ]\nuser='taro'").as_deref(), Some("taro"));
        assert_eq!(user("#[initial_session]\n#user = \"hanako\"\n[default_session]\nuser = \"_greetd\"\n"), None);
        assert_eq!(user("[initial_session]\ncommand = \"sway\"\n").as_deref(), Some(""));
    }
}
