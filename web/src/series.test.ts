import { expect, test } from "vitest";
import { points } from "./series";

test("daily rows are points on their trading dates, ascending, the later of two winning", () => {
  const rows = [
    { date: "2025-10-29", close: 2 },
    { date: "2025-10-28", close: 1 },
    { date: "2025-10-29", close: 3 },
  ];
  expect(points(rows, "Europe/Paris")).toEqual([
    { time: "2025-10-28", value: 1 },
    { time: "2025-10-29", value: 3 },
  ]);
});

test("a row without a close is a hole", () => {
  const rows = [
    { date: "2025-10-28", close: null as unknown as number },
    { date: "2025-10-29", close: 0 },
  ];
  expect(points(rows, "UTC")).toEqual([{ time: "2025-10-29", value: 0 }]);
});

test("instants read as the exchange's own time, summer and winter", () => {
  const at = (open_time: string) => points([{ date: "", close: 1, open_time }], "Europe/Paris")[0];
  const shown = (open_time: string) => new Date(Number(at(open_time)?.time) * 1000).toISOString();
  expect(shown("2025-07-01T07:05:00Z")).toBe("2025-07-01T09:05:00.000Z");
  expect(shown("2025-12-01T08:05:00Z")).toBe("2025-12-01T09:05:00.000Z");
});

test("zones that are not whole hours from UTC are moved by their minutes", () => {
  const row = { date: "", close: 1, open_time: "2025-07-01T03:45:00Z" };
  expect(points([row], "Asia/Kolkata")[0]?.time).toBe(Date.parse("2025-07-01T09:15:00Z") / 1000);
});
