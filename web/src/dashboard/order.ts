// The order of the instruments; crates/server/src/pages/dashboard/choice.rs has
// the same for the first paint.

/** What instruments are ordered by. */
export interface Ordered {
  name: string;
  /** In per cent; `null` where it is not known. */
  change: number | null;
}

/** Sorts them. Equal ones stay in their order; unknown changes come last. */
export function ordered<T extends Ordered>(all: T[], sort: string): T[] {
  const orders: Record<string, (a: T, b: T) => number> = {
    name: (a: T, b: T) => Number(lower(a) > lower(b)) - Number(lower(a) < lower(b)),
    change: (a: T, b: T) => byChange(b.change, a.change, a, b),
    "-change": (a: T, b: T) => byChange(a.change, b.change, a, b),
  };
  const compare = Object.hasOwn(orders, sort) ? orders[sort] : undefined;
  return compare ? [...all].sort(compare) : all;
}

/** Sorts the tiles of each place; a place that is in order is not touched. */
export function arrange(places: Iterable<Element>, by: string, of: (symbol: string) => Ordered): void {
  for (const place of places) {
    const now = [...place.children];
    const ranked = now.map((element) => ({ element, ...of((element as HTMLElement).dataset["symbol"] ?? "") }));
    const next = ordered(ranked, by).map(({ element }) => element);
    if (next.some((element, at) => element !== now[at])) place.append(...next);
  }
}

function lower({ name }: Ordered): string {
  return name.toLowerCase();
}

function byChange(first: number | null, second: number | null, a: Ordered, b: Ordered): number {
  if (first === null || second === null) return Number(a.change === null) - Number(b.change === null);
  return first - second;
}
