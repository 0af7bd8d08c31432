import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  forbidOnly: Boolean(process.env["CI"]),
  reporter: "list",
  // Some look at a page in several widths and themes, one after another.
  timeout: 90_000,
  workers: 2,
  // A picture that is missing is a fault, never made by the way: CONTRIBUTING.md says how they are renewed.
  updateSnapshots: "none",
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  // What comes late on a busy machine comes all the same.
  expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixelRatio: 0.0005, threshold: 0.05 } },
  use: {
    browserName: "chromium",
    trace: "retain-on-failure",
    launchOptions: {
      // The system's own browser: nothing is downloaded to run the tests.
      executablePath: process.env["CHROMIUM"] || "/usr/bin/chromium",
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
