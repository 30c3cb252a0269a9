//! The registers in which a rule keeps what it compares; a byte may be unknown.

/// Sixteen words of four bytes, behind the verdict's own four.
const BYTES: usize = 80;

/// The registers of one rule.
#[derive(Debug, Clone)]
pub(super) struct Registers([Option<u8>; BYTES]);

impl Registers {
    /// Registers of which nothing is known.
    pub(super) const fn new() -> Self {
        Self([None; BYTES])
    }

    /// Puts a value in; what is left of its last word is zero, as in the kernel.
    pub(super) fn load(&mut self, register: u32, value: Option<&[u8]>) {
        let known = |value: &[u8]| value.iter().copied().map(Some).collect::<Vec<_>>();
        self.load_partly(register, value.map(known).as_deref());
    }

    /// Puts a value in of which some bytes may be unknown.
    pub(super) fn load_partly(&mut self, register: u32, value: Option<&[Option<u8>]>) {
        let Some(from) = place(register) else { return };
        let Some(value) = value else {
            self.0.iter_mut().skip(from).for_each(|byte| *byte = None);
            return;
        };
        let mut padded = value.to_vec();
        padded.resize(value.len().next_multiple_of(4), Some(0));
        for (byte, value) in self.0.iter_mut().skip(from).zip(padded) {
            *byte = value;
        }
    }

    /// A value; nothing when a byte of it is unknown.
    pub(super) fn value(&self, register: u32, length: usize) -> Option<Vec<u8>> {
        self.bytes(register, length)?.iter().copied().collect()
    }

    /// The bytes of a value, as far as they are known.
    pub(super) fn bytes(&self, register: u32, length: usize) -> Option<&[Option<u8>]> {
        let from = place(register)?;
        self.0.get(from..from.checked_add(length)?)
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Self::new();
    }
}

/// NFT_REG_1 to 4 have sixteen bytes, NFT_REG32_00 on four.
fn place(register: u32) -> Option<usize> {
    let word = match register {
        0..=4 => register * 4,
        8..=23 => register - 8 + 4,
        _ => return None,
    };
    usize::try_from(word * 4).ok().filter(|at| *at < BYTES)
}
