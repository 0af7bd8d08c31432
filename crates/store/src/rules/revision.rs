/// Counts the commits that changed what can be answered: the axis of knowledge.
///
/// No instant, because clocks step, and two commits can fall into a millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Revision(pub(crate) i64);

impl Revision {
    /// Before the first one.
    pub(crate) const NONE: Self = Self(0);
    /// After every one there is: the present.
    pub(crate) const MAX: Self = Self(i64::MAX);

    /// As answers carry it.
    pub(crate) fn number(self) -> u64 {
        u64::try_from(self.0).unwrap_or_default()
    }
}

/// Something, and from which revision on it is known so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Version<T> {
    pub(crate) since: Revision,
    pub(crate) value: T,
}
