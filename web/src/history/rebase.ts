// Prices as they are, in per cent of a first one, or with it as 100.

/** Maps a price to what is drawn. */
export type Map1 = (value: number) => number;

/** A series that is set beside, by its place on the chart. */
export interface Beside {
  symbol: string;
  name: string;
  currency: string | null;
  source: string;
  times: number[];
  closes: number[];
}

/** How a price is drawn whose base is known; as it is, where there is none. */
export function mapping(kind: "price" | "percent" | "index", base: number): Map1 {
  if (kind === "price" || !base) return (value) => value;
  // Of a base below zero a rise is still a rise.
  const part = (value: number) => ((value - base) / Math.abs(base)) * 100;
  return kind === "percent" ? part : (value) => 100 + part(value);
}

/** The first time from `start` on at which all have a close; `undefined` for none. */
export function firstCommon(all: number[][], start: number): number | undefined {
  const [first = [], ...others] = all;
  const rest = others.map((times) => new Set(times));
  return first.find((time) => time >= start && rest.every((times) => times.has(time)));
}
