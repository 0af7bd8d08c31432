import { expect, test } from "vitest";
import { ordered } from "./order";

const unknown = { price: null, moved: null, change: null, age: null };
const all = [
  { ...unknown, name: "b", change: 1, price: 2 },
  { ...unknown, name: "a", price: 3 },
  { ...unknown, name: "C", change: -2, price: 1 },
  { ...unknown, name: "d", change: 1, price: 9 },
];
const order = (sort: string) => ordered(all, sort).map(({ name }) => name).join("");

test("what rose or fell most comes first, and what is not known last", () => {
  expect(order("")).toBe("baCd");
  expect(order("name")).toBe("abCd");
  expect(order("change")).toBe("bdCa");
  expect(order("-change")).toBe("Cbda");
  expect(order("-name")).toBe("dCba");
  expect(order("price")).toBe("dabC");
  expect(order("-price")).toBe("Cbad");
  expect(order("toString")).toBe("baCd");
});
