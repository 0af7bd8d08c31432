import { defineConfig } from "vitest/config";

// What is written for the reader is written for one reader on every machine.
process.env["LC_ALL"] = "en_US.UTF-8";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // A reader far from UTC must get the same charts.
    env: { TZ: "America/New_York" },
  },
});
