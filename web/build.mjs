// Builds scripts and styles into one flat folder of hashed files.
//
//   npm run build -- --out DIR
//
// `manifest.json` beside them maps each logical name to its file, so that the
// server can let browsers keep every file for ever. Beside each file stand its
// compressed forms, `.br` and `.gz`: once here, as small as can be.
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const { values } = parseArgs({ options: { out: { type: "string", default: "dist" } } });
const out = resolve(values.out);

const result = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: [
    ...["dashboard.ts", "history.ts", "home.ts", "shell.ts", "status.ts"],
    ...["site.css", "charts.css", "icon.svg"],
  ].map((name) => `src/${name}`),
  outdir: out,
  bundle: true,
  // What several pages import, above all the chart library, becomes one shared file.
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

/** @type {Record<string, string>} */
const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint).replace(/\.ts$/, ".js")] = basename(file);
}
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

for (const file of Object.keys(result.metafile.outputs).map((output) => join(out, basename(output)))) {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(`${file}.br`, brotliCompressSync(bytes, { params }));
  await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
