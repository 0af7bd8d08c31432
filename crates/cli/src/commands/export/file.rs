use std::fs::{self, File};
use std::io;
use std::path::Path;

use market::{Interval, Symbol};

use table::Pieces;

use super::format::Format;
use crate::commands::bars::write as write_pieces;

/// `AAPL.1d.csv`, `EUR_USD.1d.parquet`.
///
/// A slash becomes `_`; so that no two symbols share a name, `_` becomes `~`,
/// which no symbol contains.
pub(super) fn name(symbol: &Symbol, interval: Interval, format: Format) -> String {
    let symbol = symbol.as_str().replace('_', "~").replace('/', "_");
    format!("{symbol}.{interval}.{}", format.ending())
}

/// Whether a folder is there or could be made: it is made with the first file in it, so
/// that none is left where nothing is written.
pub(super) fn may_be_folder(folder: &Path) -> io::Result<()> {
    let nearest = folder.ancestors().find(|it| it.symlink_metadata().is_ok());
    match nearest.map(fs::metadata).transpose()? {
        Some(there) if !there.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        _ => Ok(()),
    }
}

/// Writes a file under another name and gives it its own once it is whole: one
/// that was there before stays until then.
pub(super) fn write(folder: &Path, name: &str, pieces: Pieces) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.{}.part", std::process::id()));
    let written =
        fill(&unfinished, pieces).and_then(|()| fs::rename(&unfinished, folder.join(name)));
    if written.is_err() {
        // What failed is reported; that this fails too adds nothing.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn fill(path: &Path, pieces: Pieces) -> io::Result<()> {
    let mut file = File::create(path)?;
    write_pieces(pieces, &mut file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use table::{EncodeError, Form};

    fn named(symbol: &str) -> String {
        name(&symbol.parse().unwrap(), Interval::D1, Format::Table(Form::CSV))
    }

    #[test]
    fn files_are_named_after_symbol_interval_and_format() {
        assert_eq!(named("aapl"), "AAPL.1d.csv");
        assert_eq!(named("EUR/USD"), "EUR_USD.1d.csv");
        assert_eq!(named("EUR_USD"), "EUR~USD.1d.csv");
        let parquet = name(&"^FCHI".parse().unwrap(), Interval::H1, Format::Table(Form::PARQUET));
        assert_eq!(parquet, "^FCHI.1h.parquet");
    }

    proptest! {
        #[test]
        fn no_two_symbols_share_a_file_and_none_leaves_the_folder(
            one in "[A-C._/=^&-]{1,6}", other in "[A-C._/=^&-]{1,6}",
        ) {
            let (one, other) = (one.parse::<Symbol>(), other.parse::<Symbol>());
            let names = [&one, &other].map(|it| it.as_ref().ok().map(|it| named(it.as_str())));
            for name in names.iter().flatten() {
                prop_assert_eq!(Path::new(name).file_name(), Some(OsStr::new(name)));
            }
            if let [Some(a), Some(b)] = &names {
                prop_assert_eq!(a == b, one == other);
            }
        }
    }

    fn pieces(texts: &[Option<&'static str>]) -> Pieces {
        let broken = || EncodeError::Head("no".to_owned());
        let piece = |text: Option<&'static str>| text.map(Bytes::from).ok_or_else(broken);
        let pieces: Vec<_> = texts.iter().copied().map(piece).collect();
        Box::new(pieces.into_iter())
    }

    #[test]
    fn a_file_is_replaced_only_by_a_whole_one() {
        let folder = tempfile::tempdir().unwrap();
        let content = || fs::read_to_string(folder.path().join("A.1d.csv")).unwrap();
        write(folder.path(), "A.1d.csv", pieces(&[Some("old")])).unwrap();
        write(folder.path(), "A.1d.csv", pieces(&[Some("new"), None])).unwrap_err();
        assert_eq!(content(), "old");
        write(folder.path(), "A.1d.csv", pieces(&[Some("new"), Some(" and whole")])).unwrap();
        assert_eq!(content(), "new and whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }
}
