import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changed, hasList, list, storedList, storeList } from "./choice";

const HERE = "/marketpulse/dashboard";

beforeEach(() => {
  const held = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => held.set(key, text),
    removeItem: (key: string) => held.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

test("an address stays readable while choices change", () => {
  const own = changed(HERE, { symbols: list(["CAC40", "EUR/USD", "M&M.NS"]) });
  expect(own).toBe(`${HERE}?symbols=CAC40,EUR/USD,M%26M.NS`);
  expect(changed(`${own}&wall`, { sort: "-change" })).toBe(`${own}&wall&sort=-change`);
  expect(changed(own, { symbols: null })).toBe(HERE);
  expect(changed(HERE, { wall: "" })).toBe(`${HERE}?wall`);
});

test("a list of none is a list", () => {
  const none = changed(HERE, { symbols: list([]) });
  expect(none).toBe(`${HERE}?symbols=,`);
  expect(hasList(none)).toBe(true);
  expect(hasList(`${HERE}?symbols=&sort=name`)).toBe(false);
  expect(hasList(HERE)).toBe(false);
});

test("a list is stored and deleted", () => {
  expect(storedList()).toBeNull();
  storeList(["CAC40", "EUR/USD"]);
  expect(storedList()).toBe("CAC40,EUR/USD");
  storeList(null);
  expect(storedList()).toBeNull();
});

test("a browser that stores nothing is no trouble", () => {
  vi.stubGlobal("localStorage", undefined);
  storeList(["CAC40"]);
  expect(storedList()).toBeNull();
});
