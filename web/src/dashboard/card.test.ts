import type { Quote } from "../api";
import { expect, test } from "vitest";
import { cardText, direction, mark } from "./card";

const cac: Quote = {
  symbol: "CAC40",
  name: "CAC 40",
  price: 7150.094,
  currency: "EUR",
  change: -11.906,
  change_percent: -0.1662,
  change_since: "previous_close",
  day_high: 7160.22,
  day_low: 7120.1,
  source: "yahoo",
  as_of: "2025-10-29T12:00:00Z",
  received_at: "2026-01-02T12:00:00Z",
  freshness: "fresh",
  market_state: "open",
  simulated: false,
  disputed: null,
  quarantined: null,
  price_decimals: 2,
};

test("a quote is worded as the server words it", () => {
  expect(cardText(cac)).toEqual({
    symbol: "CAC40",
    name: "CAC 40",
    price: "7,150.09",
    unit: "EUR",
    arrow: "▼",
    change: "−11.91 (−0.17\u00a0%)",
    moved: "−11.91",
    percent: "−0.17\u00a0%",
    since: "since previous close",
    market: "market open",
    range: "7,120.10 – 7,160.22",
    low: "7,120.10",
    high: "7,160.22",
    source: "yahoo",
    asOf: "2025-10-29T12:00:00Z",
    badge: "fresh",
    doubt: "",
    note: "",
  });
  expect(cardText({ ...cac, name: "CAC40" }).symbol).toBe("");
});

test("a missing price is no value with the reason, never a number", () => {
  const gone = { ...cac, price: null, change: null, freshness: "missing" as const };
  const text = cardText({ ...gone, reason: "unreachable", detail: "yahoo cannot be reached" });
  expect(text).toMatchObject({ price: "no value", unit: "", change: "", note: "yahoo cannot be reached" });
  expect(cardText({ ...gone, reason: "unreachable" }).note).toBe("unreachable");
  expect(direction(gone)).toBe("none");
});

test("a price that is being asked for is not called missing", () => {
  const asked = { ...cac, price: null, change: null, freshness: "missing" as const, reason: "pending" };
  expect(cardText(asked).badge).toBe("asking");
  expect(cardText({ ...asked, reason: "unreachable" }).badge).toBe("missing");
});

test("what speaks against a price stands beside it", () => {
  const old = { ...cac, freshness: "stale" as const, detail: "yahoo has nothing newer" };
  const disputed = { source: "coingecko", price: 7300.5 };
  expect(cardText({ ...old, disputed }).note).toBe(
    "yahoo has nothing newer; disputed: coingecko says 7,300.50 EUR",
  );
  expect(cardText({ ...cac, currency: null, disputed }).note).toBe("disputed: coingecko says 7,300.50");
  expect(cardText({ ...old, freshness: "simulated" }).note).toBe("");
});

test("what is not known of a price is not made up", () => {
  const bare = {
    ...cac,
    currency: null,
    change: null,
    change_percent: null,
    change_since: null,
    day_low: null,
    market_state: null,
  };
  expect(cardText(bare)).toMatchObject({
    unit: "",
    arrow: "",
    change: "no earlier price known",
    since: "",
    market: "",
    range: "–",
  });
});

test("a change without a percentage stands alone", () => {
  expect(cardText({ ...cac, change_percent: null }).change).toBe("−11.91");
});

test("the direction of a price is shown by more than colour", () => {
  const gone = (change: number) => cardText({ ...cac, change }).arrow;
  expect([gone(1), gone(-1), gone(0)]).toEqual(["▲", "▼", "="]);
});

test("the price stands where it is in the day's range, and nowhere where there is none", () => {
  expect(mark(cac)).toBe("74.8%");
  expect(mark({ ...cac, price: 7120.1 })).toBe("0.0%");
  expect(mark({ ...cac, price: 7100 })).toBeNull();
  expect(mark({ ...cac, day_low: null })).toBeNull();
  expect(mark({ ...cac, day_low: 7160.22, price: 7160.22 })).toBeNull();
});

test("a word says what speaks against a price", () => {
  expect(cardText({ ...cac, disputed: { source: "kraken", price: 7300 } }).doubt).toBe("disputed");
  expect(cardText({ ...cac, quarantined: { source: "yahoo" } }).doubt).toBe("newer one held back");
});
