import { afterEach, expect, test, vi } from "vitest";
import { dayOf, drawing, extended, lineText, type Point } from "./sparkline";

const MINUTE = 60_000;
const line: Point[] = [
  [0, 10],
  [5 * MINUTE, 14],
  [10 * MINUTE, 12],
];

afterEach(() => vi.unstubAllGlobals());

function answering(...answers: (object | number)[]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const answer = answers.shift() ?? 404;
    if (typeof answer === "number") return new Response(JSON.stringify({ detail: "none" }), { status: answer });
    return new Response(JSON.stringify({ columns: answer }));
  });
  return asked;
}

test("the line goes from the first to the last, higher prices higher", () => {
  expect(drawing(line, null)).toEqual({ path: "M0 38L50 2L100 20", base: null });
  expect(drawing(line, 18)).toEqual({ path: "M0 38L50 20L100 29", base: 2 });
});

test("a price that does not move is a line in the middle", () => {
  expect(drawing([[0, 5], [1, 5]], null)?.path).toBe("M0 20L100 20");
});

test("there is no line of one price or none", () => {
  expect(drawing([], 3)).toBeNull();
  expect(drawing([[0, 5]], null)).toBeNull();
  expect(lineText([], 2)).toBe("No line of the day: no source has bars of it.");
});

test("a long stretch without prices is a gap", () => {
  expect(drawing([[0, 1], [61 * MINUTE, 2]], null)?.path).toBe("M0 38M100 2");
});

test("a live price goes on with the line, once a minute", () => {
  const longer = extended(line, [10 * MINUTE + 20_000, 13]) ?? [];
  expect(longer).toHaveLength(4);
  const next = extended(longer, [10 * MINUTE + 50_000, 15]) ?? [];
  expect(next).toHaveLength(4);
  expect(next.at(-1)).toEqual([10 * MINUTE + 50_000, 15]);
  expect(extended(next, [12 * MINUTE, 16])).toHaveLength(5);
});

test("an older price changes nothing, and nothing begins where there is no line", () => {
  expect(extended(line, [MINUTE, 99])).toBe(line);
  expect(extended([], [MINUTE, 99])).toEqual([]);
});

test("a price of another day asks for another line", () => {
  expect(extended(line, [24 * 60 * MINUTE, 1])).toBeNull();
});

test("it is told in words", () => {
  expect(lineText(line, 2)).toBe("Line of the day: from 10.00 to 12.00, lowest 10.00, highest 14.00.");
});

test("holes are left out, and symbols escaped", async () => {
  const time = (minute: number) => `2026-01-02T10:0${minute}:00Z`;
  const asked = answering({ open_time: [time(0), time(1), time(2)], close: [1, null, 3] });
  expect((await dayOf("EUR/USD")).map(([, value]) => value)).toEqual([1, 3]);
  expect(asked[0]).toMatch(/^\/marketpulse\/v1\/bars\/EUR%2FUSD\?interval=5m&period=1d&/);
});

test("what is not offered so fine is asked for coarser, and where there is nothing there is no line", async () => {
  const times = ["2026-01-02T10:00:00Z", "2026-01-02T11:00:00Z"];
  const asked = answering(422, { open_time: times, close: [1, 2] });
  expect(await dayOf("X")).toHaveLength(2);
  expect(asked[1]).toContain("interval=1h");
  answering(404, 404);
  expect(await dayOf("X")).toEqual([]);
});
