import { describe, expect, test } from "vitest";
import { age, axisMark, BEGINNINGS, clock, date, moment, percent, price, signed } from "./format";
import cases from "../format.cases.json";

describe("figures look as the server writes them", () => {
  test.each(cases.price)("price $value → $text", ({ value, decimals, text }) => {
    expect(price(value, decimals, "en-US")).toBe(text);
  });
  test.each(cases.signed)("difference $value → $text", ({ value, decimals, text }) => {
    expect(signed(value, decimals, "en-US")).toBe(text);
  });
  test.each(cases.percent)("per cent $value → $text", ({ value, text }) => {
    expect(percent(value, "en-US")).toBe(text);
  });
  test.each(cases.age)("age $seconds s → $text", ({ seconds, text }) => {
    expect(age(seconds, "en-US")).toBe(text);
  });
});

/** Browsers differ in the apostrophe that the Swiss write. */
function straight(text: string): string {
  return text.replaceAll("’", "'");
}

describe("other languages write figures their own way", () => {
  test.each([
    ["fr-FR", "7\u202f150,09", "−1\u202f012,3", "+0,17\u00a0%", "3\u00a0min"],
    ["de-CH", "7'150.09", "−1'012.3", "+0.17\u00a0%", "3\u00a0min"],
    ["en-IN", "7,150.09", "−1,012.3", "+0.17\u00a0%", "3\u00a0min"],
    ["ar-EG", "٧٬١٥٠٫٠٩", "−١٬٠١٢٫٣", "+٠٫١٧\u00a0%", "٣\u00a0min"],
  ])("%s", (locale, amount, moved, share, old) => {
    expect(straight(price(7150.09, 2, locale))).toBe(amount);
    expect(straight(signed(-1012.345, 1, locale))).toBe(moved);
    expect(percent(0.1734, locale)).toBe(share);
    expect(age(200, locale)).toBe(old);
  });
  test("lakhs", () => expect(price(1234567.891, 2, "en-IN")).toBe("12,34,567.89"));
});

test("a figure is rounded once, as the server rounds it", () => {
  expect(price(1.005, 2, "en-US")).toBe("1.00");
  expect(price(1.005, 2, "fr-FR")).toBe("1,00");
});

test("dates are written for people", () => {
  expect(date("2025-09-01", "en-US")).toBe("1 Sep 2025");
  expect(date("2025-09-01", "fr-FR")).toBe("1 sept. 2025");
  expect(date("2025-09-01", "de-CH")).toBe("01.09.2025");
});

test("marks of a time axis are written by the clock of UTC", () => {
  const marks = (instant: string, locale: string) => BEGINNINGS.map((begins) => axisMark(new Date(instant), begins, locale));
  expect(marks("2025-10-29T23:05:30Z", "en-US")).toEqual(["2025", "Oct", "29", "23:05", "23:05:30"]);
  expect(marks("2025-10-29T23:05:30Z", "fr-FR")).toEqual(["2025", "oct.", "29", "23:05", "23:05:30"]);
  expect(marks("2025-12-31T00:00:00Z", "de-DE")).toEqual(["2025", "Dez", "31", "00:00", "00:00:00"]);
});

test("the clock is the reader's own", () => {
  const at = new Date(2025, 0, 1, 9, 3, 5);
  expect(clock(at, "en-US")).toBe("09:03:05");
  expect(clock(at, "fr-FR")).toBe("09:03:05");
  expect(clock(at, "ar-EG")).toMatch(/^٩:٠٣:٠٥/);
});

test("an instant names the reader's clock, and its date unless that is today", () => {
  const at = new Date("2025-10-29T16:35:07Z");
  expect(moment(at, at, "en-US")).toBe("12:35:07\u00a0EDT");
  expect(moment(at, new Date("2025-10-30T05:00:00Z"), "en-US")).toBe("29 Oct 2025, 12:35:07\u00a0EDT");
  expect(moment(at, new Date("2025-10-30T05:00:00Z"), "fr-FR")).toBe("29 oct. 2025, 12:35:07\u00a0UTC−4");
});
