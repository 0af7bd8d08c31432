import type { Quote } from "../api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { age } from "../locale/format";
import { Quotes } from "./quotes";

const NOW = Date.parse("2026-01-02T12:00:00Z");
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const quote = (symbol: string, price: number | null) =>
  ({ symbol, price, source: "yahoo", market_state: "open", freshness: "fresh" }) as Quote;
const ok = { paused_until: null, failing_since: null, refused_since: null };

function received(...quotes: Quote[]): Quotes {
  const all = new Quotes();
  const sources = [{ source: "yahoo", state: "ok" as const, ...ok }];
  all.take({ type: "snapshot", timestamp: "2026-01-02T12:00:00Z", quotes, sources });
  return all;
}

test("a snapshot brings all, a quote brings one, a state what changed with time", () => {
  const all = received(quote("A", 1), quote("B", 2));
  expect(all.take({ type: "quote", ...quote("A", 3) })).toEqual(["A"]);
  const state = { type: "state", timestamp: "2026-01-02T12:00:00Z", market_state: "closed", freshness: "stale" } as const;
  expect(all.take({ ...state, symbol: "B" })).toEqual(["B"]);
  expect(all.take({ ...state, symbol: "C" })).toEqual([]);
  expect(all.of("A")?.price).toBe(3);
  expect(all.of("B")).toMatchObject({ price: 2, market_state: "closed", freshness: "stale" });
});

test("ages are by the service's clock, however wrong the browser's is", () => {
  const all = received();
  vi.setSystemTime(NOW - 3_600_000);
  all.take({ type: "snapshot", timestamp: "2026-01-02T12:00:00Z", quotes: [], sources: [] });
  expect(all.ageOf("2026-01-02T11:59:50Z")).toBe(10);
  vi.advanceTimersByTime(5_000);
  expect(all.ageOf("2026-01-02T11:59:50Z")).toBe(15);
});

test("a state that was missed and comes late does not set the clock back", () => {
  const all = received(quote("A", 1));
  vi.advanceTimersByTime(5_400_000);
  all.take({ type: "state", timestamp: "2026-01-02T12:00:00Z", symbol: "A", market_state: "closed", freshness: "fresh" });
  expect(all.ageOf("2026-01-02T12:00:00Z")).toBe(5_400);
});

test("what is wrong with a symbol stands until it has a price", () => {
  const all = received(quote("A", null));
  const error = { type: "error", reason: "unknown_symbol", detail: "no source knows A" } as const;
  expect(all.take({ ...error, symbol: "A" })).toEqual(["A"]);
  expect(all.take({ ...error, symbol: null })).toEqual([]);
  expect(all.errorOf("A")).toBe("no source knows A");
  all.take({ type: "quote", ...quote("A", 1) });
  expect(all.errorOf("A")).toBeUndefined();
});

test("a source that fails is named where it is in use", () => {
  const all = received(quote("A", 1));
  expect(all.sourcesText(new Set(["yahoo"]), age)).toBe("");
  all.take({ type: "source", source: "yahoo", state: "failing", paused_until: null, failing_since: "2026-01-02T11:58:00Z", refused_since: null });
  expect(all.sourcesText(new Set(["yahoo"]), age)).toBe("yahoo has not answered for 2\u00a0min: its last prices stay");
  expect(all.sourcesText(new Set(["kraken"]), age)).toBe("");
});

test("where there is no stream, rows of a list are quotes as those of the stream", async () => {
  const row = { ...quote("A", 1), disputed_by: "kraken", disputed_price: 9, doubted_price: 5, doubted_of: "x" };
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return new Response(JSON.stringify({ timestamp: "2026-01-02T12:00:00Z", quotes: [row] }));
  });
  const all = new Quotes();
  expect(await all.ask(["A", "EUR/USD"])).toEqual(["A"]);
  expect(all.of("A")).toMatchObject({ disputed: { source: "kraken", price: 9 }, quarantined: { source: "x" } });
  expect(asked).toEqual(["/marketpulse/v1/quotes?symbols=A%2CEUR%2FUSD"]);
});
