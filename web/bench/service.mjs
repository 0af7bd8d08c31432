// A service of one's own over simulated prices, for as long as something is measured or photographed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { movedTo } from "./upstreams.mjs";

const TARGET = resolve(import.meta.dirname, "../..", process.env["CARGO_TARGET_DIR"] || "target");
const PATIENCE_MS = 20_000;

/** The program that is measured. */
export const BINARY = process.env["MARKETPULSE_BIN"] || join(TARGET, "release/marketpulse");
/** Fake upstreams as a program of their own. */
const UPSTREAM = process.env["UPSTREAM_BIN"] || join(TARGET, "debug/examples/upstream");

/**
 * Lives on the built-in simulator alone, all its prices marked as simulated.
 *
 * @param {Record<string, string>} [settings]
 * @param {string} [at] Where its clock stands still.
 */
export function demo(settings = {}, at) {
  return start(["serve", "--demo", ...(at ? ["--at", at] : [])], { APP_ENV: "development", ...settings });
}

/**
 * Asks fake upstreams, whose prices it takes for real ones.
 *
 * @param {string} upstream Their base address.
 * @param {Record<string, string>} [settings]
 */
export function real(upstream, settings = {}) {
  return start(["serve"], { APP_ENV: "production", ...movedTo(BINARY, upstream), ...settings });
}

/**
 * Starts fake upstreams. They end with their standard input.
 *
 * @param {string[]} args Symbols that they know nothing of; `--behind=30m` where their prices are old.
 */
export async function upstreams(args) {
  const child = spawn(UPSTREAM, args, { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "error").then(([error]) => Promise.reject(error)),
  ]);
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { address: String(line).trim(), stop };
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} settings
 */
async function start(args, settings) {
  const folder = await mkdtemp(join(tmpdir(), "marketpulse-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const own = { PATH: process.env["PATH"], MARKETPULSE_LISTEN: listen, MARKETPULSE_DATA_DIR: folder };
  const child = spawn(BINARY, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...own, ...settings } });
  let said = "";
  child.stderr.on("data", (text) => (said = (said + text).slice(-4_000)));
  child.on("error", (error) => (said += error.message));
  const stop = async () => {
    if (child.exitCode === null && child.pid) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  const address = `http://${listen}`;
  if (await answers(`${address}/healthz`, child)) return { address, stop };
  await stop();
  throw new Error(`${BINARY} does not serve ${address}: ${said}`);
}

/**
 * @param {string} address
 * @param {import("node:child_process").ChildProcess} child
 */
async function answers(address, child) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && child.exitCode === null) {
    if (await fetch(address).then(({ ok }) => ok, () => false)) return true;
    await wait(50);
  }
  return false;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
