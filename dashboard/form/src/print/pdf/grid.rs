//! Where the cells of a table stand when some reach over several rows and rows are of different lengths.

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first column, the first being 0.
    pub column: usize,
    /// Over how many columns it reaches.
    pub columns: usize,
    /// Over how many rows it reaches.
    pub rows: usize,
}

/// The places of the cells of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// How many columns there are.
    pub columns: usize,
    /// The places of each row's cells. Those beyond the row's cells are places that nothing stands in.
    pub rows: Vec<Vec<Place>>,
}

impl Grid {
    /// Places cells of which only is known over how many rows they reach. They take the columns that cells above leave free.
    /// The last one of a short row reaches over the columns to its right that are free.
    pub fn of(rows: &[Vec<usize>]) -> Self {
        let columns = place(rows, 0).iter().flatten().map(|place| place.column + 1).max().unwrap_or(0);
        Self { columns, rows: place(rows, columns) }
    }
}

/// Places the cells in that many columns, or in more if they need them.
fn place(rows: &[Vec<usize>], columns: usize) -> Vec<Vec<Place>> {
    // How many more rows each column is taken by a cell above.
    let mut taken: Vec<usize> = vec![0; columns];
    let mut grid = Vec::with_capacity(rows.len());
    for (at, cells) in rows.iter().enumerate() {
        let mut places: Vec<Place> = Vec::with_capacity(cells.len());
        let mut column = 0;
        for reach in cells {
            column = next_free(&taken, column);
            let place = Place { column, columns: 1, rows: (*reach).clamp(1, rows.len() - at) };
            take(&mut taken, place);
            places.push(place);
            column += 1;
        }
        // The last cell may not reach over columns in which the rows below have cells.
        if let Some(last) = places.last_mut().filter(|last| last.rows == 1) {
            last.columns += free_from(&taken, column);
            column = last.column + last.columns;
            take(&mut taken, *last);
        }
        while column < taken.len() {
            let place = Place { column, columns: free_from(&taken, column), rows: 1 };
            if place.columns > 0 {
                take(&mut taken, place);
                places.push(place);
            }
            column += place.columns.max(1);
        }
        for rows in &mut taken {
            *rows = rows.saturating_sub(1);
        }
        grid.push(places);
    }
    grid
}

fn next_free(taken: &[usize], from: usize) -> usize {
    from + taken.iter().skip(from).take_while(|rows| **rows > 0).count()
}

/// How many columns are free from that one on.
fn free_from(taken: &[usize], column: usize) -> usize {
    taken.iter().skip(column).take_while(|rows| **rows == 0).count()
}

fn take(taken: &mut Vec<usize>, place: Place) {
    let end = place.column + place.columns;
    if taken.len() < end {
        taken.resize(end, 0);
    }
    taken.iter_mut().skip(place.column).take(place.columns).for_each(|rows| *rows = place.rows);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(rows: &[&[usize]]) -> Vec<Vec<(usize, usize, usize)>> {
        let rows: Vec<Vec<usize>> = rows.iter().map(|row| row.to_vec()).collect();
        let grid = Grid::of(&rows);
        let row = |row: &Vec<Place>| row.iter().map(|place| (place.column, place.columns, place.rows)).collect();
        grid.rows.iter().map(row).collect()
    }

    #[test]
    fn cells_make_room_for_those_above_and_short_rows_fill_the_table() {
        assert_eq!(
            places(&[&[2, 1, 1], &[1], &[1]]),
            [vec![(0, 1, 2), (1, 1, 1), (2, 1, 1)], vec![(1, 2, 1)], vec![(0, 3, 1)]]
        );
        assert_eq!(places(&[&[9], &[1, 1]]), [vec![(0, 1, 2), (1, 2, 1)], vec![(1, 1, 1), (2, 1, 1)]]);
        assert_eq!(places(&[&[], &[1]]), [vec![(0, 1, 1)], vec![(0, 1, 1)]]);
        assert_eq!(places(&[&[2], &[2, 1], &[]])[2], [(0, 1, 1), (2, 1, 1)]);
        assert_eq!(places(&[]), [[]; 0]);
    }

    proptest! {
        #[test]
        fn every_column_of_every_row_is_taken_once(
            rows in proptest::collection::vec(proptest::collection::vec(0_usize..4, 0..5), 0..7),
        ) {
            let grid = Grid::of(&rows);
            let mut taken = vec![vec![0; grid.columns]; rows.len()];
            for (at, places) in grid.rows.iter().enumerate() {
                for place in places {
                    for row in &mut taken[at..at + place.rows] {
                        row[place.column..place.column + place.columns].iter_mut().for_each(|count| *count += 1);
                    }
                }
            }
            prop_assert!(taken.iter().flatten().all(|count| *count == 1), "{taken:?}");
        }
    }
}
