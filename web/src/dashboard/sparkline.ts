// The line of the day. Only of bars that a source gave, and of live prices after
// them: where there are none there is no line.

import { price } from "../format";
import { readJson, Refusal } from "../polling";

/** When, in milliseconds, and at which price. */
export type Point = [time: number, value: number];

export const WIDTH = 100;
export const HEIGHT = 40;
/** Room for the line's own thickness. */
const MARGIN = 2;
/** A stretch without prices is a gap in the line and not a price. */
const GAP_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** What is further apart belongs to two days. */
const SAME_DAY_MS = 12 * 3_600_000;
/** Fine first; what is not offered so fine is asked for coarser. */
const INTERVALS = ["5m", "1h"];

interface Columns {
  columns: { open_time: (string | null)[]; close: (number | null)[] };
}

/** The bars of an instrument's last day; none where no source has any. */
export async function dayOf(symbol: string): Promise<Point[]> {
  for (const interval of INTERVALS) {
    const query = new URLSearchParams({ interval, period: "1d", format: "columns", fields: "open_time,close" });
    const address = `/marketpulse/v1/bars/${encodeURIComponent(symbol)}?${query}`;
    try {
      const found = points(await readJson<Columns>(address));
      if (found.length > 1) return found;
    } catch (why) {
      if (!(why instanceof Refusal)) throw why;
    }
  }
  return [];
}

function points({ columns: { open_time: times, close: closes } }: Columns): Point[] {
  return times.flatMap((time, at) => {
    const value = closes[at];
    return time && typeof value === "number" && Number.isFinite(value) ? [[Date.parse(time), value] as Point] : [];
  });
}

/**
 * A day's line with a live price at its end, one for each minute at most.
 *
 * `null` where the price is of another day than the line, which is then to be
 * asked for anew.
 */
export function extended(line: Point[], [time, value]: Point): Point[] | null {
  const last = line.at(-1);
  if (!last || time <= last[0]) return line;
  if (time - last[0] > SAME_DAY_MS) return null;
  const before = line.at(-2);
  const isSameMinute = before !== undefined && time - before[0] < MINUTE_MS;
  return [...(isSameMinute ? line.slice(0, -1) : line), [time, value]];
}

/** How the line is drawn, and how high the earlier close lies. */
export interface Drawing {
  path: string;
  base: number | null;
}

/** Draws a line of at least two points into {@link WIDTH} by {@link HEIGHT}; an earlier close stands in it as well. */
export function drawing(line: Point[], previous: number | null): Drawing | null {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || last[0] === first[0]) return null;
  const values = line.map(([, value]) => value);
  if (previous !== null) values.push(previous);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (time: number) => ((time - first[0]) / (last[0] - first[0])) * WIDTH;
  const room = HEIGHT - 2 * MARGIN;
  const y = (value: number) => (high === low ? HEIGHT / 2 : MARGIN + ((high - value) / (high - low)) * room);
  const step = ([time, value]: Point, at: number) => {
    const before = line[at - 1];
    const isNew = before === undefined || time - before[0] > GAP_MS;
    return `${isNew ? "M" : "L"}${round(x(time))} ${round(y(value))}`;
  };
  return { path: line.map(step).join(""), base: previous === null ? null : round(y(previous)) };
}

/** The line for those who do not see it. */
export function lineText(line: Point[], decimals: number): string {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last) return "No line of the day: no source has bars of it.";
  const values = line.map(([, value]) => value);
  const say = (value: number) => price(value, decimals);
  return `Line of the day: from ${say(first[1])} to ${say(last[1])}, lowest ${say(Math.min(...values))}, highest ${say(Math.max(...values))}.`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
