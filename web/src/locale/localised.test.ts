import { expect, test } from "vitest";
import cases from "../format.cases.json";
import { localisedText } from "./localised";
import { percent, price, signed } from "./format";

const LOCALES = ["fr-FR", "de-CH", "en-IN", "ar-EG", "en-GB", "en-US"];

test.each(LOCALES)("in %s what the server wrote becomes what a script writes", (locale) => {
  for (const { value, decimals, text } of cases.price) expect(localisedText(text, locale)).toBe(price(value, decimals, locale));
  for (const { value, decimals, text } of cases.signed) expect(localisedText(text, locale)).toBe(signed(value, decimals, locale));
  for (const { value, text } of cases.percent) expect(localisedText(text, locale)).toBe(percent(value, locale));
});

test("figures among words are each written anew", () => {
  expect(localisedText("−1,012.30 (−0.12\u00a0%)", "fr-FR")).toBe("−1\u202f012,30 (−0,12\u00a0%)");
  expect(localisedText("12 of 1,800", "fr-FR")).toBe("12 of 1\u202f800");
  expect(localisedText("no value", "ar-EG")).toBe("no value");
});
