import type { Bar } from "./data";
import type { Writer } from "./locale";

/** When a bar is, as its reader writes it. */
export function when(bar: Bar, writer: Writer): string {
  return writer.when(bar.date, bar.openTime);
}
