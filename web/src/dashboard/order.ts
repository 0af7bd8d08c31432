// The order of the instruments; crates/server/src/pages/dashboard/sort.rs has
// the same for the first paint.

/** What instruments are ordered by; `null` where it is not known. */
export interface Ordered {
  name: string;
  price: number | null;
  /** The change in money. */
  moved: number | null;
  /** The change in per cent. */
  change: number | null;
  /** When the price was true, in milliseconds. */
  age: number | null;
}

const FIGURES = ["price", "moved", "change", "age"] as const;

/** Sorts them, the highest figure first; a minus before the key turns it round. Equal ones stay in their order; unknown figures come last. */
export function ordered<T extends Ordered>(all: T[], sort: string): T[] {
  const key = sort.replace(/^-/, "");
  const turn = sort.startsWith("-") ? -1 : 1;
  if (key === "name") return [...all].sort((a, b) => turn * byName(a, b));
  const figure = FIGURES.find((it) => it === key);
  return figure ? [...all].sort((a, b) => byFigure(a[figure], b[figure], turn)) : all;
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

function byFigure(a: number | null, b: number | null, turn: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return turn * (b - a);
}

const lower = ({ name }: Ordered) => name.toLowerCase();

function byName(a: Ordered, b: Ordered): number {
  return Number(lower(a) > lower(b)) - Number(lower(a) < lower(b));
}
