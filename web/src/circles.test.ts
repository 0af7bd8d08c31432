// No two modules import each other, nor do two folders, neither directly nor
// through others. Tests are left out.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** Names, and what each of them imports. */
type Graph = Map<string, Set<string>>;

/** The modules of `web/src` by their paths in it, without their ending. */
function modules(): Map<string, string> {
  const paths = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const own = paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  return new Map(own.map((path) => [path.slice(0, -3), readFileSync(join(import.meta.dirname, path), "utf8")]));
}

/** What a module imports of our own modules, types as well, now or later. */
function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/^(?:import|export)\b[^"']*["'](\.[^"']*)["']|\bimport\(["'](\.[^"']*)["']\)/gm);
  return [...found].map(([, now, later]) => posix.join(dirname(path), now ?? later ?? ""));
}

/** Who imports whom. `nodeOf` says which node a module belongs to; what stays within a node is left out. */
function graphOf(texts: Map<string, string>, nodeOf: (path: string) => string): Graph {
  const graph: Graph = new Map();
  for (const [path, text] of texts) {
    const from = nodeOf(path);
    const to = importsOf(path, text).filter((imported) => texts.has(imported)).map(nodeOf);
    graph.set(from, new Set([...(graph.get(from) ?? []), ...to.filter((node) => node !== from)]));
  }
  return graph;
}

/** A way from some node back to itself, by names; `null` where there is none. */
function circleIn(graph: Graph): string[] | null {
  const done = new Set<string>();
  const search = (way: string[]): string[] | null => {
    const node = way.at(-1) ?? "";
    const begin = way.indexOf(node);
    if (begin < way.length - 1) return way.slice(begin);
    if (done.has(node)) return null;
    done.add(node);
    for (const next of graph.get(node) ?? []) {
      const circle = search([...way, next]);
      if (circle) return circle;
    }
    return null;
  };
  for (const node of graph.keys()) {
    const circle = search([node]);
    if (circle) return circle;
  }
  return null;
}

const itself = (path: string) => path;
/** A module that lies in no folder stands for itself. */
const folder = (path: string) => (dirname(path) === "." ? path : dirname(path));
/** Here `src` is a folder like the others. */
const anyFolder = (path: string) => dirname(path);

describe("of the pages' scripts", () => {
  test.each([
    ["modules", itself],
    ["folders", folder],
    ["folders, src among them", anyFolder],
  ])("no %s import each other", (_, nodeOf) => {
    const graph = graphOf(modules(), nodeOf);
    expect(graph.size).toBeGreaterThan(4);
    expect([...graph.values()].some((imported) => imported.size > 1)).toBe(true);
    expect(circleIn(graph)).toBeNull();
  });

  test("every relative import is of a module that is there", () => {
    const texts = modules();
    const missing = [...texts].flatMap(([path, text]) => importsOf(path, text).filter((imported) => !texts.has(imported)));
    expect(missing).toEqual([]);
  });
});

describe("a circle is found", () => {
  const made = (texts: Record<string, string>) => new Map(Object.entries(texts));

  test("between two folders whose modules form none", () => {
    const texts = made({
      "one/a": 'import { b } from "../two/b";',
      "one/c": "export const c = 1;",
      "two/b": 'import type { c } from "../one/c";',
    });
    expect(circleIn(graphOf(texts, itself))).toBeNull();
    expect(circleIn(graphOf(texts, folder))).toEqual(["one", "two", "one"]);
  });

  test("between a module that lies in no folder and a folder", () => {
    const texts = made({ page: 'import "./parts/a";', "parts/a": 'export const later = () => import("../page");' });
    expect(circleIn(graphOf(texts, folder))).toEqual(["page", "parts", "page"]);
  });

  test("over three folders, and not where two ways lead to one", () => {
    const fork = { "a/x": 'import "../b/x";\nimport "../c/x";', "b/x": 'export {\n  y,\n} from "../c/x";' };
    expect(circleIn(graphOf(made({ ...fork, "c/x": "" }), folder))).toBeNull();
    expect(circleIn(graphOf(made({ ...fork, "c/x": 'import "../a/x";' }), folder))).toEqual(["a", "b", "c", "a"]);
  });
});
