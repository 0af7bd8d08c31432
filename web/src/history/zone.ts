// The time zones of exchanges.

/** How far a zone is ahead of UTC, in seconds, at an instant in seconds. */
export function zoneOffset(timeZone: string): (seconds: number) => number {
  const format = formatIn(timeZone);
  const known = new Map<number, number>();
  return (seconds) => {
    // Offsets change only on a quarter of an hour.
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
