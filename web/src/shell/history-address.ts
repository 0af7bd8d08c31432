const VIEW = "/marketpulse/history/view";

/** The address of the history view of a symbol. */
export function historyOf(symbol: string): string {
  return `${VIEW}?${new URLSearchParams({ symbol: symbol.trim() })}`;
}
