import { expect, test } from "vitest";
import { type Mark, thinned } from "./marks";

const dividends = (...times: number[]): Mark[] => times.map((time) => ({ time, kind: "dividend" }));
const forms = (marks: Mark[], width: number) => thinned(marks, (time) => time * width).map(({ time, form }) => `${form} ${time}`);

test("where there is room each has its letter", () => {
  const marks = [...dividends(0, 90), { time: 100, kind: "split" }, ...dividends(180)];
  expect(forms(marks, 0.1)).toEqual(["letter 0", "letter 90", "split 100", "letter 180"]);
});

test("closer together they are dots, all of them, and splits stay what they are", () => {
  const marks = [...dividends(0, 30), { time: 60, kind: "split" }, ...dividends(180)];
  expect(forms(marks, 0.1)).toEqual(["dot 0", "dot 30", "split 60", "dot 180"]);
});

test("what would cover each other is one, and a split goes before a dividend", () => {
  const marks = [...dividends(0, 4, 9, 58), { time: 60, kind: "split" }, { time: 61, kind: "split" }];
  expect(forms(marks, 0.1)).toEqual(["dot 0", "dot 9", "split 60", "split 61"]);
});

test("nothing that happened is nothing to draw", () => {
  expect(forms([], 1)).toEqual([]);
});
