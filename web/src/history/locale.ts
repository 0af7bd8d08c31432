// Numbers and times as the reader's language writes them. The browser's own
// formats take longer to make than a chart takes to be drawn: English needs none
// of them, for other languages each is created when it is first needed.

import { clock, date as day, figure, percent, price, shownDecimals, signed } from "../locale/format";
import { isIntraday, offsetIn } from "./data";

/** Stands for a value that is not known. */
export const NOTHING = "–";

export interface Writer {
  price: (value: number | null | undefined) => string;
  /** A difference with its sign, and the digits of the price it is of. */
  change: (value: number, of: number) => string;
  percent: (value: number) => string;
  quantity: (value: number | null | undefined) => string;
  /** As it is, whatever its digits. */
  amount: (value: number) => string;
  /** Large numbers in short: 1.2M. */
  short: (value: number | null | undefined) => string;
  /** Any figure, with two digits after the point and more where it is small. */
  figure: (value: number | null | undefined) => string;
  when: (date: string, openTime: string) => string;
}

/** Writes the prices of one instrument; `locale` is the reader's where not given. */
export function writer(decimals: number, interval: string, timeZone: string, locale = navigator.language): Writer {
  const known = (format: (value: number) => string) => (value: number | null | undefined) =>
    value == null ? NOTHING : format(value);
  const times = instants(timeZone, locale);
  return {
    price: known((value) => price(value, decimals, locale)),
    change: (value, of) => signed(value, shownDecimals(of, decimals), locale),
    percent: (value) => percent(value, locale),
    quantity: known((value) => plain(value, 2, locale)),
    amount: (value) => plain(value, 10, locale),
    short: known(shortened(locale)),
    figure: known((value) => price(value, 2, locale)),
    // A trading date is a date everywhere; an instant is written by the exchange's clock.
    when: isIntraday(interval) ? (_, openTime) => times(openTime) : (date) => day(date, locale),
  };
}

/** With at most so many digits after the point, and no zeros at their end. */
function plain(value: number, most: number, locale: string): string {
  const digits = Math.abs(value).toFixed(most).replace(/\.?0+$/, "");
  return (value < 0 && digits !== "0" ? "−" : "") + figure(digits, locale);
}

const SIZES = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]] as const;

function shortened(locale: string): (value: number) => string {
  if (isEnglish(locale)) return (value) => shortEnglish(value, locale);
  const format = once(() => new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 2 }));
  return (value) => format().format(value);
}

/** A figure that would round to a thousand of one size is written as one of the next. */
function shortEnglish(value: number, locale: string): string {
  const [size, letter] = SIZES.find(([size]) => Math.abs(value) >= size * 0.999995) ?? [1, ""];
  return plain(value / size, 2, locale) + letter;
}

/** Writes instants by an exchange's clock. */
function instants(timeZone: string, locale: string): (openTime: string) => string {
  if (isEnglish(locale)) return (openTime) => englishTime(openTime, timeZone);
  const format = once(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }));
  return (openTime) => format().format(new Date(openTime));
}

/** As the server writes it: `29 Oct 2025, 13:05`. */
function englishTime(openTime: string, timeZone: string): string {
  const seconds = Date.parse(openTime) / 1_000;
  const [date = "", time = ""] = new Date((seconds + offsetIn(timeZone)(seconds)) * 1_000).toISOString().split("T");
  return `${day(date, "en")}, ${time.slice(0, 5)}`;
}

/** Whether a language is English, except that of India, which groups digits in another way. */
function isEnglish(locale: string): boolean {
  return /^en\b(?!-IN)/.test(locale);
}

function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

/** A time of day on the reader's clock. */
export function timeOfDay(instant: Date, locale?: string): string {
  return clock(instant, locale);
}
