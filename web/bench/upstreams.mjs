// Where a service looks for its upstreams, whichever there are.

import { execFileSync } from "node:child_process";

/**
 * The settings by which a service asks nobody but one server: every setting whose default is an address, as the
 * program's help lists them. Each upstream keeps its own path there.
 *
 * @param {string} binary The program.
 * @param {string} server Such as `http://127.0.0.1:8080`.
 * @returns {Record<string, string>}
 */
export function movedTo(binary, server) {
  const help = execFileSync(binary, ["--help"], { encoding: "utf8" });
  const settings = [...help.matchAll(/^ +(\w+) \(default ((?:http|ws)s?:\/\/\S+)\)$/gm)];
  if (settings.length === 0) throw new Error(`${binary} --help no longer lists where upstreams are`);
  return Object.fromEntries(settings.map(([, name = "", address = ""]) => [name, moved(address, new URL(server).host)]));
}

/**
 * @param {string} address
 * @param {string} host
 */
function moved(address, host) {
  const { protocol, pathname, search } = new URL(address);
  return `${protocol.startsWith("ws") ? "ws" : "http"}://${host}${pathname}${search}`;
}
