use std::cmp::Ordering;

use super::choice::Format;

/// The media types of an `Accept` header, with how much each is liked.
pub(super) struct Accepted<'a> {
    ranges: Vec<Range<'a>>,
}

struct Range<'a> {
    /// `text/csv`, `text/*` or `*/*`.
    types: &'a str,
    /// 0 (not at all) to 1.
    quality: f32,
}

/// How well a format fits a header.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Fit {
    quality: f32,
    /// A type that was named goes before one that is merely not excluded.
    precision: u8,
}

impl<'a> Accepted<'a> {
    /// Reads a header. What is no media range, or has no usable weight, is
    /// passed over, as servers do.
    pub(super) fn read(header: &'a str) -> Self {
        Self { ranges: header.split(',').filter_map(range).collect() }
    }

    /// The format that is liked best; of equals the first. `None` where none is
    /// acceptable.
    pub(super) fn best(&self, formats: impl Iterator<Item = Format>) -> Option<Format> {
        let fits = formats.filter_map(|format| Some((self.fit(format)?, format)));
        let better = |best: (Fit, Format), next: (Fit, Format)| {
            if next.0.partial_cmp(&best.0) == Some(Ordering::Greater) { next } else { best }
        };
        fits.reduce(better).map(|(_, format)| format)
    }

    fn fit(&self, format: Format) -> Option<Fit> {
        let fits = format.media_types().iter().filter_map(|name| self.quality_of(name));
        let best = fits.reduce(|best, next| if next > best { next } else { best })?;
        (best.quality > 0.0).then_some(best)
    }

    /// The most precise range that covers a type decides, also against it.
    fn quality_of(&self, name: &str) -> Option<Fit> {
        let covering = self.ranges.iter().filter_map(|range| {
            Some(Fit { precision: range.precision(name)?, quality: range.quality })
        });
        covering.reduce(|best, next| if next.precision > best.precision { next } else { best })
    }
}

impl Range<'_> {
    /// How precisely it names a type; `None` where it does not cover it.
    fn precision(&self, name: &str) -> Option<u8> {
        if self.types.eq_ignore_ascii_case(name) {
            return Some(2);
        }
        let (group, any) = self.types.split_once('/')?;
        match (group, any) {
            ("*", "*") => Some(0),
            (group, "*") => name.split('/').next()?.eq_ignore_ascii_case(group).then_some(1),
            _ => None,
        }
    }
}

/// `text/csv; header=present; q=0.5`: a type, and parameters of which the
/// weight alone matters here.
fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let types = parts.next().filter(|types| !types.is_empty())?;
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let quality = weight.map_or(Some(1.0), |(_, weight)| weight.trim().parse().ok())?;
    // Some old clients write `*` for `*/*`.
    let types = if types == "*" { "*/*" } else { types };
    (0.0..=1.0).contains(&quality).then_some(Range { types, quality })
}
