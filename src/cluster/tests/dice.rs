//! Chance that can be repeated.

/// Numbers from a seed (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not nought.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// In so many of a hundred cases.
    pub(super) fn percent(&mut self, chance: u8) -> bool {
        self.below(100) < u64::from(chance)
    }
}
