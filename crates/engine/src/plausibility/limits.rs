use jiff::{SignedDuration, Timestamp};
use market::{Impossible, Kind, Price, Quote, open_limit};

/// What is usual for a kind of instrument, as fractions of the price.
struct Usual {
    /// The furthest it moves between two looks on one day.
    jump: f64,
    /// How far two live sources may differ and still agree.
    agreement: f64,
}

/// Wide enough for the worst days on record: markets did halve, currencies were
/// let go. What is outside is believed too, once somebody confirms it.
fn usual(kind: Kind) -> Usual {
    let (jump, agreement) = match kind {
        Kind::Index => (0.15, 0.01),
        Kind::Currency => (0.10, 0.01),
        Kind::Crypto => (0.30, 0.02),
        Kind::Equity | Kind::Etf | Kind::Future => (0.50, 0.02),
        Kind::Fund => (0.20, 0.02),
        Kind::Option => (f64::INFINITY, 0.10),
        Kind::Rate => (f64::INFINITY, 0.02),
    };
    Usual { jump, agreement }
}

/// The furthest a price may move within some time and be believed at once: what
/// is usual on one day, and a little more with each day that passes.
pub(crate) fn jump_limit(kind: Kind, elapsed: SignedDuration) -> f64 {
    let days = elapsed.as_secs_f64() / 86_400.0;
    usual(kind).jump * (1.0 + days).sqrt()
}

/// The furthest a price moves between two looks on one day.
pub(crate) fn jump(kind: Kind) -> f64 {
    usual(kind).jump
}

/// How far two live sources may differ and still agree.
pub(crate) fn agreement(kind: Kind) -> f64 {
    usual(kind).agreement
}

/// Whether two instants are so close that prices of them should agree: no further
/// apart than one may be old while its market is open.
pub(crate) fn are_comparable(kind: Kind, one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other).abs() <= open_limit(kind)
}

/// Whether something of a kind cannot be worth so little: nothing or less.
pub fn forbids(kind: Kind, price: Price) -> bool {
    kind.forbids(price) == Some(Impossible::Sign)
}

/// Whether two prices are within a fraction of each other.
pub(crate) fn agree(one: Price, other: Price, within: f64) -> bool {
    let (one, other) = (one.get(), other.get());
    (one - other).abs() <= within * one.abs().min(other.abs()).max(f64::MIN_POSITIVE)
}

/// Whether two quotes say about the same.
pub(crate) fn is_like(one: &Quote, other: &Quote) -> bool {
    let within = 5.0 * agreement(one.instrument.kind);
    one.currency == other.currency && agree(one.price, other.price, within)
}
