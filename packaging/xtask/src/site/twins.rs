//! Japanese chapters beside the English texts they say again: whatever a reader types or looks for is the same in both.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

/// What one of the two has and the other has not, a line each. `docs` holds the English texts and, below `site`, both books.
pub(super) fn differences(docs: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let folder = docs.join("site/ja/src/topics");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>())
        .with_context(|| format!("reading {}", folder.display()))?;
    names.sort();
    for name in names {
        let (english, japanese) = (read(&docs.join(&name))?, read(&folder.join(&name))?);
        let (english, japanese) = (code(&english), code(&japanese));
        let name = name.to_string_lossy();
        let missing = english.difference(&japanese).map(|code| format!("{name}: not in Japanese: {code}"));
        found.extend(
            missing.chain(japanese.difference(&english).map(|code| format!("{name}: only in Japanese: {code}"))),
        );
    }
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// What is set as code: words between backticks, and the lines of blocks without what a comment says.
fn code(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut prose = String::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            found.insert(line.split(" #").next().unwrap_or_default().trim().to_owned());
        } else {
            prose.push_str(line);
            prose.push(' ');
        }
    }
    found.extend(prose.split('`').skip(1).step_by(2).map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")));
    found.retain(|code| !code.is_empty() && !code.starts_with('#'));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_stands_between_backticks_and_in_blocks() {
        let text = "Type `a\nb` or `c`.\n\n```sh\n# why\nd e   # also\n```\n\n`f`";
        assert_eq!(code(text).into_iter().collect::<Vec<_>>(), ["a b", "c", "d e", "f"]);
    }

    #[test]
    fn what_one_of_both_lacks_is_told() {
        let docs = tempfile::tempdir().unwrap();
        let japanese = docs.path().join("site/ja/src/topics");
        std::fs::create_dir_all(&japanese).unwrap();
        std::fs::write(docs.path().join("x.md"), "`same` and `english`").unwrap();
        std::fs::write(japanese.join("x.md"), "`same`と`日本`").unwrap();
        let told = differences(docs.path()).unwrap();
        assert_eq!(told, ["x.md: not in Japanese: english", "x.md: only in Japanese: 日本"]);
        std::fs::write(japanese.join("y.md"), "").unwrap();
        assert!(differences(docs.path()).is_err(), "there is no such text in English");
    }
}
