// Builds scripts and styles into one flat folder of hashed files.
//
//   npm run build -- --out DIR
//
// Each page has one sheet and one script of its own, so that a reader waits for
// few requests and loads nothing that only another page needs. What a script
// imports later, above all the chart library, is a file of its own.
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

const PAGES = ["home", "dashboard", "history", "status", "disputes", "docs", "problem"];
/** What draws the charts. A page's script imports it later, but the browser should load it as early as the script itself. */
const DRAWS = ["src/dashboard/chart.ts", "src/history/plot.ts"];

/** @type {Record<string, string>} */
const files = {};
/** @type {Record<string, string[]>} */
const soon = {};
/** @type {Set<string>} */
const written = new Set();

/**
 * Bundles files of `src` and enters them under their own names, without folders.
 *
 * @param {string[]} inputs
 */
async function bundle(...inputs) {
  const { metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: inputs.map((input) => `src/${input}`),
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
    const input = inputs.find((one) => `src/${one}` === entryPoint);
    if (input) files[basename(input).replace(/\.ts$/, ".js")] = basename(file);
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

await bundle("icon.svg", ...PAGES.map((page) => `pages/${page}.css`));
for (const page of PAGES) {
  const outputs = await bundle(`pages/${page}.ts`);
  const begun = Object.keys(outputs).filter((file) => [`src/pages/${page}.ts`, ...DRAWS].includes(outputs[file]?.entryPoint ?? ""));
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
