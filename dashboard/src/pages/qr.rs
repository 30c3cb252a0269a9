//! Two-dimensional codes that phones read, as one path of a drawing.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The empty rim that readers want, in modules (ISO/IEC 18004).
const RIM: usize = 4;

/// A code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width and height with the rim, in modules.
    pub size: usize,
    /// The dark modules, as the data of a path.
    pub path: String,
}

impl Picture {
    /// The code that says `text`; `None` if it is too long for one. A screen is neither dirty nor torn: the least correction gives
    /// the largest modules.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, two| one == two) {
                let length = run.len();
                if run.first() == Some(&Color::Dark) {
                    let _infallible = write!(path, "M{} {}h{length}v1h-{length}z", x + RIM, y + RIM);
                }
                x += length;
            }
        }
        Some(Self { size: width + 2 * RIM, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let picture = Picture::of("otpauth://totp/a:b?secret=GEZDGNBV").unwrap();
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "the corner that readers look for: {}", picture.path);
        let code = QrCode::with_error_correction_level("otpauth://totp/a:b?secret=GEZDGNBV", EcLevel::L).unwrap();
        let runs = picture.path.split('M').skip(1);
        let drawn: usize = runs.map(|run| run.split(['h', 'v']).nth(1).unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(drawn, code.to_colors().iter().filter(|color| **color == Color::Dark).count());
        assert_eq!(picture.size, code.width() + 8);
        assert_eq!(Picture::of(&"x".repeat(5_000)), None);
    }
}
