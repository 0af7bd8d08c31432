//! Figures below each other.

/// Pads figures so that their decimal points stand below each other, and all are
/// equally wide. What has no point ends where the others have theirs.
pub(super) fn by_point(figures: &[String]) -> Vec<String> {
    let whole = |figure: &str| figure.find('.').unwrap_or(figure.len());
    let before = figures.iter().map(|figure| whole(figure)).max().unwrap_or(0);
    let after = figures.iter().map(|figure| figure.len() - whole(figure)).max().unwrap_or(0);
    let padded = |figure: &String| {
        let (left, right) = figure.split_at(whole(figure));
        format!("{left:>before$}{right:<after$}")
    };
    figures.iter().map(padded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stand_below_each_other() {
        let figures = ["7945.12", "1.1446", "-", "53953", "-0.5"].map(str::to_owned);
        let expected = [" 7945.12  ", "    1.1446", "    -     ", "53953     ", "   -0.5   "];
        assert_eq!(by_point(&figures), expected);
    }

    #[test]
    fn nothing_is_no_column() {
        assert!(by_point(&[]).is_empty());
    }
}
