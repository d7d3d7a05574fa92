//! Yes or no, on file.

/// A flag, `Y` or `N` on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yn(pub bool);

impl From<Yn> for bool {
    fn from(flag: Yn) -> Self {
        flag.0
    }
}
