// Prices as they are, in per cent since a first one, or with the first as 100.

/** Maps a price to what is drawn. */
export type Map1 = (value: number) => number;

/** A compared series, by its places on the chart. */
export interface Beside {
  symbol: string;
  name: string;
  currency: string | null;
  source: string;
  times: number[];
  closes: number[];
}

/** How prices are drawn relative to a base; without one they are drawn as they are. */
export function mapping(kind: "price" | "percent" | "index", base: number): Map1 {
  if (kind === "price" || !base) return (value) => value;
  // A rise from a base below zero is still a rise.
  const part = (value: number) => ((value - base) / Math.abs(base)) * 100;
  return kind === "percent" ? part : (value) => 100 + part(value);
}

/** The first time from `start` on at which all have a close; `undefined` where there is none. */
export function firstCommon(all: number[][], start: number): number | undefined {
  const [first = [], ...others] = all;
  const rest = others.map((times) => new Set(times));
  return first.find((time) => time >= start && rest.every((times) => times.has(time)));
}
