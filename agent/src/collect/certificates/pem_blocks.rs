//! Blocks of PEM (RFC 7468 and RFC 1421) in a text that may hold other things, such as a configuration.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The most blocks of one file.
pub const BLOCKS_MAX: usize = 256;

/// Bytes that may be a private key: wiped when they are let go of, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Wiped(pub Vec<u8>);

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.fill(0);
        // Otherwise the compiler sees that nobody reads the zeros.
        std::hint::black_box(&self.0);
    }
}

impl std::fmt::Debug for Wiped {
    /// Without the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it says it is: `RSA PRIVATE KEY`.
    pub label: String,
    /// Its header says that it is encrypted (`Proc-Type: 4,ENCRYPTED`).
    pub encrypted: bool,
    /// What it holds; absent where that is no base64 or the block has no end.
    pub content: Option<Wiped>,
}

/// The blocks of a text in their order; other lines are passed over.
pub fn blocks(text: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    while let Some(line) = lines.next() {
        if blocks.len() == BLOCKS_MAX {
            break;
        }
        if let Some(label) = boundary(line, b"-----BEGIN ") {
            blocks.push(block(label, &mut lines));
        }
    }
    blocks
}

fn boundary(line: &[u8], begin: &[u8]) -> Option<String> {
    let label = line.strip_prefix(begin)?.strip_suffix(b"-----")?;
    let fits = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'#' | b'-');
    (!label.is_empty() && label.len() <= 64 && label.iter().all(fits))
        .then(|| String::from_utf8_lossy(label).into_owned())
}

fn block<'a>(label: String, lines: &mut impl Iterator<Item = &'a [u8]>) -> Block {
    let mut encoded = Wiped(Vec::new());
    let mut encrypted = false;
    let mut ended = false;
    // A header goes on until an empty line; a line of it that is too long goes on with a blank.
    let mut in_header = false;
    for line in lines {
        if boundary(line, b"-----END ").is_some() {
            ended = true;
            break;
        }
        if line.contains(&b':') {
            in_header = true;
            encrypted |= line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED");
        } else if line.is_empty() {
            in_header = false;
        } else if !in_header {
            encoded.0.extend_from_slice(line);
        }
    }
    let content = if ended { STANDARD.decode(&encoded.0).ok().map(Wiped) } else { None };
    Block { label, encrypted, content }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, bool, Option<Vec<u8>>)> {
        let told = |block: Block| (block.label, block.encrypted, block.content.map(|content| content.0.clone()));
        blocks(text.as_bytes()).into_iter().map(told).collect()
    }

    #[test]
    fn blocks_among_other_lines() {
        let text = "client\r\n<key>\r\n-----BEGIN PRIVATE KEY-----\r\nAQID\r\nBA==\r\n-----END PRIVATE KEY-----\r\n</key>\r\n\
            <cert>\n  -----BEGIN CERTIFICATE-----\n  AQI=\n  -----END CERTIFICATE-----\n";
        assert_eq!(
            told(text),
            [
                ("PRIVATE KEY".to_owned(), false, Some(vec![1, 2, 3, 4])),
                ("CERTIFICATE".to_owned(), false, Some(vec![1, 2]))
            ]
        );
    }

    #[test]
    fn headers_say_what_is_encrypted() {
        let text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n\
            -----END RSA PRIVATE KEY-----\n";
        assert_eq!(told(text), [("RSA PRIVATE KEY".to_owned(), true, Some(vec![1, 2, 3]))]);
        let clear = text.replace("4,ENCRYPTED", "4,MIC-CLEAR");
        assert!(!told(&clear)[0].1);
    }

    #[test]
    fn broken_blocks_are_there_and_hold_nothing() {
        for text in [
            "-----BEGIN PRIVATE KEY-----\nAQID\n",
            "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert_eq!(told(text), [("PRIVATE KEY".to_owned(), false, None)], "{text}");
        }
        for text in
            ["", "BEGIN PRIVATE KEY", "# -----BEGIN PRIVATE KEY-----\nAQID", "-----BEGIN -----", "-----BEGIN x-----"]
        {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_not_shown() {
        assert_eq!(format!("{:?}", Wiped(b"geheim".to_vec())), "6 bytes");
    }
}
