import type { LiveBar } from "../api";
import { expect, test } from "vitest";
import { daily, quoted } from "./fixtures";
import { endOf, isNewer, withBar, withQuote } from "./extend-bar";

const KEPT = { interval: "1d", source: "yahoo", timeZone: "Europe/Paris", to: "" };
const LAST = daily("2025-10-29", 100, { provisional: true });

function forming(more: Partial<LiveBar>): LiveBar {
  const figures = { open: 99, high: 104, low: 98, close: 103, volume: 7, provisional: true, source: "yahoo" };
  return { symbol: "CAC40", interval: "1d", open_time: "2025-10-29T08:00:00Z", date: "2025-10-29", ...figures, ...more };
}

test("a bar that forms goes on with the newest one", () => {
  expect(withBar(LAST, forming({}), KEPT)).toMatchObject({ open: 99, high: 104, low: 98, close: 103, volume: 7 });
});

test("one whose beginning was not seen goes on with the close alone", () => {
  const seen = withBar(LAST, forming({ open: null, high: null, low: null, volume: null, close: 107 }), KEPT);
  expect(seen).toMatchObject({ open: 100, high: 107, low: 99, close: 107, volume: 100 });
});

test("the next day is a bar of its own, the day before none", () => {
  expect(withBar(LAST, forming({ date: "2025-10-30", close: 5 }), KEPT)).toMatchObject({ date: "2025-10-30", close: 5 });
  expect(withBar(LAST, forming({ date: "2025-10-28" }), KEPT)).toBeNull();
});

test("a day after the last one that is asked for is no part of the bars", () => {
  const next = forming({ date: "2025-10-30" });
  expect(withBar(LAST, next, { ...KEPT, to: "2025-10-29" })).toBeNull();
  expect(withBar(LAST, next, { ...KEPT, to: "2025-10-30" })).not.toBeNull();
});

test("series of two sources are never mixed", () => {
  expect(withBar(LAST, forming({ source: "kraken" }), KEPT)).toBeNull();
  expect(withQuote(LAST, quoted(105, "2025-10-29T12:00:00Z", "ecb"), KEPT)).toBeNull();
});

test("a price of the same source and day moves a bar that goes on, and none that has ended", () => {
  const quote = quoted(105, "2025-10-29T12:00:00Z");
  expect(withQuote(LAST, quote, KEPT)).toMatchObject({ high: 105, close: 105, provisional: true });
  expect(withQuote({ ...LAST, provisional: false }, quote, KEPT)).toBeNull();
  expect(withQuote(LAST, quoted(105, "2025-10-30T12:00:00Z"), KEPT)).toBeNull();
});

test("the day of a price is the exchange's", () => {
  // Half past midnight in Paris, still the day before in UTC.
  expect(withQuote(LAST, quoted(105, "2025-10-28T23:30:00Z"), KEPT)).not.toBeNull();
});

test("a week holds its days, and a bar of minutes its minutes", () => {
  const week = { ...KEPT, interval: "1wk" };
  expect(withQuote(LAST, quoted(1, "2025-11-04T12:00:00Z"), week)).not.toBeNull();
  expect(withQuote(LAST, quoted(1, "2025-11-05T12:00:00Z"), week)).toBeNull();
  const minutes = { ...KEPT, interval: "5m" };
  expect(withQuote(LAST, quoted(1, "2025-10-29T08:04:59Z"), minutes)).not.toBeNull();
  expect(withQuote(LAST, quoted(1, "2025-10-29T08:05:00Z"), minutes)).toBeNull();
  expect(endOf("2025-01-31", "1d")).toBe("2025-02-01");
});

test("what is no part of the bars is shown apart where it is later and another price", () => {
  expect(isNewer(quoted(100, "2025-10-29T12:00:00Z"), LAST, KEPT)).toBe(false);
  expect(isNewer(quoted(100, "2025-10-29T12:00:00Z", "ecb"), LAST, KEPT)).toBe(true);
  expect(isNewer(quoted(7, "2025-10-01T12:00:00Z"), LAST, KEPT)).toBe(false);
});
