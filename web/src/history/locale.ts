// Numbers and times as the reader's language writes them.

import { clock, percent, price, shownDecimals, signed } from "../format";
import { isIntraday } from "./data";

/** Nothing is known of it. */
export const NOTHING = "–";

export interface Writer {
  price(value: number | null | undefined): string;
  /** A difference with its sign, and the digits of the price it is of. */
  change(value: number, of: number): string;
  percent(value: number): string;
  quantity(value: number | null | undefined): string;
  /** As it is, whatever its digits. */
  amount(value: number): string;
  /** Large numbers in short: 1.2M. */
  short(value: number | null | undefined): string;
  /** Whichever the figure is, with four digits that count. */
  figure(value: number | null | undefined): string;
  when(date: string, openTime: string): string;
}

/** Writes the prices of one instrument; `locale` is the reader's where not given. */
export function writer(decimals: number, interval: string, timeZone: string, locale?: string): Writer {
  const short = number(locale, { notation: "compact", maximumFractionDigits: 2 });
  const quantity = number(locale, { maximumFractionDigits: 2 });
  const amount = number(locale, { maximumFractionDigits: 10 });
  const dates = dateFormat(interval, timeZone, locale);
  const known = (format: (value: number) => string) => (value: number | null | undefined) =>
    value == null ? NOTHING : format(value);
  return {
    price: known((value) => price(value, decimals, locale)),
    change: (value, of) => signed(value, shownDecimals(of, decimals), locale),
    percent: (value) => percent(value, locale),
    quantity: known((value) => quantity.format(value)),
    amount: (value) => amount.format(value),
    short: known((value) => short.format(value)),
    figure: known((value) => price(value, 2, locale)),
    when: (date, openTime) => dates.format(new Date(isIntraday(interval) ? openTime : date)),
  };
}

function number(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, options);
}

/** A trading date is a date everywhere; an instant is told on the exchange's clock. */
function dateFormat(interval: string, timeZone: string, locale?: string): Intl.DateTimeFormat {
  return isIntraday(interval)
    ? new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone })
    : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
}

/** A time of day on the reader's clock. */
export function timeOfDay(instant: Date, locale?: string): string {
  return clock(instant, locale);
}
