// Writes the types of what the service answers: from its OpenAPI and AsyncAPI
// documents, as its tests hold them, into src/api.gen.ts.
//
//   npm run api-types              writes the file
//   npm run api-types -- --check   fails where the file is not what would be written
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * @typedef {{
 *   $ref?: string, type?: string | string[], description?: string, const?: unknown, enum?: unknown[],
 *   items?: Schema, properties?: Record<string, Schema>, required?: string[],
 *   additionalProperties?: boolean | Schema, patternProperties?: Record<string, Schema>,
 * }} Schema
 */

const ROOT = join(import.meta.dirname, "../..");
const SNAPSHOTS = join(ROOT, "crates/cli/tests/it/snapshots");
const OUT = join(import.meta.dirname, "../src/api.gen.ts");

/** Each document, and what its schemas are called here: an event `bar` and an answer `Bars` must not be taken for each other. */
const DOCUMENTS = [
  { file: join(SNAPSHOTS, "it__docs__the_contract.snap"), nameOf: (/** @type {string} */ name) => name },
  { file: join(SNAPSHOTS, "it__asyncapi__the_contract.snap"), nameOf: (/** @type {string} */ name) => `${name.replace(/^./, (first) => first.toUpperCase())}Message` },
];

/** What a type can say, and what narrows a value without changing its type. Any other keyword is refused, never passed over. */
const KNOWN = new Set([
  "$ref",
  "type",
  "const",
  "enum",
  "items",
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "description",
  "format",
  "minimum",
  "maximum",
  "pattern",
  "maxLength",
]);

/** @type {Record<string, string>} */
const PLAIN = { string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" };

/** The schemas of a document that stands in a snapshot, below the snapshot's own head. @returns {Record<string, Schema>} */
function schemasOf(/** @type {string} */ file) {
  const text = readFileSync(file, "utf8");
  return JSON.parse(text.slice(text.indexOf("\n---\n") + 5)).components.schemas;
}

/** A schema as a type. `at` says where it stands. @returns {string} */
function typeOf(/** @type {Schema} */ schema, /** @type {string} */ at, indent = "") {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword));
  if (unknown.length) throw new Error(`${at}: cannot make a type of "${unknown[0]}"`);
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  return [schema.type ?? []].flat().map((name) => named(name, schema, at, indent)).join(" | ") || "unknown";
}

/** One of the types that a schema allows. */
function named(/** @type {string} */ name, /** @type {Schema} */ schema, /** @type {string} */ at, /** @type {string} */ indent) {
  if (name === "object") return objectOf(schema, at, indent);
  if (name === "array") return `${inBrackets(typeOf(schema.items ?? {}, `${at}[]`, indent))}[]`;
  const plain = PLAIN[name];
  if (!plain) throw new Error(`${at}: there is no type "${name}"`);
  return plain;
}

function inBrackets(/** @type {string} */ type) {
  return type.includes(" | ") && !type.startsWith("{") ? `(${type})` : type;
}

/** @returns {string} */
function objectOf(/** @type {Schema} */ schema, /** @type {string} */ at, /** @type {string} */ indent) {
  const inner = `${indent}  `;
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const key = `${/^\w+$/.test(name) ? name : JSON.stringify(name)}${required.has(name) ? "" : "?"}`;
    return { note: comment(field, inner), key, type: typeOf(field, `${at}.${name}`, inner) };
  });
  const lines = fields.map(({ note, key, type }) => `${note}${inner}${key}: ${type};\n`);
  const open = openOf(schema, at, inner, fields.length > 0);
  if (!open.length) return `{\n${lines.join("")}${indent}}`;
  // What has any other name must be able to be what the named fields are.
  const all = [...new Set([...fields.map(({ type }) => type), ...open, ...(fields.length ? ["undefined"] : [])])];
  return `{\n${lines.join("")}${inner}[name: string]: ${all.join(" | ")};\n${indent}}`;
}

/** The types of fields whose names are not written down. @returns {string[]} */
function openOf(/** @type {Schema} */ schema, /** @type {string} */ at, /** @type {string} */ indent, /** @type {boolean} */ hasFields) {
  const { additionalProperties: more = true, patternProperties: like = {} } = schema;
  const types = Object.values(like).map((field) => typeOf(field, `${at}.*`, indent));
  if (typeof more === "object") return [...types, typeOf(more, `${at}.*`, indent)];
  // Any object may hold more than its type says; only one of which nothing is said needs a word for it.
  return more && !hasFields ? [...types, "unknown"] : types;
}

function comment(/** @type {Schema} */ { description }, /** @type {string} */ indent) {
  return description ? `${indent}/** ${description.replaceAll("*/", "* /")} */\n` : "";
}

function written() {
  const types = DOCUMENTS.flatMap(({ file, nameOf }) =>
    Object.entries(schemasOf(file))
      .map(([name, schema]) => ({ name: nameOf(name), schema }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, schema }) => `${comment(schema, "")}export type ${name} = ${typeOf(schema, name)};\n`),
  );
  return `// Made by \`npm run api-types\` from the service's OpenAPI and AsyncAPI documents. Do not change it by hand.\n\n${types.join("\n")}`;
}

const now = written();
if (!process.argv.includes("--check")) {
  writeFileSync(OUT, now);
} else if (readFileSync(OUT, "utf8") !== now) {
  console.error(`${relative(ROOT, OUT)} is not what the service answers; run: npm --prefix web run api-types`);
  process.exitCode = 1;
}
