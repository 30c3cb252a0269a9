//! What part of the messages on sign-ins is meant, as far as it can be told.

use crate::collect::logs::selector::Taken;

/// What part of the messages on sign-ins under one facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// None of them.
    None,
    /// Some, or it depends on what they say.
    Some,
    /// All of them.
    All,
}

impl Share {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::All, Self::All) => Self::All,
            _ => Self::Some,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::None => Self::All,
            Self::Some => Self::Some,
            Self::All => Self::None,
        }
    }
}

/// The part of each of [`crate::collect::logs::selector::FACILITIES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares(pub [Share; 2]);

impl Shares {
    /// No message on sign-ins.
    pub const NONE: Self = Self([Share::None; 2]);
    /// It cannot be told which.
    pub const SOME: Self = Self([Share::Some; 2]);
    /// Every message on sign-ins.
    pub const ALL: Self = Self([Share::All; 2]);

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let ([one, two], [other_one, other_two]) = (self.0, other.0);
        Self([one.and(other_one), two.and(other_two)])
    }

    /// Those that are in one of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.others().and(other.others()).others()
    }

    /// All others.
    #[must_use]
    pub fn others(self) -> Self {
        Self(self.0.map(Share::other))
    }

    /// There may be some.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::NONE
    }

    /// Those that are surely meant whole, and no others.
    #[must_use]
    pub fn whole(self) -> Self {
        Self(self.0.map(|share| if share == Share::All { Share::All } else { Share::None }))
    }
}

impl From<Taken> for Shares {
    fn from(taken: Taken) -> Self {
        Self(taken.0.map(|taken| if taken { Share::All } else { Share::None }))
    }
}
