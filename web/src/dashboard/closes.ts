// The points of the main chart.

import type { ClosesResponse } from "../api";

/** A point of a chart, on a calendar date. */
export interface Point {
  time: string;
  value: number;
}

/** Points as the service orders them. A date without a close is left out: a hole is a hole. */
export function points({ columns: { date, close } }: ClosesResponse): Point[] {
  return date.flatMap((time, at) => {
    const value = close[at];
    return typeof value === "number" ? [{ time, value }] : [];
  });
}
