/// The kind of such answers; clients compare it as a whole.
pub(super) const CSV: &str = "text/csv";

/// Rows as the vendor writes them: a heading of those fields that any row has, then the
/// rows, no field quoted: none can hold a delimiter but dates and numbers.
pub(super) fn lines<const N: usize>(
    rows: &[[(&'static str, Option<&str>); N]],
    delimiter: char,
) -> Vec<u8> {
    let is_held = |field: &usize| rows.iter().any(|row| row[*field].1.is_some());
    let fields: Vec<usize> = (0..N).filter(is_held).collect();
    let joined = |texts: Vec<&str>| texts.join(&delimiter.to_string()) + "\n";
    let heading = rows.first().map(|row| joined(fields.iter().map(|it| row[*it].0).collect()));
    let lines = rows
        .iter()
        .map(|row| joined(fields.iter().map(|field| row[*field].1.unwrap_or_default()).collect()));
    heading.into_iter().chain(lines).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_row_has_is_no_field() {
        let rows = [
            [("datetime", Some("2024-01-05")), ("close", Some("1.5")), ("volume", None)],
            [("datetime", Some("2024-01-04")), ("close", Some("1.4")), ("volume", None)],
        ];
        let text = String::from_utf8(lines(&rows, ';')).unwrap();
        assert_eq!(text, "datetime;close\n2024-01-05;1.5\n2024-01-04;1.4\n");
        assert!(lines::<1>(&[], ';').is_empty());
    }
}
