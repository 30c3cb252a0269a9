//! Where a person is written to.

/// The longest address, in bytes (RFC 5321, section 4.5.3.1.3).
const BYTES_MAX: usize = 254;

/// What was typed is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAddress;

/// The address as it is stored; `None` if none was typed.
pub fn read(typed: &str) -> Result<Option<String>, NoAddress> {
    let address = typed.trim();
    if address.is_empty() {
        return Ok(None);
    }
    if address.len() > BYTES_MAX || !address.is_ascii() {
        return Err(NoAddress);
    }
    address.parse::<lettre::Address>().map(|address| Some(address.to_string())).map_err(|_| NoAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_or_none_is_given() {
        assert_eq!(read("  "), Ok(None));
        assert_eq!(read(" sato@example.jp "), Ok(Some("sato@example.jp".to_owned())));
        let long = format!("{}@example.jp", "a".repeat(250));
        for bad in
            ["sato", "sato@", "@example.jp", "a@b@c", "Sato <sato@example.jp>", "a b@example.jp", "佐藤@例.jp", &long]
        {
            assert_eq!(read(bad), Err(NoAddress), "{bad}");
        }
        assert_eq!(read("sato@example.jp\r\nBcc: x@y.z"), Err(NoAddress));
    }
}
