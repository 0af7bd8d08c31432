// Builds scripts and styles into one flat folder of hashed files.
//
//   npm run build -- --out DIR
//
// A page is one sheet and one script, made for it alone: what a reader waits for
// are few requests, and nothing that another page needs. What a script asks for
// later, above all the chart library, is a file of its own.
//
// `manifest.json` beside them maps each logical name to its file, so that the
// server can let browsers keep every file for ever, and names the files that a
// page's script asks for at once (`soon`). Beside each file stand its compressed
// forms, `.br` and `.gz`: once here, as small as can be.
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const { values } = parseArgs({ options: { out: { type: "string", default: "dist" } } });
const out = resolve(values.out);

const PAGES = ["home", "dashboard", "history", "status", "docs", "problem"];
/** What draws the chart: asked for by a page's script, and wanted as early as the script itself. */
const DRAWS = ["src/chart.ts", "src/history/plot.ts"];

/** @type {Record<string, string>} */
const files = {};
/** @type {Record<string, string[]>} */
const soon = {};
/** @type {Set<string>} */
const written = new Set();

/**
 * Makes files and enters them under their names.
 *
 * @param {string[]} names
 */
async function made(...names) {
  const { metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: names.map((name) => `src/${name}`),
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    loader: { ".svg": "copy" },
    metafile: true,
    logLevel: "warning",
  });
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    written.add(basename(file));
    const name = names.find((asked) => `src/${asked}` === entryPoint);
    if (name) files[name.replace(/\.ts$/, ".js")] = basename(file);
  }
  return metafile.outputs;
}

/**
 * The files that stand in `import` at the top of a file, theirs too.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs @param {string} file @returns {string[]}
 */
function imported(outputs, file) {
  const own = outputs[file]?.imports.filter(({ kind }) => kind === "import-statement") ?? [];
  return own.flatMap(({ path }) => [path, ...imported(outputs, path)]);
}

await made("icon.svg", ...PAGES.map((page) => `${page}.css`));
for (const page of PAGES) {
  const outputs = await made(`${page}.ts`);
  const begun = Object.keys(outputs).filter((file) => [`src/${page}.ts`, ...DRAWS].includes(outputs[file]?.entryPoint ?? ""));
  const own = files[`${page}.js`];
  const needed = new Set([...begun, ...begun.flatMap((file) => imported(outputs, file))].map((file) => basename(file)));
  soon[page] = [...needed].filter((file) => file !== own);
}
await writeFile(join(out, "manifest.json"), `${JSON.stringify({ files, soon }, null, 2)}\n`);

for (const file of [...written].map((name) => join(out, name))) {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params }));
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
