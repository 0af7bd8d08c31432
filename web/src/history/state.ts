// What the history view shows, written into the address so that a link shows the
// same. Defaults are left out.

export const TYPES = ["candles", "bars", "line", "area", "baseline"] as const;
export const SCALES = ["linear", "log", "percent"] as const;
export const MOST_COMPARED = 5;
export const MOST_INDICATORS = 10;

export type Type = (typeof TYPES)[number];
export type Scale = (typeof SCALES)[number];

export interface Choice {
  symbol: string;
  /** Empty where dates are given, and for the default. */
  period: string;
  /** `YYYY-MM-DD`, or empty. */
  from: string;
  to: string;
  /** Empty for the interval that fits the stretch. */
  interval: string;
  /** Empty for the default. */
  adjust: string;
  type: Type;
  scale: Scale;
  volume: boolean;
  /** Indicators as the data API names them: `sma:20`. */
  ind: string[];
  /** Symbols to compare with. */
  compare: string[];
}

const VIEW = "/marketpulse/history/view";

/** Reads a choice from the query of an address; unknown values become the default. */
export function choiceOf(query: string): Choice {
  const given = new URLSearchParams(query);
  const text = (name: string) => given.get(name)?.trim() ?? "";
  const from = text("from");
  return {
    symbol: text("symbol"),
    period: from ? "" : text("period"),
    from,
    to: from ? text("to") : "",
    interval: text("interval"),
    adjust: text("adjust") === "splits" ? "" : text("adjust"),
    type: TYPES.find((type) => type === text("type")) ?? "candles",
    scale: SCALES.find((scale) => scale === text("scale")) ?? "linear",
    volume: text("volume") !== "off",
    ind: list(text("ind")).slice(0, MOST_INDICATORS),
    compare: list(text("compare")).slice(0, MOST_COMPARED),
  };
}

/** The address of a choice. */
export function addressOf(choice: Choice): string {
  const query = new URLSearchParams(asked(choice));
  const add = (name: string, value: string | false) => value && query.set(name, value);
  add("type", choice.type !== "candles" && choice.type);
  add("scale", choice.scale !== "linear" && choice.scale);
  add("volume", !choice.volume && "off");
  add("ind", choice.ind.join(","));
  add("compare", choice.compare.join(","));
  return query.size ? `${VIEW}?${readable(query)}` : VIEW;
}

/** How prices are really drawn: without opens, highs and lows there are no candles. */
export function drawnAs(type: Type, hasRange: boolean): Type {
  return !hasRange && (type === "candles" || type === "bars") ? "line" : type;
}

/** Whether two choices need the same prices from the service. */
export function asksSame(a: Choice, b: Choice): boolean {
  return JSON.stringify(asked(a)) === JSON.stringify(asked(b));
}

/** A list with one entry added or removed. */
export function toggled(all: string[], one: string, isOn: boolean): string[] {
  const others = all.filter((other) => other !== one);
  return isOn ? [...others, one] : others;
}

const INDICATORS = [/^(sma|ema|rsi|roc):(\d+)$/, /^(bollinger):(\d+):\d+(\.\d+)?$/, /^(macd):(\d+):(\d+):(\d+)$/];

/** Why something cannot be an indicator; empty where it can. The service has the last word. */
export function indicatorFault(name: string): string {
  const found = INDICATORS.map((form) => form.exec(name)).find((match) => match !== null);
  const bars = found?.slice(2).filter((text) => /^\d+$/.test(text ?? "")).map(Number) ?? [];
  if (bars.length && bars.every((count) => count >= 1 && count <= 500)) return "";
  return `“${name}” is none; write sma:20, ema:50, bollinger:20:2, rsi:14, macd:12:26:9 or roc:12, with 1 to 500 bars.`;
}

/** A query as people can read it; commas and colons need no escaping there. */
export function readable(query: URLSearchParams): string {
  return query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
}

function asked(choice: Choice): [string, string][] {
  const names = ["symbol", "period", "from", "to", "interval", "adjust"] as const;
  return names.map((name) => [name, choice[name].trim()] as [string, string]).filter(([, value]) => value);
}

function list(text: string): string[] {
  return [...new Set(text.split(",").map((one) => one.trim()))].filter(Boolean);
}
