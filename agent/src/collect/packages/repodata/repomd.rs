//! The index of a repository, `repomd.xml`.

use super::tags::{TagKind, Tags, TagsError};

/// The kinds of what holds advisories: as it is, and cut into parts by zchunk.
const ADVISORIES: [&str; 2] = ["updateinfo", "updateinfo_zck"];
const FILES_MAX: usize = 8;

/// The names of the files that hold a repository's advisories, in any of their forms; none for a repository without.
pub fn advisories(bytes: &[u8]) -> Result<Vec<String>, TagsError> {
    let mut tags = Tags::of(bytes);
    let mut files = Vec::new();
    let (mut is_open, mut is_closed, mut is_of_advisories) = (false, false, false);
    while let Some(tag) = tags.next_tag()? {
        match (tag.name, tag.kind) {
            ("repomd", TagKind::Open) => is_open = true,
            ("repomd", _) => is_closed = is_open,
            ("data", TagKind::Open) => {
                is_of_advisories = tag.attribute("type").is_some_and(|kind| ADVISORIES.contains(&kind.as_str()));
            }
            ("data", _) => is_of_advisories = false,
            ("location", TagKind::Open | TagKind::Empty) if is_of_advisories && files.len() < FILES_MAX => {
                let place = tag.attribute("href").unwrap_or_default();
                let file = place.rsplit('/').next().unwrap_or_default();
                if !["", ".", ".."].contains(&file) {
                    files.push(file.to_owned());
                }
            }
            _ => {}
        }
        if !is_open {
            return Err(TagsError::Other("repomd"));
        }
    }
    match (is_open, is_closed) {
        (true, true) => Ok(files),
        (true, false) => Err(TagsError::Cut),
        (false, _) => Err(TagsError::Other("repomd")),
    }
}

/// An index that names these files, for recordings.
pub fn write(files: &[String]) -> Vec<u8> {
    let data = |file: &String| {
        let kind = ADVISORIES[usize::from(super::unpack::is_chunked(file))];
        format!("<data type=\"{kind}\"><location href=\"repodata/{file}\"/></data>\n")
    };
    format!("<repomd>\n{}</repomd>\n", files.iter().map(data).collect::<String>()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMA: &[u8] = include_bytes!("../../../../tests/samples/updates/almalinux_9_repomd.xml");

    #[test]
    fn files_of_advisories() {
        assert_eq!(advisories(ALMA).unwrap(), ["6f0c2d41e7-updateinfo.xml.gz"]);
        let two = b"<repomd><data type=\"updateinfo\"><location href='repodata/a.xml.xz'/></data>\
            <data type=\"updateinfo_zck\"><location href='repodata/a.xml.zck'/></data></repomd>";
        assert_eq!(advisories(two).unwrap(), ["a.xml.xz", "a.xml.zck"]);
        assert_eq!(advisories(&write(&advisories(two).unwrap())).unwrap(), ["a.xml.xz", "a.xml.zck"]);
        assert_eq!(advisories(b"<repomd></repomd>").unwrap(), Vec::<String>::new());
        let upwards = b"<repomd><data type=\"updateinfo\"><location href='../..'/></data></repomd>";
        assert_eq!(advisories(upwards).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_none() {
        assert!(matches!(advisories(b"x"), Err(TagsError::Other(_))));
        assert!(matches!(advisories(b""), Err(TagsError::Other(_))));
        assert!(matches!(advisories(b"<html></html>"), Err(TagsError::Other(_))));
        assert!(matches!(advisories(ALMA.get(..400).unwrap()), Err(TagsError::Cut)));
    }
}
