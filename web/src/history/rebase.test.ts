import { expect, test } from "vitest";
import { firstCommon, mapping } from "./rebase";

test("the first common day is the first on which all have a price", () => {
  expect(firstCommon([[1, 2, 3, 4], [2, 4], [1, 3, 4]], 0)).toBe(4);
  expect(firstCommon([[1, 2, 3], [1, 2, 3]], 2)).toBe(2);
  expect(firstCommon([[1, 2], [3, 4]], 0)).toBeUndefined();
});

test("prices are drawn as they are, as parts of a first, or in per cent of it", () => {
  expect(mapping("price", 50)(60)).toBe(60);
  expect(mapping("index", 50)(60)).toBe(120);
  expect(mapping("percent", 50)(60)).toBe(20);
});

test("from below zero a rise is still a rise, and nothing is divided by zero", () => {
  expect(mapping("percent", -50)(-40)).toBe(20);
  expect(mapping("percent", 0)(7)).toBe(7);
});
