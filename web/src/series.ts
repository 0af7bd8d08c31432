// What /marketpulse/history says, and the points a chart draws from it.

export interface History {
  symbol: string;
  period: string;
  interval: string;
  currency: string | null;
  simulated: boolean;
  history: Row[];
}

export interface Row {
  date: string;
  close: number;
  /** Only for bars shorter than a day: RFC 3339, UTC. */
  open_time?: string;
  provisional?: boolean;
}

/** A point of a chart: a calendar date, or seconds on the exchange's own clock. */
export interface Point {
  time: string | number;
  value: number;
}

/**
 * Points in ascending order, each time once, the later row winning.
 *
 * The chart library knows UTC only, so instants are moved by the zone's offset
 * to read as the exchange's own time. A row without a close is left out: a
 * hole is a hole.
 */
export function points(rows: Row[], timeZone: string): Point[] {
  const offset = zoneOffset(timeZone);
  const byTime = new Map<string | number, Point>();
  for (const { date, open_time, close } of rows) {
    if (!Number.isFinite(close)) continue;
    const seconds = open_time === undefined ? Number.NaN : Date.parse(open_time) / 1000;
    const time = Number.isNaN(seconds) ? date : seconds + offset(seconds);
    byTime.set(time, { time, value: close });
  }
  return [...byTime.values()].sort((a, b) => (a.time < b.time ? -1 : 1));
}

/** How far a zone is ahead of UTC, in seconds, at an instant in seconds. */
export function zoneOffset(timeZone: string): (seconds: number) => number {
  const format = formatIn(timeZone);
  const known = new Map<number, number>();
  return (seconds) => {
    // Offsets change on quarters of an hour at the finest.
    const quarter = Math.floor(seconds / 900);
    const offset = known.get(quarter) ?? offsetAt(format, quarter * 900);
    known.set(quarter, offset);
    return offset;
  };
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const parts = Object.fromEntries(
    format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds;
}
