import { expect, test } from "vitest";
import { commandOf, stepped } from "./keys";

const press = (key: string, more = {}) => commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("arrows go from bar to bar, with Shift in tens", () => {
  expect(press("ArrowLeft")).toEqual({ do: "step", by: -1 });
  expect(press("ArrowRight", { shiftKey: true })).toEqual({ do: "step", by: 10 });
});

test("the browser keeps its own keys, and Tab leaves the chart", () => {
  for (const key of ["Tab", "a", "Enter", "F5"]) expect(press(key)).toBeUndefined();
  expect(press("+", { ctrlKey: true })).toBeUndefined();
  expect(press("ArrowLeft", { altKey: true })).toBeUndefined();
});

test("the first step goes to the last bar, and none beyond the ends", () => {
  expect(stepped(undefined, -1, 5)).toBe(4);
  expect(stepped(undefined, 1, 5)).toBe(4);
  expect(stepped(0, -10, 5)).toBe(0);
  expect(stepped(3, 10, 5)).toBe(4);
});
