//! `/etc/security/opasswd`: former passwords, which may not be used again. See pam_pwhistory(8).
//!
//! A line is a name, a number, how many there are, and so many password fields between commas.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::password_storage::HashScheme;

use crate::collect::accounts::hash_scheme::scheme;

/// How the former passwords of each account are kept. Of several lines of one name all count.
pub fn parse(bytes: &[u8]) -> BTreeMap<String, BTreeSet<HashScheme>> {
    let text = String::from_utf8_lossy(bytes);
    let mut found: BTreeMap<String, BTreeSet<HashScheme>> = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.splitn(4, ':');
        let (Some(name), Some(hashes)) = (fields.next(), fields.nth(2)) else { continue };
        let schemes = hashes.split(',').filter_map(|hash| scheme(hash.trim()));
        found.entry(name.to_owned()).or_default().extend(schemes);
    }
    found.retain(|_, schemes| !schemes.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn schemes_of_former_passwords() {
        let found =
            parse(b"hanako:1001:2:$6$a$b,$1$c$d\njiro:1002:0:\nx\nichiro:1003:1:$y$j9T$a$b\nhanako:1001:1:$6$e$f\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found["hanako"], BTreeSet::from([HashScheme::Sha512, HashScheme::Md5]));
        assert_eq!(found["ichiro"], BTreeSet::from([HashScheme::Yescrypt]));
        assert!(parse(b"").is_empty() && parse(b":::").is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "[a-z0-9:,$\n]{0,100}") {
            let _ = (parse(&bytes), parse(text.as_bytes()));
        }
    }
}
