import { expect, test } from "vitest";
import { changeText, factsOf } from "./facts";
import { writer } from "./locale";
import { daily } from "./fixtures";
import { choiceOf } from "./state";
import { actionText, barText, chartText, indicatorName, standsApart } from "./words";

const EN = writer(2, "1d", "Europe/Paris", "en-GB");
const DE = writer(2, "1d", "Europe/Paris", "de-DE");
const BARS = [daily("2025-10-28", 8_000), daily("2025-10-29", 8_200.5, { provisional: true })];

test("a chart says what it shows, its last value, what came of it and what is with it", () => {
  const choice = choiceOf("?type=area&scale=log&ind=rsi:14&compare=AAPL");
  expect(chartText("CAC 40, daily", { ...choice, compare: [] }, BARS, "EUR", EN)).toBe(
    "CAC 40, daily, area, logarithmic, from 28 Oct 2025 to 29 Oct 2025. Last 8,200.50 EUR so far. " +
      "Change over the period +200.50 (+2.51\u00a0%). Closes between 8,000.00 and 8,200.50. With RSI 14.",
  );
  expect(chartText("CAC 40", choice, BARS, "EUR", EN)).toContain("Compared with AAPL.");
  expect(chartText("CAC 40", choice, [], "EUR", EN)).toBe("CAC 40: no prices in this stretch.");
});

test("numbers and dates are written as the reader's language does", () => {
  expect(DE.price(8_200.5)).toBe("8.200,50");
  expect(DE.when("2025-10-29", "")).toBe("29.10.2025");
  expect(DE.change(-3.5, 100)).toBe("−3,50");
  expect(writer(2, "5m", "Europe/Paris", "en-GB").when("", "2025-10-29T12:05:00Z")).toBe("29 Oct 2025, 13:05");
});

test("small prices get the digits that show them, and what is not known is no zero", () => {
  expect(EN.price(0.00001234)).toBe("0.00001234");
  expect(EN.price(null)).toBe("–");
});

test("a bar is described in a sentence, without what is not known of it", () => {
  const bar = daily("2025-10-29", 10, { open: null, high: null, low: null, volume: null });
  expect(barText(bar, EN, ["RSI 14 55.00"])).toBe("29 Oct 2025: close 10.00, RSI 14 55.00");
});

test("dividends say their amount, splits their ratio", () => {
  const dividend = { ex_date: "", kind: "dividend", amount: 0.0225, numerator: null, denominator: null, currency: "USD" };
  expect(actionText(dividend, EN)).toBe("Dividend 0.0225 USD");
  expect(actionText({ ...dividend, kind: "split", numerator: 4, denominator: 1, currency: null }, EN)).toBe("Split 4 for 1");
});

test("indicators have names, and those that are no prices stand apart", () => {
  expect(indicatorName("macd:12:26:9")).toBe("MACD 12, 26, 9");
  expect(["rsi:14", "macd:12:26:9", "sma:20", "bollinger:20:2"].map(standsApart)).toEqual([true, true, false, false]);
});

test("facts are those of the stretch", () => {
  expect(factsOf([], EN)).toBeUndefined();
  expect(factsOf(BARS, EN)).toMatchObject({ direction: "up", slots: { low: "8,000.00", "last-when": "29 Oct 2025, so far" } });
  expect(factsOf(BARS, EN, 8_300)).toMatchObject({
    direction: "down",
    slots: { change: "−99.50 (−1.20\u00a0%)", since: "since previous close" },
  });
  expect(changeText(0, 5, EN)).toBe("+5.00");
});
