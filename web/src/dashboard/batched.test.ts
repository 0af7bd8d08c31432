import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { batched } from "./batched";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("those named at about the same time are handled together, each once, and later ones later", () => {
  const act = vi.fn();
  const name = batched(500, act);
  for (const symbol of ["A", "B", "A"]) name(symbol);
  vi.advanceTimersByTime(499);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  name("C");
  vi.advanceTimersByTime(500);
  expect(act.mock.calls).toEqual([[["A", "B"]], [["C"]]]);
});
