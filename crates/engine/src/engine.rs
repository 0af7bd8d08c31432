mod in_turn;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionVersion, Bar, BarVersion, Catalog, Change, ChangesQuery, Clock, Credit, Disputed,
    DisputesQuery, DocumentQuery, HistoryQuery, HistoryResult, Identity, Instrument, Interval,
    Moment, Quote, QuoteVersion, QuoteVersionsQuery, Redistribution, RepairRecord, RepairsQuery,
    Source, SourceError, Span, Store, StoreError, Symbol, Tick,
};
use tokio::sync::{broadcast, watch};

use crate::asker::{Asker, Share};
use crate::awaited::Awaited;
use crate::board::{Board, Entry, QuoteBoard};
use crate::client::Client;
use crate::context::Context;
use crate::demand::Demand;
use crate::documents::{Documents, GivenDocument, NoDocument};
use crate::figures::{Figures, Whose};
use crate::history::{History, HistoryError, ImportError, Imported, UndoError, all_actions};
use crate::instruments::IdentitiesError;
use crate::overnight::Overnight;
use crate::plausibility::RejectedHistory;
use crate::refresh::Refresher;
use crate::schedule::Schedule;
use crate::search::{Found, Search};
use crate::second_opinion::{SecondOpinion, SecondSource};
use crate::set_asides::ElementSetAside;
use crate::settings::Settings;
use crate::sources::Sources;
use crate::streams::{StreamStatus, Streams};
use crate::turns::Turns;
use crate::upkeep::{StoreFailure, Upkeep};
use crate::upstream::{UpstreamState, UpstreamStatus};

/// The way to all market data. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
    asker: Asker,
}

/// What all clones are made of.
struct Parts {
    context: Context,
    board: Arc<QuoteBoard>,
    schedule: Arc<Schedule>,
    history: Arc<History>,
    streams: Arc<Streams>,
    refresher: Arc<Refresher>,
    second_opinion: SecondOpinion,
    overnight: Overnight,
    search: Arc<Search>,
    documents: Arc<Documents>,
    upkeep: Arc<Upkeep>,
    turns: Turns,
    awaited: Awaited,
}

impl Engine {
    /// Starts from what the store holds. No upstream is asked yet.
    ///
    /// A store that cannot be read is reported in the log and costs only what
    /// was in it.
    pub async fn start(
        settings: Settings,
        clock: Arc<dyn Clock>,
        sources: Sources,
        store: Arc<dyn Store>,
    ) -> Self {
        let context = Context::start(settings, clock, sources, store).await;
        let board = Arc::new(QuoteBoard::start(&context).await);
        let (every, watchlist) = (context.settings().refresh_every, context.instruments());
        let schedule = Schedule::new(watchlist.watchlist(), every, context.moment());
        let schedule = Arc::new(schedule);
        let history = Arc::new(History::start(context.clone()).await);
        let streams = Arc::new(Streams::new(
            context.clone(),
            Arc::clone(&board),
            Arc::clone(&schedule),
            Arc::clone(&history),
        ));
        let refresher = Arc::new(Refresher::new(
            context.clone(),
            Arc::clone(&board),
            Arc::clone(&schedule),
            Arc::clone(&streams),
        ));
        refresher.go_on();
        let second_opinion =
            SecondOpinion::new(context.clone(), Arc::clone(&schedule), Arc::clone(&history));
        let overnight =
            Overnight::new(context.clone(), Arc::clone(&schedule), Arc::clone(&history));
        let search = Arc::new(Search::new(context.clone()));
        let documents = Arc::new(Documents::new(context.clone()));
        let upkeep = Upkeep::new(context.clone(), Arc::clone(&board), Arc::clone(&history));
        let upkeep = Arc::new(upkeep);
        let (turns, awaited) = (Turns::default(), Awaited::default());
        let parts = Parts {
            context,
            board,
            schedule,
            history,
            streams,
            refresher,
            second_opinion,
            overnight,
            search,
            documents,
            upkeep,
            turns,
            awaited,
        };
        Self { parts: Arc::new(parts), asker: Asker::new(Client::LOCAL) }
    }

    /// The same engine, to put one question of a client: what upstreams are asked for
    /// it comes out of that client's share. Whoever names nobody asks as
    /// [`Client::LOCAL`].
    #[must_use]
    pub fn asked_by(&self, client: Client) -> Self {
        Self { parts: Arc::clone(&self.parts), asker: Asker::new(client) }
    }

    /// The same engine, for a client that cannot be told to come back. What budgets do
    /// not suffice for at once is not refused at once: it waits for its turn, so long in
    /// all. What is held is given at once, as to everybody.
    #[must_use]
    pub fn waiting(self, patience: Duration) -> Self {
        let asker = self.asker.waiting_until(self.parts.context.moment() + patience);
        Self { asker, ..self }
    }

    /// The same engine, for a client that cannot be told that an answer is a part of
    /// what it asked for: it is given all of a stretch, or the reason why not.
    #[must_use]
    pub fn taking_no_parts(self) -> Self {
        Self { asker: self.asker.taking_no_parts(), ..self }
    }

    /// The same engine, which notes whose figures it hands out ([`Engine::whose`]).
    #[must_use]
    pub fn noting_whose(self) -> Self {
        Self { asker: self.asker.noting(), ..self }
    }

    /// Whose figures were handed out so far; `None` where nothing was that could have any,
    /// or it is not noted. What [`Engine::board`] has is looked at unseen.
    pub fn whose(&self) -> Option<Whose> {
        self.asker.noted()?.whose()
    }

    /// The same engine, for what an answer is looked for in, and not made of.
    pub(crate) fn unnoted(&self) -> Self {
        Self { parts: Arc::clone(&self.parts), asker: self.asker.clone().unnoted() }
    }

    pub(crate) fn handed<F: Figures>(&self, figures: F) -> F {
        if let Some(noted) = self.asker.noted() {
            noted.note(&figures);
        }
        figures
    }

    /// What is left to whoever asks of the upstreams' budgets on which what was asked
    /// so far depended. An upstream is left out where it owes nothing to it.
    pub fn shares(&self) -> Vec<Share> {
        let (upstreams, client) = (self.parts.context.upstreams(), self.asker.client());
        let depended_on = self.asker.depended_on().into_iter();
        depended_on.filter_map(|(source, known)| upstreams.share(client, source, known)).collect()
    }

    /// Keeps watched instruments fresh until `stop` turns true: polls them,
    /// follows the streams that cover them, and compares their closes with a second source's.
    ///
    /// A slow refresh holds up no other: each runs in a task of its own. The store is
    /// looked after meanwhile.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let Parts { upkeep, refresher, second_opinion, overnight, .. } = &*self.parts;
        tokio::join!(
            Box::pin(upkeep.run(stop.clone())),
            Box::pin(second_opinion.run(stop.clone())),
            Box::pin(overnight.run(stop.clone())),
            refresher.run(stop)
        );
    }

    /// The present instant, by the engine's clock.
    pub fn now(&self) -> Timestamp {
        self.parts.context.now()
    }

    /// Counts changes to what is known of latest prices, and of history. While neither
    /// changes, what is fresh is the same for whoever asks within a second: bars that form
    /// from streamed prices go on once a second.
    pub fn versions(&self) -> [u64; 2] {
        [self.parts.board.version(), self.parts.history.version()]
    }

    /// How far time has come, by the engine's clock: for what waits.
    pub fn moment(&self) -> Moment {
        self.parts.context.moment()
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.parts.context.settings()
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        self.parts.context.catalog()
    }

    /// What keeps anything new from being stored, if that is so: it lives in memory,
    /// and is stored once it can be.
    pub fn store_failure(&self) -> Option<StoreFailure> {
        self.parts.upkeep.failure()
    }

    /// Reads the whole store for damage.
    ///
    /// # Errors
    ///
    /// What is damaged, or why it cannot be read.
    pub async fn check_store(&self) -> Result<(), StoreError> {
        self.parts.context.store().check().await
    }
}

/// Instruments.
impl Engine {
    /// The one symbol that all spellings of an instrument resolve to, an ISIN or FIGI
    /// included that stands for it alone.
    pub fn canonical(&self, symbol: &Symbol) -> Symbol {
        self.parts.context.instruments().canonical(symbol)
    }

    /// What an instrument is called elsewhere, by standards. Expects a canonical symbol.
    pub fn identity(&self, symbol: &Symbol) -> Identity {
        self.parts.context.instruments().identity(symbol)
    }

    /// Takes in what somebody says that instruments are called; `dry_run` only says whether
    /// that can be.
    ///
    /// # Errors
    ///
    /// What contradicts itself or what was brought in before, or cannot be stored.
    pub async fn identify(
        &self,
        brought: &[Identity],
        dry_run: bool,
    ) -> Result<(), IdentitiesError> {
        let (instruments, store) = (self.parts.context.instruments(), self.parts.context.store());
        if dry_run {
            return Ok(instruments.check(brought)?);
        }
        instruments.identify(brought, store).await
    }

    /// Other spellings of a canonical symbol.
    pub fn aliases(&self, symbol: &Symbol) -> Vec<String> {
        self.catalog().aliases(symbol)
    }

    /// How pages give credit to each source that there is.
    pub fn credits(&self) -> Vec<&'static Credit> {
        self.catalog().credits().collect()
    }

    /// What a source calls an instrument, where people spell it so too. Expects a
    /// canonical symbol.
    pub fn spelt_by(&self, source: &Source, symbol: &Symbol) -> Option<String> {
        self.catalog().spelt_by(source.as_str(), symbol)
    }

    /// The instrument as a source described it, else as the catalog assumes it.
    /// Expects a canonical symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Instrument {
        self.parts.context.instrument(symbol)
    }

    /// Every instrument that a source ever described or that is watched.
    pub fn instruments(&self) -> Vec<Instrument> {
        let all = self.parts.context.instruments().all();
        all.iter().map(|it| it.instrument.clone()).collect()
    }

    /// Whether an instrument is known to exist: it is watched, or a source has
    /// described it. Expects a canonical symbol.
    pub fn is_known(&self, symbol: &Symbol) -> bool {
        self.parts.context.instruments().is_known(symbol)
    }

    /// Up to three known symbols that look like a mistyped one, best first.
    pub fn near(&self, symbol: &Symbol) -> Vec<Symbol> {
        self.parts.context.instruments().near(symbol)
    }

    /// Looks for instruments by name, symbol or ISIN: among those known, and
    /// upstream, where one can be asked. An upstream's answer is remembered for
    /// an hour; a reader for whom something is known already waits for it no
    /// longer than a read's deadline.
    pub async fn search(&self, text: &str) -> Found {
        self.handed(self.search_in_turn(text).await)
    }

    /// Whether there is an upstream in which instruments can be looked up.
    pub fn searches_upstream(&self) -> bool {
        self.parts.context.upstreams().searched().is_some()
    }
}

/// What is passed on as upstreams said it.
impl Engine {
    /// What a source says to a question of its own protocol: as it was held, for as long
    /// as its kind is current, else as it is asked now, once for all who ask the same.
    ///
    /// Where it cannot be asked, the last answer there was is given and is not fresh; in
    /// development, where there is none, a made-up one.
    ///
    /// # Errors
    ///
    /// [`NoDocument`] where the question is none that is passed on, or nothing is held and
    /// nothing comes.
    pub async fn document(
        &self,
        source: &Source,
        asked: &DocumentQuery,
    ) -> Result<GivenDocument, NoDocument> {
        self.document_in_turn(source, asked).await.map(|given| self.handed(given))
    }
}

/// Latest quotes.
impl Engine {
    /// The latest quotes of all instruments, to look at. Never waits. Whose they are is not
    /// noted: what is told of it is had by [`Engine::watched`] or [`Engine::held`].
    pub fn board(&self) -> Arc<Board> {
        self.parts.board.current()
    }

    /// The latest quotes of all watched instruments. Never waits.
    pub fn watched(&self) -> Arc<Board> {
        self.handed(self.board())
    }

    /// What is held of an instrument. Never waits. Expects the canonical symbol.
    pub fn held(&self, symbol: &Symbol) -> Option<Arc<Entry>> {
        self.handed(self.board().entry(symbol).cloned())
    }

    /// Sends the version of the board whenever it changes.
    pub fn board_changes(&self) -> watch::Receiver<u64> {
        self.parts.board.changes()
    }

    /// The latest quotes of any instruments, in the order asked, whether watched
    /// or not.
    ///
    /// What is fresh is given at once. What is due is refreshed, all together and
    /// at most once in a refresh interval: a reader who could have an older value
    /// waits for that no longer than a read's deadline, one who could have nothing
    /// somewhat longer.
    pub async fn quotes(&self, symbols: &[Symbol]) -> Vec<Arc<Entry>> {
        self.handed(self.quotes_in_turn(&self.all_canonical(symbols)).await)
    }

    /// Waits until what was shown so far is stored, or cannot be: a command that ends
    /// right after a read would leave what it printed behind.
    pub async fn persist_shown(&self) {
        self.parts.board.persist().await;
    }

    /// What was shown of instruments at an instant, in the order asked: the same
    /// prices, of the same sources, disputed as they were. Nobody is asked. An entry
    /// has no quote where none was shown; `None` where that is so of all.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn quotes_as_known(
        &self,
        symbols: &[Symbol],
        at: Timestamp,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        self.settle_clock(at).await?;
        let known = self.parts.board.as_known(&self.all_canonical(symbols), at).await?;
        Ok(self.handed(known))
    }

    pub(crate) async fn board_as_known(
        &self,
        symbols: &[Symbol],
        at: Timestamp,
    ) -> Result<Board, StoreError> {
        self.settle_clock(at).await?;
        self.parts.board.board_as_known(symbols, at).await
    }

    /// Has the store know of a clock that was set a moment ago, before it is asked what was
    /// known at an instant: which revision that was depends on it.
    async fn settle_clock(&self, at: Timestamp) -> Result<(), StoreError> {
        self.parts.refresher.look_at_clock();
        let noted = self.parts.context.note_skipped().await;
        // Where the store cannot be told, instants that were not leapt over are what they are.
        if self.parts.context.has_skipped(at) { noted } else { Ok(()) }
    }

    /// Has instruments refreshed until what is returned is dropped, however many
    /// ask for the same. Those that are due are refreshed at once, in a task of
    /// its own; the board has an entry for each of them.
    ///
    /// Needs a Tokio runtime.
    pub fn demand(&self, symbols: &[Symbol]) -> Demand {
        self.parts.refresher.demand(&self.all_canonical(symbols), &self.asker)
    }

    fn all_canonical(&self, symbols: &[Symbol]) -> Vec<Symbol> {
        symbols.iter().map(|symbol| self.canonical(symbol)).collect()
    }

    /// Refreshes every watched instrument that is due, and moves those that
    /// only the simulator prices. Looks after the store.
    pub async fn refresh_due(&self) {
        self.parts.upkeep.tend().await;
        self.parts.refresher.refresh_due().await;
    }

    /// Compares the closes of every watched instrument for which that is due, and for
    /// which sources may be asked now, with a second source's.
    pub async fn compare_closes(&self) {
        while self.parts.second_opinion.compare_next().await {}
    }

    /// What other sources say of the last closes of an answer of the present; `None` where
    /// that is no question, as of what is shorter than a day or made up.
    pub fn second_source(&self, answer: &HistoryResult) -> Option<SecondSource> {
        self.parts.second_opinion.of(answer)
    }

    /// Asks for the day that is over of every watched instrument whose usual history is held
    /// and lacks it, where that is due.
    pub async fn have_last_closes(&self) {
        while self.parts.overnight.renew_next().await {}
    }

    /// Whether a refresh of an instrument is under way.
    pub(crate) fn is_refreshing(&self, symbol: &Symbol) -> bool {
        self.parts.schedule.is_under_way(symbol)
    }
}

/// Price history.
impl Engine {
    /// Price history: from memory, else the store, else the sources in the
    /// instrument's order, with one request in flight per query.
    ///
    /// Expects the canonical symbol in the query. A result past its lifetime is
    /// given at once while a refresh runs behind it; only a reader for whom
    /// nothing is held waits, and not for ever.
    ///
    /// Bars of today go on with prices that were streamed since the result was
    /// received ([`market::LiveBars::extend`]), until the source's own replace them.
    ///
    /// # Errors
    ///
    /// [`HistoryError`] where nothing is held, or cannot be read, and no source
    /// gave anything either.
    pub async fn history(&self, query: &HistoryQuery) -> Result<Arc<HistoryResult>, HistoryError> {
        let found = self.history_in_turn(|| self.parts.history.get(query, &self.asker)).await?;
        Ok(self.handed(found))
    }

    /// What its sources say of a query, for somebody who can wait: what is held
    /// and current is given as it is, anything older is asked for anew, and there
    /// is no fallback for what does not come. Expects an interval that upstreams
    /// publish.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`].
    pub async fn history_anew(
        &self,
        query: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, HistoryError> {
        Ok(self.handed(self.parts.history.fetch(query, &self.asker).await?))
    }

    /// What memory holds of the history that whoever names nothing but the instrument is
    /// given. Asks nobody.
    pub fn usual_history(&self, symbol: &Symbol) -> Option<Arc<HistoryResult>> {
        self.handed(self.parts.history.usual(symbol))
    }

    /// The stretch of which whoever asks had upstreams asked for the days last, of
    /// whatever instrument: what it is likely to want of the next.
    pub fn days_wanted_last(&self) -> Option<Span> {
        self.parts.context.interest().days_wanted_last(self.asker.client())
    }

    /// Whether the store holds a result, and so a restart would.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn is_stored(&self, result: &HistoryResult) -> Result<bool, StoreError> {
        self.parts.history.is_stored(result).await
    }

    /// What was answered about price history at an instant: the same bars and actions, of
    /// the same source, so that a study can be repeated to the last digit. Nobody
    /// is asked. A period counts back from that instant.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn history_as_known(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.settle_clock(at).await?;
        Ok(self.handed(self.parts.history.as_known(query, at).await?))
    }

    /// All actions of an instrument that a source has reported and not withdrawn, or had by
    /// an instant.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn actions_as_known(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        if let Some(at) = at {
            self.settle_clock(at).await?;
        }
        self.parts.history.actions_as_known(symbol, source, at).await
    }

    /// Every version of every bar between two trading dates, the first of which may
    /// be open, of one source or of all. Expects the canonical symbol.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn bar_versions(
        &self,
        symbol: &Symbol,
        interval: Interval,
        source: Option<&Source>,
        (from, to): (Option<Date>, Date),
    ) -> Result<Vec<BarVersion>, StoreError> {
        let store = self.parts.context.store();
        Ok(self.handed(store.bar_versions(symbol, interval, source, from, to).await?))
    }

    /// Every version of every action between two ex-dates, the first of which may
    /// be open. Expects the canonical symbol.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn action_versions(
        &self,
        symbol: &Symbol,
        (from, to): (Option<Date>, Date),
    ) -> Result<Vec<ActionVersion>, StoreError> {
        let store = self.parts.context.store();
        Ok(self.handed(store.action_versions(symbol, from, to).await?))
    }

    /// Every version of what was shown of an instrument. Expects the canonical
    /// symbol.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn quote_versions(
        &self,
        query: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError> {
        // What was shown a moment ago is one of them.
        let of = std::slice::from_ref(&query.symbol);
        self.parts.board.store_shown_by(of, self.now()).await?;
        Ok(self.handed(self.parts.context.store().quote_versions(query).await?))
    }

    /// What was known of history and holds no more, oldest first.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        Ok(self.handed(self.parts.context.store().changes(query).await?))
    }

    /// The disputes there are and were, the newest first. Expects the canonical symbol.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn disputed(&self, query: &DisputesQuery) -> Result<Vec<Disputed>, StoreError> {
        // What began a moment ago is one of them.
        self.parts.board.persist().await;
        Ok(self.handed(self.parts.context.store().disputed(query).await?))
    }

    /// The repairs there are and were, the newest first. Expects the canonical symbol.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn repairs(&self, query: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError> {
        Ok(self.handed(self.parts.context.store().repair_records(query).await?))
    }

    /// Takes a repair back: what its source says stands, and the same is not found again.
    ///
    /// # Errors
    ///
    /// Why it cannot be.
    pub async fn undo_repair(&self, number: u64) -> Result<RepairRecord, UndoError> {
        self.parts.history.undo_repair(number).await
    }

    /// Sends each change of history as it becomes known. A reader who is too slow
    /// misses some, which [`Engine::changes`] has.
    pub fn revised(&self) -> broadcast::Receiver<Change> {
        self.parts.history.revised()
    }

    /// All actions of an instrument, in a result of quarterly bars that reaches
    /// back to its first.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`].
    pub async fn actions(&self, symbol: &Symbol) -> Result<Arc<HistoryResult>, HistoryError> {
        self.history(&all_actions(symbol)).await
    }

    /// What was answered at an instant about all actions of an instrument.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read.
    pub async fn all_actions_as_known(
        &self,
        symbol: &Symbol,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.history_as_known(&all_actions(symbol), at).await
    }

    /// As [`Engine::actions`], in a result received no earlier than an instant:
    /// prices are already divided by every split up to when they were received.
    ///
    /// # Errors
    ///
    /// As for [`Engine::history`]; without a failure where only an older result
    /// can be had.
    pub async fn actions_since(
        &self,
        symbol: &Symbol,
        since: Timestamp,
    ) -> Result<Arc<HistoryResult>, HistoryError> {
        let ask = || self.parts.history.actions_since(symbol, since, &self.asker);
        Ok(self.handed(self.history_in_turn(ask).await?))
    }

    /// Stores bars that somebody brings in by hand, under the source `import`
    /// whatever source they name; `dry_run` only says what that would change.
    ///
    /// Expects the canonical symbol, and bars that are checked. Daily and longer
    /// bars are one for each trading date: one that is held for a date lends its
    /// open time to the one brought in.
    ///
    /// # Errors
    ///
    /// [`ImportError::Mixed`] where the bars have another currency or basis than
    /// those held and do not cover all of their dates; bars that do take their
    /// place. [`ImportError::Store`] where the store fails.
    pub async fn import(
        &self,
        bars: &HistoryResult,
        dry_run: bool,
    ) -> Result<Imported, ImportError> {
        self.parts.history.import(bars, dry_run).await
    }

    /// Results about history that are not believed.
    pub fn rejected_histories(&self) -> Vec<RejectedHistory> {
        self.handed(self.parts.history.rejected())
    }

    /// What upstreams said that cannot be, element by element, as far as it is
    /// remembered: by source, oldest first.
    pub fn set_aside(&self) -> Vec<ElementSetAside> {
        self.handed(self.parts.context.upstreams().set_aside())
    }

    /// Whether history is being asked of upstreams, for somebody who wants to look
    /// when all that is under way has come.
    pub fn is_asking(&self) -> bool {
        self.parts.history.is_asking()
    }

    /// Whether the last bar of a result moves from second to second: prices of its
    /// source have come of late.
    pub fn is_growing(&self, result: &HistoryResult) -> bool {
        self.parts.history.is_growing(result)
    }

    /// Bars as the ticks of an instrument form them, by the source that sent the
    /// last of them: those that opened at `since` or later, or the newest alone.
    /// What is known of each is said at [`market::LiveBars::formed`]. Expects a
    /// canonical symbol; `None` where it is not streamed.
    pub fn live_bars(
        &self,
        symbol: &Symbol,
        interval: Interval,
        since: Option<Timestamp>,
    ) -> Option<(Source, Vec<Bar>)> {
        let board = self.board();
        let quote = board.entry(symbol).and_then(|entry| entry.quote.as_ref());
        let session = quote.and_then(|quote| quote.session);
        self.parts.history.live_bars(symbol, interval, session, since)
    }
}

/// Sources.
impl Engine {
    /// Who may be asked about an instrument, first choice first, and what was
    /// imported.
    pub fn sources_of(&self, symbol: &Symbol) -> Vec<Source> {
        self.parts.history.sources_of(symbol)
    }

    /// To whom what a source tells may be shown, and where its terms are: those of its
    /// upstreams that allow the least. `None` where they are not known, as of what was
    /// imported.
    pub fn terms_of(&self, source: &Source) -> Option<(Redistribution, &'static str)> {
        self.catalog().terms_of(source.as_str())
    }

    /// Whether a source tells with its bars what was paid and split. Of one that does not,
    /// nothing is known of either.
    pub fn tells_actions(&self, source: &Source) -> bool {
        self.catalog().tells_actions(source.as_str())
    }

    /// How each upstream is, by name. One whose stream is away fails, also while
    /// it may be asked again at any moment.
    pub fn upstreams(&self) -> Vec<UpstreamStatus> {
        let mut all = self.parts.context.upstreams().statuses();
        for status in all.iter_mut().filter(|it| it.state == UpstreamState::Ok) {
            if let Some(since) = self.parts.streams.down_since(&status.source) {
                status.state = UpstreamState::FailingSince(since);
            }
        }
        all.sort_by(|a, b| a.source.cmp(&b.source));
        all
    }

    /// How each stream is, by its source's name.
    pub fn streams(&self) -> Vec<StreamStatus> {
        self.parts.streams.statuses()
    }

    /// Asks each source of quotes once for an instrument it must know, to see
    /// whether it can be reached. Nothing is stored.
    pub async fn check_sources(&self) -> Vec<(Source, Result<Quote, SourceError>)> {
        self.parts.refresher.check_sources().await
    }

    /// Opens each upstream's stream once, waits for the first price of an
    /// instrument it must serve, as long as for any answer, and closes it.
    /// Nothing is stored, and the simulator's stream is not asked.
    pub async fn check_streams(&self) -> Vec<(Source, Result<Tick, SourceError>)> {
        self.parts.streams.check().await
    }
}
