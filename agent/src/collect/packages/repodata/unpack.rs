//! What is packed with gzip, bzip2, xz or Zstandard, unpacked as it is read.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::Path;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::{XzOptions, XzReader, XzWriter};
use ruzstd::decoding::StreamingDecoder;
use tenken_model::Size;

use crate::collect::Look;
use crate::host::ReadError;

/// How much of a file is read at once.
const PART: Size = Size::from_bytes(128 << 10);
/// How far back Zstandard may refer: as far as all of its levels go but the three that need much memory.
const WINDOW_MAX: u64 = 8 << 20;
/// How much memory xz may ask for, in KiB: as much as levels up to 6 need, of which createrepo uses 5.
const XZ_KIBIBYTES_MAX: u32 = 10 << 10;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// It is not.
    None,
    /// By gzip.
    Gzip,
    /// By bzip2, as EPEL does.
    Bzip2,
    /// By xz.
    Xz,
    /// By Zstandard.
    Zstandard,
}

impl Packing {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Zstandard, Self::Bzip2, Self::Xz];
}

/// How a file is packed, by its name, as dnf tells it; nothing for what is not unpacked here (zchunk).
pub fn packing(file: &str) -> Option<Packing> {
    match ending(file) {
        Some("xml") => Some(Packing::None),
        Some("gz") => Some(Packing::Gzip),
        Some("bz2") => Some(Packing::Bzip2),
        Some("xz") => Some(Packing::Xz),
        Some("zst") => Some(Packing::Zstandard),
        _ => None,
    }
}

/// Whether a file is cut into parts by zchunk.
pub fn is_chunked(file: &str) -> bool {
    ending(file) == Some("zck")
}

fn ending(file: &str) -> Option<&str> {
    Path::new(file).extension().and_then(|ending| ending.to_str())
}

/// What is packed, unpacked to at most `limit`; more is an error.
pub fn unpacked<'r>(packing: Packing, packed: impl BufRead + 'r, limit: Size) -> io::Result<Box<dyn BufRead + 'r>> {
    let read: Box<dyn Read + 'r> = match packing {
        Packing::None => Box::new(packed),
        Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Packing::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
        Packing::Xz => Box::new(XzReader::new_mem_limit(packed, true, XZ_KIBIBYTES_MAX)),
        Packing::Zstandard => {
            let decoder = StreamingDecoder::new_with_max_window_size(packed, WINDOW_MAX);
            Box::new(decoder.map_err(io::Error::other)?)
        }
    };
    Ok(Box::new(BufReader::with_capacity(64 << 10, Limited { read, left: limit.bytes(), limit })))
}

/// No more than so much.
struct Limited<R> {
    read: R,
    left: u64,
    limit: Size,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.read.read(into)?;
        match self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(format!("it holds more than {}", self.limit))),
        }
        Ok(read)
    }
}

/// A file of a host, read part by part.
pub struct Parts<'l, 'h> {
    look: &'l Look<'h>,
    path: &'l str,
    offset: u64,
    /// Why it could not be read: what unpacks it says less.
    failed: &'l RefCell<Option<ReadError>>,
}

impl<'l, 'h> Parts<'l, 'h> {
    /// From its beginning. Why a part could not be read is left in `failed`.
    pub fn of(look: &'l Look<'h>, path: &'l str, failed: &'l RefCell<Option<ReadError>>) -> BufReader<Self> {
        let capacity = usize::try_from(PART.bytes()).unwrap_or(usize::MAX);
        BufReader::with_capacity(capacity, Self { look, path, offset: 0, failed })
    }
}

impl Read for Parts<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = Size::from_bytes(u64::try_from(into.len()).unwrap_or(u64::MAX).min(PART.bytes()));
        match self.look.read_part(self.path, self.offset, length) {
            Ok(part) => {
                let given = into.get_mut(..part.len()).ok_or_else(|| io::Error::other("more than was asked for"))?;
                given.copy_from_slice(&part);
                self.offset += u64::try_from(part.len()).unwrap_or(u64::MAX);
                Ok(part.len())
            }
            Err(error) => {
                let said = io::Error::other(error.to_string());
                self.failed.replace(Some(error));
                Err(said)
            }
        }
    }
}

/// The same packed, for recordings.
pub fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::None => bytes.to_vec(),
        Packing::Gzip => {
            let mut packed = Vec::new();
            let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::fast());
            // Neither reading from nor writing to memory fails.
            let _ = encoder.read_to_end(&mut packed);
            packed
        }
        Packing::Bzip2 => {
            let mut packed = Vec::new();
            let _ = bzip2::read::BzEncoder::new(bytes, bzip2::Compression::fast()).read_to_end(&mut packed);
            packed
        }
        Packing::Xz => XzWriter::new(Vec::new(), XzOptions::with_preset(0))
            .and_then(|mut writer| {
                writer.write_all(bytes)?;
                writer.finish()
            })
            .unwrap_or_default(),
        Packing::Zstandard => ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(packing: Packing, bytes: &[u8], limit: u64) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        unpacked(packing, bytes, Size::from_bytes(limit))?.read_to_end(&mut read)?;
        Ok(read)
    }

    #[test]
    fn files_by_their_names() {
        let of = |name| (packing(name), is_chunked(name));
        assert_eq!(of("a-updateinfo.xml.gz"), (Some(Packing::Gzip), false));
        assert_eq!(of("a-updateinfo.xml.zst"), (Some(Packing::Zstandard), false));
        assert_eq!(of("updateinfo.xml"), (Some(Packing::None), false));
        assert_eq!((of("a.xml.xz"), of("a.xml.bz2")), ((Some(Packing::Xz), false), (Some(Packing::Bzip2), false)));
        assert_eq!((of("a.xml.lzma"), of("a")), ((None, false), (None, false)));
        assert_eq!(of("a.xml.zck"), (None, true));
    }

    #[test]
    fn what_is_packed_comes_back_and_no_more_than_the_limit() {
        let text = "<update type=\"security\">".repeat(20_000);
        for packing in Packing::ALL {
            let packed = packed(packing, text.as_bytes());
            assert_eq!(whole(packing, &packed, 1 << 20).unwrap(), text.as_bytes(), "{packing:?}");
            assert!(whole(packing, &packed, 400_000).is_err(), "{packing:?}");
            let cut = whole(packing, &packed[..packed.len() / 2], 1 << 20);
            assert!(cut.is_err() || packing == Packing::None, "{packing:?}");
        }
    }

    #[test]
    fn what_other_programs_packed() {
        let text = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml");
        let zst = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.zst");
        let gz = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.gz");
        assert_eq!(whole(Packing::Zstandard, zst, 1 << 20).unwrap(), text);
        assert_eq!(whole(Packing::Gzip, gz, 1 << 20).unwrap(), text);
        let bz2 = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.bz2");
        let xz = include_bytes!("../../../../tests/samples/updates/almalinux_9_updateinfo.xml.xz");
        assert_eq!(whole(Packing::Bzip2, bz2, 1 << 20).unwrap(), text);
        assert_eq!(whole(Packing::Xz, xz, 1 << 20).unwrap(), text);
        assert!(whole(Packing::Bzip2, xz, 1 << 20).is_err() && whole(Packing::Xz, bz2, 1 << 20).is_err());
        // Packed so that a dictionary of 64 MiB is asked for, and two streams one behind the other.
        let far = include_bytes!("../../../../tests/samples/updates/small_of_level_9.xz");
        assert!(whole(Packing::Xz, far, 1 << 20).is_err());
        assert_eq!(whole(Packing::Xz, &[&xz[..], xz].concat(), 1 << 20).unwrap().len(), 2 * text.len());
        assert_eq!(whole(Packing::Bzip2, &[&bz2[..], bz2].concat(), 1 << 20).unwrap().len(), 2 * text.len());
        // The check at the end.
        for (packing, packed, from_end) in [(Packing::Bzip2, &bz2[..], 3), (Packing::Xz, xz, 40)] {
            let mut damaged = packed.to_vec();
            let at = damaged.len() - from_end;
            damaged[at] ^= 0x55;
            assert!(whole(packing, &damaged, 1 << 20).is_err(), "{packing:?}");
        }
        assert!(whole(Packing::Zstandard, gz, 1 << 20).is_err() && whole(Packing::Gzip, zst, 1 << 20).is_err());
        // A head that asks for a window of a gigabyte.
        let large = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x01, 0x00, 0x00];
        assert!(whole(Packing::Zstandard, &large, 1 << 20).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), of in 0..4_usize) {
            let magics: [(Packing, &[u8]); 4] = [
                (Packing::Zstandard, &[0x28, 0xb5, 0x2f, 0xfd]),
                (Packing::Gzip, &[0x1f, 0x8b, 8]),
                (Packing::Bzip2, b"BZh11AY&SY"),
                (Packing::Xz, b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0!\x01\x16\0\0\0t/\xe5\xa3"),
            ];
            let (packing, magic) = magics[of];
            bytes.splice(..0, magic.iter().copied());
            let _ = whole(packing, &bytes, 1 << 20);
        }
    }
}
