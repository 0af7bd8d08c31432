import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  forbidOnly: Boolean(process.env["CI"]),
  reporter: "list",
  // No result depends on how fast the machine is: what comes late on a busy one comes all the same.
  timeout: 600_000,
  workers: 2,
  // Each worker has a browser and a service; tests do not disturb each other, so any worker takes the next one.
  fullyParallel: true,
  // A picture that is missing is a fault, never made by the way: CONTRIBUTING.md says how they are renewed.
  updateSnapshots: "none",
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  expect: { timeout: 120_000, toHaveScreenshot: { maxDiffPixelRatio: 0.0005, threshold: 0.05 } },
  use: {
    browserName: "chromium",
    // A trace costs more than the test: `npx playwright test -g NAME --trace on` makes one.
    screenshot: "only-on-failure",
    launchOptions: {
      // The system's own, so that nothing is downloaded. Chromium without what only its windows need paints the same
      // for a third of the processor's time; the whole browser passes as well.
      executablePath: process.env["CHROMIUM_HEADLESS"] || "/usr/bin/chromium-headless-shell",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
