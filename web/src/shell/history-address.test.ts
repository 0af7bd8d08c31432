import { expect, test } from "vitest";
import { historyOf } from "./history-address";

test("a symbol is escaped in the address of its history", () => {
  expect(historyOf("EUR/USD")).toBe("/marketpulse/history/view?symbol=EUR%2FUSD");
  expect(historyOf("M&M?x=1 #")).toBe("/marketpulse/history/view?symbol=M%26M%3Fx%3D1+%23");
});

test("spaces around a symbol are no part of it", () => {
  expect(historyOf(" AAPL ")).toBe("/marketpulse/history/view?symbol=AAPL");
});
