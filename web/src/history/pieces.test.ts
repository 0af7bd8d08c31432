import { expect, test } from "vitest";
import type { Bar } from "./data";
import { happenings } from "./events";
import { daily } from "./fixtures";
import type { Palette } from "./palette";
import { drawnType, type Model, newest, pieces, seriesOf } from "./pieces";

const COLOURS: Palette = {
  surface: "", ink: "", muted: "", faint: "", line: "", edge: "", tag: "", up: "up", down: "down", upVeil: "upVeil", downVeil: "downVeil",
  upClear: "", downClear: "", accentVeil: "", accentClear: "", series: ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"], fontFamily: "", fontSize: 12,
};
const BARS = [daily("2025-10-28", 100), daily("2025-10-29", 110, { open: 120, high: 125, low: 105 })];

function model(more: Partial<Model>): Model {
  const same = (value: number) => value;
  return {
    bars: BARS, type: "candles", scale: "linear", volume: true, map: same, base: 100, indicators: [],
    figure: () => 1, beside: [], axis: String, step: 0.01, ...more,
  };
}

test("each type is drawn as what it is called", () => {
  const kind = (type: Model["type"]) => pieces(model({ type }), COLOURS)[0]?.kind;
  const kinds = (["candles", "bars", "line", "area", "baseline"] as const).map(kind);
  expect(kinds).toEqual(["Candlestick", "Bar", "Line", "Area", "Baseline"]);
});

test("where only closes are known, candles are no invention but a line", () => {
  const closes = BARS.map((bar): Bar => ({ ...bar, open: null, high: null, low: null, volume: null }));
  expect(drawnType(model({ bars: closes }))).toBe("line");
  expect(pieces(model({ bars: closes }), COLOURS).map(({ key }) => key)).toEqual(["main line"]);
});

test("volume has the colour of its bar and is left out where it is switched off", () => {
  const volume = pieces(model({}), COLOURS).find(({ key }) => key === "volume");
  expect(volume?.data.map(({ color }) => color)).toEqual(["upVeil", "downVeil"]);
  expect(pieces(model({ volume: false }), COLOURS).some(({ key }) => key === "volume")).toBe(false);
});

test("what is no price has a pane of its own; prices are mapped, and it is not", () => {
  const indicators = [
    { name: "rsi:14", columns: ["rsi_14"], formula: "", warm_up: 14 },
    { name: "sma:2", columns: ["sma_2"], formula: "", warm_up: 1 },
    { name: "macd:1:2:3", columns: ["m", "m_signal", "m_histogram"], formula: "", warm_up: 4 },
  ];
  const drawn = pieces(model({ indicators, map: (value) => value * 10 }), COLOURS);
  const panes = new Map(drawn.map(({ key, pane, kind }) => [key, [pane, kind]]));
  // Below the volume, or directly below the prices where there is none.
  expect(panes.get("volume")).toEqual([1, "Histogram"]);
  expect(pieces(model({ indicators, volume: false }), COLOURS).find(({ key }) => key.startsWith("rsi"))?.pane).toBe(1);
  expect(panes.get("rsi_14 2")).toEqual([2, "Line"]);
  expect(panes.get("sma_2 0")).toEqual([0, "Line"]);
  expect(panes.get("m_histogram 3")).toEqual([3, "Histogram"]);
  const value = (key: string) => drawn.find((piece) => piece.key === key)?.data[0]?.["value"];
  expect([value("rsi_14 2"), value("sma_2 0")]).toEqual([1, 10]);
});

test("compared instruments are lines that differ by more than colour, without volume", () => {
  const beside = ["A", "B"].map((symbol) => ({
    symbol, name: symbol, currency: null, source: "", times: [1, 2], closes: [3, 4], map: (value: number) => value,
  }));
  const drawn = pieces(model({ beside }), COLOURS);
  expect(drawn.map(({ key }) => key)).toEqual(["main line", "beside A", "beside B"]);
  expect(new Set(drawn.map(({ options }) => options["lineStyle"])).size).toBe(3);
});

test("dividends and splits stand at their day, or at the next that is traded", () => {
  const action = { kind: "dividend", amount: 1, numerator: null, denominator: null, currency: null };
  const at = (ex_date: string, interval = "1d") => happenings([{ ...action, ex_date }], BARS, interval)[0]?.time;
  expect(at("2025-10-28")).toBe(BARS[0]?.time);
  expect(at("2025-10-27")).toBeUndefined();
  expect(at("2025-10-30")).toBeUndefined();
  expect(at("2025-11-01", "1wk")).toBe(BARS[1]?.time);
});

/** What the price axis writes at a value. */
function written(more: Partial<Model>, value: number): string {
  const format = pieces(model(more), COLOURS)[0]?.options["priceFormat"] as { formatter: (value: number) => string };
  return format.formatter(value);
}

test("the axis of prices that are all above zero names none below it", () => {
  expect([written({}, 20), written({}, 0), written({}, -20)]).toEqual(["20", "0", ""]);
  const percent = (value: number) => value - 100;
  expect([written({ map: percent }, -100), written({ map: percent }, -120)]).toEqual(["-100", ""]);
  const below = [...BARS, daily("2025-10-30", -3)];
  expect(written({ bars: below }, -20)).toBe("-20");
});

test("a name has its place among what is compared only where there is room", () => {
  const beside = [{ symbol: "A", name: "A", currency: null, source: "", times: [1], closes: [3], map: (value: number) => value }];
  const title = (isNamed: boolean) => pieces(model({ beside }), COLOURS, isNamed)[1]?.options["title"];
  expect([title(true), title(false)]).toEqual(["A", ""]);
});

test("the newest point is of the kind that is drawn, whatever is known of it", () => {
  const closing = daily("2025-10-30", 105, { open: null, high: null, low: null, volume: null });
  const [candle, volume] = newest(model({ bars: [...BARS, closing] }), COLOURS);
  expect(candle).toMatchObject({ key: "main candles", data: [{ open: 105, close: 105 }] });
  expect(volume).toBeUndefined();
  const beside = [{ symbol: "A", name: "A", currency: null, source: "", times: [1], closes: [3], map: (value: number) => value }];
  expect(newest(model({ beside }), COLOURS)).toMatchObject([{ key: "main line", data: [{ value: 110 }] }]);
});

test("no indicator has the colour of another or of what is compared, as long as there are enough", () => {
  expect(new Set([0, 1, 2, 3, 4, 5, 6].map((place) => seriesOf(0, place))).size).toBe(7);
  expect([0, 1].map((place) => seriesOf(5, place))).toEqual([6, 7]);
});

test("a scale holds the levels that its line is read against", () => {
  const indicators = [{ name: "rsi:14", columns: ["rsi_14"], formula: "", warm_up: 14 }];
  const options = pieces(model({ indicators }), COLOURS).find(({ key }) => key.startsWith("rsi"))?.options;
  const scale = options?.["autoscaleInfoProvider"] as (own: () => unknown) => unknown;
  expect(scale(() => ({ priceRange: { minValue: 45, maxValue: 80 } }))).toEqual({ priceRange: { minValue: 30, maxValue: 80 } });
  expect(scale(() => null)).toBeNull();
});
