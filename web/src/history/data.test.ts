import { expect, test } from "vitest";
import { barsOf, between, isIntraday, secondsOf, withParams } from "./data";
import { response } from "./fixtures";

test("a row without a close is a hole, and what is not known of a bar is absent", () => {
  const columns = { date: ["2025-10-28", "2025-10-29"], open_time: ["", ""], open: [1, null], close: [null as never, 0] };
  const bars = barsOf(response({}, { columns }));
  expect(bars).toMatchObject([{ date: "2025-10-29", open: null, high: null, volume: null, close: 0 }]);
});

test("bars stand on the exchange's own clock, and none is lost in the hour that comes twice", () => {
  const times = ["2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T02:30:00Z"];
  const columns = { date: times.map(() => "2025-10-26"), open_time: times, close: [1, 2, 3] };
  const bars = barsOf(response({}, { interval: "1h", columns }));
  const shown = bars.map(({ time }) => new Date(time * 1_000).toISOString().slice(11, 16));
  expect(shown).toEqual(["02:30", "02:30", "03:30"]);
  expect(new Set(bars.map(({ time }) => time)).size).toBe(3);
});

test("dates take the place of a period in a question", () => {
  const asked = "/marketpulse/v1/bars/EUR%2FUSD?interval=1d&period=1mo&adjust=all";
  expect(between(asked, "2024-01-01", "2024-02-01")).toBe(
    "/marketpulse/v1/bars/EUR%2FUSD?interval=1d&adjust=all&from=2024-01-01&to=2024-02-01",
  );
  expect(withParams(asked, { adjust: "", indicators: "sma:20,rsi:14" })).toContain("&indicators=sma:20,rsi:14");
  expect(withParams(asked, { adjust: "" })).not.toContain("adjust");
});

test("intervals are as long as they say", () => {
  expect(["1m", "2h", "1d", "1wk"].map(secondsOf)).toEqual([60, 7_200, 86_400, 604_800]);
  expect(["4h", "1d", "1mo"].map(isIntraday)).toEqual([true, false, false]);
});
