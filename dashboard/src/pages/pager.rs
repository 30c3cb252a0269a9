//! A long list in pages: which part of it is shown, and ways to the others, so that every row can be reached.

use std::ops::Range;

use askama::Template;
use askama::filters::HtmlSafe;
use tenken_model::Language;

/// Which part of a list is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    page: usize,
    size: usize,
    total: usize,
    /// The address of any page up to its number.
    address: String,
}

impl Pager {
    /// The page that an address asks for, of a list of `total` rows in pages of `size`. What is no number, or lies beyond the
    /// end, asks for the nearest page that is there. `address` is that of any page up to its number: `/hosts?page=`.
    pub fn new(asked: &str, size: usize, total: usize, address: impl Into<String>) -> Self {
        let last = total.div_ceil(size.max(1)).max(1);
        let page = asked.parse::<usize>().unwrap_or(1).clamp(1, last);
        Self { page, size: size.max(1), total, address: address.into() }
    }

    /// Everything on one page.
    pub fn whole(total: usize) -> Self {
        Self::new("", total, total, "")
    }

    /// The places of the rows that are shown.
    pub fn range(&self) -> Range<usize> {
        let begins = (self.page - 1).saturating_mul(self.size).min(self.total);
        begins..begins.saturating_add(self.size).min(self.total)
    }

    /// The rows that are shown of all.
    pub fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        all.get(self.range()).unwrap_or_default()
    }

    /// How many rows stand before those that are shown.
    pub fn skipped(&self) -> u32 {
        u32::try_from(self.range().start).unwrap_or(u32::MAX)
    }

    /// How many rows a page has at most.
    pub fn limit(&self) -> u32 {
        u32::try_from(self.size).unwrap_or(u32::MAX)
    }

    /// How many rows there are.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// The ways to other pages, as a piece of a page; nothing where there is only one.
    pub fn ways(&self, t: Language) -> Ways<'_> {
        Ways { t, pager: self }
    }

    fn last(&self) -> usize {
        self.total.div_ceil(self.size).max(1)
    }
}

/// The ways from one page of a list to the others.
#[derive(Debug, Template)]
#[template(path = "pager.html")]
pub struct Ways<'a> {
    t: Language,
    pager: &'a Pager,
}

impl HtmlSafe for Ways<'_> {}

impl Ways<'_> {
    fn is_needed(&self) -> bool {
        self.pager.last() > 1
    }

    fn line(&self) -> String {
        let Range { start, end } = self.pager.range();
        self.t.pager_line(start + 1, end, self.pager.total)
    }

    fn address(&self, page: usize) -> String {
        format!("{}{page}", self.pager.address)
    }

    fn first(&self) -> Option<String> {
        (self.pager.page > 2).then(|| self.address(1))
    }

    fn before(&self) -> Option<String> {
        (self.pager.page > 1).then(|| self.address(self.pager.page - 1))
    }

    fn after(&self) -> Option<String> {
        (self.pager.page < self.pager.last()).then(|| self.address(self.pager.page + 1))
    }

    fn end(&self) -> Option<String> {
        (self.pager.page + 1 < self.pager.last()).then(|| self.address(self.pager.last()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_page() {
        let all: Vec<usize> = (0..205).collect();
        let pages = (1..=5).map(|page| Pager::new(&page.to_string(), 50, all.len(), "/x?page="));
        let shown: Vec<usize> = pages.flat_map(|pager| pager.cut(&all).to_vec()).collect();
        assert_eq!(shown, all);
    }

    #[test]
    fn what_is_asked_wrongly_gives_the_nearest_page() {
        for (asked, range) in [("", 0..50), ("0", 0..50), ("-1", 0..50), ("x", 0..50), ("2", 50..60), ("99", 50..60)] {
            assert_eq!(Pager::new(asked, 50, 60, "").range(), range, "{asked}");
        }
        assert_eq!(Pager::new("3", 50, 0, "").range(), 0..0);
        assert_eq!(Pager::whole(7).range(), 0..7);
    }

    #[test]
    fn ways_lead_to_the_pages_around_and_to_both_ends() {
        let shown = |asked| Pager::new(asked, 50, 205, "/hosts?page=").ways(Language::English).render().unwrap();
        let (first, third, last) = (shown("1"), shown("3"), shown("5"));
        assert!(first.contains("1–50 of 205") && first.contains(r#"href="/hosts?page=2""#), "{first}");
        assert!(!first.contains(r#"rel="prev""#) && first.contains(r#"href="/hosts?page=5""#), "{first}");
        for address in [1, 2, 4, 5] {
            assert!(third.contains(&format!(r#"href="/hosts?page={address}""#)), "{third}");
        }
        assert!(last.contains("201–205 of 205") && !last.contains(r#"rel="next""#), "{last}");
        assert_eq!(Pager::new("1", 50, 50, "").ways(Language::English).render().unwrap().trim(), "");
    }
}
