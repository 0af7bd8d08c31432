import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { poll, waitMs } from "./polling";

/** Stands in for `document` and `window`: polling only listens to them. */
class Page extends EventTarget {
  hidden = false;
}
let page: Page;

beforeEach(() => {
  vi.useFakeTimers();
  page = new Page();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("after a failure it waits shortly, then twice as long with each, up to a minute", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((n) => waitMs(15_000, n))).toEqual([
    15_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000,
  ]);
  expect(waitMs(90_000, 9)).toBe(90_000);
});

test("asks at once and then at its pace; after failures later and later; after a success at its pace again", async () => {
  const ask = vi.fn(async () => {});
  const failed = vi.fn();
  poll(ask, 5_000, failed);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask).toHaveBeenCalledTimes(2);

  ask.mockRejectedValueOnce(new Error("away"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(failed).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(ask).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(ask).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask).toHaveBeenCalledTimes(5);
});

test("what has only just come is asked for after the first interval, or as soon as somebody returns", async () => {
  const ask = vi.fn(async () => {});
  poll(ask, 15_000, () => {}, "later");
  await vi.advanceTimersByTimeAsync(14_999);
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ask).toHaveBeenCalledTimes(1);

  const another = vi.fn(async () => {});
  poll(another, 15_000, () => {}, "later");
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(another).toHaveBeenCalledTimes(1);
});

test("a page nobody looks at does not ask; coming back it asks at once", async () => {
  const ask = vi.fn(async () => {});
  poll(ask, 5_000, () => {});
  await vi.advanceTimersByTimeAsync(0);
  page.hidden = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(2);
});

test("never two questions at once", async () => {
  const ask = vi.fn(() => new Promise<void>(() => {}));
  poll(ask, 5_000, () => {});
  page.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

test("once ended it asks no more, not even when the page comes back", async () => {
  const ask = vi.fn(async () => {});
  const end = poll(ask, 5_000, () => {});
  await vi.advanceTimersByTimeAsync(0);
  end();
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

test("a failure that comes after the end is nobody's business", async () => {
  const failed = vi.fn();
  let fail = (_: Error) => {};
  const end = poll(() => new Promise((_, reject) => (fail = reject)), 5_000, failed);
  end();
  fail(new Error("late"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(failed).not.toHaveBeenCalled();
});
