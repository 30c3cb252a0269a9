//! Files whose place in a line says what is a password.

type Hit = (String, String);

pub(super) fn netrc(line: &str) -> Vec<Hit> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0] == "password");
    pairs.map(|pair| ("password".to_owned(), pair[1].to_owned())).collect()
}

pub(super) fn pgpass(line: &str) -> Option<Hit> {
    // A colon within a field is written `\:`.
    let plain = line.replace("\\\\", "\0").replace("\\:", "\u{1}");
    let fields: Vec<&str> = plain.splitn(5, ':').collect();
    let password = fields.get(4).filter(|password| !password.is_empty() && **password != "*")?;
    Some(("password".to_owned(), password.replace('\u{1}', ":").replace('\0', "\\")))
}

/// A host, then `account:password`: postconf(5), `smtp_sasl_password_maps`.
pub(super) fn sasl_passwords(line: &str) -> Option<Hit> {
    let (_, account) = line.split_once(char::is_whitespace)?;
    let (_, password) = account.trim().split_once(':')?;
    hit(password)
}

/// A client, a server, a secret, addresses: pppd(8), "AUTHENTICATION".
pub(super) fn ppp_secrets(line: &str) -> Option<Hit> {
    let mut words = words(line).into_iter();
    let secret = words.nth(2)?;
    // It is kept in another file.
    hit(&secret).filter(|_| !secret.starts_with('@'))
}

/// Who, a colon, what it is, and the secret: ipsec.secrets(5). Keys in files are none.
pub(super) fn ipsec_secrets(line: &str) -> Option<Hit> {
    const SECRETS: [&str; 4] = ["PSK", "EAP", "XAUTH", "NTLM"];
    let words = words(line);
    let kind = words.iter().position(|word| SECRETS.contains(&word.to_ascii_uppercase().as_str()))?;
    let before = words.get(kind.checked_sub(1)?)?;
    words.get(kind + 1).filter(|_| before.ends_with(':')).and_then(|secret| hit(secret))
}

/// A host, an account, a password: exim4_passwd_client(5).
pub(super) fn exim_client(line: &str) -> Option<Hit> {
    hit(line.splitn(3, ':').nth(2)?)
}

fn hit(password: &str) -> Option<Hit> {
    (!password.is_empty()).then(|| ("password".to_owned(), password.to_owned()))
}

/// Words, of which quotes hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '"' | '\'').then(|| &rest[1..]);
        let (word, behind) = match quoted {
            Some(inner) => inner.split_once(first).unwrap_or((inner, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::secret_lines::{Style, finds};

    #[test]
    fn files_of_passwords() {
        let netrc = "machine a login b password abcd1234\nmachine c\n password x\n# password y\n";
        let found = finds(netrc, Style::Netrc).0;
        assert_eq!(
            found.iter().map(|find| (find.line, find.value.as_str())).collect::<Vec<_>>(),
            [(1, "abcd1234"), (3, "x")]
        );
        let pgpass = "# c\ndb:5432:*:app:a\\:b:c\ndb:5432:x\ndb:5432:*:app:*\n";
        let found = finds(pgpass, Style::Pgpass).0;
        assert_eq!(found.iter().map(|find| (find.line, find.value.as_str())).collect::<Vec<_>>(), [(2, "a:b:c")]);
    }

    #[test]
    fn tables_of_daemons() {
        for (style, text, expected) in [
            (
                Style::SaslPasswords,
                "# [a]:587 b:c\n[smtp.example.jp]:587 app:geheim:99\nb.example.jp app\nc\n",
                vec![(2, "geheim:99")],
            ),
            (
                Style::PppSecrets,
                "# client server secret IP\nhanako * \"ge heim\" *\n* * abcd1234\na b\n\"a b\" * @/etc/x\nc * \"\"\n",
                vec![(2, "ge heim"), (3, "abcd1234")],
            ),
            (
                Style::IpsecSecrets,
                "# : PSK \"old\"\n: RSA key.pem \"x\"\n198.51.100.1 %any : PSK \"ge heim\"\nhanako : EAP 'abcd1234'\n: PSK 0sAbCd\nx\n",
                vec![(3, "ge heim"), (4, "abcd1234"), (5, "0sAbCd")],
            ),
            (
                Style::EximClient,
                "# a:b:c\n*.example.jp:app:abcd1234\nb.example.jp:app\nc:app:\n",
                vec![(2, "abcd1234")],
            ),
        ] {
            let found = finds(text, style).0;
            let found: Vec<_> = found.iter().map(|find| (find.line, find.value.as_str())).collect();
            assert_eq!(found, expected, "{style:?}");
        }
    }
}
