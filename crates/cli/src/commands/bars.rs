//! Bars as a command writes them: the table that the routes answer with, in the
//! same bytes.

use std::io::{self, Write};
use std::sync::Arc;

use super::client;
use engine::Engine;
use market::{HistoryQuery, Series};
use query::{Bars, Page, PriceView};
use table::text::with_causes;
use table::{Form, Pieces};

/// The bars of one instrument, ready to be written.
pub(super) struct Written {
    pub(super) bars: Bars,
    pub(super) series: Arc<Series>,
}

/// Asks for bars, or says why they cannot be had.
pub(super) async fn ask(
    engine: &Engine,
    question: &HistoryQuery,
    view: PriceView,
) -> Result<Written, String> {
    let bars = Bars::ask(engine, question, view).await.map_err(|error| with_causes(&error))?;
    let series = bars.series(engine).await.map_err(|error| with_causes(&error))?;
    Ok(Written { bars, series })
}

impl Written {
    /// The bytes, piece by piece.
    pub(super) async fn pieces(&self, form: Form) -> Result<Pieces, String> {
        let page = Page::whole(&self.series);
        let table = self.bars.table(Arc::clone(&self.series), page, Vec::new(), None).await;
        Ok(table.map_err(|error| with_causes(&error))?.pieces(form))
    }
}

/// Writes one piece after another.
pub(super) fn write(pieces: Pieces, out: &mut impl Write) -> io::Result<()> {
    for piece in pieces {
        out.write_all(&piece.map_err(io::Error::other)?)?;
    }
    out.flush()
}

/// Writes to standard output. A reader that closed the pipe, as `head` does, has
/// seen enough.
pub(super) fn write_to_output(pieces: Pieces) -> io::Result<()> {
    match pieces.into_iter().try_for_each(|it| client::out(&it.map_err(io::Error::other)?)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
