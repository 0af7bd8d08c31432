import { expect, test } from "vitest";
import { callsOf } from "./calls";

test("the call is ready to paste", () => {
  const json = "http://here/marketpulse/v1/bars/EUR%2FUSD?interval=1d&period=1mo&indicators=sma:20";
  const calls = callsOf({ json, csv: `${json}&format=csv`, aligned: undefined });
  const text = (name: string) => calls.find((call) => call.name.startsWith(name))?.text;
  expect(text("curl")).toBe(
    "curl -fsS 'http://here/marketpulse/v1/bars/EUR%2FUSD?interval=1d&period=1mo&indicators=sma:20&format=csv'",
  );
  expect(text("Python")).toContain('pd.read_csv("http://here/marketpulse/v1/bars/EUR%2FUSD?');
  expect(text("Google")).toMatch(/^=IMPORTDATA\("http.*format=csv"\)$/);
  expect(text("Excel")).toMatch(/^=TEXTSPLIT\(WEBSERVICE\("http.*&limit=200"\),",",CHAR\(10\)\)$/);
});

test("what is compared is a call of its own", () => {
  const calls = callsOf({ json: "http://here/a", csv: "http://here/a?format=csv", aligned: "http://here/all?symbols=A,B" });
  expect(calls.map(({ name }) => name)).toContain("Compared, address");
});
