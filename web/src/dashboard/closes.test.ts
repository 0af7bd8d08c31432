import type { ClosesResponse } from "../api";
import { expect, test } from "vitest";
import { points } from "./closes";

const closes = (date: string[], close: (number | null)[]) => ({ columns: { date, close } }) as ClosesResponse;

test("closes are points on their trading dates; a date without one is a hole", () => {
  expect(points(closes(["2025-10-28", "2025-10-29", "2025-10-30"], [1, null, 0]))).toEqual([
    { time: "2025-10-28", value: 1 },
    { time: "2025-10-30", value: 0 },
  ]);
});
