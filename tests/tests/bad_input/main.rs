//! Bad input of every kind, given to the real programs: each gives a clear error, nothing panics, nothing is lost.

#[cfg(test)]
mod host;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod state;
