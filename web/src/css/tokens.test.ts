// The colours that docs/design-system.md promises: readable in both themes, and
// up and down distinguished by those who see no red or no green.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Rgb = [number, number, number];

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const found = [...css.matchAll(/--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);/g)];
const THEMES = { light: colours(2), dark: colours(3) };

function colours(at: number): Record<string, Rgb> {
  return Object.fromEntries(found.map((match) => [match[1], linear(match[at] ?? "")]));
}

/** Light as it adds up, from 0 to 1. */
function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(0), channel(2), channel(4)];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: Rgb, other: Rgb): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

/** How eyes without one kind of cone see light (Machado, Oliveira and Fernandes, 2009). */
const EYES = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
};

function seen([r, g, b]: Rgb, m: number[]): Rgb {
  const row = (at: number) => (m[at] ?? 0) * r + (m[at + 1] ?? 0) * g + (m[at + 2] ?? 0) * b;
  const inside = (value: number) => Math.min(1, Math.max(0, value));
  return [inside(row(0)), inside(row(3)), inside(row(6))];
}

/** CIELAB, in which equal distances look about equally different. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(luminance([r, g, b]));
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(one: Rgb, other: Rgb): number {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(Object.entries(THEMES))("in the %s theme", (_, theme) => {
  const colour = (name: string): Rgb => {
    const found = theme[name];
    if (!found) throw new Error(`no colour ${name}`);
    return found;
  };
  const TEXTS = ["ink", "muted", "accent", "up", "down", "good", "warn", "bad", "sim"];

  test.each(TEXTS)("%s can be read on every ground", (text) => {
    for (const ground of ["ground", "surface", "sunk"]) {
      expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(["up", "down", "good", "warn", "bad", "sim"])("%s can be read on its own ground", (tone) => {
    expect(contrast(colour(tone), colour(`${tone}-ground`))).toBeGreaterThanOrEqual(4.5);
  });

  test("what is written on the accent can be read", () => {
    expect(contrast(colour("on-accent"), colour("accent"))).toBeGreaterThanOrEqual(4.5);
  });

  test("the edge of a field can be seen", () => {
    for (const ground of ["ground", "surface", "sunk"]) {
      expect(contrast(colour("edge"), colour(ground))).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(Object.entries(EYES))("up and down differ with %s", (_, eyes) => {
    const [up, down] = [seen(colour("up"), eyes), seen(colour("down"), eyes)];
    // A distance of 2 can just be seen; the usual green and red come to 12 to 29.
    expect(distance(up, down)).toBeGreaterThan(50);
  });
});
