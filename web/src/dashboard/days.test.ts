import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Quote } from "../latest";
import { Days } from "./days";
import type { Point } from "./sparkline";

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

function days(answer: () => Promise<Point[]> = async () => [[0, 1], [1, 2]]) {
  const ask = vi.fn((_: string) => answer());
  const drawn = vi.fn();
  return { days: new Days(drawn, ask), ask, drawn };
}

test("two are asked for together, the others after them", async () => {
  const waiting: ((line: Point[]) => void)[] = [];
  const { days: all, ask } = days(() => new Promise((resolve) => waiting.push(resolve)));
  for (const symbol of ["A", "B", "C"]) all.see(symbol, true);
  expect(ask.mock.calls.flat()).toEqual(["A", "B"]);
  waiting[0]?.([]);
  await settle();
  expect(ask.mock.calls.flat()).toEqual(["A", "B", "C"]);
});

test("a line is asked for again after five minutes, and only while it is in sight", async () => {
  const { days: all, ask, drawn } = days();
  all.see("A", true);
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
  await settle();
  ask.mockRejectedValueOnce(new Error("no connection"));
  vi.setSystemTime(300_000);
  all.askDue();
  await settle();
  expect(all.of("A")).toEqual([[0, 1], [1, 2]]);
  vi.setSystemTime(360_000);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(3);
});

test("a live price goes on with the line; one of another day has it asked for soon", async () => {
  const { days: all, ask } = days();
  all.go(at(5, 9));
  expect(all.of("A")).toBeUndefined();
  all.see("A", true);
  await settle();
  all.go(at(120_000, 3));
  expect(all.of("A")?.at(-1)).toEqual([120_000, 3]);
  all.go(at(86_400_000, 4));
  expect(all.of("A")).toHaveLength(3);
  vi.setSystemTime(60_000);
  all.askDue();
  expect(ask).toHaveBeenCalledTimes(2);
});
