// The whole browser, as readers have it, with the flags of the browser tests.

import { chromium } from "@playwright/test";

/**
 * @param {string[]} [more] Flags besides.
 * @param {Record<string, string>} [env] Environment besides.
 */
export function launch(more = [], env = {}) {
  return chromium.launch({
    env: { .../** @type {Record<string, string>} */ (process.env), ...env },
    executablePath: process.env["CHROMIUM"] || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}
