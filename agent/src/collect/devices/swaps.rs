//! `/proc/swaps`: what the kernel swaps to. See proc_swaps(5).

use super::super::backups::mounts::unescaped;

/// The most that are listed; the kernel has room for 32.
const SWAPS_MAX: usize = 64;

/// One place that is swapped to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwapPlace {
    /// The device or file.
    pub path: String,
    /// It is a file.
    pub is_file: bool,
}

/// Reads the table below its heading. Places whose name no longer leads to them have ` (deleted)` behind it.
pub fn parse(bytes: &[u8]) -> Vec<SwapPlace> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().skip(1).filter_map(place).take(SWAPS_MAX).collect()
}

fn place(line: &str) -> Option<SwapPlace> {
    let mut fields = line.split_ascii_whitespace();
    let path = unescaped(fields.next()?);
    let kind = fields.find(|field| *field != "(deleted)")?;
    path.starts_with('/').then_some(SwapPlace { path, is_file: kind == "file" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let table = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n\
            /dev/dm-1                               partition\t8388604\t\t0\t\t-2\n\
            /swap\\040file                           file\t\t2097148\t\t0\t\t-3\n\
            /dev/zram0 partition 1 0 100\n/dev/dm-4\\040(deleted) partition 1 0 1\nnothing partition 1 0 1\n\n/x\n";
        let found = parse(table.as_bytes());
        let paths: Vec<_> = found.iter().map(|swap| (swap.path.as_str(), swap.is_file)).collect();
        assert_eq!(
            paths,
            [("/dev/dm-1", false), ("/swap file", true), ("/dev/zram0", false), ("/dev/dm-4 (deleted)", false)]
        );
        assert_eq!(parse(b""), []);
        assert_eq!(parse(b"Filename\tType\tSize\tUsed\tPriority\n"), []);
        assert_eq!(parse("h\n/a file 1\n".repeat(500).as_bytes()).len(), SWAPS_MAX);
    }
}
