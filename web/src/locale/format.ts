// Numbers and times as the reader's language writes them. `locale` is the
// browser's own where none is given. In English they look as the server writes
// them (pages/format.rs). Both are tested against format.cases.json, so that no
// figure changes when a script takes over. localised.ts rewrites what the server
// wrote in the same way.

const MINUS = "\u2212";
const NBSP = "\u00a0";
/** Languages that write figures as the server does. They need none of the browser's formats, which are slow to create. */
const AS_SERVER = /^en(-(US|GB|AU|CA|IE|NZ))?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** How many digits after the point a price is shown with. Small prices get more, so that none looks like zero. */
export function shownDecimals(value: number, decimals: number): number {
  if (value === 0 || Math.abs(value) >= 1) return decimals;
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const published = (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
  const fourDigits = 3 - Number(exponent);
  return Math.max(decimals, Math.min(published, fourDigits, 20));
}

/** A price with its thousands apart: `7,150.09`, `7 150,09`. */
export function price(value: number, decimals: number, locale?: string): string {
  return fixed(value, shownDecimals(value, decimals), locale);
}

/** A difference with its sign: `+12.34`, `−0.50`; what rounds to zero has none. */
export function signed(value: number, decimals: number, locale?: string): string {
  const plus = value > 0 && !isZero(value.toFixed(decimals)) ? "+" : "";
  return plus + fixed(value, decimals, locale);
}

/** A change in per cent: `−0.12 %`. */
export function percent(value: number, locale?: string): string {
  return `${signed(value, 2, locale)}${NBSP}%`;
}

/** An age in its largest whole unit: `12 s`, `3 min`, `5 y`. */
export function age(seconds: number, locale?: string): string {
  const units: [string, number, number][] = [
    ["s", 1, 60],
    ["min", 60, 3_600],
    ["h", 3_600, 172_800],
    ["d", 86_400, 63_115_200],
    ["y", 31_557_600, Infinity],
  ];
  const [unit, length] = units.find(([, , below]) => seconds < below) ?? ["s", 1];
  return `${figure(String(Math.floor(seconds / length)), locale)}${NBSP}${unit}`;
}

/** A calendar date: `2025-10-29` becomes `29 Oct 2025`. */
export function date(iso: string, locale?: string): string {
  const [year = 0, month = 1, day = 1] = iso.split("-").map(Number);
  if (isEnglish(locale)) return `${day} ${MONTHS[month - 1]} ${year}`;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso));
}

/** What can begin at a mark of a time axis, from coarse to fine. */
export const BEGINNINGS = ["year", "month", "day", "minute", "second"] as const;
export type Beginning = (typeof BEGINNINGS)[number];

/** A mark of a time axis, by the clock of UTC: `2025`, `Oct`, `29`, `13:05`, `13:05:30`. */
export function axisMark(instant: Date, begins: Beginning, locale = reader()): string {
  if (!isEnglish(locale)) return axisFormat(begins, locale).format(instant);
  if (begins === "year") return String(instant.getUTCFullYear());
  if (begins === "month") return MONTHS[instant.getUTCMonth()] ?? "";
  if (begins === "day") return String(instant.getUTCDate());
  return instant.toISOString().slice(11, begins === "minute" ? 16 : 19);
}

const AXIS: Record<Beginning, Intl.DateTimeFormatOptions> = {
  year: { year: "numeric" },
  month: { month: "short" },
  day: { day: "numeric" },
  minute: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

function axisFormat(begins: Beginning, locale: string): Intl.DateTimeFormat {
  return cached(`${begins} ${locale}`, () => new Intl.DateTimeFormat(locale, { ...AXIS[begins], timeZone: "UTC" }));
}

/** A time of day on the reader's own clock: `12:03:05`. */
export function clock(instant: Date, locale?: string): string {
  if (!isEnglish(locale)) return new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(instant);
  return [instant.getHours(), instant.getMinutes(), instant.getSeconds()].map(twoDigits).join(":");
}

/** An instant on the reader's clock, with its zone: `17:35:07 CET`. The date stands before it unless it is today. */
export function moment(instant: Date, now: Date, locale?: string): string {
  const at = `${clock(instant, locale)}${NBSP}${zoneName(instant, locale)}`;
  const day = dayOf(instant);
  return day === dayOf(now) ? at : `${date(day, locale)}, ${at}`;
}

/** Digits such as `7150.09` as the reader's language writes them; nothing is rounded. */
export function figure(digits: string, locale = reader()): string {
  if (AS_SERVER.test(locale)) return digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
  const decimals = digits.split(".")[1]?.length ?? 0;
  // As text, because a number would be rounded a second time.
  return numberFormat(decimals, locale).format(digits as `${number}`);
}

function numberFormat(decimals: number, locale: string): Intl.NumberFormat {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return cached(`${decimals} ${locale}`, () => new Intl.NumberFormat(locale, digits));
}

const formats = new Map<string, unknown>();

/** A format takes long to create and is quick to use. */
function cached<T>(key: string, make: () => T): T {
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key) as T;
}

function fixed(value: number, decimals: number, locale?: string): string {
  const digits = Math.abs(value).toFixed(decimals);
  const sign = value < 0 && !isZero(digits) ? MINUS : "";
  return sign + figure(digits, locale);
}

function isZero(digits: string): boolean {
  return !/[1-9]/.test(digits);
}

/** Readers of English differ in how they write dates and times; all of them get what the server writes. */
function isEnglish(locale = reader()): boolean {
  return /^en\b/.test(locale);
}

/** The language of the browser. */
function reader(): string {
  return navigator.language;
}

function zoneName(instant: Date, locale?: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeStyle: "long" }).formatToParts(instant);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** The reader's calendar date, as `2025-10-29`. */
function dayOf(instant: Date): string {
  const { year, month, day } = { year: instant.getFullYear(), month: instant.getMonth() + 1, day: instant.getDate() };
  return [year, twoDigits(month), twoDigits(day)].join("-");
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
