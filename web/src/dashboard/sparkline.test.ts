import { afterEach, expect, test, vi } from "vitest";
import { daysOf, drawing, extended, type Line, lineText, type Point, type Trend } from "./sparkline";

const MINUTE = 60_000;
const of = (...points: Point[]): Line => ({ stepMs: 5 * MINUTE, points });
const base = (price: number, trend: Trend) => ({ price, trend, since: "in 24 h" });
const line = of([0, 10], [5 * MINUTE, 14], [10 * MINUTE, 12]);

afterEach(() => vi.unstubAllGlobals());

function answering(...answers: (object | number)[]) {
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(new URL(address, "http://localhost").searchParams);
    const answer = answers.shift() ?? 404;
    if (typeof answer === "number") return new Response(JSON.stringify({ detail: "none" }), { status: answer });
    return new Response(JSON.stringify({ columns: answer }));
  });
  return asked;
}

test("the line goes from the first to the last, higher prices higher", () => {
  expect(drawing(line, null)).toEqual({ path: "M0 38L50 2L100 20", base: null, trend: "up" });
  expect(drawing(line, base(18, "down"))).toEqual({ path: "M0 38L50 20L100 29", base: 2, trend: "down" });
});

test("its colour is that of the card's change, whichever way the day went", () => {
  expect(drawing(line, base(18, "down"))?.trend).toBe("down");
  expect(drawing(of([0, 10], [MINUTE, 9]), base(8, "up"))?.trend).toBe("up");
});

test("a price that does not move is a line in the middle", () => {
  expect(drawing(of([0, 5], [1, 5]), null)).toEqual({ path: "M0 20L100 20", base: null, trend: "level" });
});

test("there is no line of one price or none", () => {
  expect(drawing(of(), base(3, "up"))).toBeNull();
  expect(drawing(of([0, 5]), null)).toBeNull();
  expect(lineText(of(), null, 2)).toBe("No line of the day: no source has bars of it.");
});

test("a long stretch without prices is a gap", () => {
  expect(drawing(of([0, 1], [61 * MINUTE, 2]), null)?.path).toBe("M0 38M100 2");
});

test("a live price is the close of the bar that runs, so that the line has no hook at its end", () => {
  const now = extended(line, [10 * MINUTE + 20_000, 13]);
  expect(now?.points).toEqual([[0, 10], [5 * MINUTE, 14], [10 * MINUTE, 13]]);
  const later = now && extended(now, [14 * MINUTE, 15]);
  expect(later?.points).toEqual([[0, 10], [5 * MINUTE, 14], [10 * MINUTE, 15]]);
});

test("a live price after that bar is the close of the next, where bars are as long as before", () => {
  const next = extended(line, [17 * MINUTE, 16]);
  expect(next?.points.slice(2)).toEqual([[10 * MINUTE, 12], [15 * MINUTE, 16]]);
  expect(extended(line, [26 * MINUTE, 16])?.points.at(-1)).toEqual([25 * MINUTE, 16]);
});

test("an older price changes nothing, and nothing begins where there is no line", () => {
  expect(extended(line, [MINUTE, 99])).toBe(line);
  expect(extended(of(), [MINUTE, 99])?.points).toEqual([]);
});

test("a price of another day asks for another line", () => {
  expect(extended(line, [24 * 60 * MINUTE, 1])).toBeNull();
});

test("it is described in words, its colour too", () => {
  const words = "Line of the day: from 10.00 to 12.00, lowest 10.00, highest 14.00;";
  expect(lineText(line, null, 2)).toBe(`${words} risen since its begin.`);
  expect(lineText(line, base(18, "down"), 2)).toBe(`${words} fallen in 24 h.`);
  expect(lineText(line, base(12, "level"), 2)).toBe(`${words} unchanged in 24 h.`);
});

const time = (minute: number) => `2026-01-02T10:${minute}:00Z`;

test("all are asked for at once, and holes are left out", async () => {
  const asked = answering({ date: [], open_time: [time(15), time(30), time(45)], "EUR/USD": [1, null, 3], A: [4, 5, null] });
  const lines = await daysOf(["EUR/USD", "A"]);
  expect(lines.get("EUR/USD")?.points.map(([, value]) => value)).toEqual([1, 3]);
  expect(lines.get("A")).toEqual({ stepMs: 900_000, points: [[Date.parse(time(15)), 4], [Date.parse(time(30)), 5]] });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.get("symbols")).toBe("EUR/USD,A");
});

test("what is not offered so fine is asked for coarser, and where there is nothing there is no line", async () => {
  const times = [time(15), time(30)];
  const asked = answering({ open_time: times, A: [1, 2], B: [null, null] }, { open_time: times, B: [3, 4] });
  const lines = await daysOf(["A", "B"]);
  expect(lines.get("B")?.stepMs).toBe(3_600_000);
  expect(asked.map((it) => [it.get("symbols"), it.get("interval")])).toEqual([["A,B", "15m"], ["B", "1h"]]);
  answering(404, 422);
  expect(await daysOf(["A"])).toEqual(new Map());
});
