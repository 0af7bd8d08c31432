import { expect, test } from "vitest";
import { extrasOf } from "./extras";
import { writer } from "./locale";
import { daily } from "./fixtures";
import { cellsOf, MOST_ROWS } from "./table";

const EN = writer(2, "1d", "UTC", "en-GB");

test("the newest come first, with indicators and events beside", () => {
  const bars = [daily("2025-10-28", 1), daily("2025-10-29", 2, { provisional: true })];
  const besides = {
    indicators: [{ name: "bollinger:2:2", columns: ["b_lower", "b_upper"], formula: "", warm_up: 1 }],
    columns: { b_lower: [null, 5], b_upper: [null, 6] },
    rows: new Map([["2025-10-29", 1]]),
  };
  const { heads, rows } = cellsOf(bars, extrasOf(besides), new Map([[bars[0]?.time ?? 0, "Split 4 for 1"]]), EN, "Date");
  expect(heads).toEqual(["Date", "Open", "High", "Low", "Close", "Volume", "Bollinger 2, 2 lower", "Bollinger 2, 2 upper", "Event"]);
  expect(rows).toEqual([
    ["29 Oct 2025 so far", "2.00", "3.00", "1.00", "2.00", "100", "5.00", "6.00", ""],
    ["28 Oct 2025", "1.00", "2.00", "0.00", "1.00", "100", "", "", "Split 4 for 1"],
  ]);
});

test("columns of which nothing is known are left out, and old rows too", () => {
  const bars = Array.from({ length: 300 }, (_, i) => {
    const date = new Date(i * 86_400_000).toISOString().slice(0, 10);
    return daily(date, i, { open: null, high: null, low: null, volume: null });
  });
  const { heads, rows } = cellsOf(bars, [], new Map(), EN, "Date");
  expect(heads).toEqual(["Date", "Close"]);
  expect(rows).toHaveLength(MOST_ROWS);
  expect(rows[0]?.[1]).toBe("299.00");
});
