import { expect, test } from "vitest";
import { type Closes, points, zoneOffset } from "./series";

const closes = (date: string[], close: (number | null)[]) => ({ columns: { date, close } }) as Closes;

test("closes are points on their trading dates; a date without one is a hole", () => {
  expect(points(closes(["2025-10-28", "2025-10-29", "2025-10-30"], [1, null, 0]))).toEqual([
    { time: "2025-10-28", value: 1 },
    { time: "2025-10-30", value: 0 },
  ]);
});

test("a zone is ahead of UTC by its hours and minutes, summer and winter", () => {
  const ahead = (zone: string, instant: string) => zoneOffset(zone)(Date.parse(instant) / 1000) / 60;
  expect(ahead("Europe/Paris", "2025-07-01T07:05:00Z")).toBe(120);
  expect(ahead("Europe/Paris", "2025-12-01T08:05:00Z")).toBe(60);
  expect(ahead("Asia/Kolkata", "2025-07-01T03:45:00Z")).toBe(330);
});
