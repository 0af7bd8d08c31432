// Numbers and times for people's eyes. The server formats the same values the
// same way (pages/format.rs); both are tested against format.cases.json, so
// that a figure does not change its looks when a script takes over.

const MINUS = "\u2212";
const NBSP = "\u00a0";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Digits after the point that show a price; small prices get more, so that none looks like zero. */
export function shownDecimals(value: number, decimals: number): number {
  if (value === 0 || Math.abs(value) >= 1) return decimals;
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const published = (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
  const fourDigits = 3 - Number(exponent);
  return Math.max(decimals, Math.min(published, fourDigits, 20));
}

/** A price with its thousands apart: `7,150.09`. */
export function price(value: number, decimals: number): string {
  return fixed(value, shownDecimals(value, decimals));
}

/** A difference with its sign: `+12.34`, `−0.50`; what rounds to zero has none. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A change in per cent: `−0.12 %`. */
export function percent(value: number): string {
  return `${signed(value, 2)}${NBSP}%`;
}

/** An age in its largest whole unit: `12 s`, `3 min`, `5 y`. */
export function age(seconds: number): string {
  const units: [string, number, number][] = [
    ["s", 1, 60],
    ["min", 60, 3_600],
    ["h", 3_600, 172_800],
    ["d", 86_400, 63_115_200],
    ["y", 31_557_600, Infinity],
  ];
  const [unit, length] = units.find(([, , below]) => seconds < below) ?? ["s", 1];
  return `${Math.floor(seconds / length)}${NBSP}${unit}`;
}

/** A calendar date: `2025-10-29` becomes `29 Oct 2025`. */
export function date(iso: string): string {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** A time of day on the reader's own clock: `12:03:05`. */
export function clock(instant: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return [instant.getHours(), instant.getMinutes(), instant.getSeconds()].map(two).join(":");
}

function fixed(value: number, decimals: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}
