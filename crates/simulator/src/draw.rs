/// Random-looking numbers that depend on nothing but the key they start from.
///
/// `SplitMix64` (Steele, Lea and Flood, 2014): one addition and two multiplications
/// a number, good enough for prices and the same on every machine.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(key: u64) -> Self {
        Self(key)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scramble(self.0)
    }

    /// Evenly spread over `0 < x ≤ 1`: its logarithm is always finite.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly spread over `0..count`.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        ((u64::from(count) * (self.next() >> 32)) >> 32) as u32
    }

    /// About normal, mean 0 and variance 1, never beyond 3.5: the sum of the
    /// four 16-bit quarters of one number.
    pub(crate) fn normal(&mut self) -> f64 {
        let bits = self.next();
        let sum: u64 = (0..4).map(|lane| (bits >> (16 * lane)) & 0xFFFF).sum();
        (sum as f64 / 65_535.0 - 2.0) * 3.0_f64.sqrt()
    }
}

/// A new key that depends on all of its two parts.
pub(crate) fn mix(key: u64, part: u64) -> u64 {
    scramble(key ^ scramble(part.wrapping_add(0x9E37_79B9_7F4A_7C15)))
}

/// A key for a text (64-bit FNV-1a, scrambled).
pub(crate) fn key_of(text: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    scramble(text.bytes().fold(0xCBF2_9CE4_8422_2325, fold))
}

fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_spread_as_promised() {
        let mut draw = Draw::new(7);
        let normals: Vec<f64> = (0..10_000).map(|_| draw.normal()).collect();
        let mean = normals.iter().sum::<f64>() / 10_000.0;
        let variance = normals.iter().map(|x| x * x).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        assert!((0..1_000).map(|_| draw.unit()).all(|x| x > 0.0 && x <= 1.0));
        assert!((0..1_000).map(|_| draw.below(6)).all(|n| n < 6));
    }
}
