use jiff::civil::Date;

use super::hours::Hours;

/// The regular week: for each weekday from Monday on, since when it has had which
/// hours, or none.
#[derive(Clone, Debug, Default)]
pub(super) struct Week(pub(super) [Vec<(Date, Option<Hours>)>; 7]);

impl Week {
    /// What is regular on a date.
    pub(super) fn hours(&self, date: Date) -> Option<Hours> {
        let weekday = date.weekday().to_monday_zero_offset();
        let rules = &self.0[usize::from(weekday.unsigned_abs())];
        let known = rules.partition_point(|(since, _)| *since <= date);
        rules[..known].last()?.1
    }
}
