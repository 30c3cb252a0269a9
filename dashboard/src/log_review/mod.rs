//! The monthly review of logs (ログ点検票): what hosts told of sign-ins and what their logs tell of accounts is gathered on one
//! sheet, looked at by a person, and signed. Until it is signed the sheet is made anew each day; afterwards it stays.

mod document;
mod from_logs;
mod gather;
mod happened;
mod happened_words;
mod month;
mod network;
mod prepare;
mod sheet;
mod sign;
mod words;

pub use gather::{Gathering, Period, Told};
pub use happened::{
    AccountChanged, Elevated, Failed, Happened, Loss, Moved, NAMED_MAX, Named, NetworkUsed, PasswordGiven,
};
pub use month::{Month, NoMonth};
pub use prepare::{due, make, prepare, unsigned};
pub use sheet::{Change, Explained, Gap, LINES_MAX, Missing, Reset, Sheet, SignIn, Use};
pub use sign::{ITEMS, SignError, Signature, Signing, sign};
pub use words::{Cell, Chapter, chapters, month_name, not_measured};

#[cfg(test)]
mod tests;
