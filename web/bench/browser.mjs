// The browser that the browser tests use too, with their flags.

import { chromium } from "@playwright/test";

/** @param {string[]} [more] Flags besides. */
export function launch(more = []) {
  return chromium.launch({
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
