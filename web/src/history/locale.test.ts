import { expect, test } from "vitest";
import { writer } from "./locale";

const EN = writer(2, "1d", "Europe/Paris", "en-GB");

test.each([
  [999.994, "999.99"],
  [999.995, "1K"],
  [995_000, "995K"],
  [999_994, "999.99K"],
  [999_996, "1M"],
  [72_920_000, "72.92M"],
  [1.5e9, "1.5B"],
  [2e12, "2T"],
  [0, "0"],
  [-1_500, "−1.5K"],
])("%d is %s in short", (value, text) => {
  expect(EN.short(value)).toBe(text);
});

test("in short it is what the browser's own format writes", () => {
  const own = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 2 });
  for (const value of [1, 12.5, 123.456, 999, 1_001, 45_678, 123_456, 7_654_321, 98_765_432, 5.4321e11]) {
    // In Britain some browsers write it small.
    expect(EN.short(value).toUpperCase()).toBe(own.format(value).toUpperCase().replace("BN", "B"));
  }
});

test("other languages have their own short forms", () => {
  expect(writer(2, "1d", "UTC", "de-DE").short(72_920_000)).toMatch(/^72,92\sMio\.$/);
  expect(writer(2, "1d", "UTC", "en-IN").short(7_500_000)).toBe("75L");
});

test("quantities have no zeros at their end, amounts all their digits", () => {
  expect(EN.quantity(1_234_567)).toBe("1,234,567");
  expect(EN.quantity(0.5)).toBe("0.5");
  expect(EN.quantity(100)).toBe("100");
  expect(EN.amount(0.0225)).toBe("0.0225");
  expect(EN.amount(10)).toBe("10");
  expect(writer(2, "1d", "UTC", "de-DE").quantity(1_234.5)).toBe("1.234,5");
});

test("an instant is written by the exchange's clock, in summer and in winter", () => {
  const english = writer(2, "5m", "America/New_York", "en-US");
  expect(english.when("", "2025-07-01T13:30:00Z")).toBe("1 Jul 2025, 09:30");
  expect(english.when("", "2025-12-01T02:30:00Z")).toBe("30 Nov 2025, 21:30");
  expect(writer(2, "5m", "America/New_York", "de-DE").when("", "2025-07-01T13:30:00Z")).toBe("01.07.2025, 09:30");
});
