//! Machines that are really booted: packages installed on them, and what an administrator does there in the years that follow.

#[cfg(test)]
mod dashboard;
#[cfg(test)]
mod host;
#[cfg(test)]
mod stage;
