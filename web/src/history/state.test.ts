import { expect, test } from "vitest";
import { addressOf, asksSame, choiceOf, indicatorFault, toggled } from "./state";

const FULL =
  "?symbol=EUR%2FUSD&period=1y&interval=1d&adjust=all&type=line&scale=log&volume=off&ind=sma:20,rsi:14&compare=BTC%2FEUR,AAPL";

test("an address reads back as the choice that it was made of", () => {
  expect(addressOf(choiceOf(FULL))).toBe(`/marketpulse/history/view${FULL}`);
  const dates = "?symbol=AAPL&from=2024-01-02&to=2024-02-05&type=baseline";
  expect(addressOf(choiceOf(dates))).toBe(`/marketpulse/history/view${dates}`);
});

test("what is usual is left out, and so is what nobody knows", () => {
  const usual = "?symbol=AAPL&type=candles&scale=linear&adjust=splits&volume=on&interval=&ind=&compare=";
  expect(addressOf(choiceOf(usual))).toBe("/marketpulse/history/view?symbol=AAPL");
  expect(choiceOf("?type=smoke&scale=cubic")).toMatchObject({ type: "candles", scale: "linear" });
  expect(addressOf(choiceOf(""))).toBe("/marketpulse/history/view");
});

test("dates take the place of a period, and an end alone is none", () => {
  expect(choiceOf("?period=1y&from=2024-01-02")).toMatchObject({ period: "", from: "2024-01-02", to: "" });
  expect(choiceOf("?period=1y&to=2024-01-02")).toMatchObject({ period: "1y", from: "", to: "" });
});

test("at most five are compared, none twice", () => {
  expect(choiceOf("?compare=A,B,A,C,D,E,F").compare).toEqual(["A", "B", "C", "D", "E"]);
});

test("how it is drawn is no other question to the service", () => {
  expect(asksSame(choiceOf("?symbol=A&type=line&ind=sma:20"), choiceOf("?symbol=A&compare=B"))).toBe(true);
  expect(asksSame(choiceOf("?symbol=A&adjust=all"), choiceOf("?symbol=A"))).toBe(false);
});

test("markup in an address is text and stays escaped", () => {
  const choice = choiceOf(`?symbol=${encodeURIComponent('"><img src=x>')}`);
  expect(choice.symbol).toBe('"><img src=x>');
  expect(addressOf(choice)).not.toMatch(/[<>"]/);
});

test("a name is added once, and taken out", () => {
  expect(toggled(["a", "b"], "a", true)).toEqual(["b", "a"]);
  expect(toggled(["a", "b"], "a", false)).toEqual(["b"]);
});

test("what is no indicator is refused with a list of those that are", () => {
  const known = ["sma:20", "ema:500", "bollinger:20:2", "bollinger:20:2.5", "rsi:14", "macd:12:26:9", "roc:12"];
  expect(known.map(indicatorFault)).toEqual(known.map(() => ""));
  for (const none of ["sma", "sma:0", "sma:501", "macd:12:26", "<b>", "sma:20:3"]) {
    expect(indicatorFault(none)).toMatch(/is none; write sma:20/);
  }
});
