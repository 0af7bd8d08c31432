//! Which characters of somebody else's text may reach a terminal, a log, a file
//! or a page: those that a reader can see.
//!
//! A terminal runs what follows an escape, a line break forges a log line, and a
//! mark that turns the writing round has a name read as another.

use std::borrow::Cow;

/// Whether a character does nothing but be read: it is no control character
/// (C0, DEL, C1), breaks no line, and neither turns the writing round
/// (Unicode Annex 9) nor hides in it.
pub fn is_legible(c: char) -> bool {
    let is_mark = matches!(
        c,
        '\u{61c}' // Arabic letter mark
            | '\u{200b}' // zero-width space
            | '\u{200e}' | '\u{200f}' // left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202e}' // separators of lines, embeddings and overrides
            | '\u{2060}'..='\u{206f}' // joiners nobody sees, isolates, shaping
            | '\u{feff}' // byte order mark
            | '\u{fff9}'..='\u{fffb}' // annotations between lines
            | '\u{e0000}'..='\u{e007f}' // tags
    );
    !c.is_control() && !is_mark
}

/// A text of one line: a space stands for all between two words that no reader
/// can see or that breaks a line. Nothing stays at either end.
pub fn line(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.chars().all(is_legible) {
        return Cow::Borrowed(text);
    }
    let seen = text.split(|c| !is_legible(c)).filter(|part| !part.is_empty());
    Cow::Owned(seen.collect::<Vec<_>>().join(" ").trim().to_owned())
}

/// A text of several lines, such as what a command says of a file: line feeds
/// stay, and U+FFFD stands for what no reader can see, so that it can be found.
pub fn lines(text: &str) -> Cow<'_, str> {
    let stays = |c: char| c == '\n' || is_legible(c);
    // Most are plain, and looked at once for each request that is logged.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    if text.bytes().all(is_plain) || text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars().map(|c| if stays(c) { c } else { char::REPLACEMENT_CHARACTER }).collect(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_runs_in_a_terminal_or_turns_the_writing_round_is_gone() {
        let evil = "Good\x1b[31mred\x1b]0;title\x07\u{9b}2J\u{202e}evil\u{2066} Inc\r\n";
        assert_eq!(line(evil), "Good [31mred ]0;title 2J evil  Inc");
        assert_eq!(lines("no\x1bpe\n"), "no\u{fffd}pe\n");
    }

    #[test]
    fn names_in_any_writing_stay_as_they_are() {
        for name in ["Société Générale", "トヨタ自動車", "بنك مصر", "می\u{200c}خواهم", "Ørsted A/S"]
        {
            assert_eq!(line(name), name);
        }
    }

    proptest! {
        #[test]
        fn what_comes_out_is_legible_and_stays_as_it_is(text in any::<String>()) {
            let once = line(&text).into_owned();
            prop_assert!(once.chars().all(is_legible));
            prop_assert_eq!(line(&once), once.as_str());
            prop_assert!(lines(&text).chars().all(|c| c == '\n' || is_legible(c)));
        }
    }
}
