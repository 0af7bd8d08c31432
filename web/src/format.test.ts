import { describe, expect, test } from "vitest";
import { age, clock, date, percent, price, signed } from "./format";
import cases from "./format.cases.json";

describe("figures look as the server writes them", () => {
  test.each(cases.price)("price $value → $text", ({ value, decimals, text }) => {
    expect(price(value, decimals)).toBe(text);
  });
  test.each(cases.signed)("difference $value → $text", ({ value, decimals, text }) => {
    expect(signed(value, decimals)).toBe(text);
  });
  test.each(cases.percent)("per cent $value → $text", ({ value, text }) => {
    expect(percent(value)).toBe(text);
  });
  test.each(cases.age)("age $seconds s → $text", ({ seconds, text }) => {
    expect(age(seconds)).toBe(text);
  });
});

test("dates are written for people", () => {
  expect(date("2025-09-01")).toBe("1 Sep 2025");
});

test("the clock is the reader's own", () => {
  expect(clock(new Date(2025, 0, 1, 9, 3, 5))).toBe("09:03:05");
});
