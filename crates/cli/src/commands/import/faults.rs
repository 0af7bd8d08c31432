use std::fmt;

/// How many rows that cannot be used are named.
const NAMED: usize = 20;

/// Rows that cannot be used: the first of them, and how many there are.
pub(in crate::commands) struct Faults {
    unit: &'static str,
    pub(in crate::commands) count: usize,
    first: Vec<(u64, String)>,
}

impl Faults {
    /// None yet; `unit` is what the places of rows count.
    pub(in crate::commands) fn of(unit: &'static str) -> Self {
        Self { unit, count: 0, first: Vec::new() }
    }

    /// Names a row: `line 7`.
    pub(in crate::commands) fn place(&self, place: u64) -> String {
        format!("{} {place}", self.unit)
    }

    /// Notes a row by its place, in any order.
    pub(in crate::commands) fn add(&mut self, place: u64, why: String) {
        self.count += 1;
        let at = self.first.partition_point(|(earlier, _)| *earlier <= place);
        if at < NAMED {
            self.first.insert(at, (place, why));
            self.first.truncate(NAMED);
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, why) in &self.first {
            writeln!(f, "{}: {why}", self.place(*place))?;
        }
        match self.count - self.first.len() {
            0 => Ok(()),
            more => writeln!(f, "and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_named_in_order_and_the_rest_counted() {
        let mut faults = Faults::of("line");
        for place in (2..=30).rev() {
            faults.add(place, "no".to_owned());
        }
        let said = faults.to_string();
        assert!(said.starts_with("line 2: no\nline 3: no\n"), "{said}");
        assert!(said.ends_with("line 21: no\nand 9 more\n"), "{said}");
    }
}
