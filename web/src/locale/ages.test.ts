import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepAges, writeAges } from "./ages";

const SINCE = Date.parse("2025-10-29T12:00:00Z");

/** Stands in for a page with one age on it. */
class Page extends EventTarget {
  hidden = false;
  after = "";
  text = { data: "7\u00a0s" };
  querySelectorAll = () => [{ dateTime: new Date(SINCE).toISOString(), firstChild: this.text, dataset: { age: this.after } }];
}
let page: Page;
let now: number;

beforeEach(() => {
  vi.useFakeTimers();
  page = new Page();
  now = SINCE + 7_000;
  vi.stubGlobal("document", page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function pass(seconds: number): void {
  now += seconds * 1_000;
  vi.advanceTimersByTime(seconds * 1_000);
}

test("an age goes on by itself", () => {
  keepAges(() => now);
  pass(3);
  expect(page.text.data).toBe("10\u00a0s");
  pass(60);
  expect(page.text.data).toBe("1\u00a0min");
});

test("what stands behind it stays there", () => {
  page.after = " ago";
  writeAges(page as unknown as ParentNode, SINCE + 90_000);
  expect(page.text.data).toBe("1\u00a0min ago");
});

test("nothing is from the future", () => {
  writeAges(page as unknown as ParentNode, SINCE - 5_000);
  expect(page.text.data).toBe("0\u00a0s");
});

test("it rests while nobody looks, and is right as soon as somebody does", () => {
  keepAges(() => now);
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  pass(300);
  expect(page.text.data).toBe("7\u00a0s");
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(page.text.data).toBe("5\u00a0min");
});
