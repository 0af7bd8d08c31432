import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SERIES } from "./palette";

const read = (file: string) => readFileSync(new URL(`../css/${file}`, import.meta.url), "utf8");

/** The colours of a theme: the light one stands first. */
function theme(css: string, isDark: boolean): Map<string, string> {
  const pairs = css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...pairs].map(([, name = "", light = "", dark = ""]) => [name, isDark ? dark : light]));
}

function luminance(colour: string): number {
  const part = (at: number) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

for (const isDark of [false, true]) {
  test(`lines are seen against the ${isDark ? "dark" : "light"} surface, each in a colour of its own`, () => {
    const ground = luminance(theme(read("tokens.css"), isDark).get("surface") ?? "");
    const colours = theme(read("history.css"), isDark);
    const lines = Array.from({ length: SERIES }, (_, i) => colours.get(`series-${i}`) ?? "");
    expect(new Set(lines).size).toBe(SERIES);
    for (const line of lines) {
      const [dark = 0, light = 0] = [luminance(line), ground].sort((a, b) => a - b);
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
    }
  });
}
