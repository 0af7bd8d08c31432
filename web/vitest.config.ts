import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: ["vitest.setup.ts"],
    // A reader far from UTC must get the same charts.
    env: { TZ: "America/New_York" },
  },
});
