//! Gets, judges, keeps and hands out market data: the board of latest quotes, history, refreshes.
