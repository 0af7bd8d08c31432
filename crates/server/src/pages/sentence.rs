use askama::Template;
use jiff::Timestamp;

use super::format;

/// A sentence in which scripts can tell figures and instants from words, and
/// write them as their reader does (`web/src/locale/localised.ts`).
#[derive(Default, Template)]
#[template(path = "sentence.html")]
pub(super) struct Sentence {
    pieces: Vec<Piece>,
}

enum Piece {
    /// Words, and names with whatever figures they have.
    Words(String),
    /// Figures with their units.
    Figures(String),
    /// An instant, which a page without scripts tells in UTC.
    Instant { at: Timestamp, text: String },
    /// How long ago something was, which goes on; the last word is inside, so
    /// that it need not move.
    Ago { since: Timestamp, text: String },
}

impl Sentence {
    /// Goes on with words.
    pub(super) fn words(self, words: impl Into<String>) -> Self {
        self.and(Piece::Words(words.into()))
    }

    /// Goes on with figures as `format` writes them.
    pub(super) fn figures(self, figures: String) -> Self {
        self.and(Piece::Figures(figures))
    }

    /// Goes on with an instant; its date is left out where it is that of `now`.
    pub(super) fn instant(self, at: Timestamp, now: Timestamp) -> Self {
        self.and(Piece::Instant { at, text: format::moment(at, now) })
    }

    /// Goes on with how long ago an instant was: `2 min ago`.
    pub(super) fn ago(self, since: Timestamp, now: Timestamp) -> Self {
        self.and(Piece::Ago { since, text: format::age(now.duration_since(since)) })
    }

    /// Goes on with another sentence.
    pub(super) fn then(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    fn and(mut self, piece: Piece) -> Self {
        self.pieces.push(piece);
        self
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self::default().words(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_instants_are_marked_and_words_are_text() {
        let now: Timestamp = "2025-10-29T12:03:20Z".parse().unwrap();
        let sentence = Sentence::from("<b> says ".to_owned())
            .figures("7,150.09".into())
            .words(", since ")
            .then(Sentence::default().instant("2025-10-29T12:00:00Z".parse().unwrap(), now))
            .words(", ")
            .ago("2025-10-29T12:03:00Z".parse().unwrap(), now);
        assert_eq!(
            sentence.render().unwrap(),
            "&#60;b&#62; says <span data-figures>7,150.09</span>, since \
             <time data-instant datetime=\"2025-10-29T12:00:00Z\">12:00:00 UTC</time>, \
             <time data-age=\" ago\" datetime=\"2025-10-29T12:03:00Z\">20\u{a0}s ago</time>"
        );
    }
}
