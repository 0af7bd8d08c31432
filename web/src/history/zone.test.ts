import { expect, test } from "vitest";
import { zoneOffset } from "./zone";

test("a zone is ahead of UTC by its hours and minutes, summer and winter", () => {
  const ahead = (zone: string, instant: string) => zoneOffset(zone)(Date.parse(instant) / 1000) / 60;
  expect(ahead("Europe/Paris", "2025-07-01T07:05:00Z")).toBe(120);
  expect(ahead("Europe/Paris", "2025-12-01T08:05:00Z")).toBe(60);
  expect(ahead("Asia/Kolkata", "2025-07-01T03:45:00Z")).toBe(330);
});
