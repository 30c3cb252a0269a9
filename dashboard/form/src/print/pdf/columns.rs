//! How wide the columns of a table are.

/// What a column asks for, in points.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wish {
    /// Its widest cell without breaking lines.
    pub most: f32,
    /// The widest part of its cells that stays whole.
    pub least: f32,
}

/// The widths of columns that together are as wide as the table: each as wide as its cells ask for if there is room; otherwise
/// at least as wide as its widest whole part, and what is left by how much more each asks for.
pub fn fitted(wishes: &[Wish], width: f32) -> Vec<f32> {
    // One long cell would else leave nothing to the others.
    let most: Vec<f32> = wishes.iter().map(|wish| wish.most.clamp(1.0, width)).collect();
    let wanted: f32 = most.iter().sum();
    if wanted <= width {
        return most.iter().map(|most| most * width / wanted).collect();
    }
    let share = width / count(wishes.len());
    let least: Vec<f32> = wishes.iter().zip(&most).map(|(wish, most)| wish.least.min(*most).min(share)).collect();
    let left = width - least.iter().sum::<f32>();
    let more: f32 = most.iter().zip(&least).map(|(most, least)| most - least).sum();
    if more <= 0.0 {
        return vec![share; wishes.len()];
    }
    most.iter().zip(&least).map(|(most, least)| least + left * (most - least) / more).collect()
}

/// A count of columns as a number to divide by.
fn count(columns: usize) -> f32 {
    f32::from(u16::try_from(columns).unwrap_or(u16::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(wishes: &[(f32, f32)], width: f32) -> Vec<f32> {
        let wishes: Vec<Wish> = wishes.iter().map(|(most, least)| Wish { most: *most, least: *least }).collect();
        let widths = fitted(&wishes, width);
        assert!(widths.is_empty() || (widths.iter().sum::<f32>() - width).abs() < 0.1, "{widths:?}");
        widths.iter().map(|width| width.round()).collect()
    }

    #[test]
    fn columns_fill_the_table() {
        assert_eq!(fit(&[(10.0, 5.0), (30.0, 5.0)], 80.0), [20.0, 60.0]);
        assert_eq!(fit(&[], 80.0), [0.0; 0]);
    }

    #[test]
    fn a_long_cell_leaves_room_to_the_others() {
        assert_eq!(fit(&[(30.0, 10.0), (9_000.0, 10.0)], 100.0), [25.0, 75.0]);
        assert_eq!(fit(&[(60.0, 40.0), (9_000.0, 9_000.0)], 100.0), [43.0, 57.0]);
    }

    #[test]
    fn columns_that_ask_for_too_much_take_none_from_the_others() {
        assert_eq!(fit(&[(20.0, 20.0), (9_000.0, 9_000.0), (9_000.0, 9_000.0)], 90.0), [20.0, 35.0, 35.0]);
        assert_eq!(fit(&[(50.0, 50.0); 3], 90.0), [30.0; 3]);
    }
}
