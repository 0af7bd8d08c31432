import { expect, test } from "vitest";
import { ordered } from "./order";

const all = [
  { name: "b", change: 1 },
  { name: "a", change: null },
  { name: "C", change: -2 },
  { name: "d", change: 1 },
];
const order = (sort: string) => ordered(all, sort).map(({ name }) => name).join("");

test("what rose or fell most comes first, and what is not known last", () => {
  expect(order("")).toBe("baCd");
  expect(order("name")).toBe("abCd");
  expect(order("change")).toBe("bdCa");
  expect(order("-change")).toBe("Cbda");
  expect(order("toString")).toBe("baCd");
});
