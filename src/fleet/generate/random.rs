//! Chance that is the same everywhere: SplitMix64, in whole numbers alone.
//!
//! The mixing constants are those of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
//! Floating point is left out on purpose: its last digits differ between platforms.

/// A source of chance.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Chance {
    /// The source for one thing (an account, a unit) of a seed.
    pub(super) fn of(seed: u64, kind: &str, number: usize) -> Self {
        let kind = kind.bytes().fold(0_u64, |sum, byte| mixed(sum ^ u64::from(byte)));
        Self(mixed(mixed(seed) ^ kind).wrapping_add(mixed(number as u64)))
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `end`; 0 where that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A number from `start` to `end`, both included.
    pub(super) fn within(&mut self, start: i64, end: i64) -> i64 {
        let span = end.saturating_sub(start).max(0).unsigned_abs().saturating_add(1);
        start.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// Whether something of this many percent comes true.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// Whether something of this many in a thousand comes true.
    pub(super) fn permille(&mut self, permille: u32) -> bool {
        self.next() % 1000 < u64::from(permille)
    }

    /// One of a list; the type's default where it is empty.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }

    /// So many hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits.saturating_add(16));
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }

    /// A text in the shape of a random UUID.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }
}
