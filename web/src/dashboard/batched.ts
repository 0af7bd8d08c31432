// Symbols that are named at about the same time are handled together.

/** Calls `act` once with all symbols that were named within `withinMs` of the first. */
export function batched(withinMs: number, act: (symbols: string[]) => void): (symbol: string) => void {
  const waiting = new Set<string>();
  const flush = () => {
    const symbols = [...waiting];
    waiting.clear();
    act(symbols);
  };
  return (symbol) => {
    if (!waiting.size) setTimeout(flush, withinMs);
    waiting.add(symbol);
  };
}
