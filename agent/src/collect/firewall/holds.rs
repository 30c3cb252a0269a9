//! Whether a condition of a rule holds.

/// Whether a condition holds for a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It holds for some of such packets: a rate, or what a sender chooses.
    Sometimes,
    /// It holds for those on a list that is not known. What is refused to them says nothing of others.
    Listed,
    /// It is not known.
    Unknown,
}

impl Holds {
    /// Both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Listed, _) | (_, Self::Listed) => Self::Listed,
            (Self::Sometimes, _) | (_, Self::Sometimes) => Self::Sometimes,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// One of them holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Listed, _) | (_, Self::Listed) => Self::Listed,
            (Self::Sometimes, _) | (_, Self::Sometimes) => Self::Sometimes,
            (Self::No, Self::No) => Self::No,
        }
    }

    /// It does not hold, if `inverted`. Nobody can say of an unknown list that others are not on it.
    #[must_use]
    pub const fn inverted(self, inverted: bool) -> Self {
        match (self, inverted) {
            (Self::Yes, true) => Self::No,
            (Self::No, true) => Self::Yes,
            (Self::Listed, true) => Self::Unknown,
            (same, _) => same,
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
