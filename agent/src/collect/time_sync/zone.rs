//! The time zone.

use std::path::Path;

use tenken_model::{Read, ReasonCode, Size};

use super::super::Look;

const TEXT_MAX: Size = Size::from_bytes(4_096);
const FOLDER: &str = "zoneinfo/";

/// The zone's name: where `/etc/localtime` points, or what `/etc/timezone` says where it is a copy.
pub(super) fn read(look: &Look<'_>) -> Read<String> {
    match look.read_link("/etc/localtime") {
        Ok(target) => match name(&target) {
            // The C library takes UTC too where the link leads nowhere, as without the files of zones.
            Some(name) => {
                let there = look.exists("/etc/localtime").map_err(|error| error.reason());
                return there.map(|there| if there { name } else { "UTC".to_owned() }).into();
            }
            None => {
                return Read::not_read(
                    ReasonCode::Unparsable,
                    format!("read /etc/localtime: it points to {}, which is no time zone", target.display()),
                );
            }
        },
        // Without the file the C library takes UTC.
        Err(error) if error.is_not_there() => return Read::Measured("UTC".to_owned()),
        Err(_) => {}
    }
    match look.read("/etc/timezone", TEXT_MAX) {
        Ok(bytes) => match String::from_utf8_lossy(&bytes).lines().next().map(str::trim) {
            Some(name) if !name.is_empty() => Read::Measured(name.to_owned()),
            _ => Read::not_read(ReasonCode::Unparsable, "read /etc/timezone: it is empty"),
        },
        Err(error) => Read::NotRead(error.reason()),
    }
}

/// The zone's name in the path `/etc/localtime` points to; `None` where that is no zone.
pub fn name(target: &Path) -> Option<String> {
    let text = target.to_str()?;
    let (_, name) = text.rsplit_once(FOLDER)?;
    let name = name.trim_start_matches("posix/").trim_start_matches("right/");
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_named_by_their_place() {
        assert_eq!(name(Path::new("/usr/share/zoneinfo/Asia/Tokyo")).as_deref(), Some("Asia/Tokyo"));
        assert_eq!(name(Path::new("../usr/share/zoneinfo/posix/Japan")).as_deref(), Some("Japan"));
        assert_eq!(name(Path::new("/etc/my-zone")), None);
    }
}
