import { describe, expect, test } from "vitest";
import { isSingle, type Press, takesText } from "./keys";

const press: Press = {
  key: "/",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  defaultPrevented: false,
};

describe("a key by itself", () => {
  test("is one without modifiers", () => {
    expect(isSingle(press)).toBe(true);
    // Layouts have / and ? behind Shift, so Shift says nothing.
    expect(isSingle({ ...press, key: "?" })).toBe(true);
  });

  test.each(["ctrlKey", "metaKey", "altKey", "isComposing", "defaultPrevented"] as const)(
    "is none where %s is set",
    (name) => expect(isSingle({ ...press, [name]: true })).toBe(false),
  );
});

describe("text goes into", () => {
  const element = (tagName: string, isContentEditable = false) => ({ tagName, isContentEditable });

  test.each(["INPUT", "TEXTAREA", "SELECT"])("%s", (name) => {
    expect(takesText(element(name))).toBe(true);
  });

  test("what can be edited, and nothing else", () => {
    expect(takesText(element("DIV", true))).toBe(true);
    expect(takesText(element("DIV"))).toBe(false);
    expect(takesText(element("BUTTON"))).toBe(false);
    expect(takesText(null)).toBe(false);
  });
});
