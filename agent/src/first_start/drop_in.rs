//! The file in which a token is left for the first start.
//!
//! ```yaml
//! dashboard: https://tenken.example:7742
//! token: tenken1.…
//! name: pc-07
//! ```

use serde::Deserialize;

use super::Waiting;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dashboard: String,
    token: String,
    #[serde(default)]
    name: Option<String>,
}

/// Reads the file. What is wrong is said with its line and column, and without any value: one of them is a secret.
pub fn parse(bytes: &[u8]) -> Result<Waiting, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("byte {} is not UTF-8", error.valid_up_to()))?;
    let file: File = serde_yaml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| told(&error))?;
    let given = |key: &str, value: String| {
        let value = value.trim().to_owned();
        if value.is_empty() { Err(format!("`{key}` is empty")) } else { Ok(value) }
    };
    Ok(Waiting {
        dashboard: given("dashboard", file.dashboard)?,
        token: given("token", file.token)?,
        name: file.name.map(|name| given("name", name)).transpose()?,
    })
}

fn told(error: &serde_yaml::Error) -> String {
    let whole = error.to_string();
    let whole = whole.trim_start_matches("dashboard: ").trim_start_matches("token: ").trim_start_matches("name: ");
    // What begins so names keys of ours or of theirs that hold no secret; a key that looks like a token is not repeated either.
    let is_plain = ["unknown field `", "missing field `", "duplicate field `", "duplicate entry"];
    let tells = is_plain.iter().any(|begin| whole.starts_with(begin)) && !whole.contains("tenken1.");
    let place = error.location().map(|at| format!(" at line {} column {}", at.line(), at.column()));
    let place = place.unwrap_or_default();
    if !tells {
        return format!("it is not of the form `dashboard: https://…`, `token: tenken1.…`, `name: …`{place}");
    }
    if whole.contains(" at line ") { whole.to_owned() } else { format!("{whole}{place}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = parse(text.as_bytes()).err().unwrap();
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(!error.contains("s3cret"), "{error}");
        error
    }

    #[test]
    fn the_three_keys_are_read() {
        let text = "\u{feff}# by Ansible\r\ndashboard: https://a:7742\r\ntoken: \" tenken1.x.y \"\r\n";
        let waiting = parse(text.as_bytes()).unwrap();
        assert_eq!((waiting.dashboard.as_str(), waiting.token.as_str()), ("https://a:7742", "tenken1.x.y"));
        assert_eq!(waiting.name, None);
        let text = "name: pc-07\ntoken: t\ndashboard: https://a";
        assert_eq!(parse(text.as_bytes()).unwrap().name.as_deref(), Some("pc-07"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let error = refused("dashboard: https://a\ntoken: s3cret\nnmae: pc-07\n");
        assert!(error.contains("unknown field `nmae`") && error.contains("line 3 column 1"), "{error}");
        assert!(refused("dashboard: https://a\n").contains("missing field `token`"));
        let error = refused("dashboard: https://a\ntoken: s3cret\ntoken: s3cret\n");
        assert!(error.contains("duplicate") && error.contains("token"), "{error}");
        assert!(refused("dashboard: https://a\ntoken: ''\n").contains("`token` is empty"));
        assert!(refused("dashboard: https://a\ntoken: t\nname: ' '\n").contains("`name` is empty"));
    }

    #[test]
    fn no_value_is_repeated() {
        for odd in [
            "tenken1.s3cret.x",
            "- s3cret",
            "tenken1.s3cret: x\ndashboard: y\ntoken: z",
            "dashboard: https://a\ntoken: [s3cret]",
            "dashboard: {s3cret: 1}\ntoken: x",
            "dashboard: https://a\ntoken: \"s3cret",
            "dashboard: https://a\n\ttoken: s3cret",
            "",
            "--- a\n--- b",
        ] {
            refused(odd);
        }
        assert!(parse(b"token: \xff").is_err());
    }
}
