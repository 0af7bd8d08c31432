import type { SearchHit, SearchResponse } from "../api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Finder, type View } from "./finder";
import { Refusal } from "../service/polling";

const hit = (symbol: string): SearchHit => ({ symbol, name: symbol, kind: "equity", exchange: null, currency: null });
const found = (...symbols: string[]): SearchResponse => ({ upstream: "ok", instruments: symbols.map(hit) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A finder, what it asked and what it showed last. */
function finder(ask: (text: string) => Promise<SearchResponse>) {
  const asked = vi.fn(ask);
  let last: View | undefined;
  const made = new Finder(asked, (view) => (last = view));
  return { made, asked, last: () => last };
}

const pause = () => vi.advanceTimersByTimeAsync(1_000);

test("asks once the typing pauses, and chooses the first hit", async () => {
  const { made, asked, last } = finder(async () => found("AAPL", "APLE"));
  for (const text of ["a", "ap", " app "]) made.type(text);
  await pause();
  expect(asked.mock.calls).toEqual([["app"]]);
  expect(last()).toMatchObject({ active: 0, said: "2 found." });
  expect(await made.choose()).toBe("AAPL");
});

test("the hits before stay to be seen while the next are asked for", async () => {
  const { made, last } = finder(async () => found("AAPL"));
  made.type("a");
  await pause();
  made.type("ap");
  expect(last()).toMatchObject({ said: "Searching…", hits: [hit("AAPL")] });
});

test("an answer that comes too late is dropped", async () => {
  const waiting = new Map<string, (found: SearchResponse) => void>();
  const { made, last } = finder((text) => new Promise((answer) => waiting.set(text, answer)));
  made.type("slow");
  await pause();
  made.type("quick");
  await pause();
  waiting.get("quick")?.(found("QUICK"));
  waiting.get("slow")?.(found("SLOW"));
  await pause();
  expect(last()?.hits).toEqual([hit("QUICK")]);
});

test("a choice waits for the search of what is typed, and takes unseen only what is exactly that", async () => {
  const answer = { ...found("ABC", "AB"), instruments: [hit("ABC"), hit("AB"), { ...hit("X"), name: "Abacus" }] };
  const { made, last } = finder(async () => answer);
  const chosen = async (text: string) => {
    made.type(text);
    const chosen = made.choose();
    await pause();
    return chosen;
  };
  expect(await chosen("ab")).toBe("AB");
  expect(await chosen("abacus")).toBe("X");
  expect(await chosen("a")).toBeNull();
  expect(last()?.said).toBe("3 found. Enter opens ABC.");
  expect(await made.choose()).toBe("ABC");
});

test("what was not found is taken as a symbol once it is seen that it was not", async () => {
  const { made, last } = finder(async () => found());
  made.type("x");
  const chosen = made.choose();
  await pause();
  expect(await chosen).toBeNull();
  expect(last()?.said).toBe("Nothing found. Enter opens “x” as a symbol.");
  expect(await made.choose()).toBe("x");
});

test("whoever types on has not chosen", async () => {
  const { made } = finder(async (text) => found(text.toUpperCase()));
  const chosen = vi.fn();
  made.type("a");
  void made.choose().then(chosen);
  made.type("ab");
  await pause();
  expect(chosen).not.toHaveBeenCalled();
});

test("after the last hit comes the first, and before the first the last", async () => {
  const { made, last } = finder(async () => found("A", "B", "C"));
  made.move(1);
  expect(last()).toBeUndefined();
  made.type("x");
  await pause();
  const steps = ([1, 1, 1, -1] as const).map((step) => (made.move(step), last()?.active));
  expect(steps).toEqual([1, 2, 0, 2]);
});

test("an emptied field shows and chooses nothing, whatever is still on its way", async () => {
  const { made, asked, last } = finder(async () => found("A"));
  made.type("x");
  made.type("  ");
  await pause();
  expect(asked).not.toHaveBeenCalled();
  expect(last()).toEqual({ hits: [], active: -1, said: "" });
  expect(await made.choose()).toBe("");
});

describe("it says", () => {
  const said = async (ask: () => Promise<SearchResponse>) => {
    const { made, last } = finder(ask);
    made.type("x");
    await pause();
    expect(await made.choose()).toBe("x");
    return last()?.said;
  };

  test("that nothing was found, and what Enter does then", async () => {
    expect(await said(async () => found())).toBe("Nothing found. Enter opens “x” as a symbol.");
  });

  test("what Enter does in a field that adds", async () => {
    const shown: View[] = [];
    const made = new Finder(async () => found(), (view) => shown.push(view), "adds");
    made.type("x");
    await pause();
    expect(shown.at(-1)?.said).toBe("Nothing found. Enter adds “x” as a symbol.");
  });

  test("that no upstream was asked, or why it could not be", async () => {
    const only = "Nothing found. Enter opens “x” as a symbol. Only what is known here was searched";
    expect(await said(async () => ({ ...found(), upstream: "none" }))).toBe(`${only}.`);
    expect(await said(async () => ({ ...found(), upstream: "yahoo is paused" }))).toBe(`${only}: yahoo is paused.`);
  });

  test("the service's own sentence where it refuses, another where it does not answer", async () => {
    const refuse = async () => Promise.reject(new Refusal("q: is too long"));
    expect(await said(refuse)).toBe("q: is too long. Enter opens “x” as a symbol.");
    const ask = async () => Promise.reject(new Refusal("q: did you mean y?"));
    expect(await said(ask)).toBe("q: did you mean y? Enter opens “x” as a symbol.");
    const fail = async () => Promise.reject(new TypeError("Failed to fetch"));
    expect(await said(fail)).toBe("The search does not answer. Enter opens “x” as a symbol.");
  });
});
