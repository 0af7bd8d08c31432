use jiff::ToSpan;
use jiff::civil::Date;
use table::text::short;

/// Over what rates are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Week,
    Month,
}

impl Group {
    /// The day that a stretch is dated by. Weeks are counted in sevens from the first of
    /// January, each year's first one ending with its first Sunday.
    pub(super) fn begins(self, date: Date) -> Date {
        match self {
            Self::Month => date.first_of_month(),
            Self::Week => {
                let before = date.weekday().to_monday_zero_offset();
                let week = (i32::from(date.day_of_year()) + 6 - i32::from(before)) / 7;
                let first = date.first_of_year();
                first.checked_add((7 * week).days()).unwrap_or(date)
            }
        }
    }
}

/// Reads over what rates are to be averaged.
///
/// # Errors
///
/// What is wrong with it and what is accepted.
pub(super) fn group(text: &str) -> Result<Group, String> {
    match text.to_ascii_lowercase().as_str() {
        "week" => Ok(Group::Week),
        "month" => Ok(Group::Month),
        _ => Err(format!("invalid group: {:?} is not one of week, month", short(text))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weeks_are_counted_in_sevens_from_new_year() {
        let begins = |date| Group::Week.begins(date);
        // A Monday: the year's week one has begun.
        assert_eq!(begins(date(2024, 1, 1)), date(2024, 1, 8));
        assert_eq!(begins(date(2024, 1, 7)), date(2024, 1, 8));
        assert_eq!(begins(date(2024, 1, 8)), date(2024, 1, 15));
        // Before the first Monday it is week nought.
        assert_eq!(begins(date(2023, 1, 1)), date(2023, 1, 1));
        assert_eq!(begins(date(2023, 1, 2)), date(2023, 1, 8));
        assert_eq!(Group::Month.begins(date(2024, 2, 29)), date(2024, 2, 1));
    }

    proptest! {
        #[test]
        fn no_stretch_begins_over_a_week_after_its_days(days in 0_i32..20_000) {
            let day = date(1999, 1, 1).checked_add(days.days()).unwrap();
            let begins = Group::Week.begins(day);
            prop_assert!((begins - day).get_days().abs() <= 7, "{day} {begins}");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = group(&text);
        }
    }
}
