import type { BarsResponse, LiveBar } from "../api";
import { afterEach, expect, test, vi } from "vitest";
import { figureAt, warmUpDays } from "./besides";
import { quoted, response } from "./fixtures";
import { reachDays, PriceData } from "./price-data";

const ADDRESS = "/marketpulse/v1/bars/CAC40?interval=1d&period=5d";
const NEW = { "2025-10-28": 100, "2025-10-29": 101 };

/** Has the service answer by what is asked; a text is a refusal. */
function answering(answer: (asked: URLSearchParams, path: string) => object | string): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const { pathname, searchParams } = new URL(address, "http://localhost");
    const body = answer(searchParams, pathname);
    const isRefused = typeof body === "string";
    return new Response(JSON.stringify(isRefused ? { detail: body } : body), { status: isRefused ? 400 : 200 });
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

function prices(): PriceData {
  return new PriceData(ADDRESS, "/marketpulse/v1/actions/CAC40", "");
}

const dates = (held: PriceData) => held.bars.map(({ date }) => date);

test("earlier prices are asked for up to the first, and put before it", async () => {
  const asked = answering((query) => response(query.has("to") ? { "2025-10-27": 99, "2025-10-28": 100 } : NEW));
  const held = prices();
  await held.load();
  expect(await held.earlier()).toBe(true);
  expect(dates(held)).toEqual(["2025-10-27", "2025-10-28", "2025-10-29"]);
  expect(asked[1]).toMatch(/from=2024-10-27&to=2025-10-28/);
  expect(held.start).toBe(Date.parse("2025-10-28") / 1_000);
});

test("where nothing is earlier, not even long ago, it is said and asked no more", async () => {
  const asked = answering((query) => response(query.has("to") ? {} : NEW));
  const held = prices();
  await held.load();
  expect(await held.earlier()).toBe(false);
  expect(held.edge).toEqual({ more: false, said: "There are no earlier prices." });
  expect(asked.at(-1)).toContain("from=1900-01-01");
  await held.earlier();
  expect(asked).toHaveLength(3);
});

test("what the service refuses is said in its own words", async () => {
  answering((query) => (query.has("to") ? "1m bars reach back 7 days at most" : response(NEW)));
  const held = prices();
  await held.load();
  await held.earlier();
  expect(held.edge).toEqual({ more: false, said: "1m bars reach back 7 days at most." });
});

test("earlier prices of another source are not drawn as one with these", async () => {
  answering((query) => {
    if (!query.has("to")) return response(NEW);
    return query.get("source") ? "not a source of CAC40" : response({ "2025-10-27": 99 }, { source: "import" });
  });
  const held = prices();
  await held.load();
  expect(await held.earlier()).toBe(false);
  expect(held.bars).toHaveLength(2);
  expect(held.edge.said).toMatch(/from import, these from yahoo/);
});

test("asked again, the same goes on; a split or another source makes all of it new", async () => {
  let now: BarsResponse = response(NEW);
  answering((query) => (query.has("to") ? response({ "2025-10-27": 99 }) : now));
  const held = prices();
  await held.load();
  await held.earlier();
  now = response({ ...NEW, "2025-10-30": 102 });
  expect(await held.load()).toBe(false);
  expect(dates(held)).toEqual(["2025-10-27", "2025-10-28", "2025-10-29", "2025-10-30"]);
  now = response({ "2025-10-28": 50, "2025-10-29": 50.5 });
  expect(await held.load()).toBe(true);
  expect(dates(held)).toEqual(["2025-10-28", "2025-10-29"]);
  now = response(NEW, { source: "import" });
  expect(await held.load()).toBe(true);
});

/** Bars of two days, the second going on. */
const goingOn = (close: number, receivedAt: string) => {
  const answer = response({ ...NEW, "2025-10-29": close }, { received_at: receivedAt });
  return { ...answer, columns: { ...answer.columns, provisional: [false, true] } };
};

function streamed(close: number): LiveBar {
  const about = { symbol: "CAC40", interval: "1d", open_time: "2025-10-29T08:00:00Z", date: "2025-10-29", source: "yahoo" } as const;
  return { ...about, open: close, high: close, low: close, close, volume: null, provisional: true };
}

test("where bars have ceased to come, newer prices go on, and a newer answer stands", async () => {
  let now = goingOn(101, "2025-10-29T10:00:00Z");
  answering(() => now);
  const held = prices();
  await held.load();
  held.receive({ quote: quoted(102, "2025-10-29T10:30:00Z") });
  held.receive({ bar: streamed(102) });
  expect(held.bars.at(-1)?.close).toBe(102);
  expect(held.receive({ quote: quoted(105, "2025-10-29T15:00:00Z") })).toBe(true);
  expect(held.bars.at(-1)?.close).toBe(105);
  now = goingOn(106, "2025-10-29T15:01:00Z");
  await held.load();
  expect(held.bars.at(-1)?.close).toBe(106);
});

test("a bar that was received before an answer was asked for does not change it", async () => {
  let now = goingOn(101, "2025-10-29T10:00:00Z");
  answering(() => now);
  const held = prices();
  await held.load();
  held.receive({ bar: streamed(102) });
  now = goingOn(106, "2025-10-29T15:01:00Z");
  await held.load();
  expect(held.bars.at(-1)?.close).toBe(106);
});

test("of a price and a bar that differ the price is the newer", async () => {
  answering(() => goingOn(101, "2025-10-29T10:00:00Z"));
  const held = prices();
  await held.load();
  held.receive({ bar: streamed(90), quote: quoted(105, "2025-10-29T15:00:00Z") });
  expect(held.bars.at(-1)?.close).toBe(105);
});

test("a stretch that goes on loses its first day as it gains another", async () => {
  let now = response(NEW);
  answering(() => now);
  const held = prices();
  await held.load();
  now = response({ "2025-10-29": 101, "2025-10-30": 102 });
  expect(await held.load()).toBe(false);
  expect(held.start).toBe(Date.parse("2025-10-29") / 1_000);
  expect(dates(held)).toEqual(["2025-10-28", "2025-10-29", "2025-10-30"]);
});

test("a price of another source stands apart and changes no bar", async () => {
  answering(() => response(NEW));
  const held = prices();
  await held.load();
  expect(held.receive({ quote: quoted(105, "2025-10-29T12:00:00Z", "ecb") })).toBe(false);
  expect(held.apart?.price).toBe(105);
  expect(held.bars.at(-1)?.close).toBe(101);
});

test("indicators are asked for from earlier on, and where that is refused from the first bar", async () => {
  const asked = answering((query, path) => {
    if (path.includes("actions")) return { currency: null, actions: [] };
    if (!query.has("indicators")) return response(NEW);
    if (query.get("from") !== "2025-10-28") return "too far back";
    const indicators = [{ name: "sma:2", columns: ["sma_2"], formula: "mean of the latest 2 closes", warm_up: 1 }];
    const answer = response(NEW, { indicators });
    return { ...answer, columns: { ...answer.columns, sma_2: [null, 100.5] } };
  });
  const held = prices();
  await held.load();
  expect(await held.choose(["sma:2"], [])).toBe(true);
  expect(asked.filter((address) => address.includes("indicators"))).toHaveLength(2);
  expect(held.bars.map((bar) => figureAt(held.besides, "sma_2", bar))).toEqual([null, 100.5]);
});

test("one that cannot be compared takes nothing else away, and its reason is said", async () => {
  answering((query, path) => {
    if (path.includes("actions")) return { currency: null, actions: [] };
    if (!query.has("symbols")) return response(NEW);
    const series = ["CAC40", "AAPL"].map((symbol) => ({ symbol, name: symbol, currency: "USD", source: "yahoo", simulated: false }));
    const columns = { date: ["2025-10-28", "2025-10-29"], CAC40: [100, 101], AAPL: [null, 7] };
    return { series, problems: [{ symbol: "NOPE", detail: "no source knows NOPE" }], columns };
  });
  const held = prices();
  await held.load();
  await held.choose([], ["AAPL", "NOPE", '"><img src=x>']);
  expect(held.besides.beside).toMatchObject([{ symbol: "AAPL", closes: [7] }]);
  expect(held.besides.faults.get("NOPE")).toBe("No source knows NOPE.");
  expect(held.besides.faults.get('"><img src=x>')).toMatch(/^Not a symbol/);
  expect(held.alignedAddress()).not.toContain("img");
});

test("what is chosen later is what counts", async () => {
  answering((_, path) => (path.includes("actions") ? { currency: null, actions: [] } : response(NEW)));
  const held = prices();
  await held.load();
  const [first, second] = await Promise.all([held.choose(["sma:2"], []), held.choose([], [])]);
  expect([first, second]).toEqual([false, true]);
});

test("slow averages begin long before, quick ones shortly", () => {
  expect(warmUpDays("1d", ["sma:20"])).toBe(35);
  expect(warmUpDays("1d", ["ema:20"])).toBe(125);
  expect(warmUpDays("1wk", ["bollinger:20:2"])).toBe(145);
  expect(reachDays("1m", [])).toBe(3);
});
