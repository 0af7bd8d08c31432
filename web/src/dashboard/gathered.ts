// What happens to many at about the same time, done to all of them at once.

/** Has `act` told of all symbols that were named within `withinMs` of the first. */
export function gathered(withinMs: number, act: (symbols: string[]) => void): (symbol: string) => void {
  const waiting = new Set<string>();
  const tell = () => {
    const symbols = [...waiting];
    waiting.clear();
    act(symbols);
  };
  return (symbol) => {
    if (!waiting.size) setTimeout(tell, withinMs);
    waiting.add(symbol);
  };
}
