//! Keeps quotes, bars, actions and instruments: every version of them, in SQLite.
