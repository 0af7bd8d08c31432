import type { Quote } from "../api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Days } from "./days";
import type { Line, Point } from "./sparkline";

const page = { hidden: false };
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  page.hidden = false;
  vi.stubGlobal("document", page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const at = (time: number, price: number) =>
  ({ symbol: "A", as_of: new Date(time).toISOString(), price }) as Quote;

const line = (...points: Point[]): Line => ({ stepMs: 60_000, points });
const ofAll = (symbols: string[], drawn: Line) => new Map(symbols.map((symbol) => [symbol, drawn]));

function days(answer = async (symbols: string[]) => ofAll(symbols, line([0, 1], [60_000, 2]))) {
  const ask = vi.fn(answer);
  const drawn = vi.fn();
  return { days: new Days(drawn, ask), ask, drawn };
}

test("all that are in sight are asked for together, and those that come into sight next", async () => {
  const { days: all, ask } = days();
  for (const symbol of ["A", "B"]) all.see(symbol, true);
  all.askDue();
  all.see("C", true);
  all.askDue();
  expect(ask.mock.calls).toEqual([[["A", "B"]]]);
  await settle();
  expect(ask.mock.calls).toEqual([[["A", "B"]], [["C"]]]);
});

test("those that could not be had together are asked for one by one, after the others", async () => {
  const { days: all, ask } = days();
  for (const symbol of ["A", "B"]) all.see(symbol, true);
  ask.mockRejectedValueOnce(new Error("too late"));
  all.askDue();
  await settle();
  vi.setSystemTime(60_000);
  all.see("C", true);
  all.askDue();
  await settle();
  expect(ask.mock.calls.slice(1)).toEqual([[["C"]], [["A"]], [["B"]]]);
});

test("one of which no source has bars has an empty line", async () => {
  const { days: all } = days(async () => new Map());
  all.see("A", true);
  all.askDue();
  await settle();
  expect(all.of("A")?.points).toEqual([]);
});

test("a line is asked for again after five minutes, and only while it is in sight", async () => {
  const { days: all, ask, drawn } = days();
  all.see("A", true);
  all.askDue();
  await settle();
  expect(drawn).toHaveBeenCalledWith("A");
  all.askDue();
  vi.setSystemTime(299_999);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(1);
  vi.setSystemTime(300_000);
  page.hidden = true;
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(1);
  page.hidden = false;
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(2);
  await settle();
  all.see("A", false);
  vi.setSystemTime(900_000);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("a line that cannot be had leaves the one there is, and is asked for sooner", async () => {
  const { days: all, ask } = days();
  all.see("A", true);
  all.askDue();
  await settle();
  ask.mockRejectedValueOnce(new Error("no connection"));
  vi.setSystemTime(300_000);
  all.askDue();
  await settle();
  expect(all.of("A")?.points).toEqual([[0, 1], [60_000, 2]]);
  vi.setSystemTime(360_000);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(3);
});

test("a live price goes on with the line; one of another day has it asked for soon", async () => {
  const { days: all, ask } = days();
  all.go(at(5, 9));
  expect(all.of("A")).toBeUndefined();
  all.see("A", true);
  all.askDue();
  await settle();
  all.go(at(120_000, 3));
  expect(all.of("A")?.points.at(-1)).toEqual([120_000, 3]);
  all.go(at(86_400_000, 4));
  expect(all.of("A")?.points).toHaveLength(3);
  vi.setSystemTime(60_000);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("a line is the same whether its newest price came before it or after", async () => {
  const [early, late] = [days().days, days().days];
  early.go(at(120_000, 3));
  for (const all of [early, late]) {
    all.see("A", true);
    all.askDue();
  }
  await settle();
  late.go(at(120_000, 3));
  expect(early.of("A")).toEqual(late.of("A"));
  expect(early.of("A")?.points.at(-1)).toEqual([120_000, 3]);
});
