import { expect, test } from "vitest";
import { addressOf } from "./address";

test("a choice is kept in the address, escaped", () => {
  expect(addressOf({ symbol: "EUR/USD", period: "1mo", interval: "1h" })).toBe(
    "/marketpulse/history/view?symbol=EUR%2FUSD&period=1mo&interval=1h",
  );
  expect(addressOf({ symbol: "M&M?x=1 #", period: "1mo", interval: "" })).toBe(
    "/marketpulse/history/view?symbol=M%26M%3Fx%3D1+%23&period=1mo",
  );
});

test("what is left open is left out", () => {
  expect(addressOf({ symbol: " ", period: "", interval: "" })).toBe("/marketpulse/history/view");
});
